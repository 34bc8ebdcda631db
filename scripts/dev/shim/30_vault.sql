-- Schema vault: Supabase Vault's tables and functions. The root key is a file in the server's data
-- directory, so neither a dump nor a reader of the tables has it.
create schema vault;
grant usage on schema vault to postgres, service_role;

create function vault._root_key() returns text
language plpgsql security definer set search_path = '' as $$
declare
  c_file constant text := 'sluice_vault_root.key';
  v_key text := pg_read_file(c_file, 0, 1000, true);
begin
  if v_key is null then
    perform pg_advisory_xact_lock(hashtextextended(c_file, 0));
    v_key := pg_read_file(c_file, 0, 1000, true);
  end if;
  if v_key is null then
    execute format(
      'copy (select encode(extensions.gen_random_bytes(32), ''hex'')) to %L',
      current_setting('data_directory') || '/' || c_file);
    v_key := pg_read_file(c_file);
  end if;
  return rtrim(v_key, E'\n');
end
$$;
revoke execute on function vault._root_key() from public;

create table vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
create unique index secrets_name_idx on vault.secrets (name) where name is not null;
comment on table vault.secrets is 'Secrets, encrypted with a root key outside the database.';

create function vault._encrypt(p_secret text) returns text
language sql volatile security definer set search_path = '' as $$
  select encode(extensions.pgp_sym_encrypt(
    p_secret, vault._root_key(), 's2k-mode=0,cipher-algo=aes256,compress-algo=0'), 'base64')
$$;
revoke execute on function vault._encrypt(text) from public;

create function vault._decrypt(p_secret text) returns text
language sql stable security definer set search_path = '' as $$
  select extensions.pgp_sym_decrypt(decode(p_secret, 'base64'), vault._root_key())
$$;
revoke execute on function vault._decrypt(text) from public;

create view vault.decrypted_secrets as
  select s.id, s.name, s.description, s.secret, vault._decrypt(s.secret) as decrypted_secret,
    s.key_id, s.nonce, s.created_at, s.updated_at
  from vault.secrets s;

create function vault.create_secret(
  new_secret text, new_name text default null, new_description text default '',
  new_key_id uuid default null
) returns uuid
language sql volatile security definer set search_path = '' as $$
  insert into vault.secrets (secret, name, description)
  values (vault._encrypt(new_secret), new_name, new_description)
  returning id
$$;
revoke execute on function vault.create_secret(text, text, text, uuid) from public;

create function vault.update_secret(
  secret_id uuid, new_secret text default null, new_name text default null,
  new_description text default null, new_key_id uuid default null
) returns void
language sql volatile security definer set search_path = '' as $$
  update vault.secrets s
  set secret = case when new_secret is null then s.secret else vault._encrypt(new_secret) end,
    name = coalesce(new_name, s.name),
    description = coalesce(new_description, s.description),
    updated_at = now()
  where s.id = secret_id
$$;
revoke execute on function vault.update_secret(uuid, text, text, text, uuid) from public;

grant select, delete on vault.secrets, vault.decrypted_secrets to postgres, service_role;
grant execute on function vault._decrypt(text),
  vault.create_secret(text, text, text, uuid),
  vault.update_secret(uuid, text, text, text, uuid) to postgres, service_role;
