-- greet owners by their names: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.build_requests (
  p_org_id      uuid,
  p_message_ids uuid[]
)
  RETURNS TABLE (
    message_id uuid,
    request    jsonb
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query
  with keys as materialized (
    select k.id, private.org_key(p_org_id, k.id) as key
    from (
      select c.key_id as id from public.messages m join public.contact_points c on c.org_id = m.org_id
        and c.id = m.contact_point_id
      where m.org_id = p_org_id and m.id = any (p_message_ids)
      union
      select m.key_id from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids)
        and m.key_id is not null) k
  )
  select m.id, jsonb_build_object(
    'provider', m.provider, 'channel', m.channel, 'to', private.decrypt_value(c.value_cipher, ck.key), 'kind', m.kind,
      'purpose', m.purpose,
    'sender', jsonb_build_object('id', s.id, 'account', s.account, 'address', s.address, 'name', s.name, 'reply_to',
      s.reply_to,
      'messaging_service_sid', s.messaging_service_sid, 'phone_number_id', s.phone_number_id, 'assistant_id',
        s.assistant_id),
    'template', case when t.id is not null then jsonb_build_object('id', t.id, 'name', t.name, 'version', t.version,
      'subject', t.subject,
        'text', t.text_body, 'html', t.html_body)
      else jsonb_build_object('subject', case when m.channel = 'email' then '{{ sender.name }}' end, 'html', null,
        -- A text written by a person is not a template.
        'text', '{% raw %}' || replace(private.decrypt_value(m.text_cipher, mk.key), '{%', '{ %') || '{% endraw %}'
          || case when m.channel = 'email'
            then E'\n\n{{ sender.name }}\n{{ sender.postal_address }}\nUnsubscribe: {{ unsubscribe_url }}'
            else '' end) end,
    'variables', jsonb_build_object(
      -- A phone or e-mail of several owners is not greeted by the name of one, nor a former owner's by the new name.
      'lead', jsonb_build_object('first_name', case when not w.shared then private.proper_name(l.owner_1_first) end,
        'last_name', case when not w.shared then private.proper_name(l.owner_1_last) end,
        'full_name', case when not w.shared then private.proper_name(coalesce(nullif(concat_ws(' ', l.owner_1_first,
          l.owner_1_last), ''), l.owner_full)) end),
      -- An imported street line may include its house number.
      'property', jsonb_build_object('street',
        nullif(concat_ws(' ', case when not starts_with(l.situs_street, l.situs_house_number || ' ')
        then l.situs_house_number end,
          private.proper_name(l.situs_street), l.situs_unit), ''),
        'city', private.proper_name(l.situs_city), 'state', l.situs_state, 'zip', l.situs_zip),
      'sender', jsonb_build_object('name', s.name, 'postal_address', s.postal_address, 'phone',
        coalesce(s.phone, case when s.channel <> 'email' then s.address end)),
      'broker', jsonb_build_object('name', b.name), 'org', jsonb_build_object('name', o.name)),
    'unsubscribe_token', case when m.channel = 'email' then private.unsubscribe_token(m.org_id, m.value_bidx) end,
    'idempotency_key', m.id, 'correlation_id', m.correlation_id, 'campaign_id', m.campaign_id, 'lead_id', m.lead_id,
      'step', m.step,
    'attempt', m.attempts, 'categories', array_remove(array[m.kind, case when t.id is not null then t.name end,
      m.variant], null))
  from public.messages m
  join public.leads l on l.org_id = m.org_id and l.id = m.lead_id
  join public.contact_points c on c.org_id = m.org_id and c.id = m.contact_point_id
  cross join lateral (
    select private.has_several_owners(c.org_id, c.value_bidx)
      or private.came_with_another_name(c.org_id, c.id) as shared
    offset 0
  ) w
  join keys ck on ck.id = c.key_id
  join public.senders s on s.org_id = m.org_id and s.id = m.sender_id
  join public.orgs o on o.id = m.org_id
  left join public.templates t on t.org_id = m.org_id and t.id = m.template_id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  left join keys mk on mk.id = m.key_id
  where m.org_id = p_org_id and m.id = any (p_message_ids);
end
$function$;

CREATE OR REPLACE FUNCTION private.came_with_another_name (
  p_org_id           uuid,
  p_contact_point_id bigint
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select exists (
    select
    from public.contact_points c
    join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
    cross join lateral (
      -- The names that lists have replaced since. What a person corrected is right for all contacts.
      select coalesce(h.changes -> 'owner_1_first' ->> 0, l.owner_1_first) as owner_1_first,
        coalesce(h.changes -> 'owner_1_last' ->> 0, l.owner_1_last) as owner_1_last,
        coalesce(h.changes -> 'owner_full' ->> 0, l.owner_full) as owner_full
      from public.lead_changes h
      where h.org_id = c.org_id and h.lead_id = c.lead_id and h.action = 'updated' and h.actor = 'upload'
        and not l.edited_fields && '{owner_1,owner_full}' and h.changed_at > c.created_at
        and h.changes ?| '{owner_1_first,owner_1_last,owner_full}'
      union all
      select m.merged_row ->> 'owner_1_first', m.merged_row ->> 'owner_1_last', m.merged_row ->> 'owner_full'
      from public.lead_merges m
      where m.org_id = c.org_id and m.survivor_id = c.lead_id and m.undone_at is null
        and c.id = any (m.merged_contacts)
    ) o
    cross join lateral (
      select private.parse_name_text(private.name_letters(private.owner_text(o.owner_1_first, o.owner_1_last, null,
          null, o.owner_full))) as then_name,
        private.parse_name_text(private.name_letters(private.owner_text(l.owner_1_first, l.owner_1_last, null, null,
          l.owner_full))) as now_name
      offset 0
    ) n
    where c.org_id = p_org_id and c.id = p_contact_point_id
      and (not private.names_agree(n.then_name, n.now_name)
        or private.has_other_given(n.then_name, n.now_name) and private.has_other_given(n.now_name, n.then_name)))
$function$;

CREATE OR REPLACE FUNCTION private.resolve_unclear_slice (
  p_upload     public.uploads,
  p_phase      smallint,
  p_slice_rows integer,
  p_as_of      timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_slice integer := (select max(s.slice) + 1 from resolve_slices s
    where s.org_id = p_upload.org_id and s.upload_id = p_upload.id and s.phase = p_phase);
begin
  perform private.open_resolve_scratch();
  insert into resolve_gaps (addr_hash, other, fits)
  select m.addr_hash, m.other, m.fits
  from resolve_progress x
  cross join lateral jsonb_to_recordset(x.gaps) m (addr_hash bytea, other bytea, fits integer)
  where x.org_id = p_upload.org_id and x.upload_id = p_upload.id and p_phase = 1;
  with taken as (
    delete from resolve_plan p where p.upload_id = p_upload.id and p.lead_id is null returning *
  )
  insert into resolve_rows (row_no, part_id, line_number, kind, mak, parcel, apn, addr_hash, phone, email, owner,
    without_mak, without_parcel, by_mak, by_parcel, by_place, by_email, near, twin, component, component_size,
    reason, evidence, answer)
  select t.row_no, t.part_id, t.line_number, t.kind, t.mak, t.parcel, t.apn, t.addr_hash, t.phone, t.email, t.owner,
    t.without_mak, t.without_parcel, t.by_mak, t.by_parcel, t.by_place, t.by_email, t.near, t.twin, t.component,
    t.component_size, t.reason, t.evidence, t.answer
  from taken t;
  perform private.resolve_unclear(p_upload, p_as_of, p_slice_rows);
  insert into resolve_plan (upload_id,
    row_no, part_id, line_number, kind, mak, parcel, apn, addr_hash, phone, email, owner, without_mak, without_parcel,
    by_mak, by_parcel, by_place, by_email, near, twin, component, component_size, reason, evidence, answer)
  select p_upload.id,
    r.row_no, r.part_id, r.line_number, r.kind, r.mak, r.parcel, r.apn, r.addr_hash, r.phone, r.email, r.owner,
    r.without_mak, r.without_parcel, r.by_mak, r.by_parcel, r.by_place, r.by_email, r.near, r.twin, r.component,
    r.component_size, r.reason, r.evidence, r.answer
  from resolve_rows r where r.verdict is null;
  if not found then
    perform private.count_verdicts(p_upload, p_phase, v_slice, p_as_of);
    return 'resolved';
  end if;
  delete from resolve_rows r where r.verdict is null;
  perform private.count_verdicts(p_upload, p_phase, v_slice, p_as_of);
  update resolve_progress x set touched_at = p_as_of
  where x.org_id = p_upload.org_id and x.upload_id = p_upload.id;
  return 'more';
end
$function$;

CREATE OR REPLACE FUNCTION private.save_plan (
  p_org_id     uuid,
  p_upload_id  uuid,
  p_phase      smallint,
  p_slice_rows integer,
  p_as_of      timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
begin
  insert into resolve_plan (upload_id, row_no, part_id, line_number, kind, addr_hash, without_mak, without_parcel,
    component, component_size, lead_id, verdict, evidence, answer)
  select p_upload_id, r.row_no, r.part_id, r.line_number, r.kind,
    case when r.component_size > 1 or r.verdict <> 'created' then r.addr_hash end, r.without_mak, r.without_parcel,
    r.component, r.component_size, r.lead_id, r.verdict, r.evidence, r.answer
  from resolve_rows r where r.lead_id is not null;
  -- By name: after an upgrade the order of columns may differ.
  insert into resolve_plan (upload_id,
    row_no, part_id, line_number, kind, mak, parcel, apn, addr_hash, phone, email, owner, without_mak, without_parcel,
    by_mak, by_parcel, by_place, by_email, near, twin, component, component_size, reason, evidence, answer)
  select p_upload_id,
    r.row_no, r.part_id, r.line_number, r.kind, r.mak, r.parcel, r.apn, r.addr_hash, r.phone, r.email, r.owner,
    r.without_mak, r.without_parcel, r.by_mak, r.by_parcel, r.by_place, r.by_email, r.near, r.twin, r.component,
    r.component_size, r.reason, r.evidence, r.answer
  from resolve_rows r where r.lead_id is null;
  insert into resolve_slices (org_id, upload_id, phase, slice, first_component, last_component)
  select p_org_id, p_upload_id, p_phase, c.slice, min(c.component), max(c.component)
  from (
    -- The first row of a component gives it its number.
    select r.component, 1 + (row_number() over (order by r.component) - 1) / p_slice_rows as slice
    from resolve_rows r where r.lead_id is not null and r.row_no = r.component
  ) c
  group by c.slice
  union all
  -- For the counts of the unclear rows, and to tell that nothing is lost.
  select p_org_id, p_upload_id, p_phase, 0, null, null;
  update resolve_slices s set applied_at = p_as_of
  where s.org_id = p_org_id and s.upload_id = p_upload_id and s.phase = p_phase and s.slice = 0;
  update resolve_progress x
  set step = 'apply', touched_at = p_as_of, gaps = (select coalesce(jsonb_agg(to_jsonb(m)), '[]') from resolve_gaps m)
  where x.org_id = p_org_id and x.upload_id = p_upload_id;
end
$function$;

COMMENT ON FUNCTION "private"."came_with_another_name"(uuid, bigint) IS 'Whether the lead had another owner, or another person''s name, when it got this contact point: today''s name is not that of whoever answers there.';

REVOKE ALL ON FUNCTION "private"."came_with_another_name"(uuid, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."came_with_another_name"(uuid, bigint) TO "pipeline_writer";
