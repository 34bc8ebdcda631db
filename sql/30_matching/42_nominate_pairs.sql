-- Step 2: pairs worth comparing. Each record has keys; two records that share keys which few others have are a
-- candidate pair. Each record keeps its best candidates.

create function private.fill_match_keys() returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' as $$
begin
  insert into match_keys (key, record, list)
  select distinct k.key, r.record, r.list
  from match_records r
  cross join lateral (
    select array(select w from unnest(r.words) with ordinality t (w, o)
      where substr(r.roles, o::integer, 1) not in ('i', 'x') order by w limit 8) as words,
      coalesce(nullif(array_remove(array[r.zip, r.city], null), '{}'), '{""}') as places,
      (select w from unnest(string_to_array(r.street, ' ')) w
        where not private.directions() ? w order by length(w) desc, w limit 1) as street_word,
      -- A mailbox is often named like its person.
      array(select upper(t) from unnest(r.emails) e
        cross join regexp_split_to_table(split_part(e, '@', 1), '[^a-z]+') t
        where position('@' in e) > 0 and t <> '') as mailbox
    offset 0
  ) x
  cross join lateral (
    select 'w ' || w as key from unnest(x.words) w
    union all
    -- Two words in any order; the beginning and the end of a word, which a typing error leaves alone.
    select 'ww ' || v || ' ' || w from unnest(x.words) v join unnest(x.words) w on v < w
    union all
    select 'wb ' || left(w, 4) || ' ' || p from unnest(x.words) w, unnest(x.places) p where length(w) > 3
    union all
    select 'we ' || right(w, 4) || ' ' || p from unnest(x.words) w, unnest(x.places) p where length(w) > 3
    union all
    select 'j ' || left(r.joined, 8) where length(r.joined) > 3
    union all
    -- Letters that changed their places.
    select 'wl ' || private.sorted_letters(w) from unnest(x.words) w where length(w) > 3
    union all
    select 'w ' || m from unnest(x.mailbox) m where length(m) > 3
    union all
    select 'j ' || left(array_to_string(x.mailbox, ''), 8) where length(array_to_string(x.mailbox, '')) > 6
    union all
    select 'eb ' || left(split_part(e, '@', 1), 6) from unnest(r.emails) e
      where length(split_part(e, '@', 1)) > 6 and position('@' in e) > 0
    union all
    select 'ee ' || right(split_part(e, '@', 1), 6) from unnest(r.emails) e
      where length(split_part(e, '@', 1)) > 6 and position('@' in e) > 0
    union all
    -- The family name as it sounds or begins, with a given name's first letter: Yolana Ramsova and Y. Ramsowa.
    select 'nf ' || n || ' ' || left(f, 1)
    from unnest(array[left(r.last_name, 4), private.name_skeleton(r.last_name)]) n
    cross join unnest(r.first_forms || r.first_name) f where length(n) > 2
    union all
    -- The end of the family name, where a typing error is in its beginning.
    select 'nf ' || right(r.last_name, 4) || ' ' || left(f, 1)
    from unnest(r.first_forms || r.first_name) f where length(r.last_name) > 4
    union all
    -- rmiller47@ is R. Miller, and millerfamily@ some Miller.
    select 'nf ' || substr(m, 2, 4) || ' ' || left(m, 1) from unnest(x.mailbox) m where length(m) > 4
    union all
    select 'm ' || left(m, 5) from unnest(x.mailbox || r.last_name) m where length(m) > 4
    union all
    select 'wa ' || left(w, 3) || ' ' || r.house_number from unnest(x.words) w where r.house_number is not null
    union all
    select 'p ' || right(p, 7) from unnest(r.phones) p
    union all
    select 'e ' || e from unnest(r.emails) e
    union all
    select 'el ' || split_part(e, '@', 1) from unnest(r.emails) e
    union all
    select 'a ' || r.house_number || ' ' || x.street_word
      where r.house_number is not null and x.street_word is not null
    union all
    select 'ab ' || r.house_number || ' ' || left(x.street_word, 3) || ' ' || p from unnest(x.places) p
      where r.house_number is not null and x.street_word is not null
    union all
    select 'h ' || r.house_number || ' ' || p from unnest(x.places) p where r.house_number is not null
    union all
    -- One of two records may lack the place.
    select 'hn ' || r.house_number where r.house_number is not null
    union all
    select 's ' || x.street_word || ' ' || p from unnest(x.places) p where x.street_word is not null
    union all
    select 'x' || o || ' ' || v from unnest(r.extras) with ordinality t (v, o) where length(v) > 2
    union all
    select 'xw ' || o || ' ' || v || ' ' || left(w, 2)
    from unnest(r.extras) with ordinality t (v, o) cross join unnest(x.words) w where length(v) > 4
    union all
    -- A date of which a part is wrong.
    select 'xd ' || o || ' ' || d.part || left(w, d.letters)
    from unnest(r.extras) with ordinality t (v, o)
    cross join lateral (values (left(v, 7) || '..', 2), (left(v, 5) || '..' || right(v, 2), 2),
      ('D....' || right(v, 4), 2), (left(v, 5) || '....', 3)) d (part, letters)
    cross join unnest(x.words) w
    where v ~ '^D[0-9]{8}$'
  ) k
  where k.key is not null;
end
$$;
comment on function private.fill_match_keys() is 'Fills match_keys: what a record shares with its candidates.';

create function private.nominate_pairs(p_per_record double precision default 9.5, p_most integer default 60) returns void
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '128MB'
set enable_nestloop = off
as $$
declare
  v_lists constant boolean := exists (select from match_records r where r.list = 1);
  v_count constant double precision := greatest((select count(*) from match_records), 1);
  v_addresses constant boolean := exists (select from match_records r where r.street is not null);
begin
  perform private.fill_match_keys();
  with counts as (
    select k.key, count(*) as records from match_keys k group by k.key
  ), rare as (
    select k.key, k.record, k.list, ln(v_count / c.records + 1) as share,
      case split_part(k.key, ' ', 1) when 'wa' then 2 when 'p' then 3 when 'e' then 4 when 'el' then 4
        when 'eb' then 4 when 'ee' then 4 when 'a' then 5
        when 'ab' then 5 when 'h' then 5 when 'hn' then 5 when 's' then 5 when 'w' then 1 when 'ww' then 1
        when 'wb' then 1 when 'we' then 1 when 'nf' then 1 when 'wl' then 1 when 'j' then 1
        when 'm' then 1 else 6 end as kind
    from match_keys k join counts c using (key)
    where c.records between 2 and (
      -- Where few pairs share a rare key, less rare ones nominate, too.
      select greatest(p_most, max(m.most) filter (where m.pairs < 200 * v_count))
      from (
        select t.most, (select sum(d.records * (d.records - 1) / 2) from counts d where d.records between 2 and t.most)
          as pairs
        from unnest('{90,130,200,300,450,700}'::integer[]) t (most)) m)
  ), shared as (
    -- Keys of one kind say the same again: the rarest of each kind counts.
    select x.record as a, y.record as b, coalesce(max(x.share) filter (where x.kind = 1), 0)
      + coalesce(max(x.share) filter (where x.kind = 2), 0) + coalesce(max(x.share) filter (where x.kind = 3), 0)
      + coalesce(max(x.share) filter (where x.kind = 4), 0) + coalesce(max(x.share) filter (where x.kind = 5), 0)
      + coalesce(max(x.share) filter (where x.kind = 6), 0) as share
    from rare x join rare y on x.key = y.key and (case when v_lists then x.list = 0 and y.list = 1
      else x.record < y.record end)
    group by x.record, y.record
  ), placed as (
    -- Without addresses, the town speaks for those who share something else.
    select s.a, s.b, s.share + case when v_addresses then 0 when x.city is null or y.city is null then 1
      when x.city = y.city then 1.5 when left(x.city, 3) = left(y.city, 3) or right(x.city, 3) = right(y.city, 3)
      or private.sorted_letters(x.city) = private.sorted_letters(y.city) then 1.2 else 0 end as share
    from shared s join match_records x on x.record = s.a join match_records y on y.record = s.b
  ), ranked as (
    select s.a, s.b, s.share, row_number() over (partition by s.a order by s.share desc, s.b) as of_a,
      row_number() over (partition by s.b order by s.share desc, s.a) as of_b
    from placed s
  )
  insert into match_pairs (a, b)
  select x.a, x.b
  from (
    select r.a, r.b, row_number() over (order by least(r.of_a, r.of_b) > 2, r.share desc, r.a, r.b) as place
    from ranked r
  ) x
  where x.place <= p_per_record * v_count;
  analyze pg_temp.match_pairs;
end
$$;
comment on function private.nominate_pairs(double precision, integer) is
  'Fills match_pairs: for each record the two others that share the most, and further pairs, the closest first, '
  'until there are p_per_record pairs a record; keys of more than p_most records nominate nobody, except in lists where '
  'rarer keys are shared by few. With two lists, pairs are across the lists.';

create function private.draw_pairs(p_most integer) returns void
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_left constant integer := (select count(*) from match_records r where r.list = 0);
  v_right constant integer := (select count(*) from match_records r where r.list = 1);
  v_others constant integer := case v_right when 0 then v_left else v_right end;
begin
  if v_left = 0 or v_others < 2 then
    return;
  end if;
  with shuffled as (
    select r.record, r.list, row_number() over (partition by r.list order by hashint4(r.record), r.record) as place
    from match_records r
  ), drawn as (
    select x.record as a, y.record as b
    from shuffled x
    cross join generate_series(1, least(v_others, 1 + p_most / v_left)) n
    join shuffled y on y.list = sign(v_right) and y.place = (x.place + n) % v_others + 1
    where x.list = 0
  )
  insert into match_pairs (a, b, is_random)
  select distinct least(d.a, d.b), greatest(d.a, d.b), true from drawn d where d.a <> d.b
  on conflict (a, b) do nothing;
  analyze pg_temp.match_pairs;
end
$$;
comment on function private.draw_pairs(integer) is
  'Adds about p_most random pairs that are no candidates to match_pairs: how often strangers agree.';

create function private.count_all_pairs() returns double precision
language sql stable set search_path = pg_temp, private as $$
  select case when x.b > 0 then x.a * x.b else x.a * (x.a - 1) / 2 end::double precision
  from (select count(*) filter (where r.list = 0)::double precision as a,
    count(*) filter (where r.list = 1)::double precision as b from match_records r) x
$$;
comment on function private.count_all_pairs() is 'How many pairs there are: within one list, or across two.';
