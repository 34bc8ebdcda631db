begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/consent_records.sql
select no_plan();

-- Permissions.
select is(cast_.record(who), answer, format('%s: %s', who, answer))
from (values ('colleague', format('SL405 contact %s of lead %s not found', cast_.contact('a1'), cast_.lead('a1'))),
  ('viewer', format('SL405 contact %s of lead %s not found', cast_.contact('a1'), cast_.lead('a1'))),
  ('rival', format('SL405 contact %s of lead %s not found', cast_.contact('a1'), cast_.lead('a1'))),
  ('stranger', format('SL405 contact %s of lead %s not found', cast_.contact('a1'), cast_.lead('a1'))),
  ('anon', '42501 permission denied for function record_consent')) x (who, answer);
select is((select count(*) from public.consents), 0::bigint, 'no other role writes anything');
select is(cast_.decide('a1'), 'consent_missing @ never', 'a text is refused without consent');
select is(cast_.record('broker'), 'rows 1', 'the lead''s broker records the paper');
select is(cast_.decide('a1'), 'yes', 'the gate finds the written consent');
select is(cast_.record('broker'), 'rows 1', 'recording the same document again returns the same id');
select results_eq($$ select action::text, type, channels, method, signature, evidence,
  encode(evidence_sha256, 'hex') = repeat('ab', 32), seller, shown_text is not null
  and text_sha256 = sha256(convert_to(shown_text, 'UTF8')),
    occurred_at, recorded_by, recorded_by_user, is_unproven from public.consents $$,
  $$ values ('grant', 'pewc', '{sms,voice_ai}'::text[], 'paper', 'Ann Ames', 'scan 17, folder Ames', true, 'Org A',
    true, '2026-11-01 17:00Z'::timestamptz, 'member', 'a0000000-0000-4000-8000-000000000003'::uuid, false) $$,
  'one consent is recorded, with its evidence and its recorder');
select is((select consent_method from public.leads where id = cast_.lead('a1')), 'paper', 'the lead is updated');
select is(cast_.record(who, '{"evidence": "scan 18"}', lead), 'rows 1', who || ' records for ' || lead)
  from (values ('owner', 'a1'), ('admin', 'a2'), ('colleague', 'a2'), ('service_role', 'a3'), ('project_owner', 'a3'),
  ('rival', 'b1')) x (who, lead);
select is(cast_.run('broker', format('select public.record_consent(%L, %L, %L, %L)', cast_.org_of('a1'),
  cast_.lead('a1'), cast_.contact('a2'), cast_.sheet())),
  format('SL405 contact %s of lead %s not found', cast_.contact('a2'), cast_.lead('a1')),
    'the number of another lead is refused');
select is(cast_.run('rival', format('select public.record_consent(%L, %L, %L, %L)', cast_.org_of('b1'),
  cast_.lead('a1'), cast_.contact('a1'), cast_.sheet())),
  format('SL405 contact %s of lead %s not found', cast_.contact('a1'), cast_.lead('a1')),
    'the number of another org is refused');

-- Oral consent and relationships.
select is(cast_.record('colleague',
  '{"method": "spoken", "type": "pec", "signature": null, "channels": ["voice_manual"], "evidence": "recording 4"}',
  'a2'), 'rows 1', 'a broker can record oral consent with its recording');
select is(cast_.record('colleague',
  '{"method": "inquiry", "type": "ebr_inquiry", "text": null, "signature": null, "channels": ["voice_manual"], '
  '"evidence": "mail of 1 November"}', 'a2'), 'rows 1', 'a broker can record an inquiry with its evidence');
select is(cast_.record('broker', '{"channels": ["email"], "evidence": "scan 20"}', 'a1', 'email'), 'rows 1',
  'a broker can record consent for an e-mail address');

-- A consent stays visible to the broker of the lead that its lead was merged into.
set local sluice.actor = 'system';
update public.leads set mak = null, apn = null where id = cast_.lead('a2');
select private.merge_leads(cast_.org_of('a1'), cast_.lead('a3'), cast_.lead('a2'), null, 'test') \g /dev/null
set local sluice.actor = '';
select is(cast_.ask(who, format('select count(*) from public.consents where lead_id = %L', cast_.lead('a2'))), n, who
  || ' sees consents of a merged lead: ' || n)
from (values ('owner', '3'), ('broker', '0'), ('rival', '0')) x (who, n);
update public.leads set assigned_broker_id = 'a0000000-0000-4000-8000-0000000000b1' where id = cast_.lead('a3');
select is(cast_.ask('broker', format('select count(*) from public.consents where lead_id = %L', cast_.lead('a2'))),
  '3', 'the broker of the surviving lead sees the consents of the merged lead');

select * from finish();
rollback;
