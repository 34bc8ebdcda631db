-- Requests of a person: find what is on record about them by what they tell, and erase it in one transaction. The
-- command `sluice person` calls these.

create function private.find_person(p_org_id uuid, p_phone text default null, p_email text default null,
  p_name text default null, p_street text default null, p_zip text default null)
returns table (lead_id uuid, name text, address text, found_by text[])
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_values constant bytea[] := array(select private.contact_index(p_org_id, x.value)
    from (values (private.normalise_phone(p_phone)), (private.normalise_email(p_email))) x (value)
    where x.value is not null);
  v_house text;
  v_street text;
  v_zip text;
  v_names text[];
begin
  if p_name is not null and p_street is not null then
    select a.situs_house_number, a.situs_street, a.situs_zip into v_house, v_street, v_zip
    from private.parse_address(p_street, null, null, null, p_zip) a;
    -- Lists write a name in both orders.
    v_names := regexp_split_to_array(lower(btrim(p_name)), '[\s,]+');
    v_names := array(select distinct private.escape_like(x.word) || '%'
      from (values (v_names[1]), (v_names[cardinality(v_names)])) x (word) where length(x.word) > 1);
  end if;
  return query
  with found as (
    select c.lead_id as id, c.kind::text as how from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = any (v_values)
    union
    select l.id, 'name and address' from public.leads l
    where v_street is not null and l.org_id = p_org_id
      and l.situs_house_number = v_house
      and private.street_stem(l.situs_street) = private.street_stem(v_street)
      and (v_zip is null or l.situs_zip is null or l.situs_zip = v_zip)
      and private.names_agree(coalesce(l.owner_full, concat_ws(' ', l.owner_1_first, l.owner_1_last)), p_name)
    union
    select l.id, 'name and mailing address' from public.leads l
    cross join lateral private.parse_address(l.mailing_street, null, null, null, l.mailing_zip) m
    where v_street is not null and l.org_id = p_org_id and l.mailing_street is not null
      and (l.owner_1_last is not null or l.owner_full is not null)
      and private.search_name(l.owner_1_last, l.owner_1_first, l.owner_full) collate "C" like any (v_names)
      and m.situs_house_number = v_house
      and private.street_stem(m.situs_street) = private.street_stem(v_street)
      and (v_zip is null or m.situs_zip is null or m.situs_zip = v_zip)
      and private.names_agree(coalesce(l.owner_full, concat_ws(' ', l.owner_1_first, l.owner_1_last)), p_name)
  )
  select l.id, coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')),
    concat_ws(', ', private.street_line(l.situs_house_number, l.situs_street, l.situs_unit), l.situs_city,
      concat_ws(' ', l.situs_state, l.situs_zip)),
    f.how
  from (select x.id, array_agg(x.how order by x.how) as how from found x group by x.id) f
  join public.leads l on l.org_id = p_org_id and l.id = f.id
  order by cardinality(f.how) desc, l.id;
end
$$;
comment on function private.find_person(uuid, text, text, text, text, text) is
  'Leads of an org with that phone or e-mail (in any notation), or with that name at that address, as property or for '
  'mail; found_by says which: phone, email, name and address, name and mailing address.';
revoke execute on function private.find_person(uuid, text, text, text, text, text) from pipeline_writer;

create function private.erase_person(p_org_id uuid, p_lead_ids uuid[], p_phone text, p_email text, p_reason text,
  p_request jsonb default '{}', p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_id uuid;
  v_leads jsonb := '[]'::jsonb;
  v_suppressed integer;
  v_values constant bytea[] := array(select private.contact_index(p_org_id, x.value)
    from (values (private.normalise_phone(p_phone)), (private.normalise_email(p_email))) x (value)
    where x.value is not null);
  v_packs jsonb;
begin
  v_packs := private.ask_packs('erase', p_org_id, v_values, p_as_of);
  foreach v_id in array p_lead_ids loop
    v_leads := v_leads || (jsonb_build_object('lead_id', v_id)
      || public.erase_lead(p_org_id, v_id, p_reason, p_as_of));
  end loop;
  -- What the person named is never contacted again, also where no lead has it.
  select count(*) filter (where private.suppress_value(p_org_id, private.contact_index(p_org_id, x.value), x.kind, null,
    'erasure', 'request to erase', p_as_of)) into v_suppressed
  from (values (private.normalise_phone(p_phone), 'phone'::public.contact_kind),
    (private.normalise_email(p_email), 'email')) x (value, kind)
  where x.value is not null;
  perform private.record_audit(p_org_id, 'person.erased', p_request ->> 'request_id',
    p_request || jsonb_build_object('leads', to_jsonb(p_lead_ids), 'suppressed', v_suppressed));
  return jsonb_build_object('leads', v_leads, 'suppressed', v_suppressed, 'packs', v_packs);
end
$$;
comment on function private.erase_person(uuid, uuid[], text, text, text, jsonb, timestamptz) is
  'Erases leads of one person (erase_lead), suppresses the phone and e-mail of the request by value, and writes the '
  'request to the audit log. p_request: {request_id, received_on, due_on}, no values. Returns {leads: [{lead_id, erased, '
  'stays, …}], suppressed: values that were not suppressed before, packs: what packs erased of these values}. For direct sessions. Raises SL426.';
revoke execute on function private.erase_person(uuid, uuid[], text, text, text, jsonb, timestamptz) from pipeline_writer;

create function private.person_in_packs(p_org_id uuid, p_phone text, p_email text, p_as_of timestamptz default now())
returns jsonb
language sql volatile set search_path = '' as $$
  select private.ask_packs('export', p_org_id, array(select private.contact_index(p_org_id, x.value)
    from (values (private.normalise_phone(p_phone)), (private.normalise_email(p_email))) x (value)
    where x.value is not null), p_as_of)
$$;
comment on function private.person_in_packs(uuid, text, text, timestamptz) is
  'What packs have of a person with that phone or e-mail, plain: {pack: {name: answer}}. For direct sessions.';
revoke execute on function private.person_in_packs(uuid, text, text, timestamptz) from pipeline_writer;

create function private.audit_proof(p_org_id uuid, p_action text, p_subject_id text) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('event_id', e.id, 'at', e.at, 'seq', l.seq, 'hash', encode(l.hash, 'hex'))
  from private.audit_events e
  join private.audit_links l on l.org_id = e.org_id and l.event_id = e.id
  where e.org_id = p_org_id and e.action = p_action and e.subject_id = p_subject_id
  order by e.id desc limit 1
$$;
comment on function private.audit_proof(uuid, text, text) is
  'Where a committed event stands in the audit chain of the org: {event_id, at, seq, hash}; null if there is none.';
revoke execute on function private.audit_proof(uuid, text, text) from pipeline_writer;
