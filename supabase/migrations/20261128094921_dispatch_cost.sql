-- dispatch cost: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP TRIGGER "_300_count_new" ON "public"."messages";

DROP TRIGGER "_300_count" ON "public"."messages";

DROP FUNCTION "private"."claim_for_org"(uuid, integer, text[], uuid, timestamp WITH time zone);

DROP FUNCTION "private"."start_claim"(uuid, integer, text[], uuid, timestamp WITH time zone);

ALTER TYPE "private"."claim_progress" ADD ATTRIBUTE "at_once" boolean CASCADE;

ALTER TYPE "private"."contact_facts" ADD ATTRIBUTE "wish_since" timestamp WITH time zone CASCADE;

CREATE OR REPLACE FUNCTION private.advance_listed_runs (
  p_org_id  uuid,
  p_run_ids uuid[],
  p_sent    integer,
  p_as_of   timestamp with time zone,
  OUT       moved integer,
  OUT       ended_leads uuid[]
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_zone text;
  v_holidays date[];
begin
  select o.time_zone, o.holidays into v_zone, v_holidays from public.orgs o where o.id = p_org_id;
  with went as (
    update public.sequence_runs r set
      sent_count = r.sent_count + p_sent, message_id = null, refusal = null,
      (next_step, next_channel, next_at, state, paused_at, paused_by, ended_at, end_reason) = (
        select coalesce((n.s).step, r.next_step), coalesce((n.s).channel, r.next_channel),
          case when (n.s).step is not null
            then private.step_due_at(n.s, r.lead_id, p_as_of, v_zone, v_holidays) end,
          case when (n.s).step is not null then r.state
            else case when r.sent_count + p_sent > 0 then 'completed' else 'stopped' end::public.sequence_run_state end,
          case when (n.s).step is not null then r.paused_at end,
          case when (n.s).step is not null then r.paused_by end,
          case when (n.s).step is null then p_as_of end,
          case when (n.s).step is null then case when r.sent_count + p_sent > 0 then 'completed'
            else 'nothing_could_be_sent' end end
        from (select (
          select s from public.sequence_steps s
          where s.org_id = r.org_id and s.sequence_id = r.sequence_id and s.step > r.next_step
          order by s.step limit 1) as s) n)
    where r.org_id = p_org_id and r.id = any (p_run_ids) and r.state in ('active', 'paused')
    returning r.lead_id, r.ended_at
  )
  select count(*), array_agg(w.lead_id) filter (where w.ended_at is not null) into moved, ended_leads from went w;
end
$function$;

CREATE OR REPLACE FUNCTION private.advance_runs (
  p_org_id  uuid,
  p_run_ids uuid[],
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_drawn constant uuid[] := array(
    select r.id from public.sequence_runs r join public.sequences q on q.org_id = r.org_id and q.id = r.sequence_id
    where r.org_id = p_org_id and r.id = any (p_run_ids) and q.first_step is not null order by r.id);
  v_went record;
begin
  select w.* into v_went from private.advance_listed_runs(p_org_id,
    array(select x from unnest(p_run_ids) x where x <> all (v_drawn)), 0, p_as_of) w;
  perform private.complete_leads(p_org_id, v_went.ended_leads) where v_went.ended_leads is not null;
  perform private.walk_run(p_org_id, x, 'next', p_as_of) from unnest(v_drawn) x;
  return v_went.moved + cardinality(v_drawn);
end
$function$;

CREATE OR REPLACE FUNCTION private.ask_gate (
  p_claim private.claim_progress
)
  RETURNS private.claim_progress
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.came_with_another_name (
  p_org_id           uuid,
  p_contact_point_id bigint
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  -- Most contacts are not marked, and no list or merge has changed their lead since: all that follows needs one of these.
  if not exists (select from private.contacts_of_others o
      where o.org_id = p_org_id and o.contact_point_id = p_contact_point_id)
    and not exists (
      select from public.contact_points c
      where c.org_id = p_org_id and c.id = p_contact_point_id and (
        exists (select from public.lead_changes h
          where h.org_id = c.org_id and h.lead_id = c.lead_id and h.action = 'updated' and h.actor = 'upload'
            and h.changed_at > c.created_at and h.changes ?| '{owner_1_first,owner_1_last,owner_full}')
        or exists (select from public.lead_merges m
          where m.org_id = c.org_id and m.survivor_id = c.lead_id and m.undone_at is null)))
  then
    return false;
  end if;
  return exists (
      select
      from public.contact_points c
      join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
      cross join lateral (
        -- The names that lists have replaced since. What a person corrected is right for all contacts.
        select coalesce(h.changes -> 'owner_1_first' ->> 0, l.owner_1_first) as owner_1_first,
          coalesce(h.changes -> 'owner_1_last' ->> 0, l.owner_1_last) as owner_1_last,
          coalesce(h.changes -> 'owner_full' ->> 0, l.owner_full) as owner_full
        from public.lead_changes h
        where h.org_id = c.org_id and h.lead_id = c.lead_id and h.action = 'updated' and h.actor = 'upload'
          and not l.edited_fields && '{owner_1,owner_full}' and h.changed_at > c.created_at
          and h.changes ?| '{owner_1_first,owner_1_last,owner_full}'
        union all
        select m.merged_row ->> 'owner_1_first', m.merged_row ->> 'owner_1_last', m.merged_row ->> 'owner_full'
        from public.lead_merges m
        where m.org_id = c.org_id and m.survivor_id = c.lead_id and m.undone_at is null
          and c.id = any (m.merged_contacts)
      ) o
      cross join lateral (
        select private.parse_name_text(private.name_letters(private.owner_text(o.owner_1_first, o.owner_1_last, null,
            null, o.owner_full))) as then_name,
          private.parse_name_text(private.name_letters(private.owner_text(l.owner_1_first, l.owner_1_last, null, null,
            l.owner_full))) as now_name
        offset 0
      ) n
      where c.org_id = p_org_id and c.id = p_contact_point_id
        and private.is_another(n.then_name, n.now_name))
      or exists (select from private.contacts_of_others o
        where o.org_id = p_org_id and o.contact_point_id = p_contact_point_id and not o.is_nameless)
      or private.came_without_name(p_org_id, p_contact_point_id) and private.is_one_of_several_owners(p_org_id,
        (select c.lead_id from public.contact_points c where c.org_id = p_org_id and c.id = p_contact_point_id));
end
$function$;

CREATE OR REPLACE FUNCTION private.check_decision_rules (
  k          private.contact_facts,
  p_org_id   uuid,
  p_settings jsonb,
  p_of_lead  integer,
  p_of_org   integer,
  p_as_of    timestamp with time zone,
  OUT        reasons jsonb,
  OUT        ends_at timestamp with time zone
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  w jsonb;
  v_confirmation constant boolean := coalesce(k.message ->> 'message_kind' = 'opt_out_confirmation', false);
  v_cap integer;
  v_count integer;
  v_oldest timestamptz;
begin
  -- ends_at: null while nothing here refuses; infinity when time does not end the refusal.
  reasons := '[]';
  if (k.kind = 'email') <> (k.channel = 'email') then
    reasons := reasons || jsonb_build_object('rule', 'contact_of_other_kind', 'detail',
      format('a %s cannot be contacted by %s', k.kind, k.channel));
  end if;
  if k.invalid_at <= p_as_of then
    reasons := reasons || jsonb_build_object('rule', 'contact_invalid', 'detail',
      format('known since %s not to reach the person', k.invalid_at::date));
  end if;
  if k.campaign_status in ('opted_out', 'invalid') and not v_confirmation then
    reasons := reasons || jsonb_build_object('rule', 'lead_opted_out', 'detail',
      format('the lead is %s', replace(k.campaign_status::text, '_', ' ')));
  end if;
  if k.litigator then
    reasons := reasons || jsonb_build_object('rule', 'known_litigator', 'detail', 'the number is on a litigator list');
  end if;
  if not v_confirmation and k.suppressions <> '[]' then
    for w in select x from jsonb_array_elements(k.suppressions) x loop
      reasons := reasons || jsonb_build_object('rule', 'suppressed', 'detail',
        format('suppressed by the org since %s: %s (%s)',
        (w ->> 'at')::date, w ->> 'reason', w ->> 'source'));
    end loop;
  end if;
  if reasons <> '[]' then
    ends_at := 'infinity';
  end if;
  -- A person who calls, answers or asks for help is not held up. The task ends it, so time alone does not: ask again.
  if k.channel <> 'voice_manual' and not v_confirmation
    and coalesce(k.message ->> 'sent_as', '') not in ('manual', 'help') then
    if k.wish_since is not null then
      reasons := reasons || jsonb_build_object('rule', 'possible_wish', 'detail', format(
        'a message of %s may ask us to stop; a person has to look at it', k.wish_since::date));
      ends_at := greatest(ends_at, p_as_of + interval '4 hours');
    end if;
  end if;
  -- Two leads with one phone or e-mail get one contact in 24 hours between them. The facts contain all contacts with
  -- the value, for whatever lead, and those that the same claim has already been allowed.
  if k.purpose = 'marketing' and not v_confirmation and k.facts -> 'history' <> '[]' then
    select max(h.at) into v_oldest
    from jsonb_to_recordset(k.facts -> 'history') h (direction text, at timestamptz)
    where h.direction = 'outbound' and h.at > p_as_of - interval '24 hours';
    if exists (select from public.contact_points o join public.leads l on l.org_id = o.org_id and l.id = o.lead_id
      where v_oldest is not null and o.org_id = p_org_id and o.value_bidx = k.value_bidx and o.lead_id <> k.lead_id
        and l.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked'))
    then
      reasons := reasons || jsonb_build_object('rule', 'value_shared_today', 'detail', format(
        'another lead has the same %s, and it was contacted at %s',
        k.kind, to_char(v_oldest at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')));
      ends_at := greatest(ends_at, v_oldest + interval '24 hours');
    end if;
  end if;
  -- Contacts that the same claim has already been allowed count as made.
  v_cap := (p_settings ->> 'lead_attempts_24h')::integer;
  if v_cap is not null and k.channel <> 'email' and not v_confirmation then
    select p_of_lead + count(*), case when v_cap > p_of_lead
      then (array_agg(a.at order by a.at desc))[v_cap - p_of_lead] when v_cap > 0 then p_as_of end
    into v_count, v_oldest
    from public.contact_attempts a
    where a.org_id = p_org_id and a.lead_id = k.lead_id and a.at > p_as_of - interval '24 hours'
      and a.direction = 'outbound' and a.channel <> 'email';
    if v_count >= v_cap then
      reasons := reasons || jsonb_build_object('rule', 'house_lead_cap', 'detail',
        format('the org allows %s attempts per lead in 24 hours; there were %s', v_cap, v_count));
      ends_at := greatest(ends_at, coalesce(v_oldest + interval '24 hours', 'infinity'));
    end if;
  end if;
  v_cap := (p_settings ->> 'org_attempts_24h')::integer;
  if v_cap is not null and not v_confirmation then
    select p_of_org + count(*), case when v_cap > p_of_org then min(x.at) when v_cap > 0
      then p_as_of end into v_count, v_oldest
    from (select a.at from public.contact_attempts a
      where a.org_id = p_org_id and a.direction = 'outbound' and a.at > p_as_of - interval '24 hours'
      order by a.at desc limit greatest(v_cap - p_of_org, 0)) x;
    if v_count >= v_cap then
      reasons := reasons || jsonb_build_object('rule', 'house_org_cap', 'detail',
        format('the org allows %s contacts in 24 hours and has made them', v_cap));
      ends_at := greatest(ends_at, coalesce(v_oldest + interval '24 hours', 'infinity'));
    end if;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.claim_for_org (
  p_org_id      uuid,
  p_limit       integer,
  p_channels    text[],
  p_lease_token uuid,
  p_as_of       timestamp with time zone,
  p_at_once     boolean                  DEFAULT false
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.claim_messages (
  p_limit   integer,
  p_channel text,
  p_as_of   timestamp with time zone,
  p_org_id  uuid,
  p_at_once boolean
)
  RETURNS SETOF public.messages
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_token constant uuid := gen_random_uuid();
  v_channels constant text[] := case when p_channel is null then '{email,sms,voice_ai}'::text[] else array[p_channel]
    end;
  v_left integer := least(greatest(p_limit, 0), 500);
  -- The orgs that have waited longest, locked in the order of their ids, so that claims of several orgs cannot
  -- deadlock.
  v_orgs constant uuid[] := array(
    select x from (select o from private.due_orgs(v_channels, p_as_of, p_org_id) o limit greatest(p_limit, 0)) y (x)
      order by x);
  v_claimed uuid[];
begin
  for i in 1..cardinality(v_orgs) loop
    exit when v_left <= 0;
    -- An equal share per org, so that the long queue of one org does not delay the others.
    v_claimed := private.claim_for_org(v_orgs[i], ceil(v_left::numeric / (cardinality(v_orgs) - i + 1))::integer,
      v_channels, v_token, p_as_of, p_at_once);
    v_left := v_left - cardinality(v_claimed);
    return query
      select m.* from unnest(v_claimed) with ordinality c (id, n)
      join public.messages m on m.org_id = v_orgs[i] and m.id = c.id order by c.n;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.claim_requests (
  p_limit   integer,
  p_channel text                     DEFAULT NULL::text,
  p_as_of   timestamp with time zone DEFAULT now(),
  p_org_id  uuid                     DEFAULT NULL::uuid
)
  RETURNS TABLE (
    id          uuid,
    org_id      uuid,
    lead_id     uuid,
    campaign_id uuid,
    step        smallint,
    channel     text,
    state       public.message_state,
    lease_token uuid,
    lease_until timestamp with time zone,
    request     jsonb
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  SET jit TO 'off'
  AS $function$
#variable_conflict use_column
declare
  v_claimed constant public.messages[] := array(
    select m from private.claim_messages(p_limit, p_channel, p_as_of, p_org_id, true) m);
begin
  return query
  select c.id, c.org_id, c.lead_id, c.campaign_id, c.step, c.channel, c.state, c.lease_token, c.lease_until, b.request
  from unnest(v_claimed) c
  left join (
    select r.message_id, r.request
    from (select x.org_id, array_agg(x.id) as ids from unnest(v_claimed) x where x.requested_at is not null
      group by x.org_id) o
    cross join lateral private.build_requests(o.org_id, o.ids) r) b on b.message_id = c.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.claim_retries (
  p_claim private.claim_progress
)
  RETURNS private.claim_progress
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.collect_contact_facts (
  p_org_id   uuid,
  p_requests jsonb,
  p_as_of    timestamp with time zone,
  p_store    boolean                  DEFAULT true,
  p_outbound boolean                  DEFAULT true
)
  RETURNS SETOF private.contact_facts
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_org public.orgs;
  v_key integer;
  v_secret text;
  v_load bigint;
  v_emergencies jsonb;
  v_house jsonb;
  v_reassigned boolean;
  v_wishes boolean;
  v_unread boolean;
  v_ruled uuid;
begin
  select x.* into v_org from public.orgs x where x.id = p_org_id;
  v_key := private.active_key_id(p_org_id, 'data');
  v_secret := private.org_key(p_org_id, v_key);
  v_load := coalesce((select max(l.id) from private.dnc_loads l), 0);
  v_emergencies := (select coalesce(jsonb_agg(distinct e.state), '[]') from public.emergencies e
    where e.declared_at <= p_as_of and (e.ended_at is null or e.ended_at > p_as_of));
  v_house := case when v_org.settings ? 'consent_months'
    then jsonb_build_object('house', jsonb_build_object('consent_max_age_months',
      (v_org.settings ->> 'consent_months')::integer)) else '{}' end;
  v_reassigned := exists (select from public.reassigned_checks r where r.org_id = p_org_id);
  -- Read once for all contacts: gate_evaluate looks for rules of the org only where it is named.
  v_ruled := (select r.org_id from public.org_gate_rules r where r.org_id = p_org_id limit 1);
  v_wishes := exists (select from private.possible_wishes w where w.org_id = p_org_id);
  v_unread := exists (select from private.unread_contacts u where u.org_id = p_org_id);
  return query
  with recursive asked as materialized (
    select r.n::integer as n, (r.x ->> 'lead_id')::uuid as lead_id,
      (r.x ->> 'contact_point_id')::bigint as contact_point_id,
      r.x ->> 'channel' as channel, r.x ->> 'purpose' as purpose,
        coalesce(nullif(r.x -> 'message', 'null'), '{}') as message,
      (r.x ->> 'campaign_id')::uuid as campaign_id
    from jsonb_array_elements(p_requests) with ordinality r (x, n)
  ),
  family (lead_id, id) as (
    select a.lead_id, a.lead_id from asked a
    union
    select f.lead_id, m.merged_id
    from family f
    join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.id and m.undone_at is null
  ),
  families as (select f.lead_id, array_agg(f.id) as ids from family f group by f.lead_id)
  select a.n, a.lead_id, a.contact_point_id, c.value_bidx, c.kind, a.channel, a.purpose, a.message, a.campaign_id,
    c.invalid_at, l.campaign_status, coalesce((s.s).litigator, false), held.why,
    jsonb_build_object(
      'org_id', v_ruled, 'channel', a.channel, 'purpose', a.purpose, 'seller',
        coalesce(v_org.settings ->> 'seller', v_org.name),
      'state', l.situs_state, 'postal_code', l.situs_zip,
      'addresses', case when l.mailing_state is null and l.mailing_zip is null then '[]'
        else jsonb_build_array(jsonb_build_object('state', l.mailing_state, 'postal_code', l.mailing_zip)) end,
      'phone', case when c.kind = 'phone' then v.value end, 'email', case when c.kind = 'email' then v.value end,
      'line_type', case when c.kind = 'phone' then private.line_type_of(c.codes) end,
      'consent', given.consent,
      'dnc', case when c.kind = 'phone' then jsonb_build_object(
          'federal_listed', (s.s).federal_listed, 'scrubbed_at', (s.s).registry_obtained_at,
          'state_listed', private.is_on_state_dnc_list(array[l.situs_state, l.mailing_state] || z.states,
            (s.s).states_listed, p_as_of),
          'states_listed', (s.s).states_listed, 'list_ids', (s.s).list_ids, 'load_id', (s.s).load_id, 'looked_up_at',
            (s.s).scrubbed_at,
          'internal_request_at', greatest(held.requested_at, (s.s).internal_at)) else '{}' end
        || jsonb_build_object('lookup_error', null, 'events', held.events,
          'email_unsubscribed_at', case when c.kind = 'email' then held.requested_at end),
      'history', history.contacts,
      'unread_since', case when v_unread then private.unread_since(p_org_id, a.lead_id) end,
      'reassigned', case when v_reassigned and c.kind = 'phone' then private.reassigned_answer(p_org_id, c.value_bidx,
        p_as_of) end,
      'message', case when a.message = '{}' then a.message else (
        select coalesce(jsonb_object_agg(m.key, m.value), '{}') from jsonb_each(a.message) m
        where m.key in ('subject', 'message_kind', 'sent_as', 'marketing_content', 'confirmations_already_sent',
          'postal_address_in_body',
          'unsubscribe_link', 'list_unsubscribe_post', 'from_authenticated', 'daily_volume_to_gmail')) end,
      'emergencies', v_emergencies) || v_house,
    case when v_wishes then private.possible_wish_since(p_org_id, a.lead_id) end
  from asked a
  join families fam on fam.lead_id = a.lead_id
  join public.leads l on l.org_id = p_org_id and l.id = a.lead_id
  join public.contact_points c on c.org_id = p_org_id and c.lead_id = a.lead_id and c.id = a.contact_point_id
  cross join lateral (
    select private.decrypt_value(c.value_cipher, case when c.key_id = v_key then v_secret
      else private.org_key(p_org_id, c.key_id) end) as value
    offset 0) v
  left join public.area_code_zones z on c.kind = 'phone' and z.area_code = substr(v.value, 3, 3)
  left join private.phone_scrubs known on known.org_id = p_org_id and known.value_bidx = c.value_bidx
    and known.load_id = v_load
  cross join lateral (
    select case when c.kind <> 'phone' then null when known.load_id is not null then known
      else private.scrub_phone(p_org_id, c.value_bidx, v.value, p_as_of, p_store) end as s
    offset 0) s
  -- The active suppressions: the person's latest request, reports of mail providers, and the reason for each.
  cross join lateral (
    select max(h.created_at) filter (where h.reason not in ('bounce', 'complaint', 'litigator')) as requested_at,
      coalesce(jsonb_agg(distinct case h.reason when 'complaint' then 'spamreport' else 'bounce' end)
        filter (where h.kind = 'email' and h.reason in ('bounce', 'complaint')), '[]') as events,
      coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'reason', h.reason, 'source', h.source, 'at', h.created_at)
        order by h.created_at), '[]') as why
    from public.suppressions h
    where h.org_id = p_org_id and h.value_bidx = c.value_bidx and (h.channel is null or h.channel = a.channel)
      and not exists (select from public.suppression_lifts x
        where x.org_id = h.org_id and x.suppression_id = h.id and x.channel = a.channel)) held
  -- The best grant on record and the latest revocation that covers the channel. An unproven consent counts only where
  -- nothing was ever revoked; the typed name of a signature is not included.
  cross join lateral (
    with events as materialized (
      select e.id, e.action, e.type, e.is_unproven, e.is_keyword, e.occurred_at, e.upload_id, e.seller, e.value_bidx,
        e.automated_disclosed, e.not_condition_of_purchase, e.signature, e.method
      from public.consents e
      where e.org_id = p_org_id and e.value_bidx = c.value_bidx and a.channel = any (e.channels)
        and e.occurred_at <= p_as_of
      union all
      -- A row without a value applies to every contact of its lead.
      select e.id, e.action, e.type, e.is_unproven, e.is_keyword, e.occurred_at, e.upload_id, e.seller, e.value_bidx,
        e.automated_disclosed, e.not_condition_of_purchase, e.signature, e.method
      from public.consents e
      where e.org_id = p_org_id and e.lead_id = any (fam.ids) and e.value_bidx is null and a.channel = any (e.channels)
        and e.occurred_at <= p_as_of
    ),
    -- START reverses the keyword STOP and nothing else.
    revoked as materialized (
      select r.* from events r
      where r.action = 'revoke' and not (r.is_keyword and exists (
        select from events g where g.action = 'grant' and g.is_keyword and not g.is_unproven
          and g.occurred_at > r.occurred_at))
      order by r.occurred_at desc, r.id desc limit 1
    ),
    granted as (
      select g.* from events g
      where g.action = 'grant'
        and not exists (select from public.uploads u where u.org_id = p_org_id and u.id = g.upload_id
          and u.state = 'undone' and g.is_unproven)
        and not exists (select from revoked r where g.is_unproven or (g.is_keyword and not r.is_keyword))
      order by g.is_unproven, coalesce(g.occurred_at > (select r.occurred_at from revoked r), true) desc,
        array_position('{pewc,pec,ebr_purchase,ebr_inquiry}', g.type), g.occurred_at desc, g.id desc limit 1
    )
    select jsonb_build_object('type', coalesce(g.type, 'none'), 'consent_id', g.id, 'is_unproven', g.is_unproven,
      'obtained_at', g.occurred_at,
      'seller', g.seller, 'phone_covered', g.value_bidx is not null,
      'automated_disclosed', coalesce(g.automated_disclosed, false),
      'not_condition_of_purchase', coalesce(g.not_condition_of_purchase, false),
      'signature', not g.is_unproven and private.is_typed_signature(g.signature),
      'last_transaction_at', case when g.type = 'ebr_purchase' then g.occurred_at end,
      'last_inquiry_at', case when g.type = 'ebr_inquiry' then g.occurred_at end,
      -- The row's channels are its scope, so for this channel it covers everything.
      'revocation_id', r.id, 'revoked_at', r.occurred_at, 'revoked_via', r.method, 'revoked_scope', case
        when r.id is not null then 'all' end) as consent
    from (values (1)) one left join granted g on true left join revoked r on true) given
  -- The last thousand contacts with the value, for whatever lead or campaign. The request of an inbound message is
  -- represented by a standard phrase; its own words are not included.
  cross join lateral (
    select coalesce(jsonb_agg(case when t.subject is null and t.keyword is null
      then jsonb_build_object('channel', t.channel, 'direction', t.direction, 'at', t.at)
      else jsonb_strip_nulls(jsonb_build_object('channel', t.channel, 'direction', t.direction, 'at', t.at, 'subject',
        t.subject,
        'body', case t.keyword when 'stop' then 'STOP' when 'start' then 'START' when 'opt_out'
          then 'please stop texting me' end)) end), '[]') as contacts
    from (
      select y.channel, y.direction, y.at, y.subject, y.keyword from public.contact_attempts y
      where y.org_id = p_org_id and y.value_bidx = c.value_bidx and (p_outbound or y.direction = 'inbound')
      order by y.at desc limit 1000) t) history
  order by a.n;
end
$function$;

CREATE OR REPLACE FUNCTION private.day_of_count (
  p_org_id uuid
)
  RETURNS date
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (select (coalesce(nullif(current_setting('sluice.as_of', true), '')::timestamptz, now())
    at time zone g.time_zone)::date from public.orgs g where g.id = p_org_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.fit_to_limits (
  p_claim   private.claim_progress,
  p_run_ids uuid[]
)
  RETURNS private.claim_progress
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.has_several_owners (
  p_org_id     uuid,
  p_value_bidx bytea
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v record;
  v_owner private.parsed_name;
  v_greeting private.parsed_name;
  v_owners private.parsed_name[] := '{}'::private.parsed_name[];
  v_greetings private.parsed_name[] := '{}'::private.parsed_name[];
begin
  -- Most are on one lead.
  if (select count(*) from (select from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = p_value_bidx limit 2) two) < 2 then
    return false;
  end if;
  for v in
    select distinct
      private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full,
        l.situs_street) as owner,
      private.owner_text(l.owner_1_first, l.owner_1_last, null, null, l.owner_full, l.situs_street) as greeting
    from (
      select c.lead_id from public.contact_points c
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx
      limit 1000
    ) c
    join public.leads l on l.org_id = p_org_id and l.id = c.lead_id
    where num_nonnulls(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full) > 0
    order by 1, 2
    limit 21
  loop
    v_owner := private.parse_name_text(private.name_letters(v.owner));
    -- CURRENT OWNER is nobody.
    continue when private.names_agree(v_owner, v_owner) is null;
    v_greeting := private.parse_name_text(private.name_letters(v.greeting));
    for i in 1 .. cardinality(v_owners) loop
      -- Husband and wife agree, but answer the same phone.
      if not private.names_agree(v_owners[i], v_owner) or private.is_another(v_greetings[i], v_greeting) then
        return true;
      end if;
    end loop;
    v_owners := v_owners || v_owner;
    v_greetings := v_greetings || v_greeting;
  end loop;
  return cardinality(v_owners) > 20;
end
$function$;

CREATE OR REPLACE FUNCTION private.new_message (
  p_claim       private.claim_progress,
  p_candidate   private.claim_candidate,
  p_sender      public.senders,
  p_decision_id bigint
)
  RETURNS public.messages
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.record_sent (
  p_org_id      uuid,
  p_message_ids uuid[],
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_listed uuid[];
  v_drawn uuid[];
  v_others uuid[];
  v_ended uuid[];
  v_written uuid[];
begin
  insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
  select m.org_id, m.lead_id, 'sent', m.sent_at, m.correlation_id, jsonb_strip_nulls(jsonb_build_object('message_id',
    m.id,
    'campaign_id', m.campaign_id, 'step', m.step, 'channel', m.channel, 'kind', m.kind, 'variant', m.variant))
  from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids);
  -- Runs that wait for one of these messages move on; a run that went on meanwhile only counts it.
  select array_agg(r.id) filter (where r.message_id = any (p_message_ids) and q.first_step is null),
    array_agg(r.id order by r.id) filter (where r.message_id = any (p_message_ids) and q.first_step is not null),
    array_agg(r.id) filter (where (r.message_id = any (p_message_ids) and q.first_step is null) is not true)
  into v_listed, v_drawn, v_others
  from public.sequence_runs r
  join public.sequences q on q.org_id = r.org_id and q.id = r.sequence_id
  where r.org_id = p_org_id and r.id = any (array(select m.run_id from public.messages m where m.org_id = p_org_id
    and m.id = any (p_message_ids)));
  update public.sequence_runs r set sent_count = r.sent_count + 1
  where r.org_id = p_org_id and r.id = any (v_others);
  v_ended := (private.advance_listed_runs(p_org_id, v_listed, 1, p_as_of)).ended_leads;
  perform set_config('sluice.actor', 'system', true);
  with written as (
    -- One write of each lead, for what was sent and for a run that ended with it.
    update public.leads l set
      campaign_status = case
        when l.id = any (v_ended) and l.campaign_status in ('queued', 'active', 'paused')
          then case when (select true from public.contact_points c where c.org_id = l.org_id and c.lead_id = l.id
            and c.invalid_at is null limit 1) then 'completed' else 'invalid' end
        when l.campaign_status = 'queued' and s.touched then 'active'
        else l.campaign_status::text end::public.campaign_status,
      current_sequence_step = greatest(l.current_sequence_step, s.step),
      vapi_call_id = coalesce(s.call_id, l.vapi_call_id), call_attempt_count = l.call_attempt_count + s.calls
    from (
      select m.lead_id, max(m.step) as step, bool_or(m.kind = 'sequence') as touched,
        count(*) filter (where m.channel = 'voice_ai') as calls, max(m.provider_id)
          filter (where m.channel = 'voice_ai') as call_id
      from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids) and m.kind <> 'confirmation'
      group by m.lead_id) s
    where l.org_id = p_org_id and l.id = s.lead_id
    returning l.id
  )
  select coalesce(array_agg(w.id), '{}') into v_written from written w;
  perform set_config('sluice.actor', v_actor, true);
  -- A run may have another lead than its message where leads were merged.
  perform private.complete_leads(p_org_id, array(select x from unnest(v_ended) x where x <> all (v_written)))
  where not v_ended <@ v_written;
  perform private.walk_run(p_org_id, x, 'next', p_as_of) from unnest(v_drawn) x;
  perform private.record_costs(p_org_id, p_message_ids, p_as_of);
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_messages (
  p_org_id      uuid,
  p_lease_token uuid,
  p_outcomes    jsonb,
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  SET jit TO 'off'
  AS $function$
declare
  v_ids constant uuid[] := array(select (x ->> 'message_id')::uuid from jsonb_array_elements(p_outcomes) x);
  v_of constant jsonb := (select jsonb_object_agg((x ->> 'message_id')::uuid, x)
    from jsonb_array_elements(p_outcomes) x);
  v_sent uuid[];
  v_failed uuid[];
  v_given_up uuid[];
  v_count integer;
  v_settled uuid[];
begin
  perform private.lock_messages(p_org_id, v_ids);
  -- Where a webhook has settled the message already, only the id and the cost are missing.
  update public.messages m set provider_id = coalesce(m.provider_id, v_of -> m.id::text ->> 'provider_id'),
    cost_usd = coalesce(m.cost_usd, (v_of -> m.id::text ->> 'cost_usd')::numeric)
  where m.org_id = p_org_id and m.id = any (v_ids) and v_of -> m.id::text ->> 'result' = 'accepted'
    and m.state in ('sent', 'delivered', 'failed', 'bounced') and m.requested_at is not null;

  -- By the ids, and without a join: where statistics are old, a join is planned as a scan of the org's ledger.
  with settled as (
    update public.messages m set
      (state, sent_at, failed_at, retry_at, requested_at, attempts, lease_token, lease_until, provider_id, cost_usd,
        error_code, error_detail) = (
        select (case o.becomes when 'accepted' then 'sent' when 'refused' then 'failed' when 'retry' then 'retrying'
            else 'unconfirmed' end)::public.message_state,
          case when o.becomes = 'accepted' then p_as_of end, case when o.becomes = 'refused' then p_as_of end,
          case when o.becomes = 'retry' then p_as_of + private.retry_delay(m.attempts,
            (g.x ->> 'retry_after_seconds')::double precision) end,
          case when o.becomes <> 'retry' then m.requested_at end,
          m.attempts - case when o.becomes = 'retry' and g.x -> 'called' = 'false' then 1 else 0 end,
          case when o.becomes = 'unknown' then m.lease_token end,
          case when o.becomes = 'unknown' then m.lease_until end,
          coalesce(g.x ->> 'provider_id', m.provider_id), coalesce((g.x ->> 'cost_usd')::numeric, m.cost_usd),
          case when o.becomes <> 'accepted' then g.x ->> 'code' end,
          case when o.becomes <> 'accepted' then private.redact_contacts(g.x ->> 'detail') end
        from (select v_of -> m.id::text as x) g
        cross join lateral (select case when g.x ->> 'result' = 'retry' and m.attempts >= 6
          and g.x -> 'called' is distinct from 'false' then 'refused' else g.x ->> 'result' end as becomes) o)
    where m.org_id = p_org_id and m.id = any (v_ids) and m.state in ('sending', 'unconfirmed')
      and m.lease_token = p_lease_token and m.requested_at is not null
      and v_of -> m.id::text ->> 'result' in ('accepted', 'refused', 'retry', 'unknown')
    returning m.id, m.state, v_of -> m.id::text as x
  )
  select array_agg(s.id) filter (where s.state = 'sent'), array_agg(s.id) filter (where s.state = 'failed'),
    array_agg(s.id) filter (where s.state = 'failed' and s.x ->> 'result' = 'retry'), count(*), array_agg(s.id)
  into v_sent, v_failed, v_given_up, v_count, v_settled from settled s;
  if v_count = 0 then
    return 0;
  end if;

  perform private.record_sent(p_org_id, v_sent, p_as_of) where v_sent is not null;
  if v_failed is not null then
    perform private.record_failed(p_org_id, v_failed, p_as_of);
    perform private.record_dead_letter(p_org_id, 'message_failed', jsonb_build_object('message_id', m.id),
      coalesce(m.error_code, 'retries_used_up'),
      m.error_detail, m.correlation_id, p_as_of)
    from public.messages m where m.org_id = p_org_id and m.id = any (v_given_up);
    -- One for each template, which counts its messages.
    perform private.record_dead_letter(p_org_id, 'template_invalid', jsonb_build_object('template_id', m.template_id),
      m.error_code, m.error_detail, m.correlation_id, p_as_of)
    from public.messages m
    where m.org_id = p_org_id and m.id = any (v_failed) and m.template_id is not null
      and m.error_code in ('template_error', 'template_unlawful')
    order by m.template_id, m.id;
  end if;
  perform private.record_request_outcomes(p_org_id, c.provider, c.account, c.answered, c.failed, c.retry_after,
    p_as_of)
  from (
    select m.provider, s.account, count(*) filter (where x ->> 'result' in ('accepted', 'refused'))::integer as
      answered,
      count(*) filter (where x ->> 'result' in ('retry', 'unknown'))::integer as failed,
      make_interval(secs => max((x ->> 'retry_after_seconds')::double precision)) as retry_after
    from public.messages m
    join public.senders s on s.org_id = m.org_id and s.id = m.sender_id
    cross join lateral (select v_of -> m.id::text as x) o
    where m.org_id = p_org_id and m.id = any (v_settled) and x -> 'called' is distinct from 'false'
    group by 1, 2 order by 1, 2) c;
  if exists (select from jsonb_array_elements(p_outcomes) x where x ? 'contact') then
    perform private.record_contact_feedback(p_org_id, m.value_bidx, case m.channel when 'email' then 'email'
      else 'phone' end::public.contact_kind,
      x ->> 'contact', m.channel, m.provider || coalesce(' ' || (x ->> 'code'), ''), p_as_of)
    from public.messages m
    cross join lateral (select v_of -> m.id::text as x) o
    where m.org_id = p_org_id and m.id = any (v_settled) and x ->> 'contact' in ('invalid', 'cannot_text', 'unsubscribed')
    order by m.value_bidx, m.id;
  end if;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.start_claim (
  p_org_id      uuid,
  p_limit       integer,
  p_channels    text[],
  p_lease_token uuid,
  p_as_of       timestamp with time zone,
  p_at_once     boolean                  DEFAULT false
)
  RETURNS private.claim_progress
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.tg_messages__count()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET enable_nestloop TO 'off'
  AS $function$
begin
  if tg_op = 'INSERT' then
    insert into private.message_deltas (org_id, day, campaign_id, sequence_id, step, channel, variant, template_id,
      sent, delivered, opened, clicked, bounced, failed, unsubscribed, cost_usd, source_id, broker_id)
    select n.org_id, n.day, n.campaign_id, n.sequence_id, n.step, n.channel, n.variant, n.template_id,
      count(n.sent_at), count(n.delivered_at), count(n.opened_at), count(n.clicked_at), count(n.bounced_at),
      count(n.failed_at), count(n.unsubscribed_at), coalesce(sum(n.cost_usd), 0), n.source_id, n.broker_id
    from (
      select m.*, private.day_of_count(m.org_id) as day,
        (select l.source_id from public.leads l where l.org_id = m.org_id and l.id = m.lead_id) as source_id,
        (select l.assigned_broker_id from public.leads l where l.org_id = m.org_id and l.id = m.lead_id) as broker_id
      from after_it m where num_nonnulls(m.sent_at, m.cost_usd) > 0) n
    group by n.org_id, n.day, n.campaign_id, n.sequence_id, n.step, n.channel, n.variant, n.template_id, n.source_id,
      n.broker_id;
  else
    insert into private.message_deltas (org_id, day, campaign_id, sequence_id, step, channel, variant, template_id,
      sent, delivered, opened, clicked, bounced, failed, unsubscribed, cost_usd, source_id, broker_id)
    select n.org_id, n.day, n.campaign_id, n.sequence_id, n.step, n.channel, n.variant, n.template_id,
      sum(n.sent), sum(n.delivered), sum(n.opened), sum(n.clicked), sum(n.bounced), sum(n.failed),
      sum(n.unsubscribed), sum(n.cost), n.source_id, n.broker_id
    from (
      select d.*, private.day_of_count(d.org_id) as day,
        (select l.source_id from public.leads l where l.org_id = d.org_id and l.id = d.lead_id) as source_id,
        (select l.assigned_broker_id from public.leads l where l.org_id = d.org_id and l.id = d.lead_id) as broker_id
      from (
        select m.org_id, m.lead_id, m.campaign_id, m.sequence_id, m.step, m.channel, m.variant, m.template_id,
          (m.sent_at is not null)::integer - (o.sent_at is not null)::integer as sent,
          (m.delivered_at is not null)::integer - (o.delivered_at is not null)::integer as delivered,
          (m.opened_at is not null)::integer - (o.opened_at is not null)::integer as opened,
          (m.clicked_at is not null)::integer - (o.clicked_at is not null)::integer as clicked,
          (m.bounced_at is not null)::integer - (o.bounced_at is not null)::integer as bounced,
          (m.failed_at is not null)::integer - (o.failed_at is not null)::integer as failed,
          (m.unsubscribed_at is not null)::integer - (o.unsubscribed_at is not null)::integer as unsubscribed,
          coalesce(m.cost_usd, 0) - coalesce(o.cost_usd, 0) as cost
        from after_it m join before_it o on o.org_id = m.org_id and o.id = m.id
        offset 0) d
      where (d.sent, d.delivered, d.opened, d.clicked, d.bounced, d.failed, d.unsubscribed, d.cost)
        <> (0, 0, 0, 0, 0, 0, 0, 0)) n
    group by n.org_id, n.day, n.campaign_id, n.sequence_id, n.step, n.channel, n.variant, n.template_id, n.source_id,
      n.broker_id;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_pipeline_events__count()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.pipeline_deltas (org_id, day, kind, source_id, campaign_id, broker_id, fed_week, quantity, leads)
  select n.org_id, (n.at at time zone o.time_zone)::date, n.kind, coalesce(l.source_id, u.source_id), c.campaign_id,
    l.assigned_broker_id,
    case when n.kind = 'fed' then date_trunc('week', n.at at time zone o.time_zone)::date
      when n.kind > 'fed' then date_trunc('week', l.added_to_campaign_at at time zone o.time_zone)::date end,
    case tg_op when 'DELETE' then -1 else 1 end * sum(n.quantity),
    case tg_op when 'DELETE' then -1 else 1 end * count(*) filter (where n.lead_id is not null and (n.kind <> 'sent' or not exists (
      -- The offset makes it one probe of the events of the lead: by kind and time it would read those of all leads.
      select from (select x.* from public.pipeline_events x
        where x.org_id = n.org_id and x.lead_id = n.lead_id and x.at <= n.at offset 0) e
      where e.kind = 'sent' and (e.at, e.id) < (n.at, n.id)
        and e.detail ->> 'campaign_id' is not distinct from n.detail ->> 'campaign_id')))
  from changed n
  -- The counts go with the org.
  join public.orgs o on o.id = n.org_id and o.id::text is distinct from current_setting('sluice.deleting_org', true)
  left join public.leads l on l.org_id = n.org_id and l.id = n.lead_id
  left join public.uploads u on u.org_id = n.org_id
    and u.id = case when n.lead_id is null then (n.detail ->> 'upload_id')::uuid end
  cross join lateral (select coalesce((n.detail ->> 'campaign_id')::uuid,
    case when n.kind >= 'fed' then l.campaign_id end) as campaign_id) c
  group by 1, 2, 3, 4, 5, 6, 7;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.claim_due_steps (
  p_limit   integer,
  p_channel text                     DEFAULT NULL::text,
  p_as_of   timestamp with time zone DEFAULT now(),
  p_org_id  uuid                     DEFAULT NULL::uuid
)
  RETURNS SETOF public.messages
  LANGUAGE plpgsql
  SET search_path TO ''
  SET jit TO 'off'
  AS $function$
begin
  return query select m.* from private.claim_messages(p_limit, p_channel, p_as_of, p_org_id, false) m;
end
$function$;

CREATE TRIGGER _300_count_new
  AFTER INSERT ON public.messages REFERENCING NEW TABLE AS after_it
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_messages__count();

CREATE TRIGGER _300_count
  AFTER UPDATE ON public.messages REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_messages__count();

COMMENT ON FUNCTION "private"."advance_listed_runs"(uuid, uuid[], integer, timestamp with time zone) IS 'Moves runs of listed sequences to their next step, or ends them; p_sent is added to their sent messages. Returns how many, and the leads of those that ended, which the caller completes.';

COMMENT ON FUNCTION "private"."claim_for_org"(uuid, integer, text[], uuid, timestamp with time zone, boolean) IS 'Claims for one org: messages whose retry is due, then due steps by campaign and channel, in the order in which they became due. p_at_once marks the messages of steps as requested. Returns the ids of the claimed messages.';

COMMENT ON FUNCTION "private"."claim_messages"(integer, text, timestamp with time zone, uuid, boolean) IS 'Claims for the orgs that have waited longest, and returns the messages. p_at_once: those of steps are requested as soon as this is committed, so they are marked as requested.';

COMMENT ON FUNCTION "private"."claim_requests"(integer, text, timestamp with time zone, uuid) IS 'public.claim_due_steps for a process that sends at once: the messages of steps are requested, with what the gate has just decided. Commit before sending the requests. The request of a retry is null: its decision is older, so private.begin_requests comes next. Contains personal data: only for the worker that sends. Raises SL423 outside of read committed.';

COMMENT ON FUNCTION "private"."day_of_count"(uuid) IS 'Today in the time zone of the org; null once the org is deleted.';

COMMENT ON FUNCTION "private"."new_message"(private.claim_progress, private.claim_candidate, public.senders, bigint) IS 'The ledger row for a step that the gate allowed: `sending`, leased for two minutes, its expected cost reserved; requested already where the claim says so.';

COMMENT ON FUNCTION "private"."start_claim"(uuid, integer, text[], uuid, timestamp with time zone, boolean) IS 'Locks the limits of the channels, and reads what they still allow: throttles, budgets and circuit breakers.';

COMMENT ON FUNCTION "private"."tg_messages__count"() IS 'Trigger: counts what happened to the messages of a statement. Definer: nobody else writes the counts.';

COMMENT ON TYPE "private"."claim_progress" IS 'A claim while it is made. senders and throttles: remaining capacity; remaining: how many more messages it may claim; message_ids: those claimed so far. The other fields belong to the current round: candidates, the messages the gate allowed, and the runs to defer or to move past their step. at_once: the messages are requested as soon as the claim is committed.';

REVOKE ALL ON FUNCTION "private"."advance_listed_runs"(uuid, uuid[], integer, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."advance_listed_runs"(uuid, uuid[], integer, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."claim_for_org"(uuid, integer, text[], uuid, timestamp WITH time zone, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_for_org"(uuid, integer, text[], uuid, timestamp WITH time zone, boolean) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."claim_messages"(integer, text, timestamp WITH time zone, uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_messages"(integer, text, timestamp WITH time zone, uuid, boolean) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."claim_requests"(integer, text, timestamp WITH time zone, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_requests"(integer, text, timestamp WITH time zone, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."day_of_count"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."start_claim"(uuid, integer, text[], uuid, timestamp WITH time zone, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."start_claim"(uuid, integer, text[], uuid, timestamp WITH time zone, boolean) TO "pipeline_writer";

-- Rights that default privileges would change.

revoke execute on function private.day_of_count(uuid) from pipeline_writer;
