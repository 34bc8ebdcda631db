begin;
\ir ../support/deliver.sql
select no_plan();

select is(pg_temp.deliver(jsonb_build_array(
  jsonb_build_object('street', '1 Elm St', 'consent', 'yes', 'consented_at', now() + interval '3 days'),
  jsonb_build_object('street', '3 Elm St', 'consent', 'yes', 'consented_at', now() - interval '3 days'))),
  'c2 u0 =0 m0 x0 r0', 'both rows are leads');
select is((select string_agg(situs_house_number, ',') from public.leads
  where consent and org_id = '00000000-0000-4000-8000-000000000001'), '3',
  'only the consent that has been given counts');
select is((select (warnings ->> 'consent_in_future') from public.upload_parts limit 1), '1', 'the other is a warning');

select * from finish();
rollback;
