begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, '2026-11-18T18:00:00Z', wanted, description) from (values
  ('text_matter', '{}', 'yes', 'a text about a matter with prior express consent'),
  ('text_matter', '{"consent":{"type":"none"}}', 'consent_missing', 'a text about a matter without any consent'),
  ('text_matter', '{"consent":{"seller":"Other Realty"}}', 'consent_for_another_seller',
    'a text about a matter with consent to another seller'),
  ('ai_matter', '{}', 'yes', 'an AI call about a matter'),
  ('ai_matter', '{"consent":"absent"}', 'consent_missing', 'an AI call about a matter without consent'),
  ('text_matter', '{"consent":{"type":"ebr_purchase","last_transaction_at":"2026-10-01T00:00:00Z"}}', 'yes',
    'a customer who gave this number'),
  ('text_matter',
    '{"consent":{"type":"ebr_purchase","last_transaction_at":"2026-10-01T00:00:00Z","phone_covered":false}}',
    'relationship_is_no_consent', 'a customer who gave another number'),
  ('call_matter', '{"consent":{"type":"none"}}', 'yes', 'a hand-dialled call about a matter'),
  ('mail_matter', '{"consent":{"type":"none"}}', 'yes', 'an e-mail about a matter'),
  ('text_matter', '{"message":{"marketing_content":true}}',
    'consent_not_written consent_unsigned consent_without_automation', 'a matter with marketing content is marketing'),
  ('text_matter', '{"message":{"marketing_content":"maybe"}}',
    'consent_not_written consent_unsigned consent_without_automation', 'a matter with unknown content is marketing'),
  ('text_matter', '{"message":{"message_kind":"marketing"}}',
    'consent_not_written consent_unsigned consent_without_automation', 'a message of the kind marketing'),
  ('text_matter', '{"purpose":"marketing"}', 'consent_not_written consent_unsigned consent_without_automation',
    'a purpose of marketing'),
  ('text_matter', '{"purpose":"absent"}', 'consent_not_written consent_unsigned consent_without_automation',
    'a missing purpose is marketing'),
  ('text_matter', '{"purpose":"promo"}',
    'consent_not_written consent_unsigned consent_without_automation fact_unreadable', 'an unknown purpose'),
  ('text_matter', '{"message":{"message_kind":"newsletter"}}',
    'consent_not_written consent_unsigned consent_without_automation fact_unreadable', 'an unknown kind of message'),
  ('text_matter', '{"message":"absent"}', 'yes', 'the message is missing')
) c(kind, patch, wanted, description);

select * from finish();
rollback;
