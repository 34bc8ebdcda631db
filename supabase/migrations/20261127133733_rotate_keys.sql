-- rotate keys: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP TRIGGER "_100_append_only" ON "public"."consents";

CREATE TABLE "private"."encrypted_columns" (
  "relation"      text NOT NULL,
  "cipher_column" text NOT NULL,
  CONSTRAINT "encrypted_columns_pkey" PRIMARY KEY (relation, cipher_column)
);

ALTER TABLE "private"."encrypted_columns"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."key_rotations" (
  "id"          bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "org_id"      uuid                     NOT NULL,
  "old_key_ids" integer[]                NOT NULL,
  "new_key_id"  integer                  NOT NULL,
  "after_id"    bigint                   NOT NULL DEFAULT 0,
  "moved"       bigint                   NOT NULL DEFAULT 0,
  "started_at"  timestamp with time zone NOT NULL DEFAULT now(),
  "finished_at" timestamp with time zone,
  CONSTRAINT "key_rotations_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."key_rotations"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."wrapping_keys" (
  "id"            text                     NOT NULL,
  "first_used_at" timestamp with time zone NOT NULL DEFAULT now(),
  "destroyed_at"  timestamp with time zone,
  CONSTRAINT "wrapping_keys_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."wrapping_keys"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."dnc_keys"
  ADD COLUMN "wrapped_with" text;

ALTER TABLE "private"."org_keys"
  ADD COLUMN "wrapped_with" text;

CREATE TYPE "private"."key_place" AS ENUM (
  'row',
  'part',
  'merge'
);

ALTER TABLE "private"."encrypted_columns"
  ADD COLUMN "place" private.key_place NOT NULL DEFAULT 'row'::private.key_place;

ALTER TABLE "private"."encrypted_columns"
  ADD COLUMN "key_column" text NOT NULL DEFAULT 'key_id'::text;

ALTER TABLE "private"."encrypted_columns"
  ADD COLUMN "is_text" boolean NOT NULL DEFAULT true;

ALTER TABLE "private"."encrypted_columns"
  ADD COLUMN "cursor_column" text;

CREATE OR REPLACE FUNCTION private.add_org_key (
  p_org_id  uuid,
  p_purpose private.key_purpose
)
  RETURNS integer
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  insert into private.org_keys (org_id, purpose, wrapped_key, wrapped_with)
  select p_org_id, p_purpose, w.wrapped_key, w.wrapped_with
  from private.wrap_key(encode(extensions.gen_random_bytes(32), 'hex')) w
  returning id
$function$;

CREATE OR REPLACE FUNCTION private.dnc_key()
  RETURNS bytea
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select decode(private.unwrap_key(k.wrapped_key, k.wrapped_with), 'hex') from private.dnc_keys k
$function$;

CREATE OR REPLACE FUNCTION private.is_ciphertext (
  p_bytes bytea
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$ select substr(p_bytes, 1, 5) = '\xc304040900'::bytea $function$;

CREATE OR REPLACE FUNCTION private.key_fingerprint (
  p_key text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select left(encode(extensions.hmac('sluice wrapping key', p_key, 'sha256'), 'hex'), 16)
$function$;

CREATE OR REPLACE FUNCTION private.key_usage (
  p_org_id uuid DEFAULT NULL::uuid
)
  RETURNS TABLE (
    org_id        uuid,
    key_id        integer,
    relation      text,
    cipher_column text,
    ciphertexts   bigint
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.merge_dnc_file (
  p_kind          private.dnc_kind,
  p_version       text,
  p_obtained_at   timestamp with time zone,
  p_area_code     smallint                 DEFAULT NULL::smallint,
  p_state         text                     DEFAULT NULL::text,
  p_org_id        uuid                     DEFAULT NULL::uuid,
  p_name          text                     DEFAULT ''::text,
  p_change        boolean                  DEFAULT false,
  p_accept_shrink boolean                  DEFAULT false,
  p_as_of         timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    list_id   integer,
    area_code smallint,
    received  bigint,
    added     bigint,
    removed   bigint,
    numbers   bigint
  )
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '256MB'
  SET jit TO 'off'
  AS $function$
#variable_conflict use_column
declare
  v_key bytea;
  v_code smallint;
  v_codes smallint[];
  v_list private.dnc_lists;
  v_lists integer[] := '{}'::integer[];
  v_before bigint[] := '{}'::bigint[];
begin
  -- One load at a time, so that the ids of loads become visible in order (private.phone_scrubs compares with the
  -- last).
  perform pg_advisory_xact_lock(hashtextextended('sluice load dnc', 0));
  if p_obtained_at > p_as_of then
    raise exception 'obtained_at is in the future (%)', p_obtained_at using errcode = 'SL411';
  end if;
  insert into private.dnc_keys (wrapped_key, wrapped_with)
  select w.wrapped_key, w.wrapped_with from private.wrap_key(encode(extensions.gen_random_bytes(32), 'hex')) w
  where not exists (select from private.dnc_keys)
  on conflict do nothing;
  v_key := private.dnc_key();

  if p_kind = 'national' then
    select array_agg(c order by c) into v_codes
    from (select distinct (number / 10000000)::smallint as c from dnc_input) x;
    if p_area_code is not null and v_codes <> array[p_area_code] then
      raise exception 'the file contains area codes %, expected only %', v_codes, p_area_code using errcode = 'SL412';
    end if;
  else
    v_codes := array[null::smallint];
  end if;
  if not exists (select from dnc_input) then
    raise exception 'the file contains no numbers; an empty list is not accepted' using errcode = 'SL412';
  end if;

  foreach v_code in array v_codes loop
    select * into v_list from private.dnc_lists l
    where l.kind = p_kind and l.area_code is not distinct from v_code and l.state is not distinct from p_state
      and l.org_id is not distinct from p_org_id and l.name = p_name
    for update;
    if not found and p_change then
      raise exception 'no list to apply the change file to (area code %)', v_code using errcode = 'SL413';
    elsif found and v_list.obtained_at > p_obtained_at then
      raise exception 'a newer copy of the list is on record, obtained at %', v_list.obtained_at
        using errcode = 'SL414';
    elsif not found then
      insert into private.dnc_lists (kind, area_code, state, org_id, name, version, obtained_at)
      values (p_kind, v_code, p_state, p_org_id, p_name, p_version, p_obtained_at)
      returning * into v_list;
    end if;

    v_lists := v_lists || v_list.id;
    v_before := v_before || v_list.numbers;
  end loop;

  if p_change then
    return query
      -- The last line about a number counts.
      with lines as (
        select d.number, d.gone, d.line, case when p_kind = 'national' then d.number / 10000000 else 0 end as code
        from dnc_input d
      ), changes as (
        select distinct on (d.number) l.id as list_id, private.dnc_hash(d.number, v_key) as h, d.gone
        from lines d join private.dnc_lists l on l.id = any (v_lists) and coalesce(l.area_code, 0) = d.code
        order by d.number, d.line desc
      ), touched as (
        select c.list_id, private.dnc_bucket(c.h) as bucket, count(*) as received,
          coalesce(array_agg(c.h) filter (where not c.gone), '{}') as plus,
          coalesce(array_agg(c.h) filter (where c.gone), '{}') as minus
        from changes c group by 1, 2
      ), merged as (
        select t.list_id, t.bucket, t.received, coalesce(o.hashes, '{}') as old, array(
            select h from unnest(o.hashes) h where not h = any (t.minus) union select unnest(t.plus)) as new
        from touched t left join private.dnc_numbers o on o.list_id = t.list_id and o.bucket = t.bucket
      ), kept as (
        insert into private.dnc_numbers as n (list_id, bucket, hashes)
        select x.list_id, x.bucket, x.new from merged x where cardinality(x.new) > 0
        on conflict (list_id, bucket) do update set hashes = excluded.hashes
      ), emptied as (
        delete from private.dnc_numbers n using merged x
        where n.list_id = x.list_id and n.bucket = x.bucket and cardinality(x.new) = 0
      ), counted as (
        select x.list_id, sum(x.received)::bigint as received,
          sum((select count(*) from unnest(x.new) h where not h = any (x.old)))::bigint as added,
          sum((select count(*) from unnest(x.old) h where not h = any (x.new)))::bigint as removed
        from merged x group by 1
      ), updated as (
        update private.dnc_lists l
        set version = p_version, obtained_at = p_obtained_at, numbers = l.numbers + c.added - c.removed
        from counted c where l.id = c.list_id
        returning l.*
      )
      select l.id, l.area_code, c.received, c.added, c.removed, l.numbers
      from updated l join counted c on c.list_id = l.id order by l.id;
  else
    delete from private.dnc_numbers n where n.list_id = any (v_lists);
    insert into private.dnc_numbers (list_id, bucket, hashes)
    select x.id, private.dnc_bucket(x.h), array_agg(distinct x.h)
    from (
      select l.id, private.dnc_hash(d.number, v_key) as h
      from dnc_input d
      join private.dnc_lists l on l.id = any (v_lists)
        and coalesce(l.area_code, 0) = case when p_kind = 'national' then d.number / 10000000 else 0 end
      offset 0
    ) x
    group by 1, 2;
    return query
      with received as (
        select case when p_kind = 'national' then d.number / 10000000 else 0 end as code, count(*) as received
        from dnc_input d group by 1
      ), counted as (
        select n.list_id, sum(cardinality(n.hashes)) as numbers
        from private.dnc_numbers n where n.list_id = any (v_lists) group by 1
      ), updated as (
        update private.dnc_lists l set version = p_version, obtained_at = p_obtained_at, numbers = c.numbers
        from counted c where l.id = c.list_id
        returning l.*
      )
      -- Not compared number by number: added and removed are the net difference.
      select l.id, l.area_code, r.received, greatest(l.numbers - b.numbers, 0), greatest(b.numbers - l.numbers, 0),
        l.numbers
      from updated l
      join unnest(v_lists, v_before) b (id, numbers) on b.id = l.id
      join received r on r.code = coalesce(l.area_code, 0)
      order by l.id;
    -- A truncated file would unlist every number it lost.
    select l.* into v_list
    from private.dnc_lists l join unnest(v_lists, v_before) b (id, numbers) on b.id = l.id
    where l.numbers < b.numbers * 0.8 limit 1;
    if found and not p_accept_shrink then
      raise exception 'list % would shrink by more than a fifth, to % numbers', v_list.id, v_list.numbers
        using errcode = 'SL415';
    end if;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.org_key (
  p_org_id uuid,
  p_key_id integer
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_key text;
begin
  select private.unwrap_key(k.wrapped_key, k.wrapped_with) into v_key
  from private.org_keys k where k.org_id = p_org_id and k.id = p_key_id;
  if v_key is null then
    raise exception 'org % has no key %', p_org_id, p_key_id using errcode = 'SL003';
  end if;
  return v_key;
end
$function$;

CREATE OR REPLACE FUNCTION private.restage_conflict_row (
  p_row private.conflict_rows
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_content constant jsonb := private.conflict_row_content(p_row);
  v_part public.upload_parts;
  v_key text;
  v_blind constant bytea := private.blind_key(p_row.org_id);
  v_columns text;
begin
  select p.* into strict v_part from public.upload_parts p
  where p.org_id = p_row.org_id and p.upload_id = p_row.upload_id and p.part = p_row.part
  for update;
  v_key := private.org_key(v_part.org_id, v_part.key_id);
  -- The columns that the row has, so that columns of a later release take their defaults.
  select string_agg(format('%I', a.attname), ', ') into v_columns
  from pg_catalog.pg_attribute a
  where a.attrelid = 'public.leads_staging'::regclass and a.attnum > 0 and not a.attisdropped
    and (v_content -> 'row') ? a.attname;
  execute format('insert into public.leads_staging (org_id, part_id, upload_id, part, line_number, raw, %s) '
    'select $1, $2, $3, $4, $5, $6, %s from jsonb_populate_record(null::public.leads_staging, $7)', v_columns,
      v_columns)
  using v_part.org_id, v_part.id, v_part.upload_id, v_part.part, p_row.line,
    private.encrypt_value((v_content ->> 'raw'), v_key), v_content -> 'row';
  insert into private.leads_staging_contacts (part_id, line_number, kind, position, value_bidx, value_cipher, masked,
    label, verified, invalid, codes)
  select v_part.id, p_row.line, c.kind, c.position, private.blind_index(c.value, v_blind),
    private.encrypt_value(c.value, v_key), private.mask_contact(c.value), c.label, c.verified, c.invalid, c.codes
  from jsonb_to_recordset(v_content -> 'contacts') as c (kind public.contact_kind, position smallint, value text,
    label text, verified boolean, invalid boolean, codes text[]);
  return v_part.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.rewrap_keys (
  p_limit integer                  DEFAULT 500,
  p_as_of timestamp with time zone DEFAULT now(),
  OUT     moved integer,
  OUT     finished boolean
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_current text;
  v_next uuid;
  v_more integer;
begin
  select s.id into v_next from vault.secrets s where s.name = 'sluice_wrapping_key_next';
  if v_next is null then
    raise exception 'no new wrapping key: store one in Vault under the name sluice_wrapping_key_next, and back it up'
      using errcode = 'SL105';
  end if;
  v_current := private.key_fingerprint(private.wrapping_key());
  with picked as materialized (
    select k.id from private.org_keys k where k.wrapped_with <> v_current order by k.id
    limit p_limit for update of k skip locked
  )
  update private.org_keys k set (wrapped_key, wrapped_with) = (
    select w.wrapped_key, w.wrapped_with from private.wrap_key(private.unwrap_key(k.wrapped_key, k.wrapped_with)) w)
  where k.id = any (array(select p.id from picked p));
  get diagnostics moved = row_count;
  update private.dnc_keys k set (wrapped_key, wrapped_with) = (
    select w.wrapped_key, w.wrapped_with from private.wrap_key(private.unwrap_key(k.wrapped_key, k.wrapped_with)) w)
  where k.wrapped_with <> v_current;
  get diagnostics v_more = row_count;
  moved := moved + v_more;
  finished := false;
  if moved > 0 then
    return;
  end if;
  -- Whoever is wrapping with the old key holds a lock on its row. Afterwards, nobody can.
  insert into private.wrapping_keys (id) values (v_current) on conflict do nothing;
  update private.wrapping_keys w set destroyed_at = p_as_of where w.id <> v_current and w.destroyed_at is null;
  if exists (select from private.org_keys k where k.wrapped_with <> v_current)
    or exists (select from private.dnc_keys k where k.wrapped_with <> v_current) then
    -- Stored in the meantime; the next batch wraps it.
    update private.wrapping_keys w set destroyed_at = null where w.destroyed_at = p_as_of;
    return;
  end if;
  delete from vault.secrets s where s.name = 'sluice_wrapping_key';
  perform vault.update_secret(v_next, new_name => 'sluice_wrapping_key');
  finished := true;
end
$function$;

CREATE OR REPLACE FUNCTION private.rotate_keys (
  p_org_id uuid,
  p_limit  integer                  DEFAULT 1000,
  p_as_of  timestamp with time zone DEFAULT now(),
  OUT      moved integer,
  OUT      place text,
  OUT      finished boolean,
  OUT      remaining text
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.rotate_merges (
  r       private.key_rotations,
  p_limit integer
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.rotate_parts (
  r       private.key_rotations,
  p_limit integer,
  p_bytes bigint                DEFAULT 33554432
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
      update public.leads_staging s set raw = private.encrypt_value(private.decrypt_value(s.raw, v_old), v_new)
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
$function$;

CREATE OR REPLACE FUNCTION private.rotate_rows (
  c       private.encrypted_columns,
  r       private.key_rotations,
  p_limit integer,
  OUT     moved integer,
  OUT     last_id bigint
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.stage_rows (
  p_part_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET jit TO 'off'
  AS $function$
declare
  v_part public.upload_parts;
  v_source public.sources;
  v_key text;
  v_rows integer;
  v_warnings jsonb;
  v_address jsonb;
  v_streets jsonb;
begin
  -- Locked, so that its key does not change before the rows are stored.
  select * into strict v_part from public.upload_parts p where p.id = p_part_id for update;
  select s.* into strict v_source from public.sources s
  join public.uploads u on u.source_id = s.id where u.id = v_part.upload_id;
  v_key := private.org_key(v_part.org_id, v_part.key_id);

  v_warnings := private.stage_contacts(v_part);
  -- A list has many houses in each of its streets.
  select private.known_streets(array_agg(s.street)) into v_streets
  from stage_in s where s.reject_code is null and s.street is not null;

  -- A list has few places and many houses, so each place is looked up once. The place in the street line is used
  -- where the row's own columns are empty.
  with parsed as materialized (
    select s.*, a.situs_house_number, a.situs_street, a.situs_unit, a.situs_city, a.situs_state, a.situs_zip,
      a.addr_hash,
      case when m.masked > 0 then a.warnings || '{contact_in_attribute}'::text[] else a.warnings end as row_warnings,
      m.attributes as safe_attributes, k.mak_key, k.apn_key,
      concat_ws('|', s.fips, '/', s.county, '/', coalesce(a.situs_state, s.state), '/',
        coalesce(s.zip, a.situs_zip)) as place
    from stage_in s
    cross join lateral private.parse_address(s.street, s.unit, coalesce(s.city, v_source.default_city),
      coalesce(s.state, v_source.default_state), s.zip, true, v_streets) a
    cross join lateral private.mask_attributes(s.attributes) m
    cross join lateral (
      -- offset 0: evaluated once, and not at every reference
      select case when s.mak is not null then private.normalise_mak(s.mak) end as mak_key,
        case when s.apn is not null then private.normalise_apn(s.apn) end as apn_key offset 0
    ) k
    where s.reject_code is null
  ), places as materialized (
    select d.*, f.county_fips,
      case when d.usps is null then coalesce(
        (select c.state from public.us_counties c where c.fips = f.county_fips), private.zip_state(d.zip5))
      end as state_of_place
    from (
      select n.*, private.normalise_state(n.state) as usps, private.normalise_zip(n.zip) as zip5
      from (
        select distinct on (i.place) i.place, i.fips, coalesce(i.county, v_source.default_county) as county,
          coalesce(i.situs_state, i.state, v_source.default_state) as state, coalesce(i.zip, i.situs_zip) as zip
        from parsed i
      ) n
      offset 0
    ) d
    cross join lateral (select private.county_fips(d.fips, d.county, d.usps, d.zip5) as county_fips offset 0) f
  ), staged as (
    insert into public.leads_staging (org_id, part_id, upload_id, part, line_number,
      mak, county_fips, apn, apn_segments, addr_hash,
      situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
      owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
      mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
      email, phone, email_verified, phone_verified, email_codes, phone_codes,
      consent, consented_at, consent_method, lead_score, attributes, result_codes, raw)
    select v_part.org_id, v_part.id, v_part.upload_id, v_part.part, s.line_no,
      s.mak_key, pl.county_fips, s.apn_key,
        case when s.apn_key is not null then private.parcel_segments(s.apn) end, s.addr_hash,
      s.situs_house_number, coalesce(s.situs_street, s.street), coalesce(s.situs_unit, s.unit),
      coalesce(s.situs_city, s.city, v_source.default_city), coalesce(s.situs_state, pl.usps, pl.state_of_place),
        coalesce(s.situs_zip, pl.zip5),
      s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full,
      s.mail_street, s.mail_unit, s.mail_city,
      case when s.mail_state is not null then coalesce(private.normalise_state(s.mail_state), s.mail_state) end,
      case when s.mail_zip is not null then coalesce(private.normalise_zip(s.mail_zip), s.mail_zip) end,
      c.email, c.phone, coalesce(c.email_verified, false), coalesce(c.phone_verified, false),
      private.distinct_codes(c.email_codes), private.distinct_codes(c.phone_codes),
      t.consented_at is not null, t.consented_at,
        case when t.consented_at is not null then coalesce(s.consent_method, 'imported list') end,
      round(s.lead_score::numeric)::smallint, s.safe_attributes,
      string_to_array(nullif(translate(s.result_codes, ' ;|', ',,,'), ''), ','),
      private.encrypt_value(s.raw::text, v_key)
    from parsed s
    left join places pl on pl.place = s.place
    cross join lateral (
      select case when s.consent ~* '^(true|t|yes|y|1)$'
        then private.past_consent(s.consented_at, v_part.received_at) end as consented_at
    ) t
    cross join lateral (
      select
        (array_agg(x.value_bidx) filter (where x.kind = 'phone' and x.position = 1))[1] as phone,
        (array_agg(x.value_bidx) filter (where x.kind = 'email' and x.position = 1))[1] as email,
        bool_or(x.verified) filter (where x.kind = 'phone') as phone_verified,
        bool_or(x.verified) filter (where x.kind = 'email') as email_verified,
        string_agg(array_to_string(x.codes, ','), ',')
          filter (where x.kind = 'phone' and x.codes <> '{}') as phone_codes,
        string_agg(array_to_string(x.codes, ','), ',')
          filter (where x.kind = 'email' and x.codes <> '{}') as email_codes
      from private.leads_staging_contacts x
      where x.part_id = p_part_id and x.line_number = s.line_no
    ) c
    where s.mak_key is not null or (pl.county_fips is not null and s.apn_key is not null) or s.addr_hash is not null
      or c.phone is not null or c.email is not null
    returning 1
  )
  select (select count(*) from staged),
    (select coalesce(jsonb_object_agg(w.code, w.found), '{}')
     from (
       select u.code,
         jsonb_build_object('n', count(*), 'lines', (array_agg(u.line_no order by u.line_no))[:5]) as found
       from (
         select p.line_no, unnest(p.row_warnings) as code from parsed p
         union all
         select p.line_no, 'filler_mak' from parsed p where p.mak is not null and p.mak_key is null
         union all
         select p.line_no, 'consent_in_future' from parsed p where p.consented_at is not null
           and private.to_timestamptz(p.consented_at) >= v_part.received_at + interval '1 day'
         union all
         select p.line_no, 'filler_apn' from parsed p where p.apn is not null and p.apn_key is null
       ) u
       group by u.code
     ) w)
  into v_rows, v_address;

  insert into public.upload_rejects (org_id, upload_id, part, line, code, detail, key_id, raw)
  select v_part.org_id, v_part.upload_id, v_part.part, s.line_no, coalesce(s.reject_code, 'no_identity'),
    case when s.reject_code is not null then s.reject_detail
      else private.describe_missing_identity(s.street is not null,
      s.zip is not null or coalesce(s.city, v_source.default_city) is not null
        and coalesce(s.state, v_source.default_state) is not null,
      s.apn is not null,
        jsonb_array_length(coalesce(s.phones, '[]')) + jsonb_array_length(coalesce(s.emails, '[]')) > 0,
      btrim(s.county) ~ '^[0-9]{1,3}$' or cardinality(private.county_candidates(
        coalesce(s.county, v_source.default_county), coalesce(s.state, v_source.default_state))) > 1) end,
    v_part.key_id, private.encrypt_value(coalesce(s.raw, '[]')::text, v_key)
  from stage_in s
  where s.reject_code is not null
    or not exists (select from public.leads_staging l where l.part_id = p_part_id and l.line_number = s.line_no)
  on conflict (upload_id, part, line) do update
  set code = excluded.code, detail = excluded.detail, key_id = excluded.key_id, raw = excluded.raw, replayed_at = null;
  -- A replayed row that is now valid is no longer a reject.
  delete from public.upload_rejects r using stage_in s
  where r.upload_id = v_part.upload_id and r.part = v_part.part and r.line = s.line_no and r.replayed_at is not null;

  perform private.add_warnings(p_part_id, v_warnings), private.add_warnings(p_part_id, v_address);
  select coalesce(jsonb_object_agg(w.code, w.found), '{}') into v_warnings
  from (
    select u.code, jsonb_build_object('n', count(*), 'lines', (array_agg(u.line_no order by u.line_no))[:5]) as found
    from (select s.line_no, unnest(s.warnings) as code from stage_in s) u
    group by u.code
  ) w;
  perform private.add_warnings(p_part_id, v_warnings);

  update public.upload_parts p
  set received = p.received + (select count(*) from stage_in),
    staged = p.staged + v_rows,
    rejected = p.rejected + (select count(*) from stage_in) - v_rows
  where p.id = p_part_id;
  truncate stage_in;
end
$function$;

CREATE OR REPLACE FUNCTION private.start_key_rotation (
  p_org_id uuid,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS bigint
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.tg_consents__append_only()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if tg_op = 'DELETE' and not exists (select from public.orgs o where o.id = old.org_id) then
    return old;
  end if;
  if tg_op = 'UPDATE' and new.key_id <> old.key_id
    and to_jsonb(new) - '{text_cipher,key_id}'::text[] = to_jsonb(old) - '{text_cipher,key_id}'::text[] then
    -- The same words under another key.
    if private.decrypt_value(new.text_cipher, private.org_key(new.org_id, new.key_id))
      = private.decrypt_value(old.text_cipher, private.org_key(old.org_id, old.key_id)) then
      return new;
    end if;
  end if;
  raise exception 'consents is append-only' using errcode = 'SL002';
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_contact_points__check_key()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if exists (
    select from (select distinct n.org_id, n.key_id from new_rows n) p
    where not exists (select from private.org_keys k where k.org_id = p.org_id and k.id = p.key_id for key share)
  ) then
    raise exception 'a contact point requires a key of its org' using errcode = 'foreign_key_violation';
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_lead_merges__check_keys()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if exists (
    select from (
      select distinct (c ->> 'key_id')::integer as key_id from jsonb_array_elements(new.merged_row -> 'contact_points') c
    ) p
    where not exists (select from private.org_keys k where k.org_id = new.org_id and k.id = p.key_id for key share)
  ) then
    raise exception 'a merged contact point requires a key of its org' using errcode = 'foreign_key_violation';
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_org_keys__keep_used()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.tg_wrapped_keys__check_wrapping_key()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform from private.wrapping_keys w where w.id = new.wrapped_with and w.destroyed_at is null for share;
  if not found then
    raise exception 'wrapping key % was destroyed', new.wrapped_with using errcode = 'SL001';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.unknown_ciphertexts (
  p_deep boolean DEFAULT false
)
  RETURNS TABLE (
    relation    text,
    column_name text,
    ciphertexts bigint
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.unwrap_key (
  p_wrapped      bytea,
  p_wrapped_with text
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_key text;
begin
  select s.decrypted_secret into v_key
  from vault.decrypted_secrets s
  where s.name in ('sluice_wrapping_key', 'sluice_wrapping_key_next') and length(s.decrypted_secret) >= 32
    and private.key_fingerprint(s.decrypted_secret) = p_wrapped_with
  limit 1;
  if v_key is null then
    perform private.wrapping_key();
    raise exception 'wrapping key % not found: Vault has another sluice_wrapping_key', p_wrapped_with
      using errcode = 'SL001';
  end if;
  return extensions.pgp_sym_decrypt(p_wrapped, v_key);
end
$function$;

CREATE OR REPLACE FUNCTION private.wrap_key (
  p_plain text,
  OUT     wrapped_key bytea,
  OUT     wrapped_with text
)
  RETURNS record
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_key constant text := private.wrapping_key();
begin
  wrapped_with := private.key_fingerprint(v_key);
  insert into private.wrapping_keys (id) values (wrapped_with) on conflict do nothing;
  wrapped_key := private.encrypt_value(p_plain, v_key);
end
$function$;

CREATE OR REPLACE FUNCTION private.wrapping_key()
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_key text;
begin
  select s.decrypted_secret into v_key
  from vault.decrypted_secrets s
  where s.name in ('sluice_wrapping_key', 'sluice_wrapping_key_next')
  order by s.name desc
  limit 1;
  if v_key is null or length(v_key) < 32 then
    raise exception 'wrapping key not found: store 32 random bytes as hex in Vault under the name sluice_wrapping_key'
      using errcode = 'SL001';
  end if;
  return v_key;
end
$function$;

-- Data, written by hand: the keys that exist were wrapped by the one wrapping key there was. Without it in Vault, the
-- upgrade stops here with SL001.

insert into private.wrapping_keys (id)
select private.key_fingerprint(private.wrapping_key())
where exists (select from private.org_keys) or exists (select from private.dnc_keys);
update private.org_keys set wrapped_with = (select w.id from private.wrapping_keys w) where true;
update private.dnc_keys set wrapped_with = (select w.id from private.wrapping_keys w) where true;
-- Few rows.
-- squawk-ignore adding-not-nullable-field
ALTER TABLE "private"."org_keys" ALTER COLUMN "wrapped_with" SET NOT NULL;
-- squawk-ignore adding-not-nullable-field
ALTER TABLE "private"."dnc_keys" ALTER COLUMN "wrapped_with" SET NOT NULL;

ALTER TABLE "private"."key_rotations"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "key_rotations_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."dnc_keys"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "dnc_keys_wrapped_with_fkey" FOREIGN KEY (wrapped_with) REFERENCES private.wrapping_keys(id) ON DELETE RESTRICT;

ALTER TABLE "private"."org_keys"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "org_keys_wrapped_with_fkey" FOREIGN KEY (wrapped_with) REFERENCES private.wrapping_keys(id) ON DELETE RESTRICT;

ALTER TABLE "public"."calls"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "calls_key_id_fkey" FOREIGN KEY (key_id) REFERENCES private.org_keys(id) ON DELETE RESTRICT;

ALTER TABLE "public"."consents"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "consents_key_id_fkey" FOREIGN KEY (key_id) REFERENCES private.org_keys(id) ON DELETE RESTRICT;

ALTER TABLE "public"."messages"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "messages_key_id_fkey" FOREIGN KEY (key_id) REFERENCES private.org_keys(id) ON DELETE RESTRICT;

ALTER TABLE "public"."replies"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "replies_draft_key_id_fkey" FOREIGN KEY (draft_key_id) REFERENCES private.org_keys(id) ON DELETE RESTRICT;

ALTER TABLE "public"."replies"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "replies_key_id_fkey" FOREIGN KEY (key_id) REFERENCES private.org_keys(id) ON DELETE RESTRICT;

ALTER TABLE "public"."webhook_inbox"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "webhook_inbox_key_id_fkey" FOREIGN KEY (key_id) REFERENCES private.org_keys(id) ON DELETE RESTRICT;

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX dnc_keys_wrapped_with_idx ON private.dnc_keys USING btree (wrapped_with);

-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX key_rotations_one_open_idx ON private.key_rotations USING btree (org_id)
  WHERE (finished_at IS NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX key_rotations_org_idx ON private.key_rotations USING btree (org_id, id);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX org_keys_wrapped_with_idx ON private.org_keys USING btree (wrapped_with);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX calls_key_idx ON public.calls USING btree (key_id)
  WHERE (key_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX consents_key_idx ON public.consents USING btree (key_id)
  WHERE (key_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX messages_key_idx ON public.messages USING btree (key_id)
  WHERE (key_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX replies_draft_key_idx ON public.replies USING btree (draft_key_id)
  WHERE (draft_key_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX replies_key_idx ON public.replies USING btree (key_id)
  WHERE (key_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX webhook_inbox_key_idx ON public.webhook_inbox USING btree (key_id)
  WHERE (key_id IS NOT NULL);

CREATE TRIGGER _100_check_wrapping_key
  BEFORE INSERT OR UPDATE OF wrapped_key, wrapped_with ON private.dnc_keys
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_wrapped_keys__check_wrapping_key();

CREATE TRIGGER _100_check_wrapping_key
  BEFORE INSERT OR UPDATE OF wrapped_key, wrapped_with ON private.org_keys
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_wrapped_keys__check_wrapping_key();

CREATE TRIGGER _100_keep_used
  BEFORE DELETE ON private.org_keys
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_org_keys__keep_used();

CREATE TRIGGER _100_append_only
  BEFORE DELETE OR UPDATE ON public.consents
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_consents__append_only();

CREATE TRIGGER _150_check_key_on_update
  AFTER UPDATE ON public.contact_points REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_contact_points__check_key();

CREATE TRIGGER _150_check_key
  AFTER INSERT ON public.contact_points REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_contact_points__check_key();

CREATE TRIGGER _050_check_keys
  AFTER INSERT OR UPDATE OF merged_row ON public.lead_merges
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_lead_merges__check_keys();

COMMENT ON COLUMN "private"."dnc_keys"."wrapped_with" IS 'Fingerprint of the wrapping key.';

COMMENT ON COLUMN "private"."encrypted_columns"."cursor_column" IS 'The column after org_id in the primary key, for tables without an index on the key column.';

COMMENT ON COLUMN "private"."encrypted_columns"."is_text" IS 'Encrypted with encrypt_value; else with encrypt_bytes.';

COMMENT ON COLUMN "private"."key_rotations"."after_id" IS 'Contact points up to this id were visited in this pass.';

COMMENT ON COLUMN "private"."key_rotations"."moved" IS 'Number of rows that were re-encrypted.';

COMMENT ON COLUMN "private"."org_keys"."wrapped_with" IS 'Fingerprint of the wrapping key.';

COMMENT ON COLUMN "public"."contact_points"."key_id" IS 'Key of the org in private.org_keys. A foreign key would cost a look-up per imported row: keys are checked once per statement instead (06_check_parents.sql), and no key in use is deleted (97_keys).';

COMMENT ON FUNCTION "private"."is_ciphertext"(bytea) IS 'Whether bytes look like an OpenPGP message of ours.';

COMMENT ON FUNCTION "private"."key_fingerprint"(text) IS 'Names a wrapping key without revealing it: stored beside what it wraps.';

COMMENT ON FUNCTION "private"."key_usage"(uuid) IS 'Number of ciphertexts per org, key and column, of one org or of all: a scan of every encrypted column.';

COMMENT ON FUNCTION "private"."org_key"(uuid, integer) IS 'A key of the org in plain hex, for use within the statement that encrypts or decrypts. Definer: only the owner reads Vault and wrapped keys. Raises SL001 and SL003.';

COMMENT ON FUNCTION "private"."rewrap_keys"(integer, timestamp with time zone) IS 'One batch of replacing the wrapping key: wraps up to p_limit keys again with sluice_wrapping_key_next. When none is left, the new key takes the place of the old one in Vault and is finished. moved 0 and not finished: call again. Raises SL105 without a new key, SL001 without the old one.';

COMMENT ON FUNCTION "private"."rotate_keys"(uuid, integer, timestamp with time zone) IS 'One batch of an open rotation: re-encrypts up to p_limit rows of one place. When nothing is left, it deletes the old keys and is finished. moved 0 and not finished: remaining says what still needs an old key, because it is locked or cannot be decrypted; call again later. Raises SL104.';

COMMENT ON FUNCTION "private"."rotate_merges"(private.key_rotations, integer) IS 'Re-encrypts the contact points that merges keep for their undo. Returns the number of merges.';

COMMENT ON FUNCTION "private"."rotate_parts"(private.key_rotations, integer, bigint) IS 'Re-encrypts stored parts under old keys with their chunks and staging rows, up to p_limit parts and about p_bytes of uploads. Returns the number of parts.';

COMMENT ON FUNCTION "private"."rotate_rows"(private.encrypted_columns, private.key_rotations, integer) IS 'Re-encrypts up to p_limit values of a column that are under old keys and not locked. last_id is the last row visited, where the column is visited in order.';

COMMENT ON FUNCTION "private"."start_key_rotation"(uuid, timestamp with time zone) IS 'Gives an org a new data key and returns the id of the rotation; an open rotation is continued instead. Raises SL001.';

COMMENT ON FUNCTION "private"."tg_consents__append_only"() IS 'Trigger: raises SL002, except for a deleted org and for a rotation of keys, which leaves the words as they are. Definer: looks up the org without the policies, and decrypts.';

COMMENT ON FUNCTION "private"."tg_contact_points__check_key"() IS 'Trigger: the key of every contact point exists, and cannot be destroyed before this transaction ends. Raises 23503. Definer: locks the keys.';

COMMENT ON FUNCTION "private"."tg_lead_merges__check_keys"() IS 'Trigger: the contact points that a merge keeps for its undo have existing keys. Raises 23503. Definer: locks the keys.';

COMMENT ON FUNCTION "private"."tg_org_keys__keep_used"() IS 'Trigger: a key is destroyed only when it is retired and no ciphertext needs it, or with its org. Raises SL103.';

COMMENT ON FUNCTION "private"."tg_wrapped_keys__check_wrapping_key"() IS 'Trigger: no key is wrapped by a wrapping key that is unknown or destroyed. Raises SL001.';

COMMENT ON FUNCTION "private"."unknown_ciphertexts"(boolean) IS 'Columns outside of encrypted_columns whose values look like ciphertexts, which a rotation would miss. A scan of every column of bytes; p_deep reads texts and JSON as well.';

COMMENT ON FUNCTION "private"."unwrap_key"(bytea, text) IS 'A wrapped key in plain hex. p_wrapped_with is the fingerprint of the wrapping key that wrapped it. Definer: only the owner may read Vault. Raises SL001 when Vault does not have that key.';

COMMENT ON FUNCTION "private"."wrap_key"(text) IS 'Wraps a key in hex with the current wrapping key, and says with which. Definer: only the owner may read Vault. Raises SL001.';

COMMENT ON FUNCTION "private"."wrapping_key"() IS 'Reads the key that wraps data keys from Vault: the next one while it is being replaced. Definer: only the owner may read Vault. Raises SL001 when the key is missing.';

COMMENT ON TABLE "private"."encrypted_columns" IS 'The columns that hold OpenPGP messages under data keys of orgs.';

COMMENT ON TABLE "private"."key_rotations" IS 'Rotations of data keys, as a record and for continuing.';

COMMENT ON TABLE "private"."org_keys" IS 'Random 256-bit keys, wrapped by the wrapping key in Vault. Every encrypted value carries the id of its key, so that keys can be rotated (sluice keys rotate).';

COMMENT ON TABLE "private"."wrapping_keys" IS 'The wrapping keys that this database has used, by fingerprint; the keys themselves are in Vault. A destroyed one wraps nothing again.';

COMMENT ON TYPE "private"."key_place" IS 'Where a ciphertext says which key it needs: in its own row, in the part that it belongs to (part_id), or in each contact point of the copy that a merge keeps.';

REVOKE ALL ON FUNCTION "private"."is_ciphertext"(bytea) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_ciphertext"(bytea) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."key_fingerprint"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."key_usage"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."rewrap_keys"(integer, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."rotate_keys"(uuid, integer, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."rotate_merges"(private.key_rotations, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."rotate_parts"(private.key_rotations, integer, bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."rotate_rows"(private.encrypted_columns, private.key_rotations, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."start_key_rotation"(uuid, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tg_consents__append_only"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_consents__append_only"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_contact_points__check_key"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_contact_points__check_key"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_lead_merges__check_keys"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_lead_merges__check_keys"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_org_keys__keep_used"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_org_keys__keep_used"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_wrapped_keys__check_wrapping_key"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_wrapped_keys__check_wrapping_key"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."unknown_ciphertexts"(boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."unwrap_key"(bytea, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."wrap_key"(text) FROM PUBLIC;

-- Rights that default privileges would change.

revoke execute on function private.key_fingerprint(text) from pipeline_writer;
revoke execute on function private.key_usage(uuid) from pipeline_writer;
revoke execute on function private.rewrap_keys(integer,timestamp with time zone) from pipeline_writer;
revoke execute on function private.rotate_keys(uuid,integer,timestamp with time zone) from pipeline_writer;
revoke execute on function private.rotate_merges(private.key_rotations,integer) from pipeline_writer;
revoke execute on function private.rotate_parts(private.key_rotations,integer,bigint) from pipeline_writer;
revoke execute on function private.rotate_rows(private.encrypted_columns,private.key_rotations,integer) from pipeline_writer;
revoke execute on function private.start_key_rotation(uuid,timestamp with time zone) from pipeline_writer;
revoke execute on function private.unknown_ciphertexts(boolean) from pipeline_writer;
revoke execute on function private.unwrap_key(bytea,text) from pipeline_writer;
revoke execute on function private.wrap_key(text) from pipeline_writer;

-- Reference data, queues and cron jobs.

insert into private.encrypted_columns (relation, cipher_column, place, key_column, is_text, cursor_column) values
  ('public.contact_points', 'value_cipher', 'row', 'key_id', 'true', 'id'),
  ('private.source_secrets', 'secret', 'row', 'key_id', 'true', null),
  ('private.conflict_rows', 'content', 'row', 'key_id', 'true', null),
  ('public.calls', 'transcript_cipher', 'row', 'key_id', 'true', null),
  ('public.consents', 'text_cipher', 'row', 'key_id', 'true', null),
  ('public.messages', 'text_cipher', 'row', 'key_id', 'true', null),
  ('public.replies', 'text_cipher', 'row', 'key_id', 'true', null),
  ('public.replies', 'draft_cipher', 'row', 'draft_key_id', 'true', null),
  ('public.subscriptions', 'secret_cipher', 'row', 'key_id', 'true', null),
  ('public.upload_rejects', 'raw', 'row', 'key_id', 'true', null),
  ('public.webhook_inbox', 'body_cipher', 'row', 'key_id', 'false', null),
  ('private.upload_part_chunks', 'body', 'part', 'key_id', 'false', null),
  ('public.leads_staging', 'raw', 'part', 'key_id', 'true', null),
  ('private.leads_staging_contacts', 'value_cipher', 'part', 'key_id', 'true', null),
  ('public.lead_merges', 'merged_row', 'merge', 'key_id', 'true', null)
on conflict (cipher_column, relation) do update set place = excluded.place, key_column = excluded.key_column, is_text = excluded.is_text, cursor_column = excluded.cursor_column;
