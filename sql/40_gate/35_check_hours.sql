create function private.gate_classes(p_channel text) returns text[]
language sql immutable parallel safe as $$
  select case p_channel when 'voice_manual' then array['voice'] when 'voice_ai' then array['voice', 'voice_automated']
    else array['sms'] end
$$;
comment on function private.gate_classes(text) is 'Classes of calling laws that apply to a channel.';

create function private.daylight_saving(p_zone text, t timestamptz) returns interval
language sql immutable parallel safe as $$
  -- The standard offset is the smaller of winter and summer.
  select (t at time zone p_zone) - (t at time zone 'UTC') - least(
    (timestamptz '2026-01-15 12:00Z' at time zone p_zone) - timestamp '2026-01-15 12:00',
    (timestamptz '2026-07-15 12:00Z' at time zone p_zone) - timestamp '2026-07-15 12:00')
$$;
comment on function private.daylight_saving(text, timestamptz) is 'How far the wall clock is ahead of standard time.';

create function private.gate_check_hours(c private.gate_facts, t timestamptz) returns private.gate_refusal[]
language plpgsql stable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v record;
  v_states text[] := c.states || 'US'::text;
  v_classes text[] := private.gate_classes(c.channel);
  v_house jsonb := c.house -> 'calling_hours';
  v_zone text;
  v_wall timestamp;
  v_group text;
  v_day date;
  v_time time;
begin
  foreach v_zone in array c.zones loop
    v_wall := t at time zone v_zone;
    v_day := v_wall::date;
    v_time := v_wall::time;
    v_group := case extract(isodow from v_day) when 6 then 'sat' when 7 then 'sun' else 'mon_fri' end;
    for v in
      select w.state, w.weekday_group, w.start_local, w.end_local
      from public.calling_windows w
      where w.binding and w.state = any (v_states) and w.weekday_group in (v_group, 'holiday')
        and w.channel_class = any (v_classes)
        and (w.start_local is null or v_time < w.start_local or v_time >= w.end_local
          or (w.also_standard_time and (v_wall - private.daylight_saving(v_zone, t))::time < w.start_local))
        and w.effective @> v_day
        and (w.weekday_group <> 'holiday' or exists (
          select from public.holiday_dates h where h.state = w.state and h.on_date = v_day))
        -- Where the location is unknown, each law applies in the zones of its own state.
        and (not c.everywhere or w.state = 'US'
          or exists (select from public.state_rules s where s.state = w.state and v_zone = any (s.zones)))
      order by w.state, w.weekday_group
    loop
      r := r || row(
        case when v.state = 'US' then 'federal_hours' when v.start_local is not null then 'state_hours'
          when v.weekday_group = 'holiday' then 'state_holiday' else 'state_day_closed' end,
        case when v.state = 'US' then 'federal' else v.state end || ' hours are '
          || coalesce(to_char(v.start_local, case extract(second from v.start_local) when 0 then 'HH24:MI'
            else 'HH24:MI:SS' end) || ' to ' || to_char(v.end_local, 'HH24:MI'), 'closed')
          || case v.weekday_group when 'holiday' then ' on this holiday' when 'sun' then ' on Sundays' when 'sat'
            then ' on Saturdays' else '' end
          || '; it is ' || to_char(v_wall, 'Dy HH24:MI:SS') || ' in ' || v_zone, '-infinity')::private.gate_refusal;
    end loop;
    if v_house is not null and (v_time < (v_house ->> 'start')::time or v_time >= (v_house ->> 'end')::time
      or coalesce(v_house -> 'closed' ? lower(to_char(v_wall, 'dy')), false)) then
      r := r || row('house_hours', 'the org''s hours are ' || (v_house ->> 'start') || ' to ' || (v_house ->> 'end')
        || '; it is ' || to_char(v_wall, 'Dy HH24:MI:SS') || ' in ' || v_zone, '-infinity')::private.gate_refusal;
    end if;
  end loop;
  return r;
end
$$;
comment on function private.gate_check_hours(private.gate_facts, timestamptz) is
  'Checks calling hours, federal, state and the org''s own: every law of every state that the person could be in, in '
  'every time zone that they could be in. Start inclusive, end exclusive, to the second.';

create function private.gate_hours_open_at(c private.gate_facts, p_from timestamptz) returns timestamptz
language plpgsql stable as $$
declare
  t timestamptz := p_from;
  v_next timestamptz;
  v_open timestamptz;
  v_states text[] := c.states || 'US'::text;
  v_classes text[] := private.gate_classes(c.channel);
  v_house jsonb := c.house -> 'calling_hours';
  v_zone text;
  v_day date;
  v_span record;
begin
  -- Each round: when does every zone open, at or after t? The latest of them is the next t.
  for i in 1..40 loop
    v_next := t;
    foreach v_zone in array c.zones loop
      v_open := null;
      for n in 0..10 loop
        v_day := (t at time zone v_zone)::date + n;
        select max(case when w.also_standard_time
            then w.start_local + private.daylight_saving(v_zone, (v_day + time '12:00') at time zone v_zone)
            else w.start_local end) as opens,
          min(w.end_local) as closes, bool_or(w.start_local is null) as closed
        into v_span
        from public.calling_windows w
        where w.binding and w.state = any (v_states) and w.channel_class = any (v_classes)
          and w.weekday_group in (case extract(isodow from v_day) when 6 then 'sat' when 7 then 'sun'
            else 'mon_fri' end, 'holiday')
          and w.effective @> v_day
          and (w.weekday_group <> 'holiday' or exists (
            select from public.holiday_dates h where h.state = w.state and h.on_date = v_day))
          and (not c.everywhere or w.state = 'US'
            or exists (select from public.state_rules s where s.state = w.state and v_zone = any (s.zones)));
        continue when v_span.closed or coalesce(v_house -> 'closed' ? lower(to_char(v_day, 'dy')), false);
        v_span.opens := greatest(v_span.opens, (v_house ->> 'start')::time);
        v_span.closes := least(v_span.closes, (v_house ->> 'end')::time);
        continue when v_span.opens >= v_span.closes or (v_day + v_span.closes) at time zone v_zone <= t;
        v_open := greatest((v_day + v_span.opens) at time zone v_zone, t);
        exit;
      end loop;
      if v_open is null then
        return null;
      end if;
      v_next := greatest(v_next, v_open);
    end loop;
    if v_next = t then
      return t;
    elsif v_next > p_from + interval '40 days' then
      return null;
    end if;
    t := v_next;
  end loop;
  return null;
end
$$;
comment on function private.gate_hours_open_at(private.gate_facts, timestamptz) is
  'The first instant from p_from on at which the hours allow contact in every zone, or null when there is none '
  'within weeks.';
