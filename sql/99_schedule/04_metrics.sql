-- What the function `metrics` reads. Counters come from 90_views/11_metric_counts, states from partial indexes and small
-- tables, so that it costs the same with many leads. Labels are ids, states and names of rules, queues and providers.

create function private.org_metrics(p_org_ids uuid[], p_as_of timestamptz default now())
returns table (metric text, labels jsonb, value double precision)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
begin
  return query
  with counted as (
    select x.org_id, x.metric, x.labels, sum(x.value) as value
    from (
      select c.org_id, c.metric, c.labels, c.value from private.metric_counts c where c.org_id = any (p_org_ids)
      union all
      select d.org_id, d.metric, d.labels, d.value from private.metric_deltas d where d.org_id = any (p_org_ids)) x
    group by 1, 2, 3
  ), buckets as (
    select c.org_id, c.labels - 'le' as labels, b.le, sum(c.value) filter (where c.labels ->> 'le' <> '+Inf'
      and (b.le = '+Inf' or (c.labels ->> 'le')::double precision <= b.le::double precision)
      or c.labels ->> 'le' = b.le) as value
    from counted c
    cross join unnest('{0.1,0.25,0.5,1,2.5,5,10,30,+Inf}'::text[]) b (le)
    where c.metric = 'sluice_provider_request_duration_seconds_bucket'
    group by 1, 2, 3
  )
  select c.metric, jsonb_build_object('org', c.org_id) || c.labels, c.value from counted c
  where c.metric <> 'sluice_provider_request_duration_seconds_bucket'
  union all
  select 'sluice_provider_request_duration_seconds_' || k.part, jsonb_build_object('org', b.org_id) || b.labels
    || case k.part when 'bucket' then jsonb_build_object('le', b.le) else '{}' end, coalesce(b.value, 0)
  from buckets b
  cross join (values ('bucket'), ('count')) k (part)
  where k.part = 'bucket' or b.le = '+Inf';

  return query
  select 'sluice_messages_in_flight', jsonb_build_object('org', m.org_id, 'provider', m.provider, 'state', m.state),
    count(*)::double precision
  from (
    -- Each from its own index.
    select x.org_id, x.provider, x.state from public.messages x where x.state = 'sending'
    union all
    select x.org_id, x.provider, x.state from public.messages x where x.state = 'retrying'
    union all
    select x.org_id, x.provider, x.state from public.messages x where x.state = 'unconfirmed') m
  where m.org_id = any (p_org_ids)
  group by m.org_id, m.provider, m.state;

  return query
  select v.metric, jsonb_build_object('org', p.org_id), v.value
  from (
    select u.org_id, count(*)::double precision as n, extract(epoch from p_as_of - min(u.received_at)) as age
    from public.upload_parts u
    where u.state in ('received', 'staging', 'staged') and u.org_id = any (p_org_ids)
    group by u.org_id) p
  cross join lateral (values ('sluice_upload_parts_open', p.n),
    ('sluice_upload_parts_oldest_age_seconds', greatest(p.age, 0))) v (metric, value);

  return query
  select v.metric, jsonb_build_object('org', c.org_id, 'provider', c.provider, 'account', c.account), v.value
  from private.provider_circuits c
  cross join lateral (values ('sluice_provider_circuit_open', (c.state <> 'closed')::integer::double precision))
    v (metric, value)
  where c.org_id = any (p_org_ids);

  return query
  select v.metric, jsonb_build_object('org', x.org_id, 'provider', x.provider, 'period', x.period, 'purpose', x.purpose),
    v.value
  from (
    select b.org_id, b.provider, b.period, 'data' as purpose, b.limit_usd,
      coalesce(s.spent_usd + s.reserved_usd, 0) as spent
    from public.provider_budgets b
    join public.orgs o on o.id = b.org_id
    left join private.call_spend s on s.org_id = b.org_id and s.provider = b.provider and s.period = b.period
      and s.starts_on = case b.period when 'day' then (p_as_of at time zone o.time_zone)::date
        else date_trunc('month', p_as_of at time zone o.time_zone)::date end
    where b.org_id = any (p_org_ids)
    union all
    select s.org_id, s.provider, 'day', 'send', sum(s.daily_budget_usd), coalesce(sum(p.spent_usd + p.reserved_usd), 0)
    from public.senders s
    join public.orgs o on o.id = s.org_id
    left join private.provider_spend p on p.org_id = s.org_id and p.sender_id = s.id
      and p.local_date = (p_as_of at time zone o.time_zone)::date
    where s.org_id = any (p_org_ids) and s.daily_budget_usd is not null
    group by 1, 2) x
  cross join lateral (values ('sluice_provider_budget_usd', x.limit_usd::double precision),
    ('sluice_provider_spend_usd', x.spent::double precision)) v (metric, value);

  return query
  select v.metric, jsonb_build_object('org', c.org_id, 'campaign', c.id), v.value
  from public.campaigns c
  join public.orgs o on o.id = c.org_id
  left join public.campaign_feeds f on f.org_id = c.org_id and f.campaign_id = c.id
    and f.local_date = (p_as_of at time zone o.time_zone)::date
  cross join lateral (values ('sluice_feed_done', coalesce((f.state = 'done')::integer, 0)::double precision),
    ('sluice_feed_leads', coalesce(f.fed_count, 0)),
    -- Nothing is due on weekends, holidays and before the hour of the feed.
    ('sluice_feed_overdue', exists (select from private.open_feeds(p_as_of) w
      where w.org_id = c.org_id and w.campaign_id = c.id
        and p_as_of >= w.due_at + interval '15 minutes')::integer)) v (metric, value)
  where c.org_id = any (p_org_ids) and c.state = 'running';

  return query
  select v.metric, jsonb_build_object('org', d.org_id, 'source', d.source), v.value
  from (
    select x.org_id, x.source, count(*)::double precision as n, extract(epoch from p_as_of - min(x.created_at)) as age
    from public.pipeline_dlq x where x.resolved_at is null and x.org_id = any (p_org_ids)
    group by x.org_id, x.source) d
  cross join lateral (values ('sluice_dead_letters_open', d.n),
    ('sluice_dead_letters_oldest_age_seconds', greatest(d.age, 0))) v (metric, value);

  return query
  select v.metric, jsonb_build_object('org', o.id), v.value
  from unnest(p_org_ids) o (id)
  left join lateral (select count(*)::double precision as n, min(i.received_at) as since from public.webhook_inbox i
    where i.state = 'received' and i.org_id = o.id) inbox on true
  left join lateral (select min(u.received_at) as since from private.unread_contacts u where u.org_id = o.id) unread
    on true
  left join lateral (select count(*)::double precision as n, min(w.at) as since from private.possible_wishes w
    where w.org_id = o.id) wishes on true
  cross join lateral (values ('sluice_inbox_waiting', inbox.n),
    ('sluice_inbox_oldest_age_seconds', greatest(coalesce(extract(epoch from p_as_of - inbox.since), 0), 0)),
    ('sluice_wishes_unprocessed_oldest_age_seconds',
      greatest(coalesce(extract(epoch from p_as_of - unread.since), 0), 0)),
    ('sluice_wishes_waiting_for_person', wishes.n),
    ('sluice_wishes_waiting_for_person_oldest_age_seconds',
      greatest(coalesce(extract(epoch from p_as_of - wishes.since), 0), 0))) v (metric, value);
end
$$;
comment on function private.org_metrics(uuid[], timestamptz) is
  'Values of orgs for Prometheus, each with the label org. Names and kinds are in '
  'edge-functions/_shared/platform/metrics/catalogue.ts. Ages are 0 where nothing waits.';
revoke execute on function private.org_metrics(uuid[], timestamptz) from pipeline_writer;

create function private.platform_metrics(p_as_of timestamptz default now())
returns table (metric text, labels jsonb, value double precision)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
begin
  return query
  with jobs as (
    select j.name, count(*) filter (where j.start_after <= p_as_of) as ready,
      count(*) filter (where j.start_after > p_as_of) as deferred,
      min(greatest(j.created_on, j.start_after)) filter (where j.start_after <= p_as_of) as since
    from pgboss.job j where j.state < 'active' and not j.blocked group by j.name
  )
  select v.metric, jsonb_build_object('queue', q.name) || v.labels, v.value
  from pgboss.queue q
  left join jobs j on j.name = q.name
  cross join lateral (values
    ('sluice_queue_jobs', '{"state": "ready"}'::jsonb, coalesce(j.ready, 0)::double precision),
    ('sluice_queue_jobs', '{"state": "deferred"}', coalesce(j.deferred, 0)),
    -- As of the worker's last supervision of the queue.
    ('sluice_queue_jobs', '{"state": "active"}', q.active_count),
    ('sluice_queue_oldest_age_seconds', '{}', greatest(coalesce(extract(epoch from p_as_of - j.since), 0), 0)))
    v (metric, labels, value)
  where q.name !~ '^__';

  return query
  select 'sluice_contactable_view_refreshed_timestamp_seconds', '{}'::jsonb,
    coalesce(extract(epoch from max(r.finished_at)), 0)::double precision
  from private.daily_runs r where r.task = 'refresh_contactable_leads' and r.state = 'done';

  return query
  select 'sluice_retention_overdue', '{}'::jsonb, count(*)::double precision from private.overdue_retention(p_as_of);

  return query
  select 'sluice_tasks_overdue', '{}'::jsonb, count(distinct o.task)::double precision
  from private.overdue_tasks(p_as_of) o where o.campaign_id is null;

  return query
  select v.metric, jsonb_build_object('source', d.source), v.value
  from (
    select x.source, count(*)::double precision as n, extract(epoch from p_as_of - min(x.created_at)) as age
    from public.pipeline_dlq x where x.resolved_at is null and x.org_id is null group by x.source) d
  cross join lateral (values ('sluice_platform_dead_letters_open', d.n),
    ('sluice_platform_dead_letters_oldest_age_seconds', greatest(d.age, 0))) v (metric, value);

  return query
  select 'sluice_worker_wakes', jsonb_build_object('outcome', k.outcome),
    count(w.request_id)::double precision
  from (values ('ok'), ('failed'), ('waiting')) k (outcome)
  left join private.worker_wakes w on w.requested_at > p_as_of - interval '1 hour' and k.outcome = case
    when w.answered_at is null then 'waiting' when w.error is null then 'ok' else 'failed' end
  group by k.outcome;

  -- Neither exists in every database.
  if to_regclass('net._http_response') is not null then
    return query execute $q$
      select 'sluice_net_responses', jsonb_build_object('status', case when r.timed_out then 'timeout'
        when r.status_code is null then 'error' else (r.status_code / 100) || 'xx' end), count(*)::double precision
      from net._http_response r where r.created > $1 - interval '1 hour' group by 2 $q$ using p_as_of;
  end if;
  if to_regclass('cron.job_run_details') is not null then
    -- The history has no index but its key: the last runs of a schedule of about twenty jobs a minute at most.
    return query execute $q$
      with runs as materialized (
        select d.jobid, d.status, d.end_time, d.runid from cron.job_run_details d order by d.runid desc limit 3000
      ), last as (
        select distinct on (r.jobid) r.jobid, r.status from runs r where r.status in ('succeeded', 'failed')
        order by r.jobid, r.runid desc
      )
      select v.metric, jsonb_build_object('task', j.jobname), v.value
      from cron.job j
      left join last l on l.jobid = j.jobid
      left join lateral (select max(r.end_time) as at from runs r where r.jobid = j.jobid and r.status = 'succeeded') s
        on true
      cross join lateral (values ('sluice_cron_last_run_failed',
        coalesce((l.status = 'failed')::integer, 0)::double precision),
        ('sluice_cron_last_success_timestamp_seconds', extract(epoch from s.at)::double precision)) v (metric, value)
      where j.jobname ~ '^sluice-' and j.active and v.value is not null $q$;
  end if;
end
$$;
comment on function private.platform_metrics(timestamptz) is
  'Values of the whole installation for Prometheus: queues, schedule, view, what woke the worker. sluice_worker_wakes and '
  'sluice_net_responses count the last hour.';
revoke execute on function private.platform_metrics(timestamptz) from pipeline_writer;

create function private.read_metrics(p_org_id uuid default null, p_as_of timestamptz default now())
returns table (metric text, labels jsonb, value double precision)
language plpgsql stable security definer set search_path = '' set jit = off as $$
declare
  v_orgs constant uuid[] := array(select o.id from public.orgs o order by o.id);
begin
  return query select m.* from private.org_metrics(case when p_org_id is null then v_orgs else array[p_org_id] end,
    p_as_of) m;
  -- What all orgs share is shown to the operator, and to the only org.
  if p_org_id is null or v_orgs = array[p_org_id] then
    return query select m.* from private.platform_metrics(p_as_of) m;
  end if;
end
$$;
comment on function private.read_metrics(uuid, timestamptz) is
  'All metrics: of one org, or of all (p_org_id null). What the whole installation shares comes with all, and with the org '
  'where it is the only one. Definer: queues, schedule and counts belong to the owner.';
revoke execute on function private.read_metrics(uuid, timestamptz) from public;
grant execute on function private.read_metrics(uuid, timestamptz) to pipeline_writer;
