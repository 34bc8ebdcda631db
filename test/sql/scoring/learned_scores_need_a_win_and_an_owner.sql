begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/score.sql
select no_plan();

select cast_.put_score(cast_.org()) \g /dev/null
select public.activate_score(cast_.org(), 1) \g /dev/null
create function pg_temp.model(p_id integer, p_auc float8 default 0.7, p_brier float8 default 0.1,
  p_events integer default 200, p_held integer default 50) returns text
language sql as $$
  select cast_.run('project_owner', format($q$ insert into public.score_models (org_id, id, version, outcome,
    trained_at, trained_until, held_back_until, leads, events, variables, held_back_events, intercept, weights, means,
    cuts, auc, rules_auc, brier, rules_brier, metrics) values (cast_.org(), %s, 1, 'booked', now(), now() - interval
    '60 days', now(), 5000, %s, 2, %s, 0, '{0.1,0}', '{0,0}', array(select x / 10.0 from generate_series(1, 100) x),
    %s, 0.6, %s, 0.2, '{}') $q$, p_id, p_events, p_held, p_auc, p_brier))
$$;
select is(pg_temp.model(1), 'rows 1', 'a model that won');
select is(pg_temp.model(2, p_auc => 0.55), 'rows 1', 'one that orders worse than the rules');
select is(pg_temp.model(3, p_brier => 0.3), 'rows 1', 'one whose probabilities are worse');
select is(pg_temp.model(4, p_held => 3), 'rows 1', 'one that won by a few leads');
select matches(pg_temp.model(5, p_events => 19), 'model_has_ten_events_per_variable',
  'fewer than ten events per variable are no model');

select is(cast_.run('admin', $$ select public.switch_learned_score(cast_.org(), 1) $$),
  'SL724 learned score 1 of the active version not found', 'an admin cannot switch one on');
select is(cast_.run('rival', $$ select public.switch_learned_score(cast_.org(), 1) $$),
  'SL724 learned score 1 of the active version not found', 'nor the owner of another org');
select matches(cast_.run('owner', format('select public.switch_learned_score(cast_.org(), %s)', n)),
  'enabled_model_won', 'an owner cannot switch on model ' || n) from unnest('{2,3,4}'::integer[]) n;
select matches(cast_.run('project_owner', $$ update public.score_models set enabled_at = now() where id = 2 $$),
  'enabled_model_won', 'and nobody else can');
select cast_.fit(cast_.lead('a1'), 55) \g /dev/null
select private.score_leads(cast_.org()) \g /dev/null
select is(cast_.score_of(cast_.lead('a1')), '55 A {55,0} v1', 'until then the rules count');
select is(cast_.run('owner', $$ select public.switch_learned_score(cast_.org(), 1) $$), 'rows 1',
  'an owner switches on the one that won');
select private.score_leads(cast_.org()) \g /dev/null
select is((select s.score || ' ' || s.rule_score from public.lead_scores s where s.lead_id = cast_.lead('a1')),
  '55 55', 'the score is the percentile of 0.1 x 55');
select is((select s.score || ' ' || s.rule_score from public.lead_scores s where s.lead_id = cast_.lead('a2')), '0 0',
  'a lead without points is in the lowest');
select cast_.run('owner', $$ select public.switch_learned_score(cast_.org(), 1, false) $$) \g /dev/null
select is((select count(*) from public.score_models m where m.enabled_at is not null), 0::bigint,
  'and switches it off');
select is(cast_.ask('viewer', 'select count(*) from public.score_models'), '4', 'members see what was learned');
select is(cast_.ask('rival', 'select count(*) from public.score_models'), '0', 'other orgs do not');

select * from finish();
rollback;
