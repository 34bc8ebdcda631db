begin;
\ir ../support/cast.sql
select no_plan();

-- One delivery, identified by the arguments that differ: outcome, first letter of the upload, part; or SQLSTATE.
create function pg_temp.accept(
  p_content text, p_webhook_id text, p_upload text default null, p_part integer default null,
    p_parts integer default null,
  p_dry_run boolean default false, p_source text default 'a'
) returns text language plpgsql as $$
declare
  r record;
begin
  select * into r from private.accept_part((p_source || '0000000-0000-4000-8000-00000000005c')::uuid, p_webhook_id,
    extensions.digest(p_content, 'sha256'), length(p_content), null,
    (p_upload || '0000000-0000-4000-8000-000000000000')::uuid, p_part, p_parts, p_dry_run, 'list.csv',
      gen_random_uuid(), '2026-03-01 12:00Z');
  return format('%s %s %s', r.outcome, case when p_upload is null then '-' else left(r.upload_id::text, 1) end,
    r.part);
exception when sqlstate 'SL204' then
  return 'SL204';
end
$$;

-- A file in one part.
select is(pg_temp.accept('one', 'msg_1'), 'accepted - 1', 'a first delivery is accepted');
select is((select (state, parts_expected, received_at)::text from public.uploads
  where id = (select upload_id from public.upload_parts where sha256 = extensions.digest('one', 'sha256'))),
  ('processing'::public.upload_state, 1, '2026-03-01 12:00Z'::timestamptz)::text,
    'its upload is complete at once and processing');
select is(pg_temp.accept('one', 'msg_1'), 'duplicate - 1', 'the same delivery again is a duplicate');
select is(pg_temp.accept('one', 'msg_2'), 'duplicate - 1', 'the same content under a new id is a duplicate');
select is((select count(*) from public.upload_parts where sha256 = extensions.digest('one', 'sha256')), 1::bigint,
  'duplicate content is stored once');
select is(pg_temp.accept('other', 'msg_1'), 'webhook_id_reused - 1', 'an id cannot be reused for different content');
select is(pg_temp.accept('one', 'msg_1', p_dry_run => true), 'webhook_id_reused - 1',
  'an id cannot be reused for a dry run of the same content');
select is(pg_temp.accept('one', 'msg_3', p_dry_run => true), 'accepted - 1', 'a dry run of known content is accepted');
select is(pg_temp.accept('one', 'msg_4', p_dry_run => true), 'duplicate - 1',
  'a dry run of the same content is a duplicate');
select is(pg_temp.accept('other', 'msg_5'), 'accepted - 1', 'other content under its own id is accepted');

-- Orgs share neither content nor ids.
select is(pg_temp.accept('one', 'msg_1', p_source => 'b'), 'accepted - 1',
  'the same content and id in another org is a first delivery');

-- Parts, in any order.
select is(pg_temp.accept('p2', 'msg_c2', 'c', 2, 3), 'accepted c 2', 'part 2 may arrive first');
select is((select state::text from public.uploads where id::text like 'c0000000-%'), 'receiving',
  'an upload with missing parts is receiving');
select is(pg_temp.accept('p1', 'msg_c1', 'c', 1, 3), 'accepted c 1', 'part 1 may arrive later');
select is(pg_temp.accept('p1', 'msg_c1', 'c', 1, 3), 'duplicate c 1', 'a repeated part is a duplicate');
select is(pg_temp.accept('p1', 'msg_c1b', 'c', 1, 3), 'duplicate c 1', 'a resumed part under a new id is a duplicate');
select is(pg_temp.accept('p1 changed', 'msg_c1c', 'c', 1, 3), 'SL204', 'part 1 with different content is rejected');
select is(pg_temp.accept('p4', 'msg_c4', 'c', 4, 3), 'SL204', 'part 4 of 3 is rejected');
select is(pg_temp.accept('p3', 'msg_c3', 'c', 3, 4), 'SL204', 'a different total is rejected');
select is(pg_temp.accept('p3', 'msg_c3', 'c', 3, 3, true), 'SL204',
  'a dry run as part of a normal upload is rejected');
select is((select count(*) from public.upload_parts where upload_id::text like 'c0000000-%'), 2::bigint,
  'rejected parts are not stored');
select is(pg_temp.accept('p3', 'msg_c3', 'c', 3, 3), 'accepted c 3',
  'the last part is accepted, and rejected parts did not use up its id');
select is((select state::text from public.uploads where id::text like 'c0000000-%'), 'processing',
  'an upload with all its parts is processing');
insert into public.sources (org_id, id, key, name)
  values ('a0000000-0000-4000-8000-000000000000', 'd0000000-0000-4000-8000-00000000005c', 'list-d', 'List D');
select is(pg_temp.accept('f1', 'msg_f1', 'f', 1, 2), 'accepted f 1', 'an upload with a missing part is accepted');
select is(pg_temp.accept('f2', 'msg_f2', 'f', 2, 2, p_source => 'd'), 'accepted f 2',
  'another source opens an upload of its own with the same id');
select is(pg_temp.accept('f2', 'msg_f2', 'f', 2, 2, p_source => 'b'), 'accepted f 2', 'likewise another org');
select is((select count(*) from public.upload_parts where upload_id::text like 'f0000000-%'), 1::bigint,
  'neither supplies the missing part');
select is(pg_temp.accept('f2', 'msg_f2', 'f', 2, 2), 'accepted f 2', 'its own source supplies the missing part');

-- Content known from another upload, when nothing is open that could change its leads: it is not processed again, but
-- the upload gets its part.
select private.store_part_chunk(p.id, 0, 'p1') from public.upload_parts p
where p.sha256 = extensions.digest('p1', 'sha256') \g /dev/null
update public.upload_parts set state = 'resolved', staged_at = now(), resolved_at = now() where state = 'received';
select is(pg_temp.accept('p1', 'msg_d1', 'd', 1, 2), 'duplicate c 1',
  'known content is a duplicate of the first upload');
select is((select (state, duplicate_of_upload_id is not null)::text from public.upload_parts
  where upload_id::text like 'd0000000-%'), '(duplicate,t)', 'the part is stored as duplicate');
select is(pg_temp.accept('p2 new', 'msg_d2', 'd', 2, 2), 'accepted d 2', 'new content in the same upload is accepted');
select is((select state::text from public.uploads where id::text like 'd0000000-%'), 'processing',
  'the upload with a duplicate part is complete');

-- An upload without a total stays open until a part names the total.
select is(pg_temp.accept('e1', 'msg_e1', 'e', 1, null), 'accepted e 1', 'a part without a total is accepted');
select is((select (state, parts_expected)::text from public.uploads where id::text like 'e0000000-%'),
  '(receiving,)', 'the upload stays open');
select is(pg_temp.accept('e2', 'msg_e2', 'e', 2, 2), 'accepted e 2', 'the part with the total is accepted');
select is((select (state, parts_expected)::text from public.uploads where id::text like 'e0000000-%'),
  '(processing,2)', 'the part with the total completes the upload');
select is(pg_temp.accept('e3', 'msg_e3', 'e', 3, null), 'SL204', 'a part beyond the total is rejected');

-- Bytes.
select p.id as part_id from public.upload_parts p where p.sha256 = extensions.digest('p3', 'sha256') \gset
update public.upload_parts set state = 'received', staged_at = null, resolved_at = null where id = :'part_id';
select private.store_part_chunk(:'part_id', 0, 'first '),
  private.store_part_chunk(:'part_id', 1, 'second') \g /dev/null
select is(convert_from(private.read_part_chunk(:'part_id', 0) || private.read_part_chunk(:'part_id', 1), 'UTF8'),
  'first second', 'chunks are read in order');
select is(private.read_part_chunk(:'part_id', 2), null, 'the last chunk is the end');
select isnt((select body from private.upload_part_chunks where part_id = :'part_id' and seq = 0), 'first '::bytea,
  'chunks are stored encrypted');
select throws_ok(format('select private.store_part_chunk(%L, 0, ''again'')', :'part_id'), '23505', null,
  'a chunk is written once');
select private.store_part_chunk(p.id, 0, 'x') from public.upload_parts p where p.state = 'duplicate' \g /dev/null
select is((select count(*) from private.upload_part_chunks c join public.upload_parts p on p.id = c.part_id
  where p.state = 'duplicate'), 0::bigint, 'a duplicate stores no bytes');

-- Rights.
select is(left(cast_.run(who, $$select * from private.accept_part('a0000000-0000-4000-8000-00000000005c', 'msg_w',
  '\x00', 1, null, null, 1, 1, false, null, gen_random_uuid())$$), 47), answer, format('%s: %s', who, left(answer, 5)))
from (values ('owner', '42501 permission denied for function accept_part'),
  ('service_role', '42501 permission denied for function accept_part'),
  ('anon', '42501 permission denied for schema private')) x (who, a)
cross join lateral (select left(a, 47)) y (answer);
select is(cast_.run('pipeline_writer', $$select *
  from private.accept_part('a0000000-0000-4000-8000-00000000005c', 'msg_w', extensions.digest('w', 'sha256'), 1,
  null, null, 1, 1, false, null, gen_random_uuid())$$), 'rows 1', 'the writer can accept parts');
select throws_ok($$select * from private.accept_part(gen_random_uuid(), 'm', '\x00', 1, null, null, 1, 1, false,
  null, gen_random_uuid())$$, 'P0002', null, 'an unknown source is rejected');

select * from finish();
rollback;
