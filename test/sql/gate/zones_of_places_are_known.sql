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

select * from finish();
rollback;
