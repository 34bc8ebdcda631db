-- Replies, calls, bookings and tasks: who sees them, who reads the words, and what becomes of them when leads
-- are united or a person is erased.
begin;
\ir ../support/cast.sql
select no_plan();

create function cast_.org() returns uuid language sql as $$ select 'a0000000-0000-4000-8000-000000000000'::uuid $$;
create function cast_.reply(p_from text, p_text text, p_key text, p_at timestamptz default '2026-11-23T18:00Z', p_more jsonb default '{}') returns text
language sql as $$
  select concat_ws(' ', t.lead_id, t.outcome) from private.apply_reply_event(cast_.org(), 'twilio',
    jsonb_build_object('key', p_key, 'at', p_at, 'channel', 'sms', 'from', p_from, 'text', p_text) || p_more, p_at) t
$$;
grant usage on schema cast_ to pipeline_writer;
grant execute on all functions in schema cast_ to pipeline_writer;

select is(cast_.ask('pipeline_writer', $$ select cast_.reply('+12135550101', 'Who is this?', 'k1', p_more => '{"label": "question"}') $$),
  cast_.lead('a1') || ' applied', 'a text finds its lead');
select is(cast_.reply('+12135550101', 'Who is this?', 'k1'), cast_.lead('a1') || ' applied', 'the same again');
select is((select count(*) from public.replies), 1::bigint, 'is kept once');
select is((select count(*) from public.contact_attempts where direction = 'inbound'), 1::bigint, 'and counts once');
select results_eq($$ select campaign_status::text, last_reply_at from public.leads where id = cast_.lead('a1') $$,
  $$ values ('replied', '2026-11-23T18:00Z'::timestamptz) $$, 'the lead is replied');
select is((select position('Who'::bytea in text_cipher) from public.replies), 0, 'the words rest encrypted');
select is(cast_.reply('+12135550142', 'Stop', 'k2'), 'unmatched', 'a number that nobody knows belongs to nobody');
select is(private.is_suppressed(cast_.org(), private.contact_index(cast_.org(), '+12135550142'), 'sms'), true, 'and is not texted all the same');
select is(cast_.reply('+12135550102', 'hello', 'k3', p_more => '{"label": "interested"}'), cast_.lead('a2') || ' applied', 'the colleague''s lead answers too');

-- Who sees that there is a reply.
select is(cast_.leads('owner', 'public.replies', 'lead_id'), 'a1 a2', 'an owner sees the org''s replies');
select is(cast_.leads('viewer', 'public.replies', 'lead_id'), 'a1 a2', 'so does a viewer');
select is(cast_.leads('broker', 'public.replies', 'lead_id'), 'a1', 'a broker those of own leads');
select is(cast_.leads('rival', 'public.replies', 'lead_id'), 'none', 'another org none');
select is(cast_.run('owner', 'select text_cipher from public.replies'), '42501 permission denied for table replies', 'the ciphertext is granted to nobody');
select is(cast_.run('broker', $$ update public.replies set answered_at = now() $$), 'rows 1', 'a broker marks own ones as answered');
select is(cast_.run('viewer', $$ update public.replies set answered_at = now() $$), 'rows 0', 'a viewer none');
select is(cast_.run('broker', $$ update public.replies set request = 'none' $$), '42501 permission denied for table replies', 'what it asked is nobody''s to edit');

-- Who reads the words.
create function cast_.words(p_who text) returns text language sql as $$
  select cast_.ask(p_who, format($q$ select string_agg(r.body, ' | ' order by r.at, r.id) from public.read_replies(array[%L, %L]::uuid[]) r $q$,
    cast_.lead('a1'), cast_.lead('a2')))
$$;
select is(cast_.words('owner'), 'Who is this? | hello', 'an owner reads all');
select is(cast_.words('broker'), 'Who is this?', 'a broker those of own leads');
select is(cast_.words('rival'), null, 'another org nothing');
select is(cast_.words('stranger'), null, 'a stranger nothing');
select is(cast_.words('service_role'), 'Who is this? | hello', 'the service all');
select is(cast_.run('anon', 'select public.read_replies(''{}'')'), '42501 permission denied for function read_replies', 'anon may not ask');
select is((select count(*) from private.pii_access_log l where l.user_id = 'a0000000-0000-4000-8000-000000000003'), 1::bigint, 'every look is logged');

-- Tasks.
select is(cast_.leads('broker', 'public.tasks', 'lead_id'), 'a1', 'a broker has a task');
select is(cast_.run('broker', 'update public.tasks set done_at = now()'), 'rows 1', 'and does it');
select is(cast_.run('viewer', 'update public.tasks set done_at = now()'), 'rows 0', 'a viewer does none');
select is(cast_.reply('+12135550101', 'Hello?', 'k4', '2026-11-23T19:00Z', '{"label": "question"}'), cast_.lead('a1') || ' applied', 'when the person writes again');
select is((select count(*) from public.tasks t where t.lead_id = cast_.lead('a1') and t.done_at is null), 1::bigint, 'there is a new one');

-- Calls.
create function cast_.call(p_words text, p_key text, p_answered boolean default true) returns text language sql as $$
  select concat_ws(' ', t.lead_id, t.outcome) from private.apply_call_event(cast_.org(), 'vapi', jsonb_build_object('key', p_key, 'at', '2026-11-23T20:00Z',
    'direction', 'outbound', 'kind', 'delivered', 'provider_id', 'c1', 'from', '+12135550103', 'ended_reason', 'customer-ended-call', 'answered', p_answered,
    'transcript', 'AI: Say stop calling to end. User: ' || p_words, 'person_text', p_words, 'cost_usd', 0.1, 'seconds', 30)) t
$$;
select is(cast_.call('This is a mailbox', 'v1', false), cast_.lead('a3') || ' applied', 'a mailbox is a call');
select is((select count(*) from public.replies where lead_id = cast_.lead('a3')), 0::bigint, 'and no reply, whatever our assistant said');
select is(cast_.call('I am listening to you right now', 'v2'), cast_.lead('a3') || ' applied', 'a person who speaks');
select is((select campaign_status::text from public.leads where id = cast_.lead('a3')), 'replied', 'has replied');
select is(cast_.ask('owner', format('select public.read_transcript(%L, %s)', cast_.org(), (select id from public.calls where event_key = 'v2'))),
  'AI: Say stop calling to end. User: I am listening to you right now', 'an owner reads the conversation');
select is(cast_.ask('broker', format('select public.read_transcript(%L, %s)', cast_.org(), (select id from public.calls where event_key = 'v2'))), null, 'a broker of other leads does not');
select is(cast_.call('Please do not call me again', 'v3'), cast_.lead('a3') || ' applied', 'an opt-out that is spoken');
select is(private.is_suppressed(cast_.org(), private.contact_index(cast_.org(), '+12135550103'), 'voice_ai'), true, 'holds');

-- Bookings.
create function cast_.book(p_action text, p_uid text, p_more jsonb default '{}') returns text language sql as $$
  select concat_ws(' ', t.lead_id, t.outcome) from private.apply_booking_event(cast_.org(), 'calcom', jsonb_build_object('action', p_action, 'uid', p_uid,
    'at', '2026-11-23T21:00Z', 'starts_at', '2026-11-25T18:00Z', 'ends_at', '2026-11-25T18:30Z') || p_more, '2026-11-23T21:00Z') t
$$;
select is(cast_.book('made', 'u1', '{"email": "ames@example.com"}'), cast_.lead('a1') || ' applied', 'a booking finds its lead by e-mail');
select is((select campaign_status::text from public.leads where id = cast_.lead('a1')), 'booked', 'who is booked');
select is(cast_.leads('broker', 'public.bookings', 'lead_id'), 'a1', 'the broker sees it');
select is(cast_.leads('colleague', 'public.bookings', 'lead_id'), 'none', 'the colleague does not');
select is(cast_.reply('+12135550101', 'See you there', 'k5', '2026-11-23T22:00Z'), cast_.lead('a1') || ' applied', 'a reply after that');
select is((select campaign_status::text from public.leads where id = cast_.lead('a1')), 'booked', 'leaves the lead booked');
select is(cast_.book('cancelled', 'u1'), cast_.lead('a1') || ' applied', 'a cancelled one is known by its uid');
select is((select campaign_status::text from public.leads where id = cast_.lead('a1')), 'replied', 'and gives the lead back');
select is((select string_agg(t.kind, ' ' order by t.kind) from public.tasks t where t.lead_id = cast_.lead('a1') and t.done_at is null),
  'answer_reply follow_up_cancelled', 'with a task');
select is(cast_.book('made', 'u2', '{"email": "nobody@example.net"}'), 'unmatched', 'a booking of nobody');
select is((select state::text from public.bookings where uid = 'u2'), 'made', 'is kept');
select is(cast_.book('made', 'u3', format('{"lead_id": "%s"}', cast_.lead('b1'))::jsonb), 'unmatched', 'the lead of another org is nobody');

-- A model.
select is(private.take_triage_budget(cast_.org(), 600, 1000, '2026-11-23T20:00Z'), true, 'there is a budget');
select is(private.take_triage_budget(cast_.org(), 600, 1000, '2026-11-23T20:00Z'), false, 'that ends');
select is(private.take_triage_budget(cast_.org(), 600, 1000, '2026-11-24T20:00Z'), true, 'with the day');
select is(cast_.reply('+12135550102', 'some words that say little', 'k6'), cast_.lead('a2') || ' applied', 'a reply that no rule reads');
select is((select body from public.replies r, private.reply_to_triage(cast_.org(), r.id) where r.event_key = 'k6'), 'some words that say little', 'is there for the model');
select is(private.label_reply(cast_.org(), (select id from public.replies where event_key = 'k6'), 'later', 'We will call in spring.'), true, 'which labels it');
select is(private.label_reply(cast_.org(), (select id from public.replies where event_key = 'k6'), 'interested', 'x'), false, 'once');
select is(private.label_reply(cast_.org(), (select id from public.replies where event_key = 'k1'), 'interested', 'x'), false, 'and leaves what rules have read');
select is((select count(*) from public.messages), 0::bigint, 'a draft is not sent');

-- United, taken apart, erased.
insert into public.lead_merges (org_id, survivor_id, merged_id, merged_row, merged_contacts, merged_addresses, reason, merged_at)
values (cast_.org(), cast_.lead('a1'), cast_.lead('a2'), '{}', '{}', '{}', 'test', now());
select is(cast_.leads('broker', 'public.replies', 'lead_id') || (select count(*) from public.replies where merged_from = cast_.lead('a2')), 'a12', 'replies follow a united lead');
update public.lead_merges set undone_at = now();
select is((select count(*) from public.replies where lead_id = cast_.lead('a2') and merged_from is null), 2::bigint, 'and go back');
select is((select string_agg(w ->> 'text', ' | ') from jsonb_array_elements(public.export_person(cast_.org(), cast_.lead('a1')) -> 'reply_texts') w),
  'Who is this? | Hello? | See you there', 'a person''s record has the words');
select lives_ok(format('select public.erase_lead(%L, %L, ''asked for it'')', cast_.org(), cast_.lead('a1')), 'a person is erased');
select is((select count(*) from public.replies where lead_id = cast_.lead('a1') and text_cipher is not null), 0::bigint, 'with the words');
select is((select count(*) from public.replies where lead_id = cast_.lead('a1')), 3::bigint, 'not with the record');
select is((select count(*) from public.replies where lead_id = cast_.lead('a2') and text_cipher is not null), 2::bigint, 'and nobody else''s');
select * from finish();
rollback;
