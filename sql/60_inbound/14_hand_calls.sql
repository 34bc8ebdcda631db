-- Calls that members dial by hand. The gate is asked before, and answers for this one call; a call that happened is
-- recorded whatever it would have said. A wish heard on the phone takes effect in the transaction that records it.

create function private.check_call_at(p_org_id uuid, p_lead_id uuid, p_contact_point_id bigint, p_as_of timestamptz)
returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_answer jsonb;
  v_zone text;
begin
  if not private.may_act_for_lead(p_org_id, p_lead_id) or not exists (select from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id and c.id = p_contact_point_id and c.kind = 'phone') then
    raise exception 'phone of the lead not found, or you may not call it' using errcode = 'SL611';
  end if;
  perform private.lock_contact_points(p_org_id, array[p_lead_id], array[p_contact_point_id]);
  select j.answer into v_answer from private.decide_contacts(p_org_id, jsonb_build_array(jsonb_build_object('lead_id',
    p_lead_id, 'contact_point_id', p_contact_point_id, 'channel', 'voice_manual', 'purpose', 'marketing')), p_as_of,
    'always') j;
  select coalesce(l.time_zone, v_answer -> 'zones' ->> 0) into v_zone from public.leads l
  where l.org_id = p_org_id and l.id = p_lead_id;
  return jsonb_build_object('allow', v_answer -> 'allow', 'decision_id', v_answer -> 'decision_id',
    'reasons', private.explain_reasons(v_answer -> 'reasons'),
    'evidence', (select private.describe_evidence(d.facts, d.channel) from public.gate_decisions d
      where d.org_id = p_org_id and d.id = (v_answer ->> 'decision_id')::bigint),
    'next_allowed_at', v_answer -> 'next_allowed_at', 'time_zone', v_zone,
    'local_time', to_char(p_as_of at time zone v_zone, 'YYYY-MM-DD"T"HH24:MI:SS'));
end
$$;
comment on function private.check_call_at(uuid, uuid, bigint, timestamptz) is
  'public.check_call at an instant.';
revoke execute on function private.check_call_at(uuid, uuid, bigint, timestamptz) from pipeline_writer;

create function public.check_call(p_org_id uuid, p_lead_id uuid, p_contact_point_id bigint) returns jsonb
language sql volatile security definer set search_path = '' as $$
  select private.check_call_at(p_org_id, p_lead_id, p_contact_point_id, now())
$$;
comment on function public.check_call(uuid, uuid, bigint) is
  'Whether a member may dial this phone now: {allow, decision_id, reasons: [{rule, words, detail, law, citation, '
  'url, text}], evidence, next_allowed_at, time_zone, local_time}. The answer is stored as a decision; with its id, '
  'record_call counts a call that began within five minutes as allowed. For owners, admins and the lead''s broker. '
  'Raises SL611 (phone not found, or the caller may not call it). Definer: as gate_decide.';

create function private.call_covered_by(p_org_id uuid, p_lead_id uuid, p_contact_point_id bigint,
  p_decision_id bigint,
  p_started_at timestamptz) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.gate_decisions d
    where d.org_id = p_org_id and d.id = p_decision_id and d.allow and d.channel = 'voice_manual'
      and d.lead_id = p_lead_id and d.contact_point_id = p_contact_point_id
      and p_started_at between d.as_of - interval '1 minute' and d.as_of + interval '5 minutes'
      and not exists (select from public.suppressions s where s.org_id = d.org_id and s.value_bidx = d.value_bidx
        and coalesce(s.channel, d.channel) = d.channel and s.created_at between d.as_of and p_started_at))
$$;
comment on function private.call_covered_by(uuid, uuid, bigint, bigint, timestamptz) is
  'Whether an answer of check_call allowed the call: it began within five minutes, and nothing was refused in '
    'between.';
revoke execute on function private.call_covered_by(uuid, uuid, bigint, bigint, timestamptz) from pipeline_writer;

create function private.call_error(p_outcome text, p_started_at timestamptz, p_ended_at timestamptz, p_notes text,
  p_wish text, p_follow_up jsonb, p_booking jsonb, p_as_of timestamptz) returns text
language plpgsql stable set search_path = '' as $$
begin
  if p_outcome is null or not p_outcome = any (enum_range(null::public.hand_call_outcome)::text[]) then
    return 'unknown outcome: use ' || array_to_string(enum_range(null::public.hand_call_outcome), ', ');
  elsif p_started_at not between p_as_of - interval '7 days' and p_as_of + interval '1 minute' then
    return 'a call began within the last seven days';
  elsif p_ended_at < p_started_at or p_ended_at > p_started_at + interval '12 hours'
    or p_ended_at > p_as_of + interval '1 minute' then
    return 'a call ends after it began, and not in the future';
  elsif length(p_notes) > 10000 then
    return 'notes have at most 10,000 characters';
  elsif p_wish is not null and p_wish not in ('number', 'calls', 'everything', 'wrong_number') then
    return 'unknown wish: use number, calls, everything or wrong_number';
  elsif p_follow_up is not null and (jsonb_typeof(p_follow_up) <> 'object' or exists (
    select from jsonb_object_keys(p_follow_up) k where k not in ('kind', 'due_at', 'note', 'assigned_to'))) then
    return 'a follow-up is {kind, due_at, note, assigned_to}';
  elsif p_booking is not null and (jsonb_typeof(p_booking) <> 'object' or p_booking ->> 'starts_at' is null
    or exists (
    select from jsonb_object_keys(p_booking) k where k not in ('starts_at', 'ends_at'))) then
    return 'a booking is {starts_at, ends_at}';
  elsif (p_booking ->> 'starts_at')::timestamptz not between p_as_of - interval '1 day'
    and p_as_of + interval '2 years'
    or (p_booking ->> 'ends_at')::timestamptz < (p_booking ->> 'starts_at')::timestamptz then
    return 'a booking starts between now and in two years, and ends after it starts';
  end if;
  perform (p_follow_up ->> 'assigned_to')::uuid;
  return case when p_follow_up is not null then private.task_error(coalesce(p_follow_up ->> 'kind', 'call_back'),
    (p_follow_up ->> 'due_at')::timestamptz, p_follow_up ->> 'note', p_as_of) end;
exception when invalid_text_representation or invalid_datetime_format or datetime_field_overflow then
  return 'a time or an id of the follow-up or booking cannot be read';
end
$$;
comment on function private.call_error(text, timestamptz, timestamptz, text, text, jsonb, jsonb, timestamptz) is
  'What is wrong with a call that a member records; null: nothing.';
revoke execute on function private.call_error(text, timestamptz, timestamptz, text, text, jsonb, jsonb, timestamptz)
  from pipeline_writer;

create function private.apply_call_wish(p_org_id uuid, p_lead_id uuid, p_value_bidx bytea, p_wish text, p_notes text,
  p_at timestamptz) returns text[]
language plpgsql volatile set search_path = '' as $$
begin
  if p_wish = 'wrong_number' then
    perform private.record_wrong_contact(p_org_id, p_value_bidx, 'phone', p_lead_id, 'call by a member', p_at);
    perform private.stop_drawn_runs(p_org_id, p_lead_id, 'wrong_contact', p_at);
    return '{wrong_number}'::text[];
  elsif p_wish = 'everything' then
    return array(select jsonb_array_elements_text(private.record_opt_out(p_org_id, p_value_bidx, 'phone',
      'voice_manual', 'call by a member', p_notes, 'opt_out', '{email,sms,voice_manual,voice_ai}',
      p_scope => 'person', p_as_of => p_at) -> 'channels'));
  end if;
  -- Whoever refuses calls only has asked for texts instead.
  return array(select jsonb_array_elements_text(private.record_opt_out(p_org_id, p_value_bidx, 'phone',
    'voice_manual', 'call by a member', p_notes, 'opt_out',
    case p_wish when 'calls' then '{voice_manual,voice_ai}'::text[] else private.opt_out_reach('',
      'voice_manual') end,
    case p_wish when 'calls' then '{sms}' else '{}' end::text[], 'contact', p_as_of => p_at) -> 'channels'));
end
$$;
comment on function private.apply_call_wish(uuid, uuid, bytea, text, text, timestamptz) is
  'Carries out what a person said on the phone: number (no calls or texts to it), calls (none to it, texts may be '
  'sent), everything (the person is never contacted again) or wrong_number. Returns the channels that ended.';
revoke execute on function private.apply_call_wish(uuid, uuid, bytea, text, text, timestamptz) from pipeline_writer;

create function private.record_call_at(p_org_id uuid, p_lead_id uuid, p_contact_point_id bigint, p_outcome text,
  p_client_key uuid, p_started_at timestamptz, p_ended_at timestamptz, p_notes text, p_wish text, p_follow_up jsonb,
  p_booking jsonb, p_decision_id bigint, p_task_id uuid, p_as_of timestamptz) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_at constant timestamptz := least(coalesce(p_started_at, p_as_of), p_as_of);
  v_notes constant text := nullif(btrim(p_notes), '');
  v_wish text := p_wish;
  v_key integer;
  c public.contact_points;
  k public.calls;
  v_error text;
  v_decision bigint;
  v_allowed boolean;
  v_reasons jsonb := '[]'::jsonb;
  v_campaign uuid;
  v_ended text[] := '{}'::text[];
  v_review uuid;
  v_task uuid;
  v_booking uuid;
  v_doubt boolean := false;
begin
  if p_client_key is null or not private.may_act_for_lead(p_org_id, p_lead_id) then
    raise exception 'phone of the lead not found, or you may not call it' using errcode = 'SL611';
  end if;
  -- The same call, sent twice, waits for the first.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice call %s %s', p_org_id, p_client_key), 0));
  select x.* into k from public.calls x
  where x.org_id = p_org_id and x.provider = 'hand' and x.event_key = p_client_key::text;
  if found then
    if (k.lead_id, k.contact_point_id) is distinct from (p_lead_id, p_contact_point_id) then
      raise exception 'this key was already used for another call' using errcode = 'SL612';
    end if;
    return jsonb_build_object('call_id', k.id, 'repeated', true, 'recorded_against_gate', k.recorded_against_gate);
  end if;
  select x.* into c from public.contact_points x
  where x.org_id = p_org_id and x.lead_id = p_lead_id and x.id = p_contact_point_id and x.kind = 'phone';
  if not found then
    raise exception 'phone of the lead not found, or you may not call it' using errcode = 'SL611';
  end if;
  v_error := private.call_error(p_outcome, coalesce(p_started_at, p_as_of), p_ended_at, p_notes, p_wish, p_follow_up,
    p_booking, p_as_of);
  if v_error is not null then
    raise exception '%', v_error using errcode = 'SL612';
  end if;
  v_wish := coalesce(v_wish, case p_outcome when 'do_not_call' then 'number' when 'wrong_number'
    then 'wrong_number' end);
  perform private.lock_contact_points(p_org_id, array[p_lead_id], array[c.id]);
  -- Before anything that this call changes.
  v_allowed := private.call_covered_by(p_org_id, p_lead_id, c.id, p_decision_id, v_at);
  v_decision := p_decision_id;
  if not v_allowed then
    select (j.answer ->> 'allow')::boolean, (j.answer ->> 'decision_id')::bigint,
      private.explain_reasons(j.answer -> 'reasons') into v_allowed, v_decision, v_reasons
    from private.decide_contacts(p_org_id, jsonb_build_array(jsonb_build_object('lead_id', p_lead_id,
      'contact_point_id', c.id, 'channel', 'voice_manual', 'purpose', 'marketing')), v_at, 'always') j;
  end if;
  select l.campaign_id into v_campaign from public.leads l where l.org_id = p_org_id and l.id = p_lead_id;
  -- Also without notes: a generic plan reads the key before it sees that there is nothing to encrypt.
  v_key := private.active_key_id(p_org_id, 'data');
  insert into public.calls (org_id, lead_id, provider, event_key, direction, at, ended_at, answered, seconds,
    transcript_cipher, key_id, contact_point_id, outcome, called_by, decision_id, recorded_against_gate, done_at)
  values (p_org_id, p_lead_id, 'hand', p_client_key, 'outbound', v_at, p_ended_at,
    p_outcome not in ('no_answer', 'busy', 'voicemail', 'disconnected'),
    extract(epoch from p_ended_at - v_at)::integer, private.encrypt_value(v_notes, private.org_key(p_org_id, v_key)),
    case when v_notes is not null then v_key end, c.id, p_outcome::public.hand_call_outcome, auth.uid(), v_decision,
    not v_allowed, p_as_of)
  returning * into k;
  insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, campaign_id, lead_id, decision_id)
  values (p_org_id, c.value_bidx, 'voice_manual', 'outbound', v_at, v_campaign, p_lead_id, v_decision);
  perform set_config('sluice.actor', 'system', true);
  update public.leads l set call_attempt_count = l.call_attempt_count + 1
  where l.org_id = p_org_id and l.id = p_lead_id;
  perform set_config('sluice.actor', v_actor, true);
  if not v_allowed then
    v_review := private.add_task(p_org_id, p_lead_id, 'review_call', null, null,
      (select m.user_id from public.members m where m.org_id = p_org_id and m.role = 'owner'
        order by m.user_id is not distinct from auth.uid(), m.created_at, m.user_id limit 1), null,
      jsonb_build_object('call_id', k.id, 'rules', (select jsonb_agg(distinct r ->> 'rule')
        from jsonb_array_elements(v_reasons) r)), p_as_of);
  end if;
  if v_wish is not null then
    v_ended := private.apply_call_wish(p_org_id, p_lead_id, c.value_bidx, v_wish, v_notes, v_at);
  elsif private.is_opt_out(v_notes) then
    -- The notes read like a wish that nobody picked: nothing automatic goes out until somebody has looked.
    v_doubt := true;
    perform private.hold_for_possible_wish(p_org_id, c.value_bidx, array[p_lead_id], v_at);
    perform private.create_task(p_org_id, p_lead_id, 'answer_reply',
      '{"channel": "voice_manual", "possible_wish": true}', v_at);
  end if;
  if p_outcome = 'disconnected' then
    perform private.record_contact_feedback(p_org_id, c.value_bidx, 'phone', 'invalid', 'phone', 'call by a member',
      v_at);
  elsif p_outcome in ('talked', 'callback', 'appointment', 'not_interested', 'do_not_call')
    and v_wish is distinct from 'wrong_number' then
    perform private.mark_leads_replied(p_org_id, array[p_lead_id], v_at, jsonb_build_object('channel', 'voice_manual',
      'request', case when v_wish is null then 'none' else 'opt_out' end));
  end if;
  if p_task_id is not null then
    perform private.task_of_worker(p_org_id, p_task_id);
    update public.tasks t set done_at = p_as_of
    where t.org_id = p_org_id and t.id = p_task_id and t.lead_id = p_lead_id and t.done_at is null;
  end if;
  if p_follow_up is not null or p_outcome = 'callback' then
    v_task := private.add_task(p_org_id, p_lead_id, coalesce(p_follow_up ->> 'kind', 'call_back'),
      (p_follow_up ->> 'due_at')::timestamptz, nullif(btrim(p_follow_up ->> 'note'), ''),
      (p_follow_up ->> 'assigned_to')::uuid, null, jsonb_build_object('call_id', k.id), p_as_of);
  end if;
  if p_booking is not null then
    perform private.apply_booking_event(p_org_id, 'hand', jsonb_strip_nulls(jsonb_build_object('action', 'made',
      'uid',
      p_client_key, 'at', v_at, 'starts_at', p_booking -> 'starts_at', 'ends_at', p_booking -> 'ends_at', 'lead_id',
      p_lead_id)), p_as_of);
    select b.id into v_booking from public.bookings b
    where b.org_id = p_org_id and b.provider = 'hand' and b.uid = p_client_key::text;
  end if;
  return jsonb_build_object('call_id', k.id, 'repeated', false, 'recorded_against_gate', k.recorded_against_gate,
    'reasons', v_reasons, 'suppressed', to_jsonb(v_ended), 'possible_wish', v_doubt, 'task_id', v_task,
    'booking_id', v_booking, 'review_task_id', v_review);
end
$$;
comment on function private.record_call_at(uuid, uuid, bigint, text, uuid, timestamptz, timestamptz, text, text,
  jsonb, jsonb, bigint, uuid, timestamptz) is 'public.record_call at an instant.';
revoke execute on function private.record_call_at(uuid, uuid, bigint, text, uuid, timestamptz, timestamptz, text,
  text, jsonb, jsonb, bigint, uuid, timestamptz) from pipeline_writer;

create function public.record_call(p_org_id uuid, p_lead_id uuid, p_contact_point_id bigint, p_outcome text,
  p_client_key uuid, p_started_at timestamptz default null, p_ended_at timestamptz default null,
  p_notes text default null, p_wish text default null, p_follow_up jsonb default null, p_booking jsonb default null,
  p_decision_id bigint default null, p_task_id uuid default null) returns jsonb
language sql volatile security definer set search_path = '' as $$
  select private.record_call_at(p_org_id, p_lead_id, p_contact_point_id, p_outcome, p_client_key, p_started_at,
    p_ended_at, p_notes, p_wish, p_follow_up, p_booking, p_decision_id, p_task_id, now())
$$;
comment on function public.record_call(uuid, uuid, bigint, text, uuid, timestamptz, timestamptz, text, text, jsonb,
  jsonb, bigint, uuid) is
  'Records a call that a member dialled by hand: it counts as an attempt for the caps, and its notes are encrypted. '
  'p_outcome: see hand_call_outcome. p_client_key: chosen by the page; a repeated request records one call. '
  'p_started_at: now if null, at most seven days ago. p_wish: what the person asked for: number (no calls or texts '
  'to it; taken for the outcome do_not_call), calls (none to it, texts may be sent), everything (never again), '
  'wrong_number; it takes effect at once, and only a later consent lifts it. p_follow_up {kind, due_at, note, '
  'assigned_to} becomes a task, p_booking {starts_at, ends_at} a booking; p_decision_id: of check_call; p_task_id: '
  'the task that the call finishes. A call that the gate would not have allowed is recorded all the same, marked '
  'recorded_against_gate, with a task review_call for an owner. Notes that read like a wish hold automatic sending '
  '(possible_wish). Returns {call_id, repeated, recorded_against_gate, reasons, suppressed, possible_wish, task_id, '
  'booking_id, review_task_id}. For owners, admins and the lead''s broker. Raises SL611 (phone not found, or the '
  'caller may not call it), SL612 (the message says what is wrong), SL613 (assignee or task). Definer: members may '
  'not write calls, attempts and opt-outs.';

revoke execute on function public.check_call(uuid, uuid, bigint), public.record_call(uuid, uuid, bigint, text, uuid,
  timestamptz, timestamptz, text, text, jsonb, jsonb, bigint, uuid) from public, anon;
grant execute on function public.check_call(uuid, uuid, bigint), public.record_call(uuid, uuid, bigint, text, uuid,
  timestamptz, timestamptz, text, text, jsonb, jsonb, bigint, uuid) to authenticated, service_role;
