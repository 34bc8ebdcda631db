-- A view that a member keeps is theirs alone, and ends with the membership.
begin;
\ir ../support/cast.sql
select plan(10);
select is(cast_.run('viewer', $$ insert into public.saved_views (org_id, page, name, query)
  values ('a0000000-0000-4000-8000-000000000000', 'search', 'Mine', 'status=new') $$), 'rows 1',
    'a member saves a view');
select is(cast_.run('viewer', $$ insert into public.saved_views (org_id, page, name, query)
  values ('a0000000-0000-4000-8000-000000000000', 'search', 'Jo', 'status=new&q=ames') $$) like '23514%', true,
  'without the words of a search');
select is(cast_.run('rival', $$ insert into public.saved_views (org_id, page, name, query)
  values ('a0000000-0000-4000-8000-000000000000', 'search', 'Mine', 'status=new') $$) like '42501%', true,
  'not in another org');
select is(cast_.ask('viewer', 'select count(*) from public.saved_views'), '1', 'sees it');
select is(cast_.ask(who, 'select count(*) from public.saved_views'), '0', who || ' does not')
from unnest('{owner,rival}'::text[]) who;
select is(cast_.run('owner', $$ update public.saved_views set name = 'x' where true $$), 'rows 0',
  'nobody else changes it');
select is(cast_.run('viewer', $$ update public.saved_views set name = 'x' where true $$), 'rows 1',
  'its member does');
select is(cast_.run('owner', $$ delete from public.saved_views where true $$), 'rows 0', 'nobody else deletes it');
delete from public.members where user_id = (select user_id from cast_.people where who = 'viewer');
select is((select count(*) from public.saved_views), 0::bigint, 'it ends with the membership');
select * from finish();
rollback;
