-- From the parser's rows to staged rows: normalise, encrypt, judge result codes. Set-based; called by the
-- worker once per slice, in the transaction that copied the slice into pg_temp.stage_in.

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
  'Shape of the parser''s output; stays empty. The worker copies into a temporary table of this shape, so plain contact values never reach a table that outlives the transaction.';
alter table private.stage_in enable row level security;
grant select on private.stage_in to pipeline_writer;

create function private.open_stage() returns void
language plpgsql volatile set search_path = '' as $$
begin
  create temporary table if not exists stage_in (like private.stage_in) on commit drop;
  truncate pg_temp.stage_in;
end
$$;
comment on function private.open_stage() is 'Makes or empties pg_temp.stage_in.';

create function private.to_timestamptz(p_text text) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  return p_text::timestamptz;
exception when others then
  return null;
end
$$;
comment on function private.to_timestamptz(text) is 'A timestamp, or null when the text is none. Text without a zone is read in the session''s zone (UTC).';

create function private.stage_contacts(p_part public.upload_parts) returns void
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_key text := private.org_key(p_part.org_id, p_part.key_id);
  v_blind bytea := private.blind_key(p_part.org_id);
  v_phone_good text[] := array(select upper(m.code) from public.verification_code_map m where m.channel = 'phone' and m.is_verified);
  v_phone_bad text[] := array(select upper(m.code) from public.verification_code_map m where m.channel = 'phone' and m.is_invalid);
  v_phone_all text[] := array(select upper(m.code) from public.verification_code_map m where m.channel = 'phone');
  v_email_good text[] := array(select upper(m.code) from public.verification_code_map m where m.channel = 'email' and m.is_verified);
  v_email_bad text[] := array(select upper(m.code) from public.verification_code_map m where m.channel = 'email' and m.is_invalid);
  v_email_all text[] := array(select upper(m.code) from public.verification_code_map m where m.channel = 'email');
begin
  insert into private.leads_staging_contacts
    (part_id, line_number, kind, position, value_bidx, value_cipher, masked, label, verified, invalid, codes)
  select p_part.id, c.line_no, c.kind, c.position, private.blind_index(c.value, v_blind),
    private.encrypt_value(c.value, v_key), private.mask_contact(c.value), left(c.label, 40),
    c.codes && c.good and not c.codes && c.bad, c.codes && c.bad, c.codes
  from (
    select s.line_no, 'phone'::public.contact_kind as kind, e.n::smallint as position,
      private.normalise_phone(e.item ->> 'v') as value, e.item ->> 'label' as label,
      private.codes_of(e.item -> 'codes', case when e.n = 1 then s.result_codes end, v_phone_all) as codes,
      v_phone_good as good, v_phone_bad as bad
    from stage_in s cross join lateral jsonb_array_elements(s.phones) with ordinality e (item, n)
    where s.reject_code is null
    union all
    select s.line_no, 'email', e.n::smallint, private.normalise_email(e.item ->> 'v'), e.item ->> 'label',
      private.codes_of(e.item -> 'codes', case when e.n = 1 then s.result_codes end, v_email_all),
      v_email_good, v_email_bad
    from stage_in s cross join lateral jsonb_array_elements(s.emails) with ordinality e (item, n)
    where s.reject_code is null
  ) c
  where c.value is not null
  on conflict (part_id, line_number, value_bidx) do nothing;
end
$$;
comment on function private.stage_contacts(public.upload_parts) is
  'Normalises, encrypts and judges the phones and e-mails of pg_temp.stage_in. What verifies a value is decided by verification_code_map alone.';

create function private.codes_of(p_codes jsonb, p_results text, p_known text[]) returns text[]
language sql immutable parallel safe set search_path = '' as $$
  select case when p_codes is null and p_results is null then '{}' else coalesce((
    select array_agg(distinct upper(c.code) order by upper(c.code))
    from (
      select jsonb_array_elements_text(p_codes) as code
      union all
      select regexp_split_to_table(p_results, '[\s,;|]+')
    ) c
    where upper(c.code) = any (p_known)
  ), '{}') end
$$;
comment on function private.codes_of(jsonb, text, text[]) is
  'Result codes of one contact: its own, and those of the row''s Results that speak of its channel (p_known).';

create function private.stage_rows(p_part_id uuid) returns void
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_part public.upload_parts;
  v_source public.sources;
  v_key text;
  v_rows integer;
  v_warnings jsonb;
begin
  select * into strict v_part from public.upload_parts p where p.id = p_part_id;
  select s.* into strict v_source from public.sources s
  join public.uploads u on u.source_id = s.id where u.id = v_part.upload_id;
  v_key := private.org_key(v_part.org_id, v_part.key_id);

  perform private.stage_contacts(v_part);

  insert into public.leads_staging (org_id, part_id, upload_id, part, line_number,
    mak, county_fips, apn, addr_hash,
    situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
    owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
    email, phone, email_verified, phone_verified, email_codes, phone_codes,
    consent, consented_at, consent_method, lead_score, attributes, result_codes, raw)
  select v_part.org_id, v_part.id, v_part.upload_id, v_part.part, s.line_no,
    k.mak, pl.county_fips, k.apn, a.addr_hash,
    a.situs_house_number, coalesce(a.situs_street, s.street), coalesce(a.situs_unit, s.unit),
    coalesce(a.situs_city, s.city, v_source.default_city), coalesce(a.situs_state, pl.usps), coalesce(a.situs_zip, pl.zip5),
    s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full,
    s.mail_street, s.mail_unit, s.mail_city, coalesce(private.normalise_state(s.mail_state), s.mail_state),
    coalesce(private.normalise_zip(s.mail_zip), s.mail_zip),
    c.email, c.phone, coalesce(c.email_verified, false), coalesce(c.phone_verified, false),
    coalesce(c.email_codes, '{}'), coalesce(c.phone_codes, '{}'),
    t.consented_at is not null, t.consented_at, case when t.consented_at is not null then coalesce(s.consent_method, 'imported list') end,
    round(s.lead_score::numeric)::smallint, coalesce(s.attributes, '{}'),
    regexp_split_to_array(nullif(s.result_codes, ''), '[\s,;|]+'),
    private.encrypt_value(s.raw::text, v_key)
  from stage_in s
  cross join lateral private.parse_address(s.street, s.unit, coalesce(s.city, v_source.default_city),
    coalesce(s.state, v_source.default_state), s.zip) a
  -- Lists name few places and many houses: places are looked up once each.
  left join (
    select d.*, private.county_fips(d.fips, d.county, d.usps, d.zip5) as county_fips
    from (
      select n.*, private.normalise_state(n.state) as usps, private.normalise_zip(n.zip) as zip5
      from (
        select distinct i.fips, coalesce(i.county, v_source.default_county) as county,
          coalesce(i.state, v_source.default_state) as state, i.zip, concat_ws('|', i.fips, '/', i.county, '/', i.state, '/', i.zip) as place
        from stage_in i where i.reject_code is null
      ) n
    ) d
  ) pl on pl.place = concat_ws('|', s.fips, '/', s.county, '/', s.state, '/', s.zip)
  cross join lateral (
    select private.normalise_mak(s.mak) as mak, private.normalise_apn(s.apn) as apn
  ) k
  cross join lateral (
    select case when s.consent ~* '^(true|t|yes|y|1)$' then private.to_timestamptz(s.consented_at) end as consented_at
  ) t
  left join (
    select x.line_number,
      (array_agg(x.value_bidx order by x.position) filter (where x.kind = 'phone'))[1] as phone,
      (array_agg(x.value_bidx order by x.position) filter (where x.kind = 'email'))[1] as email,
      bool_or(x.verified) filter (where x.kind = 'phone') as phone_verified,
      bool_or(x.verified) filter (where x.kind = 'email') as email_verified,
      array_agg(distinct d.code order by d.code) filter (where x.kind = 'phone' and d.code is not null) as phone_codes,
      array_agg(distinct d.code order by d.code) filter (where x.kind = 'email' and d.code is not null) as email_codes
    from private.leads_staging_contacts x left join lateral unnest(x.codes) d (code) on true
    where x.part_id = p_part_id
    group by x.line_number
  ) c on c.line_number = s.line_no
  where s.reject_code is null
    and (k.mak is not null or (pl.county_fips is not null and k.apn is not null) or a.addr_hash is not null
      or c.phone is not null or c.email is not null);
  get diagnostics v_rows = row_count;

  insert into public.upload_rejects (org_id, upload_id, part, line, code, detail, key_id, raw)
  select v_part.org_id, v_part.upload_id, v_part.part, s.line_no, coalesce(s.reject_code, 'no_identity'),
    case when s.reject_code is not null then s.reject_detail
      else 'no usable address, parcel, MAK, phone or e-mail: nothing to tell this row from another' end,
    v_part.key_id, private.encrypt_value(coalesce(s.raw, '[]')::text, v_key)
  from stage_in s
  where s.reject_code is not null
    or not exists (select from public.leads_staging l where l.part_id = p_part_id and l.line_number = s.line_no)
  on conflict (upload_id, part, line) do update
  set code = excluded.code, detail = excluded.detail, key_id = excluded.key_id, raw = excluded.raw, replayed_at = null;
  -- A replayed row that is good now is a reject no longer.
  delete from public.upload_rejects r using stage_in s
  where r.upload_id = v_part.upload_id and r.part = v_part.part and r.line = s.line_no and r.replayed_at is not null;

  select coalesce(jsonb_object_agg(w.code, w.n), '{}') into v_warnings
  from (
    select x.code, count(*) as n from (
      select unnest(s.warnings) as code from stage_in s
      union all
      select 'phone_unusable' from stage_in s cross join lateral jsonb_array_elements(s.phones) e
      where s.reject_code is null and private.normalise_phone(e ->> 'v') is null
      union all
      select 'email_unusable' from stage_in s cross join lateral jsonb_array_elements(s.emails) e
      where s.reject_code is null and private.normalise_email(e ->> 'v') is null
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
  'Takes pg_temp.stage_in into leads_staging, or into upload_rejects with a reason, and adds up the counts of the part. A row needs one identity: MAK, county and APN, address, phone or e-mail.';
