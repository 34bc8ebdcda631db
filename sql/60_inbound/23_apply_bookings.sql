create function private.settle_bookings(p_org_id uuid, p_lead_id uuid, p_at timestamptz, p_now timestamptz default
  now()) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_lead public.leads;
  v_open boolean;
  v_made boolean;
begin
  select l.* into v_lead from public.leads l where l.org_id = p_org_id and l.id = p_lead_id for no key update;
  select bool_or(b.state = 'made'), bool_or(b.made_at is not null) into v_open, v_made
  from public.bookings b where b.org_id = p_org_id and b.lead_id = p_lead_id;
  perform set_config('sluice.actor', 'system', true);
  perform private.stop_runs(p_org_id, p_lead_id, 'booking', p_at);
  if v_open and v_lead.campaign_status in ('new', 'queued', 'active', 'replied', 'paused', 'completed') then
    update public.leads l set campaign_status = 'booked' where l.org_id = p_org_id and l.id = p_lead_id;
  elsif not v_open and v_lead.campaign_status in ('new', 'queued', 'active', 'paused', 'booked', 'completed') then
    update public.leads l set campaign_status = 'replied', last_reply_at = coalesce(l.last_reply_at, p_at)
    where l.org_id = p_org_id and l.id = p_lead_id;
  end if;
  insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
  select p_org_id, p_lead_id, 'booked', p_at, private.lead_correlation(p_org_id, p_lead_id), jsonb_strip_nulls(jsonb_build_object('campaign_id', v_lead.campaign_id))
  where v_made and not exists (select from public.pipeline_events e
    where e.org_id = p_org_id and e.lead_id = p_lead_id and e.kind = 'booked'
      and e.detail ->> 'campaign_id' is not distinct from v_lead.campaign_id::text);
  if v_open then
    perform private.create_task(p_org_id, p_lead_id, 'prepare_booking', '{}', p_at);
    update public.tasks t set done_at = p_now
    where t.org_id = p_org_id and t.lead_id = p_lead_id and t.kind = 'follow_up_cancelled' and t.done_at is null;
  else
    perform private.create_task(p_org_id, p_lead_id, 'follow_up_cancelled', '{}', p_at);
    update public.tasks t set done_at = p_now
    where t.org_id = p_org_id and t.lead_id = p_lead_id and t.kind = 'prepare_booking' and t.done_at is null;
  end if;
  perform set_config('sluice.actor', v_actor, true);
end
$$;
comment on function private.settle_bookings(uuid, uuid, timestamptz, timestamptz) is
  'Updates a lead from the current state of its bookings: booked while one is made, otherwise replied, with a '
  'task. Stops its sequence either way. Repeating it has no effect.';

create function private.apply_booking_event(p_org_id uuid, p_provider text, p_event jsonb, p_now timestamptz default
  now())
returns table (lead_id uuid, outcome public.event_outcome)
language plpgsql volatile set search_path = '' as $$
#variable_conflict use_column
declare
  v_at constant timestamptz := (p_event ->> 'at')::timestamptz;
  v_uid constant text := p_event ->> 'uid';
  v_previous constant text := p_event ->> 'previous_uid';
  v_action constant text := p_event ->> 'action';
  v_starts constant timestamptz := (p_event ->> 'starts_at')::timestamptz;
  v_ends constant timestamptz := (p_event ->> 'ends_at')::timestamptz;
  v_message public.messages;
  v_lead uuid;
  v_booking public.bookings;
begin
  -- A calendar has few bookings: serialising them keeps chains of moves simple.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice bookings %s', p_org_id), 0));
  select m.* into v_message from public.messages m where m.org_id = p_org_id
    and m.id = (p_event ->> 'message_id')::uuid;
  select coalesce(
    (select l.id from public.leads l where l.org_id = p_org_id and l.id = (p_event ->> 'lead_id')::uuid),
    v_message.lead_id,
    (select b.lead_id from public.bookings b where b.org_id = p_org_id and b.provider = p_provider
      and b.uid in (v_uid, v_previous)
      and b.lead_id is not null order by b.uid = v_uid desc limit 1),
    (select b.lead_id from public.bookings b where b.org_id = p_org_id and b.provider = p_provider
      and b.moved_to_uid = v_uid
      and b.lead_id is not null limit 1),
    (select f.lead_id from unnest(array[p_event ->> 'email', p_event ->> 'phone']
        || array(select x from jsonb_array_elements_text(coalesce(p_event -> 'guests', '[]')) x))
        with ordinality v (value, nth)
      cross join lateral private.find_leads_by_contact(p_org_id, private.known_contact_index(p_org_id, v.value)) with
        ordinality f (lead_id, point, campaign, place)
      where v.value is not null order by v.nth, f.place limit 1))
  into v_lead;
  insert into public.bookings as b (org_id, provider, uid, lead_id, message_id, starts_at, ends_at, made_at,
    cancelled_at)
  values (p_org_id, p_provider, v_uid, v_lead, v_message.id, v_starts, greatest(v_starts, v_ends),
    case when v_action in ('made', 'moved') then v_at end, case when v_action = 'cancelled' then v_at end)
  on conflict on constraint booking_is_kept_once do update set
    lead_id = coalesce(b.lead_id, excluded.lead_id), message_id = coalesce(b.message_id, excluded.message_id),
    starts_at = coalesce(b.starts_at, excluded.starts_at), ends_at = coalesce(b.ends_at, excluded.ends_at),
    made_at = least(b.made_at, excluded.made_at), cancelled_at = least(b.cancelled_at, excluded.cancelled_at)
  returning b.* into v_booking;
  if v_previous is not null and v_previous <> v_uid then
    insert into public.bookings as b (org_id, provider, uid, lead_id, moved_at, moved_to_uid)
    values (p_org_id, p_provider, v_previous, v_lead, v_at, v_uid)
    on conflict on constraint booking_is_kept_once do update set lead_id = coalesce(b.lead_id, excluded.lead_id),
      moved_to_uid = case when b.moved_at <= excluded.moved_at then b.moved_to_uid else excluded.moved_to_uid end,
      moved_at = least(b.moved_at, excluded.moved_at);
  end if;
  if v_booking.lead_id is null then
    return query select null::uuid, 'unmatched'::public.event_outcome;
    return;
  end if;
  perform private.settle_bookings(p_org_id, v_booking.lead_id, v_at, p_now);
  perform private.announce(p_org_id, case when v_action = 'made' then 'booking.made' else 'booking.changed' end,
    jsonb_strip_nulls(jsonb_build_object('booking_id', v_booking.id, 'lead_id', l.id, 'broker_id',
      l.assigned_broker_id,
      'campaign_id', l.campaign_id, 'change', v_action, 'starts_at', v_starts)), p_now,
    private.lead_correlation(l.org_id, l.id))
  from public.leads l where l.org_id = p_org_id and l.id = v_booking.lead_id;
  return query select v_booking.lead_id, 'applied'::public.event_outcome;
end
$$;
comment on function private.apply_booking_event(uuid, text, jsonb, timestamptz) is
  'Applies a booking that was made, moved or cancelled {uid, previous_uid, action, starts_at, ends_at, lead_id, '
  'message_id, email, phone}: stores it, finds its lead (by our ids in its metadata, by related bookings, by '
  'e-mail or phone of booker and guests), updates the lead, and notifies broker and subscribers. Returns the lead, or unmatched.';
