-- where clauses: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

-- Written by hand: a grant by a role that does not own the schema only warns, and every function that encrypts would
-- fail later.
do $$
begin
  if not has_schema_privilege('pipeline_writer', 'extensions', 'usage') then
    raise exception 'pipeline_writer has no usage on the schema extensions, and % cannot grant it', current_user
      using hint = 'As the owner of the schema: grant usage on schema extensions to pipeline_writer, authenticated, '
        'service_role';
  end if;
end
$$;

set local check_function_bodies = off;

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
$function$;

CREATE OR REPLACE FUNCTION private.claim_for_org (
  p_org_id      uuid,
  p_limit       integer,
  p_channels    text[],
  p_lease_token uuid,
  p_as_of       timestamp with time zone
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.pick_due_runs (
  p_claim        private.claim_progress,
  p_seen_run_ids uuid[]
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.resolve_part (
  p_part_id uuid,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET jit TO 'off'
  AS $function$
declare
  v_part public.upload_parts;
  v_upload public.uploads;
  v_trust smallint;
  v_line integer;
  v_verified integer;
begin
  select * into strict v_part from public.upload_parts p where p.id = p_part_id;
  perform pg_advisory_xact_lock(hashtextextended(v_part.org_id::text, 1));
  select * into strict v_part from public.upload_parts p where p.id = p_part_id for update;
  if v_part.state <> 'staged' then
    return v_part.state;
  end if;
  select * into strict v_upload from public.uploads u where u.id = v_part.upload_id;
  select s.trust into strict v_trust from public.sources s where s.id = v_upload.source_id;
  if (select count(*) from public.leads_staging s where s.part_id = p_part_id and s.verdict is null)
    <> v_part.staged - v_part.created - v_part.updated - v_part.unchanged - v_part.merged - v_part.conflict then
    -- The staging rows are lost (database crash): stage again from the stored bytes.
    perform private.reset_part(p_part_id);
    return 'received';
  end if;
  perform set_config('sluice.actor', 'upload', true), set_config('sluice.upload_id', v_upload.id::text, true);

  perform private.open_resolve_scratch();
  perform private.match_rows(v_part.org_id, p_part_id);
  perform private.link_rows(v_part.org_id, p_part_id);
  perform private.classify_components(v_part.org_id);
  perform private.fold_rows(p_part_id);
  perform private.apply_leads(v_part.org_id, p_part_id, v_upload.id, v_upload.source_id, v_trust,
    v_upload.received_at);

  v_verified := (select count(*) from resolve_leads n where n.is_new and n.phone_verified);

  for v_line in select r.line_number from resolve_rows r where r.lead_id is null order by r.line_number loop
    delete from resolve_leads where true;
    perform private.resolve_row(v_part.org_id, p_part_id, v_upload.id, v_line, p_as_of);
    if (select r.lead_id is not null from resolve_rows r where r.line_number = v_line) then
      perform private.fold_rows(p_part_id, v_line);
      perform private.apply_leads(v_part.org_id, p_part_id, v_upload.id, v_upload.source_id, v_trust,
        v_upload.received_at, v_line);
      v_verified := v_verified + (select count(*) from resolve_leads n where n.is_new and n.phone_verified);
    end if;
  end loop;

  -- A row that matches a lead created by this same upload is a repeat. One look-up by key for each such row: without
  -- statistics, a join would scan the leads for every row.
  update resolve_rows r set verdict = 'merged'
  where r.verdict in ('unchanged', 'updated')
    and (select l.created_upload_id from public.leads l
      where l.org_id = v_part.org_id and l.id = r.lead_id) = v_upload.id;
  perform private.clear_staging(p_part_id);

  update public.upload_parts p
  set state = 'resolved', resolved_at = greatest(p_as_of, p.staged_at),
    created = p.created + v.created, updated = p.updated + v.updated, unchanged = p.unchanged + v.unchanged,
    merged = p.merged + v.merged, conflict = p.conflict + v.conflict
  from (
    select count(*) filter (where r.verdict = 'created') as created,
      count(*) filter (where r.verdict = 'updated') as updated,
      count(*) filter (where r.verdict = 'unchanged') as unchanged,
      count(*) filter (where r.verdict = 'merged') as merged,
      count(*) filter (where r.verdict = 'conflict') as conflict
    from resolve_rows r
  ) v
  where p.id = p_part_id;
  perform private.record_part_events(p_part_id, v_verified, p_as_of);
  if v_part.rejected > 0 then
    perform private.record_dead_letter(v_part.org_id, 'rejects', jsonb_build_object('part_id', p_part_id),
      v_part.rejected || case when v_part.rejected = 1 then ' row' else ' rows' end || ' rejected', null,
        v_upload.correlation_id, p_as_of);
  end if;
  return 'resolved';
end
$function$;

CREATE OR REPLACE FUNCTION public.close_conflict (
  p_org_id      uuid,
  p_conflict_id bigint,
  p_lead_id     uuid                     DEFAULT NULL::uuid,
  p_resolution  text                     DEFAULT NULL::text,
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS public.conflict_state
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  k public.lead_conflicts;
  p public.upload_parts;
  v_source public.sources;
begin
  select c.* into k from public.lead_conflicts c
  where c.org_id = p_org_id and c.id = p_conflict_id and c.state = 'open'
    and (private.is_trusted_caller() or c.org_id = any (private.my_org_ids('{owner,admin}')))
  for update;
  if not found then
    raise exception 'open conflict not found' using errcode = 'SL302';
  end if;
  if p_lead_id is not null then
    perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
    select x.* into strict p from public.upload_parts x where x.upload_id = k.upload_id and x.part = k.part;
    select s.* into strict v_source from public.sources s
    join public.uploads u on u.source_id = s.id where u.id = k.upload_id;
    if not exists (select from public.leads l where l.org_id = p_org_id and l.id = p_lead_id) then
      raise exception 'lead not found' using errcode = 'SL303';
    end if;
    if not exists (select from public.leads_staging s where s.part_id = p.id and s.line_number = k.line) then
      raise exception 'the row is no longer staged: upload it again' using errcode = 'SL304';
    end if;
    perform set_config('sluice.actor', 'upload', true), set_config('sluice.upload_id', k.upload_id::text, true);
    perform private.open_resolve_scratch();
    -- The person decides which lead the row belongs to; its contradicting keys are ignored.
    insert into resolve_rows (line_number, has_key, component, component_size, lead_id, verdict)
    values (k.line, false, k.line, 1, p_lead_id, 'unchanged');
    perform private.fold_rows(p.id, k.line);
    update resolve_leads n set mak = null, county_fips = null, apn = null, addr_hash = null where true;
    perform private.apply_leads(p_org_id, p.id, k.upload_id, v_source.id, v_source.trust, p_as_of, k.line);
  end if;
  delete from public.leads_staging s using public.upload_parts x
  where x.upload_id = k.upload_id and x.part = k.part and s.part_id = x.id and s.line_number = k.line;
  update public.lead_conflicts c
  set state = case when p_lead_id is null then 'dismissed' else 'resolved' end::public.conflict_state,
    closed_at = p_as_of, closed_by = auth.uid(),
    resolution = coalesce(p_resolution,
      case when p_lead_id is null then 'dismissed' else 'row assigned to lead ' || p_lead_id end)
  where c.org_id = p_org_id and c.id = p_conflict_id
  returning c.state into k.state;
  return k.state;
end
$function$;
