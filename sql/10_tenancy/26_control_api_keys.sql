-- How API keys are made, listed, rotated and revoked: by owners and admins with two factors, or by the service.

create function private.add_api_key(k public.api_keys) returns text
language plpgsql volatile security definer set search_path = '' as $$
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
$$;
comment on function private.add_api_key(public.api_keys) is
  'Stores a key and returns it as text, which is stored nowhere. Definer: nobody else may write keys.';
revoke execute on function private.add_api_key(public.api_keys) from pipeline_writer;

create function public.create_api_key(p_org_id uuid, p_name text, p_role public.member_role, p_scopes text[],
  p_broker_id uuid default null, p_expires_in_days integer default 365) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
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
$$;
comment on function public.create_api_key(uuid, text, public.member_role, text[], uuid, integer) is
  'Creates an API key and returns {key_id, key, expires_at}; the key is shown this once. p_role: admin, broker (of '
  'p_broker_id) or viewer; p_scopes: of private.scopes_of_role; p_expires_in_days: 1 to 730. For owners, admins and the '
  'service. Raises SL111, SL134 and SL136 (a value is not valid). Definer: members may not write keys.';

create function public.list_api_keys(p_org_id uuid, p_limit integer default 50, p_before timestamptz default null,
  p_before_id text default null)
returns table (id text, name text, role public.member_role, scopes text[], broker_id uuid, broker text, state text,
  created_at timestamptz, created_by uuid, created_by_email text, expires_at timestamptz, last_used_at timestamptz,
  replaced_by text, rotated_at timestamptz, revoked_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
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
$$;
comment on function public.list_api_keys(uuid, integer, timestamptz, text) is
  'API keys of an org, newest first, with their state: active, rotating (replaced, accepted until expires_at), revoked, '
  'expired or orphaned (whoever created it is no owner or admin any more). last_used_at: to within five minutes. p_before '
  'and p_before_id: of the last row of the page before. For owners, admins and the service. Raises SL111. Definer: as '
  'list_members.';

create function public.rotate_api_key(p_org_id uuid, p_key_id text, p_overlap_hours integer default 24) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
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
$$;
comment on function public.rotate_api_key(uuid, text, integer) is
  'Makes a new key with the same name, role, scopes and lifetime in the place of one: {key_id, key, expires_at, '
  'old_expires_at}; the key is shown this once. The old one is accepted for p_overlap_hours more (0 to 720), at most '
  'until it expires. For owners, admins and the service. Raises SL111, SL134, SL136 and SL137 (not found, revoked or '
  'replaced before). Definer: members may not write keys.';

create function public.revoke_api_key(p_org_id uuid, p_key_id text) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.refuse_api_key();
  update public.api_keys x set revoked_at = now(), revoked_by = auth.uid()
  where x.org_id = p_org_id and x.id = p_key_id and x.revoked_at is null;
  return found;
end
$$;
comment on function public.revoke_api_key(uuid, text) is
  'Ends a key at once; returns whether there was one that was not revoked. The other key of a rotation stays. For owners, '
  'admins and the service. Raises SL111 and SL134. Definer: members may not write keys.';

revoke execute on function public.create_api_key(uuid, text, public.member_role, text[], uuid, integer),
  public.list_api_keys(uuid, integer, timestamptz, text), public.rotate_api_key(uuid, text, integer),
  public.revoke_api_key(uuid, text) from public, anon;
grant execute on function public.create_api_key(uuid, text, public.member_role, text[], uuid, integer),
  public.list_api_keys(uuid, integer, timestamptz, text), public.rotate_api_key(uuid, text, integer),
  public.revoke_api_key(uuid, text) to authenticated, service_role;
