create function private.address_hash_version() returns smallint
language sql immutable parallel safe as $$
  select 2::smallint
$$;
comment on function private.address_hash_version() is
  'Version of the canonical address string. Raise it with every change of the rules that changes hashes. Inlined, '
  'hence without a SET clause.';

-- Inlined into parse_address and into set-based statements, hence without a SET clause. Stable, because convert_to
-- is: a function that promises more than the functions it calls is not inlined.
create function private.address_hash(
  house_number text, street text, unit text, city text, state text, zip text
) returns bytea
language sql stable parallel safe as $$
  select case when street is not null and (zip is not null or city is not null and state is not null) then
    pg_catalog.sha256(pg_catalog.convert_to(
      'v2|' || coalesce(house_number, '') || '|' || street || '|' || coalesce(unit, '') || '|'
        || coalesce(zip, city || ',' || state), 'UTF8'))
  end
$$;
comment on function private.address_hash(text, text, text, text, text, text) is
  'SHA-256 of v2|house number|street|unit|place over the canonical parts from parse_address; the place is the ZIP, '
  'or city and state without a ZIP. Null without a street or a place.';

revoke execute on function private.address_hash_version(), private.address_hash(text, text, text, text, text, text)
  from public;
grant execute on function private.address_hash_version(), private.address_hash(text, text, text, text, text, text)
  to pipeline_writer, service_role;

create function private.show_street(street text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_shown text := initcap(street);
begin
  -- initcap writes `Nw` and `Us`; two-letter directionals are the first or the last word.
  if substr(v_shown, 3, 1) = ' ' and left(street, 2) in ('NE', 'NW', 'SE', 'SW', 'US', 'FM', 'RM') then
    v_shown := left(street, 2) || substr(v_shown, 3);
  end if;
  if right(street, 3) in (' NE', ' NW', ' SE', ' SW') then
    v_shown := left(v_shown, -2) || right(street, 2);
  end if;
  return v_shown;
end
$$;
comment on function private.show_street(text) is 'A canonical street as people write it: N Main St, 5th Ave NW.';
revoke execute on function private.show_street(text) from public;
grant execute on function private.show_street(text) to pipeline_writer, service_role;
