begin;
select no_plan();

select is_empty(
  $$ select state, name_key from public.us_counties group by 1, 2 having count(*) > 1 $$,
  'no two counties of a state share a key'
);
select is_empty(
  $$ select * from public.us_counties c join public.us_states s on s.code = c.state where left(c.fips, 2) <> s.fips $$,
  'every county code begins with the code of its state'
);
select is(count(*)::integer, 3233, 'there are 3,233 current counties') from public.us_counties where is_current;
select is_empty(
  $$ select private.normalise_county_name(name) from public.us_counties
     where private.normalise_county_name(private.normalise_county_name(name))
       <> private.normalise_county_name(name) $$,
  'normalising a county name is idempotent'
);
select table_privs_are('public', t, 'anon', '{}', 'anon cannot read ' || t)
from unnest('{us_states,us_counties,zip_counties}'::text[]) t;
select table_privs_are('public', t, 'authenticated', '{SELECT}', 'members can read ' || t)
from unnest('{us_states,us_counties,zip_counties}'::text[]) t;

select * from finish();
rollback;
