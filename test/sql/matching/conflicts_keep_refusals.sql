begin;
\ir ../support/deliver.sql
select no_plan();
\set org '\'00000000-0000-4000-8000-000000000001\''

-- A row that its list marks as not to be contacted, with a phone.
create function pg_temp.never(p_apn text, p_mak text, p_last text, p_phone text) returns text
language plpgsql as $$
declare
  v record;
begin
  select * into v from private.accept_part((select id from public.sources where key = 'list-a'),
    gen_random_uuid()::text, sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 1, null, null, null, null, false,
    null, gen_random_uuid(), now());
  perform private.open_stage();
  insert into stage_in (line_no, mak, fips, apn, street, city, state, zip, owner_1_last, phones, do_not_contact,
    attributes, warnings, raw)
  values (2, p_mak, '06037', p_apn, split_part(p_apn, '-', 1) || ' Ash St', 'Santa Monica', 'CA', '90401', p_last,
    jsonb_build_array(jsonb_build_object('v', p_phone, 'refused', 'person')), true, '{}', '{}', '[]');
  perform private.stage_rows(v.part_id);
  update public.upload_parts set state = 'staged', staged_at = now() where id = v.part_id;
  perform private.resolve_upload(v.upload_id);
  perform set_config('sluice.actor', '', true), set_config('sluice.upload_id', '', true);
  return (select format('c%s u%s =%s m%s x%s r%s', created, updated, unchanged, merged, conflict, rejected)
    from public.upload_parts where id = v.part_id);
end
$$;
create function pg_temp.closed(p_phone text) returns text language sql as $$
  select string_agg(c.channel, ' ' order by c.channel)
  from unnest('{email,sms,voice_ai,voice_manual}'::text[]) c (channel)
  where private.is_suppressed('00000000-0000-4000-8000-000000000001', private.blind_index(p_phone,
    private.blind_key('00000000-0000-4000-8000-000000000001')), c.channel)
$$;
create function pg_temp.open() returns bigint language sql as $$
  select max(id) from public.lead_conflicts where state = 'open'
$$;
create function pg_temp.status(p_last text) returns text language sql as $$
  select campaign_status::text from public.leads where owner_1_last = p_last
$$;
\set everywhere '\'email sms voice_ai voice_manual\''

select is(pg_temp.deliver('[{"mak":"5000000001","fips":"06037","apn":"51-1","street":"51 Ash St","last":"Ames"},
  {"mak":"5000000002","fips":"06037","apn":"52-1","street":"52 Ash St","last":"Blake"},
  {"mak":"5000000003","fips":"06037","apn":"53-1","street":"53 Ash St","last":"Cole"},
  {"mak":"5000000004","fips":"06037","apn":"54-1","street":"54 Ash St","last":"Dunn","phone":"310-555-0140"}]'),
  'c4 u0 =0 m0 x0 r0', 'four leads');

select is(pg_temp.never('51-1', '5000000002', 'Ely', '310-555-0111'), 'c0 u0 =0 m0 x1 r0',
  'a marked row is a conflict');
select is(pg_temp.closed('+13105550111'), :everywhere, 'its phone is refused while the conflict is open');
select is(pg_temp.status('Ames') || ' ' || pg_temp.status('Blake'), 'new new', 'no lead is');
select is(public.close_conflict(:org, pg_temp.open(), (select id from public.leads where mak = '5000000001'))::text,
  'resolved', 'it is answered with a lead');
select is(pg_temp.status('Ely'), 'opted_out', 'same: the lead is opted out');
select is(pg_temp.closed('+13105550111'), :everywhere, 'and the phone is refused');
select is((select count(*) from public.consents c join public.leads l on l.id = c.lead_id
  where l.owner_1_last = 'Ely' and c.action = 'revoke' and c.contact_point_id is null), 1::bigint,
  'the refusal of the person is on record');
select is(pg_temp.status('Blake'), 'new', 'the other lead is not opted out');

select is(pg_temp.never('52-1', '5000000003', 'Finn', '310-555-0112'), 'c0 u0 =0 m0 x1 r0', 'a second row');
select is(public.close_conflict(:org, pg_temp.open(), p_answer => 'own')::text, 'resolved', 'is a lead of its own');
select is(pg_temp.status('Finn'), 'opted_out', 'own: the new lead is opted out');
select is(pg_temp.closed('+13105550112'), :everywhere, 'and the phone is refused');
select is(pg_temp.status('Blake') || ' ' || pg_temp.status('Cole'), 'new new', 'its neighbours are not');

select is(pg_temp.never('53-1', '5000000004', 'Gill', '310-555-0140'), 'c0 u0 =0 m0 x1 r0',
  'a third row has the phone of a lead');
select is(public.close_conflict(:org, pg_temp.open())::text, 'dismissed', 'and is dismissed');
select is(pg_temp.closed('+13105550140'), :everywhere, 'dismiss: the phone is still refused');
select is(pg_temp.status('Dunn'), 'opted_out', 'and so is the lead that has it');

-- By rule, on rows that come later.
select public.add_conflict_rule(:org, '54 Ash St', p_zip => '90401') \g /dev/null
select is(pg_temp.never('54-1', '5000000003', 'Hale', '310-555-0113'), 'c1 u0 =0 m0 x0 r0',
  'a row at a building with a rule is a lead of its own at once');
select is(pg_temp.status('Hale') || ' ' || pg_temp.closed('+13105550113'), 'opted_out ' || :everywhere,
  'and its refusal is kept');
select is(pg_temp.status('Cole'), 'new', 'the lead that its MAK named is not opted out');

select * from finish();
rollback;
