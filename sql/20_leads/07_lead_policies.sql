-- Read and write rights on leads. Owners, admins and viewers see the whole org; a broker sees the assigned leads.
-- Columns that no person may change by hand (identity keys, scores, consent, campaign state, verification) are not
-- granted.

alter table public.leads enable row level security;
alter table public.lead_addresses enable row level security;
alter table public.contact_points enable row level security;
alter table public.lead_changes enable row level security;
alter table public.lead_merges enable row level security;
alter table public.lead_joins enable row level security;
alter table public.verification_code_map enable row level security;

-- A contact with another blind index would be one that nobody refused; history is written by triggers and functions.
revoke all on public.contact_points, public.lead_changes, public.lead_merges, public.lead_joins,
  public.verification_code_map from service_role;
grant select on public.contact_points, public.lead_changes, public.lead_merges, public.lead_joins,
  public.verification_code_map to service_role;
grant select on public.leads, public.lead_addresses, public.lead_changes, public.lead_joins,
  public.verification_code_map to authenticated;
-- Not the copy of the merged lead, which has ciphertexts and blind indexes; an undo reads it as the owner.
grant select (org_id, id, survivor_id, merged_id, merged_contacts, upload_id, reason, merged_at, undone_at,
  survivor_changes, merged_by, ended_runs) on public.lead_merges to authenticated;
grant select (org_id, id, lead_id, kind, masked, label, position, verified, codes, invalid_at, created_upload_id,
  created_at)
  on public.contact_points to authenticated;
grant insert (org_id, apn, county_fips, situs_street, situs_unit, situs_city, situs_state, situs_zip,
    owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip, attributes, status, assigned_broker_id)
  on public.leads to authenticated;
grant update (owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip, attributes, status, assigned_broker_id)
  on public.leads to authenticated;
grant select, insert, update, delete on public.leads, public.lead_addresses, public.contact_points to pipeline_writer;
grant select, insert, update on public.lead_merges to pipeline_writer;
grant select, insert on public.lead_joins to pipeline_writer;
grant select on public.lead_changes, public.verification_code_map to pipeline_writer;

create function private.sees_lead(p_org_id uuid, p_lead_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.leads l
    where l.org_id = p_org_id and l.id = p_lead_id
      and (l.org_id = any (private.my_org_ids('{owner,admin,viewer}'))
        or (l.assigned_broker_id = any (private.my_broker_ids()) and l.org_id = any (private.my_org_ids()))))
$$;
comment on function private.sees_lead(uuid, uuid) is
  'Whether the signed-in user may see the lead. For rows that belong to a lead. Definer: the policies themselves '
  'call it.';
revoke execute on function private.sees_lead(uuid, uuid) from public;
grant execute on function private.sees_lead(uuid, uuid), private.current_actor()
  to authenticated, service_role, pipeline_writer;

create policy select_members on public.leads for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
    or (assigned_broker_id = any ((select private.my_broker_ids())::uuid[])
      and org_id = any ((select private.my_org_ids())::uuid[])));
create policy insert_workers on public.leads for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[])
    or (assigned_broker_id = any ((select private.my_broker_ids())::uuid[])
      and org_id = any ((select private.my_org_ids('{broker}'))::uuid[])));
create policy update_workers on public.leads for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[])
    or (assigned_broker_id = any ((select private.my_broker_ids())::uuid[])
      and org_id = any ((select private.my_org_ids('{broker}'))::uuid[])))
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[])
    or (assigned_broker_id = any ((select private.my_broker_ids())::uuid[])
      and org_id = any ((select private.my_org_ids('{broker}'))::uuid[])));
create policy select_writer on public.leads for select to pipeline_writer using (true);
create policy insert_writer on public.leads for insert to pipeline_writer with check (true);
create policy update_writer on public.leads for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.leads for delete to pipeline_writer using (true);

create policy select_members on public.lead_addresses for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]) and private.sees_lead(org_id, lead_id));
create policy select_writer on public.lead_addresses for select to pipeline_writer using (true);
create policy insert_writer on public.lead_addresses for insert to pipeline_writer with check (true);
create policy update_writer on public.lead_addresses for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.lead_addresses for delete to pipeline_writer using (true);

create policy select_members on public.contact_points for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]) and private.sees_lead(org_id, lead_id));
create policy select_writer on public.contact_points for select to pipeline_writer using (true);
create policy insert_writer on public.contact_points for insert to pipeline_writer with check (true);
create policy update_writer on public.contact_points for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.contact_points for delete to pipeline_writer using (true);

create policy select_members on public.lead_changes for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
      or private.sees_lead(org_id, lead_id)));
create policy select_writer on public.lead_changes for select to pipeline_writer using (true);

create policy select_members on public.lead_merges for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.lead_merges for select to pipeline_writer using (true);
create policy insert_writer on public.lead_merges for insert to pipeline_writer with check (true);
create policy update_writer on public.lead_merges for update to pipeline_writer using (true) with check (true);

create policy select_members on public.lead_joins for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.lead_joins for select to pipeline_writer using (true);
create policy insert_writer on public.lead_joins for insert to pipeline_writer with check (true);

create policy select_everybody on public.verification_code_map for select
  to authenticated, pipeline_writer using (true);
