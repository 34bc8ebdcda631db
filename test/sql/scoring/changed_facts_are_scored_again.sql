begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/score.sql
select no_plan();

create function pg_temp.queued() returns text language sql as $$
  select coalesce(string_agg(right(q.lead_id::text, 4), ' ' order by q.lead_id), '') from private.score_queue q
$$;
create function pg_temp.reply(p_lead uuid, p_key text, p_at timestamptz) returns void language sql as $$
  insert into public.replies (org_id, lead_id, value_bidx, channel, provider, event_key, at, request)
  select l.org_id, l.id, 'x', 'sms', 'twilio', p_key, p_at, 'none' from public.leads l where l.id = p_lead
$$;

-- Without an active version, nothing is noted.
select cast_.put_score(cast_.org()) \g /dev/null
select cast_.fit(cast_.lead('a1'), 30) \g /dev/null
select is(pg_temp.queued(), '', 'an org that does not score notes no changes');

select public.activate_score(cast_.org(), 1, '2026-11-01Z') \g /dev/null
select private.score_leads(cast_.org(), null, '2026-11-01Z') \g /dev/null
delete from pgboss.job where name = 'score-leads';
select cast_.fit(cast_.lead('a1'), 35) \g /dev/null
select cast_.fit(cast_.lead('a1'), 40) \g /dev/null
select cast_.fit(cast_.lead('b1'), 40) \g /dev/null
select is(pg_temp.queued(), '01ea', 'a changed lead is noted once, and none of other orgs');
select is(cast_.score_jobs(), 1::bigint, 'one job is enough');
select is(cast_.score_of(cast_.lead('a1')), '30 B {30,0} v1', 'the score is that of the last time');
set local role pipeline_writer;
select is(private.score_queued(cast_.org()), '{"leads": 1, "changed": 1, "done": true}', 'the job scores it');
reset role;
select is(cast_.score_of(cast_.lead('a1')), '40 B {40,0} v1', 'by its facts now');
select is(pg_temp.queued(), '', 'and takes it out');
select is(private.score_queued(cast_.org()), '{"leads": 0, "changed": 0, "done": true}', 'a second job finds nothing');

-- What people do.
select pg_temp.reply(cast_.lead('a2'), 'r1', '2026-11-01Z') \g /dev/null
select cast_.add_contact(cast_.lead('a3'), 'phone', '+12135550109') \g /dev/null
insert into public.calls (org_id, lead_id, provider, event_key, direction, at, answered)
values (cast_.org(), cast_.lead('a1'), 'vapi', 'c1', 'inbound', '2026-11-02Z', true);
select is(pg_temp.queued(), '01ea 02ea 03ea', 'replies, calls and contact points are noted');
select is(private.score_queued(cast_.org(), 2, '2026-11-01Z') ->> 'done', 'false', 'a batch takes its part');
select private.score_queued(cast_.org(), 2, '2026-11-01Z') \g /dev/null
select is(cast_.score_of(cast_.lead('a2')), '0 B {NULL,40} v1', 'a reply counts');

-- The night.
select is(private.decay_scores('2026-12-01Z') ->> 'changed', '1', 'the nightly task writes what changed only');
select is(cast_.score_of(cast_.lead('a2')), '0 B {NULL,20} v1', 'interest has halved after its half-life');
select is((select s.scored_at from public.lead_scores s where s.lead_id = cast_.lead('a1')) < '2026-12-01Z', true,
  'rows that stay the same are not written');
select is(private.decay_scores('2026-12-01Z') ->> 'changed', '0', 'a second run changes nothing');
select is(cast_.ask('owner', format($$ select string_agg(concat_ws('|', e.words, e.points, e.known, e.group_points),
  '; ') from public.explain_score(%L, %L) e $$, cast_.org(), cast_.lead('a2'))),
  'It fits|0|f|0; Replied|20|t|20', 'the score is explained in words');

-- What goes, or moves to another lead.
delete from private.score_queue;
delete from public.contact_points c where c.lead_id = cast_.lead('a3') and c.kind = 'phone';
select is(pg_temp.queued(), '03ea', 'a deleted contact point is noted');
delete from private.score_queue;
insert into public.property_facts (org_id, lead_id, property_hash, provider, name, as_of, entry, amount_usd, terms,
  obtained_at)
values (cast_.org(), cast_.lead('a1'), 'x', 'attom', 'value', '2026-01-01', 1, 1, '', '2026-01-01Z');
delete from private.score_queue;
delete from public.property_facts;
select is(pg_temp.queued(), '01ea', 'so is a fact that expired');
delete from private.score_queue;
insert into public.lead_merges (org_id, survivor_id, merged_id, merged_row, reason)
values (cast_.org(), cast_.lead('a1'), cast_.lead('a2'), '{}', 'test');
select is(pg_temp.queued(), '01ea 02ea', 'a merge is noted for both leads');
delete from private.score_queue;
insert into public.lead_splits (org_id, lead_id, new_lead_id, changes, moved, reason, split_at)
values (cast_.org(), cast_.lead('a1'), cast_.lead('a3'), '{}', '{}', 'test', '2026-11-01Z');
select is(pg_temp.queued(), '01ea 03ea', 'so is a split');
delete from private.score_queue;

-- An org that fails stops no other.
select cast_.put_score(cast_.org('b')) \g /dev/null
select public.activate_score(cast_.org('b'), 1) \g /dev/null
update private.score_statements set statement = 'select 1 / 0' where org_id = cast_.org();
set local client_min_messages = error;
select is(private.decay_scores('2026-12-02Z') ->> 'changed', '1', 'the other org is scored');
select is((select d.source from public.pipeline_dlq d), 'score-leads', 'the failure is a dead letter');

select * from finish();
rollback;
