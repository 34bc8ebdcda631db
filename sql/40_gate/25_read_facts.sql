create function private.gate_read(p_facts jsonb, p_as_of timestamptz) returns private.gate_facts
language plpgsql stable as $$
declare
  c private.gate_facts;
  v_seller text;
  v_phone text;
  v_area text;
  v_dnc jsonb;
  v_message jsonb;
  v_reassigned jsonb;
  v_kind text;
  v_house record;
  v_place record;
  e jsonb;
begin
  c.as_of := p_as_of;
  c.unreadable := '{}';
  c.channel := case when p_facts ->> 'channel' in ('email', 'sms', 'voice_manual', 'voice_ai')
    then p_facts ->> 'channel' end;
  if c.channel is null then
    c.unreadable := c.unreadable || 'channel'::text;
  end if;
  v_seller := private.normalise_spacing(case when jsonb_typeof(p_facts -> 'seller') = 'string'
    then p_facts ->> 'seller' end);

  v_house := private.gate_read_org_rules(p_facts);
  c.house := v_house.house;
  c.unreadable := c.unreadable || v_house.unreadable;

  -- Purpose: marketing unless all facts say otherwise.
  v_message := p_facts -> 'message';
  if coalesce(jsonb_typeof(v_message), 'null') not in ('null', 'object') then
    c.unreadable := c.unreadable || 'message'::text;
    v_message := null;
  end if;
  c.message := case when jsonb_typeof(v_message) = 'object' then v_message else '{}' end;
  c.subject := private.normalise_spacing(case when jsonb_typeof(c.message -> 'subject') = 'string'
    then c.message ->> 'subject' end);
  v_kind := c.message ->> 'message_kind';
  if v_kind not in ('marketing', 'transactional', 'opt_out_confirmation') then
    c.unreadable := c.unreadable || 'message.message_kind'::text;
  end if;
  if p_facts ->> 'purpose' not in ('marketing', 'transactional') then
    c.unreadable := c.unreadable || 'purpose'::text;
  end if;
  c.purpose := case
    when v_kind = 'opt_out_confirmation' then 'confirmation'
    when p_facts ->> 'purpose' = 'transactional' and coalesce(v_kind, 'transactional') = 'transactional'
      and coalesce(c.message -> 'marketing_content', 'null') in ('false', 'null') then 'transactional'
    else 'marketing' end;

  -- Address of the contact point.
  if c.channel = 'email' then
    c.email_state := case
      when coalesce(jsonb_typeof(p_facts -> 'email'), 'null') = 'null' then 'missing'
      when jsonb_typeof(p_facts -> 'email') = 'string' and length(p_facts ->> 'email') <= 254
        and p_facts ->> 'email' ~ '^[^@\s<>(),;:"\\]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,'
          '61}[A-Za-z0-9])?[.])+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$'
        and p_facts ->> 'email' !~ '(^[.]|[.]@|[.][.])' then 'ok'
      else 'invalid' end;
  else
    v_phone := case when jsonb_typeof(p_facts -> 'phone') = 'string' then p_facts ->> 'phone' end;
    c.phone_state := case
      when coalesce(jsonb_typeof(p_facts -> 'phone'), 'null') = 'null' then 'missing'
      when v_phone ~ '^\+1[2-9]\d{9}$' then 'ok'
      when v_phone ~ '^\+[2-9]\d{6,14}$' then 'foreign'
      else 'invalid' end;
    if c.phone_state = 'ok' then
      v_area := substr(v_phone, 3, 3);
    end if;
    if coalesce(jsonb_typeof(p_facts -> 'line_type'), 'null') <> 'null' then
      c.line_type := p_facts ->> 'line_type';
      if c.line_type not in ('mobile', 'landline', 'fixedVoip', 'nonFixedVoip', 'personal', 'tollFree', 'premium',
        'sharedCost', 'uan', 'voicemail', 'pager', 'unknown') then
        c.unreadable := c.unreadable || 'line_type'::text;
        c.line_type := 'unknown';
      end if;
    end if;
    c.line_type := coalesce(c.line_type, 'unknown');
  end if;

  v_place := private.gate_places(p_facts, v_area, c.channel is distinct from 'email');
  c.zones := v_place.zones;
  c.states := v_place.states;
  c.everywhere := v_place.everywhere;
  if c.channel is distinct from 'email' then
    c.unreadable := c.unreadable || v_place.unreadable;
  end if;
  if c.channel <> 'email' and cardinality(c.states) = 1 then
    select case when s.mobile_ban and not s.consent_lifts_mobile_ban then s.state end,
      case when s.mobile_ban and s.consent_lifts_mobile_ban then s.state end, case when s.call_needs_written_consent then s.state end,
      case c.channel when 'sms' then s.internal_list_years_text else s.internal_list_years_call end,
      s.ebr_lifts_state_list, s.capped
    into c.mobile_ban_in, c.unsolicited_ban_in, c.written_consent_in, c.list_years, c.ebr_lifts_state_list, c.capped
    from public.state_rules s where s.state = c.states[1];
  elsif c.channel <> 'email' then
    select string_agg(s.state, ', ' order by s.state) filter (where s.mobile_ban and not s.consent_lifts_mobile_ban),
      string_agg(s.state, ', ' order by s.state) filter (where s.mobile_ban and s.consent_lifts_mobile_ban),
      string_agg(s.state, ', ' order by s.state) filter (where s.call_needs_written_consent),
      max(case c.channel when 'sms' then s.internal_list_years_text else s.internal_list_years_call end)::int,
      bool_and(s.ebr_lifts_state_list), bool_or(s.capped)
    into c.mobile_ban_in, c.unsolicited_ban_in, c.written_consent_in, c.list_years, c.ebr_lifts_state_list, c.capped
    from public.state_rules s where s.state = any (c.states);
  end if;
  if v_area is not null and not v_place.area_found then
    c.phone_state := case
      when v_area ~ '^8(00|33|44|55|66|77|88)$' then 'toll_free'
      when v_area = '900' then 'premium'
      -- Personal, fictional and other United States numbers without a location.
      when v_area ~ '^5(00|2[0-9]|33|44|55|66|77|88)$|^7[01]0$' then 'ok'
      else 'foreign' end;
  end if;

  c := private.gate_read_consent(c, p_facts -> 'consent', v_seller, v_phone);

  -- Lists.
  v_dnc := p_facts -> 'dnc';
  c.dnc_known := coalesce(jsonb_typeof(v_dnc) = 'object', false);
  if not c.dnc_known then
    if coalesce(jsonb_typeof(v_dnc), 'null') <> 'null' then
      c.unreadable := c.unreadable || 'dnc'::text;
    end if;
    v_dnc := '{}';
  end if;
  c.federal_listed := case when jsonb_typeof(v_dnc -> 'federal_listed') = 'boolean'
    then (v_dnc -> 'federal_listed')::boolean end;
  c.state_listed := case when jsonb_typeof(v_dnc -> 'state_listed') = 'boolean'
    then (v_dnc -> 'state_listed')::boolean end;
  c.internal_requested := coalesce(jsonb_typeof(v_dnc -> 'internal_request_at'), 'null') <> 'null';
  if c.internal_requested then
    c.internal_at := coalesce(private.read_instant(v_dnc -> 'internal_request_at'), 'infinity');
  end if;
  c.unsubscribed := coalesce(jsonb_typeof(v_dnc -> 'email_unsubscribed_at'), 'null') <> 'null';
  c.scrub_said := coalesce(jsonb_typeof(v_dnc -> 'scrubbed_at'), 'null') <> 'null';
  c.scrubbed_at := private.read_instant(v_dnc -> 'scrubbed_at');
  c.lookup_failed := coalesce(v_dnc -> 'lookup_error', 'null') not in ('null', 'false', '""');
  c.email_events := '{}';
  if c.channel = 'email' and coalesce(jsonb_typeof(v_dnc -> 'events'), 'null') <> 'null' then
    if jsonb_typeof(v_dnc -> 'events') = 'array' then
      for e in select v from jsonb_array_elements(v_dnc -> 'events') v loop
        c.email_events := c.email_events || coalesce(case jsonb_typeof(e)
          when 'string' then lower(e #>> '{}')
          when 'object' then lower(coalesce(e ->> 'event', e ->> 'type', e ->> 'kind', e ->> 'name'))
            || case when e ? 'event' and lower(e ->> 'type') in ('blocked', 'block', 'soft', 'transient') then ':soft'
              else '' end end,
          'unreadable');
      end loop;
    else
      c.unreadable := c.unreadable || 'dnc.events'::text;
    end if;
  end if;

  -- Anything but null: even an unreadable time says that a message waits.
  c.unread := coalesce(jsonb_typeof(p_facts -> 'unread_since'), 'null') <> 'null';

  v_reassigned := p_facts -> 'reassigned';
  if jsonb_typeof(v_reassigned) = 'object' then
    c.reassigned_answer := case when v_reassigned ->> 'answer' in ('yes', 'no', 'no_data_available')
      then v_reassigned ->> 'answer' end;
    c.reassigned_at := private.read_instant(v_reassigned -> 'asked_at');
    c.reassigned_since := (private.read_instant(v_reassigned -> 'since') at time zone 'UTC')::date;
    c.reassigned_failed := coalesce(v_reassigned -> 'failed' = 'true', false);
    if c.reassigned_answer is null and coalesce(jsonb_typeof(v_reassigned -> 'answer'), 'null') <> 'null' then
      c.unreadable := c.unreadable || 'reassigned.answer'::text;
    end if;
  elsif coalesce(jsonb_typeof(v_reassigned), 'null') <> 'null' then
    c.unreadable := c.unreadable || 'reassigned'::text;
  end if;

  -- The latest opt-out of any kind, which a confirmation would confirm.
  c.opted_out_at := greatest(c.revoked_at, c.internal_at);
  c := private.gate_read_history(c, p_facts -> 'history');

  c.emergencies := '{}';
  if jsonb_typeof(p_facts -> 'emergencies') = 'array' then
    if p_facts -> 'emergencies' <> '[]' then
      select array_agg(coalesce(r.state, '?')) into c.emergencies
      from jsonb_array_elements_text(p_facts -> 'emergencies') s
      left join public.state_rules r on r.state = upper(btrim(s)) or upper(r.name) = upper(btrim(s));
      if '?' = any (c.emergencies) and c.channel is distinct from 'email' then
        c.unreadable := c.unreadable || 'emergencies'::text;
      end if;
    end if;
  elsif coalesce(jsonb_typeof(p_facts -> 'emergencies'), 'null') <> 'null' and c.channel is distinct from 'email' then
    c.unreadable := c.unreadable || 'emergencies'::text;
  end if;
  return c;
end
$$;
comment on function private.gate_read(jsonb, timestamptz) is
  'Reads the facts once; never raises, whatever they contain.';
