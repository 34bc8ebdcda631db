-- Calls dialled by hand; after support/cast.sql and support/decide.sql. Org A's leads have the phones 213-555-0101 to
-- 0103; it is Wednesday, 10:00 in Los Angeles.
grant usage on schema cast_ to authenticated;
insert into cast_.people values
  ('former', 'a0000000-0000-4000-8000-000000000009', 'a0000000-0000-4000-8000-000000000000', 'broker');
insert into auth.users (id, email) values ('a0000000-0000-4000-8000-000000000009', 'former@example.com');
-- Still signed in: it is the membership that has ended.
insert into auth.sessions (id, user_id, created_at, updated_at, aal) values
  ('a0000000-0000-4000-8000-000000000009', 'a0000000-0000-4000-8000-000000000009', now(), now(), 'aal2');

create function cast_.key(p_nth integer) returns uuid language sql immutable as $$
  select ('e0000000-0000-4000-8000-' || lpad(p_nth::text, 12, '0'))::uuid
$$;

-- Records a call at noon as a member, with the function behind public.record_call, and returns its answer or error.
create function cast_.call(p_who text, p_outcome text, p_key integer, p_lead text default 'a1',
  p_more jsonb default '{}',
  p_at timestamptz default cast_.noon()) returns text
language plpgsql as $$
declare
  v_answer text;
begin
  perform cast_.act_as(p_who);
  -- The claims stay; private functions are for the owner.
  reset role;
  reset session authorization;
  v_answer := private.record_call_at(cast_.org_of(p_lead), cast_.lead(p_lead), cast_.contact(p_lead), p_outcome,
    cast_.key(p_key), (p_more ->> 'started_at')::timestamptz, (p_more ->> 'ended_at')::timestamptz,
      p_more ->> 'notes',
    p_more ->> 'wish', p_more -> 'follow_up', p_more -> 'booking', (p_more ->> 'decision_id')::bigint,
    (p_more ->> 'task_id')::uuid, p_at)::text;
  perform set_config('request.jwt.claims', '', true);
  return v_answer;
exception when others then
  perform set_config('request.jwt.claims', '', true);
  return sqlstate || ' ' || sqlerrm;
end
$$;
-- The first column of a query that runs as the owner with the claims of a member: private functions that take a
-- clock.
create function cast_.ask_at(p_who text, p_sql text) returns text
language plpgsql as $$
declare
  v_answer text;
begin
  perform cast_.act_as(p_who);
  reset role;
  reset session authorization;
  execute p_sql into v_answer;
  perform set_config('request.jwt.claims', '', true);
  return v_answer;
exception when others then
  perform set_config('request.jwt.claims', '', true);
  return sqlstate || ' ' || sqlerrm;
end
$$;
create function cast_.calls() returns bigint language sql as $$ select count(*) from public.calls $$;
grant execute on all functions in schema cast_ to authenticated;
