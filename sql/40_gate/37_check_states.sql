create function private.gate_check_states(c private.gate_facts) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_state text;
begin
  foreach v_state in array c.emergencies loop
    if v_state = any (c.states) then
      r := r || row('emergency', 'an emergency is declared in ' || v_state, 'infinity')::private.gate_refusal;
    end if;
  end loop;
  if c.house ? 'deny_states' then
    for v_state in select s from jsonb_array_elements_text(c.house -> 'deny_states') s loop
      if upper(v_state) = any (c.states) then
        r := r || row('house_state_closed', 'the org does not contact people in ' || v_state,
          'infinity')::private.gate_refusal;
      end if;
    end loop;
  end if;
  return r;
end
$$;
comment on function private.gate_check_states(private.gate_facts) is
  'Checks declared emergencies and states that the org excludes.';
