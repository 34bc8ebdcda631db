-- My leads, best first, with the details needed for a phone call.
select act_as('broker@example.com');

select l.lead_id, l.owner_full, l.owner_1_first, l.owner_1_last, l.situs_house_number, l.situs_street, l.situs_unit,
  l.situs_city, l.situs_state, l.lead_score, l.status, l.campaign_status, l.last_reply_at
from public.my_leads l
order by l.lead_score desc, l.lead_id
limit 100;
