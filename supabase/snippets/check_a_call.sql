-- May I dial this number now? The answer is stored; record the call with record_a_call afterwards.
select act_as('broker@example.com');

with parameter (lead_id, contact_point_id) as (values
  ('00000000-0000-0000-0000-000000000000'::uuid,  -- both from my_day
   0::bigint)
)
select c.answer ->> 'allow' as allowed, c.answer ->> 'local_time' as local_time,
  (select string_agg(r ->> 'words' || ': ' || (r ->> 'detail') || ' (' || (r ->> 'law') || ', ' || (r ->> 'citation')
    || ')', E'\n') from jsonb_array_elements(c.answer -> 'reasons') r) as why,
  c.answer ->> 'next_allowed_at' as next_allowed_at, c.answer ->> 'decision_id' as decision_id
from parameter p
join public.leads l on l.id = p.lead_id
cross join lateral (select public.check_call(l.org_id, l.id, p.contact_point_id) as answer) c;
