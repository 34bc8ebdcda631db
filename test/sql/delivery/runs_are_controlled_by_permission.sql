-- Permission to control leads and campaigns, and its effects.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();
select cast_.runner(n) from generate_series(1, 4) n \g /dev/null
update public.leads set assigned_broker_id = 'a0000000-0000-4000-8000-0000000000b1' where id in (cast_.nth(1),
  cast_.nth(3));
update public.leads set assigned_broker_id = 'a0000000-0000-4000-8000-0000000000b2' where id = cast_.nth(2);
select is(cast_.claim(3), '1 2 3', 'three steps are claimed');

-- Controlling leads.
create function cast_.control(p_who text, p_n integer, p_action text, p_as_of timestamptz default cast_.noon())
  returns text language sql as $$
  select cast_.ask(p_who, format($q$ select concat_ws(' ', j ->> 'state', j ->> 'next_step', (j ->> 'next_at')
    is not null) from public.control_lead(%L, %L, %L, 'said so', %L) j $q$, cast_.org(), cast_.nth(p_n), p_action,
    p_as_of))
$$;
select is(cast_.control(who, 2, 'pause'), 'SL511 lead ' || cast_.nth(2) || ' not found',
  who || ' cannot control the lead of another broker') from (values ('broker'), ('viewer'), ('rival'), ('stranger')) w
  (who);
select is(cast_.control('anon', 2, 'pause'), '42501 permission denied for function control_lead',
  'anon cannot control leads');
select is(cast_.control('broker', 1, 'pause'), 'paused 1 t', 'a broker pauses an own lead');
select is(cast_.lead_state(1), 'paused 1 paused', 'the lead is paused');
select is((select state || ' ' || refused from public.messages where id = cast_.message(1)), 'cancelled ["paused"]',
  'the message not requested yet is cancelled');
select is(cast_.control('broker', 1, 'pause'), 'paused 1 t', 'pausing again has no effect');
select is(cast_.claim(1), '4', 'a paused lead is not claimed');
select is(cast_.control('colleague', 1, 'resume'), 'SL511 lead ' || cast_.nth(1) || ' not found',
  'another broker cannot resume it');
select is(cast_.control('broker', 1, 'resume', cast_.noon() + interval '1 hour'), 'active 1 t',
  'the broker resumes it');
select is(cast_.lead_state(1), 'active 1 queued', 'the resumed lead is at the same step');
-- Only the service sets the time of a resume.
update public.sequence_runs set next_at = cast_.noon() where lead_id = cast_.nth(1);
select is(cast_.control('service_role', 1, 'pause') || ', ' || cast_.control('service_role', 1, 'resume',
  cast_.noon() + interval '1 hour'), 'paused 1 t, active 1 t', 'the service resumes it at the time of the test');
select is(cast_.claim(100, cast_.noon() + interval '1 hour'), '1', 'the resumed lead is claimed');
select is(cast_.control('colleague', 2, 'skip'), 'active 2 t', 'skip moves the run past the step');
select is((select skipped #>> '{0,reason}' from public.sequence_runs where lead_id = cast_.nth(2)), 'said so',
  'the skipped step records the reason');
select is(cast_.state(2), 'cancelled', 'the message of the skipped step is cancelled');
select is(cast_.control('owner', 2, 'stop'), 'stopped 2 f', 'an owner can stop any lead');
select is(cast_.lead_state(2), 'stopped 2 completed', 'the stopped lead is completed');
select is(cast_.control('owner', 2, 'resume'), 'SL513 lead ' || cast_.nth(2) || ' has no active sequence run',
  'a run that has ended cannot be controlled');
select is(cast_.control('owner', 1, 'dance'), 'SL513 unknown action dance: use pause, resume, skip or stop',
  'an unknown action is refused');
select is(cast_.control('service_role', 3, 'pause'), 'paused 1 t', 'the service can control leads');
select is(cast_.control('pipeline_writer', 3, 'resume'), 'active 1 t', 'the worker can control leads');
-- During a request.
select is(cast_.claim(1), '3', 'a step is claimed');
select is((select count(*)::integer from private.begin_requests(cast_.org(), array[cast_.message(3)],
  (select lease_token from public.messages where id = cast_.message(3)), cast_.noon())), 1, 'its request begins');
select is(cast_.control('broker', 3, 'pause'), 'paused 1 f', 'the lead is paused during its request');
select is(cast_.settle(), 1, 'the request is settled');
select is(cast_.lead_state(3), 'paused 2 paused', 'the next step waits for the broker');
select is(cast_.claim(100, cast_.noon() + interval '20 days', 'sms'), 'none',
  'a paused lead is not claimed, however late');

-- Controlling campaigns.
create function cast_.control_campaign(p_who text, p_action text, p_as_of timestamptz default cast_.noon()) returns
  text language sql as $$
  select cast_.ask(p_who, format($q$ select (j ->> 'state') || ' ' || (j ->> 'runs') from public.control_campaign(%L,
    %L, %L, null, %L) j $q$, cast_.org(), cast_.campaign(), p_action, p_as_of))
$$;
select is(cast_.control_campaign(who, 'pause'), 'SL512 campaign ' || cast_.campaign() || ' not found',
  who || ' cannot control the campaign') from (values ('broker'), ('viewer'), ('rival')) w (who);
select is(cast_.control_campaign('admin', 'pause'), 'paused {"paused": 3, "stopped": 1}',
  'an admin pauses the campaign with all its runs');
select is(cast_.control_campaign('admin', 'pause'), 'paused {"paused": 3, "stopped": 1}',
  'pausing again has no effect');
select is(cast_.claim(100, cast_.noon() + interval '20 days'), 'none', 'a paused campaign is not claimed from');
select is(cast_.control('broker', 1, 'resume'), 'paused 1 t', 'a broker cannot resume a lead of a paused campaign');
select is(cast_.control_campaign('admin', 'resume', cast_.noon() + interval '1 day'),
  'running {"active": 2, "paused": 1, "stopped": 1}', 'resuming keeps runs paused that a person paused');
update public.sequence_runs set next_at = cast_.noon() where state = 'active';
select is(cast_.control_campaign('service_role', 'pause', cast_.noon()) || ', '
  || cast_.control_campaign('service_role', 'resume', cast_.noon() + interval '1 day'),
  'paused {"paused": 3, "stopped": 1}, running {"active": 2, "paused": 1, "stopped": 1}',
  'the service does the same at the time of the test');
select is((select paused_by from public.sequence_runs where state = 'paused'), 'lead',
  'the run records who paused it');
select ok((select count(distinct next_at) = 2 and min(next_at) >= cast_.noon() + interval '1 day' and max(next_at)
  < '2026-11-20T01:00Z' from public.sequence_runs where state = 'active'),
  'steps that became due meanwhile are spread over the rest of the day');
select is(cast_.run('admin', format('update public.campaigns set state = ''finished'' where id = %L',
  cast_.campaign())), 'rows 1', 'an admin can finish the campaign by updating its row');
select is((select string_agg(state || ' ' || end_reason, ',' order by lead_id) from public.sequence_runs),
  'stopped campaign_finished,stopped said so,stopped campaign_finished,stopped campaign_finished',
  'finishing stops its runs');
select is((select string_agg(campaign_status::text, ' ' order by id) from public.leads where id::text like 'f%'),
  'completed completed completed completed', 'finishing completes its leads');
select is(cast_.control_campaign('admin', 'resume'), 'SL501 a finished campaign cannot become running',
  'a finished campaign cannot be resumed');
select * from finish();
rollback;
