begin;
\ir ../support/cast.sql
\ir ../support/consent_links.sql
select no_plan();

-- Showing the form.
select is(private.show_consent_form(cast_.nonce('used'),
  '2026-11-21 12:59:59Z') - '{text,text_sha256,title,expires_at}'::text[],
  '{"state": "open", "text_version": 2, "language": "en", "seller": "Org A", "privacy_url": null, "channels": ["sms", '
    '"email"], "phone": "***-***-0101", "email": "a***@example.com"}',
  'the form shows text, channels and masked contacts to the last second');
select is(private.show_consent_form(cast_.nonce('used'), '2026-11-21 13:00Z'), null,
  'the form of an expired link is not shown');
select is(private.show_consent_form(overlay(cast_.nonce('used') placing 'xxxxxxx' from 7), '2026-11-21 12:30Z'), null,
  'the form is not shown with another nonce');

-- Submitting it.
select is(cast_.submit('used', change), answer, what)
from (values
  ('{"text_sha256": "00"}'::jsonb, 'not_what_was_shown', 'another text is refused'),
  ('{"text_sha256": null}', 'not_what_was_shown', 'a missing text is refused'),
  ('{"channels": ["sms", "voice_ai"]}', 'not_what_was_shown', 'a channel that the link does not cover is refused'),
  ('{"channels": []}', 'incomplete', 'no channel is refused'),
  ('{"agree": "true"}', 'incomplete', 'a box that is not ticked is refused'),
  ('{"signature": "  "}', 'incomplete', 'a missing name is refused')
) x (change, answer, what);
select is(cast_.submit(overlay(cast_.nonce('used') placing '_' from 40)), 'link_invalid',
  'a nonce with one letter changed is unknown');
select is(cast_.submit('used', '{}', '2026-11-21 13:00Z'), 'link_invalid', 'an expired nonce looks the same');
select is((select count(*) from public.consents), 0::bigint, 'a refused form records no consent');
select is((select used_at from public.consent_tokens where nonce_hash = sha256(cast_.nonce('used')::bytea)), null,
  'a refused form does not use up the link');
select is(cast_.submit('used', '{"channels": ["email", "sms"]}'), 'recorded', 'the form as it was shown is recorded');
select is(cast_.submit('used'), 'already_used', 'a form is recorded once');
select is(cast_.submit('other'), 'recorded', 'another link of the same lead is independent');
select is(private.show_consent_form(cast_.nonce('used'), '2026-11-21 12:59Z') ->> 'state', 'already_used',
  'the page shows that the link was used');
select results_eq($$ select kind::text, channels, type, seller, method, signature, page_url, ip, user_agent,
  time_zone, text_version, occurred_at, recorded_by, token_id is not null, contact_point_id is not null,
  shown_text ~ 'automated'
    from public.consents where 'email' = any (channels) or array_length(channels, 1) = 1 order by id limit 2 $$,
  $$ select k, c, 'pewc', 'Org A', 'consent form', 'Ann Ames', 'https://example.com/consent', '203.0.113.7'::inet,
    'Browser/1', 'America/Los_Angeles', 2, '2026-11-21 12:30Z'::timestamptz, 'person', true, true, true
    from (values ('phone', '{sms}'::text[]), ('email', '{email}')) x (k, c) $$,
  'each contact gets a written consent with its evidence');
select is((select consent_method from public.leads where id = cast_.lead('a1')), 'consent form',
  'the consent updates the lead');

-- Evidence.
select throws_ok($$ delete from public.consent_tokens where used_at is not null $$, 'SL002', null,
  'used links are evidence and cannot be deleted');
select throws_ok($$ update public.consent_tokens set used_at = null where used_at is not null $$, 'SL002', null,
  'a used link cannot be reset');
select throws_ok($$ update public.consent_tokens set channels = '{sms,voice_ai}' where used_at is null $$, 'SL002',
  null, 'the channels of a link cannot be extended');
select lives_ok($$ update public.consent_tokens set lead_id = cast_.lead('a2') where used_at is null $$,
  'a merge may move a link');
select is(cast_.submit('merged'), 'recorded', 'a moved link is still valid');
select is((select masked from public.consents order by id desc limit 1), '***-***-0103',
  'the consent is for the phone that the link was issued for');
select lives_ok($$ delete from public.orgs where id = 'a0000000-0000-4000-8000-000000000000' $$,
  'an org can be deleted');
select is((select count(*) from public.consent_tokens), 0::bigint, 'the links of a deleted org are deleted');

select * from finish();
rollback;
