-- plausible candidates: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.find_candidates (
  p_org_id uuid,
  p_limit  integer                  DEFAULT 300,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET jit TO 'off'
  AS $function$
declare
  v_model public.match_models;
  v_upload uuid;
  v_batch uuid[];
  v_changed uuid[];
  v_pairs integer := 0;
  v_found integer := 0;
  v_merged integer := 0;
begin
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 2));
  select u.upload_id into v_upload from private.match_uploads u
  where u.org_id = p_org_id order by u.completed_at, u.upload_id limit 1;
  if found then
    return jsonb_build_object('queued', private.queue_upload_leads(p_org_id, v_upload, p_as_of), 'done', false);
  end if;
  with taken as (
    delete from private.match_queue q
    where q.org_id = p_org_id and q.lead_id in (
      select x.lead_id from private.match_queue x where x.org_id = p_org_id order by x.lead_id limit p_limit)
    returning q.lead_id
  )
  select array_agg(t.lead_id) into v_batch from taken t;
  if v_batch is null then
    perform private.learn_match_model(p_org_id, p_as_of);
    v_merged := private.merge_alike(p_org_id, p_as_of);
    insert into private.match_finders as f (org_id, ran_at) values (p_org_id, p_as_of)
    on conflict (org_id) do update set ran_at = excluded.ran_at;
    perform private.resolve_dead_letter('match-leads', jsonb_build_object('org_id', p_org_id), p_as_of);
    return jsonb_build_object('merged', v_merged, 'done', true);
  end if;

  v_model := private.current_match_model(p_org_id);
  if v_model.version is null then
    v_model := private.untrained_match_model(p_org_id);
  end if;
  perform private.open_match_scratch();
  perform private.load_match_records(p_org_id, v_batch);
  v_changed := private.profile_leads(p_org_id, p_as_of);
  if v_changed <> '{}' then
    insert into match_nominations select n.* from private.nominate_leads(p_org_id, v_changed, 10, 60) n;
    insert into match_leads select i.record, i.reference::uuid from match_input i;
    perform private.load_match_records(p_org_id, array(
      select n.left_id from match_nominations n union select n.right_id from match_nominations n
      except select l.lead_id from match_leads l));
    insert into match_leads select i.record, i.reference::uuid from match_input i;
    insert into match_pairs (a, b)
    select x.record, y.record from match_nominations n
    join match_leads x on x.lead_id = n.left_id join match_leads y on y.lead_id = n.right_id;
    get diagnostics v_pairs = row_count;
    analyze pg_temp.match_pairs;
    perform private.compare_pairs();
    insert into private.match_pattern_counts as c (org_id, levels, pairs)
    select p_org_id, p.levels, count(*) from match_pairs p group by p.levels order by p.levels
    on conflict (org_id, levels) do update set pairs = c.pairs + excluded.pairs;
    v_found := private.store_candidates(v_model, v_changed, p_as_of);
    -- A first search takes long: it learns on the way.
    if (select sum(c.pairs) from private.match_pattern_counts c where c.org_id = p_org_id) >= 1000 then
      perform private.learn_match_model(p_org_id, p_as_of);
    end if;
  end if;
  return jsonb_build_object('leads', cardinality(v_batch), 'changed', cardinality(v_changed), 'pairs', v_pairs,
    'found', v_found, 'done', false);
end
$function$;

CREATE OR REPLACE FUNCTION private.learn_match_model (
  p_org_id uuid,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_old constant public.match_models := private.current_match_model(p_org_id);
  v_pairs bigint;
  v_same integer;
  v_different integer;
  v_leads constant double precision := (select nullif(f.leads, 0) from private.match_finders f
    where f.org_id = p_org_id);
  v_lambda double precision;
  v_shift double precision;
  v_model public.match_models;
begin
  select coalesce(sum(n.pairs), 0) into v_pairs from private.match_pattern_counts n where n.org_id = p_org_id;
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
  insert into match_patterns (levels, pairs, same, different, probability)
  select x.levels, greatest(sum(x.pairs), sum(x.same + x.different)), sum(x.same), sum(x.different), 0
  from (
    select n.levels, n.pairs, 0 as same, 0 as different from private.match_pattern_counts n where n.org_id = p_org_id
    union all
    select p.levels, 0, p.answer::integer, (not p.answer)::integer from match_pairs p
  ) x
  group by x.levels;
  v_lambda := private.learn_weights();
  -- A run in which everything, or nothing, became one has not learned to tell pairs apart: nor one that took equal
  -- names for equal persons, so that one lead in ten would be another one.
  if v_lambda >= 0.89 or v_lambda <= 0.0002 or v_lambda * v_pairs > greatest(5, 0.1 * v_leads) then
    perform private.set_match_priors(7);
    v_lambda := 0.01;
  end if;
  v_shift := private.score_pairs(v_lambda);
  insert into public.match_models as m (org_id, version, trained_at, pairs, answers, same_answers, share_same,
    threshold, weights, answered)
  select p_org_id, coalesce(v_old.version, 0) + 1, p_as_of, v_pairs, v_same + v_different, v_same, v_lambda, v_shift,
    (select jsonb_object_agg(w.comparison, w.levels) from (
      select x.comparison, jsonb_agg(jsonb_build_array(x.m, x.u, x.weight) order by x.level) as levels
      from match_weights x group by x.comparison) w),
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
$function$;

CREATE OR REPLACE FUNCTION private.merge_alike (
  p_org_id uuid,
  p_as_of  timestamp with time zone
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_least constant double precision := (
    select (o.settings ->> 'merge_probability')::double precision from public.orgs o where o.id = p_org_id);
  v_pair record;
  v_leads uuid[];
  v_count integer := 0;
begin
  if v_least is null then
    return 0;
  end if;
  -- As a resolve does: one change of identities per org at a time.
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  perform set_config('sluice.actor', 'system', true);
  for v_pair in
    select c.* from public.match_candidates c
    where c.org_id = p_org_id and c.state = 'open' and c.origin = 'finder' and c.model_version is not null
      and c.probability >= v_least
      -- The same house, phone or e-mail: equal names alone are two persons of one name.
      and (c.levels[4] >= 4 or 2 in (c.levels[6], c.levels[7]))
    order by c.probability desc, c.id
    limit 1000
  loop
    select array[x.leads[1], x.leads[2]] into v_leads
    from (select private.survivor_of(p_org_id, array[a.id, b.id]) as leads
      from public.leads a join public.leads b on b.org_id = a.org_id and b.id = v_pair.right_id
      where a.org_id = p_org_id and a.id = v_pair.left_id
        -- Two rows of one list are rarely one by mistake, and names that share nothing are never one.
        and (a.created_upload_id <> b.created_upload_id) is not false
        and (a.mak <> b.mak) is not true
        and private.owners_agree(
          private.owner_text(a.owner_1_first, a.owner_1_last, a.owner_2_first, a.owner_2_last, a.owner_full),
          private.owner_text(b.owner_1_first, b.owner_1_last, b.owner_2_first, b.owner_2_last, b.owner_full))) x;
    -- An earlier merge of this loop may have ended one of the leads, or made the two different.
    if v_leads[2] is not null and exists (
        select from public.match_candidates c where c.org_id = p_org_id and c.id = v_pair.id and c.state = 'open') then
      perform private.merge_with_undo(p_org_id, v_leads[1], v_leads[2],
        format('alike with a probability of %s', round(v_pair.probability::numeric, 4)), null, p_as_of);
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.nominate_leads (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_per_lead integer,
  p_most     integer
)
  RETURNS TABLE (
    left_id  uuid,
    right_id uuid
  )
  LANGUAGE sql
  SET search_path TO ''
  SET work_mem TO '64MB'
  AS $function$
  with keys as materialized (
    select p.lead_id, k.key
    from unnest(p_lead_ids) i (id)
    join private.match_profiles p on p.org_id = p_org_id and p.lead_id = i.id
    cross join unnest(p.keys) k (key)
  ), met as materialized (
    -- A key of more leads than that nominates nobody.
    select d.key, h.leads
    from (select distinct k.key from keys k) d
    cross join lateral (
      select array_agg(x.lead_id) as leads from (
        select p.lead_id from private.match_profiles p
        where p.keys @> array[d.key] and p.org_id = p_org_id
        limit p_most + 1) x
      offset 0
    ) h
    where cardinality(h.leads) between 2 and p_most
  ), ranked as (
    select k.lead_id, o.id as other_id, sum(ln(f.leads::double precision / cardinality(m.leads) + 1)) as share
    from keys k
    join met m on m.key = k.key
    cross join unnest(m.leads) o (id)
    cross join (select greatest(x.leads, 1) as leads from private.match_finders x where x.org_id = p_org_id) f
    where o.id <> k.lead_id
    group by k.lead_id, o.id
    -- As much as one key that two or three leads have, or several common ones.
    having sum(ln(f.leads::double precision / cardinality(m.leads) + 1)) > ln(min(f.leads) + 1) - 1.2
  ), best as (
    select r.lead_id, r.other_id
    from (
      select x.*, row_number() over (partition by x.lead_id order by x.share desc, x.other_id) as place,
        max(x.share) over (partition by x.lead_id) as best
      from ranked x
    ) r
    where r.place <= 4 or r.place <= p_per_lead and r.share > r.best * 0.15
  )
  select distinct a.id, b.id
  from best n
  join public.leads a on a.org_id = p_org_id and a.id = least(n.lead_id, n.other_id)
  join public.leads b on b.org_id = p_org_id and b.id = greatest(n.lead_id, n.other_id)
  left join public.match_candidates c on c.org_id = p_org_id and c.left_id = a.id and c.right_id = b.id
  -- Two properties are never one, and an answer is final.
  where (a.mak <> b.mak or private.parcel_key(a.county_fips, a.apn, a.apn_segments)
      <> private.parcel_key(b.county_fips, b.apn, b.apn_segments)) is not true
    and coalesce(c.state in ('open', 'stale'), true)
$function$;

CREATE OR REPLACE FUNCTION private.untrained_match_model (
  p_org_id uuid
)
  RETURNS public.match_models
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_populate_record(null::public.match_models, jsonb_build_object('org_id', p_org_id, 'version', 0,
    'share_same', 0.01, 'threshold', 0, 'answered', '{}'::jsonb, 'weights', (
      select jsonb_object_agg(p.key, (
        select jsonb_agg(jsonb_build_array(m.value, u.value,
          log(2, (m.value::double precision / u.value::double precision)::numeric)::double precision) order by m.o)
        from jsonb_array_elements_text(p.value -> 0) with ordinality m (value, o)
        join jsonb_array_elements_text(p.value -> 1) with ordinality u (value, n) on m.o = u.n))
      from jsonb_each(private.match_priors()) p where p.key not in ('number', 'other'))))
$function$;

COMMENT ON FUNCTION "private"."merge_alike"(uuid, timestamp with time zone) IS 'Merges the open pairs that a trained model finds at least as probable as the org''s setting merge_probability says; without the setting none. Owners have to agree and share a house, phone or e-mail; two leads of one upload stay two. undo_merge undoes each, after which the pair is different for ever. Returns how many.';
