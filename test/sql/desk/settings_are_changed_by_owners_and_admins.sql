begin;
\ir ../support/cast.sql
select no_plan();
\set org 'a0000000-0000-4000-8000-000000000000'
\set source 'a0000000-0000-4000-8000-00000000005c'
select 'SL111 org not found, or your role does not allow this: it takes owner or admin' as no \gset

-- Every function of the page refuses everybody but owners and admins of the org.
select is(cast_.ask(who, format(statement, :'org')), :'no', who || ': ' || statement)
from unnest('{broker,viewer,rival,stranger}'::text[]) who, unnest(array[
  'select public.org_settings(%L)',
  'select public.save_org_settings(%L, '''', ''{}'')',
  'select count(*) from public.list_senders(%L)',
  'select public.save_sender(%L, null, null, ''{}'')',
  'select public.set_sender_state(%L, gen_random_uuid(), ''paused'')',
  'select count(*) from public.list_source_settings(%L)',
  'select public.save_source(%L, null, null, ''{}'')',
  'select public.save_org_rule(%L, ''max_attempts_24h'', ''3'', ''why'')',
  'select public.remove_org_rule(%L, ''max_attempts_24h'')',
  'select count(*) from public.list_provider_settings(%L)',
  'select public.save_provider_budget(%L, ''twilio'', ''day'', 1)']) statement;
select matches(cast_.ask('anon', format('select public.org_settings(%L)', :'org')), '^42501', 'anon calls nothing');

-- The org.
select (cast_.ask('admin', format('select public.org_settings(%L) ->> ''version''', :'org'))) as read \gset
create function pg_temp.save(p_who text, p_read text, p_values text) returns text language sql as $$
  select cast_.ask(p_who, format('select public.save_org_settings(%L, %L, %L) is not null',
    'a0000000-0000-4000-8000-000000000000', p_read, p_values))
$$;
select is(pg_temp.save('admin', :'read', said), answer, said)
from (values
  ('{"color": "red"}', 'SL841 unknown settings: color'),
  ('{"settings": {"secret": "x"}}', 'SL841 unknown settings: secret'),
  ('{"settings": {"raw_days": "0"}}', 'SL841 not valid: Days for which the bytes of finished uploads are kept: '
    'Rejected rows and bodies of processed webhooks go with them. Afterwards nothing can be replayed.'),
  ('{"settings": {"consent_page": "http://example.com"}}',
    'SL841 not valid: Consent page: The https address that serves the consent form.'),
  ('{"name": " "}', 'SL841 an org has a name of 1 to 200 characters'),
  ('{"holidays": ["2026-02-30"]}', 'SL841 holidays are at most 400 dates like 2026-12-25'),
  ('{"time_zone": "Mars/Base"}', 'SL101 unknown time zone Mars/Base')) x (said, answer);
select is(pg_temp.save('admin', '2020-01-01', '{"name": "N"}'),
  'SL842 somebody changed these settings meanwhile: look at them again', 'an older reading is refused');
select is(pg_temp.save('admin', :'read', '{"name": "Org One", "holidays": ["2026-12-26", "2026-12-25", "2026-12-25"],
  "time_zone": "America/Denver", "settings": {"raw_days": "45", "seller": "One, Inc.", "help_contact": null}}'),
  'true', 'an admin changes the org');
select is((select format('%s|%s|%s|%s', o.name, o.time_zone, o.holidays, o.settings) from public.orgs o
  where o.id = :'org'), 'Org One|America/Denver|{2026-12-25,2026-12-26}|{"seller": "One, Inc.", "raw_days": 45}',
  'and nothing else');
select is((select e.action || ' ' || (e.detail #>> '{settings,1,raw_days}') from private.audit_events e
  where e.org_id = :'org' order by e.id desc limit 1), 'org.changed 45', 'the log has it');

-- Senders.
create function pg_temp.sender(p_id text, p_read text, p_values text) returns text language sql as $$
  select cast_.ask('admin', format('select public.save_sender(%L, %L, %L, %L) ->> ''id''',
    'a0000000-0000-4000-8000-000000000000', p_id, p_read, p_values))
$$;
select is(pg_temp.sender(null, null, said), answer, said)
from (values
  ('{"channel": "sms", "provider": "twilio", "name": "A", "address": "12"}',
    'SL841 the address is an e-mail address, or a number like +12135550100'),
  ('{"channel": "sms", "provider": "sendgrid", "name": "A", "address": "+12135550100"}',
    'SL841 this provider does not send on this channel'),
  ('{"channel": "email", "provider": "sendgrid", "name": "A", "address": "a@example.com"}',
    'SL841 an e-mail sender names its postal address'),
  ('{"channel": "sms", "provider": "twilio", "name": " ", "address": "+12135550100"}',
    'SL841 a sender has a name of 1 to 200 characters'),
  ('{"channel": "sms", "provider": "twilio", "name": "A", "address": "+12135550100", "per_day": "-1"}',
    'SL841 not valid: per_day'),
  ('{"channel": "sms", "provider": "twilio", "name": "A", "address": "+12135550100", "org_id": "x"}',
    'SL841 unknown settings: org_id'),
  ('{"channel": "sms", "provider": "twilio", "name": "A", "address": "+12135550100", "account": "theirs"}',
    'SL541 account theirs is not an account of the org')) x (said, answer);
update public.orgs set settings = settings || '{"postal_address": "1 Main St, Los Angeles, CA 90001"}'
where id = :'org';
select pg_temp.sender(null, null, '{"channel": "email", "provider": "sendgrid", "name": " Acme ", "per_day": "500",
  "address": "hello@example.com", "authenticated": "true"}') as sender \gset
select is((select format('%s|%s|%s|%s|%s|%s', s.name, s.domain, s.postal_address, s.per_day, s.state,
  s.authenticated_at is not null) from public.senders s where s.id = :'sender'),
  'Acme|example.com|1 Main St, Los Angeles, CA 90001|500|active|t', 'the postal address is the org''s');
select (select private.row_version(s.updated_at) from public.senders s where s.id = :'sender') as read \gset
select is(pg_temp.sender(:'sender', '2020-01-01', '{"per_day": "1"}'),
  'SL842 somebody changed this sender meanwhile: look at it again', 'an older reading is refused');
select is(pg_temp.sender(:'sender', :'read', '{"channel": "sms"}'),
  'SL841 channel and provider of a sender never change: add another sender', 'the channel stays');
select is(pg_temp.sender('b0000000-0000-4000-8000-0000000000b1', :'read', '{}'), 'SL843 sender not found',
  'another org''s sender is not found');
select is(pg_temp.sender(:'sender', :'read', '{"per_day": null, "authenticated": "false"}'), :'sender', 'a change');
select is((select format('%s|%s|%s', s.name, s.per_day, s.authenticated_at) from public.senders s
  where s.id = :'sender'), 'Acme||', 'ends what was named, and nothing else');
select is(cast_.ask('admin', format('select public.set_sender_state(%L, %L, ''paused'')', :'org', :'sender'::text)),
  '',
  'a sender is paused');
select is(cast_.ask('owner', format('select name || '' '' || state from public.list_senders(%L)', :'org')),
  'Acme paused', 'and listed so');
select is(cast_.ask('admin', format('select public.set_sender_state(%L, gen_random_uuid(), ''active'')', :'org')),
  'SL843 sender not found', 'an unknown sender is not found');

-- Sources, whose secrets no list has.
create function pg_temp.source(p_id text, p_read text, p_values text) returns text language sql as $$
  select cast_.ask('admin', format('select public.save_source(%L, %L, %L, %L) ->> ''id''',
    'a0000000-0000-4000-8000-000000000000', p_id, p_read, p_values))
$$;
select is(pg_temp.source(null, null, said), answer, said)
from (values
  ('{"key": "list-a", "name": "B"}', 'SL841 this key is taken: choose another'),
  ('{"key": "A B", "name": "B"}', 'SL841 a key has 3 to 63 small letters, digits, - and _'),
  ('{"key": "list-c", "name": ""}', 'SL841 a source has a name of 1 to 200 characters'),
  ('{"key": "list-c", "name": "C", "trust": "101"}', 'SL841 trust is 0 to 100'),
  ('{"key": "list-c", "name": "C", "default_state": "Cal"}', 'SL841 the state is a code like CA'),
  ('{"key": "list-c", "name": "C", "column_map": {}}', 'SL841 unknown settings: column_map')) x (said, answer);
select pg_temp.source(null, null, '{"key": "list-c", "name": "List C", "trust": "70"}') as made \gset
select is((select s.key || ' ' || s.trust from public.sources s where s.id = :'made'), 'list-c 70',
  'a source is made');
select is(cast_.ask('admin', format('select secrets from public.list_source_settings(%L) where id = %L', :'org',
  :'made')), '[]', 'it has no secret yet');
select cast_.ask('admin', format('select public.rotate_source_secret(%L)', :'made')) as secret \gset
select matches(:'secret'::text, '^whsec_', 'the secret is shown when it is made');
select is(cast_.ask('admin', format('select jsonb_array_length(secrets) || '' '' || position(%L in to_jsonb(x)::text)
  from public.list_source_settings(%L) x where id = %L', substr(:'secret', 8), :'org', :'made')), '1 0',
  'the list says that there is one, and never which');
select is(pg_temp.source(:'made', (select private.row_version(updated_at) from public.sources where id = :'made'),
  '{"key": "list-d"}'), 'SL841 the key of a source never changes: uploads name it', 'the key stays');
select is(pg_temp.source('b0000000-0000-4000-8000-00000000005c', null, '{"name": "Mine"}'), 'SL843 source not found',
  'another org''s source is not found');

-- Budgets.
select is(cast_.ask('admin', format('select public.save_provider_budget(%L,
  ''twilio'', %L, %s)', :'org', period, usd)),
  answer, period || ' ' || usd)
from (values ('day', '5', ''), ('month', '50.5', ''), ('week', '5',
  'SL841 a budget names a provider, and day or month'),
  ('day', '-1', 'SL841 a budget is 0 to 999999 USD'), ('day', '''NaN''', 'SL841 a budget is 0 to 999999 USD'))
  x (period, usd, answer);
select is(cast_.ask('owner', format('select trim_scale(day_limit_usd) || '' '' || trim_scale(month_limit_usd) || '' ''
  || setting_names::text from public.list_provider_settings(%L) where provider = ''twilio''', :'org')),
  '5 50.5 {TWILIO_ACCOUNT_SID,TWILIO_AUTH_TOKEN,TWILIO_CONSENTS}', 'budgets and the names of settings are listed');
select is(cast_.ask('admin', format('select public.save_provider_budget(%L, ''twilio'', ''day'', null)', :'org')), '',
  'a budget ends');
select is((select count(*) from public.provider_budgets where org_id = :'org'), 1::bigint, 'and the other stays');
select cast_.ask('admin', format('select public.set_provider_account(%L, ''twilio'', ''own'',
  ''{"TWILIO_AUTH_TOKEN": "a-secret-token"}'')', :'org')) \g /dev/null
select is(cast_.ask('admin', format('select (accounts #>> ''{0,settings}'') || position(''a-secret'' in
  to_jsonb(x)::text) from public.list_provider_settings(%L) x where provider = ''twilio''', :'org')),
  '["TWILIO_AUTH_TOKEN"]0', 'accounts are listed with names of settings, never values');

-- Brokers and their load.
select is(cast_.ask(who, format('select string_agg(name || '' '' || open_leads, '', '' order by name)
  from public.list_broker_loads(%L)', :'org')), answer, who || ' sees loads')
from (values ('admin', 'Broker 0, Colleague 0'), ('viewer', 'Broker 0, Colleague 0'),
  ('broker', 'SL111 org not found, or your role does not allow this: it takes owner or admin or viewer'),
  ('rival', 'SL111 org not found, or your role does not allow this: it takes owner or admin or viewer'))
  x (who, answer);
insert into public.campaigns (org_id, id, name) values (:'org', 'a0000000-0000-4000-8000-00000000000c', 'C');
update public.leads set campaign_status = 'queued', campaign_id = 'a0000000-0000-4000-8000-00000000000c'
where id = cast_.lead('a1');
select is(cast_.ask('admin', format('select open_leads from public.list_broker_loads(%L) where name = ''Broker''',
  :'org')), '1', 'a lead in work counts');

select * from finish();
rollback;
