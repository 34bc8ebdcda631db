-- keys and runs within their org: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

-- The tables with a data key are those of texts and bodies; each is scanned once for its foreign key, and its writers
-- wait until the end of this migration.

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "private"."conflict_rows_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "private"."provider_accounts_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "private"."provider_answers_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "private"."source_secrets_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."business_contacts_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."calls_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."consents_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."ingest_replay_guard_upload_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."lead_facts_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."messages_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."place_displays_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."pulls_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."pulls_org_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."replies_draft_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."replies_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."subscriptions_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."tasks_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."upload_parts_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."upload_rejects_key_idx";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."webhook_inbox_key_idx";

ALTER TABLE "private"."conflict_rows"
  DROP CONSTRAINT "conflict_rows_key_id_fkey";

ALTER TABLE "private"."provider_accounts"
  DROP CONSTRAINT "provider_accounts_key_id_fkey";

ALTER TABLE "private"."provider_answers"
  DROP CONSTRAINT "provider_answers_key_id_fkey";

ALTER TABLE "private"."source_secrets"
  DROP CONSTRAINT "source_secrets_key_id_fkey";

ALTER TABLE "public"."business_contacts"
  DROP CONSTRAINT "business_contacts_key_id_fkey";

ALTER TABLE "public"."place_displays"
  DROP CONSTRAINT "place_displays_key_id_fkey";

ALTER TABLE "public"."calls"
  DROP CONSTRAINT "calls_key_id_fkey";

ALTER TABLE "public"."consents"
  DROP CONSTRAINT "consents_key_id_fkey";

ALTER TABLE "public"."ingest_replay_guard"
  DROP CONSTRAINT "ingest_replay_guard_source_id_fkey";

ALTER TABLE "public"."ingest_replay_guard"
  DROP CONSTRAINT "ingest_replay_guard_upload_id_fkey";

ALTER TABLE "public"."lead_facts"
  DROP CONSTRAINT "lead_facts_key_id_fkey";

ALTER TABLE "public"."messages"
  DROP CONSTRAINT "messages_key_id_fkey";

ALTER TABLE "public"."pull_runs"
  DROP CONSTRAINT "pull_runs_source_id_fkey";

ALTER TABLE "public"."pulls"
  DROP CONSTRAINT "pulls_key_id_fkey";

ALTER TABLE "public"."replies"
  DROP CONSTRAINT "replies_draft_key_id_fkey";

ALTER TABLE "public"."replies"
  DROP CONSTRAINT "replies_key_id_fkey";

ALTER TABLE "public"."subscriptions"
  DROP CONSTRAINT "subscriptions_key_id_fkey";

ALTER TABLE "public"."tasks"
  DROP CONSTRAINT "tasks_key_id_fkey";

ALTER TABLE "public"."upload_parts"
  DROP CONSTRAINT "upload_parts_key_id_fkey";

ALTER TABLE "public"."upload_rejects"
  DROP CONSTRAINT "upload_rejects_key_id_fkey";

ALTER TABLE "public"."webhook_inbox"
  DROP CONSTRAINT "webhook_inbox_key_id_fkey";

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
    -- What drop_old_months takes is left to it.
    select m.what, m.partition_name, o.id as org_id, m.until as before
    from private.history_months(p_as_of) m
    join public.orgs o on private.kept_from(o.settings, m.what, p_as_of) >= m.until
    where not m.may_drop and m.what <> 'decisions'
    union all
    -- Rows of no monthly partition.
    select k.what, k.partition_name, o.id, private.kept_from(o.settings, k.what, p_as_of)
    from (values ('events', 'pipeline_events_other'), ('calls', 'provider_calls_other')) k (what, partition_name)
    join public.orgs o on private.kept_from(o.settings, k.what, p_as_of) is not null
    order by before, what, org_id
  loop
    loop
      if clock_timestamp() > v_end then
        return jsonb_build_object('rows', v_count, 'complete', false);
      end if;
      -- The sums by day and month stay: their triggers are those of the whole table.
      execute format('delete from private.%1$I r where r.ctid = any (array(select x.ctid from private.%1$I x '
        'where x.org_id = $1 and x.at < $3 %2$s limit $2))', v.partition_name, case v.what when 'calls' then
          'and not exists (select from private.provider_answers a where a.org_id = x.org_id and a.provider = x.provider '
          'and a.endpoint = x.endpoint and a.input_bidx = x.input_bidx)' else '' end)
      using v.org_id, p_batch, v.before;
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
  union all
  select d.org_id, 'dead letters', min(d.resolved_at)
  from public.pipeline_dlq d where d.resolved_at < p_as_of - interval '402 days'
  group by d.org_id
$function$;

CREATE OR REPLACE FUNCTION private.purge_dead_letters (
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
  delete from public.pipeline_dlq d
  where d.id = any (array(
    select x.id from public.pipeline_dlq x where x.resolved_at < p_as_of - interval '400 days' limit p_limit));
  get diagnostics v_count = row_count;
  return v_count;
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
  v_letters integer := 0;
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
  loop
    v := private.purge_dead_letters(p_as_of, 5000);
    v_letters := v_letters + v;
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
    'dead_letters', v_letters, 'rows', v_rows -> 'rows', 'complete', clock_timestamp() <= v_end and (v_rows -> 'complete')::boolean);
end
$function$;

CREATE OR REPLACE FUNCTION private.record_part_events (
  p_part_id  uuid,
  p_verified integer,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into public.pipeline_events (org_id, kind, at, quantity, duration, correlation_id, detail)
  select p.org_id, e.kind::public.pipeline_event_kind, p_as_of, e.quantity, e.duration, u.correlation_id,
    jsonb_build_object('upload_id', p.upload_id, 'part', p.part)
  from public.upload_parts p
  join public.uploads u on u.id = p.upload_id
  -- Rows of a rerun are in the funnel since they came; new are those that no earlier run could read.
  cross join lateral (
    select coalesce(max(x.received), 0) as received, coalesce(max(x.staged), 0) as staged
    from (
      select o.received, o.staged from public.upload_parts o where o.id = p.stored_part_id and o.state = 'resolved'
      union all
      select r.received, r.staged from public.upload_parts r
      where r.org_id = p.org_id and r.stored_part_id = p.stored_part_id and r.id <> p.id and r.state = 'resolved') x
    where u.rerun_of_upload_id is not null) b
  cross join lateral (values
    ('uploaded', greatest(p.received - b.received, 0), null::interval),
    ('staged', greatest(p.staged - b.staged, 0), p.staged_at - p.received_at),
    ('deduped', p.created, p.resolved_at - p.staged_at),
    ('verified', p_verified, null)
  ) e (kind, quantity, duration)
  where p.id = p_part_id
$function$;

ALTER TABLE "private"."org_keys"
  -- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint
  ADD CONSTRAINT "org_keys_are_found_with_their_org" UNIQUE (org_id, id);

ALTER TABLE "private"."conflict_rows"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "private"."provider_accounts"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "private"."provider_answers"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "private"."source_secrets"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "public"."business_contacts"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "public"."place_displays"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "public"."calls"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "public"."consents"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "public"."ingest_replay_guard"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "guard_belongs_to_a_source_of_its_org" FOREIGN KEY (source_id, org_id) REFERENCES public.sources(id, org_id) ON DELETE CASCADE;

ALTER TABLE "public"."ingest_replay_guard"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "guard_belongs_to_an_upload_of_its_org" FOREIGN KEY (upload_id, org_id) REFERENCES public.uploads(id, org_id) ON DELETE CASCADE;

ALTER TABLE "public"."lead_facts"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "public"."messages"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "public"."pulls"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "public"."pulls"
  -- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint
  ADD CONSTRAINT "pulls_are_found_with_their_org" UNIQUE (org_id, source_id);

ALTER TABLE "public"."pull_runs"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "pull_run_is_of_a_pull_of_its_org" FOREIGN KEY (org_id, source_id) REFERENCES public.pulls(org_id, source_id) ON DELETE CASCADE;

ALTER TABLE "public"."replies"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "public"."replies"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "draft_key_is_of_its_org" FOREIGN KEY (draft_key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "public"."subscriptions"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "public"."tasks"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "public"."upload_parts"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "public"."upload_rejects"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

ALTER TABLE "public"."webhook_inbox"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "data_key_is_of_its_org" FOREIGN KEY (key_id, org_id) REFERENCES private.org_keys(id, org_id) ON DELETE RESTRICT;

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX conflict_rows_key_idx ON private.conflict_rows USING btree (key_id, org_id);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX provider_accounts_key_idx ON private.provider_accounts USING btree (key_id, org_id)
  WHERE (key_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX provider_answers_key_idx ON private.provider_answers USING btree (key_id, org_id)
  WHERE (key_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX source_secrets_key_idx ON private.source_secrets USING btree (key_id, org_id);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX business_contacts_key_idx ON public.business_contacts USING btree (key_id, org_id);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX place_displays_key_idx ON public.place_displays USING btree (key_id, org_id);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX calls_key_idx ON public.calls USING btree (key_id, org_id)
  WHERE (key_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX consents_key_idx ON public.consents USING btree (key_id, org_id)
  WHERE (key_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ingest_replay_guard_source_idx ON public.ingest_replay_guard USING btree (source_id, org_id);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ingest_replay_guard_upload_idx ON public.ingest_replay_guard USING btree (upload_id, org_id);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX lead_facts_key_idx ON public.lead_facts USING btree (key_id, org_id)
  WHERE (key_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX messages_key_idx ON public.messages USING btree (key_id, org_id)
  WHERE (key_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX pulls_key_idx ON public.pulls USING btree (key_id, org_id)
  WHERE (key_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX replies_draft_key_idx ON public.replies USING btree (draft_key_id, org_id)
  WHERE (draft_key_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX replies_key_idx ON public.replies USING btree (key_id, org_id)
  WHERE (key_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX subscriptions_key_idx ON public.subscriptions USING btree (key_id, org_id);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX tasks_key_idx ON public.tasks USING btree (key_id, org_id)
  WHERE (key_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX upload_parts_key_idx ON public.upload_parts USING btree (key_id, org_id);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX upload_rejects_key_idx ON public.upload_rejects USING btree (key_id, org_id);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX webhook_inbox_key_idx ON public.webhook_inbox USING btree (key_id, org_id)
  WHERE (key_id IS NOT NULL);

COMMENT ON FUNCTION "private"."delete_old_rows"(timestamp with time zone, numeric, integer) IS 'Deletes what orgs give up in months that another org keeps and outside of the months, and their old deliveries of webhooks with their events, in batches of p_batch rows; begins none after p_seconds. Returns {rows, complete}. Definer: retention belongs to the owner.';

COMMENT ON FUNCTION "private"."overdue_retention"(timestamp with time zone) IS 'What should have been deleted two days ago and is still there, by org; org_id is null for dead letters of the installation. Definer: reads all orgs.';

COMMENT ON FUNCTION "private"."purge_dead_letters"(timestamp with time zone, integer) IS 'Deletes up to p_limit dead letters that were resolved 400 days ago; returns how many. Definer: nobody else may delete them.';

COMMENT ON FUNCTION "private"."purge_expired"(timestamp with time zone, numeric) IS 'Deletes stored bytes and rejected rows of finished uploads, bodies of processed webhooks and transcripts of calls without a lead after the org''s raw_days (30), closes the dead letters that would need them, and deletes dead letters 400 days after they were resolved, rows of old months (delete_old_rows), replay guards after 400 days, idle rate counters, long expired secrets and grants. Begins no batch after p_seconds; complete is false if something is left for the next run. Returns the counts. Definer: these tables belong to the owner.';

COMMENT ON FUNCTION "private"."record_part_events"(uuid, integer, timestamp with time zone) IS 'Records the funnel events of a resolved part, as quantities (of a rerun, what is new); p_verified of its new leads have a verified phone.';

REVOKE ALL ON FUNCTION "private"."purge_dead_letters"(timestamp WITH time zone, integer) FROM PUBLIC;

-- Rights that default privileges would change.

revoke execute on function private.purge_dead_letters(timestamp with time zone,integer) from pipeline_writer;
