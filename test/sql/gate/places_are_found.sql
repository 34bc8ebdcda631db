begin;
\ir ../support/gate.sql
select no_plan();

-- Zones of ZIPs and area codes where common libraries are wrong.
select is((select zones from public.zip_zones where prefix = p), string_to_array(z, ' '), format('%s is %s', p, z))
from (values ('46402', 'America/Chicago'), ('47708', 'America/Chicago'), ('42101', 'America/Chicago'),
  ('42301', 'America/Chicago'),
  ('42602', 'America/Chicago'), ('97914', 'America/Boise'), ('99546', 'America/Adak'), ('32501', 'America/Chicago'),
  ('37402', 'America/New_York'), ('86515', 'America/Denver'), ('96799', 'Pacific/Pago_Pago'),
    ('96910', 'Pacific/Guam'),
  ('42784', 'America/Chicago America/New_York'), ('42776', 'America/Chicago America/New_York'),
    ('42712', 'America/Chicago America/New_York'),
  ('37726', 'America/Chicago America/New_York'), ('37338', 'America/Chicago America/New_York'),
    ('37347', 'America/Chicago America/New_York'),
  ('46534', 'America/Indiana/Indianapolis America/Indiana/Knox'),
    ('47586', 'America/Indiana/Indianapolis America/Indiana/Tell_City'),
  ('47567', 'America/Chicago America/Indiana/Petersburg'), ('57501', 'America/Chicago America/Denver'),
  ('49801', 'America/Detroit America/Menominee'), ('89883', 'America/Denver America/Los_Angeles')) x(p, z);
select is((public.gate_evaluate(jsonb_build_object('channel', 'sms', 'postal_code', zip),
  '2026-11-18T18:00:00Z') ->> 'zones')::jsonb,
  to_jsonb(string_to_array(z, ' ')), format('%s lies in %s', zip, z))
from (values ('00907', 'America/Puerto_Rico'), ('00802', 'America/St_Thomas'), ('96813', 'Pacific/Honolulu'),
  ('79901', 'America/Denver'),
  ('83501', 'America/Los_Angeles'), ('83702', 'America/Boise'), ('43215-1234', 'America/New_York'),
    ('85004', 'America/Phoenix')) x(zip, z);
select is((select zones from public.area_code_zones where area_code = a), string_to_array(z, ' '),
  format('%s is %s', a, z))
from (values ('219', 'America/Chicago'), ('812', 'America/Chicago America/Indiana/Indianapolis'),
  ('270', 'America/Chicago America/New_York'),
  ('541', 'America/Boise America/Los_Angeles'), ('907', 'America/Adak America/Anchorage'),
    ('850', 'America/Chicago America/New_York'),
  ('423', 'America/Chicago America/New_York'), ('928', 'America/Denver America/Phoenix'),
    ('208', 'America/Boise America/Los_Angeles'),
  ('605', 'America/Chicago America/Denver'), ('702', 'America/Los_Angeles'), ('684', 'Pacific/Pago_Pago'),
    ('689', 'America/New_York'),
  ('787', 'America/Puerto_Rico'), ('340', 'America/St_Thomas'), ('671', 'Pacific/Guam')) x(a, z);
select is_empty('select state from public.state_rules where zones = ''{}''', 'every state has a zone');
select is((select count(*)::int from public.state_rules), 56, '50 states, DC and five territories');
select is_empty($$ select z from (select unnest(zones) z from public.zip_zones union select unnest(zones)
  from public.area_code_zones
  union select unnest(zones) from public.state_rules) x where not exists (select from pg_timezone_names n
    where n.name = x.z) $$,
  'PostgreSQL supports every zone');
select is_empty($$ select s from (select unnest(states) s from public.zip_zones union select unnest(states)
  from public.area_code_zones) x
  where not exists (select from public.state_rules r where r.state = x.s) $$, 'every state has rules');
select is_empty($$ select r.state from public.state_rules r where not exists (select from public.area_code_zones a
  where r.state = any (a.states)) $$,
  'every state has an area code');

select gate_.try(kind, patch::jsonb, at::timestamptz, wanted, claim) from (values
  -- Split ZIPs: legal in both zones or not at all. 8:00 Eastern is 7:00 Central.
  ('sms', '{"state":"KY","postal_code":"42784","phone":"+15025550123"}', '2026-11-18T15:30:00Z',
    'state_hours @ 2026-11-18T16:00:00Z', 'a split ZIP in Kentucky waits for ten in the later zone'),
  ('sms', '{"state":"KY","postal_code":"42784","phone":"+15025550123"}', '2026-11-18T16:00:00Z', 'yes', 'ten in both'),
  ('sms', '{"state":"KY","postal_code":"40202","phone":"+15025550123"}', '2026-11-18T15:30:00Z', 'yes',
    'a ZIP of one zone does not wait'),
  ('sms', '{"state":"TN","postal_code":"37347","phone":"+16155550123"}', '2026-11-19T02:00:00Z', 'federal_hours',
    'a split ZIP in Tennessee closes with the earlier zone'),
  ('sms', '{"state":"TN","postal_code":"37203","phone":"+16155550123"}', '2026-11-19T02:00:00Z', 'yes',
    'Nashville is Central'),
  ('sms', '{"state":"TN","postal_code":"37402","phone":"+16155550123"}', '2026-11-19T02:00:00Z', 'federal_hours',
    'Chattanooga is Eastern'),
  ('sms', '{"state":"SD","postal_code":"57501","phone":"+15005550123"}', '2026-11-18T15:30:00Z', 'state_hours',
    'Pierre: 9:30 Central is 8:30 Mountain'),
  -- Indiana, Kentucky, Florida, Oregon, Texas.
  ('sms', '{"state":"IN","postal_code":"46402","phone":"+12195550123"}', '2026-11-19T02:30:00Z', 'yes',
    'Gary at 20:30 Central'),
  ('sms', '{"state":"IN","postal_code":"46204","phone":"+13175550123"}', '2026-11-19T02:30:00Z', 'federal_hours',
    'Indianapolis at 21:30 Eastern'),
  ('sms', '{"state":"IN","postal_code":"47708","phone":"+13175550123"}', '2026-11-19T02:30:00Z', 'federal_hours',
    'Evansville with an Indianapolis number: both'),
  ('sms', '{"state":"FL","postal_code":"32501","phone":"+18505550123"}', '2026-11-18T13:30:00Z',
    'federal_hours state_hours @ 2026-11-18T14:00:00Z', 'Pensacola at 7:30 Central'),
  ('sms', '{"state":"FL","postal_code":"33131","phone":"+13055550123"}', '2026-11-18T13:30:00Z', 'yes',
    'Miami at 8:30 Eastern'),
  ('sms', '{"state":"OR","postal_code":"97914","phone":"+15415550123"}', '2026-11-19T03:30:00Z', 'state_hours',
    'Ontario OR at 20:30 Mountain'),
  ('sms', '{"state":"OR","postal_code":"97204","phone":"+15035550123"}', '2026-11-19T03:30:00Z', 'yes',
    'Portland at 19:30 Pacific'),
  ('sms', '{"state":"TX","postal_code":"79901","phone":"+19155550123"}', '2026-11-18T15:30:00Z', 'state_hours',
    'El Paso at 8:30 Mountain'),
  -- Arizona, the Navajo Nation, Hawaii, Alaska, territories.
  ('sms', '{"state":"AZ","postal_code":"86515","phone":"+15005550123"}', '2026-07-15T14:30:00Z', 'yes',
    'Window Rock in July at 8:30 MDT'),
  ('sms', '{"state":null,"postal_code":"86515","phone":"+15005550123"}', '2026-07-15T14:30:00Z', 'state_hours',
    'its ZIP reaches into New Mexico, which opens at nine'),
  ('sms', '{"state":"AZ","postal_code":"85004","phone":"+16025550123"}', '2026-07-15T14:30:00Z', 'federal_hours',
    'Phoenix in July at 7:30 MST'),
  ('sms', '{"state":"AZ","postal_code":"85004","phone":"+19285550123"}', '2026-07-16T03:30:00Z', 'federal_hours',
    'a 928 number may be on the Navajo Nation: 21:30 MDT'),
  ('sms', '{"state":"AZ","postal_code":"85004","phone":"+16025550123"}', '2026-07-16T03:30:00Z', 'yes',
    'Phoenix in July at 20:30 MST'),
  ('sms', '{"state":"HI","postal_code":"96813","phone":"+18085550123"}', '2026-11-18T17:59:59Z',
    'federal_hours @ 2026-11-18T18:00:00Z', 'Honolulu before eight'),
  ('sms', '{"state":"AK","postal_code":"99501","phone":"+15005550123"}', '2026-11-18T17:00:00Z', 'yes',
    'Anchorage at eight'),
  ('sms', '{"state":"AK","postal_code":"99501","phone":"+19075550123"}', '2026-11-18T17:00:00Z', 'federal_hours',
    'a 907 number may be in Adak'),
  ('sms', '{"state":"AK","postal_code":"99546","phone":"+19075550123"}', '2026-11-18T18:00:00Z', 'yes',
    'Adak at eight'),
  ('sms', '{"state":"PR","postal_code":"00907","phone":"+17875550123"}', '2026-07-15T12:00:00Z', 'yes',
    'Puerto Rico in July at eight'),
  ('sms', '{"state":"PR","postal_code":"00907","phone":"+17875550123"}', '2026-07-15T11:59:59Z', 'federal_hours',
    'Puerto Rico in July before eight'),
  -- Only the state: anywhere in it.
  ('sms', '{"state":"TX","postal_code":null,"phone":"+15005550123"}', '2026-11-18T15:30:00Z', 'state_hours',
    'Texas without a ZIP may be El Paso'),
  ('sms', '{"state":"TX","postal_code":null,"phone":"+15005550123"}', '2026-11-18T16:00:00Z', 'yes',
    'nine in all of Texas'),
  ('sms', '{"state":"ohio","postal_code":null,"phone":"+15005550123"}', '2026-11-18T13:00:00Z', 'yes',
    'a state by its name'),
  ('sms', '{"state":"absent","postal_code":"absent"}', '2026-11-18T13:00:00Z', 'yes', 'the area code alone'),
  -- A number from elsewhere: both places, and both laws.
  ('sms', '{"state":"CA","postal_code":"90012","phone":"+12125550123"}', '2026-11-19T03:00:00Z', 'federal_hours',
    'Los Angeles with a New York number at 19:00 Pacific'),
  ('sms', '{"state":"CA","postal_code":"90012","phone":"+12135550123"}', '2026-11-19T03:00:00Z', 'yes',
    'Los Angeles with its own'),
  ('sms', '{"state":"CA","postal_code":"90012","phone":"+13055550123"}', '2026-11-19T01:30:00Z', 'state_hours',
    'Los Angeles with a Florida number: Florida closes at 20:00'),
  ('signed_call', '{"state":"NY","postal_code":"10001","phone":"+14015550123"}', '2026-11-22T17:00:00Z',
    'state_day_closed', 'New York with a Rhode Island number on a Sunday'),
  ('signed_call', '{"state":"NY","postal_code":"10001","phone":"+12125550123"}', '2026-11-22T17:00:00Z', 'yes',
    'New York with its own'),
  ('sms', '{"state":"WA","postal_code":"98101","phone":"+12125550123"}', '2026-11-19T01:30:00Z', 'state_hours',
    'the law of the address on the clock of the number'),
  -- The state contradicts the ZIP: both; further addresses count, too.
  ('sms', '{"state":"RI","postal_code":"10001","phone":"+12125550123"}', '2026-11-22T17:00:00Z', 'state_day_closed',
    'a ZIP in New York, a state of Rhode Island'),
  ('sms', '{"addresses":[{"state":"AL","postal_code":"36104"}]}', '2026-11-22T17:00:00Z', 'state_day_closed',
    'a mailing address in Alabama'),
  ('sms', '{"addresses":[{"state":"CA","postal_code":"90012"}]}', '2026-11-18T15:00:00Z', 'federal_hours',
    'a mailing address in California'),
  ('sms', '{"addresses":[]}', '2026-11-18T15:00:00Z', 'yes', 'no further address'),
  -- Nowhere known: everywhere. In winter New York's late afternoon is morning in Guam.
  ('sms', '{"state":null,"postal_code":null,"phone":"+15005550123"}', '2026-11-18T18:00:00Z',
    'federal_hours @ 2026-11-18T22:00:00Z', 'unknown location, at noon'),
  ('sms', '{"state":null,"postal_code":null,"phone":"+15005550123"}', '2026-11-18T22:00:00Z', 'yes',
    'an hour that is legal everywhere'),
  ('sms', '{"state":null,"postal_code":null,"phone":"+15005550123"}', '2026-11-18T23:00:00Z', 'state_hours',
    'Rhode Island closes first'),
  ('sms', '{"state":null,"postal_code":"00000","phone":"+16145550123"}', '2026-11-18T18:00:00Z', 'federal_hours',
    'an unknown ZIP may be anywhere'),
  ('sms', '{"state":null,"postal_code":"09012","phone":"+16145550123"}', '2026-11-18T18:00:00Z', 'federal_hours',
    'so may a military ZIP'),
  -- Unreadable.
  ('sms', '{"state":"ZZ"}', '2026-11-18T18:00:00Z', 'fact_unreadable @ never', 'a state that does not exist'),
  ('sms', '{"state":7}', '2026-11-18T18:00:00Z', 'fact_unreadable', 'a state that is a number'),
  ('sms', '{"postal_code":"ABCDE"}', '2026-11-18T18:00:00Z', 'fact_unreadable', 'a ZIP of letters'),
  ('sms', '{"postal_code":43215}', '2026-11-18T18:00:00Z', 'fact_unreadable',
    'a ZIP that is a number may have lost zeros'),
  ('mail', '{"postal_code":"ABCDE","state":"ZZ"}', '2026-11-18T18:00:00Z', 'yes',
    'the location does not matter to e-mail'),
  -- Emergencies.
  ('sms', '{"state":"LA","postal_code":"70112","phone":"+15045550123","emergencies":["LA"]}', '2026-11-18T18:00:00Z',
    'emergency @ never', 'an emergency in Louisiana'),
  ('sms', '{"state":"LA","postal_code":"70112","phone":"+15045550123","emergencies":["NY"]}', '2026-11-18T18:00:00Z',
    'yes', 'an emergency elsewhere'),
  ('signed_call', '{"emergencies":["LA"],"phone":"+15045550123"}', '2026-11-18T18:00:00Z', 'emergency',
    'an area code of the emergency'),
  ('sms', '{"emergencies":["Ohio"]}', '2026-11-18T18:00:00Z', 'emergency', 'a state by its name'),
  ('sms', '{"emergencies":"OH"}', '2026-11-18T18:00:00Z', 'fact_unreadable', 'emergencies that are not a list'),
  ('sms', '{"emergencies":["somewhere"]}', '2026-11-18T18:00:00Z', 'fact_unreadable',
    'an emergency in an unknown state'),
  ('text_matter', '{"emergencies":["OH"]}', '2026-11-18T18:00:00Z', 'yes', 'a message about a matter in an emergency'),
  ('mail', '{"emergencies":["OH"]}', '2026-11-18T18:00:00Z', 'yes', 'e-mail in an emergency')
) c(kind, patch, at, wanted, claim);

select * from finish();
rollback;
