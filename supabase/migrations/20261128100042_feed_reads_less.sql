-- feed reads less: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP TRIGGER "_200_set_added_to_campaign_at_on_insert" ON "public"."leads";

DROP TRIGGER "_200_set_added_to_campaign_at" ON "public"."leads";

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."leads_in_work_idx";

ALTER TABLE "private"."place_deltas"
  DROP CONSTRAINT "place_delta_is_of_an_org";

DROP FUNCTION "private"."assign_brokers"(uuid, uuid[], timestamp WITH time zone);

DROP FUNCTION "private"."check_candidates"(uuid, uuid[]);

CREATE OR REPLACE FUNCTION private.assign_brokers (
  p_org_id  uuid,
  p_brokers uuid[],
  p_states  text[],
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_brokers uuid[];
  v_licensed text[];
  v_free integer[];
  v_queue integer[];
  v_turn_at timestamptz[];
  v_given uuid[] := '{}'::uuid[];
  v_lead record;
  v_pick integer;
begin
  -- Locked, so that two feeds of the org do not use the same capacity.
  perform from public.brokers b where b.org_id = p_org_id and b.active order by b.id for no key update;
  select array_agg(b.id order by b.last_assigned_at nulls first, b.id),
    array_agg(array_to_string(b.licensed_states, ',') order by b.last_assigned_at nulls first, b.id),
    array_agg(b.capacity - coalesce(o.open, 0) order by b.last_assigned_at nulls first, b.id),
    array_agg(row_number order by row_number)
  into v_brokers, v_licensed, v_free, v_queue
  from (
    select b.*, row_number() over (order by b.last_assigned_at nulls first, b.id)::integer
    from public.brokers b where b.org_id = p_org_id and b.active
  ) b
  left join (
    select l.assigned_broker_id, count(*)::integer as open
    from public.leads l
    where l.org_id = p_org_id and l.assigned_broker_id is not null
      and l.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')
    group by l.assigned_broker_id
  ) o on o.assigned_broker_id = b.id;
  v_turn_at := array_fill(null::timestamptz, array[coalesce(cardinality(v_brokers), 0)]);

  for v_lead in
    select x.has, x.state, x.n from unnest(p_brokers, p_states) with ordinality x (has, state, n) order by x.n
  loop
    v_pick := null;
    if v_lead.has is not null then
      -- The lead keeps its broker and counts towards that broker's capacity.
      v_pick := array_position(v_brokers, v_lead.has);
      v_given := v_given || v_lead.has;
    else
      -- Most often it is the turn of the first.
      v_pick := v_queue[1];
      if v_pick is not null and (v_free[v_pick] <= 0 or v_licensed[v_pick] <> ''
        and v_lead.state = any (string_to_array(v_licensed[v_pick], ',')) is not true)
      then
        v_pick := null;
        select q.who into v_pick
        from unnest(v_queue) with ordinality q (who, n)
        where v_free[q.who] > 0
          and (v_licensed[q.who] = '' or v_lead.state = any (string_to_array(v_licensed[q.who], ',')))
        order by q.n limit 1;
      end if;
      v_given := v_given || v_brokers[v_pick];
      if v_pick is not null then
        v_queue := array_remove(v_queue, v_pick) || v_pick;
        -- One microsecond per turn: the next feed starts with the order of this one.
        v_turn_at[v_pick] := p_as_of + v_lead.n * interval '1 microsecond';
      end if;
    end if;
    if v_pick is not null then
      v_free[v_pick] := v_free[v_pick] - 1;
    end if;
  end loop;

  update public.brokers b set last_assigned_at = t.at
  from unnest(v_brokers, v_turn_at) t (id, at)
  where b.org_id = p_org_id and b.id = t.id and t.at is not null;
  return v_given;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_candidates (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS TABLE (
    lead_id    uuid,
    lead_score smallint,
    refusal    text,
    phones     bytea[],
    shared     boolean,
    broker_id  uuid,
    state      text
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return query
  with contacts as materialized (
    select i.n, l.id, coalesce(s.score, l.lead_score) as score, not l.consent and l.consented_at is not null as revoked,
      l.assigned_broker_id as broker, l.situs_state as place,
      c.value_bidx, c.verified, coalesce(c.kind = 'phone' and c.invalid_at is null, false) as reachable
    from unnest(p_lead_ids) with ordinality i (id, n)
    join public.leads l on l.org_id = p_org_id and l.id = i.id
    left join public.lead_scores s on s.org_id = p_org_id and s.lead_id = i.id
    left join public.contact_points c on c.org_id = p_org_id and c.lead_id = i.id
  ),
  -- Each value once: one owner of many properties has one phone. Subqueries that stay subqueries (offset 0) instead
  -- of joins to leads and campaigns: each is one index probe, whatever the statistics about leads in progress say. They
  -- start from the contact points, and look each lead up by its key alone before they ask for its status: every index
  -- of leads in progress is empty to the statistics of the morning, and would be read whole for each phone. What only
  -- one lead of these has, is not looked up there: its status is known.
  facts as materialized (
    select v.value_bidx, v.leads > 1 as shared,
      -- Most values were never suppressed: one probe tells, and saves the call.
      exists (select from public.suppressions s where s.org_id = p_org_id and s.value_bidx = v.value_bidx offset 0)
        and private.is_suppressed(p_org_id, v.value_bidx) as held,
      v.reachable and exists (
        select from public.contact_points q
        where q.org_id = p_org_id and q.value_bidx = v.value_bidx and q.lead_id <> v.one_lead
          and (
            -- The best phone of a lead in progress counts, valid or not.
            select o.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')
              and (q.invalid_at is null or o.phone_bidx = q.value_bidx)
              and (select k.state from public.campaigns k where k.org_id = o.org_id
                and k.id = o.campaign_id) in ('running', 'paused')
            from public.leads o where o.org_id = q.org_id and o.id = q.lead_id)
        offset 0) as taken
    from (
      select c.value_bidx, bool_or(c.reachable) as reachable, count(*) as leads, (array_agg(c.id))[1] as one_lead
      from contacts c group by c.value_bidx) v
    where v.value_bidx is not null
  )
  select c.id, c.score,
    case
      when c.revoked then 'consent_revoked'
      when not bool_or(c.reachable and c.verified) then 'no_verified_phone'
      when not bool_or(c.reachable and c.verified and not f.held)
        or bool_or(case when f.held then private.is_suppressed(p_org_id, c.value_bidx, 'all') end) then 'suppressed'
      when bool_or(c.reachable and f.taken) then 'phone_in_campaign'
    end,
    array_agg(c.value_bidx) filter (where c.reachable), coalesce(bool_or(c.reachable and f.shared), false),
    c.broker, c.place
  from contacts c
  left join facts f on f.value_bidx = c.value_bidx
  group by c.n, c.id, c.score, c.revoked, c.broker, c.place
  order by c.n;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_orgs__forget_places()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  delete from private.place_deltas d where d.org_id = old.id;
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
  select n.org_id, (n.at at time zone o.time_zone)::date, n.kind,
    -- Looked up only where it is asked for: a join would read the uploads of the org for each event.
    coalesce(l.source_id, case when n.lead_id is null then (
      select u.source_id from public.uploads u
      where u.org_id = n.org_id and u.id = (n.detail ->> 'upload_id')::uuid) end), c.campaign_id,
    l.assigned_broker_id,
    case when n.kind = 'fed' then date_trunc('week', n.at at time zone o.time_zone)::date
      when n.kind > 'fed' then date_trunc('week', l.added_to_campaign_at at time zone o.time_zone)::date end,
    case tg_op when 'DELETE' then -1 else 1 end * sum(n.quantity),
    case tg_op when 'DELETE' then -1 else 1 end * count(*) filter (where n.lead_id is not null and (n.kind <> 'sent' or not exists (
      select from public.pipeline_events e
      where e.org_id = n.org_id and e.lead_id = n.lead_id and e.kind = 'sent' and (e.at, e.id) < (n.at, n.id)
        and e.detail ->> 'campaign_id' is not distinct from n.detail ->> 'campaign_id')))
  from changed n
  -- The counts go with the org.
  join public.orgs o on o.id = n.org_id and o.id::text is distinct from current_setting('sluice.deleting_org', true)
  left join public.leads l on l.org_id = n.org_id and l.id = n.lead_id
  cross join lateral (select coalesce((n.detail ->> 'campaign_id')::uuid,
    case when n.kind >= 'fed' then l.campaign_id end) as campaign_id) c
  group by 1, 2, 3, 4, 5, 6, 7;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.feed_campaign (
  p_org_id      uuid,
  p_campaign_id uuid,
  p_local_date  date,
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS SETOF public.campaign_feeds
  LANGUAGE plpgsql
  SET search_path TO ''
  SET cursor_tuple_fraction TO '0.0001'
  SET jit TO 'off'
  AS $function$
declare
  v_campaign public.campaigns;
  v_feed public.campaign_feeds;
  v_began constant timestamptz := clock_timestamp();
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_more boolean := true;
  v_later boolean;
  v_candidate uuid;
  v_batch uuid[];
  v_lead record;
  v_leads uuid[] := '{}'::uuid[];
  v_scores smallint[] := '{}'::smallint[];
  v_brokers uuid[] := '{}'::uuid[];
  v_states text[] := '{}'::text[];
  v_unassigned integer;
  v_busy_phones bytea[] := '{}'::bytea[];
  v_left_out jsonb := '{}'::jsonb;
  v_scored constant boolean := private.has_scores(p_org_id);
  v_candidates refcursor;
begin
  if not pg_try_advisory_xact_lock(
    hashtextextended(format('sluice feed %s %s %s', p_org_id, p_campaign_id, p_local_date), 0))
  then
    return;
  end if;
  -- Feeds of one org wait for each other: each cannot see the uncommitted rows of the other, and both would take a
  -- phone that two leads share.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice feed %s', p_org_id), 0));
  select c.* into v_campaign from public.campaigns c
  where c.org_id = p_org_id and c.id = p_campaign_id for share;
  if v_campaign.state is distinct from 'running' then
    raise exception 'campaign % is not running', p_campaign_id using errcode = 'SL503';
  end if;

  insert into public.campaign_feeds as f (org_id, campaign_id, local_date, planned, started_at, late)
  select p_org_id, p_campaign_id, p_local_date, v_campaign.daily_limit, p_as_of,
    p_as_of > private.feed_due_at(p_local_date, o.time_zone) + interval '5 minutes'
  from public.orgs o where o.id = p_org_id
  on conflict (org_id, campaign_id, local_date) do update
    set state = 'running', planned = excluded.planned, started_at = excluded.started_at, late = excluded.late,
      finished_at = null, retry_after = null, attempts = f.attempts + 1, detail = '{}'
    where f.state = 'failed'
  returning f.* into v_feed;
  if not found then
    return;
  end if;
  perform set_config('sluice.actor', 'system', true);

  -- The view nominates; status, score and filters are current. Best first; leads locked by another session are
  -- skipped. Where the org's rules score its leads, the order is that of the refresh: the night's scores are in the
  -- view, in the order of an index, without the leads that were fed before.
  if v_scored then
    open v_candidates no scroll for
      select l.id
      from public.mv_contactable_leads n
      join public.leads l on l.org_id = n.org_id and l.id = n.lead_id
      left join public.lead_scores s on s.org_id = n.org_id and s.lead_id = n.lead_id
      where n.org_id = p_org_id and l.campaign_status = 'new' and l.phone_verified
        and coalesce(s.score, 0) >= v_campaign.min_score
        and (cardinality(v_campaign.states) = 0 or l.situs_state = any (v_campaign.states))
        and (cardinality(v_campaign.source_ids) = 0 or l.source_id = any (v_campaign.source_ids))
      order by n.lead_score desc, n.lead_id
      for no key update of l skip locked;
  else
    open v_candidates no scroll for
      select l.id
      from public.leads l
      join public.mv_contactable_leads n on n.org_id = l.org_id and n.lead_id = l.id
      where l.org_id = p_org_id and l.campaign_status = 'new' and l.phone_verified
        and l.lead_score >= v_campaign.min_score
        and (cardinality(v_campaign.states) = 0 or l.situs_state = any (v_campaign.states))
        and (cardinality(v_campaign.source_ids) = 0 or l.source_id = any (v_campaign.source_ids))
      order by l.lead_score desc, l.id
      for no key update of l skip locked;
  end if;
  while v_more and cardinality(v_leads) < v_campaign.daily_limit loop
    v_batch := '{}'::uuid[];
    v_later := cardinality(v_leads) > 0;
    while v_more and cardinality(v_batch) < v_campaign.daily_limit - cardinality(v_leads) loop
      fetch v_candidates into v_candidate;
      v_more := found;
      if v_more then
        v_batch := v_batch || v_candidate;
      end if;
    end loop;
    for v_lead in select * from private.check_candidates(p_org_id, v_batch) loop
      -- The first batch compares only the phones that two of its leads have.
      if v_lead.refusal is null and (v_lead.shared or v_later) and v_lead.phones && v_busy_phones then
        v_lead.refusal := 'phone_in_campaign';
      end if;
      if v_lead.refusal is null then
        v_leads := v_leads || v_lead.lead_id;
        v_scores := v_scores || v_lead.lead_score;
        v_brokers := v_brokers || v_lead.broker_id;
        v_states := v_states || v_lead.state;
        v_busy_phones := v_busy_phones || v_lead.phones;
      else
        v_left_out := v_left_out
          || jsonb_build_object(v_lead.refusal, coalesce((v_left_out ->> v_lead.refusal)::integer, 0) + 1);
      end if;
    end loop;
  end loop;
  close v_candidates;

  if v_campaign.assign_brokers then
    v_brokers := private.assign_brokers(p_org_id, v_brokers, v_states, p_as_of);
  end if;
  with fed as (
    update public.leads l
    set campaign_id = p_campaign_id, campaign_status = 'queued', added_to_campaign_at = p_as_of,
      current_sequence_step = 0, assigned_broker_id = coalesce(l.assigned_broker_id, f.broker_id)
    from unnest(v_leads, v_brokers) f (lead_id, broker_id)
    where l.org_id = p_org_id and l.id = f.lead_id
    returning l.assigned_broker_id
  )
  select count(*) into v_unassigned from fed where fed.assigned_broker_id is null;
  insert into public.sequence_runs (org_id, campaign_id, lead_id, sequence_id, next_step, next_channel, next_at,
    correlation_id, started_at)
  select p_org_id, p_campaign_id, f.lead_id, (n.s).sequence_id, (n.s).step, (n.s).channel,
    private.step_due_at(n.s, f.lead_id, p_as_of, o.time_zone, o.holidays, true), v_feed.correlation_id, p_as_of
  from unnest(v_leads) f (lead_id)
  join public.orgs o on o.id = p_org_id
  cross join lateral (
    select x as s from public.sequence_steps x
    join public.sequences q on q.org_id = x.org_id and q.id = x.sequence_id
    where x.org_id = p_org_id and x.sequence_id = v_campaign.sequence_id and x.step = coalesce(q.first_step, x.step)
    order by x.step limit 1) n
  on conflict do nothing;
  insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
  select p_org_id, f.lead_id, 'fed', p_as_of, v_feed.correlation_id,
    jsonb_build_object('campaign_id', p_campaign_id, 'place', f.place)
  from unnest(v_leads) with ordinality f (lead_id, place);

  insert into public.lead_score_snapshots (org_id, lead_id, fed_at, version, score, points)
  select s.org_id, s.lead_id, p_as_of, s.version, s.rule_score, s.points
  from unnest(v_leads) f (lead_id)
  join public.lead_scores s on s.org_id = p_org_id and s.lead_id = f.lead_id
  on conflict (org_id, lead_id, fed_at) do nothing;

  update public.campaign_feeds f
  set state = 'done', fed_count = cardinality(v_leads),
    unassigned_count = v_unassigned,
    finished_at = p_as_of + (clock_timestamp() - v_began),
    detail = jsonb_strip_nulls(jsonb_build_object(
      'left_out', v_left_out, 'from_score', v_scores[1], 'to_score', v_scores[cardinality(v_scores)]))
  where f.org_id = p_org_id and f.campaign_id = p_campaign_id and f.local_date = p_local_date
  returning f.* into v_feed;
  perform set_config('sluice.actor', v_actor, true);
  return next v_feed;
end
$function$;

CREATE TRIGGER _200_set_added_to_campaign_at_on_insert
  BEFORE INSERT ON public.leads
  FOR EACH ROW
  WHEN (((new.campaign_status = ANY (ARRAY['queued'::public.campaign_status, 'active'::public.campaign_status])) AND (new.added_to_campaign_at IS NULL)))
  EXECUTE FUNCTION public.set_added_to_campaign_at();

CREATE TRIGGER _200_set_added_to_campaign_at
  BEFORE UPDATE OF campaign_status ON public.leads
  FOR EACH ROW
  WHEN
    (((old.campaign_status = 'new'::public.campaign_status) AND (new.campaign_status = ANY (ARRAY['queued'::public.campaign_status, 'active'::public.campaign_status])) AND
    (new.added_to_campaign_at IS NULL)))
  EXECUTE FUNCTION public.set_added_to_campaign_at();

CREATE TRIGGER _700_forget_places
  AFTER DELETE ON public.orgs
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_orgs__forget_places();

COMMENT ON FUNCTION "private"."assign_brokers"(uuid, uuid[], text[], timestamp with time zone) IS 'Brokers for leads, of which the caller gives the broker (null: none) and the situs state, in order: a lead keeps its own; otherwise the active broker who has waited longest, has capacity and is licensed in the situs state (no list of states: in any); null if there is none. Writes only last_assigned_at; the caller updates the leads.';

COMMENT ON FUNCTION "private"."check_candidates"(uuid, uuid[]) IS 'The live check of new leads that the caller has locked, in the given order: the reason why each may not be fed (null: it may), its phones, whether another of the leads has one of them, its broker and its situs state. A phone is in a campaign when a lead in progress there has it; paused campaigns count, because they may resume at any time, and so does the one being fed.';

COMMENT ON FUNCTION "private"."tg_orgs__forget_places"() IS 'Trigger: the counts go with the org. Definer: nobody else writes the counts.';

COMMENT ON TABLE "private"."place_deltas" IS 'Counts that are not in place_counts yet. Without a foreign key, whose check costs as much as the row: only triggers of leads write here, and the statement that they follow has locked the org of its leads.';

REVOKE ALL ON FUNCTION "private"."assign_brokers"(uuid, uuid[], text[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."assign_brokers"(uuid, uuid[], text[], timestamp WITH time zone) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."assign_brokers"(uuid, uuid[], text[], timestamp WITH time zone) TO "service_role";

REVOKE ALL ON FUNCTION "private"."check_candidates"(uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_candidates"(uuid, uuid[]) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."check_candidates"(uuid, uuid[]) TO "service_role";

REVOKE ALL ON FUNCTION "private"."tg_orgs__forget_places"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_orgs__forget_places"() TO "pipeline_writer";
