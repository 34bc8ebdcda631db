-- Step 3: each clear component becomes one row in resolve_leads; the others are resolved row by row in line order
-- (16_resolve_row.sql). Both ways give the same leads.
--
-- A component is clear when every row has the same single key (or fallback contact), or every row points to the one
-- existing lead by itself, so that the order of rows does not matter; when rows and lead have at most one MAK and one
-- parcel; when rows with and without a property key are not mixed; and when no row without a key joins a lead that
-- has one, unless it is alone.

create type private.lead_keys as (mak text, parcel text, has_address boolean);
comment on type private.lead_keys is 'Identity keys of a lead, as far as a component has to agree with them.';

-- No nested loops: the planner does not know the sizes of intermediate results, and a wrong guess makes this step
-- quadratic.
create function private.classify_components(p_org_id uuid) returns void
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set enable_nestloop = off
as $$
begin
  with candidates as (
    select r.component, r.line_number, r.has_key, l.lead_id, l.is_fallback
    from resolve_rows r
    cross join lateral (
      select v.lead_id, false as is_fallback from (values (r.by_mak), (r.by_parcel), (r.by_address)) v (lead_id)
      where r.has_key and v.lead_id is not null
      union all
      select c.lead_id, true from public.contact_points c
      where not r.has_key and c.org_id = p_org_id and c.value_bidx in (r.phone, r.email)
    ) l
    where r.lead_id is null
  ), found as (
    select c.component, count(distinct c.lead_id) as leads, (array_agg(c.lead_id))[1] as lead_id,
      count(distinct c.line_number) as pointing,
      bool_or(c.is_fallback) as by_contact
    from candidates c group by c.component
  ), facts as (
    select r.component, count(*) as size, coalesce(min(f.leads), 0) as leads, (array_agg(f.lead_id))[1] as lead_id,
      bool_or(f.by_contact) as by_contact,
      bool_and(r.has_key) or not bool_or(r.has_key) as unmixed,
      coalesce(min(f.pointing), 0) as pointing,
      bool_and(r.mak is not null) or bool_and(r.county_fips is not null and r.apn is not null)
        or (bool_and(r.addr_hash is not null) and count(distinct r.addr_hash) = 1)
        or (not bool_or(r.has_key) and (
          (bool_and(r.phone is not null) and count(distinct r.phone) = 1)
          or (bool_and(r.email is not null) and count(distinct r.email) = 1))) as one_key,
      min(r.mak) as mak, max(r.mak) as other_mak,
      min(r.county_fips || r.apn) as parcel, max(r.county_fips || r.apn) as other_parcel
    from resolve_rows r left join found f using (component)
    where r.lead_id is null
    group by r.component
  )
  update resolve_rows r
  set component_size = f.size,
    lead_id = case when f.leads = 0 then f.new_id else f.lead_id end,
    verdict = case when r.line_number > r.component then 'merged'
      when f.leads = 0 then 'created' else 'unchanged' end
  from (
    select f.*, gen_random_uuid() as new_id
    from facts f
    -- One scalar look-up by primary key per component, never a scan of all leads.
    cross join lateral (
      select case when f.lead_id is null then null else (
        select row(l.mak, l.county_fips || l.apn, l.addr_hash is not null)::private.lead_keys
        from public.leads l where l.org_id = p_org_id and l.id = f.lead_id
      ) end as keys
      offset 0
    ) l
    where f.leads <= 1 and f.unmixed
      and case when f.leads = 0 then f.one_key else f.pointing = f.size end
      and f.mak is not distinct from f.other_mak
      and f.parcel is not distinct from f.other_parcel
      and ((l.keys).mak is null or f.mak is null or (l.keys).mak = f.mak)
      and ((l.keys).parcel is null or f.parcel is null or (l.keys).parcel = f.parcel)
      and (f.size = 1 or not coalesce(f.by_contact, false)
        or ((l.keys).mak is null and (l.keys).parcel is null and not (l.keys).has_address))
  ) f
  where r.component = f.component and r.lead_id is null;
end
$$;
comment on function private.classify_components(uuid) is
  'Sets lead_id (found or new) and verdict on the rows of clear components. Rows of unclear components keep a null '
  'lead_id.';

-- Step 4: combine the rows of a component. Keys and situs come from the first row that has them, other facts from the
-- last, as if the rows had been resolved one after the other.
create function private.fold_rows(p_part_id uuid, p_line integer default null) returns void
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set plan_cache_mode = force_custom_plan
as $$
begin
  insert into resolve_leads (component, lead_id, is_new, mak, county_fips, apn, addr_hash,
    situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
    owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
    phone, email_verified, phone_verified, email_codes, phone_codes,
    consent, consented_at, consent_method, lead_score, attributes, result_codes)
  select r.component, r.lead_id, r.verdict = 'created', s.mak, s.county_fips, s.apn, s.addr_hash,
    s.situs_house_number, s.situs_street, s.situs_unit, s.situs_city, s.situs_state, s.situs_zip,
    s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full,
    s.mailing_street, s.mailing_unit, s.mailing_city, s.mailing_state, s.mailing_zip,
    s.phone, s.email_verified, s.phone_verified, s.email_codes, s.phone_codes,
    s.consent, s.consented_at, s.consent_method, s.lead_score, s.attributes, s.result_codes
  from resolve_rows r
  cross join lateral (
    select x.* from public.leads_staging x where x.part_id = p_part_id and x.line_number = r.line_number offset 0
  ) s
  where r.lead_id is not null and r.component_size = 1 and (p_line is null or r.line_number = p_line);

  if p_line is not null or not exists (select from resolve_rows r where r.component_size > 1) then
    return;
  end if;

  insert into resolve_leads (component, lead_id, is_new, mak, county_fips, apn, addr_hash,
    situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
    owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
    phone, email_verified, phone_verified, email_codes, phone_codes,
    consent, consented_at, consent_method, lead_score, attributes, result_codes)
  select f.component, f.lead_id, f.is_new, f.mak, (f.parcel).county_fips, (f.parcel).apn, (f.situs).addr_hash,
    (f.situs).situs_house_number, (f.situs).situs_street, (f.situs).situs_unit,
    (f.situs).situs_city, (f.situs).situs_state, (f.situs).situs_zip,
    (f.owner_1).owner_1_first, (f.owner_1).owner_1_last, (f.owner_2).owner_2_first, (f.owner_2).owner_2_last,
    f.owner_full, (f.mailing).mailing_street, (f.mailing).mailing_unit,
    (f.mailing).mailing_city, (f.mailing).mailing_state, (f.mailing).mailing_zip,
    f.phone, f.email_verified, f.phone_verified,
    (select coalesce(array_agg(distinct c order by c), '{}') from unnest(f.email_codes) c),
    (select coalesce(array_agg(distinct c order by c), '{}') from unnest(f.phone_codes) c),
    coalesce((f.consent).consent, false), (f.consent).consented_at, (f.consent).consent_method,
    f.lead_score,
    (select coalesce(jsonb_object_agg(a.key, a.value order by x.n), '{}')
     from unnest(f.attributes) with ordinality x (object, n) cross join lateral jsonb_each(x.object) a),
    (select array_agg(distinct c order by c) from unnest(f.result_codes) c)
  from (
    select r.component, (array_agg(r.lead_id))[1] as lead_id, bool_or(r.verdict = 'created') as is_new,
      min(s.mak) as mak,
      (array_agg(k.staged order by num_nulls(s.county_fips, s.apn), s.line_number)
        filter (where num_nonnulls(s.county_fips, s.apn) > 0))[1] as parcel,
      (array_agg(k.staged order by (s.addr_hash is null), s.line_number)
        filter (where num_nonnulls(s.addr_hash, s.situs_street, s.situs_city, s.situs_state,
          s.situs_zip) > 0))[1] as situs,
      (array_agg(k.staged order by s.line_number desc)
        filter (where num_nonnulls(s.owner_1_first, s.owner_1_last) > 0))[1] as owner_1,
      (array_agg(k.staged order by s.line_number desc)
        filter (where num_nonnulls(s.owner_2_first, s.owner_2_last) > 0))[1] as owner_2,
      (array_agg(s.owner_full order by s.line_number desc) filter (where s.owner_full is not null))[1] as owner_full,
      (array_agg(k.staged order by s.line_number desc) filter (where s.mailing_street is not null))[1] as mailing,
      (array_agg(k.staged order by s.line_number) filter (where s.consent))[1] as consent,
      (array_agg(s.phone order by s.line_number) filter (where s.phone is not null))[1] as phone,
      bool_or(s.email_verified) as email_verified, bool_or(s.phone_verified) as phone_verified,
      string_to_array(string_agg(nullif(array_to_string(s.email_codes, ','), ''), ','), ',') as email_codes,
      string_to_array(string_agg(nullif(array_to_string(s.phone_codes, ','), ''), ','), ',') as phone_codes,
      string_to_array(string_agg(nullif(array_to_string(s.result_codes, ','), ''), ','), ',') as result_codes,
      (array_agg(s.lead_score order by s.line_number desc) filter (where s.lead_score is not null))[1] as lead_score,
      array_agg(s.attributes order by s.line_number) as attributes
    from resolve_rows r
    cross join lateral (
      select x as staged from public.leads_staging x
      where x.part_id = p_part_id and x.line_number = r.line_number
      offset 0
    ) k
    cross join lateral (select (k.staged).*) s
    where r.lead_id is not null and r.component_size > 1
    group by r.component
  ) f;
end
$$;
comment on function private.fold_rows(uuid, integer) is
  'Fills resolve_leads from all rows with a lead_id, or from one row only (p_line).';
