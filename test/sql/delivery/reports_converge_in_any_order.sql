-- What providers report: any order, any number, the same row; late reports overwrite nothing stronger.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

-- One message and its reports, told in many orders, some of them twice.
create table cast_.reports (n integer, kind text, at timestamptz, detail jsonb default '{}');
create function cast_.outcome(p_order integer[], p_state text) returns jsonb language plpgsql as $$
declare
  r cast_.reports;
  v_answer jsonb;
begin
  -- Undone at the end by the exception: each order starts from the same message.
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
    select jsonb_strip_nulls(to_jsonb(m) - '{id,lease_token,lease_until,correlation_id,provider_id,run_id,decision_id,attempts,retry_at}'::text[])
      || jsonb_build_object('events', (select count(*) from public.pipeline_events e where e.kind = 'sent'), 'stands', cast_.stands(1),
        'suppressed', (select jsonb_agg(s.reason || ' ' || coalesce(s.channel, 'all') order by 1) from public.suppressions s),
        'invalid', (select invalid_at is not null from public.contact_points c where c.lead_id = cast_.nth(1) and c.kind = 'email'))
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
    select r.n, c as copy from cast_.reports r cross join generate_series(1, 2) c where c = 1 or (g + r.n) % 3 = 0) x), p_state)
  from generate_series(1, p_runs) g
$$;
select cast_.runner(1, p_phone => true) \g /dev/null

insert into cast_.reports values
  (1, 'sent', '2026-11-18T18:00:01Z', '{}'), (2, 'deferred', '2026-11-18T18:00:02Z', '{}'), (3, 'delivered', '2026-11-18T18:00:05Z', '{}'),
  (4, 'opened', '2026-11-18T18:00:06Z', '{"machine": true}'), (5, 'opened', '2026-11-18T19:00:00Z', '{}'), (6, 'clicked', '2026-11-18T19:00:09Z', '{}'),
  (7, 'opened', '2026-11-18T20:00:00Z', '{}'), (8, 'clicked', '2026-11-18T18:00:07Z', '{"machine": true}');
create temp table seen as select s.state, o from (values ('sent'), ('sending'), ('unconfirmed'), ('retrying')) s (state) cross join lateral cast_.outcomes(s.state) o;
select is((select count(distinct o)::integer from seen where state = 'sent'), 1, 'a mail that was read: twenty orders, one row');
select is((select count(distinct o - '{error_code,sent_at,requested_at}'::text[])::integer from seen), 1, 'also where they come before our own answer, instead of it, or after a failure');
select is((select o ->> 'state' from seen limit 1), 'delivered', 'it was delivered: a late sent changes nothing');
select is((select concat_ws(' ', o ->> 'opened_at', o ->> 'clicked_at', o ->> 'machine_opened_at', o ->> 'machine_clicked_at') from seen limit 1),
  '2026-11-18T19:00:00+00:00 2026-11-18T19:00:09+00:00 2026-11-18T18:00:06+00:00 2026-11-18T18:00:07+00:00', 'what scanners open is kept apart from what people do');
select is((select min((o ->> 'events')::integer) || ' ' || max((o ->> 'events')::integer) from seen), '1 1', 'one event of the funnel, always');
select is((select string_agg(distinct o ->> 'stands', ',') from seen), 'active 2 active', 'the run went on once, always');

delete from cast_.reports;
insert into cast_.reports values (1, 'sent', '2026-11-18T18:00:01Z', '{}'), (2, 'delivered', '2026-11-18T18:00:05Z', '{}'), (3, 'soft_bounced', '2026-11-18T18:01:00Z', '{}'),
  (4, 'bounced', '2026-11-18T18:05:00Z', '{"code": "550", "detail": "lead1@example.com is unknown"}');
truncate seen;
insert into seen select s.state, o from (values ('sent'), ('sending')) s (state) cross join lateral cast_.outcomes(s.state) o;
select is((select count(distinct o - '{sent_at}'::text[])::integer from seen), 1, 'a mail that bounced after all: one end');
select is((select concat_ws(' ', o ->> 'state', o ->> 'delivered_at' is not null, o ->> 'suppressed', o ->> 'invalid', o ->> 'error_detail', o ->> 'stands') from seen limit 1),
  'bounced t ["bounce email"] true (address) is unknown active 2 active', 'bounced, suppressed, marked, and the run goes on by phone');

delete from cast_.reports;
insert into cast_.reports values (1, 'delivered', '2026-11-18T18:00:05Z', '{}'), (2, 'complained', '2026-11-18T18:10:00Z', '{}'), (3, 'unsubscribed', '2026-11-18T18:10:01Z', '{}'), (4, 'opened', '2026-11-18T18:09:00Z', '{}');
truncate seen;
insert into seen select 'sent', o from cast_.outcomes('sent') o;
select is((select count(distinct o - 'suppressed')::integer from seen), 1, 'a complaint and an unsubscribe: one end');
select is((select concat_ws(' ', o ->> 'state', o ->> 'stands') from seen limit 1), 'delivered stopped 2 completed', 'the sequence stops, though a phone is left');
select ok((select bool_and(o -> 'suppressed' @> '["complaint email"]' or o -> 'suppressed' @> '["unsubscribe email"]') from seen), 'and the address is never written to again');

delete from cast_.reports;
insert into cast_.reports values (1, 'sent', '2026-11-18T18:00:01Z', '{}'), (2, 'failed', '2026-11-18T18:00:05Z', '{"code": "30003"}'), (3, 'delivered', '2026-11-18T18:00:09Z', '{}');
truncate seen;
insert into seen select 'sent', o from cast_.outcomes('sent') o;
select is((select count(distinct o)::integer || ' ' || min(o ->> 'state') from seen), '1 delivered', 'who got it got it, whatever failed before or is told after');
delete from cast_.reports where kind = 'delivered';
truncate seen;
insert into seen select 'sent', o from cast_.outcomes('sent') o;
select is((select count(distinct o)::integer || ' ' || min(o ->> 'state') from seen), '1 failed', 'what failed is not sent');

-- One by one.
select is(cast_.claim(), '1', 'once for good');
select is(cast_.event(cast_.message(1), 'bogus'), 'ignored', 'a report of unknown kind');
select is(cast_.event(gen_random_uuid(), 'delivered'), 'unknown', 'of an unknown message');
select is(private.apply_message_event(cast_.org('b'), cast_.message(1), 'delivered', cast_.noon()), 'unknown', 'or of another org''s');
select cast_.begin() \g /dev/null
select cast_.settle() \g /dev/null
select is(cast_.event(cast_.message(1), 'failed', cast_.noon(), '{"contact": "invalid"}'), 'failed', 'a number that turns out to be none');
select is((select invalid_at from public.contact_points where lead_id = cast_.nth(1) and kind = 'email'), cast_.noon(), 'is marked');
select is(private.find_message(cast_.org(), 'sendgrid', 'p-' || cast_.message(1)), cast_.message(1), 'a message is found by the provider''s id');
select is(private.find_message(cast_.org(), 'sendgrid', 'p-' || cast_.message(1) || '.filter0-1-1'), cast_.message(1), 'also where SendGrid appends to it');
select is(private.find_message(cast_.org(), 'twilio', 'p-' || cast_.message(1)), null, 'not by that of another provider');
select is(private.find_message(cast_.org('b'), 'sendgrid', 'p-' || cast_.message(1)), null, 'nor in another org');
select is(private.find_message(cast_.org(), 'sendgrid', null, cast_.message(1)), cast_.message(1), 'or by its own');
select is(private.find_message(cast_.org('b'), 'sendgrid', null, cast_.message(1)), null, 'of this org');

-- A stop before the call, and reports on what was cancelled.
select cast_.runner(2) \g /dev/null
select is(cast_.claim(), '2', 'claimed');
select is(private.stop_runs(cast_.org(), cast_.nth(2), 'reply', cast_.noon()), 1, 'and stopped: the person wrote');
select is(private.stop_runs(cast_.org(), cast_.nth(2), 'reply', cast_.noon()), 0, 'once');
select is((select concat_ws(' ', state, refused) from public.messages where id = cast_.message(2)), 'cancelled ["reply"]', 'what was not calling is cancelled');
select is(cast_.begin(), 'nobody', 'and nobody calls');
select is((select concat_ws(' ', state, end_reason, ended_at = cast_.noon()) from public.sequence_runs where lead_id = cast_.nth(2)), 'stopped reply t', 'the run says why');
select is(cast_.event(cast_.message(2), 'delivered'), 'cancelled', 'a cancelled message stays so');
select cast_.runner(3) \g /dev/null
select is(cast_.claim() || ' ' || cast_.begin(), '3 3 go', 'another is calling');
select is(private.stop_runs(cast_.org(), cast_.nth(3), 'reply', cast_.noon()), 1, 'when it is stopped');
select is(cast_.state(3), 'sending', 'what is on its way is');
select is(cast_.settle(), 1, 'and is settled');
select is(cast_.state(3) || ' ' || (select state || ' ' || sent_count from public.sequence_runs where lead_id = cast_.nth(3)), 'sent stopped 1', 'the run stays stopped');
-- Whoever writes the lead's state down.
select cast_.runner(n) from generate_series(4, 7) n \g /dev/null
update public.leads set campaign_status = 'opted_out' where id = cast_.nth(4);
update public.leads set campaign_status = 'replied', last_reply_at = now() where id = cast_.nth(5);
update public.leads set campaign_status = 'booked' where id = cast_.nth(6);
select is((select string_agg(state || ' ' || coalesce(end_reason, '-'), ', ' order by lead_id) from public.sequence_runs where lead_id in (cast_.nth(4), cast_.nth(5), cast_.nth(6), cast_.nth(7))),
  'stopped opted_out, stopped replied, stopped booked, active -', 'a lead that is out gets no further step');
select cast_.runner(8) \g /dev/null
select private.suppress_value(cast_.org(), c.value_bidx, c.kind, null, 'opt_out', 'reply', cast_.noon()) from public.contact_points c where c.lead_id = cast_.nth(8) \g /dev/null
select is((select concat_ws(' ', state, end_reason, ended_at = cast_.noon()) from public.sequence_runs where lead_id = cast_.nth(8)), 'stopped opted_out t',
  'a suppression on all channels ends it at its own time, not by the wall clock');
select is(cast_.claim(), '7', 'the others do');
select * from finish();
rollback;
