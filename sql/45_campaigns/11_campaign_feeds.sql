create type public.feed_state as enum ('running', 'done', 'failed');
comment on type public.feed_state is
  'In the order of life; see sql/STATES.md. A failed feed is retried on the same local day.';

create table public.campaign_feeds (
  org_id uuid not null,
  campaign_id uuid not null,
  local_date date not null,
  state public.feed_state not null default 'running',
  planned integer not null,
  fed_count integer not null default 0,
  unassigned_count integer not null default 0,
  late boolean not null default false,
  attempts integer not null default 1,
  retry_after timestamptz,
  started_at timestamptz not null,
  finished_at timestamptz,
  correlation_id uuid not null default gen_random_uuid(),
  detail jsonb not null default '{}',
  primary key (org_id, campaign_id, local_date),
  constraint feed_belongs_to_a_campaign_of_its_org foreign key (org_id, campaign_id)
    references public.campaigns (org_id, id) on delete cascade,
  constraint feed_counts_add_up check (fed_count between 0 and planned and unassigned_count between 0 and fed_count),
  constraint finished_feed_has_its_time check ((state = 'running') = (finished_at is null)),
  constraint failed_feed_fed_nobody check (state <> 'failed' or fed_count = 0),
  constraint failed_feed_is_tried_again check ((state = 'failed') = (retry_after is not null))
);
comment on table public.campaign_feeds is 'One row per campaign and local date, so that a feed happens exactly once.';
comment on column public.campaign_feeds.local_date is 'The date in the org''s time zone.';
comment on column public.campaign_feeds.planned is 'The campaign''s daily limit at the time.';
comment on column public.campaign_feeds.unassigned_count is 'Fed leads for which no licensed broker had capacity.';
comment on column public.campaign_feeds.late is 'Whether it ran later than 6:05 local time.';
comment on column public.campaign_feeds.detail is
  'left_out: candidates that the live check refused, by reason; from_score, to_score; error of a failed attempt.';
comment on column public.campaign_feeds.correlation_id is 'Also in the fed events and runs of leads that came with no upload.';

alter table public.campaign_feeds enable row level security;
revoke all on public.campaign_feeds from anon, authenticated;
grant select on public.campaign_feeds to authenticated;
grant select, insert, update on public.campaign_feeds to pipeline_writer;
create policy select_members on public.campaign_feeds for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy select_writer on public.campaign_feeds for select to pipeline_writer using (true);
create policy insert_writer on public.campaign_feeds for insert to pipeline_writer with check (true);
create policy update_writer on public.campaign_feeds for update to pipeline_writer using (true) with check (true);
