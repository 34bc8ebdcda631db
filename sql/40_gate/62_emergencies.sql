create table public.emergencies (
  state text not null,
  declared_at timestamptz not null,
  ended_at timestamptz,
  source text not null,
  primary key (state, declared_at),
  constraint emergency_state_is_a_usps_code check (state ~ '^[A-Z]{2}$'),
  constraint emergency_ends_after_it_began check (ended_at > declared_at),
  constraint emergency_names_its_source check (length(btrim(source)) > 0)
);
comment on table public.emergencies is
  'Declared emergencies in which a state prohibits solicitations. Entered by people (service role or SQL editor); '
  'open while ended_at is null.';
alter table public.emergencies enable row level security;
revoke all on public.emergencies from anon, authenticated;
grant select on public.emergencies to authenticated, pipeline_writer;
create policy select_everybody on public.emergencies for select to authenticated, pipeline_writer using (true);
