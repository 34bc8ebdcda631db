begin;
\ir ../support/deliver.sql
select no_plan();
\set org '\'00000000-0000-4000-8000-000000000001\''

create function pg_temp.upload() returns uuid language sql as $$
  select id from public.uploads order by received_at desc, ctid desc limit 1
$$;
create function pg_temp.open() returns bigint language sql as $$
  select count(*) from public.lead_conflicts where state = 'open'
$$;
\set row '[{"mak":"5000000001","fips":"06037","apn":"52-1","street":"52 Ash St","last":"Cole","phone":"310-555-0101"}]'

-- Undo.
select is(pg_temp.deliver('[{"mak":"5000000001","street":"50 Ash St","last":"Ames","phone":"310-555-0109"},
  {"mak":"5000000002","fips":"06037","apn":"52-1","street":"52 Ash St"}]', p_at => '2026-01-01'),
  'c2 u0 =0 m0 x0 r0', 'two leads');
select is(pg_temp.deliver(:'row', p_at => '2026-01-02'), 'c0 u0 =0 m0 x1 r0', 'an upload with a conflict');
select pg_temp.upload() as first \gset
select is(pg_temp.deliver(:'row', 'list-b', '2026-01-03'), 'c0 u0 =0 m0 x1 r0', 'and another with the same row');
select pg_temp.upload() as second \gset
select lives_ok(format('select public.undo_upload(%L)', :'first'), 'the first upload is undone');
select results_eq('select upload_id from public.lead_conflicts where state = ''open''', format('values (%L::uuid)',
  :'second'), 'its conflict stays open with the row of the second');
select is((select count(*) from private.conflict_rows), 1::bigint, 'the row of the first is gone');
select is(public.close_conflict(:org, (select id from public.lead_conflicts), p_answer => 'own'), 'resolved',
  'it becomes a lead of its own');
select is((select created_upload_id from public.leads where owner_1_last = 'Cole'), :'second',
  'which belongs to the second upload');
select is(public.undo_upload(:'second') -> 'undone' ->> 'deleted', '1', 'undoing that deletes the lead');
select is(pg_temp.deliver(:'row', p_at => '2026-01-04'), 'c1 u0 =0 m0 x0 r0',
  'sent again, the row is a lead of its own at once');
select is(pg_temp.deliver('[{"mak":"5000000001","fips":"06037","apn":"52-1","street":"52 Ash St","last":"Dunn"}]',
  p_at => '2026-01-05'),
  'c0 u0 =0 m0 x1 r0', 'an upload with another conflict');
select lives_ok(format('select public.undo_upload(%L)', pg_temp.upload()), 'is undone');
select is(pg_temp.open(), 0::bigint, 'and its conflict closed');
select is((select resolution from public.lead_conflicts order by id desc limit 1), 'the upload was undone',
  'with the reason');

-- Erasure.
select is(pg_temp.deliver('[{"mak":"5000000001","fips":"06037","apn":"52-1","street":"52 Ash St","last":"Fenn",
  "phone":"310-555-0103"},
  {"mak":"5000000002","street":"54 Ash St","last":"Gill","phone":"310-555-0104"},
  {"mak":"5000000001","street":"54 Ash St","last":"Hale","phone":"310-555-0109"}]', p_at => '2026-01-06'),
  'c0 u1 =0 m0 x2 r0', 'rows of three persons');
select is(pg_temp.deliver('[{"street":"80 Elm St","last":"Hale","phone":"310-555-0188"}]', p_at => '2026-01-07'),
  'c1 u0 =0 m0 x0 r0', 'and a lead of another person');
select is(pg_temp.deliver('[{"mak":"5000000001","fips":"06037","apn":"52-1","street":"52 Ash St","last":"Ives",
  "phone":"310-555-0188"}]',
  p_at => '2026-01-08'), 'c0 u0 =0 m0 x1 r0', 'whose phone is in a conflict of other leads');
select is(pg_temp.open(), 3::bigint, 'three conflicts are open');
select lives_ok($$ select public.erase_lead('00000000-0000-4000-8000-000000000001', (select id from public.leads
  where situs_street = '80 Elm St'), 'asked for it') $$, 'that person is erased');
select is(pg_temp.open(), 2::bigint, 'the conflict with the phone is closed');
select lives_ok($$ select public.erase_lead('00000000-0000-4000-8000-000000000001', (select id from public.leads
  where owner_1_last = 'Cole'), 'asked for it') $$, 'the person of an answer is erased');
select is((select count(*) from public.conflict_answers), 0::bigint, 'and the answer with them');
select lives_ok($$ select public.erase_lead('00000000-0000-4000-8000-000000000001', (select id from public.leads
  where mak = '5000000001'), 'asked for it') $$, 'the person of a lead that conflicts name is erased');
select results_eq($$ select count(*) filter (where state = 'open'), count(*) filter (where row_keys <> '{}'
  and resolution = 'erased'), count(identity) filter (where resolution = 'erased') from public.lead_conflicts $$,
  $$ values (0::bigint, 0::bigint, 0::bigint) $$, 'no conflict keeps anything of them');
select is((select count(*) from private.conflict_rows), 0::bigint, 'nor its rows');

-- The org.
select is(pg_temp.deliver('[{"mak":"5000000002","fips":"06037","apn":"54-1","street":"54 Ash St","last":"Jung",
  "phone":"310-555-0105"}]',
  p_at => '2026-01-09'), 'c0 u0 =0 m0 x1 r0', 'a last conflict');
select public.add_conflict_rule(:org, '1 Main St', p_zip => '90401') \g /dev/null
select lives_ok($$ delete from public.orgs $$, 'the org is deleted');
select is((select count(*) from public.lead_conflicts) + (select count(*) from public.conflict_answers)
  + (select count(*) from public.conflict_rules) + (select count(*) from private.conflict_rows), 0::bigint,
  'with its conflicts, answers and rules');

select * from finish();
rollback;
