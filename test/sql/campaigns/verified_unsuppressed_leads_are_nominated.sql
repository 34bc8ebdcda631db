begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

delete from public.campaigns where id not in (cast_.campaign('a'), cast_.campaign('b'));
select cast_.feedable(n) from generate_series(1, 9) n \g /dev/null
set local sluice.actor = 'system';
update public.leads set phone_verified = false where id = cast_.nth(2);
update public.contact_points set verified = false where lead_id = cast_.nth(3);
update public.contact_points set invalid_at = now() where lead_id = cast_.nth(4);
select private.suppress_value(cast_.org(), cast_.phone_bidx(5), 'phone', null, 'stop', 'test') \g /dev/null
select private.suppress_value(cast_.org(), cast_.phone_bidx(6), 'phone', 'sms', 'stop', 'test') \g /dev/null
update public.leads set consented_at = now() where id = cast_.nth(7);
update public.leads set consented_at = now(), consent = true where id = cast_.nth(8);
update public.leads set campaign_status = 'completed' where id = cast_.nth(9);
set local sluice.actor = 'system';
select cast_.feedable(10), cast_.feedable(11, p_phone => 10) \g /dev/null
set local sluice.actor = 'system';
update public.leads set campaign_status = 'active', campaign_id = cast_.campaign(), added_to_campaign_at = now()
  where id = cast_.nth(11);
set local sluice.actor = '';
select cast_.nominate() \g /dev/null
select is((
  select array_agg(right(lead_id::text, 2)::integer order by right(lead_id::text, 2)::integer)
  from public.mv_contactable_leads where lead_id::text like 'f%'), '{1,8}',
  'nominated are verified, unsuppressed leads without a revoked consent whose phone is in no campaign');

select * from finish();
rollback;
