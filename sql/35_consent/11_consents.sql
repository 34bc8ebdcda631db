-- Consents given and revoked, with their evidence. Kept by value as well as by lead, so that they outlive deletions
-- and imports; kept as long as the org exists, which is longer than the five years that the law requires.

create type public.consent_action as enum ('grant', 'revoke');
comment on type public.consent_action is 'Whether a row of consents grants or revokes.';

create table public.consents (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  lead_id uuid,
  contact_point_id bigint,
  value_bidx bytea,
  kind public.contact_kind,
  masked text,
  action public.consent_action not null,
  channels text[] not null,
  purpose text,
  type text,
  is_unproven boolean not null default false,
  -- The text that was shown
  shown_text text,
  text_sha256 bytea,
  text_version integer,
  language text,
  seller text,
  automated_disclosed boolean,
  not_condition_of_purchase boolean,
  -- How it was given or revoked
  method text not null,
  signature text,
  page_url text,
  ip inet,
  user_agent text,
  certificate_id text,
  evidence text,
  evidence_sha256 bytea,
  token_id uuid,
  occurred_at timestamptz not null,
  time_zone text,
  revoked_scope text,
  is_keyword boolean not null default false,
  text_cipher bytea,
  key_id integer,
  confirm_before timestamptz,
  -- Who recorded it
  recorded_by text not null default private.current_actor(),
  recorded_by_user uuid default auth.uid(),
  source_id uuid,
  upload_id uuid,
  recorded_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint consent_is_about_somebody check (num_nonnulls(lead_id, value_bidx) > 0),
  constraint consent_value_has_its_kind check ((value_bidx is null) = (kind is null)),
  constraint consent_channels_are_known
    check (cardinality(channels) > 0 and channels <@ '{email,sms,voice_manual,voice_ai}'::text[]),
  constraint consent_channels_fit_the_contact check (case kind
    when 'phone' then not channels && '{email}' when 'email' then channels <@ '{email}'::text[] else true end),
  constraint consent_purpose_is_known check (purpose in ('marketing', 'transactional')),
  constraint consent_type_is_known check (type in ('pec', 'pewc', 'ebr_purchase', 'ebr_inquiry')),
  constraint grant_says_of_which_type check ((action = 'grant') = (type is not null)),
  constraint unproven_consent_is_a_grant check (not is_unproven or action = 'grant'),
  constraint written_consent_is_proven check (type <> 'pewc' or (not is_unproven
    and num_nonnulls(value_bidx, shown_text, text_sha256, seller, purpose) = 5
    and length(btrim(coalesce(signature, ''))) > 0
    and automated_disclosed is true and not_condition_of_purchase is true)),
  constraint consent_text_has_its_hash check ((shown_text is null) = (text_sha256 is null)
    and text_sha256 = sha256(convert_to(shown_text, 'UTF8'))),
  constraint evidence_hash_is_a_sha256 check (evidence_sha256 is null
    or (octet_length(evidence_sha256) = 32 and evidence is not null)),
  constraint consent_says_how check (length(btrim(method)) > 0),
  constraint revocation_scope_is_known check (revoked_scope in ('person', 'all', 'channel', 'matter')),
  constraint revocation_says_its_scope check ((action = 'revoke') = (revoked_scope is not null)),
  constraint text_has_its_key check ((text_cipher is null) = (key_id is null)),
  constraint consent_recorder_is_known check (recorded_by in ('person', 'upload', 'member', 'system')),
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table public.consents is
  'One row per consent given or revoked, with its evidence. Append-only; leads.consent is derived from it.';
comment on column public.consents.lead_id is 'The lead at the time; it may have been merged or deleted since.';
comment on column public.consents.value_bidx is
  'Blind index of the phone or e-mail; null for an unproven consent that names none.';
comment on column public.consents.is_unproven is
  'Asserted by somebody else (a list, a manual edit) without proof. Lifts no suppression and never outranks a '
  'revocation.';
comment on column public.consents.type is
  'pec: express consent; pewc: express written consent with every required element; ebr_purchase, ebr_inquiry: a '
  'business relationship.';
comment on column public.consents.shown_text is
  'The text exactly as it was shown; text_sha256 is the hash of its UTF-8 bytes.';
comment on column public.consents.method is
  'How it was given: consent form, reply START, one-click unsubscribe, the method that a list names …';
comment on column public.consents.certificate_id is 'Id of the vendor''s certificate of the page visit.';
comment on column public.consents.evidence is
  'Where the signed paper or the recording is kept: a file, an address, a folder and page; evidence_sha256 is the '
  'hash of the file.';
comment on column public.consents.occurred_at is
  'When it was given or revoked; recorded_at is when it was recorded here.';
comment on column public.consents.time_zone is 'IANA time zone of the person at the time, where known.';
comment on column public.consents.revoked_scope is
  'person: everything, on every contact point of the person, also those that become known later; all: everything on '
  'this one; channel: the listed channels; matter: one subject matter only.';
comment on column public.consents.is_keyword is
  'Given by a keyword alone: a STOP, which START reverses, or a START, which reverses nothing else.';
comment on column public.consents.text_cipher is
  'The person''s own words, encrypted with key key_id of private.org_keys.';
comment on column public.consents.confirm_before is
  'Deadline for the one text that may confirm the opt-out; null: no confirmation is allowed.';
comment on column public.consents.recorded_by is
  'person: the form or the reply itself; upload, member, system: the source of the entry.';
create index consents_lead_idx on public.consents (org_id, lead_id, occurred_at);
create index consents_value_idx on public.consents (org_id, value_bidx, occurred_at) where value_bidx is not null;
create index consents_revoked_value_idx on public.consents (org_id, value_bidx) where action = 'revoke';
create index consents_refusals_idx on public.consents (org_id, value_bidx) where revoked_scope = 'person';
create index consents_wishes_idx on public.consents (org_id, occurred_at)
  where value_bidx is null and upload_id is null;
create index consents_key_idx on public.consents (key_id, org_id) where key_id is not null;
create index consents_token_idx on public.consents (org_id, token_id) where token_id is not null;

create function private.tg_consents__append_only() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' and not exists (select from public.orgs o where o.id = old.org_id) then
    return old;
  end if;
  if tg_op = 'UPDATE' and new.key_id <> old.key_id
    and to_jsonb(new) - '{text_cipher,key_id}'::text[] = to_jsonb(old) - '{text_cipher,key_id}'::text[] then
    -- The same words under another key.
    if private.decrypt_value(new.text_cipher, private.org_key(new.org_id, new.key_id))
      = private.decrypt_value(old.text_cipher, private.org_key(old.org_id, old.key_id)) then
      return new;
    end if;
  end if;
  raise exception 'consents is append-only' using errcode = 'SL002';
end
$$;
comment on function private.tg_consents__append_only() is
  'Trigger: raises SL002, except for a deleted org and for a rotation of keys, which leaves the words as they are. '
  'Definer: looks up the org without the policies, and decrypts.';
create trigger _100_append_only before update or delete on public.consents
  for each row execute function private.tg_consents__append_only();
create trigger _100_refuse_truncate before truncate on public.consents
  for each statement execute function private.refuse_change();

alter table public.consents enable row level security;
revoke all on public.consents from anon, authenticated, service_role;
grant select on public.consents to service_role;
grant select (org_id, id, lead_id, contact_point_id, kind, masked, action, channels, purpose, type, is_unproven,
  shown_text, text_sha256, text_version, language, seller, automated_disclosed, not_condition_of_purchase,
  method, signature, page_url, ip, user_agent, certificate_id, evidence, evidence_sha256, token_id, occurred_at,
    time_zone, revoked_scope,
  is_keyword, confirm_before, recorded_by, recorded_by_user, source_id, upload_id, recorded_at)
  on public.consents to authenticated;
grant select, insert on public.consents to pipeline_writer;
create function private.sees_record_of(p_org_id uuid, p_lead_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_lead uuid := p_lead_id;
  v_survivor uuid;
begin
  for i in 1..20 loop
    if private.sees_lead(p_org_id, v_lead) then
      return true;
    end if;
    v_survivor := (select m.survivor_id from public.lead_merges m
      where m.org_id = p_org_id and m.merged_id = v_lead and m.undone_at is null order by m.merged_at desc limit 1);
    if v_survivor is null then
      return false;
    end if;
    v_lead := v_survivor;
  end loop;
  return false;
end
$$;
comment on function private.sees_record_of(uuid, uuid) is
  'Whether the signed-in user may see records of a lead: those who see the lead, or the lead that it was merged '
  'into. For rows that keep the lead of their time. Definer: called by policies.';
revoke execute on function private.sees_record_of(uuid, uuid) from public;
grant execute on function private.sees_record_of(uuid, uuid) to authenticated, service_role;
create policy select_members on public.consents for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
      or private.sees_record_of(org_id, lead_id)));
create policy select_writer on public.consents for select to pipeline_writer using (true);
create policy insert_writer on public.consents for insert to pipeline_writer with check (true);

alter table public.orgs add constraint consent_months_are_a_number check (
  settings ->> 'consent_months' ~ '^[1-9][0-9]{0,2}$');
