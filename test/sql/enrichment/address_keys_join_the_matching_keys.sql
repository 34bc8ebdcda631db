begin;
\ir ../support/cast.sql
\ir ../support/data_calls.sql
select no_plan();
create function cast_.record(p_lead text, p_codes text[], p_mak text, p_at timestamptz default '2026-11-20T18:00Z')
returns text language sql as $$
  select private.record_address(cast_.org(), cast_.lead(p_lead), 'melissa', p_codes, p_mak, p_at)
$$;
create function cast_.mak(p_lead text) returns text language sql as $$
  select l.mak from public.leads l where l.org_id = cast_.org() and l.id = cast_.lead(p_lead)
$$;
create function cast_.due(p_as_of timestamptz default '2026-11-20T18:00Z') returns text language sql as $$
  select string_agg(right(q.lead_id::text, 4), ' ') from private.addresses_to_verify(cast_.org(), 'melissa',
    array[cast_.lead('a1'), cast_.lead('a6'), cast_.lead('a7'), cast_.lead('a8'), cast_.lead('a9')], p_as_of) q
$$;
insert into public.leads (org_id, id, owner_1_first, owner_1_last, situs_house_number, situs_street, situs_unit,
  situs_city, situs_state, situs_zip, county_fips, apn)
select cast_.org(), cast_.lead(id), 'Ann', 'Cole', house, house || ' Oak St', unit, 'Los Angeles', 'CA', '90001', fips,
  apn
from (values ('a6', '6', '2', null, null), ('a7', '7', null, '06037', '700'), ('a8', '8', null, '06037', '800'),
  ('a9', '9', null, null, null)) x (id, house, unit, fips, apn);
update public.leads set owner_1_first = null, owner_1_last = null where id = cast_.lead('a9');

-- What is asked.
select is(cast_.due(), '06ea 07ea 08ea 09ea', 'leads without a key');
select is((select question from private.addresses_to_verify(cast_.org(), 'melissa', array[cast_.lead('a6')])),
  '{"name": "Ann Cole", "street": "6 Oak St Unit 2", "city": "Los Angeles", "state": "CA", "zip": "90001"}'::jsonb,
  'by owner and address');
savepoint all_are_due;
update public.leads set situs_zip = null, situs_city = null where id = cast_.lead('a9');
update public.leads set campaign_status = 'opted_out' where id = cast_.lead('a8');
select is(cast_.due(), '06ea 07ea', 'not without a whole address, nor about people who opted out');
rollback to savepoint all_are_due;

-- A key is taken only where the very address is verified.
select is(cast_.record('a6', '{AS02,VR01}', '8000000011'), 'unknown', 'the key of a building');
select is(cast_.record('a6', '{AS01,AC10}', '8000000012'), 'uncertain', 'or of a corrected street');
select is(cast_.record('a6', '{AE10}', '8000000013'), 'invalid', 'or of an address that does not exist');
select is(cast_.record('a6', '{AS01,ZZ99}', '1111111111'), 'no_key', 'a filler');
select is(cast_.record('a6', '{AS01}', null), 'no_key', 'or no key');
select is(cast_.mak('a6'), null, 'are not taken');
select is(cast_.record('a6', '{AS01,NS05,VR01}', '8000000017'), 'key_found', 'one of a verified address');
select is(cast_.mak('a6'), '8000000017', 'is');
select is((select f.value from public.lead_facts f where f.lead_id = cast_.lead('a6') and f.name = 'address'),
  '{"verdict": "verified", "result": "key_found", "codes": ["AS01", "NS05", "VR01"], "mak": "8000000017"}'::jsonb,
  'and the codes of address and name are a fact');
select is(cast_.record('a6', '{AS01}', '8000000017'), 'same_key', 'again');
select is(cast_.record('a6', '{AS01}', '8000000099'), 'other_key', 'another key replaces none');
select is(cast_.mak('a6'), '8000000017', 'of ours');
select is((select string_agg(path || ' ' || problem, ', ' order by path) from public.provider_drift
  where org_id = cast_.org() and endpoint = 'address'), 'ZZ99 unknown code, mak other key',
  'and is counted, as are codes that nobody knows');

-- Two leads with one key.
select is(cast_.record('a9', '{AS01}', '8000000017'), 'may_be_one', 'a key that another lead has');
select is(cast_.mak('a9'), null, 'stays with that lead');
select is((select concat_ws(' ', c.origin, c.state, c.reasons, c.probability < 0.9) from public.match_candidates c
  where c.org_id = cast_.org() and c.left_id = cast_.lead('a6') and c.right_id = cast_.lead('a9')),
  'provider open {"the same Melissa address key"} t', 'and the pair waits for a person');
select is((select count(*) from public.lead_merges where org_id = cast_.org()), 0::bigint, 'nothing is merged');
update public.match_candidates set state = 'different', decided_at = now()
where org_id = cast_.org() and left_id = cast_.lead('a6') and right_id = cast_.lead('a9');
select is(cast_.record('a9', '{AS01}', '8000000017'), 'different', 'what a person has decided holds');
select is(cast_.record('a7', '{AS01}', '8000000018'), 'key_found', 'a lead with a parcel');
select is(cast_.record('a8', '{AS01}', '8000000018'), 'other_parcel', 'and one with another parcel');
select is((select count(*) from public.match_candidates where org_id = cast_.org()
  and cast_.lead('a8') in (left_id, right_id)), 0::bigint, 'are no candidates');
select is((select d.times from public.provider_drift d where d.org_id = cast_.org() and d.problem = 'other parcel'),
  1::bigint, 'which is counted');
select is(private.record_address(cast_.org(), cast_.lead('b1'), 'melissa', '{AS01}', '8000000031'), 'gone',
  'a lead of another org is out of reach');

-- A later list finds the lead by its new key.
select is(cast_.due(), null, 'nobody is asked again');
select is(cast_.due('2027-05-20T18:00Z'), '08ea 09ea', 'within 180 days; those without a key then');
select is((select reason from private.why_not_enriched_at(cast_.lead('a6'), 'verify_address', '2026-11-21T18:00Z')
  limit 1), 'has_key', 'the explanation knows');
select is((select explanation from private.why_not_enriched_at(cast_.lead('a9'), 'verify_address',
  '2026-11-21T18:00Z') where reason = 'already_asked'),
  'melissa was asked on 2026-11-20 (different), and is not asked again until 2027-05-19.', 'both');
select * from finish();
rollback;
