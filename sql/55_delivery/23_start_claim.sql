-- The progress of a claim, its retries, and the due runs of its next round.

create type private.claim_candidate as (step private.due_step, sender_index integer, contact_index integer,
  refusal jsonb);
comment on type private.claim_candidate is
  'A due step whose sender has capacity. sender_index: place of the sender in the claim; contact_index: place of the '
  'contact being tried; refusal: the run, the step, and why earlier contacts were refused.';

create type private.claim_progress as (
  org_id uuid, time_zone text, holidays date[], local_date date, channels text[], lease_token uuid, as_of timestamptz,
  senders private.sender_capacity[], throttles jsonb, initial_throttles jsonb, remaining integer, message_ids uuid[],
  contacts_locked boolean, candidates private.claim_candidate[], messages public.messages[], deferred jsonb,
    skipped jsonb, at_once boolean);
comment on type private.claim_progress is
  'A claim while it is made. senders and throttles: remaining capacity; remaining: how many more messages it may '
  'claim; message_ids: those claimed so far. The other fields belong to the current round: candidates, the '
  'messages the gate allowed, and the runs to defer or to move past their step. at_once: the messages are requested as '
  'soon as the claim is committed.';

create function private.start_claim(
  p_org_id uuid, p_limit integer, p_channels text[], p_lease_token uuid, p_as_of timestamptz,
  p_at_once boolean default false
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
  v_claim.at_once := p_at_once;
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
comment on function private.start_claim(uuid, integer, text[], uuid, timestamptz, boolean) is
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
    if v_sender.is_probe is true
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
