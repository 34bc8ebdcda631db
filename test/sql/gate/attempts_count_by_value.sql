begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

select cast_.add_contact(cast_.lead('a3'), 'phone', '+12135550102') \g /dev/null
insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on)
  values (cast_.org_of('a1'), 'max_attempts_24h', '2', 'test', '2026-11-01');
select cast_.consent('a2') \g /dev/null
select cast_.attempt('a2', '2026-11-17T20:00Z') \g /dev/null
select is(cast_.decide('a2'), 'yes', 'a contact below the cap is allowed');
insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, lead_id)
values (cast_.org_of('a3'), cast_.bidx('a2'), 'voice_manual', 'outbound', '2026-11-18T17:00Z', cast_.lead('a3'));
select is(cast_.decide('a2'), 'house_cap @ 2026-11-18T20:00:00Z',
  'an attempt for another lead with the phone, on another channel, counts');
select is(cast_.decide('a2', p_at => '2026-11-18T20:00Z'), 'yes', 'the cap ends at the announced time');
update public.orgs set settings = '{"lead_attempts_24h": 1}' where name = 'Org A';
select is(cast_.decide('a2', p_at => '2026-11-18T20:00Z'), 'yes',
  'a limit per lead counts only its own attempts, none of them within 24 hours');
select is(cast_.decide('a2', p_at => '2026-11-18T19:59Z'), 'house_cap house_lead_cap @ 2026-11-18T20:00:00Z',
  'a limit per lead refuses within 24 hours');
update public.orgs set settings = '{"org_attempts_24h": 1}' where name = 'Org A';
select is(cast_.decide('a2', p_at => '2026-11-18T20:00Z'), 'house_org_cap @ 2026-11-19T17:00:00Z',
  'a limit of the org counts all leads');
update public.orgs set settings = '{"org_attempts_24h": 5}' where name = 'Org A';
select is(cast_.decide('a2', p_at => '2026-11-18T20:00Z'), 'yes', 'a contact below the limit of the org is allowed');

select * from finish();
rollback;
