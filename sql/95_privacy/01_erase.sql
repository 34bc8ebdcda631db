-- Erasure of a person, and the list of what stays.

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
create trigger _800_audit after insert on public.erasures
  for each row execute function private.tg_audit_row('erasure', 'id', 'lead_id');
create trigger _100_refuse_truncate before truncate on public.erasures
  for each statement execute function private.refuse_change();
alter table public.erasures enable row level security;
create trigger _050_refuse_api_key before insert or update or delete on public.erasures
  for each statement execute function private.tg_refuse_api_key();
revoke all on public.erasures from anon, authenticated, service_role;
grant select on public.erasures to authenticated, service_role;
create policy select_admins on public.erasures for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));

create function private.erase_deliveries(p_org_id uuid, p_lead_ids uuid[], p_values bytea[], p_as_of timestamptz)
  returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer;
  v_rows integer;
begin
  update public.webhook_inbox i set body_cipher = null, key_id = null
  where i.org_id = p_org_id and i.body_cipher is not null and i.state in ('done', 'unmatched')
    and exists (
      select from public.webhook_events e
      left join public.messages m on m.org_id = e.org_id and m.id = e.message_id
      where e.org_id = i.org_id and e.inbox_id = i.id and (e.lead_id = any (p_lead_ids)
        or m.lead_id = any (p_lead_ids)));
  get diagnostics v_count = row_count;
  -- A dead one of nobody else. What is not processed yet may be about others, too.
  update public.webhook_inbox i set state = 'unmatched', processed_at = coalesce(i.processed_at, p_as_of),
    body_cipher = null, key_id = null, error = 'erased'
  where i.org_id = p_org_id and i.state = 'dead' and i.events = 1
    and exists (select from private.unread_contacts u
      where u.org_id = i.org_id and u.inbox_id = i.id and u.value_bidx = any (p_values))
    and not exists (select from private.unread_contacts u
      where u.org_id = i.org_id and u.inbox_id = i.id and u.value_bidx <> all (p_values));
  get diagnostics v_rows = row_count;
  return v_count + v_rows;
end
$$;
comment on function private.erase_deliveries(uuid, uuid[], bytea[], timestamptz) is
  'Empties the bodies of processed webhook deliveries with an event of the leads, and of dead deliveries that concern '
  'the values only; returns how many. Definer: members may not write the inbox.';
revoke execute on function private.erase_deliveries(uuid, uuid[], bytea[], timestamptz) from pipeline_writer;

create function private.erase_links(p_org_id uuid, p_lead_ids uuid[]) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_was constant text := coalesce(current_setting('sluice.erasing', true), '');
  v_count integer;
  v_rows integer;
begin
  -- An open link could be submitted by whoever has it. A used one is evidence; the consents by it have the contact.
  delete from public.consent_tokens t
  where t.org_id = p_org_id and t.lead_id = any (p_lead_ids) and t.used_at is null;
  get diagnostics v_count = row_count;
  perform set_config('sluice.erasing', 'yes', true);
  update public.consent_tokens t set phone_masked = null, email_masked = null
  where t.org_id = p_org_id and t.lead_id = any (p_lead_ids)
    and num_nonnulls(t.phone_masked, t.email_masked) > 0;
  get diagnostics v_rows = row_count;
  perform set_config('sluice.erasing', v_was, true);
  return v_count + v_rows;
end
$$;
comment on function private.erase_links(uuid, uuid[]) is
  'Deletes the open links of leads to the consent form, and empties the masks of the used ones; returns how many. '
  'Definer: no member has rights on links.';
revoke execute on function private.erase_links(uuid, uuid[]) from pipeline_writer;

create function private.what_stays(p_org_id uuid, p_lead_ids uuid[], p_values bytea[], p_as_of timestamptz)
  returns jsonb
language sql stable security definer set search_path = '' as $$
  with org as (
    select make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30)) as raw from public.orgs o
    where o.id = p_org_id
  ), stored as (
    select count(*) as n, max(coalesce(u.completed_at, p_as_of) + o.raw) as until
    from public.uploads u cross join org o
    where u.org_id = p_org_id and (exists (select from public.upload_rejects r where r.upload_id = u.id)
      or exists (select from public.upload_parts p join private.upload_part_chunks c on c.part_id = p.id
        where p.upload_id = u.id))
  ), bodies as (
    select count(*) filter (where i.state in ('done', 'unmatched')) as processed,
      max(i.processed_at + o.raw) filter (where i.state in ('done', 'unmatched')) as until,
      count(*) filter (where i.state in ('received', 'dead') and exists (select from private.unread_contacts u
        where u.org_id = i.org_id and u.inbox_id = i.id and u.value_bidx = any (p_values))) as unread
    from public.webhook_inbox i cross join org o
    where i.org_id = p_org_id and i.body_cipher is not null
  ), counted (nth, what, n, until, why) as (
    select 1, 'suppressions, as keyed hashes',
      (select count(*) from public.suppressions s where s.org_id = p_org_id and s.value_bidx = any (p_values)),
      'the org is deleted', 'the person must not be contacted when a list names them again'
    union all
    select 2, 'consents and opt-outs with their evidence: texts, signatures, words, masked contacts, links used',
      (select count(*) from public.consents c where c.org_id = p_org_id
        and (c.lead_id = any (p_lead_ids) or c.value_bidx = any (p_values))),
      'the org is deleted', 'proof of consent, at least five years (16 CFR 310.5)'
    union all
    select 3, 'decisions of the gate, without contact values',
      (select count(*) from public.gate_decisions d where d.org_id = p_org_id and d.lead_id = any (p_lead_ids)),
      'five years after each', 'proof of what was checked (16 CFR 310.5)'
    union all
    select 4, 'messages and contact attempts, without texts',
      (select count(*) from public.messages m where m.org_id = p_org_id and m.lead_id = any (p_lead_ids))
        + (select count(*) from public.contact_attempts a where a.org_id = p_org_id and a.lead_id = any (p_lead_ids)),
      'the org is deleted', 'records of contacts made (16 CFR 310.5), and limits on further ones'
    union all
    select 12, 'questions to registers of reassigned numbers, as keyed hashes',
      (select count(*) from public.reassigned_checks r where r.org_id = p_org_id
        and (r.lead_id = any (p_lead_ids) or r.value_bidx = any (p_values))),
      'the org is deleted', 'proof that a consent was still of the person'
    union all
    select 13, 'calls to data providers, with costs and keyed hashes of the questions',
      (select count(*) from public.provider_calls p where p.org_id = p_org_id and p.lead_id = any (p_lead_ids)),
      'the org is deleted', 'what was paid for'
    union all
    select 5, 'the property: address, parcel, history with the names of fields', cardinality(p_lead_ids),
      'the lead is deleted', 'public record; decisions and consents refer to it'
    union all
    select 6, 'stored uploads and rejected rows of the org, encrypted, which may list the person', s.n, s.until::text,
      'they can be read again until raw_days have passed' from stored s where s.n > 0
    union all
    select 7, 'bodies of other processed webhooks of the org, encrypted', b.processed, b.until::text,
      'no event in them was matched with the person; raw_days' from bodies b where b.processed > 0
    union all
    select 8, 'webhook deliveries of the person that are not processed, encrypted', b.unread,
      'they are processed, then raw_days', 'they may be about others, too' from bodies b where b.unread > 0
    union all
    select 9, 'the logs of reads and of this erasure: ids, and reasons as they were written',
      (select count(*) from private.pii_access_log g where g.org_id = p_org_id and g.lead_id = any (p_lead_ids)) + 1,
      'never', 'who has seen the data'
    union all
    select 10, 'other leads with a phone or e-mail of the person',
      (select count(distinct c.lead_id) from public.contact_points c
        where c.org_id = p_org_id and c.value_bidx = any (p_values)),
      'they are erased', 'they may be of somebody else; erase those that are not'
    union all
    select 14, 'documents and photos of deals in the private bucket',
      (select count(*) from public.deal_files f join public.deals d on d.org_id = f.org_id and d.id = f.deal_id
        where f.org_id = p_org_id and (d.lead_id = any (p_lead_ids) or d.merged_from = any (p_lead_ids))),
      'the org removes them', 'records of the deal'
    union all
    select 11, 'backups of the platform', null, 'they expire', 'outside of the database'
  )
  select jsonb_agg(jsonb_build_object('what', c.what, 'count', c.n, 'until', c.until, 'why', c.why) order by c.nth)
  from counted c where c.n is distinct from 0
$$;
comment on function private.what_stays(uuid, uuid[], bytea[], timestamptz) is
  'What an erasure leaves, how many, until when and why: [{what, count, until, why}]. Definer: counts regardless of '
  'policies.';
revoke execute on function private.what_stays(uuid, uuid[], bytea[], timestamptz) from pipeline_writer;

create function public.erase_lead(p_org_id uuid, p_lead_id uuid, p_reason text, p_as_of timestamptz default now())
  returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_leads uuid[];
  v_values bytea[];
  v_pattern text;
  v_erased jsonb := '{}'::jsonb;
  v_kept jsonb;
  v_rows integer;
  v_answers integer;
begin
  p_as_of := private.caller_clock(p_as_of);
  if not exists (select from public.leads x where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))) then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL426';
  end if;
  perform set_config('sluice.actor', 'system', true);
  v_leads := private.with_merged(p_org_id, array[p_lead_id]);
  v_pattern := private.person_pattern(p_org_id, v_leads);
  -- A person who asked for erasure must not be contacted when a list contains the number again.
  perform private.suppress_value(c.org_id, c.value_bidx, c.kind, null, 'erasure', 'request to erase', p_as_of)
  from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  v_values := array(select c.value_bidx from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id);
  delete from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  -- What was bought about the person. The property's own facts are public record.
  delete from public.lead_facts f where f.org_id = p_org_id and f.lead_id = any (v_leads)
    and (f.value is null or f.contact_point_id is not null);
  -- Mortgages and foreclosures say something about the debtor.
  delete from public.property_facts f where f.org_id = p_org_id and f.lead_id = any (v_leads);
  delete from private.fact_renewals r where r.org_id = p_org_id and r.lead_id = any (v_leads);
  delete from private.possible_wishes w where w.org_id = p_org_id
    and (w.lead_id = any (v_leads) or (w.lead_id is null and w.value_bidx = any (v_values)));
  v_answers := private.forget_answers(p_org_id, v_leads);
  v_erased := v_erased || jsonb_build_object('contacts', cardinality(v_values), 'answers', v_answers);
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
  v_erased := v_erased || jsonb_build_object('changes', private.forget_history(p_org_id, v_leads, 'erased', p_as_of));
  -- Rows that wait for an answer: those that name the lead, and those with a phone or e-mail of the person.
  with erased as (
    update public.lead_conflicts c set row_keys = '{}', identity = null, building = null, contacts = '{}',
      state = 'dismissed', closed_at = coalesce(c.closed_at, p_as_of), resolution = 'erased'
    where c.org_id = p_org_id and (v_leads && c.lead_ids or c.lead_id = any (v_leads) or c.contacts && v_values)
    returning c.id
  )
  delete from private.conflict_rows x using erased e where x.org_id = p_org_id and x.conflict_id = e.id;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('conflict_rows', v_rows);
  delete from public.conflict_answers a where a.org_id = p_org_id and a.lead_id = any (v_leads);
  -- Messages are kept by their ids; texts and the provider's references to them are erased.
  update public.messages m set text_cipher = null, key_id = null, in_reply_to = null, error_detail = null
  where m.org_id = p_org_id and m.lead_id = p_lead_id;
  update public.replies r set text_cipher = null, key_id = null, draft_cipher = null, draft_key_id = null
  where r.org_id = p_org_id and r.lead_id = p_lead_id and num_nonnulls(r.text_cipher, r.draft_cipher) > 0;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('replies', v_rows);
  update public.calls k set transcript_cipher = null, key_id = null
  where k.org_id = p_org_id and k.lead_id = p_lead_id and k.transcript_cipher is not null;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('transcripts', v_rows);
  update public.tasks t set note_cipher = null, key_id = null
  where t.org_id = p_org_id and t.lead_id = p_lead_id and t.note_cipher is not null;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('task_notes', v_rows);
  v_erased := v_erased || jsonb_build_object('deals', private.forget_deals(p_org_id, v_leads));
  v_erased := v_erased || jsonb_build_object('links', private.erase_links(p_org_id, v_leads),
    'webhook_bodies', private.erase_deliveries(p_org_id, v_leads, v_values, p_as_of),
    'errors', case when v_pattern is null then 0 else private.redact_errors(p_org_id, v_pattern) end);
  v_kept := jsonb_build_object(
    'suppressions', cardinality(v_values),
    'messages', (select count(*) from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id),
    'consents', (select count(*) from public.consents c where c.org_id = p_org_id and c.lead_id = p_lead_id),
    'decisions', (select count(*) from public.gate_decisions d where d.org_id = p_org_id and d.lead_id = p_lead_id),
    'contact_attempts', (select count(*) from public.contact_attempts a where a.org_id = p_org_id
      and a.lead_id = p_lead_id),
    'erased', v_erased, 'stays', private.what_stays(p_org_id, v_leads, v_values, p_as_of));
  insert into public.erasures (org_id, lead_id, reason, erased_at, erased_by, kept)
  values (p_org_id, p_lead_id, p_reason, p_as_of, auth.uid(), v_kept);
  perform set_config('sluice.actor', v_actor, true);
  return v_kept;
end
$$;
comment on function public.erase_lead(uuid, uuid, text, timestamptz) is
  'Erases the person behind a lead and what was merged into it: contacts, names, mailing address, list columns, their '
  'values in histories and merges, texts of messages, replies and calls, rows in conflict, bodies of webhooks, errors '
  'that quote them. Returns counts of what the law requires to be kept, {erased: {…: how many}} and {stays: [{what, '
  'count, until, why}]}. For owners, admins and the service. Definer: history belongs to the owner. Raises SL426.';

revoke execute on function public.erase_lead(uuid, uuid, text, timestamptz) from public, anon;
grant execute on function public.erase_lead(uuid, uuid, text, timestamptz) to authenticated, service_role;
