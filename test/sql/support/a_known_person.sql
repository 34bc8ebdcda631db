-- The person Quillmarker of org A, lead 77: +12135550177, quillmarker@example.com; and lead 78, a second record of
-- the
-- same person. Their data takes the ways of the pipeline. After support/sending.sql.
select cast_.runner(77, p_phone => true), cast_.runner(78) \g /dev/null
select cast_.add_contact(cast_.nth(77), 'email', 'quillmarker@example.com') \g /dev/null
-- Edits by a member, and a merge by hand of a lead that was merged before.
select cast_.run('owner', format($$ update public.leads set owner_1_last = 'Quillmarker',
  mailing_street = '7 Quillmarker Way', attributes = '{"Spouse": "Pat Quillmarker"}' where id = %L $$,
  cast_.nth(n))) from generate_series(77, 78) n \g /dev/null
select cast_.run('owner', format($$ update public.leads set owner_2_last = 'Quillmarker' where id = %L $$,
  cast_.nth(77)))
\g /dev/null
update public.leads set melissa_payload = '{"NameFull": "Quillmarker"}' where id = cast_.nth(77);

-- An upload: a lead, a reject and a row in conflict with the leads a1 and a2.
select set_config('role', 'pipeline_writer', true), set_config('sluice.actor', 'upload', true) \g /dev/null
select a.part_id as person_part from private.accept_part('a0000000-0000-4000-8000-00000000005c', 'msg_person',
  extensions.digest('person', 'sha256'), 40, null, null, 1, 1, false, 'list.csv', gen_random_uuid()) a \gset
select private.store_part_chunk(:'person_part', 0, convert_to(E'owner,phone\nQuillmarker,(213) 555-0177\n', 'UTF8'))
\g /dev/null
update public.upload_parts set state = 'staging' where id = :'person_part';
select private.open_stage() \g /dev/null
insert into pg_temp.stage_in (line_no, mak, fips, apn, street, city, state, zip, owner_1_last, phones, emails,
  raw) values
  (2, null, null, null, '77 Main St', 'Los Angeles', 'CA', '90001', 'Quillmarker', '[{"v": "(213) 555-0177"}]',
    '[{"v": "Quillmarker@Example.com"}]', '["Quillmarker", "(213) 555-0177"]'),
  (3, '1000000001', '06037', 'A2', null, null, null, null, 'Quillmarker', '[{"v": "(213) 555-0177"}]', null,
    '["Quillmarker", "(213) 555-0177"]');
insert into pg_temp.stage_in (line_no, phones, reject_code, reject_detail, raw) values
  (4, '[{"v": "2135550177"}]', 'too_few_fields', 'expected 5 fields, found 1', '["2135550177", "Quillmarker"]');
select private.stage_rows(:'person_part') \g /dev/null
update public.upload_parts set state = 'staged', staged_at = now() where id = :'person_part';
select private.resolve_upload(u.upload_id) from (select upload_id from public.upload_parts where id
  = :'person_part') u
\g /dev/null
select private.resolve_upload(u.upload_id) from (select upload_id from public.upload_parts where id
  = :'person_part') u
\g /dev/null
reset role;
select id as uploaded from public.leads where situs_street ~* '77 main' and org_id = cast_.org() \gset
set local sluice.actor = '';
select cast_.run('owner', format('select public.merge_leads(%L, %L, %L)', cast_.org(), cast_.nth(78), :'uploaded'))
\g /dev/null
select cast_.run('owner', format('select public.merge_leads(%L, %L, %L)', cast_.org(), cast_.nth(77), cast_.nth(78)))
\g /dev/null

-- A split that gave the second owner a lead of its own.
select cast_.run('owner', format($$ update public.leads set owner_2_last = 'Partner' where id = %L $$, cast_.nth(77)))
\g /dev/null
select cast_.run('owner', format('select public.split_lead(%L, %L, p_facts => ''{owner_2}'', p_reason => %L)',
  cast_.org(), cast_.nth(77), 'Quillmarker is somebody else')) \g /dev/null

-- Messages, an answer, replies, a call, a booking.
select cast_.claim() \g /dev/null
select private.queue_message(cast_.org(), cast_.nth(77), c.id, 'sms', 'manual', 'Dear Quillmarker', 'in-1',
  cast_.noon())
from public.contact_points c where c.lead_id = cast_.nth(77) and c.kind = 'phone' \g /dev/null
select private.apply_reply_event(cast_.org(), 'twilio', jsonb_build_object('key', 'k1', 'at', '2026-11-18T19:00Z',
  'channel', 'sms', 'from', '+12135550177', 'text', 'Quillmarker here, call 213-555-0177', 'label', 'question'),
  '2026-11-18T19:00Z') \g /dev/null
update public.replies r set draft_cipher = private.encrypt_value('Dear Quillmarker',
  private.org_key(r.org_id, r.key_id)),
  draft_key_id = r.key_id where r.lead_id = cast_.nth(77);
select private.apply_call_event(cast_.org(), 'vapi', jsonb_build_object('key', 'v1', 'at', '2026-11-18T20:00Z',
  'direction', 'inbound', 'kind', 'delivered', 'provider_id', 'c1', 'from', '+12135550177', 'ended_reason',
  'customer-ended-call', 'answered', true, 'transcript', 'User: Quillmarker speaking', 'person_text',
  'Quillmarker speaking', 'cost_usd', 0.1, 'seconds', 30)) \g /dev/null
insert into public.tasks (org_id, lead_id, kind, created_at, created_by, note_cipher, key_id)
select cast_.org(), cast_.nth(77), 'to_do', now(), gen_random_uuid(), private.encrypt_value('Quillmarker likes tea',
  private.org_key(cast_.org(), k)), k from private.active_key_id(cast_.org(), 'data') k;
select private.apply_booking_event(cast_.org(), 'calcom', jsonb_build_object('action', 'made', 'uid', 'b1', 'at',
  '2026-11-18T20:00Z', 'starts_at', '2026-11-25T18:00Z', 'ends_at', '2026-11-25T18:30Z', 'email',
  'quillmarker@example.com', 'name', 'Quillmarker'), '2026-11-18T20:00Z') \g /dev/null
insert into public.consent_tokens (org_id, lead_id, nonce_hash, expires_at, channels, phone_bidx, phone_masked)
select c.org_id, c.lead_id, sha256('n'), now() + interval '1 day', '{sms}', c.value_bidx, c.masked
from public.contact_points c where c.lead_id = cast_.nth(77) and c.kind = 'phone';

-- Webhooks: processed, unmatched, dead, and one of somebody else.
create function cast_.deliver(p_key text, p_text text, p_state text, p_lead uuid, p_from text) returns void
language plpgsql as $$
declare
  v_body constant bytea := convert_to('From=' || p_from || '&Body=' || p_text, 'UTF8');
  v_id bigint;
begin
  perform private.receive_webhooks(gen_random_uuid(), jsonb_build_array(jsonb_build_object('nth', 1, 'org_id',
    cast_.org(), 'provider', 'twilio', 'kind', 'sms', 'content_key', encode(sha256(p_key::bytea), 'hex'), 'events', 1,
    'unread', jsonb_build_object('values', jsonb_build_array(p_from), 'messages', '[]'::jsonb), 'params', '{}'::jsonb,
    'content_type', 'text/plain', 'correlation_id', gen_random_uuid(), 'received_at', now(), 'body_at', 0,
    'body_bytes', octet_length(v_body))), v_body);
  select i.id into v_id from public.webhook_inbox i where i.content_key = sha256(p_key::bytea);
  if p_lead is not null then
    insert into public.webhook_events (org_id, inbox_id, provider, event_key, kind, name, at, outcome, lead_id)
    values (cast_.org(), v_id, 'twilio', p_key, 'reply', 'received', now(), 'applied', p_lead);
  end if;
  update public.webhook_inbox i set state = p_state::public.inbox_state, processed_at = case
    when p_state <> 'received'
    then now() end, error = case p_state when 'dead' then 'bad value "Quillmarker"' end where i.id = v_id;
end
$$;
select cast_.deliver('w1', 'Quillmarker', 'done', cast_.nth(77), '+12135550177'),
  cast_.deliver('w2', 'Quillmarker', 'dead', null, '+12135550177'),
  cast_.deliver('w3', 'hello', 'done', cast_.lead('a2'), '+12135550102') \g /dev/null

-- Errors quote what they failed on.
select private.record_dead_letter(cast_.org(), 'process-inbox', '{"batch_id": "b1"}', 'failed',
  'invalid input syntax: "Quillmarker", +12135550177', gen_random_uuid()) \g /dev/null
update public.messages m set error_detail = 'mailbox of quillmarker@example.com is full'
where m.lead_id = cast_.nth(77);
select public.create_subscription(cast_.org(), 'https://example.com/hook', '{reply.received,dead_letter.filed}')
\g /dev/null
select private.announce(cast_.org(), 'reply.received', jsonb_build_object('lead_id', cast_.nth(77))) \g /dev/null
update public.notifications n set last_error = 'Quillmarker' where n.org_id = cast_.org();
select private.send_job('process-inbox', '{"batch_id": "b9"}') \g /dev/null
update pgboss.job j set output = '{"message": "bad value Quillmarker"}' where j.data ->> 'batch_id' = 'b9';
update public.uploads u set error = 'Quillmarker' where u.id = (select p.upload_id from public.upload_parts p
  where p.id = :'person_part');

-- An answer of a data provider about them, kept, and a fact from it: asked before they opt out.
insert into public.provider_budgets (org_id, provider, period, limit_usd) values (cast_.org(), 'batchdata', 'day', 9);
select private.settle_calls(cast_.org(), 'batchdata', jsonb_build_array(jsonb_build_object('call_id', b.call_id,
  'outcome', 'ok', 'processed', 'yes', 'answer', '{"name": "Quillmarker"}', 'keep_seconds', 8640000)))
from private.begin_calls(cast_.org(), 'batchdata', 'default', 'skip_trace', jsonb_build_array(jsonb_build_object(
  'input', '77 main st 90001', 'cost_usd', 0.07, 'lead_id', cast_.nth(77)))) b \g /dev/null
select private.record_facts(cast_.org(), 'batchdata', jsonb_build_array(jsonb_build_object('lead_id', cast_.nth(77),
  'name', 'person_1', 'secret', 'Pat Quillmarker'))) \g /dev/null

-- An opt-out in words, and reads of the values.
select private.apply_reply_event(cast_.org(), 'twilio', jsonb_build_object('key', 'k2', 'at', '2026-11-18T21:00Z',
  'channel', 'sms', 'from', '+12135550177', 'text', 'Quillmarker says stop texting me'),
  '2026-11-18T21:00Z') \g /dev/null
select cast_.reveal('owner', 'person', array[cast_.nth(77)]) \g /dev/null

-- A deal with them.
select cast_.ask('owner', format('select public.open_deal(%L, %L, %L) ->> ''deal_id''', cast_.org(), cast_.nth(77),
  '{"title": "Quillmarker house", "note": "call 213 555 0177", "kind": "flip"}')) as person_deal \gset
select cast_.run('owner', format('select public.save_budget_line(%L, %L, null, %L, 1, 1)', cast_.org(), :'person_deal',
  'Roof for Quillmarker')), cast_.run('owner', format('select public.save_deal_task(%L, %L, null, %L, null)',
    cast_.org(),
  :'person_deal', 'Call Quillmarker')), cast_.run('owner', format(
  'select public.add_deal_file(%L, %L, ''document'', %L, %L)', cast_.org(), :'person_deal', 'Quillmarker deed.pdf',
  format('%s/%s/%s.pdf', cast_.org(), :'person_deal', gen_random_uuid()))) \g /dev/null
