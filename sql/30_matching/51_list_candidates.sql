-- Candidates as a person sees them: both leads side by side, the most useful answers first.

create function private.lead_card(p_org_id uuid, p_lead_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('lead_id', l.id,
    'owner', coalesce(nullif(concat_ws(' & ', nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), ''),
      nullif(concat_ws(' ', l.owner_2_first, l.owner_2_last), '')), ''), l.owner_full),
    'address', nullif(concat_ws(', ', l.situs_street, l.situs_unit, l.situs_city,
      nullif(concat_ws(' ', l.situs_state, l.situs_zip), '')), ''),
    'mailing', nullif(concat_ws(', ', l.mailing_street, l.mailing_unit, l.mailing_city,
      nullif(concat_ws(' ', l.mailing_state, l.mailing_zip), '')), ''),
    'mak', l.mak, 'county_fips', l.county_fips, 'apn', l.apn,
    'contacts', array(select c.masked from public.contact_points c
      where c.org_id = l.org_id and c.lead_id = l.id order by c.kind, c.position, c.id),
    'campaign_status', l.campaign_status, 'created_at', l.created_at)
  from public.leads l where l.org_id = p_org_id and l.id = p_lead_id
$$;
comment on function private.lead_card(uuid, uuid) is
  'What tells a lead from another one, with masked contacts; null when the lead is gone.';

create function public.list_match_candidates(
  p_org_id uuid, p_state public.candidate_state default 'open', p_lead_id uuid default null,
  p_limit integer default 50, p_offset integer default 0
) returns table (id bigint, state public.candidate_state, probability double precision, weight double precision,
  reasons text[], origin text, model_version integer, found_at timestamptz, skipped boolean, decided_at timestamptz,
  decided_by uuid, merge_id bigint, left_lead jsonb, right_lead jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
  if (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin,viewer}'))) is not true then
    raise exception 'org not found' using errcode = 'SL302';
  end if;
  return query
  select x.id, x.state, x.probability, x.weight, x.reasons, x.origin, x.model_version, x.found_at,
    x.skipped_at is not null, x.decided_at, x.decided_by, x.merge_id,
    coalesce(private.lead_card(p_org_id, x.left_id), jsonb_build_object('lead_id', x.left_id)),
    coalesce(private.lead_card(p_org_id, x.right_id), jsonb_build_object('lead_id', x.right_id))
  from (
    select c.*,
      case when c.state <> 'open' then 0 else coalesce(c.probability * (1 - c.probability), 0)
        * sqrt(sum(c.probability * (1 - c.probability)) over kind) / row_number() over (
          kind order by c.probability * (1 - c.probability) desc nulls last, c.id) end as worth
    from public.match_candidates c
    where c.org_id = p_org_id and c.state = p_state and (p_lead_id is null or p_lead_id in (c.left_id, c.right_id))
    window kind as (partition by c.skipped_at is not null, coalesce(c.levels::text, c.reasons::text))
  ) x
  order by x.skipped_at is not null, x.worth desc nulls last, x.decided_at desc, abs(x.probability - 0.5), x.id
  limit p_limit offset p_offset;
end
$$;
comment on function public.list_match_candidates(uuid, public.candidate_state, uuid, integer, integer) is
  'Pairs in a state, or those of one lead, with the values of both leads. Open pairs: those that a person skipped '
  'come last; before, those whose answers teach the most: uncertain ones, of kinds (with the same reasons) that many '
  'pairs belong to; a kind''s further pairs come later. Decided ones: the latest first. For owners, admins, viewers and '
  'the service. Raises SL302. Definer: it reads leads across policies.';

revoke execute on function
  public.list_match_candidates(uuid, public.candidate_state, uuid, integer, integer) from public, anon;
grant execute on function
  public.list_match_candidates(uuid, public.candidate_state, uuid, integer, integer) to authenticated, service_role;
