begin;
\ir ../support/cast.sql
\ir ../support/replies.sql
select no_plan();
\set yes '\'{"opt_out_type": "START", "label": "interested", "reading": {"request": "none"}}\''
create function cast_.status(p_lead text) returns text language sql
  as $$ select campaign_status::text from public.leads where id = cast_.lead(p_lead) $$;
insert into public.campaigns (org_id, id, name, state)
values (cast_.org(), 'a0000000-0000-4000-8000-00000000000c', 'Autumn', 'running');
update public.leads set campaign_status = 'active', campaign_id = 'a0000000-0000-4000-8000-00000000000c',
  added_to_campaign_at = '2026-11-20Z'
where id in (cast_.lead('a1'), cast_.lead('a2'), cast_.lead('a3'));

-- Twilio's Advanced Opt-Out reports YES as a START.
select cast_.reply('+12135550101', 'YES', 'k1', p_more => :yes) \g /dev/null
select results_eq($$ select request, label::text from public.replies where lead_id = cast_.lead('a1') $$,
  $$ values ('none', 'interested') $$, 'YES of somebody who never stopped is a reply like any other');
select is(cast_.status('a1'), 'replied', 'it stops the sequence');
select is((select count(*) from public.tasks where lead_id = cast_.lead('a1') and kind = 'answer_reply'), 1::bigint,
  'and makes a task');
select is((select count(*) from public.consents), 0::bigint, 'it is no consent');

-- After a STOP.
select cast_.reply('+12135550102', 'STOP', 'k2', '2026-11-23T18:00Z', '{"opt_out_type": "STOP"}') \g /dev/null
select is(cast_.status('a2'), 'opted_out', 'STOP opts out');
select cast_.reply('+12135550102', 'Yes', 'k3', '2026-11-23T19:00Z', :yes) \g /dev/null
select is(private.is_suppressed(cast_.org(), private.contact_index(cast_.org(), '+12135550102'), 'sms'), false,
  'YES of somebody who stopped lifts that STOP');
select is((select request from public.replies where event_key = 'k3'), 'opt_in', 'and is an opt-in');

-- A STOP that was sent before the YES and arrives after it.
select cast_.reply('+12135550104', 'YES', 'k8', '2026-11-23T19:00Z', :yes),
  cast_.reply('+12135550104', 'STOP', 'k9', '2026-11-23T18:00Z', '{"opt_out_type": "STOP"}') \g /dev/null
select is(private.is_suppressed(cast_.org(), private.contact_index(cast_.org(), '+12135550104'), 'sms'), true,
  'a YES that was read as a reply does not lift a STOP that arrives later');
select is((select count(*) from public.contact_attempts where at = '2026-11-23T19:00Z' and keyword = 'start'
  and value_bidx = private.contact_index(cast_.org(), '+12135550104')), 0::bigint,
  'nor does the gate read it as a START');
select cast_.reply('+12135550104', 'START', 'k10', '2026-11-23T20:00Z', '{"opt_out_type": "START", "reading": '
  '{"request": "opt_in"}}') \g /dev/null
select is(private.is_suppressed(cast_.org(), private.contact_index(cast_.org(), '+12135550104'), 'sms'), false,
  'a START lifts it');

-- START and UNSTOP.
select cast_.reply('+12135550103', 'START', 'k4', p_more => '{"opt_out_type": "START", "reading": {"request": '
  '"opt_in"}}') \g /dev/null
select is((select request from public.replies where event_key = 'k4'), 'opt_in', 'START is a command, not a reply');
select is(cast_.status('a3'), 'active', 'which does not stop the sequence');

-- A language that nobody read.
select cast_.reply('+12135550103', 'Kyllä', 'k5', '2026-11-23T20:00Z', '{"reading": {"request": "none", '
  '"unread": true}}') \g /dev/null
select is((select detail ->> 'unread' from public.tasks where lead_id = cast_.lead('a3')), 'true',
  'a reply in a language that the reader does not read is a task for a person');
select is((select count(*) from public.consents where action = 'grant' and lead_id = cast_.lead('a3')), 0::bigint,
  'and no consent');

-- One channel ends, another is asked for.
select cast_.reply('+12135550101', 'Stop texting me, just call me', 'k6', '2026-11-23T21:00Z', '{"reading": '
  '{"request": "opt_out", "ends": ["sms", "voice_ai"], "keeps": ["voice_manual"], "scope": "person", "never": false}}')
  \g /dev/null
select is(cast_.status('a1'), 'replied', 'a lead that asked for a call stays in work');
select is((select request from public.replies where event_key = 'k6'), 'opt_out', 'its wish is an opt-out');
select is((select keyword from public.contact_attempts where at = '2026-11-23T21:00Z'), 'opt_out',
  'the gate reads that texts ended');
select cast_.reply('+12135550103', 'Please stop emailing me', 'k7', '2026-11-23T21:00Z', '{"reading": '
  '{"request": "opt_out", "ends": ["email"], "keeps": [], "scope": "person", "never": false}}') \g /dev/null
select is((select count(*) from public.contact_attempts where at = '2026-11-23T21:00Z' and keyword is null), 1::bigint,
  'a text that ends e-mail alone does not end texts for the gate');

select * from finish();
rollback;
