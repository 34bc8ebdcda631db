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

-- Reading an upload again.
create function pg_temp.read_again(p_upload uuid, p_line integer, p_owner text) returns bigint language plpgsql as $$
declare
  v record;
begin
  select * into v from private.accept_part('00000000-0000-4000-8000-000000000011', gen_random_uuid()::text,
    sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 1, null, null, null, null, false, null, gen_random_uuid(),
    '2026-01-05');
  update public.uploads set rerun_of_upload_id = p_upload, observed_at = '2026-01-05' where id = v.own_upload_id;
  perform private.open_stage();
  insert into stage_in (line_no, mak, fips, apn, street, city, state, zip, owner_1_last, attributes, warnings, raw)
  values (p_line, '5000000001', '06037', '52-1', '52 Ash St', 'Santa Monica', 'CA', '90401', p_owner, '{}', '{}',
    '[]');
  perform private.stage_rows(v.part_id);
  update public.upload_parts set state = 'staged', staged_at = now() where id = v.part_id;
  while private.resolve_upload(v.own_upload_id) = 'more' loop
  end loop;
  perform set_config('sluice.actor', '', true),
    set_config('sluice.upload_id', '', true);
  return (select count(*) from private.conflict_rows);
end
$$;
select is(pg_temp.deliver('[{"mak":"5000000001","fips":"06037","apn":"52-1","street":"52 Ash St","last":"Kerr"}]',
  p_at => '2026-01-05'), 'c0 u0 =0 m0 x1 r0', 'a conflict of a list that was read wrongly');
select upload_id as wrong from private.conflict_rows \gset
select is(pg_temp.read_again(:'wrong', 2, 'Lang'), 1::bigint, 'reading it again replaces its row');
select results_eq($$ select state::text, resolution from public.lead_conflicts order by id desc limit 2 $$,
  $$ values ('open', null), ('dismissed', 'the upload was read again') $$, 'and its conflict');
select is(pg_temp.read_again(:'wrong', 2, 'Lang'), 1::bigint, 'likewise the row of an earlier rerun');
select is(pg_temp.open(), 1::bigint, 'whose conflict stays open where the row is the same');
select public.close_conflicts(:org, 'dismiss', p_reason => 'keys_point_to_different_leads', p_preview => false)
\g /dev/null

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
select is(jsonb_array_length(private.person_record(:org, id) -> 'rows_in_conflict'), n,
  format('the export of the person at %s has %s rows', situs_street, n))
from public.leads join (values ('80 Elm St', 1), ('54 Ash St', 0)) x (street, n) on street = situs_street
where owner_1_last = 'Hale' or mak = '5000000002' or situs_street = '80 Elm St';
select lives_ok($$ select public.erase_lead('00000000-0000-4000-8000-000000000001', (select id from public.leads
  where situs_street = '80 Elm St'), 'asked for it') $$, 'that person is erased');
select is(pg_temp.open(), 2::bigint, 'the conflict with the phone is closed');
select lives_ok($$ select public.erase_lead('00000000-0000-4000-8000-000000000001', (select id from public.leads
  where owner_1_last = 'Cole'), 'asked for it') $$, 'the person of an answer is erased');
select is((select count(*) from public.conflict_answers where answer <> 'dismiss'), 0::bigint,
  'and the answer with them');
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
