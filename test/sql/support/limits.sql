-- Claims in numbers; after support/sending.sql.
create function cast_.claimed(p_limit integer default 100, p_after interval default '0') returns integer language
  plpgsql as $$
declare
  v_answer integer;
begin
  set local role pipeline_writer;
  select count(*) into v_answer from public.claim_due_steps(p_limit, null, cast_.noon() + p_after, cast_.org());
  reset role;
  return v_answer;
end
$$;
-- Resets everything to the state before the first claim.
create function cast_.reset() returns void language plpgsql as $$
begin
  update public.sequence_runs set message_id = null, next_at = cast_.noon(), refusal = null, skipped = '[]',
    next_step = 1, next_channel = 'email', state = 'active',
    ended_at = null, end_reason = null, sent_count = 0;
  delete from public.messages;
  delete from private.throttle_windows;
  delete from private.provider_spend;
  delete from private.provider_circuits;
  delete from public.throttles;
  update public.senders set per_minute = null, per_day = null, daily_budget_usd = null, cost_usd = 0, state = 'active';
end
$$;
