-- All writers normalise with the functions of this domain and nowhere else. Each function is total (never raises,
-- whatever the text), idempotent (its own output comes out unchanged) and returns null for unusable text. A session
-- caches only 32 compiled regular expressions, so patterns are few and cheap tests come first.
-- Functions that staging calls for each value have no SET clause: it costs more than reading a plain value does. Every
-- name is qualified.

create function private.read_phone(raw text) returns text
language plpgsql immutable parallel safe as $$
declare
  v_digits text;
begin
  if raw is null or length(raw) > 60 then
    return null;
  end if;
  -- Most phones are ten digits in US notation.
  v_digits := translate(raw, '()- ', '');
  if v_digits ~ '^[2-9](?!11)[0-9]{2}[2-9](?!11)[0-9]{6}$' and v_digits <> repeat(left(v_digits, 1), 10) then
    return '+1' || v_digits;
  end if;
  -- Then E.164. Everything else is taken apart below.
  if raw ~ '[^0-9]' and raw !~ '^\+1[0-9]{10}$' then
    -- An extension ends the number; a spreadsheet adds `.0` to a number; after that only digits count.
    v_digits := lower(raw);
    if v_digits ~ '[a-z#;,/]' then
      v_digits := regexp_replace(v_digits,
        '^\s*(tel|phone|ph|cell|mobile|home|work|office|fax|p|t|m|c)?[.:]?\s*(?=[+(0-9])', '');
      v_digits := regexp_replace(v_digits, '\s*(x|ext|extn|extension|#|;\s*ext\s*=|,).*$', '');
      if v_digits ~ '[a-z#;,/]' then
        return null;
      end if;
    end if;
    v_digits := regexp_replace(v_digits, '\.0{1,2}\s*$', '');
    if position('+' in v_digits) > 0 and v_digits !~ '^[^0-9]*\+[^0-9]*1' then
      return null;
    end if;
    v_digits := translate(v_digits, translate(v_digits, '0123456789', ''), '');
  else
    v_digits := ltrim(raw, '+');
  end if;
  if length(v_digits) = 11 and left(v_digits, 1) = '1' then
    v_digits := substr(v_digits, 2);
  end if;
  -- NANP: area code and exchange are [2-9]XX, neither is N11, and no real number repeats one digit.
  if v_digits ~ '^[2-9](?!11)[0-9]{2}[2-9](?!11)[0-9]{6}$' and v_digits <> repeat(left(v_digits, 1), 10) then
    return '+1' || v_digits;
  end if;
  return null;
end
$$;
comment on function private.read_phone(text) is
  'Phone as E.164 of the North American Numbering Plan (+1 and ten digits), or null. Drops extensions; rejects '
  'seven digits, N11 codes, a single repeated digit and other countries. For the wishes of people (suppressions), '
  'which are kept even where the number looks invented; everything else uses normalise_phone.';

create function private.normalise_phone(raw text) returns text
language plpgsql immutable parallel safe as $$
declare
  v_digits text := translate(raw, '()- ', '');
begin
  if v_digits ~ '[^0-9]' or length(v_digits) <> 10 then
    v_digits := substr(private.read_phone(raw), 3);
  elsif v_digits !~ '^[2-9](?!11)[0-9]{2}[2-9](?!11)' then
    return null;
  end if;
  if private.is_filler_phone(v_digits) then
    return null;
  end if;
  return '+1' || v_digits;
end
$$;
comment on function private.normalise_phone(text) is
  'Phone as read_phone reads it, or null where it is a filler (is_filler_phone).';

revoke execute on function private.read_phone(text), private.normalise_phone(text) from public;
grant execute on function private.read_phone(text), private.normalise_phone(text) to pipeline_writer, service_role;
