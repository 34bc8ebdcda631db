-- Why two records may be one, in words.

create function private.match_phrases() returns jsonb
language sql immutable parallel safe as $$
  select '{"1":["different family name","family name a little alike, or the one in the e-mail","family name nearly the same","same common family name",
      "same family name"],
    "2":["different given name","given name fits the initial or sounds the same","given name nearly the same",
      "same common given name","same given name"],
    "3":["names share nothing","names share little","names share some words","names share most words",
      "names nearly the same","same name"],
    "4":["different address","same street, other number","same street, number missing or nearly the same",
      "same number, similar street","same house, unit differs","same address"],
    "5":["different place","similar place","same city","same ZIP"],
    "6":["different phone","similar phone","same phone"],
    "7":["different e-mail","similar e-mail","same e-mail","same e-mail, named like the person"]}'::jsonb
$$;
comment on function private.match_phrases() is 'Words for each level of each comparison, from level 0.';

create function private.match_reasons(p_levels smallint[], p_extras text[] default '{}') returns text
language sql immutable parallel safe as $$
  select coalesce(string_agg(coalesce(private.match_phrases() -> l.c::text ->> l.level,
      (array['different ', 'similar ', 'same '])[l.level + 1] || (p_extras)[l.c - 7]),
    '; ' order by l.level desc, l.c), 'both match a third record')
  from unnest(p_levels) with ordinality t (level, o)
  cross join lateral (select t.level::integer as level, t.o::integer as c) l
  where l.level >= 0
$$;
comment on function private.match_reasons(smallint[], text[]) is
  'The levels of a pair as a sentence; p_extras: headers of the other columns.';
