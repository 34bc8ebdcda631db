begin;
\ir ../support/cast.sql
\ir ../support/suppression_lists.sql
select no_plan();

create temp table link as select private.unsubscribe_token(:org,
  private.blind_index('ames@example.com', private.blind_key(:org))) as token;
select matches((select token from link), '^[A-Za-z0-9_-]{66}$', 'a link is 66 characters');
select is((select count(*) from link cross join generate_series(1, 66) i cross join unnest(array['A', 'Q', '_']) c
    where substr(token, i, 1) <> c and private.unsubscribe(overlay(token placing c from i), 'test')), 0::bigint,
      'a link with a changed letter is invalid');
select is(private.unsubscribe(left(token, 65) || chr(ascii(right(token, 1)) + 1), 'test'), false,
  'another spelling of the same bytes is invalid') from link;
select is(private.unsubscribe(t, 'test'), false, 'invalid link: ' || coalesce(t, 'null'))
  from unnest(array['', 'x', null, repeat('A', 66)]) t;
select is(cast_.held('ames@example.com', 'email'), false, 'an invalid link unsubscribes no address');
select is((select private.unsubscribe(token, 'one-click unsubscribe', '2026-11-21 12:00Z') from link), true,
  'the original link is valid');
select is(cast_.held('ames@example.com', 'email'), true, 'an unsubscribe takes effect at once');
select is((select private.unsubscribe(token, 'one-click unsubscribe', '2026-11-22 12:00Z') from link), true,
  'repeating an unsubscribe gives the same answer');
select results_eq($$ select action::text, channels, method, occurred_at from public.consents
  where method ~ 'unsubscribe' and value_bidx is not null $$,
  $$ values ('revoke', '{email}'::text[], 'one-click unsubscribe', '2026-11-21 12:00Z'::timestamptz) $$,
    'a repeated unsubscribe records one revocation');

select * from finish();
rollback;
