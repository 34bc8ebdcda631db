begin;
\ir ../support/cast.sql
\ir ../support/replies.sql
select no_plan();

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

select is(cast_.reply('+12135550101', 'Hello?', 'k4', '2026-11-23T19:00Z', '{"label": "question"}'), cast_.lead('a1')
  || ' applied', 'the person writes again');
select is((select count(*) from public.tasks t where t.lead_id = cast_.lead('a1') and t.done_at is null), 1::bigint,
  'a new task is created');

select * from finish();
rollback;
