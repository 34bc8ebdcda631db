-- The tenant matrix: calls every function that signed-in callers may execute, with arguments made from the catalogue.
-- After support/cast.sql and whatever puts rows into org A.

-- What ids of org A there are, by the name that arguments give them: p_lead_id, p_lead_ids, p_lead.
create table cast_.ids (stem text primary key, id text, type regtype);
create function cast_.find_ids() returns void language plpgsql as $$
declare
  t record;
  v_id text;
begin
  for t in
    select c.oid::regclass as name, a.attname, a.atttypid::regtype as type,
      case when a.attname = 'id' then regexp_replace(regexp_replace(c.relname, 'ies$', 'y'), '(?<!s)s$', '')
        else regexp_replace(a.attname, '_id$', '') end as stem
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_attribute o on o.attrelid = c.oid and o.attname = 'org_id' and not o.attisdropped
    where n.nspname in ('public', 'private') and c.relkind in ('r', 'p') and not c.relispartition
      and a.attname ~ '(^|_)id$' and a.attname <> 'org_id' and a.atttypid in ('uuid'::regtype, 'bigint'::regtype)
    order by a.attname <> 'id', n.nspname = 'private', 1
  loop
    execute format('select %I::text from %s where org_id = %L and %1$I is not null limit 1', t.attname, t.name,
      'a0000000-0000-4000-8000-000000000000') into v_id;
    insert into cast_.ids values (t.stem, v_id, t.type) on conflict (stem) do update set id = coalesce(cast_.ids.id,
      excluded.id);
  end loop;
  insert into cast_.ids values ('org', 'a0000000-0000-4000-8000-000000000000', 'uuid')
  on conflict (stem) do update set id = excluded.id;
end
$$;

-- An argument as SQL: of org A, or (p_real false) one that nobody has.
create function cast_.argument(p_function text, p_name text, p_type regtype, p_real boolean) returns text
language plpgsql as $$
declare
  v_element regtype := (select nullif(typelem, 0) from pg_type where oid = p_type and typcategory = 'A');
  v_stem text := regexp_replace(regexp_replace(p_name, '^p_', ''), '_ids?$', '');
  v_id text;
begin
  if p_name in ('p_id', 'p_ids', 'p_one', 'p_other', 'p_parent') then
    -- Of what the function is about: save_view, drop_canned_answer, remove_deal_part.
    v_stem := (select i.stem from cast_.ids i where p_function ~ i.stem and i.id is not null
      order by length(i.stem) desc limit 1);
  end if;
  select i.id into v_id from cast_.ids i where i.stem = v_stem and i.id is not null
    and (i.type = coalesce(v_element, p_type) or p_type = 'text'::regtype);
  if v_id is null then
    select i.id into v_id from cast_.ids i where i.type = coalesce(v_element, p_type) and i.stem = 'lead'
      and p_name ~ '(id|ids|lead|leads|first|second|other|keep|into|from)$';
  end if;
  if coalesce(v_element, p_type) = 'uuid'::regtype then
    v_id := case when p_real then coalesce(v_id, cast_.lead('a1')::text)
      else 'dddddddd-0000-4000-8000-' || substr(md5(p_name), 1, 12) end;
    return case when v_element is null then format('%L::uuid', v_id) else format('array[%L]::uuid[]', v_id) end;
  elsif coalesce(v_element, p_type) = 'bigint'::regtype and v_id is not null then
    v_id := case when p_real then v_id else '777777777777' end;
    return case when v_element is null then v_id || '::bigint' else format('array[%s]::bigint[]', v_id) end;
  end if;
  return case
    when p_name in ('p_key', 'p_source_key', 'p_source') and p_type = 'text'::regtype
      then case when p_real then '''list-a''' else '''list-x''' end
    when p_name = 'p_reason' then '''a reason for a test'''
    when p_name = 'p_action' then '''pause'''
    when p_name = 'p_kind' and p_type = 'text'::regtype then '''reply'''
    when p_name = 'p_subject' then '''contacts'''
    when p_name = 'p_email' then '''somebody@example.com'''
    when p_name = 'p_url' then '''https://example.com/x'''
    when exists (select from pg_type t where t.oid = p_type and t.typtype = 'e')
      then (select format('%L::%s', min(e.enumlabel::text), p_type) from pg_enum e where e.enumtypid = p_type)
    when v_element is not null and exists (select from pg_type t where t.oid = v_element and t.typtype = 'e')
      then (select format('array[%L]::%s', min(e.enumlabel::text), p_type) from pg_enum e
        where e.enumtypid = v_element)
    when p_type = 'text[]'::regtype then '''{sms}''::text[]'
    when v_element is not null then format('''{}''::%s', p_type)
    when p_type in ('jsonb'::regtype, 'json'::regtype) then format('''{}''::%s', p_type)
    when p_type = 'boolean'::regtype then 'true'
    when p_type in ('timestamptz'::regtype) then 'now()'
    when p_type = 'date'::regtype then 'current_date'
    when p_type = 'interval'::regtype then '''1 day''::interval'
    when p_type = 'bytea'::regtype then '''\x00''::bytea'
    when p_type in ('text'::regtype, 'name'::regtype) then '''x'''
    when (select typcategory from pg_type where oid = p_type) = 'N' then format('1::%s', p_type)
    else format('null::%s', p_type) end;
end
$$;

-- The call of a function. Arguments with a default are left out unless they are ids.
create function cast_.call_of(p_function oid, p_real boolean) returns text language sql as $$
  select format('select coalesce(jsonb_agg(to_jsonb(f)), ''[]'')::text from %I.%I(%s) f', n.nspname, p.proname,
    (select string_agg(case when p.proargnames[i] = '' or p.proargnames is null then '' else
        format('%I => ', p.proargnames[i]) end
        || cast_.argument(p.proname, coalesce(p.proargnames[i], ''), p.proargtypes[i - 1]::regtype, p_real), ', '
      order by i)
      from generate_series(1, p.pronargs) i
      where i <= p.pronargs - p.pronargdefaults or p.proargnames[i] ~ '_ids?$'))
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.oid = p_function
$$;

-- What a caller notices of a call, and what it changed: the answer without ids, and the rows written in each table.
-- Undone at once.
create function cast_.written() returns jsonb language sql volatile as $$
  select coalesce(jsonb_object_agg(s.relid::regclass::text, s.n_tup_ins + s.n_tup_upd + s.n_tup_del), '{}')
  from pg_stat_xact_user_tables s
  where s.schemaname in ('public', 'private') and s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0
$$;
-- How many scans of tables and indexes the transaction has begun: how many queries an answer took.
create function cast_.scans() returns bigint language sql volatile as $$
  select coalesce(sum(coalesce(s.seq_scan, 0) + coalesce(s.idx_scan, 0)), 0) from pg_stat_xact_all_tables s
  where s.schemaname in ('public', 'private', 'auth')
$$;
create function cast_.outcome(p_who text, p_sql text, out answer text, out scans bigint) language plpgsql as $$
declare
  v_before constant jsonb := cast_.written();
  v_changed jsonb;
begin
  scans := cast_.scans();
  begin
    perform cast_.act_as(p_who);
    execute p_sql into answer;
    reset role;
    reset session authorization;
    select jsonb_object_agg(w.key, (w.value)::bigint - coalesce((v_before ->> w.key)::bigint, 0)) into v_changed
    from jsonb_each_text(cast_.written()) w
    where w.value::bigint > coalesce((v_before ->> w.key)::bigint, 0);
    raise exception using errcode = 'P0099', message = answer || coalesce(' changed ' || v_changed::text, '');
  exception when others then
    answer := case when sqlstate = 'P0099' then sqlerrm else sqlstate || ' ' || sqlerrm end;
  end;
  scans := cast_.scans() - scans;
  perform set_config('request.jwt.claims', '', true);
  -- Without the ids: those that were given, and those that are made by chance.
  answer := regexp_replace(regexp_replace(answer,
    '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|slk_[0-9a-f_]+|whsec_[A-Za-z0-9+/=]+|[0-9a-f]{32,}', '#', 'g'),
    'list-[ax]', '#', 'g');
  if answer ~ '^[0-9A-Z]{5} ' then
    answer := left(answer, 5) || regexp_replace(substr(answer, 6), '\m[0-9]+\M', '#', 'g');
  end if;
end
$$;

-- Functions that signed-in callers may execute: also those of later releases.
create view cast_.callable as
select p.oid, format('%I.%I', n.nspname, p.proname) as name
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('public', 'private') and p.prokind = 'f' and p.prorettype not in ('trigger'::regtype,
    'event_trigger'::regtype)
  and has_function_privilege('authenticated', p.oid, 'execute')
  and not exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass
    and d.deptype = 'e');

-- Of each function: the outcome with ids of org A and that with ids that nobody has.
create function cast_.outcomes(p_who text)
  returns table (name text, of_a text, of_nobody text, scans_a bigint, scans_nobody bigint) language plpgsql as $$
declare
  f record;
begin
  for f in select c.* from cast_.callable c order by 1 loop
    name := f.name;
    -- The first call of a function also plans it.
    perform cast_.outcome(p_who, cast_.call_of(f.oid, false));
    select o.answer, o.scans into of_a, scans_a from cast_.outcome(p_who, cast_.call_of(f.oid, true)) o;
    select o.answer, o.scans into of_nobody, scans_nobody from cast_.outcome(p_who, cast_.call_of(f.oid, false)) o;
    return next;
  end loop;
end
$$;
