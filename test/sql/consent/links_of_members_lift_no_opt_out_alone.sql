begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/reveal.sql
select no_plan();

-- Leads 1 to 5 of org A: a phone and an e-mail each, a STOP on both, and a form that may lift it.
select cast_.runner(n, p_phone => true, p_due => cast_.noon() + interval '1 day') from generate_series(1, 5) n
  \g /dev/null
update public.leads set assigned_broker_id = 'a0000000-0000-4000-8000-0000000000b1' where id = cast_.nth(1);
update public.orgs set settings = settings || '{"consent_page": "https://example.com/consent/"}'
where id = cast_.org();
insert into public.consent_texts (org_id, version, seller, title, body, channels, automated_disclosed,
  not_condition_of_purchase)
values (cast_.org(), 9, 'Org A', 'May we write?', 'I agree that Org A may send automated texts and e-mail.',
  '{sms,email}', true, true);
create function cast_.contact(p_n integer, p_kind text) returns bigint language sql as $$
  select c.id from public.contact_points c where c.lead_id = cast_.nth(p_n) and c.kind::text = p_kind
$$;
create function cast_.value(p_n integer, p_kind text) returns bytea language sql as $$
  select c.value_bidx from public.contact_points c where c.id = cast_.contact(p_n, p_kind)
$$;
create function cast_.stop(p_n integer) returns void language sql as $$
  select private.suppress_value(cast_.org(), cast_.value(p_n, 'phone'), 'phone', 'sms', 'opt_out', 'a reply',
    now() - interval '1 day');
  select private.suppress_value(cast_.org(), cast_.value(p_n, 'email'), 'email', 'sms', 'opt_out', 'a reply',
    now() - interval '1 day')
$$;
select cast_.stop(n) from generate_series(1, 5) n \g /dev/null
create function cast_.stopped(p_n integer, p_kind text default 'phone') returns boolean language sql as $$
  select private.is_suppressed(cast_.org(), cast_.value(p_n, p_kind), 'sms')
$$;
create function cast_.hand_over(p_who text, p_n integer, p_headers text default '{"x-forwarded-for": "203.0.113.9"}')
returns text language plpgsql as $$
begin
  perform set_config('request.headers', p_headers, true);
  return cast_.ask(p_who, format('select public.issue_consent_link(%L, %L, ''{sms,email}'', p_reason => ''asked on '
    'the phone'') ->> ''nonce''', cast_.org(), cast_.nth(p_n)));
end
$$;
create function cast_.submit(p_nonce text, p_ip text, p_by uuid default null) returns text language sql as $$
  select private.submit_consent(p_nonce, jsonb_build_object('channels', array['sms'], 'agree', true, 'signature',
    'Ann Ames', 'text_sha256', (select encode(sha256(x.body::bytea), 'hex') from public.consent_texts x
      where x.org_id = cast_.org() and x.version = 9)), 'https://example.com/consent', p_ip::inet, 'Browser/1', p_by)
$$;

-- A broker is shown no link, neither when it is made nor later.
select is(cast_.hand_over(who, 1), answer, format('%s asks for a link: %s', who, answer))
from (values ('broker', 'SL406 links are handed over by owners and admins only: use send_consent_link'),
  ('colleague', 'SL405 lead ' || cast_.nth(1) || ' not found'),
  ('viewer', 'SL405 lead ' || cast_.nth(1) || ' not found'), ('rival', 'SL405 lead ' || cast_.nth(1) || ' not found'),
  ('anon', '42501 permission denied for function issue_consent_link')) x (who, answer);
create function cast_.send(p_who text, p_n integer, p_kind text) returns text language sql as $$
  select cast_.ask(p_who, format('select string_agg(k, '' '' order by k) from jsonb_object_keys('
    'public.send_consent_link(%L, %L, %s, ''{sms,email}'')) k', cast_.org(), cast_.nth(p_n),
    cast_.contact(p_n, p_kind)))
$$;
select is(cast_.send(who, 1, 'email'), answer, format('%s sends a link: %s', who, answer))
from (values ('broker', 'expires_at message_id refused state'), ('owner', 'expires_at message_id refused state'),
  ('service_role', 'expires_at message_id refused state'),
  ('colleague', format('SL405 contact %s of lead %s not found', cast_.contact(1, 'email'), cast_.nth(1))),
  ('viewer', format('SL405 contact %s of lead %s not found', cast_.contact(1, 'email'), cast_.nth(1))),
  ('rival', format('SL405 contact %s of lead %s not found', cast_.contact(1, 'email'), cast_.nth(1))),
  ('anon', '42501 permission denied for function send_consent_link')) x (who, answer);
create temp table sent as
select m.id, m.state, (regexp_match(private.decrypt_value(m.text_cipher, private.org_key(m.org_id, m.key_id)),
  'https://example.com/consent/#([A-Za-z0-9_-]{43})$'))[1] as nonce, t.issued_by
from public.messages m join public.consent_tokens t on t.lead_id = m.lead_id and t.issued_via = 'sent'
where m.kind = 'manual' and m.lead_id = cast_.nth(1) and t.nonce_hash = sha256((regexp_match(private.decrypt_value(
  m.text_cipher, private.org_key(m.org_id, m.key_id)), '#([A-Za-z0-9_-]{43})$'))[1]::bytea);
select is((select count(*) from sent), 3::bigint, 'the message has the link, and its token is stored as sent');
select is((select count(*) from sent where issued_by = 'a0000000-0000-4000-8000-000000000003'), 1::bigint,
  'the token stores its issuer');
create temp table exported as select cast_.reveal('owner', 'person', array[cast_.nth(1)], p_org => cast_.org()) as j;
select ok(not j ~ (select string_agg(nonce, '|') from sent), 'an export does not show the link') from exported;
select ok(j ~ 'https://example.com/consent/#\.\.\.', 'an export shows the rest of the message') from exported;

-- What is sent to the e-mail proves nothing about the phone.
select is(cast_.submit(nonce, '198.51.100.7'), 'recorded', 'the form that was sent by e-mail is recorded')
from (select nonce from sent order by id limit 1) s;
select is(cast_.stopped(1), true, 'it does not lift the STOP of the phone');
select is(cast_.submit(private.issue_consent_token(cast_.org(), cast_.nth(2), '{sms}', 9, '1 day', 'sent', null,
  cast_.value(2, 'phone')), '198.51.100.7'), 'recorded', 'a form that was sent to the phone is recorded');
select is(cast_.stopped(2), false, 'it lifts the STOP of the phone');

-- What an owner hands over lifts, unless it comes back from the same place or from somebody signed in.
create function cast_.handed(p_n integer, p_ip text, p_by uuid default null, p_headers text
  default '{"x-forwarded-for": "192.0.2.1, 203.0.113.9", "cf-connecting-ip": "2001:db8:1:2::9"}') returns boolean
language plpgsql as $$
begin
  if cast_.submit(cast_.hand_over('owner', p_n, p_headers), p_ip, p_by) <> 'recorded' then
    raise exception 'not recorded';
  end if;
  return cast_.stopped(p_n);
end
$$;
select is(cast_.handed(3, '203.0.113.9'), true, 'from the address of the issuer');
select is(cast_.handed(3, '192.0.2.1'), true, 'from an address that the issuer claimed');
select is(cast_.handed(3, '2001:db8:1:2:ffff::1'), true, 'from the IPv6 network of the issuer');
select is(cast_.handed(3, null), true, 'from an unknown address');
select is(cast_.handed(3, '198.51.100.7', p_headers => ''), true, 'when the address of the issuer is unknown');
select is(cast_.handed(3, '198.51.100.7', 'a0000000-0000-4000-8000-000000000001'), true, 'by a signed-in user');
select throws_ok($$ insert into public.suppression_lifts (org_id, suppression_id, channel, consent_id, lifted_at)
  select s.org_id, s.id, 'sms', c.id, now() from public.suppressions s join public.consents c
    on c.value_bidx = s.value_bidx where s.value_bidx = cast_.value(3, 'phone')
    and c.token_id is not null limit 1 $$, 'SL402',
  'the link was not sent to this contact: it lifts no suppression', 'nor can the lift be written by hand');
select is(cast_.handed(3, '198.51.100.7'), false, 'from elsewhere the form of an owner lifts the STOP');
select is((select issued_via || ' ' || reason || ' ' || (issued_by = 'a0000000-0000-4000-8000-000000000001')
  from public.consent_tokens where lead_id = cast_.nth(3) order by created_at desc limit 1),
  'handed_over asked on the phone true', 'the token stores who handed it over and why');
select is(cast_.submit(private.issue_consent_token(cast_.org(), cast_.nth(4), '{sms}', 9, '1 day'), '198.51.100.7'),
  'recorded', 'a form of the service is recorded');
select is(cast_.stopped(4), false, 'the form of the service lifts the STOP');
select is(cast_.submit(private.issue_consent_token(cast_.org(), cast_.nth(5), '{sms}', 9, '1 day', 'unknown'),
  '198.51.100.7'), 'recorded', 'a form from before issuers were stored is recorded');
select is(cast_.stopped(5), true, 'it does not lift the STOP');

select * from finish();
rollback;
