begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, '2026-11-18T18:00:00Z', wanted, claim) from (values
  -- The number and its line.
  ('sms', '{"phone":"absent"}', 'phone_missing @ never', 'no number'),
  ('sms', '{"phone":"6145550123"}', 'phone_invalid', 'a number that is not E.164'),
  ('sms', '{"phone":"+1614555012"}', 'phone_invalid', 'a digit short'),
  ('sms', '{"phone":"+11145550123"}', 'phone_invalid', 'an area code that begins with 1'),
  ('sms', '{"phone":16145550123}', 'phone_invalid', 'a phone that is a JSON number'),
  ('sms', '{"phone":"+442071838750"}', 'phone_not_us', 'London'),
  ('sms', '{"phone":"+14165550123"}', 'phone_not_us', 'Toronto'),
  ('sms', '{"phone":"+18765550123"}', 'phone_not_us', 'Jamaica'),
  ('signed_call', '{"phone":"+18005550123"}', 'line_type_barred', 'a toll-free number'),
  ('signed_call', '{"phone":"+19005550123"}', 'line_type_barred', 'a premium number'),
  ('signed_call', '{"phone":"+15005550123"}', 'yes', 'a personal number'),
  ('signed_call', '{"phone":"+15555550123"}', 'yes', 'a fictional number'),
  ('signed_call', '{"phone":"+19995550123"}', 'phone_not_us', 'an unknown area code'),
  ('sms', '{"line_type":"landline"}', 'landline_cannot_text', 'a text to a landline'),
  ('signed_call', '{"line_type":"landline"}', 'yes', 'a call to one'),
  ('sms', '{"line_type":"fixedVoip"}', 'yes', 'a text to fixed VoIP'),
  ('sms', '{"line_type":"nonFixedVoip"}', 'yes', 'a text to other VoIP'),
  ('sms', '{"line_type":"personal"}', 'yes', 'a text to a personal number'),
  ('sms', '{"line_type":"unknown"}', 'yes', 'a text to an unknown line'),
  ('sms', '{"line_type":null}', 'yes', 'a text to a line not looked up'),
  ('sms', '{"line_type":"fax"}', 'fact_unreadable', 'a line type that does not exist'),
  ('sms', '{"line_type":7}', 'fact_unreadable', 'a line type that is a number'),
  ('mail', '{"line_type":"fax","phone":"x"}', 'yes', 'neither matters to e-mail'),
  -- Channel, and facts that are no facts.
  ('sms', '{"channel":"absent"}', 'fact_unreadable @ never', 'no channel'),
  ('sms', '{"channel":"fax"}', 'fact_unreadable', 'an unknown channel'),
  ('sms', '{"channel":["sms"]}', 'fact_unreadable', 'a channel that is a list'),
  ('sms', '{"purpose":"absent"}', 'yes', 'a missing purpose is marketing, which is allowed here'),
  ('sms', '{"purpose":"promo"}', 'fact_unreadable', 'an unknown purpose'),
  ('sms', '{"message":[]}', 'fact_unreadable', 'a message that is a list'),
  ('sms', '{"message":"absent"}', 'yes', 'no message'),
  ('sms', '{"org_id":"x"}', 'fact_unreadable', 'an invalid org id'),
  ('sms', '{"house":[]}', 'fact_unreadable', 'org rules that are a list'),
  ('sms', '{"something_else":{"a":[1,2]}}', 'yes', 'an unrelated fact'),
  ('sms', '{"house":{"hours_for_transactional":true}}', 'yes', 'org rules')
) c(kind, patch, wanted, claim);
select gate_.try('text_matter', '{"house":{"hours_for_transactional":true}}', '2026-11-19T04:00:00Z', 'federal_hours',
  'an org that applies hours to matters, too');

select is(gate_.verdict(public.gate_evaluate(f, '2026-11-18T18:00:00Z')), 'facts_unreadable @ never',
  format('facts that are %s', coalesce(f::text, 'null')))
from unnest(array['[]', '"x"', '7', 'null', 'true', null]::jsonb[]) f;
select is(gate_.verdict(public.gate_evaluate(gate_.base('text_matter'), t)), case when t < '2024-01-01Z'
  and isfinite(t)
  then 'as_of_outside_rules consent_in_the_future @ never' else 'as_of_outside_rules @ never' end,
    format('at %s', coalesce(t::text, 'null')))
from unnest(array[null, 'infinity', '-infinity', '1999-01-01Z', '2150-01-01Z']::timestamptz[]) t;

-- The shape of the answer.
select is((select array_agg(k order by k) from jsonb_object_keys(public.gate_evaluate(f, '2026-11-18T18:00:00Z')) k),
  '{allow,next_allowed_at,reasons,rule_version,states,zones}'::text[], 'the answer has its six keys')
from unnest(array[gate_.base('sms'), '{}', '[]']) f;
select is(public.gate_evaluate(gate_.base('sms'), '2026-11-18T18:00:00Z'),
  '{"allow": true, "reasons": [], "next_allowed_at": "2026-11-18T18:00:00Z", "zones": ["America/New_York"], "states": '
    '["OH"], "rule_version": "2026-11-21.1"}'::jsonb,
  'an allowed contact');
select is(public.gate_evaluate(gate_.base('sms'), '2026-11-19T02:00:00Z') -> 'reasons',
  '[{"rule": "federal_hours", "detail": "federal hours are 08:00 to 21:00; it is Wed 21:00:00 in '
    'America/New_York"}]'::jsonb, 'a reason in words');
select is(public.gate_evaluate(gate_.base('sms'), '2026-11-18T18:00:00.123456Z') ->> 'next_allowed_at',
  '2026-11-18T18:00:00.123456Z', 'with microseconds');

-- The session's time zone and date style change nothing.
set local time zone 'Asia/Tokyo';
set local datestyle = 'SQL, DMY';
select gate_.try('sms', '{}', '2026-11-18T13:00:00Z', 'yes', 'eight in Ohio, asked in Tokyo');
select gate_.try('sms', '{}', '2026-11-18T12:59:59Z', 'federal_hours @ 2026-11-18T13:00:00Z', 'and one second before');
select gate_.try('call', '{"dnc":{"scrubbed_at":"2026-10-18T13:00:00"}}', '2026-11-18T13:00:00Z', 'yes',
  'a time without an offset is UTC');
select gate_.try('call', '{"dnc":{"scrubbed_at":"2026-10-18T12:59:59"}}', '2026-11-18T13:00:00Z', 'dnc_scrub_stale',
  'and one second before');
select is(private.gate_data_hash(), (select data_hash from public.rule_sets where version = '2026-11-21.1'),
  'nor do they change the hash of the rule data');

select * from finish();
rollback;
