-- A provider checks the address of a lead and knows its address key. The key joins the keys by which lists find their
-- lead; where another lead has it, the two may be one, which a person decides.

create function private.addresses_to_verify(p_org_id uuid, p_provider text, p_lead_ids uuid[],
  p_as_of timestamptz default now()) returns table (lead_id uuid, question jsonb)
language sql stable security definer set search_path = '' as $$
  select l.id, jsonb_build_object(
    'name', coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')),
    -- Lists write the number into the street, people who edit a lead may not.
    'street', concat_ws(' ', case when not starts_with(l.situs_street, l.situs_house_number || ' ') then
      l.situs_house_number end, l.situs_street, 'Unit ' || l.situs_unit),
    'city', l.situs_city, 'state', l.situs_state, 'zip', l.situs_zip)
  from public.leads l
  where l.org_id = p_org_id and l.id = any (p_lead_ids) and l.mak is null
    and l.situs_house_number is not null and l.situs_street is not null
    and (l.situs_zip is not null or l.situs_city is not null and l.situs_state is not null)
    -- Nothing is bought about somebody who is never contacted.
    and not private.is_never_contacted(p_org_id, l.id)
    and not exists (select from public.lead_facts f
      where f.org_id = l.org_id and f.lead_id = l.id and f.provider = p_provider and f.name = 'address'
        and f.obtained_at > p_as_of - interval '180 days')
  order by array_position(p_lead_ids, l.id)
$$;
comment on function private.addresses_to_verify(uuid, text, uuid[], timestamptz) is
  'Questions {name, street, city, state, zip} about leads without an address key, in their order: those with a whole '
  'address whose owner may be contacted, and about whom the provider was not asked within 180 days. Definer: reads '
  'suppressions without the policies.';
revoke execute on function private.addresses_to_verify(uuid, text, uuid[], timestamptz) from public;
grant execute on function private.addresses_to_verify(uuid, text, uuid[], timestamptz) to pipeline_writer;

create function private.record_address(p_org_id uuid, p_lead_id uuid, p_provider text, p_codes text[], p_mak text,
  p_as_of timestamptz default now()) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_mak constant text := private.normalise_mak(p_mak);
  v_verdict text;
  v_word text;
  v_other uuid;
  l public.leads;
begin
  select case when bool_or(m.is_invalid) then 'invalid' when bool_or(m.is_uncertain) then 'uncertain'
    when bool_or(m.is_verified) then 'verified' else 'unknown' end into v_verdict
  from public.verification_code_map m
  where m.provider = p_provider and m.channel = 'address' and m.level = '' and m.code = any (p_codes);
  -- As a resolve does: one change of identities per org at a time.
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  select x.* into l from public.leads x where x.org_id = p_org_id and x.id = p_lead_id for no key update;
  if not found then
    return 'gone';
  end if;
  if v_verdict = 'verified' and v_mak is not null and l.mak is null then
    select x.id into v_other from public.leads x where x.org_id = p_org_id and x.mak = v_mak;
  end if;
  v_word := case
    -- The key of a building is no key of one of its units, and that of a corrected street none of the one on record.
    when v_verdict <> 'verified' then v_verdict
    when v_mak is null then 'no_key'
    when l.mak = v_mak then 'same_key'
    when l.mak is not null then 'other_key'
    when v_other is null then 'key_found'
    -- Two parcels are never one, whatever the key says: nothing changes, and a person can see it.
    when (select private.parcel_key(o.county_fips, o.apn, o.apn_segments)
        <> private.parcel_key(l.county_fips, l.apn, l.apn_segments)
      from public.leads o where o.org_id = p_org_id and o.id = v_other) then 'other_parcel'
    else 'may_be_one' end;
  perform set_config('sluice.actor', 'system', true);
  if v_word = 'key_found' then
    update public.leads x set mak = v_mak where x.org_id = p_org_id and x.id = p_lead_id;
  elsif v_word = 'may_be_one' then
    -- Less than an org may let be merged by itself: the key says that the property is one, not that the owner is.
    if private.suggest_match(p_org_id, p_lead_id, v_other, '{"the same Melissa address key"}', 3, 'provider', p_as_of)
      is null
    then
      v_word := 'different';
    end if;
  end if;
  perform private.record_facts(p_org_id, p_provider, jsonb_build_array(jsonb_build_object('lead_id', p_lead_id,
    'name', 'address', 'value', jsonb_strip_nulls(jsonb_build_object('verdict', v_verdict, 'result', v_word, 'codes',
      to_jsonb(p_codes), 'mak', v_mak, 'other_lead_id', v_other)), 'obtained_at', p_as_of)), p_as_of);
  -- Codes that are not listed, and keys that contradict ours, are counted, never guessed.
  insert into public.provider_drift as d (org_id, provider, endpoint, path, problem, first_at, last_at)
  select p_org_id, p_provider, 'address', x.path, x.problem, p_as_of, p_as_of
  from (
    select c.code as path, 'unknown code' as problem from (select distinct unnest(p_codes) as code) c
    where c.code ~ '^[A-Za-z0-9_.-]{1,60}$' and not exists (select from public.verification_code_map m
      where m.provider = p_provider and m.channel = 'address' and m.code = c.code and m.level = '')
    union all
    select 'mak', replace(v_word, '_', ' ') where v_word in ('other_key', 'other_parcel')) x
  on conflict (org_id, provider, endpoint, path, problem) do update set times = d.times + 1,
    last_at = greatest(d.last_at, excluded.last_at);
  perform set_config('sluice.actor', v_actor, true);
  return v_word;
end
$$;
comment on function private.record_address(uuid, uuid, text, text[], text, timestamptz) is
  'Records the result codes of an address and its key, as verification_code_map has them. A key of a verified address '
  'fills that of the lead (key_found); where another lead has it, the pair is a candidate (may_be_one), unless a person '
  'decided before (different) or their parcels differ (other_parcel). Other results: invalid, uncertain, unknown, '
  'no_key, same_key, other_key (the lead keeps its own), gone. Never merges. Definer: leads and facts are written '
  'without the policies of members.';
revoke execute on function private.record_address(uuid, uuid, text, text[], text, timestamptz) from public;
grant execute on function private.record_address(uuid, uuid, text, text[], text, timestamptz) to pipeline_writer;
