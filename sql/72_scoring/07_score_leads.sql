-- Scoring: one statement computes and writes, for some leads or for the whole org.

create function private.score_leads(p_org_id uuid, p_lead_ids uuid[] default null, p_as_of timestamptz default now())
returns bigint
language plpgsql volatile set search_path = ''
-- Compiling the plan takes longer than scoring a batch; the joins of a large org need memory.
set jit = off set work_mem = '64MB' as $$
declare
  s record;
  v_count bigint;
begin
  select v.version, x.statement, x.texts, private.learned_expression(p_org_id, v.version) as learned into s
  from public.score_versions v
  join private.score_statements x on x.org_id = v.org_id and x.version = v.version
  where v.org_id = p_org_id and v.state = 'active';
  if not found then
    return 0;
  end if;
  -- Two passes over the same leads would wait for each other's rows in different orders.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice score %s', p_org_id), 0));
  execute format($sql$
    with n as materialized (
      -- Rows that do not change are not written.
      select x.*, o.lead_id is null as is_new
      from (select x.*, (%s)::smallint as counts from (%s) x offset 0) x
      left join public.lead_scores o on o.org_id = $1 and o.lead_id = x.lead_id
      where o.lead_id is null
        or (o.version, o.score, o.rule_score, o.fit, o.engagement, o.tier, o.confidence, o.points) is distinct from
          ($5, x.counts, x.score, x.fit, x.engagement, x.tier, x.confidence, x.points)
    ), changed as (
      update public.lead_scores s
      set version = $5, score = n.counts, rule_score = n.score, fit = n.fit, engagement = n.engagement, tier = n.tier,
        confidence = n.confidence, points = n.points, scored_at = $3
      from n where s.org_id = $1 and s.lead_id = n.lead_id and not n.is_new
      returning 1
    ), added as (
      insert into public.lead_scores (org_id, lead_id, version, score, rule_score, fit, engagement, tier, confidence,
        points, scored_at)
      select $1, n.lead_id, $5, n.counts, n.score, n.fit, n.engagement, n.tier, n.confidence, n.points, $3
      from n where n.is_new
      returning 1
    )
    select (select count(*) from changed) + (select count(*) from added)
  $sql$, coalesce(s.learned, 'x.score'), s.statement)
  into v_count using p_org_id, p_lead_ids, p_as_of, s.texts, s.version;
  return v_count;
end
$$;
comment on function private.score_leads(uuid, uuid[], timestamptz) is
  'Scores leads of an org by its active version; p_lead_ids null: all. Returns how many scores changed; 0 without an '
  'active version.';
