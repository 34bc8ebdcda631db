begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, at::timestamptz, wanted, description) from (values
  ('sms', '{"state":"LA","postal_code":"70112","phone":"+15045550123","emergencies":["LA"]}', '2026-11-18T18:00:00Z',
    'emergency @ never', 'an emergency in Louisiana'),
  ('sms', '{"state":"LA","postal_code":"70112","phone":"+15045550123","emergencies":["NY"]}', '2026-11-18T18:00:00Z',
    'yes', 'an emergency elsewhere'),
  ('signed_call', '{"emergencies":["LA"],"phone":"+15045550123"}', '2026-11-18T18:00:00Z', 'emergency',
    'an area code of the emergency'),
  ('sms', '{"emergencies":["Ohio"]}', '2026-11-18T18:00:00Z', 'emergency', 'a state by its name'),
  ('sms', '{"emergencies":"OH"}', '2026-11-18T18:00:00Z', 'fact_unreadable', 'emergencies that are not a list'),
  ('sms', '{"emergencies":["somewhere"]}', '2026-11-18T18:00:00Z', 'fact_unreadable',
    'an emergency in an unknown state'),
  ('text_matter', '{"emergencies":["OH"]}', '2026-11-18T18:00:00Z', 'yes', 'a message about a matter in an emergency'),
  ('mail', '{"emergencies":["OH"]}', '2026-11-18T18:00:00Z', 'yes', 'e-mail in an emergency')
) c(kind, patch, at, wanted, description);

select * from finish();
rollback;
