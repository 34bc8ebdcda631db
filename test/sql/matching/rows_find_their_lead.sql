begin;
select no_plan();

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
    mail_street, mail_city, phones, emails, result_codes, consent, consented_at, lead_score, attributes, warnings, raw)
  select n + 1, r ->> 'mak', r ->> 'fips', r ->> 'apn', r ->> 'street', r ->> 'unit',
    coalesce(r ->> 'city', 'Santa Monica'), 'CA', '90401',
    r ->> 'first', r ->> 'last', r ->> 'mail_street', r ->> 'mail_city',
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

select is(pg_temp.deliver('[{"mak":"1234567890","street":"1 Main St"}]'), 'c1 u0 =0 m0 x0 r0',
  'a row without a match becomes a lead');
select is(pg_temp.deliver('[{"mak":"1234567890","street":"99 Other Rd"}]'), 'c0 u1 =0 m0 x0 r0',
  'a row with a known MAK joins that lead and adds its second address');
select is(pg_temp.deliver('[{"street":"99 Other Road"}]'), 'c0 u0 =1 m0 x0 r0',
  'a row with only the second address of a property finds it');
select is(pg_temp.leads(), 1::bigint, 'three spellings of one property are one lead');

select is(pg_temp.deliver('[{"fips":"06037","apn":"4285-027-001","street":"5 Elm St"}]'), 'c1 u0 =0 m0 x0 r0',
  'a parcel becomes a lead');
select is(pg_temp.deliver('[{"fips":"06037","apn":"4285027001","street":"7 Elm St"}]'), 'c0 u1 =0 m0 x0 r0',
  'punctuation does not make another parcel');
select is(pg_temp.deliver('[{"fips":"06059","apn":"4285027001","street":"9 Elm St"}]'), 'c1 u0 =0 m0 x0 r0',
  'the same APN in another county is another property');
select is(pg_temp.leads(), 3::bigint, 'these rows made three leads');

select is(pg_temp.deliver('[{"street":"20 Oak St Apt 4B"},{"street":"20 Oak Street","unit":"# 4B"},{"street":"20 '
  'OAK ST UNIT 4B"}]'),
  'c1 u0 =0 m2 x0 r0', 'three spellings in one batch make one lead');
select is(pg_temp.deliver('[{"street":"20 Oak St Apt 4C"}]'), 'c1 u0 =0 m0 x0 r0', 'another unit is another lead');

select is(pg_temp.deliver('[{"street":"30 Pine St"},{"mak":"3000000001","street":"30 Pine '
  'St"},{"mak":"3000000001","fips":"06037","apn":"30-1"},{"fips":"06037","apn":"30-1","street":"32 Pine St"}]'),
  'c1 u0 =0 m3 x0 r0', 'rows of one batch that are only linked through each other become one lead');
select results_eq($$ select mak, apn from public.leads where mak = '3000000001' $$, $$
  values ('3000000001', '301') $$, 'that lead has all their keys');
select is((select count(*) from public.lead_addresses a join public.leads l on l.id = a.lead_id
  where l.mak = '3000000001'), 1::bigint, 'that lead has their further address');

select is(pg_temp.deliver('[{"street":"40 Fir St"}]'), 'c1 u0 =0 m0 x0 r0', 'one lead is known by its address');
select is(pg_temp.deliver('[{"fips":"06037","apn":"40-1","street":"42 Fir St","phone":"(310) 555-0140"}]'),
  'c1 u0 =0 m0 x0 r0', 'another lead is known by its parcel');
select is(pg_temp.deliver('[{"fips":"06037","apn":"40-1","street":"40 Fir St"}]'), 'c0 u0 =0 m1 x0 r0',
  'a row that bridges two leads without contradiction merges them');
select is((select count(*) from public.lead_merges), 1::bigint, 'the merge is recorded');
select is((select array_agg(l.apn) from public.leads l where l.situs_street ilike '%Fir%'), array['401'],
  'the lead with the stronger key survives');
select is((select count(*) from public.contact_points c join public.leads l on l.id = c.lead_id where l.apn = '401'),
  1::bigint, 'the survivor keeps its phone');

select is(pg_temp.deliver('[{"mak":"5000000001","street":"50 Ash St"},{"mak":"5000000002","street":"52 Ash St"}]'),
  'c2 u0 =0 m0 x0 r0', 'two MAKs make two leads');
select is(pg_temp.deliver('[{"mak":"5000000001","street":"52 Ash St"}]'), 'c0 u0 =0 m0 x1 r0',
  'a row that points to two different MAKs is a conflict');
select results_eq($$ select reason, cardinality(lead_ids) from public.lead_conflicts order by id desc limit 1 $$,
  $$ values ('keys_point_to_different_leads', 2) $$, 'the conflict names both leads and the reason');
select is(pg_temp.deliver('[{"mak":"5000000003","street":"50 Ash St"}]'), 'c0 u0 =0 m0 x1 r0',
  'a row whose MAK contradicts the lead of its address is a conflict');
select is((select reason from public.lead_conflicts order by id desc limit 1), 'key_contradicts',
  'that conflict has its own reason');
select is(pg_temp.deliver('[{"mak":"5000000004","street":"54 Ash St"},{"mak":"5000000005","street":"54 Ash St"}]'),
  'c1 u0 =0 m0 x1 r0',
  'of two contradicting rows in one batch the first becomes a lead, the second a conflict');

select is(pg_temp.deliver('[{"city":"","phone":"310-555-0160","first":"Ann"}]'), 'c1 u0 =0 m0 x0 r0',
  'a row without property key becomes a person');
select is(pg_temp.deliver('[{"city":"","phone":"+1 310 555 0160","email":"ann@example.com"}]'), 'c0 u1 =0 m0 x0 r0',
  'the person is found by phone');
select is(pg_temp.deliver('[{"city":"","email":"ANN@example.com"}]'), 'c0 u0 =1 m0 x0 r0',
  'the person is found by e-mail');
select is(pg_temp.deliver('[{"city":"","phone":"310-555-0140"}]'), 'c0 u0 =1 m0 x0 r0',
  'a phone that one property has leads to that property');
select is(pg_temp.deliver('[{"street":"60 Bay St","phone":"310-555-0140"}]'), 'c1 u0 =0 m0 x0 r0',
  'two properties with one phone stay two leads');
select is(pg_temp.deliver('[{"city":"","phone":"310-555-0140"}]'), 'c0 u0 =0 m0 x1 r0',
  'a phone of two properties alone is ambiguous');
select is(pg_temp.deliver('[{"city":"","first":"Nobody"}]'), 'c0 u0 =0 m0 x0 r1', 'a row without any key is rejected');

-- Survivorship
select is(pg_temp.deliver('[{"fips":"06037","apn":"70-1","first":"Old","last":"Owner",
  "mail_street":"1 A St","mail_city":"X","attributes":{"beds":"3"}}]',
  'list-a', '2026-01-01'), 'c1 u0 =0 m0 x0 r0', 'a first observation creates the lead');
select is(pg_temp.deliver('[{"fips":"06037","apn":"70-1","first":"New","attributes":{"baths":"2"}}]', 'list-a',
  '2026-02-01'), 'c0 u1 =0 m0 x0 r0', 'a newer observation of the same source updates it');
select is((pg_temp.lead('701')).owner_1_first || coalesce((pg_temp.lead('701')).owner_1_last, ''), 'New',
  'a name is taken whole, never mixed from two rows');
select is((pg_temp.lead('701')).attributes, '{"beds":"3","baths":"2"}'::jsonb, 'attributes are combined');
select is(pg_temp.deliver('[{"fips":"06037","apn":"70-1","first":"Worse"}]', 'list-b', '2026-03-01'),
  'c0 u0 =1 m0 x0 r0', 'a less trusted source overwrites nothing');
select is(pg_temp.deliver('[{"fips":"06037","apn":"70-1","first":"Between"}]', 'list-a', '2026-01-15'),
  'c0 u0 =1 m0 x0 r0', 'an older observation overwrites nothing');
update public.leads set mailing_city = 'By hand' where apn = '701';
select is(pg_temp.deliver('[{"fips":"06037","apn":"70-1","mail_street":"9 Z St","mail_city":"Y"}]', 'list-a',
  '2026-04-01'), 'c0 u0 =1 m0 x0 r0', 'a person''s edit is never overwritten');
select is((pg_temp.lead('701')).mailing_city, 'By hand', 'the edited value stays');

-- Verification and consent
select is(pg_temp.deliver('[{"fips":"06037","apn":"80-1","phone":"3105550180","codes":"AS01,PS01"},
  {"fips":"06037","apn":"80-2","phone":"3105550181"}]'), 'c2 u0 =0 m0 x0 r0',
  'two leads, one with a result code, are created');
select ok((pg_temp.lead('801')).phone_verified, 'a code of the map verifies');
select ok(not (pg_temp.lead('802')).phone_verified, 'without a code there is no verification');
select is(pg_temp.deliver('[{"fips":"06037","apn":"80-3","consent":"yes"},
  {"fips":"06037","apn":"80-4","consent":"yes","consented_at":"2026-05-01T10:00:00Z"}]'), 'c2 u0 =0 m0 x0 r0',
  'two leads that claim consent are created');
select ok(not (pg_temp.lead('803')).consent, 'consent without a time is ignored');
select ok((pg_temp.lead('804')).consent, 'consent with a time is recorded');

-- Unmapped columns
select is(pg_temp.deliver('[{"fips":"06037","apn":"85-1","attributes":{"Agent Phone":"3105550185","note":"mail '
    'ann@example.com","MLS Number":"2029580065"}}]'),
  'c1 u0 =0 m0 x0 r0', 'a lead with contact values in unmapped columns is created');
select is((pg_temp.lead('851')).attributes,
  '{"note": "mail ***@example.com", "Agent Phone": "***-0185", "MLS Number": "2029580065"}'::jsonb,
  'contact values are masked, other numbers are not');
select is((select warnings ->> 'contact_in_attribute' from public.upload_parts
  order by warnings ? 'contact_in_attribute' desc limit 1), '1', 'masked values are counted as a warning');

-- Undo
create temp table before_undo as select id, to_jsonb(l) - 'updated_at' - 'field_sources' as row from public.leads l;
select is(pg_temp.deliver('[{"fips":"06037","apn":"70-1","first":"Oops","phone":"3105550170"},
  {"street":"90 New St"},{"street":"60 Bay St","mak":"6000000001"}]', 'list-a', '2026-06-01'),
  'c1 u2 =0 m0 x0 r0', 'a wrong upload is resolved');
select is((select public.undo_upload(id) -> 'undone' from public.uploads where received_at = '2026-06-01'),
  '{"deleted": 1, "reverted": 2, "unmerged": 0}'::jsonb, 'undo returns the counts of its changes');
select is_empty($$ select id, row from before_undo except select id, to_jsonb(l) - 'updated_at' - 'field_sources'
  from public.leads l $$, 'every lead has its previous state');
select set_config('sluice.actor', '', true);
select is(pg_temp.deliver('[{"street":"90 New St"}]', 'list-a', '2026-06-02'), 'c1 u0 =0 m0 x0 r0',
  'a lead is created again');
update public.leads set owner_1_first = 'Edited' where situs_street = '90 New St';
select is((select public.undo_upload(id) -> 'kept' -> 0 ->> 'reason' from public.uploads
  where received_at = '2026-06-02'), 'edited by a person', 'undo keeps a person''s edits and reports them');

select * from finish();
rollback;
