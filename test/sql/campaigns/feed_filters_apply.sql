begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

select cast_.feedable(n, score) from (values (1, 10), (2, 90), (3, 50), (4, 50), (5, 50), (6, 0), (7, 100)) x (n,
  score) \g /dev/null
select cast_.nominate() \g /dev/null

update public.campaigns set daily_limit = 250, min_score = 50 where id = cast_.campaign();
select is(cast_.feed(), '7 2 3 4 5', 'min_score excludes lower scores and includes its own value');
select cast_.as_new(), cast_.feedable(8, 60, p_state => 'NV'), cast_.feedable(9, 60, p_state => 'AZ'),
  cast_.nominate() \g /dev/null
update public.campaigns set min_score = 0, states = '{NV,OR}' where id = cast_.campaign();
select is(cast_.feed(), '8', 'states restricts the feed to its leads');
select cast_.as_new();
update public.campaigns set states = '{}', source_ids = array[gen_random_uuid()] where id = cast_.campaign();
select is(cast_.feed(), 'none', 'another source''s leads are not taken');
select cast_.as_new();
update public.campaigns set source_ids = '{a0000000-0000-4000-8000-00000000005c}' where id = cast_.campaign();
select is(cast_.feed(), '7 2 8 9 3 4 5 1 6', 'leads of the campaign''s own source are taken');

select * from finish();
rollback;
