-- Replies, bookings and tasks: visibility, access to texts, and the effects of merges and erasure.
begin;
\ir ../support/cast.sql
select no_plan();

create function cast_.org() returns uuid language sql as $$ select 'a0000000-0000-4000-8000-000000000000'::uuid $$;
create function cast_.reply(p_from text, p_text text, p_key text, p_at timestamptz default '2026-11-23T18:00Z',
  p_more jsonb default '{}') returns text
language sql as $$
  select concat_ws(' ', t.lead_id, t.outcome) from private.apply_reply_event(cast_.org(), 'twilio',
    jsonb_build_object('key', p_key, 'at', p_at, 'channel', 'sms', 'from', p_from, 'text', p_text) || p_more, p_at) t
$$;
grant usage on schema cast_ to pipeline_writer;
grant execute on all functions in schema cast_ to pipeline_writer;

select is(cast_.ask('pipeline_writer', $$ select cast_.reply('+12135550101', 'Who is this?', 'k1',
  p_more => '{"label": "question"}') $$),
  cast_.lead('a1') || ' applied', 'a text finds its lead');
select is(cast_.reply('+12135550101', 'Who is this?', 'k1'), cast_.lead('a1') || ' applied',
  'a repeated text finds its lead');
select is((select count(*) from public.replies), 1::bigint, 'a repeated text is stored once');
select is((select count(*) from public.contact_attempts where direction = 'inbound'), 1::bigint,
  'a repeated text counts as one contact');
select results_eq($$ select campaign_status::text, last_reply_at from public.leads where id = cast_.lead('a1') $$,
  $$ values ('replied', '2026-11-23T18:00Z'::timestamptz) $$, 'the lead is replied');
select is((select position('Who'::bytea in text_cipher) from public.replies), 0, 'the text is stored encrypted');
select is(cast_.reply('+12135550142', 'Stop', 'k2'), 'unmatched', 'a text from an unknown number is unmatched');
select is(private.is_suppressed(cast_.org(), private.contact_index(cast_.org(), '+12135550142'), 'sms'), true,
  'its opt-out takes effect all the same');
select is(cast_.reply('+12135550102', 'hello', 'k3', p_more => '{"label": "interested"}'), cast_.lead('a2')
  || ' applied', 'a text finds the lead of another broker');

-- Visibility of replies.
select is(cast_.leads('owner', 'public.replies', 'lead_id'), 'a1 a2', 'an owner sees all replies of the org');
select is(cast_.leads('viewer', 'public.replies', 'lead_id'), 'a1 a2', 'a viewer sees all replies of the org');
select is(cast_.leads('broker', 'public.replies', 'lead_id'), 'a1', 'a broker sees replies of own leads');
select is(cast_.leads('rival', 'public.replies', 'lead_id'), 'none', 'another org sees no replies');
select is(cast_.run('owner', 'select text_cipher from public.replies'), '42501 permission denied for table replies',
  'members cannot read the ciphertext');
select is(cast_.run('broker', $$ update public.replies set answered_at = now() $$), 'rows 1',
  'a broker can mark own replies as answered');
select is(cast_.run('viewer', $$ update public.replies set answered_at = now() $$), 'rows 0',
  'a viewer cannot mark replies as answered');
select is(cast_.run('broker', $$ update public.replies set request = 'none' $$),
  '42501 permission denied for table replies', 'members cannot change the request of a reply');

-- Access to texts.
create function cast_.words(p_who text) returns text language sql as $$
  select cast_.ask(p_who, format($q$ select string_agg(r.body, ' | ' order by r.at, r.id)
    from public.read_replies(array[%L, %L]::uuid[]) r $q$,
    cast_.lead('a1'), cast_.lead('a2')))
$$;
select is(cast_.words('owner'), 'Who is this? | hello', 'an owner can read all texts');
select is(cast_.words('broker'), 'Who is this?', 'a broker can read texts of own leads');
select is(cast_.words('rival'), null, 'another org can read no texts');
select is(cast_.words('stranger'), null, 'a stranger can read no texts');
select is(cast_.words('service_role'), 'Who is this? | hello', 'the service can read all texts');
select is(cast_.run('anon', 'select public.read_replies(''{}'')'),
  '42501 permission denied for function read_replies', 'anon cannot call read_replies');
select is((select count(*) from private.pii_access_log l where l.user_id = 'a0000000-0000-4000-8000-000000000003'),
  1::bigint, 'every access is logged');

-- Tasks.
select is(cast_.leads('broker', 'public.tasks', 'lead_id'), 'a1', 'a broker sees the task of an own lead');
select is(cast_.run('broker', 'update public.tasks set done_at = now()'), 'rows 1',
  'a broker can complete an own task');
select is(cast_.run('viewer', 'update public.tasks set done_at = now()'), 'rows 0', 'a viewer cannot complete tasks');
select is(cast_.reply('+12135550101', 'Hello?', 'k4', '2026-11-23T19:00Z', '{"label": "question"}'), cast_.lead('a1')
  || ' applied', 'the person writes again');
select is((select count(*) from public.tasks t where t.lead_id = cast_.lead('a1') and t.done_at is null), 1::bigint,
  'a new task is created');

-- Bookings.
create function cast_.book(p_action text, p_uid text, p_more jsonb default '{}') returns text language sql as $$
  select concat_ws(' ', t.lead_id, t.outcome) from private.apply_booking_event(cast_.org(), 'calcom',
    jsonb_build_object('action', p_action, 'uid', p_uid,
    'at', '2026-11-23T21:00Z', 'starts_at', '2026-11-25T18:00Z', 'ends_at', '2026-11-25T18:30Z') || p_more,
      '2026-11-23T21:00Z') t
$$;
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

-- The model.
select is(private.take_triage_budget(cast_.org(), 600, 1000, '2026-11-23T20:00Z'), true,
  'a reply within the budget is allowed');
select is(private.take_triage_budget(cast_.org(), 600, 1000, '2026-11-23T20:00Z'), false,
  'a reply over the budget is refused');
select is(private.take_triage_budget(cast_.org(), 600, 1000, '2026-11-24T20:00Z'), true,
  'the next day has a budget of its own');
select is(cast_.reply('+12135550102', 'some words that say little', 'k6'), cast_.lead('a2') || ' applied',
  'a reply without a label finds its lead');
select is((select body from public.replies r, private.reply_to_triage(cast_.org(), r.id) where r.event_key = 'k6'),
  'some words that say little', 'a reply without a label is offered to the model');
select is(private.label_reply(cast_.org(), (select id from public.replies where event_key = 'k6'), 'later',
  'We will call in spring.'), true, 'the model labels it');
select is(private.label_reply(cast_.org(), (select id from public.replies where event_key = 'k6'), 'interested', 'x'),
  false, 'a reply is labelled once');
select is(private.label_reply(cast_.org(), (select id from public.replies where event_key = 'k1'), 'interested', 'x'),
  false, 'a label by rules is kept');
select is((select count(*) from public.messages), 0::bigint, 'a draft is not sent');

-- Merge, undo, erasure.
insert into public.lead_merges (org_id, survivor_id, merged_id, merged_row, merged_contacts, merged_addresses, reason,
  merged_at)
values (cast_.org(), cast_.lead('a1'), cast_.lead('a2'), '{}', '{}', '{}', 'test', now());
select is(cast_.leads('broker', 'public.replies', 'lead_id') || (select count(*) from public.replies
  where merged_from = cast_.lead('a2')), 'a12', 'replies move with a merged lead');
update public.lead_merges set undone_at = now();
select is((select count(*) from public.replies where lead_id = cast_.lead('a2') and merged_from is null), 2::bigint,
  'undoing the merge returns the replies');
select is((select string_agg(w ->> 'text', ' | ') from jsonb_array_elements(public.export_person(cast_.org(),
  cast_.lead('a1')) -> 'reply_texts') w),
  'Who is this? | Hello? | See you there', 'an export contains the texts of replies');
select lives_ok(format('select public.erase_lead(%L, %L, ''asked for it'')', cast_.org(), cast_.lead('a1')),
  'a person can be erased');
select is((select count(*) from public.replies where lead_id = cast_.lead('a1') and text_cipher is not null),
  0::bigint, 'erasure deletes the texts');
select is((select count(*) from public.replies where lead_id = cast_.lead('a1')), 3::bigint,
  'erasure keeps the records');
select is((select count(*) from public.replies where lead_id = cast_.lead('a2') and text_cipher is not null),
  2::bigint, 'erasure keeps the texts of other leads');
select * from finish();
rollback;
