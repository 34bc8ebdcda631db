-- The claim of one org, in one transaction: retries first, then due steps. Each round picks due runs, fits them to the
-- limits, asks the gate and writes to the ledger. Either a message is in the ledger with its decision and its contact
-- attempt, or nothing happened.

create type private.claim_candidate as (step private.due_step, sender_index integer, contact_index integer,
  refusal jsonb);
comment on type private.claim_candidate is
  'A due step whose sender has capacity. sender_index: place of the sender in the claim; contact_index: place of the '
  'contact being tried; refusal: the run, the step, and why earlier contacts were refused.';

create type private.claim_progress as (
  org_id uuid, time_zone text, holidays date[], local_date date, channels text[], lease_token uuid, as_of timestamptz,
  senders private.sender_capacity[], throttles jsonb, initial_throttles jsonb, remaining integer, message_ids uuid[],
  contacts_locked boolean, candidates private.claim_candidate[], messages public.messages[], deferred jsonb,
    skipped jsonb);
comment on type private.claim_progress is
  'A claim while it is made. senders and throttles: remaining capacity; remaining: how many more messages it may '
  'claim; message_ids: those claimed so far. The other fields belong to the current round: candidates, the '
  'messages the gate allowed, and the runs to defer or to move past their step.';

create function private.start_claim(
  p_org_id uuid, p_limit integer, p_channels text[], p_lease_token uuid, p_as_of timestamptz
) returns private.claim_progress
language plpgsql volatile set search_path = '' as $$
declare
  v_claim private.claim_progress;
  v_channel text;
begin
  foreach v_channel in array array(select distinct requested from unnest(p_channels) requested order by 1) loop
    perform private.lock_limits(p_org_id, v_channel);
  end loop;
  select o.time_zone, o.holidays, (p_as_of at time zone o.time_zone)::date
  into strict v_claim.time_zone, v_claim.holidays, v_claim.local_date
  from public.orgs o where o.id = p_org_id;
  v_claim.org_id := p_org_id;
  v_claim.channels := p_channels;
  v_claim.lease_token := p_lease_token;
  v_claim.as_of := p_as_of;
  v_claim.remaining := p_limit;
  v_claim.message_ids := '{}';
  v_claim.contacts_locked := false;
  v_claim.senders := array(
    select available from private.sender_capacities(p_org_id, p_channels, v_claim.local_date, p_as_of) available);
  select coalesce(jsonb_object_agg(t.scope || ' ' || t.key,
    private.throttle_capacity(t.org_id, t.scope, t.key, t.per_minute, t.per_day, p_as_of)), '{}')
  into v_claim.throttles from public.throttles t where t.org_id = p_org_id;
  v_claim.initial_throttles := v_claim.throttles;
  return v_claim;
end
$$;
comment on function private.start_claim(uuid, integer, text[], uuid, timestamptz) is
  'Locks the limits of the channels, and reads what they still allow: throttles, budgets and circuit breakers.';

create function private.claim_retries(p_claim private.claim_progress) returns private.claim_progress
language plpgsql volatile set search_path = '' as $$
declare
  v_claim private.claim_progress := p_claim;
  v_senders private.sender_capacity[] := p_claim.senders;
  v_ids uuid[];
  v_message public.messages;
  v_sender private.sender_capacity;
  v_sender_index integer;
begin
  v_ids := array(
    select x.id from public.messages x
    where x.org_id = v_claim.org_id and x.state = 'retrying' and x.retry_at <= v_claim.as_of
      and x.channel = any (v_claim.channels)
      and x.sender_id in (select (available.sender).id from unnest(v_senders) available where available.capacity > 0)
    order by x.retry_at, x.id limit v_claim.remaining
    for no key update skip locked);
  select count(*) > 0 into v_claim.contacts_locked
  from public.messages x where x.org_id = v_claim.org_id and x.id = any (v_ids) and x.decision_id is null;
  if v_claim.contacts_locked then
    perform private.lock_contact_values(v_claim.org_id, array_agg(x.lead_id), array_agg(x.value_bidx))
    from public.messages x where x.org_id = v_claim.org_id and x.id = any (v_ids) and x.decision_id is null;
  end if;
  for v_message in
    select x.* from public.messages x where x.org_id = v_claim.org_id and x.id = any (v_ids) order by x.retry_at, x.id
  loop
    v_sender_index := private.choose_sender(v_senders, v_message.sender_id, v_message.channel, v_message.lead_id);
    v_sender := v_senders[v_sender_index];
    continue when v_sender_index is null
      or not private.has_capacity(v_claim.throttles, array['org org', 'domain ' || (v_sender.sender).domain]);
    if v_sender.is_probe
      and not private.reserve_probe(v_claim.org_id, v_message.provider, (v_sender.sender).account, v_claim.as_of)
    then
      v_senders[v_sender_index].capacity := 0;
      continue;
    end if;
    if v_message.decision_id is null
      and not private.decide_message(v_message, v_sender.sender, v_claim.as_of)
    then
      perform private.record_costs(v_claim.org_id, array[x.id], v_claim.as_of) from public.messages x
      where x.org_id = v_claim.org_id and x.id = v_message.id and x.state = 'cancelled';
      continue;
    end if;
    update public.messages x set state = 'sending', lease_token = v_claim.lease_token,
      lease_until = v_claim.as_of + interval '2 minutes', claimed_at = coalesce(x.claimed_at, v_claim.as_of),
      retry_at = null, requested_at = null
    where x.org_id = v_claim.org_id and x.id = v_message.id;
    v_senders[v_sender_index].capacity := v_sender.capacity - 1;
    v_claim.throttles := private.consume_capacity(v_claim.throttles,
      array['org org', 'domain ' || (v_sender.sender).domain]);
    v_claim.message_ids := v_claim.message_ids || v_message.id;
    v_claim.remaining := v_claim.remaining - 1;
  end loop;
  v_claim.senders := v_senders;
  return v_claim;
end
$$;
comment on function private.claim_retries(private.claim_progress) is
  'Claims the messages whose retry is due, and answers that have not been decided yet: the gate decides those first.';

create function private.pick_due_runs(p_claim private.claim_progress, p_seen_run_ids uuid[]) returns uuid[]
language plpgsql volatile set search_path = '' as $$
declare
  v_run_ids uuid[] := '{}'::uuid[];
  v_more uuid[];
  v_source record;
  v_limit integer;
begin
  for v_source in
    select c.id as campaign_id, requested.channel
    from public.campaigns c
    cross join unnest(p_claim.channels) requested (channel)
    cross join lateral (select r.next_at from public.sequence_runs r
      where r.org_id = c.org_id and r.campaign_id = c.id and r.next_channel = requested.channel and r.state = 'active'
        and r.next_at <= p_claim.as_of
      order by r.next_at limit 1) first_due
    where c.org_id = p_claim.org_id and c.state = 'running'
    order by first_due.next_at, c.id, requested.channel
  loop
    v_limit := least(p_claim.remaining - cardinality(v_run_ids), (p_claim.throttles ->> 'org org')::integer,
      (p_claim.throttles ->> ('campaign ' || v_source.campaign_id))::integer,
      (select sum(available.capacity) from unnest(p_claim.senders) available
        where (available.sender).channel = v_source.channel));
    continue when coalesce(v_limit, 0) <= 0;
    select coalesce(array_agg(due.id), '{}') into v_more from (
      select r.id from public.sequence_runs r
      join public.leads l on l.org_id = r.org_id and l.id = r.lead_id
      where r.org_id = p_claim.org_id and r.campaign_id = v_source.campaign_id and r.next_channel = v_source.channel
        and r.state = 'active' and r.next_at <= p_claim.as_of and r.id <> all (p_seen_run_ids)
      order by r.next_at, r.id limit v_limit
      for no key update of r, l skip locked) due;
    v_run_ids := v_run_ids || v_more;
  end loop;
  return v_run_ids;
end
$$;
comment on function private.pick_due_runs(private.claim_progress, uuid[]) is
  'Locks due runs by campaign and channel, the longest waiting first, as many as the limits may allow; skips runs '
  'that this claim has seen and those that others have locked.';

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
      or (v_sender.is_probe and not private.reserve_probe(
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
  v_message.attempts := 0;
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
  'The ledger row for a step that the gate allowed: `sending`, leased for two minutes, its expected cost reserved.';

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
  v_requests jsonb;
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
  v_open := array(select generate_subscripts(v_candidates, 1));
  while cardinality(v_open) > 0 loop
    v_asked := '{}';
    v_requests := '[]';
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
      select decided.n, decided.answer from private.gate_decide_many(v_claim.org_id, v_requests, v_claim.as_of) decided
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
  p_org_id uuid, p_limit integer, p_channels text[], p_lease_token uuid, p_as_of timestamptz
) returns uuid[]
language plpgsql volatile set search_path = '' as $$
declare
  v_claim private.claim_progress := private.start_claim(p_org_id, p_limit, p_channels, p_lease_token, p_as_of);
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
comment on function private.claim_for_org(uuid, integer, text[], uuid, timestamptz) is
  'Claims for one org: messages whose retry is due, then due steps by campaign and channel, in the order in which '
  'they became due. Returns the ids of the claimed messages.';
