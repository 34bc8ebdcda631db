begin;
\ir ../support/cast.sql
\ir ../support/replies.sql
\ir ../support/decide.sql
select no_plan();

create function cast_.maybe(p_phone text, p_key text, p_more jsonb default '{"possible": true}') returns text
language sql as $$
  select cast_.reply(p_phone, 'enough for one week, I think', p_key, cast_.noon(), jsonb_build_object('reading',
    '{"request": "none", "keyword": false, "ends": [], "keeps": [], "scope": "contact", "never": false,
    "wrong_contact": false, "language": null, "unread": false, "by": "rules", "possible": false}'::jsonb || p_more))
$$;
create function cast_.phone(p_lead text) returns text language sql as $$
  select private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)) from public.contact_points c
  where c.id = cast_.contact(p_lead)
$$;
create function cast_.look(p_who text, p_lead text) returns text language sql as $$
  select cast_.run(p_who, format($q$ update public.tasks set done_at = now() where lead_id = %L
    and kind = 'answer_reply' and done_at is null $q$, cast_.lead(p_lead)))
$$;
select cast_.consent('a1') \g /dev/null
select cast_.consent('a2') \g /dev/null
select cast_.consent('a3') \g /dev/null

-- The hold
select is(cast_.decide('a1'), 'yes', 'a contact is allowed');
select public.gate_decide(cast_.lead('a1'), cast_.contact('a1'), 'sms', 'marketing', cast_.noon())
  ->> 'decision_id' as decision \gset
select cast_.maybe(cast_.phone('a1'), 'k0', '{}') \g /dev/null
select is(cast_.decide('a1'), 'yes', 'a reply that wishes nothing holds nothing up');
select cast_.maybe(cast_.phone('a1'), 'k1') \g /dev/null
select is(cast_.decide('a1'), 'possible_wish @ 2026-11-18T22:00:00Z', 'after a possible wish texts are refused');
select is(cast_.decide('a1', 'voice_ai'), 'possible_wish @ 2026-11-18T22:00:00Z', 'and automated calls');
select matches(cast_.decide('a1', p_purpose => 'transactional'), 'possible_wish',
  'and automatic messages about a matter');
select ok(not public.gate_still_allows(cast_.org_of('a1'), :decision, cast_.noon()),
  'a message that was claimed before is not sent');
select is(cast_.decide('a2'), 'yes', 'other people are still contacted');
select public.gate_decide(cast_.lead('a1'), cast_.contact('a1'), 'sms', 'transactional', cast_.noon(),
  private.message_facts('sms', 'manual', 'transactional', null, null)) as answer \gset
select is(cast_.verdict(:'answer'::jsonb), 'yes', 'the answer that a person writes is not held up');
select ok(public.gate_still_allows(cast_.org_of('a1'), (:'answer'::jsonb ->> 'decision_id')::bigint, cast_.noon()),
  'not before it is sent, either');
select unalike(cast_.decide('a1', 'voice_manual'), '%possible_wish%', 'nor is a call by a person');

-- A task that was open says so, too.
select is((select t.detail from public.tasks t where t.lead_id = cast_.lead('a1') and t.kind = 'answer_reply'),
  '{"channel": "sms", "possible_wish": true}'::jsonb,
  'a task that was open before says that there is a possible wish');

-- Its end
select cast_.look('colleague', 'a1') \g /dev/null
select matches(cast_.decide('a1'), 'possible_wish', 'a broker of another lead does not end it');
select cast_.look('rival', 'a1') \g /dev/null
select matches(cast_.decide('a1'), 'possible_wish', 'nor does another org');
select cast_.look('broker', 'a1') \g /dev/null
select is(cast_.decide('a1'), 'yes', 'the lead''s broker, who has looked, does');
select is((select count(*) from private.possible_wishes), 0::bigint, 'and nothing is left of it');

-- Words that the reader cannot read
select cast_.maybe(cast_.phone('a1'), 'k2', '{"unread": true}') \g /dev/null
select matches(cast_.decide('a1'), 'possible_wish', 'a language that the reader does not read holds, too');
select cast_.look('broker', 'a1') \g /dev/null

-- A wish after all
select cast_.maybe(cast_.phone('a1'), 'k3') \g /dev/null
select cast_.run('colleague', format($$ update public.replies set label = 'opt_out', labelled_at = now()
  where id = %s $$, (select id from public.replies where event_key = 'k3'))) \g /dev/null
select is((select count(*) from public.suppressions where source ~ 'read by a person'), 0::bigint,
  'a broker of another lead labels nothing');
create function cast_.label(p_key text, p_label text) returns text language sql as $$
  select cast_.run('broker', format('update public.replies set label = %L, labelled_at = now() where id = %s', p_label,
    (select id from public.replies where event_key = p_key)))
$$;
select cast_.label('k3', 'opt_out') \g /dev/null
select cast_.look('broker', 'a1') \g /dev/null
select is((select string_agg(distinct reason || ', ' || source, '; ') from public.suppressions
  where org_id = cast_.org_of('a1')), 'opt_out, reply by sms, read by a person',
  'the broker who reads a wish labels it, and it is an opt-out');
select matches(cast_.decide('a1'), 'suppressed', 'which outlasts the task');
select cast_.label('k3', 'later') \g /dev/null
select matches(cast_.decide('a1'), 'suppressed', 'and another label');

-- Leads that share the phone
select cast_.add_contact(cast_.lead('a3'), 'phone', cast_.phone('a2')) \g /dev/null
select private.hold_for_possible_wish(cast_.org_of('a2'), cast_.bidx('a2'), array[cast_.lead('a2')], cast_.noon())
  \g /dev/null
select matches(cast_.decide('a3'), 'possible_wish', 'a lead with the same phone is held, too');
select throws_ok($$ set local role authenticated; select * from private.possible_wishes $$, '42501', null,
  'members do not read the holds');
reset role;
select is(has_table_privilege('pipeline_writer', 'private.possible_wishes', 'DELETE'), false,
  'the worker cannot end a hold');
select public.erase_lead(cast_.org_of('a2'), cast_.lead('a2'), 'asked') \g /dev/null
select is((select count(*) from private.possible_wishes), 0::bigint, 'an erasure ends it');

select * from finish();
rollback;
