-- Rows of unclear components, one after the other, as described in docs/matching.md. Their order follows from what
-- they say and not from their place in the file.

create function private.resolve_row(p_org_id uuid, p_upload_id uuid, p_row_no bigint, p_as_of timestamptz)
returns void
language plpgsql volatile set search_path = pg_temp, private set enable_sort = off as $$
declare
  r private.resolve_rows;
  v_leads uuid[];
  v_reason text;
  v_conflict record;
  v_verdict text := 'unchanged';
begin
  select * into strict r from resolve_rows x where x.row_no = p_row_no;
  v_reason := r.reason;
  if v_reason is not null then
    v_leads := private.leads_at_place(p_org_id, r);
  elsif r.answer is not null then
    v_leads := array_remove(array[private.current_lead(p_org_id, r.by_mak)], null);
  elsif r.kind = 3 then
    v_leads := array_remove(array[r.by_place, r.by_email], null);
    -- A phone decides before an e-mail: together they only unite persons, and none that somebody called different.
    if cardinality(v_leads) = 2 and (not private.are_one_person(p_org_id, v_leads)
      or private.are_different(p_org_id, v_leads)) then
      v_leads := v_leads[1:1];
    end if;
  else
    select array_agg(distinct f.id) into v_leads from (
      select l.id from private.leads_with_mak(p_org_id, r.mak) l
      union all
      select l.id from private.leads_with_parcel(p_org_id, left(r.parcel, 5), substr(r.parcel, 6)) l
      union all
      select r.by_parcel where r.by_parcel is not null
    ) f;
    if r.by_place <> all (v_leads) and private.are_different(p_org_id, v_leads || r.by_place)
      and not private.are_different(p_org_id, v_leads) then
      -- A MAK or parcel decides before the address, where somebody called the two leads different (a split). The
      -- address stays with the other one.
      update public.leads_staging s set addr_hash = null
      where s.part_id = r.part_id and s.line_number = r.line_number;
      update resolve_rows x set addr_hash = null, by_place = null where x.row_no = p_row_no;
      r.addr_hash := null;
      r.by_place := null;
    elsif r.by_place is not null and (r.by_place = any (v_leads)) is not true then
      v_leads := array_append(v_leads, r.by_place);
    end if;
    if cardinality(v_leads) > 0 and (private.keys_contradict(p_org_id, v_leads, r.mak, r.parcel)
      or private.is_elsewhere(p_org_id, v_leads, r)
      or cardinality(v_leads) > 1 and private.are_different(p_org_id, v_leads)) then
      v_reason := case when cardinality(v_leads) = 1 then 'key_contradicts' else 'keys_point_to_different_leads' end;
    end if;
  end if;

  if cardinality(v_leads) > 0 then
    v_leads := private.survivor_of(p_org_id, v_leads);
  end if;
  if v_reason is not null then
    v_conflict := private.open_conflict(p_org_id, r.part_id, r.line_number, v_reason, coalesce(v_leads, '{}'),
      p_as_of);
    if v_conflict.verdict = 'known' then
      v_leads := array[v_conflict.lead_id];
      perform private.take_keys(r.part_id, r.line_number);
    elsif v_conflict.verdict = 'own' then
      v_leads := '{}';
      r.answer := 'own';
    else
      update resolve_rows x set verdict = v_conflict.verdict, reason = v_reason where x.row_no = p_row_no;
      return;
    end if;
  end if;

  if coalesce(cardinality(v_leads), 0) = 0 then
    v_leads := array[gen_random_uuid()];
    v_verdict := 'created';
    if r.answer = 'own' then
      perform private.make_own(p_org_id, r.part_id, r.line_number, v_leads[1]);
    end if;
  elsif cardinality(v_leads) > 1 then
    perform private.unite_leads(p_org_id, p_upload_id, v_leads, r, p_as_of);
    v_verdict := 'merged';
  end if;
  update resolve_rows x
  set lead_id = v_leads[1], verdict = v_verdict, component = p_row_no, component_size = 1
  where x.row_no = p_row_no;
  -- Rows linked to this one, and to no lead yet, follow it.
  if v_reason is null then
    update resolve_rows x set by_place = v_leads[1]
    where x.component = r.component and x.lead_id is null and x.reason is null and x.kind > 1
      and coalesce(x.by_mak, x.by_place, x.by_email) is null;
  end if;
end
$$;
comment on function private.resolve_row(uuid, uuid, bigint, timestamptz) is
  'Decides one row: its lead (new, found, or the survivor of a merge) or a conflict, and records it in resolve_rows.';

create function private.unite_leads(
  p_org_id uuid, p_upload_id uuid, p_leads uuid[], r private.resolve_rows, p_as_of timestamptz
) returns void
language plpgsql volatile set search_path = pg_temp, private as $$
begin
  for i in 2 .. cardinality(p_leads) loop
    perform private.merge_leads(p_org_id, p_leads[1], p_leads[i], p_upload_id,
      case when r.kind = 3 then 'a row carries the contacts of both'
        when r.by_place is not null then 'a row carries a key of one and has ' || r.evidence || ' as the other'
        else 'a row carries the keys of both' end, p_as_of);
  end loop;
  update resolve_rows x
  set by_mak = case when x.by_mak = any (p_leads) then p_leads[1] else x.by_mak end,
    by_parcel = case when x.by_parcel = any (p_leads) then p_leads[1] else x.by_parcel end,
    by_place = case when x.by_place = any (p_leads) then p_leads[1] else x.by_place end,
    by_email = case when x.by_email = any (p_leads) then p_leads[1] else x.by_email end,
    lead_id = case when x.lead_id = any (p_leads) then p_leads[1] else x.lead_id end
  where x.by_mak = any (p_leads[2:]) or x.by_parcel = any (p_leads[2:]) or x.by_place = any (p_leads[2:])
    or x.by_email = any (p_leads[2:]) or x.lead_id = any (p_leads[2:]);
end
$$;
comment on function private.unite_leads(uuid, uuid, uuid[], private.resolve_rows, timestamptz) is
  'Merges the leads that a row unites into the first of them, and lets the other rows follow.';

create function private.leads_at_place(p_org_id uuid, r private.resolve_rows) returns uuid[]
language sql stable set search_path = '' set enable_sort = off as $$
  select case when r.kind = 3 then array(
      select c.lead_id from private.contacts_with_value(p_org_id, r.phone) c
      union
      select c.lead_id from private.contacts_with_value(p_org_id, r.email) c)
    else array(
      select l.id from private.leads_with_address(p_org_id, r.addr_hash) l
      union
      select a.lead_id from private.other_addresses(p_org_id, r.addr_hash) a)
  end
$$;
comment on function private.leads_at_place(uuid, private.resolve_rows) is
  'The leads at the address of a row, or with its phone or e-mail: those that an ambiguous row may belong to.';

create function private.keys_contradict(p_org_id uuid, p_lead_ids uuid[], p_mak text, p_parcel text) returns boolean
language sql stable set search_path = '' as $$
  select count(distinct k.mak) > 1 or count(distinct k.parcel) > 1
  from (
    select l.mak, private.parcel_key(l.county_fips, l.apn, l.apn_segments) as parcel from public.leads l
    where l.org_id = p_org_id and l.id = any (p_lead_ids)
    union all
    select p_mak, p_parcel
  ) k
$$;
comment on function private.keys_contradict(uuid, uuid[], text, text) is
  'True when the leads and the row have more than one MAK or more than one parcel. A differing address alone is not '
  'a contradiction: a parcel can have several.';

create function private.is_elsewhere(p_org_id uuid, p_lead_ids uuid[], r private.resolve_rows) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(bool_or(
    l.addr_hash <> r.addr_hash
    and not exists (select from public.lead_addresses a
      where a.org_id = p_org_id and a.lead_id = l.id and a.addr_hash = r.addr_hash)
    and not exists (select from public.leads_staging s
      where s.part_id = r.part_id and s.line_number = r.line_number
        and s.situs_house_number = l.situs_house_number
        and split_part(s.situs_street, ' ', 2) = split_part(l.situs_street, ' ', 2)
        and (s.situs_zip = l.situs_zip or s.situs_city = l.situs_city))
    and not private.owners_agree(r.owner, private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first,
      l.owner_2_last, l.owner_full, l.situs_street))), false)
  from public.leads l where l.org_id = p_org_id and l.id = any (p_lead_ids)
$$;
comment on function private.is_elsewhere(uuid, uuid[], private.resolve_rows) is
  'Whether one of the leads has another address and another owner than the row: a key alone does not unite them.';

create function private.are_one_person(p_org_id uuid, p_lead_ids uuid[]) returns boolean
language sql stable set search_path = '' as $$
  select bool_and(a.mak is null and a.addr_hash is null and (a.apn is null or a.county_fips is null))
    and not coalesce(bool_or(not private.owners_agree(
      private.owner_text(a.owner_1_first, a.owner_1_last, a.owner_2_first, a.owner_2_last, a.owner_full,
        a.situs_street),
      private.owner_text(b.owner_1_first, b.owner_1_last, b.owner_2_first, b.owner_2_last, b.owner_full,
        b.situs_street))), false)
  from public.leads a
  join public.leads b on b.org_id = p_org_id and b.id = any (p_lead_ids)
  where a.org_id = p_org_id and a.id = any (p_lead_ids)
$$;
comment on function private.are_one_person(uuid, uuid[]) is
  'True when none of the leads has a property key, and no owner contradicts another.';
