begin;
\ir ../support/cast.sql
select no_plan();

insert into public.sources (org_id, id, key, name) values
  ('a0000000-0000-4000-8000-000000000000', 'd0000000-0000-4000-8000-00000000005c', 'list-d', 'List D');
-- Sends a part of the upload that the source calls f0000000-…: outcome and first letter of the id in the answer.
create function pg_temp.accept(p_source text, p_content text, p_part integer, p_parts integer default 2) returns text
language plpgsql as $$
declare
  r record;
begin
  select * into r from private.accept_part((p_source || '0000000-0000-4000-8000-00000000005c')::uuid,
    p_source || p_content, sha256(convert_to(p_source || p_content, 'UTF8')), 1, null,
    'f0000000-0000-4000-8000-000000000000', p_part, p_parts, false, null, gen_random_uuid());
  return r.outcome || ' ' || left(r.upload_id::text, 1);
exception when sqlstate 'SL204' then
  return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.found(p_source text) returns uuid language sql as $$
  select private.find_upload((p_source || '0000000-0000-4000-8000-00000000005c')::uuid,
    'f0000000-0000-4000-8000-000000000000')
$$;

select is(pg_temp.accept(source, '1', 1), 'accepted f', format('source %s chooses an id', source))
from unnest(array['a', 'b', 'd']) source;
select is((select count(distinct pg_temp.found(source)) from unnest(array['a', 'b', 'd']) source), 3::bigint,
  'the same id names an upload of each');
select is((select count(*) from public.upload_parts where upload_id = pg_temp.found('a')), 1::bigint,
  'nobody else''s part is in it');
select is(pg_temp.accept(source, '2', 2), 'accepted f', format('source %s completes its own', source))
from unnest(array['b', 'a', 'd']) source;
select is((select u.state::text from public.uploads u where u.id = pg_temp.found(source)), 'processing',
  format('the upload of source %s is complete', source))
from unnest(array['a', 'b', 'd']) source;
select is(pg_temp.accept(source, '2', 2), 'duplicate f', format('source %s resends a part', source))
from unnest(array['a', 'b', 'd']) source;
select is(pg_temp.accept(source, 'x', 1),
  'SL204 part 1 of upload f0000000-0000-4000-8000-000000000000 was already received with different content',
  format('another part 1 of source %s is refused in the same words', source))
from unnest(array['a', 'b', 'd']) source;
select is(pg_temp.accept(source, 'y', 3),
  'SL204 this part does not match upload f0000000-0000-4000-8000-000000000000',
  format('and likewise part 3 of 2 of source %s', source))
from unnest(array['a', 'b', 'd']) source;
select is(private.find_upload('b0000000-0000-4000-8000-00000000005c', 'a0000000-0000-4000-8000-00000000000d'), null,
  'an id that only another org has used names nothing');
select isnt(private.find_upload('a0000000-0000-4000-8000-00000000005c', 'a0000000-0000-4000-8000-00000000000d'), null,
  'but names the upload for its own source');

select * from finish();
rollback;
