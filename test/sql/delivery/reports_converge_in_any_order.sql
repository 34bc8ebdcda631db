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

select * from finish();
rollback;
