-- Find a lead by name, by an address that begins with its number, by ZIP, or by a whole phone or e-mail (logged).
select act_as('broker@example.com');

with parameter (words) as (values ('Ames'))
select s.owner_full, s.address, s.situs_city, s.situs_state, s.situs_zip, s.lead_score, s.status, s.campaign_status,
  s.broker, s.lead_id
from parameter p cross join lateral public.desk_search(p.words) s;
