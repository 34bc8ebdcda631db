begin;
select plan(6);

insert into public.orgs (id, name) values ('00000000-0000-4000-8000-000000000001', 'Alpha Realty');
insert into public.sources (id, org_id, key, name) values
  ('00000000-0000-4000-8000-000000000011', '00000000-0000-4000-8000-000000000001', 'list-a', 'List A');

-- A failed upload of one part, with its bytes and its dead letter.
create function pg_temp.fail_one() returns uuid language plpgsql as $$
declare
  v record;
begin
  select * into v from private.accept_part('00000000-0000-4000-8000-000000000011', gen_random_uuid()::text,
    sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 1, null, null, null, null, false, null, gen_random_uuid(),
      now());
  perform private.store_part_chunk(v.part_id, 0, 'a,b');
  update public.upload_parts set state = 'failed', error = 'no CSV' where id = v.part_id;
  update public.uploads set state = 'failed', error = 'no CSV', completed_at = now() where id = v.upload_id;
  perform private.record_dead_letter('00000000-0000-4000-8000-000000000001', 'stage-part',
    jsonb_build_object('part_id', v.part_id), 'the file is refused', 'no CSV', null);
  return v.upload_id;
end
$$;
create function pg_temp.replayed() returns bigint language sql as $$
  select count(*) from private.replay_dead_letters('00000000-0000-4000-8000-000000000011')
$$;

create temporary table made as select pg_temp.fail_one() as undone;
insert into made select pg_temp.fail_one();
select is((select count(*) from public.pipeline_dlq where resolved_at is null), 2::bigint, 'two uploads have failed');
select lives_ok($$ select public.undo_upload((select undone from made limit 1)) $$, 'one upload can be undone');
select results_eq($$ select last_error from public.pipeline_dlq where resolved_at is not null $$,
  $$ values ('no CSV; the upload was undone') $$, 'undoing an upload closes its dead letter');
select is(pg_temp.replayed(), 1::bigint, 'a replay takes the other upload');
update public.pipeline_dlq set resolved_at = null where last_error like '%undone';
select is(pg_temp.replayed(), 0::bigint, 'a replay never takes the undone upload, even if its dead letter is open');
select is((select u.state from public.uploads u where u.id = (select undone from made limit 1)),
  'undone'::public.upload_state, 'the upload stays undone');

select * from finish();
rollback;
