-- Built from sql/80_ops by `npm run db:build`; edit there.

-- sql/80_ops/01_dead_letters.sql

create table public.pipeline_dlq (
  id bigint generated always as identity primary key,
  org_id uuid references public.orgs (id) on delete cascade,
  source text not null,
  payload jsonb not null default '{}',
  reason text not null,
  last_error text,
  attempts integer not null default 1,
  retry_after timestamptz,
  created_at timestamptz not null default now(),
  resolved_at timestamptz,
  correlation_id uuid,
  constraint attempts_are_positive check (attempts > 0)
);
comment on table public.pipeline_dlq is
  'Dead letters: work that failed for good, with cause, attempts and what is needed to do it again. payload holds ids, never contact values.';
comment on column public.pipeline_dlq.source is 'The queue that gave up, or rejects for rows that were refused.';
create index pipeline_dlq_open_idx on public.pipeline_dlq (org_id, source, created_at) where resolved_at is null;
create unique index pipeline_dlq_one_open_letter_idx on public.pipeline_dlq (source, payload) where resolved_at is null;
alter table public.pipeline_dlq enable row level security;
grant select on public.pipeline_dlq to authenticated;
grant select, insert, update on public.pipeline_dlq to pipeline_writer;
create policy select_admins on public.pipeline_dlq for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.pipeline_dlq for select to pipeline_writer using (true);
create policy insert_writer on public.pipeline_dlq for insert to pipeline_writer with check (true);
create policy update_writer on public.pipeline_dlq for update to pipeline_writer using (true) with check (true);

create function private.record_dead_letter(
  p_org_id uuid, p_source text, p_payload jsonb, p_reason text, p_error text, p_correlation_id uuid,
  p_as_of timestamptz default now()
) returns bigint
language sql volatile set search_path = '' as $$
  insert into public.pipeline_dlq as d (org_id, source, payload, reason, last_error, correlation_id, created_at)
  values (p_org_id, p_source, p_payload, p_reason, left(p_error, 2000), p_correlation_id, p_as_of)
  on conflict (source, payload) where resolved_at is null
  do update set attempts = d.attempts + 1, reason = excluded.reason, last_error = excluded.last_error
  returning id
$$;
comment on function private.record_dead_letter(uuid, text, jsonb, text, text, uuid, timestamptz) is
  'Files a dead letter, or counts another attempt on the one that is open for the same work.';

-- sql/80_ops/02_replay.sql

-- Replaying dead letters. Idempotent: a part that is already resolved is left alone, a letter is closed by
-- the replay that picks it up. A part whose bytes are stored no longer is left as it is: read again, it would
-- be empty.

create function private.is_part_stored(p_part_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from private.upload_part_chunks c where c.part_id = p_part_id)
$$;
comment on function private.is_part_stored(uuid) is
  'Whether the bytes of a part are still there to be read again. Definer: as private.read_part_chunk.';
grant execute on function private.is_part_stored(uuid) to pipeline_writer;

create function private.replay_dead_letters(p_source_id uuid, p_upload_id uuid default null, p_as_of timestamptz default now())
returns table (queue text, data jsonb)
language plpgsql volatile set search_path = '' as $$
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
    order by d.id
    for update of d
  loop
    update public.pipeline_dlq d set resolved_at = p_as_of where d.id = v_letter.id;
    if v_letter.state in ('failed', 'received', 'staging') then
      perform private.reset_part(v_letter.part_id);
      update public.uploads u set state = 'processing', completed_at = null, error = null
      where u.id = v_letter.upload_id and u.state = 'failed';
      queue := 'stage-part';
      data := jsonb_build_object('part_id', v_letter.part_id);
      return next;
    end if;
  end loop;
  -- Rejected rows: the part is staged again, but only the lines that were refused.
  for v_letter in
    select d.id, p.id as part_id, p.upload_id
    from public.pipeline_dlq d
    join public.upload_parts p on p.id = (d.payload ->> 'part_id')::uuid
    join public.uploads u on u.id = p.upload_id
    where d.resolved_at is null and d.source = 'rejects' and p.state = 'resolved' and u.state = 'completed' and not u.dry_run
      and private.is_part_stored(p.id)
      and u.source_id = p_source_id and (p_upload_id is null or u.id = p_upload_id)
    order by d.id
    for update of d
  loop
    update public.pipeline_dlq d set resolved_at = p_as_of where d.id = v_letter.id;
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
    order by d.id
    for update of d
  loop
    update public.pipeline_dlq d set resolved_at = p_as_of where d.id = v_letter.id;
    queue := 'resolve-upload';
    data := jsonb_build_object('upload_id', v_letter.upload_id);
    return next;
  end loop;
end
$$;
comment on function private.replay_dead_letters(uuid, uuid, timestamptz) is
  'Closes the open dead letters of a source (or one upload) and returns the jobs that do their work again: (queue, data) to send in the same transaction.';

create function private.replay_lines(p_part_id uuid) returns integer[]
language sql stable set search_path = '' as $$
  select array_agg(r.line order by r.line)
  from public.upload_rejects r
  join public.upload_parts p on p.upload_id = r.upload_id and p.part = r.part
  where p.id = p_part_id and r.replayed_at is not null
$$;
comment on function private.replay_lines(uuid) is
  'Lines of a part whose rejects are being replayed: the stager takes these only. Null when the whole part is to be staged.';

-- sql/80_ops/03_retention.sql

-- What is no longer needed goes. Runs daily from the schedule.

create function private.purge_expired(p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_chunks integer;
  v_guards integer;
  v_rates integer;
begin
  with gone as (
    delete from private.upload_part_chunks c
    using public.upload_parts p
    join public.uploads u on u.id = p.upload_id
    join public.orgs o on o.id = u.org_id
    where c.part_id = p.id
      and u.state in ('completed', 'undone', 'failed')
      and coalesce(u.completed_at, u.received_at)
        < p_as_of - make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30))
    returning c.part_id
  ), closed as (
    -- What was in doubt about them cannot be tried again.
    update public.pipeline_dlq d
    set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the stored bytes have expired'), 2000)
    where d.resolved_at is null and d.source in ('rejects', 'stage-part')
      and d.payload ->> 'part_id' in (select g.part_id::text from gone g)
  )
  select count(*) into v_chunks from gone;
  delete from public.ingest_replay_guard g where g.received_at < p_as_of - interval '400 days';
  get diagnostics v_guards = row_count;
  delete from private.source_rates r where r.minute < p_as_of - interval '1 day';
  get diagnostics v_rates = row_count;
  delete from private.source_secrets s where s.expires_at < p_as_of - interval '30 days';
  return jsonb_build_object('chunks', v_chunks, 'guards', v_guards, 'rates', v_rates, 'webhooks', private.purge_webhook_bodies(p_as_of));
end
$$;
comment on function private.purge_expired(timestamptz) is
  'Deletes stored bytes of finished uploads, closes the dead letters that would need them, and empties bodies of processed webhooks after the org''s raw_days (30), replay guards after 400 days, idle rate counters and long expired secrets; returns the counts. Definer: these tables are the owner''s.';

-- sql/80_ops/04_announce_dead_letters.sql

-- A dead letter is of use when somebody hears of it.

create function private.tg_pipeline_dlq__announce() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- That a notification did not arrive would take the same way.
  if new.org_id is not null and new.source <> 'notify' then
    perform private.announce(new.org_id, 'dead_letter.filed',
      jsonb_build_object('dead_letter_id', new.id, 'source', new.source), new.created_at);
  end if;
  return null;
end
$$;
comment on function private.tg_pipeline_dlq__announce() is
  'Trigger: announces a dead letter, but for one about an announcement. Definer: whoever files it has no rights on notifications.';
create trigger _300_announce after insert on public.pipeline_dlq
  for each row execute function private.tg_pipeline_dlq__announce();

-- sql/80_ops/05_pgboss.sql

-- Generated by scripts/pgboss/build.ts from pg-boss 12.30.0: do not edit, run it again.
--
-- The job queue. pg-boss does not migrate at run time (the functions have no right to), so its tables
-- ship here like all others, and a new pg-boss version is a new migration. What it makes by itself
-- stands first, in its own style; our queues and rights follow at the end.
--
--   pgboss.queue    the queues and how each retries, expires and buries
--   pgboss.job      the jobs (in job_common): created, retry, active, completed, cancelled, failed
--
-- data of a job holds ids only. A job is sent in the transaction that makes the work for it.

CREATE SCHEMA IF NOT EXISTS pgboss;

CREATE TYPE pgboss.job_state AS ENUM (
  'created',
  'retry',
  'active',
  'completed',
  'cancelled',
  'failed'
);

CREATE TABLE pgboss.version (
  version int primary key,
  cron_on timestamp with time zone,
  bam_on timestamp with time zone,
  flow_on timestamp with time zone,
  reindex_on timestamp with time zone,
  monitor_backoff_on timestamp with time zone
);

CREATE TABLE pgboss.queue (
  name text NOT NULL,
  policy text NOT NULL,
  retry_limit int NOT NULL,
  retry_delay int NOT NULL,
  retry_backoff bool NOT NULL,
  retry_delay_max int,
  expire_seconds int NOT NULL,
  retention_seconds int NOT NULL,
  deletion_seconds int NOT NULL,
  dead_letter text REFERENCES pgboss.queue (name) CHECK (dead_letter IS DISTINCT FROM name),
  partition bool NOT NULL,
  table_name text NOT NULL,
  deferred_count int NOT NULL default 0,
  queued_count int NOT NULL default 0,
  ready_count int NOT NULL default 0,
  warning_queued int NOT NULL default 0,
  active_count int NOT NULL default 0,
  failed_count int NOT NULL default 0,
  total_count int NOT NULL default 0,
  ready_history int[] NOT NULL default '{}',
  heartbeat_seconds int,
  notify bool NOT NULL DEFAULT false,
  singletons_active text[],
  -- Two stamps, not one. monitor_claim_on is the interval claim that decides which instance
  -- runs a monitor pass; monitor_on is when this queue's counts were actually written, and is
  -- stamped only by the aggregate that wrote them (see cacheQueueStats). Splitting them is what
  -- lets a pass be claimed and then skip the aggregate — because the vacuum backoff is in force,
  -- or because another instance holds the stats try-lock — without capturedOn claiming a
  -- freshness the counts do not have.
  monitor_claim_on timestamp with time zone,
  monitor_on timestamp with time zone,
  maintain_on timestamp with time zone,
  created_on timestamp with time zone not null default now(),
  updated_on timestamp with time zone not null default now(),
  PRIMARY KEY (name)
);

CREATE TABLE pgboss.schedule (
  name text REFERENCES pgboss.queue ON DELETE CASCADE,
  key text not null DEFAULT '',
  cron text not null,
  timezone text,
  data jsonb,
  options jsonb,
  created_on timestamp with time zone not null default now(),
  updated_on timestamp with time zone not null default now(),
  PRIMARY KEY (name, key)
);

CREATE TABLE pgboss.subscription (
  event text not null,
  name text not null REFERENCES pgboss.queue ON DELETE CASCADE,
  created_on timestamp with time zone not null default now(),
  updated_on timestamp with time zone not null default now(),
  PRIMARY KEY(event, name)
);

CREATE TABLE pgboss.bam (
  id uuid PRIMARY KEY default gen_random_uuid(),
  name text NOT NULL,
  version int NOT NULL,
  status text NOT NULL DEFAULT 'pending',
  queue text,
  table_name text NOT NULL,
  command text NOT NULL,
  error text,
  created_on timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  started_on timestamp with time zone,
  completed_on timestamp with time zone
);

CREATE FUNCTION pgboss.job_table_format(command text, table_name text)
RETURNS text AS
$$
  SELECT format(
    regexp_replace(
      regexp_replace(command, '\.job\y', '.%1$I', 'g'),
      '\yjob_i(\d+)', '%1$s_i\1', 'g'
    ),
    table_name
  );
$$
LANGUAGE sql IMMUTABLE
SET search_path = '';

CREATE FUNCTION pgboss.job_table_run(command text, tbl_name text DEFAULT NULL, queue_name text DEFAULT NULL)
RETURNS VOID AS
$$
DECLARE
  tbl RECORD;
BEGIN
  IF queue_name IS NOT NULL THEN
    SELECT table_name INTO tbl_name FROM pgboss.queue WHERE name = queue_name;
  END IF;

  IF tbl_name IS NOT NULL THEN
    EXECUTE pgboss.job_table_format(command, tbl_name);
    RETURN;
  END IF;

  EXECUTE pgboss.job_table_format(command, 'job_common');

  FOR tbl IN SELECT table_name FROM pgboss.queue WHERE partition = true
  LOOP
    EXECUTE pgboss.job_table_format(command, tbl.table_name);
  END LOOP;
END;
$$
LANGUAGE plpgsql
SET search_path = '';

CREATE FUNCTION pgboss.job_table_run_async(command_name text, version int, command text, tbl_name text DEFAULT NULL, queue_name text DEFAULT NULL)
RETURNS VOID AS
$$
BEGIN
  IF queue_name IS NOT NULL THEN
    SELECT table_name INTO tbl_name FROM pgboss.queue WHERE name = queue_name;
  END IF;

  IF tbl_name IS NOT NULL THEN
    INSERT INTO pgboss.bam (name, version, status, queue, table_name, command)
    VALUES (
      command_name,
      version,
      'pending',
      queue_name,
      tbl_name,
      pgboss.job_table_format(command, tbl_name)
    );
    RETURN;
  END IF;

  INSERT INTO pgboss.bam (name, version, status, queue, table_name, command)
  SELECT
    command_name,
    version,
    'pending',
    NULL,
    'job_common',
    pgboss.job_table_format(command, 'job_common')
  UNION ALL
  SELECT
    command_name,
    version,
    'pending',
    queue.name,
    queue.table_name,
    pgboss.job_table_format(command, queue.table_name)
  FROM pgboss.queue
  WHERE partition = true;
END;
$$
LANGUAGE plpgsql
SET search_path = '';

CREATE TABLE pgboss.job (
  id uuid not null default gen_random_uuid(),
  name text not null,
  priority integer not null default(0),
  data jsonb,
  state pgboss.job_state not null default 'created',
  retry_limit integer not null default 2,
  retry_count integer not null default 0,
  retry_delay integer not null default 0,
  retry_backoff boolean not null default false,
  retry_delay_max integer,
  expire_seconds int not null default 900,
  deletion_seconds int not null default 604800,
  singleton_key text,
  singleton_on timestamp without time zone,
  group_id text,
  group_tier text,
  start_after timestamp with time zone not null default now(),
  created_on timestamp with time zone not null default now(),
  started_on timestamp with time zone,
  completed_on timestamp with time zone,
  keep_until timestamp with time zone NOT NULL default now() + interval '1209600',
  output jsonb,
  dead_letter text,
  policy text,
  heartbeat_on timestamp with time zone,
  heartbeat_seconds int,
  blocked boolean not null default false,
  blocking boolean not null default false,
  pending_dependencies int not null default 0,
  source_name text,
  source_id uuid,
  source_created_on timestamp with time zone,
  source_retry_count int
) PARTITION BY LIST (name);
ALTER TABLE pgboss.job ADD PRIMARY KEY (name, id);

CREATE TABLE pgboss.job_common (LIKE pgboss.job INCLUDING GENERATED INCLUDING DEFAULTS);

SELECT pgboss.job_table_run($cmd$ALTER TABLE pgboss.job ADD PRIMARY KEY (name, id)$cmd$, 'job_common');
SELECT pgboss.job_table_run($cmd$ALTER TABLE pgboss.job ADD CONSTRAINT q_fkey FOREIGN KEY (name) REFERENCES pgboss.queue (name) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED$cmd$, 'job_common');
SELECT pgboss.job_table_run($cmd$ALTER TABLE pgboss.job ADD CONSTRAINT dlq_fkey FOREIGN KEY (dead_letter) REFERENCES pgboss.queue (name) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED$cmd$, 'job_common');
SELECT pgboss.job_table_run($cmd$CREATE UNIQUE INDEX job_i1 ON pgboss.job (name, COALESCE(singleton_key, '')) WHERE state = 'created' AND policy = 'short'$cmd$, 'job_common');
SELECT pgboss.job_table_run($cmd$CREATE UNIQUE INDEX job_i2 ON pgboss.job (name, COALESCE(singleton_key, '')) WHERE state = 'active' AND policy = 'singleton'$cmd$, 'job_common');
SELECT pgboss.job_table_run($cmd$CREATE UNIQUE INDEX job_i3 ON pgboss.job (name, state, COALESCE(singleton_key, '')) WHERE state <= 'active' AND policy = 'stately'$cmd$, 'job_common');
SELECT pgboss.job_table_run($cmd$CREATE UNIQUE INDEX job_i6 ON pgboss.job (name, COALESCE(singleton_key, '')) WHERE state <= 'active' AND policy = 'exclusive'$cmd$, 'job_common');
SELECT pgboss.job_table_run($cmd$CREATE UNIQUE INDEX job_i8 ON pgboss.job (name, singleton_key) WHERE state IN ('active', 'retry', 'failed') AND policy = 'key_strict_fifo'$cmd$, 'job_common');
SELECT pgboss.job_table_run($cmd$CREATE INDEX job_i10 ON pgboss.job (name, singleton_key, state DESC, created_on, id) INCLUDE (start_after) WHERE state < 'active' AND NOT blocked AND policy = 'key_strict_fifo'$cmd$, 'job_common');
SELECT pgboss.job_table_run($cmd$ALTER TABLE pgboss.job ADD CONSTRAINT job_key_strict_fifo_singleton_key_check CHECK (NOT (policy = 'key_strict_fifo' AND singleton_key IS NULL))$cmd$, 'job_common');
SELECT pgboss.job_table_run($cmd$CREATE UNIQUE INDEX job_i4 ON pgboss.job (name, singleton_on, COALESCE(singleton_key, '')) WHERE state <> 'cancelled' AND singleton_on IS NOT NULL$cmd$, 'job_common');
SELECT pgboss.job_table_run($cmd$CREATE INDEX job_i11 ON pgboss.job (name, priority DESC, created_on, start_after) WHERE state < 'active' AND NOT blocked$cmd$, 'job_common');
SELECT pgboss.job_table_run($cmd$CREATE INDEX job_i7 ON pgboss.job (name, group_id) WHERE state = 'active' AND group_id IS NOT NULL$cmd$, 'job_common');
SELECT pgboss.job_table_run($cmd$CREATE INDEX job_i9 ON pgboss.job (name, id) WHERE blocking AND state = 'completed'$cmd$, 'job_common');

ALTER TABLE pgboss.job ATTACH PARTITION pgboss.job_common DEFAULT;

CREATE TABLE pgboss.warning (
  id uuid PRIMARY KEY default gen_random_uuid(),
  type text NOT NULL,
  message text NOT NULL,
  data jsonb,
  created_on timestamp with time zone NOT NULL DEFAULT now()
);
CREATE INDEX warning_i1 ON pgboss.warning (created_on DESC);

CREATE TABLE pgboss.queue_stats (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL,
  deferred_count int NOT NULL DEFAULT 0,
  queued_count   int NOT NULL DEFAULT 0,
  ready_count    int NOT NULL DEFAULT 0,
  active_count   int NOT NULL DEFAULT 0,
  failed_count   int NOT NULL DEFAULT 0,
  total_count    int NOT NULL DEFAULT 0,
  captured_on timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (id, captured_on)
) PARTITION BY RANGE (captured_on);
CREATE INDEX queue_stats_i1 ON pgboss.queue_stats (name, captured_on DESC) INCLUDE (deferred_count, queued_count, ready_count, active_count, failed_count, total_count);

CREATE TABLE pgboss.job_dependency (
  child_name text NOT NULL,
  child_id uuid NOT NULL,
  parent_name text NOT NULL,
  parent_id uuid NOT NULL,
  PRIMARY KEY (child_name, child_id, parent_name, parent_id)
);
CREATE INDEX IF NOT EXISTS job_dep_parent_idx ON pgboss.job_dependency (parent_name, parent_id);

CREATE FUNCTION pgboss.create_queue(queue_name text, options jsonb)
RETURNS VOID AS
$$
DECLARE
  tablename varchar := CASE WHEN options->>'partition' = 'true'
                        THEN 'j' || encode(sha224(queue_name::bytea), 'hex')
                        ELSE 'job_common'
                        END;
  queue_created_on timestamptz;
BEGIN

  WITH q as (
    INSERT INTO pgboss.queue (
      name,
      policy,
      retry_limit,
      retry_delay,
      retry_backoff,
      retry_delay_max,
      expire_seconds,
      retention_seconds,
      deletion_seconds,
      warning_queued,
      dead_letter,
      partition,
      table_name,
      heartbeat_seconds,
      notify
    )
    VALUES (
      queue_name,
      options->>'policy',
      COALESCE((options->>'retryLimit')::int, 2),
      COALESCE((options->>'retryDelay')::int, 0),
      COALESCE((options->>'retryBackoff')::bool, false),
      (options->>'retryDelayMax')::int,
      COALESCE((options->>'expireInSeconds')::int, 900),
      COALESCE((options->>'retentionSeconds')::int, 1209600),
      COALESCE((options->>'deleteAfterSeconds')::int, 604800),
      COALESCE((options->>'warningQueueSize')::int, 0),
      options->>'deadLetter',
      COALESCE((options->>'partition')::bool, false),
      tablename,
      (options->>'heartbeatSeconds')::int,
      COALESCE((options->>'notify')::bool, false)
    )
    ON CONFLICT DO NOTHING
    RETURNING created_on
  )
  SELECT created_on into queue_created_on from q;

  IF queue_created_on IS NULL OR options->>'partition' IS DISTINCT FROM 'true' THEN
    RETURN;
  END IF;

  EXECUTE format('CREATE TABLE pgboss.%I (LIKE pgboss.job INCLUDING DEFAULTS)', tablename);

  EXECUTE pgboss.job_table_format($cmd$ALTER TABLE pgboss.job ADD PRIMARY KEY (name, id)$cmd$, tablename);
  EXECUTE pgboss.job_table_format($cmd$ALTER TABLE pgboss.job ADD CONSTRAINT q_fkey FOREIGN KEY (name) REFERENCES pgboss.queue (name) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED$cmd$, tablename);
  EXECUTE pgboss.job_table_format($cmd$ALTER TABLE pgboss.job ADD CONSTRAINT dlq_fkey FOREIGN KEY (dead_letter) REFERENCES pgboss.queue (name) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED$cmd$, tablename);

  EXECUTE pgboss.job_table_format($cmd$CREATE INDEX job_i11 ON pgboss.job (name, priority DESC, created_on, start_after) WHERE state < 'active' AND NOT blocked$cmd$, tablename);
  EXECUTE pgboss.job_table_format($cmd$CREATE UNIQUE INDEX job_i4 ON pgboss.job (name, singleton_on, COALESCE(singleton_key, '')) WHERE state <> 'cancelled' AND singleton_on IS NOT NULL$cmd$, tablename);
  EXECUTE pgboss.job_table_format($cmd$CREATE INDEX job_i7 ON pgboss.job (name, group_id) WHERE state = 'active' AND group_id IS NOT NULL$cmd$, tablename);
  EXECUTE pgboss.job_table_format($cmd$CREATE INDEX job_i9 ON pgboss.job (name, id) WHERE blocking AND state = 'completed'$cmd$, tablename);

  IF options->>'policy' = 'short' THEN
    EXECUTE pgboss.job_table_format($cmd$CREATE UNIQUE INDEX job_i1 ON pgboss.job (name, COALESCE(singleton_key, '')) WHERE state = 'created' AND policy = 'short'$cmd$, tablename);
  ELSIF options->>'policy' = 'singleton' THEN
    EXECUTE pgboss.job_table_format($cmd$CREATE UNIQUE INDEX job_i2 ON pgboss.job (name, COALESCE(singleton_key, '')) WHERE state = 'active' AND policy = 'singleton'$cmd$, tablename);
  ELSIF options->>'policy' = 'stately' THEN
    EXECUTE pgboss.job_table_format($cmd$CREATE UNIQUE INDEX job_i3 ON pgboss.job (name, state, COALESCE(singleton_key, '')) WHERE state <= 'active' AND policy = 'stately'$cmd$, tablename);
  ELSIF options->>'policy' = 'exclusive' THEN
    EXECUTE pgboss.job_table_format($cmd$CREATE UNIQUE INDEX job_i6 ON pgboss.job (name, COALESCE(singleton_key, '')) WHERE state <= 'active' AND policy = 'exclusive'$cmd$, tablename);
  ELSIF options->>'policy' = 'key_strict_fifo' THEN
    EXECUTE pgboss.job_table_format($cmd$CREATE UNIQUE INDEX job_i8 ON pgboss.job (name, singleton_key) WHERE state IN ('active', 'retry', 'failed') AND policy = 'key_strict_fifo'$cmd$, tablename);
    EXECUTE pgboss.job_table_format($cmd$CREATE INDEX job_i10 ON pgboss.job (name, singleton_key, state DESC, created_on, id) INCLUDE (start_after) WHERE state < 'active' AND NOT blocked AND policy = 'key_strict_fifo'$cmd$, tablename);
    EXECUTE pgboss.job_table_format($cmd$ALTER TABLE pgboss.job ADD CONSTRAINT job_key_strict_fifo_singleton_key_check CHECK (NOT (policy = 'key_strict_fifo' AND singleton_key IS NULL))$cmd$, tablename);
  END IF;

  EXECUTE format('ALTER TABLE pgboss.%I ADD CONSTRAINT cjc CHECK (name=%L)', tablename, queue_name);
  EXECUTE format('ALTER TABLE pgboss.job ATTACH PARTITION pgboss.%I FOR VALUES IN (%L)', tablename, queue_name);
END;
$$
LANGUAGE plpgsql
SET search_path = '';

CREATE FUNCTION pgboss.delete_queue(queue_name text)
RETURNS VOID AS
$$
DECLARE
  v_table varchar;
  v_partition bool;
BEGIN

  SELECT table_name, partition
  FROM pgboss.queue
  WHERE name = queue_name
  INTO v_table, v_partition;

  IF v_partition THEN
    EXECUTE format('DROP TABLE IF EXISTS pgboss.%I', v_table);
  ELSE
    EXECUTE format('DELETE FROM pgboss.%I WHERE name = %L', v_table, queue_name);
  END IF;

  DELETE FROM pgboss.queue WHERE name = queue_name;
END;
$$
LANGUAGE plpgsql
SET search_path = '';
INSERT INTO pgboss.version(version) VALUES ('40');

-- Our queues. short: at most one waiting job per part or upload, so the same work is not queued twice.
-- A worker that dies stops touching heartbeat_on, and its jobs are given to others after heartbeatSeconds.
select pgboss.create_queue('dead-letters', '{"policy":"standard","retryLimit":1000,"retryDelay":5,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":300,"heartbeatSeconds":15,"deleteAfterSeconds":86400,"notify":true}');
select pgboss.create_queue('stage-part', '{"policy":"short","retryLimit":6,"retryDelay":1,"retryBackoff":true,"retryDelayMax":120,"expireInSeconds":7200,"heartbeatSeconds":15,"deleteAfterSeconds":86400,"deadLetter":"dead-letters","notify":true}');
select pgboss.create_queue('resolve-upload', '{"policy":"short","retryLimit":10,"retryDelay":1,"retryBackoff":true,"retryDelayMax":120,"expireInSeconds":7200,"heartbeatSeconds":15,"deleteAfterSeconds":86400,"deadLetter":"dead-letters","notify":true}');
select pgboss.create_queue('process-inbox', '{"policy":"short","retryLimit":8,"retryDelay":1,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":600,"heartbeatSeconds":15,"deleteAfterSeconds":3600,"deadLetter":"dead-letters","notify":true}');
select pgboss.create_queue('notify', '{"policy":"short","retryLimit":20,"retryDelay":2,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"heartbeatSeconds":15,"deleteAfterSeconds":3600,"deadLetter":"dead-letters","notify":true}');
select pgboss.create_queue('triage', '{"policy":"short","retryLimit":5,"retryDelay":10,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":300,"heartbeatSeconds":15,"deleteAfterSeconds":3600,"deadLetter":"dead-letters","notify":true}');

-- Jobs are sent, fetched and closed as pipeline_writer. The schema is not exposed by the API.
grant usage on schema pgboss to pipeline_writer;
grant select, insert, update, delete on pgboss.job, pgboss.job_common to pipeline_writer;
grant select, update on pgboss.queue, pgboss.version to pipeline_writer;
grant select, insert, delete on pgboss.warning, pgboss.job_dependency to pipeline_writer;

comment on schema pgboss is 'The job queue (pg-boss 12.30.0); not exposed by the API.';
comment on table pgboss.queue is 'Queues with their retry, expiry and dead-letter settings.';
comment on table pgboss.job is 'Jobs of all queues. data and output hold ids and messages, never contact values.';
comment on table pgboss.job_common is 'The partition of pgboss.job that holds all queues.';
