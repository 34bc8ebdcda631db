-- Every table and view that members may read, also those of later releases: a person of org A is put wherever the
-- pipeline puts one, and then others look.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/reveal.sql
\ir ../support/markers.sql
select no_plan();
\ir ../support/a_known_person.sql
select cast_.request('owner', 'contacts', array[cast_.lead('a1')]) \g /dev/null

create temp table readable as
select c.oid::regclass::text as name, c.oid,
  exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'lead_id') as of_lead
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind in ('r', 'p', 'v') and not c.relispartition
  and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
    and has_column_privilege('authenticated', c.oid, a.attnum, 'select'));
create function pg_temp.seen(p_who text, p_org text) returns setof text language sql as $$
  select r.name || ': ' || a.answer from readable r
  cross join lateral cast_.ask(p_who, format('select count(org_id) from %s where org_id = %L', r.name,
    p_org || '0000000-0000-4000-8000-000000000000')) a (answer)
  where a.answer <> '0'
$$;
select cmp_ok((select count(*) from pg_temp.seen('owner', 'a') s where s ~ ': [0-9]+$'), '>', 35::bigint,
  'the owner sees rows in most tables');
select is_empty(format('select pg_temp.seen(%L, %L)', who, org), format('%s sees nothing of org %s', who, org))
from (values ('rival', 'a'), ('stranger', 'a'), ('newcomer', 'a'), ('owner', 'b'), ('broker', 'b')) x (who, org);
select is_empty($$ select s from pg_temp.seen('anon', 'a') s where s !~ ': 42501 permission denied' $$,
  'without a session everything is refused');

-- A broker sees rows of own leads only.
create function pg_temp.leads_of(p_who text) returns setof text language sql as $$
  select r.name || ' ' || a.answer from readable r
  cross join lateral cast_.ask(p_who, format('select string_agg(distinct lead_id::text, '' '') from %s', r.name))
    a (answer)
  where r.of_lead and a.answer is not null
$$;
select isnt_empty(format('select pg_temp.leads_of(%L)', who), who || ' sees rows of leads')
from unnest('{broker,colleague}'::text[]) who;
select is_empty(format($$ select s from pg_temp.leads_of(%L) s,
    regexp_split_to_table(s, ' ') with ordinality x (id, nth)
  where nth > 1 and id not in (select l.id::text from public.leads l
    join public.brokers b on b.id = l.assigned_broker_id and b.org_id = l.org_id
    join cast_.people p on p.user_id = b.user_id where p.who = %L) $$, who, who),
  who || ' sees no rows of other leads') from unnest('{broker,colleague}'::text[]) who;

-- Somebody who was removed, with the same access token, broker record and grant of a minute ago.
select cast_.request('broker', 'contacts', array[cast_.lead('a1')])::jsonb ->> 'grant_id' as kept \gset
select cast_.commit_grants() \g /dev/null
delete from public.members where user_id in (select user_id from cast_.people where who in ('admin', 'broker'));
select is_empty(format('select pg_temp.seen(%L, ''a'')', who), 'a removed ' || who || ' sees nothing')
from unnest('{admin,broker}'::text[]) who;
\set org '''a0000000-0000-4000-8000-000000000000'''
select is(cast_.ask('broker', format('select public.redeem_reveal(%L) ->> ''values''', :'kept')), '[]',
  'the grant of a removed broker shows nothing');
select is(cast_.ask(who, statement), answer, format('a removed %s: %s', who, statement))
from (values
  ('admin', format('select public.request_reveal(%L, ''contacts'', %L, ''for a test'') ->> ''values''', :org,
    array[cast_.lead('a1'), cast_.lead('a2')]), '0'),
  ('admin', format('select public.erase_lead(%L, %L, ''for a test'')', :org, cast_.lead('a1')),
    'SL426 lead ' || cast_.lead('a1') || ' not found'),
  ('admin', format('select public.merge_leads(%L, %L, %L)', :org, cast_.lead('a1'), cast_.lead('a2')),
    'SL321 lead not found'),
  ('admin', format('select public.set_provider_account(%L, ''twilio'', ''mine'', ''{"TWILIO_AUTH_TOKEN": "x"}'')',
    :org), 'SL542 org not found'),
  ('admin', format('select count(*) from public.list_provider_accounts(%L)', :org), '0'),
  ('broker', format('select public.issue_consent_link(%L, %L, ''{sms}'', p_reason => ''a test'')', :org,
    cast_.lead('a1')), 'SL405 lead ' || cast_.lead('a1') || ' not found'),
  ('broker', 'select count(*) from public.my_day()', '0')) x (who, statement, answer);
select matches(cast_.ask(who, statement), '^(SL|42501|23)', format('a removed %s is refused: %s', who, statement))
from (values
  ('admin', format('select public.create_subscription(%L, ''https://example.com/x'', ''{reply.received}'')', :org)),
  ('admin', $$ select public.rotate_source_secret('a0000000-0000-4000-8000-00000000005c') $$),
  ('admin', $$ select public.source_webhook_secret('a0000000-0000-4000-8000-00000000005c') $$),
  ('broker', format('select public.control_lead(%L, %L, ''stop'', ''a test'')', :org, cast_.lead('a1'))),
  ('admin', format('insert into public.members (org_id, user_id, role) values (%L, %L, ''viewer'') returning user_id',
    :org, 'a0000000-0000-4000-8000-000000000002'))) x (who, statement);

select * from finish();
rollback;
