-- Contacts from whom something was received that is not processed yet. The gate refuses them, so that a wish counts
-- from the moment in which its receipt is acknowledged. Filled with the inbox, emptied when a delivery is processed.

create table private.unread_contacts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  value_bidx bytea not null,
  inbox_id bigint not null,
  received_at timestamptz not null,
  primary key (org_id, value_bidx, inbox_id)
);
comment on table private.unread_contacts is
  'Phones and e-mails, by blind index, of deliveries that are not processed: the person may have opted out.';
alter table private.unread_contacts enable row level security;
grant select, insert, delete on private.unread_contacts to pipeline_writer;
create policy select_writer on private.unread_contacts for select to pipeline_writer using (true);
create policy insert_writer on private.unread_contacts for insert to pipeline_writer with check (true);
create policy delete_writer on private.unread_contacts for delete to pipeline_writer using (true);

create function private.unread_since(p_org_id uuid, p_lead_id uuid) returns timestamptz
language sql stable set search_path = '' as $$
  select min(u.received_at)
  from public.contact_points c
  join private.unread_contacts u on u.org_id = c.org_id and u.value_bidx = c.value_bidx
  where c.org_id = p_org_id and c.lead_id = p_lead_id
$$;
comment on function private.unread_since(uuid, uuid) is
  'When the oldest unprocessed message from any contact of the lead was received; null if there is none. A wish on '
  'one contact may reach the others.';
