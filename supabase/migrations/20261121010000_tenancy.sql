-- Built from sql/10_tenancy by `npm run db:build`; edit there.

-- sql/10_tenancy/01_orgs.sql

create table public.orgs (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  time_zone text not null default 'America/Los_Angeles',
  holidays date[] not null default '{}',
  settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint org_has_a_name check (length(btrim(name)) between 1 and 200),
  constraint org_settings_are_an_object check (jsonb_typeof(settings) = 'object'),
  constraint raw_days_is_a_number check (settings ->> 'raw_days' ~ '^[0-9]{1,4}$')
);
comment on table public.orgs is 'A brokerage: the tenant that owns every other row.';
comment on column public.orgs.time_zone is 'IANA time zone of the org''s business day, feeds and refreshes.';
comment on column public.orgs.settings is
  'Settings of the org. raw_days: number of days for which the bytes of finished uploads are kept (default 30). '
  'consent_months: number of months after which a consent expires (default: never). consent_page: https address that '
  'serves pages/consent. seller: the seller that consents must name (default: the name of the org). '
  'lead_attempts_24h, org_attempts_24h: limits on contacts per lead and for the org. help_contact: the address that '
  'the answer to HELP names.';
comment on column public.orgs.holidays is 'Local dates without a feed.';

create trigger _100_set_updated_at before update on public.orgs
  for each row execute function private.set_updated_at();

create function private.check_time_zone() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform now() at time zone new.time_zone;
  return new;
exception when invalid_parameter_value then
  raise exception 'unknown time zone %', new.time_zone using errcode = 'SL101';
end
$$;
comment on function private.check_time_zone() is
  'Trigger: rejects a time zone that PostgreSQL does not know (SL101).';

create trigger _200_check_time_zone before insert or update of time_zone on public.orgs
  for each row execute function private.check_time_zone();

-- sql/10_tenancy/02_members_and_brokers.sql

create type public.member_role as enum ('owner', 'admin', 'broker', 'viewer');
comment on type public.member_role is
  'owner and admin see and control the whole org; a broker works assigned leads; a viewer only reads.';

create table public.members (
  org_id uuid not null references public.orgs (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role public.member_role not null,
  created_at timestamptz not null default now(),
  primary key (org_id, user_id)
);
comment on table public.members is 'Members of each org, with their roles.';
create index members_user_idx on public.members (user_id);

create table public.brokers (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  user_id uuid,
  name text not null,
  licensed_states text[] not null default '{}',
  capacity integer not null default 200,
  active boolean not null default true,
  last_assigned_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint broker_is_a_member foreign key (org_id, user_id)
    references public.members (org_id, user_id) on delete set null (user_id),
  constraint broker_user_is_unique unique (org_id, user_id),
  constraint broker_capacity_is_not_negative check (capacity >= 0),
  constraint licensed_states_are_usps_codes
    check (array_to_string(licensed_states, ',') ~ '^([A-Z]{2}(,[A-Z]{2})*)?$')
);
comment on table public.brokers is 'People who work leads. A broker without user_id has no login yet.';
comment on column public.brokers.licensed_states is
  'USPS codes of the states where the broker is licensed; empty means no state restriction.';
comment on column public.brokers.capacity is
  'Maximum number of open leads (queued, active, replied, paused, booked) of the broker.';
comment on column public.brokers.last_assigned_at is
  'Leads are assigned in turn: the broker with the oldest last_assigned_at is next.';
create index brokers_user_idx on public.brokers (user_id);

-- sql/10_tenancy/03_membership.sql

-- Helpers for policies. Each reads the caller's JWT and is called as `(select f())`, so that it runs once per
-- statement. Security definer, because they read members and brokers, whose own policies call them. PL/pgSQL keeps
-- its plans for the session; an SQL function would be planned at every call.

create function private.my_org_ids(p_roles public.member_role[] default null) returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(array_agg(m.org_id), '{}')
    from public.members m
    where m.user_id = (select auth.uid())
      and (p_roles is null or m.role = any (p_roles)));
end
$$;
comment on function private.my_org_ids(public.member_role[]) is
  'Orgs in which the signed-in user has one of the roles (any role when null). Empty for anon. Definer: the '
  'policies of members call it.';

create function private.my_broker_ids() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(array_agg(b.id), '{}')
    from public.brokers b
    join public.members m on m.org_id = b.org_id and m.user_id = b.user_id
    where b.user_id = (select auth.uid()) and b.active
      and m.role in ('owner', 'admin', 'broker'));
end
$$;
comment on function private.my_broker_ids() is
  'Active broker rows of the signed-in user. Definer: the policies of brokers call it.';

-- Callers that need no membership. The API puts the claims of the verified token, anon's included, into every
-- session; a direct session has none. The check is positive, so a signed-in caller without a user id has no rights.
create function private.is_trusted_caller() returns boolean
language sql stable set search_path = '' as $$
  select case coalesce((select auth.role()), '')
    when 'service_role' then true
    when '' then (select auth.uid()) is null and session_user not in ('authenticator', 'anon', 'authenticated')
    else false
  end
$$;
comment on function private.is_trusted_caller() is
  'True for the service role, and for a direct database session of the project (Studio, psql, the pipeline). False '
  'for members and all other API callers.';

revoke execute on function private.my_org_ids(public.member_role[]), private.my_broker_ids() from public;
grant execute on function private.my_org_ids(public.member_role[]), private.my_broker_ids()
  to authenticated, service_role, pipeline_writer;

-- sql/10_tenancy/04_tenancy_policies.sql

alter table public.orgs enable row level security;
alter table public.members enable row level security;
alter table public.brokers enable row level security;

grant select on public.orgs, public.members, public.brokers to authenticated;
grant update (name, time_zone, holidays, settings) on public.orgs to authenticated;
grant insert (org_id, user_id, role), update (role), delete on public.members to authenticated;
grant insert (org_id, user_id, name, licensed_states, capacity, active),
  update (user_id, name, licensed_states, capacity, active), delete on public.brokers to authenticated;
grant select on public.orgs, public.members, public.brokers to pipeline_writer;
grant update (last_assigned_at) on public.brokers to pipeline_writer;

create policy select_members on public.orgs for select to authenticated
  using (id = any ((select private.my_org_ids())::uuid[]));
create policy update_owners on public.orgs for update to authenticated
  using (id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]))
  with check (id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.orgs for select to pipeline_writer using (true);

create policy select_members on public.members for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
-- Only an owner can make an owner: an admin cannot give anyone more rights than the admin has.
create policy insert_admins on public.members for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner}'))::uuid[])
    or (role <> 'owner' and org_id = any ((select private.my_org_ids('{admin}'))::uuid[])));
create policy update_admins on public.members for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner}'))::uuid[])
    or (role <> 'owner' and org_id = any ((select private.my_org_ids('{admin}'))::uuid[])))
  with check (org_id = any ((select private.my_org_ids('{owner}'))::uuid[])
    or (role <> 'owner' and org_id = any ((select private.my_org_ids('{admin}'))::uuid[])));
create policy delete_admins on public.members for delete to authenticated
  using (org_id = any ((select private.my_org_ids('{owner}'))::uuid[])
    or (role <> 'owner' and org_id = any ((select private.my_org_ids('{admin}'))::uuid[])));
create policy select_writer on public.members for select to pipeline_writer using (true);

create policy select_members on public.brokers for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy insert_admins on public.brokers for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy update_admins on public.brokers for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]))
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy delete_admins on public.brokers for delete to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.brokers for select to pipeline_writer using (true);
create policy update_writer on public.brokers for update to pipeline_writer using (true) with check (true);

-- sql/10_tenancy/05_org_keys.sql

create type private.key_purpose as enum ('data', 'blind');
comment on type private.key_purpose is
  'data: encrypts values. blind: keys the blind index; there is one per org, because it must not change.';

create table private.org_keys (
  id integer generated always as identity primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  purpose private.key_purpose not null,
  wrapped_key bytea not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  constraint blind_key_is_never_retired check (purpose = 'data' or retired_at is null)
);
comment on table private.org_keys is
  'Random 256-bit keys, wrapped by the wrapping key in Vault. Every encrypted value carries the id of its key, so '
  'that keys can be rotated.';
create unique index org_keys_one_active_idx on private.org_keys (org_id, purpose) where retired_at is null;
alter table private.org_keys enable row level security;

create function private.add_org_key(p_org_id uuid, p_purpose private.key_purpose) returns integer
language sql volatile security definer set search_path = '' as $$
  insert into private.org_keys (org_id, purpose, wrapped_key)
  values (p_org_id, p_purpose,
    private.encrypt_value(encode(extensions.gen_random_bytes(32), 'hex'), private.wrapping_key()))
  returning id
$$;
comment on function private.add_org_key(uuid, private.key_purpose) is
  'Creates and wraps a new key and returns its id. Definer: only the owner reads Vault and wrapped keys. Raises '
  'SL001 without a wrapping key.';

create function private.active_key_id(p_org_id uuid, p_purpose private.key_purpose) returns integer
language sql stable security definer set search_path = '' as $$
  select k.id from private.org_keys k
  where k.org_id = p_org_id and k.purpose = p_purpose and k.retired_at is null
$$;
comment on function private.active_key_id(uuid, private.key_purpose) is
  'Id of the key that encrypts new values. Definer: only the owner reads the table of keys.';

create function private.org_key(p_org_id uuid, p_key_id integer) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_key text;
begin
  select private.decrypt_value(k.wrapped_key, private.wrapping_key()) into v_key
  from private.org_keys k where k.org_id = p_org_id and k.id = p_key_id;
  if v_key is null then
    raise exception 'org % has no key %', p_org_id, p_key_id using errcode = 'SL003';
  end if;
  return v_key;
end
$$;
comment on function private.org_key(uuid, integer) is
  'A key of the org in plain hex, for use within the statement that encrypts or decrypts. Definer: only the owner '
  'reads Vault and wrapped keys. Raises SL003.';

create function private.blind_key(p_org_id uuid) returns bytea
language sql stable security definer set search_path = '' as $$
  select decode(private.org_key(p_org_id, private.active_key_id(p_org_id, 'blind')), 'hex')
$$;
comment on function private.blind_key(uuid) is
  'Key of the org''s blind index. Definer: only the owner reads Vault and wrapped keys.';

revoke execute on function private.add_org_key(uuid, private.key_purpose) from pipeline_writer;
grant execute on function private.active_key_id(uuid, private.key_purpose), private.org_key(uuid, integer),
  private.blind_key(uuid), private.encrypt_value(text, text), private.decrypt_value(bytea, text),
  private.encrypt_bytes(bytea, text), private.decrypt_bytes(bytea, text),
  private.blind_index(text, bytea), private.mask_contact(text)
  to pipeline_writer, service_role;

create function private.tg_orgs__make_keys() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.add_org_key(new.id, 'data');
  perform private.add_org_key(new.id, 'blind');
  return null;
end
$$;
comment on function private.tg_orgs__make_keys() is
  'Trigger: creates the keys of a new org. Definer: only the owner writes keys.';

create trigger _100_make_keys after insert on public.orgs
  for each row execute function private.tg_orgs__make_keys();

-- sql/10_tenancy/06_last_owner.sql

-- An org without an owner has no member who could appoint one.
create function private.tg_members__keep_an_owner() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- When two owners leave at once, the second transaction waits here and then sees that the first owner is gone.
  -- Deleting the org itself deletes its members too.
  perform from public.orgs o where o.id = old.org_id for no key update;
  if found and not exists (select from public.members m where m.org_id = old.org_id and m.role = 'owner') then
    raise exception 'an org must keep at least one owner' using errcode = 'SL102';
  end if;
  return null;
end
$$;
comment on function private.tg_members__keep_an_owner() is
  'Trigger: an org keeps at least one owner (SL102). Definer: counts owners regardless of policies.';
create trigger _100_keep_an_owner_on_delete after delete on public.members
  for each row when (old.role = 'owner') execute function private.tg_members__keep_an_owner();
create trigger _100_keep_an_owner_on_update after update on public.members
  for each row when (old.role = 'owner' and (new.role <> 'owner' or new.org_id <> old.org_id))
  execute function private.tg_members__keep_an_owner();
