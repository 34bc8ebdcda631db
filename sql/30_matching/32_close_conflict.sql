-- Closing conflicts with a person's answer: one, many, or by a rule.

create function private.settle_conflict(
  k public.lead_conflicts, p_answer public.conflict_answer, p_lead_id uuid, p_resolution text, p_rule_id bigint,
  p_as_of timestamptz
) returns uuid
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_row private.conflict_rows;
  v_before public.leads;
  v_upload public.uploads;
  v_trust smallint;
  v_part uuid;
  v_keys text;
  v_lead uuid := p_lead_id;
  v_is_new boolean;
  v_verdict text;
begin
  if to_regclass('pg_temp.resolve_rows') is null then
    perform private.open_resolve_scratch();
  end if;
  select l.* into v_before from public.leads l where l.org_id = k.org_id and l.id = p_lead_id;
  for v_row in
    select x.* from private.conflict_rows x
    where x.org_id = k.org_id and x.conflict_id = k.id
    order by x.created_at, x.upload_id, x.part, x.line
  loop
    v_part := private.restage_conflict_row(v_row);
    v_keys := coalesce(v_keys, (private.identity_of_row(k.org_id, v_part, v_row.line)).row_keys);
    if p_answer <> 'dismiss' then
      select u.* into strict v_upload from public.uploads u where u.org_id = k.org_id and u.id = v_row.upload_id;
      select s.trust into strict v_trust from public.sources s where s.id = v_upload.source_id;
      perform set_config('sluice.actor', 'upload', true),
        set_config('sluice.upload_id', v_row.upload_id::text, true);
      -- Emptied row by row: a truncated table is a new one, with new plans.
      delete from resolve_rows where true;
      delete from resolve_leads where true;
      v_is_new := v_lead is null;
      v_lead := coalesce(v_lead, gen_random_uuid());
      insert into resolve_rows (row_no, part_id, line_number, kind, component, component_size, lead_id, verdict)
      values (v_row.line, v_part, v_row.line, 2, v_row.line, 1, v_lead,
        case when v_is_new then 'created' else 'unchanged' end);
      if v_is_new then
        perform private.free_keys(k.org_id, v_part, v_row.line, v_lead);
      else
        perform private.take_keys(v_part, v_row.line);
      end if;
      perform private.fold_rows();
      -- The row is as old as its upload: the answer says whose it is, not that it is news.
      perform private.apply_leads(k.org_id, v_row.upload_id, v_upload.source_id, v_trust,
        coalesce(v_upload.observed_at, v_upload.received_at));
      -- A trigger ends contact with people whom the list marks so (35_consent).
      update public.leads_staging s set lead_id = v_lead
      where s.part_id = v_part and s.line_number = v_row.line and s.do_not_contact;
      select case when r.verdict <> 'created' and l.created_upload_id = v_row.upload_id then 'merged' else r.verdict end
      into v_verdict
      from resolve_rows r
      join public.leads l on l.org_id = k.org_id and l.id = r.lead_id
      where r.line_number = v_row.line;
      insert into public.lead_joins (org_id, lead_id, upload_id, part, line, evidence, joined_at)
      select k.org_id, r.lead_id, v_row.upload_id, v_row.part, v_row.line, r.evidence, p_as_of
      from resolve_rows r where r.line_number = v_row.line and r.evidence is not null;
      update public.upload_parts p
      set conflict = p.conflict - 1,
        created = p.created + (v_verdict = 'created')::integer,
        updated = p.updated + (v_verdict = 'updated')::integer,
        unchanged = p.unchanged + (v_verdict = 'unchanged')::integer,
        merged = p.merged + (v_verdict = 'merged')::integer
      where p.id = v_part;
    end if;
    delete from public.leads_staging s where s.part_id = v_part and s.line_number = v_row.line;
    delete from private.leads_staging_contacts c where c.part_id = v_part and c.line_number = v_row.line;
  end loop;
  if v_keys is not null and k.identity is not null then
    perform private.remember_answer(k.org_id, k.identity, v_keys, p_answer, v_lead, k.lead_ids, k.id, p_rule_id,
      p_as_of);
    if v_before.id is not null then
      perform private.remember_former_owner(k, v_keys, v_before, p_as_of);
    end if;
  end if;
  delete from private.conflict_rows x where x.org_id = k.org_id and x.conflict_id = k.id;
  update public.lead_conflicts c
  set state = case p_answer when 'dismiss' then 'dismissed' else 'resolved' end::public.conflict_state,
    closed_at = p_as_of, closed_by = auth.uid(), answer = p_answer, lead_id = v_lead,
    resolution = coalesce(p_resolution, case p_answer
      when 'dismiss' then 'dismissed'
      when 'own' then 'made a lead of its own: ' || v_lead
      else 'row assigned to lead ' || v_lead end)
  where c.org_id = k.org_id and c.id = k.id;
  return v_lead;
end
$$;
comment on function private.settle_conflict(public.lead_conflicts, public.conflict_answer, uuid, text, bigint,
  timestamptz) is
  'Applies an answer to the rows of an open conflict, in the name of the uploads that brought them (where they count '
  'as created, updated, unchanged or merged from now on), remembers it and closes the conflict. same: p_lead_id gets '
  'their facts and contacts; its identity keys stay. own: a new lead gets them. Returns the lead.';

create function private.may_answer_conflicts(p_org_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'))
$$;
comment on function private.may_answer_conflicts(uuid) is
  'Owners, admins and the service answer conflicts. Definer: like private.my_org_ids.';

create function public.close_conflict(
  p_org_id uuid, p_conflict_id bigint, p_lead_id uuid default null, p_resolution text default null,
  p_answer public.conflict_answer default null, p_as_of timestamptz default now()
) returns public.conflict_state
language plpgsql volatile security definer set search_path = '' as $$
declare
  k public.lead_conflicts;
  v_answer constant public.conflict_answer := coalesce(p_answer,
    case when p_lead_id is null then 'dismiss' else 'same' end::public.conflict_answer);
  v_state public.conflict_state;
begin
  p_as_of := private.caller_clock(p_as_of);
  -- The lock of a resolve, taken first: a resolve reads answers and opens conflicts.
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  select c.* into k from public.lead_conflicts c
  where c.org_id = p_org_id and c.id = p_conflict_id and c.state = 'open' and private.may_answer_conflicts(c.org_id)
  for update;
  if not found then
    raise exception 'open conflict not found' using errcode = 'SL302';
  end if;
  if (v_answer = 'same') <> (p_lead_id is not null) then
    raise exception 'name a lead for the answer same, and only for it' using errcode = 'SL304';
  end if;
  if p_lead_id is not null and not exists (
      select from public.leads l where l.org_id = p_org_id and l.id = p_lead_id) then
    raise exception 'lead not found' using errcode = 'SL303';
  end if;
  perform private.settle_conflict(k, v_answer, p_lead_id, p_resolution, null, p_as_of);
  select c.state into v_state from public.lead_conflicts c where c.org_id = p_org_id and c.id = p_conflict_id;
  return v_state;
end
$$;
comment on function public.close_conflict(uuid, bigint, uuid, text, public.conflict_answer, timestamptz) is
  'Answers an open conflict: same (with p_lead_id: the row''s facts and contacts go to that lead), own (it becomes a '
  'lead of its own) or dismiss. Without p_answer: same if a lead is named, else dismiss. The answer holds for later '
  'uploads of the same row. Raises SL302 (open conflict not found), SL303 (lead not found), SL304 (lead and answer do '
  'not fit). For owners, admins and the service. Definer: callers may not edit identity and history.';

create function public.close_conflicts(
  p_org_id uuid, p_answer public.conflict_answer, p_upload_id uuid default null, p_reason text default null,
  p_street text default null, p_city text default null, p_state text default null, p_zip text default null,
  p_rule_id bigint default null, p_preview boolean default true, p_limit integer default 200,
  p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  k public.lead_conflicts;
  v_buildings bytea[];
  v_open integer;
  v_unclear integer;
  v_closed integer := 0;
begin
  p_as_of := private.caller_clock(p_as_of);
  if private.may_answer_conflicts(p_org_id) is not true then
    raise exception 'org not found' using errcode = 'SL302';
  end if;
  if p_street is not null then
    v_buildings := private.buildings_of(p_street, p_city, p_state, p_zip);
  end if;
  if num_nonnulls(p_upload_id, p_reason, v_buildings, p_rule_id) = 0 then
    raise exception 'name an upload, a reason, a building or a rule' using errcode = 'SL305';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  select count(*), count(*) filter (where p_answer = 'same' and cardinality(c.lead_ids) <> 1)
  into v_open, v_unclear
  from private.conflicts_like(p_org_id, p_upload_id, p_reason, v_buildings, p_rule_id) c;
  if not p_preview then
    for k in
      select c.* from private.conflicts_like(p_org_id, p_upload_id, p_reason, v_buildings, p_rule_id) c
      where p_answer <> 'same' or cardinality(c.lead_ids) = 1
        and exists (select from public.leads l where l.org_id = p_org_id and l.id = c.lead_ids[1])
      order by c.id
      limit p_limit
    loop
      perform private.settle_conflict(k, p_answer, case when p_answer = 'same' then k.lead_ids[1] end, null,
        p_rule_id, p_as_of);
      v_closed := v_closed + 1;
    end loop;
  end if;
  return jsonb_build_object('open', v_open, 'unclear', v_unclear, 'closed', v_closed,
    'left', v_open - v_unclear - v_closed);
end
$$;
comment on function public.close_conflicts(uuid, public.conflict_answer, uuid, text, text, text, text, text, bigint,
  boolean, integer, timestamptz) is
  'Gives one answer to all open conflicts of an upload, with a reason, at a building (an address, without its unit) or '
  'of a rule; several conditions must all hold. Returns {open: how many fit, unclear: how many of them the answer '
  'same does not decide because they name several leads, closed, left}. A preview closes none; otherwise at most '
  'p_limit at a time. Raises SL302 (org), SL305 (no condition, or unreadable address). For owners, admins and the '
  'service. Definer: like close_conflict.';

create function private.buildings_of(p_street text, p_city text, p_state text, p_zip text) returns bytea[]
language plpgsql stable set search_path = '' as $$
declare
  -- The line may contain the place.
  a constant record := private.parse_address(p_street, null, p_city, p_state, p_zip);
  v_buildings bytea[];
begin
  v_buildings := array_remove(array[
    (private.parse_address(a.situs_street, null, a.situs_city, a.situs_state, a.situs_zip)).addr_hash,
    (private.parse_address(a.situs_street, null, a.situs_city, a.situs_state, null)).addr_hash], null);
  if cardinality(v_buildings) = 0 then
    raise exception 'the address is not readable, or has neither a ZIP nor a city and state' using errcode = 'SL305';
  end if;
  return v_buildings;
end
$$;
comment on function private.buildings_of(text, text, text, text) is
  'Hashes of an address without its unit: by ZIP, and by city and state. Raises SL305.';

create function private.conflicts_like(
  p_org_id uuid, p_upload_id uuid, p_reason text, p_buildings bytea[], p_rule_id bigint
) returns setof public.lead_conflicts
language sql stable set search_path = '' as $$
  select c.* from public.lead_conflicts c
  left join public.conflict_rules r on r.org_id = c.org_id and r.id = p_rule_id
  where c.org_id = p_org_id and c.state = 'open'
    and (p_upload_id is null or exists (
      select from private.conflict_rows x
      where x.org_id = c.org_id and x.conflict_id = c.id and x.upload_id = p_upload_id))
    and (p_reason is null or c.reason = p_reason)
    and (p_buildings is null or c.building = any (p_buildings))
    and (p_rule_id is null or c.building = any (r.buildings)
      and (r.county_fips is null or c.row_keys ->> 'county_fips' = r.county_fips))
$$;
comment on function private.conflicts_like(uuid, uuid, text, bytea[], bigint) is
  'Open conflicts that meet all conditions; null means any.';

revoke execute on function private.settle_conflict(public.lead_conflicts, public.conflict_answer, uuid, text, bigint,
  timestamptz), private.may_answer_conflicts(uuid) from pipeline_writer;
revoke execute on function
  public.close_conflict(uuid, bigint, uuid, text, public.conflict_answer, timestamptz),
  public.close_conflicts(uuid, public.conflict_answer, uuid, text, text, text, text, text, bigint, boolean, integer,
    timestamptz)
  from public, anon;
grant execute on function
  public.close_conflict(uuid, bigint, uuid, text, public.conflict_answer, timestamptz),
  public.close_conflicts(uuid, public.conflict_answer, uuid, text, text, text, text, text, bigint, boolean, integer,
    timestamptz)
  to authenticated, service_role, pipeline_writer;
