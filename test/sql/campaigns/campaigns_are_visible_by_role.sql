begin;
\ir ../support/cast.sql
select no_plan();

insert into public.campaigns (org_id, id, name)
select id, overlay(id::text placing 'ca' from 35)::uuid, 'Spring' from public.orgs;
insert into public.campaign_feeds (org_id, campaign_id, local_date, planned, started_at)
select org_id, id, '2026-03-02', 250, now() from public.campaigns;

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

select * from finish();
rollback;
