create type public.upload_state as enum ('receiving', 'processing', 'completed', 'failed', 'undone');
comment on type public.upload_state is 'In the order of life; see sql/STATES.md.';
create type public.part_state as enum ('received', 'staging', 'staged', 'resolved', 'duplicate', 'failed');
comment on type public.part_state is
  'In the order of life; see sql/STATES.md. duplicate: the content was received before, so there is nothing to do.';

create table public.uploads (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  source_id uuid not null,
  given_id uuid,
  state public.upload_state not null default 'receiving',
  dry_run boolean not null default false,
  filename text,
  parts_expected integer,
  header text[],
  dialect jsonb,
  mapping jsonb not null default '[]',
  correlation_id uuid not null,
  received_at timestamptz not null default now(),
  completed_at timestamptz,
  undone_at timestamptz,
  error text,
  read_with jsonb,
  rerun_of_upload_id uuid,
  observed_at timestamptz,
  kind text not null default 'file',
  constraint upload_belongs_to_its_org unique (org_id, id),
  constraint upload_comes_from_a_source_of_its_org foreign key (org_id, source_id)
    references public.sources (org_id, id) on delete cascade,
  constraint parts_expected_is_positive check (parts_expected between 1 and 100000),
  constraint completed_upload_has_its_time check ((state in ('completed', 'undone')) <= (completed_at is not null)),
  constraint undone_upload_has_its_time check ((state = 'undone') = (undone_at is not null)),
  constraint failed_upload_says_why check ((state = 'failed') <= (error is not null)),
  constraint rerun_reads_an_upload_of_its_org foreign key (org_id, rerun_of_upload_id)
    references public.uploads (org_id, id) on delete cascade,
  constraint rerun_knows_when_its_list_was_received check ((rerun_of_upload_id is null) = (observed_at is null)),
  constraint rerun_is_no_dry_run check (rerun_of_upload_id is null or not dry_run),
  constraint upload_kind_is_known check (kind in ('file', 'api', 'pull'))
);
comment on table public.uploads is 'One delivery of leads: a file in one part or several, leads posted as JSON, or a scheduled pull.';
comment on column public.uploads.given_id is
  'The id that the sender chose, where an upload of another source already had it as its id; else null, and id is the '
  'chosen one. Senders name their uploads by it, so ids of others are neither blocked nor visible.';
comment on column public.uploads.dry_run is 'Reports what would happen; writes no lead.';
comment on column public.uploads.header is 'Header record of part 1; the later parts are read with it.';
comment on column public.uploads.dialect is 'Encoding, delimiter, newline, and whether the file has a header.';
comment on column public.uploads.mapping is 'Mapping of the columns: [{header, field, how}].';
comment on column public.uploads.read_with is
  'The settings of the source with which part 1 was read; null before that, and for uploads older than this column.';
comment on column public.uploads.rerun_of_upload_id is
  'The upload whose stored bytes this one reads again; see rerun_upload. Null for bytes that were sent.';
comment on column public.uploads.observed_at is 'For a rerun: when the list was received. Else received_at counts.';
comment on column public.uploads.correlation_id is
  'Correlation id of the first request; also in logs, events and dead letters.';
comment on column public.uploads.kind is
  'How it arrived: file (a signed file), api (leads posted as JSON) or pull (fetched by schedule).';
create unique index uploads_given_id_key on public.uploads (source_id, coalesce(given_id, id));
create index uploads_received_idx on public.uploads (org_id, received_at);
create index uploads_source_idx on public.uploads (org_id, source_id, received_at desc);
create index uploads_rerun_idx on public.uploads (org_id, rerun_of_upload_id) where rerun_of_upload_id is not null;
create unique index uploads_one_rerun_at_a_time_key on public.uploads (rerun_of_upload_id)
  where state in ('receiving', 'processing');

create table public.upload_parts (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  upload_id uuid not null,
  part integer not null,
  state public.part_state not null default 'received',
  bytes bigint not null,
  sha256 bytea not null,
  content_encoding text,
  key_id integer,
  duplicate_of_upload_id uuid,
  received_at timestamptz not null default now(),
  staged_at timestamptz,
  resolved_at timestamptz,
  lines integer not null default 0,
  received integer not null default 0,
  staged integer not null default 0,
  created integer not null default 0,
  updated integer not null default 0,
  unchanged integer not null default 0,
  merged integer not null default 0,
  conflict integer not null default 0,
  rejected integer not null default 0,
  warnings jsonb not null default '{}',
  warning_lines jsonb not null default '{}',
  error text,
  read_position jsonb,
  stored_part_id uuid,
  constraint part_belongs_to_its_org unique (org_id, id),
  constraint rerun_reads_a_part_of_its_org foreign key (org_id, stored_part_id)
    references public.upload_parts (org_id, id) on delete cascade,
  constraint part_number_is_unique unique (upload_id, part),
  constraint part_belongs_to_its_upload foreign key (org_id, upload_id)
    references public.uploads (org_id, id) on delete cascade,
  constraint part_number_is_positive check (part between 1 and 100000),
  constraint sha256_has_32_bytes check (octet_length(sha256) = 32),
  constraint staged_part_has_its_time check ((state in ('staged', 'resolved')) <= (staged_at is not null)),
  constraint resolved_part_has_its_time check ((state = 'resolved') = (resolved_at is not null)),
  constraint failed_part_says_why check ((state = 'failed') <= (error is not null)),
  constraint every_received_row_has_one_verdict
    check (state <> 'resolved' or received = created + updated + unchanged + merged + conflict + rejected),
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table public.upload_parts is 'One signed part of an upload with its state and counts.';
comment on column public.upload_parts.bytes is 'Size as received (compressed, if it arrived compressed).';
comment on column public.upload_parts.sha256 is 'SHA-256 of the content after removing content-encoding.';
comment on column public.upload_parts.duplicate_of_upload_id is
  'The upload whose part of the same number has the same content, so that this one is skipped.';
comment on column public.upload_parts.lines is
  'Physical lines without a repeated header; their sum gives line numbers in the whole file.';
comment on column public.upload_parts.received is
  'Data records seen. While staging: the number already staged or rejected, from which a restart continues.';
comment on column public.upload_parts.warnings is 'How often each code of a warning was given.';
comment on column public.upload_parts.warning_lines is 'The first lines of the part with each code, at most five.';
comment on column public.upload_parts.read_position is
  'While staging: where the first record that is not staged starts, so that a restart reads on from there.';
comment on column public.upload_parts.stored_part_id is
  'For a part of a rerun, or one that was skipped at first: the part that holds the stored bytes. Null: this one '
  'does.';
create index upload_parts_stored_idx on public.upload_parts (org_id, stored_part_id) where stored_part_id is not null;
create index upload_parts_org_idx on public.upload_parts (org_id, upload_id);
create index upload_parts_duplicate_idx on public.upload_parts (org_id, duplicate_of_upload_id)
  where duplicate_of_upload_id is not null;
create index upload_parts_open_idx on public.upload_parts (state, received_at)
  where state in ('received', 'staging', 'staged');
create index upload_parts_key_idx on public.upload_parts (key_id, org_id);

create table private.upload_part_chunks (
  part_id uuid not null references public.upload_parts (id) on delete cascade,
  seq integer not null,
  body bytea not null,
  primary key (part_id, seq)
);
comment on table private.upload_part_chunks is
  'The bytes as received, in order, each chunk encrypted with the key of its part.';
-- OpenPGP messages do not compress.
alter table private.upload_part_chunks alter column body set storage external;
alter table private.upload_part_chunks enable row level security;

create table public.ingest_replay_guard (
  org_id uuid not null references public.orgs (id) on delete cascade,
  content_sha256 bytea not null,
  dry_run boolean not null default false,
  source_id uuid not null,
  webhook_id text not null,
  upload_id uuid not null,
  part integer not null,
  received_at timestamptz not null default now(),
  primary key (org_id, content_sha256, dry_run, upload_id, part),
  constraint webhook_id_names_one_delivery unique (source_id, webhook_id),
  constraint guard_belongs_to_a_source_of_its_org foreign key (source_id, org_id)
    references public.sources (id, org_id) on delete cascade,
  constraint guard_belongs_to_an_upload_of_its_org foreign key (upload_id, org_id)
    references public.uploads (id, org_id) on delete cascade
);
comment on table public.ingest_replay_guard is
  'Received content: the same content is not accepted twice unless something newer may have changed what it changed '
  '(private.is_superseded), and a webhook-id is never reused for different content. Undoing an upload releases its '
  'content.';
create index ingest_replay_guard_upload_idx on public.ingest_replay_guard (upload_id, org_id);
create index ingest_replay_guard_source_idx on public.ingest_replay_guard (source_id, org_id);

create table public.upload_rejects (
  org_id uuid not null,
  upload_id uuid not null,
  part integer not null,
  line integer not null,
  code text not null,
  detail text,
  key_id integer not null,
  raw bytea not null,
  replayed_at timestamptz,
  primary key (upload_id, part, line),
  constraint reject_belongs_to_its_upload foreign key (org_id, upload_id)
    references public.uploads (org_id, id) on delete cascade,
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table public.upload_rejects is
  'Rows that could not become leads, each with line and reason. Nothing is lost: raw holds the record, encrypted.';
comment on column public.upload_rejects.line is 'Physical line within the part, 1-based.';
comment on column public.upload_rejects.raw is 'JSON array of the original fields, encrypted as an OpenPGP message.';
create index upload_rejects_org_idx on public.upload_rejects (org_id, upload_id);
create index upload_rejects_key_idx on public.upload_rejects (key_id, org_id);
