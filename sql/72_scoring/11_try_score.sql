-- What a version would change, before it is activated.

create type private.trial_score as (
  lead_id uuid,
  fit smallint,
  engagement smallint,
  score smallint,
  tier text,
  confidence smallint,
  points smallint[],
  old_tier text,
  old_score smallint
);
comment on type private.trial_score is 'The score of a lead by a version, and by the active one.';

create function private.trial_scores(p_org_id uuid, p_version integer, p_as_of timestamptz)
returns setof private.trial_score
language plpgsql stable set search_path = '' set jit = off set work_mem = '64MB' as $$
declare
  s private.score_statements;
begin
  select x.* into s from private.score_statements x where x.org_id = p_org_id and x.version = p_version;
  if not found then
    raise exception 'score version % not found', p_version using errcode = 'SL722';
  end if;
  return query execute format('select x.lead_id, x.fit, x.engagement, x.score, x.tier, x.confidence, x.points, '
    'o.tier, o.score from (%s) x left join public.lead_scores o on o.org_id = $1 and o.lead_id = x.lead_id',
    private.score_query(s.statement, private.list_headers(p_org_id, null, s.statement)))
  using p_org_id, null::uuid[], p_as_of, s.texts;
end
$$;
comment on function private.trial_scores(uuid, integer, timestamptz) is
  'The scores of all leads by a version, and by the active one. Raises SL722.';
revoke execute on function private.trial_scores(uuid, integer, timestamptz) from public, pipeline_writer;

create function private.try_score_version(
  p_org_id uuid, p_version integer, p_examples integer default 3, p_as_of timestamptz default now()
) returns jsonb
language sql stable set search_path = '' set jit = off set work_mem = '64MB' as $$
  with trial as materialized (
    select x.* from private.trial_scores(p_org_id, p_version, p_as_of) x
  ), tiers as (
    select x.old_tier, x.tier, count(*) as n from trial x group by 1, 2
  ), examples as (
    select x.lead_id, x.old_tier as "from", x.tier as "to", x.old_score, x.score, x.confidence, x.points,
      count(*) over (partition by x.old_tier, x.tier) as changes,
      row_number() over (partition by x.old_tier, x.tier order by x.score desc, x.lead_id) as nth
    from trial x where x.old_tier is distinct from x.tier
  ), nominated as (
    select k.id, k.name, k.daily_limit, k.min_score, n.lead_id, n.lead_score as before, t.score as after, t.tier,
      row_number() over (partition by k.id order by n.lead_score desc, n.lead_id) as was,
      row_number() over (partition by k.id order by t.score desc, n.lead_id) as will_be
    from public.campaigns k
    join public.mv_contactable_leads n on n.org_id = k.org_id
    join trial t on t.lead_id = n.lead_id
    where k.org_id = p_org_id and k.state = 'running'
      and (cardinality(k.states) = 0 or n.situs_state = any (k.states))
      and (cardinality(k.source_ids) = 0 or n.source_id = any (k.source_ids))
  ), sides as (
    select n.*, n.was <= n.daily_limit and n.before >= n.min_score as in_before,
      n.will_be <= n.daily_limit and n.after >= n.min_score as in_after from nominated n
  ), moves as (
    select s.id, s.in_after as enters, row_number() over (partition by s.id, s.in_after
        order by case when s.in_after then s.will_be else s.was end) as nth,
      jsonb_build_object('lead_id', s.lead_id, 'place', case when s.in_after then s.will_be else s.was end, 'tier',
        s.tier, 'score', s.after) as place
    from sides s where s.in_before <> s.in_after
  ), feeds as (
    select k.name, jsonb_build_object('campaign', k.name, 'before', count(*) filter (where s.in_before),
      'after', count(*) filter (where s.in_after), 'both', count(*) filter (where s.in_before and s.in_after),
      'enter', coalesce((select jsonb_agg(m.place order by m.nth) from moves m
        where m.id = k.id and m.enters and m.nth <= p_examples), '[]'),
      'leave', coalesce((select jsonb_agg(m.place order by m.nth) from moves m
        where m.id = k.id and not m.enters and m.nth <= p_examples), '[]')) as feed
    from public.campaigns k left join sides s on s.id = k.id
    where k.org_id = p_org_id and k.state = 'running'
    group by k.org_id, k.id
  )
  select jsonb_build_object('version', p_version, 'leads', (select count(*) from trial),
    'changing', (select count(*) from examples), 'confidence', (select round(avg(x.confidence), 1) from trial x),
    'tiers', coalesce((select jsonb_agg(jsonb_build_object('from', t.old_tier, 'to', t.tier, 'leads', t.n)
      order by t.n desc, t.old_tier, t.tier) from tiers t), '[]'),
    'examples', coalesce((select jsonb_agg(to_jsonb(e) - '{nth,changes}'::text[]
      order by e.changes desc, e."from", e."to", e.nth) from examples e where e.nth <= p_examples), '[]'),
    'feeds', coalesce((select jsonb_agg(f.feed order by f.name) from feeds f), '[]'))
$$;
comment on function private.try_score_version(uuid, integer, integer, timestamptz) is
  'What a version would do, without writing anything: which tiers leads would move between, examples, and the '
  'nominated leads of each running campaign''s next feed before and after: {version, leads, changing, confidence, '
  'tiers, examples, feeds}. Raises SL722.';
revoke execute on function private.try_score_version(uuid, integer, integer, timestamptz)
  from public, pipeline_writer;
