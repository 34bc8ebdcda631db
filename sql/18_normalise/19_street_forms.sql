-- Inlined into parse_address, hence without a SET clause.
create function private.is_plain_line(line text, last_word text, city text) returns boolean
language sql immutable parallel safe as $$
  select line ~ '^[1-9][0-9]{0,7} (?:[NSEW] )?[0-9]*[A-Z][A-Z]+(?: [0-9]*[A-Z]*)*$' and length(last_word) > 1
    and split_part(line, ' ', 2) not in ('TO', 'THRU', 'AND')
    and ascii(last_word) > 57 and ascii(right(last_word, 1)) > 57
    and (city is null or position(city in line) = 0)
    and not private.unit_words() ?| string_to_array(line, ' ')
$$;
comment on function private.is_plain_line(text, text, text) is
  'Whether a cleaned line consists of a house number and a street only, as most lines do.';

create function private.street_forms(street text) returns text
language plpgsql stable parallel safe set search_path = '' as $$
declare
  v_split record := private.split_street(street);
  v_street text := concat_ws(' ', v_split.predir, v_split.name, v_split.type, v_split.sufdir);
  v_shown text := street;
begin
  if v_street <> street then
    -- One plain word between abbreviations is a fixed point already.
    if v_split.shown <> v_street or v_split.type is null or position(' ' in v_split.name) > 0
      or ascii(v_split.name) < 58 or private.directions() ? v_split.name or private.special_words() ? v_split.name
      or v_split.sufdir is not null and v_split.type in ('HWY', 'RTE', 'RD', 'LOOP', 'SPUR') then
      v_street := private.canonical_street(v_street);
    end if;
    -- Shown in the abbreviated original words where those give the same canonical street.
    v_shown := v_split.shown;
    if v_shown <> v_street and private.canonical_street(v_shown) is distinct from v_street then
      v_shown := v_street;
    end if;
  end if;
  return v_street || '|' || v_shown || '|' || private.show_street(v_shown);
end
$$;
comment on function private.street_forms(text) is
  'A street in three forms, separated by bars: canonical, in the words to show, and as people write those.';

create function private.known_streets(p_streets text[]) returns jsonb
language sql stable parallel safe set search_path = '' as $$
  select coalesce(jsonb_object_agg(d.name, private.street_forms(d.name)), '{}')
  from (
    select substr(l.line, position(' ' in l.line) + 1) as name
    from (select upper(s collate "C") as line from unnest(p_streets) s) l
    where l.line ~ '^[1-9][0-9]{0,7} [A-Z0-9]+( [A-Z0-9]+)*$'
    group by 1 having count(*) > 1 and max(length(l.line)) <= 200
  ) d
$$;
comment on function private.known_streets(text[]) is
  'Streets that several of these lines share, each with its street_forms, so that parse_address computes them once '
  'and not for each house.';

revoke execute on function private.is_plain_line(text, text, text), private.street_forms(text),
  private.known_streets(text[]) from public;
grant execute on function private.is_plain_line(text, text, text), private.street_forms(text),
  private.known_streets(text[]) to pipeline_writer, service_role;
