-- One run a local date: small ones start by themselves, others wait for a person.
begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();
-- Statements of members name their org by it.
grant usage on schema cast_ to authenticated;
grant execute on function cast_.org(text) to authenticated;

create function pg_temp.tick(p_up_to numeric, p_at timestamptz) returns text language sql as $$
  select format('%s %s', x ->> 'state', x -> 'scope') from public.enrich_fed_next(cast_.org(), 'verify_email', p_up_to,
    p_at) x
$$;
create function pg_temp.plan_costs(p_usd numeric, p_at timestamptz) returns void language sql as $$
  update public.enrichment_runs set state = 'planned', planned_at = p_at,
    forecast = jsonb_build_object('most_usd', p_usd)
  where org_id = cast_.org() and state = 'planning'
$$;

select is(pg_temp.tick(5, '2026-11-18T20:00Z'), 'planning {"fed_next": true}', 'the first call plans a run');
select is(pg_temp.tick(5, '2026-11-18T20:05Z'), 'planning {"fed_next": true}', 'the next finds it');
select is((select count(*) from public.enrichment_runs), 1::bigint, 'and plans no other');
select pg_temp.plan_costs(5.01, '2026-11-18T20:06Z') \g /dev/null
select is(pg_temp.tick(5, '2026-11-18T20:10Z'), 'planned {"fed_next": true}', 'above the cost it waits for a person');
select is(pg_temp.tick(5.01, '2026-11-18T20:15Z'), 'running {"fed_next": true}', 'up to it, it starts by itself');
select is((select most_usd from public.enrichment_runs), 5.01, 'and may cost what its forecast says');

-- On the next date of the org there is another, and a person may start or cancel it.
select is(pg_temp.tick(5, '2026-11-19T20:00Z'), 'planning {"fed_next": true}', 'the next date has its own');
select pg_temp.plan_costs(9, '2026-11-19T20:01Z') \g /dev/null
select public.confirm_enrichment((select id from public.enrichment_runs where state = 'planned')) \g /dev/null
select is(pg_temp.tick(5, '2026-11-19T20:05Z'), 'running {"fed_next": true}', 'a person starts what costs more');
select pg_temp.tick(5, '2026-11-20T20:00Z') \g /dev/null
select public.control_enrichment((select id from public.enrichment_runs where state = 'planning'), 'cancel')
  \g /dev/null
select is(pg_temp.tick(5, '2026-11-20T20:05Z'), 'cancelled {"fed_next": true}',
  'what a person cancelled is not planned again on that date');

-- A run that is priced again has spent already: both together need the approval.
select pg_temp.tick(5, '2026-11-21T20:00Z') \g /dev/null
select pg_temp.plan_costs(3, '2026-11-21T20:01Z') \g /dev/null
update public.enrichment_runs set spent_usd = 4 where state = 'planned';
select is(pg_temp.tick(5, '2026-11-21T20:05Z'), 'planned {"fed_next": true}',
  'what it has spent counts when it is priced again');
select is(pg_temp.tick(7, '2026-11-21T20:10Z'), 'running {"fed_next": true}', 'up to both, it starts by itself');

-- Who may.
select matches(cast_.run('broker', $$ select public.enrich_fed_next(cast_.org(), 'verify_email') $$), '^SL702',
  'a broker cannot');
select matches(cast_.run('rival', $$ select public.enrich_fed_next(cast_.org(), 'verify_email') $$), '^SL702',
  'nor the owner of another org');
select is(cast_.run('owner', $$ select public.enrich_fed_next(cast_.org(), 'verify_email') $$), 'rows 1',
  'an owner can');
select matches(cast_.run('owner', $$ select public.enrich_fed_next(cast_.org(), 'no_such_kind') $$), '^SL703',
  'an unknown kind is refused');
select * from finish();
rollback;
