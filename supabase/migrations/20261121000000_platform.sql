-- Built from sql/00_platform by `npm run db:build`; edit there.

-- sql/00_platform/01_extensions.sql

-- Extensions that the core needs. On Supabase they are available and go to schema `extensions`.
create schema if not exists extensions;

create extension if not exists pgcrypto with schema extensions;
create extension if not exists address_standardizer with schema extensions;
create extension if not exists address_standardizer_data_us with schema extensions;

-- sql/00_platform/02_roles_and_schemas.sql

-- Who may come in at all. Tables say the rest through policies.

create schema private;
comment on schema private is 'Not exposed by the API: keys, stored bytes, staging helpers and the functions behind the doors.';
revoke all on schema private from public;

-- The role of the functions and the worker: they log in with the project's database URL and
-- `set local role pipeline_writer` in every transaction, so a fault in them can do no more than this role.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'pipeline_writer') then
    create role pipeline_writer nologin;
  end if;
  execute format('grant pipeline_writer to %I', current_user);
end
$$;
comment on role pipeline_writer is 'Service role of Sluice: edge functions and worker act as it.';

grant usage on schema public, private, extensions to pipeline_writer;
grant usage on schema private, extensions to authenticated, service_role;

-- Supabase grants everything in schema public to the API roles by default; here nothing is granted
-- unless a file says so. Functions lose PUBLIC's implicit right to execute for the same reason.
alter default privileges in schema public revoke all on tables from anon, authenticated;
alter default privileges in schema public revoke all on sequences from anon, authenticated;
alter default privileges in schema public revoke execute on functions from anon, authenticated;
alter default privileges revoke execute on functions from public;
-- The service may call private functions: most run with its own rights. Those that run with the owner's
-- (security definer) are granted one by one.
alter default privileges in schema private grant execute on functions to pipeline_writer;
alter default privileges in schema public grant all on tables to service_role;
alter default privileges in schema public grant execute on functions to service_role;

-- sql/00_platform/03_helpers.sql

-- Small helpers that several domains share.

create function private.set_updated_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function private.set_updated_at() is 'Trigger: stamps updated_at on every update.';

create function private.refuse_change() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'SL002';
end
$$;
comment on function private.refuse_change() is 'Trigger for append-only tables: raises SL002.';

-- sql/00_platform/04_crypto.sql

-- Encryption of personal data: OpenPGP symmetric messages (RFC 4880: random prefix, AES-256, integrity
-- packet) under random 256-bit data keys. Passwords are random keys, so string-to-key stretching is off.
-- Data keys are stored wrapped by the wrapping key, and that one lives in Supabase Vault, never in plain
-- in this database.

create function private.wrapping_key() returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_key text;
begin
  select s.decrypted_secret into v_key
  from vault.decrypted_secrets s
  where s.name = 'sluice_wrapping_key';
  if v_key is null or length(v_key) < 32 then
    raise exception 'the wrapping key is missing: store 32 random bytes as hex in Vault under the name sluice_wrapping_key'
      using errcode = 'SL001';
  end if;
  return v_key;
end
$$;
comment on function private.wrapping_key() is
  'The key that wraps data keys, out of Vault. Security definer: only the owner may read Vault. Raises SL001 when absent.';
revoke execute on function private.wrapping_key() from pipeline_writer;

-- Inlined into set-based statements, hence plain SQL without a SET clause (which would prevent inlining).
create function private.encrypt_value(p_plain text, p_key text) returns bytea
language sql volatile parallel safe as $$
  select extensions.pgp_sym_encrypt(p_plain, p_key, 's2k-mode=0,cipher-algo=aes256,compress-algo=0')
$$;
comment on function private.encrypt_value(text, text) is 'Text to an OpenPGP message under a data key (hex). Null stays null.';

create function private.decrypt_value(p_cipher bytea, p_key text) returns text
language sql immutable parallel safe as $$
  select extensions.pgp_sym_decrypt(p_cipher, p_key)
$$;
comment on function private.decrypt_value(bytea, text) is 'The reverse of encrypt_value; raises 39000 when key or message is wrong.';

create function private.encrypt_bytes(p_plain bytea, p_key text) returns bytea
language sql volatile parallel safe as $$
  select extensions.pgp_sym_encrypt_bytea(p_plain, p_key, 's2k-mode=0,cipher-algo=aes256,compress-algo=0')
$$;
comment on function private.encrypt_bytes(bytea, text) is 'Bytes to an OpenPGP message under a data key (hex).';

create function private.decrypt_bytes(p_cipher bytea, p_key text) returns bytea
language sql immutable parallel safe as $$
  select extensions.pgp_sym_decrypt_bytea(p_cipher, p_key)
$$;
comment on function private.decrypt_bytes(bytea, text) is 'The reverse of encrypt_bytes; raises 39000 when key or message is wrong.';

create function private.blind_index(p_value text, p_key bytea) returns bytea
language sql stable parallel safe as $$
  select substr(extensions.hmac(convert_to(p_value, 'UTF8'), p_key, 'sha256'), 1, 16)
$$;
comment on function private.blind_index(text, bytea) is
  'Keyed index of a normalised contact value (E.164 phone or lower-case e-mail): first 128 bits of HMAC-SHA-256. Equal values are found without decrypting any.';

create function private.mask_contact(p_value text) returns text
language sql immutable parallel safe as $$
  select case
    when p_value is null then null
    when position('@' in p_value) > 0 then left(p_value, 1) || '***@' || split_part(p_value, '@', 2)
    else '***-***-' || right(p_value, 4)
  end
$$;
comment on function private.mask_contact(text) is 'What lists may show of a contact value: last four digits, or first letter and domain.';

-- sql/00_platform/05_instants.sql

create function private.read_odd_instant(p_text text) returns timestamptz
language plpgsql stable parallel safe set search_path = '' as $$
begin
  if p_text !~ '^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.]\d{1,9})?)?(Z|z|[+-]\d\d(:?\d\d)?)?)?$' then
    return null;
  end if;
  -- Times are UTC by contract: what names no offset is UTC, and the session's zone never matters.
  if length(p_text) = 10 then
    p_text := p_text || 'T00:00:00Z';
  elsif p_text !~ '(Z|z|[+-]\d\d(:?\d\d)?)$' or p_text !~ ':\d\d' or length(p_text) < 17 then
    p_text := p_text || 'Z';
  end if;
  return p_text::timestamptz;
exception when datetime_field_overflow or invalid_datetime_format or invalid_parameter_value then
  return null;
end
$$;
comment on function private.read_odd_instant(text) is
  'ISO 8601 to an instant, or null when it is no readable time. A date alone is its first instant; without an offset it is UTC.';

-- Inlined: it is asked several times a decision. What the pattern lets through is a time in any calendar, so that
-- nothing has to be caught.
create function private.read_instant(p_value jsonb) returns timestamptz
language sql stable parallel safe as $$
  select case when pg_catalog.jsonb_typeof(p_value) operator(pg_catalog.=) 'string' then
    case when (p_value operator(pg_catalog.#>>) '{}')
        operator(pg_catalog.~) '^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d([.]\d{1,6})?(Z|[+]00:00)$'
      then (p_value operator(pg_catalog.#>>) '{}')::pg_catalog.timestamptz
      else private.read_odd_instant(p_value operator(pg_catalog.#>>) '{}') end end
$$;
comment on function private.read_instant(jsonb) is 'A time in the facts as read_odd_instant reads it, the usual form at once.';
