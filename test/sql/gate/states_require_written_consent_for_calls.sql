begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, '2026-11-18T18:00:00Z', wanted, description) from (values
  ('call', '{"state":"CT","postal_code":"06103","phone":"+18605550123"}', 'state_written_consent',
    'Connecticut: a hand-dialled call needs written consent'),
  ('signed_call', '{"state":"CT","postal_code":"06103","phone":"+18605550123"}', 'yes', 'Connecticut with it'),
  ('signed_call',
    '{"state":"CT","postal_code":"06103","phone":"+18605550123","consent":{"automated_disclosed":false}}', 'yes',
    'Connecticut: hand-dialled calls need no disclosure of automation'),
  ('signed_call', '{"state":"CT","postal_code":"06103","phone":"+18605550123","consent":{"type":"pec"}}',
    'state_written_consent', 'Connecticut: consent that is not written'),
  ('call', '{"phone":"+18605550123"}', 'state_written_consent', 'a Connecticut number in Ohio'),
  ('call', '{"state":"AZ","postal_code":"85004","phone":"+16025550123"}', 'yes', 'Arizona: a landline'),
  ('call', '{"state":"AZ","postal_code":"85004","phone":"+16025550123","line_type":"mobile"}',
    'state_mobile_ban @ never', 'Arizona: a mobile'),
  ('call', '{"state":"AZ","postal_code":"85004","phone":"+16025550123","line_type":"unknown"}', 'state_mobile_ban',
    'Arizona: an unknown line'),
  ('call', '{"state":"AZ","postal_code":"85004","phone":"+16025550123","line_type":"absent"}', 'state_mobile_ban',
    'Arizona: no line type'),
  ('call', '{"state":"AZ","postal_code":"85004","phone":"+16025550123","line_type":"fixedVoip"}', 'yes',
    'Arizona: a fixed VoIP line'),
  ('signed_call', '{"state":"AZ","postal_code":"85004","phone":"+16025550123"}', 'yes',
    'Arizona: a mobile that signed'),
  ('signed_call', '{"state":"AZ","postal_code":"85004","phone":"+16025550123","consent":{"type":"pec",'
    '"signature":false}}', 'yes', 'Arizona: a mobile with express consent is not called unsolicited'),
  ('signed_call', '{"state":"AZ","postal_code":"85004","phone":"+16025550123","consent":{"type":"pec",'
    '"signature":false,"seller":"Other Realty"}}', 'state_mobile_ban', 'Arizona: express consent for another seller'),
  ('signed_call', '{"state":"AZ","postal_code":"85004","phone":"+16025550123","consent":{"type":"pec",'
    '"signature":false,"phone_covered":false}}', 'state_mobile_ban', 'Arizona: express consent for another number'),
  ('signed_call', '{"state":"AZ","postal_code":"85004","phone":"+16025550123","consent":{"type":"ebr_purchase",'
    '"last_transaction_at":"2026-10-01T00:00:00Z"}}', 'state_mobile_ban', 'Arizona: a relationship is not consent'),
  ('signed_call', '{"state":"NJ","postal_code":"07102","phone":"+19735550123","consent":{"type":"pec",'
    '"signature":false}}', 'state_mobile_ban', 'New Jersey: express consent that is not signed'),
  ('sms', '{"state":"AZ","postal_code":"85004","phone":"+16025550123"}', 'yes',
    'Arizona: a text to a mobile that signed'),
  ('call', '{"state":"NJ","postal_code":"07102","phone":"+19735550123","line_type":"mobile"}', 'state_mobile_ban',
    'New Jersey: a mobile'),
  ('call', '{"state":"NJ","postal_code":"07102","phone":"+19735550123"}', 'yes', 'New Jersey: a landline'),
  ('call', '{"line_type":"mobile"}', 'yes', 'Ohio: a mobile'),
  ('call', '{"phone":"+16025550123","line_type":"mobile"}', 'state_mobile_ban', 'an Arizona number in Ohio'),
  ('call_matter', '{"state":"AZ","postal_code":"85004","phone":"+16025550123"}', 'yes', 'Arizona: about a matter')
) c(kind, patch, wanted, description);

select * from finish();
rollback;
