begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

select cast_.consent('a1') \g /dev/null
update public.leads set owner_1_first = 'Joanna', mailing_state = 'NV', mailing_zip = '89101'
  where id = cast_.lead('a1');

grant usage on schema cast_ to public;
grant execute on all functions in schema cast_ to public;

\set preview 'select cast_.verdict(public.gate_preview(%L, %s, %L, ''marketing'', %L))'
select is(cast_.ask('broker', format(:'preview', cast_.lead('a1'), cast_.contact('a1'), 'sms', cast_.noon())), 'yes',
  'a broker can preview an own lead');
select is(cast_.ask('broker', format(:'preview', cast_.lead('a1'), cast_.contact('a1'), 'sms',
  '2026-11-18T05:00:00Z')), 'federal_hours state_hours @ 2026-11-18T17:00:00Z',
  'a preview can ask for any time (the mailing address is in Nevada: nine)');
select is(cast_.ask('colleague', format(:'preview', cast_.lead('a1'), cast_.contact('a1'), 'sms', cast_.noon())),
  'SL421 lead ' || cast_.lead('a1') || ' not found', 'a broker cannot preview a colleague''s lead');
select is(cast_.ask('rival', format(:'preview', cast_.lead('a1'), cast_.contact('a1'), 'sms', cast_.noon())),
  'SL421 lead ' || cast_.lead('a1') || ' not found', 'another org cannot preview the lead');
select set_config('test.before', (select count(*)::text from public.gate_decisions), true) \g /dev/null
select cast_.verdict(public.gate_preview(cast_.lead('a3'), cast_.contact('a3'), 'sms')) \g /dev/null
select is((select count(*)::text from public.gate_decisions), current_setting('test.before'),
  'a preview stores no decision');
select is((select count(*)::int from private.phone_scrubs where value_bidx = cast_.bidx('a3')), 0,
  'a preview stores no scrub');

select * from finish();
rollback;
