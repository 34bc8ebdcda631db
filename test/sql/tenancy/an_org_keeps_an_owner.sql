begin;
\ir ../support/cast.sql
select no_plan();

create function cast_.owners() returns text language sql as $$
  select string_agg(p.who, ' ' order by p.who) from public.members m join cast_.people p using (org_id, user_id)
  where m.role = 'owner' and m.org_id = 'a0000000-0000-4000-8000-000000000000'
$$;
create function cast_.member(p_who text) returns text language sql as $$
  select format('org_id = %L and user_id = %L', p.org_id, p.user_id) from cast_.people p where p.who = p_who
$$;

select is(cast_.run(who, what || cast_.member('owner')), 'SL102 an org must keep at least one owner', who || ': '
  || what)
from (values ('owner', 'delete from public.members where '),
  ('owner', 'update public.members set role = ''admin'' where '),
  ('project_owner', 'delete from public.members where '),
    ('project_owner', 'update public.members set role = ''viewer'' where ')) x (who, what);
select is(cast_.run('project_owner', $$ delete from auth.users where id = 'a0000000-0000-4000-8000-000000000001' $$),
  'SL102 an org must keep at least one owner', 'the last owner''s account cannot be deleted');
select is(cast_.owners(), 'owner', 'the owner is still a member');
select is(cast_.run('owner', 'delete from public.members where ' || cast_.member('viewer')), 'rows 1',
  'other members can be removed');
select is(cast_.run('owner', 'update public.members set role = ''owner'' where ' || cast_.member('owner')), 'rows 1',
  'setting the role to owner again is allowed');

select is(cast_.run('owner', 'update public.members set role = ''owner'' where ' || cast_.member('admin')), 'rows 1',
  'a second owner can be added');
select is(cast_.run('owner', 'delete from public.members where ' || cast_.member('owner')), 'rows 1',
  'with two owners, the first can leave');
select is(cast_.owners(), 'admin', 'the second owner stays');
select is(cast_.run('admin', 'update public.members set role = ''admin'' where ' || cast_.member('admin')),
  'SL102 an org must keep at least one owner', 'the remaining owner cannot be removed');

delete from public.orgs where id = 'b0000000-0000-4000-8000-000000000000';
select is((select count(*) from public.members where org_id = 'b0000000-0000-4000-8000-000000000000'), 0::bigint,
  'deleting an org deletes its owner''s membership');

select * from finish();
rollback;
