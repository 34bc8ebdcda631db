-- uploads and feeds cost less: five functions as sql/ has them, by hand.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.stage_contacts(p_part public.upload_parts) returns jsonb
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set enable_nestloop = off
set enable_mergejoin = off
as $$
declare
  v_key text := private.org_key(p_part.org_id, p_part.key_id);
  v_blind bytea := private.blind_key(p_part.org_id);
  v_warnings jsonb;
begin
  with items as materialized (
    select s.line_no, 'phone'::public.contact_kind as kind, e.n, e.item ->> 'v' as raw,
      private.normalise_phone(e.item ->> 'v') as value,
      e.item ->> 'label' as label, e.item ->> 'refused' as refused, coalesce(e.item ->> 'codes', '') as codes,
      case when e.n = 1 then coalesce(s.result_codes, '') else '' end as results
    from stage_in s cross join lateral jsonb_array_elements(s.phones) with ordinality e (item, n)
    where s.reject_code is null
    union all
    select s.line_no, 'email', e.n, e.item ->> 'v', private.normalise_email(e.item ->> 'v'),
      e.item ->> 'label', e.item ->> 'refused', coalesce(e.item ->> 'codes', ''),
      case when e.n = 1 then coalesce(s.result_codes, '') else '' end
    from stage_in s cross join lateral jsonb_array_elements(s.emails) with ordinality e (item, n)
    where s.reject_code is null
  ), judged as materialized (
    -- A list repeats few combinations of codes: each is evaluated once.
    select d.kind, d.codes, d.results, j.*
    from (select distinct i.kind, i.codes, i.results from items i) d
    cross join lateral private.judge_codes(d.kind::text, d.codes, d.results) j
  ), refused as materialized (
    -- A value that the row has twice is refused if one of them is, for the reason that reaches furthest.
    select distinct on (i.line_no, i.value) i.line_no, i.value, i.refused
    from items i join private.listed_refusals() f on f.refused = i.refused
    where i.refused is not null and i.value is not null
    order by i.line_no, i.value, f.rank
  ), staged as (
    insert into private.leads_staging_contacts
      (part_id, line_number, kind, position, value_bidx, value_cipher, masked, label, verified, invalid, codes,
      refused)
    select p_part.id, i.line_no, i.kind,
      row_number() over (partition by i.line_no, i.kind order by coalesce(f.refused = 'wrong', false), i.n),
      private.blind_index(i.value, v_blind), private.encrypt_value(i.value, v_key), private.mask_contact(i.value),
      left(i.label, 40), j.verified and f.refused is distinct from 'wrong', j.invalid or coalesce(f.refused = 'wrong', false),
      j.known, f.refused
    from items i
    join judged j using (kind, codes, results)
    left join refused f on f.line_no = i.line_no and f.value = i.value
    where i.value is not null
    on conflict (part_id, line_number, value_bidx) do nothing
  )
  select coalesce(jsonb_object_agg(w.code, w.found), '{}') into v_warnings
  from (
    select u.code, jsonb_build_object('n', count(*), 'lines', (array_agg(u.line_no order by u.line_no))[:5]) as found
    from (
      select i.line_no, case
          when private.read_phone(i.raw) is not null then 'filler_phone'
          when private.read_email(i.raw) is not null then 'filler_email'
          when i.kind = 'phone' then 'phone_unusable'
          else 'email_unusable' end as code
      from items i where i.value is null
    ) u
    group by u.code
  ) w;
  return v_warnings;
end
$$;

CREATE OR REPLACE FUNCTION private.tg_contact_points__sync_consents() returns trigger
language plpgsql security definer
set search_path = ''
set enable_seqscan = off
set plan_cache_mode = force_custom_plan
as $$
begin
  -- Most lists come to an org where no contact has consents of its own.
  if not exists (
    select from (select distinct n.org_id from new_rows n) o
    where exists (select from public.consents c where c.org_id = o.org_id and c.value_bidx is not null)
  ) then
    return null;
  end if;
  perform private.sync_lead_consents(n.org_id, array_agg(distinct n.lead_id))
  from new_rows n
  cross join lateral (
    select from public.consents c where c.org_id = n.org_id and c.value_bidx = n.value_bidx limit 1
  ) c
  group by n.org_id;
  return null;
end
$$;

CREATE OR REPLACE FUNCTION private.tg_contact_points__stay_wrong() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
declare
  v record;
begin
  -- Most lists come to an org where nothing was called wrong.
  if not exists (
    select from (select distinct n.org_id from new_rows n) o
    where exists (select from public.wrong_contacts w where w.org_id = o.org_id)
  ) then
    return null;
  end if;
  -- Few values are wrong: they are found first, so that an import does not join all its contact points again.
  for v in
    with called_wrong as materialized (
      select n.org_id, n.id, n.value_bidx, n.lead_id
      from new_rows n
      cross join lateral (
        select from public.wrong_contacts w where w.org_id = n.org_id and w.value_bidx = n.value_bidx limit 1
      ) w
      where n.invalid_at is null
    )
    select c.org_id, c.id from called_wrong c
    where private.is_wrong_contact(c.org_id, c.value_bidx, c.lead_id) order by c.id
  loop
    update public.contact_points c set invalid_at = now(), verified = false where c.org_id = v.org_id and c.id = v.id;
  end loop;
  return null;
end
$$;

CREATE OR REPLACE FUNCTION private.check_candidates(p_org_id uuid, p_lead_ids uuid[])
returns table (lead_id uuid, lead_score smallint, refusal text, phones bytea[], shared boolean, broker_id uuid,
  state text)
language plpgsql volatile set search_path = '' as $$
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
  -- Each value once: one owner of many properties has one phone. By windows, and not joined to the contacts again: the
  -- planner expects few of them, and would compare each with each. Subqueries that stay subqueries (offset 0) instead
  -- of joins to leads and campaigns: each is one index probe, whatever the statistics about leads in progress say. They
  -- start from the contact points, and look each lead up by its key alone before they ask for its status: every index
  -- of leads in progress is empty to the statistics of the morning, and would be read whole for each phone. What only
  -- one lead of these has, is not looked up there: its status is known.
  facts as materialized (
    select v.*,
      -- Most values were never suppressed: one probe tells, and saves the call.
      bool_or(case when v.turn = 1 then
        exists (select from public.suppressions s where s.org_id = p_org_id and s.value_bidx = v.value_bidx offset 0)
          and private.is_suppressed(p_org_id, v.value_bidx) end) over (partition by v.value_bidx) as held,
      bool_or(case when v.turn = 1 then v.reached and exists (
        select from public.contact_points q
        where q.org_id = p_org_id and q.value_bidx = v.value_bidx and q.lead_id <> v.one_lead
          and (
            -- The best phone of a lead in progress counts, valid or not.
            select o.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')
              and (q.invalid_at is null or o.phone_bidx = q.value_bidx)
              and (select k.state from public.campaigns k where k.org_id = o.org_id
                and k.id = o.campaign_id) in ('running', 'paused')
            from public.leads o where o.org_id = q.org_id and o.id = q.lead_id)
        offset 0) end) over (partition by v.value_bidx) as taken
    from (
      select c.*, bool_or(c.reachable) over value as reached, count(*) over value > 1 as shared,
        row_number() over value as turn, first_value(c.id) over value as one_lead
      from contacts c
      window value as (partition by c.value_bidx)
    ) v
  )
  select c.id, c.score,
    case
      when c.revoked then 'consent_revoked'
      when not bool_or(c.reachable and c.verified) then 'no_verified_phone'
      when not bool_or(c.reachable and c.verified and not c.held)
        or bool_or(case when c.held then private.is_suppressed(p_org_id, c.value_bidx, 'all') end) then 'suppressed'
      when bool_or(c.reachable and c.taken) then 'phone_in_campaign'
    end,
    array_agg(c.value_bidx) filter (where c.reachable), bool_or(c.reachable and c.shared), c.broker, c.place
  from facts c
  group by c.n, c.id, c.score, c.revoked, c.broker, c.place
  order by c.n;
end
$$;

CREATE OR REPLACE FUNCTION public.feed_campaign(
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
