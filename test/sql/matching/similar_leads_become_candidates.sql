begin;
\ir ../support/deliver.sql
select no_plan();

create function pg_temp.run(p_limit integer default 300, p_at timestamptz default clock_timestamp()) returns jsonb
language plpgsql as $$
declare
  v_step jsonb;
  v_all jsonb := '{"steps": 0, "leads": 0, "changed": 0, "found": 0, "merged": 0}';
begin
  for i in 1 .. 100 loop
    v_step := private.find_candidates('00000000-0000-4000-8000-000000000001', p_limit, p_at);
    select jsonb_object_agg(a.key, coalesce((v_step ->> a.key)::int, 0) + a.value::int) into v_all
    from jsonb_each_text(v_all) a;
    exit when (v_step ->> 'done')::boolean;
  end loop;
  return v_all - 'steps';
end
$$;
create function pg_temp.pairs(p_state text default 'open') returns text language sql as $$
  select coalesce(string_agg(concat_ws(' = ', least(a.owner_1_first, b.owner_1_first),
    greatest(a.owner_1_first, b.owner_1_first)), ', ' order by least(a.owner_1_first, b.owner_1_first)), 'none')
  from public.match_candidates c
  left join public.leads a on a.id = c.left_id left join public.leads b on b.id = c.right_id
  where c.state::text = p_state
$$;

select is(pg_temp.deliver('[
  {"street":"12 Alder St","first":"Robert","last":"Marsh","phone":"310-555-0100"},
  {"street":"40 Birch Ave","first":"Ivy","last":"Reyes","phone":"310-555-0101"},
  {"street":"7 Cedar Ct","unit":"1","first":"Omar","last":"Quill"},
  {"street":"7 Cedar Ct","unit":"2","first":"Lena","last":"Quill"},
  {"fips":"06037","apn":"1-1","street":"90 Dune Rd","first":"Max","last":"Price"},
  {"fips":"06037","apn":"1-2","street":"91 Dune Rd","first":"Max","last":"Price"}]'),
  'c6 u0 =0 m0 x0 r0', 'a list');
select is((select count(*)::int from pgboss.job j where j.name = 'match-leads'), 1, 'its end sends a job');
savepoint busy;
select private.send_job('resolve-upload', '{}', 'busy');
select is(private.find_candidates('00000000-0000-4000-8000-000000000001'), '{"busy": true, "done": true}',
  'nothing is compared while an upload is resolved');
select is((select array_agg(j.start_after - now()) from pgboss.job j where j.name = 'match-leads'),
  '{10 seconds}'::interval[], 'the search follows later');
update pgboss.job set start_after = now() + interval '1 minute' where name = 'resolve-upload';
select is(private.find_candidates('00000000-0000-4000-8000-000000000001') -> 'busy', null,
  'an upload that waits for its retry is not waited for');
rollback to busy;
select is(pg_temp.run() - 'found', '{"leads": 6, "merged": 0, "changed": 6}', 'all its leads are compared');
select is(pg_temp.pairs(), 'none', 'neither a household nor two parcels are candidates');

select is(pg_temp.deliver('[
  {"street":"12 Alder Avenue","first":"Bob","last":"Marsh"},
  {"street":"400 Birch Ave","first":"Ivey","last":"Reyes","phone":"310-555-0109"}]'),
  'c2 u0 =0 m0 x0 r0', 'another list, with the same people, that resolves to leads of their own');
savepoint second;
select is(pg_temp.run(1) - 'found', '{"leads": 2, "merged": 0, "changed": 2}', 'only new leads are compared');
select is(pg_temp.pairs(), 'Bob = Robert, Ivey = Ivy', 'both pairs are candidates');
select ok(bool_and(c.probability between 0.2 and 1 and c.levels is not null and cardinality(c.reasons) > 2
  and c.model_version = (select max(m.version) from public.match_models m)), 'with reasons, scored by the model')
from public.match_candidates c;
select is((select c.reasons[1] from public.match_candidates c join public.leads l on l.id in (c.left_id, c.right_id)
  where l.owner_1_first = 'Bob'), 'same family name', 'the reasons are in words');

create function pg_temp.night() returns bigint language plpgsql as $$
begin
  -- The clock of the test stands still.
  update private.match_finders set changed_until = now() - interval '1 second' where true;
  return private.queue_changed_leads(now());
end
$$;
-- What does not change what is compared is not compared again; what does, is.
update public.leads set campaign_status = 'completed' where owner_1_first = 'Bob';
select isnt(pg_temp.night(), 0::bigint, 'the nightly task queues what was written');
select is(pg_temp.run() ->> 'changed', '0', 'a campaign changes nothing');
update public.leads set owner_1_first = 'Wendy' where owner_1_first = 'Bob';
select isnt(pg_temp.night(), 0::bigint, 'a changed lead is queued');
select is(pg_temp.run() ->> 'changed', '1', 'and compared');
select is(pg_temp.pairs('stale'), 'Robert = Wendy', 'the pair no longer looks alike');
update public.leads set owner_1_first = 'Bob' where owner_1_first = 'Wendy';
select isnt(pg_temp.night(), 0::bigint, 'changed back');
select pg_temp.run() \gset ignored_
select is(pg_temp.pairs(), 'Bob = Robert, Ivey = Ivy', 'the pair is open again');

-- An answer is final.
select is(public.answer_candidates('00000000-0000-4000-8000-000000000001', 'different', array(
  select c.id from public.match_candidates c)) ->> 'answered', '2', 'both are different');
delete from private.match_profiles where true;
insert into private.match_queue (org_id, lead_id) select l.org_id, l.id from public.leads l
where l.org_id = '00000000-0000-4000-8000-000000000001';
select is(pg_temp.run() ->> 'found', '0', 'compared anew, they are not offered again');
select is(pg_temp.pairs('different'), 'Bob = Robert, Ivey = Ivy', 'they stay different');

-- Merged without an answer only where the org says so.
rollback to second;
select pg_temp.run() \gset ignored_
select is((select count(*)::int from public.lead_merges), 0, 'nothing is merged by itself');
update public.match_candidates set probability = 0.999;
update public.orgs set settings = settings || '{"merge_probability": 0.9995}';
select is(pg_temp.run() ->> 'merged', '0', 'nor below the threshold of the org');
update public.orgs set settings = settings || '{"merge_probability": 0.99}';
select is(pg_temp.run() ->> 'merged', '0', 'nor pairs that have no house, phone or e-mail in common');
update public.match_candidates set levels = '{3,2,-1,4,-1,-1,-1}';
select is(pg_temp.run() ->> 'merged', '2', 'others, at or above it, are merged');
select is((select count(*)::int from public.match_candidates c where c.state = 'merged'), 2, 'and say so');
select lives_ok($$select public.undo_merge(org_id, id) from public.lead_merges$$, 'each can be undone');
select is(pg_temp.pairs('different'), 'Bob = Robert, Ivey = Ivy', 'and is different from then on');
select throws_ok($$update public.orgs set settings = settings || '{"merge_probability": 0.5}'$$, '23514', null,
  'a low threshold is refused');
select * from finish();
rollback;
