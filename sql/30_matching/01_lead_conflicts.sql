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
  constraint conflict_reason_is_known check (reason in ('keys_point_to_different_leads', 'key_contradicts',
    'contact_is_ambiguous')),
  constraint closed_conflict_has_its_time check ((state = 'open') = (closed_at is null))
);
comment on table public.lead_conflicts is
  'Rows whose keys contradict the leads they point to. Nothing was changed; a person decides.';
comment on column public.lead_conflicts.lead_ids is 'The leads that the row points to, the proposed survivor first.';
comment on column public.lead_conflicts.row_keys is 'The row''s identity keys.';
comment on column public.lead_conflicts.raw is 'The original record as an encrypted JSON array.';
create index lead_conflicts_open_idx on public.lead_conflicts (org_id, state, created_at);
create index lead_conflicts_part_idx on public.lead_conflicts (org_id, upload_id);
create index lead_conflicts_key_idx on public.lead_conflicts (key_id);

alter table public.lead_conflicts enable row level security;
grant select (org_id, id, upload_id, part, line, reason, lead_ids, row_keys, state, created_at, closed_at, closed_by,
  resolution)
  on public.lead_conflicts to authenticated;
grant select, insert, update on public.lead_conflicts to pipeline_writer;
create policy select_members on public.lead_conflicts for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.lead_conflicts for select to pipeline_writer using (true);
create policy insert_writer on public.lead_conflicts for insert to pipeline_writer with check (true);
create policy update_writer on public.lead_conflicts for update to pipeline_writer using (true) with check (true);
