-- pulls: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE TABLE "public"."pull_runs" (
  "org_id"      uuid                     NOT NULL,
  "id"          uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "source_id"   uuid                     NOT NULL,
  "due_at"      timestamp with time zone NOT NULL,
  "state"       text                     NOT NULL DEFAULT 'due'::text,
  "attempts"    integer                  NOT NULL DEFAULT 0,
  "lease_until" timestamp with time zone,
  "position"    jsonb                    NOT NULL DEFAULT '{}'::jsonb,
  "parts"       integer                  NOT NULL DEFAULT 0,
  "new_parts"   integer                  NOT NULL DEFAULT 0,
  "rows"        bigint                   NOT NULL DEFAULT 0,
  "upload_id"   uuid,
  "error"       text,
  "started_at"  timestamp with time zone,
  "ended_at"    timestamp with time zone,
  CONSTRAINT "ended_pull_run_has_its_time" CHECK (((state = ANY (ARRAY['completed'::text, 'unchanged'::text, 'dropped'::text, 'failed'::text])) = (ended_at IS NOT NULL))),
  CONSTRAINT "failed_pull_run_says_why" CHECK (((state <> 'failed'::text) OR (error IS NOT NULL))),
  CONSTRAINT "pull_run_state_is_known"
    CHECK ((state = ANY (ARRAY['due'::text, 'running'::text, 'held'::text, 'completed'::text, 'unchanged'::text, 'dropped'::text, 'failed'::text]))),
  CONSTRAINT "pull_runs_once_per_due_time" UNIQUE (source_id, due_at),
  CONSTRAINT "pull_runs_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."pull_runs"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."pull_runs" FROM "anon", "service_role";

CREATE TABLE "public"."pulls" (
  "org_id"       uuid                     NOT NULL,
  "source_id"    uuid                     NOT NULL,
  "kind"         text                     NOT NULL,
  "url"          text                     NOT NULL,
  "options"      jsonb                    NOT NULL DEFAULT '{}'::jsonb,
  "at_times"     time without time zone[] NOT NULL DEFAULT '{05:00:00}'::time WITHOUT time zone[],
  "weekdays"     smallint[]               NOT NULL DEFAULT '{1,2,3,4,5,6,7}'::smallint[],
  "time_zone"    text                     NOT NULL DEFAULT 'America/Los_Angeles'::text,
  "active"       boolean                  NOT NULL DEFAULT true,
  "most_lost"    numeric                  NOT NULL DEFAULT 0.2,
  "terms"        text                     NOT NULL,
  "cursor_value" text,
  "token_cipher" bytea,
  "key_id"       integer,
  "created_at"   timestamp with time zone NOT NULL DEFAULT now(),
  "updated_at"   timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "pull_has_a_time" CHECK (((cardinality(at_times) >= 1) AND (cardinality(at_times) <= 24))),
  CONSTRAINT "pull_kind_is_known" CHECK ((kind = ANY (ARRAY['file'::text, 'socrata'::text, 'arcgis'::text]))),
  CONSTRAINT "pull_loss_is_a_share" CHECK (((most_lost >= (0)::numeric) AND (most_lost <= (1)::numeric))),
  CONSTRAINT "pull_names_its_terms" CHECK ((length(btrim(terms)) > 0)),
  CONSTRAINT "pull_options_are_an_object" CHECK ((jsonb_typeof(options) = 'object'::text)),
  CONSTRAINT "pull_token_has_its_key" CHECK (((token_cipher IS NULL) = (key_id IS NULL))),
  CONSTRAINT "pull_weekdays_are_iso" CHECK (((cardinality(weekdays) > 0) AND (weekdays <@ '{1,2,3,4,5,6,7}'::smallint[]))),
  CONSTRAINT "pulls_pkey" PRIMARY KEY (source_id)
);

ALTER TABLE "public"."pulls"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."pulls" FROM "anon", "service_role";

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
  set parts = p_part, rows = x.rows + p_rows, position = p_position, upload_id = a.own_upload_id,
    new_parts = x.new_parts + (a.outcome = 'accepted')::integer, lease_until = p_as_of + interval '5 minutes'
  where x.id = r.id;
  return query select a.outcome, a.part_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.claim_pull_run (
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
  select x.* into r from public.pull_runs x
  where x.state in ('due', 'running') and coalesce(x.lease_until, '-infinity') <= p_as_of
  order by x.due_at limit 1 for update skip locked;
  if not found then
    return null;
  end if;
  update public.pull_runs x
  set state = 'running', attempts = x.attempts + 1, lease_until = p_as_of + interval '5 minutes',
    started_at = coalesce(x.started_at, p_as_of)
  where x.id = r.id returning * into r;
  select * into strict p from public.pulls x where x.source_id = r.source_id;
  return jsonb_build_object('run_id', r.id, 'org_id', r.org_id, 'source_id', r.source_id, 'attempts', r.attempts,
    'position', r.position, 'parts', r.parts, 'kind', p.kind, 'url', p.url, 'options', p.options,
    'since', p.cursor_value,
    'token', case when p.token_cipher is not null
      then private.decrypt_value(p.token_cipher, private.org_key(p.org_id, p.key_id)) end);
end
$function$;

CREATE OR REPLACE FUNCTION private.fail_pull_run (
  p_run_id   uuid,
  p_error    text,
  p_for_good boolean,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.pull_runs;
  v_ends boolean;
begin
  select x.* into r from public.pull_runs x where x.id = p_run_id and x.state = 'running' for update;
  if not found then
    return 'lost';
  end if;
  v_ends := p_for_good or r.attempts >= 5;
  update public.pull_runs x
  set error = left(p_error, 2000), state = case when v_ends then 'failed' else 'running' end,
    ended_at = case when v_ends then p_as_of end,
    lease_until = case when not v_ends then p_as_of + interval '1 minute' * 2 ^ r.attempts end
  where x.id = r.id;
  if v_ends then
    perform private.record_dead_letter(r.org_id, 'pull', jsonb_build_object('run_id', r.id), 'a pull failed', p_error,
      null, p_as_of);
    return 'failed';
  end if;
  return 'retry';
end
$function$;

CREATE OR REPLACE FUNCTION private.finish_pull_run (
  p_run_id uuid,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.pull_runs;
  p public.pulls;
  v_before bigint;
begin
  select x.* into r from public.pull_runs x where x.id = p_run_id and x.state = 'running' for update;
  if not found then
    return 'lost';
  end if;
  select * into strict p from public.pulls x where x.source_id = r.source_id;
  if p.options ->> 'since_field' is null then
    select x.rows into v_before from public.pull_runs x
    where x.source_id = r.source_id and x.state in ('completed', 'unchanged')
    order by x.due_at desc limit 1;
  end if;
  if r.rows < v_before * (1 - p.most_lost) then
    update public.pull_runs x set state = 'held', lease_until = null,
      error = format('%s rows, after %s in the last good run', r.rows, v_before)
    where x.id = r.id;
    perform private.record_dead_letter(r.org_id, 'pull', jsonb_build_object('run_id', r.id),
      'a pull lost rows and waits for a person', format('%s rows, after %s', r.rows, v_before), null, p_as_of);
    return 'held';
  end if;
  perform private.let_pull_through(r.id, p_as_of);
  return (select x.state from public.pull_runs x where x.id = r.id);
end
$function$;

CREATE OR REPLACE FUNCTION private.let_pull_through (
  p_run_id uuid,
  p_as_of  timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.pull_runs;
begin
  select x.* into strict r from public.pull_runs x where x.id = p_run_id;
  if r.upload_id is not null then
    update public.uploads u set parts_expected = r.parts, state = 'processing' where u.id = r.upload_id;
    perform private.send_job('resolve-upload', jsonb_build_object('upload_id', r.upload_id), r.upload_id::text);
  end if;
  update public.pull_runs x
  set state = case when x.new_parts > 0 then 'completed' else 'unchanged' end, ended_at = p_as_of, lease_until = null
  where x.id = p_run_id;
  update public.pulls p set cursor_value = to_char((r.started_at - interval '1 hour') at time zone 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS')
  where p.source_id = r.source_id;
  perform private.resolve_dead_letter('pull', jsonb_build_object('run_id', r.id), p_as_of);
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
  insert into public.pull_runs (org_id, source_id, due_at)
  select p.org_id, p.source_id, d.due_at
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
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.pull_for_admin (
  p_source_id uuid
)
  RETURNS public.pulls
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  p public.pulls;
begin
  select x.* into p from public.pulls x
  where x.source_id = p_source_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')));
  if not found then
    raise exception 'pull not found' using errcode = 'SL210';
  end if;
  return p;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_pulls__check_url()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_problem constant text := private.url_problem(new.url, private.loopback_urls_allowed());
begin
  if v_problem is not null then
    raise exception 'the URL %', v_problem using errcode = 'check_violation', constraint = 'pull_url_is_public';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.decide_pull (
  p_source_id uuid,
  p_release   boolean,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  p public.pulls := private.pull_for_admin(p_source_id);
  r public.pull_runs;
  v_parts uuid[];
begin
  p_as_of := private.caller_clock(p_as_of);
  select x.* into r from public.pull_runs x where x.source_id = p.source_id and x.state = 'held' for update;
  if not found then
    raise exception 'no run of the pull is held' using errcode = 'SL212';
  end if;
  if p_release then
    perform private.let_pull_through(r.id, p_as_of);
  else
    -- Parts before their upload, as staging locks them.
    v_parts := array(select x.id from public.upload_parts x where x.upload_id = r.upload_id order by x.part for update);
    perform private.clear_staging(v_parts);
    delete from public.uploads u where u.id = r.upload_id and u.state = 'receiving';
    update public.pull_runs x set state = 'dropped', ended_at = p_as_of where x.id = r.id;
    perform private.resolve_dead_letter('pull', jsonb_build_object('run_id', r.id), p_as_of);
  end if;
  return (select x.state from public.pull_runs x where x.id = r.id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."decide_pull"(uuid, boolean, timestamp WITH time zone) FROM PUBLIC, "anon";

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
  set state = 'running', attempts = 0, lease_until = null, ended_at = null, error = null
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
  insert into public.pull_runs (org_id, source_id, due_at) values (p.org_id, p.source_id, p_as_of) returning id into v_id;
  return v_id;
end
$function$;

REVOKE ALL ON FUNCTION "public"."run_pull"(uuid, timestamp WITH time zone) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.set_pull_token (
  p_source_id uuid,
  p_token     text
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  p public.pulls := private.pull_for_admin(p_source_id);
  v_key integer;
begin
  if p_token is not null then
    v_key := private.active_key_id(p.org_id, 'data');
  end if;
  update public.pulls x
  set key_id = v_key, token_cipher = case when p_token is not null
    then private.encrypt_value(p_token, private.org_key(p.org_id, v_key)) end
  where x.source_id = p.source_id;
end
$function$;

REVOKE ALL ON FUNCTION "public"."set_pull_token"(uuid, text) FROM PUBLIC, "anon";

ALTER TABLE "public"."pull_runs"
  ADD CONSTRAINT "pull_run_belongs_to_its_org" FOREIGN KEY (org_id, source_id) REFERENCES public.sources(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."pull_runs"
  ADD CONSTRAINT "pull_run_upload_is_of_its_org" FOREIGN KEY (org_id, upload_id) REFERENCES public.uploads(org_id, id) ON DELETE SET NULL (upload_id);

ALTER TABLE "public"."pulls"
  ADD CONSTRAINT "pull_belongs_to_its_source" FOREIGN KEY (org_id, source_id) REFERENCES public.sources(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."pulls"
  ADD CONSTRAINT "pulls_key_id_fkey" FOREIGN KEY (key_id) REFERENCES private.org_keys(id) ON DELETE RESTRICT;

ALTER TABLE "public"."pull_runs"
  ADD CONSTRAINT "pull_runs_source_id_fkey" FOREIGN KEY (source_id) REFERENCES public.pulls(source_id) ON DELETE CASCADE;

CREATE INDEX pull_runs_open_idx ON public.pull_runs USING btree (due_at)
  WHERE (state = ANY (ARRAY['due'::text, 'running'::text]));

CREATE INDEX pull_runs_org_idx ON public.pull_runs USING btree (org_id, source_id, due_at DESC);

CREATE INDEX pull_runs_upload_idx ON public.pull_runs USING btree (org_id, upload_id)
  WHERE (upload_id IS NOT NULL);

CREATE INDEX pulls_key_idx ON public.pulls USING btree (key_id)
  WHERE (key_id IS NOT NULL);

CREATE INDEX pulls_org_idx ON public.pulls USING btree (org_id, source_id);

CREATE TRIGGER _100_check_url
  BEFORE INSERT OR UPDATE OF url ON public.pulls
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_pulls__check_url();

CREATE TRIGGER _100_set_updated_at
  BEFORE UPDATE ON public.pulls
  FOR EACH ROW
  EXECUTE FUNCTION private.set_updated_at();

CREATE TRIGGER _200_check_time_zone
  BEFORE INSERT OR UPDATE OF time_zone ON public.pulls
  FOR EACH ROW
  EXECUTE FUNCTION private.check_time_zone();

CREATE POLICY "select_admins" ON "public"."pull_runs"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "insert_admins" ON "public"."pulls"
  FOR INSERT
  TO "authenticated"
  WITH CHECK ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "select_admins" ON "public"."pulls"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "update_admins" ON "public"."pulls"
  FOR UPDATE
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])))
  WITH CHECK ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])));

COMMENT ON COLUMN "public"."pull_runs"."new_parts" IS 'Parts whose content was not known already.';

COMMENT ON COLUMN "public"."pull_runs"."position" IS 'Where the next part begins, so that a run continues after a crash.';

COMMENT ON COLUMN "public"."pulls"."at_times" IS 'When it is due, in time_zone, on the ISO weekdays.';

COMMENT ON COLUMN "public"."pulls"."cursor_value" IS 'With since_field: from when the next run fetches.';

COMMENT ON COLUMN "public"."pulls"."most_lost" IS 'A run that has fewer rows than the last good one by more than this share is held for a person.';

COMMENT ON COLUMN "public"."pulls"."options" IS 'where: a filter in the language of the server; since_field: fetch only rows whose value changed since the last run.';

COMMENT ON COLUMN "public"."pulls"."terms" IS 'Under which terms the data is used: a licence or contract, and its address.';

COMMENT ON COLUMN "public"."pulls"."token_cipher" IS 'Token that the server asks for, encrypted; members cannot read it.';

COMMENT ON FUNCTION "private"."accept_pull_part"(uuid, integer, bytea, bigint, bigint, jsonb, timestamp with time zone) IS 'Registers the next part of a run, and where the one after it begins. outcome: accepted (store the bytes now), duplicate (known content), or lost: another worker has the run. Definer: like accept_part.';

COMMENT ON FUNCTION "private"."claim_pull_run"(timestamp with time zone) IS 'The next run for a worker, with where to continue and its token in plain text; null when none is due. A lease of five minutes, which each part extends. Definer: only the owner reads keys.';

COMMENT ON FUNCTION "private"."fail_pull_run"(uuid, text, boolean, timestamp with time zone) IS 'Records a failure: retried after 2, 4, 8 and 16 minutes from where it was, then failed with a dead letter. p_for_good: another attempt would not help. Definer: the ledger belongs to the owner.';

COMMENT ON FUNCTION "private"."finish_pull_run"(uuid, timestamp with time zone) IS 'Ends a run: completed, unchanged (every part was known), or held where it lost too many rows; lost where another worker has it. Definer: the ledger belongs to the owner.';

COMMENT ON FUNCTION "private"."let_pull_through"(uuid, timestamp with time zone) IS 'Resolves what a run has fetched. The next run with since_field begins an hour before this one started. Definer: the ledger belongs to the owner.';

COMMENT ON FUNCTION "private"."open_due_pulls"(timestamp with time zone) IS 'Adds a run for each active pull that is due by its local time and has none for that time; returns how many. Definer: the ledger belongs to the owner.';

COMMENT ON FUNCTION "private"."pull_for_admin"(uuid) IS 'The pull, where the caller is an owner, an admin or the service. Raises SL210. Definer: reads for its callers.';

COMMENT ON FUNCTION "private"."tg_pulls__check_url"() IS 'Trigger: a new or changed URL has the form of a public one. Raises 23514. Definer: reads the switch of development machines.';

COMMENT ON FUNCTION "public"."decide_pull"(uuid, boolean, timestamp with time zone) IS 'Releases the held run of a pull, so that its rows become leads, or drops it with what it fetched; returns its state. Raises SL212 where none is held, and SL210. For owners, admins and the service. Definer: the ledger belongs to the owner.';

COMMENT ON FUNCTION "public"."run_pull"(uuid, timestamp with time zone) IS 'Makes a pull due now and returns the id of its run; one that failed continues where it was. Raises SL211 while it runs or is held, and SL210. For owners, admins and the service. Definer: the ledger belongs to the owner.';

COMMENT ON FUNCTION "public"."set_pull_token"(uuid, text) IS 'Stores the token that the server of a pull asks for, encrypted; null removes it. Raises SL210. For owners, admins and the service. Definer: tokens are not readable.';

COMMENT ON TABLE "public"."pull_runs" IS 'The ledger of pulls: one row per source and due time.';

COMMENT ON TABLE "public"."pulls" IS 'Sources whose lists are fetched by schedule: from where, and when.';

REVOKE ALL ON FUNCTION "private"."accept_pull_part"(uuid, integer, bytea, bigint, bigint, jsonb, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."accept_pull_part"(uuid, integer, bytea, bigint, bigint, jsonb, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."claim_pull_run"(timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_pull_run"(timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."fail_pull_run"(uuid, text, boolean, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fail_pull_run"(uuid, text, boolean, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."finish_pull_run"(uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."finish_pull_run"(uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."let_pull_through"(uuid, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."open_due_pulls"(timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."open_due_pulls"(timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."pull_for_admin"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tg_pulls__check_url"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_pulls__check_url"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."decide_pull"(uuid, boolean, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."decide_pull"(uuid, boolean, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."run_pull"(uuid, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."run_pull"(uuid, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."set_pull_token"(uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."set_pull_token"(uuid, text) TO "service_role";

REVOKE ALL ON TABLE "public"."pull_runs" FROM "authenticated";

GRANT SELECT ON TABLE "public"."pull_runs" TO "authenticated";

REVOKE ALL ON TABLE "public"."pulls" FROM "authenticated";

REVOKE ALL ("active") ON TABLE "public"."pulls" FROM "authenticated";

GRANT INSERT ("active"), SELECT ("active"), UPDATE ("active") ON TABLE "public"."pulls" TO "authenticated";

REVOKE ALL ("at_times") ON TABLE "public"."pulls" FROM "authenticated";

GRANT INSERT ("at_times"), SELECT ("at_times"), UPDATE ("at_times") ON TABLE "public"."pulls" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."pulls" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."pulls" TO "authenticated";

REVOKE ALL ("cursor_value") ON TABLE "public"."pulls" FROM "authenticated";

GRANT SELECT ("cursor_value") ON TABLE "public"."pulls" TO "authenticated";

REVOKE ALL ("kind") ON TABLE "public"."pulls" FROM "authenticated";

GRANT INSERT ("kind"), SELECT ("kind") ON TABLE "public"."pulls" TO "authenticated";

REVOKE ALL ("most_lost") ON TABLE "public"."pulls" FROM "authenticated";

GRANT INSERT ("most_lost"), SELECT ("most_lost"), UPDATE ("most_lost") ON TABLE "public"."pulls" TO "authenticated";

REVOKE ALL ("options") ON TABLE "public"."pulls" FROM "authenticated";

GRANT INSERT ("options"), SELECT ("options"), UPDATE ("options") ON TABLE "public"."pulls" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."pulls" FROM "authenticated";

GRANT INSERT ("org_id"), SELECT ("org_id") ON TABLE "public"."pulls" TO "authenticated";

REVOKE ALL ("source_id") ON TABLE "public"."pulls" FROM "authenticated";

GRANT INSERT ("source_id"), SELECT ("source_id") ON TABLE "public"."pulls" TO "authenticated";

REVOKE ALL ("terms") ON TABLE "public"."pulls" FROM "authenticated";

GRANT INSERT ("terms"), SELECT ("terms"), UPDATE ("terms") ON TABLE "public"."pulls" TO "authenticated";

REVOKE ALL ("time_zone") ON TABLE "public"."pulls" FROM "authenticated";

GRANT INSERT ("time_zone"), SELECT ("time_zone"), UPDATE ("time_zone") ON TABLE "public"."pulls" TO "authenticated";

REVOKE ALL ("updated_at") ON TABLE "public"."pulls" FROM "authenticated";

GRANT SELECT ("updated_at") ON TABLE "public"."pulls" TO "authenticated";

REVOKE ALL ("url") ON TABLE "public"."pulls" FROM "authenticated";

GRANT INSERT ("url"), SELECT ("url"), UPDATE ("url") ON TABLE "public"."pulls" TO "authenticated";

REVOKE ALL ("weekdays") ON TABLE "public"."pulls" FROM "authenticated";

GRANT INSERT ("weekdays"), SELECT ("weekdays"), UPDATE ("weekdays") ON TABLE "public"."pulls" TO "authenticated";

-- Rights that default privileges would change.

revoke execute on function private.let_pull_through(uuid,timestamp with time zone) from pipeline_writer;
revoke execute on function private.pull_for_admin(uuid) from pipeline_writer;

-- Reference data, queues and cron jobs.

insert into private.encrypted_columns (relation, cipher_column, place, key_column, is_text, cursor_column) values
  ('public.pulls', 'token_cipher', 'row', 'key_id', 'true', null)
on conflict (cipher_column, relation) do update set place = excluded.place, key_column = excluded.key_column, is_text = excluded.is_text, cursor_column = excluded.cursor_column;
