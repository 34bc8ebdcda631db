-- Encryption of personal data: OpenPGP symmetric messages (RFC 4880: random prefix, AES-256, integrity packet) under
-- random 256-bit data keys. The passwords are random keys, so string-to-key stretching is off. Data keys are stored
-- wrapped by the wrapping key, which lives in Supabase Vault and is never stored in plain text in this database. While
-- it is being replaced, Vault has two: sluice_wrapping_key_next wraps, and both unwrap.

create function private.wrapping_key() returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_key text;
begin
  select s.decrypted_secret into v_key
  from vault.decrypted_secrets s
  where s.name in ('sluice_wrapping_key', 'sluice_wrapping_key_next')
  order by s.name desc
  limit 1;
  if v_key is null or length(v_key) < 32 then
    raise exception 'wrapping key not found: store 32 random bytes as hex in Vault under the name sluice_wrapping_key'
      using errcode = 'SL001';
  end if;
  return v_key;
end
$$;
comment on function private.wrapping_key() is
  'Reads the key that wraps data keys from Vault: the next one while it is being replaced. Definer: only the owner may '
  'read Vault. Raises SL001 when the key is missing.';
revoke execute on function private.wrapping_key() from pipeline_writer;

create function private.key_fingerprint(p_key text) returns text
language sql immutable parallel safe as $$
  select left(encode(extensions.hmac('sluice wrapping key', p_key, 'sha256'), 'hex'), 16)
$$;
comment on function private.key_fingerprint(text) is
  'Names a wrapping key without revealing it: stored beside what it wraps.';
revoke execute on function private.key_fingerprint(text) from pipeline_writer;

create function private.unwrap_key(p_wrapped bytea, p_wrapped_with text) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_key text;
begin
  -- Each secret is decrypted once (offset 0), not once for each mention.
  select s.secret into v_key
  from (
    select x.decrypted_secret as secret from vault.decrypted_secrets x
    where x.name in ('sluice_wrapping_key', 'sluice_wrapping_key_next') offset 0) s
  where length(s.secret) >= 32 and private.key_fingerprint(s.secret) = p_wrapped_with
  limit 1;
  if v_key is null then
    perform private.wrapping_key();
    raise exception 'wrapping key % not found: Vault has another sluice_wrapping_key', p_wrapped_with
      using errcode = 'SL001';
  end if;
  return extensions.pgp_sym_decrypt(p_wrapped, v_key);
end
$$;
comment on function private.unwrap_key(bytea, text) is
  'A wrapped key in plain hex. p_wrapped_with is the fingerprint of the wrapping key that wrapped it. Definer: only the '
  'owner may read Vault. Raises SL001 when Vault does not have that key.';
revoke execute on function private.unwrap_key(bytea, text) from pipeline_writer;

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
