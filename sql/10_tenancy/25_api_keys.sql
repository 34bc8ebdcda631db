-- API keys of machines. A key is a member of nothing: it has one org, a role below owner, and scopes. A function checks
-- the key (check_api_key) and then works as role authenticated with claims that name the key and the one scope that the
-- request is for. From there on policies and functions know the key like a member: my_org_ids and my_broker_ids read it
-- again in every statement, so that a key that was revoked meanwhile has no rights any more.

create function private.scopes_of_role(p_role public.member_role) returns text[]
language sql immutable parallel safe set search_path = '' as $$
  select case p_role
    when 'admin' then '{leads.read,leads.pii,leads.control,leads.write,tasks.write,messages.send,campaigns.read,
      campaigns.control,uploads.write,sequences.read,sequences.publish,outreach.dispatch,enrichment.run,metrics.read}'::text[]
    when 'broker' then '{leads.read,leads.pii,leads.control,tasks.write,messages.send,campaigns.read,
      sequences.read}'::text[]
    when 'viewer' then '{leads.read,campaigns.read,sequences.read,metrics.read}'::text[]
    else '{}'::text[] end
$$;
comment on function private.scopes_of_role(public.member_role) is
  'The scopes that an API key of the role can have; none for owner, because no key is one.';

create table public.api_keys (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id text not null,
  name text not null,
  role public.member_role not null,
  scopes text[] not null,
  broker_id uuid,
  secret_hash bytea not null,
  family text not null,
  created_at timestamptz not null default now(),
  created_by uuid,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  replaced_by text,
  rotated_at timestamptz,
  revoked_at timestamptz,
  revoked_by uuid,
  primary key (org_id, id),
  constraint api_key_id_is_unique unique (id),
  constraint api_key_id_is_hex check (id ~ '^[0-9a-f]{16}$'),
  constraint api_key_has_a_name check (length(btrim(name)) between 1 and 100),
  constraint api_key_is_no_owner check (role <> 'owner'),
  constraint api_key_has_scopes_of_its_role check (cardinality(scopes) > 0 and scopes <@ private.scopes_of_role(role)),
  constraint api_key_of_a_broker_names_the_broker check ((role = 'broker') = (broker_id is not null)),
  constraint api_key_secret_is_a_hash check (octet_length(secret_hash) = 32),
  constraint rotation_names_the_next_key check ((replaced_by is null) = (rotated_at is null)),
  constraint api_key_expires_after_it_begins check (expires_at >= created_at),
  constraint api_key_broker_is_of_its_org foreign key (org_id, broker_id)
    references public.brokers (org_id, id) on delete cascade
);
comment on table public.api_keys is
  'API keys of machines: slk_ID_SECRET. Only the SHA-256 of a key is stored, and nobody may read that. Rows stay when a '
  'key ends; the audit log names them.';
comment on column public.api_keys.id is 'Sixteen hexadecimal digits, the public part of the key.';
comment on column public.api_keys.scopes is 'What the key may do, at most what its role may (private.scopes_of_role).';
comment on column public.api_keys.broker_id is 'Of role broker: the broker record as which the key acts.';
comment on column public.api_keys.secret_hash is 'SHA-256 of the whole key as text.';
comment on column public.api_keys.family is
  'Id of the first key of a chain of rotations: an Idempotency-Key counts for all of them.';
comment on column public.api_keys.created_by is
  'Who created or rotated it; null: the service. The key ends with this person''s right to create keys.';
comment on column public.api_keys.expires_at is 'Until when the key is accepted; a rotation brings it forward.';
comment on column public.api_keys.last_used_at is 'Last use, to within five minutes.';
comment on column public.api_keys.replaced_by is 'Id of the key that a rotation made in its place.';
create index api_keys_broker_idx on public.api_keys (org_id, broker_id);
alter table public.api_keys enable row level security;
revoke all on public.api_keys from anon, authenticated, service_role;
grant select (org_id, id, name, role, scopes, broker_id, created_at, created_by, expires_at, last_used_at, replaced_by,
  rotated_at, revoked_at, revoked_by) on public.api_keys to authenticated, service_role;
create policy select_admins on public.api_keys for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));

create function private.api_key_state(k public.api_keys, p_as_of timestamptz) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return case
    when k.revoked_at is not null then 'revoked'
    when k.expires_at <= p_as_of then 'expired'
    when k.created_by is not null and not exists (select from public.members m
      where m.org_id = k.org_id and m.user_id = k.created_by and m.role in ('owner', 'admin')) then 'orphaned'
    when k.replaced_by is not null then 'rotating'
    else 'active' end;
end
$$;
comment on function private.api_key_state(public.api_keys, timestamptz) is
  'active; rotating (replaced, and accepted until it expires); revoked, expired, or orphaned: whoever created it is no '
  'owner or admin any more. Definer: reads members without the policies.';

create function private.check_api_key(p_id text, p_hash bytea, p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
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
$$;
comment on function private.check_api_key(text, bytea, timestamptz) is
  'The key with this id and hash: {id, org_id, org_name, time_zone, name, role, scopes, expires_at}; null alike for an '
  'unknown, wrong, expired, revoked or orphaned one. Notes when it was used. Definer: nobody else reads hashes.';

-- The claims {role: authenticated, api_key, scope} are set by a function of this project after check_api_key. A token of
-- Supabase Auth has an issuer and a user and arrives through the API's login: such claims in one name no key.
create function private.current_api_key() returns public.api_keys
language plpgsql stable security definer set search_path = '' as $$
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
$$;
comment on function private.current_api_key() is
  'The API key as which this transaction runs; null for members, the service and everybody else. Raises SL132 (not valid '
  'any more) and SL133 (the transaction is for a scope that the key lacks, or that only reads). Definer: reads keys.';

create function private.require_scope(p_scope text) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if auth.jwt() ? 'api_key' and ((private.current_api_key()).id is null
    or auth.jwt() ->> 'scope' is distinct from p_scope) then
    raise exception 'the API key lacks the scope %', p_scope using errcode = 'SL133';
  end if;
end
$$;
comment on function private.require_scope(text) is
  'Refuses an API key that has not the scope, or whose request is for another one. No effect for members and the '
  'service. Raises SL132 and SL133. Definer: reads keys.';

create function private.refuse_api_key() returns void
language plpgsql stable set search_path = '' as $$
begin
  if auth.jwt() ? 'api_key' then
    raise exception 'an API key may not do this: a person does it' using errcode = 'SL134';
  end if;
end
$$;
comment on function private.refuse_api_key() is 'Raises SL134 for API keys, whatever their role and scopes.';

create function private.tg_refuse_api_key() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.refuse_api_key();
  return null;
end
$$;
comment on function private.tg_refuse_api_key() is
  'Trigger: no API key changes the table. Raises SL134. Definer: not every role that writes may call the check.';

create function private.tg_require_scope() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if auth.jwt() ? 'api_key' and ((private.current_api_key()).id is null
    or not auth.jwt() ->> 'scope' = any (tg_argv)) then
    raise exception 'the API key lacks the scope %', tg_argv[0] using errcode = 'SL133';
  end if;
  return null;
end
$$;
comment on function private.tg_require_scope() is
  'Trigger: an API key changes the table only in a request for one of the scopes that are the arguments. Raises SL132 and '
  'SL133. Definer: reads keys.';

create trigger _050_refuse_api_key before insert or update or delete on public.members
  for each statement execute function private.tg_refuse_api_key();
create trigger _050_refuse_api_key before insert or update or delete on public.invitations
  for each statement execute function private.tg_refuse_api_key();
create trigger _050_refuse_api_key before update of name, time_zone, holidays, settings on public.orgs
  for each statement execute function private.tg_refuse_api_key();
create trigger _050_refuse_api_key before insert or update of name, role, scopes, broker_id, secret_hash, expires_at,
  revoked_at or delete on public.api_keys for each statement execute function private.tg_refuse_api_key();

revoke execute on function private.api_key_state(public.api_keys, timestamptz) from pipeline_writer;
grant execute on function private.check_api_key(text, bytea, timestamptz) to pipeline_writer;
grant execute on function private.current_api_key(), private.require_scope(text) to pipeline_writer;
