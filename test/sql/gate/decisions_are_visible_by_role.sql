begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

select cast_.consent('a1') \g /dev/null
select cast_.decide('a1') || cast_.decide('a2') \g /dev/null
select cast_.attempt('a1', '2026-11-18T12:00Z') \g /dev/null

grant usage on schema cast_ to public;
grant execute on all functions in schema cast_ to public;

-- Permissions to decide
select is(cast_.ask(who, format('select (public.gate_decide(%L, %s, ''sms'', ''marketing'', %L) ->> ''allow'')',
  cast_.lead('a1'), cast_.contact('a1'), cast_.noon())), 'true',
  who || ' can decide') from unnest('{pipeline_writer,service_role}'::text[]) who;
select is(cast_.ask(who, format('select (public.gate_decide(%L, %s, ''sms'', ''marketing'', %L) ->> ''allow'')',
  cast_.lead('a1'), cast_.contact('a1'), cast_.noon())),
  '42501 permission denied for function gate_decide', who || ' cannot decide')
    from unnest('{owner,broker,anon}'::text[]) who;
select is(cast_.run(who, 'insert into public.gate_decisions default values'),
  '42501 permission denied for table gate_decisions', who || ' cannot insert a decision directly')
from unnest('{owner,pipeline_writer,service_role,anon}'::text[]) who;
select is(cast_.run('pipeline_writer',
  format('insert into public.contact_attempts (org_id, value_bidx, channel, direction, at) values '
  '(%L, ''\x01'', ''sms'', ''outbound'', now())', cast_.org_of('a1'))), 'rows 1', 'the writer can insert attempts');
select is(cast_.run('owner',
  format('insert into public.contact_attempts (org_id, value_bidx, channel, direction, at) values '
  '(%L, ''\x01'', ''sms'', ''outbound'', now())', cast_.org_of('a1'))),
  '42501 permission denied for table contact_attempts', 'members cannot insert attempts');

-- Permissions to read
select is(cast_.leads(who, 'public.gate_decisions', 'lead_id'), sees, who || ' sees the decisions about their leads')
from (values ('owner', 'a1 a2'), ('viewer', 'a1 a2'), ('broker', 'a1'), ('colleague', 'a2'), ('rival', 'none'),
  ('stranger', 'none')) v(who, sees);
select is(cast_.leads(who, 'public.contact_attempts', 'lead_id'), sees, who || ' sees the attempts')
from (values ('broker', 'a1'), ('colleague', 'none'), ('rival', 'none')) v(who, sees);

select * from finish();
rollback;
