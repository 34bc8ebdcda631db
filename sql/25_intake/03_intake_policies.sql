alter table public.uploads enable row level security;
alter table public.upload_parts enable row level security;
alter table public.ingest_replay_guard enable row level security;
alter table public.upload_rejects enable row level security;

grant select on public.uploads, public.upload_parts to authenticated;
grant select (org_id, upload_id, part, line, code, detail, replayed_at) on public.upload_rejects to authenticated;
grant select, update on public.uploads, public.upload_parts to pipeline_writer;
grant select, delete on public.ingest_replay_guard to pipeline_writer;
grant select, insert, update, delete on public.upload_rejects to pipeline_writer;

create policy select_members on public.uploads for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.uploads for select to pipeline_writer using (true);
create policy update_writer on public.uploads for update to pipeline_writer using (true) with check (true);

create policy select_members on public.upload_parts for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.upload_parts for select to pipeline_writer using (true);
create policy update_writer on public.upload_parts for update to pipeline_writer using (true) with check (true);

create policy select_members on public.upload_rejects for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.upload_rejects for select to pipeline_writer using (true);
create policy insert_writer on public.upload_rejects for insert to pipeline_writer with check (true);
create policy update_writer on public.upload_rejects for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.upload_rejects for delete to pipeline_writer using (true);

create policy select_writer on public.ingest_replay_guard for select to pipeline_writer using (true);
create policy delete_writer on public.ingest_replay_guard for delete to pipeline_writer using (true);
