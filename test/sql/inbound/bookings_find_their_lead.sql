begin;
\ir ../support/cast.sql
\ir ../support/replies.sql
select no_plan();

select cast_.reply('+12135550101', 'Who is this?', 'k1', p_more => '{"label": "question"}'),
  cast_.reply('+12135550102', 'hello', 'k3', p_more => '{"label": "interested"}') \g /dev/null

select is(cast_.book('made', 'u1', '{"email": "ames@example.com"}'), cast_.lead('a1') || ' applied',
  'a booking finds its lead by e-mail');
select is((select campaign_status::text from public.leads where id = cast_.lead('a1')), 'booked',
  'the lead is booked');
select is(cast_.leads('broker', 'public.bookings', 'lead_id'), 'a1', 'the broker of the lead sees the booking');
select is(cast_.leads('colleague', 'public.bookings', 'lead_id'), 'none', 'another broker does not see the booking');
select is(cast_.reply('+12135550101', 'See you there', 'k5', '2026-11-23T22:00Z'), cast_.lead('a1') || ' applied',
  'a reply after the booking finds its lead');
select is((select campaign_status::text from public.leads where id = cast_.lead('a1')), 'booked',
  'the lead stays booked');
select is(cast_.book('cancelled', 'u1'), cast_.lead('a1') || ' applied', 'a cancellation finds its booking by uid');
select is((select campaign_status::text from public.leads where id = cast_.lead('a1')), 'replied',
  'a cancellation returns the lead to replied');
select is((select string_agg(t.kind, ' ' order by t.kind) from public.tasks t where t.lead_id = cast_.lead('a1')
  and t.done_at is null),
  'answer_reply follow_up_cancelled', 'a cancellation creates a task');
select is(cast_.book('made', 'u2', '{"email": "nobody@example.net"}'), 'unmatched',
  'a booking without a known lead is unmatched');
select is((select state::text from public.bookings where uid = 'u2'), 'made', 'an unmatched booking is stored');
select is(cast_.book('made', 'u3', format('{"lead_id": "%s"}', cast_.lead('b1'))::jsonb), 'unmatched',
  'a booking cannot name the lead of another org');

select * from finish();
rollback;
