create function private.normalise_apn(raw text) returns text
language plpgsql immutable parallel safe as $$
declare
  v_apn text := raw;
begin
  if raw is null or length(raw) > 200 then
    return null;
  end if;
  if raw ~ '[^0-9A-Z]' then
    v_apn := upper(btrim(raw, E' \t\r\n''"='));
    -- A spreadsheet turns an id into a number: `2029580065.00` can be repaired.
    if position('.' in v_apn) > 0 then
      v_apn := regexp_replace(v_apn, '^([0-9]{6,})\.0{1,2}$', '\1');
    end if;
    if v_apn ~ '[A-Z/:]|^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
      and (private.is_damaged_parcel(v_apn) or v_apn ~ private.filler_parcel_words()) then
      return null;
    end if;
    v_apn := translate(v_apn, translate(v_apn, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', ''), '');
  end if;
  -- A parcel number has a digit other than zero.
  if length(v_apn) > 40 or v_apn !~ '[1-9]' then
    return null;
  end if;
  if v_apn ~ '[A-Z]' then
    if v_apn ~ '^[A-Z]{2}' and v_apn ~ private.filler_parcel_words() then
      return null;
    end if;
  elsif private.is_filler_number(v_apn) or private.is_rounded_number(v_apn) then
    return null;
  end if;
  return v_apn;
end
$$;
comment on function private.normalise_apn(text) is
  'Assessor''s parcel number as capital letters and digits (1 to 40), or null when it has no digit but zero, is a '
  'filler (words, repeated or counting digits, zeros before one digit), or damaged beyond repair (rounded, turned '
  'into a date). Unique only within its county.';

create function private.normalise_mak(raw text) returns text
language plpgsql immutable parallel safe as $$
begin
  if raw is null then
    return null;
  end if;
  if raw !~ '^[0-9]{10}$' then
    raw := regexp_replace(btrim(raw, E' \t\r\n''"='), '\.0{1,2}$', '');
    if raw !~ '^[0-9]{10}$' then
      return null;
    end if;
  end if;
  -- 2.02958E+09 written out ends in four zeros.
  if right(raw, 4) = '0000' or private.is_filler_number(raw) then
    return null;
  end if;
  return raw;
end
$$;
comment on function private.normalise_mak(text) is
  'Melissa Address Key: ten digits, or null, also where they repeat, count or end in the zeros of rounding.';

revoke execute on function private.normalise_apn(text), private.normalise_mak(text) from public;
grant execute on function private.normalise_apn(text), private.normalise_mak(text) to pipeline_writer, service_role;
