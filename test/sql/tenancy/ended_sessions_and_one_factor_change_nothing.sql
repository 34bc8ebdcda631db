-- A sign-out counts at once, whatever the access token says; and owners and admins change nothing with one factor.
begin;
\ir ../support/cast.sql
select no_plan();

-- A statement of a member with other claims, and in a read-only transaction if wanted: as the API runs reads.
create function pg_temp.with_claims(p_who text, p_claims jsonb, p_sql text) returns text language plpgsql as $$
declare
  v_answer text;
begin
  perform cast_.act_as(p_who);
  perform set_config('request.jwt.claims',
    (current_setting('request.jwt.claims')::jsonb || p_claims)::text, true);
  execute p_sql into v_answer;
  reset role;
  reset session authorization;
  perform set_config('request.jwt.claims', '', true);
  return v_answer;
exception when others then
  return sqlstate || ' ' || sqlerrm;
end
$$;

-- What members do: statements that change something, and whom they are for.
create temp table deeds (deed text, who text, statement text);
insert into deeds values
  ('rename the org', 'owner',
    $$ update public.orgs set name = 'New' where id = 'a0000000-0000-4000-8000-000000000000' returning 'done' $$),
  ('change a member', 'owner', $$ update public.members set role = 'admin'
    where user_id = 'a0000000-0000-4000-8000-000000000002' returning 'done' $$),
  ('change a broker', 'admin', $$ update public.brokers set capacity = 10 where name = 'Broker' returning 'done' $$),
  ('edit a lead', 'admin', $$ update public.leads set owner_1_last = 'Abbot'
    where id = 'a0000000-0000-4000-8000-0000000001ea' returning 'done' $$),
  ('rotate a secret', 'admin', $$ select left(public.rotate_source_secret('a0000000-0000-4000-8000-00000000005c'), 0)
    || 'done' $$),
  ('subscribe', 'owner', $$ select 'done' from public.create_subscription('a0000000-0000-4000-8000-000000000000',
    'https://example.com/hook', '{reply.received}') $$),
  ('store an account', 'owner', $$ select 'done' from public.set_provider_account(
    'a0000000-0000-4000-8000-000000000000', 'sendgrid', 'main', '{"SENDGRID_API_KEY": "SG.x"}') $$),
  ('erase a lead', 'admin', $$ select 'done' from public.erase_lead('a0000000-0000-4000-8000-000000000000',
    'a0000000-0000-4000-8000-0000000003ea', 'for a test') $$);

select is(pg_temp.with_claims(who, '{"aal": "aal1"}', statement),
  'SL106 owners and admins need a second factor to change something: confirm with your authenticator',
  format('with one factor, the %s may not %s', who, deed)) from deeds;
select is(pg_temp.with_claims(who, jsonb_build_object('session_id', gen_random_uuid()), statement),
  'SL107 your session has ended: sign in again', format('in an ended session, the %s may not %s', who, deed))
from deeds;
select is(pg_temp.with_claims(who, '{}', statement), 'done', format('with two factors, the %s may %s', who, deed))
from deeds;

-- Values of people and secrets need two factors, whoever asks.
create temp table values_asked (ask text, who text, statement text);
insert into values_asked values
  ('reveal', 'broker', $$ select (public.request_reveal('a0000000-0000-4000-8000-000000000000', 'contacts',
    array['a0000000-0000-4000-8000-0000000001ea']::uuid[], 'for a test') ->> 'grant_id') is not null $$),
  ('export a person', 'owner', $$ select (public.request_reveal('a0000000-0000-4000-8000-000000000000', 'person',
    array['a0000000-0000-4000-8000-0000000001ea']::uuid[], 'for a test') ->> 'grant_id') is not null $$),
  ('see a secret', 'admin',
    $$ select public.source_webhook_secret('a0000000-0000-4000-8000-00000000005c') is not null $$),
  ('see an API key', 'admin', $$ select api_key is not null
    from public.source_leads_access('a0000000-0000-4000-8000-00000000005c') $$);
select is(pg_temp.with_claims(who, '{"aal": "aal1"}', statement),
  'SL106 this needs a second factor: confirm with your authenticator',
  format('with one factor, the %s may not %s', who, ask)) from values_asked;
select is(pg_temp.with_claims(who, '{}', statement), 'true', format('with two factors, the %s may %s', who, ask))
from values_asked;
select is(pg_temp.with_claims('broker', '{"aal": "aal1"}',
  format('select public.redeem_reveal(%L)', gen_random_uuid())),
  'SL106 this needs a second factor: confirm with your authenticator', 'nor is a grant redeemed with one factor');

-- Brokers and viewers: one factor is enough for their own work, an ended session is not.
create temp table own_work (who text, statement text, answer text);
insert into own_work values
  ('broker', $$ select count(*)::text from public.leads $$, '1'),
  ('viewer', $$ select count(*)::text from public.leads $$, '3'),
  ('broker', $$ select (public.control_lead('a0000000-0000-4000-8000-000000000000',
    'a0000000-0000-4000-8000-0000000001ea', 'pause')) is null $$,
    'SL513 the lead has no active sequence run');
select is(split_part(pg_temp.with_claims(who, '{"aal": "aal1"}', statement), ' ', 1), split_part(answer, ' ', 1),
  format('with one factor, the %s goes on with: %s', who, left(btrim(statement), 40))) from own_work;
select is(pg_temp.with_claims(who, jsonb_build_object('session_id', gen_random_uuid()), statement),
  'SL107 your session has ended: sign in again', format('in an ended session, the %s does nothing', who))
from own_work;

-- Which sessions count.
create function pg_temp.level(p_claims jsonb) returns text language plpgsql as $$
declare
  v_level text;
begin
  perform set_config('request.jwt.claims', (jsonb_build_object('sub', 'a0000000-0000-4000-8000-000000000001',
    'session_id', 'a0000000-0000-4000-8000-000000000001', 'role', 'authenticated', 'aal', 'aal2',
    'iss', 'https://example.com/auth/v1') || p_claims)::text, true);
  v_level := private.session_level();
  perform set_config('request.jwt.claims', '', true);
  return v_level;
end
$$;
select is(pg_temp.level(claims), level, what)
from (values
  ('{}'::jsonb, 'aal2', 'a session with two factors'),
  ('{"aal": "aal1"}', 'aal1', 'a token with one factor, although the session has two by now'),
  ('{"session_id": null}', 'ended', 'a token without a session'),
  ('{"session_id": "x"}', 'ended', 'a token with something else'),
  ('{"session_id": "a0000000-0000-4000-8000-000000000002"}', 'ended', 'the session of somebody else'),
  ('{"session_id": "c0000000-0000-4000-8000-00000000000f"}', 'ended', 'a session that is unknown')
) x (claims, level, what);
update auth.sessions set aal = 'aal1' where user_id = 'a0000000-0000-4000-8000-000000000001';
select is(pg_temp.level('{}'), 'aal1',
  'a token with two factors whose factor was removed since');
update auth.sessions set aal = 'aal2', not_after = now() - interval '1 second'
where user_id = 'a0000000-0000-4000-8000-000000000001';
select is(pg_temp.level('{}'), 'ended', 'a session past its end');
update auth.sessions set not_after = now() + interval '1 hour' where user_id = 'a0000000-0000-4000-8000-000000000001';
select is(pg_temp.level('{}'), 'aal2', 'one that ends later');

-- Sign-out everywhere, as Supabase Auth does it: the rows go.
select is(pg_temp.with_claims('owner', '{}', 'select count(*)::text from public.orgs'), '1',
  'before: the owner reads');
delete from auth.sessions where user_id = 'a0000000-0000-4000-8000-000000000001';
select is(pg_temp.with_claims('owner', '{}', 'select count(*)::text from public.orgs'),
  'SL107 your session has ended: sign in again', 'after: the same token reads nothing');
select is(pg_temp.with_claims('admin', '{}', 'select count(*)::text from public.orgs'), '1', 'others go on');

-- Callers that are no members have no session.
select is(cast_.ask('service_role', 'select private.session_is_current()'), 'true', 'the service needs none');
select is(cast_.ask('project_owner', 'select private.session_level() is null'), 'true',
  'nor does the project''s owner');

-- Who lacks a second factor.
insert into auth.sessions (id, user_id, aal) values
  ('a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', 'aal2');
insert into auth.mfa_factors (id, user_id, factor_type, status, created_at, updated_at) values
  (gen_random_uuid(), 'a0000000-0000-4000-8000-000000000001', 'totp', 'verified', now(), now()),
  (gen_random_uuid(), 'a0000000-0000-4000-8000-000000000002', 'totp', 'unverified', now(), now());
select is(cast_.ask(who, $$
    select string_agg(split_part(email, '@', 1) || ' ' || has_second_factor, ', ' order by user_id)
  from public.list_second_factors('a0000000-0000-4000-8000-000000000000') $$), answer,
  format('%s: who has a second factor', who))
from (values ('owner', 'owner true, admin false, broker false, colleague false, viewer false'),
  ('admin', 'owner true, admin false, broker false, colleague false, viewer false'),
  ('service_role', 'owner true, admin false, broker false, colleague false, viewer false'),
  ('broker', 'SL108 org not found'), ('viewer', 'SL108 org not found'), ('rival', 'SL108 org not found'),
  ('anon', '42501 permission denied for function list_second_factors')) x (who, answer);
select is(cast_.ask('owner', $$ select string_agg(split_part(email, '@', 1), ' ' order by user_id)
  from public.list_second_factors('a0000000-0000-4000-8000-000000000000',
    'a0000000-0000-4000-8000-000000000001', 2) $$), 'admin broker', 'a page after another');

select * from finish();
rollback;
