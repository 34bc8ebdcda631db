-- Runs ask data providers about many leads: planned, priced, confirmed by a person, and worked on in the background.

create table public.enrichment_kinds (
  kind text primary key,
  meaning text not null,
  renews text,
  contact_kind public.contact_kind,
  constraint kind_is_a_name check (kind ~ '^[a-z][a-z0-9_]{1,39}$')
);
comment on table public.enrichment_kinds is
  'What runs can ask about leads. The worker has the code of each (edge-functions/_shared/enrichment/kinds.ts).';
comment on column public.enrichment_kinds.renews is
  'The name of the facts that it asks for again once they have expired; contact_kind: if they are about such contacts.';
insert into public.enrichment_kinds (kind, meaning, renews, contact_kind) values
  ('property', 'value, mortgages and sales of properties', null, null),
  ('geocode', 'the position of properties', 'location', null),
  ('trace', 'which phones and e-mails the owners of properties have', null, null),
  ('verify_address', 'whether addresses exist and belong to their owners, and their address keys', null, null),
  ('verify_email', 'whether the e-mail addresses of leads work', 'verification', 'email'),
  ('verify_phone', 'whether the phone numbers of leads work, and their line types', 'verification', 'phone')
on conflict do nothing;

create type public.enrichment_state as enum (
  'planning', 'planned', 'running', 'paused', 'done', 'failed', 'cancelled');
comment on type public.enrichment_state is 'In the order of life; see sql/STATES.md.';

create table public.enrichment_runs (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  kind text not null references public.enrichment_kinds (kind) on delete restrict,
  provider text,
  scope jsonb not null default '{}',
  options jsonb not null default '{}',
  state public.enrichment_state not null default 'planning',
  reason text,
  leads integer not null default 0,
  forecast jsonb,
  most_usd numeric(14, 6),
  spent_usd numeric(14, 6) not null default 0,
  results jsonb not null default '{}',
  correlation_id uuid not null default gen_random_uuid(),
  created_by uuid,
  created_at timestamptz not null default now(),
  planned_at timestamptz,
  confirmed_at timestamptz,
  ended_at timestamptz,
  next_at timestamptz,
  lease_until timestamptz,
  job_id uuid,
  primary key (org_id, id),
  constraint run_id_is_unique unique (id),
  constraint planned_run_has_a_forecast check (state in ('planning', 'failed', 'cancelled') or forecast is not null),
  constraint running_run_is_confirmed check (state not in ('running', 'done') or confirmed_at is not null),
  constraint confirmed_run_has_a_cap check ((confirmed_at is null) = (most_usd is null)),
  constraint ended_run_has_its_time check ((state in ('done', 'failed', 'cancelled')) = (ended_at is not null)),
  constraint stopped_run_has_a_reason check (state not in ('paused', 'failed') or reason is not null)
);
comment on table public.enrichment_runs is
  'Runs that ask data providers about many leads. Nothing is asked before a person has confirmed the forecast.';
comment on column public.enrichment_runs.provider is 'Null: the kind decides which providers it asks.';
comment on column public.enrichment_runs.scope is
  'Which leads: {"campaign_id"}, {"source_id"}, {"fed_next": true}, {"lead_ids": [...]}, or {} for all.';
comment on column public.enrichment_runs.options is 'Options of the kind, such as an account; {"renewal": true}: of facts that have expired, without a person''s '
  'confirmation.';
comment on column public.enrichment_runs.reason is 'Why it is paused or failed.';
comment on column public.enrichment_runs.forecast is
  '{leads, to_ask, cached, most_usd, budget_left_usd, budgets: [{provider, left_usd}]}; budget_left_usd null: no budget.';
comment on column public.enrichment_runs.most_usd is 'What was confirmed: no call is made that would exceed it.';
comment on column public.enrichment_runs.results is 'Answers by what came of them: {"verified": 12, "invalid": 1}.';
comment on column public.enrichment_runs.correlation_id is 'Also in provider_calls.';
comment on column public.enrichment_runs.next_at is 'When the next lead of those that wait is due.';
comment on column public.enrichment_runs.lease_until is 'Until when the worker with job_id has it.';
create index enrichment_runs_open_idx on public.enrichment_runs (next_at) where state in ('planning', 'running');
create index enrichment_runs_kind_idx on public.enrichment_runs (kind);

create type private.enrichment_item_state as enum ('waiting', 'done', 'failed');
comment on type private.enrichment_item_state is 'In the order of life; see sql/STATES.md.';

create table private.enrichment_items (
  org_id uuid not null,
  run_id uuid not null,
  lead_id uuid not null,
  place integer not null,
  state private.enrichment_item_state not null default 'waiting',
  asks integer,
  cached integer,
  most_usd numeric(14, 6),
  reason text,
  attempts smallint not null default 0,
  next_at timestamptz not null default '-infinity',
  primary key (org_id, run_id, lead_id),
  constraint item_belongs_to_a_run foreign key (org_id, run_id)
    references public.enrichment_runs (org_id, id) on delete cascade,
  constraint item_is_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade,
  constraint estimate_is_whole check (num_nonnulls(asks, cached, most_usd) in (0, 3)),
  constraint cached_answers_are_asked_for check (cached between 0 and asks)
);
comment on table private.enrichment_items is 'The leads of a run, in the order in which they are asked about.';
comment on column private.enrichment_items.asks is 'Questions that the forecast found; null: not estimated yet.';
comment on column private.enrichment_items.reason is 'Why it waits or failed, such as over_budget or no_answer.';
create index enrichment_items_waiting_idx on private.enrichment_items (org_id, run_id, place) where state = 'waiting';
create index enrichment_items_lead_idx on private.enrichment_items (org_id, lead_id);

alter table public.enrichment_kinds enable row level security;
alter table public.enrichment_runs enable row level security;
alter table private.enrichment_items enable row level security;
revoke all on public.enrichment_kinds, public.enrichment_runs from anon, authenticated, service_role;
grant select on public.enrichment_kinds to authenticated, service_role, pipeline_writer;
create policy select_members on public.enrichment_kinds for select to authenticated using (true);
create policy select_writer on public.enrichment_kinds for select to pipeline_writer using (true);
grant select on public.enrichment_runs to authenticated, service_role, pipeline_writer;
create policy select_members on public.enrichment_runs for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.enrichment_runs for select to pipeline_writer using (true);
