-- Rights of the `postgres` role and the API's roles in a hosted project, on top of the shim. Runs as supabase_admin.
-- After the migrations of supabase/postgres: auth belongs to supabase_auth_admin, the rights on vault, cron and net are
-- few.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'supabase_auth_admin') then
    create role supabase_auth_admin noinherit createrole login;
  end if;
end
$$;
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role authenticated set statement_timeout = '8s';
alter role anon set statement_timeout = '3s';
alter role anon inherit;
alter role authenticated inherit;
alter role service_role inherit;

alter schema auth owner to supabase_auth_admin;
alter table auth.users owner to supabase_auth_admin;
grant all on table auth.users to postgres;
revoke create on schema auth from postgres;

revoke all on all tables in schema vault from postgres, service_role;
grant select, delete on vault.secrets, vault.decrypted_secrets to postgres, service_role;

revoke all on all tables in schema cron from postgres;
grant select on cron.job to postgres;
grant select, insert, update, delete, truncate, references on cron.job_run_details to postgres;

-- New cloud projects expose nothing by default.
alter default privileges for role postgres in schema public
  revoke all on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke all on functions from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke all on sequences from anon, authenticated, service_role;

-- pg_cron's own functions are written in C and need no rights on its tables; those of the stand-in do.
alter function cron.schedule(text, text, text) security definer;
alter function cron.schedule(text, text) security definer;
alter function cron.unschedule(text) security definer;
alter function cron.unschedule(bigint) security definer;
