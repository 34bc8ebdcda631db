begin;
\ir ../support/deliver.sql
select no_plan();
\set org '\'00000000-0000-4000-8000-000000000001\''

create function pg_temp.open() returns bigint language sql as $$
  select max(id) from public.lead_conflicts where state = 'open'
$$;
create function pg_temp.by_mak(p_mak text) returns uuid language sql as $$
  select id from public.leads where mak = p_mak
$$;
\set blake '[{"street":"52 Ash St","last":"Blake"}]'
\set cole '[{"mak":"5000000001","fips":"06037","apn":"52-1","street":"52 Ash St","last":"Cole"}]'
\set blake_keys '[{"mak":"5000000001","fips":"06037","apn":"52-1","street":"52 Ash St","last":"Blake"}]'

select is(pg_temp.deliver('[{"mak":"5000000001","street":"50 Ash St","last":"Ames"},
  {"mak":"5000000002","fips":"06037","apn":"52-1","street":"52 Ash St","last":"Blake"}]'), 'c2 u0 =0 m0 x0 r0',
  'two leads');
select is(pg_temp.deliver(:'blake'), 'c0 u0 =1 m0 x0 r0', 'the second is found by address and name');
select is(pg_temp.deliver(:'cole'), 'c0 u0 =0 m0 x1 r0', 'a row with the keys of both is a conflict');
select is(public.close_conflict(:org, pg_temp.open(), pg_temp.by_mak('5000000002'))::text, 'resolved',
  'it is answered with the second lead');
select is((select owner_1_last from public.leads where mak = '5000000002'), 'Cole',
  'which has the name of the row now');
select is(pg_temp.deliver(:'blake'), 'c0 u1 =0 m0 x0 r0', 'a row with the former name is still of that lead');
select is(pg_temp.deliver(:'cole'), 'c0 u1 =0 m0 x0 r0', 'and so is the row with the new name');
select is(pg_temp.deliver(:'blake_keys'), 'c0 u1 =0 m0 x0 r0', 'and one with the keys of both and the former name');
select is(pg_temp.deliver('[{"mak":"5000000002","fips":"06037","apn":"52-1","street":"52 Ash St","last":"Blake"}]'),
  'c0 u0 =1 m0 x0 r0', 'and the row that made the lead');
select is(pg_temp.leads(), 2::bigint, 'no lead was made');
select is(pg_temp.deliver('[{"mak":"5000000001","fips":"06037","apn":"52-1","street":"52 Ash St","last":"Dunn"}]'),
  'c0 u0 =0 m0 x1 r0', 'a third name is a conflict');
select is(public.close_conflict(:org, pg_temp.open())::text, 'dismissed', 'which is dismissed');

-- A MAK at another address, under another name.
select is(pg_temp.deliver('[{"mak":"5000000005","street":"55 Ash St","last":"Ely"}]'), 'c1 u0 =0 m0 x0 r0', 'a lead');
select is(pg_temp.deliver('[{"mak":"5000000005","street":"7 Bay St","last":"Finn"}]'), 'c0 u0 =0 m0 x1 r0',
  'its MAK elsewhere, with another owner, is a conflict');
select is(public.close_conflict(:org, pg_temp.open(), pg_temp.by_mak('5000000005'))::text,
  'resolved', 'and is answered with the lead');
select is(pg_temp.deliver('[{"mak":"5000000005","street":"7 Bay St","last":"Ely"}]'), 'c0 u1 =0 m0 x0 r0',
  'its former owner at that address is no conflict');

-- What nobody can know: the former name is that of another lead at the address, too.
select is(pg_temp.deliver('[{"mak":"5000000008","street":"60 Ash St","last":"Gill"},
  {"mak":"5000000009","fips":"06037","apn":"9-1","street":"9 Ash St","last":"Hale"},
  {"mak":"5000000010","fips":"06037","apn":"9-2","street":"9 Ash St","last":"Hale"}]'), 'c3 u0 =0 m0 x0 r0',
  'one owner of two parcels');
select is(pg_temp.deliver('[{"mak":"5000000008","fips":"06037","apn":"9-1","street":"9 Ash St","last":"Ives"}]'),
  'c0 u0 =0 m0 x1 r0', 'a conflict about the first of them');
select is(public.close_conflict(:org, pg_temp.open(), pg_temp.by_mak('5000000009'))::text, 'resolved', 'is answered');
select is(pg_temp.deliver('[{"street":"9 Ash St","last":"Hale"}]'), 'c0 u0 =1 m0 x0 r0',
  'the owner''s name means the other parcel then');
select is((select owner_1_last from public.leads where mak = '5000000009'), 'Ives',
  'and not the one that was answered');

-- Forgotten together.
select ok(public.forget_conflict_answer(:org, (select min(id) from public.lead_conflicts)), 'an answer is forgotten');
select is((select count(*) from public.conflict_answers where lead_id = pg_temp.by_mak('5000000002')), 0::bigint,
  'with what it said about the former name');

select * from finish();
rollback;
