-- Built from sql/95_privacy by `npm run db:build`; edit there.

-- sql/95_privacy/01_export_and_erase.sql

-- A person's complete record for a lawyer or a data request, and erasure.

create table public.erasures (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  lead_id uuid not null,
  reason text not null,
  erased_at timestamptz not null,
  erased_by uuid,
  kept jsonb not null,
  primary key (org_id, id),
  constraint erasure_says_why check (length(btrim(reason)) >= 3)
);
comment on table public.erasures is 'Erased leads: when, by whom, why, and what had to be kept. Append-only.';
create index erasures_lead_idx on public.erasures (org_id, lead_id);
create trigger _100_append_only before update or delete on public.erasures
  for each row execute function private.refuse_change_while_org_exists();
create trigger _100_refuse_truncate before truncate on public.erasures
  for each statement execute function private.refuse_change();
alter table public.erasures enable row level security;
revoke all on public.erasures from anon, authenticated, service_role;
grant select on public.erasures to authenticated, service_role;
create policy select_admins on public.erasures for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));

create function private.rows_about_lead(p_org_id uuid, p_lead_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  t record;
  v_rows jsonb;
  v_all jsonb := '{}'::jsonb;
begin
  -- Reads every table that refers to leads, including those of later releases, without ciphertext, hashes and blind
  -- indexes.
  for t in
    select c.relname as name,
      array(select b.attname::text from pg_catalog.pg_attribute b where b.attrelid = c.oid
        and b.atttypid = 'bytea'::regtype) as hidden
    from pg_catalog.pg_class c
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'lead_id' and a.atttypid = 'uuid'::regtype
    join pg_catalog.pg_attribute o on o.attrelid = c.oid and o.attname = 'org_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> 'contact_points'
    order by c.relname
  loop
    execute format('select jsonb_agg(to_jsonb(t) - $3 - ''org_id''::text) from public.%I t where t.org_id = $1 and '
      't.lead_id = $2', t.name)
    into v_rows using p_org_id, p_lead_id, t.hidden;
    v_all := v_all || jsonb_build_object(t.name, coalesce(v_rows, '[]'));
  end loop;
  return v_all;
end
$$;
comment on function private.rows_about_lead(uuid, uuid) is
  'Every row of every exposed table that refers to the lead, by table. Definer: reads across policies for '
  'export_person, which checks the caller.';
revoke execute on function private.rows_about_lead(uuid, uuid) from pipeline_writer;

create function public.export_person(p_org_id uuid, p_lead_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
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
    'do_not_call_status', (select coalesce(jsonb_agg(to_jsonb(s) - '{org_id,value_bidx}'::text[]), '[]')
      from private.phone_scrubs s where s.org_id = p_org_id and s.value_bidx = any (v_values)),
    'merged_with', (select coalesce(jsonb_agg(m.merged_row - '{org_id,phone_bidx,addr_hash,contact_points}'::text[]),
      '[]')
      from public.lead_merges m where m.org_id = p_org_id and m.survivor_id = p_lead_id),
    'records', private.rows_about_lead(p_org_id, p_lead_id));
end
$$;
comment on function public.export_person(uuid, uuid) is
  'Everything on record about a lead as JSON: fields, contacts in plain text, consents, decisions, contact '
  'attempts, changes, messages and all other rows that refer to it. For owners, admins and the service; logged in '
  'private.pii_access_log. Definer: keys and logs belong to the owner. Raises SL425.';

-- History is append-only, except that an erasure removes its contents.
drop trigger _100_append_only on public.lead_changes;
create function private.tg_lead_changes__append_only() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and current_setting('sluice.erasing', true) = 'yes'
    and current_user = (select r.rolname from pg_catalog.pg_class c join pg_catalog.pg_roles r on r.oid = c.relowner
      where c.oid = tg_relid) then
    return null;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'SL002';
end
$$;
comment on function private.tg_lead_changes__append_only() is
  'Trigger: raises SL002, except for erase_lead, which runs as the owner of the table and sets sluice.erasing.';
create trigger _100_append_only before update or delete or truncate on public.lead_changes
  for each statement execute function private.tg_lead_changes__append_only();

create function public.erase_lead(p_org_id uuid, p_lead_id uuid, p_reason text, p_as_of timestamptz default now())
  returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_contacts integer;
  v_kept jsonb;
begin
  if not exists (select from public.leads x where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))) then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL426';
  end if;
  perform set_config('sluice.actor', 'system', true), set_config('sluice.erasing', 'yes', true);
  -- A person who asked for erasure must not be contacted when a list contains the number again.
  perform private.suppress_value(c.org_id, c.value_bidx, c.kind, null, 'erasure', 'request to erase', p_as_of)
  from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  delete from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  get diagnostics v_contacts = row_count;
  -- The property is public record, and decisions and consents refer to it; the owner's data is erased.
  update public.leads l set owner_1_first = null, owner_1_last = null, owner_2_first = null, owner_2_last = null,
    owner_full = null,
    mailing_street = null, mailing_unit = null, mailing_city = null, mailing_state = null, mailing_zip = null,
    attributes = '{}', melissa_payload = null, campaign_status = 'opted_out', vapi_call_id = null,
      assigned_broker_id = null,
    phone_verified = false, email_verified = false, phone_verification_codes = '{}', email_verification_codes = '{}',
      phone_bidx = null,
    edited_fields = array(select distinct f
      from unnest(l.edited_fields || '{owner_1,owner_2,owner_full,mailing,attributes}'::text[]) f order by 1)
  where l.org_id = p_org_id and l.id = p_lead_id;
  update public.lead_changes h
  set changes = (select jsonb_object_agg(k, '"erased"'::jsonb) from jsonb_object_keys(h.changes) k)
  where h.org_id = p_org_id and h.changes is not null and (h.lead_id = p_lead_id
    or h.lead_id in (select m.merged_id from public.lead_merges m where m.org_id = p_org_id
      and m.survivor_id = p_lead_id));
  update public.lead_merges m set merged_row = jsonb_build_object('id', m.merged_id, 'erased_at', p_as_of)
  where m.org_id = p_org_id and p_lead_id in (m.survivor_id, m.merged_id);
  update public.lead_conflicts c set raw = '\x', row_keys = '{}', state = 'dismissed',
    closed_at = coalesce(c.closed_at, p_as_of), resolution = 'erased'
  where c.org_id = p_org_id and p_lead_id = any (c.lead_ids);
  -- Messages are kept by their ids; texts and the provider's references to them are erased.
  update public.messages m set text_cipher = null, key_id = null, in_reply_to = null, error_detail = null
  where m.org_id = p_org_id and m.lead_id = p_lead_id;
  v_kept := jsonb_build_object(
    'suppressions', v_contacts,
    'messages', (select count(*) from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id),
    'consents', (select count(*) from public.consents c where c.org_id = p_org_id and c.lead_id = p_lead_id),
    'decisions', (select count(*) from public.gate_decisions d where d.org_id = p_org_id and d.lead_id = p_lead_id),
    'contact_attempts', (select count(*) from public.contact_attempts a where a.org_id = p_org_id
      and a.lead_id = p_lead_id),
    'why', 'suppressions as hashes, so that the person is not contacted again; consents, decisions, messages and '
      'contact attempts for five years (16 CFR 310.5)',
    'uploaded_files', 'stored files that list the person are deleted after the org''s raw_days');
  insert into public.erasures (org_id, lead_id, reason, erased_at, erased_by, kept)
  values (p_org_id, p_lead_id, p_reason, p_as_of, auth.uid(), v_kept);
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.erasing', '', true);
  return v_kept;
end
$$;
comment on function public.erase_lead(uuid, uuid, text, timestamptz) is
  'Erases the person behind a lead: contacts, names, mailing address, list columns and their values in histories. '
  'Keeps and counts what the law requires: suppressions (as hashes), consents with their evidence, decisions, '
  'contact attempts; the property itself is public record. For owners, admins and the service. Definer: history '
  'belongs to the owner. Raises SL426.';

revoke execute on function public.export_person(uuid, uuid), public.erase_lead(uuid, uuid, text, timestamptz)
  from public, anon;
grant execute on function public.export_person(uuid, uuid), public.erase_lead(uuid, uuid, text, timestamptz)
  to authenticated, service_role;

create function private.tg_erasures__delete_texts() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.replies r set text_cipher = null, key_id = null, draft_cipher = null, draft_key_id = null
  where r.org_id = new.org_id and r.lead_id = new.lead_id;
  update public.calls c set transcript_cipher = null, key_id = null
  where c.org_id = new.org_id and c.lead_id = new.lead_id;
  return null;
end
$$;
comment on function private.tg_erasures__delete_texts() is
  'Trigger: erasing a lead deletes the texts of its replies and phone calls. Definer: roles that erase may not '
  'write replies.';
create trigger _100_delete_texts after insert on public.erasures
  for each row execute function private.tg_erasures__delete_texts();

-- sql/95_privacy/02_undo_upload.sql

-- Undoing an upload: removes what it created and changed, except values that a person edited, values that another
-- upload changed since, and leads that were contacted. What is kept is listed with the reason.

create function private.reason_to_keep(p_lead public.leads, p_upload_id uuid) returns text
language plpgsql stable set search_path = '' as $$
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
        and c.actor = 'upload' and c.upload_id <> p_upload_id)
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
      mak = l.mak, county_fips = l.county_fips, apn = l.apn, addr_hash = l.addr_hash,
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

create function private.unmerge_leads(p_org_id uuid, p_upload_id uuid, p_as_of timestamptz) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  m public.lead_merges;
  v_count integer := 0;
begin
  for m in
    select * from public.lead_merges x
    where x.org_id = p_org_id and x.upload_id = p_upload_id and x.undone_at is null
    order by x.id desc
  loop
    insert into public.leads select (jsonb_populate_record(null::public.leads, m.merged_row)).*;
    update public.contact_points c set lead_id = m.merged_id
    where c.org_id = p_org_id and c.id = any (m.merged_contacts);
    insert into public.contact_points overriding system value
    select (jsonb_populate_record(null::public.contact_points, c)).*
      from jsonb_array_elements(m.merged_row -> 'contact_points') c
    on conflict do nothing;
    update public.lead_addresses a set lead_id = m.merged_id
    where a.org_id = p_org_id and a.addr_hash = any (m.merged_addresses);
    perform private.refresh_verification(p_org_id, array[m.survivor_id, m.merged_id]);
    update public.lead_merges x set undone_at = p_as_of where x.org_id = p_org_id and x.id = m.id;
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

  update public.lead_conflicts c set state = 'dismissed', closed_at = p_as_of, resolution = 'the upload was undone'
  where c.org_id = u.org_id and c.upload_id = u.id and c.state = 'open';
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
$$;
comment on function public.undo_upload(uuid, timestamptz) is
  'Undoes what an upload created and changed; returns {undone: {deleted, reverted, unmerged}, kept: [{lead_id, '
  'reason}]}. The content may then be uploaded again. For owners, admins and the service. Raises SL203 (no such '
  'upload), SL206 (not finished). Definer: deletes leads, which members may not do otherwise.';
revoke execute on function public.undo_upload(uuid, timestamptz) from public, anon;
grant execute on function public.undo_upload(uuid, timestamptz) to authenticated, service_role, pipeline_writer;

-- sql/95_privacy/03_retention.sql

-- Retention: deletes what is no longer needed. Runs daily from the schedule.

create function private.purge_expired(p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
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
    returning c.part_id
  ), closed as (
    -- Their dead letters cannot be replayed any more.
    update public.pipeline_dlq d
    set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the stored bytes have expired'), 2000)
    where d.resolved_at is null and d.source in ('rejects', 'stage-part')
      and d.payload ->> 'part_id' in (select g.part_id::text from gone g)
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
$$;
comment on function private.purge_expired(timestamptz) is
  'Deletes stored bytes of finished uploads and bodies of processed webhooks after the org''s raw_days (30), '
  'closes the dead letters that would need them, and deletes replay guards after 400 days, idle rate counters and '
  'long expired secrets; returns the counts. Definer: these tables belong to the owner.';

-- sql/95_privacy/04_purge_webhook_bodies.sql

create function private.purge_webhook_bodies(p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer;
begin
  update public.webhook_inbox i set body_cipher = null, key_id = null
  from public.orgs o
  where o.id = i.org_id and i.body_cipher is not null and i.state in ('done', 'unmatched')
    and i.processed_at < p_as_of - make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30));
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.purge_webhook_bodies(timestamptz) is
  'Empties the bodies of deliveries that were processed longer ago than the org''s raw_days (30); returns how '
  'many. The events read from them stay. Definer: retention belongs to the owner.';
revoke execute on function private.purge_webhook_bodies(timestamptz) from pipeline_writer;
