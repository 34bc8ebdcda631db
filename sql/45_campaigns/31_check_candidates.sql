create function private.check_candidates(p_org_id uuid, p_lead_ids uuid[])
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
comment on function private.check_candidates(uuid, uuid[]) is
  'The live check of new leads that the caller has locked, in the given order: the reason why each may not be fed '
  '(null: it may), its phones, whether another of the leads has one of them, its broker and its situs state. A phone '
  'is in a campaign when a lead in progress there has it; paused campaigns '
  'count, because they may resume at any time, and so does the one being fed.';
