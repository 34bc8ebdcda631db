create function private.read_odd_instant(p_text text) returns timestamptz
language plpgsql stable parallel safe set search_path = '' as $$
begin
  if p_text !~ '^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.]\d{1,9})?)?(Z|z|[+-]\d\d(:?\d\d)?)?)?$' then
    return null;
  end if;
  -- Times are UTC by contract: what names no offset is UTC, and the session's zone never matters.
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
comment on function private.read_odd_instant(text) is
  'ISO 8601 to an instant, or null when it is no readable time. A date alone is its first instant; without an offset it is UTC.';

-- Inlined: it is asked several times a decision. What the pattern lets through is a time in any calendar, so that
-- nothing has to be caught.
create function private.read_instant(p_value jsonb) returns timestamptz
language sql stable parallel safe as $$
  select case when pg_catalog.jsonb_typeof(p_value) operator(pg_catalog.=) 'string' then
    case when (p_value operator(pg_catalog.#>>) '{}')
        operator(pg_catalog.~) '^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d([.]\d{1,6})?(Z|[+]00:00)$'
      then (p_value operator(pg_catalog.#>>) '{}')::pg_catalog.timestamptz
      else private.read_odd_instant(p_value operator(pg_catalog.#>>) '{}') end end
$$;
comment on function private.read_instant(jsonb) is 'A time in the facts as read_odd_instant reads it, the usual form at once.';
