create function private.record_property(p_org_id uuid, p_lead_id uuid, p_provider text, p_answer jsonb,
  p_as_of timestamptz default now()) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  l public.leads;
  q constant jsonb := p_answer -> 'property';
  v_hash constant bytea := private.property_hash(q ->> 'street', q ->> 'unit', q ->> 'city', q ->> 'state',
    q ->> 'zip', q ->> 'countyFips', q ->> 'apn');
  v_count integer;
begin
  select x.* into l from public.leads x where x.org_id = p_org_id and x.id = p_lead_id for no key update;
  if not found then
    return 'gone';
  end if;
  -- A provider answers with the nearest property that it has: a neighbour's value is not this one's.
  if v_hash is null or not (
    coalesce(v_hash = l.addr_hash, false)
    or coalesce(q ->> 'mak' = l.mak, false)
    or coalesce(q ->> 'countyFips' = l.county_fips and private.normalise_apn(q ->> 'apn') = l.apn, false)
    or exists (select from public.lead_addresses a
      where a.org_id = p_org_id and a.lead_id = p_lead_id and a.addr_hash = v_hash)) then
    return 'other_property';
  end if;
  insert into public.property_facts as f (org_id, lead_id, property_hash, provider, name, as_of, entry, amount_usd,
    details, terms, obtained_at)
  select distinct on (x.name, x.as_of, coalesce(x.entry, '')) p_org_id, p_lead_id, v_hash, p_provider, x.name, x.as_of,
    coalesce(x.entry, ''), x.amount_usd, coalesce(x.details, '{}'), '', p_as_of
  from jsonb_to_recordset(p_answer -> 'facts') x (name text, as_of date, entry text, amount_usd numeric, details jsonb)
  -- What lies in the future is an error of the source.
  where x.as_of <= (p_as_of at time zone 'UTC')::date + 1
  order by x.name, x.as_of, coalesce(x.entry, ''), x.amount_usd desc nulls last
  on conflict (org_id, lead_id, provider, name, as_of, entry) do update set property_hash = excluded.property_hash,
    amount_usd = excluded.amount_usd, details = excluded.details, obtained_at = excluded.obtained_at
    where f.obtained_at < excluded.obtained_at;
  get diagnostics v_count = row_count;
  return case when v_count > 0 then 'recorded' else 'nothing' end;
end
$$;
comment on function private.record_property(uuid, uuid, text, jsonb, timestamptz) is
  'Records what a provider says about the property of a lead: {property: {street, unit, city, state, zip, countyFips, '
  'apn, mak}, facts: [{name, as_of, entry, amount_usd, details}]}. Facts of one name, date and entry replace older '
  'ones of the provider; all others stay. Returns recorded, nothing, other_property (the answer is about another one) '
  'or gone. Raises SL701. Definer: the worker reads leads of any org only by way of functions.';
revoke execute on function private.record_property(uuid, uuid, text, jsonb, timestamptz) from public;
grant execute on function private.record_property(uuid, uuid, text, jsonb, timestamptz) to pipeline_writer;

create function private.count_property_codes(p_org_id uuid, p_provider text, p_codes text[],
  p_as_of timestamptz default now()) returns void
language sql volatile set search_path = '' as $$
  insert into public.provider_drift as d (org_id, provider, endpoint, path, problem, first_at, last_at)
  select p_org_id, p_provider, 'property', x.code, 'unknown code', p_as_of, p_as_of
  from (select distinct unnest(p_codes) as code) x
  where x.code ~ '^[A-Za-z0-9_.-]{1,60}$' and not exists (select from public.verification_code_map m
    where m.provider = p_provider and m.channel = 'property' and m.code = x.code)
  on conflict (org_id, provider, endpoint, path, problem) do update set times = d.times + 1,
    last_at = greatest(d.last_at, excluded.last_at)
$$;
comment on function private.count_property_codes(uuid, text, text[], timestamptz) is
  'Counts result codes of an answer about a property that verification_code_map does not list: they are not judged.';
revoke execute on function private.count_property_codes(uuid, text, text[], timestamptz) from public;
grant execute on function private.count_property_codes(uuid, text, text[], timestamptz) to pipeline_writer;

create function private.properties_to_ask(p_org_id uuid, p_provider text, p_lead_ids uuid[],
  p_as_of timestamptz default now()) returns table (lead_id uuid, question jsonb)
language sql stable security definer set search_path = '' as $$
  select l.id, jsonb_build_object('street', case when l.situs_street is not null then
      concat_ws(' ', l.situs_street, 'Unit ' || l.situs_unit) end, 'city', l.situs_city, 'state',
    l.situs_state, 'zip', l.situs_zip, 'countyFips', l.county_fips, 'apn', l.apn, 'mak', l.mak)
  from public.leads l
  where l.org_id = p_org_id and l.id = any (p_lead_ids)
    and (l.situs_house_number is not null and l.situs_street is not null
        and (l.situs_zip is not null or l.situs_city is not null and l.situs_state is not null)
      or l.county_fips is not null and l.apn is not null or l.mak is not null)
    -- Nothing is bought about somebody who is never contacted.
    and not private.is_never_contacted(p_org_id, l.id)
  order by array_position(p_lead_ids, l.id)
$$;
comment on function private.properties_to_ask(uuid, text, uuid[], timestamptz) is
  'Questions about the properties of leads, in their order: those with an address, a parcel or a MAK, whose owner may be '
  'contacted. Definer: reads suppressions without the policies.';
revoke execute on function private.properties_to_ask(uuid, text, uuid[], timestamptz) from public;
grant execute on function private.properties_to_ask(uuid, text, uuid[], timestamptz) to pipeline_writer;
