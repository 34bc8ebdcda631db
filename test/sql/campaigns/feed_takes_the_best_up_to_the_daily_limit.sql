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
select is(cast_.feed(), '7 2 3 4', 'the same again after rows have moved in the table');

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
select is(cast_.ask('desk', $$ select l.edited_fields::text from public.leads l where l.id = cast_.nth(7) $$), '{}',
  'a feed is not recorded as an edit by a person');
select is(current_setting('sluice.actor', true), '', 'the actor is restored after the feed');

-- Once a date.
select is(cast_.feed(), 'nothing to do', 'the same date feeds no lead again');
select is(cast_.feed('2026-11-24'), '5 1 6', 'the next date continues where this one stopped');
select is(cast_.feed('2026-11-25'), 'nobody', 'when all leads are fed, a feed succeeds with none');
select is((select count(*) from public.leads l where l.campaign_id = cast_.campaign()), 7::bigint,
  'no lead was fed twice or left out');

-- Filters.
select cast_.as_new();
update public.campaigns set daily_limit = 250, min_score = 50 where id = cast_.campaign();
select is(cast_.feed(), '7 2 3 4 5', 'min_score excludes lower scores and includes its own value');
select cast_.as_new(), cast_.feedable(8, 60, p_state => 'NV'), cast_.feedable(9, 60, p_state => 'AZ'),
  cast_.nominate() \g /dev/null
update public.campaigns set min_score = 0, states = '{NV,OR}' where id = cast_.campaign();
select is(cast_.feed(), '8', 'states restricts the feed to its leads');
select cast_.as_new();
update public.campaigns set states = '{}', source_ids = array[gen_random_uuid()] where id = cast_.campaign();
select is(cast_.feed(), 'nobody', 'another source''s leads are not taken');
select cast_.as_new();
update public.campaigns set source_ids = '{a0000000-0000-4000-8000-00000000005c}' where id = cast_.campaign();
select is(cast_.feed(), '7 2 8 9 3 4 5 1 6', 'leads of the campaign''s own source are');

-- The current score counts, not that of the refresh.
select cast_.as_new();
set local sluice.actor = 'system';
update public.leads set lead_score = 95 where id = cast_.nth(6);
set local sluice.actor = '';
update public.campaigns set daily_limit = 2 where id = cast_.campaign();
select is(cast_.feed(), '7 6', 'a score that rose since the refresh counts at once');

-- The view nominates.
select cast_.as_new();
select cast_.feedable(10, 100) \g /dev/null
select is(cast_.feed(), '7 6', 'a lead created after the refresh waits for the next one');
select cast_.as_new(), cast_.nominate() \g /dev/null
select is(cast_.feed(), '7 10', 'after a refresh it is fed');

-- Only running campaigns, only their own org.
select cast_.as_new();
select is(cast_.feed(p_name => 'b'), 'nobody', 'a campaign of another org gets none of them');
update public.campaigns set state = 'paused' where id = cast_.campaign();
select throws_ok($$ select cast_.feed() $$, 'SL503', null, 'a paused campaign is not fed');
update public.campaigns set state = 'running' where id = cast_.campaign();
select is(cast_.feed(), '7 10', 'once it resumes, it is');

select is(cast_.run(who, $$ select * from public.feed_campaigns() $$),
  '42501 permission denied for function feed_campaigns', who || ' may not feed')
from unnest(array['anon', 'viewer', 'broker', 'owner']) who;
select matches(cast_.run(who, $$ select * from public.feed_campaigns('2026-11-23 13:00Z') $$), '^rows', who || ' may')
from unnest(array['pipeline_writer', 'service_role', 'desk']) who;

select * from finish();
rollback;
