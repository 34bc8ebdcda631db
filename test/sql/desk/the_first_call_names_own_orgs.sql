-- What every page asks first: own orgs and roles; own views; sources.
begin;
\ir ../support/cast.sql
select plan(12);
select is(cast_.ask(who, 'select string_agg(org_name || '' '' || role, '', '') from public.desk_me()'), answer, who)
from (values ('owner', 'Org A owner'), ('broker', 'Org A broker'), ('viewer', 'Org A viewer'),
  ('rival', 'Org B owner')) x (who, answer);
select is(cast_.ask('broker', 'select broker_name from public.desk_me()'), 'Broker', 'with the broker record');

select is(cast_.run('viewer', $$ select public.save_view('a0000000-0000-4000-8000-000000000000', 'inbox', 'Hot',
  'a=1') $$), 'rows 1', 'a view is saved');
select is(cast_.run('viewer', $$ select public.save_view('a0000000-0000-4000-8000-000000000000', 'inbox', 'Hot',
  'a=2') $$), 'rows 1', 'the same name overwrites it');
select is(cast_.ask(who, $$ select string_agg(name || ' ' || query, ',')
  from public.saved_views_of('a0000000-0000-4000-8000-000000000000', 'inbox') $$), answer, who || ' sees')
from (values ('viewer', 'Hot a=2'), ('owner', null), ('rival', null)) x (who, answer);
select is(cast_.run('rival', $$ select public.save_view('a0000000-0000-4000-8000-000000000000', 'inbox', 'Hot', '') $$)
  like '42501%', true, 'not in another org');

select is(cast_.ask('viewer', $$ select string_agg(key, ',')
  from public.list_sources('a0000000-0000-4000-8000-000000000000') $$), 'list-a', 'sources');
select * from finish();
rollback;
