create function public.my_day(p_limit integer default 100, p_as_of timestamptz default now())
returns table (org_id uuid, lead_id uuid, owner_full text, situs_city text, situs_state text, lead_score smallint,
  status public.lead_status, campaign_status public.campaign_status, outlook text, now_by text[], next_at timestamptz,
    why text)
language plpgsql volatile set search_path = '' as $$
#variable_conflict use_column
declare
  v_leads uuid[];
begin
  -- Leads that replied first, then those in work, then the others by score.
  v_leads := array(
    select l.lead_id from public.my_leads l
    where l.campaign_status not in ('opted_out', 'invalid')
    order by l.campaign_status = 'replied' desc, l.campaign_status in ('queued', 'active', 'paused', 'booked') desc,
      l.lead_score desc, l.lead_id
    limit p_limit);
  return query
  with seen as materialized (
    select o.*, array_position('{now,later today,later,never}', o.outlook) as rank
    from public.contact_outlook(v_leads, p_as_of => p_as_of) o
  ),
  summed as (
    select s.lead_id, min(s.rank) as rank,
      array_agg(distinct s.channel) filter (where s.outlook = 'now') as now_by,
      min(s.next_allowed_at) filter (where s.outlook in ('later today', 'later')) as next_at,
      string_agg(s.channel || ' to ' || s.contact || ': ' || s.why, E'\n' order by s.rank, s.channel, s.contact)
        filter (where s.outlook <> 'now') as why
    from seen s group by s.lead_id
  )
  select l.org_id, l.lead_id, l.owner_full, l.situs_city, l.situs_state, l.lead_score, l.status,
    l.campaign_status, coalesce(('{now,later today,later,never}'::text[])[x.rank], 'never'), coalesce(x.now_by, '{}'),
    case when x.rank > 1 then x.next_at end, case when x.rank is null then 'no phone number or e-mail address'
      else x.why end
  from unnest(v_leads) with ordinality i (id, n)
  join public.my_leads l on l.lead_id = i.id
  left join summed x on x.lead_id = l.lead_id
  order by coalesce(x.rank, 4), i.n;
end
$$;
comment on function public.my_day(integer, timestamptz) is
  'A broker''s day: of the caller''s leads, those that replied, are in work or score best; for each, whether it '
  'can be contacted now (by which channels), later today (next_at), later or never, and why not. Asks the gate '
  'live; stores nothing.';
revoke execute on function public.my_day(integer, timestamptz) from public, anon;
grant execute on function public.my_day(integer, timestamptz) to authenticated;
