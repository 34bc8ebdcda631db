-- short parcels and counties: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.county_aliases()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"AK:FAIRBANKSNSTAR":"FAIRBANKSNORTHSTAR","AK:MATSU":"MATANUSKASUSITNA","CA:LA":"LOSANGELES",
    "CA:SANFRANCISCOCITY":"SANFRANCISCO","CA:SF":"SANFRANCISCO","CO:BROOMFIELDCITY":"BROOMFIELD",
    "CO:DENVERCITY":"DENVER","DC:DC":"DISTRICTOFCOLUMBIA","DC:WASHINGTON":"DISTRICTOFCOLUMBIA",
    "DC:WASHINGTONDC":"DISTRICTOFCOLUMBIA","FL:DADE":"MIAMIDADE","FL:JACKSONVILLE":"DUVAL","HI:HONOLULUCITY":"HONOLULU",
    "IN:INDIANAPOLIS":"MARION","KY:LEXINGTON":"FAYETTE","KY:LEXINGTONFAYETTE":"FAYETTE","KY:LOUISVILLE":"JEFFERSON",
    "LA:NEWORLEANS":"ORLEANS","LA:NEWORLEANSCITY":"ORLEANS","LA:STJOHN":"STJOHNTHEBAPTIST","MD:BALTO":"BALTIMORE",
    "MD:BALTOCITY":"BALTIMORECITY","MD:PG":"PRINCEGEORGES","MD:PRGEORGES":"PRINCEGEORGES",
    "MN:LAKEOFWOODS":"LAKEOFTHEWOODS","MO:STLCITY":"STLOUISCITY",
    "NY:BK":"KINGS","NY:BKLYN":"KINGS","NY:BROOKLYN":"KINGS","NY:BROOKLYNKINGS":"KINGS","NY:KINGSBROOKLYN":"KINGS",
    "NY:NYCBROOKLYN":"KINGS","NY:BX":"BRONX","NY:NYCBRONX":"BRONX","NY:THEBRONX":"BRONX","NY:MANHATTAN":"NEWYORK",
    "NY:MANHATTANNEWYORK":"NEWYORK","NY:NEWYORKMANHATTAN":"NEWYORK","NY:NYCMANHATTAN":"NEWYORK",
    "NY:NYCNEWYORK":"NEWYORK","NY:NYCQUEENS":"QUEENS","NY:QNS":"QUEENS","NY:NYCRICHMOND":"RICHMOND",
    "NY:NYCSTATENISLAND":"RICHMOND","NY:RICHMONDSTATENISLAND":"RICHMOND","NY:SI":"RICHMOND","NY:STATENIS":"RICHMOND",
    "NY:STATENISLAND":"RICHMOND","NY:STATENISLANDRICHMOND":"RICHMOND",
    "PA:PHILADELPHIACITY":"PHILADELPHIA","PA:PHILA":"PHILADELPHIA","PA:PHILLY":"PHILADELPHIA","TN:NASHVILLE":"DAVIDSON",
    "TN:NASHVILLEDAVIDSON":"DAVIDSON","VA:ISLEWIGHT":"ISLEOFWIGHT","VA:VABEACH":"VIRGINIABEACHCITY",
    "VA:VABEACHCITY":"VIRGINIABEACHCITY","VI:STCROIX":"STCROIXISLAND","VI:STJOHN":"STJOHNISLAND",
    "VI:STTHOMAS":"STTHOMASISLAND"}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.county_candidates (
  county text,
  state  text
)
  RETURNS text[]
  LANGUAGE plpgsql
  STABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_county text := county;
  v_state text := private.normalise_state(county_candidates.state);
  v_key text;
  v_part text[];
  v_found text[];
begin
  -- The state may stand with the name: `CLARK (NV)`, `Cook County IL`, `IL - Cook`, `NV-003`.
  if v_state is null or position(v_state in upper(v_county)) > 0 then
    v_part := regexp_match(v_county, '^(.+?)[,( ]\s*([A-Z]{2})\s*\)?\s*$');
    if v_part is null or v_part[1] ~* '^[a-z]{2}$' then
      v_part := regexp_match(v_county, '^([A-Z]{2})\s*[-:,/]\s*(.+)$');
      v_part := array[v_part[2], v_part[1]];
    end if;
    if private.normalise_state(v_part[2]) = coalesce(v_state, private.normalise_state(v_part[2])) then
      v_state := private.normalise_state(v_part[2]);
      v_county := v_part[1];
    end if;
  end if;
  v_state := coalesce(v_state, private.normalise_state(substring(v_county, '[,(]\s*([A-Za-z. ]+?)\s*\)?\s*$')));
  v_key := private.normalise_county_name(v_county);
  if v_state = 'NY' and v_key in ('NYC', 'NEWYORKCITY') then
    return '{36005,36047,36061,36081,36085}';
  end if;
  v_key := coalesce(private.county_aliases() ->> (v_state || ':' || v_key), v_key);
  -- A bare name may be that of a county and of a city ("Richmond", VA).
  select array_agg(c.fips order by c.fips) into v_found from public.us_counties c
  where (c.state = v_state or v_state is null)
    and (c.name_key = v_key or v_county !~* 'county|co\.?\s*$|city' and c.name_key = v_key || 'CITY');
  return v_found;
end
$function$;

CREATE OR REPLACE FUNCTION private.county_fips (
  fips_raw text,
  county   text,
  state    text,
  zip      text
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_fips text;
  v_state text;
  v_zip constant text := left(zip, 5);
  v_found text[];
begin
  -- 1. The row's own code, if it is valid: five digits, with its leading zero restored, or the three of the county with
  -- a state. A column of counties may have codes, too.
  foreach v_fips in array array[fips_raw, county] loop
    v_fips := regexp_replace(btrim(v_fips), '\.0{1,2}$', '');
    if v_fips ~ '[^0-9]' then
      v_fips := regexp_replace(v_fips, '^(?:FIPS|County)?[ :#-]*([0-9]{2})[ -]?([0-9]{3})$', '\1\2', 'i');
    end if;
    if v_fips ~ '^[0-9]{4,5}$' then
      select c.fips into v_fips from public.us_counties c where c.fips = lpad(v_fips, 5, '0');
      if found then
        return v_fips;
      end if;
    end if;
  end loop;
  v_fips := coalesce(substring(btrim(fips_raw), '^([0-9]{1,3})(?:\.0{1,2})?$'),
    substring(btrim(county), '^(?:[A-Z]{2}[ -]?)?([0-9]{1,3})(?:\.0{1,2})?$'));
  if v_fips is not null then
    v_state := coalesce(private.normalise_state(county_fips.state),
      private.normalise_state(substring(btrim(county), '^([A-Z]{2})[ -]?[0-9]{3}$')));
    select c.fips into v_fips from public.us_counties c
    where c.state = v_state and substr(c.fips, 3) = lpad(v_fips, 3, '0')
      -- The ZIP may not contradict a number in the column of counties. Lists of Florida number the counties from 11 to
      -- 77, as its Department of Revenue does: there, two digits need the ZIP.
      and (btrim(fips_raw) ~ '^[0-9]{1,3}(\.|$)'
        or exists (select from public.zip_counties z where z.zip = v_zip and z.fips = c.fips)
        or (length(v_fips) = 3 or v_state <> 'FL')
          and not exists (select from public.zip_counties z where z.zip = v_zip));
    if found then
      return v_fips;
    end if;
  end if;
  -- 2. County and state; a ZIP decides between several, and stands in for a state.
  if private.normalise_county_name(county) is not null then
    v_found := private.county_candidates(county, county_fips.state);
    if cardinality(v_found) > 1 then
      select array_agg(z.fips) into v_found from public.zip_counties z
      where z.zip = v_zip and z.fips = any (v_found);
    end if;
    if v_found is not null then
      return case when cardinality(v_found) = 1 then v_found[1] end;
    elsif county_fips.state is not null then
      -- A county that does not exist in the state is a contradiction, which the ZIP cannot resolve.
      return null;
    end if;
  end if;
  -- 3. A ZIP that lies in one county, and in the row's state if the row has one.
  v_fips := private.zip_single_county(v_zip);
  if v_fips is not null and state is not null and not exists (
    select from public.us_counties c where c.fips = v_fips and c.state = private.normalise_state(county_fips.state)
  ) then
    return null;
  end if;
  return v_fips;
end
$function$;

CREATE OR REPLACE FUNCTION private.drop_shared_keys (
  p_org_id    uuid,
  p_upload_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
declare
  v_found integer;
begin
  with busy as (
    select l.link from resolve_links l
    group by l.link having count(*) > private.shared_key_limit()
  ), facts as (
    select case when b.link = convert_to('m' || r.mak, 'UTF8') then 'mak' else 'parcel' end as kind,
      case when b.link = convert_to('m' || r.mak, 'UTF8') then r.mak else r.parcel end as value,
      r.row_no, r.owner, s.place
    from busy b
    join resolve_links l using (link)
    join resolve_rows r using (row_no)
    cross join lateral (
      select case when x.addr_hash is not null then concat_ws(' ',
        substr(x.situs_street, length(x.situs_house_number) + 2),
        left(lpad(substring(x.situs_house_number from '^\d+'), 6, '0'), 4), coalesce(x.situs_zip, x.situs_city))
        end as place
      from public.leads_staging x
      where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) s
    where b.link in (convert_to('m' || r.mak, 'UTF8'), convert_to('p' || r.parcel, 'UTF8'))
  )
  insert into public.upload_shared_keys as k (org_id, upload_id, kind, value, rows, places, owners, first_lines)
  select p_org_id, p_upload_id, f.kind, f.value, count(*), count(distinct f.place), count(distinct f.owner),
    to_jsonb((array_agg(jsonb_build_array(f.row_no >> 32, f.row_no & 4294967295) order by f.row_no))[1:5])
  from facts f
  group by f.kind, f.value
  having count(distinct f.place) > private.shared_key_limit() or count(distinct f.owner) > private.shared_key_limit()
  on conflict (org_id, upload_id, kind, value) do update
  set rows = excluded.rows, places = excluded.places, owners = excluded.owners, first_lines = excluded.first_lines;

  insert into public.upload_shared_keys as k (org_id, upload_id, kind, value, rows, places, owners, first_lines)
  select p_org_id, p_upload_id, 'parcel', p.parcel, count(*), count(distinct s.addr_hash), count(distinct p.owner),
    to_jsonb((array_agg(jsonb_build_array(p.row_no >> 32, p.row_no & 4294967295) order by p.row_no))[1:5])
  from private.short_parcels(p_org_id) p
  join public.leads_staging s using (part_id, line_number)
  group by p.parcel
  on conflict (org_id, upload_id, kind, value) do nothing;

  -- Also in rows of this upload that are resolved later (repaired and replayed).
  if not exists (select from public.upload_shared_keys k
    where k.org_id = p_org_id and k.upload_id = p_upload_id and k.kind in ('mak', 'parcel')) then
    return false;
  end if;
  update resolve_rows r
  set without_mak = r.without_mak or m.value is not null, mak = case when m.value is null then r.mak end,
    by_mak = case when m.value is null then r.by_mak end,
    without_parcel = r.without_parcel or p.value is not null, parcel = case when p.value is null then r.parcel end,
    apn = case when p.value is null then r.apn end, by_parcel = case when p.value is null then r.by_parcel end,
    twin = case when p.value is null then r.twin end,
    kind = case when (r.mak is null or m.value is not null) and (r.parcel is null or p.value is not null) then 2
      else 1 end,
    near = case when r.addr_hash is not null then coalesce(
      (select true from public.leads l where l.org_id = p_org_id and l.addr_hash = r.addr_hash limit 1),
      (select true from public.lead_addresses x where x.org_id = p_org_id and x.addr_hash = r.addr_hash limit 1)) end,
    lead_id = null, component_size = null, verdict = null
  from resolve_rows x
  left join public.upload_shared_keys m on m.org_id = p_org_id and m.upload_id = p_upload_id and m.kind = 'mak'
    and m.value = x.mak
  left join public.upload_shared_keys p on p.org_id = p_org_id and p.upload_id = p_upload_id and p.kind = 'parcel'
    and p.value = x.parcel
  where r.row_no = x.row_no and (m.value is not null or p.value is not null);
  get diagnostics v_found = row_count;
  perform private.add_warnings(w.part_id,
    jsonb_build_object('shared_key', jsonb_build_object('n', w.n, 'lines', w.lines)))
  from (
    select r.part_id, count(*) as n, to_jsonb((array_agg(r.line_number order by r.line_number))[1:5]) as lines
    from resolve_rows r where r.without_mak or r.without_parcel group by r.part_id
  ) w;
  -- Without an address their phone or e-mail is left (match_contacts).
  update public.leads_staging s set verdict = 'keyless'
  from resolve_rows r
  where r.kind = 2 and r.addr_hash is null and s.part_id = r.part_id and s.line_number = r.line_number;
  delete from resolve_rows r where r.kind = 2 and r.addr_hash is null;
  return v_found > 0;
end
$function$;

CREATE OR REPLACE FUNCTION private.filler_parcel_words()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '^[^A-Z0-9]*(APPLIED|ATTACHED|BLANK|CALL|CHECK|CONTACT|DUMMY|EMPTY|EXEMPT|FAKE|MANY|MISC|MISSING|MULTI'
    '|MULTIPLE|NAN|NIL|NONE|NOT|NULL|PART OF|PEND|PENDING|PLEASE|PORTION|REFER|SAMPLE|SEE|SEVERAL|TBA|TBC|TBD|TEMP'
    '|TEMPORARY|TEST|TO BE|UNAVAILABLE|UNASSIGNED|UNDEFINED|UNK|UNKNOWN|UNLISTED|UNMAPPED|UNRECORDED|UNSPECIFIED|VAR|VARIES'
    '|VARIOUS)([^A-Z0-9]|[0-9]{1,3}$)'
    '|^[^A-Z0-9]*(APN|ASSESSOR|ID|ITEM|LINE|LOT|NO|NUM|NUMBER|PARCEL|PARC|PCL|PIN|PROP|PROPERTY|REC|RECORD|ROW'
    '|TAX|TRACT)([^A-Z0-9]*(ID|NO|NUM|NUMBER))?[^A-Z0-9]*[0-9]{1,3}$'
$function$;

CREATE OR REPLACE FUNCTION private.is_filler_number (
  p_digits text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select length(ltrim(p_digits, '0')) >= 5 and ltrim(ltrim(p_digits, '0'), left(ltrim(p_digits, '0'), 1)) = ''
    or length(p_digits) >= 5 and (length(ltrim(p_digits, '0')) <= 1
      or position(p_digits in '01234567890123456789') > 0 or position(p_digits in '98765432109876543210') > 0)
$function$;

CREATE OR REPLACE FUNCTION private.normalise_apn (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_apn text := raw;
begin
  if raw is null or length(raw) > 200 then
    return null;
  end if;
  if raw ~ '[^0-9A-Z]' then
    v_apn := upper(btrim(raw, E' \t\r\n''"='));
    -- A spreadsheet turns an id into a number: `2029580065.00` can be repaired.
    if position('.' in v_apn) > 0 then
      v_apn := regexp_replace(v_apn, '^([0-9]{6,})\.0{1,2}$', '\1');
    end if;
    if v_apn ~ '[A-Z/:]|^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
      and (private.is_damaged_parcel(v_apn) or v_apn ~ private.filler_parcel_words()) then
      return null;
    end if;
    v_apn := translate(v_apn, translate(v_apn, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', ''), '');
  end if;
  -- A parcel number has a digit other than zero.
  if length(v_apn) > 40 or v_apn !~ '[1-9]' then
    return null;
  end if;
  if v_apn ~ '[A-Z]' then
    if v_apn ~ '^[A-Z]{2}' and v_apn ~ private.filler_parcel_words() then
      return null;
    end if;
  elsif private.is_filler_number(v_apn) or private.is_rounded_number(v_apn) then
    return null;
  end if;
  return v_apn;
end
$function$;

CREATE OR REPLACE FUNCTION private.normalise_county_name (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_name text := raw;
begin
  if length(v_name) > 100 then
    return null;
  end if;
  if octet_length(v_name) <> length(v_name) then
    v_name := regexp_replace(normalize(v_name, nfkd), '[\u0300-\u036f]', '', 'g');
  end if;
  v_name := upper(v_name collate "C");
  if v_name ~ '[^A-Z]' then
    -- Vendors' lists contain "St. Louis County, MO" and "City of Richmond".
    v_name := replace(replace(v_name, '(CITY)', ' CITY'), '(COUNTY)', ' COUNTY');
    v_name := replace(replace(split_part(split_part(v_name, ',', 1), '(', 1), '''', ''), '&', ' AND ');
    v_name := btrim(regexp_replace(v_name, '[^A-Z]+', ' ', 'g'));
    v_name := regexp_replace(v_name, 
      '^(CITY AND COUNTY|CITY AND BOROUGH|CITY|COUNTY|CNTY|PARISH|BOROUGH|MUNICIPALITY) OF (.+)$', '\2 \1');
    v_name := regexp_replace(v_name,
      '(.) (CITY AND COUNTY|COUNTY|CNTY|CTY|CO|PARISH|PAR|CITY AND BOROUGH|BOROUGH|CENSUS AREA|MUNICIPALITY'
        '|MUNICIPIO|PLANNING REGION)$', '\1');
    v_name := regexp_replace(v_name, '^SAINT(E?) ', 'ST\1 ');
    v_name := regexp_replace(regexp_replace(v_name, '^([NS]?)E ', '\1 EAST '), '^([NS]?)W ', '\1 WEST ');
    v_name := regexp_replace(regexp_replace(v_name, '^N ', 'NORTH '), '^S ', 'SOUTH ');
    v_name := replace(v_name, ' ', '');
  end if;
  return nullif(v_name, '');
end
$function$;

CREATE OR REPLACE FUNCTION private.short_parcels (
  p_org_id uuid
)
  RETURNS TABLE (
    parcel      text,
    row_no      bigint,
    part_id     uuid,
    line_number integer,
    owner       text
  )
  LANGUAGE sql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  with short as (
    select r.parcel, r.row_no, r.part_id, r.line_number, r.owner, r.apn, left(r.parcel, 5) as county
    from resolve_rows r
    where length(ltrim(r.apn, '0')) <= 3 and position('-' in r.parcel) = 0 and r.apn !~ '[A-Z]'
  ), steps as (
    select county, count(*) as rows, count(distinct apn) as numbers,
      count(distinct (part_id, line_number - apn::numeric)) as steps
    from short group by county
  ), usual as (
    select county from steps
    where numbers >= 20 and rows <= 1.25 * numbers and steps > 0.1 * rows
    union all
    select s.county from steps s
    where not (s.rows >= 20 and s.steps <= 0.1 * s.rows)
      and (select count(*) = 20 from (
        select from public.leads l
        where l.org_id = p_org_id and l.county_fips = s.county and l.apn is not null and l.apn_segments is null
          and length(ltrim(l.apn, '0')) <= 3 and l.apn !~ '[A-Z]' limit 20) known)
  )
  select s.parcel, s.row_no, s.part_id, s.line_number, s.owner from short s
  where s.county not in (select u.county from usual u)
$function$;

COMMENT ON FUNCTION "private"."county_aliases"() IS 'Names that people use for a county that is called otherwise: state and name, each with the name_key of its county. Inlined, hence without a SET clause.';

COMMENT ON FUNCTION "private"."drop_shared_keys"(uuid, uuid) IS 'Takes MAKs and parcels that meet more than private.shared_key_limit() places or owners, and private.short_parcels, from the rows of this upload, and records them in upload_shared_keys. Returns whether there were any.';

COMMENT ON FUNCTION "private"."filler_parcel_words"() IS 'Pattern of notes in place of a parcel number, in capital letters: a word, and then no more than three digits or another word, as in TEMP1 and SEE DEED 123; or a word for parcels with up to three digits (PARCEL 1). A value without digits needs no pattern: it is never a parcel number.';

COMMENT ON FUNCTION "private"."is_filler_number"(text) IS 'Whether digits are five or more that repeat or count (9999999999, 0123456, 1234567890), or zeros before one digit (0000000001).';

COMMENT ON FUNCTION "private"."normalise_apn"(text) IS 'Assessor''s parcel number as capital letters and digits (1 to 40), or null when it has no digit but zero, is a filler (words, repeated or counting digits, zeros before one digit), or damaged beyond repair (rounded, turned into a date). Unique only within its county.';

COMMENT ON FUNCTION "private"."short_parcels"(uuid) IS 'Rows of this upload whose parcel number has up to three digits, without segments, in a county where neither this list nor the leads show that parcels are numbered like this.';

COMMENT ON TABLE "public"."upload_shared_keys" IS 'MAKs, parcels, phones and e-mails that were no key in an upload, because they met too many places or owners, or parcels that were too short.';

REVOKE ALL ON FUNCTION "private"."county_aliases"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."county_aliases"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."county_aliases"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."short_parcels"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."short_parcels"(uuid) TO "pipeline_writer";

-- Reference data, queues and cron jobs.

insert into public.mapping_targets (target, meaning, most) values
  ('owner_2_full', 'Name of the second owner in one value; it fills the second owner''s first and last name.', null)
on conflict (target) do update set meaning = excluded.meaning, most = excluded.most;
