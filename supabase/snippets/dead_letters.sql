-- Dead letters: work that failed for good. Fix the cause, then run `npx sluice replay --source KEY`; for a webhook
-- public.replay_inbox(org, inbox_id), for a notification public.replay_notification(org, notification_id).
select d.id, d.source, d.reason, d.last_error, d.attempts, d.created_at, d.correlation_id
from public.pipeline_dlq d
where d.resolved_at is null
order by d.created_at;
