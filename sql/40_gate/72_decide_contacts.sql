create function private.decide_contacts(
  p_org_id uuid, p_requests jsonb, p_as_of timestamptz, p_store text, p_outbound boolean default true
) returns table (n integer, answer jsonb)
-- One plan for one contact and for many: planning anew for each array would cost more than running it.
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan set jit = off
  as $$
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
$$;
comment on function private.decide_contacts(uuid, jsonb, timestamptz, text, boolean) is
  'Collects, evaluates and stores decisions (p_store: always, refusals or never). For each request of '
  'collect_contact_facts: the answer of gate_evaluate with the reasons of check_decision_rules, and decision_id; '
  'with never also the facts, without contact values. With always, contacts that earlier requests of the same call '
  'were allowed count as made. Definer: only the owner may access facts and decisions. Raises SL421, SL422.';

create function private.raise_missing_contact(p_org_id uuid, p_requests jsonb) returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  r jsonb;
begin
  for r in select x from jsonb_array_elements(p_requests) x loop
    if not exists (select from public.leads l where l.org_id = p_org_id and l.id = (r ->> 'lead_id')::uuid) then
      raise exception 'lead % not found', r ->> 'lead_id' using errcode = 'SL421';
    elsif not exists (select from public.contact_points c where c.org_id = p_org_id
      and c.lead_id = (r ->> 'lead_id')::uuid
      and c.id = (r ->> 'contact_point_id')::bigint) then
      raise exception 'contact point % of lead % not found', r ->> 'lead_id', r ->> 'contact_point_id'
        using errcode = 'SL422';
    end if;
  end loop;
end
$$;
comment on function private.raise_missing_contact(uuid, jsonb) is
  'Raises for the first request with an unknown lead (SL421) or contact point (SL422). Definer: looks them up '
  'without the policies.';
revoke execute on function private.decide_contacts(uuid, jsonb, timestamptz, text, boolean),
  private.raise_missing_contact(uuid, jsonb)
  from pipeline_writer;
