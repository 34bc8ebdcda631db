-- Finish a task of mine, or put it off.
select act_as('broker@example.com');

with parameter (task_id, put_off_until) as (values
  ('00000000-0000-0000-0000-000000000000'::uuid,
   null::timestamptz)  -- null: it is done
)
select case when p.put_off_until is null then public.complete_task(t.org_id, t.id)::text
  else public.snooze_task(t.org_id, t.id, p.put_off_until)::text end as done, t.kind
from parameter p join public.tasks t on t.id = p.task_id;
