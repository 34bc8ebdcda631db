begin;
\ir ../support/gate.sql
select no_plan();

-- Version.
select is(private.gate_rule_version(), '2026-11-21.1', 'the newest rule set is in force');
select is(private.gate_data_hash(), (select s.data_hash from public.rule_sets s
  where s.version = private.gate_rule_version()),
  'the data matches the released hash: changing a rule needs a new rule set');
insert into public.rule_sets (released_on, revision, data_hash, reviewed_by) values ('2027-01-05', 2, 'x', 'test');
select is(public.gate_evaluate('{}', '2026-11-18T18:00:00Z') ->> 'rule_version', '2027-01-05.2',
  'a newer rule set is named in every answer');

-- Every rule states its source and its review date.
select is_empty($$ select law from public.calling_laws where btrim(source) = '' or reviewed_on is null $$,
  'every calling law has a source');
select is_empty($$ select rule from public.gate_rules where btrim(source) = '' $$, 'every reason has a source');
select is_empty($$ select state from public.state_rules where source = '' and (mobile_ban or call_needs_written_consent
  or automated_needs_written_consent or area_code_presumed or emergency_ban or internal_list_years_text > 5) $$,
    'every state rule has a source');
select is_empty($$ select law from public.calling_laws l where l.verification = 'federal_default'
  and not l.restates_federal and l.state not in ('US') $$,
  'every binding rule has a source that was found');
select is((select count(distinct state)::int from public.calling_laws where state not in ('US', 'ALL')), 52,
  '50 states, DC and Puerto Rico have calling rows');
select is((select count(*)::int from public.calling_windows), 365,
  'every row of the collection, and Nebraska''s holidays');
select is_empty($$ select state, channel_class, weekday_group from public.calling_windows w
  where weekday_group <> 'holiday'
  group by 1, 2, 3, (select coalesce(l.effective_to, 'infinity') from public.calling_laws l
    where l.law = w.law) having count(*) > 1 $$,
  'no two windows for the same day');

select is_empty($$ select r.state from public.state_rules r where r.capped
  is distinct from exists (select from public.calling_laws l where l.state = r.state and l.cap_count is not null) $$,
    'a state is marked as capped exactly when it has a cap');
select is_empty($$ select law from public.calling_laws l where not exists (select from public.calling_windows w
  where w.law = l.law and w.binding = not l.restates_federal
    and w.effective = daterange(l.effective_from, l.effective_to, '[]')) $$,
  'windows match their law');

-- Every reason that the code can give is in the catalogue, and no other.
select is_empty($$ select g.rule from public.gate_rules g where not exists (
    select from pg_proc p where p.proname like 'gate%' and p.prosrc ~ ('[''{,]' || g.rule || '[''},]')) $$,
  'every reason in the catalogue can be given');
select is_empty($$ select distinct m[1] from pg_proc p cross
  join lateral regexp_matches(p.prosrc, 'row\(''([a-z_]+)''', 'g') m
  where p.proname like 'gate%' except select rule from public.gate_rules $$,
    'every reason that is given is in the catalogue');
select is_empty($$ select distinct m[1] from pg_proc p cross
  join lateral regexp_matches(p.prosrc, 'when ''(consent_[a-z_]+|relationship_[a-z_]+|house_[a-z_]+)'' then ''', 'g') m
  where p.proname = 'gate_consent_refusal' except select rule from public.gate_rules $$,
    'so is every defect of consent');

-- Readable by every signed-in user, writable only by the owner and the service.
select ok(has_table_privilege('authenticated', t, 'select') and not has_table_privilege('authenticated', t,
  'insert, update, delete')
  and not has_table_privilege('anon', t, 'select') and not has_table_privilege('pipeline_writer', t,
    'insert, update, delete'),
  format('%s is read only', t))
from unnest(array['public.rule_sets', 'public.gate_rules', 'public.calling_laws', 'public.calling_windows',
  'public.holidays', 'public.holiday_dates',
  'public.state_rules', 'public.zip_zones', 'public.area_code_zones', 'public.org_gate_rules']) t;
select ok(relrowsecurity, format('%s has row-level security', relname)) from pg_class
where oid = any (array['public.rule_sets', 'public.gate_rules', 'public.calling_laws', 'public.calling_windows',
  'public.holidays', 'public.holiday_dates',
  'public.state_rules', 'public.zip_zones', 'public.area_code_zones', 'public.org_gate_rules']::regclass[]);

-- An org may tighten rules freely, and loosen them with the name of its counsel.
insert into public.orgs (id, name) values ('a0000000-0000-4000-8000-0000000000aa', 'Tight'),
  ('b0000000-0000-4000-8000-0000000000bb', 'Loose');
insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on) values
  ('a0000000-0000-4000-8000-0000000000aa', 'calling_hours', '{"start":"10:00","end":"18:00","closed":["sun"]}',
    'our policy', '2026-11-01'),
  ('a0000000-0000-4000-8000-0000000000aa', 'max_attempts_24h', '1', 'our policy', '2026-11-01'),
  ('a0000000-0000-4000-8000-0000000000aa', 'deny_states', '["NV"]', 'our policy', '2026-11-01'),
  ('b0000000-0000-4000-8000-0000000000bb', 'max_attempts_24h', '50', 'our policy', '2026-11-01');
select gate_.try('sms', jsonb_build_object('org_id', org) || patch::jsonb, at::timestamptz, wanted, claim) from (values
  ('a0000000-0000-4000-8000-0000000000aa', '{}', '2026-11-18T14:59:59Z', 'house_hours @ 2026-11-18T15:00:00Z',
    'the org opens at ten'),
  ('a0000000-0000-4000-8000-0000000000aa', '{}', '2026-11-18T15:00:00Z', 'yes', 'at ten'),
  ('a0000000-0000-4000-8000-0000000000aa', '{}', '2026-11-18T23:00:00Z', 'house_hours @ 2026-11-19T15:00:00Z',
    'and closes at six'),
  ('a0000000-0000-4000-8000-0000000000aa', '{}', '2026-11-22T17:00:00Z', 'house_hours @ 2026-11-23T15:00:00Z',
    'not on Sundays'),
  ('b0000000-0000-4000-8000-0000000000bb', '{}', '2026-11-22T17:00:00Z', 'yes', 'another org is unaffected'),
  ('a0000000-0000-4000-8000-0000000000aa', '{"phone":"+17025550123"}', '2026-11-18T18:00:00Z',
    'house_state_closed @ never', 'a number of an excluded state'),
  ('a0000000-0000-4000-8000-0000000000aa',
    '{"history":[{"channel":"sms","direction":"outbound","at":"2026-11-18T16:00:00Z"}]}', '2026-11-18T18:00:00Z',
    'house_cap', 'one attempt a day'),
  ('b0000000-0000-4000-8000-0000000000bb', '{"history":[{},{},{},{},{},{}]}', '2026-11-18T18:00:00Z', 'house_cap',
    'an org cannot raise the default of six'),
  ('b0000000-0000-4000-8000-0000000000bb', '{"history":[{},{},{},{},{}]}', '2026-11-18T18:00:00Z', 'yes', 'five')
) c(org, patch, at, wanted, claim);
select throws_ok($$ insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on)
  values ('b0000000-0000-4000-8000-0000000000bb', 'waive', '["state_hours"]', 'we like to', '2026-11-01') $$, '23514',
    null, 'loosening without counsel is refused');
select lives_ok($$ insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on, counsel)
  values ('b0000000-0000-4000-8000-0000000000bb', 'waive', '["state_hours","federal_hours"]', 'memo of 2026-11-01',
    '2026-11-01', 'A. Counsel') $$, 'with counsel it is accepted');
select gate_.try('sms',
  '{"org_id":"b0000000-0000-4000-8000-0000000000bb","state":"TX","postal_code":"77002","phone":"+17135550123"}',
  at::timestamptz, wanted, claim) from (values
  ('2026-11-18T14:30:00Z', 'yes', 'a contested state hour is waived'),
  ('2026-11-18T13:30:00Z', 'federal_hours', 'the federal hours cannot be waived')) c(at, wanted, claim);
select gate_.try('call', patch::jsonb || '{"dnc":{"internal_request_at":"2021-01-01T00:00:00Z"}}',
  '2026-11-18T18:00:00Z', wanted, claim) from (values
  ('{"org_id":"b0000000-0000-4000-8000-0000000000bb"}', 'internal_list @ never', 'a request applies after its term'))
  c(patch, wanted, claim);
insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on, counsel)
values ('b0000000-0000-4000-8000-0000000000bb', 'internal_list_ends', 'true', 'memo of 2026-11-01', '2026-11-01',
  'A. Counsel');
select gate_.try('call',
  '{"org_id":"b0000000-0000-4000-8000-0000000000bb","dnc":{"internal_request_at":"2021-01-01T00:00:00Z"}}',
  '2026-11-18T18:00:00Z', 'yes', 'unless counsel lets it end with its term');
select gate_.try('call',
  '{"org_id":"b0000000-0000-4000-8000-0000000000bb","dnc":{"internal_request_at":"2021-11-19T00:00:00Z"}}',
  '2026-11-18T18:00:00Z', 'internal_list @ 2026-11-19T00:00:00Z', 'to the second');
select throws_ok(format($$ insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on)
  values ('b0000000-0000-4000-8000-0000000000bb', %L, %L, 'why not', '2026-11-01') $$, k, v),
  '23514', null, format('%s cannot be %s', k, v))
from (values ('scrub_max_age_days', '32'), ('max_attempts_7d', '"many"'),
  ('calling_hours', '{"start":"20:00","end":"08:00"}'), ('free_for_all', 'true')) x(k, v);

select * from finish();
rollback;
