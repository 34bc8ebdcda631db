-- calls and desk: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
-- Indexes of leads; those of large tables can be made concurrently before. The rewritten tables hold what people
-- answered, not the leads.
set statement_timeout = '30min';

set local check_function_bodies = off;

REVOKE ALL ON TABLE "public"."tasks" FROM "authenticated";

REVOKE ALL ON TABLE "public"."tasks" FROM "service_role";

DROP POLICY "update_workers" ON "public"."tasks";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."tasks_one_open_idx";

ALTER TABLE "private"."pii_access_log"
  DROP CONSTRAINT "access_is_to_a_lead_or_an_upload";

ALTER TABLE "private"."reveal_grants"
  DROP CONSTRAINT "reveal_subject_is_known";

ALTER TABLE "public"."tasks"
  DROP CONSTRAINT "task_kind_is_known";

CREATE TABLE "public"."canned_answers" (
  "org_id"     uuid                     NOT NULL,
  "id"         uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "name"       text                     NOT NULL,
  "channel"    text,
  "body"       text                     NOT NULL,
  "created_by" uuid,
  "created_at" timestamp with time zone NOT NULL DEFAULT now(),
  "updated_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "canned_answer_channel_is_known" CHECK ((channel = ANY (ARRAY['email'::text, 'sms'::text]))),
  CONSTRAINT "canned_answer_has_a_short_name" CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 80))),
  CONSTRAINT "canned_answer_is_named_once" UNIQUE (org_id, name),
  CONSTRAINT "canned_answers_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "public"."canned_answers"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."canned_answers" FROM "anon";

CREATE TABLE "public"."saved_views" (
  "org_id"     uuid                     NOT NULL,
  "id"         uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "page"       text                     NOT NULL,
  "name"       text                     NOT NULL,
  "query"      text                     NOT NULL,
  "created_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "saved_views_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "view_has_a_short_name" CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 80))),
  CONSTRAINT "view_keeps_filters_only" CHECK ((query !~* '(^|[?&])(q|query|search)=[^&]'::text)),
  CONSTRAINT "view_names_a_page" CHECK ((page ~ '^[a-z][a-z_-]{1,30}$'::text)),
  CONSTRAINT "view_query_is_short" CHECK ((length(query) <= 2000)),
  "user_id"    uuid                     NOT NULL DEFAULT auth.uid(),
  CONSTRAINT "view_is_named_once" UNIQUE (org_id, user_id, page, name)
);

ALTER TABLE "public"."saved_views"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."saved_views" FROM "anon";

ALTER TABLE "public"."calls"
  ADD COLUMN "contact_point_id" bigint;

ALTER TABLE "public"."replies"
  ADD COLUMN "assigned_to" uuid;

ALTER TABLE "public"."replies"
  -- squawk-ignore adding-field-with-default
  ADD COLUMN "has_text" boolean GENERATED ALWAYS AS ((text_cipher IS NOT NULL)) STORED NOT NULL;

ALTER TABLE "public"."replies"
  -- squawk-ignore adding-field-with-default
  ADD COLUMN "has_draft" boolean GENERATED ALWAYS AS ((draft_cipher IS NOT NULL)) STORED NOT NULL;

ALTER TABLE "public"."tasks"
  -- squawk-ignore adding-field-with-default
  ADD COLUMN "number" bigint GENERATED ALWAYS AS IDENTITY NOT NULL;

ALTER TABLE "public"."tasks"
  ADD COLUMN "due_at" timestamp WITH time zone;

ALTER TABLE "public"."tasks"
  ADD COLUMN "assigned_to" uuid;

ALTER TABLE "public"."tasks"
  ADD COLUMN "created_by" uuid;

ALTER TABLE "public"."tasks"
  ADD COLUMN "done_by" uuid;

ALTER TABLE "public"."tasks"
  ADD COLUMN "client_key" uuid;

ALTER TABLE "public"."tasks"
  ADD COLUMN "note_cipher" bytea;

ALTER TABLE "public"."tasks"
  ADD COLUMN "key_id" integer;

ALTER TABLE "public"."tasks"
  -- squawk-ignore adding-field-with-default
  ADD COLUMN "has_note" boolean GENERATED ALWAYS AS ((note_cipher IS NOT NULL)) STORED NOT NULL;

REVOKE ALL ON SEQUENCE "public"."tasks_number_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."tasks_number_seq" FROM "authenticated";

CREATE TYPE "public"."hand_call_outcome" AS ENUM (
  'no_answer',
  'busy',
  'voicemail',
  'talked',
  'callback',
  'appointment',
  'not_interested',
  'wrong_number',
  'do_not_call',
  'disconnected'
);

ALTER TABLE "public"."calls"
  ADD COLUMN "outcome" public.hand_call_outcome;

ALTER TABLE "public"."calls"
  ADD COLUMN "called_by" uuid;

ALTER TABLE "public"."calls"
  ADD COLUMN "ended_at" timestamp WITH time zone;

ALTER TABLE "public"."calls"
  ADD COLUMN "decision_id" bigint;

ALTER TABLE "public"."calls"
  ADD COLUMN "recorded_against_gate" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."calls"
  ADD COLUMN "assigned_to" uuid;

ALTER TABLE "public"."calls"
  ADD COLUMN "done_at" timestamp WITH time zone;

ALTER TABLE "public"."calls"
  -- squawk-ignore adding-field-with-default
  ADD COLUMN "has_transcript" boolean GENERATED ALWAYS AS ((transcript_cipher IS NOT NULL)) STORED NOT NULL;

CREATE OR REPLACE FUNCTION private.actor_name (
  p_org_id  uuid,
  p_user_id uuid,
  p_actor   text DEFAULT NULL::text
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select case when p_user_id = (select auth.uid()) then 'you'
    when p_user_id is not null then private.member_name(p_org_id, p_user_id) else p_actor end
$function$;

CREATE OR REPLACE FUNCTION private.add_task (
  p_org_id      uuid,
  p_lead_id     uuid,
  p_kind        text,
  p_due_at      timestamp with time zone,
  p_note        text,
  p_assigned_to uuid,
  p_client_key  uuid,
  p_detail      jsonb,
  p_as_of       timestamp with time zone
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_key constant integer := case when p_note is not null then private.active_key_id(p_org_id, 'data') end;
  v_id uuid;
begin
  if p_assigned_to is not null and not private.member_sees_lead(p_org_id, p_assigned_to, p_lead_id) then
    raise exception 'this member may not work on the lead' using errcode = 'SL613';
  end if;
  insert into public.tasks (org_id, lead_id, kind, detail, created_at, due_at, assigned_to, created_by, client_key,
    note_cipher, key_id)
  values (p_org_id, p_lead_id, p_kind, p_detail, p_as_of, p_due_at, p_assigned_to, auth.uid(), p_client_key,
    private.encrypt_value(p_note, private.org_key(p_org_id, v_key)), v_key)
  on conflict do nothing
  returning id into v_id;
  if v_id is null then
    -- Sent before; without a key: the service has an open one of this kind.
    select t.id into v_id from public.tasks t
    where t.org_id = p_org_id and t.lead_id = p_lead_id and t.kind = p_kind
      and (t.client_key = p_client_key or (p_client_key is null and t.created_by is null and t.done_at is null));
    if v_id is null then
      raise exception 'this key was already used for another task' using errcode = 'SL614';
    end if;
  end if;
  return v_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_call_wish (
  p_org_id     uuid,
  p_lead_id    uuid,
  p_value_bidx bytea,
  p_wish       text,
  p_notes      text,
  p_at         timestamp with time zone
)
  RETURNS text[]
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if p_wish = 'wrong_number' then
    perform private.record_wrong_contact(p_org_id, p_value_bidx, 'phone', p_lead_id, 'call by a member', p_at);
    return '{wrong_number}';
  elsif p_wish = 'everything' then
    return array(select jsonb_array_elements_text(private.record_opt_out(p_org_id, p_value_bidx, 'phone',
      'voice_manual', 'call by a member', p_notes, 'opt_out', '{email,sms,voice_manual,voice_ai}',
      p_scope => 'person', p_as_of => p_at) -> 'channels'));
  end if;
  -- Whoever refuses calls only has asked for texts instead.
  return array(select jsonb_array_elements_text(private.record_opt_out(p_org_id, p_value_bidx, 'phone',
    'voice_manual', 'call by a member', p_notes, 'opt_out',
    case p_wish when 'calls' then '{voice_manual,voice_ai}'::text[] else private.opt_out_reach('',
      'voice_manual') end,
    case p_wish when 'calls' then '{sms}' else '{}' end::text[], 'contact', p_as_of => p_at) -> 'channels'));
end
$function$;

CREATE OR REPLACE FUNCTION private.call_covered_by (
  p_org_id           uuid,
  p_lead_id          uuid,
  p_contact_point_id bigint,
  p_decision_id      bigint,
  p_started_at       timestamp with time zone
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select exists (
    select from public.gate_decisions d
    where d.org_id = p_org_id and d.id = p_decision_id and d.allow and d.channel = 'voice_manual'
      and d.lead_id = p_lead_id and d.contact_point_id = p_contact_point_id
      and p_started_at between d.as_of - interval '1 minute' and d.as_of + interval '5 minutes'
      and not exists (select from public.suppressions s where s.org_id = d.org_id and s.value_bidx = d.value_bidx
        and coalesce(s.channel, d.channel) = d.channel and s.created_at between d.as_of and p_started_at))
$function$;

CREATE OR REPLACE FUNCTION private.call_error (
  p_outcome    text,
  p_started_at timestamp with time zone,
  p_ended_at   timestamp with time zone,
  p_notes      text,
  p_wish       text,
  p_follow_up  jsonb,
  p_booking    jsonb,
  p_as_of      timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if p_outcome is null or not p_outcome = any (enum_range(null::public.hand_call_outcome)::text[]) then
    return 'unknown outcome: use ' || array_to_string(enum_range(null::public.hand_call_outcome), ', ');
  elsif p_started_at not between p_as_of - interval '7 days' and p_as_of + interval '1 minute' then
    return 'a call began within the last seven days';
  elsif p_ended_at < p_started_at or p_ended_at > p_started_at + interval '12 hours'
    or p_ended_at > p_as_of + interval '1 minute' then
    return 'a call ends after it began, and not in the future';
  elsif length(p_notes) > 10000 then
    return 'notes have at most 10,000 characters';
  elsif p_wish is not null and p_wish not in ('number', 'calls', 'everything', 'wrong_number') then
    return 'unknown wish: use number, calls, everything or wrong_number';
  elsif p_follow_up is not null and (jsonb_typeof(p_follow_up) <> 'object' or exists (
    select from jsonb_object_keys(p_follow_up) k where k not in ('kind', 'due_at', 'note', 'assigned_to'))) then
    return 'a follow-up is {kind, due_at, note, assigned_to}';
  elsif p_booking is not null and (jsonb_typeof(p_booking) <> 'object' or p_booking ->> 'starts_at' is null
    or exists (
    select from jsonb_object_keys(p_booking) k where k not in ('starts_at', 'ends_at'))) then
    return 'a booking is {starts_at, ends_at}';
  elsif (p_booking ->> 'starts_at')::timestamptz not between p_as_of - interval '1 day'
    and p_as_of + interval '2 years'
    or (p_booking ->> 'ends_at')::timestamptz < (p_booking ->> 'starts_at')::timestamptz then
    return 'a booking starts between now and in two years, and ends after it starts';
  end if;
  perform (p_follow_up ->> 'assigned_to')::uuid;
  return case when p_follow_up is not null then private.task_error(coalesce(p_follow_up ->> 'kind', 'call_back'),
    (p_follow_up ->> 'due_at')::timestamptz, p_follow_up ->> 'note', p_as_of) end;
exception when invalid_text_representation or invalid_datetime_format or datetime_field_overflow then
  return 'a time or an id of the follow-up or booking cannot be read';
end
$function$;

CREATE OR REPLACE FUNCTION private.call_of_worker (
  p_org_id  uuid,
  p_call_id bigint
)
  RETURNS public.calls
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  k public.calls;
begin
  select x.* into k from public.calls x where x.org_id = p_org_id and x.id = p_call_id for no key update;
  if not found or k.lead_id is null or not private.may_act_for_lead(p_org_id, k.lead_id) then
    raise exception 'call not found, or you may not deal with it' using errcode = 'SL615';
  end if;
  return k;
end
$function$;

CREATE OR REPLACE FUNCTION private.call_outlook (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_as_of    timestamp with time zone
)
  RETURNS TABLE (
    lead_id          uuid,
    contact_point_id bigint,
    contact          text,
    label            text,
    outlook          text,
    next_at          timestamp with time zone,
    reasons          jsonb,
    zone             text
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_asked jsonb;
  v_zone text;
begin
  select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'contact_point_id', c.id, 'channel', 'voice_manual',
    'purpose', 'marketing') order by c.lead_id, c.position, c.id) into v_asked
  from (select i.id from (select distinct u.id from unnest(p_lead_ids) u (id)) i
    where private.is_trusted_caller() or private.sees_lead(p_org_id, i.id) offset 0) i
  join lateral (select c.* from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = i.id and c.kind = 'phone'
    order by c.invalid_at is not null, c.position, c.id limit 4) c on true;
  if v_asked is null then
    return;
  end if;
  select o.time_zone into v_zone from public.orgs o where o.id = p_org_id;
  return query
  select distinct on (c.lead_id) c.lead_id, c.id, c.masked, c.label, y.outlook,
    (j.answer ->> 'next_allowed_at')::timestamptz, private.explain_reasons(j.answer -> 'reasons'),
    j.answer -> 'zones' ->> 0
  from private.decide_contacts(p_org_id, v_asked, p_as_of, 'never') j
  join jsonb_array_elements(v_asked) with ordinality a (x, n) on a.n = j.n
  join public.contact_points c on c.org_id = p_org_id and c.lead_id = (a.x ->> 'lead_id')::uuid
    and c.id = (a.x ->> 'contact_point_id')::bigint
  cross join lateral (select private.outlook_of(j.answer, v_zone, (p_as_of at time zone v_zone)::date) as outlook) y
  order by c.lead_id, array_position('{now,later today,later,never}', y.outlook), (j.answer ->> 'next_allowed_at'),
    c.position, c.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.canned_errors (
  p_channel text,
  p_body    text
)
  RETURNS text[]
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_faults text[] := '{}'::text[];
  v_place text;
  v_part text[];
begin
  if length(btrim(coalesce(p_body, ''))) = 0 then
    return array['the text is missing'];
  elsif length(p_body) > (case p_channel when 'email' then 20000 else 1600 end) then
    v_faults := v_faults || format('the text is longer than %s characters', case p_channel when 'email' then 20000
      else 1600 end);
  end if;
  for v_place in select x[1] from regexp_matches(p_body, '(\{\{.*?\}\})', 'g') x loop
    v_part := regexp_match(v_place, '^\{\{\s*([a-z_.]+)\s*(?:\|\s*default:\s*"([^"{}]*)"\s*)?\}\}$');
    if v_part is null then
      v_faults := v_faults || format('%s: write {{ name }} or {{ name | default: "…" }}', left(v_place, 60));
    elsif not v_part[1] = any (private.canned_variables()) then
      v_faults := v_faults || format('unknown placeholder %s', left(v_part[1], 60));
    elsif v_part[1] <> 'org.name' and coalesce(btrim(v_part[2]), '') = '' then
      v_faults := v_faults || format('%s may be empty: write {{ %s | default: "…" }}', v_part[1], v_part[1]);
    end if;
  end loop;
  if regexp_replace(p_body, '\{\{.*?\}\}', '', 'g') ~ '\{\{|\}\}|\{%|%\}' then
    v_faults := v_faults || 'a brace is not closed, or a condition is used'::text;
  end if;
  return v_faults;
end
$function$;

CREATE OR REPLACE FUNCTION private.canned_values (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select jsonb_build_object('lead.first_name', private.proper_name(l.owner_1_first),
    'lead.last_name', private.proper_name(l.owner_1_last), 'lead.full_name',
      private.proper_name(coalesce(l.owner_full,
      nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), ''))),
    'property.street', nullif(concat_ws(' ', l.situs_house_number, l.situs_street), ''), 'property.city',
      l.situs_city,
    'property.state', l.situs_state, 'property.zip', l.situs_zip, 'broker.name', b.name, 'org.name', o.name)
  from public.leads l
  join public.orgs o on o.id = l.org_id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  where l.org_id = p_org_id and l.id = p_lead_id and private.sees_lead(p_org_id, p_lead_id)
$function$;

CREATE OR REPLACE FUNCTION private.canned_variables()
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{lead.first_name,lead.last_name,lead.full_name,property.street,property.city,property.state,property.zip,
    broker.name,org.name}'::text[]
$function$;

CREATE OR REPLACE FUNCTION private.check_call_at (
  p_org_id           uuid,
  p_lead_id          uuid,
  p_contact_point_id bigint,
  p_as_of            timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_answer jsonb;
  v_zone text;
begin
  if not private.may_act_for_lead(p_org_id, p_lead_id) or not exists (select from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id and c.id = p_contact_point_id and c.kind = 'phone') then
    raise exception 'phone of the lead not found, or you may not call it' using errcode = 'SL611';
  end if;
  perform private.lock_contact_points(p_org_id, array[p_lead_id], array[p_contact_point_id]);
  select j.answer into v_answer from private.decide_contacts(p_org_id, jsonb_build_array(jsonb_build_object('lead_id',
    p_lead_id, 'contact_point_id', p_contact_point_id, 'channel', 'voice_manual', 'purpose', 'marketing')), p_as_of,
    'always') j;
  select coalesce(l.time_zone, v_answer -> 'zones' ->> 0) into v_zone from public.leads l
  where l.org_id = p_org_id and l.id = p_lead_id;
  return jsonb_build_object('allow', v_answer -> 'allow', 'decision_id', v_answer -> 'decision_id',
    'reasons', private.explain_reasons(v_answer -> 'reasons'),
    'evidence', (select private.describe_evidence(d.facts, d.channel) from public.gate_decisions d
      where d.org_id = p_org_id and d.id = (v_answer ->> 'decision_id')::bigint),
    'next_allowed_at', v_answer -> 'next_allowed_at', 'time_zone', v_zone,
    'local_time', to_char(p_as_of at time zone v_zone, 'YYYY-MM-DD"T"HH24:MI:SS'));
end
$function$;

CREATE OR REPLACE FUNCTION private.check_desk_filter (
  p_filter jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if jsonb_typeof(coalesce(p_filter, '{}')) <> 'object' or exists (select from jsonb_object_keys(p_filter) k
    where k not in ('status', 'campaign_status', 'county_fips', 'situs_zip', 'situs_state', 'campaign_id',
      'broker_id',
      'min_score')) then
    raise exception 'filters are status, campaign_status, county_fips, situs_zip, situs_state, campaign_id, '
      'broker_id '
      'and min_score' using errcode = 'SL802';
  end if;
  perform (p_filter ->> 'status')::public.lead_status, (p_filter ->> 'campaign_status')::public.campaign_status,
    (p_filter ->> 'campaign_id')::uuid, (p_filter ->> 'broker_id')::uuid, (p_filter ->> 'min_score')::integer;
exception when invalid_text_representation or numeric_value_out_of_range then
  raise exception 'a filter has a value that does not exist' using errcode = 'SL802';
end
$function$;

CREATE OR REPLACE FUNCTION private.count_for_desk (
  p_org_id uuid,
  p_filter jsonb,
  p_by     text,
  p_limit  integer
)
  RETURNS TABLE (
    place text,
    leads bigint
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  v_column constant text := case p_by when 'zip' then 'situs_zip' else 'county_fips' end;
  v_where text;
begin
  if not p_org_id = any (private.my_org_ids()) then
    return;
  end if;
  v_where := 'l.org_id = $1' || case when p_org_id = any (private.my_org_ids('{owner,admin,viewer}')) then ''
    else ' and l.assigned_broker_id = any ($2)' end;
  if p_filter ? 'status' then v_where := v_where || ' and l.status = ($3 ->> ''status'')::public.lead_status'; end if;
  if p_filter ? 'campaign_status' then
    v_where := v_where || ' and l.campaign_status = ($3 ->> ''campaign_status'')::public.campaign_status';
  end if;
  if p_filter ? 'county_fips' then v_where := v_where || ' and l.county_fips = $3 ->> ''county_fips'''; end if;
  if p_filter ? 'situs_zip' then v_where := v_where || ' and l.situs_zip = $3 ->> ''situs_zip'''; end if;
  if p_filter ? 'situs_state' then
    v_where := v_where || ' and l.situs_state = $3 ->> ''situs_state''';
  end if;
  if p_filter ? 'campaign_id' then v_where := v_where
    || ' and l.campaign_id = ($3 ->> ''campaign_id'')::uuid'; end if;
  if p_filter ? 'broker_id' then
    v_where := v_where || ' and l.assigned_broker_id = ($3 ->> ''broker_id'')::uuid';
  end if;
  if p_filter ? 'min_score' then
    v_where := v_where || ' and coalesce((select s.score from public.lead_scores s where s.org_id = l.org_id '
      'and s.lead_id = l.id), l.lead_score) >= ($3 ->> ''min_score'')::integer';
  end if;
  return query execute format('select l.%1$I, count(*) from public.leads l where l.situs_zip is not null '
    'and l.%1$I is not null and %2$s group by 1 order by 2 desc, 1 limit $4', v_column, v_where)
  using p_org_id, private.my_broker_ids(), p_filter, p_limit;
end
$function$;

CREATE OR REPLACE FUNCTION private.create_task (
  p_org_id  uuid,
  p_lead_id uuid,
  p_kind    text,
  p_detail  jsonb,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into public.tasks (org_id, lead_id, kind, detail, created_at)
  values (p_org_id, p_lead_id, p_kind, p_detail, p_as_of)
  on conflict (org_id, lead_id, kind) where done_at is null and created_by is null do update
    set detail = tasks.detail || private.wish_in_detail(excluded.detail)
    where excluded.detail ?| '{possible_wish,unread,read_by}'
$function$;

CREATE OR REPLACE FUNCTION private.desk_day_at (
  p_show      text,
  p_org_id    uuid,
  p_broker_id uuid,
  p_limit     integer,
  p_cursor    text,
  p_as_of     timestamp with time zone
)
  RETURNS TABLE (
    org_id           uuid,
    lead_id          uuid,
    section          text,
    owner_full       text,
    address          text,
    situs_city       text,
    situs_state      text,
    situs_zip        text,
    lead_score       smallint,
    status           public.lead_status,
    campaign_status  public.campaign_status,
    campaign_id      uuid,
    campaign         text,
    outlook          text,
    next_at          timestamp with time zone,
    time_zone        text,
    local_time       timestamp without time zone,
    contact_point_id bigint,
    contact          text,
    contact_label    text,
    reasons          jsonb,
    task_id          uuid,
    task_kind        text,
    due_at           timestamp with time zone,
    reply_id         bigint,
    reply_label      public.reply_label,
    reply_at         timestamp with time zone,
    last_call_at     timestamp with time zone,
    cursor           text
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_limit constant integer := least(private.page_size(p_limit), 50);
  v_after jsonb := private.read_cursor(p_cursor, 3);
  v_org uuid := p_org_id;
  v_brokers uuid[];
  v_looked integer := 0;
  v_given integer := 0;
  v_chunk jsonb;
  v_rows jsonb;
  v_n integer;
begin
  if p_show is null or p_show not in ('now', 'later', 'never', 'all') then
    raise exception 'unknown list %: use now, later, never or all', p_show using errcode = 'SL802';
  end if;
  -- Own leads, or those of a broker in an org where the caller sees every lead.
  if p_broker_id is not null then
    select b.org_id, array[b.id] into v_org, v_brokers from public.brokers b
    where b.id = p_broker_id and b.org_id = any (private.whole_orgs(p_org_id));
  else
    select b.org_id, array_agg(b.id) into v_org, v_brokers from public.brokers b
    where b.id = any (private.my_broker_ids()) and (p_org_id is null or b.org_id = p_org_id)
    group by b.org_id order by b.org_id limit 1;
  end if;
  if v_brokers is null then
    return;
  end if;
  -- The gate answers for few leads at a time; a page looks at a hundred at most.
  while v_looked < 100 and v_given < v_limit loop
    v_n := least(greatest(v_limit, 20), 100 - v_looked);
    select jsonb_agg(to_jsonb(n)), count(*) into v_chunk, v_n
    from private.next_of_day(v_org, v_brokers, p_show in ('never', 'all'), v_after, v_n, p_as_of) n;
    exit when v_n = 0;
    v_looked := v_looked + v_n;
    return query
    with asked as (
      select x.n, (x.v ->> 'lead_id')::uuid as lead_id, (x.v ->> 'section')::integer as section,
        (x.v ->> 'score')::smallint as score, (x.v ->> 'reply_id')::bigint as reply_id,
        (x.v ->> 'reply_label')::public.reply_label as reply_label, (x.v ->> 'reply_at')::timestamptz as reply_at,
        (x.v ->> 'task_id')::uuid as task_id, x.v ->> 'task_kind' as task_kind,
        (x.v ->> 'due_at')::timestamptz as due_at
      from jsonb_array_elements(v_chunk) with ordinality x (v, n)
    ), answered as (
      select a.*, coalesce(o.outlook, 'never') as outlook, o.contact_point_id, o.contact, o.label, o.next_at,
        coalesce(o.reasons, '[{"rule": "phone_missing", "words": "No phone number", "detail": "no phone number is '
          'known",
          "law": "Our own policy", "citation": "policy", "url": null}]') as reasons, o.zone
      from asked a
      left join private.call_outlook(v_org, array(select x.lead_id from asked x), p_as_of) o on o.lead_id = a.lead_id
    ), kept as (
      select a.*, row_number() over (order by a.n) as nth from answered a
      where p_show = 'all' or a.outlook = p_show or (p_show = 'later' and a.outlook = 'later today')
    )
    select l.org_id, l.id, ('{reply,reply,follow_up,fed_today,score}'::text[])[k.section],
      coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')),
      nullif(concat_ws(' ', l.situs_house_number, l.situs_street, l.situs_unit), ''), l.situs_city, l.situs_state,
      l.situs_zip, k.score, l.status, l.campaign_status, l.campaign_id, c.name, k.outlook, k.next_at,
      coalesce(l.time_zone, k.zone), p_as_of at time zone coalesce(l.time_zone, k.zone), k.contact_point_id,
        k.contact,
      k.label, k.reasons, k.task_id, k.task_kind, k.due_at, k.reply_id, k.reply_label, k.reply_at,
      (select max(a.at) from public.contact_attempts a where a.org_id = l.org_id and a.lead_id = l.id
        and a.channel = 'voice_manual' and a.direction = 'outbound'),
      jsonb_build_array(k.section, k.score, k.lead_id)::text
    from kept k
    join public.leads l on l.org_id = v_org and l.id = k.lead_id
      and (private.is_trusted_caller() or private.sees_lead(v_org, k.lead_id))
    left join public.campaigns c on c.org_id = l.org_id and c.id = l.campaign_id
    where k.nth <= v_limit - v_given
    order by k.n;
    get diagnostics v_n = row_count;
    v_given := v_given + v_n;
    select jsonb_build_array(x -> 'section', x -> 'score', x -> 'lead_id') into v_after
    from (select v_chunk -> -1 as x) y;
  end loop;
  -- Looked at a hundred without filling the page: where to go on.
  if v_given < v_limit and v_looked >= 100 then
    cursor := v_after::text;
    return next;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.escape_like (
  p_text text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select replace(replace(replace(p_text, '\', '\\'), '%', '\%'), '_', '\_')
$function$;

CREATE OR REPLACE FUNCTION private.explain_reasons (
  p_reasons jsonb
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(jsonb_agg(jsonb_build_object('rule', r.rule, 'words', coalesce(g.title, d.title, r.detail),
    'detail', r.detail, 'law', w.law, 'citation', coalesce(g.source, d.source), 'url', w.url, 'text', nullif(g.notes,
      ''),
    'verification', g.verification, 'reviewed_on', g.reviewed_on) order by r.n), '[]')
  from (
    select x.n, x.reason ->> 'detail' as detail, x.reason ->> 'rule' as rule
    from jsonb_array_elements(p_reasons) with ordinality x (reason, n)
  ) r
  left join public.gate_rules g on g.rule = r.rule
  left join public.decision_rules d on d.rule = r.rule
  cross join lateral private.law_of(coalesce(g.source, d.source, 'policy')) w
$function$;

CREATE OR REPLACE FUNCTION private.fill_canned (
  p_body   text,
  p_values jsonb
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_text text := '';
  v_rest text := p_body;
  v_place text[];
begin
  -- From left to right, so that a value that looks like a placeholder is not filled again.
  loop
    v_place := regexp_match(v_rest, '^(.*?)\{\{\s*([a-z_.]+)\s*(?:\|\s*default:\s*"([^"{}]*)"\s*)?\}\}(.*)$');
    exit when v_place is null;
    v_text := v_text || v_place[1] || coalesce(nullif(btrim(p_values ->> v_place[2]), ''), v_place[3], '');
    v_rest := v_place[4];
  end loop;
  return v_text || v_rest;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_for_desk (
  p_org_id uuid,
  p_query  text,
  p_filter jsonb,
  p_after  jsonb,
  p_limit  integer
)
  RETURNS TABLE (
    lead_id uuid,
    place   text
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  v_query constant text := btrim(coalesce(p_query, ''));
  v_kind constant text := private.search_kind(p_query);
  v_whole constant boolean := p_org_id = any (private.my_org_ids('{owner,admin,viewer}'));
  v_brokers uuid[] := private.my_broker_ids();
  v_place constant text := coalesce(p_after ->> 0, '');
  v_id constant uuid := coalesce((p_after ->> 1)::uuid, '00000000-0000-0000-0000-000000000000');
  v_words text[];
  v_prefix text;
  v_value text;
  v_found uuid[];
  v_where text;
  v_sql text;
begin
  if not p_org_id = any (private.my_org_ids()) then
    return;
  end if;
  -- What the policies of leads say, for the planner: whoever does not see the org sees the leads of own brokers.
  v_where := 'l.org_id = $1' || case when v_whole then '' else ' and l.assigned_broker_id = any ($2)' end;
  if p_filter ? 'status' then v_where := v_where || ' and l.status = ($3 ->> ''status'')::public.lead_status'; end if;
  if p_filter ? 'campaign_status' then
    v_where := v_where || ' and l.campaign_status = ($3 ->> ''campaign_status'')::public.campaign_status';
  end if;
  if p_filter ? 'county_fips' then v_where := v_where || ' and l.county_fips = $3 ->> ''county_fips'''; end if;
  if p_filter ? 'situs_zip' then v_where := v_where || ' and l.situs_zip = $3 ->> ''situs_zip'''; end if;
  if p_filter ? 'situs_state' then v_where := v_where || ' and l.situs_state = $3 ->> ''situs_state'''; end if;
  if p_filter ? 'campaign_id' then v_where := v_where
    || ' and l.campaign_id = ($3 ->> ''campaign_id'')::uuid'; end if;
  if p_filter ? 'broker_id' then
    v_where := v_where || ' and l.assigned_broker_id = ($3 ->> ''broker_id'')::uuid';
  end if;
  if p_filter ? 'min_score' then
    v_where := v_where || ' and coalesce((select s.score from public.lead_scores s where s.org_id = l.org_id '
      'and s.lead_id = l.id), l.lead_score) >= ($3 ->> ''min_score'')::integer';
  end if;
  if v_kind in ('phone', 'email') then
    v_value := case v_kind when 'email' then private.normalise_email(v_query)
      else private.normalise_phone(v_query) end;
    v_found := array(select c.lead_id from public.contact_points c
      where v_value is not null and c.org_id = p_org_id and c.value_bidx = private.contact_index(p_org_id, v_value));
    v_sql := format('select l.id, '''' from public.leads l where l.id = any ($4) and %s and l.id > $6 '
      'order by l.id limit $7', v_where);
  elsif v_kind = 'zip' then
    v_sql := format('select l.id, l.situs_zip from public.leads l where l.situs_zip = left($5, 5) and %s and l.id > '
      '$6 '
      'order by l.id limit $7', v_where);
    v_prefix := v_query;
  elsif v_kind = 'address' then
    v_words := regexp_split_to_array(upper(regexp_replace(v_query, '[^0-9A-Za-z ]', ' ', 'g')), '\s+');
    v_prefix := '%' || array_to_string(v_words[2:], '%') || '%';
    v_sql := format('select l.id, l.situs_street from public.leads l where l.situs_house_number = $8 '
      'and l.addr_hash is not null and upper(concat_ws('' '', l.situs_street, l.situs_unit, l.situs_city, '
        'l.situs_state, '
      'l.situs_zip)) like $5 and %s and (l.situs_street, l.id) > ($9, $6) order by l.situs_street, l.id limit $7',
        v_where);
  elsif v_kind = 'name' then
    v_words := regexp_split_to_array(lower(v_query), '[\s,]+');
    v_prefix := private.escape_like(array_to_string(v_words, ' ')) || '%';
    v_sql := format($q$
      select x.id, x.place from (
        (select l.id, %2$s as place from public.leads l
        where (l.owner_1_last is not null or l.owner_full is not null)
          and %2$s like $5
          and %2$s >= $9
          and (%2$s, l.id) > ($9, $6) and %1$s
        order by %2$s, l.id limit $7)
        union
        (select l.id, %2$s from public.leads l
        where $8 is not null and (l.owner_1_last is not null or l.owner_full is not null)
          and %2$s like $8
          and %2$s >= $9
          and (%2$s, l.id) > ($9, $6) and %1$s
        order by %2$s, l.id limit $7)) x
      order by x.place, x.id limit $7$q$, v_where,
      'private.search_name(l.owner_1_last, l.owner_1_first, l.owner_full) collate "C"');
  else
    v_sql := format('select l.id, '''' from public.leads l where %s and l.id > $6 order by l.id limit $7', v_where);
  end if;
  return query execute v_sql using p_org_id, v_brokers, p_filter, v_found, v_prefix, v_id, p_limit,
    case v_kind when 'address' then v_words[1] when 'name' then case when cardinality(v_words) > 1 then
      -- "Jo Ames" is listed under Ames.
      private.escape_like(v_words[cardinality(v_words)]) || '% '
        || private.escape_like(array_to_string(v_words[:cardinality(v_words) - 1], ' ')) || '%' end end, v_place;
  if v_kind in ('phone', 'email') then
    perform private.log_lookup(p_org_id, array(select l.id from public.leads l
      where l.org_id = p_org_id and l.id = any (v_found) and (v_whole or l.assigned_broker_id = any (v_brokers))));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.inbox_items (
  p_org_id  uuid,
  p_lead_id uuid,
  p_state   text,
  p_mine    boolean,
  p_label   text,
  p_channel text,
  p_at      timestamp with time zone,
  p_item    text,
  p_id      bigint,
  p_limit   integer
)
  RETURNS TABLE (
    item    text,
    id      bigint,
    lead_id uuid,
    at      timestamp with time zone
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  (select 'reply', r.id, r.lead_id, r.at from public.replies r
    where r.org_id = p_org_id and (p_lead_id is null or r.lead_id = p_lead_id)
      and (p_state = 'all' or private.inbox_state(r.answered_at, r.assigned_to) = p_state)
      and (not p_mine or r.assigned_to = (select auth.uid())) and (p_label is null or r.label::text = p_label)
      and (p_channel is null or r.channel = p_channel)
      and (p_at is null or r.at < p_at or (r.at = p_at and (p_item = 'reply' and r.id < p_id)))
    order by r.at desc, r.id desc limit p_limit)
  union all
  (select 'call', k.id, k.lead_id, k.at from public.calls k
    where k.org_id = p_org_id and (p_lead_id is null or k.lead_id = p_lead_id) and k.lead_id is not null
      and k.provider <> 'hand' and (k.direction = 'inbound' or k.answered) and p_label is null
      and (p_state = 'all' or private.inbox_state(k.done_at, k.assigned_to) = p_state)
      and (not p_mine or k.assigned_to = (select auth.uid()))
      and (p_channel is null or p_channel = case k.direction when 'inbound' then 'voice_manual' else 'voice_ai' end)
      and (p_at is null or k.at < p_at or (k.at = p_at and (p_item = 'reply' or k.id < p_id)))
      and not exists (select from public.replies r where r.org_id = k.org_id and r.lead_id = k.lead_id
        and r.provider = k.provider and r.at = k.at and r.channel = 'voice_ai')
    order by k.at desc, k.id desc limit p_limit)
$function$;

CREATE OR REPLACE FUNCTION private.inbox_state (
  p_done_at     timestamp with time zone,
  p_assigned_to uuid
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select case when p_done_at is not null then 'done' when p_assigned_to is not null then 'assigned' else 'open' end
$function$;

CREATE OR REPLACE FUNCTION private.law_of (
  p_source text,
  OUT      law text,
  OUT      url text
)
  RETURNS record
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select case
      when p_source ~ '47 (CFR 64[.]|U[.]S[.]C[.] 227)|CG Docket|FCC' then 'Telephone Consumer Protection Act'
      when p_source ~ '16 CFR 310' then 'Telemarketing Sales Rule'
      when p_source ~ '15 U[.]S[.]C[.] 77' then 'CAN-SPAM Act'
      when p_source ~ '(CFR|U[.]S[.]C[.])' then 'Federal law'
      when p_source ~ '^calling_laws' then 'Federal and state calling hours'
      when p_source ~* '^(policy|settings of the org|the org''s list|verification)' then 'Our own policy'
      when p_source ~ '(CTIA|T-Mobile|Gmail|Google|Yahoo)' then 'Rules of carriers and mailbox providers'
      else 'State law' end,
    coalesce(
      'https://www.ecfr.gov/current/title-' || c[1] || '/section-' || c[2],
      'https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title' || u[1] || '-section' || u[2])
  from (select regexp_match(p_source, '([0-9]+) CFR ([0-9]+[.][0-9]+)') as c,
    regexp_match(p_source, '([0-9]+) U[.]S[.]C[.] ([0-9]+[a-z]?)') as u) x
$function$;

CREATE OR REPLACE FUNCTION private.log_lookup (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_limit integer;
begin
  perform pg_advisory_xact_lock(hashtextextended(format('reveal %s %s', p_org_id, auth.uid()), 0));
  select coalesce((o.settings ->> 'reveals_per_hour')::integer, 120) into v_limit from public.orgs o
  where o.id = p_org_id;
  if not private.is_trusted_caller() and (
    select count(distinct a.accessed_at) from private.pii_access_log a
    where a.org_id = p_org_id and a.user_id = auth.uid() and a.subject = 'search'
      and a.accessed_at > now() - interval '1 hour') >= v_limit then
    raise exception 'at most % phones and e-mail addresses are looked up within an hour', v_limit
      using errcode = 'SL803';
  end if;
  insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown, subject, reason)
  select p_org_id, x.id, auth.uid(), session_user, 0, 'search', 'look-up of a phone or e-mail address'
  from (select unnest(p_lead_ids) as id union all select null where coalesce(cardinality(p_lead_ids), 0) = 0) x;
end
$function$;

CREATE OR REPLACE FUNCTION private.member_name (
  p_org_id  uuid,
  p_user_id uuid
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return case when p_user_id is null then null
    else coalesce(
      (select b.name from public.brokers b where b.org_id = p_org_id and b.user_id = p_user_id),
      (select initcap(m.role::text) from public.members m where m.org_id = p_org_id and m.user_id = p_user_id),
      'Former member') end;
end
$function$;

CREATE OR REPLACE FUNCTION private.member_sees_lead (
  p_org_id  uuid,
  p_user_id uuid,
  p_lead_id uuid
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select exists (
    select from public.members m
    join public.leads l on l.org_id = m.org_id and l.id = p_lead_id
    where m.org_id = p_org_id and m.user_id = p_user_id
      and (m.role in ('owner', 'admin') or (m.role = 'broker' and l.assigned_broker_id in (
        select b.id from public.brokers b where b.org_id = m.org_id and b.user_id = m.user_id and b.active))))
$function$;

CREATE OR REPLACE FUNCTION private.move_correspondence (
  p_org_id   uuid,
  p_lead_id  uuid,
  p_new_id   uuid,
  p_contacts bigint[],
  p_values   bytea[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- What was said through a contact point belongs to the person behind it.
  update public.messages m set lead_id = p_new_id
  where m.org_id = p_org_id and m.lead_id = p_lead_id and m.contact_point_id = any (p_contacts);
  update public.replies r set lead_id = p_new_id
  where r.org_id = p_org_id and r.lead_id = p_lead_id and r.value_bidx = any (p_values);
  update public.calls c set lead_id = p_new_id
  where c.org_id = p_org_id and c.lead_id = p_lead_id and (c.contact_point_id = any (p_contacts) or exists (
    select from public.messages m
    where m.org_id = p_org_id and m.id = c.message_id and m.contact_point_id = any (p_contacts)));
  update public.consent_tokens t set lead_id = p_new_id
  where t.org_id = p_org_id and t.lead_id = p_lead_id
    and (t.phone_bidx is null or t.phone_bidx = any (p_values))
    and (t.email_bidx is null or t.email_bidx = any (p_values)) and num_nonnulls(t.phone_bidx, t.email_bidx) > 0;
end
$function$;

CREATE OR REPLACE FUNCTION private.next_of_day (
  p_org_id     uuid,
  p_broker_ids uuid[],
  p_all        boolean,
  p_after      jsonb,
  p_limit      integer,
  p_as_of      timestamp with time zone
)
  RETURNS TABLE (
    lead_id     uuid,
    section     integer,
    score       smallint,
    reply_id    bigint,
    reply_label public.reply_label,
    reply_at    timestamp with time zone,
    task_id     uuid,
    task_kind   text,
    due_at      timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_section constant integer := coalesce((p_after ->> 0)::integer, 0);
  v_score constant integer := coalesce((p_after ->> 1)::integer, 101);
  v_id constant uuid := coalesce((p_after ->> 2)::uuid, '00000000-0000-0000-0000-000000000000');
  v_scored constant boolean := private.has_scores(p_org_id);
  v_pressing uuid[];
  v_found integer := 0;
begin
  v_pressing := array(select p.lead_id from private.pressing_leads(p_org_id, p_broker_ids, p_as_of) p);
  if v_section < 5 and v_pressing <> '{}' then
    return query
    select p.lead_id, p.section, coalesce(s.score, l.lead_score), p.reply_id, p.reply_label, p.reply_at, p.task_id,
      p.task_kind, p.due_at
    from private.pressing_leads(p_org_id, p_broker_ids, p_as_of) p
    join public.leads l on l.org_id = p_org_id and l.id = p.lead_id
    left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
    where (p_all or l.campaign_status not in ('opted_out', 'invalid'))
      and (p.section, -coalesce(s.score, l.lead_score), l.id) > (v_section, -v_score, v_id)
    order by p.section, coalesce(s.score, l.lead_score) desc, l.id
    limit p_limit;
    get diagnostics v_found = row_count;
  end if;
  if v_found >= p_limit then
    return;
  elsif cardinality(p_broker_ids) = 1 and not v_scored then
    return query
    select l.id, 5, l.lead_score, null::bigint, null::public.reply_label, null::timestamptz, null::uuid, null::text,
      null::timestamptz
    from public.leads l
    where l.org_id = p_org_id and l.assigned_broker_id = p_broker_ids[1]
      and l.lead_score <= (case when v_section = 5 then v_score else 101 end)
      and (v_section < 5 or l.lead_score < v_score or l.id > v_id)
      and (p_all or l.campaign_status not in ('opted_out', 'invalid'))
      and not l.id = any (v_pressing)
    order by l.lead_score desc, l.id
    limit p_limit - v_found;
  else
    return query
    select l.id, 5, coalesce(s.score, l.lead_score), null::bigint, null::public.reply_label, null::timestamptz,
      null::uuid, null::text, null::timestamptz
    from public.leads l
    left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
    where l.org_id = p_org_id and l.assigned_broker_id = any (p_broker_ids)
      and (v_section < 5 or (-coalesce(s.score, l.lead_score), l.id) > (-v_score, v_id))
      and (p_all or l.campaign_status not in ('opted_out', 'invalid'))
      and not l.id = any (v_pressing)
    order by coalesce(s.score, l.lead_score) desc, l.id
    limit p_limit - v_found;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.own_lead_ids (
  p_org_id uuid
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_brokers constant uuid[] := private.my_broker_ids();
begin
  return array(select l.id from public.leads l
    where l.assigned_broker_id = any (v_brokers) and l.org_id = any (private.my_org_ids())
      and (p_org_id is null or l.org_id = p_org_id));
end
$function$;

CREATE OR REPLACE FUNCTION private.page_size (
  p_limit integer
)
  RETURNS integer
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select least(greatest(coalesce(p_limit, 50), 1), 200)
$function$;

CREATE OR REPLACE FUNCTION private.person_record (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  l public.leads;
  v_contacts jsonb;
  v_values bytea[];
begin
  select x.* into strict l from public.leads x where x.org_id = p_org_id and x.id = p_lead_id;
  select coalesce(jsonb_agg(to_jsonb(c) - '{org_id,value_bidx,value_cipher,key_id}'::text[]
      || jsonb_build_object('value', private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)))
        order by c.kind, c.position), '[]'),
    array_agg(c.value_bidx)
  into v_contacts, v_values from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  return jsonb_build_object(
    'exported_at', now(), 'lead', jsonb_strip_nulls(to_jsonb(l) - '{org_id,phone_bidx,addr_hash}'::text[]),
      'contacts', v_contacts,
    'suppressions', (select coalesce(jsonb_agg(to_jsonb(s) - '{org_id,value_bidx}'::text[] order by s.created_at),
      '[]')
      from public.suppressions s where s.org_id = p_org_id and s.value_bidx = any (v_values)),
    'consents_of_the_same_contacts',
      (select coalesce(jsonb_agg(to_jsonb(c) - '{org_id,value_bidx,text_sha256,text_cipher,key_id}'::text[]
      order by c.occurred_at), '[]')
      from public.consents c where c.org_id = p_org_id and c.value_bidx = any (v_values) and c.lead_id is distinct
        from p_lead_id),
    'opt_out_texts', (select coalesce(jsonb_agg(jsonb_build_object('consent_id', c.id, 'text',
      private.decrypt_value(c.text_cipher, private.org_key(c.org_id, c.key_id)))), '[]')
      from public.consents c where c.org_id = p_org_id and (c.lead_id = p_lead_id or c.value_bidx = any (v_values))
        and c.text_cipher is not null),
    -- The nonce of a link to a consent form is for its receiver only.
    'message_texts', (select coalesce(jsonb_agg(jsonb_build_object('message_id', m.id, 'text',
      regexp_replace(private.decrypt_value(m.text_cipher, private.org_key(m.org_id, m.key_id)),
        '#[A-Za-z0-9_-]{43}', '#...', 'g')) order by m.created_at), '[]')
      from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id and m.text_cipher is not null),
    'reply_texts', (select coalesce(jsonb_agg(jsonb_build_object('reply_id', r.id, 'text',
      private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id))) order by r.at, r.id), '[]')
      from public.replies r where r.org_id = p_org_id and r.lead_id = p_lead_id and r.text_cipher is not null),
    'call_transcripts', (select coalesce(jsonb_agg(jsonb_build_object('call_id', k.id, 'text',
      private.decrypt_value(k.transcript_cipher, private.org_key(k.org_id, k.key_id))) order by k.at, k.id), '[]')
      from public.calls k where k.org_id = p_org_id and k.lead_id = p_lead_id and k.transcript_cipher is not null),
    'task_notes', (select coalesce(jsonb_agg(jsonb_build_object('task_id', t.id, 'text',
      private.decrypt_value(t.note_cipher, private.org_key(t.org_id, t.key_id))) order by t.created_at, t.id), '[]')
      from public.tasks t where t.org_id = p_org_id and t.lead_id = p_lead_id and t.note_cipher is not null),
    'rows_in_conflict', (select coalesce(jsonb_agg(jsonb_build_object('conflict_id', k.id, 'upload_id', x.upload_id,
      'part', x.part, 'line', x.line, 'row', private.conflict_row_content(x) -> 'raw')
        order by k.id, x.created_at), '[]')
      from public.lead_conflicts k join private.conflict_rows x on x.org_id = k.org_id and x.conflict_id = k.id
      where k.org_id = p_org_id and k.contacts && v_values),
    'do_not_call_status', (select coalesce(jsonb_agg(to_jsonb(s) - '{org_id,value_bidx}'::text[]), '[]')
      from private.phone_scrubs s where s.org_id = p_org_id and s.value_bidx = any (v_values)),
    'merged_with', (select coalesce(jsonb_agg(m.merged_row - '{org_id,phone_bidx,addr_hash,contact_points}'::text[]),
      '[]')
      from public.lead_merges m where m.org_id = p_org_id and m.survivor_id = p_lead_id),
    'facts', (select coalesce(jsonb_agg(jsonb_build_object('fact_id', f.id, 'name', f.name, 'provider', f.provider,
      'value', private.decrypt_value(f.value_cipher, private.org_key(f.org_id, f.key_id))) order by f.id), '[]')
      from public.lead_facts f where f.org_id = p_org_id and f.lead_id = p_lead_id and f.value_cipher is not null),
    'provider_answers', (select coalesce(jsonb_agg(jsonb_build_object('provider', a.provider, 'endpoint', a.endpoint,
      'answered_at', a.answered_at, 'answer', private.decrypt_value(a.answer_cipher, private.org_key(a.org_id,
        a.key_id))) order by a.answered_at, a.provider, a.endpoint, a.input_bidx), '[]')
      from private.provider_answers a
      where a.org_id = p_org_id and a.answer_cipher is not null and exists (
        select from public.provider_calls c
        where c.org_id = p_org_id and c.lead_id = p_lead_id and c.provider = a.provider and c.endpoint = a.endpoint
          and c.input_bidx = a.input_bidx)),
    'records', private.rows_about_lead(p_org_id, p_lead_id));
end
$function$;

CREATE OR REPLACE FUNCTION private.pressing_leads (
  p_org_id     uuid,
  p_broker_ids uuid[],
  p_as_of      timestamp with time zone
)
  RETURNS TABLE (
    lead_id     uuid,
    section     integer,
    reply_id    bigint,
    reply_label public.reply_label,
    reply_at    timestamp with time zone,
    task_id     uuid,
    task_kind   text,
    due_at      timestamp with time zone
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with day as (
    select date_trunc('day', p_as_of at time zone o.time_zone) at time zone o.time_zone as began
    from public.orgs o where o.id = p_org_id
  ), waiting as (
    select distinct on (r.lead_id) r.lead_id, r.id, r.label, r.at
    from public.leads l
    join public.replies r on r.org_id = l.org_id and r.lead_id = l.id
    where l.org_id = p_org_id and l.assigned_broker_id = any (p_broker_ids) and l.last_reply_at is not null
      and l.campaign_status not in ('opted_out', 'invalid') and r.answered_at is null
      and r.request in ('none', 'opt_in')
    order by r.lead_id, array_position('{interested,question}', r.label::text) nulls last, r.at desc
  ), due as (
    select distinct on (t.lead_id) t.lead_id, t.id, t.kind, coalesce(t.due_at, t.created_at) as at
    from public.leads l
    join public.tasks t on t.org_id = l.org_id and t.lead_id = l.id and t.done_at is null
    where l.org_id = p_org_id and l.assigned_broker_id = any (p_broker_ids)
      and coalesce(t.due_at, t.created_at) <= p_as_of and t.kind not in ('answer_reply', 'review_call')
    order by t.lead_id, coalesce(t.due_at, t.created_at)
  ), fed as (
    select distinct e.lead_id from day
    join public.pipeline_events e on e.org_id = p_org_id and e.kind = 'fed' and e.at >= day.began and e.at <= p_as_of
    join public.leads l on l.org_id = e.org_id and l.id = e.lead_id
    where l.assigned_broker_id = any (p_broker_ids)
  )
  select i.lead_id, case when w.label in ('interested', 'question') then 1 when w.id is not null then 2
    when d.id is not null then 3 else 4 end, w.id, w.label, w.at, d.id, d.kind, d.at
  from (select lead_id from waiting union select lead_id from due union select lead_id from fed) i
  left join waiting w on w.lead_id = i.lead_id
  left join due d on d.lead_id = i.lead_id
$function$;

CREATE OR REPLACE FUNCTION private.read_cursor (
  p_cursor text,
  p_parts  integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_cursor jsonb;
begin
  if p_cursor is null then
    return null;
  end if;
  v_cursor := p_cursor::jsonb;
  if jsonb_typeof(v_cursor) <> 'array' or jsonb_array_length(v_cursor) <> p_parts then
    raise exception 'invalid cursor' using errcode = 'SL801';
  end if;
  return v_cursor;
exception when invalid_text_representation then
  raise exception 'invalid cursor' using errcode = 'SL801';
end
$function$;

CREATE OR REPLACE FUNCTION private.record_call_at (
  p_org_id           uuid,
  p_lead_id          uuid,
  p_contact_point_id bigint,
  p_outcome          text,
  p_client_key       uuid,
  p_started_at       timestamp with time zone,
  p_ended_at         timestamp with time zone,
  p_notes            text,
  p_wish             text,
  p_follow_up        jsonb,
  p_booking          jsonb,
  p_decision_id      bigint,
  p_task_id          uuid,
  p_as_of            timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_at constant timestamptz := least(coalesce(p_started_at, p_as_of), p_as_of);
  v_notes constant text := nullif(btrim(p_notes), '');
  v_wish text := p_wish;
  v_key integer;
  c public.contact_points;
  k public.calls;
  v_error text;
  v_decision bigint;
  v_allowed boolean;
  v_reasons jsonb := '[]';
  v_campaign uuid;
  v_ended text[] := '{}';
  v_review uuid;
  v_task uuid;
  v_booking uuid;
  v_doubt boolean := false;
begin
  if p_client_key is null or not private.may_act_for_lead(p_org_id, p_lead_id) then
    raise exception 'phone of the lead not found, or you may not call it' using errcode = 'SL611';
  end if;
  -- The same call, sent twice, waits for the first.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice call %s %s', p_org_id, p_client_key), 0));
  select x.* into k from public.calls x
  where x.org_id = p_org_id and x.provider = 'hand' and x.event_key = p_client_key::text;
  if found then
    if (k.lead_id, k.contact_point_id) is distinct from (p_lead_id, p_contact_point_id) then
      raise exception 'this key was already used for another call' using errcode = 'SL612';
    end if;
    return jsonb_build_object('call_id', k.id, 'repeated', true, 'recorded_against_gate', k.recorded_against_gate);
  end if;
  select x.* into c from public.contact_points x
  where x.org_id = p_org_id and x.lead_id = p_lead_id and x.id = p_contact_point_id and x.kind = 'phone';
  if not found then
    raise exception 'phone of the lead not found, or you may not call it' using errcode = 'SL611';
  end if;
  v_error := private.call_error(p_outcome, coalesce(p_started_at, p_as_of), p_ended_at, p_notes, p_wish, p_follow_up,
    p_booking, p_as_of);
  if v_error is not null then
    raise exception '%', v_error using errcode = 'SL612';
  end if;
  v_wish := coalesce(v_wish, case p_outcome when 'do_not_call' then 'number' when 'wrong_number'
    then 'wrong_number' end);
  perform private.lock_contact_points(p_org_id, array[p_lead_id], array[c.id]);
  -- Before anything that this call changes.
  v_allowed := private.call_covered_by(p_org_id, p_lead_id, c.id, p_decision_id, v_at);
  v_decision := p_decision_id;
  if not v_allowed then
    select (j.answer ->> 'allow')::boolean, (j.answer ->> 'decision_id')::bigint,
      private.explain_reasons(j.answer -> 'reasons') into v_allowed, v_decision, v_reasons
    from private.decide_contacts(p_org_id, jsonb_build_array(jsonb_build_object('lead_id', p_lead_id,
      'contact_point_id', c.id, 'channel', 'voice_manual', 'purpose', 'marketing')), v_at, 'always') j;
  end if;
  select l.campaign_id into v_campaign from public.leads l where l.org_id = p_org_id and l.id = p_lead_id;
  v_key := case when v_notes is not null then private.active_key_id(p_org_id, 'data') end;
  insert into public.calls (org_id, lead_id, provider, event_key, direction, at, ended_at, answered, seconds,
    transcript_cipher, key_id, contact_point_id, outcome, called_by, decision_id, recorded_against_gate, done_at)
  values (p_org_id, p_lead_id, 'hand', p_client_key, 'outbound', v_at, p_ended_at,
    p_outcome not in ('no_answer', 'busy', 'voicemail', 'disconnected'),
    extract(epoch from p_ended_at - v_at)::integer, private.encrypt_value(v_notes, private.org_key(p_org_id, v_key)),
    v_key, c.id, p_outcome::public.hand_call_outcome, auth.uid(), v_decision, not v_allowed, p_as_of)
  returning * into k;
  insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, campaign_id, lead_id, decision_id)
  values (p_org_id, c.value_bidx, 'voice_manual', 'outbound', v_at, v_campaign, p_lead_id, v_decision);
  perform set_config('sluice.actor', 'system', true);
  update public.leads l set call_attempt_count = l.call_attempt_count + 1
  where l.org_id = p_org_id and l.id = p_lead_id;
  perform set_config('sluice.actor', v_actor, true);
  if not v_allowed then
    v_review := private.add_task(p_org_id, p_lead_id, 'review_call', null, null,
      (select m.user_id from public.members m where m.org_id = p_org_id and m.role = 'owner'
        order by m.user_id is not distinct from auth.uid(), m.created_at, m.user_id limit 1), null,
      jsonb_build_object('call_id', k.id, 'rules', (select jsonb_agg(distinct r ->> 'rule')
        from jsonb_array_elements(v_reasons) r)), p_as_of);
  end if;
  if v_wish is not null then
    v_ended := private.apply_call_wish(p_org_id, p_lead_id, c.value_bidx, v_wish, v_notes, v_at);
  elsif private.is_opt_out(v_notes) then
    -- The notes read like a wish that nobody picked: nothing automatic goes out until somebody has looked.
    v_doubt := true;
    perform private.hold_for_possible_wish(p_org_id, c.value_bidx, array[p_lead_id], v_at);
    perform private.create_task(p_org_id, p_lead_id, 'answer_reply',
      '{"channel": "voice_manual", "possible_wish": true}', v_at);
  end if;
  if p_outcome = 'disconnected' then
    perform private.record_contact_feedback(p_org_id, c.value_bidx, 'phone', 'invalid', 'phone', 'call by a member',
      v_at);
  elsif p_outcome in ('talked', 'callback', 'appointment', 'not_interested', 'do_not_call')
    and v_wish is distinct from 'wrong_number' then
    perform private.mark_leads_replied(p_org_id, array[p_lead_id], v_at, jsonb_build_object('channel', 'voice_manual',
      'request', case when v_wish is null then 'none' else 'opt_out' end));
  end if;
  if p_task_id is not null then
    perform private.task_of_worker(p_org_id, p_task_id);
    update public.tasks t set done_at = p_as_of
    where t.org_id = p_org_id and t.id = p_task_id and t.lead_id = p_lead_id and t.done_at is null;
  end if;
  if p_follow_up is not null or p_outcome = 'callback' then
    v_task := private.add_task(p_org_id, p_lead_id, coalesce(p_follow_up ->> 'kind', 'call_back'),
      (p_follow_up ->> 'due_at')::timestamptz, nullif(btrim(p_follow_up ->> 'note'), ''),
      (p_follow_up ->> 'assigned_to')::uuid, null, jsonb_build_object('call_id', k.id), p_as_of);
  end if;
  if p_booking is not null then
    perform private.apply_booking_event(p_org_id, 'hand', jsonb_strip_nulls(jsonb_build_object('action', 'made',
      'uid',
      p_client_key, 'at', v_at, 'starts_at', p_booking -> 'starts_at', 'ends_at', p_booking -> 'ends_at', 'lead_id',
      p_lead_id)), p_as_of);
    select b.id into v_booking from public.bookings b
    where b.org_id = p_org_id and b.provider = 'hand' and b.uid = p_client_key::text;
  end if;
  return jsonb_build_object('call_id', k.id, 'repeated', false, 'recorded_against_gate', k.recorded_against_gate,
    'reasons', v_reasons, 'suppressed', to_jsonb(v_ended), 'possible_wish', v_doubt, 'task_id', v_task,
    'booking_id', v_booking, 'review_task_id', v_review);
end
$function$;

CREATE OR REPLACE FUNCTION private.reply_of_worker (
  p_org_id   uuid,
  p_reply_id bigint
)
  RETURNS public.replies
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  r public.replies;
begin
  select x.* into r from public.replies x where x.org_id = p_org_id and x.id = p_reply_id for no key update;
  if not found or not private.may_act_for_lead(p_org_id, r.lead_id) then
    raise exception 'reply not found, or you may not answer it' using errcode = 'SL615';
  end if;
  return r;
end
$function$;

CREATE OR REPLACE FUNCTION private.search_kind (
  p_query text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select case when q = '' then 'filter' when q ~ '^\S+@\S+$' then 'email'
    when q ~ '^[0-9]{5}(-[0-9]{4})?$' then 'zip'
    when q !~ '[[:alpha:]]' and length(regexp_replace(q, '[^0-9]', '', 'g')) between 10 and 15 then 'phone'
    when q ~ '^[0-9]+[0-9A-Za-z-]*\s+\S' then 'address' else 'name' end
  from (select btrim(coalesce(p_query, '')) as q) x
$function$;

CREATE OR REPLACE FUNCTION private.search_name (
  p_last  text,
  p_first text,
  p_full  text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select lower(left(coalesce(p_last || coalesce(' ' || p_first, ''), p_full), 100))
$function$;

CREATE OR REPLACE FUNCTION private.settle_reply_task (
  p_org_id  uuid,
  p_lead_id uuid,
  p_as_of   timestamp with time zone
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  -- A task about a possible wish ends a hold: whoever has looked at the message finishes it by name.
  update public.tasks t set done_at = p_as_of
  where t.org_id = p_org_id and t.lead_id = p_lead_id and t.kind = 'answer_reply' and t.done_at is null
    and not t.detail ?| '{possible_wish,unread,read_by}'
    and not exists (select from public.replies r
      where r.org_id = p_org_id and r.lead_id = p_lead_id and r.answered_at is null)
$function$;

CREATE OR REPLACE FUNCTION private.task_error (
  p_kind   text,
  p_due_at timestamp with time zone,
  p_note   text,
  p_as_of  timestamp with time zone
)
  RETURNS text
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select case
    when p_kind is null or p_kind not in ('call_back', 'follow_up', 'to_do') then
      'a member''s task is call_back, follow_up or to_do'
    when p_due_at < p_as_of - interval '1 day' or p_due_at > p_as_of + interval '2 years' then
      'a task is due between now and in two years'
    when length(p_note) > 4000 then 'a note has at most 4,000 characters' end
$function$;

CREATE OR REPLACE FUNCTION private.task_of_worker (
  p_org_id  uuid,
  p_task_id uuid
)
  RETURNS public.tasks
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  t public.tasks;
begin
  select x.* into t from public.tasks x where x.org_id = p_org_id and x.id = p_task_id for no key update;
  if not found or not private.may_act_for_lead(p_org_id, t.lead_id) then
    raise exception 'task not found, or you may not work on it' using errcode = 'SL613';
  elsif t.kind = 'review_call' and not private.is_trusted_caller()
    and not p_org_id = any (private.my_org_ids('{owner,admin}')) then
    raise exception 'an owner or admin reviews this call' using errcode = 'SL613';
  end if;
  return t;
end
$function$;

CREATE OR REPLACE FUNCTION private.task_words (
  p_kind   text,
  p_detail jsonb
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select case p_kind
    when 'answer_reply' then case when p_detail ? 'possible_wish' then 'Read the message: it may ask us to stop'
      when p_detail ? 'unread' then 'Read the message: it is in a language that is not read automatically'
      when p_detail ->> 'read_by' = 'learned' then 'Check the wish that was read from the message'
      when p_detail ->> 'channel' in ('voice_ai', 'voice_manual') then 'Answer what was said on the phone'
      else 'Answer the message' end
    when 'call_back' then 'Call back'
    when 'prepare_booking' then 'Prepare the appointment'
    when 'follow_up_cancelled' then 'Follow up on the cancelled appointment'
    when 'follow_up' then 'Follow up'
    when 'to_do' then 'To do'
    when 'review_call' then 'Review a call that the rules would not have allowed'
    else p_kind end
$function$;

CREATE OR REPLACE FUNCTION private.tg_lead_merges__move_replies()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if tg_op = 'INSERT' then
    update public.replies r set lead_id = new.survivor_id, merged_from = coalesce(r.merged_from, new.merged_id)
    where r.org_id = new.org_id and r.lead_id = new.merged_id
      and not exists (select from public.replies o where o.org_id = r.org_id and o.provider = r.provider
        and o.event_key = r.event_key and o.lead_id = new.survivor_id);
    update public.calls c set lead_id = new.survivor_id, merged_from = coalesce(c.merged_from, new.merged_id)
    where c.org_id = new.org_id and c.lead_id = new.merged_id;
    update public.bookings b set lead_id = new.survivor_id, merged_from = coalesce(b.merged_from, new.merged_id)
    where b.org_id = new.org_id and b.lead_id = new.merged_id;
    -- Where both have an open task of a kind, the survivor's says what the other said of a possible wish.
    update public.tasks t set detail = t.detail || private.wish_in_detail(x.detail)
    from public.tasks x
    where t.org_id = new.org_id and t.lead_id = new.survivor_id and t.done_at is null and x.org_id = t.org_id
      and x.lead_id = new.merged_id and x.kind = t.kind and x.done_at is null
      and t.created_by is null and x.created_by is null
      and x.detail ?| '{possible_wish,unread,read_by}';
    insert into private.possible_wishes (org_id, value_bidx, lead_id, at)
    select w.org_id, w.value_bidx, new.survivor_id, w.at from private.possible_wishes w
    where w.org_id = new.org_id and w.lead_id = new.merged_id
    on conflict do nothing;
    update public.tasks t set lead_id = new.survivor_id, merged_from = coalesce(t.merged_from, new.merged_id)
    where t.org_id = new.org_id and t.lead_id = new.merged_id
      and (t.done_at is not null or t.created_by is not null or not exists (
        select from public.tasks o where o.org_id = t.org_id and o.lead_id = new.survivor_id and o.kind = t.kind
          and o.done_at is null and o.created_by is null));
  elsif old.undone_at is null and new.undone_at is not null then
    update public.replies r set lead_id = new.merged_id, merged_from = null
    where r.org_id = new.org_id and r.merged_from = new.merged_id;
    update public.calls c set lead_id = new.merged_id, merged_from = null
    where c.org_id = new.org_id and c.merged_from = new.merged_id;
    update public.bookings b set lead_id = new.merged_id, merged_from = null
    where b.org_id = new.org_id and b.merged_from = new.merged_id;
    update public.tasks t set lead_id = new.merged_id, merged_from = null
    where t.org_id = new.org_id and t.merged_from = new.merged_id;
    -- Whose wish it was may be unclear now: both wait for the person who looks.
    insert into private.possible_wishes (org_id, value_bidx, lead_id, at)
    select w.org_id, w.value_bidx, new.merged_id, w.at from private.possible_wishes w
    where w.org_id = new.org_id and w.lead_id = new.survivor_id
    on conflict do nothing;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_tasks__note_who_finished()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  new.done_by := case when new.done_at is null then null when old.done_at is null then auth.uid()
    else old.done_by end;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.whole_orgs (
  p_org_id uuid
)
  RETURNS uuid[]
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(array_agg(x), '{}') from unnest(private.my_org_ids('{owner,admin,viewer}')) x
  where p_org_id is null or x = p_org_id
$function$;

CREATE OR REPLACE FUNCTION public.assign_inbox (
  p_org_id  uuid,
  p_item    text,
  p_id      bigint,
  p_user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_lead uuid;
begin
  v_lead := case when p_item = 'reply' then (private.reply_of_worker(p_org_id, p_id)).lead_id
    when p_item = 'call' then (private.call_of_worker(p_org_id, p_id)).lead_id end;
  if v_lead is null then
    raise exception 'an item of the inbox is a reply or a call' using errcode = 'SL615';
  elsif p_user_id is not null and not private.member_sees_lead(p_org_id, p_user_id, v_lead) then
    raise exception 'this member may not work on the lead' using errcode = 'SL615';
  end if;
  update public.replies r set assigned_to = p_user_id where p_item = 'reply' and r.org_id = p_org_id and r.id = p_id;
  update public.calls k set assigned_to = p_user_id where p_item = 'call' and k.org_id = p_org_id and k.id = p_id;
end
$function$;

REVOKE ALL ON FUNCTION "public"."assign_inbox"(uuid, text, bigint, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.assign_task (
  p_org_id  uuid,
  p_task_id uuid,
  p_user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  t constant public.tasks := private.task_of_worker(p_org_id, p_task_id);
begin
  if p_user_id is not null and not private.member_sees_lead(p_org_id, p_user_id, t.lead_id) then
    raise exception 'this member may not work on the lead' using errcode = 'SL613';
  end if;
  update public.tasks x set assigned_to = p_user_id where x.org_id = p_org_id and x.id = p_task_id;
end
$function$;

REVOKE ALL ON FUNCTION "public"."assign_task"(uuid, uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.check_call (
  p_org_id           uuid,
  p_lead_id          uuid,
  p_contact_point_id bigint
)
  RETURNS jsonb
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select private.check_call_at(p_org_id, p_lead_id, p_contact_point_id, now())
$function$;

REVOKE ALL ON FUNCTION "public"."check_call"(uuid, uuid, bigint) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.close_inbox (
  p_org_id uuid,
  p_item   text,
  p_id     bigint
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_lead uuid;
begin
  v_lead := case when p_item = 'reply' then (private.reply_of_worker(p_org_id, p_id)).lead_id
    when p_item = 'call' then (private.call_of_worker(p_org_id, p_id)).lead_id end;
  if v_lead is null then
    raise exception 'an item of the inbox is a reply or a call' using errcode = 'SL615';
  end if;
  update public.replies r set answered_at = now()
  where p_item = 'reply' and r.org_id = p_org_id and r.id = p_id and r.answered_at is null;
  update public.calls k set done_at = now()
  where p_item = 'call' and k.org_id = p_org_id and k.id = p_id and k.done_at is null;
  perform private.settle_reply_task(p_org_id, v_lead, now()) where p_item = 'reply';
end
$function$;

REVOKE ALL ON FUNCTION "public"."close_inbox"(uuid, text, bigint) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.complete_task (
  p_org_id  uuid,
  p_task_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  t constant public.tasks := private.task_of_worker(p_org_id, p_task_id);
begin
  update public.tasks x set done_at = now() where x.org_id = p_org_id and x.id = t.id and x.done_at is null;
end
$function$;

REVOKE ALL ON FUNCTION "public"."complete_task"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.create_task (
  p_org_id      uuid,
  p_lead_id     uuid,
  p_kind        text,
  p_due_at      timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_note        text                     DEFAULT NULL::text,
  p_assigned_to uuid                     DEFAULT NULL::uuid,
  p_client_key  uuid                     DEFAULT NULL::uuid
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_error text;
begin
  if not private.may_act_for_lead(p_org_id, p_lead_id) then
    raise exception 'lead not found, or you may not work on it' using errcode = 'SL613';
  end if;
  v_error := private.task_error(p_kind, p_due_at, p_note, now());
  if v_error is not null then
    raise exception '%', v_error using errcode = 'SL614';
  end if;
  return private.add_task(p_org_id, p_lead_id, p_kind, p_due_at, nullif(btrim(p_note), ''), p_assigned_to,
    p_client_key, '{}', now());
end
$function$;

REVOKE ALL ON FUNCTION "public"."create_task"(uuid, uuid, text, timestamp WITH time zone, text, uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_calls (
  p_org_id  uuid    DEFAULT NULL::uuid,
  p_mine    boolean DEFAULT true,
  p_lead_id uuid    DEFAULT NULL::uuid,
  p_limit   integer DEFAULT 50,
  p_cursor  text    DEFAULT NULL::text
)
  RETURNS TABLE (
    org_id         uuid,
    call_id        bigint,
    lead_id        uuid,
    owner_full     text,
    at             timestamp with time zone,
    ended_at       timestamp with time zone,
    seconds        integer,
    direction      text,
    provider       text,
    answered       boolean,
    outcome        public.hand_call_outcome,
    contact        text,
    called_by      uuid,
    called_by_name text,
    against_gate   boolean,
    reasons        jsonb,
    has_notes      boolean,
    cursor         text
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_limit constant integer := private.page_size(p_limit);
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
  v_at constant timestamptz := (v_after ->> 0)::timestamptz;
  v_id constant bigint := (v_after ->> 1)::bigint;
  v_orgs constant uuid[] := case when p_org_id is null then private.my_org_ids() else array[p_org_id] end;
  v_whole constant uuid[] := private.whole_orgs(p_org_id);
  v_brokers constant uuid[] := private.my_broker_ids();
  v_ids bigint[];
begin
  if p_lead_id is not null then
    v_ids := array(select k.id from public.calls k
      where k.org_id = any (v_orgs) and k.lead_id = p_lead_id and (v_after is null or (k.at, k.id) < (v_at, v_id))
      order by k.at desc, k.id desc limit v_limit);
  elsif p_mine then
    v_ids := array(select k.id from public.calls k
      where k.org_id = any (v_orgs) and k.provider = 'hand' and k.called_by = auth.uid()
        and (v_after is null or (k.at, k.id) < (v_at, v_id))
      order by k.at desc, k.id desc limit v_limit);
  elsif v_whole <> '{}' then
    v_ids := array(select k.id from public.calls k
      where k.org_id = any (v_whole) and k.lead_id is not null and (v_after is null or (k.at, k.id) < (v_at, v_id))
      order by k.at desc, k.id desc limit v_limit);
  else
    v_ids := array(select k.id from public.leads l join public.calls k on k.org_id = l.org_id and k.lead_id = l.id
      where l.assigned_broker_id = any (v_brokers) and l.org_id = any (v_orgs)
        and (v_after is null or (k.at, k.id) < (v_at, v_id))
      order by k.at desc, k.id desc limit v_limit);
  end if;
  return query
  select k.org_id, k.id, k.lead_id,
    coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')), k.at, k.ended_at, k.seconds,
    k.direction, k.provider, k.answered, k.outcome, c.masked, k.called_by, private.member_name(k.org_id, k.called_by),
    k.recorded_against_gate, coalesce(private.explain_reasons(d.reasons), '[]'), k.has_transcript,
    jsonb_build_array(k.at, k.id)::text
  from unnest(v_ids) with ordinality i (id, n)
  join public.calls k on k.org_id = any (v_orgs) and k.id = i.id
  left join public.leads l on l.org_id = k.org_id and l.id = k.lead_id
  left join public.contact_points c on c.org_id = k.org_id and c.id = k.contact_point_id
  left join public.gate_decisions d on k.recorded_against_gate and d.org_id = k.org_id and d.id = k.decision_id
  order by i.n;
end
$function$;

REVOKE ALL ON FUNCTION "public"."desk_calls"(uuid, boolean, uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_canned_answers (
  p_org_id  uuid,
  p_lead_id uuid DEFAULT NULL::uuid,
  p_channel text DEFAULT NULL::text
)
  RETURNS TABLE (
    id         uuid,
    name       text,
    channel    text,
    body       text,
    filled     text,
    created_by uuid,
    updated_at timestamp with time zone
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select c.id, c.name, c.channel, c.body,
    case when p_lead_id is not null then private.fill_canned(c.body, private.canned_values(p_org_id, p_lead_id)) end,
    c.created_by, c.updated_at
  from public.canned_answers c
  where c.org_id = p_org_id and p_org_id = any (private.my_org_ids())
    and (p_channel is null or coalesce(c.channel, p_channel) = p_channel)
  order by c.name, c.id
  limit 500
$function$;

REVOKE ALL ON FUNCTION "public"."desk_canned_answers"(uuid, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_consents (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS TABLE (
    at               timestamp with time zone,
    kind             text,
    contact_point_id bigint,
    contact          text,
    channels         text[],
    why              text,
    source           text,
    recorded_by      text,
    is_active        boolean,
    liftable         boolean
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if not private.is_trusted_caller() and not private.sees_lead(p_org_id, p_lead_id) then
    return;
  end if;
  return query
  with points as (
    select c.id, c.value_bidx, c.masked, c.kind from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id
  )
  select x.* from (
    select c.occurred_at, case c.action when 'grant' then 'consent' else 'revocation' end, p.id,
      coalesce(p.masked, c.masked), c.channels,
      case c.action when 'grant' then concat_ws(', ', c.type, c.purpose, case when c.is_unproven then 'unproven' end)
        else 'ends ' || c.revoked_scope end,
      c.method, case when c.recorded_by = 'member' then private.member_name(p_org_id, c.recorded_by_user)
        else c.recorded_by end, true, false
    from public.consents c
    left join points p on p.value_bidx = c.value_bidx
    where c.org_id = p_org_id and (c.lead_id = p_lead_id or p.id is not null)
    union all
    select s.created_at, 'suppression', p.id, p.masked,
      case when s.channel is null then private.channels_for_kind(s.kind) else array[s.channel] end, s.reason,
        s.source,
      null, exists (select from unnest(case when s.channel is null then private.channels_for_kind(s.kind)
        else array[s.channel] end) ch where not exists (select from public.suppression_lifts l
        where l.org_id = s.org_id and l.suppression_id = s.id and l.channel = ch)),
      s.reason not in ('bounce', 'complaint', 'litigator')
    from points p join public.suppressions s on s.org_id = p_org_id and s.value_bidx = p.value_bidx
    union all
    select l.lifted_at, 'lift', p.id, p.masked, array[l.channel], 'a later consent', 'consent ' || l.consent_id, null,
      true, false
    from points p
    join public.suppressions s on s.org_id = p_org_id and s.value_bidx = p.value_bidx
    join public.suppression_lifts l on l.org_id = s.org_id and l.suppression_id = s.id
    union all
    select w.at, 'wrong_contact', p.id, p.masked, private.channels_for_kind(w.kind), 'not the owner''s', w.source,
      null,
      true, false
    from points p join public.wrong_contacts w on w.org_id = p_org_id and w.value_bidx = p.value_bidx
      and w.lead_id = p_lead_id) x
  order by 1 desc, 2
  limit 500;
end
$function$;

REVOKE ALL ON FUNCTION "public"."desk_consents"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_day (
  p_show      text    DEFAULT 'now'::text,
  p_org_id    uuid    DEFAULT NULL::uuid,
  p_broker_id uuid    DEFAULT NULL::uuid,
  p_limit     integer DEFAULT 25,
  p_cursor    text    DEFAULT NULL::text
)
  RETURNS TABLE (
    org_id           uuid,
    lead_id          uuid,
    section          text,
    owner_full       text,
    address          text,
    situs_city       text,
    situs_state      text,
    situs_zip        text,
    lead_score       smallint,
    status           public.lead_status,
    campaign_status  public.campaign_status,
    campaign_id      uuid,
    campaign         text,
    outlook          text,
    next_at          timestamp with time zone,
    time_zone        text,
    local_time       timestamp without time zone,
    contact_point_id bigint,
    contact          text,
    contact_label    text,
    reasons          jsonb,
    task_id          uuid,
    task_kind        text,
    due_at           timestamp with time zone,
    reply_id         bigint,
    reply_label      public.reply_label,
    reply_at         timestamp with time zone,
    last_call_at     timestamp with time zone,
    cursor           text
  )
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select * from private.desk_day_at(p_show, p_org_id, p_broker_id, p_limit, p_cursor, now())
$function$;

REVOKE ALL ON FUNCTION "public"."desk_day"(text, uuid, uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_inbox (
  p_state   text    DEFAULT 'open'::text,
  p_org_id  uuid    DEFAULT NULL::uuid,
  p_mine    boolean DEFAULT false,
  p_label   text    DEFAULT NULL::text,
  p_channel text    DEFAULT NULL::text,
  p_limit   integer DEFAULT 50,
  p_cursor  text    DEFAULT NULL::text
)
  RETURNS TABLE (
    org_id           uuid,
    item             text,
    id               bigint,
    lead_id          uuid,
    owner_full       text,
    at               timestamp with time zone,
    channel          text,
    direction        text,
    request          text,
    label            public.reply_label,
    labelled_by      text,
    state            text,
    assigned_to      uuid,
    assigned_name    text,
    done_at          timestamp with time zone,
    has_text         boolean,
    has_draft        boolean,
    call_id          bigint,
    has_transcript   boolean,
    seconds          integer,
    contact_point_id bigint,
    contact          text,
    campaign         text,
    possible_wish    boolean,
    cursor           text
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_limit constant integer := private.page_size(p_limit);
  v_after constant jsonb := private.read_cursor(p_cursor, 3);
  v_at constant timestamptz := (v_after ->> 0)::timestamptz;
  v_item constant text := v_after ->> 1;
  v_id constant bigint := (v_after ->> 2)::bigint;
  v_whole constant uuid[] := private.whole_orgs(p_org_id);
  v_brokers constant uuid[] := private.my_broker_ids();
begin
  if p_state is null or p_state not in ('open', 'assigned', 'done', 'all') then
    raise exception 'unknown state %: use open, assigned, done or all', p_state using errcode = 'SL802';
  end if;
  return query
  with found as (
    select o.id as org_id, i.* from unnest(v_whole) o (id)
    cross join lateral private.inbox_items(o.id, null, p_state, p_mine, p_label, p_channel, v_at, v_item, v_id,
      v_limit) i
    union
    select l.org_id, i.* from public.leads l
    cross join lateral private.inbox_items(l.org_id, l.id, p_state, p_mine, p_label, p_channel, v_at, v_item, v_id,
      v_limit) i
    where l.assigned_broker_id = any (v_brokers) and not l.org_id = any (v_whole) and l.last_reply_at is not null
      and (p_org_id is null or l.org_id = p_org_id)
  ), page as (
    select f.* from found f order by f.at desc, f.item desc, f.id desc limit v_limit
  )
  select p.org_id, p.item, p.id, p.lead_id,
    coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')), p.at,
    coalesce(r.channel, case k.direction when 'inbound' then 'voice_manual' else 'voice_ai' end),
    coalesce(k.direction, 'inbound'), r.request, r.label, r.labelled_by,
    private.inbox_state(case p.item when 'reply' then r.answered_at else k.done_at end,
      case p.item when 'reply' then r.assigned_to else k.assigned_to end),
    case p.item when 'reply' then r.assigned_to else k.assigned_to end,
    private.member_name(p.org_id, case p.item when 'reply' then r.assigned_to else k.assigned_to end),
    case p.item when 'reply' then r.answered_at else k.done_at end, coalesce(r.has_text, false),
    coalesce(r.has_draft, false), k.id, coalesce(k.has_transcript, false), k.seconds, r.contact_point_id, c.masked,
    g.name, exists (select from public.tasks t where t.org_id = p.org_id and t.lead_id = p.lead_id
      and t.kind = 'answer_reply' and t.done_at is null and t.detail ?| '{possible_wish,unread,read_by}'),
    jsonb_build_array(p.at, p.item, p.id)::text
  from page p
  join public.leads l on l.org_id = p.org_id and l.id = p.lead_id
  left join public.replies r on p.item = 'reply' and r.org_id = p.org_id and r.id = p.id
  left join lateral (
    select x.id, x.direction, x.seconds, x.has_transcript, x.assigned_to, x.done_at from public.calls x
    where x.org_id = p.org_id and case p.item when 'call' then x.id = p.id
      else r.channel = 'voice_ai' and x.lead_id = p.lead_id and x.provider = r.provider and x.at = r.at end
    limit 1) k on true
  left join public.contact_points c on c.org_id = p.org_id and c.id = r.contact_point_id
  left join public.campaigns g on g.org_id = p.org_id and g.id = r.campaign_id
  order by p.at desc, p.item desc, p.id desc;
end
$function$;

REVOKE ALL ON FUNCTION "public"."desk_inbox"(text, uuid, boolean, text, text, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_lead (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS TABLE (
    org_id             uuid,
    lead_id            uuid,
    owner_full         text,
    owner_1_first      text,
    owner_1_last       text,
    owner_2_first      text,
    owner_2_last       text,
    address            text,
    situs_house_number text,
    situs_street       text,
    situs_unit         text,
    situs_city         text,
    situs_state        text,
    situs_zip          text,
    county_fips        text,
    county             text,
    apn                text,
    mailing_street     text,
    mailing_unit       text,
    mailing_city       text,
    mailing_state      text,
    mailing_zip        text,
    time_zone          text,
    local_time         timestamp without time zone,
    status             public.lead_status,
    campaign_status    public.campaign_status,
    campaign_id        uuid,
    campaign           text,
    broker_id          uuid,
    broker             text,
    lead_score         smallint,
    tier               text,
    confidence         smallint,
    scored_at          timestamp with time zone,
    attributes         jsonb,
    edited_fields      text[],
    contacts           jsonb,
    facts              jsonb,
    score              jsonb,
    run                jsonb,
    open_tasks         bigint,
    open_replies       bigint,
    source             text,
    upload_id          uuid,
    created_at         timestamp with time zone,
    updated_at         timestamp with time zone,
    may                jsonb
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select l.org_id, l.id, coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')),
    l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last,
    nullif(concat_ws(' ', l.situs_house_number, l.situs_street, l.situs_unit), ''), l.situs_house_number,
    l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip, l.county_fips, y.name, l.apn,
    l.mailing_street, l.mailing_unit, l.mailing_city, l.mailing_state, l.mailing_zip, l.time_zone,
    now() at time zone l.time_zone, l.status, l.campaign_status, l.campaign_id, c.name, l.assigned_broker_id, b.name,
    coalesce(s.score, l.lead_score), s.tier, s.confidence, s.scored_at, l.attributes, l.edited_fields,
    (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind, 'masked', p.masked, 'label', p.label,
        'verified', p.verified, 'codes', p.codes, 'invalid_at', p.invalid_at, 'position', p.position)
        order by p.kind, p.position, p.id), '[]')
      from public.contact_points p where p.org_id = l.org_id and p.lead_id = l.id),
    (select coalesce(jsonb_agg(jsonb_build_object('provider', f.provider, 'name', f.name, 'as_of', f.as_of,
        'entry', f.entry, 'amount_usd', f.amount_usd, 'details', f.details, 'obtained_at', f.obtained_at,
        'expires_at', f.expires_at) order by f.as_of desc, f.name, f.id), '[]')
      from public.property_facts f where f.org_id = l.org_id and f.lead_id = l.id),
    (select coalesce(jsonb_agg(to_jsonb(e) order by abs(e.points) desc, e.rule), '[]')
      from public.explain_score(l.org_id, l.id) e),
    (select jsonb_build_object('state', r.state, 'step', r.next_step, 'channel', r.next_channel, 'next_at', r.next_at,
        'sent', r.sent_count, 'refusal', r.refusal, 'campaign', k.name)
      from public.sequence_runs r left join public.campaigns k on k.org_id = r.org_id and k.id = r.campaign_id
      where r.org_id = l.org_id and r.lead_id = l.id order by r.state in ('active', 'paused') desc, r.started_at desc
      limit 1),
    (select count(*) from public.tasks t where t.org_id = l.org_id and t.lead_id = l.id and t.done_at is null),
    (select count(*) from public.replies r where r.org_id = l.org_id and r.lead_id = l.id and r.answered_at is null),
    (select u.name from public.sources u where u.org_id = l.org_id and u.id = l.source_id), l.created_upload_id,
    l.created_at, l.updated_at,
    jsonb_build_object('edit', a.acts, 'call', a.acts, 'answer', a.acts, 'task', a.acts, 'control', a.acts,
      'consent', a.acts, 'reveal', true, 'merge', a.admin, 'export', a.admin, 'erase', a.admin)
  from public.leads l
  cross join lateral (select l.org_id = any (private.my_org_ids('{owner,admin}')) as admin,
    l.org_id = any (private.my_org_ids('{owner,admin}')) or (l.assigned_broker_id = any (private.my_broker_ids())
      and l.org_id = any (private.my_org_ids('{broker}'))) as acts) a
  left join public.us_counties y on y.fips = l.county_fips
  left join public.campaigns c on c.org_id = l.org_id and c.id = l.campaign_id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
  where l.org_id = p_org_id and l.id = p_lead_id
$function$;

REVOKE ALL ON FUNCTION "public"."desk_lead"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_lead_matches (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS TABLE (
    kind           text,
    id             bigint,
    at             timestamp with time zone,
    reasons        text[],
    probability    double precision,
    other_lead_ids uuid[],
    upload_id      uuid
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  (select 'conflict', c.id, c.created_at, array[c.reason], null::double precision,
    array_remove(c.lead_ids, p_lead_id), c.upload_id
  from public.lead_conflicts c
  where c.org_id = p_org_id and c.state = 'open' and p_lead_id = any (c.lead_ids)
  order by c.id limit 100)
  union all
  (select 'candidate', m.id, m.found_at, m.reasons, m.probability,
    array[case when m.left_id = p_lead_id then m.right_id else m.left_id end], null
  from public.match_candidates m
  where m.org_id = p_org_id and m.state = 'open' and (m.left_id = p_lead_id or m.right_id = p_lead_id)
  order by m.probability desc, m.id limit 100)
$function$;

REVOKE ALL ON FUNCTION "public"."desk_lead_matches"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_map (
  p_filter jsonb   DEFAULT '{}'::jsonb,
  p_org_id uuid    DEFAULT NULL::uuid,
  p_by     text    DEFAULT 'county'::text,
  p_limit  integer DEFAULT 500
)
  RETURNS TABLE (
    place text,
    name  text,
    state text,
    leads bigint
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  perform private.check_desk_filter(p_filter);
  if p_by is null or p_by not in ('county', 'zip') then
    raise exception 'count by county or zip' using errcode = 'SL802';
  end if;
  return query
  select c.place, y.name, coalesce(y.state, z.state), c.leads
  from private.count_for_desk(coalesce(p_org_id, (private.my_org_ids())[1]), coalesce(p_filter, '{}'), p_by,
    least(greatest(coalesce(p_limit, 500), 1), 5000)) c
  left join public.us_counties y on p_by = 'county' and y.fips = c.place
  left join lateral (select u.state from public.zip_counties x join public.us_counties u on u.fips = x.fips
    where p_by = 'zip' and x.zip = c.place limit 1) z on true
  order by c.leads desc, c.place;
end
$function$;

REVOKE ALL ON FUNCTION "public"."desk_map"(jsonb, uuid, text, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_members (
  p_org_id uuid
)
  RETURNS TABLE (
    user_id   uuid,
    name      text,
    role      public.member_role,
    broker_id uuid,
    is_me     boolean
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select m.user_id, private.member_name(m.org_id, m.user_id), m.role, b.id, m.user_id = (select auth.uid())
  from public.members m
  left join public.brokers b on b.org_id = m.org_id and b.user_id = m.user_id
  where m.org_id = p_org_id
  order by 2, 1
  limit 1000
$function$;

REVOKE ALL ON FUNCTION "public"."desk_members"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_outlook (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS TABLE (
    contact_point_id bigint,
    contact          text,
    contact_kind     public.contact_kind,
    channel          text,
    outlook          text,
    next_at          timestamp with time zone,
    reasons          jsonb,
    evidence         text
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_asked jsonb;
  v_zone text;
begin
  if not private.is_trusted_caller() and not private.sees_lead(p_org_id, p_lead_id) then
    return;
  end if;
  select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'contact_point_id', c.id, 'channel', h.channel,
    'purpose', 'marketing', 'message', private.compliant_mail_facts()) order by c.kind, c.position, c.id, h.n)
  into v_asked
  from public.contact_points c
  join unnest('{voice_manual,sms,voice_ai,email}'::text[]) with ordinality h (channel, n)
    on (c.kind = 'email') = (h.channel = 'email')
  where c.org_id = p_org_id and c.lead_id = p_lead_id;
  if v_asked is null then
    return;
  end if;
  select o.time_zone into v_zone from public.orgs o where o.id = p_org_id;
  return query
  select c.id, c.masked, c.kind, a.x ->> 'channel',
    private.outlook_of(j.answer, v_zone, (now() at time zone v_zone)::date),
    (j.answer ->> 'next_allowed_at')::timestamptz, private.explain_reasons(j.answer -> 'reasons'),
    private.describe_evidence(j.answer -> 'facts', a.x ->> 'channel')
  from private.decide_contacts(p_org_id, v_asked, now(), 'never') j
  join jsonb_array_elements(v_asked) with ordinality a (x, n) on a.n = j.n
  join public.contact_points c on c.org_id = p_org_id and c.lead_id = p_lead_id
    and c.id = (a.x ->> 'contact_point_id')::bigint
  order by j.n;
end
$function$;

REVOKE ALL ON FUNCTION "public"."desk_outlook"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_search (
  p_query  text    DEFAULT ''::text,
  p_filter jsonb   DEFAULT '{}'::jsonb,
  p_org_id uuid    DEFAULT NULL::uuid,
  p_limit  integer DEFAULT 20,
  p_cursor text    DEFAULT NULL::text
)
  RETURNS TABLE (
    org_id          uuid,
    lead_id         uuid,
    owner_full      text,
    address         text,
    situs_city      text,
    situs_state     text,
    situs_zip       text,
    county_fips     text,
    lead_score      smallint,
    status          public.lead_status,
    campaign_status public.campaign_status,
    broker_id       uuid,
    broker          text,
    matched         text,
    cursor          text
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_org constant uuid := coalesce(p_org_id, (private.my_org_ids())[1]);
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
begin
  perform private.check_desk_filter(p_filter);
  return query
  select l.org_id, l.id, coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')),
    nullif(concat_ws(' ', l.situs_house_number, l.situs_street, l.situs_unit), ''), l.situs_city, l.situs_state,
    l.situs_zip, l.county_fips, coalesce(s.score, l.lead_score), l.status, l.campaign_status, l.assigned_broker_id,
    b.name, private.search_kind(p_query), jsonb_build_array(f.place, l.id)::text
  from private.find_for_desk(v_org, p_query, coalesce(p_filter, '{}'), v_after, private.page_size(p_limit))
    with ordinality f (lead_id, place, n)
  join public.leads l on l.org_id = v_org and l.id = f.lead_id and private.sees_lead(v_org, f.lead_id)
  left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  order by f.n;
end
$function$;

REVOKE ALL ON FUNCTION "public"."desk_search"(text, jsonb, uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_tasks (
  p_list   text    DEFAULT 'mine'::text,
  p_org_id uuid    DEFAULT NULL::uuid,
  p_limit  integer DEFAULT 50,
  p_cursor text    DEFAULT NULL::text
)
  RETURNS TABLE (
    org_id        uuid,
    task_id       uuid,
    number        bigint,
    lead_id       uuid,
    owner_full    text,
    kind          text,
    words         text,
    due_at        timestamp with time zone,
    overdue       boolean,
    assigned_to   uuid,
    assigned_name text,
    created_by    uuid,
    created_at    timestamp with time zone,
    done_at       timestamp with time zone,
    done_by       uuid,
    done_by_name  text,
    has_note      boolean,
    detail        jsonb,
    lead_score    smallint,
    cursor        text
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_limit constant integer := private.page_size(p_limit);
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
  v_at constant timestamptz := (v_after ->> 0)::timestamptz;
  v_number constant bigint := (v_after ->> 1)::bigint;
  v_me constant uuid := auth.uid();
  v_orgs constant uuid[] := private.my_org_ids();
  v_whole constant uuid[] := private.whole_orgs(p_org_id);
  v_brokers constant uuid[] := private.my_broker_ids();
  v_ids uuid[];
begin
  if p_list is null or p_list not in ('mine', 'due', 'team', 'done') then
    raise exception 'unknown list %: use mine, due, team or done', p_list using errcode = 'SL802';
  end if;
  -- Found from the caller's leads and assignments; of a whole org in the order of an index.
  if p_list in ('mine', 'due') then
    v_ids := array(
      select x.id from (
        select t.id, coalesce(t.due_at, t.created_at) as at, t.number from public.tasks t
        where t.org_id = any (v_orgs) and t.assigned_to = v_me and t.done_at is null
        union all
        select t.id, coalesce(t.due_at, t.created_at), t.number
        from public.leads l join public.tasks t on t.org_id = l.org_id and t.lead_id = l.id
        where l.assigned_broker_id = any (v_brokers) and t.assigned_to is null and t.done_at is null
          and t.kind <> 'review_call') x
      join public.tasks y on y.id = x.id and y.org_id = any (v_orgs)
      where (p_org_id is null or y.org_id = p_org_id) and (p_list = 'mine' or x.at <= now())
        and (v_after is null or (x.at, x.number) > (v_at, v_number))
      order by x.at, x.number limit v_limit);
  elsif v_whole <> '{}' and p_list = 'team' then
    v_ids := array(select t.id from public.tasks t
      where t.org_id = any (v_whole) and t.done_at is null
        and (v_after is null or (coalesce(t.due_at, t.created_at), t.number) > (v_at, v_number))
      order by coalesce(t.due_at, t.created_at), t.number limit v_limit);
  elsif v_whole <> '{}' then
    v_ids := array(select t.id from public.tasks t
      where t.org_id = any (v_whole) and t.done_at is not null
        and (v_after is null or (t.done_at, t.number) < (v_at, v_number))
      order by t.done_at desc, t.number desc limit v_limit);
  elsif p_list = 'team' then
    v_ids := array(select t.id from public.leads l join public.tasks t on t.org_id = l.org_id and t.lead_id = l.id
      where l.assigned_broker_id = any (v_brokers) and (p_org_id is null or l.org_id = p_org_id) and t.done_at is null
        and (v_after is null or (coalesce(t.due_at, t.created_at), t.number) > (v_at, v_number))
      order by coalesce(t.due_at, t.created_at), t.number limit v_limit);
  else
    v_ids := array(select t.id from public.leads l join public.tasks t on t.org_id = l.org_id and t.lead_id = l.id
      where l.assigned_broker_id = any (v_brokers) and (p_org_id is null or l.org_id = p_org_id)
        and t.done_at is not null and (v_after is null or (t.done_at, t.number) < (v_at, v_number))
      order by t.done_at desc, t.number desc limit v_limit);
  end if;
  return query
  select t.org_id, t.id, t.number, t.lead_id,
    coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')), t.kind,
    private.task_words(t.kind, t.detail), t.due_at, t.done_at is null and t.due_at < now(), t.assigned_to,
    private.member_name(t.org_id, t.assigned_to), t.created_by, t.created_at, t.done_at, t.done_by,
    private.member_name(t.org_id, t.done_by), t.has_note, t.detail, coalesce(s.score, l.lead_score),
    jsonb_build_array(case when p_list = 'done' then t.done_at else coalesce(t.due_at, t.created_at) end,
      t.number)::text
  from unnest(v_ids) with ordinality i (id, n)
  join public.tasks t on t.org_id = any (v_orgs) and t.id = i.id
  join public.leads l on l.org_id = t.org_id and l.id = t.lead_id
  left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
  order by i.n;
end
$function$;

REVOKE ALL ON FUNCTION "public"."desk_tasks"(text, uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_timeline (
  p_org_id  uuid,
  p_lead_id uuid,
  p_kinds   text[]  DEFAULT NULL::text[],
  p_limit   integer DEFAULT 50,
  p_cursor  text    DEFAULT NULL::text
)
  RETURNS TABLE (
    at      timestamp with time zone,
    kind    text,
    id      text,
    title   text,
    actor   text,
    channel text,
    contact text,
    detail  jsonb,
    cursor  text
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_limit constant integer := private.page_size(p_limit);
  v_after constant jsonb := private.read_cursor(p_cursor, 3);
  v_at constant timestamptz := coalesce((v_after ->> 0)::timestamptz, 'infinity');
  v_kind constant text := coalesce(v_after ->> 1, '~');
  v_id constant text := coalesce(v_after ->> 2, '~');
  v_kinds constant text[] := coalesce(p_kinds, '{event,change,message,call,reply,task,booking,consent,suppression,'
    'decision,merge,reveal}');
begin
  -- Nothing without the lead, although some of its records survive it.
  perform from public.leads l where l.org_id = p_org_id and l.id = p_lead_id;
  if not found then
    return;
  end if;
  return query
  select x.at, x.kind, x.id, x.title, x.actor, x.channel, x.contact, jsonb_strip_nulls(x.detail),
    jsonb_build_array(x.at, x.kind, x.id)::text
  from (
    (select e.at, 'event' as kind, e.id::text as id, case e.kind when 'uploaded' then 'Came with an upload'
        when 'staged' then 'Read from a list' when 'deduped' then 'Joined with another row'
        when 'verified' then 'Contact verified' when 'fed' then 'Fed to a campaign' when 'sent' then 'Contacted'
        when 'replied' then 'Replied' else 'Booked an appointment' end as title, 'system' as actor,
      e.detail ->> 'channel' as channel, null::text as contact, e.detail as detail
    from public.pipeline_events e
    where 'event' = any (v_kinds) and e.org_id = p_org_id and e.lead_id = p_lead_id and e.at <= v_at
      and (e.at, 'event', e.id::text) < (v_at, v_kind, v_id)
    order by e.at desc, e.id::text desc limit v_limit)
    union all
    (select c.changed_at, 'change', c.id::text, case c.action when 'created' then 'Lead created'
        else 'Changed: ' || coalesce((select string_agg(replace(f, '_', ' '), ', ' order by f)
          from jsonb_object_keys(c.changes) f), 'nothing') end,
      private.actor_name(c.org_id, c.actor_id, c.actor), null, null,
      jsonb_build_object('changes', c.changes, 'upload_id', c.upload_id)
    from public.lead_changes c
    where 'change' = any (v_kinds) and c.org_id = p_org_id and c.lead_id = p_lead_id and c.changed_at <= v_at
      and (c.changed_at, 'change', c.id::text) < (v_at, v_kind, v_id)
    order by c.changed_at desc, c.id::text desc limit v_limit)
    union all
    (select m.at, 'message', m.message_id::text, initcap(replace(m.state::text, '_', ' ')) || ': ' || case m.kind
        when 'sequence' then coalesce(m.template, 'step ' || m.step) when 'manual' then 'answer of a member'
        else m.kind end,
      'system', m.channel, m.contact, jsonb_build_object('campaign', m.campaign, 'step', m.step, 'variant', m.variant,
        'subject', m.subject, 'state', m.state, 'delivered_at', m.delivered_at, 'opened_at', m.opened_at,
        'clicked_at', m.clicked_at, 'bounced_at', m.bounced_at, 'refused', m.refused, 'cost_usd', m.cost_usd,
        'decision_id', m.decision_id, 'sender', m.sender)
    from public.lead_messages m
    where 'message' = any (v_kinds) and m.org_id = p_org_id and m.lead_id = p_lead_id and m.at <= v_at
      and (m.at, 'message', m.message_id::text) < (v_at, v_kind, v_id)
    order by m.at desc, m.message_id::text desc limit v_limit)
    union all
    (select k.at, 'call', k.id::text, case when k.direction = 'inbound' then 'The person called'
        when k.outcome is not null then 'Call: ' || replace(k.outcome::text, '_', ' ')
        when k.answered then 'Automated call, answered' else 'Automated call, not answered' end,
      private.actor_name(k.org_id, k.called_by, k.provider), case k.provider when 'hand' then 'voice_manual'
        else case k.direction when 'inbound' then 'voice_manual' else 'voice_ai' end end, p.masked,
      jsonb_build_object('seconds', k.seconds, 'ended_reason', k.ended_reason, 'has_transcript', k.has_transcript,
        'against_gate', nullif(k.recorded_against_gate, false), 'decision_id', k.decision_id)
    from public.calls k
    left join public.contact_points p on p.org_id = k.org_id and p.id = k.contact_point_id
    where 'call' = any (v_kinds) and k.org_id = p_org_id and k.lead_id = p_lead_id and k.at <= v_at
      and (k.at, 'call', k.id::text) < (v_at, v_kind, v_id)
    order by k.at desc, k.id::text desc limit v_limit)
    union all
    (select r.at, 'reply', r.id::text, case r.request when 'opt_out' then 'Asked us to stop'
        when 'wrong_contact' then 'Said that it is a wrong number' when 'help' then 'Asked for help'
        when 'opt_in' then 'Asked us to start again' else 'Replied' end || coalesce(': ' || replace(r.label::text,
          '_',
          ' '), ''),
      'person', r.channel, p.masked, jsonb_build_object('label', r.label, 'labelled_by', r.labelled_by, 'answered_at',
        r.answered_at, 'has_text', r.has_text)
    from public.replies r
    left join public.contact_points p on p.org_id = r.org_id and p.id = r.contact_point_id
    where 'reply' = any (v_kinds) and r.org_id = p_org_id and r.lead_id = p_lead_id and r.at <= v_at
      and (r.at, 'reply', r.id::text) < (v_at, v_kind, v_id)
    order by r.at desc, r.id::text desc limit v_limit)
    union all
    (select t.created_at, 'task', t.id::text, private.task_words(t.kind, t.detail),
      private.actor_name(t.org_id, t.created_by, 'system'), null, null, jsonb_build_object('kind', t.kind, 'due_at',
        t.due_at, 'done_at', t.done_at, 'done_by', private.actor_name(t.org_id, t.done_by), 'assigned_to',
        private.actor_name(t.org_id, t.assigned_to), 'number', t.number, 'has_note', t.has_note)
    from public.tasks t
    where 'task' = any (v_kinds) and t.org_id = p_org_id and t.lead_id = p_lead_id and t.created_at <= v_at
      and (t.created_at, 'task', t.id::text) < (v_at, v_kind, v_id)
    order by t.created_at desc, t.id::text desc limit v_limit)
    union all
    (select coalesce(b.made_at, b.moved_at, b.cancelled_at), 'booking', b.id::text, 'Appointment ' || b.state,
      b.provider, null, null, jsonb_build_object('starts_at', b.starts_at, 'ends_at', b.ends_at, 'state', b.state,
        'cancelled_at', b.cancelled_at)
    from public.bookings b
    where 'booking' = any (v_kinds) and b.org_id = p_org_id and b.lead_id = p_lead_id
      and (coalesce(b.made_at, b.moved_at, b.cancelled_at), 'booking', b.id::text) < (v_at, v_kind, v_id)
    order by 1 desc, b.id::text desc limit v_limit)
    union all
    (select d.at, case when d.kind in ('consent', 'revocation') then 'consent' else 'suppression' end,
      concat_ws(' ', d.kind, d.contact_point_id, array_to_string(d.channels, ',')),
      case d.kind when 'consent' then 'Gave consent' when 'revocation' then 'Took consent back'
        when 'suppression' then 'Suppressed: ' || d.why when 'lift' then 'Suppression lifted'
        else 'Wrong number or address' end, coalesce(d.recorded_by, 'system'), null, d.contact,
      jsonb_build_object('channels', d.channels, 'why', d.why, 'source', d.source, 'is_active', d.is_active)
    from public.desk_consents(p_org_id, p_lead_id) d
    where v_kinds && '{consent,suppression}'
      and case when d.kind in ('consent', 'revocation') then 'consent' else 'suppression' end = any (v_kinds)
      and (d.at, case when d.kind in ('consent', 'revocation') then 'consent' else 'suppression' end,
        concat_ws(' ', d.kind, d.contact_point_id, array_to_string(d.channels, ','))) < (v_at, v_kind, v_id)
    order by d.at desc, 2 desc, 3 desc limit v_limit)
    union all
    (select d.decided_at, 'decision', d.decision_id::text, initcap(d.verdict) || ' by the rules', 'system', d.channel,
      d.contact, jsonb_build_object('reasons', d.reasons, 'campaign', d.campaign, 'next_allowed_at',
        d.next_allowed_at)
    from public.desk_why(p_org_id, p_lead_id, v_limit, case when v_at < 'infinity'
      then jsonb_build_array(v_at, 9223372036854775807)::text end) d
    where 'decision' = any (v_kinds) and (d.decided_at, 'decision', d.decision_id::text) < (v_at, v_kind, v_id)
    order by d.decided_at desc, d.decision_id::text desc limit v_limit)
    union all
    (select g.merged_at, 'merge', g.id::text, 'Another lead was merged into this one',
      private.actor_name(g.org_id, g.merged_by, 'upload'), null, null, jsonb_build_object('merged_id', g.merged_id,
        'reason', g.reason, 'undone_at', g.undone_at, 'merge_id', g.id)
    from public.lead_merges g
    where 'merge' = any (v_kinds) and g.org_id = p_org_id and g.survivor_id = p_lead_id and g.merged_at <= v_at
      and (g.merged_at, 'merge', g.id::text) < (v_at, v_kind, v_id)
    order by g.merged_at desc, g.id::text desc limit v_limit)
    union all
    (select v.accessed_at, 'reveal', v.id::text, 'Plain values shown: ' || coalesce(v.subject, 'contacts'),
      private.actor_name(v.org_id, v.user_id, v.db_role), null, null, jsonb_build_object('values', v.values_shown,
        'reason', v.reason)
    from private.pii_access_log v
    where 'reveal' = any (v_kinds) and v.org_id = p_org_id and v.lead_id = p_lead_id and v.accessed_at <= v_at
      and (v.accessed_at, 'reveal', v.id::text) < (v_at, v_kind, v_id)
    order by v.accessed_at desc, v.id::text desc limit v_limit)
  ) x (at, kind, id, title, actor, channel, contact, detail)
  where x.at is not null
  order by x.at desc, x.kind desc, x.id desc
  limit v_limit;
end
$function$;

REVOKE ALL ON FUNCTION "public"."desk_timeline"(uuid, uuid, text[], integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_why (
  p_org_id  uuid,
  p_lead_id uuid,
  p_limit   integer DEFAULT 20,
  p_cursor  text    DEFAULT NULL::text
)
  RETURNS TABLE (
    decided_at      timestamp with time zone,
    decision_id     bigint,
    as_of           timestamp with time zone,
    channel         text,
    purpose         text,
    contact         text,
    verdict         text,
    reasons         jsonb,
    evidence        text,
    next_allowed_at timestamp with time zone,
    rule_version    text,
    campaign        text,
    cursor          text
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_limit constant integer := private.page_size(p_limit);
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
  v_at constant timestamptz := (v_after ->> 0)::timestamptz;
  v_id constant bigint := (v_after ->> 1)::bigint;
begin
  return query
  select d.decided_at, d.id, d.as_of, d.channel, d.purpose, c.masked,
    case when d.allow then 'allowed' else 'refused' end, private.explain_reasons(d.reasons),
    private.describe_evidence(d.facts, d.channel), d.next_allowed_at, d.rule_version, k.name,
    jsonb_build_array(d.decided_at, d.id)::text
  from (
    select x.* from public.gate_decisions x
    where x.org_id = p_org_id and x.lead_id = p_lead_id and (v_at is null or x.decided_at <= v_at)
      and (v_at is null or (x.decided_at, x.id) < (v_at, v_id))
    order by x.decided_at desc, x.id desc limit v_limit) d
  left join public.contact_points c on c.org_id = d.org_id and c.id = d.contact_point_id
  left join public.campaigns k on k.org_id = d.org_id and k.id = d.campaign_id
  order by d.decided_at desc, d.id desc;
end
$function$;

REVOKE ALL ON FUNCTION "public"."desk_why"(uuid, uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.drop_canned_answer (
  p_org_id uuid,
  p_id     uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  delete from public.canned_answers c
  where c.org_id = p_org_id and c.id = p_id
    and (private.is_trusted_caller() or c.org_id = any (private.my_org_ids('{owner,admin}'))
      or (c.org_id = any (private.my_org_ids('{broker}')) and c.created_by = auth.uid()));
  if not found then
    raise exception 'answer not found, or you may not delete it' using errcode = 'SL616';
  end if;
end
$function$;

REVOKE ALL ON FUNCTION "public"."drop_canned_answer"(uuid, uuid) FROM PUBLIC, "anon";

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
  v_leads uuid[];
  v_values bytea[];
  v_pattern text;
  v_erased jsonb := '{}'::jsonb;
  v_kept jsonb;
  v_rows integer;
  v_answers integer;
begin
  p_as_of := private.caller_clock(p_as_of);
  if not exists (select from public.leads x where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))) then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL426';
  end if;
  perform set_config('sluice.actor', 'system', true);
  v_leads := private.with_merged(p_org_id, array[p_lead_id]);
  v_pattern := private.person_pattern(p_org_id, v_leads);
  -- A person who asked for erasure must not be contacted when a list contains the number again.
  perform private.suppress_value(c.org_id, c.value_bidx, c.kind, null, 'erasure', 'request to erase', p_as_of)
  from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  v_values := array(select c.value_bidx from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id);
  delete from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  -- What was bought about the person. The property's own facts are public record.
  delete from public.lead_facts f where f.org_id = p_org_id and f.lead_id = any (v_leads)
    and (f.value is null or f.contact_point_id is not null);
  -- Mortgages and foreclosures say something about the debtor.
  delete from public.property_facts f where f.org_id = p_org_id and f.lead_id = any (v_leads);
  delete from private.fact_renewals r where r.org_id = p_org_id and r.lead_id = any (v_leads);
  delete from private.possible_wishes w where w.org_id = p_org_id and w.lead_id = any (v_leads);
  v_answers := private.forget_answers(p_org_id, v_leads);
  v_erased := v_erased || jsonb_build_object('contacts', cardinality(v_values), 'answers', v_answers);
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
  v_erased := v_erased || jsonb_build_object('changes', private.forget_history(p_org_id, v_leads, 'erased', p_as_of));
  -- Rows that wait for an answer: those that name the lead, and those with a phone or e-mail of the person.
  with erased as (
    update public.lead_conflicts c set row_keys = '{}', identity = null, building = null, contacts = '{}',
      state = 'dismissed', closed_at = coalesce(c.closed_at, p_as_of), resolution = 'erased'
    where c.org_id = p_org_id and (v_leads && c.lead_ids or c.lead_id = any (v_leads) or c.contacts && v_values)
    returning c.id
  )
  delete from private.conflict_rows x using erased e where x.org_id = p_org_id and x.conflict_id = e.id;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('conflict_rows', v_rows);
  delete from public.conflict_answers a where a.org_id = p_org_id and a.lead_id = any (v_leads);
  -- Messages are kept by their ids; texts and the provider's references to them are erased.
  update public.messages m set text_cipher = null, key_id = null, in_reply_to = null, error_detail = null
  where m.org_id = p_org_id and m.lead_id = p_lead_id;
  update public.replies r set text_cipher = null, key_id = null, draft_cipher = null, draft_key_id = null
  where r.org_id = p_org_id and r.lead_id = p_lead_id and num_nonnulls(r.text_cipher, r.draft_cipher) > 0;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('replies', v_rows);
  update public.calls k set transcript_cipher = null, key_id = null
  where k.org_id = p_org_id and k.lead_id = p_lead_id and k.transcript_cipher is not null;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('transcripts', v_rows);
  update public.tasks t set note_cipher = null, key_id = null
  where t.org_id = p_org_id and t.lead_id = p_lead_id and t.note_cipher is not null;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('task_notes', v_rows);
  v_erased := v_erased || jsonb_build_object('links', private.erase_links(p_org_id, v_leads),
    'webhook_bodies', private.erase_deliveries(p_org_id, v_leads, v_values, p_as_of),
    'errors', case when v_pattern is null then 0 else private.redact_errors(p_org_id, v_pattern) end);
  v_kept := jsonb_build_object(
    'suppressions', cardinality(v_values),
    'messages', (select count(*) from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id),
    'consents', (select count(*) from public.consents c where c.org_id = p_org_id and c.lead_id = p_lead_id),
    'decisions', (select count(*) from public.gate_decisions d where d.org_id = p_org_id and d.lead_id = p_lead_id),
    'contact_attempts', (select count(*) from public.contact_attempts a where a.org_id = p_org_id
      and a.lead_id = p_lead_id),
    'erased', v_erased, 'stays', private.what_stays(p_org_id, v_leads, v_values, p_as_of));
  insert into public.erasures (org_id, lead_id, reason, erased_at, erased_by, kept)
  values (p_org_id, p_lead_id, p_reason, p_as_of, auth.uid(), v_kept);
  perform set_config('sluice.actor', v_actor, true);
  return v_kept;
end
$function$;

CREATE OR REPLACE FUNCTION public.record_call (
  p_org_id           uuid,
  p_lead_id          uuid,
  p_contact_point_id bigint,
  p_outcome          text,
  p_client_key       uuid,
  p_started_at       timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_ended_at         timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_notes            text                     DEFAULT NULL::text,
  p_wish             text                     DEFAULT NULL::text,
  p_follow_up        jsonb                    DEFAULT NULL::jsonb,
  p_booking          jsonb                    DEFAULT NULL::jsonb,
  p_decision_id      bigint                   DEFAULT NULL::bigint,
  p_task_id          uuid                     DEFAULT NULL::uuid
)
  RETURNS jsonb
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select private.record_call_at(p_org_id, p_lead_id, p_contact_point_id, p_outcome, p_client_key, p_started_at,
    p_ended_at, p_notes, p_wish, p_follow_up, p_booking, p_decision_id, p_task_id, now())
$function$;

REVOKE ALL
  ON FUNCTION "public"."record_call"(uuid, uuid, bigint, text, uuid, timestamp WITH time zone, timestamp WITH time zone, text, text, jsonb, jsonb, bigint, uuid)
  FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.redeem_reveal (
  p_grant_id uuid,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  g private.reveal_grants;
begin
  p_as_of := private.caller_clock(p_as_of);
  select x.* into g from private.reveal_grants x
  where x.id = p_grant_id and x.expires_at > p_as_of and x.uses_left > 0
    and x.session_id is not distinct from private.session_id()
    and case when x.user_id is null then private.is_trusted_caller() else x.user_id = auth.uid() end
  for update;
  if not found then
    raise exception 'grant not found' using errcode = 'SL428';
  end if;
  if g.granted_xid = pg_current_xact_id() then
    raise exception 'a grant is redeemed in a later transaction' using errcode = 'SL429';
  end if;
  update private.reveal_grants x set uses_left = x.uses_left - 1 where x.id = g.id;
  -- Rights may have ended since.
  g.lead_ids := array(select x.id from unnest(g.lead_ids) x (id) where private.may_reveal(g.org_id, x.id, g.subject));
  if g.subject = 'person' then
    if cardinality(g.lead_ids) <> 1 then
      raise exception 'lead not found' using errcode = 'SL425';
    end if;
    return jsonb_build_object('subject', g.subject, 'record', private.person_record(g.org_id, g.lead_ids[1]));
  end if;
  return jsonb_build_object('subject', g.subject, 'values', coalesce(case g.subject
    when 'contacts' then (
      select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'id', c.id, 'kind', c.kind,
        'value', private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)), 'label', c.label,
        'verified', c.verified, 'position', c.position) order by c.lead_id, c.kind, c.position, c.id)
      from public.contact_points c
      where c.org_id = g.org_id and c.lead_id = any (g.lead_ids) and c.id = any (g.item_ids))
    when 'replies' then (
      select jsonb_agg(jsonb_build_object('lead_id', r.lead_id, 'id', r.id, 'channel', r.channel, 'at', r.at,
        'body', case when r.text_cipher is not null then
          private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id)) end,
        'draft', case when r.draft_cipher is not null then
          private.decrypt_value(r.draft_cipher, private.org_key(r.org_id, r.draft_key_id)) end)
        order by r.lead_id, r.at, r.id)
      from public.replies r
      where r.org_id = g.org_id and r.lead_id = any (g.lead_ids) and r.id = any (g.item_ids))
    when 'transcripts' then (
      select jsonb_agg(jsonb_build_object('lead_id', k.lead_id, 'id', k.id, 'direction', k.direction, 'at', k.at,
        'body', private.decrypt_value(k.transcript_cipher, private.org_key(k.org_id, k.key_id)))
        order by k.lead_id, k.at, k.id)
      from public.calls k
      where k.org_id = g.org_id and k.lead_id = any (g.lead_ids) and k.id = any (g.item_ids)
        and k.transcript_cipher is not null)
    when 'tasks' then (
      select jsonb_agg(jsonb_build_object('lead_id', t.lead_id, 'id', t.number, 'kind', t.kind,
        'at', t.created_at, 'body', private.decrypt_value(t.note_cipher, private.org_key(t.org_id, t.key_id)))
        order by t.lead_id, t.created_at, t.number)
      from public.tasks t
      where t.org_id = g.org_id and t.lead_id = any (g.lead_ids) and t.number = any (g.item_ids)
        and t.note_cipher is not null)
    end, '[]'));
end
$function$;

CREATE OR REPLACE FUNCTION public.reopen_inbox (
  p_org_id uuid,
  p_item   text,
  p_id     bigint
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_lead uuid;
begin
  v_lead := case when p_item = 'reply' then (private.reply_of_worker(p_org_id, p_id)).lead_id
    when p_item = 'call' then (private.call_of_worker(p_org_id, p_id)).lead_id end;
  if v_lead is null then
    raise exception 'an item of the inbox is a reply or a call' using errcode = 'SL615';
  end if;
  update public.replies r set answered_at = null where p_item = 'reply' and r.org_id = p_org_id and r.id = p_id;
  update public.calls k set done_at = null where p_item = 'call' and k.org_id = p_org_id and k.id = p_id;
end
$function$;

REVOKE ALL ON FUNCTION "public"."reopen_inbox"(uuid, text, bigint) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.reopen_task (
  p_org_id  uuid,
  p_task_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  t constant public.tasks := private.task_of_worker(p_org_id, p_task_id);
begin
  update public.tasks x set done_at = null where x.org_id = p_org_id and x.id = t.id and x.done_at is not null;
exception when unique_violation then
  raise exception 'the lead has a newer open task of this kind' using errcode = 'SL614';
end
$function$;

REVOKE ALL ON FUNCTION "public"."reopen_task"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.request_reveal (
  p_org_id   uuid,
  p_subject  text,
  p_lead_ids uuid[],
  p_reason   text,
  p_item_ids bigint[]                 DEFAULT NULL::bigint[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_id constant uuid := gen_random_uuid();
  v_expires timestamptz;
  v_leads uuid[];
  v_items bigint[];
  v_values integer;
  v_shown uuid[];
  v_refusal jsonb;
begin
  p_as_of := private.caller_clock(p_as_of);
  v_expires := p_as_of + interval '5 minutes';
  if p_subject is null or p_subject not in ('contacts', 'replies', 'transcripts', 'tasks', 'person')
    or length(btrim(coalesce(p_reason, ''))) not between 3 and 500 then
    raise exception 'the subject is contacts, replies, transcripts, tasks or person; the reason has 3 to 500 characters'
      using errcode = 'SL427';
  end if;
  v_leads := array(select distinct x.id from unnest(p_lead_ids) x (id)
    where private.may_reveal(p_org_id, x.id, p_subject) order by x.id);
  if p_subject = 'person' and cardinality(v_leads) <> 1 then
    raise exception 'lead not found' using errcode = 'SL425';
  end if;
  v_items := case p_subject
    when 'contacts' then array(select c.id from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = any (v_leads) and (p_item_ids is null or c.id = any (p_item_ids))
      order by c.id)
    when 'replies' then array(select r.id from public.replies r
      where r.org_id = p_org_id and r.lead_id = any (v_leads) and (p_item_ids is null or r.id = any (p_item_ids))
        and num_nonnulls(r.text_cipher, r.draft_cipher) > 0 order by r.id)
    when 'transcripts' then array(select k.id from public.calls k
      where k.org_id = p_org_id and k.lead_id = any (v_leads) and (p_item_ids is null or k.id = any (p_item_ids))
        and k.transcript_cipher is not null order by k.id)
    when 'tasks' then array(select t.number from public.tasks t
      where t.org_id = p_org_id and t.lead_id = any (v_leads) and (p_item_ids is null or t.number = any (p_item_ids))
        and t.note_cipher is not null order by t.number)
    else '{}' end;
  if cardinality(v_leads) > 100 or cardinality(v_items) > 500 then
    raise exception 'at most 100 leads and 500 values at a time' using errcode = 'SL427';
  end if;
  -- Those that have something to show.
  v_shown := case p_subject
    when 'contacts' then array(select distinct c.lead_id from public.contact_points c
      where c.org_id = p_org_id and c.id = any (v_items))
    when 'replies' then array(select distinct r.lead_id from public.replies r
      where r.org_id = p_org_id and r.id = any (v_items))
    when 'transcripts' then array(select distinct k.lead_id from public.calls k
      where k.org_id = p_org_id and k.id = any (v_items))
    when 'tasks' then array(select distinct t.lead_id from public.tasks t
      where t.org_id = p_org_id and t.lead_id = any (v_leads) and t.number = any (v_items))
    else v_leads end;
  if not private.is_trusted_caller() and cardinality(v_shown) > 0 then
    v_refusal := private.refuse_reveal(p_org_id, p_subject, v_shown, btrim(p_reason), p_as_of);
    if v_refusal is not null then
      return v_refusal;
    end if;
  end if;
  -- The log of every lead that has something to show.
  insert into private.pii_access_log (org_id, lead_id, user_id, db_role, accessed_at, values_shown, subject, grant_id,
    reason)
  select p_org_id, x.lead_id, auth.uid(), session_user, p_as_of, x.n, p_subject, v_id, btrim(p_reason)
  from (
    select c.lead_id, count(*) as n from public.contact_points c
    where p_subject = 'contacts' and c.org_id = p_org_id and c.id = any (v_items) group by c.lead_id
    union all
    select r.lead_id, count(*) from public.replies r
    where p_subject = 'replies' and r.org_id = p_org_id and r.id = any (v_items) group by r.lead_id
    union all
    select k.lead_id, count(*) from public.calls k
    where p_subject = 'transcripts' and k.org_id = p_org_id and k.id = any (v_items) group by k.lead_id
    union all
    select t.lead_id, count(*) from public.tasks t
    where p_subject = 'tasks' and t.org_id = p_org_id and t.lead_id = any (v_leads) and t.number = any (v_items)
    group by t.lead_id
    union all
    select v_leads[1], 1 + (select count(*) from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = v_leads[1])
    where p_subject = 'person') x;
  v_values := case p_subject when 'person' then 1 else cardinality(v_items) end;
  if v_values > 0 then
    insert into private.reveal_grants (id, org_id, subject, lead_ids, item_ids, user_id, session_id, granted_at,
      expires_at)
    values (v_id, p_org_id, p_subject, v_leads, v_items, auth.uid(), private.session_id(), p_as_of, v_expires);
  end if;
  return jsonb_build_object('grant_id', case when v_values > 0 then v_id end, 'subject', p_subject,
    'values', v_values, 'expires_at', case when v_values > 0 then v_expires end);
end
$function$;

CREATE OR REPLACE FUNCTION public.save_canned_answer (
  p_org_id  uuid,
  p_name    text,
  p_body    text,
  p_channel text DEFAULT NULL::text,
  p_id      uuid DEFAULT NULL::uuid
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_faults text[];
  v_id uuid;
begin
  if not private.is_trusted_caller() and not p_org_id = any (private.my_org_ids('{owner,admin,broker}')) then
    raise exception 'you may not keep answers of this org' using errcode = 'SL616';
  end if;
  v_faults := private.canned_errors(p_channel, p_body);
  if length(btrim(coalesce(p_name, ''))) not between 1 and 80 then
    v_faults := v_faults || 'a name of 1 to 80 characters is missing'::text;
  end if;
  if p_channel not in ('email', 'sms') then
    v_faults := v_faults || 'the channel is sms, email or empty'::text;
  end if;
  if v_faults <> '{}' then
    raise exception 'invalid answer: %', array_to_string(v_faults, '; ') using errcode = 'SL617';
  end if;
  if p_id is null then
    insert into public.canned_answers (org_id, name, channel, body, created_by)
    values (p_org_id, btrim(p_name), p_channel, p_body, auth.uid()) returning id into v_id;
  else
    update public.canned_answers c set name = btrim(p_name), channel = p_channel, body = p_body, updated_at = now()
    where c.org_id = p_org_id and c.id = p_id returning c.id into v_id;
    if v_id is null then
      raise exception 'answer not found' using errcode = 'SL616';
    end if;
  end if;
  return v_id;
exception when unique_violation then
  raise exception 'an answer of this name exists: choose another name, or change that one' using errcode = 'SL617';
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_canned_answer"(uuid, text, text, text, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.save_draft (
  p_org_id   uuid,
  p_reply_id bigint,
  p_text     text
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r constant public.replies := private.reply_of_worker(p_org_id, p_reply_id);
  v_text constant text := nullif(btrim(p_text), '');
  v_key constant integer := case when v_text is not null then private.active_key_id(p_org_id, 'data') end;
begin
  if length(v_text) > 20000 then
    raise exception 'an answer has at most 20,000 characters' using errcode = 'SL617';
  end if;
  update public.replies x set draft_cipher = private.encrypt_value(v_text, private.org_key(p_org_id, v_key)),
    draft_key_id = v_key
  where x.org_id = p_org_id and x.id = r.id;
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_draft"(uuid, bigint, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.send_answer (
  p_org_id     uuid,
  p_reply_id   bigint,
  p_client_key uuid,
  p_text       text   DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r constant public.replies := private.reply_of_worker(p_org_id, p_reply_id);
  v_text text := nullif(btrim(p_text), '');
  v_in_reply_to constant text := format('%s %s', r.event_key, p_client_key);
  v_id uuid;
  m public.messages;
begin
  -- Sent before, and the draft is gone.
  select x.id into v_id from public.messages x
  where p_client_key is not null and x.org_id = p_org_id and x.value_bidx = r.value_bidx and x.kind = 'manual'
    and x.in_reply_to = v_in_reply_to;
  if v_id is null and v_text is null and r.draft_cipher is not null then
    v_text := private.decrypt_value(r.draft_cipher, private.org_key(r.org_id, r.draft_key_id));
  end if;
  if v_id is not null then
    null;
  elsif p_client_key is null or v_text is null then
    raise exception 'write the answer first' using errcode = 'SL617';
  elsif length(v_text) > (case r.channel when 'email' then 20000 else 1600 end) then
    raise exception 'the answer is too long for this channel' using errcode = 'SL617';
  elsif v_text ~ '\{\{|\}\}|\{%|%\}' then
    raise exception 'the answer has a placeholder that is not filled' using errcode = 'SL617';
  elsif r.channel not in ('sms', 'email') then
    raise exception 'what was said on the phone is answered by calling back' using errcode = 'SL617';
  elsif r.contact_point_id is null then
    raise exception 'the person wrote from an address that the lead does not have: add it first' using errcode
      = 'SL617';
  end if;
  if v_id is null then
    v_id := private.queue_message(p_org_id, r.lead_id, r.contact_point_id, r.channel, 'manual', v_text, v_in_reply_to,
      now());
  end if;
  select x.* into strict m from public.messages x where x.org_id = p_org_id and x.id = v_id;
  if m.state <> 'cancelled' then
    update public.replies x set answered_at = coalesce(x.answered_at, now()), draft_cipher = null, draft_key_id = null
    where x.org_id = p_org_id and x.id = r.id;
    perform private.settle_reply_task(p_org_id, r.lead_id, now());
  end if;
  return jsonb_build_object('message_id', m.id, 'state', m.state, 'refused', m.refused, 'reasons', coalesce((
    select private.explain_reasons(d.reasons) from public.gate_decisions d
    where m.state = 'cancelled' and d.org_id = p_org_id and d.lead_id = m.lead_id and d.channel = m.channel
      and d.contact_point_id = m.contact_point_id and d.as_of = m.created_at and not d.allow
    order by d.decided_at desc, d.id desc limit 1), '[]'));
end
$function$;

REVOKE ALL ON FUNCTION "public"."send_answer"(uuid, bigint, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.set_reply_label (
  p_org_id   uuid,
  p_reply_id bigint,
  p_label    public.reply_label
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r constant public.replies := private.reply_of_worker(p_org_id, p_reply_id);
begin
  update public.replies x set label = p_label, labelled_by = case when p_label is not null then 'person' end,
    labelled_at = case when p_label is not null then now() end
  where x.org_id = p_org_id and x.id = r.id;
end
$function$;

REVOKE ALL ON FUNCTION "public"."set_reply_label"(uuid, bigint, public.reply_label) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.snooze_task (
  p_org_id  uuid,
  p_task_id uuid,
  p_until   timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  t constant public.tasks := private.task_of_worker(p_org_id, p_task_id);
begin
  if p_until is null or p_until not between now() and now() + interval '2 years' then
    raise exception 'a task is put off to a time between now and in two years' using errcode = 'SL614';
  end if;
  update public.tasks x set due_at = p_until where x.org_id = p_org_id and x.id = t.id and x.done_at is null;
end
$function$;

REVOKE ALL ON FUNCTION "public"."snooze_task"(uuid, uuid, timestamp WITH time zone) FROM PUBLIC, "anon";

ALTER TABLE "private"."pii_access_log"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "access_is_to_a_lead_or_an_upload" CHECK (((num_nonnulls(lead_id, upload_id) =
CASE
    WHEN (refused IS NULL) THEN 1
    ELSE 0
END) OR ((subject = 'search'::text) AND (refused IS NULL) AND (upload_id IS NULL))));

ALTER TABLE "private"."reveal_grants"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "reveal_subject_is_known" CHECK ((subject = ANY (ARRAY['contacts'::text, 'replies'::text, 'transcripts'::text, 'tasks'::text, 'person'::text])));

ALTER TABLE "public"."calls"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "call_is_assigned_to_a_member" FOREIGN KEY (org_id, assigned_to) REFERENCES public.members(org_id, user_id) ON DELETE SET NULL (assigned_to);

ALTER TABLE "public"."calls"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "hand_dialled_call_has_its_outcome" CHECK (((provider = 'hand'::text) = (outcome IS NOT NULL)));

ALTER TABLE "public"."canned_answers"
  ADD CONSTRAINT "canned_answers_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."replies"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "reply_is_assigned_to_a_member" FOREIGN KEY (org_id, assigned_to) REFERENCES public.members(org_id, user_id) ON DELETE SET NULL (assigned_to);

ALTER TABLE "public"."tasks"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "task_is_assigned_to_a_member" FOREIGN KEY (org_id, assigned_to) REFERENCES public.members(org_id, user_id) ON DELETE SET NULL (assigned_to);

ALTER TABLE "public"."tasks"
  -- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint
  ADD CONSTRAINT "task_is_created_once_per_key" UNIQUE (org_id, client_key);

ALTER TABLE "public"."tasks"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "task_kind_is_known"
    CHECK
    ((kind = ANY (ARRAY['answer_reply'::text, 'call_back'::text, 'prepare_booking'::text, 'follow_up_cancelled'::text, 'follow_up'::text, 'to_do'::text, 'review_call'::text])));

ALTER TABLE "public"."tasks"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "task_note_has_its_key" CHECK (((note_cipher IS NULL) = (key_id IS NULL)));

ALTER TABLE "public"."tasks"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "tasks_key_id_fkey" FOREIGN KEY (key_id) REFERENCES private.org_keys(id) ON DELETE RESTRICT;

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX calls_assigned_idx ON public.calls USING btree (org_id, assigned_to)
  WHERE (assigned_to IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX calls_at_idx ON public.calls USING btree (org_id, at DESC, id DESC);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX calls_hand_idx ON public.calls USING btree (org_id, called_by, at DESC)
  WHERE (PROVIDER = 'hand'::text);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX IF NOT EXISTS leads_place_idx ON public.leads USING btree (org_id, situs_zip, county_fips, id)
  WHERE (situs_zip IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX IF NOT EXISTS leads_worked_idx ON public.leads USING btree (org_id, status, id)
  WHERE (status <> 'new'::public.lead_status);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX replies_assigned_idx ON public.replies USING btree (org_id, assigned_to)
  WHERE (assigned_to IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX replies_at_idx ON public.replies USING btree (org_id, at DESC, id DESC);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX tasks_assigned_idx ON public.tasks USING btree (org_id, assigned_to)
  WHERE (assigned_to IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX tasks_done_idx ON public.tasks USING btree (org_id, done_at DESC, number DESC)
  WHERE (done_at IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX tasks_due_idx ON public.tasks USING btree (org_id, COALESCE(due_at, created_at), number)
  WHERE (done_at IS NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX tasks_key_idx ON public.tasks USING btree (key_id)
  WHERE (key_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX tasks_one_open_idx ON public.tasks USING btree (org_id, lead_id, kind)
  WHERE ((done_at IS NULL) AND (created_by IS NULL));

CREATE TRIGGER _160_note_who_finished
  BEFORE UPDATE OF done_at ON public.tasks
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_tasks__note_who_finished();

CREATE POLICY "select_members" ON "public"."canned_answers"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])));

CREATE POLICY "update_workers" ON "public"."tasks"
  FOR UPDATE
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,broker}'::public.member_role[]) AS my_org_ids)::uuid[])) AND private.sees_lead(org_id, lead_id) AND ((kind <>
    'review_call'::text) OR (org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])))))
  WITH
    CHECK
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,broker}'::public.member_role[]) AS my_org_ids)::uuid[])) AND private.sees_lead(org_id, lead_id) AND ((kind <>
    'review_call'::text) OR (org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])))));

COMMENT ON COLUMN "private"."pii_access_log"."subject" IS 'contacts, replies, transcripts, tasks, person or rejects; search: a phone or e-mail was looked up, and the lead found (null: none); null: contacts in an export of suppressions.';

COMMENT ON COLUMN "public"."calls"."assigned_to" IS 'The member who deals with it; null: the lead''s broker.';

COMMENT ON COLUMN "public"."calls"."at" IS 'When it began, for hand; otherwise when it was reported.';

COMMENT ON COLUMN "public"."calls"."called_by" IS 'The member who dialled.';

COMMENT ON COLUMN "public"."calls"."decision_id" IS 'For hand: the answer of the gate that covers it (gate_decisions.id).';

COMMENT ON COLUMN "public"."calls"."done_at" IS 'When it was dealt with in the inbox.';

COMMENT ON COLUMN "public"."calls"."event_key" IS 'That of the event in webhook_events; for hand the key that the page chose.';

COMMENT ON COLUMN "public"."calls"."recorded_against_gate" IS 'The gate would not have allowed it; the decision says why.';

COMMENT ON COLUMN "public"."canned_answers"."channel" IS 'sms or email; null: for both.';

COMMENT ON COLUMN "public"."replies"."assigned_to" IS 'The member who answers it; null: the lead''s broker.';

COMMENT ON COLUMN "public"."saved_views"."query" IS 'The query of the URL: filters and order, never the words of a search, which may be a person.';

COMMENT ON COLUMN "public"."tasks"."assigned_to" IS 'The member who does it; null: the lead''s broker.';

COMMENT ON COLUMN "public"."tasks"."client_key" IS 'Chosen by the page, so that a repeated request creates one task.';

COMMENT ON COLUMN "public"."tasks"."created_by" IS 'The member who created it; null: the pipeline.';

COMMENT ON COLUMN "public"."tasks"."due_at" IS 'When it is due; null: at any time, for those of the pipeline at once.';

COMMENT ON COLUMN "public"."tasks"."kind" IS 'answer_reply: the person wrote or spoke; call_back: the person called; prepare_booking: an appointment was booked; follow_up_cancelled: an appointment was cancelled; follow_up, to_do: a member''s own; review_call: a call was recorded that the gate would not have allowed.';

COMMENT ON COLUMN "public"."tasks"."note_cipher" IS 'What the member wrote, encrypted under key_id; public.redeem_reveal shows it.';

COMMENT ON COLUMN "public"."tasks"."number" IS 'Names the task where numbers are wanted: in public.request_reveal.';

COMMENT ON FUNCTION "private"."actor_name"(uuid, uuid, text) IS 'Who did it: you, the name of a member, or the part of the system.';

COMMENT ON FUNCTION "private"."add_task"(uuid, uuid, text, timestamp with time zone, text, uuid, uuid, jsonb, timestamp with time zone) IS 'Adds a task of a member, once per client key. Raises SL613 (assignee), SL614 (the key was used for another task).';

COMMENT ON FUNCTION "private"."apply_call_wish"(uuid, uuid, bytea, text, text, timestamp with time zone) IS 'Carries out what a person said on the phone: number (no calls or texts to it), calls (none to it, texts may be sent), everything (the person is never contacted again) or wrong_number. Returns the channels that ended.';

COMMENT ON FUNCTION "private"."call_covered_by"(uuid, uuid, bigint, bigint, timestamp with time zone) IS 'Whether an answer of check_call allowed the call: it began within five minutes, and nothing was refused in between.';

COMMENT ON FUNCTION "private"."call_error"(text, timestamp with time zone, timestamp with time zone, text, text, jsonb, jsonb, timestamp
  with time zone) IS 'What is wrong with a call that a member records; null: nothing.';

COMMENT ON FUNCTION "private"."call_of_worker"(uuid, bigint) IS 'A call that the caller may deal with. Raises SL615.';

COMMENT ON FUNCTION "private"."call_outlook"(uuid, uuid[], timestamp with time zone) IS 'Of each lead the phone that can be dialled by hand first: now, later today, later or never, with the reasons. Leads that the caller may not see and those without a phone are left out. Definer: as gate_preview.';

COMMENT ON FUNCTION "private"."canned_errors"(text, text) IS 'The reasons why a canned answer cannot be saved: length, unknown placeholders, one that may be empty and has no default, open braces. Empty when it is valid.';

COMMENT ON FUNCTION "private"."canned_values"(uuid, uuid) IS 'What fills the placeholders for a lead; null for one that the caller may not see. Definer: members may not call proper_name.';

COMMENT ON FUNCTION "private"."canned_variables"() IS 'Placeholders that a canned answer may use.';

COMMENT ON FUNCTION "private"."check_call_at"(uuid, uuid, bigint, timestamp with time zone) IS 'public.check_call at an instant.';

COMMENT ON FUNCTION "private"."check_desk_filter"(jsonb) IS 'Raises SL802 for an unknown filter or value.';

COMMENT ON FUNCTION "private"."count_for_desk"(uuid, jsonb, text, integer) IS 'How many leads that the caller may see are in each county or ZIP code. Definer: as find_for_desk.';

COMMENT ON FUNCTION "private"."desk_day_at"(text, uuid, uuid, integer, text, timestamp with time zone) IS 'public.desk_day at an instant.';

COMMENT ON FUNCTION "private"."escape_like"(text) IS 'A text as LIKE compares it word for word.';

COMMENT ON FUNCTION "private"."explain_reasons"(jsonb) IS 'Reasons of the gate for people: [{rule, words, detail, law, citation, url, text, verification, reviewed_on}].';

COMMENT ON FUNCTION "private"."fill_canned"(text, jsonb) IS 'A canned answer with its placeholders filled from {"lead.first_name": …}.';

COMMENT ON FUNCTION "private"."find_for_desk"(uuid, text, jsonb, jsonb, integer) IS 'The leads of an org that the caller may see and that a search finds, in the order of its keyset. Raises SL803. Definer: as desk_search.';

COMMENT ON FUNCTION "private"."inbox_items"(uuid, uuid, text, boolean, text, text, timestamp with time zone, text, bigint, integer) IS 'Items of the inbox of an org, or of one lead, behind a position; replies before calls of the same instant.';

COMMENT ON FUNCTION "private"."inbox_state"(timestamp with time zone, uuid) IS 'open, assigned or done.';

COMMENT ON FUNCTION "private"."law_of"(text) IS 'Name and address of the law in a citation; the address is null where it cites no federal code.';

COMMENT ON FUNCTION "private"."log_lookup"(uuid, uuid[]) IS 'Logs a look-up by value, with the leads that it found. Raises SL803 over the hourly limit (reveals_per_hour). Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "private"."member_name"(uuid, uuid) IS 'What a member is called in lists.';

COMMENT ON FUNCTION "private"."member_sees_lead"(uuid, uuid, uuid) IS 'Whether a member may work on the lead: owners, admins and its broker.';

COMMENT ON FUNCTION "private"."next_of_day"(uuid, uuid[], boolean, jsonb, integer, timestamp with time zone) IS 'The next leads of brokers after [section, score, lead_id] in the order of a day; section 5: by score alone. p_all: also leads that are opted out or invalid.';

COMMENT ON FUNCTION "private"."own_lead_ids"(uuid) IS 'The leads that are assigned to the caller.';

COMMENT ON FUNCTION "private"."page_size"(integer) IS 'A page has 1 to 200 rows.';

COMMENT ON FUNCTION "private"."pressing_leads"(uuid, uuid[], timestamp with time zone) IS 'Leads that come before the others: 1 a reply of somebody interested or with a question, 2 another reply, 3 a task that is due, 4 fed today.';

COMMENT ON FUNCTION "private"."read_cursor"(text, integer) IS 'The parts of a cursor; null for the first page. Raises SL801.';

COMMENT ON FUNCTION "private"."record_call_at"(uuid, uuid, bigint, text, uuid, timestamp with time zone, timestamp with time zone, text, text, jsonb, jsonb, bigint, uuid, timestamp
  with time zone) IS 'public.record_call at an instant.';

COMMENT ON FUNCTION "private"."reply_of_worker"(uuid, bigint) IS 'A reply that the caller may answer. Raises SL615.';

COMMENT ON FUNCTION "private"."search_kind"(text) IS 'What somebody searches for: name, address, zip, phone, email, or nothing.';

COMMENT ON FUNCTION "private"."search_name"(text, text, text) IS 'What a search by name compares: the last name and the first, otherwise the whole name.';

COMMENT ON FUNCTION "private"."settle_reply_task"(uuid, uuid, timestamp with time zone) IS 'Finishes the task to answer a lead once none of its replies is open, except where the task is about a possible wish.';

COMMENT ON FUNCTION "private"."task_error"(text, timestamp with time zone, text, timestamp with time zone) IS 'What is wrong with a task that a member wants to create; null: nothing.';

COMMENT ON FUNCTION "private"."task_of_worker"(uuid, uuid) IS 'A task that the caller may work on. Raises SL613; only owners and admins review calls.';

COMMENT ON FUNCTION "private"."task_words"(text, jsonb) IS 'What a task asks for, in words.';

COMMENT ON FUNCTION "private"."tg_tasks__note_who_finished"() IS 'Trigger: notes which member finished a task.';

COMMENT ON FUNCTION "private"."whole_orgs"(uuid) IS 'Orgs in which the caller sees every lead; of them p_org_id alone where it is given.';

COMMENT ON FUNCTION "public"."assign_inbox"(uuid, text, bigint, uuid) IS 'Hands a reply or call to a member who may work on its lead; null: to nobody. For owners, admins and the lead''s broker. Raises SL615. Definer: members may not write these columns.';

COMMENT ON FUNCTION "public"."assign_task"(uuid, uuid, uuid) IS 'Hands a task to a member who may work on its lead; null: to the lead''s broker. Raises SL613. Definer: members may not write tasks.';

COMMENT ON FUNCTION "public"."check_call"(uuid, uuid, bigint) IS 'Whether a member may dial this phone now: {allow, decision_id, reasons: [{rule, words, detail, law, citation, url, text}], evidence, next_allowed_at, time_zone, local_time}. The answer is stored as a decision; with its id, record_call counts a call that began within five minutes as allowed. For owners, admins and the lead''s broker. Raises SL611 (phone not found, or the caller may not call it). Definer: as gate_decide.';

COMMENT ON FUNCTION "public"."close_inbox"(uuid, text, bigint) IS 'Marks a reply or call as dealt with; with the last reply of its lead, the task to answer is finished, unless it is about a possible wish. Repeating it has no effect. Raises SL615. Definer: as assign_inbox.';

COMMENT ON FUNCTION "public"."complete_task"(uuid, uuid) IS 'Finishes a task; repeating it has no effect. Of answer_reply: a possible wish no longer holds automatic sending. Raises SL613. Definer: as assign_task.';

COMMENT ON FUNCTION "public"."create_task"(uuid, uuid, text, timestamp with time zone, text, uuid, uuid) IS 'Creates a task of a member (call_back, follow_up, to_do) for a lead, for its broker or another member who may work on it; returns its id. p_client_key: a repeated request creates one. For owners, admins and the lead''s broker. Raises SL613 (lead or assignee), SL614 (kind, time, note or key). Definer: members may not write tasks.';

COMMENT ON FUNCTION "public"."desk_calls"(uuid, boolean, uuid, integer, text) IS 'Calls, the latest first: those that the caller dialled (p_mine), of a lead, or all that the caller may see. reasons: why the gate would not have allowed it. Notes and transcripts are shown by request_reveal. Raises SL801.';

COMMENT ON FUNCTION "public"."desk_canned_answers"(uuid, uuid, text) IS 'The answers that the org keeps ready, for a channel; filled: with the words of the lead, if the caller may see it. Definer: members may not call proper_name.';

COMMENT ON FUNCTION "public"."desk_consents"(uuid, uuid) IS 'What the people of a lead agreed to, revoked and refused, and what was lifted, the latest first. is_active: a suppression that no consent has lifted on every channel; liftable: a later consent would lift it. Definer: brokers may read the suppressions of their own leads only, and the table has no lead.';

COMMENT ON FUNCTION "public"."desk_day"(text, uuid, uuid, integer, text) IS 'Whom to call by hand: now, later (today or later), never, or all of them in order: replies that wait (interested and questions first), tasks that are due, leads fed today, then by score. The gate is asked live for the best phone of each lead; reasons has the law behind every refusal: [{rule, words, detail, law, citation, url, text}]. p_org_id: for who is a broker in several orgs; p_broker_id: the day of another broker, for owners, admins and viewers. At most 50 rows a page; a last row without a lead has the cursor to go on where a hundred leads were looked at. Raises SL801, SL802. Definer: the gate decrypts; only leads that sees_lead shows come back.';

COMMENT ON FUNCTION "public"."desk_inbox"(text, uuid, boolean, text, text, integer, text) IS 'Replies, calls that came in, and calls that somebody answered, the latest first: open (nobody''s), assigned, done or all; p_mine: assigned to the caller. Texts, drafts and transcripts are shown by request_reveal (subject replies with id, subject transcripts with call_id). possible_wish: somebody has to look at a message of the lead. Raises SL801, SL802.';

COMMENT ON FUNCTION "public"."desk_lead"(uuid, uuid) IS 'A lead: its facts, contacts (masked), what providers say about the property, the score rule by rule, the latest sequence run, and what the caller may do with it. No row for a lead that the caller may not see.';

COMMENT ON FUNCTION "public"."desk_lead_matches"(uuid, uuid) IS 'Open conflicts and match candidates of a lead; list_conflicts and list_match_candidates show their values, close_conflict and answer_candidates answer them. For whoever sees the whole org.';

COMMENT ON FUNCTION "public"."desk_map"(jsonb, uuid, text, integer) IS 'How many leads that the caller may see are in each county or ZIP code (p_by), the fullest first, with the filters of desk_search; leads without a ZIP code are not counted. Raises SL802. Definer: as desk_search.';

COMMENT ON FUNCTION "public"."desk_members"(uuid) IS 'The members of an org, to hand work to.';

COMMENT ON FUNCTION "public"."desk_outlook"(uuid, uuid) IS 'Of each contact point on each channel: now, later today, later or never, with the reasons, their law and the evidence. Stores nothing. Definer: as gate_preview.';

COMMENT ON FUNCTION "public"."desk_search"(text, jsonb, uuid, integer, text) IS 'Finds leads that the caller may see by the beginning of a name, an address that begins with its number, a ZIP code, or a whole phone or e-mail address, which is logged; p_filter narrows it: status, campaign_status, county_fips, situs_zip, situs_state, campaign_id, broker_id, min_score. Without a query, all leads in a fixed order. Names are in alphabetical order. Raises SL801, SL802, SL803 (too many look-ups). Definer: the policies of leads keep comparisons from the indexes; only leads that sees_lead shows come back.';

COMMENT ON FUNCTION "public"."desk_tasks"(text, uuid, integer, text) IS 'Open tasks by due time: mine (assigned to the caller, or to nobody and about an own lead), due (of these, due by now), team (all that the caller may see); done: finished ones, the latest first. Notes are shown by request_reveal with the subject tasks and the number. Raises SL801, SL802.';

COMMENT ON FUNCTION "public"."desk_timeline"(uuid, uuid, text[], integer, text) IS 'One list of everything about a lead, the latest first: event, change, message, call, reply, task, booking, consent, suppression, decision, merge and reveal (those that the caller may see). p_kinds limits it. No rows for a lead that the caller may not see. Raises SL801.';

COMMENT ON FUNCTION "public"."desk_why"(uuid, uuid, integer, text) IS 'Why a lead was or was not contacted: its decisions, the latest first, with reasons, law and evidence. Raises SL801.';

COMMENT ON FUNCTION "public"."drop_canned_answer"(uuid, uuid) IS 'Deletes a canned answer: owners and admins any, brokers their own. Raises SL616. Definer: as save_canned_answer.';

COMMENT ON FUNCTION "public"."record_call"(uuid, uuid, bigint, text, uuid, timestamp with time zone, timestamp
  with time zone, text, text, jsonb, jsonb, bigint, uuid) IS 'Records a call that a member dialled by hand: it counts as an attempt for the caps, and its notes are encrypted. p_outcome: see hand_call_outcome. p_client_key: chosen by the page; a repeated request records one call. p_started_at: now if null, at most seven days ago. p_wish: what the person asked for: number (no calls or texts to it; taken for the outcome do_not_call), calls (none to it, texts may be sent), everything (never again), wrong_number; it takes effect at once, and only a later consent lifts it. p_follow_up {kind, due_at, note, assigned_to} becomes a task, p_booking {starts_at, ends_at} a booking; p_decision_id: of check_call; p_task_id: the task that the call finishes. A call that the gate would not have allowed is recorded all the same, marked recorded_against_gate, with a task review_call for an owner. Notes that read like a wish hold automatic sending (possible_wish). Returns {call_id, repeated, recorded_against_gate, reasons, suppressed, possible_wish, task_id, booking_id, review_task_id}. For owners, admins and the lead''s broker. Raises SL611 (phone not found, or the caller may not call it), SL612 (the message says what is wrong), SL613 (assignee or task). Definer: members may not write calls, attempts and opt-outs.';

COMMENT ON FUNCTION "public"."reopen_inbox"(uuid, text, bigint) IS 'Opens a reply or call again. Raises SL615. Definer: as assign_inbox.';

COMMENT ON FUNCTION "public"."reopen_task"(uuid, uuid) IS 'Opens a finished task again; repeating it has no effect. Raises SL613, SL614 (a newer one of the pipeline is open). Definer: as assign_task.';

COMMENT ON FUNCTION "public"."request_reveal"(uuid, text, uuid[], text, bigint[], timestamp with time zone) IS 'First of two calls that show plain values: logs who asks, for which leads and why, and grants the subject (contacts, replies with their drafts, transcripts with the notes of calls dialled by hand, tasks with a note; person: the whole record of one lead, for owners, admins and the service). p_item_ids narrows it to some contact points, replies, calls or tasks (their number). Returns {grant_id, subject, values: how many, expires_at}; grant_id is null when there is nothing that the caller may see. A member over the hourly limit (reveals_per_hour in orgs.settings) gets no grant, but status 429 and {grant_id: null, code: hourly_limit, message, retry_at: null if that many leads are never shown within an hour}. Commit before redeem_reveal. Raises SL425 (person: lead not found) and SL427 (subject, reason, or more than 100 leads or 500 values). Definer: the log and the grants belong to the owner.';

COMMENT ON FUNCTION "public"."save_canned_answer"(uuid, text, text, text, uuid) IS 'Keeps an answer ready, or changes the one with p_id; returns its id. Placeholders: lead.first_name, lead.last_name, lead.full_name, property.street, property.city, property.state, property.zip, broker.name, org.name. For owners, admins and brokers. Raises SL616 (org or answer not found), SL617 (the message says what is wrong). Definer: members may not write the table, so that nothing is kept unchecked.';

COMMENT ON FUNCTION "public"."save_draft"(uuid, bigint, text) IS 'Keeps the draft of an answer, encrypted; an empty text discards it. redeem_reveal shows it. Raises SL615, SL617 (length). Definer: as assign_inbox.';

COMMENT ON FUNCTION "public"."send_answer"(uuid, bigint, uuid, text) IS 'Answers a reply by text or e-mail, with p_text or else the draft, through the ledger: the gate is asked at once, and a repeated p_client_key sends nothing twice. Returns {message_id, state, refused, reasons}: cancelled with the reasons when the gate refuses; then the reply stays open and the draft is kept. For owners, admins and the lead''s broker. Raises SL615 (reply not found), SL617 (text), SL533 (no sender). Definer: members may not queue messages.';

COMMENT ON FUNCTION "public"."set_reply_label"(uuid, bigint, public.reply_label) IS 'Says what a reply is about; null: nothing is known. opt_out is an opt-out, which no later label lifts. Raises SL615. Definer: as assign_inbox.';

COMMENT ON FUNCTION "public"."snooze_task"(uuid, uuid, timestamp with time zone) IS 'Puts an open task off: it is due at p_until. Raises SL613, SL614 (time). Definer: as assign_task.';

COMMENT ON TABLE "public"."calls" IS 'Phone calls that ended: outcome, length, cost. The transcript is encrypted; public.redeem_reveal shows it. Those that members dialled have the provider hand, and as transcript their notes.';

COMMENT ON TABLE "public"."canned_answers" IS 'Answers that the org keeps ready, with placeholders such as {{ lead.first_name | default: "there" }}.';

COMMENT ON TABLE "public"."saved_views" IS 'Views that members keep: a page with its filters, as the query of its URL. Everybody sees their own.';

COMMENT ON TABLE "public"."tasks" IS 'The next steps for a lead''s broker: of the pipeline, one open task per lead and kind. detail holds ids and codes only. Of answer_reply: channel, request, unread (in a language that the reader does not read), possible_wish (perhaps a wish to be left alone; nothing ended), read_by learned (a wish that the learned reader added).';

COMMENT ON TYPE "public"."hand_call_outcome" IS 'What came of a call that a member dialled: nobody spoke (no_answer, busy, voicemail), somebody did (talked, callback, appointment, not_interested, wrong_number, do_not_call), or the number is out of service (disconnected).';

REVOKE ALL ON FUNCTION "private"."actor_name"(uuid, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."actor_name"(uuid, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."add_task"(uuid, uuid, text, timestamp WITH time zone, text, uuid, uuid, jsonb, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."apply_call_wish"(uuid, uuid, bytea, text, text, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."call_covered_by"(uuid, uuid, bigint, bigint, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."call_error"(text, timestamp WITH time zone, timestamp WITH time zone, text, text, jsonb, jsonb, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."call_of_worker"(uuid, bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."call_outlook"(uuid, uuid[], timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."canned_errors"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."canned_values"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."canned_variables"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_call_at"(uuid, uuid, bigint, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_desk_filter"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_for_desk"(uuid, jsonb, text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."desk_day_at"(text, uuid, uuid, integer, text, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."escape_like"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."explain_reasons"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."explain_reasons"(jsonb) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."explain_reasons"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."fill_canned"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."find_for_desk"(uuid, text, jsonb, jsonb, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."inbox_items"(uuid, uuid, text, boolean, text, text, timestamp WITH time zone, text, bigint, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."inbox_items"(uuid, uuid, text, boolean, text, text, timestamp WITH time zone, text, bigint, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."inbox_state"(timestamp WITH time zone, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."inbox_state"(timestamp WITH time zone, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."law_of"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."law_of"(text) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."law_of"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."log_lookup"(uuid, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."member_name"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."member_name"(uuid, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."member_sees_lead"(uuid, uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."next_of_day"(uuid, uuid[], boolean, jsonb, integer, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."own_lead_ids"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."own_lead_ids"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."page_size"(integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."page_size"(integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."pressing_leads"(uuid, uuid[], timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."read_cursor"(text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."read_cursor"(text, integer) TO "authenticated";

REVOKE ALL
  ON FUNCTION "private"."record_call_at"(uuid, uuid, bigint, text, uuid, timestamp WITH time zone, timestamp WITH time zone, text, text, jsonb, jsonb, bigint, uuid, timestamp
    WITH time zone)
  FROM PUBLIC;

REVOKE ALL
  ON FUNCTION "private"."record_call_at"(uuid, uuid, bigint, text, uuid, timestamp WITH time zone, timestamp WITH time zone, text, text, jsonb, jsonb, bigint, uuid, timestamp
    WITH time zone)
  FROM "postgres";

GRANT EXECUTE
  ON FUNCTION "private"."record_call_at"(uuid, uuid, bigint, text, uuid, timestamp WITH time zone, timestamp WITH time zone, text, text, jsonb, jsonb, bigint, uuid, timestamp
    WITH time zone)
  TO "postgres";

REVOKE ALL ON FUNCTION "private"."reply_of_worker"(uuid, bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."search_kind"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."search_name"(text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."search_name"(text, text, text) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."search_name"(text, text, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."settle_reply_task"(uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."task_error"(text, timestamp WITH time zone, text, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."task_of_worker"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."task_words"(text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."task_words"(text, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."tg_tasks__note_who_finished"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_tasks__note_who_finished"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."whole_orgs"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."whole_orgs"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."assign_inbox"(uuid, text, bigint, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."assign_inbox"(uuid, text, bigint, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."assign_task"(uuid, uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."assign_task"(uuid, uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."check_call"(uuid, uuid, bigint) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."check_call"(uuid, uuid, bigint) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."close_inbox"(uuid, text, bigint) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."close_inbox"(uuid, text, bigint) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."complete_task"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."complete_task"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."create_task"(uuid, uuid, text, timestamp WITH time zone, text, uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."create_task"(uuid, uuid, text, timestamp WITH time zone, text, uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_calls"(uuid, boolean, uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_calls"(uuid, boolean, uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_canned_answers"(uuid, uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_canned_answers"(uuid, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_consents"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_consents"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_day"(text, uuid, uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_day"(text, uuid, uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_inbox"(text, uuid, boolean, text, text, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_inbox"(text, uuid, boolean, text, text, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_lead"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_lead"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_lead_matches"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_lead_matches"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_map"(jsonb, uuid, text, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_map"(jsonb, uuid, text, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_members"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_members"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_outlook"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_outlook"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_search"(text, jsonb, uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_search"(text, jsonb, uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_tasks"(text, uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_tasks"(text, uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_timeline"(uuid, uuid, text[], integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_timeline"(uuid, uuid, text[], integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_why"(uuid, uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_why"(uuid, uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."drop_canned_answer"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."drop_canned_answer"(uuid, uuid) TO "service_role";

GRANT EXECUTE
  ON FUNCTION "public"."record_call"(uuid, uuid, bigint, text, uuid, timestamp WITH time zone, timestamp WITH time zone, text, text, jsonb, jsonb, bigint, uuid)
  TO "authenticated";

REVOKE ALL
  ON FUNCTION "public"."record_call"(uuid, uuid, bigint, text, uuid, timestamp WITH time zone, timestamp WITH time zone, text, text, jsonb, jsonb, bigint, uuid)
  FROM "postgres";

GRANT EXECUTE
  ON FUNCTION "public"."record_call"(uuid, uuid, bigint, text, uuid, timestamp WITH time zone, timestamp WITH time zone, text, text, jsonb, jsonb, bigint, uuid)
  TO "postgres";

GRANT EXECUTE
  ON FUNCTION "public"."record_call"(uuid, uuid, bigint, text, uuid, timestamp WITH time zone, timestamp WITH time zone, text, text, jsonb, jsonb, bigint, uuid)
  TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."reopen_inbox"(uuid, text, bigint) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."reopen_inbox"(uuid, text, bigint) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."reopen_task"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."reopen_task"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_canned_answer"(uuid, text, text, text, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_canned_answer"(uuid, text, text, text, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_draft"(uuid, bigint, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_draft"(uuid, bigint, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."send_answer"(uuid, bigint, uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."send_answer"(uuid, bigint, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."set_reply_label"(uuid, bigint, public.reply_label) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."set_reply_label"(uuid, bigint, public.reply_label) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."snooze_task"(uuid, uuid, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."snooze_task"(uuid, uuid, timestamp WITH time zone) TO "service_role";

REVOKE ALL ON SEQUENCE "public"."tasks_number_seq" FROM "service_role";

GRANT SELECT, UPDATE, USAGE ON SEQUENCE "public"."tasks_number_seq" TO "service_role";

REVOKE ALL ("assigned_to") ON TABLE "public"."calls" FROM "authenticated";

GRANT SELECT ("assigned_to") ON TABLE "public"."calls" TO "authenticated";

REVOKE ALL ("called_by") ON TABLE "public"."calls" FROM "authenticated";

GRANT SELECT ("called_by") ON TABLE "public"."calls" TO "authenticated";

REVOKE ALL ("contact_point_id") ON TABLE "public"."calls" FROM "authenticated";

GRANT SELECT ("contact_point_id") ON TABLE "public"."calls" TO "authenticated";

REVOKE ALL ("decision_id") ON TABLE "public"."calls" FROM "authenticated";

GRANT SELECT ("decision_id") ON TABLE "public"."calls" TO "authenticated";

REVOKE ALL ("done_at") ON TABLE "public"."calls" FROM "authenticated";

GRANT SELECT ("done_at") ON TABLE "public"."calls" TO "authenticated";

REVOKE ALL ("ended_at") ON TABLE "public"."calls" FROM "authenticated";

GRANT SELECT ("ended_at") ON TABLE "public"."calls" TO "authenticated";

REVOKE ALL ("has_transcript") ON TABLE "public"."calls" FROM "authenticated";

GRANT SELECT ("has_transcript") ON TABLE "public"."calls" TO "authenticated";

REVOKE ALL ("outcome") ON TABLE "public"."calls" FROM "authenticated";

GRANT SELECT ("outcome") ON TABLE "public"."calls" TO "authenticated";

REVOKE ALL ("recorded_against_gate") ON TABLE "public"."calls" FROM "authenticated";

GRANT SELECT ("recorded_against_gate") ON TABLE "public"."calls" TO "authenticated";

REVOKE ALL ("assigned_to") ON TABLE "public"."calls" FROM "service_role";

GRANT SELECT ("assigned_to") ON TABLE "public"."calls" TO "service_role";

REVOKE ALL ("called_by") ON TABLE "public"."calls" FROM "service_role";

GRANT SELECT ("called_by") ON TABLE "public"."calls" TO "service_role";

REVOKE ALL ("contact_point_id") ON TABLE "public"."calls" FROM "service_role";

GRANT SELECT ("contact_point_id") ON TABLE "public"."calls" TO "service_role";

REVOKE ALL ("decision_id") ON TABLE "public"."calls" FROM "service_role";

GRANT SELECT ("decision_id") ON TABLE "public"."calls" TO "service_role";

REVOKE ALL ("done_at") ON TABLE "public"."calls" FROM "service_role";

GRANT SELECT ("done_at") ON TABLE "public"."calls" TO "service_role";

REVOKE ALL ("ended_at") ON TABLE "public"."calls" FROM "service_role";

GRANT SELECT ("ended_at") ON TABLE "public"."calls" TO "service_role";

REVOKE ALL ("has_transcript") ON TABLE "public"."calls" FROM "service_role";

GRANT SELECT ("has_transcript") ON TABLE "public"."calls" TO "service_role";

REVOKE ALL ("outcome") ON TABLE "public"."calls" FROM "service_role";

GRANT SELECT ("outcome") ON TABLE "public"."calls" TO "service_role";

REVOKE ALL ("recorded_against_gate") ON TABLE "public"."calls" FROM "service_role";

GRANT SELECT ("recorded_against_gate") ON TABLE "public"."calls" TO "service_role";

REVOKE ALL ON TABLE "public"."canned_answers" FROM "authenticated";

GRANT SELECT ON TABLE "public"."canned_answers" TO "authenticated";

REVOKE ALL ON TABLE "public"."canned_answers" FROM "service_role";

GRANT SELECT ON TABLE "public"."canned_answers" TO "service_role";

REVOKE ALL ("assigned_to") ON TABLE "public"."replies" FROM "authenticated";

GRANT SELECT ("assigned_to") ON TABLE "public"."replies" TO "authenticated";

REVOKE ALL ("has_draft") ON TABLE "public"."replies" FROM "authenticated";

GRANT SELECT ("has_draft") ON TABLE "public"."replies" TO "authenticated";

REVOKE ALL ("has_text") ON TABLE "public"."replies" FROM "authenticated";

GRANT SELECT ("has_text") ON TABLE "public"."replies" TO "authenticated";

REVOKE ALL ("assigned_to") ON TABLE "public"."replies" FROM "service_role";

GRANT SELECT ("assigned_to") ON TABLE "public"."replies" TO "service_role";

REVOKE ALL ("has_draft") ON TABLE "public"."replies" FROM "service_role";

GRANT SELECT ("has_draft") ON TABLE "public"."replies" TO "service_role";

REVOKE ALL ("has_text") ON TABLE "public"."replies" FROM "service_role";

GRANT SELECT ("has_text") ON TABLE "public"."replies" TO "service_role";

REVOKE ALL ON TABLE "public"."saved_views" FROM "authenticated";

REVOKE ALL ("name") ON TABLE "public"."saved_views" FROM "authenticated";

GRANT INSERT ("name"), UPDATE ("name") ON TABLE "public"."saved_views" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."saved_views" FROM "authenticated";

GRANT INSERT ("org_id") ON TABLE "public"."saved_views" TO "authenticated";

REVOKE ALL ("page") ON TABLE "public"."saved_views" FROM "authenticated";

GRANT INSERT ("page") ON TABLE "public"."saved_views" TO "authenticated";

REVOKE ALL ("query") ON TABLE "public"."saved_views" FROM "authenticated";

GRANT INSERT ("query"), UPDATE ("query") ON TABLE "public"."saved_views" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."saved_views" TO "authenticated";

REVOKE ALL ON TABLE "public"."saved_views" FROM "service_role";

GRANT SELECT ON TABLE "public"."saved_views" TO "service_role";

REVOKE ALL ("assigned_to") ON TABLE "public"."tasks" FROM "authenticated";

GRANT SELECT ("assigned_to") ON TABLE "public"."tasks" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."tasks" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."tasks" TO "authenticated";

REVOKE ALL ("created_by") ON TABLE "public"."tasks" FROM "authenticated";

GRANT SELECT ("created_by") ON TABLE "public"."tasks" TO "authenticated";

REVOKE ALL ("detail") ON TABLE "public"."tasks" FROM "authenticated";

GRANT SELECT ("detail") ON TABLE "public"."tasks" TO "authenticated";

REVOKE ALL ("done_at") ON TABLE "public"."tasks" FROM "authenticated";

GRANT SELECT ("done_at"), UPDATE ("done_at") ON TABLE "public"."tasks" TO "authenticated";

REVOKE ALL ("done_by") ON TABLE "public"."tasks" FROM "authenticated";

GRANT SELECT ("done_by") ON TABLE "public"."tasks" TO "authenticated";

REVOKE ALL ("due_at") ON TABLE "public"."tasks" FROM "authenticated";

GRANT SELECT ("due_at") ON TABLE "public"."tasks" TO "authenticated";

REVOKE ALL ("has_note") ON TABLE "public"."tasks" FROM "authenticated";

GRANT SELECT ("has_note") ON TABLE "public"."tasks" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."tasks" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."tasks" TO "authenticated";

REVOKE ALL ("kind") ON TABLE "public"."tasks" FROM "authenticated";

GRANT SELECT ("kind") ON TABLE "public"."tasks" TO "authenticated";

REVOKE ALL ("lead_id") ON TABLE "public"."tasks" FROM "authenticated";

GRANT SELECT ("lead_id") ON TABLE "public"."tasks" TO "authenticated";

REVOKE ALL ("merged_from") ON TABLE "public"."tasks" FROM "authenticated";

GRANT SELECT ("merged_from") ON TABLE "public"."tasks" TO "authenticated";

REVOKE ALL ("number") ON TABLE "public"."tasks" FROM "authenticated";

GRANT SELECT ("number") ON TABLE "public"."tasks" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."tasks" FROM "authenticated";

GRANT SELECT ("org_id") ON TABLE "public"."tasks" TO "authenticated";

REVOKE ALL ("assigned_to") ON TABLE "public"."tasks" FROM "service_role";

GRANT SELECT ("assigned_to") ON TABLE "public"."tasks" TO "service_role";

REVOKE ALL ("created_at") ON TABLE "public"."tasks" FROM "service_role";

GRANT SELECT ("created_at") ON TABLE "public"."tasks" TO "service_role";

REVOKE ALL ("created_by") ON TABLE "public"."tasks" FROM "service_role";

GRANT SELECT ("created_by") ON TABLE "public"."tasks" TO "service_role";

REVOKE ALL ("detail") ON TABLE "public"."tasks" FROM "service_role";

GRANT SELECT ("detail") ON TABLE "public"."tasks" TO "service_role";

REVOKE ALL ("done_at") ON TABLE "public"."tasks" FROM "service_role";

GRANT SELECT ("done_at") ON TABLE "public"."tasks" TO "service_role";

REVOKE ALL ("done_by") ON TABLE "public"."tasks" FROM "service_role";

GRANT SELECT ("done_by") ON TABLE "public"."tasks" TO "service_role";

REVOKE ALL ("due_at") ON TABLE "public"."tasks" FROM "service_role";

GRANT SELECT ("due_at") ON TABLE "public"."tasks" TO "service_role";

REVOKE ALL ("has_note") ON TABLE "public"."tasks" FROM "service_role";

GRANT SELECT ("has_note") ON TABLE "public"."tasks" TO "service_role";

REVOKE ALL ("id") ON TABLE "public"."tasks" FROM "service_role";

GRANT SELECT ("id") ON TABLE "public"."tasks" TO "service_role";

REVOKE ALL ("kind") ON TABLE "public"."tasks" FROM "service_role";

GRANT SELECT ("kind") ON TABLE "public"."tasks" TO "service_role";

REVOKE ALL ("lead_id") ON TABLE "public"."tasks" FROM "service_role";

GRANT SELECT ("lead_id") ON TABLE "public"."tasks" TO "service_role";

REVOKE ALL ("merged_from") ON TABLE "public"."tasks" FROM "service_role";

GRANT SELECT ("merged_from") ON TABLE "public"."tasks" TO "service_role";

REVOKE ALL ("number") ON TABLE "public"."tasks" FROM "service_role";

GRANT SELECT ("number") ON TABLE "public"."tasks" TO "service_role";

REVOKE ALL ("org_id") ON TABLE "public"."tasks" FROM "service_role";

GRANT SELECT ("org_id") ON TABLE "public"."tasks" TO "service_role";

ALTER TABLE "public"."saved_views"
  ADD CONSTRAINT "view_belongs_to_a_member" FOREIGN KEY (org_id, user_id) REFERENCES public.members(org_id, user_id) ON DELETE CASCADE;

CREATE INDEX saved_views_user_idx ON public.saved_views USING btree (org_id, user_id, page);

CREATE POLICY "delete_own" ON "public"."saved_views"
  FOR DELETE
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) AND (org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[]))));

CREATE POLICY "insert_own" ON "public"."saved_views"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((user_id = ( SELECT auth.uid() AS uid)) AND (org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[]))));

CREATE POLICY "select_own" ON "public"."saved_views"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) AND (org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[]))));

CREATE POLICY "update_own" ON "public"."saved_views"
  FOR UPDATE
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) AND (org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[]))))
  WITH CHECK (((user_id = ( SELECT auth.uid() AS uid)) AND (org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[]))));

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX IF NOT EXISTS leads_search_name_idx ON public.leads USING btree (org_id, private.search_name(owner_1_last, owner_1_first, owner_full) COLLATE "C", id)
  WHERE ((owner_1_last IS NOT NULL) OR (owner_full IS NOT NULL));

-- Rights that default privileges would change.

revoke execute on function private.actor_name(uuid,uuid,text) from pipeline_writer;
revoke execute on function private.add_task(uuid,uuid,text,timestamp with time zone,text,uuid,uuid,jsonb,timestamp with time zone) from pipeline_writer;
revoke execute on function private.apply_call_wish(uuid,uuid,bytea,text,text,timestamp with time zone) from pipeline_writer;
revoke execute on function private.call_covered_by(uuid,uuid,bigint,bigint,timestamp with time zone) from pipeline_writer;
revoke execute on function private.call_error(text,timestamp with time zone,timestamp with time zone,text,text,jsonb,jsonb,timestamp with time zone) from pipeline_writer;
revoke execute on function private.call_of_worker(uuid,bigint) from pipeline_writer;
revoke execute on function private.call_outlook(uuid,uuid[],timestamp with time zone) from pipeline_writer;
revoke execute on function private.canned_errors(text,text) from pipeline_writer;
revoke execute on function private.canned_values(uuid,uuid) from pipeline_writer;
revoke execute on function private.canned_variables() from pipeline_writer;
revoke execute on function private.check_call_at(uuid,uuid,bigint,timestamp with time zone) from pipeline_writer;
revoke execute on function private.check_desk_filter(jsonb) from pipeline_writer;
revoke execute on function private.count_for_desk(uuid,jsonb,text,integer) from pipeline_writer;
revoke execute on function private.desk_day_at(text,uuid,uuid,integer,text,timestamp with time zone) from pipeline_writer;
revoke execute on function private.escape_like(text) from pipeline_writer;
revoke execute on function private.fill_canned(text,jsonb) from pipeline_writer;
revoke execute on function private.find_for_desk(uuid,text,jsonb,jsonb,integer) from pipeline_writer;
revoke execute on function private.inbox_items(uuid,uuid,text,boolean,text,text,timestamp with time zone,text,bigint,integer) from pipeline_writer;
revoke execute on function private.inbox_state(timestamp with time zone,uuid) from pipeline_writer;
revoke execute on function private.log_lookup(uuid,uuid[]) from pipeline_writer;
revoke execute on function private.member_name(uuid,uuid) from pipeline_writer;
revoke execute on function private.member_sees_lead(uuid,uuid,uuid) from pipeline_writer;
revoke execute on function private.next_of_day(uuid,uuid[],boolean,jsonb,integer,timestamp with time zone) from pipeline_writer;
revoke execute on function private.own_lead_ids(uuid) from pipeline_writer;
revoke execute on function private.page_size(integer) from pipeline_writer;
revoke execute on function private.pressing_leads(uuid,uuid[],timestamp with time zone) from pipeline_writer;
revoke execute on function private.read_cursor(text,integer) from pipeline_writer;
revoke execute on function private.record_call_at(uuid,uuid,bigint,text,uuid,timestamp with time zone,timestamp with time zone,text,text,jsonb,jsonb,bigint,uuid,timestamp with time zone) from pipeline_writer;
revoke execute on function private.reply_of_worker(uuid,bigint) from pipeline_writer;
revoke execute on function private.search_kind(text) from pipeline_writer;
revoke execute on function private.settle_reply_task(uuid,uuid,timestamp with time zone) from pipeline_writer;
revoke execute on function private.task_error(text,timestamp with time zone,text,timestamp with time zone) from pipeline_writer;
revoke execute on function private.task_of_worker(uuid,uuid) from pipeline_writer;
revoke execute on function private.task_words(text,jsonb) from pipeline_writer;
revoke execute on function private.whole_orgs(uuid) from pipeline_writer;

-- Reference data, queues and cron jobs.

insert into private.encrypted_columns (relation, cipher_column, place, key_column, is_text, cursor_column) values
  ('public.tasks', 'note_cipher', 'row', 'key_id', 'true', null)
on conflict (cipher_column, relation) do update set place = excluded.place, key_column = excluded.key_column, is_text = excluded.is_text, cursor_column = excluded.cursor_column;
