-- What an org's pairs and answers have taught. Each version stays, so that a candidate can be explained by the one that
-- gave its probability.

create table public.match_models (
  org_id uuid not null references public.orgs (id) on delete cascade,
  version integer not null,
  trained_at timestamptz not null,
  pairs bigint not null,
  answers integer not null,
  same_answers integer not null,
  share_same double precision not null,
  threshold double precision not null,
  weights jsonb not null,
  answered jsonb not null default '{}',
  primary key (org_id, version),
  constraint version_counts_from_1 check (version > 0)
);
comment on table public.match_models is
  'Versions of the model that gives two leads their probability; the highest is in force.';
comment on column public.match_models.pairs is 'Compared pairs that it learned from, without their answers.';
comment on column public.match_models.answers is 'Answers of persons (same or different) that it learned from.';
comment on column public.match_models.share_same is 'Share of the compared pairs that are one (lambda).';
comment on column public.match_models.threshold is
  'The weight that separates same from different in the answers; weights are counted from it.';
comment on column public.match_models.weights is
  '{"comparison": [[m, u, weight], …]} by level from 0: shares among pairs that are one, and strangers; log2(m/u). '
  'prior: the weight of a pair about which nothing is known.';
comment on column public.match_models.answered is
  '{"levels": [same, different]}: answers about pairs with the same levels, which outweigh the weights.';
alter table public.match_models enable row level security;
grant select on public.match_models to authenticated;
grant select, insert on public.match_models to pipeline_writer;
create policy select_members on public.match_models for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.match_models for select to pipeline_writer using (true);
create policy insert_writer on public.match_models for insert to pipeline_writer with check (true);

create function private.current_match_model(p_org_id uuid) returns public.match_models
language sql stable set search_path = '' as $$
  select m from public.match_models m where m.org_id = p_org_id order by m.version desc limit 1
$$;
comment on function private.current_match_model(uuid) is 'The model in force; null before the first.';

create function private.score_levels(p_model public.match_models, p_levels smallint[]) returns double precision
language sql immutable parallel safe as $$
  select private.weigh_levels(p_model.weights, p_levels) - p_model.threshold
$$;
comment on function private.score_levels(public.match_models, smallint[]) is
  'The weight (log2 of the odds) of a pair with these levels; names that share nothing are never one.';

create function private.judge_levels(p_model public.match_models, p_levels smallint[], p_weight double precision)
returns double precision
language sql immutable parallel safe as $$
  select private.judged(p_levels, p_weight, coalesce((a.counts ->> 0)::double precision, 0),
    coalesce((a.counts ->> 1)::double precision, 0))
  from (select p_model.answered -> array_to_string(p_levels, ',') as counts) a
$$;
comment on function private.judge_levels(public.match_models, smallint[], double precision) is
  'The probability of a pair: that of its weight, corrected by answers about pairs with the same levels.';

-- A lead in ten has another one.
create function private.likely_lambda(p_leads double precision) returns double precision
language sql immutable parallel safe as $$
  select least(0.01, 0.1 / greatest(p_leads, 1))
$$;
comment on function private.likely_lambda(double precision) is
  'The share of all pairs of leads that are one, before anything was learned.';

create function private.untrained_match_model(p_org_id uuid) returns public.match_models
language sql stable set search_path = '' as $$
  select jsonb_populate_record(null::public.match_models, jsonb_build_object('org_id', p_org_id, 'version', 0,
    'share_same', 0.01, 'threshold', 0, 'answered', '{}'::jsonb, 'weights', (
      select jsonb_object_agg(p.key, (
        select jsonb_agg(jsonb_build_array(m.value, u.value,
          log(2, (m.value::double precision / u.value::double precision)::numeric)::double precision) order by m.o)
        from jsonb_array_elements_text(p.value -> 0) with ordinality m (value, o)
        join jsonb_array_elements_text(p.value -> 1) with ordinality u (value, n) on m.o = u.n))
      from jsonb_each(private.match_priors()) p where p.key not in ('number', 'other'))
      || jsonb_build_object('numbers', 0, 'own', 7, 'prior', (
        select log(2, (l / (1 - l))::numeric)::double precision
        from private.likely_lambda(coalesce((select f.leads from private.match_finders f
          where f.org_id = p_org_id), 0)) l),
        '0', (select jsonb_agg(jsonb_build_array(0, 0, n / 16 * private.branch_weight()) order by n)
          from generate_series(0, 31) n))))
$$;
comment on function private.untrained_match_model(uuid) is 'The model before anything was learned: version 0.';

create function private.learn_match_model(p_org_id uuid, p_as_of timestamptz default now()) returns integer
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_old constant public.match_models := private.current_match_model(p_org_id);
  v_pairs bigint;
  v_same integer;
  v_different integer;
  v_leads constant double precision := (select nullif(f.leads, 0) from private.match_finders f
    where f.org_id = p_org_id);
  v_lambda double precision;
  v_share double precision;
  v_shift double precision;
  v_model public.match_models;
begin
  select coalesce(sum(n.pairs), 0) into v_pairs from private.match_pattern_counts n
  where n.org_id = p_org_id and not n.is_random;
  select count(*) filter (where c.state = 'same'), count(*) filter (where c.state = 'different')
  into v_same, v_different
  from public.match_candidates c
  where c.org_id = p_org_id and c.state in ('same', 'different') and c.levels is not null
    and c.inherited_from is null;
  -- A version each time that there is much to learn: twice as many pairs, or a tenth more answers.
  if v_pairs + v_same + v_different = 0 or v_old.version is not null and v_pairs < 2 * v_old.pairs
      and abs(v_same + v_different - v_old.answers) < greatest(5, v_old.answers / 10) then
    return null;
  end if;
  perform private.open_match_scratch();
  perform private.set_match_priors(7);
  insert into match_pairs (a, b, levels, answer)
  select row_number() over (), 0, c.levels, c.state = 'same'
  from public.match_candidates c
  where c.org_id = p_org_id and c.state in ('same', 'different') and c.levels is not null
    and c.inherited_from is null;
  insert into match_patterns (levels, is_random, pairs, same, different, probability)
  select x.levels, x.is_random, greatest(sum(x.pairs), sum(x.same + x.different)), sum(x.same), sum(x.different), 0
  from (
    select n.levels, n.is_random, n.pairs, 0 as same, 0 as different from private.match_pattern_counts n
    where n.org_id = p_org_id
    union all
    select p.levels, false, 0, p.answer::integer, (not p.answer)::integer from match_pairs p
  ) x
  group by x.levels, x.is_random;
  perform private.spread_patterns();
  v_lambda := private.learn_weights(greatest(v_leads * (v_leads - 1) / 2, v_pairs));
  v_share := private.share_same();
  -- A run in which everything, or nothing, became one has not learned to tell pairs apart: nor one that took equal
  -- names for equal persons, so that one lead in ten would be another one.
  if v_share >= 0.79 or v_share <= 0.0002 or v_share * v_pairs > greatest(5, 0.1 * v_leads) then
    perform private.set_match_priors(7);
    v_lambda := private.likely_lambda(v_leads);
    v_share := 0.01;
  end if;
  v_shift := private.score_pairs(v_lambda);
  insert into public.match_models as m (org_id, version, trained_at, pairs, answers, same_answers, share_same,
    threshold, weights, answered)
  select p_org_id, coalesce(v_old.version, 0) + 1, p_as_of, v_pairs, v_same + v_different, v_same, v_share, v_shift,
    private.match_weights_json(v_lambda),
    coalesce((select jsonb_object_agg(array_to_string(p.levels, ','), jsonb_build_array(p.same, p.different))
      from match_patterns p where p.same + p.different > 0), '{}')
  returning m.* into v_model;
  with scored as (
    select l.levels, s.weight, private.judge_levels(v_model, l.levels, s.weight) as probability
    from (select distinct c.levels from public.match_candidates c
      where c.org_id = p_org_id and c.state = 'open' and c.levels is not null) l
    cross join lateral (select private.score_levels(v_model, l.levels) as weight offset 0) s
  )
  update public.match_candidates c
  set weight = s.weight, probability = s.probability, model_version = v_model.version,
    state = case when s.probability < private.least_probability() and c.origin = 'finder' then 'stale' else c.state end,
    decided_at = case when s.probability < private.least_probability() and c.origin = 'finder' then p_as_of end
  from scored s
  where c.org_id = p_org_id and c.state = 'open' and c.levels = s.levels;
  return v_model.version;
end
$$;
comment on function private.learn_match_model(uuid, timestamptz) is
  'Learns a new version of the org''s model from all compared pairs and from answers, where there is enough new to '
  'learn, and scores the open candidates with it. Returns the version; null when there was nothing to learn.';

create function private.least_probability() returns double precision
language sql immutable parallel safe as $$
  select 0.2::double precision
$$;
comment on function private.least_probability() is 'Pairs below are not offered to anybody.';
