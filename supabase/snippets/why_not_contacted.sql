-- Why was this person (not) contacted, in plain words, and what is possible now.
select act_as('broker@example.com');

with parameter (lead_id) as (values ('00000000-0000-0000-0000-000000000000'::uuid)), asked as (
  select l.org_id, l.id from parameter p join public.leads l on l.id = p.lead_id
)
select 'now' as at, o.channel, o.contact, o.outlook as verdict,
  (select string_agg(r ->> 'words' || ': ' || (r ->> 'detail') || ' (' || (r ->> 'law') || ', ' || (r ->> 'citation')
    || ')', E'\n') from jsonb_array_elements(o.reasons) r) as why, o.evidence, o.next_at
from asked a cross join lateral public.desk_outlook(a.org_id, a.id) o
union all
select w.decided_at::text, w.channel, w.contact, w.verdict,
  (select string_agg(r ->> 'words' || ': ' || (r ->> 'detail') || ' (' || (r ->> 'law') || ', ' || (r ->> 'citation')
    || ')', E'\n') from jsonb_array_elements(w.reasons) r), w.evidence, w.next_allowed_at
from asked a cross join lateral public.desk_why(a.org_id, a.id, 50) w
order by 1 desc;
