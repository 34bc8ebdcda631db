-- Scoring: for some leads or for the whole org, one statement computes and writes.

create function private.known_headers(p_org_id uuid, p_version integer, p_lead_ids uuid[]) returns text[]
language plpgsql volatile set search_path = '' as $$
declare
  s private.score_statements;
  v_found text[];
begin
  select x.* into s from private.score_statements x where x.org_id = p_org_id and x.version = p_version;
  -- All leads are looked through once per activation; what changes later comes here by the queue.
  if p_lead_ids is not null or s.headers is null then
    v_found := private.list_headers(p_org_id, p_lead_ids, s.statement);
    if p_lead_ids is null or s.headers is not null and not v_found <@ s.headers then
      s.headers := array(select distinct h from unnest(s.headers || v_found) h order by h);
      update private.score_statements x set headers = s.headers
      where x.org_id = p_org_id and x.version = p_version;
    end if;
  end if;
  return coalesce(s.headers, v_found);
end
$$;
comment on function private.known_headers(uuid, integer, uuid[]) is
  'How these leads (null: all of the org) write the headers that the version looks for, kept with its statement.';
revoke execute on function private.known_headers(uuid, integer, uuid[]) from public;
grant execute on function private.known_headers(uuid, integer, uuid[]) to pipeline_writer;

create function private.score_leads(p_org_id uuid, p_lead_ids uuid[] default null, p_as_of timestamptz default now(),
  p_are_known boolean default false) returns bigint
language plpgsql volatile set search_path = ''
-- Compiling the plan takes longer than scoring a batch; the joins of a large org need memory.
set jit = off set work_mem = '64MB' as $$
declare
  s record;
  v_query text;
  v_next text;
  v_facts text;
  v_new uuid[];
  v_count bigint := 0;
  v_more bigint;
begin
  select v.version, x.statement, x.texts, x.headers, private.learned_expression(p_org_id, v.version) as learned,
    case when x.again is not null then x.facts_of end as facts_of
  into s
  from public.score_versions v
  join private.score_statements x on x.org_id = v.org_id and x.version = v.version
  where v.org_id = p_org_id and v.state = 'active';
  if not found then
    return 0;
  end if;
  -- Two passes over the same leads would wait for each other's rows in different orders.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice score %s', p_org_id), 0));
  if p_lead_ids is null then
    v_count := private.score_again(p_org_id, p_as_of);
    if v_count is not null then
      return v_count;
    end if;
    v_count := 0;
  end if;
  v_query := format('select x.*, (%s)::smallint as counts from (%s) x offset 0', coalesce(s.learned, 'x.score'),
    private.score_query(s.statement, private.known_headers(p_org_id, s.version,
      case when not p_are_known then p_lead_ids when s.headers is not null then '{}' end)));
  v_next := case
    -- What a provider dates some seconds ahead counts only then: leads with new facts are due once more.
    when p_lead_ids is not null and not p_are_known then '$3'
    -- Queries of earlier releases do not say how long their scores stay as they are.
    when s.statement !~ '\mas next_at\M' then '''-infinity''::timestamptz'
    else 'n.next_at' end;
  v_facts := case when s.facts_of is null then 'null::float8[]' else 'n.facts' end;

  if p_lead_ids is not null or private.has_scores(p_org_id) then
    v_new := array(
      select x.id
      from (
        select l.id from public.leads l where p_lead_ids is null and l.org_id = p_org_id
        union all
        select i from unnest(p_lead_ids) i
      ) x
      where not exists (select from public.lead_scores o where o.org_id = p_org_id and o.lead_id = x.id));
  end if;
  if v_new is null or v_new <> '{}' then
    execute format($sql$
      insert into public.lead_scores (org_id, lead_id, version, score, rule_score, fit, engagement, tier, confidence,
        points, scored_at, next_at, facts, facts_of)
      select $1, n.lead_id, $5, n.counts, n.score, n.fit, n.engagement, n.tier, n.confidence, n.points, $3,
        %s, %s, $6
      from (%s) n
    $sql$, v_next, v_facts, v_query)
    using p_org_id, v_new, p_as_of, s.texts, s.version, s.facts_of;
    get diagnostics v_count = row_count;
  end if;
  if v_new is not null and cardinality(v_new) is distinct from cardinality(p_lead_ids) then
    -- Rows that do not change are not written.
    execute format($sql$
      with written as (
        update public.lead_scores o
        set version = $5, score = n.counts, rule_score = n.score, fit = n.fit, engagement = n.engagement, tier = n.tier,
          confidence = n.confidence, points = n.points, next_at = %1$s, facts = %3$s, facts_of = $6,
          scored_at = case when (o.version, o.score, o.points, o.rule_score, o.fit, o.engagement, o.tier, o.confidence)
            is distinct from ($5, n.counts, n.points, n.score, n.fit, n.engagement, n.tier, n.confidence)
            then $3 else o.scored_at end
        from (%2$s) n
        where o.org_id = $1 and o.lead_id = n.lead_id and ($2::uuid[] is null or o.lead_id = any ($2))
          and (o.version, o.score, o.points, o.rule_score, o.fit, o.engagement, o.tier, o.confidence, o.next_at,
              o.facts_of, o.facts)
            is distinct from
            ($5, n.counts, n.points, n.score, n.fit, n.engagement, n.tier, n.confidence, %1$s, $6, %3$s)
        returning o.scored_at
      )
      select count(*) filter (where w.scored_at = $3) from written w
    $sql$, v_next, v_query, v_facts)
    into v_more using p_org_id, p_lead_ids, p_as_of, s.texts, s.version, s.facts_of;
  end if;
  perform private.note_scoring(p_org_id, s.version, p_as_of,
    case when p_lead_ids is null then coalesce(s.learned, 'rules') end);
  return v_count + coalesce(v_more, 0);
end
$$;
comment on function private.score_leads(uuid, uuid[], timestamptz, boolean) is
  'Scores leads of an org by its active version; p_lead_ids null: all. p_are_known: no list has written to them since '
  'they were scored. Returns how many scores changed; 0 without an active version.';

create function private.note_scoring(p_org_id uuid, p_version integer, p_as_of timestamptz, p_counted text) returns void
language sql volatile set search_path = '' as $$
  update private.score_statements x set looked_at = greatest(x.looked_at, p_as_of),
    counted = coalesce(p_counted, x.counted)
  where x.org_id = p_org_id and x.version = p_version
    and (x.looked_at, x.counted) is distinct from (greatest(x.looked_at, p_as_of), coalesce(p_counted, x.counted))
$$;
comment on function private.note_scoring(uuid, integer, timestamptz, text) is
  'Notes by which clock a version has scored, and if it scored all leads, what counted.';

-- Reading the facts takes most of the time, and until next_at the clock changes nothing that the rules make of them. So
-- where other rules read the same facts, only leads whose facts may have changed are read again.
create function private.score_again(p_org_id uuid, p_as_of timestamptz) returns bigint
language plpgsql volatile set search_path = '' set jit = off set work_mem = '64MB' as $$
declare
  s record;
  v_queued constant uuid[] := array(select q.lead_id from private.score_queue q where q.org_id = p_org_id);
  v_due uuid[];
  v_scored bigint;
  v_count bigint;
begin
  select v.version, x.texts, x.again, x.facts_of, x.counted,
    coalesce(private.learned_expression(p_org_id, v.version), 'rules') as counts
  into s
  from public.score_versions v
  join private.score_statements x on x.org_id = v.org_id and x.version = v.version
  where v.org_id = p_org_id and v.state = 'active' and x.again is not null
    -- A clock that goes back, as that of a test, may find facts of a time after it.
    and p_as_of >= (select max(y.looked_at) from private.score_statements y where y.org_id = p_org_id);
  if not found then
    return null;
  end if;
  select array_agg(o.lead_id) filter (where (o.facts_of is distinct from s.facts_of or o.next_at <= p_as_of)
      and o.lead_id <> all (v_queued)), count(*)
  into v_due, v_scored
  from public.lead_scores o where o.org_id = p_org_id;
  v_due := coalesce(v_due, '{}');
  -- Look-ups of so many leads cost more than reading all.
  if v_scored = 0 or cardinality(v_due) + cardinality(v_queued) > v_scored / 3 then
    return null;
  end if;
  execute format($sql$
    with written as (
      update public.lead_scores s
      set (version, score, rule_score, fit, engagement, tier, confidence, points, scored_at) = (
        select $5, n.counts, n.score, n.fit, n.engagement, n.tier, n.confidence, n.points,
          case when (s.version, s.score, s.points, s.rule_score, s.fit, s.engagement, s.tier, s.confidence)
            is distinct from ($5, n.counts, n.points, n.score, n.fit, n.engagement, n.tier, n.confidence)
            then $3 else s.scored_at end
        from (select x.*, (%s)::smallint as counts from (%s) x offset 0) n)
      where s.org_id = $1 and s.facts_of = $6 and (s.next_at is null or s.next_at > $3) and s.lead_id <> all ($2)
        -- By the same rules, and where the same counts, nothing changes.
        and (s.version <> $5 or $7)
      returning s.scored_at
    )
    select count(*) filter (where w.scored_at = $3) from written w
  $sql$, case s.counts when 'rules' then 'x.score' else s.counts end, s.again)
  into v_count
  using p_org_id, v_queued, p_as_of, s.texts, s.version, s.facts_of, s.counts is distinct from s.counted;
  perform private.note_scoring(p_org_id, s.version, p_as_of, s.counts);
  if v_queued <> '{}' then
    v_count := v_count + private.score_leads(p_org_id, v_queued, p_as_of);
  end if;
  if v_due <> '{}' then
    v_count := v_count + private.score_leads(p_org_id, v_due, p_as_of, true);
  end if;
  -- Leads without a score, new or erased, are looked for only where the numbers say that there are some.
  if (select count(*) from public.leads l where l.org_id = p_org_id)
    <> (select count(*) from public.lead_scores o where o.org_id = p_org_id)
  then
    v_due := array(select l.id from public.leads l where l.org_id = p_org_id
      and not exists (select from public.lead_scores o where o.org_id = p_org_id and o.lead_id = l.id));
    if v_due <> '{}' then
      v_count := v_count + private.score_leads(p_org_id, v_due, p_as_of);
    end if;
  end if;
  return v_count;
end
$$;
comment on function private.score_again(uuid, timestamptz) is
  'Scores all leads of an org by its active version, from the facts that their scores keep where these still hold. '
  'Returns how many scores changed; null: too few facts are kept, and nothing was done.';
revoke execute on function private.note_scoring(uuid, integer, timestamptz, text),
  private.score_again(uuid, timestamptz) from public;
grant execute on function private.note_scoring(uuid, integer, timestamptz, text),
  private.score_again(uuid, timestamptz) to pipeline_writer;
