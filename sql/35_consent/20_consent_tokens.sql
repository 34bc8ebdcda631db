create table public.consent_tokens (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  lead_id uuid not null,
  nonce_hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (org_id, id),
  constraint token_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete restrict,
  constraint token_expires_after_creation check (expires_at > created_at),
  constraint token_is_used_in_its_life check (used_at is null or used_at between created_at and expires_at),
  constraint nonce_hash_is_sha256 check (octet_length(nonce_hash) = 32)
);
comment on table public.consent_tokens is 'Single-use links to a consent form; only the hash of the nonce is kept.';
create index consent_tokens_lead_idx on public.consent_tokens (org_id, lead_id);

alter table public.consent_tokens enable row level security;
grant select, insert, update, delete on public.consent_tokens to pipeline_writer;
create policy select_writer on public.consent_tokens for select to pipeline_writer using (true);
create policy insert_writer on public.consent_tokens for insert to pipeline_writer with check (true);
create policy update_writer on public.consent_tokens for update to pipeline_writer using (true) with check (true);

create function private.tg_lead_merges__move_tokens() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.consent_tokens t set lead_id = new.survivor_id where t.org_id = new.org_id and t.lead_id = new.merged_id;
  return null;
end
$$;
comment on function private.tg_lead_merges__move_tokens() is
  'Trigger: consent links follow the lead that stays, before the other is deleted. Definer: matching has no rights on consent.';
create trigger _100_move_tokens after insert on public.lead_merges
  for each row execute function private.tg_lead_merges__move_tokens();

-- The consent form: a link with a random nonce, shown as often as one likes, submitted once. Of the nonce
-- only the hash is kept; the token is bound to lead, contacts, text and channels, and stays as evidence.

alter table public.consent_tokens
  add column text_version integer,
  add column channels text[] not null default '{}',
  add column phone_bidx bytea,
  add column phone_masked text,
  add column email_bidx bytea,
  add column email_masked text,
  add constraint token_names_a_text_of_its_org foreign key (org_id, text_version)
    references public.consent_texts (org_id, version) on delete restrict,
  add constraint used_token_was_bound check (used_at is null or text_version is not null),
  add constraint token_channels_are_known check (channels <@ '{email,sms,voice_manual,voice_ai}'::text[]),
  add constraint token_channels_have_their_contact check ((phone_bidx is not null or not channels && '{sms,voice_manual,voice_ai}')
    and (email_bidx is not null or not channels && '{email}'));
comment on column public.consent_tokens.text_version is 'The text that the form shows.';
comment on column public.consent_tokens.channels is 'The most that the form can give consent to.';
comment on column public.consent_tokens.phone_bidx is 'The phone that the form is about; masked as the form shows it in phone_masked. email_bidx likewise.';
create index consent_tokens_text_idx on public.consent_tokens (org_id, text_version);

create function private.tg_orgs__delete_consent_tokens() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.consent_tokens t where t.org_id = old.id;
  return old;
end
$$;
comment on function private.tg_orgs__delete_consent_tokens() is
  'Trigger: links to the form go with their org, before the leads that they hold. Definer: nobody deletes tokens.';
create trigger _050_delete_consent_tokens before delete on public.orgs
  for each row execute function private.tg_orgs__delete_consent_tokens();

create function private.tg_consent_tokens__keep_evidence() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    if old.used_at is null or pg_catalog.pg_trigger_depth() > 1 then
      return old;
    end if;
  elsif old.used_at is null and (to_jsonb(new) - '{used_at,lead_id}'::text[]) = (to_jsonb(old) - '{used_at,lead_id}'::text[]) then
    return new;
  -- A merge carries the token to the lead that stays.
  elsif to_jsonb(new) - 'lead_id' = to_jsonb(old) - 'lead_id' then
    return new;
  end if;
  raise exception 'consent_tokens is append-only' using errcode = 'SL002';
end
$$;
comment on function private.tg_consent_tokens__keep_evidence() is
  'Trigger: a token is used once and otherwise stays as it is; used ones are not deleted (SL002) unless their org ends. Definer: as the tables it guards.';
create trigger _100_keep_evidence before update or delete on public.consent_tokens
  for each row execute function private.tg_consent_tokens__keep_evidence();

create function private.issue_consent_token(
  p_org_id uuid, p_lead_id uuid, p_channels text[], p_text_version integer default null,
  p_ttl interval default '14 days', p_as_of timestamptz default now()
) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_nonce constant text := translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  t public.consent_texts;
  v_phone record;
  v_email record;
begin
  select x.* into t from public.consent_texts x
  where x.org_id = p_org_id and x.version = coalesce(p_text_version,
    (select max(y.version) from public.consent_texts y where y.org_id = p_org_id));
  if not found or not p_channels <@ t.channels or coalesce(cardinality(p_channels), 0) = 0 then
    raise exception 'no text of the org asks for these channels' using errcode = 'SL401';
  end if;
  select c.value_bidx, c.masked into v_phone from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = p_lead_id and c.kind = 'phone' and c.invalid_at is null
    and p_channels && '{sms,voice_manual,voice_ai}'
  order by c.verified desc, c.position, c.id limit 1;
  select c.value_bidx, c.masked into v_email from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = p_lead_id and c.kind = 'email' and c.invalid_at is null and p_channels && '{email}'
  order by c.verified desc, c.position, c.id limit 1;
  if (p_channels && '{sms,voice_manual,voice_ai}' and v_phone.value_bidx is null)
    or (p_channels && '{email}' and v_email.value_bidx is null) then
    raise exception 'the lead has no contact for these channels' using errcode = 'SL401';
  end if;
  insert into public.consent_tokens (org_id, lead_id, nonce_hash, created_at, expires_at, text_version, channels,
    phone_bidx, phone_masked, email_bidx, email_masked)
  values (p_org_id, p_lead_id, sha256(convert_to(v_nonce, 'UTF8')), p_as_of, p_as_of + p_ttl, t.version, p_channels,
    v_phone.value_bidx, v_phone.masked, v_email.value_bidx, v_email.masked);
  return v_nonce;
end
$$;
comment on function private.issue_consent_token(uuid, uuid, text[], integer, interval, timestamptz) is
  'Makes a link to the consent form and returns its nonce (43 characters, 256 bits), the only time that it is seen. About the lead''s best phone and e-mail; the newest text unless one is named. Raises SL401 when the text or the lead cannot give these channels.';

create function private.show_consent_form(p_nonce text, p_as_of timestamptz default now()) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'state', case when t.used_at is null then 'open' else 'already_used' end,
    'title', x.title, 'text', x.body, 'text_sha256', encode(sha256(convert_to(x.body, 'UTF8')), 'hex'),
    'text_version', x.version, 'language', x.language, 'seller', x.seller, 'privacy_url', x.privacy_url,
    'channels', t.channels, 'phone', t.phone_masked, 'email', t.email_masked, 'expires_at', t.expires_at)
  from public.consent_tokens t
  join public.consent_texts x on x.org_id = t.org_id and x.version = t.text_version
  where t.nonce_hash = sha256(convert_to(p_nonce, 'UTF8')) and t.expires_at > p_as_of
$$;
comment on function private.show_consent_form(text, timestamptz) is
  'What the form shows; null when the nonce is unknown or expired, which of the two is not told. Changes nothing.';

create function private.submit_consent(
  p_nonce text, p_form jsonb, p_page_url text, p_ip inet, p_user_agent text, p_as_of timestamptz default now()
) returns text
language plpgsql volatile set search_path = '' as $$
declare
  t public.consent_tokens;
  x public.consent_texts;
  v_chosen text[];
  v_signature constant text := nullif(btrim(p_form ->> 'signature'), '');
  v_zone constant text := (select z.name from pg_catalog.pg_timezone_names z where z.name = p_form ->> 'time_zone');
  v_consent bigint;
  v record;
begin
  -- Two that submit at once: the second waits here, and then finds the token used.
  select c.* into t from public.consent_tokens c
  where c.nonce_hash = sha256(convert_to(p_nonce, 'UTF8')) and c.text_version is not null for update;
  if not found or t.expires_at <= p_as_of or t.created_at > p_as_of then
    return 'link_invalid';
  elsif t.used_at is not null then
    return 'already_used';
  end if;
  select y.* into strict x from public.consent_texts y where y.org_id = t.org_id and y.version = t.text_version;
  v_chosen := array(select distinct jsonb_array_elements_text(p_form -> 'channels') order by 1);
  if p_form ->> 'text_sha256' is distinct from encode(sha256(convert_to(x.body, 'UTF8')), 'hex') or not v_chosen <@ t.channels then
    return 'not_what_was_shown';
  elsif cardinality(v_chosen) = 0 or v_signature is null or p_form -> 'agree' is distinct from 'true'::jsonb then
    return 'incomplete';
  end if;
  update public.consent_tokens c set used_at = p_as_of where c.org_id = t.org_id and c.id = t.id;
  for v in
    select k.kind, k.bidx, k.masked, array(select ch from unnest(v_chosen) ch where ch = any (k.channels)) as channels
    from (values ('phone'::public.contact_kind, t.phone_bidx, t.phone_masked, '{sms,voice_manual,voice_ai}'::text[]),
      ('email', t.email_bidx, t.email_masked, '{email}')) k (kind, bidx, masked, channels)
    where k.channels && v_chosen
  loop
    insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, masked, action, type, channels, purpose,
      shown_text, text_sha256, text_version, language, seller, automated_disclosed, not_condition_of_purchase,
      method, signature, page_url, ip, user_agent, certificate_id, token_id, occurred_at, time_zone, recorded_by, recorded_at)
    values (t.org_id, t.lead_id, (select c.id from public.contact_points c
        where c.org_id = t.org_id and c.lead_id = t.lead_id and c.value_bidx = v.bidx),
      v.bidx, v.kind, v.masked, 'grant', case when x.automated_disclosed and x.not_condition_of_purchase then 'pewc' else 'pec' end,
      v.channels, x.purpose, x.body, sha256(convert_to(x.body, 'UTF8')), x.version, x.language, x.seller,
      x.automated_disclosed, x.not_condition_of_purchase, 'consent form', v_signature, p_page_url, p_ip, p_user_agent,
      p_form ->> 'certificate_id', t.id, p_as_of, v_zone, 'person', p_as_of)
    returning id into v_consent;
    perform private.lift_suppressions(t.org_id, v_consent, p_as_of);
  end loop;
  return 'recorded';
end
$$;
comment on function private.submit_consent(text, jsonb, text, inet, text, timestamptz) is
  'Takes the form {channels, signature, agree, text_sha256, time_zone} once: recorded, or why not: link_invalid (unknown or expired), already_used, not_what_was_shown (another text or more channels than the link is for), incomplete. Only recorded uses the token up; it lifts what a new consent lifts.';
