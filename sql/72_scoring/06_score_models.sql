-- A learned score: how much each rule's points said about what came of leads, by logistic regression. It stands beside
-- the rules of one version, and counts only where it won on months that it had not seen, and an owner switched it on.

create table public.score_models (
  org_id uuid not null,
  id integer not null,
  version integer not null,
  outcome text not null,
  trained_at timestamptz not null,
  trained_until timestamptz not null,
  held_back_until timestamptz not null,
  leads integer not null,
  events integer not null,
  variables integer not null,
  held_back_events integer not null,
  intercept double precision not null,
  weights double precision[] not null,
  means double precision[] not null,
  cuts double precision[] not null,
  auc double precision not null,
  rules_auc double precision not null,
  brier double precision not null,
  rules_brier double precision not null,
  metrics jsonb not null,
  enabled_at timestamptz,
  enabled_by uuid,
  primary key (org_id, id),
  constraint model_is_of_a_version foreign key (org_id, version)
    references public.score_versions (org_id, version) on delete cascade,
  constraint model_outcome_is_known check (outcome in ('replied', 'booked')),
  constraint model_has_ten_events_per_variable check (events >= 10 * variables and variables > 0),
  constraint model_weighs_every_rule check (cardinality(weights) = cardinality(means) and cardinality(cuts) = 100),
  constraint model_is_tested_on_later_months check (held_back_until > trained_until),
  constraint enabled_model_won check (enabled_at is null
    or (auc > rules_auc and brier < rules_brier and held_back_events >= 10))
);
comment on table public.score_models is
  'Learned scores with what they achieved on held-back months. Only one that won there can be switched on.';
comment on column public.score_models.outcome is 'What it predicts within 30 days after a lead is fed.';
comment on column public.score_models.variables is 'Rules whose points differed: variables of the regression.';
comment on column public.score_models.weights is 'Weight per rule of the version, in its order.';
comment on column public.score_models.means is 'Mean points per rule: weight × (points - mean) explains a score.';
comment on column public.score_models.cuts is
  'Percentiles of the linear predictor when it was trained: the score is the percentile of a lead.';
comment on column public.score_models.auc is 'On the held-back months; rules_auc: of the rules on the same leads.';
comment on column public.score_models.metrics is 'Lift, calibration, coefficients: what the report shows.';
create index score_models_version_idx on public.score_models (org_id, version);
create unique index score_models_enabled_key on public.score_models (org_id, version) where enabled_at is not null;
alter table public.score_models enable row level security;
revoke all on public.score_models from anon, authenticated, service_role;
grant select on public.score_models to authenticated, service_role, pipeline_writer;
create policy select_members on public.score_models for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.score_models for select to pipeline_writer using (true);

create function private.learned_expression(p_org_id uuid, p_version integer) returns text
language sql stable set search_path = '' as $$
  select format('width_bucket(%s::float8 + %s, %L::float8[])', m.intercept, (
      select string_agg(format('(%s)::float8 * (coalesce(x.points[%s], 0) - (%s)::float8)', w, n, m.means[n]), ' + '
        order by n)
      from unnest(m.weights) with ordinality u (w, n)), m.cuts)
  from public.score_models m
  where m.org_id = p_org_id and m.version = p_version and m.enabled_at is not null
$$;
comment on function private.learned_expression(uuid, integer) is
  'SQL of the learned score over x.points: the percentile of the linear predictor; null where none is switched on.';
