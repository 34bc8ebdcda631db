begin;
\ir ../support/cast.sql
\ir ../support/replies.sql
select no_plan();
create function cast_.reading(p_more jsonb) returns jsonb language sql as $$
  select jsonb_build_object('reading', '{"request": "none", "keyword": false, "ends": [], "keeps": [],
    "scope": "contact", "never": false, "wrong_contact": false, "language": null, "unread": false, "by": "rules",
    "possible": false}'::jsonb || p_more)
$$;
create function cast_.task(p_lead text) returns jsonb language sql as $$
  select t.detail from public.tasks t where t.lead_id = cast_.lead(p_lead) and t.kind = 'answer_reply'
$$;
create function cast_.source(p_lead text) returns text language sql as $$
  select min(s.source) from public.suppressions s join public.contact_points c using (org_id, value_bidx)
  where c.lead_id = cast_.lead(p_lead) and c.kind = 'phone'
$$;

select cast_.reply('+12135550101', 'let this be the last I see of you', 'k1', p_more => cast_.reading(
  '{"request": "opt_out", "by": "learned", "ends": ["sms", "voice_ai"]}')) \g /dev/null
select is((select format('%s %s %s', request, label, labelled_by) from public.replies where event_key = 'k1'),
  'opt_out opt_out learned', 'a wish that the learned reader adds is an opt-out, and says who read it');
select is(cast_.source('a1'), 'reply by sms, read by the learned reader', 'its suppression says so, too');
select is(cast_.task('a1'), '{"channel": "sms", "request": "opt_out", "read_by": "learned"}'::jsonb,
  'and a person has a task to look at it');
select cast_.run('broker', format($$ update public.replies set label = 'later' where id = %s $$,
  (select id from public.replies where event_key = 'k1'))) \g /dev/null
select is((select format('%s %s', label, labelled_by) from public.replies where event_key = 'k1'), 'later person',
  'a person corrects the label');

select cast_.reply('+12135550102', 'perhaps not the best idea', 'k2', p_more => cast_.reading('{"possible": true}'))
  \g /dev/null
select is(cast_.task('a2'), '{"channel": "sms", "possible_wish": true}'::jsonb,
  'a possible wish is a task that says so');
select is(cast_.source('a2'), null, 'and ends nothing');
select is((select format('%s %s', request, label) from public.replies where event_key = 'k2'), 'none ',
  'nor is it labelled');

select cast_.reply('+12135550102', 'STOP', 'k3', p_more => cast_.reading(
  '{"request": "opt_out", "by": "learned", "ends": ["sms", "voice_ai"]}')) \g /dev/null
select is((select labelled_by from public.replies where event_key = 'k3'), 'rules',
  'a keyword is one of the rules, whoever has read it');
select is(cast_.source('a2'), 'reply by sms', 'and so its suppression says');

select * from finish();
rollback;
