-- Members assign, label and answer replies; the answer is a message of the ledger, asked of the gate, sent once.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/hand_calls.sql
\ir ../support/replies.sql
\ir ../support/reveal.sql
select plan(37);
insert into public.senders (org_id, channel, name, provider, address, state)
values (cast_.org(), 'sms', 'Org A', 'twilio', '+12135550190', 'active');
select cast_.consent('a1') \g /dev/null
select cast_.reply('+12135550101', 'What would you pay?', 'k1', now(), '{"label": "question"}') \g /dev/null
select id as reply from public.replies \gset
create function cast_.do(p_who text, p_what text) returns text language sql as $$
  select cast_.run(p_who, format('select public.' || p_what, cast_.org()))
$$;
create function cast_.state() returns text language sql as $$
  select private.inbox_state(r.answered_at, r.assigned_to) from public.replies r order by r.id limit 1
$$;

-- Who may.
select is(cast_.do(who, format('%s(%%L, %s)', f, replace(more, ':id', :'reply'))),
  'SL615 reply not found, or you may not answer it', who || ' may not ' || f)
from unnest('{viewer,colleague,rival,former,stranger}'::text[]) who
cross join (values ('assign_inbox', '''reply'', :id, null'), ('send_answer', ':id, gen_random_uuid(), ''Hi''')) x (f,
  more);
select is(cast_.do('viewer', format('%s(%%L, %s)', f, replace(more, ':id', :'reply'))),
  'SL615 reply not found, or you may not answer it', 'a viewer may not ' || f)
from (values ('close_inbox', '''reply'', :id'), ('reopen_inbox', '''reply'', :id'),
  ('set_reply_label', ':id, ''later'''), ('save_draft', ':id, ''Hi''')) x (f, more);

-- States.
select is(cast_.state(), 'open', 'a reply is open');
select is(cast_.do('broker', format('assign_inbox(%%L, ''reply'', %s, %L)', :'reply',
  'a0000000-0000-4000-8000-000000000004')), 'SL615 this member may not work on the lead',
  'it is not handed to a member who does not see the lead');
select cast_.do('broker', format('assign_inbox(%%L, ''reply'', %s, %L)', :'reply',
  'a0000000-0000-4000-8000-000000000002')) \g /dev/null
select is(cast_.state(), 'assigned', 'it can be assigned');
select cast_.do('admin', format('set_reply_label(%%L, %s, ''interested'')', :'reply')) \g /dev/null
select is((select r.label || ' ' || r.labelled_by from public.replies r), 'interested person', 'and labelled');
select cast_.do('admin', format('close_inbox(%%L, ''reply'', %s)', :'reply')) \g /dev/null
select is(cast_.state(), 'done', 'and closed without an answer');
select is((select count(*) from public.tasks where done_at is null), 0::bigint, 'which finishes its task');
select cast_.do('admin', format('reopen_inbox(%%L, ''reply'', %s)', :'reply')) \g /dev/null
select is(cast_.state(), 'assigned', 'and opened again');
select is(cast_.do('admin', 'close_inbox(%L, ''letter'', 1)'), 'SL615 an item of the inbox is a reply or a call',
  'other items do not exist');

-- Drafts.
select cast_.do('broker', format('save_draft(%%L, %s, ''We pay well'')', :'reply')) \g /dev/null
select is(cast_.revealed('broker', 'replies', array[cast_.lead('a1')], 'draft'), 'We pay well', 'a draft is kept');
select is((select count(*) from public.replies r where position('We pay'::bytea in r.draft_cipher) > 0), 0::bigint,
  'encrypted');
select is(cast_.do('broker', format('send_answer(%%L, %s, gen_random_uuid(), ''Hi {{ lead.first_name }}'')',
  :'reply')),
  'SL617 the answer has a placeholder that is not filled', 'open placeholders are refused');
select is(cast_.do('broker', format('send_answer(%%L, %s, gen_random_uuid(), repeat(''x'', 1601))', :'reply')),
  'SL617 the answer is too long for this channel', 'so are long texts');
select is(cast_.do('broker', format('send_answer(%%L, %s, null, ''Hi'')', :'reply')), 'SL617 write the answer first',
  'and a request without a key');

-- Sending: the draft, once.
create temp table sent as select cast_.ask('broker', format('select public.send_answer(%L, %s, %L)', cast_.org(),
  :'reply', cast_.key(1)))::jsonb as answer from generate_series(1, 2);
select is((select count(*) from public.messages where kind = 'manual'), 1::bigint, 'the answer is queued once');
select is((select count(distinct answer ->> 'message_id') from sent), 1::bigint,
  'a repeated request gives the same one');
select is((select private.decrypt_value(m.text_cipher, private.org_key(m.org_id, m.key_id)) || ' ' || m.purpose
  from public.messages m), 'We pay well transactional', 'with the words of the draft, as an answer');
select is((select m.decision_id is not null from public.messages m), true, 'the gate was asked');
select is((select concat_ws(' ', (r.answered_at is not null), r.draft_cipher is null) from public.replies r),
  case when (select m.state from public.messages m) = 'cancelled' then 'f f' else 't t' end,
  'what was sent is answered, and its draft is gone');

-- Refused by the gate: the reply stays open, the draft is kept, and the reasons have their law.
select cast_.reply('+12135550102', 'Who is this?', 'k2', now()) \g /dev/null
select id as other from public.replies where event_key = 'k2' \gset
select private.suppress_value(cast_.org(), cast_.bidx('a2'), 'phone', 'sms', 'opt_out', 'a test', now()) \g /dev/null
select cast_.ask('colleague', format('select public.send_answer(%L, %s, %L, ''Sorry'')', cast_.org(), :'other',
  cast_.key(2))) as answer \gset
select is(:'answer'::jsonb ->> 'state', 'cancelled', 'an answer that the gate refuses is not sent');
select is(jsonb_array_length(:'answer'::jsonb -> 'reasons') > 0
  and not exists (select from jsonb_array_elements(:'answer'::jsonb -> 'reasons') r where r ->> 'law' is null), true,
  'with the law of each reason');
select is((select r.answered_at from public.replies r where r.id = :'other'), null, 'the reply stays open');

-- What may be a wish is not settled by an answer.
update public.tasks set detail = detail || '{"possible_wish": true}', done_at = null where lead_id = cast_.lead('a2');
select cast_.do('colleague', format('close_inbox(%%L, ''reply'', %s)', :'other')) \g /dev/null
select is((select count(*) from public.tasks t where t.lead_id = cast_.lead('a2') and t.done_at is null), 1::bigint,
  'closing a reply does not end the hold for a possible wish');

-- A label of a wish is a wish.
select cast_.do('colleague', format('set_reply_label(%%L, %s, ''opt_out'')', :'other')) \g /dev/null
select is(private.is_suppressed(cast_.org(), cast_.bidx('a2'), 'voice_ai'), true, 'the label opt_out is an opt-out');

select * from finish();
rollback;
