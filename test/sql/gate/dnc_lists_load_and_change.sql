begin;
\ir ../support/cast.sql
select plan(23);

create temp table dnc_input (number bigint not null, gone boolean not null default false, line integer);
create function cast_.load(p_numbers text, p_kind private.dnc_kind default 'national',
  p_obtained timestamptz default '2026-11-01Z',
  p_area smallint default null, p_state text default null, p_org uuid default null, p_change boolean default false,
    p_shrink boolean default false)
returns text language plpgsql as $$
begin
  delete from pg_temp.dnc_input;
  insert into pg_temp.dnc_input (number, gone, line)
  select btrim(x, '-')::bigint, x like '-%', n from string_to_table(p_numbers, ' ') with ordinality t(x, n);
  return (select string_agg(format('%s:%s+%s-%s', l.area_code, l.numbers, l.added, l.removed), ' '
    order by l.area_code)
    from private.load_dnc(p_kind, 'v1', p_obtained, 'test.txt', p_area, p_state, p_org, '', p_change, p_shrink,
      '2026-11-21Z') l);
exception when others then
  return sqlstate;
end
$$;
create function cast_.found(p_phone text, p_org text default 'a') returns text language sql as $$
  select coalesce(f.federal_listed::text, 'unknown') || ' ' || array_to_string(f.states_listed, ',') || ' '
    || f.litigator || ' ' || coalesce(f.internal_at::date::text, '-')
  from private.look_up_dnc(p_phone, format('%s0000000-0000-4000-8000-000000000000', p_org)::uuid) f
$$;

select is(cast_.found('+12135550101'), 'unknown  false -', 'before any list is loaded the status is unknown');
select is(cast_.load('2135550101 2135550102 3105550101'), '213:2+2-0 310:1+1-0',
  'a national file becomes one list per area code');
select is(cast_.found('+12135550101'), 'true  false -', 'a number on the national list is found');
select is(cast_.found('+12135550103'), 'false  false -', 'a number that is not on the list is known to be unlisted');
select is(cast_.found('+14155550101'), 'unknown  false -',
  'the status in an area code that was never loaded is unknown');
select is(cast_.found('2135550101'), 'unknown  false -', 'the status of an invalid E.164 number is unknown');

select is(cast_.load('3055550109', 'state', p_state => 'FL'), ':1+1-0', 'a state list is loaded');
select is(cast_.load('2135550109', 'litigator'), ':1+1-0', 'a litigator list is loaded');
select is(cast_.load('2135550108', 'internal', p_org => 'a0000000-0000-4000-8000-000000000000'), ':1+1-0',
  'an internal list is loaded');
select is(cast_.found('+13055550109'), 'unknown FL false -', 'the state list returns its state');
select is(cast_.found('+12135550109'), 'false  true -', 'litigators are found');
select is(cast_.found('+12135550108'), 'false  false 2026-11-01',
  'the internal list counts from the date it was obtained');
select is(cast_.found('+12135550108', 'b'), 'false  false -', 'the internal list applies only to its org');

select is(cast_.load('2135550104 -2135550101 2135550105 -2135550105', p_obtained => '2026-11-08Z', p_change => true),
  '213:2+1-1',
  'a change file adds and deletes; the last line about a number counts');
select is(cast_.found('+12135550101') || cast_.found('+12135550104') || cast_.found('+12135550102'),
  'false  false -true  false -true  false -', 'deleted, added and unchanged numbers are found');
select is((select string_agg(obtained_at::date::text, ' ' order by area_code) from private.dnc_lists
  where kind = 'national'),
  '2026-11-08 2026-11-01', 'only the lists in the change file get a new date');

select is(cast_.load('4155550101', p_change => true), 'SL413', 'a change to a list that was never loaded is refused');
select is(cast_.load('2135550101', p_obtained => '2026-11-22Z'), 'SL411', 'a copy dated in the future is refused');
select is(cast_.load('2135550101', p_obtained => '2026-11-07Z'), 'SL414',
  'an older copy does not replace a newer one');
select is(cast_.load('2135550101 3105550101', p_area => '310'::smallint), 'SL412',
  'numbers of another area code than stated are refused');
select is(cast_.load('2135550102', p_obtained => '2026-11-15Z') || ' '
  || cast_.load('2135550102', p_obtained => '2026-11-15Z', p_shrink => true),
  'SL415 213:1+0-1', 'a list that shrinks by more than a fifth is refused, unless that is confirmed');
select throws_ok('delete from private.dnc_loads', 'SL002', null, 'the record of loads is kept');
select is_empty($$ select n.list_id from private.dnc_numbers n, unnest(n.hashes) h
  where h::text ~ '[2-9][0-9]{2}555010[0-9]' $$,
  'no number is stored in plain text');

select * from finish();
rollback;
