begin;
\ir ../support/gate.sql
select no_plan();

-- Attempts as 'channel minutes-ago subject', newest last; the time is 2026-11-18 18:00 UTC.
create function gate_.history(p_text text) returns jsonb language sql as $$
  select coalesce(jsonb_agg(jsonb_build_object('channel', a[1], 'direction', coalesce(a[4], 'outbound'), 'subject',
    nullif(a[3], '-'),
    'at', to_char(timestamp '2026-11-18 18:00' - a[2]::interval, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))), '[]')
  from regexp_split_to_table(p_text, '; ') e cross join lateral string_to_array(e, ' ') a where e <> ''
$$;
select gate_.try(kind, jsonb_build_object('state', state, 'postal_code', zip, 'phone', phone, 'history',
  gate_.history(attempts))
    || jsonb_build_object('message', '{"subject":"A"}'::jsonb), '2026-11-18T18:00:00Z', wanted, description)
from (values
  ('sms', 'FL', '33131', '+13055550123', '', 'yes', 'Florida: none'),
  ('sms', 'FL', '33131', '+13055550123', 'sms 1h A; sms 2h A', 'yes', 'Florida: two'),
  ('sms', 'FL', '33131', '+13055550123', 'sms 3h A; sms 2h A; sms 1h A', 'state_cap @ 2026-11-19T15:00:00Z',
    'Florida: three wait for the oldest'),
  ('sms', 'FL', '33131', '+13055550123', 'sms 23:59:59 A; sms 2h A; sms 1h A', 'state_cap @ 2026-11-18T18:00:01Z',
    'Florida: a second short of 24 hours'),
  ('sms', 'FL', '33131', '+13055550123', 'sms 24h A; sms 2h A; sms 1h A', 'yes', 'Florida: 24 hours'),
  ('sms', 'FL', '33131', '+13055550123', 'sms 4h A; sms 3h A; sms 2h A; sms 1h A', 'state_cap @ 2026-11-19T15:00:00Z',
    'Florida: four wait for the second'),
  ('sms', 'FL', '33131', '+13055550123', 'sms 23h A; sms 22h A; sms 21h A', 'state_cap @ 2026-11-18T19:00:00Z',
    'Florida: the oldest leaves in an hour'),
  ('sms', 'FL', '33131', '+13055550123', 'sms 3h B; sms 2h B; sms 1h B', 'yes',
    'Florida: another subject does not count'),
  ('sms', 'FL', '33131', '+13055550123', 'sms 3h a; sms 2h A; sms 1h A', 'state_cap',
    'Florida: the same subject in lower case'),
  ('sms', 'FL', '33131', '+13055550123', 'sms 3h -; sms 2h A; sms 1h A', 'state_cap',
    'Florida: an unknown subject may be the same'),
  ('sms', 'FL', '33131', '+13055550123', 'sms 3h A; voice_manual 2h A; voice_ai 1h A', 'state_cap',
    'Florida: calls and texts count together'),
  ('sms', 'FL', '33131', '+13055550123', 'email 3h A; email 2h A; email 1h A', 'yes',
    'Florida: e-mail does not count'),
  ('sms', 'FL', '33131', '+13055550123', 'sms 3h A inbound; sms 2h A inbound; sms 1h A inbound', 'yes',
    'Florida: inbound messages do not count'),
  ('sms', 'FL', '33131', '+13055550123', 'sms 3h A sideways; sms 2h A; sms 1h A', 'state_cap',
    'Florida: an unreadable direction counts'),
  ('sms', 'FL', '33131', '+13055550123', 'pigeon 3h A; sms 2h A; sms 1h A', 'state_cap',
    'Florida: an unknown channel counts'),
  ('sms', 'FL', '33131', '+13055550123', 'sms -1h A; sms 2h A; sms 1h A', 'state_cap @ 2026-11-19T16:00:00Z',
    'Florida: an attempt in the future counts'),
  ('signed_call', 'FL', '33131', '+13055550123', 'sms 3h A; sms 2h A; sms 1h A', 'state_cap',
    'Florida: hand-dialled calls'),
  ('text_matter', 'FL', '33131', '+13055550123', 'sms 3h A; sms 2h A; sms 1h A', 'yes', 'Florida: about a matter'),
  ('sms', 'OK', '73102', '+14055550123', 'sms 3h A; sms 2h A; sms 1h A', 'state_cap', 'Oklahoma: three'),
  ('sms', 'OK', '73102', '+14055550123', 'sms 3h B; sms 2h A; sms 1h A', 'yes', 'Oklahoma: one on another subject'),
  ('sms', 'MD', '21201', '+14105550123', 'sms 3h A; sms 2h A; sms 1h A', 'state_cap', 'Maryland: three'),
  ('sms', 'MD', '21201', '+14105550123', 'sms 2h A; sms 1h A', 'yes', 'Maryland: two'),
  ('sms', 'OR', '97204', '+15035550123', 'sms 3h A; sms 2h B; sms 1h C', 'state_cap', 'Oregon: three on any subject'),
  ('sms', 'OR', '97204', '+15035550123', 'sms 2h B; sms 1h C', 'yes', 'Oregon: two'),
  ('voice_ai', 'ME', '04101', '+12075550123', 'voice_ai 7:59:59 A', 'state_cap @ 2026-11-18T18:00:01Z',
    'Maine: one automated call in eight hours'),
  ('voice_ai', 'ME', '04101', '+12075550123', 'voice_ai 8h A', 'yes', 'Maine: eight hours later'),
  ('voice_ai', 'ME', '04101', '+12075550123', 'voice_manual 1h A; sms 1h A', 'yes',
    'Maine: hand-dialled calls and texts do not count'),
  ('signed_call', 'ME', '04101', '+12075550123', 'voice_ai 1h A', 'yes', 'Maine: hand-dialled calls are not capped'),
  ('sms', 'TX', '77002', '+17135550123', 'sms 5h A; sms 4h A; sms 3h A; sms 2h A; sms 1h A', 'yes',
    'Texas: five, no state cap'),
  ('sms', 'TX', '77002', '+17135550123', 'sms 6h A; sms 5h B; sms 4h A; sms 3h A; sms 2h A; sms 1h A',
    'house_cap @ 2026-11-19T15:00:01Z', 'Texas: six reach the org''s default, nine in the morning is the state''s'),
  ('sms', 'TX', '77002', '+13055550123', 'sms 3h A; sms 2h A; sms 1h A', 'state_cap', 'Texas: a Florida number'),
  ('sms', 'FL', '33131', '+15005550123', 'sms 3h A; sms 2h A; sms 1h A', 'state_cap',
    'Florida: a number without a location')
) c(kind, state, zip, phone, attempts, wanted, description);

-- After the cap come the hours: the third oldest expires at 20:30, Florida closes at 20:00.
select gate_.try('sms', jsonb_build_object('state', 'FL', 'postal_code', '33131', 'phone', '+13055550123',
  'history', gate_.history('sms 16:30 A; sms 16h A; sms 15h A'), 'message', '{"subject":"A"}'::jsonb),
    '2026-11-18T18:00:00Z',
  'state_cap @ 2026-11-19T13:00:00Z', 'Florida: the cap ends at night, the hours in the morning');

select gate_.try('sms', patch::jsonb, '2026-11-18T18:00:00Z', wanted, description) from (values
  ('{"state":"FL","postal_code":"33131","phone":"+13055550123","history":"absent"}', 'history_unknown @ never',
    'a state with a cap, and the history is unknown'),
  ('{"history":"absent"}', 'yes', 'a state without a cap'),
  ('{"history":null}', 'yes', 'a state without a cap, null'),
  ('{"history":"none"}', 'fact_unreadable', 'a history that is a string'),
  ('{"history":["x"]}', 'fact_unreadable', 'an entry that is a string'),
  ('{"state":"FL","postal_code":"33131","phone":"+13055550123","history":[{},{},{}]}', 'state_cap @ never',
    'attempts with unknown details'),
  ('{"state":"FL","postal_code":"33131","phone":"+13055550123","history":[{},{}]}', 'yes',
    'two attempts with unknown details')
) c(patch, wanted, description);

-- Attempts without a date count, however old.
select gate_.try('sms', jsonb_build_object('state', 'FL', 'postal_code', '33131', 'phone', '+13055550123', 'history',
    jsonb_build_array(jsonb_build_object('channel', 'sms', 'direction', 'outbound', 'at', at))
      || gate_.history('sms 2h A; sms 1h A'), 'message', '{"subject":"A"}'::jsonb),
  '2026-11-18T18:00:00Z', wanted, 'an attempt at ' || at::text)
from (values ('"yesterday!"'::jsonb, 'state_cap'), ('1763488800', 'state_cap'), ('"soon"', 'state_cap'),
  ('null', 'state_cap'), ('"2026-11-18"', 'state_cap'), ('"2026-11-15"', 'yes')) x (at, wanted);

select * from finish();
rollback;
