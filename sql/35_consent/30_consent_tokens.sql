create table public.consent_tokens (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  lead_id uuid not null,
  nonce_hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  text_version integer,
  channels text[] not null default '{}',
  phone_bidx bytea,
  phone_masked text,
  email_bidx bytea,
  email_masked text,
  issued_via text not null default 'unknown',
  issued_by uuid,
  issuer_addresses inet[] not null default '{}',
  reason text,
  sent_to bytea,
  submitted_by uuid,
  primary key (org_id, id),
  constraint token_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete restrict,
  constraint token_names_a_text_of_its_org foreign key (org_id, text_version)
    references public.consent_texts (org_id, version) on delete restrict,
  constraint token_expires_after_creation check (expires_at > created_at),
  constraint token_is_used_in_its_life check (used_at is null or used_at between created_at and expires_at),
  constraint used_token_was_bound check (used_at is null or text_version is not null),
  constraint token_channels_are_known check (channels <@ '{email,sms,voice_manual,voice_ai}'::text[]),
  constraint token_channels_have_their_contact check (
    (phone_bidx is not null or not channels && '{sms,voice_manual,voice_ai}')
    and (email_bidx is not null or not channels && '{email}')),
  constraint token_issue_is_known check (issued_via in ('service', 'sent', 'handed_over', 'unknown')),
  constraint sent_token_names_its_receiver check ((issued_via = 'sent') = (sent_to is not null)),
  constraint handed_over_token_has_a_reason check (issued_via <> 'handed_over'
    or (issued_by is not null and length(btrim(reason)) >= 3)),
  constraint nonce_hash_is_sha256 check (octet_length(nonce_hash) = 32)
);
comment on table public.consent_tokens is 'Single-use links to a consent form; only the hash of the nonce is stored.';
comment on column public.consent_tokens.text_version is 'The text that the form shows.';
comment on column public.consent_tokens.channels is 'The channels that the form may ask consent for.';
comment on column public.consent_tokens.phone_bidx is
  'The phone that the form is about; phone_masked is the masked form that is shown. email_bidx likewise.';
comment on column public.consent_tokens.phone_masked is 'For the form; empty once the person was erased.';
comment on column public.consent_tokens.issued_via is
  'service: the pipeline has it; sent: Sluice sent it to the contact sent_to and showed it to nobody; handed_over: an '
  'owner or admin (issued_by) was shown it, for the reason given; unknown: issued before this was recorded.';
comment on column public.consent_tokens.issuer_addresses is
  'Every network address that the request of the issuer named. A form from one of them lifts no suppression.';
comment on column public.consent_tokens.submitted_by is 'The signed-in user who submitted the form; null for a person.';
create index consent_tokens_lead_idx on public.consent_tokens (org_id, lead_id);
create index consent_tokens_text_idx on public.consent_tokens (org_id, text_version);

alter table public.consent_tokens enable row level security;
-- The service included: whoever could write a link would know its nonce, and a form of it lifts an opt-out.
revoke all on public.consent_tokens from anon, authenticated, service_role;
grant select, insert, update, delete on public.consent_tokens to pipeline_writer;
create policy select_writer on public.consent_tokens for select to pipeline_writer using (true);
create policy insert_writer on public.consent_tokens for insert to pipeline_writer with check (true);
create policy update_writer on public.consent_tokens for update to pipeline_writer using (true) with check (true);

create function private.tg_lead_merges__move_tokens() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.consent_tokens t set lead_id = new.survivor_id where t.org_id = new.org_id
    and t.lead_id = new.merged_id;
  return null;
end
$$;
comment on function private.tg_lead_merges__move_tokens() is
  'Trigger: moves consent links to the lead that remains, before the other is deleted. Definer: matching has no '
  'rights on consent.';
create trigger _100_move_tokens after insert on public.lead_merges
  for each row execute function private.tg_lead_merges__move_tokens();

create function private.tg_orgs__delete_consent_tokens() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.consent_tokens t where t.org_id = old.id;
  return old;
end
$$;
comment on function private.tg_orgs__delete_consent_tokens() is
  'Trigger: deletes consent links with their org, before the leads that they refer to. Definer: no role may delete '
  'tokens.';
create trigger _050_delete_consent_tokens before delete on public.orgs
  for each row execute function private.tg_orgs__delete_consent_tokens();

create function private.tg_consent_tokens__keep_evidence() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    if old.used_at is null or pg_catalog.pg_trigger_depth() > 1 then
      return old;
    end if;
  elsif current_setting('sluice.erasing', true) = 'yes'
    and new.phone_masked is null and new.email_masked is null
    and (to_jsonb(new) - '{phone_masked,email_masked}'::text[])
      = (to_jsonb(old) - '{phone_masked,email_masked}'::text[])
    and current_user = (select r.rolname from pg_catalog.pg_class c join pg_catalog.pg_roles r on r.oid = c.relowner
      where c.oid = tg_relid) then
    return new;
  elsif old.used_at is null
    and (to_jsonb(new) - '{used_at,lead_id,submitted_by}'::text[])
      = (to_jsonb(old) - '{used_at,lead_id,submitted_by}'::text[]) then
    return new;
  -- A merge moves the token to the remaining lead.
  elsif to_jsonb(new) - 'lead_id' = to_jsonb(old) - 'lead_id' then
    return new;
  end if;
  raise exception 'consent_tokens is append-only' using errcode = 'SL002';
end
$$;
comment on function private.tg_consent_tokens__keep_evidence() is
  'Trigger: a token may be used once and is otherwise immutable; used tokens are deleted only with their org '
  '(SL002). An erasure, which runs as the owner of the table, empties the masks.';
create trigger _100_keep_evidence before update or delete on public.consent_tokens
  for each row execute function private.tg_consent_tokens__keep_evidence();
