-- An A/B test has a winner only where the numbers show one.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

-- step, variant, sent, replied
insert into private.message_daily (org_id, day, campaign_id, step, channel, variant, sent, replied)
select cast_.org(), '2026-11-02', cast_.campaign(), x.* from (values
  (1, 'sms', 'a', 1000, 20), (1, 'sms', 'b', 1000, 60), (2, 'sms', 'a', 1000, 20), (2, 'sms', 'b', 1000, 26),
  (3, 'sms', 'a', 20, 0), (3, 'sms', 'b', 20, 9), (4, 'sms', 'a', 5000, 2), (4, 'sms', 'b', 5000, 7),
  (5, 'email', 'a', 400, 8), (6, 'sms', 'a', 100, 130)) x;
create function pg_temp.verdicts(p_who text) returns text language sql as $$
  select cast_.ask(p_who, format($q$ select string_agg(step || variant || ' ' || verdict, ', ' order by step, variant)
    from public.campaign_replies(%L, %L) $q$, cast_.org(), cast_.campaign()))
$$;
select is(pg_temp.verdicts(who), answer, who)
from (values ('owner', '1a behind, 1b ahead, 2a no difference, 2b no difference, 3a too few, 3b too few, 4a too few, '
    || '4b too few, 5a only one, 6a only one'),
  ('broker', 'SL111 org not found, or your role does not allow this: it takes owner or admin or viewer'),
  ('rival', 'SL111 org not found, or your role does not allow this: it takes owner or admin or viewer'))
  x (who, answer);
select is(cast_.ask('viewer', format($$ select string_agg(replied || '/' || sent || ' ' || round(rate_low, 4) || '-' ||
  round(rate_high, 4), ', ') from public.campaign_replies(%L, %L) where step = 1 $$, cast_.org(), cast_.campaign())),
  '20/1000 0.0130-0.0307, 60/1000 0.0469-0.0765', 'the intervals are those of Wilson');
select is((select string_agg(private.wilson(h, n)::text, ' ' order by h, n)
  from (values (0, 0), (0, 10), (10, 10)) x (h, n)),
  '(,) (0.000000,0.277540) (0.722460,1.000000)', 'of nothing, of none and of all');
select is(cast_.ask('rival', format('select count(*) from public.campaign_replies(%L, %L)', cast_.org('b'),
  cast_.campaign())), '0', 'another org''s campaign has no rows');

-- A message counts as answered once, and not by a refusal.
create function pg_temp.replied() returns bigint language sql as $$
  select sum(m.replied)::bigint from private.message_counts(cast_.org(), '-infinity', 'infinity') m where m.step = 7
$$;
insert into public.sequence_runs (org_id, id, campaign_id, lead_id, sequence_id, next_channel, next_at)
select cast_.org(), ('d0000000-0000-4000-8000-00000000000' || n)::uuid, cast_.campaign(), cast_.lead('a' || n),
  'a0000000-0000-4000-8000-0000000000c1', 'sms', cast_.noon() from generate_series(1, 2) n;
insert into public.messages (org_id, id, lead_id, campaign_id, sequence_id, run_id, step, channel, variant,
  template_id, contact_point_id, value_bidx, sender_id, provider, state, claimed_at, sent_at)
select cast_.org(), ('e0000000-0000-4000-8000-00000000000' || n)::uuid, cast_.lead('a' || n), cast_.campaign(),
  'a0000000-0000-4000-8000-0000000000c1', ('d0000000-0000-4000-8000-00000000000' || n)::uuid, 7, 'sms', 'a',
  'a0000000-0000-4000-8000-0000000000d2', c.id, c.value_bidx, cast_.sender('sms'), 'twilio', 'sent',
  cast_.noon(), cast_.noon()
from generate_series(1, 2) n
join public.contact_points c on c.lead_id = cast_.lead('a' || n) and c.kind = 'phone';
create function pg_temp.reply(p_n integer, p_request text, p_message integer) returns void language sql as $$
  insert into public.replies (org_id, lead_id, value_bidx, channel, provider, event_key, at, request, message_id)
  values (cast_.org(), cast_.lead('a1'), 'x', 'sms', 'twilio', 'reply ' || p_n, cast_.noon(), p_request,
    ('e0000000-0000-4000-8000-00000000000' || p_message)::uuid)
$$;
select pg_temp.reply(1, 'opt_out', 1) \g /dev/null
select is(pg_temp.replied(), 0::bigint, 'a refusal does not count as an answer');
select pg_temp.reply(2, 'none', 1), pg_temp.reply(3, 'none', 1) \g /dev/null
select is(pg_temp.replied(), 1::bigint, 'two answers to one message count once');
select pg_temp.reply(4, 'none', 2) \g /dev/null
select private.fold_messages() \g /dev/null
select is(pg_temp.replied(), 2::bigint, 'the second message was answered, too');

select * from finish();
rollback;
