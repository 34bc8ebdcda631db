-- The gate answers before a hand-dialled call; a call that it would not have allowed is kept, flagged and reviewed.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/hand_calls.sql
select plan(21);

create function cast_.check(p_who text, p_at timestamptz, p_lead text default 'a1') returns jsonb
language plpgsql as $$
declare
  v_answer jsonb;
begin
  perform cast_.act_as(p_who);
  reset role;
  reset session authorization;
  v_answer := private.check_call_at(cast_.org_of(p_lead), cast_.lead(p_lead), cast_.contact(p_lead), p_at);
  perform set_config('request.jwt.claims', '', true);
  return v_answer;
exception when others then
  perform set_config('request.jwt.claims', '', true);
  return to_jsonb(sqlstate || ' ' || sqlerrm);
end
$$;

select cast_.check('broker', cast_.noon()) as answer \gset
select is(:'answer'::jsonb -> 'allow', 'true'::jsonb, 'at ten in the morning the gate allows a call');
select is(:'answer'::jsonb ->> 'local_time', '2026-11-18T10:00:00', 'with the time where the person is');
select is((select d.channel || ' ' || d.allow from public.gate_decisions d
  where d.id = (:'answer'::jsonb ->> 'decision_id')::bigint), 'voice_manual true', 'the answer is on record');
select is(cast_.call('broker', 'no_answer', 1, p_at => '2026-11-18T18:04Z',
    p_more => jsonb_build_object('decision_id',
      :'answer'::jsonb -> 'decision_id'))::jsonb ->> 'recorded_against_gate',
  'false', 'a call within five minutes is covered');
select is((select k.decision_id from public.calls k), (:'answer'::jsonb ->> 'decision_id')::bigint,
  'and names the decision');
select is((select count(*) from public.gate_decisions), 1::bigint, 'nothing was decided again');
select is(private.call_covered_by(cast_.org_of('a1'), cast_.lead('a1'), cast_.contact('a1'),
  (:'answer'::jsonb ->> 'decision_id')::bigint, '2026-11-18T18:06Z'), false, 'later it is not covered');
select is(private.call_covered_by(cast_.org_of('a2'), cast_.lead('a2'), cast_.contact('a2'),
  (:'answer'::jsonb ->> 'decision_id')::bigint, '2026-11-18T18:01Z'), false, 'nor is another phone');
select private.suppress_value(cast_.org_of('a1'), cast_.bidx('a1'), 'phone', 'voice_manual', 'opt_out', 'a test',
  '2026-11-18T18:02Z') \g /dev/null
select is(private.call_covered_by(cast_.org_of('a1'), cast_.lead('a1'), cast_.contact('a1'),
  (:'answer'::jsonb ->> 'decision_id')::bigint, '2026-11-18T18:03Z'), false, 'nor a call after a refusal');
select is(private.call_covered_by(cast_.org_of('a1'), cast_.lead('a1'), cast_.contact('a1'),
  (:'answer'::jsonb ->> 'decision_id')::bigint, '2026-11-18T18:01Z'), true, 'a call before it is');

-- Four in the morning.
select cast_.check('broker', '2026-11-19T12:00Z', 'a1') as refused \gset
select is(:'refused'::jsonb -> 'allow', 'false'::jsonb, 'at four in the morning the gate refuses');
select is((select string_agg(r ->> 'rule', ' ' order by r ->> 'rule')
  from jsonb_array_elements(:'refused'::jsonb -> 'reasons') r) ~ 'internal_list.*suppressed', true,
    'with each reason');
select is((select r ->> 'law' || ' ' || (r ->> 'citation') || ' ' || (r ->> 'url')
  from jsonb_array_elements(:'refused'::jsonb -> 'reasons') r where r ->> 'rule' = 'internal_list'),
  'Telephone Consumer Protection Act 47 CFR 64.1200(d)(6); Va. Code 59.1-514 (texts, ten years) '
  'https://www.ecfr.gov/current/title-47/section-64.1200', 'its law and where to read it');
select cast_.call('broker', 'talked', 2, 'a1', '{"notes": "said thanks"}', '2026-11-19T12:00Z') as answer \gset
select is(:'answer'::jsonb -> 'recorded_against_gate', 'true'::jsonb, 'the call that happened is kept all the same');
select is((select k.recorded_against_gate from public.calls k where k.id = (:'answer'::jsonb ->> 'call_id')::bigint),
  true, 'and flagged');
select is(jsonb_array_length(:'answer'::jsonb -> 'reasons') > 0, true, 'the answer says why');
select is((select count(*) from public.contact_attempts), 2::bigint, 'it counts as an attempt');
select is((select concat_ws(' ', t.kind, t.assigned_to, t.detail ->> 'call_id' = (:'answer'::jsonb ->> 'call_id'))
  from public.tasks t where t.id = (:'answer'::jsonb ->> 'review_task_id')::uuid),
  'review_call a0000000-0000-4000-8000-000000000001 t', 'an owner has to review it');
select is(cast_.run('broker', format('select public.complete_task(%L, %L)', cast_.org_of('a1'),
    :'answer'::jsonb ->> 'review_task_id')), 'SL613 an owner or admin reviews this call', 'not the broker');
select is(cast_.run('broker', format('update public.tasks set done_at = now() where id = %L',
    :'answer'::jsonb ->> 'review_task_id')), 'rows 0', 'by no other way');
select is(cast_.run('owner', format('select public.complete_task(%L, %L)', cast_.org_of('a1'),
    :'answer'::jsonb ->> 'review_task_id')), 'rows 1', 'the owner does');

select * from finish();
rollback;
