-- Undoing an upload: removes what it created and changed, except values that a person edited, values that another
-- upload changed since, and leads that were contacted. What is kept is listed with the reason.

create function private.reason_to_keep(p_lead public.leads, p_upload_id uuid) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case
    when p_lead.campaign_status <> 'new' or p_lead.call_attempt_count > 0 or p_lead.last_reply_at is not null
      then 'contacted or added to a campaign since'
    when exists (select from public.deals d where d.org_id = p_lead.org_id and d.lead_id = p_lead.id)
      then 'has a deal'
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
$$;
comment on function private.reason_to_keep(public.leads, uuid) is
  'Why a lead that the upload created must stay; null if it may be deleted.';

create function private.revert_changes(p_org_id uuid, p_upload_id uuid)
returns table (lead_id uuid, reverted boolean, reason text)
language plpgsql volatile set search_path = '' as $$
#variable_conflict use_column
declare
  v record;
  l public.leads;
  v_back jsonb;
  v_left integer;
begin
  for v in
    -- First old value and last new value of each field that the upload changed.
    select f.lead_id, jsonb_object_agg(f.field, jsonb_build_array(f.old, f.new)) as changes
    from (
      select c.lead_id, x.key as field,
        (array_agg(x.value -> 0 order by c.id))[1] as old,
        (array_agg(x.value -> 1 order by c.id desc))[1] as new
      from public.lead_changes c cross join lateral jsonb_each(c.changes) x
      where c.org_id = p_org_id and c.upload_id = p_upload_id and c.action = 'updated'
      group by c.lead_id, x.key
    ) f
    group by f.lead_id
    order by f.lead_id
  loop
    select * into l from public.leads t where t.org_id = p_org_id and t.id = v.lead_id for update;
    continue when not found or l.created_upload_id = p_upload_id;
    if l.campaign_status <> 'new' or l.last_reply_at is not null or l.call_attempt_count > 0 then
      return query select v.lead_id, false, 'contacted or added to a campaign since';
      continue;
    end if;
    select jsonb_object_agg(x.key, x.value -> 0),
      count(*) filter (where private.fact_of_column(x.key) = any (l.edited_fields))
    into v_back, v_left
    from jsonb_each(v.changes) x
    where to_jsonb(l) -> x.key = x.value -> 1;
    v_back := v_back - array(select x.key from jsonb_each(v.changes) x where private.fact_of_column(x.key) = any
      (l.edited_fields));
    if v_back is null or v_back = '{}' then
      return query select v.lead_id, false, 'edited by a person or changed by another upload since';
      continue;
    end if;
    l := jsonb_populate_record(l, v_back);
    update public.leads t set
      mak = l.mak, county_fips = l.county_fips, apn = l.apn,
        apn_segments = l.apn_segments, addr_hash = l.addr_hash,
        addr_hash_version = l.addr_hash_version,
      situs_house_number = l.situs_house_number, situs_street = l.situs_street, situs_unit = l.situs_unit,
      situs_city = l.situs_city, situs_state = l.situs_state, situs_zip = l.situs_zip,
      owner_1_first = l.owner_1_first, owner_1_last = l.owner_1_last,
      owner_2_first = l.owner_2_first, owner_2_last = l.owner_2_last, owner_full = l.owner_full,
      mailing_street = l.mailing_street, mailing_unit = l.mailing_unit, mailing_city = l.mailing_city,
      mailing_state = l.mailing_state, mailing_zip = l.mailing_zip, attributes = l.attributes,
      melissa_payload = l.melissa_payload, consent = l.consent, consented_at = l.consented_at,
      consent_method = l.consent_method, lead_score = l.lead_score
    where t.org_id = p_org_id and t.id = l.id;
    return query select v.lead_id, true,
      case when v_left > 0 then 'some fields were edited by a person' end;
  end loop;
end
$$;
comment on function private.revert_changes(uuid, uuid) is
  'Reverts the upload''s changes to leads it did not create, field by field, where the value is still that of the '
  'upload.';

create function private.restore_merged(p_org_id uuid, p_merge_id bigint, p_as_of timestamptz) returns void
language plpgsql volatile set search_path = '' as $$
declare
  m public.lead_merges;
begin
  select * into strict m from public.lead_merges x where x.org_id = p_org_id and x.id = p_merge_id;
  insert into public.leads select (jsonb_populate_record(null::public.leads, m.merged_row)).*;
  update public.contact_points c set lead_id = m.merged_id
  where c.org_id = p_org_id and c.id = any (m.merged_contacts);
  insert into public.contact_points overriding system value
  select (jsonb_populate_record(null::public.contact_points, c)).*
    from jsonb_array_elements(m.merged_row -> 'contact_points') c
  on conflict do nothing;
  update public.lead_addresses a set lead_id = m.merged_id
  where a.org_id = p_org_id and a.lead_id = m.survivor_id and a.addr_hash = any (m.merged_addresses);
  perform private.refresh_verification(p_org_id, array[m.survivor_id, m.merged_id]);
  update public.lead_merges x set undone_at = p_as_of where x.org_id = p_org_id and x.id = m.id;
end
$$;
comment on function private.restore_merged(uuid, bigint, timestamptz) is
  'Restores the lead that a merge ended, with its contact points and addresses.';

create function private.unmerge_leads(p_org_id uuid, p_upload_id uuid, p_as_of timestamptz) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_merge bigint;
  v_count integer := 0;
begin
  for v_merge in
    select x.id from public.lead_merges x
    where x.org_id = p_org_id and x.upload_id = p_upload_id and x.undone_at is null
    order by x.id desc
  loop
    perform private.restore_merged(p_org_id, v_merge, p_as_of);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.unmerge_leads(uuid, uuid, timestamptz) is
  'Undoes the merges of the upload; returns how many.';

create function public.undo_upload(p_upload_id uuid, p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  u public.uploads;
  v_rerun uuid;
  v_kept jsonb;
  v_more jsonb;
  v_reverted integer;
  v_unmerged integer;
  v_deleted integer;
begin
  p_as_of := private.caller_clock(p_as_of);
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
$$;
comment on function public.undo_upload(uuid, timestamptz) is
  'Undoes what an upload created and changed; returns {undone: {deleted, reverted, unmerged}, kept: [{lead_id, '
  'reason}]}. The content may then be uploaded again. For owners, admins and the service. Raises SL203 (no such '
  'upload), SL206 (not finished), SL209 (read again since). Definer: deletes leads, which members may not '
  'do otherwise.';
revoke execute on function public.undo_upload(uuid, timestamptz) from public, anon;
grant execute on function public.undo_upload(uuid, timestamptz) to authenticated, service_role, pipeline_writer;
