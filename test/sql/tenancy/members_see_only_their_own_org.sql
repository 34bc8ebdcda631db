begin;
\ir ../support/cast.sql
select no_plan();

-- Orgs, members, brokers, sources: each person sees all rows of their own org and no others.
select is(cast_.ask(who, 'select string_agg(name, '','') from public.orgs'), 'Org A',
  who || ' sees their own org only')
from unnest(array['owner', 'admin', 'broker', 'viewer']) who;
select is(cast_.ask('rival', 'select string_agg(name, '','') from public.orgs'), 'Org B',
  'the rival sees the other org only');
select is(cast_.ask(who, 'select count(*) from public.members'), n, format('%s sees %s members', who, n))
from (values ('owner', '5'), ('broker', '5'), ('viewer', '5'), ('rival', '1')) x (who, n);
select is(cast_.ask(who, 'select string_agg(name, '','' order by name) from public.brokers'), names,
  format('%s sees %s', who, names))
from (values ('admin', 'Broker,Colleague'), ('viewer', 'Broker,Colleague'), ('rival', 'Rival')) x (who, names);
select is(cast_.ask(who, 'select string_agg(key, '','') from public.sources'), key,
  format('%s sees source %s', who, key))
from (values ('admin', 'list-a'), ('broker', 'list-a'), ('viewer', 'list-a'), ('rival', 'list-b')) x (who, key);

-- A signed-in user without membership may query, but sees no rows.
select is(cast_.run('stranger', 'select * from public.' || t), 'rows 0', 'a stranger sees no rows of ' || t)
from unnest(array['orgs', 'members', 'brokers', 'sources', 'uploads', 'upload_parts', 'leads', 'lead_addresses',
  'lead_changes', 'lead_joins', 'upload_shared_keys', 'pipeline_events', 'pipeline_dlq']) t;
select is(cast_.run('stranger', 'select id from public.' || t), 'rows 0', 'a stranger sees no rows of ' || t)
from unnest(array['lead_merges', 'reveal_log']) t;

-- An anonymous caller may not query.
select is(cast_.run('anon', 'select * from public.' || t), '42501 permission denied for table ' || t,
  'anon may not read ' || t)
from unnest(array['orgs', 'members', 'brokers', 'sources', 'uploads', 'upload_parts', 'leads']) t;

-- Settings of the org.
select is(cast_.run(who, 'update public.orgs set name = ''Renamed'''), answer,
  format('%s renames the org: %s', who, answer))
from (values ('owner', 'rows 1'), ('admin', 'rows 1'), ('broker', 'rows 0'), ('viewer', 'rows 0'),
  ('stranger', 'rows 0')) x (who, answer);
select is(cast_.run('rival',
  'update public.orgs set name = ''Stolen'' where id = ''a0000000-0000-4000-8000-000000000000'''), 'rows 0',
  'the rival cannot rename another org');
select is((select string_agg(name, ',' order by id) from public.orgs), 'Renamed,Org B',
  'only the caller''s own org was renamed');
select is(cast_.run('owner', 'update public.orgs set id = gen_random_uuid()'),
  '42501 permission denied for table orgs',
  'the id of an org cannot be changed');
select is(cast_.run('owner', 'insert into public.orgs (name) values (''Mine'')'),
  '42501 permission denied for table orgs',
  'members cannot create orgs through the API');
select is(cast_.run('owner', 'delete from public.orgs'), '42501 permission denied for table orgs',
  'members cannot delete orgs through the API');
select is(cast_.run('service_role', 'insert into public.orgs (name) values (''Org C'')'), 'rows 1',
  'the service can create orgs');
select is(cast_.run('owner', 'update public.orgs set time_zone = ''Mars/Olympus'''),
  'SL101 unknown time zone Mars/Olympus',
  'an unknown time zone is rejected');
select is(cast_.run('owner', 'update public.orgs set time_zone = ''America/New_York'''), 'rows 1',
  'a known time zone is accepted');
select is(cast_.run('admin', 'update public.orgs set settings = ''{"raw_days": "soon"}'''),
  '23514 new row for relation "orgs" violates check constraint "raw_days_is_a_number"',
    'raw_days must be a number, because the purge of all orgs reads it');
select is(cast_.run('admin', 'update public.orgs set settings = ''{"raw_days": 7}'''), 'rows 1',
  'a numeric raw_days is accepted');

-- Owners and admins manage brokers and sources.
select is(cast_.run(who, 'update public.brokers set capacity = 7'), answer,
  format('%s sets capacities: %s', who, answer))
from (values ('owner', 'rows 2'), ('admin', 'rows 2'), ('broker', 'rows 0'), ('viewer', 'rows 0'),
  ('rival', 'rows 1')) x (who, answer);
select is(cast_.run(who, format('insert into public.brokers (org_id, name) values (%L, ''New'')', org)), answer,
  format('%s adds a broker to %s: %s', who, left(org, 1), answer))
from (values
  ('admin', 'a0000000-0000-4000-8000-000000000000', 'rows 1'),
  ('broker', 'a0000000-0000-4000-8000-000000000000',
    '42501 new row violates row-level security policy for table "brokers"'),
  ('admin', 'b0000000-0000-4000-8000-000000000000',
    '42501 new row violates row-level security policy for table "brokers"')) x (who, org, answer);
select is(cast_.run(who, 'delete from public.brokers where name = ''New'''), answer,
  format('%s removes a broker: %s', who, answer))
from (values ('broker', 'rows 0'), ('viewer', 'rows 0'), ('rival', 'rows 0'), ('owner', 'rows 1')) x (who, answer);
select is(cast_.run(who, format('insert into public.sources (org_id, key, name) values (%L, ''new-list'', ''New'')',
  org)), answer, format('%s adds a source to %s: %s', who, left(org, 1), answer))
from (values
  ('broker', 'a0000000-0000-4000-8000-000000000000',
    '42501 new row violates row-level security policy for table "sources"'),
  ('viewer', 'a0000000-0000-4000-8000-000000000000',
    '42501 new row violates row-level security policy for table "sources"'),
  ('rival', 'a0000000-0000-4000-8000-000000000000',
    '42501 new row violates row-level security policy for table "sources"'),
  ('admin', 'a0000000-0000-4000-8000-000000000000', 'rows 1')) x (who, org, answer);
select is(cast_.run(who, 'update public.sources set active = false where key = ''list-a'''), answer,
  format('%s deactivates a source: %s', who, answer))
from (values ('broker', 'rows 0'), ('viewer', 'rows 0'), ('rival', 'rows 0'), ('admin', 'rows 1')) x (who, answer);

select * from finish();
rollback;
