begin;
\ir ../support/deliver.sql
select no_plan();

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

select * from finish();
rollback;
