-- A call that a member dialled is recorded once, encrypted, with its follow-up and booking, and counts as an attempt.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/hand_calls.sql
\ir ../support/reveal.sql
select plan(24);

select cast_.call('broker', 'talked', 1, p_more => '{"started_at": "2026-11-18T17:50Z", "ended_at": '
  '"2026-11-18T17:55Z",
  "notes": "Wants to sell in spring", "follow_up": {"kind": "follow_up", "due_at": "2026-11-20T18:00Z",
  "note": "Send comparables"}, "booking": {"starts_at": "2026-11-25T18:00Z", "ends_at": "2026-11-25T18:30Z"}}')
  as answer \gset
select is(:'answer'::jsonb - '{call_id,task_id,booking_id,review_task_id,reasons}'::text[],
  '{"repeated": false, "recorded_against_gate": false, "suppressed": [], "possible_wish": false}'::jsonb,
  'a call is recorded');
select is((select concat_ws(' ', k.outcome, k.answered, k.seconds, k.at, k.direction, k.recorded_against_gate,
    k.called_by = 'a0000000-0000-4000-8000-000000000003') from public.calls k),
  'talked t 300 2026-11-18 17:50:00+00 outbound f t', 'with outcome, length and caller');
select is((select count(*) from public.calls where position('spring'::bytea in transcript_cipher) > 0), 0::bigint,
  'its notes are encrypted');
select is(cast_.revealed('broker', 'transcripts', array[cast_.lead('a1')], 'body'), 'Wants to sell in spring',
  'and shown by a reveal');
select is((select concat_ws(' ', a.channel, a.direction, a.at, a.decision_id is not null)
  from public.contact_attempts a),
  'voice_manual outbound 2026-11-18 17:50:00+00 t', 'it is an attempt of the caps');
select is((select l.call_attempt_count from public.leads l where l.id = cast_.lead('a1')), 1, 'counted on the lead');
select is((select concat_ws(' ', t.kind, t.due_at, t.created_by = 'a0000000-0000-4000-8000-000000000003')
  from public.tasks t where t.id = (:'answer'::jsonb ->> 'task_id')::uuid), 'follow_up 2026-11-20 18:00:00+00 t',
  'the follow-up is a task');
select is(cast_.revealed('broker', 'tasks', array[cast_.lead('a1')], 'body'), 'Send comparables',
  'whose note is shown by a reveal');
select is((select concat_ws(' ', b.provider, b.state, b.starts_at) from public.bookings b
  where b.id = (:'answer'::jsonb ->> 'booking_id')::uuid), 'hand made 2026-11-25 18:00:00+00', 'the booking is made');
select is((select l.campaign_status::text from public.leads l where l.id = cast_.lead('a1')), 'booked',
  'and the lead booked');
select is(cast_.call('broker', 'talked', 1)::jsonb - 'call_id',
  '{"repeated": true, "recorded_against_gate": false}'::jsonb,
  'the same key again is the same call');
select is(cast_.calls(), 1::bigint, 'recorded once');
select is((select count(*) from public.contact_attempts), 1::bigint, 'and counted once');
select is(cast_.call('owner', 'talked', 1, 'a2'), 'SL612 this key was already used for another call',
  'a key belongs to one call');

select is(cast_.call('broker', 'sang', 2) like 'SL612 unknown outcome: use no_answer, busy,%', true,
  'an unknown outcome is refused');
select is(cast_.call('broker', 'talked', 2, p_more => '{"started_at": "2026-11-10T18:00Z"}'),
  'SL612 a call began within the last seven days', 'an old call is refused');
select is(cast_.call('broker', 'talked', 2, p_more
  => '{"started_at": "2026-11-18T17:50Z", "ended_at": "2026-11-18T17:40Z"}'),
  'SL612 a call ends after it began, and not in the future', 'a call does not end before it began');
select is(cast_.call('broker', 'talked', 2, p_more => '{"follow_up": {"due_at": "soon"}}'),
  'SL612 a time or an id of the follow-up or booking cannot be read', 'an unreadable time is refused');
select is(cast_.call('broker', 'talked', 2, p_more => '{"wish": "some"}'),
  'SL612 unknown wish: use number, calls, everything or wrong_number', 'an unknown wish is refused');
select is(cast_.calls(), 1::bigint, 'nothing of it was recorded');

-- A call-back finishes its task.
select cast_.call('broker', 'callback', 3, p_at => '2026-11-19T18:00Z') as answer \gset
select is((select t.kind from public.tasks t where t.id = (:'answer'::jsonb ->> 'task_id')::uuid), 'call_back',
  'a person who wants to be called back is a task');
select cast_.call('broker', 'no_answer', 4, p_at => '2026-11-20T18:30Z',
  p_more => jsonb_build_object('task_id', :'answer'::jsonb ->> 'task_id')) \g /dev/null
select is((select concat_ws(' ', t.done_at, t.done_by = 'a0000000-0000-4000-8000-000000000003') from public.tasks t
  where t.id = (:'answer'::jsonb ->> 'task_id')::uuid), '2026-11-20 18:30:00+00 t', 'which the next call finishes');

select cast_.call('broker', 'disconnected', 5, p_at => '2026-11-23T18:30Z') \g /dev/null
select is((select c.invalid_at::text from public.contact_points c where c.id = cast_.contact('a1')),
  '2026-11-23 18:30:00+00', 'a number out of service is invalid');
select is((select k.answered from public.calls k order by k.id desc limit 1), false, 'nobody spoke');

select * from finish();
rollback;
