-- api keys: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP VIEW "public"."reveal_log";

ALTER TABLE "private"."audit_events"
  DROP CONSTRAINT "audit_actor_is_known";

ALTER TABLE "public"."deal_events"
  DROP CONSTRAINT "deal_actor_is_known";

DROP FUNCTION "public"."list_audit"(uuid, integer, bigint, text, uuid);

CREATE TABLE "private"."api_requests" (
  "org_id"     uuid                     NOT NULL,
  "family"     text                     NOT NULL,
  "key"        text                     NOT NULL,
  "path"       text                     NOT NULL,
  "body_hash"  bytea                    NOT NULL,
  "answer"     jsonb,
  "created_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "api_path_is_short" CHECK (((length(path) >= 1) AND (length(path) <= 300))),
  CONSTRAINT "api_requests_pkey" PRIMARY KEY (org_id, family, key),
  CONSTRAINT "idempotency_key_is_short" CHECK (((length(key) >= 1) AND (length(key) <= 200)))
);

ALTER TABLE "private"."api_requests"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."api_keys" (
  "org_id"       uuid                     NOT NULL,
  "id"           text                     NOT NULL,
  "name"         text                     NOT NULL,
  "role"         public.member_role       NOT NULL,
  "scopes"       text[]                   NOT NULL,
  "broker_id"    uuid,
  "secret_hash"  bytea                    NOT NULL,
  "family"       text                     NOT NULL,
  "created_at"   timestamp with time zone NOT NULL DEFAULT now(),
  "created_by"   uuid,
  "expires_at"   timestamp with time zone NOT NULL,
  "last_used_at" timestamp with time zone,
  "replaced_by"  text,
  "rotated_at"   timestamp with time zone,
  "revoked_at"   timestamp with time zone,
  "revoked_by"   uuid,
  CONSTRAINT "api_key_expires_after_it_begins" CHECK ((expires_at >= created_at)),
  CONSTRAINT "api_key_has_a_name" CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 100))),
  CONSTRAINT "api_key_id_is_hex" CHECK ((id ~ '^[0-9a-f]{16}$'::text)),
  CONSTRAINT "api_key_id_is_unique" UNIQUE (id),
  CONSTRAINT "api_key_is_no_owner" CHECK ((role <> 'owner'::public.member_role)),
  CONSTRAINT "api_key_of_a_broker_names_the_broker" CHECK (((role = 'broker'::public.member_role) = (broker_id IS NOT NULL))),
  CONSTRAINT "api_key_secret_is_a_hash" CHECK ((octet_length(secret_hash) = 32)),
  CONSTRAINT "api_keys_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "rotation_names_the_next_key" CHECK (((replaced_by IS NULL) = (rotated_at IS NULL)))
);

ALTER TABLE "public"."api_keys"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."api_keys" FROM "anon";

ALTER TABLE "private"."audit_events"
  ADD COLUMN "key_id" text;

ALTER TABLE "private"."pii_access_log"
  ADD COLUMN "key_id" text;

ALTER TABLE "private"."reveal_grants"
  ADD COLUMN "key_id" text;

CREATE OR REPLACE FUNCTION private.add_api_key (
  k public.api_keys
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_key text;
begin
  k.id := coalesce(k.id, encode(extensions.gen_random_bytes(8), 'hex'));
  v_key := format('slk_%s_%s', k.id, encode(extensions.gen_random_bytes(24), 'hex'));
  insert into public.api_keys (org_id, id, name, role, scopes, broker_id, secret_hash, family, created_at, created_by,
    expires_at)
  values (k.org_id, k.id, k.name, k.role, k.scopes, k.broker_id, sha256(convert_to(v_key, 'UTF8')),
    coalesce(k.family, k.id), k.created_at, auth.uid(), k.expires_at);
  return v_key;
end
$function$;

CREATE OR REPLACE FUNCTION private.api_key_state (
  k       public.api_keys,
  p_as_of timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return case
    when k.revoked_at is not null then 'revoked'
    when k.expires_at <= p_as_of then 'expired'
    when k.created_by is not null and not exists (select from public.members m
      where m.org_id = k.org_id and m.user_id = k.created_by and m.role in ('owner', 'admin')) then 'orphaned'
    when k.replaced_by is not null then 'rotating'
    else 'active' end;
end
$function$;

CREATE OR REPLACE FUNCTION private.audit_actor()
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select case
    when auth.jwt() ? 'api_key' then 'key'
    when auth.uid() is not null then 'member'
    when auth.role() = 'service_role' then 'service'
    when current_setting('sluice.actor', true) in ('system', 'upload') then 'system'
    else 'operator' end
$function$;

CREATE OR REPLACE FUNCTION private.begin_api_request (
  p_key       text,
  p_path      text,
  p_body_hash bytea
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k constant public.api_keys := private.current_api_key();
  r private.api_requests;
begin
  if k.id is null then
    raise exception 'only requests of API keys are remembered' using errcode = '42501';
  end if;
  insert into private.api_requests as x (org_id, family, key, path, body_hash)
  values (k.org_id, k.family, p_key, p_path, p_body_hash)
  on conflict (org_id, family, key) do update set path = excluded.path, body_hash = excluded.body_hash, answer = null,
    created_at = excluded.created_at
    where x.created_at < now() - interval '7 days';
  if found then
    if random() < 0.01 then
      delete from private.api_requests x where x.created_at < now() - interval '7 days';
    end if;
    return null;
  end if;
  select x.* into strict r from private.api_requests x
  where x.org_id = k.org_id and x.family = k.family and x.key = p_key;
  if r.path <> p_path or r.body_hash <> p_body_hash then
    raise exception 'this Idempotency-Key was used for another request' using errcode = 'SL135';
  end if;
  return r.answer;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_api_key (
  p_id    text,
  p_hash  bytea,
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k public.api_keys;
begin
  select x.* into k from public.api_keys x where x.id = p_id and x.secret_hash = p_hash;
  if k.id is null or private.api_key_state(k, p_as_of) not in ('active', 'rotating') then
    return null;
  end if;
  -- Not at every request, and not behind a request that writes it just now.
  if coalesce(k.last_used_at <= p_as_of - interval '5 minutes', true) then
    update public.api_keys x set last_used_at = p_as_of
    where (x.org_id, x.id) = (select y.org_id, y.id from public.api_keys y where y.org_id = k.org_id and y.id = k.id
      for no key update skip locked);
  end if;
  return (select jsonb_build_object('id', k.id, 'org_id', k.org_id, 'org_name', o.name, 'time_zone', o.time_zone,
    'name', k.name, 'role', k.role, 'scopes', k.scopes, 'expires_at', k.expires_at)
    from public.orgs o where o.id = k.org_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.current_api_key()
  RETURNS public.api_keys
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_claims constant jsonb := auth.jwt();
  v_scope constant text := v_claims ->> 'scope';
  k public.api_keys;
begin
  if v_claims ->> 'api_key' is null then
    return null;
  elsif not v_claims ?| '{iss,sub}' and v_claims ->> 'role' = 'authenticated'
    and session_user not in ('authenticator', 'anon', 'authenticated') then
    select x.* into k from public.api_keys x where x.id = v_claims ->> 'api_key';
  end if;
  if k.id is null or private.api_key_state(k, now()) not in ('active', 'rotating') then
    raise exception 'the API key is not valid, was revoked or has expired' using errcode = 'SL132';
  elsif v_scope is null or not v_scope = any (k.scopes) then
    raise exception 'the API key lacks the scope %', coalesce(v_scope, 'of this request') using errcode = 'SL133';
  -- A read-only transaction changes nothing, whatever runs in it; the others need a scope that changes something.
  elsif v_scope like '%.read' and current_setting('transaction_read_only') = 'off' then
    raise exception 'the scope % only reads', v_scope using errcode = 'SL133';
  end if;
  return k;
end
$function$;

CREATE OR REPLACE FUNCTION private.end_api_request (
  p_key        text,
  p_answer     jsonb,
  p_action     text,
  p_subject_id text
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k constant public.api_keys := private.current_api_key();
begin
  update private.api_requests x set answer = p_answer
  where x.org_id = k.org_id and x.family = k.family and x.key = p_key;
  perform private.record_audit(k.org_id, 'api.' || p_action, p_subject_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.my_broker_ids()
  RETURNS uuid[]
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k record;
begin
  if auth.jwt() ? 'api_key' then
    k := private.current_api_key();
    return array(select b.id from public.brokers b where b.org_id = k.org_id and b.id = k.broker_id and b.active);
  end if;
  perform private.check_session();
  return (
    select coalesce(array_agg(b.id order by b.id), '{}')
    from public.brokers b
    join public.members m on m.org_id = b.org_id and m.user_id = b.user_id
    where b.user_id = (select auth.uid()) and b.active
      and m.role in ('owner', 'admin', 'broker'));
end
$function$;

CREATE OR REPLACE FUNCTION private.my_org_ids (
  p_roles public.member_role[] DEFAULT NULL::public.member_role[]
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k record;
begin
  if auth.jwt() ? 'api_key' then
    k := private.current_api_key();
    return case when p_roles is null or k.role = any (p_roles) then array[k.org_id] else '{}' end;
  end if;
  perform private.check_session();
  return (
    select coalesce(array_agg(m.org_id), '{}')
    from public.members m
    where m.user_id = (select auth.uid())
      and (p_roles is null or m.role = any (p_roles)));
end
$function$;

CREATE OR REPLACE FUNCTION private.record_audit (
  p_org_id     uuid,
  p_action     text,
  p_subject_id text,
  p_detail     jsonb DEFAULT '{}'::jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.audit_events (org_id, user_id, session_id, actor, action, subject, subject_id, detail, key_id)
  select o.id, auth.uid(), auth.jwt() ->> 'session_id', private.audit_actor(), p_action,
    split_part(p_action, '.', 1), p_subject_id, coalesce(p_detail, '{}'), auth.jwt() ->> 'api_key'
  -- What goes with a deleted org is no event.
  from public.orgs o where o.id = p_org_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_api_key()
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if auth.jwt() ? 'api_key' then
    raise exception 'an API key may not do this: a person does it' using errcode = 'SL134';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_reveal (
  p_org_id   uuid,
  p_subject  text,
  p_lead_ids uuid[],
  p_reason   text,
  p_as_of    timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_limit integer;
  v_shown integer;
  v_new integer;
  v_retry timestamptz;
  v_key constant text := auth.jwt() ->> 'api_key';
begin
  -- Requests of one member or key wait for each other, so that two at once do not both fit.
  perform pg_advisory_xact_lock(hashtextextended(format('reveal %s %s', p_org_id, coalesce(auth.uid()::text, v_key)),
    0));
  select coalesce((o.settings ->> 'reveals_per_hour')::integer, 120) into v_limit
  from public.orgs o where o.id = p_org_id;
  with shown as (
    select a.lead_id, max(a.accessed_at) as at from private.pii_access_log a
    where a.org_id = p_org_id and a.accessed_at > p_as_of - interval '1 hour' and a.lead_id is not null
      and case when v_key is null then a.user_id = auth.uid() else a.user_id is null and a.key_id = v_key end
    group by a.lead_id
  ), counted as (
    select count(*) as n, (select count(*) from unnest(p_lead_ids) x (id) where x.id not in (
      select s.lead_id from shown s)) as wanted
    from shown
  )
  -- Then the leads that were seen longest ago make room for those that are wanted.
  select c.n, c.wanted, case when c.wanted <= v_limit then (
    select s.at + interval '1 hour' from shown s order by s.at offset greatest(c.n + c.wanted - v_limit - 1, 0) limit 1)
    end
  into v_shown, v_new, v_retry from counted c;
  if v_new = 0 or v_shown + v_new <= v_limit then
    return null;
  end if;
  insert into private.pii_access_log (org_id, user_id, db_role, accessed_at, values_shown, subject, reason, refused,
    key_id)
  values (p_org_id, auth.uid(), session_user, p_as_of, 0, p_subject, p_reason, 'hourly_limit', v_key);
  -- An exception would undo the log; the API answers with this status and commits.
  perform set_config('response.status', '429', true);
  return jsonb_build_object('grant_id', null, 'subject', p_subject, 'values', 0, 'expires_at', null,
    'code', 'hourly_limit', 'message', format('at most %s leads within an hour: %s were shown, and %s more are wanted',
      v_limit, v_shown, v_new), 'retry_at', v_retry);
end
$function$;

CREATE OR REPLACE FUNCTION private.require_aal2()
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_level constant text := private.session_level();
begin
  perform private.refuse_api_key();
  if v_level = 'ended' then
    raise exception 'your session has ended: sign in again' using errcode = 'SL107';
  elsif v_level = 'aal1' then
    raise exception 'this needs a second factor: confirm with your authenticator' using errcode = 'SL106';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.require_reveal_right()
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if auth.jwt() ? 'api_key' then
    perform private.require_scope('leads.pii');
  else
    perform private.require_aal2();
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.require_scope (
  p_scope text
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if auth.jwt() ? 'api_key' and ((private.current_api_key()).id is null
    or auth.jwt() ->> 'scope' is distinct from p_scope) then
    raise exception 'the API key lacks the scope %', p_scope using errcode = 'SL133';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.scopes_of_role (
  p_role public.member_role
)
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select case p_role
    when 'admin' then '{leads.read,leads.pii,leads.control,leads.write,tasks.write,messages.send,campaigns.read,
      campaigns.control,uploads.write,sequences.read,sequences.publish,outreach.dispatch,metrics.read}'::text[]
    when 'broker' then '{leads.read,leads.pii,leads.control,tasks.write,messages.send,campaigns.read,
      sequences.read}'::text[]
    when 'viewer' then '{leads.read,campaigns.read,sequences.read,metrics.read}'::text[]
    else '{}'::text[] end
$function$;

CREATE OR REPLACE FUNCTION private.tg_audit_access()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v record;
begin
  for v in
    select n.org_id, n.subject, n.reason, n.refused, n.grant_id, n.user_id, n.upload_id, n.key_id, count(n.lead_id) as leads,
      (array_agg(n.lead_id order by n.id) filter (where n.lead_id is not null))[1:20] as first_leads,
      sum(n.values_shown) as shown
    from new_rows n join public.orgs o on o.id = n.org_id
    group by 1, 2, 3, 4, 5, 6, 7, 8
  loop
    insert into private.audit_events (org_id, user_id, session_id, actor, action, subject, subject_id, detail,
      key_id)
    values (v.org_id, v.user_id, auth.jwt() ->> 'session_id',
      case when v.user_id is not null then 'member' else private.audit_actor() end,
      case when v.refused is null then 'reveal.granted' else 'reveal.refused' end, 'reveal',
      coalesce(v.grant_id, v.upload_id)::text,
      jsonb_strip_nulls(jsonb_build_object('values', coalesce(v.subject, 'export'), 'leads', v.leads,
        'first_leads', v.first_leads, 'shown', v.shown, 'reason', v.reason, 'refused', v.refused)), v.key_id);
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_campaigns__need_forecast()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if (auth.uid() is not null or auth.jwt() ? 'api_key') and not private.has_forecast(new, now()) then
    raise exception 'look at a forecast of the campaign as it is now, then launch it' using errcode = 'SL504';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_refuse_api_key()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.refuse_api_key();
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_require_scope()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if auth.jwt() ? 'api_key' and ((private.current_api_key()).id is null
    or not auth.jwt() ->> 'scope' = any (tg_argv)) then
    raise exception 'the API key lacks the scope %', tg_argv[0] using errcode = 'SL133';
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.create_api_key (
  p_org_id          uuid,
  p_name            text,
  p_role            public.member_role,
  p_scopes          text[],
  p_broker_id       uuid               DEFAULT NULL::uuid,
  p_expires_in_days integer            DEFAULT 365
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k public.api_keys;
  v_key text;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.refuse_api_key();
  if length(btrim(coalesce(p_name, ''))) not between 1 and 100 then
    raise exception 'a key has a name of 1 to 100 characters' using errcode = 'SL136';
  elsif p_role is null or p_role = 'owner' then
    raise exception 'a key has the role admin, broker or viewer' using errcode = 'SL136';
  elsif coalesce(cardinality(p_scopes), 0) = 0 or not p_scopes <@ private.scopes_of_role(p_role) then
    raise exception 'the scopes of a key with the role % are %', p_role,
      array_to_string(private.scopes_of_role(p_role), ', ') using errcode = 'SL136';
  elsif (p_role = 'broker') <> (p_broker_id is not null) or p_broker_id is not null and not exists (
    select from public.brokers b where b.org_id = p_org_id and b.id = p_broker_id) then
    raise exception 'a key with the role broker names a broker of the org, and no other key does' using errcode
      = 'SL136';
  elsif p_expires_in_days is null or p_expires_in_days not between 1 and 730 then
    raise exception 'a key expires after 1 to 730 days' using errcode = 'SL136';
  end if;
  k.org_id := p_org_id;
  k.id := encode(extensions.gen_random_bytes(8), 'hex');
  k.name := btrim(p_name);
  k.role := p_role;
  k.scopes := array(select distinct s from unnest(p_scopes) s order by s);
  k.broker_id := p_broker_id;
  k.created_at := now();
  k.expires_at := now() + make_interval(days => p_expires_in_days);
  v_key := private.add_api_key(k);
  return jsonb_build_object('key_id', k.id, 'key', v_key, 'expires_at', k.expires_at);
end
$function$;

REVOKE ALL ON FUNCTION "public"."create_api_key"(uuid, text, public.member_role, text[], uuid, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_api_keys (
  p_org_id    uuid,
  p_limit     integer                  DEFAULT 50,
  p_before    timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_before_id text                     DEFAULT NULL::text
)
  RETURNS TABLE (
    id               text,
    name             text,
    role             public.member_role,
    scopes           text[],
    broker_id        uuid,
    broker           text,
    state            text,
    created_at       timestamp with time zone,
    created_by       uuid,
    created_by_email text,
    expires_at       timestamp with time zone,
    last_used_at     timestamp with time zone,
    replaced_by      text,
    rotated_at       timestamp with time zone,
    revoked_at       timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return query
  select k.id, k.name, k.role, k.scopes, k.broker_id, b.name, private.api_key_state(k, now()), k.created_at,
    k.created_by, u.email::text, k.expires_at, k.last_used_at, k.replaced_by, k.rotated_at, k.revoked_at
  from public.api_keys k
  left join public.brokers b on b.org_id = k.org_id and b.id = k.broker_id
  left join auth.users u on u.id = k.created_by
  where k.org_id = p_org_id
    and (p_before is null or (k.created_at, k.id) < (p_before, coalesce(p_before_id, '')))
  order by k.created_at desc, k.id desc limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_api_keys"(uuid, integer, timestamp WITH time zone, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_audit (
  p_org_id  uuid,
  p_limit   integer DEFAULT 50,
  p_before  bigint  DEFAULT NULL::bigint,
  p_action  text    DEFAULT NULL::text,
  p_user_id uuid    DEFAULT NULL::uuid
)
  RETURNS TABLE (
    id         bigint,
    at         timestamp with time zone,
    user_id    uuid,
    email      text,
    actor      text,
    action     text,
    subject    text,
    subject_id text,
    detail     jsonb,
    key_id     text,
    key_name   text
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return query
  select e.id, e.at, e.user_id, u.email::text, e.actor, e.action, e.subject, e.subject_id, e.detail, e.key_id, k.name
  from private.audit_events e
  left join auth.users u on u.id = e.user_id
  left join public.api_keys k on k.org_id = e.org_id and k.id = e.key_id
  where e.org_id = p_org_id and (p_before is null or e.id < p_before) and (p_action is null or e.action = p_action)
    and (p_user_id is null or e.user_id = p_user_id)
  order by e.id desc limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_audit"(uuid, integer, bigint, text, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.redeem_reveal (
  p_grant_id uuid,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  g private.reveal_grants;
begin
  p_as_of := private.caller_clock(p_as_of);
  perform private.require_reveal_right();
  select x.* into g from private.reveal_grants x
  where x.id = p_grant_id and x.expires_at > p_as_of and x.uses_left > 0
    and x.session_id is not distinct from private.session_id()
    and case when x.key_id is not null then x.key_id = auth.jwt() ->> 'api_key'
      when x.user_id is null then private.is_trusted_caller() else x.user_id = auth.uid() end
  for update;
  if not found then
    raise exception 'grant not found' using errcode = 'SL428';
  end if;
  if g.granted_xid = pg_current_xact_id() then
    raise exception 'a grant is redeemed in a later transaction' using errcode = 'SL429';
  end if;
  update private.reveal_grants x set uses_left = x.uses_left - 1 where x.id = g.id;
  -- Rights may have ended since.
  g.lead_ids := array(select x.id from unnest(g.lead_ids) x (id) where private.may_reveal(g.org_id, x.id, g.subject));
  if g.subject = 'person' then
    if cardinality(g.lead_ids) <> 1 then
      raise exception 'lead not found' using errcode = 'SL425';
    end if;
    return jsonb_build_object('subject', g.subject, 'record', private.person_record(g.org_id, g.lead_ids[1]));
  end if;
  return jsonb_build_object('subject', g.subject, 'values', coalesce(case g.subject
    when 'contacts' then (
      select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'id', c.id, 'kind', c.kind,
        'value', private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)), 'label', c.label,
        'verified', c.verified, 'position', c.position) order by c.lead_id, c.kind, c.position, c.id)
      from public.contact_points c
      where c.org_id = g.org_id and c.lead_id = any (g.lead_ids) and c.id = any (g.item_ids))
    when 'replies' then (
      select jsonb_agg(jsonb_build_object('lead_id', r.lead_id, 'id', r.id, 'channel', r.channel, 'at', r.at,
        'body', case when r.text_cipher is not null then
          private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id)) end,
        'draft', case when r.draft_cipher is not null then
          private.decrypt_value(r.draft_cipher, private.org_key(r.org_id, r.draft_key_id)) end)
        order by r.lead_id, r.at, r.id)
      from public.replies r
      where r.org_id = g.org_id and r.lead_id = any (g.lead_ids) and r.id = any (g.item_ids))
    when 'transcripts' then (
      select jsonb_agg(jsonb_build_object('lead_id', k.lead_id, 'id', k.id, 'direction', k.direction, 'at', k.at,
        'body', private.decrypt_value(k.transcript_cipher, private.org_key(k.org_id, k.key_id)))
        order by k.lead_id, k.at, k.id)
      from public.calls k
      where k.org_id = g.org_id and k.lead_id = any (g.lead_ids) and k.id = any (g.item_ids)
        and k.transcript_cipher is not null)
    when 'tasks' then (
      select jsonb_agg(jsonb_build_object('lead_id', t.lead_id, 'id', t.number, 'kind', t.kind,
        'at', t.created_at, 'body', private.decrypt_value(t.note_cipher, private.org_key(t.org_id, t.key_id)))
        order by t.lead_id, t.created_at, t.number)
      from public.tasks t
      where t.org_id = g.org_id and t.lead_id = any (g.lead_ids) and t.number = any (g.item_ids)
        and t.note_cipher is not null)
    end, '[]'));
end
$function$;

CREATE OR REPLACE FUNCTION public.request_reveal (
  p_org_id   uuid,
  p_subject  text,
  p_lead_ids uuid[],
  p_reason   text,
  p_item_ids bigint[]                 DEFAULT NULL::bigint[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_id constant uuid := gen_random_uuid();
  v_expires timestamptz;
  v_leads uuid[];
  v_items bigint[];
  v_values integer;
  v_shown uuid[];
  v_refusal jsonb;
begin
  p_as_of := private.caller_clock(p_as_of);
  perform private.require_reveal_right();
  v_expires := p_as_of + interval '5 minutes';
  if p_subject is distinct from 'contacts' then
    perform private.refuse_api_key();
  end if;
  if p_subject is null or p_subject not in ('contacts', 'replies', 'transcripts', 'tasks', 'person')
    or length(btrim(coalesce(p_reason, ''))) not between 3 and 500 then
    raise exception 'the subject is contacts, replies, transcripts, tasks or person; the reason has 3 to 500 characters'
      using errcode = 'SL427';
  end if;
  v_leads := array(select distinct x.id from unnest(p_lead_ids) x (id)
    where private.may_reveal(p_org_id, x.id, p_subject) order by x.id);
  if p_subject = 'person' and cardinality(v_leads) <> 1 then
    raise exception 'lead not found' using errcode = 'SL425';
  end if;
  v_items := case p_subject
    when 'contacts' then array(select c.id from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = any (v_leads) and (p_item_ids is null or c.id = any (p_item_ids))
      order by c.id)
    when 'replies' then array(select r.id from public.replies r
      where r.org_id = p_org_id and r.lead_id = any (v_leads) and (p_item_ids is null or r.id = any (p_item_ids))
        and num_nonnulls(r.text_cipher, r.draft_cipher) > 0 order by r.id)
    when 'transcripts' then array(select k.id from public.calls k
      where k.org_id = p_org_id and k.lead_id = any (v_leads) and (p_item_ids is null or k.id = any (p_item_ids))
        and k.transcript_cipher is not null order by k.id)
    when 'tasks' then array(select t.number from public.tasks t
      where t.org_id = p_org_id and t.lead_id = any (v_leads) and (p_item_ids is null or t.number = any (p_item_ids))
        and t.note_cipher is not null order by t.number)
    else '{}' end;
  if cardinality(v_leads) > 100 or cardinality(v_items) > 500 then
    raise exception 'at most 100 leads and 500 values at a time' using errcode = 'SL427';
  end if;
  -- Those that have something to show.
  v_shown := case p_subject
    when 'contacts' then array(select distinct c.lead_id from public.contact_points c
      where c.org_id = p_org_id and c.id = any (v_items))
    when 'replies' then array(select distinct r.lead_id from public.replies r
      where r.org_id = p_org_id and r.id = any (v_items))
    when 'transcripts' then array(select distinct k.lead_id from public.calls k
      where k.org_id = p_org_id and k.id = any (v_items))
    when 'tasks' then array(select distinct t.lead_id from public.tasks t
      where t.org_id = p_org_id and t.lead_id = any (v_leads) and t.number = any (v_items))
    else v_leads end;
  if not private.is_trusted_caller() and cardinality(v_shown) > 0 then
    v_refusal := private.refuse_reveal(p_org_id, p_subject, v_shown, btrim(p_reason), p_as_of);
    if v_refusal is not null then
      return v_refusal;
    end if;
  end if;
  -- The log of every lead that has something to show.
  insert into private.pii_access_log (org_id, lead_id, user_id, db_role, accessed_at, values_shown, subject, grant_id,
    reason, key_id)
  select p_org_id, x.lead_id, auth.uid(), session_user, p_as_of, x.n, p_subject, v_id, btrim(p_reason),
    auth.jwt() ->> 'api_key'
  from (
    select c.lead_id, count(*) as n from public.contact_points c
    where p_subject = 'contacts' and c.org_id = p_org_id and c.id = any (v_items) group by c.lead_id
    union all
    select r.lead_id, count(*) from public.replies r
    where p_subject = 'replies' and r.org_id = p_org_id and r.id = any (v_items) group by r.lead_id
    union all
    select k.lead_id, count(*) from public.calls k
    where p_subject = 'transcripts' and k.org_id = p_org_id and k.id = any (v_items) group by k.lead_id
    union all
    select t.lead_id, count(*) from public.tasks t
    where p_subject = 'tasks' and t.org_id = p_org_id and t.lead_id = any (v_leads) and t.number = any (v_items)
    group by t.lead_id
    union all
    select v_leads[1], 1 + (select count(*) from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = v_leads[1])
    where p_subject = 'person') x;
  v_values := case p_subject when 'person' then 1 else cardinality(v_items) end;
  if v_values > 0 then
    insert into private.reveal_grants (id, org_id, subject, lead_ids, item_ids, user_id, session_id, granted_at,
      expires_at, key_id)
    values (v_id, p_org_id, p_subject, v_leads, v_items, auth.uid(), private.session_id(), p_as_of, v_expires,
      auth.jwt() ->> 'api_key');
  end if;
  return jsonb_build_object('grant_id', case when v_values > 0 then v_id end, 'subject', p_subject,
    'values', v_values, 'expires_at', case when v_values > 0 then v_expires end);
end
$function$;

CREATE OR REPLACE FUNCTION public.revoke_api_key (
  p_org_id uuid,
  p_key_id text
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.refuse_api_key();
  update public.api_keys x set revoked_at = now(), revoked_by = auth.uid()
  where x.org_id = p_org_id and x.id = p_key_id and x.revoked_at is null;
  return found;
end
$function$;

REVOKE ALL ON FUNCTION "public"."revoke_api_key"(uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.rotate_api_key (
  p_org_id        uuid,
  p_key_id        text,
  p_overlap_hours integer DEFAULT 24
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k public.api_keys;
  n public.api_keys;
  v_key text;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.refuse_api_key();
  if p_overlap_hours is null or p_overlap_hours not between 0 and 720 then
    raise exception 'both keys are accepted for 0 to 720 hours' using errcode = 'SL136';
  end if;
  select x.* into k from public.api_keys x where x.org_id = p_org_id and x.id = p_key_id for update;
  if k.id is null then
    raise exception 'API key not found' using errcode = 'SL137';
  elsif k.revoked_at is not null or k.replaced_by is not null then
    raise exception 'the key was revoked or replaced: create another one' using errcode = 'SL137';
  end if;
  n := k;
  n.id := encode(extensions.gen_random_bytes(8), 'hex');
  n.created_at := now();
  n.expires_at := now() + greatest(k.expires_at - k.created_at, interval '1 day');
  v_key := private.add_api_key(n);
  update public.api_keys x set replaced_by = n.id, rotated_at = now(),
    expires_at = least(x.expires_at, now() + make_interval(hours => p_overlap_hours))
  where x.org_id = p_org_id and x.id = k.id returning x.* into k;
  return jsonb_build_object('key_id', n.id, 'key', v_key, 'expires_at', n.expires_at, 'old_expires_at', k.expires_at);
end
$function$;

REVOKE ALL ON FUNCTION "public"."rotate_api_key"(uuid, text, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.send_next_step (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.sequence_runs;
begin
  perform private.require_scope('messages.send');
  if not private.may_act_for_lead(p_org_id, p_lead_id) then
    raise exception 'lead not found, or you may not write to it' using errcode = 'SL511';
  end if;
  -- Leads before runs: the common lock order.
  perform from public.leads l where l.org_id = p_org_id and l.id = p_lead_id for no key update;
  select x.* into r from public.sequence_runs x
  where x.org_id = p_org_id and x.lead_id = p_lead_id and x.state = 'active' for no key update;
  if r.id is null then
    raise exception 'lead % has no active sequence run', p_lead_id using errcode = 'SL513';
  end if;
  -- A step that is due or under way stays as it is.
  update public.sequence_runs x
  set next_at = private.fit_to_window(now(), s.send_from, s.send_until, s.delay_kind = 'business', o.time_zone, o.holidays,
    private.hash_fraction(x.lead_id::text || s.sequence_id || s.step), null)
  from public.orgs o, public.sequence_steps s
  where x.org_id = p_org_id and x.id = r.id and x.message_id is null and x.next_at > now() and o.id = x.org_id
    and s.org_id = x.org_id and s.sequence_id = x.sequence_id and s.step = x.next_step
    and x.next_at > private.fit_to_window(now(), s.send_from, s.send_until, s.delay_kind = 'business', o.time_zone,
      o.holidays, private.hash_fraction(x.lead_id::text || s.sequence_id || s.step), null);
  select x.* into strict r from public.sequence_runs x where x.org_id = p_org_id and x.id = r.id;
  return jsonb_build_object('run_id', r.id, 'state', r.state, 'next_step', r.next_step, 'channel', r.next_channel,
    'next_at', r.next_at, 'message_id', r.message_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."send_next_step"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.send_text (
  p_org_id           uuid,
  p_lead_id          uuid,
  p_channel          text,
  p_text             text,
  p_contact_point_id bigint DEFAULT NULL::bigint
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_text constant text := nullif(btrim(p_text), '');
  v_contact bigint;
  v_id uuid;
  m public.messages;
begin
  perform private.require_scope('messages.send');
  if not private.may_act_for_lead(p_org_id, p_lead_id) then
    raise exception 'lead not found, or you may not write to it' using errcode = 'SL511';
  elsif p_channel is distinct from 'sms' then
    -- An e-mail needs the postal address and the unsubscribe link that templates have.
    raise exception 'only text messages are sent without a template' using errcode = 'SL617';
  elsif v_text is null or length(v_text) > 1600 then
    raise exception 'a text message has 1 to 1,600 characters' using errcode = 'SL617';
  elsif v_text ~ '\{\{|\}\}|\{%|%\}' then
    raise exception 'the text has a placeholder that is not filled' using errcode = 'SL617';
  end if;
  select c.id into v_contact from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = p_lead_id and c.kind = 'phone'
    and (p_contact_point_id is null or c.id = p_contact_point_id)
  order by c.invalid_at is not null, c.verified desc nulls last, c.position, c.id limit 1;
  if v_contact is null then
    raise exception 'the lead has no such phone number' using errcode = 'SL617';
  end if;
  v_id := private.queue_message(p_org_id, p_lead_id, v_contact, p_channel, 'manual', v_text, null, now());
  select x.* into strict m from public.messages x where x.org_id = p_org_id and x.id = v_id;
  return jsonb_build_object('message_id', m.id, 'state', m.state, 'refused', m.refused, 'reasons', coalesce((
    select private.explain_reasons(d.reasons) from public.gate_decisions d
    where m.state = 'cancelled' and d.org_id = p_org_id and d.lead_id = m.lead_id and d.channel = m.channel
      and d.contact_point_id = m.contact_point_id and d.as_of = m.created_at and not d.allow
    order by d.decided_at desc, d.id desc limit 1), '[]'));
end
$function$;

REVOKE ALL ON FUNCTION "public"."send_text"(uuid, uuid, text, text, bigint) FROM PUBLIC, "anon";

ALTER TABLE "private"."api_requests"
  ADD CONSTRAINT "api_requests_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."audit_events"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "audit_actor_is_known" CHECK ((actor = ANY (ARRAY['member'::text, 'key'::text, 'service'::text, 'system'::text, 'operator'::text])));

ALTER TABLE "public"."api_keys"
  ADD CONSTRAINT "api_key_broker_is_of_its_org" FOREIGN KEY (org_id, broker_id) REFERENCES public.brokers(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."api_keys"
  ADD CONSTRAINT "api_keys_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."deal_events"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "deal_actor_is_known" CHECK ((actor = ANY (ARRAY['member'::text, 'key'::text, 'service'::text, 'system'::text, 'operator'::text])));

CREATE VIEW "public"."reveal_log" WITH (security_invoker=true) AS  SELECT a.org_id,
    a.id,
    a.accessed_at,
    a.user_id,
    a.db_role,
    a.subject,
    a.lead_id,
    a.upload_id,
    a.values_shown,
    a.reason,
    a.refused,
    a.key_id
   FROM private.pii_access_log a;

REVOKE ALL ON TABLE "public"."reveal_log" FROM "anon", "service_role";

CREATE INDEX api_requests_created_idx ON private.api_requests USING btree (created_at);

CREATE INDEX api_keys_broker_idx ON public.api_keys USING btree (org_id, broker_id);

CREATE TRIGGER _050_refuse_api_key
  BEFORE INSERT OR DELETE OR UPDATE ON private.provider_accounts
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_refuse_api_key();

CREATE TRIGGER _050_refuse_api_key
  BEFORE INSERT OR DELETE OR UPDATE ON private.source_secrets
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_refuse_api_key();

CREATE TRIGGER _050_refuse_api_key
  BEFORE INSERT OR DELETE OR UPDATE OF name, ROLE, scopes, broker_id, secret_hash, expires_at, revoked_at ON public.api_keys
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_refuse_api_key();

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE OF expires_at, replaced_by, revoked_at ON public.api_keys
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('api_key', 'id', 'name', 'role', 'scopes', 'broker_id', 'expires_at', 'replaced_by', 'revoked_at');

CREATE TRIGGER _050_require_scope
  BEFORE INSERT OR DELETE OR UPDATE OF state ON public.campaigns
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_require_scope('campaigns.control');

CREATE TRIGGER _050_refuse_api_key
  BEFORE INSERT OR DELETE OR UPDATE ON public.consents
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_refuse_api_key();

CREATE TRIGGER _050_refuse_api_key
  BEFORE INSERT OR DELETE OR UPDATE ON public.contact_points
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_refuse_api_key();

CREATE TRIGGER _050_refuse_api_key
  BEFORE INSERT OR DELETE OR UPDATE ON public.erasures
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_refuse_api_key();

CREATE TRIGGER _050_refuse_api_key
  BEFORE INSERT OR DELETE OR UPDATE ON public.invitations
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_refuse_api_key();

CREATE TRIGGER _050_require_scope
  BEFORE INSERT OR DELETE OR UPDATE ON public.leads
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_require_scope('leads.control', 'campaigns.control', 'messages.send');

CREATE TRIGGER _050_refuse_api_key
  BEFORE INSERT OR DELETE OR UPDATE ON public.members
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_refuse_api_key();

CREATE TRIGGER _050_require_scope
  BEFORE INSERT ON public.messages
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_require_scope('messages.send');

CREATE TRIGGER _050_refuse_api_key
  BEFORE INSERT OR DELETE OR UPDATE ON public.org_gate_rules
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_refuse_api_key();

CREATE TRIGGER _050_refuse_api_key
  BEFORE UPDATE OF name, time_zone, holidays, settings ON public.orgs
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_refuse_api_key();

CREATE TRIGGER _050_refuse_api_key
  BEFORE INSERT OR DELETE OR UPDATE ON public.provider_budgets
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_refuse_api_key();

CREATE TRIGGER _050_require_scope
  BEFORE INSERT OR DELETE OR UPDATE ON public.sequence_runs
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_require_scope('leads.control', 'campaigns.control', 'messages.send', 'sequences.publish');

CREATE TRIGGER _050_require_scope
  BEFORE INSERT OR DELETE OR UPDATE ON public.sequences
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_require_scope('sequences.publish');

CREATE TRIGGER _050_refuse_api_key
  BEFORE INSERT OR DELETE OR UPDATE ON public.subscriptions
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_refuse_api_key();

CREATE TRIGGER _050_refuse_api_key
  BEFORE INSERT OR DELETE OR UPDATE ON public.suppression_lifts
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_refuse_api_key();

CREATE TRIGGER _050_require_scope
  BEFORE INSERT ON public.tasks
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_require_scope('tasks.write');

CREATE TRIGGER _050_require_scope
  BEFORE INSERT OR DELETE OR UPDATE ON public.templates
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_require_scope('sequences.publish');

CREATE POLICY "select_admins" ON "public"."api_keys"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])));

COMMENT ON COLUMN "private"."api_requests"."family" IS 'Of the API key: a repeat may come with its successor.';

COMMENT ON COLUMN "private"."audit_events"."actor" IS 'member: a signed-in user; key: an API key (key_id); service: the service key; system: the pipeline; operator: a direct session of the project.';

COMMENT ON COLUMN "private"."audit_events"."key_id" IS 'The API key that did it.';

COMMENT ON COLUMN "private"."pii_access_log"."key_id" IS 'The API key that asked; user_id is null then.';

COMMENT ON COLUMN "private"."reveal_grants"."key_id" IS 'The API key that asked; user_id is null then.';

COMMENT ON COLUMN "public"."api_keys"."broker_id" IS 'Of role broker: the broker record as which the key acts.';

COMMENT ON COLUMN "public"."api_keys"."created_by" IS 'Who created or rotated it; null: the service. The key ends with this person''s right to create keys.';

COMMENT ON COLUMN "public"."api_keys"."expires_at" IS 'Until when the key is accepted; a rotation brings it forward.';

COMMENT ON COLUMN "public"."api_keys"."family" IS 'Id of the first key of a chain of rotations: an Idempotency-Key counts for all of them.';

COMMENT ON COLUMN "public"."api_keys"."id" IS 'Sixteen hexadecimal digits, the public part of the key.';

COMMENT ON COLUMN "public"."api_keys"."last_used_at" IS 'Last use, to within five minutes.';

COMMENT ON COLUMN "public"."api_keys"."replaced_by" IS 'Id of the key that a rotation made in its place.';

COMMENT ON COLUMN "public"."api_keys"."scopes" IS 'What the key may do, at most what its role may (private.scopes_of_role).';

COMMENT ON COLUMN "public"."api_keys"."secret_hash" IS 'SHA-256 of the whole key as text.';

COMMENT ON FUNCTION "private"."add_api_key"(public.api_keys) IS 'Stores a key and returns it as text, which is stored nowhere. Definer: nobody else may write keys.';

COMMENT ON FUNCTION "private"."api_key_state"(public.api_keys, timestamp with time zone) IS 'active; rotating (replaced, and accepted until it expires); revoked, expired, or orphaned: whoever created it is no owner or admin any more. Definer: reads members without the policies.';

COMMENT ON FUNCTION "private"."begin_api_request"(text, text, bytea) IS 'Null for the first request with this Idempotency-Key, else the answer to the first one; a repeat waits while that is under way. Raises SL135 (another path or body), SL132 and SL133. Definer: only the owner may write requests.';

COMMENT ON FUNCTION "private"."check_api_key"(text, bytea, timestamp with time zone) IS 'The key with this id and hash: {id, org_id, org_name, time_zone, name, role, scopes, expires_at}; null alike for an unknown, wrong, expired, revoked or orphaned one. Notes when it was used. Definer: nobody else reads hashes.';

COMMENT ON FUNCTION "private"."current_api_key"() IS 'The API key as which this transaction runs; null for members, the service and everybody else. Raises SL132 (not valid any more) and SL133 (the transaction is for a scope that the key lacks, or that only reads). Definer: reads keys.';

COMMENT ON FUNCTION "private"."end_api_request"(text, jsonb, text, text) IS 'Remembers the answer to a request (p_key null: not) and adds api.ACTION of the key to the audit log. Raises SL132 and SL133. Definer: only the owner may write requests and the log.';

COMMENT ON FUNCTION "private"."my_broker_ids"() IS 'Active broker rows of the signed-in user; of an API key with the role broker, its broker. Raises SL106 and SL107 (check_session), SL132 and SL133 (current_api_key). Definer: the policies of brokers call it.';

COMMENT ON FUNCTION "private"."my_org_ids"(public.member_role[]) IS 'Orgs in which the signed-in user has one of the roles (any role when null); of an API key, its org. Empty for anon. Raises SL106 and SL107 (check_session), SL132 and SL133 (current_api_key). Definer: the policies of members call it.';

COMMENT ON FUNCTION "private"."refuse_api_key"() IS 'Raises SL134 for API keys, whatever their role and scopes.';

COMMENT ON FUNCTION "private"."refuse_reveal"(uuid, text, uuid[], text, timestamp with time zone) IS 'Null, or the answer of request_reveal to a member or API key that would see more leads within an hour than reveals_per_hour allows; it is logged. Leads that were shown within the hour count once. Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "private"."require_aal2"() IS 'Raises SL106 for a member whose session has one factor only, SL107 for one whose session has ended, and SL134 for an API key, which has no factors.';

COMMENT ON FUNCTION "private"."require_reveal_right"() IS 'Plain values take two factors of a member, and the scope leads.pii of an API key. Raises SL106, SL107, SL132, SL133.';

COMMENT ON FUNCTION "private"."require_role"(uuid, public.member_role[]) IS 'Refuses callers that are neither the service nor a member or API key with one of the roles. Raises SL111. Definer: looks up the org without the policies.';

COMMENT ON FUNCTION "private"."require_scope"(text) IS 'Refuses an API key that has not the scope, or whose request is for another one. No effect for members and the service. Raises SL132 and SL133. Definer: reads keys.';

COMMENT ON FUNCTION "private"."scopes_of_role"(public.member_role) IS 'The scopes that an API key of the role can have; none for owner, because no key is one.';

COMMENT ON FUNCTION "private"."tg_campaigns__need_forecast"() IS 'Trigger: a member or API key launches a campaign only after a forecast of the same state within 24 hours. Raises SL504. Definer: reads forecasts and steps without the policies.';

COMMENT ON FUNCTION "private"."tg_refuse_api_key"() IS 'Trigger: no API key changes the table. Raises SL134. Definer: not every role that writes may call the check.';

COMMENT ON FUNCTION "private"."tg_require_scope"() IS 'Trigger: an API key changes the table only in a request for one of the scopes that are the arguments. Raises SL132 and SL133. Definer: reads keys.';

COMMENT ON FUNCTION "public"."create_api_key"(uuid, text, public.member_role, text[], uuid, integer) IS 'Creates an API key and returns {key_id, key, expires_at}; the key is shown this once. p_role: admin, broker (of p_broker_id) or viewer; p_scopes: of private.scopes_of_role; p_expires_in_days: 1 to 730. For owners, admins and the service. Raises SL111, SL134 and SL136 (a value is not valid). Definer: members may not write keys.';

COMMENT ON FUNCTION "public"."list_api_keys"(uuid, integer, timestamp with time zone, text) IS 'API keys of an org, newest first, with their state: active, rotating (replaced, accepted until expires_at), revoked, expired or orphaned (whoever created it is no owner or admin any more). last_used_at: to within five minutes. p_before and p_before_id: of the last row of the page before. For owners, admins and the service. Raises SL111. Definer: as list_members.';

COMMENT ON FUNCTION "public"."list_audit"(uuid, integer, bigint, text, uuid) IS 'The audit log of an org, newest first; p_before: the smallest id of the page before. For owners, admins and the service. Raises SL111. Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "public"."request_reveal"(uuid, text, uuid[], text, bigint[], timestamp with time zone) IS 'First of two calls that show plain values: logs who asks, for which leads and why, and grants the subject (contacts, replies with their drafts, transcripts with the notes of calls dialled by hand, tasks with a note; person: the whole record of one lead, for owners, admins and the service). p_item_ids narrows it to some contact points, replies, calls or tasks (their number). Returns {grant_id, subject, values: how many, expires_at}; grant_id is null when there is nothing that the caller may see. A member over the hourly limit (reveals_per_hour in orgs.settings) gets no grant, but status 429 and {grant_id: null, code: hourly_limit, message, retry_at: null if that many leads are never shown within an hour}. Commit before redeem_reveal. An API key needs the scope leads.pii and gets contacts only; the log names it. Raises SL133, SL134, SL425 (person: lead not found) and SL427 (subject, reason, or more than 100 leads or 500 values). Definer: the log and the grants belong to the owner.';

COMMENT ON FUNCTION "public"."revoke_api_key"(uuid, text) IS 'Ends a key at once; returns whether there was one that was not revoked. The other key of a rotation stays. For owners, admins and the service. Raises SL111 and SL134. Definer: members may not write keys.';

COMMENT ON FUNCTION "public"."rotate_api_key"(uuid, text, integer) IS 'Makes a new key with the same name, role, scopes and lifetime in the place of one: {key_id, key, expires_at, old_expires_at}; the key is shown this once. The old one is accepted for p_overlap_hours more (0 to 720), at most until it expires. For owners, admins and the service. Raises SL111, SL134, SL136 and SL137 (not found, revoked or replaced before). Definer: members may not write keys.';

COMMENT ON FUNCTION "public"."send_next_step"(uuid, uuid) IS 'Makes the next step of a lead''s sequence due now, or at the next time within the window of the step; the gate decides when it is sent. Returns {run_id, state, next_step, channel, next_at, message_id}. Repeating it has no effect. For owners, admins, the lead''s broker, API keys with the scope messages.send, and the service. Raises SL511, SL513 (no active run), SL132 and SL133. Definer: members may not write runs.';

COMMENT ON FUNCTION "public"."send_text"(uuid, uuid, text, text, bigint) IS 'Queues a text message to a lead as marketing, to a phone of the lead or its best one: the gate is asked at once. Returns {message_id, state, refused, reasons}: cancelled with the reasons when the gate refuses. For owners, admins, the lead''s broker, API keys with the scope messages.send, and the service. Raises SL511, SL617 (text, channel or phone), SL533 (no sender), SL132 and SL133. Definer: members may not queue messages.';

COMMENT ON TABLE "private"."api_requests" IS 'Answers to requests of API keys with an Idempotency-Key, for seven days. Ids, states and rules; no values of contacts.';

COMMENT ON TABLE "public"."api_keys" IS 'API keys of machines: slk_ID_SECRET. Only the SHA-256 of a key is stored, and nobody may read that. Rows stay when a key ends; the audit log names them.';

COMMENT ON VIEW "public"."reveal_log" IS 'Who (a member, or key_id, an API key) was granted the plain values of which lead or upload, when and why. Owners and admins see their org''s, others what they were granted themselves. Order by accessed_at.';

REVOKE ALL ON FUNCTION "private"."add_api_key"(public.api_keys) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."api_key_state"(public.api_keys, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."begin_api_request"(text, text, bytea) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."begin_api_request"(text, text, bytea) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."check_api_key"(text, bytea, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_api_key"(text, bytea, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."current_api_key"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."current_api_key"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."end_api_request"(text, jsonb, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."end_api_request"(text, jsonb, text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."refuse_api_key"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_api_key"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."require_reveal_right"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_scope"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."require_scope"(text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."scopes_of_role"(public.member_role) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."scopes_of_role"(public.member_role) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_refuse_api_key"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_refuse_api_key"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_require_scope"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_require_scope"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."create_api_key"(uuid, text, public.member_role, text[], uuid, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."create_api_key"(uuid, text, public.member_role, text[], uuid, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_api_keys"(uuid, integer, timestamp WITH time zone, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_api_keys"(uuid, integer, timestamp WITH time zone, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_audit"(uuid, integer, bigint, text, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_audit"(uuid, integer, bigint, text, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."revoke_api_key"(uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."revoke_api_key"(uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."rotate_api_key"(uuid, text, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."rotate_api_key"(uuid, text, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."send_next_step"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."send_next_step"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."send_text"(uuid, uuid, text, text, bigint) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."send_text"(uuid, uuid, text, text, bigint) TO "service_role";

REVOKE ALL ON TABLE "public"."api_keys" FROM "authenticated";

REVOKE ALL ("broker_id") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("broker_id") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("created_by") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("created_by") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("expires_at") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("expires_at") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("last_used_at") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("last_used_at") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("name") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("name") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("org_id") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("replaced_by") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("replaced_by") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("revoked_at") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("revoked_at") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("revoked_by") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("revoked_by") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("role") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("role") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("rotated_at") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("rotated_at") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("scopes") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("scopes") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ON TABLE "public"."api_keys" FROM "service_role";

REVOKE ALL ("broker_id") ON TABLE "public"."api_keys" FROM "service_role";

GRANT SELECT ("broker_id") ON TABLE "public"."api_keys" TO "service_role";

REVOKE ALL ("created_at") ON TABLE "public"."api_keys" FROM "service_role";

GRANT SELECT ("created_at") ON TABLE "public"."api_keys" TO "service_role";

REVOKE ALL ("created_by") ON TABLE "public"."api_keys" FROM "service_role";

GRANT SELECT ("created_by") ON TABLE "public"."api_keys" TO "service_role";

REVOKE ALL ("expires_at") ON TABLE "public"."api_keys" FROM "service_role";

GRANT SELECT ("expires_at") ON TABLE "public"."api_keys" TO "service_role";

REVOKE ALL ("id") ON TABLE "public"."api_keys" FROM "service_role";

GRANT SELECT ("id") ON TABLE "public"."api_keys" TO "service_role";

REVOKE ALL ("last_used_at") ON TABLE "public"."api_keys" FROM "service_role";

GRANT SELECT ("last_used_at") ON TABLE "public"."api_keys" TO "service_role";

REVOKE ALL ("name") ON TABLE "public"."api_keys" FROM "service_role";

GRANT SELECT ("name") ON TABLE "public"."api_keys" TO "service_role";

REVOKE ALL ("org_id") ON TABLE "public"."api_keys" FROM "service_role";

GRANT SELECT ("org_id") ON TABLE "public"."api_keys" TO "service_role";

REVOKE ALL ("replaced_by") ON TABLE "public"."api_keys" FROM "service_role";

GRANT SELECT ("replaced_by") ON TABLE "public"."api_keys" TO "service_role";

REVOKE ALL ("revoked_at") ON TABLE "public"."api_keys" FROM "service_role";

GRANT SELECT ("revoked_at") ON TABLE "public"."api_keys" TO "service_role";

REVOKE ALL ("revoked_by") ON TABLE "public"."api_keys" FROM "service_role";

GRANT SELECT ("revoked_by") ON TABLE "public"."api_keys" TO "service_role";

REVOKE ALL ("role") ON TABLE "public"."api_keys" FROM "service_role";

GRANT SELECT ("role") ON TABLE "public"."api_keys" TO "service_role";

REVOKE ALL ("rotated_at") ON TABLE "public"."api_keys" FROM "service_role";

GRANT SELECT ("rotated_at") ON TABLE "public"."api_keys" TO "service_role";

REVOKE ALL ("scopes") ON TABLE "public"."api_keys" FROM "service_role";

GRANT SELECT ("scopes") ON TABLE "public"."api_keys" TO "service_role";

REVOKE ALL ON TABLE "public"."reveal_log" FROM "authenticated";

GRANT SELECT ON TABLE "public"."reveal_log" TO "authenticated";

ALTER TABLE "public"."api_keys"
  ADD CONSTRAINT "api_key_has_scopes_of_its_role" CHECK (((cardinality(scopes) > 0) AND (scopes <@ private.scopes_of_role(role))));

-- Rights that default privileges would change.

revoke execute on function private.add_api_key(public.api_keys) from pipeline_writer;
revoke execute on function private.api_key_state(public.api_keys,timestamp with time zone) from pipeline_writer;
revoke execute on function private.require_reveal_right() from pipeline_writer;
