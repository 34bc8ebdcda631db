-- Kinds of businesses, and what each scheme of categories calls them.

create table public.verticals (
  vertical text primary key,
  name text not null,
  constraint vertical_is_a_word check (vertical ~ '^[a-z][a-z_]{1,39}$')
);
comment on table public.verticals is 'Kinds of local businesses.';
create table public.vertical_codes (
  vertical text not null references public.verticals (vertical) on delete cascade,
  scheme text not null,
  code text not null,
  primary key (vertical, scheme, code)
);
comment on table public.vertical_codes is
  'The codes of a vertical in each scheme: sic (1987), naics (2022), and the categories of providers by their names.';
alter table public.verticals enable row level security;
alter table public.vertical_codes enable row level security;
revoke all on public.verticals, public.vertical_codes from anon, authenticated, service_role;
grant select on public.verticals, public.vertical_codes to authenticated, service_role, pipeline_writer;
create policy select_members on public.verticals for select to authenticated using (true);
create policy select_writer on public.verticals for select to pipeline_writer using (true);
create policy select_members on public.vertical_codes for select to authenticated using (true);
create policy select_writer on public.vertical_codes for select to pipeline_writer using (true);
