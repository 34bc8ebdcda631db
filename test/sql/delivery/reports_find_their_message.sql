begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

select cast_.runner(1, p_phone => true) \g /dev/null

select is(cast_.claim(), '1', 'the step is claimed');
select is(cast_.event(cast_.message(1), 'bogus'), 'ignored', 'a report of an unknown kind is ignored');
select is(cast_.event(gen_random_uuid(), 'delivered'), 'unknown', 'a report of a missing message is unknown');
select is(private.apply_message_event(cast_.org('b'), cast_.message(1), 'delivered', cast_.noon()), 'unknown',
  'a report of another org''s message is unknown');
select cast_.begin() \g /dev/null
select cast_.settle() \g /dev/null
select is(cast_.event(cast_.message(1), 'failed', cast_.noon(), '{"contact": "invalid"}'), 'failed',
  'a failure report can mark the contact as invalid');
select is((select invalid_at from public.contact_points where lead_id = cast_.nth(1) and kind = 'email'),
  cast_.noon(), 'the contact point is marked as invalid');
select is(private.find_message(cast_.org(), 'sendgrid', 'p-' || cast_.message(1)), cast_.message(1),
  'a message is found by the provider''s id');
select is(private.find_message(cast_.org(), 'sendgrid', 'p-' || cast_.message(1) || '.filter0'), null,
  'only the whole id finds a message');
select is(private.find_message(cast_.org(), 'twilio', 'p-' || cast_.message(1)), null,
  'a message is not found by another provider''s id');
select is(private.find_message(cast_.org('b'), 'sendgrid', 'p-' || cast_.message(1)), null,
  'a message is not found in another org');
select is(private.find_message(cast_.org(), 'sendgrid', null, cast_.message(1)), cast_.message(1),
  'a message is found by its own id');
select is(private.find_message(cast_.org('b'), 'sendgrid', null, cast_.message(1)), null,
  'its own id is not found in another org');

select * from finish();
rollback;
