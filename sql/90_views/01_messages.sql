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
