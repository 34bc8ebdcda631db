-- Built from sql/50_outreach by `npm run db:build`; edit there.

-- sql/50_outreach/01_campaigns.sql

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
  primary key (org_id, id),
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
comment on table public.campaigns is 'Who is contacted and how many a day. Says nothing of channels: those are the steps of its sequence.';
comment on column public.campaigns.daily_limit is 'Leads that one feed takes at most.';
comment on column public.campaigns.states is 'USPS codes of the situs states to feed from; empty means all.';
comment on column public.campaigns.source_ids is 'Sources to feed from; empty means all.';
comment on column public.campaigns.starts_on is 'First local date with a feed; null means from the start.';
comment on column public.campaigns.ends_on is 'Last local date with a feed; null means no end.';
comment on column public.campaigns.assign_brokers is 'Whether the feed gives leads without a broker to one.';
comment on column public.campaigns.sequence_id is 'The sequence that its leads go through; null: leads are fed and nothing is sent.';
create index campaigns_running_idx on public.campaigns (org_id, created_at, id) where state = 'running';

create trigger _100_set_updated_at before update on public.campaigns
  for each row execute function private.set_updated_at();

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
  'Trigger: lets a campaign take only the steps of its state machine (SL501) and stamps their times.';
create trigger _200_check_state before insert or update of state on public.campaigns
  for each row execute function private.tg_campaigns__check_state();

-- A campaign that has leads is finished, not deleted.
alter table public.leads add constraint lead_is_in_a_campaign_of_its_org
  foreign key (org_id, campaign_id) references public.campaigns (org_id, id) on delete restrict;

alter table public.campaigns enable row level security;
revoke all on public.campaigns from anon, authenticated;
grant select on public.campaigns to authenticated;
grant insert (org_id, name, state, daily_limit, states, source_ids, min_score, starts_on, ends_on, assign_brokers, sequence_id),
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

-- sql/50_outreach/02_suppressions.sql

-- "Never contact", kept by value and not by lead: whatever is imported, merged, undone or replayed later,
-- the value stays suppressed. The list only grows.

create table public.suppressions (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  value_bidx bytea not null,
  kind public.contact_kind not null,
  channel text,
  reason text not null,
  source text not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint value_is_suppressed_once_per_channel unique nulls not distinct (org_id, value_bidx, channel),
  constraint suppressed_channel_is_known check (channel in ('email', 'sms', 'voice_manual', 'voice_ai')),
  constraint suppression_says_why check (length(btrim(reason)) > 0 and length(btrim(source)) > 0)
);
comment on table public.suppressions is
  'Phones and e-mails that the org never contacts, by blind index. Insert-only; the first reason and time stay.';
comment on column public.suppressions.channel is 'email, sms, voice_manual or voice_ai; null means all of them.';
comment on column public.suppressions.reason is 'Why: stop, complaint, bounce, request …';
comment on column public.suppressions.source is 'Where it came from: a reply, a webhook, an import, a person.';

create function private.tg_suppressions__only_grow() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Only the org's own end takes its suppressions along.
  if tg_op = 'DELETE' and not exists (select from public.orgs o where o.id = old.org_id) then
    return old;
  end if;
  raise exception 'suppressions only grow' using errcode = 'SL502';
end
$$;
comment on function private.tg_suppressions__only_grow() is
  'Trigger: refuses updates and deletions (SL502). Definer: asks for the org without the policies.';
create trigger _100_only_grow before update or delete on public.suppressions
  for each row execute function private.tg_suppressions__only_grow();
create trigger _100_never_empty before truncate on public.suppressions
  for each statement execute function private.tg_suppressions__only_grow();

create function private.is_suppressed(p_org_id uuid, p_value_bidx bytea, p_channel text default null) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from public.suppressions s
    where s.org_id = p_org_id and s.value_bidx = p_value_bidx
      and (s.channel is null or p_channel is null or s.channel = p_channel));
end
$$;
comment on function private.is_suppressed(uuid, bytea, text) is
  'Whether a value may not be contacted on a channel. Without a channel: whether it is suppressed on any; with ''all'': whether on all at once.';

create function private.suppress_value(
  p_org_id uuid, p_value_bidx bytea, p_kind public.contact_kind, p_channel text, p_reason text, p_source text,
  p_as_of timestamptz default now()
) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  insert into public.suppressions (org_id, value_bidx, kind, channel, reason, source, created_at)
  values (p_org_id, p_value_bidx, p_kind, p_channel, p_reason, p_source, p_as_of)
  on conflict on constraint value_is_suppressed_once_per_channel do nothing;
  return found;
end
$$;
comment on function private.suppress_value(uuid, bytea, public.contact_kind, text, text, text, timestamptz) is
  'Suppresses a value on a channel (null: on all); false when it already was. Every lead with it opts out when it is on all.';

create function private.tg_suppressions__opt_out_leads() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_actor text := current_setting('sluice.actor', true);
  v_clock text := current_setting('sluice.as_of', true);
begin
  -- What follows for a lead happens when the suppression does.
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', (select max(n.created_at) from new_rows n)::text, true);
  update public.leads l set campaign_status = 'opted_out'
  where l.campaign_status <> 'opted_out'
    and (l.org_id, l.id) in (
      select c.org_id, c.lead_id
      from new_rows n
      join public.contact_points c on c.org_id = n.org_id and c.value_bidx = n.value_bidx
      where n.channel is null);
  perform set_config('sluice.actor', coalesce(v_actor, ''), true), set_config('sluice.as_of', coalesce(v_clock, ''), true);
  return null;
end
$$;
comment on function private.tg_suppressions__opt_out_leads() is
  'Trigger: a suppression on all channels opts out every lead with the value. It waits for a feed that holds the lead, and a feed skips a lead it holds, so one of the two always sees the other. Definer: campaign state is not the writer''s to edit.';
create trigger _200_opt_out_leads after insert on public.suppressions
  referencing new table as new_rows for each statement execute function private.tg_suppressions__opt_out_leads();

alter table public.suppressions enable row level security;
revoke all on public.suppressions from anon, authenticated;
grant select on public.suppressions to authenticated;
grant select, insert on public.suppressions to pipeline_writer;
create policy select_admins on public.suppressions for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.suppressions for select to pipeline_writer using (true);
create policy insert_writer on public.suppressions for insert to pipeline_writer with check (true);

-- sql/50_outreach/03_campaign_feeds.sql

create type public.feed_state as enum ('running', 'done', 'failed');
comment on type public.feed_state is 'In the order of life; see sql/STATES.md. A failed feed is tried again the same local day.';

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
comment on table public.campaign_feeds is
  'One row per campaign and local date: what makes a feed happen exactly once.';
comment on column public.campaign_feeds.local_date is 'The date in the org''s time zone.';
comment on column public.campaign_feeds.planned is 'The campaign''s daily limit at the time.';
comment on column public.campaign_feeds.unassigned_count is 'Fed leads for which no broker was free and licensed.';
comment on column public.campaign_feeds.late is 'Whether it ran more than five minutes after six.';
comment on column public.campaign_feeds.detail is
  'left_out: candidates that the live check refused, by reason; from_score, to_score; error of a failed attempt.';
comment on column public.campaign_feeds.correlation_id is 'Stands in the fed events of its leads.';

alter table public.campaign_feeds enable row level security;
revoke all on public.campaign_feeds from anon, authenticated;
grant select on public.campaign_feeds to authenticated;
grant select, insert, update on public.campaign_feeds to pipeline_writer;
create policy select_members on public.campaign_feeds for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy select_writer on public.campaign_feeds for select to pipeline_writer using (true);
create policy insert_writer on public.campaign_feeds for insert to pipeline_writer with check (true);
create policy update_writer on public.campaign_feeds for update to pipeline_writer using (true) with check (true);

-- sql/50_outreach/10_assign_brokers.sql

-- Only leads that someone works on count towards a broker's capacity.
create index leads_broker_load_idx on public.leads (org_id, assigned_broker_id)
  where campaign_status in ('queued', 'active', 'replied', 'paused', 'booked') and assigned_broker_id is not null;

create function private.assign_brokers(p_org_id uuid, p_lead_ids uuid[], p_as_of timestamptz default now())
returns uuid[]
language plpgsql volatile set search_path = '' as $$
declare
  v_brokers uuid[];
  v_licensed text[];
  v_free integer[];
  v_queue integer[];
  v_turn_at timestamptz[];
  v_given uuid[] := '{}'::uuid[];
  v_lead record;
  v_pick integer;
begin
  -- Locked, so that two feeds of the org do not fill the same seats.
  perform from public.brokers b where b.org_id = p_org_id and b.active order by b.id for no key update;
  select array_agg(b.id order by b.last_assigned_at nulls first, b.id),
    array_agg(array_to_string(b.licensed_states, ',') order by b.last_assigned_at nulls first, b.id),
    array_agg(b.capacity - coalesce(o.open, 0) order by b.last_assigned_at nulls first, b.id),
    array_agg(row_number order by row_number)
  into v_brokers, v_licensed, v_free, v_queue
  from (
    select b.*, row_number() over (order by b.last_assigned_at nulls first, b.id)::integer
    from public.brokers b where b.org_id = p_org_id and b.active
  ) b
  left join (
    select l.assigned_broker_id, count(*)::integer as open
    from public.leads l
    where l.org_id = p_org_id and l.assigned_broker_id is not null
      and l.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')
    group by l.assigned_broker_id
  ) o on o.assigned_broker_id = b.id;
  v_turn_at := array_fill(null::timestamptz, array[coalesce(cardinality(v_brokers), 0)]);

  for v_lead in
    select l.assigned_broker_id as has, l.situs_state as state, i.n
    from unnest(p_lead_ids) with ordinality i (id, n)
    join public.leads l on l.org_id = p_org_id and l.id = i.id
    order by i.n
  loop
    v_pick := null;
    if v_lead.has is not null then
      -- The lead keeps its broker, whose seat it takes.
      v_pick := array_position(v_brokers, v_lead.has);
      v_given := v_given || v_lead.has;
    else
      select q.who into v_pick
      from unnest(v_queue) with ordinality q (who, n)
      where v_free[q.who] > 0
        and (v_licensed[q.who] = '' or v_lead.state = any (string_to_array(v_licensed[q.who], ',')))
      order by q.n limit 1;
      v_given := v_given || v_brokers[v_pick];
      if v_pick is not null then
        v_queue := array_remove(v_queue, v_pick) || v_pick;
        -- A microsecond a turn: the order of this feed is the order in which the next one starts.
        v_turn_at[v_pick] := p_as_of + v_lead.n * interval '1 microsecond';
      end if;
    end if;
    if v_pick is not null then
      v_free[v_pick] := v_free[v_pick] - 1;
    end if;
  end loop;

  update public.brokers b set last_assigned_at = t.at
  from unnest(v_brokers, v_turn_at) t (id, at)
  where b.org_id = p_org_id and b.id = t.id and t.at is not null;
  return v_given;
end
$$;
comment on function private.assign_brokers(uuid, uuid[], timestamptz) is
  'Brokers for leads, in the order of p_lead_ids: a lead keeps its own; else the active broker who waited longest, has a free seat and is licensed in the situs state (no list of states: in any); null when there is none. Writes last_assigned_at only; the caller writes the leads.';

-- sql/50_outreach/11_judge_candidates.sql

-- A phone may be on the records of dozens of leads, few of which are in work: those are looked for in an index
-- that holds no others, and the rest are told apart without being read.
create index leads_in_work_idx on public.leads (org_id, id)
  where campaign_status in ('queued', 'active', 'replied', 'paused', 'booked');

create function private.judge_candidates(p_org_id uuid, p_lead_ids uuid[])
returns table (lead_id uuid, lead_score smallint, refusal text, phones bytea[])
language plpgsql volatile set search_path = '' as $$
begin
  return query
  with contacts as materialized (
    select i.n, l.id, l.lead_score as score, not l.consent and l.consented_at is not null as revoked,
      c.value_bidx, c.verified, coalesce(c.kind = 'phone' and c.invalid_at is null, false) as reachable
    from unnest(p_lead_ids) with ordinality i (id, n)
    join public.leads l on l.org_id = p_org_id and l.id = i.id
    left join public.contact_points c on c.org_id = p_org_id and c.lead_id = i.id
  ),
  -- Each value once: the many properties of one owner have one phone. Subqueries that stay subqueries
  -- (offset 0) instead of joins to leads and campaigns: each is a probe of one index, whatever the statistics
  -- know of leads in work.
  facts as materialized (
    select v.value_bidx, private.is_suppressed(p_org_id, v.value_bidx) as held,
      v.reachable and (
        exists (
          select from public.leads o
          where o.org_id = p_org_id and o.phone_bidx = v.value_bidx
            and o.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')
            and (select k.state from public.campaigns k where k.org_id = o.org_id and k.id = o.campaign_id) in ('running', 'paused')
          offset 0)
        or exists (
          select from public.contact_points q
          where q.org_id = p_org_id and q.value_bidx = v.value_bidx and q.invalid_at is null
            and exists (
              select from public.leads o
              where o.org_id = q.org_id and o.id = q.lead_id
                and o.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')
                and (select k.state from public.campaigns k where k.org_id = o.org_id and k.id = o.campaign_id) in ('running', 'paused')
              offset 0)
          offset 0)) as taken
    from (select c.value_bidx, bool_or(c.reachable) as reachable from contacts c group by c.value_bidx) v
    where v.value_bidx is not null
  )
  select c.id, c.score,
    case
      when c.revoked then 'consent_revoked'
      when not bool_or(c.reachable and c.verified) then 'no_verified_phone'
      when not bool_or(c.reachable and c.verified and not f.held)
        or bool_or(case when f.held then private.is_suppressed(p_org_id, c.value_bidx, 'all') end) then 'suppressed'
      when bool_or(c.reachable and f.taken) then 'phone_in_campaign'
    end,
    array_agg(c.value_bidx) filter (where c.reachable)
  from contacts c
  left join facts f on f.value_bidx = c.value_bidx
  group by c.n, c.id, c.score, c.revoked
  order by c.n;
end
$$;
comment on function private.judge_candidates(uuid, uuid[]) is
  'The live check of new leads that the caller holds locked, in the order given: why each may not be fed (null: it may) and its phones. A phone is in a campaign when a lead in work there has it; a paused campaign may go on at any time and counts, and so does the one that is being fed.';

-- sql/50_outreach/12_feed_campaign.sql

create function public.feed_campaign(
  p_org_id uuid, p_campaign_id uuid, p_local_date date, p_as_of timestamptz default now()
) returns setof public.campaign_feeds
language plpgsql volatile set search_path = ''
-- The cursor below wants its first few hundred rows, however many candidates there are; the planner, which
-- sees them all, would otherwise sort them or compile the plan.
set cursor_tuple_fraction = 0.0001 set jit = off as $$
declare
  v_campaign public.campaigns;
  v_feed public.campaign_feeds;
  v_began constant timestamptz := clock_timestamp();
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_more boolean := true;
  v_candidate uuid;
  v_batch uuid[];
  v_lead record;
  v_leads uuid[] := '{}'::uuid[];
  v_scores smallint[] := '{}'::smallint[];
  v_brokers uuid[];
  v_unassigned integer;
  v_busy_phones bytea[] := '{}'::bytea[];
  v_left_out jsonb := '{}'::jsonb;
  -- The view nominates; status, score and filters are those of this instant. Best first, and a lead that
  -- somebody else holds is left to them.
  v_candidates no scroll cursor for
    select l.id
    from public.leads l
    join public.mv_contactable_leads n on n.org_id = l.org_id and n.lead_id = l.id
    where l.org_id = p_org_id and l.campaign_status = 'new' and l.phone_verified
      and l.lead_score >= v_campaign.min_score
      and (cardinality(v_campaign.states) = 0 or l.situs_state = any (v_campaign.states))
      and (cardinality(v_campaign.source_ids) = 0 or l.source_id = any (v_campaign.source_ids))
    order by l.lead_score desc, l.id
    for no key update of l skip locked;
begin
  if not pg_try_advisory_xact_lock(
    hashtextextended(format('sluice feed %s %s %s', p_org_id, p_campaign_id, p_local_date), 0))
  then
    return;
  end if;
  -- Feeds of one org wait for each other: what one has not committed yet, another cannot see, and both would
  -- take a phone that two leads share.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice feed %s', p_org_id), 0));
  select c.* into v_campaign from public.campaigns c
  where c.org_id = p_org_id and c.id = p_campaign_id for share;
  if v_campaign.state is distinct from 'running' then
    raise exception 'campaign % is not running', p_campaign_id using errcode = 'SL503';
  end if;

  insert into public.campaign_feeds as f (org_id, campaign_id, local_date, planned, started_at, late)
  select p_org_id, p_campaign_id, p_local_date, v_campaign.daily_limit, p_as_of,
    p_as_of > private.feed_due_at(p_local_date, o.time_zone) + interval '5 minutes'
  from public.orgs o where o.id = p_org_id
  on conflict (org_id, campaign_id, local_date) do update
    set state = 'running', planned = excluded.planned, started_at = excluded.started_at, late = excluded.late,
      finished_at = null, retry_after = null, attempts = f.attempts + 1, detail = '{}'
    where f.state = 'failed'
  returning f.* into v_feed;
  if not found then
    return;
  end if;
  perform set_config('sluice.actor', 'system', true);

  open v_candidates;
  while v_more and cardinality(v_leads) < v_campaign.daily_limit loop
    v_batch := '{}'::uuid[];
    while v_more and cardinality(v_batch) < v_campaign.daily_limit - cardinality(v_leads) loop
      fetch v_candidates into v_candidate;
      v_more := found;
      if v_more then
        v_batch := v_batch || v_candidate;
      end if;
    end loop;
    for v_lead in select * from private.judge_candidates(p_org_id, v_batch) loop
      if v_lead.refusal is null and v_lead.phones && v_busy_phones then
        v_lead.refusal := 'phone_in_campaign';
      end if;
      if v_lead.refusal is null then
        v_leads := v_leads || v_lead.lead_id;
        v_scores := v_scores || v_lead.lead_score;
        v_busy_phones := v_busy_phones || v_lead.phones;
      else
        v_left_out := v_left_out
          || jsonb_build_object(v_lead.refusal, coalesce((v_left_out ->> v_lead.refusal)::integer, 0) + 1);
      end if;
    end loop;
  end loop;
  close v_candidates;

  if v_campaign.assign_brokers then
    v_brokers := private.assign_brokers(p_org_id, v_leads, p_as_of);
  end if;
  with fed as (
    update public.leads l
    set campaign_id = p_campaign_id, campaign_status = 'queued', added_to_campaign_at = p_as_of,
      current_sequence_step = 0, assigned_broker_id = coalesce(l.assigned_broker_id, f.broker_id)
    from unnest(v_leads, v_brokers) f (lead_id, broker_id)
    where l.org_id = p_org_id and l.id = f.lead_id
    returning l.assigned_broker_id
  )
  select count(*) into v_unassigned from fed where fed.assigned_broker_id is null;
  insert into public.sequence_runs (org_id, campaign_id, lead_id, sequence_id, next_step, next_channel, next_at, correlation_id, started_at)
  select p_org_id, p_campaign_id, f.lead_id, (n.s).sequence_id, (n.s).step, (n.s).channel,
    private.step_due_at(n.s, f.lead_id, p_as_of, o.time_zone, o.holidays), v_feed.correlation_id, p_as_of
  from unnest(v_leads) f (lead_id)
  join public.orgs o on o.id = p_org_id
  cross join lateral (
    select x as s from public.sequence_steps x
    where x.org_id = p_org_id and x.sequence_id = v_campaign.sequence_id order by x.step limit 1) n
  on conflict do nothing;
  insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
  select p_org_id, f.lead_id, 'fed', p_as_of, v_feed.correlation_id,
    jsonb_build_object('campaign_id', p_campaign_id, 'place', f.place)
  from unnest(v_leads) with ordinality f (lead_id, place);

  update public.campaign_feeds f
  set state = 'done', fed_count = cardinality(v_leads),
    unassigned_count = v_unassigned,
    finished_at = p_as_of + (clock_timestamp() - v_began),
    detail = jsonb_strip_nulls(jsonb_build_object(
      'left_out', v_left_out, 'from_score', v_scores[1], 'to_score', v_scores[cardinality(v_scores)]))
  where f.org_id = p_org_id and f.campaign_id = p_campaign_id and f.local_date = p_local_date
  returning f.* into v_feed;
  perform set_config('sluice.actor', v_actor, true);
  return next v_feed;
end
$$;
comment on function public.feed_campaign(uuid, uuid, date, timestamptz) is
  'Feeds the best candidates of the view that pass the live check into a running campaign, up to its daily limit, and returns the row of the ledger; no row when this local date is done or another session is at it. Does not ask the calendar: feed_campaigns does. Raises SL503 when the campaign does not run.';
revoke execute on function public.feed_campaign(uuid, uuid, date, timestamptz) from public, anon, authenticated;
grant execute on function public.feed_campaign(uuid, uuid, date, timestamptz) to pipeline_writer, service_role;

-- sql/50_outreach/13_feed_campaigns.sql

-- Cron is UTC, business is local: whoever ticks, and however often, what is due follows from the clock, the
-- org's time zone and the ledger.

create function private.feed_due_at(p_local_date date, p_time_zone text) returns timestamptz
language sql stable set search_path = '' as $$
  select (p_local_date + time '06:00') at time zone p_time_zone
$$;
comment on function private.feed_due_at(date, text) is 'The instant of six in the morning on a local date.';

create function private.due_feeds(p_as_of timestamptz default now())
returns table (org_id uuid, campaign_id uuid, local_date date)
language sql stable set search_path = '' as $$
  select c.org_id, c.id, d.today
  from public.campaigns c
  join public.orgs o on o.id = c.org_id
  cross join lateral (select (p_as_of at time zone o.time_zone)::date as today) d
  where c.state = 'running'
    and extract(isodow from d.today) between 1 and 5
    and not d.today = any (o.holidays)
    and d.today between coalesce(c.starts_on, d.today) and coalesce(c.ends_on, d.today)
    and p_as_of >= private.feed_due_at(d.today, o.time_zone)
    and not exists (
      select from public.campaign_feeds f
      where f.org_id = c.org_id and f.campaign_id = c.id and f.local_date = d.today
        and (f.state <> 'failed' or f.retry_after > p_as_of))
  order by c.org_id, c.created_at, c.id
$$;
comment on function private.due_feeds(timestamptz) is
  'Feeds that are due: running campaigns whose org has a business day (Monday to Friday, no holiday of its own), past six local, not yet done today. What was missed is caught up later the same local day, never on another.';

create function private.fail_feed(
  p_org_id uuid, p_campaign_id uuid, p_local_date date, p_as_of timestamptz, p_code text, p_error text
) returns setof public.campaign_feeds
language plpgsql volatile set search_path = '' as $$
declare
  v_feed public.campaign_feeds;
begin
  insert into public.campaign_feeds as f
    (org_id, campaign_id, local_date, state, planned, started_at, finished_at, retry_after, detail)
  select p_org_id, p_campaign_id, p_local_date, 'failed', c.daily_limit, p_as_of, p_as_of,
    p_as_of + interval '1 minute', jsonb_build_object('error', p_code)
  from public.campaigns c where c.org_id = p_org_id and c.id = p_campaign_id
  on conflict (org_id, campaign_id, local_date) do update
    set attempts = f.attempts + 1, started_at = excluded.started_at, finished_at = excluded.finished_at,
      retry_after = p_as_of + least(interval '1 minute' * 2 ^ f.attempts, interval '1 hour'), detail = excluded.detail
    where f.state = 'failed'
  returning f.* into v_feed;
  if found then
    perform private.record_dead_letter(p_org_id, 'feed',
      jsonb_build_object('campaign_id', p_campaign_id, 'local_date', p_local_date), p_code, p_error,
      v_feed.correlation_id, p_as_of);
    return next v_feed;
  end if;
end
$$;
comment on function private.fail_feed(uuid, uuid, date, timestamptz, text, text) is
  'Notes a feed that failed, in ledger and dead letters; the wait until the next attempt doubles from a minute to an hour.';

create function public.feed_campaigns(p_as_of timestamptz default now()) returns setof public.campaign_feeds
language plpgsql volatile set search_path = '' as $$
declare
  v_due record;
  v_error text;
begin
  for v_due in select * from private.due_feeds(p_as_of) loop
    begin
      return query select * from public.feed_campaign(v_due.org_id, v_due.campaign_id, v_due.local_date, p_as_of);
      if found then
        update public.pipeline_dlq d set resolved_at = p_as_of
        where d.source = 'feed' and d.resolved_at is null
          and d.payload = jsonb_build_object('campaign_id', v_due.campaign_id, 'local_date', v_due.local_date);
      end if;
    -- One campaign's fault must not keep the others from their day.
    exception when others then
      get stacked diagnostics v_error = message_text;
      raise warning 'feed of campaign % failed: % (%)', v_due.campaign_id, v_error, sqlstate;
      return query select * from private.fail_feed(
        v_due.org_id, v_due.campaign_id, v_due.local_date, p_as_of, sqlstate, v_error);
    end;
  end loop;
end
$$;
comment on function public.feed_campaigns(timestamptz) is
  'Feeds every campaign that is due and returns the ledger rows of what it did. Call it as often as you like: each campaign is fed once per local date.';
revoke execute on function public.feed_campaigns(timestamptz) from public, anon, authenticated;
grant execute on function public.feed_campaigns(timestamptz) to pipeline_writer, service_role;

-- The service role calls these two through the API; what they call is granted with them.
grant execute on function private.feed_due_at(date, text), private.due_feeds(timestamptz),
  private.fail_feed(uuid, uuid, date, timestamptz, text, text), private.judge_candidates(uuid, uuid[]),
  private.assign_brokers(uuid, uuid[], timestamptz), private.is_suppressed(uuid, bytea, text) to service_role;
