begin;
\ir ../support/cast.sql
select no_plan();

create function pg_temp.take(p_at text, p_source text default 'a') returns integer language sql as $$
  select private.consume_rate_token((p_source || '0000000-0000-4000-8000-00000000005c')::uuid, 3,
    ('2026-03-01 12:' || p_at || 'Z')::timestamptz)
$$;
select is(pg_temp.take('00:10'), 0, 'request ' || n || ' of 3 in a minute is allowed') from generate_series(1, 3) n;
select is(pg_temp.take('00:10'), 50, 'the fourth has to wait for the rest of the minute');
select is(pg_temp.take('00:59.9'), 1, 'the wait is at least one second');
select is(pg_temp.take('00:10', 'b'), 0, 'another source has its own count');
select is(pg_temp.take('01:00'), 0, 'the next minute starts a new count');
select is(pg_temp.take('01:01'), 0, 'the new minute allows all its requests') from generate_series(1, 2);
select is(pg_temp.take('01:02'), 58, 'the new minute allows no more than the limit');
select is(cast_.run('owner', $$select private.consume_rate_token('a0000000-0000-4000-8000-00000000005c', 3)$$),
  '42501 permission denied for function consume_rate_token', 'members cannot consume tokens');
select is(cast_.run('pipeline_writer', $$select private.consume_rate_token('a0000000-0000-4000-8000-00000000005c',
  3)$$), 'rows 1', 'the writer can consume tokens');
select is(cast_.run('pipeline_writer', 'update private.source_rates set requests = 0'),
  '42501 permission denied for table source_rates', 'the writer cannot reset the count');

select * from finish();
rollback;
