begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, '2026-11-18T18:00:00Z', wanted, description) from (values
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
  ('mail', '{"line_type":"fax","phone":"x"}', 'yes', 'neither matters to e-mail')
) c(kind, patch, wanted, description);

select * from finish();
rollback;
