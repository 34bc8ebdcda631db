create function private.campaign_candidates(k public.campaigns) returns table (lead_id uuid)
language sql stable as $$
  select n.lead_id from public.mv_contactable_leads n
  where n.org_id = k.org_id and n.lead_score >= k.min_score
    and (cardinality(k.states) = 0 or n.situs_state = any (k.states))
    and (cardinality(k.source_ids) = 0 or n.source_id = any (k.source_ids))
$$;
comment on function private.campaign_candidates(
  public.campaigns) is 'Leads that a campaign could feed, as of the last refresh.';
revoke execute on function private.campaign_candidates(public.campaigns) from pipeline_writer;
