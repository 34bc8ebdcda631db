-- Work that failed for good. Mend the cause, then: npx sluice replay --source KEY
select d.id, d.source, d.reason, d.last_error, d.attempts, d.created_at, d.correlation_id
from public.pipeline_dlq d
where d.resolved_at is null
order by d.created_at;
