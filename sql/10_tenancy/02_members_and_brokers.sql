create type public.member_role as enum ('owner', 'admin', 'broker', 'viewer');
comment on type public.member_role is
  'owner and admin see and control the whole org; a broker works assigned leads; a viewer only reads.';

create table public.members (
  org_id uuid not null references public.orgs (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role public.member_role not null,
  created_at timestamptz not null default now(),
  may_export boolean not null default false,
  primary key (org_id, user_id)
);
comment on table public.members is 'Members of each org, with their roles.';
comment on column public.members.may_export is
  'Whether an admin may export plain values (private.may_export); owners always may. Ends when the role changes.';
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
