-- From a delivery to its effects. The worker that inserts an event under its key is the one that applies it. Events
-- and the delivery's state are written in one transaction, so a crash leaves nothing half done.

create function private.is_scanned(p_org_id uuid, p_message_id uuid, p_at timestamptz, p_link text,
  p_delivered_at timestamptz) returns boolean
language sql stable set search_path = '' as $$
  select p_at < p_delivered_at + interval '10 seconds'
    or (p_at < p_delivered_at + interval '10 minutes' and exists (
      select from public.webhook_events e
      where e.org_id = p_org_id and e.message_id = p_message_id and e.detail ->> 'link' <> p_link
        and e.at between p_at - interval '10 seconds' and p_at + interval '10 seconds'))
$$;
comment on function private.is_scanned(uuid, uuid, timestamptz, text, timestamptz) is
  'Whether a click is a scanner''s: within ten seconds of the delivery, or within ten minutes and with another link '
  'of the same message clicked within ten seconds. People do not open all links at once.';

create function private.settle_clicks(p_org_id uuid, p_message_id uuid) returns void
language sql volatile set search_path = '' as $$
  update public.messages m set clicked_at = c.by_people, machine_clicked_at = c.by_machines
  from (
    select min(x.at) filter (where not x.machine) as by_people, min(x.at) filter (where x.machine) as by_machines
    from (
      select e.at, coalesce(e.detail ->> 'machine' = 'true', false) or private.is_scanned(o.org_id, o.id, e.at, e.detail ->> 'link',
        o.delivered_at) as machine
      from public.messages o
      join public.webhook_events e on e.org_id = o.org_id and e.message_id = o.id and e.detail ? 'link'
      where o.org_id = p_org_id and o.id = p_message_id and (o.delivered_at is not null or e.detail -> 'machine' = 'true')
    ) x
    having count(*) > 0) c
  where m.org_id = p_org_id and m.id = p_message_id
    and (m.clicked_at, m.machine_clicked_at) is distinct from (c.by_people, c.by_machines)
$$;
comment on function private.settle_clicks(uuid, uuid) is
  'Sets the clicks of a message from all of its events: a later click may show that an earlier one was a scanner''s.';

create function private.apply_inbox_message_event(p_org_id uuid, p_message_id uuid, p_event_id bigint, p_kind text,
  p_at timestamptz, p_detail jsonb)
returns public.event_outcome
language plpgsql volatile set search_path = '' as $$
declare
  v_delivered timestamptz;
  v_outcome public.event_outcome;
begin
  if p_kind = 'clicked' and p_detail ->> 'machine' = 'false' then
    -- Lock first: either we see the delivery report, or the transaction that records it sees this click waiting.
    perform private.lock_messages(p_org_id, array[p_message_id]);
    select m.delivered_at into v_delivered from public.messages m where m.org_id = p_org_id and m.id = p_message_id;
    if v_delivered is null then
      return 'waiting'::public.event_outcome;
    end if;
    p_detail := p_detail || jsonb_build_object('machine', private.is_scanned(p_org_id, p_message_id, p_at,
      p_detail ->> 'link', v_delivered));
  end if;
  v_outcome := case private.apply_message_event(p_org_id, p_message_id, p_kind, p_at, p_detail)
    when 'unknown' then 'unmatched' when 'ignored' then 'ignored' else 'applied' end::public.event_outcome;
  if p_kind = 'clicked' and p_detail ->> 'link' is not null then
    perform private.settle_clicks(p_org_id, p_message_id);
  end if;
  if p_kind = 'delivered' then
    perform private.apply_inbox_message_event(p_org_id, p_message_id, e.id, 'clicked', e.at, e.detail)
    from public.webhook_events e
    where e.org_id = p_org_id and e.message_id = p_message_id and e.outcome = 'waiting' and e.id <> p_event_id;
    update public.webhook_events e set outcome = 'applied'
    where e.org_id = p_org_id and e.message_id = p_message_id and e.outcome = 'waiting' and e.id <> p_event_id;
    -- An earlier delivery may be reported later.
    perform private.settle_clicks(p_org_id, p_message_id);
  end if;
  return v_outcome;
end
$$;
comment on function private.apply_inbox_message_event(uuid, uuid, bigint, text, timestamptz, jsonb) is
  'Applies one event of a message. A click within ten seconds of the delivery is a scanner''s; a click reported '
  'before its delivery waits for it, so that the order of reports does not matter.';

create function private.apply_webhook_events(p_org_id uuid, p_inbox_ids bigint[], p_events jsonb, p_now timestamptz
  default now(), p_close boolean default true) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_new jsonb;
  v record;
  v_lead uuid;
  v_message uuid;
  v_outcome public.event_outcome;
  v_counts jsonb;
begin
  -- The worker that locks them processes them; a second worker finds nothing left to do.
  perform from public.webhook_inbox i
  where i.org_id = p_org_id and i.id = any (p_inbox_ids) and i.state = 'received' order by i.id for update;
  with given as (
    select distinct on (e ->> 'provider', e ->> 'key') e
    from jsonb_array_elements(p_events) e
    join public.webhook_inbox i on i.org_id = p_org_id and i.id = (e ->> 'inbox_id')::bigint and i.state = 'received'
    order by e ->> 'provider', e ->> 'key', (e ->> 'inbox_id')::bigint
  ), noted as (
    insert into public.webhook_events as n (org_id, inbox_id, provider, event_key, kind, name, at, outcome,
      message_id, lead_id, detail)
    select p_org_id, (g.e ->> 'inbox_id')::bigint, g.e ->> 'provider', g.e ->> 'key', g.e ->> 'type', g.e ->> 'name',
      (g.e ->> 'at')::timestamptz,
      'ignored', m.id, m.lead_id, coalesce(g.e -> 'detail', '{}')
    from given g
    left join lateral (select private.find_message(p_org_id, g.e ->> 'provider', g.e ->> 'provider_id',
      (g.e ->> 'message_id')::uuid) as id
      where g.e ->> 'type' = 'message') f on true
    left join public.messages m on m.org_id = p_org_id and m.id = f.id
    order by g.e ->> 'provider', g.e ->> 'key'
    on conflict on constraint event_counts_once do update
      -- An unmatched event is matched again when it is repeated or replayed.
      set inbox_id = excluded.inbox_id, outcome = 'ignored', message_id = excluded.message_id,
        lead_id = excluded.lead_id
      where n.outcome = 'unmatched'
    returning n.id, n.provider, n.event_key, n.message_id, n.lead_id
  )
  select jsonb_agg(jsonb_build_object('id', n.id, 'found', n.message_id, 'lead', n.lead_id, 'e', g.e)) into v_new
  from noted n join given g on g.e ->> 'provider' = n.provider and g.e ->> 'key' = n.event_key;

  -- By lead and message: two workers with events in common wait for each other and do not deadlock.
  for v in
    select (n ->> 'id')::bigint as id, (n ->> 'found')::uuid as message_id, n -> 'e' as e
    from jsonb_array_elements(v_new) n
    order by n ->> 'lead', n ->> 'found', (n #>> '{e,at}')::timestamptz, n ->> 'id'
  loop
    v_lead := null; v_message := null; v_outcome := 'ignored';
    case v.e ->> 'type'
      when 'message' then
        v_message := v.message_id;
        v_outcome := case when v_message is null then 'unmatched' else private.apply_inbox_message_event(p_org_id,
          v_message, v.id, v.e ->> 'kind',
          (v.e ->> 'at')::timestamptz, coalesce(v.e -> 'detail', '{}')
            || jsonb_strip_nulls(jsonb_build_object('provider_id', v.e ->> 'provider_id'))) end;
      when 'reply' then
        select t.lead_id, t.outcome into v_lead, v_outcome from private.apply_reply_event(p_org_id,
          v.e ->> 'provider', v.e, p_now) t;
      when 'call' then
        select t.lead_id, t.message_id, t.outcome into v_lead, v_message, v_outcome
        from private.apply_call_event(p_org_id, v.e ->> 'provider', v.e, p_now) t;
      when 'booking' then
        select t.lead_id, t.outcome into v_lead, v_outcome from private.apply_booking_event(p_org_id,
          v.e ->> 'provider', v.e, p_now) t;
      when 'opt_out' then
        perform private.record_opt_out(p_org_id, private.contact_index(p_org_id, x.value), x.kind, v.e ->> 'channel',
          'webhook',
          v.e ->> 'person_text', 'opt_out', p_provider_confirms => true, p_as_of => (v.e ->> 'at')::timestamptz)
        from (values (v.e ->> 'phone', 'phone'::public.contact_kind), (v.e ->> 'email', 'email')) x (value, kind)
        where x.value is not null;
        v_outcome := 'applied';
      else null;
    end case;
    update public.webhook_events e set outcome = v_outcome, lead_id = coalesce(v_lead, e.lead_id),
      message_id = coalesce(v_message, e.message_id)
    where e.org_id = p_org_id and e.id = v.id
      and (e.outcome, e.lead_id, e.message_id) is distinct from (v_outcome, coalesce(v_lead, e.lead_id),
        coalesce(v_message, e.message_id));
  end loop;

  with closed as (
    update public.webhook_inbox i set processed_at = p_now, error = null,
      state = case when exists (select from public.webhook_events e
        where e.org_id = i.org_id and e.inbox_id = i.id and e.outcome = 'unmatched') then 'unmatched'
          else 'done' end::public.inbox_state
    where p_close and i.org_id = p_org_id and i.id = any (p_inbox_ids) and i.state = 'received'
    returning i.state
  )
  select jsonb_build_object('deliveries', count(*), 'unmatched', count(*) filter (where c.state = 'unmatched'),
    'events', coalesce(jsonb_array_length(v_new), 0)) into v_counts from closed c;
  return v_counts;
end
$$;
comment on function private.apply_webhook_events(uuid, bigint[], jsonb, timestamptz, boolean) is
  'Processes deliveries of one org: p_events are the events read from them [{inbox_id, provider, key, type, name, '
  'at, …}]. Each event is applied once, in whichever delivery it arrives; the deliveries become done or unmatched, '
  'unless p_close is false. Returns {deliveries, unmatched, events}.';

create function private.inbox_bodies(p_batch_id uuid)
returns table (org_id uuid, id bigint, provider text, kind text, content_type text, params jsonb,
  received_at timestamptz,
  correlation_id uuid, body bytea)
language sql volatile set search_path = '' as $$
  with waiting as materialized (
    select i.* from public.webhook_inbox i where i.batch_id = p_batch_id and i.state = 'received'
  ), keys as materialized (
    select k.org_id, k.key_id, private.org_key(k.org_id, k.key_id) as key from (select distinct w.org_id, w.key_id
      from waiting w) k
  )
  select w.org_id, w.id, w.provider, w.kind, w.content_type, w.params, w.received_at, w.correlation_id,
    private.decrypt_bytes(w.body_cipher, k.key)
  from waiting w join keys k on k.org_id = w.org_id and k.key_id = w.key_id
  order by w.org_id, w.id
$$;
comment on function private.inbox_bodies(uuid) is
  'The unprocessed deliveries of a batch, with their bodies decrypted.';

create function private.honour_wish(p_org_id uuid, p_provider text, p_event jsonb) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_at constant timestamptz := (p_event ->> 'at')::timestamptz;
  v_message public.messages;
  v_words constant text := coalesce(p_event ->> 'text', p_event ->> 'person_text');
  v record;
begin
  select m.* into v_message from public.messages m
  where m.org_id = p_org_id and m.id = private.find_message(p_org_id, p_provider, p_event ->> 'provider_id',
    (p_event ->> 'message_id')::uuid);
  if p_event ->> 'type' = 'opt_out' then
    for v in select x.value, x.kind
      from (values (p_event ->> 'phone', 'phone'::public.contact_kind), (p_event ->> 'email', 'email')) x (value, kind)
      where x.value is not null
    loop
      perform private.record_opt_out(p_org_id, private.contact_index(p_org_id, v.value), v.kind,
        p_event ->> 'channel', 'webhook', p_event ->> 'person_text', 'opt_out', p_provider_confirms => true,
        p_as_of => v_at);
    end loop;
  elsif p_event ->> 'type' in ('reply', 'call') and v_words <> ''
    and p_event #>> '{reading,request}' is distinct from 'opt_in' and not private.is_opt_in_keyword(v_words) then
    for v in select distinct x.value_bidx,
        case when p_event ->> 'channel' = 'email' then 'email' else 'phone' end::public.contact_kind as kind,
        coalesce(p_event ->> 'channel', 'voice_ai') as channel
      from (values (private.contact_index(p_org_id, p_event ->> 'from')), (v_message.value_bidx)) x (value_bidx)
      where x.value_bidx is not null
    loop
      perform private.record_reply_opt_out(p_org_id, v.value_bidx, v.kind, v.channel, v_words,
        case when p_event ->> 'opt_out_type' = 'STOP' then 'STOP' end, false, p_event -> 'reading', v_message.lead_id,
        v_at);
    end loop;
  elsif p_event ->> 'type' = 'message' and p_event ->> 'kind' in ('unsubscribed', 'complained')
    and v_message.id is not null then
    perform private.record_contact_feedback(p_org_id, v_message.value_bidx, case v_message.channel when 'email'
      then 'email' else 'phone' end::public.contact_kind, p_event ->> 'kind', v_message.channel, v_message.provider,
      v_at);
  end if;
end
$$;
comment on function private.honour_wish(uuid, text, jsonb) is
  'Carries out only what a person asked for in an event whose effects could not be recorded as a whole. Repeating it '
  'has no effect.';

create function private.fail_delivery(p_org_id uuid, p_inbox_id bigint, p_error text, p_as_of timestamptz default
  now()) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v public.webhook_inbox;
begin
  update public.webhook_inbox i set state = 'dead', processed_at = p_as_of, error = left(p_error, 500)
  where i.org_id = p_org_id and i.id = p_inbox_id and i.state = 'received'
  returning i.* into v;
  if found then
    perform private.record_dead_letter(v.org_id, 'process-inbox', jsonb_build_object('inbox_id', v.id),
      format('delivery from %s could not be processed', v.provider), p_error, v.correlation_id, p_as_of);
  end if;
  return found;
end
$$;
comment on function private.fail_delivery(uuid, bigint, text, timestamptz) is
  'Gives up on a delivery: dead, with a dead letter. False if it was processed meanwhile.';

create function private.fail_inbox(p_batch_id uuid, p_error text, p_as_of timestamptz default now()) returns integer
language sql volatile set search_path = '' as $$
  select count(*) filter (where private.fail_delivery(i.org_id, i.id, p_error, p_as_of))::integer
  from public.webhook_inbox i where i.batch_id = p_batch_id and i.state = 'received'
$$;
comment on function private.fail_inbox(uuid, text, timestamptz) is
  'Gives up on the remaining deliveries of a batch: dead, with a dead letter each. Returns how many.';

create function public.replay_inbox(p_org_id uuid, p_inbox_id bigint, p_as_of timestamptz default now()) returns
  boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_batch constant uuid := gen_random_uuid();
begin
  p_as_of := private.caller_clock(p_as_of);
  if not (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'))) then
    raise exception 'replayable delivery not found' using errcode = 'SL603';
  end if;
  update public.webhook_inbox i set state = 'received', processed_at = null, error = null, batch_id = v_batch
  where i.org_id = p_org_id and i.id = p_inbox_id and i.state in ('dead', 'unmatched') and i.body_cipher is not null;
  if not found then
    raise exception 'replayable delivery not found' using errcode = 'SL603';
  end if;
  perform private.resolve_dead_letter('process-inbox', jsonb_build_object('inbox_id', p_inbox_id), p_as_of);
  perform private.send_job('process-inbox', jsonb_build_object('batch_id', v_batch), v_batch::text);
  return true;
end
$$;
comment on function public.replay_inbox(uuid, bigint, timestamptz) is
  'Processes a dead or unmatched delivery again and closes its dead letter. Events that were applied are not '
  'applied again. For owners, admins and the service. Definer: checks the caller, then acts as the pipeline. '
  'Raises SL603.';
revoke execute on function public.replay_inbox(uuid, bigint, timestamptz) from public, anon;
grant execute on function public.replay_inbox(uuid, bigint, timestamptz) to authenticated, service_role;
