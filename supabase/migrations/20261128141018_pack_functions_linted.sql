-- pack functions linted: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."erase_business_contacts"(uuid, bytea[], timestamp WITH time zone);

DROP FUNCTION "private"."export_business_contacts"(uuid, bytea[], timestamp WITH time zone);

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
  v_all jsonb := jsonb '{}';
begin
  for h in select x.* from private.pack_hooks x where x.hook = p_hook order by x.pack, x.name loop
    execute h.command into v_answer using p_org_id, p_values, p_as_of;
    v_all := v_all || jsonb_build_object(h.pack, coalesce(v_all -> h.pack, '{}') || jsonb_build_object(h.name, v_answer));
  end loop;
  return v_all;
end
$function$;

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
        p_as_of + v_waited + v_taken.waits[k] + p_lease, p_correlation_id)
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
      p_correlation_id, x.input_bidx
    from unnest(v_cached) x;
  end if;
  if v_reserved > 0 or v_refused > 0 then
    perform private.book_spend(p_org_id, p_provider, v_day, 0, v_reserved, v_refused, v_refused_usd);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.erase_business_contacts (
  p_org_id uuid,
  p_values bytea[]
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

CREATE OR REPLACE FUNCTION private.export_business_contacts (
  p_org_id uuid,
  p_values bytea[]
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

CREATE OR REPLACE FUNCTION public.import_businesses (
  p_org_id     uuid,
  p_businesses jsonb,
  p_provider   text  DEFAULT 'member'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_item jsonb;
  v_found jsonb;
  v_counts jsonb := jsonb '{"new": 0, "known": 0, "without_name": 0}';
  v_key text;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.require_pack(p_org_id, 'prospects');
  if jsonb_typeof(p_businesses) is distinct from 'array' or jsonb_array_length(p_businesses) > 1000
    or p_provider in ('website', '*')
  then
    raise exception 'a list of at most 1000 businesses, and member or a provider of bought data, are required'
      using errcode = 'SL716';
  end if;
  for v_item in select i.value from jsonb_array_elements(p_businesses) i loop
    v_found := private.record_business(p_org_id, p_provider, v_item, null, now());
    v_key := case when v_found ? 'reason' then 'without_name' when (v_found -> 'is_new')::boolean then 'new'
      else 'known' end;
    v_counts := v_counts || jsonb_build_object(v_key, (v_counts ->> v_key)::integer + 1);
  end loop;
  return v_counts;
end
$function$;

COMMENT ON FUNCTION "private"."erase_business_contacts"(uuid, bytea[]) IS 'Deletes the contacts of businesses with these keyed values, also while the pack is off: {contacts}. The business stays. Definer: erasure needs no pack and no right on the tables.';

COMMENT ON FUNCTION "private"."export_business_contacts"(uuid, bytea[]) IS 'The contacts of businesses with these keyed values, plain, with where they are from. For the export of a person. Definer: as erase_business_contacts.';

REVOKE ALL ON FUNCTION "private"."erase_business_contacts"(uuid, bytea[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."export_business_contacts"(uuid, bytea[]) FROM PUBLIC;

-- Rights that default privileges would change.

revoke execute on function private.erase_business_contacts(uuid,bytea[]) from pipeline_writer;
revoke execute on function private.export_business_contacts(uuid,bytea[]) from pipeline_writer;

-- Reference data, queues and cron jobs.

insert into private.pack_hooks (pack, hook, name, command) values
  ('prospects', 'erase', 'contacts', 'select private.erase_business_contacts($1, $2)'),
  ('prospects', 'export', 'contacts', 'select private.export_business_contacts($1, $2)')
on conflict (hook, name, pack) do update set command = excluded.command;
