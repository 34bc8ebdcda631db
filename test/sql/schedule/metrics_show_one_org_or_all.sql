-- The metrics of one org have nothing of another; what all share is the operator's, or the only org's.
begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

create function pg_temp.of(p_org uuid, p_metric text, p_labels jsonb default '{}', p_at timestamptz default
  '2026-11-23T20:00Z') returns text
language sql as $$
  select string_agg(round(m.value::numeric, 3)::text, ' ' order by m.value) from private.read_metrics(p_org, p_at) m
  where m.metric = p_metric and m.labels @> p_labels
$$;
insert into private.provider_circuits (org_id, provider, account, state, window_at, opened_at, retry_at) values
  (cast_.org(), 'twilio', 'default', 'open', now(), now(), now()),
  (cast_.org(), 'sendgrid', 'default', 'closed', now(), null, null),
  (cast_.org('b'), 'vapi', 'default', 'closed', now(), null, null);
insert into public.provider_budgets (org_id, provider, period, limit_usd) values
  (cast_.org(), 'melissa', 'day', 10), (cast_.org(), 'melissa', 'month', 100), (cast_.org('b'), 'attom', 'day', 5);
insert into private.call_spend (org_id, provider, period, starts_on, spent_usd, reserved_usd) values
  (cast_.org(), 'melissa', 'day', '2026-11-23', 2, 0.5), (cast_.org(), 'melissa', 'day', '2026-11-22', 9, 0),
  (cast_.org(), 'melissa', 'month', '2026-11-01', 40, 0.5);
insert into public.pipeline_dlq (org_id, source, payload, reason, created_at, resolved_at) values
  (cast_.org(), 'stage-part', '{"n": 1}', 'x', '2026-11-23T19:00Z', null),
  (cast_.org(), 'stage-part', '{"n": 2}', 'x', '2026-11-23T19:30Z', null),
  (cast_.org(), 'stage-part', '{"n": 3}', 'x', '2026-11-23T18:30Z', '2026-11-23T19:30Z'),
  (cast_.org('b'), 'notify', '{"n": 4}', 'x', '2026-11-23T19:30Z', null),
  (null, 'worker', '{"n": 5}', 'x', '2026-11-23T19:50Z', null);
insert into private.possible_wishes (org_id, value_bidx, at) values
  (cast_.org(), '\x01', '2026-11-23T19:58Z'), (cast_.org(), '\x02', '2026-11-23T19:59Z');
insert into private.worker_wakes (request_id, requested_at, answered_at, error) values
  (900001, '2026-11-23T19:58Z', '2026-11-23T19:58Z', null), (900002, '2026-11-23T19:59Z', '2026-11-23T19:59Z',
    'HTTP 500'), (900003, '2026-11-23T18:58Z', '2026-11-23T18:59Z', null), (900004, '2026-11-23T20:00Z', null, null);

select is(pg_temp.of(cast_.org(), 'sluice_provider_circuit_open', jsonb_build_object('provider', p)), v, p)
from (values ('twilio', '1.000'), ('sendgrid', '0.000'), ('vapi', null)) x (p, v);
select is(pg_temp.of(cast_.org(), 'sluice_provider_spend_usd', jsonb_build_object('provider', 'melissa', 'period', p,
  'purpose', 'data')), v, 'spent in the ' || p)
from (values ('day', '2.500'), ('month', '40.500')) x (p, v);
select is(pg_temp.of(cast_.org(), 'sluice_provider_budget_usd', '{"period": "day"}'), '10.000', 'of a budget');
select is(pg_temp.of(cast_.org('b'), 'sluice_provider_spend_usd'), '0.000', 'nothing was spent yet');
select is(pg_temp.of(cast_.org(), 'sluice_dead_letters_open'), '2.000', 'open dead letters');
select is(pg_temp.of(cast_.org(), 'sluice_dead_letters_oldest_age_seconds'), '3600.000', 'the oldest is an hour old');
select is(pg_temp.of(cast_.org(), 'sluice_wishes_waiting_for_person'), '2.000', 'possible wishes wait');
select is(pg_temp.of(cast_.org(), 'sluice_wishes_waiting_for_person_oldest_age_seconds'), '120.000',
  'for two minutes');
select is(pg_temp.of(cast_.org('b'), 'sluice_wishes_waiting_for_person_oldest_age_seconds'), '0.000', 'or none does');
alter table public.campaigns disable trigger _100_set_updated_at;
update public.campaigns set updated_at = '2026-11-01' where true;
alter table public.campaigns enable trigger _100_set_updated_at;
-- Monday noon in Los Angeles: the feed of six o'clock is missing. On Sunday and at five none is.
select is(pg_temp.of(cast_.org(), 'sluice_feed_overdue', '{}', at::timestamptz), v, 'feeds overdue ' || at)
from (values ('2026-11-23T20:00Z', '1.000'), ('2026-11-23T13:00Z', '0.000'), ('2026-11-22T20:00Z', '0.000')) x (at, v);
select is(cast_.feed('2026-11-23') is not null, true, 'it is fed');
select is(pg_temp.of(cast_.org(), m), '1.000', m) from (values ('sluice_feed_done')) x (m);
select is(pg_temp.of(cast_.org(), 'sluice_feed_overdue'), '0.000', 'and is overdue no more');

-- Whose values they are.
select is((select count(*) from private.read_metrics(cast_.org()) m
  where m.labels ->> 'org' is distinct from cast_.org()::text), 0::bigint, 'an org among others sees its own alone');
select is((select array_agg(distinct m.labels ->> 'org') from private.read_metrics() m where m.labels ? 'org'),
  array(select id::text from public.orgs order by id::text), 'the operator sees all');
select is(pg_temp.of(null, 'sluice_platform_dead_letters_open'), '1.000', 'and what belongs to none');
select is(pg_temp.of(null, 'sluice_worker_wakes', jsonb_build_object('outcome', o)), '1.000', 'woken: ' || o)
from unnest('{ok,failed,waiting}'::text[]) o;
select cmp_ok((select count(*) from private.read_metrics() m where m.metric = 'sluice_queue_oldest_age_seconds'), '>',
  5::bigint, 'every queue is there');
select is(private.send_job('triage', '{}') is not null, true, 'a job is sent');
select is(pg_temp.of(null, 'sluice_queue_jobs', '{"queue": "triage", "state": "ready"}', now() + interval '1 minute'),
  '1.000', 'it waits');
select is(pg_temp.of(null, 'sluice_queue_oldest_age_seconds', '{"queue": "triage"}', now() + interval '1 minute'),
  '60.000', 'for a minute');
select is((select count(*) from (select m.metric, m.labels from private.read_metrics() m group by 1, 2
  having count(*) > 1) x), 0::bigint, 'no value is there twice');
delete from public.orgs where id = cast_.org('b');
select is(exists (select from private.read_metrics(cast_.org()) m where m.metric = 'sluice_queue_jobs'),
  (select count(*) = 1 from public.orgs), 'the only org sees what all share');
select is((select array_agg(r order by r) from unnest('{anon,authenticated,service_role,pipeline_writer}'::text[]) r
  where has_function_privilege(r, 'private.read_metrics(uuid, timestamptz)', 'execute')), '{pipeline_writer}',
  'only the pipeline reads them');

select * from finish();
rollback;
