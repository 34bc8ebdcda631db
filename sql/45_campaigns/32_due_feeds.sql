-- Cron runs in UTC, business in local time: whatever triggers it, and however often, the due feeds depend only on the
-- clock, the org's time zone and the feeds on record.

create function private.feed_due_at(p_local_date date, p_time_zone text) returns timestamptz
language sql stable set search_path = '' as $$
  select (p_local_date + time '06:00') at time zone p_time_zone
$$;
comment on function private.feed_due_at(date, text) is 'Six in the morning on a local date, as an instant.';

create function private.due_feeds(p_as_of timestamptz default now())
returns table (org_id uuid, campaign_id uuid, local_date date)
language sql stable set search_path = '' as $$
  select c.org_id, c.id, d.today
  from public.campaigns c
  join public.orgs o on o.id = c.org_id
  cross join lateral (select (p_as_of at time zone o.time_zone)::date as today) d
  where c.state = 'running'
    and extract(isodow from d.today) between 1 and 5
    and not d.today = any (o.holidays)
    and d.today between coalesce(c.starts_on, d.today) and coalesce(c.ends_on, d.today)
    and p_as_of >= private.feed_due_at(d.today, o.time_zone)
    and not exists (
      select from public.campaign_feeds f
      where f.org_id = c.org_id and f.campaign_id = c.id and f.local_date = d.today
        and (f.state <> 'failed' or f.retry_after > p_as_of))
  order by c.org_id, c.created_at, c.id
$$;
comment on function private.due_feeds(timestamptz) is
  'Due feeds: running campaigns whose org has a business day (Monday to Friday, except its holidays), after six '
  'local time and not yet done today. A missed feed is caught up later on the same local day, never on another.';
