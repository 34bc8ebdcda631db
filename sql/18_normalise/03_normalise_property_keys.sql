create function private.normalise_apn(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_apn text := raw;
begin
  if raw is null or length(raw) > 200 then
    return null;
  end if;
  if raw ~ '[^0-9A-Z]' then
    v_apn := upper(btrim(raw));
    -- A spreadsheet turns an id into a number: `2029580065.00` can be repaired, `2.02958E+09` has lost digits.
    if position('.' in v_apn) > 0 then
      if v_apn ~ '^[0-9]+(\.[0-9]+)?E\+?[0-9]{1,3}$' then
        return null;
      end if;
      v_apn := regexp_replace(v_apn, '^([0-9]{6,})\.0{1,2}$', '\1');
    elsif v_apn ~ '^[0-9]+E\+[0-9]{1,3}$' then
      return null;
    end if;
    v_apn := translate(v_apn, translate(v_apn, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', ''), '');
  end if;
  if length(v_apn) > 40 or ltrim(v_apn, '0') in ('', 'NA', 'NONE', 'NULL', 'UNKNOWN', 'TBD', 'PENDING') then
    return null;
  end if;
  return v_apn;
end
$$;
comment on function private.normalise_apn(text) is
  'Assessor''s parcel number as capital letters and digits (1 to 40), or null when it is empty, all zeros, a '
  'placeholder, or damaged beyond repair (scientific notation). Unique only within its county.';

create function private.normalise_mak(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  if raw is null then
    return null;
  end if;
  if raw !~ '^[0-9]{10}$' then
    raw := regexp_replace(btrim(raw), '\.0{1,2}$', '');
    if raw !~ '^[0-9]{10}$' then
      return null;
    end if;
  end if;
  return nullif(raw, '0000000000');
end
$$;
comment on function private.normalise_mak(text) is 'Melissa Address Key: ten digits, or null.';

revoke execute on function private.normalise_apn(text), private.normalise_mak(text) from public;
grant execute on function private.normalise_apn(text), private.normalise_mak(text) to pipeline_writer, service_role;
