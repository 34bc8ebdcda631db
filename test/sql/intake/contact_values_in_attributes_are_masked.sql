begin;
\ir ../support/deliver.sql
select no_plan();

select is(pg_temp.deliver('[{"fips":"06037","apn":"85-1","attributes":{"Agent Phone":"3105550185","note":"mail '
    'ann@example.com","MLS Number":"2029580065"}}]'),
  'c1 u0 =0 m0 x0 r0', 'a lead with contact values in unmapped columns is created');
select is((pg_temp.lead('851')).attributes,
  '{"note": "mail ***@example.com", "Agent Phone": "***-0185", "MLS Number": "2029580065"}'::jsonb,
  'contact values are masked, other numbers are not');
select is((select warnings ->> 'contact_in_attribute' from public.upload_parts
  order by warnings ? 'contact_in_attribute' desc limit 1), '1', 'masked values are counted as a warning');

select * from finish();
rollback;
