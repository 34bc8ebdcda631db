begin;
\ir ../support/cast.sql
\ir ../support/replies.sql
select no_plan();

select cast_.reply('+12135550101', 'Who is this?', 'k1', p_more => '{"label": "question"}'),
  cast_.reply('+12135550102', 'hello', 'k3', p_more => '{"label": "interested"}') \g /dev/null

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

select * from finish();
rollback;
