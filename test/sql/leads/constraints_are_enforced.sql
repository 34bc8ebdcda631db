begin;
\ir ../support/cast.sql
select no_plan();
set local sluice.actor = 'system';
insert into public.campaigns (org_id, id, name)
  values ('a0000000-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-0000000000ca', 'Spring');

-- Each row: an update of lead a1, and the constraint that rejects it, or 'accepted'.
create function pg_temp.try(p_change text) returns text language plpgsql as $$
declare
  v_constraint text;
begin
  execute format('update public.leads set %s where id = %L', p_change, cast_.lead('a1'));
  raise exception using errcode = 'ZZ000';
exception
  when sqlstate 'ZZ000' then
    return 'accepted';
  when check_violation or unique_violation or foreign_key_violation then
    get stacked diagnostics v_constraint = constraint_name;
    return v_constraint;
end
$$;
select is(pg_temp.try(change), answer, format('%s: %s', change, answer))
from (values
  ('consent = true', 'consent_requires_timestamp'),
  ('consent = true, consented_at = now()', 'accepted'),
  ('consented_at = now()', 'accepted'),
  ('lead_score = -1', 'lead_score_range'),
  ('lead_score = 101', 'lead_score_range'),
  ('lead_score = 0', 'accepted'),
  ('lead_score = 100', 'accepted'),
  ('mak = ''123''', 'mak_is_ten_digits'),
  ('mak = ''1000000099''', 'accepted'),
  ('mak = ''1000000002''', 'leads_mak_key'),
  ('apn = ''a-1''', 'apn_is_normalised'),
  ('apn = ''A2''', 'leads_parcel_key'),
  ('apn = ''A2'', county_fips = ''06059''', 'accepted'),
  ('apn = ''A2'', county_fips = null', 'accepted'),
  ('county_fips = ''6037''', 'county_fips_has_five_digits'),
  ('addr_hash = ''\x01''', 'addr_hash_has_its_version'),
  ('addr_hash = ''\x01'', addr_hash_version = 1', 'accepted'),
  ('campaign_status = ''queued''', 'queued_lead_has_a_campaign'),
  ('campaign_status = ''active''', 'queued_lead_has_a_campaign'),
  ('campaign_status = ''paused'', added_to_campaign_at = now()', 'queued_lead_has_a_campaign'),
  ('campaign_status = ''queued'', campaign_id = ''a0000000-0000-4000-8000-0000000000ca''', 'accepted'),
  ('campaign_status = ''replied''', 'replied_lead_has_a_reply'),
  ('campaign_status = ''replied'', last_reply_at = now()', 'accepted'),
  ('attributes = ''[]''', 'attributes_are_an_object'),
  ('call_attempt_count = -1', 'call_attempts_are_not_negative'),
  ('current_sequence_step = -1', 'call_attempts_are_not_negative'),
  ('assigned_broker_id = gen_random_uuid()', 'lead_assigned_within_its_org')) x (change, answer);

-- Two orgs may have the same property; within one org each key is unique.
select is((select count(*) from public.leads where mak = '1000000001'), 2::bigint, 'two orgs can have the same MAK');
select throws_ok($$ insert into public.leads (org_id, mak)
  values ('a0000000-0000-4000-8000-000000000000', '1000000001') $$, '23505', null, 'one org cannot have a MAK twice');
select lives_ok($$ insert into public.leads (org_id) values ('a0000000-0000-4000-8000-000000000000'),
  ('a0000000-0000-4000-8000-000000000000') $$, 'leads without any key do not collide');
select throws_ok($$ insert into public.leads (org_id, mak)
  values ('c0000000-0000-4000-8000-000000000000', '1000000044') $$, '23503',
  'a lead requires an existing org and a source of that org', 'a lead needs an existing org');
select throws_ok($$ insert into public.leads (org_id, source_id)
  values ('a0000000-0000-4000-8000-000000000000', 'b0000000-0000-4000-8000-00000000005c') $$, '23503',
  'a lead requires an existing org and a source of that org', 'a lead needs a source of its own org');
select throws_ok(format($$ insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher,
  key_id, masked) values ('b0000000-0000-4000-8000-000000000000', %L, 'phone', '\x01', '\x01', 1, 'x') $$,
  cast_.lead('a1')),
  '23503', 'a contact point requires a lead of the same org', 'a contact point needs a lead of its own org');

select * from finish();
rollback;
