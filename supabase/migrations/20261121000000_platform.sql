-- Built from sql/00_platform by `npm run db:build`; edit there.

-- sql/00_platform/01_extensions.sql

-- Extensions that the core needs. Supabase provides all of them, in the schema `extensions`.
create schema if not exists extensions;

create extension if not exists pgcrypto with schema extensions;
create extension if not exists address_standardizer with schema extensions;
create extension if not exists address_standardizer_data_us with schema extensions;

-- sql/00_platform/02_roles_and_schemas.sql

-- Roles and schemas: which roles have access at all. Each table's policies say what they may read and write.

create schema private;
comment on schema private is
  'Not exposed by the API: keys, stored bytes, staging helpers and the functions behind the endpoints.';
revoke all on schema private from public;

-- The role of the edge functions and the worker: they log in with the project's database URL and run `set local role
-- pipeline_writer` in every transaction, so a bug in them can do no more than this role may.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'pipeline_writer') then
    create role pipeline_writer nologin;
  end if;
  execute format('grant pipeline_writer to %I', current_user);
end
$$;
comment on role pipeline_writer is 'Service role of Sluice: edge functions and worker run as this role.';

grant usage on schema public, private, extensions to pipeline_writer;
grant usage on schema private, extensions to authenticated, service_role;

-- By default Supabase grants everything in schema public to the API roles. Here nothing is granted unless a file
-- grants it, and functions lose PUBLIC's implicit execute right for the same reason.
alter default privileges in schema public revoke all on tables from anon, authenticated;
alter default privileges in schema public revoke all on sequences from anon, authenticated;
alter default privileges in schema public revoke execute on functions from anon, authenticated;
alter default privileges revoke execute on functions from public;
-- The service may call private functions, because most of them run with the caller's rights. Those that run with the
-- owner's rights (security definer) are granted one by one.
alter default privileges in schema private grant execute on functions to pipeline_writer;
alter default privileges in schema public grant all on tables to service_role;
alter default privileges in schema public grant execute on functions to service_role;

-- sql/00_platform/03_shared_triggers.sql

-- Small trigger functions shared by several domains.

create function private.set_updated_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function private.set_updated_at() is 'Trigger: sets updated_at on every update.';

create function private.refuse_change() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'SL002';
end
$$;
comment on function private.refuse_change() is 'Trigger for append-only tables: raises SL002.';

-- sql/00_platform/04_crypto.sql

-- Encryption of personal data: OpenPGP symmetric messages (RFC 4880: random prefix, AES-256, integrity packet) under
-- random 256-bit data keys. The passwords are random keys, so string-to-key stretching is off. Data keys are stored
-- wrapped by the wrapping key, which lives in Supabase Vault and is never stored in plain text in this database.

create function private.wrapping_key() returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_key text;
begin
  select s.decrypted_secret into v_key
  from vault.decrypted_secrets s
  where s.name = 'sluice_wrapping_key';
  if v_key is null or length(v_key) < 32 then
    raise exception 'wrapping key not found: store 32 random bytes as hex in Vault under the name sluice_wrapping_key'
      using errcode = 'SL001';
  end if;
  return v_key;
end
$$;
comment on function private.wrapping_key() is
  'Reads the key that wraps data keys from Vault. Definer: only the owner may read Vault. Raises SL001 when the key '
  'is missing.';
revoke execute on function private.wrapping_key() from pipeline_writer;

-- Plain SQL without a SET clause, so that set-based statements can inline these functions.
create function private.encrypt_value(p_plain text, p_key text) returns bytea
language sql volatile parallel safe as $$
  select extensions.pgp_sym_encrypt(p_plain, p_key, 's2k-mode=0,cipher-algo=aes256,compress-algo=0')
$$;
comment on function private.encrypt_value(text, text) is
  'Encrypts text under a data key (hex) to an OpenPGP message. Null stays null.';

create function private.decrypt_value(p_cipher bytea, p_key text) returns text
language sql immutable parallel safe as $$
  select extensions.pgp_sym_decrypt(p_cipher, p_key)
$$;
comment on function private.decrypt_value(bytea, text) is
  'The inverse of encrypt_value; raises 39000 when the key or the message is invalid.';

create function private.encrypt_bytes(p_plain bytea, p_key text) returns bytea
language sql volatile parallel safe as $$
  select extensions.pgp_sym_encrypt_bytea(p_plain, p_key, 's2k-mode=0,cipher-algo=aes256,compress-algo=0')
$$;
comment on function private.encrypt_bytes(bytea, text) is
  'Encrypts bytes under a data key (hex) to an OpenPGP message.';

create function private.decrypt_bytes(p_cipher bytea, p_key text) returns bytea
language sql immutable parallel safe as $$
  select extensions.pgp_sym_decrypt_bytea(p_cipher, p_key)
$$;
comment on function private.decrypt_bytes(bytea, text) is
  'The inverse of encrypt_bytes; raises 39000 when the key or the message is invalid.';

create function private.blind_index(p_value text, p_key bytea) returns bytea
language sql stable parallel safe as $$
  select substr(extensions.hmac(convert_to(p_value, 'UTF8'), p_key, 'sha256'), 1, 16)
$$;
comment on function private.blind_index(text, bytea) is
  'Keyed index of a normalised contact value (E.164 phone or lower-case e-mail): the first 128 bits of its '
  'HMAC-SHA-256. Finds equal values without decrypting any.';

create function private.mask_contact(p_value text) returns text
language sql immutable parallel safe as $$
  select case
    when p_value is null then null
    when position('@' in p_value) > 0 then left(p_value, 1) || '***@' || split_part(p_value, '@', 2)
    else '***-***-' || right(p_value, 4)
  end
$$;
comment on function private.mask_contact(text) is
  'The part of a contact value that lists may show: the last four digits, or the first letter and the domain.';

-- sql/00_platform/05_instants.sql

create function private.parse_instant_text(p_text text) returns timestamptz
language plpgsql stable parallel safe set search_path = '' as $$
begin
  if p_text !~ '^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.]\d{1,9})?)?(Z|z|[+-]\d\d(:?\d\d)?)?)?$' then
    return null;
  end if;
  -- Times are UTC by contract: without an offset a time is UTC, and the session's time zone never matters.
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
comment on function private.parse_instant_text(text) is
  'Parses ISO 8601 text; null when it is not a valid time. A date alone means its first instant; without an offset '
  'it is UTC.';

-- Inlined, because every decision calls it several times. Every text that the pattern accepts is a valid time in any
-- month, so no error has to be caught.
create function private.read_instant(p_value jsonb) returns timestamptz
language sql stable parallel safe as $$
  select case when pg_catalog.jsonb_typeof(p_value) operator(pg_catalog.=) 'string' then
    case when (p_value operator(pg_catalog.#>>) '{}')
        operator(pg_catalog.~) '^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])'
          'T([01]\d|2[0-3]):[0-5]\d:[0-5]\d([.]\d{1,6})?(Z|[+]00:00)$'
      then (p_value operator(pg_catalog.#>>) '{}')::pg_catalog.timestamptz
      else private.parse_instant_text(p_value operator(pg_catalog.#>>) '{}') end end
$$;
comment on function private.read_instant(jsonb) is
  'Parses a time in the facts like parse_instant_text, with a fast path for the usual form.';

-- sql/00_platform/06_month_partitions.sql

-- Monthly partitions: public.T has private.T_YYYY_MM per month (UTC) and private.T_other for all other rows.

create function private.ensure_month_partitions(
  p_table text, p_time_column text, p_first_month timestamp, p_last_month timestamp, p_move_rows boolean
) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_month timestamp;
  v_name text;
  v_other constant text := p_table || '_other';
  v_from timestamptz;
  v_until timestamptz;
  v_is_used boolean;
  v_made integer := 0;
begin
  for v_month in select m from generate_series(p_first_month, p_last_month, interval '1 month') m loop
    v_name := p_table || '_' || to_char(v_month, 'YYYY_MM');
    v_from := v_month at time zone 'UTC';
    v_until := (v_month + interval '1 month') at time zone 'UTC';
    continue when to_regclass('private.' || v_name) is not null;
    if p_move_rows then
      execute format('create table private.%I (like public.%I including defaults including constraints)', v_name, p_table);
      execute format('lock table private.%I in access exclusive mode', v_other);
      execute format('with moved as (delete from private.%I r where r.%I >= $1 and r.%I < $2 returning r.*) '
        'insert into private.%I select * from moved', v_other, p_time_column, p_time_column, v_name)
      using v_from, v_until;
      execute format('alter table public.%I attach partition private.%I for values from (%L) to (%L)',
        p_table, v_name, v_from, v_until);
    else
      execute format('select exists (select from private.%I r where r.%I >= $1 and r.%I < $2)',
        v_other, p_time_column, p_time_column)
      into v_is_used using v_from, v_until;
      continue when v_is_used;
      execute format('create table private.%I partition of public.%I for values from (%L) to (%L)',
        v_name, p_table, v_from, v_until);
    end if;
    execute format('alter table private.%I enable row level security', v_name);
    v_made := v_made + 1;
  end loop;
  return v_made;
end
$$;
comment on function private.ensure_month_partitions(text, text, timestamp, timestamp, boolean) is
  'Creates the missing monthly partitions of a table; returns how many. p_move_rows: rows that arrived before their '
  'partition existed move into it; otherwise their month stays in the default partition.';
revoke execute on function private.ensure_month_partitions(text, text, timestamp, timestamp, boolean) from pipeline_writer;
