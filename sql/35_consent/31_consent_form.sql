-- The consent form: a link with a random nonce that can be opened repeatedly and submitted once. Only the hash of the
-- nonce is stored; the token is bound to lead, contacts, text and channels, and is kept as evidence.

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
    raise exception 'the org has no consent text for these channels' using errcode = 'SL401';
  end if;
  select c.value_bidx, c.masked into v_phone from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = p_lead_id and c.kind = 'phone' and c.invalid_at is null
    and p_channels && '{sms,voice_manual,voice_ai}'
  order by c.verified desc, c.position, c.id limit 1;
  select c.value_bidx, c.masked into v_email from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = p_lead_id and c.kind = 'email' and c.invalid_at is null
    and p_channels && '{email}'
  order by c.verified desc, c.position, c.id limit 1;
  if (p_channels && '{sms,voice_manual,voice_ai}' and v_phone.value_bidx is null)
    or (p_channels && '{email}' and v_email.value_bidx is null) then
    raise exception 'the lead has no contact point for these channels' using errcode = 'SL401';
  end if;
  insert into public.consent_tokens (org_id, lead_id, nonce_hash, created_at, expires_at, text_version, channels,
    phone_bidx, phone_masked, email_bidx, email_masked)
  values (p_org_id, p_lead_id, sha256(convert_to(v_nonce, 'UTF8')), p_as_of, p_as_of + p_ttl, t.version, p_channels,
    v_phone.value_bidx, v_phone.masked, v_email.value_bidx, v_email.masked);
  return v_nonce;
end
$$;
comment on function private.issue_consent_token(uuid, uuid, text[], integer, interval, timestamptz) is
  'Creates a link to the consent form and returns its nonce (43 characters, 256 bits), which cannot be retrieved '
  'again. Uses the lead''s best phone and e-mail, and the newest text unless one is named. Raises SL401 when the '
  'text or the lead does not support these channels.';

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
  'The content of the form; null when the nonce is unknown or expired, without saying which. Changes nothing.';

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
  -- Concurrent submissions: the second waits here and then finds the token used.
  select c.* into t from public.consent_tokens c
  where c.nonce_hash = sha256(convert_to(p_nonce, 'UTF8')) and c.text_version is not null for update;
  if not found or t.expires_at <= p_as_of or t.created_at > p_as_of then
    return 'link_invalid';
  elsif t.used_at is not null then
    return 'already_used';
  end if;
  select y.* into strict x from public.consent_texts y where y.org_id = t.org_id and y.version = t.text_version;
  v_chosen := array(select distinct jsonb_array_elements_text(p_form -> 'channels') order by 1);
  if p_form ->> 'text_sha256' is distinct from encode(sha256(convert_to(x.body, 'UTF8')), 'hex')
    or not v_chosen <@ t.channels then
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
    insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, masked, action, type, channels,
      purpose,
      shown_text, text_sha256, text_version, language, seller, automated_disclosed, not_condition_of_purchase,
      method, signature, page_url, ip, user_agent, certificate_id, token_id, occurred_at, time_zone, recorded_by,
        recorded_at)
    values (t.org_id, t.lead_id, (select c.id from public.contact_points c
        where c.org_id = t.org_id and c.lead_id = t.lead_id and c.value_bidx = v.bidx),
      v.bidx, v.kind, v.masked, 'grant', case when x.automated_disclosed and x.not_condition_of_purchase then 'pewc'
        else 'pec' end,
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
  'Accepts the form {channels, signature, agree, text_sha256, time_zone} once. Returns recorded, or the reason for '
  'rejection: link_invalid (unknown or expired), already_used, not_what_was_shown (another text, or channels that '
  'the link does not cover), incomplete. Only recorded uses up the token; it lifts the suppressions that a new '
  'consent lifts.';
