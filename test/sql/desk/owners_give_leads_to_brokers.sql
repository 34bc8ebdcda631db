-- Owners and admins give a lead to a broker of their org by hand, and the history says who did.
begin;
\ir ../support/cast.sql
select no_plan();
\set org 'a0000000-0000-4000-8000-000000000000'
create function cast_.give(p_who text, p_lead text, p_broker uuid, p_org uuid default
  'a0000000-0000-4000-8000-000000000000') returns text language sql as $$
  select cast_.run(p_who, format('select public.assign_lead(%L, %L, %L)', p_org, cast_.lead(p_lead), p_broker))
$$;
select b.id as mine from public.brokers b join public.members m on m.org_id = b.org_id and m.user_id = b.user_id
where b.org_id = :'org' order by b.id limit 1 \gset
select b.id as theirs from public.brokers b where b.org_id <> :'org' limit 1 \gset
select is(left(cast_.give(who, 'a3', :'mine'), 5), 'SL111', who || ' gives no lead')
from unnest('{broker,viewer,colleague,rival,stranger}'::text[]) who;
select is(cast_.give('anon', 'a3', :'mine') like '42501%', true, 'nor does anon');
select is(cast_.give('owner', 'a3', :'theirs'), 'SL116 broker not found', 'not to a broker of another org');
select is(cast_.give('owner', 'b1', :'mine') like 'SL511%', true, 'no lead of another org');
select is(cast_.give('owner', 'a3', :'mine'), 'rows 1', 'an owner gives it');
select is((select assigned_broker_id from public.leads where id = cast_.lead('a3')), :'mine'::uuid, 'to the broker');
select is(cast_.give('admin', 'a3', null), 'rows 1', 'an admin takes it back');
select is((select assigned_broker_id from public.leads where id = cast_.lead('a3')), null, 'it is nobody''s');
select * from finish();
rollback;
