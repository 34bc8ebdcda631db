-- A MAK or parcel number that meets more than a few places or owners within one upload is a filler or a damaged value,
-- whatever it looks like, and so is a parcel number of up to three digits in a county that does not number its parcels
-- like this. It is no key for this upload: its rows are matched by what is left.

create table public.upload_shared_keys (
  org_id uuid not null,
  upload_id uuid not null,
  kind text not null,
  value text not null,
  rows integer not null,
  places integer not null,
  owners integer not null,
  first_lines jsonb not null,
  primary key (org_id, upload_id, kind, value),
  constraint key_belongs_to_an_upload_of_its_org foreign key (org_id, upload_id)
    references public.uploads (org_id, id) on delete cascade,
  constraint kind_is_known check (kind in ('mak', 'parcel', 'phone', 'email'))
);
comment on table public.upload_shared_keys is
  'MAKs, parcels, phones and e-mails that were no key in an upload, because they met too many places or owners, or '
  'parcels that were too short.';
comment on column public.upload_shared_keys.value is
  'A phone or e-mail masked, with the beginning of its blind index.';
comment on column public.upload_shared_keys.places is
  'Different streets, counting each hundred of house numbers of a street as another.';
comment on column public.upload_shared_keys.first_lines is 'Up to five rows: [[part, line], ...].';
alter table public.upload_shared_keys enable row level security;
grant select on public.upload_shared_keys to authenticated;
grant select, insert, update on public.upload_shared_keys to pipeline_writer;
create policy select_members on public.upload_shared_keys for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.upload_shared_keys for select to pipeline_writer using (true);
create policy insert_writer on public.upload_shared_keys for insert to pipeline_writer with check (true);
create policy update_writer on public.upload_shared_keys for update to pipeline_writer using (true) with check (true);

create function private.shared_key_limit() returns integer
language sql immutable parallel safe as $$
  select 5
$$;
comment on function private.shared_key_limit() is
  'How many places, and how many owners, a MAK or parcel may have within one upload and still be a key.';

-- `1` and `12` are counters and fillers more often than parcels, and a wrong one unites strangers. A small town's list
-- shows that it numbers its parcels like this: many different numbers, hardly one of them twice, and not in step with
-- the lines.
create function private.short_parcels(p_org_id uuid)
returns table (parcel text, row_no bigint, part_id uuid, line_number integer, owner text)
language sql volatile set search_path = pg_temp, private as $$
  with short as (
    select r.parcel, r.row_no, r.part_id, r.line_number, r.owner, r.apn, left(r.parcel, 5) as county
    from resolve_rows r
    where length(r.apn) <= 4 and length(ltrim(r.apn, '0')) <= 3 and position('-' in r.parcel) = 0
      and r.apn !~ '[A-Z]'
  ), steps as (
    select county, count(*) as rows, count(distinct apn) as numbers,
      count(distinct (part_id, line_number - apn::numeric)) as steps
    from short group by county
  ), usual as (
    select county from steps
    where numbers >= 20 and rows <= 1.25 * numbers and steps > 0.1 * rows
    union all
    select s.county from steps s
    where not (s.rows >= 20 and s.steps <= 0.1 * s.rows)
      and (select count(*) = 20 from (
        select from public.leads l
        where l.org_id = p_org_id and l.county_fips = s.county and l.apn is not null and l.apn_segments is null
          and length(l.apn) <= 4 and length(ltrim(l.apn, '0')) <= 3 and l.apn !~ '[A-Z]' limit 20) known)
  )
  select s.parcel, s.row_no, s.part_id, s.line_number, s.owner from short s
  where s.county not in (select u.county from usual u)
$$;
comment on function private.short_parcels(uuid) is
  'Rows of this upload whose parcel number has up to three digits and one zero before them, without segments, in a '
  'county where neither this list nor the leads show that parcels are numbered like this.';

-- 16201000000 is what a spreadsheet makes of several parcels, unless a county's numbers end like this.
create function private.rounded_parcels(p_org_id uuid)
returns table (parcel text, row_no bigint, part_id uuid, line_number integer, owner text)
language sql volatile set search_path = pg_temp, private as $$
  with rounded as (
    select r.parcel, r.row_no, r.part_id, r.line_number, r.owner, r.addr_hash, left(r.parcel, 5) as county
    from resolve_rows r
    where right(r.apn, 5) = '00000' and length(r.apn) >= 9 and r.apn ~ '^[1-9][0-9]*$'
      and position('-' in r.parcel) = 0
  ), usual as (
    select n.county
    from (select county, parcel, count(distinct addr_hash) as addresses from rounded group by county, parcel) n
    group by n.county having count(*) >= 20 and max(n.addresses) <= 1
    union all
    select c.county from (select distinct county from rounded) c
    where (select count(*) = 20 from (
      select from public.leads l
      where l.org_id = p_org_id and l.county_fips = c.county and l.apn_segments is null
        and right(l.apn, 5) = '00000' and length(l.apn) >= 9 and l.apn ~ '^[1-9][0-9]*$' limit 20) known)
  )
  select d.parcel, d.row_no, d.part_id, d.line_number, d.owner from rounded d
  where d.county not in (select u.county from usual u)
$$;
comment on function private.rounded_parcels(uuid) is
  'Rows of this upload whose parcel number ends in five or more zeros, without segments, in a county where neither '
  'this list (20 of them, none at two addresses) nor the leads show that parcels are numbered like this.';

create function private.drop_shared_keys(p_org_id uuid, p_upload_id uuid) returns boolean
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set enable_sort = off
as $$
declare
  v_found integer;
begin
  with busy as (
    select l.link from resolve_links l
    group by l.link having count(*) > private.shared_key_limit()
  ), facts as (
    select case when b.link = convert_to('m' || r.mak, 'UTF8') then 'mak' else 'parcel' end as kind,
      case when b.link = convert_to('m' || r.mak, 'UTF8') then r.mak else r.parcel end as value,
      r.row_no, r.owner, s.place
    from busy b
    join resolve_links l using (link)
    join resolve_rows r using (row_no)
    cross join lateral (
      select case when x.addr_hash is not null then concat_ws(' ',
        substr(x.situs_street, length(x.situs_house_number) + 2),
        left(lpad(substring(x.situs_house_number from '^\d+'), 6, '0'), 4), coalesce(x.situs_zip, x.situs_city))
        end as place
      from public.leads_staging x
      where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) s
    where b.link in (convert_to('m' || r.mak, 'UTF8'), convert_to('p' || r.parcel, 'UTF8'))
  )
  insert into public.upload_shared_keys as k (org_id, upload_id, kind, value, rows, places, owners, first_lines)
  select p_org_id, p_upload_id, f.kind, f.value, count(*), count(distinct f.place), count(distinct f.owner),
    to_jsonb((array_agg(jsonb_build_array(f.row_no >> 32, f.row_no & 4294967295) order by f.row_no))[1:5])
  from facts f
  group by f.kind, f.value
  having count(distinct f.place) > private.shared_key_limit() or count(distinct f.owner) > private.shared_key_limit()
  on conflict (org_id, upload_id, kind, value) do update
  set rows = excluded.rows, places = excluded.places, owners = excluded.owners, first_lines = excluded.first_lines;

  insert into public.upload_shared_keys as k (org_id, upload_id, kind, value, rows, places, owners, first_lines)
  select p_org_id, p_upload_id, 'parcel', p.parcel, count(*), count(distinct s.addr_hash), count(distinct p.owner),
    to_jsonb((array_agg(jsonb_build_array(p.row_no >> 32, p.row_no & 4294967295) order by p.row_no))[1:5])
  from (
    select x.* from private.short_parcels(p_org_id) x
    union all
    select x.* from private.rounded_parcels(p_org_id) x
  ) p
  join public.leads_staging s using (part_id, line_number)
  group by p.parcel
  on conflict (org_id, upload_id, kind, value) do nothing;

  -- Also in rows of this upload that are resolved later (repaired and replayed).
  if not exists (select from public.upload_shared_keys k
    where k.org_id = p_org_id and k.upload_id = p_upload_id and k.kind in ('mak', 'parcel')) then
    return false;
  end if;
  update resolve_rows r
  set without_mak = r.without_mak or m.value is not null, mak = case when m.value is null then r.mak end,
    by_mak = case when m.value is null then r.by_mak end,
    without_parcel = r.without_parcel or p.value is not null, parcel = case when p.value is null then r.parcel end,
    apn = case when p.value is null then r.apn end, by_parcel = case when p.value is null then r.by_parcel end,
    twin = case when p.value is null then r.twin end,
    kind = case when (r.mak is null or m.value is not null) and (r.parcel is null or p.value is not null) then 2
      else 1 end,
    near = case when r.addr_hash is not null then coalesce(
      (select true from private.leads_with_address(p_org_id, r.addr_hash) limit 1),
      (select true from private.other_addresses(p_org_id, r.addr_hash) limit 1)) end,
    lead_id = null, component_size = null, verdict = null
  from resolve_rows x
  left join public.upload_shared_keys m on m.org_id = p_org_id and m.upload_id = p_upload_id and m.kind = 'mak'
    and m.value = x.mak
  left join public.upload_shared_keys p on p.org_id = p_org_id and p.upload_id = p_upload_id and p.kind = 'parcel'
    and p.value = x.parcel
  where r.row_no = x.row_no and (m.value is not null or p.value is not null);
  get diagnostics v_found = row_count;
  perform private.add_warnings(w.part_id,
    jsonb_build_object('shared_key', jsonb_build_object('n', w.n, 'lines', w.lines)))
  from (
    select r.part_id, count(*) as n, to_jsonb((array_agg(r.line_number order by r.line_number))[1:5]) as lines
    from resolve_rows r where r.without_mak or r.without_parcel group by r.part_id
  ) w;
  -- Without an address their phone or e-mail is left (match_contacts).
  update public.leads_staging s set verdict = 'keyless'
  from resolve_rows r
  where r.kind = 2 and r.addr_hash is null and s.part_id = r.part_id and s.line_number = r.line_number;
  delete from resolve_rows r where r.kind = 2 and r.addr_hash is null;
  return v_found > 0;
end
$$;
comment on function private.drop_shared_keys(uuid, uuid) is
  'Takes MAKs and parcels that meet more than private.shared_key_limit() places or owners, and private.short_parcels, '
  'and private.rounded_parcels, from the rows of this upload, and records them in upload_shared_keys. Returns whether '
  'there were any.';
