-- best contact and why not enriched: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."distinct_codes"(text);

CREATE TABLE "private"."enrichment_providers" (
  "kind"     text NOT NULL,
  "provider" text NOT NULL,
  "endpoint" text NOT NULL,
  CONSTRAINT "enrichment_providers_pkey" PRIMARY KEY (kind, PROVIDER, endpoint)
);

ALTER TABLE "private"."enrichment_providers"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION private.apply_contacts (
  p_org_id    uuid,
  p_upload_id uuid,
  p_row_no    bigint
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  -- One key for all parts, unless it was rotated between them.
  v_key integer := (select case when min(p.key_id) = max(p.key_id) then min(p.key_id) end
    from public.upload_parts p where p.upload_id = p_upload_id);
  v_added uuid[];
  v_mixed uuid[];
begin
  with added as (
    insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, label,
      position, verified, codes, invalid_at, created_upload_id)
    select p_org_id, r.lead_id, c.kind, c.value_bidx, c.value_cipher,
      coalesce(v_key, (select p.key_id from public.upload_parts p where p.id = r.part_id)), c.masked, c.label,
      c.position, c.verified, c.codes, case when c.invalid then now() end, p_upload_id
    from resolve_rows r
    join resolve_leads n using (component)
    cross join lateral (
      select x.* from private.leads_staging_contacts x
      where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) c
    where p_row_no is null or r.row_no = p_row_no
    on conflict (org_id, lead_id, value_bidx) do nothing
    returning lead_id
  )
  select array_agg(distinct a.lead_id) into v_added
  from added a where exists (select from resolve_leads n where n.lead_id = a.lead_id and not n.is_new);

  perform private.note_contacts_of_others(p_org_id, p_upload_id, p_row_no);

  v_added := v_added || private.judge_contacts(p_org_id, p_row_no);
  v_mixed := private.leads_of_mixed_codes(p_row_no);
  if v_added is not null or v_mixed is not null then
    perform private.refresh_verification(p_org_id, v_added || v_mixed);
  end if;
  return v_added;
end
$function$;

CREATE OR REPLACE FUNCTION private.contact_order (
  c public.contact_points
)
  RETURNS bigint[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select array[
    case when c.invalid_at is not null then 2 when not c.verified then 1 else 0 end::bigint, c.position::bigint, -c.id]
$function$;

CREATE OR REPLACE FUNCTION private.find_overused_contacts (
  p_org_id    uuid,
  p_upload_id uuid,
  p_parts     uuid[],
  p_report    boolean DEFAULT true
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  SET jit TO 'off'
  AS $function$
begin
  truncate resolve_overused;
  -- Most lists have none.
  perform from private.leads_staging_contacts c
  where c.part_id = any (p_parts)
  group by c.value_bidx, c.kind having count(*) > private.shared_key_limit()
  limit 1;
  if not found then
    return;
  end if;
  -- The thousand most frequent ones, so that a list full of them costs no more.
  with busy as materialized (
    select c.value_bidx, c.kind from private.leads_staging_contacts c
    where c.part_id = any (p_parts)
    group by c.value_bidx, c.kind having count(*) > private.shared_key_limit()
    order by count(*) desc, c.value_bidx limit 1000
  ), facts as (
    select c.kind, c.value_bidx, c.masked, s.*
    from private.leads_staging_contacts c
    join busy b on b.value_bidx = c.value_bidx and b.kind = c.kind
    cross join lateral (
      select x.part, x.line_number, encode(x.addr_hash, 'hex') as place,
        private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full,
          x.situs_street) as owner
      from public.leads_staging x
      where x.part_id = c.part_id and x.line_number = c.line_number
      offset 0
    ) s
    where c.part_id = any (p_parts)
  )
  insert into resolve_overused (place, kind, masked, rows, places, owners, first_lines)
  select f.value_bidx, f.kind, min(f.masked), count(*), count(distinct f.place),
    -- Without a name, the address says who it is.
    count(distinct coalesce(f.owner, f.place)),
    to_jsonb((array_agg(jsonb_build_array(f.part, f.line_number) order by f.part, f.line_number))[1:5])
  from facts f
  group by f.value_bidx, f.kind
  having count(distinct coalesce(f.owner, f.place)) > private.shared_key_limit();
  if not found or not p_report then
    return;
  end if;
  insert into public.upload_shared_keys as k (org_id, upload_id, kind, value, rows, places, owners, first_lines)
  -- The blind index tells apart values that look alike when masked.
  select p_org_id, p_upload_id, o.kind::text, o.masked || ' #' || left(encode(o.place, 'hex'), 6), o.rows, o.places,
    o.owners, o.first_lines
  from resolve_overused o
  on conflict (org_id, upload_id, kind, value) do update
  set rows = excluded.rows, places = excluded.places, owners = excluded.owners, first_lines = excluded.first_lines;
  perform private.add_warnings(w.part_id,
    jsonb_build_object('shared_contact', jsonb_build_object('n', w.n, 'lines', w.lines)))
  from (
    select c.part_id, count(distinct c.line_number) as n,
      to_jsonb((array_agg(distinct c.line_number order by c.line_number))[1:5]) as lines
    from resolve_overused o
    join private.leads_staging_contacts c on c.value_bidx = o.place and c.part_id = any (p_parts)
    group by c.part_id
  ) w;

  if not exists (select from resolve_overused o where o.owners > private.stranger_limit()) then
    return;
  end if;
  update private.leads_staging_contacts c set invalid = true, verified = false
  from resolve_overused o
  where o.owners > private.stranger_limit() and c.value_bidx = o.place and c.part_id = any (p_parts);
  update public.leads_staging s set phone_verified = v.phone, email_verified = v.email,
    phone_codes = coalesce(string_to_array(v.phone_codes, ','), '{}'),
    email_codes = coalesce(string_to_array(v.email_codes, ','), '{}')
  from (
    select c.part_id, c.line_number, bool_or(c.verified and c.kind = 'phone') as phone,
      bool_or(c.verified and c.kind = 'email') as email,
      (array_agg(array_to_string(c.codes, ',') order by c.invalid, not c.verified, c.position)
        filter (where c.kind = 'phone'))[1] as phone_codes,
      (array_agg(array_to_string(c.codes, ',') order by c.invalid, not c.verified, c.position)
        filter (where c.kind = 'email'))[1] as email_codes
    from (
      select distinct x.part_id, x.line_number
      from private.leads_staging_contacts x join resolve_overused o on o.place = x.value_bidx
      where o.owners > private.stranger_limit() and x.part_id = any (p_parts)
    ) d
    join private.leads_staging_contacts c using (part_id, line_number)
    group by c.part_id, c.line_number
  ) v
  where s.part_id = v.part_id and s.line_number = v.line_number
    and (s.phone_verified, s.email_verified, s.phone_codes, s.email_codes) is distinct from (v.phone, v.email,
      coalesce(string_to_array(v.phone_codes, ','), '{}'), coalesce(string_to_array(v.email_codes, ','), '{}'));
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_rows (
  p_row_no bigint DEFAULT NULL::bigint
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
begin
  insert into resolve_leads (component, lead_id, is_new, mak, county_fips, apn, addr_hash,
    situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
    owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
    phone, email_verified, phone_verified, email_codes, phone_codes,
    consent, consented_at, consent_method, lead_score, attributes, result_codes, apn_segments)
  select r.component, r.lead_id, r.verdict = 'created', case when not r.without_mak then s.mak end,
    s.county_fips, case when not r.without_parcel then s.apn end, s.addr_hash,
    s.situs_house_number, s.situs_street, s.situs_unit, s.situs_city, s.situs_state, s.situs_zip,
    s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full,
    s.mailing_street, s.mailing_unit, s.mailing_city, s.mailing_state, s.mailing_zip,
    s.phone, s.email_verified, s.phone_verified, s.email_codes, s.phone_codes,
    s.consent, s.consented_at, s.consent_method, s.lead_score, s.attributes, s.result_codes,
    case when not r.without_parcel then s.apn_segments end
  from resolve_rows r
  cross join lateral (
    select x.* from public.leads_staging x where x.part_id = r.part_id and x.line_number = r.line_number offset 0
  ) s
  where r.lead_id is not null and r.component_size = 1 and (p_row_no is null or r.row_no = p_row_no);

  if p_row_no is not null or not exists (select from resolve_rows r where r.component_size > 1) then
    return;
  end if;

  insert into resolve_leads (component, lead_id, is_new, mak, county_fips, apn, addr_hash,
    situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
    owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
    phone, email_verified, phone_verified, email_codes, phone_codes,
    consent, consented_at, consent_method, lead_score, attributes, result_codes, apn_segments)
  select f.component, f.lead_id, f.is_new, f.mak, (f.parcel).county_fips, (f.parcel).apn, (f.situs).addr_hash,
    (f.situs).situs_house_number, (f.situs).situs_street, (f.situs).situs_unit,
    (f.situs).situs_city, (f.situs).situs_state, (f.situs).situs_zip,
    (f.owner_1).owner_1_first, (f.owner_1).owner_1_last, (f.owner_2).owner_2_first, (f.owner_2).owner_2_last,
    f.owner_full, (f.mailing).mailing_street, (f.mailing).mailing_unit,
    (f.mailing).mailing_city, (f.mailing).mailing_state, (f.mailing).mailing_zip,
    f.phone, f.email_verified, f.phone_verified, string_to_array(f.email_codes, ','), string_to_array(f.phone_codes, ','),
    coalesce((f.consent).consent, false), (f.consent).consented_at, (f.consent).consent_method,
    f.lead_score,
    (select coalesce(jsonb_object_agg(a.key, a.value order by x.n), '{}')
     from unnest(f.attributes) with ordinality x (object, n) cross join lateral jsonb_each(x.object) a),
    (select array_agg(distinct c order by c) from unnest(f.result_codes) c), (f.parcel).apn_segments
  from (
    select r.component, (array_agg(r.lead_id))[1] as lead_id, bool_or(r.verdict = 'created') as is_new,
      min(s.mak) filter (where not r.without_mak) as mak,
      (array_agg(k.staged order by num_nulls(s.county_fips, s.apn, s.apn_segments), length(s.apn) desc, r.row_no)
        filter (where num_nonnulls(s.county_fips, s.apn) > 0 and not r.without_parcel))[1] as parcel,
      -- The most complete spelling of the address, wherever its row is.
      (array_agg(k.staged order by (s.addr_hash is null), (s.situs_zip is null), num_nulls(s.situs_city, s.situs_state),
          r.row_no)
        filter (where num_nonnulls(s.addr_hash, s.situs_street, s.situs_city, s.situs_state,
          s.situs_zip) > 0))[1] as situs,
      (array_agg(k.staged order by r.row_no desc)
        filter (where num_nonnulls(s.owner_1_first, s.owner_1_last) > 0))[1] as owner_1,
      (array_agg(k.staged order by r.row_no desc)
        filter (where num_nonnulls(s.owner_2_first, s.owner_2_last) > 0))[1] as owner_2,
      (array_agg(s.owner_full order by r.row_no desc) filter (where s.owner_full is not null))[1] as owner_full,
      (array_agg(k.staged order by r.row_no desc) filter (where s.mailing_street is not null))[1] as mailing,
      (array_agg(k.staged order by r.row_no) filter (where s.consent))[1] as consent,
      (array_agg(s.phone order by r.row_no) filter (where s.phone is not null))[1] as phone,
      bool_or(s.email_verified) as email_verified, bool_or(s.phone_verified) as phone_verified,
      -- Where rows differ, private.apply_contacts looks once more.
      (array_agg(array_to_string(s.email_codes, ',') order by s.email_verified desc, r.row_no desc))[1] as email_codes,
      (array_agg(array_to_string(s.phone_codes, ',') order by s.phone_verified desc, r.row_no desc))[1] as phone_codes,
      string_to_array(string_agg(nullif(array_to_string(s.result_codes, ','), ''), ','), ',') as result_codes,
      (array_agg(s.lead_score order by r.row_no desc) filter (where s.lead_score is not null))[1] as lead_score,
      array_agg(s.attributes order by r.row_no) as attributes
    from resolve_rows r
    cross join lateral (
      select x as staged from public.leads_staging x
      where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) k
    cross join lateral (select (k.staged).*) s
    where r.lead_id is not null and r.component_size > 1
    group by r.component
  ) f;
end
$function$;

CREATE OR REPLACE FUNCTION private.issue_consent_token (
  p_org_id       uuid,
  p_lead_id      uuid,
  p_channels     text[],
  p_text_version integer                  DEFAULT NULL::integer,
  p_ttl          interval                 DEFAULT '14 days'::interval,
  p_via          text                     DEFAULT 'service'::text,
  p_reason       text                     DEFAULT NULL::text,
  p_sent_to      bytea                    DEFAULT NULL::bytea,
  p_as_of        timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_nonce constant text := translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  t public.consent_texts;
  v_phone record;
  v_email record;
begin
  select x.* into t from public.consent_texts x
  where x.org_id = p_org_id and x.version = coalesce(p_text_version,
    (select max(y.version) from public.consent_texts y where y.org_id = p_org_id));
  if not found or not p_channels <@ t.channels or coalesce(cardinality(p_channels), 0) = 0 then
    raise exception 'the org has no consent text for these channels' using errcode = 'SL401';
  end if;
  select c.value_bidx, c.masked into v_phone from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = p_lead_id and c.kind = 'phone' and c.invalid_at is null
    and p_channels && '{sms,voice_manual,voice_ai}'
  order by (c.value_bidx = p_sent_to) desc nulls last, private.contact_order(c) limit 1;
  select c.value_bidx, c.masked into v_email from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = p_lead_id and c.kind = 'email' and c.invalid_at is null
    and p_channels && '{email}'
  order by (c.value_bidx = p_sent_to) desc nulls last, private.contact_order(c) limit 1;
  if (p_channels && '{sms,voice_manual,voice_ai}' and v_phone.value_bidx is null)
    or (p_channels && '{email}' and v_email.value_bidx is null) then
    raise exception 'the lead has no contact point for these channels' using errcode = 'SL401';
  end if;
  insert into public.consent_tokens (org_id, lead_id, nonce_hash, created_at, expires_at, text_version, channels,
    phone_bidx, phone_masked, email_bidx, email_masked, issued_via, issued_by, issuer_addresses, reason, sent_to)
  values (p_org_id, p_lead_id, sha256(convert_to(v_nonce, 'UTF8')), p_as_of, p_as_of + p_ttl, t.version, p_channels,
    v_phone.value_bidx, v_phone.masked, v_email.value_bidx, v_email.masked, p_via,
    -- auth.uid() is not for the pipeline.
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid, private.request_addresses(), p_reason, p_sent_to);
  return v_nonce;
end
$function$;

CREATE OR REPLACE FUNCTION private.leads_of_mixed_codes (
  p_row_no bigint
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET plan_cache_mode TO 'force_custom_plan'
  SET enable_nestloop TO 'off'
  AS $function$
begin
  if p_row_no is not null or not exists (select from resolve_rows r where r.component_size > 1) then
    return null;
  end if;
  return (
    select array_agg(x.lead_id)
    from (
      select r.lead_id
      from resolve_rows r
      join resolve_leads n using (component)
      cross join lateral (
        select y.phone_codes, y.email_codes from public.leads_staging y
        where y.part_id = r.part_id and y.line_number = r.line_number
        offset 0
      ) s
      where n.is_new and r.component_size > 1
      group by r.lead_id
      having min(s.phone_codes) <> max(s.phone_codes) or min(s.email_codes) <> max(s.email_codes)
    ) x);
end
$function$;

CREATE OR REPLACE FUNCTION private.load_due_steps (
  p_org_id  uuid,
  p_run_ids uuid[]
)
  RETURNS SETOF private.due_step
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query
  select r.id, r.lead_id, r.campaign_id, r.sequence_id, r.next_step, s.channel, s.purpose, s.sender_id, s.send_from,
    s.send_until,
    s.delay_kind = 'business', r.correlation_id, v.variant, v.template_id, v.matter,
    -- By this run, or by that of a lead merged into this one. The limit makes it one index probe per run; an exists
    -- would be planned as a scan of the whole ledger.
    (select m.id from public.messages m where m.org_id = r.org_id and m.lead_id = r.lead_id
      and m.campaign_id = r.campaign_id
      and m.step = r.next_step and m.channel = s.channel and m.kind = 'sequence' and m.state <> 'cancelled' limit 1)
        is not null,
    k.points, k.bidx, k.mailboxes
  from public.sequence_runs r
  join public.sequence_steps s on s.org_id = r.org_id and s.sequence_id = r.sequence_id and s.step = r.next_step
  left join lateral (
    select x.variant, x.template_id, x.matter from (
      select w.variant, w.template_id, t.matter, sum(w.share) over (order by w.variant) as upto, sum(w.share) over
        () as total
      from public.step_variants w join public.templates t on t.org_id = w.org_id and t.id = w.template_id
        and t.channel = s.channel
      where w.org_id = s.org_id and w.sequence_id = s.sequence_id and w.step = s.step) x
    where x.upto > x.total * private.hash_fraction(s.sequence_id::text || s.step || r.lead_id) order by x.variant
      limit 1) v on true
  left join lateral (
    select array_agg(c.id order by c.n) as points, array_agg(c.value_bidx order by c.n) as bidx,
      array_agg(case when s.channel = 'email' then split_part(c.masked, '@', 2) end order by c.n) as mailboxes
    from (
      select p.id, p.value_bidx, p.masked,
        row_number() over (order by p.verified desc, s.channel = 'sms' and private.line_type_of(p.codes) = 'landline',
          private.contact_order(p)) as n
      from public.contact_points p
      where p.org_id = r.org_id and p.lead_id = r.lead_id and p.invalid_at is null
        and (p.kind = 'email') = (s.channel = 'email')) c
    where c.n <= 5) k on true
  where r.org_id = p_org_id and r.id = any (p_run_ids)
  order by r.next_at, r.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.refresh_verification (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  update public.leads l
  set email_verified = v.email_verified, phone_verified = v.phone_verified,
    email_verification_codes = v.email_codes, phone_verification_codes = v.phone_codes, phone_bidx = v.phone_bidx
  from (
    select i.lead_id, coalesce(e.verified, false) as email_verified, coalesce(p.verified, false) as phone_verified,
      coalesce(e.codes, '{}') as email_codes, coalesce(p.codes, '{}') as phone_codes, f.value_bidx as phone_bidx
    from (select distinct unnest(p_lead_ids) as lead_id) i
    left join lateral (
      select c.verified and c.invalid_at is null as verified, c.codes from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = i.lead_id and c.kind = 'email'
      order by private.contact_order(c) limit 1) e on true
    left join lateral (
      select c.verified and c.invalid_at is null as verified, c.codes from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = i.lead_id and c.kind = 'phone'
      order by private.contact_order(c) limit 1) p on true
    left join lateral (
      select c.value_bidx from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = i.lead_id and c.kind = 'phone'
      order by c.position, c.id limit 1) f on true
  ) v
  where l.org_id = p_org_id and l.id = v.lead_id
    and (l.email_verified, l.phone_verified, l.email_verification_codes, l.phone_verification_codes, l.phone_bidx)
      is distinct from (v.email_verified, v.phone_verified, v.email_codes, v.phone_codes, v.phone_bidx)
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
      coalesce(s.state, v_source.default_state), s.zip, true, v_streets) a
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

CREATE OR REPLACE FUNCTION private.why_not_enriched_at (
  p_lead_id uuid,
  p_kind    text,
  p_as_of   timestamp with time zone
)
  RETURNS TABLE (
    kind        text,
    reason      text,
    provider    text,
    contact     text,
    explanation text,
    until       timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_lead public.leads;
  v_today date;
  v_zone text;
begin
  select l.* into v_lead from public.orgs o join public.leads l on l.org_id = o.id and l.id = p_lead_id;
  select private.org_date(o.id, p_as_of), o.time_zone into v_today, v_zone
  from public.orgs o where o.id = v_lead.org_id;
  return query
  with kinds as (
    select k.kind, k.contact_kind from public.enrichment_kinds k where p_kind is null or k.kind = p_kind
  ), providers as (
    select distinct p.kind, p.provider from private.enrichment_providers p join kinds k using (kind)
  ), contacts as (
    select k.kind, c.id, c.masked, c.invalid_at, c.value_bidx, c.kind as contact_kind
    from kinds k
    join public.contact_points c on c.org_id = v_lead.org_id and c.lead_id = v_lead.id
      -- Questions about the person are refused for any contact, those about a contact only for it.
      and (k.contact_kind is null or c.kind = k.contact_kind)
  ), calls as materialized (
    select p.kind, c.provider, c.at, c.outcome, c.contact_point_id, c.input_bidx, c.endpoint, c.cost_usd, c.code
    from public.provider_calls c
    join private.enrichment_providers p on p.provider = c.provider and p.endpoint = c.endpoint
    join kinds k on k.kind = p.kind
    where c.org_id = v_lead.org_id and c.lead_id = v_lead.id
  ), items as (
    select distinct on (r.kind) r.kind, r.id, r.state as run_state, r.reason as run_reason, i.state, i.reason, i.next_at
    from private.enrichment_items i
    join public.enrichment_runs r on r.org_id = i.org_id and r.id = i.run_id
    join kinds k on k.kind = r.kind
    where i.org_id = v_lead.org_id and i.lead_id = v_lead.id
    order by r.kind, r.created_at desc, r.id
  ), asked as (
    -- Answers whose time is not over.
    select k.kind, f.provider, c.masked as contact, f.obtained_at,
      case when f.name = 'trace' then f.obtained_at + interval '180 days' else f.expires_at end as until,
      case f.name when 'verification' then f.value ->> 'verdict' when 'trace' then f.value ->> 'result'
        when 'location' then 'located' else 'no certain position' end as word, f.contact_point_id
    from kinds k
    join public.lead_facts f on f.org_id = v_lead.org_id and f.lead_id = v_lead.id
      and f.name = any (case k.kind when 'trace' then '{trace}' when 'geocode' then '{location,unlocated}'
        else case when k.contact_kind is not null then '{verification}' else '{}' end end::text[])
    left join public.contact_points c on c.org_id = f.org_id and c.lead_id = f.lead_id and c.id = f.contact_point_id
    where exists (select from providers p where p.kind = k.kind and p.provider = f.provider)
      and (k.contact_kind is null or c.kind = k.contact_kind)
      and case when f.name = 'trace' then f.obtained_at + interval '180 days' else f.expires_at end > p_as_of
  ), found (rank, kind, reason, provider, contact, explanation, until) as (
    select 0, k.kind, 'opted_out', null::text, null::text, 'The person opted out: nothing is asked about them.',
      null::timestamptz
    from kinds k where v_lead.campaign_status = 'opted_out'
    union all
    select 1, k.kind, 'objected', null, null, 'The person revoked their consent: nothing is asked about them.', null
    from kinds k
    where k.contact_kind is null and v_lead.campaign_status <> 'opted_out'
      and private.is_never_contacted(v_lead.org_id, v_lead.id)
      and not exists (select from contacts c
        where c.kind = k.kind and private.is_suppressed(v_lead.org_id, c.value_bidx, 'all'))
    union all
    select 1, c.kind, 'suppressed', null, c.masked,
      c.masked || ' is suppressed' || coalesce(' since ' || to_char(s.created_at at time zone v_zone, 'YYYY-MM-DD')
        || ' (' || replace(s.reason, '_', ' ') || ')', '') || ': nothing is asked about it.', null
    from contacts c
    join kinds k on k.kind = c.kind
    cross join lateral (
      select x.created_at, x.reason from public.suppressions x
      where x.org_id = v_lead.org_id and x.value_bidx = c.value_bidx
        and (x.channel is null or k.contact_kind = 'email' and x.channel = 'email')
        and not exists (select from public.suppression_lifts l
          where l.org_id = x.org_id and l.suppression_id = x.id)
      order by x.created_at limit 1) s
    union all
    select distinct on (c.kind, c.provider) 1, c.kind, 'forbidden_person', c.provider, null,
      format('%s answered on %s that the person objected to such questions: nobody asks again.', c.provider,
        to_char(c.at at time zone v_zone, 'YYYY-MM-DD')), null
    from calls c where c.outcome = 'forbidden_person'
    union all
    select 2, k.kind, 'no_contact', null, null,
      format('The lead has no %s.', case k.contact_kind when 'phone' then 'phone' else 'e-mail address' end), null
    from kinds k
    where k.contact_kind is not null and not exists (select from contacts c where c.kind = k.kind)
    union all
    select 2, c.kind, 'known_wrong', null, c.masked,
      format('%s is known to be wrong since %s.', c.masked, to_char(c.invalid_at at time zone v_zone, 'YYYY-MM-DD')), null
    from contacts c join kinds k on k.kind = c.kind
    where k.contact_kind is not null and c.invalid_at is not null
    union all
    select 2, k.kind, 'no_address', null, null, case k.kind
      when 'geocode' then 'The lead has no address with a house number, and a ZIP or a city and state.'
      else 'The lead has neither a whole address (street, and a ZIP or a city and state) nor a county with a parcel '
        || 'number.' end, null
    from kinds k
    where k.kind in ('trace', 'property', 'geocode') and not coalesce(
      v_lead.situs_street is not null and (v_lead.situs_house_number is not null or k.kind = 'trace')
        and (v_lead.situs_zip is not null or v_lead.situs_city is not null and v_lead.situs_state is not null)
      or k.kind <> 'geocode' and v_lead.county_fips is not null and v_lead.apn is not null, false)
    union all
    select 2, k.kind, 'no_owner', null, null, 'The lead has no owner''s name, so nobody could say whose phone it is.', null
    from kinds k
    where k.kind = 'trace' and num_nonnulls(v_lead.owner_1_last, v_lead.owner_2_last, v_lead.owner_full) = 0
    union all
    select 2, k.kind, 'good_contact', null, null, 'The lead has a good contact already, which is what a trace looks for.',
      null
    from kinds k where k.kind = 'trace' and private.has_good_contact(v_lead.org_id, v_lead.id)
    union all
    select 3, k.kind, 'no_step', null, null, 'None of the org''s steps of skip traces is on (sluice trace steps).', null
    from kinds k
    where k.kind = 'trace' and exists (select from public.trace_steps s where s.org_id = v_lead.org_id)
      and not exists (select from public.trace_steps s where s.org_id = v_lead.org_id and s.active)
    union all
    select 3, k.kind, 'over_lead_cap', null, null,
      format('Questions about this person have cost $%s in 180 days, and the org allows $%s.',
        trim_scale(private.person_cost(v_lead.org_id, v_lead.id, p_as_of)), trim_scale(private.trace_cap(v_lead.org_id))),
      null
    from kinds k
    where k.kind = 'trace'
      and private.person_cost(v_lead.org_id, v_lead.id, p_as_of) >= private.trace_cap(v_lead.org_id)
    union all
    select 3, p.kind, case when b.limits = 0 then 'no_budget' else 'over_budget' end, p.provider, null,
      case when b.limits = 0 then format('The org has no budget for %s: calls that cost something are not made.', p.provider)
        else format('The budget for %s is used up.', p.provider) end, b.until
    from providers p
    cross join lateral (
      select count(*) as limits, max(x.again) filter (where x.spent >= x.limit_usd) as until
      from (
        select b.limit_usd, coalesce(s.spent_usd + s.reserved_usd, 0) as spent,
          (case b.period when 'day' then v_today + 1
            else (date_trunc('month', v_today) + interval '1 month')::date end)::timestamp at time zone v_zone as again
        from public.provider_budgets b
        left join private.call_spend s on s.org_id = b.org_id and s.provider = b.provider and s.period = b.period
          and s.starts_on = case b.period when 'day' then v_today else date_trunc('month', v_today)::date end
        where b.org_id = v_lead.org_id and b.provider = p.provider) x) b
    where b.limits = 0 or b.until is not null
    union all
    select distinct on (p.kind, p.provider) 3, p.kind, 'account_closed', p.provider, null,
      format('%s or the account there failed, and is tried again later.', p.provider), c.retry_at
    from providers p
    join private.provider_circuits c on c.org_id = v_lead.org_id and c.provider = p.provider || ' data'
    where c.retry_at > p_as_of
    union all
    select 4, a.kind, 'already_asked', a.provider, a.contact,
      format('%s was asked%s on %s (%s), and is not asked again until %s.', a.provider, ' about ' || a.contact,
        to_char(a.obtained_at at time zone v_zone, 'YYYY-MM-DD'), replace(a.word, '_', ' '),
        to_char(a.until at time zone v_zone, 'YYYY-MM-DD')), a.until
    from asked a
    union all
    select 4, e.kind, case when r.state = 'in_flight' and r.lease_until > p_as_of then 'in_flight' else 'unconfirmed' end,
      r.provider, null, case when r.state = 'in_flight' and r.lease_until > p_as_of
        then format('%s is being asked.', r.provider)
        else format('A call to %s on %s had no answer and may have been charged: it is not repeated before somebody looks '
          'at the invoice (sluice provider reconcile).', r.provider, to_char(r.reserved_at at time zone v_zone,
          'YYYY-MM-DD')) end, null
    from private.call_reservations r
    join private.enrichment_providers e on e.provider = r.provider and e.endpoint = r.endpoint
    join kinds k on k.kind = e.kind
    where r.org_id = v_lead.org_id and r.lead_id = v_lead.id
    union all
    (select distinct on (c.kind, c.provider, c.contact_point_id) 5, c.kind, 'cached', c.provider, p.masked,
      format('The answer of %s of %s is kept until %s: asking again costs nothing, and brings the same.', c.provider,
        to_char(a.answered_at at time zone v_zone, 'YYYY-MM-DD'), to_char(a.expires_at at time zone v_zone,
        'YYYY-MM-DD')), a.expires_at
    from calls c
    join private.provider_answers a on a.org_id = v_lead.org_id and a.provider = c.provider and a.endpoint = c.endpoint
      and a.input_bidx = c.input_bidx and a.expires_at > p_as_of and a.outcome <> 'forbidden_person'
    left join public.contact_points p on p.org_id = v_lead.org_id and p.lead_id = v_lead.id and p.id = c.contact_point_id
    where not exists (select from asked x where x.kind = c.kind and x.provider = c.provider
      and x.contact_point_id is not distinct from c.contact_point_id)
    order by c.kind, c.provider, c.contact_point_id, a.expires_at desc)
    union all
    select 6, i.kind, case when i.run_state in ('planned', 'paused', 'cancelled', 'failed') then 'run_' || i.run_state
        else coalesce(i.reason, 'run_waits') end, null, null,
      case i.run_state
        when 'planning' then format('Run %s has no forecast yet.', i.id)
        when 'planned' then format('Run %s waits for a confirmation (sluice enrich confirm).', i.id)
        when 'paused' then format('Run %s is paused: %s.', i.id, private.why_refused(i.run_reason))
        when 'cancelled' then format('Run %s was cancelled before it reached the lead.', i.id)
        when 'failed' then format('Run %s failed: %s.', i.id, i.run_reason)
        else format(case when i.state = 'failed' then 'Run %s asked about the lead and failed: %s.'
          else 'Run %s will ask about the lead: %s.' end, i.id,
          case when i.reason is null then 'it waits for its turn' else private.why_refused(i.reason) end) end,
      case when i.next_at > p_as_of then i.next_at end
    from items i where i.state in ('waiting', 'failed')
  ), told as (
    select * from found
    union all
    select 9, k.kind, 'never_planned', null, null,
      format('No run has had this lead: plan one with sluice enrich %s.', k.kind), null
    from kinds k
    where not exists (select from found f where f.kind = k.kind and f.rank <> 3)
      and not exists (select from items i where i.kind = k.kind)
  )
  select t.kind, t.reason, t.provider, t.contact, t.explanation, t.until from told t
  order by t.kind, t.rank, t.provider, t.contact, t.until;
end
$function$;

CREATE OR REPLACE FUNCTION private.why_refused (
  p_reason text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select case p_reason
    when 'over_budget' then 'the budget of the provider is used up'
    when 'no_budget' then 'the org has no budget for the provider'
    when 'over_cap' then 'it would cost more than was confirmed'
    when 'over_lead_cap' then 'the lead has cost as much as the org allows'
    when 'never_contact' then 'the person must not be contacted'
    when 'unconfirmed' then 'an earlier call may have been charged'
    when 'circuit_open' then 'the provider or its account fails'
    when 'limit' then 'the provider allows no more calls at the moment'
    when 'in_flight' then 'the same question is being asked'
    when 'no_answer' then 'the provider did not answer'
    when 'malformed' then 'the answer could not be read'
    when 'out_of_credit' then 'the account at the provider has no credits left'
    when 'auth' then 'the provider refuses the keys'
    else replace(p_reason, '_', ' ') end
$function$;

CREATE OR REPLACE FUNCTION public.gate_forecast (
  p_campaign_id uuid,
  p_date        date,
  p_channels    text[]                 DEFAULT '{sms,voice_manual,voice_ai,email}'::text[],
  p_sample      integer                DEFAULT 500,
  p_at          time without time zone DEFAULT '10:00:00'::time WITHOUT time zone
)
  RETURNS TABLE (
    channel    text,
    outlook    text,
    rule       text,
    leads      bigint,
    share      numeric,
    sampled    integer,
    candidates bigint
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  k public.campaigns;
  v_as_of timestamptz;
  v_zone text;
  v_leads uuid[];
  v_nominated integer;
  v_all bigint;
  v_asked jsonb;
begin
  select c.* into k from public.orgs o join public.campaigns c on c.org_id = o.id and c.id = p_campaign_id
  where private.is_trusted_caller() or o.id = any (private.my_org_ids('{owner,admin,viewer}'));
  if not found then
    raise exception 'campaign % not found', p_campaign_id using errcode = 'SL424';
  end if;
  select o.time_zone, (p_date + p_at) at time zone o.time_zone into v_zone, v_as_of from public.orgs o
    where o.id = k.org_id;
  -- Among the leads that the last refresh nominated; ids grow with time, so ordering by their hash gives a fair and
  -- stable sample.
  select count(*) into v_all from private.campaign_candidates(k);
  v_leads := array(select c.lead_id from private.campaign_candidates(k) c order by uuid_hash_extended(c.lead_id, 0),
    c.lead_id limit p_sample);
  -- Leads that have changed since the refresh are excluded from both numbers.
  v_nominated := cardinality(v_leads);
  v_leads := array(select l.id from public.leads l
    where l.org_id = k.org_id and l.id = any (v_leads) and l.campaign_status = 'new' and l.phone_verified
      order by l.id);
  v_all := round(v_all::numeric * cardinality(v_leads) / greatest(v_nominated, 1));
  select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'contact_point_id', c.id, 'channel', c.channel, 'purpose',
    'marketing',
    'message', private.compliant_mail_facts()))
  into v_asked
  from (
    -- The contact point that outreach would use: the best of its kind.
    select distinct on (c.lead_id, ch) c.lead_id, c.id, ch as channel
    from unnest(v_leads) i (id)
    join public.contact_points c on c.org_id = k.org_id and c.lead_id = i.id and c.invalid_at is null
    join unnest(p_channels) ch on (ch = 'email') = (c.kind = 'email')
    order by c.lead_id, ch, private.contact_order(c)
  ) c;
  return query
    with judged as materialized (
      select (a.x ->> 'lead_id')::uuid as lead_id, a.x ->> 'channel' as channel, j.answer
      from private.decide_contacts(k.org_id, coalesce(v_asked, '[]'), v_as_of, 'never') j
      join jsonb_array_elements(v_asked) with ordinality a (x, n) on a.n = j.n
    ), verdicts as (
      select ch as channel,
        case when j.answer is null then 'never' else private.outlook_of(j.answer, v_zone, p_date) end as outlook,
        case when j.answer is null then '{no_contact}' else array(select distinct r ->> 'rule'
          from jsonb_array_elements(j.answer -> 'reasons') r) end as rules
      from unnest(v_leads) i (id) cross join unnest(p_channels) ch
      left join judged j on j.lead_id = i.id and j.channel = ch
    ), counted as (
      select v.channel, v.outlook, null::text as rule, count(*) as n from verdicts v group by 1, 2
      union all
      select v.channel, v.outlook, r, count(*) from verdicts v cross join unnest(v.rules) r group by 1, 2, 3
    )
    select c.channel, c.outlook, c.rule, round(c.n * v_all::numeric / cardinality(v_leads))::bigint,
      round(c.n::numeric / cardinality(v_leads), 4), cardinality(v_leads), v_all
    from counted c
    order by array_position(p_channels, c.channel), c.rule is not null, c.n desc, c.outlook, c.rule;
end
$function$;

CREATE OR REPLACE FUNCTION public.why_not_enriched (
  p_lead_id uuid,
  p_kind    text DEFAULT NULL::text
)
  RETURNS TABLE (
    kind        text,
    reason      text,
    provider    text,
    contact     text,
    explanation text,
    until       timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if not exists (select from public.orgs o join public.leads l on l.org_id = o.id and l.id = p_lead_id
    where private.is_trusted_caller() or private.sees_lead(l.org_id, l.id))
  then
    raise exception 'lead not found' using errcode = 'SL421';
  end if;
  if p_kind is not null and not exists (select from public.enrichment_kinds k where k.kind = p_kind) then
    raise exception 'no run has the kind %: known are %', p_kind,
      (select string_agg(k.kind, ', ' order by k.kind) from public.enrichment_kinds k) using errcode = 'SL703';
  end if;
  return query select w.* from private.why_not_enriched_at(p_lead_id, p_kind, now()) w;
end
$function$;

REVOKE ALL ON FUNCTION "public"."why_not_enriched"(uuid, text) FROM PUBLIC, "anon";

ALTER TABLE "private"."enrichment_providers"
  ADD CONSTRAINT "enrichment_providers_kind_fkey" FOREIGN KEY (kind) REFERENCES public.enrichment_kinds(kind) ON DELETE CASCADE;

CREATE INDEX enrichment_providers_endpoint_idx ON private.enrichment_providers USING btree (PROVIDER, endpoint);

COMMENT ON FUNCTION "private"."contact_order"(public.contact_points) IS 'To order the contact points of a lead and kind, the best first: verified ones, then others, then invalid ones; of each the order of the list or the rank of the trace (position), then the newest.';

COMMENT ON FUNCTION "private"."leads_of_mixed_codes"(bigint) IS 'The new leads whose rows have different codes, so that only their contact points tell which is the best.';

COMMENT ON FUNCTION "private"."refresh_verification"(uuid, uuid[]) IS 'Sets a lead''s verified flags and codes to those of its best contact point of each kind (private.contact_order), and its first phone.';

COMMENT ON FUNCTION "private"."why_not_enriched_at"(uuid, text, timestamp with time zone) IS 'Why providers are not asked about a lead at that time, by kind of run (null: all), the most decisive reason first: opted_out, objected, suppressed, forbidden_person; no_contact, known_wrong, no_address, no_owner, good_contact; no_step, over_lead_cap, no_budget, over_budget, account_closed; already_asked, in_flight, unconfirmed; cached; how a run stands; or never_planned. Contacts are masked; until: when the reason ends by itself.';

COMMENT ON FUNCTION "private"."why_refused"(text) IS 'A reason of enrichment_items or of begin_calls in words.';

COMMENT ON FUNCTION "public"."why_not_enriched"(uuid, text) IS 'Why a lead was not traced, verified or enriched, in words, as private.why_not_enriched_at says; for members who may see the lead, and the service. Raises SL421, SL703. Definer: calls and suppressions are not readable to all who see the lead.';

COMMENT ON TABLE "private"."enrichment_providers" IS 'The endpoints that each kind of run may ask. A test compares it with the registries of the code.';

REVOKE ALL ON FUNCTION "private"."contact_order"(public.contact_points) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."contact_order"(public.contact_points) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."leads_of_mixed_codes"(bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leads_of_mixed_codes"(bigint) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."why_not_enriched_at"(uuid, text, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."why_refused"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."why_refused"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."why_not_enriched"(uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."why_not_enriched"(uuid, text) TO "service_role";

-- Rights that default privileges would change.

revoke execute on function private.why_not_enriched_at(uuid,text,timestamp with time zone) from pipeline_writer;

-- Reference data, queues and cron jobs.

insert into private.enrichment_providers (kind, provider, endpoint) values
  ('property', 'attom', 'valuation'),
  ('property', 'attom', 'mortgage'),
  ('property', 'attom', 'sales'),
  ('geocode', 'google', 'geocode'),
  ('trace', 'batchdata', 'skip_trace'),
  ('verify_email', 'zerobounce', 'validate'),
  ('verify_email', 'neverbounce', 'single_check'),
  ('verify_email', 'melissa', 'global_email'),
  ('verify_email', 'melissa', 'global_email_express'),
  ('verify_phone', 'melissa', 'global_phone'),
  ('verify_phone', 'melissa', 'global_phone_express'),
  ('verify_phone', 'twilio', 'line_type_intelligence')
on conflict (endpoint, kind, provider) do nothing;
