-- settings are stable: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.check_setting_names (
  p_values jsonb,
  p_known  text[]
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_wrong text;
begin
  if jsonb_typeof(p_values) is distinct from 'object' then
    perform private.refuse_setting('the values are an object');
  end if;
  select string_agg(k, ', ' order by k) into v_wrong from jsonb_object_keys(p_values) k where k <> all (p_known);
  if v_wrong is not null then
    perform private.refuse_setting('unknown settings: ' || v_wrong);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_setting (
  p_problem text
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  raise exception '%', p_problem using errcode = 'SL841';
end
$function$;
