-- traces scores and property reports: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

REVOKE ALL ON TABLE "public"."lead_scores" FROM "authenticated";

ALTER TABLE "public"."verification_code_map"
  DROP CONSTRAINT "channel_is_known";

ALTER TABLE "private"."enrichment_providers"
  ADD COLUMN "needs_step" boolean NOT NULL DEFAULT false;

ALTER TABLE "private"."score_statements"
  ADD COLUMN "again" text;

ALTER TABLE "private"."score_statements"
  ADD COLUMN "facts_of" bigint;

ALTER TABLE "private"."score_statements"
  ADD COLUMN "looked_at" timestamp WITH time zone;

ALTER TABLE "private"."score_statements"
  ADD COLUMN "counted" text;

ALTER TABLE "public"."lead_scores"
  ADD COLUMN "facts" double precision[];

ALTER TABLE "public"."lead_scores"
  ADD COLUMN "facts_of" bigint;

CREATE OR REPLACE FUNCTION private.begin_calls (
  p_org_id         uuid,
  p_provider       text,
  p_account        text,
  p_endpoint       text,
  p_calls          jsonb,
  p_limits         jsonb                    DEFAULT '[]'::jsonb,
  p_lease          interval                 DEFAULT '00:01:00'::interval,
  p_horizon        interval                 DEFAULT '00:00:01'::interval,
  p_correlation_id uuid                     DEFAULT NULL::uuid,
  p_most_usd       numeric                  DEFAULT NULL::numeric,
  p_as_of          timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    nth         integer,
    verdict     text,
    reason      text,
    call_id     uuid,
    wait_ms     integer,
    outcome     public.call_outcome,
    answer      text,
    answered_at timestamp with time zone
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  SET ROLE TO 'pipeline_writer'
  AS $function$
#variable_conflict use_column
declare
  v_blind constant bytea := private.blind_key(p_org_id);
  v_about_person constant boolean := exists (select from private.person_endpoints e
    where e.provider = p_provider and e.endpoint = p_endpoint);
  v_day date;
  -- The same account is open to sending while it is closed to data calls, and the other way round.
  v_circuit constant text := p_provider || ' data';
  v_inputs bytea[];
  v_room integer;
  v_retry_at timestamptz;
  v_day_left numeric;
  v_month_left numeric;
  v_most_left numeric := p_most_usd;
  v_reserved numeric := 0;
  v_refused integer := 0;
  v_refused_usd numeric := 0;
  v_wanted integer[] := array[]::integer[];
  v_inputs_wanted bytea[] := array[]::bytea[];
  v_cost numeric;
  v_call jsonb;
  -- What this statement reserves for a lead.
  v_lead_usd jsonb := jsonb '{}';
  v_taken record;
  v_began timestamptz;
  -- How long others were waited for: no turn is granted that passed meanwhile.
  v_waited interval := interval '0';
  r private.call_reservations;
  a private.provider_answers;
  n public.provider_calls;
  v_cached public.provider_calls[];
  v_locked boolean := false;
begin
  select array_agg(private.input_bidx(p_provider, p_endpoint, c ->> 'input', v_blind) order by n) into v_inputs
  from jsonb_array_elements(p_calls) with ordinality x (c, n);
  -- Where the cache knows everything, nobody waits for anybody.
  if exists (
    select from unnest(v_inputs) i
    where not exists (
      select from private.provider_answers k
      where k.org_id = p_org_id and k.provider = p_provider and k.endpoint = p_endpoint and k.input_bidx = i
        and k.expires_at > p_as_of))
  then
    v_began := clock_timestamp();
    perform private.lock_calls(p_org_id, p_provider);
    v_locked := true;
    v_waited := date_trunc('milliseconds', clock_timestamp() - v_began);
  end if;
  select d.today, b.day_left, b.month_left, c.retry_at into v_day, v_day_left, v_month_left, v_retry_at
  from (select (p_as_of at time zone o.time_zone)::date as today from public.orgs o where o.id = p_org_id) d
  cross join lateral (
    select min(b.limit_usd - coalesce(s.spent_usd + s.reserved_usd, 0)) filter (where b.period = 'day') as day_left,
      min(b.limit_usd - coalesce(s.spent_usd + s.reserved_usd, 0)) filter (where b.period = 'month') as month_left
    from public.provider_budgets b
    left join private.call_spend s on s.org_id = b.org_id and s.provider = b.provider and s.period = b.period
      and s.starts_on = case b.period when 'day' then d.today else date_trunc('month', d.today)::date end
    where b.org_id = p_org_id and b.provider = p_provider) b
  left join private.provider_circuits c on c.org_id = p_org_id and c.provider = v_circuit and c.account = p_account;
  if v_retry_at is not null then
    v_room := private.circuit_capacity(p_org_id, v_circuit, p_account, p_as_of);
  end if;

  for i in 1..coalesce(cardinality(v_inputs), 0) loop
    v_call := p_calls -> (i - 1);
    v_cost := coalesce((v_call ->> 'cost_usd')::numeric, 0);
    nth := i; call_id := null; wait_ms := null; outcome := null; answer := null; answered_at := null; reason := null;
    -- A person who must not be contacted is not looked up in the cache, either.
    if v_about_person then
      reason := private.refuse_person_call(p_org_id, (v_call ->> 'lead_id')::uuid, 0, p_as_of);
      if reason is not null then
        verdict := 'refused';
        return next;
        continue;
      end if;
    end if;
    select k.* into a from private.provider_answers k
    where k.org_id = p_org_id and k.provider = p_provider and k.endpoint = p_endpoint and k.input_bidx = v_inputs[i]
      and k.expires_at > p_as_of;
    if found then
      n.lead_id := (v_call ->> 'lead_id')::uuid; n.contact_point_id := (v_call ->> 'contact_point_id')::bigint;
      n.outcome := a.outcome; n.input_bidx := v_inputs[i];
      n.correlation_id := coalesce((v_call ->> 'correlation_id')::uuid, p_correlation_id);
      v_cached := v_cached || n;
      verdict := 'cached'; outcome := a.outcome; answered_at := a.answered_at;
      if a.key_id is not null then
        answer := private.decrypt_value(a.answer_cipher, private.org_key(p_org_id, a.key_id));
      end if;
      return next;
      continue;
    end if;
    if not v_locked then
      -- It was there a moment ago: erased meanwhile. Nothing is reserved without the lock.
      verdict := 'later'; reason := 'in_flight'; wait_ms := 250;
      return next;
      continue;
    end if;
    if v_inputs[i] = any (v_inputs_wanted) then
      verdict := 'later'; reason := 'in_flight'; wait_ms := 250;
      return next;
      continue;
    end if;
    select x.* into r from private.call_reservations x
    where x.org_id = p_org_id and x.provider = p_provider and x.endpoint = p_endpoint and x.input_bidx = v_inputs[i];
    if found then
      if r.state = 'in_flight' and r.lease_until > p_as_of then
        verdict := 'later'; reason := 'in_flight'; wait_ms := 250;
        return next;
        continue;
      elsif r.cost_usd > 0 then
        -- It may have been charged. Only somebody who has looked (reconcile_calls) may have it made again.
        verdict := 'refused'; reason := 'unconfirmed';
        return next;
        continue;
      end if;
      delete from private.call_reservations x where x.org_id = p_org_id and x.id = r.id;
    end if;
    if v_room = 0 then
      verdict := 'later'; reason := 'circuit_open';
      wait_ms := ceil(extract(epoch from v_retry_at - p_as_of) * 1000);
      return next;
      continue;
    end if;
    if v_cost > 0 and (v_day_left is null and v_month_left is null or v_cost > least(v_day_left, v_month_left)) then
      verdict := 'refused';
      reason := case when v_day_left is null and v_month_left is null then 'no_budget' else 'over_budget' end;
      v_refused := v_refused + 1;
      v_refused_usd := v_refused_usd + v_cost;
      return next;
      continue;
    end if;
    if v_cost > 0 and v_cost > v_most_left then
      verdict := 'refused'; reason := 'over_cap';
      return next;
      continue;
    end if;
    if v_about_person then
      reason := private.refuse_person_call(p_org_id, (v_call ->> 'lead_id')::uuid,
        v_cost + coalesce((v_lead_usd ->> (v_call ->> 'lead_id'))::numeric, 0), p_as_of);
      if reason is not null then
        verdict := 'refused';
        return next;
        continue;
      end if;
      v_lead_usd := v_lead_usd || jsonb_build_object(v_call ->> 'lead_id',
        v_cost + coalesce((v_lead_usd ->> (v_call ->> 'lead_id'))::numeric, 0));
    end if;
    if v_room = 1 then
      v_room := 0;
      v_retry_at := p_as_of + interval '2 minutes';
      perform private.reserve_probe(p_org_id, v_circuit, p_account, p_as_of);
    end if;
    v_day_left := v_day_left - v_cost;
    v_month_left := v_month_left - v_cost;
    v_most_left := v_most_left - v_cost;
    v_wanted := v_wanted || i;
    -- Equal questions of one batch: the first is asked.
    v_inputs_wanted := v_inputs_wanted || v_inputs[i];
  end loop;

  if cardinality(v_wanted) > 0 then
    select t.* into v_taken
    from private.take_calls(p_provider, p_account, p_limits, cardinality(v_wanted), p_horizon,
      p_as_of + v_waited) t;
    for k in 1..cardinality(v_wanted) loop
      nth := v_wanted[k]; call_id := null; outcome := null; answer := null; answered_at := null;
      v_call := p_calls -> (nth - 1);
      if k > cardinality(v_taken.waits) then
        verdict := 'later'; reason := 'limit';
        -- Back when half of the horizon is used up: whoever came when all of it is would be late for the next turn.
        wait_ms := ceil(extract(epoch from v_taken.next_at - p_horizon / 2 - p_as_of) * 1000);
        return next;
        continue;
      end if;
      v_cost := coalesce((v_call ->> 'cost_usd')::numeric, 0);
      insert into private.call_reservations (org_id, provider, account, endpoint, input_bidx, lead_id,
        contact_point_id, cost_usd, local_date, reserved_at, lease_until, correlation_id)
      values (p_org_id, p_provider, p_account, p_endpoint, v_inputs[nth], (v_call ->> 'lead_id')::uuid,
        (v_call ->> 'contact_point_id')::bigint, v_cost, v_day, p_as_of,
        p_as_of + v_waited + v_taken.waits[k] + p_lease,
        coalesce((v_call ->> 'correlation_id')::uuid, p_correlation_id))
      returning id into call_id;
      v_reserved := v_reserved + v_cost;
      verdict := 'go'; reason := null;
      wait_ms := ceil(extract(epoch from v_waited + v_taken.waits[k]) * 1000);
      return next;
    end loop;
  end if;
  if v_cached is not null then
    -- Once for all answers: whoever counts them does so once a statement.
    insert into public.provider_calls (org_id, at, lead_id, contact_point_id, provider, account, endpoint, outcome,
      cached, correlation_id, input_bidx)
    select p_org_id, p_as_of, x.lead_id, x.contact_point_id, p_provider, p_account, p_endpoint, x.outcome, true,
      x.correlation_id, x.input_bidx
    from unnest(v_cached) x;
  end if;
  if v_reserved > 0 or v_refused > 0 then
    perform private.book_spend(p_org_id, p_provider, v_day, 0, v_reserved, v_refused, v_refused_usd);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.judge_trace_codes (
  p_provider text,
  p_channel  text,
  p_codes    text[]
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select case when bool_or(m.is_invalid) then 'invalid' when bool_or(m.is_uncertain) then 'uncertain'
    when bool_or(m.is_verified) then 'verified' else 'unknown' end
  from public.verification_code_map m
  where m.provider = p_provider and m.channel = p_channel and m.level = '' and m.code = any (p_codes)
$function$;

CREATE OR REPLACE FUNCTION private.note_scoring (
  p_org_id  uuid,
  p_version integer,
  p_as_of   timestamp with time zone,
  p_counted text
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  update private.score_statements x set looked_at = greatest(x.looked_at, p_as_of),
    counted = coalesce(p_counted, x.counted)
  where x.org_id = p_org_id and x.version = p_version
    and (x.looked_at, x.counted) is distinct from (greatest(x.looked_at, p_as_of), coalesce(p_counted, x.counted))
$function$;

CREATE OR REPLACE FUNCTION private.org_setting_kinds()
  RETURNS TABLE (
    key      text,
    area     text,
    title    text,
    hint     text,
    pattern  text,
    standard text
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  values
    ('seller', 'Identity', 'Seller', 'The name that consents must carry.', '^.{1,200}$', 'the name of the org'),
    ('help_contact', 'Identity', 'Contact in the answer to HELP', 'A phone number or an address.', '^.{1,200}$',
      'your broker'),
    ('postal_address', 'Identity', 'Postal address', 'New e-mail senders get it. The law asks for a valid one in '
      'every marketing e-mail (CAN-SPAM Act).', '^.{5,255}$', 'none'),
    ('consent_page', 'Identity', 'Consent page', 'The https address that serves the consent form.',
      '^https://[^#[:space:]]+$', 'none'),
    ('raw_days', 'Retention', 'Days for which the bytes of finished uploads are kept',
      'Rejected rows and bodies of processed webhooks go with them. Afterwards nothing can be replayed.',
      '^[1-9][0-9]{0,3}$', '30'),
    ('events_months', 'Retention', 'Months for which steps of the funnel and deliveries of webhooks are kept',
      '10 or more. The numbers of the funnel stay.', '^[1-9][0-9]{1,2}$', 'always'),
    ('calls_months', 'Retention', 'Months for which calls to data providers are kept',
      '10 or more. The sums of what they cost stay.', '^[1-9][0-9]{1,2}$', 'always'),
    ('decision_years', 'Retention', 'Years for which decisions of the gate are kept',
      'Five or more (16 CFR 310.5).', '^([5-9]|[1-9][0-9])$', '5'),
    ('consent_months', 'Retention', 'Months after which a consent expires', 'Counted from the day it was given.',
      '^[1-9][0-9]{0,2}$', 'never'),
    ('lead_attempts_24h', 'Limits', 'Contacts with a lead in 24 hours', 'All channels together.', '^[1-9][0-9]{0,2}$',
      'none of the org''s own'),
    ('org_attempts_24h', 'Limits', 'Contacts of the org in 24 hours', 'All channels together.', '^[1-9][0-9]{0,5}$',
      'none'),
    ('reveals_per_hour', 'Limits', 'Leads whose plain values a member may see in an hour',
      'Look-ups by phone or e-mail count, too.', '^[1-9][0-9]{0,4}$', '120'),
    ('soft_bounces', 'Limits', 'Soft bounces after which an address counts as invalid', 'A delivery begins anew.',
      '^[1-9][0-9]{0,2}$', '5'),
    ('soft_bounce_days', 'Limits', 'Days within which soft bounces add up', '', '^[1-9][0-9]{0,2}$', '30'),
    ('merge_probability', 'Matching', 'Probability from which two leads are merged without a person',
      '0.9 to 1. Empty: a person answers every candidate.', '^(0[.]9[0-9]{0,8}|1([.]0{1,8})?)$', 'never'),
    ('trace_cap_usd', 'Skip traces', 'Most that traces of a lead may cost in half a year, in USD', '',
      '^[0-9]{1,4}([.][0-9]{1,6})?$', '1'),
    ('trace_order', 'Skip traces', 'Which provider is asked first', '', '^(cost_per_hit|position)$', 'cost_per_hit'),
    ('trace_wants', 'Skip traces', 'What a trace looks for', '', '^(phone|email|either)$', 'phone'),
    ('property_fallback', 'Property data', 'Ask the next provider about properties that the first does not know',
      'The forecast of a run then counts both.', '^(on|off)$', 'off'),
    ('property_equity', 'Property data', 'Also ask for the estimated equity',
      'A further call a property, where the contract with the provider has it.', '^(on|off)$', 'off'),
    ('property_foreclosures', 'Property data', 'Also ask for notices of default and foreclosure',
      'A further call a property, where the contract with the provider has it.', '^(on|off)$', 'off')
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
  insert into private.score_statements (org_id, version, statement, texts, again, facts_of)
  values (p_org_id, v_last.version, p_compiled ->> 'statement', v_texts, p_compiled ->> 'again',
    hashtextextended(p_compiled ->> 'facts', 0));
  perform private.try_statements(p_org_id, p_compiled, v_texts, p_as_of);
  return query select v_last.version, true;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_trace (
  p_org_id   uuid,
  p_lead_id  uuid,
  p_provider text,
  p_persons  jsonb,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_blind constant bytea := private.blind_key(p_org_id);
  v_key_id constant integer := private.active_key_id(p_org_id, 'data');
  v_key constant text := private.org_key(p_org_id, v_key_id);
  l public.leads;
  v_names text[];
  v_found jsonb;
  v_reason text;
  v_phones integer;
  v_emails integer;
  v_others integer;
  v_unnamed integer;
  v_marked integer;
  v_result text;
  v record;
begin
  select x.* into l from public.leads x where x.org_id = p_org_id and x.id = p_lead_id for no key update;
  -- Somebody opted out, or was erased, while the provider was asked.
  if not found or private.is_never_contacted(p_org_id, p_lead_id) then
    return 'never_contact';
  end if;
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  v_names := private.owner_names(l);
  -- One row per value: as the best of the persons who have it, with the marks of all of them. Codes, where the provider
  -- gives some, decide whether the person is the one who was asked about, and whether a value can be used.
  select coalesce(jsonb_agg(to_jsonb(f)), '[]') into v_found
  from (
    select c.kind, c.value, encode(private.blind_index(c.value, v_blind), 'hex') as bidx,
      bool_or(c.is_owner) as is_owner, bool_and(c.is_named) as is_named,
      max(c.confidence) filter (where c.is_owner) as confidence,
      min(c.rank) filter (where c.is_owner) as rank,
      min(c.type) filter (where c.is_owner) as type,
      coalesce(array_agg(distinct m.mark) filter (where m.mark is not null), '{}') as marks
    from (
      select w.kind, w.value, w.rank, case j.contact when 'uncertain' then least(w.confidence, 40) else w.confidence end
          as confidence, w.type, w.marks || coalesce(p.person -> 'marks', '[]') as marks,
        p.person ->> 'name' <> '' and j.is_known as is_named,
        coalesce(j.is_known and j.contact <> 'invalid'
          and (select bool_or(private.names_owner(p.person ->> 'name', p.person ->> 'first', n))
            from unnest(v_names) n), false) as is_owner
      from jsonb_array_elements(p_persons) p (person)
      cross join lateral (
        select case when p.person ? 'codes' then array(select jsonb_array_elements_text(p.person -> 'codes')) end
          as codes offset 0) o
      cross join lateral (
        -- What must not be called counts even where it looks invented; what may be called has to look real.
        select 'phone' as kind, case when jsonb_array_length(coalesce(x -> 'marks', '[]')
            || coalesce(p.person -> 'marks', '[]')) > 0 then private.read_phone(x ->> 'number')
          else private.normalise_phone(x ->> 'number') end as value, (x ->> 'rank')::integer as rank,
          (x ->> 'confidence')::integer as confidence, x ->> 'type' as type, coalesce(x -> 'marks', '[]') as marks
        from jsonb_array_elements(coalesce(p.person -> 'phones', '[]')) x
        union all
        select 'email', case when jsonb_array_length(coalesce(p.person -> 'marks', '[]')) > 0
            then private.read_email(x ->> 'email') else private.normalise_email(x ->> 'email') end,
          (x ->> 'rank')::integer, (x ->> 'confidence')::integer, null::text, '[]'::jsonb
        from jsonb_array_elements(coalesce(p.person -> 'emails', '[]')) x
      ) w
      cross join lateral (
        select o.codes is null or private.judge_trace_codes(p_provider, 'person', o.codes) = 'verified' as is_known,
          case when o.codes is null then 'unknown'
            else private.judge_trace_codes(p_provider, w.kind, o.codes) end as contact
        offset 0) j
      where w.value is not null
    ) c
    left join lateral jsonb_array_elements_text(c.marks) m (mark) on true
    group by c.kind, c.value
  ) f;

  for v in
    select distinct on (f.bidx, ch) f.bidx, f.kind, ch, t.reason
    from jsonb_to_recordset(v_found) f (kind text, bidx text, marks text[])
    join private.traced_marks() t on t.mark = any (f.marks)
    cross join lateral unnest(case f.kind when 'phone' then t.phone else t.email end) ch
    order by f.bidx, ch, t.rank
  loop
    perform private.suppress_value(p_org_id, decode(v.bidx, 'hex'), v.kind::public.contact_kind, v.ch, v.reason,
      'trace by ' || p_provider, p_as_of);
  end loop;
  -- The owner sues over calls, has died alone, or forbids the sale of their data.
  select min(t.reason) into v_reason
  from jsonb_array_elements(p_persons) p (person)
  cross join lateral jsonb_array_elements_text(coalesce(p.person -> 'marks', '[]')) m (mark)
  join private.traced_marks() t on t.mark = m.mark and not t.keep
  where (t.mark <> 'deceased' or cardinality(v_names) = 1)
    and (not p.person ? 'codes' or private.judge_trace_codes(p_provider, 'person',
      array(select jsonb_array_elements_text(p.person -> 'codes'))) = 'verified')
    and exists (select from unnest(v_names) n
      where private.names_owner(p.person ->> 'name', p.person ->> 'first', n));
  if v_reason is not null then
    perform private.suppress_value(p_org_id, c.value_bidx, c.kind, null, v_reason, 'trace by ' || p_provider, p_as_of)
    from (select o.value_bidx, o.kind from public.contact_points o
      where o.org_id = p_org_id and o.lead_id = p_lead_id order by o.value_bidx) c;
    update public.leads x set campaign_status = 'opted_out'
    where x.org_id = p_org_id and x.id = p_lead_id and x.campaign_status <> 'opted_out';
  else
    with accepted as materialized (
      select f.*, row_number() over (partition by f.kind order by f.confidence desc, f.rank, f.bidx) as nth
      from jsonb_to_recordset(v_found) f (kind text, value text, bidx text, is_owner boolean, confidence integer,
        rank integer, type text, marks text[])
      where f.is_owner and not exists (select from private.traced_marks() t where t.mark = any (f.marks)
        and not t.keep)
    ), had as (
      select c.kind::text as kind, max(c.position) as last from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = p_lead_id group by c.kind
    ), added as (
      -- After what is known already, which stays as it is.
      insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, label,
        position, created_at)
      select p_org_id, p_lead_id, a.kind::public.contact_kind, decode(a.bidx, 'hex'),
        private.encrypt_value(a.value, v_key), v_key_id, private.mask_contact(a.value), 'traced',
        least(coalesce(h.last, 0) + a.nth, 32767), p_as_of
      from accepted a left join had h on h.kind = a.kind
      where a.nth <= 5
      on conflict (org_id, lead_id, value_bidx) do nothing
      returning id, value_bidx
    ), known as (
      select n.id, n.value_bidx from added n
      union all
      select c.id, c.value_bidx from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = p_lead_id
    )
    select private.record_facts(p_org_id, p_provider, jsonb_agg(jsonb_build_object('lead_id', p_lead_id,
        'contact_point_id', k.id, 'name', 'traced', 'value', jsonb_strip_nulls(jsonb_build_object('confidence',
        a.confidence, 'rank', a.rank, 'type', a.type)), 'obtained_at', p_as_of)), p_as_of)
    into v_phones from accepted a join known k on k.value_bidx = decode(a.bidx, 'hex')
    having count(*) > 0;
    perform private.refresh_verification(p_org_id, array[p_lead_id]);
  end if;
  select count(*) filter (where f.is_owner and f.kind = 'phone'), count(*) filter (where f.is_owner and f.kind =
      'email'), count(*) filter (where not f.is_owner and f.is_named), count(*) filter (where not f.is_owner
      and not f.is_named), count(*) filter (where f.marks <> '{}')
  into v_phones, v_emails, v_others, v_unnamed, v_marked
  from jsonb_to_recordset(v_found) f (kind text, is_owner boolean, is_named boolean, marks text[]);
  v_result := case
    when v_reason is not null then v_reason
    when private.has_good_contact(p_org_id, p_lead_id) then 'found'
    when v_phones + v_emails > 0 then 'doubtful'
    when v_others + v_unnamed > 0 then 'other_person'
    else 'nobody'
  end;
  -- Codes that are not listed are counted, never guessed.
  insert into public.provider_drift as d (org_id, provider, endpoint, path, problem, first_at, last_at)
  select p_org_id, p_provider, 'trace', x.code, 'unknown code', p_as_of, p_as_of
  from (
    select distinct jsonb_array_elements_text(p.person -> 'codes') as code
    from jsonb_array_elements(p_persons) p (person) where p.person ? 'codes') x
  where x.code ~ '^[A-Za-z0-9_.-]{1,60}$' and not exists (select from public.verification_code_map m
    where m.provider = p_provider and m.code = x.code)
  on conflict (org_id, provider, endpoint, path, problem) do update set times = d.times + 1,
    last_at = greatest(d.last_at, excluded.last_at);
  perform private.record_facts(p_org_id, p_provider, jsonb_build_array(jsonb_build_object('lead_id', p_lead_id, 'name',
    'trace', 'value', jsonb_build_object('result', v_result, 'phones', v_phones, 'emails', v_emails, 'of_others',
    v_others, 'unnamed', v_unnamed, 'marked', v_marked), 'obtained_at', p_as_of)), p_as_of);
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.as_of', v_clock, true);
  return v_result;
end
$function$;

CREATE OR REPLACE FUNCTION private.replace_score_statement (
  p_org_id   uuid,
  p_version  integer,
  p_compiled jsonb,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_texts constant text[] := array(select jsonb_array_elements_text(p_compiled -> 'texts'));
  v public.score_versions;
begin
  select x.* into v from public.score_versions x
  where x.org_id = p_org_id and x.version = p_version for no key update;
  if not found then
    raise exception 'score version % not found', p_version using errcode = 'SL722';
  end if;
  if v.fields <> array(select jsonb_array_elements_text(p_compiled -> 'fields'))
    or v.activities <> array(select jsonb_array_elements_text(p_compiled -> 'activities'))
  then
    raise exception 'a version of a score does not change: its rules ask for other facts now' using errcode = 'SL723';
  end if;
  update private.score_statements x set statement = p_compiled ->> 'statement', texts = v_texts, headers = null,
    again = p_compiled ->> 'again', facts_of = hashtextextended(p_compiled ->> 'facts', 0), counted = null
  where x.org_id = p_org_id and x.version = p_version
    and (x.statement, x.texts) is distinct from (p_compiled ->> 'statement', v_texts);
  if not found then
    return false;
  end if;
  perform private.try_statements(p_org_id, p_compiled, v_texts, p_as_of);
  if v.state = 'active' then
    perform private.send_job('score-leads', jsonb_build_object('org_id', p_org_id, 'task', 'score-leads',
      'all', true), p_org_id::text || ' all');
  end if;
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.score_again (
  p_org_id uuid,
  p_as_of  timestamp with time zone
)
  RETURNS bigint
  LANGUAGE plpgsql
  SET search_path TO ''
  SET jit TO 'off'
  SET work_mem TO '64MB'
  AS $function$
declare
  s record;
  v_queued constant uuid[] := array(select q.lead_id from private.score_queue q where q.org_id = p_org_id);
  v_due uuid[];
  v_scored bigint;
  v_count bigint;
begin
  select v.version, x.texts, x.again, x.facts_of, x.counted,
    coalesce(private.learned_expression(p_org_id, v.version), 'rules') as counts
  into s
  from public.score_versions v
  join private.score_statements x on x.org_id = v.org_id and x.version = v.version
  where v.org_id = p_org_id and v.state = 'active' and x.again is not null
    -- A clock that goes back, as that of a test, may find facts of a time after it.
    and p_as_of >= (select max(y.looked_at) from private.score_statements y where y.org_id = p_org_id);
  if not found then
    return null;
  end if;
  select array_agg(o.lead_id) filter (where (o.facts_of is distinct from s.facts_of or o.next_at <= p_as_of)
      and o.lead_id <> all (v_queued)), count(*)
  into v_due, v_scored
  from public.lead_scores o where o.org_id = p_org_id;
  v_due := coalesce(v_due, '{}');
  -- Look-ups of so many leads cost more than reading all.
  if v_scored = 0 or cardinality(v_due) + cardinality(v_queued) > v_scored / 3 then
    return null;
  end if;
  execute format($sql$
    with written as (
      update public.lead_scores s
      set (version, score, rule_score, fit, engagement, tier, confidence, points, scored_at) = (
        select $5, n.counts, n.score, n.fit, n.engagement, n.tier, n.confidence, n.points,
          case when (s.version, s.score, s.points, s.rule_score, s.fit, s.engagement, s.tier, s.confidence)
            is distinct from ($5, n.counts, n.points, n.score, n.fit, n.engagement, n.tier, n.confidence)
            then $3 else s.scored_at end
        from (select x.*, (%s)::smallint as counts from (%s) x offset 0) n)
      where s.org_id = $1 and s.facts_of = $6 and (s.next_at is null or s.next_at > $3) and s.lead_id <> all ($2)
        -- By the same rules, and where the same counts, nothing changes.
        and (s.version <> $5 or $7)
      returning s.scored_at
    )
    select count(*) filter (where w.scored_at = $3) from written w
  $sql$, case s.counts when 'rules' then 'x.score' else s.counts end, s.again)
  into v_count
  using p_org_id, v_queued, p_as_of, s.texts, s.version, s.facts_of, s.counts is distinct from s.counted;
  perform private.note_scoring(p_org_id, s.version, p_as_of, s.counts);
  if v_queued <> '{}' then
    v_count := v_count + private.score_leads(p_org_id, v_queued, p_as_of);
  end if;
  if v_due <> '{}' then
    v_count := v_count + private.score_leads(p_org_id, v_due, p_as_of, true);
  end if;
  -- Leads without a score, new or erased, are looked for only where the numbers say that there are some.
  if (select count(*) from public.leads l where l.org_id = p_org_id)
    <> (select count(*) from public.lead_scores o where o.org_id = p_org_id)
  then
    v_due := array(select l.id from public.leads l where l.org_id = p_org_id
      and not exists (select from public.lead_scores o where o.org_id = p_org_id and o.lead_id = l.id));
    if v_due <> '{}' then
      v_count := v_count + private.score_leads(p_org_id, v_due, p_as_of);
    end if;
  end if;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.score_leads (
  p_org_id    uuid,
  p_lead_ids  uuid[]                   DEFAULT NULL::uuid[],
  p_as_of     timestamp with time zone DEFAULT now(),
  p_are_known boolean                  DEFAULT false
)
  RETURNS bigint
  LANGUAGE plpgsql
  SET search_path TO ''
  SET jit TO 'off'
  SET work_mem TO '64MB'
  AS $function$
declare
  s record;
  v_query text;
  v_next text;
  v_facts text;
  v_new uuid[];
  v_count bigint := 0;
  v_more bigint;
begin
  select v.version, x.statement, x.texts, x.headers, private.learned_expression(p_org_id, v.version) as learned,
    case when x.again is not null then x.facts_of end as facts_of
  into s
  from public.score_versions v
  join private.score_statements x on x.org_id = v.org_id and x.version = v.version
  where v.org_id = p_org_id and v.state = 'active';
  if not found then
    return 0;
  end if;
  -- Two passes over the same leads would wait for each other's rows in different orders.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice score %s', p_org_id), 0));
  if p_lead_ids is null then
    v_count := private.score_again(p_org_id, p_as_of);
    if v_count is not null then
      return v_count;
    end if;
    v_count := 0;
  end if;
  v_query := format('select x.*, (%s)::smallint as counts from (%s) x offset 0', coalesce(s.learned, 'x.score'),
    private.score_query(s.statement, private.known_headers(p_org_id, s.version,
      case when not p_are_known then p_lead_ids when s.headers is not null then '{}' end)));
  v_next := case
    -- What a provider dates some seconds ahead counts only then: leads with new facts are due once more.
    when p_lead_ids is not null and not p_are_known then '$3'
    -- Queries of earlier releases do not say how long their scores stay as they are.
    when s.statement !~ '\mas next_at\M' then '''-infinity''::timestamptz'
    else 'n.next_at' end;
  v_facts := case when s.facts_of is null then 'null::float8[]' else 'n.facts' end;

  if p_lead_ids is not null or private.has_scores(p_org_id) then
    v_new := array(
      select x.id
      from (
        select l.id from public.leads l where p_lead_ids is null and l.org_id = p_org_id
        union all
        select i from unnest(p_lead_ids) i
      ) x
      where not exists (select from public.lead_scores o where o.org_id = p_org_id and o.lead_id = x.id));
  end if;
  if v_new is null or v_new <> '{}' then
    execute format($sql$
      insert into public.lead_scores (org_id, lead_id, version, score, rule_score, fit, engagement, tier, confidence,
        points, scored_at, next_at, facts, facts_of)
      select $1, n.lead_id, $5, n.counts, n.score, n.fit, n.engagement, n.tier, n.confidence, n.points, $3,
        %s, %s, $6
      from (%s) n
    $sql$, v_next, v_facts, v_query)
    using p_org_id, v_new, p_as_of, s.texts, s.version, s.facts_of;
    get diagnostics v_count = row_count;
  end if;
  if v_new is not null and cardinality(v_new) is distinct from cardinality(p_lead_ids) then
    -- Rows that do not change are not written.
    execute format($sql$
      with written as (
        update public.lead_scores o
        set version = $5, score = n.counts, rule_score = n.score, fit = n.fit, engagement = n.engagement, tier = n.tier,
          confidence = n.confidence, points = n.points, next_at = %1$s, facts = %3$s, facts_of = $6,
          scored_at = case when (o.version, o.score, o.points, o.rule_score, o.fit, o.engagement, o.tier, o.confidence)
            is distinct from ($5, n.counts, n.points, n.score, n.fit, n.engagement, n.tier, n.confidence)
            then $3 else o.scored_at end
        from (%2$s) n
        where o.org_id = $1 and o.lead_id = n.lead_id and ($2::uuid[] is null or o.lead_id = any ($2))
          and (o.version, o.score, o.points, o.rule_score, o.fit, o.engagement, o.tier, o.confidence, o.next_at,
              o.facts_of, o.facts)
            is distinct from
            ($5, n.counts, n.points, n.score, n.fit, n.engagement, n.tier, n.confidence, %1$s, $6, %3$s)
        returning o.scored_at
      )
      select count(*) filter (where w.scored_at = $3) from written w
    $sql$, v_next, v_query, v_facts)
    into v_more using p_org_id, p_lead_ids, p_as_of, s.texts, s.version, s.facts_of;
  end if;
  perform private.note_scoring(p_org_id, s.version, p_as_of,
    case when p_lead_ids is null then coalesce(s.learned, 'rules') end);
  return v_count + coalesce(v_more, 0);
end
$function$;

CREATE OR REPLACE FUNCTION private.try_statements (
  p_org_id   uuid,
  p_compiled jsonb,
  p_texts    text[],
  p_as_of    timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  execute format('select count(*) from (%s) x', p_compiled ->> 'statement')
  using p_org_id, '{}'::uuid[], p_as_of, p_texts;
  if p_compiled ->> 'again' is not null then
    execute format('select count(*) from public.lead_scores s cross join lateral (%s) x where s.org_id = $1
      and s.lead_id = any ($2) and s.scored_at < $3 and s.tier = any ($4)', p_compiled ->> 'again')
    using p_org_id, '{}'::uuid[], p_as_of, p_texts;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.why_not_enriched_at (
  p_lead_id uuid,
  p_kind    text,
  p_as_of   timestamp with time zone
)
  RETURNS TABLE (
    kind        text,
    reason      text,
    provider    text,
    contact     text,
    explanation text,
    until       timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_lead public.leads;
  v_today date;
  v_zone text;
begin
  select l.* into v_lead from public.orgs o join public.leads l on l.org_id = o.id and l.id = p_lead_id;
  select private.org_date(o.id, p_as_of), o.time_zone into v_today, v_zone
  from public.orgs o where o.id = v_lead.org_id;
  return query
  with kinds as (
    select k.kind, k.contact_kind from public.enrichment_kinds k where p_kind is null or k.kind = p_kind
  ), providers as (
    select distinct p.kind, p.provider from private.enrichment_providers p join kinds k using (kind)
    -- Of skip traces, the steps of the org; without any, those that need none.
    where p.kind <> 'trace' or exists (select from public.trace_steps s
        where s.org_id = v_lead.org_id and s.provider = p.provider and s.active)
      or not p.needs_step and not exists (select from public.trace_steps s where s.org_id = v_lead.org_id)
  ), contacts as (
    select k.kind, c.id, c.masked, c.invalid_at, c.value_bidx, c.kind as contact_kind
    from kinds k
    join public.contact_points c on c.org_id = v_lead.org_id and c.lead_id = v_lead.id
      -- Questions about the person are refused for any contact, those about a contact only for it.
      and (k.contact_kind is null or c.kind = k.contact_kind)
  ), calls as materialized (
    select p.kind, c.provider, c.at, c.outcome, c.contact_point_id, c.input_bidx, c.endpoint, c.cost_usd, c.code
    from public.provider_calls c
    join private.enrichment_providers p on p.provider = c.provider and p.endpoint = c.endpoint
    join kinds k on k.kind = p.kind
    where c.org_id = v_lead.org_id and c.lead_id = v_lead.id
  ), items as (
    select distinct on (r.kind) r.kind, r.id, r.state as run_state, r.reason as run_reason, i.state, i.reason, i.next_at
    from private.enrichment_items i
    join public.enrichment_runs r on r.org_id = i.org_id and r.id = i.run_id
    join kinds k on k.kind = r.kind
    where i.org_id = v_lead.org_id and i.lead_id = v_lead.id
    order by r.kind, r.created_at desc, r.id
  ), asked as (
    -- Answers whose time is not over.
    select k.kind, f.provider, c.masked as contact, f.obtained_at,
      case when f.name in ('trace', 'address') then f.obtained_at + interval '180 days' else f.expires_at end as until,
      case f.name when 'verification' then f.value ->> 'verdict' when 'address' then f.value ->> 'result' when 'trace' then f.value ->> 'result'
        when 'location' then 'located' else 'no certain position' end as word, f.contact_point_id
    from kinds k
    join public.lead_facts f on f.org_id = v_lead.org_id and f.lead_id = v_lead.id
      and f.name = any (case k.kind when 'trace' then '{trace}' when 'verify_address' then '{address}' when 'geocode' then '{location,unlocated}'
        else case when k.contact_kind is not null then '{verification}' else '{}' end end::text[])
    left join public.contact_points c on c.org_id = f.org_id and c.lead_id = f.lead_id and c.id = f.contact_point_id
    where exists (select from providers p where p.kind = k.kind and p.provider = f.provider)
      and (k.contact_kind is null or c.kind = k.contact_kind)
      and case when f.name in ('trace', 'address') then f.obtained_at + interval '180 days' else f.expires_at end
        > p_as_of
  ), found (rank, kind, reason, provider, contact, explanation, until) as (
    select 0, k.kind, 'opted_out', null::text, null::text, 'The person opted out: nothing is asked about them.',
      null::timestamptz
    from kinds k where v_lead.campaign_status = 'opted_out'
    union all
    select 1, k.kind, 'objected', null, null, 'The person revoked their consent: nothing is asked about them.', null
    from kinds k
    where k.contact_kind is null and v_lead.campaign_status <> 'opted_out'
      and private.is_never_contacted(v_lead.org_id, v_lead.id)
      and not exists (select from contacts c
        where c.kind = k.kind and private.is_suppressed(v_lead.org_id, c.value_bidx, 'all'))
    union all
    select 1, c.kind, 'suppressed', null, c.masked,
      c.masked || ' is suppressed' || coalesce(' since ' || to_char(s.created_at at time zone v_zone, 'YYYY-MM-DD')
        || ' (' || replace(s.reason, '_', ' ') || ')', '') || ': nothing is asked about it.', null
    from contacts c
    join kinds k on k.kind = c.kind
    cross join lateral (
      select x.created_at, x.reason from public.suppressions x
      where x.org_id = v_lead.org_id and x.value_bidx = c.value_bidx
        and (x.channel is null or k.contact_kind = 'email' and x.channel = 'email')
        and not exists (select from public.suppression_lifts l
          where l.org_id = x.org_id and l.suppression_id = x.id)
      order by x.created_at limit 1) s
    union all
    select distinct on (c.kind, c.provider) 1, c.kind, 'forbidden_person', c.provider, null,
      format('%s answered on %s that the person objected to such questions: nobody asks again.', c.provider,
        to_char(c.at at time zone v_zone, 'YYYY-MM-DD')), null
    from calls c where c.outcome = 'forbidden_person'
    union all
    select 2, k.kind, 'no_contact', null, null,
      format('The lead has no %s.', case k.contact_kind when 'phone' then 'phone' else 'e-mail address' end), null
    from kinds k
    where k.contact_kind is not null and not exists (select from contacts c where c.kind = k.kind)
    union all
    select 2, c.kind, 'known_wrong', null, c.masked,
      format('%s is known to be wrong since %s.', c.masked, to_char(c.invalid_at at time zone v_zone, 'YYYY-MM-DD')), null
    from contacts c join kinds k on k.kind = c.kind
    where k.contact_kind is not null and c.invalid_at is not null
    union all
    select 2, k.kind, 'no_address', null, null, case
      when k.kind in ('geocode', 'verify_address') then 'The lead has no address with a house number, and a ZIP or a city and state.'
      else 'The lead has neither a whole address (street, and a ZIP or a city and state) nor a county with a parcel '
        || 'number.' end, null
    from kinds k
    where k.kind in ('trace', 'property', 'geocode', 'verify_address') and not coalesce(
      v_lead.situs_street is not null and (v_lead.situs_house_number is not null or k.kind = 'trace')
        and (v_lead.situs_zip is not null or v_lead.situs_city is not null and v_lead.situs_state is not null)
      or k.kind in ('trace', 'property') and v_lead.county_fips is not null and v_lead.apn is not null, false)
    union all
    select 2, k.kind, 'no_owner', null, null, 'The lead has no owner''s name, so nobody could say whose phone it is.', null
    from kinds k
    where k.kind = 'trace' and num_nonnulls(v_lead.owner_1_last, v_lead.owner_2_last, v_lead.owner_full) = 0
    union all
    select 2, k.kind, 'good_contact', null, null, 'The lead has a good contact already, which is what a trace looks for.',
      null
    from kinds k where k.kind = 'trace' and private.has_good_contact(v_lead.org_id, v_lead.id)
    union all
    select 2, k.kind, 'has_key', null, null, 'The lead has its address key already.', null
    from kinds k where k.kind = 'verify_address' and v_lead.mak is not null
    union all
    select 3, k.kind, 'no_step', null, null, 'None of the org''s steps of skip traces is on (sluice trace steps).', null
    from kinds k
    where k.kind = 'trace' and exists (select from public.trace_steps s where s.org_id = v_lead.org_id)
      and not exists (select from public.trace_steps s where s.org_id = v_lead.org_id and s.active)
    union all
    select 3, k.kind, 'over_lead_cap', null, null,
      format('Questions about this person have cost $%s in 180 days, and the org allows $%s.',
        trim_scale(private.person_cost(v_lead.org_id, v_lead.id, p_as_of)), trim_scale(private.trace_cap(v_lead.org_id))),
      null
    from kinds k
    where k.kind = 'trace'
      and private.person_cost(v_lead.org_id, v_lead.id, p_as_of) >= private.trace_cap(v_lead.org_id)
    union all
    select 3, p.kind, case when b.limits = 0 then 'no_budget' else 'over_budget' end, p.provider, null,
      case when b.limits = 0 then format('The org has no budget for %s: calls that cost something are not made.', p.provider)
        else format('The budget for %s is used up.', p.provider) end, b.until
    from providers p
    cross join lateral (
      select count(*) as limits, max(x.again) filter (where x.spent >= x.limit_usd) as until
      from (
        select b.limit_usd, coalesce(s.spent_usd + s.reserved_usd, 0) as spent,
          (case b.period when 'day' then v_today + 1
            else (date_trunc('month', v_today) + interval '1 month')::date end)::timestamp at time zone v_zone as again
        from public.provider_budgets b
        left join private.call_spend s on s.org_id = b.org_id and s.provider = b.provider and s.period = b.period
          and s.starts_on = case b.period when 'day' then v_today else date_trunc('month', v_today)::date end
        where b.org_id = v_lead.org_id and b.provider = p.provider) x) b
    where b.limits = 0 or b.until is not null
    union all
    select distinct on (p.kind, p.provider) 3, p.kind, 'account_closed', p.provider, null,
      format('%s or the account there failed, and is tried again later.', p.provider), c.retry_at
    from providers p
    join private.provider_circuits c on c.org_id = v_lead.org_id and c.provider = p.provider || ' data'
    where c.retry_at > p_as_of
    union all
    select 4, a.kind, 'already_asked', a.provider, a.contact,
      format('%s was asked%s on %s (%s), and is not asked again until %s.', a.provider, ' about ' || a.contact,
        to_char(a.obtained_at at time zone v_zone, 'YYYY-MM-DD'), replace(a.word, '_', ' '),
        to_char(a.until at time zone v_zone, 'YYYY-MM-DD')), a.until
    from asked a
    union all
    select 4, e.kind, case when r.state = 'in_flight' and r.lease_until > p_as_of then 'in_flight' else 'unconfirmed' end,
      r.provider, null, case when r.state = 'in_flight' and r.lease_until > p_as_of
        then format('%s is being asked.', r.provider)
        else format('A call to %s on %s had no answer and may have been charged: it is not repeated before somebody looks '
          'at the invoice (sluice provider reconcile).', r.provider, to_char(r.reserved_at at time zone v_zone,
          'YYYY-MM-DD')) end, null
    from private.call_reservations r
    join private.enrichment_providers e on e.provider = r.provider and e.endpoint = r.endpoint
    join kinds k on k.kind = e.kind
    where r.org_id = v_lead.org_id and r.lead_id = v_lead.id
    union all
    (select distinct on (c.kind, c.provider, c.contact_point_id) 5, c.kind, 'cached', c.provider, p.masked,
      format('The answer of %s of %s is kept until %s: asking again costs nothing, and brings the same.', c.provider,
        to_char(a.answered_at at time zone v_zone, 'YYYY-MM-DD'), to_char(a.expires_at at time zone v_zone,
        'YYYY-MM-DD')), a.expires_at
    from calls c
    join private.provider_answers a on a.org_id = v_lead.org_id and a.provider = c.provider and a.endpoint = c.endpoint
      and a.input_bidx = c.input_bidx and a.expires_at > p_as_of and a.outcome <> 'forbidden_person'
    left join public.contact_points p on p.org_id = v_lead.org_id and p.lead_id = v_lead.id and p.id = c.contact_point_id
    where not exists (select from asked x where x.kind = c.kind and x.provider = c.provider
      and x.contact_point_id is not distinct from c.contact_point_id)
    order by c.kind, c.provider, c.contact_point_id, a.expires_at desc)
    union all
    select 6, i.kind, case when i.run_state in ('planned', 'paused', 'cancelled', 'failed') then 'run_' || i.run_state
        else coalesce(i.reason, 'run_waits') end, null, null,
      case i.run_state
        when 'planning' then format('Run %s has no forecast yet.', i.id)
        when 'planned' then format('Run %s waits for a confirmation (sluice enrich confirm).', i.id)
        when 'paused' then format('Run %s is paused: %s.', i.id, private.why_refused(i.run_reason))
        when 'cancelled' then format('Run %s was cancelled before it reached the lead.', i.id)
        when 'failed' then format('Run %s failed: %s.', i.id, i.run_reason)
        else format(case when i.state = 'failed' then 'Run %s asked about the lead and failed: %s.'
          else 'Run %s will ask about the lead: %s.' end, i.id,
          case when i.reason is null then 'it waits for its turn' else private.why_refused(i.reason) end) end,
      case when i.next_at > p_as_of then i.next_at end
    from items i where i.state in ('waiting', 'failed')
  ), told as (
    select * from found
    union all
    select 9, k.kind, 'never_planned', null, null,
      format('No run has had this lead: plan one with sluice enrich %s.', k.kind), null
    from kinds k
    where not exists (select from found f where f.kind = k.kind and f.rank <> 3)
      and not exists (select from items i where i.kind = k.kind)
  )
  select t.kind, t.reason, t.provider, t.contact, t.explanation, t.until from told t
  order by t.kind, t.rank, t.provider, t.contact, t.until;
end
$function$;

CREATE OR REPLACE FUNCTION public.plan_enrichment (
  p_org_id   uuid,
  p_kind     text,
  p_scope    jsonb                    DEFAULT '{}'::jsonb,
  p_provider text                     DEFAULT NULL::text,
  p_options  jsonb                    DEFAULT '{}'::jsonb,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_run uuid;
  v_leads integer;
begin
  p_as_of := private.caller_clock(p_as_of);
  if not (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}')))
    or not exists (select from public.orgs o where o.id = p_org_id)
  then
    raise exception 'org not found' using errcode = 'SL702';
  end if;
  if not exists (select from public.enrichment_kinds k where k.kind = p_kind) then
    raise exception 'no run has the kind %: known are %', p_kind,
      (select string_agg(k.kind, ', ' order by k.kind) from public.enrichment_kinds k) using errcode = 'SL703';
  end if;
  if jsonb_typeof(p_scope) is distinct from 'object' or jsonb_typeof(p_options) is distinct from 'object'
    or jsonb_typeof(coalesce(p_scope -> 'lead_ids', '[]')) <> 'array'
  then
    raise exception 'scope and options are objects, and lead_ids is a list' using errcode = 'SL703';
  end if;
  -- It would start without a person's confirmation.
  if p_options ? 'renewal' then
    raise exception 'renewals are opened by the worker' using errcode = 'SL703';
  end if;
  if p_scope - '{campaign_id,source_id,fed_next,lead_ids}'::text[] <> '{}'
    or coalesce(p_scope -> 'fed_next', 'true') <> 'true'
    or exists (
      select from (
        select x.value from jsonb_each_text(p_scope - '{fed_next,lead_ids}'::text[]) x
        union all
        select x.value from jsonb_array_elements_text(coalesce(p_scope -> 'lead_ids', '[]')) x) ids
      where coalesce(ids.value, '') !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
  then
    raise exception 'the org has no such leads: %', left(p_scope::text, 200) using errcode = 'SL703';
  end if;
  if p_scope ? 'campaign_id' and not exists (select from public.campaigns c
      where c.org_id = p_org_id and c.id = (p_scope ->> 'campaign_id')::uuid)
    or p_scope ? 'source_id' and not exists (select from public.sources s
      where s.org_id = p_org_id and s.id = (p_scope ->> 'source_id')::uuid)
  then
    raise exception 'the org has no such leads: %', left(p_scope::text, 200) using errcode = 'SL703';
  end if;
  insert into public.enrichment_runs (org_id, kind, provider, scope, options, created_by, created_at)
  -- Kept with the run, so that what is asked is what was forecast.
  values (p_org_id, p_kind, p_provider, p_scope, p_options || case when p_kind = 'property' then (
      select case when p_provider is null and o.settings ->> 'property_fallback' = 'on' then jsonb '{"fallback": true}'
          else '{}' end
        || case when o.settings ->> 'property_equity' = 'on' then jsonb '{"equity": true}' else '{}' end
        || case when o.settings ->> 'property_foreclosures' = 'on' then jsonb '{"foreclosures": true}' else '{}' end
      from public.orgs o where o.id = p_org_id) else '{}' end, (select auth.uid()), p_as_of)
  returning id into v_run;
  insert into private.enrichment_items (org_id, run_id, lead_id, place)
  select p_org_id, v_run, s.lead_id, s.place from private.enrichment_scope(p_org_id, p_scope) s;
  get diagnostics v_leads = row_count;
  update public.enrichment_runs r set leads = v_leads where r.org_id = p_org_id and r.id = v_run;
  perform private.send_enrichment(p_org_id, v_run);
  return v_run;
end
$function$;

ALTER TABLE "public"."orgs"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "property_equity_is_on_or_off" CHECK (((settings ->> 'property_equity'::text) = ANY (ARRAY['on'::text, 'off'::text])));

ALTER TABLE "public"."orgs"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "property_foreclosures_is_on_or_off" CHECK (((settings ->> 'property_foreclosures'::text) = ANY (ARRAY['on'::text, 'off'::text])));

ALTER TABLE "public"."verification_code_map"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "channel_is_known" CHECK ((channel = ANY (ARRAY['email'::text, 'phone'::text, 'address'::text, 'property'::text, 'person'::text])));

COMMENT ON TABLE "public"."trace_steps" IS 'The org''s steps of the waterfall. Without steps, every provider of skip traces with keys that needs none is one.';

COMMENT ON COLUMN "private"."enrichment_providers"."needs_step" IS 'An org asks it only with a step of its own (trace_steps).';

COMMENT ON COLUMN "private"."score_statements"."again" IS 'The same rules over the facts that a row s of lead_scores keeps; null: some of them are not numbers.';

COMMENT ON COLUMN "private"."score_statements"."counted" IS 'What counted when it last scored all leads: rules, or the expression of the learned score.';

COMMENT ON COLUMN "private"."score_statements"."facts_of" IS 'Which facts the rules read: equal for versions that read the same, in the same way.';

COMMENT ON COLUMN "private"."score_statements"."looked_at" IS 'The latest clock by which the version has scored leads.';

COMMENT ON COLUMN "public"."lead_scores"."facts" IS 'What the rules read: numbers, and 1 for true. Other rules over the same facts score from them. Not for members.';

COMMENT ON COLUMN "public"."lead_scores"."facts_of" IS 'Which facts these are (private.score_statements.facts_of).';

COMMENT ON COLUMN "public"."orgs"."settings" IS 'Settings of the org. raw_days: number of days for which the bytes of finished uploads are kept (default 30). events_months: whole months for which steps of the funnel and deliveries of webhooks are kept, 10 or more (default: always). calls_months: the same for calls to data providers. decision_years: years for which decisions of the gate are kept, five or more (default 5). consent_months: number of months after which a consent expires (default: never). consent_page: https address that serves pages/consent. seller: the seller that consents must name (default: the name of the org). lead_attempts_24h, org_attempts_24h: limits on contacts per lead and for the org. help_contact: the address that the answer to HELP names. merge_probability: leads that are one with at least this probability (0.9 to 1) are merged without an answer (default: never). reveals_per_hour: the number of leads whose plain values a member may see within an hour (default 120). trace_cap_usd: what skip traces of a lead may cost in half a year (default 1). trace_order: cost_per_hit (default) or position. trace_wants: phone (default), email or either. property_fallback: on (the next provider of property data is asked about what the first does not know) or off (default). property_equity, property_foreclosures: on (providers that have them are asked for these, too, at a price of their own) or off (default).';

COMMENT ON FUNCTION "private"."begin_calls"(uuid, text, text, text, jsonb, jsonb, interval, interval, uuid, numeric, timestamp with time zone) IS 'Asks whether data calls [{input, cost_usd, lead_id, contact_point_id, correlation_id}] may be made; cost_usd is the most that one can cost, and p_correlation_id counts for calls without one. Verdicts: cached (with answer); go (make it after wait_ms and settle call_id); later (after wait_ms: in_flight, circuit_open, limit); refused (over_budget, no_budget; over_cap: it would cost more than is left of p_most_usd; unconfirmed: an earlier one may have been charged; for private.person_endpoints also never_contact and over_lead_cap). p_limits is as in take_calls. A call that is not settled before p_lease counts as spent until it is reconciled.';

COMMENT ON FUNCTION "private"."judge_trace_codes"(text, text, text[]) IS 'What result codes say together, as verification_code_map has them: verified, invalid, uncertain or unknown. Invalid and uncertain codes outweigh a verifying one.';

COMMENT ON FUNCTION "private"."note_scoring"(uuid, integer, timestamp with time zone, text) IS 'Notes by which clock a version has scored, and if it scored all leads, what counted.';

COMMENT ON FUNCTION "private"."put_score_version"(uuid, text, jsonb, jsonb, jsonb, timestamp with time zone) IS 'Saves compiled rules as a draft, unless they are those of the newest version. p_compiled: {statement, again, facts, texts, fields, activities}. For the command, as the owner of the database: the statement is executed. Definer: nobody else may write versions.';

COMMENT ON FUNCTION "private"."record_trace"(uuid, uuid, text, jsonb, timestamp with time zone) IS 'Records what a skip trace found: persons [{name, first, marks, codes, phones: [{number, type, rank, confidence, marks}], emails: [{email, rank, confidence}]}]. Flagged values are suppressed. Contacts of a person who is named as the owner are added after those that the lead has, five of a kind at most, each with a fact of the provider. Where a provider gives result codes, verification_code_map must say that the person is the one asked about (channel person), and contacts of invalid codes are not taken. Returns found, doubtful (none is good enough, or each is suppressed), other_person, nobody, never_contact, or the reason why the owner must not be contacted. Definer: suppressing and adding contacts needs rights that the worker lacks.';

COMMENT ON FUNCTION "private"."score_again"(uuid, timestamp with time zone) IS 'Scores all leads of an org by its active version, from the facts that their scores keep where these still hold. Returns how many scores changed; null: too few facts are kept, and nothing was done.';

COMMENT ON FUNCTION "private"."try_statements"(uuid, jsonb, text[], timestamp with time zone) IS 'Runs the queries of compiled rules over no lead: what does not run is not saved.';

REVOKE ALL ON FUNCTION "private"."judge_trace_codes"(text, text, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."judge_trace_codes"(text, text, text[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."note_scoring"(uuid, integer, timestamp WITH time zone, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."note_scoring"(uuid, integer, timestamp WITH time zone, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."score_again"(uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."score_again"(uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."try_statements"(uuid, jsonb, text[], timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ("counted") ON TABLE "private"."score_statements" FROM "pipeline_writer";

GRANT UPDATE ("counted") ON TABLE "private"."score_statements" TO "pipeline_writer";

REVOKE ALL ("looked_at") ON TABLE "private"."score_statements" FROM "pipeline_writer";

GRANT UPDATE ("looked_at") ON TABLE "private"."score_statements" TO "pipeline_writer";

REVOKE ALL ("confidence") ON TABLE "public"."lead_scores" FROM "authenticated";

GRANT SELECT ("confidence") ON TABLE "public"."lead_scores" TO "authenticated";

REVOKE ALL ("engagement") ON TABLE "public"."lead_scores" FROM "authenticated";

GRANT SELECT ("engagement") ON TABLE "public"."lead_scores" TO "authenticated";

REVOKE ALL ("fit") ON TABLE "public"."lead_scores" FROM "authenticated";

GRANT SELECT ("fit") ON TABLE "public"."lead_scores" TO "authenticated";

REVOKE ALL ("lead_id") ON TABLE "public"."lead_scores" FROM "authenticated";

GRANT SELECT ("lead_id") ON TABLE "public"."lead_scores" TO "authenticated";

REVOKE ALL ("next_at") ON TABLE "public"."lead_scores" FROM "authenticated";

GRANT SELECT ("next_at") ON TABLE "public"."lead_scores" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."lead_scores" FROM "authenticated";

GRANT SELECT ("org_id") ON TABLE "public"."lead_scores" TO "authenticated";

REVOKE ALL ("points") ON TABLE "public"."lead_scores" FROM "authenticated";

GRANT SELECT ("points") ON TABLE "public"."lead_scores" TO "authenticated";

REVOKE ALL ("rule_score") ON TABLE "public"."lead_scores" FROM "authenticated";

GRANT SELECT ("rule_score") ON TABLE "public"."lead_scores" TO "authenticated";

REVOKE ALL ("scored_at") ON TABLE "public"."lead_scores" FROM "authenticated";

GRANT SELECT ("scored_at") ON TABLE "public"."lead_scores" TO "authenticated";

REVOKE ALL ("score") ON TABLE "public"."lead_scores" FROM "authenticated";

GRANT SELECT ("score") ON TABLE "public"."lead_scores" TO "authenticated";

REVOKE ALL ("tier") ON TABLE "public"."lead_scores" FROM "authenticated";

GRANT SELECT ("tier") ON TABLE "public"."lead_scores" TO "authenticated";

REVOKE ALL ("version") ON TABLE "public"."lead_scores" FROM "authenticated";

GRANT SELECT ("version") ON TABLE "public"."lead_scores" TO "authenticated";

-- Rights that default privileges would change.

revoke execute on function private.try_statements(uuid,jsonb,text[],timestamp with time zone) from pipeline_writer;

-- Reference data, queues and cron jobs.

insert into private.enrichment_providers (kind, provider, endpoint, needs_step) values
  ('property', 'attom', 'equity', 'false'),
  ('property', 'attom', 'foreclosures', 'false'),
  ('trace', 'melissa', 'append', 'true')
on conflict (endpoint, kind, provider) do update set needs_step = excluded.needs_step;

insert into private.person_endpoints (provider, endpoint) values
  ('melissa', 'append')
on conflict (endpoint, provider) do nothing;

insert into public.verification_code_map (provider, channel, code, level, is_verified, is_invalid, is_uncertain, meaning) values
  ('melissa', 'person', 'VR01', '', 'true', 'false', 'false', 'person and address belong together'),
  ('melissa', 'person', 'VR02', '', 'true', 'false', 'false', 'person and phone belong together'),
  ('melissa', 'person', 'VR03', '', 'true', 'false', 'false', 'person and e-mail belong together'),
  ('melissa', 'person', 'VR10', '', 'false', 'false', 'false', 'organisation and person belong together'),
  ('melissa', 'person', 'VS00', '', 'false', 'false', 'true', 'address not found at the provider'),
  ('melissa', 'person', 'VS01', '', 'false', 'false', 'false', 'an earlier address of the person'),
  ('melissa', 'person', 'VS02', '', 'false', 'false', 'true', 'the address agrees in part'),
  ('melissa', 'person', 'VS12', '', 'false', 'false', 'true', 'only the family name agrees'),
  ('melissa', 'person', 'VS13', '', 'false', 'false', 'true', 'only the given name agrees'),
  ('melissa', 'person', 'DA00', '', 'false', 'false', 'true', 'address added by the provider'),
  ('melissa', 'person', 'DA10', '', 'false', 'false', 'true', 'name added by the provider'),
  ('melissa', 'person', 'DA20', '', 'false', 'false', 'false', 'company added by the provider'),
  ('melissa', 'person', 'DD00', '', 'false', 'false', 'false', 'not known to have died'),
  ('melissa', 'person', 'DD01', '', 'false', 'false', 'false', 'has died'),
  ('melissa', 'person', 'RD01', '', 'false', 'false', 'false', 'a renter'),
  ('melissa', 'person', 'RD02', '', 'false', 'false', 'false', 'probably a renter')
on conflict (channel, code, level, provider) do update set is_verified = excluded.is_verified, is_invalid = excluded.is_invalid, is_uncertain = excluded.is_uncertain, meaning = excluded.meaning;
