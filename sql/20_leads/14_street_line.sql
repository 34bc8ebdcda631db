create function private.street_line(p_house_number text, p_street text, p_unit text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select nullif(concat_ws(' ',
    case when not starts_with(lower(coalesce(p_street, '')), lower(p_house_number) || ' ') then p_house_number end,
    p_street, p_unit), '')
$$;
comment on function private.street_line(text, text, text) is
  'The street line of a property for people: lists bring the street with its house number, hands without; it is shown '
  'once.';
grant execute on function private.street_line(text, text, text) to authenticated;
