-- Subqueries instead of joins to leads and campaigns on purpose: each is one probe of one index, and the
-- plan does not hang on statistics that know yesterday's number of leads in work.
create function private.judge_candidates(p_org_id uuid, p_lead_ids uuid[])
returns table (lead_id uuid, lead_score smallint, refusal text, phones bytea[])
language plpgsql volatile set search_path = '' as $$
begin
  return query
  select l.id, l.lead_score,
    case
      when not l.consent and l.consented_at is not null then 'consent_revoked'
      when not coalesce(p.usable, false) then 'no_verified_phone'
      when p.suppressed or not p.free then 'suppressed'
      when p.taken then 'phone_in_campaign'
    end,
    p.phones
  from unnest(p_lead_ids) with ordinality i (id, n)
  join public.leads l on l.org_id = p_org_id and l.id = i.id
  cross join lateral (
    select array_agg(c.value_bidx) filter (where c.reachable) as phones,
      bool_or(c.reachable and c.verified) as usable,
      bool_or(c.reachable and c.verified and not c.held) as free,
      bool_or(case when c.held then private.is_suppressed(p_org_id, c.value_bidx, 'all') end) as suppressed,
      -- Other leads in work that have the phone as their first one, then those that have it at all.
      bool_or(c.reachable and (
        exists (
          select from public.leads o
          where o.org_id = p_org_id and o.phone_bidx = c.value_bidx and o.id <> c.lead_id
            and o.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')
            and (select k.state from public.campaigns k where k.org_id = o.org_id and k.id = o.campaign_id) in ('running', 'paused'))
        or exists (
          select from public.contact_points q
          where q.org_id = p_org_id and q.value_bidx = c.value_bidx and q.lead_id <> c.lead_id and q.invalid_at is null
            and (
              select o.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')
                and (select k.state from public.campaigns k where k.org_id = o.org_id and k.id = o.campaign_id) in ('running', 'paused')
              from public.leads o where o.org_id = q.org_id and o.id = q.lead_id)))) as taken
    from (
      select x.lead_id, x.value_bidx, x.verified, x.kind = 'phone' and x.invalid_at is null as reachable,
        private.is_suppressed(p_org_id, x.value_bidx) as held
      from public.contact_points x where x.org_id = p_org_id and x.lead_id = i.id offset 0
    ) c
  ) p
  order by i.n;
end
$$;
comment on function private.judge_candidates(uuid, uuid[]) is
  'The live check of leads that the caller holds locked, in the order given: why each may not be fed (null: it may) and its phones. A phone is in a campaign when another lead in work there has it; a paused campaign may go on at any time and counts, and so does the one that is being fed.';
