-- Invitations: a person becomes a member by accepting, signed in with the verified e-mail address that was invited.
-- The token is shown once and stored as a hash; the address is stored as a keyed hash and a mask.

create table public.invitations (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  email_bidx bytea not null,
  email_masked text not null,
  role public.member_role not null,
  broker jsonb,
  token_hash bytea not null,
  invited_by uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by uuid,
  terms_version integer references private.member_terms (version) on delete restrict,
  revoked_at timestamptz,
  revoked_by uuid,
  primary key (org_id, id),
  constraint invitation_token_is_unique unique (token_hash),
  constraint invitation_ends_after_it_begins check (expires_at > created_at),
  constraint accepted_invitation_names_member_and_terms
    check (num_nonnulls(accepted_at, accepted_by, terms_version) in (0, 3)),
  constraint invitation_is_not_accepted_and_revoked check (num_nonnulls(accepted_at, revoked_at) < 2),
  constraint invited_broker_is_an_object check (jsonb_typeof(broker) = 'object'),
  constraint viewer_is_invited_without_broker check (role <> 'viewer' or broker is null)
);
comment on table public.invitations is
  'Offers of membership. Open until accepted, revoked or expired; one open invitation per address.';
comment on column public.invitations.email_bidx is 'Keyed hash of the invited address, in lower case.';
comment on column public.invitations.broker is
  'Broker record that the acceptance makes: {name, licensed_states, capacity}, or {broker_id} of one without a login.';
comment on column public.invitations.token_hash is 'SHA-256 of the token, which only the link has.';
comment on column public.invitations.invited_by is 'The member; null: the service or an operator.';
comment on column public.invitations.terms_version is 'Version of private.member_terms that was accepted.';
create unique index invitations_one_open_key on public.invitations (org_id, email_bidx)
  where accepted_at is null and revoked_at is null;
create index invitations_created_idx on public.invitations (org_id, created_at, id);
create index invitations_terms_idx on public.invitations (terms_version) where terms_version is not null;
alter table public.invitations enable row level security;
revoke all on public.invitations from anon, authenticated, service_role;
grant select (org_id, id, email_masked, role, broker, invited_by, created_at, expires_at, accepted_at, accepted_by,
  terms_version, revoked_at, revoked_by) on public.invitations to authenticated, service_role;
create policy select_admins on public.invitations for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));

create function private.may_grant_role(p_org_id uuid, p_role public.member_role) returns boolean
language sql stable security definer set search_path = '' as $$
  select private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner}'))
    or (p_role <> 'owner' and p_org_id = any (private.my_org_ids('{admin}')))
$$;
comment on function private.may_grant_role(uuid, public.member_role) is
  'Whether the caller may give or take the role: only owners and the service deal with owners. Definer: reads members '
  'without the policies.';
revoke execute on function private.may_grant_role(uuid, public.member_role) from pipeline_writer;

create function private.check_invited_broker(p_org_id uuid, p_broker jsonb) returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  v_wrong constant text := (select string_agg(k, ', ' order by k) from jsonb_object_keys(p_broker) k
    where k not in ('broker_id', 'name', 'licensed_states', 'capacity'));
begin
  if v_wrong is not null then
    raise exception 'unknown fields of the broker: %', v_wrong using errcode = 'SL112';
  elsif p_broker ? 'broker_id' and not exists (select from public.brokers b where b.org_id = p_org_id
    and b.id::text = p_broker ->> 'broker_id' and b.user_id is null) then
    raise exception 'broker not found, or the broker has a login already' using errcode = 'SL112';
  elsif not p_broker ? 'broker_id' and length(btrim(coalesce(p_broker ->> 'name', ''))) not between 1 and 200 then
    raise exception 'a broker has a name of 1 to 200 characters' using errcode = 'SL112';
  elsif coalesce(p_broker ->> 'capacity', '0') !~ '^[0-9]{1,6}$'
    or jsonb_typeof(coalesce(p_broker -> 'licensed_states', '[]')) <> 'array'
    or exists (select from jsonb_array_elements_text(p_broker -> 'licensed_states') s where s !~ '^[A-Z]{2}$') then
    raise exception 'capacity is a whole number, licensed_states a list of codes like CA' using errcode = 'SL112';
  end if;
end
$$;
comment on function private.check_invited_broker(uuid, jsonb) is
  'Raises SL112 for a broker record that an acceptance could not make. Definer: reads brokers without the policies.';
revoke execute on function private.check_invited_broker(uuid, jsonb) from pipeline_writer;

create function private.invite_member_at(p_org_id uuid, p_email text, p_role public.member_role, p_broker jsonb,
  p_valid_days integer, p_as_of timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
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
$$;
comment on function private.invite_member_at(uuid, text, public.member_role, jsonb, integer, timestamptz) is
  'invite_member at p_as_of. Definer: members may not write invitations.';
revoke execute on function private.invite_member_at(uuid, text, public.member_role, jsonb, integer, timestamptz)
  from pipeline_writer;

create function public.invite_member(p_org_id uuid, p_email text, p_role public.member_role,
  p_broker jsonb default null, p_valid_days integer default 7) returns jsonb
language sql volatile security definer set search_path = '' as $$
  select private.invite_member_at(p_org_id, p_email, p_role, p_broker, p_valid_days, now())
$$;
comment on function public.invite_member(uuid, text, public.member_role, jsonb, integer) is
  'Invites a person by e-mail address and returns {invitation_id, token, expires_at, email_masked}; the token is shown '
  'this once. p_broker: the broker record to make, {name, licensed_states, capacity}, or {broker_id} of one without a '
  'login. p_valid_days: 1 to 30. Replaces an open invitation of the address. For owners (any role), admins (not owner) '
  'and the service; members of an org invite at most 20 times an hour. Raises SL111, SL112 and SL117. Definer: members '
  'may not write invitations.';

create function public.revoke_invitation(p_org_id uuid, p_invitation_id uuid) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  update public.invitations i set revoked_at = now(), revoked_by = auth.uid()
  where i.org_id = p_org_id and i.id = p_invitation_id and i.accepted_at is null and i.revoked_at is null
    and private.may_grant_role(p_org_id, i.role);
  return found;
end
$$;
comment on function public.revoke_invitation(uuid, uuid) is
  'Ends an open invitation; returns whether there was one that the caller may end. For owners, admins (not those of '
  'owners) and the service. Raises SL111. Definer: members may not write invitations.';

create function public.list_invitations(p_org_id uuid, p_limit integer default 50, p_before timestamptz default null,
  p_before_id uuid default null)
returns table (id uuid, email_masked text, role public.member_role, broker jsonb, invited_by uuid,
  created_at timestamptz, expires_at timestamptz, state text, accepted_at timestamptz, accepted_by uuid,
  terms_version integer)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return query
  select i.id, i.email_masked, i.role, i.broker, i.invited_by, i.created_at, i.expires_at,
    case when i.accepted_at is not null then 'accepted' when i.revoked_at is not null then 'revoked'
      when i.expires_at <= now() then 'expired' else 'open' end,
    i.accepted_at, i.accepted_by, i.terms_version
  from public.invitations i
  where i.org_id = p_org_id
    and (p_before is null or (i.created_at, i.id)
      < (p_before, coalesce(p_before_id, '00000000-0000-0000-0000-000000000000')))
  order by i.created_at desc, i.id desc limit private.page_size(p_limit);
end
$$;
comment on function public.list_invitations(uuid, integer, timestamptz, uuid) is
  'Invitations of an org, newest first, with their state: open, accepted, revoked or expired. p_before and p_before_id: '
  'of the last row of the page before. For owners, admins and the service. Raises SL111. Definer: as list_members.';

create function private.my_invitation(p_token text, p_as_of timestamptz) returns public.invitations
language plpgsql volatile security definer set search_path = '' as $$
declare
  i public.invitations;
begin
  select x.* into i from public.invitations x
  join auth.users u on u.id = auth.uid() and u.email_confirmed_at is not null
  where x.token_hash = extensions.digest(coalesce(p_token, ''), 'sha256')
    and x.accepted_at is null and x.revoked_at is null and x.expires_at > p_as_of
    and x.email_bidx = private.blind_index(lower(u.email), private.blind_key(x.org_id))
    -- Whoever invited must still have the right to.
    and (x.invited_by is null or exists (select from public.members m
      where m.org_id = x.org_id and m.user_id = x.invited_by
        and (m.role = 'owner' or m.role = 'admin' and x.role <> 'owner')))
  for update of x;
  if not found then
    raise exception 'invitation not found: it was used, revoked or has expired, or it is for another verified e-mail '
      'address' using errcode = 'SL113';
  end if;
  return i;
end
$$;
comment on function private.my_invitation(text, timestamptz) is
  'The open invitation of the token, for the signed-in user with the verified address that was invited; locks it. Raises '
  'SL113 for every other case alike. Definer: reads users and hashes.';
revoke execute on function private.my_invitation(text, timestamptz) from pipeline_writer;

create function public.look_up_invitation(p_token text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  i constant public.invitations := private.my_invitation(p_token, now());
begin
  return (select jsonb_build_object('org_name', o.name, 'role', i.role, 'expires_at', i.expires_at,
      'consent_version', t.version, 'consent_text', t.body)
    from public.orgs o cross join (select * from private.member_terms order by version desc limit 1) t
    where o.id = i.org_id);
end
$$;
comment on function public.look_up_invitation(text) is
  'What a signed-in person is invited to: {org_name, role, expires_at, consent_version, consent_text}. Raises SL113. '
  'Definer: the person is no member yet.';

create function private.accept_invitation_at(p_token text, p_consent_version integer, p_as_of timestamptz)
  returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  i constant public.invitations := private.my_invitation(p_token, p_as_of);
  v_broker uuid;
begin
  if p_consent_version is distinct from (select max(t.version) from private.member_terms t) then
    raise exception 'the text for members has changed: read and accept the newest version' using errcode = 'SL114';
  end if;
  update public.invitations x set accepted_at = p_as_of, accepted_by = auth.uid(), terms_version = p_consent_version
  where x.org_id = i.org_id and x.id = i.id;
  insert into public.members (org_id, user_id, role) values (i.org_id, auth.uid(), i.role) on conflict do nothing;
  if not found then
    raise exception 'you are a member already' using errcode = 'SL112';
  end if;
  if i.broker ? 'broker_id' then
    update public.brokers b set user_id = auth.uid()
    where b.org_id = i.org_id and b.id = (i.broker ->> 'broker_id')::uuid and b.user_id is null
    returning b.id into v_broker;
  elsif i.broker is not null then
    insert into public.brokers (org_id, user_id, name, licensed_states, capacity)
    values (i.org_id, auth.uid(), btrim(i.broker ->> 'name'),
      array(select jsonb_array_elements_text(i.broker -> 'licensed_states')),
      coalesce((i.broker ->> 'capacity')::integer, 200))
    returning id into v_broker;
  end if;
  return jsonb_build_object('org_id', i.org_id, 'role', i.role, 'broker_id', v_broker);
end
$$;
comment on function private.accept_invitation_at(text, integer, timestamptz) is
  'accept_invitation at p_as_of. Definer: the person is no member yet.';
revoke execute on function private.accept_invitation_at(text, integer, timestamptz) from pipeline_writer;

create function public.accept_invitation(p_token text, p_consent_version integer) returns jsonb
language sql volatile security definer set search_path = '' as $$
  select private.accept_invitation_at(p_token, p_consent_version, now())
$$;
comment on function public.accept_invitation(text, integer) is
  'Makes the signed-in person a member, with the broker record of the invitation: {org_id, role, broker_id}. '
  'p_consent_version: the version of the text that the person accepted, as look_up_invitation gave it. Once; the address '
  'of the account must be the invited one and verified, and the inviter must still have the right to invite. Raises SL113 '
  '(no such invitation for this person), SL114 (another text) and SL112. Definer: the person is no member yet.';

revoke execute on function public.invite_member(uuid, text, public.member_role, jsonb, integer),
  public.revoke_invitation(uuid, uuid), public.list_invitations(uuid, integer, timestamptz, uuid),
  public.look_up_invitation(text), public.accept_invitation(text, integer) from public, anon;
grant execute on function public.invite_member(uuid, text, public.member_role, jsonb, integer),
  public.revoke_invitation(uuid, uuid), public.list_invitations(uuid, integer, timestamptz, uuid),
  public.look_up_invitation(text), public.accept_invitation(text, integer) to authenticated, service_role;
