begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

-- The cast's own leads become contactable: one of the broker, one of the colleague, one of nobody, one of the rival.
select cast_.verify(cast_.lead(l)) from unnest(array['a1', 'a2', 'a3', 'b1']) l \g /dev/null
select is(cast_.leads('owner', 'public.contactable_leads', 'lead_id'), 'none',
  'before a refresh no lead is nominated');
select cast_.nominate() \g /dev/null
select is((select count(*) from public.mv_contactable_leads), 4::bigint, 'four leads are nominated');

select is(cast_.leads(who, 'public.contactable_leads', 'lead_id'), answer,
  format('%s sees contactable leads: %s', who, answer))
from (values ('owner', 'a1 a2 a3'), ('admin', 'a1 a2 a3'), ('viewer', 'a1 a2 a3'), ('broker', 'a1'),
  ('colleague', 'a2'),
  ('rival', 'b1'), ('stranger', 'none'), ('desk', 'a1 a2 a3 b1'),
  ('anon', '42501 permission denied for view contactable_leads'),
  ('pipeline_writer', '42501 permission denied for view contactable_leads')) x (who, answer);

-- Indirect access is refused, too.
select is(cast_.run(who, 'select * from public.mv_contactable_leads'), answer,
  format('%s reads the materialized view: %s', who, answer))
from (values ('anon', '42501 permission denied for materialized view mv_contactable_leads'),
  ('owner', '42501 permission denied for materialized view mv_contactable_leads'),
  ('broker', '42501 permission denied for materialized view mv_contactable_leads'),
  ('pipeline_writer', 'rows 4'), ('desk', 'rows 4')) x (who, answer);
select is(cast_.leads(who, 'private.nominated_leads', 'lead_id'), answer,
  format('%s sees nominations: %s', who, answer))
from (values ('owner', 'a1 a2 a3'), ('rival', 'b1'), ('stranger', 'none'),
  ('anon', '42501 permission denied for schema private')) x (who, answer);

-- A lead that changes its broker after the refresh is visible to the new broker at once.
set local sluice.actor = 'system';
update public.leads set assigned_broker_id = 'a0000000-0000-4000-8000-0000000000b2' where id = cast_.lead('a1');
set local sluice.actor = '';
select is(cast_.leads('broker', 'public.contactable_leads', 'lead_id'), 'none',
  'a reassigned lead disappears from the old broker''s view at once');
select is(cast_.leads('colleague', 'public.contactable_leads', 'lead_id'), 'a1 a2',
  'and appears in the new broker''s view');

-- A broker's own list.
select is(cast_.leads(who, 'public.my_leads', 'lead_id'), answer, format('%s has leads of their own: %s', who, answer))
from (values ('broker', 'none'), ('colleague', 'a1 a2'), ('rival', 'b1'), ('owner', 'none'), ('viewer', 'none'),
  ('stranger', 'none'),
  ('anon', '42501 permission denied for view my_leads')) x (who, answer);

-- Leads that are no longer contactable disappear; new ones wait for the refresh.
select count(*) from public.feed_campaign(cast_.org(), cast_.campaign(), '2026-11-23',
  '2026-11-23 14:00Z') \g /dev/null
select is(cast_.leads('owner', 'public.contactable_leads', 'lead_id'), 'none', 'fed leads are no longer contactable');
select is(cast_.leads('rival', 'public.contactable_leads', 'lead_id'), 'b1', 'those of the other org still are');
select is((select count(*) from public.mv_contactable_leads), 4::bigint,
  'although the materialized view is out of date');
select cast_.nominate() \g /dev/null
select is((select count(*) from public.mv_contactable_leads), 1::bigint, 'a refresh updates it');

-- Nominations: each reason for exclusion, on its own.
select cast_.as_new();
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
select is((select array_agg(right(lead_id::text, 2)::integer order by 1) from public.mv_contactable_leads
  where lead_id::text like 'f%'), '{1,8}',
  'nominated are verified, unsuppressed leads without a revoked consent whose phone is in no campaign');

-- The funnel.
delete from public.pipeline_events;
insert into public.pipeline_events (org_id, lead_id, kind, quantity, at) values
  (cast_.org('a'), null, 'uploaded', 100, '2026-11-20Z'), (cast_.org('a'), null, 'uploaded', 50, '2026-11-21Z'),
  (cast_.org('a'), cast_.lead('a2'), 'fed', 1, '2026-11-23Z'),
    (cast_.org('a'), cast_.lead('a3'), 'fed', 1, '2026-11-23Z'),
  (cast_.org('b'), null, 'uploaded', 7, '2026-11-23Z');
create function cast_.funnel(p_who text) returns text
language sql as $$ select cast_.ask(p_who,
  'select string_agg(kind || '' '' || quantity, '', '' order by org_id, kind) from public.funnel where quantity > '
  '0') $$;
select is(cast_.funnel('owner'), 'uploaded 150, fed 2', 'the funnel adds up');
select is(cast_.funnel('rival'), 'uploaded 7', 'for the caller''s own org');
select is(cast_.funnel('colleague'), 'fed 1', 'a broker counts only their own leads');
select is(cast_.run('anon', 'select * from public.funnel'), '42501 permission denied for view funnel',
  'anon counts nothing');
select is(cast_.ask('owner', 'select string_agg(kind::text, '' '' order by kind) from public.funnel'),
  'uploaded staged deduped verified fed sent replied booked', 'each step has its row, in order');

select * from finish();
rollback;
