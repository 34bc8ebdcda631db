create function private.gate_timed_refusals(c private.gate_facts, t timestamptz,
  p_hours boolean) returns private.gate_refusal[]
language plpgsql stable as $$
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
$$;
comment on function private.gate_timed_refusals(private.gate_facts, timestamptz, boolean) is
  'The reasons that change with time, at instant t; p_hours false omits calling hours that are known to be open.';

create function private.gate_without_waived(c private.gate_facts,
  r private.gate_refusal[]) returns private.gate_refusal[]
language plpgsql stable as $$
begin
  if c.house ? 'waive' and r <> '{}' then
    return array(select x::private.gate_refusal from unnest(r) x
      where not (c.house -> 'waive' ? x.rule
        and exists (select from public.gate_rules g where g.rule = x.rule and g.waivable)));
  end if;
  return r;
end
$$;
comment on function private.gate_without_waived(private.gate_facts, private.gate_refusal[]) is
  'Removes the reasons that the org has waived on the advice of counsel, where the rule is waivable.';

create function private.gate_refusals(c private.gate_facts) returns private.gate_refusal[]
language plpgsql stable as $$
declare
  r private.gate_refusal[];
begin
  r := private.gate_check_contact(c);
  if c.as_of is null or c.channel is null then
    return r;
  end if;
  if c.purpose = 'confirmation' then
    return r || private.gate_check_confirmation(c);
  end if;
  if c.channel = 'email' then
    r := r || private.gate_check_email(c);
  else
    r := r || private.gate_check_consent(c);
    if c.purpose = 'marketing' then
      r := r || private.gate_check_states(c);
    end if;
  end if;
  return private.gate_without_waived(c, r) || private.gate_timed_refusals(c, c.as_of, true);
end
$$;
comment on function private.gate_refusals(private.gate_facts) is 'Every reason for a refusal.';

create function private.gate_next_allowed(c private.gate_facts, p_refusals private.gate_refusal[]) returns timestamptz
language plpgsql stable as $$
declare
  r private.gate_refusal[] := p_refusals;
  t timestamptz := c.as_of;
  v_least timestamptz;
  v_most timestamptz;
  x private.gate_refusal;
begin
  -- Every reason names the first instant at which it could end, so the answer cannot be earlier than the latest of
  -- them. Reasons that time does not end are infinite; the others are checked again at each candidate.
  for i in 1..60 loop
    v_least := 'infinity';
    v_most := '-infinity';
    foreach x in array r loop
      v_least := least(v_least, x.ends_at);
      v_most := greatest(v_most, x.ends_at);
    end loop;
    if v_most = 'infinity' then
      return null;
    end if;
    t := greatest(t, v_most);
    if c.purpose = 'marketing' and not (c.house ? 'waive') then
      t := private.gate_hours_open_at(c, t);
    elsif v_least = '-infinity' then
      t := coalesce(private.gate_hours_open_at(c, greatest(t, c.as_of)), 'infinity');
    end if;
    if t is null or t = 'infinity' then
      return null;
    end if;
    r := private.gate_timed_refusals(c, t, c.purpose <> 'marketing' or c.house ? 'waive');
    if r = '{}' then
      return t;
    end if;
  end loop;
  return null;
end
$$;
comment on function private.gate_next_allowed(private.gate_facts, private.gate_refusal[]) is
  'The first instant at which time alone would allow the contact, or null. Jumps from one ending reason to the next '
  'instead of stepping through minutes.';

create function private.gate_rule_version() returns text
language plpgsql stable as $$
begin
  return (select s.version from public.rule_sets s order by s.released_on desc, s.revision desc limit 1);
end
$$;
comment on function private.gate_rule_version() is 'Version of the rule data in force, such as 2026-11-21.1.';

-- Its queries are the same for every contact: planning them anew for each array would cost more than running them.
create function public.gate_evaluate(facts jsonb, as_of timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  c private.gate_facts;
  r private.gate_refusal[];
  v_next timestamptz;
  v_reasons jsonb := '[]'::jsonb;
begin
  if jsonb_typeof(facts) is distinct from 'object' or as_of is null or not isfinite(as_of) then
    return jsonb_build_object('allow', false, 'reasons', jsonb_build_array(
        case when jsonb_typeof(facts) is distinct from 'object'
          then jsonb_build_object('rule', 'facts_unreadable', 'detail', 'the facts are not a JSON object')
          else jsonb_build_object('rule', 'as_of_outside_rules', 'detail', 'the instant is missing or infinite') end),
      'next_allowed_at', null, 'zones', '[]'::jsonb, 'states', '[]'::jsonb, 'rule_version',
        private.gate_rule_version());
  end if;
  c := private.gate_read(facts, as_of);
  r := private.gate_refusals(c);
  if r = '{}' then
    v_next := as_of;
  else
    select jsonb_agg(jsonb_build_object('rule', x.rule, 'detail', x.detail) order by x.n) into v_reasons
    from (select rule, detail, min(n) as n from unnest(r) with ordinality u(rule, detail, ends_at, n) group by 1, 2) x;
    v_next := private.gate_next_allowed(c, r);
  end if;
  return jsonb_build_object(
    'allow', r = '{}',
    'reasons', v_reasons,
    'next_allowed_at', to_char(v_next at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS'
      || case when extract(microseconds from v_next)::bigint % 1000000 = 0 then '"Z"' else '.US"Z"' end),
    'zones', to_jsonb(c.zones), 'states', to_jsonb(c.states), 'rule_version', private.gate_rule_version());
exception when data_exception then
  -- A value out of range counts as an unreadable fact.
  return jsonb_build_object('allow', false,
    'reasons', jsonb_build_array(jsonb_build_object('rule', 'facts_unreadable', 'detail',
      'a fact has an impossible value')),
    'next_allowed_at', null, 'zones', '[]'::jsonb, 'states', '[]'::jsonb, 'rule_version', private.gate_rule_version());
end
$$;
comment on function public.gate_evaluate(jsonb, timestamptz) is
  'Whether this contact may be made at this instant. Input: the facts (listed in docs/gate.md), times in ISO 8601 '
  'UTC. Output: {allow, reasons: [{rule, detail}], next_allowed_at, zones, states, rule_version}. Reads only its '
  'arguments and the rule tables and never raises; unknown or unreadable facts refuse where they matter.';

revoke execute on function public.gate_evaluate(jsonb, timestamptz) from public, anon;
grant execute on function public.gate_evaluate(jsonb, timestamptz) to authenticated, service_role, pipeline_writer;
