begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();
insert into public.org_packs (org_id, pack) values (cast_.org(), 'prospects'), (cast_.org('b'), 'prospects');

create function cast_.universe(p_change jsonb default '{}') returns jsonb language sql as $$
  select '{"name": "Dentists", "provider": "google", "verticals": ["dentist"],
    "area": [{"kind": "radius", "latitude": 34.05, "longitude": -118.25, "metres": 5000}]}'::jsonb || p_change
$$;
create function cast_.save(p_who text, p_change jsonb default '{}') returns text language sql as $$
  select cast_.ask(p_who, format('select public.save_universe(%L, %L) -> %L', cast_.org(), cast_.universe(p_change),
    'overlaps'))
$$;

select is(cast_.save('admin'), '[]', 'an admin makes a universe');
select is(cast_.save(who, '{"name": "Other"}'), 'SL111 org not found, or your role does not allow this: it takes '
  'owner or admin', who || ' does not') from unnest(array['broker', 'viewer', 'rival', 'stranger']) who;
select is(cast_.run('viewer', 'select from public.universes'), 'rows 1', 'viewers see it');
select is(cast_.run(who, 'select from public.universes'), 'rows 0', who || ' does not see it')
from unnest(array['broker', 'rival', 'stranger']) who;

select is(cast_.save('owner', change), 'SL711 ' || problem, problem) from (values
  ('{"colour": 1}'::jsonb, 'unknown field colour'),
  ('{"verticals": ["dentist", "spaceport"]}', 'spaceport has no categories of google'),
  ('{"provider": "naics"}', 'dentist has no categories of naics'),
  ('{"area": [{"kind": "radius", "latitude": 34, "longitude": -118, "metres": 5}]}',
    'shape 1 has a radius of 100 m to 200 km'),
  ('{"area": [{"kind": "polygon", "points": [[34, -118], [34, -117]]}]}', 'shape 1 has 3 to 500 points'),
  ('{"area": [{"kind": "square"}]}', 'shape 1 has the kind radius or polygon'),
  ('{"within": [{"kind": "state", "code": "ZZ"}]}', 'ZZ is an unknown state'),
  ('{"within": [{"kind": "county", "code": "06999"}]}', '06999 is an unknown county'),
  ('{"within": [{"kind": "zip", "code": "00000"}]}', '00000 is an unknown ZIP'),
  ('{"within": [{"kind": "city", "code": "Los Angeles"}]}',
    'Los Angeles is a city and its state, such as Los Angeles, CA'),
  ('{"filters": {"chains": 1}}', 'filters are {chains, domains, words}')) x (change, problem);

select is(cast_.save('owner', '{"name": "Second", "within": [{"kind": "state", "code": "CA"},
  {"kind": "county", "code": "06037"}, {"kind": "zip", "code": "90001"}]}')::jsonb,
  '["county 06037 lies in state CA", "universe Dentists looks for the same businesses in part of this area",
    "zip 90001 lies in county 06037", "zip 90001 lies in state CA"]'::jsonb, 'what overlaps is said');

select ok(private.is_within('[{"kind": "county", "code": "06037"}]', null, 'CA', '90001'),
  'a ZIP of the county is within');
select ok(not private.is_within('[{"kind": "county", "code": "06037"}]', null, 'CA', '94105'), 'another ZIP is not');
select ok(private.is_within('[]', null, null, null), 'without places, everything is');

-- Runs: one for a universe and date, whoever opens it, in the zone of the org.
update public.orgs set time_zone = 'America/Los_Angeles';
update public.universes set scheduled_usd = 1 where name = 'Dentists';
select is(private.open_due_source_runs('2026-11-20T12:59Z'), 0, 'before 05:00 of the org, no run is due');
select is(private.open_due_source_runs('2026-11-20T13:00Z'), 1, 'from 05:00 on, one is');
select is(private.open_due_source_runs('2026-11-20T14:00Z'), 0, 'a second one is not opened');
select is(private.open_source_run(org_id, id, false, '2026-11-20T23:00Z'), null, 'nor by hand')
from public.universes where name = 'Dentists';
update public.source_runs set state = 'cancelled', ended_at = now();
delete from public.org_packs where org_id = cast_.org();
select is(private.open_due_source_runs('2026-11-21T14:00Z'), 0, 'while the pack is off, none is opened');
insert into public.org_packs (org_id, pack) values (cast_.org(), 'prospects');
select is(private.open_due_source_runs('2026-11-21T14:00Z'), 1, 'the next day has its own');

select results_eq($$ select count(*) from public.verticals v where (select count(distinct c.scheme)
  from public.vertical_codes c where c.vertical = v.vertical) < 4 $$, $$ values (0::bigint) $$,
  'every vertical has codes of all schemes');

select * from finish();
rollback;
