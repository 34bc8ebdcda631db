-- The cast of the tests: two orgs, their people, leads with contacts, and a way to act as each person. Include it
-- with \ir after `begin`; the test's rollback removes everything.
create schema cast_;
set local search_path = public, extensions;
-- The tests write what nobody writes by hand.
set local sluice.repair = 'a test';

-- Two orgs of the same shape, so that each test of another org's rows has a counterpart with the caller's own.
insert into public.orgs (id, name) values
  ('a0000000-0000-4000-8000-000000000000', 'Org A'),
  ('b0000000-0000-4000-8000-000000000000', 'Org B');

create table cast_.people (
  who text primary key,
  user_id uuid not null,
  org_id uuid not null,
  role public.member_role not null
);
insert into cast_.people values
  ('owner', 'a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000000', 'owner'),
  ('admin', 'a0000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000000', 'admin'),
  ('broker', 'a0000000-0000-4000-8000-000000000003', 'a0000000-0000-4000-8000-000000000000', 'broker'),
  ('colleague', 'a0000000-0000-4000-8000-000000000004', 'a0000000-0000-4000-8000-000000000000', 'broker'),
  ('viewer', 'a0000000-0000-4000-8000-000000000005', 'a0000000-0000-4000-8000-000000000000', 'viewer'),
  ('rival', 'b0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000000', 'owner');
insert into auth.users (id, email)
select p.user_id, p.who || '@example.com' from cast_.people p
union all
-- A signed-in user without an org, and one who is about to join an org.
values ('c0000000-0000-4000-8000-000000000001'::uuid, 'stranger@example.com'),
  ('c0000000-0000-4000-8000-000000000002', 'newcomer@example.com');
-- Everybody is signed in with two factors; the session has the user's id.
insert into auth.sessions (id, user_id, created_at, updated_at, aal)
select u.id, u.id, now(), now(), 'aal2' from auth.users u;
insert into public.members (org_id, user_id, role)
select p.org_id, p.user_id, p.role from cast_.people p;

insert into public.brokers (org_id, id, user_id, name) values
  ('a0000000-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-0000000000b1',
    'a0000000-0000-4000-8000-000000000003', 'Broker'),
  ('a0000000-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-0000000000b2',
    'a0000000-0000-4000-8000-000000000004', 'Colleague'),
  ('b0000000-0000-4000-8000-000000000000', 'b0000000-0000-4000-8000-0000000000b1',
    'b0000000-0000-4000-8000-000000000001', 'Rival');

insert into public.sources (org_id, id, key, name, trust) values
  ('a0000000-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-00000000005c', 'list-a', 'List A', 50),
  ('b0000000-0000-4000-8000-000000000000', 'b0000000-0000-4000-8000-00000000005c', 'list-b', 'List B', 50);

insert into public.uploads (org_id, id, source_id, correlation_id)
select s.org_id, overlay(s.id::text placing '0d' from 35)::uuid, s.id, gen_random_uuid() from public.sources s
where s.key in ('list-a', 'list-b');

-- One lead each of the broker, the colleague, no broker, and the rival, written as the pipeline writes them.
set local sluice.actor = 'upload';
set local sluice.upload_id = 'a0000000-0000-4000-8000-00000000000d';
insert into public.leads (org_id, id, mak, county_fips, apn, situs_street, situs_city, situs_state, situs_zip,
  owner_1_last, assigned_broker_id, source_id, created_upload_id, lead_score, source_trust) values
  ('a0000000-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-0000000001ea', '1000000001', '06037', 'A1',
    '1 Main St', 'Los Angeles', 'CA', '90001', 'Ames', 'a0000000-0000-4000-8000-0000000000b1',
    'a0000000-0000-4000-8000-00000000005c', 'a0000000-0000-4000-8000-00000000000d', 50, 50),
  ('a0000000-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-0000000002ea', '1000000002', '06037', 'A2',
    '2 Main St', 'Los Angeles', 'CA', '90001', 'Bell', 'a0000000-0000-4000-8000-0000000000b2',
    'a0000000-0000-4000-8000-00000000005c', 'a0000000-0000-4000-8000-00000000000d', 60, 50),
  ('a0000000-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-0000000003ea', '1000000003', '06037', 'A3',
    '3 Main St', 'Los Angeles', 'CA', '90001', 'Cole', null,
    'a0000000-0000-4000-8000-00000000005c', 'a0000000-0000-4000-8000-00000000000d', 70, 50),
  ('b0000000-0000-4000-8000-000000000000', 'b0000000-0000-4000-8000-0000000001ea', '1000000001', '06037', 'A1',
    '1 Main St', 'Los Angeles', 'CA', '90001', 'Ames', 'b0000000-0000-4000-8000-0000000000b1',
    'b0000000-0000-4000-8000-00000000005c', 'b0000000-0000-4000-8000-00000000000d', 50, 50);
set local sluice.actor = '';
set local sluice.upload_id = '';

create function cast_.lead(p_name text) returns uuid
language sql as $$
  select format('%s0000000-0000-4000-8000-000000000%sea', left(p_name, 1), right(p_name, 1))::uuid
$$;

create function cast_.add_contact(p_lead_id uuid, p_kind public.contact_kind, p_value text) returns bigint
language sql as $$
  insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked)
  select l.org_id, l.id, p_kind, private.blind_index(p_value, private.blind_key(l.org_id)),
    private.encrypt_value(p_value, private.org_key(l.org_id, private.active_key_id(l.org_id, 'data'))),
    private.active_key_id(l.org_id, 'data'), private.mask_contact(p_value)
  from public.leads l where l.id = p_lead_id
  returning id
$$;
select cast_.add_contact('a0000000-0000-4000-8000-0000000001ea', 'phone', '+12135550101'),
  cast_.add_contact('a0000000-0000-4000-8000-0000000001ea', 'email', 'ames@example.com'),
  cast_.add_contact('a0000000-0000-4000-8000-0000000002ea', 'phone', '+12135550102'),
  cast_.add_contact('a0000000-0000-4000-8000-0000000003ea', 'phone', '+12135550103'),
  cast_.add_contact('b0000000-0000-4000-8000-0000000001ea', 'phone', '+12135550101') \gset cast_ignored

-- Switches to an actor until `reset role; reset session authorization`: a signed-in person, `stranger`, `newcomer`,
-- `anon`, `service_role` (both as in the API), `pipeline_writer`, or `project_owner` (in an SQL editor).
create function cast_.act_as(p_who text) returns void
language plpgsql as $$
declare
  v_user uuid := (select p.user_id from cast_.people p where p.who = p_who);
begin
  v_user := case p_who
    when 'stranger' then 'c0000000-0000-4000-8000-000000000001'
    when 'newcomer' then 'c0000000-0000-4000-8000-000000000002'
    else v_user end;
  if p_who = 'project_owner' then
    return;
  elsif p_who = 'pipeline_writer' then
    perform set_config('role', 'pipeline_writer', true);
    return;
  end if;
  if v_user is null and p_who not in ('anon', 'service_role') then
    raise exception 'unknown actor %', p_who;
  end if;
  -- The API logs in as authenticator. Only a superuser can switch to another login; otherwise setting the role is
  -- enough.
  if (select r.rolsuper from pg_roles r where r.rolname = session_user) then
    perform set_config('session_authorization', 'authenticator', true);
  end if;
  perform set_config('role', case when v_user is null then p_who else 'authenticated' end, true),
    set_config('request.jwt.claims',
      jsonb_strip_nulls(jsonb_build_object('sub', v_user, 'role', current_setting('role'), 'session_id', v_user,
        'aal', case when v_user is not null then 'aal2' end,
        'iss', case when v_user is not null then 'https://example.com/auth/v1' end))::text, true);
end
$$;

-- Runs a statement as an actor and returns the outcome: `rows 2`, or SQLSTATE and message. Comparing the whole
-- message ensures that a denied statement failed for the right reason.
create function cast_.run(p_who text, p_sql text) returns text
language plpgsql as $$
declare
  v_rows bigint;
begin
  perform cast_.act_as(p_who);
  execute p_sql;
  get diagnostics v_rows = row_count;
  reset role;
  reset session authorization;
  perform set_config('request.jwt.claims', '', true);
  return 'rows ' || v_rows;
exception when others then
  return sqlstate || ' ' || sqlerrm;
end
$$;

-- The first column of the first row of a query run as an actor, as text.
create function cast_.ask(p_who text, p_sql text) returns text
language plpgsql as $$
declare
  v_answer text;
begin
  perform cast_.act_as(p_who);
  execute p_sql into v_answer;
  reset role;
  reset session authorization;
  perform set_config('request.jwt.claims', '', true);
  return v_answer;
exception when others then
  return sqlstate || ' ' || sqlerrm;
end
$$;

-- Short names of the leads in the results of a query: `a1 a2 a3 b1`.
create function cast_.leads(p_who text, p_from text default 'public.leads', p_column text default 'id') returns text
language sql as $$
  select cast_.ask(p_who, format(
    $q$select coalesce(string_agg(distinct left(x::text, 1) || right(left(x::text, -2), 1), ' '), 'none')
      from (select %I as x from %s) q$q$, p_column, p_from))
$$;
