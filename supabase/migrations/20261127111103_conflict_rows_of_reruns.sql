-- conflict rows of reruns: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."withdraw_conflict_rows"(uuid, uuid, timestamp WITH time zone);

CREATE OR REPLACE FUNCTION private.open_upload (
  p_org_id         uuid,
  p_source_id      uuid,
  p_given_id       uuid,
  p_parts          integer,
  p_dry_run        boolean,
  p_filename       text,
  p_correlation_id uuid,
  p_as_of          timestamp with time zone
)
  RETURNS public.uploads
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  u public.uploads;
begin
  perform pg_advisory_xact_lock(hashtextextended(p_source_id::text || p_given_id, 4));
  update public.uploads x set parts_expected = coalesce(x.parts_expected, p_parts)
  where x.source_id = p_source_id and coalesce(x.given_id, x.id) = p_given_id
  returning * into u;
  if found then
    return u;
  end if;
  -- The second attempt: an upload of another source has that id.
  for i in 1 .. 2 loop
    insert into public.uploads (id, org_id, source_id, given_id, state, dry_run, filename, parts_expected,
      correlation_id, received_at)
    values (case when i = 1 and p_given_id is not null then p_given_id else gen_random_uuid() end, p_org_id,
      p_source_id, case when i = 2 then p_given_id end, 'receiving', p_dry_run, p_filename,
      case when p_given_id is null then 1 else p_parts end, p_correlation_id, p_as_of)
    on conflict (id) do nothing
    returning * into u;
    exit when found;
  end loop;
  return u;
end
$function$;

CREATE OR REPLACE FUNCTION private.recall_answers (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
declare
  v_key bytea;
begin
  if not exists (select from public.conflict_answers a where a.org_id = p_org_id and a.answer <> 'dismiss') then
    return;
  end if;
  v_key := private.blind_key(p_org_id);
  with recalled as materialized (
    select r.row_no, r.part_id, r.line_number, a.answer, private.current_lead(p_org_id, a.lead_id) as lead_id
    from resolve_rows r
    cross join lateral (
      select private.owner_print(s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full)
          as owner,
        private.row_keys(s.mak, s.county_fips, coalesce(s.apn_segments, s.apn), s.addr_hash, s.phone, s.email)
      as keys
      from public.leads_staging s where s.part_id = r.part_id and s.line_number = r.line_number
      offset 0
    ) s
    join public.conflict_answers a on a.org_id = p_org_id and a.row_keys = s.keys
    where a.answer <> 'dismiss' and a.identity = private.row_identity(a.row_keys, s.owner, v_key)
  ), usable as materialized (
    -- A row whose lead was deleted is matched like any other; one that is a lead of its own becomes one again.
    select * from recalled where lead_id is not null or answer = 'own'
  ), taken as (
    update public.leads_staging s
    set mak = null, county_fips = null, apn = null, apn_segments = null, addr_hash = null, verdict = 'unchanged'
    from usable u where s.part_id = u.part_id and s.line_number = u.line_number and u.lead_id is not null
  )
  -- Without keys, and pointing to its lead alone: from here on it is matched like a row whose MAK points there.
  update resolve_rows r
  set mak = null, parcel = null, apn = null, addr_hash = null, phone = null, email = null, owner = null,
    near = null, twin = null, by_mak = u.lead_id, by_parcel = null, by_place = null,
    component_size = null, lead_id = null, verdict = null,
    answer = case when u.lead_id is null then 'own' else 'known' end,
    evidence = case when u.lead_id is not null then 'the answer of a person' end
  from usable u where r.row_no = u.row_no;
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_parts (
  p_upload_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET jit TO 'off'
  AS $function$
declare
  v_upload public.uploads;
  v_parts uuid[];
  v_lost uuid[];
  v_verified jsonb;
  v_by_contact jsonb;
begin
  select * into strict v_upload from public.uploads u where u.id = p_upload_id;
  perform pg_advisory_xact_lock(hashtextextended(v_upload.org_id::text, 1));
  perform from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged' order by p.part for update;
  select array_agg(p.id order by p.part), array_agg(p.id) filter (where p.staged - p.created - p.updated - p.unchanged
      - p.merged - p.conflict <> (select count(*) from public.leads_staging s where s.part_id = p.id
        and s.verdict is null))
  into v_parts, v_lost
  from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged';
  if v_lost is not null then
    -- The staging rows are lost (database crash): stage again from the stored bytes.
    perform private.reset_part(x) from unnest(v_lost) x;
    return 'restage';
  end if;
  perform set_config('sluice.actor', 'upload', true), set_config('sluice.upload_id', p_upload_id::text, true);

  perform private.open_resolve_scratch();
  perform private.match_rows(v_upload.org_id, v_parts);
  if exists (select from resolve_rows r where r.twin) then
    perform private.match_twins(v_upload.org_id);
  end if;
  perform private.recall_answers(v_upload.org_id);
  perform private.link_keys();
  perform private.find_shared_addresses();
  if private.drop_shared_keys(v_upload.org_id, p_upload_id) then
    truncate resolve_places, resolve_links;
    perform private.find_shared_addresses(), private.link_keys();
  end if;
  if private.link_twins(v_upload.org_id) then
    truncate resolve_links;
    perform private.link_keys();
  end if;
  perform private.spread_components();
  perform private.keep_unsettled_addresses();
  if exists (select from resolve_places) then
    perform private.find_address_nodes(v_upload.org_id);
    perform private.claim_leads(v_upload.org_id);
    perform private.settle_places();
    perform private.link_keys(true);
    perform private.spread_components();
  end if;
  v_verified := private.resolve_matched(v_upload, p_as_of);

  perform private.open_resolve_scratch();
  if private.match_contacts(v_parts) then
    perform private.recall_answers(v_upload.org_id), private.find_contact_nodes(v_upload.org_id);
    perform private.settle_places();
    perform private.link_keys(true);
    perform private.spread_components();
    v_by_contact := private.resolve_matched(v_upload, p_as_of);
  end if;

  -- The rows of a rerun replace those that its earlier runs read from the same bytes.
  perform private.withdraw_conflict_rows(x.org_id, x.id, 'the upload was read again', p_as_of)
  from public.uploads x
  where x.org_id = v_upload.org_id and v_upload.rerun_of_upload_id in (x.id, x.rerun_of_upload_id)
    and x.id <> p_upload_id;
  perform private.reject_keyless_rows(p_upload_id, v_parts);
  perform private.clear_staging(v_parts);
  update public.upload_parts p set state = 'resolved', resolved_at = greatest(p_as_of, p.staged_at)
  where p.id = any (v_parts);
  perform private.record_part_events(p.id, coalesce((v_verified ->> p.part::text)::integer, 0)
    + coalesce((v_by_contact ->> p.part::text)::integer, 0), p_as_of)
  from public.upload_parts p where p.id = any (v_parts);
  perform private.record_dead_letter(v_upload.org_id, 'rejects', jsonb_build_object('part_id', p.id),
    p.rejected || case when p.rejected = 1 then ' row' else ' rows' end || ' rejected', null, v_upload.correlation_id,
      p_as_of)
  from public.upload_parts p where p.id = any (v_parts) and p.rejected > 0;
  return 'resolved';
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
        set_config('sluice.upload_id', v_row.upload_id::text, true), private.open_resolve_scratch();
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

CREATE OR REPLACE FUNCTION private.take_keys (
  p_part_id uuid,
  p_line    integer
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  update public.leads_staging s
  set mak = null, county_fips = null, apn = null, apn_segments = null, addr_hash = null, verdict = 'unchanged'
  where s.part_id = p_part_id and s.line_number = p_line;
  update resolve_rows r set mak = null, parcel = null, apn = null, addr_hash = null,
    evidence = 'the answer of a person'
  where r.part_id = p_part_id and r.line_number = p_line;
$function$;

CREATE OR REPLACE FUNCTION private.unskip_part (
  p_part_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_origin public.upload_parts;
begin
  select o.* into v_origin
  from public.upload_parts p
  join public.upload_parts o on o.upload_id = p.duplicate_of_upload_id and o.part = p.part and o.sha256 = p.sha256
  where p.id = p_part_id and p.state = 'duplicate' and private.is_part_stored(o.id);
  if not found then
    return;
  end if;
  update public.upload_parts p
  set state = 'received', duplicate_of_upload_id = null,
    stored_part_id = coalesce(v_origin.stored_part_id, v_origin.id),
    content_encoding = v_origin.content_encoding, bytes = v_origin.bytes
  where p.id = p_part_id;
  update public.uploads u set state = 'processing', completed_at = null
  from public.upload_parts p where p.id = p_part_id and u.id = p.upload_id and u.state = 'completed';
  perform private.send_job('stage-part', jsonb_build_object('part_id', p_part_id), p_part_id::text);
end
$function$;

CREATE OR REPLACE FUNCTION private.withdraw_conflict_rows (
  p_org_id     uuid,
  p_upload_id  uuid,
  p_resolution text,
  p_as_of      timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  delete from private.conflict_rows x where x.org_id = p_org_id and x.upload_id = p_upload_id;
  -- A conflict whose row another upload has, too, goes on with that row.
  update public.lead_conflicts c set upload_id = o.upload_id, part = o.part, line = o.line
  from (
    select distinct on (x.conflict_id) x.* from private.conflict_rows x
    where x.org_id = p_org_id
    order by x.conflict_id, x.created_at, x.upload_id, x.part, x.line
  ) o
  where c.org_id = p_org_id and c.upload_id = p_upload_id and c.state = 'open' and o.conflict_id = c.id;
  update public.lead_conflicts c
  set state = 'dismissed', closed_at = p_as_of, resolution = p_resolution
  where c.org_id = p_org_id and c.upload_id = p_upload_id and c.state = 'open';
end
$function$;

CREATE OR REPLACE FUNCTION public.export_person (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  l public.leads;
  v_contacts jsonb;
  v_values bytea[];
begin
  select x.* into l from public.leads x
  where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')));
  if not found then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL425';
  end if;
  insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown)
  select p_org_id, p_lead_id, auth.uid(), session_user, count(*) from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id;
  select coalesce(jsonb_agg(to_jsonb(c) - '{org_id,value_bidx,value_cipher,key_id}'::text[]
      || jsonb_build_object('value', private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)))
        order by c.kind, c.position), '[]'),
    array_agg(c.value_bidx)
  into v_contacts, v_values from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  return jsonb_build_object(
    'exported_at', now(), 'lead', jsonb_strip_nulls(to_jsonb(l) - '{org_id,phone_bidx,addr_hash}'::text[]),
      'contacts', v_contacts,
    'suppressions', (select coalesce(jsonb_agg(to_jsonb(s) - '{org_id,value_bidx}'::text[] order by s.created_at),
      '[]')
      from public.suppressions s where s.org_id = p_org_id and s.value_bidx = any (v_values)),
    'consents_of_the_same_contacts',
      (select coalesce(jsonb_agg(to_jsonb(c) - '{org_id,value_bidx,text_sha256,text_cipher,key_id}'::text[]
      order by c.occurred_at), '[]')
      from public.consents c where c.org_id = p_org_id and c.value_bidx = any (v_values) and c.lead_id is distinct
        from p_lead_id),
    'opt_out_texts', (select coalesce(jsonb_agg(jsonb_build_object('consent_id', c.id, 'text',
      private.decrypt_value(c.text_cipher, private.org_key(c.org_id, c.key_id)))), '[]')
      from public.consents c where c.org_id = p_org_id and (c.lead_id = p_lead_id or c.value_bidx = any (v_values))
        and c.text_cipher is not null),
    'message_texts', (select coalesce(jsonb_agg(jsonb_build_object('message_id', m.id, 'text',
      private.decrypt_value(m.text_cipher, private.org_key(m.org_id, m.key_id))) order by m.created_at), '[]')
      from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id and m.text_cipher is not null),
    'reply_texts', (select coalesce(jsonb_agg(jsonb_build_object('reply_id', r.id, 'text',
      private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id))) order by r.at, r.id), '[]')
      from public.replies r where r.org_id = p_org_id and r.lead_id = p_lead_id and r.text_cipher is not null),
    'call_transcripts', (select coalesce(jsonb_agg(jsonb_build_object('call_id', k.id, 'text',
      private.decrypt_value(k.transcript_cipher, private.org_key(k.org_id, k.key_id))) order by k.at, k.id), '[]')
      from public.calls k where k.org_id = p_org_id and k.lead_id = p_lead_id and k.transcript_cipher is not null),
    'rows_in_conflict', (select coalesce(jsonb_agg(jsonb_build_object('conflict_id', k.id, 'upload_id', x.upload_id,
      'part', x.part, 'line', x.line, 'row', private.conflict_row_content(x) -> 'raw')
        order by k.id, x.created_at), '[]')
      from public.lead_conflicts k join private.conflict_rows x on x.org_id = k.org_id and x.conflict_id = k.id
      where k.org_id = p_org_id and k.contacts && v_values),
    'do_not_call_status', (select coalesce(jsonb_agg(to_jsonb(s) - '{org_id,value_bidx}'::text[]), '[]')
      from private.phone_scrubs s where s.org_id = p_org_id and s.value_bidx = any (v_values)),
    'merged_with', (select coalesce(jsonb_agg(m.merged_row - '{org_id,phone_bidx,addr_hash,contact_points}'::text[]),
      '[]')
      from public.lead_merges m where m.org_id = p_org_id and m.survivor_id = p_lead_id),
    'records', private.rows_about_lead(p_org_id, p_lead_id));
end
$function$;

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
  v_rerun uuid;
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
  select r.id into v_rerun from public.uploads r
  where r.org_id = u.org_id and r.rerun_of_upload_id = u.id and r.state not in ('undone', 'failed')
  order by r.received_at desc limit 1;
  if found then
    raise exception 'upload % was read again: undo upload % first', u.id, v_rerun using errcode = 'SL209',
      detail = v_rerun;
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

  perform private.withdraw_conflict_rows(u.org_id, u.id, 'the upload was undone', p_as_of);
  update public.pipeline_dlq d
  set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the upload was undone'), 2000)
  where d.org_id = u.org_id and d.resolved_at is null and d.source in ('rejects', 'stage-part', 'resolve-upload')
    and (d.payload ->> 'upload_id' = u.id::text or d.payload ->> 'part_id' in (
      select p.id::text from public.upload_parts p where p.upload_id = u.id));
  delete from public.ingest_replay_guard g where g.upload_id = u.id;
  -- Uploads that skipped parts because this one had them read them after all.
  perform private.unskip_part(p.id) from public.upload_parts p
  join public.uploads x on x.id = p.upload_id and x.state <> 'undone'
  where p.org_id = u.org_id and p.duplicate_of_upload_id = u.id and p.state = 'duplicate'
  order by p.upload_id, p.part;
  update public.uploads x set state = 'undone', undone_at = p_as_of, completed_at = coalesce(x.completed_at, p_as_of)
  where x.id = u.id;
  return jsonb_build_object(
    'undone', jsonb_build_object('deleted', v_deleted, 'reverted', v_reverted, 'unmerged', v_unmerged),
    'kept', v_kept || v_more);
end
$function$;

COMMENT ON FUNCTION "private"."withdraw_conflict_rows"(uuid, uuid, text, timestamp with time zone) IS 'Removes the rows of an upload from open conflicts, and closes those that have no other row.';

REVOKE ALL ON FUNCTION "private"."withdraw_conflict_rows"(uuid, uuid, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."withdraw_conflict_rows"(uuid, uuid, text, timestamp WITH time zone) TO "pipeline_writer";
