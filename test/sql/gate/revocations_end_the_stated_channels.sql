begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, '2026-11-18T18:00:00Z', wanted, description) from (values
  -- Revocation: when, how and how far.
  ('sms', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"sms","revoked_scope":"channel"}}',
    'consent_revoked @ never', 'revoked by text: texts'),
  ('voice_ai', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"sms","revoked_scope":"channel"}}',
    'consent_revoked', 'revoked by text: AI calls'),
  ('signed_call', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"sms","revoked_scope":"channel"}}',
    'yes', 'revoked by text: hand-dialled calls stay allowed'),
  ('mail', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"sms","revoked_scope":"channel"}}', 'yes',
    'revoked by text: e-mail stays allowed'),
  ('signed_call', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"voice","revoked_scope":"channel"}}',
    'consent_revoked', 'revoked by voice: calls'),
  ('sms', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"voice","revoked_scope":"channel"}}',
    'consent_revoked', 'revoked by voice: texts'),
  ('mail', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"voice","revoked_scope":"channel"}}', 'yes',
    'revoked by voice: e-mail stays allowed'),
  ('mail', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"email","revoked_scope":"channel"}}',
    'consent_revoked', 'revoked by mail: e-mail'),
  ('sms', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"email","revoked_scope":"channel"}}',
    'consent_revoked', 'revoked by mail: any means ends texts'),
  ('signed_call', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"email","revoked_scope":"channel"}}',
    'yes', 'revoked by mail: hand-dialled calls stay allowed'),
  ('sms', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"unsubscribe_link",'
    '"revoked_scope":"channel"}}', 'yes', 'revoked by the unsubscribe link of an e-mail: texts stay allowed'),
  ('mail', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"unsubscribe_link",'
    '"revoked_scope":"channel"}}', 'consent_revoked', 'revoked by the unsubscribe link of an e-mail: e-mail'),
  ('mail', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"inbound_call","revoked_scope":"channel"}}',
    'yes', 'revoked in a call: e-mail stays allowed'),
  ('mail', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"letter","revoked_scope":"channel"}}',
    'consent_revoked', 'revoked by letter: everything'),
  ('mail', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"sms","revoked_scope":"all"}}',
    'consent_revoked', 'scope all covers everything'),
  ('signed_call', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"sms"}}', 'consent_revoked',
    'an unknown scope covers everything'),
  ('signed_call', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_scope":"channel"}}', 'consent_revoked',
    'unknown means cover everything'),
  ('sms', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"sms","revoked_scope":"matter"}}',
    'consent_revoked', 'scope matter ends the channel'),
  ('text_matter', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"sms","revoked_scope":"channel"}}',
    'consent_revoked', 'a revocation ends texts about matters, too'),
  ('call_matter', '{"consent":{"revoked_at":"2026-11-01T00:00:00Z","revoked_via":"letter","revoked_scope":"all"}}',
    'consent_revoked', 'a revocation of all ends calls about matters, too'),
  ('sms', '{"consent":{"revoked_at":"some day"}}', 'consent_revoked', 'revoked at an unreadable time'),
  ('sms', '{"consent":{"revoked_at":"absent","revoked_via":"sms"}}', 'consent_revoked', 'revoked at an unknown time'),
  ('sms', '{"consent":{"revoked_at":"2026-12-01T00:00:00Z","revoked_scope":"all"}}', 'consent_revoked',
    'a revocation dated in the future counts'),
  ('sms', '{"consent":{"revoked_at":"2024-05-01T00:00:00Z","revoked_scope":"all"}}', 'yes',
    'consent given after the revocation is a new consent'),
  ('sms', '{"consent":{"revoked_at":"2024-06-01T12:00:00Z","revoked_scope":"all"}}', 'consent_revoked',
    'consent of the same second is not a new consent')
) c(kind, patch, wanted, description);

select * from finish();
rollback;
