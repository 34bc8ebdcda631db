begin;
\ir ../support/cast.sql
\ir ../support/replies.sql
\ir ../support/decide.sql
select no_plan();

create function cast_.maybe(p_phone text, p_key text, p_inbox bigint) returns text language sql as $$
  select cast_.reply(p_phone, 'enough for one week, I think', p_key, cast_.noon(), jsonb_build_object('inbox_id',
    p_inbox, 'reading', '{"request": "none", "keyword": false, "ends": [], "keeps": [], "scope": "contact",
    "never": false, "wrong_contact": false, "language": null, "unread": false, "by": "rules",
    "possible": true}'::jsonb))
$$;
select cast_.consent('a1') \g /dev/null
select cast_.consent('a2') \g /dev/null
select cast_.consent('a3') \g /dev/null
insert into public.webhook_inbox (org_id, provider, kind, content_key, state, events, content_type, body_cipher,
  key_id, batch_id, correlation_id, received_at, last_received_at, processed_at)
select cast_.org(), 'twilio', 'sms', '\x01', 'unmatched', 1, 'text/plain', '\x00', private.active_key_id(cast_.org(),
  'data'), gen_random_uuid(), gen_random_uuid(), cast_.noon(), cast_.noon(), cast_.noon() returning id as inbox \gset

select is(cast_.maybe('+12125550177', 'u1', :inbox), 'unmatched', 'nobody has the phone');
select cast_.maybe('+12125550177', 'u1', :inbox) \g /dev/null
select results_eq('select lead_id, inbox_id from private.possible_wishes', format('values (null::uuid, %s::bigint)',
  :inbox), 'the message waits, once');
select is(cast_.decide('a1'), 'yes', 'it holds no lead that has other phones');

select cast_.add_contact(cast_.lead('a2'), 'phone', '+12125550178') \g /dev/null
select is(cast_.decide('a2'), 'yes', 'nor one that gets another phone');
select cast_.add_contact(cast_.lead('a1'), 'phone', '+12125550177') \g /dev/null
select matches(cast_.decide('a1'), 'possible_wish', 'a lead that gets the phone later is held');
select is((select t.detail from public.tasks t where t.lead_id = cast_.lead('a1') and t.done_at is null),
  '{"possible_wish": true}'::jsonb, 'with a task for a person');
select is((select i.state from public.webhook_inbox i where i.id = :inbox), 'received'::public.inbox_state,
  'and the message is read again, so that the person sees it');
select cast_.add_contact(cast_.lead('a3'), 'phone', '+12125550177') \g /dev/null
select matches(cast_.decide('a3'), 'possible_wish', 'and so is another lead that gets it');

select cast_.run('broker', format($q$ update public.tasks set done_at = now() where lead_id = %L
  and kind = 'answer_reply' and done_at is null $q$, cast_.lead('a1'))) \g /dev/null
select is(cast_.decide('a1'), 'yes', 'until the broker has looked');
select is((select count(*) from private.possible_wishes), 0::bigint, 'and nothing is left of it');

-- A lead that is deleted before anybody looked
select private.hold_for_possible_wish(cast_.org(), cast_.bidx('a2'), array[cast_.lead('a2')], cast_.noon())
  \g /dev/null
select private.hold_for_possible_wish(cast_.org(), cast_.bidx('a2'), array[cast_.lead('a3')], cast_.noon())
  \g /dev/null
select cast_.bidx('a2') as value \gset
delete from public.leads where id in (cast_.lead('a2'), cast_.lead('a3'));
select is((select count(*) from private.possible_wishes where lead_id is null and value_bidx = :'value'), 2::bigint,
  'the wish outlives the lead, for a list that has the person again');
select * from finish();
rollback;
