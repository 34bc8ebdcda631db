-- Who may come in at all. Tables say the rest through policies.

create schema private;
comment on schema private is 'Not exposed by the API: keys, stored bytes, staging helpers and the functions behind the doors.';
revoke all on schema private from public;

-- The role of the functions and the worker: they log in with the project's database URL and
-- `set local role pipeline_writer` in every transaction, so a fault in them can do no more than this role.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'pipeline_writer') then
    create role pipeline_writer nologin;
  end if;
  execute format('grant pipeline_writer to %I', current_user);
end
$$;
comment on role pipeline_writer is 'Service role of Sluice: edge functions and worker act as it.';

grant usage on schema public, private, extensions to pipeline_writer;
grant usage on schema private, extensions to authenticated, service_role;

-- Supabase grants everything in schema public to the API roles by default; here nothing is granted
-- unless a file says so. Functions lose PUBLIC's implicit right to execute for the same reason.
alter default privileges in schema public revoke all on tables from anon, authenticated;
alter default privileges in schema public revoke all on sequences from anon, authenticated;
alter default privileges in schema public revoke execute on functions from anon, authenticated;
alter default privileges revoke execute on functions from public;
-- The service may call private functions: most run with its own rights. Those that run with the owner's
-- (security definer) are granted one by one.
alter default privileges in schema private grant execute on functions to pipeline_writer;
alter default privileges in schema public grant all on tables to service_role;
alter default privileges in schema public grant execute on functions to service_role;
