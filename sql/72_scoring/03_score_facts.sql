-- What people do, counted by day. It runs for every lead: no function calls, no regular expressions per row.

create function private.lead_activities(p_org_id uuid, p_lead_ids uuid[], p_as_of timestamptz)
returns table (lead_id uuid, kind text, day date, n integer)
language sql stable as $$
  select x.lead_id, x.kind, (x.at at time zone 'UTC')::date, count(*)::integer
  from (
    select m.lead_id, 'email_opened' as kind, m.opened_at as at from public.messages m
    where m.org_id = p_org_id and (p_lead_ids is null or m.lead_id = any (p_lead_ids)) and m.channel = 'email'
      and m.opened_at is not null
    union all
    select m.lead_id, 'email_clicked', m.clicked_at from public.messages m
    where m.org_id = p_org_id and (p_lead_ids is null or m.lead_id = any (p_lead_ids)) and m.channel = 'email'
      and m.clicked_at is not null
    union all
    -- A label of today says nothing about a day before it.
    select r.lead_id, k.kind, r.at from public.replies r
    cross join lateral (values ('replied', r.request <> 'opt_out'),
      ('replied_with_interest', r.label in ('interested', 'question') and r.labelled_at <= p_as_of),
      ('declined', r.request = 'opt_out' or r.label = 'not_interested' and r.labelled_at <= p_as_of)) k (kind, counts)
    where r.org_id = p_org_id and (p_lead_ids is null or r.lead_id = any (p_lead_ids)) and k.counts
    union all
    select c.lead_id, 'called', c.at from public.calls c
    where c.org_id = p_org_id and (p_lead_ids is null or c.lead_id = any (p_lead_ids)) and c.answered
    union all
    select b.lead_id, 'booked', b.made_at from public.bookings b
    where b.org_id = p_org_id and (p_lead_ids is null or b.lead_id = any (p_lead_ids)) and b.made_at is not null
      and b.moved_at is null and (b.cancelled_at is null or b.cancelled_at > p_as_of)
  ) x
  where x.at <= p_as_of and x.lead_id is not null
  group by 1, 2, 3
$$;
comment on function private.lead_activities(uuid, uuid[], timestamptz) is
  'What the org''s people did up to the clock, counted by kind and day (UTC); p_lead_ids null: of all leads. Opens '
  'and clicks of machines do not count.';

insert into public.score_activities (kind, words) values
  ('email_opened', 'Opened an e-mail'),
  ('email_clicked', 'Clicked a link in an e-mail'),
  ('replied', 'Replied by text, e-mail or voice'),
  ('replied_with_interest', 'Replied with interest or a question'),
  ('declined', 'Replied without interest, or opted out'),
  ('called', 'Called, or answered a call'),
  ('booked', 'Booked an appointment')
on conflict (kind) do nothing;
