-- texts without a key: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.add_task (
  p_org_id      uuid,
  p_lead_id     uuid,
  p_kind        text,
  p_due_at      timestamp with time zone,
  p_note        text,
  p_assigned_to uuid,
  p_client_key  uuid,
  p_detail      jsonb,
  p_as_of       timestamp with time zone
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  -- Also without a note: a generic plan reads the key before it sees that there is nothing to encrypt.
  v_key constant integer := private.active_key_id(p_org_id, 'data');
  v_id uuid;
begin
  if p_assigned_to is not null and not private.member_sees_lead(p_org_id, p_assigned_to, p_lead_id) then
    raise exception 'this member may not work on the lead' using errcode = 'SL613';
  end if;
  insert into public.tasks (org_id, lead_id, kind, detail, created_at, due_at, assigned_to, created_by, client_key,
    note_cipher, key_id)
  values (p_org_id, p_lead_id, p_kind, p_detail, p_as_of, p_due_at, p_assigned_to, auth.uid(), p_client_key,
    private.encrypt_value(p_note, private.org_key(p_org_id, v_key)), case when p_note is not null then v_key end)
  on conflict do nothing
  returning id into v_id;
  if v_id is null then
    -- Sent before; without a key: the service has an open one of this kind.
    select t.id into v_id from public.tasks t
    where t.org_id = p_org_id and t.lead_id = p_lead_id and t.kind = p_kind
      and (t.client_key = p_client_key or (p_client_key is null and t.created_by is null and t.done_at is null));
    if v_id is null then
      raise exception 'this key was already used for another task' using errcode = 'SL614';
    end if;
  end if;
  return v_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_call_at (
  p_org_id           uuid,
  p_lead_id          uuid,
  p_contact_point_id bigint,
  p_outcome          text,
  p_client_key       uuid,
  p_started_at       timestamp with time zone,
  p_ended_at         timestamp with time zone,
  p_notes            text,
  p_wish             text,
  p_follow_up        jsonb,
  p_booking          jsonb,
  p_decision_id      bigint,
  p_task_id          uuid,
  p_as_of            timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.save_draft (
  p_org_id   uuid,
  p_reply_id bigint,
  p_text     text
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r constant public.replies := private.reply_of_worker(p_org_id, p_reply_id);
  v_text constant text := nullif(btrim(p_text), '');
  -- Also without a text: a generic plan reads the key before it sees that there is nothing to encrypt.
  v_key constant integer := private.active_key_id(p_org_id, 'data');
begin
  if length(v_text) > 20000 then
    raise exception 'an answer has at most 20,000 characters' using errcode = 'SL617';
  end if;
  update public.replies x set draft_cipher = private.encrypt_value(v_text, private.org_key(p_org_id, v_key)),
    draft_key_id = case when v_text is not null then v_key end
  where x.org_id = p_org_id and x.id = r.id;
end
$function$;
