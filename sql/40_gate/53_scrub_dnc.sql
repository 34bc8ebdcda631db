-- The do-not-call status of every phone of every org, kept by value with the copy it came from: the input of
-- decisions, and the record of each lookup.

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
  'Do-not-call status per phone. A status older than the last load is looked up again by the next decision or by '
  'scrub_dnc.';
comment on column private.phone_scrubs.federal_listed is
  'Null when no copy of the number''s area code was ever loaded.';
comment on column private.phone_scrubs.registry_obtained_at is
  'When the copy of the registry that was used was obtained; the 31 days count from here.';
comment on column private.phone_scrubs.load_id is
  'The last load (private.dnc_loads) that the status takes into account.';
comment on column private.phone_scrubs.scrubbed_at is 'When the lists were looked up.';
create index phone_scrubs_load_idx on private.phone_scrubs (load_id);
alter table private.phone_scrubs enable row level security;

create function private.scrub_phone(p_org_id uuid, p_value_bidx bytea, p_phone text, p_as_of timestamptz,
  p_store boolean default true)
returns private.phone_scrubs
language plpgsql volatile security definer set search_path = '' as $$
declare
  s private.phone_scrubs;
  f private.dnc_result;
begin
  select * into s from private.phone_scrubs x where x.org_id = p_org_id and x.value_bidx = p_value_bidx;
  if found and s.load_id = coalesce((select max(l.id) from private.dnc_loads l), 0) then
    return s;
  end if;
  f := private.look_up_dnc(p_phone, p_org_id);
  s.org_id := p_org_id;
  s.value_bidx := p_value_bidx;
  s.federal_listed := f.federal_listed;
  s.registry_obtained_at := f.registry_obtained_at;
  s.states_listed := f.states_listed;
  s.litigator := f.litigator;
  s.internal_at := f.internal_at;
  s.list_ids := f.list_ids;
  s.load_id := f.load_id;
  s.scrubbed_at := p_as_of;
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
  'The status of a phone: the stored one if no list was loaded since, otherwise looked up and (with p_store) stored. '
  'Definer: only the owner may access lists and statuses.';
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
    -- Phones without a status first, then those with the oldest status.
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
  'Updates the status of up to p_limit phones to the last load; repeat until scrubbed is 0. Returns the copies older '
  'than 25 days, which must be obtained again before day 31: a scrub does not make an old copy newer. Definer: only '
  'the owner may access keys, lists and statuses.';
