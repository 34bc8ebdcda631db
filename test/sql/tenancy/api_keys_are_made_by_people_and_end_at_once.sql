begin;
\ir ../support/cast.sql
\ir ../support/api_keys.sql
select no_plan();
\set org 'a0000000-0000-4000-8000-000000000000'
\set broker 'a0000000-0000-4000-8000-0000000000b1'

create function pg_temp.create_key(p_who text, p_role text default 'viewer', p_scopes text default '{leads.read}',
  p_broker uuid default null, p_days int default 30, p_name text default 'n8n') returns text language sql as $$
  select cast_.ask(p_who, format('select public.create_api_key(%L, %L, %L, %L, %L, %s)',
    'a0000000-0000-4000-8000-000000000000', p_name, p_role, p_scopes, p_broker, p_days))
$$;

-- Who makes keys.
select 'SL111 org not found, or your role does not allow this: it takes owner or admin' as refused \gset
select is(pg_temp.create_key(who), :'refused', who || ' makes no key')
from unnest('{broker,viewer,stranger,rival}'::text[]) who;
select is(pg_temp.create_key('anon'), '42501 permission denied for function create_api_key', 'nor does anon');
select matches(pg_temp.create_key(who), '"key": "slk_[0-9a-f]{16}_[0-9a-f]{48}"', who || ' makes a key')
from unnest('{owner,admin,service_role}'::text[]) who;
update auth.sessions set aal = 'aal1' where user_id = 'a0000000-0000-4000-8000-000000000002';
select is(left(pg_temp.create_key('admin'), 5), 'SL106', 'with one factor, an admin makes none');
update auth.sessions set aal = 'aal2' where user_id = 'a0000000-0000-4000-8000-000000000002';

-- What a key can be.
select is(pg_temp.create_key('owner', p_role, p_scopes, p_broker::uuid, p_days, p_name), answer, answer)
from (values
  ('owner', '{leads.read}', null, 30, 'x', 'SL136 a key has the role admin, broker or viewer'),
  ('viewer', '{}', null, 30, 'x',
    'SL136 the scopes of a key with the role viewer are leads.read, campaigns.read, sequences.read, metrics.read'),
  ('viewer', '{leads.pii}', null, 30, 'x',
    'SL136 the scopes of a key with the role viewer are leads.read, campaigns.read, sequences.read, metrics.read'),
  ('admin', '{everything}', null, 30, 'x', 'SL136 the scopes of a key with the role admin are '
    || array_to_string(private.scopes_of_role('admin'), ', ')),
  ('broker', '{leads.read}', null, 30, 'x',
    'SL136 a key with the role broker names a broker of the org, and no other key does'),
  ('broker', '{leads.read}', 'b0000000-0000-4000-8000-0000000000b1', 30, 'x',
    'SL136 a key with the role broker names a broker of the org, and no other key does'),
  ('admin', '{leads.read}', :'broker', 30, 'x',
    'SL136 a key with the role broker names a broker of the org, and no other key does'),
  ('viewer', '{leads.read}', null, 0, 'x', 'SL136 a key expires after 1 to 730 days'),
  ('viewer', '{leads.read}', null, 731, 'x', 'SL136 a key expires after 1 to 730 days'),
  ('viewer', '{leads.read}', null, 30, ' ', 'SL136 a key has a name of 1 to 100 characters')
) x (p_role, p_scopes, p_broker, p_days, p_name, answer);
select isnt(pg_temp.create_key('owner', role::text, private.scopes_of_role(role)::text,
  case when role = 'broker' then :'broker'::uuid end) ~ '^\{', false, format('a key with all scopes of %s', role))
from unnest('{admin,broker,viewer}'::public.member_role[]) role;
select throws_ok(format($$ insert into public.api_keys (org_id,
    id, name, role, scopes, secret_hash, family, expires_at)
  values (%L, %L, 'x', 'owner', '{leads.read}', sha256('x'), 'x', now()) $$, :'org', repeat('0', 16)), '23514', null,
  'not even the database''s owner stores a key that is an owner');

-- The key is stored nowhere.
select cast_.add_key('main', 'admin', '{leads.read,leads.control}') as main_id \gset
select key as main_key from cast_.keys where name = 'main' \gset
select is((select count(*)::int from public.api_keys k where to_jsonb(k)::text like '%'
    || split_part(:'main_key', '_', 3)
  || '%') + (select count(*)::int from private.audit_events e where to_jsonb(e)::text like '%'
  || split_part(:'main_key', '_', 3) || '%'), 0, 'the secret is in no row');
select is(cast_.ask(who, 'select secret_hash::text from public.api_keys limit 1'),
  '42501 permission denied for table api_keys', who || ' reads no hash')
from unnest('{owner,service_role,pipeline_writer}'::text[]) who;
select is(cast_.ask(who, 'select count(*) from (select id from public.api_keys where name = ''main'') k'), answer,
  who || ' sees the keys: ' || answer)
from (values ('owner', '1'), ('admin', '1'), ('broker', '0'), ('viewer', '0'), ('rival', '0')) x (who, answer);
select is(cast_.run('owner', $$ update public.api_keys set expires_at = 'infinity' where true $$),
  '42501 permission denied for table api_keys', 'members change no key beside the functions');

-- The check.
select is(cast_.check_key(:'main_key') - '{expires_at,time_zone}'::text[], jsonb_build_object('id', :'main_id',
    'org_id',
  :'org', 'org_name', 'Org A', 'name', 'main', 'role', 'admin', 'scopes', '["leads.control", "leads.read"]'::jsonb),
  'a key is known by its hash');
select is(cast_.check_key(overlay(:'main_key' placing case right(:'main_key', 1) when '0' then '1' else '0' end
  from length(:'main_key'))), null, 'one with another last digit is not');
select is(cast_.check_key('slk_' || repeat('0', 16) || '_' || split_part(:'main_key', '_', 3)), null,
  'nor is its secret with another id');
select is(cast_.ask('owner', format('select private.check_api_key(%L, sha256(%L))', :'main_id', :'main_key')),
  '42501 permission denied for function check_api_key', 'members cannot ask');

-- Last use, seldom written.
select is((select last_used_at from public.api_keys where id = :'main_id'), now(), 'the use is noted');
select private.check_api_key(:'main_id', sha256(:'main_key'), now() + interval '4 minutes') is not null as ok \gset
select is((select last_used_at from public.api_keys where id = :'main_id'), now(), 'not again within five minutes');
select private.check_api_key(:'main_id', sha256(:'main_key'), now() + interval '5 minutes') is not null as ok \gset
select is((select last_used_at from public.api_keys where id = :'main_id'), now() + interval '5 minutes',
  'but after them');

-- Expiry.
select ok(private.check_api_key(:'main_id', sha256(:'main_key'), now() + interval '364 days') is not null,
  'a key is accepted until it expires');
select ok(private.check_api_key(:'main_id', sha256(:'main_key'), now() + interval '366 days') is null,
  'and not after');

-- Rotation: both are accepted for a while, and the new one is like the old one.
select is(cast_.ask(who, format('select public.rotate_api_key(%L, %L)', :'org', :'main_id')), :'refused',
  who || ' rotates no key') from unnest('{broker,viewer,rival}'::text[]) who;
select cast_.ask('admin', format('select public.rotate_api_key(%L, %L, 48)', :'org', :'main_id')) as rotated \gset
insert into cast_.keys values ('next', :'rotated'::jsonb ->> 'key_id', :'rotated'::jsonb ->> 'key');
select is((:'rotated'::jsonb ->> 'old_expires_at')::timestamptz, now() + interval '48 hours',
    'the overlap is 48 hours');
select ok(cast_.check_key(:'main_key') is not null and cast_.check_key(:'rotated'::jsonb ->> 'key') is not null,
  'both are accepted meanwhile');
select ok(private.check_api_key(:'main_id', sha256(:'main_key'), now() + interval '49 hours') is null,
  'then only the new one');
select is((select array[n.name, n.role::text, n.scopes::text, n.family] from public.api_keys n
  where n.id = :'rotated'::jsonb ->> 'key_id'),
  (select array[k.name, k.role::text, k.scopes::text, k.id] from public.api_keys k where k.id = :'main_id'),
  'which has the same name, role, scopes and family');
select is(cast_.ask('admin', format('select public.rotate_api_key(%L, %L)', :'org', :'main_id')),
  'SL137 the key was revoked or replaced: create another one', 'a key is rotated once');
select is(cast_.ask('rival', format('select public.rotate_api_key(%L, %L)',
  'b0000000-0000-4000-8000-000000000000', :'main_id')), 'SL137 API key not found', 'keys of others are not found');

-- Revocation at once, also within what a request has begun.
select is(cast_.as_key('next', 'leads.read', 'select count(*) from public.leads'), '3', 'the key reads leads');
select is(cast_.ask(who, format('select public.revoke_api_key(%L, %L)', :'org', :'rotated'::jsonb ->> 'key_id')),
  :'refused', who || ' revokes no key') from unnest('{broker,viewer,rival}'::text[]) who;
select is(cast_.ask('admin', format('select public.revoke_api_key(%L, %L)', :'org', :'rotated'::jsonb ->> 'key_id')),
  'true', 'an admin revokes it');
select ok(cast_.check_key(:'rotated'::jsonb ->> 'key') is null, 'it is not accepted any more');
select is(cast_.as_key('next', 'leads.read', 'select count(*) from public.leads'),
  'SL132 the API key is not valid, was revoked or has expired', 'not even by a request that had checked it before');
select is(cast_.as_key('main', 'leads.read', 'select count(*) from public.leads'), '3', 'the other one goes on');
select is(cast_.ask('admin', format('select public.revoke_api_key(%L, %L)', :'org', :'rotated'::jsonb ->> 'key_id')),
  'false', 'revoked once is enough');

-- A key ends with its creator's right to make keys; one of the service does not.
select (pg_temp.create_key('admin', 'viewer', '{leads.read}', null, 30, 'of admin'))::jsonb as made \gset
select ok(cast_.check_key(:'made'::jsonb ->> 'key') is not null, 'the admin''s key is accepted');
update public.members set role = 'viewer' where user_id = 'a0000000-0000-4000-8000-000000000002';
select ok(cast_.check_key(:'made'::jsonb ->> 'key') is null, 'but not when the admin is one no more');
select ok(cast_.check_key(:'main_key') is not null, 'a key of the service goes on');
update public.members set role = 'admin' where user_id = 'a0000000-0000-4000-8000-000000000002';

-- The list and the log.
select is(cast_.ask('owner', format($$ select string_agg(distinct state, ' ' order by state)
  from public.list_api_keys(%L) $$, :'org')), 'active revoked rotating', 'the list says what state a key is in');
select is(cast_.ask('broker', format('select count(*) from public.list_api_keys(%L)', :'org')), :'refused',
  'brokers see no list');
select is(cast_.ask('owner', format($$ select string_agg(action, ' ' order by id) from public.list_audit(%L, 200)
  where subject_id in (%L, %L) $$, :'org', :'main_id', :'rotated'::jsonb ->> 'key_id')),
  'api_key.created api_key.created api_key.changed api_key.changed',
  'creation, rotation and revocation are in the audit log');

select * from finish();
rollback;
