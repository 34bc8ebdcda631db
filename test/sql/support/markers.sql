-- A search of the whole database for the plain values of a person, also where they are encrypted; after
-- support/cast.sql. Every table of every schema is searched, so that tables of later releases are, too.

-- The keys, which a deletion of the org ends.
create table cast_.keys as
select k.id, private.org_key(k.org_id, k.id) as key from private.org_keys k where k.purpose = 'data';

create function cast_.opened(p_text text) returns text language plpgsql as $$
declare
  v_blob text;
  v_key text;
  v_all text := '';
begin
  -- An OpenPGP message under a password begins with c3, a length and 04; in JSON values it is hex.
  for v_blob in select m[1] from regexp_matches(p_text, 'x(c30[4cd]04[0-9a-f]{40,})', 'g') m loop
    for v_key in select k.key from cast_.keys k loop
      begin
        v_all := v_all || ' ' || encode(extensions.pgp_sym_decrypt_bytea(decode(v_blob, 'hex'), v_key), 'escape');
        exit;
      exception when others then
        null;
      end;
    end loop;
  end loop;
  return v_all;
end
$$;

-- Tables in which one of the patterns is found: `public.leads`, or `public.replies (encrypted)`.
create function cast_.tables_with(p_pattern text) returns setof text language plpgsql as $$
declare
  t record;
  v_plain boolean;
  v_encrypted boolean;
begin
  for t in
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and (c.relkind = 'r' or c.relispopulated)
      and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'cast_', 'vault', 'supabase_migrations')
      and n.nspname !~ '^pg_' and has_table_privilege(c.oid, 'select')
    order by 1
  loop
    -- The text of whole rows; bytes are hex in it.
    execute format('select bool_or(w.t ~* $1 or w.t ~ $2), '
      'bool_or(case when w.t ~ ''xc30[4cd]04'' then cast_.opened(w.t) ~* $1 end) '
      'from (select x::text as t from %s x) w',
      t.name)
    into v_plain, v_encrypted
    using p_pattern, (select string_agg(encode(convert_to(p, 'UTF8'), 'hex'), '|')
      from regexp_split_to_table(p_pattern, '\|') p);
    if v_plain then
      return next t.name;
    end if;
    if v_encrypted then
      return next t.name || ' (encrypted)';
    end if;
  end loop;
end
$$;
