create function public.feed_campaign(
  p_org_id uuid, p_campaign_id uuid, p_local_date date, p_as_of timestamptz default now()
) returns setof public.campaign_feeds
language plpgsql volatile set search_path = ''
-- The cursor below needs its first few hundred rows, however many candidates there are; the planner, which expects to
-- read all, would otherwise sort them or compile the plan.
set cursor_tuple_fraction = 0.0001 set jit = off as $$
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
  v_correlations uuid[];
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
  -- What happens to a lead goes on under the id of its upload.
  select array_agg(coalesce((select u.correlation_id from public.uploads u where u.id = (
      select l.created_upload_id from public.leads l where l.org_id = p_org_id and l.id = f.lead_id)),
    v_feed.correlation_id) order by f.place)
  into v_correlations from unnest(v_leads) with ordinality f (lead_id, place);
  insert into public.sequence_runs (org_id, campaign_id, lead_id, sequence_id, next_step, next_channel, next_at,
    correlation_id, started_at)
  select p_org_id, p_campaign_id, f.lead_id, (n.s).sequence_id, (n.s).step, (n.s).channel,
    private.step_due_at(n.s, f.lead_id, p_as_of, o.time_zone, o.holidays, true), f.correlation_id, p_as_of
  from unnest(v_leads, v_correlations) f (lead_id, correlation_id)
  join public.orgs o on o.id = p_org_id
  cross join lateral (
    select x as s from public.sequence_steps x
    join public.sequences q on q.org_id = x.org_id and q.id = x.sequence_id
    where x.org_id = p_org_id and x.sequence_id = v_campaign.sequence_id and x.step = coalesce(q.first_step, x.step)
    order by x.step limit 1) n
  on conflict do nothing;
  insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
  select p_org_id, f.lead_id, 'fed', p_as_of, f.correlation_id,
    jsonb_build_object('campaign_id', p_campaign_id, 'place', f.place)
  from unnest(v_leads, v_correlations) with ordinality f (lead_id, correlation_id, place);

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
$$;
comment on function public.feed_campaign(uuid, uuid, date, timestamptz) is
  'Feeds the best candidates that pass the live check into a running campaign, up to its daily limit, and returns '
  'the row in campaign_feeds; no row when this local date is done or another session is feeding. Does not check the '
  'calendar, unlike feed_campaigns. Best is by the scores of the org''s rules, where it has any. Raises SL503 when the campaign is not running.';
revoke execute on function public.feed_campaign(uuid, uuid, date, timestamptz) from public, anon, authenticated;
grant execute on function public.feed_campaign(uuid, uuid, date, timestamptz) to pipeline_writer, service_role;
