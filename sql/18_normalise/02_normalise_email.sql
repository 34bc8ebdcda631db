create function private.read_email(raw text) returns text
language plpgsql immutable parallel safe as $$
declare
  v_email text;
  v_local text;
  v_domain text;
  v_top text;
  v_around constant text := E' \t\r\n\f\u00a0\u200b\ufeff"''<>();,';
begin
  if raw is null or length(raw) > 400 or position('@' in raw) = 0 then
    return null;
  end if;
  -- Most addresses match this simple form.
  if length(raw) <= 64
    and raw ~ '^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*'
      '@[A-Za-z0-9]+(-[A-Za-z0-9]+)*(\.[A-Za-z0-9]+(-[A-Za-z0-9]+)*)*\.[A-Za-z]{2,}$' then
    return lower(raw collate "C");
  end if;
  -- Unwraps `Name <a@b>` and `mailto:a@b?subject=…`; repairs nothing else.
  v_email := lower(btrim(raw, v_around) collate "C");
  if position('<' in v_email) > 0 then
    v_email := btrim(split_part(v_email, '<', 2), v_around);
  end if;
  if left(v_email, 7) = 'mailto:' then
    v_email := btrim(split_part(substr(v_email, 8), '?', 1), v_around);
  end if;
  v_local := split_part(v_email, '@', 1);
  v_domain := substr(v_email, length(v_local) + 2);
  -- RFC 5321: at most 64 characters in the local part and 254 in total. Only the dot-atom form of the local part.
  if length(v_email) > 254 or length(v_local) not between 1 and 64
    or translate(v_local, 'abcdefghijklmnopqrstuvwxyz0123456789.!#$%&''*+/=?^_`{|}~-', '') <> ''
    or left(v_local, 1) = '.' or right(v_local, 1) = '.' or position('..' in v_email) > 0
  then
    return null;
  end if;
  -- The domain: letters, digits and inner hyphens, labels of at most 63 characters, the last one letters (or xn--).
  v_top := split_part(v_domain, '.', -1);
  if translate(v_domain, 'abcdefghijklmnopqrstuvwxyz0123456789.-', '') <> ''
    or position('.' in v_domain) < 2
    or left(v_domain, 1) = '-'
    or position('-.' in v_domain) > 0 or position('.-' in v_domain) > 0
    or length(v_top) not between 2 and 63
    or (ltrim(v_top, 'abcdefghijklmnopqrstuvwxyz') <> '' and (left(v_top, 4) <> 'xn--' or right(v_top, 1) = '-'))
    or (length(v_domain) > 63 and v_domain ~ '[^.]{64}')
  then
    return null;
  end if;
  return v_email;
end
$$;
comment on function private.read_email(text) is
  'E-mail address in lower case, or null. Keeps dots and plus tags, because only the mailbox provider knows whether '
  'they matter. For the wishes of people (suppressions), which are kept even where the address looks invented; '
  'everything else uses normalise_email.';

create function private.normalise_email(raw text) returns text
language plpgsql immutable parallel safe as $$
declare
  v_email constant text := private.read_email(raw);
  v_local constant text := translate(split_part(v_email, '@', 1), '._-/', '');
  v_domain constant text := split_part(split_part(v_email, '@', 2), '.', 1);
begin
  if private.is_filler_local_part(v_local, v_domain) then
    return null;
  end if;
  return v_email;
end
$$;
comment on function private.normalise_email(text) is
  'E-mail address as read_email reads it, or null where it is a filler (is_filler_local_part).';

revoke execute on function private.read_email(text), private.normalise_email(text) from public;
grant execute on function private.read_email(text), private.normalise_email(text) to pipeline_writer, service_role;
