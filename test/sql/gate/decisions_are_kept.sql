begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();
select cast_.consent('a1') \g /dev/null
update public.leads set owner_1_first = 'Joanna', mailing_state = 'NV', mailing_zip = '89101'
  where id = cast_.lead('a1');

-- Stored without contact values
select is(cast_.decide('a1') || ' ' || cast_.decide('a2'), 'yes consent_missing @ never', 'two decisions');
select is((select count(*)::int from public.gate_decisions), 2, 'are two rows');
select results_eq($$ select allow, rules, channel, purpose, as_of, states from public.gate_decisions
  where lead_id = cast_.lead('a1') $$,
  $$ values (true, '{}'::text[], 'sms', 'marketing', cast_.noon(), '{CA,NV}'::text[]) $$,
    'with verdict, channel, instant and places');
select is((select rules from public.gate_decisions where lead_id = cast_.lead('a2')), '{consent_missing}',
  'and the reasons');
select is((select rule_version from public.gate_decisions limit 1), private.gate_rule_version(),
  'with the version of the rules');
select is((select facts -> 'consent' ->> 'type' from public.gate_decisions where lead_id = cast_.lead('a1')), 'pewc',
  'with the facts');
select is_empty($$ select id from public.gate_decisions d where d::text ~* '(5550101|5550102|ames|joanna)' $$,
  'no phone, no e-mail, no name');
select is((select facts ->> 'area_code' from public.gate_decisions limit 1), '213', 'the area code is kept');
select is(cast_.verdict(public.gate_evaluate(d.facts || jsonb_build_object('org_id', d.org_id, 'channel', d.channel,
  'purpose', d.purpose, 'phone', '+1' || (d.facts ->> 'area_code') || '5550100'), d.as_of)),
  case when d.allow then 'yes' else 'consent_missing @ never' end, 'the stored facts give the same answer again')
from public.gate_decisions d;

-- Append-only
select throws_ok('update public.gate_decisions set allow = not allow', 'SL002', null, 'a decision cannot be changed');
select throws_ok('delete from public.gate_decisions', 'SL002', null, 'nor deleted');
select throws_ok('truncate public.gate_decisions', 'SL002', null, 'nor truncated');
select throws_ok('delete from private.gate_decisions_other', 'SL002', null, 'nor deleted from its partition');
select cast_.attempt('a1', '2026-11-18T12:00Z') \g /dev/null
select throws_ok('update public.contact_attempts set at = now()', 'SL002', null, 'an attempt cannot be changed');
select throws_ok('delete from public.contact_attempts', 'SL002', null, 'nor deleted');

-- Permissions to decide
\set call 'select public.gate_decide(cast_.lead(''a1''), 1, ''sms'', ''marketing'')'
grant usage on schema cast_ to public;
select is(cast_.ask(who, format('select (public.gate_decide(%L, %s, ''sms'', ''marketing'', %L) ->> ''allow'')',
  cast_.lead('a1'), cast_.contact('a1'), cast_.noon())), 'true',
  who || ' decides') from unnest('{pipeline_writer,service_role}'::text[]) who;
select is(cast_.ask(who, format('select (public.gate_decide(%L, %s, ''sms'', ''marketing'', %L) ->> ''allow'')',
  cast_.lead('a1'), cast_.contact('a1'), cast_.noon())),
  '42501 permission denied for function gate_decide', who || ' does not')
    from unnest('{owner,broker,anon}'::text[]) who;
select is(cast_.run(who, 'insert into public.gate_decisions default values'),
  '42501 permission denied for table gate_decisions', who || ' cannot insert a decision directly')
from unnest('{owner,pipeline_writer,service_role,anon}'::text[]) who;
select is(cast_.run('pipeline_writer',
  format('insert into public.contact_attempts (org_id, value_bidx, channel, direction, at) values '
  '(%L, ''\x01'', ''sms'', ''outbound'', now())', cast_.org_of('a1'))), 'rows 1', 'the writer inserts attempts');
select is(cast_.run('owner',
  format('insert into public.contact_attempts (org_id, value_bidx, channel, direction, at) values '
  '(%L, ''\x01'', ''sms'', ''outbound'', now())', cast_.org_of('a1'))),
  '42501 permission denied for table contact_attempts', 'members do not');

-- Permissions to read
select is(cast_.leads(who, 'public.gate_decisions', 'lead_id'), sees, who || ' sees the decisions about their leads')
from (values ('owner', 'a1 a2'), ('viewer', 'a1 a2'), ('broker', 'a1'), ('colleague', 'a2'), ('rival', 'none'),
  ('stranger', 'none')) v(who, sees);
select is(cast_.leads(who, 'public.contact_attempts', 'lead_id'), sees, who || ' sees the attempts')
from (values ('broker', 'a1'), ('colleague', 'none'), ('rival', 'none')) v(who, sees);

-- Previews, for those who see the lead
\set preview 'select cast_.verdict(public.gate_preview(%L, %s, %L, ''marketing'', %L))'
grant execute on all functions in schema cast_ to public;
select is(cast_.ask('broker', format(:'preview', cast_.lead('a1'), cast_.contact('a1'), 'sms', cast_.noon())), 'yes',
  'a broker previews their own lead');
select is(cast_.ask('broker', format(:'preview', cast_.lead('a1'), cast_.contact('a1'), 'sms',
  '2026-11-18T05:00:00Z')), 'federal_hours state_hours @ 2026-11-18T17:00:00Z',
  'at any time (the mailing address is in Nevada: nine)');
select is(cast_.ask('colleague', format(:'preview', cast_.lead('a1'), cast_.contact('a1'), 'sms', cast_.noon())),
  'SL421 lead ' || cast_.lead('a1') || ' not found', 'not a colleague''s lead');
select is(cast_.ask('rival', format(:'preview', cast_.lead('a1'), cast_.contact('a1'), 'sms', cast_.noon())),
  'SL421 lead ' || cast_.lead('a1') || ' not found', 'nor a lead of another org');
select set_config('test.before', (select count(*)::text from public.gate_decisions), true) \g /dev/null
select cast_.verdict(public.gate_preview(cast_.lead('a3'), cast_.contact('a3'), 'sms')) \g /dev/null
select is((select count(*)::text from public.gate_decisions), current_setting('test.before'),
  'a preview stores no decision');
select is((select count(*)::int from private.phone_scrubs where value_bidx = cast_.bidx('a3')), 0, 'and no scrub');

-- Between decision and sending
select public.gate_decide(cast_.lead('a1'), cast_.contact('a1'), 'sms', 'marketing', cast_.noon()) ->> 'decision_id'
  as id \gset
select ok(public.gate_still_allows(cast_.org_of('a1'), :id, cast_.noon() + interval '10 seconds'),
  'a recent decision is still valid');
select ok(not public.gate_still_allows(cast_.org_of('b1'), :id, cast_.noon()), 'only for its org');
select ok(not public.gate_still_allows(cast_.org_of('a1'), :id, '2026-11-19T04:00:01Z'),
  'not after the hours have ended');
select cast_.attempt('a1', cast_.noon()) from generate_series(1, 6) \g /dev/null
select ok(public.gate_still_allows(cast_.org_of('a1'), :id, cast_.noon() + interval '10 seconds'),
  'the claim''s own attempts do not count');
select private.suppress_value(cast_.org_of('a1'), cast_.bidx('a1'), 'phone', null, 'stop_keyword', 'a reply',
  cast_.noon() + interval '11 seconds') \g /dev/null
select ok(not public.gate_still_allows(cast_.org_of('a1'), :id, cast_.noon() + interval '12 seconds'),
  'a STOP in between prevails');
select is((select allow::text || ' ' || array_to_string(rules, ' ') from public.gate_decisions
  where lead_id = cast_.lead('a1') order by id desc limit 1),
  'false internal_list lead_opted_out suppressed', 'and is recorded');

-- Partitions for months that no current database has.
select is(private.ensure_decision_partitions('2001-03-15Z', 1), 2, 'a partition per month');
select is(private.ensure_decision_partitions('2001-03-15Z', 1), 0, 'created once');
select is(private.drop_expired_decisions('2006-03-31T23:59Z'), 0,
  'a month is kept until its last decision is five years old');
select is(private.drop_expired_decisions('2006-04-01T00:00Z'), 1, 'and dropped then');

select * from finish();
rollback;
