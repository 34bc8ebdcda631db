-- Everything about one lead, the latest first.
select act_as('broker@example.com');

with parameter (lead_id) as (values ('00000000-0000-0000-0000-000000000000'::uuid))
select t.at, t.kind, t.title, t.actor, t.channel, t.contact, t.detail
from parameter p
join public.leads l on l.id = p.lead_id
cross join lateral public.desk_timeline(l.org_id, l.id, p_limit => 200) t;
