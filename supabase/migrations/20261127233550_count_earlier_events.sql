-- Written by hand: rows for what exists. Stages for the orgs that have none, and the daily counts of earlier events and
-- messages. What was counted since the migration before is counted again from the events, under a lock.

set lock_timeout = '5s';
set statement_timeout = '30min';

select private.add_deal_stages(o.id) from public.orgs o;

do $count$
begin
  lock table public.pipeline_events, public.messages in share row exclusive mode;
  delete from private.pipeline_deltas where true;
  delete from private.pipeline_daily where true;
  insert into private.pipeline_daily (org_id, day, kind, source_id, campaign_id, broker_id, fed_week, quantity, leads)
  select n.org_id, (n.at at time zone o.time_zone)::date, n.kind, coalesce(l.source_id, u.source_id),
    coalesce(n.campaign_id, case when n.kind >= 'fed' then l.campaign_id end), l.assigned_broker_id,
    case when n.kind = 'fed' then date_trunc('week', n.at at time zone o.time_zone)::date
      when n.kind > 'fed' then date_trunc('week', l.added_to_campaign_at at time zone o.time_zone)::date end,
    sum(n.quantity), count(*) filter (where n.lead_id is not null and (n.kind <> 'sent' or n.nth = 1))
  from (
    select e.org_id, e.at, e.kind, e.lead_id, e.quantity, (e.detail ->> 'campaign_id')::uuid as campaign_id,
      (e.detail ->> 'upload_id')::uuid as upload_id,
      row_number() over (partition by e.org_id, e.kind, e.lead_id, e.detail ->> 'campaign_id' order by e.at, e.id) as nth
    from public.pipeline_events e
  ) n
  join public.orgs o on o.id = n.org_id
  left join public.leads l on l.org_id = n.org_id and l.id = n.lead_id
  left join public.uploads u on u.org_id = n.org_id and u.id = n.upload_id and n.lead_id is null
  group by 1, 2, 3, 4, 5, 6, 7;

  -- Earlier messages count on the date on which they were sent.
  delete from private.message_deltas where true;
  delete from private.message_daily where true;
  insert into private.message_daily (org_id, day, campaign_id, sequence_id, step, channel, variant, template_id, sent,
    delivered, opened, clicked, bounced, failed, unsubscribed, cost_usd)
  select m.org_id, (coalesce(m.sent_at, m.claimed_at, m.created_at) at time zone o.time_zone)::date, m.campaign_id,
    m.sequence_id, m.step, m.channel, m.variant, m.template_id, count(m.sent_at), count(m.delivered_at),
    count(m.opened_at), count(m.clicked_at), count(m.bounced_at), count(m.failed_at), count(m.unsubscribed_at),
    coalesce(sum(m.cost_usd), 0)
  from public.messages m join public.orgs o on o.id = m.org_id
  where num_nonnulls(m.sent_at, m.failed_at, m.cost_usd) > 0
  group by 1, 2, 3, 4, 5, 6, 7, 8;
end
$count$;
