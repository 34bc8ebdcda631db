create table public.state_rules (
  state text primary key,
  name text not null,
  zones text[] not null default '{}',
  mobile_ban boolean not null default false,
  consent_lifts_mobile_ban boolean not null default false,
  zip_over_area_code boolean not null default false,
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
  'State rules other than hours: 50 states, DC and the inhabited territories. The gate refuses contact in a state '
  'that is not listed.';
comment on column public.state_rules.zones is 'Every time zone of the state, used when only the state is known.';
comment on column public.state_rules.mobile_ban is
  'Unsolicited sales calls to mobiles are prohibited at any hour; an unknown line type counts as mobile.';
comment on column public.state_rules.consent_lifts_mobile_ban is
  'Express consent makes the call solicited, so that the ban does not reach it; otherwise a signed agreement is '
  'required.';
comment on column public.state_rules.zip_over_area_code is
  'Where a ZIP of the person lies in a zone of the area code, the area code adds no further zone.';
comment on column public.state_rules.call_needs_written_consent is
  'Any telephone sales call, even hand-dialled, requires prior express written consent.';
comment on column public.state_rules.automated_needs_written_consent is
  'State law requires written consent for automated selection or dialling. Recorded only: the gate requires it '
  'everywhere.';
comment on column public.state_rules.area_code_presumed is
  'The law presumes that a number with a local area code is in the state. Recorded only: the gate considers every '
  'area code everywhere.';
comment on column public.state_rules.emergency_ban is
  'State law prohibits solicitations in a declared emergency. The gate applies the emergencies it is given to any '
  'state.';
comment on column public.state_rules.internal_list_years_text is
  'Years for which an opt-out from texts must be honoured.';
comment on column public.state_rules.ebr_lifts_state_list is
  'Whether an existing relationship is confirmed to lift the state''s own list. False everywhere so far, so it lifts '
  'only the national list.';
comment on column public.state_rules.capped is
  'Whether a calling law of the state has a cap, so that the gate looks for caps only there.';
comment on column public.state_rules.registration is
  'Registration or bond required before the first call. Information for people; the gate does not check it.';

alter table public.state_rules enable row level security;
revoke all on public.state_rules from service_role;
grant select on public.state_rules to authenticated, service_role, pipeline_writer;
create policy select_everybody on public.state_rules for select to authenticated, pipeline_writer using (true);
