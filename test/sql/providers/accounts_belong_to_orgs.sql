begin;
\ir ../support/cast.sql
select no_plan();
create function cast_.org(p text default 'a') returns uuid language sql as $$
  select (p || '0000000-0000-4000-8000-000000000000')::uuid
$$;
create function cast_.set_account(p_name text, p_settings text, p_org text default 'a',
  p_provider text default 'twilio') returns text language sql as $$
  select format('select public.set_provider_account(%L, %L, %L, %L)', cast_.org(p_org), p_provider, p_name, p_settings)
$$;
create function cast_.add_sender(p_account text, p_org text default 'a', p_address text default '+12135550140')
returns text language sql as $$
  select format('insert into public.senders (org_id, channel, provider, account, name, address) '
    'values (%L, ''sms'', ''twilio'', %L, ''Alpha'', %L)', cast_.org(p_org), p_account, p_address)
$$;
\set keys '{"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "token of org A"}'

-- Without an account of its own, an org uses the project's, and no other.
select is(cast_.run('owner', cast_.add_sender('default')), 'rows 1', 'an org without accounts uses the project''s');
select matches(cast_.run('admin', cast_.add_sender('west', p_address => '+12135550141')),
  '^SL541 account west is not an account', 'not an account of the environment that it can name');
select matches(cast_.run('admin', $$ update public.senders set account = 'west' $$), '^SL541', 'nor by an update');

-- Who sets accounts.
select matches(cast_.run(w, cast_.set_account('alpha', :'keys')), '^(SL542|42501)', w || ' cannot set an account')
from unnest('{broker,viewer,rival,anon,stranger,pipeline_writer}'::text[]) w;
select is(cast_.run(w, cast_.set_account('alpha', :'keys')), 'rows 1', w || ' can set an account')
from unnest('{owner,admin,service_role}'::text[]) w;
select is(cast_.ask('owner', 'select string_agg(account, '','') from public.senders'), 'alpha',
  'senders that used the project''s account use it');
select matches(cast_.run('rival', cast_.set_account('alpha', :'keys', 'b')), '^SL543', 'a name belongs to one org');
select is(cast_.run('rival', cast_.set_account('beta', :'keys', 'b')), 'rows 1', 'another name is free');
select matches(cast_.run('owner', cast_.add_sender('beta', p_address => '+12135550141')), '^SL541',
  'an org cannot send with the account of another');
select is(cast_.run('owner', cast_.add_sender('alpha', p_address => '+12135550141')), 'rows 1', 'but with its own');
select matches(cast_.run('owner', cast_.add_sender('default', p_address => '+12135550142')), '^SL541',
  'and no longer with the project''s');

-- What they hold.
select matches(cast_.run('owner', cast_.set_account('alpha', s)), '^SL543', s || ' is refused') from unnest(array[
  '{}', '[]', '"x"', '{"TWILIO_BASE_URL": "https://evil.example.com"}', '{"SENDGRID_API_KEY": "x"}',
  '{"TWILIO_AUTH_TOKEN": 5}', '{"TWILIO_AUTH_TOKEN": ""}', '{"TWILIO_AUTH_TOKEN": "t", "PATH": "x"}']) s;
select matches(cast_.run('owner', cast_.set_account(n, :'keys')), '^23514', n || ' is not a name')
from unnest(array['default', '', ' ', repeat('x', 61)]) n;
select matches(cast_.run('owner', cast_.set_account('x', '{"A": "b"}', 'a', 'pigeon')), '^SL543',
  'an unknown provider has no settings');

-- Nobody reads them, except to send and to verify.
select is((select count(*) from private.provider_accounts a where encode(a.settings_cipher, 'escape') like '%token%'),
  0::bigint, 'they are encrypted');
select matches(cast_.run(w, 'select * from private.provider_accounts'), '^42501', w || ' cannot read accounts')
from unnest('{owner,admin,viewer,rival,service_role,pipeline_writer}'::text[]) w;
select matches(cast_.run(w, format('select * from private.provider_account(%L, %L)', 'twilio', 'alpha')), '^42501',
  w || ' cannot read keys') from unnest('{owner,admin,viewer,rival}'::text[]) w;
select matches(cast_.run(w, format('select * from private.webhook_settings(%L, %L)', cast_.org(), 'twilio')), '^42501',
  w || ' cannot read secrets') from unnest('{owner,admin,viewer,rival}'::text[]) w;
select is(cast_.ask('owner', format('select string_agg(a::text, '' '') from (select provider, name, settings from '
  'public.list_provider_accounts(%L)) a', cast_.org())), '(twilio,alpha,"{TWILIO_ACCOUNT_SID,TWILIO_AUTH_TOKEN}")',
  'owners see names');
select is(cast_.ask('broker', format('select count(*) from public.list_provider_accounts(%L)', cast_.org())), '0',
  'brokers see nothing');
select is(cast_.ask('rival', format('select count(*) from public.list_provider_accounts(%L)', cast_.org())), '0',
  'other orgs see nothing');
select is((select a.settings ->> 'TWILIO_AUTH_TOKEN' from private.provider_account('twilio', 'alpha', cast_.org()) a),
  'token of org A', 'sending gets the keys of the org''s account');
select is_empty($$ select * from private.provider_account('twilio', 'alpha', cast_.org('b')) $$,
  'never those of another org');
select is((select w.settings[1] ->> 'TWILIO_AUTH_TOKEN' from private.webhook_settings(cast_.org(), 'twilio') w),
  'token of org A', 'a webhook for the org is verified with its secret');
select is((select w::text from private.webhook_settings(cast_.org(), 'twilio') w where w.use_default), null,
  'and not with the project''s');
select is((select w::text from private.webhook_settings(cast_.org(), 'vapi') w), '({},t)',
  'with the project''s where the org has none');

-- Accounts of the environment are given to orgs by the owner of the database, and to several if need be.
insert into private.provider_accounts (org_id, provider, name) values (cast_.org(), 'twilio', 'west'),
  (cast_.org('b'), 'twilio', 'west');
select is(cast_.run('rival', cast_.add_sender('west', 'b')), 'rows 1', 'an account of the environment that was given');
select matches(cast_.run('owner', cast_.set_account('west', :'keys')), '^SL543', 'it cannot be replaced by a member');

-- The switch of the project's accounts.
select vault.create_secret('off', 'sluice_default_accounts') \g /dev/null
select is((select w::text from private.webhook_settings(cast_.org(), 'vapi') w), '({},f)',
  'switched off, the project''s secrets verify nothing');
select matches(cast_.run('owner', $$ insert into public.senders (org_id, channel, provider, name, address) values (
  'a0000000-0000-4000-8000-000000000000', 'voice_ai', 'vapi', 'Alpha', '+12135550143') $$),
  '^SL541 account default is sw', 'and nobody sends with them');

select * from finish();
rollback;
