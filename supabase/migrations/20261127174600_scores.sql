-- scores: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP VIEW "public"."contactable_leads";

DROP VIEW "private"."nominated_leads";

DROP MATERIALIZED VIEW "public"."mv_contactable_leads";

CREATE TABLE "private"."score_queue" (
  "org_id"    uuid                     NOT NULL,
  "lead_id"   uuid                     NOT NULL,
  "queued_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "score_queue_pkey" PRIMARY KEY (org_id, lead_id)
);

ALTER TABLE "private"."score_queue"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."score_statements" (
  "org_id"    uuid    NOT NULL,
  "version"   integer NOT NULL,
  "statement" text    NOT NULL,
  "texts"     text[]  NOT NULL,
  CONSTRAINT "score_statements_pkey" PRIMARY KEY (org_id, VERSION)
);

ALTER TABLE "private"."score_statements"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."lead_score_snapshots" (
  "org_id"  uuid                     NOT NULL,
  "lead_id" uuid                     NOT NULL,
  "fed_at"  timestamp with time zone NOT NULL,
  "version" integer                  NOT NULL,
  "score"   smallint                 NOT NULL,
  "points"  smallint[]               NOT NULL,
  CONSTRAINT "lead_score_snapshots_pkey" PRIMARY KEY (org_id, lead_id, fed_at)
);

ALTER TABLE "public"."lead_score_snapshots"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."lead_score_snapshots" FROM "anon", "authenticated";

CREATE TABLE "public"."lead_scores" (
  "org_id"     uuid                     NOT NULL,
  "lead_id"    uuid                     NOT NULL,
  "version"    integer                  NOT NULL,
  "score"      smallint                 NOT NULL,
  "rule_score" smallint                 NOT NULL,
  "fit"        smallint                 NOT NULL,
  "engagement" smallint                 NOT NULL,
  "tier"       text                     NOT NULL,
  "confidence" smallint                 NOT NULL,
  "points"     smallint[]               NOT NULL,
  "scored_at"  timestamp with time zone NOT NULL,
  CONSTRAINT "confidence_range" CHECK (((confidence >= 0) AND (confidence <= 100))),
  CONSTRAINT "engagement_range" CHECK (((engagement >= 0) AND (engagement <= 100))),
  CONSTRAINT "fit_range" CHECK (((fit >= 0) AND (fit <= 100))),
  CONSTRAINT "lead_scores_pkey" PRIMARY KEY (org_id, lead_id),
  CONSTRAINT "rule_score_range" CHECK (((rule_score >= 0) AND (rule_score <= 100))),
  CONSTRAINT "score_range" CHECK (((score >= 0) AND (score <= 100)))
);

ALTER TABLE "public"."lead_scores"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."lead_scores"
  SET (fillfactor=80);

REVOKE ALL ON TABLE "public"."lead_scores" FROM "anon";

CREATE TABLE "public"."score_activations" (
  "org_id"  uuid                     NOT NULL,
  "id"      bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "version" integer,
  "action"  text                     NOT NULL,
  "at"      timestamp with time zone NOT NULL,
  "user_id" uuid,
  CONSTRAINT "only_switching_off_names_no_version" CHECK (((action = 'switch_off'::text) = (version IS NULL))),
  CONSTRAINT "score_action_is_known" CHECK ((action = ANY (ARRAY['activate'::text, 'roll_back'::text, 'switch_off'::text, 'learned_on'::text, 'learned_off'::text]))),
  CONSTRAINT "score_activations_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "public"."score_activations"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."score_activations" FROM "anon";

CREATE TABLE "public"."score_activities" (
  "kind"  text NOT NULL,
  "words" text NOT NULL,
  CONSTRAINT "activity_kind_is_a_word" CHECK ((kind ~ '^[a-z][a-z_]*$'::text)),
  CONSTRAINT "score_activities_pkey" PRIMARY KEY (kind)
);

ALTER TABLE "public"."score_activities"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."score_activities" FROM "anon";

CREATE TABLE "public"."score_exclusions" (
  "pattern"        text    NOT NULL,
  "in_expressions" boolean NOT NULL,
  "reason"         text    NOT NULL,
  CONSTRAINT "exclusion_gives_a_reason" CHECK ((length(reason) >= 20)),
  CONSTRAINT "score_exclusions_pkey" PRIMARY KEY (pattern)
);

ALTER TABLE "public"."score_exclusions"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."score_exclusions" FROM "anon";

CREATE TABLE "public"."score_fields" (
  "name"       text    NOT NULL,
  "type"       text    NOT NULL,
  "relation"   text,
  "expression" text    NOT NULL,
  "observed"   text,
  "fresh_days" integer,
  "words"      text    NOT NULL,
  CONSTRAINT "field_name_has_a_group" CHECK (((name ~ '^[a-z][a-z_]*\.[a-z][a-z0-9_]*$'::text) AND (name !~ '^activity\.'::text))),
  CONSTRAINT "field_says_when_it_gets_old" CHECK ((((observed IS NULL) = (fresh_days IS NULL)) AND (fresh_days > 0))),
  CONSTRAINT "field_type_is_known" CHECK ((type = ANY (ARRAY['bool'::text, 'number'::text, 'text'::text, 'list'::text]))),
  CONSTRAINT "score_fields_pkey" PRIMARY KEY (name)
);

ALTER TABLE "public"."score_fields"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."score_fields" FROM "anon";

CREATE TABLE "public"."score_models" (
  "org_id"           uuid                     NOT NULL,
  "id"               integer                  NOT NULL,
  "version"          integer                  NOT NULL,
  "outcome"          text                     NOT NULL,
  "trained_at"       timestamp with time zone NOT NULL,
  "trained_until"    timestamp with time zone NOT NULL,
  "held_back_until"  timestamp with time zone NOT NULL,
  "leads"            integer                  NOT NULL,
  "events"           integer                  NOT NULL,
  "variables"        integer                  NOT NULL,
  "held_back_events" integer                  NOT NULL,
  "intercept"        double precision         NOT NULL,
  "weights"          double precision[]       NOT NULL,
  "means"            double precision[]       NOT NULL,
  "cuts"             double precision[]       NOT NULL,
  "auc"              double precision         NOT NULL,
  "rules_auc"        double precision         NOT NULL,
  "brier"            double precision         NOT NULL,
  "rules_brier"      double precision         NOT NULL,
  "metrics"          jsonb                    NOT NULL,
  "enabled_at"       timestamp with time zone,
  "enabled_by"       uuid,
  CONSTRAINT "enabled_model_won" CHECK (((enabled_at IS NULL) OR ((auc > rules_auc) AND (brier < rules_brier) AND (held_back_events >= 10)))),
  CONSTRAINT "model_has_ten_events_per_variable" CHECK (((events >= (10 * variables)) AND (variables > 0))),
  CONSTRAINT "model_is_tested_on_later_months" CHECK ((held_back_until > trained_until)),
  CONSTRAINT "model_outcome_is_known" CHECK ((outcome = ANY (ARRAY['replied'::text, 'booked'::text]))),
  CONSTRAINT "model_weighs_every_rule" CHECK (((cardinality(weights) = cardinality(means)) AND (cardinality(cuts) = 100))),
  CONSTRAINT "score_models_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "public"."score_models"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."score_models" FROM "anon";

CREATE TABLE "public"."score_relations" (
  "name" text NOT NULL,
  "sql"  text NOT NULL,
  CONSTRAINT "score_relations_pkey" PRIMARY KEY (name)
);

ALTER TABLE "public"."score_relations"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."score_relations" FROM "anon", "authenticated";

CREATE TABLE "public"."score_versions" (
  "org_id"   uuid    NOT NULL,
  "version"  integer NOT NULL,
  "vertical" text    NOT NULL,
  CONSTRAINT "score_version_counts_from_1" CHECK ((version > 0)),
  CONSTRAINT "score_versions_pkey" PRIMARY KEY (org_id, VERSION)
);

ALTER TABLE "public"."score_versions"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."score_versions" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."score_activations_id_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."score_activations_id_seq" FROM "authenticated";

CREATE TYPE "public"."score_version_state" AS ENUM (
  'draft',
  'active',
  'retired'
);

ALTER TABLE "public"."score_versions"
  ADD COLUMN "state" public.score_version_state NOT NULL DEFAULT 'draft'::public.score_version_state;

ALTER TABLE "public"."score_versions"
  -- squawk-ignore adding-required-field
  ADD COLUMN "rules" jsonb NOT NULL;

ALTER TABLE "public"."score_versions"
  -- squawk-ignore adding-required-field
  ADD COLUMN "sources" jsonb NOT NULL;

ALTER TABLE "public"."score_versions"
  -- squawk-ignore adding-required-field
  ADD COLUMN "fields" text[] NOT NULL;

ALTER TABLE "public"."score_versions"
  -- squawk-ignore adding-required-field
  ADD COLUMN "activities" text[] NOT NULL;

ALTER TABLE "public"."score_versions"
  -- squawk-ignore adding-required-field
  ADD COLUMN "rule_ids" text[] NOT NULL;

ALTER TABLE "public"."score_versions"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."score_versions"
  ADD COLUMN "activated_at" timestamp WITH time zone;

ALTER TABLE "public"."score_versions"
  ADD COLUMN "retired_at" timestamp WITH time zone;

CREATE OR REPLACE FUNCTION private.check_candidates (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS TABLE (
    lead_id    uuid,
    lead_score smallint,
    refusal    text,
    phones     bytea[]
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return query
  with contacts as materialized (
    select i.n, l.id, coalesce(s.score, l.lead_score) as score, not l.consent and l.consented_at is not null as revoked,
      c.value_bidx, c.verified, coalesce(c.kind = 'phone' and c.invalid_at is null, false) as reachable
    from unnest(p_lead_ids) with ordinality i (id, n)
    join public.leads l on l.org_id = p_org_id and l.id = i.id
    left join public.lead_scores s on s.org_id = p_org_id and s.lead_id = i.id
    left join public.contact_points c on c.org_id = p_org_id and c.lead_id = i.id
  ),
  -- Each value once: one owner of many properties has one phone. Subqueries that stay subqueries (offset 0) instead
  -- of joins to leads and campaigns: each is one index probe, whatever the statistics about leads in progress say. They
  -- start from the contact points: a search of leads in progress by phone would be made in leads_in_work_idx, which
  -- statistics call empty, and read all of them for each phone.
  facts as materialized (
    select v.value_bidx,
      -- Most values were never suppressed: one probe tells, and saves the call.
      exists (select from public.suppressions s where s.org_id = p_org_id and s.value_bidx = v.value_bidx offset 0)
        and private.is_suppressed(p_org_id, v.value_bidx) as held,
      v.reachable and exists (
        select from public.contact_points q
        where q.org_id = p_org_id and q.value_bidx = v.value_bidx
          and exists (
            select from public.leads o
            where o.org_id = q.org_id and o.id = q.lead_id
              -- The best phone of a lead in progress counts, valid or not.
              and (q.invalid_at is null or o.phone_bidx = q.value_bidx)
              and o.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')
              and (select k.state from public.campaigns k where k.org_id = o.org_id
                and k.id = o.campaign_id) in ('running', 'paused')
            offset 0)
        offset 0) as taken
    from (select c.value_bidx, bool_or(c.reachable) as reachable from contacts c group by c.value_bidx) v
    where v.value_bidx is not null
  )
  select c.id, c.score,
    case
      when c.revoked then 'consent_revoked'
      when not bool_or(c.reachable and c.verified) then 'no_verified_phone'
      when not bool_or(c.reachable and c.verified and not f.held)
        or bool_or(case when f.held then private.is_suppressed(p_org_id, c.value_bidx, 'all') end) then 'suppressed'
      when bool_or(c.reachable and f.taken) then 'phone_in_campaign'
    end,
    array_agg(c.value_bidx) filter (where c.reachable)
  from contacts c
  left join facts f on f.value_bidx = c.value_bidx
  group by c.n, c.id, c.score, c.revoked
  order by c.n;
end
$function$;

CREATE OR REPLACE FUNCTION private.daily_tasks()
  RETURNS TABLE (
    task    text,
    at      time without time zone,
    command text
  )
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  values ('event_partitions', time '00:00',
      'select private.ensure_event_partitions($1) + private.ensure_call_partitions($1)'),
    ('decision_partitions', '00:00', 'select private.ensure_decision_partitions($1)'),
    ('old_decisions', '00:00', 'select private.drop_expired_decisions($1)'),
    ('cron_history', '00:00', 'select private.prune_cron_history($1)'),
    ('retention', '00:00', 'select private.purge_expired($1)'),
    ('consent_terms', '00:00', 'select private.expire_consents($1, 100000)'),
    ('dnc_scrub', '01:00', 'select private.scrub_phones($1)'),
    ('match_leads', '02:00', 'select private.queue_changed_leads($1)'),
    ('scores', '04:00', 'select private.decay_scores($1)')
$function$;

CREATE OR REPLACE FUNCTION private.decay_scores (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v record;
  v_changed bigint := 0;
  v_error text;
begin
  for v in select x.org_id from public.score_versions x where x.state = 'active' order by x.org_id loop
    begin
      v_changed := v_changed + private.score_leads(v.org_id, null, p_as_of);
      delete from private.score_queue q where q.org_id = v.org_id and q.queued_at <= p_as_of;
    -- One org must not stop the others. "others" does not include the cancel that ends a statement at its timeout.
    exception when others then
      get stacked diagnostics v_error = message_text;
      raise warning 'scoring org % failed: % (%)', v.org_id, v_error, sqlstate;
      perform private.record_dead_letter(v.org_id, 'score-leads', jsonb_build_object('org_id', v.org_id), sqlstate,
        v_error, gen_random_uuid(), p_as_of);
    end;
  end loop;
  return jsonb_build_object('changed', v_changed);
end
$function$;

CREATE OR REPLACE FUNCTION private.has_scores (
  p_org_id uuid
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  AS $function$
  select exists (select from public.lead_scores s where s.org_id = p_org_id)
$function$;

CREATE OR REPLACE FUNCTION private.lead_activities (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_as_of    timestamp with time zone
)
  RETURNS TABLE (
    lead_id uuid,
    kind    text,
    day     date,
    n       integer
  )
  LANGUAGE sql
  STABLE
  AS $function$
  select x.lead_id, x.kind, (x.at at time zone 'UTC')::date, count(*)::integer
  from (
    select m.lead_id, 'email_opened' as kind, m.opened_at as at from public.messages m
    where m.org_id = p_org_id and (p_lead_ids is null or m.lead_id = any (p_lead_ids)) and m.channel = 'email'
      and m.opened_at is not null
    union all
    select m.lead_id, 'email_clicked', m.clicked_at from public.messages m
    where m.org_id = p_org_id and (p_lead_ids is null or m.lead_id = any (p_lead_ids)) and m.channel = 'email'
      and m.clicked_at is not null
    union all
    -- A label of today says nothing about a day before it.
    select r.lead_id, k.kind, r.at from public.replies r
    cross join lateral (values ('replied', r.request <> 'opt_out'),
      ('replied_with_interest', r.label in ('interested', 'question') and r.labelled_at <= p_as_of),
      ('declined', r.request = 'opt_out' or r.label = 'not_interested' and r.labelled_at <= p_as_of)) k (kind, counts)
    where r.org_id = p_org_id and (p_lead_ids is null or r.lead_id = any (p_lead_ids)) and k.counts
    union all
    select c.lead_id, 'called', c.at from public.calls c
    where c.org_id = p_org_id and (p_lead_ids is null or c.lead_id = any (p_lead_ids)) and c.answered
    union all
    select b.lead_id, 'booked', b.made_at from public.bookings b
    where b.org_id = p_org_id and (p_lead_ids is null or b.lead_id = any (p_lead_ids)) and b.made_at is not null
      and b.moved_at is null and (b.cancelled_at is null or b.cancelled_at > p_as_of)
  ) x
  where x.at <= p_as_of and x.lead_id is not null
  group by 1, 2, 3
$function$;

CREATE OR REPLACE FUNCTION private.learned_expression (
  p_org_id  uuid,
  p_version integer
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select format('width_bucket(%s::float8 + %s, %L::float8[])', m.intercept, (
      select string_agg(format('(%s)::float8 * (coalesce(x.points[%s], 0) - (%s)::float8)', w, n, m.means[n]), ' + '
        order by n)
      from unnest(m.weights) with ordinality u (w, n)), m.cuts)
  from public.score_models m
  where m.org_id = p_org_id and m.version = p_version and m.enabled_at is not null
$function$;

CREATE OR REPLACE FUNCTION private.may_set_score (
  p_org_id uuid,
  p_roles  public.member_role[] DEFAULT '{owner,admin}'::public.member_role[]
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select exists (select from public.orgs o where o.id = p_org_id)
    and (private.is_trusted_caller() or p_org_id = any (private.my_org_ids(p_roles)))
$function$;

CREATE OR REPLACE FUNCTION private.put_score_version (
  p_org_id   uuid,
  p_vertical text,
  p_rules    jsonb,
  p_sources  jsonb,
  p_compiled jsonb,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    version integer,
    is_new  boolean
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_texts constant text[] := array(select jsonb_array_elements_text(p_compiled -> 'texts'));
  v_last public.score_versions;
begin
  perform from public.orgs o where o.id = p_org_id for no key update;
  select v.* into v_last from public.score_versions v where v.org_id = p_org_id order by v.version desc limit 1;
  if v_last.rules = p_rules and v_last.vertical = p_vertical and exists (
    select from private.score_statements s where s.org_id = p_org_id and s.version = v_last.version
      and s.statement = p_compiled ->> 'statement' and s.texts = v_texts)
  then
    return query select v_last.version, false;
    return;
  end if;
  insert into public.score_versions (org_id, version, vertical, rules, sources, fields, activities, rule_ids,
    created_at)
  values (p_org_id, coalesce(v_last.version, 0) + 1, p_vertical, p_rules, p_sources,
    array(select jsonb_array_elements_text(p_compiled -> 'fields')),
    array(select jsonb_array_elements_text(p_compiled -> 'activities')),
    array(select r ->> 'id' from jsonb_array_elements(p_rules -> 'rules') with ordinality x (r, n) order by n),
    p_as_of)
  returning * into v_last;
  insert into private.score_statements (org_id, version, statement, texts)
  values (p_org_id, v_last.version, p_compiled ->> 'statement', v_texts);
  -- What does not run is not saved.
  execute format('select count(*) from (%s) x', p_compiled ->> 'statement')
  using p_org_id, '{}'::uuid[], p_as_of, v_texts;
  return query select v_last.version, true;
end
$function$;

CREATE OR REPLACE FUNCTION private.queue_scores (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if not exists (select from public.score_versions v where v.org_id = p_org_id and v.state = 'active') then
    return;
  end if;
  insert into private.score_queue (org_id, lead_id)
  select p_org_id, i from (select distinct unnest(p_lead_ids) as i) x where i is not null
  on conflict (org_id, lead_id) do nothing;
  perform private.send_job('score-leads', jsonb_build_object('org_id', p_org_id, 'task', 'score-leads'),
    p_org_id::text);
end
$function$;

CREATE OR REPLACE FUNCTION private.score_leads (
  p_org_id   uuid,
  p_lead_ids uuid[]                   DEFAULT NULL::uuid[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS bigint
  LANGUAGE plpgsql
  SET search_path TO ''
  SET jit TO 'off'
  SET work_mem TO '64MB'
  AS $function$
declare
  s record;
  v_count bigint;
begin
  select v.version, x.statement, x.texts, private.learned_expression(p_org_id, v.version) as learned into s
  from public.score_versions v
  join private.score_statements x on x.org_id = v.org_id and x.version = v.version
  where v.org_id = p_org_id and v.state = 'active';
  if not found then
    return 0;
  end if;
  -- Two passes over the same leads would wait for each other's rows in different orders.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice score %s', p_org_id), 0));
  execute format($sql$
    with n as materialized (
      -- Rows that do not change are not written.
      select x.*, o.lead_id is null as is_new
      from (select x.*, (%s)::smallint as counts from (%s) x offset 0) x
      left join public.lead_scores o on o.org_id = $1 and o.lead_id = x.lead_id
      where o.lead_id is null
        or (o.version, o.score, o.rule_score, o.fit, o.engagement, o.tier, o.confidence, o.points) is distinct from
          ($5, x.counts, x.score, x.fit, x.engagement, x.tier, x.confidence, x.points)
    ), changed as (
      update public.lead_scores s
      set version = $5, score = n.counts, rule_score = n.score, fit = n.fit, engagement = n.engagement, tier = n.tier,
        confidence = n.confidence, points = n.points, scored_at = $3
      from n where s.org_id = $1 and s.lead_id = n.lead_id and not n.is_new
      returning 1
    ), added as (
      insert into public.lead_scores (org_id, lead_id, version, score, rule_score, fit, engagement, tier, confidence,
        points, scored_at)
      select $1, n.lead_id, $5, n.counts, n.score, n.fit, n.engagement, n.tier, n.confidence, n.points, $3
      from n where n.is_new
      returning 1
    )
    select (select count(*) from changed) + (select count(*) from added)
  $sql$, coalesce(s.learned, 'x.score'), s.statement)
  into v_count using p_org_id, p_lead_ids, p_as_of, s.texts, s.version;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.score_queued (
  p_org_id uuid,
  p_limit  integer                  DEFAULT 5000,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_leads uuid[];
  v_changed bigint;
begin
  with taken as (
    delete from private.score_queue q
    where q.org_id = p_org_id and q.lead_id in (
      select x.lead_id from private.score_queue x where x.org_id = p_org_id order by x.lead_id
      limit p_limit)
    returning q.lead_id
  )
  select coalesce(array_agg(t.lead_id order by t.lead_id), '{}') into v_leads from taken t;
  if v_leads <> '{}' then
    v_changed := private.score_leads(p_org_id, v_leads, p_as_of);
  end if;
  return jsonb_build_object('leads', cardinality(v_leads), 'changed', coalesce(v_changed, 0),
    'done', cardinality(v_leads) < p_limit);
end
$function$;

CREATE OR REPLACE FUNCTION private.set_score_version (
  p_org_id  uuid,
  p_version integer,
  p_action  text,
  p_as_of   timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform from public.orgs o where o.id = p_org_id for no key update;
  if p_version is not null and not exists (
    select from public.score_versions v where v.org_id = p_org_id and v.version = p_version) then
    raise exception 'score version % not found', p_version using errcode = 'SL722';
  end if;
  update public.score_versions v set state = 'retired', retired_at = p_as_of
  where v.org_id = p_org_id and v.state = 'active' and v.version is distinct from p_version;
  if p_version is null then
    delete from public.lead_scores s where s.org_id = p_org_id;
    delete from private.score_queue q where q.org_id = p_org_id;
  else
    update public.score_versions v set state = 'active', activated_at = p_as_of, retired_at = null
    where v.org_id = p_org_id and v.version = p_version and v.state <> 'active';
  end if;
  insert into public.score_activations (org_id, version, action, at, user_id)
  values (p_org_id, p_version, p_action, p_as_of, auth.uid());
  if p_version is not null then
    perform private.send_job('score-leads', jsonb_build_object('org_id', p_org_id, 'task', 'score-leads',
      'all', true), p_org_id::text || ' all');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_erasures__forget_scores()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  delete from public.lead_scores s where s.org_id = new.org_id and s.lead_id = new.lead_id;
  delete from private.score_queue q where q.org_id = new.org_id and q.lead_id = new.lead_id;
  delete from public.lead_score_snapshots s where s.org_id = new.org_id and s.lead_id = new.lead_id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_messages__queue_score()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.queue_scores(new.org_id, array[new.lead_id]);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_score_facts__queue()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_org uuid;
begin
  -- Most statements are of one org, and most orgs do not score: neither reads its rows more than once.
  for v_org in
    select v.org_id from public.score_versions v
    where v.state = 'active' and exists (select from new_rows n where n.org_id = v.org_id)
  loop
    insert into private.score_queue (org_id, lead_id)
    select distinct n.org_id, n.lead_id from new_rows n where n.org_id = v_org and n.lead_id is not null
    on conflict (org_id, lead_id) do nothing;
    perform private.send_job('score-leads', jsonb_build_object('org_id', v_org, 'task', 'score-leads'),
      v_org::text);
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_score_fields__check()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_words constant text := regexp_replace(lower(new.expression), '[^a-z0-9]+', '.', 'g');
  v_reason constant text := coalesce(private.why_excluded(new.name), (
    select x.reason from public.score_exclusions x
    where x.in_expressions and v_words ~ x.pattern order by x.pattern collate "C" limit 1));
begin
  if v_reason is not null then
    raise exception 'a score cannot use %: %', new.name, v_reason using errcode = 'SL721';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_score_versions__check()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_unknown text;
begin
  if tg_op = 'UPDATE' then
    if (new.org_id, new.version, new.vertical, new.rules, new.sources, new.fields, new.activities, new.rule_ids)
      is distinct from (old.org_id, old.version, old.vertical, old.rules, old.sources, old.fields, old.activities,
        old.rule_ids)
    then
      raise exception 'a version of a score does not change' using errcode = 'SL723';
    end if;
    return new;
  end if;
  -- Whatever compiled it: only the catalogue says what a score may be made of.
  select coalesce(private.why_excluded(f), 'not in the catalogue') || ': ' || f into v_unknown
  from unnest(new.fields) f
  where private.why_excluded(f) is not null or not exists (select from public.score_fields x where x.name = f)
  order by f limit 1;
  if v_unknown is null then
    select 'not in the catalogue: activity.' || k into v_unknown
    from unnest(new.activities) k where not exists (select from public.score_activities x where x.kind = k)
    order by k limit 1;
  end if;
  if v_unknown is not null then
    raise exception 'a score cannot use this fact: %', v_unknown using errcode = 'SL721';
  end if;
  return new;
end
$function$;

CREATE TYPE private.trial_score AS (
  lead_id uuid,
  fit smallint,
  engagement smallint,
  score smallint,
  tier text,
  confidence smallint,
  points smallint[],
  old_tier text,
  old_score smallint
);

COMMENT ON TYPE private.trial_score IS 'The score of a lead by a version, and by the active one.';

CREATE OR REPLACE FUNCTION private.trial_scores (
  p_org_id  uuid,
  p_version integer,
  p_as_of   timestamp with time zone
)
  RETURNS SETOF private.trial_score
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET jit TO 'off'
  SET work_mem TO '64MB'
  AS $function$
declare
  s private.score_statements;
begin
  select x.* into s from private.score_statements x where x.org_id = p_org_id and x.version = p_version;
  if not found then
    raise exception 'score version % not found', p_version using errcode = 'SL722';
  end if;
  return query execute format('select x.*, o.tier, o.score from (%s) x '
    'left join public.lead_scores o on o.org_id = $1 and o.lead_id = x.lead_id', s.statement)
  using p_org_id, null::uuid[], p_as_of, s.texts;
end
$function$;

CREATE OR REPLACE FUNCTION private.try_score_version (
  p_org_id   uuid,
  p_version  integer,
  p_examples integer                  DEFAULT 3,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  SET jit TO 'off'
  SET work_mem TO '64MB'
  AS $function$
  with trial as materialized (
    select x.* from private.trial_scores(p_org_id, p_version, p_as_of) x
  ), tiers as (
    select x.old_tier, x.tier, count(*) as n from trial x group by 1, 2
  ), examples as (
    select x.lead_id, x.old_tier as "from", x.tier as "to", x.old_score, x.score, x.confidence, x.points,
      count(*) over (partition by x.old_tier, x.tier) as changes,
      row_number() over (partition by x.old_tier, x.tier order by x.score desc, x.lead_id) as nth
    from trial x where x.old_tier is distinct from x.tier
  ), nominated as (
    select k.id, k.name, k.daily_limit, k.min_score, n.lead_id, n.lead_score as before, t.score as after, t.tier,
      row_number() over (partition by k.id order by n.lead_score desc, n.lead_id) as was,
      row_number() over (partition by k.id order by t.score desc, n.lead_id) as will_be
    from public.campaigns k
    join public.mv_contactable_leads n on n.org_id = k.org_id
    join trial t on t.lead_id = n.lead_id
    where k.org_id = p_org_id and k.state = 'running'
      and (cardinality(k.states) = 0 or n.situs_state = any (k.states))
      and (cardinality(k.source_ids) = 0 or n.source_id = any (k.source_ids))
  ), sides as (
    select n.*, n.was <= n.daily_limit and n.before >= n.min_score as in_before,
      n.will_be <= n.daily_limit and n.after >= n.min_score as in_after from nominated n
  ), moves as (
    select s.id, s.in_after as enters, row_number() over (partition by s.id, s.in_after
        order by case when s.in_after then s.will_be else s.was end) as nth,
      jsonb_build_object('lead_id', s.lead_id, 'place', case when s.in_after then s.will_be else s.was end, 'tier',
        s.tier, 'score', s.after) as place
    from sides s where s.in_before <> s.in_after
  ), feeds as (
    select k.name, jsonb_build_object('campaign', k.name, 'before', count(*) filter (where s.in_before),
      'after', count(*) filter (where s.in_after), 'both', count(*) filter (where s.in_before and s.in_after),
      'enter', coalesce((select jsonb_agg(m.place order by m.nth) from moves m
        where m.id = k.id and m.enters and m.nth <= p_examples), '[]'),
      'leave', coalesce((select jsonb_agg(m.place order by m.nth) from moves m
        where m.id = k.id and not m.enters and m.nth <= p_examples), '[]')) as feed
    from public.campaigns k left join sides s on s.id = k.id
    where k.org_id = p_org_id and k.state = 'running'
    group by k.org_id, k.id
  )
  select jsonb_build_object('version', p_version, 'leads', (select count(*) from trial),
    'changing', (select count(*) from examples), 'confidence', (select round(avg(x.confidence), 1) from trial x),
    'tiers', coalesce((select jsonb_agg(jsonb_build_object('from', t.old_tier, 'to', t.tier, 'leads', t.n)
      order by t.n desc, t.old_tier, t.tier) from tiers t), '[]'),
    'examples', coalesce((select jsonb_agg(to_jsonb(e) - '{nth,changes}'::text[]
      order by e.changes desc, e."from", e."to", e.nth) from examples e where e.nth <= p_examples), '[]'),
    'feeds', coalesce((select jsonb_agg(f.feed order by f.name) from feeds f), '[]'))
$function$;

CREATE OR REPLACE FUNCTION private.why_excluded (
  p_name text
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select x.reason from public.score_exclusions x where p_name ~ x.pattern order by x.pattern collate "C" limit 1
$function$;

CREATE OR REPLACE FUNCTION public.activate_score (
  p_org_id  uuid,
  p_version integer,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  p_as_of := private.caller_clock(p_as_of);
  if not private.may_set_score(p_org_id) or p_version is null then
    raise exception 'score version % not found', p_version using errcode = 'SL722';
  end if;
  perform private.set_score_version(p_org_id, p_version, 'activate', p_as_of);
end
$function$;

REVOKE ALL ON FUNCTION "public"."activate_score"(uuid, integer, timestamp WITH time zone) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.explain_score (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS TABLE (
    rule         text,
    words        text,
    "group"      text,
    axis         text,
    points       integer,
    known        boolean,
    cap          integer,
    group_points integer
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with s as (
    select x.points, v.rules from public.lead_scores x
    join public.score_versions v on v.org_id = x.org_id and v.version = x.version
    where x.org_id = p_org_id and x.lead_id = p_lead_id
  ), ruled as (
    select n, r.r ->> 'id' as id, r.r ->> 'words' as words, r.r ->> 'group' as gid, s.points[n] as points, s.rules
    from s cross join jsonb_array_elements(s.rules -> 'rules') with ordinality r (r, n)
  )
  select d.id, d.words, d.gid, g ->> 'axis', coalesce(d.points, 0)::integer, d.points is not null,
    (g ->> 'cap')::integer, c.sum
  from ruled d
  join lateral (select g from jsonb_array_elements(d.rules -> 'groups') g where g ->> 'id' = d.gid) y on true
  cross join lateral (
    select case when g ->> 'cap' is null then x.sum
      else least((g ->> 'cap')::integer, greatest(-(g ->> 'cap')::integer, x.sum)) end as sum
    from (select sum(coalesce(o.points, 0))::integer as sum from ruled o where o.gid = d.gid) x) c
  order by d.n
$function$;

REVOKE ALL ON FUNCTION "public"."explain_score"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.feed_campaign (
  p_org_id      uuid,
  p_campaign_id uuid,
  p_local_date  date,
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS SETOF public.campaign_feeds
  LANGUAGE plpgsql
  SET search_path TO ''
  SET cursor_tuple_fraction TO '0.0001'
  SET jit TO 'off'
  AS $function$
declare
  v_campaign public.campaigns;
  v_feed public.campaign_feeds;
  v_began constant timestamptz := clock_timestamp();
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_more boolean := true;
  v_candidate uuid;
  v_batch uuid[];
  v_lead record;
  v_leads uuid[] := '{}'::uuid[];
  v_scores smallint[] := '{}'::smallint[];
  v_brokers uuid[];
  v_unassigned integer;
  v_busy_phones bytea[] := '{}'::bytea[];
  v_left_out jsonb := '{}'::jsonb;
  v_scored constant boolean := private.has_scores(p_org_id);
  v_candidates refcursor;
begin
  if not pg_try_advisory_xact_lock(
    hashtextextended(format('sluice feed %s %s %s', p_org_id, p_campaign_id, p_local_date), 0))
  then
    return;
  end if;
  -- Feeds of one org wait for each other: each cannot see the uncommitted rows of the other, and both would take a
  -- phone that two leads share.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice feed %s', p_org_id), 0));
  select c.* into v_campaign from public.campaigns c
  where c.org_id = p_org_id and c.id = p_campaign_id for share;
  if v_campaign.state is distinct from 'running' then
    raise exception 'campaign % is not running', p_campaign_id using errcode = 'SL503';
  end if;

  insert into public.campaign_feeds as f (org_id, campaign_id, local_date, planned, started_at, late)
  select p_org_id, p_campaign_id, p_local_date, v_campaign.daily_limit, p_as_of,
    p_as_of > private.feed_due_at(p_local_date, o.time_zone) + interval '5 minutes'
  from public.orgs o where o.id = p_org_id
  on conflict (org_id, campaign_id, local_date) do update
    set state = 'running', planned = excluded.planned, started_at = excluded.started_at, late = excluded.late,
      finished_at = null, retry_after = null, attempts = f.attempts + 1, detail = '{}'
    where f.state = 'failed'
  returning f.* into v_feed;
  if not found then
    return;
  end if;
  perform set_config('sluice.actor', 'system', true);

  -- The view nominates; status, score and filters are current. Best first; leads locked by another session are
  -- skipped. Where the org's rules score its leads, the order is that of the refresh: the night's scores are in the
  -- view, in the order of an index, without the leads that were fed before.
  if v_scored then
    open v_candidates no scroll for
      select l.id
      from public.mv_contactable_leads n
      join public.leads l on l.org_id = n.org_id and l.id = n.lead_id
      left join public.lead_scores s on s.org_id = n.org_id and s.lead_id = n.lead_id
      where n.org_id = p_org_id and l.campaign_status = 'new' and l.phone_verified
        and coalesce(s.score, 0) >= v_campaign.min_score
        and (cardinality(v_campaign.states) = 0 or l.situs_state = any (v_campaign.states))
        and (cardinality(v_campaign.source_ids) = 0 or l.source_id = any (v_campaign.source_ids))
      order by n.lead_score desc, n.lead_id
      for no key update of l skip locked;
  else
    open v_candidates no scroll for
      select l.id
      from public.leads l
      join public.mv_contactable_leads n on n.org_id = l.org_id and n.lead_id = l.id
      where l.org_id = p_org_id and l.campaign_status = 'new' and l.phone_verified
        and l.lead_score >= v_campaign.min_score
        and (cardinality(v_campaign.states) = 0 or l.situs_state = any (v_campaign.states))
        and (cardinality(v_campaign.source_ids) = 0 or l.source_id = any (v_campaign.source_ids))
      order by l.lead_score desc, l.id
      for no key update of l skip locked;
  end if;
  while v_more and cardinality(v_leads) < v_campaign.daily_limit loop
    v_batch := '{}'::uuid[];
    while v_more and cardinality(v_batch) < v_campaign.daily_limit - cardinality(v_leads) loop
      fetch v_candidates into v_candidate;
      v_more := found;
      if v_more then
        v_batch := v_batch || v_candidate;
      end if;
    end loop;
    for v_lead in select * from private.check_candidates(p_org_id, v_batch) loop
      if v_lead.refusal is null and v_lead.phones && v_busy_phones then
        v_lead.refusal := 'phone_in_campaign';
      end if;
      if v_lead.refusal is null then
        v_leads := v_leads || v_lead.lead_id;
        v_scores := v_scores || v_lead.lead_score;
        v_busy_phones := v_busy_phones || v_lead.phones;
      else
        v_left_out := v_left_out
          || jsonb_build_object(v_lead.refusal, coalesce((v_left_out ->> v_lead.refusal)::integer, 0) + 1);
      end if;
    end loop;
  end loop;
  close v_candidates;

  if v_campaign.assign_brokers then
    v_brokers := private.assign_brokers(p_org_id, v_leads, p_as_of);
  end if;
  with fed as (
    update public.leads l
    set campaign_id = p_campaign_id, campaign_status = 'queued', added_to_campaign_at = p_as_of,
      current_sequence_step = 0, assigned_broker_id = coalesce(l.assigned_broker_id, f.broker_id)
    from unnest(v_leads, v_brokers) f (lead_id, broker_id)
    where l.org_id = p_org_id and l.id = f.lead_id
    returning l.assigned_broker_id
  )
  select count(*) into v_unassigned from fed where fed.assigned_broker_id is null;
  insert into public.sequence_runs (org_id, campaign_id, lead_id, sequence_id, next_step, next_channel, next_at,
    correlation_id, started_at)
  select p_org_id, p_campaign_id, f.lead_id, (n.s).sequence_id, (n.s).step, (n.s).channel,
    private.step_due_at(n.s, f.lead_id, p_as_of, o.time_zone, o.holidays), v_feed.correlation_id, p_as_of
  from unnest(v_leads) f (lead_id)
  join public.orgs o on o.id = p_org_id
  cross join lateral (
    select x as s from public.sequence_steps x
    where x.org_id = p_org_id and x.sequence_id = v_campaign.sequence_id order by x.step limit 1) n
  on conflict do nothing;
  insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
  select p_org_id, f.lead_id, 'fed', p_as_of, v_feed.correlation_id,
    jsonb_build_object('campaign_id', p_campaign_id, 'place', f.place)
  from unnest(v_leads) with ordinality f (lead_id, place);

  insert into public.lead_score_snapshots (org_id, lead_id, fed_at, version, score, points)
  select s.org_id, s.lead_id, p_as_of, s.version, s.rule_score, s.points
  from unnest(v_leads) f (lead_id)
  join public.lead_scores s on s.org_id = p_org_id and s.lead_id = f.lead_id
  on conflict (org_id, lead_id, fed_at) do nothing;

  update public.campaign_feeds f
  set state = 'done', fed_count = cardinality(v_leads),
    unassigned_count = v_unassigned,
    finished_at = p_as_of + (clock_timestamp() - v_began),
    detail = jsonb_strip_nulls(jsonb_build_object(
      'left_out', v_left_out, 'from_score', v_scores[1], 'to_score', v_scores[cardinality(v_scores)]))
  where f.org_id = p_org_id and f.campaign_id = p_campaign_id and f.local_date = p_local_date
  returning f.* into v_feed;
  perform set_config('sluice.actor', v_actor, true);
  return next v_feed;
end
$function$;

CREATE OR REPLACE FUNCTION public.my_day (
  p_limit integer                  DEFAULT 100,
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    org_id          uuid,
    lead_id         uuid,
    owner_full      text,
    situs_city      text,
    situs_state     text,
    lead_score      smallint,
    status          public.lead_status,
    campaign_status public.campaign_status,
    outlook         text,
    now_by          text[],
    next_at         timestamp with time zone,
    why             text
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_leads uuid[];
begin
  -- Leads that replied first, then those in work, then the others by score.
  v_leads := array(
    select l.lead_id from public.my_leads l
    left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.lead_id
    where l.campaign_status not in ('opted_out', 'invalid')
    order by l.campaign_status = 'replied' desc, l.campaign_status in ('queued', 'active', 'paused', 'booked') desc,
      coalesce(s.score, l.lead_score) desc, l.lead_id
    limit p_limit);
  return query
  with seen as materialized (
    select o.*, array_position('{now,later today,later,never}', o.outlook) as rank
    from public.contact_outlook(v_leads, p_as_of => p_as_of) o
  ),
  summed as (
    select s.lead_id, min(s.rank) as rank,
      array_agg(distinct s.channel) filter (where s.outlook = 'now') as now_by,
      min(s.next_allowed_at) filter (where s.outlook in ('later today', 'later')) as next_at,
      string_agg(s.channel || ' to ' || s.contact || ': ' || s.why, E'\n' order by s.rank, s.channel, s.contact)
        filter (where s.outlook <> 'now') as why
    from seen s group by s.lead_id
  )
  select l.org_id, l.lead_id, l.owner_full, l.situs_city, l.situs_state, coalesce(s.score, l.lead_score), l.status,
    l.campaign_status, coalesce(('{now,later today,later,never}'::text[])[x.rank], 'never'), coalesce(x.now_by, '{}'),
    case when x.rank > 1 then x.next_at end, case when x.rank is null then 'no phone number or e-mail address'
      else x.why end
  from unnest(v_leads) with ordinality i (id, n)
  join public.my_leads l on l.lead_id = i.id
  left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.lead_id
  left join summed x on x.lead_id = l.lead_id
  order by coalesce(x.rank, 4), i.n;
end
$function$;

CREATE OR REPLACE FUNCTION public.roll_back_score (
  p_org_id uuid,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_current integer;
  v_before integer;
begin
  p_as_of := private.caller_clock(p_as_of);
  if not private.may_set_score(p_org_id) then
    raise exception 'org % not found', p_org_id using errcode = 'SL722';
  end if;
  select v.version into v_current from public.score_versions v where v.org_id = p_org_id and v.state = 'active';
  -- The version before the last activation, however often somebody rolled back since.
  select a.version into v_before from public.score_activations a
  where a.org_id = p_org_id and a.action = 'activate' and a.version is distinct from v_current
    and (v_current is null or a.id < (select max(x.id) from public.score_activations x
      where x.org_id = p_org_id and x.action = 'activate' and x.version = v_current))
  order by a.id desc limit 1;
  perform private.set_score_version(p_org_id, v_before, case when v_before is null then 'switch_off'
    else 'roll_back' end, p_as_of);
  return v_before;
end
$function$;

REVOKE ALL ON FUNCTION "public"."roll_back_score"(uuid, timestamp WITH time zone) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.switch_learned_score (
  p_org_id   uuid,
  p_model_id integer,
  p_on       boolean                  DEFAULT true,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  m public.score_models;
begin
  p_as_of := private.caller_clock(p_as_of);
  if private.may_set_score(p_org_id, '{owner}') then
    select x.* into m from public.score_models x
    join public.score_versions v on v.org_id = x.org_id and v.version = x.version and v.state = 'active'
    where x.org_id = p_org_id and x.id = p_model_id for update of x;
  end if;
  if m.id is null then
    raise exception 'learned score % of the active version not found', p_model_id using errcode = 'SL724';
  end if;
  update public.score_models x set enabled_at = null, enabled_by = null
  where x.org_id = p_org_id and x.version = m.version and x.enabled_at is not null;
  if p_on then
    -- The constraint enabled_model_won says no where it did not win.
    update public.score_models x set enabled_at = p_as_of, enabled_by = auth.uid()
    where x.org_id = p_org_id and x.id = p_model_id;
  end if;
  insert into public.score_activations (org_id, version, action, at, user_id)
  values (p_org_id, m.version, case when p_on then 'learned_on' else 'learned_off' end, p_as_of, auth.uid());
  perform private.send_job('score-leads', jsonb_build_object('org_id', p_org_id, 'task', 'score-leads',
    'all', true), p_org_id::text || ' all');
end
$function$;

REVOKE ALL ON FUNCTION "public"."switch_learned_score"(uuid, integer, boolean, timestamp WITH time zone) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.switch_score_off (
  p_org_id uuid,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  p_as_of := private.caller_clock(p_as_of);
  if not private.may_set_score(p_org_id) then
    raise exception 'org % not found', p_org_id using errcode = 'SL722';
  end if;
  perform private.set_score_version(p_org_id, null, 'switch_off', p_as_of);
end
$function$;

REVOKE ALL ON FUNCTION "public"."switch_score_off"(uuid, timestamp WITH time zone) FROM PUBLIC, "anon";

ALTER TABLE "private"."score_queue"
  ADD CONSTRAINT "score_queue_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."lead_score_snapshots"
  ADD CONSTRAINT "snapshot_belongs_to_a_lead_of_its_org" FOREIGN KEY (org_id, lead_id) REFERENCES public.leads(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."lead_scores"
  ADD CONSTRAINT "score_belongs_to_a_lead_of_its_org" FOREIGN KEY (org_id, lead_id) REFERENCES public.leads(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."score_activations"
  ADD CONSTRAINT "score_activations_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."score_fields"
  ADD CONSTRAINT "score_fields_relation_fkey" FOREIGN KEY (relation) REFERENCES public.score_relations(name) ON DELETE RESTRICT;

ALTER TABLE "public"."score_versions"
  ADD CONSTRAINT "active_version_has_its_time"
    CHECK ((((state = 'draft'::public.score_version_state) = (activated_at IS NULL)) AND ((state = 'retired'::public.score_version_state) = (retired_at IS NOT NULL))));

ALTER TABLE "public"."score_versions"
  ADD CONSTRAINT "score_rules_are_an_object" CHECK ((jsonb_typeof(rules) = 'object'::text));

ALTER TABLE "public"."score_versions"
  ADD CONSTRAINT "score_version_has_rules" CHECK (((cardinality(rule_ids) >= 1) AND (cardinality(rule_ids) <= 200)));

ALTER TABLE "public"."score_versions"
  ADD CONSTRAINT "score_versions_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."score_statements"
  ADD CONSTRAINT "statement_belongs_to_a_version" FOREIGN KEY (org_id, VERSION) REFERENCES public.score_versions(org_id, VERSION) ON DELETE CASCADE;

ALTER TABLE "public"."score_activations"
  ADD CONSTRAINT "activation_names_a_version" FOREIGN KEY (org_id, VERSION) REFERENCES public.score_versions(org_id, VERSION) ON DELETE CASCADE;

ALTER TABLE "public"."score_models"
  ADD CONSTRAINT "model_is_of_a_version" FOREIGN KEY (org_id, VERSION) REFERENCES public.score_versions(org_id, VERSION) ON DELETE CASCADE;

CREATE INDEX lead_score_snapshots_version_idx ON public.lead_score_snapshots USING btree (org_id, VERSION, fed_at);

CREATE INDEX score_activations_version_idx ON public.score_activations USING btree (org_id, VERSION);

CREATE INDEX score_fields_relation_idx ON public.score_fields USING btree (relation)
  WHERE (relation IS NOT NULL);

CREATE UNIQUE INDEX score_models_enabled_key ON public.score_models USING btree (org_id, VERSION)
  WHERE (enabled_at IS NOT NULL);

CREATE INDEX score_models_version_idx ON public.score_models USING btree (org_id, VERSION);

CREATE UNIQUE INDEX score_versions_active_key ON public.score_versions USING btree (org_id)
  WHERE (state = 'active'::public.score_version_state);

CREATE TRIGGER _300_score_updates
  AFTER UPDATE ON public.bookings REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_score_facts__queue();

CREATE TRIGGER _300_score
  AFTER INSERT ON public.bookings REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_score_facts__queue();

CREATE TRIGGER _300_score
  AFTER INSERT ON public.calls REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_score_facts__queue();

CREATE TRIGGER _300_score_updates
  AFTER UPDATE ON public.contact_points REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_score_facts__queue();

CREATE TRIGGER _300_score
  AFTER INSERT ON public.contact_points REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_score_facts__queue();

CREATE TRIGGER _300_forget_scores
  AFTER INSERT ON public.erasures
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_erasures__forget_scores();

CREATE TRIGGER _300_score
  AFTER INSERT ON public.lead_changes REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_score_facts__queue();

CREATE TRIGGER _300_score
  AFTER UPDATE OF opened_at, clicked_at ON public.messages
  FOR EACH ROW
  WHEN (((old.opened_at IS DISTINCT FROM new.opened_at) OR (old.clicked_at IS DISTINCT FROM new.clicked_at)))
  EXECUTE FUNCTION private.tg_messages__queue_score();

CREATE TRIGGER _300_score_updates
  AFTER UPDATE ON public.replies REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_score_facts__queue();

CREATE TRIGGER _300_score
  AFTER INSERT ON public.replies REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_score_facts__queue();

CREATE TRIGGER _100_append_only
  BEFORE DELETE OR UPDATE ON public.score_activations
  FOR EACH ROW
  EXECUTE FUNCTION private.refuse_change_while_org_exists();

CREATE TRIGGER _100_refuse_truncate
  BEFORE TRUNCATE ON public.score_activations
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.refuse_change();

CREATE TRIGGER _100_check
  BEFORE INSERT OR UPDATE ON public.score_fields
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_score_fields__check();

CREATE TRIGGER _100_check
  BEFORE INSERT OR UPDATE ON public.score_versions
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_score_versions__check();

CREATE POLICY "delete_writer" ON "private"."score_queue"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "private"."score_queue"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."score_queue"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_writer" ON "private"."score_statements"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_writer" ON "public"."erasures"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "public"."lead_score_snapshots"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "public"."lead_score_snapshots"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "delete_writer" ON "public"."lead_scores"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "public"."lead_scores"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."lead_scores"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) AND ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS
    my_org_ids)::uuid[])) OR private.sees_lead(org_id, lead_id))));

CREATE POLICY "select_writer" ON "public"."lead_scores"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "public"."lead_scores"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."score_activations"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."score_activations"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_everybody" ON "public"."score_activities"
  FOR SELECT
  TO "authenticated", "pipeline_writer"
  USING (true);

CREATE POLICY "select_everybody" ON "public"."score_exclusions"
  FOR SELECT
  TO "authenticated", "pipeline_writer"
  USING (true);

CREATE POLICY "select_everybody" ON "public"."score_fields"
  FOR SELECT
  TO "authenticated", "pipeline_writer"
  USING (true);

CREATE POLICY "select_members" ON "public"."score_models"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."score_models"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_writer" ON "public"."score_relations"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_members" ON "public"."score_versions"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."score_versions"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

COMMENT ON COLUMN "public"."lead_scores"."confidence" IS 'Share of the weight of all rules whose facts are known and fresh, in percent.';

COMMENT ON COLUMN "public"."lead_scores"."engagement" IS 'How interested the person is, 0 to 100; it decays.';

COMMENT ON COLUMN "public"."lead_scores"."fit" IS 'How well the lead fits, 0 to 100.';

COMMENT ON COLUMN "public"."lead_scores"."points" IS 'Points of each rule in the order of the version; null: its facts are unknown.';

COMMENT ON COLUMN "public"."lead_scores"."rule_score" IS 'Fit and engagement, weighted as the version says.';

COMMENT ON COLUMN "public"."lead_scores"."score" IS 'What counts: rule_score, or the learned score where it is switched on.';

COMMENT ON COLUMN "public"."lead_scores"."scored_at" IS 'When the score last changed.';

COMMENT ON COLUMN "public"."lead_scores"."tier" IS 'Cell of the grid: tier of fit, then tier of engagement.';

COMMENT ON COLUMN "public"."lead_scores"."version" IS 'The version of score_versions that gave the score.';

COMMENT ON COLUMN "public"."score_exclusions"."in_expressions" IS 'Whether the pattern also applies to the words of an expression, joined by dots: columns of lists have any name.';

COMMENT ON COLUMN "public"."score_exclusions"."pattern" IS 'Regular expression on the name of a field.';

COMMENT ON COLUMN "public"."score_fields"."expression" IS 'SQL over l and the relation; $3 is the clock.';

COMMENT ON COLUMN "public"."score_fields"."fresh_days" IS 'Days for which the fact counts as fresh.';

COMMENT ON COLUMN "public"."score_fields"."observed" IS 'SQL: when the fact was observed; null: it is always current.';

COMMENT ON COLUMN "public"."score_fields"."relation" IS 'What the expression reads besides the lead.';

COMMENT ON COLUMN "public"."score_fields"."type" IS 'bool, number, text, or list (of texts; never null elements).';

COMMENT ON COLUMN "public"."score_models"."auc" IS 'On the held-back months; rules_auc: of the rules on the same leads.';

COMMENT ON COLUMN "public"."score_models"."cuts" IS 'Percentiles of the linear predictor when it was trained: the score is the percentile of a lead.';

COMMENT ON COLUMN "public"."score_models"."means" IS 'Mean points per rule: weight × (points - mean) explains a score.';

COMMENT ON COLUMN "public"."score_models"."metrics" IS 'Lift, calibration, coefficients: what the report shows.';

COMMENT ON COLUMN "public"."score_models"."outcome" IS 'What it predicts within 30 days after a lead is fed.';

COMMENT ON COLUMN "public"."score_models"."variables" IS 'Rules whose points differed: variables of the regression.';

COMMENT ON COLUMN "public"."score_models"."weights" IS 'Weight per rule of the version, in its order.';

COMMENT ON COLUMN "public"."score_versions"."activities" IS 'Activities that the rules count.';

COMMENT ON COLUMN "public"."score_versions"."fields" IS 'Fields of the catalogue that the rules ask for.';

COMMENT ON COLUMN "public"."score_versions"."rule_ids" IS 'Ids of the rules, in the order of lead_scores.points.';

COMMENT ON COLUMN "public"."score_versions"."rules" IS 'The rules after inheritance: {weights, groups, rules: [{id, group, words, …}], tiers}.';

COMMENT ON COLUMN "public"."score_versions"."sources" IS 'The files as they were read: {"name.yaml": text}.';

COMMENT ON FUNCTION "private"."decay_scores"(timestamp with time zone) IS 'Scores every lead of every org with an active version: interest decays, facts get old. One statement per org. Returns {changed}. Definer: the task of the owner.';

COMMENT ON FUNCTION "private"."has_scores"(uuid) IS 'Whether the org''s own rules score its leads.';

COMMENT ON FUNCTION "private"."lead_activities"(uuid, uuid[], timestamp with time zone) IS 'What the org''s people did up to the clock, counted by kind and day (UTC); p_lead_ids null: of all leads. Opens and clicks of machines do not count.';

COMMENT ON FUNCTION "private"."learned_expression"(uuid, integer) IS 'SQL of the learned score over x.points: the percentile of the linear predictor; null where none is switched on.';

COMMENT ON FUNCTION "private"."may_set_score"(uuid, public.member_role[]) IS 'Whether the caller may change how the org scores.';

COMMENT ON FUNCTION "private"."put_score_version"(uuid, text, jsonb, jsonb, jsonb, timestamp with time zone) IS 'Saves compiled rules as a draft, unless they are those of the newest version. p_compiled: {statement, texts, fields, activities}. For the command, as the owner of the database: the statement is executed. Definer: nobody else may write versions.';

COMMENT ON FUNCTION "private"."queue_scores"(uuid, uuid[]) IS 'Notes that facts of these leads changed; nothing for an org without an active version. For domains that bring facts. Definer: not every role that writes facts may write the queue.';

COMMENT ON FUNCTION "private"."score_leads"(uuid, uuid[], timestamp with time zone) IS 'Scores leads of an org by its active version; p_lead_ids null: all. Returns how many scores changed; 0 without an active version.';

COMMENT ON FUNCTION "private"."score_queued"(uuid, integer, timestamp with time zone) IS 'Scores up to p_limit queued leads and takes them out of the queue: {leads, changed, done}.';

COMMENT ON FUNCTION "private"."set_score_version"(uuid, integer, text, timestamp with time zone) IS 'Makes a version the active one (null: none), notes it, and sends the job that scores all leads. Raises SL722.';

COMMENT ON FUNCTION "private"."tg_erasures__forget_scores"() IS 'Trigger: an erased person has no scores. Definer: roles that erase may not write scores.';

COMMENT ON FUNCTION "private"."tg_messages__queue_score"() IS 'Trigger: an opened or clicked message scores its lead again. Per row, because sending changes messages far more often. Definer: as queue_scores.';

COMMENT ON FUNCTION "private"."tg_score_facts__queue"() IS 'Trigger: leads with new or changed rows are scored again. Definer: writers of facts may not write the queue.';

COMMENT ON FUNCTION "private"."tg_score_fields__check"() IS 'Trigger: the catalogue gets no field that encodes a protected class (SL721).';

COMMENT ON FUNCTION "private"."tg_score_versions__check"() IS 'Trigger: a version uses facts of the catalogue only (SL721) and never changes (SL723).';

COMMENT ON FUNCTION "private"."trial_scores"(uuid, integer, timestamp with time zone) IS 'The scores of all leads by a version, and by the active one. Raises SL722.';

COMMENT ON FUNCTION "private"."try_score_version"(uuid, integer, integer, timestamp with time zone) IS 'What a version would do, without writing anything: which tiers leads would move between, examples, and the nominated leads of each running campaign''s next feed before and after: {version, leads, changing, confidence, tiers, examples, feeds}. Raises SL722.';

COMMENT ON FUNCTION "private"."why_excluded"(text) IS 'Why no rule may use a field of this name; null: it may.';

COMMENT ON FUNCTION "public"."activate_score"(uuid, integer, timestamp with time zone) IS 'Makes a version the one that scores the org''s leads; a job scores them all. For owners, admins and the service. Raises SL722. Definer: members may not write versions.';

COMMENT ON FUNCTION "public"."explain_score"(uuid, uuid) IS 'A lead''s score in words: the points of each rule in order, whether its facts are known, and its group with cap and points after the cap. No rows without a score.';

COMMENT ON FUNCTION "public"."feed_campaign"(uuid, uuid, date, timestamp with time zone) IS 'Feeds the best candidates that pass the live check into a running campaign, up to its daily limit, and returns the row in campaign_feeds; no row when this local date is done or another session is feeding. Does not check the calendar, unlike feed_campaigns. Best is by the scores of the org''s rules, where it has any. Raises SL503 when the campaign is not running.';

COMMENT ON FUNCTION "public"."roll_back_score"(uuid, timestamp with time zone) IS 'Returns to the version that was active before; null: there was none, and the scores of lists count again. For owners, admins and the service. Raises SL722. Definer: as activate_score.';

COMMENT ON FUNCTION "public"."switch_learned_score"(uuid, integer, boolean, timestamp with time zone) IS 'Lets a learned score of the active version count instead of the rules, or not. It must have won on held-back months (enabled_model_won, 23514). For owners and the service. Raises SL724. Definer: members may not write models.';

COMMENT ON FUNCTION "public"."switch_score_off"(uuid, timestamp with time zone) IS 'Ends scoring: the scores of lists count again. For owners, admins and the service. Raises SL722. Definer: as activate_score.';

COMMENT ON TABLE "private"."score_queue" IS 'Leads whose facts changed since they were scored.';

COMMENT ON TABLE "private"."score_statements" IS 'The query that each version was compiled to, and its text parameters. Not exposed: it is executed.';

COMMENT ON TABLE "public"."lead_score_snapshots" IS 'The score of a lead when it was fed, before anything could come of it: what a learned score learns from.';

COMMENT ON TABLE "public"."lead_scores" IS 'Scores by the active version of the org''s rules: by them the feed orders leads. public.explain_score puts one into words.';

COMMENT ON TABLE "public"."score_activations" IS 'Who activated which version when, or switched scoring off. Append-only.';

COMMENT ON TABLE "public"."score_activities" IS 'What people do, as rules count it (per: activity.KIND); private.lead_activities has the counts per day.';

COMMENT ON TABLE "public"."score_exclusions" IS 'What no score may be made of, and why: characteristics that fair lending (ECOA, 15 USC 1691; 12 CFR 1002) and fair housing (42 USC 3604, 3605) protect, and what stands for them.';

COMMENT ON TABLE "public"."score_fields" IS 'The facts that rules of a score may ask for. Null is unknown, which is not false and not zero.';

COMMENT ON TABLE "public"."score_models" IS 'Learned scores with what they achieved on held-back months. Only one that won there can be switched on.';

COMMENT ON TABLE "public"."score_relations" IS 'What fields read besides the lead: a left join on l.org_id and l.id or a column of l, at most one row per lead.';

COMMENT ON TABLE "public"."score_versions" IS 'Versions of the rules by which an org''s leads are scored.';

COMMENT ON TYPE "public"."score_version_state" IS 'In the order of life; a retired version can become active again. See sql/STATES.md.';

REVOKE ALL ON FUNCTION "private"."decay_scores"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."has_scores"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."has_scores"(uuid) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."has_scores"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "private"."lead_activities"(uuid, uuid[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lead_activities"(uuid, uuid[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."learned_expression"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."learned_expression"(uuid, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."may_set_score"(uuid, public.member_role[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."put_score_version"(uuid, text, jsonb, jsonb, jsonb, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."queue_scores"(uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."queue_scores"(uuid, uuid[]) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."queue_scores"(uuid, uuid[]) TO "service_role";

REVOKE ALL ON FUNCTION "private"."score_leads"(uuid, uuid[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."score_leads"(uuid, uuid[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."score_queued"(uuid, integer, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."score_queued"(uuid, integer, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."set_score_version"(uuid, integer, text, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tg_erasures__forget_scores"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_erasures__forget_scores"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_messages__queue_score"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_messages__queue_score"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_score_facts__queue"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_score_facts__queue"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_score_fields__check"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_score_fields__check"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_score_versions__check"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_score_versions__check"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."trial_scores"(uuid, integer, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."try_score_version"(uuid, integer, integer, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."why_excluded"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."why_excluded"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."activate_score"(uuid, integer, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."activate_score"(uuid, integer, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."explain_score"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."explain_score"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."roll_back_score"(uuid, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."roll_back_score"(uuid, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."switch_learned_score"(uuid, integer, boolean, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."switch_learned_score"(uuid, integer, boolean, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."switch_score_off"(uuid, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."switch_score_off"(uuid, timestamp WITH time zone) TO "service_role";

REVOKE ALL ON SEQUENCE "public"."score_activations_id_seq" FROM "service_role";

GRANT SELECT, UPDATE, USAGE ON SEQUENCE "public"."score_activations_id_seq" TO "service_role";

GRANT DELETE, INSERT, SELECT ON TABLE "private"."score_queue" TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."score_statements" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."erasures" FROM "pipeline_writer";

GRANT SELECT ON TABLE "public"."erasures" TO "pipeline_writer";

GRANT INSERT, SELECT ON TABLE "public"."lead_score_snapshots" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."lead_score_snapshots" FROM "service_role";

GRANT SELECT ON TABLE "public"."lead_score_snapshots" TO "service_role";

REVOKE ALL ON TABLE "public"."lead_scores" FROM "authenticated";

GRANT SELECT ON TABLE "public"."lead_scores" TO "authenticated";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "public"."lead_scores" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."lead_scores" FROM "service_role";

GRANT SELECT ON TABLE "public"."lead_scores" TO "service_role";

REVOKE ALL ON TABLE "public"."score_activations" FROM "authenticated";

GRANT SELECT ON TABLE "public"."score_activations" TO "authenticated";

GRANT SELECT ON TABLE "public"."score_activations" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."score_activations" FROM "service_role";

GRANT SELECT ON TABLE "public"."score_activations" TO "service_role";

REVOKE ALL ON TABLE "public"."score_activities" FROM "authenticated";

GRANT SELECT ON TABLE "public"."score_activities" TO "authenticated";

GRANT SELECT ON TABLE "public"."score_activities" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."score_activities" FROM "service_role";

GRANT SELECT ON TABLE "public"."score_activities" TO "service_role";

REVOKE ALL ON TABLE "public"."score_exclusions" FROM "authenticated";

GRANT SELECT ON TABLE "public"."score_exclusions" TO "authenticated";

GRANT SELECT ON TABLE "public"."score_exclusions" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."score_exclusions" FROM "service_role";

GRANT SELECT ON TABLE "public"."score_exclusions" TO "service_role";

REVOKE ALL ON TABLE "public"."score_fields" FROM "authenticated";

GRANT SELECT ON TABLE "public"."score_fields" TO "authenticated";

GRANT SELECT ON TABLE "public"."score_fields" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."score_fields" FROM "service_role";

GRANT SELECT ON TABLE "public"."score_fields" TO "service_role";

REVOKE ALL ON TABLE "public"."score_models" FROM "authenticated";

GRANT SELECT ON TABLE "public"."score_models" TO "authenticated";

GRANT SELECT ON TABLE "public"."score_models" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."score_models" FROM "service_role";

GRANT SELECT ON TABLE "public"."score_models" TO "service_role";

GRANT SELECT ON TABLE "public"."score_relations" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."score_relations" FROM "service_role";

GRANT SELECT ON TABLE "public"."score_relations" TO "service_role";

REVOKE ALL ON TABLE "public"."score_versions" FROM "authenticated";

GRANT SELECT ON TABLE "public"."score_versions" TO "authenticated";

GRANT SELECT ON TABLE "public"."score_versions" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."score_versions" FROM "service_role";

GRANT SELECT ON TABLE "public"."score_versions" TO "service_role";

CREATE MATERIALIZED VIEW "public"."mv_contactable_leads"
  AS  WITH held AS MATERIALIZED (
         SELECT s_1.org_id,
            s_1.value_bidx,
            ((s_1.channel IS NULL) AND (l_1.n = 0)) AS wholly
           FROM (public.suppressions s_1
             CROSS JOIN LATERAL ( SELECT count(*) AS n
                   FROM public.suppression_lifts l_2
                  WHERE ((l_2.org_id = s_1.org_id) AND (l_2.suppression_id = s_1.id))) l_1)
          WHERE (l_1.n <
                CASE
                    WHEN ((s_1.channel IS NULL) AND (s_1.kind = 'phone'::public.contact_kind)) THEN 3
                    ELSE 1
                END)
        )
 SELECT l.org_id,
    l.id AS lead_id,
    (COALESCE((s.score)::integer,
        CASE
            WHEN o.scored THEN 0
            ELSE (l.lead_score)::integer
        END))::smallint AS lead_score,
    l.situs_state,
    l.source_id
   FROM ((public.leads l
     JOIN ( SELECT x.id,
            private.has_scores(x.id) AS scored
           FROM public.orgs x
         OFFSET 0) o ON ((o.id = l.org_id)))
     LEFT JOIN public.lead_scores s ON (((s.org_id = l.org_id) AND (s.lead_id = l.id))))
  WHERE ((l.campaign_status = 'new'::public.campaign_status) AND l.phone_verified AND (l.consent OR (l.consented_at IS NULL)) AND (EXISTS ( SELECT
           FROM public.contact_points c
          WHERE ((c.org_id = l.org_id) AND (c.lead_id = l.id) AND (c.kind = 'phone'::public.contact_kind) AND c.verified AND (c.invalid_at IS NULL) AND (NOT (EXISTS ( SELECT
                   FROM held s_1
                  WHERE ((s_1.org_id = c.org_id) AND (s_1.value_bidx = c.value_bidx)))))))) AND (NOT (EXISTS ( SELECT
           FROM (held s_1
             JOIN public.contact_points c ON (((c.org_id = s_1.org_id) AND (c.value_bidx = s_1.value_bidx))))
          WHERE (s_1.wholly AND (c.org_id = l.org_id) AND (c.lead_id = l.id))))) AND (NOT (EXISTS ( SELECT
           FROM (public.leads o_1
             JOIN public.campaigns k ON (((k.org_id = o_1.org_id) AND (k.id = o_1.campaign_id) AND (k.state = ANY (ARRAY['running'::public.campaign_state, 'paused'::public.campaign_state])))))
          WHERE ((o_1.org_id = l.org_id) AND (o_1.phone_bidx = l.phone_bidx) AND (o_1.campaign_status = ANY (ARRAY['queued'::public.campaign_status, 'active'::public.campaign_status, 'replied'::public.campaign_status, 'paused'::public.campaign_status, 'booked'::public.campaign_status])))))));

CREATE VIEW "private"."nominated_leads" AS  SELECT n.org_id,
    n.lead_id
   FROM public.mv_contactable_leads n
  WHERE ((n.org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) OR ( SELECT private.is_trusted_caller() AS is_trusted_caller));

CREATE VIEW "public"."contactable_leads" WITH (security_invoker=true) AS  SELECT l.org_id,
    l.id AS lead_id,
    l.lead_score,
    l.status,
    l.assigned_broker_id,
    l.owner_full,
    l.owner_1_first,
    l.owner_1_last,
    l.situs_house_number,
    l.situs_street,
    l.situs_unit,
    l.situs_city,
    l.situs_state,
    l.situs_zip,
    l.time_zone,
    l.email_verified,
    l.phone_verified,
    l.source_id,
    l.created_at
   FROM (public.leads l
     JOIN private.nominated_leads n ON (((n.org_id = l.org_id) AND (n.lead_id = l.id))))
  WHERE ((l.campaign_status = 'new'::public.campaign_status) AND l.phone_verified);

REVOKE ALL ON TABLE "public"."contactable_leads" FROM "anon";

COMMENT ON MATERIALIZED VIEW "public"."mv_contactable_leads" IS 'Leads with a verified phone and no suppression, revoked consent or running campaign, as of the last refresh. Not exposed; contactable_leads is.';

COMMENT ON VIEW "private"."nominated_leads" IS 'Ids of the contactable leads of the caller''s orgs. Deliberately runs with its owner''s rights.';

COMMENT ON VIEW "public"."contactable_leads" IS 'Leads that a feed could take next and that the caller may see: nominated by the last refresh, and still new and verified now. Fast with the org named: where org_id = … order by lead_score desc, lead_id limit 100.';

GRANT SELECT ON TABLE "public"."mv_contactable_leads" TO "pipeline_writer";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."mv_contactable_leads" TO "service_role";

GRANT SELECT ON TABLE "private"."nominated_leads" TO "authenticated", "service_role";

REVOKE ALL ON TABLE "public"."contactable_leads" FROM "authenticated";

GRANT SELECT ON TABLE "public"."contactable_leads" TO "authenticated";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."contactable_leads" TO "service_role";

REVOKE ALL ON TABLE "public"."mv_contactable_leads" FROM "anon", "authenticated";

-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX mv_contactable_leads_key ON public.mv_contactable_leads USING btree (org_id, lead_id);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX mv_contactable_leads_score_idx ON public.mv_contactable_leads USING btree (org_id, lead_score DESC, lead_id);

-- Rights that default privileges would change.

revoke execute on function private.decay_scores(timestamp with time zone) from pipeline_writer;
revoke execute on function private.may_set_score(uuid,public.member_role[]) from pipeline_writer;
revoke execute on function private.put_score_version(uuid,text,jsonb,jsonb,jsonb,timestamp with time zone) from pipeline_writer;
revoke execute on function private.set_score_version(uuid,integer,text,timestamp with time zone) from pipeline_writer;
revoke execute on function private.trial_scores(uuid,integer,timestamp with time zone) from pipeline_writer;
revoke execute on function private.try_score_version(uuid,integer,integer,timestamp with time zone) from pipeline_writer;

-- Reference data, queues and cron jobs.

insert into pgboss.queue (name, policy, retry_limit, retry_delay, retry_backoff, retry_delay_max, expire_seconds, retention_seconds, deletion_seconds, dead_letter, partition, table_name, warning_queued, heartbeat_seconds, notify) values
  ('score-leads', 'short', '6', '10', 'true', '600', '7200', '1209600', '3600', 'dead-letters', 'false', 'job_common', '0', '15', 'true')
on conflict (name) do update set policy = excluded.policy, retry_limit = excluded.retry_limit, retry_delay = excluded.retry_delay, retry_backoff = excluded.retry_backoff, retry_delay_max = excluded.retry_delay_max, expire_seconds = excluded.expire_seconds, retention_seconds = excluded.retention_seconds, deletion_seconds = excluded.deletion_seconds, dead_letter = excluded.dead_letter, partition = excluded.partition, table_name = excluded.table_name, warning_queued = excluded.warning_queued, heartbeat_seconds = excluded.heartbeat_seconds, notify = excluded.notify;

insert into public.score_activities (kind, words) values
  ('email_opened', 'Opened an e-mail'),
  ('email_clicked', 'Clicked a link in an e-mail'),
  ('replied', 'Replied by text, e-mail or voice'),
  ('replied_with_interest', 'Replied with interest or a question'),
  ('declined', 'Replied without interest, or opted out'),
  ('called', 'Called, or answered a call'),
  ('booked', 'Booked an appointment')
on conflict (kind) do update set words = excluded.words;

insert into public.score_exclusions (pattern, in_expressions, reason) values
  ('(^|[._])(race|races|racial|ethnic|ethnicity|ethnicities|skin|color|colour)($|[._])', 'true', 'race and colour are protected by ECOA and the Fair Housing Act'),
  ('(^|[._])(religion|religions|religious|faith|creed|church)($|[._])', 'true', 'religion is protected by ECOA and the Fair Housing Act'),
  ('(^|[._])(sex|gender|male|female|pronoun|pronouns|salutation|orientation)($|[._])', 'true', 'sex, with sexual orientation and gender identity, is protected by ECOA and the Fair Housing Act'),
  ('(^|[._])(marital|married|spouse|divorced|divorce|widowed|widow)($|[._])', 'true', 'marital status is protected by ECOA'),
  ('(^|[._])(familial|family|families|children|child|kids|pregnant|household)($|[._])', 'true', 'familial status is protected by the Fair Housing Act; who lives in a household shows it'),
  ('(^|[._])(nationality|national|citizenship|immigration|immigrant|birthplace|ancestry)($|[._])', 'true', 'national origin is protected by ECOA and the Fair Housing Act; citizenship stands for it'),
  ('(^|[._])(language|languages|spoken|accent)($|[._])', 'true', 'the language a person speaks stands for national origin'),
  ('(^|[._])(age|ages|aged|birth|birthday|birthdate|dob|senior|seniors|elderly|retired|generation)($|[._])', 'true', 'age is protected by ECOA; birth dates, and words for generations, are age'),
  ('(^|[._])(disability|disabled|handicap|handicapped|medical|health|veteran)($|[._])', 'true', 'disability is protected by the Fair Housing Act; health and veteran status stand for it'),
  ('(^|[._])(welfare|assistance|medicaid|snap|voucher|section_8)($|[._])', 'true', 'income from public assistance is protected by ECOA'),
  ('(^|[._])(census|tract|blockgroup|demographic|demographics|neighborhood|neighbourhood|school|schools)($|[._])', 'true', 'census data and neighbourhoods stand for race and national origin (redlining)'),
  ('(^|[._])(first_name|last_name|surname|given_name|full_name|owner_1|owner_2|owner_full|first|last)($|[._])', 'false', 'names stand for race, national origin and sex'),
  ('(^|[._])(zip|zips|zip5|zip_code|postal|postal_code|postcode|latitude|longitude|geohash)($|[._])', 'false', 'a ZIP code or position alone stands for the people who live there (redlining); use state or county'),
  ('(^|[._])(city|cities|street|streets|address|situs_city|situs_street)($|[._])', 'false', 'a city or street stands for the people who live there (redlining); use state or county'),
  ('(^|[._])(two_owners|co_owner|joint_owner|second_owner)($|[._])', 'false', 'a second owner stands for marital status, which ECOA protects'),
  ('(^|[._])(bedrooms|beds)($|[._])', 'false', 'the number of bedrooms stands for familial status, which the Fair Housing Act protects'),
  ('(^|[._])(list_score|lead_score|vendor_score)($|[._])', 'false', 'nobody here knows what the score of a list is made of, so nobody can show that it is fair')
on conflict (pattern) do update set in_expressions = excluded.in_expressions, reason = excluded.reason;

insert into public.score_relations (name, sql) values
  ('source', 'left join public.sources so on so.org_id = l.org_id and so.id = l.source_id'),
  ('contacts', 'left join (
          select c.lead_id, count(*) filter (where c.kind = ''phone'' and c.invalid_at is null) as phones,
            count(*) filter (where c.kind = ''email'' and c.invalid_at is null) as emails
          from public.contact_points c
          where c.org_id = $1 and ($2::uuid[] is null or c.lead_id = any ($2))
          group by c.lead_id
        ) co on co.lead_id = l.id'),
  ('columns', 'left join lateral (
          select jsonb_object_agg(translate(lower(x.key), '' _-./()%#:'', ''''), x.value) as v
          from jsonb_each_text(l.attributes) x where x.value <> ''''
        ) at on true')
on conflict (name) do update set sql = excluded.sql;

insert into public.score_fields (name, type, relation, expression, observed, fresh_days, words) values
  ('lead.state', 'text', null, 'l.situs_state', null, null, 'State of the property, as its USPS code'),
  ('lead.county', 'text', null, 'l.county_fips', null, null, 'County of the property, as its FIPS code'),
  ('lead.absentee', 'bool', null, 'case when l.mailing_street is null or l.situs_street is null then null
    when l.mailing_state <> l.situs_state or left(l.mailing_zip, 5) <> left(l.situs_zip, 5) then true
    when l.situs_house_number is null then null
    else upper(split_part(btrim(l.mailing_street), '' '', 1)) <> upper(l.situs_house_number) end', 'coalesce((l.field_sources -> ''mailing'' ->> 1)::timestamptz, l.observed_at)', '730', 'The mailing address is not the property'),
  ('lead.out_of_state', 'bool', null, 'l.mailing_state <> l.situs_state', 'coalesce((l.field_sources -> ''mailing'' ->> 1)::timestamptz, l.observed_at)', '730', 'The mailing address is in another state than the property'),
  ('lead.owner_is_company', 'bool', null, 'string_to_array(upper(translate(coalesce(l.owner_full, l.owner_1_last), '',.'', '' '')), '' '')
    && ''{LLC,INC,CORP,CORPORATION,CO,COMPANY,LP,LLP,LTD,TRUST,TRUSTEE,BANK,HOLDINGS,ASSN,ASSOCIATION,HOA}''::text[]', null, null, 'The owner is a company, a trust or an association'),
  ('lead.source', 'text', 'source', 'so.key', null, null, 'Key of the source that the lead came from first'),
  ('lead.source_trust', 'number', null, 'l.source_trust', null, null, 'Trust in the source, 0 to 100'),
  ('lead.days_on_file', 'number', null, 'floor(extract(epoch from $3::timestamptz - l.created_at) / 86400)', null, null, 'Days since the lead was created'),
  ('lead.status', 'text', null, 'l.status', null, null, 'The broker''s own status of the lead'),
  ('lead.consent', 'bool', null, 'case when l.consented_at is not null then l.consent end', null, null, 'The owner consented (false: took it back)'),
  ('contact.phone_verified', 'bool', null, 'case when l.phone_verified then true
    when l.phone_verification_codes <> ''{}'' then false end', null, null, 'A phone number is verified (unknown: none was checked)'),
  ('contact.email_verified', 'bool', null, 'case when l.email_verified then true
    when l.email_verification_codes <> ''{}'' then false end', null, null, 'An e-mail address is verified (unknown: none was checked)'),
  ('contact.phones', 'number', 'contacts', 'coalesce(co.phones, 0)', null, null, 'Number of valid phone numbers'),
  ('contact.emails', 'number', 'contacts', 'coalesce(co.emails, 0)', null, null, 'Number of valid e-mail addresses'),
  ('contact.phone_codes', 'list', null, 'nullif(l.phone_verification_codes, ''{}'')', null, null, 'Result codes of the verification of the phone number'),
  ('contact.email_codes', 'list', null, 'nullif(l.email_verification_codes, ''{}'')', null, null, 'Result codes of the verification of the e-mail address'),
  ('engagement.days_since_reply', 'number', null, 'floor(extract(epoch from $3::timestamptz - l.last_reply_at) / 86400)', null, null, 'Days since the last reply'),
  ('engagement.call_attempts', 'number', null, 'l.call_attempt_count', null, null, 'Calls attempted'),
  ('property.has_key', 'bool', null, 'l.mak is not null or l.county_fips is not null and l.apn is not null', null, null, 'The property has a Melissa key or a parcel number'),
  ('property.value', 'number', 'columns', 'substring(translate(coalesce(at.v ->> ''estimatedvalue'', at.v ->> ''estvalue'', at.v ->> ''avm'',
      at.v ->> ''avmvalue'', at.v ->> ''marketvalue'', at.v ->> ''totalmarketvalue'',
      at.v ->> ''propertyvalue'', at.v ->> ''assessedvalue''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8', 'l.observed_at', '365', 'Value of the property, in dollars'),
  ('property.loan_balance', 'number', 'columns', 'substring(translate(coalesce(at.v ->> ''estimatedloanbalance'', at.v ->> ''loanbalance'',
      at.v ->> ''mortgagebalance'', at.v ->> ''openloanbalance'', at.v ->> ''totalopenloans'',
      at.v ->> ''totalloanbalance''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8', 'l.observed_at', '365', 'Open loans on the property, in dollars'),
  ('property.equity_percent', 'number', 'columns', 'substring(translate(coalesce(at.v ->> ''equitypercent'', at.v ->> ''estimatedequitypercent'',
      at.v ->> ''percentequity'', at.v ->> ''equitypct''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8', 'l.observed_at', '365', 'Share of the value that the owner owns, in percent'),
  ('property.loan_to_value', 'number', 'columns', 'substring(translate(coalesce(at.v ->> ''loantovalue'', at.v ->> ''ltv'', at.v ->> ''estimatedltv'',
      at.v ->> ''loantovalueratio''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8', 'l.observed_at', '365', 'Loans against the value, in percent'),
  ('property.year_built', 'number', 'columns', 'substring(coalesce(at.v ->> ''yearbuilt'', at.v ->> ''yrbuilt'', at.v ->> ''built'',
      at.v ->> ''effectiveyearbuilt'')
      from ''(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[0-9]{4})?(?:[^0-9]|$)'')::float8', null, null, 'Year in which it was built'),
  ('property.years_owned', 'number', 'columns', 'extract(year from $3::timestamptz at time zone ''UTC'')
    - substring(coalesce(at.v ->> ''lastsaledate'', at.v ->> ''lastsalesdate'', at.v ->> ''saledate'',
      at.v ->> ''lasttransferdate'', at.v ->> ''lastsaleyear'')
      from ''(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[0-9]{4})?(?:[^0-9]|$)'')::float8', null, null, 'Years since the last sale'),
  ('property.square_feet', 'number', 'columns', 'substring(translate(coalesce(at.v ->> ''squarefeet'', at.v ->> ''sqft'', at.v ->> ''livingarea'',
      at.v ->> ''buildingarea'', at.v ->> ''buildingsqft'', at.v ->> ''livingsquarefeet''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8', null, null, 'Living area, in square feet')
on conflict (name) do update set type = excluded.type, relation = excluded.relation, expression = excluded.expression, observed = excluded.observed, fresh_days = excluded.fresh_days, words = excluded.words;

do $cron$
begin
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    raise notice 'no pg_cron in this database: its jobs stay as they are';
    return;
  end if;
  perform cron.schedule('sluice-daily-scores', '3-59/5 * * * *', 'set statement_timeout = ''10min''; select private.run_daily_task(''scores'')');
end
$cron$;
