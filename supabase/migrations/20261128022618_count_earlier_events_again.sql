-- Written by hand: the counts and sums of what exists. Everything is counted from the events, messages, replies, data calls
-- and leads, under a lock, and folded as the job folds it.

set lock_timeout = '5s';
set statement_timeout = '30min';

do $count$
begin
  lock table public.pipeline_events, public.messages, public.replies, public.provider_calls, public.leads
    in share row exclusive mode;
  delete from private.pipeline_deltas where true;
  delete from private.pipeline_daily where true;
  delete from private.funnel_sums where true;
  delete from private.cohort_sums where true;
  insert into private.pipeline_deltas (org_id, day, kind, source_id, campaign_id, broker_id, fed_week, quantity, leads)
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
  perform private.fold_pipeline(2147483647);

  -- Earlier messages count on the date on which they were sent.
  delete from private.message_deltas where true;
  delete from private.message_daily where true;
  delete from private.call_deltas where true;
  delete from private.cost_sums where true;
  insert into private.message_deltas (org_id, day, campaign_id, sequence_id, step, channel, variant, template_id, sent,
    delivered, opened, clicked, bounced, failed, unsubscribed, replied, cost_usd, source_id, broker_id)
  select m.org_id, (coalesce(m.sent_at, m.claimed_at, m.created_at) at time zone o.time_zone)::date, m.campaign_id,
    m.sequence_id, m.step, m.channel, m.variant, m.template_id, count(m.sent_at), count(m.delivered_at),
    count(m.opened_at), count(m.clicked_at), count(m.bounced_at), count(m.failed_at), count(m.unsubscribed_at),
    count(*) filter (where exists (select from public.replies r where r.org_id = m.org_id and r.message_id = m.id
      and r.request not in ('opt_out', 'wrong_contact'))),
    coalesce(sum(m.cost_usd), 0), l.source_id, l.assigned_broker_id
  from public.messages m
  join public.orgs o on o.id = m.org_id
  left join public.leads l on l.org_id = m.org_id and l.id = m.lead_id
  where num_nonnulls(m.sent_at, m.failed_at, m.cost_usd) > 0
  group by 1, 2, 3, 4, 5, 6, 7, 8, l.source_id, l.assigned_broker_id;
  perform private.fold_messages(2147483647);
  insert into private.call_deltas (org_id, day, source_id, campaign_id, broker_id, data_usd)
  select c.org_id, (c.at at time zone o.time_zone)::date, l.source_id, l.campaign_id, l.assigned_broker_id,
    sum(c.cost_usd)
  from public.provider_calls c
  join public.orgs o on o.id = c.org_id
  left join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
  where c.cost_usd > 0
  group by 1, 2, 3, 4, 5;
  perform private.fold_calls(2147483647);

  delete from private.place_deltas where true;
  delete from private.place_counts where true;
  insert into private.place_deltas (org_id, situs_zip, county_fips, situs_state, campaign_status, leads)
  select l.org_id, l.situs_zip, l.county_fips, l.situs_state, l.campaign_status, count(*) from public.leads l
  where l.situs_zip is not null group by 1, 2, 3, 4, 5;
  perform private.fold_places(2147483647);
end
$count$;
