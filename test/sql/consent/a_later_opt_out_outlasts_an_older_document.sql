begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/consent_records.sql
select no_plan();

-- The person asks twice. A paper from between the two wishes, recorded after both, lifts neither.
create function pg_temp.ask_to_stop(p_words text, p_at timestamptz) returns void language sql as $$
  select private.record_opt_out(cast_.org_of('a1'), cast_.bidx('a1'), 'phone', 'sms', 'reply', p_words,
    p_as_of => p_at)
$$;
select pg_temp.ask_to_stop('please stop texting me', '2026-11-05Z'),
  pg_temp.ask_to_stop('please stop texting me', '2026-11-15Z') \g /dev/null
select is(cast_.record('admin', '{"occurred_at": "2026-11-10T10:00:00Z", "evidence": "scan 31"}'), 'rows 1',
  'an admin records a paper from between two opt-outs');
select is(private.is_suppressed(cast_.org_of('a1'), cast_.bidx('a1'), 'sms'), true, 'it lifts nothing');
select is(cast_.decide('a1') ~ 'suppressed', true, 'the gate refuses, and says that the phone is suppressed');
select is(cast_.record('admin', '{"occurred_at": "2026-11-16T10:00:00Z", "evidence": "scan 32"}'), 'rows 1',
  'a paper from after both');
select is(private.is_suppressed(cast_.org_of('a1'), cast_.bidx('a1'), 'sms'), false, 'lifts the opt-out');

-- Likewise for "never", which reaches contacts that come later.
select pg_temp.ask_to_stop('never contact me again', '2026-11-17Z'),
  pg_temp.ask_to_stop('never contact me again', '2026-11-20Z') \g /dev/null
select is(cast_.record('admin', '{"occurred_at": "2026-11-18T10:00:00Z", "evidence": "scan 33", '
  '"channels": ["sms", "voice_ai", "voice_manual"]}'), 'rows 1', 'a paper from between two refusals');
select is((select campaign_status::text from public.leads where id = cast_.lead('a1')), 'opted_out',
  'the lead stays opted out');
set local sluice.actor = 'upload';
insert into public.leads (org_id, id, owner_1_last) values
  ('a0000000-0000-4000-8000-000000000000', 'd0000000-0000-4000-8000-000000000001', 'Ames');
select cast_.add_contact('d0000000-0000-4000-8000-000000000001', 'phone', '+12135550101') \g /dev/null
select cast_.add_contact('d0000000-0000-4000-8000-000000000001', 'email', 'ames.new@example.com') \g /dev/null
set local sluice.actor = '';
select is((select bool_and(private.is_suppressed(c.org_id, c.value_bidx)) from public.contact_points c
  where c.lead_id = 'd0000000-0000-4000-8000-000000000001'), true, 'and contacts that come later are refused');

select * from finish();
rollback;
