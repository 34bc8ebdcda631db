begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, '2026-11-18T18:00:00Z', wanted, description) from (values
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
) c(kind, patch, wanted, description);

select gate_.try('text_matter', '{"house":{"hours_for_transactional":true}}', '2026-11-19T04:00:00Z', 'federal_hours',
  'an org can apply hours to matters, too');

select is(gate_.verdict(public.gate_evaluate(f, '2026-11-18T18:00:00Z')), 'facts_unreadable @ never',
  format('facts that are %s', coalesce(f::text, 'null')))
from unnest(array['[]', '"x"', '7', 'null', 'true', null]::jsonb[]) f;
select is(gate_.verdict(public.gate_evaluate(gate_.base('text_matter'), t)), case when t < '2024-01-01Z'
  and isfinite(t)
  then 'as_of_outside_rules consent_in_the_future @ never' else 'as_of_outside_rules @ never' end,
    format('at %s', coalesce(t::text, 'null')))
from unnest(array[null, 'infinity', '-infinity', '1999-01-01Z', '2150-01-01Z']::timestamptz[]) t;

select * from finish();
rollback;
