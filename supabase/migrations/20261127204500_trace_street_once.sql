-- trace street once: the street of a question has the house number once.

set lock_timeout = '5s';
set statement_timeout = '2min';

create or replace function private.leads_to_trace(p_org_id uuid, p_provider text, p_lead_ids uuid[],
  p_as_of timestamptz default now())
returns table (lead_id uuid, question jsonb)
language sql stable security definer set search_path = '' as $$
  select l.id, jsonb_build_object('first', coalesce(l.owner_1_first, l.owner_2_first),
    'last', coalesce(l.owner_1_last, l.owner_2_last), 'full', l.owner_full,
    -- Lists write the number into the street, people who edit a lead may not.
    'property', jsonb_build_object('street', concat_ws(' ', case when not starts_with(l.situs_street,
        l.situs_house_number || ' ') then l.situs_house_number end, l.situs_street, l.situs_unit),
      'city', l.situs_city, 'state', l.situs_state, 'zip', l.situs_zip),
    'mailing', case when l.mailing_street is not null then jsonb_build_object('street',
      concat_ws(' ', l.mailing_street, l.mailing_unit), 'city', l.mailing_city, 'state', l.mailing_state, 'zip',
      l.mailing_zip) end,
    'countyFips', l.county_fips, 'apn', l.apn, 'mak', l.mak)
  from public.leads l
  where l.org_id = p_org_id and l.id = any (p_lead_ids)
    -- Whose phone would it be?
    and num_nonnulls(l.owner_1_last, l.owner_2_last, l.owner_full) > 0
    and (l.situs_street is not null and (l.situs_zip is not null or l.situs_city is not null and l.situs_state is not
      null) or l.county_fips is not null and l.apn is not null)
    and not private.is_never_contacted(p_org_id, l.id)
    and not private.has_good_contact(p_org_id, l.id)
    and not exists (select from public.lead_facts f
      where f.org_id = l.org_id and f.lead_id = l.id and f.provider = p_provider and f.name = 'trace'
        and f.obtained_at > p_as_of - interval '180 days')
  order by array_position(p_lead_ids, l.id)
$$;
