-- Streets of Puerto Rico are often numbered, and their numbers written in words: CALLE UNO is CALLE 1.
create function private.is_puerto_rico(state text, zip text) returns boolean
language sql immutable parallel safe as $$
  select state = 'PR' or zip < '01000' and zip ~ '^00[679]'
$$;
comment on function private.is_puerto_rico(text, text) is
  'Whether an address is in Puerto Rico, by its state or ZIP. Inlined, hence without a SET clause.';

create function private.spanish_numbers() returns jsonb
language sql immutable parallel safe as $$
  select '{"UNO":1,"DOS":2,"TRES":3,"CUATRO":4,"CINCO":5,"SEIS":6,"SIETE":7,"OCHO":8,"NUEVE":9,"DIEZ":10,"ONCE":11,
    "DOCE":12,"TRECE":13,"CATORCE":14,"QUINCE":15,"DIECISEIS":16,"DIECISIETE":17,"DIECIOCHO":18,"DIECINUEVE":19,
    "VEINTE":20,"VEINTIUNO":21,"VEINTIDOS":22,"VEINTITRES":23,"VEINTICUATRO":24,"VEINTICINCO":25,"VEINTISEIS":26,
    "VEINTISIETE":27,"VEINTIOCHO":28,"VEINTINUEVE":29,"TREINTA":30,"CUARENTA":40,"CINCUENTA":50,"SESENTA":60,
    "SETENTA":70,"OCHENTA":80,"NOVENTA":90,"CIEN":100,"CIENTO":100}'::jsonb
$$;
comment on function private.spanish_numbers() is 'Spanish numbers in words. Inlined, hence without a SET clause.';

create function private.spanish_ordinals() returns jsonb
language sql immutable parallel safe as $$
  select '{"PRIMER":1,"PRIMERA":1,"PRIMERO":1,"SEGUNDA":2,"SEGUNDO":2,"TERCER":3,"TERCERA":3,"TERCERO":3,"CUARTA":4,
    "CUARTO":4,"QUINTA":5,"QUINTO":5,"SEXTA":6,"SEXTO":6,"SEPTIMA":7,"SEPTIMO":7,"OCTAVA":8,"OCTAVO":8,"NOVENA":9,
    "NOVENO":9,"DECIMA":10,"DECIMO":10,"UNDECIMA":11,"UNDECIMO":11,"DUODECIMA":12,"DUODECIMO":12}'::jsonb
$$;
comment on function private.spanish_ordinals() is
  'Spanish ordinal numbers in words. Inlined, hence without a SET clause.';

create function private.number_spanish_street(street text, puerto_rico boolean) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  w constant text[] := string_to_array(street, ' ');
  n constant integer := cardinality(w);
  v_at integer := 3;
  v_number integer;
begin
  -- AVE is English, too.
  if n < 2 or w[1] not in ('CALLE', 'CLL', 'CLLE', 'CALLEJON', 'CLJ', 'AVENIDA', 'AVDA')
    and not (puerto_rico and w[1] in ('AVE', 'AV')) then
    return street;
  end if;
  v_number := (private.spanish_numbers() ->> w[2])::integer;
  if v_number is not null then
    -- CIENTO DOS; TREINTA Y CINCO
    if v_number = 100 and private.spanish_numbers() ? w[3] then
      v_number := v_number + (private.spanish_numbers() ->> w[3])::integer;
      v_at := 4;
    end if;
    if w[v_at] = 'Y' and v_number % 10 = 0 and v_number % 100 > 0
      and (private.spanish_numbers() ->> w[v_at + 1])::integer < 10 then
      v_number := v_number + (private.spanish_numbers() ->> w[v_at + 1])::integer;
      v_at := v_at + 2;
    end if;
  elsif puerto_rico then
    -- On the mainland, Calle Primera and Calle Uno may be two.
    v_number := coalesce((private.spanish_ordinals() ->> w[2])::integer,
      substring(w[2], '^([0-9]{1,3})(?:ERA|ERO|ER|RA|RO|DA|DO|TA|TO|MA|MO|VA|VO|NA|NO)$')::integer);
  end if;
  -- Calle Dos de Mayo and Calle Tres Hermanos are names.
  if v_number is null or v_at <= n and w[v_at] not in ('URB', 'URBANIZACION', 'URBANIZATION', 'N', 'S', 'E', 'O', 'NE',
    'NO', 'SE', 'SO', 'NORTE', 'SUR', 'ESTE', 'OESTE', 'NORESTE', 'NOROESTE', 'SURESTE', 'SUROESTE') then
    return street;
  end if;
  return array_to_string(array[w[1], v_number::text] || w[v_at :], ' ');
end
$$;
comment on function private.number_spanish_street(text, boolean) is
  'A Spanish street whose whole name is a number in words, with that number in digits: CALLE VEINTE Y UNO is CALLE 21. '
  'Ordinals (CALLE TERCERA, CALLE 3RA) only in Puerto Rico.';

revoke execute on function private.is_puerto_rico(text, text), private.spanish_numbers(), private.spanish_ordinals(),
  private.number_spanish_street(text, boolean) from public;
grant execute on function private.is_puerto_rico(text, text), private.spanish_numbers(), private.spanish_ordinals(),
  private.number_spanish_street(text, boolean) to pipeline_writer, service_role;
