begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/live_check.sql
select no_plan();

select is(cast_.feed(), '1 2', 'both leads are valid at first');
select cast_.as_new();

savepoint good;

select is(cast_.after($$ update public.leads set phone_verified = false where id = cast_.nth(2) $$), '1 {}',
  'a lead whose phone is no longer verified is not fed');
rollback to good;
select is(cast_.after($$ update public.contact_points set verified = false where lead_id = cast_.nth(2) $$),
  '1 {"no_verified_phone": 1}',
  'the flag alone is not enough: the phone itself must be verified');
rollback to good;
select is(cast_.after($$ update public.contact_points set invalid_at = now() where lead_id = cast_.nth(2) $$),
  '1 {"no_verified_phone": 1}',
  'a lead whose phone is invalid is not fed');
rollback to good;
select is(cast_.after($$ delete from public.contact_points where lead_id = cast_.nth(2) $$),
  '1 {"no_verified_phone": 1}',
  'a lead without its phone is not fed');
rollback to good;
select is(cast_.after($$ select cast_.add_contact(cast_.nth(2), 'phone', cast_.phone_of(3)) $$), '1 2 {}',
  'an unverified second phone does not matter');
rollback to good;
select is(cast_.after($$ update public.leads set campaign_status = 'completed' where id = cast_.nth(2) $$), '1 {}',
  'a lead that has completed a campaign is not fed');
rollback to good;
select is(cast_.after($$ update public.leads set campaign_status = 'opted_out' where id = cast_.nth(2) $$), '1 {}',
  'a lead that opted out is not fed');
rollback to good;
select is(cast_.after($$ update public.leads set campaign_status = 'invalid' where id = cast_.nth(2) $$), '1 {}',
  'an invalid lead is not fed');
rollback to good;
select is(cast_.after($$ delete from public.leads where id = cast_.nth(2) $$), '1 {}', 'a deleted lead is not fed');
rollback to good;

-- Consent, where it exists.
select is(cast_.after($$ update public.leads set consented_at = now() where id = cast_.nth(2) $$),
  '1 {"consent_revoked": 1}',
  'a lead whose consent was revoked is not fed');
rollback to good;
select is(cast_.after($$ update public.leads set consent = true, consented_at = now() where id = cast_.nth(2) $$),
  '1 2 {}',
  'a lead with consent is fed');

select * from finish();
rollback;
