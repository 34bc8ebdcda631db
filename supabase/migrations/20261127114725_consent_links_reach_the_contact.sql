-- consent links reach the contact: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."issue_consent_token"(uuid, uuid, text[], integer, interval, timestamp WITH time zone);

DROP FUNCTION "private"."submit_consent"(text, jsonb, text, inet, text, timestamp WITH time zone);

DROP FUNCTION "public"."issue_consent_link"(uuid, uuid, text[], integer, interval);

ALTER TABLE "public"."consent_tokens"
  ADD COLUMN "issued_via" text NOT NULL DEFAULT 'unknown'::text;

ALTER TABLE "public"."consent_tokens"
  ADD COLUMN "issued_by" uuid;

ALTER TABLE "public"."consent_tokens"
  ADD COLUMN "issuer_addresses" inet[] NOT NULL DEFAULT '{}'::inet[];

ALTER TABLE "public"."consent_tokens"
  ADD COLUMN "reason" text;

ALTER TABLE "public"."consent_tokens"
  ADD COLUMN "sent_to" bytea;

ALTER TABLE "public"."consent_tokens"
  ADD COLUMN "submitted_by" uuid;

CREATE OR REPLACE FUNCTION private.check_link_lifetime (
  p_ttl interval
)
  RETURNS void
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  if p_ttl is null or p_ttl < interval '1 minute' or p_ttl > interval '90 days' then
    raise exception 'the lifetime of a link must be between one minute and 90 days' using errcode = 'SL401';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.consent_may_lift (
  p_org_id     uuid,
  p_consent_id bigint
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select coalesce((
    select private.token_may_lift(t, c.value_bidx, c.ip)
    from public.consents c join public.consent_tokens t on t.org_id = c.org_id and t.id = c.token_id
    where c.org_id = p_org_id and c.id = p_consent_id), true)
$function$;

CREATE OR REPLACE FUNCTION private.is_same_network (
  p_one   inet,
  p_other inet
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select family(p_one) = family(p_other)
    and set_masklen(p_one, case family(p_one) when 6 then 64 else 32 end)::cidr
      = set_masklen(p_other, case family(p_other) when 6 then 64 else 32 end)::cidr
$function$;

CREATE OR REPLACE FUNCTION private.issue_consent_token (
  p_org_id       uuid,
  p_lead_id      uuid,
  p_channels     text[],
  p_text_version integer                  DEFAULT NULL::integer,
  p_ttl          interval                 DEFAULT '14 days'::interval,
  p_via          text                     DEFAULT 'service'::text,
  p_reason       text                     DEFAULT NULL::text,
  p_sent_to      bytea                    DEFAULT NULL::bytea,
  p_as_of        timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
  order by (c.value_bidx = p_sent_to) desc nulls last, c.verified desc, c.position, c.id limit 1;
  select c.value_bidx, c.masked into v_email from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = p_lead_id and c.kind = 'email' and c.invalid_at is null
    and p_channels && '{email}'
  order by (c.value_bidx = p_sent_to) desc nulls last, c.verified desc, c.position, c.id limit 1;
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
$function$;

CREATE OR REPLACE FUNCTION private.request_addresses()
  RETURNS inet[]
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.submit_consent (
  p_nonce        text,
  p_form         jsonb,
  p_page_url     text,
  p_ip           inet,
  p_user_agent   text,
  p_submitted_by uuid                     DEFAULT NULL::uuid,
  p_as_of        timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.tg_consent_tokens__keep_evidence()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if tg_op = 'DELETE' then
    if old.used_at is null or pg_catalog.pg_trigger_depth() > 1 then
      return old;
    end if;
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
$function$;

CREATE OR REPLACE FUNCTION private.tg_suppression_lifts__check_link()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if not private.consent_may_lift(new.org_id, new.consent_id) then
    raise exception 'the link was not sent to this contact: it lifts no suppression' using errcode = 'SL402';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.token_may_lift (
  p_token      public.consent_tokens,
  p_value_bidx bytea,
  p_ip         inet
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  select case p_token.issued_via
    when 'service' then true
    when 'sent' then p_token.sent_to = p_value_bidx
    when 'handed_over' then p_ip is not null and p_token.issuer_addresses <> '{}'
    else false end
    and p_token.submitted_by is null
    and not exists (select from unnest(p_token.issuer_addresses) a where private.is_same_network(a, p_ip))
$function$;

CREATE OR REPLACE FUNCTION public.export_person (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.issue_consent_link (
  p_org_id       uuid,
  p_lead_id      uuid,
  p_channels     text[],
  p_text_version integer  DEFAULT NULL::integer,
  p_ttl          interval DEFAULT '14 days'::interval,
  p_reason       text     DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_service constant boolean := private.is_trusted_caller();
  v_nonce text;
begin
  if not private.may_act_for_lead(p_org_id, p_lead_id) then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL405';
  elsif not v_service and not p_org_id = any (private.my_org_ids('{owner,admin}')) then
    raise exception 'links are handed over by owners and admins only: use send_consent_link' using errcode = 'SL406';
  elsif not v_service and length(btrim(coalesce(p_reason, ''))) < 3 then
    raise exception 'reason is required: why the link is handed over and not sent to the contact' using
      errcode = 'SL406';
  end if;
  perform private.check_link_lifetime(p_ttl);
  v_nonce := private.issue_consent_token(p_org_id, p_lead_id, p_channels, p_text_version, p_ttl,
    case when v_service then 'service' else 'handed_over' end, p_reason, null, now());
  return (select jsonb_build_object('nonce', v_nonce, 'url', (o.settings ->> 'consent_page') || '#' || v_nonce,
    'expires_at', now() + p_ttl)
    from public.orgs o where o.id = p_org_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."issue_consent_link"(uuid, uuid, text[], integer, interval, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.send_consent_link (
  p_org_id           uuid,
  p_lead_id          uuid,
  p_contact_point_id bigint,
  p_channels         text[],
  p_text_version     integer  DEFAULT NULL::integer,
  p_ttl              interval DEFAULT '14 days'::interval
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  c public.contact_points;
  m public.messages;
  t public.consent_texts;
  v_page constant text := (select o.settings ->> 'consent_page' from public.orgs o where o.id = p_org_id);
  v_nonce text;
  v_message uuid;
begin
  select x.* into c from public.contact_points x
  where x.org_id = p_org_id and x.lead_id = p_lead_id and x.id = p_contact_point_id
    and private.may_act_for_lead(p_org_id, p_lead_id);
  if not found then
    raise exception 'contact % of lead % not found', p_contact_point_id, p_lead_id using errcode = 'SL405';
  elsif v_page is null then
    raise exception 'the org has no consent page: set consent_page in its settings' using errcode = 'SL401';
  end if;
  perform private.check_link_lifetime(p_ttl);
  v_nonce := private.issue_consent_token(p_org_id, p_lead_id, p_channels, p_text_version, p_ttl, 'sent', null,
    c.value_bidx, now());
  select x.* into strict t from public.consent_tokens k
    join public.consent_texts x on x.org_id = k.org_id and x.version = k.text_version
  where k.nonce_hash = sha256(convert_to(v_nonce, 'UTF8'));
  v_message := private.queue_message(p_org_id, p_lead_id, c.id,
    case c.kind when 'email' then 'email' else 'sms' end, 'manual',
    t.seller || ': ' || t.title || E'\n' || v_page || '#' || v_nonce, null, now());
  select x.* into strict m from public.messages x where x.org_id = p_org_id and x.id = v_message;
  return jsonb_build_object('message_id', m.id, 'state', m.state, 'refused', m.refused, 'expires_at', now() + p_ttl);
end
$function$;

REVOKE ALL ON FUNCTION "public"."send_consent_link"(uuid, uuid, bigint, text[], integer, interval) FROM PUBLIC, "anon";

ALTER TABLE "public"."consent_tokens"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "handed_over_token_has_a_reason" CHECK (((issued_via <> 'handed_over'::text) OR ((issued_by IS NOT NULL) AND (length(btrim(reason)) >= 3))));

ALTER TABLE "public"."consent_tokens"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "sent_token_names_its_receiver" CHECK (((issued_via = 'sent'::text) = (sent_to IS NOT NULL)));

ALTER TABLE "public"."consent_tokens"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "token_issue_is_known" CHECK ((issued_via = ANY (ARRAY['service'::text, 'sent'::text, 'handed_over'::text, 'unknown'::text])));

CREATE TRIGGER _210_check_link
  BEFORE INSERT ON public.suppression_lifts
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_suppression_lifts__check_link();

COMMENT ON COLUMN "public"."consent_tokens"."issued_via" IS 'service: the pipeline has it; sent: Sluice sent it to the contact sent_to and showed it to nobody; handed_over: an owner or admin (issued_by) was shown it, for the reason given; unknown: issued before this was recorded.';

COMMENT ON COLUMN "public"."consent_tokens"."issuer_addresses" IS 'Every network address that the request of the issuer named. A form from one of them lifts no suppression.';

COMMENT ON COLUMN "public"."consent_tokens"."submitted_by" IS 'The signed-in user who submitted the form; null for a person.';

COMMENT ON FUNCTION "private"."check_link_lifetime"(interval) IS 'Raises SL401 unless it is one minute to 90 days.';

COMMENT ON FUNCTION "private"."consent_may_lift"(uuid, bigint) IS 'False for a consent by a form that does not prove that the person agreed. Definer: reads both tables without the policies.';

COMMENT ON FUNCTION "private"."is_same_network"(inet, inet) IS 'Whether two addresses are those of one place: the same IPv4 address, or the same IPv6 /64 network.';

COMMENT ON FUNCTION "private"."issue_consent_token"(uuid, uuid, text[], integer, interval, text, text, bytea, timestamp with time zone) IS 'Creates a link to the consent form and returns its nonce (43 characters, 256 bits), which cannot be retrieved again. Uses the lead''s best phone and e-mail, or p_sent_to, and the newest text unless one is named. Stores the issuer and how the link reaches the person (p_via, see consent_tokens.issued_via). Raises SL401 when the text or the lead does not support these channels.';

COMMENT ON FUNCTION "private"."request_addresses"() IS 'Every network address that the headers of the API request name, whether the proxy or the client wrote it; empty outside of an API request.';

COMMENT ON FUNCTION "private"."submit_consent"(text, jsonb, text, inet, text, uuid, timestamp with time zone) IS 'Accepts the form {channels, signature, agree, text_sha256, time_zone} once. Returns recorded, or the reason for rejection: link_invalid (unknown or expired), already_used, not_what_was_shown (another text, or channels that the link does not cover), incomplete. Only recorded uses up the token; it lifts the suppressions that a new consent lifts, if the form proves that the person agreed (private.token_may_lift). p_submitted_by: the signed-in user, if there is one.';

COMMENT ON FUNCTION "private"."tg_suppression_lifts__check_link"() IS 'Trigger: a form that a member could have submitted lifts nothing, whoever writes the lift (SL402). Definer: reads tokens without the policies.';

COMMENT ON FUNCTION "private"."token_may_lift"(public.consent_tokens, bytea, inet) IS 'Whether a form proves that the person themselves agreed, so that it outranks their opt-out: Sluice sent the link to this very contact, or an owner or admin handed it over. Never when a signed-in user submitted it, or when it came from the network of the issuer, or when that cannot be known.';

COMMENT ON FUNCTION "public"."issue_consent_link"(uuid, uuid, text[], integer, interval, text) IS 'Creates a link to the consent form and shows it to an owner, an admin (both with a reason, which is stored) or the service: {nonce, url, expires_at}; the nonce cannot be retrieved again. url requires consent_page in the org''s settings (the https address that serves pages/consent). Definer: no role writes tokens directly. Raises SL401 (invalid text, contacts or lifetime), SL405 (lead not found), SL406 (not an owner or admin, or no reason).';

COMMENT ON FUNCTION "public"."send_consent_link"(uuid, uuid, bigint, text[], integer, interval) IS 'Sends a link to the consent form to a contact of a lead that the caller may act for, by e-mail or text, if the gate allows it; the link is shown to nobody else: {message_id, state, refused, expires_at}. state is cancelled when the gate refused. What the contact agrees to lifts suppressions of that contact only. Definer: members may not queue messages. Raises SL401 (text, contacts, lifetime or page), SL405 (contact not found), SL533 (no sender).';

REVOKE ALL ON FUNCTION "private"."check_link_lifetime"(interval) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_link_lifetime"(interval) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."consent_may_lift"(uuid, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."consent_may_lift"(uuid, bigint) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_same_network"(inet, inet) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_same_network"(inet, inet) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."issue_consent_token"(uuid, uuid, text[], integer, interval, text, text, bytea, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."issue_consent_token"(uuid, uuid, text[], integer, interval, text, text, bytea, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."request_addresses"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."request_addresses"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."submit_consent"(text, jsonb, text, inet, text, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."submit_consent"(text, jsonb, text, inet, text, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_suppression_lifts__check_link"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_suppression_lifts__check_link"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."token_may_lift"(public.consent_tokens, bytea, inet) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."token_may_lift"(public.consent_tokens, bytea, inet) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."issue_consent_link"(uuid, uuid, text[], integer, interval, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."issue_consent_link"(uuid, uuid, text[], integer, interval, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."send_consent_link"(uuid, uuid, bigint, text[], integer, interval) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."send_consent_link"(uuid, uuid, bigint, text[], integer, interval) TO "service_role";
