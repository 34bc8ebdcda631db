create table public.lead_changes (
  org_id uuid not null,
  id bigint generated always as identity,
  lead_id uuid not null,
  action text not null,
  changes jsonb,
  upload_id uuid,
  actor_id uuid,
  actor text not null,
  changed_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint action_is_known check (action in ('created', 'updated', 'deleted'))
);
comment on table public.lead_changes is 'Who, or which upload, changed what of a lead. Survives the lead.';
comment on column public.lead_changes.changes is '{"field": [old, new]} of an update; the whole row of a deletion; null for a creation.';
comment on column public.lead_changes.actor is 'upload, member or system: whose work it is.';
comment on column public.lead_changes.actor_id is 'The signed-in user, also where the system works for them (an undo); null for the pipeline and the SQL desk.';
create index lead_changes_lead_idx on public.lead_changes (org_id, lead_id);
create index lead_changes_upload_idx on public.lead_changes (org_id, upload_id) where action <> 'created';

create table public.lead_merges (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  survivor_id uuid not null,
  merged_id uuid not null,
  merged_row jsonb not null,
  merged_contacts bigint[] not null default '{}',
  merged_addresses bytea[] not null default '{}',
  upload_id uuid,
  reason text not null,
  merged_at timestamptz not null default now(),
  undone_at timestamptz,
  primary key (org_id, id)
);
comment on table public.lead_merges is 'Each union of two leads, with all that is needed to take it back.';
comment on column public.lead_merges.merged_row is 'The lead that went away, whole.';
comment on column public.lead_merges.merged_contacts is 'Ids of the contact points that moved to the survivor.';
create index lead_merges_survivor_idx on public.lead_merges (org_id, survivor_id);
create index lead_merges_merged_idx on public.lead_merges (org_id, merged_id);
create index lead_merges_upload_idx on public.lead_merges (org_id, upload_id);

create type public.conflict_state as enum ('open', 'resolved', 'dismissed');
comment on type public.conflict_state is 'In the order of life; see sql/STATES.md.';

create table public.lead_conflicts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  upload_id uuid not null,
  part integer not null,
  line integer not null,
  reason text not null,
  lead_ids uuid[] not null,
  row_keys jsonb not null,
  key_id integer not null references private.org_keys (id) on delete restrict,
  raw bytea not null,
  state public.conflict_state not null default 'open',
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  closed_by uuid,
  resolution text,
  primary key (org_id, id),
  constraint conflict_comes_from_an_upload_of_its_org foreign key (org_id, upload_id)
    references public.uploads (org_id, id) on delete cascade,
  constraint conflict_row_is_unique unique (upload_id, part, line),
  constraint conflict_reason_is_known check (reason in ('keys_point_to_different_leads', 'key_contradicts', 'contact_is_ambiguous')),
  constraint closed_conflict_has_its_time check ((state = 'open') = (closed_at is null))
);
comment on table public.lead_conflicts is
  'Rows whose keys contradict the leads they point to. Nothing was changed; a person decides.';
comment on column public.lead_conflicts.lead_ids is 'The leads the row points to, the proposed survivor first.';
comment on column public.lead_conflicts.row_keys is 'The row''s identity keys.';
comment on column public.lead_conflicts.raw is 'The original record as encrypted JSON array.';
create index lead_conflicts_open_idx on public.lead_conflicts (org_id, state, created_at);
create index lead_conflicts_part_idx on public.lead_conflicts (org_id, upload_id);
create index lead_conflicts_key_idx on public.lead_conflicts (key_id);

create table public.consent_tokens (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  lead_id uuid not null,
  nonce_hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (org_id, id),
  constraint token_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete restrict,
  constraint token_expires_after_creation check (expires_at > created_at),
  constraint token_is_used_in_its_life check (used_at is null or used_at between created_at and expires_at),
  constraint nonce_hash_is_sha256 check (octet_length(nonce_hash) = 32)
);
comment on table public.consent_tokens is 'Single-use links to a consent form; only the hash of the nonce is kept.';
create index consent_tokens_lead_idx on public.consent_tokens (org_id, lead_id);
