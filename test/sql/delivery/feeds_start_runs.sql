begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

-- Feeds create runs.
update public.leads set campaign_status = 'new', campaign_id = null where org_id = cast_.org() and campaign_status
  <> 'opted_out' and id::text like 'a%';
select cast_.feedable(71), cast_.feedable(72) \g /dev/null
select cast_.nominate() \g /dev/null
select is(cast_.feed(), '71 72', 'two leads are fed');
select is((select count(*)::integer from public.sequence_runs r join public.leads l on l.id = r.lead_id
  where l.id in (cast_.nth(71), cast_.nth(72))
  and r.next_step = 1 and r.next_channel = 'email' and r.state = 'active' and r.started_at = '2026-11-23T14:00Z'), 2,
    'fed leads start at the first step of the sequence');
select ok((select bool_and(next_at >= '2026-11-23T17:00Z' and next_at < '2026-11-24T01:00Z') from public.sequence_runs
  where lead_id in (cast_.nth(71), cast_.nth(72))), 'the first step is due on the same day, within its hours');
select is((select count(*)::integer from public.sequence_runs r join public.campaign_feeds f on f.correlation_id
  = r.correlation_id), 2, 'runs carry the correlation id of the feed');
update public.campaigns set sequence_id = null where org_id = cast_.org();
select cast_.feedable(73) \g /dev/null
select cast_.nominate() \g /dev/null
select is(cast_.feed('2026-11-24'), '73', 'leads are fed to a campaign without a sequence');
select is((select count(*)::integer from public.sequence_runs where lead_id = cast_.nth(73)), 0,
  'no run is created without a sequence');

select * from finish();
rollback;
