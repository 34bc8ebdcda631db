begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/due_times.sql
select no_plan();

-- All of a feed at six, spread over nine to five.
create temp table spread as select n, cast_.due('0', 'business', '2026-11-18 06:00', p_n => n, p_step => 1) as at
  from generate_series(1, 1000) n;
select is((select count(distinct left(at, 14))::integer from spread), 1, 'a feed is due on its day');
select ok((select min(right(at, 5)) >= '09:00' and max(right(at, 5)) < '17:00' from spread),
  'the steps of a feed are due within the hours of the step');
select ok((select max(c) < 200 and count(*) = 8 from (select count(*) as c from spread group by substr(at, 16, 2)) h),
  'no hour has more than a fifth of a feed');
select is(cast_.due('0', 'business', '2026-11-18 06:00', p_n => 7, p_step => 1), (select at from spread where n = 7),
  'a lead gets the same time again');
select ok((select min(right(cast_.due('0', 'business', '2026-11-18 15:00', p_n => n, p_step => 1), 5)) >= '15:00'
  and count(distinct cast_.due('0', 'business', '2026-11-18 15:00', p_n => n, p_step => 1)) > 50
  from generate_series(1, 100) n), 'a late feed is spread over the rest of the day');
select is((select count(distinct cast_.due('3 days', 'business', '2026-11-18 10:00', p_n => n))::integer
  from generate_series(1, 20) n), 1, 'later steps keep the distance to the first');
select ok((select count(distinct cast_.due('7 hours', 'business', '2026-11-18 10:00', p_n => n)) > 15
  from generate_series(1, 20) n), 'steps outside the hours are spread over the next ones');

select * from finish();
rollback;
