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
  'person_record.';
revoke execute on function private.rows_about_lead(uuid, uuid) from pipeline_writer;

create function private.person_record(p_org_id uuid, p_lead_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  l public.leads;
  v_contacts jsonb;
  v_values bytea[];
begin
  select x.* into strict l from public.leads x where x.org_id = p_org_id and x.id = p_lead_id;
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
    -- The nonce of a link to a consent form is for its receiver only.
    'message_texts', (select coalesce(jsonb_agg(jsonb_build_object('message_id', m.id, 'text',
      regexp_replace(private.decrypt_value(m.text_cipher, private.org_key(m.org_id, m.key_id)),
        '#[A-Za-z0-9_-]{43}', '#...', 'g')) order by m.created_at), '[]')
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
$$;
comment on function private.person_record(uuid, uuid) is
  'Everything on record about a lead as JSON: fields, contacts in plain text, consents, decisions, contact '
  'attempts, changes, messages and all other rows that refer to it. For public.redeem_reveal.';
revoke execute on function private.person_record(uuid, uuid) from pipeline_writer;

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
  v_values bytea[];
  v_kept jsonb;
begin
  p_as_of := private.caller_clock(p_as_of);
  if not exists (select from public.leads x where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))) then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL426';
  end if;
  perform set_config('sluice.actor', 'system', true), set_config('sluice.erasing', 'yes', true);
  -- A person who asked for erasure must not be contacted when a list contains the number again.
  perform private.suppress_value(c.org_id, c.value_bidx, c.kind, null, 'erasure', 'request to erase', p_as_of)
  from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  v_values := array(select c.value_bidx from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id);
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
  -- Rows that wait for an answer: those that name the lead, and those with a phone or e-mail of the person.
  with erased as (
    update public.lead_conflicts c set row_keys = '{}', identity = null, building = null, contacts = '{}',
      state = 'dismissed', closed_at = coalesce(c.closed_at, p_as_of), resolution = 'erased'
    where c.org_id = p_org_id and (p_lead_id = any (c.lead_ids) or c.lead_id = p_lead_id or c.contacts && v_values)
    returning c.id
  )
  delete from private.conflict_rows x using erased e where x.org_id = p_org_id and x.conflict_id = e.id;
  delete from public.conflict_answers a where a.org_id = p_org_id and a.lead_id = p_lead_id;
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

revoke execute on function public.erase_lead(uuid, uuid, text, timestamptz) from public, anon;
grant execute on function public.erase_lead(uuid, uuid, text, timestamptz) to authenticated, service_role;

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
