-- Owners, admins and the lead's broker call and have tasks; viewers, other brokers, other orgs and former members do
-- not.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/hand_calls.sql
select plan(40);
create function cast_.check(p_who text) returns text language sql as $$
  select cast_.run(p_who, format('select public.check_call(%L, %L, %s)', cast_.org_of('a1'), cast_.lead('a1'),
    cast_.contact('a1')))
$$;
create function cast_.record(p_who text, p_nth integer) returns text language sql as $$
  select cast_.run(p_who, format('select public.record_call(%L, %L, %s, %L, %L)', cast_.org_of('a1'),
    cast_.lead('a1'),
    cast_.contact('a1'), 'no_answer', cast_.key(p_nth)))
$$;
create function cast_.todo(p_who text, p_nth integer, p_for uuid default null) returns text language sql as $$
  select cast_.run(p_who, format('select public.create_task(%L, %L, %L, now() + interval ''1 day'', %L, %L, %L)',
    cast_.org_of('a1'), cast_.lead('a1'), 'to_do', 'Ask for photos', p_for, cast_.key(p_nth)))
$$;
select is(cast_.check(who), 'rows 1', who || ' may ask') from unnest('{owner,admin,broker}'::text[]) who;
select is(cast_.check(who), 'SL611 phone of the lead not found, or you may not call it', who || ' may not ask')
from unnest('{viewer,colleague,rival,former,stranger}'::text[]) who;
select is(cast_.check('anon') like '42501%', true, 'anon may not ask');
select is(cast_.record(who, n::integer), 'rows 1', who || ' may record')
from unnest('{owner,admin,broker}'::text[]) with ordinality w (who, n);
select is(cast_.record(who, 10), 'SL611 phone of the lead not found, or you may not call it', who
  || ' may not record')
from unnest('{viewer,colleague,rival,former,stranger}'::text[]) who;
select is(cast_.record('anon', 10) like '42501%', true, 'anon may not record');
select is(cast_.calls(), 3::bigint, 'three calls were recorded');
select is(cast_.leads(who, 'public.calls', 'lead_id'), 'a1', who || ' sees them')
from unnest('{owner,admin,broker,viewer}'::text[]) who;
select is(cast_.leads(who, 'public.calls', 'lead_id'), 'none', who || ' does not')
from unnest('{colleague,rival,former}'::text[]) who;

select is(cast_.todo(who, n::integer), 'rows 1', who || ' may create a task')
from unnest('{owner,admin,broker}'::text[]) with ordinality w (who, n);
select is(cast_.todo(who, 10), 'SL613 lead not found, or you may not work on it', who || ' may not')
from unnest('{viewer,colleague,rival,former}'::text[]) who;
select is((select count(*) from public.tasks), (select 3 + count(*) from public.tasks where kind = 'review_call'),
  'three tasks');
select is(cast_.todo('broker', 11, 'a0000000-0000-4000-8000-000000000004'),
  'SL613 this member may not work on the lead',
  'nobody hands a task to a member who does not see its lead');
select is(cast_.todo('broker', 11, 'a0000000-0000-4000-8000-000000000001'), 'rows 1', 'to an owner anybody may');
select id as task from public.tasks where client_key = cast_.key(1) \gset
select is(cast_.run(who, format('select public.%s(%L, %L%s)', f, cast_.org_of('a1'), :'task', more)),
  'SL613 task not found, or you may not work on it', who || ' may not ' || f)
from (values ('viewer', 'complete_task', ''), ('colleague', 'reopen_task', ''), ('rival', 'assign_task', ', null'),
  ('former', 'snooze_task', ', now() + interval ''1 day''')) x (who, f, more);

select * from finish();
rollback;
