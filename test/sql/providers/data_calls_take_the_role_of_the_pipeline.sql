-- The gateway calls both as statements of their own, with the rights of the login.
begin;
\ir ../support/cast.sql
\ir ../support/data_calls.sql
select no_plan();

select is_empty($$
  select p.oid::regprocedure from pg_proc p
  where p.pronamespace = 'private'::regnamespace and p.proname in ('begin_calls', 'settle_calls')
    and (p.prosecdef or not 'role=pipeline_writer' = any (p.proconfig)) $$,
  'both take the role of the pipeline, whoever calls them');
create function cast_.role_of_writer() returns trigger language plpgsql as $$
begin
  perform set_config('cast_.role', current_user, true);
  return new;
end
$$;
grant usage on schema cast_ to pipeline_writer;
create trigger _999_role before insert on private.call_reservations for each row
  execute function cast_.role_of_writer();
select is(cast_.begin('a@example.com', 0), 'go', 'a call may be made');
select is(current_setting('cast_.role'), 'pipeline_writer', 'and is reserved by the role of the pipeline');
select isnt(current_user::text, 'pipeline_writer', 'the caller keeps its own role');
select * from finish();
rollback;
