-- Rotation of the data keys of an org, while uploads and sending go on. The new key encrypts from the moment the rotation
-- starts. Batches re-encrypt what is under the old keys, each in a transaction of its own, so that a rotation can be
-- interrupted anywhere and continued. Locked rows are left for later. An old key is deleted when nothing is under it.

create table private.key_rotations (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  old_key_ids integer[] not null,
  new_key_id integer not null,
  after_id bigint not null default 0,
  moved bigint not null default 0,
  started_at timestamptz not null default now(),
  finished_at timestamptz
);
comment on table private.key_rotations is 'Rotations of data keys, as a record and for continuing.';
comment on column private.key_rotations.after_id is 'Contact points up to this id were visited in this pass.';
comment on column private.key_rotations.moved is 'Number of rows that were re-encrypted.';
create unique index key_rotations_one_open_idx on private.key_rotations (org_id) where finished_at is null;
create index key_rotations_org_idx on private.key_rotations (org_id, id);
alter table private.key_rotations enable row level security;

create function private.start_key_rotation(p_org_id uuid, p_as_of timestamptz default now()) returns bigint
language plpgsql volatile set search_path = '' as $$
declare
  v_id bigint;
  v_new integer;
begin
  perform from public.orgs o where o.id = p_org_id for no key update;
  select r.id into v_id from private.key_rotations r where r.org_id = p_org_id and r.finished_at is null;
  if v_id is not null then
    return v_id;
  end if;
  update private.org_keys k set retired_at = p_as_of
  where k.org_id = p_org_id and k.purpose = 'data' and k.retired_at is null;
  v_new := private.add_org_key(p_org_id, 'data');
  insert into private.key_rotations (org_id, old_key_ids, new_key_id, started_at)
  select p_org_id, array_agg(k.id order by k.id), v_new, p_as_of
  from private.org_keys k where k.org_id = p_org_id and k.purpose = 'data' and k.id <> v_new
  returning id into v_id;
  return v_id;
end
$$;
comment on function private.start_key_rotation(uuid, timestamptz) is
  'Gives an org a new data key and returns the id of the rotation; an open rotation is continued instead. Raises SL001.';
revoke execute on function private.start_key_rotation(uuid, timestamptz) from pipeline_writer;

create function private.rotate_rows(
  c private.encrypted_columns, r private.key_rotations, p_limit integer, out moved integer, out last_id bigint
) returns record
language plpgsql volatile set search_path = '' as $$
declare
  v_pick text;
  v_move text;
  v_places tid[];
  v_place tid;
  v_step integer;
begin
  v_pick := format('select t.ctid as at, %s as id from %s t where t.org_id = $1 and t.%I = any ($2) %s limit $3 '
    'for update of t skip locked', coalesce('t.' || quote_ident(c.cursor_column), 'null::bigint'), c.relation, c.key_column,
      case when c.cursor_column is not null
        then format('and t.%1$I > $4 order by t.org_id, t.%1$I', c.cursor_column) else '' end);
  execute format('select array_agg(p.at), max(p.id) from (%s) p', v_pick) into v_places, last_id
  using r.org_id, r.old_key_ids, p_limit, r.after_id;
  moved := 0;
  if v_places is null then
    return;
  end if;
  v_move := format('with keys as materialized ('
    'select x.id, private.org_key($1, x.id) as old, n.key as new from unnest($2) x (id) '
    'cross join (select private.org_key($1, $3) as key offset 0) n) '
    'update %1$s t set %2$I = private.%4$s(private.%5$s(t.%2$I, k.old), k.new), %3$I = $3 from keys k '
    'where t.ctid = any ($4) and t.org_id = $1 and t.%3$I = k.id', c.relation, c.cipher_column, c.key_column,
      case when c.is_text then 'encrypt_value' else 'encrypt_bytes' end,
      case when c.is_text then 'decrypt_value' else 'decrypt_bytes' end);
  begin
    execute v_move using r.org_id, r.old_key_ids, r.new_key_id, v_places;
    get diagnostics moved = row_count;
  exception when sqlstate '39000' then
    -- A value that its key does not decrypt stays as it is, and with it the key.
    foreach v_place in array v_places loop
      begin
        execute v_move using r.org_id, r.old_key_ids, r.new_key_id, array[v_place];
        get diagnostics v_step = row_count;
        moved := moved + v_step;
      exception when sqlstate '39000' then
        null;
      end;
    end loop;
  end;
end
$$;
comment on function private.rotate_rows(private.encrypted_columns, private.key_rotations, integer) is
  'Re-encrypts up to p_limit values of a column that are under old keys and not locked. last_id is the last row visited, '
  'where the column is visited in order.';
revoke execute on function private.rotate_rows(private.encrypted_columns, private.key_rotations, integer)
  from pipeline_writer;

create function private.rotate_parts(r private.key_rotations, p_limit integer, p_bytes bigint default 33554432)
returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_part record;
  v_old text;
  v_new constant text := private.org_key(r.org_id, r.new_key_id);
  v_bytes bigint := 0;
  v_moved integer := 0;
begin
  -- Whoever stages or resolves a part locks it, so what belongs to a part changes its key at once.
  for v_part in
    select p.id, p.key_id, p.bytes from public.upload_parts p
    where p.org_id = r.org_id and p.key_id = any (r.old_key_ids)
    order by p.state in ('received', 'staging', 'staged'), p.id
    limit p_limit for update of p skip locked
  loop
    begin
      v_old := private.org_key(r.org_id, v_part.key_id);
      update private.upload_part_chunks c set body = private.encrypt_bytes(private.decrypt_bytes(c.body, v_old), v_new)
      where c.part_id = v_part.id;
      update private.leads_staging_raw s
      set content = private.encrypt_value(private.decrypt_value(s.content, v_old), v_new)
      where s.part_id = v_part.id;
      update private.leads_staging_contacts c
      set value_cipher = private.encrypt_value(private.decrypt_value(c.value_cipher, v_old), v_new)
      where c.part_id = v_part.id;
      update public.upload_parts p set key_id = r.new_key_id where p.id = v_part.id;
      v_moved := v_moved + 1;
    exception when sqlstate '39000' then
      null;
    end;
    v_bytes := v_bytes + v_part.bytes;
    exit when v_bytes >= p_bytes;
  end loop;
  return v_moved;
end
$$;
comment on function private.rotate_parts(private.key_rotations, integer, bigint) is
  'Re-encrypts stored parts under old keys with their chunks and staging rows, up to p_limit parts and about p_bytes '
  'of uploads. Returns the number of parts.';
revoke execute on function private.rotate_parts(private.key_rotations, integer, bigint) from pipeline_writer;

create function private.rotate_merges(r private.key_rotations, p_limit integer) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_new constant text := private.org_key(r.org_id, r.new_key_id);
  v_merge bigint;
  v_moved integer := 0;
begin
  for v_merge in
    select m.id from public.lead_merges m
    where m.org_id = r.org_id and exists (
      select from jsonb_array_elements(m.merged_row -> 'contact_points') x
      where (x ->> 'key_id')::integer = any (r.old_key_ids))
    order by m.id limit p_limit for update of m skip locked
  loop
    begin
      update public.lead_merges m set merged_row = jsonb_set(m.merged_row, '{contact_points}', (
        select jsonb_agg(case when (x.value ->> 'key_id')::integer = any (r.old_key_ids) then x.value
          || jsonb_build_object('key_id', r.new_key_id, 'value_cipher', private.encrypt_value(private.decrypt_value(
            (x.value ->> 'value_cipher')::bytea, private.org_key(r.org_id, (x.value ->> 'key_id')::integer)), v_new))
          else x.value end order by x.ordinality)
        from jsonb_array_elements(m.merged_row -> 'contact_points') with ordinality x))
      where m.org_id = r.org_id and m.id = v_merge;
      v_moved := v_moved + 1;
    exception when sqlstate '39000' then
      null;
    end;
  end loop;
  return v_moved;
end
$$;
comment on function private.rotate_merges(private.key_rotations, integer) is
  'Re-encrypts the contact points that merges keep for their undo. Returns the number of merges.';
revoke execute on function private.rotate_merges(private.key_rotations, integer) from pipeline_writer;

create function private.rotate_keys(
  p_org_id uuid, p_limit integer default 1000, p_as_of timestamptz default now(),
  out moved integer, out place text, out finished boolean, out remaining text
) returns record
language plpgsql volatile set search_path = '' as $$
declare
  r private.key_rotations;
  c private.encrypted_columns;
  v_rows record;
begin
  select x.* into r from private.key_rotations x where x.org_id = p_org_id and x.finished_at is null for update;
  if r.id is null then
    raise exception 'org % has no open rotation of keys', p_org_id using errcode = 'SL104';
  end if;
  finished := false;
  moved := 0;
  for c in select e.* from private.encrypted_columns e where e.place = 'row' order by e.cursor_column, e.relation loop
    v_rows := private.rotate_rows(c, r, p_limit);
    if v_rows.last_id is not null then
      r.after_id := v_rows.last_id;
    end if;
    if v_rows.moved > 0 or v_rows.last_id is not null then
      moved := v_rows.moved;
      place := c.relation;
      exit;
    end if;
  end loop;
  if place is null then
    moved := private.rotate_parts(r, p_limit);
    place := case when moved > 0 then 'public.upload_parts' end;
  end if;
  if place is null then
    moved := private.rotate_merges(r, p_limit);
    place := case when moved > 0 then 'public.lead_merges' end;
  end if;
  if place is null then
    -- Rows that were stored or locked behind the cursor are visited in another pass.
    r.after_id := 0;
    begin
      perform set_config('lock_timeout', '5s', true);
      delete from private.org_keys k where k.org_id = p_org_id and k.id = any (r.old_key_ids);
      finished := true;
    exception when sqlstate 'SL103' or foreign_key_violation or lock_not_available then
      remaining := sqlerrm;
    end;
  end if;
  update private.key_rotations x
  set moved = x.moved + rotate_keys.moved, after_id = r.after_id, finished_at = case when finished then p_as_of end
  where x.id = r.id;
end
$$;
comment on function private.rotate_keys(uuid, integer, timestamptz) is
  'One batch of an open rotation: re-encrypts up to p_limit rows of one place. When nothing is left, it deletes the old '
  'keys and is finished. moved 0 and not finished: remaining says what still needs an old key, because it is locked or '
  'cannot be decrypted; call again later. Raises SL104.';
revoke execute on function private.rotate_keys(uuid, integer, timestamptz) from pipeline_writer;
