-- Answer a row that waits for a person (open_conflicts lists them). For owners and admins.
select act_as('owner@example.com');

with parameter (conflict_id, answer, lead_id) as (values
  (0::bigint,
   'same',  -- same: it is the lead below; own: a lead of its own; dismiss: leave it out
   null::uuid)
)
select public.close_conflict(c.org_id, c.id, p.lead_id, p_answer => p.answer::public.conflict_answer)
from parameter p join public.lead_conflicts c on c.id = p.conflict_id;
