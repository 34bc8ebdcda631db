begin;
\ir ../support/deliver.sql
select no_plan();
\set org '\'00000000-0000-4000-8000-000000000001\''

-- Two firms at one address, and a row whose name agrees with both.
create temporary table t as select '[{"street":"48 Oak Ave","full":"Winthrop Harbor"},
  {"street":"48 Oak Ave","full":"Lutheran Alliance Uptown"}]'::jsonb as firms,
  '[{"street":"48 Oak Ave","full":"Lutheran Alliance Winthrop Harbor"}]'::jsonb as both_names,
  '[{"street":"48 Oak Ave","zip":"","full":"Winthrop Lutheran Harbor Alliance Uptown"}]'::jsonb as without_zip;
select is(pg_temp.deliver((select firms from t)), 'c2 u0 =0 m0 x0 r0', 'two firms at one address are two leads');
select is(pg_temp.deliver((select both_names from t)), 'c0 u0 =0 m0 x1 r0', 'a row that agrees with both conflicts');
select is(public.close_conflicts(:org, 'own', p_reason => 'address_is_ambiguous', p_preview => false)->>'closed', '1',
  'it is answered with a lead of its own');
select is(pg_temp.deliver((select firms from t)), 'c0 u0 =2 m0 x0 r0', 'the two firms still find their leads');
select is(pg_temp.deliver((select both_names from t)), 'c0 u0 =1 m0 x0 r0', 'and the answered row finds its own');

-- The same without a ZIP, which the leads there have.
select is(pg_temp.deliver((select without_zip from t)), 'c0 u0 =0 m0 x1 r0', 'so does a hole');
select is(public.close_conflicts(:org, 'own', p_reason => 'address_is_ambiguous', p_preview => false)->>'closed', '1',
  'it is answered with a lead of its own');
select is(pg_temp.deliver((select firms || both_names || without_zip from t)), 'c0 u0 =4 m0 x0 r0',
  'and all rows find their leads');
select * from finish();
rollback;
