-- api keys wake the worker: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.wake_worker()
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_url text;
  v_key text;
  v_request bigint;
begin
  if to_regnamespace('net') is null then
    return null;
  end if;
  select max(s.decrypted_secret) filter (where s.name = 'sluice_functions_url'),
    max(s.decrypted_secret) filter (where s.name = 'sluice_service_key')
  into v_url, v_key
  from vault.decrypted_secrets s where s.name in ('sluice_functions_url', 'sluice_service_key');
  if coalesce(v_url, '') = '' or coalesce(v_key, '') = '' then
    return null;
  end if;
  execute 'select net.http_post(url := $1, body := ''{}'', headers := $2, timeout_milliseconds := 55000)'
  into v_request
  using rtrim(v_url, '/') || '/worker',
    jsonb_build_object('Content-Type', 'application/json', 'apikey', v_key)
      -- A legacy key is a JWT, which functions deployed with verify_jwt expect here; a secret key would be refused.
      || case when v_key like 'eyJ%' then jsonb_build_object('Authorization', 'Bearer ' || v_key) else '{}' end;
  return v_request;
end
$function$;

COMMENT ON FUNCTION "private"."wake_worker"() IS 'Wakes the worker function through pg_net, if Vault has sluice_functions_url (https://PROJECT.supabase.co/functions/v1) and sluice_service_key (a secret API key); returns the id of the request, null if nothing is configured. Definer: Vault belongs to the owner.';
