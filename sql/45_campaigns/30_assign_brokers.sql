-- Only leads in progress count towards a broker's capacity.
create index leads_broker_load_idx on public.leads (org_id, assigned_broker_id)
  where campaign_status in ('queued', 'active', 'replied', 'paused', 'booked') and assigned_broker_id is not null;

create function private.assign_brokers(p_org_id uuid, p_brokers uuid[], p_states text[],
  p_as_of timestamptz default now()) returns uuid[]
language plpgsql volatile set search_path = '' as $$
declare
  v_brokers uuid[];
  v_licensed text[];
  v_free integer[];
  v_queue integer[];
  v_turn_at timestamptz[];
  v_given uuid[] := '{}'::uuid[];
  v_lead record;
  v_pick integer;
begin
  -- Locked, so that two feeds of the org do not use the same capacity.
  perform from public.brokers b where b.org_id = p_org_id and b.active order by b.id for no key update;
  select array_agg(b.id order by b.last_assigned_at nulls first, b.id),
    array_agg(array_to_string(b.licensed_states, ',') order by b.last_assigned_at nulls first, b.id),
    array_agg(b.capacity - coalesce(o.open, 0) order by b.last_assigned_at nulls first, b.id),
    array_agg(row_number order by row_number)
  into v_brokers, v_licensed, v_free, v_queue
  from (
    select b.*, row_number() over (order by b.last_assigned_at nulls first, b.id)::integer
    from public.brokers b where b.org_id = p_org_id and b.active
  ) b
  left join (
    select l.assigned_broker_id, count(*)::integer as open
    from public.leads l
    where l.org_id = p_org_id and l.assigned_broker_id is not null
      and l.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')
    group by l.assigned_broker_id
  ) o on o.assigned_broker_id = b.id;
  v_turn_at := array_fill(null::timestamptz, array[coalesce(cardinality(v_brokers), 0)]);

  for v_lead in
    select x.has, x.state, x.n from unnest(p_brokers, p_states) with ordinality x (has, state, n) order by x.n
  loop
    v_pick := null;
    if v_lead.has is not null then
      -- The lead keeps its broker and counts towards that broker's capacity.
      v_pick := array_position(v_brokers, v_lead.has);
      v_given := v_given || v_lead.has;
    else
      -- Most often it is the turn of the first.
      v_pick := v_queue[1];
      if v_pick is not null and (v_free[v_pick] <= 0 or v_licensed[v_pick] <> ''
        and v_lead.state = any (string_to_array(v_licensed[v_pick], ',')) is not true)
      then
        v_pick := null;
        select q.who into v_pick
        from unnest(v_queue) with ordinality q (who, n)
        where v_free[q.who] > 0
          and (v_licensed[q.who] = '' or v_lead.state = any (string_to_array(v_licensed[q.who], ',')))
        order by q.n limit 1;
      end if;
      v_given := v_given || v_brokers[v_pick];
      if v_pick is not null then
        v_queue := array_remove(v_queue, v_pick) || v_pick;
        -- One microsecond per turn: the next feed starts with the order of this one.
        v_turn_at[v_pick] := p_as_of + v_lead.n * interval '1 microsecond';
      end if;
    end if;
    if v_pick is not null then
      v_free[v_pick] := v_free[v_pick] - 1;
    end if;
  end loop;

  update public.brokers b set last_assigned_at = t.at
  from unnest(v_brokers, v_turn_at) t (id, at)
  where b.org_id = p_org_id and b.id = t.id and t.at is not null;
  return v_given;
end
$$;
comment on function private.assign_brokers(uuid, uuid[], text[], timestamptz) is
  'Brokers for leads, of which the caller gives the broker (null: none) and the situs state, in order: a lead keeps '
  'its own; otherwise the active broker who has waited '
  'longest, has capacity and is licensed in the situs state (no list of states: in any); null if there is none. '
  'Writes only last_assigned_at; the caller updates the leads.';
