begin;
\ir ../support/cast.sql
select no_plan();

create function cast_.org(p_who text default 'admin') returns uuid language sql as $$
  select p.org_id from cast_.people p where p.who = p_who
$$;
create function cast_.letter(p_source text, p_payload jsonb, p_org uuid default cast_.org()) returns bigint
language sql as $$
  select private.record_dead_letter(p_org, p_source, p_payload, 'failed repeatedly', 'error 17 of "x"', null,
    '2026-11-23T10:00Z')
$$;
-- The first one has no delivery: its replay raises SL603.
select cast_.letter('process-inbox', '{"inbox_id": 987654321}') as poison,
  cast_.letter('process-inbox', '{"inbox_id": "many"}') as worse,
  cast_.letter('match-leads', jsonb_build_object('org_id', cast_.org())) as good,
  cast_.letter('message_failed', '{"message_id": "x"}') as by_hand,
  cast_.letter('score-leads', jsonb_build_object('org_id', cast_.org('rival')), cast_.org('rival')) as theirs
\gset

-- Automatic retries.
select is((select retry_after from public.pipeline_dlq where id = :good), '2026-11-23T10:15Z'::timestamptz,
  'work that may be repeated is retried after 15 minutes');
select is((select retry_after from public.pipeline_dlq where id = :by_hand), null,
  'a message that was given up waits for a person');
select is(private.retry_dead_letters('2026-11-23T10:14Z'), 0, 'nothing is retried early');
select is(private.retry_dead_letters('2026-11-23T10:15Z'), 2, 'the good ones are replayed although two raise');
select is((select resolution from public.pipeline_dlq where id = :good), 'replayed', 'a replayed one says so');
select is((select count(*) from pgboss.job where name in ('match-leads', 'score-leads')
  and data ->> 'org_id' in (cast_.org()::text, cast_.org('rival')::text) and state = 'created'), 2::bigint,
  'their jobs are sent');
select results_eq(format('select replays, retry_after, resolved_at from public.pipeline_dlq where id in (%s, %s)',
  :poison, :worse), $$ values (1, '2026-11-23T11:15Z'::timestamptz, null::timestamptz),
    (1, '2026-11-23T11:15Z', null) $$, 'a poisoned one waits an hour');
select is((select last_error from public.pipeline_dlq where id = :poison), 'replayable delivery not found (SL603)',
  'and says what its replay raised');
select private.retry_dead_letters(t) from unnest(array['2026-11-23T12:00Z', '2026-11-24T12:00Z', '2026-11-25T12:00Z',
  '2026-11-26T12:00Z']::timestamptz[]) t \g /dev/null
select is((select retry_after from public.pipeline_dlq where id = :poison), null,
  'after four retries a person decides');

-- The count goes on when the work fails again.
select cast_.letter('match-leads', jsonb_build_object('org_id', cast_.org())) as again \gset
select is((select replays from public.pipeline_dlq where id = :again), 1, 'a failure after a replay goes on counting');
select private.record_dead_letter(cast_.org(), 'match-leads', jsonb_build_object('org_id', cast_.org()), 'x', 'x',
  null, '2026-12-23T10:00Z') \g /dev/null
select is((select attempts from public.pipeline_dlq where id = :again), 2, 'an open one counts its attempts');

select * from finish();
rollback;
