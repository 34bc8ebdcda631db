-- Webhook deliveries that matched no lead or message, or that were given up. Once the cause is fixed:
-- select public.replay_inbox(org_id, id);
select i.org_id, i.id, i.provider, i.kind, i.state, i.received_at, i.error,
  (select string_agg(e.name, ', ' order by e.id) from public.webhook_events e
   where e.org_id = i.org_id and e.inbox_id = i.id and e.outcome = 'unmatched') as events
from public.webhook_inbox i
where i.state in ('unmatched', 'dead')
order by i.received_at desc;
