create type public.conflict_state as enum ('open', 'resolved', 'dismissed');
comment on type public.conflict_state is 'In the order of life; see sql/STATES.md.';
create type public.conflict_answer as enum ('same', 'own', 'dismiss');
comment on type public.conflict_answer is
  'same: the row belongs to a lead. own: it belongs to none of them and is a lead of its own. dismiss: leave it out.';

create table public.lead_conflicts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  upload_id uuid not null,
  part integer not null,
  line integer not null,
  reason text not null,
  lead_ids uuid[] not null,
  row_keys jsonb not null,
  identity bytea,
  building bytea,
  contacts bytea[] not null default '{}',
  state public.conflict_state not null default 'open',
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  closed_by uuid,
  answer public.conflict_answer,
  lead_id uuid,
  resolution text,
  primary key (org_id, id),
  constraint conflict_comes_from_an_upload_of_its_org foreign key (org_id, upload_id)
    references public.uploads (org_id, id) on delete cascade,
  constraint conflict_row_is_unique unique (upload_id, part, line),
  constraint conflict_reason_is_known check (reason in ('keys_point_to_different_leads', 'key_contradicts',
    'address_is_ambiguous', 'contact_is_ambiguous')),
  constraint closed_conflict_has_its_time check ((state = 'open') = (closed_at is null))
);
comment on table public.lead_conflicts is
  'Rows whose keys contradict the leads they point to. Nothing was changed; a person decides. A row that is sent '
  'again joins its open conflict; the rows are in private.conflict_rows.';
comment on column public.lead_conflicts.upload_id is 'The upload, part and line of the oldest row.';
comment on column public.lead_conflicts.lead_ids is 'The leads that the row points to, the proposed survivor first.';
comment on column public.lead_conflicts.row_keys is 'The row''s identity keys.';
comment on column public.lead_conflicts.identity is
  'What identifies the row, whatever list it comes in: private.row_identity. Null after an erasure.';
comment on column public.lead_conflicts.building is 'Address hash of the row without its unit.';
comment on column public.lead_conflicts.contacts is
  'Blind indexes of the row''s phones and e-mails, so that an erasure finds it.';
comment on column public.lead_conflicts.lead_id is 'The lead that the answer assigned the row to.';
create index lead_conflicts_open_idx on public.lead_conflicts (org_id, state, created_at);
create index lead_conflicts_part_idx on public.lead_conflicts (org_id, upload_id);
create unique index lead_conflicts_identity_key on public.lead_conflicts (org_id, identity) where state = 'open';

alter table public.lead_conflicts enable row level security;
grant select (org_id, id, upload_id, part, line, reason, lead_ids, row_keys, state, created_at, closed_at, closed_by,
  answer, lead_id, resolution)
  on public.lead_conflicts to authenticated;
grant select, insert, update on public.lead_conflicts to pipeline_writer;
create policy select_members on public.lead_conflicts for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.lead_conflicts for select to pipeline_writer using (true);
create policy insert_writer on public.lead_conflicts for insert to pipeline_writer with check (true);
create policy update_writer on public.lead_conflicts for update to pipeline_writer using (true) with check (true);

-- Logged, unlike staging: a person may take weeks to answer.
create table private.conflict_rows (
  org_id uuid not null,
  conflict_id bigint not null,
  upload_id uuid not null,
  part integer not null,
  line integer not null,
  key_id integer not null,
  content bytea not null,
  created_at timestamptz not null default now(),
  primary key (upload_id, part, line),
  constraint row_belongs_to_a_conflict foreign key (org_id, conflict_id)
    references public.lead_conflicts (org_id, id) on delete cascade,
  constraint row_comes_from_an_upload_of_its_org foreign key (org_id, upload_id)
    references public.uploads (org_id, id) on delete cascade,
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table private.conflict_rows is
  'The rows of a conflict as they were staged: the first, and those of later uploads that repeat it.';
comment on column private.conflict_rows.content is
  '{"row": the staging row, "contacts": its contact points, "raw": the original fields} as JSON, encrypted with the '
  'key key_id of the org.';
create index conflict_rows_conflict_idx on private.conflict_rows (org_id, conflict_id);
create index conflict_rows_upload_idx on private.conflict_rows (org_id, upload_id);
create index conflict_rows_key_idx on private.conflict_rows (key_id, org_id);
alter table private.conflict_rows enable row level security;
grant select, insert, delete on private.conflict_rows to pipeline_writer;
create policy select_writer on private.conflict_rows for select to pipeline_writer using (true);
create policy insert_writer on private.conflict_rows for insert to pipeline_writer with check (true);
create policy delete_writer on private.conflict_rows for delete to pipeline_writer using (true);
