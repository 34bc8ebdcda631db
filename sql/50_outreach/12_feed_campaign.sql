create function public.feed_campaign(
  p_org_id uuid, p_campaign_id uuid, p_local_date date, p_as_of timestamptz default now()
) returns setof public.campaign_feeds
language plpgsql volatile set search_path = ''
-- The cursor below wants its first few hundred rows, however many candidates there are.
set cursor_tuple_fraction = 0.0001 as $$
declare
  v_campaign public.campaigns;
  v_feed public.campaign_feeds;
  v_began constant timestamptz := clock_timestamp();
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_lead record;
  v_refusal text;
  v_phones bytea[];
  v_leads uuid[] := '{}';
  v_scores integer[] := '{}';
  v_brokers uuid[];
  v_busy_phones bytea[] := '{}';
  v_left_out jsonb := '{}';
  -- The view nominates; status, score and filters are those of this instant. Best first, and a lead that
  -- somebody else holds is left to them.
  v_candidates no scroll cursor for
    select l.id, l.lead_score, not l.consent and l.consented_at is not null as consent_is_revoked
    from public.leads l
    join public.mv_contactable_leads n on n.org_id = l.org_id and n.lead_id = l.id
    where l.org_id = p_org_id and l.campaign_status = 'new' and l.phone_verified
      and l.lead_score >= v_campaign.min_score
      and (cardinality(v_campaign.states) = 0 or l.situs_state = any (v_campaign.states))
      and (cardinality(v_campaign.source_ids) = 0 or l.source_id = any (v_campaign.source_ids))
    order by l.lead_score desc, l.id
    for no key update of l skip locked;
begin
  if not pg_try_advisory_xact_lock(
    hashtextextended(format('sluice feed %s %s %s', p_org_id, p_campaign_id, p_local_date), 0))
  then
    return;
  end if;
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

  for v_lead in v_candidates loop
    v_phones := '{}';
    if v_lead.consent_is_revoked then
      v_refusal := 'consent_revoked';
    else
      select j.refusal, j.phones into v_refusal, v_phones
      from private.judge_candidate(p_org_id, v_lead.id, v_busy_phones) j;
    end if;
    if v_refusal is null then
      v_leads := v_leads || v_lead.id;
      v_scores := v_scores || v_lead.lead_score::integer;
      v_busy_phones := v_busy_phones || v_phones;
      exit when cardinality(v_leads) >= v_campaign.daily_limit;
    else
      v_left_out := v_left_out || jsonb_build_object(v_refusal, coalesce((v_left_out ->> v_refusal)::integer, 0) + 1);
      -- An owner's many properties share one phone: it is looked up once.
      if v_refusal = 'phone_in_campaign' and cardinality(v_phones) = 1 and not v_phones && v_busy_phones then
        v_busy_phones := v_busy_phones || v_phones;
      end if;
    end if;
  end loop;

  if v_campaign.assign_brokers then
    v_brokers := private.assign_brokers(p_org_id, v_leads, p_as_of);
  end if;
  update public.leads l
  set campaign_id = p_campaign_id, campaign_status = 'queued', added_to_campaign_at = p_as_of,
    current_sequence_step = 0, assigned_broker_id = coalesce(l.assigned_broker_id, f.broker_id)
  from unnest(v_leads, v_brokers) f (lead_id, broker_id)
  where l.org_id = p_org_id and l.id = f.lead_id;
  insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
  select p_org_id, f.lead_id, 'fed', p_as_of, v_feed.correlation_id,
    jsonb_build_object('campaign_id', p_campaign_id, 'place', f.place)
  from unnest(v_leads) with ordinality f (lead_id, place);

  update public.campaign_feeds f
  set state = 'done', fed_count = cardinality(v_leads),
    unassigned_count = (
      select count(*) from public.leads l
      where l.org_id = p_org_id and l.id = any (v_leads) and l.assigned_broker_id is null),
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
  'Feeds the best candidates of the view that pass the live check into a running campaign, up to its daily limit, and returns the row of the ledger; no row when this local date is done or another session is at it. Does not ask the calendar: feed_campaigns does. Raises SL503 when the campaign does not run.';
revoke execute on function public.feed_campaign(uuid, uuid, date, timestamptz) from public, anon, authenticated;
grant execute on function public.feed_campaign(uuid, uuid, date, timestamptz) to pipeline_writer, service_role;
