-- Replies and calls that wait for somebody. Texts are shown by request_reveal, which is logged.
select act_as('broker@example.com');

with parameter (state) as (values ('open'))  -- open, assigned, done or all
select i.at, i.channel, i.label, i.owner_full, i.state, i.assigned_name, i.possible_wish, i.campaign, i.item, i.id,
  i.lead_id
from parameter p cross join lateral public.desk_inbox(p.state, p_limit => 100) i;
