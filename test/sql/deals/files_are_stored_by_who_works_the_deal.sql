-- The policies of the private bucket: who sees a deal reads its files, who may change it stores and removes them.
begin;
\ir ../support/cast.sql
select no_plan();

insert into public.deals (org_id, id, title, kind, stage_id, broker_id)
select s.org_id, case s.org_id when 'a0000000-0000-4000-8000-000000000000' then 'a0000000-0000-4000-8000-0000000000d1'
    else 'b0000000-0000-4000-8000-0000000000d1' end::uuid, 'Flip', 'flip', s.id,
  overlay(s.org_id::text placing 'b1' from 35)::uuid
from public.deal_stages s where s.position = 1;
create function pg_temp.path(p_org text, p_file text default '1', p_ext text default '.pdf') returns text
language sql as $$
  select format('%1$s0000000-0000-4000-8000-000000000000/%1$s0000000-0000-4000-8000-0000000000d1/'
    'f0000000-0000-4000-8000-00000000000%2$s%3$s', p_org, p_file, p_ext)
$$;
create function pg_temp.store(p_who text, p_path text, p_bucket text default 'deal-files') returns text
language sql as $$
  select cast_.run(p_who, format('insert into storage.objects (bucket_id, name) values (%L, %L)', p_bucket, p_path))
$$;
select is((select public from storage.buckets where id = 'deal-files'), false, 'the bucket is private');
select is(pg_temp.store(who, pg_temp.path('a', n)), answer, who || ' stores')
from (values ('owner', '1', 'rows 1'), ('broker', '2', 'rows 1'),
  ('colleague', '3', '42501 new row violates row-level security policy for table "objects"'),
  ('viewer', '4', '42501 new row violates row-level security policy for table "objects"'),
  ('rival', '5', '42501 new row violates row-level security policy for table "objects"'),
  ('stranger', '6', '42501 new row violates row-level security policy for table "objects"'),
  ('anon', '7', '42501 new row violates row-level security policy for table "objects"')) x (who, n, answer);
select is(pg_temp.store('rival', pg_temp.path('b')), 'rows 1', 'the rival stores for an own deal');
select is(pg_temp.store('owner', path), '42501 new row violates row-level security policy for table "objects"', path)
from (values (pg_temp.path('a', '8', '/x.pdf')), ('a/b/c'), (pg_temp.path('a', '8', '.PDF')),
  ('../' || pg_temp.path('a', '8')),
  (replace(pg_temp.path('a', '8'), 'd1/', 'd2/'))) x (path);
insert into storage.buckets (id, name) values ('other', 'other');
select is(pg_temp.store('owner', pg_temp.path('a', '8'), 'other'),
  '42501 new row violates row-level security policy for table "objects"', 'another bucket is closed');

select is(cast_.ask(who, 'select count(*) from storage.objects'), answer, who || ' reads')
from (values ('owner', '2'), ('viewer', '2'), ('broker', '2'), ('colleague', '0'), ('rival', '1'), ('stranger', '0'),
  ('anon', '0')) x (who, answer);
select is(cast_.run(who, 'update storage.objects set name = name where true'), 'rows 0', who || ' overwrites nothing')
from unnest('{owner,broker,rival}'::text[]) who;
select is(cast_.run(who, format('delete from storage.objects where name = %L', pg_temp.path('a', '2'))), answer,
  who || ' removes')
from (values ('viewer', 'rows 0'), ('colleague', 'rows 0'), ('rival', 'rows 0'), ('broker', 'rows 1')) x (who, answer);

-- An owner with one factor, and a session that has ended.
update auth.sessions set aal = 'aal1' where user_id = (select user_id from cast_.people where who = 'owner');
select is(left(pg_temp.store('owner', pg_temp.path('a', '9')), 5), 'SL106', 'an owner needs the second factor');
delete from auth.sessions where user_id = (select user_id from cast_.people where who = 'broker');
select is(left(pg_temp.store('broker', pg_temp.path('a', '9')), 5), 'SL107', 'an ended session stores nothing');

select * from finish();
rollback;
