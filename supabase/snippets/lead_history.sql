-- The history of one lead: replace the zeros with its id.
select c.changed_at as at, c.actor, c.action as what, c.changes as detail
from public.lead_changes c where c.lead_id = '00000000-0000-0000-0000-000000000000'
union all
select e.at, 'system', e.kind::text, e.detail
from public.pipeline_events e where e.lead_id = '00000000-0000-0000-0000-000000000000'
order by at;
