begin;
\ir ../support/cast.sql
\ir ../support/data_calls.sql
select no_plan();
select id as mail from public.contact_points where kind = 'email' and org_id = cast_.org() \gset
create function cast_.verify(p_contact bigint, p_codes text[], p_at timestamptz default '2026-11-20T18:00Z') returns
  text
language sql as $$
  select private.record_verification(cast_.org(), p_contact, 'zerobounce', p_codes, p_as_of => p_at)
$$;
create function cast_.state() returns text language sql as $$
  select concat_ws(' ', c.verified, c.codes, l.email_verified, l.email_verification_codes)
  from public.contact_points c join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
  where c.kind = 'email' and c.org_id = cast_.org()
$$;
select is(cast_.verify(:mail, '{valid,alias_address}'), 'verified', 'a verifying code verifies');
select is(cast_.state(), 't {alias_address,valid} t {alias_address,valid}', 'the contact and its lead');
select is((select count(*) from public.pipeline_events where kind = 'verified' and lead_id = cast_.lead('a1')),
  1::bigint, 'which is a step of the funnel');
select is(cast_.verify(:mail, '{valid}'), 'verified', 'once more');
select is((select count(*) from public.pipeline_events where kind = 'verified' and lead_id = cast_.lead('a1')),
  1::bigint, 'is no further step');
select is(cast_.verify(:mail, '{gold_plus}'), 'unknown', 'an unlisted code says nothing');
select is(cast_.state(), 't {valid} t {valid}', 'and takes nothing away');
select is((select (path, problem) from public.provider_drift), ('gold_plus'::text, 'unknown code'::text),
  'but is counted');
select is(cast_.verify(:mail, '{catch-all}'), 'uncertain', 'an uncertain result');
select is(cast_.state(), 'f {catch-all} f {catch-all}', 'takes "verified" away');
select is(cast_.verify(:mail, '{valid}'), 'verified', 'a good one gives it');
select is(cast_.verify(:mail, '{valid,possible_trap}'), 'invalid', 'a bad code outweighs a good one');
select is(cast_.state(), 'f {possible_trap,valid} f {possible_trap,valid}', 'and takes it away');
select is(cast_.verify(-1, '{valid}'), null, 'a contact that is gone');
select is((select (value ->> 'verdict', terms, expires_at) from public.lead_facts),
  ('invalid'::text, 'verification'::text, '2027-05-19T18:00Z'::timestamptz), 'the result is a fact with an end');
select matches(cast_.run(who, format('select private.record_verification(%L, %s, ''zerobounce'', ''{valid}'')',
  cast_.org(), :mail)), answer, who || ' records results: ' || answer)
from (values ('owner', '^42501'), ('service_role', '^42501'), ('pipeline_writer', '^rows 1$')) x (who, answer);
select * from finish();
rollback;
