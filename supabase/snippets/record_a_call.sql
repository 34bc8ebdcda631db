-- Record a call that I dialled, what came of it, and what follows. Run twice within a minute, it records one call.
select act_as('broker@example.com');

with parameter (lead_id, contact_point_id, outcome, started_at, ended_at, notes, wish, follow_up_at) as (values
  ('00000000-0000-0000-0000-000000000000'::uuid,  -- both from my_day
   0::bigint,
   'no_answer',  -- no_answer, busy, voicemail, talked, callback, appointment, not_interested, wrong_number,
                 -- do_not_call, disconnected
   null::timestamptz,  -- null: now
   null::timestamptz,
   null::text,  -- notes are encrypted
   null::text,  -- number, calls, everything or wrong_number: what the person asked for
   null::timestamptz)  -- when to follow up
)
select c.answer ->> 'recorded_against_gate' as against_the_rules, c.answer -> 'suppressed' as ended,
  c.answer -> 'reasons' as reasons, c.answer ->> 'repeated' as repeated, c.answer ->> 'call_id' as call_id
from parameter p
join public.leads l on l.id = p.lead_id
cross join lateral (select public.record_call(l.org_id, l.id, p.contact_point_id, p.outcome,
  md5(p::text || date_trunc('minute', coalesce(p.started_at, now())))::uuid, p.started_at, p.ended_at,
  p.notes, p.wish, case when p.follow_up_at is not null then
    jsonb_build_object('kind', 'follow_up', 'due_at', p.follow_up_at) end) as answer) c;
