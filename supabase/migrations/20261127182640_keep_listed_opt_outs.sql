-- keep listed opt outs: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

ALTER TABLE "private"."leads_staging_contacts"
  DROP CONSTRAINT "refusal_is_known";

ALTER TABLE "private"."stage_in"
  ADD COLUMN "do_not_contact" boolean;

ALTER TABLE "public"."leads_staging"
  ADD COLUMN "do_not_contact" boolean NOT NULL DEFAULT false;

CREATE OR REPLACE FUNCTION private.count_verdicts (
  p_upload public.uploads,
  p_phase  smallint,
  p_slice  integer,
  p_as_of  timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_restarted constant boolean := (select x.restarts > 0 from resolve_progress x
    where x.org_id = p_upload.org_id and x.upload_id = p_upload.id);
begin
  -- A trigger ends contact with people whom the list marks so (35_consent).
  update public.leads_staging s set lead_id = r.lead_id
  from resolve_rows r
  where s.upload_id = p_upload.id and s.do_not_contact and r.part_id = s.part_id and r.line_number = s.line_number
    and r.lead_id is not null;
  -- A resolve that began again finds the leads that it has written before.
  if v_restarted then
    update resolve_rows r set verdict = 'created'
    where r.verdict in ('unchanged', 'updated') and r.row_no = r.component
      and (select l.created_upload_id from public.leads l
        where l.org_id = p_upload.org_id and l.id = r.lead_id) = p_upload.id;
    update resolve_rows r set verdict = 'updated'
    where r.verdict = 'unchanged' and r.row_no = r.component
      and (select true from public.lead_changes c where c.org_id = p_upload.org_id and c.lead_id = r.lead_id
        and c.upload_id = p_upload.id limit 1);
  end if;
  -- A row that matches a lead created by this same upload is a repeat. One look-up by key for each such row: without
  -- statistics, a join would scan the leads for every row.
  update resolve_rows r set verdict = 'merged'
  where r.verdict in ('unchanged', 'updated')
    and (select l.created_upload_id from public.leads l
      where l.org_id = p_upload.org_id and l.id = r.lead_id) = p_upload.id;
  insert into public.lead_joins (org_id, lead_id, upload_id, part, line, evidence, joined_at)
  select p_upload.org_id, r.lead_id, p_upload.id, r.row_no >> 32, r.line_number, r.evidence, p_as_of
  from resolve_rows r
  where r.evidence is not null and r.verdict in ('updated', 'merged')
    and not (v_restarted and exists (select from public.lead_joins j where j.org_id = p_upload.org_id
      and j.upload_id = p_upload.id and j.part = r.row_no >> 32 and j.line = r.line_number));
  if p_upload.kind = 'api' then
    insert into submitted_rows as w (org_id, upload_id, line, verdict, lead_id)
    select p_upload.org_id, p_upload.id, r.line_number, r.verdict, r.lead_id
    from resolve_rows r
    where r.verdict in ('created', 'updated', 'unchanged', 'merged', 'conflict')
    on conflict (upload_id, line) do update set verdict = excluded.verdict, lead_id = excluded.lead_id;
  end if;

  insert into resolve_slices as s (org_id, upload_id, phase, slice, counts, applied_at)
  select p_upload.org_id, p_upload.id, p_phase, p_slice, coalesce(jsonb_agg(to_jsonb(v)), '[]'), p_as_of
  from (
    select r.part_id, count(*) filter (where r.verdict = 'created') as created,
      count(*) filter (where r.verdict = 'updated') as updated,
      count(*) filter (where r.verdict = 'unchanged') as unchanged,
      count(*) filter (where r.verdict = 'merged') as merged,
      count(*) filter (where r.verdict = 'conflict') as conflict
    from resolve_rows r group by r.part_id
  ) v
  on conflict (org_id, upload_id, phase, slice) do update set counts = excluded.counts;
end
$function$;

CREATE OR REPLACE FUNCTION private.listed_refusals()
  RETURNS TABLE (
    refused text,
    rank    integer,
    phone   text[],
    email   text[],
    reason  text
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  ROWS 8
  SET search_path TO ''
  AS $function$
  values
    ('litigator', 1, '{null}'::text[], '{null}'::text[], 'litigator'),
    ('person', 2, '{null}', '{null}', 'opt_out'),
    ('dnc', 3, '{sms,voice_manual,voice_ai}', '{email}', 'dnc'),
    ('wrong', 4, '{sms,voice_manual,voice_ai}', '{email}', 'wrong_contact'),
    -- A text is a call, so what ends automated texts ends automated calls.
    ('texts', 5, '{sms,voice_ai}', '{}', 'opt_out'),
    ('complaint', 6, '{}', '{email}', 'complaint'),
    ('bounce', 7, '{}', '{email}', 'bounce'),
    ('unsubscribe', 8, '{}', '{email}', 'unsubscribe')
$function$;

CREATE OR REPLACE FUNCTION private.refuse_listed_leads (
  p_upload   public.uploads,
  p_lead_ids uuid[],
  p_as_of    timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_method constant text := 'list ' || (select s.key from public.sources s where s.id = p_upload.source_id);
begin
  -- For the lead, so that it also applies to contacts that are imported later, and for each value that is suppressed.
  -- The same mark again adds nothing, except after a consent.
  insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, masked, action, channels,
    revoked_scope, method, occurred_at, recorded_by, source_id, upload_id, recorded_at)
  select l.org_id, l.id, c.id, c.value_bidx, c.kind, c.masked, 'revoke',
    case when c.id is null then '{email,sms,voice_manual,voice_ai}' else private.channels_for_kind(c.kind) end,
    'person', v_method, p_as_of, 'upload', p_upload.source_id, p_upload.id, p_as_of
  from public.leads l
  cross join lateral (
    select null::bigint as id, null::bytea as value_bidx, null::public.contact_kind as kind, null::text as masked
    union all
    select k.id, k.value_bidx, k.kind, k.masked from public.contact_points k
    where k.org_id = l.org_id and k.lead_id = l.id and private.is_suppressed(k.org_id, k.value_bidx, 'all')
  ) c
  where l.org_id = p_upload.org_id and l.id = any (p_lead_ids)
    and not exists (
      select from public.consents r
      where r.org_id = l.org_id and r.lead_id = l.id and r.revoked_scope = 'person'
        and r.value_bidx is not distinct from c.value_bidx
        and not exists (select from public.consents g
          where g.org_id = l.org_id and g.lead_id = l.id and g.action = 'grant' and not g.is_unproven
            and g.id > r.id));
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  update public.leads l set campaign_status = 'opted_out'
  where l.org_id = p_upload.org_id and l.id = any (p_lead_ids) and l.campaign_status <> 'opted_out';
  perform private.refuse_contacts(p_upload.org_id, p_lead_ids, p_as_of);
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.as_of', v_clock, true);
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_conflict (
  k            public.lead_conflicts,
  p_answer     public.conflict_answer,
  p_lead_id    uuid,
  p_resolution text,
  p_rule_id    bigint,
  p_as_of      timestamp with time zone
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_row private.conflict_rows;
  v_upload public.uploads;
  v_trust smallint;
  v_part uuid;
  v_keys text;
  v_lead uuid := p_lead_id;
  v_is_new boolean;
  v_verdict text;
begin
  if to_regclass('pg_temp.resolve_rows') is null then
    perform private.open_resolve_scratch();
  end if;
  for v_row in
    select x.* from private.conflict_rows x
    where x.org_id = k.org_id and x.conflict_id = k.id
    order by x.created_at, x.upload_id, x.part, x.line
  loop
    v_part := private.restage_conflict_row(v_row);
    v_keys := coalesce(v_keys, (private.identity_of_row(k.org_id, v_part, v_row.line)).row_keys);
    if p_answer <> 'dismiss' then
      select u.* into strict v_upload from public.uploads u where u.org_id = k.org_id and u.id = v_row.upload_id;
      select s.trust into strict v_trust from public.sources s where s.id = v_upload.source_id;
      perform set_config('sluice.actor', 'upload', true),
        set_config('sluice.upload_id', v_row.upload_id::text, true);
      -- Emptied row by row: a truncated table is a new one, with new plans.
      delete from resolve_rows where true;
      delete from resolve_leads where true;
      v_is_new := v_lead is null;
      v_lead := coalesce(v_lead, gen_random_uuid());
      insert into resolve_rows (row_no, part_id, line_number, kind, component, component_size, lead_id, verdict)
      values (v_row.line, v_part, v_row.line, 2, v_row.line, 1, v_lead,
        case when v_is_new then 'created' else 'unchanged' end);
      if v_is_new then
        perform private.free_keys(k.org_id, v_part, v_row.line, v_lead);
      else
        perform private.take_keys(v_part, v_row.line);
      end if;
      perform private.fold_rows();
      -- The row is as old as its upload: the answer says whose it is, not that it is news.
      perform private.apply_leads(k.org_id, v_row.upload_id, v_upload.source_id, v_trust,
        coalesce(v_upload.observed_at, v_upload.received_at));
      -- A trigger ends contact with people whom the list marks so (35_consent).
      update public.leads_staging s set lead_id = v_lead
      where s.part_id = v_part and s.line_number = v_row.line and s.do_not_contact;
      select case when r.verdict <> 'created' and l.created_upload_id = v_row.upload_id then 'merged' else r.verdict end
      into v_verdict
      from resolve_rows r
      join public.leads l on l.org_id = k.org_id and l.id = r.lead_id
      where r.line_number = v_row.line;
      insert into public.lead_joins (org_id, lead_id, upload_id, part, line, evidence, joined_at)
      select k.org_id, r.lead_id, v_row.upload_id, v_row.part, v_row.line, r.evidence, p_as_of
      from resolve_rows r where r.line_number = v_row.line and r.evidence is not null;
      update public.upload_parts p
      set conflict = p.conflict - 1,
        created = p.created + (v_verdict = 'created')::integer,
        updated = p.updated + (v_verdict = 'updated')::integer,
        unchanged = p.unchanged + (v_verdict = 'unchanged')::integer,
        merged = p.merged + (v_verdict = 'merged')::integer
      where p.id = v_part;
    end if;
    delete from public.leads_staging s where s.part_id = v_part and s.line_number = v_row.line;
    delete from private.leads_staging_contacts c where c.part_id = v_part and c.line_number = v_row.line;
  end loop;
  if v_keys is not null and k.identity is not null then
    perform private.remember_answer(k.org_id, k.identity, v_keys, p_answer, v_lead, k.lead_ids, k.id, p_rule_id,
      p_as_of);
  end if;
  delete from private.conflict_rows x where x.org_id = k.org_id and x.conflict_id = k.id;
  update public.lead_conflicts c
  set state = case p_answer when 'dismiss' then 'dismissed' else 'resolved' end::public.conflict_state,
    closed_at = p_as_of, closed_by = auth.uid(), answer = p_answer, lead_id = v_lead,
    resolution = coalesce(p_resolution, case p_answer
      when 'dismiss' then 'dismissed'
      when 'own' then 'made a lead of its own: ' || v_lead
      else 'row assigned to lead ' || v_lead end)
  where c.org_id = k.org_id and c.id = k.id;
  return v_lead;
end
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
      e.item ->> 'label', e.item ->> 'refused', coalesce(e.item ->> 'codes', ''),
      case when e.n = 1 then coalesce(s.result_codes, '') else '' end
    from stage_in s cross join lateral jsonb_array_elements(s.emails) with ordinality e (item, n)
    where s.reject_code is null
  ), judged as materialized (
    -- A list repeats few combinations of codes: each is evaluated once.
    select d.kind, d.codes, d.results, j.*
    from (select distinct i.kind, i.codes, i.results from items i) d
    cross join lateral private.judge_codes(d.kind::text, d.codes, d.results) j
  ), refused as materialized (
    -- A value that the row has twice is refused if one of them is, for the reason that reaches furthest.
    select distinct on (i.line_no, i.value) i.line_no, i.value, i.refused
    from items i join private.listed_refusals() f on f.refused = i.refused
    where i.refused is not null and i.value is not null
    order by i.line_no, i.value, f.rank
  ), staged as (
    insert into private.leads_staging_contacts
      (part_id, line_number, kind, position, value_bidx, value_cipher, masked, label, verified, invalid, codes,
      refused)
    select p_part.id, i.line_no, i.kind,
      row_number() over (partition by i.line_no, i.kind order by coalesce(f.refused = 'wrong', false), i.n),
      private.blind_index(i.value, v_blind), private.encrypt_value(i.value, v_key), private.mask_contact(i.value),
      left(i.label, 40), j.verified and f.refused is distinct from 'wrong', j.invalid or coalesce(f.refused = 'wrong', false),
      j.known, f.refused
    from items i
    join judged j using (kind, codes, results)
    left join refused f on f.line_no = i.line_no and f.value = i.value
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
      -- Most rows have at most one code: a call for each would cost more than the comparison.
      case when c.email_codes is null then '{}' when position(',' in c.email_codes) = 0 then array[c.email_codes]
        else private.distinct_codes(c.email_codes) end,
      case when c.phone_codes is null then '{}' when position(',' in c.phone_codes) = 0 then array[c.phone_codes]
        else private.distinct_codes(c.phone_codes) end,
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

CREATE OR REPLACE FUNCTION private.tg_leads_staging__refuse_leads()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_upload public.uploads;
begin
  select u.* into strict v_upload from public.uploads u where u.org_id = new.org_id and u.id = new.upload_id;
  perform private.refuse_listed_leads(v_upload, array[new.lead_id], now());
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_leads_staging_contacts__suppress()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- Most lists mark nobody.
  if not exists (select from new_rows n where n.refused is not null) then
    return null;
  end if;
  insert into public.suppressions (org_id, value_bidx, kind, channel, reason, source, nth)
  select p.org_id, n.value_bidx, n.kind, c.channel, (array_agg(f.reason order by f.rank))[1],
    'list ' || min(s.key) || ', upload ' || p.upload_id,
    coalesce((select max(x.nth) from public.suppressions x where x.org_id = p.org_id and x.value_bidx = n.value_bidx
      and x.channel is not distinct from c.channel), 0) + 1
  from new_rows n
  join private.listed_refusals() f on f.refused = n.refused
  join public.upload_parts p on p.id = n.part_id
  join public.uploads u on u.id = p.upload_id and not u.dry_run
  join public.sources s on s.id = u.source_id
  cross join lateral unnest(case n.kind when 'phone' then f.phone else f.email end) c (channel)
  where not exists (select from public.suppressions x
      where x.org_id = p.org_id and x.value_bidx = n.value_bidx and x.channel is not distinct from c.channel
        and (f.reason not in ('bounce', 'complaint', 'litigator')
          or x.reason in ('bounce', 'complaint', 'litigator'))
        and x.reason <> 'stop_keyword'
        and not exists (select from public.suppression_lifts l
          where l.org_id = x.org_id and l.suppression_id = x.id))
  group by p.org_id, p.upload_id, n.value_bidx, n.kind, c.channel
  on conflict do nothing;
  return null;
end
$function$;

ALTER TABLE "private"."leads_staging_contacts"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "refusal_is_known"
    CHECK ((refused = ANY (ARRAY['litigator'::text, 'person'::text, 'dnc'::text, 'texts'::text, 'wrong'::text, 'complaint'::text, 'bounce'::text, 'unsubscribe'::text])));

-- Rows in staging are few: the index is made at once.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX leads_staging_refused_idx ON public.leads_staging USING btree (upload_id, part_id, line_number)
  WHERE do_not_contact;

CREATE TRIGGER _100_refuse_leads
  AFTER UPDATE OF lead_id ON public.leads_staging
  FOR EACH ROW
  WHEN ((new.do_not_contact AND (new.lead_id IS NOT NULL) AND (old.lead_id IS DISTINCT FROM new.lead_id)))
  EXECUTE FUNCTION private.tg_leads_staging__refuse_leads();

COMMENT ON COLUMN "private"."leads_staging_contacts"."refused" IS 'Where the list marks the value as not to be contacted: it is suppressed as private.listed_refusals says.';

COMMENT ON COLUMN "public"."leads_staging"."do_not_contact" IS 'The list marks the person as not to be contacted at all: the lead opts out (35_consent).';

COMMENT ON FUNCTION "private"."count_verdicts"(public.uploads, smallint, integer, timestamp with time zone) IS 'Ends contact with people whom the list marks so. The final verdicts of the rows in resolve_rows, why they joined their leads, and how many there are of each. Leads that were posted as JSON are answered with them.';

COMMENT ON FUNCTION "private"."listed_refusals"() IS 'The marks with which a list refuses a phone or e-mail, the furthest first: the channels that each closes (null: all of them) and the reason of its suppression.';

COMMENT ON FUNCTION "private"."refuse_listed_leads"(public.uploads, uuid[], timestamp with time zone) IS 'Leads whose rows a list marks as not to be contacted at all: records the refusal of the person, opts them out and suppresses their contacts. Definer: imports may not edit campaign states.';

COMMENT ON FUNCTION "private"."tg_leads_staging__refuse_leads"() IS 'Trigger: a row that the list marks as not to be contacted has become a lead, or was added to one. Definer: as refuse_listed_leads.';

COMMENT ON FUNCTION "private"."tg_leads_staging_contacts__suppress"() IS 'Trigger: suppresses values that a list marks (private.listed_refusals), with the list as source, except in a dry run. Definer: the staging step may not look up lifts of every org.';

REVOKE ALL ON FUNCTION "private"."listed_refusals"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."listed_refusals"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."refuse_listed_leads"(public.uploads, uuid[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_listed_leads"(public.uploads, uuid[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_leads_staging__refuse_leads"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_leads_staging__refuse_leads"() TO "pipeline_writer";

-- Reference data, queues and cron jobs.

insert into public.mapping_targets (target, meaning, most) values
  ('do_not_contact', 'Mark of the list that the person is not contacted at all: the lead opts out, also with later contacts.', null),
  ('email_opt_out', 'Mark of the list that the e-mails of the row are unsubscribed: yes, no or a date.', null),
  ('email_bounced', 'Mark of the list that the e-mails of the row bounce.', null),
  ('email_status', 'State of the e-mails of the row: `unsubscribed`, `bounced`, `complained`, `No` and the like are refused. Also kept as an attribute.', null),
  ('sms_opt_out', 'Mark of the list that the phones of the row get no texts and no automated calls.', null),
  ('sms_status', 'State of texts to the row, as `email_status`.', null),
  ('contact_status', 'Status, labels or tags of the person: `do not contact`, `opted out`, `DNC` and the like are refused. Also kept as an attribute.', null),
  ('email_N_opt_out', 'Mark of the list that this e-mail address is unsubscribed: the gate refuses it.', '30'),
  ('email_N_status', 'State of that address, as `email_status`.', '30')
on conflict (target) do update set meaning = excluded.meaning, most = excluded.most;
