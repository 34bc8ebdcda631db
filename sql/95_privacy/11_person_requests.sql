-- A person asks for their data, or for its end: what the page of a lead needs for it. An export is request_reveal with
-- the subject person.

create function public.leads_of_person(p_org_id uuid, p_lead_id uuid)
returns table (lead_id uuid, name text, address text, found_by text[], contacts bigint, is_this boolean)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  l public.leads;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  select x.* into l from public.leads x where x.org_id = p_org_id and x.id = p_lead_id;
  if not found then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL426';
  end if;
  return query
  with found as (
    select l.id, 'this lead'::text as how
    union
    select o.lead_id, o.kind::text from public.contact_points c
    join public.contact_points o on o.org_id = c.org_id and o.value_bidx = c.value_bidx
    where c.org_id = p_org_id and c.lead_id = l.id and o.lead_id <> l.id
    union
    select f.lead_id, x.how from (
      values (private.street_line(l.situs_house_number, l.situs_street, null), l.situs_zip),
        (l.mailing_street, l.mailing_zip)) a (street, zip)
    cross join lateral private.find_person(p_org_id, null, null, private.owner_name(p_org_id, l.id), a.street, a.zip) f
    cross join unnest(f.found_by) x (how)
    where a.street is not null and f.lead_id <> l.id
  )
  select x.id, coalesce(x.owner_full, nullif(concat_ws(' ', x.owner_1_first, x.owner_1_last), '')),
    concat_ws(', ', private.street_line(x.situs_house_number, x.situs_street, x.situs_unit), x.situs_city,
      concat_ws(' ', x.situs_state, x.situs_zip)),
    f.how, (select count(*) from public.contact_points c where c.org_id = x.org_id and c.lead_id = x.id), x.id = l.id
  from (select k.id, array_agg(k.how order by k.how) as how from found k group by k.id) f
  join public.leads x on x.org_id = p_org_id and x.id = f.id
  order by x.id <> l.id, cardinality(f.how) desc, x.id
  limit 100;
end
$$;
comment on function public.leads_of_person(uuid, uuid) is
  'The lead, and up to 99 others that may be of the same person: with a phone or e-mail of it, or with its owner''s name '
  'at its address or mailing address; found_by says which. For owners, admins and the service. Raises SL111 and SL426. '
  'Definer: one check for all callers.';

create function public.erase_leads(p_org_id uuid, p_lead_ids uuid[], p_reason text, p_typed text,
  p_request jsonb default '{}') returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_id uuid;
  v_values bytea[];
  v_word text;
  v_packs jsonb;
  v_leads jsonb := '[]'::jsonb;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.require_aal2();
  if cardinality(p_lead_ids) is distinct from cardinality(array(select distinct x from unnest(p_lead_ids) x))
    or cardinality(p_lead_ids) not between 1 and 100 or length(btrim(coalesce(p_reason, ''))) not between 3 and 500
    or jsonb_typeof(p_request) is distinct from 'object'
    or p_request - '{request_id,received_on,due_on}'::text[] <> '{}' then
    raise exception 'an erasure names 1 to 100 leads, a reason of 3 to 500 characters, and of the request its id and days'
      using errcode = 'SL430';
  end if;
  select coalesce(private.owner_name(p_org_id, l.id), nullif(private.street_line(l.situs_house_number, l.situs_street,
    l.situs_unit), ''), 'erase') into v_word
  from public.leads l where l.org_id = p_org_id and l.id = p_lead_ids[1];
  if not found then
    raise exception 'lead % not found', p_lead_ids[1] using errcode = 'SL426';
  elsif lower(btrim(coalesce(p_typed, ''))) <> lower(btrim(v_word)) then
    raise exception 'to erase, type “%” as it is written here', v_word using errcode = 'SL430';
  end if;
  v_values := array(select distinct c.value_bidx from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = any (p_lead_ids));
  v_packs := private.ask_packs('erase', p_org_id, v_values, now());
  foreach v_id in array p_lead_ids loop
    v_leads := v_leads || (jsonb_build_object('lead_id', v_id)
      || public.erase_lead(p_org_id, v_id, btrim(p_reason)));
  end loop;
  perform private.record_audit(p_org_id, 'person.erased', p_request ->> 'request_id',
    p_request || jsonb_build_object('leads', to_jsonb(p_lead_ids)));
  return jsonb_build_object('leads', v_leads, 'packs', v_packs);
end
$$;
comment on function public.erase_leads(uuid, uuid[], text, text, jsonb) is
  'Erases the leads of one person (erase_lead), and what packs have of their contacts, in one transaction. p_typed: the '
  'owner''s name of the first lead, typed as a confirmation; the address of the property or “erase” where there is none. '
  'p_request: {request_id, received_on, due_on} of the person''s request, for the audit log, no values. Returns {leads: '
  '[{lead_id, erased, stays, …}], packs}. For owners and admins with two factors, and the service. Raises SL106, SL111, '
  'SL426 (lead not found) and SL430 (the message says what is wrong). Definer: one check for all callers.';

create function public.list_erasures(p_org_id uuid, p_lead_id uuid default null, p_limit integer default 20,
  p_cursor text default null)
returns table (id bigint, lead_id uuid, erased_at timestamptz, erased_by text, reason text, kept jsonb, cursor text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_after constant bigint := (private.read_cursor(p_cursor, 1) ->> 0)::bigint;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return query
  select e.id, e.lead_id, e.erased_at, private.member_name(e.org_id, e.erased_by), e.reason, e.kept,
    jsonb_build_array(e.id)::text
  from public.erasures e
  where e.org_id = p_org_id and (p_lead_id is null or e.lead_id = p_lead_id)
    and (v_after is null or e.id < v_after)
  order by e.id desc limit private.page_size(p_limit);
end
$$;
comment on function public.list_erasures(uuid, uuid, integer, text) is
  'Erasures of an org or of one lead, the latest first: when, by whom, why, what was erased and what stays. For owners, '
  'admins and the service. Raises SL111 and SL801. Definer: one check for all callers.';

revoke execute on function public.leads_of_person(uuid, uuid),
  public.erase_leads(uuid, uuid[], text, text, jsonb),
  public.list_erasures(uuid, uuid, integer, text) from public, anon;
grant execute on function public.leads_of_person(uuid, uuid),
  public.erase_leads(uuid, uuid[], text, text, jsonb),
  public.list_erasures(uuid, uuid, integer, text) to authenticated, service_role;
