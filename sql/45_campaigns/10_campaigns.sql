create type public.campaign_state as enum ('draft', 'running', 'paused', 'finished');
comment on type public.campaign_state is 'In the order of life; see sql/STATES.md.';

create table public.campaigns (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  state public.campaign_state not null default 'draft',
  daily_limit integer not null default 250,
  states text[] not null default '{}',
  source_ids uuid[] not null default '{}',
  min_score smallint not null default 0,
  starts_on date,
  ends_on date,
  assign_brokers boolean not null default true,
  sequence_id uuid,
  started_at timestamptz,
  finished_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (org_id, id),
  constraint campaign_runs_a_sequence_of_its_org foreign key (org_id, sequence_id)
    references public.sequences (org_id, id) on delete restrict,
  constraint campaign_has_a_name check (length(btrim(name)) between 1 and 200),
  constraint daily_limit_range check (daily_limit between 1 and 10000),
  constraint min_score_range check (min_score between 0 and 100),
  constraint campaign_states_are_usps_codes
    check (array_to_string(states, ',') ~ '^([A-Z]{2}(,[A-Z]{2})*)?$'),
  constraint campaign_ends_after_it_starts check (ends_on >= starts_on),
  constraint draft_campaign_has_not_started check (state <> 'draft' or started_at is null),
  constraint running_campaign_has_started check (state not in ('running', 'paused') or started_at is not null),
  constraint finished_campaign_has_its_time check ((state = 'finished') = (finished_at is not null))
);
comment on table public.campaigns is
  'Which leads are contacted, and how many per day. The channels are those of the steps of its sequence.';
comment on column public.campaigns.daily_limit is 'Maximum leads per feed.';
comment on column public.campaigns.states is 'USPS codes of the situs states to feed from; empty means all.';
comment on column public.campaigns.source_ids is 'Sources to feed from; empty means all.';
comment on column public.campaigns.starts_on is 'First local date with a feed; null means from the start.';
comment on column public.campaigns.ends_on is 'Last local date with a feed; null means no end.';
comment on column public.campaigns.assign_brokers is 'Whether the feed assigns leads without a broker.';
comment on column public.campaigns.version is 'Counts changes of the row; save_campaign asks for it.';
comment on column public.campaigns.sequence_id is
  'The sequence of its leads; null: leads are fed but nothing is sent.';
create index campaigns_sequence_idx on public.campaigns (org_id, sequence_id) where sequence_id is not null;
create index campaigns_running_idx on public.campaigns (org_id, created_at, id) where state = 'running';

create trigger _100_set_updated_at before update on public.campaigns
  for each row execute function private.set_updated_at();
create trigger _110_count_version before update on public.campaigns
  for each row execute function private.count_version();

create function private.tg_campaigns__check_state() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and new.state <> old.state and (old.state, new.state) not in (
    ('draft', 'running'), ('draft', 'finished'), ('running', 'paused'), ('running', 'finished'),
    ('paused', 'running'), ('paused', 'finished'))
  then
    raise exception 'a % campaign cannot become %', old.state, new.state using errcode = 'SL501';
  end if;
  if new.state in ('running', 'paused') then
    new.started_at := coalesce(new.started_at, now());
  elsif new.state = 'finished' then
    new.finished_at := coalesce(new.finished_at, now());
  end if;
  return new;
end
$$;
comment on function private.tg_campaigns__check_state() is
  'Trigger: allows only the transitions of the campaign state machine (SL501) and sets their times.';
create trigger _200_check_state before insert or update of state on public.campaigns
  for each row execute function private.tg_campaigns__check_state();

-- A campaign with leads is finished, not deleted.
alter table public.leads add constraint lead_is_in_a_campaign_of_its_org
  foreign key (org_id, campaign_id) references public.campaigns (org_id, id) on delete restrict;

alter table public.campaigns enable row level security;
revoke all on public.campaigns from anon, authenticated;
grant select on public.campaigns to authenticated;
grant insert (org_id, name, state, daily_limit, states, source_ids, min_score, starts_on, ends_on, assign_brokers,
  sequence_id),
  update (name, state, daily_limit, states, source_ids, min_score, starts_on, ends_on, assign_brokers, sequence_id)
  on public.campaigns to authenticated;
grant select, update on public.campaigns to pipeline_writer;

create policy select_members on public.campaigns for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy insert_admins on public.campaigns for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy update_admins on public.campaigns for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]))
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.campaigns for select to pipeline_writer using (true);
create policy update_writer on public.campaigns for update to pipeline_writer using (true) with check (true);
