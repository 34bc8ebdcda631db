begin;
\ir ../support/cast.sql
\ir ../support/reveal.sql
select no_plan();

-- The last four characters of the values that a person gets, or why there are none.
create function pg_temp.reveal(p_who text, p_org text, variadic p_names text[]) returns text language sql as $$
  select case when a.answer ~ '^(nothing|SL|[0-9]{5} )' then a.answer else (
    select string_agg(right(v, 4), ' ' order by v) from unnest(string_to_array(a.answer, ' | ')) v) end
  from (select cast_.revealed(p_who, 'contacts', array(select cast_.lead(n) from unnest(p_names) n), 'value',
    p_org => (p_org || '0000000-0000-4000-8000-000000000000')::uuid) as answer) a
$$;

select is(pg_temp.reveal(who, org, 'a1', 'a2', 'a3', 'b1'), answer,
  format('%s reveals all leads of org %s and sees: %s', who, org, answer))
from (values
  ('owner', 'a', '0101 0102 0103 .com'), ('admin', 'a', '0101 0102 0103 .com'),
  ('viewer', 'a', '0101 0102 0103 .com'),
  ('broker', 'a', '0101 .com'), ('colleague', 'a', '0102'), ('rival', 'a', 'nothing'), ('rival', 'b', '0101'),
  ('owner', 'b', 'nothing'), ('stranger', 'a', 'nothing'),
  ('service_role', 'a', '0101 0102 0103 .com'), ('project_owner', 'a', '0101 0102 0103 .com'),
  ('anon', 'a', '42501 permission denied for function request_reveal'),
  ('pipeline_writer', 'a', '42501 permission denied for function request_reveal')) x (who, org, answer);

-- Every grant is logged: the person, the lead, the reason and the number of values. A denied request is not.
select results_eq($$
  select p.who, left(a.lead_id::text, 1) || substr(a.lead_id::text, 34, 1), a.values_shown::integer, a.subject,
    a.reason
  from private.pii_access_log a join cast_.people p using (user_id) where p.who in ('broker', 'colleague', 'rival')
    order by 1
$$, $$ values ('broker', 'a1', 2, 'contacts', 'for a test'), ('colleague', 'a2', 1, 'contacts', 'for a test'),
  ('rival', 'b1', 1, 'contacts', 'for a test') $$, 'each grant is logged with its person and reason');
select is((select count(*) from private.pii_access_log where user_id is null), 6::bigint,
  'grants of the service and in a direct session are logged, too');
select is((select count(*) from private.pii_access_log a where a.user_id = 'c0000000-0000-4000-8000-000000000001'),
  0::bigint, 'a request without results is not logged');
select throws_ok('update private.pii_access_log set values_shown = 0', 'SL002', 'pii_access_log is append-only',
  'the log cannot be updated, even by its owner');
select throws_ok('delete from private.pii_access_log', 'SL002', 'pii_access_log is append-only',
  'rows of the log cannot be deleted');
select throws_ok('truncate private.pii_access_log', 'SL002', 'pii_access_log is append-only',
  'the log cannot be truncated');
select matches(cast_.run(who, 'select * from private.pii_access_log'), '^42501 permission denied for',
  who || ' cannot read the log')
from unnest(array['anon', 'service_role', 'pipeline_writer']) who;
select matches(cast_.run(who, statement), '^42501 permission denied for', who || ' cannot ' || statement)
from unnest(array['owner', 'broker']) who, unnest(array[
  'insert into private.pii_access_log (org_id, lead_id, values_shown) select gen_random_uuid(), gen_random_uuid(), 1',
  'update private.pii_access_log set values_shown = 0 where true', 'delete from private.pii_access_log where true',
  'delete from public.reveal_log where true']) statement;

-- Some of the values of several leads.
select is(cast_.revealed('owner', 'contacts', array[cast_.lead('a1'), cast_.lead('a2')], 'value',
  array(select c.id from public.contact_points c where c.kind = 'phone')), '+12135550101 | +12135550102',
  'contact points of several leads are revealed by one grant');
select is((select string_agg(a.values_shown::text, ' ' order by a.lead_id) from private.pii_access_log a
  where a.id > (select max(x.id) - 2 from private.pii_access_log x)), '1 1', 'and only those are logged');
select is(cast_.request('owner', 'contacts', array(select gen_random_uuid() from generate_series(1, 101))
  || array(select l.id from public.leads l)) ~ '"values": 4', true, 'leads that do not exist count for nothing');
insert into public.leads (org_id, owner_1_last) select 'a0000000-0000-4000-8000-000000000000', 'Lot ' || n
from generate_series(1, 101) n;
select is(cast_.request('owner', 'contacts', array(select l.id from public.leads l
  where l.org_id = 'a0000000-0000-4000-8000-000000000000')), 'SL427 at most 100 leads and 500 values at a time',
  'a grant has a limit');
select is(cast_.ask('owner', format('select public.request_reveal(%L, %L, %L, %L)',
  'a0000000-0000-4000-8000-000000000000', subject, array[cast_.lead('a1')], reason)),
  'SL427 the subject is contacts, replies, transcripts, tasks or person; the reason has 3 to 500 characters', why)
from (values ('contacts', '  x ', 'a reason is required'), ('contacts', null, 'a missing reason is none'),
  ('keys', 'for a test', 'other subjects do not exist')) x (subject, reason, why);

-- A revoked right ends at once, also between the two calls.
select is(pg_temp.reveal('broker', 'a', 'a1'), '0101 .com', 'the broker sees the contacts of the assigned lead');
create temp table asked as select cast_.request('broker', 'contacts', array[cast_.lead('a1')])::jsonb ->> 'grant_id'
  as id;
select cast_.commit_grants() \g /dev/null
select is(cast_.ask('broker', format('select jsonb_array_length(public.redeem_reveal(%L) -> ''values'')', id)), '2',
  'a grant is redeemed') from asked;
update public.leads set assigned_broker_id = null where id = cast_.lead('a1');
select is(cast_.ask('broker', format('select jsonb_array_length(public.redeem_reveal(%L) -> ''values'')', id)), '0',
  'the same grant shows nothing once the lead is reassigned') from asked;
select is(pg_temp.reveal('broker', 'a', 'a1'), 'nothing', 'and no other is given');

-- Callers that are trusted without membership; the check is positive.
create function pg_temp.trusted(p_claims text) returns boolean language sql as $$
  select set_config('request.jwt.claims', p_claims, true);
  select private.is_trusted_caller();
$$;
select is(pg_temp.trusted(claims), trusted, format('claims %s: trusted is %s', claims, trusted))
from (values
  ('', true), ('{"role": "service_role"}', true), ('{"role": "anon"}', false), ('{"role": "authenticated"}', false),
  ('{"role": "authenticated", "sub": "a0000000-0000-4000-8000-000000000001"}', false),
  ('{"sub": "a0000000-0000-4000-8000-000000000001"}', false), ('{"role": "anything"}', false)) x (claims, trusted);
select set_config('request.jwt.claims', '', true) \g /dev/null

-- Keys and ciphertexts cannot be read in another way.
select matches(cast_.run('owner', statement), '^42501 permission denied for', 'a member may not ' || statement)
from unnest(array[
  'select private.org_key(''a0000000-0000-4000-8000-000000000000'', 1)',
    'select private.blind_key(''a0000000-0000-4000-8000-000000000000'')',
  'select private.wrapping_key()', 'select private.decrypt_value(''\x00'', ''x'')',
    'select private.add_org_key(''a0000000-0000-4000-8000-000000000000'', ''data'')',
  'select * from private.org_keys', 'select * from private.upload_part_chunks',
    'select * from private.leads_staging_contacts', 'select * from private.leads_staging_raw',
    'select private.read_part_chunk(gen_random_uuid(), 0)',
  'select * from private.reject_rows(gen_random_uuid(), 0, 0, 1)', 'select * from vault.decrypted_secrets',
    'select value_cipher from public.contact_points', 'select * from private.reveal_grants',
    'select private.may_reveal(gen_random_uuid(), gen_random_uuid(), ''contacts'')']) statement;

select * from finish();
rollback;
