begin;
\ir ../support/cast.sql
\ir ../support/reveal.sql
update public.members set may_export = true where role = 'admin';
select no_plan();

-- A broker with 150 leads besides the one of the cast.
create function pg_temp.lot(p_n integer) returns uuid language sql as $$
  select format('d0000000-0000-4000-8000-%s', lpad(p_n::text, 12, '0'))::uuid
$$;
create function pg_temp.lots(p_from integer, p_to integer) returns uuid[] language sql as $$
  select array_agg(pg_temp.lot(n)) from generate_series(p_from, p_to) n
$$;
insert into public.leads (org_id, id, owner_1_last, assigned_broker_id)
select 'a0000000-0000-4000-8000-000000000000', pg_temp.lot(n), 'Lot ' || n, 'a0000000-0000-4000-8000-0000000000b1'
from generate_series(1, 150) n;
select count(cast_.add_contact(pg_temp.lot(n), 'phone', '+1213555' || lpad(n::text, 4, '0')))
from generate_series(1, 150) n \g /dev/null

-- What a request answers: how many values, or why there are none.
create function pg_temp.asked(p_who text, p_leads uuid[], p_subject text default 'contacts') returns text
language sql as $$
  select coalesce(a.j ->> 'message', a.j ->> 'values')
  from (select cast_.request(p_who, p_subject, p_leads)::jsonb as j) a
$$;
select is(pg_temp.asked('broker', pg_temp.lots(1, 100)), '100', 'a broker with a hundred leads sees them all at once');
select is(pg_temp.asked('broker', pg_temp.lots(1, 100)), '100', 'and again: a lead counts once within an hour');
select is(pg_temp.asked('broker', pg_temp.lots(91, 120)), '30', 'those that are new count, up to 120 leads');
select is(pg_temp.asked('broker', pg_temp.lots(120, 121)),
  'at most 120 leads within an hour: 120 were shown, and 1 more are wanted', 'the next one is refused');
select is(pg_temp.asked('broker', array[pg_temp.lot(7)]), '1', 'one that was shown is shown again');
select is(pg_temp.asked('broker', array[gen_random_uuid()]), '0', 'a lead that does not exist counts for nothing');
select is(cast_.request('broker', 'contacts', pg_temp.lots(121, 121))::jsonb - '{message,retry_at}'::text[],
  '{"code": "hourly_limit", "values": 0, "subject": "contacts", "grant_id": null, "expires_at": null}',
  'a refusal has no grant');
select is((cast_.request('broker', 'contacts', pg_temp.lots(121, 121))::jsonb ->> 'retry_at')::timestamptz,
  now() + interval '1 hour', 'and says when to try again');
select is((select format('%s %s %s', count(*), max(values_shown), min(reason)) from private.pii_access_log
  where refused = 'hourly_limit' and lead_id is null and grant_id is null
    and user_id = 'a0000000-0000-4000-8000-000000000003'), '3 0 for a test', 'each refusal is in the log');
select is((select count(*) from private.reveal_grants where lead_ids && pg_temp.lots(121, 150)), 0::bigint,
  'and nothing was granted');
select is(pg_temp.asked('owner', pg_temp.lots(121, 150)), '30', 'each member has a limit of their own');
select is(pg_temp.asked('service_role', pg_temp.lots(1, 100)) || ' '
  || pg_temp.asked('service_role', pg_temp.lots(101, 150)), '100 50', 'the service has none');

-- The hour passes lead by lead. The log is append-only, so that its owner moves the time.
alter table private.pii_access_log disable trigger _100_append_only;
update private.pii_access_log set accessed_at = accessed_at - interval '50 minutes'
where user_id = 'a0000000-0000-4000-8000-000000000003' and lead_id = any (pg_temp.lots(1, 60));
update private.pii_access_log set accessed_at = accessed_at - interval '20 minutes'
where user_id = 'a0000000-0000-4000-8000-000000000003' and lead_id = any (pg_temp.lots(61, 120));
alter table private.pii_access_log enable trigger _100_append_only;
select is((cast_.request('broker', 'contacts', pg_temp.lots(121, 120 + n))::jsonb ->> 'retry_at')::timestamptz,
  now() + again, format('%s more leads are shown after %s', n, again))
from (values (1, interval '10 minutes'), (30, '10 minutes')) x (n, again);
select is(pg_temp.asked('broker', array[pg_temp.lot(121)]) ~ '^at most 120', true, 'until then none is');
alter table private.pii_access_log disable trigger _100_append_only;
update private.pii_access_log set accessed_at = accessed_at - interval '11 minutes'
where user_id = 'a0000000-0000-4000-8000-000000000003' and lead_id is not null;
alter table private.pii_access_log enable trigger _100_append_only;
select is(pg_temp.asked('broker', pg_temp.lots(91, 150)), '60', 'then they are');

-- The org sets the limit; it covers every subject.
update public.orgs set settings = settings || '{"reveals_per_hour": 2}' where id::text like 'a%';
select is(pg_temp.asked('admin', pg_temp.lots(1, 2)), '2', 'the org sets the limit');
select is(cast_.request('admin', subject, array[pg_temp.lot(3)])::jsonb ->> 'code', 'hourly_limit',
  subject || ' of a further lead: refused') from unnest('{contacts,person}'::text[]) subject;
select is(pg_temp.asked('admin', array[pg_temp.lot(2)], 'person'), '1', 'the record of one that was shown is shown');
select is(cast_.request('viewer', 'contacts', pg_temp.lots(1, 3))::jsonb -> 'retry_at', 'null'::jsonb,
  'more leads than the limit are never shown together');
update public.orgs set settings = settings || '{"reveals_per_hour": 0}' where id::text like 'a%';
select is(pg_temp.asked('colleague', array[cast_.lead('a2')]),
  'at most 0 leads within an hour: 0 were shown, and 1 more are wanted', 'zero shows nothing');
select is(pg_temp.asked('rival', array[cast_.lead('b1')]), '0',
  'leads of another org than the one named are not found');
select is(cast_.request('rival', 'contacts', array[cast_.lead('b1')], null, 'b0000000-0000-4000-8000-000000000000')
  ::jsonb ->> 'values', '1', 'another org has its own limit');
select is(cast_.run('broker', $$ update public.orgs set settings = settings || '{"reveals_per_hour": 9999}'
  where true $$), 'rows 0', 'a broker cannot raise the limit');
select matches(cast_.run('owner', format('update public.orgs set settings = settings || ''{"reveals_per_hour": %s}'' '
  'where true', value)), '^23514 .*reveals_per_hour_is_a_number', value || ' is no limit')
from unnest(array['-1', '"many"', '100000']) value;

-- The clock is not the member's.
select is(cast_.ask('colleague', format('select public.request_reveal(%L, ''contacts'', %L, ''for a test'', null, '
  'now() + interval ''2 hours'') ->> ''code''', 'a0000000-0000-4000-8000-000000000000', array[cast_.lead('a2')])),
  'hourly_limit', 'a member cannot move on to the next hour');

select * from finish();
rollback;
