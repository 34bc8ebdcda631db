-- Looking leads up by one key each, for the functions that do so for every row of an upload.
--
-- Of several indexes that begin with the org, the planner takes the one that it expects to read least from. Of an org
-- that came after the last analyze, or of a table that was small then, it expects one row from each, so that chance
-- decides: with the primary key, every look-up reads all leads of the org (2,000 of them: 2 ms a row). No index but
-- the right one returns the order that is asked for here, and callers set enable_sort = off. The order counts because a
-- range is no constant: by "=" it would be left out.
--
-- Without a SET clause, so that they are inlined; the order keeps each a subquery with a plan of its own.

create function private.leads_with_mak(p_org_id uuid, p_mak text) returns setof public.leads
language sql stable parallel safe rows 1 as $$
  select l.* from public.leads l where l.org_id = p_org_id and l.mak between p_mak and p_mak order by l.mak
$$;
comment on function private.leads_with_mak(uuid, text) is
  'The lead with a MAK, by its index. For functions with enable_sort = off.';

create function private.leads_with_parcel(p_org_id uuid, p_county_fips text, p_number text) returns setof public.leads
language sql stable parallel safe rows 1 as $$
  select l.* from public.leads l
  where l.org_id = p_org_id and l.county_fips = p_county_fips and l.apn is not null
    and coalesce(l.apn_segments, l.apn) between p_number and p_number
  order by coalesce(l.apn_segments, l.apn)
$$;
comment on function private.leads_with_parcel(uuid, text, text) is
  'The lead with a parcel number, in the form that the lead has (with separators if it has any), by its index. For '
  'functions with enable_sort = off.';

create function private.leads_with_digits(p_org_id uuid, p_county_fips text, p_apn text) returns setof public.leads
language sql stable parallel safe rows 1 as $$
  select l.* from public.leads l
  where l.org_id = p_org_id and l.county_fips = p_county_fips and l.apn_segments is not null
    and l.apn between p_apn and p_apn
  order by l.apn
$$;
comment on function private.leads_with_digits(uuid, text, text) is
  'Leads whose parcel number has separators, and is this one without them, by their index. For functions with '
  'enable_sort = off.';

create function private.leads_with_address(p_org_id uuid, p_addr_hash bytea) returns setof public.leads
language sql stable parallel safe rows 1 as $$
  select l.* from public.leads l
  where l.org_id = p_org_id and l.addr_hash between p_addr_hash and p_addr_hash
  order by l.addr_hash
$$;
comment on function private.leads_with_address(uuid, bytea) is
  'Leads whose own address is this one, by their index. For functions with enable_sort = off.';

create function private.other_addresses(p_org_id uuid, p_addr_hash bytea) returns setof public.lead_addresses
language sql stable parallel safe rows 1 as $$
  select a.* from public.lead_addresses a
  where a.org_id = p_org_id and a.addr_hash between p_addr_hash and p_addr_hash
  order by a.addr_hash
$$;
comment on function private.other_addresses(uuid, bytea) is
  'Leads that have this address besides their own, by its index. For functions with enable_sort = off.';

create function private.leads_in_street(p_org_id uuid, p_house text, p_stem text) returns setof public.leads
language sql stable parallel safe rows 1 as $$
  select l.* from public.leads l
  where l.org_id = p_org_id and l.situs_house_number = p_house
    and private.street_stem(l.situs_street) between p_stem and p_stem
  order by private.street_stem(l.situs_street)
$$;
comment on function private.leads_in_street(uuid, text, text) is
  'Leads with this house number and street name, in any city, by their index. For functions with enable_sort = off.';

create function private.contacts_with_value(p_org_id uuid, p_value_bidx bytea) returns setof public.contact_points
language sql stable parallel safe rows 1 as $$
  select c.* from public.contact_points c
  where c.org_id = p_org_id and c.value_bidx between p_value_bidx and p_value_bidx
  order by c.value_bidx
$$;
comment on function private.contacts_with_value(uuid, bytea) is
  'Contact points with this phone or e-mail, by their index. For functions with enable_sort = off.';
