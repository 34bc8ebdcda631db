create table public.orgs (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  time_zone text not null default 'America/Los_Angeles',
  holidays date[] not null default '{}',
  settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint org_has_a_name check (length(btrim(name)) between 1 and 200),
  constraint org_settings_are_an_object check (jsonb_typeof(settings) = 'object'),
  constraint raw_days_is_a_number check (settings ->> 'raw_days' ~ '^[0-9]{1,4}$'),
  constraint events_months_is_a_number check (settings ->> 'events_months' ~ '^[1-9][0-9]{1,2}$'),
  constraint calls_months_is_a_number check (settings ->> 'calls_months' ~ '^[1-9][0-9]{1,2}$'),
  constraint decision_years_are_five_or_more check (settings ->> 'decision_years' ~ '^([5-9]|[1-9][0-9])$'),
  constraint reveals_per_hour_is_a_number check (settings ->> 'reveals_per_hour' ~ '^[0-9]{1,5}$'),
  constraint merge_probability_is_at_least_0_9
    check (settings ->> 'merge_probability' ~ '^(0[.]9[0-9]{0,8}|1([.]0{1,8})?)$'),
  constraint trace_cap_is_an_amount check (settings ->> 'trace_cap_usd' ~ '^[0-9]{1,4}([.][0-9]{1,6})?$'),
  constraint trace_order_is_known check (settings ->> 'trace_order' in ('cost_per_hit', 'position')),
  constraint trace_wants_a_kind_of_contact check (settings ->> 'trace_wants' in ('phone', 'email', 'either')),
  constraint property_fallback_is_on_or_off check (settings ->> 'property_fallback' in ('on', 'off')),
  constraint property_equity_is_on_or_off check (settings ->> 'property_equity' in ('on', 'off')),
  constraint property_foreclosures_is_on_or_off check (settings ->> 'property_foreclosures' in ('on', 'off'))
);
comment on table public.orgs is 'A brokerage: the tenant that owns every other row.';
comment on column public.orgs.time_zone is 'IANA time zone of the org''s business day, feeds and refreshes.';
comment on column public.orgs.settings is
  'Settings of the org. raw_days: number of days for which the bytes of finished uploads are kept (default 30). '
  'events_months: whole months for which steps of the funnel and deliveries of webhooks are kept, 10 or more (default: '
  'always). calls_months: the same for calls to data providers. decision_years: years for which decisions of the gate '
  'are kept, five or more (default 5). '
  'consent_months: number of months after which a consent expires (default: never). consent_page: https address that '
  'serves pages/consent. seller: the seller that consents must name (default: the name of the org). '
  'lead_attempts_24h, org_attempts_24h: limits on contacts per lead and for the org. help_contact: the address that '
  'the answer to HELP names. merge_probability: leads that are one with at least this probability (0.9 to 1) are '
  'merged without an answer (default: never). reveals_per_hour: the number of leads whose plain values a member may '
  'see within an hour (default 120). trace_cap_usd: what skip traces of a lead may cost in half a year (default 1). '
  'trace_order: cost_per_hit (default) or position. trace_wants: phone (default), email or either. '
  'property_fallback: on (the next provider of property data is asked about what the first does not know) or off '
  '(default). property_equity, property_foreclosures: on (providers that have them are asked for these, too, at a price '
  'of their own) or off (default).';
comment on column public.orgs.holidays is 'Local dates without a feed.';

create trigger _100_set_updated_at before update on public.orgs
  for each row execute function private.set_updated_at();

create function private.check_time_zone() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform now() at time zone new.time_zone;
  return new;
exception when invalid_parameter_value then
  raise exception 'unknown time zone %', new.time_zone using errcode = 'SL101';
end
$$;
comment on function private.check_time_zone() is
  'Trigger: rejects a time zone that PostgreSQL does not know (SL101).';

create trigger _200_check_time_zone before insert or update of time_zone on public.orgs
  for each row execute function private.check_time_zone();
