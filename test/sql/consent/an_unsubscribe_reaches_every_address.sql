begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

-- A person with two addresses, in a sequence of mails; another with one.
select cast_.add_contact(cast_.nth(n), 'email', format('person%s@example.com', n)),
  cast_.add_contact(cast_.nth(n), 'email', format('other%s@example.org', n))
from (select cast_.runner(1, p_phone => true), cast_.runner(2, p_phone => true)) r,
  generate_series(1, 2) n \g /dev/null
create function cast_.ended(p_n integer) returns text language sql as $$
  select concat_ws(' ', r.state, r.end_reason) from public.sequence_runs r where r.lead_id = cast_.nth(p_n)
$$;
create function cast_.held(p_value text) returns boolean language sql as $$
  select private.is_suppressed(cast_.org(), private.blind_index(p_value, private.blind_key(cast_.org())), 'email')
$$;
select ok(private.unsubscribe(private.unsubscribe_token(cast_.org(), private.blind_index('person1@example.com',
  private.blind_key(cast_.org()))), 'one-click unsubscribe', cast_.noon()), 'one click unsubscribes');
select ok(cast_.held('person1@example.com'), 'the address of the link is unsubscribed');
select ok(cast_.held('other1@example.org'), 'and the other address of the person');
select ok(not cast_.held('person2@example.com'), 'another person is not');
select is(cast_.ended(1), 'stopped unsubscribed', 'the sequence ends');
select is(cast_.ended(2), 'active', 'the sequence of another person goes on');
select is((select l.campaign_status::text from public.leads l where l.id = cast_.nth(1)), 'completed',
  'the lead has completed the campaign and may still be called');
select cast_.add_contact(cast_.nth(1), 'email', 'third1@example.net') as later \gset
select is(cast_.verdict(public.gate_decide(cast_.nth(1), :later, 'email', 'marketing', cast_.noon()))
  ~ 'revoked|unsubscribed|suppressed', true, 'an address that is imported later is not used either');

-- The same by the provider's report.
select private.record_contact_feedback(cast_.org(), private.blind_index('person2@example.com',
  private.blind_key(cast_.org())), 'email', 'unsubscribed', 'email', 'sendgrid', cast_.noon()) \g /dev/null
select is(cast_.ended(2) || ' ' || cast_.held('other2@example.org'), 'stopped unsubscribed true',
  'the provider''s event does the same');

select * from finish();
rollback;
