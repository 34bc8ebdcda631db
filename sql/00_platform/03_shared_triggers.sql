-- Small trigger functions shared by several domains.

create function private.set_updated_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function private.set_updated_at() is 'Trigger: sets updated_at on every update.';

create function private.count_version() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.version := old.version + 1;
  return new;
end
$$;
comment on function private.count_version() is
  'Trigger: counts the versions of a row, so that two people who edit it at once do not overwrite each other.';

create function private.refuse_change() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'SL002';
end
$$;
comment on function private.refuse_change() is 'Trigger for append-only tables: raises SL002.';
