create view public.lead_messages with (security_invoker = true) as
select m.org_id, m.lead_id, m.id as message_id, coalesce(m.sent_at, m.claimed_at, m.created_at) as at, m.channel, m.kind, m.state,
  c.masked as contact, s.name as sender, s.address as sender_address, k.name as campaign, m.step, m.variant, t.name as template,
  t.version as template_version, t.subject, m.sent_at, m.delivered_at, m.opened_at, m.clicked_at, m.bounced_at, m.failed_at, m.cancelled_at,
  m.refused, m.error_code, m.attempts, m.cost_usd, m.decision_id, m.correlation_id
from public.messages m
join public.senders s on s.org_id = m.org_id and s.id = m.sender_id
left join public.contact_points c on c.org_id = m.org_id and c.id = m.contact_point_id
left join public.campaigns k on k.org_id = m.org_id and k.id = m.campaign_id
left join public.templates t on t.org_id = m.org_id and t.id = m.template_id;
comment on view public.lead_messages is
  'What was sent to a lead, when, from where, by which text and decision, and what came of it. Filter by lead_id; order by at.';
revoke all on public.lead_messages from anon, authenticated;
grant select on public.lead_messages to authenticated, service_role;

create view public.campaign_progress with (security_invoker = true) as
select r.org_id, r.campaign_id, k.name as campaign, r.state, r.next_step, r.next_channel, count(*) as leads, min(r.next_at) as next_at,
  count(*) filter (where r.message_id is not null) as on_their_way, count(*) filter (where r.refusal is not null) as refused_last
from public.sequence_runs r
join public.campaigns k on k.org_id = r.org_id and k.id = r.campaign_id
group by r.org_id, r.campaign_id, k.name, r.state, r.next_step, r.next_channel;
comment on view public.campaign_progress is 'How many leads of a campaign stand before which step, and when the next is due. A broker counts own leads only.';
revoke all on public.campaign_progress from anon, authenticated;
grant select on public.campaign_progress to authenticated, service_role;

create function private.due_counts(p_org_id uuid default null, p_as_of timestamptz default now())
returns table (org_id uuid, channel text, due bigint, next_at timestamptz)
language plpgsql stable set search_path = '' as $$
begin
  return query
  select d.org_id, d.channel, count(*) filter (where d.at <= p_as_of), min(d.at) filter (where d.at > p_as_of)
  from (
    select r.org_id, r.next_channel as channel, r.next_at as at from public.sequence_runs r
    join public.campaigns c on c.org_id = r.org_id and c.id = r.campaign_id and c.state = 'running'
    where r.state = 'active' and r.next_at is not null and (p_org_id is null or r.org_id = p_org_id)
    union all
    select m.org_id, m.channel, m.retry_at from public.messages m
    where m.state = 'retrying' and (p_org_id is null or m.org_id = p_org_id)) d
  group by d.org_id, d.channel order by d.org_id, d.channel;
end
$$;
comment on function private.due_counts(uuid, timestamptz) is 'By org and channel: how many steps and retries are due, and when the next one after that is.';
