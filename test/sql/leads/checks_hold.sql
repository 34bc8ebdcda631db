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

-- Defaults of the production plan.
select is(to_jsonb(l) - array['org_id', 'id', 'created_at', 'updated_at', 'observed_at']
  @> '{"email_verified": false, "phone_verified": false, "current_sequence_step": 0,
  "call_attempt_count": 0, "campaign_status": "new", "status": "new", "consent": false, "lead_score": 0,
  "email_verification_codes": [], "phone_verification_codes": [], "added_to_campaign_at": null, "last_reply_at": null}',
  true, 'a new lead starts unverified, without consent, outside every campaign') from public.leads l
    where l.mak is null and l.situs_street is null limit 1;
select enum_has_labels('public', 'campaign_status', array['new', 'queued', 'active', 'replied', 'paused', 'booked',
  'completed', 'opted_out', 'invalid'], 'campaign_status lists its labels in the order of life');
select enum_has_labels('public', 'pipeline_event_kind',
  array['uploaded', 'staged', 'deduped', 'verified', 'fed', 'sent', 'replied', 'booked'],
  'events are in the order of the funnel');
select enum_has_labels('public', 'member_role', array['owner', 'admin', 'broker', 'viewer'],
  'roles are in the order of their rights');
select has_index('public', 'leads', i, i || ' exists')
  from unnest(array['leads_feed_hot_idx', 'leads_replied_lookup_idx', 'leads_active_phone_idx',
  'leads_last_reply_idx']::name[]) i;
select is((select string_agg(c.conname::text || ':' || c.contype::text, ' ' order by c.conname) from pg_constraint c
  where c.conname in ('consent_requires_timestamp', 'lead_score_range') and c.conrelid = 'public.leads'::regclass
  and c.convalidated),
  'consent_requires_timestamp:c lead_score_range:c',
    'the constraints of the production plan exist under their names and are valid');
select col_is_pk('public', 'verification_code_map', array['provider', 'channel', 'code'],
  'the code map is keyed by provider, channel and code');
select col_is_unique('public', 'consent_tokens', 'nonce_hash', 'a nonce is unique');

-- Effects of deletions.
insert into public.consent_tokens (org_id, lead_id, nonce_hash, expires_at)
  values ('a0000000-0000-4000-8000-000000000000', cast_.lead('a1'), extensions.digest('n', 'sha256'),
  now() + interval '1 day');
select throws_like(format('delete from public.leads where id = %L', cast_.lead('a1')),
  '%token_belongs_to_a_lead_of_its_org%',
  'a lead with a consent link cannot be deleted, because the record of consent depends on it');
select lives_ok(format('delete from public.leads where id = %L', cast_.lead('a2')),
  'a lead without a consent link can be deleted');
select is((select count(*) from public.contact_points where lead_id = cast_.lead('a2')), 0::bigint,
  'its contact points are deleted with it');
select isnt((select count(*) from public.lead_changes where lead_id = cast_.lead('a2')), 0::bigint,
  'its history stays');
select lives_ok($$ delete from public.brokers where name = 'Broker' $$, 'a broker can be deleted');
select is((select assigned_broker_id from public.leads where id = cast_.lead('a1')), null,
  'the leads of a deleted broker stay, unassigned');
select lives_ok($$ delete from public.sources where key = 'list-a' $$, 'a source can be deleted');
select is((select source_id from public.leads where id = cast_.lead('a1')), null,
  'the leads of a deleted source stay, without a source');
select lives_ok($$ delete from auth.users where email = 'admin@example.com' $$, 'a user can be deleted');
select is((select count(*) from public.members where role = 'admin'), 0::bigint,
  'the membership of a deleted user is deleted');

select * from finish();
rollback;
