-- Rows waiting for a person, beside the leads that they point to. The answers:
--   select public.close_conflict('ORG', ID, 'LEAD');            the row belongs to this lead
--   select public.close_conflict('ORG', ID, p_answer => 'own'); it is a lead of its own
--   select public.close_conflict('ORG', ID);                    dismiss it
select act_as('owner@example.com');

select o.name as org, c.*
from public.orgs o cross join lateral public.list_conflicts(o.id) c
order by o.name, c.id;
