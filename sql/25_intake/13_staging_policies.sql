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
