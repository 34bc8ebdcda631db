-- invitations numbers and deals: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

ALTER TYPE "public"."pipeline_event_kind" ADD VALUE 'closed' AFTER 'booked';

CREATE TABLE "private"."audit_events" (
  "org_id"     uuid                     NOT NULL,
  "id"         bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "at"         timestamp with time zone NOT NULL DEFAULT now(),
  "user_id"    uuid,
  "session_id" text,
  "actor"      text                     NOT NULL,
  "action"     text                     NOT NULL,
  "subject"    text                     NOT NULL,
  "subject_id" text,
  "detail"     jsonb                    NOT NULL DEFAULT '{}'::jsonb,
  CONSTRAINT "audit_actor_is_known" CHECK ((actor = ANY (ARRAY['member'::text, 'service'::text, 'system'::text, 'operator'::text]))),
  CONSTRAINT "audit_detail_is_an_object" CHECK ((jsonb_typeof(detail) = 'object'::text)),
  CONSTRAINT "audit_events_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "private"."audit_events"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."member_terms" (
  "version" integer NOT NULL,
  "body"    text    NOT NULL,
  CONSTRAINT "member_terms_count_from_one" CHECK ((version >= 1)),
  CONSTRAINT "member_terms_have_a_text" CHECK ((length(btrim(body)) > 0)),
  CONSTRAINT "member_terms_pkey" PRIMARY KEY (VERSION)
);

ALTER TABLE "private"."member_terms"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."message_daily" (
  "org_id"       uuid          NOT NULL,
  "day"          date          NOT NULL,
  "campaign_id"  uuid,
  "sequence_id"  uuid,
  "step"         smallint,
  "channel"      text          NOT NULL,
  "variant"      text,
  "template_id"  uuid,
  "sent"         bigint        NOT NULL DEFAULT 0,
  "delivered"    bigint        NOT NULL DEFAULT 0,
  "opened"       bigint        NOT NULL DEFAULT 0,
  "clicked"      bigint        NOT NULL DEFAULT 0,
  "bounced"      bigint        NOT NULL DEFAULT 0,
  "failed"       bigint        NOT NULL DEFAULT 0,
  "unsubscribed" bigint        NOT NULL DEFAULT 0,
  "cost_usd"     numeric(14,6) NOT NULL DEFAULT 0,
  CONSTRAINT "message_day_is_kept_once" UNIQUE NULLS NOT DISTINCT (org_id, day, campaign_id, sequence_id, step, channel, variant, template_id)
);

ALTER TABLE "private"."message_daily"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."message_deltas" (
  "id"           bigint        GENERATED ALWAYS AS IDENTITY NOT NULL,
  "org_id"       uuid          NOT NULL,
  "day"          date          NOT NULL,
  "campaign_id"  uuid,
  "sequence_id"  uuid,
  "step"         smallint,
  "channel"      text          NOT NULL,
  "variant"      text,
  "template_id"  uuid,
  "sent"         bigint        NOT NULL DEFAULT 0,
  "delivered"    bigint        NOT NULL DEFAULT 0,
  "opened"       bigint        NOT NULL DEFAULT 0,
  "clicked"      bigint        NOT NULL DEFAULT 0,
  "bounced"      bigint        NOT NULL DEFAULT 0,
  "failed"       bigint        NOT NULL DEFAULT 0,
  "unsubscribed" bigint        NOT NULL DEFAULT 0,
  "cost_usd"     numeric(14,6) NOT NULL DEFAULT 0,
  CONSTRAINT "message_deltas_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "private"."message_deltas"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."pipeline_daily" (
  "org_id" uuid NOT NULL,
  "day"    date NOT NULL,
  "kind" public.pipeline_event_kind NOT NULL,
  "source_id" uuid,
  "campaign_id" uuid,
  "broker_id" uuid,
  "fed_week" date,
  "quantity" bigint NOT NULL,
  "leads" bigint NOT NULL
);

ALTER TABLE "private"."pipeline_daily"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."pipeline_deltas" (
  "org_id" uuid   NOT NULL,
  "id"     bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  "day"    date   NOT NULL,
  "kind" public.pipeline_event_kind NOT NULL,
  "source_id" uuid,
  "campaign_id" uuid,
  "broker_id" uuid,
  "fed_week" date,
  "quantity" bigint NOT NULL,
  "leads" bigint NOT NULL,
  CONSTRAINT "pipeline_deltas_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "private"."pipeline_deltas"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."campaign_forecasts" (
  "org_id"      uuid                     NOT NULL,
  "id"          bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "campaign_id" uuid                     NOT NULL,
  "hash"        text                     NOT NULL,
  "for_date"    date                     NOT NULL,
  "made_at"     timestamp with time zone NOT NULL,
  "made_by"     uuid,
  "result"      jsonb                    NOT NULL,
  CONSTRAINT "campaign_forecasts_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "forecast_result_is_an_object" CHECK ((jsonb_typeof(result) = 'object'::text))
);

ALTER TABLE "public"."campaign_forecasts"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."campaign_forecasts" FROM "anon";

CREATE TABLE "public"."deal_budget_lines" (
  "org_id"      uuid                     NOT NULL,
  "id"          uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "deal_id"     uuid                     NOT NULL,
  "label"       text                     NOT NULL,
  "planned_usd" numeric(14,2)            NOT NULL DEFAULT 0,
  "spent_usd"   numeric(14,2)            NOT NULL DEFAULT 0,
  "created_at"  timestamp with time zone NOT NULL DEFAULT now(),
  "version"     integer                  NOT NULL DEFAULT 1,
  CONSTRAINT "budget_line_has_a_label" CHECK (((length(btrim(label)) >= 1) AND (length(btrim(label)) <= 200))),
  CONSTRAINT "budget_line_is_not_negative"
    CHECK (((planned_usd >= (0)::numeric) AND (spent_usd >= (0)::numeric) AND (planned_usd <> 'NaN'::numeric) AND (spent_usd <> 'NaN'::numeric))),
  CONSTRAINT "deal_budget_lines_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "public"."deal_budget_lines"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."deal_budget_lines" FROM "anon";

CREATE TABLE "public"."deal_events" (
  "org_id"  uuid                     NOT NULL,
  "id"      bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "deal_id" uuid                     NOT NULL,
  "at"      timestamp with time zone NOT NULL DEFAULT now(),
  "user_id" uuid,
  "actor"   text                     NOT NULL,
  "action"  text                     NOT NULL,
  "changes" jsonb                    NOT NULL DEFAULT '{}'::jsonb,
  CONSTRAINT "deal_actor_is_known" CHECK ((actor = ANY (ARRAY['member'::text, 'service'::text, 'system'::text, 'operator'::text]))),
  CONSTRAINT "deal_events_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "public"."deal_events"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."deal_events" FROM "anon";

CREATE TABLE "public"."deal_files" (
  "org_id"       uuid                     NOT NULL,
  "id"           uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "deal_id"      uuid                     NOT NULL,
  "kind"         text                     NOT NULL,
  "name"         text                     NOT NULL,
  "path"         text                     NOT NULL,
  "bytes"        bigint,
  "content_type" text,
  "created_at"   timestamp with time zone NOT NULL DEFAULT now(),
  "created_by"   uuid,
  "version"      integer                  NOT NULL DEFAULT 1,
  CONSTRAINT "deal_files_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "file_has_a_name" CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 200))),
  CONSTRAINT "file_is_in_the_folder_of_its_deal"
    CHECK ((starts_with(path, (((org_id || '/'::text) || deal_id) || '/'::text)) AND (substr(path, 75) ~ '^[0-9a-f-]{36}([.][a-z0-9]{1,8})?$'::text))),
  CONSTRAINT "file_kind_is_known" CHECK ((kind = ANY (ARRAY['document'::text, 'photo'::text]))),
  CONSTRAINT "file_path_is_unique" UNIQUE (org_id, path),
  CONSTRAINT "file_size_is_positive" CHECK (((bytes >= 1) AND (bytes <= 104857600)))
);

ALTER TABLE "public"."deal_files"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."deal_files" FROM "anon";

CREATE TABLE "public"."deal_stages" (
  "org_id"   uuid     NOT NULL,
  "id"       uuid     NOT NULL DEFAULT gen_random_uuid(),
  "name"     text     NOT NULL,
  "position" smallint NOT NULL,
  "outcome"  text     NOT NULL DEFAULT 'open'::text,
  "active"   boolean  NOT NULL DEFAULT true,
  "version"  integer  NOT NULL DEFAULT 1,
  CONSTRAINT "deal_stages_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "stage_has_a_name" CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 60))),
  CONSTRAINT "stage_name_is_unique" UNIQUE (org_id, name),
  CONSTRAINT "stage_outcome_is_known" CHECK ((outcome = ANY (ARRAY['open'::text, 'booked'::text, 'won'::text, 'lost'::text]))),
  CONSTRAINT "stage_position_counts_from_one" CHECK ((("position" >= 1) AND ("position" <= 1000)))
);

ALTER TABLE "public"."deal_stages"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."deal_stages" FROM "anon";

CREATE TABLE "public"."deal_tasks" (
  "org_id"     uuid                     NOT NULL,
  "id"         uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "deal_id"    uuid                     NOT NULL,
  "label"      text                     NOT NULL,
  "due_on"     date,
  "done_at"    timestamp with time zone,
  "done_by"    uuid,
  "created_at" timestamp with time zone NOT NULL DEFAULT now(),
  "version"    integer                  NOT NULL DEFAULT 1,
  CONSTRAINT "deal_task_has_a_label" CHECK (((length(btrim(label)) >= 1) AND (length(btrim(label)) <= 200))),
  CONSTRAINT "deal_tasks_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "public"."deal_tasks"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."deal_tasks" FROM "anon";

CREATE TABLE "public"."deals" (
  "org_id"              uuid                     NOT NULL,
  "id"                  uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "lead_id"             uuid,
  "merged_from"         uuid,
  "kind"                text                     NOT NULL DEFAULT 'listing'::text,
  "title"               text                     NOT NULL,
  "stage_id"            uuid                     NOT NULL,
  "stage_since"         timestamp with time zone NOT NULL DEFAULT now(),
  "broker_id"           uuid,
  "price_usd"           numeric(14,2),
  "commission_usd"      numeric(14,2),
  "expected_close_on"   date,
  "closed_on"           date,
  "lost_reason"         text,
  "note"                text,
  "purchase_usd"        numeric(14,2),
  "arv_usd"             numeric(14,2),
  "repairs_usd"         numeric(14,2),
  "holding_usd_per_day" numeric(12,2),
  "bought_on"           date,
  "sold_on"             date,
  "sale_usd"            numeric(14,2),
  "created_at"          timestamp with time zone NOT NULL DEFAULT now(),
  "updated_at"          timestamp with time zone NOT NULL DEFAULT now(),
  "version"             integer                  NOT NULL DEFAULT 1,
  CONSTRAINT "commission_is_not_above_the_price" CHECK (((commission_usd >= (0)::numeric) AND (commission_usd <= price_usd))),
  CONSTRAINT "deal_amounts_are_not_negative"
    CHECK
    (((price_usd >= (0)::numeric) AND (purchase_usd >= (0)::numeric) AND (arv_usd >= (0)::numeric) AND (repairs_usd >= (0)::numeric) AND (holding_usd_per_day >= (0)::numeric) AND
    (sale_usd >= (0)::numeric))),
  CONSTRAINT "deal_amounts_are_numbers"
    CHECK (COALESCE(('NaN'::numeric <> ALL (ARRAY[price_usd, commission_usd, purchase_usd, arv_usd, repairs_usd, holding_usd_per_day, sale_usd])), true)),
  CONSTRAINT "deal_has_a_title" CHECK (((length(btrim(title)) >= 1) AND (length(btrim(title)) <= 200))),
  CONSTRAINT "deal_kind_is_known" CHECK ((kind = ANY (ARRAY['listing'::text, 'purchase'::text, 'referral'::text, 'wholesale'::text, 'flip'::text]))),
  CONSTRAINT "deal_texts_are_short" CHECK (((length(COALESCE(note, ''::text)) <= 4000) AND (length(COALESCE(lost_reason, ''::text)) <= 400))),
  CONSTRAINT "deals_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "flip_is_sold_after_it_was_bought" CHECK ((sold_on >= bought_on)),
  CONSTRAINT "only_a_flip_has_its_figures"
    CHECK (((kind = 'flip'::text) OR (num_nonnulls(purchase_usd, arv_usd, repairs_usd, holding_usd_per_day, bought_on, sold_on, sale_usd) = 0)))
);

ALTER TABLE "public"."deals"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."deals" FROM "anon";

CREATE TABLE "public"."invitations" (
  "org_id"        uuid                     NOT NULL,
  "id"            uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "email_bidx"    bytea                    NOT NULL,
  "email_masked"  text                     NOT NULL,
  "role"          public.member_role       NOT NULL,
  "broker"        jsonb,
  "token_hash"    bytea                    NOT NULL,
  "invited_by"    uuid,
  "created_at"    timestamp with time zone NOT NULL DEFAULT now(),
  "expires_at"    timestamp with time zone NOT NULL,
  "accepted_at"   timestamp with time zone,
  "accepted_by"   uuid,
  "terms_version" integer,
  "revoked_at"    timestamp with time zone,
  "revoked_by"    uuid,
  CONSTRAINT "accepted_invitation_names_member_and_terms" CHECK ((num_nonnulls(accepted_at, accepted_by, terms_version) = ANY (ARRAY[0, 3]))),
  CONSTRAINT "invitation_ends_after_it_begins" CHECK ((expires_at > created_at)),
  CONSTRAINT "invitation_is_not_accepted_and_revoked" CHECK ((num_nonnulls(accepted_at, revoked_at) < 2)),
  CONSTRAINT "invitation_token_is_unique" UNIQUE (token_hash),
  CONSTRAINT "invitations_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "invited_broker_is_an_object" CHECK ((jsonb_typeof(broker) = 'object'::text)),
  CONSTRAINT "viewer_is_invited_without_broker" CHECK (((role <> 'viewer'::public.member_role) OR (broker IS NULL)))
);

ALTER TABLE "public"."invitations"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."invitations" FROM "anon";

ALTER TABLE "public"."campaigns"
  ADD COLUMN "version" integer NOT NULL DEFAULT 1;

REVOKE ALL ON SEQUENCE "public"."campaign_forecasts_id_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."campaign_forecasts_id_seq" FROM "authenticated";

REVOKE ALL ON SEQUENCE "public"."deal_events_id_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."deal_events_id_seq" FROM "authenticated";

CREATE OR REPLACE FUNCTION private.accept_invitation_at (
  p_token           text,
  p_consent_version integer,
  p_as_of           timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  i constant public.invitations := private.my_invitation(p_token, p_as_of);
  v_broker uuid;
begin
  if p_consent_version is distinct from (select max(t.version) from private.member_terms t) then
    raise exception 'the text for members has changed: read and accept the newest version' using errcode = 'SL114';
  end if;
  update public.invitations x set accepted_at = p_as_of, accepted_by = auth.uid(), terms_version = p_consent_version
  where x.org_id = i.org_id and x.id = i.id;
  insert into public.members (org_id, user_id, role) values (i.org_id, auth.uid(), i.role) on conflict do nothing;
  if not found then
    raise exception 'you are a member already' using errcode = 'SL112';
  end if;
  if i.broker ? 'broker_id' then
    update public.brokers b set user_id = auth.uid()
    where b.org_id = i.org_id and b.id = (i.broker ->> 'broker_id')::uuid and b.user_id is null
    returning b.id into v_broker;
  elsif i.broker is not null then
    insert into public.brokers (org_id, user_id, name, licensed_states, capacity)
    values (i.org_id, auth.uid(), btrim(i.broker ->> 'name'),
      array(select jsonb_array_elements_text(i.broker -> 'licensed_states')),
      coalesce((i.broker ->> 'capacity')::integer, 200))
    returning id into v_broker;
  end if;
  return jsonb_build_object('org_id', i.org_id, 'role', i.role, 'broker_id', v_broker);
end
$function$;

CREATE OR REPLACE FUNCTION private.add_deal_stages (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  insert into public.deal_stages (org_id, name, position, outcome)
  select p_org_id, s.name, s.position, s.outcome
  from (values ('Interested', 1, 'open'), ('Appointment', 2, 'booked'), ('Offer made', 3, 'open'),
    ('Under contract', 4, 'open'), ('Closed', 5, 'won'), ('Lost', 6, 'lost')) s (name, position, outcome)
  where not exists (select from public.deal_stages d where d.org_id = p_org_id)
$function$;

CREATE OR REPLACE FUNCTION private.audit_actor()
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select case
    when auth.uid() is not null then 'member'
    when auth.role() = 'service_role' then 'service'
    when current_setting('sluice.actor', true) in ('system', 'upload') then 'system'
    else 'operator' end
$function$;

CREATE OR REPLACE FUNCTION private.campaign_for_admin (
  p_org_id      uuid,
  p_campaign_id uuid
)
  RETURNS public.campaigns
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k public.campaigns;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  select c.* into k from public.campaigns c where c.org_id = p_org_id and c.id = p_campaign_id for no key update;
  if not found then
    raise exception 'campaign not found' using errcode = 'SL512';
  end if;
  return k;
end
$function$;

CREATE OR REPLACE FUNCTION private.campaign_state_hash (
  k public.campaigns
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select encode(sha256(convert_to(jsonb_build_object(
    'campaign', jsonb_build_object('id', k.id, 'daily_limit', k.daily_limit, 'states', k.states,
      'source_ids', k.source_ids, 'min_score', k.min_score, 'starts_on', k.starts_on, 'ends_on', k.ends_on,
      'assign_brokers', k.assign_brokers, 'sequence_id', k.sequence_id),
    'steps', (select jsonb_agg(to_jsonb(s) order by s.step) from public.sequence_steps s
      where s.org_id = k.org_id and s.sequence_id = k.sequence_id),
    'variants', (select jsonb_agg(to_jsonb(v) order by v.step, v.variant) from public.step_variants v
      where v.org_id = k.org_id and v.sequence_id = k.sequence_id),
    'senders', (select jsonb_agg(jsonb_build_array(s.id, s.channel, s.state, s.address) order by s.id)
      from public.senders s where s.org_id = k.org_id),
    'rules', (select jsonb_agg(jsonb_build_array(r.key, r.value) order by r.key) from public.org_gate_rules r
      where r.org_id = k.org_id),
    'law', (select r.version from public.rule_sets r order by r.released_on desc, r.revision desc limit 1))::text,
    'UTF8')), 'hex')
$function$;

CREATE OR REPLACE FUNCTION private.check_invited_broker (
  p_org_id uuid,
  p_broker jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_wrong constant text := (select string_agg(k, ', ' order by k) from jsonb_object_keys(p_broker) k
    where k not in ('broker_id', 'name', 'licensed_states', 'capacity'));
begin
  if v_wrong is not null then
    raise exception 'unknown fields of the broker: %', v_wrong using errcode = 'SL112';
  elsif p_broker ? 'broker_id' and not exists (select from public.brokers b where b.org_id = p_org_id
    and b.id::text = p_broker ->> 'broker_id' and b.user_id is null) then
    raise exception 'broker not found, or the broker has a login already' using errcode = 'SL112';
  elsif not p_broker ? 'broker_id' and length(btrim(coalesce(p_broker ->> 'name', ''))) not between 1 and 200 then
    raise exception 'a broker has a name of 1 to 200 characters' using errcode = 'SL112';
  elsif coalesce(p_broker ->> 'capacity', '0') !~ '^[0-9]{1,6}$'
    or jsonb_typeof(coalesce(p_broker -> 'licensed_states', '[]')) <> 'array'
    or exists (select from jsonb_array_elements_text(p_broker -> 'licensed_states') s where s !~ '^[A-Z]{2}$') then
    raise exception 'capacity is a whole number, licensed_states a list of codes like CA' using errcode = 'SL112';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_period (
  p_from  date,
  p_until date
)
  RETURNS void
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  if p_from is null or p_until is null or p_until < p_from or p_until - p_from > 732 then
    raise exception 'a period has a first and a last day, at most two years apart' using errcode = 'SL831';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_version()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  new.version := old.version + 1;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.counted_brokers (
  p_org_id uuid
)
  RETURNS uuid[]
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select case when private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin,viewer}')) then null
    else private.my_broker_ids() end
$function$;

CREATE OR REPLACE FUNCTION private.deal_for_change (
  p_org_id  uuid,
  p_deal_id uuid
)
  RETURNS public.deals
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  d public.deals;
begin
  select x.* into d from public.deals x
  where x.org_id = p_org_id and x.id = p_deal_id and private.works_deals(x.org_id, x.broker_id) for no key update;
  if not found then
    raise exception 'deal not found, or you may not change it' using errcode = 'SL821';
  end if;
  return d;
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_messages (
  p_limit integer DEFAULT 100000
)
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_count bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('sluice fold messages', 0)) then
    return 0;
  end if;
  with gone as (
    delete from private.message_deltas d
    where (d.org_id, d.id) in (select x.org_id, x.id from private.message_deltas x order by x.id limit p_limit)
    returning d.*
  ), added as (
    insert into private.message_daily as p (org_id, day, campaign_id, sequence_id, step, channel, variant, template_id,
      sent, delivered, opened, clicked, bounced, failed, unsubscribed, cost_usd)
    select g.org_id, g.day, g.campaign_id, g.sequence_id, g.step, g.channel, g.variant, g.template_id, sum(g.sent),
      sum(g.delivered), sum(g.opened), sum(g.clicked), sum(g.bounced), sum(g.failed), sum(g.unsubscribed),
      sum(g.cost_usd)
    from gone g group by 1, 2, 3, 4, 5, 6, 7, 8
    on conflict on constraint message_day_is_kept_once do update
      set sent = p.sent + excluded.sent, delivered = p.delivered + excluded.delivered,
        opened = p.opened + excluded.opened, clicked = p.clicked + excluded.clicked,
        bounced = p.bounced + excluded.bounced, failed = p.failed + excluded.failed,
        unsubscribed = p.unsubscribed + excluded.unsubscribed, cost_usd = p.cost_usd + excluded.cost_usd
  )
  select count(*) into v_count from gone;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_pipeline (
  p_limit integer DEFAULT 100000
)
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_count bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('sluice fold pipeline', 0)) then
    return 0;
  end if;
  with gone as (
    delete from private.pipeline_deltas d
    where (d.org_id, d.id) in (select x.org_id, x.id from private.pipeline_deltas x order by x.id limit p_limit)
    returning d.*
  ), added as (
    insert into private.pipeline_daily as p (org_id, day, kind, source_id, campaign_id, broker_id, fed_week, quantity,
      leads)
    select g.org_id, g.day, g.kind, g.source_id, g.campaign_id, g.broker_id, g.fed_week, sum(g.quantity), sum(g.leads)
    from gone g group by 1, 2, 3, 4, 5, 6, 7
    on conflict on constraint funnel_day_is_kept_once do update
      set quantity = p.quantity + excluded.quantity, leads = p.leads + excluded.leads
  )
  select count(*) into v_count from gone;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.forecast_campaign_at (
  p_org_id      uuid,
  p_campaign_id uuid,
  p_date        date,
  p_as_of       timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k constant public.campaigns := private.campaign_for_admin(p_org_id, p_campaign_id);
  v_date constant date := coalesce(p_date, (select (p_as_of at time zone o.time_zone)::date + 1 from public.orgs o
    where o.id = p_org_id));
  v_hash constant text := private.campaign_state_hash(k);
  v_result jsonb;
begin
  if v_date < (p_as_of at time zone 'UTC')::date - 1 or v_date > (p_as_of at time zone 'UTC')::date + 366 then
    raise exception 'a forecast is for a day of the coming year' using errcode = 'SL506';
  end if;
  -- Channels of the sequence; without one, all.
  select jsonb_build_object(
    'candidates', coalesce(max(f.candidates), 0), 'sampled', coalesce(max(f.sampled), 0),
    'channels', coalesce(jsonb_agg(jsonb_build_object('channel', f.channel, 'outlook', f.outlook, 'leads', f.leads,
      'share', f.share) order by f.channel, f.leads desc, f.outlook) filter (where f.rule is null), '[]'),
    'reasons', coalesce(jsonb_agg(jsonb_build_object('channel', f.channel, 'outlook', f.outlook, 'rule', f.rule,
      'leads', f.leads, 'share', f.share) order by f.channel, f.leads desc, f.rule) filter (where f.rule is not null),
      '[]'))
  into v_result
  from public.gate_forecast(k.id, v_date, coalesce((select array_agg(distinct s.channel) from public.sequence_steps s
    where s.org_id = k.org_id and s.sequence_id = k.sequence_id), '{sms,voice_manual,voice_ai,email}')) f;
  insert into public.campaign_forecasts (org_id, campaign_id, hash, for_date, made_at, made_by, result)
  values (p_org_id, p_campaign_id, v_hash, v_date, p_as_of, auth.uid(), v_result);
  return v_result || jsonb_build_object('hash', v_hash, 'made_at', p_as_of, 'date', v_date);
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_deals (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_ids constant uuid[] := array(select d.id from public.deals d where d.org_id = p_org_id
    and (d.lead_id = any (p_lead_ids) or d.merged_from = any (p_lead_ids)));
begin
  update public.deals d set title = '[erased]', note = null,
    lost_reason = case when d.lost_reason is not null then '[erased]' end
  where d.org_id = p_org_id and d.id = any (v_ids);
  update public.deal_budget_lines b set label = '[erased]' where b.org_id = p_org_id and b.deal_id = any (v_ids);
  update public.deal_tasks t set label = '[erased]' where t.org_id = p_org_id and t.deal_id = any (v_ids);
  update public.deal_files f set name = '[erased]' where f.org_id = p_org_id and f.deal_id = any (v_ids);
  return cardinality(v_ids);
end
$function$;

CREATE OR REPLACE FUNCTION private.has_forecast (
  k       public.campaigns,
  p_as_of timestamp with time zone
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select exists (select from public.campaign_forecasts f
    where f.org_id = k.org_id and f.campaign_id = k.id and f.made_at > p_as_of - interval '24 hours'
      and f.made_at <= p_as_of and f.hash = private.campaign_state_hash(k))
$function$;

CREATE OR REPLACE FUNCTION private.invite_member_at (
  p_org_id     uuid,
  p_email      text,
  p_role       public.member_role,
  p_broker     jsonb,
  p_valid_days integer,
  p_as_of      timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_email constant text := lower(btrim(coalesce(p_email, '')));
  v_bidx bytea;
  v_token constant text := 'slinv_' || translate(rtrim(encode(extensions.gen_random_bytes(32), 'base64'), '='), '+/',
    '-_');
  i public.invitations;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  if v_email !~ '^[^@\s<>]{1,64}@[^@\s<>]+[.][^@\s<>]+$' or length(v_email) > 254 then
    raise exception 'the e-mail address is not valid' using errcode = 'SL112';
  elsif p_role is null or not private.may_grant_role(p_org_id, p_role) then
    raise exception 'only an owner can invite an owner' using errcode = 'SL112';
  elsif p_valid_days is null or p_valid_days not between 1 and 30 then
    raise exception 'an invitation is valid for 1 to 30 days' using errcode = 'SL112';
  elsif p_role = 'viewer' and p_broker is not null then
    raise exception 'a viewer has no broker record' using errcode = 'SL112';
  elsif exists (select from public.members m join auth.users u on u.id = m.user_id
    where m.org_id = p_org_id and lower(u.email) = v_email) then
    raise exception 'this person is a member already' using errcode = 'SL112';
  elsif jsonb_typeof(p_broker) <> 'object' then
    raise exception 'the broker is an object' using errcode = 'SL112';
  end if;
  if p_broker is not null then
    perform private.check_invited_broker(p_org_id, p_broker);
  end if;
  v_bidx := private.blind_index(v_email, private.blind_key(p_org_id));
  -- A new invitation replaces an open one.
  update public.invitations x set revoked_at = p_as_of, revoked_by = auth.uid()
  where x.org_id = p_org_id and x.email_bidx = v_bidx and x.accepted_at is null and x.revoked_at is null;
  insert into public.invitations (org_id, email_bidx, email_masked, role, broker, token_hash, invited_by, created_at,
    expires_at)
  values (p_org_id, v_bidx, private.mask_contact(v_email), p_role, p_broker,
    extensions.digest(v_token, 'sha256'), auth.uid(), p_as_of, p_as_of + make_interval(days => p_valid_days))
  returning * into i;
  return jsonb_build_object('invitation_id', i.id, 'token', v_token, 'expires_at', i.expires_at,
    'email_masked', i.email_masked);
end
$function$;

CREATE OR REPLACE FUNCTION private.launch_campaign_at (
  p_org_id      uuid,
  p_campaign_id uuid,
  p_hash        text,
  p_as_of       timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k public.campaigns := private.campaign_for_admin(p_org_id, p_campaign_id);
begin
  if k.state <> 'draft' then
    raise exception 'a % campaign cannot be launched', k.state using errcode = 'SL501';
  elsif p_hash is distinct from private.campaign_state_hash(k) or not private.has_forecast(k, p_as_of) then
    raise exception 'the campaign, its texts, senders or rules changed since the forecast, or it is older than a day: '
      'look at a new one' using errcode = 'SL504';
  elsif k.sequence_id is not null and exists (select from public.sequence_steps s
    where s.org_id = k.org_id and s.sequence_id = k.sequence_id and not exists (select from public.step_variants v
      where v.org_id = s.org_id and v.sequence_id = s.sequence_id and v.step = s.step and v.share > 0)) then
    raise exception 'a step of the sequence has no text' using errcode = 'SL504';
  end if;
  update public.campaigns c set state = 'running' where c.org_id = p_org_id and c.id = p_campaign_id returning * into k;
  return jsonb_build_object('campaign_id', k.id, 'state', k.state, 'version', k.version);
end
$function$;

CREATE OR REPLACE FUNCTION private.may_grant_role (
  p_org_id uuid,
  p_role   public.member_role
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner}'))
    or (p_role <> 'owner' and p_org_id = any (private.my_org_ids('{admin}')))
$function$;

CREATE OR REPLACE FUNCTION private.message_counts (
  p_org_id uuid,
  p_from   date,
  p_until  date
)
  RETURNS SETOF private.message_daily
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select d.* from private.message_daily d where d.org_id = p_org_id and d.day between p_from and p_until
  union all
  select d.org_id, d.day, d.campaign_id, d.sequence_id, d.step, d.channel, d.variant, d.template_id, d.sent,
    d.delivered, d.opened, d.clicked, d.bounced, d.failed, d.unsubscribed, d.cost_usd
  from private.message_deltas d where d.org_id = p_org_id and d.day between p_from and p_until
$function$;

CREATE OR REPLACE FUNCTION private.my_invitation (
  p_token text,
  p_as_of timestamp with time zone
)
  RETURNS public.invitations
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  i public.invitations;
begin
  select x.* into i from public.invitations x
  join auth.users u on u.id = auth.uid() and u.email_confirmed_at is not null
  where x.token_hash = extensions.digest(coalesce(p_token, ''), 'sha256')
    and x.accepted_at is null and x.revoked_at is null and x.expires_at > p_as_of
    and x.email_bidx = private.blind_index(lower(u.email), private.blind_key(x.org_id))
    -- Whoever invited must still have the right to.
    and (x.invited_by is null or exists (select from public.members m
      where m.org_id = x.org_id and m.user_id = x.invited_by
        and (m.role = 'owner' or m.role = 'admin' and x.role <> 'owner')))
  for update of x;
  if not found then
    raise exception 'invitation not found: it was used, revoked or has expired, or it is for another verified e-mail '
      'address' using errcode = 'SL113';
  end if;
  return i;
end
$function$;

CREATE OR REPLACE FUNCTION private.page_size (
  p_limit integer
)
  RETURNS integer
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select least(greatest(coalesce(p_limit, 50), 1), 200)
$function$;

CREATE OR REPLACE FUNCTION private.pipeline_counts (
  p_org_id uuid,
  p_from   date,
  p_until  date
)
  RETURNS TABLE (
    day         date,
    kind        public.pipeline_event_kind,
    source_id   uuid,
    campaign_id uuid,
    broker_id   uuid,
    fed_week    date,
    quantity    bigint,
    leads       bigint
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select d.day, d.kind, d.source_id, d.campaign_id, d.broker_id, d.fed_week, d.quantity, d.leads
  from private.pipeline_daily d where d.org_id = p_org_id and d.day between p_from and p_until
  union all
  select d.day, d.kind, d.source_id, d.campaign_id, d.broker_id, d.fed_week, d.quantity, d.leads
  from private.pipeline_deltas d where d.org_id = p_org_id and d.day between p_from and p_until
$function$;

CREATE OR REPLACE FUNCTION private.reason_to_keep (
  p_lead      public.leads,
  p_upload_id uuid
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return case
    when p_lead.campaign_status <> 'new' or p_lead.call_attempt_count > 0 or p_lead.last_reply_at is not null
      then 'contacted or added to a campaign since'
    when exists (select from public.deals d where d.org_id = p_lead.org_id and d.lead_id = p_lead.id)
      then 'has a deal'
    when exists (select from public.messages x where x.org_id = p_lead.org_id and x.lead_id = p_lead.id)
      or exists (select from public.sequence_runs x where x.org_id = p_lead.org_id and x.lead_id = p_lead.id)
      then 'contacted or added to a campaign since'
    when exists (select from public.lead_changes c
      where c.org_id = p_lead.org_id and c.lead_id = p_lead.id and c.actor = 'member')
      then 'edited by a person'
    when exists (select from public.lead_changes c
      where c.org_id = p_lead.org_id and c.lead_id = p_lead.id and c.action = 'updated'
        and c.actor = 'upload' and c.upload_id <> p_upload_id
        -- What an undone upload changed was reverted.
        and not exists (select from public.uploads x
          where x.org_id = c.org_id and x.id = c.upload_id and x.state = 'undone'))
      then 'changed by another upload since'
    when exists (select from public.contact_points c
      where c.org_id = p_lead.org_id and c.lead_id = p_lead.id and c.created_upload_id <> p_upload_id)
      then 'has contact points from another upload'
    when exists (select from public.lead_merges m
      where m.org_id = p_lead.org_id and m.survivor_id = p_lead.id and m.undone_at is null
        and m.upload_id is distinct from p_upload_id)
      then 'merged with another lead since'
    when exists (select from public.consent_tokens t where t.org_id = p_lead.org_id and t.lead_id = p_lead.id)
      then 'consent was requested since'
  end;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_audit (
  p_org_id     uuid,
  p_action     text,
  p_subject_id text,
  p_detail     jsonb DEFAULT '{}'::jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.audit_events (org_id, user_id, session_id, actor, action, subject, subject_id, detail)
  select o.id, auth.uid(), auth.jwt() ->> 'session_id', private.audit_actor(), p_action,
    split_part(p_action, '.', 1), p_subject_id, coalesce(p_detail, '{}')
  -- What goes with a deleted org is no event.
  from public.orgs o where o.id = p_org_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_stale (
  p_table   regclass,
  p_org_id  uuid,
  p_deal_id uuid,
  p_id      uuid
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_version integer;
begin
  execute format('select version from %s where org_id = $1 and deal_id = $2 and id = $3', p_table)
  into v_version using p_org_id, p_deal_id, p_id;
  if v_version is null then
    raise exception 'not found in this deal' using errcode = 'SL821';
  end if;
  raise exception 'somebody changed it meanwhile: it has version %', v_version using errcode = 'SL824',
    detail = v_version::text;
end
$function$;

CREATE OR REPLACE FUNCTION private.require_role (
  p_org_id uuid,
  p_roles  public.member_role[]
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if exists (select from public.orgs o where o.id = p_org_id)
    and (private.is_trusted_caller() or p_org_id = any (private.my_org_ids(p_roles))) then
    return;
  end if;
  raise exception 'org not found, or your role does not allow this: it takes %', array_to_string(p_roles, ' or ')
    using errcode = 'SL111';
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_audit_access()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v record;
begin
  for v in
    select n.org_id, n.subject, n.reason, n.refused, n.grant_id, n.user_id, n.upload_id, count(n.lead_id) as leads,
      (array_agg(n.lead_id order by n.id) filter (where n.lead_id is not null))[1:20] as first_leads,
      sum(n.values_shown) as shown
    from new_rows n join public.orgs o on o.id = n.org_id
    group by 1, 2, 3, 4, 5, 6, 7
  loop
    insert into private.audit_events (org_id, user_id, session_id, actor, action, subject, subject_id, detail)
    values (v.org_id, v.user_id, auth.jwt() ->> 'session_id',
      case when v.user_id is not null then 'member' else private.audit_actor() end,
      case when v.refused is null then 'reveal.granted' else 'reveal.refused' end, 'reveal',
      coalesce(v.grant_id, v.upload_id)::text,
      jsonb_strip_nulls(jsonb_build_object('values', coalesce(v.subject, 'export'), 'leads', v.leads,
        'first_leads', v.first_leads, 'shown', v.shown, 'reason', v.reason, 'refused', v.refused)));
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_audit_events__refuse_change()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if tg_op = 'DELETE' and not exists (select from public.orgs o where o.id = old.org_id) then
    return old;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'SL002';
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_audit_lifts()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v record;
begin
  for v in
    select n.org_id, n.channel, count(*) as lifts, (array_agg(n.suppression_id order by n.suppression_id))[1:20] as ids
    from new_rows n group by 1, 2
  loop
    perform private.record_audit(v.org_id, 'suppression.lifted', v.ids[1]::text,
      jsonb_build_object('channel', v.channel, 'lifts', v.lifts, 'first_suppressions', v.ids));
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_audit_row()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_old constant jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
  v_new constant jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
  v_row constant jsonb := case when tg_op = 'DELETE' then v_old else v_new end;
  v_detail jsonb;
begin
  select coalesce(jsonb_object_agg(c.name, case tg_op when 'UPDATE'
    then jsonb_build_array(v_old -> c.name, v_new -> c.name) else v_row -> c.name end), '{}')
  into v_detail
  from unnest(tg_argv[2:]) c (name)
  where tg_op <> 'UPDATE' or v_old -> c.name is distinct from v_new -> c.name;
  if tg_op <> 'UPDATE' or v_detail <> '{}' then
    perform private.record_audit(
      (case tg_table_name when 'orgs' then v_row ->> 'id' else v_row ->> 'org_id' end)::uuid,
      tg_argv[0] || case tg_op when 'INSERT' then '.created' when 'UPDATE' then '.changed' else '.removed' end,
      (select string_agg(v_row ->> k.name, '/' order by k.n)
        from unnest(string_to_array(tg_argv[1], ',')) with ordinality k (name, n)),
      v_detail);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_campaigns__need_forecast()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if auth.uid() is not null and not private.has_forecast(new, now()) then
    raise exception 'look at a forecast of the campaign as it is now, then launch it' using errcode = 'SL504';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_deals__check_stage()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_outcome constant text := (select s.outcome from public.deal_stages s
    where s.org_id = new.org_id and s.id = new.stage_id);
begin
  if tg_op = 'INSERT' or new.stage_id <> old.stage_id then
    new.stage_since := now();
  end if;
  if v_outcome in ('won', 'lost') then
    new.closed_on := coalesce(new.closed_on, (select (now() at time zone o.time_zone)::date from public.orgs o
      where o.id = new.org_id));
  else
    new.closed_on := null;
  end if;
  if v_outcome <> 'lost' then
    new.lost_reason := null;
  elsif length(btrim(coalesce(new.lost_reason, ''))) = 0 then
    raise exception 'say why the deal was lost' using errcode = 'SL823';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_deals__count()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_was public.deal_stages;
  v_is public.deal_stages;
  v_kind public.pipeline_event_kind;
  v_campaign uuid;
begin
  select s.* into v_is from public.deal_stages s where s.org_id = new.org_id and s.id = new.stage_id;
  if tg_op = 'UPDATE' then
    select s.* into v_was from public.deal_stages s where s.org_id = old.org_id and s.id = old.stage_id;
    -- An appointment stays one when its deal moves on.
    delete from public.pipeline_events e
    where e.org_id = old.org_id and e.lead_id = old.lead_id and e.detail ->> 'deal_id' = old.id::text
      and (e.kind = 'closed' and v_is.outcome <> 'won'
        or e.kind = 'booked' and v_is.outcome = 'open' and v_is.position < (select min(s.position)
          from public.deal_stages s where s.org_id = old.org_id and s.outcome = 'booked'));
  end if;
  v_kind := case v_is.outcome when 'booked' then 'booked' when 'won' then 'closed' end;
  if v_kind is not null and v_was.outcome is distinct from v_is.outcome and new.lead_id is not null then
    select l.campaign_id into v_campaign from public.leads l where l.org_id = new.org_id and l.id = new.lead_id;
    insert into public.pipeline_events (org_id, lead_id, kind, at, detail)
    select new.org_id, new.lead_id, v_kind, now(),
      jsonb_strip_nulls(jsonb_build_object('campaign_id', v_campaign, 'deal_id', new.id))
    where not exists (select from public.pipeline_events e
      where e.org_id = new.org_id and e.lead_id = new.lead_id and e.kind = v_kind
        and e.detail ->> 'campaign_id' is not distinct from v_campaign::text);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_deals__record()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_texts constant text[] := '{title,note,lost_reason,label,name,path}';
  v_old constant jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
  v_new constant jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
  v_row constant jsonb := case when tg_op = 'DELETE' then v_old else v_new end;
  v_part constant text := tg_argv[0];
  v_changes jsonb;
begin
  select coalesce(jsonb_object_agg(k, case when k = any (v_texts) then 'true'
    else jsonb_build_array(v_old -> k, v_new -> k) end), '{}')
  into v_changes
  from jsonb_object_keys(v_row) k
  where k not in ('org_id', 'id', 'deal_id', 'created_at', 'updated_at', 'version', 'stage_since')
    and v_old -> k is distinct from v_new -> k
    and (coalesce(v_old -> k, 'null') <> 'null' or coalesce(v_new -> k, 'null') <> 'null');
  if tg_op <> 'UPDATE' or v_changes <> '{}' then
    insert into public.deal_events (org_id, deal_id, user_id, actor, action, changes)
    select d.org_id, d.id, auth.uid(), private.audit_actor(), case
        when v_part = 'deal' then case tg_op when 'INSERT' then 'opened' else 'changed' end
        else v_part || case tg_op when 'INSERT' then '.created' when 'UPDATE' then '.changed' else '.removed' end end,
      v_changes || case when v_part = 'deal' then '{}' else jsonb_build_object('id', v_row -> 'id') end
    -- What goes with a deleted deal or org is no event.
    from public.deals d join public.orgs o on o.id = d.org_id
    where d.org_id = (v_row ->> 'org_id')::uuid and d.id = coalesce(v_row ->> 'deal_id', v_row ->> 'id')::uuid;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_lead_merges__move_deals()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if tg_op = 'INSERT' then
    update public.deals d set lead_id = new.survivor_id, merged_from = coalesce(d.merged_from, new.merged_id)
    where d.org_id = new.org_id and d.lead_id = new.merged_id;
  elsif old.undone_at is null and new.undone_at is not null then
    update public.deals d set lead_id = new.merged_id, merged_from = null
    where d.org_id = new.org_id and d.merged_from = new.merged_id;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_messages__count()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  o public.messages;
begin
  if tg_op = 'UPDATE' then
    o := old;
  end if;
  insert into private.message_deltas (org_id, day, campaign_id, sequence_id, step, channel, variant, template_id, sent,
    delivered, opened, clicked, bounced, failed, unsubscribed, cost_usd)
  select new.org_id, (coalesce(nullif(current_setting('sluice.as_of', true), '')::timestamptz, now())
      at time zone g.time_zone)::date, new.campaign_id, new.sequence_id, new.step, new.channel, new.variant,
    new.template_id,
    (new.sent_at is not null)::integer - (o.sent_at is not null)::integer,
    (new.delivered_at is not null)::integer - (o.delivered_at is not null)::integer,
    (new.opened_at is not null)::integer - (o.opened_at is not null)::integer,
    (new.clicked_at is not null)::integer - (o.clicked_at is not null)::integer,
    (new.bounced_at is not null)::integer - (o.bounced_at is not null)::integer,
    (new.failed_at is not null)::integer - (o.failed_at is not null)::integer,
    (new.unsubscribed_at is not null)::integer - (o.unsubscribed_at is not null)::integer,
    coalesce(new.cost_usd, 0) - coalesce(o.cost_usd, 0)
  from public.orgs g where g.id = new.org_id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_orgs__add_deal_stages()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.add_deal_stages(new.id);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_pipeline_events__count()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.pipeline_deltas (org_id, day, kind, source_id, campaign_id, broker_id, fed_week, quantity, leads)
  select n.org_id, (n.at at time zone o.time_zone)::date, n.kind, coalesce(l.source_id, u.source_id), c.campaign_id,
    l.assigned_broker_id,
    case when n.kind = 'fed' then date_trunc('week', n.at at time zone o.time_zone)::date
      when n.kind > 'fed' then date_trunc('week', l.added_to_campaign_at at time zone o.time_zone)::date end,
    case tg_op when 'DELETE' then -1 else 1 end * sum(n.quantity),
    case tg_op when 'DELETE' then -1 else 1 end * count(*) filter (where n.lead_id is not null and (n.kind <> 'sent' or not exists (
      select from public.pipeline_events e
      where e.org_id = n.org_id and e.lead_id = n.lead_id and e.kind = 'sent' and (e.at, e.id) < (n.at, n.id)
        and e.detail ->> 'campaign_id' is not distinct from n.detail ->> 'campaign_id')))
  from changed n
  -- The counts go with the org.
  join public.orgs o on o.id = n.org_id and o.id::text is distinct from current_setting('sluice.deleting_org', true)
  left join public.leads l on l.org_id = n.org_id and l.id = n.lead_id
  left join public.uploads u on u.org_id = n.org_id
    and u.id = case when n.lead_id is null then (n.detail ->> 'upload_id')::uuid end
  cross join lateral (select coalesce((n.detail ->> 'campaign_id')::uuid,
    case when n.kind >= 'fed' then l.campaign_id end) as campaign_id) c
  group by 1, 2, 3, 4, 5, 6, 7;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.what_stays (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_values   bytea[],
  p_as_of    timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  with org as (
    select make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30)) as raw from public.orgs o
    where o.id = p_org_id
  ), stored as (
    select count(*) as n, max(coalesce(u.completed_at, p_as_of) + o.raw) as until
    from public.uploads u cross join org o
    where u.org_id = p_org_id and (exists (select from public.upload_rejects r where r.upload_id = u.id)
      or exists (select from public.upload_parts p join private.upload_part_chunks c on c.part_id = p.id
        where p.upload_id = u.id))
  ), bodies as (
    select count(*) filter (where i.state in ('done', 'unmatched')) as processed,
      max(i.processed_at + o.raw) filter (where i.state in ('done', 'unmatched')) as until,
      count(*) filter (where i.state in ('received', 'dead') and exists (select from private.unread_contacts u
        where u.org_id = i.org_id and u.inbox_id = i.id and u.value_bidx = any (p_values))) as unread
    from public.webhook_inbox i cross join org o
    where i.org_id = p_org_id and i.body_cipher is not null
  ), counted (nth, what, n, until, why) as (
    select 1, 'suppressions, as keyed hashes',
      (select count(*) from public.suppressions s where s.org_id = p_org_id and s.value_bidx = any (p_values)),
      'the org is deleted', 'the person must not be contacted when a list names them again'
    union all
    select 2, 'consents and opt-outs with their evidence: texts, signatures, words, masked contacts, links used',
      (select count(*) from public.consents c where c.org_id = p_org_id
        and (c.lead_id = any (p_lead_ids) or c.value_bidx = any (p_values))),
      'the org is deleted', 'proof of consent, at least five years (16 CFR 310.5)'
    union all
    select 3, 'decisions of the gate, without contact values',
      (select count(*) from public.gate_decisions d where d.org_id = p_org_id and d.lead_id = any (p_lead_ids)),
      'five years after each', 'proof of what was checked (16 CFR 310.5)'
    union all
    select 4, 'messages and contact attempts, without texts',
      (select count(*) from public.messages m where m.org_id = p_org_id and m.lead_id = any (p_lead_ids))
        + (select count(*) from public.contact_attempts a where a.org_id = p_org_id and a.lead_id = any (p_lead_ids)),
      'the org is deleted', 'records of contacts made (16 CFR 310.5), and limits on further ones'
    union all
    select 12, 'questions to registers of reassigned numbers, as keyed hashes',
      (select count(*) from public.reassigned_checks r where r.org_id = p_org_id
        and (r.lead_id = any (p_lead_ids) or r.value_bidx = any (p_values))),
      'the org is deleted', 'proof that a consent was still of the person'
    union all
    select 13, 'calls to data providers, with costs and keyed hashes of the questions',
      (select count(*) from public.provider_calls p where p.org_id = p_org_id and p.lead_id = any (p_lead_ids)),
      'the org is deleted', 'what was paid for'
    union all
    select 5, 'the property: address, parcel, history with the names of fields', cardinality(p_lead_ids),
      'the lead is deleted', 'public record; decisions and consents refer to it'
    union all
    select 6, 'stored uploads and rejected rows of the org, encrypted, which may list the person', s.n, s.until::text,
      'they can be read again until raw_days have passed' from stored s where s.n > 0
    union all
    select 7, 'bodies of other processed webhooks of the org, encrypted', b.processed, b.until::text,
      'no event in them was matched with the person; raw_days' from bodies b where b.processed > 0
    union all
    select 8, 'webhook deliveries of the person that are not processed, encrypted', b.unread,
      'they are processed, then raw_days', 'they may be about others, too' from bodies b where b.unread > 0
    union all
    select 9, 'the logs of reads and of this erasure: ids, and reasons as they were written',
      (select count(*) from private.pii_access_log g where g.org_id = p_org_id and g.lead_id = any (p_lead_ids)) + 1,
      'never', 'who has seen the data'
    union all
    select 10, 'other leads with a phone or e-mail of the person',
      (select count(distinct c.lead_id) from public.contact_points c
        where c.org_id = p_org_id and c.value_bidx = any (p_values)),
      'they are erased', 'they may be of somebody else; erase those that are not'
    union all
    select 14, 'documents and photos of deals in the private bucket',
      (select count(*) from public.deal_files f join public.deals d on d.org_id = f.org_id and d.id = f.deal_id
        where f.org_id = p_org_id and (d.lead_id = any (p_lead_ids) or d.merged_from = any (p_lead_ids))),
      'the org removes them', 'records of the deal'
    union all
    select 11, 'backups of the platform', null, 'they expire', 'outside of the database'
  )
  select jsonb_agg(jsonb_build_object('what', c.what, 'count', c.n, 'until', c.until, 'why', c.why) order by c.nth)
  from counted c where c.n is distinct from 0
$function$;

CREATE OR REPLACE FUNCTION private.with_values (
  p_deal   public.deals,
  p_values jsonb
)
  RETURNS public.deals
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  d public.deals;
  v_wrong text;
begin
  select string_agg(k, ', ' order by k) into v_wrong
  from jsonb_object_keys(case when jsonb_typeof(p_values) = 'object' then p_values else '{"": 1}' end) k
  where k not in ('kind', 'title', 'stage_id', 'broker_id', 'price_usd', 'commission_usd', 'expected_close_on',
    'closed_on', 'lost_reason', 'note', 'purchase_usd', 'arv_usd', 'repairs_usd', 'holding_usd_per_day', 'bought_on',
    'sold_on', 'sale_usd');
  if v_wrong is not null then
    raise exception 'not a value of a deal: %', v_wrong using errcode = 'SL822';
  end if;
  d := jsonb_populate_record(p_deal, p_values);
  if not exists (select from public.deal_stages s where s.org_id = d.org_id and s.id = d.stage_id
    and (s.active or s.id is not distinct from p_deal.stage_id)) then
    raise exception 'stage not found' using errcode = 'SL822';
  elsif d.broker_id is distinct from p_deal.broker_id and not private.works_deals(d.org_id, d.broker_id) then
    raise exception 'only an owner or admin can give a deal to another broker' using errcode = 'SL822';
  elsif d.broker_id is not null and not exists (select from public.brokers b
    where b.org_id = d.org_id and b.id = d.broker_id) then
    raise exception 'broker not found' using errcode = 'SL822';
  end if;
  return d;
exception
  when invalid_text_representation or datetime_field_overflow or invalid_datetime_format or numeric_value_out_of_range
    then
    raise exception 'a value of the deal is not valid: %', sqlerrm using errcode = 'SL822';
end
$function$;

CREATE OR REPLACE FUNCTION private.works_deals (
  p_org_id    uuid,
  p_broker_id uuid
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'))
    or p_org_id = any (private.my_org_ids('{broker}')) and p_broker_id = any (private.my_broker_ids())
$function$;

CREATE OR REPLACE FUNCTION public.accept_invitation (
  p_token           text,
  p_consent_version integer
)
  RETURNS jsonb
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select private.accept_invitation_at(p_token, p_consent_version, now())
$function$;

REVOKE ALL ON FUNCTION "public"."accept_invitation"(text, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.add_deal_file (
  p_org_id       uuid,
  p_deal_id      uuid,
  p_kind         text,
  p_name         text,
  p_path         text,
  p_bytes        bigint DEFAULT NULL::bigint,
  p_content_type text   DEFAULT NULL::text
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  d constant public.deals := private.deal_for_change(p_org_id, p_deal_id);
  v_id uuid;
begin
  insert into public.deal_files (org_id, deal_id, kind, name, path, bytes, content_type, created_by)
  values (d.org_id, d.id, p_kind, btrim(p_name), p_path, p_bytes, left(p_content_type, 100), auth.uid())
  returning id into v_id;
  return v_id;
exception
  when check_violation or not_null_violation or unique_violation then
    raise exception 'the file is not valid: %', sqlerrm using errcode = 'SL822';
end
$function$;

REVOKE ALL ON FUNCTION "public"."add_deal_file"(uuid, uuid, text, text, text, bigint, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.answer_times (
  p_org_id uuid,
  p_from   date,
  p_until  date
)
  RETURNS TABLE (
    broker_id         uuid,
    broker            text,
    replies           bigint,
    answered          bigint,
    median_minutes    numeric,
    p90_minutes       numeric,
    waiting           bigint,
    oldest_waiting_at timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_brokers uuid[];
  v_from timestamptz;
  v_until timestamptz;
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}'), private.check_period(p_from, p_until);
  v_brokers := private.counted_brokers(p_org_id);
  select p_from::timestamp at time zone o.time_zone, (p_until + 1)::timestamp at time zone o.time_zone
  into v_from, v_until from public.orgs o where o.id = p_org_id;
  return query
  select l.assigned_broker_id, max(b.name), count(*), count(t.done_at),
    round((percentile_cont(0.5) within group (order by extract(epoch from t.done_at - t.created_at)) / 60)::numeric, 1),
    round((percentile_cont(0.9) within group (order by extract(epoch from t.done_at - t.created_at)) / 60)::numeric, 1),
    count(*) filter (where t.done_at is null), min(t.created_at) filter (where t.done_at is null)
  from public.tasks t
  join public.leads l on l.org_id = t.org_id and l.id = t.lead_id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  where t.org_id = p_org_id and t.kind = 'answer_reply' and t.created_at >= v_from and t.created_at < v_until
    and (v_brokers is null or l.assigned_broker_id = any (v_brokers))
  group by l.assigned_broker_id
  order by 2 nulls last;
end
$function$;

REVOKE ALL ON FUNCTION "public"."answer_times"(uuid, date, date) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.campaign_funnel (
  p_org_id      uuid,
  p_campaign_id uuid
)
  RETURNS TABLE (
    kind     public.pipeline_event_kind,
    leads    bigint,
    quantity bigint,
    first_on date,
    last_on  date
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_brokers uuid[];
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  v_brokers := private.counted_brokers(p_org_id);
  return query
  select k.kind, coalesce(sum(c.leads), 0)::bigint, coalesce(sum(c.quantity), 0)::bigint, min(c.day), max(c.day)
  from unnest(enum_range('fed'::public.pipeline_event_kind, null)) k (kind)
  left join private.pipeline_counts(p_org_id, '-infinity', 'infinity') c on c.kind = k.kind
    and c.campaign_id = p_campaign_id and (v_brokers is null or c.broker_id = any (v_brokers))
  group by k.kind order by k.kind;
end
$function$;

REVOKE ALL ON FUNCTION "public"."campaign_funnel"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.campaign_spend (
  p_org_id      uuid,
  p_campaign_id uuid,
  p_from        date,
  p_until       date
)
  RETURNS TABLE (
    day      date,
    channel  text,
    messages bigint,
    cost_usd numeric
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}'), private.check_period(p_from, p_until);
  return query
  select m.day, m.channel, sum(m.sent)::bigint, sum(m.cost_usd)
  from private.message_counts(p_org_id, p_from, p_until) m where m.campaign_id = p_campaign_id
  group by m.day, m.channel having sum(m.sent) <> 0 or sum(m.cost_usd) <> 0 order by m.day, m.channel;
end
$function$;

REVOKE ALL ON FUNCTION "public"."campaign_spend"(uuid, uuid, date, date) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.campaign_variants (
  p_org_id      uuid,
  p_campaign_id uuid
)
  RETURNS TABLE (
    step         smallint,
    channel      text,
    variant      text,
    template_id  uuid,
    template     text,
    version      integer,
    sent         bigint,
    delivered    bigint,
    opened       bigint,
    clicked      bigint,
    bounced      bigint,
    failed       bigint,
    unsubscribed bigint,
    cost_usd     numeric
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}');
  return query
  select m.step, m.channel, m.variant, m.template_id, max(t.name), max(t.version), sum(m.sent)::bigint,
    sum(m.delivered)::bigint, sum(m.opened)::bigint, sum(m.clicked)::bigint, sum(m.bounced)::bigint,
    sum(m.failed)::bigint, sum(m.unsubscribed)::bigint, sum(m.cost_usd)
  from private.message_counts(p_org_id, '-infinity', 'infinity') m
  left join public.templates t on t.org_id = m.org_id and t.id = m.template_id
  where m.campaign_id = p_campaign_id and m.step is not null
  group by m.step, m.channel, m.variant, m.template_id
  order by m.step, m.channel, m.variant, max(t.version);
end
$function$;

REVOKE ALL ON FUNCTION "public"."campaign_variants"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.change_deal (
  p_org_id  uuid,
  p_deal_id uuid,
  p_version integer,
  p_values  jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  d public.deals := private.deal_for_change(p_org_id, p_deal_id);
begin
  if d.version is distinct from p_version then
    raise exception 'somebody changed the deal meanwhile: it has version %', d.version using errcode = 'SL824',
      detail = d.version::text;
  end if;
  -- Other figures than those of its kind go with a change of the kind.
  if d.kind = 'flip' and coalesce(p_values ->> 'kind', 'flip') <> 'flip' then
    d := jsonb_populate_record(d, '{"purchase_usd": null, "arv_usd": null, "repairs_usd": null,
      "holding_usd_per_day": null, "bought_on": null, "sold_on": null, "sale_usd": null}');
  end if;
  d := private.with_values(d, p_values);
  update public.deals x set kind = d.kind, title = d.title, stage_id = d.stage_id, broker_id = d.broker_id,
    price_usd = d.price_usd, commission_usd = d.commission_usd, expected_close_on = d.expected_close_on,
    closed_on = d.closed_on, lost_reason = d.lost_reason, note = d.note, purchase_usd = d.purchase_usd,
    arv_usd = d.arv_usd, repairs_usd = d.repairs_usd, holding_usd_per_day = d.holding_usd_per_day,
    bought_on = d.bought_on, sold_on = d.sold_on, sale_usd = d.sale_usd
  where x.org_id = p_org_id and x.id = p_deal_id returning x.* into d;
  return jsonb_build_object('deal_id', d.id, 'version', d.version);
exception
  when check_violation or not_null_violation then
    raise exception 'a value of the deal is not valid: %', sqlerrm using errcode = 'SL822';
end
$function$;

REVOKE ALL ON FUNCTION "public"."change_deal"(uuid, uuid, integer, jsonb) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.deal_board (
  p_org_id    uuid,
  p_broker_id uuid DEFAULT NULL::uuid
)
  RETURNS TABLE (
    stage_id       uuid,
    stage          text,
    "position"     smallint,
    outcome        text,
    active         boolean,
    version        integer,
    deals          bigint,
    price_usd      numeric,
    commission_usd numeric
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select s.id, s.name, s.position, s.outcome, s.active, s.version, count(d.id), coalesce(sum(d.price_usd), 0),
    coalesce(sum(d.commission_usd), 0)
  from public.deal_stages s
  left join public.deals d on d.org_id = s.org_id and d.stage_id = s.id
    and (p_broker_id is null or d.broker_id = p_broker_id)
  where s.org_id = p_org_id
  group by s.id, s.name, s.position, s.outcome, s.active, s.version
  having s.active or count(d.id) > 0
  order by s.position, s.name
$function$;

REVOKE ALL ON FUNCTION "public"."deal_board"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.deal_history (
  p_org_id  uuid,
  p_deal_id uuid,
  p_limit   integer DEFAULT 50,
  p_before  bigint  DEFAULT NULL::bigint
)
  RETURNS TABLE (
    id      bigint,
    at      timestamp with time zone,
    user_id uuid,
    actor   text,
    action  text,
    changes jsonb
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select e.id, e.at, e.user_id, e.actor, e.action, e.changes from public.deal_events e
  where e.org_id = p_org_id and e.deal_id = p_deal_id and (p_before is null or e.id < p_before)
  order by e.id desc limit least(greatest(coalesce(p_limit, 50), 1), 200)
$function$;

REVOKE ALL ON FUNCTION "public"."deal_history"(uuid, uuid, integer, bigint) FROM PUBLIC, "anon";

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
  v_erased := v_erased || jsonb_build_object('deals', private.forget_deals(p_org_id, v_leads));
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

CREATE OR REPLACE FUNCTION public.feed_cohorts (
  p_org_id      uuid,
  p_from        date,
  p_until       date,
  p_campaign_id uuid DEFAULT NULL::uuid
)
  RETURNS TABLE (
    fed_week    date,
    kind        public.pipeline_event_kind,
    weeks_after integer,
    leads       bigint
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_brokers uuid[];
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}'), private.check_period(p_from, p_until);
  v_brokers := private.counted_brokers(p_org_id);
  return query
  select c.fed_week, c.kind, (c.day - c.fed_week) / 7, sum(c.leads)::bigint
  from private.pipeline_counts(p_org_id, p_from, 'infinity') c
  where c.fed_week between p_from and p_until and c.kind >= 'fed'
    and (v_brokers is null or c.broker_id = any (v_brokers))
    and (p_campaign_id is null or c.campaign_id = p_campaign_id)
  group by 1, 2, 3
  having sum(c.leads) <> 0
  order by 1, 2, 3;
end
$function$;

REVOKE ALL ON FUNCTION "public"."feed_cohorts"(uuid, date, date, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.forecast_campaign (
  p_org_id      uuid,
  p_campaign_id uuid,
  p_date        date DEFAULT NULL::date
)
  RETURNS jsonb
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select private.forecast_campaign_at(p_org_id, p_campaign_id, p_date, now())
$function$;

REVOKE ALL ON FUNCTION "public"."forecast_campaign"(uuid, uuid, date) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.funnel_numbers (
  p_org_id      uuid,
  p_from        date,
  p_until       date,
  p_by          text    DEFAULT 'day'::text,
  p_campaign_id uuid    DEFAULT NULL::uuid,
  p_limit       integer DEFAULT 2000
)
  RETURNS TABLE (
    key      text,
    label    text,
    kind     public.pipeline_event_kind,
    quantity bigint,
    leads    bigint
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_brokers uuid[];
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}'), private.check_period(p_from, p_until);
  if p_by is null or p_by not in ('day', 'source', 'campaign', 'broker') then
    raise exception 'the funnel is counted by day, source, campaign or broker' using errcode = 'SL831';
  end if;
  v_brokers := private.counted_brokers(p_org_id);
  return query
  with counted as materialized (
    select case p_by when 'day' then c.day::text when 'source' then c.source_id::text
        when 'campaign' then c.campaign_id::text else c.broker_id::text end as key,
      c.kind, sum(c.quantity)::bigint as quantity, sum(c.leads)::bigint as leads
    from private.pipeline_counts(p_org_id, p_from, p_until) c
    where (v_brokers is null or c.broker_id = any (v_brokers))
      and (p_campaign_id is null or c.campaign_id = p_campaign_id)
    group by 1, 2
  )
  select c.key, case p_by when 'day' then c.key
      when 'source' then (select s.name from public.sources s where s.org_id = p_org_id and s.id::text = c.key)
      when 'campaign' then (select k.name from public.campaigns k where k.org_id = p_org_id and k.id::text = c.key)
      else (select b.name from public.brokers b where b.org_id = p_org_id and b.id::text = c.key) end,
    c.kind, c.quantity, c.leads
  from counted c
  order by c.key nulls last, c.kind
  limit least(greatest(coalesce(p_limit, 2000), 1), 10000);
end
$function$;

REVOKE ALL ON FUNCTION "public"."funnel_numbers"(uuid, date, date, text, uuid, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.invite_member (
  p_org_id     uuid,
  p_email      text,
  p_role       public.member_role,
  p_broker     jsonb              DEFAULT NULL::jsonb,
  p_valid_days integer            DEFAULT 7
)
  RETURNS jsonb
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select private.invite_member_at(p_org_id, p_email, p_role, p_broker, p_valid_days, now())
$function$;

REVOKE ALL ON FUNCTION "public"."invite_member"(uuid, text, public.member_role, jsonb, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.launch_campaign (
  p_org_id      uuid,
  p_campaign_id uuid,
  p_hash        text
)
  RETURNS jsonb
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select private.launch_campaign_at(p_org_id, p_campaign_id, p_hash, now())
$function$;

REVOKE ALL ON FUNCTION "public"."launch_campaign"(uuid, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_audit (
  p_org_id  uuid,
  p_limit   integer DEFAULT 50,
  p_before  bigint  DEFAULT NULL::bigint,
  p_action  text    DEFAULT NULL::text,
  p_user_id uuid    DEFAULT NULL::uuid
)
  RETURNS TABLE (
    id         bigint,
    at         timestamp with time zone,
    user_id    uuid,
    email      text,
    actor      text,
    action     text,
    subject    text,
    subject_id text,
    detail     jsonb
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return query
  select e.id, e.at, e.user_id, u.email::text, e.actor, e.action, e.subject, e.subject_id, e.detail
  from private.audit_events e left join auth.users u on u.id = e.user_id
  where e.org_id = p_org_id and (p_before is null or e.id < p_before) and (p_action is null or e.action = p_action)
    and (p_user_id is null or e.user_id = p_user_id)
  order by e.id desc limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_audit"(uuid, integer, bigint, text, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_campaigns (
  p_org_id    uuid,
  p_limit     integer                  DEFAULT 50,
  p_before    timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_before_id uuid                     DEFAULT NULL::uuid
)
  RETURNS TABLE (
    id             uuid,
    name           text,
    state          public.campaign_state,
    version        integer,
    daily_limit    integer,
    states         text[],
    source_ids     uuid[],
    min_score      smallint,
    starts_on      date,
    ends_on        date,
    assign_brokers boolean,
    sequence_id    uuid,
    sequence       text,
    created_at     timestamp with time zone,
    started_at     timestamp with time zone,
    finished_at    timestamp with time zone,
    fed            bigint,
    sent           bigint,
    replied        bigint,
    booked         bigint,
    spent_usd      numeric
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_brokers uuid[];
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  v_brokers := private.counted_brokers(p_org_id);
  return query
  with page as materialized (
    select c.* from public.campaigns c
    where c.org_id = p_org_id and (p_before is null or (c.created_at, c.id)
      < (p_before, coalesce(p_before_id, '00000000-0000-0000-0000-000000000000')))
    order by c.created_at desc, c.id desc limit private.page_size(p_limit)
  ), counted as (
    select e.campaign_id, sum(e.leads) filter (where e.kind = 'fed') as fed,
      sum(e.leads) filter (where e.kind = 'sent') as sent, sum(e.leads) filter (where e.kind = 'replied') as replied,
      sum(e.leads) filter (where e.kind = 'booked') as booked
    from private.pipeline_counts(p_org_id, '-infinity', 'infinity') e
    where e.campaign_id in (select p.id from page p) and (v_brokers is null or e.broker_id = any (v_brokers))
    group by e.campaign_id
  ), spent as (
    select m.campaign_id, sum(m.cost_usd) as usd from private.message_counts(p_org_id, '-infinity', 'infinity') m
    where v_brokers is null and m.campaign_id in (select p.id from page p) group by m.campaign_id
  )
  select p.id, p.name, p.state, p.version, p.daily_limit, p.states, p.source_ids, p.min_score, p.starts_on, p.ends_on,
    p.assign_brokers, p.sequence_id, s.name, p.created_at, p.started_at, p.finished_at, coalesce(n.fed, 0)::bigint,
    coalesce(n.sent, 0)::bigint, coalesce(n.replied, 0)::bigint, coalesce(n.booked, 0)::bigint,
    case when v_brokers is null then coalesce(x.usd, 0) end
  from page p
  left join public.sequences s on s.org_id = p.org_id and s.id = p.sequence_id
  left join counted n on n.campaign_id = p.id
  left join spent x on x.campaign_id = p.id
  order by p.created_at desc, p.id desc;
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_campaigns"(uuid, integer, timestamp WITH time zone, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_deals (
  p_org_id    uuid,
  p_stage_id  uuid                     DEFAULT NULL::uuid,
  p_broker_id uuid                     DEFAULT NULL::uuid,
  p_lead_id   uuid                     DEFAULT NULL::uuid,
  p_limit     integer                  DEFAULT 50,
  p_before    timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_before_id uuid                     DEFAULT NULL::uuid
)
  RETURNS TABLE (
    id                uuid,
    lead_id           uuid,
    kind              text,
    title             text,
    stage_id          uuid,
    stage             text,
    outcome           text,
    stage_since       timestamp with time zone,
    broker_id         uuid,
    broker            text,
    price_usd         numeric,
    commission_usd    numeric,
    expected_close_on date,
    closed_on         date,
    lost_reason       text,
    address           text,
    updated_at        timestamp with time zone,
    version           integer
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select d.id, d.lead_id, d.kind, d.title, d.stage_id, s.name, s.outcome, d.stage_since, d.broker_id, b.name,
    d.price_usd, d.commission_usd, d.expected_close_on, d.closed_on, d.lost_reason,
    nullif(concat_ws(', ', l.situs_street, l.situs_city, l.situs_state), ''), d.updated_at, d.version
  from public.deals d
  join public.deal_stages s on s.org_id = d.org_id and s.id = d.stage_id
  left join public.brokers b on b.org_id = d.org_id and b.id = d.broker_id
  left join public.leads l on l.org_id = d.org_id and l.id = d.lead_id
  where d.org_id = p_org_id and (p_stage_id is null or d.stage_id = p_stage_id)
    and (p_broker_id is null or d.broker_id = p_broker_id) and (p_lead_id is null or d.lead_id = p_lead_id)
    and (p_before is null or (d.updated_at, d.id)
      < (p_before, coalesce(p_before_id, '00000000-0000-0000-0000-000000000000')))
  order by d.updated_at desc, d.id desc limit least(greatest(coalesce(p_limit, 50), 1), 200)
$function$;

REVOKE ALL ON FUNCTION "public"."list_deals"(uuid, uuid, uuid, uuid, integer, timestamp WITH time zone, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_invitations (
  p_org_id    uuid,
  p_limit     integer                  DEFAULT 50,
  p_before    timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_before_id uuid                     DEFAULT NULL::uuid
)
  RETURNS TABLE (
    id            uuid,
    email_masked  text,
    role          public.member_role,
    broker        jsonb,
    invited_by    uuid,
    created_at    timestamp with time zone,
    expires_at    timestamp with time zone,
    state         text,
    accepted_at   timestamp with time zone,
    accepted_by   uuid,
    terms_version integer
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return query
  select i.id, i.email_masked, i.role, i.broker, i.invited_by, i.created_at, i.expires_at,
    case when i.accepted_at is not null then 'accepted' when i.revoked_at is not null then 'revoked'
      when i.expires_at <= now() then 'expired' else 'open' end,
    i.accepted_at, i.accepted_by, i.terms_version
  from public.invitations i
  where i.org_id = p_org_id
    and (p_before is null or (i.created_at, i.id)
      < (p_before, coalesce(p_before_id, '00000000-0000-0000-0000-000000000000')))
  order by i.created_at desc, i.id desc limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_invitations"(uuid, integer, timestamp WITH time zone, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_members (
  p_org_id uuid
)
  RETURNS TABLE (
    user_id         uuid,
    email           text,
    role            public.member_role,
    joined_at       timestamp with time zone,
    is_me           boolean,
    broker_id       uuid,
    broker_name     text,
    licensed_states text[],
    capacity        integer,
    broker_active   boolean
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  select m.user_id,
    case when private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'))
      or m.user_id = auth.uid() then u.email::text end,
    m.role, m.created_at, m.user_id is not distinct from auth.uid(), b.id, b.name, b.licensed_states, b.capacity,
    b.active
  from public.members m
  left join auth.users u on u.id = m.user_id
  left join public.brokers b on b.org_id = m.org_id and b.user_id = m.user_id
  where m.org_id = p_org_id
  order by m.role, m.created_at, m.user_id;
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_members"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.look_up_invitation (
  p_token text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  i constant public.invitations := private.my_invitation(p_token, now());
begin
  return (select jsonb_build_object('org_name', o.name, 'role', i.role, 'expires_at', i.expires_at,
      'consent_version', t.version, 'consent_text', t.body)
    from public.orgs o cross join (select * from private.member_terms order by version desc limit 1) t
    where o.id = i.org_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."look_up_invitation"(text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.open_deal (
  p_org_id  uuid,
  p_lead_id uuid,
  p_values  jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  d public.deals;
begin
  perform private.require_role(p_org_id, '{owner,admin,broker}');
  if not exists (select from public.leads l where l.org_id = p_org_id and l.id = p_lead_id
    and (private.is_trusted_caller() or private.sees_lead(l.org_id, l.id))) then
    raise exception 'lead not found' using errcode = 'SL821';
  end if;
  d.org_id := p_org_id;
  select l.assigned_broker_id, coalesce(nullif(concat_ws(', ', l.situs_street, l.situs_city), ''), 'Deal') into
    d.broker_id, d.title from public.leads l where l.org_id = p_org_id and l.id = p_lead_id;
  d.kind := 'listing';
  select s.id into d.stage_id from public.deal_stages s where s.org_id = p_org_id and s.active
  order by s.position, s.name limit 1;
  d := private.with_values(d, p_values);
  if not private.works_deals(p_org_id, d.broker_id) then
    raise exception 'only an owner or admin can open a deal for another broker' using errcode = 'SL822';
  end if;
  insert into public.deals (org_id, lead_id, kind, title, stage_id, broker_id, price_usd, commission_usd,
    expected_close_on, closed_on, lost_reason, note, purchase_usd, arv_usd, repairs_usd, holding_usd_per_day, bought_on,
    sold_on, sale_usd)
  values (p_org_id, p_lead_id, d.kind, d.title, d.stage_id, d.broker_id, d.price_usd, d.commission_usd,
    d.expected_close_on, d.closed_on, d.lost_reason, d.note, d.purchase_usd, d.arv_usd, d.repairs_usd,
    d.holding_usd_per_day, d.bought_on, d.sold_on, d.sale_usd)
  returning * into d;
  return jsonb_build_object('deal_id', d.id, 'version', d.version);
exception
  when check_violation or not_null_violation then
    raise exception 'a value of the deal is not valid: %', sqlerrm using errcode = 'SL822';
end
$function$;

REVOKE ALL ON FUNCTION "public"."open_deal"(uuid, uuid, jsonb) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.remove_deal_part (
  p_org_id  uuid,
  p_deal_id uuid,
  p_kind    text,
  p_id      uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  d constant public.deals := private.deal_for_change(p_org_id, p_deal_id);
  v_row jsonb;
begin
  case p_kind
    when 'line' then delete from public.deal_budget_lines x
      where x.org_id = d.org_id and x.deal_id = d.id and x.id = p_id returning to_jsonb(x) into v_row;
    when 'task' then delete from public.deal_tasks x
      where x.org_id = d.org_id and x.deal_id = d.id and x.id = p_id returning to_jsonb(x) into v_row;
    when 'file' then delete from public.deal_files x
      where x.org_id = d.org_id and x.deal_id = d.id and x.id = p_id returning to_jsonb(x) into v_row;
    else raise exception 'a part of a deal is a line, a task or a file' using errcode = 'SL822';
  end case;
  if v_row is null then
    raise exception 'not found in this deal' using errcode = 'SL821';
  end if;
  return v_row - 'org_id';
end
$function$;

REVOKE ALL ON FUNCTION "public"."remove_deal_part"(uuid, uuid, text, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.remove_member (
  p_org_id  uuid,
  p_user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- Everyone may leave.
  if p_user_id is distinct from auth.uid() then
    perform private.require_role(p_org_id, '{owner,admin}');
  end if;
  delete from public.members m
  where m.org_id = p_org_id and m.user_id = p_user_id
    and (m.user_id = auth.uid() or private.may_grant_role(p_org_id, m.role));
  if not found then
    raise exception 'member not found, or only an owner can do this' using errcode = 'SL115';
  end if;
end
$function$;

REVOKE ALL ON FUNCTION "public"."remove_member"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.revoke_invitation (
  p_org_id        uuid,
  p_invitation_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  update public.invitations i set revoked_at = now(), revoked_by = auth.uid()
  where i.org_id = p_org_id and i.id = p_invitation_id and i.accepted_at is null and i.revoked_at is null
    and private.may_grant_role(p_org_id, i.role);
  return found;
end
$function$;

REVOKE ALL ON FUNCTION "public"."revoke_invitation"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.save_broker (
  p_org_id          uuid,
  p_broker_id       uuid    DEFAULT NULL::uuid,
  p_name            text    DEFAULT NULL::text,
  p_user_id         uuid    DEFAULT NULL::uuid,
  p_licensed_states text[]  DEFAULT NULL::text[],
  p_capacity        integer DEFAULT NULL::integer,
  p_active          boolean DEFAULT NULL::boolean
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_id uuid;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  if p_name is not null and length(btrim(p_name)) not between 1 and 200 or p_broker_id is null and p_name is null then
    raise exception 'a broker has a name of 1 to 200 characters' using errcode = 'SL116';
  elsif p_user_id is not null and not exists (select from public.members m where m.org_id = p_org_id
    and m.user_id = p_user_id and m.role <> 'viewer') then
    raise exception 'the login of a broker is a member who is no viewer' using errcode = 'SL116';
  elsif p_licensed_states is not null and exists (select from unnest(p_licensed_states) s
    where coalesce(s, '') !~ '^[A-Z]{2}$') then
    raise exception 'licences are state codes of two capital letters, like CA' using errcode = 'SL116';
  elsif p_capacity not between 0 and 100000 then
    raise exception 'capacity is 0 to 100000 leads' using errcode = 'SL116';
  elsif p_broker_id is null then
    insert into public.brokers (org_id, name, user_id, licensed_states, capacity, active)
    values (p_org_id, btrim(p_name), p_user_id, coalesce(p_licensed_states, '{}'), coalesce(p_capacity, 200),
      coalesce(p_active, true))
    returning id into v_id;
    return v_id;
  end if;
  update public.brokers b set name = coalesce(btrim(p_name), b.name), user_id = coalesce(p_user_id, b.user_id),
    licensed_states = coalesce(p_licensed_states, b.licensed_states), capacity = coalesce(p_capacity, b.capacity),
    active = coalesce(p_active, b.active)
  where b.org_id = p_org_id and b.id = p_broker_id
  returning b.id into v_id;
  if not found then
    raise exception 'broker not found' using errcode = 'SL116';
  end if;
  return v_id;
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_broker"(uuid, uuid, text, uuid, text[], integer, boolean) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.save_budget_line (
  p_org_id      uuid,
  p_deal_id     uuid,
  p_line_id     uuid,
  p_label       text,
  p_planned_usd numeric,
  p_spent_usd   numeric,
  p_version     integer DEFAULT NULL::integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  d constant public.deals := private.deal_for_change(p_org_id, p_deal_id);
  b public.deal_budget_lines;
begin
  if p_line_id is null then
    insert into public.deal_budget_lines (org_id, deal_id, label, planned_usd, spent_usd)
    values (d.org_id, d.id, btrim(p_label), coalesce(p_planned_usd, 0), coalesce(p_spent_usd, 0)) returning * into b;
  else
    update public.deal_budget_lines x set label = btrim(p_label), planned_usd = coalesce(p_planned_usd, 0),
      spent_usd = coalesce(p_spent_usd, 0)
    where x.org_id = d.org_id and x.deal_id = d.id and x.id = p_line_id and x.version = p_version returning x.* into b;
    if not found then
      perform private.refuse_stale('public.deal_budget_lines', d.org_id, d.id, p_line_id);
    end if;
  end if;
  return jsonb_build_object('line_id', b.id, 'version', b.version);
exception
  when check_violation or not_null_violation or numeric_value_out_of_range then
    raise exception 'the budget line is not valid: %', sqlerrm using errcode = 'SL822';
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_budget_line"(uuid, uuid, uuid, text, numeric, numeric, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.save_campaign (
  p_org_id      uuid,
  p_campaign_id uuid,
  p_settings    jsonb,
  p_version     integer DEFAULT NULL::integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k public.campaigns;
  v_wrong text;
  v_allowed text[] := '{name,daily_limit,states,source_ids,min_score,starts_on,ends_on,assign_brokers,sequence_id}';
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  if p_campaign_id is not null then
    k := private.campaign_for_admin(p_org_id, p_campaign_id);
    if k.version is distinct from p_version then
      raise exception 'somebody changed the campaign meanwhile: it has version %', k.version using errcode = 'SL505',
        detail = k.version::text;
    elsif k.state = 'finished' then
      raise exception 'a finished campaign does not change' using errcode = 'SL506';
    elsif k.state <> 'draft' then
      v_allowed := '{name,daily_limit,ends_on}';
    end if;
  end if;
  if jsonb_typeof(p_settings) is distinct from 'object' then
    raise exception 'the settings are an object' using errcode = 'SL506';
  end if;
  select string_agg(x, ', ' order by x) into v_wrong from jsonb_object_keys(p_settings) x where x <> all (v_allowed);
  if v_wrong is not null then
    raise exception 'not a setting of a % campaign: %', coalesce(k.state, 'draft'), v_wrong using errcode = 'SL506';
  end if;
  if p_campaign_id is null then
    k := jsonb_populate_record(k, '{"name": "", "daily_limit": 250, "states": [], "source_ids": [], "min_score": 0,
      "assign_brokers": true}' || p_settings);
  else
    k := jsonb_populate_record(k, p_settings);
  end if;
  if exists (select from unnest(k.source_ids) s where not exists (select from public.sources x
    where x.org_id = p_org_id and x.id = s)) then
    raise exception 'source not found' using errcode = 'SL506';
  end if;
  if p_campaign_id is null then
    insert into public.campaigns (org_id, name, daily_limit, states, source_ids, min_score, starts_on, ends_on,
      assign_brokers, sequence_id)
    values (p_org_id, k.name, k.daily_limit, k.states, k.source_ids, k.min_score, k.starts_on, k.ends_on,
      k.assign_brokers, k.sequence_id)
    returning * into k;
  else
    update public.campaigns c set name = k.name, daily_limit = k.daily_limit, states = k.states,
      source_ids = k.source_ids, min_score = k.min_score, starts_on = k.starts_on, ends_on = k.ends_on,
      assign_brokers = k.assign_brokers, sequence_id = k.sequence_id
    where c.org_id = p_org_id and c.id = p_campaign_id returning * into k;
  end if;
  return jsonb_build_object('id', k.id, 'version', k.version, 'state', k.state);
exception
  when invalid_text_representation or datetime_field_overflow or invalid_datetime_format or numeric_value_out_of_range
    or invalid_parameter_value or null_value_not_allowed or not_null_violation or check_violation or foreign_key_violation then
    raise exception 'a setting is not valid: %', sqlerrm using errcode = 'SL506';
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_campaign"(uuid, uuid, jsonb, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.save_deal_stage (
  p_org_id   uuid,
  p_stage_id uuid,
  p_name     text,
  p_position integer,
  p_outcome  text    DEFAULT 'open'::text,
  p_active   boolean DEFAULT true,
  p_version  integer DEFAULT NULL::integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  s public.deal_stages;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  if p_stage_id is null then
    insert into public.deal_stages (org_id, name, position, outcome, active)
    values (p_org_id, btrim(p_name), p_position, p_outcome, p_active) returning * into s;
  else
    select x.* into s from public.deal_stages x where x.org_id = p_org_id and x.id = p_stage_id for no key update;
    if not found then
      raise exception 'stage not found' using errcode = 'SL821';
    elsif s.version is distinct from p_version then
      raise exception 'somebody changed the stage meanwhile: it has version %', s.version using errcode = 'SL824',
        detail = s.version::text;
    elsif s.outcome <> p_outcome and exists (select from public.deals d where d.org_id = p_org_id
      and d.stage_id = p_stage_id) then
      raise exception 'deals are in this stage: add another one with that outcome and move them' using errcode = 'SL822';
    end if;
    update public.deal_stages x set name = btrim(p_name), position = p_position, outcome = p_outcome, active = p_active
    where x.org_id = p_org_id and x.id = p_stage_id returning x.* into s;
  end if;
  if not exists (select from public.deal_stages x where x.org_id = p_org_id and x.active and x.outcome = 'open') then
    raise exception 'a pipeline needs an open stage' using errcode = 'SL822';
  end if;
  return jsonb_build_object('stage_id', s.id, 'version', s.version);
exception
  when check_violation or not_null_violation or unique_violation or numeric_value_out_of_range then
    raise exception 'the stage is not valid: %', sqlerrm using errcode = 'SL822';
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_deal_stage"(uuid, uuid, text, integer, text, boolean, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.save_deal_task (
  p_org_id  uuid,
  p_deal_id uuid,
  p_task_id uuid,
  p_label   text,
  p_due_on  date,
  p_done    boolean DEFAULT false,
  p_version integer DEFAULT NULL::integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  d constant public.deals := private.deal_for_change(p_org_id, p_deal_id);
  t public.deal_tasks;
begin
  if p_task_id is null then
    insert into public.deal_tasks (org_id, deal_id, label, due_on, done_at, done_by)
    values (d.org_id, d.id, btrim(p_label), p_due_on, case when p_done then now() end, case when p_done then auth.uid() end)
    returning * into t;
  else
    update public.deal_tasks x set label = btrim(p_label), due_on = p_due_on,
      done_at = case when p_done then coalesce(x.done_at, now()) end,
      done_by = case when p_done then coalesce(x.done_by, auth.uid()) end
    where x.org_id = d.org_id and x.deal_id = d.id and x.id = p_task_id and x.version = p_version returning x.* into t;
    if not found then
      perform private.refuse_stale('public.deal_tasks', d.org_id, d.id, p_task_id);
    end if;
  end if;
  return jsonb_build_object('task_id', t.id, 'version', t.version);
exception
  when check_violation or not_null_violation then
    raise exception 'the task is not valid: %', sqlerrm using errcode = 'SL822';
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_deal_task"(uuid, uuid, uuid, text, date, boolean, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.set_member_role (
  p_org_id  uuid,
  p_user_id uuid,
  p_role    public.member_role
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  update public.members m set role = p_role
  where m.org_id = p_org_id and m.user_id = p_user_id and private.may_grant_role(p_org_id, m.role)
    and private.may_grant_role(p_org_id, p_role);
  if not found then
    raise exception 'member not found, or only an owner can do this' using errcode = 'SL115';
  end if;
end
$function$;

REVOKE ALL ON FUNCTION "public"."set_member_role"(uuid, uuid, public.member_role) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.show_flip (
  p_org_id  uuid,
  p_deal_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_build_object(
    'deal', to_jsonb(d) - 'org_id'::text || jsonb_build_object('stage', s.name, 'outcome', s.outcome),
    'figures', (select to_jsonb(f) - '{org_id,deal_id}'::text[] from public.flip_figures f
      where f.org_id = d.org_id and f.deal_id = d.id),
    'lines', (select coalesce(jsonb_agg(to_jsonb(b) - '{org_id,deal_id}'::text[] order by b.created_at, b.id), '[]')
      from public.deal_budget_lines b where b.org_id = d.org_id and b.deal_id = d.id),
    'tasks', (select coalesce(jsonb_agg(to_jsonb(t) - '{org_id,deal_id}'::text[] order by t.done_at nulls first,
      t.due_on nulls last, t.created_at, t.id), '[]')
      from public.deal_tasks t where t.org_id = d.org_id and t.deal_id = d.id),
    'files', (select coalesce(jsonb_agg(to_jsonb(f) - '{org_id,deal_id}'::text[] order by f.created_at, f.id), '[]')
      from public.deal_files f where f.org_id = d.org_id and f.deal_id = d.id))
  from public.deals d join public.deal_stages s on s.org_id = d.org_id and s.id = d.stage_id
  where d.org_id = p_org_id and d.id = p_deal_id
$function$;

REVOKE ALL ON FUNCTION "public"."show_flip"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.unit_costs (
  p_org_id uuid,
  p_from   date,
  p_until  date,
  p_by     text DEFAULT 'month'::text
)
  RETURNS TABLE (
    starts_on        date,
    messages_usd     numeric,
    data_usd         numeric,
    fed              bigint,
    replied          bigint,
    booked           bigint,
    cost_per_lead    numeric,
    cost_per_booking numeric
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}'), private.check_period(p_from, p_until);
  if p_by is null or p_by not in ('day', 'week', 'month') then
    raise exception 'costs are counted by day, week or month' using errcode = 'SL831';
  end if;
  return query
  with parts as (
    select date_trunc(p_by, m.day)::date as starts_on, sum(m.cost_usd) as messages_usd, 0::numeric as data_usd,
      0::bigint as fed, 0::bigint as replied, 0::bigint as booked
    from private.message_counts(p_org_id, p_from, p_until) m group by 1
    union all
    select date_trunc(p_by, s.starts_on)::date, 0, sum(s.spent_usd), 0, 0, 0
    from private.call_spend s
    where s.org_id = p_org_id and s.period = 'day' and s.starts_on between p_from and p_until group by 1
    union all
    select date_trunc(p_by, c.day)::date, 0, 0, sum(c.leads) filter (where c.kind = 'fed'),
      sum(c.leads) filter (where c.kind = 'replied'), sum(c.leads) filter (where c.kind = 'booked')
    from private.pipeline_counts(p_org_id, p_from, p_until) c where c.kind in ('fed', 'replied', 'booked') group by 1
  )
  select p.starts_on, sum(p.messages_usd), sum(p.data_usd), sum(p.fed)::bigint, sum(p.replied)::bigint,
    sum(p.booked)::bigint,
    round((sum(p.messages_usd) + sum(p.data_usd)) / nullif(sum(p.fed), 0), 4),
    round((sum(p.messages_usd) + sum(p.data_usd)) / nullif(sum(p.booked), 0), 4)
  from parts p group by p.starts_on order by p.starts_on;
end
$function$;

REVOKE ALL ON FUNCTION "public"."unit_costs"(uuid, date, date, text) FROM PUBLIC, "anon";

ALTER TABLE "private"."audit_events"
  ADD CONSTRAINT "audit_events_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."message_daily"
  ADD CONSTRAINT "message_daily_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."message_deltas"
  ADD CONSTRAINT "message_delta_is_of_an_org" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."pipeline_daily"
  ADD CONSTRAINT "funnel_day_is_kept_once" UNIQUE NULLS NOT DISTINCT (org_id, day, kind, source_id, campaign_id, broker_id, fed_week);

ALTER TABLE "private"."pipeline_daily"
  ADD CONSTRAINT "pipeline_daily_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."pipeline_deltas"
  ADD CONSTRAINT "pipeline_deltas_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."campaign_forecasts"
  ADD CONSTRAINT "forecast_is_of_a_campaign_of_its_org" FOREIGN KEY (org_id, campaign_id) REFERENCES public.campaigns(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."deal_events"
  ADD CONSTRAINT "deal_events_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."deal_stages"
  ADD CONSTRAINT "deal_stages_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."deals"
  ADD CONSTRAINT "deal_has_a_broker_of_its_org" FOREIGN KEY (org_id, broker_id) REFERENCES public.brokers(org_id, id) ON DELETE SET NULL (broker_id);

ALTER TABLE "public"."deals"
  ADD CONSTRAINT "deal_is_in_a_stage_of_its_org" FOREIGN KEY (org_id, stage_id) REFERENCES public.deal_stages(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."deals"
  ADD CONSTRAINT "deal_is_of_a_lead_of_its_org" FOREIGN KEY (org_id, lead_id) REFERENCES public.leads(org_id, id) ON DELETE SET NULL (lead_id);

ALTER TABLE "public"."deals"
  ADD CONSTRAINT "deals_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."deal_budget_lines"
  ADD CONSTRAINT "line_is_of_a_deal_of_its_org" FOREIGN KEY (org_id, deal_id) REFERENCES public.deals(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."deal_events"
  ADD CONSTRAINT "event_is_of_a_deal_of_its_org" FOREIGN KEY (org_id, deal_id) REFERENCES public.deals(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."deal_files"
  ADD CONSTRAINT "file_is_of_a_deal_of_its_org" FOREIGN KEY (org_id, deal_id) REFERENCES public.deals(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."deal_tasks"
  ADD CONSTRAINT "task_is_of_a_deal_of_its_org" FOREIGN KEY (org_id, deal_id) REFERENCES public.deals(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."invitations"
  ADD CONSTRAINT "invitations_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."invitations"
  ADD CONSTRAINT "invitations_terms_version_fkey" FOREIGN KEY (terms_version) REFERENCES private.member_terms(VERSION) ON DELETE RESTRICT;

CREATE VIEW "public"."flip_figures" WITH (security_invoker=true) AS  SELECT x.org_id,
    x.deal_id,
    x.purchase_usd,
    x.arv_usd,
    x.sale_usd,
    x.bought_on,
    x.sold_on,
    x.holding_usd_per_day,
    x.repairs_planned_usd,
    x.budget_usd,
    x.spent_usd,
    x.holding_days,
    round(((0.7 * x.arv_usd) - x.repairs_planned_usd), 2) AS max_offer_usd,
        CASE
            WHEN ((x.purchase_usd IS NOT NULL) AND (x.arv_usd IS NOT NULL)) THEN (x.purchase_usd <= ((0.7 * x.arv_usd) - x.repairs_planned_usd))
            ELSE NULL::boolean
        END AS meets_70_percent,
    ((x.holding_days)::numeric * COALESCE(x.holding_usd_per_day, (0)::numeric)) AS holding_usd,
    ((x.purchase_usd + x.spent_usd) + ((x.holding_days)::numeric * COALESCE(x.holding_usd_per_day, (0)::numeric))) AS cost_so_far_usd,
    (((x.arv_usd - x.purchase_usd) - GREATEST(x.repairs_planned_usd, x.spent_usd)) - ((x.holding_days)::numeric * COALESCE(x.holding_usd_per_day, (0)::numeric))) AS expected_profit_usd,
    (((x.sale_usd - x.purchase_usd) - x.spent_usd) - ((x.holding_days)::numeric * COALESCE(x.holding_usd_per_day, (0)::numeric))) AS profit_usd
   FROM ( SELECT d.org_id,
            d.id AS deal_id,
            d.purchase_usd,
            d.arv_usd,
            d.sale_usd,
            d.bought_on,
            d.sold_on,
            d.holding_usd_per_day,
            GREATEST(COALESCE(l.planned, (0)::numeric), COALESCE(d.repairs_usd, (0)::numeric)) AS repairs_planned_usd,
            COALESCE(l.planned, (0)::numeric) AS budget_usd,
            COALESCE(l.spent, (0)::numeric) AS spent_usd,
                CASE
                    WHEN (d.bought_on IS NULL) THEN 0
                    ELSE GREATEST((COALESCE(d.sold_on, ((now() AT TIME ZONE o.time_zone))::date) - d.bought_on), 0)
                END AS holding_days
           FROM ((public.deals d
             JOIN public.orgs o ON ((o.id = d.org_id)))
             LEFT JOIN LATERAL ( SELECT sum(b.planned_usd) AS planned,
                    sum(b.spent_usd) AS spent
                   FROM public.deal_budget_lines b
                  WHERE ((b.org_id = d.org_id) AND (b.deal_id = d.id))) l ON (true))
          WHERE (d.kind = 'flip'::text)) x;

REVOKE ALL ON TABLE "public"."flip_figures" FROM "anon";

CREATE INDEX audit_events_action_idx ON private.audit_events USING btree (org_id, action, id);

CREATE INDEX audit_events_user_idx ON private.audit_events USING btree (org_id, user_id, id);

CREATE INDEX campaign_forecasts_campaign_idx ON public.campaign_forecasts USING btree (org_id, campaign_id, made_at);

CREATE INDEX deal_budget_lines_deal_idx ON public.deal_budget_lines USING btree (org_id, deal_id, created_at);

CREATE INDEX deal_events_deal_idx ON public.deal_events USING btree (org_id, deal_id, id);

CREATE INDEX deal_files_deal_idx ON public.deal_files USING btree (org_id, deal_id, created_at);

CREATE INDEX deal_tasks_deal_idx ON public.deal_tasks USING btree (org_id, deal_id, created_at);

CREATE INDEX deals_broker_idx ON public.deals USING btree (org_id, broker_id, updated_at, id);

CREATE INDEX deals_lead_idx ON public.deals USING btree (org_id, lead_id);

CREATE INDEX deals_merged_idx ON public.deals USING btree (org_id, merged_from)
  WHERE (merged_from IS NOT NULL);

CREATE INDEX deals_stage_idx ON public.deals USING btree (org_id, stage_id, updated_at, id);

CREATE INDEX deals_updated_idx ON public.deals USING btree (org_id, updated_at, id);

CREATE INDEX invitations_created_idx ON public.invitations USING btree (org_id, created_at, id);

CREATE UNIQUE INDEX invitations_one_open_key ON public.invitations USING btree (org_id, email_bidx)
  WHERE ((accepted_at IS NULL) AND (revoked_at IS NULL));

CREATE INDEX invitations_terms_idx ON public.invitations USING btree (terms_version)
  WHERE (terms_version IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX tasks_kind_idx ON public.tasks USING btree (org_id, kind, created_at);

CREATE TRIGGER _100_append_only
  BEFORE DELETE OR UPDATE ON private.audit_events
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_events__refuse_change();

CREATE TRIGGER _100_refuse_truncate
  BEFORE TRUNCATE ON private.audit_events
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.refuse_change();

CREATE TRIGGER _100_append_only
  BEFORE DELETE OR TRUNCATE ON private.member_terms
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.refuse_change();

CREATE TRIGGER _800_audit
  AFTER INSERT ON private.pii_access_log REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_audit_access();

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE OF settings_cipher ON private.provider_accounts
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('provider_account', 'provider,name', 'setting_names', 'updated_at');

CREATE TRIGGER _800_audit
  AFTER INSERT ON private.source_secrets
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('source_secret', 'source_id', 'expires_at');

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE OF user_id, name, licensed_states, capacity, active ON public.brokers
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('broker', 'id', 'user_id', 'name', 'licensed_states', 'capacity', 'active');

CREATE TRIGGER _110_count_version
  BEFORE UPDATE ON public.campaigns
  FOR EACH ROW
  EXECUTE FUNCTION private.count_version();

CREATE TRIGGER _300_need_forecast
  BEFORE INSERT ON public.campaigns
  FOR EACH ROW
  WHEN ((new.state = 'running'::public.campaign_state))
  EXECUTE FUNCTION private.tg_campaigns__need_forecast();

CREATE TRIGGER _310_need_forecast_to_start
  BEFORE UPDATE OF state ON public.campaigns
  FOR EACH ROW
  WHEN (((old.state = 'draft'::public.campaign_state) AND (new.state = 'running'::public.campaign_state)))
  EXECUTE FUNCTION private.tg_campaigns__need_forecast();

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE OF state, name, daily_limit, states, source_ids, min_score, starts_on, ends_on, assign_brokers, sequence_id ON public.campaigns
  FOR EACH ROW
  EXECUTE FUNCTION
    private.tg_audit_row('campaign', 'id', 'name', 'state', 'daily_limit', 'states', 'source_ids', 'min_score', 'starts_on', 'ends_on', 'assign_brokers', 'sequence_id');

CREATE TRIGGER _110_count_version
  BEFORE UPDATE ON public.deal_budget_lines
  FOR EACH ROW
  EXECUTE FUNCTION private.count_version();

CREATE TRIGGER _200_record
  AFTER INSERT OR DELETE OR UPDATE ON public.deal_budget_lines
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_deals__record('line');

CREATE TRIGGER _100_append_only
  BEFORE DELETE OR UPDATE ON public.deal_events
  FOR EACH ROW
  EXECUTE FUNCTION private.refuse_change_while_org_exists();

CREATE TRIGGER _100_refuse_truncate
  BEFORE TRUNCATE ON public.deal_events
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.refuse_change();

CREATE TRIGGER _110_count_version
  BEFORE UPDATE ON public.deal_files
  FOR EACH ROW
  EXECUTE FUNCTION private.count_version();

CREATE TRIGGER _200_record
  AFTER INSERT OR DELETE OR UPDATE ON public.deal_files
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_deals__record('file');

CREATE TRIGGER _110_count_version
  BEFORE UPDATE ON public.deal_stages
  FOR EACH ROW
  EXECUTE FUNCTION private.count_version();

CREATE TRIGGER _110_count_version
  BEFORE UPDATE ON public.deal_tasks
  FOR EACH ROW
  EXECUTE FUNCTION private.count_version();

CREATE TRIGGER _200_record
  AFTER INSERT OR DELETE OR UPDATE ON public.deal_tasks
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_deals__record('task');

CREATE TRIGGER _050_check_stage
  BEFORE INSERT OR UPDATE ON public.deals
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_deals__check_stage();

CREATE TRIGGER _100_set_updated_at
  BEFORE UPDATE ON public.deals
  FOR EACH ROW
  EXECUTE FUNCTION private.set_updated_at();

CREATE TRIGGER _110_count_version
  BEFORE UPDATE ON public.deals
  FOR EACH ROW
  EXECUTE FUNCTION private.count_version();

CREATE TRIGGER _200_record
  AFTER INSERT OR UPDATE ON public.deals
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_deals__record('deal');

CREATE TRIGGER _300_count
  AFTER INSERT OR UPDATE OF stage_id ON public.deals
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_deals__count();

CREATE TRIGGER _800_audit
  AFTER INSERT ON public.erasures
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('erasure', 'id', 'lead_id');

CREATE TRIGGER _800_audit
  AFTER INSERT OR UPDATE OF accepted_at, revoked_at ON public.invitations
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('invitation', 'id', 'role', 'email_masked', 'accepted_at', 'accepted_by', 'terms_version', 'revoked_at');

CREATE TRIGGER _320_move_deals
  AFTER INSERT OR UPDATE OF undone_at ON public.lead_merges
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_lead_merges__move_deals();

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE OF ROLE ON public.members
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('member', 'user_id', 'role');

CREATE TRIGGER _300_count_new
  AFTER INSERT ON public.messages
  FOR EACH ROW
  WHEN ((num_nonnulls(new.sent_at, new.cost_usd) > 0))
  EXECUTE FUNCTION private.tg_messages__count();

CREATE TRIGGER _300_count
  AFTER UPDATE ON public.messages
  FOR EACH ROW
  WHEN
    ((((old.sent_at IS NULL) <> (new.sent_at IS NULL)) OR ((old.delivered_at IS NULL) <> (new.delivered_at IS NULL)) OR ((old.opened_at IS NULL) <> (new.opened_at IS NULL)) OR
    ((old.clicked_at IS NULL) <> (new.clicked_at IS NULL)) OR ((old.bounced_at IS NULL) <> (new.bounced_at IS NULL)) OR ((old.failed_at IS NULL) <> (new.failed_at IS NULL)) OR
    ((old.unsubscribed_at IS NULL) <> (new.unsubscribed_at IS NULL)) OR (COALESCE(old.cost_usd, (0)::numeric) <> COALESCE(new.cost_usd, (0)::numeric))))
  EXECUTE FUNCTION private.tg_messages__count();

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE OF VALUE, counsel, reason ON public.org_gate_rules
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('gate_rule', 'key', 'value', 'counsel', 'reason', 'reviewed_on');

CREATE TRIGGER _200_add_deal_stages
  AFTER INSERT ON public.orgs
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_orgs__add_deal_stages();

CREATE TRIGGER _800_audit
  AFTER UPDATE OF name, time_zone, holidays, settings ON public.orgs
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('org', 'id', 'name', 'time_zone', 'holidays', 'settings');

CREATE TRIGGER _300_count_off
  AFTER DELETE ON public.pipeline_events REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_pipeline_events__count();

CREATE TRIGGER _300_count
  AFTER INSERT ON public.pipeline_events REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_pipeline_events__count();

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE OF limit_usd ON public.provider_budgets
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('provider_budget', 'provider,period', 'limit_usd');

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE OF url, kind, OPTIONS, at_times, weekdays, active, most_lost, terms, token_cipher ON public.pulls
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('pull', 'source_id', 'kind', 'url', 'options', 'at_times', 'weekdays', 'active', 'most_lost', 'terms', 'updated_at');

CREATE TRIGGER _800_audit
  AFTER INSERT ON public.score_activations
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('score_activation', 'id', 'version', 'action');

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE OF state, name, address, account, reply_to, postal_address, per_minute, per_day, daily_budget_usd ON public.senders
  FOR EACH ROW
  EXECUTE FUNCTION
    private.tg_audit_row('sender', 'id', 'channel', 'provider', 'account', 'name', 'address', 'reply_to', 'postal_address', 'state', 'per_minute', 'per_day', 'daily_budget_usd');

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE ON public.sequence_steps
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('sequence_step', 'sequence_id,step', 'channel', 'delay', 'delay_kind', 'send_from', 'send_until', 'purpose', 'sender_id');

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE OF name ON public.sequences
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('sequence', 'id', 'name');

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE OF name, active, trust, column_map, preset, max_part_bytes, parts_per_minute ON public.sources
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('source', 'id', 'key', 'name', 'active', 'trust', 'column_map', 'preset', 'max_part_bytes', 'parts_per_minute');

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE ON public.step_variants
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('step_variant', 'sequence_id,step,variant', 'template_id', 'share');

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE OF active, ended_at ON public.subscriptions
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('subscription', 'id', 'url', 'active', 'ended_at');

CREATE TRIGGER _800_audit
  AFTER INSERT ON public.suppression_lifts REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_audit_lifts();

CREATE TRIGGER _800_audit
  AFTER INSERT ON public.templates
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('template', 'id', 'name', 'version', 'channel', 'purpose');

CREATE TRIGGER _800_audit
  AFTER UPDATE OF undone_at ON public.uploads
  FOR EACH ROW
  WHEN (((old.undone_at IS NULL) AND (new.undone_at IS NOT NULL)))
  EXECUTE FUNCTION private.tg_audit_row('upload', 'id', 'undone_at');

CREATE POLICY "select_viewers" ON "public"."campaign_forecasts"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "select_members" ON "public"."deal_budget_lines"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])) OR ((org_id = ANY (( SELECT private.my_org_ids() AS
    my_org_ids)::uuid[])) AND (EXISTS ( SELECT
   FROM public.deals d
  WHERE ((d.org_id = deal_budget_lines.org_id) AND (d.id = deal_budget_lines.deal_id)))))));

CREATE POLICY "select_members" ON "public"."deal_events"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])) OR ((org_id = ANY (( SELECT private.my_org_ids() AS
    my_org_ids)::uuid[])) AND (EXISTS ( SELECT
   FROM public.deals d
  WHERE ((d.org_id = deal_events.org_id) AND (d.id = deal_events.deal_id)))))));

CREATE POLICY "select_members" ON "public"."deal_files"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])) OR ((org_id = ANY (( SELECT private.my_org_ids() AS
    my_org_ids)::uuid[])) AND (EXISTS ( SELECT
   FROM public.deals d
  WHERE ((d.org_id = deal_files.org_id) AND (d.id = deal_files.deal_id)))))));

CREATE POLICY "select_members" ON "public"."deal_stages"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."deal_stages"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_members" ON "public"."deal_tasks"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])) OR ((org_id = ANY (( SELECT private.my_org_ids() AS
    my_org_ids)::uuid[])) AND (EXISTS ( SELECT
   FROM public.deals d
  WHERE ((d.org_id = deal_tasks.org_id) AND (d.id = deal_tasks.deal_id)))))));

CREATE POLICY "select_members" ON "public"."deals"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])) OR ((broker_id = ANY (( SELECT private.my_broker_ids() AS
    my_broker_ids)::uuid[])) AND (org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])))));

CREATE POLICY "select_admins" ON "public"."invitations"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])));

COMMENT ON COLUMN "private"."audit_events"."action" IS 'What happened, as subject.verb: member.created, campaign.changed.';

COMMENT ON COLUMN "private"."audit_events"."actor" IS 'member: a signed-in user; service: the service key; system: the pipeline; operator: a direct session of the project.';

COMMENT ON COLUMN "private"."audit_events"."detail" IS 'For changed: {column: [before, after]}; for created and removed: {column: value}; else what the action names.';

COMMENT ON COLUMN "private"."message_daily"."campaign_id" IS 'Null: answers and confirmations.';

COMMENT ON COLUMN "private"."message_daily"."day" IS 'When it was recorded, in the time zone of the org.';

COMMENT ON COLUMN "private"."pipeline_daily"."day" IS 'In the time zone of the org.';

COMMENT ON COLUMN "private"."pipeline_daily"."fed_week" IS 'Monday of the week in which the lead was fed; null for events before that.';

COMMENT ON COLUMN "private"."pipeline_daily"."leads" IS 'Leads that reached the step in this campaign for the first time; 0 for events of many leads at once.';

COMMENT ON COLUMN "private"."pipeline_daily"."quantity" IS 'Sum of the quantities: rows of uploads, messages sent.';

COMMENT ON COLUMN "public"."campaign_forecasts"."hash" IS 'Of what decides what the campaign does; see campaign_state_hash.';

COMMENT ON COLUMN "public"."campaign_forecasts"."result" IS '{candidates, sampled, channels: [{channel, outlook, leads, share}], reasons: [{channel, rule, outlook, leads, share}]}.';

COMMENT ON COLUMN "public"."campaigns"."version" IS 'Counts changes of the row; save_campaign asks for it.';

COMMENT ON COLUMN "public"."deal_events"."action" IS 'opened, changed, or part.created, part.changed, part.removed.';

COMMENT ON COLUMN "public"."deal_events"."changes" IS '{column: [before, after]}; of texts, which an erasure may empty, only that they changed: {column: true}.';

COMMENT ON COLUMN "public"."deal_files"."path" IS 'In the private bucket: ORG/DEAL/UUID.EXTENSION; no words of a person.';

COMMENT ON COLUMN "public"."deal_stages"."outcome" IS 'open; booked: an appointment was agreed (the funnel counts it); won: closed, the funnel counts it; lost.';

COMMENT ON COLUMN "public"."deals"."arv_usd" IS 'Of a flip: value after repair.';

COMMENT ON COLUMN "public"."deals"."closed_on" IS 'Set when a stage won or lost is entered, empty in all others.';

COMMENT ON COLUMN "public"."deals"."commission_usd" IS 'What the org earns.';

COMMENT ON COLUMN "public"."deals"."holding_usd_per_day" IS 'Of a flip: interest, taxes, insurance and utilities for a day.';

COMMENT ON COLUMN "public"."deals"."lead_id" IS 'Null once the lead was deleted or merged away without a survivor.';

COMMENT ON COLUMN "public"."deals"."merged_from" IS 'Its lead before that lead was merged into lead_id.';

COMMENT ON COLUMN "public"."deals"."repairs_usd" IS 'Of a flip: estimated cost of all repairs; the budget lines have the parts.';

COMMENT ON COLUMN "public"."invitations"."broker" IS 'Broker record that the acceptance makes: {name, licensed_states, capacity}, or {broker_id} of one without a login.';

COMMENT ON COLUMN "public"."invitations"."email_bidx" IS 'Keyed hash of the invited address, in lower case.';

COMMENT ON COLUMN "public"."invitations"."invited_by" IS 'The member; null: the service or an operator.';

COMMENT ON COLUMN "public"."invitations"."terms_version" IS 'Version of private.member_terms that was accepted.';

COMMENT ON COLUMN "public"."invitations"."token_hash" IS 'SHA-256 of the token, which only the link has.';

COMMENT ON FUNCTION "private"."accept_invitation_at"(text, integer, timestamp with time zone) IS 'accept_invitation at p_as_of. Definer: the person is no member yet.';

COMMENT ON FUNCTION "private"."add_deal_stages"(uuid) IS 'Gives an org without stages the usual ones. Definer: members may not write stages.';

COMMENT ON FUNCTION "private"."audit_actor"() IS 'Kind of the caller, for the audit log.';

COMMENT ON FUNCTION "private"."campaign_for_admin"(uuid, uuid) IS 'A campaign, locked, for owners, admins and the service. Raises SL111 and SL512. Definer: as its callers.';

COMMENT ON FUNCTION "private"."campaign_state_hash"(public.campaigns) IS 'SHA-256 of the settings, steps, texts, senders and rules that decide what a campaign does. Definer: one answer for all callers.';

COMMENT ON FUNCTION "private"."check_invited_broker"(uuid, jsonb) IS 'Raises SL112 for a broker record that an acceptance could not make. Definer: reads brokers without the policies.';

COMMENT ON FUNCTION "private"."check_period"(date, date) IS 'Raises SL831 for a period that is none or longer than two years.';

COMMENT ON FUNCTION "private"."count_version"() IS 'Trigger: counts the versions of a row, so that two people who edit it at once do not overwrite each other.';

COMMENT ON FUNCTION "private"."counted_brokers"(uuid) IS 'Brokers whose numbers the caller may see; null: of the whole org. Definer: reads members without the policies.';

COMMENT ON FUNCTION "private"."deal_for_change"(uuid, uuid) IS 'A deal that the caller may change, locked. Raises SL821. Definer: members may not lock deals.';

COMMENT ON FUNCTION "private"."fold_messages"(integer) IS 'Moves up to p_limit counts into the daily rows; returns how many. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "private"."fold_pipeline"(integer) IS 'Moves up to p_limit counts into the daily rows; returns how many. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "private"."forecast_campaign_at"(uuid, uuid, date, timestamp with time zone) IS 'forecast_campaign at p_as_of. Definer: members may not write forecasts.';

COMMENT ON FUNCTION "private"."forget_deals"(uuid, uuid[]) IS 'Empties the texts of deals with the leads and of their parts; amounts and dates stay. Returns how many deals. Definer: members may not write deals.';

COMMENT ON FUNCTION "private"."has_forecast"(public.campaigns, timestamp with time zone) IS 'Whether the present state of a campaign was forecast within 24 hours. Definer: one answer for all callers.';

COMMENT ON FUNCTION "private"."invite_member_at"(uuid, text, public.member_role, jsonb, integer, timestamp with time zone) IS 'invite_member at p_as_of. Definer: members may not write invitations.';

COMMENT ON FUNCTION "private"."launch_campaign_at"(uuid, uuid, text, timestamp with time zone) IS 'launch_campaign at p_as_of. Definer: locks the campaign for all callers alike.';

COMMENT ON FUNCTION "private"."may_grant_role"(uuid, public.member_role) IS 'Whether the caller may give or take the role: only owners and the service deal with owners. Definer: reads members without the policies.';

COMMENT ON FUNCTION "private"."message_counts"(uuid, date, date) IS 'Counts of an org by day, both dates included; rows repeat and are to be summed. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "private"."my_invitation"(text, timestamp with time zone) IS 'The open invitation of the token, for the signed-in user with the verified address that was invited; locks it. Raises SL113 for every other case alike. Definer: reads users and hashes.';

COMMENT ON FUNCTION "private"."page_size"(integer) IS 'Rows of a page: 1 to 200, 50 by default.';

COMMENT ON FUNCTION "private"."pipeline_counts"(uuid, date, date) IS 'Counts of an org by day, both dates included; rows repeat and are to be summed. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "private"."record_audit"(uuid, text, text, jsonb) IS 'Adds an event of the caller to the audit log. Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "private"."refuse_stale"(regclass, uuid, uuid, uuid) IS 'Says why an update of a part of a deal found nothing. Raises SL821 and SL824. Definer: reads without the policies.';

COMMENT ON FUNCTION "private"."require_role"(uuid, public.member_role[]) IS 'Refuses callers that are neither the service nor a member with one of the roles. Raises SL111. Definer: looks up the org without the policies.';

COMMENT ON FUNCTION "private"."tg_audit_access"() IS 'Trigger: each request for plain values is one event of the audit log. Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "private"."tg_audit_events__refuse_change"() IS 'Trigger: an event goes with its org only. Raises SL002. Definer: looks up the org without the policies.';

COMMENT ON FUNCTION "private"."tg_audit_lifts"() IS 'Trigger: the lifts of a statement are one event per channel. Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "private"."tg_audit_row"() IS 'Trigger: reports a row to the audit log. Arguments: subject, columns of its id with commas, and the columns whose values are logged. An update that changes none of them is not logged. Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "private"."tg_campaigns__need_forecast"() IS 'Trigger: a member launches a campaign only after a forecast of the same state within 24 hours. Raises SL504. Definer: reads forecasts and steps without the policies.';

COMMENT ON FUNCTION "private"."tg_deals__check_stage"() IS 'Trigger: a closed deal has its date, a lost one its reason (SL823), any other neither. Definer: reads stages without the policies.';

COMMENT ON FUNCTION "private"."tg_deals__count"() IS 'Trigger: a booked or won deal is an event of the funnel; one that goes back takes its event back. Definer: members may not write events.';

COMMENT ON FUNCTION "private"."tg_deals__record"() IS 'Trigger: writes what changed to deal_events; the argument names the part. Definer: nobody else writes events.';

COMMENT ON FUNCTION "private"."tg_lead_merges__move_deals"() IS 'Trigger: deals move with a merged lead and return when the merge is undone. Definer: roles that merge leads may not write deals.';

COMMENT ON FUNCTION "private"."tg_messages__count"() IS 'Trigger: counts what happened to a message. Definer: nobody else writes the counts.';

COMMENT ON FUNCTION "private"."tg_orgs__add_deal_stages"() IS 'Trigger: a new org has the usual stages. Definer: who makes orgs may lack rights on stages.';

COMMENT ON FUNCTION "private"."tg_pipeline_events__count"() IS 'Trigger: counts the events of a statement, or takes them off. Definer: nobody else writes the counts.';

COMMENT ON FUNCTION "private"."with_values"(public.deals, jsonb) IS 'The deal with the values of a member. Raises SL822 for unknown and impossible ones. Definer: reads stages and brokers without the policies.';

COMMENT ON FUNCTION "private"."works_deals"(uuid, uuid) IS 'Whether the caller may change deals of the broker: owners, admins, the service, and the broker. Definer: reads members without the policies.';

COMMENT ON FUNCTION "public"."accept_invitation"(text, integer) IS 'Makes the signed-in person a member, with the broker record of the invitation: {org_id, role, broker_id}. p_consent_version: the version of the text that the person accepted, as look_up_invitation gave it. Once; the address of the account must be the invited one and verified, and the inviter must still have the right to invite. Raises SL113 (no such invitation for this person), SL114 (another text) and SL112. Definer: the person is no member yet.';

COMMENT ON FUNCTION "public"."add_deal_file"(uuid, uuid, text, text, text, bigint, text) IS 'Records a document or photo that was stored under ORG/DEAL/ of the private bucket; returns its id. For who may change the deal. Raises SL821 and SL822. Definer: members may not write files of deals.';

COMMENT ON FUNCTION "public"."answer_times"(uuid, date, date) IS 'Time from a reply to its first answer in minutes (median and 90th percentile), by broker, from the tasks to answer that were made in the period; and how many wait since when. A broker counts own leads only. Raises SL111 and SL831. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."campaign_funnel"(uuid, uuid) IS 'The funnel of a campaign from fed on: leads and events by step. A broker counts own leads only. Raises SL111. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "public"."campaign_spend"(uuid, uuid, date, date) IS 'Messages and their cost in USD of a campaign by day and channel. For owners, admins, viewers and the service. Raises SL111 and SL831. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "public"."campaign_variants"(uuid, uuid) IS 'Messages of a campaign by step, variant and version of its text, and what became of them; cost_usd in USD. For owners, admins, viewers and the service. Raises SL111. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "public"."change_deal"(uuid, uuid, integer, jsonb) IS 'Changes values of a deal (see open_deal; also closed_on and lost_reason), or moves it to another stage: {deal_id, version}. p_version: as it was read. Owners, admins, the service, and the deal''s broker. Raises SL821 (not found), SL822 (values), SL823 (lost without a reason) and SL824 (changed meanwhile; detail is the version). Definer: members may not write deals.';

COMMENT ON FUNCTION "public"."deal_board"(uuid, uuid) IS 'The stages of an org in order, with the number of deals that the caller may see and the sums of their price and commission in USD.';

COMMENT ON FUNCTION "public"."deal_history"(uuid, uuid, integer, bigint) IS 'Events of a deal, newest first; p_before: the smallest id of the page before.';

COMMENT ON FUNCTION "public"."feed_cohorts"(uuid, date, date, uuid) IS 'Leads by the week in which they were fed (its Monday): how many were reached, replied, booked and closed, by weeks since. A broker counts own leads only. Raises SL111 and SL831. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "public"."forecast_campaign"(uuid, uuid, date) IS 'Forecasts a campaign for a day (tomorrow by default) on the channels of its sequence, and remembers it for the launch: {hash, made_at, date, candidates, sampled, channels: [{channel, outlook, leads, share}], reasons: [{channel, rule, outlook, leads, share}]}. For owners, admins and the service. Raises SL111, SL506 and SL512. Definer: members may not write forecasts.';

COMMENT ON FUNCTION "public"."funnel_numbers"(uuid, date, date, text, uuid, integer) IS 'The funnel of a period (both dates included, in the time zone of the org) by day, source, campaign or broker: quantity counts rows and messages, leads those that reached the step for the first time in their campaign. key is null where there is none. A broker counts own leads only. Raises SL111 and SL831. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "public"."invite_member"(uuid, text, public.member_role, jsonb, integer) IS 'Invites a person by e-mail address and returns {invitation_id, token, expires_at, email_masked}; the token is shown this once. p_broker: the broker record to make, {name, licensed_states, capacity}, or {broker_id} of one without a login. p_valid_days: 1 to 30. Replaces an open invitation of the address. For owners (any role), admins (not owner) and the service. Raises SL111 and SL112. Definer: members may not write invitations.';

COMMENT ON FUNCTION "public"."launch_campaign"(uuid, uuid, text) IS 'Starts a draft: {campaign_id, state, version}. p_hash: of a forecast within 24 hours, which must be that of the present state, so that what was shown is what starts. For owners, admins and the service. Raises SL111, SL501, SL504 and SL512. Definer: as launch_campaign_at.';

COMMENT ON FUNCTION "public"."list_audit"(uuid, integer, bigint, text, uuid) IS 'The audit log of an org, newest first; p_before: the smallest id of the page before. For owners, admins and the service. Raises SL111. Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "public"."list_campaigns"(uuid, integer, timestamp with time zone, uuid) IS 'Campaigns of an org, newest first, with leads fed, reached, replied, booked and the cost of their messages in USD. p_before and p_before_id: of the last row of the page before. A broker counts own leads only and sees no cost. Raises SL111. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "public"."list_deals"(uuid, uuid, uuid, uuid, integer, timestamp with time zone, uuid) IS 'Deals that the caller may see, last changed first; p_before and p_before_id: updated_at and id of the last row of the page before. Brokers see their own. Amounts in USD.';

COMMENT ON FUNCTION "public"."list_invitations"(uuid, integer, timestamp with time zone, uuid) IS 'Invitations of an org, newest first, with their state: open, accepted, revoked or expired. p_before and p_before_id: of the last row of the page before. For owners, admins and the service. Raises SL111. Definer: as list_members.';

COMMENT ON FUNCTION "public"."list_members"(uuid) IS 'Members of an org with their broker records. E-mail addresses are for owners, admins and the service; others see their own. Raises SL111. Definer: addresses are in the table of users.';

COMMENT ON FUNCTION "public"."look_up_invitation"(text) IS 'What a signed-in person is invited to: {org_name, role, expires_at, consent_version, consent_text}. Raises SL113. Definer: the person is no member yet.';

COMMENT ON FUNCTION "public"."open_deal"(uuid, uuid, jsonb) IS 'Opens a deal with a lead: {deal_id, version}. p_values: kind (listing, purchase, referral, wholesale, flip), title, stage_id (the first stage by default), broker_id (of the lead), price_usd, commission_usd, expected_close_on, note, and of a flip purchase_usd, arv_usd, repairs_usd, holding_usd_per_day, bought_on, sold_on, sale_usd. Owners, admins, the service, and brokers with their own leads. Raises SL111, SL821 (lead), SL822 (values) and SL823 (lost without a reason). Definer: members may not write deals.';

COMMENT ON FUNCTION "public"."remove_deal_part"(uuid, uuid, text, uuid) IS 'Removes a line, task or file of a deal and returns its row, from which it can be added again; the stored bytes of a file are removed through the storage. For who may change the deal. Raises SL821 and SL822. Definer: members may not write parts of deals.';

COMMENT ON FUNCTION "public"."remove_member"(uuid, uuid) IS 'Ends a membership. The broker record stays, without a login, and keeps its leads for a successor. Owners remove anybody, admins everybody but owners, each member themselves. Raises SL111, SL115 and SL102 (the last owner). Definer: members without a right to others'' rows may leave.';

COMMENT ON FUNCTION "public"."revoke_invitation"(uuid, uuid) IS 'Ends an open invitation; returns whether there was one that the caller may end. For owners, admins (not those of owners) and the service. Raises SL111. Definer: members may not write invitations.';

COMMENT ON FUNCTION "public"."save_broker"(uuid, uuid, text, uuid, text[], integer, boolean) IS 'Adds a broker (without p_broker_id) or changes one; null keeps a value. p_capacity: most open leads. Returns the id. For owners, admins and the service. Raises SL111 and SL116. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."save_budget_line"(uuid, uuid, uuid, text, numeric, numeric, integer) IS 'Adds a budget line (without p_line_id) or changes one: {line_id, version}; amounts in USD. For who may change the deal. Raises SL821, SL822 and SL824. Definer: members may not write lines.';

COMMENT ON FUNCTION "public"."save_campaign"(uuid, uuid, jsonb, integer) IS 'Makes a draft (without p_campaign_id) or changes a campaign: {id, version, state}. p_settings: name, daily_limit, states, source_ids, min_score, starts_on, ends_on, assign_brokers, sequence_id; what it does not name stays. A campaign that was launched changes name, daily_limit and ends_on only. p_version: as it was read. For owners, admins and the service. Raises SL111, SL505 (changed meanwhile; detail is the version), SL506 and SL512. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."save_deal_stage"(uuid, uuid, text, integer, text, boolean, integer) IS 'Adds a stage (without p_stage_id) or changes one: {stage_id, version}. p_outcome: open, booked, won, lost. An inactive stage keeps its deals and takes no others. For owners, admins and the service. Raises SL111, SL821, SL822 and SL824. Definer: members may not write stages.';

COMMENT ON FUNCTION "public"."save_deal_task"(uuid, uuid, uuid, text, date, boolean, integer) IS 'Adds a task of a deal (without p_task_id), changes, finishes or reopens one: {task_id, version}. For who may change the deal. Raises SL821, SL822 and SL824. Definer: members may not write tasks of deals.';

COMMENT ON FUNCTION "public"."set_member_role"(uuid, uuid, public.member_role) IS 'Changes the role of a member. Owners change every role, admins those below owner. Raises SL111, SL115 (member not found, or an owner is needed) and SL102 (the last owner). Definer: the rule about owners is checked here.';

COMMENT ON FUNCTION "public"."show_flip"(uuid, uuid) IS 'A deal with its lines, tasks and files, and for a flip its figures (flip_figures): {deal, figures, lines, tasks, files}; null where the caller may not see it.';

COMMENT ON FUNCTION "public"."unit_costs"(uuid, date, date, text) IS 'Costs in USD by day, week or month of the org: of messages and of data calls; per lead that was fed, per lead that booked, null where there was none. For owners, admins, viewers and the service. Raises SL111 and SL831. Definer: the counts belong to the owner.';

COMMENT ON TABLE "private"."audit_events" IS 'Append-only log of what people and services did. Ids, codes, names and settings of the org; no values of contacts, no secrets. Deleted with the org only. Read with public.list_audit.';

COMMENT ON TABLE "private"."member_terms" IS 'Versions of the text that new members accept; the highest one is offered.';

COMMENT ON TABLE "private"."message_daily" IS 'Messages by day and variant, counted when each thing happened.';

COMMENT ON TABLE "private"."message_deltas" IS 'Counts that are not in message_daily yet.';

COMMENT ON TABLE "private"."pipeline_daily" IS 'Counts of pipeline events by day and origin. Brokers, campaigns and sources are those of the lead at the time of the event (of one that a deal takes back: at that time); merges and erasures of leads change no number.';

COMMENT ON TABLE "private"."pipeline_deltas" IS 'Counts that are not in pipeline_daily yet.';

COMMENT ON TABLE "public"."campaign_forecasts" IS 'Forecasts that somebody looked at: how many leads could be contacted by channel, and what refuses the others.';

COMMENT ON TABLE "public"."deal_budget_lines" IS 'Parts of the budget of a deal, in USD: roof, kitchen, permits.';

COMMENT ON TABLE "public"."deal_events" IS 'Every change of a deal and of what belongs to it. Append-only; triggers write it.';

COMMENT ON TABLE "public"."deal_files" IS 'Documents and photos of a deal.';

COMMENT ON TABLE "public"."deal_stages" IS 'The stages of the pipeline of an org, in the order of position.';

COMMENT ON TABLE "public"."deal_tasks" IS 'Things to do for a deal.';

COMMENT ON TABLE "public"."deals" IS 'Business with a lead. Amounts in USD. Changed through open_deal and change_deal.';

COMMENT ON TABLE "public"."invitations" IS 'Offers of membership. Open until accepted, revoked or expired; one open invitation per address.';

COMMENT ON VIEW "public"."flip_figures" IS 'Figures of flips, in USD. repairs_planned_usd: the greater of the estimate and the budget lines. max_offer_usd: 70 % of the value after repair (ARV) less the planned repairs; meets_70_percent: whether the purchase was not above it. holding_days: days from the purchase to the sale, or today in the zone of the org; holding_usd: their cost. cost_so_far_usd: purchase, spent and holding. expected_profit_usd: ARV less purchase, the greater of planned and spent, and holding until now. profit_usd: sale less cost; null until sold. Null where a figure is missing.';

REVOKE ALL ON FUNCTION "private"."accept_invitation_at"(text, integer, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."add_deal_stages"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."audit_actor"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."audit_actor"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."campaign_for_admin"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."campaign_state_hash"(public.campaigns) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_invited_broker"(uuid, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_period"(date, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_period"(date, date) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."count_version"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_version"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."counted_brokers"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."deal_for_change"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fold_messages"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fold_pipeline"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."forecast_campaign_at"(uuid, uuid, date, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."forget_deals"(uuid, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."has_forecast"(public.campaigns, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."invite_member_at"(uuid, text, public.member_role, jsonb, integer, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."launch_campaign_at"(uuid, uuid, text, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."may_grant_role"(uuid, public.member_role) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."message_counts"(uuid, date, date) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."my_invitation"(text, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."pipeline_counts"(uuid, date, date) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."record_audit"(uuid, text, text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refuse_stale"(regclass, uuid, uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_role"(uuid, public.member_role[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tg_audit_access"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_audit_access"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_audit_events__refuse_change"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_audit_events__refuse_change"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_audit_lifts"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_audit_lifts"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_audit_row"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_audit_row"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_campaigns__need_forecast"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_campaigns__need_forecast"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_deals__check_stage"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_deals__check_stage"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_deals__count"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_deals__count"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_deals__record"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_deals__record"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_lead_merges__move_deals"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_lead_merges__move_deals"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_messages__count"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_messages__count"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_orgs__add_deal_stages"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_orgs__add_deal_stages"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_pipeline_events__count"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_pipeline_events__count"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."with_values"(public.deals, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."works_deals"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."accept_invitation"(text, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."accept_invitation"(text, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."add_deal_file"(uuid, uuid, text, text, text, bigint, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."add_deal_file"(uuid, uuid, text, text, text, bigint, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."answer_times"(uuid, date, date) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."answer_times"(uuid, date, date) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."campaign_funnel"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."campaign_funnel"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."campaign_spend"(uuid, uuid, date, date) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."campaign_spend"(uuid, uuid, date, date) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."campaign_variants"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."campaign_variants"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."change_deal"(uuid, uuid, integer, jsonb) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."change_deal"(uuid, uuid, integer, jsonb) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."deal_board"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."deal_board"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."deal_history"(uuid, uuid, integer, bigint) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."deal_history"(uuid, uuid, integer, bigint) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."feed_cohorts"(uuid, date, date, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."feed_cohorts"(uuid, date, date, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."forecast_campaign"(uuid, uuid, date) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."forecast_campaign"(uuid, uuid, date) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."funnel_numbers"(uuid, date, date, text, uuid, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."funnel_numbers"(uuid, date, date, text, uuid, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."invite_member"(uuid, text, public.member_role, jsonb, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."invite_member"(uuid, text, public.member_role, jsonb, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."launch_campaign"(uuid, uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."launch_campaign"(uuid, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_audit"(uuid, integer, bigint, text, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_audit"(uuid, integer, bigint, text, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_campaigns"(uuid, integer, timestamp WITH time zone, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_campaigns"(uuid, integer, timestamp WITH time zone, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_deals"(uuid, uuid, uuid, uuid, integer, timestamp WITH time zone, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_deals"(uuid, uuid, uuid, uuid, integer, timestamp WITH time zone, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_invitations"(uuid, integer, timestamp WITH time zone, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_invitations"(uuid, integer, timestamp WITH time zone, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_members"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_members"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."look_up_invitation"(text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."look_up_invitation"(text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."open_deal"(uuid, uuid, jsonb) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."open_deal"(uuid, uuid, jsonb) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."remove_deal_part"(uuid, uuid, text, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."remove_deal_part"(uuid, uuid, text, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."remove_member"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."remove_member"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."revoke_invitation"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."revoke_invitation"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_broker"(uuid, uuid, text, uuid, text[], integer, boolean) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_broker"(uuid, uuid, text, uuid, text[], integer, boolean) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_budget_line"(uuid, uuid, uuid, text, numeric, numeric, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_budget_line"(uuid, uuid, uuid, text, numeric, numeric, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_campaign"(uuid, uuid, jsonb, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_campaign"(uuid, uuid, jsonb, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_deal_stage"(uuid, uuid, text, integer, text, boolean, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_deal_stage"(uuid, uuid, text, integer, text, boolean, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_deal_task"(uuid, uuid, uuid, text, date, boolean, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_deal_task"(uuid, uuid, uuid, text, date, boolean, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."set_member_role"(uuid, uuid, public.member_role) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."set_member_role"(uuid, uuid, public.member_role) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."show_flip"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."show_flip"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."unit_costs"(uuid, date, date, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."unit_costs"(uuid, date, date, text) TO "service_role";

REVOKE ALL ON SEQUENCE "public"."campaign_forecasts_id_seq" FROM "service_role";

GRANT SELECT, UPDATE, USAGE ON SEQUENCE "public"."campaign_forecasts_id_seq" TO "service_role";

REVOKE ALL ON SEQUENCE "public"."deal_events_id_seq" FROM "service_role";

GRANT SELECT, UPDATE, USAGE ON SEQUENCE "public"."deal_events_id_seq" TO "service_role";

REVOKE ALL ON TABLE "public"."campaign_forecasts" FROM "authenticated";

GRANT SELECT ON TABLE "public"."campaign_forecasts" TO "authenticated";

REVOKE ALL ON TABLE "public"."campaign_forecasts" FROM "service_role";

GRANT SELECT ON TABLE "public"."campaign_forecasts" TO "service_role";

REVOKE ALL ON TABLE "public"."deal_budget_lines" FROM "authenticated";

GRANT SELECT ON TABLE "public"."deal_budget_lines" TO "authenticated";

REVOKE ALL ON TABLE "public"."deal_budget_lines" FROM "service_role";

GRANT SELECT ON TABLE "public"."deal_budget_lines" TO "service_role";

REVOKE ALL ON TABLE "public"."deal_events" FROM "authenticated";

GRANT SELECT ON TABLE "public"."deal_events" TO "authenticated";

REVOKE ALL ON TABLE "public"."deal_events" FROM "service_role";

GRANT SELECT ON TABLE "public"."deal_events" TO "service_role";

REVOKE ALL ON TABLE "public"."deal_files" FROM "authenticated";

GRANT SELECT ON TABLE "public"."deal_files" TO "authenticated";

REVOKE ALL ON TABLE "public"."deal_files" FROM "service_role";

GRANT SELECT ON TABLE "public"."deal_files" TO "service_role";

REVOKE ALL ON TABLE "public"."deal_stages" FROM "authenticated";

GRANT SELECT ON TABLE "public"."deal_stages" TO "authenticated";

GRANT SELECT ON TABLE "public"."deal_stages" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."deal_stages" FROM "service_role";

GRANT SELECT ON TABLE "public"."deal_stages" TO "service_role";

REVOKE ALL ON TABLE "public"."deal_tasks" FROM "authenticated";

GRANT SELECT ON TABLE "public"."deal_tasks" TO "authenticated";

REVOKE ALL ON TABLE "public"."deal_tasks" FROM "service_role";

GRANT SELECT ON TABLE "public"."deal_tasks" TO "service_role";

REVOKE ALL ON TABLE "public"."deals" FROM "authenticated";

GRANT SELECT ON TABLE "public"."deals" TO "authenticated";

REVOKE ALL ON TABLE "public"."deals" FROM "service_role";

GRANT SELECT ON TABLE "public"."deals" TO "service_role";

REVOKE ALL ON TABLE "public"."invitations" FROM "authenticated";

REVOKE ALL ("accepted_at") ON TABLE "public"."invitations" FROM "authenticated";

GRANT SELECT ("accepted_at") ON TABLE "public"."invitations" TO "authenticated";

REVOKE ALL ("accepted_by") ON TABLE "public"."invitations" FROM "authenticated";

GRANT SELECT ("accepted_by") ON TABLE "public"."invitations" TO "authenticated";

REVOKE ALL ("broker") ON TABLE "public"."invitations" FROM "authenticated";

GRANT SELECT ("broker") ON TABLE "public"."invitations" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."invitations" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."invitations" TO "authenticated";

REVOKE ALL ("email_masked") ON TABLE "public"."invitations" FROM "authenticated";

GRANT SELECT ("email_masked") ON TABLE "public"."invitations" TO "authenticated";

REVOKE ALL ("expires_at") ON TABLE "public"."invitations" FROM "authenticated";

GRANT SELECT ("expires_at") ON TABLE "public"."invitations" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."invitations" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."invitations" TO "authenticated";

REVOKE ALL ("invited_by") ON TABLE "public"."invitations" FROM "authenticated";

GRANT SELECT ("invited_by") ON TABLE "public"."invitations" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."invitations" FROM "authenticated";

GRANT SELECT ("org_id") ON TABLE "public"."invitations" TO "authenticated";

REVOKE ALL ("revoked_at") ON TABLE "public"."invitations" FROM "authenticated";

GRANT SELECT ("revoked_at") ON TABLE "public"."invitations" TO "authenticated";

REVOKE ALL ("revoked_by") ON TABLE "public"."invitations" FROM "authenticated";

GRANT SELECT ("revoked_by") ON TABLE "public"."invitations" TO "authenticated";

REVOKE ALL ("role") ON TABLE "public"."invitations" FROM "authenticated";

GRANT SELECT ("role") ON TABLE "public"."invitations" TO "authenticated";

REVOKE ALL ("terms_version") ON TABLE "public"."invitations" FROM "authenticated";

GRANT SELECT ("terms_version") ON TABLE "public"."invitations" TO "authenticated";

REVOKE ALL ON TABLE "public"."invitations" FROM "service_role";

REVOKE ALL ("accepted_at") ON TABLE "public"."invitations" FROM "service_role";

GRANT SELECT ("accepted_at") ON TABLE "public"."invitations" TO "service_role";

REVOKE ALL ("accepted_by") ON TABLE "public"."invitations" FROM "service_role";

GRANT SELECT ("accepted_by") ON TABLE "public"."invitations" TO "service_role";

REVOKE ALL ("broker") ON TABLE "public"."invitations" FROM "service_role";

GRANT SELECT ("broker") ON TABLE "public"."invitations" TO "service_role";

REVOKE ALL ("created_at") ON TABLE "public"."invitations" FROM "service_role";

GRANT SELECT ("created_at") ON TABLE "public"."invitations" TO "service_role";

REVOKE ALL ("email_masked") ON TABLE "public"."invitations" FROM "service_role";

GRANT SELECT ("email_masked") ON TABLE "public"."invitations" TO "service_role";

REVOKE ALL ("expires_at") ON TABLE "public"."invitations" FROM "service_role";

GRANT SELECT ("expires_at") ON TABLE "public"."invitations" TO "service_role";

REVOKE ALL ("id") ON TABLE "public"."invitations" FROM "service_role";

GRANT SELECT ("id") ON TABLE "public"."invitations" TO "service_role";

REVOKE ALL ("invited_by") ON TABLE "public"."invitations" FROM "service_role";

GRANT SELECT ("invited_by") ON TABLE "public"."invitations" TO "service_role";

REVOKE ALL ("org_id") ON TABLE "public"."invitations" FROM "service_role";

GRANT SELECT ("org_id") ON TABLE "public"."invitations" TO "service_role";

REVOKE ALL ("revoked_at") ON TABLE "public"."invitations" FROM "service_role";

GRANT SELECT ("revoked_at") ON TABLE "public"."invitations" TO "service_role";

REVOKE ALL ("revoked_by") ON TABLE "public"."invitations" FROM "service_role";

GRANT SELECT ("revoked_by") ON TABLE "public"."invitations" TO "service_role";

REVOKE ALL ("role") ON TABLE "public"."invitations" FROM "service_role";

GRANT SELECT ("role") ON TABLE "public"."invitations" TO "service_role";

REVOKE ALL ("terms_version") ON TABLE "public"."invitations" FROM "service_role";

GRANT SELECT ("terms_version") ON TABLE "public"."invitations" TO "service_role";

REVOKE ALL ON TABLE "public"."flip_figures" FROM "authenticated";

GRANT SELECT ON TABLE "public"."flip_figures" TO "authenticated";

REVOKE ALL ON TABLE "public"."flip_figures" FROM "service_role";

GRANT SELECT ON TABLE "public"."flip_figures" TO "service_role";

-- Rights that default privileges would change.

revoke execute on function private.accept_invitation_at(text,integer,timestamp with time zone) from pipeline_writer;
revoke execute on function private.add_deal_stages(uuid) from pipeline_writer;
revoke execute on function private.campaign_for_admin(uuid,uuid) from pipeline_writer;
revoke execute on function private.campaign_state_hash(public.campaigns) from pipeline_writer;
revoke execute on function private.check_invited_broker(uuid,jsonb) from pipeline_writer;
revoke execute on function private.counted_brokers(uuid) from pipeline_writer;
revoke execute on function private.deal_for_change(uuid,uuid) from pipeline_writer;
revoke execute on function private.fold_messages(integer) from pipeline_writer;
revoke execute on function private.fold_pipeline(integer) from pipeline_writer;
revoke execute on function private.forecast_campaign_at(uuid,uuid,date,timestamp with time zone) from pipeline_writer;
revoke execute on function private.forget_deals(uuid,uuid[]) from pipeline_writer;
revoke execute on function private.has_forecast(public.campaigns,timestamp with time zone) from pipeline_writer;
revoke execute on function private.invite_member_at(uuid,text,public.member_role,jsonb,integer,timestamp with time zone) from pipeline_writer;
revoke execute on function private.launch_campaign_at(uuid,uuid,text,timestamp with time zone) from pipeline_writer;
revoke execute on function private.may_grant_role(uuid,public.member_role) from pipeline_writer;
revoke execute on function private.message_counts(uuid,date,date) from pipeline_writer;
revoke execute on function private.my_invitation(text,timestamp with time zone) from pipeline_writer;
revoke execute on function private.pipeline_counts(uuid,date,date) from pipeline_writer;
revoke execute on function private.record_audit(uuid,text,text,jsonb) from pipeline_writer;
revoke execute on function private.refuse_stale(regclass,uuid,uuid,uuid) from pipeline_writer;
revoke execute on function private.require_role(uuid,public.member_role[]) from pipeline_writer;
revoke execute on function private.with_values(public.deals,jsonb) from pipeline_writer;
revoke execute on function private.works_deals(uuid,uuid) from pipeline_writer;

-- Reference data, queues and cron jobs.

insert into private.member_terms (version, body) values
  ('1', 'The brokerage gives you access to personal data of its leads. You use it for its work only, keep it to yourself and follow its rules for calls and messages. What you change, reveal, export and send is recorded under your name, and owners and admins can read that record. The brokerage stores your e-mail address and your role. You can leave at any time; the record of what you did stays.')
on conflict (version) do update set body = excluded.body;

do $cron$
begin
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    raise notice 'no pg_cron in this database: its jobs stay as they are';
    return;
  end if;
  perform cron.schedule('sluice-fold-numbers', '2-59/5 * * * *', 'set statement_timeout = ''1min''; select private.fold_pipeline() + private.fold_messages()');
end
$cron$;
