begin;
\ir ../support/cast.sql
select no_plan();

-- Sends a part: outcome and part. Uploads are named by one letter, or null for a file of one part.
create function pg_temp.send(p_content text, p_at timestamptz, p_upload text default null, p_part integer default null,
  p_parts integer default null, p_webhook_id text default gen_random_uuid()::text) returns text
language plpgsql as $$
declare
  r record;
begin
  select * into r from private.accept_part('a0000000-0000-4000-8000-00000000005c', p_webhook_id,
    sha256(convert_to(p_content, 'UTF8')), 1, null, (p_upload || '0000000-0000-4000-8000-000000000000')::uuid, p_part,
    p_parts, false, null, gen_random_uuid(), p_at);
  if r.outcome = 'accepted' then
    perform private.store_part_chunk(r.part_id, 0, convert_to(p_content, 'UTF8'));
  end if;
  return r.outcome;
end
$$;
-- Ends what is open: each part with one row, of the verdict that its content names.
create function pg_temp.resolve() returns void language sql as $$
  update public.upload_parts p
  set state = 'resolved', staged_at = now(), resolved_at = now(), received = 1, staged = 1,
    created = (c.text like 'new%')::integer, updated = (c.text like 'change%')::integer,
    unchanged = (c.text like 'same%')::integer
  from (select r.id, convert_from(private.read_part_chunk(r.id, 0), 'UTF8') as text
    from public.upload_parts r where r.state = 'received') c
  where c.id = p.id;
  update public.uploads u set state = 'completed', completed_at = now() where u.state = 'processing'
$$;
create function pg_temp.parts(p_upload text) returns text language sql as $$
  select string_agg(p.state::text, ' ' order by p.part) from public.upload_parts p
  where p.upload_id = (p_upload || '0000000-0000-4000-8000-000000000000')::uuid
$$;
create function pg_temp.staging() returns bigint language sql as $$
  select count(*) from pgboss.job where name = 'stage-part'
$$;

-- Files of one part.
select is(pg_temp.send('new A', '2026-01-01', p_webhook_id => 'first'), 'accepted', 'a list');
select is(pg_temp.send('new A', '2026-01-01'), 'duplicate', 'again, while it is processed: skipped');
select pg_temp.resolve() \g /dev/null
select is(pg_temp.send('new A', '2026-01-02'), 'duplicate', 'again: skipped');
select is(pg_temp.send('new B', '2026-01-03'), 'accepted', 'another list, with other leads');
select pg_temp.resolve() \g /dev/null
select is(pg_temp.send('new A', '2026-01-04'), 'duplicate', 'again: skipped, for nothing that it has was changed');
select is(pg_temp.send('change C', '2026-01-05'), 'accepted', 'a list that changes leads');
select is((public.upload_status((select id from public.uploads where received_at = '2026-01-01'))
  ->> 'superseded'), 'true', 'the status of the first list says that it is superseded');
select is((public.upload_status((select id from public.uploads where received_at = '2026-01-05'))
  ->> 'superseded'), 'false', 'that of the last does not');
select is(pg_temp.send('new A', '2026-01-06'), 'accepted', 'again, while that is processed: accepted');
select pg_temp.resolve() \g /dev/null
select is(pg_temp.send('new A', '2026-01-07'), 'duplicate', 'again: skipped, for the last time was after the change');
select is(pg_temp.send('change C', '2026-01-08'), 'duplicate', 'likewise the other list');
select is(pg_temp.send('change D', '2026-01-09'), 'accepted', 'a third list');
select pg_temp.resolve() \g /dev/null
select is(pg_temp.send('new A', '2026-01-10', p_webhook_id => 'first'), 'duplicate',
  'a retry of an earlier delivery (by its webhook-id) is never accepted a second time');
select is(pg_temp.send('new A', '2026-01-10'), 'accepted', 'but a new delivery is');
select pg_temp.resolve() \g /dev/null

-- Files of several parts.
select is(pg_temp.send('new ' || n, '2026-02-01', 'c', n, 3), 'accepted', format('part %s of a file', n))
from generate_series(1, 3) n;
select pg_temp.resolve() \g /dev/null
select is(pg_temp.send('new 1', '2026-02-02', 'd', 1), 'duplicate', 'the file with more rows: part 1 is skipped');
select is(pg_temp.send('new 2', '2026-02-02', 'd', 2), 'duplicate', 'and part 2');
select is(pg_temp.send('new 3 and 4', '2026-02-02', 'd', 3, 3), 'accepted', 'part 3 is new');
select pg_temp.resolve() \g /dev/null
select is(pg_temp.parts('d'), 'duplicate duplicate resolved', 'two are skipped');
select is(public.upload_status('d0000000-0000-4000-8000-000000000000') -> 'skipped',
  '{"rows": 2, "parts": 2, "uploads": ["c0000000-0000-4000-8000-000000000000"]}',
  'the status counts them, with the upload that they repeat');
select is(public.upload_status('c0000000-0000-4000-8000-000000000000') -> 'skipped',
  '{"rows": 0, "parts": 0, "uploads": null}', 'and none of the first upload');

select is(pg_temp.send('new 1', '2026-02-03', 'e', 1), 'duplicate', 'the file with a change in part 2');
select is(pg_temp.send('new 3', '2026-02-03', 'e', 3), 'duplicate', 'part 3 arrives before it, and is skipped');
select pg_temp.staging() as before \gset
select is(pg_temp.send('change 2', '2026-02-03', 'e', 2, 3), 'accepted', 'part 2');
select is(pg_temp.parts('e'), 'duplicate received received', 'makes part 3 be read after all');
select is(pg_temp.staging() - :before, 1::bigint, 'by a job');
select is((select convert_from(private.read_part_chunk(p.id, 0), 'UTF8') from public.upload_parts p
  where p.upload_id::text like 'e%' and p.part = 3), 'new 3', 'from the bytes that are stored');
select pg_temp.resolve() \g /dev/null
select is(pg_temp.send('new ' || n, '2026-02-04', 'f', n, 3), 'accepted', format('the first file again: part %s', n))
from generate_series(1, 3) n;
select pg_temp.resolve() \g /dev/null
select is(pg_temp.send('new 2', '2026-02-05'), 'accepted', 'the bytes of part 2 as a file are other content');
select pg_temp.resolve() \g /dev/null

-- Undo.
select is(pg_temp.send('new ' || n, '2026-02-06', '1', n, 4), 'duplicate', format('once more: part %s is skipped', n))
from generate_series(1, 3) n;
select is(pg_temp.send('new 5', '2026-02-06', '1', 4, 4), 'accepted', 'part 4 is new');
select pg_temp.resolve() \g /dev/null
select lives_ok($$ select public.undo_upload('f0000000-0000-4000-8000-000000000000') $$,
  'undoing the upload that has the skipped parts');
select is(pg_temp.parts('1'), 'received received received resolved', 'makes them be read after all');
select is((select state::text from public.uploads where id = '10000000-0000-4000-8000-000000000000'), 'processing',
  'by the upload that skipped them');

select * from finish();
rollback;
