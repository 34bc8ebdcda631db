begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

select cast_.feedable(1), cast_.feedable(2, p_phone => 1), cast_.feedable(3),
  cast_.feedable(4, p_org => 'b') \g /dev/null
select is(private.suppress_value(cast_.org(), cast_.phone_bidx(1), 'phone', null, 'stop', 'reply',
  '2026-11-23 14:00Z'), true, 'a value is suppressed');
select is(private.suppress_value(cast_.org(), cast_.phone_bidx(1), 'phone', null, 'request', 'call',
  '2026-11-24 14:00Z'), false, 'suppressing it again adds nothing');
select results_eq('select reason, source, created_at from public.suppressions',
  $$ values ('stop', 'reply', '2026-11-23 14:00Z'::timestamptz) $$, 'the first reason and time are kept');
select results_eq($$ select right(l.id::text, 12)::integer, l.campaign_status::text from public.leads l
  where l.id::text like 'f%' order by 1 $$,
  $$ values (1, 'opted_out'), (2, 'opted_out'), (3, 'new'), (4, 'new') $$,
    'every lead of the org with the value has opted out, and no other');
select is((select c.actor from public.lead_changes c where c.lead_id = cast_.nth(1)
  and c.changes ? 'campaign_status'), 'system',
  'the history names the system as the actor');
select is(current_setting('sluice.actor', true), '', 'the actor is restored afterwards');

select throws_ok('update public.suppressions set channel = ''sms''', 'SL502', null, 'a suppression cannot be changed');
select throws_ok('delete from public.suppressions', 'SL502', null, 'a suppression cannot be deleted');
select throws_ok('truncate public.suppressions', 'SL502', null, 'suppressions cannot be truncated');
select is(cast_.run('service_role', 'delete from public.suppressions'), 'SL502 suppressions are append-only',
  'the service role cannot delete suppressions');

-- By value: leads and contacts may be deleted and imported again.
delete from public.leads where id in (cast_.nth(1), cast_.nth(2));
select cast_.feedable(1) \g /dev/null
select is(private.is_suppressed(cast_.org(), cast_.phone_bidx(1), 'sms'), true,
  'deleting and importing a lead again lifts nothing');
select cast_.nominate() \g /dev/null
select is(cast_.feed(), '3', 'the view does not nominate a suppressed lead');
select is((select campaign_status::text from public.leads where id = cast_.nth(1)), 'new',
  'the imported lead itself is not marked');

-- Merging keeps the opt-out.
select cast_.as_new();
set local sluice.actor = 'system';
update public.leads set campaign_status = 'opted_out' where id = cast_.nth(1);
select private.merge_leads(cast_.org(), cast_.nth(3), cast_.nth(1), null, 'test') \g /dev/null
set local sluice.actor = '';
select is((select campaign_status::text from public.leads where id = cast_.nth(3)), 'opted_out',
  'a merge keeps the opt-out');

-- Channels.
select private.suppress_value(cast_.org(), cast_.phone_bidx(7), 'phone', 'sms', 'stop', 'reply') \g /dev/null
select is(private.is_suppressed(cast_.org(), cast_.phone_bidx(p), c), answer,
  format('phone %s on %s: %s', p, coalesce(c, 'any channel'), answer))
from (values (7, 'sms', true), (7, 'voice_ai', false), (7, null, true), (7, 'all', false),
  (1, 'sms', true), (1, 'email', true), (1, null, true), (1, 'all', true), (9, null, false)) x (p, c, answer);
select is(private.is_suppressed(cast_.org('b'), cast_.phone_bidx(1), null), false,
  'the list of another org is separate');
select throws_ok($$ select private.suppress_value(cast_.org(), '\x01', 'phone', 'fax', 'stop', 'reply') $$, '23514',
  null, 'an unknown channel is refused');

select lives_ok($$ delete from public.orgs where id = cast_.org() $$, 'an org can be deleted');
select is((select count(*) from public.suppressions), 0::bigint, 'the suppressions of a deleted org are deleted');

select * from finish();
rollback;
