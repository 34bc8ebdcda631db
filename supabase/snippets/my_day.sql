-- My leads: which can be contacted now, later today, later or never, and why not. Asks the gate live.
select outlook, now_by, next_at, owner_full, situs_city, situs_state, lead_score, campaign_status, why
from public.my_day(100);
