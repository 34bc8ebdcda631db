-- pg_cron itself, in the database of cron.database_name.
create extension pg_cron;
grant usage on schema cron to postgres;
grant select, update, delete on cron.job to postgres;
grant select, delete on cron.job_run_details to postgres;
