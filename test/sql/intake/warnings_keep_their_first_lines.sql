begin;
\ir ../support/cast.sql
select plan(6);

insert into public.upload_parts (id, org_id, upload_id, part, bytes, sha256, key_id)
select 'a0000000-0000-4000-8000-00000000009a', u.org_id, u.id, 1, 10, extensions.digest('x', 'sha256'),
  private.active_key_id(u.org_id, 'data') from public.uploads u where u.id::text like 'a%';
create function cast_.add(p_found jsonb) returns text
language sql as $$
  select private.add_warnings('a0000000-0000-4000-8000-00000000009a', p_found);
  select p.warnings || p.warning_lines::text from public.upload_parts p
  where p.id = 'a0000000-0000-4000-8000-00000000009a';
$$;

select is(cast_.add('{"padding": {"n": 2, "lines": [9, 4]}}'), '{"padding": 2}{"padding": [4, 9]}',
  'a count and its lines');
select is(cast_.add('{}'), '{"padding": 2}{"padding": [4, 9]}', 'nothing adds nothing');
select is(cast_.add('{"padding": {"n": 1, "lines": [9]}, "short_row": {"n": 1, "lines": [7]}}'),
  '{"padding": 3, "short_row": 1}{"padding": [4, 9], "short_row": [7]}', 'counts are added, a line is there once');
select is(cast_.add('{"padding": {"n": 90, "lines": [10, 11, 12, 13, 14]}}'),
  '{"padding": 93, "short_row": 1}{"padding": [4, 9, 10, 11, 12], "short_row": [7]}', 'the first five lines stay');
select is(cast_.add('{"padding": {"n": 1, "lines": [1]}}'),
  '{"padding": 94, "short_row": 1}{"padding": [1, 4, 9, 10, 11], "short_row": [7]}', 'whenever they come');

-- A part that is staged again starts without warnings.
select private.reset_part('a0000000-0000-4000-8000-00000000009a');
select is(cast_.add('{"padding": {"n": 1, "lines": [8]}}'), '{"padding": 1}{"padding": [8]}',
  'nothing of the first staging is left');

select * from finish();
rollback;
