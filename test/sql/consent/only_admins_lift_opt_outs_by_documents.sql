begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/consent_records.sql
select no_plan();

-- A broker's entry does not lift an opt-out.
select private.record_opt_out(cast_.org_of('a1'), cast_.bidx('a1'), 'phone', 'sms', 'reply', 'please stop texting me',
  p_as_of => '2026-11-05Z') \g /dev/null
select is(cast_.record('broker', '{"occurred_at": "2026-11-10T10:00:00Z", "evidence": "scan 21"}'), 'rows 1',
  'a broker records a paper signed after an opt-out');
select is(private.is_suppressed(cast_.org_of('a1'), cast_.bidx('a1'), 'sms'), true,
  'a broker''s record does not lift the suppression');
select is(cast_.decide('a1') ~ 'suppressed', true, 'the gate still refuses');
-- The broker's row has more channels than the admin has seen.
select is(cast_.record('admin', '{"occurred_at": "2026-11-10T10:00:00Z", "evidence": "scan 21", '
  '"channels": ["voice_manual"]}'), 'rows 1', 'an admin records the same paper for calls alone');
select is(private.is_suppressed(cast_.org_of('a1'), cast_.bidx('a1'), 'sms'), true,
  'that does not lift what only the broker''s record names');
select is(cast_.record('admin', '{"occurred_at": "2026-11-10T10:00:00Z", "evidence": "scan 22"}'), 'rows 1',
  'an admin who has seen the document records it');
select is(private.is_suppressed(cast_.org_of('a1'), cast_.bidx('a1'), 'sms'), false,
  'an admin''s record lifts the suppression');
select private.record_opt_out(cast_.org_of('a1'), cast_.bidx('a1'), 'phone', 'sms', 'reply', 'please stop texting me',
  p_as_of => '2026-11-15Z') \g /dev/null
select is(cast_.record('admin', '{"occurred_at": "2026-11-10T10:00:00Z", "evidence": "scan 23"}'), 'rows 1',
  'an admin can record a document older than the opt-out');
select is(private.is_suppressed(cast_.org_of('a1'), cast_.bidx('a1'), 'sms'), true,
  'a document older than the opt-out lifts nothing');

-- An admin confirms what a broker recorded.
select is(cast_.record('broker', '{"occurred_at": "2026-11-16T10:00:00Z", "evidence": "scan 24"}'), 'rows 1',
  'a broker records a newer paper');
select is(private.is_suppressed(cast_.org_of('a1'), cast_.bidx('a1'), 'sms'), true, 'alone, that lifts nothing');
select is(cast_.record('admin', '{"occurred_at": "2026-11-16T10:00:00Z", "evidence": "scan 24"}'), 'rows 1',
  'an admin records the same');
select is(private.is_suppressed(cast_.org_of('a1'), cast_.bidx('a1'), 'sms'), false, 'and so lifts the suppression');
select is((select count(*) from public.consents where evidence = 'scan 24'), 1::bigint, 'there is one record of it');

select * from finish();
rollback;
