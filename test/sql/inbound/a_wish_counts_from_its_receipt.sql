begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

-- Deliveries as the webhooks endpoint stores them: their contacts are named, their content waits for the worker.
create function cast_.receive(p_key text, p_values text[], p_messages jsonb default '[]', p_provider text default
  'twilio') returns bigint language sql as $$
  select max(r.nth) from private.receive_webhooks(gen_random_uuid(), jsonb_build_array(jsonb_build_object('nth', 1,
    'org_id', cast_.org_of('a1'), 'provider', p_provider, 'kind', 'sms', 'content_key', encode(sha256(p_key::bytea),
    'hex'), 'events', 1, 'unread', jsonb_build_object('values', p_values, 'messages', p_messages),
    'params', '{}'::jsonb,
    'content_type', 'text/plain', 'correlation_id', gen_random_uuid(), 'received_at', cast_.noon(), 'body_at', 0,
    'body_bytes', 4)), 'STOP') r;
  select max(i.id) from public.webhook_inbox i;
$$;
create function cast_.phone(p_lead text) returns text language sql as $$
  select private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)) from public.contact_points c
  where c.id = cast_.contact(p_lead)
$$;
select cast_.consent('a2') \g /dev/null
select cast_.consent('a3') \g /dev/null
select is(cast_.decide('a2'), 'yes', 'a contact is allowed');
select public.gate_decide(cast_.lead('a2'), cast_.contact('a2'), 'sms', 'marketing', cast_.noon())
  ->> 'decision_id' as decision \gset
select cast_.receive('k1', array[cast_.phone('a2')]) as delivery \gset
select is(cast_.decide('a2'), 'message_unread @ 2026-11-18T18:05:00Z',
  'from receipt on the contact is refused, and may be tried again soon');
select ok(not public.gate_still_allows(cast_.org_of('a2'), :decision, cast_.noon()),
  'a claimed message is not sent either');
select is(cast_.decide('a3'), 'yes', 'other people are still contacted');
select is(cast_.decide('a2', 'sms', p_purpose => 'transactional'), 'message_unread @ 2026-11-18T18:05:00Z',
  'a message about a matter waits, too');

select private.apply_webhook_events(cast_.org_of('a2'), array[:delivery], '[]', cast_.noon()) \g /dev/null
select is(cast_.decide('a2'), 'yes', 'after processing the contact is allowed again, if nothing was wished for');
select is((select count(*) from private.unread_contacts), 0::bigint, 'nothing of the delivery is left');

-- A second contact of the lead: "never contact me" would reach it.
select cast_.add_contact(cast_.lead('a2'), 'phone', '+12135550177') \g /dev/null
select cast_.receive('k2', array['+12135550177']) as delivery \gset
select is(cast_.decide('a2'), 'message_unread @ 2026-11-18T18:05:00Z',
  'a message from another phone of the lead counts');
update public.webhook_inbox set state = 'dead', processed_at = cast_.noon() where id = :delivery;
select is(cast_.decide('a2'), 'message_unread @ 2026-11-18T18:05:00Z',
  'a delivery that could not be processed still counts: nobody knows its wish');
select ok(public.replay_inbox(cast_.org_of('a2'), :delivery), 'it is replayed');
select private.apply_webhook_events(cast_.org_of('a2'), array[:delivery], '[]', cast_.noon()) \g /dev/null
select is(cast_.decide('a2'), 'yes', 'a replay that succeeds frees the contact');

-- The same delivery again, after it was processed.
select cast_.receive('k2', array['+12135550177']) \g /dev/null
select is(cast_.decide('a2'), 'yes', 'a repeated delivery that was processed holds nothing up');

-- By facts alone.
select is((public.gate_evaluate('{"unread_since": "some day", "channel": "sms"}', cast_.noon()) -> 'reasons')
  @? '$[*] ? (@.rule == "message_unread")', true, 'an unreadable time says that a message waits');
select is((public.gate_evaluate('{"unread_since": null, "channel": "sms"}', cast_.noon()) -> 'reasons')
  @? '$[*] ? (@.rule == "message_unread")', false, 'without one nothing waits');

select * from finish();
rollback;
