-- Counters for metrics: what happened since the project began, by a few labels. As 06_pipeline_daily: statements leave rows
-- of differences, which no other transaction waits for, and a job folds them. Labels are names of states, rules and
-- providers, never values of a row.

create table private.metric_counts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  metric text not null,
  labels jsonb not null default '{}',
  value double precision not null,
  primary key (org_id, metric, labels)
);
comment on table private.metric_counts is 'Counters by org, metric and labels; read_metrics adds what is not folded.';
alter table private.metric_counts enable row level security;

create table private.metric_deltas (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  metric text not null,
  labels jsonb not null default '{}',
  value double precision not null,
  primary key (org_id, id)
);
comment on table private.metric_deltas is 'Counts that are not in metric_counts yet.';
alter table private.metric_deltas enable row level security;

create function private.request_status(p_outcome text, p_code text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select case
    when p_outcome in ('ok', 'empty', 'accepted') then 'ok'
    when p_outcome = 'slow_down' or p_code in ('http_429', '20429', 'concurrency_limit') then '429'
    when p_code ~ '^http_5[0-9][0-9]$' then '5xx'
    when 'unreachable' in (p_outcome, p_code) then 'unreachable'
    when p_outcome in ('no_answer', 'unknown') then 'no_answer'
    when p_outcome = 'retry_after' then '5xx'
    else '4xx' end
$$;
comment on function private.request_status(text, text) is
  'How a provider answered, in a word: ok, 429, 5xx, 4xx (refused), unreachable or no_answer. p_outcome: of a data call or '
  'of a message; p_code: as stored with it.';

create function private.duration_bucket(p_ms double precision) returns text
language sql immutable parallel safe set search_path = '' as $$
  select coalesce((array['0.1', '0.25', '0.5', '1', '2.5', '5', '10', '30'])[
    width_bucket(greatest(p_ms - 0.001, 0), array[0::double precision, 100, 250, 500, 1000, 2500, 5000, 10000, 30000])], '+Inf')
$$;
comment on function private.duration_bucket(double precision) is
  'The bucket of a histogram in which a duration in milliseconds is; its upper bound in seconds.';

create function private.tg_uploads__count() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.metric_deltas (org_id, metric, labels, value)
  values (new.org_id, 'sluice_uploads_total', jsonb_build_object('kind', new.kind, 'outcome',
    case when tg_op = 'INSERT' then 'received' else new.state::text end), 1);
  return null;
end
$$;
comment on function private.tg_uploads__count() is
  'Trigger: counts uploads and how they ended. Definer: nobody else writes the counts.';
create trigger _300_count_new after insert on public.uploads
  for each row when (not new.dry_run) execute function private.tg_uploads__count();
create trigger _300_count_ended after update of state on public.uploads
  for each row when (not new.dry_run and new.state <> old.state and new.state in ('completed', 'failed', 'undone'))
  execute function private.tg_uploads__count();

create function private.tg_upload_parts__count() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.metric_deltas (org_id, metric, labels, value)
  select new.org_id, 'sluice_upload_rows_total', jsonb_build_object('verdict', v.verdict), v.n
  from (values ('created', new.created), ('updated', new.updated), ('unchanged', new.unchanged), ('merged', new.merged),
    ('conflict', new.conflict), ('rejected', new.rejected)) v (verdict, n)
  where v.n > 0 and exists (select from public.uploads u
    where u.org_id = new.org_id and u.id = new.upload_id and not u.dry_run);
  return null;
end
$$;
comment on function private.tg_upload_parts__count() is
  'Trigger: counts the rows of a part by verdict. Definer: nobody else writes the counts.';
create trigger _300_count after update of state on public.upload_parts
  for each row when (new.state = 'resolved' and old.state <> 'resolved')
  execute function private.tg_upload_parts__count();

create function private.tg_gate_decisions__count() returns trigger
language plpgsql security definer set search_path = '' as $$
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
$$;
comment on function private.tg_gate_decisions__count() is
  'Trigger: counts decisions of the gate, and refusals by rule. Definer: nobody else writes the counts.';
create trigger _300_count after insert on public.gate_decisions
  referencing new table as decided for each statement execute function private.tg_gate_decisions__count();

create function private.tg_messages__count_states() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.metric_deltas (org_id, metric, labels, value)
  select n.org_id, 'sluice_messages_total', jsonb_build_object('channel', n.channel, 'provider', n.provider, 'state',
    n.state), count(*)
  from after_it n join before_it o on o.org_id = n.org_id and o.id = n.id
  where n.state <> o.state
  group by n.org_id, n.channel, n.provider, n.state;
  return null;
end
$$;
comment on function private.tg_messages__count_states() is
  'Trigger: counts the states that messages enter. Definer: nobody else writes the counts.';
create trigger _310_count_states after update on public.messages
  referencing old table as before_it new table as after_it
  for each statement execute function private.tg_messages__count_states();

create function private.tg_messages__count_claims() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.metric_deltas (org_id, metric, labels, value)
  select n.org_id, 'sluice_messages_total', jsonb_build_object('channel', n.channel, 'provider', n.provider, 'state',
    n.state), count(*)
  from after_it n group by n.org_id, n.channel, n.provider, n.state;
  return null;
end
$$;
comment on function private.tg_messages__count_claims() is
  'Trigger: counts new messages by state. Definer: nobody else writes the counts.';
create trigger _310_count_claims after insert on public.messages
  referencing new table as after_it for each statement execute function private.tg_messages__count_claims();

create function private.tg_provider_calls__count_requests() returns trigger
language plpgsql security definer set search_path = '' as $$
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
$$;
comment on function private.tg_provider_calls__count_requests() is
  'Trigger: counts data calls by outcome, and how long they took. Definer: nobody else writes the counts.';

create function private.request_counts(p_provider text, p_purpose text, p_status text, p_ms double precision)
returns table (metric text, labels jsonb, value double precision)
language sql immutable as $$
  select 'sluice_provider_requests_total',
    jsonb_build_object('provider', p_provider, 'purpose', p_purpose, 'status', p_status), 1::double precision
  union all
  select 'sluice_provider_request_duration_seconds_bucket', jsonb_build_object('provider', p_provider, 'purpose', p_purpose,
    'le', private.duration_bucket(p_ms)), 1 where p_ms is not null
  union all
  select 'sluice_provider_request_duration_seconds_sum',
    jsonb_build_object('provider', p_provider, 'purpose', p_purpose), p_ms / 1000 where p_ms is not null
$$;
comment on function private.request_counts(text, text, text, double precision) is
  'What one request to a provider counts for; p_ms: its duration, null if unknown. Inlined.';
create trigger _310_count_requests after insert on public.provider_calls
  referencing new table as called for each statement execute function private.tg_provider_calls__count_requests();

create function private.count_requests(p_org_id uuid, p_requests jsonb) returns void
language sql volatile security definer set search_path = '' as $$
  insert into private.metric_deltas (org_id, metric, labels, value)
  select p_org_id, m.metric, m.labels, sum(m.value)
  from jsonb_array_elements(p_requests) x
  cross join lateral private.request_counts(x ->> 'provider', 'send',
    private.request_status(x ->> 'result', x ->> 'code'), (x ->> 'duration_ms')::double precision) m
  where x ->> 'provider' ~ '^[a-z0-9_]{1,40}$'
  group by 2, 3;
  insert into private.call_deltas (org_id, day, source_id, campaign_id, broker_id, send_429, send_5xx)
  select m.org_id, (coalesce(nullif(current_setting('sluice.as_of', true), '')::timestamptz, now())
      at time zone o.time_zone)::date, l.source_id, m.campaign_id, l.assigned_broker_id,
    count(*) filter (where r.status = '429'), count(*) filter (where r.status = '5xx')
  from (
    select (x ->> 'message_id')::uuid as message_id, private.request_status(x ->> 'result', x ->> 'code') as status
    from jsonb_array_elements(p_requests) x offset 0) r
  join public.messages m on m.org_id = p_org_id and m.id = r.message_id
  join public.orgs o on o.id = m.org_id
  left join public.leads l on l.org_id = m.org_id and l.id = m.lead_id
  where r.status in ('429', '5xx')
  group by 1, 2, 3, 4, 5
$$;
comment on function private.count_requests(uuid, jsonb) is
  'Counts requests that sent messages: [{message_id, provider, result, code, duration_ms}]. Definer: '
  'nobody else writes the counts.';
revoke execute on function private.count_requests(uuid, jsonb) from public;
grant execute on function private.count_requests(uuid, jsonb) to pipeline_writer;

create function private.fold_metrics(p_limit integer default 300000) returns bigint
language plpgsql volatile security definer set search_path = '' as $$
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
$$;
comment on function private.fold_metrics(integer) is
  'Moves up to p_limit counts into metric_counts; returns how many. Definer: the counts belong to the owner.';
revoke execute on function private.fold_metrics(integer) from pipeline_writer;
