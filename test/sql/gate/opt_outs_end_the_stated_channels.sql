begin;
\ir ../support/gate.sql
select no_plan();

create function gate_.inbound(p_channel text, p_body text,
  p_at text default '2026-11-18T17:00:00Z') returns jsonb language sql as $$
  select jsonb_build_object('channel', p_channel, 'direction', 'inbound', 'at', p_at, 'subject', null, 'body', p_body)
$$;
-- Consent is older than the messages, unless the test says otherwise.
select gate_.try(kind, patch || jsonb_build_object('history', history), '2026-11-18T18:00:00Z', wanted, description)
  from (values
  -- Channels that a STOP ends.
  ('sms', '{}'::jsonb, jsonb_build_array(gate_.inbound('sms', 'STOP')), 'opted_out @ never', 'STOP ends texts'),
  ('voice_ai', '{}', jsonb_build_array(gate_.inbound('sms', 'STOP')), 'opted_out', 'STOP ends AI calls'),
  ('text_matter', '{}', jsonb_build_array(gate_.inbound('sms', 'STOP')), 'opted_out', 'STOP ends texts about matters'),
  ('signed_call', '{}', jsonb_build_array(gate_.inbound('sms', 'STOP')), 'yes',
    'STOP does not end hand-dialled calls'),
  ('mail', '{}', jsonb_build_array(gate_.inbound('sms', 'STOP')), 'yes', 'STOP does not end e-mail'),
  ('mail', '{}', jsonb_build_array(gate_.inbound('sms', 'STOPALL')), 'opted_out', 'STOPALL ends e-mail'),
  ('signed_call', '{}', jsonb_build_array(gate_.inbound('sms', 'stop calling me')), 'opted_out',
    'stop calling, by text, ends calls'),
  ('signed_call', '{}', jsonb_build_array(gate_.inbound('sms', 'Do not contact me again')), 'opted_out',
    'do not contact ends all'),
  ('mail', '{}', jsonb_build_array(gate_.inbound('sms', 'remove me from your list')), 'opted_out',
    'a request to be removed from the list ends all'),
  ('call', '{}', jsonb_build_array(gate_.inbound('voice_manual', 'please do not call me again')), 'opted_out',
    'a spoken opt-out ends calls'),
  ('sms', '{}', jsonb_build_array(gate_.inbound('voice_ai', 'please do not call me again')), 'opted_out',
    'a spoken opt-out ends texts'),
  ('mail', '{}', jsonb_build_array(gate_.inbound('voice_ai', 'please do not call me again')), 'yes',
    'a spoken opt-out does not end e-mail'),
  ('mail', '{}', jsonb_build_array(gate_.inbound('carrier pigeon', 'STOP')), 'opted_out',
    'STOP on an unknown channel ends all'),
  ('sms', '{}', jsonb_build_array(gate_.inbound('sms', 'Sounds good, thanks')), 'yes', 'a friendly reply'),
  ('sms', '{}', jsonb_build_array(gate_.inbound('sms', 'I cannot get my device to stop, can you help?')), 'yes',
    'a device that will not stop'),
  ('sms', '{}', jsonb_build_array(gate_.inbound('sms', 'HELP')), 'yes', 'HELP'),
  ('sms', '{}', jsonb_build_array(jsonb_build_object('channel', 'sms', 'direction', 'outbound', 'at',
    '2026-11-18T17:00:00Z', 'body', 'Reply STOP to opt out. STOP')), 'yes', 'our own footer'),
  ('sms', '{}', jsonb_build_array(gate_.inbound('sms', 'STOP', 'yesterday')), 'opted_out', 'an undated STOP'),
  ('sms', '{}', jsonb_build_array(gate_.inbound('sms', 'STOP', '2026-12-01T00:00:00Z')), 'opted_out',
    'a STOP from the future'),
  ('sms', '{}', jsonb_build_array(jsonb_build_object('body', 'STOP')), 'opted_out', 'a STOP with unknown details'),
  ('sms', '{}', jsonb_build_array(gate_.inbound('sms', 'STOP', '2020-01-01T00:00:00Z')), 'yes',
    'consent after a STOP is a new consent'),
  ('sms', '{"consent":{"signature":false}}', jsonb_build_array(gate_.inbound('sms', 'STOP', '2020-01-01T00:00:00Z')),
    'consent_unsigned opted_out', 'consent without a signature after a STOP is not'),
  -- START reverses the keyword.
  ('sms', '{}', jsonb_build_array(gate_.inbound('sms', 'STOP'),
    gate_.inbound('sms', 'START', '2026-11-18T17:30:00Z')), 'yes', 'START after STOP'),
  ('sms', '{}', jsonb_build_array(gate_.inbound('sms', 'START', '2026-11-18T17:30:00Z'),
    gate_.inbound('sms', 'STOP')), 'yes', 'START after STOP, in any order of the entries'),
  ('sms', '{}', jsonb_build_array(gate_.inbound('sms', 'STOP', '2026-11-18T17:30:00Z'),
    gate_.inbound('sms', 'START')), 'opted_out', 'START before STOP'),
  ('sms', '{}', jsonb_build_array(gate_.inbound('sms', 'please stop texting me'),
    gate_.inbound('sms', 'START', '2026-11-18T17:30:00Z')), 'opted_out', 'START does not reverse a sentence'),
  ('sms', '{}', jsonb_build_array(gate_.inbound('sms', 'STOP'), gate_.inbound('sms', 'YES', '2026-11-18T17:30:00Z')),
    'opted_out', 'YES does not count as START'),
  ('sms', '{}', jsonb_build_array(gate_.inbound('sms', 'STOP'),
    gate_.inbound('sms', 'START', '2026-12-18T17:30:00Z')), 'opted_out', 'START dated in the future'),
  ('sms', '{}', jsonb_build_array(gate_.inbound('sms', 'STOP'),
    gate_.inbound('email', 'START', '2026-11-18T17:30:00Z')), 'opted_out', 'START by e-mail'),
  ('sms', '{"consent":{"revoked_at":"2026-11-18T17:00:00Z","revoked_via":"sms","revoked_scope":"channel"}}',
    jsonb_build_array(gate_.inbound('sms', 'STOP'), gate_.inbound('sms', 'START', '2026-11-18T17:30:00Z')),
    'consent_revoked', 'START does not reverse a revocation on record'),
  ('sms', '{"dnc":{"internal_request_at":"2026-11-18T17:00:00Z"}}',
    jsonb_build_array(gate_.inbound('sms', 'STOP'), gate_.inbound('sms', 'UNSTOP', '2026-11-18T17:30:00Z')),
    'internal_list', 'START does not reverse the internal list')
) c(kind, patch, history, wanted, description);

select * from finish();
rollback;
