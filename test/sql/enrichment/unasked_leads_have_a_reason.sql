begin;
\ir ../support/cast.sql
\ir ../support/data_calls.sql
select no_plan();
create function cast_.why(p_lead text, p_kind text, p_as_of timestamptz default '2026-11-20T18:00Z') returns text[]
language sql as $$
  select array_agg(concat_ws(' ', w.reason, w.provider) order by w.n)
  from private.why_not_enriched_at(cast_.lead(p_lead), p_kind, p_as_of) with ordinality w (kind, reason, provider,
    contact, explanation, until, n)
$$;
create function cast_.words(p_lead text, p_kind text, p_reason text, p_as_of timestamptz default '2026-11-20T18:00Z')
returns text language sql as $$
  select w.explanation from private.why_not_enriched_at(cast_.lead(p_lead), p_kind, p_as_of) w
  where w.reason = p_reason
$$;
insert into public.leads (org_id, id) values (cast_.org(), cast_.lead('a6'));
insert into public.leads (org_id, id, owner_1_first, owner_1_last, situs_house_number, situs_street, situs_city,
  situs_state, situs_zip)
values (cast_.org(), cast_.lead('a7'), 'Ann', 'Cole', '3', '3 Main St', 'Los Angeles', 'CA', '90001');

-- What is missing.
select is(cast_.why('a6', 'trace'), '{no_address,no_owner,"no_budget batchdata"}', 'a lead without anything');
select is(cast_.why('a6', 'geocode'), '{no_address,"no_budget google"}', 'has no place');
select is(cast_.why('a6', 'verify_phone'), '{no_contact,"no_budget melissa","no_budget twilio"}', 'and no phone');
select is(cast_.words('a6', 'verify_phone', 'no_contact'), 'The lead has no phone.', 'in words');
select is(cast_.why('a7', 'trace'), '{"no_budget batchdata",never_planned}', 'one with name and address has none');
select is(cast_.why('a7', 'property'), '{"no_budget attom","no_budget melissa",never_planned}',
  'for its property, likewise');

-- Budgets and steps.
insert into public.provider_budgets (org_id, provider, period, limit_usd) values (cast_.org(), 'batchdata', 'day', 5);
select is(cast_.why('a7', 'trace'), '{never_planned}', 'with a budget nothing prevents it');
select is(cast_.words('a7', 'trace', 'never_planned'),
  'No run has had this lead: plan one with sluice enrich trace.', 'and says what to do');
select private.book_spend(cast_.org(), 'batchdata', '2026-11-20', 5, 0) \gset ignored_
select is(cast_.why('a7', 'trace'), '{"over_budget batchdata",never_planned}', 'until it is used up');
select is((select w.until from private.why_not_enriched_at(cast_.lead('a7'), 'trace', '2026-11-20T18:00Z') w
  where w.reason = 'over_budget'), (date '2026-11-21')::timestamp at time zone (select time_zone from public.orgs
  where id = cast_.org()), 'until the next date of the org');
select is(cast_.why('a7', 'trace', '2026-11-22T18:00Z'), '{never_planned}', 'on which it is gone');
insert into public.trace_steps (org_id, provider, active) values (cast_.org(), 'batchdata', false);
select is(cast_.why('a7', 'trace', '2026-11-22T18:00Z'), '{no_step,never_planned}', 'a step that is off');
update public.trace_steps set active = true where org_id = cast_.org();
update public.orgs set settings = settings || '{"trace_cap_usd": 0}' where id = cast_.org();
select is(cast_.why('a7', 'trace', '2026-11-22T18:00Z'), '{over_lead_cap,never_planned}', 'a cap that is reached');
update public.orgs set settings = settings - 'trace_cap_usd' where id = cast_.org();

-- What was asked.
select private.record_trace(cast_.org(), cast_.lead('a7'), 'batchdata', '[]', '2026-11-20T18:00Z') \gset ignored_
select is(cast_.why('a7', 'trace', '2026-11-22T18:00Z'), '{"already_asked batchdata"}', 'an answer');
select matches(cast_.words('a7', 'trace', 'already_asked', '2026-11-22T18:00Z'),
  '^batchdata was asked on 2026-11-20 \(.*\), and is not asked again until 2027-05-19\.$', 'keeps others away');
select is(cast_.why('a7', 'trace', '2027-05-20T18:00Z'), '{never_planned}', 'for 180 days');

-- Calls: answered and kept, without an answer, an objection.
select id as mail from public.contact_points where kind = 'email' and lead_id = cast_.lead('a1') \gset
insert into public.provider_budgets (org_id, provider, period, limit_usd)
select cast_.org(), p, 'month', 50 from unnest('{zerobounce,neverbounce,melissa,twilio}'::text[]) p;
select is(cast_.why('a1', 'verify_email'), '{never_planned}', 'an e-mail that nobody checked');
select cast_.begin('a@example.com', p_lead => cast_.lead('a1'), p_contact => :mail) \gset ignored_
select is(cast_.why('a1', 'verify_email'), '{"in_flight zerobounce"}', 'is being asked about');
select is(cast_.why('a1', 'verify_email', '2026-11-20T19:00Z'), '{"unconfirmed zerobounce"}', 'and has no answer');
select cast_.settle('ok', 'yes', 0.008, '{"status": "valid"}', 86400) \gset ignored_
select is(cast_.why('a1', 'verify_email'), '{"cached zerobounce"}', 'its answer is kept');
select is(cast_.words('a1', 'verify_email', 'cached'), 'The answer of zerobounce of 2026-11-20 is kept '
  'until 2026-11-21: asking again costs nothing, and brings the same.', 'for a day');
select private.record_verification(cast_.org(), :mail, 'zerobounce', '{valid}',
  p_as_of => '2026-11-20T18:00Z') \gset v_
select is(cast_.why('a1', 'verify_email'), '{"already_asked zerobounce"}', 'and recorded for longer');
select matches((select w.explanation from private.why_not_enriched_at(cast_.lead('a1'), 'verify_email',
  '2026-11-20T18:00Z') w), '^zerobounce was asked about [^ ]*\*[^ ]* on 2026-11-20 \(verified\)',
  'with the contact, masked');
select cast_.begin('b@example.com', p_lead => cast_.lead('a2')) \gset ignored_
select cast_.settle('forbidden_person', 'no', 0) \gset ignored_
select is((cast_.why('a2', 'verify_email'))[1:2], '{opted_out,"forbidden_person zerobounce"}',
  'a person who objected');

-- Refused people and values.
update public.contact_points set invalid_at = '2026-11-01T18:00Z' where id = :mail;
select is((cast_.why('a1', 'verify_email'))[1], 'known_wrong', 'a contact that is wrong');
update public.contact_points set invalid_at = null where id = :mail;
select private.suppress_value(cast_.org(), value_bidx, 'email', 'email', 'unsubscribe', 'test', '2026-11-10T18:00Z')
from public.contact_points where id = :mail \gset ignored_
select is((cast_.why('a1', 'verify_email'))[1], 'suppressed', 'one that is suppressed');
select matches(cast_.words('a1', 'verify_email', 'suppressed'), 'is suppressed since 2026-11-10 \(unsubscribe\)',
  'says why');
select ok(not 'suppressed' = any (cast_.why('a1', 'verify_phone')), 'says nothing about the phone');

-- Runs.
insert into public.enrichment_runs (org_id, id, kind, state, forecast, most_usd, confirmed_at)
values (cast_.org(), '00000000-0000-4000-8000-0000000000aa', 'verify_phone', 'running', '{}', 1, now());
insert into private.enrichment_items (org_id, run_id, lead_id, place, reason, next_at)
values (cast_.org(), '00000000-0000-4000-8000-0000000000aa', cast_.lead('a1'), 1, 'over_budget', '2026-11-21T08:00Z');
select is(cast_.why('a1', 'verify_phone'), '{over_budget}', 'a run that waits for the budget');
select is(cast_.words('a1', 'verify_phone', 'over_budget'),
  'Run 00000000-0000-4000-8000-0000000000aa will ask about the lead: the budget of the provider is used up.',
  'says so');

-- Who may ask.
select is(cast_.run('owner', format('select * from public.why_not_enriched(%L)', cast_.lead('a1'))) ~ '^rows [1-9]',
  true, 'the owner');
select is(cast_.run('broker', format('select * from public.why_not_enriched(%L, ''trace'')', cast_.lead('a1')))
  ~ '^rows [1-9]', true, 'the broker of the lead');
select is(cast_.run('colleague', format('select * from public.why_not_enriched(%L)', cast_.lead('a1'))),
  'SL421 lead not found', 'not a broker of other leads');
select is(cast_.run('rival', format('select * from public.why_not_enriched(%L)', cast_.lead('a1'))),
  'SL421 lead not found', 'nor another org');
select is(cast_.run('rival', format('select * from public.why_not_enriched(%L)', cast_.lead('b1'))) ~ '^rows [1-9]',
  true, 'which sees its own');
select matches(cast_.run('owner', format('select * from public.why_not_enriched(%L, ''guess'')', cast_.lead('a1'))),
  '^SL703 no run has the kind guess: known are geocode', 'an unknown kind');
select matches(cast_.run('owner', format('select * from private.why_not_enriched_at(%L, null, now())',
  cast_.lead('a1'))), '^42501', 'nobody sets the clock');
select * from finish();
rollback;
