-- match spellings: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

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
      case when not k.persons then
          -- Names without a known given name are those of firms.
          case when a.is_firm or b.is_firm or a.roles !~ '[gex]' or b.roles !~ '[gex]' then -2 else -1 end
        when k.swapped then 2
        when a.last_name = b.last_name and not a.last_is_common then 4
        else private.compare_family(a.last_name, b.last_name) end,
      case when not k.persons then -1 when k.swapped then case when k.whole then 2 else -1 end
        when a.generation <> b.generation then 0
        -- Gary E and Gary K.
        when a.first_name = b.first_name then case when a.middle <> b.middle then 1
          -- Two who are Jr, or have one middle initial, are not the father and his son.
          when a.generation = b.generation or a.middle = b.middle then 4
          when a.first_is_common or length(a.first_name) = 1 then 3 else 4 end
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
      -- The same house and street imply the place; only another place says something. Who moves may leave town.
      case when k.address >= 3 and k.place > 0 or k.address = 0 and k.place = 0 then -1 else k.place end,
      -- What many share says nothing.
      case when a.shared_phones && b.shared_phones then -1 else private.compare_lists(a.phones, b.phones, false) end,
      case when a.shared_emails && b.shared_emails then -1 else private.compare_lists(a.emails, b.emails, true) end
      %s]::smallint[]
    from match_records a, match_records b,
      lateral (
        select h.persons, h.whole,
          h.persons and a.last_name is distinct from b.last_name and a.first_name is distinct from b.first_name
            and (private.compare_family(a.last_name, b.first_name) >= 2 or a.last_forms && b.first_forms
              or not h.whole or private.is_initial_of(a.last_name, b.first_name)
                and private.compare_family(a.first_name, b.last_name) >= 2)
            and (private.compare_family(a.first_name, b.last_name) >= 2 or a.first_forms && b.last_forms
              or not h.whole and private.compare_family(a.last_name, b.first_name) >= 2
              or private.is_initial_of(b.last_name, a.first_name)
                and private.compare_family(a.last_name, b.first_name) >= 2) as swapped,
          private.compare_address(a.house_number, a.street, a.unit, b.house_number, b.street, b.unit) as address,
          private.compare_place(a.city, a.state, a.zip, b.city, b.state, b.zip) as place
        from (select num_nulls(a.first_name, a.last_name, b.first_name, b.last_name) = 0 as whole,
          num_nonnulls(a.first_name, a.last_name) > 0 and num_nonnulls(b.first_name, b.last_name) > 0 as persons) h
        offset 0) k
    where p.a = a.record and p.b = b.record and p.levels is null
  $sql$, ', ' || v_extras);
end
$function$;

CREATE OR REPLACE FUNCTION private.cut_contradictions()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_own constant integer := private.count_reliable();
begin
  -- A record is not two others that contradict each other (father and son): it is the one that it fits better, if any.
  with close as (
    select p.a as x, p.b as y, p.weight from match_pairs p where p.probability >= 0.5 and p.answer is null
    union all
    select p.b, p.a, p.weight from match_pairs p where p.probability >= 0.5 and p.answer is null
  ), rivals as (
    select s.x, s.y, max(t.weight) as weight
    from close s join close t on t.x = s.x and t.y <> s.y
    join match_pairs c on c.a = least(s.y, t.y) and c.b = greatest(s.y, t.y)
    -- Names that differ keep apart, unless all the rest says that one was replaced.
    where c.answer is false
      -- Who married has two family names, one of which may stand with a nickname.
      or c.weight < -35 and not coalesce(c.levels[1] >= 0 and c.levels[2] > 0 or 2 = any (c.levels[8:v_own]), false)
      or c.probability < 0.5 and 0 = any (c.levels[8:v_own])
    group by s.x, s.y
  ), cut as (
    select least(r.x, r.y) as a, greatest(r.x, r.y) as b, max(r.weight) as weight from rivals r group by 1, 2
  )
  update match_pairs p
  set probability = p.probability / (1 + power(2, greatest(-60, least(60, c.weight - p.weight))))
  from cut c where p.a = c.a and p.b = c.b and p.answer is null;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_filler_local_part (
  p_local  text,
  p_domain text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select position(' ' || p_local || ' ' in private.filler_mail_words()) > 0
    or position(' ' || p_domain || ' ' in private.filler_mail_domains()) > 0
    or length(p_local) >= 4 and ltrim(p_local, left(p_local, 1)) = ''
    or p_local ~ '^[a-z]{4}[a-z]*[0-9]+$'
      and position(' ' || rtrim(p_local, '0123456789') || ' ' in private.filler_mail_words()) > 0
    or length(p_local) >= 3 and (position(p_local in '01234567890') > 0
      or p_local !~ '[^0-9]' and ltrim(p_local, left(p_local, 1)) = '')
    or p_local = p_domain and (length(p_local) <= 2 or p_local in ('email', 'mail', 'name', 'user', 'domain'))
$function$;

CREATE OR REPLACE FUNCTION private.lost_zeros (
  p_org_id      uuid,
  p_county_fips text,
  apn_1         text,
  apn_2         text
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_usual boolean;
begin
  if length(apn_1) = length(apn_2) or ltrim(apn_1, '0') <> ltrim(apn_2, '0') then
    return false;
  end if;
  -- What is usual in the county, as far as this upload, the leads, or both show: a spreadsheet takes the zeros of a
  -- whole list.
  select bool_or(s.whole >= 0.9 * s.total)
  into v_usual
  from (
    select count(*) as total,
      count(*) filter (where length(x.apn) = greatest(length(apn_1), length(apn_2))) as whole
    from (
      (select distinct r.apn, false as is_lead from resolve_rows r
       where left(r.parcel, 5) = p_county_fips and r.apn not in (apn_1, apn_2) limit 1000)
      union all
      (select l.apn, true from public.leads l
       where l.org_id = p_org_id and l.county_fips = p_county_fips and l.apn not in (apn_1, apn_2) limit 1000)
    ) x
    group by grouping sets ((), (x.is_lead))
    having count(*) >= 3
  ) s;
  return coalesce(v_usual, false);
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
    from (select regexp_replace(i.first_name, '[ ,]+(jr|sr|i|ii|iii|iv)[.]?$', '', 'i') as first_name,
      regexp_replace(i.last_name, '[ ,]+(jr|sr|i|ii|iii|iv)[.]?$', '', 'i') as last_name) f
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
      where not coalesce(r.first_is_known, false) and length(r.first_name) > 3) u
    join known k on k.initial = left(u.first_name, 1) and private.is_one_edit(u.first_name, k.name)
      -- Four letters are mistaken for another name more easily: only letters that changed their places.
      and (length(u.first_name) > 4 and length(k.name) > 4 or length(u.first_name) = length(k.name)
        and private.sorted_letters(u.first_name) = private.sorted_letters(k.name))
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
$function$;

CREATE OR REPLACE FUNCTION private.sorted_letters (
  raw text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select string_agg(c, '' order by c) from unnest(string_to_array(raw, null)) c
$function$;

CREATE OR REPLACE FUNCTION private.stage_rows (
  p_part_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET jit TO 'off'
  AS $function$
declare
  v_part public.upload_parts;
  v_source public.sources;
  v_key text;
  v_rows integer;
  v_total integer;
  v_warnings jsonb;
  v_address jsonb;
  v_streets jsonb;
begin
  -- Locked, so that its key does not change before the rows are stored.
  select * into strict v_part from public.upload_parts p where p.id = p_part_id for update;
  select s.* into strict v_source from public.sources s
  join public.uploads u on u.source_id = s.id where u.id = v_part.upload_id;
  v_key := private.org_key(v_part.org_id, v_part.key_id);

  v_warnings := private.stage_contacts(v_part);
  -- A list has many houses in each of its streets.
  select private.known_streets(array_agg(s.street)) into v_streets
  from stage_in s where s.reject_code is null and s.street is not null;

  -- A list has few places and many houses, so each place is looked up once. The place in the street line is used
  -- where the row's own columns are empty.
  with parsed as materialized (
    select s.*, a.situs_house_number, a.situs_street, a.situs_unit, a.situs_city, a.situs_state, a.situs_zip,
      a.addr_hash,
      case when m.masked > 0 then a.warnings || '{contact_in_attribute}'::text[] else a.warnings end as row_warnings,
      coalesce(m.attributes, s.attributes, '{}') as safe_attributes, k.mak_key, k.apn_key,
      concat_ws('|', s.fips, '/', s.county, '/', coalesce(a.situs_state, s.state), '/',
        coalesce(s.zip, a.situs_zip)) as place
    from stage_in s
    cross join lateral private.parse_address(s.street, s.unit, coalesce(s.city, v_source.default_city),
      coalesce(s.state, v_source.default_state,
        -- Without a ZIP, the county tells the state.
        case when s.zip is null and s.street is not null and (s.fips is not null or s.county is not null)
          then (select c.state from public.us_counties c
            where c.fips = private.county_fips(s.fips, s.county, null, null)) end), s.zip, true, v_streets) a
    left join lateral (
      select (x.safe).attributes, (x.safe).masked
      from (select private.mask_attributes(s.attributes) as safe
        where private.may_contain_contact(s.attributes) offset 0) x
    ) m on true
    cross join lateral (
      -- offset 0: evaluated once, and not at every reference
      select case when s.mak is not null then private.normalise_mak(s.mak) end as mak_key,
        case when s.apn is not null then private.normalise_apn(s.apn) end as apn_key offset 0
    ) k
    where s.reject_code is null
  ), places as materialized (
    select d.*, f.county_fips,
      case when d.usps is null then coalesce(
        (select c.state from public.us_counties c where c.fips = f.county_fips), private.zip_state(d.zip5))
      end as state_of_place
    from (
      select n.*, private.normalise_state(n.state) as usps, private.normalise_zip(n.zip) as zip5
      from (
        select distinct on (i.place) i.place, i.fips, coalesce(i.county, v_source.default_county) as county,
          coalesce(i.situs_state, i.state, v_source.default_state) as state, coalesce(i.zip, i.situs_zip) as zip
        from parsed i
      ) n
      offset 0
    ) d
    cross join lateral (select private.county_fips(d.fips, d.county, d.usps, d.zip5) as county_fips offset 0) f
  ), staged as (
    insert into public.leads_staging (org_id, part_id, upload_id, part, line_number,
      mak, county_fips, apn, apn_segments, addr_hash,
      situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
      owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
      mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
      email, phone, email_verified, phone_verified, email_codes, phone_codes,
      consent, consented_at, consent_method, lead_score, attributes, result_codes, do_not_contact)
    select v_part.org_id, v_part.id, v_part.upload_id, v_part.part, s.line_no,
      s.mak_key, pl.county_fips, s.apn_key,
        case when s.apn_key is not null then private.parcel_segments(s.apn) end, s.addr_hash,
      s.situs_house_number, coalesce(s.situs_street, s.street), coalesce(s.situs_unit, s.unit),
      coalesce(s.situs_city, s.city, v_source.default_city), coalesce(s.situs_state, pl.usps, pl.state_of_place),
        coalesce(s.situs_zip, pl.zip5),
      s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full,
      s.mail_street, s.mail_unit, s.mail_city,
      case when s.mail_state is not null then coalesce(private.normalise_state(s.mail_state), s.mail_state) end,
      case when s.mail_zip is not null then coalesce(private.normalise_zip(s.mail_zip), s.mail_zip) end,
      c.email, c.phone, coalesce(c.email_verified, false), coalesce(c.phone_verified, false),
      coalesce(string_to_array(c.email_codes, ','), '{}'), coalesce(string_to_array(c.phone_codes, ','), '{}'),
      t.consented_at is not null, t.consented_at,
        case when t.consented_at is not null then coalesce(s.consent_method, 'imported list') end,
      round(s.lead_score::numeric)::smallint, s.safe_attributes,
      string_to_array(nullif(translate(s.result_codes, ' ;|', ',,,'), ''), ','), coalesce(s.do_not_contact, false)
    from parsed s
    left join places pl on pl.place = s.place
    cross join lateral (
      select case when s.consent ~* '^(true|t|yes|y|1)$'
        then private.past_consent(s.consented_at, v_part.received_at) end as consented_at
    ) t
    cross join lateral (
      select
        -- What the list calls somebody else's identifies nobody.
        (array_agg(x.value_bidx) filter (where x.kind = 'phone' and x.position = 1
          and x.refused is distinct from 'wrong'))[1] as phone,
        (array_agg(x.value_bidx) filter (where x.kind = 'email' and x.position = 1
          and x.refused is distinct from 'wrong'))[1] as email,
        bool_or(x.verified) filter (where x.kind = 'phone') as phone_verified,
        bool_or(x.verified) filter (where x.kind = 'email') as email_verified,
        (array_agg(array_to_string(x.codes, ',')) filter (where x.kind = 'phone'))[1] as phone_codes,
        (array_agg(array_to_string(x.codes, ',')) filter (where x.kind = 'email'))[1] as email_codes
      from (
        -- The best first, as private.contact_order has it.
        select y.* from private.leads_staging_contacts y
        where y.part_id = p_part_id and y.line_number = s.line_no
        order by y.invalid, not y.verified, y.position
      ) x
    ) c
    where s.mak_key is not null or (pl.county_fips is not null and s.apn_key is not null) or s.addr_hash is not null
      or c.phone is not null or c.email is not null
    returning 1
  )
  select (select count(*) from staged),
    (select coalesce(jsonb_object_agg(w.code, w.found), '{}')
     from (
       select u.code,
         jsonb_build_object('n', count(*), 'lines', (array_agg(u.line_no order by u.line_no))[:5]) as found
       from (
         select p.line_no, unnest(p.row_warnings) as code from parsed p
         union all
         select p.line_no, 'filler_mak' from parsed p where p.mak is not null and p.mak_key is null
         union all
         select p.line_no, 'consent_in_future' from parsed p where p.consented_at is not null
           and private.to_timestamptz(p.consented_at) >= v_part.received_at + interval '1 day'
         union all
         select p.line_no, 'filler_apn' from parsed p where p.apn is not null and p.apn_key is null
       ) u
       group by u.code
     ) w)
  into v_rows, v_address;

  insert into private.leads_staging_raw (part_id, first_line, last_line, content)
  select p_part_id, min(r.line_no), max(r.line_no), private.encrypt_value(
    '{' || string_agg('"' || r.line_no || '":' || r.raw, ',') || '}', v_key)
  from (
    select s.line_no, s.raw, (row_number() over (order by s.line_no) - 1) / 100 as message
    from stage_in s where s.reject_code is null and s.raw is not null
  ) r
  group by r.message;

  v_total := (select count(*) from stage_in);
  if v_rows < v_total then
    insert into public.upload_rejects (org_id, upload_id, part, line, code, detail, key_id, raw)
    select v_part.org_id, v_part.upload_id, v_part.part, s.line_no, coalesce(s.reject_code, 'no_identity'),
      case when s.reject_code is not null then s.reject_detail
        else private.describe_missing_identity(s.street is not null,
        s.zip is not null or coalesce(s.city, v_source.default_city) is not null
          and coalesce(s.state, v_source.default_state) is not null,
        s.apn is not null,
          jsonb_array_length(coalesce(s.phones, '[]')) + jsonb_array_length(coalesce(s.emails, '[]')) > 0,
        btrim(s.county) ~ '^[0-9]{1,3}$' or cardinality(private.county_candidates(
          coalesce(s.county, v_source.default_county), coalesce(s.state, v_source.default_state))) > 1) end,
      v_part.key_id, private.encrypt_value(coalesce(s.raw, '[]')::text, v_key)
    from stage_in s
    where s.reject_code is not null
      or not exists (select from public.leads_staging l where l.part_id = p_part_id and l.line_number = s.line_no)
    on conflict (upload_id, part, line) do update
    set code = excluded.code, detail = excluded.detail, key_id = excluded.key_id, raw = excluded.raw,
      replayed_at = null;
  end if;
  -- A replayed row that is now valid is no longer a reject.
  delete from public.upload_rejects r using stage_in s
  where r.upload_id = v_part.upload_id and r.part = v_part.part and r.line = s.line_no and r.replayed_at is not null;

  perform private.add_warnings(p_part_id, v_warnings), private.add_warnings(p_part_id, v_address);
  select coalesce(jsonb_object_agg(w.code, w.found), '{}') into v_warnings
  from (
    select u.code, jsonb_build_object('n', count(*), 'lines', (array_agg(u.line_no order by u.line_no))[:5]) as found
    from (select s.line_no, unnest(s.warnings) as code from stage_in s) u
    group by u.code
  ) w;
  perform private.add_warnings(p_part_id, v_warnings);

  update public.upload_parts p
  set received = p.received + v_total, staged = p.staged + v_rows, rejected = p.rejected + v_total - v_rows
  where p.id = p_part_id;
  truncate stage_in;
end
$function$;

COMMENT ON FUNCTION "private"."is_filler_local_part"(text, text) IS 'Whether an e-mail address with this local part (without punctuation) and this first label of its domain is invented: none@, test@, noemail@ and similar words, an invented domain, repeated or counting characters (aaaa@, 1234@, a@a.com, email@email.com). Role addresses such as info@ are real.';

COMMENT ON FUNCTION "private"."lost_zeros"(uuid, text, text, text) IS 'Whether two parcel numbers are equal but for leading zeros, and nine in ten of the county''s numbers, among its leads, in this upload or in both, are as long as the longer one, so that a spreadsheet has lost them.';

COMMENT ON FUNCTION "private"."sorted_letters"(text) IS 'The characters of a word in alphabetical order.';

REVOKE ALL ON FUNCTION "private"."sorted_letters"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."sorted_letters"(text) TO "pipeline_writer";

-- Reference data, queues and cron jobs.

insert into public.mapping_targets (target, meaning, most) values
  ('house_fraction', 'Fraction or letter of the house number: `1/2`, `A`.', null)
on conflict (target) do update set meaning = excluded.meaning, most = excluded.most;
