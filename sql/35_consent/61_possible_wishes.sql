-- Contacts from whom a message arrived that may be a wish to be left alone: the reader was not sure, or does not read
-- the language. Nothing automatic is sent to their leads until a person has looked at the message.

create table private.possible_wishes (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  value_bidx bytea not null,
  lead_id uuid,
  at timestamptz not null,
  inbox_id bigint,
  primary key (org_id, id),
  constraint possible_wish_holds_once_per_lead unique (org_id, value_bidx, lead_id),
  -- A wish outlives the lead: a later list may have the person again.
  constraint possible_wish_is_of_a_lead foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete set null (lead_id)
);
comment on table private.possible_wishes is
  'Phones and e-mails, by blind index, from which a possible wish to be left alone arrived that no person has looked '
  'at.';
comment on column private.possible_wishes.lead_id is
  'The lead with the task to look at it; null while no lead has the phone or e-mail, until one is imported.';
comment on column private.possible_wishes.inbox_id is
  'The delivery with the message, where no lead was found: it is read again when there is one.';
create index possible_wishes_lead_idx on private.possible_wishes (org_id, lead_id);
alter table private.possible_wishes enable row level security;
grant select, insert on private.possible_wishes to pipeline_writer;
create policy select_writer on private.possible_wishes for select to pipeline_writer using (true);
create policy insert_writer on private.possible_wishes for insert to pipeline_writer with check (true);

create function private.possible_wish_since(p_org_id uuid, p_lead_id uuid) returns timestamptz
language sql stable set search_path = '' as $$
  select min(x.at) from (
    select w.at
    from public.contact_points c
    join private.possible_wishes w on w.org_id = c.org_id and w.value_bidx = c.value_bidx
    where c.org_id = p_org_id and c.lead_id = p_lead_id
    union all
    select w.at from private.possible_wishes w where w.org_id = p_org_id and w.lead_id = p_lead_id) x
$$;
comment on function private.possible_wish_since(uuid, uuid) is
  'Since when a possible wish of the lead, or from one of its contacts, waits for a person; null if none does. A wish '
  'on one contact may reach the others.';
