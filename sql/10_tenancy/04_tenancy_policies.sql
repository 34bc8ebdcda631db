alter table public.orgs enable row level security;
alter table public.members enable row level security;
alter table public.brokers enable row level security;

grant select on public.orgs, public.members, public.brokers to authenticated;
grant update (name, time_zone, holidays, settings) on public.orgs to authenticated;
-- Nobody makes a member but the person: by accepting an invitation (23_invitations.sql), which names the terms.
grant update (role), delete on public.members to authenticated;
grant insert (org_id, user_id, name, licensed_states, capacity, active),
  update (user_id, name, licensed_states, capacity, active), delete on public.brokers to authenticated;
grant select on public.orgs, public.members, public.brokers to pipeline_writer;
grant update (last_assigned_at) on public.brokers to pipeline_writer;

create policy select_members on public.orgs for select to authenticated
  using (id = any ((select private.my_org_ids())::uuid[]));
create policy update_owners on public.orgs for update to authenticated
  using (id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]))
  with check (id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.orgs for select to pipeline_writer using (true);

create policy select_members on public.members for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
-- Only an owner can make an owner: an admin cannot give anyone more rights than the admin has.
create policy update_admins on public.members for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner}'))::uuid[])
    or (role <> 'owner' and org_id = any ((select private.my_org_ids('{admin}'))::uuid[])))
  with check (org_id = any ((select private.my_org_ids('{owner}'))::uuid[])
    or (role <> 'owner' and org_id = any ((select private.my_org_ids('{admin}'))::uuid[])));
create policy delete_admins on public.members for delete to authenticated
  using (org_id = any ((select private.my_org_ids('{owner}'))::uuid[])
    or (role <> 'owner' and org_id = any ((select private.my_org_ids('{admin}'))::uuid[])));
create policy select_writer on public.members for select to pipeline_writer using (true);

create policy select_members on public.brokers for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy insert_admins on public.brokers for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy update_admins on public.brokers for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]))
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy delete_admins on public.brokers for delete to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.brokers for select to pipeline_writer using (true);
create policy update_writer on public.brokers for update to pipeline_writer using (true) with check (true);
