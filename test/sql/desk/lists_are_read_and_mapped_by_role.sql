begin;
\ir ../support/cast.sql
select no_plan();
\set org 'a0000000-0000-4000-8000-000000000000'
\set source 'a0000000-0000-4000-8000-00000000005c'
\set upload 'a0000000-0000-4000-8000-00000000000d'
update public.uploads set mapping = '[{"header": "Addr", "field": "street", "how": "synonym"},
  {"header": "Tel", "field": null, "how": "none"}]' where id = :'upload';
insert into public.upload_rejects (org_id, upload_id, part, line, code, detail, key_id, raw)
select :'org', :'upload', 1, n, 'too_few_fields', 'expected 5 fields, found 1', private.active_key_id(:'org', 'data'),
  'x' from generate_series(2, 4) n;

-- Who may upload for a source.
select is(cast_.ask(who, $$ select count(*) from public.source_for_upload('list-a') $$), answer, who || ' uploads')
from (values ('owner', '1'), ('admin', '1'), ('broker', '0'), ('viewer', '0'), ('rival', '0'), ('stranger', '0'))
  x (who, answer);
select is(cast_.ask('anon', $$ select count(*) from public.source_for_upload('list-a') $$),
  '42501 permission denied for function source_for_upload', 'anon does not');
update public.sources set active = false where key = 'list-a';
select is(cast_.ask('owner', $$ select count(*) from public.source_for_upload('list-a') $$), '0',
  'nobody uploads for an inactive source');
update public.sources set active = true where key = 'list-a';
select is(cast_.ask(who, $$ select count(*) from public.begin_member_upload('list-a', 'id-1') $$), answer,
  who || ' begins an upload')
from (values ('admin', '1'), ('viewer', '0'), ('rival', '0')) x (who, answer);
select is((select array_agg(user_id || ' ' || (detail ->> 'webhook_id')) from private.audit_events
  where action = 'upload.sent'), '{"a0000000-0000-4000-8000-000000000002 id-1"}', 'who began one is in the log');

-- Lists and pages.
select is(cast_.ask(who, format('select count(*) from public.list_uploads(%L)', :'org')), answer, who ||
  ' lists uploads')
from (values ('owner', '1'), ('viewer', '1'), ('rival', '0'), ('stranger', '0')) x (who, answer);
select is(cast_.ask(who, format('select string_agg(line::text, '' '') from public.list_rejects(%L, 2, 1, 2)',
  :'upload')),
  answer, who || ' lists rejects')
from (values ('owner', '3 4'), ('viewer', '3 4'),
  ('broker', 'SL111 org not found, or your role does not allow this: it takes owner or admin or viewer'),
  ('rival', 'SL111 org not found, or your role does not allow this: it takes owner or admin or viewer')) x (who,
    answer);

-- The mapping is shown and corrected.
create function pg_temp.columns(p_who text) returns text language sql as $$
  select cast_.ask(p_who, format($q$ select string_agg(header || ' ' || coalesce(target, '-') || ' ' || set_by_hand,
    ', ') from public.source_columns('a0000000-0000-4000-8000-00000000005c') $q$))
$$;
create function pg_temp.map(p_who text, p_entries text, p_seen text default null) returns text language sql as $$
  select cast_.ask(p_who, format('select public.map_columns(%L, %L, %L)', 'a0000000-0000-4000-8000-00000000005c',
    p_entries, p_seen))
$$;
select is(pg_temp.columns('viewer'), 'Addr street false, Tel - false', 'the mapping of the last list');
select is(pg_temp.columns('rival'),
  'SL111 org not found, or your role does not allow this: it takes owner or admin or '
  || 'viewer', 'is not for another org');
select is(pg_temp.map(who, '{"Tel": "phone_1"}'), answer, who || ' corrects it')
from (values ('viewer', 'SL111 org not found, or your role does not allow this: it takes owner or admin'),
  ('rival', 'SL111 org not found, or your role does not allow this: it takes owner or admin'),
  ('admin', '{"Tel": "phone_1"}')) x (who, answer);
select matches(pg_temp.map('admin', '{"Tel": "fax"}'), '^SL207', 'a target exists');
select is(pg_temp.map('admin', '{"Addr": null}', '{}'), 'SL213 somebody changed the column map meanwhile: read it '
  || 'again', 'who read an older map is told');
select is(pg_temp.map('admin', '{"Addr": null}', '{"Tel": "phone_1"}')::jsonb, '{"Tel": "phone_1", "Addr": null}',
  'entries are added');
select is(pg_temp.columns('viewer'), 'Addr - true, Tel phone_1 true', 'and shown as set by hand');

-- Pulls.
insert into public.pulls (org_id, source_id, kind, url, terms) values (:'org', :'source', 'file',
  'https://data.example.com/list.csv', 'CC0');
select is(cast_.ask(who, format('select source || '' '' || has_token from public.list_pulls(%L)', :'org')), answer,
  who || ' lists pulls')
from (values ('owner', 'List A false'), ('viewer', 'List A false'),
  ('broker', 'SL111 org not found, or your role does not allow this: it takes owner or admin or viewer'),
  ('rival', 'SL111 org not found, or your role does not allow this: it takes owner or admin or viewer')) x (who,
    answer);

select * from finish();
rollback;
