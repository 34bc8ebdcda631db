create function private.gate_add_address(p_state text, p_zip text, inout zones text[], inout states text[],
  out everywhere boolean, out known boolean)
language plpgsql stable as $$
declare
  v_found record;
  v_state_zones text[];
begin
  known := true;
  everywhere := false;
  if p_zip is not null then
    select z.zones, z.states into v_found
    from public.zip_zones z
    where z.prefix in (left(p_zip, 5), left(p_zip, 3))
    order by z.prefix desc limit 1;
    if found then
      zones := zones || v_found.zones;
      -- A ZIP code may cross a state line; the address says on which side it is.
      if p_state = any (v_found.states) then
        states := states || p_state;
        return;
      end if;
      states := states || v_found.states;
      if p_state is null then
        return;
      end if;
    elsif p_state is null then
      everywhere := true;
      return;
    end if;
  end if;
  -- Only the state is known, or it contradicts the ZIP: the person may be anywhere in the state.
  select r.zones into v_state_zones from public.state_rules r where r.state = p_state;
  known := found;
  if found then
    zones := zones || v_state_zones;
    states := states || p_state;
  end if;
end
$$;
comment on function private.gate_add_address(text, text, text[], text[]) is
  'Adds the time zones and states of one address; known is false for an unknown state. An unknown ZIP without a '
  'state may be anywhere.';

create function private.gate_places(p_facts jsonb, p_area_code text, p_phone boolean,
  out zones text[], out states text[], out everywhere boolean, out unreadable text[], out area_found boolean)
language plpgsql stable as $$
declare
  v_more jsonb;
  v_address jsonb;
  v_state text;
  v_zip text;
  v_zip_zones text[] := '{}'::text[];
  v_found record;
begin
  zones := '{}'; states := '{}'; everywhere := false; unreadable := '{}';
  v_more := case when jsonb_typeof(p_facts -> 'addresses') = 'array' then p_facts -> 'addresses' end;
  -- The facts themselves are the first address.
  for i in -1 .. coalesce(jsonb_array_length(v_more), 0) - 1 loop
    v_address := case when i < 0 then p_facts else v_more -> i end;
    v_state := null;
    v_zip := null;
    if jsonb_typeof(v_address) <> 'object' then
      unreadable := unreadable || 'addresses'::text;
      continue;
    end if;
    if coalesce(jsonb_typeof(v_address -> 'state'), 'null') <> 'null' then
      if jsonb_typeof(v_address -> 'state') = 'string' then
        v_state := nullif(upper(btrim(v_address ->> 'state')), '');
        if length(v_state) > 2 then
          select coalesce(max(r.state), v_state) into v_state from public.state_rules r where upper(r.name) = v_state;
        end if;
      else
        unreadable := unreadable || 'state'::text;
      end if;
    end if;
    if coalesce(jsonb_typeof(v_address -> 'postal_code'), 'null') <> 'null' then
      if jsonb_typeof(v_address -> 'postal_code') = 'string' then
        v_zip := nullif(btrim(v_address ->> 'postal_code'), '');
      end if;
      if (v_zip is null and jsonb_typeof(v_address -> 'postal_code') <> 'string')
        or v_zip !~ '^\d{5}([- ]?\d{4})?$' then
        unreadable := unreadable || 'postal_code'::text;
        v_zip := null;
      end if;
    end if;
    if v_state is not null or v_zip is not null then
      v_found := private.gate_add_address(v_state, v_zip, zones, states);
      -- The last zones of an address with a ZIP are those of its ZIP, unless its state contradicts it.
      if v_zip is not null and v_found.known and not v_found.everywhere then
        v_zip_zones := v_zip_zones || v_found.zones[cardinality(zones) + 1:];
      end if;
      zones := v_found.zones;
      states := v_found.states;
      everywhere := everywhere or v_found.everywhere;
      if not v_found.known then
        unreadable := unreadable || 'state'::text;
      end if;
    end if;
  end loop;
  if coalesce(jsonb_typeof(p_facts -> 'addresses'), 'null') not in ('null', 'array') then
    unreadable := unreadable || 'addresses'::text;
  end if;
  if p_area_code is not null then
    select a.zones, a.states into v_found from public.area_code_zones a where a.area_code = p_area_code;
    area_found := found;
    if found then
      if not (v_zip_zones && v_found.zones and cardinality(v_found.zones) > 1
        and exists (select from public.state_rules r where r.state = any (v_found.states) and r.zip_over_area_code))
      then
        zones := zones || v_found.zones;
      end if;
      states := states || v_found.states;
    end if;
  end if;
  if p_phone and (everywhere or zones = '{}') then
    everywhere := true;
    select array_agg(distinct z order by z) into zones
    from public.state_rules r cross join lateral unnest(r.zones) z;
    select array_agg(r.state order by r.state) into states from public.state_rules r;
  else
    everywhere := false;
    if zones[1] = all (zones) then
      zones := zones[1:1];
    else
      zones := array(select distinct z from unnest(zones) z order by z);
    end if;
    if states[1] = all (states) then
      states := states[1:1];
    else
      states := array(select distinct s from unnest(states) s order by s);
    end if;
  end if;
end
$$;
comment on function private.gate_places(jsonb, text, boolean) is
  'Every time zone and state that the person could be in, from the address (and further `addresses`) and from the '
  'area code, unless a ZIP lies in one of its zones and the state lets the ZIP decide. Everywhere when neither is '
  'known.';
