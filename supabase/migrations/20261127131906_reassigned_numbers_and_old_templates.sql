-- reassigned numbers and old templates: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

ALTER TABLE "public"."org_gate_rules"
  DROP CONSTRAINT "org_rule_key_is_known";

ALTER TABLE "public"."org_gate_rules"
  DROP CONSTRAINT "org_rule_value_fits_its_key";

CREATE TABLE "private"."reassigned_questions" (
  "org_id"           uuid                     NOT NULL,
  "value_bidx"       bytea                    NOT NULL,
  "lead_id"          uuid                     NOT NULL,
  "contact_point_id" bigint                   NOT NULL,
  "since"            date                     NOT NULL,
  "wanted_at"        timestamp with time zone NOT NULL,
  "next_at"          timestamp with time zone NOT NULL,
  "attempts"         integer                  NOT NULL DEFAULT 0,
  CONSTRAINT "reassigned_questions_pkey" PRIMARY KEY (org_id, value_bidx)
);

ALTER TABLE "private"."reassigned_questions"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."reassigned_checks" (
  "org_id"      uuid                     NOT NULL,
  "id"          bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "value_bidx"  bytea                    NOT NULL,
  "lead_id"     uuid                     NOT NULL,
  "since"       date                     NOT NULL,
  "answer"      text,
  "provider"    text                     NOT NULL,
  "account"     text                     NOT NULL,
  "request_id"  text,
  "error"       text,
  "asked_at"    timestamp with time zone NOT NULL,
  "answered_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "reassigned_answer_is_known" CHECK ((answer = ANY (ARRAY['yes'::text, 'no'::text, 'no_data_available'::text]))),
  CONSTRAINT "reassigned_check_has_answer_or_error" CHECK (((answer IS NULL) = (error IS NOT NULL))),
  CONSTRAINT "reassigned_checks_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "public"."reassigned_checks"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."reassigned_checks" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."reassigned_checks_id_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."reassigned_checks_id_seq" FROM "authenticated";

ALTER TYPE "private"."gate_facts" ADD ATTRIBUTE "reassigned_answer" text CASCADE;

ALTER TYPE "private"."gate_facts" ADD ATTRIBUTE "reassigned_at" timestamp WITH time zone CASCADE;

ALTER TYPE "private"."gate_facts" ADD ATTRIBUTE "reassigned_since" date CASCADE;

ALTER TYPE "private"."gate_facts" ADD ATTRIBUTE "reassigned_failed" boolean CASCADE;

CREATE OR REPLACE FUNCTION private.ask_about_reassigned (
  p_org_id    uuid,
  p_decisions public.gate_decisions[],
  p_as_of     timestamp with time zone
)
  RETURNS void
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  insert into private.reassigned_questions as q (org_id, value_bidx, lead_id, contact_point_id, since, wanted_at,
    next_at)
  select distinct on (d.value_bidx) p_org_id, d.value_bidx, d.lead_id, d.contact_point_id, s.since, p_as_of, p_as_of
  from unnest(p_decisions) d
  cross join lateral (select ((d.facts #>> '{consent,obtained_at}')::timestamptz at time zone 'Pacific/Honolulu')::date
    as since) s
  -- Only where nothing but time stands in the way: an answer costs money.
  where 'reassigned_unchecked' = any (d.rules) and d.next_allowed_at is not null and s.since is not null
  order by d.value_bidx, s.since
  on conflict (org_id, value_bidx) do update
    set lead_id = excluded.lead_id, contact_point_id = excluded.contact_point_id, since = excluded.since,
      wanted_at = excluded.wanted_at
    where (q.lead_id, q.contact_point_id, q.since) is distinct from (excluded.lead_id, excluded.contact_point_id,
      excluded.since)
$function$;

CREATE OR REPLACE FUNCTION private.collect_contact_facts (
  p_org_id   uuid,
  p_requests jsonb,
  p_as_of    timestamp with time zone,
  p_store    boolean                  DEFAULT true,
  p_outbound boolean                  DEFAULT true
)
  RETURNS SETOF private.contact_facts
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_org public.orgs;
  v_key integer;
  v_secret text;
  v_load bigint;
  v_emergencies jsonb;
  v_house jsonb;
  v_reassigned boolean;
begin
  select x.* into v_org from public.orgs x where x.id = p_org_id;
  v_key := private.active_key_id(p_org_id, 'data');
  v_secret := private.org_key(p_org_id, v_key);
  v_load := coalesce((select max(l.id) from private.dnc_loads l), 0);
  v_emergencies := (select coalesce(jsonb_agg(distinct e.state), '[]') from public.emergencies e
    where e.declared_at <= p_as_of and (e.ended_at is null or e.ended_at > p_as_of));
  v_house := case when v_org.settings ? 'consent_months'
    then jsonb_build_object('house', jsonb_build_object('consent_max_age_months',
      (v_org.settings ->> 'consent_months')::integer)) else '{}' end;
  v_reassigned := exists (select from public.reassigned_checks r where r.org_id = p_org_id);
  return query
  with recursive asked as materialized (
    select r.n::integer as n, (r.x ->> 'lead_id')::uuid as lead_id,
      (r.x ->> 'contact_point_id')::bigint as contact_point_id,
      r.x ->> 'channel' as channel, r.x ->> 'purpose' as purpose,
        coalesce(nullif(r.x -> 'message', 'null'), '{}') as message,
      (r.x ->> 'campaign_id')::uuid as campaign_id
    from jsonb_array_elements(p_requests) with ordinality r (x, n)
  ),
  family (lead_id, id) as (
    select a.lead_id, a.lead_id from asked a
    union
    select f.lead_id, m.merged_id
    from family f
    join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.id and m.undone_at is null
  ),
  families as (select f.lead_id, array_agg(f.id) as ids from family f group by f.lead_id)
  select a.n, a.lead_id, a.contact_point_id, c.value_bidx, c.kind, a.channel, a.purpose, a.message, a.campaign_id,
    c.invalid_at, l.campaign_status, coalesce((s.s).litigator, false), held.why,
    jsonb_build_object(
      'org_id', p_org_id, 'channel', a.channel, 'purpose', a.purpose, 'seller',
        coalesce(v_org.settings ->> 'seller', v_org.name),
      'state', l.situs_state, 'postal_code', l.situs_zip,
      'addresses', case when l.mailing_state is null and l.mailing_zip is null then '[]'
        else jsonb_build_array(jsonb_build_object('state', l.mailing_state, 'postal_code', l.mailing_zip)) end,
      'phone', case when c.kind = 'phone' then v.value end, 'email', case when c.kind = 'email' then v.value end,
      'line_type', case when c.kind = 'phone' then private.line_type_of(c.codes) end,
      'consent', given.consent,
      'dnc', case when c.kind = 'phone' then jsonb_build_object(
          'federal_listed', (s.s).federal_listed, 'scrubbed_at', (s.s).registry_obtained_at,
          'state_listed', private.is_on_state_dnc_list(array[l.situs_state, l.mailing_state] || z.states,
            (s.s).states_listed, p_as_of),
          'states_listed', (s.s).states_listed, 'list_ids', (s.s).list_ids, 'load_id', (s.s).load_id, 'looked_up_at',
            (s.s).scrubbed_at,
          'internal_request_at', greatest(held.requested_at, (s.s).internal_at)) else '{}' end
        || jsonb_build_object('lookup_error', null, 'events', held.events,
          'email_unsubscribed_at', case when c.kind = 'email' then held.requested_at end),
      'history', history.contacts,
      'unread_since', private.unread_since(p_org_id, a.lead_id),
      'reassigned', case when v_reassigned and c.kind = 'phone' then private.reassigned_answer(p_org_id, c.value_bidx,
        p_as_of) end,
      'message', case when a.message = '{}' then a.message else (
        select coalesce(jsonb_object_agg(m.key, m.value), '{}') from jsonb_each(a.message) m
        where m.key in ('subject', 'message_kind', 'marketing_content', 'confirmations_already_sent',
          'postal_address_in_body',
          'unsubscribe_link', 'list_unsubscribe_post', 'from_authenticated', 'daily_volume_to_gmail')) end,
      'emergencies', v_emergencies) || v_house
  from asked a
  join families fam on fam.lead_id = a.lead_id
  join public.leads l on l.org_id = p_org_id and l.id = a.lead_id
  join public.contact_points c on c.org_id = p_org_id and c.lead_id = a.lead_id and c.id = a.contact_point_id
  cross join lateral (
    select private.decrypt_value(c.value_cipher, case when c.key_id = v_key then v_secret
      else private.org_key(p_org_id, c.key_id) end) as value
    offset 0) v
  left join public.area_code_zones z on c.kind = 'phone' and z.area_code = substr(v.value, 3, 3)
  left join private.phone_scrubs known on known.org_id = p_org_id and known.value_bidx = c.value_bidx
    and known.load_id = v_load
  cross join lateral (
    select case when c.kind <> 'phone' then null when known.load_id is not null then known
      else private.scrub_phone(p_org_id, c.value_bidx, v.value, p_as_of, p_store) end as s
    offset 0) s
  -- The active suppressions: the person's latest request, reports of mail providers, and the reason for each.
  cross join lateral (
    select max(h.created_at) filter (where h.reason not in ('bounce', 'complaint', 'litigator')) as requested_at,
      coalesce(jsonb_agg(distinct case h.reason when 'complaint' then 'spamreport' else 'bounce' end)
        filter (where h.kind = 'email' and h.reason in ('bounce', 'complaint')), '[]') as events,
      coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'reason', h.reason, 'source', h.source, 'at', h.created_at)
        order by h.created_at), '[]') as why
    from public.suppressions h
    where h.org_id = p_org_id and h.value_bidx = c.value_bidx and (h.channel is null or h.channel = a.channel)
      and not exists (select from public.suppression_lifts x
        where x.org_id = h.org_id and x.suppression_id = h.id and x.channel = a.channel)) held
  -- The best grant on record and the latest revocation that covers the channel. An unproven consent counts only where
  -- nothing was ever revoked; the typed name of a signature is not included.
  cross join lateral (
    with events as materialized (
      select e.id, e.action, e.type, e.is_unproven, e.is_keyword, e.occurred_at, e.upload_id, e.seller, e.value_bidx,
        e.automated_disclosed, e.not_condition_of_purchase, e.signature, e.method
      from public.consents e
      where e.org_id = p_org_id and e.value_bidx = c.value_bidx and a.channel = any (e.channels)
        and e.occurred_at <= p_as_of
      union all
      -- A row without a value applies to every contact of its lead.
      select e.id, e.action, e.type, e.is_unproven, e.is_keyword, e.occurred_at, e.upload_id, e.seller, e.value_bidx,
        e.automated_disclosed, e.not_condition_of_purchase, e.signature, e.method
      from public.consents e
      where e.org_id = p_org_id and e.lead_id = any (fam.ids) and e.value_bidx is null and a.channel = any (e.channels)
        and e.occurred_at <= p_as_of
    ),
    -- START reverses the keyword STOP and nothing else.
    revoked as materialized (
      select r.* from events r
      where r.action = 'revoke' and not (r.is_keyword and exists (
        select from events g where g.action = 'grant' and g.is_keyword and not g.is_unproven
          and g.occurred_at > r.occurred_at))
      order by r.occurred_at desc, r.id desc limit 1
    ),
    granted as (
      select g.* from events g
      where g.action = 'grant'
        and not exists (select from public.uploads u where u.org_id = p_org_id and u.id = g.upload_id
          and u.state = 'undone' and g.is_unproven)
        and not exists (select from revoked r where g.is_unproven or (g.is_keyword and not r.is_keyword))
      order by g.is_unproven, coalesce(g.occurred_at > (select r.occurred_at from revoked r), true) desc,
        array_position('{pewc,pec,ebr_purchase,ebr_inquiry}', g.type), g.occurred_at desc, g.id desc limit 1
    )
    select jsonb_build_object('type', coalesce(g.type, 'none'), 'consent_id', g.id, 'is_unproven', g.is_unproven,
      'obtained_at', g.occurred_at,
      'seller', g.seller, 'phone_covered', g.value_bidx is not null,
      'automated_disclosed', coalesce(g.automated_disclosed, false),
      'not_condition_of_purchase', coalesce(g.not_condition_of_purchase, false),
      'signature', not g.is_unproven and length(btrim(coalesce(g.signature, ''))) > 0,
      'last_transaction_at', case when g.type = 'ebr_purchase' then g.occurred_at end,
      'last_inquiry_at', case when g.type = 'ebr_inquiry' then g.occurred_at end,
      -- The row's channels are its scope, so for this channel it covers everything.
      'revocation_id', r.id, 'revoked_at', r.occurred_at, 'revoked_via', r.method, 'revoked_scope', case
        when r.id is not null then 'all' end) as consent
    from (values (1)) one left join granted g on true left join revoked r on true) given
  -- The last thousand contacts with the value, for whatever lead or campaign. The request of an inbound message is
  -- represented by a standard phrase; its own words are not included.
  cross join lateral (
    select coalesce(jsonb_agg(case when t.subject is null and t.keyword is null
      then jsonb_build_object('channel', t.channel, 'direction', t.direction, 'at', t.at)
      else jsonb_strip_nulls(jsonb_build_object('channel', t.channel, 'direction', t.direction, 'at', t.at, 'subject',
        t.subject,
        'body', case t.keyword when 'stop' then 'STOP' when 'start' then 'START' when 'opt_out'
          then 'please stop texting me' end)) end), '[]') as contacts
    from (
      select y.channel, y.direction, y.at, y.subject, y.keyword from public.contact_attempts y
      where y.org_id = p_org_id and y.value_bidx = c.value_bidx and (p_outbound or y.direction = 'inbound')
      order by y.at desc limit 1000) t) history
  order by a.n;
end
$function$;

CREATE OR REPLACE FUNCTION private.decide_contacts (
  p_org_id   uuid,
  p_requests jsonb,
  p_as_of    timestamp with time zone,
  p_store    text,
  p_outbound boolean                  DEFAULT true
)
  RETURNS TABLE (
    n      integer,
    answer jsonb
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  SET jit TO 'off'
  AS $function$
declare
  k private.contact_facts;
  g jsonb;
  w record;
  d public.gate_decisions;
  v_settings jsonb;
  v_facts jsonb;
  v_new public.gate_decisions[] := '{}'::public.gate_decisions[];
  v_clock constant timestamptz := clock_timestamp();
  v_seen integer := 0;
  -- Contacts that this call has allowed so far.
  v_values bytea[] := '{}'::bytea[];
  v_leads uuid[] := '{}'::uuid[];
  v_channels text[] := '{}'::text[];
  v_subjects text[] := '{}'::text[];
  v_of_lead integer := 0;
begin
  select o.settings into v_settings from public.orgs o where o.id = p_org_id;
  if not found then
    perform private.raise_missing_contact(p_org_id, p_requests);
  end if;
  for k in select * from private.collect_contact_facts(p_org_id, p_requests, p_as_of, p_store <> 'never',
    p_outbound) loop
    v_seen := v_seen + 1;
    v_facts := k.facts;
    if k.value_bidx = any (v_values) then
      v_facts := v_facts || jsonb_build_object('history', (
        select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('channel', x.channel, 'direction', 'outbound', 'at',
          p_as_of, 'subject', x.subject)))
        from unnest(v_values, v_channels, v_subjects) x (value_bidx, channel, subject)
          where x.value_bidx = k.value_bidx) || (v_facts -> 'history'));
    end if;
    if v_settings ? 'lead_attempts_24h' then
      v_of_lead := (select count(*) from unnest(v_leads, v_channels) x (lead_id, channel) where x.lead_id = k.lead_id
        and x.channel <> 'email');
    end if;
    g := public.gate_evaluate(v_facts, p_as_of);
    k.facts := v_facts;
    w := private.check_decision_rules(k, p_org_id, v_settings, v_of_lead, cardinality(v_values), p_as_of);
    d.reasons := (g -> 'reasons') || w.reasons;
    d.allow := d.reasons = '[]';
    d.next_allowed_at := case
      when w.ends_at is null then (g ->> 'next_allowed_at')::timestamptz
      when w.ends_at = 'infinity' or (g ->> 'next_allowed_at') is null then null
      -- One of our own limits may end while the hours are closed.
      else (public.gate_evaluate(v_facts, greatest(w.ends_at,
        (g ->> 'next_allowed_at')::timestamptz)) ->> 'next_allowed_at')::timestamptz end;
    d.id := null;
    if p_store = 'always' or (p_store = 'refusals' and not d.allow) then
      d.org_id := p_org_id; d.decided_at := v_clock; d.lead_id := k.lead_id; d.contact_point_id := k.contact_point_id;
      d.id := nextval('public.gate_decisions_id_seq');
      d.value_bidx := k.value_bidx; d.channel := k.channel; d.purpose := k.purpose; d.campaign_id := k.campaign_id;
        d.as_of := p_as_of;
      d.rules := case when d.allow then '{}' else array(select distinct x ->> 'rule'
        from jsonb_array_elements(d.reasons) x) end;
      d.zones := array(select jsonb_array_elements_text(g -> 'zones'));
      d.states := array(select jsonb_array_elements_text(g -> 'states'));
      d.rule_version := g ->> 'rule_version';
      d.facts := private.redact_facts(v_facts);
      v_new := v_new || d;
    elsif p_store = 'never' then
      g := g || jsonb_build_object('facts', private.redact_facts(v_facts));
    end if;
    if d.allow and p_store = 'always' then
      v_values := v_values || k.value_bidx;
      v_leads := v_leads || k.lead_id;
      v_channels := v_channels || k.channel;
      v_subjects := v_subjects || (k.message ->> 'subject');
    end if;
    n := k.n;
    answer := g || jsonb_build_object('allow', d.allow, 'reasons', d.reasons, 'decision_id', d.id,
      'next_allowed_at', to_char(d.next_allowed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'));
    return next;
  end loop;
  if v_seen < jsonb_array_length(p_requests) then
    perform private.raise_missing_contact(p_org_id, p_requests);
  end if;
  insert into public.gate_decisions (org_id, id, decided_at, lead_id, contact_point_id, value_bidx, channel, purpose,
    campaign_id, as_of, allow,
    rules, reasons, next_allowed_at, zones, states, rule_version, facts)
  overriding system value
  select x.org_id, x.id, x.decided_at, x.lead_id, x.contact_point_id, x.value_bidx, x.channel, x.purpose,
    x.campaign_id, x.as_of, x.allow,
    x.rules, x.reasons, x.next_allowed_at, x.zones, x.states, x.rule_version, x.facts
  from unnest(v_new) x;
  if exists (select from unnest(v_new) x where 'reassigned_unchecked' = any (x.rules)) then
    perform private.ask_about_reassigned(p_org_id, v_new, p_as_of);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.gate_check_reassigned (
  c private.gate_facts,
  t timestamp with time zone
)
  RETURNS private.gate_refusal[]
  LANGUAGE plpgsql
  IMMUTABLE
  AS $function$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_days constant int := (c.house ->> 'reassigned_check_days')::int;
  v_given constant timestamptz := coalesce(c.consent_at, c.ebr_from);
  v_answers boolean;
begin
  -- Whoever has the number now may agree, too: a consent after the answer is that person's.
  if c.reassigned_answer = 'yes' and not coalesce(c.given_consent and c.consent_at > c.reassigned_at, false) then
    return r || row('number_reassigned', 'the number was given to somebody else after ' || coalesce(
      to_char(c.reassigned_since, 'YYYY-MM-DD'), 'the consent'), 'infinity')::private.gate_refusal;
  end if;
  if v_days is null or c.channel is null or c.channel not in ('sms', 'voice_ai')
    or coalesce(v_given >= c.as_of - interval '90 days', true) then
    return r;
  end if;
  -- Recent, and about a date no later than the consent: a later one says nothing about the time in between.
  v_answers := coalesce(c.reassigned_since <= (v_given at time zone 'UTC')::date and c.reassigned_at <= c.as_of
    and c.reassigned_at > c.as_of - make_interval(days => v_days), false);
  if v_answers and c.reassigned_answer = 'no_data_available' then
    r := r || row('reassigned_unknown', 'the register cannot say whether the number was reassigned since '
      || to_char(v_given at time zone 'UTC', 'YYYY-MM-DD'), 'infinity')::private.gate_refusal;
  elsif not (v_answers and coalesce(c.reassigned_answer = 'no', false)) and t < c.as_of + interval '5 minutes' then
    -- The worker asks; until it has an answer, ask again later.
    r := r || row('reassigned_unchecked', case when c.reassigned_failed
        then 'the question whether the number was reassigned was not answered'
        else 'it was not asked whether the number was reassigned since '
          || to_char(v_given at time zone 'UTC', 'YYYY-MM-DD') end,
      c.as_of + interval '5 minutes')::private.gate_refusal;
  end if;
  return r;
end
$function$;

CREATE OR REPLACE FUNCTION private.gate_read (
  p_facts jsonb,
  p_as_of timestamp with time zone
)
  RETURNS private.gate_facts
  LANGUAGE plpgsql
  STABLE
  AS $function$
declare
  c private.gate_facts;
  v_seller text;
  v_phone text;
  v_area text;
  v_dnc jsonb;
  v_message jsonb;
  v_reassigned jsonb;
  v_kind text;
  v_house record;
  v_place record;
  e jsonb;
begin
  c.as_of := p_as_of;
  c.unreadable := '{}';
  c.channel := case when p_facts ->> 'channel' in ('email', 'sms', 'voice_manual', 'voice_ai')
    then p_facts ->> 'channel' end;
  if c.channel is null then
    c.unreadable := c.unreadable || 'channel'::text;
  end if;
  v_seller := private.normalise_spacing(case when jsonb_typeof(p_facts -> 'seller') = 'string'
    then p_facts ->> 'seller' end);

  v_house := private.gate_read_org_rules(p_facts);
  c.house := v_house.house;
  c.unreadable := c.unreadable || v_house.unreadable;

  -- Purpose: marketing unless all facts say otherwise.
  v_message := p_facts -> 'message';
  if coalesce(jsonb_typeof(v_message), 'null') not in ('null', 'object') then
    c.unreadable := c.unreadable || 'message'::text;
    v_message := null;
  end if;
  c.message := case when jsonb_typeof(v_message) = 'object' then v_message else '{}' end;
  c.subject := private.normalise_spacing(case when jsonb_typeof(c.message -> 'subject') = 'string'
    then c.message ->> 'subject' end);
  v_kind := c.message ->> 'message_kind';
  if v_kind not in ('marketing', 'transactional', 'opt_out_confirmation') then
    c.unreadable := c.unreadable || 'message.message_kind'::text;
  end if;
  if p_facts ->> 'purpose' not in ('marketing', 'transactional') then
    c.unreadable := c.unreadable || 'purpose'::text;
  end if;
  c.purpose := case
    when v_kind = 'opt_out_confirmation' then 'confirmation'
    when p_facts ->> 'purpose' = 'transactional' and coalesce(v_kind, 'transactional') = 'transactional'
      and coalesce(c.message -> 'marketing_content', 'null') in ('false', 'null') then 'transactional'
    else 'marketing' end;

  -- Address of the contact point.
  if c.channel = 'email' then
    c.email_state := case
      when coalesce(jsonb_typeof(p_facts -> 'email'), 'null') = 'null' then 'missing'
      when jsonb_typeof(p_facts -> 'email') = 'string' and length(p_facts ->> 'email') <= 254
        and p_facts ->> 'email' ~ '^[^@\s<>(),;:"\\]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,'
          '61}[A-Za-z0-9])?[.])+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$'
        and p_facts ->> 'email' !~ '(^[.]|[.]@|[.][.])' then 'ok'
      else 'invalid' end;
  else
    v_phone := case when jsonb_typeof(p_facts -> 'phone') = 'string' then p_facts ->> 'phone' end;
    c.phone_state := case
      when coalesce(jsonb_typeof(p_facts -> 'phone'), 'null') = 'null' then 'missing'
      when v_phone ~ '^\+1[2-9]\d{9}$' then 'ok'
      when v_phone ~ '^\+[2-9]\d{6,14}$' then 'foreign'
      else 'invalid' end;
    if c.phone_state = 'ok' then
      v_area := substr(v_phone, 3, 3);
    end if;
    if coalesce(jsonb_typeof(p_facts -> 'line_type'), 'null') <> 'null' then
      c.line_type := p_facts ->> 'line_type';
      if c.line_type not in ('mobile', 'landline', 'fixedVoip', 'nonFixedVoip', 'personal', 'tollFree', 'premium',
        'sharedCost', 'uan', 'voicemail', 'pager', 'unknown') then
        c.unreadable := c.unreadable || 'line_type'::text;
        c.line_type := 'unknown';
      end if;
    end if;
    c.line_type := coalesce(c.line_type, 'unknown');
  end if;

  v_place := private.gate_places(p_facts, v_area, c.channel is distinct from 'email');
  c.zones := v_place.zones;
  c.states := v_place.states;
  c.everywhere := v_place.everywhere;
  if c.channel is distinct from 'email' then
    c.unreadable := c.unreadable || v_place.unreadable;
  end if;
  if c.channel <> 'email' and cardinality(c.states) = 1 then
    select case when s.mobile_ban and not s.consent_lifts_mobile_ban then s.state end,
      case when s.mobile_ban and s.consent_lifts_mobile_ban then s.state end, case when s.call_needs_written_consent then s.state end,
      case c.channel when 'sms' then s.internal_list_years_text else s.internal_list_years_call end,
      s.ebr_lifts_state_list, s.capped
    into c.mobile_ban_in, c.unsolicited_ban_in, c.written_consent_in, c.list_years, c.ebr_lifts_state_list, c.capped
    from public.state_rules s where s.state = c.states[1];
  elsif c.channel <> 'email' then
    select string_agg(s.state, ', ' order by s.state) filter (where s.mobile_ban and not s.consent_lifts_mobile_ban),
      string_agg(s.state, ', ' order by s.state) filter (where s.mobile_ban and s.consent_lifts_mobile_ban),
      string_agg(s.state, ', ' order by s.state) filter (where s.call_needs_written_consent),
      max(case c.channel when 'sms' then s.internal_list_years_text else s.internal_list_years_call end)::int,
      bool_and(s.ebr_lifts_state_list), bool_or(s.capped)
    into c.mobile_ban_in, c.unsolicited_ban_in, c.written_consent_in, c.list_years, c.ebr_lifts_state_list, c.capped
    from public.state_rules s where s.state = any (c.states);
  end if;
  if v_area is not null and not v_place.area_found then
    c.phone_state := case
      when v_area ~ '^8(00|33|44|55|66|77|88)$' then 'toll_free'
      when v_area = '900' then 'premium'
      -- Personal, fictional and other United States numbers without a location.
      when v_area ~ '^5(00|2[0-9]|33|44|55|66|77|88)$|^7[01]0$' then 'ok'
      else 'foreign' end;
  end if;

  c := private.gate_read_consent(c, p_facts -> 'consent', v_seller, v_phone);

  -- Lists.
  v_dnc := p_facts -> 'dnc';
  c.dnc_known := coalesce(jsonb_typeof(v_dnc) = 'object', false);
  if not c.dnc_known then
    if coalesce(jsonb_typeof(v_dnc), 'null') <> 'null' then
      c.unreadable := c.unreadable || 'dnc'::text;
    end if;
    v_dnc := '{}';
  end if;
  c.federal_listed := case when jsonb_typeof(v_dnc -> 'federal_listed') = 'boolean'
    then (v_dnc -> 'federal_listed')::boolean end;
  c.state_listed := case when jsonb_typeof(v_dnc -> 'state_listed') = 'boolean'
    then (v_dnc -> 'state_listed')::boolean end;
  c.internal_requested := coalesce(jsonb_typeof(v_dnc -> 'internal_request_at'), 'null') <> 'null';
  if c.internal_requested then
    c.internal_at := coalesce(private.read_instant(v_dnc -> 'internal_request_at'), 'infinity');
  end if;
  c.unsubscribed := coalesce(jsonb_typeof(v_dnc -> 'email_unsubscribed_at'), 'null') <> 'null';
  c.scrub_said := coalesce(jsonb_typeof(v_dnc -> 'scrubbed_at'), 'null') <> 'null';
  c.scrubbed_at := private.read_instant(v_dnc -> 'scrubbed_at');
  c.lookup_failed := coalesce(v_dnc -> 'lookup_error', 'null') not in ('null', 'false', '""');
  c.email_events := '{}';
  if c.channel = 'email' and coalesce(jsonb_typeof(v_dnc -> 'events'), 'null') <> 'null' then
    if jsonb_typeof(v_dnc -> 'events') = 'array' then
      for e in select v from jsonb_array_elements(v_dnc -> 'events') v loop
        c.email_events := c.email_events || coalesce(case jsonb_typeof(e)
          when 'string' then lower(e #>> '{}')
          when 'object' then lower(coalesce(e ->> 'event', e ->> 'type', e ->> 'kind', e ->> 'name'))
            || case when e ? 'event' and lower(e ->> 'type') in ('blocked', 'block', 'soft', 'transient') then ':soft'
              else '' end end,
          'unreadable');
      end loop;
    else
      c.unreadable := c.unreadable || 'dnc.events'::text;
    end if;
  end if;

  -- Anything but null: even an unreadable time says that a message waits.
  c.unread := coalesce(jsonb_typeof(p_facts -> 'unread_since'), 'null') <> 'null';

  v_reassigned := p_facts -> 'reassigned';
  if jsonb_typeof(v_reassigned) = 'object' then
    c.reassigned_answer := case when v_reassigned ->> 'answer' in ('yes', 'no', 'no_data_available')
      then v_reassigned ->> 'answer' end;
    c.reassigned_at := private.read_instant(v_reassigned -> 'asked_at');
    c.reassigned_since := (private.read_instant(v_reassigned -> 'since') at time zone 'UTC')::date;
    c.reassigned_failed := coalesce(v_reassigned -> 'failed' = 'true', false);
    if c.reassigned_answer is null and coalesce(jsonb_typeof(v_reassigned -> 'answer'), 'null') <> 'null' then
      c.unreadable := c.unreadable || 'reassigned.answer'::text;
    end if;
  elsif coalesce(jsonb_typeof(v_reassigned), 'null') <> 'null' then
    c.unreadable := c.unreadable || 'reassigned'::text;
  end if;

  -- The latest opt-out of any kind, which a confirmation would confirm.
  c.opted_out_at := greatest(c.revoked_at, c.internal_at);
  c := private.gate_read_history(c, p_facts -> 'history');

  c.emergencies := '{}';
  if jsonb_typeof(p_facts -> 'emergencies') = 'array' then
    if p_facts -> 'emergencies' <> '[]' then
      select array_agg(coalesce(r.state, '?')) into c.emergencies
      from jsonb_array_elements_text(p_facts -> 'emergencies') s
      left join public.state_rules r on r.state = upper(btrim(s)) or upper(r.name) = upper(btrim(s));
      if '?' = any (c.emergencies) and c.channel is distinct from 'email' then
        c.unreadable := c.unreadable || 'emergencies'::text;
      end if;
    end if;
  elsif coalesce(jsonb_typeof(p_facts -> 'emergencies'), 'null') <> 'null' and c.channel is distinct from 'email' then
    c.unreadable := c.unreadable || 'emergencies'::text;
  end if;
  return c;
end
$function$;

CREATE OR REPLACE FUNCTION private.gate_read_org_rules (
  p_facts jsonb,
  OUT     house jsonb,
  OUT     unreadable text[]
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  AS $function$
declare
  v_key text;
  v_value jsonb;
  v_org uuid;
begin
  -- Six attempts a day on all phone channels together stop a runaway campaign; laws and orgs set lower limits.
  house := '{"max_attempts_24h": 6, "scrub_max_age_days": 31}';
  unreadable := '{}';
  if coalesce(jsonb_typeof(p_facts -> 'org_id'), 'null') <> 'null' then
    if p_facts ->> 'org_id' ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then
      v_org := (p_facts ->> 'org_id')::uuid;
      for v_key, v_value in select r.key, r.value from public.org_gate_rules r where r.org_id = v_org loop
        house := house || jsonb_build_object(v_key,
          case when v_key in ('max_attempts_24h', 'scrub_max_age_days', 'reassigned_check_days')
            then to_jsonb(least((house ->> v_key)::int, (v_value #>> '{}')::int)) else v_value end);
      end loop;
    else
      unreadable := unreadable || 'org_id'::text;
    end if;
  end if;
  if coalesce(jsonb_typeof(p_facts -> 'house'), 'null') = 'object' then
    for v_key, v_value in select h.key, h.value from jsonb_each(p_facts -> 'house') h loop
      if v_key in ('max_attempts_24h', 'max_attempts_7d', 'max_attempts_total', 'consent_max_age_months',
        'scrub_max_age_days', 'reassigned_check_days')
        and v_value::text ~ '^[0-9]{1,4}$' then
        house := house || jsonb_build_object(v_key, least((house ->> v_key)::int, v_value::text::int));
      elsif v_key in ('hours_for_transactional', 'unsubscribe_ends_transactional')
        and jsonb_typeof(v_value) = 'boolean' then
        house := house || jsonb_build_object(v_key, (house -> v_key) is not distinct from 'true'::jsonb
          or v_value = 'true');
      elsif v_key in ('deny_states', 'deny_channels') and jsonb_typeof(v_value) = 'array' then
        house := house || jsonb_build_object(v_key, coalesce(house -> v_key, '[]') || v_value);
      elsif jsonb_typeof(v_value) <> 'null' then
        unreadable := unreadable || ('house.' || v_key);
      end if;
    end loop;
  elsif coalesce(jsonb_typeof(p_facts -> 'house'), 'null') <> 'null' then
    unreadable := unreadable || 'house'::text;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.gate_timed_refusals (
  c       private.gate_facts,
  t       timestamp with time zone,
  p_hours boolean
)
  RETURNS private.gate_refusal[]
  LANGUAGE plpgsql
  STABLE
  AS $function$
declare
  r private.gate_refusal[];
begin
  r := private.gate_check_opt_out(c, t) || private.gate_check_dnc(c, t);
  if c.channel = 'email' then
    return r;
  end if;
  if c.house ? 'reassigned_check_days' or c.reassigned_answer is not null then
    r := r || private.gate_check_reassigned(c, t);
  end if;
  if p_hours and (c.purpose = 'marketing' or c.house -> 'hours_for_transactional' = 'true') then
    r := r || private.gate_check_hours(c, t);
  end if;
  if c.purpose = 'marketing' then
    r := r || private.gate_check_caps(c, t);
  end if;
  return private.gate_without_waived(c, r);
end
$function$;

CREATE OR REPLACE FUNCTION private.reassigned_answer (
  p_org_id     uuid,
  p_value_bidx bytea,
  p_as_of      timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_build_object('check_id', a.id, 'answer', a.answer, 'asked_at', a.asked_at, 'since', a.since,
    'failed', coalesce(f.asked_at > a.asked_at, f.asked_at is not null))
  from (select) one
  left join lateral (
    select r.id, r.answer, r.asked_at, r.since from public.reassigned_checks r
    where r.org_id = p_org_id and r.value_bidx = p_value_bidx and r.asked_at <= p_as_of and r.answer is not null
    order by r.asked_at desc, r.id desc limit 1) a on true
  left join lateral (
    select r.asked_at from public.reassigned_checks r
    where r.org_id = p_org_id and r.value_bidx = p_value_bidx and r.asked_at <= p_as_of and r.answer is null
    order by r.asked_at desc limit 1) f on true
  where a.id is not null or f.asked_at is not null
$function$;

CREATE OR REPLACE FUNCTION private.record_reassigned_answer (
  p_org_id     uuid,
  p_value_bidx bytea,
  p_lead_id    uuid,
  p_since      date,
  p_answer     jsonb,
  p_as_of      timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_answer constant text := p_answer ->> 'answer';
  v_check bigint;
begin
  insert into public.reassigned_checks (org_id, value_bidx, lead_id, since, answer, provider, account, request_id,
    error, asked_at, answered_at)
  values (p_org_id, p_value_bidx, p_lead_id, p_since, v_answer, p_answer ->> 'provider', p_answer ->> 'account',
    p_answer ->> 'request_id', p_answer ->> 'error', (p_answer ->> 'asked_at')::timestamptz, p_as_of)
  returning id into v_check;
  if v_answer is null then
    update private.reassigned_questions q
    set attempts = q.attempts + 1,
      next_at = p_as_of + greatest(least(interval '5 minutes' * power(2, least(q.attempts, 10)), interval '6 hours'),
        make_interval(secs => coalesce((p_answer ->> 'retry_after_seconds')::integer, 0)))
    where q.org_id = p_org_id and q.value_bidx = p_value_bidx;
    return;
  end if;
  delete from private.reassigned_questions q
  where q.org_id = p_org_id and q.value_bidx = p_value_bidx and q.since >= p_since;
  if v_answer <> 'yes' then
    return;
  end if;
  -- What was agreed to with this number was agreed to by somebody who no longer has it.
  insert into public.consents (org_id, lead_id, value_bidx, kind, masked, action, channels, revoked_scope, method,
    evidence, occurred_at, recorded_by, recorded_at)
  select p_org_id, p_lead_id, p_value_bidx, 'phone', c.masked, 'revoke', '{sms,voice_manual,voice_ai}', 'channel',
    'number reassigned', format('reassigned_checks %s', v_check), (p_answer ->> 'asked_at')::timestamptz, 'system',
    p_as_of
  from (select) one
  left join lateral (select p.masked from public.contact_points p
    where p.org_id = p_org_id and p.value_bidx = p_value_bidx limit 1) c on true;
  perform private.record_wrong_contact(p_org_id, p_value_bidx, 'phone', p_lead_id, 'number reassigned', p_as_of);
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_messages (
  p_org_id      uuid,
  p_lease_token uuid,
  p_outcomes    jsonb,
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  SET jit TO 'off'
  AS $function$
declare
  v_ids constant uuid[] := array(select (x ->> 'message_id')::uuid from jsonb_array_elements(p_outcomes) x);
  v_sent uuid[];
  v_failed uuid[];
  v_given_up uuid[];
  v_count integer;
  v_settled jsonb;
begin
  perform private.lock_messages(p_org_id, v_ids);
  -- Where a webhook has settled the message already, only the id and the cost are missing.
  update public.messages m set provider_id = coalesce(m.provider_id, x ->> 'provider_id'),
    cost_usd = coalesce(m.cost_usd, (x ->> 'cost_usd')::numeric)
  from jsonb_array_elements(p_outcomes) x
  where m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid and x ->> 'result' = 'accepted'
    and m.state in ('sent', 'delivered', 'failed', 'bounced') and m.requested_at is not null;

  with outcome as (
    select m.id, x, case when x ->> 'result' = 'retry' and m.attempts >= 6 and x -> 'called' is distinct from 'false'
      then 'refused' else x ->> 'result' end as becomes
    from jsonb_array_elements(p_outcomes) x
    join public.messages m on m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid
    where m.state in ('sending', 'unconfirmed') and m.lease_token = p_lease_token and m.requested_at is not null
      and x ->> 'result' in ('accepted', 'refused', 'retry', 'unknown')
  ), settled as (
    update public.messages m set
      state = (case o.becomes when 'accepted' then 'sent' when 'refused' then 'failed' when 'retry' then 'retrying'
        else 'unconfirmed' end)::public.message_state,
      sent_at = case when o.becomes = 'accepted' then p_as_of end, failed_at = case when o.becomes = 'refused'
        then p_as_of end,
      retry_at = case when o.becomes = 'retry' then p_as_of + private.retry_delay(m.attempts,
        (o.x ->> 'retry_after_seconds')::double precision) end,
      requested_at = case when o.becomes <> 'retry' then m.requested_at end,
      attempts = m.attempts - case when o.becomes = 'retry' and o.x -> 'called' = 'false' then 1 else 0 end,
      lease_token = case when o.becomes = 'unknown' then m.lease_token end, lease_until = case when
        o.becomes = 'unknown' then m.lease_until end,
      provider_id = coalesce(o.x ->> 'provider_id', m.provider_id), cost_usd = coalesce((o.x ->> 'cost_usd')::numeric,
        m.cost_usd),
      error_code = case when o.becomes <> 'accepted' then o.x ->> 'code' end,
      error_detail = case when o.becomes <> 'accepted' then private.redact_contacts(o.x ->> 'detail') end
    from outcome o where m.org_id = p_org_id and m.id = o.id
    returning m.id, m.state, o.x
  )
  select array_agg(s.id) filter (where s.state = 'sent'), array_agg(s.id) filter (where s.state = 'failed'),
    array_agg(s.id) filter (where s.state = 'failed' and s.x ->> 'result' = 'retry'), count(*), jsonb_agg(s.x)
  into v_sent, v_failed, v_given_up, v_count, v_settled from settled s;
  if v_count = 0 then
    return 0;
  end if;

  perform private.record_sent(p_org_id, v_sent, p_as_of) where v_sent is not null;
  perform private.record_failed(p_org_id, v_failed, p_as_of) where v_failed is not null;
  perform private.record_dead_letter(p_org_id, 'message_failed', jsonb_build_object('message_id', m.id),
    coalesce(m.error_code, 'retries_used_up'),
    m.error_detail, m.correlation_id, p_as_of)
  from public.messages m where m.org_id = p_org_id and m.id = any (v_given_up);
  -- One for each template, which counts its messages.
  perform private.record_dead_letter(p_org_id, 'template_invalid', jsonb_build_object('template_id', m.template_id),
    m.error_code, m.error_detail, m.correlation_id, p_as_of)
  from public.messages m
  where m.org_id = p_org_id and m.id = any (v_failed) and m.template_id is not null
    and m.error_code in ('template_error', 'template_unlawful')
  order by m.template_id, m.id;
  perform private.record_request_outcomes(p_org_id, c.provider, c.account, c.answered, c.failed, c.retry_after,
    p_as_of)
  from (
    select m.provider, s.account, count(*) filter (where x ->> 'result' in ('accepted', 'refused'))::integer as
      answered,
      count(*) filter (where x ->> 'result' in ('retry', 'unknown'))::integer as failed,
      make_interval(secs => max((x ->> 'retry_after_seconds')::double precision)) as retry_after
    from jsonb_array_elements(v_settled) x
    join public.messages m on m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid
    join public.senders s on s.org_id = m.org_id and s.id = m.sender_id
    where x -> 'called' is distinct from 'false'
    group by 1, 2 order by 1, 2) c;
  perform private.record_contact_feedback(p_org_id, m.value_bidx, case m.channel when 'email' then 'email'
    else 'phone' end::public.contact_kind,
    x ->> 'contact', m.channel, m.provider || coalesce(' ' || (x ->> 'code'), ''), p_as_of)
  from jsonb_array_elements(v_settled) x
  join public.messages m on m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid
  where x ->> 'contact' in ('invalid', 'cannot_text', 'unsubscribed')
  order by m.value_bidx, m.id;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.take_reassigned_questions (
  p_limit integer,
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    org_id     uuid,
    value_bidx bytea,
    lead_id    uuid,
    since      date,
    phone      text,
    accounts   jsonb
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  -- The contact may have been deleted since, or found to be wrong.
  delete from private.reassigned_questions q
  where q.next_at <= p_as_of and not exists (select from public.contact_points c
    where c.org_id = q.org_id and c.lead_id = q.lead_id and c.id = q.contact_point_id
      and c.value_bidx = q.value_bidx and c.invalid_at is null);
  return query
  with due as materialized (
    select q.org_id, q.value_bidx from private.reassigned_questions q
    where q.next_at <= p_as_of
    order by q.next_at limit p_limit for update skip locked
  ),
  taken as (
    -- Where this worker dies, another one asks after two minutes.
    update private.reassigned_questions q set next_at = p_as_of + interval '2 minutes'
    from due d where q.org_id = d.org_id and q.value_bidx = d.value_bidx
    returning q.org_id, q.value_bidx, q.lead_id, q.contact_point_id, q.since
  ),
  looked as (
    insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown)
    select t.org_id, t.lead_id, null, session_user, count(*)::smallint from taken t group by t.org_id, t.lead_id
  )
  select t.org_id, t.value_bidx, t.lead_id, t.since,
    private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)),
    (select coalesce(jsonb_agg(jsonb_build_object('provider', s.provider, 'account', s.account)
        order by s.channel, s.provider, s.account), '[]')
      from (select distinct x.channel, x.provider, x.account from public.senders x
        where x.org_id = t.org_id and x.channel in ('sms', 'voice_ai')) s)
  from taken t
  join public.contact_points c on c.org_id = t.org_id and c.lead_id = t.lead_id and c.id = t.contact_point_id;
end
$function$;

ALTER TABLE "private"."reassigned_questions"
  ADD CONSTRAINT "reassigned_questions_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."org_gate_rules"
  -- An org has a dozen rows at most.
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "org_rule_key_is_known"
    CHECK
    ((key = ANY (ARRAY['calling_hours'::text, 'max_attempts_24h'::text, 'max_attempts_7d'::text, 'max_attempts_total'::text, 'consent_max_age_months'::text,
    'scrub_max_age_days'::text,
    'deny_states'::text,
    'deny_channels'::text, 'hours_for_transactional'::text, 'unsubscribe_ends_transactional'::text, 'internal_list_ends'::text, 'waive'::text, 'reassigned_check_days'::text])));

ALTER TABLE "public"."org_gate_rules"
  -- An org has a dozen rows at most.
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "org_rule_value_fits_its_key" CHECK (
CASE
    WHEN (key = ANY (ARRAY['max_attempts_24h'::text, 'max_attempts_7d'::text, 'max_attempts_total'::text, 'consent_max_age_months'::text])) THEN
      ((jsonb_typeof(value) = 'number'::text) AND ((value)::text ~ '^[0-9]{1,4}$'::text))
    WHEN (key = 'reassigned_check_days'::text) THEN ((jsonb_typeof(value) = 'number'::text) AND ((value)::text ~ '^([1-9]|[12][0-9]|3[01])$'::text))
    WHEN (key = 'scrub_max_age_days'::text) THEN ((jsonb_typeof(value) = 'number'::text) AND ((value)::text ~ '^([0-9]|[12][0-9]|3[01])$'::text))
    WHEN (key = ANY (ARRAY['deny_states'::text, 'deny_channels'::text, 'waive'::text])) THEN (jsonb_typeof(value) = 'array'::text)
    WHEN (key = 'calling_hours'::text) THEN
      ((jsonb_typeof(value) = 'object'::text) AND ((value ->> 'start'::text) ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'::text) AND ((value ->> 'end'::text) ~
      '^([01][0-9]|2[0-3]):[0-5][0-9]$'::text) AND ((value ->> 'start'::text) < (value ->> 'end'::text)))
    ELSE (jsonb_typeof(value) = 'boolean'::text)
END);

ALTER TABLE "public"."reassigned_checks"
  ADD CONSTRAINT "reassigned_checks_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

CREATE INDEX reassigned_questions_due_idx ON private.reassigned_questions USING btree (next_at);

CREATE INDEX reassigned_checks_lead_idx ON public.reassigned_checks USING btree (org_id, lead_id);

CREATE INDEX reassigned_checks_value_idx ON public.reassigned_checks USING btree (org_id, value_bidx, asked_at DESC);

CREATE TRIGGER _100_append_only
  BEFORE DELETE OR UPDATE ON public.reassigned_checks
  FOR EACH ROW
  EXECUTE FUNCTION private.refuse_change_while_org_exists();

CREATE TRIGGER _100_refuse_truncate
  BEFORE TRUNCATE ON public.reassigned_checks
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.refuse_change();

CREATE POLICY "select_members" ON "public"."reassigned_checks"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."reassigned_checks"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

COMMENT ON COLUMN "private"."reassigned_questions"."next_at" IS 'When to ask. A worker that asks sets it to the time at which another one may, and a failure to a later one.';

COMMENT ON COLUMN "public"."org_gate_rules"."value" IS 'calling_hours {"start":"09:00","end":"20:00","closed":["sat","sun"]}; max_attempts_*, *_age_* and reassigned_check_days a number; deny_states ["FL"], deny_channels ["voice_ai"], waive ["rule"]; the rest true or false.';

COMMENT ON COLUMN "public"."reassigned_checks"."error" IS 'Why there is no answer: the provider''s code, or http_503, timeout.';

COMMENT ON COLUMN "public"."reassigned_checks"."request_id" IS 'The provider''s id of the request.';

COMMENT ON COLUMN "public"."reassigned_checks"."since" IS 'The date asked about: the day of the consent where days begin last (Hawaii), so never a later day.';

COMMENT ON COLUMN "public"."reassigned_checks"."value_bidx" IS 'Blind index of the phone: who has the number and the org''s key can prove that it was asked about.';

COMMENT ON FUNCTION "private"."ask_about_reassigned"(uuid, public.gate_decisions[], timestamp with time zone) IS 'Notes the phones of refused decisions about which the worker has to ask. Definer: only the owner may write the questions.';

COMMENT ON FUNCTION "private"."gate_check_reassigned"(private.gate_facts, timestamp with time zone) IS 'Checks that the number still belongs to the person who agreed: where the org asks (reassigned_check_days), texts and automated calls on a consent older than 90 days require a recent "no". A "yes" refuses all calls and texts.';

COMMENT ON FUNCTION "private"."reassigned_answer"(uuid, bytea, timestamp with time zone) IS 'The fact `reassigned` of a phone: the latest answer, and whether a later question failed; null if none was asked.';

COMMENT ON FUNCTION "private"."record_reassigned_answer"(uuid, bytea, uuid, date, jsonb, timestamp with time zone) IS 'Records {provider, account, answer or error, request_id, asked_at, retry_after_seconds}. "yes" ends the consents of the phone and marks it wrong for the owner of the lead; an error is asked again, later each time. Definer: no role may edit questions and answers.';

COMMENT ON FUNCTION "private"."settle_messages"(uuid, uuid, jsonb, timestamp with time zone) IS 'Records the outcomes of provider requests, for messages leased with the token: [{message_id, result, provider_id, cost_usd, code, detail, retry_after_seconds, contact, called}]. accepted: sent, and the run moves on; refused: failed; retry: again later, up to six requests, then failed with a dead letter; unknown: unconfirmed. A message whose template cannot be rendered leaves a dead letter of the template. contact: invalid, cannot_text or unsubscribed. called: false if no request was sent, which counts neither as an attempt nor against the provider''s health. Returns the number settled; repeating it settles none. May fail with 40P01; repeat it then.';

COMMENT ON FUNCTION "private"."take_reassigned_questions"(integer, timestamp with time zone) IS 'Due questions whether a number was reassigned since a date, with the phone in plain text and the org''s accounts for texts and calls; reserved for two minutes, every access is logged. Definer: keys belong to the owner.';

COMMENT ON TABLE "private"."reassigned_questions" IS 'Phones about which the worker has to ask: filled by refused decisions, emptied by answers.';

COMMENT ON TABLE "public"."reassigned_checks" IS 'Each question to a register of reassigned numbers, with its answer. Append-only, and kept as long as the org exists, like the consents that it protects.';

REVOKE ALL ON FUNCTION "private"."ask_about_reassigned"(uuid, public.gate_decisions[], timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."gate_check_reassigned"(private.gate_facts, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."gate_check_reassigned"(private.gate_facts, timestamp WITH time zone) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."gate_check_reassigned"(private.gate_facts, timestamp WITH time zone) TO "service_role";

REVOKE ALL ON FUNCTION "private"."reassigned_answer"(uuid, bytea, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reassigned_answer"(uuid, bytea, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."record_reassigned_answer"(uuid, bytea, uuid, date, jsonb, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_reassigned_answer"(uuid, bytea, uuid, date, jsonb, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."take_reassigned_questions"(integer, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."take_reassigned_questions"(integer, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON SEQUENCE "public"."reassigned_checks_id_seq" FROM "service_role";

GRANT SELECT, UPDATE, USAGE ON SEQUENCE "public"."reassigned_checks_id_seq" TO "service_role";

REVOKE ALL ON TABLE "public"."reassigned_checks" FROM "authenticated";

REVOKE ALL ("account") ON TABLE "public"."reassigned_checks" FROM "authenticated";

GRANT SELECT ("account") ON TABLE "public"."reassigned_checks" TO "authenticated";

REVOKE ALL ("answered_at") ON TABLE "public"."reassigned_checks" FROM "authenticated";

GRANT SELECT ("answered_at") ON TABLE "public"."reassigned_checks" TO "authenticated";

REVOKE ALL ("answer") ON TABLE "public"."reassigned_checks" FROM "authenticated";

GRANT SELECT ("answer") ON TABLE "public"."reassigned_checks" TO "authenticated";

REVOKE ALL ("asked_at") ON TABLE "public"."reassigned_checks" FROM "authenticated";

GRANT SELECT ("asked_at") ON TABLE "public"."reassigned_checks" TO "authenticated";

REVOKE ALL ("error") ON TABLE "public"."reassigned_checks" FROM "authenticated";

GRANT SELECT ("error") ON TABLE "public"."reassigned_checks" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."reassigned_checks" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."reassigned_checks" TO "authenticated";

REVOKE ALL ("lead_id") ON TABLE "public"."reassigned_checks" FROM "authenticated";

GRANT SELECT ("lead_id") ON TABLE "public"."reassigned_checks" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."reassigned_checks" FROM "authenticated";

GRANT SELECT ("org_id") ON TABLE "public"."reassigned_checks" TO "authenticated";

REVOKE ALL ("provider") ON TABLE "public"."reassigned_checks" FROM "authenticated";

GRANT SELECT ("provider") ON TABLE "public"."reassigned_checks" TO "authenticated";

REVOKE ALL ("request_id") ON TABLE "public"."reassigned_checks" FROM "authenticated";

GRANT SELECT ("request_id") ON TABLE "public"."reassigned_checks" TO "authenticated";

REVOKE ALL ("since") ON TABLE "public"."reassigned_checks" FROM "authenticated";

GRANT SELECT ("since") ON TABLE "public"."reassigned_checks" TO "authenticated";

GRANT SELECT ON TABLE "public"."reassigned_checks" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."reassigned_checks" FROM "service_role";

GRANT SELECT ON TABLE "public"."reassigned_checks" TO "service_role";

-- Rights that default privileges would change.

revoke execute on function private.ask_about_reassigned(uuid,public.gate_decisions[],timestamp with time zone) from pipeline_writer;

-- Reference data, queues and cron jobs.

insert into public.gate_rules (rule, concern, title, channels, is_temporary, waivable, source, verification, effective_from, effective_to, reviewed_on, notes) values
  ('number_reassigned', 'consent', 'The number was given to somebody else after the consent', '{sms,voice_manual,voice_ai}', 'false', 'false', '47 CFR 64.1200(m); 84 FR 11226', 'quoted_by_third_party', null, null, '2026-11-21', 'Answer "yes" of the register. Applies to consents given before the answer, whether or not the org still asks.'),
  ('reassigned_unknown', 'consent', 'The register cannot say whether the number was reassigned', '{sms,voice_ai}', 'false', 'true', 'policy: unknown refuses', 'house_policy', null, null, '2026-11-21', 'Answer "no data": usually the consent is older than the register (2021). It protects nobody; a newer consent does.'),
  ('reassigned_unchecked', 'consent', 'No recent answer whether the number was reassigned', '{sms,voice_ai}', 'true', 'false', '47 CFR 64.1200(m); 84 FR 11226', 'quoted_by_third_party', null, null, '2026-11-21', 'Only where the org asks (reassigned_check_days). Consents of the last 90 days need no answer; an answer counts for the days that the org sets. The worker asks; a failed question refuses until it is answered.')
on conflict (rule) do update set concern = excluded.concern, title = excluded.title, channels = excluded.channels, is_temporary = excluded.is_temporary, waivable = excluded.waivable, source = excluded.source, verification = excluded.verification, effective_from = excluded.effective_from, effective_to = excluded.effective_to, reviewed_on = excluded.reviewed_on, notes = excluded.notes;

insert into public.rule_sets (released_on, revision, data_hash, reviewed_by, notes) values
  ('2026-11-27', '2', '507c6f4a84f95cc65f7bc9007fe983383c5291298bfdf63e45e4a5c8a91b4e5f', 'Sluice maintainers, not counsel', 'Reassigned numbers.')
on conflict (released_on, revision) do update set data_hash = excluded.data_hash, reviewed_by = excluded.reviewed_by, notes = excluded.notes;
