begin;
\ir ../support/cast.sql
select no_plan();

insert into public.campaigns (org_id, id, name)
select id, overlay(id::text placing 'ca' from 35)::uuid, 'Spring' from public.orgs;
insert into public.campaign_feeds (org_id, campaign_id, local_date, planned, started_at)
select org_id, id, '2026-03-02', 250, now() from public.campaigns;
insert into public.suppressions (org_id, value_bidx, kind, reason, source)
select id, private.blind_index('+12135550199', private.blind_key(id)), 'phone', 'stop', 'reply' from public.orgs;
set local sluice.actor = 'system';
update public.leads set phone_verified = true,
  phone_bidx = (select c.value_bidx from public.contact_points c where c.lead_id = leads.id and c.kind = 'phone');
update public.contact_points set verified = true;
set local sluice.actor = '';
select public.refresh_contactable_leads(p_force => true) \g /dev/null

-- Campaigns and feeds: every member of the org reads, owners and admins control campaigns,
-- the pipeline writes the feeds.
select is(cast_.ask(who,
  format('select coalesce(string_agg(left(org_id::text, 1), '' '' order by org_id), ''none'') from public.%s', t)),
  answer, format('%s sees %s: %s', who, t, answer))
from unnest(array['campaigns', 'campaign_feeds']) t
cross join (values ('owner', 'a'), ('admin', 'a'), ('viewer', 'a'), ('broker', 'a'), ('rival', 'b'),
  ('stranger', 'none'), ('pipeline_writer', 'a b'), ('service_role', 'a b'),
  ('anon', '42501 permission denied for table ')) y (who, a)
cross join lateral (select case when who = 'anon' then a || t else a end) z (answer);
select is(cast_.run(who, 'update public.campaigns set daily_limit = 10'), answer,
  format('%s sets the daily limit: %s', who, answer))
from (values ('owner', 'rows 1'), ('admin', 'rows 1'), ('broker', 'rows 0'), ('viewer', 'rows 0'),
  ('rival', 'rows 1'), ('stranger', 'rows 0')) x (who, answer);
select is(cast_.run(who, format('insert into public.campaigns (org_id, name) values (%L, ''New'')', org)), answer,
  format('%s makes a campaign in %s: %s', who, left(org, 1), answer))
from (values ('broker', 'a0000000-0000-4000-8000-000000000000',
  '42501 new row violates row-level security policy for table "campaigns"'),
  ('viewer', 'a0000000-0000-4000-8000-000000000000',
    '42501 new row violates row-level security policy for table "campaigns"'),
  ('admin', 'b0000000-0000-4000-8000-000000000000',
    '42501 new row violates row-level security policy for table "campaigns"'),
  ('admin', 'a0000000-0000-4000-8000-000000000000', 'rows 1')) x (who, org, answer);
select is(cast_.run('owner', statement), '42501 permission denied for table ' || t, 'an owner may not ' || statement)
from (values ('campaign_feeds', 'update public.campaign_feeds set fed_count = 0'),
  ('campaign_feeds', 'delete from public.campaign_feeds'), ('campaigns', 'delete from public.campaigns'),
  ('suppressions', 'delete from public.suppressions'), ('suppressions',
    'update public.suppressions set channel = ''sms''')) x (t, statement);
select is(cast_.run('pipeline_writer', 'update public.campaign_feeds set fed_count = 1'), 'rows 2',
  'the writer writes the feeds');
select is(cast_.run(who, 'select public.feed_campaigns()'), '42501 permission denied for function feed_campaigns', who
  || ' does not feed by hand')
from unnest(array['anon', 'broker', 'owner']) who;

-- Suppressions: owners and admins read them; no role deletes one.
select is(cast_.ask(who,
  'select coalesce(string_agg(left(org_id::text, 1), '' ''), ''none'') from public.suppressions'), answer,
  format('%s sees suppressions: %s', who, answer))
from (values ('owner', 'a'), ('admin', 'a'), ('viewer', 'none'), ('broker', 'none'), ('rival', 'b'),
  ('stranger', 'none'), ('anon', '42501 permission denied for table suppressions')) x (who, answer);

-- The contactable view shows the nominated leads that the caller may see; its sources are not exposed.
select is(cast_.leads(who, 'public.contactable_leads', 'lead_id'), answer,
  format('%s sees contactable leads: %s', who, answer))
from (values ('owner', 'a1 a2 a3'), ('admin', 'a1 a2 a3'), ('viewer', 'a1 a2 a3'), ('broker', 'a1'),
  ('colleague', 'a2'), ('rival', 'b1'), ('stranger', 'none'),
  ('service_role', 'a1 a2 a3 b1'), ('anon', '42501 permission denied for view contactable_leads')) x (who, answer);
select is(cast_.run(who, 'select * from public.mv_contactable_leads'),
  '42501 permission denied for materialized view mv_contactable_leads', who || ' does not read the materialized view')
from unnest(array['anon', 'broker', 'owner']) who;
select is(cast_.run('pipeline_writer', 'select * from public.mv_contactable_leads'), 'rows 4', 'the feeder reads it');
select is(cast_.run('anon', 'select * from private.nominated_leads'), '42501 permission denied for schema private',
  'anon does not read the view in between');
select is(cast_.leads('owner', 'private.nominated_leads', 'lead_id'), 'a1 a2 a3',
  'which shows only the caller''s own org');
select is(cast_.leads('rival', 'private.nominated_leads', 'lead_id'), 'b1',
  'the leads of each org to its own members');
update public.leads set assigned_broker_id = null where id = cast_.lead('a1');
select is(cast_.leads('broker', 'public.contactable_leads', 'lead_id'), 'none',
  'a lead taken from a broker leaves the view at once, without a refresh');

-- The funnel counts the leads that the caller may see.
insert into public.pipeline_events (org_id, lead_id, kind) select org_id, id, 'fed' from public.leads;
select is(cast_.ask(who, 'select coalesce(sum(quantity), 0)::text from public.funnel where kind = ''fed'''), answer,
  format('%s counts %s fed leads', who, answer))
from (values ('owner', '3'), ('viewer', '3'), ('colleague', '1'), ('broker', '0'), ('rival', '1'), ('stranger', '0'),
  ('anon', '42501 permission denied for view funnel')) x (who, answer);

select * from finish();
rollback;
