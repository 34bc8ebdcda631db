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

create function private.prepare_match_records() returns text[]
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' as $$
declare
  v_extras text[];
  v_count constant double precision := greatest((select count(*) from match_input), 1);
begin
  analyze pg_temp.match_input;
  -- Other columns are compared when both lists fill them often enough and their values tell records apart: two random
  -- records rarely have the same one.
  select array_agg(c.key order by c.key) into v_extras
  from (
    select v.key
    from (
      select x.key, x.value, count(*) as records, min(i.list) as list, max(i.list) as other_list
      from match_input i cross join lateral jsonb_each_text(i.extras) x
      where x.value <> ''
      group by x.key, x.value
    ) v
    group by v.key
    having sum(v.records) > 0.15 * v_count and sum(power(v.records / v_count, 2)) < 0.2
      -- A value of its own for each record is an id.
      and count(*) < 0.995 * sum(v.records)
      and min(v.list) = (select min(j.list) from match_input j)
      and max(v.other_list) = (select max(j.list) from match_input j)
    order by sum(v.records) desc, v.key
    limit 8
  ) c;

  insert into match_records (record, list, words, roles, is_firm, joined, first_name, first_forms, last_name,
    house_number, street, unit, city, state, zip, phones, emails, extras)
  select i.record, i.list, coalesce((n.name).words, '{}'), coalesce((n.name).roles, ''),
    coalesce((n.name).is_firm, false),
    regexp_replace(private.name_letters(coalesce(i.full_name, concat(i.first_name, i.last_name))), '[^A-Z0-9]', '',
      'g'),
    case when not coalesce((n.name).is_firm, false) then private.match_text(i.first_name) end,
    case when i.first_name is not null then (private.parse_name(i.first_name)).words end,
    case when not coalesce((n.name).is_firm, false) then private.match_text(i.last_name) end,
    coalesce(p.situs_house_number, substring(s.line, '^([0-9]+[A-Z]?)( |$)'), private.match_text(i.house_number)),
    coalesce(p.situs_street, regexp_replace(s.line, '^[0-9]+[A-Z]? +', '')),
    coalesce(p.situs_unit, private.canonical_unit(i.unit)),
    coalesce(private.match_text(p.situs_city), private.match_text(i.city)),
    coalesce(private.normalise_state(i.state), upper(btrim(i.state))),
    coalesce(private.normalise_zip(i.zip), private.match_text(i.zip), p.situs_zip),
    array(select distinct right(d, 10) from unnest(i.phones) v
      cross join lateral (select regexp_replace(split_part(lower(v), 'x', 1), '[^0-9]', '', 'g') as d) x
      where length(d) >= 7 and d !~ '^(.)\1*$'),
    array(select distinct lower(btrim(v)) from unnest(i.emails) v where v like '%_@_%'),
    array(select private.match_text(i.extras ->> k) from unnest(v_extras) with ordinality e (k, o) order by o)
  from match_input i
  cross join lateral (
    select private.parse_owner(i.first_name, i.last_name, i.second_first_name, i.second_last_name, i.full_name) as name,
      nullif(btrim(concat_ws(' ', i.house_number, i.street)), '') as raw_line
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
  analyze pg_temp.match_records;
  return coalesce(v_extras, '{}');
end
$$;
comment on function private.prepare_match_records() is
  'Fills match_records from match_input: names and addresses as everywhere else; a street line that the parser does '
  'not read is compared word by word. Returns the headers of the other columns that are compared.';
