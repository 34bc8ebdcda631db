-- Data: the messages that were possible wishes, or in a language that the reader does not read, before this release, and
-- whose task is open, hold like new ones.

set lock_timeout = '5s';

insert into private.possible_wishes (org_id, value_bidx, lead_id, at)
select r.org_id, r.value_bidx, r.lead_id, min(r.at)
from public.tasks t
join public.replies r on r.org_id = t.org_id and r.lead_id = t.lead_id and r.request = 'none' and r.at >= t.created_at
where t.kind = 'answer_reply' and t.done_at is null and t.detail ?| '{possible_wish,unread}'
group by r.org_id, r.value_bidx, r.lead_id
on conflict do nothing;
