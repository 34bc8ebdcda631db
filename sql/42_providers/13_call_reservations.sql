-- Calls in flight, and answers that are kept. A reservation is written before the call: it holds the cost, and keeps
-- other workers from making the same call. One whose worker died stays, and counts as spent until it is reconciled.

create type private.call_state as enum ('in_flight', 'unconfirmed');
comment on type private.call_state is
  'in_flight: a worker waits for the answer; after lease_until it counts as unconfirmed. unconfirmed: nobody knows '
  'whether the provider charged it. See sql/STATES.md.';

create table private.call_reservations (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  provider text not null,
  account text not null,
  endpoint text not null,
  input_bidx bytea,
  lead_id uuid,
  contact_point_id bigint,
  cost_usd numeric(14, 6) not null,
  local_date date not null,
  state private.call_state not null default 'in_flight',
  reserved_at timestamptz not null,
  lease_until timestamptz not null,
  correlation_id uuid,
  code text,
  primary key (org_id, id),
  constraint call_in_flight_is_made_once unique (org_id, provider, endpoint, input_bidx),
  constraint reserved_cost_is_not_negative check (cost_usd >= 0)
);
comment on table private.call_reservations is
  'Calls that are being made, or whose answer never came. Their cost is in call_spend.reserved_usd.';
comment on column private.call_reservations.input_bidx is
  'Keyed hash of the question; null: the subject was erased meanwhile, and the answer is not kept.';
comment on column private.call_reservations.local_date is 'The date of the org whose budget the cost is reserved in.';
create index call_reservations_lead_idx on private.call_reservations (org_id, lead_id) where lead_id is not null;

create table private.provider_answers (
  org_id uuid not null references public.orgs (id) on delete cascade,
  provider text not null,
  endpoint text not null,
  input_bidx bytea not null,
  outcome public.call_outcome not null,
  answer_cipher bytea,
  key_id integer,
  cost_usd numeric(14, 6) not null default 0,
  answered_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (org_id, provider, endpoint, input_bidx),
  constraint kept_answer_is_final check (outcome in ('ok', 'empty', 'forbidden_person')),
  constraint answer_has_its_key check ((answer_cipher is null) = (key_id is null)),
  constraint answer_expires_after_it_came check (expires_at > answered_at),
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table private.provider_answers is
  'The cache: answers of providers, encrypted under the org''s data key, found by the keyed hash of the question.';
comment on column private.provider_answers.cost_usd is 'What the call cost: what each further answer saves.';
create index provider_answers_expiry_idx on private.provider_answers (expires_at);
create index provider_answers_key_idx on private.provider_answers (key_id, org_id) where key_id is not null;

alter table private.call_reservations enable row level security;
grant select, insert, update, delete on private.call_reservations to pipeline_writer;
create policy select_writer on private.call_reservations for select to pipeline_writer using (true);
create policy insert_writer on private.call_reservations for insert to pipeline_writer with check (true);
create policy update_writer on private.call_reservations for update to pipeline_writer using (true) with check (true);
create policy delete_writer on private.call_reservations for delete to pipeline_writer using (true);
alter table private.provider_answers enable row level security;
grant select, insert, update, delete on private.provider_answers to pipeline_writer;
create policy select_writer on private.provider_answers for select to pipeline_writer using (true);
create policy insert_writer on private.provider_answers for insert to pipeline_writer with check (true);
create policy update_writer on private.provider_answers for update to pipeline_writer using (true) with check (true);
create policy delete_writer on private.provider_answers for delete to pipeline_writer using (true);

create function private.input_bidx(p_provider text, p_endpoint text, p_input text, p_key bytea) returns bytea
language sql stable parallel safe as $$
  select private.blind_index(concat_ws(chr(31), p_provider, p_endpoint, p_input), p_key)
$$;
comment on function private.input_bidx(text, text, text, bytea) is
  'Keyed hash of a normalised question to an endpoint of a provider.';

create function private.lock_calls(p_org_id uuid, p_provider text) returns void
language sql volatile as $$
  select pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'sluice calls', p_org_id, p_provider), 0))
$$;
comment on function private.lock_calls(uuid, text) is
  'Serialises the statements that reserve and settle calls of an org to a provider, until they commit. The calls '
  'themselves are made outside of it.';

create function private.org_date(p_org_id uuid, p_as_of timestamptz) returns date
language plpgsql stable set search_path = '' as $$
begin
  return (select (p_as_of at time zone o.time_zone)::date from public.orgs o where o.id = p_org_id);
end
$$;
comment on function private.org_date(uuid, timestamptz) is 'The local date of the org.';

create function private.forget_answers(p_org_id uuid, p_lead_ids uuid[]) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  -- An answer that is on its way is charged, but not kept. First these: who is
  -- storing one is waited for.
  update private.call_reservations r set input_bidx = null
  where r.org_id = p_org_id and r.lead_id = any (p_lead_ids) and r.input_bidx is not null;
  delete from private.provider_answers a
  using (
    select distinct c.provider, c.endpoint, c.input_bidx from public.provider_calls c
    where c.org_id = p_org_id and c.lead_id = any (p_lead_ids)) c
  where a.org_id = p_org_id and a.provider = c.provider and a.endpoint = c.endpoint and a.input_bidx = c.input_bidx;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_answers(uuid, uuid[]) is
  'Deletes the kept answers to questions about leads, and sees to it that none is kept that is still on its way; '
  'returns how many were deleted.';
