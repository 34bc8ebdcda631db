-- From the parser's rows to staging rows: normalise, encrypt, evaluate result codes. Set-based; the worker calls it
-- once per slice, in the transaction that copied the slice into pg_temp.stage_in.

create function private.to_timestamptz(p_text text) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  return p_text::timestamptz;
exception when others then
  return null;
end
$$;
comment on function private.to_timestamptz(text) is
  'Casts text to a timestamp; null when it is invalid. Text without a zone is read in the session''s time zone '
  '(UTC).';

create function private.past_consent(p_text text, p_as_of timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  select t.at from (select private.to_timestamptz(p_text) as at) t where t.at < p_as_of + interval '1 day'
$$;
comment on function private.past_consent(text, timestamptz) is
  'Time of a consent; null when it is invalid or after p_as_of: nobody has consented yet. Within a day it is taken for '
  'a difference of time zones.';

create function private.describe_missing_identity(
  p_street boolean, p_place boolean, p_apn boolean, p_contact boolean, p_ambiguous_county boolean default false
) returns text
language sql immutable parallel safe set search_path = '' as $$
  select 'The row cannot be identified: ' || coalesce(nullif(concat_ws('; ',
    case when p_street and not p_place then
      'its address has neither a ZIP nor a city and state (set default_city and default_state on the source)'
    when p_street then 'its address is not a readable US address' end,
    case when p_apn and p_ambiguous_county then
      'its county is ambiguous: write "City" or "County" behind its name, or give the ZIP or the whole FIPS code'
    when p_apn then
      'its parcel number has no county that exists in its state (correct it, or set default_county on the source)' end,
    case when p_contact then 'its phones and e-mails are invalid' end), ''),
    'it has no address, parcel number, MAK, phone or e-mail') || '.'
$$;
comment on function private.describe_missing_identity(boolean, boolean, boolean, boolean, boolean) is
  'Explains why a row has no identity and what would provide one. Flags: the row has a street line, a place for it, '
  'a parcel number, a phone or e-mail; its county may be several.';

create function private.stage_rows(p_part_id uuid) returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' set jit = off as $$
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
$$;
comment on function private.stage_rows(uuid) is
  'Moves pg_temp.stage_in to leads_staging, or to upload_rejects with a reason, and adds to the counts of the part. '
  'A row needs one identity: MAK, county and APN, address, phone or e-mail.';
