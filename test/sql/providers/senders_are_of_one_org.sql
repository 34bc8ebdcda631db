begin;
\ir ../support/cast.sql
select no_plan();
create function pg_temp.sender(p_org text, p_columns text, p_values text, p_account text default 'default')
returns text language sql as $$
  select format('insert into public.senders (org_id, channel, provider, account, name, %s) '
    'values (%L, %s, %L, ''X'', %s)', p_columns, p_org || '0000000-0000-4000-8000-000000000000',
    case when p_values ~ '@' then '''email'', ''sendgrid'''
      when p_columns ~ '_id$' then '''voice_ai'', ''vapi''' else '''sms'', ''twilio''' end, p_account, p_values)
$$;
\set taken '^SL541 account default has a sender of another org with this address, number or assistant'

-- The project's account, which both orgs use.
select is(cast_.run('owner', pg_temp.sender('a', columns, value)), 'rows 1', 'org A sends from ' || value)
from (values ('address', '''+12135550140'''), ('address, messaging_service_sid', '''+12135550141'', ''MG1'''),
  ('address, postal_address', '''ann@example.com'', ''1 Main St'''),
  ('address, assistant_id', '''+12135550142'', ''as1'''),
  ('address, phone_number_id', '''+12135550143'', ''pn1''')) x (columns, value);
select matches(cast_.run(who, pg_temp.sender('b', columns, value)), :'taken', format('%s cannot: %s', who, value))
from (values ('address', '''+12135550140'''), ('address, messaging_service_sid', '''+12135550151'', ''MG1'''),
  ('address, postal_address', '''Ann@Example.com'', ''1 Main St'''),
  ('address, assistant_id', '''+12135550152'', ''as1'''),
  ('address, phone_number_id', '''+12135550153'', ''pn1''')) x (columns, value),
  unnest('{rival,service_role}'::text[]) who;
select is(cast_.run('rival', pg_temp.sender('b', columns, value)), 'rows 1', 'org B sends from its own: ' || value)
from (values ('address', '''+12135550150'''), ('address, messaging_service_sid', '''+12135550151'', ''MG2'''),
  ('address, postal_address', '''bob@example.com'', ''1 Main St''')) x (columns, value);
select matches(cast_.run('rival', $$ update public.senders set address = '+12135550140'
  where address = '+12135550150' $$), :'taken', 'and cannot change to that of org A');
select matches(cast_.run('rival', $$ update public.senders set messaging_service_sid = 'MG1'
  where address = '+12135550151' $$), :'taken', 'nor to its messaging service');
select is(cast_.run('rival', $$ update public.senders set state = 'paused' where address = '+12135550150' $$),
  'rows 1', 'other changes are not checked');
select is(cast_.run('owner', pg_temp.sender('a', 'address, messaging_service_sid', '''+12135550144'', ''MG1''')),
  'rows 1', 'an org uses its messaging service for several senders');

-- An account of its own has numbers of its own.
select is(cast_.run('rival', $$ select public.set_provider_account('b0000000-0000-4000-8000-000000000000', 'twilio',
  'beta', '{"TWILIO_ACCOUNT_SID": "AC2", "TWILIO_AUTH_TOKEN": "t"}') $$), 'rows 1', 'org B stores an account');
select is(cast_.run('rival', pg_temp.sender('b', 'address', '''+12135550140''', 'beta')), 'rows 1',
  'there the provider knows whose number it is');

select * from finish();
rollback;
