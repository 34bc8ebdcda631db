begin;
\ir ../support/cast.sql
\ir ../support/opt_outs.sql
select no_plan();
-- Replies come at the time of the test, so that names change after them.
create function cast_.refuse(p_n integer) returns text language sql as $$
  select cast_.reply(p_n, 'Never contact me again', now(), p_reading => '{"request": "opt_out", "keyword": false,
    "ends": ["email", "sms", "voice_ai", "voice_manual"], "keeps": [], "scope": "person", "never": true}') ->> 'kind'
$$;
create function cast_.rename(p_who text, p_lead text, p_set text) returns text language sql as $$
  select cast_.run(p_who, format('update public.leads set %s where id = %L', p_set, cast_.lead(p_lead)))
$$;
create function cast_.new_lead(p_lead text, p_first text, p_last text) returns void language sql as $$
  insert into public.leads (org_id, id, situs_street, owner_1_first, owner_1_last)
  values ('a0000000-0000-4000-8000-000000000000', cast_.lead(p_lead), p_lead || ' Main St', p_first, p_last)
$$;
select is(cast_.refuse(1), 'opt_out', 'Ames refuses');
select is(cast_.refuse(3), 'opt_out', 'Cole refuses');

-- Cole is never renamed: a stranger at the same phone keeps its own.
select cast_.new_lead('a4', 'Dora', 'Dunn');
select cast_.add_contact(cast_.lead('a4'), 'phone', '+12135550140'),
  cast_.add_contact(cast_.lead('a4'), 'phone', '+12135550103') \g /dev/null
select is(cast_.held('+12135550140'), 'free', 'a stranger who shares a phone of the refusal keeps the other phone');
select is(cast_.status('a4'), 'new', 'and stays in work');

-- Ames is renamed, in two ways and steps.
select is(cast_.rename('broker', 'a1', $$ owner_1_last = 'Bell' $$), 'rows 1', 'a broker renames the owner');
select is(cast_.rename('broker', 'a1', $$ owner_full = 'Carl Quist' $$), 'rows 1', 'and again');
select cast_.new_lead('a5', 'Ann', 'Ames'), cast_.new_lead('a6', 'Dora', 'Dunn');
select cast_.add_contact(cast_.lead('a5'), 'phone', '+12135550150'),
  cast_.add_contact(cast_.lead('a5'), 'phone', '+12135550101') \g /dev/null
select is(cast_.held('+12135550150'), 'email sms voice_ai voice_manual',
  'the person stays refused under the old name');
select is(cast_.status('a5'), 'opted_out', 'and the new lead has opted out');
select cast_.add_contact(cast_.lead('a6'), 'phone', '+12135550160'),
  cast_.add_contact(cast_.lead('a6'), 'phone', '+12135550101') \g /dev/null
select is(cast_.held('+12135550160'), 'free', 'a stranger to both names keeps the other phone');

-- The new lead is renamed instead.
select is(cast_.rename('owner', 'a5', $$ owner_1_first = 'Eve', owner_1_last = 'Frost' $$), 'rows 1',
  'the owner of the new lead is renamed');
select cast_.add_contact(cast_.lead('a5'), 'phone', '+12135550151') \g /dev/null
select is(cast_.held('+12135550151'), 'email sms voice_ai voice_manual', 'its later phone is refused all the same');

-- A phone that both leads have is not another owner's because of the new names.
select cast_.new_lead('a7', 'Ann', 'Ames');
select cast_.add_contact(cast_.lead('a7'), 'phone', '+12135550170'),
  cast_.add_contact(cast_.lead('a1'), 'phone', '+12135550170') \g /dev/null
select is(cast_.held('+12135550170'), 'email sms voice_ai voice_manual',
  'a phone of the renamed lead and of one with the old name is no office phone');

-- An erased owner has no name, and a name that is typed later says nothing.
select public.erase_lead('a0000000-0000-4000-8000-000000000000', cast_.lead('a3'), 'request') \g /dev/null
select is(cast_.rename('owner', 'a3', $$ owner_1_last = 'Grant' $$), 'rows 1', 'an erased owner gets a name');
select cast_.new_lead('a8', 'Hal', 'Cole');
select cast_.add_contact(cast_.lead('a8'), 'phone', '+12135550180'),
  cast_.add_contact(cast_.lead('a8'), 'phone', '+12135550103') \g /dev/null
select is(cast_.held('+12135550180'), 'email sms voice_ai voice_manual', 'the erased person stays refused');

select * from finish();
rollback;
