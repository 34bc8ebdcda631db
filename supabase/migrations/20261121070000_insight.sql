-- Built from sql/70_insight by `npm run db:build`; edit there.

-- sql/70_insight/01_daily_runs.sql

-- What happens once a day for the whole installation, whoever ticks and however often.

create type private.run_state as enum ('running', 'done', 'failed');
comment on type private.run_state is 'In the order of life; see sql/STATES.md. A failed run is tried again.';

create table private.daily_runs (
  task text not null,
  local_date date not null,
  state private.run_state not null default 'running',
  late boolean not null default false,
  attempts integer not null default 1,
  started_at timestamptz not null,
  finished_at timestamptz,
  retry_after timestamptz,
  error text,
  detail jsonb not null default '{}',
  primary key (task, local_date),
  constraint finished_run_has_its_time check ((state = 'running') = (finished_at is null)),
  constraint failed_run_is_tried_again check ((state = 'failed') = (retry_after is not null and error is not null))
);
comment on table private.daily_runs is 'One row per task and local date (America/Los_Angeles): what makes it happen exactly once.';
comment on column private.daily_runs.late is 'Whether it ran more than five minutes after its time.';
alter table private.daily_runs enable row level security;
grant select on private.daily_runs to pipeline_writer;
create policy select_writer on private.daily_runs for select to pipeline_writer using (true);

create function private.claim_daily_run(p_task text, p_at time, p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_today constant date := (p_as_of at time zone 'America/Los_Angeles')::date;
  v_due constant timestamptz := (v_today + p_at) at time zone 'America/Los_Angeles';
begin
  if p_as_of < v_due
    or not pg_try_advisory_xact_lock(hashtextextended(format('sluice run %s %s', p_task, v_today), 0))
  then
    return false;
  end if;
  insert into private.daily_runs as r (task, local_date, late, started_at)
  values (p_task, v_today, p_as_of > v_due + interval '5 minutes', p_as_of)
  on conflict (task, local_date) do update
    set state = 'running', attempts = r.attempts + 1, late = excluded.late, started_at = excluded.started_at,
      finished_at = null, retry_after = null, error = null
    where r.state = 'failed' and r.retry_after <= p_as_of;
  return found;
end
$$;
comment on function private.claim_daily_run(text, time, timestamptz) is
  'Whether the caller is to do the task now: its time in Los Angeles has passed, today''s run is not done, and nobody else is at it. Definer: the ledger is nobody''s to edit.';

create function private.finish_daily_run(
  p_task text, p_as_of timestamptz, p_began timestamptz, p_detail jsonb default '{}', p_error text default null
) returns void
language sql volatile security definer set search_path = '' as $$
  insert into private.daily_runs as r (task, local_date, state, started_at, finished_at, retry_after, error, detail)
  values (p_task, (p_as_of at time zone 'America/Los_Angeles')::date,
    case when p_error is null then 'done' else 'failed' end::private.run_state, p_as_of,
    p_as_of + (clock_timestamp() - p_began),
    case when p_error is not null then p_as_of + interval '1 minute' end, p_error, p_detail)
  on conflict (task, local_date) do update
    set state = excluded.state, finished_at = excluded.finished_at, error = excluded.error, detail = excluded.detail,
      attempts = r.attempts + (r.state = 'failed')::integer, started_at = excluded.started_at,
      retry_after = case when p_error is not null
        then p_as_of + least(interval '1 minute' * 2 ^ (r.attempts - 1), interval '1 hour') end
$$;
comment on function private.finish_daily_run(text, timestamptz, timestamptz, jsonb, text) is
  'Closes a claimed run; with an error it is tried again, after a wait that doubles from a minute to an hour. Definer: as above.';
revoke execute on function private.claim_daily_run(text, time, timestamptz),
  private.finish_daily_run(text, timestamptz, timestamptz, jsonb, text) from pipeline_writer;

-- sql/70_insight/02_mv_contactable_leads.sql

-- Who could be contacted, as of the last refresh. It nominates; whoever acts on it checks the lead live.

create materialized view public.mv_contactable_leads as
-- As private.is_suppressed has it: a suppression on all channels of a phone ends when a consent lifted each of them.
with held as materialized (
  select s.org_id, s.value_bidx, s.channel is null and l.n = 0 as wholly
  from public.suppressions s
  cross join lateral (
    select count(*) as n from public.suppression_lifts l where l.org_id = s.org_id and l.suppression_id = s.id) l
  where l.n < case when s.channel is null and s.kind = 'phone' then 3 else 1 end
)
select l.org_id, l.id as lead_id, l.lead_score, l.situs_state, l.source_id
from public.leads l
where l.campaign_status = 'new' and l.phone_verified
  and (l.consent or l.consented_at is null)
  and exists (
    select from public.contact_points c
    where c.org_id = l.org_id and c.lead_id = l.id
      and c.kind = 'phone' and c.verified and c.invalid_at is null
      and not exists (
        select from held s where s.org_id = c.org_id and s.value_bidx = c.value_bidx))
  and not exists (
    select from held s
    join public.contact_points c on c.org_id = s.org_id and c.value_bidx = s.value_bidx
    where s.wholly and c.org_id = l.org_id and c.lead_id = l.id)
  and not exists (
    select from public.leads o
    join public.campaigns k on k.org_id = o.org_id and k.id = o.campaign_id and k.state in ('running', 'paused')
    where o.org_id = l.org_id and o.phone_bidx = l.phone_bidx
      and o.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked'));
comment on materialized view public.mv_contactable_leads is
  'Leads with a verified phone that no suppression, revoked consent or campaign holds back, as of the last refresh. Not exposed: contactable_leads is.';
create unique index mv_contactable_leads_key on public.mv_contactable_leads (org_id, lead_id);
create index mv_contactable_leads_score_idx on public.mv_contactable_leads (org_id, lead_score desc, lead_id);
revoke all on public.mv_contactable_leads from anon, authenticated;
grant select on public.mv_contactable_leads to pipeline_writer;

create function public.refresh_contactable_leads(p_as_of timestamptz default now(), p_force boolean default false)
returns boolean
language plpgsql volatile security definer set search_path = ''
-- A refresh sorts and joins the whole view with itself, twice: memory helps it, compiling does not.
set work_mem = '32MB' set jit = off as $$
declare
  v_began constant timestamptz := clock_timestamp();
  v_filled constant boolean := (
    select c.relispopulated from pg_catalog.pg_class c where c.oid = 'public.mv_contactable_leads'::regclass);
  v_error text;
begin
  if not p_force and not private.claim_daily_run('refresh_contactable_leads', '05:30', p_as_of) then
    return false;
  end if;
  begin
    if v_filled then
      refresh materialized view concurrently public.mv_contactable_leads;
    else
      refresh materialized view public.mv_contactable_leads;
    end if;
    analyze public.mv_contactable_leads;
  -- A forced refresh tells its caller; the daily one is noted and tried again, and feeds go on with
  -- yesterday's nominations, since they check each lead live.
  exception when others then
    if p_force then
      raise;
    end if;
    get stacked diagnostics v_error = message_text;
    raise warning 'refresh of mv_contactable_leads failed: % (%)', v_error, sqlstate;
    perform private.finish_daily_run('refresh_contactable_leads', p_as_of, v_began, '{}', v_error);
    return false;
  end;
  if not p_force then
    perform private.finish_daily_run('refresh_contactable_leads', p_as_of, v_began,
      jsonb_build_object('seconds', round(extract(epoch from clock_timestamp() - v_began), 3), 'concurrently', v_filled));
  end if;
  return true;
end
$$;
comment on function public.refresh_contactable_leads(timestamptz, boolean) is
  'Refreshes mv_contactable_leads, without blocking its readers, once per date in Los Angeles from 05:30 on; true when it did. p_force refreshes at any time and leaves the ledger alone. Definer: only the owner may refresh.';
revoke execute on function public.refresh_contactable_leads(timestamptz, boolean) from public, anon, authenticated;
grant execute on function public.refresh_contactable_leads(timestamptz, boolean) to pipeline_writer, service_role;

-- sql/70_insight/03_contactable_leads.sql

-- A materialized view knows no row-level security. This view stands between it and the members, in a schema
-- that the API does not expose, and lets through the orgs that the caller belongs to: ids only, and no
-- security barrier, which would keep the planner from looking single leads up. What may be seen of a lead
-- is decided by its own policies, since contactable_leads reads with the caller's rights.
create view private.nominated_leads as
select n.org_id, n.lead_id
from public.mv_contactable_leads n
where n.org_id = any ((select private.my_org_ids())::uuid[]) or (select private.is_trusted_desk());
comment on view private.nominated_leads is 'Ids of the contactable leads of the caller''s orgs. Runs with its owner''s rights on purpose.';
revoke all on private.nominated_leads from anon, authenticated;
grant select on private.nominated_leads to authenticated, service_role;
grant execute on function private.is_trusted_desk() to authenticated, service_role;

create view public.contactable_leads with (security_invoker = true) as
select l.org_id, l.id as lead_id, l.lead_score, l.status, l.assigned_broker_id,
  l.owner_full, l.owner_1_first, l.owner_1_last,
  l.situs_house_number, l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip, l.time_zone,
  l.email_verified, l.phone_verified, l.source_id, l.created_at
from public.leads l
join private.nominated_leads n on n.org_id = l.org_id and n.lead_id = l.id
where l.campaign_status = 'new' and l.phone_verified;
comment on view public.contactable_leads is
  'Leads that a feed could take next, of those one may see: nominated by the last refresh and still new and verified now. Quick with the org named: where org_id = … order by lead_score desc, lead_id limit 100.';
revoke all on public.contactable_leads from anon, authenticated;
grant select on public.contactable_leads to authenticated, service_role;

-- sql/70_insight/04_funnel.sql

create view public.funnel with (security_invoker = true) as
select o.id as org_id, k.kind, coalesce(e.quantity, 0) as quantity, e.first_at, e.last_at
from public.orgs o
cross join unnest(enum_range(null::public.pipeline_event_kind)) k (kind)
left join (
  select p.org_id, p.kind, sum(p.quantity) as quantity, min(p.at) as first_at, max(p.at) as last_at
  from public.pipeline_events p
  group by p.org_id, p.kind
) e on e.org_id = o.id and e.kind = k.kind;
comment on view public.funnel is
  'How many came how far: one row per org and step, in the order of kind. A broker counts only what happened to their own leads.';
revoke all on public.funnel from anon, authenticated;
grant select on public.funnel to authenticated, service_role;

-- sql/70_insight/05_my_leads.sql

-- The policy of leads lets a broker see theirs without a filter, but the planner cannot know that a broker
-- sees a small part of the table, and reads all of it. Here the filter is said.
create view public.my_leads with (security_invoker = true) as
select l.org_id, l.id as lead_id, l.lead_score, l.status, l.campaign_id, l.campaign_status, l.added_to_campaign_at,
  l.current_sequence_step, l.last_reply_at, l.call_attempt_count,
  l.owner_full, l.owner_1_first, l.owner_1_last,
  l.situs_house_number, l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip, l.time_zone,
  l.email_verified, l.phone_verified, l.consent, l.attributes, l.created_at, l.updated_at
from public.leads l
where l.assigned_broker_id = any ((select private.my_broker_ids())::uuid[])
  and l.org_id = any ((select private.my_org_ids())::uuid[]);
comment on view public.my_leads is 'The leads that are assigned to the caller, whatever their role. A broker''s list: order by lead_score desc, lead_id.';
revoke all on public.my_leads from anon, authenticated;
grant select on public.my_leads to authenticated, service_role;

-- sql/70_insight/06_candidates.sql

create function private.candidates_of(k public.campaigns) returns table (lead_id uuid)
language sql stable as $$
  select n.lead_id from public.mv_contactable_leads n
  where n.org_id = k.org_id and n.lead_score >= k.min_score
    and (cardinality(k.states) = 0 or n.situs_state = any (k.states))
    and (cardinality(k.source_ids) = 0 or n.source_id = any (k.source_ids))
$$;
comment on function private.candidates_of(public.campaigns) is 'Leads that a campaign could feed, as of the last refresh.';
revoke execute on function private.candidates_of(public.campaigns) from pipeline_writer;

-- sql/70_insight/07_my_day.sql

create function public.my_day(p_limit integer default 100, p_as_of timestamptz default now())
returns table (org_id uuid, lead_id uuid, owner_full text, situs_city text, situs_state text, lead_score smallint,
  status public.lead_status, campaign_status public.campaign_status, outlook text, now_by text[], next_at timestamptz, why text)
language plpgsql volatile set search_path = '' as $$
#variable_conflict use_column
declare
  v_leads uuid[];
begin
  -- Who answered first, then who is in work, then the best of the rest.
  v_leads := array(
    select l.lead_id from public.my_leads l
    where l.campaign_status not in ('opted_out', 'invalid')
    order by l.campaign_status = 'replied' desc, l.campaign_status in ('queued', 'active', 'paused', 'booked') desc,
      l.lead_score desc, l.lead_id
    limit p_limit);
  return query
  with seen as materialized (
    select o.*, array_position('{now,later today,later,never}', o.outlook) as rank
    from public.contact_outlook(v_leads, p_as_of => p_as_of) o
  ),
  summed as (
    select s.lead_id, min(s.rank) as rank,
      array_agg(distinct s.channel) filter (where s.outlook = 'now') as now_by,
      min(s.next_allowed_at) filter (where s.outlook in ('later today', 'later')) as next_at,
      string_agg(s.channel || ' to ' || s.contact || ': ' || s.why, E'\n' order by s.rank, s.channel, s.contact) filter (where s.outlook <> 'now') as why
    from seen s group by s.lead_id
  )
  select l.org_id, l.lead_id, l.owner_full, l.situs_city, l.situs_state, l.lead_score, l.status, l.campaign_status,
    coalesce(('{now,later today,later,never}'::text[])[x.rank], 'never'), coalesce(x.now_by, '{}'),
    case when x.rank > 1 then x.next_at end, case when x.rank is null then 'there is no phone or e-mail' else x.why end
  from unnest(v_leads) with ordinality i (id, n)
  join public.my_leads l on l.lead_id = i.id
  left join summed x on x.lead_id = l.lead_id
  order by coalesce(x.rank, 4), i.n;
end
$$;
comment on function public.my_day(integer, timestamptz) is
  'A broker''s day: of the leads assigned to the caller, those who answered, are in work or score best, and of each whether it can be contacted now (by which channels), later today (next_at), later or never, and why not. Live, by the gate; stores nothing.';
revoke execute on function public.my_day(integer, timestamptz) from public, anon;
grant execute on function public.my_day(integer, timestamptz) to authenticated;
