-- pg_temp.deliver(rows) stages and resolves one upload of one part and returns its verdicts.
insert into public.orgs (id, name) values ('00000000-0000-4000-8000-000000000001', 'Alpha Realty');
insert into public.sources (id, org_id, key, name, trust) values
  ('00000000-0000-4000-8000-000000000011', '00000000-0000-4000-8000-000000000001', 'list-a', 'List A', 50),
  ('00000000-0000-4000-8000-000000000012', '00000000-0000-4000-8000-000000000001', 'list-b', 'List B', 20);

create function pg_temp.deliver(p_rows jsonb, p_source text default 'list-a', p_at timestamptz default now())
  returns text
language plpgsql as $$
declare
  v record;
  v_state text;
begin
  select * into v from private.accept_part((select id from public.sources where key = p_source),
    gen_random_uuid()::text, sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 1, null, null, null, null, false,
      null,
    gen_random_uuid(), p_at);
  perform private.open_stage();
  insert into stage_in (line_no, mak, fips, apn, street, unit, city, state, zip, owner_1_first, owner_1_last,
    owner_full, mail_street, mail_city, phones, emails, result_codes, consent, consented_at, lead_score, attributes,
  warnings, raw)
  select n + 1, r ->> 'mak', r ->> 'fips', r ->> 'apn', r ->> 'street', r ->> 'unit',
    coalesce(r ->> 'city', 'Santa Monica'), 'CA', coalesce(r ->> 'zip', '90401'),
    r ->> 'first', r ->> 'last', r ->> 'full', r ->> 'mail_street', r ->> 'mail_city',
    case when r ? 'phone' then jsonb_build_array(jsonb_build_object('v', r ->> 'phone')) end,
    case when r ? 'email' then jsonb_build_array(jsonb_build_object('v', r ->> 'email')) end,
    r ->> 'codes', r ->> 'consent', r ->> 'consented_at', r ->> 'score', coalesce(r -> 'attributes', '{}'), '{}',
      jsonb_build_array(r ->> 'street')
  from jsonb_array_elements(p_rows) with ordinality e (r, n);
  perform private.stage_rows(v.part_id);
  update public.upload_parts set state = 'staged', staged_at = p_at where id = v.part_id;
  loop
    v_state := private.resolve_upload(v.upload_id, p_at);
    exit when v_state <> 'more';
  end loop;
  -- A pipeline transaction ends here; later statements of the test act as a person.
  perform set_config('sluice.actor', '', true), set_config('sluice.upload_id', '', true);
  return (select format('c%s u%s =%s m%s x%s r%s', created, updated, unchanged, merged, conflict, rejected)
    from public.upload_parts where id = v.part_id);
end
$$;
create function pg_temp.leads() returns bigint language sql as $$
  select count(*) from public.leads where org_id = '00000000-0000-4000-8000-000000000001'
$$;
create function pg_temp.lead(p_apn text) returns public.leads language sql as $$
  select * from public.leads where org_id = '00000000-0000-4000-8000-000000000001' and apn = p_apn
$$;
