create function private.listed_refusals() returns table (refused text, rank integer, phone text[], email text[], reason text)
language sql immutable parallel safe rows 8 set search_path = '' as $$
  values
    ('litigator', 1, '{null}'::text[], '{null}'::text[], 'litigator'),
    ('person', 2, '{null}', '{null}', 'opt_out'),
    ('dnc', 3, '{sms,voice_manual,voice_ai}', '{email}', 'dnc'),
    ('wrong', 4, '{sms,voice_manual,voice_ai}', '{email}', 'wrong_contact'),
    -- A text is a call, so what ends automated texts ends automated calls.
    ('texts', 5, '{sms,voice_ai}', '{}', 'opt_out'),
    ('complaint', 6, '{}', '{email}', 'complaint'),
    ('bounce', 7, '{}', '{email}', 'bounce'),
    ('unsubscribe', 8, '{}', '{email}', 'unsubscribe')
$$;
comment on function private.listed_refusals() is
  'The marks with which a list refuses a phone or e-mail, the furthest first: the channels that each closes (null: all '
  'of them) and the reason of its suppression.';
