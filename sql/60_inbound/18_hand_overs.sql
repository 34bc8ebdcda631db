-- A drawn sequence that hands over to the broker.

create function private.tg_sequence_runs__hand_over() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.create_task(new.org_id, new.lead_id, 'hand_over', jsonb_strip_nulls(jsonb_build_object(
    'sequence_id', s.sequence_id, 'step', s.step, 'node', s.node, 'note', s.note)), new.ended_at)
  from public.sequence_steps s
  where s.org_id = new.org_id and s.sequence_id = new.sequence_id and s.step = new.next_step;
  return null;
end
$$;
comment on function private.tg_sequence_runs__hand_over() is
  'Trigger: a run that ends at a hand-over makes a task for the lead''s broker, in the same transaction. Definer: not '
  'every role that ends runs may write tasks.';
create trigger _300_hand_over after update of ended_at on public.sequence_runs
  for each row when (old.ended_at is null and new.end_reason = 'handed_over')
  execute function private.tg_sequence_runs__hand_over();
