begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/gate.sql
select no_plan();

-- By facts: the consent is from 2024-06-01; it is 2026-11-18, 18:00 UTC.
create function gate_.asked(p_answer text, p_at text, p_since text default '2024-06-01', p_days int default 30)
returns jsonb language sql as $$
  select jsonb_build_object('house', jsonb_build_object('reassigned_check_days', p_days), 'reassigned',
    jsonb_build_object('answer', p_answer, 'asked_at', p_at, 'since', p_since, 'failed', false))
$$;
select gate_.try(k, p::jsonb, '2026-11-18T18:00:00Z', w, d) from (values
  ('sms', '{}', 'yes', 'an org that does not ask is not held up'),
  ('sms', '{"house":{"reassigned_check_days":30}}', 'reassigned_unchecked @ 2026-11-18T18:05:00Z',
    'where the org asks, an old consent waits for an answer'),
  ('voice_ai', '{"house":{"reassigned_check_days":30}}', 'reassigned_unchecked @ 2026-11-18T18:05:00Z',
    'so does an automated call'),
  ('text_matter', '{"house":{"reassigned_check_days":30}}', 'reassigned_unchecked @ 2026-11-18T18:05:00Z',
    'and a text about a matter, which needs consent, too'),
  ('signed_call', '{"house":{"reassigned_check_days":30}}', 'yes', 'a call by a person does not wait'),
  ('mail', '{"house":{"reassigned_check_days":30}}', 'yes', 'nor does an e-mail'),
  ('confirm', '{"house":{"reassigned_check_days":30}}', 'yes', 'nor does the confirmation of an opt-out'),
  ('sms', '{"house":{"reassigned_check_days":30},"consent":{"obtained_at":"2026-08-20T18:00:00Z"}}', 'yes',
    'a consent 90 days old needs no answer'),
  ('sms', '{"house":{"reassigned_check_days":30},"consent":{"obtained_at":"2026-08-20T17:59:59Z"}}',
    'reassigned_unchecked @ 2026-11-18T18:05:00Z', 'one a second older does'),
  ('sms', gate_.asked('no', '2026-11-18T17:00:00Z')::text, 'yes', 'after "no" the text is allowed'),
  ('sms', gate_.asked('no', '2026-10-19T18:00:01Z')::text, 'yes', 'an answer counts for the days of the org'),
  ('sms', gate_.asked('no', '2026-10-19T18:00:00Z')::text, 'reassigned_unchecked @ 2026-11-18T18:05:00Z',
    'and no longer'),
  ('sms', gate_.asked('no', '2026-11-17T17:00:00Z', p_days => 1)::text,
    'reassigned_unchecked @ 2026-11-18T18:05:00Z', 'an org may want an answer of the same day'),
  ('sms', gate_.asked('no', '2026-11-18T17:00:00Z', '2024-06-02')::text,
    'reassigned_unchecked @ 2026-11-18T18:05:00Z', 'an answer about a later date than the consent does not count'),
  ('sms', gate_.asked('no', '2026-11-19T17:00:00Z')::text, 'reassigned_unchecked @ 2026-11-18T18:05:00Z',
    'nor does one from the future'),
  ('sms', gate_.asked('no_data_available', '2026-11-18T17:00:00Z')::text, 'reassigned_unknown @ never',
    'no data protects nobody: refused'),
  ('signed_call', gate_.asked('no_data_available', '2026-11-18T17:00:00Z')::text, 'yes',
    'a call by a person is not stopped by missing data'),
  ('sms', gate_.asked('yes', '2026-11-18T17:00:00Z')::text, 'number_reassigned @ never', 'after "yes" it is refused'),
  ('signed_call', gate_.asked('yes', '2026-11-18T17:00:00Z')::text, 'number_reassigned @ never',
    'and so is a call by a person'),
  ('mail', gate_.asked('yes', '2026-11-18T17:00:00Z')::text, 'yes', 'the e-mail address still belongs to the person'),
  ('sms', (gate_.asked('yes', '2025-01-01T17:00:00Z') - 'house')::text, 'number_reassigned @ never',
    'a "yes" counts when the org no longer asks, and however old it is'),
  ('sms', (gate_.asked('yes', '2024-05-01T17:00:00Z', '2023-01-01') - 'house')::text, 'yes',
    'a consent after the answer is that of the number''s new owner'),
  ('sms', '{"reassigned":{"answer":"perhaps"}}', 'fact_unreadable @ never', 'an unknown answer is not read as a "no"'),
  ('sms', '{"reassigned":"no"}', 'fact_unreadable @ never', 'nor is a fact of another shape'),
  ('sms', '{"house":{"reassigned_check_days":"soon"}}', 'fact_unreadable @ never', 'nor are days that are no number')
) v(k, p, w, d);

-- From the record.
select cast_.consent('a2') \g /dev/null
select cast_.consent('a3', '2026-11-01T12:00Z') \g /dev/null
select is(cast_.decide('a2'), 'yes', 'an org asks only where it is switched on');
select is(cast_.run('service_role', $$ insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on)
  values ('a0000000-0000-4000-8000-000000000000', 'reassigned_check_days', '32', 'test', '2026-11-01') $$),
  '23514 new row for relation "org_gate_rules" violates check constraint "org_rule_value_fits_its_key"',
  'an answer cannot count for more than 31 days');
insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on)
values (cast_.org_of('a2'), 'reassigned_check_days', '30', 'test', '2026-11-01');
select public.gate_preview(cast_.lead('a2'), cast_.contact('a2'), 'sms', 'marketing', cast_.noon()) \g /dev/null
select is((select count(*)::int from private.reassigned_questions), 0, 'a preview asks nothing');
select is(cast_.decide('a2'), 'reassigned_unchecked @ 2026-11-18T18:05:00Z', 'an old consent waits for an answer');
select is(cast_.decide('a3'), 'yes', 'a recent one does not');
select is(cast_.decide('a2', p_at => '2026-11-18T10:00Z'),
  'federal_hours reassigned_unchecked @ 2026-11-18T16:00:00Z', 'the hours count as well');
select results_eq($$ select q.since, q.next_at, q.lead_id from private.reassigned_questions q $$,
  $$ values ('2026-06-01'::date, cast_.noon(), cast_.lead('a2')) $$,
  'the refusal is noted once, with the date of the consent');
select results_eq($$ select phone, since, accounts from private.take_reassigned_questions(10, cast_.noon()) $$,
  $$ values ('+12135550102', '2026-06-01'::date, '[]'::jsonb) $$, 'the worker gets the number');
select is_empty($$ select from private.take_reassigned_questions(10, cast_.noon() + interval '1 minute') $$,
  'a second worker does not');
create function cast_.answered(p_answer text, p_error text default null, p_at timestamptz default cast_.noon())
returns void language sql as $$
  select private.record_reassigned_answer(cast_.org_of('a2'), cast_.bidx('a2'), cast_.lead('a2'), '2026-06-01',
    jsonb_build_object('provider', 'twilio', 'account', 'default', 'answer', p_answer, 'error', p_error, 'request_id',
      'RQ1', 'asked_at', p_at), p_at)
$$;
select cast_.answered(null, 'http_503') \g /dev/null
select is(cast_.decide('a2'), 'reassigned_unchecked @ 2026-11-18T18:05:00Z', 'a failed question refuses');
select is_empty($$ select from private.take_reassigned_questions(10, cast_.noon() + interval '4 minutes') $$,
  'it is not asked again at once');
select isnt_empty($$ select from private.take_reassigned_questions(10, cast_.noon() + interval '5 minutes') $$,
  'but later');
select cast_.answered('no', p_at => cast_.noon() + interval '5 minutes') \g /dev/null
select is(cast_.decide('a2', p_at => cast_.noon() + interval '6 minutes'), 'yes', 'after "no" it is allowed');
select is((select count(*)::int from private.reassigned_questions), 0, 'nothing is left to ask');
update public.contact_points set invalid_at = cast_.noon() where id = cast_.contact('a2');
select is(cast_.decide('a2', p_at => cast_.noon() + interval '31 days'),
  'contact_invalid reassigned_unchecked @ never', 'a month later the answer is too old');
select is((select count(*)::int from private.reassigned_questions), 0,
  'nothing is asked while another reason refuses that time does not end');
update public.contact_points set invalid_at = null where id = cast_.contact('a2');
select is(cast_.decide('a2', p_at => cast_.noon() + interval '31 days'),
  'reassigned_unchecked @ 2026-12-19T18:05:00Z', 'otherwise it is asked again');
select results_eq($$ select answer, since, request_id, error from public.reassigned_checks order by id $$,
  $$ values (null, '2026-06-01'::date, 'RQ1', 'http_503'), ('no', '2026-06-01', 'RQ1', null) $$,
  'the record has every question');
select matches(cast_.run('service_role', 'update public.reassigned_checks set answer = ''no'''), '^42501',
  'nobody edits it');
select is(cast_.ask('owner', 'select count(*) from public.reassigned_checks'), '2', 'an owner sees the record');
select is(cast_.ask('broker', 'select count(*) from public.reassigned_checks'), '0', 'a broker does not');
select is(cast_.ask('rival', 'select count(*) from public.reassigned_checks'), '0', 'nor another org');

select cast_.answered('yes', p_at => cast_.noon() + interval '10 minutes') \g /dev/null
select is(cast_.decide('a2', p_at => cast_.noon() + interval '11 minutes'),
  'consent_revoked contact_invalid internal_list lead_opted_out number_reassigned suppressed @ never',
  'after "yes" consent has ended and the number is wrong');
select is((select c.invalid_at is not null from public.contact_points c where c.id = cast_.contact('a2')), true,
  'the number is marked wrong for its owner');
select results_eq($$ select method, revoked_scope, recorded_by, evidence ~ '^reassigned_checks \d+$'
  from public.consents where action = 'revoke' $$, $$ values ('number reassigned', 'channel', 'system', true) $$,
  'the revocation names the answer as its evidence');
select is(cast_.decide('a3'), 'yes', 'other numbers are not touched');

select * from finish();
rollback;
