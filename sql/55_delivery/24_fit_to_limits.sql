-- Which of the due steps the limits allow, and the ledger row of each.

create function private.fit_to_limits(p_claim private.claim_progress, p_run_ids uuid[]) returns private.claim_progress
language plpgsql volatile set search_path = '' as $$
declare
  v_claim private.claim_progress := p_claim;
  v_senders private.sender_capacity[] := p_claim.senders;
  v_throttles jsonb := p_claim.throttles;
  v_candidates private.claim_candidate[] := '{}'::private.claim_candidate[];
  v_candidate private.claim_candidate;
  v_steps private.due_step[];
  v_step private.due_step;
  v_sender private.sender_capacity;
  v_sender_index integer;
  v_limit_keys text[];
  v_refusal jsonb;
begin
  v_claim.deferred := '[]';
  v_claim.skipped := '[]';
  v_steps := array(select due from private.load_due_steps(v_claim.org_id, p_run_ids) due);
  -- A claim waits for contacts once, for all of them and in order: waiting again while it holds some could deadlock.
  if v_claim.contacts_locked then
    v_steps := array(select due from unnest(v_steps) due
      where private.try_lock_contact_values(v_claim.org_id, due.lead_id, coalesce(due.bidx, '{}')));
  else
    perform private.lock_contact_values(v_claim.org_id, array_agg(due.lead_id), array_agg(contact.bidx))
    from unnest(v_steps) due cross join unnest(due.bidx) contact (bidx);
    v_claim.contacts_locked := true;
  end if;

  foreach v_step in array v_steps loop
    v_refusal := jsonb_build_object('run_id', v_step.run_id, 'step', v_step.step, 'channel', v_step.channel,
      'at', v_claim.as_of);
    if v_step.done or v_step.points is null then
      v_claim.skipped := v_claim.skipped || (v_refusal || jsonb_build_object('rules',
        array[case when v_step.done then 'already_sent' else 'no_contact_point' end]));
      continue;
    end if;
    v_sender_index := private.choose_sender(v_senders, v_step.sender_id, v_step.channel, v_step.lead_id);
    v_sender := v_senders[v_sender_index];
    v_limit_keys := array['org org', 'campaign ' || v_step.campaign_id, 'domain ' || (v_sender.sender).domain];
    if v_step.template_id is null or v_sender_index is null or not private.has_capacity(v_throttles, v_limit_keys)
      or (v_sender.is_probe is true and not private.reserve_probe(
        v_claim.org_id, (v_sender.sender).provider, (v_sender.sender).account, v_claim.as_of))
    then
      -- Deferred for a moment, so that steps with capacity come first.
      v_claim.deferred := v_claim.deferred || (v_refusal || jsonb_build_object(
        'rules', array[case when v_step.template_id is null then 'step_has_no_template' else 'no_capacity' end],
        'next_at', v_claim.as_of + (1 + private.hash_fraction(v_step.lead_id::text))
          * case when v_step.template_id is null then interval '30 minutes' else interval '30 seconds' end));
      continue;
    end if;
    v_senders[v_sender_index].capacity := case when v_sender.is_probe then 0 else v_sender.capacity - 1 end;
    v_throttles := private.consume_capacity(v_throttles, v_limit_keys);
    v_candidate.step := v_step;
    v_candidate.sender_index := v_sender_index;
    v_candidate.contact_index := 0;
    v_candidate.refusal := v_refusal;
    v_candidates := array_append(v_candidates, v_candidate);
  end loop;
  v_claim.senders := v_senders;
  v_claim.throttles := v_throttles;
  v_claim.candidates := v_candidates;
  return v_claim;
end
$$;
comment on function private.fit_to_limits(private.claim_progress, uuid[]) is
  'Gives the steps of due runs, in the order in which they became due, a sender and a share of the limits. A step '
  'that was sent already or has no contact is skipped; one without a template or capacity is deferred for a moment.';

create function private.try_next_contact(p_candidate private.claim_candidate, p_throttles jsonb)
returns private.claim_candidate
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_candidate private.claim_candidate := p_candidate;
  v_mailboxes constant text[] := (p_candidate.step).mailboxes;
begin
  loop
    v_candidate.contact_index := v_candidate.contact_index + 1;
    exit when v_candidate.contact_index > cardinality(v_mailboxes)
      or private.has_capacity(p_throttles, array['mailbox ' || v_mailboxes[v_candidate.contact_index]]);
    v_candidate.refusal := v_candidate.refusal || jsonb_build_object('rules',
      coalesce(v_candidate.refusal -> 'rules', '[]') || '["no_capacity"]');
  end loop;
  return v_candidate;
end
$$;
comment on function private.try_next_contact(private.claim_candidate, jsonb) is
  'Moves on to the next contact whose mailbox provider has capacity; past the last one where none has.';

create function private.add_refusal(p_refusal jsonb, p_decision jsonb) returns jsonb
language sql immutable parallel safe as $$
  select p_refusal || jsonb_strip_nulls(jsonb_build_object(
    'decision_id', coalesce(p_refusal -> 'decision_id', p_decision -> 'decision_id'),
    'next_allowed_at', least((p_refusal ->> 'next_allowed_at')::timestamptz,
      (p_decision ->> 'next_allowed_at')::timestamptz),
    'rules', (select jsonb_agg(distinct known.rule) from (
      select jsonb_array_elements_text(p_refusal -> 'rules') as rule
      union select reason ->> 'rule' from jsonb_array_elements(p_decision -> 'reasons') reason) known)))
$$;
comment on function private.add_refusal(jsonb, jsonb) is
  'Adds the rules of a decision to the refusal of a step; keeps its first decision and the earliest time that is '
  'allowed.';

create function private.next_try_at(
  p_candidate private.claim_candidate, p_time_zone text, p_holidays date[], p_as_of timestamptz
) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_step constant private.due_step := p_candidate.step;
  v_refusal constant jsonb := p_candidate.refusal;
begin
  if v_refusal -> 'rules' ? 'no_capacity' then
    return p_as_of + (1 + private.hash_fraction(v_step.lead_id::text)) * interval '30 seconds';
  elsif (v_refusal ->> 'next_allowed_at') is null then
    return null;
  end if;
  -- Spread over 20 minutes, so that not all that wait for the same hour are due in the same minute.
  return private.fit_to_window((v_refusal ->> 'next_allowed_at')::timestamptz, v_step.send_from, v_step.send_until,
    v_step.business, p_time_zone, p_holidays, private.hash_fraction(v_step.lead_id::text || v_step.step),
      interval '20 minutes');
end
$$;
comment on function private.next_try_at(private.claim_candidate, text, date[], timestamptz) is
  'When to try a step again that was refused for every contact; null when no contact will be allowed.';

create function private.new_message(
  p_claim private.claim_progress, p_candidate private.claim_candidate, p_sender public.senders, p_decision_id bigint
) returns public.messages
language plpgsql volatile set search_path = '' as $$
declare
  v_step constant private.due_step := p_candidate.step;
  v_message public.messages;
begin
  v_message.org_id := p_claim.org_id;
  v_message.id := gen_random_uuid();
  v_message.lead_id := v_step.lead_id;
  v_message.campaign_id := v_step.campaign_id;
  v_message.sequence_id := v_step.sequence_id;
  v_message.run_id := v_step.run_id;
  v_message.step := v_step.step;
  v_message.channel := v_step.channel;
  v_message.kind := 'sequence';
  v_message.purpose := v_step.purpose;
  v_message.variant := v_step.variant;
  v_message.template_id := v_step.template_id;
  v_message.matter := v_step.matter;
  v_message.contact_point_id := v_step.points[p_candidate.contact_index];
  v_message.value_bidx := v_step.bidx[p_candidate.contact_index];
  v_message.sender_id := p_sender.id;
  v_message.provider := p_sender.provider;
  v_message.state := 'sending';
  v_message.lease_token := p_claim.lease_token;
  v_message.lease_until := p_claim.as_of + interval '2 minutes';
  v_message.attempts := p_claim.at_once::integer;
  v_message.requested_at := case when p_claim.at_once then p_claim.as_of end;
  v_message.decision_id := p_decision_id;
  v_message.correlation_id := v_step.correlation_id;
  v_message.reserved_usd := nullif(p_sender.cost_usd, 0);
  v_message.reserved_on := case when v_message.reserved_usd is not null then p_claim.local_date end;
  v_message.created_at := p_claim.as_of;
  v_message.claimed_at := p_claim.as_of;
  return v_message;
end
$$;
comment on function private.new_message(private.claim_progress, private.claim_candidate, public.senders, bigint) is
  'The ledger row for a step that the gate allowed: `sending`, leased for two minutes, its expected cost reserved; '
  'requested already where the claim says so.';
