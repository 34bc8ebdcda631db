begin;
\ir ../support/cast.sql
select no_plan();
\set org 'a0000000-0000-4000-8000-000000000000'
create function pg_temp.save(p_who text, p_key text, p_value text, p_reason text default 'Our way',
  p_counsel text default null) returns text language sql as $$
  select cast_.ask(p_who, format('select public.save_org_rule(%L, %L, %L, %L, %L)',
    'a0000000-0000-4000-8000-000000000000', p_key, p_value, p_reason, p_counsel))
$$;
select is(pg_temp.save('admin', key, value), answer, key || ' ' || value)
from (values
  ('max_attempts_24h', '3', ''),
  ('max_attempts_24h', '"three"', 'SL841 the value does not fit this rule'),
  ('speed', '3', 'SL841 unknown rule of the org'),
  ('deny_states', '["FL", "WA"]', ''),
  ('deny_states', '["Florida"]', 'SL841 unknown states: Florida'),
  ('deny_states', '[]', 'SL841 the list is empty: remove the rule instead'),
  ('deny_states', '"FL"', 'SL841 the value is a list'),
  ('deny_channels', '["fax"]', 'SL841 unknown channels: fax'),
  ('calling_hours', '{"start": "09:00", "end": "18:00", "closed": ["sat", "sun"]}', ''),
  ('calling_hours', '{"start": "18:00", "end": "09:00"}', 'SL841 the value does not fit this rule'),
  ('calling_hours', '{"start": "09:00", "end": "18:00", "closed": ["someday"]}',
    'SL841 hours have a start, an end and closed days like sat'),
  ('calling_hours', '{"from": "09:00"}', 'SL841 hours have a start, an end and closed days like sat'),
  ('scrub_max_age_days', '40', 'SL841 the value does not fit this rule'),
  ('hours_for_transactional', 'true', '')) x (key, value, answer);
select is(pg_temp.save('admin', 'max_attempts_7d', '9', ' '), 'SL841 say why, in 3 to 500 characters',
  'a rule says why');

-- What loosens is an owner's to decide, with the name of counsel, and only what is marked as waivable.
select (select rule from public.gate_rules where waivable order by rule limit 1) as soft,
  (select rule from public.gate_rules where not waivable order by rule limit 1) as hard \gset
select is(pg_temp.save('admin', 'waive', jsonb_build_array(:'soft'::text)::text, 'Advice', 'A. Counsel'),
  'SL111 org not found, or your role does not allow this: it takes owner', 'an admin waives nothing');
select is(pg_temp.save('owner', 'waive', jsonb_build_array(:'soft'::text)::text, 'Advice'),
  'SL841 what loosens a rule names the counsel who approved it', 'without counsel nobody does');
select is(pg_temp.save('owner', 'waive', jsonb_build_array(:'hard'::text)::text, 'Advice', 'A. Counsel'),
  'SL841 no reasons that can be waived: ' || :'hard', 'the law is not waived');
select is(pg_temp.save('owner', 'waive', jsonb_build_array(:'soft'::text)::text, 'Advice', 'A. Counsel'), '',
  'an owner waives what is marked, on advice');
select is(cast_.ask('admin', format('select waived from public.list_law(%L, true) where rule = %L', :'org', :'soft')),
  'true', 'the list of the law shows it');
select is(cast_.ask('broker', format('select count(*) from public.list_law(%L, true) where not waivable', :'org')),
  '0', 'the list can be of the waivable ones');
select is(cast_.ask('broker', format($q$ select url from public.list_law(%L, null, 200) where rule = 'opted_out' $q$,
  :'org')), 'https://www.ecfr.gov/current/title-47/section-64.1200', 'the address of the law is there');
select is(cast_.ask('rival', format('select count(*) from public.list_law(%L)', :'org')),
  'SL111 org not found, or your role does not allow this: it takes owner or admin or broker or viewer',
  'another org sees nothing');

-- The list has every key of the table, with reasons and the day of the review.
select is(
  (select array_agg(k.key order by k.key) from private.org_rule_kinds() k),
  (select array_agg(x[1] order by x[1]) from pg_constraint c,
    regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_0-9]+)''', 'g') x
    where c.conname = 'org_rule_key_is_known'), 'every key of the table has words');
select is(cast_.ask('viewer', format($q$ select string_agg(key || ' ' || value, '; ' order by key)
  from public.list_org_rules(%L) where value is not null and not loosens $q$, :'org')),
  'calling_hours {"end": "18:00", "start": "09:00", "closed": ["sat", "sun"]}; deny_states ["FL", "WA"]; '
  || 'hours_for_transactional true; max_attempts_24h 3', 'viewers read the rules');
select is(cast_.ask(who, format('select count(*) from public.list_org_rules(%L)', :'org')),
  'SL111 org not found, or your role does not allow this: it takes owner or admin or viewer', who || ' does not')
from unnest('{broker,rival}'::text[]) who;
select is((select r.reviewed_on = (now() at time zone 'America/Los_Angeles')::date from public.org_gate_rules r
  where r.org_id = :'org' and r.key = 'max_attempts_24h'), true, 'the review is today''s');
select is(cast_.ask('admin', format('select public.remove_org_rule(%L, ''max_attempts_24h'')', :'org')), 'true',
  'a rule is removed');
select is(cast_.ask('admin', format('select public.remove_org_rule(%L, ''max_attempts_24h'')', :'org')), 'false',
  'once');
select is((select array_agg(e.action || ' ' || e.subject_id order by e.id desc) from private.audit_events e
  where e.org_id = :'org' and e.subject = 'gate_rule' and e.subject_id in ('max_attempts_24h', 'waive')),
  '{gate_rule.removed max_attempts_24h,gate_rule.created waive,gate_rule.created max_attempts_24h}'::text[],
  'the log has every change');

select * from finish();
rollback;
