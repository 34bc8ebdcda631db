-- sourcing: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE TABLE "private"."pack_hooks" (
  "pack"    text NOT NULL,
  "hook"    text NOT NULL,
  "name"    text NOT NULL,
  "command" text NOT NULL,
  CONSTRAINT "hook_is_known" CHECK ((hook = ANY (ARRAY['replay'::text, 'fail'::text, 'erase'::text, 'export'::text]))),
  CONSTRAINT "pack_hooks_pkey" PRIMARY KEY (hook, name, pack)
);

ALTER TABLE "private"."pack_hooks"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."business_distinctions" (
  "org_id"      uuid                     NOT NULL,
  "business_id" uuid                     NOT NULL,
  "other_id"    uuid                     NOT NULL,
  "decided_at"  timestamp with time zone NOT NULL DEFAULT now(),
  "decided_by"  uuid,
  CONSTRAINT "business_distinctions_pkey" PRIMARY KEY (org_id, business_id, other_id),
  CONSTRAINT "distinction_is_kept_once" CHECK ((business_id < other_id))
);

ALTER TABLE "public"."business_distinctions"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."business_distinctions" FROM "anon";

CREATE TABLE "public"."business_places" (
  "org_id"      uuid NOT NULL,
  "provider"    text NOT NULL,
  "place_id"    text NOT NULL,
  "universe_id" uuid,
  "category"    text NOT NULL,
  "path"        text NOT NULL,
  CONSTRAINT "business_places_pkey" PRIMARY KEY (org_id, PROVIDER, place_id)
);

ALTER TABLE "public"."business_places"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."business_places" FROM "anon";

CREATE TABLE "public"."place_displays" (
  "org_id"       uuid                     NOT NULL,
  "provider"     text                     NOT NULL,
  "place_id"     text                     NOT NULL,
  "name"         text                     NOT NULL DEFAULT 'display'::text,
  "value_cipher" bytea                    NOT NULL,
  "key_id"       integer                  NOT NULL,
  "terms"        text                     NOT NULL,
  "obtained_at"  timestamp with time zone NOT NULL,
  "expires_at"   timestamp with time zone NOT NULL,
  CONSTRAINT "display_is_kept_for_a_day" CHECK (((expires_at > obtained_at) AND (expires_at <= (obtained_at + '1 day'::interval)))),
  CONSTRAINT "place_displays_pkey" PRIMARY KEY (org_id, PROVIDER, place_id)
);

ALTER TABLE "public"."place_displays"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."place_displays" FROM "anon", "authenticated", "service_role";

CREATE TABLE "public"."source_cells" (
  "org_id"      uuid             NOT NULL,
  "universe_id" uuid             NOT NULL,
  "category"    text             NOT NULL,
  "path"        text             NOT NULL,
  "south"       double precision NOT NULL,
  "west"        double precision NOT NULL,
  "north"       double precision NOT NULL,
  "east"        double precision NOT NULL,
  CONSTRAINT "cell_has_a_size" CHECK (((north > south) AND (east > west))),
  CONSTRAINT "path_has_quarters" CHECK ((path ~ '^[0-3]{0,30}$'::text)),
  CONSTRAINT "source_cells_pkey" PRIMARY KEY (org_id, universe_id, category, path)
);

ALTER TABLE "public"."source_cells"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."source_cells" FROM "anon";

CREATE TABLE "public"."source_runs" (
  "org_id"      uuid    NOT NULL,
  "id"          uuid    NOT NULL DEFAULT gen_random_uuid(),
  "universe_id" uuid    NOT NULL,
  "local_date"  date    NOT NULL,
  "scheduled"   boolean NOT NULL DEFAULT false,
  CONSTRAINT "one_run_a_day_for_a_universe" UNIQUE (org_id, universe_id, local_date),
  CONSTRAINT "source_run_id_is_unique" UNIQUE (id),
  CONSTRAINT "source_runs_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "public"."source_runs"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."source_runs" FROM "anon";

CREATE TABLE "public"."universes" (
  "org_id"        uuid          NOT NULL,
  "id"            uuid          NOT NULL DEFAULT gen_random_uuid(),
  "name"          text          NOT NULL,
  "provider"      text          NOT NULL,
  "verticals"     text[]        NOT NULL,
  "area"          jsonb         NOT NULL,
  "within"        jsonb         NOT NULL DEFAULT '[]'::jsonb,
  "filters"       jsonb         NOT NULL DEFAULT '{}'::jsonb,
  "floor_metres"  integer       NOT NULL DEFAULT 250,
  "daily_quota"   integer       NOT NULL DEFAULT 100,
  "cell_quota"    integer,
  "refresh_days"  integer       NOT NULL DEFAULT 30,
  "scheduled_usd" numeric(14,6),
  CONSTRAINT "area_is_a_list" CHECK ((jsonb_typeof(area) = 'array'::text)),
  CONSTRAINT "cell_quota_is_1_to_100000" CHECK (((cell_quota >= 1) AND (cell_quota <= 100000))),
  CONSTRAINT "daily_quota_is_1_to_100000" CHECK (((daily_quota >= 1) AND (daily_quota <= 100000))),
  CONSTRAINT "filters_are_an_object" CHECK ((jsonb_typeof(filters) = 'object'::text)),
  CONSTRAINT "floor_is_100_m_to_50_km" CHECK (((floor_metres >= 100) AND (floor_metres <= 50000))),
  CONSTRAINT "refresh_is_1_day_to_a_year" CHECK (((refresh_days >= 1) AND (refresh_days <= 366))),
  CONSTRAINT "scheduled_amount_is_not_negative" CHECK (((scheduled_usd >= (0)::numeric) AND (scheduled_usd <> 'NaN'::numeric))),
  CONSTRAINT "universe_has_a_name" CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 100))),
  CONSTRAINT "universe_has_an_area" CHECK (((jsonb_array_length(area) >= 1) AND (jsonb_array_length(area) <= 50))),
  CONSTRAINT "universe_has_verticals" CHECK (((cardinality(verticals) >= 1) AND (cardinality(verticals) <= 20))),
  CONSTRAINT "universe_name_is_unique" UNIQUE (org_id, name),
  CONSTRAINT "universes_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "within_is_a_list" CHECK ((jsonb_typeof(within) = 'array'::text))
);

ALTER TABLE "public"."universes"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."universes" FROM "anon";

CREATE TABLE "public"."vertical_codes" (
  "vertical" text NOT NULL,
  "scheme"   text NOT NULL,
  "code"     text NOT NULL,
  CONSTRAINT "vertical_codes_pkey" PRIMARY KEY (vertical, scheme, code)
);

ALTER TABLE "public"."vertical_codes"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."vertical_codes" FROM "anon";

CREATE TABLE "public"."verticals" (
  "vertical" text NOT NULL,
  "name"     text NOT NULL,
  CONSTRAINT "vertical_is_a_word" CHECK ((vertical ~ '^[a-z][a-z_]{1,39}$'::text)),
  CONSTRAINT "verticals_pkey" PRIMARY KEY (vertical)
);

ALTER TABLE "public"."verticals"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."verticals" FROM "anon";

CREATE TYPE "public"."business_place_state" AS ENUM (
  'new',
  'read',
  'left_out',
  'gone'
);

ALTER TABLE "public"."business_places"
  ADD COLUMN "state" public.business_place_state NOT NULL DEFAULT 'new'::public.business_place_state;

ALTER TABLE "public"."business_places"
  ADD COLUMN "reason" text;

ALTER TABLE "public"."business_places"
  ADD COLUMN "business_id" uuid;

ALTER TABLE "public"."business_places"
  ADD COLUMN "match" jsonb;

ALTER TABLE "public"."business_places"
  ADD COLUMN "attempts" smallint NOT NULL DEFAULT 0;

-- squawk-ignore adding-required-field
ALTER TABLE "public"."business_places" ADD COLUMN "first_seen_at" timestamp WITH time zone NOT NULL;

-- squawk-ignore adding-required-field
ALTER TABLE "public"."business_places" ADD COLUMN "last_seen_at" timestamp WITH time zone NOT NULL;

ALTER TABLE "public"."business_places"
  ADD COLUMN "read_at" timestamp WITH time zone;

CREATE TYPE "public"."source_cell_state" AS ENUM (
  'open',
  'split',
  'complete',
  'incomplete'
);

ALTER TABLE "public"."source_cells"
  ADD COLUMN "state" public.source_cell_state NOT NULL DEFAULT 'open'::public.source_cell_state;

ALTER TABLE "public"."source_cells"
  ADD COLUMN "results" integer;

ALTER TABLE "public"."source_cells"
  ADD COLUMN "results_new" integer;

ALTER TABLE "public"."source_cells"
  ADD COLUMN "calls" integer NOT NULL DEFAULT 0;

ALTER TABLE "public"."source_cells"
  ADD COLUMN "cost_usd" numeric(14,6) NOT NULL DEFAULT 0;

ALTER TABLE "public"."source_cells"
  ADD COLUMN "asked_at" timestamp WITH time zone;

CREATE TYPE "public"."source_run_state" AS ENUM (
  'planning',
  'planned',
  'running',
  'paused',
  'done',
  'failed',
  'cancelled'
);

ALTER TABLE "public"."source_runs"
  ADD COLUMN "state" public.source_run_state NOT NULL DEFAULT 'planning'::public.source_run_state;

ALTER TABLE "public"."source_runs"
  ADD COLUMN "reason" text;

ALTER TABLE "public"."source_runs"
  ADD COLUMN "forecast" jsonb;

ALTER TABLE "public"."source_runs"
  ADD COLUMN "most_usd" numeric(14,6);

ALTER TABLE "public"."source_runs"
  ADD COLUMN "spent_usd" numeric(14,6) NOT NULL DEFAULT 0;

ALTER TABLE "public"."source_runs"
  ADD COLUMN "calls" integer NOT NULL DEFAULT 0;

ALTER TABLE "public"."source_runs"
  ADD COLUMN "cells" integer NOT NULL DEFAULT 0;

ALTER TABLE "public"."source_runs"
  ADD COLUMN "places_new" integer NOT NULL DEFAULT 0;

ALTER TABLE "public"."source_runs"
  ADD COLUMN "places_read" integer NOT NULL DEFAULT 0;

ALTER TABLE "public"."source_runs"
  ADD COLUMN "businesses_new" integer NOT NULL DEFAULT 0;

-- squawk-ignore adding-field-with-default
ALTER TABLE "public"."source_runs" ADD COLUMN "correlation_id" uuid NOT NULL DEFAULT gen_random_uuid();

ALTER TABLE "public"."source_runs"
  ADD COLUMN "created_by" uuid;

ALTER TABLE "public"."source_runs"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."source_runs"
  ADD COLUMN "confirmed_at" timestamp WITH time zone;

ALTER TABLE "public"."source_runs"
  ADD COLUMN "ended_at" timestamp WITH time zone;

ALTER TABLE "public"."source_runs"
  ADD COLUMN "next_at" timestamp WITH time zone;

ALTER TABLE "public"."source_runs"
  ADD COLUMN "lease_until" timestamp WITH time zone;

ALTER TABLE "public"."source_runs"
  ADD COLUMN "job_id" uuid;

CREATE TYPE "public"."universe_state" AS ENUM (
  'active',
  'paused',
  'ended'
);

ALTER TABLE "public"."universes"
  ADD COLUMN "state" public.universe_state NOT NULL DEFAULT 'active'::public.universe_state;

ALTER TABLE "public"."universes"
  ADD COLUMN "created_by" uuid;

ALTER TABLE "public"."universes"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."universes"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE OR REPLACE FUNCTION private.ask_packs (
  p_hook   text,
  p_org_id uuid,
  p_values bytea[],
  p_as_of  timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  h private.pack_hooks;
  v_answer jsonb;
  v_all jsonb := '{}';
begin
  for h in select x.* from private.pack_hooks x where x.hook = p_hook order by x.pack, x.name loop
    execute h.command into v_answer using p_org_id, p_values, p_as_of;
    v_all := v_all || jsonb_build_object(h.pack, coalesce(v_all -> h.pack, '{}') || jsonb_build_object(h.name, v_answer));
  end loop;
  return v_all;
end
$function$;

CREATE OR REPLACE FUNCTION private.box_of_shape (
  s jsonb
)
  RETURNS box
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select case s ->> 'kind'
    when 'radius' then box(
      point((s ->> 'longitude')::float8 - r.wide, (s ->> 'latitude')::float8 - r.high),
      point((s ->> 'longitude')::float8 + r.wide, (s ->> 'latitude')::float8 + r.high))
    else (select box(point(min((p ->> 1)::float8), min((p ->> 0)::float8)),
        point(max((p ->> 1)::float8), max((p ->> 0)::float8)))
      from jsonb_array_elements(s -> 'points') p) end
  from (select (s ->> 'metres')::float8 / 111195 as high,
    (s ->> 'metres')::float8 / 111195 / cos(radians(least(89, abs((s ->> 'latitude')::float8)
      + (s ->> 'metres')::float8 / 111195))) as wide) r
$function$;

CREATE OR REPLACE FUNCTION private.call_pack_hook (
  p_hook    text,
  p_name    text,
  p_org_id  uuid,
  p_payload jsonb,
  p_as_of   timestamp with time zone
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_command text;
begin
  select h.command into v_command from private.pack_hooks h where h.hook = p_hook and h.name = p_name;
  if found then
    execute v_command using p_org_id, p_payload, p_as_of;
  end if;
  return v_command is not null;
end
$function$;

CREATE OR REPLACE FUNCTION private.claim_source_run (
  p_org_id uuid,
  p_run_id uuid,
  p_job_id uuid,
  p_as_of  timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.source_runs;
begin
  update public.source_runs x set job_id = p_job_id, lease_until = p_as_of + interval '3 minutes'
  where x.org_id = p_org_id and x.id = p_run_id and x.state in ('planning', 'running')
    and (x.lease_until is null or x.lease_until <= p_as_of or x.job_id = p_job_id)
    and exists (select from public.org_packs p where p.org_id = p_org_id and p.pack = 'prospects')
  returning * into r;
  if not found then
    return null;
  end if;
  return (select jsonb_build_object('state', r.state, 'scheduled', r.scheduled, 'most_usd', r.most_usd, 'spent_usd',
      r.spent_usd, 'calls', r.calls, 'calls_most', r.forecast -> 'calls_most', 'correlation_id', r.correlation_id,
      'provider', u.provider, 'area', u.area, 'floor_metres', u.floor_metres, 'daily_quota', u.daily_quota,
      'places_read', r.places_read, 'scheduled_usd', u.scheduled_usd, 'categories', (
        select jsonb_agg(distinct c.code) from public.vertical_codes c
        where c.scheme = u.provider and c.vertical = any (u.verticals)))
    from public.universes u where u.org_id = p_org_id and u.id = r.universe_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.erase_business_contacts (
  p_org_id uuid,
  p_values bytea[],
  p_as_of  timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_businesses uuid[];
  v_contacts integer;
begin
  with gone as (
    delete from public.business_contacts c where c.org_id = p_org_id and c.value_bidx = any (p_values)
    returning c.business_id
  )
  select array_agg(distinct g.business_id), count(*) into v_businesses, v_contacts from gone g;
  -- What a provider shows may have the value, too, and cannot be searched.
  if v_contacts > 0 then
    delete from public.place_displays d using public.business_places p
    where d.org_id = p_org_id and p.org_id = d.org_id and p.provider = d.provider and p.place_id = d.place_id
      and p.business_id = any (v_businesses);
  end if;
  return jsonb_build_object('contacts', v_contacts);
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
  v_values constant bytea[] := array(select private.contact_index(p_org_id, x.value)
    from (values (private.normalise_phone(p_phone)), (private.normalise_email(p_email))) x (value)
    where x.value is not null);
  v_packs jsonb;
begin
  v_packs := private.ask_packs('erase', p_org_id, v_values, p_as_of);
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
  return jsonb_build_object('leads', v_leads, 'suppressed', v_suppressed, 'packs', v_packs);
end
$function$;

CREATE OR REPLACE FUNCTION private.export_business_contacts (
  p_org_id uuid,
  p_values bytea[],
  p_as_of  timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select coalesce(jsonb_agg(jsonb_build_object('business', b.name, 'kind', c.kind, 'value',
    private.decrypt_value(c.value_cipher, private.org_key(p_org_id, c.key_id)), 'provider', c.provider, 'page',
    c.source_url, 'obtained_at', c.obtained_at) order by c.id), '[]')
  from public.business_contacts c join public.businesses b on b.org_id = c.org_id and b.id = c.business_id
  where c.org_id = p_org_id and c.value_bidx = any (p_values)
$function$;

CREATE OR REPLACE FUNCTION private.fail_source_run (
  p_org_id uuid,
  p_run_id uuid,
  p_reason text,
  p_as_of  timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_correlation uuid;
begin
  update public.source_runs r
  set state = 'failed', reason = left(p_reason, 500), ended_at = p_as_of, lease_until = null
  where r.org_id = p_org_id and r.id = p_run_id and r.state in ('planning', 'running')
  returning r.correlation_id into v_correlation;
  if found then
    perform private.record_dead_letter(p_org_id, 'source-places', jsonb_build_object('run_id', p_run_id), 'a run failed',
      p_reason, v_correlation, p_as_of);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.filter_place (
  p_org_id  uuid,
  p_run_id  uuid,
  p_display jsonb
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select private.why_left_out(u, p_display ->> 'name', private.website_host(p_display ->> 'website'),
    p_display ->> 'city', p_display ->> 'state', left(p_display ->> 'zip', 5))
  from public.source_runs r join public.universes u on u.org_id = r.org_id and u.id = r.universe_id
  where r.org_id = p_org_id and r.id = p_run_id
$function$;

CREATE OR REPLACE FUNCTION private.finish_source_plan (
  p_org_id uuid,
  p_run_id uuid,
  p_job_id uuid,
  p_prices jsonb,
  p_as_of  timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.source_runs;
  u public.universes;
  v_cells integer;
  v_new integer;
  v_calls_most integer;
  v_reads integer;
  v_left numeric;
  v_forecast jsonb;
  v_most numeric;
begin
  select x.* into r from public.source_runs x where x.org_id = p_org_id and x.id = p_run_id and x.state = 'planning'
    and x.job_id = p_job_id for update;
  if not found then
    return null;
  end if;
  select x.* into u from public.universes x where x.org_id = p_org_id and x.id = r.universe_id;
  select count(*) into v_cells from public.source_cells c
  where c.org_id = p_org_id and c.universe_id = u.id and c.state = 'open';
  select count(*) into v_new from public.business_places p
  where p.org_id = p_org_id and p.universe_id = u.id and p.state = 'new';
  -- Nobody knows how many cells will be cut: where searches cost nothing, as many as a dense city has; else as many as
  -- bring the places of a day.
  v_calls_most := (p_prices ->> 'calls_per_search')::integer * (v_cells + case
    when (p_prices ->> 'search_usd')::numeric = 0 then 10000
    else 20 + 3 * v_cells + ceil(8.0 * u.daily_quota / (p_prices ->> 'ceiling')::integer)::integer end);
  v_reads := case when p_prices -> 'read_usd' = 'null' then 0
    else greatest(0, case when v_cells > 0 then u.daily_quota else least(v_new, u.daily_quota) end - r.places_read) end;
  v_most := v_calls_most * (p_prices ->> 'search_usd')::numeric
    + v_reads * coalesce((p_prices ->> 'read_usd')::numeric, 0);
  select min(s.left_usd) into v_left from public.provider_budget_status(p_org_id, p_as_of) s
  where s.provider = u.provider and s.limit_usd is not null;
  v_forecast := jsonb_build_object('cells', v_cells, 'places_waiting', v_new, 'calls_least', v_cells,
    'calls_most', r.calls + v_calls_most, 'reads_most', v_reads, 'search_usd', p_prices -> 'search_usd',
    'read_usd', p_prices -> 'read_usd', 'most_usd', v_most, 'budget_left_usd', v_left);
  update public.source_runs x set forecast = v_forecast, lease_until = null,
    state = case when x.scheduled and v_most <= u.scheduled_usd then 'running' else 'planned' end::public.source_run_state,
    reason = case when x.scheduled and v_most > u.scheduled_usd then 'over_scheduled_usd' end,
    confirmed_at = case when x.scheduled and v_most <= u.scheduled_usd then p_as_of end,
    most_usd = case when x.scheduled and v_most <= u.scheduled_usd then x.spent_usd + v_most end
  where x.org_id = p_org_id and x.id = p_run_id returning * into r;
  if r.state = 'running' then
    perform private.send_source_run(p_org_id, p_run_id);
  end if;
  return v_forecast;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_within (
  p_within jsonb,
  p_city   text,
  p_state  text,
  p_zip    text
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_array_length(p_within) = 0 or exists (select from jsonb_array_elements(p_within) w
    where private.place_holds(w, jsonb_build_object('kind', 'zip', 'code', p_zip))
      or w ->> 'kind' = 'state' and w ->> 'code' = p_state
      or w ->> 'kind' = 'city' and lower(w ->> 'code') = lower(p_city || ', ' || p_state))
$function$;

CREATE OR REPLACE FUNCTION private.keep_display (
  p_org_id   uuid,
  p_provider text,
  p_place_id text,
  p_display  jsonb,
  p_as_of    timestamp with time zone
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into public.place_displays (org_id, provider, place_id, value_cipher, key_id, terms, obtained_at, expires_at)
  select p_org_id, p_provider, p_place_id, private.encrypt_value(p_display::text, private.org_key(p_org_id, k.id)), k.id,
    '', p_as_of, p_as_of + interval '1 day'
  from private.active_key_id(p_org_id, 'data') k (id)
  on conflict (org_id, provider, place_id) do update set value_cipher = excluded.value_cipher, key_id = excluded.key_id,
    obtained_at = excluded.obtained_at, expires_at = excluded.expires_at
$function$;

CREATE OR REPLACE FUNCTION private.keep_place (
  p_org_id   uuid,
  p_run_id   uuid,
  p_place_id text,
  p_shown    jsonb,
  p_calls    integer,
  p_cost_usd numeric,
  p_as_of    timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if p_shown is not null then
    perform private.keep_display(p_org_id, u.provider, p_place_id, p_shown, p_as_of)
    from public.source_runs r join public.universes u on u.org_id = r.org_id and u.id = r.universe_id
    where r.org_id = p_org_id and r.id = p_run_id;
  end if;
  update public.source_runs x set calls = x.calls + p_calls, spent_usd = x.spent_usd + p_cost_usd
  where x.org_id = p_org_id and x.id = p_run_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.match_place (
  p_org_id      uuid,
  p_display     jsonb,
  p_location    jsonb,
  p_business_id uuid  DEFAULT NULL::uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_blind constant bytea := private.blind_key(p_org_id);
  v_phones constant bytea[] := array(select private.blind_index(x.phone, v_blind)
    from (select private.normalise_phone(p_display ->> 'phone') as phone) x where x.phone is not null);
  v_address record;
  n public.businesses;
  v_best record;
begin
  n.name := p_display ->> 'name';
  n.name_key := private.business_name_key(n.name);
  n.website_domain := private.website_host(p_display ->> 'website');
  n.latitude := (p_location ->> 'latitude')::double precision;
  n.longitude := (p_location ->> 'longitude')::double precision;
  select c.name into n.chain from public.business_chains c where c.name_key = n.name_key;
  if p_display ->> 'street' is not null then
    select * into v_address from private.parse_address(p_display ->> 'street', null, p_display ->> 'city',
      p_display ->> 'state', p_display ->> 'zip');
    n.house_number := v_address.situs_house_number;
    n.street_key := private.street_stem(v_address.situs_street);
    n.unit := v_address.situs_unit;
    n.zip := v_address.situs_zip;
  end if;
  select x.id, x.found into v_best from (
    select b.id, b.created_at, private.compare_businesses(n, b, v_phones, array(select p.value_bidx
      from public.business_contacts p where p.org_id = b.org_id and p.business_id = b.id and p.kind = 'phone')) as found
    from public.businesses b
    where b.org_id = p_org_id and (b.id = p_business_id or p_business_id is null and (b.website_domain = n.website_domain
      or b.zip = n.zip and b.house_number = n.house_number
      or b.id in (select p.business_id from public.business_contacts p
        where p.org_id = p_org_id and p.value_bidx = any (v_phones))))
    limit 200) x
  order by (x.found -> 'same')::boolean desc, (x.found ->> 'bits')::numeric desc, x.created_at, x.id limit 1;
  if v_best.id is null or p_business_id is null and not (v_best.found -> 'same')::boolean then
    return null;
  end if;
  return jsonb_build_object('business_id', v_best.id, 'match', v_best.found || jsonb_build_object('confidence',
    round(1 / (1 + power(2::numeric, -greatest(-30, least(30, (v_best.found ->> 'bits')::numeric)))), 4)));
end
$function$;

CREATE OR REPLACE FUNCTION private.next_source_cell (
  p_org_id uuid,
  p_run_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select jsonb_build_object('category', c.category, 'path', c.path, 'south', c.south, 'west', c.west, 'north', c.north,
    'east', c.east)
  from public.source_runs r
  join public.source_cells c on c.org_id = r.org_id and c.universe_id = r.universe_id and c.state = 'open'
  where r.org_id = p_org_id and r.id = p_run_id
  order by length(c.path), c.category, c.path limit 1
$function$;

CREATE OR REPLACE FUNCTION private.next_source_place (
  p_org_id uuid,
  p_run_id uuid,
  p_as_of  timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.source_runs;
  u public.universes;
  v record;
  v_display text;
begin
  select x.* into r from public.source_runs x where x.org_id = p_org_id and x.id = p_run_id;
  select x.* into u from public.universes x where x.org_id = p_org_id and x.id = r.universe_id;
  if r.places_read >= u.daily_quota then
    return null;
  end if;
  select p.place_id, p.category, p.path into v from public.business_places p
  where p.org_id = p_org_id and p.universe_id = u.id and p.state = 'new' and p.attempts < 3
    and (u.cell_quota is null or u.cell_quota > (
      select count(*) from public.business_places q
      where q.org_id = p_org_id and q.universe_id = u.id and q.category = p.category and q.path = p.path
        and q.read_at >= r.created_at))
  order by p.attempts, p.category, p.path, p.place_id limit 1;
  if not found then
    return null;
  end if;
  select private.decrypt_value(d.value_cipher, private.org_key(p_org_id, d.key_id)) into v_display
  from public.place_displays d
  where d.org_id = p_org_id and d.provider = u.provider and d.place_id = v.place_id and d.expires_at > p_as_of;
  return jsonb_build_object('place_id', v.place_id, 'shown', v_display::jsonb);
end
$function$;

CREATE OR REPLACE FUNCTION private.open_due_source_runs (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v record;
  v_count integer := 0;
begin
  for v in
    select u.org_id, u.id from public.universes u
    join public.orgs o on o.id = u.org_id
    join public.org_packs p on p.org_id = u.org_id and p.pack = 'prospects'
    where u.state = 'active' and u.scheduled_usd is not null
      and (p_as_of at time zone o.time_zone)::time >= time '05:00'
      and not exists (select from public.source_runs r where r.org_id = u.org_id and r.universe_id = u.id
        and r.local_date = (p_as_of at time zone o.time_zone)::date)
      -- One that waits for a person is not joined by another.
      and not exists (select from public.source_runs r where r.org_id = u.org_id and r.universe_id = u.id
        and r.state in ('planning', 'planned', 'running', 'paused'))
    order by u.org_id, u.id
  loop
    v_count := v_count + (private.open_source_run(v.org_id, v.id, true, p_as_of) is not null)::integer;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.open_source_cells (
  p_org_id uuid,
  p_run_id uuid,
  p_roots  jsonb,
  p_as_of  timestamp with time zone
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  u public.universes;
begin
  select x.* into u from public.universes x join public.source_runs r on r.org_id = x.org_id and r.universe_id = x.id
  where r.org_id = p_org_id and r.id = p_run_id;
  insert into public.source_cells (org_id, universe_id, category, path, south, west, north, east)
  select p_org_id, u.id, x.category, x.path, x.south, x.west, x.north, x.east
  from jsonb_to_recordset(p_roots) x (category text, path text, south float8, west float8, north float8, east float8)
  on conflict do nothing;
  update public.source_cells c set state = 'open'
  where c.org_id = p_org_id and c.universe_id = u.id and c.state in ('complete', 'incomplete')
    and (c.state = 'incomplete' or c.results_new > 0)
    and c.asked_at <= p_as_of - make_interval(days => u.refresh_days);
  return (select count(*) from public.source_cells c
    where c.org_id = p_org_id and c.universe_id = u.id and c.state = 'open');
end
$function$;

CREATE OR REPLACE FUNCTION private.open_source_run (
  p_org_id      uuid,
  p_universe_id uuid,
  p_scheduled   boolean,
  p_as_of       timestamp with time zone
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_id uuid;
begin
  insert into public.source_runs (org_id, universe_id, local_date, scheduled, created_by, created_at, next_at)
  select u.org_id, u.id, (p_as_of at time zone o.time_zone)::date, p_scheduled, (select auth.uid()), p_as_of, p_as_of
  from public.universes u join public.orgs o on o.id = u.org_id
  where u.org_id = p_org_id and u.id = p_universe_id and u.state = 'active'
  on conflict (org_id, universe_id, local_date) do nothing
  returning id into v_id;
  if v_id is not null then
    perform private.send_source_run(p_org_id, v_id);
  end if;
  return v_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.person_in_packs (
  p_org_id uuid,
  p_phone  text,
  p_email  text,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  select private.ask_packs('export', p_org_id, array(select private.contact_index(p_org_id, x.value)
    from (values (private.normalise_phone(p_phone)), (private.normalise_email(p_email))) x (value)
    where x.value is not null), p_as_of)
$function$;

CREATE OR REPLACE FUNCTION private.place_holds (
  p jsonb,
  q jsonb
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select p = q or case p ->> 'kind'
    when 'state' then case q ->> 'kind'
      when 'county' then exists (select from public.us_counties c where c.fips = q ->> 'code' and c.state = p ->> 'code')
      when 'city' then right(q ->> 'code', 2) = p ->> 'code'
      when 'zip' then exists (select from public.zip_counties z join public.us_counties c on c.fips = z.fips
        where z.zip = q ->> 'code' and c.state = p ->> 'code') end
    when 'county' then q ->> 'kind' = 'zip' and exists (select from public.zip_counties z
      where z.zip = q ->> 'code' and z.fips = p ->> 'code') end is true
$function$;

CREATE OR REPLACE FUNCTION private.place_problem (
  p jsonb
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select case
    when jsonb_typeof(p) is distinct from 'object' or coalesce(p ->> 'code', '') = '' then 'needs kind and code'
    when p ->> 'kind' = 'state' then case
      when not exists (select from public.us_states s where s.code = p ->> 'code') then 'is an unknown state' end
    when p ->> 'kind' = 'county' then case
      when not exists (select from public.us_counties c where c.fips = p ->> 'code') then 'is an unknown county' end
    when p ->> 'kind' = 'zip' then case
      when not exists (select from public.zip_counties z where z.zip = p ->> 'code') then 'is an unknown ZIP' end
    when p ->> 'kind' = 'city' then case
      when p ->> 'code' !~ '^[^,]{2,60}, [A-Z]{2}$' or not exists (select from public.us_states s
          where s.code = right(p ->> 'code', 2)) then 'is a city and its state, such as Los Angeles, CA' end
    else 'has the kind state, county, city or zip' end
$function$;

CREATE OR REPLACE FUNCTION private.record_source_cell (
  p_org_id uuid,
  p_run_id uuid,
  p_job_id uuid,
  p_cell   jsonb,
  p_answer jsonb,
  p_as_of  timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.source_runs;
  u public.universes;
  v_place jsonb;
  v_known boolean;
  v_new integer := 0;
  v_split constant boolean := (p_answer -> 'full')::boolean and jsonb_array_length(p_answer -> 'children') > 0;
begin
  select x.* into r from public.source_runs x where x.org_id = p_org_id and x.id = p_run_id for update;
  select x.* into u from public.universes x where x.org_id = p_org_id and x.id = r.universe_id;
  -- What was paid counts, whatever became of the run.
  for v_place in select p.value from jsonb_array_elements(p_answer -> 'places') p order by p.value ->> 'id' loop
    update public.business_places p set last_seen_at = p_as_of
    where p.org_id = p_org_id and p.provider = u.provider and p.place_id = v_place ->> 'id';
    v_known := found;
    if not v_known then
      insert into public.business_places (org_id, provider, place_id, universe_id, category, path, first_seen_at,
        last_seen_at)
      values (p_org_id, u.provider, v_place ->> 'id', u.id, p_cell ->> 'category', p_cell ->> 'path', p_as_of, p_as_of);
      v_new := v_new + 1;
      if v_place -> 'display' <> 'null' then
        perform private.keep_display(p_org_id, u.provider, v_place ->> 'id',
          jsonb_build_object('location', v_place -> 'location', 'display', v_place -> 'display'), p_as_of);
      end if;
    end if;
  end loop;
  update public.source_cells c
  set state = case when v_split then 'split' when (p_answer -> 'full')::boolean then 'incomplete' else 'complete'
      end::public.source_cell_state,
    results = jsonb_array_length(p_answer -> 'places'), results_new = case when c.asked_at is null then jsonb_array_length(p_answer -> 'places') else v_new end, asked_at = p_as_of,
    calls = c.calls + (p_answer ->> 'calls')::integer, cost_usd = c.cost_usd + (p_answer ->> 'cost_usd')::numeric
  where c.org_id = p_org_id and c.universe_id = u.id and c.category = p_cell ->> 'category'
    and c.path = p_cell ->> 'path';
  if v_split then
    insert into public.source_cells (org_id, universe_id, category, path, south, west, north, east)
    select p_org_id, u.id, p_cell ->> 'category', x.path, x.south, x.west, x.north, x.east
    from jsonb_to_recordset(p_answer -> 'children') x (path text, south float8, west float8, north float8, east float8)
    on conflict do nothing;
  end if;
  update public.source_runs x
  set cells = x.cells + 1, places_new = x.places_new + v_new, calls = x.calls + (p_answer ->> 'calls')::integer,
    spent_usd = x.spent_usd + (p_answer ->> 'cost_usd')::numeric,
    lease_until = case when x.job_id = p_job_id then p_as_of + interval '3 minutes' else x.lease_until end
  where x.org_id = p_org_id and x.id = p_run_id;
  return case when r.job_id is distinct from p_job_id then 'lost' else r.state::text end;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_source_place (
  p_org_id   uuid,
  p_run_id   uuid,
  p_job_id   uuid,
  p_place_id text,
  p_result   jsonb,
  p_as_of    timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.source_runs;
  u public.universes;
  v_recorded jsonb;
  v_match jsonb;
  v_business uuid;
  v_reason text := p_result ->> 'reason';
begin
  select x.* into r from public.source_runs x where x.org_id = p_org_id and x.id = p_run_id for update;
  select x.* into u from public.universes x where x.org_id = p_org_id and x.id = r.universe_id;
  if p_result ->> 'state' = 'later' then
    update public.business_places p set attempts = p.attempts + 1, reason = v_reason
    where p.org_id = p_org_id and p.provider = u.provider and p.place_id = p_place_id and p.state = 'new';
  else
    if p_result -> 'business' <> 'null' then
      v_recorded := private.record_business(p_org_id, 'website', p_result -> 'business', p_result ->> 'source_url',
        p_as_of);
      v_business := (v_recorded ->> 'business_id')::uuid;
      v_reason := coalesce(v_recorded ->> 'reason', v_reason);
    end if;
    -- Without a website of its own, it may be a business that is known already.
    if p_result -> 'display' <> 'null' then
      v_match := private.match_place(p_org_id, p_result -> 'display', p_result -> 'location', v_business);
      v_business := coalesce(v_business, (v_match ->> 'business_id')::uuid);
    end if;
    update public.business_places p
    set state = case when p_result ->> 'state' = 'gone' then 'gone' when v_business is not null then 'read'
        else 'left_out' end::public.business_place_state,
      reason = case when v_business is null then coalesce(v_reason, 'no_website') end, business_id = v_business,
      match = v_match -> 'match', read_at = p_as_of
    where p.org_id = p_org_id and p.provider = u.provider and p.place_id = p_place_id and p.state = 'new';
  end if;
  update public.source_runs x
  set places_read = x.places_read + (p_result ->> 'state' <> 'later')::integer,
    businesses_new = x.businesses_new + coalesce((v_recorded -> 'is_new')::boolean, false)::integer,
    lease_until = case when x.job_id = p_job_id then p_as_of + interval '3 minutes' else x.lease_until end
  where x.org_id = p_org_id and x.id = p_run_id;
  return case when r.job_id is distinct from p_job_id then 'lost' else r.state::text end;
end
$function$;

CREATE OR REPLACE FUNCTION private.release_source_run (
  p_org_id uuid,
  p_run_id uuid,
  p_job_id uuid
)
  RETURNS void
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  update public.source_runs r set lease_until = null
  where r.org_id = p_org_id and r.id = p_run_id and r.job_id = p_job_id
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
      if not private.call_pack_hook('replay', d.source, d.org_id, d.payload, p_as_of) then
        return 'Dead letters of this kind cannot be replayed.';
      end if;
  end case;
  update public.pipeline_dlq x
  set resolved_at = coalesce(x.resolved_at, p_as_of), resolution = 'replayed', resolved_by = auth.uid()
  where x.id = d.id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.rest_source_run (
  p_org_id uuid,
  p_run_id uuid,
  p_job_id uuid,
  p_until  timestamp with time zone,
  p_stop   text,
  p_as_of  timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.source_runs;
begin
  update public.source_runs x
  set state = case when x.state <> 'running' then x.state when p_stop is not null then 'paused'
      when p_until is null then 'done' else 'running' end::public.source_run_state,
    reason = case when x.state = 'running' then p_stop else x.reason end, next_at = p_until,
    ended_at = case when x.state = 'running' and p_stop is null and p_until is null then p_as_of else x.ended_at end,
    lease_until = null
  where x.org_id = p_org_id and x.id = p_run_id and x.job_id = p_job_id
  returning * into r;
  if r.state = 'paused' and p_stop is not null then
    perform private.record_dead_letter(p_org_id, 'source-places', jsonb_build_object('run_id', p_run_id),
      'a run is paused and waits for a person', p_stop, r.correlation_id, p_as_of);
  end if;
  return coalesce(r.state::text, 'lost');
end
$function$;

CREATE OR REPLACE FUNCTION private.send_source_run (
  p_org_id uuid,
  p_run_id uuid
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  select private.send_job('source-places', jsonb_build_object('run_id', p_run_id, 'org_id', p_org_id, 'task', 'source'),
    p_run_id::text)
$function$;

CREATE OR REPLACE FUNCTION private.shape_problem (
  s jsonb
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select case
    when jsonb_typeof(s) is distinct from 'object' then 'is not an object'
    when s ->> 'kind' = 'radius' then case
      when jsonb_typeof(s -> 'latitude') is distinct from 'number'
        or jsonb_typeof(s -> 'longitude') is distinct from 'number'
        or jsonb_typeof(s -> 'metres') is distinct from 'number' then 'needs latitude, longitude and metres'
      when abs((s ->> 'latitude')::numeric) > 85 or abs((s ->> 'longitude')::numeric) > 180 then 'is not on the map'
      when (s ->> 'metres')::numeric not between 100 and 200000 then 'has a radius of 100 m to 200 km'
      when s - '{kind,latitude,longitude,metres}'::text[] <> '{}' then 'has an unknown field' end
    when s ->> 'kind' = 'polygon' then case
      when jsonb_typeof(s -> 'points') is distinct from 'array' then 'needs points'
      when jsonb_array_length(s -> 'points') not between 3 and 500 then 'has 3 to 500 points'
      when exists (select from jsonb_array_elements(s -> 'points') p where jsonb_typeof(p) <> 'array'
          or jsonb_array_length(p) <> 2 or jsonb_typeof(p -> 0) <> 'number' or jsonb_typeof(p -> 1) <> 'number')
        then 'has points [latitude, longitude]'
      when exists (select from jsonb_array_elements(s -> 'points') p
          where abs((p ->> 0)::numeric) > 85 or abs((p ->> 1)::numeric) > 180) then 'is not on the map'
      when s - '{kind,points}'::text[] <> '{}' then 'has an unknown field' end
    else 'has the kind radius or polygon' end
$function$;

CREATE OR REPLACE FUNCTION private.source_and_sweep (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select jsonb_build_object('opened', private.open_due_source_runs(p_as_of), 'woken', private.wake_source_runs(p_as_of),
    'erased', private.sweep_displays(p_as_of))
$function$;

CREATE OR REPLACE FUNCTION private.source_run_for_admin (
  p_run_id uuid
)
  RETURNS public.source_runs
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.source_runs;
begin
  select x.* into r from public.source_runs x
  where x.id = p_run_id and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))
  for update;
  if not found then
    raise exception 'run not found' using errcode = 'SL713';
  end if;
  perform private.require_pack(r.org_id, 'prospects');
  return r;
end
$function$;

CREATE OR REPLACE FUNCTION private.sweep_displays (
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
  delete from public.place_displays d where d.expires_at <= p_as_of;
  get diagnostics v_count = row_count;
  delete from public.business_facts f where f.expires_at <= p_as_of;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_orgs__delete_businesses()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  delete from public.businesses b where b.org_id = old.id;
  delete from public.business_places p where p.org_id = old.id;
  return old;
end
$function$;

CREATE OR REPLACE FUNCTION private.universe_overlaps (
  p_org_id   uuid,
  p_id       uuid,
  p_universe jsonb
)
  RETURNS text[]
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(array_agg(distinct x.said order by x.said), '{}') from (
    select format('%s %s lies in %s %s', q.value ->> 'kind', q.value ->> 'code', p.value ->> 'kind', p.value ->> 'code') as said
    from jsonb_array_elements(p_universe -> 'within') with ordinality p (value, n)
    join jsonb_array_elements(p_universe -> 'within') with ordinality q (value, n) on q.n <> p.n
    where private.place_holds(p.value, q.value) and (p.value <> q.value or p.n < q.n)
    union all
    select format('shapes %s and %s of the area may overlap', p.n, q.n)
    from jsonb_array_elements(p_universe -> 'area') with ordinality p (value, n)
    join jsonb_array_elements(p_universe -> 'area') with ordinality q (value, n) on p.n < q.n
    where private.box_of_shape(p.value) operator(pg_catalog.&&) private.box_of_shape(q.value)
    union all
    select format('universe %s looks for the same businesses in part of this area', u.name)
    from public.universes u
    where u.org_id = p_org_id and u.id is distinct from p_id and u.state <> 'ended'
      and u.verticals && array(select v.value from jsonb_array_elements_text(p_universe -> 'verticals') v)
      and exists (select from jsonb_array_elements(u.area) a, jsonb_array_elements(p_universe -> 'area') b
        where private.box_of_shape(a.value) operator(pg_catalog.&&) private.box_of_shape(b.value))) x
$function$;

CREATE OR REPLACE FUNCTION private.wake_source_runs (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r record;
  v_count integer := 0;
begin
  for r in
    select x.org_id, x.id from public.source_runs x
    join public.org_packs p on p.org_id = x.org_id and p.pack = 'prospects'
    where x.state in ('planning', 'running') and coalesce(x.next_at, '-infinity') <= p_as_of
      and coalesce(x.lease_until, '-infinity') <= p_as_of
    order by x.next_at nulls first, x.id
  loop
    perform private.send_source_run(r.org_id, r.id);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.why_left_out (
  p_universe public.universes,
  p_name     text,
  p_domain   text,
  p_city     text,
  p_state    text,
  p_zip      text
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select case
    when not private.is_within(p_universe.within, p_city, p_state, p_zip) then 'outside'
    when p_universe.filters -> 'chains' = 'false' and exists (select from public.business_chains c
      where c.name_key = private.business_name_key(p_name) or c.website_domain = p_domain) then 'chain'
    when p_universe.filters -> 'domains' ? p_domain then 'domain'
    when exists (select from jsonb_array_elements_text(coalesce(p_universe.filters -> 'words', '[]')) w
      where ' ' || private.business_name_key(p_name) || ' ' like '% ' || private.business_name_key(w.value) || ' %')
      then 'word' end
$function$;

CREATE OR REPLACE FUNCTION public.answer_business_pair (
  p_org_id      uuid,
  p_business_id uuid,
  p_other_id    uuid,
  p_same        boolean
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_gone public.businesses;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.require_pack(p_org_id, 'prospects');
  if p_business_id = p_other_id or p_same is null or (select count(*) from (
      select from public.businesses b where b.org_id = p_org_id and b.id in (p_business_id, p_other_id)
      for update) x) < 2
  then
    raise exception 'two businesses of the org, and an answer, are required' using errcode = 'SL715';
  end if;
  if not p_same then
    insert into public.business_distinctions (org_id, business_id, other_id, decided_by)
    values (p_org_id, least(p_business_id, p_other_id), greatest(p_business_id, p_other_id), (select auth.uid()))
    on conflict do nothing;
    perform private.record_audit(p_org_id, 'business.told_apart', p_business_id::text,
      jsonb_build_object('other_id', p_other_id));
    return;
  end if;
  if exists (select from public.business_distinctions d where d.org_id = p_org_id
    and d.business_id = least(p_business_id, p_other_id) and d.other_id = greatest(p_business_id, p_other_id))
  then
    raise exception 'a person said that the two are not the same' using errcode = 'SL715';
  end if;
  update public.business_contacts c set business_id = p_business_id
  where c.org_id = p_org_id and c.business_id = p_other_id and not exists (select from public.business_contacts k
    where k.org_id = p_org_id and k.business_id = p_business_id and k.value_bidx = c.value_bidx);
  update public.business_facts f set business_id = p_business_id
  where f.org_id = p_org_id and f.business_id = p_other_id and not exists (select from public.business_facts k
    where k.org_id = p_org_id and k.business_id = p_business_id and k.provider = f.provider and k.name = f.name);
  update public.business_places p set business_id = p_business_id
  where p.org_id = p_org_id and p.business_id = p_other_id;
  insert into public.business_distinctions (org_id, business_id, other_id, decided_at, decided_by)
  select p_org_id, least(x.id, p_business_id), greatest(x.id, p_business_id), x.decided_at, x.decided_by
  from (select case when d.business_id = p_other_id then d.other_id else d.business_id end as id, d.decided_at,
      d.decided_by from public.business_distinctions d
    where d.org_id = p_org_id and p_other_id in (d.business_id, d.other_id)) x
  where x.id <> p_business_id
  on conflict do nothing;
  delete from public.businesses b where b.org_id = p_org_id and b.id = p_other_id returning * into v_gone;
  update public.businesses b set website_domain = coalesce(b.website_domain, v_gone.website_domain),
    street = coalesce(b.street, v_gone.street), house_number = coalesce(b.house_number, v_gone.house_number),
    street_key = coalesce(b.street_key, v_gone.street_key), unit = coalesce(b.unit, v_gone.unit),
    city = coalesce(b.city, v_gone.city), state = coalesce(b.state, v_gone.state), zip = coalesce(b.zip, v_gone.zip),
    latitude = coalesce(b.latitude, v_gone.latitude), longitude = coalesce(b.longitude, v_gone.longitude)
  where b.org_id = p_org_id and b.id = p_business_id;
  perform private.record_audit(p_org_id, 'business.merged', p_business_id::text,
    jsonb_build_object('other_id', p_other_id));
end
$function$;

REVOKE ALL ON FUNCTION "public"."answer_business_pair"(uuid, uuid, uuid, boolean) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.confirm_source_run (
  p_run_id uuid,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.source_runs;
begin
  p_as_of := private.caller_clock(p_as_of);
  r := private.source_run_for_admin(p_run_id);
  if r.state <> 'planned' then
    raise exception 'the run is %, not planned', r.state using errcode = 'SL714';
  end if;
  update public.source_runs x
  set state = 'running', confirmed_at = p_as_of, most_usd = x.spent_usd + (x.forecast ->> 'most_usd')::numeric,
    next_at = p_as_of
  where x.org_id = r.org_id and x.id = r.id;
  perform private.send_source_run(r.org_id, r.id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."confirm_source_run"(uuid, timestamp WITH time zone) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.control_source_run (
  p_run_id uuid,
  p_action text,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.source_runs;
  v_state public.source_run_state;
begin
  p_as_of := private.caller_clock(p_as_of);
  r := private.source_run_for_admin(p_run_id);
  v_state := (case
    when p_action = 'pause' and r.state = 'running' then 'paused'
    when p_action = 'cancel' and r.state not in ('done', 'failed', 'cancelled') then 'cancelled'
    -- What was confirmed is spent: it is priced again.
    when p_action = 'resume' and r.state in ('paused', 'failed') then
      case when r.confirmed_at is null or r.reason = 'over_cap' then 'planning' else 'running' end
    end)::public.source_run_state;
  if v_state is null then
    raise exception 'a run that is % cannot be changed by %', r.state, p_action using errcode = 'SL714';
  end if;
  update public.source_runs x
  set state = v_state, reason = case when v_state = 'paused' then 'by hand' end, next_at = p_as_of,
    ended_at = case when v_state = 'cancelled' then p_as_of end, scheduled = x.scheduled and v_state <> 'planning',
    confirmed_at = case when v_state <> 'planning' then x.confirmed_at end,
    most_usd = case when v_state <> 'planning' then x.most_usd end
  where x.org_id = r.org_id and x.id = r.id;
  if p_action = 'resume' then
    perform private.send_source_run(r.org_id, r.id);
  end if;
  if p_action in ('resume', 'cancel') then
    perform private.resolve_dead_letter('source-places', jsonb_build_object('run_id', r.id), p_as_of);
  end if;
  return v_state;
end
$function$;

REVOKE ALL ON FUNCTION "public"."control_source_run"(uuid, text, timestamp WITH time zone) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_business_pairs (
  p_org_id uuid,
  p_limit  integer DEFAULT 50
)
  RETURNS TABLE (
    business_id uuid,
    name        text,
    other_id    uuid,
    other_name  text,
    bits        numeric,
    levels      jsonb
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}');
  perform private.require_pack(p_org_id, 'prospects');
  return query
  with pairs as (
    select distinct least(a.business_id, b.business_id) as a, greatest(a.business_id, b.business_id) as b
    from public.business_contacts a
    join public.business_contacts b on b.org_id = a.org_id and b.value_bidx = a.value_bidx
      and b.business_id > a.business_id
    where a.org_id = p_org_id
    union
    select least(a.id, b.id), greatest(a.id, b.id) from public.businesses a
    join public.businesses b on b.org_id = a.org_id and b.id > a.id and (b.website_domain = a.website_domain
      or b.zip = a.zip and b.house_number = a.house_number and b.street_key = a.street_key)
    where a.org_id = p_org_id
  ), compared as (
    select x.a, x.b, l.name as a_name, r.name as b_name, private.compare_businesses(l, r,
      array(select c.value_bidx from public.business_contacts c where c.org_id = p_org_id and c.business_id = x.a
        and c.kind = 'phone'),
      array(select c.value_bidx from public.business_contacts c where c.org_id = p_org_id and c.business_id = x.b
        and c.kind = 'phone')) as found
    from pairs x
    join public.businesses l on l.org_id = p_org_id and l.id = x.a
    join public.businesses r on r.org_id = p_org_id and r.id = x.b
    where not exists (select from public.business_distinctions d where d.org_id = p_org_id and d.business_id = x.a
      and d.other_id = x.b)
  )
  select c.a, c.a_name, c.b, c.b_name, (c.found ->> 'bits')::numeric, c.found -> 'levels' from compared c
  where (c.found ->> 'bits')::numeric >= (select w.bits - 10 from public.business_match_weights w
    where w.field = 'decision')
  order by (c.found ->> 'bits')::numeric desc, c.a, c.b limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_business_pairs"(uuid, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.plan_source_run (
  p_org_id      uuid,
  p_universe_id uuid,
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_id uuid;
begin
  p_as_of := private.caller_clock(p_as_of);
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.require_pack(p_org_id, 'prospects');
  v_id := private.open_source_run(p_org_id, p_universe_id, false, p_as_of);
  if v_id is null then
    raise exception 'universe not found or not active, or it has a run today' using errcode = 'SL712';
  end if;
  return v_id;
end
$function$;

REVOKE ALL ON FUNCTION "public"."plan_source_run"(uuid, uuid, timestamp WITH time zone) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.save_universe (
  p_org_id   uuid,
  p_universe jsonb,
  p_id       uuid  DEFAULT NULL::uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_problem text;
  u public.universes;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.require_pack(p_org_id, 'prospects');
  if jsonb_typeof(p_universe) is distinct from 'object' then
    raise exception 'a universe is an object' using errcode = 'SL711';
  end if;
  p_universe := jsonb_build_object('within', '[]'::jsonb, 'filters', '{}'::jsonb) || p_universe;
  select x.problem into v_problem from (
    select format('unknown field %s', k) as problem from jsonb_object_keys(p_universe) k
    where k not in ('name', 'provider', 'verticals', 'area', 'within', 'filters', 'floor_metres', 'daily_quota',
      'cell_quota', 'refresh_days', 'scheduled_usd')
    union all
    select format('%s is a list', k) from unnest('{verticals,area,within}'::text[]) k
    where jsonb_typeof(p_universe -> k) is distinct from 'array'
    union all
    select 'filters are {chains, domains, words}' where jsonb_typeof(p_universe -> 'filters') is distinct from 'object'
      or p_universe -> 'filters' <> '{}' and (
        (p_universe -> 'filters') - '{chains,domains,words}'::text[] <> '{}'
        or jsonb_typeof(coalesce(p_universe #> '{filters,chains}', 'true')) <> 'boolean'
        or jsonb_typeof(coalesce(p_universe #> '{filters,domains}', '[]')) <> 'array'
        or jsonb_typeof(coalesce(p_universe #> '{filters,words}', '[]')) <> 'array')) x limit 1;
  if v_problem is null then
    select x.problem into v_problem from (
      select format('%s has no categories of %s', v, p_universe ->> 'provider') as problem
      from jsonb_array_elements_text(p_universe -> 'verticals') v
      where not exists (select from public.vertical_codes c
        where c.vertical = v and c.scheme = p_universe ->> 'provider' and c.scheme not in ('sic', 'naics'))
      union all
      select format('shape %s %s', s.n, private.shape_problem(s.value))
      from jsonb_array_elements(p_universe -> 'area') with ordinality s (value, n)
      where private.shape_problem(s.value) is not null
      union all
      select format('%s %s', coalesce(w.value ->> 'code', 'place ' || w.n), private.place_problem(w.value))
      from jsonb_array_elements(p_universe -> 'within') with ordinality w (value, n)
      where private.place_problem(w.value) is not null) x limit 1;
  end if;
  if v_problem is not null then
    raise exception '%', v_problem using errcode = 'SL711';
  end if;
  u := jsonb_populate_record(null::public.universes, p_universe);
  if p_id is null then
    insert into public.universes (org_id, name, provider, verticals, area, within, filters, floor_metres, daily_quota,
      cell_quota, refresh_days, scheduled_usd, created_by)
    values (p_org_id, u.name, u.provider, u.verticals, u.area, u.within, u.filters, coalesce(u.floor_metres, 250),
      coalesce(u.daily_quota, 100), u.cell_quota, coalesce(u.refresh_days, 30), u.scheduled_usd, (select auth.uid()))
    returning * into u;
  else
    update public.universes x set name = u.name, filters = u.filters, within = u.within,
      daily_quota = coalesce(u.daily_quota, 100), cell_quota = u.cell_quota,
      refresh_days = coalesce(u.refresh_days, 30), scheduled_usd = u.scheduled_usd
    where x.org_id = p_org_id and x.id = p_id
      -- Its cells are those of this area, provider and floor.
      and x.provider = u.provider and x.area = u.area and x.floor_metres = coalesce(u.floor_metres, 250)
      and x.verticals = u.verticals
    returning * into u;
    if not found then
      raise exception 'universe not found, or another provider, area, floor or vertical: make a new one for these'
        using errcode = 'SL712';
    end if;
  end if;
  return jsonb_build_object('universe_id', u.id, 'overlaps', private.universe_overlaps(p_org_id, u.id, p_universe));
exception when unique_violation then
  raise exception 'another universe has this name' using errcode = 'SL711';
when check_violation or not_null_violation or invalid_text_representation or numeric_value_out_of_range then
  raise exception '%', sqlerrm using errcode = 'SL711';
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_universe"(uuid, jsonb, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.set_universe_state (
  p_org_id uuid,
  p_id     uuid,
  p_state  public.universe_state
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.require_pack(p_org_id, 'prospects');
  update public.universes u set state = p_state where u.org_id = p_org_id and u.id = p_id and u.state <> 'ended';
  if not found then
    raise exception 'universe not found, or ended' using errcode = 'SL712';
  end if;
end
$function$;

REVOKE ALL ON FUNCTION "public"."set_universe_state"(uuid, uuid, public.universe_state) FROM PUBLIC, "anon";

ALTER TABLE "private"."pack_hooks"
  ADD CONSTRAINT "pack_hooks_pack_fkey" FOREIGN KEY (pack) REFERENCES public.packs(name) ON DELETE CASCADE;

ALTER TABLE "public"."business_distinctions"
  ADD CONSTRAINT "distinguished_business_is_of_its_org" FOREIGN KEY (org_id, business_id) REFERENCES public.businesses(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."business_distinctions"
  ADD CONSTRAINT "other_business_is_of_its_org" FOREIGN KEY (org_id, other_id) REFERENCES public.businesses(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."business_places"
  ADD CONSTRAINT "business_places_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."business_places"
  ADD CONSTRAINT "place_is_a_business_of_its_org" FOREIGN KEY (org_id, business_id) REFERENCES public.businesses(org_id, id) ON DELETE SET NULL (business_id);

ALTER TABLE "public"."business_places"
  ADD CONSTRAINT "place_that_is_left_out_has_a_reason" CHECK (((state <> 'left_out'::public.business_place_state) OR (reason IS NOT NULL)));

ALTER TABLE "public"."business_places"
  ADD CONSTRAINT "read_place_has_its_time" CHECK (((state = 'new'::public.business_place_state) = (read_at IS NULL)));

ALTER TABLE "public"."place_displays"
  ADD CONSTRAINT "display_is_of_a_place_of_its_org" FOREIGN KEY (org_id, PROVIDER, place_id) REFERENCES public.business_places(org_id, PROVIDER, place_id) ON DELETE CASCADE;

ALTER TABLE "public"."place_displays"
  ADD CONSTRAINT "place_displays_key_id_fkey" FOREIGN KEY (key_id) REFERENCES private.org_keys(id) ON DELETE RESTRICT;

ALTER TABLE "public"."place_displays"
  ADD CONSTRAINT "place_displays_terms_fkey" FOREIGN KEY (terms) REFERENCES public.data_terms(terms) ON DELETE RESTRICT;

ALTER TABLE "public"."source_cells"
  ADD CONSTRAINT "answered_cell_has_its_time" CHECK (((state = 'open'::public.source_cell_state) OR (asked_at IS NOT NULL)));

ALTER TABLE "public"."source_runs"
  ADD CONSTRAINT "confirmed_source_run_has_a_cap" CHECK (((confirmed_at IS NULL) = (most_usd IS NULL)));

ALTER TABLE "public"."source_runs"
  ADD CONSTRAINT "ended_source_run_has_its_time"
    CHECK (((state = ANY (ARRAY['done'::public.source_run_state, 'failed'::public.source_run_state, 'cancelled'::public.source_run_state])) = (ended_at IS NOT NULL)));

ALTER TABLE "public"."source_runs"
  ADD CONSTRAINT "planned_source_run_has_a_forecast"
    CHECK (((state = ANY (ARRAY['planning'::public.source_run_state, 'failed'::public.source_run_state, 'cancelled'::public.source_run_state])) OR (forecast IS NOT NULL)));

ALTER TABLE "public"."source_runs"
  ADD CONSTRAINT "running_source_run_is_confirmed" CHECK (((state <> ALL (ARRAY['running'::public.source_run_state, 'done'::public.source_run_state])) OR (confirmed_at IS
    NOT NULL)));

ALTER TABLE "public"."source_runs"
  ADD CONSTRAINT "stopped_source_run_has_a_reason" CHECK (((state <> ALL (ARRAY['paused'::public.source_run_state, 'failed'::public.source_run_state])) OR (reason IS NOT NULL)));

ALTER TABLE "public"."universes"
  ADD CONSTRAINT "universes_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."business_places"
  ADD CONSTRAINT "place_is_of_a_universe_of_its_org" FOREIGN KEY (org_id, universe_id) REFERENCES public.universes(org_id, id) ON DELETE SET NULL (universe_id);

ALTER TABLE "public"."source_cells"
  ADD CONSTRAINT "cell_is_of_a_universe_of_its_org" FOREIGN KEY (org_id, universe_id) REFERENCES public.universes(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."source_runs"
  ADD CONSTRAINT "source_run_is_of_a_universe_of_its_org" FOREIGN KEY (org_id, universe_id) REFERENCES public.universes(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."vertical_codes"
  ADD CONSTRAINT "vertical_codes_vertical_fkey" FOREIGN KEY (vertical) REFERENCES public.verticals(vertical) ON DELETE CASCADE;

CREATE INDEX pack_hooks_pack_idx ON private.pack_hooks USING btree (pack);

CREATE INDEX business_distinctions_other_idx ON public.business_distinctions USING btree (org_id, other_id);

CREATE INDEX business_places_business_idx ON public.business_places USING btree (org_id, business_id)
  WHERE (business_id IS NOT NULL);

CREATE INDEX business_places_new_idx ON public.business_places USING btree (org_id, universe_id, category, path)
  WHERE (state = 'new'::public.business_place_state);

CREATE INDEX business_places_universe_idx ON public.business_places USING btree (org_id, universe_id);

CREATE INDEX place_displays_expiry_idx ON public.place_displays USING btree (expires_at);

CREATE INDEX place_displays_key_idx ON public.place_displays USING btree (key_id);

CREATE INDEX place_displays_terms_idx ON public.place_displays USING btree (terms);

CREATE INDEX source_cells_open_idx ON public.source_cells USING btree (org_id, universe_id, length(path), category)
  WHERE (state = 'open'::public.source_cell_state);

CREATE INDEX source_runs_open_idx ON public.source_runs USING btree (next_at)
  WHERE (state = ANY (ARRAY['planning'::public.source_run_state, 'running'::public.source_run_state]));

CREATE TRIGGER _010_require_pack
  BEFORE INSERT OR UPDATE ON public.business_distinctions
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_require_pack('prospects');

CREATE TRIGGER _010_require_pack
  BEFORE INSERT OR UPDATE ON public.business_places
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_require_pack('prospects');

CREATE TRIGGER _050_delete_businesses
  BEFORE DELETE ON public.orgs
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_orgs__delete_businesses();

CREATE TRIGGER _010_require_pack
  BEFORE INSERT OR UPDATE ON public.place_displays
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_require_pack('prospects');

CREATE TRIGGER _100_apply_terms
  BEFORE INSERT OR UPDATE ON public.place_displays
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_lead_facts__apply_terms();

CREATE TRIGGER _010_require_pack
  BEFORE INSERT OR UPDATE ON public.source_cells
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_require_pack('prospects');

CREATE TRIGGER _010_require_pack
  BEFORE INSERT OR UPDATE ON public.source_runs
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_require_pack('prospects');

CREATE TRIGGER _010_require_pack
  BEFORE INSERT OR UPDATE ON public.universes
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_require_pack('prospects');

CREATE TRIGGER _100_set_updated_at
  BEFORE UPDATE ON public.universes
  FOR EACH ROW
  EXECUTE FUNCTION private.set_updated_at();

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE ON public.universes
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('universe', 'id', 'name', 'provider', 'verticals', 'area', 'within', 'filters', 'daily_quota', 'cell_quota', 'scheduled_usd', 'state');

CREATE POLICY "select_members" ON "public"."business_distinctions"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])) AND (org_id = ANY (( SELECT
    private.orgs_with_pack('prospects'::text) AS orgs_with_pack)::uuid[]))));

CREATE POLICY "select_writer" ON "public"."business_distinctions"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "public"."business_places"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."business_places"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])) AND (org_id = ANY (( SELECT
    private.orgs_with_pack('prospects'::text) AS orgs_with_pack)::uuid[]))));

CREATE POLICY "select_writer" ON "public"."business_places"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "public"."business_places"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "delete_writer" ON "public"."place_displays"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "public"."place_displays"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "public"."place_displays"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "public"."place_displays"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."source_cells"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])) AND (org_id = ANY (( SELECT
    private.orgs_with_pack('prospects'::text) AS orgs_with_pack)::uuid[]))));

CREATE POLICY "select_writer" ON "public"."source_cells"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_members" ON "public"."source_runs"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])) AND (org_id = ANY (( SELECT
    private.orgs_with_pack('prospects'::text) AS orgs_with_pack)::uuid[]))));

CREATE POLICY "select_writer" ON "public"."source_runs"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_members" ON "public"."universes"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])) AND (org_id = ANY (( SELECT
    private.orgs_with_pack('prospects'::text) AS orgs_with_pack)::uuid[]))));

CREATE POLICY "select_writer" ON "public"."universes"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_members" ON "public"."vertical_codes"
  FOR SELECT
  TO "authenticated"
  USING (true);

CREATE POLICY "select_writer" ON "public"."vertical_codes"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_members" ON "public"."verticals"
  FOR SELECT
  TO "authenticated"
  USING (true);

CREATE POLICY "select_writer" ON "public"."verticals"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

COMMENT ON COLUMN "public"."business_places"."match" IS 'How the place of the provider agrees with the business: {confidence, bits, levels}.';

COMMENT ON COLUMN "public"."business_places"."reason" IS 'Why it is left out (outside, closed, chain, domain, word, no_website, unreadable: …), or was not read yet.';

COMMENT ON COLUMN "public"."place_displays"."name" IS 'The name by which provider_terms knows it.';

COMMENT ON COLUMN "public"."source_cells"."path" IS 'Where it is: a quarter per digit, from the whole area on.';

COMMENT ON COLUMN "public"."source_cells"."results_new" IS 'Places in its last answer that were not known before; of its first answer, all.';

COMMENT ON COLUMN "public"."source_runs"."cells" IS 'Cells that were answered.';

COMMENT ON COLUMN "public"."source_runs"."forecast" IS '{cells, calls_least, calls_most, reads_most, search_usd, read_usd, most_usd, budget_left_usd}; calls_most and most_usd are what the run is limited to, since nobody knows how many cells will be cut.';

COMMENT ON COLUMN "public"."source_runs"."scheduled" IS 'Opened by the schedule, which confirms it within universes.scheduled_usd.';

COMMENT ON COLUMN "public"."universes"."area" IS 'What is asked for: [{"kind": "radius", "latitude", "longitude", "metres"} or {"kind": "polygon", "points": [[latitude, longitude], …]}]. Several may overlap; no part is asked twice.';

COMMENT ON COLUMN "public"."universes"."daily_quota" IS 'New places that are read on a local date; cell_quota: of one cell.';

COMMENT ON COLUMN "public"."universes"."filters" IS '{"chains": false: none of chains, "domains": websites that are left out, "words": words that leave a name out}.';

COMMENT ON COLUMN "public"."universes"."floor_metres" IS 'No cell with a shorter side is asked; a full one is then not complete.';

COMMENT ON COLUMN "public"."universes"."provider" IS 'The provider that lists the places.';

COMMENT ON COLUMN "public"."universes"."refresh_days" IS 'After so many days, cells that were full or had changed are asked again.';

COMMENT ON COLUMN "public"."universes"."scheduled_usd" IS 'A daily run starts by itself where its forecast costs no more; null: no daily runs.';

COMMENT ON COLUMN "public"."universes"."within" IS 'States, counties, cities and ZIPs to which businesses are limited: [{"kind": "state", "code": "CA"}, {"kind": "county", "code": "06037"}, {"kind": "city", "code": "Los Angeles, CA"}, {"kind": "zip", "code": "90001"}]; empty: no limit.';

COMMENT ON FUNCTION "private"."ask_packs"(text, uuid, bytea[], timestamp with time zone) IS 'Has every pack erase or export what it has of a person with these keyed values, also while it is off: {pack: {name: answer}}. Definer: as call_pack_hook.';

COMMENT ON FUNCTION "private"."box_of_shape"(jsonb) IS 'The box around a shape, in degrees: x is the longitude.';

COMMENT ON FUNCTION "private"."call_pack_hook"(text, text, uuid, jsonb, timestamp with time zone) IS 'Has a pack replay or fail its work; false: no pack has such a hook. Definer: the functions of a hook are the owner''s.';

COMMENT ON FUNCTION "private"."claim_source_run"(uuid, uuid, uuid, timestamp with time zone) IS 'Gives a run that is planning or running to a job for three minutes, which every record prolongs; null: it is another one''s, has ended, or the pack is off. Returns what the worker needs. Definer: runs are written by functions only.';

COMMENT ON FUNCTION "private"."erase_business_contacts"(uuid, bytea[], timestamp with time zone) IS 'Deletes the contacts of businesses with these keyed values, also while the pack is off: {contacts}. The business stays. Definer: erasure needs no pack and no right on the tables.';

COMMENT ON FUNCTION "private"."erase_person"(uuid, uuid[], text, text, text, jsonb, timestamp with time zone) IS 'Erases leads of one person (erase_lead), suppresses the phone and e-mail of the request by value, and writes the request to the audit log. p_request: {request_id, received_on, due_on}, no values. Returns {leads: [{lead_id, erased, stays, …}], suppressed: values that were not suppressed before, packs: what packs erased of these values}. For direct sessions. Raises SL426.';

COMMENT ON FUNCTION "private"."export_business_contacts"(uuid, bytea[], timestamp with time zone) IS 'The contacts of businesses with these keyed values, plain, with where they are from. For the export of a person. Definer: as erase_business_contacts.';

COMMENT ON FUNCTION "private"."fail_source_run"(uuid, uuid, text, timestamp with time zone) IS 'Ends a run that cannot go on, with a dead letter; resume continues it. Definer: as its callers.';

COMMENT ON FUNCTION "private"."filter_place"(uuid, uuid, jsonb) IS 'The filter of a run''s universe that leaves a place out, by what its provider shows. Definer: as its callers.';

COMMENT ON FUNCTION "private"."finish_source_plan"(uuid, uuid, uuid, jsonb, timestamp with time zone) IS 'Stores the forecast of a run by prices {search_usd, read_usd or null, calls_per_search, ceiling}; a scheduled one starts where it costs no more than scheduled_usd. Returns it; null: the run is not this job''s. Definer: as its callers.';

COMMENT ON FUNCTION "private"."is_within"(jsonb, text, text, text) IS 'Whether an address is in one of the named places; without places, everything is.';

COMMENT ON FUNCTION "private"."keep_display"(uuid, text, text, jsonb, timestamp with time zone) IS 'Keeps what a provider shows of a place, until its terms end it.';

COMMENT ON FUNCTION "private"."keep_place"(uuid, uuid, text, jsonb, integer, numeric, timestamp with time zone) IS 'Keeps what was paid for a place before its website is read, so that nobody pays twice. Definer: as its callers.';

COMMENT ON FUNCTION "private"."match_place"(uuid, jsonb, jsonb, uuid) IS 'Which business a place is, by what its provider shows of it, which is not stored: {business_id, match}; null: none. With p_business_id, how it agrees with that one.';

COMMENT ON FUNCTION "private"."next_source_cell"(uuid, uuid) IS 'The next open cell of a run, large ones first; null: none. Definer: as its callers.';

COMMENT ON FUNCTION "private"."next_source_place"(uuid, uuid, timestamp with time zone) IS 'The next new place of a run within its quotas, with what its provider shows of it where that is still kept; null: none. Definer: as its callers.';

COMMENT ON FUNCTION "private"."open_due_source_runs"(timestamp with time zone) IS 'Opens the runs of today, from 05:00 local time of the org on, for active universes with scheduled_usd; returns how many. Definer: runs are written by functions only.';

COMMENT ON FUNCTION "private"."open_source_cells"(uuid, uuid, jsonb, timestamp with time zone) IS 'Adds the whole area for each category where it is not there, and opens again the cells that were full or whose last answer had places that were new, after refresh_days. Returns how many cells are open. Definer: as its callers.';

COMMENT ON FUNCTION "private"."open_source_run"(uuid, uuid, boolean, timestamp with time zone) IS 'Opens the run of a universe for the local date of its org; null where there is one already, or the universe is not active. Definer: runs are written by functions only.';

COMMENT ON FUNCTION "private"."person_in_packs"(uuid, text, text, timestamp with time zone) IS 'What packs have of a person with that phone or e-mail, plain: {pack: {name: answer}}. For direct sessions.';

COMMENT ON FUNCTION "private"."place_holds"(jsonb, jsonb) IS 'Whether the first place is the second, or it lies in it in part.';

COMMENT ON FUNCTION "private"."place_problem"(jsonb) IS 'What is wrong with a named place; null where it is valid.';

COMMENT ON FUNCTION "private"."record_source_cell"(uuid, uuid, uuid, jsonb, jsonb, timestamp with time zone) IS 'Records the answer for a cell {places: [{id, location, display}], full, children: [], calls, cost_usd}: places by their ids, and the quarters of a full cell; without quarters it stays not complete. Returns the state of the run; lost: it is another job''s. Definer: as its callers.';

COMMENT ON FUNCTION "private"."record_source_place"(uuid, uuid, uuid, text, jsonb, timestamp with time zone) IS 'Records what came of a place {state: read, left_out, gone or later, reason, display, location, business, source_url}: the facts of its website become a business; what its provider shows is compared only. Returns the state of the run; lost: it is another job''s. Definer: as its callers.';

COMMENT ON FUNCTION "private"."release_source_run"(uuid, uuid, uuid) IS 'Gives a run back, so that the next job need not wait for the lease. Definer: as its callers.';

COMMENT ON FUNCTION "private"."rest_source_run"(uuid, uuid, uuid, timestamp with time zone, text, timestamp with time zone) IS 'Lets a run rest until a time, pauses it for a reason (with a dead letter), or ends it where neither is given. Returns its state. Definer: as its callers.';

COMMENT ON FUNCTION "private"."send_source_run"(uuid, uuid) IS 'Sends the job that plans or continues a run.';

COMMENT ON FUNCTION "private"."shape_problem"(jsonb) IS 'What is wrong with a shape of an area; null where it is valid.';

COMMENT ON FUNCTION "private"."source_and_sweep"(timestamp with time zone) IS 'Opens due runs, wakes those that rest, and erases what providers showed and may not be kept longer. Called by the schedule. Definer: as what it calls.';

COMMENT ON FUNCTION "private"."source_run_for_admin"(uuid) IS 'The run, locked, where the caller is an owner, an admin or the service. Raises SL141 and SL713. Definer: reads for its callers.';

COMMENT ON FUNCTION "private"."sweep_displays"(timestamp with time zone) IS 'Erases what providers show of places, and facts of businesses, whose time is over; returns how many of the first. Definer: retention belongs to the owner, and needs no pack.';

COMMENT ON FUNCTION "private"."tg_orgs__delete_businesses"() IS 'Trigger: deletes businesses and places of a deleted org before its keys, to which their contacts and displays refer. Definer: a role that may delete the org may lack rights on them.';

COMMENT ON FUNCTION "private"."universe_overlaps"(uuid, uuid, jsonb) IS 'Sentences about what overlaps: named places with each other, shapes (their boxes), and other universes with a vertical in common.';

COMMENT ON FUNCTION "private"."wake_source_runs"(timestamp with time zone) IS 'Sends the jobs of runs that have rested until now; returns how many. Definer: as its callers.';

COMMENT ON FUNCTION "private"."why_left_out"(public.universes, text, text, text, text, text) IS 'The filter of a universe that leaves a business out: outside, chain, domain, word; null: none.';

COMMENT ON FUNCTION "public"."answer_business_pair"(uuid, uuid, uuid, boolean) IS 'Says whether two businesses are the same. true: contacts, facts and places of the other go to the first, which stays; its own values win. false: kept for ever, also through merges. For owners, admins and the service. Raises SL111, SL141 and SL715. Definer: businesses are written by functions only.';

COMMENT ON FUNCTION "public"."confirm_source_run"(uuid, timestamp with time zone) IS 'Starts a planned run, which may cost what its forecast says at most. Raises SL141, SL713, and SL714 unless it is planned. For owners, admins and the service. Definer: runs are written by functions only.';

COMMENT ON FUNCTION "public"."control_source_run"(uuid, text, timestamp with time zone) IS 'pause: no further place is asked for. resume: continues a run that is paused or failed; where the confirmed amount is spent, it is priced again. cancel: ends it; what was found stays. Returns its state. Raises SL141, SL713 and SL714. For owners, admins and the service. Definer: runs are written by functions only.';

COMMENT ON FUNCTION "public"."list_business_pairs"(uuid, integer) IS 'Pairs of businesses that share a contact, a website or an address and may be one, likely ones first; without those that a person told apart. For owners, admins, viewers and the service. Raises SL111 and SL141. Definer: compares blind indexes, which members may not read.';

COMMENT ON FUNCTION "public"."plan_source_run"(uuid, uuid, timestamp with time zone) IS 'Plans the run of today for a universe; the worker then makes its forecast. Nothing is asked before confirm_source_run. Returns its id. Raises SL111, SL141 and SL712. For owners, admins and the service. Definer: runs are written by functions only.';

COMMENT ON FUNCTION "public"."save_universe"(uuid, jsonb, uuid) IS 'Makes a universe {name, provider, verticals, area, within, filters, floor_metres, daily_quota, cell_quota, refresh_days, scheduled_usd}, or changes that of p_id, but not what its cells depend on. Returns {universe_id, overlaps: [sentences]}. Raises SL111, SL141, SL711 for what is not valid, SL712. For owners, admins and the service. Definer: universes are written by functions only.';

COMMENT ON FUNCTION "public"."set_universe_state"(uuid, uuid, public.universe_state) IS 'Pauses, continues or ends a universe; an ended one stays ended. Raises SL111, SL141 and SL712. For owners, admins and the service. Definer: universes are written by functions only.';

COMMENT ON TABLE "private"."pack_hooks" IS 'What the core has a pack do. $1 is the org, $3 the clock. replay: has the work of a dead letter of the source name done again; fail: a job with the task name has failed for good; $2 is the payload, or the data of the job with its error. erase, export: of a person whose keyed values are $2 (bytea[]); returns jsonb.';

COMMENT ON TABLE "public"."business_distinctions" IS 'Pairs of businesses of which a person said that they are not the same.';

COMMENT ON TABLE "public"."business_places" IS 'Ids of places at providers, in which cell of which universe they were found, and their business.';

COMMENT ON TABLE "public"."place_displays" IS 'What a provider shows of a place, encrypted, until its terms end it; a task erases what has ended every ten minutes.';

COMMENT ON TABLE "public"."source_cells" IS 'The quad tree of a universe for each category of its provider. split: it was full and is cut in four. incomplete: it was full and is not cut further, so that there are more places than were found.';

COMMENT ON TABLE "public"."source_runs" IS 'Runs that look for businesses, one for a universe and local date. Nothing is asked before its forecast is confirmed.';

COMMENT ON TABLE "public"."universes" IS 'Which businesses an org looks for. Written by save_universe.';

COMMENT ON TABLE "public"."vertical_codes" IS 'The codes of a vertical in each scheme: sic (1987), naics (2022), and the categories of providers by their names.';

COMMENT ON TABLE "public"."verticals" IS 'Kinds of local businesses.';

COMMENT ON TYPE "public"."business_place_state" IS 'In the order of life; see sql/STATES.md.';

COMMENT ON TYPE "public"."source_cell_state" IS 'In the order of life; see sql/STATES.md.';

COMMENT ON TYPE "public"."source_run_state" IS 'In the order of life; see sql/STATES.md.';

COMMENT ON TYPE "public"."universe_state" IS 'In the order of life; see sql/STATES.md.';

REVOKE ALL ON FUNCTION "private"."ask_packs"(text, uuid, bytea[], timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."box_of_shape"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."box_of_shape"(jsonb) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."call_pack_hook"(text, text, uuid, jsonb, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."call_pack_hook"(text, text, uuid, jsonb, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."claim_source_run"(uuid, uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_source_run"(uuid, uuid, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."erase_business_contacts"(uuid, bytea[], timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."export_business_contacts"(uuid, bytea[], timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fail_source_run"(uuid, uuid, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fail_source_run"(uuid, uuid, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."filter_place"(uuid, uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."filter_place"(uuid, uuid, jsonb) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."finish_source_plan"(uuid, uuid, uuid, jsonb, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."finish_source_plan"(uuid, uuid, uuid, jsonb, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_within"(jsonb, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_within"(jsonb, text, text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."keep_display"(uuid, text, text, jsonb, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."keep_display"(uuid, text, text, jsonb, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."keep_place"(uuid, uuid, text, jsonb, integer, numeric, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."keep_place"(uuid, uuid, text, jsonb, integer, numeric, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."match_place"(uuid, jsonb, jsonb, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."match_place"(uuid, jsonb, jsonb, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."next_source_cell"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."next_source_cell"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."next_source_place"(uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."next_source_place"(uuid, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."open_due_source_runs"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."open_source_cells"(uuid, uuid, jsonb, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."open_source_cells"(uuid, uuid, jsonb, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."open_source_run"(uuid, uuid, boolean, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."person_in_packs"(uuid, text, text, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."place_holds"(jsonb, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."place_holds"(jsonb, jsonb) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."place_problem"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."place_problem"(jsonb) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."record_source_cell"(uuid, uuid, uuid, jsonb, jsonb, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_source_cell"(uuid, uuid, uuid, jsonb, jsonb, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."record_source_place"(uuid, uuid, uuid, text, jsonb, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_source_place"(uuid, uuid, uuid, text, jsonb, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."release_source_run"(uuid, uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."release_source_run"(uuid, uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."rest_source_run"(uuid, uuid, uuid, timestamp WITH time zone, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rest_source_run"(uuid, uuid, uuid, timestamp WITH time zone, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."send_source_run"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."send_source_run"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."shape_problem"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."shape_problem"(jsonb) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."source_and_sweep"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."source_run_for_admin"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."sweep_displays"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tg_orgs__delete_businesses"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_orgs__delete_businesses"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."universe_overlaps"(uuid, uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."universe_overlaps"(uuid, uuid, jsonb) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."wake_source_runs"(timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."wake_source_runs"(timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."why_left_out"(public.universes, text, text, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."why_left_out"(public.universes, text, text, text, text, text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."answer_business_pair"(uuid, uuid, uuid, boolean) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."answer_business_pair"(uuid, uuid, uuid, boolean) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."confirm_source_run"(uuid, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."confirm_source_run"(uuid, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."control_source_run"(uuid, text, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."control_source_run"(uuid, text, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_business_pairs"(uuid, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_business_pairs"(uuid, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."plan_source_run"(uuid, uuid, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."plan_source_run"(uuid, uuid, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_universe"(uuid, jsonb, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_universe"(uuid, jsonb, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."set_universe_state"(uuid, uuid, public.universe_state) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."set_universe_state"(uuid, uuid, public.universe_state) TO "service_role";

REVOKE ALL ON TABLE "public"."business_distinctions" FROM "authenticated";

GRANT SELECT ON TABLE "public"."business_distinctions" TO "authenticated";

GRANT SELECT ON TABLE "public"."business_distinctions" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."business_distinctions" FROM "service_role";

GRANT SELECT ON TABLE "public"."business_distinctions" TO "service_role";

REVOKE ALL ON TABLE "public"."business_places" FROM "authenticated";

GRANT SELECT ON TABLE "public"."business_places" TO "authenticated";

GRANT INSERT, SELECT, UPDATE ON TABLE "public"."business_places" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."business_places" FROM "service_role";

GRANT SELECT ON TABLE "public"."business_places" TO "service_role";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "public"."place_displays" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."source_cells" FROM "authenticated";

GRANT SELECT ON TABLE "public"."source_cells" TO "authenticated";

GRANT SELECT ON TABLE "public"."source_cells" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."source_cells" FROM "service_role";

GRANT SELECT ON TABLE "public"."source_cells" TO "service_role";

REVOKE ALL ON TABLE "public"."source_runs" FROM "authenticated";

GRANT SELECT ON TABLE "public"."source_runs" TO "authenticated";

GRANT SELECT ON TABLE "public"."source_runs" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."source_runs" FROM "service_role";

GRANT SELECT ON TABLE "public"."source_runs" TO "service_role";

REVOKE ALL ON TABLE "public"."universes" FROM "authenticated";

GRANT SELECT ON TABLE "public"."universes" TO "authenticated";

GRANT SELECT ON TABLE "public"."universes" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."universes" FROM "service_role";

GRANT SELECT ON TABLE "public"."universes" TO "service_role";

REVOKE ALL ON TABLE "public"."vertical_codes" FROM "authenticated";

GRANT SELECT ON TABLE "public"."vertical_codes" TO "authenticated";

GRANT SELECT ON TABLE "public"."vertical_codes" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."vertical_codes" FROM "service_role";

GRANT SELECT ON TABLE "public"."vertical_codes" TO "service_role";

REVOKE ALL ON TABLE "public"."verticals" FROM "authenticated";

GRANT SELECT ON TABLE "public"."verticals" TO "authenticated";

GRANT SELECT ON TABLE "public"."verticals" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."verticals" FROM "service_role";

GRANT SELECT ON TABLE "public"."verticals" TO "service_role";

-- Rights that default privileges would change.

revoke execute on function private.ask_packs(text,uuid,bytea[],timestamp with time zone) from pipeline_writer;
revoke execute on function private.erase_business_contacts(uuid,bytea[],timestamp with time zone) from pipeline_writer;
revoke execute on function private.export_business_contacts(uuid,bytea[],timestamp with time zone) from pipeline_writer;
revoke execute on function private.open_due_source_runs(timestamp with time zone) from pipeline_writer;
revoke execute on function private.open_source_run(uuid,uuid,boolean,timestamp with time zone) from pipeline_writer;
revoke execute on function private.person_in_packs(uuid,text,text,timestamp with time zone) from pipeline_writer;
revoke execute on function private.source_and_sweep(timestamp with time zone) from pipeline_writer;
revoke execute on function private.source_run_for_admin(uuid) from pipeline_writer;
revoke execute on function private.sweep_displays(timestamp with time zone) from pipeline_writer;

-- Reference data, queues and cron jobs.

insert into pgboss.queue (name, policy, retry_limit, retry_delay, retry_backoff, retry_delay_max, expire_seconds, retention_seconds, deletion_seconds, dead_letter, partition, table_name, warning_queued, heartbeat_seconds, notify) values
  ('source-places', 'short', '6', '5', 'true', '600', '7200', '1209600', '3600', 'dead-letters', 'false', 'job_common', '0', '15', 'true')
on conflict (name) do update set policy = excluded.policy, retry_limit = excluded.retry_limit, retry_delay = excluded.retry_delay, retry_backoff = excluded.retry_backoff, retry_delay_max = excluded.retry_delay_max, expire_seconds = excluded.expire_seconds, retention_seconds = excluded.retention_seconds, deletion_seconds = excluded.deletion_seconds, dead_letter = excluded.dead_letter, partition = excluded.partition, table_name = excluded.table_name, warning_queued = excluded.warning_queued, heartbeat_seconds = excluded.heartbeat_seconds, notify = excluded.notify;

insert into private.encrypted_columns (relation, cipher_column, place, key_column, is_text, cursor_column) values
  ('public.place_displays', 'value_cipher', 'row', 'key_id', 'true', null)
on conflict (cipher_column, relation) do update set place = excluded.place, key_column = excluded.key_column, is_text = excluded.is_text, cursor_column = excluded.cursor_column;

insert into private.provider_settings (provider, name) values
  ('yelp', 'YELP_API_KEY')
on conflict (name, provider) do nothing;

insert into public.pack_parts (pack, kind, name, meaning) values
  ('prospects', 'table', 'public.business_distinctions', 'pairs that people told apart'),
  ('prospects', 'table', 'public.verticals', 'kinds of businesses'),
  ('prospects', 'table', 'public.vertical_codes', 'their codes in each scheme of categories'),
  ('prospects', 'table', 'public.universes', 'what an org looks for'),
  ('prospects', 'table', 'public.business_places', 'ids of places at providers'),
  ('prospects', 'table', 'public.place_displays', 'what providers show of them, for a day at most'),
  ('prospects', 'cipher', 'public.place_displays.value_cipher', ''),
  ('prospects', 'table', 'public.source_runs', 'runs that look for businesses'),
  ('prospects', 'table', 'public.source_cells', 'the quad tree of each universe'),
  ('prospects', 'queue', 'source-places', 'plans and continues runs'),
  ('prospects', 'provider', 'google', 'ids of places, and one place with its website'),
  ('prospects', 'provider', 'yelp', 'places by category'),
  ('prospects', 'secret', 'GOOGLE_MAPS_API_KEY', ''),
  ('prospects', 'secret', 'YELP_API_KEY', '')
on conflict (kind, name, pack) do update set meaning = excluded.meaning;

insert into private.pack_hooks (pack, hook, name, command) values
  ('prospects', 'replay', 'source-places', 'select public.control_source_run(($2 ->> ''run_id'')::uuid, ''resume'', $3)'),
  ('prospects', 'fail', 'source', 'select private.fail_source_run($1, ($2 ->> ''run_id'')::uuid, $2 ->> ''error'', $3)'),
  ('prospects', 'erase', 'contacts', 'select private.erase_business_contacts($1, $2, $3)'),
  ('prospects', 'export', 'contacts', 'select private.export_business_contacts($1, $2, $3)')
on conflict (hook, name, pack) do update set command = excluded.command;

insert into private.pack_tasks (name, pack, schedule, timeout, command) values
  ('sluice-source-places', 'prospects', '* * * * *', '1min', 'select private.source_and_sweep()')
on conflict (name) do update set pack = excluded.pack, schedule = excluded.schedule, timeout = excluded.timeout, command = excluded.command;

insert into public.verticals (vertical, name) values
  ('dentist', 'Dentists'),
  ('plumber', 'Plumbers'),
  ('electrician', 'Electricians'),
  ('roofer', 'Roofing contractors'),
  ('painter', 'Painters'),
  ('general_contractor', 'General contractors'),
  ('locksmith', 'Locksmiths'),
  ('mover', 'Movers'),
  ('lawyer', 'Lawyers'),
  ('accountant', 'Accountants'),
  ('insurance_agency', 'Insurance agencies'),
  ('real_estate_agency', 'Real estate agencies'),
  ('car_repair', 'Car repair'),
  ('car_dealer', 'Car dealers'),
  ('veterinarian', 'Veterinarians'),
  ('chiropractor', 'Chiropractors'),
  ('physiotherapist', 'Physiotherapists'),
  ('gym', 'Gyms'),
  ('hair_salon', 'Hair salons'),
  ('beauty_salon', 'Beauty salons'),
  ('restaurant', 'Restaurants'),
  ('cafe', 'Cafes'),
  ('bakery', 'Bakeries'),
  ('florist', 'Florists'),
  ('hotel', 'Hotels')
on conflict (vertical) do update set name = excluded.name;

insert into public.vertical_codes (vertical, scheme, code) values
  ('dentist', 'sic', '8021'),
  ('dentist', 'naics', '621210'),
  ('dentist', 'google', 'dentist'),
  ('dentist', 'yelp', 'dentists'),
  ('plumber', 'sic', '1711'),
  ('plumber', 'naics', '238220'),
  ('plumber', 'google', 'plumber'),
  ('plumber', 'yelp', 'plumbing'),
  ('electrician', 'sic', '1731'),
  ('electrician', 'naics', '238210'),
  ('electrician', 'google', 'electrician'),
  ('electrician', 'yelp', 'electricians'),
  ('roofer', 'sic', '1761'),
  ('roofer', 'naics', '238160'),
  ('roofer', 'google', 'roofing_contractor'),
  ('roofer', 'yelp', 'roofing'),
  ('painter', 'sic', '1721'),
  ('painter', 'naics', '238320'),
  ('painter', 'google', 'painter'),
  ('painter', 'yelp', 'painters'),
  ('general_contractor', 'sic', '1521'),
  ('general_contractor', 'naics', '236118'),
  ('general_contractor', 'google', 'general_contractor'),
  ('general_contractor', 'yelp', 'contractors'),
  ('locksmith', 'sic', '7699'),
  ('locksmith', 'naics', '561622'),
  ('locksmith', 'google', 'locksmith'),
  ('locksmith', 'yelp', 'locksmiths'),
  ('mover', 'sic', '4214'),
  ('mover', 'naics', '484210'),
  ('mover', 'google', 'moving_company'),
  ('mover', 'yelp', 'movers'),
  ('lawyer', 'sic', '8111'),
  ('lawyer', 'naics', '541110'),
  ('lawyer', 'google', 'lawyer'),
  ('lawyer', 'yelp', 'lawyers'),
  ('accountant', 'sic', '8721'),
  ('accountant', 'naics', '541211'),
  ('accountant', 'google', 'accounting'),
  ('accountant', 'yelp', 'accountants'),
  ('insurance_agency', 'sic', '6411'),
  ('insurance_agency', 'naics', '524210'),
  ('insurance_agency', 'google', 'insurance_agency'),
  ('insurance_agency', 'yelp', 'insurance'),
  ('real_estate_agency', 'sic', '6531'),
  ('real_estate_agency', 'naics', '531210'),
  ('real_estate_agency', 'google', 'real_estate_agency'),
  ('real_estate_agency', 'yelp', 'realestateagents'),
  ('car_repair', 'sic', '7538'),
  ('car_repair', 'naics', '811111'),
  ('car_repair', 'google', 'car_repair'),
  ('car_repair', 'yelp', 'autorepair'),
  ('car_dealer', 'sic', '5511'),
  ('car_dealer', 'naics', '441110'),
  ('car_dealer', 'google', 'car_dealer'),
  ('car_dealer', 'yelp', 'car_dealers'),
  ('veterinarian', 'sic', '0742'),
  ('veterinarian', 'naics', '541940'),
  ('veterinarian', 'google', 'veterinary_care'),
  ('veterinarian', 'yelp', 'vet'),
  ('chiropractor', 'sic', '8041'),
  ('chiropractor', 'naics', '621310'),
  ('chiropractor', 'google', 'chiropractor'),
  ('chiropractor', 'yelp', 'chiropractors'),
  ('physiotherapist', 'sic', '8049'),
  ('physiotherapist', 'naics', '621340'),
  ('physiotherapist', 'google', 'physiotherapist'),
  ('physiotherapist', 'yelp', 'physicaltherapy'),
  ('gym', 'sic', '7991'),
  ('gym', 'naics', '713940'),
  ('gym', 'google', 'gym'),
  ('gym', 'yelp', 'gyms'),
  ('hair_salon', 'sic', '7231'),
  ('hair_salon', 'naics', '812112'),
  ('hair_salon', 'google', 'hair_salon'),
  ('hair_salon', 'yelp', 'hair'),
  ('beauty_salon', 'sic', '7231'),
  ('beauty_salon', 'naics', '812112'),
  ('beauty_salon', 'google', 'beauty_salon'),
  ('beauty_salon', 'yelp', 'skincare'),
  ('restaurant', 'sic', '5812'),
  ('restaurant', 'naics', '722511'),
  ('restaurant', 'google', 'restaurant'),
  ('restaurant', 'yelp', 'restaurants'),
  ('cafe', 'sic', '5812'),
  ('cafe', 'naics', '722515'),
  ('cafe', 'google', 'cafe'),
  ('cafe', 'yelp', 'cafes'),
  ('bakery', 'sic', '5461'),
  ('bakery', 'naics', '311811'),
  ('bakery', 'google', 'bakery'),
  ('bakery', 'yelp', 'bakeries'),
  ('florist', 'sic', '5992'),
  ('florist', 'naics', '459310'),
  ('florist', 'google', 'florist'),
  ('florist', 'yelp', 'florists'),
  ('hotel', 'sic', '7011'),
  ('hotel', 'naics', '721110'),
  ('hotel', 'google', 'hotel'),
  ('hotel', 'yelp', 'hotels')
on conflict (code, scheme, vertical) do nothing;

do $cron$
begin
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    raise notice 'no pg_cron in this database: its jobs stay as they are';
    return;
  end if;
  perform cron.schedule('sluice-source-places', '* * * * *', 'set statement_timeout = ''1min''; select private.source_and_sweep()');
end
$cron$;
