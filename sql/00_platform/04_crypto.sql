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
