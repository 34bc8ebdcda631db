begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try('sms', patch::jsonb, '2026-11-18T18:00:00Z', wanted, description) from (values
  ('{"house":{"max_attempts_24h":1},"history":[{"channel":"sms","direction":"outbound",'
    '"at":"2026-11-18T17:00:00Z"}]}', 'house_cap @ 2026-11-19T17:00:00Z', 'an org that allows one a day'),
  ('{"house":{"max_attempts_24h":2},"history":[{"channel":"sms","direction":"outbound",'
    '"at":"2026-11-18T17:00:00Z"}]}', 'yes', 'an org that allows two a day'),
  ('{"house":{"max_attempts_7d":1},"history":[{"channel":"sms","direction":"outbound","at":"2026-11-12T17:00:00Z"}]}',
    'house_cap @ 2026-11-19T17:00:00Z', 'an org that allows one a week'),
  ('{"house":{"max_attempts_total":1},"history":[{"channel":"sms","direction":"outbound",'
    '"at":"2020-11-12T17:00:00Z"}]}', 'house_cap @ never', 'an org that allows one ever'),
  ('{"house":{"max_attempts_24h":0}}', 'house_cap @ never', 'an org that allows none'),
  ('{"house":{"max_attempts_24h":"many"}}', 'fact_unreadable', 'a limit that is a string'),
  ('{"house":{"deny_states":["OH"]}}', 'house_state_closed', 'an org that excludes Ohio'),
  ('{"house":{"deny_states":["CA"]}}', 'yes', 'an org that excludes California')
) c(patch, wanted, description);

select * from finish();
rollback;
