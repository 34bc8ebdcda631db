-- Built from sql/90_views by `npm run db:build`; edit there.

-- sql/90_views/01_messages.sql

create view public.lead_messages with (security_invoker = true) as
select m.org_id, m.lead_id, m.id as message_id, coalesce(m.sent_at, m.claimed_at, m.created_at) as at, m.channel,
  m.kind, m.state,
  c.masked as contact, s.name as sender, s.address as sender_address, k.name as campaign, m.step, m.variant,
    t.name as template,
  t.version as template_version, t.subject, m.sent_at, m.delivered_at, m.opened_at, m.clicked_at, m.bounced_at,
    m.failed_at, m.cancelled_at,
  m.refused, m.error_code, m.attempts, m.cost_usd, m.decision_id, m.correlation_id
from public.messages m
join public.senders s on s.org_id = m.org_id and s.id = m.sender_id
left join public.contact_points c on c.org_id = m.org_id and c.id = m.contact_point_id
left join public.campaigns k on k.org_id = m.org_id and k.id = m.campaign_id
left join public.templates t on t.org_id = m.org_id and t.id = m.template_id;
comment on view public.lead_messages is
  'Messages to a lead: when, from which sender, with which template and decision, and their outcome. Filter by '
  'lead_id; order by at.';
revoke all on public.lead_messages from anon, authenticated;
grant select on public.lead_messages to authenticated, service_role;

create view public.campaign_progress with (security_invoker = true) as
select r.org_id, r.campaign_id, k.name as campaign, r.state, r.next_step, r.next_channel, count(*) as leads,
  min(r.next_at) as next_at,
  count(*) filter (where r.message_id is not null) as in_flight, count(*) filter (where r.refusal is not null) as
    recently_refused
from public.sequence_runs r
join public.campaigns k on k.org_id = r.org_id and k.id = r.campaign_id
group by r.org_id, r.campaign_id, k.name, r.state, r.next_step, r.next_channel;
comment on view public.campaign_progress is
  'Number of leads of a campaign before each step, and when the next is due. A broker counts own leads only.';
revoke all on public.campaign_progress from anon, authenticated;
grant select on public.campaign_progress to authenticated, service_role;

-- By campaign and channel, so that each is a probe of the index of due steps, however many wait.
create function private.due_counts(p_org_id uuid default null, p_as_of timestamptz default now())
returns table (org_id uuid, channel text, due bigint, next_at timestamptz)
language plpgsql stable set search_path = '' as $$
begin
  return query
  select d.org_id, d.channel, sum(d.due)::bigint, min(d.next_at)
  from (
    select c.org_id, ch as channel,
      (select count(*) from public.sequence_runs r where r.org_id = c.org_id and r.campaign_id = c.id
        and r.next_channel = ch
        and r.state = 'active' and r.next_at <= p_as_of) as due,
      (select r.next_at from public.sequence_runs r where r.org_id = c.org_id and r.campaign_id = c.id
        and r.next_channel = ch
        and r.state = 'active' and r.next_at > p_as_of order by r.next_at limit 1) as next_at
    from public.campaigns c cross join unnest('{email,sms,voice_ai}'::text[]) ch
    where c.state = 'running' and (p_org_id is null or c.org_id = p_org_id)
    union all
    select o.id, ch,
      (select count(*) from public.messages m where m.org_id = o.id and m.channel = ch and m.state = 'retrying'
        and m.retry_at <= p_as_of),
      (select m.retry_at from public.messages m where m.org_id = o.id and m.channel = ch and m.state = 'retrying'
        and m.retry_at > p_as_of
        order by m.retry_at limit 1)
    from public.orgs o cross join unnest('{email,sms,voice_ai}'::text[]) ch
    where p_org_id is null or o.id = p_org_id) d
  group by d.org_id, d.channel
  having sum(d.due) > 0 or min(d.next_at) is not null
  order by d.org_id, d.channel;
end
$$;
comment on function private.due_counts(uuid, timestamptz) is
  'By org and channel: how many steps and retries are due, and when the next one is.';

create function private.next_due_at(p_org_id uuid default null) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  return (
    select min(d.at) from (
      select (select r.next_at from public.sequence_runs r where r.org_id = c.org_id and r.campaign_id = c.id
        and r.next_channel = ch
        and r.state = 'active' and r.next_at is not null order by r.next_at limit 1) as at
      from public.campaigns c cross join unnest('{email,sms,voice_ai}'::text[]) ch
      where c.state = 'running' and (p_org_id is null or c.org_id = p_org_id)
      union all
      select (select m.retry_at from public.messages m where m.org_id = o.id and m.channel = ch
        and m.state = 'retrying' order by m.retry_at limit 1)
      from public.orgs o cross join unnest('{email,sms,voice_ai}'::text[]) ch
      where p_org_id is null or o.id = p_org_id) d);
end
$$;
comment on function private.next_due_at(uuid) is
  'When the earliest waiting step or retry is, or was, due; null if none waits. One index probe per campaign and '
  'channel.';

-- sql/90_views/02_funnel.sql

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
  'The funnel: how many leads reached each step, one row per org and step, in the order of kind. A broker counts '
  'own leads only.';
revoke all on public.funnel from anon, authenticated;
grant select on public.funnel to authenticated, service_role;

-- sql/90_views/03_my_leads.sql

-- The policy on leads already limits brokers to their own leads, but the planner cannot tell that these are a small
-- part of the table, and reads all of it. This view states the filter.
create view public.my_leads with (security_invoker = true) as
select l.org_id, l.id as lead_id, l.lead_score, l.status, l.campaign_id, l.campaign_status, l.added_to_campaign_at,
  l.current_sequence_step, l.last_reply_at, l.call_attempt_count,
  l.owner_full, l.owner_1_first, l.owner_1_last,
  l.situs_house_number, l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip, l.time_zone,
  l.email_verified, l.phone_verified, l.consent, l.attributes, l.created_at, l.updated_at
from public.leads l
where l.assigned_broker_id = any ((select private.my_broker_ids())::uuid[])
  and l.org_id = any ((select private.my_org_ids())::uuid[]);
comment on view public.my_leads is
  'The leads assigned to the caller, whatever their role. For a broker''s list, order by lead_score desc, lead_id.';
revoke all on public.my_leads from anon, authenticated;
grant select on public.my_leads to authenticated, service_role;

-- sql/90_views/04_my_day.sql

create function public.my_day(p_limit integer default 100, p_as_of timestamptz default now())
returns table (org_id uuid, lead_id uuid, owner_full text, situs_city text, situs_state text, lead_score smallint,
  status public.lead_status, campaign_status public.campaign_status, outlook text, now_by text[], next_at timestamptz,
    why text)
language plpgsql volatile set search_path = '' as $$
#variable_conflict use_column
declare
  v_leads uuid[];
begin
  -- Leads that replied first, then those in work, then the others by score.
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
      string_agg(s.channel || ' to ' || s.contact || ': ' || s.why, E'\n' order by s.rank, s.channel, s.contact)
        filter (where s.outlook <> 'now') as why
    from seen s group by s.lead_id
  )
  select l.org_id, l.lead_id, l.owner_full, l.situs_city, l.situs_state, l.lead_score, l.status, l.campaign_status,
    coalesce(('{now,later today,later,never}'::text[])[x.rank], 'never'), coalesce(x.now_by, '{}'),
    case when x.rank > 1 then x.next_at end, case when x.rank is null then 'no phone number or e-mail address'
      else x.why end
  from unnest(v_leads) with ordinality i (id, n)
  join public.my_leads l on l.lead_id = i.id
  left join summed x on x.lead_id = l.lead_id
  order by coalesce(x.rank, 4), i.n;
end
$$;
comment on function public.my_day(integer, timestamptz) is
  'A broker''s day: of the caller''s leads, those that replied, are in work or score best; for each, whether it '
  'can be contacted now (by which channels), later today (next_at), later or never, and why not. Asks the gate '
  'live; stores nothing.';
revoke execute on function public.my_day(integer, timestamptz) from public, anon;
grant execute on function public.my_day(integer, timestamptz) to authenticated;
