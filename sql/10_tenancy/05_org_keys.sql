create type private.key_purpose as enum ('data', 'blind');
comment on type private.key_purpose is
  'data: encrypts values. blind: keys the blind index; there is one per org, because it must not change.';

create table private.wrapping_keys (
  id text primary key,
  first_used_at timestamptz not null default now(),
  destroyed_at timestamptz
);
comment on table private.wrapping_keys is
  'The wrapping keys that this database has used, by fingerprint; the keys themselves are in Vault. A destroyed one '
  'wraps nothing again.';
alter table private.wrapping_keys enable row level security;

create function private.wrap_key(p_plain text, out wrapped_key bytea, out wrapped_with text) returns record
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_key constant text := private.wrapping_key();
begin
  wrapped_with := private.key_fingerprint(v_key);
  insert into private.wrapping_keys (id) values (wrapped_with) on conflict do nothing;
  wrapped_key := private.encrypt_value(p_plain, v_key);
end
$$;
comment on function private.wrap_key(text) is
  'Wraps a key in hex with the current wrapping key, and says with which. Definer: only the owner may read Vault. Raises '
  'SL001.';
revoke execute on function private.wrap_key(text) from pipeline_writer;

-- The lock makes whoever destroys a wrapping key wait for this transaction, and then count what it wrapped.
create function private.tg_wrapped_keys__check_wrapping_key() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform from private.wrapping_keys w where w.id = new.wrapped_with and w.destroyed_at is null for share;
  if not found then
    raise exception 'wrapping key % was destroyed', new.wrapped_with using errcode = 'SL001';
  end if;
  return new;
end
$$;
comment on function private.tg_wrapped_keys__check_wrapping_key() is
  'Trigger: no key is wrapped by a wrapping key that is unknown or destroyed. Raises SL001.';

create table private.org_keys (
  id integer generated always as identity primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  purpose private.key_purpose not null,
  wrapped_key bytea not null,
  wrapped_with text not null references private.wrapping_keys (id) on delete restrict,
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  constraint blind_key_is_never_retired check (purpose = 'data' or retired_at is null),
  constraint org_keys_are_found_with_their_org unique (org_id, id)
);
comment on table private.org_keys is
  'Random 256-bit keys, wrapped by the wrapping key in Vault. Every encrypted value carries the id of its key, so '
  'that keys can be rotated (sluice keys rotate).';
comment on column private.org_keys.wrapped_with is 'Fingerprint of the wrapping key.';
create index org_keys_wrapped_with_idx on private.org_keys (wrapped_with);
create unique index org_keys_one_active_idx on private.org_keys (org_id, purpose) where retired_at is null;
alter table private.org_keys enable row level security;
create trigger _100_check_wrapping_key before insert or update of wrapped_key, wrapped_with on private.org_keys
  for each row execute function private.tg_wrapped_keys__check_wrapping_key();

create function private.add_org_key(p_org_id uuid, p_purpose private.key_purpose) returns integer
language sql volatile security definer set search_path = '' as $$
  insert into private.org_keys (org_id, purpose, wrapped_key, wrapped_with)
  select p_org_id, p_purpose, w.wrapped_key, w.wrapped_with
  from private.wrap_key(encode(extensions.gen_random_bytes(32), 'hex')) w
  returning id
$$;
comment on function private.add_org_key(uuid, private.key_purpose) is
  'Creates and wraps a new key and returns its id. Definer: only the owner reads Vault and wrapped keys. Raises '
  'SL001 without a wrapping key.';

-- PL/pgSQL: an SQL function would be planned at every call.
create function private.active_key_id(p_org_id uuid, p_purpose private.key_purpose) returns integer
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select k.id from private.org_keys k
    where k.org_id = p_org_id and k.purpose = p_purpose and k.retired_at is null);
end
$$;
comment on function private.active_key_id(uuid, private.key_purpose) is
  'Id of the key that encrypts new values. Definer: only the owner reads the table of keys.';

create function private.org_key(p_org_id uuid, p_key_id integer) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_key text;
begin
  select private.unwrap_key(k.wrapped_key, k.wrapped_with) into v_key
  from private.org_keys k where k.org_id = p_org_id and k.id = p_key_id;
  if v_key is null then
    raise exception 'org % has no key %', p_org_id, p_key_id using errcode = 'SL003';
  end if;
  return v_key;
end
$$;
comment on function private.org_key(uuid, integer) is
  'A key of the org in plain hex, for use within the statement that encrypts or decrypts. Definer: only the owner '
  'reads Vault and wrapped keys. Raises SL001 and SL003.';

create function private.blind_key(p_org_id uuid) returns bytea
language plpgsql stable security definer set search_path = '' as $$
begin
  return decode(private.org_key(p_org_id, private.active_key_id(p_org_id, 'blind')), 'hex');
end
$$;
comment on function private.blind_key(uuid) is
  'Key of the org''s blind index. Definer: only the owner reads Vault and wrapped keys.';

revoke execute on function private.add_org_key(uuid, private.key_purpose) from pipeline_writer;
grant execute on function private.active_key_id(uuid, private.key_purpose), private.org_key(uuid, integer),
  private.blind_key(uuid), private.encrypt_value(text, text), private.decrypt_value(bytea, text),
  private.encrypt_bytes(bytea, text), private.decrypt_bytes(bytea, text),
  private.blind_index(text, bytea), private.mask_contact(text)
  to pipeline_writer, service_role;

create function private.tg_orgs__make_keys() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.add_org_key(new.id, 'data');
  perform private.add_org_key(new.id, 'blind');
  return null;
end
$$;
comment on function private.tg_orgs__make_keys() is
  'Trigger: creates the keys of a new org. Definer: only the owner writes keys.';

create trigger _100_make_keys after insert on public.orgs
  for each row execute function private.tg_orgs__make_keys();
