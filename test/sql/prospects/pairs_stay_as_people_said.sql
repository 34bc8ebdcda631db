begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();
insert into public.org_packs (org_id, pack) values (cast_.org(), 'prospects');
create function cast_.business(p_name text, p_street text, p_phone text) returns uuid language sql as $$
  select (private.record_business(cast_.org(), 'website', jsonb_build_object('name', p_name, 'street', p_street,
    'zip', '90001', 'phones', jsonb_build_array(p_phone)), 'https://example.com/', now()) ->> 'business_id')::uuid
$$;
select cast_.business('Ames Dental', '1 Main St', '2135550101') as a,
  cast_.business('Ames Smiles', '1 Main St', '2135550101') as b,
  cast_.business('Ames Orthodontics', '1 Main St', '2135550102') as c \gset
create function cast_.answer(p_who text, p_one uuid, p_other uuid, p_same boolean) returns text language sql as $$
  select cast_.run(p_who, format('select public.answer_business_pair(%L, %L, %L, %L)', cast_.org(), p_one, p_other,
    p_same))
$$;
create function cast_.pairs(p_who text) returns text language sql as $$
  select cast_.run(p_who, format('select from public.list_business_pairs(%L)', cast_.org()))
$$;
select is((select count(*) from public.businesses), 3::bigint, 'names that share little stay apart by themselves');
select is(cast_.pairs('viewer'), 'rows 3', 'pairs that may be one are listed');
select is(cast_.pairs('rival'), 'SL111 org not found, or your role does not allow this: it takes owner or admin or '
  'viewer', 'to members of the org only');
select is(cast_.answer('viewer', :'a', :'b', true), 'SL111 org not found, or your role does not allow this: it takes '
  'owner or admin', 'viewers do not answer');
select is(cast_.answer('admin', :'a', :'a', true), 'SL715 two businesses of the org, and an answer, are required',
  'a business is not paired with itself');
select is(cast_.answer('admin', :'b', :'c', false), 'rows 1', 'an admin tells two apart');
select is(cast_.pairs('viewer'), 'rows 2', 'they are not listed again');
select is(cast_.answer('admin', :'a', :'b', true), 'rows 1', 'two are one');
select results_eq($$ select name from public.businesses order by name $$,
  $$ values ('Ames Dental'), ('Ames Orthodontics') $$, 'the first stays');
select is(cast_.answer('admin', :'a', :'c', true), 'SL715 a person said that the two are not the same',
  'what was told apart stays apart through a merge');
select is(cast_.pairs('viewer'), 'rows 0', 'and nobody is asked again');

select * from finish();
rollback;
