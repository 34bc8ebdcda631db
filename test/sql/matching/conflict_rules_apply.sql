begin;
\ir ../support/deliver.sql
select no_plan();
\set org '\'00000000-0000-4000-8000-000000000001\''

create function pg_temp.open() returns bigint language sql as $$
  select count(*) from public.lead_conflicts where state = 'open'
$$;
-- Rows with the parcels of the building's leads, and with MAKs that contradict theirs.
create function pg_temp.rows(p_mak integer, p_street text, p_units text[]) returns jsonb language sql as $$
  select jsonb_agg(jsonb_build_object('mak', (p_mak + n)::text, 'street', p_street, 'unit', u, 'last', 'Owner' || n,
    'fips', '06037', 'apn', split_part(p_street, ' ', 1) || '-' || u))
  from unnest(p_units) with ordinality e (u, n)
$$;

select is(pg_temp.deliver(pg_temp.rows(1000000000, '10 Bay St', '{1,2,3}') || pg_temp.rows(1000000010, '12 Bay St',
  '{1}')), 'c4 u0 =0 m0 x0 r0', 'two buildings');
select is(pg_temp.deliver(pg_temp.rows(1000000020, '10 Bay St', '{1,2,3}') || pg_temp.rows(1000000030, '12 Bay St',
  '{1}')), 'c0 u0 =0 m0 x4 r0', 'whose parcels come with other MAKs');

-- In bulk.
create temporary table u as select upload_id from public.lead_conflicts limit 1;
select is(public.close_conflicts(:org, 'own', p_upload_id => (select upload_id from u)),
  '{"open": 4, "unclear": 0, "closed": 0, "left": 4}', 'a preview counts the conflicts of an upload');
select is(public.close_conflicts(:org, 'own', p_reason => 'key_contradicts'),
  '{"open": 4, "unclear": 0, "closed": 0, "left": 4}', 'those with a reason');
select is(public.close_conflicts(:org, 'own', p_reason => 'contact_is_ambiguous'),
  '{"open": 0, "unclear": 0, "closed": 0, "left": 0}', 'and only those');
select is(public.close_conflicts(:org, 'own', p_street => '10 Bay Street Unit 9', p_zip => '90401'),
  '{"open": 3, "unclear": 0, "closed": 0, "left": 3}', 'and those of a building');
select is(pg_temp.open(), 4::bigint, 'a preview closes none');
select throws_ok($$ select public.close_conflicts('00000000-0000-4000-8000-000000000001', 'own') $$, 'SL305', null,
  'all conflicts at once cannot be answered');
select throws_ok($$ select public.close_conflicts('00000000-0000-4000-8000-000000000001', 'own',
  p_street => '10 Bay St') $$, 'SL305', null, 'nor those of an address without a place');
select is(public.close_conflicts(:org, 'same', p_street => '12 Bay St', p_zip => '90401', p_preview => false),
  '{"open": 1, "unclear": 0, "closed": 1, "left": 0}', 'a building is answered');
select is((select owner_1_last from public.leads where mak = '1000000011'), 'Owner1', 'its row went to its lead');

-- By rule.
select is(public.add_conflict_rule(:org, '10 Bay St', p_zip => '90401', p_county_fips => '06059', p_preview => true),
  '{"rule_id": null, "open": 0, "closed": 0, "left": 0}', 'a rule may be for one county only');
select is(public.add_conflict_rule(:org, '10 Bay St', 'Santa Monica', 'CA', p_preview => true),
  '{"rule_id": null, "open": 0, "closed": 0, "left": 0}', 'by city and state it fits rows without a ZIP only');
select is(public.add_conflict_rule(:org, '10 Bay St', p_zip => '90401') - 'rule_id',
  '{"open": 3, "closed": 3, "left": 0}', 'a rule answers the open conflicts of its building');
select is(pg_temp.leads(), 7::bigint, 'three leads of their own');
select is(pg_temp.deliver(pg_temp.rows(1000000020, '10 Bay St', '{1,2,3}')), 'c0 u0 =3 m0 x0 r0',
  'the same rows belong to them');
select is(pg_temp.deliver(pg_temp.rows(1000000040, '10 Bay St', '{1,2,2}')), 'c3 u0 =0 m0 x0 r0',
  'other rows of a later upload are leads of their own at once');
select is(pg_temp.deliver(pg_temp.rows(1000000040, '10 Bay St', '{1,2,2}')), 'c0 u0 =3 m0 x0 r0', 'and stay so');
select is(pg_temp.deliver(pg_temp.rows(1000000050, '12 Bay St', '{1}')), 'c0 u0 =0 m0 x1 r0',
  'another building still has conflicts');
select is(pg_temp.deliver('[{"mak":"1000000061","fips":"06037","apn":"10-1","street":"10 Bay St","unit":"1",
  "last":"Twin"},
  {"mak":"1000000061","fips":"06037","apn":"10-1","street":"10 Bay St","unit":"1","last":"Twin"}]'),
  'c1 u0 =0 m1 x0 r0',
  'a row that is twice in an upload is one lead');

select ok(public.remove_conflict_rule(:org, (select id from public.conflict_rules)), 'a rule is removed');
select is(pg_temp.deliver(pg_temp.rows(1000000070, '10 Bay St', '{1}')), 'c0 u0 =0 m0 x1 r0',
  'then the building has conflicts again');
select is(pg_temp.deliver(pg_temp.rows(1000000020, '10 Bay St', '{1,2,3}')), 'c0 u0 =3 m0 x0 r0',
  'and the leads that it made stay');

select * from finish();
rollback;
