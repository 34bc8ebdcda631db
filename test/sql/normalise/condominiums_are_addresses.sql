begin;
select no_plan();

create function pg_temp.hash(street text, unit text = null)
returns bytea language sql as $$
  select addr_hash from private.parse_address(street, unit, 'Carolina', 'PR', '00979')
$$;

select case when spelling = spellings[1] then isnt(pg_temp.hash(spelling), null, spelling || ' has a hash')
  else is(pg_temp.hash(spelling), pg_temp.hash(spellings[1]), spelling || ' is ' || spellings[1]) end
from (values
  (array['COND VISTA AZUL APT 302', 'Cond. Vista Azul, Apt. 302', 'Condominio Vista Azul #302',
    'COND VISTA AZUL APTO 302', 'AVE COSTA, COND VISTA AZUL APT 302', 'COND VISTA AZUL APT 302, AVE COSTA']),
  (array['5 CALLE SOL APT 302', 'COND EL FARO APT 302, 5 CALLE SOL', '5 CALLE SOL COND EL FARO APT 302',
    'COND EL FARO, APT 302, 5 CALLE SOL', 'CALLE SOL 5, COND EL FARO APT 302'])
) as groups (spellings)
cross join lateral unnest(spellings) spelling;
select is(pg_temp.hash('COND VISTA AZUL', '302'), pg_temp.hash('COND VISTA AZUL APT 302'),
  'the unit may be in its own column');

select isnt(pg_temp.hash(a), pg_temp.hash(b), a || ' is not ' || b)
from (values
  ('COND VISTA AZUL APT 302', 'COND VISTA AZUL APT 303'), ('COND VISTA AZUL APT 302', 'COND VISTA VERDE APT 302'),
  ('COND EL FARO APT 302, 5 CALLE SOL', 'COND EL FARO APT 303, 5 CALLE SOL'),
  ('COND EL FARO APT 302, 5 CALLE SOL', 'COND EL FARO APT 302, 7 CALLE SOL'),
  ('HARBOR TOWERS APT 4, 12 MAIN ST', 'HARBOR TOWERS APT 5, 12 MAIN ST')
) as pairs (a, b);
select is(pg_temp.hash('HARBOR TOWERS APT 4, 12 MAIN ST'), pg_temp.hash('12 MAIN ST APT 4'),
  'the unit of a building before the house number is kept');
select is(pg_temp.hash('COND VISTA AZUL'), null, 'a condominium without its unit is no address');
select is(pg_temp.hash('COND VISTA AZUL APT 302'), pg_temp.hash(p.situs_street, p.situs_unit),
  'its parts are read again')
from private.parse_address('COND VISTA AZUL APT 302', null, 'Carolina', 'PR', '00979') p;

select * from finish();
rollback;
