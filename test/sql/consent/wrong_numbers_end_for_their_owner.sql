begin;
\ir ../support/cast.sql
\ir ../support/opt_outs.sql
select no_plan();
\set wrong '\'{"request": "none", "wrong_contact": true}\''
create function cast_.is_valid(p_lead text, p_value text) returns boolean
language sql as $$
  select invalid_at is null from public.contact_points where lead_id = cast_.lead(p_lead)
    and value_bidx = cast_.bidx(p_value)
$$;
update public.leads set owner_1_first = 'Ann' where id = cast_.lead('a1');
select cast_.add_contact(cast_.lead('a1'), 'phone', '+12135550111'),
  cast_.add_contact(cast_.lead('a2'), 'phone', '+12135550101') \g /dev/null

select is(cast_.reply(1, 'Wrong number', '2026-11-21 10:00Z', p_reading => :wrong) ->> 'kind', 'wrong_contact',
  'a wrong number is its own kind of answer');
select is(cast_.is_valid('a1', '+12135550101'), false, 'the phone is invalid for its owner');
select is(cast_.is_valid('a2', '+12135550101'), true, 'a lead of another owner keeps the phone');
select is(cast_.held('+12135550101'), 'free', 'which may still be contacted there');
select is(cast_.is_valid('a1', '+12135550111') and cast_.held('+12135550111') = 'free'
  and cast_.held('ames@example.com') = 'free', true, 'the owner''s other contacts are untouched');
select is(cast_.status('a1'), 'new', 'the lead stays in work');
select is((select count(*) from public.consents), 0::bigint, 'no consent is revoked');

-- Nobody else has the phone.
select cast_.reply(3, 'Wrong number', '2026-11-21 10:00Z', p_reading => :wrong) \g /dev/null
select is(cast_.held('+12135550103'), 'sms voice_ai voice_manual', 'a phone that nobody else has is suppressed');
select is(cast_.status('a3'), 'invalid', 'a lead without any contact left is invalid');

-- Lists that have it again.
delete from public.contact_points where lead_id = cast_.lead('a1') and value_bidx = cast_.bidx('+12135550101');
select cast_.add_contact(cast_.lead('a1'), 'phone', '+12135550101') \g /dev/null
select is(cast_.is_valid('a1', '+12135550101'), false, 'the phone stays invalid when it is imported again');
insert into public.leads (org_id, id, situs_street, owner_1_first, owner_1_last) values
  (:org, cast_.lead('a5'), '5 Main St', 'Ann', 'Ames'), (:org, cast_.lead('a6'), '6 Main St', 'Bob', 'Cole');
select cast_.add_contact(cast_.lead('a5'), 'phone', '+12135550101'),
  cast_.add_contact(cast_.lead('a6'), 'phone', '+12135550101') \g /dev/null
select is(cast_.is_valid('a5', '+12135550101'), false, 'another lead of the owner gets it as invalid');
select is(cast_.is_valid('a6', '+12135550101'), true, 'a lead of another owner gets it as valid');
update public.contact_points set invalid_at = null where lead_id = cast_.lead('a1')
  and value_bidx = cast_.bidx('+12135550101');
select is(cast_.is_valid('a1', '+12135550101'), false, 'no verification makes it valid again');

-- A wrong number that also asks to stop.
select is(cast_.reply(2, 'Wrong number, stop', '2026-11-21 10:00Z', p_reading => '{"request": "opt_out",
  "wrong_contact": true, "ends": ["sms", "voice_ai"], "keeps": [], "scope": "contact", "never": false}') ->> 'kind',
  'opt_out', 'a wrong number that asks to stop is an opt-out');
select is(cast_.held('+12135550102'), 'sms voice_ai voice_manual', 'and ends the phone');
select is(cast_.is_valid('a2', '+12135550102'), false, 'which is invalid for its owner, too');

-- A wrong number does not keep the lead out after a START.
select cast_.add_contact(cast_.lead('a3'), 'phone', '+12135550108') \g /dev/null
select cast_.reply(8, 'STOP', '2026-11-21 11:00Z') \g /dev/null
select is(cast_.status('a3'), 'opted_out', 'STOP from the next number opts out');
select cast_.reply(8, 'START', '2026-11-21 12:00Z') \g /dev/null
select is(cast_.status('a3'), 'new', 'START lets the lead be fed again, whatever was said about the wrong number');

-- Statistics from when few values were wrong.
analyze public.wrong_contacts;
select pg_stat_get_xact_numscans('public.wrong_contacts'::regclass) as scans \gset
select cast_.add_contact(cast_.lead('a6'), 'phone', '+12135550109') \g /dev/null
select is(pg_stat_get_xact_numscans('public.wrong_contacts'::regclass), :scans::bigint,
  'a new contact is looked up by index among those that were called wrong');

select is(cast_.run('broker', $$ select lead_id from public.wrong_contacts where kind = 'phone' $$),
  'rows 1', 'the broker of the lead sees that');
select is(cast_.run('rival', $$ select lead_id from public.wrong_contacts $$), 'rows 0', 'another org does not');
select is(cast_.run('pipeline_writer', $$ delete from public.wrong_contacts $$) ~ '^(42501|SL)', true,
  'nobody deletes the record');

select * from finish();
rollback;
