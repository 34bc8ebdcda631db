begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/live_check.sql
select no_plan();

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
  'a paused campaign, which may resume at any time, keeps its phones');
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
select is(cast_.feed('2026-11-24'), 'none', 'the next feed leaves out the others while the first lead is in progress');
set local sluice.actor = 'system';
update public.leads set campaign_status = 'completed' where id = cast_.nth(5);
select is(cast_.feed('2026-11-25'), '6', 'after the first lead has completed, the next is fed');

select * from finish();
rollback;
