-- Roles and schemas: which roles have access at all. Each table's policies say what they may read and write.

create schema private;
comment on schema private is
  'Not exposed by the API: keys, stored bytes, staging helpers and the functions behind the endpoints.';
revoke all on schema private from public;

-- The role of the edge functions and the worker: they log in with the project's database URL and run `set local role
-- pipeline_writer` in every transaction, so a bug in them can do no more than this role may.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'pipeline_writer') then
    create role pipeline_writer nologin;
  end if;
  execute format('grant pipeline_writer to %I', current_user);
end
$$;
comment on role pipeline_writer is 'Service role of Sluice: edge functions and worker run as this role.';

grant usage on schema public, private, extensions to pipeline_writer;
grant usage on schema private, extensions to authenticated, service_role;
-- A grant by a role that does not own the schema only warns, and every function that encrypts would fail later.
do $$
begin
  if not has_schema_privilege('pipeline_writer', 'extensions', 'usage') then
    raise exception 'pipeline_writer has no usage on the schema extensions, and % cannot grant it', current_user
      using hint = 'As the owner of the schema: grant usage on schema extensions to pipeline_writer, authenticated, '
        'service_role';
  end if;
end
$$;

-- By default Supabase grants everything in schema public to the API roles. Here nothing is granted unless a file
-- grants it, and functions lose PUBLIC's implicit execute right for the same reason.
alter default privileges in schema public revoke all on tables from anon, authenticated;
alter default privileges in schema public revoke all on sequences from anon, authenticated;
alter default privileges in schema public revoke execute on functions from anon, authenticated;
alter default privileges revoke execute on functions from public;
-- The service may call private functions, because most of them run with the caller's rights. Those that run with the
-- owner's rights (security definer) are granted one by one.
alter default privileges in schema private grant execute on functions to pipeline_writer;
alter default privileges in schema public grant all on tables to service_role;
alter default privileges in schema public grant execute on functions to service_role;
