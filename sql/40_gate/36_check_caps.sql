create function private.gate_cap_refusal(c private.gate_facts, t timestamptz, p_rule text, p_cap int, p_hours int,
  p_same_subject boolean, p_automated boolean, p_who text) returns private.gate_refusal
language plpgsql immutable as $$
declare
  v_count bigint;
  v_ends_at timestamptz;
begin
  if cardinality(c.attempt_at) < p_cap then
    return null;
  end if;
  -- p_hours null: ever. Attempts in the future, or without a date, count.
  select count(*), (array_agg(a.at order by a.at))[greatest(count(*) - p_cap + 1, 1)] into v_count, v_ends_at
  from unnest(c.attempt_at, c.attempt_channel, c.attempt_subject) a(at, channel, subject)
  where (p_hours is null or a.at > t - make_interval(hours => p_hours))
    and (not p_automated or coalesce(a.channel, 'voice_ai') = 'voice_ai')
    and (not p_same_subject or a.subject is null or c.subject is null or a.subject = c.subject);
  if v_count < p_cap then
    return null;
  end if;
  return row(p_rule, p_who || ' allows ' || p_cap || ' attempts'
      || case when p_hours is null then '' else ' in ' || p_hours || ' hours' end
      || case when p_same_subject then ' on one subject' else '' end || '; there were ' || v_count,
    case when p_hours is null or p_cap = 0 or v_ends_at is null then 'infinity'
      else v_ends_at + make_interval(hours => p_hours) end)::private.gate_refusal;
end
$$;
comment on function private.gate_cap_refusal(private.gate_facts, timestamptz, text, int, int, boolean, boolean,
  text) is
  'Checks one cap against the attempts on record: null below the cap; otherwise a reason that ends when the oldest '
  'excess attempt is p_hours old.';

create function private.gate_check_caps(c private.gate_facts, t timestamptz) returns private.gate_refusal[]
language plpgsql stable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v record;
  v_one private.gate_refusal;
begin
  if c.capped then
    for v in
      select l.state, l.cap_count, l.cap_hours, l.cap_same_subject,
        l.channel_classes = '{voice_automated}' as automated
      from public.calling_laws l
      where l.cap_count is not null and l.state = any (c.states)
        and l.channel_classes && private.gate_classes(c.channel)
        and (l.effective_from is null or (t at time zone c.zones[1])::date >= l.effective_from)
        and (l.effective_to is null or (t at time zone c.zones[1])::date <= l.effective_to)
      order by l.state
    loop
      if not c.history_known then
        r := r || row('history_unknown', v.state || ' limits the number of attempts, and the history is unknown',
          'infinity')::private.gate_refusal;
      else
        v_one := private.gate_cap_refusal(c, t, 'state_cap', v.cap_count, v.cap_hours, v.cap_same_subject,
          v.automated, v.state);
        if v_one.rule is not null then
          r := r || v_one;
        end if;
      end if;
    end loop;
  end if;
  if cardinality(c.attempt_at) > 0 or c.house ->> 'max_attempts_24h' = '0'
    or c.house ?| '{max_attempts_7d,max_attempts_total}' then
    v_one := private.gate_cap_refusal(c, t, 'house_cap', (c.house ->> 'max_attempts_24h')::int, 24, false, false,
      'the org');
    if v_one.rule is not null then
      r := r || v_one;
    end if;
    if c.house ? 'max_attempts_7d' then
      v_one := private.gate_cap_refusal(c, t, 'house_cap', (c.house ->> 'max_attempts_7d')::int, 168, false, false,
        'the org');
      if v_one.rule is not null then
        r := r || v_one;
      end if;
    end if;
    if c.house ? 'max_attempts_total' then
      v_one := private.gate_cap_refusal(c, t, 'house_cap', (c.house ->> 'max_attempts_total')::int, null, false,
        false, 'the org');
      if v_one.rule is not null then
        r := r || v_one;
      end if;
    end if;
  end if;
  return r;
end
$$;
comment on function private.gate_check_caps(private.gate_facts, timestamptz) is
  'Checks the caps of the states that the person could be in, and the org''s own. Calls and texts count together; '
  'inbound contacts and e-mail do not.';
