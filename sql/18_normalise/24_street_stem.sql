-- Without a SET clause, so that it is inlined and cheap in an index.
create function private.street_stem(situs_street text) returns text
language sql immutable parallel safe as $$
  select substring(upper(situs_street) from
    '^\S+ (?:(?:N|S|E|W|NE|NW|SE|SW|NORTH|SOUTH|EAST|WEST) )?([A-Z0-9]+)')
$$;
comment on function private.street_stem(text) is
  'First word of the street name of a normalised line: MAIN of `12 N Main St`. Addresses that may be one place share it.';
revoke execute on function private.street_stem(text) from public;
grant execute on function private.street_stem(text) to authenticated, pipeline_writer, service_role;
