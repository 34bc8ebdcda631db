begin;
\ir ../support/cast.sql
select no_plan();

create function pg_temp.hire(p_org text, p_role text) returns text language sql as $$
  select format('insert into public.members (org_id, user_id, role) values (%L, %L, %L)',
    p_org || '0000000-0000-4000-8000-000000000000',
    'c0000000-0000-4000-8000-000000000002', p_role)
$$;
create function pg_temp.promote(p_who text, p_role text) returns text language sql as $$
  select format('update public.members set role = %L where user_id = %L', p_role, (select user_id from cast_.people
    where who = p_who))
$$;
create function pg_temp.fire(p_who text) returns text language sql as $$
  select format('delete from public.members where user_id = %L',
    coalesce((select user_id from cast_.people where who = p_who), 'c0000000-0000-4000-8000-000000000002'))
$$;

-- Nobody is made a member without having accepted an invitation: not by an owner, not by an admin.
select is(cast_.run(who, pg_temp.hire('a', role)), '42501 permission denied for table members',
  format('%s cannot add the %s', who, role))
from unnest(array['owner', 'admin', 'broker', 'viewer', 'stranger', 'rival']) who,
  unnest(array['owner', 'admin', 'viewer']) role;
select is(cast_.run('owner', pg_temp.hire('b', 'viewer')), '42501 permission denied for table members',
  'an owner cannot add members to another org');
select is(cast_.run('stranger',
  'insert into public.members (org_id, user_id, role) values (''a0000000-0000-4000-8000-000000000000'', '
    '''c0000000-0000-4000-8000-000000000001'', ''viewer'')'),
  '42501 permission denied for table members', 'a stranger cannot add themselves');
select is(cast_.run('service_role', pg_temp.hire('a', 'admin')), 'rows 1', 'the service adds the first members');
select is(cast_.run('admin', pg_temp.fire('newcomer')), 'rows 1', 'an admin can remove an admin');
select is(cast_.run('service_role', pg_temp.hire('a', 'owner')), 'rows 1', 'and an owner');
select is(cast_.run('admin', pg_temp.fire('newcomer')), 'rows 0', 'an admin cannot remove an owner');
select is(cast_.run('owner', pg_temp.fire('newcomer')), 'rows 1', 'an owner can remove an owner');

-- Changing roles.
select is(cast_.run(who, pg_temp.promote(whom, role)), answer, format('%s makes %s %s: %s', who, whom, role, answer))
from (values
  ('admin', 'broker', 'owner', '42501 new row violates row-level security policy for table "members"'),
  ('admin', 'admin', 'owner', '42501 new row violates row-level security policy for table "members"'),
  ('admin', 'owner', 'viewer', 'rows 0'),
  ('broker', 'broker', 'admin', 'rows 0'),
  ('viewer', 'viewer', 'broker', 'rows 0'),
  ('rival', 'viewer', 'broker', 'rows 0'),
  ('admin', 'viewer', 'broker', 'rows 1'),
  ('admin', 'viewer', 'viewer', 'rows 1'),
  ('owner', 'viewer', 'owner', 'rows 1'),
  ('owner', 'viewer', 'viewer', 'rows 1')) x (who, whom, role, answer);
select is(cast_.run('owner', 'update public.members set org_id = ''b0000000-0000-4000-8000-000000000000'''),
  '42501 permission denied for table members',
  'a member cannot be moved to another org');
select is(cast_.run('owner', 'update public.members set user_id = gen_random_uuid()'),
  '42501 permission denied for table members',
  'a membership cannot be given to another user');

-- Removing members.
select is(cast_.run(who, pg_temp.fire(whom)), answer, format('%s removes %s: %s', who, whom, answer))
from (values ('broker', 'colleague', 'rows 0'), ('viewer', 'broker', 'rows 0'), ('rival', 'broker', 'rows 0'),
  ('admin', 'owner', 'rows 0'), ('admin', 'colleague', 'rows 1')) x (who, whom, answer);

-- Rights end with the role.
select is(cast_.leads('broker'), 'a1', 'a broker sees the assigned lead');
select cast_.run('owner', pg_temp.promote('broker', 'viewer')) \g /dev/null
select is(cast_.leads('broker'), 'a1 a2 a3', 'as a viewer they see all leads');
select is(cast_.run('broker', 'update public.leads set status = ''working'''), 'rows 0',
  'a viewer cannot change a lead, although it is still assigned to them');
select cast_.run('owner', pg_temp.fire('broker')) \g /dev/null
select is(cast_.leads('broker'), 'none', 'a removed member sees no leads');
select is((select user_id from public.brokers where name = 'Broker'), null, 'the broker row stays, without a login');
select is((select count(*) from public.leads where assigned_broker_id = 'a0000000-0000-4000-8000-0000000000b1'),
  1::bigint, 'the broker row keeps its leads for a successor');

-- An inactive broker sees no leads.
select is(cast_.leads('rival', 'public.leads where assigned_broker_id is not null'), 'b1',
  'an owner needs no broker row');
-- An org keeps an owner.
insert into public.members (org_id, user_id, role)
  values ('b0000000-0000-4000-8000-000000000000', 'c0000000-0000-4000-8000-000000000002', 'owner');
update public.members set role = 'broker' where user_id = 'b0000000-0000-4000-8000-000000000001';
select is(cast_.leads('rival'), 'b1', 'an active broker sees the assigned lead');
update public.brokers set active = false where name = 'Rival';
select is(cast_.leads('rival'), 'none', 'an inactive broker sees no leads');

select * from finish();
rollback;
