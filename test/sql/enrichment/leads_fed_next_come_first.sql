begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();
update public.campaigns set daily_limit = 2 where id = cast_.campaign();
select cast_.feedable(1, 40), cast_.feedable(2, 60), cast_.feedable(3, 50) \gset ignored_
select public.refresh_contactable_leads(p_force => true) \gset ignored_
create function cast_.scope(p_scope jsonb) returns text language sql as $$
  select string_agg(case when s.lead_id::text like 'f%' then right(s.lead_id::text, 1) else 'a' end, ' '
    order by s.place)
  from private.enrichment_scope(cast_.org(), p_scope) s $$;
select results_eq(format('select lead_id, place from private.fed_next(%L) order by place', cast_.org()),
  $$ values (cast_.nth(2), 1::bigint), (cast_.nth(3), 2::bigint) $$, 'the next feed takes the best two');
select is(cast_.scope('{}'), '2 3 a a a 1', 'they come before leads with a higher score');
select is(cast_.scope('{"fed_next": true}'), '2 3', 'and can be the whole run');
select is(cast_.scope(jsonb_build_object('campaign_id', cast_.campaign())), '2 3 1', 'a campaign has its candidates');
select public.feed_campaign(cast_.org(), cast_.campaign(), '2026-11-23', '2026-11-23T14:00Z') \gset ignored_
select is(cast_.scope(jsonb_build_object('campaign_id', cast_.campaign())), '2 3 1', 'and its leads');
select is(cast_.scope(jsonb_build_object('lead_ids', jsonb_build_array(cast_.nth(1)))), '1', 'single leads');
select is(cast_.scope(jsonb_build_object('source_id', 'a0000000-0000-4000-8000-00000000005c')) ~ '^[a-z0-9 ]+$', true,
  'leads of a source');
update public.leads set campaign_status = 'opted_out' where id = cast_.nth(1);
select is(cast_.scope(jsonb_build_object('lead_ids', jsonb_build_array(cast_.nth(1)))), null,
  'but nobody who opted out');
select * from finish();
rollback;
