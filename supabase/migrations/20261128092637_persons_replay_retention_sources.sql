-- persons replay retention sources: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

ALTER TABLE "public"."sources"
  DROP CONSTRAINT "source_key_is_unique";

DROP FUNCTION "private"."drop_expired_decisions"(timestamp WITH time zone);

DROP FUNCTION "private"."purge_expired"(timestamp WITH time zone);

DROP FUNCTION "private"."purge_webhook_bodies"(timestamp WITH time zone);

DROP FUNCTION "public"."list_members"(uuid);

CREATE OR REPLACE FUNCTION private.audit_proof (
  p_org_id     uuid,
  p_action     text,
  p_subject_id text
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_build_object('event_id', e.id, 'at', e.at, 'seq', l.seq, 'hash', encode(l.hash, 'hex'))
  from private.audit_events e
  join private.audit_links l on l.org_id = e.org_id and l.event_id = e.id
  where e.org_id = p_org_id and e.action = p_action and e.subject_id = p_subject_id
  order by e.id desc limit 1
$function$;

CREATE OR REPLACE FUNCTION private.daily_tasks()
  RETURNS TABLE (
    task    text,
    at      time without time zone,
    command text
  )
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  values ('event_partitions', time '00:00',
      'select private.ensure_event_partitions($1) + private.ensure_call_partitions($1)'),
    ('decision_partitions', '00:00', 'select private.ensure_decision_partitions($1)'),
    ('old_months', '00:00', 'select private.drop_old_months($1)'),
    ('cron_history', '00:00', 'select private.prune_cron_history($1)'),
    ('retention', '00:00', 'select private.purge_expired($1)'),
    ('consent_terms', '00:00', 'select private.expire_consents($1, 100000)'),
    ('dnc_scrub', '01:00', 'select private.scrub_phones($1)'),
    ('match_leads', '02:00', 'select private.queue_changed_leads($1)'),
    ('scores', '04:00', 'select private.decay_scores($1)')
$function$;

CREATE OR REPLACE FUNCTION private.day_to_replay (
  p_org_id    uuid,
  p_day       date,
  p_source_id uuid DEFAULT NULL::uuid
)
  RETURNS TABLE (
    kind        text,
    id          text,
    name        text,
    received_at timestamp with time zone,
    items       bigint,
    answer      text
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with day as (
    select p_day::timestamp at time zone o.time_zone as since, (p_day + 1)::timestamp at time zone o.time_zone as until
    from public.orgs o where o.id = p_org_id
  )
  select 'upload', u.id::text, coalesce(u.filename, s.key), u.received_at,
    (select coalesce(sum(p.received), 0) from public.upload_parts p where p.upload_id = u.id), private.replay_answer(u)
  from day d
  join public.uploads u on u.org_id = p_org_id and u.received_at >= d.since and u.received_at < d.until
  join public.sources s on s.id = u.source_id
  where u.rerun_of_upload_id is null and (p_source_id is null or u.source_id = p_source_id)
  union all
  select 'delivery', i.id::text, i.provider, i.received_at, i.events,
    case when i.state = 'received' then 'running' when i.body_cipher is null then 'not_stored' else 'ready' end
  from day d
  join public.webhook_inbox i on i.org_id = p_org_id and i.received_at >= d.since and i.received_at < d.until
  where p_source_id is null
  order by 1 desc, 4, 2
$function$;

CREATE OR REPLACE FUNCTION private.delete_old_deliveries (
  p_org_id uuid,
  p_before timestamp with time zone,
  p_after  bigint,
  p_limit  integer
)
  RETURNS TABLE (
    deleted integer,
    last    bigint
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- Ids grow with time: a page of the oldest. Its events go with a delivery. A dead one may hold a wish.
  with page as (
    select x.id, x.received_at, x.state from public.webhook_inbox x
    where x.org_id = p_org_id and x.id > p_after order by x.id limit p_limit
  ), gone as (
    delete from public.webhook_inbox i
    where i.org_id = p_org_id and i.id in (
      select p.id from page p where p.received_at < p_before and p.state in ('done', 'unmatched'))
    returning i.id
  )
  select (select count(*) from gone),
    case when max(p.received_at) < p_before and count(*) = p_limit then max(p.id) end
  into deleted, last from page p;
  return next;
end
$function$;

CREATE OR REPLACE FUNCTION private.delete_old_rows (
  p_as_of   timestamp with time zone DEFAULT now(),
  p_seconds numeric                  DEFAULT 60,
  p_batch   integer                  DEFAULT 5000
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_end constant timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
  v record;
  v_rows integer;
  v_last bigint;
  v_count bigint := 0;
begin
  for v in
    -- What drop_old_months takes is left to it; the name of the partition for all other rows has no date.
    select m.what, m.partition_name, o.id as org_id
    from private.history_months(p_as_of) m
    join public.orgs o on private.kept_from(o.settings, m.what, p_as_of) >= m.until
    where not m.may_drop and m.what <> 'decisions'
    order by m.until, m.what, o.id
  loop
    loop
      if clock_timestamp() > v_end then
        return jsonb_build_object('rows', v_count, 'complete', false);
      end if;
      -- The sums by day and month stay: their triggers are those of the whole table.
      execute format('delete from private.%1$I r where r.ctid = any (array(select x.ctid from private.%1$I x '
        'where x.org_id = $1 %2$s limit $2))', v.partition_name, case v.what when 'calls' then
          'and not exists (select from private.provider_answers a where a.org_id = x.org_id and a.provider = x.provider '
          'and a.endpoint = x.endpoint and a.input_bidx = x.input_bidx)' else '' end)
      using v.org_id, p_batch;
      get diagnostics v_rows = row_count;
      v_count := v_count + v_rows;
      exit when v_rows < p_batch;
    end loop;
  end loop;
  for v in
    select o.id as org_id, private.kept_from(o.settings, 'events', p_as_of) as before from public.orgs o
    where o.settings ? 'events_months' order by o.id
  loop
    v_last := 0;
    while v_last is not null loop
      if clock_timestamp() > v_end then
        return jsonb_build_object('rows', v_count, 'complete', false);
      end if;
      select d.deleted, d.last into v_rows, v_last
      from private.delete_old_deliveries(v.org_id, v.before, v_last, p_batch) d;
      v_count := v_count + v_rows;
    end loop;
  end loop;
  return jsonb_build_object('rows', v_count, 'complete', true);
end
$function$;

CREATE OR REPLACE FUNCTION private.drop_old_months (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET lock_timeout TO '5s'
  AS $function$
declare
  v record;
  v_dropped integer := 0;
begin
  for v in select m.partition_name from private.history_months(p_as_of) m where m.may_drop loop
    -- Writers and readers of the table wait for it: not for long, and the next run tries again.
    execute format('drop table private.%I', v.partition_name);
    v_dropped := v_dropped + 1;
  end loop;
  return v_dropped;
end
$function$;

CREATE OR REPLACE FUNCTION private.erase_person (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_phone    text,
  p_email    text,
  p_reason   text,
  p_request  jsonb                    DEFAULT '{}'::jsonb,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_id uuid;
  v_leads jsonb := '[]'::jsonb;
  v_suppressed integer;
begin
  foreach v_id in array p_lead_ids loop
    v_leads := v_leads || (jsonb_build_object('lead_id', v_id)
      || public.erase_lead(p_org_id, v_id, p_reason, p_as_of));
  end loop;
  -- What the person named is never contacted again, also where no lead has it.
  select count(*) filter (where private.suppress_value(p_org_id, private.contact_index(p_org_id, x.value), x.kind, null,
    'erasure', 'request to erase', p_as_of)) into v_suppressed
  from (values (private.normalise_phone(p_phone), 'phone'::public.contact_kind),
    (private.normalise_email(p_email), 'email')) x (value, kind)
  where x.value is not null;
  perform private.record_audit(p_org_id, 'person.erased', p_request ->> 'request_id',
    p_request || jsonb_build_object('leads', to_jsonb(p_lead_ids), 'suppressed', v_suppressed));
  return jsonb_build_object('leads', v_leads, 'suppressed', v_suppressed);
end
$function$;

CREATE OR REPLACE FUNCTION private.find_person (
  p_org_id uuid,
  p_phone  text DEFAULT NULL::text,
  p_email  text DEFAULT NULL::text,
  p_name   text DEFAULT NULL::text,
  p_street text DEFAULT NULL::text,
  p_zip    text DEFAULT NULL::text
)
  RETURNS TABLE (
    lead_id  uuid,
    name     text,
    address  text,
    found_by text[]
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  v_values constant bytea[] := array(select private.contact_index(p_org_id, x.value)
    from (values (private.normalise_phone(p_phone)), (private.normalise_email(p_email))) x (value)
    where x.value is not null);
  v_house text;
  v_street text;
  v_zip text;
  v_names text[];
begin
  if p_name is not null and p_street is not null then
    select a.situs_house_number, a.situs_street, a.situs_zip into v_house, v_street, v_zip
    from private.parse_address(p_street, null, null, null, p_zip) a;
    -- Lists write a name in both orders.
    v_names := regexp_split_to_array(lower(btrim(p_name)), '[\s,]+');
    v_names := array(select distinct private.escape_like(x.word) || '%'
      from (values (v_names[1]), (v_names[cardinality(v_names)])) x (word) where length(x.word) > 1);
  end if;
  return query
  with found as (
    select c.lead_id as id, c.kind::text as how from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = any (v_values)
    union
    select l.id, 'name and address' from public.leads l
    where v_street is not null and l.org_id = p_org_id
      and l.situs_house_number = v_house
      and private.street_stem(l.situs_street) = private.street_stem(v_street)
      and (v_zip is null or l.situs_zip is null or l.situs_zip = v_zip)
      and private.names_agree(coalesce(l.owner_full, concat_ws(' ', l.owner_1_first, l.owner_1_last)), p_name)
    union
    select l.id, 'name and mailing address' from public.leads l
    cross join lateral private.parse_address(l.mailing_street, null, null, null, l.mailing_zip) m
    where v_street is not null and l.org_id = p_org_id and l.mailing_street is not null
      and (l.owner_1_last is not null or l.owner_full is not null)
      and private.search_name(l.owner_1_last, l.owner_1_first, l.owner_full) collate "C" like any (v_names)
      and m.situs_house_number = v_house
      and private.street_stem(m.situs_street) = private.street_stem(v_street)
      and (v_zip is null or m.situs_zip is null or m.situs_zip = v_zip)
      and private.names_agree(coalesce(l.owner_full, concat_ws(' ', l.owner_1_first, l.owner_1_last)), p_name)
  )
  select l.id, coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')),
    concat_ws(', ', private.street_line(l.situs_house_number, l.situs_street, l.situs_unit), l.situs_city,
      concat_ws(' ', l.situs_state, l.situs_zip)),
    f.how
  from (select x.id, array_agg(x.how order by x.how) as how from found x group by x.id) f
  join public.leads l on l.org_id = p_org_id and l.id = f.id
  order by cardinality(f.how) desc, l.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.history_months (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    what           text,
    partition_name text,
    until          timestamp with time zone,
    may_drop       boolean
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_latest timestamptz;
begin
  for what, partition_name, until in
    select k.what, c.relname::text, (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC'
    from (values ('events', 'pipeline_events'), ('calls', 'provider_calls'), ('decisions', 'gate_decisions'))
      k (what, parent)
    join pg_catalog.pg_inherits i on i.inhparent = to_regclass('public.' || k.parent)
    join pg_catalog.pg_class c on c.oid = i.inhrelid and c.relname ~ ('^' || k.parent || '_\d{4}_\d{2}$')
    order by 1, 3
  loop
    -- Of an org that was deleted, decisions stay until the shortest policy gives them up.
    v_latest := greatest((select max(private.kept_from(o.settings, what, p_as_of)) from public.orgs o),
      private.kept_from('{}', what, p_as_of));
    continue when v_latest is null or until > v_latest;
    execute format('select not exists (select from public.orgs o '
      'where coalesce(private.kept_from(o.settings, $1, $2) < $3, true) '
      'and exists (select from private.%I r where r.org_id = o.id))', partition_name)
    into may_drop using what, p_as_of, until;
    if may_drop and what = 'calls' then
      -- An erasure finds the cached answers about a person through their calls.
      execute format('select not exists (select from private.%I r join private.provider_answers a '
        'on a.org_id = r.org_id and a.provider = r.provider and a.endpoint = r.endpoint and a.input_bidx = r.input_bidx)',
        partition_name) into may_drop;
    end if;
    return next;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.kept_from (
  p_settings jsonb,
  p_what     text,
  p_as_of    timestamp with time zone
)
  RETURNS timestamp WITH time zone
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select (date_trunc('month', p_as_of at time zone 'UTC') - make_interval(months => case p_what
    when 'events' then (p_settings ->> 'events_months')::integer
    when 'calls' then (p_settings ->> 'calls_months')::integer
    when 'decisions' then 12 * coalesce((p_settings ->> 'decision_years')::integer, 5) end)) at time zone 'UTC'
$function$;

CREATE OR REPLACE FUNCTION private.org_setting_kinds()
  RETURNS TABLE (
    key      text,
    area     text,
    title    text,
    hint     text,
    pattern  text,
    standard text
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  values
    ('seller', 'Identity', 'Seller', 'The name that consents must carry.', '^.{1,200}$', 'the name of the org'),
    ('help_contact', 'Identity', 'Contact in the answer to HELP', 'A phone number or an address.', '^.{1,200}$',
      'your broker'),
    ('postal_address', 'Identity', 'Postal address', 'New e-mail senders get it. The law asks for a valid one in '
      'every marketing e-mail (CAN-SPAM Act).', '^.{5,255}$', 'none'),
    ('consent_page', 'Identity', 'Consent page', 'The https address that serves the consent form.',
      '^https://[^#[:space:]]+$', 'none'),
    ('raw_days', 'Retention', 'Days for which the bytes of finished uploads are kept',
      'Rejected rows and bodies of processed webhooks go with them. Afterwards nothing can be replayed.',
      '^[1-9][0-9]{0,3}$', '30'),
    ('events_months', 'Retention', 'Months for which steps of the funnel and deliveries of webhooks are kept',
      '10 or more. The numbers of the funnel stay.', '^[1-9][0-9]{1,2}$', 'always'),
    ('calls_months', 'Retention', 'Months for which calls to data providers are kept',
      '10 or more. The sums of what they cost stay.', '^[1-9][0-9]{1,2}$', 'always'),
    ('decision_years', 'Retention', 'Years for which decisions of the gate are kept',
      'Five or more (16 CFR 310.5).', '^([5-9]|[1-9][0-9])$', '5'),
    ('consent_months', 'Retention', 'Months after which a consent expires', 'Counted from the day it was given.',
      '^[1-9][0-9]{0,2}$', 'never'),
    ('lead_attempts_24h', 'Limits', 'Contacts with a lead in 24 hours', 'All channels together.', '^[1-9][0-9]{0,2}$',
      'none of the org''s own'),
    ('org_attempts_24h', 'Limits', 'Contacts of the org in 24 hours', 'All channels together.', '^[1-9][0-9]{0,5}$',
      'none'),
    ('reveals_per_hour', 'Limits', 'Leads whose plain values a member may see in an hour',
      'Look-ups by phone or e-mail count, too.', '^[1-9][0-9]{0,4}$', '120'),
    ('soft_bounces', 'Limits', 'Soft bounces after which an address counts as invalid', 'A delivery begins anew.',
      '^[1-9][0-9]{0,2}$', '5'),
    ('soft_bounce_days', 'Limits', 'Days within which soft bounces add up', '', '^[1-9][0-9]{0,2}$', '30'),
    ('merge_probability', 'Matching', 'Probability from which two leads are merged without a person',
      '0.9 to 1. Empty: a person answers every candidate.', '^(0[.]9[0-9]{0,8}|1([.]0{1,8})?)$', 'never'),
    ('trace_cap_usd', 'Skip traces', 'Most that traces of a lead may cost in half a year, in USD', '',
      '^[0-9]{1,4}([.][0-9]{1,6})?$', '1'),
    ('trace_order', 'Skip traces', 'Which provider is asked first', 'cost_per_hit or position.',
      '^(cost_per_hit|position)$', 'cost_per_hit'),
    ('trace_wants', 'Skip traces', 'What a trace looks for', 'phone, email or either.', '^(phone|email|either)$',
      'phone')
$function$;

CREATE OR REPLACE FUNCTION private.overdue_retention (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    org_id uuid,
    what   text,
    oldest timestamp with time zone
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select o.id, 'events', x.at
  from public.orgs o
  cross join lateral (select e.at from public.pipeline_events e where e.org_id = o.id order by e.at limit 1) x
  -- Two days: a run that did not finish goes on the next night.
  where x.at < private.kept_from(o.settings, 'events', p_as_of - interval '2 days')
  union all
  select o.id, 'deliveries', x.received_at
  from public.orgs o
  cross join lateral (select i.received_at from public.webhook_inbox i where i.org_id = o.id order by i.id limit 1) x
  where x.received_at < private.kept_from(o.settings, 'events', p_as_of - interval '2 days')
  union all
  select o.id, 'bodies', min(i.processed_at)
  from public.webhook_inbox i join public.orgs o on o.id = i.org_id
  where i.body_cipher is not null and i.state in ('done', 'unmatched')
    and i.processed_at < p_as_of - interval '3 days'
    and private.raw_until(o.settings, i.processed_at) < p_as_of - interval '2 days'
  group by o.id
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
$function$;

CREATE OR REPLACE FUNCTION private.purge_expired (
  p_as_of   timestamp with time zone DEFAULT now(),
  p_seconds numeric                  DEFAULT 60
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_end constant timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
  v_chunks integer := 0;
  v_webhooks integer := 0;
  v_rows jsonb;
  v_guards integer;
  v_rates integer;
  v integer;
begin
  loop
    v := private.purge_parts(p_as_of, 100);
    v_chunks := v_chunks + v;
    exit when v = 0 or clock_timestamp() > v_end;
  end loop;
  loop
    exit when private.purge_rejects(p_as_of, 5000) = 0 or clock_timestamp() > v_end;
  end loop;
  loop
    v := private.purge_webhook_bodies(p_as_of);
    v_webhooks := v_webhooks + v;
    exit when v = 0 or clock_timestamp() > v_end;
  end loop;
  v_rows := private.delete_old_rows(p_as_of, extract(epoch from v_end - clock_timestamp()));
  delete from public.ingest_replay_guard g where g.received_at < p_as_of - interval '400 days';
  get diagnostics v_guards = row_count;
  delete from private.source_rates r where r.minute < p_as_of - interval '1 day';
  get diagnostics v_rates = row_count;
  delete from private.source_secrets s where s.expires_at < p_as_of - interval '30 days';
  delete from private.reveal_grants g where g.expires_at < p_as_of - interval '1 day';
  return jsonb_build_object('chunks', v_chunks, 'guards', v_guards, 'rates', v_rates, 'webhooks', v_webhooks,
    'rows', v_rows -> 'rows', 'complete', clock_timestamp() <= v_end and (v_rows -> 'complete')::boolean);
end
$function$;

CREATE OR REPLACE FUNCTION private.purge_parts (
  p_as_of timestamp with time zone,
  p_limit integer
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_parts uuid[];
  v_count integer;
begin
  select array_agg(x.part_id) into v_parts from (
    select distinct c.part_id
    from private.upload_part_chunks c
    join public.upload_parts p on p.id = c.part_id
    join public.uploads u on u.id = p.upload_id
    join public.orgs o on o.id = u.org_id
    where u.state in ('completed', 'undone', 'failed')
      and private.raw_until(o.settings, coalesce(u.completed_at, u.received_at)) < p_as_of
      -- A rerun may still be reading them.
      and not exists (select from public.upload_parts r join public.uploads x on x.id = r.upload_id
        where r.org_id = p.org_id and r.stored_part_id = p.id and x.state in ('receiving', 'processing'))
    limit p_limit) x;
  if v_parts is null then
    return 0;
  end if;
  delete from private.upload_part_chunks c where c.part_id = any (v_parts);
  get diagnostics v_count = row_count;
  -- Their dead letters cannot be replayed any more.
  update public.pipeline_dlq d
  set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the stored bytes have expired'), 2000)
  where d.resolved_at is null and d.source in ('rejects', 'stage-part')
    and d.payload ->> 'part_id' in (
      select g::text from unnest(v_parts) g
      union all
      select r.id::text from public.upload_parts r where r.stored_part_id = any (v_parts));
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.purge_rejects (
  p_as_of timestamp with time zone,
  p_limit integer
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_count integer;
begin
  -- The rows that became no lead are part of the raw data, too.
  delete from public.upload_rejects r
  where r.ctid = any (array(
    select x.ctid from public.upload_rejects x
    join public.uploads u on u.id = x.upload_id
    join public.orgs o on o.id = u.org_id
    where u.state in ('completed', 'undone', 'failed')
      and private.raw_until(o.settings, coalesce(u.completed_at, u.received_at)) < p_as_of
    limit p_limit));
  get diagnostics v_count = row_count;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.purge_webhook_bodies (
  p_as_of timestamp with time zone DEFAULT now(),
  p_limit integer                  DEFAULT 5000
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_count integer;
begin
  update public.webhook_inbox i set body_cipher = null, key_id = null
  where (i.org_id, i.id) in (
    select x.org_id, x.id from public.webhook_inbox x join public.orgs o on o.id = x.org_id
    where x.body_cipher is not null and x.state in ('done', 'unmatched')
      and private.raw_until(o.settings, x.processed_at) < p_as_of
    order by x.processed_at limit p_limit);
  get diagnostics v_count = row_count;
  -- Nobody may read them, and no lead can be found for them any more.
  update public.calls c set transcript_cipher = null, key_id = null
  from public.orgs o
  where o.id = c.org_id and c.lead_id is null and c.transcript_cipher is not null
    and private.raw_until(o.settings, c.at) < p_as_of;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.raw_until (
  p_settings jsonb,
  p_at       timestamp with time zone
)
  RETURNS timestamp WITH time zone
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select p_at + make_interval(days => coalesce((p_settings ->> 'raw_days')::integer, 30))
$function$;

CREATE OR REPLACE FUNCTION private.read_upload_again (
  u       public.uploads,
  p_as_of timestamp with time zone
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_id constant uuid := gen_random_uuid();
  v_first uuid;
begin
  insert into public.uploads (id, org_id, source_id, state, filename, parts_expected, correlation_id, received_at,
    rerun_of_upload_id, observed_at, read_with)
  select v_id, u.org_id, u.source_id, 'processing', u.filename, u.parts_expected, gen_random_uuid(), p_as_of,
    u.id, u.received_at, private.read_settings(s)
  from public.sources s where s.id = u.source_id;
  insert into public.upload_parts (org_id, upload_id, part, bytes, sha256, content_encoding, key_id, received_at,
    stored_part_id)
  select p.org_id, v_id, p.part, p.bytes, p.sha256, b.content_encoding, private.active_key_id(p.org_id, 'data'), p_as_of,
    b.id
  from public.upload_parts p
  join public.upload_parts b on b.id = private.stored_part(p)
  where p.upload_id = u.id;
  -- Its rejects are read again, too: replaying the old ones would read them twice.
  update public.pipeline_dlq d
  set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the upload was read again'), 2000)
  where d.org_id = u.org_id and d.resolved_at is null and d.source in ('rejects', 'stage-part')
    and d.payload ->> 'part_id' in (
      select p.id::text from public.upload_parts p join public.uploads x on x.id = p.upload_id
      where x.org_id = u.org_id and u.id in (x.id, x.rerun_of_upload_id) and x.id <> v_id);
  -- The other parts are queued when part 1 has given the header.
  select p.id into strict v_first from public.upload_parts p where p.upload_id = v_id and p.part = 1;
  perform private.send_job('stage-part', jsonb_build_object('part_id', v_first), v_first::text);
  return v_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.replay_answer (
  u public.uploads
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select case
    when a.answer = 'failed' and not exists (select from public.pipeline_dlq d
      join public.upload_parts p on p.id::text = d.payload ->> 'part_id'
      where d.org_id = u.org_id and d.resolved_at is null and d.source = 'stage-part' and p.upload_id = u.id
        and private.is_part_stored(p.id)) then 'not_stored'
    -- The same settings are no reason against it.
    when a.answer = 'current' then case when exists (select from public.upload_parts p
      where p.upload_id = u.id and private.stored_part(p) is null) then 'not_stored' else 'ready' end
    else a.answer end
  from (select private.rerun_answer(u) as answer) a
$function$;

CREATE OR REPLACE FUNCTION private.replay_deliveries (
  p_org_id uuid,
  p_ids    bigint[],
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_batch constant uuid := gen_random_uuid();
  v_count integer;
begin
  update public.webhook_inbox i set state = 'received', processed_at = null, error = null, batch_id = v_batch
  where i.org_id = p_org_id and i.id = any (p_ids) and i.state <> 'received' and i.body_cipher is not null;
  get diagnostics v_count = row_count;
  if v_count > 0 then
    perform private.resolve_dead_letter('process-inbox', jsonb_build_object('inbox_id', x.id), p_as_of)
    from unnest(p_ids) x (id);
    perform private.send_job('process-inbox', jsonb_build_object('batch_id', v_batch), v_batch::text);
  end if;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.replay_upload (
  p_org_id    uuid,
  p_upload_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  u public.uploads;
begin
  select x.* into u from public.uploads x
  where x.org_id = p_org_id and x.id = p_upload_id and x.rerun_of_upload_id is null for update;
  if not found then
    raise exception 'upload not found' using errcode = 'SL203';
  end if;
  case private.replay_answer(u)
    when 'ready' then
      perform private.read_upload_again(u, p_as_of);
    when 'failed' then
      perform private.send_job(r.queue, r.data, coalesce(r.data ->> 'part_id', r.data ->> 'upload_id'))
      from private.replay_dead_letters(u.source_id, u.id, p_as_of => p_as_of) r;
    else return false;
  end case;
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION public.list_members (
  p_org_id uuid
)
  RETURNS TABLE (
    user_id           uuid,
    email             text,
    role              public.member_role,
    joined_at         timestamp with time zone,
    is_me             boolean,
    broker_id         uuid,
    broker_name       text,
    licensed_states   text[],
    capacity          integer,
    broker_active     boolean,
    has_second_factor boolean,
    may_export        boolean
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_manages constant boolean := private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'));
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  select m.user_id,
    case when v_manages or m.user_id = auth.uid() then u.email::text end,
    m.role, m.created_at, m.user_id is not distinct from auth.uid(), b.id, b.name, b.licensed_states, b.capacity,
    b.active, case when v_manages then exists (select from auth.mfa_factors f
      where f.user_id = m.user_id and f.status = 'verified') end,
    case when v_manages then m.role = 'owner' or m.role = 'admin' and m.may_export end
  from public.members m
  left join auth.users u on u.id = m.user_id
  left join public.brokers b on b.org_id = m.org_id and b.user_id = m.user_id
  where m.org_id = p_org_id
  order by m.role, m.created_at, m.user_id;
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_members"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.rerun_upload (
  p_upload_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  u public.uploads;
  v_answer text;
begin
  p_as_of := private.caller_clock(p_as_of);
  -- A rerun is read again as the upload that it read.
  select x.* into u from public.uploads x
  where x.id = (select coalesce(y.rerun_of_upload_id, y.id) from public.uploads y where y.id = p_upload_id)
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))
  for update;
  if not found then
    raise exception 'upload not found' using errcode = 'SL203';
  end if;
  v_answer := private.rerun_answer(u);
  if v_answer <> 'ready' then
    raise exception 'upload % cannot be read again: %', u.id, case v_answer
      when 'current' then 'its last run was read with the settings that the source has now'
      when 'running' then 'it is not finished'
      when 'failed' then 'it failed, so replay it'
      when 'not_stored' then 'its bytes are no longer stored'
      when 'undone' then 'it was undone'
      else 'it was a dry run' end using errcode = 'SL208';
  end if;
  return private.read_upload_again(u, p_as_of);
end
$function$;

CREATE OR REPLACE FUNCTION public.source_for_upload (
  p_key text
)
  RETURNS TABLE (
    source_id        uuid,
    org_id           uuid,
    max_part_bytes   integer,
    parts_per_minute integer
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  with named as (
    select s.* from public.sources s
    where s.active and s.org_id = any (private.my_org_ids('{owner,admin}')) and (s.key = p_key
      or s.id = case when p_key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_key::uuid end)
  )
  -- Two orgs of one person may have the same key: neither is meant more than the other.
  select n.id, n.org_id, n.max_part_bytes, n.parts_per_minute from named n where (select count(*) from named) = 1
$function$;

ALTER TABLE "public"."orgs"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "calls_months_is_a_number" CHECK (((settings ->> 'calls_months'::text) ~ '^[1-9][0-9]{1,2}$'::text));

ALTER TABLE "public"."orgs"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "decision_years_are_five_or_more" CHECK (((settings ->> 'decision_years'::text) ~ '^([5-9]|[1-9][0-9])$'::text));

ALTER TABLE "public"."orgs"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "events_months_is_a_number" CHECK (((settings ->> 'events_months'::text) ~ '^[1-9][0-9]{1,2}$'::text));

ALTER TABLE "public"."sources"
  -- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint
  ADD CONSTRAINT "source_key_is_unique_in_its_org" UNIQUE (org_id, key);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX sources_key_idx ON public.sources USING btree (key);

COMMENT ON COLUMN "public"."orgs"."settings" IS 'Settings of the org. raw_days: number of days for which the bytes of finished uploads are kept (default 30). events_months: whole months for which steps of the funnel and deliveries of webhooks are kept, 10 or more (default: always). calls_months: the same for calls to data providers. decision_years: years for which decisions of the gate are kept, five or more (default 5). consent_months: number of months after which a consent expires (default: never). consent_page: https address that serves pages/consent. seller: the seller that consents must name (default: the name of the org). lead_attempts_24h, org_attempts_24h: limits on contacts per lead and for the org. help_contact: the address that the answer to HELP names. merge_probability: leads that are one with at least this probability (0.9 to 1) are merged without an answer (default: never). reveals_per_hour: the number of leads whose plain values a member may see within an hour (default 120). trace_cap_usd: what skip traces of a lead may cost in half a year (default 1). trace_order: cost_per_hit (default) or position. trace_wants: phone (default), email or either.';

COMMENT ON COLUMN "public"."sources"."key" IS 'Name of the source in upload URLs, unique in its org. Where orgs share one, the signature tells whose it is.';

COMMENT ON FUNCTION "private"."audit_proof"(uuid, text, text) IS 'Where a committed event stands in the audit chain of the org: {event_id, at, seq, hash}; null if there is none.';

COMMENT ON FUNCTION "private"."day_to_replay"(uuid, date, uuid) IS 'What an org received on a date in its time zone, and what a replay would do with it: uploads (items: rows; of one source with p_source_id) and deliveries of webhooks (items: events). answer: ready, failed (its failed parts are tried again), or why not: running, not_stored (its bytes have expired), undone, dry_run.';

COMMENT ON FUNCTION "private"."delete_old_deliveries"(uuid, timestamp with time zone, bigint, integer) IS 'Deletes the processed deliveries of an org that were received before p_before, among the p_limit after the id p_after; last is null at the end. Definer: retention belongs to the owner.';

COMMENT ON FUNCTION "private"."delete_old_rows"(timestamp with time zone, numeric, integer) IS 'Deletes what orgs give up in months that another org keeps, and their old deliveries of webhooks with their events, in batches of p_batch rows; begins none after p_seconds. Returns {rows, complete}. Definer: retention belongs to the owner.';

COMMENT ON FUNCTION "private"."drop_old_months"(timestamp with time zone) IS 'Drops the months of events, calls and decisions that no org keeps; returns how many. Decisions are kept five years at least (16 CFR 310.5), and not deleted in any other way. Raises 55P03 when the table is in use for five seconds. Definer: only the owner may drop partitions.';

COMMENT ON FUNCTION "private"."erase_person"(uuid, uuid[], text, text, text, jsonb, timestamp with time zone) IS 'Erases leads of one person (erase_lead), suppresses the phone and e-mail of the request by value, and writes the request to the audit log. p_request: {request_id, received_on, due_on}, no values. Returns {leads: [{lead_id, erased, stays, …}], suppressed: values that were not suppressed before}. For direct sessions. Raises SL426.';

COMMENT ON FUNCTION "private"."find_person"(uuid, text, text, text, text, text) IS 'Leads of an org with that phone or e-mail (in any notation), or with that name at that address, as property or for mail; found_by says which: phone, email, name and address, name and mailing address.';

COMMENT ON FUNCTION "private"."history_months"(timestamp with time zone) IS 'Months of events, calls and decisions that the policy of some org gives up, oldest first; may_drop: no org that keeps them has rows there. Definer: reads all orgs.';

COMMENT ON FUNCTION "private"."kept_from"(jsonb, text, timestamp with time zone) IS 'The first instant whose rows are kept, by the settings of an org: the beginning of a month in UTC; null: all are kept. p_what: events, calls or decisions.';

COMMENT ON FUNCTION "private"."overdue_retention"(timestamp with time zone) IS 'What should have been deleted two days ago and is still there, by org. Definer: reads all orgs.';

COMMENT ON FUNCTION "private"."purge_expired"(timestamp with time zone, numeric) IS 'Deletes stored bytes and rejected rows of finished uploads, bodies of processed webhooks and transcripts of calls without a lead after the org''s raw_days (30), closes the dead letters that would need them, and deletes rows of old months (delete_old_rows), replay guards after 400 days, idle rate counters, long expired secrets and grants. Begins no batch after p_seconds; complete is false if something is left for the next run. Returns the counts. Definer: these tables belong to the owner.';

COMMENT ON FUNCTION "private"."purge_parts"(timestamp with time zone, integer) IS 'Deletes the expired bytes of up to p_limit parts, and closes the dead letters that would need them; returns how many chunks. Definer: the bytes belong to the owner.';

COMMENT ON FUNCTION "private"."purge_rejects"(timestamp with time zone, integer) IS 'Deletes up to p_limit expired rejected rows; returns how many. Definer: retention belongs to the owner.';

COMMENT ON FUNCTION "private"."purge_webhook_bodies"(timestamp with time zone, integer) IS 'Empties the bodies of up to p_limit deliveries that were processed longer ago than the org''s raw_days (30); returns how many. Likewise transcripts of calls without a lead. The events stay. Definer: retention belongs to the owner.';

COMMENT ON FUNCTION "private"."raw_until"(jsonb, timestamp with time zone) IS 'Until when raw data that was finished at that time is kept, by the settings of its org.';

COMMENT ON FUNCTION "private"."read_upload_again"(public.uploads, timestamp with time zone) IS 'Stages the stored bytes of an upload as a new one and returns its id. The caller has locked it and checked that it can be read.';

COMMENT ON FUNCTION "private"."replay_answer"(public.uploads) IS 'What a replay does with an upload (not a rerun): ready (read again), failed (its failed parts are tried again), or why it is left out: running, not_stored, undone, dry_run.';

COMMENT ON FUNCTION "private"."replay_deliveries"(uuid, bigint[], timestamp with time zone) IS 'Has the worker read deliveries again, as one batch, and apply what was not applied; closes their dead letters. Returns how many. Definer: as replay_upload.';

COMMENT ON FUNCTION "private"."replay_upload"(uuid, uuid, timestamp with time zone) IS 'Reads an upload again from its stored bytes, or tries its failed parts again; false where day_to_replay says why not. Raises SL203. Definer: queue and uploads belong to the owner.';

COMMENT ON FUNCTION "private"."source_for_key"(text, timestamp with time zone) IS 'Data with which the upload endpoint checks a signature: secrets in plain text, newest first. A row for each active source with the key, of any org. Definer: only the owner reads the keys that encrypt secrets.';

COMMENT ON FUNCTION "public"."list_members"(uuid) IS 'Members of an org with their broker records. E-mail addresses, whether there is a second factor, and who may export plain values are for owners, admins and the service; others see their own address. Raises SL111. Definer: both are in tables of Supabase Auth.';

COMMENT ON FUNCTION "public"."source_for_upload"(text) IS 'The source with the key or id and its limits (bytes, requests a minute), for owners and admins of its org who upload in a browser; no row for all others, or where several of their orgs have the key. Definer: one answer for unknown sources and those of others.';

REVOKE ALL ON FUNCTION "private"."audit_proof"(uuid, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."day_to_replay"(uuid, date, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."delete_old_deliveries"(uuid, timestamp WITH time zone, bigint, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."delete_old_rows"(timestamp WITH time zone, numeric, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."drop_old_months"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."erase_person"(uuid, uuid[], text, text, text, jsonb, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."find_person"(uuid, text, text, text, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."history_months"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."kept_from"(jsonb, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."kept_from"(jsonb, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."overdue_retention"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."purge_expired"(timestamp WITH time zone, numeric) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."purge_expired"(timestamp WITH time zone, numeric) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."purge_parts"(timestamp WITH time zone, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."purge_rejects"(timestamp WITH time zone, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."purge_webhook_bodies"(timestamp WITH time zone, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."raw_until"(jsonb, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raw_until"(jsonb, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."read_upload_again"(public.uploads, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."replay_answer"(public.uploads) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."replay_deliveries"(uuid, bigint[], timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."replay_upload"(uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_members"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_members"(uuid) TO "service_role";

-- Rights that default privileges would change.

revoke execute on function private.audit_proof(uuid,text,text) from pipeline_writer;
revoke execute on function private.day_to_replay(uuid,date,uuid) from pipeline_writer;
revoke execute on function private.delete_old_deliveries(uuid,timestamp with time zone,bigint,integer) from pipeline_writer;
revoke execute on function private.delete_old_rows(timestamp with time zone,numeric,integer) from pipeline_writer;
revoke execute on function private.drop_old_months(timestamp with time zone) from pipeline_writer;
revoke execute on function private.erase_person(uuid,uuid[],text,text,text,jsonb,timestamp with time zone) from pipeline_writer;
revoke execute on function private.find_person(uuid,text,text,text,text,text) from pipeline_writer;
revoke execute on function private.history_months(timestamp with time zone) from pipeline_writer;
revoke execute on function private.overdue_retention(timestamp with time zone) from pipeline_writer;
revoke execute on function private.purge_parts(timestamp with time zone,integer) from pipeline_writer;
revoke execute on function private.purge_rejects(timestamp with time zone,integer) from pipeline_writer;
revoke execute on function private.purge_webhook_bodies(timestamp with time zone,integer) from pipeline_writer;
revoke execute on function private.read_upload_again(public.uploads,timestamp with time zone) from pipeline_writer;
revoke execute on function private.replay_answer(public.uploads) from pipeline_writer;
revoke execute on function private.replay_deliveries(uuid,bigint[],timestamp with time zone) from pipeline_writer;
revoke execute on function private.replay_upload(uuid,uuid,timestamp with time zone) from pipeline_writer;

-- Reference data, queues and cron jobs.

do $cron$
begin
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    raise notice 'no pg_cron in this database: its jobs stay as they are';
    return;
  end if;
  perform cron.unschedule(j.jobid) from cron.job j where j.jobname = 'sluice-daily-old-decisions';
  perform cron.schedule('sluice-daily-old-months', '2-59/5 * * * *', 'set statement_timeout = ''10min''; select private.run_daily_task(''old_months'')');
end
$cron$;
