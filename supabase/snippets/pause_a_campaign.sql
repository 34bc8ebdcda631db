-- Pause, resume or stop a campaign with all its sequences. For owners and admins.
select act_as('owner@example.com');

with parameter (campaign, action, reason) as (values
  ('Spring',
   'pause',  -- pause, resume or stop
   null::text)
)
select public.control_campaign(c.org_id, c.id, p.action, p.reason)
from parameter p join public.campaigns c on c.name = p.campaign;
