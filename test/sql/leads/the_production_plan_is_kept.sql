begin;
\ir ../support/cast.sql
select no_plan();
set local sluice.actor = 'system';

-- Defaults of the production plan.
insert into public.leads (org_id) values ('a0000000-0000-4000-8000-000000000000');
select is(to_jsonb(l) - array['org_id', 'id', 'created_at', 'updated_at', 'observed_at']
  @> '{"email_verified": false, "phone_verified": false, "current_sequence_step": 0,
  "call_attempt_count": 0, "campaign_status": "new", "status": "new", "consent": false, "lead_score": 0,
  "email_verification_codes": [], "phone_verification_codes": [], "added_to_campaign_at": null,
    "last_reply_at": null}',
  true, 'a new lead starts unverified, without consent, outside every campaign') from public.leads l
    where l.mak is null and l.situs_street is null limit 1;
select enum_has_labels('public', 'campaign_status', array['new', 'queued', 'active', 'replied', 'paused', 'booked',
  'completed', 'opted_out', 'invalid'], 'campaign_status lists its labels in the order of life');
select enum_has_labels('public', 'pipeline_event_kind',
  array['uploaded', 'staged', 'deduped', 'verified', 'fed', 'sent', 'replied', 'booked', 'closed'],
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
select col_is_pk('public', 'verification_code_map', array['provider', 'channel', 'code', 'level'],
  'the code map is keyed by provider, channel, code and level');
select col_is_unique('public', 'consent_tokens', 'nonce_hash', 'a nonce is unique');

select * from finish();
rollback;
