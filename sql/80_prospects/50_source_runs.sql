-- Runs look for the businesses of a universe: priced, confirmed, and worked on in the background. The cells of the quad
-- tree stay, so that a run continues where another one ended.

create type public.source_run_state as enum (
  'planning', 'planned', 'running', 'paused', 'done', 'failed', 'cancelled');
comment on type public.source_run_state is 'In the order of life; see sql/STATES.md.';

create table public.source_runs (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  universe_id uuid not null,
  local_date date not null,
  scheduled boolean not null default false,
  state public.source_run_state not null default 'planning',
  reason text,
  forecast jsonb,
  most_usd numeric(14, 6),
  spent_usd numeric(14, 6) not null default 0,
  calls integer not null default 0,
  cells integer not null default 0,
  places_new integer not null default 0,
  places_read integer not null default 0,
  businesses_new integer not null default 0,
  correlation_id uuid not null default gen_random_uuid(),
  created_by uuid,
  created_at timestamptz not null default now(),
  confirmed_at timestamptz,
  ended_at timestamptz,
  next_at timestamptz,
  lease_until timestamptz,
  job_id uuid,
  primary key (org_id, id),
  constraint source_run_id_is_unique unique (id),
  constraint one_run_a_day_for_a_universe unique (org_id, universe_id, local_date),
  constraint source_run_is_of_a_universe_of_its_org foreign key (org_id, universe_id)
    references public.universes (org_id, id) on delete cascade,
  constraint planned_source_run_has_a_forecast check (state in ('planning', 'failed', 'cancelled') or forecast is not null),
  constraint running_source_run_is_confirmed check (state not in ('running', 'done') or confirmed_at is not null),
  constraint confirmed_source_run_has_a_cap check ((confirmed_at is null) = (most_usd is null)),
  constraint ended_source_run_has_its_time check ((state in ('done', 'failed', 'cancelled')) = (ended_at is not null)),
  constraint stopped_source_run_has_a_reason check (state not in ('paused', 'failed') or reason is not null)
);
comment on table public.source_runs is
  'Runs that look for businesses, one for a universe and local date. Nothing is asked before its forecast is confirmed.';
comment on column public.source_runs.scheduled is 'Opened by the schedule, which confirms it within universes.scheduled_usd.';
comment on column public.source_runs.forecast is
  '{cells, calls_least, calls_most, reads_most, search_usd, read_usd, most_usd, budget_left_usd}; calls_most and most_usd '
  'are what the run is limited to, since nobody knows how many cells will be cut.';
comment on column public.source_runs.cells is 'Cells that were answered.';
create index source_runs_open_idx on public.source_runs (next_at) where state in ('planning', 'running');

create type public.source_cell_state as enum ('open', 'split', 'complete', 'incomplete');
comment on type public.source_cell_state is 'In the order of life; see sql/STATES.md.';

create table public.source_cells (
  org_id uuid not null,
  universe_id uuid not null,
  category text not null,
  path text not null,
  south double precision not null,
  west double precision not null,
  north double precision not null,
  east double precision not null,
  state public.source_cell_state not null default 'open',
  results integer,
  results_new integer,
  calls integer not null default 0,
  cost_usd numeric(14, 6) not null default 0,
  asked_at timestamptz,
  primary key (org_id, universe_id, category, path),
  constraint cell_is_of_a_universe_of_its_org foreign key (org_id, universe_id)
    references public.universes (org_id, id) on delete cascade,
  constraint cell_has_a_size check (north > south and east > west),
  constraint path_has_quarters check (path ~ '^[0-3]{0,30}$'),
  constraint answered_cell_has_its_time check (state = 'open' or asked_at is not null)
);
comment on table public.source_cells is
  'The quad tree of a universe for each category of its provider. split: it was full and is cut in four. incomplete: it '
  'was full and is not cut further, so that there are more places than were found.';
comment on column public.source_cells.path is 'Where it is: a quarter per digit, from the whole area on.';
comment on column public.source_cells.results_new is 'Places in its last answer that were not known before; of its first answer, all.';
create index source_cells_open_idx on public.source_cells (org_id, universe_id, length(path), category)
  where state = 'open';

create trigger _010_require_pack before insert or update on public.source_runs
  for each row execute function private.tg_require_pack('prospects');
create trigger _010_require_pack before insert or update on public.source_cells
  for each row execute function private.tg_require_pack('prospects');
alter table public.source_runs enable row level security;
alter table public.source_cells enable row level security;
revoke all on public.source_runs, public.source_cells from anon, authenticated, service_role;
grant select on public.source_runs, public.source_cells to authenticated, service_role, pipeline_writer;
create policy select_members on public.source_runs for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
    and org_id = any ((select private.orgs_with_pack('prospects'))::uuid[]));
create policy select_members on public.source_cells for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
    and org_id = any ((select private.orgs_with_pack('prospects'))::uuid[]));
create policy select_writer on public.source_runs for select to pipeline_writer using (true);
create policy select_writer on public.source_cells for select to pipeline_writer using (true);
