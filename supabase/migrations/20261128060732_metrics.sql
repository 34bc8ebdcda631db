-- metrics: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE TABLE "private"."metric_counts" (
  "org_id" uuid             NOT NULL,
  "metric" text             NOT NULL,
  "labels" jsonb            NOT NULL DEFAULT '{}'::jsonb,
  "value"  double precision NOT NULL,
  CONSTRAINT "metric_counts_pkey" PRIMARY KEY (org_id, metric, labels)
);

ALTER TABLE "private"."metric_counts"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."metric_deltas" (
  "org_id" uuid             NOT NULL,
  "id"     bigint           GENERATED ALWAYS AS IDENTITY NOT NULL,
  "metric" text             NOT NULL,
  "labels" jsonb            NOT NULL DEFAULT '{}'::jsonb,
  "value"  double precision NOT NULL,
  CONSTRAINT "metric_deltas_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "private"."metric_deltas"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION private.count_requests (
  p_org_id   uuid,
  p_requests jsonb
)
  RETURNS void
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  insert into private.metric_deltas (org_id, metric, labels, value)
  select p_org_id, m.metric, m.labels, sum(m.value)
  from jsonb_array_elements(p_requests) x
  cross join lateral private.request_counts(x ->> 'provider', 'send',
    private.request_status(x ->> 'result', x ->> 'code'), (x ->> 'duration_ms')::double precision) m
  where x ->> 'provider' ~ '^[a-z0-9_]{1,40}$'
  group by 2, 3
$function$;

CREATE OR REPLACE FUNCTION private.duration_bucket (
  p_ms double precision
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select coalesce((array['0.1', '0.25', '0.5', '1', '2.5', '5', '10', '30'])[
    width_bucket(greatest(p_ms - 0.001, 0), array[0::double precision, 100, 250, 500, 1000, 2500, 5000, 10000, 30000])], '+Inf')
$function$;

CREATE OR REPLACE FUNCTION private.fold_metrics (
  p_limit integer DEFAULT 300000
)
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_count bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('sluice fold metrics', 0)) then
    return 0;
  end if;
  with gone as (
    delete from private.metric_deltas d
    where (d.org_id, d.id) in (select x.org_id, x.id from private.metric_deltas x order by x.id limit p_limit)
    returning d.*
  ), counts as (
    insert into private.metric_counts as c (org_id, metric, labels, value)
    select g.org_id, g.metric, g.labels, sum(g.value) from gone g group by 1, 2, 3
    on conflict (org_id, metric, labels) do update set value = c.value + excluded.value
  )
  select count(*) into v_count from gone;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.org_metrics (
  p_org_ids uuid[],
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    metric text,
    labels jsonb,
    value  double precision
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.platform_metrics (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    metric text,
    labels jsonb,
    value  double precision
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.read_metrics (
  p_org_id uuid                     DEFAULT NULL::uuid,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    metric text,
    labels jsonb,
    value  double precision
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  SET jit TO 'off'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.request_counts (
  p_provider text,
  p_purpose  text,
  p_status   text,
  p_ms       double precision
)
  RETURNS TABLE (
    metric text,
    labels jsonb,
    value  double precision
  )
  LANGUAGE sql
  IMMUTABLE
  AS $function$
  select 'sluice_provider_requests_total',
    jsonb_build_object('provider', p_provider, 'purpose', p_purpose, 'status', p_status), 1::double precision
  union all
  select 'sluice_provider_request_duration_seconds_bucket', jsonb_build_object('provider', p_provider, 'purpose', p_purpose,
    'le', private.duration_bucket(p_ms)), 1 where p_ms is not null
  union all
  select 'sluice_provider_request_duration_seconds_sum',
    jsonb_build_object('provider', p_provider, 'purpose', p_purpose), p_ms / 1000 where p_ms is not null
$function$;

CREATE OR REPLACE FUNCTION private.request_status (
  p_outcome text,
  p_code    text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select case
    when p_outcome in ('ok', 'empty', 'accepted') then 'ok'
    when p_outcome = 'slow_down' or p_code in ('http_429', '20429', 'concurrency_limit') then '429'
    when p_code ~ '^http_5[0-9][0-9]$' then '5xx'
    when 'unreachable' in (p_outcome, p_code) then 'unreachable'
    when p_outcome in ('no_answer', 'unknown') then 'no_answer'
    when p_outcome = 'retry_after' then '5xx'
    else '4xx' end
$function$;

CREATE OR REPLACE FUNCTION private.tg_gate_decisions__count()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.metric_deltas (org_id, metric, labels, value)
  select n.org_id, 'sluice_gate_decisions_total', jsonb_build_object('channel', n.channel, 'verdict',
    case when n.allow then 'allowed' else 'refused' end), count(*)
  from decided n group by n.org_id, n.channel, n.allow
  union all
  select n.org_id, 'sluice_gate_refusals_total', jsonb_build_object('rule', r), count(*)
  from decided n cross join unnest(n.rules) r group by n.org_id, r;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_messages__count_claims()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.metric_deltas (org_id, metric, labels, value)
  select n.org_id, 'sluice_messages_total', jsonb_build_object('channel', n.channel, 'provider', n.provider, 'state',
    n.state), count(*)
  from after_it n group by n.org_id, n.channel, n.provider, n.state;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_messages__count_states()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.metric_deltas (org_id, metric, labels, value)
  select n.org_id, 'sluice_messages_total', jsonb_build_object('channel', n.channel, 'provider', n.provider, 'state',
    n.state), count(*)
  from after_it n join before_it o on o.org_id = n.org_id and o.id = n.id
  where n.state <> o.state
  group by n.org_id, n.channel, n.provider, n.state;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_provider_calls__count_requests()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.metric_deltas (org_id, metric, labels, value)
  select n.org_id, m.metric, m.labels, sum(m.value)
  from called n
  cross join lateral (
    select 'sluice_provider_cached_answers_total', jsonb_build_object('provider', n.provider), 1::double precision
    where n.cached
    union all
    select x.* from private.request_counts(n.provider, 'data', private.request_status(n.outcome::text, n.code),
      n.duration_ms) x
    where not n.cached) m (metric, labels, value)
  group by 1, 2, 3;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_upload_parts__count()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.metric_deltas (org_id, metric, labels, value)
  select new.org_id, 'sluice_upload_rows_total', jsonb_build_object('verdict', v.verdict), v.n
  from (values ('created', new.created), ('updated', new.updated), ('unchanged', new.unchanged), ('merged', new.merged),
    ('conflict', new.conflict), ('rejected', new.rejected)) v (verdict, n)
  where v.n > 0 and exists (select from public.uploads u
    where u.org_id = new.org_id and u.id = new.upload_id and not u.dry_run);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_uploads__count()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.metric_deltas (org_id, metric, labels, value)
  values (new.org_id, 'sluice_uploads_total', jsonb_build_object('kind', new.kind, 'outcome',
    case when tg_op = 'INSERT' then 'received' else new.state::text end), 1);
  return null;
end
$function$;

ALTER TABLE "private"."metric_counts"
  ADD CONSTRAINT "metric_counts_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."metric_deltas"
  ADD CONSTRAINT "metric_deltas_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

CREATE TRIGGER _300_count
  AFTER INSERT ON public.gate_decisions REFERENCING NEW TABLE AS decided
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_gate_decisions__count();

CREATE TRIGGER _310_count_claims
  AFTER INSERT ON public.messages REFERENCING NEW TABLE AS after_it
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_messages__count_claims();

CREATE TRIGGER _310_count_states
  AFTER UPDATE ON public.messages REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_messages__count_states();

CREATE TRIGGER _310_count_requests
  AFTER INSERT ON public.provider_calls REFERENCING NEW TABLE AS CALLED
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_provider_calls__count_requests();

CREATE TRIGGER _300_count
  AFTER UPDATE OF state ON public.upload_parts
  FOR EACH ROW
  WHEN (((new.state = 'resolved'::public.part_state) AND (old.state <> 'resolved'::public.part_state)))
  EXECUTE FUNCTION private.tg_upload_parts__count();

CREATE TRIGGER _300_count_ended
  AFTER UPDATE OF state ON public.uploads
  FOR EACH ROW
  WHEN
    (((NOT new.dry_run) AND (new.state <> old.state) AND (new.state = ANY (ARRAY['completed'::public.upload_state, 'failed'::public.upload_state, 'undone'::public.upload_state]))))
  EXECUTE FUNCTION private.tg_uploads__count();

CREATE TRIGGER _300_count_new
  AFTER INSERT ON public.uploads
  FOR EACH ROW
  WHEN ((NOT new.dry_run))
  EXECUTE FUNCTION private.tg_uploads__count();

COMMENT ON FUNCTION "private"."count_requests"(uuid, jsonb) IS 'Counts requests that sent messages: [{provider, result, code, duration_ms}]. Definer: nobody else writes the counts.';

COMMENT ON FUNCTION "private"."duration_bucket"(double precision) IS 'The bucket of a histogram in which a duration in milliseconds is; its upper bound in seconds.';

COMMENT ON FUNCTION "private"."fold_metrics"(integer) IS 'Moves up to p_limit counts into metric_counts; returns how many. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "private"."org_metrics"(uuid[], timestamp with time zone) IS 'Values of orgs for Prometheus, each with the label org. Names and kinds are in edge-functions/_shared/platform/metrics/catalogue.ts. Ages are 0 where nothing waits.';

COMMENT ON FUNCTION "private"."platform_metrics"(timestamp with time zone) IS 'Values of the whole installation for Prometheus: queues, schedule, view, what woke the worker. sluice_worker_wakes and sluice_net_responses count the last hour.';

COMMENT ON FUNCTION "private"."read_metrics"(uuid, timestamp with time zone) IS 'All metrics: of one org, or of all (p_org_id null). What the whole installation shares comes with all, and with the org where it is the only one. Definer: queues, schedule and counts belong to the owner.';

COMMENT ON FUNCTION "private"."request_counts"(text, text, text, double precision) IS 'What one request to a provider counts for; p_ms: its duration, null if unknown. Inlined.';

COMMENT ON FUNCTION "private"."request_status"(text, text) IS 'How a provider answered, in a word: ok, 429, 5xx, 4xx (refused), unreachable or no_answer. p_outcome: of a data call or of a message; p_code: as stored with it.';

COMMENT ON FUNCTION "private"."tg_gate_decisions__count"() IS 'Trigger: counts decisions of the gate, and refusals by rule. Definer: nobody else writes the counts.';

COMMENT ON FUNCTION "private"."tg_messages__count_claims"() IS 'Trigger: counts new messages by state. Definer: nobody else writes the counts.';

COMMENT ON FUNCTION "private"."tg_messages__count_states"() IS 'Trigger: counts the states that messages enter. Definer: nobody else writes the counts.';

COMMENT ON FUNCTION "private"."tg_provider_calls__count_requests"() IS 'Trigger: counts data calls by outcome, and how long they took. Definer: nobody else writes the counts.';

COMMENT ON FUNCTION "private"."tg_upload_parts__count"() IS 'Trigger: counts the rows of a part by verdict. Definer: nobody else writes the counts.';

COMMENT ON FUNCTION "private"."tg_uploads__count"() IS 'Trigger: counts uploads and how they ended. Definer: nobody else writes the counts.';

COMMENT ON TABLE "private"."metric_counts" IS 'Counters by org, metric and labels; read_metrics adds what is not folded.';

COMMENT ON TABLE "private"."metric_deltas" IS 'Counts that are not in metric_counts yet.';

REVOKE ALL ON FUNCTION "private"."count_requests"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_requests"(uuid, jsonb) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."duration_bucket"(double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."duration_bucket"(double precision) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."fold_metrics"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."org_metrics"(uuid[], timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."platform_metrics"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."read_metrics"(uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."read_metrics"(uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."request_counts"(text, text, text, double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."request_counts"(text, text, text, double precision) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."request_status"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."request_status"(text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_gate_decisions__count"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_gate_decisions__count"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_messages__count_claims"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_messages__count_claims"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_messages__count_states"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_messages__count_states"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_provider_calls__count_requests"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_provider_calls__count_requests"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_upload_parts__count"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_upload_parts__count"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_uploads__count"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_uploads__count"() TO "pipeline_writer";

-- Rights that default privileges would change.

revoke execute on function private.fold_metrics(integer) from pipeline_writer;
revoke execute on function private.org_metrics(uuid[],timestamp with time zone) from pipeline_writer;
revoke execute on function private.platform_metrics(timestamp with time zone) from pipeline_writer;

-- Reference data, queues and cron jobs.

do $cron$
begin
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    raise notice 'no pg_cron in this database: its jobs stay as they are';
    return;
  end if;
  perform cron.schedule('sluice-fold-numbers', '* * * * *', 'set statement_timeout = ''1min''; select private.fold_pipeline() + private.fold_messages() + private.fold_calls() + private.fold_places() + private.fold_metrics()');
end
$cron$;
