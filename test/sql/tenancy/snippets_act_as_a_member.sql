-- act_as: the rest of a transaction of the owner runs as a member, with their rights and their name in history.
begin;
\ir ../support/cast.sql
select plan(13);
select is(public.act_as('Broker@Example.com'), 'broker of Org A', 'it says whom');
select is((select string_agg(l.owner_1_last, ' ') from public.leads l), 'Ames', 'row-level security holds');
select is((select string_agg(l.owner_1_last, ' ') from public.my_leads l), 'Ames', 'my leads are theirs');
update public.leads set owner_1_first = 'Jo' where owner_1_last in ('Ames', 'Bell');
select is(current_user::text, 'authenticated', 'until the end of the transaction');
reset role;
select set_config('request.jwt.claims', '', true) \g /dev/null
select is((select string_agg(c.actor || ' ' || c.actor_id, ', ') from public.lead_changes c
  where c.changes ? 'owner_1_first'),
  'member a0000000-0000-4000-8000-000000000003', 'history names them');

select is(cast_.run('project_owner', $$ select public.act_as('nobody@example.com') $$),
  'SL131 no member has the e-mail address nobody@example.com', 'there has to be such a member');
select is(cast_.run('project_owner', $$ select public.act_as('stranger@example.com') $$),
  'SL131 no member has the e-mail address stranger@example.com', 'of an org');
select is(cast_.run(who, $$ select public.act_as('owner@example.com') $$) like '42501%', true, who || ' may not')
from unnest('{anon,stranger,viewer,owner,service_role,pipeline_writer}'::text[]) who;
select * from finish();
rollback;
