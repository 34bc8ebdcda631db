-- pulls by sftp and s3: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP TRIGGER "_100_check_url" ON "public"."pulls";

ALTER TABLE "public"."pulls"
  DROP CONSTRAINT "pull_kind_is_known";

DROP FUNCTION "private"."claim_pull_run"(timestamp WITH time zone);

ALTER TABLE "public"."pull_runs"
  ADD COLUMN "claims" integer NOT NULL DEFAULT 0;

ALTER TABLE "public"."pull_runs"
  ADD COLUMN "opened_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE OR REPLACE FUNCTION private.accept_pull_part (
  p_run_id   uuid,
  p_part     integer,
  p_sha256   bytea,
  p_bytes    bigint,
  p_rows     bigint,
  p_position jsonb,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    outcome text,
    part_id uuid
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.pull_runs;
  a record;
begin
  select x.* into r from public.pull_runs x where x.id = p_run_id for update;
  if r.state is distinct from 'running' or r.parts <> p_part - 1 then
    return query select 'lost', null::uuid;
    return;
  end if;
  select * into a from private.accept_part(r.source_id, concat_ws(' ', 'pull', r.id, p_part), p_sha256, p_bytes, null,
    r.id, p_part, null, false, null, r.id, p_as_of);
  update public.uploads u set kind = 'pull' where u.id = a.own_upload_id;
  update public.pull_runs x
  set parts = p_part, claims = 0, rows = x.rows + p_rows, position = p_position, upload_id = a.own_upload_id,
    new_parts = x.new_parts + (a.outcome = 'accepted')::integer, lease_until = p_as_of + interval '5 minutes'
  where x.id = r.id;
  return query select a.outcome, a.part_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.claim_pull_run (
  p_kinds text[],
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.pull_runs;
  p public.pulls;
begin
  perform private.open_due_pulls(p_as_of);
  loop
    select x.* into r from public.pull_runs x join public.pulls q on q.source_id = x.source_id
    where x.state in ('due', 'running') and coalesce(x.lease_until, '-infinity') <= p_as_of and q.kind = any (p_kinds)
    order by x.due_at limit 1 for update of x skip locked;
    if not found then
      return null;
    end if;
    exit when r.claims < 8;
    perform private.fail_pull_run(r.id, 'cut off 8 times before the next part was stored', true, p_as_of);
  end loop;
  perform private.resolve_dead_letter('pull', jsonb_build_object('run_id', r.id), p_as_of);
  update public.pull_runs x
  set state = 'running', attempts = x.attempts + 1, claims = x.claims + 1,
    lease_until = p_as_of + interval '5 minutes', started_at = coalesce(x.started_at, p_as_of)
  where x.id = r.id returning * into r;
  select * into strict p from public.pulls x where x.source_id = r.source_id;
  return jsonb_build_object('run_id', r.id, 'org_id', r.org_id, 'source_id', r.source_id, 'attempts', r.attempts,
    'position', r.position, 'parts', r.parts, 'kind', p.kind, 'url', p.url, 'options', p.options,
    'since', p.cursor_value,
    'token', case when p.token_cipher is not null
      then private.decrypt_value(p.token_cipher, private.org_key(p.org_id, p.key_id)) end);
end
$function$;

CREATE OR REPLACE FUNCTION private.open_due_pulls (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_count integer;
begin
  insert into public.pull_runs (org_id, source_id, due_at, opened_at)
  select p.org_id, p.source_id, d.due_at, p_as_of
  from public.pulls p
  join public.sources s on s.id = p.source_id and s.active
  cross join lateral (
    -- The latest time that is due; those that were missed before it are not made up for.
    select max((x.day::date + t.at) at time zone p.time_zone) as due_at
    from generate_series((p_as_of at time zone p.time_zone)::date - 1, (p_as_of at time zone p.time_zone)::date,
      interval '1 day') x (day)
    cross join unnest(p.at_times) t (at)
    where extract(isodow from x.day)::smallint = any (p.weekdays)
      and (x.day::date + t.at) at time zone p.time_zone <= p_as_of
      and (x.day::date + t.at) at time zone p.time_zone >= p.created_at
  ) d
  where p.active and d.due_at is not null
    -- One run of a source at a time; a held one waits for a person.
    and not exists (select from public.pull_runs r
      where r.source_id = p.source_id and r.state in ('due', 'running', 'held'))
  on conflict (source_id, due_at) do nothing;
  get diagnostics v_count = row_count;
  -- Nobody fetches it: no worker runs, or none that can fetch its kind.
  perform private.record_dead_letter(r.org_id, 'pull', jsonb_build_object('run_id', r.id), 'no worker fetches the pull',
    'due since ' || r.due_at, null, p_as_of)
  from public.pull_runs r
  where r.state = 'due' and r.opened_at < p_as_of - interval '1 hour'
    and not exists (select from public.pipeline_dlq d
      where d.source = 'pull' and d.payload = jsonb_build_object('run_id', r.id) and d.resolved_at is null);
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.pause_pull_run (
  p_run_id uuid,
  p_parts  integer
)
  RETURNS void
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  update public.pull_runs r
  set lease_until = null, attempts = greatest(r.attempts - 1, 0)
  where r.id = p_run_id and r.state = 'running' and r.parts = p_parts
$function$;

CREATE OR REPLACE FUNCTION private.pull_url_problem (
  p_kind     text,
  p_url      text,
  p_loopback boolean DEFAULT false
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select case
    when p_kind <> 'sftp' then private.url_problem(p_url, p_loopback)
    when length(p_url) > 2000 then 'is longer than 2000 characters'
    when p_loopback and p_url ~ '^sftp://127\.0\.0\.1(:[0-9]{1,5})?/' then null
    when p_url !~ '^sftp://[^/:@]+(:(22|[1-9][0-9]{3,4}))?/[\x21\x22\x24-\x3e\x40-\x5b\x5d-\x7e]*$'
      then 'must be sftp://, a public host name, port 22 or one above 999, and the path of a file'
    else private.url_problem(regexp_replace(p_url, '^sftp://([^/:]+).*$', 'https://\1/')) end
$function$;

CREATE OR REPLACE FUNCTION private.tg_pulls__check_url()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_problem constant text := private.pull_url_problem(new.kind, new.url, private.loopback_urls_allowed());
begin
  if v_problem is not null then
    raise exception 'the URL %', v_problem using errcode = 'check_violation', constraint = 'pull_url_is_public';
  end if;
  -- A token is for one server. Otherwise who may change the URL could have it sent to a server of their own.
  if tg_op = 'UPDATE' and substring(new.url from '^[a-z]+://[^/]+') <> substring(old.url from '^[a-z]+://[^/]+') then
    new.token_cipher := null;
    new.key_id := null;
  end if;
  return new;
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
    perform private.sweep_facts(p_as_of);
  exception when others then
    raise warning 'sweeping facts failed: % (%)', sqlerrm, sqlstate;
  end;
  begin
    perform private.announce_closed_days(p_as_of);
  exception when others then
    raise warning 'announcing the end of the day failed: % (%)', sqlerrm, sqlstate;
  end;
  return v_done;
end
$function$;

CREATE OR REPLACE FUNCTION public.run_pull (
  p_source_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  p public.pulls := private.pull_for_admin(p_source_id);
  v_id uuid;
begin
  p_as_of := private.caller_clock(p_as_of);
  -- A run that failed continues where it was.
  update public.pull_runs r
  set state = 'running', attempts = 0, claims = 0, lease_until = null, ended_at = null, error = null
  where r.id = (select x.id from public.pull_runs x where x.source_id = p.source_id order by x.due_at desc limit 1)
    and r.state = 'failed'
  returning r.id into v_id;
  if v_id is not null then
    perform private.resolve_dead_letter('pull', jsonb_build_object('run_id', v_id), p_as_of);
    return v_id;
  end if;
  if exists (select from public.pull_runs r
    where r.source_id = p.source_id and r.state in ('due', 'running', 'held')) then
    raise exception 'the pull runs already, or is held' using errcode = 'SL211';
  end if;
  insert into public.pull_runs (org_id, source_id, due_at, opened_at)
  values (p.org_id, p.source_id, p_as_of, p_as_of) returning id into v_id;
  return v_id;
end
$function$;

-- A row a source: the table is small.
ALTER TABLE "public"."pulls"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "pull_kind_is_known" CHECK ((kind = ANY (ARRAY['file'::text, 'socrata'::text, 'arcgis'::text, 's3'::text, 'sftp'::text])));

-- A row a source: the table is small.
ALTER TABLE "public"."pulls"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "s3_pull_names_its_access_key" CHECK (((kind <> 's3'::text) OR (COALESCE((options ->> 'access_key_id'::text), ''::text) <> ''::text)));

-- A row a source: the table is small.
ALTER TABLE "public"."pulls"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "sftp_pull_pins_its_server"
    CHECK
    (((kind <> 'sftp'::text) OR ((COALESCE((options ->> 'user'::text), ''::text) <> ''::text) AND (COALESCE((options ->> 'host_key'::text), ''::text) ~
    '^SHA256:[A-Za-z0-9+/]{43}$'::text))));

CREATE TRIGGER _100_check_url
  BEFORE INSERT OR UPDATE OF kind, url ON public.pulls
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_pulls__check_url();

COMMENT ON COLUMN "public"."pull_runs"."claims" IS 'How often it was begun or continued since a part was stored.';

COMMENT ON COLUMN "public"."pulls"."options" IS 'where: a filter in the language of the server; since_field: fetch only rows whose value changed since the last run; entry, sheet: file of a ZIP file, sheet of a workbook; access_key_id, region, bucket: of S3; user, host_key: of SFTP, the fingerprint of the server''s key as OpenSSH shows it.';

COMMENT ON COLUMN "public"."pulls"."token_cipher" IS 'Token, secret access key, password or private key for the server, encrypted; members cannot read it.';

COMMENT ON FUNCTION "private"."claim_pull_run"(text[], timestamp with time zone) IS 'The next run of these kinds for a worker, with where to continue and its token in plain text; null when none is due. A lease of five minutes, which each part extends. A run that was cut off 8 times without storing a part fails. Definer: only the owner reads keys.';

COMMENT ON FUNCTION "private"."open_due_pulls"(timestamp with time zone) IS 'Adds a run for each active pull that is due by its local time and has none for that time; returns how many. A run that no worker began within an hour is a dead letter. Definer: the ledger belongs to the owner.';

COMMENT ON FUNCTION "private"."pause_pull_run"(uuid, integer) IS 'A worker that has stored so many parts stops; another one continues at once, and this counts as no attempt. Definer: the ledger belongs to the owner.';

COMMENT ON FUNCTION "private"."pull_url_problem"(text, text, boolean) IS 'Why a pull of this kind cannot have the URL, in words that follow "the URL"; null where it can. Loopback: also this machine.';

COMMENT ON FUNCTION "private"."tg_pulls__check_url"() IS 'Trigger: a new or changed URL has the form of a public one, and a token does not follow to another server. Raises 23514. Definer: reads the switch of development machines, and tokens are not writable.';

REVOKE ALL ON FUNCTION "private"."claim_pull_run"(text[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_pull_run"(text[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."pause_pull_run"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."pause_pull_run"(uuid, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."pull_url_problem"(text, text, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."pull_url_problem"(text, text, boolean) TO "pipeline_writer";

-- Reference data, queues and cron jobs.

do $cron$
begin
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    raise notice 'no pg_cron in this database: its jobs stay as they are';
    return;
  end if;
  perform cron.schedule('sluice-pulls', '* * * * *', 'set statement_timeout = ''30s''; select private.open_due_pulls()');
end
$cron$;
