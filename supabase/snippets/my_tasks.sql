-- My open tasks by due time. Finish one with finish_a_task.
select act_as('broker@example.com');

select t.due_at, t.overdue, t.words, t.owner_full, t.has_note, t.task_id, t.lead_id
from public.desk_tasks('mine', p_limit => 100) t;
