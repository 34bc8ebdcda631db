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
    update resolve_leads n set mak = null, county_fips = null, apn = null, addr_hash = null where true;
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
