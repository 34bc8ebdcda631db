-- A finished task says that somebody has read the message, which ends the hold of a possible wish.

create trigger _050_task_by_hand before delete on public.tasks
  for each row when (current_user not in ('pipeline_writer', 'authenticated')
    and coalesce(current_setting('sluice.actor', true), '') = ''
    and coalesce(current_setting('sluice.repair', true), '') = '')
  execute function private.tg_refuse_hand_edits('a task',
    'it may hold back messages to a person; finish it with complete_task');
create trigger _051_task_finished_by_hand before update of done_at on public.tasks
  for each row when (current_user not in ('pipeline_writer', 'authenticated')
    and coalesce(current_setting('sluice.actor', true), '') = ''
    and coalesce(current_setting('sluice.repair', true), '') = '' and old.done_at is distinct from new.done_at)
  execute function private.tg_refuse_hand_edits('whether it is done',
    'it may hold back messages to a person; use complete_task or reopen_task');
