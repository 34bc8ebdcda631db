begin;
\ir ../support/cast.sql
select no_plan();

create function pg_temp.reveal(variadic p_names text[]) returns text language sql as $$
  select format('select coalesce(string_agg(right(value, 4), '' '' order by value), ''nothing'') from '
    'public.reveal_contact_points(%L)',
    array(select cast_.lead(n) from unnest(p_names) n))
$$;

select is(cast_.ask(who, pg_temp.reveal('a1', 'a2', 'a3', 'b1')), answer,
  format('%s reveals all leads and sees: %s', who, answer))
from (values
  ('owner', '0101 0102 0103 .com'), ('admin', '0101 0102 0103 .com'), ('viewer', '0101 0102 0103 .com'),
  ('broker', '0101 .com'), ('colleague', '0102'), ('rival', '0101'), ('stranger', 'nothing'),
  ('service_role', '0101 0101 0102 0103 .com'), ('project_owner', '0101 0101 0102 0103 .com'),
  ('anon', '42501 permission denied for function reveal_contact_points'),
  ('pipeline_writer', '42501 permission denied for function reveal_contact_points')) x (who, answer);

-- Every reveal is logged: the person, the lead and the number of values. A denied one is not.
select results_eq($$
  select p.who, left(a.lead_id::text, 1) || substr(a.lead_id::text, 34, 1), a.values_shown::integer
  from private.pii_access_log a join cast_.people p using (user_id) where p.who in ('broker', 'colleague', 'rival')
    order by 1
$$, $$ values ('broker', 'a1', 2), ('colleague', 'a2', 1), ('rival', 'b1', 1) $$,
  'each reveal is logged with its person');
select is((select count(*) from private.pii_access_log where user_id is null), 8::bigint,
  'reveals by the service and in a direct session are logged, too');
select is((select count(*) from private.pii_access_log a where a.user_id = 'c0000000-0000-4000-8000-000000000001'),
  0::bigint, 'a reveal without results is not logged');
select throws_ok('update private.pii_access_log set values_shown = 0', 'SL002', 'pii_access_log is append-only',
  'the log cannot be updated, even by its owner');
select throws_ok('delete from private.pii_access_log', 'SL002', 'pii_access_log is append-only',
  'rows of the log cannot be deleted');
select throws_ok('truncate private.pii_access_log', 'SL002', 'pii_access_log is append-only',
  'the log cannot be truncated');
select matches(cast_.run(who, 'select * from private.pii_access_log'), '^42501 permission denied for',
  who || ' cannot read the log')
from unnest(array['anon', 'owner', 'service_role', 'pipeline_writer']) who;

-- The view shows the same values, and decrypts and logs only the rows that a query asks for.
create temporary table seen on commit drop as select count(*) as n from private.pii_access_log;
select is(cast_.ask(who,
  'select coalesce(string_agg(right(value, 4), '' '' order by value), ''nothing'') from '
    'public.contact_points_revealed'), answer, format('%s sees in the view: %s', who, answer))
from (values ('viewer', '0101 0102 0103 .com'), ('broker', '0101 .com'), ('stranger', 'nothing'), ('rival', '0101'),
  ('anon', '42501 permission denied for view contact_points_revealed')) x (who, answer);
select is((select count(*) from private.pii_access_log), (select n + 5 from seen), 'each lead shown is logged once');
select is(cast_.ask('owner',
  format('select string_agg(right(value, 4), '' '') from public.contact_points_revealed where lead_id = %L',
  cast_.lead('a2'))), '0102', 'filtered by lead, the view shows that lead');
select is((select count(*) from private.pii_access_log), (select n + 6 from seen),
  'a filtered view logs that lead only');
select is(cast_.ask('broker',
  format('select string_agg(value, '' '') from public.contact_points_revealed where lead_id = %L',
  cast_.lead('a2'))), null, 'a filter does not reveal another broker''s lead');

-- A revoked right ends at once.
select is(cast_.ask('broker', pg_temp.reveal('a1')), '0101 .com', 'the broker sees the contacts of the assigned lead');
update public.leads set assigned_broker_id = null where id = cast_.lead('a1');
select is(cast_.ask('broker', pg_temp.reveal('a1')), 'nothing',
  'the broker no longer sees them once the lead is reassigned');

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
    'select * from private.leads_staging_contacts', 'select private.read_part_chunk(gen_random_uuid(), 0)',
  'select * from private.reject_rows(gen_random_uuid(), 0, 0, 1)', 'select * from vault.decrypted_secrets',
    'select value_cipher from public.contact_points']) statement;

select * from finish();
rollback;
