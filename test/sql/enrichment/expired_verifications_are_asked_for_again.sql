begin;
\ir ../support/cast.sql
\ir ../support/data_calls.sql
select no_plan();
select cast_.add_contact(cast_.lead('a2'), 'email', 'bell@example.com') as bell,
  cast_.add_contact(cast_.lead('a3'), 'email', 'cole@example.com') as cole \gset
select id as ames from public.contact_points where kind = 'email' and lead_id = cast_.lead('a1') \gset
select count(private.record_verification(cast_.org(), c, 'zerobounce', '{valid}', p_as_of => '2026-01-01'))
from unnest(array[:ames, :bell, :cole]) c \gset ignored_
select private.record_verification(cast_.org(), c.id, 'melissa', '{PS01}', p_as_of => '2026-01-01')
from public.contact_points c where c.org_id = cast_.org() and c.kind = 'phone' and c.lead_id = cast_.lead('a1')
\gset ignored_
select is((private.sweep_facts('2026-09-01') ->> 'to_renew')::integer, 4, 'four verifications have expired');
select is(private.open_renewals('2026-09-01'), 0, 'without a budget nobody asks again');
insert into public.provider_budgets (org_id, provider, period, limit_usd) values
  (cast_.org(), 'zerobounce', 'month', 5), (cast_.org(), 'melissa', 'month', 5);
-- Two of them have changed their minds since.
select private.suppress_value(c.org_id, c.value_bidx, c.kind, null, 'request', 'test') from public.contact_points c
where c.id = :bell \gset ignored_
update public.contact_points set invalid_at = '2026-08-01' where id = :cole;
select is(private.open_renewals('2026-09-01'), 2, 'with one, there is a run for each kind and provider');
select results_eq($$ select kind, provider, scope, options from public.enrichment_runs order by kind $$,
  format($$ values ('verify_email', 'zerobounce', %1$L::jsonb, '{"renewal": true}'::jsonb),
    ('verify_phone', 'melissa', %1$L, '{"renewal": true}') $$,
    jsonb_build_object('lead_ids', jsonb_build_array(cast_.lead('a1')))), 'about those who are still there');
select is((select count(*) from private.fact_renewals), 2::bigint, 'the others are forgotten');
select is(private.open_renewals('2026-09-02'), 0, 'each once');
select id as run from public.enrichment_runs where kind = 'verify_email' \gset
\set job '''10000000-0000-4000-8000-000000000001'''
select private.claim_enrichment(cast_.org(), :'run', :job, '2026-09-01') \gset ignored_
select cast_.add_contact(cast_.lead('a1'), 'email', 'never.asked@example.com') \gset ignored_
select results_eq(format($$ select asks from private.estimate_verification(%L, 'zerobounce', 'validate', 'email', %L,
  true, '2026-09-01') $$, cast_.org(), array[cast_.lead('a1')]), $$ values (1) $$, 'it asks about what has expired');
select results_eq(format($$ select asks from private.estimate_verification(%L, 'zerobounce', 'validate', 'email', %L,
  false, '2026-09-01') $$, cast_.org(), array[cast_.lead('a1')]), $$ values (2) $$, 'other runs about all');
select private.record_estimates(cast_.org(), :'run', :job, array[cast_.lead('a1')], jsonb_build_array(
  jsonb_build_object('lead_id', cast_.lead('a1'), 'asks', 1, 'cached', 0, 'most_usd', 0.01)), '2026-09-01')
\gset ignored_
select private.finish_plan(cast_.org(), :'run', :job, '{zerobounce}', '2026-09-01') \gset ignored_
select is((select (state::text, most_usd) from public.enrichment_runs where id = :'run'),
  ('running'::text, 0.01::numeric(14, 6)), 'and starts by itself');
select is(private.record_verification(cast_.org(), :ames, 'zerobounce', '{invalid}', p_as_of => '2026-09-01'),
  'invalid', 'a new answer');
select is((select count(*) from private.fact_renewals where contact_point_id = :ames), 0::bigint, 'ends the renewal');
select is((select email_verified from public.leads where id = cast_.lead('a1')), false, 'and counts');

-- What was a look into the provider's database stays one.
select private.record_verification(cast_.org(), :ames, 'melissa', '{ES01}', p_level => 'express',
  p_as_of => '2026-01-01') \gset ignored_
select private.sweep_facts('2026-09-02') \gset ignored_
select is(private.open_renewals('2026-09-02'), 1, 'a check of the level express that has expired');
select results_eq($$ select provider from public.enrichment_runs where provider like 'melissa%' and kind =
  'verify_email' $$, $$ values ('melissa_express') $$, 'is renewed by the same check, not by the dearer one');
select is(private.open_renewals('2026-09-20'), 0, 'once at a time');
select * from finish();
rollback;
