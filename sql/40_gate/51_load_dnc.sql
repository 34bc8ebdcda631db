-- Only the owner of the database loads lists (the command line first copies the file into pg_temp.dnc_input), not
-- members or the pipeline.

create function private.dnc_key() returns bytea
language sql stable security definer set search_path = '' as $$
  select decode(private.unwrap_key(k.wrapped_key, k.wrapped_with), 'hex') from private.dnc_keys k
$$;
comment on function private.dnc_key() is
  'The key of the hashed numbers; null until a first list is loaded. Definer: only the owner may read Vault and keys.';
revoke execute on function private.dnc_key() from pipeline_writer;

-- Inlined, because it runs once per number. Key and number have a fixed length and half of the digest is discarded,
-- so the plain prefix construction is a sound keyed hash, at a third of the cost of pgcrypto's HMAC.
create function private.dnc_hash(p_number bigint, p_key bytea) returns bigint
language sql immutable parallel safe as $$
  select ('x' || encode(substr(sha256(p_key || int8send(p_number)), 1, 8), 'hex'))::bit(64)::bigint
$$;
comment on function private.dnc_hash(bigint, bytea) is
  'Hashes ten digits to the first 64 bits of SHA-256 over key and number: one false match in some hundred billion '
  'lookups at 50 million numbers.';

create function private.dnc_bucket(p_hash bigint) returns smallint
language sql immutable parallel safe as $$ select ((p_hash >> 52) & 4095)::smallint $$;
comment on function private.dnc_bucket(bigint) is 'First twelve bits of a hash.';

create table private.dnc_input (
  number bigint primary key,
  gone boolean not null default false,
  line integer
);
comment on table private.dnc_input is
  'Template of the temporary table of the same name that a load is copied into; always empty.';
alter table private.dnc_input enable row level security;

create function private.merge_dnc_file(
  p_kind private.dnc_kind, p_version text, p_obtained_at timestamptz,
  p_area_code smallint default null, p_state text default null, p_org_id uuid default null, p_name text default '',
  p_change boolean default false, p_accept_shrink boolean default false, p_as_of timestamptz default now()
) returns table (list_id integer, area_code smallint, received bigint, added bigint, removed bigint, numbers bigint)
language plpgsql volatile set search_path = pg_temp, private set work_mem = '256MB' set jit = off as $$
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
$$;
comment on function private.merge_dnc_file(private.dnc_kind, text, timestamptz, smallint, text, uuid, text, boolean,
  boolean, timestamptz) is
  'Merges a file for load_dnc, without recording the load.';

create function private.load_dnc(
  p_kind private.dnc_kind, p_version text, p_obtained_at timestamptz, p_source text,
  p_area_code smallint default null, p_state text default null, p_org_id uuid default null, p_name text default '',
  p_change boolean default false, p_accept_shrink boolean default false, p_as_of timestamptz default now()
) returns setof private.dnc_loads
language sql volatile set search_path = '' as $$
  insert into private.dnc_loads (list_id, kind, area_code, state, org_id, version, obtained_at, change, source,
    received, added, removed, numbers, loaded_at)
  select m.list_id, p_kind, m.area_code, p_state, p_org_id, p_version, p_obtained_at, p_change, p_source,
    m.received, m.added, m.removed, m.numbers, p_as_of
  from private.merge_dnc_file(p_kind, p_version, p_obtained_at, p_area_code, p_state, p_org_id, p_name,
    p_change, p_accept_shrink, p_as_of) m
  returning *
$$;
comment on function private.load_dnc(private.dnc_kind, text, timestamptz, text, smallint, text, uuid, text, boolean,
  boolean, timestamptz) is
  'Loads pg_temp.dnc_input (number bigint: ten digits, gone boolean, line integer) as a whole list or, with '
  'p_change, as additions and deletions; a national file without p_area_code becomes one list per area code. Returns '
  'the recorded loads, one per list. For a whole list, added and removed are net. Raises SL411 to SL415.';
revoke execute on function
  private.merge_dnc_file(private.dnc_kind, text, timestamptz, smallint, text, uuid, text, boolean, boolean,
    timestamptz),
  private.load_dnc(private.dnc_kind, text, timestamptz, text, smallint, text, uuid, text, boolean, boolean,
    timestamptz)
  from pipeline_writer;
