-- Warnings of a part: how often each code was given, and the first lines. Bounded, whatever the size of the part.

create function private.add_warnings(p_part_id uuid, p_found jsonb) returns void
language sql volatile set search_path = '' as $$
  with part as (
    select p.warnings, p.warning_lines from public.upload_parts p where p.id = p_part_id
  ), counted as (
    select c.code, sum(c.n)::integer as n
    from (
      select w.key as code, w.value::integer as n from part cross join lateral jsonb_each_text(part.warnings) w
      union all
      select f.key, (f.value ->> 'n')::integer from jsonb_each(p_found) f
    ) c
    group by c.code
  ), lined as (
    select l.code, jsonb_agg(l.line order by l.line) as lines
    from (
      select d.code, d.line, row_number() over (partition by d.code order by d.line) as position
      from (
        select w.key as code, x.line::integer as line
        from part cross join lateral jsonb_each(part.warning_lines) w
        cross join lateral jsonb_array_elements_text(w.value) x (line)
        union
        select f.key, x.line::integer
        from jsonb_each(p_found) f cross join lateral jsonb_array_elements_text(f.value -> 'lines') x (line)
      ) d
    ) l
    where l.position <= 5
    group by l.code
  )
  update public.upload_parts p
  set warnings = (select coalesce(jsonb_object_agg(c.code, c.n), '{}') from counted c),
    warning_lines = (select coalesce(jsonb_object_agg(l.code, l.lines), '{}') from lined l)
  where p.id = p_part_id and p_found <> '{}'
$$;
comment on function private.add_warnings(uuid, jsonb) is
  'Adds warnings to a part: {code: {n: count, lines: [lines of the part]}}. The first five lines of each code are '
  'kept.';
