create function private.apply_call_event(p_org_id uuid, p_provider text, p_event jsonb, p_now timestamptz default
  now())
returns table (lead_id uuid, message_id uuid, outcome public.event_outcome)
language plpgsql volatile set search_path = '' as $$
#variable_conflict use_column
declare
  v_at constant timestamptz := (p_event ->> 'at')::timestamptz;
  v_inbound constant boolean := p_event ->> 'direction' = 'inbound';
  v_answered constant boolean := coalesce((p_event ->> 'answered')::boolean, false);
  v_key constant integer := private.active_key_id(p_org_id, 'data');
  v_transcript constant text := nullif(p_event ->> 'transcript', '');
  v_message public.messages;
  v_value bytea := private.contact_index(p_org_id, p_event ->> 'from');
  v_leads uuid[];
begin
  select m.* into v_message from public.messages m
  where m.org_id = p_org_id and m.id = private.find_message(p_org_id, p_provider, p_event ->> 'provider_id',
    (p_event ->> 'message_id')::uuid);
  if v_message.id is not null then
    perform private.apply_message_event(p_org_id, v_message.id, p_event ->> 'kind', v_at,
      jsonb_strip_nulls(jsonb_build_object(
      'cost_usd', (p_event ->> 'cost_usd')::numeric, 'provider_id', p_event ->> 'provider_id',
      'code', case when p_event ->> 'kind' = 'failed' then p_event ->> 'ended_reason' end)))
    where p_event ->> 'kind' is not null;
    v_value := coalesce(v_message.value_bidx, v_value);
    v_leads := array[v_message.lead_id];
  else
    select array_agg(f.lead_id) into v_leads from private.find_leads_by_contact(p_org_id, v_value) f;
  end if;
  insert into public.calls as c (org_id, lead_id, message_id, provider, provider_id, event_key, direction, at,
    ended_reason, answered,
    seconds, cost_usd, transcript_cipher, key_id)
  values (p_org_id, v_leads[1], v_message.id, p_provider, p_event ->> 'provider_id', p_event ->> 'key',
    p_event ->> 'direction', v_at,
    p_event ->> 'ended_reason', v_answered, (p_event ->> 'seconds')::integer, (p_event ->> 'cost_usd')::numeric,
    private.encrypt_value(v_transcript, private.org_key(p_org_id, v_key)), case when v_transcript is not null
      then v_key end)
  on conflict on constraint call_is_kept_once do update
    set lead_id = coalesce(c.lead_id, excluded.lead_id), message_id = coalesce(c.message_id, excluded.message_id);
  -- What the person said counts as a reply; our assistant's own lines are not included.
  if v_answered and v_value is not null and p_event ->> 'person_text' is not null then
    perform private.apply_reply_event(p_org_id, p_provider, p_event || jsonb_build_object('channel', 'voice_ai',
      'text', p_event ->> 'person_text',
      'value_bidx', encode(v_value, 'hex'), 'message_id', v_message.id), p_now);
  elsif v_inbound and v_leads is not null then
    insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, lead_id)
    select p_org_id, v_value, 'voice_manual', 'inbound', v_at, v_leads[1]
    where not private.has_attempt(p_org_id, v_value, 'voice_manual', v_at);
    perform private.mark_leads_replied(p_org_id, v_leads, v_at, '{"channel": "voice_manual", "request": "none"}');
    perform private.create_task(p_org_id, x, 'call_back', '{}', v_at) from unnest(v_leads) x;
  end if;
  return query select v_leads[1], v_message.id,
    case when v_leads is null and v_message.id is null then 'unmatched' else 'applied' end::public.event_outcome;
end
$$;
comment on function private.apply_call_event(uuid, text, jsonb, timestamptz) is
  'Applies an outbound phone call that ended, or an inbound one: settles its message with the cost, stores the '
  'transcript encrypted, reads the person''s lines as a reply, and creates a task to call back. Returns lead and '
  'message, or unmatched.';
