begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/live_check.sql
select no_plan();

savepoint good;

-- Suppressions.
select is(cast_.after($$ select private.suppress_value(cast_.org(), cast_.phone_bidx(2), 'phone', null, 'stop',
  'test') $$), '1 {}',
  'a lead whose phone is suppressed on all channels has opted out');
rollback to good;
select is(cast_.after($$ select private.suppress_value(cast_.org(), cast_.phone_bidx(2), 'phone', 'sms', 'stop',
  'test') $$), '1 {"suppressed": 1}',
  'a lead whose phone is suppressed on one channel is not fed');
rollback to good;
select is(cast_.after($$
    select private.suppress_value(cast_.org(), cast_.phone_bidx(2), 'phone', 'sms', 'stop', 'test');
    select cast_.add_contact(cast_.nth(2), 'phone', cast_.phone_of(3));
    select cast_.verify(cast_.nth(2)) $$), '1 2 {}',
  'a lead with another verified phone that is not suppressed is fed');
rollback to good;
select is(cast_.after($$
    select private.suppress_value(cast_.org(), cast_.phone_bidx(3), 'phone', null, 'stop', 'test');
    select cast_.add_contact(cast_.nth(2), 'phone', cast_.phone_of(3)) $$), '1 {"suppressed": 1}',
  'a lead with a second phone suppressed on all channels is not fed, although its own phone is not suppressed');
rollback to good;
select is(cast_.after($$ select private.suppress_value(cast_.org(), cast_.phone_bidx(3), 'phone', null, 'stop',
  'test') $$), '1 2 {}',
  'a suppression of another value does not matter');
rollback to good;
select is(cast_.after($$ select private.suppress_value(cast_.org('b'), cast_.phone_bidx(2), 'phone', null, 'stop',
  'test') $$), '1 2 {}',
  'a suppression of another org does not matter');

select * from finish();
rollback;
