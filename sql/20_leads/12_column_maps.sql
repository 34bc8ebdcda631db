create function private.wrong_targets(p_column_map jsonb) returns text
language sql stable set search_path = '' as $$
  select string_agg(format('"%s" to %s', m.key, case jsonb_typeof(m.value) when 'string' then '"' || (m.value #>> '{}')
    || '"' else m.value::text end), ', ' order by m.key)
  from jsonb_each(p_column_map) m
  where m.value <> 'null'
    and not (jsonb_typeof(m.value) = 'string' and private.is_mapping_target(m.value #>> '{}'))
$$;
comment on function private.wrong_targets(jsonb) is
  'The entries of a column map that name no target, as text for a message; null when there are none.';

create function private.tg_sources__check_column_map() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_wrong text := private.wrong_targets(new.column_map);
begin
  if v_wrong is not null then
    raise exception 'the column map has wrong targets: it maps %', v_wrong using errcode = 'SL207',
      hint = 'The targets are in mapping_targets, and in docs/mapping_targets.md.';
  end if;
  return new;
end
$$;
comment on function private.tg_sources__check_column_map() is
  'Refuses a column map with a target that does not exist. A map that is not changed is not checked, so that a source '
  'whose map is older than this check can be edited; its files are refused until the map is right. Raises SL207. '
  'Definer: members may not call the helpers.';
create trigger _200_check_column_map before insert on public.sources
  for each row execute function private.tg_sources__check_column_map();
create trigger _200_check_new_column_map before update of column_map on public.sources
  for each row when (old.column_map is distinct from new.column_map)
  execute function private.tg_sources__check_column_map();
