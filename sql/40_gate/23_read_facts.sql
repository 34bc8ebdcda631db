create function private.gate_read_consent(inout c private.gate_facts, p_consent jsonb, p_seller text, p_phone text)
language plpgsql immutable as $$
declare
  v_type text;
  v_seller boolean;
  v_phone boolean;
  v_signed boolean;
  v_fault text[] := '{}'::text[];
  v_via text;
  v_scope text;
  v_reach text[];
  v_last timestamptz;
begin
  c.consent_faults := '{consent_missing}';
  c.written_consent := false; c.written_for_calls := false; c.signed_agreement := false; c.given_consent := false;
  c.revoked := false;
  if coalesce(jsonb_typeof(p_consent), 'null') = 'null' then
    return;
  elsif jsonb_typeof(p_consent) <> 'object' then
    c.unreadable := c.unreadable || 'consent'::text;
    return;
  end if;
  v_type := case when jsonb_typeof(p_consent -> 'type') = 'string' then p_consent ->> 'type' end;
  c.consent_type := case when v_type in ('none', 'pec', 'pewc', 'ebr_purchase', 'ebr_inquiry') then v_type else 'none' end;
  v_seller := coalesce(p_seller = private.normalise_spacing(
    case when jsonb_typeof(p_consent -> 'seller') = 'string' then p_consent ->> 'seller' end), false);
  -- A flag, or the number itself.
  v_phone := coalesce(p_consent -> 'phone_covered' = 'true' or p_consent ->> 'phone_covered' = p_phone, false);
  v_signed := coalesce(p_consent -> 'signature' = 'true', false)
    or (coalesce(jsonb_typeof(p_consent -> 'signature') = 'string', false)
      and lower(btrim(p_consent ->> 'signature')) not in ('', 'false', 'none', 'no', 'null', 'missing', 'unsigned', 'unknown', 'n/a', 'oral', 'verbal')
      and lower(p_consent ->> 'signature') !~ 'pre.?(checked|ticked|selected)');

  -- Revocation first: what nobody can date has happened.
  if coalesce(jsonb_typeof(p_consent -> 'revoked_at'), 'null') <> 'null'
    or (not p_consent ? 'revoked_at' and coalesce(p_consent ->> 'revoked_via', '') <> '') then
    c.revoked_at := coalesce(private.read_instant(p_consent -> 'revoked_at'), 'infinity');
    v_via := lower(coalesce(p_consent ->> 'revoked_via', ''));
    v_scope := lower(coalesce(p_consent ->> 'revoked_scope', ''));
    v_reach := case
      when v_scope not in ('channel', 'matter') then '{email,sms,voice_manual,voice_ai}'
      when v_via ~ '(^|[^a-z])(sms|text|stop|mms)' then '{sms,voice_ai}'
      when v_via ~ '(^|[^a-z])(voice|call|phone|spoken|oral|verbal|telephone|agent)' then '{sms,voice_manual,voice_ai}'
      when v_via ~ 'unsubscribe|one.?click' then '{email}'
      -- Any reasonable means: a mail or a form can end texts and automated calls, too.
      when v_via ~ '(mail|web|form|link)' then '{email,sms,voice_ai}'
      else '{email,sms,voice_manual,voice_ai}' end::text[];
    c.revoked := c.channel is null or c.channel = any (v_reach);
  end if;

  if c.consent_type in ('pec', 'pewc') then
    c.consent_at := private.read_instant(p_consent -> 'obtained_at');
    -- A grant later than the revocation is a new consent.
    if c.revoked and c.consent_at > c.revoked_at then
      c.revoked := false;
    end if;
    if c.consent_at is null then v_fault := v_fault || 'consent_undated'::text; end if;
    if c.consent_at > c.as_of then v_fault := v_fault || 'consent_in_the_future'::text; end if;
    if not v_seller then v_fault := v_fault || 'consent_for_another_seller'::text; end if;
    if not v_phone then v_fault := v_fault || 'consent_without_this_number'::text; end if;
    if c.revoked then v_fault := v_fault || 'consent_revoked'::text; end if;
    if c.consent_at + make_interval(months => (c.house ->> 'consent_max_age_months')::int) < c.as_of then
      v_fault := v_fault || 'house_consent_stale'::text;
    end if;
    c.given_consent := v_fault = '{}';
    if not v_signed then v_fault := v_fault || 'consent_unsigned'::text; end if;
    c.signed_agreement := v_fault = '{}';
    if p_consent -> 'not_condition_of_purchase' is distinct from 'true' then
      v_fault := v_fault || 'consent_condition_of_purchase'::text;
    end if;
    if c.consent_type <> 'pewc' then v_fault := 'consent_not_written'::text || v_fault; end if;
    c.written_for_calls := v_fault = '{}';
    if p_consent -> 'automated_disclosed' is distinct from 'true' then
      v_fault := v_fault || 'consent_without_automation'::text;
    end if;
    c.written_consent := v_fault = '{}';
    c.consent_faults := v_fault;
  elsif c.consent_type in ('ebr_purchase', 'ebr_inquiry') then
    v_last := private.read_instant(case c.consent_type
      when 'ebr_purchase' then p_consent -> 'last_transaction_at' else p_consent -> 'last_inquiry_at' end);
    c.consent_faults := '{relationship_is_no_consent}';
    -- Calendar months in UTC; the last second of the last day counts.
    if v_seller and not c.revoked and v_last <= c.as_of then
      c.ebr_from := v_last;
      c.ebr_until := (v_last at time zone 'UTC'
        + case c.consent_type when 'ebr_purchase' then interval '18 months' else interval '3 months' end) at time zone 'UTC';
      -- For a message about the matter, having given this number in the course of it is consent.
      c.given_consent := v_phone and c.ebr_until >= c.as_of;
    end if;
    if not v_seller then c.consent_faults := c.consent_faults || 'consent_for_another_seller'::text; end if;
    if c.revoked then c.consent_faults := c.consent_faults || 'consent_revoked'::text; end if;
  elsif c.revoked then
    c.consent_faults := '{consent_missing,consent_revoked}';
  end if;
end
$$;
comment on function private.gate_read_consent(private.gate_facts, jsonb, text, text) is
  'Reads the fact `consent`: what kind it is, what it lacks as written consent to automated marketing, whether it is revoked for this channel, how long a relationship lasts.';

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
  -- What is neither outbound nor inbound counts as both: an attempt, and maybe an opt-out. A date alone may be any
  -- time of that day, and what cannot be dated counts as now.
  select coalesce(array_agg(coalesce(x.at + case when x.day_only then interval '24 hours' else interval '0' end, 'infinity')) filter (where x.attempt), '{}'),
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
      jsonb_typeof(h) = 'object' and h ->> 'direction' is distinct from 'inbound' and h ->> 'channel' is distinct from 'email' as attempt,
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
    if v_direction is distinct from 'outbound' and coalesce(jsonb_typeof(e -> 'body'), 'null') not in ('string', 'null') then
      c.unreadable := c.unreadable || 'history.body'::text;
    elsif v_direction is distinct from 'outbound' and jsonb_typeof(e -> 'body') = 'string' then
      v_body := e ->> 'body';
      -- The keyword itself, as our own record has it, needs no reading.
      if v_body = 'STOP' and v_channel = 'sms' then
        v_stops := v_stops || jsonb_build_object('at', coalesce(v_at, 'infinity'), 'keyword', true, 'ends', '{sms,voice_ai}'::text[]);
      elsif private.is_opt_out(v_body) then
        v_keyword := coalesce(v_channel = 'sms', false)
          and private.is_stop_keyword(replace(private.normalise_reply(v_body), '|', ' '));
        v_stops := v_stops || jsonb_build_object('at', coalesce(v_at, 'infinity'), 'keyword', v_keyword,
          'ends', private.opt_out_reach(v_body, v_channel));
      elsif v_channel = 'sms' and v_at <= c.as_of and private.is_opt_in_keyword(v_body) then
        v_start := greatest(v_start, v_at);
      end if;
    end if;
  end loop;
  if v_stops <> '[]' then
    -- Each stands until START takes back a keyword, or a later signed consent takes back any.
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
  'Reads the fact `history`: outbound attempts on the phone channels, and inbound messages that opt out. What cannot be dated counts as now and for good.';

create function private.gate_read(p_facts jsonb, p_as_of timestamptz) returns private.gate_facts
language plpgsql stable as $$
declare
  c private.gate_facts;
  v_seller text;
  v_phone text;
  v_area text;
  v_dnc jsonb;
  v_message jsonb;
  v_kind text;
  v_house record;
  v_place record;
  e jsonb;
begin
  c.as_of := p_as_of;
  c.unreadable := '{}';
  c.channel := case when p_facts ->> 'channel' in ('email', 'sms', 'voice_manual', 'voice_ai') then p_facts ->> 'channel' end;
  if c.channel is null then
    c.unreadable := c.unreadable || 'channel'::text;
  end if;
  v_seller := private.normalise_spacing(case when jsonb_typeof(p_facts -> 'seller') = 'string' then p_facts ->> 'seller' end);

  v_house := private.gate_read_house(p_facts);
  c.house := v_house.house;
  c.unreadable := c.unreadable || v_house.unreadable;

  -- Purpose: marketing unless everything says otherwise.
  v_message := p_facts -> 'message';
  if coalesce(jsonb_typeof(v_message), 'null') not in ('null', 'object') then
    c.unreadable := c.unreadable || 'message'::text;
    v_message := null;
  end if;
  c.message := case when jsonb_typeof(v_message) = 'object' then v_message else '{}' end;
  c.subject := private.normalise_spacing(case when jsonb_typeof(c.message -> 'subject') = 'string' then c.message ->> 'subject' end);
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
        and p_facts ->> 'email' ~ '^[^@\s<>(),;:"\\]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?[.])+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$'
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
    select case when s.mobile_ban then s.state end, case when s.call_needs_written_consent then s.state end,
      case c.channel when 'sms' then s.internal_list_years_text else s.internal_list_years_call end,
      s.ebr_lifts_state_list, s.capped
    into c.mobile_ban_in, c.written_consent_in, c.list_years, c.ebr_lifts_state_list, c.capped
    from public.state_rules s where s.state = c.states[1];
  elsif c.channel <> 'email' then
    select string_agg(s.state, ', ' order by s.state) filter (where s.mobile_ban),
      string_agg(s.state, ', ' order by s.state) filter (where s.call_needs_written_consent),
      max(case c.channel when 'sms' then s.internal_list_years_text else s.internal_list_years_call end)::int,
      bool_and(s.ebr_lifts_state_list), bool_or(s.capped)
    into c.mobile_ban_in, c.written_consent_in, c.list_years, c.ebr_lifts_state_list, c.capped
    from public.state_rules s where s.state = any (c.states);
  end if;
  if v_area is not null and not v_place.area_found then
    c.phone_state := case
      when v_area ~ '^8(00|33|44|55|66|77|88)$' then 'toll_free'
      when v_area = '900' then 'premium'
      -- Personal, fictional and other numbers of the United States without a place.
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
  c.federal_listed := case when jsonb_typeof(v_dnc -> 'federal_listed') = 'boolean' then (v_dnc -> 'federal_listed')::boolean end;
  c.state_listed := case when jsonb_typeof(v_dnc -> 'state_listed') = 'boolean' then (v_dnc -> 'state_listed')::boolean end;
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
            || case when e ? 'event' and lower(e ->> 'type') in ('blocked', 'block', 'soft', 'transient') then ':soft' else '' end end,
          'unreadable');
      end loop;
    else
      c.unreadable := c.unreadable || 'dnc.events'::text;
    end if;
  end if;

  -- The latest opt-out of any kind: what a confirmation confirms.
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
comment on function private.gate_read(jsonb, timestamptz) is 'Reads the facts once; never raises, whatever they hold.';
