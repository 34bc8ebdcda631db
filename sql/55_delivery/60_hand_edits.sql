create trigger _050_message_by_hand before insert or update or delete on public.messages
  for each row when (current_user not in ('pipeline_writer', 'authenticated')
    and coalesce(current_setting('sluice.actor', true), '') = ''
    and coalesce(current_setting('sluice.repair', true), '') = '')
  execute function private.tg_refuse_hand_edits('a message',
    'it records what was sent; use control_lead or control_campaign');
create trigger _050_run_by_hand before insert or update or delete on public.sequence_runs
  for each row when (current_user not in ('pipeline_writer', 'authenticated')
    and coalesce(current_setting('sluice.actor', true), '') = ''
    and coalesce(current_setting('sluice.repair', true), '') = '')
  execute function private.tg_refuse_hand_edits('a run',
    'it follows what was sent and answered; use control_lead, control_campaign or move_runs');
