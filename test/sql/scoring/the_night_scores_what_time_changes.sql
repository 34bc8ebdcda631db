begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/score.sql
select no_plan();

-- A query that counts in `seen` which leads it read; a lead's score lasts until its day in `until`.
create table cast_.seen (lead_id uuid not null);
create table cast_.until (lead_id uuid primary key, at timestamptz not null);
grant select, insert on cast_.seen, cast_.until to pipeline_writer;
create function cast_.see(p_lead_id uuid) returns boolean language sql as $$
  insert into cast_.seen values (p_lead_id);
  select true
$$;
select version from private.put_score_version(cast_.org(), 'test',
  '{"weights": {"fit": 70, "engagement": 30}, "groups": [], "rules": [{"id": "fits"}]}', '{}',
  jsonb_build_object('texts', '[]'::jsonb, 'fields', '[]'::jsonb, 'activities', '[]'::jsonb, 'statement', $$
    select x.id as lead_id, 0::smallint as fit, 0::smallint as engagement,
      (x.attributes ->> 'fit')::smallint as score, 'A'::text as tier, 100::smallint as confidence,
      '{0}'::smallint[] as points, case when x.at > $3 then x.at end as next_at
    from (
      select l.*, u.at from public.leads l left join cast_.until u on u.lead_id = l.id
      where l.org_id = $1 and ($2::uuid[] is null or l.id = any ($2)) and cast_.see(l.id) and $4::text[] is not null
      offset 0
    ) x $$)) \g /dev/null
create function pg_temp.seen() returns text language sql as $$
  with gone as (delete from cast_.seen returning lead_id)
  select coalesce(string_agg(distinct right(g.lead_id::text, 4), ' '), '') from gone g
$$;

select cast_.fit(cast_.lead('a1'), 10), cast_.fit(cast_.lead('a2'), 20), cast_.fit(cast_.lead('a3'), 30) \g /dev/null
insert into cast_.until values (cast_.lead('a2'), '2026-11-20Z'), (cast_.lead('a3'), '2026-12-20Z');
select public.activate_score(cast_.org(), 1, '2026-11-01Z') \g /dev/null
select is(private.decay_scores('2026-11-01Z'), '{"scored": 3, "changed": 3}', 'the first night scores every lead');
select is(pg_temp.seen(), '01ea 02ea 03ea', 'and reads every lead');

delete from private.score_queue;
select is(private.decay_scores('2026-11-19Z'), '{"scored": 0, "changed": 0}', 'a night before any day does nothing');
select is(pg_temp.seen(), '', 'and reads no lead');
select is(private.decay_scores('2026-11-20Z'), '{"scored": 1, "changed": 0}', 'on its day, a lead is scored');
select is(pg_temp.seen(), '02ea', 'and the others are not read');
select is((select s.next_at from public.lead_scores s where s.lead_id = cast_.lead('a2')), null,
  'its score lasts for ever now');
select is((select s.scored_at from public.lead_scores s where s.lead_id = cast_.lead('a2')), '2026-11-01Z',
  'and was given when it last changed');
select is(private.decay_scores('2026-11-21Z'), '{"scored": 0, "changed": 0}', 'the night after reads none again');

-- A fact that the job did not come to.
update public.leads set attributes = '{"fit": 11}' where id = cast_.lead('a1');
select is(private.decay_scores('2099-11-22Z'), '{"scored": 2, "changed": 1}', 'a changed lead is scored, and one due');
select is(pg_temp.seen(), '01ea 03ea', 'those two are read');
select is((select count(*) from private.score_queue), 0::bigint, 'and no more in the queue');
-- A provider's clock may be ahead of ours, and what it dates later counts only then.
select is(private.decay_scores('2099-11-22 12:00Z'), '{"scored": 1, "changed": 0}', 'once more the night after');
select is(pg_temp.seen(), '01ea', 'but only the one that had changed');
select is(private.decay_scores('2099-11-22 13:00Z'), '{"scored": 0, "changed": 0}', 'and then no more');

-- Another version: nothing is known of how long its scores last.
select cast_.put_score(cast_.org()) \g /dev/null
select public.activate_score(cast_.org(), 2, '2099-11-23Z') \g /dev/null
select private.score_leads(cast_.org(), null, '2099-11-23Z') \g /dev/null
select is(private.decay_scores('2099-11-24Z') ->> 'scored', '3',
  'a query of an earlier release, which does not say how long, is asked about all leads each night');

-- A pass over all leads.
select cast_.fit(cast_.lead('a1'), 12) \g /dev/null
delete from public.lead_scores s where s.lead_id = cast_.lead('a2');
select is(private.score_leads(cast_.org(), null, '2099-11-25Z'), 2::bigint,
  'it changes the scores that differ, and adds those that are missing');
select is((select array_agg(s.score order by s.score) from public.lead_scores s where s.org_id = cast_.org()),
  '{12,20,30}'::smallint[], 'as the rules say');
select is(private.score_leads(cast_.org(), null, '2099-11-25Z'), 0::bigint, 'another one in the same transaction');

select * from finish();
rollback;
