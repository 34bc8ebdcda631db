begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/score.sql
select no_plan();

select cast_.feedable(n, score) from (values (1, 10), (2, 90), (3, 50)) x (n, score) \g /dev/null
select cast_.fit(cast_.nth(1), 70), cast_.fit(cast_.nth(2), 20) \g /dev/null
select cast_.put_score(cast_.org()) \g /dev/null
select cast_.nominate() \g /dev/null
savepoint before;
select is(cast_.feed(), '2 3 1', 'a draft changes no feed');
rollback to before;

select public.activate_score(cast_.org(), 1) \g /dev/null
select private.score_leads(cast_.org()) \g /dev/null
select cast_.nominate() \g /dev/null
savepoint scored;
select is(cast_.feed(), '1 2 3', 'the feed follows the rules; what they know nothing about comes last');
select is((select string_agg(right(s.lead_id::text, 1) || ' ' || s.score || ' ' || s.points::text, ', '
  order by s.score desc) from public.lead_score_snapshots s), '1 70 {70,0}, 2 20 {20,0}, 3 0 {NULL,0}',
  'the scores at that time are kept to learn from');
select is((select f.detail - 'left_out' from public.campaign_feeds f), '{"from_score": 70, "to_score": 0}',
  'the feed says which scores it took');
rollback to scored;

update public.campaigns set min_score = 30 where id = cast_.campaign();
select is(cast_.feed(), '1', 'the minimum is one of the rules'' score');
rollback to scored;
select cast_.fit(cast_.nth(1), 10) \g /dev/null
select private.score_queued(cast_.org()) \g /dev/null
update public.campaigns set min_score = 15 where id = cast_.campaign();
select is(cast_.feed(), '2', 'a score that fell since the refresh counts at once');
rollback to scored;

select cast_.feedable(4, 100, p_org => 'b') \g /dev/null
select cast_.nominate() \g /dev/null
select is(cast_.feed(p_name => 'b'), '4', 'an org without rules feeds by the score of its lists');
select public.switch_score_off(cast_.org()) \g /dev/null
select cast_.nominate() \g /dev/null
select is(cast_.feed(), '2 3 1', 'and so does one that switched them off');

select * from finish();
rollback;
