begin;
\ir ../support/cast.sql
\ir ../support/consent_links.sql
select no_plan();

select matches((select nonce from nonces where name = 'used'), '^[A-Za-z0-9_-]{43}$',
  'the writer issues a link with 256 random bits');
select is((select count(*) from public.consent_tokens t, nonces n where t::text like '%' || n.nonce || '%'
  or position(convert_to(n.nonce, 'UTF8') in t.nonce_hash) > 0), 0::bigint,
  'only the hash of a link is stored');
select throws_ok($$ select cast_.issue('x', 'a1', '{voice_manual}') $$, 'SL401', null,
  'a link for a channel that the text does not cover is refused');
select throws_ok($$ select cast_.issue('x', 'a2', '{email}') $$, 'SL401', null,
  'a link for a channel without a contact point is refused');
select throws_ok($$ select cast_.issue('x', 'a1', '{}') $$, 'SL401', null, 'a link without a channel is refused');
select is(cast_.run(who, $$ select private.issue_consent_token(null, null, '{sms}') $$), '42501 permission denied for '
  || what, who || ' cannot issue a link')
from (values ('owner', 'function issue_consent_token'), ('service_role', 'function issue_consent_token'),
  ('anon', 'schema private')) x (who, what);

select * from finish();
rollback;
