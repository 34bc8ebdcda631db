begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

create function cast_.sheet(p_change jsonb default '{}') returns jsonb language sql as $$
  select jsonb_strip_nulls(jsonb_build_object('method', 'paper', 'type', 'pewc', 'channels',
    '["sms", "voice_ai"]'::jsonb, 'occurred_at', '2026-11-01T10:00:00-07:00',
    'text', 'I agree that Org A may send automated texts. No condition of purchase.', 'seller', 'Org A', 'signature',
      'Ann Ames',
    'automated_disclosed', true, 'not_condition_of_purchase', true, 'evidence', 'scan 17, folder Ames',
      'evidence_sha256', repeat('ab', 32)) || p_change)
$$;
create function cast_.record(p_who text, p_change jsonb default '{}', p_lead text default 'a1',
  p_kind public.contact_kind default 'phone') returns text language sql as $$
  select cast_.run(p_who, format('select public.record_consent(%L, %L, %L, %L)', cast_.org_of(p_lead),
    cast_.lead(p_lead), cast_.contact(p_lead, p_kind), cast_.sheet(p_change)))
$$;

-- Permissions.
select is(cast_.record(who), answer, format('%s: %s', who, answer))
from (values ('colleague', format('SL405 contact %s of lead %s not found', cast_.contact('a1'), cast_.lead('a1'))),
  ('viewer', format('SL405 contact %s of lead %s not found', cast_.contact('a1'), cast_.lead('a1'))),
  ('rival', format('SL405 contact %s of lead %s not found', cast_.contact('a1'), cast_.lead('a1'))),
  ('stranger', format('SL405 contact %s of lead %s not found', cast_.contact('a1'), cast_.lead('a1'))),
  ('anon', '42501 permission denied for function record_consent')) x (who, answer);
select is((select count(*) from public.consents), 0::bigint, 'no other role writes anything');
select is(cast_.decide('a1'), 'consent_missing @ never', 'before, a text is refused');
select is(cast_.record('broker'), 'rows 1', 'the lead''s broker records the paper');
select is(cast_.decide('a1'), 'yes', 'and the gate finds written consent');
select is(cast_.record('broker'), 'rows 1', 'recording the same document again returns the same id');
select results_eq($$ select action::text, type, channels, method, signature, evidence,
  encode(evidence_sha256, 'hex') = repeat('ab', 32), seller, shown_text is not null
  and text_sha256 = sha256(convert_to(shown_text, 'UTF8')),
    occurred_at, recorded_by, recorded_by_user, is_unproven from public.consents $$,
  $$ values ('grant', 'pewc', '{sms,voice_ai}'::text[], 'paper', 'Ann Ames', 'scan 17, folder Ames', true, 'Org A',
    true, '2026-11-01 17:00Z'::timestamptz, 'member', 'a0000000-0000-4000-8000-000000000003'::uuid, false) $$,
  'it is one consent, with its evidence and its recorder');
select is((select consent_method from public.leads where id = cast_.lead('a1')), 'paper', 'the lead is updated');
select is(cast_.record(who, '{"evidence": "scan 18"}', lead), 'rows 1', who || ' records for ' || lead)
  from (values ('owner', 'a1'), ('admin', 'a2'), ('colleague', 'a2'), ('service_role', 'a3'), ('desk', 'a3'),
  ('rival', 'b1')) x (who, lead);
select is(cast_.run('broker', format('select public.record_consent(%L, %L, %L, %L)', cast_.org_of('a1'),
  cast_.lead('a1'), cast_.contact('a2'), cast_.sheet())),
  format('SL405 contact %s of lead %s not found', cast_.contact('a2'), cast_.lead('a1')),
    'the number of another lead is refused');
select is(cast_.run('rival', format('select public.record_consent(%L, %L, %L, %L)', cast_.org_of('b1'),
  cast_.lead('a1'), cast_.contact('a1'), cast_.sheet())),
  format('SL405 contact %s of lead %s not found', cast_.contact('a1'), cast_.lead('a1')), 'and that of another org');

-- Requirements.
select is(cast_.record('owner', change), 'SL404 invalid consent: ' || fault, fault)
from (values
  ('{"method": "rumour"}'::jsonb, 'method must be paper, spoken, purchase or inquiry'),
    ('{"method": null}', 'method must be paper, spoken, purchase or inquiry'),
  ('{"method": "spoken"}', 'type does not match method: for spoken it is pec'),
    ('{"type": "ebr_purchase"}', 'type does not match method: for paper it is pec or pewc'),
  ('{"method": "purchase"}', 'type does not match method: it must be ebr_purchase'),
  ('{"channels": []}', 'channels must be among those of this contact: sms, voice_manual, voice_ai'),
    ('{"channels": null}', 'channels must be among those of this contact: sms, voice_manual, voice_ai'),
  ('{"channels": ["sms", "email"]}', 'channels must be among those of this contact: sms, voice_manual, voice_ai'),
    ('{"channels": ["fax"]}', 'channels must be among those of this contact: sms, voice_manual, voice_ai'),
  ('{"purpose": "fun"}', 'purpose must be marketing or transactional'),
  ('{"occurred_at": "last week"}', 'occurred_at is not a valid time'),
    ('{"occurred_at": null}', 'occurred_at is not a valid time'),
    ('{"occurred_at": "2099-01-01T00:00:00Z"}', 'occurred_at is in the future'),
  ('{"evidence": " "}', 'evidence is required: where the paper, the recording or the record is kept'),
    ('{"evidence": null}', 'evidence is required: where the paper, the recording or the record is kept'),
  ('{"evidence_sha256": "abc"}', 'evidence_sha256 must be 64 hexadecimal digits'),
  ('{"seller": null}', 'seller is required: who may contact the person'),
    ('{"text": null}', 'text is required: the words that were agreed to, naming the seller'),
  ('{"seller": "Somebody"}', 'text is required: the words that were agreed to, naming the seller'),
    ('{"signature": null}', 'signature is required: the name that was signed'),
  ('{"automated_disclosed": false}', 'written consent requires automated_disclosed and not_condition_of_purchase'),
  ('{"not_condition_of_purchase": null}',
    'written consent requires automated_disclosed and not_condition_of_purchase'),
  ('{"is_unproven": true}', 'unknown field'), ('{"automated_disclosed": "yes"}',
    'a field has a value of the wrong type'), ('{"channels": "sms"}', 'a field has a value of the wrong type')
) x (change, fault);
select is(cast_.run('owner', format('select public.record_consent(%L, %L, %L, ''[]'')', cast_.org_of('a1'),
  cast_.lead('a1'), cast_.contact('a1'))), 'SL404 invalid consent: the value is not a JSON object',
  'the value is not a JSON object');
select is(cast_.run('owner', format('select public.record_consent(%L, %L, %L, %L, ''2199-01-01Z'')',
  cast_.org_of('a1'), cast_.lead('a1'), cast_.contact('a1'), cast_.sheet('{"occurred_at": "2099-01-01T00:00:00Z"}'))),
  'SL404 invalid consent: occurred_at is in the future', 'a member cannot set the time');

-- Oral consent and relationships.
select is(cast_.record('colleague',
  '{"method": "spoken", "type": "pec", "signature": null, "channels": ["voice_manual"], "evidence": "recording 4"}',
  'a2'), 'rows 1', 'oral consent, with its recording');
select is(cast_.record('colleague',
  '{"method": "inquiry", "type": "ebr_inquiry", "text": null, "signature": null, "channels": ["voice_manual"], '
  '"evidence": "mail of 1 November"}', 'a2'), 'rows 1', 'an inquiry, with its evidence');
select is(cast_.record('broker', '{"channels": ["email"], "evidence": "scan 20"}', 'a1', 'email'), 'rows 1',
  'an e-mail address');

-- A broker's entry does not lift an opt-out.
select private.record_opt_out(cast_.org_of('a1'), cast_.bidx('a1'), 'phone', 'sms', 'reply', 'please stop texting me',
  p_as_of => '2026-11-05Z') \g /dev/null
select is(cast_.record('broker', '{"occurred_at": "2026-11-10T10:00:00Z", "evidence": "scan 21"}'), 'rows 1',
  'a broker records a paper signed after an opt-out');
select is(private.is_suppressed(cast_.org_of('a1'), cast_.bidx('a1'), 'sms'), true,
  'and the suppression stays in force');
select is(cast_.decide('a1') ~ 'suppressed', true, 'for the gate, too');
select is(cast_.record('admin', '{"occurred_at": "2026-11-10T10:00:00Z", "evidence": "scan 22"}'), 'rows 1',
  'an admin who has seen the document records it');
select is(private.is_suppressed(cast_.org_of('a1'), cast_.bidx('a1'), 'sms'), false, 'and it lifts the suppression');
select private.record_opt_out(cast_.org_of('a1'), cast_.bidx('a1'), 'phone', 'sms', 'reply', 'please stop texting me',
  p_as_of => '2026-11-15Z') \g /dev/null
select is(cast_.record('admin', '{"occurred_at": "2026-11-10T10:00:00Z", "evidence": "scan 23"}'), 'rows 1',
  'a document older than the opt-out');
select is(private.is_suppressed(cast_.org_of('a1'), cast_.bidx('a1'), 'sms'), true, 'lifts nothing');

-- Links.
insert into public.consent_texts (org_id, version, seller, title, body, channels, automated_disclosed,
  not_condition_of_purchase)
values (cast_.org_of('a1'), 1, 'Org A', 'Texts',
  'I agree that Org A may send automated texts. No condition of purchase.', '{sms}', true, true);
create function cast_.link(p_who text, p_lead text default 'a1', p_channels text[] default '{sms}',
  p_ttl interval default '14 days') returns text language sql as $$
  select cast_.ask(p_who,
    format('select l - ''nonce'' ->> ''url'' is null and length(l ->> ''nonce'') = 43 from '
    'public.issue_consent_link(%L, %L, %L, null, %L) l',
    cast_.org_of(p_lead), cast_.lead(p_lead), p_channels, p_ttl))
$$;
select is(cast_.link(who), answer, who || ': ' || answer) from (values ('broker', 'true'), ('owner', 'true'),
  ('admin', 'true'), ('service_role', 'true'), ('desk', 'true'),
  ('colleague', 'SL405 lead ' || cast_.lead('a1') || ' not found'),
    ('viewer', 'SL405 lead ' || cast_.lead('a1') || ' not found'),
    ('rival', 'SL405 lead ' || cast_.lead('a1') || ' not found'),
  ('anon', '42501 permission denied for function issue_consent_link')) x (who, answer);
select is((select count(*) from public.consent_tokens), 5::bigint, 'each has a token, and no other exists');
select is(cast_.link('broker', p_channels => '{email}'), 'SL401 the org has no consent text for these channels',
  'only for channels that the text covers');
select is(cast_.link('broker', p_ttl => ttl::interval),
  'SL401 the lifetime of a link must be between one minute and 90 days', ttl)
  from unnest('{0 seconds,91 days,-1 day}'::text[]) ttl;
select is(cast_.run('desk',
  $$ update public.orgs set settings = '{"consent_page": "http://example.com"}' $$) ~ '^23514', true,
  'the page must use https');
update public.orgs set settings = '{"consent_page": "https://example.com/consent/"}' where name = 'Org A';
select matches(cast_.ask('broker', format('select public.issue_consent_link(%L, %L, ''{sms}'') ->> ''url''',
  cast_.org_of('a1'), cast_.lead('a1'))),
  '^https://example.com/consent/#[A-Za-z0-9_-]{43}$', 'with consent_page set, the link is complete');

-- A consent stays visible to the broker of the lead that its lead was merged into.
set local sluice.actor = 'system';
update public.leads set mak = null, apn = null where id = cast_.lead('a2');
select private.merge_leads(cast_.org_of('a1'), cast_.lead('a3'), cast_.lead('a2'), null, 'test') \g /dev/null
set local sluice.actor = '';
select is(cast_.ask(who, format('select count(*) from public.consents where lead_id = %L', cast_.lead('a2'))), n, who
  || ' sees what is on record of the lead that went away: ' || n)
from (values ('owner', '3'), ('broker', '0'), ('rival', '0')) x (who, n);
update public.leads set assigned_broker_id = 'a0000000-0000-4000-8000-0000000000b1' where id = cast_.lead('a3');
select is(cast_.ask('broker', format('select count(*) from public.consents where lead_id = %L', cast_.lead('a2'))),
  '3', 'to the surviving lead''s broker, too');

select * from finish();
rollback;
