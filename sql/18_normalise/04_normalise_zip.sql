-- A spreadsheet turns a ZIP into a number: without its leading zeros, sometimes with `.0`; a ZIP+4 becomes eight or
-- nine digits. A real ZIP keeps at least three digits (00501).
create function private.zip_digits(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_zip text;
  v_plus text;
begin
  if raw is null or length(raw) > 40 then
    return null;
  end if;
  v_zip := btrim(raw, E' \t\r\n''"`');
  if v_zip ~ '[^0-9]' then
    v_zip := regexp_replace(v_zip, '\.0{0,2}$', '');
    if v_zip ~ '^[0-9]{3,5} ?[-–— ] ?[0-9]{0,4}$' then
      v_plus := ltrim(translate(v_zip, ' –—', '---'), '0123456789');
      v_plus := ltrim(v_plus, '-');
      v_zip := substring(v_zip, '^[0-9]+');
      v_zip := lpad(v_zip, 5, '0') || case when v_plus = '' then '' else lpad(v_plus, 4, '0') end;
    elsif v_zip ~ '[^0-9]' then
      return null;
    end if;
  end if;
  v_zip := case length(v_zip)
    when 5 then v_zip
    when 9 then v_zip
    when 3 then '00' || v_zip
    when 4 then '0' || v_zip
    when 7 then '00' || v_zip
    when 8 then '0' || v_zip
  end;
  -- The lowest ZIP in use is 00501.
  if left(v_zip, 5) >= '00501' then
    return v_zip;
  end if;
  return null;
end
$$;
comment on function private.zip_digits(text) is
  'ZIP or ZIP+4 as five or nine digits with its leading zeros restored, or null.';

create function private.normalise_zip(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  if raw ~ '^[0-9]{5}$' and raw >= '00501' then
    return raw;
  end if;
  return left(private.zip_digits(raw), 5);
end
$$;
comment on function private.normalise_zip(text) is
  'The five digits of a ZIP, repaired (1234 is 01234, 7001.0 is 07001), or null.';

create function private.normalise_zip4(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  if length(raw) < 7 then
    return null;
  end if;
  return nullif(nullif(substr(private.zip_digits(raw), 6), ''), '0000');
end
$$;
comment on function private.normalise_zip4(text) is 'The four digits after the ZIP of a ZIP+4, or null.';

revoke execute on function private.zip_digits(text), private.normalise_zip(text), private.normalise_zip4(text)
  from public;
grant execute on function private.zip_digits(text), private.normalise_zip(text), private.normalise_zip4(text)
  to pipeline_writer, service_role;
