begin;
\ir ../support/cast.sql
select no_plan();
create function cast_.org(p text default 'a') returns uuid language sql immutable as $$
  select (p || '0000000-0000-4000-8000-000000000000')::uuid
$$;
insert into public.leads (org_id, id, owner_1_last, situs_house_number, situs_street, situs_city, situs_state,
  situs_zip, addr_hash, addr_hash_version, county_fips, apn)
select cast_.org(), cast_.lead('a6'), 'Cole', a.situs_house_number, a.situs_street, a.situs_city, a.situs_state,
  a.situs_zip, a.addr_hash, private.address_hash_version(), '06037', '2029580065'
from private.parse_address('66 Main St', null, 'Los Angeles', 'CA', '90001') a;
create function cast_.record(p_facts jsonb, p_property jsonb default null,
  p_at timestamptz default '2026-11-20T18:00Z') returns text language sql as $$
  select private.record_property(cast_.org(), cast_.lead('a6'), 'attom', jsonb_build_object('property',
    coalesce(p_property, '{"street": "66 MAIN STREET", "city": "Los Angeles", "state": "CA", "zip": "90001"}'),
    'facts', p_facts), p_at)
$$;
create function cast_.facts() returns text[] language sql as $$
  select array_agg(concat_ws(' ', f.name, f.as_of, trim_scale(f.amount_usd)) order by f.name, f.as_of, f.entry)
  from public.property_facts f where f.lead_id = cast_.lead('a6')
$$;

-- One hash, whoever delivers.
select is(private.property_hash(s, u, c, st, z, f, a), private.property_hash('66 Main St', null, 'Los Angeles', 'CA',
  '90001', null, null), concat_ws(' ', s, u, c, st, z, f, a))
from (values ('66 MAIN STREET', null, 'LOS ANGELES', 'CA', '90001', '06037', '2029-580-065'),
  ('66 Main St.', null, null, null, '90001-1234', null, null),
  ('66 main st', '', 'L.A.', 'California', '90001', '06037', null)) x (s, u, c, st, z, f, a);
select isnt(private.property_hash('66 Main St', 'Unit 2', 'Los Angeles', 'CA', '90001', null, null),
  private.property_hash('66 Main St', null, 'Los Angeles', 'CA', '90001', null, null), 'a unit is a property');
select is(private.property_hash(null, null, null, 'CA', null, '06037', '2029-580-065'),
  private.property_hash('Main St', null, null, null, '90001', '06037', '2029580065'),
  'without a house number the parcel counts, in any spelling');
select is(private.property_hash(null, null, null, null, null, null, null), null, 'nothing is no property');

select is(cast_.record('[{"name": "value", "as_of": "2026-10-31", "amount_usd": 500000, "details": {"low": 450000}},
  {"name": "mortgage", "as_of": "2020-02-03", "amount_usd": 300000}]'), 'recorded', 'facts of the property');
select is((select (provider, terms, expires_at)::text from public.property_facts limit 1), '(attom,bought,)',
  'under the terms of the provider');
select is(cast_.record('[{"name": "value", "as_of": "2026-11-30", "amount_usd": 510000}]',
  p_at => '2026-12-01T18:00Z'), 'recorded', 'a later value');
select is(cast_.record('[{"name": "value", "as_of": "2026-10-31", "amount_usd": 505000}]',
  p_at => '2026-12-02T18:00Z'), 'recorded', 'a correction of a known date');
select is(cast_.record('[{"name": "value", "as_of": "2026-10-31", "amount_usd": 1}]', p_at => '2026-11-01T18:00Z'),
  'nothing', 'an older answer changes nothing');
select is(cast_.record('[{"name": "sale", "as_of": "2031-01-01", "amount_usd": 1}]'), 'nothing',
  'nor does a date in the future');
select is(cast_.facts(), '{"mortgage 2020-02-03 300000","value 2026-10-31 505000","value 2026-11-30 510000"}',
  'all dates are kept');
select is(cast_.record('[{"name": "value", "as_of": "2026-11-01", "amount_usd": 1}]', q), answer, q::text || answer)
from (values ('{"street": "68 Main St", "zip": "90001"}'::jsonb, 'other_property'), ('{}', 'other_property'),
  ('{"countyFips": "06037", "apn": "2029-580-066"}', 'other_property'),
  ('{"countyFips": "06037", "apn": "2029-580-065"}', 'recorded')) x (q, answer);
select throws_ok(format('select cast_.record(%L)', '[{"name": "smell", "as_of": "2026-11-01"}]'), '23514', null,
  'only known kinds of facts');
select throws_ok(format('select private.record_property(%L, %L, ''acme'', %L)', cast_.org(), cast_.lead('a6'),
  '{"property": {"countyFips": "06037", "apn": "2029580065"}, "facts": [{"name": "value", "as_of": "2026-11-01"}]}'),
  'SL701', null, 'a provider without terms fills nothing');
select is(private.record_property(cast_.org('b'), cast_.lead('a6'), 'attom', '{}'), 'gone', 'a lead of another org');
select is(cast_.run(who, 'select amount_usd from public.property_facts'), answer, who || ' sees ' || answer)
from (values ('owner', 'rows 4'), ('viewer', 'rows 4'), ('rival', 'rows 0'), ('broker', 'rows 0')) x (who, answer);
select matches(cast_.run(who, 'delete from public.property_facts where true'), '^42501', who || ' may not delete them')
from unnest('{owner,service_role}'::text[]) who;

-- Who is asked about.
select is((select question ->> 'street' from private.properties_to_ask(cast_.org(), 'attom',
  array[cast_.lead('b1'), cast_.lead('a6')])), '66 Main St', 'leads of the org with an address or a parcel');
update public.leads set situs_unit = '4' where id = cast_.lead('a6');
select is((select question ->> 'street' from private.properties_to_ask(cast_.org(), 'attom',
  array[cast_.lead('a6')])), '66 Main St Unit 4', 'with the unit');
-- An erasure takes them.
select public.erase_lead(cast_.org(), cast_.lead('a6'), 'asked on the phone') \g /dev/null
select is(cast_.facts(), null, 'an erasure takes what says something about the debtor');
select is_empty(format('select * from private.properties_to_ask(%L, %L, array[%L::uuid])', cast_.org(), 'attom',
  cast_.lead('a6')), 'and nobody is asked about them any more');
select * from finish();
rollback;
