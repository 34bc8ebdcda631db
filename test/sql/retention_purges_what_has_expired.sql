begin;
select plan(7);

insert into public.orgs (id, name, settings) values
  ('00000000-0000-4000-8000-0000000000a1', 'Alpha', '{}'), ('00000000-0000-4000-8000-0000000000b1', 'Beta', '{"raw_days": 400}');
insert into public.sources (id, org_id, key, name) values
  ('00000000-0000-4000-8000-0000000000a2', '00000000-0000-4000-8000-0000000000a1', 'alpha', 'A'),
  ('00000000-0000-4000-8000-0000000000b2', '00000000-0000-4000-8000-0000000000b1', 'beta', 'B');
create function pg_temp.take_in(p_source uuid, p_at timestamptz, p_state public.upload_state) returns void language plpgsql as $$
declare
  v record;
begin
  select * into v from private.accept_part(p_source, gen_random_uuid()::text, sha256(convert_to(p_source::text || p_at, 'UTF8')),
    4, null, null, null, null, false, null, gen_random_uuid(), p_at);
  perform private.store_part_chunk(v.part_id, 0, 'a,b');
  update public.uploads set state = p_state, completed_at = case when p_state = 'completed' then p_at end where id = v.upload_id;
end
$$;
select pg_temp.take_in('00000000-0000-4000-8000-0000000000a2', '2026-01-01', 'completed');
select pg_temp.take_in('00000000-0000-4000-8000-0000000000a2', '2026-01-02', 'processing');
select pg_temp.take_in('00000000-0000-4000-8000-0000000000b2', '2026-01-03', 'completed');

select is(private.purge_expired('2026-01-31') -> 'chunks', '0'::jsonb, 'nothing goes before thirty days are over');
select is(private.purge_expired('2026-02-01 00:00:01+00') -> 'chunks', '1'::jsonb, 'the bytes of a finished upload go after thirty days');
select is(private.purge_expired('2026-06-01') -> 'chunks', '0'::jsonb, 'the bytes of an upload that is not finished stay');
select is(private.purge_expired('2027-02-08') -> 'chunks', '1'::jsonb, 'an org can keep them longer');
select is((select count(*) from public.uploads), 3::bigint, 'the record of the upload stays');
select is((select count(*) from public.ingest_replay_guard), 0::bigint, 'the replay guard forgets after four hundred days');
select is(private.purge_expired('2027-02-08'), '{"chunks": 0, "guards": 0, "rates": 0, "webhooks": 0}', 'a second purge finds nothing');

select * from finish();
rollback;
