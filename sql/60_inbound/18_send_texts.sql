-- A text of its own to a lead, and the next step at once: what a machine or a person asks for beside the schedule.

create function public.send_text(p_org_id uuid, p_lead_id uuid, p_channel text, p_text text,
  p_contact_point_id bigint default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_text constant text := nullif(btrim(p_text), '');
  v_contact bigint;
  v_id uuid;
  m public.messages;
begin
  perform private.require_scope('messages.send');
  if not private.may_act_for_lead(p_org_id, p_lead_id) then
    raise exception 'lead not found, or you may not write to it' using errcode = 'SL511';
  elsif p_channel is distinct from 'sms' then
    -- An e-mail needs the postal address and the unsubscribe link that templates have.
    raise exception 'only text messages are sent without a template' using errcode = 'SL617';
  elsif v_text is null or length(v_text) > 1600 then
    raise exception 'a text message has 1 to 1,600 characters' using errcode = 'SL617';
  elsif v_text ~ '\{\{|\}\}|\{%|%\}' then
    raise exception 'the text has a placeholder that is not filled' using errcode = 'SL617';
  end if;
  select c.id into v_contact from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = p_lead_id and c.kind = 'phone'
    and (p_contact_point_id is null or c.id = p_contact_point_id)
  order by c.invalid_at is not null, c.verified desc nulls last, c.position, c.id limit 1;
  if v_contact is null then
    raise exception 'the lead has no such phone number' using errcode = 'SL617';
  end if;
  v_id := private.queue_message(p_org_id, p_lead_id, v_contact, p_channel, 'manual', v_text, null, now());
  select x.* into strict m from public.messages x where x.org_id = p_org_id and x.id = v_id;
  return jsonb_build_object('message_id', m.id, 'state', m.state, 'refused', m.refused, 'reasons', coalesce((
    select private.explain_reasons(d.reasons) from public.gate_decisions d
    where m.state = 'cancelled' and d.org_id = p_org_id and d.lead_id = m.lead_id and d.channel = m.channel
      and d.contact_point_id = m.contact_point_id and d.as_of = m.created_at and not d.allow
    order by d.decided_at desc, d.id desc limit 1), '[]'));
end
$$;
comment on function public.send_text(uuid, uuid, text, text, bigint) is
  'Queues a text message to a lead as marketing, to a phone of the lead or its best one: the gate is asked at once. '
  'Returns {message_id, state, refused, reasons}: cancelled with the reasons when the gate refuses. For owners, admins, '
  'the lead''s broker, API keys with the scope messages.send, and the service. Raises SL511, SL617 (text, channel or '
  'phone), SL533 (no sender), SL132 and SL133. Definer: members may not queue messages.';

create function public.send_next_step(p_org_id uuid, p_lead_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.sequence_runs;
begin
  perform private.require_scope('messages.send');
  if not private.may_act_for_lead(p_org_id, p_lead_id) then
    raise exception 'lead not found, or you may not write to it' using errcode = 'SL511';
  end if;
  -- Leads before runs: the common lock order.
  perform from public.leads l where l.org_id = p_org_id and l.id = p_lead_id for no key update;
  select x.* into r from public.sequence_runs x
  where x.org_id = p_org_id and x.lead_id = p_lead_id and x.state = 'active' for no key update;
  if r.id is null then
    raise exception 'lead % has no active sequence run', p_lead_id using errcode = 'SL513';
  end if;
  -- A step that is due or under way stays as it is.
  update public.sequence_runs x
  set next_at = private.fit_to_window(now(), s.send_from, s.send_until, s.delay_kind = 'business', o.time_zone, o.holidays,
    private.hash_fraction(x.lead_id::text || s.sequence_id || s.step), null)
  from public.orgs o, public.sequence_steps s
  where x.org_id = p_org_id and x.id = r.id and x.message_id is null and x.next_at > now() and o.id = x.org_id
    and s.org_id = x.org_id and s.sequence_id = x.sequence_id and s.step = x.next_step
    and x.next_at > private.fit_to_window(now(), s.send_from, s.send_until, s.delay_kind = 'business', o.time_zone,
      o.holidays, private.hash_fraction(x.lead_id::text || s.sequence_id || s.step), null);
  select x.* into strict r from public.sequence_runs x where x.org_id = p_org_id and x.id = r.id;
  return jsonb_build_object('run_id', r.id, 'state', r.state, 'next_step', r.next_step, 'channel', r.next_channel,
    'next_at', r.next_at, 'message_id', r.message_id);
end
$$;
comment on function public.send_next_step(uuid, uuid) is
  'Makes the next step of a lead''s sequence due now, or at the next time within the window of the step; the gate decides '
  'when it is sent. Returns {run_id, state, next_step, channel, next_at, message_id}. Repeating it has no effect. For '
  'owners, admins, the lead''s broker, API keys with the scope messages.send, and the service. Raises SL511, SL513 (no '
  'active run), SL132 and SL133. Definer: members may not write runs.';

revoke execute on function public.send_text(uuid, uuid, text, text, bigint), public.send_next_step(uuid, uuid)
  from public, anon;
grant execute on function public.send_text(uuid, uuid, text, text, bigint), public.send_next_step(uuid, uuid)
  to authenticated, service_role;
