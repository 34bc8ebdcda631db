begin;
\ir ../support/deliver.sql
select no_plan();

-- Each upload a second later.
create temporary sequence seconds;
create function pg_temp.send(p_rows jsonb) returns text language sql as $$
  select pg_temp.deliver(p_rows, 'list-a', now() + nextval('seconds') * interval '1 second')
$$;
-- Owners with one phone.
create function pg_temp.rows(p_owners integer) returns jsonb language sql as $$
  select jsonb_agg(jsonb_build_object('phone', '310-555-0142', 'first', 'Ann', 'last',
    ('{Ames,Baker,Cole,Dunn,Evans,Flint}'::text[])[n])) from generate_series(1, p_owners) n
$$;
create function pg_temp.status() returns jsonb language sql as $$
  select s from public.uploads u, lateral public.upload_status(u.id) s order by u.received_at desc limit 1
$$;

-- Five owners: names decide.
select is(pg_temp.send(pg_temp.rows(5)), 'c5 u0 =0 m0 x0 r0', 'five owners with one phone are five leads');
select is((select count(*) from public.upload_shared_keys), 0::bigint, 'and the phone is not overused');
select is(pg_temp.send('[{"phone":"310-555-0142","full":"COLE ANN"}]'), 'c0 u1 =0 m0 x0 r0',
  'a name that agrees finds its lead');
select is(pg_temp.send('[{"phone":"310-555-0142"}]'), 'c0 u0 =0 m0 x1 r0', 'without a name it is not clear');

-- The sixth owner.
select is(pg_temp.send(pg_temp.rows(6)), 'c1 u0 =5 m0 x0 r0',
  'a sixth owner is a lead, and equal names find theirs');
select results_eq($$ select kind, value like '***-***-0142 #%', rows, owners, jsonb_array_length(first_lines)
  from public.upload_shared_keys $$, $$ values ('phone', true, 6, 6, 5) $$, 'the phone is overused');
select is(pg_temp.status() -> 'shared_keys' -> 0 -> 'first_lines' -> 0, '[1, 2]'::jsonb, 'the status has its lines');
select is(pg_temp.status() -> 'warnings' ->> 'shared_contact', '6', 'and counts the rows as a warning');
select is(pg_temp.send(pg_temp.rows(6) || '[{"phone":"310-555-0142","full":"COLE ANN"}]'),
  'c1 u0 =6 m0 x0 r0', 'a name that only agrees does not unite any more');
select is(pg_temp.send(pg_temp.rows(6) || '[{"phone":"310-555-0142"}, {"phone":"310-555-0142","full":"OWNER"}]'),
  'c0 u0 =6 m0 x0 r2', 'rows with nothing but the phone are rejected');
select is((select string_agg(distinct j.detail, ' ') from public.upload_rejects j),
  'The row has only a phone or e-mail that many owners in this upload share.', 'the message names the phone');
select is(pg_temp.send(pg_temp.rows(6) || '[{"phone":"310-555-0142","email":"x@example.com"}]'),
  'c1 u0 =6 m0 x0 r0', 'another key that is left makes a lead');
select is(pg_temp.send(pg_temp.rows(6) || '[{"phone":"310-555-0142","email":"x@example.com"}]'),
  'c0 u0 =7 m0 x0 r0', 'and finds it again');

-- Properties of many owners with one phone.
select is(pg_temp.send((select jsonb_agg(jsonb_build_object('street', n || '00 ' || chr(64 + n) || ' St',
    'last', 'Holder' || n, 'email', 'lists@example.com')) from generate_series(1, 7) n)), 'c7 u0 =0 m0 x0 r0',
  'seven properties with one e-mail are seven leads');
select is(pg_temp.status() -> 'shared_keys' -> 0 ->> 'kind', 'email', 'the status names the e-mail');
select is((select count(*) from public.contact_points c
    where c.kind = 'email' and c.masked like 'l%' and c.invalid_at is null),
  7::bigint, 'they may be contacted by it');
select is(pg_temp.send((select jsonb_agg(jsonb_build_object('street', n || '00 Long St', 'last', 'Single',
    'phone', '310-555-0150')) from generate_series(1, 60) n)), 'c60 u0 =0 m0 x0 r0', 'one owner of sixty properties');
select is(pg_temp.status() -> 'shared_keys', '[]'::jsonb, 'has a phone like others');

-- Strangers.
select is(pg_temp.send((select jsonb_agg(jsonb_build_object('street', n || '00 Wide St', 'last', 'Person' || n,
    'phone', '310-555-0160', 'codes', 'PS01')) from generate_series(1, 51) n)), 'c51 u0 =0 m0 x0 r0',
  'fifty-one owners with one phone');
select results_eq($$ select c.invalid_at is not null, c.verified, l.phone_verified, count(*)
    from public.contact_points c join public.leads l on l.id = c.lead_id
    where l.situs_street ilike '%wide%' group by 1, 2, 3 $$, $$ values (true, false, false, 51::bigint) $$,
  'keep it, but are not called');
select is(pg_temp.send((select jsonb_agg(jsonb_build_object('street', n || '00 Tall St', 'last', 'Person' || n,
    'phone', '310-555-0161', 'codes', 'PS01')) from generate_series(1, 50) n)), 'c50 u0 =0 m0 x0 r0', 'fifty');
select is((select count(*) from public.leads l where l.situs_street ilike '%tall%' and l.phone_verified), 50::bigint,
  'may be called, but are not greeted by name');

-- One person in many spellings is one owner.
select is(private.count_owners('{Ann Moss,Ann B Moss,A Moss,MOSS ANN,Moss Nancy,Mrs Ann Moss,"Moss, Ann"}'), 1,
  'spellings of one name are one owner');
select is(private.count_owners('{Ann Moss,Ben Moss,Cora Moss,Dan Moss,Eve Moss,Fay Moss}'), 6,
  'a family of six are six');
select is(private.count_owners('{Hill 1 LLC,Hill 2 LLC,Hill LLC}'), 3, 'numbers tell firms apart');
select is(pg_temp.send((select jsonb_agg(jsonb_build_object('phone', '310-555-0170', 'full', n))
    from unnest('{Ann Moss,Ann B Moss,A Moss,MOSS ANN,Mrs Ann Moss,ANN MOSS,"Moss, Ann","Moss, Ann B"}'::text[]) n)),
  'c1 u0 =0 m7 x0 r0', 'eight spellings of one person with one phone are one lead');
select is(pg_temp.status() -> 'shared_keys', '[]'::jsonb, 'and the phone is hers');
select is(pg_temp.send((select jsonb_agg(jsonb_build_object('phone', '310-555-0171', 'full', n || ' Moss'))
    from unnest('{Ann,Ben,Cora,Dan,Eve,Fay}'::text[]) n)), 'c6 u0 =0 m0 x0 r0', 'a family of six stays six leads');
select * from finish();
rollback;
