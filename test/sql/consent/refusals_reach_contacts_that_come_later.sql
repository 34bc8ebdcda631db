begin;
\ir ../support/cast.sql
\ir ../support/opt_outs.sql
select no_plan();
create function cast_.never() returns jsonb language sql as $$
  select '{"request": "opt_out", "keyword": false, "ends": ["email", "sms", "voice_ai", "voice_manual"], "keeps": [],
    "scope": "person", "never": true}'::jsonb
$$;
update public.leads set owner_1_first = 'Ann' where id = cast_.lead('a1');
select cast_.add_contact(cast_.lead('a1'), 'phone', '+12135550111'),
  -- An office phone that a lead of somebody else has, too.
  cast_.add_contact(cast_.lead('a1'), 'phone', '+12135550122'),
  cast_.add_contact(cast_.lead('a2'), 'phone', '+12135550122') \g /dev/null

select is(cast_.reply(1, 'Never contact me again', '2026-11-21 10:00Z', p_reading => cast_.never()) ->> 'kind',
  'opt_out', 'never contact me is an opt-out');
select is(cast_.held('+12135550101'), 'email sms voice_ai voice_manual', 'everything ends on the phone that wrote');
select is(cast_.held('+12135550111'), 'email sms voice_ai voice_manual', 'and on the second phone');
select is(cast_.held('ames@example.com'), 'email sms voice_ai voice_manual', 'and on the e-mail address');
select is(cast_.status('a1'), 'opted_out', 'the lead has opted out');
select is(cast_.held('+12135550122'), 'free', 'a phone shared with another owner is left to that owner');
select is(cast_.status('a2'), 'new', 'whose lead stays in work');

-- Contacts that come later.
select cast_.add_contact(cast_.lead('a1'), 'phone', '+12135550133') \g /dev/null
select is(cast_.held('+12135550133'), 'email sms voice_ai voice_manual', 'a phone imported later is suppressed');
insert into public.leads (org_id, id, situs_street, owner_1_first, owner_1_last) values
  (:org, cast_.lead('a5'), '5 Main St', 'Ann', 'Ames'), (:org, cast_.lead('a6'), '6 Main St', 'Bob', 'Bell'),
  (:org, cast_.lead('a7'), '7 Main St', 'Ann', 'Ames');
select cast_.add_contact(cast_.lead('a5'), 'phone', '+12135550144') \g /dev/null
select is(cast_.held('+12135550144'), 'free', 'a lead with the same name alone may be another person');
select cast_.add_contact(cast_.lead('a5'), 'email', 'ames@example.com') \g /dev/null
select is(cast_.held('+12135550144'), 'email sms voice_ai voice_manual',
  'a new lead of the person, known by its e-mail address, is refused with all its contacts');
select is(cast_.status('a5'), 'opted_out', 'and has opted out');
select cast_.add_contact(cast_.lead('a6'), 'phone', '+12135550155'),
  cast_.add_contact(cast_.lead('a6'), 'phone', '+12135550111') \g /dev/null
select is(cast_.held('+12135550155'), 'free', 'a lead of another owner who has the phone keeps its own');

-- Merges.
select cast_.add_contact(cast_.lead('a7'), 'phone', '+12135550166') \g /dev/null
select is(cast_.held('+12135550166'), 'free', 'a lead that is not merged yet is free');
select private.merge_leads(:org, cast_.lead('a7'), cast_.lead('a1'), null, 'same owner') \g /dev/null
select is(cast_.held('+12135550166'), 'email sms voice_ai voice_manual', 'a merge unites refusals');
select is(cast_.status('a7'), 'opted_out', 'the merged lead has opted out');

select * from finish();
rollback;
