-- Conflicts: what became of a row that a resolve cannot place. Before a conflict is opened, the answers that persons
-- gave about the same row and the org's rules are asked.
--
-- For the functions of a resolve:
--   private.recall_answers(org)  once, after match_rows: rows with a remembered answer point to their lead.
--   private.open_conflict(org, part, line, reason, leads, time)  for a row that contradicts: see its comment.
--   private.take_keys(part, line) and private.make_own(org, part, line, new lead)  for a row whose lead an answer
--     decides: its keys are left out, or made its own.

create function private.recall_answers(p_org_id uuid) returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' as $$
declare
  v_key bytea;
begin
  if not exists (select from public.conflict_answers a where a.org_id = p_org_id and a.answer <> 'dismiss') then
    return;
  end if;
  v_key := private.blind_key(p_org_id);
  with recalled as materialized (
    select r.row_no, r.part_id, r.line_number, a.answer, private.current_lead(p_org_id, a.lead_id) as lead_id
    from resolve_rows r
    cross join lateral (
      select private.owner_print(s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full)
          as owner,
        private.row_keys(s.mak, s.county_fips, coalesce(s.apn_segments, s.apn), s.addr_hash, s.phone, s.email)
      as keys
      from public.leads_staging s where s.part_id = r.part_id and s.line_number = r.line_number
      offset 0
    ) s
    join public.conflict_answers a on a.org_id = p_org_id and a.row_keys = s.keys
    where a.answer <> 'dismiss' and a.identity = private.row_identity(a.row_keys, s.owner, v_key)
  ), usable as materialized (
    -- A row whose lead was deleted is matched like any other; one that is a lead of its own becomes one again.
    select * from recalled where lead_id is not null or answer = 'own'
  ), taken as (
    update public.leads_staging s
    set mak = null, county_fips = null, apn = null, apn_segments = null, addr_hash = null, verdict = 'unchanged'
    from usable u where s.part_id = u.part_id and s.line_number = u.line_number and u.lead_id is not null
  )
  -- Without keys, and pointing to its lead alone: from here on it is matched like a row whose MAK points there.
  update resolve_rows r
  set mak = null, parcel = null, apn = null, addr_hash = null, phone = null, email = null, owner = null,
    near = null, twin = null, by_mak = u.lead_id, by_parcel = null, by_place = null,
    component_size = null, lead_id = null, verdict = null,
    answer = case when u.lead_id is null then 'own' else 'known' end,
    evidence = case when u.lead_id is not null then 'the answer of a person' end
  from usable u where r.row_no = u.row_no;
end
$$;
comment on function private.recall_answers(uuid) is
  'Applies remembered answers to resolve_rows: answer is known (by_mak is the lead) or own (a lead of its own has to '
  'be made). One index look-up for an org without answers.';

create function private.take_keys(p_part_id uuid, p_line integer) returns void
language sql volatile set search_path = pg_temp, private as $$
  update public.leads_staging s
  set mak = null, county_fips = null, apn = null, apn_segments = null, addr_hash = null, verdict = 'unchanged'
  where s.part_id = p_part_id and s.line_number = p_line;
  update resolve_rows r set mak = null, parcel = null, apn = null, addr_hash = null,
    evidence = 'the answer of a person'
  where r.part_id = p_part_id and r.line_number = p_line;
$$;
comment on function private.take_keys(uuid, integer) is
  'Removes the identity keys of a row that an answer assigned to a lead: the keys of that lead stay as they are.';

create function private.free_keys(p_org_id uuid, p_part_id uuid, p_line integer, p_lead_id uuid) returns void
language plpgsql volatile set search_path = pg_temp, private set enable_sort = off as $$
begin
  update public.leads_staging s
  set verdict = 'created', mak = case when not exists (
      select from private.leads_with_mak(p_org_id, s.mak)) then s.mak end,
    apn = case when not p.taken then s.apn end,
    apn_segments = case when not p.taken then s.apn_segments end,
    addr_hash = case when s.addr_hash is not null and not exists (
        select from private.leads_with_address(p_org_id, s.addr_hash))
      and not exists (
        select from private.other_addresses(p_org_id, s.addr_hash))
      -- Nor that of a lead whose address has a ZIP or a suffix that this one lacks.
      and not exists (
        select from private.leads_in_street(p_org_id, s.situs_house_number, private.street_stem(s.situs_street)) l
        where not private.addresses_contradict(l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip,
          s.situs_street, s.situs_unit, s.situs_city, s.situs_state, s.situs_zip))
      then s.addr_hash
      else sha256(convert_to('own|' || coalesce(encode(s.addr_hash, 'hex'), '') || '|' || p_lead_id, 'UTF8')) end
  from public.leads_staging x
  cross join lateral (
    select exists (
      select from private.leads_with_parcel(p_org_id, x.county_fips, coalesce(x.apn_segments, x.apn))) as taken
  ) p
  where s.part_id = p_part_id and s.line_number = p_line and x.part_id = s.part_id and x.line_number = s.line_number;
  update resolve_rows r set mak = null, parcel = null, apn = null, addr_hash = null
  where r.part_id = p_part_id and r.line_number = p_line;
end
$$;
comment on function private.free_keys(uuid, uuid, integer, uuid) is
  'Keys for a lead of its own: those that another lead has are left out, and its address key is one that no other '
  'row can have. So it exists beside the others, and only a remembered answer finds it.';

create function private.make_own(p_org_id uuid, p_part_id uuid, p_line integer, p_lead_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  k constant record := private.identity_of_row(p_org_id, p_part_id, p_line);
begin
  update public.conflict_answers a set lead_id = p_lead_id where a.org_id = p_org_id and a.identity = k.identity;
  perform private.free_keys(p_org_id, p_part_id, p_line, p_lead_id);
end
$$;
comment on function private.make_own(uuid, uuid, integer, uuid) is
  'Prepares a row that an answer made a lead of its own, and remembers that lead.';

create function private.identity_of_row(p_org_id uuid, p_part_id uuid, p_line integer, out row_keys text,
  out identity bytea, out building bytea)
language sql stable set search_path = '' as $$
  select k.keys,
    private.row_identity(k.keys,
      private.owner_print(s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full),
      private.blind_key(p_org_id)),
    case when s.situs_street is not null then (
      private.parse_address(s.situs_street, null, s.situs_city, s.situs_state, s.situs_zip)).addr_hash end
  from public.leads_staging s
  cross join lateral (
    select private.row_keys(s.mak, s.county_fips, coalesce(s.apn_segments, s.apn), s.addr_hash, s.phone, s.email)
      as keys
  ) k
  where s.part_id = p_part_id and s.line_number = p_line
$$;
comment on function private.identity_of_row(uuid, uuid, integer) is
  'What identifies a staging row (private.row_identity), and the hash of its address without the unit.';

create function private.open_conflict(
  p_org_id uuid, p_part_id uuid, p_line integer, p_reason text, p_lead_ids uuid[], p_as_of timestamptz,
  out verdict text, out lead_id uuid
)
language plpgsql volatile set search_path = '' as $$
#variable_conflict use_column
declare
  k record;
  v_answer public.conflict_answers;
  v_rule bigint;
  v_conflict bigint;
begin
  k := private.identity_of_row(p_org_id, p_part_id, p_line);
  select a.* into v_answer from public.conflict_answers a
  where a.org_id = p_org_id and a.identity = k.identity;
  lead_id := private.current_lead(p_org_id, v_answer.lead_id);
  if v_answer.answer = 'dismiss' then
    verdict := 'unchanged';
    return;
  elsif lead_id is not null then
    verdict := 'known';
    return;
  elsif v_answer.answer = 'own' then
    verdict := 'own';
    return;
  end if;
  select r.id into v_rule
  from public.conflict_rules r
  join public.leads_staging s on s.part_id = p_part_id and s.line_number = p_line
  where r.org_id = p_org_id and k.building = any (r.buildings)
    and (r.county_fips is null or r.county_fips = s.county_fips)
  order by r.id limit 1;
  if v_rule is not null then
    perform private.remember_answer(p_org_id, k.identity, k.row_keys, 'own', null, p_lead_ids, null, v_rule, p_as_of);
    verdict := 'own';
    return;
  end if;

  verdict := 'conflict';
  select c.id into v_conflict from public.lead_conflicts c
  where c.org_id = p_org_id and c.identity = k.identity and c.state = 'open';
  if found then
    update public.lead_conflicts c set reason = p_reason, lead_ids = p_lead_ids
    where c.org_id = p_org_id and c.id = v_conflict;
  else
    insert into public.lead_conflicts (org_id, upload_id, part, line, reason, lead_ids, row_keys, identity, building,
      contacts, created_at)
    select p_org_id, s.upload_id, s.part, s.line_number, p_reason, p_lead_ids,
      jsonb_strip_nulls(jsonb_build_object('mak', s.mak, 'county_fips', s.county_fips, 'apn', s.apn,
        'addr_hash', encode(s.addr_hash, 'hex'))), k.identity, k.building,
      array(select c.value_bidx from private.leads_staging_contacts c
        where c.part_id = p_part_id and c.line_number = p_line order by 1), p_as_of
    from public.leads_staging s
    where s.part_id = p_part_id and s.line_number = p_line
    returning id into v_conflict;
  end if;
  perform private.keep_conflict_row(p_org_id, v_conflict, p_part_id, p_line, p_as_of);
end
$$;
comment on function private.open_conflict(uuid, uuid, integer, text, uuid[], timestamptz) is
  'For a staging row that contradicts the leads it points to. verdict: conflict (recorded, in the open conflict of '
  'the same row if there is one), unchanged (a person dismissed this row), known (an answer assigned it to lead_id: '
  'call take_keys), or own (it becomes a lead of its own: call make_own).';

create function private.remember_answer(
  p_org_id uuid, p_identity bytea, p_row_keys text, p_answer public.conflict_answer, p_lead_id uuid,
  p_not_lead_ids uuid[], p_conflict_id bigint, p_rule_id bigint, p_as_of timestamptz
) returns void
language sql volatile set search_path = '' as $$
  insert into public.conflict_answers (org_id, identity, row_keys, answer, lead_id, not_lead_ids, conflict_id, rule_id,
    answered_at, answered_by)
  values (p_org_id, p_identity, p_row_keys, p_answer, p_lead_id,
    case when p_answer = 'own' then p_not_lead_ids else '{}' end, p_conflict_id, p_rule_id, p_as_of,
    case when p_rule_id is null then auth.uid() end)
  on conflict (org_id, identity) do update
  set answer = excluded.answer, lead_id = excluded.lead_id, not_lead_ids = excluded.not_lead_ids,
    conflict_id = excluded.conflict_id, rule_id = excluded.rule_id, answered_at = excluded.answered_at,
    answered_by = excluded.answered_by
$$;
comment on function private.remember_answer(uuid, bytea, text, public.conflict_answer, uuid, uuid[], bigint, bigint,
  timestamptz) is 'Remembers the answer for a row; a later answer replaces an earlier one.';

create function private.remember_former_owner(
  k public.lead_conflicts, p_row_keys text, p_before public.leads, p_as_of timestamptz
) returns void
language sql volatile set search_path = '' as $$
  with places as materialized (
    select p_before.addr_hash as addr_hash where p_before.addr_hash is not null
    union
    select a.addr_hash from public.lead_addresses a where a.org_id = k.org_id and a.lead_id = p_before.id
  ), former as materialized (
    select private.owner_text(p_before.owner_1_first, p_before.owner_1_last, p_before.owner_2_first,
      p_before.owner_2_last, p_before.owner_full, p_before.situs_street) as owner
  ), rival as materialized (
    -- Another lead that the name alone may mean.
    select exists (
      select from public.leads l, former f
      where l.org_id = k.org_id and l.id <> p_before.id
        and (l.id = any (k.lead_ids) or l.addr_hash in (select addr_hash from places) or l.id in (
          select a.lead_id from public.lead_addresses a
          where a.org_id = k.org_id and a.addr_hash in (select addr_hash from places)))
        and private.owners_agree(f.owner, private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first,
          l.owner_2_last, l.owner_full, l.situs_street))) as there_is
  ), keys as (
    select p_row_keys as keys, false as is_own
    union
    select private.row_keys(m.mak, p.fips, p.apn, h.addr_hash, null, null),
      num_nonnulls(m.mak, p.apn) > 0
    from (values (p_before.mak), (null)) m (mak)
    cross join (values (p_before.county_fips, coalesce(p_before.apn_segments, p_before.apn)), (null, null)) p (fips, apn)
    cross join (select addr_hash from places union all select null) h
    where num_nonnulls(m.mak, p.apn, h.addr_hash) > 0
  ), names as (
    select private.owner_print(p_before.owner_1_first, p_before.owner_1_last, p_before.owner_2_first,
      p_before.owner_2_last, p_before.owner_full) as owner
    union
    select private.owner_print(null, null, null, null, p_before.owner_full)
  )
  insert into public.conflict_answers (org_id, identity, row_keys, answer, lead_id, conflict_id, answered_at,
    answered_by)
  select k.org_id, private.row_identity(x.keys, n.owner, b.key), x.keys, 'same', p_before.id, k.id, p_as_of, auth.uid()
  from public.leads l
  cross join keys x
  cross join names n
  cross join rival r
  cross join (select private.blind_key(k.org_id) as key) b
  where l.org_id = k.org_id and l.id = p_before.id and n.owner <> '' and (x.is_own or not r.there_is)
    and n.owner <> private.owner_print(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full)
  -- What a person said about the very row counts more.
  on conflict (org_id, identity) do nothing
$$;
comment on function private.remember_former_owner(public.lead_conflicts, text, public.leads, timestamptz) is
  'After an answer that gave a lead another owner: rows that name the former one (p_before) with the keys of the row or '
  'of the lead are still that lead''s, unless they have no MAK and parcel and another lead there may be meant.';

create function private.withdraw_conflict_rows(
  p_org_id uuid, p_upload_id uuid, p_resolution text, p_as_of timestamptz
) returns void
language plpgsql volatile set search_path = '' as $$
begin
  delete from private.conflict_rows x where x.org_id = p_org_id and x.upload_id = p_upload_id;
  -- A conflict whose row another upload has, too, goes on with that row.
  update public.lead_conflicts c set upload_id = o.upload_id, part = o.part, line = o.line
  from (
    select distinct on (x.conflict_id) x.* from private.conflict_rows x
    where x.org_id = p_org_id
    order by x.conflict_id, x.created_at, x.upload_id, x.part, x.line
  ) o
  where c.org_id = p_org_id and c.upload_id = p_upload_id and c.state = 'open' and o.conflict_id = c.id;
  update public.lead_conflicts c
  set state = 'dismissed', closed_at = p_as_of, resolution = p_resolution
  where c.org_id = p_org_id and c.upload_id = p_upload_id and c.state = 'open';
end
$$;
comment on function private.withdraw_conflict_rows(uuid, uuid, text, timestamptz) is
  'Removes the rows of an upload from open conflicts, and closes those that have no other row.';
