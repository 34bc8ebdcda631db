-- persons and replay: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.audit_proof (
  p_org_id     uuid,
  p_action     text,
  p_subject_id text
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_build_object('event_id', e.id, 'at', e.at, 'seq', l.seq, 'hash', encode(l.hash, 'hex'))
  from private.audit_events e
  join private.audit_links l on l.org_id = e.org_id and l.event_id = e.id
  where e.org_id = p_org_id and e.action = p_action and e.subject_id = p_subject_id
  order by e.id desc limit 1
$function$;

CREATE OR REPLACE FUNCTION private.day_to_replay (
  p_org_id    uuid,
  p_day       date,
  p_source_id uuid DEFAULT NULL::uuid
)
  RETURNS TABLE (
    kind        text,
    id          text,
    name        text,
    received_at timestamp with time zone,
    items       bigint,
    answer      text
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with day as (
    select p_day::timestamp at time zone o.time_zone as since, (p_day + 1)::timestamp at time zone o.time_zone as until
    from public.orgs o where o.id = p_org_id
  )
  select 'upload', u.id::text, coalesce(u.filename, s.key), u.received_at,
    (select coalesce(sum(p.received), 0) from public.upload_parts p where p.upload_id = u.id), private.replay_answer(u)
  from day d
  join public.uploads u on u.org_id = p_org_id and u.received_at >= d.since and u.received_at < d.until
  join public.sources s on s.id = u.source_id
  where u.rerun_of_upload_id is null and (p_source_id is null or u.source_id = p_source_id)
  union all
  select 'delivery', i.id::text, i.provider, i.received_at, i.events,
    case when i.state = 'received' then 'running' when i.body_cipher is null then 'not_stored' else 'ready' end
  from day d
  join public.webhook_inbox i on i.org_id = p_org_id and i.received_at >= d.since and i.received_at < d.until
  where p_source_id is null
  order by 1 desc, 4, 2
$function$;

CREATE OR REPLACE FUNCTION private.erase_person (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_phone    text,
  p_email    text,
  p_reason   text,
  p_request  jsonb                    DEFAULT '{}'::jsonb,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_id uuid;
  v_leads jsonb := '[]'::jsonb;
  v_suppressed integer;
begin
  foreach v_id in array p_lead_ids loop
    v_leads := v_leads || (jsonb_build_object('lead_id', v_id)
      || public.erase_lead(p_org_id, v_id, p_reason, p_as_of));
  end loop;
  -- What the person named is never contacted again, also where no lead has it.
  select count(*) filter (where private.suppress_value(p_org_id, private.contact_index(p_org_id, x.value), x.kind, null,
    'erasure', 'request to erase', p_as_of)) into v_suppressed
  from (values (private.normalise_phone(p_phone), 'phone'::public.contact_kind),
    (private.normalise_email(p_email), 'email')) x (value, kind)
  where x.value is not null;
  perform private.record_audit(p_org_id, 'person.erased', p_request ->> 'request_id',
    p_request || jsonb_build_object('leads', to_jsonb(p_lead_ids), 'suppressed', v_suppressed));
  return jsonb_build_object('leads', v_leads, 'suppressed', v_suppressed);
end
$function$;

CREATE OR REPLACE FUNCTION private.find_person (
  p_org_id uuid,
  p_phone  text DEFAULT NULL::text,
  p_email  text DEFAULT NULL::text,
  p_name   text DEFAULT NULL::text,
  p_street text DEFAULT NULL::text,
  p_zip    text DEFAULT NULL::text
)
  RETURNS TABLE (
    lead_id  uuid,
    name     text,
    address  text,
    found_by text[]
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  v_values constant bytea[] := array(select private.contact_index(p_org_id, x.value)
    from (values (private.normalise_phone(p_phone)), (private.normalise_email(p_email))) x (value)
    where x.value is not null);
  v_address record;
  v_names text[];
begin
  if p_name is not null and p_street is not null then
    select a.* into v_address from private.parse_address(p_street, null, null, null, p_zip) a;
    -- Lists write a name in both orders.
    v_names := regexp_split_to_array(lower(btrim(p_name)), '[\s,]+');
    v_names := array(select distinct private.escape_like(x.word) || '%'
      from (values (v_names[1]), (v_names[cardinality(v_names)])) x (word) where length(x.word) > 1);
  end if;
  return query
  with found as (
    select c.lead_id as id, c.kind::text as how from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = any (v_values)
    union
    select l.id, 'name and address' from public.leads l
    where v_address is not null and l.org_id = p_org_id
      and l.situs_house_number = v_address.situs_house_number
      and private.street_stem(l.situs_street) = private.street_stem(v_address.situs_street)
      and (v_address.situs_zip is null or l.situs_zip is null or l.situs_zip = v_address.situs_zip)
      and private.names_agree(coalesce(l.owner_full, concat_ws(' ', l.owner_1_first, l.owner_1_last)), p_name)
    union
    select l.id, 'name and mailing address' from public.leads l
    where v_address is not null and l.org_id = p_org_id and l.mailing_street is not null
      and (l.owner_1_last is not null or l.owner_full is not null)
      and private.search_name(l.owner_1_last, l.owner_1_first, l.owner_full) collate "C" like any (v_names)
      and private.canonical_street(l.mailing_street) = private.canonical_street(v_address.situs_street)
      and (v_address.situs_zip is null or l.mailing_zip is null
        or left(l.mailing_zip, 5) = v_address.situs_zip)
      and private.names_agree(coalesce(l.owner_full, concat_ws(' ', l.owner_1_first, l.owner_1_last)), p_name)
  )
  select l.id, coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')),
    concat_ws(', ', private.street_line(l.situs_house_number, l.situs_street, l.situs_unit), l.situs_city,
      concat_ws(' ', l.situs_state, l.situs_zip)),
    f.how
  from (select x.id, array_agg(x.how order by x.how) as how from found x group by x.id) f
  join public.leads l on l.org_id = p_org_id and l.id = f.id
  order by cardinality(f.how) desc, l.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.read_upload_again (
  u       public.uploads,
  p_as_of timestamp with time zone
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_id constant uuid := gen_random_uuid();
  v_first uuid;
begin
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

CREATE OR REPLACE FUNCTION private.replay_answer (
  u public.uploads
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select case
    when a.answer = 'failed' and not exists (select from public.pipeline_dlq d
      join public.upload_parts p on p.id::text = d.payload ->> 'part_id'
      where d.org_id = u.org_id and d.resolved_at is null and d.source = 'stage-part' and p.upload_id = u.id
        and private.is_part_stored(p.id)) then 'not_stored'
    -- The same settings are no reason against it.
    when a.answer = 'current' then case when exists (select from public.upload_parts p
      where p.upload_id = u.id and private.stored_part(p) is null) then 'not_stored' else 'ready' end
    else a.answer end
  from (select private.rerun_answer(u) as answer) a
$function$;

CREATE OR REPLACE FUNCTION private.replay_deliveries (
  p_org_id uuid,
  p_ids    bigint[],
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_batch constant uuid := gen_random_uuid();
  v_count integer;
begin
  update public.webhook_inbox i set state = 'received', processed_at = null, error = null, batch_id = v_batch
  where i.org_id = p_org_id and i.id = any (p_ids) and i.state <> 'received' and i.body_cipher is not null;
  get diagnostics v_count = row_count;
  if v_count > 0 then
    perform private.resolve_dead_letter('process-inbox', jsonb_build_object('inbox_id', x.id), p_as_of)
    from unnest(p_ids) x (id);
    perform private.send_job('process-inbox', jsonb_build_object('batch_id', v_batch), v_batch::text);
  end if;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.replay_upload (
  p_org_id    uuid,
  p_upload_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  u public.uploads;
begin
  select x.* into u from public.uploads x
  where x.org_id = p_org_id and x.id = p_upload_id and x.rerun_of_upload_id is null for update;
  if not found then
    raise exception 'upload not found' using errcode = 'SL203';
  end if;
  case private.replay_answer(u)
    when 'ready' then
      perform private.read_upload_again(u, p_as_of);
    when 'failed' then
      perform private.send_job(r.queue, r.data, coalesce(r.data ->> 'part_id', r.data ->> 'upload_id'))
      from private.replay_dead_letters(u.source_id, u.id, p_as_of => p_as_of) r;
    else return false;
  end case;
  return true;
end
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
begin
  p_as_of := private.caller_clock(p_as_of);
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
  return private.read_upload_again(u, p_as_of);
end
$function$;

COMMENT ON FUNCTION "private"."audit_proof"(uuid, text, text) IS 'Where a committed event stands in the audit chain of the org: {event_id, at, seq, hash}; null if there is none.';

COMMENT ON FUNCTION "private"."day_to_replay"(uuid, date, uuid) IS 'What an org received on a date in its time zone, and what a replay would do with it: uploads (items: rows; of one source with p_source_id) and deliveries of webhooks (items: events). answer: ready, failed (its failed parts are tried again), or why not: running, not_stored (its bytes have expired), undone, dry_run.';

COMMENT ON FUNCTION "private"."erase_person"(uuid, uuid[], text, text, text, jsonb, timestamp with time zone) IS 'Erases leads of one person (erase_lead), suppresses the phone and e-mail of the request by value, and writes the request to the audit log. p_request: {request_id, received_on, due_on}, no values. Returns {leads: [{lead_id, erased, stays, …}], suppressed: values that were not suppressed before}. For direct sessions. Raises SL426.';

COMMENT ON FUNCTION "private"."find_person"(uuid, text, text, text, text, text) IS 'Leads of an org with that phone or e-mail (in any notation), or with that name at that address, as property or for mail; found_by says which: phone, email, name and address, name and mailing address.';

COMMENT ON FUNCTION "private"."read_upload_again"(public.uploads, timestamp with time zone) IS 'Stages the stored bytes of an upload as a new one and returns its id. The caller has locked it and checked that it can be read.';

COMMENT ON FUNCTION "private"."replay_answer"(public.uploads) IS 'What a replay does with an upload (not a rerun): ready (read again), failed (its failed parts are tried again), or why it is left out: running, not_stored, undone, dry_run.';

COMMENT ON FUNCTION "private"."replay_deliveries"(uuid, bigint[], timestamp with time zone) IS 'Has the worker read deliveries again, as one batch, and apply what was not applied; closes their dead letters. Returns how many. Definer: as replay_upload.';

COMMENT ON FUNCTION "private"."replay_upload"(uuid, uuid, timestamp with time zone) IS 'Reads an upload again from its stored bytes, or tries its failed parts again; false where day_to_replay says why not. Raises SL203. Definer: queue and uploads belong to the owner.';

REVOKE ALL ON FUNCTION "private"."audit_proof"(uuid, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."day_to_replay"(uuid, date, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."erase_person"(uuid, uuid[], text, text, text, jsonb, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."find_person"(uuid, text, text, text, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."read_upload_again"(public.uploads, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."replay_answer"(public.uploads) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."replay_deliveries"(uuid, bigint[], timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."replay_upload"(uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

-- Rights that default privileges would change.

revoke execute on function private.audit_proof(uuid,text,text) from pipeline_writer;
revoke execute on function private.day_to_replay(uuid,date,uuid) from pipeline_writer;
revoke execute on function private.erase_person(uuid,uuid[],text,text,text,jsonb,timestamp with time zone) from pipeline_writer;
revoke execute on function private.find_person(uuid,text,text,text,text,text) from pipeline_writer;
revoke execute on function private.read_upload_again(public.uploads,timestamp with time zone) from pipeline_writer;
revoke execute on function private.replay_answer(public.uploads) from pipeline_writer;
revoke execute on function private.replay_deliveries(uuid,bigint[],timestamp with time zone) from pipeline_writer;
revoke execute on function private.replay_upload(uuid,uuid,timestamp with time zone) from pipeline_writer;
