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
  verdict text,
  lead_id uuid,
  loaded_at timestamptz not null default now(),
  do_not_contact boolean not null default false,
  primary key (part_id, line_number),
  constraint verdict_is_known check (verdict in ('keyless', 'created', 'updated', 'unchanged', 'merged', 'conflict'))
);
comment on table public.leads_staging is
  'One CSV record on its way in: normalised keys and verdict. Holds nothing that cannot be recomputed.';
comment on column public.leads_staging.line_number is
  'Physical line within the part, 1-based, where the record starts.';
comment on column public.leads_staging.email is
  'Blind index of the first valid e-mail; likewise phone. The encrypted values are in leads_staging_contacts.';
comment on column public.leads_staging.do_not_contact is
  'The list marks the person as not to be contacted at all: the lead opts out (35_consent).';
create index leads_staging_refused_idx on public.leads_staging (upload_id, part_id, line_number) where do_not_contact;

-- A message per record would cost more than all else that encrypts.
create unlogged table private.leads_staging_raw (
  part_id uuid not null,
  first_line integer not null,
  last_line integer not null,
  content bytea not null,
  primary key (part_id, first_line)
);
comment on table private.leads_staging_raw is 'The original records of staging rows, many in one message.';
comment on column private.leads_staging_raw.content is
  'JSON object of line number and array of the original fields, encrypted with the key of the part.';
comment on column private.leads_staging_raw.last_line is
  'Of the lines from first_line to last_line, the message has those that were staged with it; ranges may overlap.';
alter table private.leads_staging_raw enable row level security;

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
  constraint refusal_is_known check (refused in ('litigator', 'person', 'dnc', 'texts', 'wrong', 'complaint', 'bounce',
    'unsubscribe'))
);
comment on table private.leads_staging_contacts is 'Contact points of staging rows, already encrypted.';
comment on column private.leads_staging_contacts.refused is
  'Where the list marks the value as not to be contacted: it is suppressed as private.listed_refusals says.';
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
grant select, insert, update, delete on private.leads_staging_raw to pipeline_writer;
create policy select_writer on private.leads_staging_raw for select to pipeline_writer using (true);
create policy insert_writer on private.leads_staging_raw for insert to pipeline_writer with check (true);
create policy update_writer on private.leads_staging_raw for update to pipeline_writer using (true) with check (true);
create policy delete_writer on private.leads_staging_raw for delete to pipeline_writer using (true);

create function private.staged_raw(p_part_id uuid, p_line integer, p_key text) returns jsonb
language sql stable set search_path = '' as $$
  select r.raw
  from private.leads_staging_raw b
  cross join lateral (select private.decrypt_value(b.content, p_key)::jsonb -> p_line::text as raw offset 0) r
  where b.part_id = p_part_id and p_line between b.first_line and b.last_line and r.raw is not null
  limit 1
$$;
comment on function private.staged_raw(uuid, integer, text) is
  'The original fields of a staging row, in plain text. p_key is the data key of its part.';
