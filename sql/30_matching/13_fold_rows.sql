-- Step 4: each clear component becomes one row in resolve_leads; the others are resolved row by row
-- (16_resolve_row.sql).
--
-- A component is clear when its rows point to at most one lead, when rows and lead have at most one MAK and one
-- parcel, and when no key unites two owners that contradict each other at two addresses. The order of its rows does
-- not matter.

create type private.lead_keys as (mak text, parcel text, addr_hash text, owner text);
comment on type private.lead_keys is 'What a component has to agree with in its lead.';

-- No nested loops: the planner does not know the sizes of intermediate results, and a wrong guess makes this step
-- quadratic.
create function private.classify_components(p_org_id uuid) returns void
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set enable_nestloop = off
as $$
declare
  v_prefix constant text := private.uuid_v7_prefix(clock_timestamp());
begin
  with candidates as (
    select distinct r.component, l.lead_id
    from resolve_rows r
    cross join lateral (values (r.by_mak), (r.by_parcel), (r.by_place), (r.by_email)) l (lead_id)
    where r.lead_id is null and r.reason is null and r.answer is distinct from 'own' and l.lead_id is not null
  ), found as (
    select c.component, count(*) as leads, (array_agg(c.lead_id))[1] as lead_id
    from candidates c group by c.component
  ), facts as (
    select r.component, min(r.row_no) as first_row, count(*) as size, coalesce(min(f.leads), 0) as leads,
      (array_agg(f.lead_id))[1] as lead_id,
      min(r.mak) as mak, max(r.mak) as other_mak, min(r.parcel) as parcel, max(r.parcel) as other_parcel,
      min(encode(r.addr_hash, 'hex')) as addr_hash, max(encode(r.addr_hash, 'hex')) as other_addr_hash,
      min(r.owner) as owner, max(r.owner) as other_owner
    from resolve_rows r left join found f using (component)
    where r.lead_id is null and r.reason is null and r.answer is distinct from 'own'
    group by r.component
  )
  update resolve_rows r
  set component = f.first_row, component_size = f.size,
    lead_id = case when f.leads = 0 then (v_prefix || substr(f.random_id, 16))::uuid else f.lead_id end,
    verdict = case when r.row_no > f.first_row then 'merged'
      when f.leads = 0 then 'created' else 'unchanged' end
  from (
    select f.*, gen_random_uuid()::text as random_id
    from facts f
    -- One scalar look-up by primary key per component, never a scan of all leads.
    cross join lateral (
      select case when f.lead_id is null then null else (
        select row(l.mak, private.parcel_key(l.county_fips, l.apn, l.apn_segments), encode(l.addr_hash, 'hex'),
          private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full,
            l.situs_street))::private.lead_keys
        from public.leads l where l.org_id = p_org_id and l.id = f.lead_id
      ) end as keys
      offset 0
    ) l
    where f.leads <= 1
      and f.mak is not distinct from f.other_mak
      and f.parcel is not distinct from f.other_parcel
      and ((l.keys).mak is null or f.mak is null or (l.keys).mak = f.mak)
      and ((l.keys).parcel is null or f.parcel is null or (l.keys).parcel = f.parcel)
      -- Two owners at two addresses.
      and (f.addr_hash is not distinct from f.other_addr_hash or f.owner is not distinct from f.other_owner
        or coalesce(private.owners_agree(f.owner, f.other_owner), false))
      and (f.leads = 0 or (l.keys).addr_hash is null or f.addr_hash is null
        or (l.keys).addr_hash = f.addr_hash and f.addr_hash = f.other_addr_hash
        or (l.keys).owner is null or f.owner is null
        or (l.keys).owner = f.owner and f.owner = f.other_owner
        or coalesce(private.owners_agree((l.keys).owner, f.owner)
          and private.owners_agree((l.keys).owner, f.other_owner), false))
  ) f
  where r.component = f.component and r.lead_id is null and r.reason is null;
end
$$;
comment on function private.classify_components(uuid) is
  'Sets lead_id (found or new) and verdict on the rows of clear components. Rows of unclear '
  'components keep a null lead_id.';

-- Step 4: combine the rows of a component. Keys and situs come from the first row that has them, other facts from the
-- last, as if the rows had been resolved one after the other.
create function private.fold_rows(p_row_no bigint default null) returns void
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
    consent, consented_at, consent_method, lead_score, attributes, result_codes, apn_segments)
  select r.component, r.lead_id, r.verdict = 'created', case when not r.without_mak then s.mak end,
    s.county_fips, case when not r.without_parcel then s.apn end, s.addr_hash,
    s.situs_house_number, s.situs_street, s.situs_unit, s.situs_city, s.situs_state, s.situs_zip,
    s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full,
    s.mailing_street, s.mailing_unit, s.mailing_city, s.mailing_state, s.mailing_zip,
    s.phone, s.email_verified, s.phone_verified, s.email_codes, s.phone_codes,
    s.consent, s.consented_at, s.consent_method, s.lead_score, s.attributes, s.result_codes,
    case when not r.without_parcel then s.apn_segments end
  from resolve_rows r
  cross join lateral (
    select x.* from public.leads_staging x where x.part_id = r.part_id and x.line_number = r.line_number offset 0
  ) s
  where r.lead_id is not null and r.component_size = 1 and (p_row_no is null or r.row_no = p_row_no);

  if p_row_no is not null or not exists (select from resolve_rows r where r.component_size > 1) then
    return;
  end if;

  insert into resolve_leads (component, lead_id, is_new, mak, county_fips, apn, addr_hash,
    situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
    owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
    phone, email_verified, phone_verified, email_codes, phone_codes,
    consent, consented_at, consent_method, lead_score, attributes, result_codes, apn_segments)
  select f.component, f.lead_id, f.is_new, f.mak, (f.parcel).county_fips, (f.parcel).apn, (f.situs).addr_hash,
    (f.situs).situs_house_number, (f.situs).situs_street, (f.situs).situs_unit,
    (f.situs).situs_city, (f.situs).situs_state, (f.situs).situs_zip,
    (f.owner_1).owner_1_first, (f.owner_1).owner_1_last, (f.owner_2).owner_2_first, (f.owner_2).owner_2_last,
    f.owner_full, (f.mailing).mailing_street, (f.mailing).mailing_unit,
    (f.mailing).mailing_city, (f.mailing).mailing_state, (f.mailing).mailing_zip,
    f.phone, f.email_verified, f.phone_verified, string_to_array(f.email_codes, ','), string_to_array(f.phone_codes, ','),
    coalesce((f.consent).consent, false), (f.consent).consented_at, (f.consent).consent_method,
    f.lead_score,
    (select coalesce(jsonb_object_agg(a.key, a.value order by x.n), '{}')
     from unnest(f.attributes) with ordinality x (object, n) cross join lateral jsonb_each(x.object) a),
    (select array_agg(distinct c order by c) from unnest(f.result_codes) c), (f.parcel).apn_segments
  from (
    select r.component, (array_agg(r.lead_id))[1] as lead_id, bool_or(r.verdict = 'created') as is_new,
      min(s.mak) filter (where not r.without_mak) as mak,
      (array_agg(k.staged order by num_nulls(s.county_fips, s.apn, s.apn_segments), length(s.apn) desc, r.row_no)
        filter (where num_nonnulls(s.county_fips, s.apn) > 0 and not r.without_parcel))[1] as parcel,
      -- The most complete spelling of the address, wherever its row is.
      (array_agg(k.staged order by (s.addr_hash is null), (s.situs_zip is null), num_nulls(s.situs_city, s.situs_state),
          r.row_no)
        filter (where num_nonnulls(s.addr_hash, s.situs_street, s.situs_city, s.situs_state,
          s.situs_zip) > 0))[1] as situs,
      (array_agg(k.staged order by r.row_no desc)
        filter (where num_nonnulls(s.owner_1_first, s.owner_1_last) > 0))[1] as owner_1,
      (array_agg(k.staged order by r.row_no desc)
        filter (where num_nonnulls(s.owner_2_first, s.owner_2_last) > 0))[1] as owner_2,
      (array_agg(s.owner_full order by r.row_no desc) filter (where s.owner_full is not null))[1] as owner_full,
      (array_agg(k.staged order by r.row_no desc) filter (where s.mailing_street is not null))[1] as mailing,
      (array_agg(k.staged order by r.row_no) filter (where s.consent))[1] as consent,
      (array_agg(s.phone order by r.row_no) filter (where s.phone is not null))[1] as phone,
      bool_or(s.email_verified) as email_verified, bool_or(s.phone_verified) as phone_verified,
      -- Where rows differ, private.apply_contacts looks once more.
      (array_agg(array_to_string(s.email_codes, ',') order by s.email_verified desc, r.row_no desc))[1] as email_codes,
      (array_agg(array_to_string(s.phone_codes, ',') order by s.phone_verified desc, r.row_no desc))[1] as phone_codes,
      string_to_array(string_agg(nullif(array_to_string(s.result_codes, ','), ''), ','), ',') as result_codes,
      (array_agg(s.lead_score order by r.row_no desc) filter (where s.lead_score is not null))[1] as lead_score,
      array_agg(s.attributes order by r.row_no) as attributes
    from resolve_rows r
    cross join lateral (
      select x as staged from public.leads_staging x
      where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) k
    cross join lateral (select (k.staged).*) s
    where r.lead_id is not null and r.component_size > 1
    group by r.component
  ) f;
end
$$;
comment on function private.fold_rows(bigint) is
  'Fills resolve_leads from all rows with a lead_id, or from one row only.';
