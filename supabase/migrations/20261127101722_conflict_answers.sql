-- conflict answers: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

-- The table has few rows.
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."lead_conflicts_key_idx";

ALTER TABLE "public"."lead_conflicts"
  DROP CONSTRAINT "lead_conflicts_key_id_fkey";

DROP FUNCTION "private"."clear_staging"(uuid);

DROP FUNCTION "public"."close_conflict"(uuid, bigint, uuid, text, timestamp WITH time zone);

-- The rows move to private.conflict_rows, from staging (end of this file).
-- squawk-ignore ban-drop-column
ALTER TABLE "public"."lead_conflicts" DROP COLUMN "key_id";

-- squawk-ignore ban-drop-column
ALTER TABLE "public"."lead_conflicts" DROP COLUMN "raw";

CREATE TABLE "private"."conflict_rows" (
  "org_id"      uuid                     NOT NULL,
  "conflict_id" bigint                   NOT NULL,
  "upload_id"   uuid                     NOT NULL,
  "part"        integer                  NOT NULL,
  "line"        integer                  NOT NULL,
  "key_id"      integer                  NOT NULL,
  "content"     bytea                    NOT NULL,
  "created_at"  timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "conflict_rows_pkey" PRIMARY KEY (upload_id, part, line)
);

ALTER TABLE "private"."conflict_rows"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."conflict_answers" (
  "org_id"   uuid   NOT NULL,
  "id"       bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  "identity" bytea  NOT NULL,
  "row_keys" text   NOT NULL,
  CONSTRAINT "conflict_answers_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "row_has_one_answer" UNIQUE (org_id, identity)
);

ALTER TABLE "public"."conflict_answers"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."conflict_answers" FROM "anon";

CREATE TABLE "public"."conflict_rules" (
  "org_id"      uuid                     NOT NULL,
  "id"          bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "address"     text                     NOT NULL,
  "buildings"   bytea[]                  NOT NULL,
  "county_fips" text,
  "note"        text,
  "created_at"  timestamp with time zone NOT NULL DEFAULT now(),
  "created_by"  uuid,
  CONSTRAINT "conflict_rules_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "county_fips_has_five_digits" CHECK ((county_fips ~ '^[0-9]{5}$'::text)),
  CONSTRAINT "rule_has_a_building" CHECK ((cardinality(buildings) > 0))
);

ALTER TABLE "public"."conflict_rules"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."conflict_rules" FROM "anon";

ALTER TABLE "private"."resolve_rows"
  ADD COLUMN "answer" text;

ALTER TABLE "public"."lead_conflicts"
  ADD COLUMN "identity" bytea;

ALTER TABLE "public"."lead_conflicts"
  ADD COLUMN "building" bytea;

ALTER TABLE "public"."lead_conflicts"
  ADD COLUMN "contacts" bytea[] NOT NULL DEFAULT '{}'::bytea[];

REVOKE ALL ON SEQUENCE "public"."conflict_answers_id_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."conflict_answers_id_seq" FROM "authenticated";

REVOKE ALL ON SEQUENCE "public"."conflict_rules_id_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."conflict_rules_id_seq" FROM "authenticated";

CREATE TYPE "public"."conflict_answer" AS ENUM (
  'same',
  'own',
  'dismiss'
);

-- A new table.
-- squawk-ignore adding-required-field
ALTER TABLE "public"."conflict_answers" ADD COLUMN "answer" public.conflict_answer NOT NULL;

ALTER TABLE "public"."conflict_answers"
  ADD COLUMN "lead_id" uuid;

ALTER TABLE "public"."conflict_answers"
  ADD COLUMN "not_lead_ids" uuid[] NOT NULL DEFAULT '{}'::uuid[];

ALTER TABLE "public"."conflict_answers"
  ADD COLUMN "conflict_id" bigint;

ALTER TABLE "public"."conflict_answers"
  ADD COLUMN "rule_id" bigint;

ALTER TABLE "public"."conflict_answers"
  ADD COLUMN "answered_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."conflict_answers"
  ADD COLUMN "answered_by" uuid;

ALTER TABLE "public"."lead_conflicts"
  ADD COLUMN "answer" public.conflict_answer;

ALTER TABLE "public"."lead_conflicts"
  ADD COLUMN "lead_id" uuid;

CREATE OR REPLACE FUNCTION private.buildings_of (
  p_street text,
  p_city   text,
  p_state  text,
  p_zip    text
)
  RETURNS bytea[]
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  -- The line may contain the place.
  a constant record := private.parse_address(p_street, null, p_city, p_state, p_zip);
  v_buildings bytea[];
begin
  v_buildings := array_remove(array[
    (private.parse_address(a.situs_street, null, a.situs_city, a.situs_state, a.situs_zip)).addr_hash,
    (private.parse_address(a.situs_street, null, a.situs_city, a.situs_state, null)).addr_hash], null);
  if cardinality(v_buildings) = 0 then
    raise exception 'the address is not readable, or has neither a ZIP nor a city and state' using errcode = 'SL305';
  end if;
  return v_buildings;
end
$function$;

CREATE OR REPLACE FUNCTION private.clear_staging (
  p_part_id uuid
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  delete from public.leads_staging s where s.part_id = p_part_id;
  delete from private.leads_staging_contacts c where c.part_id = p_part_id;
$function$;

CREATE OR REPLACE FUNCTION private.conflict_row_content (
  p_row private.conflict_rows
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select private.decrypt_value(p_row.content, private.org_key(p_row.org_id, p_row.key_id))::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.conflicts_like (
  p_org_id    uuid,
  p_upload_id uuid,
  p_reason    text,
  p_buildings bytea[],
  p_rule_id   bigint
)
  RETURNS SETOF public.lead_conflicts
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select c.* from public.lead_conflicts c
  left join public.conflict_rules r on r.org_id = c.org_id and r.id = p_rule_id
  where c.org_id = p_org_id and c.state = 'open'
    and (p_upload_id is null or exists (
      select from private.conflict_rows x
      where x.org_id = c.org_id and x.conflict_id = c.id and x.upload_id = p_upload_id))
    and (p_reason is null or c.reason = p_reason)
    and (p_buildings is null or c.building = any (p_buildings))
    and (p_rule_id is null or c.building = any (r.buildings)
      and (r.county_fips is null or c.row_keys ->> 'county_fips' = r.county_fips))
$function$;

CREATE OR REPLACE FUNCTION private.current_lead (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_lead uuid := p_lead_id;
begin
  while v_lead is not null and not exists (
    select from public.leads l where l.org_id = p_org_id and l.id = v_lead
  ) loop
    v_lead := (
      select m.survivor_id from public.lead_merges m
      where m.org_id = p_org_id and m.merged_id = v_lead and m.undone_at is null
      order by m.id desc limit 1);
  end loop;
  return v_lead;
end
$function$;

CREATE OR REPLACE FUNCTION private.free_keys (
  p_org_id  uuid,
  p_part_id uuid,
  p_line    integer,
  p_lead_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
begin
  update public.leads_staging s
  set mak = case when not exists (
      select from public.leads l where l.org_id = p_org_id and l.mak = s.mak) then s.mak end,
    apn = case when not exists (
      select from public.leads l where l.org_id = p_org_id and l.county_fips = s.county_fips and l.apn = s.apn)
      then s.apn end,
    addr_hash = case when s.addr_hash is not null and not exists (
        select from public.leads l where l.org_id = p_org_id and l.addr_hash = s.addr_hash)
      and not exists (
        select from public.lead_addresses a where a.org_id = p_org_id and a.addr_hash = s.addr_hash)
      then s.addr_hash
      else sha256(convert_to('own|' || coalesce(encode(s.addr_hash, 'hex'), '') || '|' || p_lead_id, 'UTF8')) end
  where s.part_id = p_part_id and s.line_number = p_line;
  update resolve_rows r set mak = null, county_fips = null, apn = null, addr_hash = null
  where r.line_number = p_line;
end
$function$;

CREATE OR REPLACE FUNCTION private.identity_of_row (
  p_org_id  uuid,
  p_part_id uuid,
  p_line    integer,
  OUT       row_keys text,
  OUT       identity bytea,
  OUT       building bytea
)
  RETURNS record
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select k.keys,
    private.row_identity(k.keys,
      private.owner_print(s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full),
      private.blind_key(p_org_id)),
    case when s.situs_street is not null then (
      private.parse_address(s.situs_street, null, s.situs_city, s.situs_state, s.situs_zip)).addr_hash end
  from public.leads_staging s
  cross join lateral (
    select private.row_keys(s.mak, s.county_fips, s.apn, s.addr_hash, s.phone, s.email) as keys
  ) k
  where s.part_id = p_part_id and s.line_number = p_line
$function$;

CREATE OR REPLACE FUNCTION private.keep_conflict_row (
  p_org_id      uuid,
  p_conflict_id bigint,
  p_part_id     uuid,
  p_line        integer,
  p_as_of       timestamp with time zone
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into private.conflict_rows (org_id, conflict_id, upload_id, part, line, key_id, content, created_at)
  select p_org_id, p_conflict_id, s.upload_id, s.part, s.line_number, p.key_id,
    private.encrypt_value(jsonb_build_object(
      'row', to_jsonb(s) - '{org_id,part_id,upload_id,part,line_number,raw,verdict,lead_id,loaded_at}'::text[],
      'raw', private.decrypt_value(s.raw, k.key)::jsonb,
      'contacts', coalesce((
        select jsonb_agg(to_jsonb(c) - '{part_id,line_number,value_bidx,value_cipher,masked}'::text[]
          || jsonb_build_object('value', private.decrypt_value(c.value_cipher, k.key)) order by c.kind, c.position)
        from private.leads_staging_contacts c where c.part_id = p_part_id and c.line_number = p_line), '[]'))::text,
      k.key),
    p_as_of
  from public.leads_staging s
  join public.upload_parts p on p.id = s.part_id
  cross join lateral (select private.org_key(p_org_id, p.key_id) as key offset 0) k
  where s.part_id = p_part_id and s.line_number = p_line
$function$;

CREATE OR REPLACE FUNCTION private.make_own (
  p_org_id  uuid,
  p_part_id uuid,
  p_line    integer,
  p_lead_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  k constant record := private.identity_of_row(p_org_id, p_part_id, p_line);
begin
  update public.conflict_answers a set lead_id = p_lead_id where a.org_id = p_org_id and a.identity = k.identity;
  perform private.free_keys(p_org_id, p_part_id, p_line, p_lead_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.may_answer_conflicts (
  p_org_id uuid
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'))
$function$;

CREATE OR REPLACE FUNCTION private.open_conflict (
  p_org_id   uuid,
  p_part_id  uuid,
  p_line     integer,
  p_reason   text,
  p_lead_ids uuid[],
  p_as_of    timestamp with time zone,
  OUT        verdict text,
  OUT        lead_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  k record;
  v_answer public.conflict_answers;
  v_rule bigint;
  v_conflict bigint;
begin
  k := private.identity_of_row(p_org_id, p_part_id, p_line);
  select a.* into v_answer from public.conflict_answers a
  where a.org_id = p_org_id and a.identity = k.identity;
  lead_id := private.current_lead(p_org_id, v_answer.lead_id);
  if v_answer.answer = 'dismiss' then
    verdict := 'unchanged';
    return;
  elsif lead_id is not null then
    verdict := 'known';
    return;
  elsif v_answer.answer = 'own' then
    verdict := 'own';
    return;
  end if;
  select r.id into v_rule
  from public.conflict_rules r
  join public.leads_staging s on s.part_id = p_part_id and s.line_number = p_line
  where r.org_id = p_org_id and k.building = any (r.buildings)
    and (r.county_fips is null or r.county_fips = s.county_fips)
  order by r.id limit 1;
  if v_rule is not null then
    perform private.remember_answer(p_org_id, k.identity, k.row_keys, 'own', null, p_lead_ids, null, v_rule, p_as_of);
    verdict := 'own';
    return;
  end if;

  verdict := 'conflict';
  select c.id into v_conflict from public.lead_conflicts c
  where c.org_id = p_org_id and c.identity = k.identity and c.state = 'open';
  if found then
    update public.lead_conflicts c set reason = p_reason, lead_ids = p_lead_ids
    where c.org_id = p_org_id and c.id = v_conflict;
  else
    insert into public.lead_conflicts (org_id, upload_id, part, line, reason, lead_ids, row_keys, identity, building,
      contacts, created_at)
    select p_org_id, s.upload_id, s.part, s.line_number, p_reason, p_lead_ids,
      jsonb_strip_nulls(jsonb_build_object('mak', s.mak, 'county_fips', s.county_fips, 'apn', s.apn,
        'addr_hash', encode(s.addr_hash, 'hex'))), k.identity, k.building,
      array(select c.value_bidx from private.leads_staging_contacts c
        where c.part_id = p_part_id and c.line_number = p_line order by 1), p_as_of
    from public.leads_staging s
    where s.part_id = p_part_id and s.line_number = p_line
    returning id into v_conflict;
  end if;
  perform private.keep_conflict_row(p_org_id, v_conflict, p_part_id, p_line, p_as_of);
end
$function$;

CREATE OR REPLACE FUNCTION private.owner_print (
  p_1_first text,
  p_1_last  text,
  p_2_first text,
  p_2_last  text,
  p_full    text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select coalesce(string_agg(distinct w.word, ' ' order by w.word), '')
  from regexp_split_to_table(upper(coalesce(nullif(concat_ws(' ', p_1_first, p_1_last, p_2_first, p_2_last), ''),
    p_full, '')), '[^[:alnum:]]+') w (word)
  where w.word not in ('', 'AND')
$function$;

CREATE OR REPLACE FUNCTION private.recall_answers (
  p_org_id  uuid,
  p_part_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
declare
  v_key bytea;
begin
  if not exists (select from public.conflict_answers a where a.org_id = p_org_id and a.answer <> 'dismiss') then
    return;
  end if;
  v_key := private.blind_key(p_org_id);
  with recalled as materialized (
    select r.line_number, a.answer, private.current_lead(p_org_id, a.lead_id) as lead_id
    from resolve_rows r
    join public.conflict_answers a on a.org_id = p_org_id
      and a.row_keys = private.row_keys(r.mak, r.county_fips, r.apn, r.addr_hash, r.phone, r.email)
    cross join lateral (
      select private.owner_print(s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full) as owner
      from public.leads_staging s where s.part_id = p_part_id and s.line_number = r.line_number
      offset 0
    ) s
    where a.answer <> 'dismiss' and a.identity = private.row_identity(a.row_keys, s.owner, v_key)
  ), usable as materialized (
    -- A row whose lead was deleted is matched like any other; one that is a lead of its own becomes one again.
    select * from recalled where lead_id is not null or answer = 'own'
  ), taken as (
    update public.leads_staging s set mak = null, county_fips = null, apn = null, addr_hash = null
    from usable u where s.part_id = p_part_id and s.line_number = u.line_number and u.lead_id is not null
  )
  -- Without keys, and pointing to its lead alone: from here on it is matched like a row whose MAK points there.
  update resolve_rows r
  set mak = null, county_fips = null, apn = null, addr_hash = null, has_key = true,
    by_mak = u.lead_id, by_parcel = null, by_address = null,
    component_size = null, lead_id = null, verdict = null,
    answer = case when u.lead_id is null then 'own' else 'known' end
  from usable u where r.line_number = u.line_number;
end
$function$;

CREATE OR REPLACE FUNCTION private.remember_answer (
  p_org_id       uuid,
  p_identity     bytea,
  p_row_keys     text,
  p_answer       public.conflict_answer,
  p_lead_id      uuid,
  p_not_lead_ids uuid[],
  p_conflict_id  bigint,
  p_rule_id      bigint,
  p_as_of        timestamp with time zone
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into public.conflict_answers (org_id, identity, row_keys, answer, lead_id, not_lead_ids, conflict_id, rule_id,
    answered_at, answered_by)
  values (p_org_id, p_identity, p_row_keys, p_answer, p_lead_id,
    case when p_answer = 'own' then p_not_lead_ids else '{}' end, p_conflict_id, p_rule_id, p_as_of,
    case when p_rule_id is null then auth.uid() end)
  on conflict (org_id, identity) do update
  set answer = excluded.answer, lead_id = excluded.lead_id, not_lead_ids = excluded.not_lead_ids,
    conflict_id = excluded.conflict_id, rule_id = excluded.rule_id, answered_at = excluded.answered_at,
    answered_by = excluded.answered_by
$function$;

CREATE OR REPLACE FUNCTION private.reset_part (
  p_part_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.clear_staging(p_part_id);
  delete from public.upload_rejects j using public.upload_parts p
  where p.id = p_part_id and j.upload_id = p.upload_id and j.part = p.part;
  update public.upload_parts p
  set state = 'received', staged_at = null, error = null, lines = 0, received = 0, staged = 0, rejected = 0,
    created = 0, updated = 0, unchanged = 0, merged = 0, conflict = 0, warnings = '{}'
  where p.id = p_part_id and p.state in ('received', 'staging', 'staged', 'failed');
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_part (
  p_part_id uuid,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET jit TO 'off'
  AS $function$
declare
  v_part public.upload_parts;
  v_upload public.uploads;
  v_trust smallint;
  v_line integer;
  v_verified integer;
begin
  select * into strict v_part from public.upload_parts p where p.id = p_part_id;
  perform pg_advisory_xact_lock(hashtextextended(v_part.org_id::text, 1));
  select * into strict v_part from public.upload_parts p where p.id = p_part_id for update;
  if v_part.state <> 'staged' then
    return v_part.state;
  end if;
  select * into strict v_upload from public.uploads u where u.id = v_part.upload_id;
  select s.trust into strict v_trust from public.sources s where s.id = v_upload.source_id;
  if (select count(*) from public.leads_staging s where s.part_id = p_part_id and s.verdict is null)
    <> v_part.staged - v_part.created - v_part.updated - v_part.unchanged - v_part.merged - v_part.conflict then
    -- The staging rows are lost (database crash): stage again from the stored bytes.
    perform private.reset_part(p_part_id);
    return 'received';
  end if;
  perform set_config('sluice.actor', 'upload', true), set_config('sluice.upload_id', v_upload.id::text, true);

  perform private.open_resolve_scratch();
  perform private.match_rows(v_part.org_id, p_part_id);
  perform private.recall_answers(v_part.org_id, p_part_id);
  perform private.link_rows(v_part.org_id, p_part_id);
  perform private.classify_components(v_part.org_id);
  perform private.fold_rows(p_part_id);
  perform private.apply_leads(v_part.org_id, p_part_id, v_upload.id, v_upload.source_id, v_trust,
    v_upload.received_at);

  v_verified := (select count(*) from resolve_leads n where n.is_new and n.phone_verified);

  for v_line in select r.line_number from resolve_rows r where r.lead_id is null order by r.line_number loop
    delete from resolve_leads where true;
    perform private.resolve_row(v_part.org_id, p_part_id, v_upload.id, v_line, p_as_of);
    if (select r.lead_id is not null from resolve_rows r where r.line_number = v_line) then
      perform private.fold_rows(p_part_id, v_line);
      perform private.apply_leads(v_part.org_id, p_part_id, v_upload.id, v_upload.source_id, v_trust,
        v_upload.received_at, v_line);
      v_verified := v_verified + (select count(*) from resolve_leads n where n.is_new and n.phone_verified);
    end if;
  end loop;

  -- A row that matches a lead created by this same upload is a repeat. One look-up by key for each such row: without
  -- statistics, a join would scan the leads for every row.
  update resolve_rows r set verdict = 'merged'
  where r.verdict in ('unchanged', 'updated')
    and (select l.created_upload_id from public.leads l
      where l.org_id = v_part.org_id and l.id = r.lead_id) = v_upload.id;
  perform private.clear_staging(p_part_id);

  update public.upload_parts p
  set state = 'resolved', resolved_at = greatest(p_as_of, p.staged_at),
    created = p.created + v.created, updated = p.updated + v.updated, unchanged = p.unchanged + v.unchanged,
    merged = p.merged + v.merged, conflict = p.conflict + v.conflict
  from (
    select count(*) filter (where r.verdict = 'created') as created,
      count(*) filter (where r.verdict = 'updated') as updated,
      count(*) filter (where r.verdict = 'unchanged') as unchanged,
      count(*) filter (where r.verdict = 'merged') as merged,
      count(*) filter (where r.verdict = 'conflict') as conflict
    from resolve_rows r
  ) v
  where p.id = p_part_id;
  perform private.record_part_events(p_part_id, v_verified, p_as_of);
  if v_part.rejected > 0 then
    perform private.record_dead_letter(v_part.org_id, 'rejects', jsonb_build_object('part_id', p_part_id),
      v_part.rejected || case when v_part.rejected = 1 then ' row' else ' rows' end || ' rejected', null,
        v_upload.correlation_id, p_as_of);
  end if;
  return 'resolved';
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_row (
  p_org_id    uuid,
  p_part_id   uuid,
  p_upload_id uuid,
  p_line      integer,
  p_as_of     timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  r resolve_rows;
  v_leads uuid[];
  v_reason text;
  v_conflict record;
  v_verdict text := 'unchanged';
begin
  select * into strict r from resolve_rows x where x.line_number = p_line;
  if r.answer is not null then
    v_leads := array_remove(array[private.current_lead(p_org_id, r.by_mak)], null);
  elsif r.has_key then
    select array_agg(distinct f.id) into v_leads from (
      select l.id from public.leads l where l.org_id = p_org_id and l.mak = r.mak
      union all
      select l.id from public.leads l where l.org_id = p_org_id and l.county_fips = r.county_fips and l.apn = r.apn
      union all
      select l.id from public.leads l where l.org_id = p_org_id and l.addr_hash = r.addr_hash
      union all
      select a.lead_id from public.lead_addresses a where a.org_id = p_org_id and a.addr_hash = r.addr_hash
    ) f;
    if cardinality(v_leads) > 0 and private.keys_contradict(p_org_id, v_leads, r.mak, r.county_fips || r.apn) then
      v_reason := case when cardinality(v_leads) = 1 then 'key_contradicts' else 'keys_point_to_different_leads' end;
    end if;
  else
    v_leads := private.leads_by_contact(p_org_id, r.phone, r.email);
    if cardinality(v_leads) > 1 and not private.are_people(p_org_id, v_leads) then
      -- The phone decides first; the e-mail only when no lead has the phone.
      v_leads := coalesce(private.leads_by_contact(p_org_id, r.phone, null),
        private.leads_by_contact(p_org_id, null, r.email));
      if cardinality(v_leads) > 1 and not private.are_people(p_org_id, v_leads) then
        v_reason := 'contact_is_ambiguous';
      end if;
    end if;
  end if;

  if cardinality(v_leads) > 0 then
    v_leads := private.survivor_of(p_org_id, v_leads);
  end if;
  if v_reason is not null then
    v_conflict := private.open_conflict(p_org_id, p_part_id, p_line, v_reason, v_leads, p_as_of);
    if v_conflict.verdict = 'known' then
      v_leads := array[v_conflict.lead_id];
      perform private.take_keys(p_part_id, p_line);
    elsif v_conflict.verdict = 'own' then
      v_leads := '{}';
      r.answer := 'own';
    else
      update resolve_rows x set verdict = v_conflict.verdict where x.line_number = p_line;
      return;
    end if;
  end if;

  if coalesce(cardinality(v_leads), 0) = 0 then
    v_leads := array[gen_random_uuid()];
    v_verdict := 'created';
    if r.answer = 'own' then
      perform private.make_own(p_org_id, p_part_id, p_line, v_leads[1]);
    end if;
  elsif cardinality(v_leads) > 1 then
    for i in 2 .. cardinality(v_leads) loop
      perform private.merge_leads(p_org_id, v_leads[1], v_leads[i], p_upload_id,
        case when r.has_key then 'a row carries the keys of both' else 'a row carries the contacts of both' end,
          p_as_of);
    end loop;
    v_verdict := 'merged';
  end if;
  update resolve_rows x
  set lead_id = v_leads[1], verdict = v_verdict, component = p_line, component_size = 1
  where x.line_number = p_line;
end
$function$;

CREATE OR REPLACE FUNCTION private.restage_conflict_row (
  p_row private.conflict_rows
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_content constant jsonb := private.conflict_row_content(p_row);
  v_part public.upload_parts;
  v_key text;
  v_blind constant bytea := private.blind_key(p_row.org_id);
  v_columns text;
begin
  select p.* into strict v_part from public.upload_parts p
  where p.org_id = p_row.org_id and p.upload_id = p_row.upload_id and p.part = p_row.part;
  v_key := private.org_key(v_part.org_id, v_part.key_id);
  -- The columns that the row has, so that columns of a later release take their defaults.
  select string_agg(format('%I', a.attname), ', ') into v_columns
  from pg_catalog.pg_attribute a
  where a.attrelid = 'public.leads_staging'::regclass and a.attnum > 0 and not a.attisdropped
    and (v_content -> 'row') ? a.attname;
  execute format('insert into public.leads_staging (org_id, part_id, upload_id, part, line_number, raw, %s) '
    'select $1, $2, $3, $4, $5, $6, %s from jsonb_populate_record(null::public.leads_staging, $7)', v_columns,
      v_columns)
  using v_part.org_id, v_part.id, v_part.upload_id, v_part.part, p_row.line,
    private.encrypt_value((v_content ->> 'raw'), v_key), v_content -> 'row';
  insert into private.leads_staging_contacts (part_id, line_number, kind, position, value_bidx, value_cipher, masked,
    label, verified, invalid, codes)
  select v_part.id, p_row.line, c.kind, c.position, private.blind_index(c.value, v_blind),
    private.encrypt_value(c.value, v_key), private.mask_contact(c.value), c.label, c.verified, c.invalid, c.codes
  from jsonb_to_recordset(v_content -> 'contacts') as c (kind public.contact_kind, position smallint, value text,
    label text, verified boolean, invalid boolean, codes text[]);
  return v_part.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.row_identity (
  p_row_keys    text,
  p_owner_print text,
  p_blind_key   bytea
)
  RETURNS bytea
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  AS $function$
  select private.blind_index(p_row_keys || '|' || p_owner_print, p_blind_key)
$function$;

CREATE OR REPLACE FUNCTION private.row_keys (
  p_mak         text,
  p_county_fips text,
  p_apn         text,
  p_addr_hash   bytea,
  p_phone       bytea,
  p_email       bytea
)
  RETURNS text
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  AS $function$
  select case
    when p_mak is not null or p_addr_hash is not null or p_county_fips is not null and p_apn is not null then
      coalesce('m' || p_mak, '') || '|' || coalesce('p' || p_county_fips || '-' || p_apn, '') || '|'
        || coalesce('a' || encode(p_addr_hash, 'hex'), '')
    else coalesce('t' || encode(p_phone, 'hex'), '') || '|' || coalesce('e' || encode(p_email, 'hex'), '')
  end
$function$;

CREATE OR REPLACE FUNCTION private.settle_conflict (
  k            public.lead_conflicts,
  p_answer     public.conflict_answer,
  p_lead_id    uuid,
  p_resolution text,
  p_rule_id    bigint,
  p_as_of      timestamp with time zone
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_row private.conflict_rows;
  v_upload public.uploads;
  v_trust smallint;
  v_part uuid;
  v_keys text;
  v_lead uuid := p_lead_id;
  v_is_new boolean;
begin
  for v_row in
    select x.* from private.conflict_rows x
    where x.org_id = k.org_id and x.conflict_id = k.id
    order by x.created_at, x.upload_id, x.part, x.line
  loop
    v_part := private.restage_conflict_row(v_row);
    v_keys := coalesce(v_keys, (private.identity_of_row(k.org_id, v_part, v_row.line)).row_keys);
    if p_answer <> 'dismiss' then
      select u.* into strict v_upload from public.uploads u where u.org_id = k.org_id and u.id = v_row.upload_id;
      select s.trust into strict v_trust from public.sources s where s.id = v_upload.source_id;
      perform set_config('sluice.actor', 'upload', true),
        set_config('sluice.upload_id', v_row.upload_id::text, true), private.open_resolve_scratch();
      v_is_new := v_lead is null;
      v_lead := coalesce(v_lead, gen_random_uuid());
      insert into resolve_rows (line_number, has_key, component, component_size, lead_id, verdict)
      values (v_row.line, false, v_row.line, 1, v_lead, case when v_is_new then 'created' else 'unchanged' end);
      if v_is_new then
        perform private.free_keys(k.org_id, v_part, v_row.line, v_lead);
      else
        perform private.take_keys(v_part, v_row.line);
      end if;
      perform private.fold_rows(v_part, v_row.line);
      -- The row is as old as its upload: the answer says whose it is, not that it is news.
      perform private.apply_leads(k.org_id, v_part, v_row.upload_id, v_upload.source_id, v_trust,
        v_upload.received_at, v_row.line);
    end if;
    delete from public.leads_staging s where s.part_id = v_part and s.line_number = v_row.line;
    delete from private.leads_staging_contacts c where c.part_id = v_part and c.line_number = v_row.line;
  end loop;
  if v_keys is not null and k.identity is not null then
    perform private.remember_answer(k.org_id, k.identity, v_keys, p_answer, v_lead, k.lead_ids, k.id, p_rule_id,
      p_as_of);
  end if;
  delete from private.conflict_rows x where x.org_id = k.org_id and x.conflict_id = k.id;
  update public.lead_conflicts c
  set state = case p_answer when 'dismiss' then 'dismissed' else 'resolved' end::public.conflict_state,
    closed_at = p_as_of, closed_by = auth.uid(), answer = p_answer, lead_id = v_lead,
    resolution = coalesce(p_resolution, case p_answer
      when 'dismiss' then 'dismissed'
      when 'own' then 'made a lead of its own: ' || v_lead
      else 'row assigned to lead ' || v_lead end)
  where c.org_id = k.org_id and c.id = k.id;
  return v_lead;
end
$function$;

CREATE OR REPLACE FUNCTION private.take_keys (
  p_part_id uuid,
  p_line    integer
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  update public.leads_staging s set mak = null, county_fips = null, apn = null, addr_hash = null
  where s.part_id = p_part_id and s.line_number = p_line;
  update resolve_rows r set mak = null, county_fips = null, apn = null, addr_hash = null
  where r.line_number = p_line;
$function$;

CREATE OR REPLACE FUNCTION private.tg_leads__derive_keys()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  a record;
begin
  new.mak := private.normalise_mak(new.mak);
  new.apn := private.normalise_apn(new.apn);
  select * into a from private.parse_address(new.situs_street, new.situs_unit, new.situs_city, new.situs_state,
    new.situs_zip);
  if tg_op = 'UPDATE' and old.addr_hash is not null
    and (new.situs_street, new.situs_unit, new.situs_city, new.situs_state, new.situs_zip) is not distinct from
      (old.situs_street, old.situs_unit, old.situs_city, old.situs_state, old.situs_zip) then
    -- The key of a lead of its own (30_matching/20_open_conflict.sql) is not that of its address.
    new.addr_hash := old.addr_hash;
    new.addr_hash_version := old.addr_hash_version;
  else
    new.addr_hash := a.addr_hash;
    new.addr_hash_version := case when a.addr_hash is not null then private.address_hash_version() end;
  end if;
  if a.addr_hash is not null then
    new.situs_house_number := a.situs_house_number;
    new.situs_street := coalesce(a.situs_street, new.situs_street);
    new.situs_unit := coalesce(a.situs_unit, new.situs_unit);
    new.situs_city := coalesce(a.situs_city, new.situs_city);
    new.situs_state := coalesce(a.situs_state, new.situs_state);
    new.situs_zip := coalesce(a.situs_zip, new.situs_zip);
  end if;
  new.county_fips := private.county_fips(new.county_fips, null, new.situs_state, new.situs_zip);
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.withdraw_conflict_rows (
  p_org_id    uuid,
  p_upload_id uuid,
  p_as_of     timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  delete from private.conflict_rows x where x.org_id = p_org_id and x.upload_id = p_upload_id;
  -- A conflict whose row another upload has, too, goes on with that row.
  update public.lead_conflicts c set upload_id = o.upload_id, part = o.part, line = o.line
  from (
    select distinct on (x.conflict_id) x.* from private.conflict_rows x
    where x.org_id = p_org_id
    order by x.conflict_id, x.created_at, x.upload_id, x.part, x.line
  ) o
  where c.org_id = p_org_id and c.upload_id = p_upload_id and c.state = 'open' and o.conflict_id = c.id;
  update public.lead_conflicts c
  set state = 'dismissed', closed_at = p_as_of, resolution = 'the upload was undone'
  where c.org_id = p_org_id and c.upload_id = p_upload_id and c.state = 'open';
end
$function$;

CREATE OR REPLACE FUNCTION public.add_conflict_rule (
  p_org_id      uuid,
  p_street      text,
  p_city        text                     DEFAULT NULL::text,
  p_state       text                     DEFAULT NULL::text,
  p_zip         text                     DEFAULT NULL::text,
  p_county_fips text                     DEFAULT NULL::text,
  p_note        text                     DEFAULT NULL::text,
  p_preview     boolean                  DEFAULT false,
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_buildings bytea[];
  v_rule bigint;
  v_open integer;
begin
  if private.may_answer_conflicts(p_org_id) is not true then
    raise exception 'org not found' using errcode = 'SL302';
  end if;
  v_buildings := private.buildings_of(p_street, p_city, p_state, p_zip);
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  if p_preview then
    select count(*) into v_open from private.conflicts_like(p_org_id, null, null, v_buildings, null) c
    where p_county_fips is null or c.row_keys ->> 'county_fips' = p_county_fips;
    return jsonb_build_object('rule_id', null, 'open', v_open, 'closed', 0, 'left', v_open);
  end if;
  insert into public.conflict_rules (org_id, address, buildings, county_fips, note, created_at, created_by)
  values (p_org_id, concat_ws(', ', p_street, p_city, concat_ws(' ', p_state, p_zip)), v_buildings, p_county_fips,
    p_note, p_as_of, auth.uid())
  returning id into v_rule;
  return jsonb_build_object('rule_id', v_rule) || public.close_conflicts(p_org_id, 'own', p_rule_id => v_rule,
    p_preview => false, p_as_of => p_as_of) - 'unclear';
end
$function$;

REVOKE ALL ON FUNCTION "public"."add_conflict_rule"(uuid, text, text, text, text, text, text, boolean, timestamp WITH time zone) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.close_conflict (
  p_org_id      uuid,
  p_conflict_id bigint,
  p_lead_id     uuid                     DEFAULT NULL::uuid,
  p_resolution  text                     DEFAULT NULL::text,
  p_answer      public.conflict_answer   DEFAULT NULL::public.conflict_answer,
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS public.conflict_state
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k public.lead_conflicts;
  v_answer constant public.conflict_answer := coalesce(p_answer,
    case when p_lead_id is null then 'dismiss' else 'same' end::public.conflict_answer);
  v_state public.conflict_state;
begin
  -- The lock of a resolve, taken first: a resolve reads answers and opens conflicts.
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  select c.* into k from public.lead_conflicts c
  where c.org_id = p_org_id and c.id = p_conflict_id and c.state = 'open' and private.may_answer_conflicts(c.org_id)
  for update;
  if not found then
    raise exception 'open conflict not found' using errcode = 'SL302';
  end if;
  if (v_answer = 'same') <> (p_lead_id is not null) then
    raise exception 'name a lead for the answer same, and only for it' using errcode = 'SL304';
  end if;
  if p_lead_id is not null and not exists (
      select from public.leads l where l.org_id = p_org_id and l.id = p_lead_id) then
    raise exception 'lead not found' using errcode = 'SL303';
  end if;
  perform private.settle_conflict(k, v_answer, p_lead_id, p_resolution, null, p_as_of);
  select c.state into v_state from public.lead_conflicts c where c.org_id = p_org_id and c.id = p_conflict_id;
  return v_state;
end
$function$;

REVOKE ALL ON FUNCTION "public"."close_conflict"(uuid, bigint, uuid, text, public.conflict_answer, timestamp WITH time zone) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.close_conflicts (
  p_org_id    uuid,
  p_answer    public.conflict_answer,
  p_upload_id uuid                     DEFAULT NULL::uuid,
  p_reason    text                     DEFAULT NULL::text,
  p_street    text                     DEFAULT NULL::text,
  p_city      text                     DEFAULT NULL::text,
  p_state     text                     DEFAULT NULL::text,
  p_zip       text                     DEFAULT NULL::text,
  p_rule_id   bigint                   DEFAULT NULL::bigint,
  p_preview   boolean                  DEFAULT true,
  p_limit     integer                  DEFAULT 1000,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k public.lead_conflicts;
  v_buildings bytea[];
  v_open integer;
  v_unclear integer;
  v_closed integer := 0;
begin
  if private.may_answer_conflicts(p_org_id) is not true then
    raise exception 'org not found' using errcode = 'SL302';
  end if;
  if p_street is not null then
    v_buildings := private.buildings_of(p_street, p_city, p_state, p_zip);
  end if;
  if num_nonnulls(p_upload_id, p_reason, v_buildings, p_rule_id) = 0 then
    raise exception 'name an upload, a reason, a building or a rule' using errcode = 'SL305';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  select count(*), count(*) filter (where p_answer = 'same' and cardinality(c.lead_ids) <> 1)
  into v_open, v_unclear
  from private.conflicts_like(p_org_id, p_upload_id, p_reason, v_buildings, p_rule_id) c;
  if not p_preview then
    for k in
      select c.* from private.conflicts_like(p_org_id, p_upload_id, p_reason, v_buildings, p_rule_id) c
      where p_answer <> 'same' or cardinality(c.lead_ids) = 1
        and exists (select from public.leads l where l.org_id = p_org_id and l.id = c.lead_ids[1])
      order by c.id
      limit p_limit
    loop
      perform private.settle_conflict(k, p_answer, case when p_answer = 'same' then k.lead_ids[1] end, null,
        p_rule_id, p_as_of);
      v_closed := v_closed + 1;
    end loop;
  end if;
  return jsonb_build_object('open', v_open, 'unclear', v_unclear, 'closed', v_closed,
    'left', v_open - v_unclear - v_closed);
end
$function$;

REVOKE ALL
  ON FUNCTION "public"."close_conflicts"(uuid, public.conflict_answer, uuid, text, text, text, text, text, bigint, boolean, integer, timestamp WITH time zone)
  FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.erase_lead (
  p_org_id  uuid,
  p_lead_id uuid,
  p_reason  text,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_contacts integer;
  v_values bytea[];
  v_kept jsonb;
begin
  if not exists (select from public.leads x where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))) then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL426';
  end if;
  perform set_config('sluice.actor', 'system', true), set_config('sluice.erasing', 'yes', true);
  -- A person who asked for erasure must not be contacted when a list contains the number again.
  perform private.suppress_value(c.org_id, c.value_bidx, c.kind, null, 'erasure', 'request to erase', p_as_of)
  from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  v_values := array(select c.value_bidx from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id);
  delete from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  get diagnostics v_contacts = row_count;
  -- The property is public record, and decisions and consents refer to it; the owner's data is erased.
  update public.leads l set owner_1_first = null, owner_1_last = null, owner_2_first = null, owner_2_last = null,
    owner_full = null,
    mailing_street = null, mailing_unit = null, mailing_city = null, mailing_state = null, mailing_zip = null,
    attributes = '{}', melissa_payload = null, campaign_status = 'opted_out', vapi_call_id = null,
      assigned_broker_id = null,
    phone_verified = false, email_verified = false, phone_verification_codes = '{}', email_verification_codes = '{}',
      phone_bidx = null,
    edited_fields = array(select distinct f
      from unnest(l.edited_fields || '{owner_1,owner_2,owner_full,mailing,attributes}'::text[]) f order by 1)
  where l.org_id = p_org_id and l.id = p_lead_id;
  update public.lead_changes h
  set changes = (select jsonb_object_agg(k, '"erased"'::jsonb) from jsonb_object_keys(h.changes) k)
  where h.org_id = p_org_id and h.changes is not null and (h.lead_id = p_lead_id
    or h.lead_id in (select m.merged_id from public.lead_merges m where m.org_id = p_org_id
      and m.survivor_id = p_lead_id));
  update public.lead_merges m set merged_row = jsonb_build_object('id', m.merged_id, 'erased_at', p_as_of)
  where m.org_id = p_org_id and p_lead_id in (m.survivor_id, m.merged_id);
  -- Rows that wait for an answer: those that name the lead, and those with a phone or e-mail of the person.
  with erased as (
    update public.lead_conflicts c set row_keys = '{}', identity = null, building = null, contacts = '{}',
      state = 'dismissed', closed_at = coalesce(c.closed_at, p_as_of), resolution = 'erased'
    where c.org_id = p_org_id and (p_lead_id = any (c.lead_ids) or c.lead_id = p_lead_id or c.contacts && v_values)
    returning c.id
  )
  delete from private.conflict_rows x using erased e where x.org_id = p_org_id and x.conflict_id = e.id;
  delete from public.conflict_answers a where a.org_id = p_org_id and a.lead_id = p_lead_id;
  -- Messages are kept by their ids; texts and the provider's references to them are erased.
  update public.messages m set text_cipher = null, key_id = null, in_reply_to = null, error_detail = null
  where m.org_id = p_org_id and m.lead_id = p_lead_id;
  v_kept := jsonb_build_object(
    'suppressions', v_contacts,
    'messages', (select count(*) from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id),
    'consents', (select count(*) from public.consents c where c.org_id = p_org_id and c.lead_id = p_lead_id),
    'decisions', (select count(*) from public.gate_decisions d where d.org_id = p_org_id and d.lead_id = p_lead_id),
    'contact_attempts', (select count(*) from public.contact_attempts a where a.org_id = p_org_id
      and a.lead_id = p_lead_id),
    'why', 'suppressions as hashes, so that the person is not contacted again; consents, decisions, messages and '
      'contact attempts for five years (16 CFR 310.5)',
    'uploaded_files', 'stored files that list the person are deleted after the org''s raw_days');
  insert into public.erasures (org_id, lead_id, reason, erased_at, erased_by, kept)
  values (p_org_id, p_lead_id, p_reason, p_as_of, auth.uid(), v_kept);
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.erasing', '', true);
  return v_kept;
end
$function$;

CREATE OR REPLACE FUNCTION public.forget_conflict_answer (
  p_org_id      uuid,
  p_conflict_id bigint
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  delete from public.conflict_answers a
  where a.org_id = p_org_id and private.may_answer_conflicts(a.org_id)
    and a.identity = (select c.identity from public.lead_conflicts c
      where c.org_id = p_org_id and c.id = p_conflict_id);
  return found;
end
$function$;

REVOKE ALL ON FUNCTION "public"."forget_conflict_answer"(uuid, bigint) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_conflicts (
  p_org_id    uuid,
  p_upload_id uuid    DEFAULT NULL::uuid,
  p_after     bigint  DEFAULT 0,
  p_limit     integer DEFAULT 100
)
  RETURNS TABLE (
    id         bigint,
    reason     text,
    upload_id  uuid,
    part       integer,
    line       integer,
    created_at timestamp with time zone,
    rows       integer,
    address    text,
    owner      text,
    contacts   text[],
    keys       jsonb,
    leads      jsonb
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if private.may_answer_conflicts(p_org_id) is not true then
    raise exception 'org not found' using errcode = 'SL302';
  end if;
  return query
  select c.id, c.reason, c.upload_id, c.part, c.line, c.created_at, x.rows,
    nullif(concat_ws(', ', r.row ->> 'situs_street', r.row ->> 'situs_unit', r.row ->> 'situs_city',
      nullif(concat_ws(' ', r.row ->> 'situs_state', r.row ->> 'situs_zip'), '')), ''),
    coalesce(nullif(concat_ws(' ', r.row ->> 'owner_1_first', r.row ->> 'owner_1_last'), ''), r.row ->> 'owner_full'),
    array(select private.mask_contact(e.item ->> 'value')
      from jsonb_array_elements(x.content -> 'contacts') with ordinality e (item, n) order by e.n),
    c.row_keys - 'addr_hash',
    (select coalesce(jsonb_agg(jsonb_build_object('lead_id', l.id,
        'address', nullif(concat_ws(', ', l.situs_street, l.situs_unit, l.situs_city,
          nullif(concat_ws(' ', l.situs_state, l.situs_zip), '')), ''),
        'owner', coalesce(nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), ''), l.owner_full),
        'mak', l.mak, 'county_fips', l.county_fips, 'apn', l.apn) order by o.n), '[]')
      from unnest(c.lead_ids) with ordinality o (lead_id, n)
      join public.leads l on l.org_id = c.org_id and l.id = o.lead_id)
  from public.lead_conflicts c
  cross join lateral (
    select count(*)::integer as rows,
      (array_agg(private.conflict_row_content(w) order by w.created_at desc, w.part desc, w.line desc))[1] as content
    from private.conflict_rows w where w.org_id = c.org_id and w.conflict_id = c.id
  ) x
  cross join lateral (select x.content -> 'row' as row) r
  where c.org_id = p_org_id and c.state = 'open' and c.id > p_after
    and (p_upload_id is null or exists (select from private.conflict_rows w
      where w.org_id = c.org_id and w.conflict_id = c.id and w.upload_id = p_upload_id))
  order by c.id
  limit p_limit;
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_conflicts"(uuid, uuid, bigint, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.remove_conflict_rule (
  p_org_id  uuid,
  p_rule_id bigint
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  delete from public.conflict_rules r
  where r.org_id = p_org_id and r.id = p_rule_id and private.may_answer_conflicts(r.org_id);
  return found;
end
$function$;

REVOKE ALL ON FUNCTION "public"."remove_conflict_rule"(uuid, bigint) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.undo_upload (
  p_upload_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  u public.uploads;
  v_kept jsonb;
  v_more jsonb;
  v_reverted integer;
  v_unmerged integer;
  v_deleted integer;
begin
  select x.* into u from public.uploads x
  where x.id = p_upload_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')));
  if not found then
    raise exception 'upload not found' using errcode = 'SL203';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(u.org_id::text, 1));
  select x.* into strict u from public.uploads x where x.id = p_upload_id for update;
  if u.state not in ('completed', 'failed') or exists (
      select from public.upload_parts p where p.upload_id = u.id and p.state in ('received', 'staging', 'staged')) then
    raise exception 'upload % is %: only a finished upload can be undone', u.id, u.state using errcode = 'SL206';
  end if;
  perform set_config('sluice.actor', 'system', true);

  delete from public.lead_addresses a where a.org_id = u.org_id and a.created_upload_id = u.id;
  select coalesce(jsonb_agg(jsonb_build_object('lead_id', r.lead_id, 'reason', r.reason))
    filter (where r.reason is not null), '[]'),
    count(*) filter (where r.reverted)
  into v_kept, v_reverted
  from private.revert_changes(u.org_id, u.id) r;
  v_unmerged := private.unmerge_leads(u.org_id, u.id, p_as_of);

  with gone as (
    delete from public.contact_points c using public.leads l
    where l.org_id = u.org_id and l.id = c.lead_id and c.org_id = u.org_id and c.created_upload_id = u.id
      and l.created_upload_id is distinct from u.id and l.campaign_status = 'new'
    returning c.lead_id
  )
  select v_reverted + count(distinct g.lead_id) filter (where g.lead_id not in (
      select x.lead_id from public.lead_changes x where x.org_id = u.org_id and x.upload_id = u.id
        and x.action = 'updated'))
  into v_reverted from gone g;
  perform private.refresh_verification(u.org_id, array(
    select distinct x.lead_id from public.lead_changes x where x.org_id = u.org_id and x.upload_id = u.id
      and x.action = 'updated'));

  select coalesce(jsonb_agg(jsonb_build_object('lead_id', l.id, 'reason', k.reason)), '[]') into v_more
  from public.leads l cross join lateral (select private.reason_to_keep(l, u.id) as reason) k
  where l.org_id = u.org_id and l.source_id = u.source_id and l.created_upload_id = u.id and k.reason is not null;
  with gone as (
    delete from public.leads l
    where l.org_id = u.org_id and l.source_id = u.source_id and l.created_upload_id = u.id
      and private.reason_to_keep(l, u.id) is null
    returning l.id
  )
  select count(*) into v_deleted from gone;

  perform private.withdraw_conflict_rows(u.org_id, u.id, p_as_of);
  update public.pipeline_dlq d
  set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the upload was undone'), 2000)
  where d.org_id = u.org_id and d.resolved_at is null and d.source in ('rejects', 'stage-part', 'resolve-upload')
    and (d.payload ->> 'upload_id' = u.id::text or d.payload ->> 'part_id' in (
      select p.id::text from public.upload_parts p where p.upload_id = u.id));
  delete from public.ingest_replay_guard g where g.upload_id = u.id;
  update public.uploads x set state = 'undone', undone_at = p_as_of, completed_at = coalesce(x.completed_at, p_as_of)
  where x.id = u.id;
  return jsonb_build_object(
    'undone', jsonb_build_object('deleted', v_deleted, 'reverted', v_reverted, 'unmerged', v_unmerged),
    'kept', v_kept || v_more);
end
$function$;

ALTER TABLE "private"."conflict_rows"
  ADD CONSTRAINT "conflict_rows_key_id_fkey" FOREIGN KEY (key_id) REFERENCES private.org_keys(id) ON DELETE RESTRICT;

ALTER TABLE "private"."conflict_rows"
  ADD CONSTRAINT "row_belongs_to_a_conflict" FOREIGN KEY (org_id, conflict_id) REFERENCES public.lead_conflicts(org_id, id) ON DELETE CASCADE;

ALTER TABLE "private"."conflict_rows"
  ADD CONSTRAINT "row_comes_from_an_upload_of_its_org" FOREIGN KEY (org_id, upload_id) REFERENCES public.uploads(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."conflict_answers"
  ADD CONSTRAINT "answer_names_its_lead" CHECK (
CASE answer
    WHEN 'same'::public.conflict_answer THEN (lead_id IS NOT NULL)
    WHEN 'dismiss'::public.conflict_answer THEN (lead_id IS NULL)
    ELSE true
END);

ALTER TABLE "public"."conflict_answers"
  ADD CONSTRAINT "conflict_answers_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."conflict_rules"
  ADD CONSTRAINT "conflict_rules_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."conflict_answers"
  ADD CONSTRAINT "answer_follows_a_rule_of_its_org" FOREIGN KEY (org_id, rule_id) REFERENCES public.conflict_rules(org_id, id) ON DELETE SET NULL (rule_id);

CREATE INDEX conflict_rows_conflict_idx ON private.conflict_rows USING btree (org_id, conflict_id);

CREATE INDEX conflict_rows_key_idx ON private.conflict_rows USING btree (key_id);

CREATE INDEX conflict_rows_upload_idx ON private.conflict_rows USING btree (org_id, upload_id);

CREATE INDEX conflict_answers_keys_idx ON public.conflict_answers USING btree (org_id, row_keys);

CREATE INDEX conflict_answers_lead_idx ON public.conflict_answers USING btree (org_id, lead_id);

CREATE INDEX conflict_answers_rule_idx ON public.conflict_answers USING btree (org_id, rule_id);

-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX lead_conflicts_identity_key ON public.lead_conflicts USING btree (org_id, identity)
  WHERE (state = 'open'::public.conflict_state);

CREATE POLICY "delete_writer" ON "private"."conflict_rows"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "private"."conflict_rows"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."conflict_rows"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "public"."conflict_answers"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."conflict_answers"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."conflict_answers"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "public"."conflict_answers"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."conflict_rules"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."conflict_rules"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

COMMENT ON COLUMN "private"."conflict_rows"."content" IS '{"row": the staging row, "contacts": its contact points, "raw": the original fields} as JSON, encrypted with the key key_id of the org.';

COMMENT ON COLUMN "private"."resolve_rows"."answer" IS 'A remembered answer of a person decides the row: known (its lead is by_mak) or own. See private.recall_answers.';

COMMENT ON COLUMN "public"."conflict_answers"."identity" IS 'Which row: private.row_identity.';

COMMENT ON COLUMN "public"."conflict_answers"."lead_id" IS 'same: the lead of the row. own: the lead that was made for it; null until it is made again. The lead may have been merged since (private.current_lead).';

COMMENT ON COLUMN "public"."conflict_answers"."not_lead_ids" IS 'own: the leads that the row does not belong to.';

COMMENT ON COLUMN "public"."conflict_answers"."row_keys" IS 'The part of the identity that is no name: private.row_keys. A resolve looks answers up by it.';

COMMENT ON COLUMN "public"."conflict_rules"."address" IS 'The address as the person gave it.';

COMMENT ON COLUMN "public"."conflict_rules"."buildings" IS 'Address hashes without a unit: by ZIP, and by city and state, as far as the address has them.';

COMMENT ON COLUMN "public"."conflict_rules"."county_fips" IS 'If set, only rows in this county.';

COMMENT ON COLUMN "public"."lead_conflicts"."building" IS 'Address hash of the row without its unit.';

COMMENT ON COLUMN "public"."lead_conflicts"."contacts" IS 'Blind indexes of the row''s phones and e-mails, so that an erasure finds it.';

COMMENT ON COLUMN "public"."lead_conflicts"."identity" IS 'What identifies the row, whatever list it comes in: private.row_identity. Null after an erasure.';

COMMENT ON COLUMN "public"."lead_conflicts"."lead_id" IS 'The lead that the answer assigned the row to.';

COMMENT ON COLUMN "public"."lead_conflicts"."upload_id" IS 'The upload, part and line of the oldest row.';

COMMENT ON FUNCTION "private"."buildings_of"(text, text, text, text) IS 'Hashes of an address without its unit: by ZIP, and by city and state. Raises SL305.';

COMMENT ON FUNCTION "private"."clear_staging"(uuid) IS 'Deletes the staging rows of a part.';

COMMENT ON FUNCTION "private"."conflict_row_content"(private.conflict_rows) IS 'The stored row in plain text.';

COMMENT ON FUNCTION "private"."conflicts_like"(uuid, uuid, text, bytea[], bigint) IS 'Open conflicts that meet all conditions; null means any.';

COMMENT ON FUNCTION "private"."current_lead"(uuid, uuid) IS 'The lead, or the one that it was merged into; null when it was deleted.';

COMMENT ON FUNCTION "private"."free_keys"(uuid, uuid, integer, uuid) IS 'Keys for a lead of its own: those that another lead has are left out, and its address key is one that no other row can have. So it exists beside the others, and only a remembered answer finds it.';

COMMENT ON FUNCTION "private"."identity_of_row"(uuid, uuid, integer) IS 'What identifies a staging row (private.row_identity), and the hash of its address without the unit.';

COMMENT ON FUNCTION "private"."keep_conflict_row"(uuid, bigint, uuid, integer, timestamp with time zone) IS 'Stores a staging row with its contact points in private.conflict_rows.';

COMMENT ON FUNCTION "private"."make_own"(uuid, uuid, integer, uuid) IS 'Prepares a row that an answer made a lead of its own, and remembers that lead.';

COMMENT ON FUNCTION "private"."may_answer_conflicts"(uuid) IS 'Owners, admins and the service answer conflicts. Definer: like private.my_org_ids.';

COMMENT ON FUNCTION "private"."open_conflict"(uuid, uuid, integer, text, uuid[], timestamp with time zone) IS 'For a staging row that contradicts the leads it points to. verdict: conflict (recorded, in the open conflict of the same row if there is one), unchanged (a person dismissed this row), known (an answer assigned it to lead_id: call take_keys), or own (it becomes a lead of its own: call make_own).';

COMMENT ON FUNCTION "private"."owner_print"(text, text, text, text, text) IS 'The words of an owner''s names in alphabetical order, so that their order and punctuation do not matter.';

COMMENT ON FUNCTION "private"."recall_answers"(uuid, uuid) IS 'Applies remembered answers to resolve_rows: answer is known (by_mak is the lead) or own (a lead of its own has to be made). One index look-up for an org without answers.';

COMMENT ON FUNCTION "private"."remember_answer"(uuid, bytea, text, public.conflict_answer, uuid, uuid[], bigint, bigint, timestamp with time zone) IS 'Remembers the answer for a row; a later answer replaces an earlier one.';

COMMENT ON FUNCTION "private"."restage_conflict_row"(private.conflict_rows) IS 'Puts a stored row back into staging and returns its part.';

COMMENT ON FUNCTION "private"."row_identity"(text, text, bytea) IS 'Keyed hash of a row''s keys and owner (private.row_keys, private.owner_print).';

COMMENT ON FUNCTION "private"."row_keys"(text, text, text, bytea, bytea, bytea) IS 'The identity keys of a row as one text; for a row without property key, its phone and e-mail (blind indexes).';

COMMENT ON FUNCTION "private"."settle_conflict"(public.lead_conflicts, public.conflict_answer, uuid, text, bigint, timestamp with time zone) IS 'Applies an answer to the rows of an open conflict, in the name of the uploads that brought them, remembers it and closes the conflict. same: p_lead_id gets their facts and contacts; its identity keys stay. own: a new lead gets them. Returns the lead.';

COMMENT ON FUNCTION "private"."take_keys"(uuid, integer) IS 'Removes the identity keys of a row that an answer assigned to a lead: the keys of that lead stay as they are.';

COMMENT ON FUNCTION "private"."withdraw_conflict_rows"(uuid, uuid, timestamp with time zone) IS 'Removes the rows of an undone upload from open conflicts, and closes those that have no other row.';

COMMENT ON FUNCTION "public"."add_conflict_rule"(uuid, text, text, text, text, text, text, boolean, timestamp with time zone) IS 'Makes all conflicting rows of a building (an address without its unit, in a county if p_county_fips is given) leads of their own, from now on and for up to 1,000 open conflicts. Returns {rule_id, open, closed, left}; a preview counts only. Raises SL302 (org), SL305 (unreadable address). For owners, admins and the service. Definer: like close_conflict.';

COMMENT ON FUNCTION "public"."close_conflict"(uuid, bigint, uuid, text, public.conflict_answer, timestamp with time zone) IS 'Answers an open conflict: same (with p_lead_id: the row''s facts and contacts go to that lead), own (it becomes a lead of its own) or dismiss. Without p_answer: same if a lead is named, else dismiss. The answer holds for later uploads of the same row. Raises SL302 (open conflict not found), SL303 (lead not found), SL304 (lead and answer do not fit). For owners, admins and the service. Definer: callers may not edit identity and history.';

COMMENT ON FUNCTION "public"."close_conflicts"(uuid, public.conflict_answer, uuid, text, text, text, text, text, bigint, boolean, integer, timestamp
  with time zone) IS 'Gives one answer to all open conflicts of an upload, with a reason, at a building (an address, without its unit) or of a rule; several conditions must all hold. Returns {open: how many fit, unclear: how many of them the answer same does not decide because they name several leads, closed, left}. A preview closes none; otherwise at most p_limit at a time. Raises SL302 (org), SL305 (no condition, or unreadable address). For owners, admins and the service. Definer: like close_conflict.';

COMMENT ON FUNCTION "public"."forget_conflict_answer"(uuid, bigint) IS 'Forgets the answer of a closed conflict: the next upload of the row opens a conflict again. What the answer did stays. Returns whether there was one. For owners, admins and the service. Definer: members may not write the table.';

COMMENT ON FUNCTION "public"."list_conflicts"(uuid, uuid, bigint, integer) IS 'Open conflicts in order, after p_after: the latest row (address, owner, masked contacts, keys; rows: how often it was sent) beside the leads that it points to. Raises SL302 (org). For owners, admins and the service. Definer: callers may not read stored rows and keys.';

COMMENT ON FUNCTION "public"."remove_conflict_rule"(uuid, bigint) IS 'Ends a rule: later conflicts at the building are opened again. The leads that it made stay. Returns whether there was one. For owners, admins and the service. Definer: members may not write the table.';

COMMENT ON TABLE "private"."conflict_rows" IS 'The rows of a conflict as they were staged: the first, and those of later uploads that repeat it.';

COMMENT ON TABLE "public"."conflict_answers" IS 'Remembered answers: later uploads apply them to the same row (same keys, same owner) without a new conflict.';

COMMENT ON TABLE "public"."conflict_rules" IS 'Buildings whose conflicts are all answered with own, now and in later uploads.';

COMMENT ON TABLE "public"."lead_conflicts" IS 'Rows whose keys contradict the leads they point to. Nothing was changed; a person decides. A row that is sent again joins its open conflict; the rows are in private.conflict_rows.';

COMMENT ON TYPE "public"."conflict_answer" IS 'same: the row belongs to a lead. own: it belongs to none of them and is a lead of its own. dismiss: leave it out.';

REVOKE ALL ON FUNCTION "private"."buildings_of"(text, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."buildings_of"(text, text, text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."clear_staging"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."clear_staging"(uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."conflict_row_content"(private.conflict_rows) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."conflict_row_content"(private.conflict_rows) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."conflicts_like"(uuid, uuid, text, bytea[], bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."conflicts_like"(uuid, uuid, text, bytea[], bigint) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."current_lead"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."current_lead"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."free_keys"(uuid, uuid, integer, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."free_keys"(uuid, uuid, integer, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."identity_of_row"(uuid, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."identity_of_row"(uuid, uuid, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."keep_conflict_row"(uuid, bigint, uuid, integer, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."keep_conflict_row"(uuid, bigint, uuid, integer, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."make_own"(uuid, uuid, integer, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."make_own"(uuid, uuid, integer, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."may_answer_conflicts"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."open_conflict"(uuid, uuid, integer, text, uuid[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."open_conflict"(uuid, uuid, integer, text, uuid[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."owner_print"(text, text, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."owner_print"(text, text, text, text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."recall_answers"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."recall_answers"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."remember_answer"(uuid, bytea, text, public.conflict_answer, uuid, uuid[], bigint, bigint, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."remember_answer"(uuid, bytea, text, public.conflict_answer, uuid, uuid[], bigint, bigint, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."restage_conflict_row"(private.conflict_rows) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."restage_conflict_row"(private.conflict_rows) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."row_identity"(text, text, bytea) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."row_identity"(text, text, bytea) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."row_keys"(text, text, text, bytea, bytea, bytea) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."row_keys"(text, text, text, bytea, bytea, bytea) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."settle_conflict"(public.lead_conflicts, public.conflict_answer, uuid, text, bigint, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."take_keys"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."take_keys"(uuid, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."withdraw_conflict_rows"(uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."withdraw_conflict_rows"(uuid, uuid, timestamp WITH time zone) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."add_conflict_rule"(uuid, text, text, text, text, text, text, boolean, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."add_conflict_rule"(uuid, text, text, text, text, text, text, boolean, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."close_conflict"(uuid, bigint, uuid, text, public.conflict_answer, timestamp WITH time zone) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."close_conflict"(uuid, bigint, uuid, text, public.conflict_answer, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE
  ON FUNCTION "public"."close_conflicts"(uuid, public.conflict_answer, uuid, text, text, text, text, text, bigint, boolean, integer, timestamp WITH time zone)
  TO "authenticated", "pipeline_writer";

REVOKE ALL
  ON FUNCTION "public"."close_conflicts"(uuid, public.conflict_answer, uuid, text, text, text, text, text, bigint, boolean, integer, timestamp WITH time zone)
  FROM "postgres";

GRANT EXECUTE
  ON FUNCTION "public"."close_conflicts"(uuid, public.conflict_answer, uuid, text, text, text, text, text, bigint, boolean, integer, timestamp WITH time zone)
  TO "postgres";

GRANT EXECUTE
  ON FUNCTION "public"."close_conflicts"(uuid, public.conflict_answer, uuid, text, text, text, text, text, bigint, boolean, integer, timestamp WITH time zone)
  TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."forget_conflict_answer"(uuid, bigint) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."forget_conflict_answer"(uuid, bigint) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_conflicts"(uuid, uuid, bigint, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_conflicts"(uuid, uuid, bigint, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."remove_conflict_rule"(uuid, bigint) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."remove_conflict_rule"(uuid, bigint) TO "service_role";

REVOKE ALL ON SEQUENCE "public"."conflict_answers_id_seq" FROM "service_role";

GRANT SELECT, UPDATE, USAGE ON SEQUENCE "public"."conflict_answers_id_seq" TO "service_role";

REVOKE ALL ON SEQUENCE "public"."conflict_rules_id_seq" FROM "service_role";

GRANT SELECT, UPDATE, USAGE ON SEQUENCE "public"."conflict_rules_id_seq" TO "service_role";

GRANT DELETE, INSERT, SELECT ON TABLE "private"."conflict_rows" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."conflict_answers" FROM "authenticated";

REVOKE ALL ("answered_at") ON TABLE "public"."conflict_answers" FROM "authenticated";

GRANT SELECT ("answered_at") ON TABLE "public"."conflict_answers" TO "authenticated";

REVOKE ALL ("answered_by") ON TABLE "public"."conflict_answers" FROM "authenticated";

GRANT SELECT ("answered_by") ON TABLE "public"."conflict_answers" TO "authenticated";

REVOKE ALL ("answer") ON TABLE "public"."conflict_answers" FROM "authenticated";

GRANT SELECT ("answer") ON TABLE "public"."conflict_answers" TO "authenticated";

REVOKE ALL ("conflict_id") ON TABLE "public"."conflict_answers" FROM "authenticated";

GRANT SELECT ("conflict_id") ON TABLE "public"."conflict_answers" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."conflict_answers" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."conflict_answers" TO "authenticated";

REVOKE ALL ("lead_id") ON TABLE "public"."conflict_answers" FROM "authenticated";

GRANT SELECT ("lead_id") ON TABLE "public"."conflict_answers" TO "authenticated";

REVOKE ALL ("not_lead_ids") ON TABLE "public"."conflict_answers" FROM "authenticated";

GRANT SELECT ("not_lead_ids") ON TABLE "public"."conflict_answers" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."conflict_answers" FROM "authenticated";

GRANT SELECT ("org_id") ON TABLE "public"."conflict_answers" TO "authenticated";

REVOKE ALL ("rule_id") ON TABLE "public"."conflict_answers" FROM "authenticated";

GRANT SELECT ("rule_id") ON TABLE "public"."conflict_answers" TO "authenticated";

GRANT INSERT, SELECT, UPDATE ON TABLE "public"."conflict_answers" TO "pipeline_writer";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."conflict_answers" TO "service_role";

REVOKE ALL ON TABLE "public"."conflict_rules" FROM "authenticated";

REVOKE ALL ("address") ON TABLE "public"."conflict_rules" FROM "authenticated";

GRANT SELECT ("address") ON TABLE "public"."conflict_rules" TO "authenticated";

REVOKE ALL ("county_fips") ON TABLE "public"."conflict_rules" FROM "authenticated";

GRANT SELECT ("county_fips") ON TABLE "public"."conflict_rules" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."conflict_rules" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."conflict_rules" TO "authenticated";

REVOKE ALL ("created_by") ON TABLE "public"."conflict_rules" FROM "authenticated";

GRANT SELECT ("created_by") ON TABLE "public"."conflict_rules" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."conflict_rules" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."conflict_rules" TO "authenticated";

REVOKE ALL ("note") ON TABLE "public"."conflict_rules" FROM "authenticated";

GRANT SELECT ("note") ON TABLE "public"."conflict_rules" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."conflict_rules" FROM "authenticated";

GRANT SELECT ("org_id") ON TABLE "public"."conflict_rules" TO "authenticated";

GRANT SELECT ON TABLE "public"."conflict_rules" TO "pipeline_writer";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."conflict_rules" TO "service_role";

REVOKE ALL ("answer") ON TABLE "public"."lead_conflicts" FROM "authenticated";

GRANT SELECT ("answer") ON TABLE "public"."lead_conflicts" TO "authenticated";

REVOKE ALL ("lead_id") ON TABLE "public"."lead_conflicts" FROM "authenticated";

GRANT SELECT ("lead_id") ON TABLE "public"."lead_conflicts" TO "authenticated";

-- Rights that default privileges would change.

revoke execute on function private.may_answer_conflicts(uuid) from pipeline_writer;
revoke execute on function private.settle_conflict(public.lead_conflicts,public.conflict_answer,uuid,text,bigint,timestamp with time zone) from pipeline_writer;

-- Open conflicts get what identifies their row, and their row durable storage. A row that a database crash took away
-- cannot be answered.
do $$
declare
  c record;
  k record;
  v_first bigint;
begin
  for c in
    select x.*, p.id as part_id,
      exists (select from public.leads_staging s where s.part_id = p.id and s.line_number = x.line) as is_staged
    from public.lead_conflicts x
    join public.upload_parts p on p.upload_id = x.upload_id and p.part = x.part
    where x.state = 'open'
    order by x.org_id, x.id
  loop
    if not c.is_staged then
      update public.lead_conflicts x set state = 'dismissed', closed_at = now(),
        resolution = 'the row was lost in a database crash: undo the upload and send the list again'
      where x.org_id = c.org_id and x.id = c.id;
      continue;
    end if;
    k := private.identity_of_row(c.org_id, c.part_id, c.line);
    select x.id into v_first from public.lead_conflicts x
    where x.org_id = c.org_id and x.identity = k.identity and x.state = 'open';
    if found then
      update public.lead_conflicts x set state = 'dismissed', closed_at = now(),
        resolution = 'repeats conflict ' || v_first
      where x.org_id = c.org_id and x.id = c.id;
    else
      v_first := c.id;
      update public.lead_conflicts x set identity = k.identity, building = k.building,
        contacts = array(select s.value_bidx from private.leads_staging_contacts s
          where s.part_id = c.part_id and s.line_number = c.line order by 1)
      where x.org_id = c.org_id and x.id = c.id;
    end if;
    perform private.keep_conflict_row(c.org_id, v_first, c.part_id, c.line, c.created_at);
  end loop;
  delete from private.leads_staging_contacts t using public.leads_staging s
  where s.verdict = 'conflict' and t.part_id = s.part_id and t.line_number = s.line_number;
  delete from public.leads_staging s where s.verdict = 'conflict';
end
$$;
