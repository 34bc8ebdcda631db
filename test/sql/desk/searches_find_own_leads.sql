-- Search by name, address, ZIP, phone and e-mail; brokers find their leads, and look-ups of values are logged.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/hand_calls.sql
select plan(52);
-- With a change of the street, the keys of the address are derived.
update public.leads set owner_1_first = 'Jo' where owner_1_last = 'Ames';
update public.leads set situs_street = replace(situs_street, 'St', 'Street') where true;
insert into public.leads (org_id, id, situs_street, situs_city, situs_state, situs_zip, owner_full,
  assigned_broker_id,
  lead_score, status)
values ('a0000000-0000-4000-8000-000000000000', cast_.key(1), '12 Main St', 'Phoenix', 'AZ', '85001',
  'Amber Holdings LLC',
  'a0000000-0000-4000-8000-0000000000b1', 90, 'working');
create function cast_.find(p_who text, p_query text, p_more text default '', p_field text default 'lead_id')
  returns text
language sql as $$
  select replace(replace(replace(replace(replace(cast_.ask(p_who,
    format('select coalesce(string_agg(x.v, '' '' order by x.n),
    ''none'') from (select to_jsonb(d) ->> %L as v, row_number() over () as n from public.desk_search(%L%s) d) x',
    p_field, p_query, p_more)), cast_.lead('a1')::text, 'a1'), cast_.lead('a2')::text, 'a2'), cast_.lead('a3')::text,
      'a3'),
    cast_.lead('b1')::text, 'b1'), cast_.key(1)::text, 'firm')
$$;
select is(cast_.find('owner', query), want, 'owner: ' || query)
from (values ('ames', 'a1'), ('AMES', 'a1'), ('am', 'firm a1'), ('ames jo', 'a1'), ('Jo Ames', 'a1'), ('jo am', 'a1'),
  ('amber hold', 'firm'), ('mes', 'none'), ('a%', 'none'), ('_mes', 'none'), ('1 main', 'a1'), ('1 Main St', 'a1'),
  ('1 main st los angeles', 'a1'), ('12 main', 'firm'), ('1 oak', 'none'), ('90001', 'a1 a2 a3'), ('85001', 'firm'),
  ('85001-1234', 'firm'), ('(213) 555-0101', 'a1'), ('+1 213 555 0101', 'a1'), ('213-555-0199', 'none'),
  ('ames@example.com', 'a1'), ('Ames@Example.com', 'a1'), ('nobody@example.com', 'none'),
  ('', 'a1 a2 a3 firm')) x (query, want);
select is(cast_.find(who, query), want, who || ': ' || query)
from (values ('broker', 'am', 'firm a1'), ('broker', 'bell', 'none'), ('colleague', 'bell', 'a2'),
  ('colleague', '1 main', 'none'), ('colleague', '90001', 'a2'), ('colleague', '(213) 555-0101', 'none'),
  ('viewer', '90001', 'a1 a2 a3'), ('rival', 'ames', 'b1'), ('rival', '2 main', 'none'),
  ('rival', '(213) 555-0101', 'b1'), ('rival', '(213) 555-0102', 'none'), ('former', 'ames', 'none'),
  ('stranger', 'ames', 'none')) x (who, query, want);
select is(cast_.find('rival', 'ames', ', p_org_id => ''a0000000-0000-4000-8000-000000000000'''), 'none',
  'another org cannot be named');

-- Filters and pages.
select is(cast_.find('owner', query, format(', %L', filter)), want, filter)
from (values ('', '{"status": "working"}', 'firm'), ('', '{"situs_state": "CA"}', 'a1 a2 a3'), ('main', '{}', 'none'),
  ('am', '{"min_score": 60}', 'firm'), ('', '{"broker_id": "a0000000-0000-4000-8000-0000000000b2"}', 'a2'),
  ('90001', '{"status": "won"}', 'none')) x (query, filter, want);
select is(cast_.find('owner', '', ', ''{"color": 1}''') like 'SL802 filters are status%', true,
  'unknown filters are refused');
select is(cast_.find('owner', '90001', format(', p_limit => 2, p_cursor => %L', cast_.ask('owner',
  'select cursor from public.desk_search(''90001'', p_limit => 1)'))), 'a2 a3', 'the next page');

-- The log.
select is(cast_.ask('owner', $$ select string_agg(distinct concat_ws(' ', subject, lead_id, values_shown), ' | ')
  from public.reveal_log
  where subject = 'search' and user_id = 'a0000000-0000-4000-8000-000000000004' $$), 'search 0',
  'a look-up is logged, also one that finds nothing');
select is(cast_.ask('owner', $$ select count(*) from public.reveal_log where subject = 'search' and lead_id
  is not null
  and user_id = auth.uid() $$), '4', 'with the leads that it found');
update public.orgs set settings = settings || '{"reveals_per_hour": 1}' where id
  = 'a0000000-0000-4000-8000-000000000000';
select is(cast_.find('colleague', '213-555-0102'),
  'SL803 at most 1 phones and e-mail addresses are looked up within an hour',
  'who looks up too many is stopped');

-- The map.
select is(cast_.ask(who, 'select string_agg(concat_ws('' '', place, name, leads), '' | '') from public.desk_map()'),
  want,
  'map: ' || who)
from (values ('owner', '06037 Los Angeles County 3 | 04013 Maricopa County 1'),
  ('colleague', '06037 Los Angeles County 1')) x (who, want);

select * from finish();
rollback;
