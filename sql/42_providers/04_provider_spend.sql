create table private.provider_spend (
  org_id uuid not null,
  sender_id uuid not null,
  local_date date not null,
  spent_usd numeric(14, 6) not null default 0,
  reserved_usd numeric(14, 6) not null default 0,
  messages integer not null default 0,
  primary key (org_id, sender_id, local_date),
  constraint spend_is_of_a_sender_of_its_org foreign key (org_id, sender_id)
    references public.senders (org_id, id) on delete cascade
);
comment on table private.provider_spend is
  'Cost of a sender on a local date of the org. reserved_usd: messages that their provider has not answered yet.';

alter table private.provider_spend enable row level security;
grant select, insert, update, delete on private.provider_spend to pipeline_writer;
create policy select_writer on private.provider_spend for select to pipeline_writer using (true);
create policy insert_writer on private.provider_spend for insert to pipeline_writer with check (true);
create policy update_writer on private.provider_spend for update to pipeline_writer using (true) with check (true);
create policy delete_writer on private.provider_spend for delete to pipeline_writer using (true);
