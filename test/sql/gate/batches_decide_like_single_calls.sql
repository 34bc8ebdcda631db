begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

create function cast_.asked(p_leads text[], p_channel text default 'sms',
  p_message jsonb default null) returns jsonb language sql as $$
  select jsonb_agg(jsonb_build_object('lead_id', cast_.lead(l), 'contact_point_id',
    cast_.contact(l, case p_channel when 'email' then 'email' else 'phone' end::public.contact_kind), 'channel',
      p_channel,
    'purpose', 'marketing', 'message', p_message) order by n)
  from unnest(p_leads) with ordinality x (l, n)
$$;
create function cast_.many(p_asked jsonb, p_at timestamptz default cast_.noon()) returns text language sql as $$
  select string_agg(cast_.verdict(j.answer), ' | ' order by j.n)
    from private.gate_decide_many(cast_.org_of('a1'), p_asked, p_at) j
$$;
select cast_.consent('a1'), cast_.consent('a3') \g /dev/null

-- The same answers.
select is(cast_.many(cast_.asked('{a1,a2,a3}')), 'yes | consent_missing @ never | yes',
  'each request has its answer, in order');
select is(cast_.many(cast_.asked('{a3,a2,a1}')), 'yes | consent_missing @ never | yes',
  'the order of requests does not matter');
select is(cast_.many(cast_.asked('{a1,a2,a3}', 'voice_manual'), '2026-11-18T15:59Z'),
  cast_.decide('a1', 'voice_manual', '2026-11-18T15:59Z') || ' | '
    || cast_.decide('a2', 'voice_manual', '2026-11-18T15:59Z') || ' | '
    || cast_.decide('a3', 'voice_manual', '2026-11-18T15:59Z'),
  'the answers are those of gate_decide');
select is((select count(*) from private.gate_decide_many(cast_.org_of('a1'), '[]')), 0::bigint,
  'an empty batch makes no decision');

-- The same record.
create temp table told on commit drop as
select * from private.gate_decide_many(cast_.org_of('a1'), cast_.asked('{a1,a2,a3}',
  p_message => '{"subject": "A", "secret": "x"}'), cast_.noon());
select is_empty($$
  select j.n from told j
  left join public.gate_decisions d on d.id = (j.answer ->> 'decision_id')::bigint
  where (d.lead_id, d.contact_point_id, d.channel, d.allow, d.reasons, to_jsonb(d.zones), d.facts -> 'message')
    is distinct from (cast_.lead(('{a1,a2,a3}'::text[])[j.n]), cast_.contact(('{a1,a2,a3}'::text[])[j.n]), 'sms',
      (j.answer -> 'allow')::boolean,
      j.answer -> 'reasons', j.answer -> 'zones', '{"subject": "A"}'::jsonb) $$, 'each answer names its own decision');
select is_empty($$ select id from public.gate_decisions d where d.facts ?| '{phone,email}'
  or d.facts::text ~ '55501' $$, 'no contact value is stored');

-- A batch of requests cannot exceed a limit that each of them would respect.
insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on)
  values (cast_.org_of('a1'), 'max_attempts_24h', '2', 'test', '2026-11-01');
select is(cast_.many(cast_.asked('{a1,a1,a1,a3}')), 'yes | yes | house_cap @ 2026-11-19T18:00:00Z | yes',
  'an allowed request counts for the next of its value');
select is(cast_.many(cast_.asked('{a2,a2,a2}')),
  'consent_missing @ never | consent_missing @ never | consent_missing @ never', 'a refused request does not count');
select cast_.attempt('a1', '2026-11-18T12:00Z') \g /dev/null
select is(cast_.many(cast_.asked('{a1,a1}')), 'yes | house_cap @ 2026-11-19T16:00:00Z',
  'requests count in addition to recorded attempts');
delete from public.org_gate_rules;
update public.orgs set settings = '{"lead_attempts_24h": 2}' where name = 'Org A';
select is(cast_.many(cast_.asked('{a1,a1,a3}')), 'yes | house_lead_cap @ 2026-11-19T16:00:00Z | yes',
  'limits per lead count within a batch');
update public.orgs set settings = '{"org_attempts_24h": 2}' where name = 'Org A';
select is(cast_.many(cast_.asked('{a2,a3,a1}')),
  'consent_missing @ never | yes | house_org_cap @ 2026-11-19T16:00:00Z', 'limits per org count within a batch');
update public.orgs set settings = '{"org_attempts_24h": 1}' where name = 'Org A';
select is(cast_.many(cast_.asked('{a3}'), '2026-11-20T18:00Z'), 'yes',
  'one request within the limit of the org is allowed');
select is(cast_.many(cast_.asked('{a3,a1}'), '2026-11-20T18:00Z'), 'yes | house_org_cap @ 2026-11-21T18:00:00Z',
  'only one of two requests is allowed');
update public.orgs set settings = '{}' where name = 'Org A';

-- Permissions.
select throws_ok(format($$ select private.gate_decide_many(%L, %L) $$, cast_.org_of('b1'), cast_.asked('{a1}')),
  'SL421', null, 'a lead of another org is not found');
select throws_ok(format($$ select private.gate_decide_many(%L, %L) $$, cast_.org_of('a1'),
  jsonb_set(cast_.asked('{a1,a2}'), '{1,contact_point_id}', to_jsonb(cast_.contact('a1')))), 'SL422', null,
    'the contact point of another lead is not found');
select is(cast_.run(who, format('select private.gate_decide_many(%L, %L)', cast_.org_of('a1'), cast_.asked('{a1}'))),
  answer, who || ': ' || answer)
from (values ('anon', '42501 permission denied for schema private'),
  ('owner', '42501 permission denied for function gate_decide_many'),
  ('pipeline_writer', 'rows 1')) x (who, answer);

select * from finish();
rollback;
