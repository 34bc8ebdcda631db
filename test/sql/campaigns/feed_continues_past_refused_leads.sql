begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/live_check.sql
select no_plan();

select cast_.feedable(n, 100 - n) from generate_series(10, 30) n \g /dev/null
select cast_.nominate() \g /dev/null
update public.campaigns set daily_limit = 3 where id = cast_.campaign();
set local sluice.actor = 'system';
update public.contact_points set verified = false where lead_id in (select cast_.nth(n)
  from generate_series(10, 28) n);
select is(cast_.feed(), '1 2 29', 'the feed continues past refused candidates until the daily limit is reached');
select is(cast_.left_out(), '{"no_verified_phone": 19}', 'the feed counts every refused candidate');

select * from finish();
rollback;
