-- A phone or e-mail that meets more than a few owners within one upload (a list seller's own number, an office) unites
-- nothing by itself: only equal names do. One that meets very many is nobody's: it is kept, and never contacted.

create function private.stranger_limit() returns integer
language sql immutable parallel safe as $$
  select 50
$$;
comment on function private.stranger_limit() is
  'How many owners a phone or e-mail may have within one upload and still be contacted.';

-- Six spellings of one name are one owner, a family of six are six.
create function private.count_owners(p_owners text[]) returns integer
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v record;
  v_owner private.parsed_name;
  v_found private.parsed_name[] := '{}'::private.parsed_name[];
  v_numbers text[] := array[]::text[];
begin
  -- Comparing a hundred names with each other would take longer than the upload.
  if cardinality(p_owners) > 20 then
    return cardinality(p_owners);
  end if;
  for v in
    select x.name, regexp_replace(x.o, '[^0-9]', '', 'g') as numbers
    from (select o, private.parse_name_text(private.name_letters(o)) as name from unnest(p_owners) o offset 0) x
    -- The longest first: an initial fits several names.
    order by cardinality((x.name).words) desc, length(x.o) desc, x.o
  loop
    v_owner := v.name;
    continue when exists (
      select from unnest(v_found, v_numbers) f (words, roles, is_firm, numbers)
      where f.numbers = v.numbers and not private.is_another(row(f.words, f.roles, f.is_firm)::private.parsed_name,
        v_owner));
    v_found := v_found || v_owner;
    v_numbers := v_numbers || v.numbers;
  end loop;
  return cardinality(v_found);
end
$$;
comment on function private.count_owners(text[]) is
  'How many persons or firms these spellings of names stand for; more than 20 are counted as they are.';

create function private.find_overused_contacts(
  p_org_id uuid, p_upload_id uuid, p_parts uuid[], p_report boolean default true
) returns void
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set enable_nestloop = off
set jit = off
as $$
begin
  truncate resolve_overused;
  -- Most lists have none.
  perform from private.leads_staging_contacts c
  where c.part_id = any (p_parts)
  group by c.value_bidx, c.kind having count(*) > private.shared_key_limit()
  limit 1;
  if not found then
    return;
  end if;
  -- The thousand most frequent ones, so that a list full of them costs no more.
  with busy as materialized (
    select c.value_bidx, c.kind from private.leads_staging_contacts c
    where c.part_id = any (p_parts)
    group by c.value_bidx, c.kind having count(*) > private.shared_key_limit()
    order by count(*) desc, c.value_bidx limit 1000
  ), facts as (
    select c.kind, c.value_bidx, c.masked, s.*
    from private.leads_staging_contacts c
    join busy b on b.value_bidx = c.value_bidx and b.kind = c.kind
    cross join lateral (
      select x.part, x.line_number, encode(x.addr_hash, 'hex') as place,
        private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full,
          x.situs_street) as owner
      from public.leads_staging x
      where x.part_id = c.part_id and x.line_number = c.line_number
      offset 0
    ) s
    where c.part_id = any (p_parts)
  )
  insert into resolve_overused (place, kind, masked, rows, places, owners, first_lines)
  select u.value_bidx, u.kind, u.masked, u.rows, u.places, c.owners, u.first_lines
  from (
    select f.value_bidx, f.kind, min(f.masked) as masked, count(*) as rows, count(distinct f.place) as places,
      array_agg(distinct f.owner) filter (where f.owner is not null) as owners,
      -- Without a name, the address says who it is.
      count(distinct f.place) filter (where f.owner is null) as unnamed,
      to_jsonb((array_agg(jsonb_build_array(f.part, f.line_number) order by f.part, f.line_number))[1:5]) as first_lines
    from facts f
    group by f.value_bidx, f.kind
    having count(distinct coalesce(f.owner, f.place)) > private.shared_key_limit()
    offset 0
  ) u
  cross join lateral (select coalesce(private.count_owners(u.owners), 0) + u.unnamed as owners offset 0) c
  where c.owners > private.shared_key_limit();
  if not found or not p_report then
    return;
  end if;
  insert into public.upload_shared_keys as k (org_id, upload_id, kind, value, rows, places, owners, first_lines)
  -- The blind index tells apart values that look alike when masked.
  select p_org_id, p_upload_id, o.kind::text, o.masked || ' #' || left(encode(o.place, 'hex'), 6), o.rows, o.places,
    o.owners, o.first_lines
  from resolve_overused o
  on conflict (org_id, upload_id, kind, value) do update
  set rows = excluded.rows, places = excluded.places, owners = excluded.owners, first_lines = excluded.first_lines;
  perform private.add_warnings(w.part_id,
    jsonb_build_object('shared_contact', jsonb_build_object('n', w.n, 'lines', w.lines)))
  from (
    select c.part_id, count(distinct c.line_number) as n,
      to_jsonb((array_agg(distinct c.line_number order by c.line_number))[1:5]) as lines
    from resolve_overused o
    join private.leads_staging_contacts c on c.value_bidx = o.place and c.part_id = any (p_parts)
    group by c.part_id
  ) w;

  if not exists (select from resolve_overused o where o.owners > private.stranger_limit()) then
    return;
  end if;
  update private.leads_staging_contacts c set invalid = true, verified = false
  from resolve_overused o
  where o.owners > private.stranger_limit() and c.value_bidx = o.place and c.part_id = any (p_parts);
  update public.leads_staging s set phone_verified = v.phone, email_verified = v.email,
    phone_codes = coalesce(string_to_array(v.phone_codes, ','), '{}'),
    email_codes = coalesce(string_to_array(v.email_codes, ','), '{}')
  from (
    select c.part_id, c.line_number, bool_or(c.verified and c.kind = 'phone') as phone,
      bool_or(c.verified and c.kind = 'email') as email,
      (array_agg(array_to_string(c.codes, ',') order by c.invalid, not c.verified, c.position)
        filter (where c.kind = 'phone'))[1] as phone_codes,
      (array_agg(array_to_string(c.codes, ',') order by c.invalid, not c.verified, c.position)
        filter (where c.kind = 'email'))[1] as email_codes
    from (
      select distinct x.part_id, x.line_number
      from private.leads_staging_contacts x join resolve_overused o on o.place = x.value_bidx
      where o.owners > private.stranger_limit() and x.part_id = any (p_parts)
    ) d
    join private.leads_staging_contacts c using (part_id, line_number)
    group by c.part_id, c.line_number
  ) v
  where s.part_id = v.part_id and s.line_number = v.line_number
    and (s.phone_verified, s.email_verified, s.phone_codes, s.email_codes) is distinct from (v.phone, v.email,
      coalesce(string_to_array(v.phone_codes, ','), '{}'), coalesce(string_to_array(v.email_codes, ','), '{}'));
end
$$;
comment on function private.find_overused_contacts(uuid, uuid, uuid[], boolean) is
  'Fills resolve_overused and upload_shared_keys with the phones and e-mails of an upload that meet more than '
  'private.shared_key_limit() owners, with a warning for their rows. Those with more than private.stranger_limit() '
  'owners become invalid in these rows. p_report: false where all but resolve_overused is done already.';

create function private.drop_overused_contacts() returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' set enable_nestloop = off as $$
begin
  if not exists (select from resolve_overused) then
    return;
  end if;
  -- CURRENT OWNER is no name.
  update resolve_places p set owner = null
  where p.place in (select o.place from resolve_overused o) and p.owner is not null
    and private.owners_agree(p.owner, p.owner) is null;
  update resolve_rows r set owner = null
  where r.row_no in (select p.row_no from resolve_places p join resolve_overused o using (place) where p.owner is null)
    and r.owner is not null;
  -- Rows without a name are matched by what is left.
  update resolve_rows r
  set phone = case when r.phone not in (select o.place from resolve_overused o) then r.phone end,
    email = case when r.email not in (select o.place from resolve_overused o) then r.email end
  where r.owner is null and (r.phone in (select o.place from resolve_overused o)
    or r.email in (select o.place from resolve_overused o));
  delete from resolve_places p
  where p.owner is null and p.place in (select o.place from resolve_overused o);
  update public.leads_staging s set verdict = 'keyless', phone = null, email = null
  from resolve_rows r
  where r.phone is null and r.email is null and r.answer is null
    and s.part_id = r.part_id and s.line_number = r.line_number;
  delete from resolve_rows r where r.phone is null and r.email is null and r.answer is null;
end
$$;
comment on function private.drop_overused_contacts() is
  'For the rows that have only a phone or e-mail: those without a name lose the values in resolve_overused. Between '
  'the owners of such a value only equal names agree (settle_owners).';
