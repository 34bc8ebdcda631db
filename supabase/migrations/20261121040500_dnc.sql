-- Built from sql/45_dnc by `npm run db:build`; edit there.

-- sql/45_dnc/01_dnc_lists.sql

-- Do-not-call lists: the national registry by area code, state lists, known litigators, and lists that an org
-- kept before. Tens of millions of numbers, looked up one at a time: a number is eight bytes of a keyed hash,
-- and the hashes of a list lie together in 4096 rows by their first twelve bits. That is a tenth of what a row
-- per number and its index would take; a lookup is one index probe and a scan of some dozens of integers.
-- There are only some billions of phone numbers, so an unkeyed hash of one is as good as the number itself.

create type private.dnc_kind as enum ('national', 'state', 'litigator', 'internal');
comment on type private.dnc_kind is
  'national: the federal registry, one list per area code; state: a state''s own; litigator: people known to sue; internal: an org''s own list from before.';

create table private.dnc_lists (
  id integer generated always as identity primary key,
  kind private.dnc_kind not null,
  area_code smallint,
  state text,
  org_id uuid references public.orgs (id) on delete cascade,
  name text not null default '',
  version text not null,
  obtained_at timestamptz not null,
  numbers bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint dnc_list_is_kept_once unique nulls not distinct (kind, area_code, state, org_id, name),
  constraint national_list_is_of_an_area_code check ((kind = 'national') = (area_code is not null)),
  constraint state_list_is_of_a_state check ((kind = 'state') = (state is not null)),
  constraint internal_list_is_of_an_org check ((kind = 'internal') = (org_id is not null)),
  constraint dnc_area_code_is_one check (area_code between 200 and 999),
  constraint dnc_state_is_a_usps_code check (state ~ '^[A-Z]{2}$'),
  constraint dnc_list_has_a_version check (length(btrim(version)) > 0)
);
comment on table private.dnc_lists is
  'One row per list in its present version. Shared by the orgs of the database, except internal lists; whether each org may use a copy is between it and the registry (docs/decisions.md).';
comment on column private.dnc_lists.obtained_at is 'When the copy was obtained from its publisher: what the 31 days count from.';
comment on column private.dnc_lists.numbers is 'How many numbers it has now.';
create index dnc_lists_org_idx on private.dnc_lists (org_id) where org_id is not null;
create trigger _100_set_updated_at before update on private.dnc_lists
  for each row execute function private.set_updated_at();

create table private.dnc_loads (
  id bigint generated always as identity primary key,
  list_id integer not null,
  kind private.dnc_kind not null,
  area_code smallint,
  state text,
  org_id uuid,
  version text not null,
  obtained_at timestamptz not null,
  change boolean not null,
  source text not null,
  received bigint not null,
  added bigint not null,
  removed bigint not null,
  numbers bigint not null,
  loaded_at timestamptz not null,
  constraint dnc_load_counts_are_not_negative check (least(received, added, removed, numbers) >= 0)
);
comment on table private.dnc_loads is
  'Every file that was loaded: the record of the process that the safe harbour asks for. Survives its list.';
comment on column private.dnc_loads.change is 'A change file (additions and deletions) rather than a whole list.';
comment on column private.dnc_loads.source is 'Name of the file.';
comment on column private.dnc_loads.received is 'Numbers in the file that belong to this list.';
create index dnc_loads_list_idx on private.dnc_loads (list_id, id);
create trigger _100_append_only before update or delete or truncate on private.dnc_loads
  for each statement execute function private.refuse_change();

create table private.dnc_numbers (
  list_id integer not null references private.dnc_lists (id) on delete cascade,
  bucket smallint not null,
  hashes bigint[] not null,
  primary key (list_id, bucket),
  constraint dnc_bucket_range check (bucket between 0 and 4095),
  constraint dnc_bucket_holds_numbers check (cardinality(hashes) > 0)
);
comment on table private.dnc_numbers is
  'The numbers of the lists: the first 64 bits of HMAC-SHA-256 of the ten digits under private.dnc_key(), grouped by their first twelve bits.';
-- Hashes do not compress, and a row that stays whole is read at once.
alter table private.dnc_numbers alter column hashes set storage external;
alter table private.dnc_numbers set (toast_tuple_target = 8160);

create table private.dnc_keys (
  id smallint primary key default 1,
  wrapped_key bytea not null,
  created_at timestamptz not null default now(),
  constraint there_is_one_dnc_key check (id = 1)
);
comment on table private.dnc_keys is
  'The key of the hashed numbers, wrapped by the wrapping key in Vault. Never changes: the lists would have to be loaded anew.';

create table private.dnc_own_lists (
  state text primary key,
  source text not null,
  verification public.rule_verification not null,
  reviewed_on date not null,
  notes text not null default '',
  constraint own_list_state_is_a_usps_code check (state ~ '^[A-Z]{2}$')
);
comment on table private.dnc_own_lists is
  'States that keep a do-not-call list of their own beside the national registry. A number there is unknown, and therefore not contacted, until that state''s list is loaded and fresh.';
insert into private.dnc_own_lists (state, source, verification, reviewed_on, notes)
select s, 'state telemarketing law of ' || s, 'from_memory', date '2026-11-21',
  'To be confirmed with the state before the first campaign; delete the row where counsel finds that there is none.'
from unnest('{CO,FL,IN,LA,MA,MO,OK,PA,TN,TX,WY}'::text[]) s
on conflict (state) do nothing;

alter table private.dnc_lists enable row level security;
alter table private.dnc_loads enable row level security;
alter table private.dnc_numbers enable row level security;
alter table private.dnc_keys enable row level security;
alter table private.dnc_own_lists enable row level security;

-- sql/45_dnc/02_load_dnc.sql

-- Loading runs as the owner of the database (the command line copies the file into pg_temp.dnc_in first);
-- neither members nor the pipeline may do it.

create function private.dnc_key() returns bytea
language sql stable security definer set search_path = '' as $$
  select decode(private.decrypt_value(k.wrapped_key, private.wrapping_key()), 'hex') from private.dnc_keys k
$$;
comment on function private.dnc_key() is 'The key of the hashed numbers; null while nothing was ever loaded. Definer: Vault and keys are the owner''s.';
revoke execute on function private.dnc_key() from pipeline_writer;

-- Inlined: it runs once a number. Key and number have a fixed length, and half of the digest is thrown away, so
-- the plain prefix construction is a sound keyed hash, at a third of the cost of pgcrypto's HMAC.
create function private.dnc_hash(p_number bigint, p_key bytea) returns bigint
language sql immutable parallel safe as $$
  select ('x' || encode(substr(sha256(p_key || int8send(p_number)), 1, 8), 'hex'))::bit(64)::bigint
$$;
comment on function private.dnc_hash(bigint, bytea) is
  'Ten digits to the first 64 bits of SHA-256 over key and number: one false hit in some hundred billion lookups at 50 million numbers.';

create function private.dnc_bucket(p_hash bigint) returns smallint
language sql immutable parallel safe as $$ select ((p_hash >> 52) & 4095)::smallint $$;
comment on function private.dnc_bucket(bigint) is 'First twelve bits of a hash.';

create table private.dnc_in (
  number bigint primary key,
  gone boolean not null default false,
  line integer
);
comment on table private.dnc_in is 'Shape of the temporary table of that name that a load is copied into; stays empty.';
alter table private.dnc_in enable row level security;

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
  -- One load at a time, so that the ids of loads become visible in their order (private.phone_scrubs asks for the last).
  perform pg_advisory_xact_lock(hashtextextended('sluice load dnc', 0));
  if p_obtained_at > p_as_of then
    raise exception 'the copy cannot have been obtained in the future (%)', p_obtained_at using errcode = 'SL411';
  end if;
  insert into private.dnc_keys (wrapped_key)
  select private.encrypt_value(encode(extensions.gen_random_bytes(32), 'hex'), private.wrapping_key())
  where not exists (select from private.dnc_keys)
  on conflict do nothing;
  v_key := private.dnc_key();

  if p_kind = 'national' then
    select array_agg(c order by c) into v_codes
    from (select distinct (number / 10000000)::smallint as c from dnc_in) x;
    if p_area_code is not null and v_codes <> array[p_area_code] then
      raise exception 'the file has numbers of area codes %, not only %', v_codes, p_area_code using errcode = 'SL412';
    end if;
  else
    v_codes := array[null::smallint];
  end if;
  if not exists (select from dnc_in) then
    raise exception 'the file has no numbers; an empty list is not believed' using errcode = 'SL412';
  end if;

  foreach v_code in array v_codes loop
    select * into v_list from private.dnc_lists l
    where l.kind = p_kind and l.area_code is not distinct from v_code and l.state is not distinct from p_state
      and l.org_id is not distinct from p_org_id and l.name = p_name
    for update;
    if not found and p_change then
      raise exception 'there is no list yet that the change file could change (area code %)', v_code using errcode = 'SL413';
    elsif found and v_list.obtained_at > p_obtained_at then
      raise exception 'the list on record was obtained later, at %', v_list.obtained_at using errcode = 'SL414';
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
        from dnc_in d
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
      from dnc_in d
      join private.dnc_lists l on l.id = any (v_lists)
        and coalesce(l.area_code, 0) = case when p_kind = 'national' then d.number / 10000000 else 0 end
      offset 0
    ) x
    group by 1, 2;
    return query
      with received as (
        select case when p_kind = 'national' then d.number / 10000000 else 0 end as code, count(*) as received
        from dnc_in d group by 1
      ), counted as (
        select n.list_id, sum(cardinality(n.hashes)) as numbers
        from private.dnc_numbers n where n.list_id = any (v_lists) group by 1
      ), updated as (
        update private.dnc_lists l set version = p_version, obtained_at = p_obtained_at, numbers = c.numbers
        from counted c where l.id = c.list_id
        returning l.*
      )
      -- What was there before is not compared number by number: added and removed are the net difference.
      select l.id, l.area_code, r.received, greatest(l.numbers - b.numbers, 0), greatest(b.numbers - l.numbers, 0), l.numbers
      from updated l
      join unnest(v_lists, v_before) b (id, numbers) on b.id = l.id
      join received r on r.code = coalesce(l.area_code, 0)
      order by l.id;
    -- A file that was cut off would free everybody whom it lost.
    select l.* into v_list
    from private.dnc_lists l join unnest(v_lists, v_before) b (id, numbers) on b.id = l.id
    where l.numbers < b.numbers * 0.8 limit 1;
    if found and not p_accept_shrink then
      raise exception 'list % would shrink by more than a fifth, to % numbers', v_list.id, v_list.numbers using errcode = 'SL415';
    end if;
  end if;
end
$$;
comment on function private.merge_dnc_file(private.dnc_kind, text, timestamptz, smallint, text, uuid, text, boolean, boolean, timestamptz) is
  'The work of load_dnc, without its record.';

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
comment on function private.load_dnc(private.dnc_kind, text, timestamptz, text, smallint, text, uuid, text, boolean, boolean, timestamptz) is
  'Loads pg_temp.dnc_in (number bigint: ten digits, gone boolean, line integer) as a whole list or, with p_change, as additions and deletions; a national file without p_area_code becomes one list per area code in it. Returns its records, one per list. For a whole list added and removed are net. Raises SL411 to SL415.';
revoke execute on function
  private.merge_dnc_file(private.dnc_kind, text, timestamptz, smallint, text, uuid, text, boolean, boolean, timestamptz),
  private.load_dnc(private.dnc_kind, text, timestamptz, text, smallint, text, uuid, text, boolean, boolean, timestamptz)
  from pipeline_writer;

-- sql/45_dnc/03_look_up_dnc.sql

create type private.dnc_finding as (
  federal_listed boolean, registry_obtained_at timestamptz, states_listed text[], litigator boolean, internal_at timestamptz,
  list_ids integer[], load_id bigint);
comment on type private.dnc_finding is
  'What the lists say about one number. federal_listed is null when no copy of its area code was ever loaded; list_ids are those that have it; load_id is the last load that was seen.';

create function private.look_up_dnc(p_phone text, p_org_id uuid) returns private.dnc_finding
language plpgsql volatile security definer set search_path = '' as $$
declare
  f private.dnc_finding;
  v_hash bigint;
  v_area smallint;
begin
  select max(l.id) into f.load_id from private.dnc_loads l;
  f.load_id := coalesce(f.load_id, 0);
  f.states_listed := '{}';
  f.litigator := false;
  f.list_ids := '{}';
  if p_phone is null or p_phone !~ '^\+1[2-9][0-9]{9}$' or f.load_id = 0 then
    return f;
  end if;
  v_hash := private.dnc_hash(substr(p_phone, 3)::bigint, private.dnc_key());
  v_area := substr(p_phone, 3, 3)::smallint;
  select bool_or(x.listed) filter (where x.kind = 'national'),
    max(x.obtained_at) filter (where x.kind = 'national'),
    coalesce(array_agg(x.state order by x.state) filter (where x.listed and x.kind = 'state'), '{}'),
    coalesce(bool_or(x.listed) filter (where x.kind = 'litigator'), false),
    max(x.obtained_at) filter (where x.listed and x.kind = 'internal'),
    coalesce(array_agg(x.id order by x.id) filter (where x.listed), '{}')
  into f.federal_listed, f.registry_obtained_at, f.states_listed, f.litigator, f.internal_at, f.list_ids
  from (
    select l.id, l.kind, l.state, l.obtained_at, coalesce((
      select v_hash = any (n.hashes) from private.dnc_numbers n
      where n.list_id = l.id and n.bucket = private.dnc_bucket(v_hash)), false) as listed
    from private.dnc_lists l
    where (l.kind = 'national' and l.area_code = v_area and l.state is null and l.org_id is null)
      or l.kind in ('state', 'litigator') or (l.kind = 'internal' and l.org_id = p_org_id)
  ) x;
  return f;
end
$$;
comment on function private.look_up_dnc(text, uuid) is
  'Asks every list about an E.164 number. Definer: lists and their key are the owner''s; the caller learns only about a number that it knows.';

create function private.state_list_answer(p_states text[], p_listed text[], p_as_of timestamptz, p_max_days integer default 31)
returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select case
      when cardinality(p_listed) > 0 then true
      when exists (
        select from private.dnc_own_lists o
        where o.state = any (p_states) and not exists (
          select from private.dnc_lists l
          where l.kind = 'state' and l.state = o.state and l.obtained_at <= p_as_of
            and l.obtained_at > p_as_of - make_interval(days => p_max_days))) then null
      else false end);
end
$$;
comment on function private.state_list_answer(text[], text[], timestamptz, integer) is
  'The fact dnc.state_listed: true on any state''s list, null (unknown) when the person could be in a state that keeps a list of which no copy is here or the copy is older than p_max_days, else false. Definer: lists are the owner''s.';
revoke execute on function private.look_up_dnc(text, uuid), private.state_list_answer(text[], text[], timestamptz, integer)
  from pipeline_writer;

-- sql/45_dnc/04_scrub_dnc.sql

-- The answer of the lists for every phone of every org, kept by value, with the copy it came from: what a
-- decision reads, and the record that it was read.

create table private.phone_scrubs (
  org_id uuid not null references public.orgs (id) on delete cascade,
  value_bidx bytea not null,
  federal_listed boolean,
  registry_obtained_at timestamptz,
  states_listed text[] not null default '{}',
  litigator boolean not null default false,
  internal_at timestamptz,
  list_ids integer[] not null default '{}',
  load_id bigint not null,
  scrubbed_at timestamptz not null,
  primary key (org_id, value_bidx)
);
comment on table private.phone_scrubs is
  'Do-not-call status per phone. A status from before the last load is looked up anew by the next decision or by scrub_dnc.';
comment on column private.phone_scrubs.federal_listed is 'Null when no copy of the number''s area code was ever loaded.';
comment on column private.phone_scrubs.registry_obtained_at is 'When the copy of the registry that was asked had been obtained: the 31 days count from here.';
comment on column private.phone_scrubs.load_id is 'The last load (private.dnc_loads) that the answer knows of.';
comment on column private.phone_scrubs.scrubbed_at is 'When the lists were asked.';
create index phone_scrubs_load_idx on private.phone_scrubs (load_id);
alter table private.phone_scrubs enable row level security;

create function private.scrub_phone(p_org_id uuid, p_value_bidx bytea, p_phone text, p_as_of timestamptz, p_store boolean default true)
returns private.phone_scrubs
language plpgsql volatile security definer set search_path = '' as $$
declare
  s private.phone_scrubs;
  f private.dnc_finding;
begin
  select * into s from private.phone_scrubs x where x.org_id = p_org_id and x.value_bidx = p_value_bidx;
  if found and s.load_id = coalesce((select max(l.id) from private.dnc_loads l), 0) then
    return s;
  end if;
  f := private.look_up_dnc(p_phone, p_org_id);
  s := row(p_org_id, p_value_bidx, f.federal_listed, f.registry_obtained_at, f.states_listed, f.litigator, f.internal_at,
    f.list_ids, f.load_id, p_as_of)::private.phone_scrubs;
  if p_store then
    insert into private.phone_scrubs as x select s.*
    on conflict (org_id, value_bidx) do update set federal_listed = excluded.federal_listed,
      registry_obtained_at = excluded.registry_obtained_at, states_listed = excluded.states_listed,
      litigator = excluded.litigator, internal_at = excluded.internal_at, list_ids = excluded.list_ids,
      load_id = excluded.load_id, scrubbed_at = excluded.scrubbed_at
    where x.load_id <= excluded.load_id;
  end if;
  return s;
end
$$;
comment on function private.scrub_phone(uuid, bytea, text, timestamptz, boolean) is
  'The status of a phone: as stored when no list was loaded since, else looked up and (with p_store) stored. Definer: lists and statuses are the owner''s.';
revoke execute on function private.scrub_phone(uuid, bytea, text, timestamptz, boolean) from pipeline_writer;

create function private.scrub_dnc(p_as_of timestamptz default now(), p_limit integer default 10000) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_load constant bigint := coalesce((select max(l.id) from private.dnc_loads l), 0);
  v_done integer;
begin
  -- Statuses of phones that no lead has any more.
  delete from private.phone_scrubs s
  where s.load_id < v_load and not exists (
    select from public.contact_points c where c.org_id = s.org_id and c.value_bidx = s.value_bidx);
  with due as (
    -- Never asked first, then those that know the oldest lists.
    (select distinct c.org_id, c.value_bidx, 0::bigint as load_id
     from public.contact_points c
     where c.kind = 'phone' and c.invalid_at is null and not exists (
       select from private.phone_scrubs s where s.org_id = c.org_id and s.value_bidx = c.value_bidx)
     limit p_limit)
    union all
    (select s.org_id, s.value_bidx, s.load_id from private.phone_scrubs s
     where s.load_id < v_load order by s.load_id limit p_limit)
    order by load_id limit p_limit
  ), keys as materialized (
    select k.org_id, k.id, private.org_key(k.org_id, k.id) as key from private.org_keys k
    where k.purpose = 'data' and k.org_id in (select d.org_id from due d)
  ), done as (
    select private.scrub_phone(d.org_id, d.value_bidx, private.decrypt_value(c.value_cipher, k.key), p_as_of) as s
    from due d
    cross join lateral (
      select c.value_cipher, c.key_id from public.contact_points c
      where c.org_id = d.org_id and c.value_bidx = d.value_bidx limit 1) c
    join keys k on k.org_id = d.org_id and k.id = c.key_id
  )
  select count(*) into v_done from done where (s).org_id is not null;
  return jsonb_build_object(
    'scrubbed', v_done,
    'national_copies_due', (select coalesce(jsonb_agg(l.area_code order by l.area_code), '[]') from private.dnc_lists l
      where l.kind = 'national' and l.obtained_at < p_as_of - interval '25 days'),
    'state_copies_due', (select coalesce(jsonb_agg(l.state order by l.state), '[]') from private.dnc_lists l
      where l.kind = 'state' and l.obtained_at < p_as_of - interval '25 days'));
end
$$;
comment on function private.scrub_dnc(timestamptz, integer) is
  'Brings the status of up to p_limit phones up to the last load; call it until scrubbed is 0. Names the copies that are older than 25 days and must be obtained anew before day 31: no scrub makes an old copy younger. Definer: keys, lists and statuses are the owner''s.';
