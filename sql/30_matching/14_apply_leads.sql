-- Step 5: write resolve_leads: new leads, further addresses, changed facts, contact points.

create function private.apply_leads(
  p_org_id uuid, p_upload_id uuid, p_source_id uuid,
  p_trust smallint, p_observed timestamptz, p_row_no bigint default null
) returns void
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set plan_cache_mode = force_custom_plan
as $$
declare
  v_changed uuid[];
  v_more uuid[];
begin
  insert into public.leads (org_id, id, mak, county_fips, apn, apn_segments, addr_hash, addr_hash_version,
    situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
    owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
    attributes, melissa_payload, consent, consented_at, consent_method,
    email_verified, phone_verified, email_verification_codes, phone_verification_codes, phone_bidx,
    lead_score, source_id, created_upload_id, source_trust, observed_at)
  select p_org_id, n.lead_id, n.mak, n.county_fips, n.apn, n.apn_segments, n.addr_hash,
    case when n.addr_hash is not null then private.address_hash_version() end,
    n.situs_house_number, n.situs_street, n.situs_unit, n.situs_city, n.situs_state, n.situs_zip,
    n.owner_1_first, n.owner_1_last, n.owner_2_first, n.owner_2_last, n.owner_full,
    n.mailing_street, n.mailing_unit, n.mailing_city, n.mailing_state, n.mailing_zip,
    n.attributes,
    case when n.result_codes is not null then jsonb_build_object('Results', array_to_string(n.result_codes, ',')) end,
    n.consent, n.consented_at, n.consent_method,
    n.email_verified, n.phone_verified, n.email_codes, n.phone_codes, n.phone,
    coalesce(n.lead_score, 0), p_source_id, p_upload_id, p_trust, p_observed
  from resolve_leads n
  where n.is_new;

  if exists (select from resolve_leads n where not n.is_new) then
    v_changed := private.update_leads(p_org_id, p_trust, p_observed);
  end if;

  -- Addresses beyond the first of a property that a stronger key identifies.
  with added as (
    insert into public.lead_addresses (org_id, addr_hash, lead_id, created_upload_id, created_at)
    select distinct p_org_id, r.addr_hash, r.lead_id, p_upload_id, p_observed
    from resolve_rows r
    join resolve_leads n using (component)
    cross join lateral (
      select x.addr_hash from public.leads x where x.org_id = p_org_id and x.id = r.lead_id offset 0
    ) l
    where r.addr_hash is not null and l.addr_hash <> r.addr_hash
      and (r.component_size > 1 or not n.is_new) and (p_row_no is null or r.row_no = p_row_no)
    on conflict (org_id, addr_hash, lead_id) do nothing
    returning lead_id
  )
  select array_agg(a.lead_id) into v_more from added a;
  v_changed := v_changed || v_more;

  v_changed := v_changed || private.apply_contacts(p_org_id, p_upload_id, p_row_no);

  update resolve_rows r
  set verdict = 'updated'
  where r.verdict = 'unchanged' and r.lead_id = any (v_changed) and (p_row_no is null or r.row_no = p_row_no);
end
$$;
comment on function private.apply_leads(uuid, uuid, uuid, smallint, timestamptz, bigint) is
  'Writes resolve_leads: creates new leads, fills and updates existing ones, adds addresses and contact points; '
  'sets the verdict of rows that changed a lead to updated.';

-- Existing leads: keys are only filled, never replaced; other facts follow the survivorship policy. Each lead is looked
-- up by its key, and what changes is joined once more without nested loops: a planner that takes an org for empty
-- compared each row with each lead (4,000 rows: 22 s).
create function private.update_leads(p_org_id uuid, p_trust smallint, p_observed timestamptz) returns uuid[]
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set plan_cache_mode = force_custom_plan
set enable_nestloop = off
as $$
declare
  v_changed uuid[];
begin
  with facts as materialized (
    select n.component, n.lead_id as id,
      private.survive(l.facts,
        jsonb_build_object(
          'owner_1', private.fact(n.owner_1_first, n.owner_1_last),
          'owner_2', private.fact(n.owner_2_first, n.owner_2_last),
          'owner_full', n.owner_full,
          'mailing', private.fact(n.mailing_street, n.mailing_unit, n.mailing_city, n.mailing_state, n.mailing_zip),
          'lead_score', n.lead_score, 'attributes', l.attributes || n.attributes,
          'melissa_payload', case when n.result_codes is not null
            then coalesce(l.melissa_payload, '{}')
              || jsonb_build_object('Results', array_to_string(n.result_codes, ',')) end),
        l.field_sources, l.edited_fields, l.source_trust, l.observed_at, p_trust, p_observed) as won,
      l.mak is null and n.mak is not null as fill_mak,
      -- County and APN only count together, so they are set together.
      num_nonnulls(n.county_fips, n.apn) > num_nonnulls(l.county_fips, l.apn)
        and (num_nonnulls(n.county_fips, n.apn) = 2 or num_nonnulls(l.county_fips, l.apn) = 0) as fill_parcel,
      l.apn_segments is null and n.apn_segments is not null and l.apn = n.apn and l.county_fips = n.county_fips
        as fill_segments,
      (l.addr_hash is null and n.addr_hash is not null)
        or (l.without_situs and num_nonnulls(n.situs_street, n.situs_city, n.situs_state, n.situs_zip) > 0)
        as fill_address,
      l.consented_at is null and n.consent as fill_consent,
      not l.attributes @> (n.attributes || l.attributes) as fill_attributes
    from resolve_leads n
    cross join lateral (
      select private.lead_facts(x) || jsonb_build_object('lead_score', x.lead_score, 'attributes', x.attributes,
          'melissa_payload', x.melissa_payload) as facts,
        x.attributes, x.melissa_payload, x.field_sources, x.edited_fields, x.source_trust, x.observed_at, x.mak,
        x.county_fips, x.apn, x.apn_segments, x.addr_hash, x.consented_at,
        num_nonnulls(x.situs_street, x.situs_city, x.situs_state, x.situs_zip) = 0 as without_situs
      from public.leads x where x.org_id = p_org_id and x.id = n.lead_id
      offset 0
    ) l
    where not n.is_new
  ), changed as materialized (
    select f.* from facts f
    where f.won <> '{}' or f.fill_mak or f.fill_parcel or f.fill_segments or f.fill_address or f.fill_consent
      or f.fill_attributes
  ), written as (
    update public.leads l set
      mak = case when f.fill_mak then n.mak else l.mak end,
      county_fips = case when f.fill_parcel then n.county_fips else l.county_fips end,
      apn = case when f.fill_parcel then n.apn else l.apn end,
      apn_segments = case when f.fill_parcel or f.fill_segments then n.apn_segments else l.apn_segments end,
      addr_hash = case when f.fill_address then n.addr_hash else l.addr_hash end,
      addr_hash_version = case when f.fill_address and n.addr_hash is not null
        then private.address_hash_version() else l.addr_hash_version end,
      situs_house_number = case when f.fill_address then n.situs_house_number else l.situs_house_number end,
      situs_street = case when f.fill_address then n.situs_street else l.situs_street end,
      situs_unit = case when f.fill_address then n.situs_unit else l.situs_unit end,
      situs_city = case when f.fill_address then n.situs_city else l.situs_city end,
      situs_state = case when f.fill_address then n.situs_state else l.situs_state end,
      situs_zip = case when f.fill_address then n.situs_zip else l.situs_zip end,
      owner_1_first = case when f.won ? 'owner_1' then f.won -> 'owner_1' ->> 0 else l.owner_1_first end,
      owner_1_last = case when f.won ? 'owner_1' then f.won -> 'owner_1' ->> 1 else l.owner_1_last end,
      owner_2_first = case when f.won ? 'owner_2' then f.won -> 'owner_2' ->> 0 else l.owner_2_first end,
      owner_2_last = case when f.won ? 'owner_2' then f.won -> 'owner_2' ->> 1 else l.owner_2_last end,
      owner_full = case when f.won ? 'owner_full' then f.won ->> 'owner_full' else l.owner_full end,
      mailing_street = case when f.won ? 'mailing' then f.won -> 'mailing' ->> 0 else l.mailing_street end,
      mailing_unit = case when f.won ? 'mailing' then f.won -> 'mailing' ->> 1 else l.mailing_unit end,
      mailing_city = case when f.won ? 'mailing' then f.won -> 'mailing' ->> 2 else l.mailing_city end,
      mailing_state = case when f.won ? 'mailing' then f.won -> 'mailing' ->> 3 else l.mailing_state end,
      mailing_zip = case when f.won ? 'mailing' then f.won -> 'mailing' ->> 4 else l.mailing_zip end,
      lead_score = case when f.won ? 'lead_score' then (f.won ->> 'lead_score')::smallint else l.lead_score end,
      attributes = case when f.won ? 'attributes' then f.won -> 'attributes' else n.attributes || l.attributes end,
      melissa_payload = case when f.won ? 'melissa_payload' then f.won -> 'melissa_payload'
        else l.melissa_payload end,
      consent = case when f.fill_consent then true else l.consent end,
      consented_at = case when f.fill_consent then n.consented_at else l.consented_at end,
      consent_method = case when f.fill_consent then n.consent_method else l.consent_method end,
      field_sources = l.field_sources || (
        select coalesce(jsonb_object_agg(k, jsonb_build_array(p_trust, p_observed)), '{}')
        from jsonb_object_keys(f.won) k)
    from changed f join resolve_leads n using (component)
    where l.org_id = p_org_id and l.id = any (array(select c.id from changed c)) and l.id = f.id
    returning l.id
  )
  select array_agg(w.id) into v_changed from written w;
  return v_changed;
end
$$;
comment on function private.update_leads(uuid, smallint, timestamptz) is
  'Fills and updates the existing leads in resolve_leads; returns those that changed.';

create function private.judge_contacts(p_org_id uuid, p_row_no bigint) returns uuid[]
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set plan_cache_mode = force_custom_plan
set enable_nestloop = off
as $$
declare
  v_judged uuid[];
begin
  with changed as materialized (
    select p.id, c.codes, c.verified, c.invalid
    from (
      select distinct on (r.lead_id, s.value_bidx) r.lead_id, s.value_bidx, s.codes, s.verified, s.invalid
      from resolve_rows r
      join resolve_leads n using (component)
      cross join lateral (
        select x.* from private.leads_staging_contacts x
        where x.part_id = r.part_id and x.line_number = r.line_number
        offset 0
      ) s
      where (r.component_size > 1 or not n.is_new) and (p_row_no is null or r.row_no = p_row_no) and s.codes <> '{}'
      order by r.lead_id, s.value_bidx, r.row_no desc
    ) c
    cross join lateral (
      select x.id, x.codes from public.contact_points x
      where x.org_id = p_org_id and x.lead_id = c.lead_id and x.value_bidx = c.value_bidx
      offset 0
    ) p
    where p.codes <> c.codes
  ), judged as (
    update public.contact_points p
    set codes = c.codes, verified = c.verified,
      invalid_at = case when c.invalid then coalesce(p.invalid_at, now()) end
    from changed c
    where p.org_id = p_org_id and p.id = any (array(select x.id from changed x)) and p.id = c.id
      and p.codes <> c.codes
    returning p.lead_id
  )
  select array_agg(distinct j.lead_id) into v_judged from judged j;
  return v_judged;
end
$$;
comment on function private.judge_contacts(uuid, bigint) is
  'A later verification result of a contact point replaces the earlier one. Returns the leads whose contacts changed.';

create function private.leads_of_mixed_codes(p_row_no bigint) returns uuid[]
language plpgsql stable
set search_path = pg_temp, private
set work_mem = '64MB'
set plan_cache_mode = force_custom_plan
set enable_nestloop = off
as $$
begin
  if p_row_no is not null or not exists (select from resolve_rows r where r.component_size > 1) then
    return null;
  end if;
  return (
    select array_agg(x.lead_id)
    from (
      select r.lead_id
      from resolve_rows r
      join resolve_leads n using (component)
      cross join lateral (
        select y.phone_codes, y.email_codes from public.leads_staging y
        where y.part_id = r.part_id and y.line_number = r.line_number
        offset 0
      ) s
      where n.is_new and r.component_size > 1
      group by r.lead_id
      having min(s.phone_codes) <> max(s.phone_codes) or min(s.email_codes) <> max(s.email_codes)
    ) x);
end
$$;
comment on function private.leads_of_mixed_codes(bigint) is
  'The new leads whose rows have different codes, so that only their contact points tell which is the best.';

create function private.apply_contacts(p_org_id uuid, p_upload_id uuid, p_row_no bigint)
returns uuid[]
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set plan_cache_mode = force_custom_plan
as $$
declare
  -- One key for all parts, unless it was rotated between them.
  v_key integer := (select case when min(p.key_id) = max(p.key_id) then min(p.key_id) end
    from public.upload_parts p where p.upload_id = p_upload_id);
  v_added uuid[];
  v_mixed uuid[];
begin
  with added as (
    insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, label,
      position, verified, codes, invalid_at, created_upload_id)
    select p_org_id, r.lead_id, c.kind, c.value_bidx, c.value_cipher,
      coalesce(v_key, (select p.key_id from public.upload_parts p where p.id = r.part_id)), c.masked, c.label,
      c.position, c.verified, c.codes, case when c.invalid then now() end, p_upload_id
    from resolve_rows r
    join resolve_leads n using (component)
    cross join lateral (
      select x.* from private.leads_staging_contacts x
      where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) c
    where p_row_no is null or r.row_no = p_row_no
    on conflict (org_id, lead_id, value_bidx) do nothing
    returning lead_id
  )
  select array_agg(distinct a.lead_id) into v_added
  from added a where exists (select from resolve_leads n where n.lead_id = a.lead_id and not n.is_new);

  perform private.note_contacts_of_others(p_org_id, p_upload_id, p_row_no);

  v_added := v_added || private.judge_contacts(p_org_id, p_row_no);
  v_mixed := private.leads_of_mixed_codes(p_row_no);
  if v_added is not null or v_mixed is not null then
    perform private.refresh_verification(p_org_id, v_added || v_mixed);
  end if;
  return v_added;
end
$$;
comment on function private.apply_contacts(uuid, uuid, bigint) is
  'Adds the rows'' contact points to their leads and stores newer result codes. Returns the existing leads that it '
  'changed.';

create function private.refresh_verification(p_org_id uuid, p_lead_ids uuid[]) returns void
language sql volatile set search_path = '' as $$
  update public.leads l
  set email_verified = v.email_verified, phone_verified = v.phone_verified,
    email_verification_codes = v.email_codes, phone_verification_codes = v.phone_codes, phone_bidx = v.phone_bidx
  from (
    select i.lead_id, coalesce(e.verified, false) as email_verified, coalesce(p.verified, false) as phone_verified,
      coalesce(e.codes, '{}') as email_codes, coalesce(p.codes, '{}') as phone_codes, f.value_bidx as phone_bidx
    from (select distinct unnest(p_lead_ids) as lead_id) i
    left join lateral (
      select c.verified and c.invalid_at is null as verified, c.codes from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = i.lead_id and c.kind = 'email'
      order by private.contact_order(c) limit 1) e on true
    left join lateral (
      select c.verified and c.invalid_at is null as verified, c.codes from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = i.lead_id and c.kind = 'phone'
      order by private.contact_order(c) limit 1) p on true
    left join lateral (
      select c.value_bidx from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = i.lead_id and c.kind = 'phone'
      order by c.position, c.id limit 1) f on true
  ) v
  where l.org_id = p_org_id and l.id = v.lead_id
    and (l.email_verified, l.phone_verified, l.email_verification_codes, l.phone_verification_codes, l.phone_bidx)
      is distinct from (v.email_verified, v.phone_verified, v.email_codes, v.phone_codes, v.phone_bidx)
$$;
comment on function private.refresh_verification(uuid, uuid[]) is
  'Sets a lead''s verified flags and codes to those of its best contact point of each kind (private.contact_order), '
  'and its first phone.';
