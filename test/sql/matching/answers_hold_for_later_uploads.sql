begin;
\ir ../support/deliver.sql
select no_plan();
\set org '\'00000000-0000-4000-8000-000000000001\''

create function pg_temp.close(p_lead uuid default null, p_answer public.conflict_answer default null) returns text
language sql as $$
  select public.close_conflict('00000000-0000-4000-8000-000000000001', (select max(id) from public.lead_conflicts
    where state = 'open'), p_lead, p_answer => p_answer)::text
$$;
create function pg_temp.by_mak(p_mak text) returns uuid language sql as $$
  select id from public.leads where mak = p_mak
$$;
create function pg_temp.conflicts() returns bigint language sql as $$
  select count(*) from public.lead_conflicts
$$;
\set row_same '[{"mak":"5000000001","fips":"06037","apn":"5-2","street":"5 Elm","last":"Cole","phone":"310-555-0101"}]'
\set row_own '[{"mak":"5000000001","fips":"06037","apn":"5-2","street":"5 Elm","last":"Dunn","phone":"310-555-0102"}]'
\set row_out '[{"mak":"5000000001","fips":"06037","apn":"5-2","street":"5 Elm","last":"Hale","phone":"310-555-0103"}]'

select is(pg_temp.deliver('[{"mak":"5000000001","street":"50 Ash St"},{"mak":"5000000002","fips":"06037",
  "apn":"5-2","street":"5 Elm"}]'),
  'c2 u0 =0 m0 x0 r0', 'two leads');

-- Open.
select is(pg_temp.deliver(:'row_same'), 'c0 u0 =0 m0 x1 r0', 'a row is a conflict');
select is(pg_temp.deliver(:'row_same'), 'c0 u0 =0 m0 x1 r0', 'sent again while it is open, it counts as a conflict');
select is(pg_temp.deliver('[{"mak":"5000000001","fips":"06037","apn":"5-2","street":"5 ELM","last":"COLE",
  "phone":"310-555-0104"}]',
  'list-b'), 'c0 u0 =0 m0 x1 r0', 'likewise from another list, written differently');
select is(pg_temp.conflicts(), 1::bigint, 'but no second conflict is opened');
select is((select count(*) from private.conflict_rows), 3::bigint, 'its three rows are kept');

-- Same.
select is(pg_temp.close(pg_temp.by_mak('5000000002')), 'resolved', 'the conflict is answered');
select results_eq($$ select c.masked from public.contact_points c where c.lead_id = pg_temp.by_mak('5000000002')
  order by 1 $$, $$ values ('***-***-0101'), ('***-***-0104') $$, 'the answer holds for all its rows');
select is(pg_temp.deliver(:'row_same'), 'c0 u0 =1 m0 x0 r0', 'sent again, the row is unchanged');
select is(pg_temp.deliver('[{"mak":"5000000001","fips":"06037","apn":"5-2","street":"5 Elm","last":"Cole",
  "email":"cole@example.com"}]'),
  'c0 u1 =0 m0 x0 r0', 'with a new e-mail, it updates the lead that it belongs to');
select is(pg_temp.conflicts(), 1::bigint, 'and opens no conflict');
select is((select count(*) from public.lead_joins where lead_id = pg_temp.by_mak('5000000002')
  and evidence = 'the answer of a person'), 4::bigint, 'why the rows joined the lead is on record');

-- Own.
select is(pg_temp.deliver(:'row_own'), 'c0 u0 =0 m0 x1 r0', 'another owner is another row');
select is(pg_temp.close(p_answer => 'own'), 'resolved', 'it is a lead of its own');
select is(pg_temp.deliver(:'row_own'), 'c0 u0 =1 m0 x0 r0', 'sent again, the row is unchanged');
select is(pg_temp.deliver('[{"mak":"5000000001","fips":"06037","apn":"5-2","street":"5 Elm","last":"Dunn",
  "email":"dunn@example.com"},
  {"mak":"5000000001","street":"50 Ash St","last":"Ames"},{"mak":"5000000001","fips":"06037","apn":"5-2",
  "street":"5 Elm","last":"Dunn",
  "phone":"310-555-0105"}]'), 'c0 u2 =0 m1 x0 r0', 'rows with and without an answer are resolved in one part');
select results_eq($$ select c.masked from public.contact_points c join public.leads l on l.id = c.lead_id
  where l.owner_1_last = 'Dunn' order by 1 $$,
  $$ values ('***-***-0102'), ('***-***-0105'), ('d***@example.com') $$, 'all rows of the lead are its own');
select is((select owner_1_last from public.leads where mak = '5000000001'), 'Ames', 'and the others are not');
select is(pg_temp.leads(), 3::bigint, 'there are three leads');

-- Dismissed.
select is(pg_temp.deliver(:'row_out'), 'c0 u0 =0 m0 x1 r0', 'a third row');
select is(pg_temp.close(), 'dismissed', 'is dismissed');
select is(pg_temp.deliver(:'row_out'), 'c0 u0 =1 m0 x0 r0', 'sent again, it changes nothing and opens no conflict');
select is((select count(*) from public.lead_conflicts where state = 'open'), 0::bigint, 'no conflict is open');

-- A lead that was merged or deleted since.
select private.merge_leads(:org, (select id from public.leads where mak = '5000000001'),
  (select id from public.leads where owner_1_last = 'Dunn'), null, 'a person said so') \g /dev/null
select is(pg_temp.deliver(:'row_own'), 'c0 u0 =1 m0 x0 r0',
  'the row follows its lead into the lead that it was merged into');
delete from public.leads where mak in ('5000000001', '5000000002');
select is(pg_temp.deliver('[{"mak":"5000000001","street":"50 Ash St"},{"mak":"5000000002","fips":"06037",
  "apn":"5-2","street":"5 Elm"}]'),
  'c2 u0 =0 m0 x0 r0', 'the leads are deleted and made again');
select is(pg_temp.deliver(:'row_own'), 'c1 u0 =0 m0 x0 r0', 'the row is still a lead of its own');
select is(pg_temp.deliver(:'row_own'), 'c0 u0 =1 m0 x0 r0', 'which the next upload finds');
select is(pg_temp.deliver(:'row_same'), 'c0 u0 =0 m0 x1 r0', 'a row whose lead is gone is asked about again');

-- Forgotten.
select ok(public.forget_conflict_answer(:org, (select id from public.lead_conflicts where answer = 'dismiss')),
  'an answer can be forgotten');
select is(pg_temp.deliver(:'row_out'), 'c0 u0 =0 m0 x1 r0', 'then the row is a conflict again');

select * from finish();
rollback;
