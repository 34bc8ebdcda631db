create function private.gate_read_org_rules(p_facts jsonb, out house jsonb, out unreadable text[])
language plpgsql stable as $$
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
$$;
comment on function private.gate_read_org_rules(jsonb) is
  'Rules of the org: the defaults, the org''s rows when the facts carry org_id, and limits in the fact `house`. Each '
  'can only tighten.';
