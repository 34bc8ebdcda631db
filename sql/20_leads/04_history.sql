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
comment on table public.lead_changes is
  'Every change of a lead with its author (a person or an upload). Survives the lead.';
comment on column public.lead_changes.changes is
  '{"field": [old, new]} for an update; the names of the fields that had a value for a deletion; null for a creation.';
comment on column public.lead_changes.actor is 'upload, member or system: the author of the change.';
comment on column public.lead_changes.actor_id is
  'The signed-in user, also where the system acts for them (an undo); null for the pipeline and direct database '
  'sessions.';
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
  survivor_changes jsonb,
  merged_by uuid,
  ended_runs jsonb,
  primary key (org_id, id)
);
comment on table public.lead_merges is 'Each merge of two leads, with all the data needed to undo it.';
comment on column public.lead_merges.merged_row is
  'The whole row of the lead that was merged into the survivor, with its contact points as they are stored, for the '
  'undo. Members cannot read it.';
comment on column public.lead_merges.survivor_changes is
  '{"field": [before, after]} of the survivor, where a person made the merge; an upload''s are in lead_changes.';
comment on column public.lead_merges.merged_by is 'The member who merged the leads; null for an upload.';
comment on column public.lead_merges.ended_runs is
  'Sequence runs that the merge ended, as they were: [{id, state, next_at, paused_at, paused_by}]. An undo resumes '
  'them.';
comment on column public.lead_merges.merged_contacts is 'Ids of the contact points that moved to the survivor.';
create index lead_merges_survivor_idx on public.lead_merges (org_id, survivor_id);
create index lead_merges_merged_idx on public.lead_merges (org_id, merged_id);
create index lead_merges_upload_idx on public.lead_merges (org_id, upload_id);

create table public.lead_joins (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  lead_id uuid not null,
  upload_id uuid not null,
  part integer not null,
  line integer not null,
  evidence text not null,
  joined_at timestamptz not null default now(),
  primary key (org_id, id)
);
comment on table public.lead_joins is
  'Rows that joined a lead without its MAK or parcel, and why: the address, phone or e-mail they share, and whether '
  'their owners agree. Survives the lead.';
comment on column public.lead_joins.line is 'Physical line within the part, 1-based.';
create index lead_joins_lead_idx on public.lead_joins (org_id, lead_id);
create index lead_joins_upload_idx on public.lead_joins (org_id, upload_id);
