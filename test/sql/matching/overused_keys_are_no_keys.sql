begin;
\ir ../support/deliver.sql
select no_plan();

create function pg_temp.rows(p_n integer, p_apn text, p_first integer default 1) returns jsonb language sql as $$
  select jsonb_agg(jsonb_build_object('fips', '32031', 'apn', p_apn, 'street', n || '00 ' || chr(64 + n) || ' St',
    'last', 'Owner' || n)) from generate_series(p_first, p_first + p_n - 1) n
$$;
select is(pg_temp.deliver(pg_temp.rows(6, 'XX-77')), 'c6 u0 =0 m0 x0 r0', 'a parcel number with six owners is no key');
select is((select count(*) from public.leads where apn is not null), 0::bigint, 'it is not kept as an identity');
select results_eq($$ select kind, value, rows, places, owners, jsonb_array_length(first_lines)
  from public.upload_shared_keys $$, $$ values ('parcel', '32031XX-77', 6, 6, 6, 5) $$,
  'it is recorded with its lines');
select is((select s -> 'shared_keys' -> 0 ->> 'value' from public.uploads u,
    lateral public.upload_status(u.id) s order by u.received_at desc limit 1), '32031XX-77',
  'the status of the upload says so');
select is((select s -> 'warnings' ->> 'shared_key' from public.uploads u,
    lateral public.upload_status(u.id) s order by u.received_at desc limit 1), '6',
  'and counts the rows as a warning');
select is(pg_temp.deliver(pg_temp.rows(6, 'XX-77')), 'c0 u0 =6 m0 x0 r0', 'the same list again changes nothing');

select is(pg_temp.deliver((select jsonb_agg(jsonb_build_object('fips', '32031', 'apn', 'YY-77', 'street',
  (100 + 2 * n) || ' Long St', 'last', 'Single')) from generate_series(1, 12) n)), 'c1 u0 =0 m11 x0 r0',
  'a parcel with twelve house numbers of one owner in one street is one property');
select is(pg_temp.deliver((select jsonb_agg(jsonb_build_object('mak', '8000000009', 'last', 'O' || n, 'phone',
  '310-555-01' || 30 + n)) from generate_series(1, 6) n) || '[{"mak":"8000000009","city":"","last":"O7"}]'),
  'c6 u0 =0 m0 x0 r1', 'without an address, phone and e-mail are left; without these a row is rejected');

select * from finish();
rollback;
