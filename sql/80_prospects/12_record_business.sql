-- One way in for businesses: matched with what is there, or new.

create function private.compare_businesses(a public.businesses, b public.businesses, p_phones_a bytea[],
  p_phones_b bytea[]) returns jsonb
language sql stable set search_path = '' as $$
  with levels (field, level) as (
    select 'prior', 'candidate'
    union all
    select 'name', case when a.name_key = b.name_key then 'equal'
      when extensions.similarity(a.name_key, b.name_key) >= 0.6
        or position(' ' || a.name_key || ' ' in ' ' || b.name_key || ' ') > 0
        or position(' ' || b.name_key || ' ' in ' ' || a.name_key || ' ') > 0 then 'similar'
      else 'different' end
    union all
    select 'phone', case when p_phones_a && p_phones_b then 'equal'
      when cardinality(p_phones_a) > 0 and cardinality(p_phones_b) > 0 then 'different' end
    union all
    select 'domain', case when a.website_domain = b.website_domain then
        case when a.chain is not null or b.chain is not null then 'chain' else 'equal' end
      when num_nonnulls(a.website_domain, b.website_domain) = 2 then 'different' end
    union all
    select 'address', case
      when num_nonnulls(a.house_number, b.house_number, a.street_key, b.street_key) < 4 then null
      when a.house_number = b.house_number and a.street_key = b.street_key
        and coalesce(a.zip, '') = coalesce(b.zip, a.zip, '')
        and (a.unit is null or b.unit is null or a.unit = b.unit) then 'equal'
      else 'different' end
    union all
    select 'distance', case when m.metres <= 150 then 'near' when m.metres > 2000 then 'far' end
    from (select private.metres_between(a.latitude, a.longitude, b.latitude, b.longitude) as metres) m
  )
  select jsonb_build_object(
    -- Different businesses share a building, a phone of an answering service, or a website of a landlord.
    'same', sum(w.bits) >= (select d.bits from public.business_match_weights d where d.field = 'decision')
      and not bool_or(l.field = 'name' and l.level = 'different'),
    'bits', sum(w.bits), 'levels', jsonb_object_agg(l.field, l.level) filter (where l.field <> 'prior'))
  from levels l join public.business_match_weights w on w.field = l.field and w.level = l.level
$$;
comment on function private.compare_businesses(public.businesses, public.businesses, bytea[], bytea[]) is
  'Compares two records, with the blind indexes of their phones: {same, bits, levels}. Names that share little veto.';

create function private.record_business(p_org_id uuid, p_provider text, p_business jsonb, p_source_url text,
  p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_key_id constant integer := private.active_key_id(p_org_id, 'data');
  v_blind constant bytea := private.blind_key(p_org_id);
  v_address record;
  v_phones bytea[];
  n public.businesses;
  c public.businesses;
  v_found record;
  v_match jsonb;
begin
  n.org_id := p_org_id;
  n.name := left(btrim(p_business ->> 'name'), 200);
  n.name_key := private.business_name_key(n.name);
  if coalesce(n.name, '') = '' then
    return jsonb_build_object('business_id', null, 'reason', 'no_name');
  end if;
  n.website_domain := private.website_host(p_business ->> 'website');
  n.latitude := (p_business ->> 'latitude')::double precision;
  n.longitude := (p_business ->> 'longitude')::double precision;
  if p_business ->> 'street' is not null then
    select * into v_address from private.parse_address(p_business ->> 'street', null, p_business ->> 'city',
      p_business ->> 'state', p_business ->> 'zip');
    n.house_number := v_address.situs_house_number;
    n.street := private.street_line(v_address.situs_house_number, v_address.situs_street, null);
    n.street_key := private.street_stem(v_address.situs_street);
    n.unit := v_address.situs_unit;
    n.city := v_address.situs_city;
    n.state := v_address.situs_state;
    n.zip := v_address.situs_zip;
  end if;
  select k.name into n.chain from public.business_chains k
  where k.name_key = n.name_key or k.website_domain = n.website_domain order by k.name_key = n.name_key desc limit 1;
  v_phones := array(select private.blind_index(x.phone, v_blind)
    from (select private.normalise_phone(p.value) as phone
      from jsonb_array_elements_text(coalesce(p_business -> 'phones', '[]')) p) x where x.phone is not null);
  -- Two workers that read one business at once would both find nothing.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice business %s', p_org_id), 0));
  for v_found in
    select b as business, array(select p.value_bidx from public.business_contacts p
      where p.org_id = b.org_id and p.business_id = b.id and p.kind = 'phone') as phones
    from public.businesses b
    where b.org_id = p_org_id and (b.website_domain = n.website_domain
      or b.zip = n.zip and b.house_number = n.house_number
      or b.id in (select p.business_id from public.business_contacts p
        where p.org_id = p_org_id and p.value_bidx = any (v_phones)))
    order by b.created_at, b.id limit 200
  loop
    v_match := private.compare_businesses(n, v_found.business, v_phones, v_found.phones);
    if (v_match -> 'same')::boolean and (c.id is null) then
      c := v_found.business;
      exit;
    end if;
  end loop;
  if c.id is null then
    -- The same website at another address: branches of one business.
    if n.chain is null and n.website_domain is not null and n.street_key is not null then
      select b.name into n.chain from public.businesses b
      where b.org_id = p_org_id and b.website_domain = n.website_domain and b.name_key = n.name_key
        and b.street_key is not null order by b.created_at, b.id limit 1;
    end if;
    insert into public.businesses (org_id, name, name_key, website_domain, street, house_number, street_key, unit, city,
      state, zip, latitude, longitude, chain, created_at)
    values (p_org_id, n.name, n.name_key, n.website_domain, n.street, n.house_number, n.street_key, n.unit, n.city,
      n.state, n.zip, n.latitude, n.longitude, n.chain, p_as_of)
    returning * into c;
    v_match := null;
  else
    update public.businesses b set website_domain = coalesce(b.website_domain, n.website_domain),
      street = coalesce(b.street, n.street), house_number = coalesce(b.house_number, n.house_number),
      street_key = coalesce(b.street_key, n.street_key), unit = coalesce(b.unit, n.unit),
      city = coalesce(b.city, n.city), state = coalesce(b.state, n.state), zip = coalesce(b.zip, n.zip),
      latitude = coalesce(b.latitude, n.latitude), longitude = coalesce(b.longitude, n.longitude)
    where b.org_id = p_org_id and b.id = c.id;
  end if;
  insert into public.business_contacts (org_id, business_id, kind, value_bidx, value_cipher, key_id, masked, provider,
    source_url, obtained_at)
  select p_org_id, c.id, x.kind, private.blind_index(x.value, v_blind),
    private.encrypt_value(x.value, private.org_key(p_org_id, v_key_id)), v_key_id, private.mask_contact(x.value),
    p_provider, p_source_url, p_as_of
  from (
    select 'phone'::public.contact_kind as kind, private.normalise_phone(p.value) as value
    from jsonb_array_elements_text(coalesce(p_business -> 'phones', '[]')) p
    union
    select 'email', private.normalise_email(p.value)
    from jsonb_array_elements_text(coalesce(p_business -> 'emails', '[]')) p) x
  where x.value is not null
  on conflict (org_id, business_id, value_bidx) do update set source_url = excluded.source_url,
    provider = excluded.provider, obtained_at = excluded.obtained_at;
  insert into public.business_facts as f (org_id, business_id, provider, name, value, terms, source_url, obtained_at)
  select p_org_id, c.id, p_provider, x.key, x.value, '', p_source_url, p_as_of
  from jsonb_each(coalesce(p_business -> 'facts', '{}') || jsonb_strip_nulls(jsonb_build_object(
    'name', n.name, 'website', n.website_domain, 'address', concat_ws(', ', n.street, n.city,
      nullif(concat_ws(' ', n.state, n.zip), ''))))) x
  where x.value not in ('null', '""')
  on conflict (org_id, business_id, provider, name) do update set value = excluded.value,
    source_url = excluded.source_url, obtained_at = excluded.obtained_at
    where f.obtained_at <= excluded.obtained_at;
  return jsonb_strip_nulls(jsonb_build_object('business_id', c.id, 'is_new', v_match is null, 'match', v_match));
end
$$;
comment on function private.record_business(uuid, text, jsonb, text, timestamptz) is
  'Records what a provider whose terms let it be kept (website, member, bought data) says about a business: {name, '
  'website, street, city, state, zip, latitude, longitude, phones: [], emails: [], facts: {name: value}}. It becomes the '
  'first business that it matches (compare_businesses), or a new one. Returns {business_id, is_new, match}; without a '
  'name {reason: no_name}. Raises SL141 and SL701.';
