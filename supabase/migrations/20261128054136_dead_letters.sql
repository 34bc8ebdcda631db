-- dead letters: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."replay_dead_letters"(uuid, uuid, timestamp WITH time zone);

ALTER TABLE "public"."pipeline_dlq"
  ADD COLUMN "replays" integer NOT NULL DEFAULT 0;

ALTER TABLE "public"."pipeline_dlq"
  ADD COLUMN "resolution" text;

ALTER TABLE "public"."pipeline_dlq"
  ADD COLUMN "resolved_by" uuid;

ALTER TABLE "public"."pipeline_dlq"
  ADD COLUMN "resolution_reason" text;

CREATE OR REPLACE FUNCTION private.choose_dead_letters (
  p_org_id uuid,
  p_ids    bigint[],
  p_source text,
  p_cause  text,
  p_since  timestamp with time zone,
  p_until  timestamp with time zone,
  p_limit  integer
)
  RETURNS SETOF bigint
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if num_nonnulls(p_ids, p_source, p_cause, p_since, p_until) = 0 then
    raise exception 'name dead letters by id, source, cause or time' using errcode = 'SL605';
  end if;
  return query
  select d.id from public.pipeline_dlq d
  where (p_org_id is null or d.org_id = p_org_id) and d.resolved_at is null
    and (p_ids is null or d.id = any (p_ids)) and (p_source is null or d.source = p_source)
    and (p_cause is null or p_cause in (d.reason, private.dead_letter_cause(d.reason, d.last_error)))
    and (p_since is null or d.created_at >= p_since) and (p_until is null or d.created_at < p_until)
  order by d.id limit least(greatest(coalesce(p_limit, 100), 1), 1000);
end
$function$;

CREATE OR REPLACE FUNCTION private.dead_letter_advice (
  p_source text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select case p_source
    when 'message_unconfirmed' then 'The provider does not say whether it has the message. Look there, then settle it '
      '(docs/delivery.md, "After a crash").'
    when 'message_failed' then 'A message that was given up is not sent again. Contact the person by hand, or discard this.'
    when 'template_invalid' then 'Save a corrected version of the template, then discard this.'
    when 'feed' then 'The feed tries again by itself until the day ends, and closes this. Afterwards discard it.'
    when 'schedule' then 'The task closes this when it has run: see docs/schedule.md.'
    when 'worker' then 'The first successful wake-up closes this: see npx sluice doctor.' end
$function$;

CREATE OR REPLACE FUNCTION private.dead_letter_cause (
  p_reason text,
  p_error  text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select left(concat_ws(': ', p_reason, nullif(regexp_replace(regexp_replace(regexp_replace(
    coalesce(p_error, ''), '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', '<id>', 'gi'),
    '"[^"]*"', '"..."', 'g'), '\d+', '0', 'g'), '')), 200)
$function$;

CREATE OR REPLACE FUNCTION private.dead_letter_retry_at (
  p_source  text,
  p_reason  text,
  p_replays integer,
  p_as_of   timestamp with time zone
)
  RETURNS timestamp WITH time zone
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  -- Work that costs nothing outside, asks nobody and changes nothing when it is repeated. What reads a file fails again
  -- unless the worker, not the file, was the cause.
  select case when p_replays < 4 and (
      p_source in ('resolve-upload', 'process-inbox', 'notify', 'match-leads', 'score-leads', 'triage')
      or p_source = 'stage-part' and p_reason in ('staging failed repeatedly', 'part 1 failed'))
    then p_as_of + interval '15 minutes' * 4 ^ p_replays end
$function$;

CREATE OR REPLACE FUNCTION private.discard_chosen_at (
  p_org_id uuid,
  p_ids    bigint[],
  p_reason text,
  p_source text,
  p_cause  text,
  p_since  timestamp with time zone,
  p_until  timestamp with time zone,
  p_limit  integer,
  p_as_of  timestamp with time zone
)
  RETURNS bigint[]
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_org record;
  v_ids bigint[];
begin
  if length(btrim(coalesce(p_reason, ''))) < 3 then
    raise exception 'say why it is discarded, in three characters or more' using errcode = 'SL605';
  end if;
  with gone as (
    update public.pipeline_dlq d
    set resolved_at = p_as_of, resolution = 'discarded', resolved_by = auth.uid(),
      resolution_reason = left(private.redact_contacts(btrim(p_reason)), 500)
    where d.resolved_at is null and d.id in (
      select private.choose_dead_letters(p_org_id, p_ids, p_source, p_cause, p_since, p_until, p_limit))
    returning d.id
  )
  select coalesce(array_agg(g.id order by g.id), '{}') into v_ids from gone g;
  for v_org in
    select d.org_id, count(*) as letters, (array_agg(d.id order by d.id))[1:20] as ids
    from public.pipeline_dlq d where d.id = any (v_ids) and d.org_id is not null group by d.org_id
  loop
    perform private.record_audit(v_org.org_id, 'dead_letter.discarded', v_org.ids[1]::text,
      jsonb_build_object('letters', v_org.letters, 'first_letters', v_org.ids));
  end loop;
  return v_ids;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_dead_letter (
  p_org_id         uuid,
  p_source         text,
  p_payload        jsonb,
  p_reason         text,
  p_error          text,
  p_correlation_id uuid,
  p_as_of          timestamp with time zone DEFAULT now()
)
  RETURNS bigint
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into public.pipeline_dlq as d (org_id, source, payload, reason, last_error, correlation_id, created_at, replays,
    retry_after)
  select p_org_id, p_source, p_payload, p_reason, left(p_error, 2000), p_correlation_id, p_as_of, r.n,
    private.dead_letter_retry_at(p_source, p_reason, r.n, p_as_of)
  from (
    select coalesce(max(l.replays) + 1, 0) as n
    from (
      select x.replays from public.pipeline_dlq x
      where x.source = p_source and x.payload = p_payload and x.resolution = 'replayed'
        and x.resolved_at > p_as_of - interval '1 day'
      order by x.id desc limit 1) l) r
  on conflict (source, payload) where resolved_at is null
  do update set attempts = d.attempts + 1, reason = excluded.reason, last_error = excluded.last_error
  returning id
$function$;

CREATE OR REPLACE FUNCTION private.redact_errors (
  p_org_id  uuid,
  p_pattern text
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  t record;
  v_rows integer;
  v_count integer := 0;
begin
  -- Errors quote what they failed on. Every column of that kind, also of later releases.
  for t in
    select c.relname as name, a.attname as col
    from pg_catalog.pg_class c
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname in ('error', 'last_error', 'error_detail',
        'resolution_reason')
      and a.atttypid = 'text'::regtype
    join pg_catalog.pg_attribute o on o.attrelid = c.oid and o.attname = 'org_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      -- Records of proof have codes only.
      and not exists (select from pg_catalog.pg_trigger g where g.tgrelid = c.oid and g.tgname = '_100_append_only')
    order by c.relname
  loop
    execute format('update public.%1$I t set %2$I = regexp_replace(t.%2$I, $2, ''[erased]'', ''gi'') '
      'where t.org_id = $1 and t.%2$I ~* $2', t.name, t.col)
    using p_org_id, p_pattern;
    get diagnostics v_rows = row_count;
    v_count := v_count + v_rows;
  end loop;
  update pgboss.job j set output = '{"message": "[erased]"}'
  where j.output::text ~* p_pattern;
  get diagnostics v_rows = row_count;
  return v_count + v_rows;
end
$function$;

CREATE OR REPLACE FUNCTION private.replay_chosen_at (
  p_org_id uuid,
  p_ids    bigint[],
  p_source text,
  p_cause  text,
  p_since  timestamp with time zone,
  p_until  timestamp with time zone,
  p_limit  integer,
  p_as_of  timestamp with time zone
)
  RETURNS TABLE (
    id       bigint,
    source   text,
    replayed boolean,
    why_not  text
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v record;
  v_org record;
  v_done bigint[] := '{}'::bigint[];
begin
  for v in
    select d.id, d.source from public.pipeline_dlq d
    where d.id in (select private.choose_dead_letters(p_org_id, p_ids, p_source, p_cause, p_since, p_until, p_limit))
    order by d.id
  loop
    id := v.id;
    source := v.source;
    why_not := private.try_dead_letter(v.id, p_as_of);
    replayed := why_not is null;
    if replayed then
      v_done := v_done || v.id;
    end if;
    return next;
  end loop;
  for v_org in
    select d.org_id, count(*) as letters, (array_agg(d.id order by d.id))[1:20] as ids
    from public.pipeline_dlq d where d.id = any (v_done) and d.org_id is not null group by d.org_id
  loop
    perform private.record_audit(v_org.org_id, 'dead_letter.replayed', v_org.ids[1]::text,
      jsonb_build_object('letters', v_org.letters, 'first_letters', v_org.ids));
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.replay_dead_letter (
  d       public.pipeline_dlq,
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET lock_timeout TO '5s'
  AS $function$
declare
  u public.uploads;
  v_source uuid;
begin
  if private.dead_letter_advice(d.source) is not null then
    return private.dead_letter_advice(d.source);
  end if;
  case d.source
    when 'stage-part', 'rejects', 'resolve-upload' then
      select x.* into u from public.uploads x
      where x.org_id = d.org_id and x.id = coalesce((d.payload ->> 'upload_id')::uuid,
        (select p.upload_id from public.upload_parts p where p.id = (d.payload ->> 'part_id')::uuid));
      perform private.send_job(j.queue, j.data, coalesce(j.data ->> 'part_id', j.data ->> 'upload_id'))
      from private.replay_dead_letters(u.source_id, u.id, array[d.id], p_as_of) j;
      if exists (select from public.pipeline_dlq x where x.id = d.id and x.resolved_at is null) then
        return case when u.id is null then 'The upload is gone.'
          when u.state = 'undone' then 'The upload was undone.'
          when u.state in ('receiving', 'processing') then 'The upload is not finished: try again later.'
          else 'Its bytes are no longer stored: send the file again.' end;
      end if;
    when 'process-inbox' then
      perform public.replay_inbox(d.org_id, (d.payload ->> 'inbox_id')::bigint, p_as_of);
    when 'notify' then
      perform public.replay_notification(d.org_id, (d.payload ->> 'notification_id')::uuid, p_as_of);
    when 'match-leads' then
      perform private.send_job('match-leads', d.payload, d.org_id::text);
    when 'score-leads' then
      perform private.send_job('score-leads', d.payload || '{"task": "score-leads", "all": true}', d.org_id::text);
    when 'triage' then
      perform private.send_job('triage', d.payload || jsonb_build_object('org_id', d.org_id), d.payload ->> 'reply_id');
    when 'pull' then
      select r.source_id into v_source from public.pull_runs r
      where r.org_id = d.org_id and r.id = (d.payload ->> 'run_id')::uuid;
      perform public.run_pull(v_source, p_as_of);
    when 'enrich' then
      perform public.control_enrichment((d.payload ->> 'run_id')::uuid, 'resume', p_as_of);
    else
      return 'Dead letters of this kind cannot be replayed.';
  end case;
  update public.pipeline_dlq x
  set resolved_at = coalesce(x.resolved_at, p_as_of), resolution = 'replayed', resolved_by = auth.uid()
  where x.id = d.id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.replay_dead_letters (
  p_source_id uuid,
  p_upload_id uuid                     DEFAULT NULL::uuid,
  p_ids       bigint[]                 DEFAULT NULL::bigint[],
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    queue text,
    data  jsonb
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_letter record;
begin
  for v_letter in
    select d.id, d.source, d.payload, p.id as part_id, p.upload_id, p.state
    from public.pipeline_dlq d
    join public.upload_parts p on p.id = (d.payload ->> 'part_id')::uuid
    join public.uploads u on u.id = p.upload_id
    where d.resolved_at is null and d.source = 'stage-part' and u.state <> 'undone'
      and private.is_part_stored(p.id)
      and u.source_id = p_source_id and (p_upload_id is null or u.id = p_upload_id)
      and (p_ids is null or d.id = any (p_ids))
    order by d.id
    for update of d
  loop
    update public.pipeline_dlq d set resolved_at = p_as_of, resolution = 'replayed' where d.id = v_letter.id;
    if v_letter.state in ('failed', 'received', 'staging') then
      perform private.reset_part(v_letter.part_id);
      update public.uploads u set state = 'processing', completed_at = null, error = null
      where u.id = v_letter.upload_id and u.state = 'failed';
      queue := 'stage-part';
      data := jsonb_build_object('part_id', v_letter.part_id);
      return next;
    end if;
  end loop;
  -- Rejected rows: the part is staged again, but only the rejected lines.
  for v_letter in
    select d.id, p.id as part_id, p.upload_id
    from public.pipeline_dlq d
    join public.upload_parts p on p.id = (d.payload ->> 'part_id')::uuid
    join public.uploads u on u.id = p.upload_id
    where d.resolved_at is null and d.source = 'rejects' and p.state = 'resolved' and u.state = 'completed'
      and not u.dry_run
      and private.is_part_stored(p.id)
      and u.source_id = p_source_id and (p_upload_id is null or u.id = p_upload_id)
      and (p_ids is null or d.id = any (p_ids))
    order by d.id
    for update of d
  loop
    update public.pipeline_dlq d set resolved_at = p_as_of, resolution = 'replayed' where d.id = v_letter.id;
    update public.upload_rejects r set replayed_at = p_as_of
    from public.upload_parts p
    where p.id = v_letter.part_id and r.upload_id = p.upload_id and r.part = p.part;
    update public.upload_parts p
    set state = 'received', staged_at = null, resolved_at = null, received = p.received - p.rejected, rejected = 0
    where p.id = v_letter.part_id;
    update public.uploads u set state = 'processing', completed_at = null where u.id = v_letter.upload_id;
    queue := 'stage-part';
    data := jsonb_build_object('part_id', v_letter.part_id);
    return next;
  end loop;
  for v_letter in
    select d.id, (d.payload ->> 'upload_id')::uuid as upload_id
    from public.pipeline_dlq d
    join public.uploads u on u.id = (d.payload ->> 'upload_id')::uuid
    where d.resolved_at is null and d.source = 'resolve-upload'
      and u.source_id = p_source_id and (p_upload_id is null or u.id = p_upload_id)
      and (p_ids is null or d.id = any (p_ids))
    order by d.id
    for update of d
  loop
    update public.pipeline_dlq d set resolved_at = p_as_of, resolution = 'replayed' where d.id = v_letter.id;
    queue := 'resolve-upload';
    data := jsonb_build_object('upload_id', v_letter.upload_id);
    return next;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.retry_dead_letters (
  p_as_of timestamp with time zone DEFAULT now(),
  p_limit integer                  DEFAULT 100
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v record;
  v_began constant timestamptz := clock_timestamp();
  v_error text;
  v_count integer := 0;
begin
  for v in
    select d.id from public.pipeline_dlq d
    where d.resolved_at is null and d.retry_after <= p_as_of
    order by d.retry_after, d.id limit p_limit
  loop
    v_error := private.try_dead_letter(v.id, p_as_of);
    if v_error is null then
      v_count := v_count + 1;
    else
      -- Later, or never again by itself: it stands behind the others now.
      update public.pipeline_dlq d
      set replays = d.replays + 1, last_error = left(v_error, 2000),
        retry_after = private.dead_letter_retry_at(d.source, d.reason, d.replays + 1, p_as_of)
      where d.id = v.id and d.resolved_at is null;
    end if;
    exit when clock_timestamp() > v_began + interval '20 seconds';
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_pipeline_dlq__announce()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- It was announced when it failed first, and is again when a person has to look.
  if new.replays > 0 and new.retry_after is not null then
    return null;
  end if;
  -- An alarm concerns every org.
  if new.org_id is null and new.source in ('schedule', 'worker') then
    perform private.announce(o.id, 'dead_letter.filed',
      jsonb_build_object('dead_letter_id', new.id, 'source', new.source), new.created_at)
    from public.orgs o;
  end if;
  -- An announcement of a failed notification would fail, too.
  if new.org_id is not null and new.source <> 'notify' then
    perform private.announce(new.org_id, 'dead_letter.filed',
      jsonb_build_object('dead_letter_id', new.id, 'source', new.source), new.created_at);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tick (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_done jsonb := '{}'::jsonb;
  v_task record;
  v_feeds jsonb;
begin
  -- Each task, the refresh and each feed is a subtransaction: a failure is recorded and rolls back nothing else.
  for v_task in select * from private.daily_tasks() loop
    if private.run_daily_task(v_task.task, p_as_of) then
      v_done := v_done || jsonb_build_object(v_task.task, true);
    end if;
  end loop;
  -- First the nominations, then the feeds that take from them, also after an outage that covered both times.
  if public.refresh_contactable_leads(p_as_of) then
    v_done := v_done || '{"refresh": true}'::jsonb;
  end if;
  select jsonb_agg(jsonb_build_object('campaign_id', f.campaign_id, 'local_date', f.local_date, 'state', f.state,
    'fed', f.fed_count, 'unassigned', f.unassigned_count, 'late', f.late))
  into v_feeds from public.feed_campaigns(p_as_of) f;
  if v_feeds is not null then
    v_done := v_done || jsonb_build_object('feeds', v_feeds);
  end if;
  begin
    perform private.open_due_pulls(p_as_of);
  exception when others then
    raise warning 'opening due pulls failed: % (%)', sqlerrm, sqlstate;
  end;
  begin
    perform private.walk_due_runs(p_as_of);
  exception when others then
    raise warning 'walking due runs failed: % (%)', sqlerrm, sqlstate;
  end;
  begin
    perform private.sweep_facts(p_as_of);
  exception when others then
    raise warning 'sweeping facts failed: % (%)', sqlerrm, sqlstate;
  end;
  begin
    perform private.retry_dead_letters(p_as_of);
  exception when others then
    raise warning 'retrying dead letters failed: % (%)', sqlerrm, sqlstate;
  end;
  begin
    perform private.announce_closed_days(p_as_of);
  exception when others then
    raise warning 'announcing the end of the day failed: % (%)', sqlerrm, sqlstate;
  end;
  return v_done;
end
$function$;

CREATE OR REPLACE FUNCTION private.try_dead_letter (
  p_id    bigint,
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  d public.pipeline_dlq;
begin
  select x.* into d from public.pipeline_dlq x where x.id = p_id and x.resolved_at is null for update skip locked;
  if not found then
    return 'It was closed meanwhile, or somebody else replays it.';
  end if;
  return private.replay_dead_letter(d, p_as_of);
-- One that cannot be replayed must not stop the others. "others" does not include the cancel at a timeout.
exception when query_canceled or others then
  return format('%s (%s)', private.redact_contacts(sqlerrm), sqlstate);
end
$function$;

CREATE OR REPLACE FUNCTION public.dead_letter_causes (
  p_org_id uuid    DEFAULT NULL::uuid,
  p_limit  integer DEFAULT 50
)
  RETURNS TABLE (
    source     text,
    cause      text,
    letters    bigint,
    oldest     timestamp with time zone,
    newest     timestamp with time zone,
    next_retry timestamp with time zone,
    example    bigint,
    advice     text
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select d.source, x.cause, count(*), min(d.created_at), max(d.created_at), min(d.retry_after), max(d.id),
    private.dead_letter_advice(d.source)
  from public.pipeline_dlq d
  cross join lateral (select private.dead_letter_cause(d.reason, d.last_error) as cause) x
  where (p_org_id is null or d.org_id = p_org_id) and d.resolved_at is null
  group by d.source, x.cause
  order by 3 desc, 1, 2 limit private.page_size(p_limit)
$function$;

REVOKE ALL ON FUNCTION "public"."dead_letter_causes"(uuid, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.discard_dead_letters (
  p_org_id uuid,
  p_reason text,
  p_ids    bigint[]                 DEFAULT NULL::bigint[],
  p_source text                     DEFAULT NULL::text,
  p_cause  text                     DEFAULT NULL::text,
  p_since  timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_until  timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_limit  integer                  DEFAULT 100
)
  RETURNS bigint[]
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.refuse_api_key();
  return private.discard_chosen_at(p_org_id, p_ids, p_reason, p_source, p_cause, p_since, p_until, p_limit, now());
end
$function$;

REVOKE ALL ON FUNCTION "public"."discard_dead_letters"(uuid, text, bigint[], text, text, timestamp WITH time zone, timestamp WITH time zone, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_dead_letters (
  p_org_id uuid                     DEFAULT NULL::uuid,
  p_ids    bigint[]                 DEFAULT NULL::bigint[],
  p_source text                     DEFAULT NULL::text,
  p_cause  text                     DEFAULT NULL::text,
  p_since  timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_until  timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_closed boolean                  DEFAULT false,
  p_limit  integer                  DEFAULT 50,
  p_before bigint                   DEFAULT NULL::bigint
)
  RETURNS TABLE (
    id                bigint,
    org_id            uuid,
    source            text,
    cause             text,
    reason            text,
    last_error        text,
    payload           jsonb,
    attempts          integer,
    replays           integer,
    created_at        timestamp with time zone,
    retry_after       timestamp with time zone,
    resolved_at       timestamp with time zone,
    resolution        text,
    resolved_by       uuid,
    resolution_reason text,
    correlation_id    uuid,
    advice            text
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select d.id, d.org_id, d.source, private.dead_letter_cause(d.reason, d.last_error), d.reason, d.last_error, d.payload,
    d.attempts, d.replays, d.created_at, d.retry_after, d.resolved_at, d.resolution, d.resolved_by,
    d.resolution_reason, d.correlation_id, private.dead_letter_advice(d.source)
  from public.pipeline_dlq d
  where (p_org_id is null or d.org_id = p_org_id) and (p_closed or d.resolved_at is null)
    and (p_ids is null or d.id = any (p_ids)) and (p_source is null or d.source = p_source)
    and (p_cause is null or p_cause in (d.reason, private.dead_letter_cause(d.reason, d.last_error)))
    and (p_since is null or d.created_at >= p_since) and (p_until is null or d.created_at < p_until)
    and (p_before is null or d.id < p_before)
  order by d.id desc limit private.page_size(p_limit)
$function$;

REVOKE ALL ON FUNCTION "public"."list_dead_letters"(uuid, bigint[], text, text, timestamp WITH time zone, timestamp WITH time zone, boolean, integer, bigint) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.replay_dead_letters (
  p_org_id uuid,
  p_ids    bigint[]                 DEFAULT NULL::bigint[],
  p_source text                     DEFAULT NULL::text,
  p_cause  text                     DEFAULT NULL::text,
  p_since  timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_until  timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_limit  integer                  DEFAULT 100
)
  RETURNS TABLE (
    id       bigint,
    source   text,
    replayed boolean,
    why_not  text
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.refuse_api_key();
  return query select * from private.replay_chosen_at(p_org_id, p_ids, p_source, p_cause, p_since, p_until, p_limit,
    now());
end
$function$;

REVOKE ALL ON FUNCTION "public"."replay_dead_letters"(uuid, bigint[], text, text, timestamp WITH time zone, timestamp WITH time zone, integer) FROM PUBLIC, "anon";

-- A table of failures is small.
ALTER TABLE "public"."pipeline_dlq"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "discarded_dead_letter_has_a_reason" CHECK (((resolution IS DISTINCT FROM 'discarded'::text) OR (COALESCE(length(btrim(resolution_reason)), 0) >= 3)));

-- A table of failures is small.
ALTER TABLE "public"."pipeline_dlq"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "resolution_is_known" CHECK ((resolution = ANY (ARRAY['replayed'::text, 'discarded'::text])));

-- A table of failures is small.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX pipeline_dlq_replayed_idx ON public.pipeline_dlq USING btree (source, payload, id)
  WHERE (resolution = 'replayed'::text);

-- A table of failures is small.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX pipeline_dlq_retry_idx ON public.pipeline_dlq USING btree (retry_after, id)
  WHERE ((resolved_at IS NULL) AND (retry_after IS NOT NULL));

COMMENT ON COLUMN "public"."pipeline_dlq"."replays" IS 'How often the work was replayed within a day before this failure.';

COMMENT ON COLUMN "public"."pipeline_dlq"."resolution" IS 'replayed or discarded; null while it is open, and where the work was done or became pointless.';

COMMENT ON COLUMN "public"."pipeline_dlq"."resolution_reason" IS 'Why it was discarded, without contact values.';

COMMENT ON COLUMN "public"."pipeline_dlq"."resolved_by" IS 'The member who replayed or discarded it; null: the service, an operator or the schedule.';

COMMENT ON COLUMN "public"."pipeline_dlq"."retry_after" IS 'When the work is replayed by itself; null where a person decides.';

COMMENT ON FUNCTION "private"."choose_dead_letters"(uuid, bigint[], text, text, timestamp with time zone, timestamp with time zone, integer) IS 'Ids of open dead letters that meet all conditions, the oldest first, 1000 at most. p_org_id null: of every org and of none. p_until is exclusive. Raises SL605 without a condition. Definer: its callers have checked the org.';

COMMENT ON FUNCTION "private"."dead_letter_advice"(text) IS 'What to do about dead letters of a source that cannot be replayed; null for those that can.';

COMMENT ON FUNCTION "private"."dead_letter_cause"(text, text) IS 'Reason and error without ids, quoted values and numbers: the same for all that failed alike.';

COMMENT ON FUNCTION "private"."dead_letter_retry_at"(text, text, integer, timestamp with time zone) IS 'When work that failed is replayed by itself: after 15 minutes, then one, four and 16 hours; null where a person decides.';

COMMENT ON FUNCTION "private"."discard_chosen_at"(uuid, bigint[], text, text, text, timestamp with time zone, timestamp with time zone, integer, timestamp
  with time zone) IS 'Closes what choose_dead_letters finds with a reason; the rows stay. Returns their ids. Raises SL605. Definer: as choose_dead_letters.';

COMMENT ON FUNCTION "private"."record_dead_letter"(uuid, text, jsonb, text, text, uuid, timestamp with time zone) IS 'Records a dead letter, or counts another attempt on the open one for the same work. One that failed again after a replay continues the count of replays.';

COMMENT ON FUNCTION "private"."replay_chosen_at"(uuid, bigint[], text, text, timestamp with time zone, timestamp with time zone, integer, timestamp
  with time zone) IS 'Replays what choose_dead_letters finds, each by itself: one that fails stops no other. Definer: as replay_dead_letter.';

COMMENT ON FUNCTION "private"."replay_dead_letter"(public.pipeline_dlq, timestamp with time zone) IS 'Has the work of an open dead letter done again, and closes it. Returns why that is not possible; null if it was replayed. Raises what the work raises. Definer: its callers have no rights on the queue.';

COMMENT ON FUNCTION "private"."replay_dead_letters"(uuid, uuid, bigint[], timestamp with time zone) IS 'Closes the open dead letters of a source (or one upload, or p_ids of them) and returns the jobs that repeat their work: (queue, data), to be sent in the same transaction.';

COMMENT ON FUNCTION "private"."retry_dead_letters"(timestamp with time zone, integer) IS 'Replays dead letters whose retry_after has come, and returns how many. One that fails again waits longer. A part of the schedule. Definer: as replay_dead_letter.';

COMMENT ON FUNCTION "private"."tg_pipeline_dlq__announce"() IS 'Trigger: announces a dead letter, except one about a notification or one that failed again and is retried by itself, and an alarm to every org. Definer: roles that write dead letters have no rights on notifications.';

COMMENT ON FUNCTION "private"."try_dead_letter"(bigint, timestamp with time zone) IS 'replay_dead_letter in a subtransaction: an error undoes this replay alone and is returned. Definer: as replay_dead_letter.';

COMMENT ON FUNCTION "public"."dead_letter_causes"(uuid, integer) IS 'Open dead letters that the caller may see, counted by what failed and why.';

COMMENT ON FUNCTION "public"."discard_dead_letters"(uuid, text, bigint[], text, text, timestamp with time zone, timestamp with time zone, integer) IS 'Closes dead letters whose work will not be done, with the reason; the rows stay. Returns their ids. A discarded delivery keeps its contacts closed: nobody knows what the person wished. For owners, admins and the service. Raises SL111, SL134 and SL605. Definer: members may not write dead letters.';

COMMENT ON FUNCTION "public"."list_dead_letters"(uuid, bigint[], text, text, timestamp with time zone, timestamp
  with time zone, boolean, integer, bigint) IS 'Open dead letters that the caller may see, newest first; with p_closed the closed ones, too. p_cause: a reason or a cause of dead_letter_causes; p_before: the smallest id of the page before. advice: what to do where it cannot be replayed.';

COMMENT ON FUNCTION "public"."replay_dead_letters"(uuid, bigint[], text, text, timestamp with time zone, timestamp with time zone, integer) IS 'Has the work of dead letters done again, each by itself, and says which were replayed. They are named by ids, source, cause and time (p_until exclusive); 100 by default, 1000 at most. For owners, admins and the service. Raises SL111, SL134 and SL605. Definer: members have no rights on the queue.';

REVOKE ALL ON FUNCTION "private"."choose_dead_letters"(uuid, bigint[], text, text, timestamp WITH time zone, timestamp WITH time zone, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."dead_letter_advice"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."dead_letter_advice"(text) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."dead_letter_advice"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."dead_letter_cause"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."dead_letter_cause"(text, text) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."dead_letter_cause"(text, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."dead_letter_retry_at"(text, text, integer, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."dead_letter_retry_at"(text, text, integer, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL
  ON FUNCTION "private"."discard_chosen_at"(uuid, bigint[], text, text, text, timestamp WITH time zone, timestamp WITH time zone, integer, timestamp WITH time zone)
  FROM PUBLIC;

REVOKE ALL
  ON FUNCTION "private"."discard_chosen_at"(uuid, bigint[], text, text, text, timestamp WITH time zone, timestamp WITH time zone, integer, timestamp WITH time zone)
  FROM "postgres";

GRANT EXECUTE
  ON FUNCTION "private"."discard_chosen_at"(uuid, bigint[], text, text, text, timestamp WITH time zone, timestamp WITH time zone, integer, timestamp WITH time zone)
  TO "postgres";

REVOKE ALL ON FUNCTION "private"."replay_chosen_at"(uuid, bigint[], text, text, timestamp WITH time zone, timestamp WITH time zone, integer, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL
  ON FUNCTION "private"."replay_chosen_at"(uuid, bigint[], text, text, timestamp WITH time zone, timestamp WITH time zone, integer, timestamp WITH time zone)
  FROM "postgres";

GRANT EXECUTE
  ON FUNCTION "private"."replay_chosen_at"(uuid, bigint[], text, text, timestamp WITH time zone, timestamp WITH time zone, integer, timestamp WITH time zone)
  TO "postgres";

REVOKE ALL ON FUNCTION "private"."replay_dead_letter"(public.pipeline_dlq, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."replay_dead_letters"(uuid, uuid, bigint[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."replay_dead_letters"(uuid, uuid, bigint[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."retry_dead_letters"(timestamp WITH time zone, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."try_dead_letter"(bigint, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."dead_letter_causes"(uuid, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."dead_letter_causes"(uuid, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."discard_dead_letters"(uuid, text, bigint[], text, text, timestamp WITH time zone, timestamp WITH time zone, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."discard_dead_letters"(uuid, text, bigint[], text, text, timestamp WITH time zone, timestamp WITH time zone, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_dead_letters"(uuid, bigint[], text, text, timestamp WITH time zone, timestamp WITH time zone, boolean, integer, bigint) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_dead_letters"(uuid, bigint[], text, text, timestamp WITH time zone, timestamp WITH time zone, boolean, integer, bigint) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."replay_dead_letters"(uuid, bigint[], text, text, timestamp WITH time zone, timestamp WITH time zone, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."replay_dead_letters"(uuid, bigint[], text, text, timestamp WITH time zone, timestamp WITH time zone, integer) TO "service_role";

-- Rights that default privileges would change.

revoke execute on function private.choose_dead_letters(uuid,bigint[],text,text,timestamp with time zone,timestamp with time zone,integer) from pipeline_writer;
revoke execute on function private.discard_chosen_at(uuid,bigint[],text,text,text,timestamp with time zone,timestamp with time zone,integer,timestamp with time zone) from pipeline_writer;
revoke execute on function private.replay_chosen_at(uuid,bigint[],text,text,timestamp with time zone,timestamp with time zone,integer,timestamp with time zone) from pipeline_writer;
revoke execute on function private.replay_dead_letter(public.pipeline_dlq,timestamp with time zone) from pipeline_writer;
revoke execute on function private.retry_dead_letters(timestamp with time zone,integer) from pipeline_writer;
revoke execute on function private.try_dead_letter(bigint,timestamp with time zone) from pipeline_writer;

-- Reference data, queues and cron jobs.

do $cron$
begin
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    raise notice 'no pg_cron in this database: its jobs stay as they are';
    return;
  end if;
  perform cron.schedule('sluice-dead-letters', '2-59/5 * * * *', 'set statement_timeout = ''1min''; select private.retry_dead_letters()');
end
$cron$;
