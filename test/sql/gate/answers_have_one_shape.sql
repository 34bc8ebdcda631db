begin;
\ir ../support/gate.sql
select no_plan();

select is((select array_agg(k order by k) from jsonb_object_keys(public.gate_evaluate(f, '2026-11-18T18:00:00Z')) k),
  '{allow,next_allowed_at,reasons,rule_version,states,zones}'::text[], 'the answer has its six keys')
from unnest(array[gate_.base('sms'), '{}', '[]']) f;
select is(public.gate_evaluate(gate_.base('sms'), '2026-11-18T18:00:00Z'),
  jsonb_build_object('rule_version', private.gate_rule_version()) || '{"allow": true, "reasons": [],
    "next_allowed_at": "2026-11-18T18:00:00Z", "zones": ["America/New_York"], "states": ["OH"]}',
  'an allowed contact');
select is(public.gate_evaluate(gate_.base('sms'), '2026-11-19T02:00:00Z') -> 'reasons',
  '[{"rule": "federal_hours", "detail": "federal hours are 08:00 to 21:00; it is Wed 21:00:00 in '
    'America/New_York"}]'::jsonb, 'a reason in words');
select is(public.gate_evaluate(gate_.base('sms'), '2026-11-18T18:00:00.123456Z') ->> 'next_allowed_at',
  '2026-11-18T18:00:00.123456Z', 'times have microseconds');

-- The session's time zone and date style change nothing.
create temporary table hash_before as select private.gate_data_hash() as hash;
set local time zone 'Asia/Tokyo';
set local datestyle = 'SQL, DMY';
select gate_.try('sms', '{}', '2026-11-18T13:00:00Z', 'yes', 'eight in Ohio, asked in Tokyo');
select gate_.try('sms', '{}', '2026-11-18T12:59:59Z', 'federal_hours @ 2026-11-18T13:00:00Z',
  'one second before eight in Ohio');
select gate_.try('call', '{"dnc":{"scrubbed_at":"2026-10-18T13:00:00"}}', '2026-11-18T13:00:00Z', 'yes',
  'a time without an offset is UTC');
select gate_.try('call', '{"dnc":{"scrubbed_at":"2026-10-18T12:59:59"}}', '2026-11-18T13:00:00Z', 'dnc_scrub_stale',
  'one second older without an offset');
select is(private.gate_data_hash(), (select hash from hash_before),
  'the session settings do not change the hash of the rule data');

select * from finish();
rollback;
