-- The tables of Supabase Storage that the local storage server (scripts/dev/platform/storage) and the policies use, with
-- the columns of a hosted project. The bytes are in a table of the shim's own; a hosted project keeps them elsewhere.
create schema storage;
grant usage on schema storage to postgres, anon, authenticated, service_role;

create table storage.buckets (
  id text primary key,
  name text not null unique,
  owner uuid,
  owner_id text,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  public boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[]
);

create table storage.objects (
  id uuid primary key default gen_random_uuid(),
  bucket_id text references storage.buckets (id),
  name text,
  owner uuid,
  owner_id text,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  last_accessed_at timestamptz default now(),
  metadata jsonb,
  user_metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  version text
);
create unique index bucketid_objname on storage.objects (bucket_id, name);

create function storage.foldername(name text) returns text[] language sql immutable as $$
  select (string_to_array(name, '/'))[:cardinality(string_to_array(name, '/')) - 1]
$$;
create function storage.filename(name text) returns text language sql immutable as $$
  select (string_to_array(name, '/'))[cardinality(string_to_array(name, '/'))]
$$;

create table storage.local_bytes (
  object_id uuid primary key references storage.objects (id) on delete cascade,
  bytes bytea not null
);

alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
alter table storage.local_bytes enable row level security;
grant all on storage.buckets, storage.objects to anon, authenticated, service_role;
grant all on storage.local_bytes to service_role;
-- On the platform, postgres may make policies for them.
alter table storage.buckets owner to postgres;
alter table storage.objects owner to postgres;
alter table storage.local_bytes owner to postgres;
