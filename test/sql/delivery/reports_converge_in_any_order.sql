-- Reports from providers: any order and number gives the same row; late reports overwrite nothing stronger.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

-- One message and its reports, in many orders, some of them twice.
create table cast_.reports (n integer, kind text, at timestamptz, detail jsonb default '{}');
create function cast_.outcome(p_order integer[], p_state text) returns jsonb language plpgsql as $$
declare
  r cast_.reports;
  v_answer jsonb;
begin
  -- Rolled back by the exception: each order starts from the same message.
  begin
    perform cast_.claim(), cast_.begin();
    if p_state = 'sent' then
      perform cast_.settle('{"result": "accepted"}');
    elsif p_state = 'retrying' then
      perform cast_.settle('{"result": "retry", "code": "500"}');
    elsif p_state = 'unconfirmed' then
      perform cast_.settle('{"result": "unknown"}');
    end if;
    for r in select x.* from unnest(p_order) with ordinality o (n, i) join cast_.reports x using (n) order by o.i loop
      perform cast_.event(cast_.message(1), r.kind, r.at, r.detail);
    end loop;
    select jsonb_strip_nulls(to_jsonb(m) -
      '{id,lease_token,lease_until,correlation_id,provider_id,run_id,decision_id,attempts,retry_at}'::text[])
      || jsonb_build_object('events', (select count(*) from public.pipeline_events e where e.kind = 'sent'), 'lead',
        cast_.lead_state(1),
        'suppressed', (select jsonb_agg(s.reason || ' ' || coalesce(s.channel, 'all') order by 1)
          from public.suppressions s),
        'invalid', (select invalid_at is not null from public.contact_points c where c.lead_id = cast_.nth(1)
          and c.kind = 'email'))
    into v_answer from public.messages m where m.lead_id = cast_.nth(1);
    raise exception using errcode = 'ZZ001', message = v_answer::text;
  exception when sqlstate 'ZZ001' then
    return sqlerrm::jsonb;
  end;
end
$$;
create function cast_.outcomes(p_state text, p_runs integer default 20) returns setof jsonb language sql as $$
  -- Shuffled by a hash, so that the test is the same every time; a third of the reports come twice.
  select cast_.outcome((select array_agg(x.n order by md5(g::text || x.n || x.copy)) from (
    select r.n, c as copy from cast_.reports r cross join generate_series(1, 2) c where c = 1 or (g + r.n) % 3 = 0)
      x), p_state)
  from generate_series(1, p_runs) g
$$;
select cast_.runner(1, p_phone => true) \g /dev/null

insert into cast_.reports values
  (1, 'sent', '2026-11-18T18:00:01Z', '{}'), (2, 'deferred', '2026-11-18T18:00:02Z', '{}'),
    (3, 'delivered', '2026-11-18T18:00:05Z', '{}'),
  (4, 'opened', '2026-11-18T18:00:06Z', '{"machine": true}'), (5, 'opened', '2026-11-18T19:00:00Z', '{}'),
    (6, 'clicked', '2026-11-18T19:00:09Z', '{}'),
  (7, 'opened', '2026-11-18T20:00:00Z', '{}'), (8, 'clicked', '2026-11-18T18:00:07Z', '{"machine": true}');
create temp table seen as select s.state, o from (values ('sent'), ('sending'), ('unconfirmed'), ('retrying')) s
  (state) cross join lateral cast_.outcomes(s.state) o;
select is((select count(distinct o)::integer from seen where state = 'sent'), 1,
  'an e-mail that was read: twenty orders give one row');
select is((select count(distinct o - '{error_code,sent_at,requested_at}'::text[])::integer from seen), 1,
  'reports before, instead of or after our own outcome give the same row');
select is((select o ->> 'state' from seen limit 1), 'delivered',
  'a late sent report does not change a delivered message');
select is((select concat_ws(' ', o ->> 'opened_at', o ->> 'clicked_at', o ->> 'machine_opened_at',
  o ->> 'machine_clicked_at') from seen limit 1),
  '2026-11-18T19:00:00+00:00 2026-11-18T19:00:09+00:00 2026-11-18T18:00:06+00:00 2026-11-18T18:00:07+00:00',
    'opens and clicks of scanners are kept apart');
select is((select min((o ->> 'events')::integer) || ' ' || max((o ->> 'events')::integer) from seen), '1 1',
  'one pipeline event is recorded');
select is((select string_agg(distinct o ->> 'lead', ',') from seen), 'active 2 active', 'the run moves on once');

delete from cast_.reports;
insert into cast_.reports values (1, 'sent', '2026-11-18T18:00:01Z', '{}'), (2, 'delivered', '2026-11-18T18:00:05Z',
  '{}'), (3, 'soft_bounced', '2026-11-18T18:01:00Z', '{}'),
  (4, 'bounced', '2026-11-18T18:05:00Z', '{"code": "550", "detail": "lead1@example.com is unknown"}');
truncate seen;
insert into seen select s.state, o from (values ('sent'), ('sending')) s (state) cross
  join lateral cast_.outcomes(s.state) o;
select is((select count(distinct o - '{sent_at}'::text[])::integer from seen), 1,
  'an e-mail that bounced late: every order gives one row');
select is((select concat_ws(' ', o ->> 'state', o ->> 'delivered_at' is not null, o ->> 'suppressed', o ->> 'invalid',
  o ->> 'error_detail', o ->> 'lead') from seen limit 1),
  'bounced t ["bounce email"] true (address) is unknown active 2 active',
    'a bounce suppresses and marks the address, and the run continues by phone');

delete from cast_.reports;
insert into cast_.reports values (1, 'delivered', '2026-11-18T18:00:05Z', '{}'),
  (2, 'complained', '2026-11-18T18:10:00Z', '{}'), (3, 'unsubscribed', '2026-11-18T18:10:01Z', '{}'),
  (4, 'opened', '2026-11-18T18:09:00Z', '{}');
truncate seen;
insert into seen select 'sent', o from cast_.outcomes('sent') o;
select is((select count(distinct o - 'suppressed')::integer from seen), 1,
  'a complaint and an unsubscribe: every order gives one row');
select is((select concat_ws(' ', o ->> 'state', o ->> 'lead') from seen limit 1), 'delivered stopped 2 completed',
  'a complaint stops the sequence, even if a phone is left');
select ok((select bool_and(o -> 'suppressed' @> '["complaint email"]' or o -> 'suppressed' @> '["unsubscribe email"]')
  from seen), 'a complaint suppresses the address');

delete from cast_.reports;
insert into cast_.reports values (1, 'sent', '2026-11-18T18:00:01Z', '{}'), (2, 'failed', '2026-11-18T18:00:05Z',
  '{"code": "30003"}'), (3, 'delivered', '2026-11-18T18:00:09Z', '{}');
truncate seen;
insert into seen select 'sent', o from cast_.outcomes('sent') o;
select is((select count(distinct o)::integer || ' ' || min(o ->> 'state') from seen), '1 delivered',
  'a delivered message stays delivered, whatever is reported before or after');
delete from cast_.reports where kind = 'delivered';
truncate seen;
insert into seen select 'sent', o from cast_.outcomes('sent') o;
select is((select count(distinct o)::integer || ' ' || min(o ->> 'state') from seen), '1 failed',
  'a failed message does not become sent');

-- One by one.
select is(cast_.claim(), '1', 'the step is claimed');
select is(cast_.event(cast_.message(1), 'bogus'), 'ignored', 'a report of an unknown kind is ignored');
select is(cast_.event(gen_random_uuid(), 'delivered'), 'unknown', 'a report of a missing message is unknown');
select is(private.apply_message_event(cast_.org('b'), cast_.message(1), 'delivered', cast_.noon()), 'unknown',
  'a report of another org''s message is unknown');
select cast_.begin() \g /dev/null
select cast_.settle() \g /dev/null
select is(cast_.event(cast_.message(1), 'failed', cast_.noon(), '{"contact": "invalid"}'), 'failed',
  'a failure report can mark the contact as invalid');
select is((select invalid_at from public.contact_points where lead_id = cast_.nth(1) and kind = 'email'),
  cast_.noon(), 'the contact point is marked as invalid');
select is(private.find_message(cast_.org(), 'sendgrid', 'p-' || cast_.message(1)), cast_.message(1),
  'a message is found by the provider''s id');
select is(private.find_message(cast_.org(), 'sendgrid', 'p-' || cast_.message(1) || '.filter0'), null,
  'only the whole id finds a message');
select is(private.find_message(cast_.org(), 'twilio', 'p-' || cast_.message(1)), null,
  'a message is not found by another provider''s id');
select is(private.find_message(cast_.org('b'), 'sendgrid', 'p-' || cast_.message(1)), null,
  'a message is not found in another org');
select is(private.find_message(cast_.org(), 'sendgrid', null, cast_.message(1)), cast_.message(1),
  'a message is found by its own id');
select is(private.find_message(cast_.org('b'), 'sendgrid', null, cast_.message(1)), null,
  'its own id is not found in another org');

-- A stop before the request, and reports for cancelled messages.
select cast_.runner(2) \g /dev/null
select is(cast_.claim(), '2', 'a step is claimed');
select is(private.stop_runs(cast_.org(), cast_.nth(2), 'reply', cast_.noon()), 1, 'a reply stops the run');
select is(private.stop_runs(cast_.org(), cast_.nth(2), 'reply', cast_.noon()), 0, 'a run is stopped once');
select is((select concat_ws(' ', state, refused) from public.messages where id = cast_.message(2)),
  'cancelled ["reply"]', 'the message not requested yet is cancelled');
select is(cast_.begin(), 'nobody', 'a cancelled message does not begin');
select is((select concat_ws(' ', state, end_reason, ended_at = cast_.noon()) from public.sequence_runs
  where lead_id = cast_.nth(2)), 'stopped reply t', 'the run records the reason');
select is(cast_.event(cast_.message(2), 'delivered'), 'cancelled', 'a cancelled message stays cancelled');
select cast_.runner(3) \g /dev/null
select is(cast_.claim() || ' ' || cast_.begin(), '3 3 go', 'another request begins');
select is(private.stop_runs(cast_.org(), cast_.nth(3), 'reply', cast_.noon()), 1, 'its run is stopped');
select is(cast_.state(3), 'sending', 'a request under way continues');
select is(cast_.settle(), 1, 'it is settled');
select is(cast_.state(3) || ' ' || (select state || ' ' || sent_count from public.sequence_runs
  where lead_id = cast_.nth(3)), 'sent stopped 1', 'the run stays stopped');
-- Status changes of the lead, by any writer.
select cast_.runner(n) from generate_series(4, 7) n \g /dev/null
update public.leads set campaign_status = 'opted_out' where id = cast_.nth(4);
update public.leads set campaign_status = 'replied', last_reply_at = now() where id = cast_.nth(5);
update public.leads set campaign_status = 'booked' where id = cast_.nth(6);
select is((select string_agg(state || ' ' || coalesce(end_reason, '-'), ', ' order by lead_id)
  from public.sequence_runs where lead_id in (cast_.nth(4), cast_.nth(5), cast_.nth(6), cast_.nth(7))),
  'stopped opted_out, stopped replied, stopped booked, active -',
    'leads that opted out, replied or booked have no live run');
select cast_.runner(8) \g /dev/null
select private.suppress_value(cast_.org(), c.value_bidx, c.kind, null, 'opt_out', 'reply', cast_.noon())
  from public.contact_points c where c.lead_id = cast_.nth(8) \g /dev/null
select is((select concat_ws(' ', state, end_reason, ended_at = cast_.noon()) from public.sequence_runs
  where lead_id = cast_.nth(8)), 'stopped opted_out t',
  'a suppression on all channels stops the run at its own time, not the wall clock');
select is(cast_.claim(), '7', 'other leads are claimed');
select * from finish();
rollback;
