-- A reply and all of its effects, in the transaction of its event.

create function private.has_attempt(p_org_id uuid, p_value_bidx bytea, p_channel text, p_at timestamptz) returns
  boolean
language sql stable set search_path = '' as $$
  select exists (select from public.contact_attempts a
    where a.org_id = p_org_id and a.value_bidx = p_value_bidx and a.at = p_at and a.channel = p_channel
      and a.direction = 'inbound')
$$;
comment on function private.has_attempt(uuid, bytea, text, timestamptz) is
  'Whether this inbound contact is on record already.';

create function private.apply_latest_keyword(p_org_id uuid, p_value_bidx bytea, p_channel text, p_keyword text,
  p_at timestamptz) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_later timestamptz;
begin
  select max(a.at) into v_later from public.contact_attempts a
  where a.org_id = p_org_id and a.value_bidx = p_value_bidx and a.at > p_at
    and a.keyword = case p_keyword when 'stop' then 'start' when 'start' then 'stop' end;
  if v_later is null then
    return;
  elsif p_keyword = 'stop' then
    perform private.record_opt_in(p_org_id, p_value_bidx, 'reply START', v_later);
  else
    perform private.record_opt_out(p_org_id, p_value_bidx, 'phone', p_channel, 'reply by ' || p_channel, null,
      'stop_keyword', p_provider_confirms => true, p_as_of => v_later);
  end if;
end
$$;
comment on function private.apply_latest_keyword(uuid, bytea, text, text, timestamptz) is
  'STOP and START events that arrive in the wrong order: the later message decides.';

create function private.queue_text_answer(
  p_org_id uuid, p_lead_id uuid, p_contact_point_id bigint, p_kind text, p_text text, p_in_reply_to text,
    p_as_of timestamptz default now()
) returns uuid
language plpgsql volatile set search_path = '' as $$
begin
  return private.queue_message(p_org_id, p_lead_id, p_contact_point_id, 'sms', p_kind, p_text, p_in_reply_to, p_as_of);
exception when sqlstate 'SL533' then
  -- The org has no sender for texts, so it cannot answer; the request was carried out all the same.
  raise warning 'could not answer by text: %', sqlerrm;
  return null;
end
$$;
comment on function private.queue_text_answer(uuid, uuid, bigint, text, text, text, timestamptz) is
  'Queues the confirmation of an opt-out or the answer to HELP, once; null if the org has no sender for texts.';

create function private.apply_reply_event(p_org_id uuid, p_provider text, p_event jsonb, p_now timestamptz default
  now())
returns table (lead_id uuid, outcome public.event_outcome)
language plpgsql volatile set search_path = '' as $$
#variable_conflict use_column
declare
  v_at constant timestamptz := (p_event ->> 'at')::timestamptz;
  v_channel constant text := p_event ->> 'channel';
  v_kind constant public.contact_kind := case v_channel when 'email' then 'email'
    else 'phone' end::public.contact_kind;
  v_value constant bytea := coalesce(decode(p_event ->> 'value_bidx', 'hex'), private.known_contact_index(p_org_id,
    p_event ->> 'from'));
  v_key constant integer := private.active_key_id(p_org_id, 'data');
  v_text constant text := coalesce(p_event ->> 'text', '');
  v_label public.reply_label;
  v_message public.messages;
  v_leads uuid[];
  v_points bigint[];
  v_campaign uuid;
  v_answer jsonb;
  v_request text;
  v_keyword text;
  v_by text;
  v_meant uuid;
  v_replies bigint[];
  v_is_possible boolean;
begin
  -- Serialised per number: the last of STOP and START decides.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice reply %s %s', p_org_id, encode(v_value, 'hex')), 0));
  select m.* into v_message from public.messages m
  where m.org_id = p_org_id and m.id = private.find_message(p_org_id,
    -- A reply may arrive through another provider than the one that sent the message.
    coalesce((select min(s.provider) from public.senders s where s.org_id = p_org_id and s.channel = v_channel),
      p_provider),
    case when v_channel = 'sms' then null else p_event ->> 'provider_id' end, (p_event ->> 'message_id')::uuid);
  if v_message.id is null and p_event ? 'references' and v_channel = 'email' then
    select m.* into v_message from public.messages m
    where m.org_id = p_org_id and m.channel = 'email' and m.provider_id in (
      select x from jsonb_array_elements_text(p_event -> 'references') x)
    order by m.created_at desc limit 1;
  end if;
  if p_event ? 'automatic' then
    -- Not written by a person: it neither counts as a reply nor stops anything.
    if p_event ->> 'automatic' = 'closed' then
      perform private.record_contact_feedback(p_org_id, x, 'email', 'invalid', 'email', 'automatic answer', v_at)
      from (select v_value union select v_message.value_bidx where v_message.channel = 'email') c (x)
      where v_channel = 'email';
      return query select v_message.lead_id, 'applied'::public.event_outcome;
    else
      return query select v_message.lead_id, 'ignored'::public.event_outcome;
    end if;
    return;
  end if;
  select array_agg(f.lead_id), array_agg(f.contact_point_id), (array_agg(f.campaign_id))[1] into v_leads, v_points,
    v_campaign
  from private.find_leads_by_contact(p_org_id, v_value, v_message.id) f;

  -- A wrong number is about the message that it answers, otherwise about the lead contacted last.
  v_meant := coalesce(v_message.lead_id, (select a.lead_id from public.contact_attempts a
    where a.org_id = p_org_id and a.value_bidx = v_value and a.direction = 'outbound' and a.at <= v_at
      and a.lead_id = any (v_leads)
    order by a.at desc, a.id desc limit 1), v_leads[1]);
  -- START lifts a wish, so it counts from the provider that carries the texts. Whoever signs for a source of the org (a
  -- list vendor may) can add opt-outs and lift none: its START is a reply.
  v_answer := case when p_provider = 'generic' and (p_event #>> '{reading,request}' = 'opt_in'
      or private.is_opt_in_keyword(v_text)) then '{"kind": "none"}'
    else private.record_reply_opt_out(p_org_id, v_value, v_kind, v_channel, v_text, p_event ->> 'opt_out_type',
      coalesce((p_event ->> 'model_says_opt_out')::boolean, false), p_event -> 'reading', v_meant, v_at) end;
  v_request := v_answer ->> 'kind';
  if v_request in ('opt_out', 'wrong_contact') and v_message.value_bidx <> v_value then
    -- The person answered from another address than the one we wrote to.
    perform private.record_reply_opt_out(p_org_id, v_message.value_bidx, case v_message.channel when 'email'
      then 'email' else 'phone' end::public.contact_kind, v_message.channel, v_text, null,
      v_request = 'opt_out', p_event -> 'reading', v_message.lead_id, v_at);
  end if;
  -- The gate reads the request as one about the whole channel; a narrower one is kept as suppressions alone.
  v_keyword := case when v_answer ->> 'keyword' <> 'opt_out' or v_answer -> 'channels' @> to_jsonb(
    private.opt_out_reach('', v_channel)) then v_answer ->> 'keyword' end;
  insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, campaign_id, lead_id, keyword)
  select p_org_id, v_value, v_channel, 'inbound', v_at, v_campaign, v_leads[1], v_keyword
  where not private.has_attempt(p_org_id, v_value, v_channel, v_at);
  v_is_possible := v_request = 'none' and (coalesce((p_event #>> '{reading,possible}')::boolean, false)
    or coalesce((p_event #>> '{reading,unread}')::boolean, false));
  if v_leads is null then
    perform private.apply_latest_keyword(p_org_id, v_value, v_channel, v_keyword, v_at);
    if v_is_possible and v_value is not null then
      perform private.hold_unknown(p_org_id, v_value, (p_event ->> 'inbox_id')::bigint, v_at);
    end if;
    return query select null::uuid, 'unmatched'::public.event_outcome;
    return;
  end if;

  v_label := case v_request when 'opt_out' then 'opt_out' when 'wrong_contact' then 'wrong_person'
    else (p_event ->> 'label') end::public.reply_label;
  v_by := coalesce(v_answer ->> 'by', 'rules');
  with kept as (
    insert into public.replies (org_id, lead_id, contact_point_id, value_bidx, channel, provider, event_key, at,
      request,
      text_cipher, key_id, message_id, campaign_id, label, labelled_by, labelled_at)
    select p_org_id, f.lead_id, f.contact_point_id, v_value, v_channel, p_provider, p_event ->> 'key', v_at, v_request,
      private.encrypt_value(nullif(v_text, ''), private.org_key(p_org_id, v_key)), case when v_text <> ''
        then v_key end,
      case when v_message.lead_id = f.lead_id then v_message.id end, l.campaign_id,
      v_label, case when v_label is not null then v_by end, case when v_label is not null then p_now end
    from unnest(v_leads, v_points) f (lead_id, contact_point_id)
    join public.leads l on l.org_id = p_org_id and l.id = f.lead_id
    on conflict on constraint reply_is_kept_once_per_lead do nothing
    returning id
  )
  select array_agg(k.id) into v_replies from kept k;
  -- START and HELP are commands to the system, not replies to our message; after a wrong number, the lead's next
  -- number is used.
  if v_request in ('none', 'opt_out') then
    perform private.mark_leads_replied(p_org_id, v_leads, v_at, jsonb_build_object('channel', v_channel, 'request',
      v_request));
  end if;
  perform private.stop_drawn_runs(p_org_id, v_meant, 'wrong_contact', v_at) where v_request = 'wrong_contact';
  perform private.apply_latest_keyword(p_org_id, v_value, v_channel, v_keyword, v_at);
  -- A lead that ended one channel and stays in work waits for a person, like one that only answered. A person also looks
  -- at each wish that the learned reader added, and at those that it finds likely but did not carry out.
  perform private.create_task(p_org_id, l.id, 'answer_reply', jsonb_strip_nulls(jsonb_build_object('channel', v_channel,
    'request', nullif(v_request, 'none'), 'read_by', nullif(v_by, 'rules'),
    'possible_wish', case when v_request = 'none' then nullif((p_event #>> '{reading,possible}')::boolean, false) end,
    'unread', nullif((p_event #>> '{reading,unread}')::boolean, false))), v_at)
  from public.leads l
  where l.org_id = p_org_id and l.id = any (v_leads)
    and (v_request = 'none'
      or (v_request = 'opt_out' and v_answer ->> 'keyword' <> 'stop'
        and (l.campaign_status <> 'opted_out' or v_by = 'learned')));
  if v_is_possible then
    perform private.hold_for_possible_wish(p_org_id, v_value, v_leads, v_at);
  end if;
  if v_answer #>> '{confirmation,text}' is not null and (v_answer #>> '{confirmation,not_after}')::timestamptz >=
    p_now and v_points[1] is not null then
    perform private.queue_text_answer(p_org_id, v_leads[1], v_points[1], 'confirmation',
      v_answer #>> '{confirmation,text}', p_event ->> 'key', p_now);
  elsif v_request = 'help' and v_answer ->> 'answer' is not null and v_points[1] is not null then
    perform private.queue_text_answer(p_org_id, v_leads[1], v_points[1], 'help', v_answer ->> 'answer',
      p_event ->> 'key', p_now);
  end if;
  perform private.announce(p_org_id, 'reply.received', jsonb_strip_nulls(jsonb_build_object('reply_id', r.id,
    'lead_id', r.lead_id,
      'broker_id', l.assigned_broker_id, 'campaign_id', r.campaign_id, 'message_id', r.message_id, 'channel',
        r.channel, 'request', r.request,
      'label', r.label, 'at', r.at)), p_now, private.lead_correlation(r.org_id, r.lead_id))
  from public.replies r
  join public.leads l on l.org_id = r.org_id and l.id = r.lead_id
  where r.org_id = p_org_id and r.id = any (v_replies);
  -- A model may read what the rules could not.
  perform private.send_job('triage', jsonb_build_object('reply_id', v_replies[1]::text, 'org_id', p_org_id),
    p_org_id::text || v_replies[1])
  where v_request = 'none' and v_label is null and v_text <> '' and v_replies is not null
    and coalesce((p_event ->> 'triage')::boolean, false);
  return query select x, 'applied'::public.event_outcome from unnest(v_leads[1:1]) x;
end
$$;
comment on function private.apply_reply_event(uuid, text, jsonb, timestamptz) is
  'Applies a reply {key, at, channel, from or value_bidx, text, message_id, provider_id, opt_out_type, label, '
  'reading}: carries out opt-out, START, HELP and wrong number, stores the text for each of its leads, stops their '
  'sequences, marks them as replied, and notifies broker and subscribers. Returns the first lead, or unmatched: the '
  'opt-out of an unknown value takes effect all the same.';
