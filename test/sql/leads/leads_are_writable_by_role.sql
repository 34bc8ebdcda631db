begin;
\ir ../support/cast.sql
select no_plan();

create sequence pg_temp.houses start 1000;
create function pg_temp.new_lead(p_org text, p_broker text) returns text language sql as $$
  select format('insert into public.leads (org_id, situs_street, situs_city, situs_state, situs_zip, '
    'assigned_broker_id) values (%L, %L, ''Los Angeles'', ''CA'', ''90001'', %L)',
    p_org || '0000000-0000-4000-8000-000000000000', nextval('pg_temp.houses') || ' Oak Ave',
      p_org || '0000000-0000-4000-8000-0000000000' || p_broker)
$$;

-- Inserts: brokers only for themselves, viewers and strangers never, admins for anyone in the org.
select is(cast_.run(who, pg_temp.new_lead(org, broker)), answer,
  format('%s creates a lead of %s for %s: %s', who, org, coalesce(broker, 'none'), answer))
from (values
  ('broker', 'a', 'b1', 'rows 1'),
  ('broker', 'a', 'b2', '42501 new row violates row-level security policy for table "leads"'),
  ('broker', 'a', null, '42501 new row violates row-level security policy for table "leads"'),
  ('broker', 'b', 'b1', '42501 new row violates row-level security policy for table "leads"'),
  ('viewer', 'a', 'b1', '42501 new row violates row-level security policy for table "leads"'),
  ('viewer', 'a', null, '42501 new row violates row-level security policy for table "leads"'),
  ('stranger', 'a', null, '42501 new row violates row-level security policy for table "leads"'),
  ('anon', 'a', null, '42501 permission denied for table leads'),
  ('admin', 'a', 'b1', 'rows 1'),
  ('admin', 'a', 'b2', 'rows 1'),
  ('owner', 'a', null, 'rows 1'),
  ('owner', 'b', null, '42501 new row violates row-level security policy for table "leads"'),
  ('rival', 'b', null, 'rows 1'),
  ('rival', 'a', null, '42501 new row violates row-level security policy for table "leads"'),
  ('pipeline_writer', 'a', null, 'rows 1'),
  ('service_role', 'b', null, 'rows 1')) x (who, org, broker, answer);
-- A lead of org A cannot be assigned to a broker of org B.
select matches(cast_.run('owner', $$insert into public.leads (org_id, situs_street, situs_zip,
  assigned_broker_id) values
  ('a0000000-0000-4000-8000-000000000000', '9 Elm St', '90001', 'b0000000-0000-4000-8000-0000000000b1')$$),
  '^23503 .*lead_assigned_within_its_org', 'a lead is assigned within its org');

-- Updates: only of leads that the caller sees and works.
select is(cast_.run(who, 'update public.leads set status = ''working'' where owner_1_last = ''' || name || ''''),
  answer, format('%s updates %s: %s', who, name, answer))
from (values
  ('broker', 'Ames', 'rows 1'), ('broker', 'Bell', 'rows 0'), ('broker', 'Cole', 'rows 0'),
  ('colleague', 'Ames', 'rows 0'), ('colleague', 'Bell', 'rows 1'),
  ('viewer', 'Ames', 'rows 0'), ('viewer', 'Cole', 'rows 0'),
  ('admin', 'Cole', 'rows 1'), ('owner', 'Ames', 'rows 1'),
  ('stranger', 'Ames', 'rows 0'),
  ('anon', 'Ames', '42501 permission denied for table leads'),
  ('pipeline_writer', 'Ames', 'rows 2')) x (who, name, answer);
select is(cast_.run('rival', 'update public.leads set status = ''lost'' where owner_1_last = ''Ames'''), 'rows 1',
  'the rival updates the lead Ames of their own org');
select is((select string_agg(left(id::text, 1), ',') from public.leads where status = 'lost'), 'b',
  'the update reaches no other org');

-- Reassignment: a broker keeps a lead or asks an admin.
select is(cast_.run(who,
  format('update public.leads set assigned_broker_id = %L where id = ''a0000000-0000-4000-8000-0000000001ea''',
  broker)), answer,
  format('%s assigns a1 to %s: %s', who, coalesce(right(broker, 2), 'none'), answer))
from (values
  ('broker', 'a0000000-0000-4000-8000-0000000000b2',
    '42501 new row violates row-level security policy for table "leads"'),
  ('broker', null, '42501 new row violates row-level security policy for table "leads"'),
  ('broker', 'a0000000-0000-4000-8000-0000000000b1', 'rows 1'),
  ('colleague', 'a0000000-0000-4000-8000-0000000000b2', 'rows 0'),
  ('viewer', 'a0000000-0000-4000-8000-0000000000b2', 'rows 0'),
  ('admin', 'a0000000-0000-4000-8000-0000000000b2', 'rows 1'),
  ('admin', null, 'rows 1'),
  ('owner', 'a0000000-0000-4000-8000-0000000000b1', 'rows 1')) x (who, broker, answer);
-- Without a condition the statement reads nothing, so that only the policy's check applies.
select is(cast_.run('broker',
  'update public.leads set assigned_broker_id = ''a0000000-0000-4000-8000-0000000000b2'''),
  '42501 new row violates row-level security policy for table "leads"',
  'a broker cannot give away all their leads at once either');
select is(cast_.run('colleague',
  'update public.leads set assigned_broker_id = ''a0000000-0000-4000-8000-0000000000b2'''), 'rows 2',
  'a broker can assign a lead to themselves again');

-- Members cannot change identity, verification, scores, consent, campaign state or provenance by hand.
select is(cast_.run(who, format('update public.leads set %s where id = ''a0000000-0000-4000-8000-0000000001ea''',
  change)),
  '42501 permission denied for table leads', format('%s cannot set %s', who, split_part(change, ' =', 1)))
from unnest(array['broker', 'admin', 'owner']) who
cross join unnest(array[
  'org_id = ''b0000000-0000-4000-8000-000000000000''', 'id = gen_random_uuid()',
  'mak = ''8234567890''', 'county_fips = ''06001''', 'apn = ''X''', 'addr_hash = ''\x00''', 'addr_hash_version = 9',
  'situs_house_number = ''9''', 'situs_street = ''9 Elm St''', 'situs_unit = ''9''', 'situs_city = ''X''',
    'situs_state = ''NV''', 'situs_zip = ''89001''', 'time_zone = ''UTC''',
  'lead_score = 100', 'consent = true', 'consented_at = now()', 'consent_method = ''x''',
  'email_verified = true', 'phone_verified = true', 'email_verification_codes = ''{ES01}''',
    'phone_verification_codes = ''{PS01}''', 'phone_bidx = ''\x00''',
  'campaign_id = gen_random_uuid()', 'campaign_status = ''booked''', 'added_to_campaign_at = now()',
    'current_sequence_step = 1', 'last_reply_at = now()',
  'vapi_call_id = ''x''', 'call_attempt_count = 0', 'melissa_payload = ''{}''',
  'source_id = null', 'created_upload_id = null', 'source_trust = 100', 'observed_at = now()',
    'field_sources = ''{}''', 'edited_fields = ''{}''',
  'created_at = now()', 'updated_at = now()']) change;
-- The list above names every column without a grant, so that each new column requires a decision.
select results_eq(
  $$ select a.attname::text collate "C" from pg_attribute a where a.attrelid = 'public.leads'::regclass
    and a.attnum > 0 and not a.attisdropped
    and has_column_privilege('authenticated', a.attrelid, a.attnum, 'update') order by 1 $$,
  $$ select c collate "C" from unnest(array['assigned_broker_id', 'attributes', 'mailing_city', 'mailing_state',
    'mailing_street', 'mailing_unit', 'mailing_zip',
    'owner_1_first', 'owner_1_last', 'owner_2_first', 'owner_2_last', 'owner_full', 'status']) c $$,
  'members can update only owner, mailing address, attributes, status and assignment');
select is(cast_.run('broker',
  format('update public.leads set %s where id = ''a0000000-0000-4000-8000-0000000001ea''', change)), 'rows 1',
  'a broker can set ' || split_part(change, ' =', 1))
from unnest(array['owner_1_last = ''Adams''', 'mailing_city = ''Reno''', 'attributes = ''{"note": "call back"}''',
  'status = ''qualified''']) change;
-- In an insert, columns that a person may not set keep their defaults.
select is(cast_.run('broker', format(
  'insert into public.leads (org_id, situs_street, situs_zip, assigned_broker_id, %s) values
    (''a0000000-0000-4000-8000-000000000000'', ''7 Elm St'', ''90001'',
      ''a0000000-0000-4000-8000-0000000000b1'', %s)', c, v)),
  '42501 permission denied for table leads', 'a broker cannot insert a lead with ' || c)
from (values ('mak', '''8234567890'''), ('lead_score', '100'), ('consent', 'false'), ('consented_at', 'now()'),
  ('phone_verified', 'true'),
  ('campaign_status', '''new'''), ('campaign_id', 'gen_random_uuid()'), ('source_trust', '100'),
    ('edited_fields', '''{}'''), ('id', 'gen_random_uuid()')) x (c, v);
select is(cast_.run('pipeline_writer',
  'update public.leads set lead_score = 99, campaign_status = ''completed'', phone_verified = true where '
    'owner_1_last = ''Bell'''), 'rows 1',
  'the writer can set scores, campaign state and verification');

-- Members cannot delete a lead or change its dependent rows.
select is(cast_.run('owner', 'delete from public.leads'), '42501 permission denied for table leads',
  'members cannot delete leads');
select is(cast_.run('owner', format('%s public.%s', verb, t)), '42501 permission denied for table ' || t,
  format('members cannot %s %s', verb, t))
from unnest(array['lead_addresses', 'contact_points', 'lead_changes', 'lead_merges', 'lead_conflicts',
  'consent_tokens']) t, unnest(array['delete from']) verb;
select is(cast_.run('owner', format('update public.%s set org_id = org_id', t)), '42501 permission denied for table '
  || t, 'members cannot update ' || t)
from unnest(array['lead_addresses', 'contact_points', 'lead_changes', 'lead_merges', 'lead_conflicts',
  'consent_tokens']) t;
select is(cast_.run('pipeline_writer', 'update public.contact_points set verified = true where kind = ''phone'''),
  'rows 4', 'the writer can update contact points');
select is(cast_.run('pipeline_writer', 'delete from public.leads where owner_1_last = ''Cole'''), 'rows 1',
  'the writer can delete leads');

select * from finish();
rollback;
