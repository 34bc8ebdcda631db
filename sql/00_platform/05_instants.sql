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
