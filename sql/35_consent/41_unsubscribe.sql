-- Unsubscribe links: the address they name is signed with a key of the org, so they need no storage and no login,
-- cannot be guessed and do not expire.

-- PL/pgSQL: an SQL function would be planned at every call.
create function private.unsubscribe_key(p_org_id uuid) returns bytea
language plpgsql stable set search_path = '' as $$
begin
  return extensions.hmac('sluice unsubscribe 1'::bytea, private.blind_key(p_org_id), 'sha256');
end
$$;
comment on function private.unsubscribe_key(uuid) is
  'The key of an org''s unsubscribe links, derived from its permanent key. A batch asks once: unwrapping costs more than '
  'signing.';

create function private.unsubscribe_signature(p_key bytea, p_payload bytea) returns bytea
language sql immutable parallel safe as $$
  select substr(extensions.hmac(p_payload, p_key, 'sha256'), 1, 16)
$$;
comment on function private.unsubscribe_signature(bytea, bytea) is
  'First 128 bits of HMAC-SHA-256 under a key of private.unsubscribe_key.';

create function private.unsubscribe_token(p_org_id uuid, p_value_bidx bytea, p_key bytea) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_payload constant bytea := '\x01'::bytea || decode(replace(p_org_id::text, '-', ''), 'hex') || p_value_bidx;
begin
  return translate(encode(v_payload || private.unsubscribe_signature(p_key, v_payload), 'base64'), E'+/=\n', '-_');
end
$$;
comment on function private.unsubscribe_token(uuid, bytea, bytea) is
  'The token of a List-Unsubscribe link: version, org, blind index and signature, base64url, 66 characters. p_key: of '
  'private.unsubscribe_key.';

create function private.unsubscribe_token(p_org_id uuid, p_value_bidx bytea) returns text
language sql stable set search_path = '' as $$
  select private.unsubscribe_token(p_org_id, p_value_bidx, private.unsubscribe_key(p_org_id))
$$;
comment on function private.unsubscribe_token(uuid, bytea) is 'The token of one link.';

create function private.read_unsubscribe_token(p_token text) returns table (org_id uuid, value_bidx bytea)
language plpgsql stable set search_path = '' as $$
declare
  v_bytes bytea;
begin
  if p_token !~ '^[A-Za-z0-9_-]{66}$' then
    return;
  end if;
  v_bytes := decode(translate(p_token, '-_', '+/') || '==', 'base64');
  org_id := encode(substr(v_bytes, 2, 16), 'hex')::uuid;
  value_bidx := substr(v_bytes, 18, 16);
  if octet_length(v_bytes) <> 49 or get_byte(v_bytes, 0) <> 1
    or not exists (select from public.orgs o where o.id = read_unsubscribe_token.org_id)
    -- Each token has one spelling: the spare bits of its last character are zero.
    or translate(encode(v_bytes, 'base64'), E'+/=\n', '-_') <> p_token
    -- Compared as digests, so that timing does not reveal how much of a guess is right.
    or sha256(substr(v_bytes, 34)) <> sha256(private.unsubscribe_signature(private.unsubscribe_key(org_id),
      substr(v_bytes, 1, 33)))
  then
    return;
  end if;
  return next;
end
$$;
comment on function private.read_unsubscribe_token(text) is
  'Org and value of an unsubscribe link; no row when its signature is invalid.';

create function private.unsubscribe(p_token text, p_source text, p_as_of timestamptz default now()) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v record;
begin
  select * into v from private.read_unsubscribe_token(p_token);
  if not found then
    return false;
  end if;
  if not exists (
    select from public.suppressions s
    where s.org_id = v.org_id and s.value_bidx = v.value_bidx and s.reason = 'unsubscribe'
      and not exists (select from public.suppression_lifts l where l.org_id = s.org_id and l.suppression_id = s.id))
  then
    -- The sequence goes to a person: every address of it is unsubscribed.
    perform private.record_opt_out(v.org_id, v.value_bidx, 'email', 'email', p_source, null, 'unsubscribe', '{email}',
      p_scope => 'channels', p_as_of => p_as_of);
  end if;
  return true;
end
$$;
comment on function private.unsubscribe(text, text, timestamptz) is
  'Unsubscribes the e-mail address of a link, and the other addresses of the person, at once; repeating it changes nothing. False when the signature is '
  'invalid.';
