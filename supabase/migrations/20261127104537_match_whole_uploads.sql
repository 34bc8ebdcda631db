-- match whole uploads: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP TRIGGER "_300_derive_keys_on_update" ON "public"."leads";

-- It is made again below.
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."leads_addr_hash_key";

-- It is made again below.
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."leads_parcel_key";

ALTER TABLE "private"."resolve_rows"
  DROP CONSTRAINT "resolve_rows_pkey";

ALTER TABLE "public"."lead_addresses"
  DROP CONSTRAINT "lead_addresses_pkey";

ALTER TABLE "public"."lead_conflicts"
  DROP CONSTRAINT "conflict_reason_is_known";

ALTER TABLE "public"."leads_staging"
  DROP CONSTRAINT "verdict_is_known";

DROP FUNCTION "private"."apply_contacts"(uuid, uuid, uuid, integer);

DROP FUNCTION "private"."apply_leads"(uuid, uuid, uuid, uuid, smallint, timestamp WITH time zone, integer);

DROP FUNCTION "private"."are_people"(uuid, uuid[]);

DROP FUNCTION "private"."clear_staging"(uuid);

DROP FUNCTION "private"."fold_rows"(uuid, integer);

DROP FUNCTION "private"."leads_by_contact"(uuid, bytea, bytea);

DROP FUNCTION "private"."link_rows"(uuid, uuid);

DROP FUNCTION "private"."match_rows"(uuid, uuid);

DROP FUNCTION "private"."recall_answers"(uuid, uuid);

DROP FUNCTION "private"."resolve_part"(uuid, timestamp WITH time zone);

DROP FUNCTION "private"."resolve_row"(uuid, uuid, uuid, integer, timestamp WITH time zone);

ALTER TYPE "private"."lead_keys" DROP ATTRIBUTE "has_address" CASCADE;

-- A working table that is always empty.
-- squawk-ignore ban-drop-column
ALTER TABLE "private"."resolve_links" DROP COLUMN "line_number";

-- A working table that is always empty.
-- squawk-ignore ban-drop-column
ALTER TABLE "private"."resolve_rows" DROP COLUMN "by_address";

-- A working table that is always empty.
-- squawk-ignore ban-drop-column
ALTER TABLE "private"."resolve_rows" DROP COLUMN "county_fips";

-- A working table that is always empty.
-- squawk-ignore ban-drop-column
ALTER TABLE "private"."resolve_rows" DROP COLUMN "has_key";

CREATE UNLOGGED TABLE "private"."resolve_nodes" (
  "place"     bytea  NOT NULL,
  "node"      text   NOT NULL,
  "lead_id"   uuid,
  "component" bigint,
  "owner"     text,
  "mak"       text,
  "parcel"    text,
  "apn"       text
);

ALTER TABLE "private"."resolve_nodes"
  ENABLE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE "private"."resolve_owners" (
  "place"   bytea NOT NULL,
  "owner"   text,
  "node"    text,
  "cluster" text,
  "state"   text
);

ALTER TABLE "private"."resolve_owners"
  ENABLE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE "private"."resolve_places" (
  "place"  bytea    NOT NULL,
  "row_no" bigint   NOT NULL,
  "kind"   smallint NOT NULL,
  "owner"  text
);

ALTER TABLE "private"."resolve_places"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."lead_joins" (
  "org_id"    uuid                     NOT NULL,
  "id"        bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "lead_id"   uuid                     NOT NULL,
  "upload_id" uuid                     NOT NULL,
  "part"      integer                  NOT NULL,
  "line"      integer                  NOT NULL,
  "evidence"  text                     NOT NULL,
  "joined_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "lead_joins_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "public"."lead_joins"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."lead_joins" FROM "anon";

CREATE TABLE "public"."upload_shared_keys" (
  "org_id"      uuid    NOT NULL,
  "upload_id"   uuid    NOT NULL,
  "kind"        text    NOT NULL,
  "value"       text    NOT NULL,
  "rows"        integer NOT NULL,
  "places"      integer NOT NULL,
  "owners"      integer NOT NULL,
  "first_lines" jsonb   NOT NULL,
  CONSTRAINT "kind_is_known" CHECK ((kind = ANY (ARRAY['mak'::text, 'parcel'::text]))),
  CONSTRAINT "upload_shared_keys_pkey" PRIMARY KEY (org_id, upload_id, kind, VALUE)
);

ALTER TABLE "public"."upload_shared_keys"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."upload_shared_keys" FROM "anon";

ALTER TABLE "private"."resolve_leads"
  ADD COLUMN "apn_segments" text;

-- A working table that is always empty.
-- squawk-ignore adding-required-field
ALTER TABLE "private"."resolve_links" ADD COLUMN "row_no" bigint NOT NULL;

-- A working table that is always empty.
-- squawk-ignore adding-required-field
ALTER TABLE "private"."resolve_rows" ADD COLUMN "row_no" bigint NOT NULL;

-- A working table that is always empty.
-- squawk-ignore adding-required-field
ALTER TABLE "private"."resolve_rows" ADD COLUMN "part_id" uuid NOT NULL;

-- A working table that is always empty.
-- squawk-ignore adding-required-field
ALTER TABLE "private"."resolve_rows" ADD COLUMN "kind" smallint NOT NULL;

ALTER TABLE "private"."resolve_rows"
  ADD COLUMN "parcel" text;

ALTER TABLE "private"."resolve_rows"
  ADD COLUMN "owner" text;

ALTER TABLE "private"."resolve_rows"
  ADD COLUMN "without_mak" boolean NOT NULL DEFAULT false;

ALTER TABLE "private"."resolve_rows"
  ADD COLUMN "without_parcel" boolean NOT NULL DEFAULT false;

ALTER TABLE "private"."resolve_rows"
  ADD COLUMN "by_place" uuid;

ALTER TABLE "private"."resolve_rows"
  ADD COLUMN "by_email" uuid;

ALTER TABLE "private"."resolve_rows"
  ADD COLUMN "near" boolean;

ALTER TABLE "private"."resolve_rows"
  ADD COLUMN "twin" boolean;

ALTER TABLE "private"."resolve_rows"
  ADD COLUMN "reason" text;

ALTER TABLE "private"."resolve_rows"
  ADD COLUMN "evidence" text;

ALTER TABLE "public"."leads"
  ADD COLUMN "apn_segments" text;

ALTER TABLE "public"."leads_staging"
  ADD COLUMN "apn_segments" text;

ALTER TABLE "private"."resolve_leads"
  ALTER COLUMN "component" DROP DEFAULT;

-- A working table that is always empty.
-- squawk-ignore changing-column-type
ALTER TABLE "private"."resolve_leads" ALTER COLUMN "component" TYPE bigint USING "component"::bigint;

ALTER TABLE "private"."resolve_rows"
  ALTER COLUMN "component" DROP DEFAULT;

-- A working table that is always empty.
-- squawk-ignore changing-column-type
ALTER TABLE "private"."resolve_rows" ALTER COLUMN "component" TYPE bigint USING "component"::bigint;

REVOKE ALL ON SEQUENCE "public"."lead_joins_id_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."lead_joins_id_seq" FROM "authenticated";

ALTER TYPE "private"."lead_fields" ADD ATTRIBUTE "apn_segments" text CASCADE;

ALTER TYPE "private"."lead_keys" ADD ATTRIBUTE "addr_hash" text CASCADE;

ALTER TYPE "private"."lead_keys" ADD ATTRIBUTE "owner" text CASCADE;

CREATE OR REPLACE FUNCTION private.apply_contacts (
  p_org_id    uuid,
  p_upload_id uuid,
  p_row_no    bigint
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  -- One key for all parts, unless it was rotated between them.
  v_key integer := (select case when min(p.key_id) = max(p.key_id) then min(p.key_id) end
    from public.upload_parts p where p.upload_id = p_upload_id);
  v_added uuid[];
  v_judged uuid[];
begin
  with added as (
    insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, label,
      position, verified, codes, invalid_at, created_upload_id)
    select p_org_id, r.lead_id, c.kind, c.value_bidx, c.value_cipher,
      coalesce(v_key, (select p.key_id from public.upload_parts p where p.id = r.part_id)), c.masked, c.label,
      c.position, c.verified, c.codes, case when c.invalid then now() end, p_upload_id
    from resolve_rows r
    join resolve_leads n using (component)
    cross join lateral (
      select x.* from private.leads_staging_contacts x
      where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) c
    where p_row_no is null or r.row_no = p_row_no
    on conflict (org_id, lead_id, value_bidx) do nothing
    returning lead_id
  )
  select array_agg(distinct a.lead_id) into v_added
  from added a where exists (select from resolve_leads n where n.lead_id = a.lead_id and not n.is_new);

  -- A later verification result of a contact point replaces the earlier one.
  with judged as (
    update public.contact_points p
    set codes = c.codes, verified = c.verified,
      invalid_at = case when c.invalid then coalesce(p.invalid_at, now()) end
    from (
      select distinct on (r.lead_id, s.value_bidx) r.lead_id, s.*
      from resolve_rows r
      join resolve_leads n using (component)
      cross join lateral (
        select x.* from private.leads_staging_contacts x
        where x.part_id = r.part_id and x.line_number = r.line_number
        offset 0
      ) s
      where (r.component_size > 1 or not n.is_new) and (p_row_no is null or r.row_no = p_row_no) and s.codes <> '{}'
      order by r.lead_id, s.value_bidx, r.row_no desc
    ) c
    where p.org_id = p_org_id and p.lead_id = c.lead_id and p.value_bidx = c.value_bidx and p.codes <> c.codes
    returning p.lead_id
  )
  select array_agg(distinct j.lead_id) into v_judged from judged j;

  v_added := v_added || v_judged;
  if v_added is not null then
    perform private.refresh_verification(p_org_id, v_added);
  end if;
  return v_added;
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_leads (
  p_org_id    uuid,
  p_upload_id uuid,
  p_source_id uuid,
  p_trust     smallint,
  p_observed  timestamp with time zone,
  p_row_no    bigint                   DEFAULT NULL::bigint
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  v_changed uuid[];
  v_more uuid[];
begin
  insert into public.leads (org_id, id, mak, county_fips, apn, apn_segments, addr_hash, addr_hash_version,
    situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
    owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
    attributes, melissa_payload, consent, consented_at, consent_method,
    email_verified, phone_verified, email_verification_codes, phone_verification_codes, phone_bidx,
    lead_score, source_id, created_upload_id, source_trust, observed_at)
  select p_org_id, n.lead_id, n.mak, n.county_fips, n.apn, n.apn_segments, n.addr_hash,
    case when n.addr_hash is not null then private.address_hash_version() end,
    n.situs_house_number, n.situs_street, n.situs_unit, n.situs_city, n.situs_state, n.situs_zip,
    n.owner_1_first, n.owner_1_last, n.owner_2_first, n.owner_2_last, n.owner_full,
    n.mailing_street, n.mailing_unit, n.mailing_city, n.mailing_state, n.mailing_zip,
    n.attributes,
    case when n.result_codes is not null then jsonb_build_object('Results', array_to_string(n.result_codes, ',')) end,
    n.consent, n.consented_at, n.consent_method,
    n.email_verified, n.phone_verified, n.email_codes, n.phone_codes, n.phone,
    coalesce(n.lead_score, 0), p_source_id, p_upload_id, p_trust, p_observed
  from resolve_leads n
  where n.is_new;

  -- Existing leads: keys are only filled, never replaced; other facts follow the survivorship policy.
  if exists (select from resolve_leads n where not n.is_new) then
    with facts as (
      select n.component, l.id,
        private.survive(
          private.lead_facts(l) || jsonb_build_object(
            'lead_score', l.lead_score, 'attributes', l.attributes, 'melissa_payload', l.melissa_payload),
          jsonb_build_object(
            'owner_1', private.fact(n.owner_1_first, n.owner_1_last),
            'owner_2', private.fact(n.owner_2_first, n.owner_2_last),
            'owner_full', n.owner_full,
            'mailing', private.fact(n.mailing_street, n.mailing_unit, n.mailing_city, n.mailing_state, n.mailing_zip),
            'lead_score', n.lead_score, 'attributes', l.attributes || n.attributes,
            'melissa_payload', case when n.result_codes is not null
              then coalesce(l.melissa_payload, '{}')
                || jsonb_build_object('Results', array_to_string(n.result_codes, ',')) end),
          l.field_sources, l.edited_fields, l.source_trust, l.observed_at, p_trust, p_observed) as won,
        l.mak is null and n.mak is not null as fill_mak,
        -- County and APN only count together, so they are set together.
        num_nonnulls(n.county_fips, n.apn) > num_nonnulls(l.county_fips, l.apn)
          and (num_nonnulls(n.county_fips, n.apn) = 2 or num_nonnulls(l.county_fips, l.apn) = 0) as fill_parcel,
        l.apn_segments is null and n.apn_segments is not null and l.apn = n.apn and l.county_fips = n.county_fips
          as fill_segments,
        (l.addr_hash is null and n.addr_hash is not null)
          or (num_nonnulls(l.situs_street, l.situs_city, l.situs_state, l.situs_zip) = 0
            and num_nonnulls(n.situs_street, n.situs_city, n.situs_state, n.situs_zip) > 0) as fill_address,
        l.consented_at is null and n.consent as fill_consent
      from resolve_leads n
      join public.leads l on l.org_id = p_org_id and l.id = n.lead_id
      where not n.is_new
    ), written as (
      update public.leads l set
        mak = case when f.fill_mak then n.mak else l.mak end,
        county_fips = case when f.fill_parcel then n.county_fips else l.county_fips end,
        apn = case when f.fill_parcel then n.apn else l.apn end,
        apn_segments = case when f.fill_parcel or f.fill_segments then n.apn_segments else l.apn_segments end,
        addr_hash = case when f.fill_address then n.addr_hash else l.addr_hash end,
        addr_hash_version = case when f.fill_address and n.addr_hash is not null
          then private.address_hash_version() else l.addr_hash_version end,
        situs_house_number = case when f.fill_address then n.situs_house_number else l.situs_house_number end,
        situs_street = case when f.fill_address then n.situs_street else l.situs_street end,
        situs_unit = case when f.fill_address then n.situs_unit else l.situs_unit end,
        situs_city = case when f.fill_address then n.situs_city else l.situs_city end,
        situs_state = case when f.fill_address then n.situs_state else l.situs_state end,
        situs_zip = case when f.fill_address then n.situs_zip else l.situs_zip end,
        owner_1_first = case when f.won ? 'owner_1' then f.won -> 'owner_1' ->> 0 else l.owner_1_first end,
        owner_1_last = case when f.won ? 'owner_1' then f.won -> 'owner_1' ->> 1 else l.owner_1_last end,
        owner_2_first = case when f.won ? 'owner_2' then f.won -> 'owner_2' ->> 0 else l.owner_2_first end,
        owner_2_last = case when f.won ? 'owner_2' then f.won -> 'owner_2' ->> 1 else l.owner_2_last end,
        owner_full = case when f.won ? 'owner_full' then f.won ->> 'owner_full' else l.owner_full end,
        mailing_street = case when f.won ? 'mailing' then f.won -> 'mailing' ->> 0 else l.mailing_street end,
        mailing_unit = case when f.won ? 'mailing' then f.won -> 'mailing' ->> 1 else l.mailing_unit end,
        mailing_city = case when f.won ? 'mailing' then f.won -> 'mailing' ->> 2 else l.mailing_city end,
        mailing_state = case when f.won ? 'mailing' then f.won -> 'mailing' ->> 3 else l.mailing_state end,
        mailing_zip = case when f.won ? 'mailing' then f.won -> 'mailing' ->> 4 else l.mailing_zip end,
        lead_score = case when f.won ? 'lead_score' then (f.won ->> 'lead_score')::smallint else l.lead_score end,
        attributes = case when f.won ? 'attributes' then f.won -> 'attributes' else n.attributes || l.attributes end,
        melissa_payload = case when f.won ? 'melissa_payload' then f.won -> 'melissa_payload'
          else l.melissa_payload end,
        consent = case when f.fill_consent then true else l.consent end,
        consented_at = case when f.fill_consent then n.consented_at else l.consented_at end,
        consent_method = case when f.fill_consent then n.consent_method else l.consent_method end,
        field_sources = l.field_sources || (
          select coalesce(jsonb_object_agg(k, jsonb_build_array(p_trust, p_observed)), '{}')
          from jsonb_object_keys(f.won) k)
      from facts f join resolve_leads n using (component)
      where l.org_id = p_org_id and l.id = f.id
        and (f.won <> '{}' or f.fill_mak or f.fill_parcel or f.fill_segments or f.fill_address or f.fill_consent
          or not l.attributes @> (n.attributes || l.attributes))
      returning l.id
    )
    select array_agg(w.id) into v_changed from written w;
  end if;

  -- Addresses beyond the first of a property that a stronger key identifies.
  with added as (
    insert into public.lead_addresses (org_id, addr_hash, lead_id, created_upload_id, created_at)
    select distinct p_org_id, r.addr_hash, r.lead_id, p_upload_id, p_observed
    from resolve_rows r
    join resolve_leads n using (component)
    cross join lateral (
      select x.addr_hash from public.leads x where x.org_id = p_org_id and x.id = r.lead_id offset 0
    ) l
    where r.addr_hash is not null and l.addr_hash <> r.addr_hash
      and (r.component_size > 1 or not n.is_new) and (p_row_no is null or r.row_no = p_row_no)
    on conflict (org_id, addr_hash, lead_id) do nothing
    returning lead_id
  )
  select array_agg(a.lead_id) into v_more from added a;
  v_changed := v_changed || v_more;

  v_changed := v_changed || private.apply_contacts(p_org_id, p_upload_id, p_row_no);

  update resolve_rows r
  set verdict = 'updated'
  where r.verdict = 'unchanged' and r.lead_id = any (v_changed) and (p_row_no is null or r.row_no = p_row_no);
end
$function$;

CREATE OR REPLACE FUNCTION private.are_one_person (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select bool_and(a.mak is null and a.addr_hash is null and (a.apn is null or a.county_fips is null))
    and not coalesce(bool_or(not private.owners_agree(
      private.owner_text(a.owner_1_first, a.owner_1_last, a.owner_2_first, a.owner_2_last, a.owner_full),
      private.owner_text(b.owner_1_first, b.owner_1_last, b.owner_2_first, b.owner_2_last, b.owner_full))), false)
  from public.leads a
  join public.leads b on b.org_id = p_org_id and b.id = any (p_lead_ids)
  where a.org_id = p_org_id and a.id = any (p_lead_ids)
$function$;

CREATE OR REPLACE FUNCTION private.claim_leads (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
begin
  if not exists (select from resolve_nodes n where n.component is not null) then
    return;
  end if;
  with mine as (
    select n.* from resolve_nodes n where n.component is not null
  ), theirs as (
    select n.* from resolve_nodes n
    where n.component is null
      and n.lead_id not in (
        select x.lead_id from resolve_nodes x where x.component is not null and x.lead_id is not null)
  ), pairs as (
    select m.place, m.component, t.lead_id, min(t.parcel) as parcel,
      case when bool_or(w.fits) then true when bool_or(not w.fits) then false end as fits
    from mine m
    join theirs t using (place)
    cross join lateral (select private.owners_agree(m.owner, t.owner) as fits) w
    where case when m.lead_id is null
      then not private.keys_differ(p_org_id, m.mak, m.parcel, m.apn, t.mak, t.parcel, t.apn)
      -- A property that a key has led to its lead takes over a lead that only has the address.
      else t.mak is null and t.parcel is null end
    group by m.place, m.component, t.lead_id
  ), possible as (
    select p.*, count(*) over (partition by p.place, p.component) as leads,
      count(*) filter (where p.fits) over (partition by p.place, p.component) as agreeing
    from pairs p where p.fits is not false
  ), claims as (
    select p.*, count(*) over (partition by p.lead_id) as claimants,
      count(*) filter (where p.fits) over (partition by p.lead_id) as agreeing_claimants
    from possible p
    where p.leads = 1 or (p.fits and p.agreeing = 1)
  ), granted as (
    select c.place, c.component, c.lead_id, c.parcel, c.fits from claims c
    where c.claimants = 1 or (c.fits and c.agreeing_claimants = 1)
  ), noted as (
    update resolve_rows r set by_place = g.lead_id, parcel = case when r.parcel is not null then
        coalesce(g.parcel, r.parcel) end,
      evidence = case when g.fits then 'the same address and an agreeing owner' else 'the same address' end
    from granted g
    where r.component = g.component and r.kind = 1 and r.addr_hash = g.place
    returning r.row_no
  )
  update resolve_nodes n set lead_id = coalesce(m.lead_id, g.lead_id), node = coalesce(m.lead_id, g.lead_id)::text
  from granted g
  cross join lateral (select x.lead_id from resolve_nodes x where x.place = g.place and x.component = g.component
    limit 1) m
  where n.place = g.place and (n.component = g.component or n.lead_id = g.lead_id);

  -- One list has the MAK of a property, the other its parcel.
  with alone as (
    select n.place, min(n.component) as one, max(n.component) as other
    from resolve_nodes n
    group by n.place
    having count(distinct n.node) = 2 and count(*) filter (where n.component is null or n.lead_id is not null) = 0
  ), same as (
    select a.place, a.one, a.other
    from alone a
    join resolve_nodes x on x.place = a.place and x.component = a.one
    join resolve_nodes y on y.place = a.place and y.component = a.other
    group by a.place, a.one, a.other
    having not bool_or(private.keys_differ(p_org_id, x.mak, x.parcel, x.apn, y.mak, y.parcel, y.apn))
      and (bool_or(private.owners_agree(x.owner, y.owner))
        or not coalesce(bool_or(not private.owners_agree(x.owner, y.owner)), false))
  ), linked as (
    insert into resolve_links (link, row_no)
    select convert_to('s', 'UTF8') || s.place, c.row_no
    from same s cross join lateral (values (s.one), (s.other)) c (row_no)
    returning 1
  )
  update resolve_nodes n set node = 'c' || s.one from same s where n.place = s.place;
end
$function$;

CREATE OR REPLACE FUNCTION private.classify_components (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
declare
  v_prefix constant text := private.uuid_v7_prefix(clock_timestamp());
begin
  with candidates as (
    select distinct r.component, l.lead_id
    from resolve_rows r
    cross join lateral (values (r.by_mak), (r.by_parcel), (r.by_place), (r.by_email)) l (lead_id)
    where r.lead_id is null and r.reason is null and r.answer is distinct from 'own' and l.lead_id is not null
  ), found as (
    select c.component, count(*) as leads, (array_agg(c.lead_id))[1] as lead_id
    from candidates c group by c.component
  ), facts as (
    select r.component, min(r.row_no) as first_row, count(*) as size, coalesce(min(f.leads), 0) as leads,
      (array_agg(f.lead_id))[1] as lead_id,
      min(r.mak) as mak, max(r.mak) as other_mak, min(r.parcel) as parcel, max(r.parcel) as other_parcel,
      min(encode(r.addr_hash, 'hex')) as addr_hash, max(encode(r.addr_hash, 'hex')) as other_addr_hash,
      min(r.owner) as owner, max(r.owner) as other_owner
    from resolve_rows r left join found f using (component)
    where r.lead_id is null and r.reason is null and r.answer is distinct from 'own'
    group by r.component
  )
  update resolve_rows r
  set component = f.first_row, component_size = f.size,
    lead_id = case when f.leads = 0 then (v_prefix || substr(f.random_id, 16))::uuid else f.lead_id end,
    verdict = case when r.row_no > f.first_row then 'merged'
      when f.leads = 0 then 'created' else 'unchanged' end
  from (
    select f.*, gen_random_uuid()::text as random_id
    from facts f
    -- One scalar look-up by primary key per component, never a scan of all leads.
    cross join lateral (
      select case when f.lead_id is null then null else (
        select row(l.mak, private.parcel_key(l.county_fips, l.apn, l.apn_segments), encode(l.addr_hash, 'hex'),
          private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full)
          )::private.lead_keys
        from public.leads l where l.org_id = p_org_id and l.id = f.lead_id
      ) end as keys
      offset 0
    ) l
    where f.leads <= 1
      and f.mak is not distinct from f.other_mak
      and f.parcel is not distinct from f.other_parcel
      and ((l.keys).mak is null or f.mak is null or (l.keys).mak = f.mak)
      and ((l.keys).parcel is null or f.parcel is null or (l.keys).parcel = f.parcel)
      -- Two owners at two addresses.
      and (f.addr_hash is not distinct from f.other_addr_hash or f.owner is not distinct from f.other_owner
        or coalesce(private.owners_agree(f.owner, f.other_owner), false))
      and (f.leads = 0 or (l.keys).addr_hash is null or f.addr_hash is null
        or (l.keys).addr_hash = f.addr_hash and f.addr_hash = f.other_addr_hash
        or (l.keys).owner is null or f.owner is null
        or (l.keys).owner = f.owner and f.owner = f.other_owner
        or coalesce(private.owners_agree((l.keys).owner, f.owner)
          and private.owners_agree((l.keys).owner, f.other_owner), false))
  ) f
  where r.component = f.component and r.lead_id is null and r.reason is null;
end
$function$;

CREATE OR REPLACE FUNCTION private.clear_staging (
  p_parts uuid[]
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  delete from public.leads_staging s where s.part_id = any (p_parts);
  delete from private.leads_staging_contacts c where c.part_id = any (p_parts);
$function$;

CREATE OR REPLACE FUNCTION private.drop_shared_keys (
  p_org_id    uuid,
  p_upload_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
declare
  v_found integer;
begin
  with busy as (
    select l.link from resolve_links l
    group by l.link having count(*) > private.shared_key_limit()
  ), facts as (
    select case when b.link = convert_to('m' || r.mak, 'UTF8') then 'mak' else 'parcel' end as kind,
      case when b.link = convert_to('m' || r.mak, 'UTF8') then r.mak else r.parcel end as value,
      r.row_no, r.owner, s.place
    from busy b
    join resolve_links l using (link)
    join resolve_rows r using (row_no)
    cross join lateral (
      select case when x.addr_hash is not null then concat_ws(' ',
        substr(x.situs_street, length(x.situs_house_number) + 2),
        left(lpad(substring(x.situs_house_number from '^\d+'), 6, '0'), 4), coalesce(x.situs_zip, x.situs_city))
        end as place
      from public.leads_staging x
      where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) s
    where b.link in (convert_to('m' || r.mak, 'UTF8'), convert_to('p' || r.parcel, 'UTF8'))
  )
  insert into public.upload_shared_keys as k (org_id, upload_id, kind, value, rows, places, owners, first_lines)
  select p_org_id, p_upload_id, f.kind, f.value, count(*), count(distinct f.place), count(distinct f.owner),
    to_jsonb((array_agg(jsonb_build_array(f.row_no >> 32, f.row_no & 4294967295) order by f.row_no))[1:5])
  from facts f
  group by f.kind, f.value
  having count(distinct f.place) > private.shared_key_limit() or count(distinct f.owner) > private.shared_key_limit()
  on conflict (org_id, upload_id, kind, value) do update
  set rows = excluded.rows, places = excluded.places, owners = excluded.owners, first_lines = excluded.first_lines;

  -- Also in rows of this upload that are resolved later (repaired and replayed).
  if not exists (select from public.upload_shared_keys k where k.org_id = p_org_id and k.upload_id = p_upload_id) then
    return false;
  end if;
  update resolve_rows r
  set without_mak = r.without_mak or m.value is not null, mak = case when m.value is null then r.mak end,
    by_mak = case when m.value is null then r.by_mak end,
    without_parcel = r.without_parcel or p.value is not null, parcel = case when p.value is null then r.parcel end,
    apn = case when p.value is null then r.apn end, by_parcel = case when p.value is null then r.by_parcel end,
    twin = case when p.value is null then r.twin end,
    kind = case when (r.mak is null or m.value is not null) and (r.parcel is null or p.value is not null) then 2
      else 1 end,
    near = case when r.addr_hash is not null then coalesce(
      (select true from public.leads l where l.org_id = p_org_id and l.addr_hash = r.addr_hash limit 1),
      (select true from public.lead_addresses x where x.org_id = p_org_id and x.addr_hash = r.addr_hash limit 1)) end,
    lead_id = null, component_size = null, verdict = null
  from resolve_rows x
  left join public.upload_shared_keys m on m.org_id = p_org_id and m.upload_id = p_upload_id and m.kind = 'mak'
    and m.value = x.mak
  left join public.upload_shared_keys p on p.org_id = p_org_id and p.upload_id = p_upload_id and p.kind = 'parcel'
    and p.value = x.parcel
  where r.row_no = x.row_no and (m.value is not null or p.value is not null);
  get diagnostics v_found = row_count;
  perform private.add_warnings(w.part_id,
    jsonb_build_object('shared_key', jsonb_build_object('n', w.n, 'lines', w.lines)))
  from (
    select r.part_id, count(*) as n, to_jsonb((array_agg(r.line_number order by r.line_number))[1:5]) as lines
    from resolve_rows r where r.without_mak or r.without_parcel group by r.part_id
  ) w;
  -- Without an address their phone or e-mail is left (match_contacts).
  update public.leads_staging s set verdict = 'keyless'
  from resolve_rows r
  where r.kind = 2 and r.addr_hash is null and s.part_id = r.part_id and s.line_number = r.line_number;
  delete from resolve_rows r where r.kind = 2 and r.addr_hash is null;
  return v_found > 0;
end
$function$;

CREATE OR REPLACE FUNCTION private.dry_run_upload (
  p_upload_id uuid,
  p_as_of     timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_counts jsonb;
begin
  -- Runs for real and is then rolled back: only the counts survive the inner block.
  begin
    if exists (select from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged')
      and private.resolve_parts(p_upload_id, p_as_of) <> 'resolved' then
      raise exception 'staging rows of upload % are missing', p_upload_id using errcode = 'SL205';
    end if;
    select jsonb_agg(to_jsonb(p)) into v_counts from public.upload_parts p
    where p.upload_id = p_upload_id and p.state = 'resolved';
    raise exception 'dry run' using errcode = 'SL299';
  exception when sqlstate 'SL299' then
    null;
  end;
  update public.upload_parts p
  set state = 'resolved', resolved_at = greatest(p_as_of, p.staged_at), staged = c.staged, created = c.created,
    updated = c.updated, unchanged = c.unchanged, merged = c.merged, conflict = c.conflict, rejected = c.rejected
  from jsonb_to_recordset(coalesce(v_counts, '[]')) as c (id uuid, staged integer, created integer, updated integer,
    unchanged integer, merged integer, conflict integer, rejected integer)
  where p.id = c.id;
  -- The outcome depends on the day and on the source's settings, so the same content may be sent again.
  delete from public.ingest_replay_guard g where g.upload_id = p_upload_id and g.dry_run;
  return private.complete_upload(p_upload_id, p_as_of);
exception when sqlstate 'SL205' then
  perform private.reset_part(p.id) from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged';
  return 'restage';
end
$function$;

CREATE OR REPLACE FUNCTION private.find_address_nodes (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
begin
  insert into resolve_nodes (place, node, lead_id, component, owner, mak, parcel, apn)
  select p.place, l.id::text, l.id, null, l.owner, l.mak, l.parcel, l.apn
  from (select distinct x.place from resolve_places x) p
  cross join lateral (
    select x.id, x.mak, private.parcel_key(x.county_fips, x.apn, x.apn_segments) as parcel, x.apn,
      private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full) as owner
    from public.leads x where x.org_id = p_org_id and (x.addr_hash = p.place or x.id in (
      select a.lead_id from public.lead_addresses a where a.org_id = p_org_id and a.addr_hash = p.place))
    offset 0
  ) l;
  -- Properties of this upload. One that has found its lead by a key is that lead's node.
  insert into resolve_nodes (place, node, lead_id, component, owner, mak, parcel, apn)
  select distinct p.place, coalesce(f.lead_id::text, 'c' || r.component), f.lead_id, r.component, p.owner,
    f.mak, f.parcel, f.apn
  from resolve_places p
  join resolve_rows r using (row_no)
  join (
    select x.component, (array_agg(coalesce(x.by_mak, x.by_parcel)) filter (where coalesce(x.by_mak, x.by_parcel)
      is not null))[1] as lead_id, min(x.mak) as mak, min(x.parcel) as parcel, min(x.apn) as apn
    from resolve_rows x
    where x.component in (select y.component from resolve_places q join resolve_rows y using (row_no) where q.kind = 1)
    group by x.component
  ) f using (component)
  where p.kind = 1;
  insert into resolve_nodes (place, node, lead_id, component, owner, mak, parcel, apn)
  select n.place, n.node, n.lead_id, n.component, l.owner, n.mak, n.parcel, n.apn
  from (select distinct x.place, x.node, x.lead_id, x.component, x.mak, x.parcel, x.apn from resolve_nodes x
    where x.component is not null and x.lead_id is not null) n
  cross join lateral (
    select private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full) as owner
    from public.leads x where x.org_id = p_org_id and x.id = n.lead_id
    offset 0
  ) l;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_contact_nodes (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
begin
  insert into resolve_places (place, row_no, kind, owner)
  select v.place, r.row_no, v.kind, r.owner
  from resolve_rows r
  cross join lateral (values (r.phone, 3::smallint), (r.email, 4::smallint)) v (place, kind)
  where v.place is not null;
  insert into resolve_nodes (place, node, lead_id, owner)
  select p.place, l.id::text, l.id, l.owner
  from (select distinct x.place from resolve_places x) p
  cross join lateral (
    select x.id, private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full)
      as owner
    from public.contact_points c join public.leads x on x.org_id = c.org_id and x.id = c.lead_id
    where c.org_id = p_org_id and c.value_bidx = p.place
    offset 0
  ) l;
  delete from resolve_places p
  where p.place not in (select n.place from resolve_nodes n)
    and p.place not in (select x.place from resolve_places x group by x.place having count(*) > 1);
  analyze pg_temp.resolve_places;
  analyze pg_temp.resolve_nodes;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_shared_addresses()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
begin
  insert into resolve_places (place, row_no, kind, owner)
  select r.addr_hash, r.row_no, r.kind, r.owner
  from resolve_rows r
  join (
    select x.addr_hash
    from resolve_rows x
    where x.addr_hash is not null
    group by x.addr_hash
    having min(x.row_no) < max(x.row_no) or bool_or(x.near)
  ) g using (addr_hash);
  analyze pg_temp.resolve_places;
end
$function$;

CREATE OR REPLACE FUNCTION private.fits (
  a       text,
  b       text,
  p_pairs bigint
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select case when a is null or b is null then null when p_pairs > 20000 then a = b
    else private.owners_agree(a, b) end
$function$;

CREATE OR REPLACE FUNCTION private.fold_rows (
  p_row_no bigint DEFAULT NULL::bigint
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
begin
  insert into resolve_leads (component, lead_id, is_new, mak, county_fips, apn, addr_hash,
    situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
    owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
    phone, email_verified, phone_verified, email_codes, phone_codes,
    consent, consented_at, consent_method, lead_score, attributes, result_codes, apn_segments)
  select r.component, r.lead_id, r.verdict = 'created', case when not r.without_mak then s.mak end,
    s.county_fips, case when not r.without_parcel then s.apn end, s.addr_hash,
    s.situs_house_number, s.situs_street, s.situs_unit, s.situs_city, s.situs_state, s.situs_zip,
    s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full,
    s.mailing_street, s.mailing_unit, s.mailing_city, s.mailing_state, s.mailing_zip,
    s.phone, s.email_verified, s.phone_verified, s.email_codes, s.phone_codes,
    s.consent, s.consented_at, s.consent_method, s.lead_score, s.attributes, s.result_codes,
    case when not r.without_parcel then s.apn_segments end
  from resolve_rows r
  cross join lateral (
    select x.* from public.leads_staging x where x.part_id = r.part_id and x.line_number = r.line_number offset 0
  ) s
  where r.lead_id is not null and r.component_size = 1 and (p_row_no is null or r.row_no = p_row_no);

  if p_row_no is not null or not exists (select from resolve_rows r where r.component_size > 1) then
    return;
  end if;

  insert into resolve_leads (component, lead_id, is_new, mak, county_fips, apn, addr_hash,
    situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
    owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
    phone, email_verified, phone_verified, email_codes, phone_codes,
    consent, consented_at, consent_method, lead_score, attributes, result_codes, apn_segments)
  select f.component, f.lead_id, f.is_new, f.mak, (f.parcel).county_fips, (f.parcel).apn, (f.situs).addr_hash,
    (f.situs).situs_house_number, (f.situs).situs_street, (f.situs).situs_unit,
    (f.situs).situs_city, (f.situs).situs_state, (f.situs).situs_zip,
    (f.owner_1).owner_1_first, (f.owner_1).owner_1_last, (f.owner_2).owner_2_first, (f.owner_2).owner_2_last,
    f.owner_full, (f.mailing).mailing_street, (f.mailing).mailing_unit,
    (f.mailing).mailing_city, (f.mailing).mailing_state, (f.mailing).mailing_zip,
    f.phone, f.email_verified, f.phone_verified,
    (select coalesce(array_agg(distinct c order by c), '{}') from unnest(f.email_codes) c),
    (select coalesce(array_agg(distinct c order by c), '{}') from unnest(f.phone_codes) c),
    coalesce((f.consent).consent, false), (f.consent).consented_at, (f.consent).consent_method,
    f.lead_score,
    (select coalesce(jsonb_object_agg(a.key, a.value order by x.n), '{}')
     from unnest(f.attributes) with ordinality x (object, n) cross join lateral jsonb_each(x.object) a),
    (select array_agg(distinct c order by c) from unnest(f.result_codes) c), (f.parcel).apn_segments
  from (
    select r.component, (array_agg(r.lead_id))[1] as lead_id, bool_or(r.verdict = 'created') as is_new,
      min(s.mak) filter (where not r.without_mak) as mak,
      (array_agg(k.staged order by num_nulls(s.county_fips, s.apn, s.apn_segments), length(s.apn) desc, r.row_no)
        filter (where num_nonnulls(s.county_fips, s.apn) > 0 and not r.without_parcel))[1] as parcel,
      (array_agg(k.staged order by (s.addr_hash is null), r.row_no)
        filter (where num_nonnulls(s.addr_hash, s.situs_street, s.situs_city, s.situs_state,
          s.situs_zip) > 0))[1] as situs,
      (array_agg(k.staged order by r.row_no desc)
        filter (where num_nonnulls(s.owner_1_first, s.owner_1_last) > 0))[1] as owner_1,
      (array_agg(k.staged order by r.row_no desc)
        filter (where num_nonnulls(s.owner_2_first, s.owner_2_last) > 0))[1] as owner_2,
      (array_agg(s.owner_full order by r.row_no desc) filter (where s.owner_full is not null))[1] as owner_full,
      (array_agg(k.staged order by r.row_no desc) filter (where s.mailing_street is not null))[1] as mailing,
      (array_agg(k.staged order by r.row_no) filter (where s.consent))[1] as consent,
      (array_agg(s.phone order by r.row_no) filter (where s.phone is not null))[1] as phone,
      bool_or(s.email_verified) as email_verified, bool_or(s.phone_verified) as phone_verified,
      string_to_array(string_agg(nullif(array_to_string(s.email_codes, ','), ''), ','), ',') as email_codes,
      string_to_array(string_agg(nullif(array_to_string(s.phone_codes, ','), ''), ','), ',') as phone_codes,
      string_to_array(string_agg(nullif(array_to_string(s.result_codes, ','), ''), ','), ',') as result_codes,
      (array_agg(s.lead_score order by r.row_no desc) filter (where s.lead_score is not null))[1] as lead_score,
      array_agg(s.attributes order by r.row_no) as attributes
    from resolve_rows r
    cross join lateral (
      select x as staged from public.leads_staging x
      where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) k
    cross join lateral (select (k.staged).*) s
    where r.lead_id is not null and r.component_size > 1
    group by r.component
  ) f;
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
  set verdict = 'created', mak = case when not exists (
      select from public.leads l where l.org_id = p_org_id and l.mak = s.mak) then s.mak end,
    apn = case when not p.taken then s.apn end,
    apn_segments = case when not p.taken then s.apn_segments end,
    addr_hash = case when s.addr_hash is not null and not exists (
        select from public.leads l where l.org_id = p_org_id and l.addr_hash = s.addr_hash)
      and not exists (
        select from public.lead_addresses a where a.org_id = p_org_id and a.addr_hash = s.addr_hash)
      then s.addr_hash
      else sha256(convert_to('own|' || coalesce(encode(s.addr_hash, 'hex'), '') || '|' || p_lead_id, 'UTF8')) end
  from public.leads_staging x
  cross join lateral (
    select exists (select from public.leads l where l.org_id = p_org_id and l.county_fips = x.county_fips
      and l.apn is not null and coalesce(l.apn_segments, l.apn) = coalesce(x.apn_segments, x.apn)) as taken
  ) p
  where s.part_id = p_part_id and s.line_number = p_line and x.part_id = s.part_id and x.line_number = s.line_number;
  update resolve_rows r set mak = null, parcel = null, apn = null, addr_hash = null
  where r.part_id = p_part_id and r.line_number = p_line;
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
    select private.row_keys(s.mak, s.county_fips, coalesce(s.apn_segments, s.apn), s.addr_hash, s.phone, s.email)
      as keys
  ) k
  where s.part_id = p_part_id and s.line_number = p_line
$function$;

CREATE OR REPLACE FUNCTION private.is_elsewhere (
  p_org_id   uuid,
  p_lead_ids uuid[],
  r          private.resolve_rows
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(bool_or(
    l.addr_hash <> r.addr_hash
    and not exists (select from public.lead_addresses a
      where a.org_id = p_org_id and a.lead_id = l.id and a.addr_hash = r.addr_hash)
    and not exists (select from public.leads_staging s
      where s.part_id = r.part_id and s.line_number = r.line_number
        and s.situs_house_number = l.situs_house_number
        and split_part(s.situs_street, ' ', 2) = split_part(l.situs_street, ' ', 2)
        and (s.situs_zip = l.situs_zip or s.situs_city = l.situs_city))
    and not private.owners_agree(r.owner, private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first,
      l.owner_2_last, l.owner_full))), false)
  from public.leads l where l.org_id = p_org_id and l.id = any (p_lead_ids)
$function$;

CREATE OR REPLACE FUNCTION private.keep_unsettled_addresses()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
begin
  delete from resolve_places p
  where p.place not in (
    select x.place
    from resolve_places x join resolve_rows r using (row_no)
    group by x.place
    -- Properties alone are told apart by their keys, unless one has only a MAK and another only a parcel.
    having bool_or(r.near) or bool_or(r.kind = 2)
      or min(r.component) < max(r.component) and bool_or(r.mak is null) and bool_or(r.parcel is null));
end
$function$;

CREATE OR REPLACE FUNCTION private.keys_contradict (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_mak      text,
  p_parcel   text
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select count(distinct k.mak) > 1 or count(distinct k.parcel) > 1
  from (
    select l.mak, private.parcel_key(l.county_fips, l.apn, l.apn_segments) as parcel from public.leads l
    where l.org_id = p_org_id and l.id = any (p_lead_ids)
    union all
    select p_mak, p_parcel
  ) k
$function$;

CREATE OR REPLACE FUNCTION private.keys_differ (
  org_id   uuid,
  mak_1    text,
  parcel_1 text,
  apn_1    text,
  mak_2    text,
  parcel_2 text,
  apn_2    text
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  AS $function$
  select coalesce(mak_1 <> mak_2, false)
    or coalesce(parcel_1 <> parcel_2 and (left(parcel_1, 5) <> left(parcel_2, 5)
      or position('-' in parcel_1) > 0 and position('-' in parcel_2) > 0
      or apn_1 <> apn_2 and not private.lost_zeros(org_id, left(parcel_1, 5), apn_1, apn_2)), false)
$function$;

CREATE OR REPLACE FUNCTION private.leads_at_place (
  p_org_id uuid,
  r        private.resolve_rows
)
  RETURNS uuid[]
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select case when r.kind = 3 then array(
      select distinct c.lead_id from public.contact_points c
      where c.org_id = p_org_id and c.value_bidx in (r.phone, r.email))
    else array(
      select l.id from public.leads l where l.org_id = p_org_id and l.addr_hash = r.addr_hash
      union
      select a.lead_id from public.lead_addresses a where a.org_id = p_org_id and a.addr_hash = r.addr_hash)
  end
$function$;

CREATE OR REPLACE FUNCTION private.link_keys (
  p_leads_only boolean DEFAULT false
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
begin
  with links (link, row_no) as materialized (
    select k.link, r.row_no
    from resolve_rows r
    cross join lateral (values
      (case when r.mak is not null and not p_leads_only then convert_to('m' || r.mak, 'UTF8') end),
      (case when r.parcel is not null and not p_leads_only then convert_to('p' || r.parcel, 'UTF8') end),
      (uuid_send(r.by_mak)), (uuid_send(r.by_parcel)), (uuid_send(r.by_place)), (uuid_send(r.by_email))
    ) k (link)
    where k.link is not null and r.reason is null
  )
  insert into resolve_links (link, row_no)
  select distinct l.link, l.row_no
  from links l
  join (select k.link from links k group by k.link having min(k.row_no) < max(k.row_no)) shared using (link);
end
$function$;

CREATE OR REPLACE FUNCTION private.link_twins (
  p_org_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
declare
  v_digits integer := 0;
  v_zeros integer := 0;
begin
  if exists (select from resolve_rows r where position('-' in r.parcel) = 0)
    and exists (select from resolve_rows r where position('-' in r.parcel) > 0) then
    update resolve_rows r
    set parcel = t.parcel
    from (
      select p.digits, min(p.segments) as parcel
      from (
        select distinct u.parcel as digits, g.parcel as segments
        from resolve_rows u
        join resolve_rows g on left(g.parcel, 5) || g.apn = u.parcel and position('-' in g.parcel) > 0
        where position('-' in u.parcel) = 0 and u.by_parcel is null
          and (u.addr_hash = g.addr_hash or private.owners_agree(u.owner, g.owner))
      ) p
      group by p.digits having count(*) = 1
    ) t
    where r.parcel = t.digits and r.by_parcel is null;
    get diagnostics v_digits = row_count;
  end if;

  update resolve_rows r
  set parcel = t.parcel
  from (
    select p.row_no, min(p.parcel) as parcel
    from (
      select distinct s.row_no, l.parcel
      from resolve_places a
      join resolve_rows s using (row_no)
      join resolve_places b on b.place = a.place
      join resolve_rows l on l.row_no = b.row_no and left(l.parcel, 5) = left(s.parcel, 5)
        and ltrim(l.apn, '0') = ltrim(s.apn, '0') and length(l.apn) > length(s.apn)
      where s.by_parcel is null and private.lost_zeros(p_org_id, left(s.parcel, 5), s.apn, l.apn)
    ) p
    group by p.row_no having count(*) = 1
  ) t
  where r.row_no = t.row_no;
  get diagnostics v_zeros = row_count;
  return v_digits + v_zeros > 0;
end
$function$;

CREATE OR REPLACE FUNCTION private.lost_zeros (
  p_org_id      uuid,
  p_county_fips text,
  apn_1         text,
  apn_2         text
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_usual boolean;
begin
  if length(apn_1) = length(apn_2) or ltrim(apn_1, '0') <> ltrim(apn_2, '0') then
    return false;
  end if;
  -- What is usual in the county, as far as this upload and the leads show.
  select count(*) >= 3 and count(*) filter (where length(x.apn) = greatest(length(apn_1), length(apn_2)))
    >= 0.9 * count(*)
  into v_usual
  from (
    (select distinct r.apn from resolve_rows r
     where left(r.parcel, 5) = p_county_fips and r.apn not in (apn_1, apn_2) limit 1000)
    union all
    (select l.apn from public.leads l
     where l.org_id = p_org_id and l.county_fips = p_county_fips and l.apn not in (apn_1, apn_2) limit 1000)
  ) x;
  return v_usual;
end
$function$;

CREATE OR REPLACE FUNCTION private.match_contacts (
  p_parts uuid[]
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
begin
  insert into resolve_rows (row_no, part_id, line_number, kind, phone, email, owner, without_mak, without_parcel,
    component)
  select (s.part::bigint << 32) + s.line_number, s.part_id, s.line_number, 3, s.phone, s.email,
    private.owner_text(s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full),
    s.verdict is not null, s.verdict is not null, (s.part::bigint << 32) + s.line_number
  from public.leads_staging s
  where s.part_id = any (p_parts) and (s.verdict is null and s.mak is null and s.addr_hash is null
    and (s.apn is null or s.county_fips is null) or s.verdict = 'keyless')
    and (s.phone is not null or s.email is not null);
  return found;
end
$function$;

CREATE OR REPLACE FUNCTION private.match_rows (
  p_org_id uuid,
  p_parts  uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
declare
  -- Ids that grow with time (UUID version 7) keep new index entries side by side. Random ids touch a page of every
  -- index per row, which would dominate the time of an import into a large table.
  v_prefix constant text := private.uuid_v7_prefix(clock_timestamp());
begin
  insert into resolve_rows (row_no, part_id, line_number, kind, mak, parcel, apn, addr_hash, owner,
    by_mak, by_parcel, near, twin, component, component_size, lead_id, verdict)
  select k.row_no, s.part_id, s.line_number, case when s.mak is null and k.parcel is null then 2 else 1 end,
    s.mak, k.parcel, case when k.parcel is not null then s.apn end, s.addr_hash,
    private.owner_text(s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full),
    f.by_mak, f.by_parcel, o.near, o.twin, k.row_no,
    -- Most rows are new leads; link_rows reverts this where rows belong together.
    case when n.is_new then 1 end,
    case when n.is_new then (v_prefix || substr(gen_random_uuid()::text, 16))::uuid end,
    case when n.is_new then 'created' end
  from public.leads_staging s
  cross join lateral (
    select (s.part::bigint << 32) + s.line_number as row_no,
      private.parcel_key(s.county_fips, s.apn, s.apn_segments) as parcel
  ) k
  cross join lateral (
    select
      case when s.mak is not null then (
        select l.id from public.leads l where l.org_id = p_org_id and l.mak = s.mak) end as by_mak,
      case when k.parcel is not null then (
        select l.id from public.leads l
        where l.org_id = p_org_id and l.county_fips = s.county_fips and l.apn is not null
          and coalesce(l.apn_segments, l.apn) = coalesce(s.apn_segments, s.apn)) end as by_parcel
    offset 0
  ) f
  -- Weaker evidence is weighed later (settle_places, match_twins). Here: is there any?
  cross join lateral (
    select
      case when s.addr_hash is null then null
        when f.by_mak is null and f.by_parcel is null then coalesce(
          (select true from public.leads l where l.org_id = p_org_id and l.addr_hash = s.addr_hash limit 1),
          (select true from public.lead_addresses x where x.org_id = p_org_id and x.addr_hash = s.addr_hash limit 1))
        -- A lead that is known by this address alone may be the same property.
        else (select true from public.leads l where l.org_id = p_org_id and l.addr_hash = s.addr_hash
          and l.mak is null and (l.county_fips is null or l.apn is null) limit 1)
      end as near,
      case when k.parcel is null or f.by_parcel is not null then null
        when s.apn_segments is null then (
          select true from public.leads l where l.org_id = p_org_id and l.county_fips = s.county_fips
            and l.apn = s.apn and l.apn_segments is not null limit 1)
        else (
          select true from public.leads l where l.org_id = p_org_id and l.county_fips = s.county_fips
            and l.apn is not null and coalesce(l.apn_segments, l.apn) = s.apn) end as twin
    offset 0
  ) o
  cross join lateral (
    select coalesce(f.by_mak, f.by_parcel) is null and o.near is null and o.twin is null as is_new
  ) n
  where s.part_id = any (p_parts) and s.verdict is null
    and (s.mak is not null or k.parcel is not null or s.addr_hash is not null);
end
$function$;

CREATE OR REPLACE FUNCTION private.match_twins (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
begin
  update resolve_rows r
  set by_parcel = t.lead_id, parcel = t.parcel, lead_id = null, component_size = null, verdict = null
  from (
    select c.row_no, c.lead_id, c.parcel
    from (
      select r.row_no, r.parcel as of_row, l.*,
        count(*) over (partition by r.row_no) as leads,
        bool_or(l.here) over (partition by l.lead_id) as anyone_here,
        min(r.parcel) over (partition by l.lead_id, l.here) <> max(r.parcel) over (partition by l.lead_id, l.here)
          as contested
      from resolve_rows r
      cross join lateral (
        select x.id as lead_id, private.parcel_key(x.county_fips, x.apn, x.apn_segments) as parcel, a.here
        from public.leads x
        cross join lateral (
          select x.addr_hash is not distinct from r.addr_hash and r.addr_hash is not null or exists (
            select from public.lead_addresses o
            where o.org_id = p_org_id and o.lead_id = x.id and o.addr_hash = r.addr_hash) as here
        ) a
        where x.org_id = p_org_id and x.county_fips = left(r.parcel, 5)
          and case when position('-' in r.parcel) = 0 then x.apn = r.apn and x.apn_segments is not null
            else x.apn is not null and coalesce(x.apn_segments, x.apn) = r.apn end
          and (a.here or private.owners_agree(r.owner, private.owner_text(x.owner_1_first, x.owner_1_last,
            x.owner_2_first, x.owner_2_last, x.owner_full)))
        offset 0
      ) l
      where r.twin
    ) c
    where c.leads = 1 and not c.contested and (c.here or not c.anyone_here)
  ) t
  where r.row_no = t.row_no;
end
$function$;

CREATE OR REPLACE FUNCTION private.merge_leads (
  p_org_id      uuid,
  p_survivor_id uuid,
  p_merged_id   uuid,
  p_upload_id   uuid,
  p_reason      text,
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS bigint
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  s public.leads;
  m public.leads;
  v_won jsonb;
  v_contacts bigint[];
  v_addresses bytea[];
  v_id bigint;
begin
  select * into strict s from public.leads l where l.org_id = p_org_id and l.id = p_survivor_id for update;
  select * into strict m from public.leads l where l.org_id = p_org_id and l.id = p_merged_id for update;
  if s.mak <> m.mak or private.parcel_key(s.county_fips, s.apn, s.apn_segments)
    <> private.parcel_key(m.county_fips, m.apn, m.apn_segments) then
    raise exception 'leads % and % are different properties', s.id, m.id using errcode = 'SL301';
  end if;

  with moved as (
    update public.contact_points c set lead_id = s.id
    where c.org_id = p_org_id and c.lead_id = m.id
      and not exists (select from public.contact_points o
        where o.org_id = p_org_id and o.lead_id = s.id and o.value_bidx = c.value_bidx)
    returning c.id
  )
  select coalesce(array_agg(id), '{}') into v_contacts from moved;
  with moved as (
    update public.lead_addresses a set lead_id = s.id
    where a.org_id = p_org_id and a.lead_id = m.id
      and not exists (select from public.lead_addresses o
        where o.org_id = p_org_id and o.lead_id = s.id and o.addr_hash = a.addr_hash)
    returning a.addr_hash
  )
  select coalesce(array_agg(addr_hash), '{}') into v_addresses from moved;

  insert into public.lead_merges (org_id, survivor_id, merged_id, merged_row, merged_contacts, merged_addresses,
    upload_id, reason, merged_at)
  values (p_org_id, s.id, m.id,
    to_jsonb(m) || jsonb_build_object('contact_points', (
      select coalesce(jsonb_agg(to_jsonb(c)), '[]') from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = m.id)),
    v_contacts, v_addresses, p_upload_id, p_reason, p_as_of)
  returning id into v_id;
  delete from public.leads l where l.org_id = p_org_id and l.id = m.id;

  v_won := private.survive(private.lead_facts(s), private.lead_facts(m), s.field_sources, s.edited_fields,
    s.source_trust, s.observed_at, m.source_trust, m.observed_at);
  update public.leads l set
    mak = coalesce(s.mak, m.mak),
    county_fips = case when k.parcel_theirs then m.county_fips else s.county_fips end,
    apn = case when k.parcel_theirs then m.apn else s.apn end,
    apn_segments = case when k.parcel_theirs then m.apn_segments else s.apn_segments end,
    addr_hash = coalesce(s.addr_hash, m.addr_hash),
    addr_hash_version = case when s.addr_hash is null then m.addr_hash_version else s.addr_hash_version end,
    situs_house_number = case when k.situs_theirs then m.situs_house_number else s.situs_house_number end,
    situs_street = case when k.situs_theirs then m.situs_street else s.situs_street end,
    situs_unit = case when k.situs_theirs then m.situs_unit else s.situs_unit end,
    situs_city = case when k.situs_theirs then m.situs_city else s.situs_city end,
    situs_state = case when k.situs_theirs then m.situs_state else s.situs_state end,
    situs_zip = case when k.situs_theirs then m.situs_zip else s.situs_zip end,
    owner_1_first = case when v_won ? 'owner_1' then m.owner_1_first else s.owner_1_first end,
    owner_1_last = case when v_won ? 'owner_1' then m.owner_1_last else s.owner_1_last end,
    owner_2_first = case when v_won ? 'owner_2' then m.owner_2_first else s.owner_2_first end,
    owner_2_last = case when v_won ? 'owner_2' then m.owner_2_last else s.owner_2_last end,
    owner_full = case when v_won ? 'owner_full' then m.owner_full else s.owner_full end,
    mailing_street = case when v_won ? 'mailing' then m.mailing_street else s.mailing_street end,
    mailing_unit = case when v_won ? 'mailing' then m.mailing_unit else s.mailing_unit end,
    mailing_city = case when v_won ? 'mailing' then m.mailing_city else s.mailing_city end,
    mailing_state = case when v_won ? 'mailing' then m.mailing_state else s.mailing_state end,
    mailing_zip = case when v_won ? 'mailing' then m.mailing_zip else s.mailing_zip end,
    attributes = m.attributes || s.attributes,
    consent = case when s.consented_at is null then m.consent else s.consent end,
    consented_at = coalesce(s.consented_at, m.consented_at),
    consent_method = case when s.consented_at is null then m.consent_method else s.consent_method end,
    lead_score = greatest(s.lead_score, m.lead_score),
    assigned_broker_id = coalesce(s.assigned_broker_id, m.assigned_broker_id),
    campaign_id = case when k.theirs then m.campaign_id else s.campaign_id end,
    campaign_status = case when k.theirs then m.campaign_status else s.campaign_status end,
    added_to_campaign_at = case when k.theirs then m.added_to_campaign_at else s.added_to_campaign_at end,
    current_sequence_step = case when k.theirs then m.current_sequence_step else s.current_sequence_step end,
    last_reply_at = greatest(s.last_reply_at, m.last_reply_at),
    call_attempt_count = s.call_attempt_count + m.call_attempt_count
  from (
    select private.campaign_rank(m.campaign_status) > private.campaign_rank(s.campaign_status) as theirs,
      num_nonnulls(m.county_fips, m.apn) > num_nonnulls(s.county_fips, s.apn)
        and (num_nonnulls(m.county_fips, m.apn) = 2 or num_nonnulls(s.county_fips, s.apn) = 0) as parcel_theirs,
      (s.addr_hash is null and m.addr_hash is not null)
        or num_nonnulls(s.situs_street, s.situs_city, s.situs_state, s.situs_zip) = 0 as situs_theirs
  ) k
  where l.org_id = p_org_id and l.id = s.id;
  if s.addr_hash <> m.addr_hash then
    insert into public.lead_addresses (org_id, addr_hash, lead_id, created_upload_id, created_at)
    values (p_org_id, m.addr_hash, s.id, p_upload_id, p_as_of)
    on conflict (org_id, addr_hash, lead_id) do nothing;
  end if;
  perform private.refresh_verification(p_org_id, array[s.id]);
  return v_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.open_resolve_scratch()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if to_regclass('pg_temp.resolve_rows') is null then
    create temporary table resolve_rows (like private.resolve_rows including indexes including defaults)
      on commit drop;
    create temporary table resolve_links (like private.resolve_links) on commit drop;
    create temporary table resolve_places (like private.resolve_places) on commit drop;
    create temporary table resolve_nodes (like private.resolve_nodes) on commit drop;
    create temporary table resolve_owners (like private.resolve_owners) on commit drop;
    create temporary table resolve_leads (like private.resolve_leads including indexes) on commit drop;
  else
    truncate pg_temp.resolve_rows, pg_temp.resolve_links, pg_temp.resolve_places, pg_temp.resolve_nodes,
      pg_temp.resolve_owners, pg_temp.resolve_leads;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.owner_text (
  first_1    text,
  last_1     text,
  first_2    text,
  last_2     text,
  owner_full text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select upper(case
    when coalesce(first_1, last_1, first_2, last_2) is null then owner_full
    when coalesce(first_2, last_2) is null then coalesce('^ ' || last_1 || ' | ' || first_1, last_1, first_1)
    else coalesce('^ ' || last_1 || ' | ' || first_1, last_1, first_1, '')
      || ' & ' || coalesce('^ ' || last_2 || ' | ' || first_2, last_2, first_2)
  end)
$function$;

CREATE OR REPLACE FUNCTION private.owners_agree (
  a text,
  b text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select private.names_agree(private.parse_name_text(private.name_letters(a)),
    private.parse_name_text(private.name_letters(b)))
$function$;

CREATE OR REPLACE FUNCTION private.parcel_key (
  county_fips  text,
  apn          text,
  apn_segments text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select county_fips || coalesce(apn_segments, apn)
$function$;

CREATE OR REPLACE FUNCTION private.parcel_segments (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_text text := raw;
begin
  if raw is null or length(raw) > 200 or raw !~ '[A-Za-z0-9][^A-Za-z0-9]+[A-Za-z0-9]' then
    return null;
  end if;
  -- `2029580065.00` is a number that a spreadsheet wrote, not a number with a segment 00.
  if position('.' in v_text) > 0 then
    v_text := regexp_replace(v_text, '^(\D*[0-9]{6,})\.0{1,2}(\D*)$', '\1\2');
  end if;
  v_text := btrim(regexp_replace(upper(v_text), '[^A-Z0-9]+', '-', 'g'), '-');
  if position('-' in v_text) = 0 then
    return null;
  end if;
  return regexp_replace(v_text, '(^|-)0+(?=[A-Z0-9])', '\1', 'g');
end
$function$;

CREATE OR REPLACE FUNCTION private.recall_answers (
  p_org_id uuid
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
    select r.row_no, r.part_id, r.line_number, a.answer, private.current_lead(p_org_id, a.lead_id) as lead_id
    from resolve_rows r
    cross join lateral (
      select private.owner_print(s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full)
          as owner,
        private.row_keys(s.mak, s.county_fips, coalesce(s.apn_segments, s.apn), s.addr_hash, s.phone, s.email)
      as keys
      from public.leads_staging s where s.part_id = r.part_id and s.line_number = r.line_number
      offset 0
    ) s
    join public.conflict_answers a on a.org_id = p_org_id and a.row_keys = s.keys
    where a.answer <> 'dismiss' and a.identity = private.row_identity(a.row_keys, s.owner, v_key)
  ), usable as materialized (
    -- A row whose lead was deleted is matched like any other; one that is a lead of its own becomes one again.
    select * from recalled where lead_id is not null or answer = 'own'
  ), taken as (
    update public.leads_staging s
    set mak = null, county_fips = null, apn = null, apn_segments = null, addr_hash = null, verdict = 'unchanged'
    from usable u where s.part_id = u.part_id and s.line_number = u.line_number and u.lead_id is not null
  )
  -- Without keys, and pointing to its lead alone: from here on it is matched like a row whose MAK points there.
  update resolve_rows r
  set mak = null, parcel = null, apn = null, addr_hash = null, phone = null, email = null, owner = null,
    near = null, twin = null, by_mak = u.lead_id, by_parcel = null, by_place = null,
    component_size = null, lead_id = null, verdict = null,
    answer = case when u.lead_id is null then 'own' else 'known' end
  from usable u where r.row_no = u.row_no;
end
$function$;

CREATE OR REPLACE FUNCTION private.reject_keyless_rows (
  p_upload_id uuid,
  p_parts     uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if not exists (select from public.upload_shared_keys k where k.upload_id = p_upload_id) then
    return;
  end if;
  insert into public.upload_rejects (org_id, upload_id, part, line, code, detail, key_id, raw)
  select s.org_id, s.upload_id, s.part, s.line_number, 'no_identity',
    'The row has only a parcel number or MAK that many addresses or owners in this upload share.', p.key_id, s.raw
  from public.leads_staging s
  join public.upload_parts p on p.id = s.part_id
  where s.part_id = any (p_parts) and s.verdict = 'keyless' and s.phone is null and s.email is null
  on conflict (upload_id, part, line) do update set code = excluded.code, detail = excluded.detail,
    key_id = excluded.key_id, raw = excluded.raw, replayed_at = null;
  update public.upload_parts p set staged = p.staged - k.n, rejected = p.rejected + k.n
  from (
    select s.part_id, count(*) as n from public.leads_staging s
    where s.part_id = any (p_parts) and s.verdict = 'keyless' and s.phone is null and s.email is null
    group by s.part_id
  ) k
  where p.id = k.part_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.reset_part (
  p_part_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.clear_staging(array[p_part_id]);
  delete from public.upload_rejects j using public.upload_parts p
  where p.id = p_part_id and j.upload_id = p.upload_id and j.part = p.part;
  update public.upload_parts p
  set state = 'received', staged_at = null, error = null, lines = 0, received = 0, staged = 0, rejected = 0,
    created = 0, updated = 0, unchanged = 0, merged = 0, conflict = 0, warnings = '{}'
  where p.id = p_part_id and p.state in ('received', 'staging', 'staged', 'failed');
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_matched (
  p_upload public.uploads,
  p_as_of  timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET jit TO 'off'
  AS $function$
declare
  v_trust constant smallint := (select s.trust from public.sources s where s.id = p_upload.source_id);
  v_observed constant timestamptz := coalesce(p_upload.observed_at, p_upload.received_at);
  v_verified jsonb;
  v_row bigint;
begin
  perform private.classify_components(p_upload.org_id);
  perform private.fold_rows();
  perform private.apply_leads(p_upload.org_id, p_upload.id, p_upload.source_id, v_trust, v_observed);
  v_verified := (select jsonb_object_agg(v.part, v.n) from (
    select n.component >> 32 as part, count(*) as n from resolve_leads n where n.is_new and n.phone_verified group by 1
  ) v);

  -- What a row says decides its turn, so that the order of the file does not.
  for v_row in
    select r.row_no from resolve_rows r
    where r.lead_id is null
    order by r.reason is not null, r.kind, num_nulls(r.mak, r.parcel), position('-' in r.parcel) = 0,
      length(r.owner) desc nulls last, r.mak, r.parcel, r.owner, r.addr_hash, r.phone, r.email, r.row_no
  loop
    delete from resolve_leads where true;
    perform private.resolve_row(p_upload.org_id, p_upload.id, v_row, p_as_of);
    if (select r.lead_id is not null from resolve_rows r where r.row_no = v_row) then
      perform private.fold_rows(v_row);
      perform private.apply_leads(p_upload.org_id, p_upload.id, p_upload.source_id, v_trust, v_observed,
        v_row);
    end if;
  end loop;

  -- A row that matches a lead created by this same upload is a repeat. One look-up by key for each such row: without
  -- statistics, a join would scan the leads for every row.
  update resolve_rows r set verdict = 'merged'
  where r.verdict in ('unchanged', 'updated')
    and (select l.created_upload_id from public.leads l
      where l.org_id = p_upload.org_id and l.id = r.lead_id) = p_upload.id;
  insert into public.lead_joins (org_id, lead_id, upload_id, part, line, evidence, joined_at)
  select p_upload.org_id, r.lead_id, p_upload.id, r.row_no >> 32, r.line_number, r.evidence, p_as_of
  from resolve_rows r
  where r.evidence is not null and r.verdict in ('updated', 'merged');

  update public.upload_parts p
  set created = p.created + v.created, updated = p.updated + v.updated, unchanged = p.unchanged + v.unchanged,
    merged = p.merged + v.merged, conflict = p.conflict + v.conflict
  from (
    select r.part_id, count(*) filter (where r.verdict = 'created') as created,
      count(*) filter (where r.verdict = 'updated') as updated,
      count(*) filter (where r.verdict = 'unchanged') as unchanged,
      count(*) filter (where r.verdict = 'merged') as merged,
      count(*) filter (where r.verdict = 'conflict') as conflict
    from resolve_rows r group by r.part_id
  ) v
  where p.id = v.part_id;
  return coalesce(v_verified, '{}');
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_parts (
  p_upload_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET jit TO 'off'
  AS $function$
declare
  v_upload public.uploads;
  v_parts uuid[];
  v_lost uuid[];
  v_verified jsonb;
  v_by_contact jsonb;
begin
  select * into strict v_upload from public.uploads u where u.id = p_upload_id;
  perform pg_advisory_xact_lock(hashtextextended(v_upload.org_id::text, 1));
  perform from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged' order by p.part for update;
  select array_agg(p.id order by p.part), array_agg(p.id) filter (where p.staged - p.created - p.updated - p.unchanged
      - p.merged - p.conflict <> (select count(*) from public.leads_staging s where s.part_id = p.id
        and s.verdict is null))
  into v_parts, v_lost
  from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged';
  if v_lost is not null then
    -- The staging rows are lost (database crash): stage again from the stored bytes.
    perform private.reset_part(x) from unnest(v_lost) x;
    return 'restage';
  end if;
  perform set_config('sluice.actor', 'upload', true), set_config('sluice.upload_id', p_upload_id::text, true);

  perform private.open_resolve_scratch();
  perform private.match_rows(v_upload.org_id, v_parts);
  if exists (select from resolve_rows r where r.twin) then
    perform private.match_twins(v_upload.org_id);
  end if;
  perform private.recall_answers(v_upload.org_id);
  perform private.link_keys();
  perform private.find_shared_addresses();
  if private.drop_shared_keys(v_upload.org_id, p_upload_id) then
    truncate resolve_places, resolve_links;
    perform private.find_shared_addresses(), private.link_keys();
  end if;
  if private.link_twins(v_upload.org_id) then
    truncate resolve_links;
    perform private.link_keys();
  end if;
  perform private.spread_components();
  perform private.keep_unsettled_addresses();
  if exists (select from resolve_places) then
    perform private.find_address_nodes(v_upload.org_id);
    perform private.claim_leads(v_upload.org_id);
    perform private.settle_places();
    perform private.link_keys(true);
    perform private.spread_components();
  end if;
  v_verified := private.resolve_matched(v_upload, p_as_of);

  perform private.open_resolve_scratch();
  if private.match_contacts(v_parts) then
    perform private.recall_answers(v_upload.org_id), private.find_contact_nodes(v_upload.org_id);
    perform private.settle_places();
    perform private.link_keys(true);
    perform private.spread_components();
    v_by_contact := private.resolve_matched(v_upload, p_as_of);
  end if;

  perform private.reject_keyless_rows(p_upload_id, v_parts);
  perform private.clear_staging(v_parts);
  update public.upload_parts p set state = 'resolved', resolved_at = greatest(p_as_of, p.staged_at)
  where p.id = any (v_parts);
  perform private.record_part_events(p.id, coalesce((v_verified ->> p.part::text)::integer, 0)
    + coalesce((v_by_contact ->> p.part::text)::integer, 0), p_as_of)
  from public.upload_parts p where p.id = any (v_parts);
  perform private.record_dead_letter(v_upload.org_id, 'rejects', jsonb_build_object('part_id', p.id),
    p.rejected || case when p.rejected = 1 then ' row' else ' rows' end || ' rejected', null, v_upload.correlation_id,
      p_as_of)
  from public.upload_parts p where p.id = any (v_parts) and p.rejected > 0;
  return 'resolved';
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_row (
  p_org_id    uuid,
  p_upload_id uuid,
  p_row_no    bigint,
  p_as_of     timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  r private.resolve_rows;
  v_leads uuid[];
  v_reason text;
  v_conflict record;
  v_verdict text := 'unchanged';
begin
  select * into strict r from resolve_rows x where x.row_no = p_row_no;
  v_reason := r.reason;
  if v_reason is not null then
    v_leads := private.leads_at_place(p_org_id, r);
  elsif r.answer is not null then
    v_leads := array_remove(array[private.current_lead(p_org_id, r.by_mak)], null);
  elsif r.kind = 3 then
    v_leads := array_remove(array[r.by_place, r.by_email], null);
    -- A phone decides before an e-mail: together they only unite persons.
    if cardinality(v_leads) = 2 and not private.are_one_person(p_org_id, v_leads) then
      v_leads := v_leads[1:1];
    end if;
  else
    select array_agg(distinct f.id) into v_leads from (
      select l.id from public.leads l where l.org_id = p_org_id and l.mak = r.mak
      union all
      select l.id from public.leads l
      where l.org_id = p_org_id and l.county_fips = left(r.parcel, 5)
        and coalesce(l.apn_segments, l.apn) = substr(r.parcel, 6) and l.apn is not null
      union all
      select r.by_parcel where r.by_parcel is not null
      union all
      select r.by_place where r.by_place is not null
    ) f;
    if cardinality(v_leads) > 0 and (private.keys_contradict(p_org_id, v_leads, r.mak, r.parcel)
      or private.is_elsewhere(p_org_id, v_leads, r)) then
      v_reason := case when cardinality(v_leads) = 1 then 'key_contradicts' else 'keys_point_to_different_leads' end;
    end if;
  end if;

  if cardinality(v_leads) > 0 then
    v_leads := private.survivor_of(p_org_id, v_leads);
  end if;
  if v_reason is not null then
    v_conflict := private.open_conflict(p_org_id, r.part_id, r.line_number, v_reason, coalesce(v_leads, '{}'),
      p_as_of);
    if v_conflict.verdict = 'known' then
      v_leads := array[v_conflict.lead_id];
      perform private.take_keys(r.part_id, r.line_number);
    elsif v_conflict.verdict = 'own' then
      v_leads := '{}';
      r.answer := 'own';
    else
      update resolve_rows x set verdict = v_conflict.verdict, reason = v_reason where x.row_no = p_row_no;
      return;
    end if;
  end if;

  if coalesce(cardinality(v_leads), 0) = 0 then
    v_leads := array[gen_random_uuid()];
    v_verdict := 'created';
    if r.answer = 'own' then
      perform private.make_own(p_org_id, r.part_id, r.line_number, v_leads[1]);
    end if;
  elsif cardinality(v_leads) > 1 then
    perform private.unite_leads(p_org_id, p_upload_id, v_leads, r, p_as_of);
    v_verdict := 'merged';
  end if;
  update resolve_rows x
  set lead_id = v_leads[1], verdict = v_verdict, component = p_row_no, component_size = 1
  where x.row_no = p_row_no;
  -- Rows linked to this one, and to no lead yet, follow it.
  if v_reason is null then
    update resolve_rows x set by_place = v_leads[1]
    where x.component = r.component and x.lead_id is null and x.reason is null and x.kind > 1
      and coalesce(x.by_mak, x.by_place, x.by_email) is null;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_upload (
  p_upload_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_upload public.uploads;
  v_state text;
begin
  select * into strict v_upload from public.uploads u where u.id = p_upload_id;
  if exists (select from public.upload_parts p where p.upload_id = p_upload_id and p.state in ('received', 'staging'))
    or v_upload.parts_expected is distinct from (
      select count(*) from public.upload_parts p where p.upload_id = p_upload_id) then
    return 'waiting';
  end if;
  if v_upload.dry_run then
    return private.dry_run_upload(p_upload_id, p_as_of);
  end if;
  if exists (select from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged') then
    v_state := private.resolve_parts(p_upload_id, p_as_of);
    return case when v_state = 'resolved' then 'more' else v_state end;
  end if;
  return private.complete_upload(p_upload_id, p_as_of);
end
$function$;

CREATE OR REPLACE FUNCTION private.revert_changes (
  p_org_id    uuid,
  p_upload_id uuid
)
  RETURNS TABLE (
    lead_id  uuid,
    reverted boolean,
    reason   text
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v record;
  l public.leads;
  v_back jsonb;
  v_left integer;
begin
  for v in
    -- First old value and last new value of each field that the upload changed.
    select f.lead_id, jsonb_object_agg(f.field, jsonb_build_array(f.old, f.new)) as changes
    from (
      select c.lead_id, x.key as field,
        (array_agg(x.value -> 0 order by c.id))[1] as old,
        (array_agg(x.value -> 1 order by c.id desc))[1] as new
      from public.lead_changes c cross join lateral jsonb_each(c.changes) x
      where c.org_id = p_org_id and c.upload_id = p_upload_id and c.action = 'updated'
      group by c.lead_id, x.key
    ) f
    group by f.lead_id
    order by f.lead_id
  loop
    select * into l from public.leads t where t.org_id = p_org_id and t.id = v.lead_id for update;
    continue when not found or l.created_upload_id = p_upload_id;
    if l.campaign_status <> 'new' or l.last_reply_at is not null or l.call_attempt_count > 0 then
      return query select v.lead_id, false, 'contacted or added to a campaign since';
      continue;
    end if;
    select jsonb_object_agg(x.key, x.value -> 0),
      count(*) filter (where private.fact_of_column(x.key) = any (l.edited_fields))
    into v_back, v_left
    from jsonb_each(v.changes) x
    where to_jsonb(l) -> x.key = x.value -> 1;
    v_back := v_back - array(select x.key from jsonb_each(v.changes) x where private.fact_of_column(x.key) = any
      (l.edited_fields));
    if v_back is null or v_back = '{}' then
      return query select v.lead_id, false, 'edited by a person or changed by another upload since';
      continue;
    end if;
    l := jsonb_populate_record(l, v_back);
    update public.leads t set
      mak = l.mak, county_fips = l.county_fips, apn = l.apn,
        apn_segments = l.apn_segments, addr_hash = l.addr_hash,
        addr_hash_version = l.addr_hash_version,
      situs_house_number = l.situs_house_number, situs_street = l.situs_street, situs_unit = l.situs_unit,
      situs_city = l.situs_city, situs_state = l.situs_state, situs_zip = l.situs_zip,
      owner_1_first = l.owner_1_first, owner_1_last = l.owner_1_last,
      owner_2_first = l.owner_2_first, owner_2_last = l.owner_2_last, owner_full = l.owner_full,
      mailing_street = l.mailing_street, mailing_unit = l.mailing_unit, mailing_city = l.mailing_city,
      mailing_state = l.mailing_state, mailing_zip = l.mailing_zip, attributes = l.attributes,
      melissa_payload = l.melissa_payload, consent = l.consent, consented_at = l.consented_at,
      consent_method = l.consent_method, lead_score = l.lead_score
    where t.org_id = p_org_id and t.id = l.id;
    return query select v.lead_id, true,
      case when v_left > 0 then 'some fields were edited by a person' end;
  end loop;
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
      insert into resolve_rows (row_no, part_id, line_number, kind, component, component_size, lead_id, verdict)
      values (v_row.line, v_part, v_row.line, 2, v_row.line, 1, v_lead,
        case when v_is_new then 'created' else 'unchanged' end);
      if v_is_new then
        perform private.free_keys(k.org_id, v_part, v_row.line, v_lead);
      else
        perform private.take_keys(v_part, v_row.line);
      end if;
      perform private.fold_rows();
      -- The row is as old as its upload: the answer says whose it is, not that it is news.
      perform private.apply_leads(k.org_id, v_row.upload_id, v_upload.source_id, v_trust, v_upload.received_at);
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

CREATE OR REPLACE FUNCTION private.settle_owners()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
begin
  insert into resolve_owners (place, owner)
  select distinct p.place, case when private.owners_agree(p.owner, p.owner) then p.owner end
  from resolve_places p where p.kind > 1;

  -- Which node of its place does each named owner fit?
  with sizes as (
    select x.place, x.owners * n.nodes as pairs
    from (select o.place, count(*) as owners from resolve_owners o group by o.place) x
    join (select y.place, count(*) as nodes from resolve_nodes y group by y.place) n using (place)
  ), fits as (
    select o.place, o.owner, n.node,
      case when bool_or(w.fits) then true when bool_or(not w.fits) then false end as fits
    from resolve_owners o
    join sizes z using (place)
    join resolve_nodes n using (place)
    cross join lateral (select private.fits(o.owner, n.owner, z.pairs) as fits) w
    where o.owner is not null
    group by o.place, o.owner, n.node
  ), counts as (
    select f.place, f.owner, count(*) as nodes, count(*) filter (where f.fits) as agreeing,
      count(*) filter (where f.fits is null) as silent, min(f.node) filter (where f.fits) as agreeing_node,
      min(f.node) as any_node
    from fits f group by f.place, f.owner
  )
  update resolve_owners o
  set node = case when c.agreeing = 1 then c.agreeing_node when c.agreeing = 0 and c.nodes = 1 and c.silent = 1
      then c.any_node end,
    state = case when c.agreeing > 1 or c.agreeing = 0 and c.silent > 0 and c.nodes > 1 then 'ambiguous'
      when c.agreeing = 1 then 'agrees' when c.silent = 1 then 'silent' end
  from counts c where o.place = c.place and o.owner = c.owner;

  -- Owners among themselves, as far as they belong to no node yet: they form a cluster if they agree. Of two that
  -- share nothing but a third who agrees with both, the third is ambiguous.
  with free as (
    select o.place, o.owner, count(*) over (partition by o.place) as owners
    from resolve_owners o where o.owner is not null and (o.state is null or o.state = 'silent')
  ), pairs as (
    select a.place, a.owner, b.owner as other
    from free a join free b using (place)
    where a.owner <> b.owner and private.fits(a.owner, b.owner, a.owners * a.owners)
  ), unclear as (
    select distinct p.place, p.owner
    from pairs p join pairs q using (place, owner)
    where p.other < q.other and not exists (
      select from pairs x where x.place = p.place and x.owner = p.other and x.other = q.other)
  ), clusters as (
    select f.place, f.owner, least(f.owner, min(p.other)) as cluster
    from free f
    left join pairs p on p.place = f.place and p.owner = f.owner and not exists (
      select from unclear u where u.place = p.place and u.owner = p.other)
    group by f.place, f.owner
  )
  update resolve_owners o
  set cluster = case when u.owner is null then c.cluster end,
    state = case when u.owner is not null then 'ambiguous' else o.state end
  from clusters c left join unclear u using (place, owner)
  where o.place = c.place and o.owner = c.owner;

  -- A nameless node belongs to the only cluster there; it belongs to nobody if there are two.
  with claims as (
    select o.place, count(distinct o.cluster) as clusters, bool_or(o.state = 'ambiguous') as unclear
    from resolve_owners o where o.owner is not null group by o.place
  )
  update resolve_owners o
  set node = case when c.clusters = 1 and not c.unclear then o.node end
  from claims c where o.place = c.place and o.state = 'silent';

  -- Rows without a name.
  with groups as (
    select o.place, o.cluster, o.node from resolve_owners o
    where o.owner is not null and o.state is distinct from 'ambiguous'
    union select n.place, null, n.node from resolve_nodes n
  ), counts as (
    select o.place, count(distinct coalesce('n' || g.node, 'o' || g.cluster)) as groups,
      min(g.node) as node, min(g.cluster) filter (where g.node is null) as cluster
    from resolve_owners o left join groups g using (place)
    where o.owner is null
    group by o.place
  )
  update resolve_owners o
  set node = c.node, cluster = coalesce(c.cluster, ''),
    state = case when c.groups > 1 then 'ambiguous' else 'silent' end
  from counts c where o.place = c.place and o.owner is null;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_places()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
begin
  perform private.settle_owners();
  with settled as materialized (
    select p.row_no, p.place, p.kind, o.owner, o.node, o.cluster, o.state, n.lead_id, n.component
    from resolve_places p
    join resolve_owners o on o.place = p.place
      and o.owner is not distinct from case when private.owners_agree(p.owner, p.owner) then p.owner end
    left join (select distinct on (x.place, x.node) x.place, x.node, x.lead_id, x.component from resolve_nodes x
      order by x.place, x.node, x.component) n on n.place = o.place and n.node = o.node
    where p.kind > 1
  ), decided as materialized (
    -- kind 2: the address; 3: the phone, which decides before 4: the e-mail.
    select d.row_no,
      case when d.states[1] = 'ambiguous' or d.leads[1] is null and d.states[2] = 'ambiguous' then
        case when d.kind = 2 then 'address_is_ambiguous' else 'contact_is_ambiguous' end end as reason,
      coalesce(d.leads[1], d.leads[2]) as lead_id, d.leads[2] as other_id,
      case when d.leads[1] is not null then d.states[1] else d.states[2] end as state, d.kind, d.owner
    from (
      select s.row_no, min(s.kind) as kind, min(s.owner) as owner,
        array[min(s.state) filter (where s.kind < 4), min(s.state) filter (where s.kind = 4)] as states,
        array[(array_agg(s.lead_id) filter (where s.kind < 4))[1], (array_agg(s.lead_id) filter (where s.kind = 4))[1]]
          as leads
      from settled s group by s.row_no
    ) d
  ), linked as (
    insert into resolve_links (link, row_no)
    select convert_to('n', 'UTF8') || s.place || convert_to(coalesce(s.node, s.cluster), 'UTF8'), k.row_no
    from settled s
    join decided d using (row_no)
    cross join lateral (values (s.row_no), (s.component)) k (row_no)
    where s.state is distinct from 'ambiguous' and d.reason is null and k.row_no is not null
      and s.lead_id is null
    returning 1
  )
  update resolve_rows r
  set by_place = case when d.reason is null then coalesce(r.by_place, d.lead_id) end,
    by_email = case when d.reason is null and d.other_id <> d.lead_id then d.other_id end,
    reason = d.reason,
    evidence = case when d.reason is null then
      case d.kind when 2 then 'the same address' when 3 then 'the same phone' else 'the same e-mail' end
        || case when d.state = 'agrees' or d.lead_id is null and d.owner is not null then ' and an agreeing owner'
          else '; no owner contradicts' end end,
    lead_id = null, component_size = null, verdict = null
  from decided d
  where r.row_no = d.row_no;
end
$function$;

CREATE OR REPLACE FUNCTION private.shared_key_limit()
  RETURNS integer
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select 5
$function$;

CREATE OR REPLACE FUNCTION private.spread_components()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
declare
  v_changed integer;
begin
  if not exists (select from resolve_links) then
    return;
  end if;
  analyze pg_temp.resolve_links;
  update resolve_rows r set component_size = null, lead_id = null, verdict = null
  where r.row_no in (select l.row_no from resolve_links l) and r.lead_id is not null;
  analyze pg_temp.resolve_rows;

  -- The smallest row number spreads along every link; following the winner's own winner halves long chains.
  loop
    with smallest as (
      select l.link, min(r.component) as component
      from resolve_links l join resolve_rows r using (row_no)
      group by l.link
    ), better as (
      select l.row_no, min(s.component) as component
      from resolve_links l join smallest s using (link)
      group by l.row_no
    )
    update resolve_rows r set component = b.component
    from better b
    where r.row_no = b.row_no and b.component < r.component;
    get diagnostics v_changed = row_count;
    exit when v_changed = 0;
    update resolve_rows r set component = p.component
    from resolve_rows p
    where p.row_no = r.component and p.component < r.component;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.stage_rows (
  p_part_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET jit TO 'off'
  AS $function$
declare
  v_part public.upload_parts;
  v_source public.sources;
  v_key text;
  v_rows integer;
  v_warnings jsonb;
  v_address jsonb;
  v_streets jsonb;
begin
  select * into strict v_part from public.upload_parts p where p.id = p_part_id;
  select s.* into strict v_source from public.sources s
  join public.uploads u on u.source_id = s.id where u.id = v_part.upload_id;
  v_key := private.org_key(v_part.org_id, v_part.key_id);

  v_warnings := private.stage_contacts(v_part);
  -- A list has many houses in each of its streets.
  select private.known_streets(array_agg(s.street)) into v_streets
  from stage_in s where s.reject_code is null and s.street is not null;

  -- A list has few places and many houses, so each place is looked up once. The place in the street line is used
  -- where the row's own columns are empty.
  with parsed as materialized (
    select s.*, a.situs_house_number, a.situs_street, a.situs_unit, a.situs_city, a.situs_state, a.situs_zip,
      a.addr_hash,
      case when m.masked > 0 then a.warnings || '{contact_in_attribute}'::text[] else a.warnings end as row_warnings,
      m.attributes as safe_attributes,
      concat_ws('|', s.fips, '/', s.county, '/', coalesce(a.situs_state, s.state), '/',
        coalesce(s.zip, a.situs_zip)) as place
    from stage_in s
    cross join lateral private.parse_address(s.street, s.unit, coalesce(s.city, v_source.default_city),
      coalesce(s.state, v_source.default_state), s.zip, true, v_streets) a
    cross join lateral private.mask_attributes(s.attributes) m
    where s.reject_code is null
  ), places as materialized (
    select d.*, private.county_fips(d.fips, d.county, d.usps, d.zip5) as county_fips
    from (
      select n.*, private.normalise_state(n.state) as usps, private.normalise_zip(n.zip) as zip5
      from (
        select distinct on (i.place) i.place, i.fips, coalesce(i.county, v_source.default_county) as county,
          coalesce(i.situs_state, i.state, v_source.default_state) as state, coalesce(i.zip, i.situs_zip) as zip
        from parsed i
      ) n
      offset 0
    ) d
  ), staged as (
    insert into public.leads_staging (org_id, part_id, upload_id, part, line_number,
      mak, county_fips, apn, apn_segments, addr_hash,
      situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
      owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
      mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
      email, phone, email_verified, phone_verified, email_codes, phone_codes,
      consent, consented_at, consent_method, lead_score, attributes, result_codes, raw)
    select v_part.org_id, v_part.id, v_part.upload_id, v_part.part, s.line_no,
      k.mak, pl.county_fips, k.apn, case when k.apn is not null then private.parcel_segments(s.apn) end, s.addr_hash,
      s.situs_house_number, coalesce(s.situs_street, s.street), coalesce(s.situs_unit, s.unit),
      coalesce(s.situs_city, s.city, v_source.default_city), coalesce(s.situs_state, pl.usps),
        coalesce(s.situs_zip, pl.zip5),
      s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full,
      s.mail_street, s.mail_unit, s.mail_city,
      case when s.mail_state is not null then coalesce(private.normalise_state(s.mail_state), s.mail_state) end,
      case when s.mail_zip is not null then coalesce(private.normalise_zip(s.mail_zip), s.mail_zip) end,
      c.email, c.phone, coalesce(c.email_verified, false), coalesce(c.phone_verified, false),
      private.distinct_codes(c.email_codes), private.distinct_codes(c.phone_codes),
      t.consented_at is not null, t.consented_at,
        case when t.consented_at is not null then coalesce(s.consent_method, 'imported list') end,
      round(s.lead_score::numeric)::smallint, s.safe_attributes,
      string_to_array(nullif(translate(s.result_codes, ' ;|', ',,,'), ''), ','),
      private.encrypt_value(s.raw::text, v_key)
    from parsed s
    left join places pl on pl.place = s.place
    cross join lateral (
      -- offset 0: evaluated once, and not at every reference
      select case when s.mak is not null then private.normalise_mak(s.mak) end as mak,
        case when s.apn is not null then private.normalise_apn(s.apn) end as apn offset 0
    ) k
    cross join lateral (
      select case when s.consent ~* '^(true|t|yes|y|1)$'
        then private.to_timestamptz(s.consented_at) end as consented_at
    ) t
    cross join lateral (
      select
        (array_agg(x.value_bidx) filter (where x.kind = 'phone' and x.position = 1))[1] as phone,
        (array_agg(x.value_bidx) filter (where x.kind = 'email' and x.position = 1))[1] as email,
        bool_or(x.verified) filter (where x.kind = 'phone') as phone_verified,
        bool_or(x.verified) filter (where x.kind = 'email') as email_verified,
        string_agg(array_to_string(x.codes, ','), ',')
          filter (where x.kind = 'phone' and x.codes <> '{}') as phone_codes,
        string_agg(array_to_string(x.codes, ','), ',')
          filter (where x.kind = 'email' and x.codes <> '{}') as email_codes
      from private.leads_staging_contacts x
      where x.part_id = p_part_id and x.line_number = s.line_no
    ) c
    where k.mak is not null or (pl.county_fips is not null and k.apn is not null) or s.addr_hash is not null
      or c.phone is not null or c.email is not null
    returning 1
  )
  select (select count(*) from staged),
    (select coalesce(jsonb_object_agg(w.code, w.found), '{}')
     from (
       select u.code,
         jsonb_build_object('n', count(*), 'lines', (array_agg(u.line_no order by u.line_no))[:5]) as found
       from (select p.line_no, unnest(p.row_warnings) as code from parsed p) u
       group by u.code
     ) w)
  into v_rows, v_address;

  insert into public.upload_rejects (org_id, upload_id, part, line, code, detail, key_id, raw)
  select v_part.org_id, v_part.upload_id, v_part.part, s.line_no, coalesce(s.reject_code, 'no_identity'),
    case when s.reject_code is not null then s.reject_detail
      else private.describe_missing_identity(s.street is not null,
      s.zip is not null or coalesce(s.city, v_source.default_city) is not null
        and coalesce(s.state, v_source.default_state) is not null,
      s.apn is not null,
        jsonb_array_length(coalesce(s.phones, '[]')) + jsonb_array_length(coalesce(s.emails, '[]')) > 0) end,
    v_part.key_id, private.encrypt_value(coalesce(s.raw, '[]')::text, v_key)
  from stage_in s
  where s.reject_code is not null
    or not exists (select from public.leads_staging l where l.part_id = p_part_id and l.line_number = s.line_no)
  on conflict (upload_id, part, line) do update
  set code = excluded.code, detail = excluded.detail, key_id = excluded.key_id, raw = excluded.raw, replayed_at = null;
  -- A replayed row that is now valid is no longer a reject.
  delete from public.upload_rejects r using stage_in s
  where r.upload_id = v_part.upload_id and r.part = v_part.part and r.line = s.line_no and r.replayed_at is not null;

  perform private.add_warnings(p_part_id, v_warnings), private.add_warnings(p_part_id, v_address);
  select coalesce(jsonb_object_agg(w.code, w.found), '{}') into v_warnings
  from (
    select u.code, jsonb_build_object('n', count(*), 'lines', (array_agg(u.line_no order by u.line_no))[:5]) as found
    from (select s.line_no, unnest(s.warnings) as code from stage_in s) u
    group by u.code
  ) w;
  perform private.add_warnings(p_part_id, v_warnings);

  update public.upload_parts p
  set received = p.received + (select count(*) from stage_in),
    staged = p.staged + v_rows,
    rejected = p.rejected + (select count(*) from stage_in) - v_rows
  where p.id = p_part_id;
  truncate stage_in;
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
  update public.leads_staging s
  set mak = null, county_fips = null, apn = null, apn_segments = null, addr_hash = null, verdict = 'unchanged'
  where s.part_id = p_part_id and s.line_number = p_line;
  update resolve_rows r set mak = null, parcel = null, apn = null, addr_hash = null
  where r.part_id = p_part_id and r.line_number = p_line;
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
  if tg_op = 'INSERT' or new.apn is distinct from old.apn then
    new.apn_segments := private.parcel_segments(new.apn);
  end if;
  new.apn := private.normalise_apn(new.apn);
  if new.apn is null then
    new.apn_segments := null;
  end if;
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

CREATE OR REPLACE FUNCTION private.unite_leads (
  p_org_id    uuid,
  p_upload_id uuid,
  p_leads     uuid[],
  r           private.resolve_rows,
  p_as_of     timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
begin
  for i in 2 .. cardinality(p_leads) loop
    perform private.merge_leads(p_org_id, p_leads[1], p_leads[i], p_upload_id,
      case when r.kind = 3 then 'a row carries the contacts of both'
        when r.by_place is not null then 'a row carries a key of one and has ' || r.evidence || ' as the other'
        else 'a row carries the keys of both' end, p_as_of);
  end loop;
  update resolve_rows x
  set by_mak = case when x.by_mak = any (p_leads) then p_leads[1] else x.by_mak end,
    by_parcel = case when x.by_parcel = any (p_leads) then p_leads[1] else x.by_parcel end,
    by_place = case when x.by_place = any (p_leads) then p_leads[1] else x.by_place end,
    by_email = case when x.by_email = any (p_leads) then p_leads[1] else x.by_email end,
    lead_id = case when x.lead_id = any (p_leads) then p_leads[1] else x.lead_id end
  where x.by_mak = any (p_leads[2:]) or x.by_parcel = any (p_leads[2:]) or x.by_place = any (p_leads[2:])
    or x.by_email = any (p_leads[2:]) or x.lead_id = any (p_leads[2:]);
end
$function$;

CREATE OR REPLACE FUNCTION private.unmerge_leads (
  p_org_id    uuid,
  p_upload_id uuid,
  p_as_of     timestamp with time zone
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  m public.lead_merges;
  v_count integer := 0;
begin
  for m in
    select * from public.lead_merges x
    where x.org_id = p_org_id and x.upload_id = p_upload_id and x.undone_at is null
    order by x.id desc
  loop
    insert into public.leads select (jsonb_populate_record(null::public.leads, m.merged_row)).*;
    update public.contact_points c set lead_id = m.merged_id
    where c.org_id = p_org_id and c.id = any (m.merged_contacts);
    insert into public.contact_points overriding system value
    select (jsonb_populate_record(null::public.contact_points, c)).*
      from jsonb_array_elements(m.merged_row -> 'contact_points') c
    on conflict do nothing;
    update public.lead_addresses a set lead_id = m.merged_id
    where a.org_id = p_org_id and a.lead_id = m.survivor_id and a.addr_hash = any (m.merged_addresses);
    perform private.refresh_verification(p_org_id, array[m.survivor_id, m.merged_id]);
    update public.lead_merges x set undone_at = p_as_of where x.org_id = p_org_id and x.id = m.id;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION public.upload_status (
  p_upload_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_build_object(
    'upload_id', u.id,
    'source', s.key,
    'state', u.state,
    'dry_run', u.dry_run,
    'filename', u.filename,
    'rerun_of', u.rerun_of_upload_id,
    'parts_expected', u.parts_expected,
    'parts', coalesce(p.parts, '[]'),
    'progress', case
      when u.state in ('completed', 'failed', 'undone') then 1
      when coalesce(u.parts_expected, p.count, 0) = 0 then 0
      else round(coalesce(p.weight, 0) / greatest(u.parts_expected, p.count), 3) end,
    'counts', coalesce(p.counts, '{}'),
    'warnings', coalesce((
      select jsonb_object_agg(w.code, w.n) from (
        select e.key as code, sum(e.value::integer) as n
        from public.upload_parts x cross join lateral jsonb_each_text(x.warnings) e
        where x.upload_id = u.id group by e.key) w), '{}'),
    'warning_lines', private.warning_lines(u.id),
    'shared_keys', coalesce((
      select jsonb_agg(jsonb_build_object('kind', k.kind, 'value', k.value, 'rows', k.rows, 'places', k.places,
        'owners', k.owners, 'first_lines', k.first_lines) order by k.rows desc, k.value)
      from (
        select x.* from public.upload_shared_keys x where x.org_id = u.org_id and x.upload_id = u.id
        order by x.rows desc, x.value limit 10) k), '[]'),
    'dialect', u.dialect,
    'mapping', u.mapping,
    'timings', jsonb_build_object(
      'received_at', u.received_at, 'staged_at', p.staged_at, 'resolved_at', p.resolved_at, 'completed_at',
        u.completed_at,
      'seconds', round(extract(epoch from coalesce(u.completed_at, p.resolved_at) - u.received_at), 3)),
    'correlation_id', u.correlation_id,
    'error', u.error)
  from public.uploads u
  join public.sources s on s.id = u.source_id
  left join lateral (
    select count(*) as count,
      sum(case x.state when 'received' then 0.05 when 'staging' then 0.2 when 'staged' then 0.5 else 1 end) as weight,
      max(x.staged_at) as staged_at, max(x.resolved_at) as resolved_at,
      jsonb_agg(jsonb_build_object('part', x.part, 'state', x.state, 'bytes', x.bytes,
        'sha256', encode(x.sha256, 'hex'), 'rows', x.received, 'error', x.error) order by x.part) as parts,
      jsonb_build_object('received', sum(x.received), 'staged', sum(x.staged), 'created', sum(x.created),
        'updated', sum(x.updated), 'unchanged', sum(x.unchanged), 'merged', sum(x.merged),
        'conflict', sum(x.conflict), 'rejected', sum(x.rejected)) as counts
    from public.upload_parts x where x.upload_id = u.id
  ) p on true
  where u.id = p_upload_id
$function$;

-- A working table that is always empty.
-- squawk-ignore constraint-missing-not-valid, adding-serial-primary-key-field
ALTER TABLE "private"."resolve_rows" ADD CONSTRAINT "resolve_rows_pkey" PRIMARY KEY (row_no);

-- Few leads have further addresses.
-- squawk-ignore constraint-missing-not-valid, adding-serial-primary-key-field
ALTER TABLE "public"."lead_addresses" ADD CONSTRAINT "lead_addresses_pkey" PRIMARY KEY (org_id, addr_hash, lead_id);

-- The table has few rows.
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE "public"."lead_conflicts" ADD CONSTRAINT "conflict_reason_is_known" CHECK ((reason = ANY (ARRAY['keys_point_to_different_leads'::text, 'key_contradicts'::text, 'address_is_ambiguous'::text, 'contact_is_ambiguous'::text])));

ALTER TABLE "public"."lead_joins"
  ADD CONSTRAINT "lead_joins_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

-- The column is new, so that the scan has nothing to compare.
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE "public"."leads" ADD CONSTRAINT "apn_segments_are_those_of_the_apn" CHECK (((apn_segments IS NULL) OR ((apn IS NOT NULL) AND (apn_segments ~ '^[A-Z0-9]+(-[A-Z0-9]+)+$'::text))));

-- The table is nearly empty.
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE "public"."leads_staging" ADD CONSTRAINT "verdict_is_known" CHECK ((verdict = ANY (ARRAY['keyless'::text, 'created'::text, 'updated'::text, 'unchanged'::text, 'merged'::text, 'conflict'::text])));

ALTER TABLE "public"."upload_shared_keys"
  ADD CONSTRAINT "key_belongs_to_an_upload_of_its_org" FOREIGN KEY (org_id, upload_id) REFERENCES public.uploads(org_id, id) ON DELETE CASCADE;

-- CHANGELOG.md tells operators of large tables what to do before.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX lead_joins_lead_idx ON public.lead_joins USING btree (org_id, lead_id);

-- CHANGELOG.md tells operators of large tables what to do before.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX lead_joins_upload_idx ON public.lead_joins USING btree (org_id, upload_id);

-- CHANGELOG.md tells operators of large tables what to do before.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX IF NOT EXISTS leads_addr_hash_idx ON public.leads USING btree (org_id, addr_hash)
  WHERE (addr_hash IS NOT NULL);

-- CHANGELOG.md tells operators of large tables what to do before.
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX IF NOT EXISTS leads_addr_hash_key ON public.leads USING btree (org_id, addr_hash)
  WHERE
    ((mak IS NULL) AND ((county_fips IS NULL) OR (apn IS NULL)) AND (owner_1_first IS NULL) AND (owner_1_last IS NULL) AND (owner_2_first IS NULL) AND (owner_2_last IS NULL) AND
    (owner_full IS NULL));

-- CHANGELOG.md tells operators of large tables what to do before.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX IF NOT EXISTS leads_parcel_digits_idx ON public.leads USING btree (org_id, county_fips, apn)
  WHERE (apn_segments IS NOT NULL);

-- CHANGELOG.md tells operators of large tables what to do before.
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX IF NOT EXISTS leads_parcel_key ON public.leads USING btree (org_id, county_fips, COALESCE(apn_segments, apn))
  WHERE ((county_fips IS NOT NULL) AND (apn IS NOT NULL));

CREATE TRIGGER _300_derive_keys_on_update
  BEFORE UPDATE OF mak, apn, apn_segments, county_fips, addr_hash, situs_street, situs_unit, situs_city, situs_state, situs_zip ON public.leads
  FOR EACH ROW
  WHEN (((COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) OR (CURRENT_USER = ANY (ARRAY['anon'::name, 'authenticated'::name]))))
  EXECUTE FUNCTION private.tg_leads__derive_keys();

CREATE POLICY "insert_writer" ON "public"."lead_joins"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."lead_joins"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."lead_joins"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "public"."upload_shared_keys"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."upload_shared_keys"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."upload_shared_keys"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "public"."upload_shared_keys"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

COMMENT ON COLUMN "public"."lead_joins"."line" IS 'Physical line within the part, 1-based.';

COMMENT ON COLUMN "public"."leads"."apn" IS 'Assessor''s parcel number without punctuation, upper case.';

COMMENT ON COLUMN "public"."leads"."apn_segments" IS 'Its segments without leading zeros, joined by hyphens; null when the list wrote none. Segments, or else the number without them, are unique within the county.';

COMMENT ON COLUMN "public"."upload_shared_keys"."first_lines" IS 'Up to five rows: [[part, line], ...].';

COMMENT ON COLUMN "public"."upload_shared_keys"."places" IS 'Different streets, counting each hundred of house numbers of a street as another.';

COMMENT ON FUNCTION "private"."apply_contacts"(uuid, uuid, bigint) IS 'Adds the rows'' contact points to their leads and stores newer result codes. Returns the existing leads that it changed.';

COMMENT ON FUNCTION "private"."apply_leads"(uuid, uuid, uuid, smallint, timestamp with time zone, bigint) IS 'Writes resolve_leads: creates new leads, fills and updates existing ones, adds addresses and contact points; sets the verdict of rows that changed a lead to updated.';

COMMENT ON FUNCTION "private"."are_one_person"(uuid, uuid[]) IS 'True when none of the leads has a property key, and no owner contradicts another.';

COMMENT ON FUNCTION "private"."claim_leads"(uuid) IS 'Leads at an address that one property of this upload alone may be: its rows point to them (by_place). Two properties that may be the same lead both stay without it, unless the owner of exactly one agrees.';

COMMENT ON FUNCTION "private"."clear_staging"(uuid[]) IS 'Deletes the staging rows of parts.';

COMMENT ON FUNCTION "private"."drop_shared_keys"(uuid, uuid) IS 'Takes MAKs and parcels that meet more than private.shared_key_limit() places or owners from the rows of this upload, and records them in upload_shared_keys. Returns whether there were any.';

COMMENT ON FUNCTION "private"."dry_run_upload"(uuid, timestamp with time zone) IS 'Resolves all parts of a dry run and rolls back everything except the counts; afterwards its content no longer counts as a duplicate. Returns restage or the state of the finished upload.';

COMMENT ON FUNCTION "private"."find_address_nodes"(uuid) IS 'Fills resolve_nodes for the addresses in resolve_places: leads of the org, and properties of this upload.';

COMMENT ON FUNCTION "private"."find_contact_nodes"(uuid) IS 'Fills resolve_places and resolve_nodes with the contacts that rows share with each other or with leads.';

COMMENT ON FUNCTION "private"."find_shared_addresses"() IS 'Fills resolve_places with the rows at addresses that several rows have, or that a lead has.';

COMMENT ON FUNCTION "private"."fits"(text, text, bigint) IS 'private.owners_agree, or mere equality where a place has more than 20,000 pairs of owners.';

COMMENT ON FUNCTION "private"."fold_rows"(bigint) IS 'Fills resolve_leads from all rows with a lead_id, or from one row only.';

COMMENT ON FUNCTION "private"."is_elsewhere"(uuid, uuid[], private.resolve_rows) IS 'Whether one of the leads has another address and another owner than the row: a key alone does not unite them.';

COMMENT ON FUNCTION "private"."keep_unsettled_addresses"() IS 'Removes the addresses from resolve_places at which all rows are settled by their MAK or parcel.';

COMMENT ON FUNCTION "private"."keys_differ"(uuid, text, text, text, text, text, text) IS 'Whether two properties at one address have different MAKs or parcels. Numbers of which one has no separators differ if their digits do, unless zeros were lost.';

COMMENT ON FUNCTION "private"."leads_at_place"(uuid, private.resolve_rows) IS 'The leads at the address of a row, or with its phone or e-mail: those that an ambiguous row may belong to.';

COMMENT ON FUNCTION "private"."link_keys"(boolean) IS 'Adds the MAKs, parcels and leads that several rows share to resolve_links, or only the leads.';

COMMENT ON FUNCTION "private"."link_twins"(uuid) IS 'Gives rows whose parcel has no separators, or has lost its leading zeros, the number of the one parcel of this upload that has the same digits and the same address (without separators: or the same owner). Returns whether any row changed.';

COMMENT ON FUNCTION "private"."lost_zeros"(uuid, text, text, text) IS 'Whether two parcel numbers are equal but for leading zeros, and nine in ten of the county''s numbers are as long as the longer one, so that a spreadsheet has lost them.';

COMMENT ON FUNCTION "private"."match_contacts"(uuid[]) IS 'Fills resolve_rows with the rows that have only a phone or e-mail; returns whether there are any.';

COMMENT ON FUNCTION "private"."match_rows"(uuid, uuid[]) IS 'Fills resolve_rows from the rows of these parts that have a property key. Matches by MAK and by county and APN, and notes where another spelling of the parcel (twin) or the address (near) is known.';

COMMENT ON FUNCTION "private"."match_twins"(uuid) IS 'Lets rows point to the lead that has their parcel number in the other form (with or without separators), where address or owner agree and no other parcel claims it.';

COMMENT ON FUNCTION "private"."owner_text"(text, text, text, text, text) IS 'The owners of a lead or row as one text, for comparison: the persons, or else the full name.';

COMMENT ON FUNCTION "private"."owners_agree"(text, text) IS 'private.names_agree for two results of private.owner_text.';

COMMENT ON FUNCTION "private"."parcel_key"(text, text, text) IS 'A parcel as one text: county and segments, or county and the number without separators. Null without county or number.';

COMMENT ON FUNCTION "private"."parcel_segments"(text) IS 'The segments of a parcel number, joined by hyphens, each without leading zeros: `010 06/100` is 10-6-100. Null for a number without separators.';

COMMENT ON FUNCTION "private"."recall_answers"(uuid) IS 'Applies remembered answers to resolve_rows: answer is known (by_mak is the lead) or own (a lead of its own has to be made). One index look-up for an org without answers.';

COMMENT ON FUNCTION "private"."reject_keyless_rows"(uuid, uuid[]) IS 'Rejects rows that have no identity left after private.drop_shared_keys.';

COMMENT ON FUNCTION "private"."resolve_matched"(public.uploads, timestamp with time zone) IS 'Turns resolve_rows into leads: clear components at once, the others row by row; then conflicts and counts. Returns the number of new leads with a verified phone, per part.';

COMMENT ON FUNCTION "private"."resolve_parts"(uuid, timestamp with time zone) IS 'Resolves the staged rows of an upload to leads, exactly once. Returns resolved, or restage when parts must be staged again.';

COMMENT ON FUNCTION "private"."resolve_row"(uuid, uuid, bigint, timestamp with time zone) IS 'Decides one row: its lead (new, found, or the survivor of a merge) or a conflict, and records it in resolve_rows.';

COMMENT ON FUNCTION "private"."resolve_upload"(uuid, timestamp with time zone) IS 'Resolves an upload whose parts are all staged. Returns more (call again), waiting (a part is not staged or has not arrived yet), restage (staging rows lost: queue the staging again), or the state of the finished upload.';

COMMENT ON FUNCTION "private"."settle_owners"() IS 'Decides for each owner (null: the rows without a name) at the places of resolve_places whether it belongs to a node, to a cluster of agreeing owners, or to several (ambiguous).';

COMMENT ON FUNCTION "private"."settle_places"() IS 'Applies what settle_owners decided: rows point to a lead (by_place), are linked to rows of the same owner, or have the reason of a conflict.';

COMMENT ON FUNCTION "private"."shared_key_limit"() IS 'How many places, and how many owners, a MAK or parcel may have within one upload and still be a key.';

COMMENT ON FUNCTION "private"."spread_components"() IS 'Sets the component of every row: the smallest row number among all directly or indirectly linked rows.';

COMMENT ON FUNCTION "private"."unite_leads"(uuid, uuid, uuid[], private.resolve_rows, timestamp with time zone) IS 'Merges the leads that a row unites into the first of them, and lets the other rows follow.';

COMMENT ON FUNCTION "public"."upload_status"(uuid) IS 'State, progress (0 to 1), counts, warnings with their first lines, overused keys (the first ten), column mapping and timings (seconds) of an upload, as JSON; null when the caller may not see it.';

COMMENT ON TABLE "private"."resolve_links" IS 'Shape: the links between rows of one upload (a shared key or lead, an owner at a shared address or contact).';

COMMENT ON TABLE "private"."resolve_nodes" IS 'Shape: the leads at a place and the properties of this upload there. A node with several owners has several rows.';

COMMENT ON TABLE "private"."resolve_owners" IS 'Shape: the owners that rows without MAK and parcel name at a place, and whom they belong to: a node, a cluster of owners that agree, or several (state ambiguous).';

COMMENT ON TABLE "private"."resolve_places" IS 'Shape: rows at a place (an address, a phone or an e-mail) where names have to decide whom they belong to.';

COMMENT ON TABLE "private"."resolve_rows" IS 'Shape: staging rows of an upload, the leads their keys point to, and the component they belong to. kind: 1 rows with a MAK or parcel, 2 rows with only an address, 3 rows with only a phone or e-mail.';

COMMENT ON TABLE "public"."lead_joins" IS 'Rows that joined a lead without its MAK or parcel, and why: the address, phone or e-mail they share, and whether their owners agree. Survives the lead.';

COMMENT ON TABLE "public"."upload_shared_keys" IS 'MAKs and parcels that were no key in an upload, because they met too many places or owners.';

COMMENT ON TYPE "private"."lead_keys" IS 'What a component has to agree with in its lead.';

REVOKE ALL ON FUNCTION "private"."apply_contacts"(uuid, uuid, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."apply_contacts"(uuid, uuid, bigint) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."apply_leads"(uuid, uuid, uuid, smallint, timestamp WITH time zone, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."apply_leads"(uuid, uuid, uuid, smallint, timestamp WITH time zone, bigint) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."are_one_person"(uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_one_person"(uuid, uuid[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."claim_leads"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_leads"(uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."clear_staging"(uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."clear_staging"(uuid[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."drop_shared_keys"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."drop_shared_keys"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."find_address_nodes"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_address_nodes"(uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."find_contact_nodes"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_contact_nodes"(uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."find_shared_addresses"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_shared_addresses"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."fits"(text, text, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fits"(text, text, bigint) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."fold_rows"(bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fold_rows"(bigint) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_elsewhere"(uuid, uuid[], private.resolve_rows) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_elsewhere"(uuid, uuid[], private.resolve_rows) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."keep_unsettled_addresses"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."keep_unsettled_addresses"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."keys_differ"(uuid, text, text, text, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."keys_differ"(uuid, text, text, text, text, text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."leads_at_place"(uuid, private.resolve_rows) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leads_at_place"(uuid, private.resolve_rows) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."link_keys"(boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."link_keys"(boolean) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."link_twins"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."link_twins"(uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."lost_zeros"(uuid, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lost_zeros"(uuid, text, text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."match_contacts"(uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."match_contacts"(uuid[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."match_rows"(uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."match_rows"(uuid, uuid[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."match_twins"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."match_twins"(uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."owner_text"(text, text, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."owner_text"(text, text, text, text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."owners_agree"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."owners_agree"(text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."parcel_key"(text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."parcel_key"(text, text, text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."parcel_key"(text, text, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."parcel_segments"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."parcel_segments"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."parcel_segments"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."recall_answers"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."recall_answers"(uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."reject_keyless_rows"(uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reject_keyless_rows"(uuid, uuid[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."resolve_matched"(public.uploads, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."resolve_matched"(public.uploads, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."resolve_parts"(uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."resolve_parts"(uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."resolve_row"(uuid, uuid, bigint, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."resolve_row"(uuid, uuid, bigint, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."settle_owners"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."settle_owners"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."settle_places"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."settle_places"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."shared_key_limit"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."shared_key_limit"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."spread_components"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."spread_components"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."unite_leads"(uuid, uuid, uuid[], private.resolve_rows, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."unite_leads"(uuid, uuid, uuid[], private.resolve_rows, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON SEQUENCE "public"."lead_joins_id_seq" FROM "service_role";

GRANT SELECT, UPDATE, USAGE ON SEQUENCE "public"."lead_joins_id_seq" TO "service_role";

GRANT SELECT ON TABLE "private"."resolve_nodes" TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."resolve_owners" TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."resolve_places" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."lead_joins" FROM "authenticated";

GRANT SELECT ON TABLE "public"."lead_joins" TO "authenticated";

GRANT INSERT, SELECT ON TABLE "public"."lead_joins" TO "pipeline_writer";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."lead_joins" TO "service_role";

REVOKE ALL ON TABLE "public"."upload_shared_keys" FROM "authenticated";

GRANT SELECT ON TABLE "public"."upload_shared_keys" TO "authenticated";

GRANT INSERT, SELECT, UPDATE ON TABLE "public"."upload_shared_keys" TO "pipeline_writer";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."upload_shared_keys" TO "service_role";
