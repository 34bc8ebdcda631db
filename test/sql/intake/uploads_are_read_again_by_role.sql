begin;
\ir ../support/cast.sql
select no_plan();

-- A finished upload with stored bytes, whose source has another map since.
update public.uploads set state = 'completed', completed_at = now(), parts_expected = 1,
  read_with = (select private.read_settings(s) from public.sources s where s.id = source_id) where true;
insert into public.upload_parts (org_id, upload_id, part, bytes, sha256, key_id)
select u.org_id, u.id, 1, 10, extensions.digest(u.id::text, 'sha256'), private.active_key_id(u.org_id, 'data')
from public.uploads u;
select private.store_part_chunk(p.id, 0, 'Address') from public.upload_parts p;
update public.upload_parts set state = 'resolved', staged_at = now(), resolved_at = now() where true;
create temporary table one as select id from public.uploads where id::text like 'a%';
grant select on one to public;

create function cast_.rerun(p_who text) returns text
language sql as $$
  select left(cast_.run(p_who, 'select public.rerun_upload(id) from one'), 200)
$$;
create function cast_.answer(p_who text) returns text
language sql as $$
  select cast_.ask(p_who, 'select coalesce(string_agg(answer, '' ''), ''none'') from public.uploads_to_rerun('
    '''a0000000-0000-4000-8000-00000000005c'')')
$$;

select is(cast_.answer('owner'), 'current', 'an upload that was read with the source''s settings is current');
select is(cast_.rerun('owner'), format('SL208 upload %s cannot be read again: its last run was read with the settings '
  'that the source has now', id), 'and is not read again') from one;
update public.sources set default_county = 'Clark' where key = 'list-a';
select is(cast_.answer('owner'), 'ready', 'a default of the source decides how a file is read, too');
update public.sources set default_county = null, column_map = '{"Reach": "phone_1"}' where key = 'list-a';

-- Owners, admins and the service; nobody else, and no other org.
select is(cast_.answer(who), 'ready', who || ' sees that the upload can be read again')
from unnest(array['owner', 'admin', 'service_role']) who;
select is(cast_.answer(who), 'none', who || ' sees no upload of the org')
from unnest(array['broker', 'viewer', 'rival', 'stranger']) who;
select is(cast_.rerun(who), 'SL203 upload not found', who || ' cannot have it read again')
from unnest(array['broker', 'viewer', 'rival', 'stranger']) who;
select is(cast_.rerun('anon'), '42501 permission denied for function rerun_upload', 'anon cannot call it');
select is(cast_.rerun('admin'), 'rows 1', 'an admin can');

-- The new run: its own upload, the bytes of the first, and one job.
select is(count(*), 1::bigint, 'there is one new upload')
from public.uploads u join one on u.rerun_of_upload_id = one.id
where u.state = 'processing' and u.observed_at is not null and u.read_with -> 'column_map' ->> 'Reach' = 'phone_1';
select is(convert_from(private.read_part_chunk(p.id, 0), 'UTF8'), 'Address', 'its part reads the stored bytes')
from public.upload_parts p where p.stored_part_id is not null;
select is(count(*), 1::bigint, 'its part 1 is queued')
from pgboss.job j join public.upload_parts p on j.data ->> 'part_id' = p.id::text
where j.name = 'stage-part' and p.stored_part_id is not null;
select is(cast_.answer('owner'), 'running', 'the upload is being read');
select is(cast_.rerun('owner'), format('SL208 upload %s cannot be read again: it is not finished', id),
  'and is not read a second time') from one;
select throws_ok(format($$
  insert into public.uploads (org_id, source_id, state, correlation_id, rerun_of_upload_id, observed_at)
  select org_id, source_id, 'processing', gen_random_uuid(), id, now() from public.uploads where id = %L $$, id),
  '23505', null, 'whoever writes it: one run at a time') from one;
select throws_ok(format($$
  insert into public.uploads (org_id, source_id, state, error, correlation_id, rerun_of_upload_id, observed_at)
  select s.org_id, s.id, 'failed', 'x', gen_random_uuid(), %L, now() from public.sources s where s.key = 'list-b' $$,
  id),
  '23503', null, 'an upload of another org cannot be read') from one;

-- Retention waits for the run.
update public.uploads set completed_at = now() - interval '40 days', received_at = now() - interval '41 days'
where rerun_of_upload_id is null;
select is((private.purge_expired() ->> 'chunks')::integer, 1, 'only the other upload''s bytes are deleted');
update public.uploads set state = 'completed', completed_at = now() where rerun_of_upload_id is not null;
select is((private.purge_expired() ->> 'chunks')::integer, 1, 'after the run its bytes are deleted, too');
update public.sources set column_map = '{}' where key = 'list-a';
select is(cast_.answer('owner'), 'not_stored', 'and the upload cannot be read again');
select is(cast_.rerun('owner'), format('SL208 upload %s cannot be read again: its bytes are no longer stored', id),
  'the error says why') from one;

select * from finish();
rollback;
