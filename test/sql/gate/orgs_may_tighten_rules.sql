begin;
\ir ../support/gate.sql
select no_plan();

-- An org may tighten rules freely, and loosen them with the name of its counsel.
insert into public.orgs (id, name) values ('a0000000-0000-4000-8000-0000000000aa', 'Tight'),
  ('b0000000-0000-4000-8000-0000000000bb', 'Loose');
insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on) values
  ('a0000000-0000-4000-8000-0000000000aa', 'calling_hours', '{"start":"10:00","end":"18:00","closed":["sun"]}',
    'our policy', '2026-11-01'),
  ('a0000000-0000-4000-8000-0000000000aa', 'max_attempts_24h', '1', 'our policy', '2026-11-01'),
  ('a0000000-0000-4000-8000-0000000000aa', 'deny_states', '["NV"]', 'our policy', '2026-11-01'),
  ('b0000000-0000-4000-8000-0000000000bb', 'max_attempts_24h', '50', 'our policy', '2026-11-01');
select gate_.try('sms', jsonb_build_object('org_id', org) || patch::jsonb, at::timestamptz, wanted, description)
  from (values
  ('a0000000-0000-4000-8000-0000000000aa', '{}', '2026-11-18T14:59:59Z', 'house_hours @ 2026-11-18T15:00:00Z',
    'the org opens at ten'),
  ('a0000000-0000-4000-8000-0000000000aa', '{}', '2026-11-18T15:00:00Z', 'yes', 'a text at ten is allowed'),
  ('a0000000-0000-4000-8000-0000000000aa', '{}', '2026-11-18T23:00:00Z', 'house_hours @ 2026-11-19T15:00:00Z',
    'the org closes at six'),
  ('a0000000-0000-4000-8000-0000000000aa', '{}', '2026-11-22T17:00:00Z', 'house_hours @ 2026-11-23T15:00:00Z',
    'the org closes on Sundays'),
  ('b0000000-0000-4000-8000-0000000000bb', '{}', '2026-11-22T17:00:00Z', 'yes', 'another org is unaffected'),
  ('a0000000-0000-4000-8000-0000000000aa', '{"phone":"+17025550123"}', '2026-11-18T18:00:00Z',
    'house_state_closed @ never', 'a number of an excluded state'),
  ('a0000000-0000-4000-8000-0000000000aa',
    '{"history":[{"channel":"sms","direction":"outbound","at":"2026-11-18T16:00:00Z"}]}', '2026-11-18T18:00:00Z',
    'house_cap', 'the org allows one attempt a day'),
  ('b0000000-0000-4000-8000-0000000000bb', '{"history":[{},{},{},{},{},{}]}', '2026-11-18T18:00:00Z', 'house_cap',
    'an org cannot raise the default of six'),
  ('b0000000-0000-4000-8000-0000000000bb', '{"history":[{},{},{},{},{}]}', '2026-11-18T18:00:00Z', 'yes',
    'five attempts are allowed')
) c(org, patch, at, wanted, description);
select throws_ok($$ insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on)
  values ('b0000000-0000-4000-8000-0000000000bb', 'waive', '["state_hours"]', 'we like to', '2026-11-01') $$, '23514',
    null, 'loosening without counsel is refused');
select lives_ok($$ insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on, counsel)
  values ('b0000000-0000-4000-8000-0000000000bb', 'waive', '["state_hours","federal_hours"]', 'memo of 2026-11-01',
    '2026-11-01', 'A. Counsel') $$, 'loosening with counsel is accepted');
select gate_.try('sms',
  '{"org_id":"b0000000-0000-4000-8000-0000000000bb","state":"TX","postal_code":"77002","phone":"+17135550123"}',
  at::timestamptz, wanted, description) from (values
  ('2026-11-18T14:30:00Z', 'yes', 'a contested state hour is waived'),
  ('2026-11-18T13:30:00Z', 'federal_hours', 'the federal hours cannot be waived')) c(at, wanted, description);
select gate_.try('call', patch::jsonb || '{"dnc":{"internal_request_at":"2021-01-01T00:00:00Z"}}',
  '2026-11-18T18:00:00Z', wanted, description) from (values
  ('{"org_id":"b0000000-0000-4000-8000-0000000000bb"}', 'internal_list @ never', 'a request applies after its term'))
  c(patch, wanted, description);
insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on, counsel)
values ('b0000000-0000-4000-8000-0000000000bb', 'internal_list_ends', 'true', 'memo of 2026-11-01', '2026-11-01',
  'A. Counsel');
select gate_.try('call',
  '{"org_id":"b0000000-0000-4000-8000-0000000000bb","dnc":{"internal_request_at":"2021-01-01T00:00:00Z"}}',
  '2026-11-18T18:00:00Z', 'yes', 'a request ends with its term if counsel agrees');
select gate_.try('call',
  '{"org_id":"b0000000-0000-4000-8000-0000000000bb","dnc":{"internal_request_at":"2021-11-19T00:00:00Z"}}',
  '2026-11-18T18:00:00Z', 'internal_list @ 2026-11-19T00:00:00Z', 'the term ends to the second');
select throws_ok(format($$ insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on)
  values ('b0000000-0000-4000-8000-0000000000bb', %L, %L, 'why not', '2026-11-01') $$, k, v),
  '23514', null, format('%s cannot be %s', k, v))
from (values ('scrub_max_age_days', '32'), ('max_attempts_7d', '"many"'),
  ('calling_hours', '{"start":"20:00","end":"08:00"}'), ('free_for_all', 'true')) x(k, v);

select * from finish();
rollback;
