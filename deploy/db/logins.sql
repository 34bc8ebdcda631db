-- Runs once, as superuser, when the database is created: passwords of the services' logins, and n8n's own database.
\set password `echo "$POSTGRES_PASSWORD"`
\set n8n_password `echo "$N8N_DB_PASSWORD"`

alter role authenticator with password :'password';
alter role supabase_auth_admin with password :'password';
alter role supabase_storage_admin with password :'password';

create role n8n login password :'n8n_password';
create database n8n owner n8n;
revoke connect on database n8n from public;
