-- Built from sql/30_matching by `npm run db:build`; edit there.

-- sql/30_matching/01_lead_conflicts.sql

create type public.conflict_state as enum ('open', 'resolved', 'dismissed');
comment on type public.conflict_state is 'In the order of life; see sql/STATES.md.';

create table public.lead_conflicts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  upload_id uuid not null,
  part integer not null,
  line integer not null,
  reason text not null,
  lead_ids uuid[] not null,
  row_keys jsonb not null,
  key_id integer not null references private.org_keys (id) on delete restrict,
  raw bytea not null,
  state public.conflict_state not null default 'open',
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  closed_by uuid,
  resolution text,
  primary key (org_id, id),
  constraint conflict_comes_from_an_upload_of_its_org foreign key (org_id, upload_id)
    references public.uploads (org_id, id) on delete cascade,
  constraint conflict_row_is_unique unique (upload_id, part, line),
  constraint conflict_reason_is_known check (reason in ('keys_point_to_different_leads', 'key_contradicts',
    'contact_is_ambiguous')),
  constraint closed_conflict_has_its_time check ((state = 'open') = (closed_at is null))
);
comment on table public.lead_conflicts is
  'Rows whose keys contradict the leads they point to. Nothing was changed; a person decides.';
comment on column public.lead_conflicts.lead_ids is 'The leads that the row points to, the proposed survivor first.';
comment on column public.lead_conflicts.row_keys is 'The row''s identity keys.';
comment on column public.lead_conflicts.raw is 'The original record as an encrypted JSON array.';
create index lead_conflicts_open_idx on public.lead_conflicts (org_id, state, created_at);
create index lead_conflicts_part_idx on public.lead_conflicts (org_id, upload_id);
create index lead_conflicts_key_idx on public.lead_conflicts (key_id);

alter table public.lead_conflicts enable row level security;
grant select (org_id, id, upload_id, part, line, reason, lead_ids, row_keys, state, created_at, closed_at, closed_by,
  resolution)
  on public.lead_conflicts to authenticated;
grant select, insert, update on public.lead_conflicts to pipeline_writer;
create policy select_members on public.lead_conflicts for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.lead_conflicts for select to pipeline_writer using (true);
create policy insert_writer on public.lead_conflicts for insert to pipeline_writer with check (true);
create policy update_writer on public.lead_conflicts for update to pipeline_writer using (true) with check (true);

-- sql/30_matching/10_working_tables.sql

-- Shapes of the working tables of one resolve. They stay empty: the functions create temporary copies (pg_temp comes
-- first in their search_path), so concurrent resolves never share them.

create unlogged table private.resolve_rows (
  line_number integer primary key,
  mak text,
  county_fips text,
  apn text,
  addr_hash bytea,
  phone bytea,
  email bytea,
  has_key boolean not null,
  by_mak uuid,
  by_parcel uuid,
  by_address uuid,
  component integer not null,
  component_size integer,
  lead_id uuid,
  verdict text
);
comment on table private.resolve_rows is
  'Shape: staging rows of a part, the leads their keys point to, and the component they belong to.';
alter table private.resolve_rows enable row level security;

create unlogged table private.resolve_links (
  link bytea not null,
  line_number integer not null
);
comment on table private.resolve_links is
  'Shape: the links between rows of one part (a shared key, lead or fallback contact).';
alter table private.resolve_links enable row level security;

create unlogged table private.resolve_leads (
  component integer primary key,
  lead_id uuid not null,
  is_new boolean not null,
  like private.lead_fields,
  phone bytea,
  email_verified boolean,
  phone_verified boolean,
  email_codes text[],
  phone_codes text[],
  consent boolean,
  consented_at timestamptz,
  consent_method text,
  lead_score smallint,
  attributes jsonb,
  result_codes text[]
);
comment on table private.resolve_leads is
  'Shape: the combined facts of the rows of a component, one row per lead to create or update.';
alter table private.resolve_leads enable row level security;

grant select on private.resolve_rows, private.resolve_links, private.resolve_leads to pipeline_writer;

create function private.open_resolve_scratch() returns void
language plpgsql volatile set search_path = '' as $$
begin
  if to_regclass('pg_temp.resolve_rows') is null then
    create temporary table resolve_rows (like private.resolve_rows including indexes) on commit drop;
    create temporary table resolve_links (like private.resolve_links) on commit drop;
    create temporary table resolve_leads (like private.resolve_leads including indexes) on commit drop;
  else
    truncate pg_temp.resolve_rows, pg_temp.resolve_links, pg_temp.resolve_leads;
  end if;
end
$$;
comment on function private.open_resolve_scratch() is 'Creates or empties the temporary working tables of a resolve.';

-- sql/30_matching/11_survivorship.sql

-- Survivorship: which of two observations is kept. One pure function, so that the policy in docs/matching.md can be
-- read and tested in one place. A fact is a field, or a group that only makes sense together (a name, a mailing
-- address): groups are taken whole, never mixed from two rows.

create function private.survive(
  p_current jsonb, p_incoming jsonb, p_fact_sources jsonb, p_edited text[],
  p_current_trust smallint, p_current_observed timestamptz, p_trust smallint, p_observed timestamptz
) returns jsonb
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_object_agg(i.key, i.value), '{}')
  from jsonb_each(p_incoming) i
  where i.value <> 'null'
    and p_current -> i.key is distinct from i.value
    and i.key <> all (p_edited)
    and (
      coalesce(p_current -> i.key, 'null') = 'null'
      or (p_trust >= coalesce((p_fact_sources -> i.key ->> 0)::smallint, p_current_trust)
        and p_observed >= coalesce((p_fact_sources -> i.key ->> 1)::timestamptz, p_current_observed))
    )
$$;
comment on function private.survive(jsonb, jsonb, jsonb, text[], smallint, timestamptz, smallint, timestamptz) is
  'Facts of p_incoming that replace those of p_current: they fill empty facts; otherwise a newer observation from '
  'an equally or more trusted source wins; facts that a person edited stay. Facts: {name: value or [values]}. '
  'Returns the winners.';

create function private.fact(variadic p_values text[]) returns jsonb
language sql immutable parallel safe set search_path = '' as $$
  select case when num_nonnulls(variadic p_values) = 0 then null else to_jsonb(p_values) end
$$;
comment on function private.fact(text[]) is 'A group of values as one fact: a JSON array, or null when all are null.';

create function private.lead_facts(p_lead public.leads) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object(
    'owner_1', private.fact(p_lead.owner_1_first, p_lead.owner_1_last),
    'owner_2', private.fact(p_lead.owner_2_first, p_lead.owner_2_last),
    'owner_full', p_lead.owner_full,
    'mailing', private.fact(p_lead.mailing_street, p_lead.mailing_unit, p_lead.mailing_city, p_lead.mailing_state,
      p_lead.mailing_zip))
$$;
comment on function private.lead_facts(public.leads) is
  'The grouped facts of a lead, as private.survive compares them.';

-- sql/30_matching/12_match_rows.sql

-- Step 1: find the existing leads that the keys of each staging row point to.
--
-- Here and in the next steps leads, staging rows and contact points are looked up by their whole key, one row at a
-- time, behind `offset 0`. The working tables are filled and emptied all the time and an org may be new, so there are
-- no useful statistics, and a planner that assumes empty tables would compare every row with every row.

create function private.uuid_v7_prefix(p_at timestamptz) returns text
language sql stable parallel safe set search_path = '' as $$
  select overlay(lpad(to_hex((extract(epoch from p_at) * 1000)::bigint), 12, '0') placing '-' from 9 for 0) || '-7'
$$;
comment on function private.uuid_v7_prefix(timestamptz) is
  'First 15 characters of a version 7 UUID (RFC 9562): the time in milliseconds and the version. The rest may be '
  'random.';

create function private.match_rows(p_org_id uuid, p_part_id uuid) returns void
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
as $$
declare
  -- Ids that grow with time (UUID version 7) keep new index entries side by side. Random ids touch a page of every
  -- index per row, which would dominate the time of an import into a large table.
  v_prefix constant text := private.uuid_v7_prefix(clock_timestamp());
begin
  insert into resolve_rows (line_number, mak, county_fips, apn, addr_hash, phone, email, has_key,
    by_mak, by_parcel, by_address, component, component_size, lead_id, verdict)
  select s.line_number, s.mak, s.county_fips, s.apn, s.addr_hash, s.phone, s.email, k.has_key,
    f.by_mak, f.by_parcel, f.by_address, s.line_number,
    -- Most rows are new leads; link_rows reverts this where rows belong together.
    case when n.is_new then 1 end,
    case when n.is_new then (v_prefix || substr(gen_random_uuid()::text, 16))::uuid end,
    case when n.is_new then 'created' end
  from public.leads_staging s
  cross join lateral (
    select s.mak is not null or (s.county_fips is not null and s.apn is not null) or s.addr_hash is not null as has_key
  ) k
  cross join lateral (
    select
      case when s.mak is not null then (
        select l.id from public.leads l where l.org_id = p_org_id and l.mak = s.mak) end as by_mak,
      case when s.county_fips is not null and s.apn is not null then (
        select l.id from public.leads l
        where l.org_id = p_org_id and l.county_fips = s.county_fips and l.apn = s.apn) end as by_parcel,
      case when s.addr_hash is not null then coalesce(
        (select l.id from public.leads l where l.org_id = p_org_id and l.addr_hash = s.addr_hash),
        (select x.lead_id from public.lead_addresses x where x.org_id = p_org_id and x.addr_hash = s.addr_hash)
      ) end as by_address
    offset 0
  ) f
  cross join lateral (
    select k.has_key and coalesce(f.by_mak, f.by_parcel, f.by_address) is null as is_new
  ) n
  where s.part_id = p_part_id and s.verdict is null;
end
$$;
comment on function private.match_rows(uuid, uuid) is
  'Fills resolve_rows from the staging rows of a part. Matches by MAK, by county and APN, and by address (first or '
  'further address of a lead).';

-- Step 2: link rows that share a key, a lead, or (rows without a property key) a fallback contact.
create function private.link_rows(p_org_id uuid, p_part_id uuid) returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' as $$
declare
  v_changed integer;
begin
  with fallback as (
    select u.value_bidx
    from resolve_rows r cross join lateral (values (r.phone), (r.email)) u (value_bidx)
    where not r.has_key and u.value_bidx is not null
  ), links (link, line_number) as materialized (
    select k.link, r.line_number
    from resolve_rows r
    cross join lateral (values
      (case when r.mak is not null then convert_to('m' || r.mak, 'UTF8') end),
      (case when r.county_fips is not null and r.apn is not null
        then convert_to('p' || r.county_fips || r.apn, 'UTF8') end),
      (r.addr_hash),
      (uuid_send(r.by_mak)), (uuid_send(r.by_parcel)), (uuid_send(r.by_address)),
      (case when not r.has_key then r.phone end), (case when not r.has_key then r.email end)
    ) k (link)
    where k.link is not null
    union all
    -- Rows with a property key are linked to rows without one by a contact that both have ...
    select c.value_bidx, r.line_number
    from resolve_rows r
    cross join lateral (
      select x.value_bidx from private.leads_staging_contacts x
      where x.part_id = p_part_id and x.line_number = r.line_number
      offset 0
    ) c
    -- `is true` keeps the list of fallback contacts in one hash table.
    where r.has_key and exists (select from fallback)
      and (c.value_bidx in (select f.value_bidx from fallback f)) is true
    union all
    -- ... and by the existing leads that have the contact.
    select uuid_send(c.lead_id), r.line_number
    from resolve_rows r
    cross join lateral (
      select p.lead_id from public.contact_points p
      where p.org_id = p_org_id and p.value_bidx in (r.phone, r.email)
      offset 0
    ) c
    where not r.has_key
  )
  insert into resolve_links (link, line_number)
  select l.link, l.line_number
  from links l
  join (select k.link from links k group by k.link having min(k.line_number) < max(k.line_number)) shared using (link);
  if not exists (select from resolve_links) then
    return;
  end if;
  analyze pg_temp.resolve_links;
  update resolve_rows r set component_size = null, lead_id = null, verdict = null
  where r.line_number in (select l.line_number from resolve_links l);
  analyze pg_temp.resolve_rows;

  -- The smallest line number spreads along every link; following the winner's own winner halves long chains.
  loop
    with smallest as (
      select l.link, min(r.component) as component
      from resolve_links l join resolve_rows r using (line_number)
      group by l.link
    ), better as (
      select l.line_number, min(s.component) as component
      from resolve_links l join smallest s using (link)
      group by l.line_number
    )
    update resolve_rows r set component = b.component
    from better b
    where r.line_number = b.line_number and b.component < r.component;
    get diagnostics v_changed = row_count;
    exit when v_changed = 0;
    update resolve_rows r set component = p.component
    from resolve_rows p
    where p.line_number = r.component and p.component < r.component;
  end loop;
end
$$;
comment on function private.link_rows(uuid, uuid) is
  'Sets the component of every row: the smallest line number among all directly or indirectly linked rows.';

-- sql/30_matching/13_fold_rows.sql

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

-- sql/30_matching/14_apply_leads.sql

-- Step 5: write resolve_leads: new leads, further addresses, changed facts, contact points.

create function private.apply_leads(
  p_org_id uuid, p_part_id uuid, p_upload_id uuid, p_source_id uuid,
  p_trust smallint, p_observed timestamptz, p_line integer default null
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
  insert into public.leads (org_id, id, mak, county_fips, apn, addr_hash, addr_hash_version,
    situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
    owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
    attributes, melissa_payload, consent, consented_at, consent_method,
    email_verified, phone_verified, email_verification_codes, phone_verification_codes, phone_bidx,
    lead_score, source_id, created_upload_id, source_trust, observed_at)
  select p_org_id, n.lead_id, n.mak, n.county_fips, n.apn, n.addr_hash,
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

  -- Existing leads: keys are only filled, never replaced; other facts follow the survivorship policy.
  if exists (select from resolve_leads n where not n.is_new) then
    with facts as (
      select n.component, l.id,
        private.survive(
          private.lead_facts(l) || jsonb_build_object(
            'lead_score', l.lead_score, 'attributes', l.attributes, 'melissa_payload', l.melissa_payload),
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
        (l.addr_hash is null and n.addr_hash is not null)
          or (num_nonnulls(l.situs_street, l.situs_city, l.situs_state, l.situs_zip) = 0
            and num_nonnulls(n.situs_street, n.situs_city, n.situs_state, n.situs_zip) > 0) as fill_address,
        l.consented_at is null and n.consent as fill_consent
      from resolve_leads n
      join public.leads l on l.org_id = p_org_id and l.id = n.lead_id
      where not n.is_new
    ), written as (
      update public.leads l set
        mak = case when f.fill_mak then n.mak else l.mak end,
        county_fips = case when f.fill_parcel then n.county_fips else l.county_fips end,
        apn = case when f.fill_parcel then n.apn else l.apn end,
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
      from facts f join resolve_leads n using (component)
      where l.org_id = p_org_id and l.id = f.id
        and (f.won <> '{}' or f.fill_mak or f.fill_parcel or f.fill_address or f.fill_consent
          or not l.attributes @> (n.attributes || l.attributes))
      returning l.id
    )
    select array_agg(w.id) into v_changed from written w;
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
      and (r.component_size > 1 or not n.is_new) and (p_line is null or r.line_number = p_line)
    on conflict (org_id, addr_hash) do nothing
    returning lead_id
  )
  select array_agg(a.lead_id) into v_more from added a;
  v_changed := v_changed || v_more;

  v_changed := v_changed || private.apply_contacts(p_org_id, p_part_id, p_upload_id, p_line);

  update resolve_rows r
  set verdict = 'updated'
  where r.verdict = 'unchanged' and r.lead_id = any (v_changed) and (p_line is null or r.line_number = p_line);
end
$$;
comment on function private.apply_leads(uuid, uuid, uuid, uuid, smallint, timestamptz, integer) is
  'Writes resolve_leads: creates new leads, fills and updates existing ones, adds addresses and contact points; '
  'sets the verdict of rows that changed a lead to updated.';

create function private.apply_contacts(p_org_id uuid, p_part_id uuid, p_upload_id uuid, p_line integer)
returns uuid[]
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set plan_cache_mode = force_custom_plan
as $$
declare
  v_key integer := (select p.key_id from public.upload_parts p where p.id = p_part_id);
  v_added uuid[];
  v_judged uuid[];
begin
  with added as (
    insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, label,
      position, verified, codes, invalid_at, created_upload_id)
    select p_org_id, r.lead_id, c.kind, c.value_bidx, c.value_cipher, v_key, c.masked, c.label,
      c.position, c.verified, c.codes, case when c.invalid then now() end, p_upload_id
    from resolve_rows r
    join resolve_leads n using (component)
    cross join lateral (
      select x.* from private.leads_staging_contacts x
      where x.part_id = p_part_id and x.line_number = r.line_number
      offset 0
    ) c
    where p_line is null or r.line_number = p_line
    on conflict (org_id, lead_id, value_bidx) do nothing
    returning lead_id
  )
  select array_agg(distinct a.lead_id) into v_added
  from added a where exists (select from resolve_leads n where n.lead_id = a.lead_id and not n.is_new);

  -- A later verification result of a contact point replaces the earlier one.
  with judged as (
    update public.contact_points p
    set codes = c.codes, verified = c.verified,
      invalid_at = case when c.invalid then coalesce(p.invalid_at, now()) end
    from (
      select distinct on (r.lead_id, s.value_bidx) r.lead_id, s.*
      from resolve_rows r
      join resolve_leads n using (component)
      cross join lateral (
        select x.* from private.leads_staging_contacts x
        where x.part_id = p_part_id and x.line_number = r.line_number
        offset 0
      ) s
      where (r.component_size > 1 or not n.is_new) and (p_line is null or r.line_number = p_line) and s.codes <> '{}'
      order by r.lead_id, s.value_bidx, s.line_number desc
    ) c
    where p.org_id = p_org_id and p.lead_id = c.lead_id and p.value_bidx = c.value_bidx and p.codes <> c.codes
    returning p.lead_id
  )
  select array_agg(distinct j.lead_id) into v_judged from judged j;

  v_added := v_added || v_judged;
  if v_added is not null then
    perform private.refresh_verification(p_org_id, v_added);
  end if;
  return v_added;
end
$$;
comment on function private.apply_contacts(uuid, uuid, uuid, integer) is
  'Adds the rows'' contact points to their leads and stores newer result codes. Returns the existing leads that it '
  'changed.';

create function private.refresh_verification(p_org_id uuid, p_lead_ids uuid[]) returns void
language sql volatile set search_path = '' as $$
  update public.leads l
  set email_verified = v.email_verified, phone_verified = v.phone_verified,
    email_verification_codes = v.email_codes, phone_verification_codes = v.phone_codes, phone_bidx = v.phone_bidx
  from (
    select i.lead_id,
      coalesce(bool_or(c.verified) filter (where c.kind = 'email' and c.invalid_at is null), false) as email_verified,
      coalesce(bool_or(c.verified) filter (where c.kind = 'phone' and c.invalid_at is null), false) as phone_verified,
      coalesce(array_agg(distinct k.code order by k.code) filter (where c.kind = 'email' and k.code is not null),
        '{}') as email_codes,
      coalesce(array_agg(distinct k.code order by k.code) filter (where c.kind = 'phone' and k.code is not null),
        '{}') as phone_codes,
      (array_agg(c.value_bidx order by c.position, c.id) filter (where c.kind = 'phone'))[1] as phone_bidx
    from (select distinct unnest(p_lead_ids) as lead_id) i
    left join public.contact_points c on c.org_id = p_org_id and c.lead_id = i.lead_id
    left join lateral unnest(c.codes) k (code) on true
    group by i.lead_id
  ) v
  where l.org_id = p_org_id and l.id = v.lead_id
    and (l.email_verified, l.phone_verified, l.email_verification_codes, l.phone_verification_codes, l.phone_bidx)
      is distinct from (v.email_verified, v.phone_verified, v.email_codes, v.phone_codes, v.phone_bidx)
$$;
comment on function private.refresh_verification(uuid, uuid[]) is
  'Derives a lead''s verified flags, codes and first phone from its contact points.';

-- sql/30_matching/15_merge_leads.sql

-- Merging two leads that are one property or person. Reversible: lead_merges keeps the whole merged lead and the ids
-- of everything that moved.

create function private.campaign_rank(p_status public.campaign_status) returns integer
language sql immutable parallel safe set search_path = '' as $$
  select array_position(array['new', 'completed', 'queued', 'active', 'paused', 'replied', 'booked', 'invalid',
    'opted_out'], p_status::text)
$$;
comment on function private.campaign_rank(public.campaign_status) is
  'Decides which status a merged lead keeps: the higher rank. An opt-out outranks everything.';

create function private.survivor_of(p_org_id uuid, p_lead_ids uuid[]) returns uuid[]
language sql stable set search_path = '' as $$
  select array_agg(l.id order by (l.mak is null), (l.apn is null or l.county_fips is null), (l.addr_hash is null),
    l.created_at, l.id)
  from public.leads l where l.org_id = p_org_id and l.id = any (p_lead_ids)
$$;
comment on function private.survivor_of(uuid, uuid[]) is
  'The leads in order of survival: strongest key first, then the oldest, then the smallest id. Never arbitrary.';

create function private.merge_leads(
  p_org_id uuid, p_survivor_id uuid, p_merged_id uuid, p_upload_id uuid, p_reason text,
  p_as_of timestamptz default now()
) returns bigint
language plpgsql volatile set search_path = '' as $$
declare
  s public.leads;
  m public.leads;
  v_won jsonb;
  v_contacts bigint[];
  v_addresses bytea[];
  v_id bigint;
begin
  select * into strict s from public.leads l where l.org_id = p_org_id and l.id = p_survivor_id for update;
  select * into strict m from public.leads l where l.org_id = p_org_id and l.id = p_merged_id for update;
  if s.mak <> m.mak or (s.county_fips || s.apn) <> (m.county_fips || m.apn) then
    raise exception 'leads % and % are different properties', s.id, m.id using errcode = 'SL301';
  end if;

  with moved as (
    update public.contact_points c set lead_id = s.id
    where c.org_id = p_org_id and c.lead_id = m.id
      and not exists (select from public.contact_points o
        where o.org_id = p_org_id and o.lead_id = s.id and o.value_bidx = c.value_bidx)
    returning c.id
  )
  select coalesce(array_agg(id), '{}') into v_contacts from moved;
  with moved as (
    update public.lead_addresses a set lead_id = s.id
    where a.org_id = p_org_id and a.lead_id = m.id
    returning a.addr_hash
  )
  select coalesce(array_agg(addr_hash), '{}') into v_addresses from moved;

  insert into public.lead_merges (org_id, survivor_id, merged_id, merged_row, merged_contacts, merged_addresses,
    upload_id, reason, merged_at)
  values (p_org_id, s.id, m.id,
    to_jsonb(m) || jsonb_build_object('contact_points', (
      select coalesce(jsonb_agg(to_jsonb(c)), '[]') from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = m.id)),
    v_contacts, v_addresses, p_upload_id, p_reason, p_as_of)
  returning id into v_id;
  delete from public.leads l where l.org_id = p_org_id and l.id = m.id;

  v_won := private.survive(private.lead_facts(s), private.lead_facts(m), s.field_sources, s.edited_fields,
    s.source_trust, s.observed_at, m.source_trust, m.observed_at);
  update public.leads l set
    mak = coalesce(s.mak, m.mak),
    county_fips = case when k.parcel_theirs then m.county_fips else s.county_fips end,
    apn = case when k.parcel_theirs then m.apn else s.apn end,
    addr_hash = coalesce(s.addr_hash, m.addr_hash),
    addr_hash_version = case when s.addr_hash is null then m.addr_hash_version else s.addr_hash_version end,
    situs_house_number = case when k.situs_theirs then m.situs_house_number else s.situs_house_number end,
    situs_street = case when k.situs_theirs then m.situs_street else s.situs_street end,
    situs_unit = case when k.situs_theirs then m.situs_unit else s.situs_unit end,
    situs_city = case when k.situs_theirs then m.situs_city else s.situs_city end,
    situs_state = case when k.situs_theirs then m.situs_state else s.situs_state end,
    situs_zip = case when k.situs_theirs then m.situs_zip else s.situs_zip end,
    owner_1_first = case when v_won ? 'owner_1' then m.owner_1_first else s.owner_1_first end,
    owner_1_last = case when v_won ? 'owner_1' then m.owner_1_last else s.owner_1_last end,
    owner_2_first = case when v_won ? 'owner_2' then m.owner_2_first else s.owner_2_first end,
    owner_2_last = case when v_won ? 'owner_2' then m.owner_2_last else s.owner_2_last end,
    owner_full = case when v_won ? 'owner_full' then m.owner_full else s.owner_full end,
    mailing_street = case when v_won ? 'mailing' then m.mailing_street else s.mailing_street end,
    mailing_unit = case when v_won ? 'mailing' then m.mailing_unit else s.mailing_unit end,
    mailing_city = case when v_won ? 'mailing' then m.mailing_city else s.mailing_city end,
    mailing_state = case when v_won ? 'mailing' then m.mailing_state else s.mailing_state end,
    mailing_zip = case when v_won ? 'mailing' then m.mailing_zip else s.mailing_zip end,
    attributes = m.attributes || s.attributes,
    consent = case when s.consented_at is null then m.consent else s.consent end,
    consented_at = coalesce(s.consented_at, m.consented_at),
    consent_method = case when s.consented_at is null then m.consent_method else s.consent_method end,
    lead_score = greatest(s.lead_score, m.lead_score),
    assigned_broker_id = coalesce(s.assigned_broker_id, m.assigned_broker_id),
    campaign_id = case when k.theirs then m.campaign_id else s.campaign_id end,
    campaign_status = case when k.theirs then m.campaign_status else s.campaign_status end,
    added_to_campaign_at = case when k.theirs then m.added_to_campaign_at else s.added_to_campaign_at end,
    current_sequence_step = case when k.theirs then m.current_sequence_step else s.current_sequence_step end,
    last_reply_at = greatest(s.last_reply_at, m.last_reply_at),
    call_attempt_count = s.call_attempt_count + m.call_attempt_count
  from (
    select private.campaign_rank(m.campaign_status) > private.campaign_rank(s.campaign_status) as theirs,
      num_nonnulls(m.county_fips, m.apn) > num_nonnulls(s.county_fips, s.apn)
        and (num_nonnulls(m.county_fips, m.apn) = 2 or num_nonnulls(s.county_fips, s.apn) = 0) as parcel_theirs,
      (s.addr_hash is null and m.addr_hash is not null)
        or num_nonnulls(s.situs_street, s.situs_city, s.situs_state, s.situs_zip) = 0 as situs_theirs
  ) k
  where l.org_id = p_org_id and l.id = s.id;
  if s.addr_hash <> m.addr_hash then
    insert into public.lead_addresses (org_id, addr_hash, lead_id, created_upload_id, created_at)
    values (p_org_id, m.addr_hash, s.id, p_upload_id, p_as_of);
  end if;
  perform private.refresh_verification(p_org_id, array[s.id]);
  return v_id;
end
$$;
comment on function private.merge_leads(uuid, uuid, uuid, uuid, text, timestamptz) is
  'Merges p_merged_id into p_survivor_id and returns the id of the record in lead_merges. Raises SL301 when their '
  'MAKs or parcels differ.';

-- sql/30_matching/16_resolve_row.sql

-- Rows of unclear components, one after the other in line order, as described in docs/matching.md.

create function private.resolve_row(p_org_id uuid, p_part_id uuid, p_upload_id uuid, p_line integer,
  p_as_of timestamptz)
returns void
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  r resolve_rows;
  v_leads uuid[];
  v_reason text;
  v_verdict text := 'unchanged';
begin
  select * into strict r from resolve_rows x where x.line_number = p_line;
  if r.has_key then
    select array_agg(distinct f.id) into v_leads from (
      select l.id from public.leads l where l.org_id = p_org_id and l.mak = r.mak
      union all
      select l.id from public.leads l where l.org_id = p_org_id and l.county_fips = r.county_fips and l.apn = r.apn
      union all
      select l.id from public.leads l where l.org_id = p_org_id and l.addr_hash = r.addr_hash
      union all
      select a.lead_id from public.lead_addresses a where a.org_id = p_org_id and a.addr_hash = r.addr_hash
    ) f;
    if cardinality(v_leads) > 0 and private.keys_contradict(p_org_id, v_leads, r.mak, r.county_fips || r.apn) then
      v_reason := case when cardinality(v_leads) = 1 then 'key_contradicts' else 'keys_point_to_different_leads' end;
    end if;
  else
    v_leads := private.leads_by_contact(p_org_id, r.phone, r.email);
    if cardinality(v_leads) > 1 and not private.are_people(p_org_id, v_leads) then
      -- The phone decides first; the e-mail only when no lead has the phone.
      v_leads := coalesce(private.leads_by_contact(p_org_id, r.phone, null),
        private.leads_by_contact(p_org_id, null, r.email));
      if cardinality(v_leads) > 1 and not private.are_people(p_org_id, v_leads) then
        v_reason := 'contact_is_ambiguous';
      end if;
    end if;
  end if;

  if cardinality(v_leads) > 0 then
    v_leads := private.survivor_of(p_org_id, v_leads);
  end if;
  if v_reason is not null then
    insert into public.lead_conflicts (org_id, upload_id, part, line, reason, lead_ids, row_keys, key_id, raw,
      created_at)
    select p_org_id, s.upload_id, s.part, s.line_number, v_reason, v_leads,
      jsonb_strip_nulls(jsonb_build_object('mak', s.mak, 'county_fips', s.county_fips, 'apn', s.apn,
        'addr_hash', encode(s.addr_hash, 'hex'))), p.key_id, s.raw, p_as_of
    from public.leads_staging s join public.upload_parts p on p.id = s.part_id
    where s.part_id = p_part_id and s.line_number = p_line;
    update resolve_rows x set verdict = 'conflict' where x.line_number = p_line;
    return;
  end if;

  if v_leads is null then
    v_leads := array[gen_random_uuid()];
    v_verdict := 'created';
  elsif cardinality(v_leads) > 1 then
    for i in 2 .. cardinality(v_leads) loop
      perform private.merge_leads(p_org_id, v_leads[1], v_leads[i], p_upload_id,
        case when r.has_key then 'a row carries the keys of both' else 'a row carries the contacts of both' end,
          p_as_of);
    end loop;
    v_verdict := 'merged';
  end if;
  update resolve_rows x
  set lead_id = v_leads[1], verdict = v_verdict, component = p_line, component_size = 1
  where x.line_number = p_line;
end
$$;
comment on function private.resolve_row(uuid, uuid, uuid, integer, timestamptz) is
  'Decides one row: its lead (new, found, or the survivor of a merge) or a conflict, and records it in resolve_rows.';

create function private.keys_contradict(p_org_id uuid, p_lead_ids uuid[], p_mak text, p_parcel text) returns boolean
language sql stable set search_path = '' as $$
  select count(distinct k.mak) > 1 or count(distinct k.parcel) > 1
  from (
    select l.mak, l.county_fips || l.apn as parcel from public.leads l
    where l.org_id = p_org_id and l.id = any (p_lead_ids)
    union all
    select p_mak, p_parcel
  ) k
$$;
comment on function private.keys_contradict(uuid, uuid[], text, text) is
  'True when the leads and the row have more than one MAK or more than one parcel. A differing address alone is not '
  'a contradiction: a parcel can have several.';

create function private.leads_by_contact(p_org_id uuid, p_phone bytea, p_email bytea) returns uuid[]
language sql stable set search_path = '' as $$
  select array_agg(distinct c.lead_id) from public.contact_points c
  where c.org_id = p_org_id and c.value_bidx in (p_phone, p_email)
$$;
comment on function private.leads_by_contact(uuid, bytea, bytea) is
  'Leads that have one of the contact values (blind indexes); null when there are none.';

create function private.are_people(p_org_id uuid, p_lead_ids uuid[]) returns boolean
language sql stable set search_path = '' as $$
  select bool_and(l.mak is null and l.addr_hash is null and (l.apn is null or l.county_fips is null))
  from public.leads l where l.org_id = p_org_id and l.id = any (p_lead_ids)
$$;
comment on function private.are_people(uuid, uuid[]) is 'True when none of the leads has a property key.';

-- sql/30_matching/17_part_events.sql

create function private.record_part_events(p_part_id uuid, p_verified integer, p_as_of timestamptz default now())
  returns void
language sql volatile set search_path = '' as $$
  insert into public.pipeline_events (org_id, kind, at, quantity, duration, correlation_id, detail)
  select p.org_id, e.kind::public.pipeline_event_kind, p_as_of, e.quantity, e.duration, u.correlation_id,
    jsonb_build_object('upload_id', p.upload_id, 'part', p.part)
  from public.upload_parts p
  join public.uploads u on u.id = p.upload_id
  cross join lateral (values
    ('uploaded', p.received, null::interval),
    ('staged', p.staged, p.staged_at - p.received_at),
    ('deduped', p.created, p.resolved_at - p.staged_at),
    ('verified', p_verified, null)
  ) e (kind, quantity, duration)
  where p.id = p_part_id
$$;
comment on function private.record_part_events(uuid, integer, timestamptz) is
  'Records the funnel events of a resolved part, as quantities; p_verified of its new leads have a verified phone.';

-- sql/30_matching/18_resolve_part.sql

-- Staging rows become leads: one transaction per part, parts in order, one resolve per org at a time.

-- JIT-compiling the plans of a part, which run once, would take longer than running them.
create function private.resolve_part(p_part_id uuid, p_as_of timestamptz default now()) returns text
language plpgsql volatile set search_path = pg_temp, private set jit = off as $$
declare
  v_part public.upload_parts;
  v_upload public.uploads;
  v_trust smallint;
  v_line integer;
  v_verified integer;
begin
  select * into strict v_part from public.upload_parts p where p.id = p_part_id;
  perform pg_advisory_xact_lock(hashtextextended(v_part.org_id::text, 1));
  select * into strict v_part from public.upload_parts p where p.id = p_part_id for update;
  if v_part.state <> 'staged' then
    return v_part.state;
  end if;
  select * into strict v_upload from public.uploads u where u.id = v_part.upload_id;
  select s.trust into strict v_trust from public.sources s where s.id = v_upload.source_id;
  if (select count(*) from public.leads_staging s where s.part_id = p_part_id and s.verdict is null)
    <> v_part.staged - v_part.created - v_part.updated - v_part.unchanged - v_part.merged - v_part.conflict then
    -- The staging rows are lost (database crash): stage again from the stored bytes.
    perform private.reset_part(p_part_id);
    return 'received';
  end if;
  perform set_config('sluice.actor', 'upload', true), set_config('sluice.upload_id', v_upload.id::text, true);

  perform private.open_resolve_scratch();
  perform private.match_rows(v_part.org_id, p_part_id);
  perform private.link_rows(v_part.org_id, p_part_id);
  perform private.classify_components(v_part.org_id);
  perform private.fold_rows(p_part_id);
  perform private.apply_leads(v_part.org_id, p_part_id, v_upload.id, v_upload.source_id, v_trust,
    v_upload.received_at);

  v_verified := (select count(*) from resolve_leads n where n.is_new and n.phone_verified);

  for v_line in select r.line_number from resolve_rows r where r.lead_id is null order by r.line_number loop
    delete from resolve_leads;
    perform private.resolve_row(v_part.org_id, p_part_id, v_upload.id, v_line, p_as_of);
    if (select r.lead_id is not null from resolve_rows r where r.line_number = v_line) then
      perform private.fold_rows(p_part_id, v_line);
      perform private.apply_leads(v_part.org_id, p_part_id, v_upload.id, v_upload.source_id, v_trust,
        v_upload.received_at, v_line);
      v_verified := v_verified + (select count(*) from resolve_leads n where n.is_new and n.phone_verified);
    end if;
  end loop;

  -- A row that matches a lead created by this same upload is a repeat. One look-up by key for each such row: without
  -- statistics, a join would scan the leads for every row.
  update resolve_rows r set verdict = 'merged'
  where r.verdict in ('unchanged', 'updated')
    and (select l.created_upload_id from public.leads l
      where l.org_id = v_part.org_id and l.id = r.lead_id) = v_upload.id;
  perform private.clear_staging(p_part_id);

  update public.upload_parts p
  set state = 'resolved', resolved_at = greatest(p_as_of, p.staged_at),
    created = p.created + v.created, updated = p.updated + v.updated, unchanged = p.unchanged + v.unchanged,
    merged = p.merged + v.merged, conflict = p.conflict + v.conflict
  from (
    select count(*) filter (where r.verdict = 'created') as created,
      count(*) filter (where r.verdict = 'updated') as updated,
      count(*) filter (where r.verdict = 'unchanged') as unchanged,
      count(*) filter (where r.verdict = 'merged') as merged,
      count(*) filter (where r.verdict = 'conflict') as conflict
    from resolve_rows r
  ) v
  where p.id = p_part_id;
  perform private.record_part_events(p_part_id, v_verified, p_as_of);
  if v_part.rejected > 0 then
    perform private.record_dead_letter(v_part.org_id, 'rejects', jsonb_build_object('part_id', p_part_id),
      v_part.rejected || case when v_part.rejected = 1 then ' row' else ' rows' end || ' rejected', null,
        v_upload.correlation_id, p_as_of);
  end if;
  return 'resolved';
end
$$;
comment on function private.resolve_part(uuid, timestamptz) is
  'Resolves the staging rows of a part to leads, exactly once. Returns the new state of the part: resolved, or '
  'received when it must be staged again.';

create function private.clear_staging(p_part_id uuid) returns void
language plpgsql volatile set search_path = pg_temp, private as $$
begin
  -- Rows that became leads are no longer needed; rows in conflict stay, with their verdict, for the person who
  -- decides.
  update public.leads_staging s set verdict = 'conflict'
  where s.part_id = p_part_id
    and s.line_number = any (array(select r.line_number from resolve_rows r where r.verdict = 'conflict'));
  delete from public.leads_staging s where s.part_id = p_part_id and s.verdict is null;
  -- `not in` uses one small hash table, whatever the planner assumes about the working tables.
  delete from private.leads_staging_contacts c
  where c.part_id = p_part_id
    and c.line_number not in (select s.line_number from public.leads_staging s where s.part_id = p_part_id);
end
$$;
comment on function private.clear_staging(uuid) is
  'Deletes the staging rows of a part after its resolve, except rows in conflict.';

create function private.reset_part(p_part_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
  delete from public.leads_staging s where s.part_id = p_part_id;
  delete from private.leads_staging_contacts c where c.part_id = p_part_id;
  delete from public.upload_rejects j using public.upload_parts p
  where p.id = p_part_id and j.upload_id = p.upload_id and j.part = p.part;
  update public.upload_parts p
  set state = 'received', staged_at = null, error = null, lines = 0, received = 0, staged = 0, rejected = 0,
    created = 0, updated = 0, unchanged = 0, merged = 0, conflict = 0, warnings = '{}'
  where p.id = p_part_id and p.state in ('received', 'staging', 'staged', 'failed');
end
$$;
comment on function private.reset_part(uuid) is
  'Returns a part to received, to be staged again from the stored bytes.';

create function private.resolve_upload(p_upload_id uuid, p_as_of timestamptz default now()) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_upload public.uploads;
  v_part record;
  v_state text;
begin
  select * into strict v_upload from public.uploads u where u.id = p_upload_id;
  if v_upload.dry_run then
    return private.dry_run_upload(p_upload_id, p_as_of);
  end if;
  -- The next part in order; a gap (a part that has not arrived) blocks the later ones.
  select p.id, p.part, p.state into v_part
  from public.upload_parts p
  where p.upload_id = p_upload_id and p.state in ('received', 'staging', 'staged')
  order by p.part limit 1;
  if found then
    if v_part.state <> 'staged'
      or (select count(*) from public.upload_parts p
        where p.upload_id = p_upload_id and p.part < v_part.part) < v_part.part - 1 then
      return 'waiting';
    end if;
    v_state := private.resolve_part(v_part.id, p_as_of);
    return case when v_state = 'resolved' then 'more' else 'restage' end;
  end if;
  return private.complete_upload(p_upload_id, p_as_of);
end
$$;
comment on function private.resolve_upload(uuid, timestamptz) is
  'Resolves the next part of an upload. Returns more (call again), waiting (a part is not staged yet), restage '
  '(staging rows lost: queue the staging again), or the state of the finished upload.';

create function private.complete_upload(p_upload_id uuid, p_as_of timestamptz) returns text
language sql volatile set search_path = '' as $$
  update public.uploads u
  set state = case when f.failed then 'failed' else 'completed' end::public.upload_state,
    completed_at = p_as_of,
    error = case when f.failed then f.error end
  from (
    select bool_or(p.state = 'failed') as failed, min(p.error) as error, count(*) as parts
    from public.upload_parts p where p.upload_id = p_upload_id
  ) f
  where u.id = p_upload_id and u.state in ('receiving', 'processing', 'failed') and f.parts = u.parts_expected
    and not exists (select from public.upload_parts p
      where p.upload_id = p_upload_id and p.state in ('received', 'staging', 'staged'))
  returning u.state::text
$$;
comment on function private.complete_upload(uuid, timestamptz) is
  'Completes an upload whose parts are all done; null while parts are missing.';

create function private.dry_run_upload(p_upload_id uuid, p_as_of timestamptz) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_part record;
  v_counts jsonb;
begin
  if exists (select from public.uploads u where u.id = p_upload_id and u.parts_expected is distinct from (
      select count(*) from public.upload_parts p where p.upload_id = u.id))
    or exists (select from public.upload_parts p where p.upload_id = p_upload_id
      and p.state in ('received', 'staging')) then
    return 'waiting';
  end if;
  -- Runs for real and is then rolled back: only the counts survive the inner block.
  begin
    for v_part in select p.id from public.upload_parts p
      where p.upload_id = p_upload_id and p.state = 'staged' order by p.part loop
      if private.resolve_part(v_part.id, p_as_of) <> 'resolved' then
        raise exception 'the staging rows of part % are missing', v_part.id using errcode = 'SL205';
      end if;
    end loop;
    select jsonb_agg(to_jsonb(p)) into v_counts from public.upload_parts p
    where p.upload_id = p_upload_id and p.state = 'resolved';
    raise exception 'dry run' using errcode = 'SL299';
  exception when sqlstate 'SL299' then
    null;
  end;
  update public.upload_parts p
  set state = 'resolved', resolved_at = greatest(p_as_of, p.staged_at), created = c.created, updated = c.updated,
    unchanged = c.unchanged, merged = c.merged, conflict = c.conflict
  from jsonb_to_recordset(coalesce(v_counts, '[]'))
    as c (id uuid, created integer, updated integer, unchanged integer, merged integer, conflict integer)
  where p.id = c.id;
  -- The outcome depends on the day and on the source's settings, so the same content may be sent again.
  delete from public.ingest_replay_guard g where g.upload_id = p_upload_id and g.dry_run;
  return private.complete_upload(p_upload_id, p_as_of);
exception when sqlstate 'SL205' then
  perform private.reset_part(p.id) from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged';
  return 'restage';
end
$$;
comment on function private.dry_run_upload(uuid, timestamptz) is
  'Resolves all parts of a dry run and rolls back everything except the counts; afterwards its content no longer '
  'counts as a duplicate. Returns waiting, restage or the state of the finished upload.';

-- sql/30_matching/30_upload_reports.sql

-- Reports of an upload for the status page, the client and the desk.

create function public.upload_status(p_upload_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'upload_id', u.id,
    'source', s.key,
    'state', u.state,
    'dry_run', u.dry_run,
    'filename', u.filename,
    'parts_expected', u.parts_expected,
    'parts', coalesce(p.parts, '[]'),
    'progress', case
      when u.state in ('completed', 'failed', 'undone') then 1
      when coalesce(u.parts_expected, p.count, 0) = 0 then 0
      else round(coalesce(p.weight, 0) / greatest(u.parts_expected, p.count), 3) end,
    'counts', coalesce(p.counts, '{}'),
    'warnings', coalesce((
      select jsonb_object_agg(w.code, w.n) from (
        select e.key as code, sum(e.value::integer) as n
        from public.upload_parts x cross join lateral jsonb_each_text(x.warnings) e
        where x.upload_id = u.id group by e.key) w), '{}'),
    'dialect', u.dialect,
    'mapping', u.mapping,
    'timings', jsonb_build_object(
      'received_at', u.received_at, 'staged_at', p.staged_at, 'resolved_at', p.resolved_at, 'completed_at',
        u.completed_at,
      'seconds', round(extract(epoch from coalesce(u.completed_at, p.resolved_at) - u.received_at), 3)),
    'correlation_id', u.correlation_id,
    'error', u.error)
  from public.uploads u
  join public.sources s on s.id = u.source_id
  left join lateral (
    select count(*) as count,
      sum(case x.state when 'received' then 0.05 when 'staging' then 0.2 when 'staged' then 0.5 else 1 end) as weight,
      max(x.staged_at) as staged_at, max(x.resolved_at) as resolved_at,
      jsonb_agg(jsonb_build_object('part', x.part, 'state', x.state, 'bytes', x.bytes,
        'sha256', encode(x.sha256, 'hex'), 'rows', x.received, 'error', x.error) order by x.part) as parts,
      jsonb_build_object('received', sum(x.received), 'staged', sum(x.staged), 'created', sum(x.created),
        'updated', sum(x.updated), 'unchanged', sum(x.unchanged), 'merged', sum(x.merged),
        'conflict', sum(x.conflict), 'rejected', sum(x.rejected)) as counts
    from public.upload_parts x where x.upload_id = u.id
  ) p on true
  where u.id = p_upload_id
$$;
comment on function public.upload_status(uuid) is
  'State, progress (0 to 1), counts, warnings, column mapping and timings (seconds) of an upload, as JSON; null '
  'when the caller may not see it.';
revoke execute on function public.upload_status(uuid) from public, anon;
grant execute on function public.upload_status(uuid) to authenticated, service_role, pipeline_writer;

create function private.reject_rows(p_upload_id uuid, p_after_part integer, p_after_line integer, p_limit integer)
returns table (part integer, line integer, code text, detail text, raw jsonb)
language sql stable set search_path = '' as $$
  select r.part, r.line, r.code, r.detail, private.decrypt_value(r.raw, private.org_key(r.org_id, r.key_id))::jsonb
  from public.upload_rejects r
  where r.upload_id = p_upload_id and (r.part, r.line) > (p_after_part, p_after_line)
  order by r.part, r.line
  limit p_limit
$$;
comment on function private.reject_rows(uuid, integer, integer, integer) is
  'Rejected rows of an upload in order, after (part, line): keyset pages for the download. raw is the array of '
  'original fields.';
grant execute on function private.reject_rows(uuid, integer, integer, integer) to pipeline_writer;

-- sql/30_matching/32_close_conflict.sql

-- Closing a conflict with a person's answer.

create function public.close_conflict(
  p_org_id uuid, p_conflict_id bigint, p_lead_id uuid default null, p_resolution text default null,
  p_as_of timestamptz default now()
) returns public.conflict_state
language plpgsql volatile security definer set search_path = pg_temp, private as $$
declare
  k public.lead_conflicts;
  p public.upload_parts;
  v_source public.sources;
begin
  select c.* into k from public.lead_conflicts c
  where c.org_id = p_org_id and c.id = p_conflict_id and c.state = 'open'
    and (private.is_trusted_caller() or c.org_id = any (private.my_org_ids('{owner,admin}')))
  for update;
  if not found then
    raise exception 'open conflict not found' using errcode = 'SL302';
  end if;
  if p_lead_id is not null then
    perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
    select x.* into strict p from public.upload_parts x where x.upload_id = k.upload_id and x.part = k.part;
    select s.* into strict v_source from public.sources s
    join public.uploads u on u.source_id = s.id where u.id = k.upload_id;
    if not exists (select from public.leads l where l.org_id = p_org_id and l.id = p_lead_id) then
      raise exception 'lead not found' using errcode = 'SL303';
    end if;
    if not exists (select from public.leads_staging s where s.part_id = p.id and s.line_number = k.line) then
      raise exception 'the row is no longer staged: upload it again' using errcode = 'SL304';
    end if;
    perform set_config('sluice.actor', 'upload', true), set_config('sluice.upload_id', k.upload_id::text, true);
    perform private.open_resolve_scratch();
    -- The person decides which lead the row belongs to; its contradicting keys are ignored.
    insert into resolve_rows (line_number, has_key, component, component_size, lead_id, verdict)
    values (k.line, false, k.line, 1, p_lead_id, 'unchanged');
    perform private.fold_rows(p.id, k.line);
    update resolve_leads n set mak = null, county_fips = null, apn = null, addr_hash = null;
    perform private.apply_leads(p_org_id, p.id, k.upload_id, v_source.id, v_source.trust, p_as_of, k.line);
  end if;
  delete from public.leads_staging s using public.upload_parts x
  where x.upload_id = k.upload_id and x.part = k.part and s.part_id = x.id and s.line_number = k.line;
  update public.lead_conflicts c
  set state = case when p_lead_id is null then 'dismissed' else 'resolved' end::public.conflict_state,
    closed_at = p_as_of, closed_by = auth.uid(),
    resolution = coalesce(p_resolution,
      case when p_lead_id is null then 'dismissed' else 'row assigned to lead ' || p_lead_id end)
  where c.org_id = p_org_id and c.id = p_conflict_id
  returning c.state into k.state;
  return k.state;
end
$$;
comment on function public.close_conflict(uuid, bigint, uuid, text, timestamptz) is
  'Closes an open conflict. With a lead, the row''s facts and contacts go to that lead (its identity keys stay as '
  'they are); without, the row is dismissed. Raises SL302 (open conflict not found), SL303 (lead not found), SL304 '
  '(the row is no longer staged). For owners, admins and the service. Definer: callers may not edit identity and '
  'history.';
revoke execute on function public.close_conflict(uuid, bigint, uuid, text, timestamptz) from public, anon;
grant execute on function public.close_conflict(uuid, bigint, uuid, text, timestamptz)
  to authenticated, service_role, pipeline_writer;

-- sql/30_matching/33_replay_dead_letters.sql

-- Replaying dead letters. Idempotent: a resolved part is left alone, and the replay that picks up a dead letter
-- closes it. A part whose bytes are no longer stored is left as it is, because it would be read as empty.

create function private.is_part_stored(p_part_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from private.upload_part_chunks c where c.part_id = p_part_id)
$$;
comment on function private.is_part_stored(uuid) is
  'Whether the bytes of a part are still stored and can be read again. Definer: like private.read_part_chunk.';
grant execute on function private.is_part_stored(uuid) to pipeline_writer;

create function private.replay_dead_letters(p_source_id uuid, p_upload_id uuid default null,
  p_as_of timestamptz default now())
returns table (queue text, data jsonb)
language plpgsql volatile set search_path = '' as $$
declare
  v_letter record;
begin
  for v_letter in
    select d.id, d.source, d.payload, p.id as part_id, p.upload_id, p.state
    from public.pipeline_dlq d
    join public.upload_parts p on p.id = (d.payload ->> 'part_id')::uuid
    join public.uploads u on u.id = p.upload_id
    where d.resolved_at is null and d.source = 'stage-part' and u.state <> 'undone'
      and private.is_part_stored(p.id)
      and u.source_id = p_source_id and (p_upload_id is null or u.id = p_upload_id)
    order by d.id
    for update of d
  loop
    update public.pipeline_dlq d set resolved_at = p_as_of where d.id = v_letter.id;
    if v_letter.state in ('failed', 'received', 'staging') then
      perform private.reset_part(v_letter.part_id);
      update public.uploads u set state = 'processing', completed_at = null, error = null
      where u.id = v_letter.upload_id and u.state = 'failed';
      queue := 'stage-part';
      data := jsonb_build_object('part_id', v_letter.part_id);
      return next;
    end if;
  end loop;
  -- Rejected rows: the part is staged again, but only the rejected lines.
  for v_letter in
    select d.id, p.id as part_id, p.upload_id
    from public.pipeline_dlq d
    join public.upload_parts p on p.id = (d.payload ->> 'part_id')::uuid
    join public.uploads u on u.id = p.upload_id
    where d.resolved_at is null and d.source = 'rejects' and p.state = 'resolved' and u.state = 'completed'
      and not u.dry_run
      and private.is_part_stored(p.id)
      and u.source_id = p_source_id and (p_upload_id is null or u.id = p_upload_id)
    order by d.id
    for update of d
  loop
    update public.pipeline_dlq d set resolved_at = p_as_of where d.id = v_letter.id;
    update public.upload_rejects r set replayed_at = p_as_of
    from public.upload_parts p
    where p.id = v_letter.part_id and r.upload_id = p.upload_id and r.part = p.part;
    update public.upload_parts p
    set state = 'received', staged_at = null, resolved_at = null, received = p.received - p.rejected, rejected = 0
    where p.id = v_letter.part_id;
    update public.uploads u set state = 'processing', completed_at = null where u.id = v_letter.upload_id;
    queue := 'stage-part';
    data := jsonb_build_object('part_id', v_letter.part_id);
    return next;
  end loop;
  for v_letter in
    select d.id, (d.payload ->> 'upload_id')::uuid as upload_id
    from public.pipeline_dlq d
    join public.uploads u on u.id = (d.payload ->> 'upload_id')::uuid
    where d.resolved_at is null and d.source = 'resolve-upload'
      and u.source_id = p_source_id and (p_upload_id is null or u.id = p_upload_id)
    order by d.id
    for update of d
  loop
    update public.pipeline_dlq d set resolved_at = p_as_of where d.id = v_letter.id;
    queue := 'resolve-upload';
    data := jsonb_build_object('upload_id', v_letter.upload_id);
    return next;
  end loop;
end
$$;
comment on function private.replay_dead_letters(uuid, uuid, timestamptz) is
  'Closes the open dead letters of a source (or one upload) and returns the jobs that repeat their work: (queue, '
  'data), to be sent in the same transaction.';

create function private.replay_lines(p_part_id uuid) returns integer[]
language sql stable set search_path = '' as $$
  select array_agg(r.line order by r.line)
  from public.upload_rejects r
  join public.upload_parts p on p.upload_id = r.upload_id and p.part = r.part
  where p.id = p_part_id and r.replayed_at is not null
$$;
comment on function private.replay_lines(uuid) is
  'Lines of a part whose rejects are being replayed; the stager reads only these. Null when the whole part is to be '
  'staged.';
