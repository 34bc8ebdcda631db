-- marks of lists: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."describe_missing_identity"(boolean, boolean, boolean, boolean);

ALTER TABLE "private"."leads_staging_contacts"
  ADD COLUMN "refused" text;

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
  v_state constant text := coalesce(private.normalise_state(county_candidates.state),
    private.normalise_state(substring(county, '[,(]\s*([A-Za-z. ]+?)\s*\)?\s*$')));
  v_key text := private.normalise_county_name(county);
  v_found text[];
begin
  -- Names that people use for a county that is called otherwise.
  v_key := case v_state || ':' || v_key when 'FL:DADE' then 'MIAMIDADE' when 'NY:MANHATTAN' then 'NEWYORK'
    when 'NY:NEWYORKCITY' then null when 'NY:BROOKLYN' then 'KINGS' when 'NY:THEBRONX' then 'BRONX'
    when 'NY:STATENISLAND' then 'RICHMOND' when 'LA:NEWORLEANS' then 'ORLEANS' when 'DC:WASHINGTON' then
    'DISTRICTOFCOLUMBIA' when 'DC:WASHINGTONDC' then 'DISTRICTOFCOLUMBIA' when 'DC:DC' then 'DISTRICTOFCOLUMBIA'
    else v_key end;
  -- A bare name may be that of a county and of a city ("Richmond", VA).
  select array_agg(c.fips order by c.fips) into v_found from public.us_counties c
  where (c.state = v_state or v_state is null)
    and (c.name_key = v_key or county !~* 'county|co\.?\s*$|city' and c.name_key = v_key || 'CITY');
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
  v_zip constant text := left(zip, 5);
  v_found text[];
begin
  -- 1. The row's own code, if it is valid: five digits, with its leading zero restored, or the three of the county with
  -- a state. A column of counties may have codes, too; there, three digits may be numbers of the state's own.
  foreach v_fips in array array[fips_raw, county] loop
    v_fips := regexp_replace(btrim(v_fips), '\.0{1,2}$', '');
    if v_fips ~ '^[0-9]{4,5}$' then
      select c.fips into v_fips from public.us_counties c where c.fips = lpad(v_fips, 5, '0');
      if found then
        return v_fips;
      end if;
    end if;
  end loop;
  v_fips := regexp_replace(btrim(fips_raw), '\.0{1,2}$', '');
  if v_fips ~ '^[0-9]{1,3}$' then
    select c.fips into v_fips from public.us_counties c
    where c.state = private.normalise_state(county_fips.state) and substr(c.fips, 3) = lpad(v_fips, 3, '0');
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

CREATE OR REPLACE FUNCTION private.describe_missing_identity (
  p_street           boolean,
  p_place            boolean,
  p_apn              boolean,
  p_contact          boolean,
  p_ambiguous_county boolean DEFAULT false
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select 'The row cannot be identified: ' || coalesce(nullif(concat_ws('; ',
    case when p_street and not p_place then
      'its address has neither a ZIP nor a city and state (set default_city and default_state on the source)'
    when p_street then 'its address is not a readable US address' end,
    case when p_apn and p_ambiguous_county then
      'the name of its county is ambiguous: write "City" or "County" behind it, or give the ZIP or the FIPS code'
    when p_apn then 'its parcel number has no county (set default_county on the source)' end,
    case when p_contact then 'its phones and e-mails are invalid' end), ''),
    'it has no address, parcel number, MAK, phone or e-mail') || '.'
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
    v_name := replace(replace(split_part(split_part(v_name, ',', 1), '(', 1), '''', ''), '&', ' AND ');
    v_name := btrim(regexp_replace(v_name, '[^A-Z]+', ' ', 'g'));
    v_name := regexp_replace(v_name, '^(CITY|COUNTY|PARISH|BOROUGH) OF (.+)$', '\2 \1');
    v_name := regexp_replace(v_name,
      '(.) (COUNTY|CNTY|CTY|CO|PARISH|PAR|CITY AND BOROUGH|BOROUGH|CENSUS AREA|MUNICIPALITY|MUNICIPIO|PLANNING REGION)$',
        '\1');
    v_name := regexp_replace(v_name, '^SAINT(E?) ', 'ST\1 ');
    v_name := regexp_replace(regexp_replace(v_name, '^E ', 'EAST '), '^W ', 'WEST ');
    v_name := replace(v_name, ' ', '');
  end if;
  return nullif(v_name, '');
end
$function$;

CREATE OR REPLACE FUNCTION private.past_consent (
  p_text  text,
  p_as_of timestamp with time zone
)
  RETURNS timestamp WITH time zone
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select t.at from (select private.to_timestamptz(p_text) as at) t where t.at < p_as_of + interval '1 day'
$function$;

CREATE OR REPLACE FUNCTION private.stage_contacts (
  p_part public.upload_parts
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
declare
  v_key text := private.org_key(p_part.org_id, p_part.key_id);
  v_blind bytea := private.blind_key(p_part.org_id);
  v_warnings jsonb;
begin
  with items as materialized (
    select s.line_no, 'phone'::public.contact_kind as kind, e.n, e.item ->> 'v' as raw,
      private.normalise_phone(e.item ->> 'v') as value,
      e.item ->> 'label' as label, e.item ->> 'refused' as refused, coalesce(e.item ->> 'codes', '') as codes,
      case when e.n = 1 then coalesce(s.result_codes, '') else '' end as results
    from stage_in s cross join lateral jsonb_array_elements(s.phones) with ordinality e (item, n)
    where s.reject_code is null
    union all
    select s.line_no, 'email', e.n, e.item ->> 'v', private.normalise_email(e.item ->> 'v'),
      e.item ->> 'label', null, coalesce(e.item ->> 'codes', ''),
      case when e.n = 1 then coalesce(s.result_codes, '') else '' end
    from stage_in s cross join lateral jsonb_array_elements(s.emails) with ordinality e (item, n)
    where s.reject_code is null
  ), judged as materialized (
    -- A list repeats few combinations of codes: each is evaluated once.
    select d.kind, d.codes, d.results, j.*
    from (select distinct i.kind, i.codes, i.results from items i) d
    cross join lateral private.judge_codes(d.kind::text, d.codes, d.results) j
  ), staged as (
    insert into private.leads_staging_contacts
      (part_id, line_number, kind, position, value_bidx, value_cipher, masked, label, verified, invalid, codes,
      refused)
    select p_part.id, i.line_no, i.kind, row_number() over (partition by i.line_no, i.kind order by i.n),
      private.blind_index(i.value, v_blind), private.encrypt_value(i.value, v_key), private.mask_contact(i.value),
      left(i.label, 40), j.verified, j.invalid, j.known,
      i.refused
    from items i join judged j using (kind, codes, results)
    where i.value is not null
    on conflict (part_id, line_number, value_bidx) do nothing
  )
  select coalesce(jsonb_object_agg(w.code, w.found), '{}') into v_warnings
  from (
    select u.code, jsonb_build_object('n', count(*), 'lines', (array_agg(u.line_no order by u.line_no))[:5]) as found
    from (
      select i.line_no, case
          when private.read_phone(i.raw) is not null then 'filler_phone'
          when private.read_email(i.raw) is not null then 'filler_email'
          when i.kind = 'phone' then 'phone_unusable'
          else 'email_unusable' end as code
      from items i where i.value is null
    ) u
    group by u.code
  ) w;
  return v_warnings;
end
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
  v_warnings jsonb;
  v_address jsonb;
  v_streets jsonb;
begin
  select * into strict v_part from public.upload_parts p where p.id = p_part_id;
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
      m.attributes as safe_attributes, k.mak_key, k.apn_key,
      concat_ws('|', s.fips, '/', s.county, '/', coalesce(a.situs_state, s.state), '/',
        coalesce(s.zip, a.situs_zip)) as place
    from stage_in s
    cross join lateral private.parse_address(s.street, s.unit, coalesce(s.city, v_source.default_city),
      coalesce(s.state, v_source.default_state), s.zip, true, v_streets) a
    cross join lateral private.mask_attributes(s.attributes) m
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
      consent, consented_at, consent_method, lead_score, attributes, result_codes, raw)
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
      private.distinct_codes(c.email_codes), private.distinct_codes(c.phone_codes),
      t.consented_at is not null, t.consented_at,
        case when t.consented_at is not null then coalesce(s.consent_method, 'imported list') end,
      round(s.lead_score::numeric)::smallint, s.safe_attributes,
      string_to_array(nullif(translate(s.result_codes, ' ;|', ',,,'), ''), ','),
      private.encrypt_value(s.raw::text, v_key)
    from parsed s
    left join places pl on pl.place = s.place
    cross join lateral (
      select case when s.consent ~* '^(true|t|yes|y|1)$'
        then private.past_consent(s.consented_at, v_part.received_at) end as consented_at
    ) t
    cross join lateral (
      select
        (array_agg(x.value_bidx) filter (where x.kind = 'phone' and x.position = 1))[1] as phone,
        (array_agg(x.value_bidx) filter (where x.kind = 'email' and x.position = 1))[1] as email,
        bool_or(x.verified) filter (where x.kind = 'phone') as phone_verified,
        bool_or(x.verified) filter (where x.kind = 'email') as email_verified,
        string_agg(array_to_string(x.codes, ','), ',')
          filter (where x.kind = 'phone' and x.codes <> '{}') as phone_codes,
        string_agg(array_to_string(x.codes, ','), ',')
          filter (where x.kind = 'email' and x.codes <> '{}') as email_codes
      from private.leads_staging_contacts x
      where x.part_id = p_part_id and x.line_number = s.line_no
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

  insert into public.upload_rejects (org_id, upload_id, part, line, code, detail, key_id, raw)
  select v_part.org_id, v_part.upload_id, v_part.part, s.line_no, coalesce(s.reject_code, 'no_identity'),
    case when s.reject_code is not null then s.reject_detail
      else private.describe_missing_identity(s.street is not null,
      s.zip is not null or coalesce(s.city, v_source.default_city) is not null
        and coalesce(s.state, v_source.default_state) is not null,
      s.apn is not null,
        jsonb_array_length(coalesce(s.phones, '[]')) + jsonb_array_length(coalesce(s.emails, '[]')) > 0,
      cardinality(private.county_candidates(coalesce(s.county, v_source.default_county),
        coalesce(s.state, v_source.default_state))) > 1) end,
    v_part.key_id, private.encrypt_value(coalesce(s.raw, '[]')::text, v_key)
  from stage_in s
  where s.reject_code is not null
    or not exists (select from public.leads_staging l where l.part_id = p_part_id and l.line_number = s.line_no)
  on conflict (upload_id, part, line) do update
  set code = excluded.code, detail = excluded.detail, key_id = excluded.key_id, raw = excluded.raw, replayed_at = null;
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
  set received = p.received + (select count(*) from stage_in),
    staged = p.staged + v_rows,
    rejected = p.rejected + (select count(*) from stage_in) - v_rows
  where p.id = p_part_id;
  truncate stage_in;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_leads_staging_contacts__suppress()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- A litigator is never contacted; a do-not-call mark closes the channels of that number, and not those of its lead.
  insert into public.suppressions (org_id, value_bidx, kind, channel, reason, source, nth)
  select p.org_id, n.value_bidx, n.kind, c.channel, min(n.refused), 'list ' || min(s.key) || ', upload ' || p.upload_id,
    coalesce((select max(x.nth) from public.suppressions x where x.org_id = p.org_id and x.value_bidx = n.value_bidx
      and x.channel is not distinct from c.channel), 0) + 1
  from new_rows n
  join public.upload_parts p on p.id = n.part_id
  join public.uploads u on u.id = p.upload_id and not u.dry_run
  join public.sources s on s.id = u.source_id
  cross join lateral unnest(case n.refused when 'litigator' then '{null}'::text[]
    else private.channels_for_kind(n.kind) end) c (channel)
  where n.refused is not null
    and not exists (select from public.suppressions x
      where x.org_id = p.org_id and x.value_bidx = n.value_bidx and x.channel is not distinct from c.channel
        and (n.refused <> 'litigator' or x.reason in ('bounce', 'complaint', 'litigator'))
        and x.reason <> 'stop_keyword'
        and not exists (select from public.suppression_lifts l
          where l.org_id = x.org_id and l.suppression_id = x.id))
  group by p.org_id, p.upload_id, n.value_bidx, n.kind, c.channel
  on conflict do nothing;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.zip_state (
  zip text
)
  RETURNS text
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select min(c.state) from public.zip_counties z join public.us_counties c on c.fips = z.fips
  where z.zip = left(zip_state.zip, 5)
  having count(distinct c.state) = 1
$function$;

ALTER TABLE "private"."leads_staging_contacts"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "refusal_is_known" CHECK ((refused = ANY (ARRAY['dnc'::text, 'litigator'::text])));

CREATE TRIGGER _100_suppress
  AFTER INSERT ON private.leads_staging_contacts REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_leads_staging_contacts__suppress();

COMMENT ON COLUMN "private"."leads_staging_contacts"."refused" IS 'dnc or litigator where the list marks the value as such: it is suppressed (35_consent).';

COMMENT ON FUNCTION "private"."county_candidates"(text, text) IS 'The counties that a name may mean, as FIPS codes: in the state that is given or that the name ends with ("CLARK (NV)"), else in all; null when there is none.';

COMMENT ON FUNCTION "private"."describe_missing_identity"(boolean, boolean, boolean, boolean, boolean) IS 'Explains why a row has no identity and what would provide one. Flags: the row has a street line, a place for it, a parcel number, a phone or e-mail; the name of its county is that of several.';

COMMENT ON FUNCTION "private"."past_consent"(text, timestamp with time zone) IS 'Time of a consent; null when it is invalid or after p_as_of: nobody has consented yet. Within a day it is taken for a difference of time zones.';

COMMENT ON FUNCTION "private"."tg_leads_staging_contacts__suppress"() IS 'Trigger: suppresses values that a list marks as do-not-call or litigator, with the list as source, except in a dry run. Definer: the staging step may not look up lifts of every org.';

COMMENT ON FUNCTION "private"."zip_state"(text) IS 'The state that a ZIP lies in; null when it is unknown or touches several.';

REVOKE ALL ON FUNCTION "private"."county_candidates"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."county_candidates"(text, text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."county_candidates"(text, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."describe_missing_identity"(boolean, boolean, boolean, boolean, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."describe_missing_identity"(boolean, boolean, boolean, boolean, boolean) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."past_consent"(text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."past_consent"(text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_leads_staging_contacts__suppress"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_leads_staging_contacts__suppress"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."zip_state"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."zip_state"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."zip_state"(text) TO "service_role";

-- Reference data, queues and cron jobs.

insert into public.mapping_targets (target, meaning, most) values
  ('city_state_zip', 'City, state and ZIP code of the property in one value.', null),
  ('mail_city_state_zip', 'City, state and ZIP code of the mailing address in one value.', null),
  ('dnc', 'Mark of the list that all phones of the row are on a do-not-call list.', null),
  ('litigator', 'Mark of the list that the owner sues callers: no phone is called.', null),
  ('phone_N_dnc', 'Mark of the list that this phone is on a do-not-call list: the gate refuses it.', '30'),
  ('phone_N_litigator', 'Mark of the list that this phone is a litigator''s: the gate refuses it for ever.', '30')
on conflict (target) do update set meaning = excluded.meaning, most = excluded.most;
