-- names without hosts: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.name_letters (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_name text := left(raw, 200);
begin
  if octet_length(v_name) = length(v_name) then
    v_name := upper(v_name collate "C");
  else
    v_name := translate(v_name, 'øØłŁđĐıþÞð’‘ʼ´–—“”', 'oOlLdDitTd''''''''--""');
    v_name := replace(replace(replace(v_name, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
    v_name := upper(regexp_replace(normalize(v_name, NFD), '[\u0300-\u036f]', '', 'g'));
  end if;
  if position('(' in v_name) > 0 then
    -- `Legacy School (at Mason School)`: the host is another name.
    v_name := regexp_replace(v_name, '\(\s*(AT|INSIDE|NEAR)\s[^)]*(\)|$)', ' ', 'g');
  end if;
  if position('/' in v_name) > 0 then
    v_name := regexp_replace(v_name,
      '\m(C/O|H/W|W/H|N/A|N/K/A|A/K/A|F/K/A|D/B/A|U/A|U/T/A|U/D/T|T/A|H/H)\M|[0-9]+/[0-9]+(/[0-9]+)?', ' ', 'g');
    v_name := replace(v_name, '/', ' & ');
  end if;
  if v_name ~ '[^A-Z ]' then
    v_name := translate(v_name, '.-_"()[]{}:%#*?!=<>\@', '                     ');
    v_name := replace(replace(replace(replace(translate(v_name, '''`', ''), ',', ' , '), '&', ' & '), ';', ' & '),
      '+', ' & ');
  end if;
  -- Legal forms (L L C, P A) and abbreviations (A B C) in single letters.
  if v_name ~ '\m[A-Z] [A-Z]\M' then
    v_name := regexp_replace(v_name, '\m(L L C|L L P|L P|P L L C|P A|P C|N A)\M(?=\s*([,&]|$))', 'LLC', 'g');
    v_name := regexp_replace(v_name, '\m([A-Z]) ([A-Z]) ([A-Z])\M', '\1\2\3', 'g');
  end if;
  return v_name;
end
$function$;
