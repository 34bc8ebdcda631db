begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

-- Ticks a clock through a period and returns the local dates fed and their times: `11-20@06:00 11-23@06:00`.
create function cast_.ticks(p_from timestamptz, p_to timestamptz, p_every interval, p_name text default 'a') returns
  text
language plpgsql as $$
declare
  v_at timestamptz;
  v_fed text[] := '{}';
  v_feed public.campaign_feeds;
begin
  for v_at in select * from generate_series(p_from, p_to, p_every) loop
    for v_feed in select * from public.feed_campaigns(v_at) f where f.campaign_id = cast_.campaign(p_name) loop
      v_fed := v_fed || concat(to_char(v_feed.local_date, 'MM-DD'),
        to_char(v_at at time zone (select o.time_zone from public.orgs o where o.id = v_feed.org_id), '@HH24:MI'),
        case when v_feed.late then ' late' end, ' ' || nullif(v_feed.state, 'done')::text);
    end loop;
  end loop;
  return array_to_string(v_fed, ', ');
end
$$;
create function cast_.la(p_local timestamp) returns timestamptz
language sql immutable as $$ select p_local at time zone 'America/Los_Angeles' $$;
savepoint start;

select is(cast_.ticks(cast_.la('2026-11-23 05:00'), cast_.la('2026-11-23 07:00'), '1 minute'), '11-23@06:00',
  'a Monday is fed at six');
select is(cast_.ticks(cast_.la('2026-11-23 06:00'), cast_.la('2026-11-23 23:59'), '20 minutes'), '',
  'later ticks do not feed again');
select is(cast_.ticks(cast_.la('2026-11-24 05:59:59'), cast_.la('2026-11-24 06:00'), '1 second'), '11-24@06:00',
  'the feed starts at six to the second');
select is((select count(*) from public.feed_campaigns(cast_.la('2026-11-24 06:00'))), 0::bigint,
  'a second tick of the same minute does nothing');

-- Weeks.
rollback to start;
select is(cast_.ticks(cast_.la('2026-11-20 00:00'), cast_.la('2026-11-24 23:45'), '15 minutes'),
  '11-20@06:00, 11-23@06:00, 11-24@06:00', 'Friday is followed by Monday');
rollback to start;
select is(cast_.ticks(cast_.la('2026-12-31 00:00'), cast_.la('2027-01-02 00:00'), '15 minutes'),
  '12-31@06:00, 01-01@06:00', 'feeds continue into a new year');
rollback to start;
update public.orgs set holidays = '{2027-01-01}' where id = cast_.org();
select is(cast_.ticks(cast_.la('2026-12-31 00:00'), cast_.la('2027-01-05 00:00'), '15 minutes'),
  '12-31@06:00, 01-04@06:00', 'a holiday of the org is left out and not made up for');
rollback to start;
select is(cast_.ticks(cast_.la('2028-02-28 00:00'), cast_.la('2028-03-01 23:45'), '15 minutes'),
  '02-28@06:00, 02-29@06:00, 03-01@06:00', 'a leap day is fed');
rollback to start;
select is(cast_.ticks(cast_.la('2026-02-27 00:00'), cast_.la('2026-03-02 23:45'), '15 minutes'),
  '02-27@06:00, 03-02@06:00', 'a year without a leap day has none');

-- Both clock changes are on Sundays, without a feed: the days around them are tested, and the due time on the
-- Sundays.
rollback to start;
select is(cast_.ticks('2026-03-06 10:00Z', '2026-03-10 07:00Z', '15 minutes'), '03-06@06:00, 03-09@06:00',
  'the feed starts at six before and after the clocks go forward');
select is(cast_.ticks('2026-10-30 10:00Z', '2026-11-03 07:00Z', '15 minutes'), '10-30@06:00, 11-02@06:00',
  'the feed starts at six before and after the clocks go back');
select results_eq($$ select f.local_date, f.started_at from public.campaign_feeds f where f.org_id = cast_.org()
  order by 1 $$,
  $$ values ('2026-03-06'::date, '2026-03-06 14:00Z'::timestamptz), ('2026-03-09', '2026-03-09 13:00Z'),
    ('2026-10-30', '2026-10-30 13:00Z'), ('2026-11-02', '2026-11-02 14:00Z') $$,
  'the UTC hour changes with the clocks');
select is(private.feed_due_at('2026-03-08', 'America/Los_Angeles'), '2026-03-08 13:00Z'::timestamptz,
  'the feed is due at six on a day of 23 hours');
select is(private.feed_due_at('2026-11-01', 'America/Los_Angeles'), '2026-11-01 14:00Z'::timestamptz,
  'the feed is due at six on a day of 25 hours');
select is((select count(*) from generate_series('2026-11-01 00:00Z'::timestamptz, '2026-11-02 12:00Z', '30 minutes')
  t, public.feed_campaigns(t)), 0::bigint, 'a Sunday of 25 hours is not fed');
-- Jordan changed its clocks on Fridays.
rollback to start;
update public.orgs set time_zone = 'Asia/Amman' where id = cast_.org();
select is(cast_.ticks('2022-02-24 00:00Z', '2022-02-25 23:45Z', '15 minutes'), '02-24@06:00, 02-25@06:00',
  'a weekday of 23 hours is fed once');
rollback to start;
update public.orgs set time_zone = 'Asia/Amman' where id = cast_.org();
select is(cast_.ticks('2021-10-28 00:00Z', '2021-10-29 23:45Z', '15 minutes'), '10-28@06:00, 10-29@06:00',
  'a weekday of 25 hours is fed once');

-- Outages.
rollback to start;
select is(cast_.ticks(cast_.la('2026-11-23 06:05'), cast_.la('2026-11-23 12:00'), '1 hour'), '11-23@06:05',
  'a start up to five minutes after six is on time');
rollback to start;
select is(cast_.ticks(cast_.la('2026-11-23 06:06'), cast_.la('2026-11-23 12:00'), '1 hour'), '11-23@06:06 late',
  'a later start is late');
rollback to start;
select is(cast_.ticks(cast_.la('2026-11-23 23:59:59'), cast_.la('2026-11-23 23:59:59'), '1 hour'), '11-23@23:59 late',
  'a missed feed is made up for until the day ends');
rollback to start;
select is(cast_.ticks(cast_.la('2026-11-24 00:00'), cast_.la('2026-11-24 08:00'), '15 minutes'), '11-24@06:00',
  'a missed feed is not made up for on another day');
rollback to start;
select is(cast_.ticks(cast_.la('2026-11-21 00:00'), cast_.la('2026-11-22 23:59'), '30 minutes'), '',
  'a missed Friday is not made up for at the weekend');

-- Each org has its own morning.
rollback to start;
update public.orgs set time_zone = 'America/New_York' where id = cast_.org('b');
select is(cast_.ticks('2026-11-23 00:00Z', '2026-11-24 00:00Z', '15 minutes', 'b'), '11-23@06:00',
  'an org in New York is fed at its own six');
select is((select f.started_at from public.campaign_feeds f where f.org_id = cast_.org('b')),
  '2026-11-23 11:00Z'::timestamptz, 'New York is fed three hours before Los Angeles');
select is((select f.started_at from public.campaign_feeds f where f.org_id = cast_.org('a')),
  '2026-11-23 14:00Z'::timestamptz, 'Los Angeles is fed at its own six');

-- Campaigns.
rollback to start;
update public.campaigns set starts_on = '2026-11-24', ends_on = '2026-11-25' where id = cast_.campaign();
select is(cast_.ticks(cast_.la('2026-11-23 00:00'), cast_.la('2026-11-27 23:00'), '30 minutes'),
  '11-24@06:00, 11-25@06:00', 'a campaign is fed from its first date to its last');
rollback to start;
update public.campaigns set state = 'paused' where id = cast_.campaign();
select is(cast_.ticks(cast_.la('2026-11-23 00:00'), cast_.la('2026-11-23 23:00'), '30 minutes'), '',
  'a paused campaign is not fed');
update public.campaigns set state = 'running' where id = cast_.campaign();
select is(cast_.ticks(cast_.la('2026-11-24 00:00'), cast_.la('2026-11-24 23:00'), '30 minutes'), '11-24@06:00',
  'a resumed campaign is fed');
insert into public.campaigns (org_id, name) values (cast_.org(), 'Draft');
select is((select count(*) from private.due_feeds(cast_.la('2026-11-25 12:00')) d where d.org_id = cast_.org()),
  1::bigint, 'a draft is not due');

-- Two campaigns of an org share its leads: the older one chooses first.
rollback to start;
insert into public.campaigns (org_id, id, name, state, created_at, daily_limit)
values (cast_.org(), 'a0000000-0000-4000-8000-0000000000cb', 'Older', 'running', '2020-01-01', 1);
select cast_.feedable(1, 90), cast_.feedable(2, 80) \g /dev/null
select cast_.nominate() \g /dev/null
select public.feed_campaigns(cast_.la('2026-11-23 06:00')) \g /dev/null
select results_eq($$ select k.name, right(l.id::text, 1)::integer from public.leads l join public.campaigns k on k.id
  = l.campaign_id order by 2 $$,
  $$ values ('Older', 1), ('Campaign A', 2) $$, 'no lead is in two campaigns, and the older campaign chooses first');

-- Failures.
rollback to start;
select cast_.feedable(1), cast_.feedable(2, p_org => 'b') \g /dev/null
select cast_.nominate() \g /dev/null
create function cast_.break_org_a() returns trigger language plpgsql as $$
begin
  if new.org_id = cast_.org() and new.lead_id is not null then raise exception 'broken'; end if;
  return new;
end $$;
create trigger broken before insert on public.pipeline_events for each row execute function cast_.break_org_a();
set local client_min_messages = error;
select results_eq($$ select f.org_id, f.state::text, f.fed_count, f.attempts, f.retry_after
  from public.feed_campaigns(cast_.la('2026-11-23 06:00')) f $$,
  $$ values (cast_.org('a'), 'failed', 0, 1, cast_.la('2026-11-23 06:01')), (cast_.org('b'), 'done', 1, 1, null) $$,
  'the failure of one campaign does not affect another');
select is((select l.campaign_status::text from public.leads l where l.id = cast_.nth(1)), 'new',
  'a failed feed leaves no change on the leads');
select is((select count(*) from public.lead_changes c where c.lead_id = cast_.nth(1)
  and c.changes ? 'campaign_status'), 0::bigint, 'a failed feed leaves no change in the history');
select results_eq($$ select source, reason, attempts, resolved_at, payload from public.pipeline_dlq $$,
  $$ values ('feed', 'P0001', 1, null::timestamptz, jsonb_build_object('campaign_id', cast_.campaign(), 'local_date',
    '2026-11-23')) $$, 'a failed feed has a dead letter');
select is((select count(*) from public.feed_campaigns(cast_.la('2026-11-23 06:00:59'))), 0::bigint,
  'a failed feed is not retried early');
select is(cast_.ticks(cast_.la('2026-11-23 06:01'), cast_.la('2026-11-23 06:20'), '1 minute'),
  '11-23@06:01 failed, 11-23@06:03 failed, 11-23@06:07 failed, 11-23@06:15 failed', 'the retry delay doubles');
drop trigger broken on public.pipeline_events;
select is(cast_.ticks(cast_.la('2026-11-23 06:20'), cast_.la('2026-11-23 09:00'), '1 minute'), '11-23@06:31 late',
  'once the fault is fixed, the day is fed late');
select results_eq($$ select f.fed_count, f.attempts, f.detail -> 'error' from public.campaign_feeds f
  where f.campaign_id = cast_.campaign() $$,
  $$ values (1, 6, null::jsonb) $$, 'the day is fed once');
select is((select count(*) from public.pipeline_dlq where resolved_at is null), 0::bigint,
  'the dead letter is closed');

select * from finish();
rollback;
