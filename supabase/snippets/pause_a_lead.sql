-- Pause, resume, skip or stop the sequence of one lead.
select act_as('broker@example.com');

with parameter (lead_id, action, reason) as (values
  ('00000000-0000-0000-0000-000000000000'::uuid,
   'pause',  -- pause, resume, skip or stop
   null::text)
)
select public.control_lead(l.org_id, l.id, p.action, p.reason)
from parameter p join public.leads l on l.id = p.lead_id;
