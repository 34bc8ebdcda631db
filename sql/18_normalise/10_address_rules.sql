-- Nothing reads these tables: split_street has rules of its own. A table is dropped one release after its last use
-- (docs/contributing.md, "Migrations").
--
-- Copies of the standardizer's rule tables: on Supabase the extension's tables belong to a role that cannot grant the
-- right to read them.

create table private.us_lex as select * from extensions.us_lex;
create table private.us_gaz as select * from extensions.us_gaz;
create table private.us_rules as select * from extensions.us_rules;
alter table private.us_lex add primary key (id);
alter table private.us_gaz add primary key (id);
alter table private.us_rules add primary key (id);
comment on table private.us_lex is
  'Words of street lines, for standardize_address (copy of the extension''s us_lex).';
comment on table private.us_gaz is 'Words of places, for standardize_address (copy of the extension''s us_gaz).';
comment on table private.us_rules is
  'Grammar of addresses, for standardize_address (copy of the extension''s us_rules).';
alter table private.us_lex enable row level security;
alter table private.us_gaz enable row level security;
alter table private.us_rules enable row level security;
grant select on private.us_lex, private.us_gaz, private.us_rules to pipeline_writer;
create policy select_writer on private.us_lex for select to pipeline_writer using (true);
create policy select_writer on private.us_gaz for select to pipeline_writer using (true);
create policy select_writer on private.us_rules for select to pipeline_writer using (true);
