-- Rows of unclear components, one after the other in line order, as described in docs/matching.md.

create function private.resolve_row(p_org_id uuid, p_part_id uuid, p_upload_id uuid, p_line integer,
  p_as_of timestamptz)
returns void
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  r resolve_rows;
  v_leads uuid[];
  v_reason text;
  v_conflict record;
  v_verdict text := 'unchanged';
begin
  select * into strict r from resolve_rows x where x.line_number = p_line;
  if r.answer is not null then
    v_leads := array_remove(array[private.current_lead(p_org_id, r.by_mak)], null);
  elsif r.has_key then
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
    v_conflict := private.open_conflict(p_org_id, p_part_id, p_line, v_reason, v_leads, p_as_of);
    if v_conflict.verdict = 'known' then
      v_leads := array[v_conflict.lead_id];
      perform private.take_keys(p_part_id, p_line);
    elsif v_conflict.verdict = 'own' then
      v_leads := '{}';
      r.answer := 'own';
    else
      update resolve_rows x set verdict = v_conflict.verdict where x.line_number = p_line;
      return;
    end if;
  end if;

  if coalesce(cardinality(v_leads), 0) = 0 then
    v_leads := array[gen_random_uuid()];
    v_verdict := 'created';
    if r.answer = 'own' then
      perform private.make_own(p_org_id, p_part_id, p_line, v_leads[1]);
    end if;
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
