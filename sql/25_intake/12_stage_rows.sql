-- From the parser's rows to staging rows: normalise, encrypt, evaluate result codes. Set-based; the worker calls it
-- once per slice, in the transaction that copied the slice into pg_temp.stage_in.

create unlogged table private.stage_in (
  line_no integer not null,
  mak text,
  fips text,
  county text,
  apn text,
  street text,
  unit text,
  city text,
  state text,
  zip text,
  owner_1_first text,
  owner_1_last text,
  owner_2_first text,
  owner_2_last text,
  owner_full text,
  mail_street text,
  mail_unit text,
  mail_city text,
  mail_state text,
  mail_zip text,
  phones jsonb,
  emails jsonb,
  result_codes text,
  consent text,
  consented_at text,
  consent_method text,
  lead_score text,
  attributes jsonb,
  warnings text[],
  reject_code text,
  reject_detail text,
  raw jsonb
);
comment on table private.stage_in is
  'Shape of the parser''s output; stays empty. The worker copies into a temporary table of this shape, so that '
  'plain contact values never reach a table that outlives the transaction.';
alter table private.stage_in enable row level security;
grant select on private.stage_in to pipeline_writer;

create function private.open_stage() returns void
language plpgsql volatile set search_path = '' as $$
begin
  if to_regclass('pg_temp.stage_in') is null then
    create temporary table stage_in (like private.stage_in) on commit drop;
  else
    truncate pg_temp.stage_in;
  end if;
end
$$;
comment on function private.open_stage() is 'Creates or empties pg_temp.stage_in.';

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

create function private.stage_contacts(p_part public.upload_parts) returns jsonb
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' as $$
declare
  v_key text := private.org_key(p_part.org_id, p_part.key_id);
  v_blind bytea := private.blind_key(p_part.org_id);
  v_warnings jsonb;
begin
  with items as materialized (
    select s.line_no, 'phone'::public.contact_kind as kind, e.n, private.normalise_phone(e.item ->> 'v') as value,
      e.item ->> 'label' as label, coalesce(e.item ->> 'codes', '') as codes,
      case when e.n = 1 then coalesce(s.result_codes, '') else '' end as results
    from stage_in s cross join lateral jsonb_array_elements(s.phones) with ordinality e (item, n)
    where s.reject_code is null
    union all
    select s.line_no, 'email', e.n, private.normalise_email(e.item ->> 'v'),
      e.item ->> 'label', coalesce(e.item ->> 'codes', ''),
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
      (part_id, line_number, kind, position, value_bidx, value_cipher, masked, label, verified, invalid, codes)
    select p_part.id, i.line_no, i.kind, row_number() over (partition by i.line_no, i.kind order by i.n),
      private.blind_index(i.value, v_blind), private.encrypt_value(i.value, v_key), private.mask_contact(i.value),
      left(i.label, 40), j.verified, j.invalid, j.known
    from items i join judged j using (kind, codes, results)
    where i.value is not null
    on conflict (part_id, line_number, value_bidx) do nothing
  )
  select jsonb_strip_nulls(jsonb_build_object(
    'phone_unusable', nullif(count(*) filter (where i.kind = 'phone'), 0),
    'email_unusable', nullif(count(*) filter (where i.kind = 'email'), 0)))
  into v_warnings
  from items i where i.value is null;
  return v_warnings;
end
$$;
comment on function private.stage_contacts(public.upload_parts) is
  'Normalises and encrypts the phones and e-mails of pg_temp.stage_in and evaluates their codes; returns the number '
  'of unusable ones, as warnings.';

create function private.judge_codes(p_channel text, p_codes text, p_results text, out known text[],
  out verified boolean, out invalid boolean)
language sql stable set search_path = '' as $$
  select coalesce(array_agg(c.code order by c.code), '{}'),
    coalesce(bool_or(c.is_verified) and not bool_or(c.is_invalid or c.is_uncertain), false),
    coalesce(bool_or(c.is_invalid), false)
  from (
    select upper(m.code) as code, bool_or(m.is_verified) as is_verified, bool_or(m.is_invalid) as is_invalid,
      bool_or(m.is_uncertain) as is_uncertain
    from regexp_split_to_table(upper(p_codes || ' ' || p_results), '[^A-Z0-9_-]+') w (word)
    join public.verification_code_map m on m.channel = p_channel and upper(m.code) = w.word
    group by upper(m.code)
  ) c
$$;
comment on function private.judge_codes(text, text, text) is
  'Evaluates the result codes of a contact: its own (p_codes) and those of the row (p_results), as far as '
  'verification_code_map lists them for the channel. Unlisted codes have no effect; an invalid or uncertain code '
  'outweighs a verifying one.';

create function private.distinct_codes(p_codes text) returns text[]
language sql immutable parallel safe as $$
  select case
    when p_codes is null then '{}'
    when position(',' in p_codes) = 0 then array[p_codes]
    else array(select distinct c from unnest(string_to_array(p_codes, ',')) c order by c)
  end
$$;
comment on function private.distinct_codes(text) is
  'A comma-separated list of codes as a sorted array without repeats.';

create function private.describe_missing_identity(
  p_street boolean, p_place boolean, p_apn boolean, p_contact boolean
) returns text
language sql immutable parallel safe set search_path = '' as $$
  select 'The row cannot be identified: ' || coalesce(nullif(concat_ws('; ',
    case when p_street and not p_place then
      'its address has neither a ZIP nor a city and state (set default_city and default_state on the source)'
    when p_street then 'its address is not a readable US address' end,
    case when p_apn then 'its parcel number has no county (set default_county on the source)' end,
    case when p_contact then 'its phones and e-mails are invalid' end), ''),
    'it has no address, parcel number, MAK, phone or e-mail') || '.'
$$;
comment on function private.describe_missing_identity(boolean, boolean, boolean, boolean) is
  'Explains why a row has no identity and what would provide one. Flags: the row has a street line, a place for it, '
  'a parcel number, a phone or e-mail.';

create function private.stage_rows(p_part_id uuid) returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' set jit = off as $$
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
      m.attributes as safe_attributes,
      concat_ws('|', s.fips, '/', s.county, '/', coalesce(a.situs_state, s.state), '/',
        coalesce(s.zip, a.situs_zip)) as place
    from stage_in s
    cross join lateral private.parse_address(s.street, s.unit, coalesce(s.city, v_source.default_city),
      coalesce(s.state, v_source.default_state), s.zip, true, v_streets) a
    cross join lateral private.mask_attributes(s.attributes) m
    where s.reject_code is null
  ), places as materialized (
    select d.*, private.county_fips(d.fips, d.county, d.usps, d.zip5) as county_fips
    from (
      select n.*, private.normalise_state(n.state) as usps, private.normalise_zip(n.zip) as zip5
      from (
        select distinct on (i.place) i.place, i.fips, coalesce(i.county, v_source.default_county) as county,
          coalesce(i.situs_state, i.state, v_source.default_state) as state, coalesce(i.zip, i.situs_zip) as zip
        from parsed i
      ) n
      offset 0
    ) d
  ), staged as (
    insert into public.leads_staging (org_id, part_id, upload_id, part, line_number,
      mak, county_fips, apn, addr_hash,
      situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
      owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
      mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
      email, phone, email_verified, phone_verified, email_codes, phone_codes,
      consent, consented_at, consent_method, lead_score, attributes, result_codes, raw)
    select v_part.org_id, v_part.id, v_part.upload_id, v_part.part, s.line_no,
      k.mak, pl.county_fips, k.apn, s.addr_hash,
      s.situs_house_number, coalesce(s.situs_street, s.street), coalesce(s.situs_unit, s.unit),
      coalesce(s.situs_city, s.city, v_source.default_city), coalesce(s.situs_state, pl.usps),
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
      -- offset 0: evaluated once, and not at every reference
      select case when s.mak is not null then private.normalise_mak(s.mak) end as mak,
        case when s.apn is not null then private.normalise_apn(s.apn) end as apn offset 0
    ) k
    cross join lateral (
      select case when s.consent ~* '^(true|t|yes|y|1)$'
        then private.to_timestamptz(s.consented_at) end as consented_at
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
    where k.mak is not null or (pl.county_fips is not null and k.apn is not null) or s.addr_hash is not null
      or c.phone is not null or c.email is not null
    returning 1
  )
  select (select count(*) from staged),
    (select coalesce(jsonb_object_agg(w.code, w.n), '{}')
     from (select unnest(p.row_warnings) as code, count(*) as n from parsed p group by 1) w)
  into v_rows, v_address;

  insert into public.upload_rejects (org_id, upload_id, part, line, code, detail, key_id, raw)
  select v_part.org_id, v_part.upload_id, v_part.part, s.line_no, coalesce(s.reject_code, 'no_identity'),
    case when s.reject_code is not null then s.reject_detail
      else private.describe_missing_identity(s.street is not null,
      s.zip is not null or coalesce(s.city, v_source.default_city) is not null
        and coalesce(s.state, v_source.default_state) is not null,
      s.apn is not null,
        jsonb_array_length(coalesce(s.phones, '[]')) + jsonb_array_length(coalesce(s.emails, '[]')) > 0) end,
    v_part.key_id, private.encrypt_value(coalesce(s.raw, '[]')::text, v_key)
  from stage_in s
  where s.reject_code is not null
    or not exists (select from public.leads_staging l where l.part_id = p_part_id and l.line_number = s.line_no)
  on conflict (upload_id, part, line) do update
  set code = excluded.code, detail = excluded.detail, key_id = excluded.key_id, raw = excluded.raw, replayed_at = null;
  -- A replayed row that is now valid is no longer a reject.
  delete from public.upload_rejects r using stage_in s
  where r.upload_id = v_part.upload_id and r.part = v_part.part and r.line = s.line_no and r.replayed_at is not null;

  select v_warnings || v_address || coalesce(jsonb_object_agg(w.code, w.n), '{}') into v_warnings
  from (
    select x.code, count(*) as n from (
      select unnest(s.warnings) as code from stage_in s
    ) x group by x.code
  ) w;

  update public.upload_parts p
  set received = p.received + (select count(*) from stage_in),
    staged = p.staged + v_rows,
    rejected = p.rejected + (select count(*) from stage_in) - v_rows,
    warnings = (
      select coalesce(jsonb_object_agg(k.code, k.n), '{}') from (
        select e.key as code, sum(e.value::integer) as n
        from (select * from jsonb_each_text(p.warnings) union all select * from jsonb_each_text(v_warnings)) e
        group by e.key
      ) k)
  where p.id = p_part_id;
  truncate stage_in;
end
$$;
comment on function private.stage_rows(uuid) is
  'Moves pg_temp.stage_in to leads_staging, or to upload_rejects with a reason, and adds to the counts of the part. '
  'A row needs one identity: MAK, county and APN, address, phone or e-mail.';
