-- Resets everything to the state before the first claim; after support/sending.sql.
create function cast_.reset() returns void language plpgsql as $$
begin
  update public.sequence_runs set message_id = null, next_at = cast_.noon(), refusal = null, skipped = '[]',
    next_step = 1, next_channel = 'email', state = 'active',
    ended_at = null, end_reason = null, sent_count = 0, paused_at = null, paused_by = null;
  delete from public.messages;
  delete from private.provider_circuits;
  delete from public.pipeline_events;
  update public.leads set campaign_status = 'queued', current_sequence_step = 0 where id::text like 'f%';
end
$$;
