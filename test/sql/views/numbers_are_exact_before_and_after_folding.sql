-- What the daily counts say is what the events and messages say, at any moment.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

create function pg_temp.counted() returns table (kind public.pipeline_event_kind, quantity bigint) language sql as $$
  select c.kind, sum(c.quantity)::bigint from private.pipeline_counts(cast_.org(), '-infinity', 'infinity') c
  group by 1 having sum(c.quantity) <> 0 order by 1
$$;
create function pg_temp.events() returns table (kind public.pipeline_event_kind, quantity bigint) language sql as $$
  select e.kind, sum(e.quantity)::bigint from public.pipeline_events e where e.org_id = cast_.org()
  group by 1 having sum(e.quantity) <> 0 order by 1
$$;
insert into public.pipeline_events (org_id, kind, at, quantity, detail) values
  (cast_.org(), 'uploaded', '2026-11-18T08:30Z', 500, '{"upload_id": "a0000000-0000-4000-8000-00000000000d"}'),
  (cast_.org(), 'staged', '2026-11-18T07:30Z', 400, '{}');
insert into public.pipeline_events (org_id, lead_id, kind, at, detail)
select cast_.org(), cast_.lead('a' || n), k::public.pipeline_event_kind, at::timestamptz,
  jsonb_build_object('campaign_id', cast_.campaign())
from (values (1, 'fed', '2026-11-16T20:00Z'), (2, 'fed', '2026-11-17T20:00Z'), (1, 'sent', '2026-11-17T20:00Z'),
  (1, 'sent', '2026-11-24T20:00Z'), (2, 'sent', '2026-11-18T20:00Z'), (1, 'replied', '2026-11-25T20:00Z'),
  (1, 'booked', '2026-11-26T20:00Z')) x (n, k, at);
select results_eq('select * from pg_temp.counted()', 'select * from pg_temp.events()', 'before folding');
select is(private.fold_pipeline(3), 3::bigint, 'a part is folded');
select results_eq('select * from pg_temp.counted()', 'select * from pg_temp.events()', 'with a part folded');
select private.fold_pipeline() \g /dev/null
select is((select count(*) from private.pipeline_deltas where org_id = cast_.org()), 0::bigint, 'all are folded');
select results_eq('select * from pg_temp.counted()', 'select * from pg_temp.events()', 'with all folded');
insert into public.pipeline_events (org_id, lead_id, kind, at, detail)
values (cast_.org(), cast_.lead('a3'), 'fed', '2026-11-18T20:00Z', jsonb_build_object('campaign_id',
  cast_.campaign()));
select private.fold_pipeline() \g /dev/null
select results_eq('select * from pg_temp.counted()', 'select * from pg_temp.events()', 'and folded again');
select is((select count(*) from private.pipeline_daily where org_id = cast_.org() and kind = 'staged'), 1::bigint,
  'one row a day and origin');

-- Days are those of the org; leads count once.
select is(cast_.ask('viewer', format($$ select string_agg(key || ' ' || kind || ' ' || quantity, ', ' order by key)
  from public.funnel_numbers(%L, '2026-11-17', '2026-11-18') where kind in ('uploaded', 'staged') $$, cast_.org())),
  '2026-11-17 staged 400, 2026-11-18 uploaded 500', 'half past seven in UTC is the day before in Los Angeles');
select is(cast_.ask('viewer', format($$ select string_agg(kind || ' ' || leads || '/' || quantity, ', ' order by kind)
  from public.funnel_numbers(%L, '2026-11-01', '2026-11-30', 'campaign') where key = %L $$, cast_.org(),
  cast_.campaign())), 'fed 3/3, sent 2/3, replied 1/1, booked 1/1', 'a second message to a lead is no second lead');
select is(cast_.ask('viewer', format($$ select string_agg(label, ', ') from public.funnel_numbers(%L, '2026-11-01',
  '2026-11-30', 'source') where kind = 'uploaded' $$, cast_.org())), 'List A', 'the source of an upload');
select is(cast_.ask(who, format($$ select string_agg(coalesce(label, '-') || ' ' || leads, ', ' order by label)
  from public.funnel_numbers(%L, '2026-11-01', '2026-11-30', 'broker') where kind = 'fed' $$, cast_.org())), answer,
  who || ' sees numbers by broker')
from (values ('owner', 'Broker 1, Colleague 1, - 1'), ('viewer', 'Broker 1, Colleague 1, - 1'), ('broker', 'Broker 1'),
  ('rival', 'SL111 org not found, or your role does not allow this: it takes owner or admin or broker or viewer'))
  x (who, answer);
select is(cast_.ask('owner', format($$ select count(*) from public.funnel_numbers(%L, %L, %L) $$, cast_.org(), d1,
  d2)),
  'SL831 a period has a first and a last day, at most two years apart', coalesce(d1 || ' ' || d2, 'no period'))
from (values ('2026-11-02', '2026-11-01'), ('2020-01-01', '2026-11-01'), (null, '2026-01-01')) x (d1, d2);

-- Messages: each transition once, and the money.
select cast_.runner(n) from generate_series(1, 3) n \g /dev/null
select cast_.claim() \g /dev/null
update public.messages set state = 'sent', sent_at = cast_.noon(), cost_usd = 0.01, lease_token = null,
  lease_until = null, claimed_at = coalesce(claimed_at, cast_.noon()) where state = 'sending';
update public.messages set state = 'delivered', delivered_at = cast_.noon() where state = 'sent';
update public.messages set clicked_at = cast_.noon(), cost_usd = 0.03
where id = (select id from public.messages order by id limit 1);
create function pg_temp.sums() returns text language sql as $$
  select format('%s %s %s %s', sum(sent), sum(delivered), sum(clicked), sum(cost_usd))
  from private.message_counts(cast_.org(), '-infinity', 'infinity')
$$;
create function pg_temp.ledger() returns text language sql as $$
  select format('%s %s %s %s', count(sent_at), count(delivered_at), count(clicked_at), sum(cost_usd)::numeric(14, 6))
  from public.messages where org_id = cast_.org()
$$;
select cmp_ok((select count(*) from public.messages where sent_at is not null), '>', 0::bigint, 'something was sent');
select is(pg_temp.sums(), pg_temp.ledger(), 'the counts of messages are those of the ledger');
select private.fold_messages() \g /dev/null
select is(pg_temp.sums(), pg_temp.ledger(), 'and after folding');
select is(cast_.ask('viewer', format('select sum(cost_usd) from public.campaign_variants(%L, %L)', cast_.org(),
  cast_.campaign()))::numeric, (select sum(cost_usd) from public.messages), 'the variants have all costs');
select is(cast_.ask('broker', format('select count(*) from public.campaign_variants(%L, %L)', cast_.org(),
  cast_.campaign())), 'SL111 org not found, or your role does not allow this: it takes owner or admin or viewer',
  'a broker sees no costs');
select is(cast_.ask('owner', format($$ select sum(messages_usd) from public.unit_costs(%L,
  (now() - interval '2 days')::date, (now() + interval '2 days')::date) $$, cast_.org()))::numeric,
  (select sum(cost_usd) from public.messages), 'unit costs have them, too');

-- Cohorts.
select is(cast_.ask('viewer', format($$ select string_agg(fed_week || ' ' || kind || ' +' || weeks_after || ' ' ||
  leads, ', '
  order by kind, weeks_after) from public.feed_cohorts(%L, '2026-11-16', '2026-11-16') where kind in ('fed') $$,
  cast_.org())), '2026-11-16 fed +0 3', 'leads by the week of their feed');

select * from finish();
rollback;
