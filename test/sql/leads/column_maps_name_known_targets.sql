begin;
\ir ../support/cast.sql
select no_plan();

create function cast_.set_map(p_who text, p_map text) returns text
language sql as $$
  select cast_.run(p_who, format('update public.sources set column_map = %L where key = ''list-a''', p_map))
$$;

-- Every target can be named; with a number, from 1 to its limit.
select is(cast_.set_map('owner', jsonb_build_object('A column', t.target)::text), 'rows 1', t.target || ' is a target')
from public.mapping_targets t where t.most is null;
select is(cast_.set_map('owner', jsonb_build_object('A column', replace(t.target, '_N', '_' || n))::text), 'rows 1',
  replace(t.target, '_N', '_' || n) || ' is a target')
from public.mapping_targets t cross join unnest(array[1, 9, t.most]) n where t.most is not null;
select is(cast_.set_map('owner', '{"A": "attribute", "B": null, "C": "street"}'), 'rows 1',
  'a column can be an attribute or ignored');

-- What is no target is an error, whoever writes it.
select is(cast_.set_map('owner', jsonb_build_object('Owner Phone', v)::text),
  format('SL207 the column map has wrong targets: it maps "Owner Phone" to %s', v), v::text || ' is no target')
from unnest(array['"phone"', '"phone_0"', '"phone_01"', '"phone_31"', '"phone_N"', '"phone_1_label"', '"Street"',
  '"street "', '""', '7', 'true', '["street"]']::jsonb[]) v;
select is(cast_.set_map('owner', '{"B": "bb", "A": "aa", "C": "street"}'),
  'SL207 the column map has wrong targets: it maps "A" to "aa", "B" to "bb"', 'every wrong entry is named');
select throws_ok($$
  insert into public.sources (org_id, key, name, column_map)
  select org_id, 'list-c', 'List C', '{"A": "aa"}' from public.sources where key = 'list-a' $$,
  'SL207', null, 'a new source is checked, also for the owner of the database');

-- A map that is older than the check does not block other edits of its source.
alter table public.sources disable trigger _200_check_new_column_map;
update public.sources set column_map = '{"A": "aa"}' where key = 'list-a';
alter table public.sources enable trigger _200_check_new_column_map;
select is(cast_.run('owner', 'update public.sources set name = ''Other'' where key = ''list-a'''), 'rows 1',
  'a source with an old map can be renamed');
select is(cast_.set_map('owner', '{"A": "aa", "B": "street"}'),
  'SL207 the column map has wrong targets: it maps "A" to "aa"', 'its map can only be made right');
select is(cast_.set_map('owner', '{"A": "street"}'), 'rows 1', 'and then it is accepted');

-- The targets can be read by members, and changed by nobody.
select is(cast_.run('broker', 'select * from public.mapping_targets'),
  'rows ' || (select count(*) from public.mapping_targets), 'a broker reads the targets');
select is(cast_.run('owner', 'delete from public.mapping_targets where target = ''street'''),
  '42501 permission denied for table mapping_targets', 'an owner cannot delete a target');

select * from finish();
rollback;
