begin;
\ir ../support/cast.sql
select no_plan();
create function pg_temp.org_of(p_lead text) returns uuid language sql as $$
  select format('%s0000000-0000-4000-8000-000000000000', left(p_lead, 1))::uuid
$$;
-- Nothing but what the test makes, in months that no current database has.
update public.orgs set settings = settings || '{"events_months": 12, "calls_months": 12}'
where id = pg_temp.org_of('a1');
select private.ensure_event_partitions('2001-02-15Z', 1), private.ensure_call_partitions('2001-02-15Z', 1),
  private.ensure_decision_partitions('2001-01-15Z', 1) \g /dev/null
insert into public.pipeline_events (org_id, kind, at, quantity)
select o, 'uploaded'::public.pipeline_event_kind, t::timestamptz, 3
from unnest(array[pg_temp.org_of('a1'), pg_temp.org_of('b1')]) o,
  unnest('{2001-01-31T23:59Z,2001-02-01T00:00Z}'::text[]) t
union all
select pg_temp.org_of('a1'), 'staged', '2001-01-10Z', 1 from generate_series(1, 12);
insert into public.provider_calls (org_id, at, provider, account, endpoint, outcome, input_bidx)
select pg_temp.org_of('a1'), t::timestamptz, 'x', 'x', 'lookup', 'ok'::public.call_outcome, '\x01'::bytea
from unnest('{2001-01-05Z,2001-02-05Z}'::text[]) t;

create function pg_temp.events(p_lead text) returns text language sql as $$
  select string_agg(to_char(e.at at time zone 'UTC', 'MM-DD') || ' ' || e.n, ', ' order by e.at)
  from (select x.at, count(*) as n from public.pipeline_events x
    where x.org_id = pg_temp.org_of(p_lead) and x.at < '2002-01-01'
    group by x.at) e
$$;
create function pg_temp.months(p_as_of timestamptz) returns text language sql as $$
  select string_agg(m.what || ' ' || right(m.partition_name, 2) || case when m.may_drop then ' drop' else '' end, ', '
    order by m.what, m.partition_name) from private.history_months(p_as_of) m
$$;

select is(pg_temp.months('2002-01-31T23:59Z'), null, 'a month is kept until it is twelve whole months old');
select is(private.delete_old_rows('2002-01-31T23:59Z'), '{"rows": 0, "complete": true}', 'and its rows are');
select is(pg_temp.months('2002-02-01Z'), 'calls 01 drop, events 01',
  'then a month is dropped, unless an org keeps its rows');
select is(private.drop_old_months('2002-02-01Z'), 1, 'the month of calls is dropped');
select is((select count(*)::int from public.provider_calls where at < '2002-01-01'), 1,
  'with its rows, and no others');
select is(pg_temp.events('b1'), '01-31 1, 02-01 1', 'what the other org keeps is there');
select is(private.delete_old_rows('2002-02-01Z', -1), '{"rows": 0, "complete": false}',
  'no batch begins after the time is over');
select is(private.delete_old_rows('2002-02-01Z', 60, 5), '{"rows": 13, "complete": true}',
  'rows of the org with a policy are deleted in batches');
select is(pg_temp.events('a1'), '02-01 1', 'all of the month, and no other');
select is(pg_temp.events('b1'), '01-31 1, 02-01 1', 'none of the org that keeps them');
select is((select sum(d.quantity)::int from private.pipeline_deltas d where d.org_id = pg_temp.org_of('a1')
  and d.day < '2001-02-01' and d.kind = 'uploaded'), 6, 'the numbers of the funnel stay');

-- The same policy for all: the whole month.
update public.orgs set settings = settings || '{"events_months": 24}' where id = pg_temp.org_of('b1');
select is(pg_temp.months('2003-01-31Z'), 'calls 02 drop, calls 03 drop, events 01, events 02, events 03 drop',
  'the longer policy counts');
select is(pg_temp.months('2003-02-01Z'),
  'calls 02 drop, calls 03 drop, events 01 drop, events 02, events 03 drop', 'and ends, too');

-- A cached answer is found through its call, when the person is erased.
insert into private.provider_answers (org_id, provider, endpoint, input_bidx, outcome, answered_at, expires_at)
values (pg_temp.org_of('a1'), 'x', 'lookup', '\x01', 'empty', '2001-02-05', '2101-01-01');
select is(pg_temp.months('2003-02-01Z'), 'calls 02, calls 03 drop, events 01 drop, events 02, events 03 drop',
  'calls stay as long as their answers');
select is(private.delete_old_rows('2003-02-01Z') ->> 'rows', '1', 'also row by row: only an event is deleted');
delete from private.provider_answers where input_bidx = '\x01';
select is(private.drop_old_months('2003-03-01Z'), 5, 'then all months are dropped');

-- Decisions: five years for all, longer for all where one org wants it.
select is(pg_temp.months('2006-02-01Z'), 'decisions 01 drop', 'decisions are dropped after five years');
insert into public.gate_decisions (org_id, decided_at, lead_id, contact_point_id, channel, purpose, as_of, allow,
  rules, reasons, zones, states, rule_version, facts)
values (pg_temp.org_of('b1'), '2001-01-10Z', gen_random_uuid(), 1, 'sms', 'marketing', '2001-01-10Z', true, '{}', '[]',
  '{}', '{}', 'x', '{}');
update public.orgs set settings = settings || '{"decision_years": 6}' where id = pg_temp.org_of('b1');
select is(pg_temp.months('2006-02-01Z'), 'decisions 01', 'not while an org that keeps them longer has some');
select is(private.drop_old_months('2006-02-01Z'), 0, 'the month stays');
select is(pg_temp.months('2007-02-01Z'), 'decisions 01 drop, decisions 02 drop', 'until its six years are over');
select throws_ok($$ update public.orgs set settings = settings || '{"decision_years": 4}'
  where id = pg_temp.org_of('b1') $$, '23514', null, 'fewer than five years are refused');

-- Rows of no monthly partition.
insert into public.pipeline_events (org_id, kind, at, quantity)
select pg_temp.org_of(l), 'staged', t::timestamptz, 1
from unnest('{a1,b1}'::text[]) l, unnest('{1999-12-31Z,2000-01-01Z}'::text[]) t;
insert into public.provider_calls (org_id, at, provider, account, endpoint, outcome, input_bidx)
select pg_temp.org_of(l), '1999-12-31Z', 'x', 'x', 'lookup', 'ok', '\x03' from unnest('{a1,b1}'::text[]) l;
update public.orgs set settings = settings - 'events_months' - 'calls_months' where id = pg_temp.org_of('b1');
select is((select count(*)::int from private.pipeline_events_other e where e.at < '2000-02-01'), 4,
  'older events than the first month are stored');
select is(private.delete_old_rows('2001-01-31Z') ->> 'rows', '2', 'they are deleted by the policy of their org');
select results_eq($$ select e.org_id, e.at from private.pipeline_events_other e where e.at < '2000-02-01'
  order by 1, 2 $$,
  $$ values (pg_temp.org_of('a1'), '2000-01-01Z'::timestamptz), (pg_temp.org_of('b1'), '1999-12-31Z'),
    (pg_temp.org_of('b1'), '2000-01-01Z') $$, 'those of a later month, and of an org that keeps all, stay');
select is((select array_agg(c.org_id) from private.provider_calls_other c where c.at < '2000-02-01'),
  array[pg_temp.org_of('b1')], 'and calls likewise');
delete from public.pipeline_events where at < '2000-02-01';

-- Deliveries of webhooks go with their events; dead ones stay.
insert into public.webhook_inbox (org_id, provider, kind, content_key, state, events, content_type, batch_id,
  correlation_id, received_at, last_received_at, processed_at, body_cipher, key_id)
select pg_temp.org_of(l), 'generic', 'generic', sha256(n::text::bytea), s::public.inbox_state, 1, 'x',
  gen_random_uuid(), gen_random_uuid(), '2001-01-01', '2001-01-01', '2001-01-01',
  case s when 'dead' then '\x00'::bytea end,
  case s when 'dead' then private.active_key_id(pg_temp.org_of(l), 'data') end
from (values (1, 'a1', 'done'), (2, 'a1', 'dead'), (3, 'a1', 'unmatched'), (4, 'b1', 'done')) v (n, l, s);
insert into public.webhook_events (org_id, inbox_id, provider, event_key, kind, name, at, outcome)
select i.org_id, i.id, 'generic', 'k' || i.id, 'other', 'x', i.received_at, 'ignored' from public.webhook_inbox i
where i.received_at = '2001-01-01';
update public.orgs set settings = settings - 'events_months' where id = pg_temp.org_of('b1');
select results_eq($$ select o.what, o.oldest from private.overdue_retention('2003-01-01') o $$,
  $$ values ('deliveries', '2001-01-01'::timestamptz) $$, 'what is overdue is reported');
select is(private.delete_old_rows('2003-01-01', 60, 1), '{"rows": 2, "complete": true}',
  'processed deliveries are deleted');
select results_eq($$ select i.org_id, i.state::text from public.webhook_inbox i join public.webhook_events e
  on e.org_id = i.org_id and e.inbox_id = i.id where i.received_at = '2001-01-01' order by 1 $$,
  $$ values (pg_temp.org_of('a1'), 'dead'), (pg_temp.org_of('b1'), 'done') $$,
  'a dead one stays, and those of the org without a policy, with their events');

select is(cast_.run(who, 'select private.drop_old_months()'), '42501 permission denied for function drop_old_months',
  who || ' drops nothing')
from unnest('{pipeline_writer,service_role,owner}'::text[]) who;
select * from finish();
rollback;
