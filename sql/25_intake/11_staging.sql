-- Working tables between bytes and leads. UNLOGGED: after a database crash they are empty, and the parts are staged
-- again from the stored bytes.

create unlogged table public.leads_staging (
  org_id uuid not null,
  part_id uuid not null,
  upload_id uuid not null,
  part integer not null,
  line_number integer not null,
  like private.lead_fields,
  email bytea,
  phone bytea,
  email_verified boolean not null default false,
  phone_verified boolean not null default false,
  email_codes text[] not null default '{}',
  phone_codes text[] not null default '{}',
  consent boolean not null default false,
  consented_at timestamptz,
  consent_method text,
  lead_score smallint,
  attributes jsonb not null default '{}',
  result_codes text[],
  raw bytea not null,
  verdict text,
  lead_id uuid,
  loaded_at timestamptz not null default now(),
  primary key (part_id, line_number),
  constraint verdict_is_known check (verdict in ('keyless', 'created', 'updated', 'unchanged', 'merged', 'conflict'))
);
comment on table public.leads_staging is
  'One CSV record on its way in: normalised keys, encrypted original, verdict. Holds nothing that cannot be '
  'recomputed.';
comment on column public.leads_staging.line_number is
  'Physical line within the part, 1-based, where the record starts.';
comment on column public.leads_staging.email is
  'Blind index of the first valid e-mail; likewise phone. The encrypted values are in leads_staging_contacts.';
comment on column public.leads_staging.raw is
  'JSON array of the original fields, encrypted with the key of the part.';

create unlogged table private.leads_staging_contacts (
  part_id uuid not null,
  line_number integer not null,
  kind public.contact_kind not null,
  position smallint not null,
  value_bidx bytea not null,
  value_cipher bytea not null,
  masked text not null,
  label text,
  verified boolean not null,
  invalid boolean not null,
  codes text[] not null,
  refused text,
  primary key (part_id, line_number, value_bidx),
  constraint refusal_is_known check (refused in ('dnc', 'litigator'))
);
comment on table private.leads_staging_contacts is 'Contact points of staging rows, already encrypted.';
comment on column private.leads_staging_contacts.refused is
  'dnc or litigator where the list marks the value as such: it is suppressed (35_consent).';
alter table private.leads_staging_contacts enable row level security;

alter table public.leads_staging enable row level security;
grant select, insert, update, delete on public.leads_staging to pipeline_writer;
create policy select_writer on public.leads_staging for select to pipeline_writer using (true);
create policy insert_writer on public.leads_staging for insert to pipeline_writer with check (true);
create policy update_writer on public.leads_staging for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.leads_staging for delete to pipeline_writer using (true);
grant select, insert, update, delete on private.leads_staging_contacts to pipeline_writer;
create policy select_writer on private.leads_staging_contacts for select to pipeline_writer using (true);
create policy insert_writer on private.leads_staging_contacts for insert to pipeline_writer with check (true);
create policy update_writer on private.leads_staging_contacts for update to pipeline_writer using (true)
  with check (true);
create policy delete_writer on private.leads_staging_contacts for delete to pipeline_writer using (true);
