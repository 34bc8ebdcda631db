-- nameless rows: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.bare_addresses()
  RETURNS TABLE (
    place bytea
  )
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  select distinct coalesce(l.place, a.addr_hash)
  from resolve_addresses a
  join resolve_addresses b on b.house = a.house and b.stem = a.stem and b.unit is not null
  left join resolve_aliases l on l.addr_hash = a.addr_hash
  left join resolve_aliases o on o.addr_hash = b.addr_hash
  where a.unit is null and coalesce(o.place, b.addr_hash) <> coalesce(l.place, a.addr_hash)
    and not private.addresses_contradict(a.street, null, a.city, a.state, a.zip, b.street, b.unit, b.city, b.state,
      b.zip)
$function$;

CREATE OR REPLACE FUNCTION private.claim_leads (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
begin
  if not exists (select from resolve_nodes n where n.component is not null) then
    return;
  end if;
  with mine as (
    select n.* from resolve_nodes n where n.component is not null
  ), theirs as (
    select n.* from resolve_nodes n
    where n.component is null
      and n.lead_id not in (
        select x.lead_id from resolve_nodes x where x.component is not null and x.lead_id is not null)
  ), pairs as (
    select m.place, m.component, t.lead_id, min(t.parcel) as parcel,
      case when bool_or(w.fits) then true when bool_or(not w.fits) then false end as fits
    from mine m
    join theirs t using (place)
    cross join lateral (select m.owner = t.owner or private.owners_agree(m.owner, t.owner) as fits) w
    where case when m.lead_id is null
      then not private.keys_differ(p_org_id, m.mak, m.parcel, m.apn, t.mak, t.parcel, t.apn)
      -- A property that a key has led to its lead takes over a lead that only has the address.
      else t.mak is null and t.parcel is null end
    group by m.place, m.component, t.lead_id
  ), possible as (
    select p.*, count(*) over (partition by p.place, p.component) as leads,
      count(*) filter (where p.fits) over (partition by p.place, p.component) as agreeing
    from pairs p where p.fits is not false
  ), claims as (
    select p.*, count(*) over (partition by p.lead_id) as claimants,
      count(*) filter (where p.fits) over (partition by p.lead_id) as agreeing_claimants
    from possible p
    where p.leads = 1 or (p.fits and p.agreeing = 1)
  ), granted as (
    select c.place, c.component, c.lead_id, c.parcel, c.fits from claims c
    where c.fits and c.agreeing_claimants = 1
      -- Without a name on one side, only where nobody else is there.
      or c.fits is null and c.claimants = 1 and c.place not in (select b.place from private.bare_addresses() b)
        and not exists (select from resolve_nodes n where n.place = c.place
          and n.component is distinct from c.component and n.lead_id is distinct from c.lead_id)
        and not exists (
          select from resolve_places p
          join resolve_nodes n on n.place = p.place and (n.component = c.component or n.lead_id = c.lead_id)
          where p.place = c.place and p.kind = 2 and not private.owners_agree(p.owner, n.owner))
  ), noted as (
    update resolve_rows r set by_place = g.lead_id, parcel = case when r.parcel is not null then
        coalesce(g.parcel, r.parcel) end,
      evidence = case when g.fits then 'the same address and an agreeing owner' else 'the same address' end
    from granted g join resolve_places p using (place)
    where r.row_no = p.row_no and r.component = g.component and r.kind = 1
    returning r.row_no
  )
  update resolve_nodes n set lead_id = coalesce(m.lead_id, g.lead_id), node = coalesce(m.lead_id, g.lead_id)::text
  from granted g
  cross join lateral (select x.lead_id from resolve_nodes x where x.place = g.place and x.component = g.component
    limit 1) m
  where n.place = g.place and (n.component = g.component or n.lead_id = g.lead_id);

  -- One list has the MAK of a property, the other its parcel.
  with alone as (
    select n.place, min(n.component) as one, max(n.component) as other
    from resolve_nodes n
    group by n.place
    having count(distinct n.node) = 2 and count(*) filter (where n.component is null or n.lead_id is not null) = 0
  ), same as (
    select a.place, a.one, a.other
    from alone a
    join resolve_nodes x on x.place = a.place and x.component = a.one
    join resolve_nodes y on y.place = a.place and y.component = a.other
    group by a.place, a.one, a.other
    having not bool_or(private.keys_differ(p_org_id, x.mak, x.parcel, x.apn, y.mak, y.parcel, y.apn))
      and (bool_or(private.owners_agree(x.owner, y.owner))
        or not coalesce(bool_or(not private.owners_agree(x.owner, y.owner)), false))
  ), linked as (
    insert into resolve_links (link, row_no)
    select convert_to('s', 'UTF8') || s.place, c.row_no
    from same s cross join lateral (values (s.one), (s.other)) c (row_no)
    returning 1
  )
  update resolve_nodes n set node = 'c' || s.one from same s where n.place = s.place;
end
$function$;

CREATE OR REPLACE FUNCTION private.compare_pairs()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET enable_nestloop TO 'off'
  AS $function$
declare
  v_extras text := (
    select string_agg(format('private.compare_text(a.extras[%1$s], b.extras[%1$s])', n), ', ' order by n)
    from generate_series(1, (select max(cardinality(r.extras)) from match_records r)) n);
begin
  execute format($sql$
    update match_pairs p set levels = array[
      case when not k.persons then -1 when k.swapped then 2
        else private.compare_family(a.last_name, b.last_name) end,
      case when not k.persons then -1 when k.swapped then case when k.whole then 2 else -1 end
        when a.generation <> b.generation then 0
        else private.compare_given(a.first_name, a.first_forms, a.first_is_known, b.first_name, b.first_forms,
          b.first_is_known) end,
      case when k.persons then
          -- Ed Finch and Ned Falk: a nickname or a typing error in common is nothing in common.
          case when not k.swapped and a.last_name is not null and b.last_name is not null
            and private.compare_family(a.last_name, b.last_name) = 0 and a.first_name is distinct from b.first_name
            and not private.names_agree(row(a.words, a.roles, a.is_firm)::private.parsed_name,
              row(b.words, b.roles, b.is_firm)::private.parsed_name) then 0 else -1 end
        when a.generation <> b.generation then 0
        else private.compare_whole_names(a.words, a.weights, a.joined, b.words, b.weights, b.joined) end,
      k.address,
      -- The same house and street imply the place; only another place says something.
      case when k.address >= 3 and k.place > 0 then -1 else k.place end,
      case when a.shared_phones && b.shared_phones then least(1, private.compare_lists(a.phones, b.phones, false))
        else private.compare_lists(a.phones, b.phones, false) end,
      case when a.shared_emails && b.shared_emails then least(1, private.compare_lists(a.emails, b.emails, true))
        else private.compare_lists(a.emails, b.emails, true) end
      %s]::smallint[]
    from match_records a, match_records b,
      lateral (
        select h.persons, h.whole,
          h.persons and a.last_name is distinct from b.last_name and a.first_name is distinct from b.first_name
            and (private.compare_family(a.last_name, b.first_name) >= 2
              or (not h.whole and private.compare_family(a.first_name, b.last_name) >= 2))
            and (not h.whole or private.compare_family(a.first_name, b.last_name) >= 2) as swapped,
          private.compare_address(a.house_number, a.street, a.unit, b.house_number, b.street, b.unit) as address,
          private.compare_place(a.city, a.state, a.zip, b.city, b.state, b.zip) as place
        from (select num_nulls(a.first_name, a.last_name, b.first_name, b.last_name) = 0 as whole,
          num_nonnulls(a.first_name, a.last_name) > 0 and num_nonnulls(b.first_name, b.last_name) > 0 as persons) h
        offset 0) k
    where p.a = a.record and p.b = b.record and p.levels is null
  $sql$, ', ' || v_extras);
end
$function$;

CREATE OR REPLACE FUNCTION private.find_address_nodes (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
begin
  insert into resolve_nodes (place, node, lead_id, component, owner, mak, parcel, apn)
  select p.place, l.id::text, l.id, null, l.owner, l.mak, l.parcel, l.apn
  from (select distinct x.place from resolve_places x) p
  cross join lateral (
    select x.id, x.mak, private.parcel_key(x.county_fips, x.apn, x.apn_segments) as parcel, x.apn,
      private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full) as owner
    -- Two index look-ups; an "or" would scan all leads for each place.
    from (
      select y.id
      from (select p.place as addr_hash union select a.addr_hash from resolve_aliases a where a.place = p.place) h
      cross join lateral (
        select z.id from public.leads z where z.org_id = p_org_id and z.addr_hash = h.addr_hash
        union
        select z.lead_id from public.lead_addresses z where z.org_id = p_org_id and z.addr_hash = h.addr_hash
        offset 0
      ) y
    ) i
    join lateral (select * from public.leads z where z.org_id = p_org_id and z.id = i.id offset 0) x on true
    offset 0
  ) l;
  -- Properties of this upload. One that has found its lead by a key is that lead's node.
  insert into resolve_nodes (place, node, lead_id, component, owner, mak, parcel, apn)
  -- Its owners are those of all its rows, also of rows at another address (with the unit, say).
  select distinct p.place, coalesce(f.lead_id::text, 'c' || r.component), f.lead_id, r.component, o.owner,
    f.mak, f.parcel, f.apn
  from resolve_places p
  join resolve_rows r using (row_no)
  join (
    select x.component, (array_agg(coalesce(x.by_mak, x.by_parcel)) filter (where coalesce(x.by_mak, x.by_parcel)
      is not null))[1] as lead_id, min(x.mak) as mak, min(x.parcel) as parcel, min(x.apn) as apn,
      array_agg(distinct x.owner) as owners
    from resolve_rows x
    where x.component in (select y.component from resolve_places q join resolve_rows y using (row_no) where q.kind = 1)
    group by x.component
  ) f using (component)
  cross join lateral unnest(f.owners) o (owner)
  where p.kind = 1;
  insert into resolve_nodes (place, node, lead_id, component, owner, mak, parcel, apn)
  select n.place, n.node, n.lead_id, n.component, l.owner, n.mak, n.parcel, n.apn
  from (select distinct x.place, x.node, x.lead_id, x.component, x.mak, x.parcel, x.apn from resolve_nodes x
    where x.component is not null and x.lead_id is not null) n
  cross join lateral (
    select private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full) as owner
    from public.leads x where x.org_id = p_org_id and x.id = n.lead_id
    offset 0
  ) l;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_vetoed (
  p_levels  smallint[],
  p_numbers integer    DEFAULT 0
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select p_levels[3] = 0 and p_levels[1] < 0 or (p_levels[1] >= 0 and (p_levels[2] = 0 or p_levels[3] = 0)
    and not coalesce(2::smallint = any (p_levels[8:7 + p_numbers]), false))
$function$;

CREATE OR REPLACE FUNCTION private.judge_levels (
  p_model  public.match_models,
  p_levels smallint[],
  p_weight double precision
)
  RETURNS double precision
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select least(case when coalesce((a.counts ->> 0)::double precision, 0) = 0 then private.most_probability(p_levels)
      else 1 end,
    (2 * private.probability_of(p_weight) + coalesce((a.counts ->> 0)::double precision, 0))
    / (2 + coalesce((a.counts ->> 0)::double precision, 0) + coalesce((a.counts ->> 1)::double precision, 0)))
  from (select p_model.answered -> array_to_string(p_levels, ',') as counts) a
$function$;

CREATE OR REPLACE FUNCTION private.most_probability (
  p_levels smallint[]
)
  RETURNS double precision
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select case when p_levels[1] = 0 then 0.85 else 1 end::double precision
$function$;

CREATE OR REPLACE FUNCTION private.reject_keyless_rows (
  p_upload_id uuid,
  p_parts     uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if not exists (select from public.upload_shared_keys k where k.upload_id = p_upload_id) then
    return;
  end if;
  insert into public.upload_rejects (org_id, upload_id, part, line, code, detail, key_id, raw)
  select s.org_id, s.upload_id, s.part, s.line_number, 'no_identity',
    case when s.mak is null and (s.apn is null or s.county_fips is null)
      then 'The row has only a phone or e-mail that many owners in this upload share.'
      else 'The row has only a parcel number or MAK that many addresses or owners in this upload share.' end,
    p.key_id, s.raw
  from public.leads_staging s
  join public.upload_parts p on p.id = s.part_id
  where s.part_id = any (p_parts) and s.verdict = 'keyless' and s.phone is null and s.email is null
  on conflict (upload_id, part, line) do update set code = excluded.code, detail = excluded.detail,
    key_id = excluded.key_id, raw = excluded.raw, replayed_at = null;
  update public.upload_parts p set staged = p.staged - k.n, rejected = p.rejected + k.n
  from (
    select s.part_id, count(*) as n from public.leads_staging s
    where s.part_id = any (p_parts) and s.verdict = 'keyless' and s.phone is null and s.email is null
    group by s.part_id
  ) k
  where p.id = k.part_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.score_pairs (
  p_lambda double precision
)
  RETURNS double precision
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_shift double precision := 0;
  v_numbers constant integer := (select count(*) from match_weights w where w.is_number and w.level = 0);
begin
  update match_patterns p set weight = w.weight
  from (
    select q.levels, log(2, (p_lambda / (1 - p_lambda))::numeric)::float8 + coalesce(sum(w.weight), 0)
      - case when private.is_vetoed(q.levels, v_numbers) then 40 else 0 end as weight
    from match_patterns q
    cross join lateral unnest(q.levels) with ordinality l (level, c)
    left join match_weights w on w.comparison = l.c and w.level = l.level
    group by q.levels
  ) w
  where p.levels = w.levels;
  update match_pairs p set weight = q.weight from match_patterns q where q.levels = p.levels;

  -- The threshold that agrees best with the answers becomes the middle; few answers move it little.
  select c.cut into v_shift
  from (select n / 2.0::float8 as cut from generate_series(-6, 6) n) c
  cross join lateral (
    select count(*) filter (where p.answer <> (p.weight > c.cut)) as wrong from match_pairs p
    where p.answer is not null and p.weight > -30
  ) x
  where (select count(distinct p.answer) from match_pairs p) = 2
  order by x.wrong + abs(c.cut) * 0.8, abs(c.cut)
  limit 1;
  v_shift := coalesce(v_shift, 0);

  -- Answers about pairs with the same levels outweigh the model.
  update match_pairs p set weight = q.weight - v_shift,
    probability = least(case when q.same = 0 then private.most_probability(q.levels) else 1 end,
      (2 / (1 + power(2, -greatest(-60, least(60, q.weight - v_shift)))) + q.same) / (2 + q.same + q.different))
  from match_patterns q where q.levels = p.levels;
  update match_pairs p set probability = p.answer::integer where p.answer is not null;
  return v_shift;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_owners()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
begin
  -- Each owner is parsed once. One that says nothing (CURRENT OWNER) counts as none.
  insert into resolve_words (owner, parsed, is_named)
  select d.owner, d.parsed, private.names_agree(d.parsed, d.parsed)
  from (
    select x.owner, private.parse_name_text(private.name_letters(x.owner)) as parsed
    from (
      select p.owner from resolve_places p where p.owner is not null and p.kind > 1
      union
      select n.owner from resolve_nodes n where n.owner is not null
    ) x
    offset 0
  ) d;
  analyze pg_temp.resolve_words;
  update resolve_places p set owner = null
  where p.kind > 1 and p.owner in (select w.owner from resolve_words w where w.is_named is not true);
  insert into resolve_owners (place, owner)
  select distinct p.place, p.owner from resolve_places p where p.kind > 1;

  -- Which node of its place does each named owner fit?
  with sizes as (
    select x.place, case when x.place in (select u.place from resolve_overused u) then 1000000
      else x.owners * n.nodes end as pairs
    from (select o.place, count(*) as owners from resolve_owners o group by o.place) x
    join (select y.place, count(*) as nodes from resolve_nodes y group by y.place) n using (place)
  ), fits as (
    select o.place, o.owner, n.node,
      case when bool_or(w.fits) then true when bool_or(not w.fits) then false end as fits
    from resolve_owners o
    join sizes z using (place)
    join resolve_nodes n using (place)
    left join resolve_words x on x.owner = o.owner
    left join resolve_words y on y.owner = n.owner
    cross join lateral (select private.fits(o.owner, x.parsed, n.owner, y.parsed, z.pairs) as fits) w
    where o.owner is not null
    group by o.place, o.owner, n.node
  ), counts as (
    select f.place, f.owner, count(*) as nodes, count(*) filter (where f.fits) as agreeing,
      count(*) filter (where f.fits is null) as silent, min(f.node) filter (where f.fits) as agreeing_node,
      min(f.node) as any_node
    from fits f group by f.place, f.owner
  )
  update resolve_owners o
  set node = case when c.agreeing = 1 then c.agreeing_node when c.agreeing = 0 and c.nodes = 1 and c.silent = 1
      then c.any_node end,
    state = case when c.agreeing > 1 or c.agreeing = 0 and c.silent > 0 and c.nodes > 1 then 'ambiguous'
      when c.agreeing = 1 then 'agrees' when c.silent = 1 then 'silent' end
  from counts c where o.place = c.place and o.owner = c.owner;

  -- Owners among themselves, as far as they belong to no node yet: they form a cluster if they agree. Of two that
  -- share nothing but a third who agrees with both, the third is ambiguous.
  with free as (
    select o.place, o.owner, case when o.place in (select u.place from resolve_overused u) then 1000
      else count(*) over (partition by o.place) end as owners
    from resolve_owners o where o.owner is not null and (o.state is null or o.state = 'silent')
  ), pairs as (
    select a.place, a.owner, b.owner as other
    from free a
    join free b using (place)
    join resolve_words x on x.owner = a.owner
    join resolve_words y on y.owner = b.owner
    where a.owner <> b.owner and private.fits(a.owner, x.parsed, b.owner, y.parsed, a.owners * a.owners)
  ), unclear as (
    select distinct p.place, p.owner
    from pairs p join pairs q using (place, owner)
    where p.other < q.other and not exists (
      select from pairs x where x.place = p.place and x.owner = p.other and x.other = q.other)
  ), clusters as (
    select f.place, f.owner, least(f.owner, min(p.other)) as cluster
    from free f
    left join pairs p on p.place = f.place and p.owner = f.owner and not exists (
      select from unclear u where u.place = p.place and u.owner = p.other)
    group by f.place, f.owner
  )
  update resolve_owners o
  set cluster = case when u.owner is null then c.cluster end,
    state = case when u.owner is not null then 'ambiguous' else o.state end
  from clusters c left join unclear u using (place, owner)
  where o.place = c.place and o.owner = c.owner;

  -- A nameless node belongs to the only cluster there; it belongs to nobody if there are two.
  with claims as (
    select o.place, count(distinct o.cluster) as clusters, bool_or(o.state = 'ambiguous') as unclear
    from resolve_owners o where o.owner is not null group by o.place
  )
  update resolve_owners o
  set node = case when c.clusters = 1 and not c.unclear
    and o.place not in (select b.place from private.bare_addresses() b) then o.node end
  from claims c where o.place = c.place and o.state = 'silent';

  -- Rows without a name.
  with groups as (
    select o.place, o.cluster, o.node from resolve_owners o
    where o.owner is not null and o.state is distinct from 'ambiguous'
    union select n.place, null, n.node from resolve_nodes n
  ), counts as (
    select o.place, count(distinct coalesce('n' || g.node, 'o' || g.cluster)) as groups,
      min(g.node) as node, min(g.cluster) filter (where g.node is null) as cluster,
      bool_or(g.cluster is not null or exists (
        select from resolve_nodes n where n.place = o.place and n.owner is not null)) as is_named
    from resolve_owners o left join groups g using (place)
    where o.owner is null
    group by o.place
  )
  update resolve_owners o
  set node = c.node, cluster = coalesce(c.cluster, ''),
    state = case when c.groups > 1
      or c.is_named and o.place in (select b.place from private.bare_addresses() b) then 'ambiguous' else 'silent' end
  from counts c where o.place = c.place and o.owner is null;
end
$function$;

COMMENT ON FUNCTION "private"."bare_addresses"() IS 'Places that are an address without a unit, while units of the building are known elsewhere.';

COMMENT ON FUNCTION "private"."is_vetoed"(smallint[], integer) IS 'Whether the names keep two records apart, whatever else they share: two names without a common word, two persons who share no more than a nickname, or two with different given names (a household, twins), unless they have the same number of one (a passport); the first p_numbers other columns are such numbers.';

COMMENT ON FUNCTION "private"."most_probability"(smallint[]) IS 'The highest probability of a pair that nobody answered: with different family names below any probability from which pairs are merged, because a name after a marriage looks like another person in the house.';

REVOKE ALL ON FUNCTION "private"."bare_addresses"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."bare_addresses"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."most_probability"(smallint[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."most_probability"(smallint[]) TO "pipeline_writer";
