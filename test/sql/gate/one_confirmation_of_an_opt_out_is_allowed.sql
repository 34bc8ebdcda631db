begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try('confirm', patch::jsonb, at::timestamptz, wanted, description) from (values
  ('{}', '2026-11-18T18:00:00Z', 'yes', 'a confirmation a minute after STOP'),
  ('{}', '2026-11-18T17:59:00Z', 'yes', 'a confirmation in the same second'),
  ('{}', '2026-11-18T18:04:00Z', 'yes', 'a confirmation after five minutes'),
  ('{}', '2026-11-18T18:04:01Z', 'confirmation_too_late @ never', 'a confirmation one second later'),
  ('{}', '2026-11-18T17:58:59Z', 'confirmation_too_late', 'a confirmation before STOP'),
  ('{"history":[{"channel":"sms","direction":"inbound","at":"2026-11-19T04:59:00Z","body":"STOP"}]}',
    '2026-11-19T05:00:00Z', 'yes', 'at midnight: a confirmation has no hours'),
  ('{"message":{"confirmations_already_sent":1}}', '2026-11-18T18:00:00Z', 'confirmation_already_sent',
    'a second confirmation'),
  ('{"message":{"confirmations_already_sent":"absent"}}', '2026-11-18T18:00:00Z', 'confirmation_already_sent',
    'unknown whether one was sent'),
  ('{"message":{"marketing_content":true}}', '2026-11-18T18:00:00Z', 'confirmation_with_marketing',
    'a confirmation with marketing'),
  ('{"history":[]}', '2026-11-18T18:00:00Z', 'confirmation_without_opt_out', 'a confirmation without an opt-out'),
  ('{"history":[{"channel":"sms","direction":"inbound","at":"2026-11-18T17:59:00Z","body":"thanks"}]}',
    '2026-11-18T18:00:00Z', 'confirmation_without_opt_out', 'a confirmation after another reply'),
  ('{"history":[],"consent":{"revoked_at":"2026-11-18T17:58:00Z","revoked_via":"sms","revoked_scope":"channel"}}',
    '2026-11-18T18:00:00Z', 'yes', 'a confirmation after a revocation on record'),
  ('{"channel":"email"}', '2026-11-18T18:00:00Z', 'confirmation_by_text_only', 'a confirmation by e-mail'),
  ('{"line_type":"landline"}', '2026-11-18T18:00:00Z', 'landline_cannot_text', 'a confirmation to a landline'),
  ('{"consent":"absent","dnc":{"federal_listed":true,"internal_request_at":"2026-11-18T17:59:00Z"}}',
    '2026-11-18T18:00:00Z', 'yes', 'lists and consent do not matter to a confirmation'),
  ('{"purpose":"marketing"}', '2026-11-18T18:00:00Z', 'yes', 'message_kind marks the confirmation, not the purpose')
) c(patch, at, wanted, description);

select * from finish();
rollback;
