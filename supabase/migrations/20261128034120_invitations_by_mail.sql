-- invitations by mail: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.invite_member_at (
  p_org_id     uuid,
  p_email      text,
  p_role       public.member_role,
  p_broker     jsonb,
  p_valid_days integer,
  p_as_of      timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_email constant text := lower(btrim(coalesce(p_email, '')));
  v_bidx bytea;
  v_token constant text := 'slinv_' || translate(rtrim(encode(extensions.gen_random_bytes(32), 'base64'), '='), '+/',
    '-_');
  i public.invitations;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  if v_email !~ '^[^@\s<>]{1,64}@[^@\s<>]+[.][^@\s<>]+$' or length(v_email) > 254 then
    raise exception 'the e-mail address is not valid' using errcode = 'SL112';
  elsif p_role is null or not private.may_grant_role(p_org_id, p_role) then
    raise exception 'only an owner can invite an owner' using errcode = 'SL112';
  elsif p_valid_days is null or p_valid_days not between 1 and 30 then
    raise exception 'an invitation is valid for 1 to 30 days' using errcode = 'SL112';
  elsif p_role = 'viewer' and p_broker is not null then
    raise exception 'a viewer has no broker record' using errcode = 'SL112';
  elsif exists (select from public.members m join auth.users u on u.id = m.user_id
    where m.org_id = p_org_id and lower(u.email) = v_email) then
    raise exception 'this person is a member already' using errcode = 'SL112';
  elsif jsonb_typeof(p_broker) <> 'object' then
    raise exception 'the broker is an object' using errcode = 'SL112';
  end if;
  if p_broker is not null then
    perform private.check_invited_broker(p_org_id, p_broker);
  end if;
  -- Members' invitations are mailed. The lock makes concurrent calls count each other.
  if auth.uid() is not null then
    perform pg_advisory_xact_lock(hashtextextended('invitations ' || p_org_id, 0));
    if (select count(*) from public.invitations x
      where x.org_id = p_org_id and x.invited_by is not null and x.created_at > p_as_of - interval '1 hour') >= 20 then
      raise exception 'at most 20 invitations an hour: try again later' using errcode = 'SL117';
    end if;
  end if;
  v_bidx := private.blind_index(v_email, private.blind_key(p_org_id));
  -- A new invitation replaces an open one.
  update public.invitations x set revoked_at = p_as_of, revoked_by = auth.uid()
  where x.org_id = p_org_id and x.email_bidx = v_bidx and x.accepted_at is null and x.revoked_at is null;
  insert into public.invitations (org_id, email_bidx, email_masked, role, broker, token_hash, invited_by, created_at,
    expires_at)
  values (p_org_id, v_bidx, private.mask_contact(v_email), p_role, p_broker,
    extensions.digest(v_token, 'sha256'), auth.uid(), p_as_of, p_as_of + make_interval(days => p_valid_days))
  returning * into i;
  return jsonb_build_object('invitation_id', i.id, 'token', v_token, 'expires_at', i.expires_at,
    'email_masked', i.email_masked);
end
$function$;

COMMENT ON FUNCTION "public"."invite_member"(uuid, text, public.member_role, jsonb, integer) IS 'Invites a person by e-mail address and returns {invitation_id, token, expires_at, email_masked}; the token is shown this once. p_broker: the broker record to make, {name, licensed_states, capacity}, or {broker_id} of one without a login. p_valid_days: 1 to 30. Replaces an open invitation of the address. For owners (any role), admins (not owner) and the service; members of an org invite at most 20 times an hour. Raises SL111, SL112 and SL117. Definer: members may not write invitations.';
