-- Leads posted as JSON (edge-functions/leads). A submission is an upload of one part, so that staging, matching, undo,
-- rejects and the replay guard are the same; in addition, the sender is told what became of each lead.

create table private.submitted_rows (
  org_id uuid not null,
  upload_id uuid not null,
  line integer not null,
  verdict text not null,
  lead_id uuid,
  primary key (upload_id, line),
  constraint submitted_row_belongs_to_its_upload foreign key (org_id, upload_id)
    references public.uploads (org_id, id) on delete cascade,
  constraint submitted_verdict_is_known check (verdict in ('created', 'updated', 'unchanged', 'merged', 'conflict'))
);
comment on table private.submitted_rows is
  'What became of each lead of a submission, by its line in the stored content. Rejected ones are in upload_rejects.';
comment on column private.submitted_rows.lead_id is
  'The lead at the time; it may have been merged or deleted since. Null for a conflict.';
create index submitted_rows_org_idx on private.submitted_rows (org_id, upload_id);
alter table private.submitted_rows enable row level security;
grant select, insert, update on private.submitted_rows to pipeline_writer;
create policy select_writer on private.submitted_rows for select to pipeline_writer using (true);
create policy insert_writer on private.submitted_rows for insert to pipeline_writer with check (true);
create policy update_writer on private.submitted_rows for update to pipeline_writer using (true) with check (true);

create function private.submit_leads(
  p_source_id uuid, p_webhook_id text, p_sha256 bytea, p_bytes bigint, p_correlation_id uuid,
  p_as_of timestamptz default now()
) returns table (outcome text, upload_id uuid, part_id uuid, stored_upload_id uuid)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  a record;
begin
  select * into a from private.accept_part(p_source_id, p_webhook_id, p_sha256, p_bytes, null, null, null, null, false,
    null, p_correlation_id, p_as_of);
  if a.outcome = 'accepted' then
    update public.uploads u set kind = 'api' where u.id = a.own_upload_id;
  end if;
  -- The answer of a repeated submission is that of the first one.
  return query select a.outcome, a.upload_id, a.part_id, coalesce(a.own_upload_id, p.upload_id)
  from (select 1) one left join public.upload_parts p on p.id = a.part_id;
end
$$;
comment on function private.submit_leads(uuid, text, bytea, bigint, uuid, timestamptz) is
  'Registers leads that were posted as JSON, as an upload of one part: see private.accept_part. stored_upload_id is the '
  'id of the upload that has the content. Definer: like accept_part.';
grant execute on function private.submit_leads(uuid, text, bytea, bigint, uuid, timestamptz) to pipeline_writer;

create function private.submission_rows(p_upload_id uuid, p_after integer, p_limit integer)
returns table (line integer, verdict text, lead_id uuid, code text, detail text)
language sql stable set search_path = '' as $$
  select x.line, x.verdict, x.lead_id, x.code, x.detail
  from (
    select r.line, r.verdict, r.lead_id, null as code, null as detail
    from private.submitted_rows r
    where r.upload_id = p_upload_id and r.line > p_after
      and not exists (select from public.upload_rejects j where j.upload_id = r.upload_id and j.line = r.line)
    union all
    select j.line, 'rejected', null, j.code, j.detail
    from public.upload_rejects j where j.upload_id = p_upload_id and j.line > p_after
  ) x
  order by x.line
  limit p_limit
$$;
comment on function private.submission_rows(uuid, integer, integer) is
  'Verdicts of a submission after a line, in order: the verdict with its lead, or rejected with code and detail.';
grant execute on function private.submission_rows(uuid, integer, integer) to pipeline_writer;
