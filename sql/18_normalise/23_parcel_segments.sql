-- Parcel numbers keep their segments: 10-6-100 is not 106-100. A list that writes them without separators can only be
-- compared by its digits.

create function private.parcel_segments(raw text) returns text
language plpgsql immutable parallel safe as $$
declare
  v_text text := raw;
begin
  if raw is null or length(raw) > 200 or raw !~ '[A-Za-z0-9][^A-Za-z0-9]+[A-Za-z0-9]' then
    return null;
  end if;
  -- `2029580065.00` is a number that a spreadsheet wrote, not a number with a segment 00.
  if position('.' in v_text) > 0 then
    v_text := regexp_replace(v_text, '^(\D*[0-9]{6,})\.0{1,2}(\D*)$', '\1\2');
  end if;
  v_text := btrim(regexp_replace(upper(v_text), '[^A-Z0-9]+', '-', 'g'), '-');
  if position('-' in v_text) = 0 then
    return null;
  end if;
  return regexp_replace(v_text, '(^|-)0+(?=[A-Z0-9])', '\1', 'g');
end
$$;
comment on function private.parcel_segments(text) is
  'The segments of a parcel number, joined by hyphens, each without leading zeros: `010 06/100` is 10-6-100. Null for '
  'a number without separators.';

create function private.parcel_key(county_fips text, apn text, apn_segments text) returns text
language sql immutable parallel safe as $$
  select county_fips || coalesce(apn_segments, apn)
$$;
comment on function private.parcel_key(text, text, text) is
  'A parcel as one text: county and segments, or county and the number without separators. Null without county or '
  'number.';

revoke execute on function private.parcel_segments(text), private.parcel_key(text, text, text) from public;
grant execute on function private.parcel_segments(text), private.parcel_key(text, text, text)
  to pipeline_writer, service_role;
