-- Each step of the funnel: how many are left of the step before, how long it took, what it cost, and how often a
-- provider was overloaded. The same before and after folding.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

-- Three leads came at noon on the 2nd, were fed on the 3rd, and went on after minutes, hours and days.
update public.leads l set created_at = '2026-11-02T20:00Z', campaign_id = cast_.campaign(), campaign_status = 'active',
  added_to_campaign_at = '2026-11-03T20:00Z'
from generate_series(1, 3) n where l.id = cast_.lead('a' || n);
insert into public.pipeline_events (org_id, kind, at, quantity, duration, detail) values
  (cast_.org(), 'uploaded', '2026-11-02T20:00Z', 10, null, '{}'),
  (cast_.org(), 'staged', '2026-11-02T20:00Z', 8, '2 seconds', '{}'),
  (cast_.org(), 'deduped', '2026-11-02T20:00Z', 5, '30 seconds', '{}');
insert into public.pipeline_events (org_id, lead_id, kind, at, detail)
select cast_.org(), cast_.lead('a' || n), k::public.pipeline_event_kind,
  '2026-11-03T20:00Z'::timestamptz + after::interval, jsonb_build_object('campaign_id', cast_.campaign())
from (values (1, 'fed', '0'), (2, 'fed', '0'), (3, 'fed', '0'), (1, 'sent', '5 minutes'),
  (2, 'sent', '5 minutes'), (3, 'sent', '2 hours'), (1, 'sent', '4 days'), (1, 'replied', '5 days'),
  (1, 'booked', '6 days')) x (n, k, after);

create function pg_temp.steps(p_who text, p_by text) returns text language sql as $$
  select cast_.ask(p_who, format($q$ select string_agg(concat_ws(' ', kind, reached, coalesce(dropped::text, '-'),
    coalesce(kept::text, '-'), timed, coalesce(median_seconds::text, '-'), coalesce(mean_seconds::text, '-')), ', '
    order by kind) from public.funnel_steps(%L, '2026-11-01', '2026-11-30', %L) where %s $q$, cast_.org(), p_by,
    case p_by when 'campaign' then format('key = %L', cast_.campaign()) else 'true' end))
$$;
create function pg_temp.expected() returns text language sql as $$
  select 'uploaded 10 - - 0 - -, staged 8 2 0.8000 8 5.5 2.0, deduped 5 3 0.6250 5 35.0 30.0, '
    'fed 3 2 0.6000 3 172800.0 86400.0, sent 3 0 1.0000 3 465.0 2600.0, replied 1 2 0.3333 1 432000.0 432000.0, '
    'booked 1 2 0.3333 1 432000.0 518400.0'
$$;
select is(pg_temp.steps('owner', 'period'), pg_temp.expected(), 'before folding');
select private.fold_pipeline(4) \g /dev/null
select is(pg_temp.steps('owner', 'period'), pg_temp.expected(), 'with a part folded');
select private.fold_pipeline() \g /dev/null
select is((select count(*) from private.pipeline_deltas where org_id = cast_.org()), 0::bigint, 'all are folded');
select is(pg_temp.steps('owner', 'period'), pg_temp.expected(), 'with all folded');
select is(pg_temp.steps('viewer', 'campaign'),
  'fed 3 - - 3 172800.0 86400.0, sent 3 0 1.0000 3 465.0 2600.0, replied 1 2 0.3333 1 432000.0 432000.0, '
  'booked 1 2 0.3333 1 432000.0 518400.0', 'of a campaign');
select is(cast_.ask('owner', format($$ select string_agg(key || ' ' || kind || ' ' || reached, ', ' order by key, kind)
  from public.funnel_steps(%L, '2026-11-03', '2026-11-05', 'day') $$, cast_.org())),
  '2026-11-03 fed 3, 2026-11-03 sent 3', 'by day');
select is(pg_temp.steps('broker', 'period'), 'fed 1 - - 1 172800.0 86400.0, sent 1 0 1.0000 1 330.0 300.0, '
  'replied 1 0 1.0000 1 432000.0 432000.0, booked 1 0 1.0000 1 432000.0 518400.0', 'a broker counts own leads');
select matches(pg_temp.steps('rival', 'period'), '^SL111', 'another org gets nothing');
select is(cast_.ask('owner', format($$ select count(*) from public.funnel_steps(%L, '2026-11-01', '2026-11-30', 'hour')
  $$, cast_.org())), 'SL831 the funnel is counted by day, source, campaign or broker, or for the period',
  'by nothing else');

-- An event that is taken back takes its time with it.
insert into public.pipeline_events (org_id, lead_id, kind, at, detail)
values (cast_.org(), cast_.lead('a1'), 'closed', '2026-11-20T20:00Z',
  jsonb_build_object('campaign_id', cast_.campaign()));
select matches(pg_temp.steps('owner', 'period'), 'closed 1 0 1.0000 1 ', 'a closed deal');
delete from public.pipeline_events where org_id = cast_.org() and kind = 'closed';
select private.fold_pipeline() \g /dev/null
select is(pg_temp.steps('owner', 'period'), pg_temp.expected(), 'a deal that goes back');

-- Costs, and answers of overloaded providers, at the step that asked.
select cast_.runner(n) from generate_series(1, 2) n \g /dev/null
select cast_.claim() \g /dev/null
update public.messages set state = 'sent', sent_at = cast_.noon(), cost_usd = 0.01, lease_token = null,
  lease_until = null where state = 'sending';
select private.count_requests(cast_.org(), (select jsonb_agg(x) from (
  select jsonb_build_object('message_id', m.id, 'provider', 'twilio', 'result', 'retry', 'code', c.code) as x
  from (select id from public.messages where org_id = cast_.org() order by id limit 1) m
  cross join (values ('http_429'), ('http_429'), ('http_503'), ('http_400')) c (code)) y));
create function pg_temp.costs(p_who text) returns text language sql as $$
  select cast_.ask(p_who, format($q$ select string_agg(concat_ws(' ', kind, coalesce(answers_429::text, '-'),
    coalesce(answers_5xx::text, '-'), coalesce(cost_usd::float8::text, '-')), ', ' order by kind)
    from public.funnel_steps(%L, current_date - 700, current_date + 30) where kind in ('sent', 'verified') $q$,
    cast_.org()))
$$;
select private.fold_messages() \g /dev/null
select is(pg_temp.costs('owner'), 'sent 2 1 ' || (select sum(cost_usd)::float8 from public.messages),
  'what sending cost, and how often the provider was overloaded');
select private.fold_calls() \g /dev/null
select is(pg_temp.costs('viewer'), 'sent 2 1 ' || (select sum(cost_usd)::float8 from public.messages),
  'the same after folding');
select is(pg_temp.costs('broker'), 'sent - - -', 'brokers see no costs');
select * from finish();
rollback;
