begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

-- Lead 1 is always valid: a feed that refuses the other lead must still take this one. Each change is made after
-- the refresh, when the view still nominates both.
select cast_.feedable(1, 90), cast_.feedable(2, 80) \g /dev/null
select cast_.nominate() \g /dev/null
select is(cast_.feed(), '1 2', 'both leads are valid at first');
select cast_.as_new();

create function cast_.after(p_change text) returns text
language plpgsql as $$
begin
  perform set_config('sluice.actor', 'system', true);
  execute p_change;
  perform set_config('sluice.actor', '', true);
  return cast_.feed() || ' ' || cast_.left_out();
end
$$;
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
  'an invalid phone is not enough');
rollback to good;
select is(cast_.after($$ delete from public.contact_points where lead_id = cast_.nth(2) $$),
  '1 {"no_verified_phone": 1}',
  'a lead without its phone is not fed');
rollback to good;
select is(cast_.after($$ select cast_.add_contact(cast_.nth(2), 'phone', cast_.phone_of(3)) $$), '1 2 {}',
  'an unverified phone beside a verified one does not matter');
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
rollback to good;

-- Suppressions.
select is(cast_.after($$ select private.suppress_value(cast_.org(), cast_.phone_bidx(2), 'phone', null, 'stop',
  'test') $$), '1 {}',
  'a lead whose phone is suppressed on all channels has opted out');
rollback to good;
select is(cast_.after($$ select private.suppress_value(cast_.org(), cast_.phone_bidx(2), 'phone', 'sms', 'stop',
  'test') $$), '1 {"suppressed": 1}',
  'a phone suppressed on one channel is not enough');
rollback to good;
select is(cast_.after($$
    select private.suppress_value(cast_.org(), cast_.phone_bidx(2), 'phone', 'sms', 'stop', 'test');
    select cast_.add_contact(cast_.nth(2), 'phone', cast_.phone_of(3));
    select cast_.verify(cast_.nth(2)) $$), '1 2 {}',
  'another verified phone that is not suppressed is');
rollback to good;
select is(cast_.after($$
    select private.suppress_value(cast_.org(), cast_.phone_bidx(3), 'phone', null, 'stop', 'test');
    select cast_.add_contact(cast_.nth(2), 'phone', cast_.phone_of(3)) $$), '1 {"suppressed": 1}',
  'a lead with a second phone suppressed on all channels is not fed, although its own phone is not suppressed');
rollback to good;
select is(cast_.after($$ select private.suppress_value(cast_.org(), cast_.phone_bidx(3), 'phone', null, 'stop',
  'test') $$), '1 2 {}',
  'a suppression of another value does not matter');
rollback to good;
select is(cast_.after($$ select private.suppress_value(cast_.org('b'), cast_.phone_bidx(2), 'phone', null, 'stop',
  'test') $$), '1 2 {}',
  'a suppression of another org does not matter');
rollback to good;

-- One phone, one running campaign. Lead 3 has the phone of lead 2 and is in progress elsewhere.
insert into public.campaigns (org_id, id, name, state)
values (cast_.org(), 'a0000000-0000-4000-8000-0000000000cb', 'Other', 'running');
select cast_.feedable(3, 10, p_phone => 2) \g /dev/null
create function cast_.in_work(p_status text,
  p_campaign uuid default 'a0000000-0000-4000-8000-0000000000cb') returns text
language sql as $$
  select format('update public.leads set campaign_status = %L, campaign_id = %L, added_to_campaign_at = now(), '
    'last_reply_at = now() where id = cast_.nth(3)',
    p_status, p_campaign)
$$;
savepoint shared;
select is(cast_.after(cast_.in_work('queued')), '1 {"phone_in_campaign": 1}',
  'a phone of a lead that is queued in another running campaign is taken');
rollback to shared;
select is(cast_.after(cast_.in_work('active')), '1 {"phone_in_campaign": 1}',
  'a phone of a lead that is active in another running campaign is taken');
rollback to shared;
select is(cast_.after(cast_.in_work('replied')), '1 {"phone_in_campaign": 1}',
  'a phone of a lead that is replied in another running campaign is taken');
rollback to shared;
select is(cast_.after(cast_.in_work('paused')), '1 {"phone_in_campaign": 1}',
  'a phone of a lead that is paused in another running campaign is taken');
rollback to shared;
select is(cast_.after(cast_.in_work('booked')), '1 {"phone_in_campaign": 1}',
  'a phone of a lead that is booked in another running campaign is taken');
rollback to shared;
select is(cast_.after(cast_.in_work('queued', cast_.campaign())), '1 {"phone_in_campaign": 1}',
  'the campaign''s own leads count as well');
rollback to shared;
select is(cast_.after(cast_.in_work('completed')), '1 2 {}', 'a lead whose sequence is completed releases its phone');
rollback to shared;
select is(cast_.after(cast_.in_work('active') || $$; update public.campaigns set state = 'finished'
  where name = 'Other' $$), '1 2 {}',
  'a finished campaign releases its phones');
rollback to shared;
select is(cast_.after(cast_.in_work('active') || $$; update public.campaigns set state = 'paused'
  where name = 'Other' $$), '1 {"phone_in_campaign": 1}',
  'a paused campaign, which may resume at any time, does not');
rollback to shared;
-- The phone is the second one of the other lead.
select cast_.feedable(4, 5) \g /dev/null
set local sluice.actor = 'system';
select cast_.add_contact(cast_.nth(4), 'phone', cast_.phone_of(1)) \g /dev/null
update public.contact_points set position = 2 where lead_id = cast_.nth(4) and value_bidx = cast_.phone_bidx(1);
select isnt((select phone_bidx from public.leads where id = cast_.nth(4)), cast_.phone_bidx(1),
  'the phone is not the first one of lead 4');
select is(cast_.after(replace(cast_.in_work('active'), 'nth(3)', 'nth(4)')), '2 {"phone_in_campaign": 1}',
  'a second phone of a lead in progress is taken, too');
rollback to shared;

-- Within one feed.
select cast_.feedable(5, 70, p_phone => 6), cast_.feedable(6, 60), cast_.feedable(7, 50) \g /dev/null
select cast_.nominate() \g /dev/null
select is(cast_.feed(), '1 2 5 7', 'of leads that share a phone, one feed takes the best only');
select is(cast_.left_out(), '{"phone_in_campaign": 2}', 'the feed counts the others');
select is(cast_.feed('2026-11-24'), 'nobody', 'and so does the next feed, while the first lead is in progress');
set local sluice.actor = 'system';
update public.leads set campaign_status = 'completed' where id = cast_.nth(5);
select is(cast_.feed('2026-11-25'), '6', 'after the first lead has completed, the next is fed');

-- Refused leads do not use up the daily limit.
select cast_.as_new();
rollback to good;
select cast_.feedable(n, 100 - n) from generate_series(10, 30) n \g /dev/null
select cast_.nominate() \g /dev/null
update public.campaigns set daily_limit = 3 where id = cast_.campaign();
set local sluice.actor = 'system';
update public.contact_points set verified = false where lead_id in (select cast_.nth(n)
  from generate_series(10, 28) n);
select is(cast_.feed(), '1 2 29', 'the feed continues past refused candidates until the daily limit is reached');
select is(cast_.left_out(), '{"no_verified_phone": 19}', 'however many are refused');

select * from finish();
rollback;
