-- sessions and second factors: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.check_session()
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_level constant text := private.session_level();
begin
  if v_level = 'ended' then
    raise exception 'your session has ended: sign in again' using errcode = 'SL107';
  elsif v_level = 'aal1' and current_setting('transaction_read_only') = 'off' and exists (
    select from public.members m where m.user_id = (select auth.uid()) and m.role in ('owner', 'admin')) then
    raise exception 'owners and admins need a second factor to change something: confirm with your authenticator'
      using errcode = 'SL106';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.my_broker_ids()
  RETURNS uuid[]
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
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
begin
  perform private.check_session();
  return (
    select coalesce(array_agg(m.org_id), '{}')
    from public.members m
    where m.user_id = (select auth.uid())
      and (p_roles is null or m.role = any (p_roles)));
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
  if v_level = 'ended' then
    raise exception 'your session has ended: sign in again' using errcode = 'SL107';
  elsif v_level = 'aal1' then
    raise exception 'this needs a second factor: confirm with your authenticator' using errcode = 'SL106';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.session_is_current()
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(private.session_level() <> 'ended', true)
$function$;

CREATE OR REPLACE FUNCTION private.session_level()
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_claims constant jsonb := auth.jwt();
  v_user constant uuid := auth.uid();
  v_session constant text := v_claims ->> 'session_id';
  v_level text;
begin
  if v_user is null then
    return null;
  elsif v_claims ->> 'iss' is null and session_user not in ('authenticator', 'anon', 'authenticated') then
    return 'aal2';
  elsif v_session is null or v_session !~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then
    return 'ended';
  end if;
  select case when v_claims ->> 'aal' = 'aal2' and s.aal::text = 'aal2' then 'aal2' else 'aal1' end into v_level
  from auth.sessions s
  where s.id = v_session::uuid and s.user_id = v_user and (s.not_after is null or s.not_after > now());
  return coalesce(v_level, 'ended');
end
$function$;

CREATE OR REPLACE FUNCTION public.list_second_factors (
  p_org_id uuid,
  p_after  uuid    DEFAULT NULL::uuid,
  p_limit  integer DEFAULT 100
)
  RETURNS TABLE (
    user_id           uuid,
    email             text,
    role              public.member_role,
    has_second_factor boolean,
    enrolled_at       timestamp with time zone,
    last_sign_in_at   timestamp with time zone,
    open_sessions     integer
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if not (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'))) then
    raise exception 'org not found' using errcode = 'SL108';
  end if;
  return query
  select m.user_id, u.email::text, m.role, f.at is not null, f.at, u.last_sign_in_at,
    (select count(*)::integer from auth.sessions s where s.user_id = m.user_id
      and (s.not_after is null or s.not_after > now()))
  from public.members m
  join auth.users u on u.id = m.user_id
  left join lateral (
    select min(x.updated_at) as at from auth.mfa_factors x where x.user_id = m.user_id and x.status = 'verified'
  ) f on true
  where m.org_id = p_org_id and (p_after is null or m.user_id > p_after)
  order by m.user_id
  limit least(greatest(coalesce(p_limit, 100), 1), 1000);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_second_factors"(uuid, uuid, integer) FROM PUBLIC, "anon";

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
  perform private.require_aal2();
  select x.* into g from private.reveal_grants x
  where x.id = p_grant_id and x.expires_at > p_as_of and x.uses_left > 0
    and x.session_id is not distinct from private.session_id()
    and case when x.user_id is null then private.is_trusted_caller() else x.user_id = auth.uid() end
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
  perform private.require_aal2();
  v_expires := p_as_of + interval '5 minutes';
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
    reason)
  select p_org_id, x.lead_id, auth.uid(), session_user, p_as_of, x.n, p_subject, v_id, btrim(p_reason)
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
      expires_at)
    values (v_id, p_org_id, p_subject, v_leads, v_items, auth.uid(), private.session_id(), p_as_of, v_expires);
  end if;
  return jsonb_build_object('grant_id', case when v_values > 0 then v_id end, 'subject', p_subject,
    'values', v_values, 'expires_at', case when v_values > 0 then v_expires end);
end
$function$;

CREATE OR REPLACE FUNCTION public.source_leads_access (
  p_source_id uuid,
  OUT         secret text,
  OUT         api_key text
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_secret text;
begin
  perform private.require_aal2();
  select private.decrypt_value(x.secret, private.org_key(x.org_id, x.key_id)) into v_secret
  from public.sources s
  join private.source_secrets x on x.org_id = s.org_id and x.source_id = s.id
  where s.id = p_source_id
    and (private.is_trusted_caller() or s.org_id = any (private.my_org_ids('{owner,admin}')))
    and (x.expires_at is null or x.expires_at > now())
  order by x.created_at desc, x.id desc
  limit 1;
  if v_secret is null then
    raise exception 'source or its secret not found' using errcode = 'SL201';
  end if;
  secret := private.derive_secret(v_secret, 'sluice leads');
  api_key := 'slk_' || translate(rtrim(regexp_replace(private.derive_secret(v_secret, 'sluice leads key'),
    '^whsec_', ''), '='), '+/', '-_');
end
$function$;

CREATE OR REPLACE FUNCTION public.source_webhook_secret (
  p_source_id uuid
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_secret text;
begin
  perform private.require_aal2();
  select private.derive_secret(private.decrypt_value(x.secret, private.org_key(x.org_id, x.key_id)),
    'sluice webhooks/generic') into v_secret
  from public.sources s
  join private.source_secrets x on x.org_id = s.org_id and x.source_id = s.id
  where s.id = p_source_id
    and (private.is_trusted_caller() or s.org_id = any (private.my_org_ids('{owner,admin}')))
    and (x.expires_at is null or x.expires_at > now())
  order by x.created_at desc, x.id desc
  limit 1;
  if v_secret is null then
    raise exception 'source or its secret not found' using errcode = 'SL201';
  end if;
  return v_secret;
end
$function$;

COMMENT ON FUNCTION "private"."check_session"() IS 'Called wherever a membership counts. Raises SL107 for a member whose session has ended, and SL106 for an owner or admin with one factor outside of a read-only transaction: one factor may read, and enrol a second. Definer: reads members.';

COMMENT ON FUNCTION "private"."my_broker_ids"() IS 'Active broker rows of the signed-in user. Raises SL106 and SL107 (check_session). Definer: the policies of brokers call it.';

COMMENT ON FUNCTION "private"."my_org_ids"(public.member_role[]) IS 'Orgs in which the signed-in user has one of the roles (any role when null). Empty for anon. Raises SL106 and SL107 (check_session). Definer: the policies of members call it.';

COMMENT ON FUNCTION "private"."require_aal2"() IS 'Raises SL106 for a member whose session has one factor only, SL107 for one whose session has ended.';

COMMENT ON FUNCTION "private"."session_is_current"() IS 'False for a member whose session has ended. True for callers that are no members.';

COMMENT ON FUNCTION "private"."session_level"() IS 'What the caller''s session is now: aal1 (one factor), aal2 (two factors, by its token and by Supabase Auth), ended (signed out, expired or not named by the token); null without a user. Definer: reads auth.sessions.';

COMMENT ON FUNCTION "public"."list_second_factors"(uuid, uuid, integer) IS 'Members of the org, by user id, with whether they have a verified second factor, when, and their open sessions. p_after: the last user id of the page before. For owners, admins and the service; raises SL108. Definer: reads auth.';

REVOKE ALL ON FUNCTION "private"."check_session"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_session"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."check_session"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."require_aal2"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."require_aal2"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."require_aal2"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."session_is_current"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."session_is_current"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."session_is_current"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."session_level"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."session_level"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."session_level"() TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_second_factors"(uuid, uuid, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_second_factors"(uuid, uuid, integer) TO "service_role";
