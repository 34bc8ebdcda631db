create function private.send_job(p_queue text, p_data jsonb, p_singleton_key text default null) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into pgboss.job (name, data, singleton_key, retry_limit, retry_delay, retry_backoff, retry_delay_max,
    expire_seconds, deletion_seconds, dead_letter, policy, heartbeat_seconds, keep_until)
  select q.name, p_data, p_singleton_key, q.retry_limit, q.retry_delay, q.retry_backoff, q.retry_delay_max,
    q.expire_seconds, q.deletion_seconds, q.dead_letter, q.policy, q.heartbeat_seconds,
    now() + make_interval(secs => q.retention_seconds)
  from pgboss.queue q where q.name = p_queue
  on conflict do nothing
  returning id into v_id;
  -- The channel on which pg-boss announces its own jobs.
  perform pg_notify('pgboss_' || left(encode(sha224('pgboss'::bytea), 'hex'), 24), p_queue);
  return v_id;
end
$$;
comment on function private.send_job(text, jsonb, text) is
  'Sends a job to the queue in this transaction, as pg-boss does; null when a job with the same key is already '
  'waiting. For triggers and functions. Definer: callers that write a feed or a dead letter have no rights on the '
  'queue.';
revoke execute on function private.send_job(text, jsonb, text) from public;
grant execute on function private.send_job(text, jsonb, text) to pipeline_writer, service_role;
