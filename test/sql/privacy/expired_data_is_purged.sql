begin;
select plan(15);

insert into public.orgs (id, name, settings) values
  ('00000000-0000-4000-8000-0000000000a1', 'Alpha', '{}'), ('00000000-0000-4000-8000-0000000000b1', 'Beta',
    '{"raw_days": 400}');
insert into public.sources (id, org_id, key, name) values
  ('00000000-0000-4000-8000-0000000000a2', '00000000-0000-4000-8000-0000000000a1', 'alpha', 'A'),
  ('00000000-0000-4000-8000-0000000000b2', '00000000-0000-4000-8000-0000000000b1', 'beta', 'B');
create function pg_temp.take_in(p_source uuid, p_at timestamptz, p_state public.upload_state) returns void language
  plpgsql as $$
declare
  v record;
begin
  select * into v from private.accept_part(p_source, gen_random_uuid()::text,
    sha256(convert_to(p_source::text || p_at, 'UTF8')),
    4, null, null, null, null, false, null, gen_random_uuid(), p_at);
  perform private.store_part_chunk(v.part_id, 0, 'a,b');
  update public.uploads set state = p_state, completed_at = case when p_state = 'completed' then p_at end,
    error = case when p_state = 'failed' then 'no CSV' end where id = v.upload_id;
end
$$;
select pg_temp.take_in('00000000-0000-4000-8000-0000000000a2', '2026-01-01', 'completed');
select pg_temp.take_in('00000000-0000-4000-8000-0000000000a2', '2026-01-02', 'processing');
select pg_temp.take_in('00000000-0000-4000-8000-0000000000b2', '2026-01-03', 'completed');

select is(private.purge_expired('2026-01-31') -> 'chunks', '0'::jsonb, 'no bytes are deleted within thirty days');
select is(private.purge_expired('2026-02-01 00:00:01+00') -> 'chunks', '1'::jsonb,
  'the bytes of a finished upload are deleted after thirty days');
select is(private.purge_expired('2026-06-01') -> 'chunks', '0'::jsonb, 'the bytes of an unfinished upload stay');
select is(private.purge_expired('2027-02-08') -> 'chunks', '1'::jsonb, 'an org can keep bytes longer');
select is((select count(*) from public.uploads), 3::bigint, 'the upload stays on record');
select is((select count(*) from public.ingest_replay_guard), 0::bigint,
  'replay guards are deleted after four hundred days');
select is(private.purge_expired('2027-02-08'),
  '{"chunks": 0, "guards": 0, "rates": 0, "webhooks": 0, "dead_letters": 0, "rows": 0, "complete": true}',
  'a second purge finds nothing');

-- A replay after the bytes have expired.
create function pg_temp.fail_one(p_at timestamptz) returns uuid language sql as $$
  select pg_temp.take_in('00000000-0000-4000-8000-0000000000a2', p_at, 'failed');
  update public.upload_parts p set state = 'failed', error = 'no CSV' where p.received_at = p_at;
  select private.record_dead_letter('00000000-0000-4000-8000-0000000000a1', 'stage-part',
    jsonb_build_object('part_id', p.id), 'the file is refused', 'no CSV', null, p_at)
  from public.upload_parts p where p.received_at = p_at;
  select p.id from public.upload_parts p where p.received_at = p_at;
$$;
select is(pg_temp.fail_one('2027-03-01') is not null, true, 'a part fails');
select is(private.purge_expired('2027-03-31') -> 'chunks', '0'::jsonb,
  'the bytes of a failed upload stay for thirty days');
select is(private.purge_expired('2027-04-01') -> 'chunks', '1'::jsonb,
  'the bytes of a failed upload are deleted after thirty days');
select results_eq($$ select resolved_at, last_error from public.pipeline_dlq $$,
  $$ values ('2027-04-01'::timestamptz, 'no CSV; the stored bytes have expired') $$,
    'the dead letter that needs the bytes is closed');
update public.pipeline_dlq set resolved_at = null;
select results_eq($$ select pg_temp.fail_one('2027-04-02') $$,
  $$ select (r.data ->> 'part_id')::uuid from private.replay_dead_letters('00000000-0000-4000-8000-0000000000a2',
    null, null, '2027-04-03') r $$,
  'a replay takes only the part that still has its bytes');

-- Dead letters, of orgs and of the installation.
delete from public.pipeline_dlq;
insert into public.pipeline_dlq (org_id, source, payload, reason, created_at, resolved_at, resolution,
  resolution_reason)
values ('00000000-0000-4000-8000-0000000000a1', 'notify', '{"n": 1}', 'x', '2026-01-01', '2027-05-01', 'discarded',
    'called instead'),
  (null, 'worker', '{"n": 2}', 'x', '2026-01-01', '2027-05-01', null, null),
  ('00000000-0000-4000-8000-0000000000a1', 'notify', '{"n": 3}', 'x', '2026-01-01', '2027-05-02', null, null),
  ('00000000-0000-4000-8000-0000000000a1', 'notify', '{"n": 4}', 'x', '2026-01-01', null, null, null);
select results_eq($$ select o.org_id, o.oldest from private.overdue_retention('2028-06-06 00:00:01+00') o
  where o.what = 'dead letters' order by 1 $$,
  $$ values ('00000000-0000-4000-8000-0000000000a1'::uuid, '2027-05-01'::timestamptz), (null, '2027-05-01') $$,
  'two days after 400 days, those that are still there are reported');
select is(private.purge_expired('2028-06-04 00:00:01+00') -> 'dead_letters', '2'::jsonb,
  'dead letters are deleted 400 days after they were resolved');
select results_eq('select d.payload ->> ''n'' from public.pipeline_dlq d order by d.id', array['3', '4'],
  'open ones and younger ones stay');

select * from finish();
rollback;
