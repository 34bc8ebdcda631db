begin;
\ir ../support/cast.sql
select no_plan();
\set org 'a0000000-0000-4000-8000-000000000000'
update auth.users set email_confirmed_at = now() where email = 'newcomer@example.com';

create function pg_temp.invite(p_who text, p_email text, p_role text, p_broker text default null, p_days int default 7)
returns text language sql as $$
  select cast_.ask(p_who, format('select public.invite_member(%L, %L, %L, %L, %s)',
    'a0000000-0000-4000-8000-000000000000', p_email, p_role, p_broker, p_days))
$$;
create function pg_temp.accept(p_who text, p_token text, p_version int default 1) returns text language sql as $$
  select cast_.ask(p_who, format('select public.accept_invitation(%L, %s) - ''broker_id''', p_token, p_version))
$$;

-- Who invites whom.
select is(pg_temp.invite(who, 'x@example.com', 'viewer'),
  'SL111 org not found, or your role does not allow this: it takes owner or admin', who || ' cannot invite')
from unnest('{broker,viewer,stranger,rival}'::text[]) who;
select is(pg_temp.invite('admin', 'x@example.com', 'owner'), 'SL112 only an owner can invite an owner',
  'an admin cannot invite an owner');
select is(pg_temp.invite('owner', said, 'viewer'), 'SL112 the e-mail address is not valid', said)
from unnest('{"", "x", "x@y", "a b@example.com"}'::text[]) said;
select is(pg_temp.invite('owner', 'x@example.com', 'viewer', null, 31),
  'SL112 an invitation is valid for 1 to 30 days',
  'an invitation ends within 30 days');
select is(pg_temp.invite('owner', 'ADMIN@example.com', 'viewer'), 'SL112 this person is a member already',
  'members are not invited');
select is(pg_temp.invite('owner', 'x@example.com', 'broker', broker), answer, broker)
from (values ('{"name": " "}', 'SL112 a broker has a name of 1 to 200 characters'),
  ('{"name": "N", "boss": true}', 'SL112 unknown fields of the broker: boss'),
  ('{"name": "N", "capacity": -1}',
    'SL112 capacity is a whole number, licensed_states a list of codes like CA'),
  ('{"name": "N", "licensed_states": ["ca"]}',
    'SL112 capacity is a whole number, licensed_states a list of codes like CA'),
  ('{"broker_id": "b0000000-0000-4000-8000-0000000000b1"}',
    'SL112 broker not found, or the broker has a login already')) x (broker, answer);

-- The link works for the invited person alone.
select (pg_temp.invite('admin', 'Newcomer@Example.com', 'broker',
  '{"name": "New Comer", "capacity": 30, "licensed_states": ["CA", "NV"]}'))::jsonb ->> 'token' as token \gset
select matches(:'token'::text, '^slinv_[A-Za-z0-9_-]{43}$', 'the token has 256 random bits');
select is((select count(*) from public.invitations i where to_jsonb(i)::text ~* ('newcomer@|' || substr(:'token', 7))),
  0::bigint, 'neither the address nor the token is stored');
select 'SL113 invitation not found: it was used, revoked or has expired, or it is for another verified e-mail '
  || 'address' as gone \gset
select is(pg_temp.accept(who, :'token'), :'gone', who || ' cannot accept another person''s invitation')
from unnest('{stranger,broker,rival}'::text[]) who;
select is(pg_temp.accept('newcomer', :'token' || 'x'), :'gone', 'another token opens nothing');
update auth.users set email_confirmed_at = null where email = 'newcomer@example.com';
select is(pg_temp.accept('newcomer', :'token'), :'gone', 'an address that was not verified opens nothing');
update auth.users set email_confirmed_at = now() where email = 'newcomer@example.com';
select is(cast_.ask('newcomer', format('select public.look_up_invitation(%L) - ''expires_at'' - ''consent_text''',
  :'token'))::jsonb, '{"org_name": "Org A", "role": "broker", "consent_version": 1}',
  'the invited person sees what it is about before accepting');
select is(cast_.leads('newcomer'), 'none', 'and sees no lead yet');
select is(pg_temp.accept('newcomer', :'token', 0),
  'SL114 the text for members has changed: read and accept the newest version', 'the text must be accepted');

-- An invitation ends with the right to invite.
update public.members set role = 'viewer' where user_id = (select user_id from cast_.people where who = 'admin');
select is(pg_temp.accept('newcomer', :'token'), :'gone', 'the inviter must still have the right to invite');
update public.members set role = 'admin' where user_id = (select user_id from cast_.people where who = 'admin');
select throws_ok(format($$ set local request.jwt.claims =
  '{"sub": "c0000000-0000-4000-8000-000000000002", "role": "authenticated"}';
  select private.accept_invitation_at(%L, 1, now() + interval '7 days') $$, :'token'), 'SL113', null,
  'an invitation expires');
select set_config('request.jwt.claims', '', true) \g /dev/null

select is(pg_temp.accept('newcomer', :'token')::jsonb, format('{"org_id": "%s", "role": "broker"}', :'org')::jsonb,
  'the invited person accepts');
select is((select format('%s %s %s %s', b.name, b.capacity, b.licensed_states, m.role) from public.members m
  join public.brokers b using (org_id, user_id) where m.user_id = 'c0000000-0000-4000-8000-000000000002'),
  'New Comer 30 {CA,NV} broker', 'the membership and the broker record exist');
select is(pg_temp.accept('newcomer', :'token'), :'gone', 'an invitation works once');
select is((select terms_version from public.invitations where accepted_at is not null), 1,
  'the accepted text is kept');

-- Revoking and replacing.
select (pg_temp.invite('owner', 'stranger@example.com', 'owner'))::jsonb as first \gset
update auth.users set email_confirmed_at = now() where email = 'stranger@example.com';
select is(cast_.ask('admin', format('select public.revoke_invitation(%L, %L)', :'org',
  (:'first'::jsonb ->> 'invitation_id'))), 'false', 'an admin does not revoke the invitation of an owner');
select is(cast_.ask('rival', format('select public.revoke_invitation(%L, %L)', :'org',
  (:'first'::jsonb ->> 'invitation_id'))),
    'SL111 org not found, or your role does not allow this: it takes owner or admin',
  'another org revokes nothing');
select (pg_temp.invite('owner', 'stranger@example.com', 'viewer'))::jsonb as second \gset
select is(pg_temp.accept('stranger', :'first'::jsonb ->> 'token'), :'gone', 'a new invitation replaces the open one');
select is(cast_.ask('admin', format('select public.revoke_invitation(%L, %L)', :'org',
  (:'second'::jsonb ->> 'invitation_id'))), 'true', 'an admin revokes');
select is(pg_temp.accept('stranger', :'second'::jsonb ->> 'token'), :'gone', 'a revoked invitation opens nothing');

-- Lists and the log.
select is(cast_.ask('admin',
  format('select string_agg(email_masked || '' '' || state, '', '' order by state, email_masked)
  from public.list_invitations(%L)', :'org')),
  'n***@example.com accepted, s***@example.com revoked, s***@example.com revoked', 'admins list invitations');
select is(cast_.ask(who, format('select count(*) from public.list_invitations(%L)', :'org')),
  'SL111 org not found, or your role does not allow this: it takes owner or admin', who ||
    ' does not list invitations')
from unnest('{broker,viewer,rival}'::text[]) who;
select is(cast_.ask(who, 'select count(*) from public.invitations'), answer, who || ' sees rows of invitations')
from (values ('owner', '3'), ('viewer', '0'), ('broker', '0'), ('rival', '0')) x (who, answer);
select is(cast_.run('owner', 'update public.invitations set revoked_at = null'),
  '42501 permission denied for table invitations', 'members do not write invitations');
select is(cast_.ask('owner', 'select token_hash from public.invitations'),
  '42501 permission denied for table invitations', 'members do not read hashes');
select is((select array_agg(e.action order by e.id) from private.audit_events e
  where e.user_id = 'c0000000-0000-4000-8000-000000000002'),
    '{invitation.changed,member.created,broker.created}'::text[],
  'what the acceptance did is in the audit log under the name of the person');

-- Roles and leaving.
select is(cast_.ask(who, format('select public.set_member_role(%L, %L, %L)', :'org',
  (select user_id from cast_.people where people.who = whom), role)), answer, format('%s makes %s %s', who, whom,
    role))
from (values
  ('broker', 'viewer', 'admin', 'SL111 org not found, or your role does not allow this: it takes owner or admin'),
  ('rival', 'viewer', 'admin', 'SL111 org not found, or your role does not allow this: it takes owner or admin'),
  ('admin', 'viewer', 'owner', 'SL115 member not found, or only an owner can do this'),
  ('admin', 'owner', 'viewer', 'SL115 member not found, or only an owner can do this'),
  ('owner', 'owner', 'viewer', 'SL102 an org must keep at least one owner'),
  ('admin', 'viewer', 'broker', '')) x (who, whom, role, answer);
select is(cast_.ask(who, format('select public.remove_member(%L, %L)', :'org',
  (select user_id from cast_.people where people.who = whom))), answer, format('%s removes %s', who, whom))
from (values
  ('broker', 'viewer', 'SL111 org not found, or your role does not allow this: it takes owner or admin'),
  ('admin', 'owner', 'SL115 member not found, or only an owner can do this'),
  ('owner', 'owner', 'SL102 an org must keep at least one owner'),
  ('viewer', 'viewer', ''), ('admin', 'colleague', '')) x (who, whom, answer);
select is(cast_.ask('colleague', format('select count(*) from public.list_members(%L)', :'org')),
  'SL111 org not found, or your role does not allow this: it takes owner or admin or broker or viewer',
  'a removed member lists nobody');
select is(cast_.ask(who, format('select count(email) || '' of '' || count(*) from public.list_members(%L)', :'org')),
  answer, who || ' sees e-mail addresses')
from (values ('admin', '4 of 4'), ('broker', '1 of 4')) x (who, answer);

-- Broker records.
select is(cast_.ask('admin', format('select public.save_broker(%L, %L, p_capacity => 5, p_licensed_states => %L)',
  :'org', 'a0000000-0000-4000-8000-0000000000b1', '{CA}')), 'a0000000-0000-4000-8000-0000000000b1',
  'an admin sets capacity and licences');
select is((select format('%s %s %s', name, capacity, licensed_states) from public.brokers where name = 'Broker'),
  'Broker 5 {CA}', 'and the rest stays');
select is(cast_.ask(who, format('select public.save_broker(%L, %L, p_capacity => 5)', :'org', broker)), answer,
  who || ' ' || broker)
from (values
  ('broker', 'a0000000-0000-4000-8000-0000000000b1',
    'SL111 org not found, or your role does not allow this: it takes owner or admin'),
  ('owner', 'b0000000-0000-4000-8000-0000000000b1', 'SL116 broker not found')) x (who, broker, answer);
select is(cast_.ask('admin', format('select public.save_broker(%L, null, %L, p_licensed_states => %L)', :'org', 'N',
  '{California}')), 'SL116 licences are state codes of two capital letters, like CA', 'licences are codes');

-- Mail is bounded.
select is(count(*) filter (where said like '%token%') > 0 and count(*) filter (where said like 'SL117 %') > 0, true,
  'members of an org invite at most 20 times an hour')
from generate_series(1, 21) n, lateral (select pg_temp.invite('owner', n || '@many.example.com', 'viewer') as said) x;
select is((select count(*) from public.invitations i where i.invited_by is not null
  and i.org_id = 'a0000000-0000-4000-8000-000000000000' and i.created_at > now() - interval '1 hour'), 20::bigint,
  'and not one more');

select * from finish();
rollback;
