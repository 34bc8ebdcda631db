-- Which leads a run is about, and in which order.

create function private.fed_next(p_org_id uuid) returns table (lead_id uuid, place bigint)
language sql stable set search_path = '' as $$
  select x.lead_id, min(x.place) from (
    select n.lead_id, k.daily_limit,
      row_number() over (partition by k.id order by n.lead_score desc, n.lead_id) as place
    from public.campaigns k
    join public.mv_contactable_leads n on n.org_id = k.org_id and n.lead_score >= k.min_score
      and (cardinality(k.states) = 0 or n.situs_state = any (k.states))
      and (cardinality(k.source_ids) = 0 or n.source_id = any (k.source_ids))
    where k.org_id = p_org_id and k.state = 'running') x
  where x.place <= x.daily_limit group by x.lead_id
$$;
comment on function private.fed_next(uuid) is
  'Leads that the next feeds of the running campaigns would take, best first, as of the last refresh. The feed checks '
  'each again.';

create function private.enrichment_scope(p_org_id uuid, p_scope jsonb) returns table (lead_id uuid, place bigint)
language sql stable set search_path = '' as $$
  select l.id, row_number() over (order by f.place, l.campaign_status not in ('queued', 'active'), l.lead_score desc,
    l.id)
  from public.leads l
  left join private.fed_next(p_org_id) f on f.lead_id = l.id
  where l.org_id = p_org_id and l.campaign_status <> 'opted_out'
    and (not p_scope ? 'source_id' or l.source_id = (p_scope ->> 'source_id')::uuid)
    and (not p_scope ? 'fed_next' or f.place is not null)
    and (not p_scope ? 'lead_ids' or l.id = any (array(select jsonb_array_elements_text(p_scope -> 'lead_ids'))::uuid[]))
    and (not p_scope ? 'campaign_id' or l.campaign_id = (p_scope ->> 'campaign_id')::uuid or l.id in (
      select c.lead_id from public.campaigns k cross join lateral private.campaign_candidates(k) c
      where k.org_id = p_org_id and k.id = (p_scope ->> 'campaign_id')::uuid))
$$;
comment on function private.enrichment_scope(uuid, jsonb) is
  'The leads of a scope (see enrichment_runs.scope): those fed next first, then those in a campaign, then by score. '
  'Without people who opted out.';
revoke execute on function private.fed_next(uuid), private.enrichment_scope(uuid, jsonb) from pipeline_writer;
