-- compare values by kind: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."compare_given"(text, text[], text, text[]);

DROP FUNCTION "private"."is_vetoed"(smallint[]);

DROP FUNCTION "private"."nominate_pairs"(integer, integer);

DROP FUNCTION "private"."set_match_priors"(integer);

ALTER TABLE "private"."match_records"
  ADD COLUMN "first_is_known" boolean;

ALTER TABLE "private"."match_records"
  ADD COLUMN "generation" text;

ALTER TABLE "private"."match_records"
  ADD COLUMN "shared_emails" text[] NOT NULL DEFAULT '{}'::text[];

ALTER TABLE "private"."match_weights"
  ADD COLUMN "strength" double precision NOT NULL DEFAULT 60;

ALTER TABLE "private"."match_weights"
  ADD COLUMN "is_number" boolean NOT NULL DEFAULT false;

CREATE OR REPLACE FUNCTION private.compare_given (
  a          text,
  a_forms    text[],
  a_is_known boolean,
  b          text,
  b_forms    text[],
  b_is_known boolean
)
  RETURNS smallint
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select (case when a is null or b is null then -1 when a = b then 3
    when length(a) = 1 or length(b) = 1 then case when left(a, 1) = left(b, 1) then 1 else 0 end
    when a_forms && b_forms then 2
    -- Two names that exist are rarely each other's typing error: Mary and Mark, Patrick and Patricia.
    when not (a_is_known and b_is_known) and (extensions.similarity(a, b) >= 0.4 or private.is_one_edit(a, b)) then 2
    when length(private.name_skeleton(a)) > 1 and private.name_skeleton(a) = private.name_skeleton(b) then 1
    else 0 end)::smallint
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
      case when k.persons then -1 when a.generation <> b.generation then 0
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

CREATE OR REPLACE FUNCTION private.compare_text (
  a text,
  b text
)
  RETURNS smallint
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select (case when a is null or b is null then -1 when a = b then 2
    when a ~ '^D[0-9]{8}$' and b ~ '^D[0-9]{8}$' then
      -- A digit, or day and month swapped.
      case when left(a, 5) = left(b, 5) and substr(a, 6, 2) = right(b, 2) and substr(b, 6, 2) = right(a, 2)
        or private.is_one_edit(a, b) then 1 else 0 end
    -- A code and its word: M and MALE.
    when starts_with(a, b) or starts_with(b, a) then 1
    when length(a) > 3 and length(b) > 3 and (private.is_one_edit(a, b) or extensions.similarity(a, b) >= 0.5) then 1
    else 0 end)::smallint
$function$;

CREATE OR REPLACE FUNCTION private.is_number_of_one (
  p_header text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select coalesce(p_header ~* ('passport|ssn|social.?sec|licen[cs]e.?(n|#|id|$)|tax.?id|national.?id|registration|'
    '(^|[^a-z])(ein|vat|npi)($|[^a-z])') and p_header !~* 'state|country|type', false)
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
  select p_levels[3] = 0 or (p_levels[1] >= 0 and p_levels[2] = 0
    and not coalesce(2::smallint = any (p_levels[8:7 + p_numbers]), false))
$function$;

CREATE OR REPLACE FUNCTION private.learn_weights (
  p_rounds integer          DEFAULT 25,
  p_trust  double precision DEFAULT 10
)
  RETURNS double precision
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_lambda double precision := 0.1;
  v_pairs double precision;
  v_numbers constant integer := (select count(*) from match_weights w where w.is_number and w.level = 0);
begin
  select sum(p.pairs) into v_pairs from match_patterns p;
  if v_pairs is null then
    return v_lambda;
  end if;
  for i in 1 .. p_rounds loop
    update match_patterns p set probability = case when private.is_vetoed(p.levels, v_numbers) then 0
      else 1 / (1 + power(2, -greatest(-60, least(60, w.weight + log(2, (v_lambda / (1 - v_lambda))::numeric))))) end
    from (
      select q.levels, coalesce(sum(w.weight), 0) as weight
      from match_patterns q
      cross join lateral unnest(q.levels) with ordinality l (level, c)
      left join match_weights w on w.comparison = l.c and w.level = l.level
      group by q.levels
    ) w
    where p.levels = w.levels;
    select least(0.9, greatest(1e-4, (sum(x.m) + 1) / (sum(x.m + x.u) + 10))) into v_lambda
    from (select p.same * p_trust + (p.pairs - p.same - p.different) * p.probability as m,
      p.different * p_trust + (p.pairs - p.same - p.different) * (1 - p.probability) as u from match_patterns p) x;
    with counts as (
      select l.c, l.level,
        sum(p.same * p_trust + (p.pairs - p.same - p.different) * p.probability) as m,
        sum(p.different * p_trust + (p.pairs - p.same - p.different) * (1 - p.probability)) as u
      from match_patterns p cross join lateral unnest(p.levels) with ordinality l (level, c)
      where l.level >= 0
      group by l.c, l.level
    ), totals as (
      select c.c, sum(c.m) as m, sum(c.u) as u from counts c group by c.c
    ), shares as (
      select w.comparison, w.level,
        (coalesce(c.m, 0) + w.strength * w.prior_m) / (coalesce(t.m, 0) + w.strength) as m,
        (coalesce(c.u, 0) + w.strength * w.prior_u) / (coalesce(t.u, 0) + w.strength) as u
      from match_weights w
      left join totals t on t.c = w.comparison
      left join counts c on c.c = w.comparison and c.level = w.level
    )
    -- The closest agreement never speaks against a pair, and a difference never for it.
    update match_weights w set m = s.m, u = s.u,
      weight = case when s.level = 0 then least(0, log(2, (s.m / s.u)::numeric))
        when s.level = x.top then greatest(0, log(2, (s.m / s.u)::numeric)) else log(2, (s.m / s.u)::numeric) end
    from shares s join (select y.comparison, max(y.level) as top from match_weights y group by y.comparison) x
      using (comparison) where s.comparison = w.comparison and s.level = w.level;
  end loop;
  return v_lambda;
end
$function$;

CREATE OR REPLACE FUNCTION private.match_date (
  raw text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select 'D' || case when length(x.y) = 4 then x.y when x.y::integer > 30 then '19' || x.y else '20' || x.y end
    || case when x.m::integer > 12 then lpad(x.d, 2, '0') || lpad(x.m, 2, '0')
      else lpad(x.m, 2, '0') || lpad(x.d, 2, '0') end
  from (
    select coalesce(iso[1], us[3], dmy[3], mdy[3]) as y,
      coalesce(iso[2], us[1], months.n ->> upper(left(coalesce(dmy[2], mdy[1]), 3))) as m,
      coalesce(iso[3], us[2], dmy[1], mdy[2]) as d
    from (select btrim(raw) as v) t
    cross join (select '{"JAN":"1","FEB":"2","MAR":"3","APR":"4","MAY":"5","JUN":"6","JUL":"7","AUG":"8","SEP":"9",
      "OCT":"10","NOV":"11","DEC":"12"}'::jsonb as n) months
    cross join lateral (select
      coalesce(regexp_match(t.v, '^([12][0-9]{3})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})($|[ T][0-9:.]+)'),
        regexp_match(t.v, '^((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])$')) as iso,
      regexp_match(t.v, '^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{2}|[12][0-9]{3})($|[ T][0-9:.]+)') as us,
      regexp_match(t.v, '^([0-9]{1,2})[- ]([A-Za-z]{3,9})[- ,.]+([0-9]{2}|[12][0-9]{3})$') as dmy,
      regexp_match(t.v, '^([A-Za-z]{3,9})[. ]+([0-9]{1,2})[, ]+([0-9]{2}|[12][0-9]{3})$') as mdy) m
  ) x
  where least(x.m::integer, x.d::integer) between 1 and 12 and greatest(x.m::integer, x.d::integer) <= 31
$function$;

CREATE OR REPLACE FUNCTION private.match_generation (
  raw text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"SR":"1","I":"1","JR":"2","II":"2","III":"3","IV":"4"}'::jsonb
    ->> substring(upper(raw), '[ ,](JR|SR|I|II|III|IV)[.]?$')
$function$;

CREATE OR REPLACE FUNCTION private.match_lists()
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_extras text[];
  v_lambda double precision;
  v_shift double precision;
  v_nominated bigint;
begin
  v_extras := private.prepare_match_records();
  perform private.nominate_pairs();
  select count(*) into v_nominated from match_pairs;
  insert into match_pairs as p (a, b, answer)
  select least(x.a, x.b), greatest(x.a, x.b), x.same from match_answers x where x.a <> x.b
  on conflict (a, b) do update set answer = excluded.answer;
  perform private.compare_pairs();
  perform private.set_match_priors(7 + cardinality(v_extras), v_extras);
  perform private.count_patterns();
  v_lambda := private.learn_weights();
  v_shift := private.score_pairs(v_lambda);
  if exists (select from match_records r where r.list = 1) then
    perform private.drop_dominated_pairs();
  else
    perform private.close_triangles();
  end if;
  return jsonb_build_object('records', (select count(*) from match_records), 'candidates', v_nominated,
    'compared', v_extras, 'lambda', v_lambda, 'shift', v_shift,
    'answers', (select count(*) from match_pairs p where p.answer is not null));
end
$function$;

CREATE OR REPLACE FUNCTION private.match_phrases()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"1":["different family name","family name a little alike","family name nearly the same","same family name"],
    "2":["different given name","given name fits the initial or sounds the same","given name nearly the same",
      "same given name"],
    "3":["names share nothing","names share little","names share some words","names share most words",
      "names nearly the same","same name"],
    "4":["different address","same street, other number","same street, number missing or nearly the same",
      "same number, similar street","same house, unit differs","same address"],
    "5":["different place","similar place","same city","same ZIP"],
    "6":["different phone","similar or widely shared phone","same phone"],
    "7":["different e-mail","similar or widely shared e-mail","same e-mail"]}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.match_priors()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"1":[[0.05,0.03,0.12,0.8],[0.8,0.08,0.03,0.09]],
    "2":[[0.015,0.03,0.17,0.785],[0.8,0.05,0.06,0.09]],
    "3":[[0.005,0.015,0.05,0.13,0.2,0.6],[0.45,0.25,0.14,0.08,0.04,0.04]],
    "4":[[0.08,0.03,0.06,0.08,0.1,0.65],[0.68,0.12,0.05,0.05,0.05,0.05]],
    "5":[[0.07,0.07,0.16,0.7],[0.45,0.15,0.2,0.2]],
    "6":[[0.14,0.06,0.8],[0.94,0.02,0.04]],
    "7":[[0.14,0.06,0.8],[0.94,0.03,0.03]],
    "number":[[0.01,0.06,0.93],[0.93,0.05,0.02]],
    "other":[[0.12,0.13,0.75],[0.7,0.1,0.2]]}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.match_value (
  raw text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select coalesce(private.match_date(raw), case when v not in ('NA', 'NONE', 'NULL', 'UNKNOWN', 'UNK', 'U', 'X', 'TBD')
    then v end)
  from (select private.match_text(replace(raw, '/', ' ')) as v) t
$function$;

CREATE OR REPLACE FUNCTION private.name_skeleton (
  raw text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select regexp_replace(translate(regexp_replace(regexp_replace(regexp_replace(replace(raw, 'PH', 'F'),
    'C(?=[EIY])', 'S', 'g'), 'GH$|GH(?=[^AEIOU])', '', 'g'), 'X', 'KS', 'g'), 'CQZVAEIOUYHW', 'KKSF'),
    '(.)\1+', '\1', 'g')
$function$;

CREATE OR REPLACE FUNCTION private.nominate_pairs (
  p_per_record integer DEFAULT 9,
  p_most       integer DEFAULT 60
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '128MB'
  SET enable_nestloop TO 'off'
  AS $function$
declare
  v_lists constant boolean := exists (select from match_records r where r.list = 1);
  v_count constant double precision := greatest((select count(*) from match_records), 1);
begin
  perform private.fill_match_keys();
  with counts as (
    select k.key, count(*) as records from match_keys k group by k.key
  ), rare as (
    select k.key, k.record, k.list,
      -- Keys of one kind overlap, so a kind's further keys add less; the kind is the first word.
      ln(v_count / c.records + 1) as share
    from match_keys k join counts c using (key)
    where c.records between 2 and p_most
  ), shared as (
    select x.record as a, y.record as b, sum(x.share) as share
    from rare x join rare y on x.key = y.key and (case when v_lists then x.list = 0 and y.list = 1
      else x.record < y.record end)
    group by x.record, y.record
  ), ranked as (
    select s.a, s.b, s.share, row_number() over (partition by s.a order by s.share desc, s.b) as of_a,
      row_number() over (partition by s.b order by s.share desc, s.a) as of_b,
      max(s.share) over (partition by s.a) as best_of_a, max(s.share) over (partition by s.b) as best_of_b
    from shared s
  )
  insert into match_pairs (a, b)
  select r.a, r.b from ranked r
  where (r.of_a <= 4 or (r.of_a <= p_per_record and r.share > r.best_of_a * 0.15))
    or (r.of_b <= 4 or (r.of_b <= p_per_record and r.share > r.best_of_b * 0.15));
  analyze pg_temp.match_pairs;
end
$function$;

CREATE OR REPLACE FUNCTION private.prepare_match_records()
  RETURNS text[]
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
declare
  v_extras text[];
  v_count constant double precision := greatest((select count(*) from match_input), 1);
begin
  analyze pg_temp.match_input;
  -- Other columns are compared when both lists fill them often enough and their values tell records apart: two random
  -- records rarely have the same one.
  select array_agg(c.key order by not private.is_number_of_one(c.key), c.key) into v_extras
  from (
    select v.key
    from (
      select x.key, min(x.value) as key_value, count(*) as records, min(i.list) as list, max(i.list) as other_list
      from match_input i cross join lateral jsonb_each_text(i.extras) x
      where x.value <> ''
      group by x.key, private.match_value(x.value)
    ) v
    group by v.key
    having sum(power(v.records / v_count, 2)) < 0.2
      and (sum(v.records) > 0.15 * v_count
        -- A number that few records have (a passport, a licence) tells them apart all the better.
        or sum(v.records) >= greatest(4, 0.02 * v_count) and sum(v.records) < 2.5 * count(*)
          and avg(length(v.key_value)) >= 5)
      -- A value of its own for each record is an id.
      and count(*) < 0.995 * sum(v.records)
      and min(v.list) = (select min(j.list) from match_input j)
      and max(v.other_list) = (select max(j.list) from match_input j)
    order by sum(v.records) desc, v.key
    limit 12
  ) c;

  insert into match_records (record, list, words, roles, is_firm, joined, first_name, first_forms,
    first_is_known, last_name, generation, house_number, street, unit, city, state, zip, phones, emails, extras)
  select i.record, i.list, coalesce((n.name).words, '{}'), coalesce((n.name).roles, ''),
    coalesce((n.name).is_firm, false),
    regexp_replace(private.name_letters(coalesce(i.full_name, concat(i.first_name, i.last_name))), '[^A-Z0-9]', '',
      'g'),
    case when not coalesce((n.name).is_firm, false) then private.match_text(n.first_name) end,
    (n.first).words, left((n.first).roles, 1) in ('g', 'e'),
    case when not coalesce((n.name).is_firm, false) then private.match_text(n.last_name) end,
    case when not coalesce((n.name).is_firm, false) then coalesce(private.match_generation(i.last_name),
      private.match_generation(i.first_name), private.match_generation(i.full_name)) end,
    coalesce(p.situs_house_number, substring(s.line, '^([0-9]+[A-Z]?)( |$)'), private.match_text(i.house_number)),
    regexp_replace(coalesce(private.match_street(p.situs_street), s.line), '^[0-9]+[A-Z]? +', ''),
    coalesce(p.situs_unit, private.canonical_unit(i.unit)),
    coalesce(private.match_text(p.situs_city), private.match_text(i.city)),
    coalesce(private.normalise_state(i.state), upper(btrim(i.state))),
    coalesce(private.normalise_zip(i.zip), private.match_text(i.zip), p.situs_zip),
    array(select distinct right(d, 10) from unnest(i.phones) v
      cross join lateral (select regexp_replace(split_part(lower(v), 'x', 1), '[^0-9]', '', 'g') as d) x
      where length(d) >= 7 and d !~ '^(.)\1*$'),
    array(select distinct lower(btrim(v)) from unnest(i.emails) v where v like '%_@_%'),
    array(select private.match_value(i.extras ->> k) from unnest(v_extras) with ordinality e (k, o) order by o)
  from match_input i
  cross join lateral (
    select private.parse_owner(i.first_name, i.last_name, i.second_first_name, i.second_last_name, i.full_name) as name,
      private.parse_name(f.first_name) as first, f.first_name, f.last_name,
      nullif(btrim(concat_ws(' ', i.house_number, i.street)), '') as raw_line
    from (select regexp_replace(i.first_name, '[ ,]+(jr|sr|i|ii|iii|iv)[.]?$', '', 'i') as first_name,
      regexp_replace(i.last_name, '[ ,]+(jr|sr|i|ii|iii|iv)[.]?$', '', 'i') as last_name) f
    offset 0
  ) n
  left join lateral (
    select * from private.parse_address(n.raw_line, i.unit, i.city, i.state, i.zip)
    where n.raw_line is not null
  ) p on true
  cross join lateral (select private.match_street(n.raw_line) as line offset 0) s;

  -- A word says the more, the fewer records have it.
  with counts as (
    select w, count(*) as records from match_records r cross join lateral unnest(r.words) w group by w
  )
  update match_records r
  set weights = (
    select array_agg((ln(1 + v_count / c.records) * case substr(r.roles, o::integer, 1)
      when 'x' then 0 when 'i' then 0.2 when 'w' then 0.5 else 1 end)::real order by o)
    from unnest(r.words) with ordinality t (w, o) join counts c using (w))
  where r.words <> '{}';
  -- The phone of an agency that several houses have says little about any of them.
  with shared as (
    select p from match_records r cross join lateral unnest(r.phones) p
    where r.house_number is not null
    group by p having count(distinct r.house_number) > 3
  )
  update match_records r set shared_phones = x.phones
  from (
    select q.record, array_agg(p) as phones
    from match_records q cross join lateral unnest(q.phones) p join shared using (p)
    group by q.record
  ) x
  where x.record = r.record;
  -- Likewise the e-mail of an office.
  with shared as (
    select e from match_records r cross join lateral unnest(r.emails) e
    group by e having count(distinct r.joined) > 3
      or e ~ '^(info|office|sales|contact|admin|hello|mail|support|service|team|reception|billing|accounts?)@'
  )
  update match_records r set shared_emails = x.emails
  from (
    select q.record, array_agg(e) as emails
    from match_records q cross join lateral unnest(q.emails) e join shared using (e)
    group by q.record
  ) x
  where x.record = r.record;
  analyze pg_temp.match_records;
  return coalesce(v_extras, '{}');
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_unclear_slice (
  p_upload     public.uploads,
  p_phase      smallint,
  p_slice_rows integer,
  p_as_of      timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_slice integer := (select max(s.slice) + 1 from resolve_slices s
    where s.org_id = p_upload.org_id and s.upload_id = p_upload.id and s.phase = p_phase);
begin
  perform private.open_resolve_scratch();
  insert into resolve_gaps (addr_hash, other, fits)
  select m.addr_hash, m.other, m.fits
  from resolve_progress x
  cross join lateral jsonb_to_recordset(x.gaps) m (addr_hash bytea, other bytea, fits integer)
  where x.org_id = p_upload.org_id and x.upload_id = p_upload.id and p_phase = 1;
  with taken as (
    delete from resolve_plan p where p.upload_id = p_upload.id and p.lead_id is null returning *
  )
  insert into resolve_rows (row_no, part_id, line_number, kind, mak, parcel, apn, addr_hash, phone, email, owner,
    without_mak, without_parcel, by_mak, by_parcel, by_place, by_email, near, twin, component, component_size,
    reason, evidence, answer)
  select t.row_no, t.part_id, t.line_number, t.kind, t.mak, t.parcel, t.apn, t.addr_hash, t.phone, t.email, t.owner,
    t.without_mak, t.without_parcel, t.by_mak, t.by_parcel, t.by_place, t.by_email, t.near, t.twin, t.component,
    t.component_size, t.reason, t.evidence, t.answer
  from taken t;
  perform private.resolve_unclear(p_upload, p_as_of, p_slice_rows);
  insert into resolve_plan (upload_id,
    row_no, part_id, line_number, kind, mak, parcel, apn, addr_hash, phone, email, owner, without_mak, without_parcel,
    by_mak, by_parcel, by_place, by_email, near, twin, component, component_size, reason, evidence, answer)
  select p_upload.id,
    r.row_no, r.part_id, r.line_number, r.kind, r.mak, r.parcel, r.apn, r.addr_hash, r.phone, r.email, r.owner,
    r.without_mak, r.without_parcel, r.by_mak, r.by_parcel, r.by_place, r.by_email, r.near, r.twin, r.component,
    r.component_size, r.reason, r.evidence, r.answer
  from resolve_rows r where r.verdict is null;
  if not found then
    perform private.count_verdicts(p_upload, p_phase, v_slice, p_as_of);
    return 'resolved';
  end if;
  delete from resolve_rows r where r.verdict is null;
  perform private.count_verdicts(p_upload, p_phase, v_slice, p_as_of);
  update resolve_progress x set touched_at = p_as_of
  where x.org_id = p_upload.org_id and x.upload_id = p_upload.id;
  return 'more';
end
$function$;

CREATE OR REPLACE FUNCTION private.save_plan (
  p_org_id     uuid,
  p_upload_id  uuid,
  p_phase      smallint,
  p_slice_rows integer,
  p_as_of      timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
begin
  insert into resolve_plan (upload_id, row_no, part_id, line_number, kind, addr_hash, without_mak, without_parcel,
    component, component_size, lead_id, verdict, evidence, answer)
  select p_upload_id, r.row_no, r.part_id, r.line_number, r.kind,
    case when r.component_size > 1 or r.verdict <> 'created' then r.addr_hash end, r.without_mak, r.without_parcel,
    r.component, r.component_size, r.lead_id, r.verdict, r.evidence, r.answer
  from resolve_rows r where r.lead_id is not null;
  -- By name: after an upgrade the order of columns may differ.
  insert into resolve_plan (upload_id,
    row_no, part_id, line_number, kind, mak, parcel, apn, addr_hash, phone, email, owner, without_mak, without_parcel,
    by_mak, by_parcel, by_place, by_email, near, twin, component, component_size, reason, evidence, answer)
  select p_upload_id,
    r.row_no, r.part_id, r.line_number, r.kind, r.mak, r.parcel, r.apn, r.addr_hash, r.phone, r.email, r.owner,
    r.without_mak, r.without_parcel, r.by_mak, r.by_parcel, r.by_place, r.by_email, r.near, r.twin, r.component,
    r.component_size, r.reason, r.evidence, r.answer
  from resolve_rows r where r.lead_id is null;
  insert into resolve_slices (org_id, upload_id, phase, slice, first_component, last_component)
  select p_org_id, p_upload_id, p_phase, c.slice, min(c.component), max(c.component)
  from (
    -- The first row of a component gives it its number.
    select r.component, 1 + (row_number() over (order by r.component) - 1) / p_slice_rows as slice
    from resolve_rows r where r.lead_id is not null and r.row_no = r.component
  ) c
  group by c.slice
  union all
  -- For the counts of the unclear rows, and to tell that nothing is lost.
  select p_org_id, p_upload_id, p_phase, 0, null, null;
  update resolve_slices s set applied_at = p_as_of
  where s.org_id = p_org_id and s.upload_id = p_upload_id and s.phase = p_phase and s.slice = 0;
  update resolve_progress x
  set step = 'apply', touched_at = p_as_of, gaps = (select coalesce(jsonb_agg(to_jsonb(m)), '[]') from resolve_gaps m)
  where x.org_id = p_org_id and x.upload_id = p_upload_id;
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
    probability = (2 / (1 + power(2, -greatest(-60, least(60, q.weight - v_shift)))) + q.same)
      / (2 + q.same + q.different)
  from match_patterns q where q.levels = p.levels;
  update match_pairs p set probability = p.answer::integer where p.answer is not null;
  return v_shift;
end
$function$;

CREATE OR REPLACE FUNCTION private.set_match_priors (
  p_comparisons integer,
  p_extras      text[]  DEFAULT '{}'::text[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
begin
  truncate match_weights;
  insert into match_weights (comparison, level, m, u, prior_m, prior_u, weight, strength, is_number)
  select c, o - 1, m.value::float8, u.value::float8, m.value::float8, u.value::float8,
    log(2, (m.value::float8 / u.value::float8)::numeric),
    -- What a date of birth says is known; what other columns mean is not, so there the list decides sooner.
    case when c <= 7 then 60 when p.is_known then 400 else 15 end, private.is_number_of_one(p_extras[c - 7])
  from generate_series(1, p_comparisons) c
  cross join lateral (
    select x.is_known, coalesce(private.match_priors() -> c::text, private.match_priors()
      -> case when x.is_known then 'number' else 'other' end) as p
    from (select coalesce(private.is_number_of_one(p_extras[c - 7]) or p_extras[c - 7] ~* 'birth|dob', false)
      as is_known) x) p
  cross join lateral jsonb_array_elements_text(p.p -> 0) with ordinality m (value, o)
  join lateral jsonb_array_elements_text(p.p -> 1) with ordinality u (value, n) on m.o = u.n;
end
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
    'share_same', 0.1, 'threshold', 0, 'answered', '{}'::jsonb, 'weights', (
      select jsonb_object_agg(p.key, (
        select jsonb_agg(jsonb_build_array(m.value, u.value,
          log(2, (m.value::double precision / u.value::double precision)::numeric)::double precision) order by m.o)
        from jsonb_array_elements_text(p.value -> 0) with ordinality m (value, o)
        join jsonb_array_elements_text(p.value -> 1) with ordinality u (value, n) on m.o = u.n))
      from jsonb_each(private.match_priors()) p where p.key not in ('number', 'other'))))
$function$;

COMMENT ON FUNCTION "private"."compare_given"(text, text[], boolean, text, text[], boolean) IS '3 equal, 2 a nickname or typing error, 1 an initial or the same sound, 0 different, -1 one is missing.';

COMMENT ON FUNCTION "private"."compare_text"(text, text) IS '2 equal, 1 similar (a typing error, a date with day and month swapped, a code and its word), 0 different, -1 one is missing.';

COMMENT ON FUNCTION "private"."is_number_of_one"(text) IS 'Whether the header of another column names a number that a person or firm has alone.';

COMMENT ON FUNCTION "private"."is_vetoed"(smallint[], integer) IS 'Whether the names keep two records apart, whatever else they share: two names without a common word, or two persons with different given names (a household, twins), unless they have the same number of one (a passport); the first p_numbers other columns are such numbers.';

COMMENT ON FUNCTION "private"."match_date"(text) IS 'A date as D and YYYYMMDD, whatever way it is written; null for others.';

COMMENT ON FUNCTION "private"."match_generation"(text) IS 'Which of several persons of one name a suffix says: 1 senior, 2 junior …; null without one.';

COMMENT ON FUNCTION "private"."match_priors"() IS 'Shares of each level among records that are one, and among other candidates, before anything is learned; by comparison, levels from 0. number: a date of birth or the number of a person or firm.';

COMMENT ON FUNCTION "private"."match_value"(text) IS 'A value of another column, for comparison: dates alike, else letters and digits; null for words that say nothing.';

COMMENT ON FUNCTION "private"."name_skeleton"(text) IS 'The consonants of a name as they sound, so that spellings of one name (Mohamed, Muhammed) are equal.';

COMMENT ON FUNCTION "private"."nominate_pairs"(integer, integer) IS 'Fills match_pairs: for each record the p_per_record others that share the most keys; keys of more than p_most records nominate nobody. With two lists, pairs are across the lists.';

COMMENT ON FUNCTION "private"."set_match_priors"(integer, text[]) IS 'Fills match_weights with the priors; p_extras: the headers of the other columns.';

COMMENT ON TABLE "private"."match_records" IS 'Shape: the same records, normalised. joined: all words of the name without spaces. weights: rarity of each word. shared_phones: its phones that several houses have; shared_emails: its e-mails of an office or of several names. first_is_known: the given name is in the list of names. generation: 1 senior, 2 junior, 3 …';

COMMENT ON TABLE "private"."match_weights" IS 'Shape: for each level its share among records that are one (m) and among others (u); weight is log2(m/u). strength: the number of pairs that the priors stand for. is_number: a column whose value one person or firm has alone.';

REVOKE ALL ON FUNCTION "private"."compare_given"(text, text[], boolean, text, text[], boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."compare_given"(text, text[], boolean, text, text[], boolean) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_number_of_one"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_number_of_one"(text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_vetoed"(smallint[], integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_vetoed"(smallint[], integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."match_date"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."match_date"(text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."match_generation"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."match_generation"(text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."match_value"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."match_value"(text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."name_skeleton"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."name_skeleton"(text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."nominate_pairs"(integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."nominate_pairs"(integer, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."set_match_priors"(integer, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."set_match_priors"(integer, text[]) TO "pipeline_writer";
