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

select is(cast_.run(who, what || cast_.member('owner')), 'SL102 an org must keep at least one owner', who || ': ' || what)
from (values ('owner', 'delete from public.members where '), ('owner', 'update public.members set role = ''admin'' where '),
  ('desk', 'delete from public.members where '), ('desk', 'update public.members set role = ''viewer'' where ')) x (who, what);
select is(cast_.run('desk', $$ delete from auth.users where id = 'a0000000-0000-4000-8000-000000000001' $$),
  'SL102 an org must keep at least one owner', 'nor can the account go');
select is(cast_.owners(), 'owner', 'the owner is still there');
select is(cast_.run('owner', 'delete from public.members where ' || cast_.member('viewer')), 'rows 1', 'others may be removed');
select is(cast_.run('owner', 'update public.members set role = ''owner'' where ' || cast_.member('owner')), 'rows 1', 'staying owner is no stepping down');

select is(cast_.run('owner', 'update public.members set role = ''owner'' where ' || cast_.member('admin')), 'rows 1', 'with a second owner');
select is(cast_.run('owner', 'delete from public.members where ' || cast_.member('owner')), 'rows 1', 'the first one may leave');
select is(cast_.owners(), 'admin', 'and the second one stays');
select is(cast_.run('admin', 'update public.members set role = ''admin'' where ' || cast_.member('admin')),
  'SL102 an org must keep at least one owner', 'until that is the last one');

delete from public.orgs where id = 'b0000000-0000-4000-8000-000000000000';
select is((select count(*) from public.members where org_id = 'b0000000-0000-4000-8000-000000000000'), 0::bigint, 'an org that ends takes its owner along');

select * from finish();
rollback;
