begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

select cast_.feedable(n, score) from (values (1, 10), (2, 90), (3, 50), (4, 50), (5, 50), (6, 0), (7, 100)) x (n,
  score) \g /dev/null
update public.campaigns set daily_limit = 4 where id = cast_.campaign();
select is(cast_.nominate(), true, 'the view is refreshed');

-- The same result each time, whatever the physical order.
savepoint before;
select is(cast_.feed(), '7 2 3 4', 'best score first, ties by id, up to the daily limit');
rollback to before;
update public.leads set situs_city = 'Moved' where id = cast_.nth(3);
select is(cast_.feed(), '7 2 3 4', 'the order does not depend on the order of rows in the table');

-- Once a date.
select is(cast_.feed(), 'nothing to do', 'the same date feeds no lead again');
select is(cast_.feed('2026-11-24'), '5 1 6', 'the next date continues where this one stopped');
select is(cast_.feed('2026-11-25'), 'none', 'a feed without candidates succeeds');
select is((select count(*) from public.leads l where l.campaign_id = cast_.campaign()), 7::bigint,
  'no lead was fed twice or left out');

-- The current score counts, not that of the refresh.
select cast_.as_new();
set local sluice.actor = 'system';
update public.leads set lead_score = 95 where id = cast_.nth(6);
set local sluice.actor = '';
update public.campaigns set daily_limit = 2 where id = cast_.campaign();
select is(cast_.feed(), '7 6', 'a score that rose since the refresh counts at once');

select * from finish();
rollback;
