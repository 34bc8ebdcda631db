-- Whatever is folded, and however a period is cut into months and days, the numbers are those of the events.
begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

create temp table asked as
select f::date, u::date from (values ('2026-09-01', '2026-11-30'), ('2026-09-03', '2026-11-29'),
  ('2026-10-05', '2026-10-20'), ('2026-10-31', '2026-11-01'), ('2026-10-20', '2026-11-10'),
  ('2026-10-01', '2026-10-31'), ('2025-11-01', '2026-10-31')) x (f, u);
insert into public.pipeline_events (org_id, lead_id, kind, at, detail)
select cast_.org(), cast_.lead('a' || (1 + n % 3)),
  (array['fed', 'replied', 'booked'])[1 + n / 3 % 3]::public.pipeline_event_kind,
  '2026-09-01T20:00Z'::timestamptz + make_interval(days => n * 7 % 91), case when n % 4 > 0 then
    jsonb_build_object('campaign_id', cast_.campaign()) else '{}' end
from generate_series(1, 200) n;
create function pg_temp.of_events(p_by text, p_from date, p_until date)
returns table (key text, kind text, leads bigint) language sql as $$
  select case p_by when 'day' then (e.at at time zone o.time_zone)::date::text when 'source' then l.source_id::text
      when 'campaign' then coalesce(e.detail ->> 'campaign_id', l.campaign_id::text)
      else l.assigned_broker_id::text end,
    e.kind::text, count(*)
  from public.pipeline_events e join public.orgs o on o.id = e.org_id
  join public.leads l on l.org_id = e.org_id and l.id = e.lead_id
  where e.org_id = cast_.org() and (e.at at time zone o.time_zone)::date between p_from and p_until
  group by 1, 2
$$;
create function pg_temp.differences() returns bigint language sql as $$
  select count(*) from asked a cross join unnest('{day,source,campaign,broker}'::text[]) b
  cross join lateral (
    (select * from pg_temp.of_events(b, a.f, a.u) except all
      select key, kind::text, leads from public.funnel_numbers(cast_.org(), a.f, a.u, b))
    union all
    (select key, kind::text, leads from public.funnel_numbers(cast_.org(), a.f, a.u, b) except all
      select * from pg_temp.of_events(b, a.f, a.u))) d
$$;
select cmp_ok((select count(*) from pg_temp.of_events('broker', '2026-01-01', '2026-12-31')), '>', 5::bigint,
  'there is something to compare');
select is(pg_temp.differences(), 0::bigint, 'before folding');
select is(private.fold_pipeline(1), 1::bigint, 'a part is folded');
select is(pg_temp.differences(), 0::bigint, 'with a part folded');
select private.fold_pipeline() \g /dev/null
select is(pg_temp.differences(), 0::bigint, 'with all folded');
insert into public.pipeline_events (org_id, lead_id, kind, at) 
values (cast_.org(), cast_.lead('a1'), 'fed', '2026-10-31T20:00Z');
delete from public.pipeline_events where id = (select min(id) from public.pipeline_events where org_id = cast_.org());
select is(pg_temp.differences(), 0::bigint, 'with an event more and one less');
select private.fold_pipeline() \g /dev/null
select is(pg_temp.differences(), 0::bigint, 'and folded again');

-- A broker counts own leads, whatever is asked.
select is(cast_.ask('broker', format('select sum(leads) from public.funnel_numbers(%L, %L, %L, %L)', cast_.org(),
  '2026-09-01', '2026-11-30', b)),
  (select count(*)::text from public.pipeline_events e join public.leads l on l.org_id = e.org_id and l.id = e.lead_id
    join public.brokers k on k.org_id = l.org_id and k.id = l.assigned_broker_id
    where e.org_id = cast_.org() and k.name = 'Broker'), 'a broker''s numbers by ' || b)
from unnest('{day,source,campaign,broker}'::text[]) b;
select is(cast_.ask('broker', format($$ select fed from public.list_campaigns(%1$L) where id = %2$L $$, cast_.org(),
    cast_.campaign())),
  cast_.ask('broker', format($$ select leads from public.campaign_funnel(%1$L, %2$L) where kind = 'fed' $$,
    cast_.org(), cast_.campaign())), 'the list of campaigns and the funnel of one agree for a broker');
select is(cast_.ask('owner', format($$ select fed from public.list_campaigns(%1$L, p_campaign_id => %2$L) $$,
    cast_.org(), cast_.campaign())),
  cast_.ask('owner', format($$ select leads from public.campaign_funnel(%1$L, %2$L) where kind = 'fed' $$, cast_.org(),
    cast_.campaign())), 'and for an owner');
select is(cast_.ask('viewer', format($$ select sum(leads) from public.feed_cohorts(%L, '2026-08-31', '2026-11-30')
    where kind = 'fed' $$, cast_.org())),
  cast_.ask('viewer', format($$ select sum(leads) from public.funnel_numbers(%L, '2026-08-31', '2026-12-06')
    where kind = 'fed' $$, cast_.org())), 'the cohorts have every fed lead');

-- Costs of data calls by whom the lead belongs to.
insert into public.provider_calls (org_id, at, lead_id, provider, account, endpoint, outcome, cost_usd) values
  (cast_.org(), '2026-10-07T20:00Z', cast_.lead('a1'), 'estated', 'main', 'property', 'ok', 0.25),
  (cast_.org(), '2026-10-08T20:00Z', cast_.lead('a2'), 'estated', 'main', 'property', 'ok', 0.5),
  (cast_.org(), '2026-10-08T20:00Z', null, 'estated', 'main', 'property', 'ok', 1);
create function pg_temp.data_costs(p_who text) returns text language sql as $$
  select cast_.ask(p_who, format($q$ select string_agg(coalesce(label, '-') || ' ' || data_usd, ', ' order by data_usd)
    from public.unit_costs_by(%L, '2026-10-02', '2026-11-03', 'broker') where data_usd > 0 $q$, cast_.org()))
$$;
select is(pg_temp.data_costs('owner'), 'Broker 0.250000, Colleague 0.500000, - 1.000000', 'before folding');
select private.fold_calls() \g /dev/null
select is(pg_temp.data_costs(who), answer, who || ' and costs')
from (values ('owner', 'Broker 0.250000, Colleague 0.500000, - 1.000000'),
  ('viewer', 'Broker 0.250000, Colleague 0.500000, - 1.000000'),
  ('broker', 'SL111 org not found, or your role does not allow this: it takes owner or admin or viewer'),
  ('rival', 'SL111 org not found, or your role does not allow this: it takes owner or admin or viewer'))
  x (who, answer);
select is(cast_.ask('owner', format($$ select count(*) from public.unit_costs_by(%L, '2026-10-01', '2026-10-02',
  'day') $$, cast_.org())), 'SL831 costs are split by source, campaign or broker', 'another split is refused');

select * from finish();
rollback;
