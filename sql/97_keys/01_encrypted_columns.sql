-- Where ciphertexts are. A rotation of keys visits these places, and a key can only be destroyed when none of them has a
-- ciphertext under it. test/sql/keys/every_ciphertext_is_known_to_the_rotation.sql compares the list with the catalogue.

create type private.key_place as enum ('row', 'part', 'merge');
comment on type private.key_place is
  'Where a ciphertext says which key it needs: in its own row, in the part that it belongs to (part_id), or in each '
  'contact point of the copy that a merge keeps.';

create table private.encrypted_columns (
  relation text not null,
  cipher_column text not null,
  place private.key_place not null default 'row',
  key_column text not null default 'key_id',
  is_text boolean not null default true,
  cursor_column text,
  primary key (relation, cipher_column)
);
comment on table private.encrypted_columns is 'The columns that hold OpenPGP messages under data keys of orgs.';
comment on column private.encrypted_columns.is_text is 'Encrypted with encrypt_value; else with encrypt_bytes.';
comment on column private.encrypted_columns.cursor_column is
  'The column after org_id in the primary key, for tables without an index on the key column.';
alter table private.encrypted_columns enable row level security;

insert into private.encrypted_columns (relation, cipher_column, place, key_column, is_text, cursor_column) values
  ('public.contact_points', 'value_cipher', 'row', 'key_id', true, 'id'),
  ('private.source_secrets', 'secret', 'row', 'key_id', true, null),
  ('public.pulls', 'token_cipher', 'row', 'key_id', true, null),
  ('private.conflict_rows', 'content', 'row', 'key_id', true, null),
  ('private.provider_accounts', 'settings_cipher', 'row', 'key_id', true, null),
  ('private.provider_answers', 'answer_cipher', 'row', 'key_id', true, null),
  ('public.lead_facts', 'value_cipher', 'row', 'key_id', true, null),
  ('public.calls', 'transcript_cipher', 'row', 'key_id', true, null),
  ('public.consents', 'text_cipher', 'row', 'key_id', true, null),
  ('public.messages', 'text_cipher', 'row', 'key_id', true, null),
  ('public.replies', 'text_cipher', 'row', 'key_id', true, null),
  ('public.replies', 'draft_cipher', 'row', 'draft_key_id', true, null),
  ('public.tasks', 'note_cipher', 'row', 'key_id', true, null),
  ('public.subscriptions', 'secret_cipher', 'row', 'key_id', true, null),
  ('public.upload_rejects', 'raw', 'row', 'key_id', true, null),
  ('public.webhook_inbox', 'body_cipher', 'row', 'key_id', false, null),
  ('private.upload_part_chunks', 'body', 'part', 'key_id', false, null),
  ('private.leads_staging_raw', 'content', 'part', 'key_id', true, null),
  ('private.leads_staging_contacts', 'value_cipher', 'part', 'key_id', true, null),
  ('public.lead_merges', 'merged_row', 'merge', 'key_id', true, null)
on conflict do nothing;
-- Those of packs.
insert into private.encrypted_columns (relation, cipher_column)
select substring(p.name from '^(.*)[.]'), substring(p.name from '[^.]*$') from public.pack_parts p where p.kind = 'cipher'
on conflict do nothing;

create function private.key_usage(p_org_id uuid default null)
returns table (org_id uuid, key_id integer, relation text, cipher_column text, ciphertexts bigint)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  c private.encrypted_columns;
begin
  for c in select e.* from private.encrypted_columns e order by e.relation, e.cipher_column loop
    return query execute case c.place
      when 'row' then format('select t.org_id, t.%3$I, %1$L, %2$L, count(*) from %1$s t '
        'where t.%3$I is not null and ($1 is null or t.org_id = $1) group by 1, 2', c.relation, c.cipher_column,
          c.key_column)
      when 'part' then format('select p.org_id, p.key_id, %1$L, %2$L, count(*) from %1$s t '
        'join public.upload_parts p on p.id = t.part_id where $1 is null or p.org_id = $1 group by 1, 2', c.relation,
          c.cipher_column)
      else format('select t.org_id, (x ->> ''key_id'')::integer, %1$L, %2$L, count(*) from %1$s t '
        'cross join lateral jsonb_array_elements(t.%2$I -> ''contact_points'') x '
        'where $1 is null or t.org_id = $1 group by 1, 2', c.relation, c.cipher_column)
      end using p_org_id;
  end loop;
  -- A part without stored bytes has a key as well.
  return query
    select p.org_id, p.key_id, 'public.upload_parts', 'key_id', count(*) from public.upload_parts p
    where p.key_id is not null and (p_org_id is null or p.org_id = p_org_id) group by 1, 2;
end
$$;
comment on function private.key_usage(uuid) is
  'Number of ciphertexts per org, key and column, of one org or of all: a scan of every encrypted column.';
revoke execute on function private.key_usage(uuid) from pipeline_writer;

-- What encrypt_value and encrypt_bytes write begins like this: a packet with AES-256 (9) and a simple string-to-key (0),
-- then an integrity packet.
create function private.is_ciphertext(p_bytes bytea) returns boolean
language sql immutable parallel safe as $$ select substr(p_bytes, 1, 5) = '\xc304040900'::bytea $$;
comment on function private.is_ciphertext(bytea) is 'Whether bytes look like an OpenPGP message of ours.';

create function private.unknown_ciphertexts(p_deep boolean default false)
returns table (relation text, column_name text, ciphertexts bigint)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  c record;
  v_count bigint;
begin
  for c in
    select format('%I.%I', n.nspname, r.relname) as relation, a.attname::text as name, a.atttypid::regtype::text as type
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class r on r.oid = a.attrelid
    join pg_catalog.pg_namespace n on n.oid = r.relnamespace
    left join private.encrypted_columns e
      on e.relation = format('%I.%I', n.nspname, r.relname) and e.cipher_column = a.attname
    where n.nspname in ('public', 'private', 'pgboss') and r.relkind in ('r', 'p', 'm') and not r.relispartition
      and r.relispopulated and a.attnum > 0 and not a.attisdropped and e.relation is null
      and a.atttypid = any (case when p_deep then '{bytea,bytea[],json,jsonb,text,text[]}' else '{bytea,bytea[]}' end
        ::regtype[])
      -- Wrapped by the wrapping key, and not under a data key.
      and format('%I.%I', n.nspname, r.relname) not in ('private.org_keys', 'private.dnc_keys')
  loop
    execute format('select count(*) from %s t where %s', c.relation, case c.type
      when 'bytea' then format('private.is_ciphertext(t.%I)', c.name)
      when 'bytea[]' then format('exists (select from unnest(t.%I) x where private.is_ciphertext(x))', c.name)
      else format('t.%I::text like ''%%xc304040900%%''', c.name) end) into v_count;
    if v_count > 0 then
      return query select c.relation, c.name, v_count;
    end if;
  end loop;
end
$$;
comment on function private.unknown_ciphertexts(boolean) is
  'Columns outside of encrypted_columns whose values look like ciphertexts, which a rotation would miss. A scan of '
  'every column of bytes; p_deep reads texts and JSON as well.';
revoke execute on function private.unknown_ciphertexts(boolean) from pipeline_writer;

create function private.tg_org_keys__keep_used() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_used text;
begin
  if not exists (select from public.orgs o where o.id = old.org_id) then
    return old;
  end if;
  if old.purpose = 'blind' or old.retired_at is null then
    raise exception 'key % of org % is in use', old.id, old.org_id using errcode = 'SL103';
  end if;
  -- The row is locked: who stores a ciphertext under it has committed, or fails.
  select string_agg(format('%s of %s.%s', u.ciphertexts, u.relation, u.cipher_column), ', ') into v_used
  from private.key_usage(old.org_id) u where u.key_id = old.id;
  if v_used is not null then
    raise exception 'key % of org % is in use: %', old.id, old.org_id, v_used using errcode = 'SL103';
  end if;
  return old;
end
$$;
comment on function private.tg_org_keys__keep_used() is
  'Trigger: a key is destroyed only when it is retired and no ciphertext needs it, or with its org. Raises SL103.';
create trigger _100_keep_used before delete on private.org_keys
  for each row execute function private.tg_org_keys__keep_used();
