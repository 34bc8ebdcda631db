begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/score.sql
select no_plan();

select cast_.put_score(cast_.org()) \g /dev/null
select public.activate_score(cast_.org(), 1) \g /dev/null
create function pg_temp.fed(p_lead text, p_days integer, p_version integer default 1) returns void
language sql as $$
  insert into public.lead_score_snapshots (org_id, lead_id, fed_at, version, score, points)
  values (cast_.org(), cast_.lead(p_lead), '2026-11-01T12:00Z'::timestamptz - make_interval(days => p_days), p_version,
    10 + p_days::smallint % 80, array[p_days, null]::smallint[])
$$;
create function pg_temp.booked(p_lead text, p_days integer) returns void
language sql as $$
  insert into public.bookings (org_id, provider, uid, lead_id, made_at)
  values (cast_.org(), 'calcom', p_lead || p_days, cast_.lead(p_lead),
    '2026-11-01T12:00Z'::timestamptz - make_interval(days => p_days))
$$;
create function pg_temp.outcomes(p_outcome text) returns text
language sql as $$
  select string_agg(format('%s %s', o.points[1], o.happened), ', ')
  from private.score_outcomes(cast_.org(), 1, p_outcome, '2026-11-01T12:00Z') o
$$;
select pg_temp.fed('a1', 90) \g /dev/null
select pg_temp.booked('a1', 60) \g /dev/null
select is(pg_temp.outcomes('booked'), '90 t', 'a booking on day 30 is an outcome');
select pg_temp.fed('a2', 80) \g /dev/null
select pg_temp.booked('a2', 49), pg_temp.booked('a2', 80) \g /dev/null
select is(pg_temp.outcomes('booked'), '90 t, 80 f', 'one on day 31 is none, nor one of before the feed');
select pg_temp.fed('a1', 50) \g /dev/null
select is(pg_temp.outcomes('booked'), '90 t, 80 f', 'a lead that is fed again counts once, the first time');
select pg_temp.fed('a3', 29) \g /dev/null
select is(pg_temp.outcomes('booked'), '90 t, 80 f', 'a lead whose 30 days are not over does not count');
insert into public.replies (org_id, lead_id, value_bidx, channel, provider, event_key, at, request)
select cast_.org(), cast_.lead(l), '\x00', 'sms', 'twilio', l, '2026-09-01T12:00Z', r
from (values ('a1', 'none'), ('a2', 'opt_out')) x (l, r);
select is(pg_temp.outcomes('replied'), '90 t, 80 f', 'a reply is an outcome, an opt-out is none');
select is((select count(*) from private.score_outcomes(cast_.org(), 2, 'booked', now())), 0::bigint,
  'other versions have no part in it');

select is(cast_.run('project_owner', $q$ select private.put_score_model(cast_.org(), '{"version": 1, "outcome":
  "booked", "trained_until": "2026-08-01", "held_back_until": "2026-10-01", "leads": 500, "events": 20, "variables": 2,
  "held_back_events": 20, "intercept": 0, "weights": [1], "means": [1], "cuts": [], "auc": 1, "rules_auc": 0.5,
  "brier": 0, "rules_brier": 1, "metrics": {}}') $q$),
  'SL724 a learned score has one weight per rule of its version', 'a weight per rule is required');
select is(private.put_score_model(cast_.org(), jsonb_build_object('version', 1, 'outcome', 'booked', 'trained_until',
    '2026-08-01', 'held_back_until', '2026-10-01', 'leads', 500, 'events', 20, 'variables', 2, 'held_back_events', 20,
    'intercept', 0, 'weights', '{0.1,0}'::float8[], 'means', '{0,0}'::float8[], 'cuts',
    array(select generate_series(1, 100)), 'auc', 1, 'rules_auc', 0.5, 'brier', 0, 'rules_brier', 1, 'metrics', '{}',
    'enabled_at', now(), 'org_id', gen_random_uuid())), 1, 'a model is saved');
select is((select m.org_id = cast_.org() and m.enabled_at is null from public.score_models m), true,
  'for the org named, and switched off, whatever it says');
select matches(cast_.run(who, $$ select * from private.score_outcomes(cast_.org(), 1, 'booked') $$), '42501',
  who || ' cannot read what is learned from')
from unnest('{owner,pipeline_writer}'::text[]) who;

select * from finish();
rollback;
