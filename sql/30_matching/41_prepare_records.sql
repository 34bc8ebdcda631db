-- Step 1: records as lists have them become comparable.

create function private.match_text(raw text) returns text
language sql immutable parallel safe as $$
  select nullif(regexp_replace(private.name_letters(raw), '[^A-Z0-9]', '', 'g'), '')
$$;
comment on function private.match_text(text) is 'Letters and digits alone, in capitals, or null.';

create function private.match_street(raw text) returns text
language sql immutable parallel safe as $$
  select nullif(string_agg(coalesce(private.street_types() ->> w, private.directions() ->> w, w), ' ' order by n), '')
  from regexp_split_to_table(private.name_letters(raw), '[^A-Z0-9]+') with ordinality t (w, n)
  where w <> ''
$$;
comment on function private.match_street(text) is
  'A street line in capitals with USPS abbreviations, for lines that the address parser does not read.';

-- Lists write dates in many ways; month first, as in the United States, unless that is no month.
create function private.match_date(raw text) returns text
language sql immutable parallel safe as $$
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
$$;
comment on function private.match_date(text) is
  'A date as D and YYYYMMDD, whatever way it is written; null for others.';

create function private.match_value(raw text) returns text
language sql immutable parallel safe as $$
  select coalesce(private.match_date(raw), case when v not in ('NA', 'NONE', 'NULL', 'UNKNOWN', 'UNK', 'U', 'X', 'TBD')
    then v end)
  from (select private.match_text(replace(raw, '/', ' ')) as v) t
$$;
comment on function private.match_value(text) is
  'A value of another column, for comparison: dates alike, else letters and digits; null for words that say nothing.';

create function private.match_generation(raw text) returns text
language sql immutable parallel safe as $$
  select '{"SR":"1","I":"1","JR":"2","II":"2","III":"3","IV":"4"}'::jsonb
    ->> substring(upper(raw), '[ ,](JR|SR|I|II|III|IV)[.]?$')
$$;
comment on function private.match_generation(text) is
  'Which of several persons of one name a suffix says: 1 senior, 2 junior …; null without one.';

create function private.name_skeleton(raw text) returns text
language sql immutable parallel safe as $$
  select regexp_replace(translate(regexp_replace(regexp_replace(regexp_replace(replace(raw, 'PH', 'F'),
    'C(?=[EIY])', 'S', 'g'), 'GH$|GH(?=[^AEIOU])', '', 'g'), 'X', 'KS', 'g'), 'CQZVAEIOUYHW', 'KKSF'),
    '(.)\1+', '\1', 'g')
$$;
comment on function private.name_skeleton(text) is
  'The consonants of a name as they sound, so that spellings of one name (Mohamed, Muhammed) are equal.';

-- A scanner, or a hand, takes a letter for a digit of its shape.
create function private.letters_for_digits(p_words text[]) returns text[]
language sql immutable parallel safe as $$
  select case when array_to_string(p_words, ' ') !~ '[015]' then p_words else array(
    select case when w ~ '[015]' and w ~ '^[A-Z015]{4,}$' and length(translate(w, '015', '')) > 2 * length(w) / 3
      then translate(w, '015', 'OIS') else w end
    from unnest(p_words) with ordinality t (w, o) order by o) end
$$;
comment on function private.letters_for_digits(text[]) is
  'Words in which digits between letters are the letters that they look like (N0RTH).';

create type private.split_name as (first_name text, last_name text);
comment on type private.split_name is 'Given names and family name of one person.';

create function private.split_full_name(raw text, p_given_first boolean default null) returns private.split_name
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_name text := regexp_replace(btrim(raw), '[ ,]+(jr|sr|i|ii|iii|iv)[.]?$', '', 'i');
  v_words text[];
  v_known boolean[];
  v_comma integer;
begin
  if v_name !~ '^[[:alpha:]''’. ,-]+$' then
    return null;
  end if;
  v_words := regexp_split_to_array(regexp_replace(v_name, '[ .,]+$', ''), '[ .,]+');
  if cardinality(v_words) not between 1 + (p_given_first is null)::integer and 4 or exists (
    select from unnest(v_words) w cross join lateral (select private.name_letters(w) as letters offset 0) l
    where length(w) > 1 and private.owner_words() ->> l.letters ~ '^[^p]' and not private.given_names() ? l.letters) then
    return null;
  end if;
  v_comma := position(',' in v_name);
  if v_comma > 0 then
    if position(',' in substr(v_name, v_comma + 1)) > 0 then
      return null;
    end if;
    return row(btrim(substr(v_name, v_comma + 1)), btrim(left(v_name, v_comma - 1)))::private.split_name;
  end if;
  v_known := array(select private.given_names() ? private.name_letters(w) from unnest(v_words) with ordinality t (w, o)
    order by o);
  -- ANN MOSS and MOSS ANN M; JAMES THOMAS may be either.
  if v_known[1] and not v_known[cardinality(v_known)] then
    return case when cardinality(v_words) > 2 and (length(v_words[2]) = 1 or v_known[2])
      then row(v_words[1] || ' ' || v_words[2], array_to_string(v_words[3:], ' '))::private.split_name
      else row(v_words[1], array_to_string(v_words[2:], ' '))::private.split_name end;
  elsif not v_known[1] and v_known[2] and length(v_words[1]) > 2 then
    return row(array_to_string(v_words[2:], ' '), v_words[1])::private.split_name;
  elsif p_given_first is null then
    return null;
  elsif cardinality(v_words) = 1 then
    return case when v_known[1] then row(v_words[1], null)::private.split_name
      else row(null, v_words[1])::private.split_name end;
  elsif not p_given_first then
    return row(array_to_string(v_words[2:], ' '), v_words[1])::private.split_name;
  elsif cardinality(v_words) > 2 and (length(v_words[2]) = 1 or v_known[2]) then
    return row(v_words[1] || ' ' || v_words[2], array_to_string(v_words[3:], ' '))::private.split_name;
  end if;
  return row(v_words[1], array_to_string(v_words[2:], ' '))::private.split_name;
end
$$;
comment on function private.split_full_name(text, boolean) is
  'Given names and family name of a cell that names one person, where their order is certain: a comma, or one known '
  'given name at one end. Null for firms, trusts and several persons. p_given_first: the order of the other names, in '
  'a list of persons.';

create function private.find_name_order() returns boolean
language sql stable set search_path = pg_temp, private as $$
  select case when count(x.name) > 0.7 * count(*) and count(*) >= 20 then
    coalesce(avg((position((x.name).first_name in x.full_name) = 1)::integer) filter (where x.full_name !~ ','), 1) >= 0.5
    end
  from (
    select upper(btrim(i.full_name)) as full_name, private.split_full_name(upper(btrim(i.full_name))) as name
    from match_input i
    where i.full_name is not null
      and num_nonnulls(i.first_name, i.last_name, i.second_first_name, i.second_last_name) = 0
    offset 0
  ) x
$$;
comment on function private.find_name_order() is
  'Whether names in one cell begin with the given name, in a list that consists of persons, because the order of most '
  'of its names is certain; null elsewhere.';

create function private.sorted_letters(raw text) returns text
language sql immutable parallel safe as $$
  select string_agg(c, '' order by c) from unnest(string_to_array(raw, null)) c
$$;
comment on function private.sorted_letters(text) is 'The characters of a word in alphabetical order.';

create function private.is_common(p_records double precision, p_of double precision, p_share double precision)
returns boolean
language sql immutable parallel safe as $$
  select p_records > 4 and p_records > p_share * p_of
$$;
comment on function private.is_common(double precision, double precision, double precision) is
  'Whether a name of that many records, of all, is too common to say much; a few records may all be one person.';

create function private.prepare_match_records() returns text[]
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' as $$
declare
  v_extras text[];
  v_count constant double precision := greatest((select count(*) from match_input), 1);
  v_given_first boolean;
begin
  analyze pg_temp.match_input;
  v_given_first := private.find_name_order();
  -- Other columns are compared when both lists fill them often enough and their values tell records apart: two random
  -- records rarely have the same one.
  select array_agg(c.key order by not private.is_number_of_one(c.key), not private.is_birth(c.key), c.key) into v_extras
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
    first_is_known, middle, last_forms, last_name, generation, house_number, street, unit, city, state, zip, phones, emails, extras)
  select i.record, i.list, coalesce(private.letters_for_digits((n.name).words), '{}'), coalesce((n.name).roles, ''),
    coalesce((n.name).is_firm, false),
    regexp_replace(private.name_letters(coalesce(i.full_name, concat(i.first_name, i.last_name))), '[^A-Z0-9]', '',
      'g'),
    case when not coalesce((n.name).is_firm, false) then private.match_text(g.first_word) end,
    array(select w from unnest((n.first).words) with ordinality t (w, o)
      where substr((n.first).roles, o::integer, 1) <> 'i') || private.match_text(n.first_name),
    left((n.first).roles, 1) in ('g', 'e'),
    case when not coalesce((n.name).is_firm, false) then left(private.match_text(g.next_word), 1) end,
    (n.last).words,
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
      private.parse_name(f.first_name) as first, private.parse_name(f.last_name) as last, f.first_name, f.last_name,
      nullif(btrim(concat_ws(' ', i.house_number, i.street)), '') as raw_line
    from (select regexp_replace(s.first_name, '[ ,]+(jr|sr|i|ii|iii|iv)[.]?$', '', 'i') as first_name,
        regexp_replace(s.last_name, '[ ,]+(jr|sr|i|ii|iii|iv)[.]?$', '', 'i') as last_name
      from (select coalesce(i.first_name, (x.whole).first_name) as first_name,
          coalesce(i.last_name, (x.whole).last_name) as last_name
        -- Two members of a household differ by their given names, whether those have a column or not.
        from (select case when num_nonnulls(i.first_name, i.last_name, i.second_first_name, i.second_last_name) = 0
          then private.split_full_name(i.full_name, v_given_first) end as whole offset 0) x) s) f
    offset 0
  ) n
  left join lateral (
    select * from private.parse_address(n.raw_line, i.unit, i.city, i.state, i.zip)
    where n.raw_line is not null
  ) p on true
  cross join lateral (select private.match_street(n.raw_line) as line offset 0) s
  -- `Ann M`, `J Robert`: the word that is a name, and the initial of the other one.
  cross join lateral (
    select case when x.at is null then x.words[1] else x.words[x.at] end as first_word,
      case when x.at is null then x.words[2] when x.at > 1 then x.words[1] else x.words[2] end as next_word
    from (select t.words, (select o from unnest(t.words) with ordinality w (word, o)
        where length(private.match_text(word)) > 1 order by o limit 1) as at
      from (select regexp_split_to_array(btrim(n.first_name), '[ .,]+') as words) t) x
    offset 0
  ) g;

  -- Ted is no other person than Teodore: what is no name may be a typing error of one, and has its forms.
  with known as materialized (
    select k.key as name, left(k.key, 1) as initial, string_to_array(substr(k.value, 2), ' ') as forms
    from jsonb_each_text(private.given_names()) k where length(k.key) > 3
  ), meant as (
    select u.first_name, array_agg(distinct f) as forms
    from (select distinct r.first_name from match_records r
      where not coalesce(r.first_is_known, false) and length(r.first_name) > 2) u
    join known k on k.initial = left(u.first_name, 1) and private.is_one_edit(u.first_name, k.name)
      -- Four letters are mistaken for another name more easily: only letters that changed their places, or a vowel
      -- that is missing (MKE).
      and (length(u.first_name) > 4 and length(k.name) > 4 or length(u.first_name) = length(k.name)
        and private.sorted_letters(u.first_name) = private.sorted_letters(k.name)
        or length(u.first_name) = 3 and length(k.name) = 4
        and translate(u.first_name, 'AEIOU', '') = translate(k.name, 'AEIOU', ''))
    cross join unnest(k.forms || k.name) f where f <> ''
    group by u.first_name
  )
  update match_records r set first_forms = r.first_forms || m.forms
  from meant m where m.first_name = r.first_name and not coalesce(r.first_is_known, false);

  update match_records r set last_is_common = x.last, first_is_common = x.first
  from (
    select q.record,
      private.is_common(count(*) over (partition by q.last_name), v_count, 0.004) and q.last_name is not null as last,
      private.is_common(count(*) over (partition by q.first_name), v_count, 0.01) and q.first_name is not null as first
    from match_records q
  ) x
  where x.record = r.record and (x.last or x.first);

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
  -- Likewise the e-mail of an office. Spellings of one name are one name.
  with uses as (
    select e, r.joined, min(r.words) as words, count(*) as records
    from match_records r cross join lateral unnest(r.emails) e
    group by e, r.joined
  ), busy as (
    select u.e, u.joined, u.words, first_value(u.joined) over often as main,
      first_value(u.words) over often as main_words
    from uses u
    where u.e in (select v.e from uses v group by v.e having count(*) > 3)
    window often as (partition by u.e order by u.records desc, length(u.joined) desc, u.joined)
  ), shared as (
    select b.e from busy b
    group by b.e having count(*) filter (where not b.words && b.main_words
      and extensions.similarity(b.joined, b.main) < 0.25) > 2
    union
    select u.e from uses u
    where u.e ~ '^(info|office|sales|contact|admin|hello|mail|support|service|team|reception|billing|accounts?)@'
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
$$;
comment on function private.prepare_match_records() is
  'Fills match_records from match_input: names and addresses as everywhere else; a street line that the parser does '
  'not read is compared word by word. Returns the headers of the other columns that are compared.';
