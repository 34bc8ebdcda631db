-- The claim of one org, in one transaction: retries first, then due steps. Each round picks due runs, fits them to the
-- limits, asks the gate and writes to the ledger. Either a message is in the ledger with its decision and its contact
-- attempt, or nothing happened.

create function private.ask_gate(p_claim private.claim_progress) returns private.claim_progress
language plpgsql volatile set search_path = '' as $$
declare
  v_claim private.claim_progress := p_claim;
  v_senders private.sender_capacity[] := p_claim.senders;
  v_throttles jsonb := p_claim.throttles;
  v_candidates private.claim_candidate[] := p_claim.candidates;
  v_header private.claim_progress;
  v_open integer[];
  v_asked integer[];
  v_requests jsonb[];
  v_allowed public.messages[];
  v_messages public.messages[] := '{}'::public.messages[];
  v_candidate private.claim_candidate;
  v_step private.due_step;
  v_sender public.senders;
  v_answer record;
  v_index integer;
  v_next_at timestamptz;
begin
  v_header.org_id := p_claim.org_id;
  v_header.local_date := p_claim.local_date;
  v_header.lease_token := p_claim.lease_token;
  v_header.as_of := p_claim.as_of;
  v_header.at_once := p_claim.at_once;
  v_open := array(select generate_subscripts(v_candidates, 1));
  while cardinality(v_open) > 0 loop
    v_asked := '{}';
    v_requests := '{}';
    v_allowed := '{}';
    foreach v_index in array v_open loop
      v_candidate := private.try_next_contact(v_candidates[v_index], v_throttles);
      v_candidates[v_index] := v_candidate;
      v_step := v_candidate.step;
      v_sender := (v_senders[v_candidate.sender_index]).sender;
      if v_candidate.contact_index <= cardinality(v_step.points) then
        v_throttles := private.consume_capacity(v_throttles,
          array['mailbox ' || v_step.mailboxes[v_candidate.contact_index]]);
        v_asked := v_asked || v_index;
        v_requests := v_requests || jsonb_build_object('lead_id', v_step.lead_id,
          'contact_point_id', v_step.points[v_candidate.contact_index], 'channel', v_step.channel,
          'purpose', v_step.purpose, 'campaign_id', v_step.campaign_id,
          'message', private.message_facts(v_step.channel, 'sequence', v_step.purpose, v_step.matter, v_sender));
        continue;
      end if;
      -- No contact is left: the step returns its share of the limits.
      v_senders[v_candidate.sender_index].capacity := (v_senders[v_candidate.sender_index]).capacity + 1;
      v_throttles := private.consume_capacity(v_throttles,
        array['org org', 'campaign ' || v_step.campaign_id, 'domain ' || v_sender.domain], -1);
      v_next_at := private.next_try_at(v_candidate, v_claim.time_zone, v_claim.holidays, v_claim.as_of);
      if v_next_at is null then
        v_claim.skipped := v_claim.skipped || v_candidate.refusal;
      else
        v_claim.deferred := v_claim.deferred || (v_candidate.refusal || jsonb_build_object('next_at', v_next_at));
      end if;
    end loop;
    exit when cardinality(v_asked) = 0;
    v_open := '{}';
    for v_answer in
      select decided.n, decided.answer from private.gate_decide_many(v_claim.org_id, to_jsonb(v_requests),
        v_claim.as_of) decided
    loop
      v_index := v_asked[v_answer.n];
      v_candidate := v_candidates[v_index];
      if v_answer.answer -> 'allow' = 'true' then
        v_allowed := array_append(v_allowed, private.new_message(v_header, v_candidate,
          (v_senders[v_candidate.sender_index]).sender, (v_answer.answer ->> 'decision_id')::bigint));
      else
        v_throttles := private.consume_capacity(v_throttles,
          array['mailbox ' || (v_candidate.step).mailboxes[v_candidate.contact_index]], -1);
        v_candidates[v_index].refusal := private.add_refusal(v_candidate.refusal, v_answer.answer);
        v_open := v_open || v_index;
      end if;
    end loop;
    -- Before the next question, so that the caps count these attempts.
    insert into public.contact_attempts
      (org_id, value_bidx, channel, direction, at, subject, campaign_id, lead_id, decision_id)
    select v_claim.org_id, a.value_bidx, a.channel, 'outbound', v_claim.as_of, a.matter, a.campaign_id, a.lead_id,
      a.decision_id
    from unnest(v_allowed) a;
    v_messages := v_messages || v_allowed;
  end loop;
  v_claim.senders := v_senders;
  v_claim.throttles := v_throttles;
  v_claim.candidates := '{}';
  v_claim.messages := v_messages;
  return v_claim;
end
$$;
comment on function private.ask_gate(private.claim_progress) is
  'Asks the gate about the best contact of each candidate, then about the next contact of those it refused, all in '
  'one batch each time. Allowed: a message and its contact attempt. Refused for every contact: deferred to the '
  'time that is allowed, or skipped.';

create function private.write_claim(p_claim private.claim_progress) returns private.claim_progress
language plpgsql volatile set search_path = '' as $$
declare
  v_claim private.claim_progress := p_claim;
  v_ids uuid[];
begin
  insert into public.messages select a.* from unnest(v_claim.messages) a;
  update public.sequence_runs r set message_id = a.id, next_at = null, refusal = null
  from unnest(v_claim.messages) a where r.org_id = v_claim.org_id and r.id = a.run_id;
  update public.sequence_runs r set next_at = (d ->> 'next_at')::timestamptz, refusal = d - '{run_id,next_at}'::text[]
  from jsonb_array_elements(v_claim.deferred) d where r.org_id = v_claim.org_id and r.id = (d ->> 'run_id')::uuid;
  if v_claim.skipped <> '[]' then
    perform private.skip_steps(v_claim.org_id, v_claim.skipped, v_claim.as_of);
  end if;
  insert into private.provider_spend as spend (org_id, sender_id, local_date, reserved_usd)
  select v_claim.org_id, a.sender_id, v_claim.local_date, sum(a.reserved_usd)
  from unnest(v_claim.messages) a where a.reserved_usd is not null
  group by a.sender_id order by a.sender_id
  on conflict (org_id, sender_id, local_date) do update set reserved_usd = spend.reserved_usd + excluded.reserved_usd;
  v_ids := array(select a.id from unnest(v_claim.messages) a);
  v_claim.message_ids := v_claim.message_ids || v_ids;
  v_claim.remaining := v_claim.remaining - cardinality(v_ids);
  v_claim.messages := '{}';
  return v_claim;
end
$$;
comment on function private.write_claim(private.claim_progress) is
  'Writes a round: the messages and their runs, what is deferred or skipped, and the expected cost.';

create function private.consume_claimed_capacity(p_claim private.claim_progress) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.consume_throttle(p_claim.org_id, 'sender', (used.sender).id::text, (used.sender).per_minute,
    (used.sender).per_day, used.initial_capacity - used.capacity, p_claim.as_of)
  from unnest(p_claim.senders) used
  where used.initial_capacity > used.capacity and not coalesce(used.is_probe, false);
  perform private.consume_throttle(p_claim.org_id, t.scope, t.key, t.per_minute, t.per_day,
    (p_claim.initial_throttles ->> (t.scope || ' ' || t.key))::integer
      - (p_claim.throttles ->> (t.scope || ' ' || t.key))::integer, p_claim.as_of)
  from public.throttles t where t.org_id = p_claim.org_id and p_claim.throttles ? (t.scope || ' ' || t.key);
end
$$;
comment on function private.consume_claimed_capacity(private.claim_progress) is
  'Counts what the claim has used against the throttles of its senders and its org.';

create function private.claim_for_org(
  p_org_id uuid, p_limit integer, p_channels text[], p_lease_token uuid, p_as_of timestamptz,
  p_at_once boolean default false
) returns uuid[]
language plpgsql volatile set search_path = '' as $$
declare
  v_claim private.claim_progress := private.start_claim(p_org_id, p_limit, p_channels, p_lease_token, p_as_of,
    p_at_once);
  v_seen_run_ids uuid[] := '{}'::uuid[];
  v_run_ids uuid[];
begin
  v_claim := private.claim_retries(v_claim);
  -- What one round defers or skips makes room for others in the next.
  for v_round in 1..4 loop
    exit when v_claim.remaining <= 0;
    v_run_ids := private.pick_due_runs(v_claim, v_seen_run_ids);
    exit when cardinality(v_run_ids) = 0;
    v_seen_run_ids := v_seen_run_ids || v_run_ids;
    v_claim := private.fit_to_limits(v_claim, v_run_ids);
    v_claim := private.ask_gate(v_claim);
    v_claim := private.write_claim(v_claim);
  end loop;
  perform private.consume_claimed_capacity(v_claim);
  return v_claim.message_ids;
end
$$;
comment on function private.claim_for_org(uuid, integer, text[], uuid, timestamptz, boolean) is
  'Claims for one org: messages whose retry is due, then due steps by campaign and channel, in the order in which '
  'they became due. p_at_once marks the messages of steps as requested. Returns the ids of the claimed messages.';
