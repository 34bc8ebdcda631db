create function private.gate_read_history(inout c private.gate_facts, p_history jsonb)
language plpgsql immutable as $$
declare
  e jsonb;
  v_at timestamptz;
  v_channel text;
  v_direction text;
  v_body text;
  v_start timestamptz;
  v_keyword boolean;
  v_replies jsonb[];
  v_unreadable boolean;
  v_stops jsonb := '[]'::jsonb;
begin
  c.attempt_at := '{}'; c.attempt_channel := '{}'; c.attempt_subject := '{}';
  c.opted_out := false;
  c.history_known := jsonb_typeof(p_history) = 'array';
  if not coalesce(c.history_known, false) then
    c.history_known := false;
    if coalesce(jsonb_typeof(p_history), 'null') <> 'null' then
      c.unreadable := c.unreadable || 'history'::text;
    end if;
    return;
  end if;
  if p_history = '[]' then
    return;
  end if;
  -- An entry that is neither outbound nor inbound counts as both: an attempt, and possibly an opt-out. A date without
  -- a time may be any time of that day, and an entry without a date counts as now.
  select coalesce(array_agg(coalesce(x.at + case when x.day_only then interval '24 hours' else interval '0' end,
    'infinity')) filter (where x.attempt), '{}'),
    coalesce(array_agg(x.channel) filter (where x.attempt), '{}'),
    coalesce(array_agg(private.normalise_spacing(x.subject)) filter (where x.attempt), '{}'),
    coalesce(array_agg(x.h) filter (where not x.quiet), '{}'),
    count(*) filter (where not x.readable) > 0
  into c.attempt_at, c.attempt_channel, c.attempt_subject, v_replies, v_unreadable
  from (
    select h, private.read_instant(h -> 'at') as at, length(h ->> 'at') = 10 as day_only,
      case when h ->> 'channel' in ('email', 'sms', 'voice_manual', 'voice_ai') then h ->> 'channel' end as channel,
      case when jsonb_typeof(h -> 'subject') = 'string' then h ->> 'subject' end as subject,
      jsonb_typeof(h) = 'object' as readable,
      jsonb_typeof(h) = 'object' and h ->> 'direction' is distinct from 'inbound' and h ->> 'channel' is distinct
        from 'email' as attempt,
      jsonb_typeof(h) <> 'object' or h ->> 'direction' is not distinct from 'outbound' as quiet
    from jsonb_array_elements(p_history) h
  ) x;
  if v_unreadable then
    c.unreadable := c.unreadable || 'history'::text;
  end if;
  foreach e in array v_replies loop
    v_at := private.read_instant(e -> 'at');
    v_channel := case when e ->> 'channel' in ('email', 'sms', 'voice_manual', 'voice_ai') then e ->> 'channel' end;
    v_direction := e ->> 'direction';
    if v_direction is distinct from 'outbound' and coalesce(jsonb_typeof(e -> 'body'), 'null') not in ('string',
      'null') then
      c.unreadable := c.unreadable || 'history.body'::text;
    elsif v_direction is distinct from 'outbound' and jsonb_typeof(e -> 'body') = 'string' then
      v_body := e ->> 'body';
      -- The keyword itself, as our own records store it, needs no parsing.
      if v_body = 'STOP' and v_channel = 'sms' then
        v_stops := v_stops || jsonb_build_object('at', coalesce(v_at, 'infinity'), 'keyword', true, 'ends',
          '{sms,voice_ai}'::text[]);
      elsif private.is_opt_out(v_body) then
        v_keyword := coalesce(v_channel = 'sms', false)
          and private.is_stop_keyword(private.normalise_reply(v_body));
        v_stops := v_stops || jsonb_build_object('at', coalesce(v_at, 'infinity'), 'keyword', v_keyword,
          'ends', private.opt_out_reach(v_body, v_channel));
      elsif v_channel = 'sms' and v_at <= c.as_of and private.is_opt_in_keyword(v_body) then
        v_start := greatest(v_start, v_at);
      end if;
    end if;
  end loop;
  if v_stops <> '[]' then
    -- Each opt-out applies until START reverses a keyword, or until a later signed consent reverses any.
    select bool_or((s -> 'ends') ? c.channel
        and not ((s -> 'keyword') = 'true' and coalesce(v_start > (s ->> 'at')::timestamptz, false))
        and not (c.signed_agreement and coalesce(c.consent_at > (s ->> 'at')::timestamptz, false))),
      greatest(c.opted_out_at, max((s ->> 'at')::timestamptz))
    into c.opted_out, c.opted_out_at
    from jsonb_array_elements(v_stops) s;
  end if;
end
$$;
comment on function private.gate_read_history(private.gate_facts, jsonb) is
  'Reads the fact `history`: outbound attempts on the phone channels, and inbound messages that opt out. Entries '
  'without a date count as now, permanently.';
