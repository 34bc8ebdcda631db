begin;
\ir ../support/deliver.sql
select no_plan();

-- The newest open conflict.
create function pg_temp.conflict() returns bigint language sql as $$
  select max(id) from public.lead_conflicts where state = 'open'
$$;
create function pg_temp.close(p_lead uuid default null, p_answer public.conflict_answer default null) returns text
language sql as $$
  select public.close_conflict('00000000-0000-4000-8000-000000000001', pg_temp.conflict(), p_lead,
    p_answer => p_answer)::text
$$;
create function pg_temp.by_mak(p_mak text) returns uuid language sql as $$
  select id from public.leads where mak = p_mak
$$;

-- Each conflicting row: the MAK of one lead, the parcel of another.
select is(pg_temp.deliver('[{"mak":"5000000001","street":"50 Ash St","last":"Ames"},
  {"mak":"5000000002","fips":"06037","apn":"52-1","street":"52 Ash St","last":"Blake"}]'), 'c2 u0 =0 m0 x0 r0',
  'two leads');
select is(pg_temp.deliver('[{"mak":"5000000001","fips":"06037","apn":"52-1","street":"52 Ash St","first":"Sam",
  "last":"Cole",
  "phone":"310-555-0101"}]'), 'c0 u0 =0 m0 x1 r0', 'a conflict');
select is((select count(*) from public.leads_staging), 0::bigint, 'no row is left in staging');

-- This lead.
select is(pg_temp.close(pg_temp.by_mak('5000000002')), 'resolved', 'a conflict is answered with one of the leads');
select results_eq($$ select l.owner_1_last, c.masked, l.mak from public.leads l join public.contact_points c
  on c.lead_id = l.id where l.mak = '5000000002' $$, $$ values ('Cole', '***-***-0101', '5000000002') $$,
  'it has the facts and the contacts of the row, and its own keys');
select results_eq($$ select conflict, updated from public.upload_parts p join public.lead_conflicts c
  using (upload_id, part) $$, $$ values (0, 1) $$, 'and the upload counts the row as updated');
select results_eq($$ select answer::text, lead_id = pg_temp.by_mak('5000000002'), closed_at is not null
  from public.lead_conflicts $$, $$ values ('same', true, true) $$, 'the conflict says what was answered');

-- A lead of its own.
select is(pg_temp.deliver('[{"mak":"5000000001","fips":"06037","apn":"52-1","street":"52 Ash St","first":"Eve",
  "last":"Dunn",
  "phone":"310-555-0102"}]'), 'c0 u0 =0 m0 x1 r0', 'a row with the same keys and another owner is another conflict');
select is(pg_temp.close(p_answer => 'own'), 'resolved', 'a conflict is answered with a lead of its own');
select results_eq($$ select l.mak, l.situs_street, l.owner_1_first, c.masked, l.created_upload_id = k.upload_id
  from public.leads l join public.contact_points c on c.lead_id = l.id
  join public.lead_conflicts k on k.lead_id = l.id where l.owner_1_last = 'Dunn' $$,
  $$ values (null::text, '52 Ash St', 'Eve', '***-***-0102', true) $$,
  'the lead has address, owner and contacts of the row, no key of another lead, and belongs to the upload');
select is(pg_temp.deliver('[{"street":"52 Ash St","first":"Samuel","last":"Cole"}]'), 'c0 u1 =0 m0 x0 r0',
  'a row with that address belongs to the lead that had it before');
select is((select owner_1_first from public.leads where mak = '5000000002'), 'Samuel', 'which it updates');

-- A row without property key.
select is(pg_temp.deliver('[{"street":"70 Elm St","phone":"310-555-0110"},
  {"street":"72 Elm St","phone":"310-555-0110"}]'), 'c2 u0 =0 m0 x0 r0', 'two properties share a phone');
select is(pg_temp.deliver('[{"city":"","last":"Fenn","phone":"310-555-0110"}]'), 'c0 u0 =0 m0 x1 r0',
  'the phone alone is a conflict');
select is(pg_temp.close(p_answer => 'own'), 'resolved', 'it is answered with a lead of its own');
select is(pg_temp.deliver('[{"city":"","last":"Gill","phone":"310-555-0111"}]'), 'c1 u0 =0 m0 x0 r0', 'a person');
select is(pg_temp.deliver('[{"city":"","last":"Gill","phone":"310-555-0111","email":"gill@example.com"}]'),
  'c0 u1 =0 m0 x0 r0', 'who also has an e-mail');
select is((select count(*) from public.lead_merges), 0::bigint, 'nothing was merged');

-- Dismissed.
select is(pg_temp.deliver('[{"mak":"5000000001","fips":"06037","apn":"52-1","street":"52 Ash St","last":"Hale",
  "phone":"310-555-0103"}]'),
  'c0 u0 =0 m0 x1 r0', 'a third conflict');
select is(pg_temp.close(), 'dismissed', 'a conflict is dismissed');
select is((select count(*) from public.leads where owner_1_last = 'Hale'), 0::bigint, 'the row changes nothing');

-- Answers that do not fit.
select is(pg_temp.deliver('[{"mak":"5000000001","fips":"06037","apn":"52-1","street":"52 Ash St","last":"Ives"}]'),
  'c0 u0 =0 m0 x1 r0',
  'a fourth conflict');
select throws_ok($$ select pg_temp.close(pg_temp.by_mak('5000000001'), 'own') $$, 'SL304', null,
  'a lead of its own is no other lead');
select throws_ok($$ select pg_temp.close(null, 'same') $$, 'SL304', null, 'same needs a lead');
select throws_ok($$ select pg_temp.close(gen_random_uuid()) $$, 'SL303', null, 'the lead must exist');
select is(pg_temp.close(p_answer => 'dismiss'), 'dismissed', 'and the conflict is still open');
select is((select count(*) from private.conflict_rows), 0::bigint, 'answered rows are not kept');

select * from finish();
rollback;
