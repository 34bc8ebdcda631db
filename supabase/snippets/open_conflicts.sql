-- Rows waiting for a person. To assign one to a lead: select public.close_conflict('ORG', ID, 'LEAD');
-- to dismiss it: select public.close_conflict('ORG', ID);
select c.org_id, c.id, c.reason, c.row_keys, c.lead_ids, u.filename, c.line, c.created_at
from public.lead_conflicts c join public.uploads u on u.id = c.upload_id
where c.state = 'open'
order by c.created_at;
