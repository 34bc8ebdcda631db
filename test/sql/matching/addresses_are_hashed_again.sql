-- Leads of an older version of the address rules get the hashes of the current one; none is merged.
begin;
\ir ../support/cast.sql
select plan(9);
-- The leads of the cast, first.
do $$ begin perform private.rehash_addresses(); end $$;

create function pg_temp.hash(street text) returns bytea language sql as $$
  select addr_hash from private.parse_address(street, null, 'Akron', 'OH', '44301')
$$;
select set_config('sluice.actor', 'system', true);
insert into public.leads (org_id, id, situs_street, situs_city, situs_state, situs_zip, addr_hash, addr_hash_version,
  owner_full, county_fips, apn, created_at)
select (select id from public.orgs order by id limit 1), i::uuid, street, 'Akron', 'OH', '44301',
  case when old then sha256(convert_to(street || i, 'UTF8')) end, case when old then 1 end,
  owner, county, apn, created_at
from (values
  ('00000000-0000-4000-8000-0000000000a1', '5 Plum Terrace', true, null, null, null, timestamptz '2026-02-02'),
  ('00000000-0000-4000-8000-0000000000a2', '5 Plum Ter', true, null, null, null, timestamptz '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000a3', '5 Plum Terr', true, 'Ann Lee', null, null, timestamptz '2026-03-03'),
  ('00000000-0000-4000-8000-0000000000a4', '5 Plum Ter', true, null, '39153', '12', timestamptz '2026-03-03'),
  ('00000000-0000-4000-8000-0000000000a5', 'No. 7 Elm St', false, null, '39153', '13', timestamptz '2026-03-03'),
  ('00000000-0000-4000-8000-0000000000a6', 'Elm St', false, null, '39153', '14', timestamptz '2026-03-03')
) as l (i, street, old, owner, county, apn, created_at);
create function pg_temp.lead(n integer) returns public.leads language sql as $$
  select l from public.leads l where l.id = ('00000000-0000-4000-8000-0000000000a' || n)::uuid
$$;

select is(private.rehash_addresses(), '{"leads": 5, "without_address_key": 1}', 'it counts what changed');
select is((pg_temp.lead(2)).addr_hash, pg_temp.hash('5 Plum Ter'),
  'the oldest lead without other identity has the hash');
select is((pg_temp.lead(2)).addr_hash_version, private.address_hash_version(), 'and its version');
select is((pg_temp.lead(1)).addr_hash, null, 'a younger one that now has the same address is left without a key');
select is((pg_temp.lead(1)).situs_street, '5 Plum Terrace', 'but keeps its address and stays a lead');
select is((pg_temp.lead(3)).addr_hash, pg_temp.hash('5 Plum Ter'), 'a lead with an owner may share the address');
select is((pg_temp.lead(4)).addr_hash, pg_temp.hash('5 Plum Ter'), 'and so may one with a parcel');
select is((pg_temp.lead(5)).addr_hash, pg_temp.hash('7 Elm St'),
  'a line that had no hash gets one when it is read now');
select is(private.rehash_addresses(), '{"leads": 0, "without_address_key": 0}', 'a second run changes nothing');

select * from finish();
rollback;
