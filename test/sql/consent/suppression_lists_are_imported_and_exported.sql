begin;
\ir ../support/cast.sql
\ir ../support/suppression_lists.sql
select no_plan();

select is(private.import_suppressions(:org, $$[
  {"line": 1, "value": "(213) 555-0101"}, {"line": 2, "value": "1 213 555 0101"}, {"line": 3,
    "value": " Bell@Example.com ", "channel": "email", "reason": "complaint"},
  {"line": 4, "value": "213-555-0102", "channel": "sms"}, {"line": 5, "value": "no number"}, {"line": 6,
    "value": "213-555-0103", "channel": "email"},
  {"line": 7, "value": null}, {"line": 8, "value": "213-555-0103", "channel": "fax"}]$$, 'import', 'list of November'),
  '{"rows": 8, "added": 3, "known": 1, "unreadable": [5, 6, 7, 8]}',
    'a list in any spelling is imported, and unreadable lines are reported');
select is(cast_.held(v, c), a, format('%s on %s: %s', v, c, a))
from (values ('+12135550101', 'voice_manual', true), ('+12135550102', 'sms', true),
  ('+12135550102', 'voice_manual', false), ('bell@example.com', 'email', true), ('+12135550103', 'sms', false)) x (v,
  c, a);
select is((select campaign_status::text from public.leads where id = cast_.lead('a1')), 'opted_out',
  'leads with a value opt out');
select bag_eq('select reason, source, channel from public.suppressions',
  $$ values ('import', 'list of November', null), ('complaint', 'list of November', 'email'),
  ('import', 'list of November', 'sms') $$, 'reason and source are on record');
select is(private.import_suppressions(:org, '[{"line": 1, "value": "213 555 0101"}]', 'import', 'again'),
  '{"rows": 1, "added": 0, "known": 1, "unreadable": []}', 'importing it again adds nothing');

-- Export, and import by hash.
create temp table list as select * from private.export_suppressions(:org);
select is((select count(*) from list where value is null and hash ~ '^[0-9a-f]{32}$'), 3::bigint,
  'an export has hashes and no values');
select is((select count(*) from private.pii_access_log), 0::bigint, 'an export of hashes logs no access');
select is((select string_agg(value, ' ' order by value) from private.export_suppressions(:org, true)),
  '+12135550101 +12135550102', 'an export has values on request, if a contact point has them');
select is((select count(*) from private.pii_access_log), 2::bigint, 'an export of values logs each access');
select is((select count(*) from private.export_suppressions(:org, false, (select max(id) - 1 from list))), 1::bigint,
  'an export can be read in pages');
select is((select count(*) from private.export_suppressions(:other)), 0::bigint, 'an org exports only its own list');
alter table public.suppressions disable trigger user;
delete from public.suppressions;
alter table public.suppressions enable trigger user;
select is(cast_.held('+12135550101', 'sms'), false, 'the list is lost');
select is(private.import_suppressions(:org, (select jsonb_agg(jsonb_build_object('line', id, 'hash', hash, 'kind',
  kind, 'channel', channel, 'reason', reason)) from list), 'import', 'backup') ->> 'added', '3',
  'the hashes restore it');
select is(cast_.held('+12135550101', 'sms') and cast_.held('bell@example.com', 'email')
  and not cast_.held('+12135550102', 'voice_ai'), true, 'restored suppressions have the same channels');
select is(private.import_suppressions(:org,
  '[{"line": 1, "hash": "00112233445566778899aabbccddeeff"}, {"line": 2, "hash": "0011", "kind": "phone"}]', 'import',
  'x') -> 'unreadable', '[1, 2]', 'a hash needs its kind and its length');
-- Lifted suppressions are not exported.
insert into public.consents (org_id, value_bidx, kind, action, type, channels, method, occurred_at, recorded_by)
select org_id, value_bidx, 'phone', 'grant', 'pec', '{sms}', 'test', created_at + interval '1 day', 'system'
  from public.suppressions where channel = 'sms';
select private.lift_suppressions(:org, (select max(id) from public.consents)) \g /dev/null
select is((select count(*) from private.export_suppressions(:org)), 2::bigint,
  'a suppression that a consent has lifted is not exported');
select is(cast_.run(who, format('select private.export_suppressions(%L)', :org)),
  '42501 permission denied for function export_suppressions', who || ' cannot export')
from unnest(array['owner', 'pipeline_writer', 'service_role']) who;
select is(cast_.run(who, format($$ select private.import_suppressions(%L, '[]', 'x', 'x') $$, :org)), answer, who
  || ' imports: ' || answer)
from (values ('owner', '42501 permission denied for function import_suppressions'),
  ('pipeline_writer', '42501 permission denied for function import_suppressions'), ('project_owner', 'rows 1')) x (who,
    answer);

select * from finish();
rollback;
