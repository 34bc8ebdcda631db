begin;
\ir ../support/cast.sql
\ir ../support/lead_consents.sql
select no_plan();

select cast_.grant_to('a1', '+12135550101', '{sms}', '2026-03-02 12:00Z') \g /dev/null

select is(private.expire_consents('2026-09-01 12:00Z'), 0, 'no consent expires without a term');
update public.orgs set settings = '{"consent_months": 6}' where id = 'a0000000-0000-4000-8000-000000000000';
select private.sync_lead_consents('a0000000-0000-4000-8000-000000000000', array[cast_.lead('a1')],
  '2026-09-02 11:59:59Z') \g /dev/null
select is(cast_.says('a1'), 't 2026-03-02 test grant', 'a consent counts to the last second of its term');
select is(private.expire_consents('2026-09-02 12:00Z'), 1, 'a consent expires at the end of its term');
select is(cast_.says('a1'), 'f', 'an expired consent leaves no mark of a revocation');
select is((select count(*) from public.consents where lead_id = cast_.lead('a1') and action = 'grant'), 1::bigint,
  'the record of an expired consent is kept');
select throws_ok($$ update public.orgs set settings = '{"consent_months": "soon"}' $$, '23514', null,
  'a term must be a number of months');

select * from finish();
rollback;
