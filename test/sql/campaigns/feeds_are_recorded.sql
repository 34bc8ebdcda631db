begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

select cast_.feedable(n, score) from (values (1, 10), (2, 90), (3, 50), (4, 50), (5, 50), (6, 0), (7, 100)) x (n,
  score) \g /dev/null
update public.campaigns set daily_limit = 4 where id = cast_.campaign();
select cast_.nominate(), cast_.feed() \g /dev/null

-- Effects of a feed.
select results_eq(
  $$ select l.campaign_id, l.campaign_status::text, l.added_to_campaign_at, l.current_sequence_step::integer
     from public.leads l where l.id = cast_.nth(7) $$,
  $$ values (cast_.campaign(), 'queued', '2026-11-23 14:00Z'::timestamptz, 0) $$,
  'a fed lead is queued in its campaign, at the time of the clock');
select results_eq(
  $$ select l.campaign_id, l.campaign_status::text, l.added_to_campaign_at from public.leads l
    where l.id = cast_.nth(5) $$,
  $$ values (null::uuid, 'new', null::timestamptz) $$, 'a lead that was not fed is unchanged');
select results_eq(
  $$ select f.state::text, f.planned, f.fed_count, f.unassigned_count, f.late, f.started_at,
    f.finished_at >= f.started_at, f.detail
     from public.campaign_feeds f $$,
  $$ values ('done', 4, 4, 0, false, '2026-11-23 14:00Z'::timestamptz, true,
     '{"left_out": {}, "from_score": 100, "to_score": 50}'::jsonb) $$,
  'the feed row records the result');
select results_eq(
  $$ select count(*), count(distinct e.lead_id), count(distinct e.correlation_id), min(e.at),
    bool_and(e.org_id = cast_.org()),
       bool_and(e.detail ->> 'campaign_id' = cast_.campaign()::text)
     from public.pipeline_events e join public.campaign_feeds f using (correlation_id) where e.kind = 'fed' $$,
  $$ values (4::bigint, 4::bigint, 1::bigint, '2026-11-23 14:00Z'::timestamptz, true, true) $$,
  'each fed lead has one event with the correlation id of its feed');
select results_eq(
  $$ select c.actor, c.changes -> 'campaign_status' from public.lead_changes c
     where c.lead_id = cast_.nth(7) and c.changes ? 'campaign_status' $$,
  $$ values ('system', '["new", "queued"]'::jsonb) $$, 'the history names the system as the actor');
select is(cast_.ask('project_owner', $$ select l.edited_fields::text from public.leads l where l.id = cast_.nth(7) $$),
  '{}',
  'a feed is not recorded as an edit by a person');
select is(current_setting('sluice.actor', true), '', 'the actor is restored after the feed');

select * from finish();
rollback;
