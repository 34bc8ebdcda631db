begin;
\ir ../support/cast.sql
\ir ../support/reveal.sql
\ir ../support/replies.sql
update public.members set may_export = true where role = 'admin';
select no_plan();
select cast_.reply('+12135550101', 'Who is this?', 'k1', p_more => '{"label": "question"}') \g /dev/null

-- One statement, or one transaction, that does both could see the values and roll its log back.
select is(cast_.ask(who, format('select public.redeem_reveal((public.request_reveal(%L, %L, array[%L]::uuid[], '
  '''for a test'') ->> ''grant_id'')::uuid)', 'a0000000-0000-4000-8000-000000000000', subject, cast_.lead('a1'))),
  'SL429 a grant is redeemed in a later transaction', format('%s cannot request and redeem %s at once', who, subject))
from unnest('{owner,admin,broker,viewer,service_role,project_owner}'::text[]) who
cross join unnest('{contacts,replies,person}'::text[]) subject
where subject <> 'person' or who not in ('broker', 'viewer');

-- In a later transaction (here: dated back) it works, for whoever asked, three times, for five minutes.
create function pg_temp.granted(p_who text) returns uuid language plpgsql as $$
declare
  v_answer text := cast_.request(p_who, 'contacts', array[cast_.lead('a1')]);
begin
  perform cast_.commit_grants();
  return v_answer::jsonb ->> 'grant_id';
end
$$;
create function pg_temp.redeem(p_who text, p_id uuid, p_as_of text default 'now') returns text language sql as $$
  select case when a ~ '^\{' then 'values' else a end
  from (select cast_.ask(p_who, format('select public.redeem_reveal(%L, %L)', p_id, p_as_of)) as a) x
$$;
create temp table theirs as select who, pg_temp.granted(who) as id
from unnest('{owner,broker,viewer,service_role}'::text[]) who;
select is(pg_temp.redeem(who, id), 'values', who || ' redeems the own grant') from theirs;
select is(pg_temp.redeem(who, id), 'values', 'the grant of ' || who || ' works again after a failed answer')
from theirs, generate_series(2, 3);
select is(pg_temp.redeem(who, id), 'SL428 grant not found', 'a fourth time of ' || who || ' is refused') from theirs;

select is(pg_temp.redeem(thief, pg_temp.granted(who)), answer, format('the grant of %s, redeemed by %s', who, thief))
from (values ('owner', 'admin', 'SL428 grant not found'), ('owner', 'broker', 'SL428 grant not found'),
  ('broker', 'owner', 'SL428 grant not found'), ('broker', 'rival', 'SL428 grant not found'),
  ('owner', 'stranger', 'SL428 grant not found'), ('owner', 'service_role', 'SL428 grant not found'),
  ('service_role', 'owner', 'SL428 grant not found'), ('service_role', 'broker', 'SL428 grant not found'),
  ('owner', 'anon', '42501 permission denied for function redeem_reveal'),
  ('owner', 'owner', 'values'), ('service_role', 'service_role', 'values')) x (who, thief, answer);
select is(pg_temp.redeem('owner', gen_random_uuid()), 'SL428 grant not found', 'a made-up grant is refused');
select is(pg_temp.redeem('owner', null), 'SL428 grant not found', 'no grant is refused');

select is(pg_temp.redeem('service_role', pg_temp.granted('service_role'), (now() + after)::text), answer,
  format('%s after the grant', after))
from (values (interval '4 minutes', 'values'), ('6 minutes', 'SL428 grant not found')) x (after, answer);
create temp table old as select pg_temp.granted('owner') as id;
update private.reveal_grants g set expires_at = now() from old where g.id = old.id;
select is(pg_temp.redeem('owner', id, '2020-01-01'), 'SL428 grant not found',
  'a member cannot set the clock back to redeem an expired grant') from old;

-- Another session of the same person, as a stolen token of an earlier one would be.
create function pg_temp.as_session(p_session text, p_sql text) returns text language plpgsql as $$
declare
  v_answer text;
begin
  perform cast_.act_as('owner'), set_config('request.jwt.claims', (current_setting('request.jwt.claims')::jsonb
    || jsonb_build_object('session_id', p_session))::text, true);
  execute p_sql into v_answer;
  reset role;
  reset session authorization;
  perform set_config('request.jwt.claims', '', true);
  return v_answer;
exception when others then
  return sqlstate || ' ' || sqlerrm;
end
$$;
insert into auth.sessions (id, user_id, aal)
select format('5e550000-0000-4000-8000-00000000000%s', n)::uuid, 'a0000000-0000-4000-8000-000000000001', 'aal2'
from generate_series(1, 2) n;
create temp table mine as select pg_temp.as_session('5e550000-0000-4000-8000-000000000001',
  format('select public.request_reveal(%L, ''contacts'', '
  'array[%L]::uuid[], ''for a test'')', 'a0000000-0000-4000-8000-000000000000', cast_.lead('a1')))::jsonb
    ->> 'grant_id' as id;
select cast_.commit_grants() \g /dev/null
select is(case when a ~ '^\{' then 'values' else a end, answer, 'redeemed in ' || session)
from mine cross join (values ('5e550000-0000-4000-8000-000000000002', 'SL428 grant not found'),
  ('5e550000-0000-4000-8000-000000000001', 'values')) x (session, answer)
cross join lateral pg_temp.as_session(session, format('select public.redeem_reveal(%L)', id)) a;

-- What comes later is not covered: it would not be in the log.
create temp table earlier as select pg_temp.granted('owner') as id;
select cast_.add_contact(cast_.lead('a1'), 'phone', '+12135550144') \g /dev/null
select is(cast_.ask('owner', format('select jsonb_array_length(public.redeem_reveal(%L) -> ''values'')', id)), '2',
  'a contact point that came after the grant is not shown') from earlier;
select is(cast_.revealed('owner', 'contacts', array[cast_.lead('a1')], 'value'),
  '+12135550101 | +12135550144 | ames@example.com', 'a new grant shows it');

-- Grants are deleted when they are of no use any more; the log stays.
select private.purge_expired(now() + interval '2 days') \g /dev/null
select is((select count(*) from private.reveal_grants), 0::bigint, 'expired grants are deleted');
select cmp_ok((select count(*) from private.pii_access_log), '>', 20::bigint, 'the log stays');

select * from finish();
rollback;
