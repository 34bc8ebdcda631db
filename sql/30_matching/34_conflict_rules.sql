-- Rules, remembered answers and the list of conflicts, for owners, admins and the service.

create function public.add_conflict_rule(
  p_org_id uuid, p_street text, p_city text default null, p_state text default null, p_zip text default null,
  p_county_fips text default null, p_note text default null, p_preview boolean default false,
  p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_buildings bytea[];
  v_rule bigint;
  v_open integer;
begin
  p_as_of := private.caller_clock(p_as_of);
  if private.may_answer_conflicts(p_org_id) is not true then
    raise exception 'org not found' using errcode = 'SL302';
  end if;
  v_buildings := private.buildings_of(p_street, p_city, p_state, p_zip);
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  if p_preview then
    select count(*) into v_open from private.conflicts_like(p_org_id, null, null, v_buildings, null) c
    where p_county_fips is null or c.row_keys ->> 'county_fips' = p_county_fips;
    return jsonb_build_object('rule_id', null, 'open', v_open, 'closed', 0, 'left', v_open);
  end if;
  insert into public.conflict_rules (org_id, address, buildings, county_fips, note, created_at, created_by)
  values (p_org_id, concat_ws(', ', p_street, p_city, concat_ws(' ', p_state, p_zip)), v_buildings, p_county_fips,
    p_note, p_as_of, auth.uid())
  returning id into v_rule;
  return jsonb_build_object('rule_id', v_rule) || public.close_conflicts(p_org_id, 'own', p_rule_id => v_rule,
    p_preview => false, p_as_of => p_as_of) - 'unclear';
end
$$;
comment on function public.add_conflict_rule(uuid, text, text, text, text, text, text, boolean, timestamptz) is
  'Makes all conflicting rows of a building (an address without its unit, in a county if p_county_fips is given) '
  'leads of their own, from now on and for up to 200 open conflicts. Returns {rule_id, open, closed, left}; a '
  'preview counts only. Raises SL302 (org), SL305 (unreadable address). For owners, admins and the service. Definer: '
  'like close_conflict.';

create function public.remove_conflict_rule(p_org_id uuid, p_rule_id bigint) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  delete from public.conflict_rules r
  where r.org_id = p_org_id and r.id = p_rule_id and private.may_answer_conflicts(r.org_id);
  return found;
end
$$;
comment on function public.remove_conflict_rule(uuid, bigint) is
  'Ends a rule: later conflicts at the building are opened again. The leads that it made stay. Returns whether there '
  'was one. For owners, admins and the service. Definer: members may not write the table.';

create function public.forget_conflict_answer(p_org_id uuid, p_conflict_id bigint) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  delete from public.conflict_answers a
  where a.org_id = p_org_id and private.may_answer_conflicts(a.org_id)
    and (a.identity = (select c.identity from public.lead_conflicts c
      where c.org_id = p_org_id and c.id = p_conflict_id) or a.conflict_id = p_conflict_id);
  return found;
end
$$;
comment on function public.forget_conflict_answer(uuid, bigint) is
  'Forgets the answer of a closed conflict: the next upload of the row opens a conflict again. What the answer did '
  'stays. Returns whether there was one. For owners, admins and the service. Definer: members may not write the table.';

create function public.list_conflicts(
  p_org_id uuid, p_upload_id uuid default null, p_after bigint default 0, p_limit integer default 100
) returns table (id bigint, reason text, upload_id uuid, part integer, line integer, created_at timestamptz,
  rows integer, address text, owner text, contacts text[], keys jsonb, leads jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.may_answer_conflicts(p_org_id) is not true then
    raise exception 'org not found' using errcode = 'SL302';
  end if;
  return query
  select c.id, c.reason, c.upload_id, c.part, c.line, c.created_at, x.rows,
    nullif(concat_ws(', ', r.row ->> 'situs_street', r.row ->> 'situs_unit', r.row ->> 'situs_city',
      nullif(concat_ws(' ', r.row ->> 'situs_state', r.row ->> 'situs_zip'), '')), ''),
    coalesce(nullif(concat_ws(' ', r.row ->> 'owner_1_first', r.row ->> 'owner_1_last'), ''), r.row ->> 'owner_full'),
    array(select private.mask_contact(e.item ->> 'value')
      from jsonb_array_elements(x.content -> 'contacts') with ordinality e (item, n) order by e.n),
    c.row_keys - 'addr_hash',
    (select coalesce(jsonb_agg(jsonb_build_object('lead_id', l.id,
        'address', nullif(concat_ws(', ', l.situs_street, l.situs_unit, l.situs_city,
          nullif(concat_ws(' ', l.situs_state, l.situs_zip), '')), ''),
        'owner', coalesce(nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), ''), l.owner_full),
        'mak', l.mak, 'county_fips', l.county_fips, 'apn', l.apn) order by o.n), '[]')
      from unnest(c.lead_ids) with ordinality o (lead_id, n)
      join public.leads l on l.org_id = c.org_id and l.id = o.lead_id)
  from public.lead_conflicts c
  cross join lateral (
    select count(*)::integer as rows,
      (array_agg(private.conflict_row_content(w) order by w.created_at desc, w.part desc, w.line desc))[1] as content
    from private.conflict_rows w where w.org_id = c.org_id and w.conflict_id = c.id
  ) x
  cross join lateral (select x.content -> 'row' as row) r
  where c.org_id = p_org_id and c.state = 'open' and c.id > p_after
    and (p_upload_id is null or exists (select from private.conflict_rows w
      where w.org_id = c.org_id and w.conflict_id = c.id and w.upload_id = p_upload_id))
  order by c.id
  limit p_limit;
end
$$;
comment on function public.list_conflicts(uuid, uuid, bigint, integer) is
  'Open conflicts in order, after p_after: the latest row (address, owner, masked contacts, keys; rows: how often it '
  'was sent) beside the leads that it points to. Raises SL302 (org). For owners, admins and the service. Definer: '
  'callers may not read stored rows and keys.';

revoke execute on function
  public.add_conflict_rule(uuid, text, text, text, text, text, text, boolean, timestamptz),
  public.remove_conflict_rule(uuid, bigint), public.forget_conflict_answer(uuid, bigint),
  public.list_conflicts(uuid, uuid, bigint, integer)
  from public, anon;
grant execute on function
  public.add_conflict_rule(uuid, text, text, text, text, text, text, boolean, timestamptz),
  public.remove_conflict_rule(uuid, bigint), public.forget_conflict_answer(uuid, bigint),
  public.list_conflicts(uuid, uuid, bigint, integer)
  to authenticated, service_role;
