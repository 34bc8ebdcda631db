-- Do-not-call lists: the national registry by area code, state lists, known litigators, and an org's earlier lists.
-- Tens of millions of numbers, looked up one at a time: a number is stored as eight bytes of a keyed hash, and the
-- hashes of a list are grouped into 4096 rows by their first twelve bits. That takes a tenth of the space of a row
-- per number with its index; a lookup is one index probe and a scan of some dozens of integers. There are only a few
-- billion phone numbers, so an unkeyed hash would be as good as the number itself.

create type private.dnc_kind as enum ('national', 'state', 'litigator', 'internal');
comment on type private.dnc_kind is
  'national: the federal registry, one list per area code; state: a state''s own; litigator: people known to sue; '
  'internal: a list that the org kept before.';

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
  'One row per list in its current version. Shared by all orgs of the database, except internal lists; whether an '
  'org may use a copy is between the org and the registry (docs/decisions.md).';
comment on column private.dnc_lists.obtained_at is
  'When the copy was obtained from its publisher; the 31 days count from here.';
comment on column private.dnc_lists.numbers is 'Current size of the list.';
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
  'Every file that was loaded: the process record that the safe harbour requires. Outlives its list.';
comment on column private.dnc_loads.change is
  'Whether it was a change file (additions and deletions) rather than a whole list.';
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
  'The numbers of the lists: the first 64 bits of a keyed SHA-256 of the ten digits under private.dnc_key(), grouped '
  'by their first twelve bits.';
-- Hashes do not compress, and an uncompressed row is read in one piece.
alter table private.dnc_numbers alter column hashes set storage external;
alter table private.dnc_numbers set (toast_tuple_target = 8160);

create table private.dnc_keys (
  id smallint primary key default 1,
  wrapped_key bytea not null,
  wrapped_with text not null references private.wrapping_keys (id) on delete restrict,
  created_at timestamptz not null default now(),
  constraint there_is_one_dnc_key check (id = 1)
);
comment on table private.dnc_keys is
  'The key of the hashed numbers, wrapped by the wrapping key in Vault. It never changes, because all lists would '
  'have to be loaded again.';
comment on column private.dnc_keys.wrapped_with is 'Fingerprint of the wrapping key.';
create index dnc_keys_wrapped_with_idx on private.dnc_keys (wrapped_with);
create trigger _100_check_wrapping_key before insert or update of wrapped_key, wrapped_with on private.dnc_keys
  for each row execute function private.tg_wrapped_keys__check_wrapping_key();

create table private.dnc_list_states (
  state text primary key,
  source text not null,
  verification public.rule_verification not null,
  reviewed_on date not null,
  notes text not null default '',
  constraint dnc_list_state_is_a_usps_code check (state ~ '^[A-Z]{2}$')
);
comment on table private.dnc_list_states is
  'States with a do-not-call list of their own beside the national registry. The status of a number there is '
  'unknown, so that it is not contacted, until that state''s list is loaded and current.';
insert into private.dnc_list_states (state, source, verification, reviewed_on, notes)
select s, 'state telemarketing law of ' || s, 'from_memory', date '2026-11-21',
  'To be confirmed with the state before the first campaign; delete the row where counsel finds that the state has no '
    'list.'
from unnest('{CO,FL,IN,LA,MA,MO,OK,PA,TN,TX,WY}'::text[]) s
on conflict (state) do nothing;

alter table private.dnc_lists enable row level security;
alter table private.dnc_loads enable row level security;
alter table private.dnc_numbers enable row level security;
alter table private.dnc_keys enable row level security;
alter table private.dnc_list_states enable row level security;
