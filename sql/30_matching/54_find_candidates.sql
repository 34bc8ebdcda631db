-- Compares queued leads with the org's others: the steps of `sluice match` (40 to 46) for a batch of leads and those
-- that have something rare in common with them. Phones and e-mails are compared by their blind indexes.

-- Keys that say little alone are not stored: a single word, a street.
create function private.hash_match_keys(p_org_id uuid) returns table (record integer, keys bigint[])
language sql stable set search_path = pg_temp, private as $$
  select k.record, array_agg(distinct hashtextextended(p_org_id || k.key, 0))
  from match_keys k where k.key !~ '^(w|s|we|wl|el|hn|m) '
  group by k.record
$$;
comment on function private.hash_match_keys(uuid) is 'The keys of each record, as they are stored in match_profiles.';

create function private.load_match_records(p_org_id uuid, p_lead_ids uuid[]) returns void
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_from constant integer := coalesce((select max(r.record) from match_records r), 0);
  v_leads constant double precision := greatest(1,
    coalesce((select f.leads from private.match_finders f where f.org_id = p_org_id), 0));
begin
  truncate match_input;
  insert into match_input (record, list, reference, first_name, last_name, second_first_name, second_last_name,
    full_name, street, unit, city, state, zip)
  select v_from + row_number() over (order by l.id), 0, l.id, l.owner_1_first, l.owner_1_last, l.owner_2_first,
    l.owner_2_last, l.owner_full, s.street, s.unit, s.city, s.state, s.zip
  from unnest(p_lead_ids) i (id)
  cross join lateral (select * from public.leads x where x.org_id = p_org_id and x.id = i.id offset 0) l
  cross join lateral (
    select l.situs_street as street, l.situs_unit as unit, l.situs_city as city, l.situs_state as state,
      l.situs_zip as zip where l.situs_street is not null
    union all
    select l.mailing_street, l.mailing_unit, coalesce(l.mailing_city, l.situs_city),
      coalesce(l.mailing_state, l.situs_state), coalesce(l.mailing_zip, l.situs_zip) where l.situs_street is null
  ) s;
  perform private.prepare_match_records();
  update match_records r set phones = c.phones, emails = c.emails, shared_phones = c.shared
  from match_input i
  cross join lateral (
    select coalesce(array_agg(v.value) filter (where v.kind = 'phone'), '{}') as phones,
      coalesce(array_agg(v.value) filter (where v.kind = 'email'), '{}') as emails,
      coalesce(array_agg(v.value) filter (where v.kind = 'phone' and v.leads > 3), '{}') as shared
    from (
      select p.kind, encode(p.value_bidx, 'hex') as value, (
        select count(*) from (
          select from public.contact_points o
          where o.org_id = p_org_id and o.value_bidx = p.value_bidx limit 4) o) as leads
      from public.contact_points p where p.org_id = p_org_id and p.lead_id = i.reference::uuid
      offset 0
    ) v
  ) c
  where r.record = i.record;
  -- How rare a word is in the whole org.
  update match_records r
  set weights = (
    select array_agg((ln(1 + v_leads / greatest(1, coalesce(w.leads, 1)))
      * case substr(r.roles, t.o::integer, 1) when 'x' then 0 when 'i' then 0.2 when 'w' then 0.5 else 1 end)::real
      order by t.o)
    from unnest(r.words) with ordinality t (word, o)
    left join private.match_words w on w.org_id = p_org_id and w.word = hashtextextended(t.word, 0))
  where r.record > v_from and r.words <> '{}';
  -- How common a name is, likewise.
  update match_records r
  set last_is_common = private.is_common(x.last, v_leads, 0.004),
    first_is_common = private.is_common(x.first, v_leads, 0.01)
  from (
    select q.record, coalesce(l.leads, 0) as last, greatest(f.leads, g.leads, 0) as first
    from match_records q
    left join private.match_words l on l.org_id = p_org_id and l.word = hashtextextended(q.last_name, 0)
    left join private.match_words f on f.org_id = p_org_id and f.word = hashtextextended(q.first_name, 0)
    left join private.match_words g on g.org_id = p_org_id and g.word = hashtextextended(q.first_forms[1], 0)
    where q.record > v_from
  ) x
  where x.record = r.record;
end
$$;
comment on function private.load_match_records(uuid, uuid[]) is
  'Adds leads to pg_temp.match_records, as a list''s records; pg_temp.match_input has their ids (reference).';

create function private.profile_leads(p_org_id uuid, p_as_of timestamptz) returns uuid[]
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_changed uuid[];
begin
  truncate match_keys;
  perform private.fill_match_keys();
  with fresh as (
    select i.reference::uuid as lead_id, coalesce(k.keys, '{}') as keys,
      hashtextextended((to_jsonb(r) - 'record')::text || coalesce(i.first_name, '') || '|'
        || coalesce(i.last_name, ''), 0) as print
    from match_input i
    join (
      select x.record, x.words, x.joined, x.house_number, x.street, x.unit, x.city, x.state, x.zip,
        array(select p from unnest(x.phones) p order by 1) as phones,
        array(select e from unnest(x.emails) e order by 1) as emails
      from match_records x) r using (record)
    left join private.hash_match_keys(p_org_id) k using (record)
  ), known as (
    select f.*, o.lead_id is null as is_new
    from fresh f left join private.match_profiles o on o.org_id = p_org_id and o.lead_id = f.lead_id
    where o.print is distinct from f.print
  ), stored as (
    insert into private.match_profiles as o (org_id, lead_id, keys, print, compared_at)
    select p_org_id, k.lead_id, k.keys, k.print, p_as_of from known k
    on conflict (org_id, lead_id) do update set keys = excluded.keys, print = excluded.print,
      compared_at = excluded.compared_at
  ), words as (
    insert into private.match_words as w (org_id, word, leads)
    select p_org_id, hashtextextended(t.word, 0), count(*)
    from known k
    join match_input i on i.reference = k.lead_id::text
    join match_records r on r.record = i.record
    cross join lateral (select distinct x as word from unnest(r.words) x) t
    where k.is_new
    group by t.word
    order by 2
    on conflict (org_id, word) do update set leads = w.leads + excluded.leads
  ), counted as (
    insert into private.match_finders as f (org_id, leads)
    select p_org_id, count(*) from known k where k.is_new
    on conflict (org_id) do update set leads = f.leads + excluded.leads
  )
  select array_agg(k.lead_id) into v_changed from known k;
  return coalesce(v_changed, '{}');
end
$$;
comment on function private.profile_leads(uuid, timestamptz) is
  'Stores what the leads in pg_temp.match_input have in common with others. Returns those whose compared facts are '
  'new or changed.';

create function private.nominate_leads(p_org_id uuid, p_lead_ids uuid[], p_per_lead integer, p_most integer)
returns table (left_id uuid, right_id uuid)
language sql volatile set search_path = '' set work_mem = '64MB' as $$
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
$$;
comment on function private.nominate_leads(uuid, uuid[], integer, integer) is
  'Pairs of these leads with others of the org worth comparing: for each lead those that share the most and rarest '
  'keys, at most p_per_lead. Pairs with an answer, and those with two MAKs or parcels, are left out.';

create function private.find_candidates(p_org_id uuid, p_limit integer default 300, p_as_of timestamptz default now())
returns jsonb
language plpgsql volatile set search_path = pg_temp, private set jit = off as $$
declare
  v_model public.match_models;
  v_upload uuid;
  v_batch uuid[];
  v_changed uuid[];
  v_pairs integer := 0;
  v_found integer := 0;
  v_merged integer := 0;
begin
  -- Uploads come first.
  if private.match_waits_for_intake(p_org_id) then
    return jsonb_build_object('busy', true, 'done', true);
  end if;
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
    insert into match_leads (record, lead_id) select i.record, i.reference::uuid from match_input i;
    perform private.draw_pairs(p_limit);
    perform private.load_match_records(p_org_id, array(
      select n.left_id from match_nominations n union select n.right_id from match_nominations n
      except select l.lead_id from match_leads l));
    insert into match_leads (record, lead_id) select i.record, i.reference::uuid from match_input i;
    insert into match_pairs (a, b)
    select least(x.record, y.record), greatest(x.record, y.record) from match_nominations n
    join match_leads x on x.lead_id = n.left_id join match_leads y on y.lead_id = n.right_id
    on conflict (a, b) do update set is_random = false;
    get diagnostics v_pairs = row_count;
    analyze pg_temp.match_pairs;
    perform private.compare_pairs();
    insert into private.match_pattern_counts as c (org_id, levels, is_random, pairs)
    select p_org_id, p.levels, p.is_random, count(*) from match_pairs p
    group by p.levels, p.is_random order by p.levels, p.is_random
    on conflict (org_id, levels, is_random) do update set pairs = c.pairs + excluded.pairs;
    delete from match_pairs p where p.is_random;
    v_found := private.store_candidates(v_model, v_changed, p_as_of);
    -- A first search takes long: it learns on the way.
    if (select sum(c.pairs) from private.match_pattern_counts c where c.org_id = p_org_id
        and not c.is_random) >= 1000 then
      perform private.learn_match_model(p_org_id, p_as_of);
    end if;
  end if;
  return jsonb_build_object('leads', cardinality(v_batch), 'changed', cardinality(v_changed), 'pairs', v_pairs,
    'found', v_found, 'done', false);
end
$$;
comment on function private.find_candidates(uuid, integer, timestamptz) is
  'One step of the search: queues the leads of a completed upload, or compares up to p_limit queued leads with the '
  'others, or, when none is left, learns from what was seen, merges what the org lets be merged by itself, and returns '
  'done. Does nothing, and is done, while uploads are staged or resolved. Each step is a transaction of its own: call '
  'it until done.';

create function private.store_candidates(p_model public.match_models, p_lead_ids uuid[], p_as_of timestamptz)
returns integer
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_found integer;
begin
  with scored as (
    select l.levels, s.weight, private.judge_levels(p_model, l.levels, s.weight) as probability,
      string_to_array(private.match_reasons(l.levels), '; ') as reasons
    from (select distinct p.levels from match_pairs p) l
    cross join lateral (select private.score_levels(p_model, l.levels) as weight offset 0) s
  ), likely as materialized (
    select least(x.lead_id, y.lead_id) as left_id, greatest(x.lead_id, y.lead_id) as right_id, s.*
    from match_pairs p join scored s using (levels)
    join match_leads x on x.record = p.a join match_leads y on y.record = p.b
    where s.probability >= private.least_probability()
  ), kept as (
    insert into public.match_candidates as c (org_id, left_id, right_id, origin, levels, weight, probability, reasons,
      model_version, found_at, compared_at)
    select p_model.org_id, l.left_id, l.right_id, 'finder', l.levels, l.weight, l.probability, l.reasons,
      nullif(p_model.version, 0), p_as_of, p_as_of
    from likely l
    where not private.are_different(p_model.org_id, array[l.left_id, l.right_id])
    on conflict (org_id, left_id, right_id) do update
    set levels = excluded.levels, weight = excluded.weight, probability = excluded.probability,
      reasons = case c.origin when 'finder' then excluded.reasons else array(
        select r from unnest(excluded.reasons || c.reasons) with ordinality t (r, o) group by r order by min(o)) end,
      model_version = excluded.model_version, compared_at = excluded.compared_at, state = 'open', decided_at = null,
      merge_id = null
    where c.state in ('open', 'stale')
    returning 1
  )
  select count(*) into v_found from kept;
  -- Pairs of these leads that no longer look alike.
  update public.match_candidates c set state = 'stale', decided_at = p_as_of
  where c.org_id = p_model.org_id and c.state = 'open' and c.origin = 'finder' and c.compared_at < p_as_of
    and (c.left_id = any (p_lead_ids) or c.right_id = any (p_lead_ids));
  return v_found;
end
$$;
comment on function private.store_candidates(public.match_models, uuid[], timestamptz) is
  'Stores the pairs of pg_temp.match_pairs that are likely enough, and closes those of these leads that no longer are. '
  'Returns how many pairs it stored.';

create function private.merge_with_undo(
  p_org_id uuid, p_survivor_id uuid, p_merged_id uuid, p_reason text, p_by uuid, p_as_of timestamptz
) returns bigint
language plpgsql volatile set search_path = '' as $$
declare
  v_before jsonb;
  v_id bigint;
begin
  select to_jsonb(l) into v_before from public.leads l where l.org_id = p_org_id and l.id = p_survivor_id;
  v_id := private.merge_leads(p_org_id, p_survivor_id, p_merged_id, null, p_reason, p_as_of);
  update public.lead_merges m set merged_by = p_by, survivor_changes = coalesce((
    select jsonb_object_agg(a.key, jsonb_build_array(v_before -> a.key, a.value))
    from public.leads l cross join lateral jsonb_each(to_jsonb(l)) a
    where l.org_id = p_org_id and l.id = p_survivor_id and a.value is distinct from v_before -> a.key
      and a.key <> 'updated_at'), '{}')
  where m.org_id = p_org_id and m.id = v_id;
  return v_id;
end
$$;
comment on function private.merge_with_undo(uuid, uuid, uuid, text, uuid, timestamptz) is
  'private.merge_leads outside of an upload, with what public.undo_merge needs.';

create function private.merge_alike(p_org_id uuid, p_as_of timestamptz) returns integer
language plpgsql volatile set search_path = '' as $$
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
      and (c.levels[4] >= 4 or c.levels[6] = 2 or c.levels[7] >= 2)
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
          private.owner_text(a.owner_1_first, a.owner_1_last, a.owner_2_first, a.owner_2_last, a.owner_full,
            a.situs_street),
          private.owner_text(b.owner_1_first, b.owner_1_last, b.owner_2_first, b.owner_2_last, b.owner_full,
            b.situs_street))) x;
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
$$;
comment on function private.merge_alike(uuid, timestamptz) is
  'Merges the open pairs that a trained model finds at least as probable as the org''s setting merge_probability says; '
  'without the setting none. Owners have to agree and share a house, phone or e-mail; two leads of one upload stay '
  'two. undo_merge undoes each, after which the pair is different for ever. Returns how many.';
