create table public.state_rules (
  state text primary key,
  name text not null,
  zones text[] not null default '{}',
  mobile_ban boolean not null default false,
  call_needs_written_consent boolean not null default false,
  automated_needs_written_consent boolean not null default false,
  area_code_presumed boolean not null default false,
  emergency_ban boolean not null default false,
  internal_list_years_call smallint not null default 5,
  internal_list_years_text smallint not null default 5,
  ebr_lifts_state_list boolean not null default false,
  capped boolean not null default false,
  registration text not null default '',
  source text not null default '',
  verification public.rule_verification not null default 'federal_default',
  effective_from date,
  effective_to date,
  reviewed_on date not null,
  notes text not null default '',
  constraint state_is_a_usps_code check (state ~ '^[A-Z]{2}$'),
  constraint internal_list_is_at_least_federal check (internal_list_years_call >= 5 and internal_list_years_text >= 5)
);
comment on table public.state_rules is
  'What a state adds besides hours: 50 states, DC and the inhabited territories. A state that is not here is not covered, and the gate refuses there.';
comment on column public.state_rules.zones is 'Every zone of the state: used when a state is all that is known.';
comment on column public.state_rules.mobile_ban is 'Unsolicited sales calls to mobiles are barred at any hour; an unknown line type counts as mobile.';
comment on column public.state_rules.call_needs_written_consent is 'Any telephonic sales call, dialled by hand too, needs prior express written consent.';
comment on column public.state_rules.automated_needs_written_consent is 'Automated selection or dialling needs written consent; the gate asks for it everywhere, this records where state law does.';
comment on column public.state_rules.area_code_presumed is 'The law presumes a number with its area code to be in the state. The gate counts every area code everywhere; this is the record.';
comment on column public.state_rules.emergency_ban is 'State law bars solicitations in a declared emergency. The gate obeys the emergencies it is given for any state.';
comment on column public.state_rules.internal_list_years_text is 'Years for which an opt-out from texts must be honoured.';
comment on column public.state_rules.ebr_lifts_state_list is 'An existing relationship was confirmed to lift the state''s own list; nowhere yet, so it lifts only the national one.';
comment on column public.state_rules.capped is 'A calling law with a cap exists, so that the gate looks for it only there.';
comment on column public.state_rules.registration is 'Registration or bond due before the first call: for people, the gate does not check it.';

alter table public.state_rules enable row level security;
grant select on public.state_rules to authenticated, service_role, pipeline_writer;
create policy select_everybody on public.state_rules for select to authenticated, pipeline_writer using (true);
