-- Cron runs in UTC, business in local time: whatever triggers it, and however often, the due feeds depend only on the
-- clock, the org's time zone and the feeds on record.

create function private.feed_due_at(p_local_date date, p_time_zone text) returns timestamptz
language sql stable set search_path = '' as $$
  select (p_local_date + time '06:00') at time zone p_time_zone
$$;
comment on function private.feed_due_at(date, text) is 'Six in the morning on a local date, as an instant.';

create function private.open_feeds(p_as_of timestamptz default now())
returns table (org_id uuid, campaign_id uuid, local_date date, due_at timestamptz, state public.feed_state,
  attempts integer, retry_after timestamptz)
language sql stable set search_path = '' as $$
  select c.org_id, c.id, d.today, greatest(d.due_at, c.updated_at), f.state, coalesce(f.attempts, 0), f.retry_after
  from public.campaigns c
  join public.orgs o on o.id = c.org_id
  cross join lateral (
    select x.today, private.feed_due_at(x.today, o.time_zone) as due_at
    from (select (p_as_of at time zone o.time_zone)::date as today) x) d
  left join public.campaign_feeds f on f.org_id = c.org_id and f.campaign_id = c.id and f.local_date = d.today
  where c.state = 'running'
    and extract(isodow from d.today) between 1 and 5
    and not d.today = any (o.holidays)
    and d.today between coalesce(c.starts_on, d.today) and coalesce(c.ends_on, d.today)
    and p_as_of >= d.due_at
    and f.state is distinct from 'done'
  order by f.state is not null, c.org_id, c.created_at, c.id
$$;
comment on function private.open_feeds(timestamptz) is
  'Feeds of today that are not done: running campaigns whose org has a business day (Monday to Friday, except its '
  'holidays), after six local time. Campaigns that failed today come last. due_at: since when, and not before the '
  'last change of the campaign.';

create function private.due_feeds(p_as_of timestamptz default now())
returns table (org_id uuid, campaign_id uuid, local_date date)
language sql stable set search_path = '' as $$
  select f.org_id, f.campaign_id, f.local_date from private.open_feeds(p_as_of) f
  where f.state is null or f.state = 'failed' and f.retry_after <= p_as_of
$$;
comment on function private.due_feeds(timestamptz) is
  'Open feeds that may run now: a failed one waits. A missed feed is caught up later on the same local day, never on '
  'another.';
