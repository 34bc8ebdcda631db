-- The consent form: a link with a random nonce that can be opened repeatedly and submitted once. Only the hash of the
-- nonce is stored; the token is bound to lead, contacts, text and channels, and is kept as evidence.

create function private.request_addresses() returns inet[]
language plpgsql stable set search_path = '' as $$
declare
  v_headers jsonb;
  v_text text;
  v_addresses inet[] := array[]::inet[];
begin
  v_headers := nullif(current_setting('request.headers', true), '')::jsonb;
  for v_text in
    select btrim(a) from jsonb_each_text(v_headers) h cross join regexp_split_to_table(h.value, ',') a
    where h.key in ('cf-connecting-ip', 'x-real-ip', 'x-forwarded-for')
  loop
    begin
      v_addresses := v_addresses || v_text::inet;
    exception when invalid_text_representation then
      null;
    end;
  end loop;
  return v_addresses;
end
$$;
comment on function private.request_addresses() is
  'Every network address that the headers of the API request name, whether the proxy or the client wrote it; empty '
  'outside of an API request.';

create function private.is_same_network(p_one inet, p_other inet) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select family(p_one) = family(p_other)
    and set_masklen(p_one, case family(p_one) when 6 then 64 else 32 end)::cidr
      = set_masklen(p_other, case family(p_other) when 6 then 64 else 32 end)::cidr
$$;
comment on function private.is_same_network(inet, inet) is
  'Whether two addresses are those of one place: the same IPv4 address, or the same IPv6 /64 network.';

create function private.token_may_lift(p_token public.consent_tokens, p_value_bidx bytea, p_ip inet) returns boolean
language sql immutable set search_path = '' as $$
  select case p_token.issued_via
    when 'service' then true
    when 'sent' then p_token.sent_to = p_value_bidx
    when 'handed_over' then p_ip is not null and p_token.issuer_addresses <> '{}'
    else false end
    and p_token.submitted_by is null
    and not exists (select from unnest(p_token.issuer_addresses) a where private.is_same_network(a, p_ip))
$$;
comment on function private.token_may_lift(public.consent_tokens, bytea, inet) is
  'Whether a form proves that the person themselves agreed, so that it outranks their opt-out: Sluice sent the link to '
  'this very contact, or an owner or admin handed it over. Never when a signed-in user submitted it, or when it came '
  'from the network of the issuer, or when that cannot be known.';

create function private.consent_may_lift(p_org_id uuid, p_consent_id bigint) returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce((
    select private.token_may_lift(t, c.value_bidx, c.ip)
    from public.consents c join public.consent_tokens t on t.org_id = c.org_id and t.id = c.token_id
    where c.org_id = p_org_id and c.id = p_consent_id), true)
$$;
comment on function private.consent_may_lift(uuid, bigint) is
  'False for a consent by a form that does not prove that the person agreed. Definer: reads both tables without the '
  'policies.';
revoke execute on function private.consent_may_lift(uuid, bigint) from public;
grant execute on function private.consent_may_lift(uuid, bigint) to pipeline_writer;

create function private.tg_suppression_lifts__check_link() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not private.consent_may_lift(new.org_id, new.consent_id) then
    raise exception 'the link was not sent to this contact: it lifts no suppression' using errcode = 'SL402';
  end if;
  return new;
end
$$;
comment on function private.tg_suppression_lifts__check_link() is
  'Trigger: a form that a member could have submitted lifts nothing, whoever writes the lift (SL402). Definer: reads '
  'tokens without the policies.';
create trigger _210_check_link before insert on public.suppression_lifts
  for each row execute function private.tg_suppression_lifts__check_link();

create function private.issue_consent_token(
  p_org_id uuid, p_lead_id uuid, p_channels text[], p_text_version integer default null,
  p_ttl interval default '14 days', p_via text default 'service', p_reason text default null,
  p_sent_to bytea default null, p_as_of timestamptz default now()
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
  order by (c.value_bidx = p_sent_to) desc nulls last, private.contact_order(c) limit 1;
  select c.value_bidx, c.masked into v_email from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = p_lead_id and c.kind = 'email' and c.invalid_at is null
    and p_channels && '{email}'
  order by (c.value_bidx = p_sent_to) desc nulls last, private.contact_order(c) limit 1;
  if (p_channels && '{sms,voice_manual,voice_ai}' and v_phone.value_bidx is null)
    or (p_channels && '{email}' and v_email.value_bidx is null) then
    raise exception 'the lead has no contact point for these channels' using errcode = 'SL401';
  end if;
  insert into public.consent_tokens (org_id, lead_id, nonce_hash, created_at, expires_at, text_version, channels,
    phone_bidx, phone_masked, email_bidx, email_masked, issued_via, issued_by, issuer_addresses, reason, sent_to)
  values (p_org_id, p_lead_id, sha256(convert_to(v_nonce, 'UTF8')), p_as_of, p_as_of + p_ttl, t.version, p_channels,
    v_phone.value_bidx, v_phone.masked, v_email.value_bidx, v_email.masked, p_via,
    -- auth.uid() is not for the pipeline.
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid, private.request_addresses(), p_reason, p_sent_to);
  return v_nonce;
end
$$;
comment on function private.issue_consent_token(uuid, uuid, text[], integer, interval, text, text, bytea, timestamptz) is
  'Creates a link to the consent form and returns its nonce (43 characters, 256 bits), which cannot be retrieved '
  'again. Uses the lead''s best phone and e-mail, or p_sent_to, and the newest text unless one is named. Stores the '
  'issuer and how the link reaches the person (p_via, see consent_tokens.issued_via). Raises SL401 when the text or '
  'the lead does not support these channels.';

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
  p_nonce text, p_form jsonb, p_page_url text, p_ip inet, p_user_agent text, p_submitted_by uuid default null,
  p_as_of timestamptz default now()
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
  update public.consent_tokens c set used_at = p_as_of, submitted_by = p_submitted_by
  where c.org_id = t.org_id and c.id = t.id;
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
    -- Repeated in the check of every lift: this only spares the attempt.
    if private.consent_may_lift(t.org_id, v_consent) then
      perform private.lift_suppressions(t.org_id, v_consent, p_as_of);
    end if;
  end loop;
  return 'recorded';
end
$$;
comment on function private.submit_consent(text, jsonb, text, inet, text, uuid, timestamptz) is
  'Accepts the form {channels, signature, agree, text_sha256, time_zone} once. Returns recorded, or the reason for '
  'rejection: link_invalid (unknown or expired), already_used, not_what_was_shown (another text, or channels that '
  'the link does not cover), incomplete. Only recorded uses up the token; it lifts the suppressions that a new '
  'consent lifts, if the form proves that the person agreed (private.token_may_lift). p_submitted_by: the signed-in '
  'user, if there is one.';
