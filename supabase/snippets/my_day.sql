-- Whom can I contact now, whom later today, whom never, and why not? Asks the gate, live.
select outlook, now_by, next_at, owner_full, situs_city, situs_state, lead_score, campaign_status, why
from public.my_day(100);
