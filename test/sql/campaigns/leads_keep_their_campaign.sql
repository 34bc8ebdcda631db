begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

select cast_.feedable(1) \g /dev/null
set local sluice.actor = 'system';
select throws_ok($$ update public.leads set campaign_id = cast_.campaign('b') where id = cast_.nth(1) $$, '23503',
  null, 'a lead cannot join a campaign of another org');
select lives_ok($$ update public.leads set campaign_id = cast_.campaign() where id = cast_.nth(1) $$,
  'a lead can join a campaign of its own org');
select throws_ok($$ delete from public.campaigns where id = cast_.campaign() $$, '23503', null,
  'a campaign that has leads cannot be deleted');
select lives_ok($$ delete from public.orgs where id = cast_.org() $$,
  'deleting an org deletes its campaigns and leads');

select * from finish();
rollback;
