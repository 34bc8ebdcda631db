create table public.zip_zones (
  prefix text primary key,
  zones text[] not null,
  states text[] not null,
  reason text,
  constraint zip_prefix_has_three_or_five_digits check (prefix ~ '^([0-9]{3}|[0-9]{5})$'),
  constraint zip_has_a_zone check (zones <> '{}' and states <> '{}')
);
comment on table public.zip_zones is
  'Time zones and states of a ZIP code. A five-digit row takes precedence over its three-digit prefix, whose row is '
  'the union of its ZIPs and applies to ZIPs that are not listed.';
comment on column public.zip_zones.reason is
  'Why the zones differ from those of the packages (scripts/build/zone_corrections.ts).';

create table public.area_code_zones (
  area_code text primary key,
  zones text[] not null,
  states text[] not null,
  reason text,
  constraint area_code_has_three_digits check (area_code ~ '^[2-9][0-9]{2}$'),
  constraint area_code_has_a_zone check (zones <> '{}' and states <> '{}')
);
comment on table public.area_code_zones is
  'Time zones and states of the geographic US area codes. Other area codes (toll-free, personal, Canada, Caribbean) '
  'are not listed.';
comment on column public.area_code_zones.reason is
  'Why the zones differ from those of the package (scripts/build/zone_corrections.ts).';

alter table public.zip_zones enable row level security;
alter table public.area_code_zones enable row level security;
revoke all on public.zip_zones, public.area_code_zones from service_role;
grant select on public.zip_zones, public.area_code_zones to authenticated, service_role, pipeline_writer;
create policy select_everybody on public.zip_zones for select to authenticated, pipeline_writer using (true);
create policy select_everybody on public.area_code_zones for select to authenticated, pipeline_writer using (true);
