-- Why was this person (not) contacted? Replace the zeros with the id of the lead.
select w.decided_at, w.channel, w.contact, w.verdict, w.why, w.evidence, w.next_allowed_at
from public.why_not_contacted w
where w.lead_id = '00000000-0000-0000-0000-000000000000'
order by w.decided_at desc;

-- And the current outlook: now, later today, later, or never as things are.
select o.channel, o.contact, o.outlook, o.why, o.next_allowed_at
from public.contact_outlook(array['00000000-0000-0000-0000-000000000000'::uuid]) o;
