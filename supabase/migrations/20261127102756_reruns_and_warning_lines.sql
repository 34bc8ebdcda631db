-- reruns and warning lines: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

ALTER TABLE "public"."upload_parts"
  ADD COLUMN "warning_lines" jsonb NOT NULL DEFAULT '{}'::jsonb;

ALTER TABLE "public"."upload_parts"
  ADD COLUMN "stored_part_id" uuid;

ALTER TABLE "public"."uploads"
  ADD COLUMN "read_with" jsonb;

ALTER TABLE "public"."uploads"
  ADD COLUMN "rerun_of_upload_id" uuid;

ALTER TABLE "public"."uploads"
  ADD COLUMN "observed_at" timestamp WITH time zone;

CREATE OR REPLACE FUNCTION private.accept_part (
  p_source_id        uuid,
  p_webhook_id       text,
  p_sha256           bytea,
  p_bytes            bigint,
  p_content_encoding text,
  p_upload_id        uuid,
  p_part             integer,
  p_parts            integer,
  p_dry_run          boolean,
  p_filename         text,
  p_correlation_id   uuid,
  p_as_of            timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    outcome   text,
    upload_id uuid,
    part_id   uuid,
    part      integer
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_org uuid;
  v_upload public.uploads;
  v_guard public.ingest_replay_guard;
  v_existing public.upload_parts;
  v_part integer := coalesce(p_part, 1);
  v_part_id uuid := gen_random_uuid();
  v_duplicate boolean;
begin
  select s.org_id into strict v_org from public.sources s where s.id = p_source_id;

  -- One delivery per id and one per content at a time: the second waits and then sees the first.
  perform pg_advisory_xact_lock(hashtextextended(p_source_id::text || p_webhook_id, 3));
  select g.* into v_guard from public.ingest_replay_guard g
  where g.source_id = p_source_id and g.webhook_id = p_webhook_id;
  if found and (v_guard.content_sha256 <> p_sha256 or v_guard.dry_run <> p_dry_run) then
    return query select 'webhook_id_reused', v_guard.upload_id, null::uuid, v_guard.part;
    return;
  end if;

  perform pg_advisory_xact_lock(hashtextextended(v_org::text || encode(p_sha256, 'hex') || p_dry_run, 2));
  select g.* into v_guard from public.ingest_replay_guard g
  where g.org_id = v_org and g.content_sha256 = p_sha256 and g.dry_run = p_dry_run;
  v_duplicate := found;
  if v_duplicate and (p_upload_id is null or v_guard.upload_id = p_upload_id and v_guard.part = v_part) then
    return query select 'duplicate', v_guard.upload_id, p.id, v_guard.part
      from public.upload_parts p where p.upload_id = v_guard.upload_id and p.part = v_guard.part;
    return;
  end if;

  insert into public.uploads (id, org_id, source_id, state, dry_run, filename, parts_expected, correlation_id,
    received_at)
  values (coalesce(p_upload_id, gen_random_uuid()), v_org, p_source_id, 'receiving', p_dry_run, p_filename,
    case when p_upload_id is null then 1 else p_parts end, p_correlation_id, p_as_of)
  on conflict (id) do update set parts_expected = coalesce(uploads.parts_expected, excluded.parts_expected)
  returning * into v_upload;
  if v_upload.source_id <> p_source_id or v_upload.dry_run <> p_dry_run
    or v_upload.parts_expected <> p_parts or v_upload.parts_expected < v_part
    or v_upload.state = 'undone'
    or exists (select from public.upload_parts p where p.upload_id = v_upload.id
      and p.part > v_upload.parts_expected) then
    raise exception 'this part does not match upload %', v_upload.id using errcode = 'SL204';
  end if;

  select p.* into v_existing from public.upload_parts p where p.upload_id = v_upload.id and p.part = v_part;
  if found then
    if v_existing.sha256 <> p_sha256 then
      raise exception 'part % of upload % was already received with different content', v_part, v_upload.id
        using errcode = 'SL204';
    end if;
    return query select 'duplicate', v_upload.id, v_existing.id, v_part;
    return;
  end if;

  insert into public.upload_parts (id, org_id, upload_id, part, state, bytes, sha256, content_encoding, key_id,
    duplicate_of_upload_id, received_at)
  values (v_part_id, v_org, v_upload.id, v_part,
    case when v_duplicate then 'duplicate' else 'received' end::public.part_state,
    p_bytes, p_sha256, p_content_encoding, private.active_key_id(v_org, 'data'),
    case when v_duplicate then v_guard.upload_id end, p_as_of);
  if v_duplicate then
    -- Another upload already has this content. Later parts still need its header.
    update public.uploads u
    set header = o.header, dialect = o.dialect, mapping = o.mapping, read_with = o.read_with
    from public.uploads o where u.id = v_upload.id and o.id = v_guard.upload_id and v_part = 1 and u.header is null;
    return query select 'duplicate', v_guard.upload_id, v_part_id, v_part;
    return;
  end if;
  insert into public.ingest_replay_guard (org_id, content_sha256, dry_run, source_id, webhook_id, upload_id, part,
    received_at)
  values (v_org, p_sha256, p_dry_run, p_source_id, p_webhook_id, v_upload.id, v_part, p_as_of);
  update public.uploads u set state = 'processing'
  where u.id = v_upload.id and u.state in ('receiving', 'completed')
    and (select count(*) from public.upload_parts p where p.upload_id = u.id) = u.parts_expected;
  return query select 'accepted', v_upload.id, v_part_id, v_part;
end
$function$;

CREATE OR REPLACE FUNCTION private.add_warnings (
  p_part_id uuid,
  p_found   jsonb
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  with part as (
    select p.warnings, p.warning_lines from public.upload_parts p where p.id = p_part_id
  ), counted as (
    select c.code, sum(c.n)::integer as n
    from (
      select w.key as code, w.value::integer as n from part cross join lateral jsonb_each_text(part.warnings) w
      union all
      select f.key, (f.value ->> 'n')::integer from jsonb_each(p_found) f
    ) c
    group by c.code
  ), lined as (
    select l.code, jsonb_agg(l.line order by l.line) as lines
    from (
      select d.code, d.line, row_number() over (partition by d.code order by d.line) as position
      from (
        select w.key as code, x.line::integer as line
        from part cross join lateral jsonb_each(part.warning_lines) w
        cross join lateral jsonb_array_elements_text(w.value) x (line)
        union
        select f.key, x.line::integer
        from jsonb_each(p_found) f cross join lateral jsonb_array_elements_text(f.value -> 'lines') x (line)
      ) d
    ) l
    where l.position <= 5
    group by l.code
  )
  update public.upload_parts p
  set warnings = (select coalesce(jsonb_object_agg(c.code, c.n), '{}') from counted c),
    warning_lines = (select coalesce(jsonb_object_agg(l.code, l.lines), '{}') from lined l)
  where p.id = p_part_id and p_found <> '{}'
$function$;

CREATE OR REPLACE FUNCTION private.is_part_stored (
  p_part_id uuid
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select exists (
    select from public.upload_parts p
    join private.upload_part_chunks c on c.part_id = coalesce(p.stored_part_id, p.id)
    where p.id = p_part_id)
$function$;

CREATE OR REPLACE FUNCTION private.lines_before (
  p_upload_id uuid
)
  RETURNS TABLE (
    part   integer,
    before integer
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select p.part, coalesce(sum(coalesce(o.lines, p.lines)) over (order by p.part
    rows between unbounded preceding and 1 preceding), 0)::integer
  from public.upload_parts p
  left join public.upload_parts o
    on o.upload_id = p.duplicate_of_upload_id and o.sha256 = p.sha256 and o.org_id = p.org_id
  where p.upload_id = p_upload_id
$function$;

CREATE OR REPLACE FUNCTION private.purge_expired (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_chunks integer;
  v_guards integer;
  v_rates integer;
begin
  with gone as (
    delete from private.upload_part_chunks c
    using public.upload_parts p
    join public.uploads u on u.id = p.upload_id
    join public.orgs o on o.id = u.org_id
    where c.part_id = p.id
      and u.state in ('completed', 'undone', 'failed')
      and coalesce(u.completed_at, u.received_at)
        < p_as_of - make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30))
      -- A rerun may still be reading them.
      and not exists (select from public.upload_parts r join public.uploads x on x.id = r.upload_id
        where r.org_id = p.org_id and r.stored_part_id = p.id and x.state in ('receiving', 'processing'))
    returning c.part_id
  ), closed as (
    -- Their dead letters cannot be replayed any more.
    update public.pipeline_dlq d
    set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the stored bytes have expired'), 2000)
    where d.resolved_at is null and d.source in ('rejects', 'stage-part')
      and d.payload ->> 'part_id' in (
        select g.part_id::text from gone g
        union all
        select r.id::text from gone g join public.upload_parts r on r.stored_part_id = g.part_id)
  )
  select count(*) into v_chunks from gone;
  delete from public.ingest_replay_guard g where g.received_at < p_as_of - interval '400 days';
  get diagnostics v_guards = row_count;
  delete from private.source_rates r where r.minute < p_as_of - interval '1 day';
  get diagnostics v_rates = row_count;
  delete from private.source_secrets s where s.expires_at < p_as_of - interval '30 days';
  return jsonb_build_object('chunks', v_chunks, 'guards', v_guards, 'rates', v_rates, 'webhooks',
    private.purge_webhook_bodies(p_as_of));
end
$function$;

CREATE OR REPLACE FUNCTION private.read_part_chunk (
  p_part_id uuid,
  p_seq     integer
)
  RETURNS bytea
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select private.decrypt_bytes(c.body, private.org_key(b.org_id, b.key_id))
  from public.upload_parts p
  join public.upload_parts b on b.org_id = p.org_id and b.id = coalesce(p.stored_part_id, p.id)
  join private.upload_part_chunks c on c.part_id = b.id
  where p.id = p_part_id and c.seq = p_seq
$function$;

CREATE OR REPLACE FUNCTION private.read_settings (
  p_source public.sources
)
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  select jsonb_build_object('column_map', p_source.column_map, 'preset', p_source.preset,
    'default_state', p_source.default_state, 'default_city', p_source.default_city,
    'default_county', p_source.default_county)
$function$;

CREATE OR REPLACE FUNCTION private.reason_to_keep (
  p_lead      public.leads,
  p_upload_id uuid
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return case
    when p_lead.campaign_status <> 'new' or p_lead.call_attempt_count > 0 or p_lead.last_reply_at is not null
      then 'contacted or added to a campaign since'
    when exists (select from public.messages x where x.org_id = p_lead.org_id and x.lead_id = p_lead.id)
      or exists (select from public.sequence_runs x where x.org_id = p_lead.org_id and x.lead_id = p_lead.id)
      then 'contacted or added to a campaign since'
    when exists (select from public.lead_changes c
      where c.org_id = p_lead.org_id and c.lead_id = p_lead.id and c.actor = 'member')
      then 'edited by a person'
    when exists (select from public.lead_changes c
      where c.org_id = p_lead.org_id and c.lead_id = p_lead.id and c.action = 'updated'
        and c.actor = 'upload' and c.upload_id <> p_upload_id
        -- What an undone upload changed was reverted.
        and not exists (select from public.uploads x
          where x.org_id = c.org_id and x.id = c.upload_id and x.state = 'undone'))
      then 'changed by another upload since'
    when exists (select from public.contact_points c
      where c.org_id = p_lead.org_id and c.lead_id = p_lead.id and c.created_upload_id <> p_upload_id)
      then 'has contact points from another upload'
    when exists (select from public.lead_merges m
      where m.org_id = p_lead.org_id and m.survivor_id = p_lead.id and m.undone_at is null
        and m.upload_id is distinct from p_upload_id)
      then 'merged with another lead since'
    when exists (select from public.consent_tokens t where t.org_id = p_lead.org_id and t.lead_id = p_lead.id)
      then 'consent was requested since'
  end;
end
$function$;

CREATE OR REPLACE FUNCTION private.rerun_answer (
  p_upload public.uploads
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select case
    when p_upload.dry_run then 'dry_run'
    when p_upload.state = 'undone' then 'undone'
    when exists (select from public.uploads r
      where r.org_id = p_upload.org_id and p_upload.id in (r.id, r.rerun_of_upload_id)
        and r.state in ('receiving', 'processing')) then 'running'
    when p_upload.state = 'failed' then 'failed'
    when (
      select r.read_with = private.read_settings(s)
      from public.uploads r
      join public.sources s on s.id = r.source_id
      where r.org_id = p_upload.org_id and p_upload.id in (r.id, r.rerun_of_upload_id) and r.state = 'completed'
      order by r.received_at desc, r.rerun_of_upload_id is null
      limit 1) then 'current'
    when exists (select from public.upload_parts p
      where p.upload_id = p_upload.id and private.stored_part(p) is null) then 'not_stored'
    else 'ready'
  end
$function$;

CREATE OR REPLACE FUNCTION private.reset_part (
  p_part_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.clear_staging(p_part_id);
  delete from public.upload_rejects j using public.upload_parts p
  where p.id = p_part_id and j.upload_id = p.upload_id and j.part = p.part;
  update public.upload_parts p
  set state = 'received', staged_at = null, error = null, lines = 0, received = 0, staged = 0, rejected = 0,
    created = 0, updated = 0, unchanged = 0, merged = 0, conflict = 0, warnings = '{}', warning_lines = '{}'
  where p.id = p_part_id and p.state in ('received', 'staging', 'staged', 'failed');
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_part (
  p_part_id uuid,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET jit TO 'off'
  AS $function$
declare
  v_part public.upload_parts;
  v_upload public.uploads;
  v_trust smallint;
  v_observed timestamptz;
  v_line integer;
  v_verified integer;
begin
  select * into strict v_part from public.upload_parts p where p.id = p_part_id;
  perform pg_advisory_xact_lock(hashtextextended(v_part.org_id::text, 1));
  select * into strict v_part from public.upload_parts p where p.id = p_part_id for update;
  if v_part.state <> 'staged' then
    return v_part.state;
  end if;
  select * into strict v_upload from public.uploads u where u.id = v_part.upload_id;
  v_observed := coalesce(v_upload.observed_at, v_upload.received_at);
  select s.trust into strict v_trust from public.sources s where s.id = v_upload.source_id;
  if (select count(*) from public.leads_staging s where s.part_id = p_part_id and s.verdict is null)
    <> v_part.staged - v_part.created - v_part.updated - v_part.unchanged - v_part.merged - v_part.conflict then
    -- The staging rows are lost (database crash): stage again from the stored bytes.
    perform private.reset_part(p_part_id);
    return 'received';
  end if;
  perform set_config('sluice.actor', 'upload', true), set_config('sluice.upload_id', v_upload.id::text, true);

  perform private.open_resolve_scratch();
  perform private.match_rows(v_part.org_id, p_part_id);
  perform private.recall_answers(v_part.org_id, p_part_id);
  perform private.link_rows(v_part.org_id, p_part_id);
  perform private.classify_components(v_part.org_id);
  perform private.fold_rows(p_part_id);
  perform private.apply_leads(v_part.org_id, p_part_id, v_upload.id, v_upload.source_id, v_trust,
    v_observed);

  v_verified := (select count(*) from resolve_leads n where n.is_new and n.phone_verified);

  for v_line in select r.line_number from resolve_rows r where r.lead_id is null order by r.line_number loop
    delete from resolve_leads where true;
    perform private.resolve_row(v_part.org_id, p_part_id, v_upload.id, v_line, p_as_of);
    if (select r.lead_id is not null from resolve_rows r where r.line_number = v_line) then
      perform private.fold_rows(p_part_id, v_line);
      perform private.apply_leads(v_part.org_id, p_part_id, v_upload.id, v_upload.source_id, v_trust,
        v_observed, v_line);
      v_verified := v_verified + (select count(*) from resolve_leads n where n.is_new and n.phone_verified);
    end if;
  end loop;

  -- A row that matches a lead created by this same upload is a repeat. One look-up by key for each such row: without
  -- statistics, a join would scan the leads for every row.
  update resolve_rows r set verdict = 'merged'
  where r.verdict in ('unchanged', 'updated')
    and (select l.created_upload_id from public.leads l
      where l.org_id = v_part.org_id and l.id = r.lead_id) = v_upload.id;
  perform private.clear_staging(p_part_id);

  update public.upload_parts p
  set state = 'resolved', resolved_at = greatest(p_as_of, p.staged_at),
    created = p.created + v.created, updated = p.updated + v.updated, unchanged = p.unchanged + v.unchanged,
    merged = p.merged + v.merged, conflict = p.conflict + v.conflict
  from (
    select count(*) filter (where r.verdict = 'created') as created,
      count(*) filter (where r.verdict = 'updated') as updated,
      count(*) filter (where r.verdict = 'unchanged') as unchanged,
      count(*) filter (where r.verdict = 'merged') as merged,
      count(*) filter (where r.verdict = 'conflict') as conflict
    from resolve_rows r
  ) v
  where p.id = p_part_id;
  perform private.record_part_events(p_part_id, v_verified, p_as_of);
  if v_part.rejected > 0 then
    perform private.record_dead_letter(v_part.org_id, 'rejects', jsonb_build_object('part_id', p_part_id),
      v_part.rejected || case when v_part.rejected = 1 then ' row' else ' rows' end || ' rejected', null,
        v_upload.correlation_id, p_as_of);
  end if;
  return 'resolved';
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
  select coalesce(jsonb_object_agg(w.code, w.found), '{}') into v_warnings
  from (
    select u.code, jsonb_build_object('n', count(*), 'lines', (array_agg(u.line_no order by u.line_no))[:5]) as found
    from (
      select i.line_no, case i.kind when 'phone' then 'phone_unusable' else 'email_unusable' end as code
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
    (select coalesce(jsonb_object_agg(w.code, w.found), '{}')
     from (
       select u.code,
         jsonb_build_object('n', count(*), 'lines', (array_agg(u.line_no order by u.line_no))[:5]) as found
       from (select p.line_no, unnest(p.row_warnings) as code from parsed p) u
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

CREATE OR REPLACE FUNCTION private.stored_part (
  p_part public.upload_parts
)
  RETURNS uuid
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select case when private.is_part_stored(p_part.id) then coalesce(p_part.stored_part_id, p_part.id)
    else (
      select o.id from public.upload_parts o
      where o.org_id = p_part.org_id and o.upload_id = p_part.duplicate_of_upload_id and o.sha256 = p_part.sha256
        and private.is_part_stored(o.id)
      limit 1) end
$function$;

CREATE OR REPLACE FUNCTION private.warning_lines (
  p_upload_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(jsonb_object_agg(w.code, w.lines), '{}')
  from (
    select l.code, jsonb_agg(l.line order by l.line) as lines
    from (
      select w.key as code, b.before + x.line::integer as line,
        row_number() over (partition by w.key order by p.part, x.line::integer) as position
      from public.upload_parts p
      join private.lines_before(p_upload_id) b on b.part = p.part
      cross join lateral jsonb_each(p.warning_lines) w
      cross join lateral jsonb_array_elements_text(w.value) x (line)
      where p.upload_id = p_upload_id
        -- While an earlier part is not staged, the lines before this one are not known.
        and not exists (select from public.upload_parts e
          where e.upload_id = p.upload_id and e.part < p.part and e.state in ('received', 'staging'))
    ) l
    where l.position <= 5
    group by l.code
  ) w
$function$;

CREATE OR REPLACE FUNCTION public.rerun_upload (
  p_upload_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  u public.uploads;
  v_answer text;
  v_id uuid := gen_random_uuid();
  v_first uuid;
begin
  -- A rerun is read again as the upload that it read.
  select x.* into u from public.uploads x
  where x.id = (select coalesce(y.rerun_of_upload_id, y.id) from public.uploads y where y.id = p_upload_id)
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))
  for update;
  if not found then
    raise exception 'upload not found' using errcode = 'SL203';
  end if;
  v_answer := private.rerun_answer(u);
  if v_answer <> 'ready' then
    raise exception 'upload % cannot be read again: %', u.id, case v_answer
      when 'current' then 'its last run was read with the settings that the source has now'
      when 'running' then 'it is not finished'
      when 'failed' then 'it failed, so replay it'
      when 'not_stored' then 'its bytes are no longer stored'
      when 'undone' then 'it was undone'
      else 'it was a dry run' end using errcode = 'SL208';
  end if;

  insert into public.uploads (id, org_id, source_id, state, filename, parts_expected, correlation_id, received_at,
    rerun_of_upload_id, observed_at, read_with)
  select v_id, u.org_id, u.source_id, 'processing', u.filename, u.parts_expected, gen_random_uuid(), p_as_of,
    u.id, u.received_at, private.read_settings(s)
  from public.sources s where s.id = u.source_id;
  insert into public.upload_parts (org_id, upload_id, part, bytes, sha256, content_encoding, key_id, received_at,
    stored_part_id)
  select p.org_id, v_id, p.part, p.bytes, p.sha256, b.content_encoding, private.active_key_id(p.org_id, 'data'), p_as_of,
    b.id
  from public.upload_parts p
  join public.upload_parts b on b.id = private.stored_part(p)
  where p.upload_id = u.id;
  -- Its rejects are read again, too: replaying the old ones would read them twice.
  update public.pipeline_dlq d
  set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the upload was read again'), 2000)
  where d.org_id = u.org_id and d.resolved_at is null and d.source in ('rejects', 'stage-part')
    and d.payload ->> 'part_id' in (
      select p.id::text from public.upload_parts p join public.uploads x on x.id = p.upload_id
      where x.org_id = u.org_id and u.id in (x.id, x.rerun_of_upload_id) and x.id <> v_id);
  -- The other parts are queued when part 1 has given the header.
  select p.id into strict v_first from public.upload_parts p where p.upload_id = v_id and p.part = 1;
  perform private.send_job('stage-part', jsonb_build_object('part_id', v_first), v_first::text);
  return v_id;
end
$function$;

REVOKE ALL ON FUNCTION "public"."rerun_upload"(uuid, timestamp WITH time zone) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.undo_upload (
  p_upload_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  u public.uploads;
  v_kept jsonb;
  v_more jsonb;
  v_reverted integer;
  v_unmerged integer;
  v_deleted integer;
begin
  select x.* into u from public.uploads x
  where x.id = p_upload_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')));
  if not found then
    raise exception 'upload not found' using errcode = 'SL203';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(u.org_id::text, 1));
  select x.* into strict u from public.uploads x where x.id = p_upload_id for update;
  if u.state not in ('completed', 'failed') or exists (
      select from public.upload_parts p where p.upload_id = u.id and p.state in ('received', 'staging', 'staged')) then
    raise exception 'upload % is %: only a finished upload can be undone', u.id, u.state using errcode = 'SL206';
  end if;
  if exists (select from public.uploads r
      where r.org_id = u.org_id and r.rerun_of_upload_id = u.id and r.state not in ('undone', 'failed')) then
    raise exception 'upload % was read again: undo upload % first', u.id, (
      select r.id from public.uploads r
      where r.org_id = u.org_id and r.rerun_of_upload_id = u.id and r.state not in ('undone', 'failed')
      order by r.received_at desc limit 1) using errcode = 'SL206';
  end if;
  perform set_config('sluice.actor', 'system', true);

  delete from public.lead_addresses a where a.org_id = u.org_id and a.created_upload_id = u.id;
  select coalesce(jsonb_agg(jsonb_build_object('lead_id', r.lead_id, 'reason', r.reason))
    filter (where r.reason is not null), '[]'),
    count(*) filter (where r.reverted)
  into v_kept, v_reverted
  from private.revert_changes(u.org_id, u.id) r;
  v_unmerged := private.unmerge_leads(u.org_id, u.id, p_as_of);

  with gone as (
    delete from public.contact_points c using public.leads l
    where l.org_id = u.org_id and l.id = c.lead_id and c.org_id = u.org_id and c.created_upload_id = u.id
      and l.created_upload_id is distinct from u.id and l.campaign_status = 'new'
    returning c.lead_id
  )
  select v_reverted + count(distinct g.lead_id) filter (where g.lead_id not in (
      select x.lead_id from public.lead_changes x where x.org_id = u.org_id and x.upload_id = u.id
        and x.action = 'updated'))
  into v_reverted from gone g;
  perform private.refresh_verification(u.org_id, array(
    select distinct x.lead_id from public.lead_changes x where x.org_id = u.org_id and x.upload_id = u.id
      and x.action = 'updated'));

  select coalesce(jsonb_agg(jsonb_build_object('lead_id', l.id, 'reason', k.reason)), '[]') into v_more
  from public.leads l cross join lateral (select private.reason_to_keep(l, u.id) as reason) k
  where l.org_id = u.org_id and l.source_id = u.source_id and l.created_upload_id = u.id and k.reason is not null;
  with gone as (
    delete from public.leads l
    where l.org_id = u.org_id and l.source_id = u.source_id and l.created_upload_id = u.id
      and private.reason_to_keep(l, u.id) is null
    returning l.id
  )
  select count(*) into v_deleted from gone;

  perform private.withdraw_conflict_rows(u.org_id, u.id, p_as_of);
  update public.pipeline_dlq d
  set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the upload was undone'), 2000)
  where d.org_id = u.org_id and d.resolved_at is null and d.source in ('rejects', 'stage-part', 'resolve-upload')
    and (d.payload ->> 'upload_id' = u.id::text or d.payload ->> 'part_id' in (
      select p.id::text from public.upload_parts p where p.upload_id = u.id));
  delete from public.ingest_replay_guard g where g.upload_id = u.id;
  update public.uploads x set state = 'undone', undone_at = p_as_of, completed_at = coalesce(x.completed_at, p_as_of)
  where x.id = u.id;
  return jsonb_build_object(
    'undone', jsonb_build_object('deleted', v_deleted, 'reverted', v_reverted, 'unmerged', v_unmerged),
    'kept', v_kept || v_more);
end
$function$;

CREATE OR REPLACE FUNCTION public.upload_status (
  p_upload_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_build_object(
    'upload_id', u.id,
    'source', s.key,
    'state', u.state,
    'dry_run', u.dry_run,
    'filename', u.filename,
    'rerun_of', u.rerun_of_upload_id,
    'parts_expected', u.parts_expected,
    'parts', coalesce(p.parts, '[]'),
    'progress', case
      when u.state in ('completed', 'failed', 'undone') then 1
      when coalesce(u.parts_expected, p.count, 0) = 0 then 0
      else round(coalesce(p.weight, 0) / greatest(u.parts_expected, p.count), 3) end,
    'counts', coalesce(p.counts, '{}'),
    'warnings', coalesce((
      select jsonb_object_agg(w.code, w.n) from (
        select e.key as code, sum(e.value::integer) as n
        from public.upload_parts x cross join lateral jsonb_each_text(x.warnings) e
        where x.upload_id = u.id group by e.key) w), '{}'),
    'warning_lines', private.warning_lines(u.id),
    'dialect', u.dialect,
    'mapping', u.mapping,
    'timings', jsonb_build_object(
      'received_at', u.received_at, 'staged_at', p.staged_at, 'resolved_at', p.resolved_at, 'completed_at',
        u.completed_at,
      'seconds', round(extract(epoch from coalesce(u.completed_at, p.resolved_at) - u.received_at), 3)),
    'correlation_id', u.correlation_id,
    'error', u.error)
  from public.uploads u
  join public.sources s on s.id = u.source_id
  left join lateral (
    select count(*) as count,
      sum(case x.state when 'received' then 0.05 when 'staging' then 0.2 when 'staged' then 0.5 else 1 end) as weight,
      max(x.staged_at) as staged_at, max(x.resolved_at) as resolved_at,
      jsonb_agg(jsonb_build_object('part', x.part, 'state', x.state, 'bytes', x.bytes,
        'sha256', encode(x.sha256, 'hex'), 'rows', x.received, 'error', x.error) order by x.part) as parts,
      jsonb_build_object('received', sum(x.received), 'staged', sum(x.staged), 'created', sum(x.created),
        'updated', sum(x.updated), 'unchanged', sum(x.unchanged), 'merged', sum(x.merged),
        'conflict', sum(x.conflict), 'rejected', sum(x.rejected)) as counts
    from public.upload_parts x where x.upload_id = u.id
  ) p on true
  where u.id = p_upload_id
$function$;

CREATE OR REPLACE FUNCTION public.uploads_to_rerun (
  p_source_id uuid
)
  RETURNS TABLE (
    upload_id   uuid,
    filename    text,
    received_at timestamp with time zone,
    received    bigint,
    answer      text
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select u.id, u.filename, u.received_at,
    (select sum(p.received) from public.upload_parts p where p.upload_id = u.id),
    private.rerun_answer(u)
  from public.uploads u
  where u.source_id = p_source_id and u.rerun_of_upload_id is null and not u.dry_run and u.state <> 'undone'
    and (private.is_trusted_caller() or u.org_id = any (private.my_org_ids('{owner,admin}')))
  order by u.received_at, u.id
$function$;

REVOKE ALL ON FUNCTION "public"."uploads_to_rerun"(uuid) FROM PUBLIC, "anon";

-- One row per upload and per part: the tables are small, and the new columns are null.

ALTER TABLE "public"."upload_parts"
  -- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint, adding-foreign-key-constraint
  ADD CONSTRAINT "part_belongs_to_its_org" UNIQUE (org_id, id);

ALTER TABLE "public"."upload_parts"
  -- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint, adding-foreign-key-constraint
  ADD CONSTRAINT "rerun_reads_a_part_of_its_org" FOREIGN KEY (org_id, stored_part_id) REFERENCES public.upload_parts(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."uploads"
  -- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint, adding-foreign-key-constraint
  ADD CONSTRAINT "rerun_is_no_dry_run" CHECK (((rerun_of_upload_id IS NULL) OR (NOT dry_run)));

ALTER TABLE "public"."uploads"
  -- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint, adding-foreign-key-constraint
  ADD CONSTRAINT "rerun_knows_when_its_list_was_received" CHECK (((rerun_of_upload_id IS NULL) = (observed_at IS NULL)));

ALTER TABLE "public"."uploads"
  -- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint, adding-foreign-key-constraint
  ADD CONSTRAINT "rerun_reads_an_upload_of_its_org" FOREIGN KEY (org_id, rerun_of_upload_id) REFERENCES public.uploads(org_id, id) ON DELETE CASCADE;

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX upload_parts_stored_idx ON public.upload_parts USING btree (org_id, stored_part_id)
  WHERE (stored_part_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX uploads_one_rerun_at_a_time_key ON public.uploads USING btree (rerun_of_upload_id)
  WHERE (state = ANY (ARRAY['receiving'::public.upload_state, 'processing'::public.upload_state]));

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX uploads_rerun_idx ON public.uploads USING btree (org_id, rerun_of_upload_id)
  WHERE (rerun_of_upload_id IS NOT NULL);

COMMENT ON COLUMN "public"."upload_parts"."stored_part_id" IS 'For a part of a rerun: the part that holds the stored bytes. Null: this one does.';

COMMENT ON COLUMN "public"."upload_parts"."warning_lines" IS 'The first lines of the part with each code, at most five.';

COMMENT ON COLUMN "public"."upload_parts"."warnings" IS 'How often each code of a warning was given.';

COMMENT ON COLUMN "public"."uploads"."observed_at" IS 'For a rerun: when the list was received. Else received_at counts.';

COMMENT ON COLUMN "public"."uploads"."read_with" IS 'The settings of the source with which part 1 was read; null before that, and for uploads older than this column.';

COMMENT ON COLUMN "public"."uploads"."rerun_of_upload_id" IS 'The upload whose stored bytes this one reads again; see rerun_upload. Null for bytes that were sent.';

COMMENT ON FUNCTION "private"."add_warnings"(uuid, jsonb) IS 'Adds warnings to a part: {code: {n: count, lines: [lines of the part]}}. The first five lines of each code are kept.';

COMMENT ON FUNCTION "private"."lines_before"(uuid) IS 'Lines of the file before each part of an upload, as far as the earlier parts are staged: added to a line of the part, they give the line of the file.';

COMMENT ON FUNCTION "private"."read_settings"(public.sources) IS 'The settings of a source that decide how its files are read.';

COMMENT ON FUNCTION "private"."rerun_answer"(public.uploads) IS 'Whether an upload (not a rerun) can be read again: ready, or why not. current: its last run was read with the settings that its source has now.';

COMMENT ON FUNCTION "private"."stage_contacts"(public.upload_parts) IS 'Normalises and encrypts the phones and e-mails of pg_temp.stage_in and evaluates their codes; returns the unusable ones, as private.add_warnings takes them.';

COMMENT ON FUNCTION "private"."stored_part"(public.upload_parts) IS 'The part that holds the bytes of this one: itself, or the first part with the same content. Null when they are no longer stored.';

COMMENT ON FUNCTION "private"."warning_lines"(uuid) IS 'The first five lines of the file with each warning of an upload: {code: [line]}.';

COMMENT ON FUNCTION "public"."rerun_upload"(uuid, timestamp with time zone) IS 'Reads a finished upload again with the settings that its source has now, as a new upload, and returns its id. Once for the same settings: raises SL208 when it is running or current, or cannot be read again, and SL203 when there is no such upload. For owners, admins and the service. Definer: members cannot write uploads.';

COMMENT ON FUNCTION "public"."upload_status"(uuid) IS 'State, progress (0 to 1), counts, warnings with their first lines, column mapping and timings (seconds) of an upload, as JSON; null when the caller may not see it.';

COMMENT ON FUNCTION "public"."uploads_to_rerun"(uuid) IS 'Uploads of a source, oldest first, with the number of their rows and whether each can be read again: ready, current (read with the settings that the source has now), running, failed (replay it) or not_stored. For owners, admins and the service. Definer: members cannot see whether bytes are stored.';

REVOKE ALL ON FUNCTION "private"."add_warnings"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."add_warnings"(uuid, jsonb) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."lines_before"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lines_before"(uuid) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."lines_before"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "private"."read_settings"(public.sources) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."read_settings"(public.sources) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."rerun_answer"(public.uploads) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rerun_answer"(public.uploads) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."stored_part"(public.upload_parts) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."stored_part"(public.upload_parts) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."warning_lines"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."warning_lines"(uuid) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."warning_lines"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."rerun_upload"(uuid, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."rerun_upload"(uuid, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."uploads_to_rerun"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."uploads_to_rerun"(uuid) TO "service_role";
