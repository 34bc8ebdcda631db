-- Built from sql/40_gate by `npm run db:build`; edit there.

-- sql/40_gate/01_rule_sets.sql

-- Rules are data: every row states its source, how well that was verified and when it was last reviewed. Not legal
-- advice, as docs/gate.md says.

create type public.rule_verification as enum (
  'primary_text_seen', 'quoted_by_third_party', 'secondary_only', 'federal_default', 'from_memory', 'house_policy');
comment on type public.rule_verification is
  'How well a rule was verified, best first: official text seen; quoted by a third party that names the official '
  'page; secondary sources only; no stricter rule found; from memory; our own policy.';

create table public.rule_sets (
  released_on date not null,
  revision smallint not null default 1,
  version text not null generated always as (
    lpad(extract(year from released_on)::int::text, 4, '0') || '-'
      || lpad(extract(month from released_on)::int::text, 2, '0')
    || '-' || lpad(extract(day from released_on)::int::text, 2, '0') || '.' || revision) stored,
  data_hash text not null,
  reviewed_by text not null,
  notes text not null default '',
  primary key (released_on, revision),
  constraint rule_set_version_is_unique unique (version),
  constraint revision_counts_from_one check (revision >= 1)
);
comment on table public.rule_sets is
  'One row per reviewed release of the rule data. The newest is in force; its version is stored with every decision.';
comment on column public.rule_sets.data_hash is
  'private.gate_data_hash() at release: a test compares it with the tables, so data cannot change without a new '
  'version.';

create table public.gate_rules (
  rule text primary key,
  concern text not null,
  title text not null,
  channels text[] not null default '{email,sms,voice_manual,voice_ai}',
  is_temporary boolean not null default false,
  waivable boolean not null default false,
  source text not null,
  verification public.rule_verification not null,
  effective_from date,
  effective_to date,
  reviewed_on date not null,
  notes text not null default '',
  constraint gate_rule_id_is_snake_case check (rule ~ '^[a-z][a-z0-9_]*$'),
  constraint gate_rule_channels_are_known check (channels <@ '{email,sms,voice_manual,voice_ai}'),
  constraint gate_rule_starts_before_it_ends check (effective_to >= effective_from)
);
comment on table public.gate_rules is
  'Every reason that gate_evaluate can give, by its stable id: its meaning, the law or policy behind it and how well '
  'that was verified.';
comment on column public.gate_rules.is_temporary is
  'Whether time alone can end this refusal, so that it may carry a next_allowed_at.';
comment on column public.gate_rules.waivable is
  'Whether an org may waive it on the advice of a named counsel: our own policies, and contested readings of the law.';

alter table public.rule_sets enable row level security;
alter table public.gate_rules enable row level security;
grant select on public.rule_sets, public.gate_rules to authenticated, service_role, pipeline_writer;
create policy select_everybody on public.rule_sets for select to authenticated, pipeline_writer using (true);
create policy select_everybody on public.gate_rules for select to authenticated, pipeline_writer using (true);

-- sql/40_gate/02_calling_laws.sql

create table public.calling_laws (
  law text primary key,
  state text not null,
  channel_classes text[] not null,
  cap_count smallint,
  cap_hours smallint,
  cap_same_subject boolean not null default false,
  reaches_texts text not null,
  restates_federal boolean not null default false,
  also_standard_time boolean not null default false,
  source text not null,
  verification public.rule_verification not null,
  effective_from date,
  effective_to date,
  reviewed_on date not null,
  notes text not null default '',
  constraint calling_law_classes_are_known check (channel_classes <@ '{voice,sms,voice_automated,email}'
    and channel_classes <> '{}'),
  constraint cap_has_a_period check ((cap_count is null) = (cap_hours is null)),
  constraint reaches_texts_is_said check (reaches_texts in ('yes', 'no', 'unclear')),
  constraint calling_law_starts_before_it_ends check (effective_to >= effective_from)
);
create index calling_laws_caps_idx on public.calling_laws (state) where cap_count is not null;
comment on table public.calling_laws is
  'Laws on calling hours and frequency, one row per law and period in force. US is the federal minimum that applies '
  'everywhere; ALL is e-mail.';
comment on column public.calling_laws.channel_classes is
  'voice: every call; voice_automated: additionally for AI and other artificial voices; sms: texts, also where it is '
  'unconfirmed that the law covers them (reaches_texts).';
comment on column public.calling_laws.cap_hours is
  'Period of the cap in hours. Attempts on every phone channel of its classes count.';
comment on column public.calling_laws.cap_same_subject is
  'The cap counts attempts on the same subject matter; an unknown subject counts as the same.';
comment on column public.calling_laws.restates_federal is
  'No stricter state rule was found: kept as a record, not evaluated in addition to the federal row.';
comment on column public.calling_laws.also_standard_time is
  'The law says standard time: the hours apply both to the wall clock and to standard time.';

create table public.calling_windows (
  law text not null references public.calling_laws (law) on delete cascade,
  state text not null,
  channel_class text not null,
  weekday_group text not null,
  start_local time,
  end_local time,
  effective daterange not null,
  also_standard_time boolean not null,
  binding boolean not null,
  primary key (law, channel_class, weekday_group),
  constraint weekday_group_is_known check (weekday_group in ('mon_fri', 'sat', 'sun', 'holiday', 'all')),
  constraint window_is_closed_or_a_span check ((start_local is null) = (end_local is null) and start_local < end_local)
);
create index calling_windows_state_idx on public.calling_windows (state, weekday_group) where binding;
comment on table public.calling_windows is
  'Hours of each law by channel class and weekday group, in the local time of the called party: start inclusive, end '
  'exclusive, both null: closed. Derived from calling_laws by its seed.';
comment on column public.calling_windows.binding is
  'False where the law only repeats the federal hours: a record that is not evaluated.';
comment on column public.calling_windows.effective is 'Local dates on which the law is in force.';

alter table public.calling_laws enable row level security;
alter table public.calling_windows enable row level security;
grant select on public.calling_laws, public.calling_windows to authenticated, service_role, pipeline_writer;
create policy select_everybody on public.calling_laws for select to authenticated, pipeline_writer using (true);
create policy select_everybody on public.calling_windows for select to authenticated, pipeline_writer using (true);

-- sql/40_gate/03_holidays.sql

create table public.holidays (
  state text not null,
  name text not null,
  kind text not null,
  month smallint,
  day smallint,
  nth smallint,
  weekday smallint,
  plus_days smallint not null default 0,
  years text not null default 'all',
  observed text not null default 'none',
  source text not null,
  verification public.rule_verification not null,
  primary key (state, name),
  constraint holiday_kind_is_known check (kind in ('fixed', 'nth_weekday', 'last_weekday', 'easter', 'election_day',
    'nearest_monday')),
  constraint holiday_has_what_its_kind_needs check (case kind
    when 'fixed' then month is not null and day is not null
    when 'nearest_monday' then month is not null and day is not null
    when 'nth_weekday' then month is not null and nth is not null and weekday is not null
    when 'last_weekday' then month is not null and weekday is not null
    when 'easter' then day is not null
    else true end),
  constraint holiday_years_are_known check (years in ('all', 'even', 'after_leap')),
  constraint holiday_observed_is_known check (observed in ('none', 'sunday_to_monday', 'nearest_weekday'))
);
comment on table public.holidays is
  'Legal holidays by state, movable ones as rules. Only states whose calling law closes on holidays matter (AL, LA, '
  'PA, RI, UT; NE for automated calls). US is the federal list.';
comment on column public.holidays.day is
  'Day of the month; for easter, days from Easter Sunday (-2 is Good Friday, -47 Mardi Gras).';
comment on column public.holidays.weekday is 'ISO weekday, 1 is Monday.';
comment on column public.holidays.plus_days is
  'Days after the nth weekday: the day after Thanksgiving is the fourth Thursday plus one.';
comment on column public.holidays.observed is
  'Where the day off moves to when the date falls on a weekend; both the date and the day off count. nearest_monday '
  'holidays always move.';

create function private.easter_sunday(p_year int) returns date
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  a int := p_year % 19; b int := p_year / 100; c int := p_year % 100;
  h int := (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  l int := (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  m int := (a + 11 * h + 22 * l) / 451;
begin
  return make_date(p_year, (h + l - 7 * m + 114) / 31, (h + l - 7 * m + 114) % 31 + 1);
end
$$;
comment on function private.easter_sunday(int) is 'Gregorian Easter Sunday of a year (Meeus, Jones, Butcher).';

create function private.us_holiday_dates(p_year int) returns table (state text, holiday text, on_date date)
language sql stable set search_path = '' as $$
  with actual as (
    select h.state, h.name, h.observed, case h.kind
      when 'fixed' then make_date(p_year, h.month, h.day)
      when 'nth_weekday' then make_date(p_year, h.month, 1)
        + (h.weekday - extract(isodow from make_date(p_year, h.month, 1))::int + 7) % 7 + 7 * (h.nth - 1)
        + h.plus_days
      when 'last_weekday' then (
        select last - (extract(isodow from last)::int - h.weekday + 7) % 7
        from (select (make_date(p_year, h.month, 1) + interval '1 month - 1 day')::date as last) m)
      when 'easter' then private.easter_sunday(p_year) + h.day
      -- The Tuesday after the first Monday of November.
      when 'election_day' then make_date(p_year, 11, 2)
        + (2 - extract(isodow from make_date(p_year, 11, 2))::int + 7) % 7
      -- Utah's Juneteenth: the Monday before for Tuesday to Friday, the Monday after for a weekend.
      when 'nearest_monday' then (
        select d - case when dow between 1 and 5 then dow - 1 else dow - 8 end
        from (select make_date(p_year, h.month, h.day) as d,
          extract(isodow from make_date(p_year, h.month, h.day))::int as dow) m)
    end as day
    from public.holidays h
    where h.years = 'all' or (h.years = 'even' and p_year % 2 = 0) or (h.years = 'after_leap' and p_year % 4 = 1)
  )
  select a.state, a.name, a.day from actual a
  union
  select a.state, a.name, a.day + case when extract(isodow from a.day) = 7 then 1 else -1 end
  from actual a
  where (a.observed in ('sunday_to_monday', 'nearest_weekday') and extract(isodow from a.day) = 7)
    or (a.observed = 'nearest_weekday' and extract(isodow from a.day) = 6)
$$;
comment on function private.us_holiday_dates(int) is
  'Every holiday date of a year by state: the day itself and, where the law moves it, the day off.';

create table public.holiday_dates (
  state text not null,
  on_date date not null,
  holiday text not null,
  primary key (state, on_date, holiday)
);
comment on table public.holiday_dates is
  'private.us_holiday_dates() for 2000 to 2099, so that a decision takes one index probe. The gate refuses outside '
  'these years.';

alter table public.holidays enable row level security;
alter table public.holiday_dates enable row level security;
grant select on public.holidays, public.holiday_dates to authenticated, service_role, pipeline_writer;
create policy select_everybody on public.holidays for select to authenticated, pipeline_writer using (true);
create policy select_everybody on public.holiday_dates for select to authenticated, pipeline_writer using (true);

-- sql/40_gate/04_state_rules.sql

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
  'State rules other than hours: 50 states, DC and the inhabited territories. The gate refuses contact in a state '
  'that is not listed.';
comment on column public.state_rules.zones is 'Every time zone of the state, used when only the state is known.';
comment on column public.state_rules.mobile_ban is
  'Unsolicited sales calls to mobiles are prohibited at any hour; an unknown line type counts as mobile.';
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
grant select on public.state_rules to authenticated, service_role, pipeline_writer;
create policy select_everybody on public.state_rules for select to authenticated, pipeline_writer using (true);

-- sql/40_gate/05_zones.sql

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
grant select on public.zip_zones, public.area_code_zones to authenticated, service_role, pipeline_writer;
create policy select_everybody on public.zip_zones for select to authenticated, pipeline_writer using (true);
create policy select_everybody on public.area_code_zones for select to authenticated, pipeline_writer using (true);

-- sql/40_gate/06_org_gate_rules.sql

create table public.org_gate_rules (
  org_id uuid not null references public.orgs (id) on delete cascade,
  key text not null,
  value jsonb not null,
  loosens boolean not null generated always as (key in ('waive', 'internal_list_ends')) stored,
  counsel text,
  reason text not null,
  reviewed_on date not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, key),
  constraint org_rule_key_is_known check (key in (
    'calling_hours', 'max_attempts_24h', 'max_attempts_7d', 'max_attempts_total', 'consent_max_age_months',
    'scrub_max_age_days', 'deny_states', 'deny_channels', 'hours_for_transactional', 'unsubscribe_ends_transactional',
    'internal_list_ends', 'waive')),
  constraint loosening_names_its_counsel check (
    key not in ('waive', 'internal_list_ends') or length(btrim(coalesce(counsel, ''))) >= 3),
  constraint org_rule_says_why check (length(btrim(reason)) >= 3),
  constraint org_rule_value_fits_its_key check (case
    when key in ('max_attempts_24h', 'max_attempts_7d', 'max_attempts_total', 'consent_max_age_months')
      then jsonb_typeof(value) = 'number' and value::text ~ '^[0-9]{1,4}$'
    when key = 'scrub_max_age_days' then jsonb_typeof(value) = 'number' and value::text ~ '^([0-9]|[12][0-9]|3[01])$'
    when key in ('deny_states', 'deny_channels', 'waive') then jsonb_typeof(value) = 'array'
    when key = 'calling_hours' then jsonb_typeof(value) = 'object'
      and value ->> 'start' ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' and value ->> 'end' ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
      and value ->> 'start' < value ->> 'end'
    else jsonb_typeof(value) = 'boolean' end)
);
comment on table public.org_gate_rules is
  'An org''s own rules in addition to the law. They can only tighten, except for two keys, which require the name of '
  'the counsel who approved them: waive (rule ids marked waivable in gate_rules) and internal_list_ends (an internal '
  'request ends with its legal term).';
comment on column public.org_gate_rules.value is
  'calling_hours {"start":"09:00","end":"20:00","closed":["sat","sun"]}; max_attempts_* and *_age_* a number; '
  'deny_states ["FL"], deny_channels ["voice_ai"], waive ["rule"]; the rest true or false.';

create trigger _100_set_updated_at before update on public.org_gate_rules
  for each row execute function private.set_updated_at();

alter table public.org_gate_rules enable row level security;
grant select on public.org_gate_rules to authenticated, pipeline_writer;
grant all on public.org_gate_rules to service_role;
create policy select_members on public.org_gate_rules for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy select_writer on public.org_gate_rules for select to pipeline_writer using (true);

-- sql/40_gate/07_gate_data_hash.sql

-- Rows as jsonb: its keys are sorted, so the hash does not depend on the order of columns, which differs between a
-- migrated database and a fresh one.
create function private.gate_data_hash() returns text
language sql stable set search_path = '' set datestyle = 'ISO' as $$
  select encode(sha256(convert_to(string_agg(line, E'\n' order by line collate "C"), 'UTF8')), 'hex')
  from (
    select 'law ' || to_jsonb(x)::text as line from public.calling_laws x
    union all select 'window ' || to_jsonb(x)::text from public.calling_windows x
    union all select 'holiday ' || to_jsonb(x)::text from public.holidays x
    union all select 'state ' || to_jsonb(x)::text from public.state_rules x
    union all select 'rule ' || to_jsonb(x)::text from public.gate_rules x
    union all select 'zip ' || to_jsonb(x)::text from public.zip_zones x
    union all select 'area ' || to_jsonb(x)::text from public.area_code_zones x
  ) all_rules
$$;
comment on function private.gate_data_hash() is
  'SHA-256 of every row of the rule data. A release stores it in rule_sets; a difference means that the data was '
  'changed without a new version.';

-- sql/40_gate/10_state_rules_data.sql

-- One row per state and inhabited territory; zones are filled by 15_area_code_zones_data.sql.
insert into public.state_rules (state, name, reviewed_on)
select left(item, 2), substr(item, 4), date '2026-11-21'
from regexp_split_to_table(
  'AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,'
  'DC District of Columbia,FL Florida,GA Georgia,HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,'
  'KY Kentucky,LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,'
  'MO Missouri,MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,'
  'NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,RI Rhode Island,'
  'SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,WA Washington,'
  'WV West Virginia,WI Wisconsin,WY Wyoming,PR Puerto Rico,VI U.S. Virgin Islands,GU Guam,'
  'MP Northern Mariana Islands,AS American Samoa', ',') item;

update public.state_rules set mobile_ban = true, source = 'A.R.S. 44-1278(B)(3)',
  verification = 'quoted_by_third_party',
  notes = 'Unsolicited sales calls to mobiles are unlawful at any hour. A signed agreement that names the seller '
    'makes a call solicited; a relationship alone does not.'
where state = 'AZ';
update public.state_rules set mobile_ban = true, source = 'N.J.S.A. 56:8-130', verification = 'secondary_only',
  notes = 'Unsolicited telemarketing to mobiles is prohibited. The act has an existing-customer exception, which the '
    'gate does not use.'
where state = 'NJ';
update public.state_rules set call_needs_written_consent = true, automated_needs_written_consent = true,
  area_code_presumed = true,
  source = 'Conn. Gen. Stat. 42-288, 42-288a; P.A. 23-98', verification = 'primary_text_seen',
  notes = 'Written consent for any telephonic sales call, text or media message (definition seen). Rebuttable '
    'presumption for its area codes (section title seen).'
where state = 'CT';
update public.state_rules set automated_needs_written_consent = true, area_code_presumed = true,
  source = 'Fla. Stat. 501.059(8)(a), (8)(d), (10)(c)', verification = 'primary_text_seen',
  notes = 'Written consent for automated selection or dialling. After STOP by text the sender has 15 days before a '
    'suit; the gate stops at once.'
where state = 'FL';
update public.state_rules set automated_needs_written_consent = true, area_code_presumed = true,
  source = '15 O.S. 775C.3', verification = 'secondary_only',
    notes = 'Automated selection or dialling; any Oklahoma area code.'
where state = 'OK';
update public.state_rules set automated_needs_written_consent = true, source = 'Md. Com. Law 14-4502(a)',
  verification = 'secondary_only'
where state = 'MD';
update public.state_rules set automated_needs_written_consent = true, area_code_presumed = true,
  source = 'RCW 19.190, 19.158.110, 80.36.390', verification = 'secondary_only',
  notes = 'Commercial texts need consent (damages changed by ESHB 2274, 2026-06-11). After a request no call for at '
    'least a year; the gate keeps five.'
where state = 'WA';
update public.state_rules set area_code_presumed = true, internal_list_years_text = 10,
  source = 'Va. Code 59.1-511, 59.1-514; SB 1339 (2026-01-01)', verification = 'secondary_only',
  notes = 'The area code defines the covered call. Text opt-outs must be honoured for ten years (one source).'
where state = 'VA';
update public.state_rules set area_code_presumed = true, source = 'S.C. Code 37-21-30',
  verification = 'quoted_by_third_party',
  notes = 'The area code defines the covered call.' where state = 'SC';
update public.state_rules set emergency_ban = true, source = 'La. R.S. 45:844.31; LPSC R-29617',
  verification = 'primary_text_seen',
  notes = 'Total ban while the emergency lasts; exemptions are suspended.' where state = 'LA';
update public.state_rules set emergency_ban = true, source = 'N.Y. Gen. Bus. Law 399-z(5-a)',
  verification = 'secondary_only',
  notes = 'Ban in the declared area.' where state = 'NY';
update public.state_rules set source = 'ORS 646.563, HB 3865 (2025 c.580)', verification = 'quoted_by_third_party',
  notes = 'Exception for relationships of 18 months, not used for the state''s cap and hours. Identify the caller and '
    'the purpose at the start, also in the first text.'
where state = 'OR';

update public.state_rules r set registration = v.registration
from (values
  ('AK', 'Register 30 days before a campaign (AS 45.63.010).'), ('AL', 'Registration.'), ('CO', 'Registration.'),
  ('DC', 'Registration.'), ('ID', 'Registration; state purpose, trade name and goods before anything else.'),
  ('MS', 'Registration.'), ('NJ', 'Registration.'), ('OH', 'Registration.'), ('RI', 'Registration.'),
    ('TN', 'Annual registration.'),
  ('TX', 'Registration under ch. 302, texts since SB 140 (2025-09-01).'), ('UT', 'Registration.'),
  ('VT', 'Registration before any call; criminal penalty (9 V.S.A. 2464a).'), ('WA', 'Registration.'),
  ('WI', 'Registration under conditions.')
) v(state, registration)
where r.state = v.state;

-- sql/40_gate/11_calling_laws_data.sql

-- Calling hours by law; `windows` becomes rows of public.calling_windows. Reviewed 2026-11-21 against stored public
-- copies; verification states the quality of each source.
with seed (law, state, channel_classes, windows, cap_count, cap_hours, cap_same_subject, reaches_texts,
  restates_federal, also_standard_time, source, verification, effective_from, effective_to, notes) as (values
  ('US.hours', 'US', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'yes', false, false, '47 CFR 64.1200(c)(1); 16 CFR 310.4(c)', 'quoted_by_third_party',
    null, null, 'Minimum everywhere, on the called party’s clock. Written for solicitations; whether consent lifts '
      'the hours is before the FCC, so the gate applies them with consent too. Literally "before 8 a.m. or after 9 '
      'p.m."; the gate already refuses 21:00:00. That texts are calls is an FCC reading which courts need not '
      'follow.'),
  ('AK.hours', 'AK', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no state hours rule (AS 45.63, 45.50.475)', 'federal_default',
    null, null, 'Register 30 days before a campaign (AS 45.63.010).'),
  ('AL.hours', 'AL', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=closed holiday=closed',
    null, null, false, 'unclear', false, false, 'Ala. Admin. Code r. 770-X-5-.17(2)', 'quoted_by_third_party',
    null, null, 'Public Service Commission rule on live solicitations to consumers.'),
  ('ALL.hours', 'ALL', '{email}', 'all=00:00-24:00',
    null, null, false, 'no', false, false, '15 U.S.C. 7701-7713 (CAN-SPAM)', 'secondary_only',
    null, null, ''),
  ('AR.hours', 'AR', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'Ark. Code 4-99-405(3) imports 16 CFR 310.4', 'quoted_by_third_party',
    null, null, 'The Arkansas act adopts the federal telemarketing hours.'),
  ('AZ.hours', 'AZ', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'A.R.S. 44-1278(B)(6) imports 47 CFR 64.1200', 'quoted_by_third_party',
    null, null, 'The hours are the federal ones; the ban on unsolicited calls to mobiles is in state_rules.'),
  ('CA.hours', 'CA', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no live-call hours rule', 'federal_default',
    null, null, 'No hours for live calls; announcing devices have a row of their own.'),
  ('CA.automated', 'CA', '{voice_automated}', 'mon_fri=09:00-21:00 sat=09:00-21:00 sun=09:00-21:00',
    null, null, false, 'no', false, false, 'Cal. Pub. Util. Code 2872', 'quoted_by_third_party',
    null, null, 'Only if an AI or prerecorded call is an announcing device under the act; the gate assumes it is.'),
  ('CO.hours', 'CO', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no hours rule (C.R.S. 6-1-304, 6-1-904)', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('CT.hours', 'CT', '{voice,sms}', 'mon_fri=09:00-20:00 sat=09:00-20:00 sun=09:00-20:00',
    null, null, false, 'yes', false, false, 'Conn. Gen. Stat. 42-288a(c), P.A. 23-98', 'quoted_by_third_party',
    null, null, 'Texts and media messages are telephonic sales calls. Written consent is in state_rules.'),
  ('DC.hours', 'DC', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'D.C. Code 22-3226.08', 'quoted_by_third_party',
    null, null, ''),
  ('DE.hours', 'DE', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no hours rule (6 Del. C. ch. 25A)', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('FL.hours', 'FL', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=08:00-20:00',
    3, 24, true, 'unclear', false, false, 'Fla. Stat. 501.616(6)(a),(b)', 'primary_text_seen',
    null, null, 'Three a day on one subject, from any number. The text seen has no Sunday rule; one public repository '
      'has one.'),
  ('GA.hours', 'GA', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no live-call hours rule (O.C.G.A. 46-5-27)', 'federal_default',
    null, null, 'No hours for live calls.'),
  ('GA.automated', 'GA', '{voice_automated}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'no', false, false, 'O.C.G.A. 46-5-23', 'quoted_by_third_party',
    null, null, 'Only if an AI or prerecorded call is an announcing device under the act; the gate assumes it is. A '
      'permit is needed.'),
  ('HI.hours', 'HI', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'HRS 481P-3(8)', 'quoted_by_third_party',
    null, null, ''),
  ('IA.hours', 'IA', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no governing act found', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('ID.hours', 'ID', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no hours rule (Idaho Code 48-1001 to 48-1010)', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('IL.hours', 'IL', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, '815 ILCS 413/15(a)', 'quoted_by_third_party',
    null, null, 'Tables differ (8 or 9 a.m.); the statute quoted for live calls says 8. Nine belongs to the '
      'autodialler act.'),
  ('IL.automated', 'IL', '{voice_automated}', 'mon_fri=09:00-21:00 sat=09:00-21:00 sun=09:00-21:00',
    null, null, false, 'no', false, false, '815 ILCS 305', 'secondary_only',
    null, null, 'Only if an AI or prerecorded call is an announcing device under the act; the gate assumes it is.'),
  ('IN.hours', 'IN', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no live-call hours rule (IC 24-4.7)', 'federal_default',
    null, null, 'Own no-call list. Two time zones.'),
  ('IN.automated', 'IN', '{voice_automated}', 'mon_fri=09:00-20:00 sat=09:00-20:00 sun=09:00-20:00',
    null, null, false, 'no', false, false, 'IC 24-5-14-8', 'secondary_only',
    null, null, 'Only if an AI or prerecorded call is an announcing device under the act; the gate assumes it is.'),
  ('KS.hours', 'KS', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no hours rule (K.S.A. 50-670)', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('KY.hours', 'KY', '{voice,sms}', 'mon_fri=10:00-21:00 sat=10:00-21:00 sun=10:00-21:00',
    null, null, false, 'unclear', false, false, 'KRS 367.46955(16)', 'quoted_by_third_party',
    null, null, 'Calls to a residence. State what is sold within 30 s (367.46953). Two time zones.'),
  ('KY.automated', 'KY', '{voice_automated}', 'mon_fri=10:00-21:00 sat=10:00-21:00 sun=10:00-21:00',
    null, null, false, 'no', false, false, 'KRS 367.461(2)(e) 8 to 9 with consent, narrowed by 367.46955(16)',
      'quoted_by_third_party',
    null, null, 'Only if an AI or prerecorded call is an announcing device under the act; the gate assumes it is.'),
  ('LA.hours', 'LA', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=closed holiday=closed',
    null, null, false, 'yes', false, false, 'LPSC General Order R-29617 s.V(A)(2); La. R.S. 45:844.31',
      'quoted_by_third_party',
    null, null, 'All contact stops while an emergency is declared and the commission reports to the operations '
      'centre.'),
  ('MA.hours', 'MA', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=08:00-20:00',
    null, null, false, 'unclear', false, false, 'M.G.L. c.159C s.3; 201 CMR 12.02(2)', 'quoted_by_third_party',
    null, null, ''),
  ('MD.hours', 'MD', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=08:00-20:00',
    3, 24, true, 'unclear', false, false, 'Md. Com. Law 14-4502(c)', 'quoted_by_third_party',
    null, null, 'Three a day on one subject.'),
  ('ME.hours', 'ME', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no live-call hours rule (10 M.R.S. 1499-B)', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('ME.automated', 'ME', '{voice_automated}', 'mon_fri=09:00-17:00 sat=closed sun=closed',
    1, 8, false, 'no', false, false, '10 M.R.S. 1498(3)', 'quoted_by_third_party',
    null, null, 'Only if an AI or prerecorded call is an announcing device under the act; the gate assumes it is. One '
      'call in eight hours.'),
  ('MI.hours', 'MI', '{voice,sms}', 'mon_fri=09:00-21:00 sat=09:00-21:00 sun=09:00-21:00',
    null, null, false, 'unclear', false, false, 'MCL 750.540e(1)(f)', 'quoted_by_third_party',
    null, null, 'A criminal statute with an intent element: contested. SB 351 was pending in 2025.'),
  ('MN.hours', 'MN', '{voice,sms}', 'mon_fri=09:00-21:00 sat=09:00-21:00 sun=09:00-21:00',
    null, null, false, 'unclear', false, false, 'Minn. Stat. 325E.30', 'quoted_by_third_party',
    null, null, 'Other tables give the federal hours; the quoted text says 9.'),
  ('MO.hours', 'MO', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'RSMo 407.1076(5)', 'quoted_by_third_party',
    null, null, ''),
  ('MS.hours', 'MS', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=closed',
    null, null, false, 'yes', false, true, 'Miss. Code 77-3-723(1)', 'quoted_by_third_party',
    null, null, 'The text says Central Standard Time; 77-3-603(a) would allow until 9 p.m., the gate uses the '
      'narrower hours. The holiday ban is repealed.'),
  ('MT.hours', 'MT', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'MCA 30-14-1412(1)(d)', 'quoted_by_third_party',
    null, null, ''),
  ('NC.hours', 'NC', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'N.C.G.S. 75-102(f)', 'quoted_by_third_party',
    null, null, ''),
  ('ND.hours', 'ND', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'N.D.C.C. 51-28-05', 'quoted_by_third_party',
    null, null, ''),
  ('NE.hours', 'NE', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'live calls: federal', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('NE.automated', 'NE', '{voice_automated}',
    'mon_fri=08:00-21:00 sat=08:00-21:00 sun=13:00-21:00 holiday=13:00-21:00',
    null, null, false, 'no', false, false, 'Neb. Rev. Stat. 86-248; 291 NAC 11-003', 'secondary_only',
    null, null, 'Only if an AI or prerecorded call is an announcing device under the act; the gate assumes it is. '
      'Sundays and holidays from 13:00 for prerecorded calls.'),
  ('NH.hours', 'NH', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no hours rule (RSA 359-E)', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('NJ.hours', 'NJ', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'N.J.S.A. 56:8-128(c)', 'quoted_by_third_party',
    null, null, 'One public repository gives 9 to 8 under 56:8-130; the quoted 56:8-128(c) gives 8 to 9. The mobile '
      'ban is in state_rules.'),
  ('NM.hours', 'NM', '{voice,sms}', 'mon_fri=09:00-21:00 sat=09:00-21:00 sun=09:00-21:00',
    null, null, false, 'unclear', false, false, 'NMSA 57-12-22(B)(5)', 'quoted_by_third_party',
    null, null, 'The time of receipt counts.'),
  ('NV.hours', 'NV', '{voice,sms}', 'mon_fri=09:00-20:00 sat=09:00-20:00 sun=09:00-20:00',
    null, null, false, 'yes', false, false, 'NRS 598.0918(3)', 'quoted_by_third_party',
    null, null, 'One survey finds no hours law; another quotes this one with the official page. Treated as binding.'),
  ('NY.hours', 'NY', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'N.Y. Gen. Bus. Law 399-z(2)', 'quoted_by_third_party',
    null, null, 'Ban during a declared emergency: 399-z(5-a), from a secondary source.'),
  ('OH.hours', 'OH', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no hours rule (R.C. ch. 4719)', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('OK.hours', 'OK', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=08:00-20:00',
    3, 24, true, 'yes', false, false, '15 O.S. 775C.4(A)', 'quoted_by_third_party',
    null, null, 'Three a day on one subject, including texts.'),
  ('OR.hours.2026', 'OR', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=08:00-20:00',
    3, 24, false, 'yes', false, false, 'ORS 646.563(1)(b), HB 3865 (2025 c.580)', 'quoted_by_third_party',
    '2026-01-01', null,
      'Texts included; the act makes an exception for relationships of 18 months, which the gate does not use here. '
      'Until 2025 the day ended at 21:00. Malheur County is Mountain.'),
  ('OR.hours.old', 'OR', '{voice}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'no', true, false, 'ORS 646.563 before HB 3865', 'secondary_only',
    null, '2025-12-31', 'Until 2025; texts only under the federal rule.'),
  ('PA.hours.old', 'PA', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00 holiday=closed',
    null, null, false, 'unclear', false, false, '73 P.S. 2245(a)(1),(10) before Act 47', 'quoted_by_third_party',
    null, '2026-10-17', 'Thirteen legal holidays.'),
  ('PA.hours.2026', 'PA', '{voice,sms}', 'mon_fri=09:00-19:00 sat=09:00-19:00 sun=closed holiday=closed',
    null, null, false, 'yes', false, false, '73 P.S. 2245(a), Act 47 of 2026 (SB 992)', 'secondary_only',
    '2026-10-18', null,
      'Enactment on 2026-07-20 and effect on 2026-10-18 rest on a Senate press release and two independent '
      'repositories; the act was not seen.'),
  ('PR.hours', 'PR', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, '47 CFR 64.1200(c)(1)', 'federal_default',
    null, null, 'Only the federal rule was found.'),
  ('RI.hours', 'RI', '{voice,sms}', 'mon_fri=09:00-18:00 sat=10:00-17:00 sun=closed holiday=closed',
    null, null, false, 'unclear', false, false, 'R.I. Gen. Laws 5-61-2(2), 5-61-3.6(a)', 'quoted_by_third_party',
    null, null, 'Unsolicited sales calls to residential, mobile and paging numbers. State and federal holidays.'),
  ('SC.hours', 'SC', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'S.C. Code 37-21-30', 'quoted_by_third_party',
    null, null, 'Covers numbers with a South Carolina area code.'),
  ('SD.hours', 'SD', '{voice,sms}', 'mon_fri=09:00-21:00 sat=09:00-21:00 sun=closed',
    null, null, false, 'unclear', false, false, 'SDCL 37-30A-3(2)', 'secondary_only',
    null, null, 'Hours from one secondary table; the section itself was quoted for its scope only.'),
  ('SD.automated', 'SD', '{voice_automated}', 'mon_fri=09:00-21:00 sat=closed sun=closed',
    null, null, false, 'no', false, false, 'SDCL 37-30-28 (weekday)', 'secondary_only',
    null, null, 'Only if an AI or prerecorded call is an announcing device under the act; the gate assumes it is. '
      'Saturday was not confirmed, so it is closed.'),
  ('TN.hours', 'TN', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'yes', true, false, 'T.C.A. 65-4-402', 'quoted_by_third_party',
    null, null, 'Do-not-call and do-not-text register; annual registration. Two time zones.'),
  ('TX.hours', 'TX', '{voice,sms}', 'mon_fri=09:00-21:00 sat=09:00-21:00 sun=12:00-21:00',
    null, null, false, 'unclear', false, false, 'Tex. Bus. & Com. Code 301.051(b)(2)', 'quoted_by_third_party',
    null, null, 'Literally after 9 a.m. and, on Sundays, after noon; the opening second itself is allowed here. '
      'Residential numbers, consumer goods. Whether the section reaches texts is contested.'),
  ('UT.hours', 'UT', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=closed holiday=closed',
    null, null, false, 'unclear', false, false, 'Utah Code 13-25a-103(3)', 'quoted_by_third_party',
    null, null, 'Written for calls without prior express consent; the gate applies the hours with consent too.'),
  ('VA.hours', 'VA', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'yes', true, false, 'Va. Code 59.1-511', 'quoted_by_third_party',
    null, null, 'Any number with a Virginia area code. Texts by SB 1339 from 2026-01-01.'),
  ('VT.hours', 'VT', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no hours rule found', 'federal_default',
    null, null, 'Register before the first call: criminal penalty.'),
  ('WA.hours', 'WA', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=08:00-20:00',
    null, null, false, 'unclear', false, false, 'RCW 19.158.040(2), 19.158.110(4); RCW 80.36.390', 'primary_text_seen',
    null, null, 'The time of receipt counts. Identify within 30 s, end the call within 10 s when asked; texts: RCW '
      '19.190.'),
  ('WI.hours', 'WI', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'Wis. Admin. Code ATCP 127.16(3)', 'secondary_only',
    null, null, ''),
  ('WV.hours', 'WV', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'W. Va. Code 46A-6F-601(a)(4)', 'quoted_by_third_party',
    null, null, ''),
  ('WY.hours', 'WY', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=08:00-20:00',
    null, null, false, 'unclear', false, false, 'Wyo. Stat. 40-12-302(d)', 'quoted_by_third_party',
    null, null, '')
), laws as (
  insert into public.calling_laws (law, state, channel_classes, cap_count, cap_hours, cap_same_subject, reaches_texts,
    restates_federal, also_standard_time, source, verification, effective_from, effective_to, reviewed_on, notes)
  select law, state, channel_classes::text[], cap_count::smallint, cap_hours::smallint, cap_same_subject,
    reaches_texts,
    restates_federal, also_standard_time, source, verification::public.rule_verification, effective_from::date,
    effective_to::date, date '2026-11-21', notes
  from seed
)
insert into public.calling_windows (law, state, channel_class, weekday_group, start_local, end_local, effective,
  also_standard_time, binding)
select s.law, s.state, c.channel_class, split_part(w.item, '=', 1),
  case when span <> 'closed' then split_part(span, '-', 1)::time end,
  case when span <> 'closed' then split_part(span, '-', 2)::time end,
  daterange(s.effective_from::date, s.effective_to::date, '[]'), s.also_standard_time, not s.restates_federal
from seed s
cross join lateral unnest(s.channel_classes::text[]) c(channel_class)
cross join lateral regexp_split_to_table(s.windows, ' ') w(item)
cross join lateral (select split_part(w.item, '=', 2)) p(span);

update public.state_rules r set capped = true
where exists (select from public.calling_laws l where l.state = r.state and l.cap_count is not null);

-- sql/40_gate/12_holidays_data.sql

-- Lists change; an uncertain day is kept as a holiday, which only closes more hours.
insert into public.holidays (state, name, kind, month, day, nth, weekday, years, observed, source, verification)
select s.state, h.name, h.kind, h.month, h.day, h.nth, h.weekday, 'all', s.observed, s.source,
  s.verification::public.rule_verification
from (values
  ('US', 'nearest_weekday', '5 U.S.C. 6103', 'from_memory'),
  ('AL', 'nearest_weekday', 'Ala. Code 1-3-8: Sunday moves to Monday, Saturday to Friday', 'secondary_only'),
  ('LA', 'nearest_weekday', 'La. R.S. 1:55', 'from_memory'),
  ('NE', 'nearest_weekday', 'Neb. Rev. Stat. 62-301', 'from_memory'),
  ('PA', 'sunday_to_monday', '44 P.S. 11; 2019 list', 'secondary_only'),
  ('RI', 'sunday_to_monday', 'R.I. Gen. Laws 25-1-1 and federal holidays', 'secondary_only'),
  ('UT', 'nearest_weekday', 'Utah Code 63G-1-301', 'from_memory')
) s(state, observed, source, verification)
cross join (values
  ('New Year''s Day', 'fixed', 1, 1, null::smallint, null::smallint),
  ('Martin Luther King Jr. Day', 'nth_weekday', 1, null, 3, 1),
  ('Washington''s Birthday', 'nth_weekday', 2, null, 3, 1),
  ('Memorial Day', 'last_weekday', 5, null, null, 1),
  ('Juneteenth', 'fixed', 6, 19, null, null),
  ('Independence Day', 'fixed', 7, 4, null, null),
  ('Labor Day', 'nth_weekday', 9, null, 1, 1),
  ('Columbus Day', 'nth_weekday', 10, null, 2, 1),
  ('Veterans Day', 'fixed', 11, 11, null, null),
  ('Thanksgiving Day', 'nth_weekday', 11, null, 4, 4),
  ('Christmas Day', 'fixed', 12, 25, null, null)
) h(name, kind, month, day, nth, weekday);

insert into public.holidays (state, name, kind, month, day, nth, weekday, plus_days, years, observed, source,
  verification) values
  ('AL', 'Mardi Gras', 'easter', null, -47, null, null, 0, 'all', 'none',
    'Ala. Code 1-3-8 (Baldwin and Mobile counties)', 'from_memory'),
  ('AL', 'Confederate Memorial Day', 'nth_weekday', 4, null, 4, 1, 0, 'all', 'none', 'Ala. Code 1-3-8', 'from_memory'),
  ('AL', 'Jefferson Davis'' Birthday', 'nth_weekday', 6, null, 1, 1, 0, 'all', 'none', 'Ala. Code 1-3-8',
    'from_memory'),
  ('LA', 'Battle of New Orleans', 'fixed', 1, 8, null, null, 0, 'all', 'none', 'La. R.S. 1:55', 'from_memory'),
  ('LA', 'Mardi Gras', 'easter', null, -47, null, null, 0, 'all', 'none', 'La. R.S. 1:55', 'secondary_only'),
  ('LA', 'Good Friday', 'easter', null, -2, null, null, 0, 'all', 'none', 'La. R.S. 1:55', 'secondary_only'),
  ('LA', 'Huey P. Long Day', 'fixed', 8, 30, null, null, 0, 'all', 'none', 'La. R.S. 1:55', 'from_memory'),
  ('LA', 'All Saints'' Day', 'fixed', 11, 1, null, null, 0, 'all', 'none', 'La. R.S. 1:55', 'secondary_only'),
  ('LA', 'General Election Day', 'election_day', null, null, null, null, 0, 'even', 'none', 'La. R.S. 1:55',
    'from_memory'),
  ('LA', 'Inauguration Day', 'fixed', 1, 20, null, null, 0, 'after_leap', 'sunday_to_monday',
    'La. R.S. 1:55 (Baton Rouge)', 'from_memory'),
  ('LA', 'Acadian Day', 'nth_weekday', 11, null, 4, 4, 1, 'all', 'none', 'La. R.S. 1:55', 'from_memory'),
  ('NE', 'Arbor Day', 'last_weekday', 4, null, null, 5, 0, 'all', 'none', 'Neb. Rev. Stat. 62-301', 'from_memory'),
  ('NE', 'Day after Thanksgiving', 'nth_weekday', 11, null, 4, 4, 1, 'all', 'none', 'Neb. Rev. Stat. 62-301',
    'from_memory'),
  ('PA', 'Good Friday', 'easter', null, -2, null, null, 0, 'all', 'none', '2019 list at dnc.com', 'secondary_only'),
  ('PA', 'Flag Day', 'fixed', 6, 14, null, null, 0, 'all', 'sunday_to_monday', '2019 list at dnc.com',
    'secondary_only'),
  ('PA', 'Election Day', 'election_day', null, null, null, null, 0, 'all', 'none', '2019 list at dnc.com',
    'secondary_only'),
  ('RI', 'Victory Day', 'nth_weekday', 8, null, 2, 1, 0, 'all', 'none', 'R.I. Gen. Laws 25-1-1', 'secondary_only'),
  ('RI', 'Election Day', 'election_day', null, null, null, null, 0, 'even', 'none', 'R.I. Gen. Laws 25-1-1',
    'from_memory'),
  ('UT', 'Juneteenth (day off)', 'nearest_monday', 6, 19, null, null, 0, 'all', 'none', 'Utah Code 63G-1-301',
    'from_memory'),
  ('UT', 'Pioneer Day', 'fixed', 7, 24, null, null, 0, 'all', 'nearest_weekday', 'Utah Code 63G-1-301',
    'secondary_only');

-- Federal holidays on a Saturday are observed on Friday; the Rhode Island law counts state and federal days.
update public.holidays set observed = 'nearest_weekday' where state = 'RI' and kind = 'fixed';

insert into public.holiday_dates (state, on_date, holiday)
select d.state, d.on_date, d.holiday
from generate_series(1999, 2100) y
cross join lateral private.us_holiday_dates(y) d
where d.on_date between date '2000-01-01' and date '2099-12-31';

-- sql/40_gate/13_gate_rules_data.sql

-- The reasons that gate_evaluate can give.
insert into public.gate_rules (rule, concern, title, channels, is_temporary, waivable, source, verification,
  effective_from, reviewed_on, notes)
select v.rule, v.concern, v.title, case v.on_channels
    when 'all' then '{email,sms,voice_manual,voice_ai}' when 'email' then '{email}' when 'phone'
      then '{sms,voice_manual,voice_ai}'
    when 'auto' then '{sms,voice_ai}' when 'calls' then '{voice_manual}' else '{sms}' end::text[],
  v.is_temporary, v.waivable, v.source, v.verification::public.rule_verification, v.effective_from::date,
    date '2026-11-21', v.notes
from (values
  -- Facts and the contact point itself
  ('facts_unreadable', 'facts', 'The facts are not a JSON object', 'all', false, false, 'policy: unknown refuses',
    'house_policy', null, ''),
  ('fact_unreadable', 'facts', 'A required fact is unreadable', 'all', false, false, 'policy: unknown refuses',
    'house_policy', null, 'The detail names the fact.'),
  ('as_of_outside_rules', 'facts', 'The instant is outside the years that the rules cover', 'all', false, false,
    'policy: unknown refuses', 'house_policy', null, ''),
  ('email_missing', 'contact', 'No e-mail address', 'email', false, false, 'policy', 'house_policy', null, ''),
  ('email_invalid', 'contact', 'The e-mail address is invalid', 'email', false, false, 'policy', 'house_policy', null,
    ''),
  ('phone_missing', 'contact', 'No phone number', 'phone', false, false, 'policy', 'house_policy', null, ''),
  ('phone_invalid', 'contact', 'Not a valid E.164 number of the United States', 'phone', false, false, 'policy',
    'house_policy', null, ''),
  ('phone_not_us', 'contact', 'A number outside the United States', 'phone', false, false,
    'policy: no rules are known there', 'house_policy', null,
    'Canada and the Caribbean share the country code and are distinguished by area code; so are area codes that are '
    'not in the table.'),
  ('line_type_barred', 'contact', 'Toll-free, premium, shared-cost, pager, voicemail or company number', 'phone',
    false, false, '47 U.S.C. 227(b)(1)(A)(iii)', 'quoted_by_third_party', null,
    'Services for which the called party pays, and pagers; the rest is policy.'),
  ('landline_cannot_text', 'contact', 'A landline cannot receive texts', 'sms', false, false, 'policy',
    'house_policy', null, ''),
  -- Opt-outs
  ('opted_out', 'opt_out', 'A message from the person opts out of this channel', 'all', false, false,
    '47 CFR 64.1200(a)(10); CTIA; T-Mobile Code of Conduct 2.11', 'quoted_by_third_party', '2025-04-11',
    'Any reasonable means. A text ends texts and automated calls, a call ends all phone channels, an e-mail ends '
    'e-mail, and channels named in its words are added. The law allows ten business days; the gate stops at once. '
    'START reverses only the keyword STOP.'),
  ('consent_revoked', 'opt_out', 'Consent was revoked for this channel', 'all', false, false,
    '47 CFR 64.1200(a)(10); DA 26-12', 'quoted_by_third_party', '2025-04-11',
    'The rule that one revocation covers every topic is waived until 2027-01-31; the gate already ends the whole '
    'channel. A revocation of unknown scope or date covers everything.'),
  ('internal_list', 'opt_out', 'The person asked not to be called', 'phone', false, false,
    '47 CFR 64.1200(d)(6); Va. Code 59.1-514 (texts, ten years)', 'quoted_by_third_party', null,
    'Five years, ten for texts to Virginia. After the term the request applies until a newer signed consent, unless '
    'counsel approved otherwise (internal_list_ends). Also applies to messages about a matter.'),
  ('confirmation_by_text_only', 'opt_out', 'An opt-out may be confirmed only by text', 'all', false, false,
    '47 CFR 64.1200(a)(12)', 'secondary_only', null, ''),
  ('confirmation_without_opt_out', 'opt_out', 'There is no opt-out to confirm', 'sms', false, false,
    '47 CFR 64.1200(a)(12)', 'secondary_only', null, ''),
  ('confirmation_too_late', 'opt_out', 'More than five minutes after the opt-out', 'sms', false, false,
    '47 CFR 64.1200(a)(12)', 'secondary_only', null,
    'The law allows later confirmations with a justification; the gate does not.'),
  ('confirmation_already_sent', 'opt_out', 'A confirmation was sent, or may have been sent', 'sms', false, false,
    '47 CFR 64.1200(a)(12)', 'secondary_only', null, ''),
  ('confirmation_with_marketing', 'opt_out', 'A confirmation must not contain marketing', 'sms', false, false,
    '47 CFR 64.1200(a)(12)', 'secondary_only', null, ''),
  -- Consent
  ('consent_missing', 'consent', 'No consent on record', 'auto', false, false,
    '47 CFR 64.1200(a)(1)-(2), (f)(9); FCC 24-17', 'quoted_by_third_party', null,
    'AI voices are artificial voices. Texts are sent by platform, so they count as automated: FL, OK, MD and WA say '
    'so explicitly, CTIA and Twilio require it everywhere. A message about a matter requires consent without the '
    'form.'),
  ('relationship_is_no_consent', 'consent', 'A business relationship does not replace written consent', 'auto', false,
    false, '47 CFR 64.1200(a)(2)', 'quoted_by_third_party', null, ''),
  ('consent_not_written', 'consent', 'Consent is oral or implied', 'auto', false, false, '47 CFR 64.1200(f)(9)',
    'secondary_only', null, ''),
  ('consent_undated', 'consent', 'The date of the consent is unknown', 'auto', false, false, '16 CFR 310.5(a)(8)',
    'secondary_only', null, ''),
  ('consent_in_the_future', 'consent', 'Consent is dated after the contact', 'auto', false, false, 'policy',
    'house_policy', null, ''),
  ('consent_for_another_seller', 'consent', 'Consent does not name this seller', 'auto', false, false,
    '47 CFR 64.1200(f)(9)', 'secondary_only', null,
    'The one-seller-at-a-time rule was vacated on 2025-01-24; naming the seller was always required.'),
  ('consent_without_this_number', 'consent', 'Consent does not cover this number', 'auto', false, false,
    '47 CFR 64.1200(f)(9)', 'secondary_only', null, ''),
  ('consent_unsigned', 'consent', 'Consent is not signed', 'auto', false, false, '47 CFR 64.1200(f)(9); E-SIGN',
    'secondary_only', null, 'A pre-checked box is not a signature.'),
  ('consent_condition_of_purchase', 'consent', 'Not shown that consent was not a condition of purchase', 'auto',
    false, false, '47 CFR 64.1200(f)(9)', 'secondary_only', null, ''),
  ('consent_without_automation', 'consent', 'Consent does not disclose automated calls or texts', 'auto', false,
    false, '47 CFR 64.1200(f)(9)', 'secondary_only', null, ''),
  ('house_consent_stale', 'consent', 'Consent is older than the org accepts', 'auto', false, true,
    'policy: consent_max_age_months', 'house_policy', null,
    'No federal expiry is known. Off unless the org sets it; 12 to 18 months is common.'),
  ('state_written_consent', 'consent', 'The state requires written consent for any sales call', 'calls', false, false,
    'Conn. Gen. Stat. 42-288a', 'primary_text_seen', null, 'Definition seen.'),
  ('state_mobile_ban', 'consent', 'The state prohibits unsolicited sales calls to mobiles', 'phone', false, true,
    'A.R.S. 44-1278(B)(3); N.J.S.A. 56:8-130', 'quoted_by_third_party', null,
    'A signed agreement lifts it. Lines that are not known to be landlines count as mobile.'),
  -- Do-not-call lists
  ('dnc_lookup_failed', 'dnc', 'The do-not-call lookup failed', 'all', false, false, 'policy: unknown refuses',
    'house_policy', null, ''),
  ('dnc_unknown', 'dnc', 'The do-not-call status is unknown', 'phone', false, false, '47 CFR 64.1200(c)(2)',
    'quoted_by_third_party', null, ''),
  ('dnc_federal', 'dnc', 'The number is on the national registry', 'phone', false, false,
    '47 CFR 64.1200(c)(2); 16 CFR 310.4(b)(1)(iii)', 'quoted_by_third_party', null,
    'Lifted by a signed agreement with this number, or by a relationship for hand-dialled calls.'),
  ('dnc_federal_unknown', 'dnc', 'Unknown whether the number is on the national registry', 'phone', false, false,
    '47 CFR 64.1200(c)(2)', 'quoted_by_third_party', null, ''),
  ('dnc_state', 'dnc', 'The number is on a state list', 'phone', false, false, 'state lists', 'secondary_only', null,
    'A relationship does not lift a state list: the terms differ by state and were not verified.'),
  ('dnc_state_unknown', 'dnc', 'Unknown whether the number is on a state list', 'phone', false, false, 'state lists',
    'secondary_only', null, ''),
  ('dnc_never_scrubbed', 'dnc', 'Never checked against a dated copy of the registry', 'phone', false, false,
    '47 CFR 64.1200(c)(2)(i)(D)', 'quoted_by_third_party', null, ''),
  ('dnc_scrub_stale', 'dnc', 'The registry copy is older than 31 days', 'phone', false, false,
    '47 CFR 64.1200(c)(2)(i)(D); 16 CFR 310.4(b)(3)(iv)', 'primary_text_seen', null,
    'A copy exactly 31 days old is still valid. An org may set a shorter limit.'),
  ('dnc_scrub_unreadable', 'dnc', 'The date of the registry copy is impossible', 'phone', false, false,
    'policy: unknown refuses', 'house_policy', null, ''),
  ('relationship_ended', 'dnc',
    'The relationship that would lift the registry has ended, has no date or is with another seller', 'phone', false,
    false, '47 CFR 64.1200(f)(5)', 'quoted_by_third_party', null,
    '18 calendar months from a purchase, 3 from an inquiry. Given together with the listing that it would have '
    'lifted.'),
  -- E-mail
  ('email_unsubscribed', 'email', 'The person unsubscribed', 'email', false, false,
    '15 U.S.C. 7704(a)(4); Gmail and Yahoo: two days', 'secondary_only', null,
    'Ten business days by law; at once here. The law allows messages about a matter to continue (7702(17)); an org '
    'may stop them too (unsubscribe_ends_transactional).'),
  ('email_spam_report', 'email', 'The person reported spam', 'email', false, false, 'mailbox providers',
    'secondary_only', null, ''),
  ('email_bounced', 'email', 'The address bounced', 'email', false, false, 'mailbox providers', 'secondary_only',
    null, 'Blocks and soft bounces are temporary and do not count.'),
  ('email_event_unknown', 'email', 'An e-mail event of unknown meaning is on record', 'email', false, false,
    'policy: unknown refuses', 'house_policy', null, ''),
  ('email_lists_unknown', 'email', 'Unknown whether the person unsubscribed', 'email', false, false,
    '15 U.S.C. 7704(a)(4)', 'secondary_only', null, ''),
  ('email_without_postal_address', 'email', 'No postal address in the body', 'email', false, false,
    '15 U.S.C. 7704(a)(5)', 'secondary_only', null, ''),
  ('email_without_unsubscribe', 'email', 'No way to unsubscribe in the body', 'email', false, false,
    '15 U.S.C. 7704(a)(3)', 'secondary_only', null, ''),
  ('email_without_one_click', 'email', 'No one-click unsubscribe above 5,000 e-mails a day, or at an unknown volume',
    'email', false, true, 'RFC 8058; Gmail sender guidelines', 'quoted_by_third_party', null, ''),
  ('email_unauthenticated', 'email', 'The sending domain is not known to be authenticated', 'email', false, false,
    'Gmail sender guidelines', 'secondary_only', null, ''),
  -- Hours
  ('federal_hours', 'hours', 'Outside 8 a.m. to 9 p.m. where the person is', 'phone', true, false,
    '47 CFR 64.1200(c)(1); 16 CFR 310.4(c)', 'quoted_by_third_party', null,
    'From calling_windows, state US. 08:00:00 is allowed, 21:00:00 is not. Applies with consent, too. Solicitations '
    'only.'),
  ('state_hours', 'hours', 'Outside the hours of a state', 'phone', true, true, 'calling_laws',
    'quoted_by_third_party', null, 'From calling_windows; the source and its verification are in calling_laws.'),
  ('state_day_closed', 'hours', 'The state allows no contact on this weekday', 'phone', true, true, 'calling_laws',
    'quoted_by_third_party', null, ''),
  ('state_holiday', 'hours', 'The state restricts contact on legal holidays', 'phone', true, true,
    'calling_laws, holidays', 'quoted_by_third_party', null, ''),
  ('house_hours', 'hours', 'Outside the org''s own hours', 'phone', true, true, 'policy: calling_hours',
    'house_policy', null, ''),
  -- Frequency
  ('state_cap', 'caps', 'The cap of a state on attempts is reached', 'phone', true, false,
    'Fla. Stat. 501.616(6)(b); 15 O.S. 775C.4; Md. Com. Law 14-4502(c); ORS 646.563; 10 M.R.S. 1498',
    'quoted_by_third_party', null,
    'Three in 24 hours (FL, OK, MD on the same subject; OR on any subject), one automated call in 8 hours (ME). Calls '
    'and texts count together; inbound contacts and e-mail do not.'),
  ('house_cap', 'caps', 'The org''s own cap on attempts is reached', 'phone', true, true,
    'policy: max_attempts_24h (6 unless tightened), max_attempts_7d, max_attempts_total', 'house_policy', null, ''),
  ('history_unknown', 'caps', 'The state limits the number of attempts, and the history is unknown', 'phone', false,
    false, 'policy: unknown refuses', 'house_policy', null, ''),
  -- Places
  ('emergency', 'places', 'An emergency is declared where the person could be', 'phone', false, false,
    'La. R.S. 45:844.31 and LPSC R-29617; N.Y. Gen. Bus. Law 399-z(5-a)', 'primary_text_seen', null,
    'The list of states is an input; the gate applies it to any state, with consent too.'),
  ('house_state_closed', 'places', 'The org does not contact people in this state', 'phone', false, true,
    'policy: deny_states', 'house_policy', null, ''),
  ('house_channel_closed', 'places', 'The org does not use this channel', 'all', false, true, 'policy: deny_channels',
    'house_policy', null, '')
) v(rule, concern, title, on_channels, is_temporary, waivable, source, verification, effective_from, notes);

-- sql/40_gate/14_zip_zones_data.sql

-- Generated by scripts/build/zones.ts. A line: zones|states|reason|prefixes, where a bare 3-digit prefix
-- stands for itself and 123:0145 for the ZIPs 12301 and 12345.
insert into public.zip_zones (prefix, zones, states, reason)
select left(item, 3) || substr(item, 3 + 2 * n, case when n = 0 then 0 else 2 end),
  string_to_array(part[1], ','), string_to_array(part[2], ','), nullif(part[3], '')
from regexp_split_to_table('
America/New_York|NY||005 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117 118 119 120 121 122 123 124 125 126 127 128 129 130 131 132 133 134 135 136 137 138 139 140 141 142 143 144 145 146 147 148 149
America/Puerto_Rico|PR||006 007 009
America/St_Thomas|VI||008
America/New_York|MA||010 011 012 013 014 015 016 017 018 019 020 021 022 023 024 025 026 027 055
America/New_York|MA,RI||028
America/New_York|RI||029 028:0102040607080912131415161718222324252627282930313233353637383940414252575859606263646571727374757677787980818283858687888991929394959698
America/New_York|NH||030 031 032 033 034 036 037 035:61707475768081828384858688899092939598 038:01020309101112131415161718192021222324252627303233353637383940414243444546474849505152535455565758596061626465666768697071727374757882838485868790949697
America/New_York|ME,NH,VT||035
America/New_York|ME,NH||038 035:79
America/New_York|NH,VT||035:97
America/New_York|ME||039 040 041 042 043 044 045 046 047 048 049 038:04
America/New_York|VT||050 051 052 053 054 056 057 058 059
America/New_York|CT||060 061 062 064 065 066 067 068 069 063:203031323334353638394049505153545557596065707172737475767778798082838485878889
America/New_York|CT,NY||063
America/New_York|NJ||070 071 072 073 074 075 076 077 078 079 080 081 082 083 084 085 086 087 088 089
America/New_York|PA||150 151 152 153 154 155 156 157 158 159 160 161 162 163 164 165 166 167 168 169 170 171 172 173 174 175 176 177 178 179 180 181 182 183 184 185 186 187 188 189 190 191 193 194 195 196
America/New_York|DE||197 198 199
America/New_York|DC,MD,VA||200 202 203 205
America/New_York|DC||569 888 200:01020304050607080910111213151617181920242627293032333536373839404243444547495253555657596062636465667173769091 202:0102030408101112131516171819202122232426272829303537394041424445505460687089 203:0306181940707273747576808890919298 204:0102030405070810111213141516171819202122232425262728293133343536373940414244475156606372 205:00030405060708091015202122232425262728293031333435363839404142434446474849515253545557596065667071727375767779808185869091939497
America/New_York|VA||220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 238 239 240 241 242 243 244 245 200:416970 201:01020304050608091011121315161718192021222428293031323436373839404142434446474849515253555658596063646566676869707172757677788081828485868788899091929495969798 202:06 203:01103050 204:06 205:98 246:0102030506070809121314192022242728303134353739404146474951565758
America/New_York|MD||206 207 208 209 210 211 212 214 215 216 217 218 219 200:58 202:0733 203:8995 205:8899
America/New_York|VA,WV||201 246
America/New_York|DC,VA||204
America/New_York|WV||247 248 249 250 251 252 253 254 255 256 257 258 259 260 261 262 263 264 265 266 267 268
America/New_York|NC||270 271 272 273 274 275 276 277 278 279 280 281 282 283 284 285 286 287 288 289
America/New_York|SC||290 291 292 293 294 295 296 297 298 299
America/New_York|GA||300 302 303 304 305 306 307 308 309 310 311 312 313 314 315 316 317 318 398 399 301:010203040506070809101112131415161718192021222324252627293233343537383940414243444546474849505152535456576061626468697071727375767778798082838485878889 319:010203040607080914179395979899
America/New_York|AL,GA||301 319
America/New_York|FL||320 321 322 323 326 327 328 329 330 331 332 333 334 335 336 337 338 339 341 342 344 346 347 349 324:57
America/Chicago,America/New_York|FL||324
America/Chicago|FL||325 324:0102030405060708091011121317202122232425262728303132333435373839404243444546474849525559606162636466
America/Chicago,America/New_York|FL|touches counties in two zones|324:5665
America/Chicago|FL|Pensacola, Escambia County FL is Central|325:01
America/Chicago|AL||350 351 352 354 355 356 357 358 359 360 361 362 363 364 365 366 367 369 368:0102030430313249505152535556585960616265666971747579
America/Chicago,America/New_York|AL||368
America/Chicago,America/New_York|AL|touches counties in two zones|368:546367687077
America/New_York|AL||368:72
America/Chicago|TN||370 371 372 375 380 381 382 384 373:010506131824272830343539404245484952555657596065667475767880828387888994969798 377:23 383:0102030508101113141516171820212427282930313233343637383940414243444546474851525556575859616263656667686970717274757677787980818287888990919293 385:010203050641424344454748495051525354555657585960626364656768697071727374757778798081828385878889
America/Chicago,America/New_York|TN||373 374 378 385
America/New_York|TN||379 373:020304070809101112141516172022232526293133364143505153546162636469707173848591 374:0103040607080910111214151621222450 376:0102040514151617182021254041434445505657585960626364656980818283848687889091929499 377:0105070809101113141516171921222425272930313233373842434445485354555657606263646566697071727374777879 378:010203040607091011131415161819202122242526282930314041434546474849515253576061626364656667686970717273747677787980818285868788909192
America/Chicago,America/New_York|TN|touches counties in two zones|373:21323767777981 374:0519 378:54 385:04
America/Chicago,America/New_York|TN|boundary ZIP: a ring of 5 to 10 km around its centre crosses the line|373:3847 377:26
America/New_York|TN|Chattanooga, Hamilton County TN is Eastern|374:02
America/New_York|TN,VA||376 377:52
America/Chicago,America/New_York|TN,VA||377
America/Chicago|MS,TN||383
America/Chicago|MS||386 387 389 390 391 392 393 394 395 396 397 388:01020304202124252627282933343538394143444647484950515556575859606263646566686970717374757677787980
America/Chicago|AL,MS||388
America/Chicago,America/New_York|KY||400 401 425 427
America/New_York|KY||403 404 405 406 407 408 410 411 412 413 414 415 416 417 418 459 400:03040607081011121314192022232631323336374045464748495051525556575859606162636566676869707175767778 401:0407080910172122295055596062656677 409:02030613141521232730323539404143444649515355586264727779818283889597 425:01020316193341535864656667 426:31343538474953 427:010219243240485888 452:75
America/Chicago,America/New_York|KY|touches counties in two zones|400:09 401:154042465761717576 425:283944 426:42 427:16182833435764
America/Kentucky/Louisville|KY||402 400:18252741 401:18
America/Chicago|KY||421 423 424 401:111943444552537078 420:010203202122232425272829313233353637383940414445474849505153545556586061636466697071767881828385868788 422:0102040607101114151617192021323436404152545659616265667374757680858688 426:29 427:13151720212226294142464953545559626582
America/New_York|KY,TN||409
America/Chicago|KY,TN||420 422
America/Chicago|KY|Bowling Green, Warren County KY is Central|421:01
America/Chicago|KY|Owensboro, Daviess County KY is Central|423:01
America/Kentucky/Monticello|KY||425:18
America/Chicago,America/New_York|KY,TN||426
America/Chicago|KY,TN|Albany, Clinton County KY is Central|426:02
America/Chicago,America/Kentucky/Monticello|KY|touches counties in two zones|426:0333
America/Chicago,America/New_York|KY|boundary ZIP: a ring of 5 to 10 km around its centre crosses the line|427:127684
America/New_York|OH||430 431 432 433 434 435 436 437 438 439 440 441 442 443 444 445 446 447 448 449 450 451 453 454 455 456 457 458 452:0102030405060708091112131415161718192022232425262729303132333435363738394041424344454647484950515253545558626367
America/New_York|KY,OH||452
America/Indiana/Indianapolis|IN||460 461 462 466 467 468 472 473 474 478 465:0102040607081013141516172426272830363738394042434445465053555661626567707172738081829095 469:01020304101112131415161719202122232628293031323335363738394041424345464750515253575859616265677071747577787980828486878889909192949598 470:03061012161721232430313334353637394142 471:020820253865677077 479:010203040506070916171820212324252628293032334041444950525455586062656667686970717475808182838687888990919293949697
America/Chicago,America/Indiana/Indianapolis|IN||463 465 479
America/Chicago|IN||464 477 463:010203040708101112192021222324252740414245464748495052555660616568717273757677798081828384859091929394 475:3136375052567779 476:011011121315161718202930313437383947484954657083 479:2243516364
America/Indiana/Indianapolis,America/Indiana/Knox|IN|touches counties in two zones|463:6674 465:113163 469:68
America/Chicago|IN|Gary, Lake County IN is Central|464:02
America/Indiana/Knox|IN||465:32
America/Indiana/Indianapolis,America/Indiana/Knox|IN|boundary ZIP: a ring of 5 to 10 km around its centre crosses the line|465:34
America/Chicago,America/Indiana/Indianapolis|IN|touches counties in two zones|465:525474 479:424859777895
America/Indiana/Indianapolis,America/Indiana/Knox|IN||469
America/Indiana/Knox,America/Indiana/Winamac|IN|touches counties in two zones|469:6096
America/Indiana/Winamac|IN||469:85
America/New_York|IN||470
America/Indiana/Vevay|IN||470:1119203843
America/Indiana/Tell_City,America/Kentucky/Louisville|IN||471
America/Kentucky/Louisville|IN||471:0406071011121415171922242629303132333435364142434446475051606162636466729099
America/Indiana/Marengo|IN||471:162340457475
America/Indiana/Marengo,America/Indiana/Tell_City|IN|touches counties in two zones|471:18 475:76
America/Indiana/Tell_City,America/New_York|IN|touches counties in two zones|471:37
America/Indiana/Petersburg,America/Indiana/Tell_City|IN||475
America/Indiana/Vincennes|IN||475:011216192122242728293542454647495357586162687375788081919697
America/Indiana/Tell_City,America/Indiana/Vincennes|IN|touches counties in two zones|475:13
America/Indiana/Tell_City|IN||475:14152025517488
America/Chicago,America/Indiana/Vincennes|IN|touches counties in two zones|475:233241 476:33
America/Indiana/Petersburg|IN||475:6484859098
America/Chicago,America/Indiana/Petersburg|IN|boundary ZIP: a ring of 5 to 10 km around its centre crosses the line|475:67
America/Indiana/Indianapolis,America/Indiana/Tell_City|IN|boundary ZIP: a ring of 5 to 10 km around its centre crosses the line|475:86
America/Chicago,America/Indiana/Petersburg|IN,KY||476
America/Chicago,America/Indiana/Petersburg|IN|touches counties in two zones|476:19406066
America/Chicago|IN,KY||476:35
America/Chicago|IN|Evansville, Vanderburgh County IN is Central|477:08
America/Chicago,America/Indiana/Winamac|IN|touches counties in two zones|479:4657
America/Detroit|MI||480 481 482 483 484 485 486 487 488 489 490 491 492 493 494 495 496 497 498:050608141617181920222526272933353637383940414953545561626465666871727880838485919495 499:010508101213161718192122252930313442454648505253555860616263657071
America/Detroit,America/Menominee|MI||498 499
America/Detroit,America/Menominee|MI|boundary ZIP: a ring of 5 to 10 km around its centre crosses the line|498:01
America/Menominee|MI||498:0212152131344547485258637073747677818687929396 499:020311152027353859646869
America/Detroit,America/Menominee|MI|touches counties in two zones|498:0779 499:4767
America/Chicago|IA||500 501 502 503 504 505 506 507 508 509 511 512 514 515 520 521 522 523 524 526 527 528 510:020304050607080910111214151618192022232425262728293031333435363738394041444546474849505152535455565860616263 513:01313334384041424345464750515455575863646566 516:0103303132363738394546474849505152535456 525:013031333435363740434448495051525354555657606162636566676869707172747677808183848586889091939495
America/Chicago|IA,SD||510
America/Chicago|IA,MN||513 560 561:29
America/Chicago|IA,MO||516 525
America/Chicago|WI||530 531 532 534 535 537 538 539 540 541 542 543 544 546 547 548 549 545:01111213141517192021242526272930313234363738394142434546474850525455565758596061626364656668
America/Chicago|MI,WI||545
America/Chicago|MN||550 551 553 554 556 557 558 559 563 564 565 566 567 560:01020307091011131416171920212223242526282930313233343536373941424344454647485051525455565758606263656869717273747578808182838485878889909193969798 561:0110111314151617181920212223252728313234373839404142434546474950515253555657585960616265666768697071727374757678808183858687 562:01070809101112141516182021222324252627282930313235363739404143444548495152535556575860626364656667707173747677787980818283848587888991929394959697
America/Chicago|IA,MN,SD||561
America/Chicago|MN,SD||562 570 561:364464
America/Chicago|SD||571 572 573 574 570:010203040506071012131415161718202122242527282931323334353637383940414243454647484950515253545557585961626364656667697071727375767778 575:2022232829313334363840414448555962636468697071727679808485 576:31324648
America/Chicago,America/Denver|SD||575
America/Chicago,America/Denver|SD|Pierre is Central, Fort Pierre across the river Mountain|575:01
America/Denver|SD||575:21374347515253677477 576:2021222325263033343639404144495051525657585961 577:0102030609141618192022253032353738414445474850515254555658596061626364666769707273757679808283858788909192939499
America/Chicago,America/Denver|SD|touches counties in two zones|575:326066 576:01
America/Chicago,America/Denver|ND,SD||576 586
America/Denver|ND,SD||576:38424560 586:234953
America/Denver|MT,SD,WY||577
America/Denver|SD,WY||827 577:17
America/Denver|MT,SD||577:24
America/Chicago|ND,SD||580 584
America/Chicago|ND||581 582 583 580:01020405060708091112131516171821272931323335363840424345464748495152535456575859606162636465676869717274757677787981 584:0102051516182021222324252628293031333840414243444548515254555658606163646667727475767778798081828384868788909294959697 585:01020304050607212428313238404244495258596061657072737576777981 587:010203040507101112131618212223252730313334353637404144464850525556585960616263656869707172737576787981828384858788899092939495 588:01020330313335384344454749525356
America/Chicago,America/Denver|ND||585 587 588
America/Denver,America/North_Dakota/New_Salem|ND|touches counties in two zones|585:20356369 586:3138
America/North_Dakota/Beulah|ND||585:2341457180
America/Chicago,America/Denver|ND|touches counties in two zones|585:2968 586:213440 587:57 588:54
America/North_Dakota/Center|ND||585:30
America/Denver|ND||585:336264 586:0102202226273032363941424344454647505152545556
America/North_Dakota/New_Salem|ND||585:5466
America/Denver,America/North_Dakota/Beulah|ND|touches counties in two zones|586:25
America/Denver|MT||590 591 593 594 595 596 597 599 592:0111121314151718192223252630314041424344474850525354555657585960616263737476 598:01020304060708122021232425262728293031323334353740414243444546485153545556585960636465666768707172737475
America/Denver|MT,ND||592
America/Denver|ID,MT||598
America/Chicago|IL||600 601 602 603 604 605 606 607 608 609 610 611 612 613 614 615 616 617 618 619 620 622 623 624 625 626 627 628 629
America/Chicago|MO||630 631 633 634 635 637 638 639 640 641 644 645 646 647 648 649 650 651 652 653 654 655 656 658 636:012021222324252627282930313233363738404548505153545556606263646566707475 657:020405060708101112131415172021222324252627283031323435373839404142444546475253545556575960626465666768697071727374757778798183848586878889909193
America/Chicago|IL,MO||636
America/Chicago|AR,MO||657 726
America/Chicago|KS||660 661 662 664 666 667 668 669 670 671 672 673 674 675 676 665:01020305060708091012141516171820212223242627283132333435363738394042434446474849505254 677:013031343637383940434445474849515253565764 678:01313435373839404142434446495051535455596062636465676869707176778082 679:010551525354
America/Chicago|KS,NE||665 689
America/Chicago,America/Denver|KS||677 678
America/Chicago,America/Denver|KS|touches counties in two zones|677:324161 678:6178
America/Denver|KS||677:33355862 678:365779
America/Chicago|KS,OK||679
America/Chicago|NE||680 681 683 684 685 686 688 687:0102101113141516171820222324252627282930313233343536383940414243454647484951525355565758596061636465666768697071737476777879808183848586878889909192 689:0102202223242526272829303233343536373839404142434445464748495052545556575859606164666769707172737475767779808182 690:012022242526282932343638394042434446 691:0103202330323842435157637071 692:101417
America/Chicago|NE,SD||687
America/Chicago,America/Denver|NE||690 691
America/Denver|NE||690:21232730333741 691:212225272829313340414445464748495052535456606268 692:111819 693:0131333435363940414345464748505152535455565758606163656667
America/Chicago,America/Denver|NE|touches counties in two zones|690:45 691:3435556165666769 692:2021
America/Chicago,America/Denver|NE,SD||692
America/Chicago,America/Denver|NE,SD|touches counties in two zones|692:0112
America/Denver|NE,SD||693 692:16
America/Chicago|LA||700 701 703 704 705 706 707 708 710 711 712 713 714
America/Chicago|AR||716 718 719 720 721 722 723 724 725 727 728 729 717:0111202122242526283031404243444547485051525354585962636465667072 726:010211131516171923242628293031323334353638394041424345485051535455575859606162636668697072757779808283858687
America/Chicago|AR,LA||717
America/Chicago|OK||730 731 734 735 736 737 738 740 741 743 744 745 746 747 748 749 739:01313233383942444546475051
America/Chicago|TX||733 750 751 752 753 754 756 757 758 759 760 761 762 763 764 765 766 767 768 769 770 772 773 774 775 776 777 778 779 780 781 782 783 784 785 786 787 788 789 790 791 792 793 794 795 796 797 739:60 755:010304050750515455585960616263646566676869707172737499 798:303132344243454648525455
America/Chicago,America/Denver|OK,TX||739
America/Chicago,America/Denver|OK|Kenton OK keeps Mountain time by custom|739:37
America/Chicago|OK,TX||739:49
America/Chicago|AR,TX||755
America/Chicago,America/Denver|NM,TX||798
America/Denver|TX||798:2136384953 799:01020304050607081011121314151617182023242526272829303132343536373840414243444546474849505152535455586061687678809596979899
America/Denver|NM,TX||799 880 884 798:35
America/Chicago,America/Denver|TX|Dell City, Hudspeth County TX is Mountain|798:37
America/Denver|TX|Fort Hancock, Hudspeth County TX is Mountain|798:39
America/Chicago,America/Denver|TX|touches counties in two zones|798:47
America/Denver|TX|Sierra Blanca, Hudspeth County TX is Mountain|798:51
America/Denver|CO||800 801 802 803 804 805 806 807 808 809 810 812 813 814 815 816 811:01022021222324252628293031323335363840414344464748495152545557
America/Denver|CO,NM||811
America/Denver|CO,WY||820
America/Denver|WY||821 822 823 824 825 826 828 830 820:0102030506070910505152535455585960617071727381828384 827:1011121415161718202123252729303132 829:0102222325293132333435363738394142434445 831:01101213141516181921222324262728 834:14
America/Denver|UT,WY||829
America/Denver|ID,WY||831
America/Boise|ID||832 837 833:0102031112131416182021222324252728303233343536373840414344464748495052535455 834:0102030405062021222324252728293133343536384041424344454648495051525455606263646566676869 836:02040506071011121516171922232426272829303132333435363738394142434445464748505152535556576061666970727677808687
America/Boise|ID,UT||833
America/Boise|ID,WY||834
America/Boise,America/Los_Angeles|ID||835 836
America/Los_Angeles|ID||838 835:01202324252630313335363739404142434445464852535455
America/Boise,America/Los_Angeles|ID|touches counties in two zones|835:224749 836:5471
America/Denver|UT||840 841 842 843 844 846 847 845:0110111213151618202122232526282930313233343537394042
America/Denver|AZ,UT||845
America/Phoenix|AZ||850 851 852 853 855 856 857 863 864 859:021112222326282931333435394142 860:010203051115161718212223242529323638464752
America/Denver,America/Phoenix|AZ||859
America/Denver,America/Phoenix|AZ|touches counties in two zones|859:0120242527303236373840 860:042028313335405354 865:02101220
America/Denver,America/Phoenix|AZ,UT||860
America/Denver,America/Phoenix|AZ|Hopi land inside the Navajo Nation: no DST there, DST around it|860:3034394243
America/Denver,America/Phoenix|AZ,UT|touches counties in two zones|860:44
America/Denver,America/Phoenix|AZ|Tuba City and Moenkopi: Navajo and Hopi|860:45
America/Denver,America/Phoenix|AZ,NM||865
America/Denver|AZ||865:0305060708111435384044454756
America/Denver|AZ,NM||865:04
America/Denver|AZ,NM|Window Rock: the Navajo Nation keeps DST|865:15
America/Denver|NM||870 871 873 874 875 876 877 878 879 881 882 883 880:01020304050607080911121320212223242526272829303132333436383940414243444546474849515253545556586162657281 884:0110111415161718192122242627313334353639
America/Los_Angeles,America/Phoenix|NV||890
America/Los_Angeles|NV||891 893 895 897 890:010203040506070809101112131415161718192021222325262728293031323334363739404142434445464748495253546061677074778184858687 894:02030405060708091011121314151819202122232425262728293031323334353637384041424445464748495051526096 898:01020315202122232628303132333435
America/Los_Angeles,America/Phoenix|NV|touches counties in two zones|890:24
America/Los_Angeles|CA,NV||894
America/Denver,America/Los_Angeles|NV,UT||898
America/Denver,America/Los_Angeles|NV|Jackpot keeps Mountain time by custom|898:25
America/Denver,America/Los_Angeles|NV,UT|West Wendover keeps Mountain time, its county Pacific|898:83
America/Los_Angeles|CA||900 902 903 904 905 906 907 908 910 911 912 913 914 915 916 917 918 919 920 921 922 923 924 925 926 927 928 930 931 932 933 934 935 936 937 938 939 940 941 943 944 945 946 947 948 949 950 951 952 953 954 955 956 957 958 959 960 961
Pacific/Honolulu,Pacific/Pago_Pago|AS,HI||967
Pacific/Honolulu|HI||967:010304050607080910121314151617181920212225262728293031323334373839404142434445464748495051525354555657596061626364656667686970717273747677787980818283848586888990919293959697 968:01020304050607080910111213141516171819202122232425262830363738394041434446474849505354575859606163
Pacific/Pago_Pago|AS||967:99
Pacific/Honolulu,Pacific/Wake|HI||968
Pacific/Wake|HI||968:98
Pacific/Saipan|GU,MP||969
Pacific/Guam|GU||969:10121315161719212328293132
Pacific/Saipan|MP||969:505152
America/Los_Angeles|OR||970 971 972 973 974 975 977 978 976:01020304202122232425262730323334363738394041 979:0405
America/Los_Angeles|CA,OR||976
America/Boise,America/Los_Angeles|ID,OR||979
America/Boise|OR||979:0102030608091113171820
America/Boise,America/Los_Angeles|OR|touches counties in two zones|979:07
America/Boise|ID,OR||979:10
America/Boise|OR|Ontario, Malheur County OR is Mountain|979:14
America/Los_Angeles|WA||980 981 982 983 984 985 986 988 989 990 992 994 991:0102030405091011131415161718192122232425262930313334353637383940414344464748495051525354555657585960616364666769707173747679808185 993:0102202122232426282930333536373841434445464748495052535456575960616371
America/Los_Angeles|ID,WA||991
America/Los_Angeles|OR,WA||993
America/Adak,America/Anchorage|AK||995
America/Anchorage|AK||996 997 995:010203040506070809101113141516171819202122232429304045484950515255565758596465666768697172737475767778798085868788899099
America/Adak|AK|Adak is west of 169°30′ W: Hawaii-Aleutian with DST|995:46
America/Adak,America/Nome|AK|touches counties in two zones|995:47
America/Nome|AK||995:53546163818391 996:04091420223032384150586062667181859092 997:3639425059616266697278838485
America/Yakutat|AK||996:89
America/Juneau|AK||998
America/Sitka|AK||999 998:30333536
America/Metlakatla|AK||999:26
', '\n') line
cross join lateral regexp_split_to_array(line, '\|') part
cross join lateral regexp_split_to_table(part[4], ' ') item
cross join lateral generate_series(
  case when length(item) = 3 then 0 else 1 end, case when length(item) = 3 then 0 else (length(item) - 4) / 2 end) n
where line <> '';

-- sql/40_gate/15_area_code_zones_data.sql

-- Generated by scripts/build/zones.ts. A line: zones|states|reason|area codes.
insert into public.area_code_zones (area_code, zones, states, reason)
select code, string_to_array(part[1], ','), string_to_array(part[2], ','), nullif(part[3], '')
from regexp_split_to_table('
America/New_York|NJ||201 551 609 640 732 848 856 862 908 973
America/New_York|DC||202 771
America/New_York|CT||203 475 860 959
America/Chicago|AL||205 251 256 334 659 938
America/Los_Angeles|WA||206 253 360 425 509 564
America/New_York|ME||207
America/Boise,America/Los_Angeles|ID|Idaho: the panhandle is Pacific; no zone for the whole code|208
America/Los_Angeles|CA||209 213 279 323 341 350 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 738 747 760 805 818 820 831 840 858 909 916 925 949 951
America/Chicago|TX||210 214 254 281 325 346 361 409 430 432 469 512 682 713 726 737 806 817 830 832 903 936 940 945 956 972 979
America/New_York|NY||212 315 329 332 347 363 516 518 585 607 631 646 680 716 718 838 845 914 917 929 934
America/New_York|PA||215 223 267 272 412 445 484 570 582 610 717 724 814 835 878
America/New_York|OH||216 220 234 283 326 330 380 419 440 513 567 614 740 937
America/Chicago|IL||217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 872
America/Chicago|MN||218 320 507 612 651 763 952
America/Chicago|IN|north-west Indiana is Central; the package says New York|219
America/Chicago|LA||225 318 337 504 985
America/New_York|MD||227 240 301 410 443 667
America/Chicago|MS||228 601 662 769
America/New_York|GA||229 404 470 478 678 706 762 770 912 943
America/New_York|MI||231 248 269 313 517 586 616 734 810 947 989
America/Chicago|MO||235 314 417 557 573 636 660 816 975
America/New_York|FL||239 305 321 324 352 386 407 561 645 656 727 728 754 772 786 813 863 904 941 954
America/New_York|NC||252 336 472 704 743 828 910 919 980 984
America/New_York|IN||260 317 463 765
America/Chicago|WI||262 274 353 414 534 608 715 920
America/Chicago,America/New_York|KY|western Kentucky is Central, Elizabethtown Eastern|270
America/New_York|VA||276 434 540 571 686 703 757 804 826 948
America/New_York|DE||302
America/Denver|CO||303 719 720 748 970 983
America/New_York|WV||304 681
America/Denver|WY||307
America/Chicago,America/Denver|NE|the Nebraska panhandle is Mountain|308
America/Los_Angeles|CA|no name for the whole code|310
America/Chicago|KS||316 913
America/Chicago|IA||319 515 563 641 712
America/Chicago|AR||327 479 501 870
America/New_York|MA||339 351 413 508 617 774 781 857 978
America/St_Thomas|VI||340
America/Chicago,America/New_York|KY|overlay of 270|364
America/Denver|UT||385 435 801
America/New_York|RI||401
America/Chicago|NE||402 531
America/Chicago|OK||405 539 572 580 918
America/Denver|MT||406
America/Chicago,America/New_York|TN|Chattanooga and the north-east are Eastern, Sequatchie valley Central|423
America/New_York|OH|overlay of 440, not in the package|436
America/Chicago,America/New_York|FL|overlay of 850|448
America/Chicago|LA|overlay of 318, not in the package|457
America/Boise,America/Los_Angeles|OR|overlay of 541|458
America/Phoenix|AZ||480 520 602 623
America/New_York|KY||502 859
America/Los_Angeles|OR||503 971
America/Denver|NM||505 575
America/Boise,America/Los_Angeles|OR|Malheur County OR is Mountain|541
America/Chicago,America/Indiana/Indianapolis|IN|Starke County IN is Central|574
America/New_York|NH||603
America/Chicago,America/Denver|SD|South Dakota has two zones|605
America/Chicago,America/New_York|KY|Clinton County KY is Central|606
America/Chicago|TN||615 629 731 901 931
America/Chicago,America/Denver|KS|Greeley and Hamilton counties KS are Mountain|620
America/Chicago|TX|Houston overlay, not in the package|621
America/New_York|NY|overlay of 716, not in the package|624
Pacific/Saipan|MP||670
Pacific/Guam|GU||671
Pacific/Pago_Pago|AS||684
America/New_York|FL|Orlando overlay; the package says Chicago|689
America/Chicago,America/Denver|ND|south-west North Dakota is Mountain|701
America/Los_Angeles|NV||702 725
America/Chicago,America/New_York|TN|overlay of 423, not in the package|729
America/Denver,America/Los_Angeles|NV|West Wendover NV is Mountain|775
America/Chicago,America/Denver|KS|Sherman and Wallace counties KS are Mountain|785
America/Puerto_Rico|PR||787 939
America/New_York|VT||802
America/New_York|SC||803 821 839 843 854 864
Pacific/Honolulu|HI||808
America/Chicago,America/Indiana/Indianapolis|IN|Evansville is Central|812
America/Los_Angeles|CA|overlay of 530, not in the package|837
America/Chicago,America/New_York|FL|Florida panhandle: Pensacola Central, Tallahassee Eastern|850
America/Chicago|IL|overlay of 309, not in the package|861
America/New_York|TN||865
America/Detroit,America/Menominee|MI|four Michigan counties are Central|906
America/Adak,America/Anchorage|AK||907
America/Denver|TX||915
America/Denver,America/Phoenix|AZ|the Navajo Nation keeps DST|928
America/Chicago,America/Indiana/Indianapolis|IN|overlay of 812|930
America/Boise,America/Los_Angeles|ID||986
', '\n') line
cross join lateral regexp_split_to_array(line, '\|') part
cross join lateral regexp_split_to_table(part[4], ' ') code
where line <> '';

update public.state_rules r set zones = string_to_array(part[2], ',')
from regexp_split_to_table('AL|America/Chicago AK|America/Anchorage,America/Adak AZ|America/Phoenix,America/Denver AR|America/Chicago CA|America/Los_Angeles CO|America/Denver CT|America/New_York DE|America/New_York DC|America/New_York FL|America/New_York,America/Chicago GA|America/New_York HI|Pacific/Honolulu ID|America/Boise,America/Los_Angeles IL|America/Chicago IN|America/Indiana/Indianapolis,America/Chicago IA|America/Chicago KS|America/Chicago,America/Denver KY|America/Kentucky/Louisville,America/Chicago LA|America/Chicago ME|America/New_York MD|America/New_York MA|America/New_York MI|America/Detroit,America/Menominee MN|America/Chicago MS|America/Chicago MO|America/Chicago MT|America/Denver NE|America/Chicago,America/Denver NV|America/Los_Angeles,America/Denver NH|America/New_York NJ|America/New_York NM|America/Denver NY|America/New_York NC|America/New_York ND|America/Chicago,America/Denver OH|America/New_York OK|America/Chicago OR|America/Los_Angeles,America/Boise PA|America/New_York RI|America/New_York SC|America/New_York SD|America/Chicago,America/Denver TN|America/Chicago,America/New_York TX|America/Chicago,America/Denver UT|America/Denver VT|America/New_York VA|America/New_York WA|America/Los_Angeles WV|America/New_York WI|America/Chicago WY|America/Denver PR|America/Puerto_Rico VI|America/St_Thomas GU|Pacific/Guam MP|Pacific/Saipan AS|Pacific/Pago_Pago', ' ') item
cross join lateral regexp_split_to_array(item, '\|') part
where r.state = part[1];

-- sql/40_gate/19_rule_set_data.sql

-- Every change of the rule data needs a new row here with the hash that `select private.gate_data_hash()` returns.
insert into public.rule_sets (released_on, revision, data_hash, reviewed_by, notes) values
  ('2026-11-21', 1, 'f68f57d735abcce931eb23a55081fd59efe6858eda8ec32c5442836b8012dda2',
    'Sluice maintainers, not counsel', 'First release: 50 states, DC and territories.');

-- sql/40_gate/20_gate_types.sql

create type private.gate_refusal as (rule text, detail text, ends_at timestamptz);
comment on type private.gate_refusal is
  'One reason for a refusal. ends_at: when this reason alone would end; infinity: time does not end it; -infinity: '
  'when the hours next open.';

-- The facts as read: a value that could not be read is null here and named in `unreadable`.
create type private.gate_facts as (
  channel text,
  purpose text,                 -- marketing, transactional or confirmation
  as_of timestamptz,
  line_type text,
  phone_state text,             -- ok, missing, invalid, foreign, toll_free, premium; null for e-mail
  email_state text,             -- ok, missing, invalid; null for phones
  zones text[],
  states text[],
  everywhere boolean,           -- the location is unknown
  unreadable text[],
  -- combined rules of these states
  mobile_ban_in text,
  written_consent_in text,
  list_years int,
  ebr_lifts_state_list boolean,
  capped boolean,
  -- consent
  consent_type text,
  consent_faults text[],        -- rule ids: unmet requirements of written consent to automated marketing
  consent_at timestamptz,
  written_consent boolean,      -- prior express written consent, complete
  written_for_calls boolean,    -- the same without the disclosure of automated calls
  signed_agreement boolean,     -- signed, names seller and number: lifts the registries
  given_consent boolean,        -- at least prior express consent
  revoked boolean,              -- for this channel
  revoked_at timestamptz,
  ebr_from timestamptz,
  ebr_until timestamptz,
  -- lists
  dnc_known boolean,
  federal_listed boolean,
  state_listed boolean,
  internal_requested boolean,
  internal_at timestamptz,
  scrub_said boolean,
  scrubbed_at timestamptz,
  lookup_failed boolean,
  unsubscribed boolean,
  email_events text[],
  -- history
  history_known boolean,
  attempt_at timestamptz[],
  attempt_channel text[],
  attempt_subject text[],
  opted_out boolean,            -- by an inbound message, for this channel
  opted_out_at timestamptz,     -- the latest opt-out of any kind
  -- message
  subject text,
  message jsonb,
  emergencies text[],
  -- rules of the org
  house jsonb
);
comment on type private.gate_facts is
  'The facts about one contact, read once and checked by the functions gate_check_*.';

create function private.normalise_spacing(p_text text) returns text
language sql immutable parallel safe as $$
  select nullif(btrim(regexp_replace(lower(p_text), '\s+', ' ', 'g')), '')
$$;
comment on function private.normalise_spacing(text) is
  'Lower case with single spaces, to compare names of sellers and subjects; null when empty.';

-- sql/40_gate/21_places.sql

create function private.gate_add_address(p_state text, p_zip text, inout zones text[], inout states text[],
  out everywhere boolean, out known boolean)
language plpgsql stable as $$
declare
  v_found record;
  v_state_zones text[];
begin
  known := true;
  everywhere := false;
  if p_zip is not null then
    select z.zones, z.states into v_found
    from public.zip_zones z
    where z.prefix in (left(p_zip, 5), left(p_zip, 3))
    order by z.prefix desc limit 1;
    if found then
      zones := zones || v_found.zones;
      -- A ZIP code may cross a state line; the address says on which side it is.
      if p_state = any (v_found.states) then
        states := states || p_state;
        return;
      end if;
      states := states || v_found.states;
      if p_state is null then
        return;
      end if;
    elsif p_state is null then
      everywhere := true;
      return;
    end if;
  end if;
  -- Only the state is known, or it contradicts the ZIP: the person may be anywhere in the state.
  select r.zones into v_state_zones from public.state_rules r where r.state = p_state;
  known := found;
  if found then
    zones := zones || v_state_zones;
    states := states || p_state;
  end if;
end
$$;
comment on function private.gate_add_address(text, text, text[], text[]) is
  'Adds the time zones and states of one address; known is false for an unknown state. An unknown ZIP without a '
  'state may be anywhere.';

create function private.gate_places(p_facts jsonb, p_area_code text, p_phone boolean,
  out zones text[], out states text[], out everywhere boolean, out unreadable text[], out area_found boolean)
language plpgsql stable as $$
declare
  v_more jsonb;
  v_address jsonb;
  v_state text;
  v_zip text;
  v_found record;
begin
  zones := '{}'; states := '{}'; everywhere := false; unreadable := '{}';
  v_more := case when jsonb_typeof(p_facts -> 'addresses') = 'array' then p_facts -> 'addresses' end;
  -- The facts themselves are the first address.
  for i in -1 .. coalesce(jsonb_array_length(v_more), 0) - 1 loop
    v_address := case when i < 0 then p_facts else v_more -> i end;
    v_state := null;
    v_zip := null;
    if jsonb_typeof(v_address) <> 'object' then
      unreadable := unreadable || 'addresses'::text;
      continue;
    end if;
    if coalesce(jsonb_typeof(v_address -> 'state'), 'null') <> 'null' then
      if jsonb_typeof(v_address -> 'state') = 'string' then
        v_state := nullif(upper(btrim(v_address ->> 'state')), '');
        if length(v_state) > 2 then
          select coalesce(max(r.state), v_state) into v_state from public.state_rules r where upper(r.name) = v_state;
        end if;
      else
        unreadable := unreadable || 'state'::text;
      end if;
    end if;
    if coalesce(jsonb_typeof(v_address -> 'postal_code'), 'null') <> 'null' then
      if jsonb_typeof(v_address -> 'postal_code') = 'string' then
        v_zip := nullif(btrim(v_address ->> 'postal_code'), '');
      end if;
      if (v_zip is null and jsonb_typeof(v_address -> 'postal_code') <> 'string')
        or v_zip !~ '^\d{5}([- ]?\d{4})?$' then
        unreadable := unreadable || 'postal_code'::text;
        v_zip := null;
      end if;
    end if;
    if v_state is not null or v_zip is not null then
      v_found := private.gate_add_address(v_state, v_zip, zones, states);
      zones := v_found.zones;
      states := v_found.states;
      everywhere := everywhere or v_found.everywhere;
      if not v_found.known then
        unreadable := unreadable || 'state'::text;
      end if;
    end if;
  end loop;
  if coalesce(jsonb_typeof(p_facts -> 'addresses'), 'null') not in ('null', 'array') then
    unreadable := unreadable || 'addresses'::text;
  end if;
  if p_area_code is not null then
    select a.zones, a.states into v_found from public.area_code_zones a where a.area_code = p_area_code;
    area_found := found;
    if found then
      zones := zones || v_found.zones;
      states := states || v_found.states;
    end if;
  end if;
  if p_phone and (everywhere or zones = '{}') then
    everywhere := true;
    select array_agg(distinct z order by z) into zones
    from public.state_rules r cross join lateral unnest(r.zones) z;
    select array_agg(r.state order by r.state) into states from public.state_rules r;
  else
    everywhere := false;
    if zones[1] = all (zones) then
      zones := zones[1:1];
    else
      zones := array(select distinct z from unnest(zones) z order by z);
    end if;
    if states[1] = all (states) then
      states := states[1:1];
    else
      states := array(select distinct s from unnest(states) s order by s);
    end if;
  end if;
end
$$;
comment on function private.gate_places(jsonb, text, boolean) is
  'Every time zone and state that the person could be in, from the address (and further `addresses`) and from the '
  'area code. Everywhere when neither is known.';

-- sql/40_gate/22_read_org_rules.sql

create function private.gate_read_org_rules(p_facts jsonb, out house jsonb, out unreadable text[])
language plpgsql stable as $$
declare
  v_key text;
  v_value jsonb;
  v_org uuid;
begin
  -- Six attempts a day on all phone channels together stop a runaway campaign; laws and orgs set lower limits.
  house := '{"max_attempts_24h": 6, "scrub_max_age_days": 31}';
  unreadable := '{}';
  if coalesce(jsonb_typeof(p_facts -> 'org_id'), 'null') <> 'null' then
    if p_facts ->> 'org_id' ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then
      v_org := (p_facts ->> 'org_id')::uuid;
      for v_key, v_value in select r.key, r.value from public.org_gate_rules r where r.org_id = v_org loop
        house := house || jsonb_build_object(v_key,
          case when v_key in ('max_attempts_24h', 'scrub_max_age_days')
            then to_jsonb(least((house ->> v_key)::int, (v_value #>> '{}')::int)) else v_value end);
      end loop;
    else
      unreadable := unreadable || 'org_id'::text;
    end if;
  end if;
  if coalesce(jsonb_typeof(p_facts -> 'house'), 'null') = 'object' then
    for v_key, v_value in select h.key, h.value from jsonb_each(p_facts -> 'house') h loop
      if v_key in ('max_attempts_24h', 'max_attempts_7d', 'max_attempts_total', 'consent_max_age_months',
        'scrub_max_age_days')
        and v_value::text ~ '^[0-9]{1,4}$' then
        house := house || jsonb_build_object(v_key, least((house ->> v_key)::int, v_value::text::int));
      elsif v_key in ('hours_for_transactional', 'unsubscribe_ends_transactional')
        and jsonb_typeof(v_value) = 'boolean' then
        house := house || jsonb_build_object(v_key, (house -> v_key) is not distinct from 'true'::jsonb
          or v_value = 'true');
      elsif v_key in ('deny_states', 'deny_channels') and jsonb_typeof(v_value) = 'array' then
        house := house || jsonb_build_object(v_key, coalesce(house -> v_key, '[]') || v_value);
      elsif jsonb_typeof(v_value) <> 'null' then
        unreadable := unreadable || ('house.' || v_key);
      end if;
    end loop;
  elsif coalesce(jsonb_typeof(p_facts -> 'house'), 'null') <> 'null' then
    unreadable := unreadable || 'house'::text;
  end if;
end
$$;
comment on function private.gate_read_org_rules(jsonb) is
  'Rules of the org: the defaults, the org''s rows when the facts carry org_id, and limits in the fact `house`. Each '
  'can only tighten.';

-- sql/40_gate/23_read_consent.sql

create function private.gate_read_consent(inout c private.gate_facts, p_consent jsonb, p_seller text, p_phone text)
language plpgsql immutable as $$
declare
  v_type text;
  v_seller boolean;
  v_phone boolean;
  v_signed boolean;
  v_fault text[] := '{}'::text[];
  v_via text;
  v_scope text;
  v_reach text[];
  v_last timestamptz;
begin
  c.consent_faults := '{consent_missing}';
  c.written_consent := false; c.written_for_calls := false; c.signed_agreement := false; c.given_consent := false;
  c.revoked := false;
  if coalesce(jsonb_typeof(p_consent), 'null') = 'null' then
    return;
  elsif jsonb_typeof(p_consent) <> 'object' then
    c.unreadable := c.unreadable || 'consent'::text;
    return;
  end if;
  v_type := case when jsonb_typeof(p_consent -> 'type') = 'string' then p_consent ->> 'type' end;
  c.consent_type := case when v_type in ('none', 'pec', 'pewc', 'ebr_purchase', 'ebr_inquiry') then v_type
    else 'none' end;
  v_seller := coalesce(p_seller = private.normalise_spacing(
    case when jsonb_typeof(p_consent -> 'seller') = 'string' then p_consent ->> 'seller' end), false);
  -- A flag, or the number itself.
  v_phone := coalesce(p_consent -> 'phone_covered' = 'true' or p_consent ->> 'phone_covered' = p_phone, false);
  v_signed := coalesce(p_consent -> 'signature' = 'true', false)
    or (coalesce(jsonb_typeof(p_consent -> 'signature') = 'string', false)
      and lower(btrim(p_consent ->> 'signature')) not in ('', 'false', 'none', 'no', 'null', 'missing', 'unsigned',
        'unknown', 'n/a', 'oral', 'verbal')
      and lower(p_consent ->> 'signature') !~ 'pre.?(checked|ticked|selected)');

  -- Revocation first: a revocation without a date counts as made.
  if coalesce(jsonb_typeof(p_consent -> 'revoked_at'), 'null') <> 'null'
    or (not p_consent ? 'revoked_at' and coalesce(p_consent ->> 'revoked_via', '') <> '') then
    c.revoked_at := coalesce(private.read_instant(p_consent -> 'revoked_at'), 'infinity');
    v_via := lower(coalesce(p_consent ->> 'revoked_via', ''));
    v_scope := lower(coalesce(p_consent ->> 'revoked_scope', ''));
    v_reach := case
      when v_scope not in ('channel', 'matter') then '{email,sms,voice_manual,voice_ai}'
      when v_via ~ '(^|[^a-z])(sms|text|stop|mms)' then '{sms,voice_ai}'
      when v_via ~ '(^|[^a-z])(voice|call|phone|spoken|oral|verbal|telephone|agent)' then '{sms,voice_manual,voice_ai}'
      when v_via ~ 'unsubscribe|one.?click' then '{email}'
      -- Any reasonable means: an e-mail or a form can also end texts and automated calls.
      when v_via ~ '(mail|web|form|link)' then '{email,sms,voice_ai}'
      else '{email,sms,voice_manual,voice_ai}' end::text[];
    c.revoked := c.channel is null or c.channel = any (v_reach);
  end if;

  if c.consent_type in ('pec', 'pewc') then
    c.consent_at := private.read_instant(p_consent -> 'obtained_at');
    -- A grant later than the revocation is a new consent.
    if c.revoked and c.consent_at > c.revoked_at then
      c.revoked := false;
    end if;
    if c.consent_at is null then v_fault := v_fault || 'consent_undated'::text; end if;
    if c.consent_at > c.as_of then v_fault := v_fault || 'consent_in_the_future'::text; end if;
    if not v_seller then v_fault := v_fault || 'consent_for_another_seller'::text; end if;
    if not v_phone then v_fault := v_fault || 'consent_without_this_number'::text; end if;
    if c.revoked then v_fault := v_fault || 'consent_revoked'::text; end if;
    if c.consent_at + make_interval(months => (c.house ->> 'consent_max_age_months')::int) < c.as_of then
      v_fault := v_fault || 'house_consent_stale'::text;
    end if;
    c.given_consent := v_fault = '{}';
    if not v_signed then v_fault := v_fault || 'consent_unsigned'::text; end if;
    c.signed_agreement := v_fault = '{}';
    if p_consent -> 'not_condition_of_purchase' is distinct from 'true' then
      v_fault := v_fault || 'consent_condition_of_purchase'::text;
    end if;
    if c.consent_type <> 'pewc' then v_fault := 'consent_not_written'::text || v_fault; end if;
    c.written_for_calls := v_fault = '{}';
    if p_consent -> 'automated_disclosed' is distinct from 'true' then
      v_fault := v_fault || 'consent_without_automation'::text;
    end if;
    c.written_consent := v_fault = '{}';
    c.consent_faults := v_fault;
  elsif c.consent_type in ('ebr_purchase', 'ebr_inquiry') then
    v_last := private.read_instant(case c.consent_type
      when 'ebr_purchase' then p_consent -> 'last_transaction_at' else p_consent -> 'last_inquiry_at' end);
    c.consent_faults := '{relationship_is_no_consent}';
    -- Calendar months in UTC; the last second of the last day counts.
    if v_seller and not c.revoked and v_last <= c.as_of then
      c.ebr_from := v_last;
      c.ebr_until := (v_last at time zone 'UTC'
        + case c.consent_type when 'ebr_purchase' then interval '18 months'
          else interval '3 months' end) at time zone 'UTC';
      -- Giving this number in the course of a matter is consent to messages about it.
      c.given_consent := v_phone and c.ebr_until >= c.as_of;
    end if;
    if not v_seller then c.consent_faults := c.consent_faults || 'consent_for_another_seller'::text; end if;
    if c.revoked then c.consent_faults := c.consent_faults || 'consent_revoked'::text; end if;
  elsif c.revoked then
    c.consent_faults := '{consent_missing,consent_revoked}';
  end if;
end
$$;
comment on function private.gate_read_consent(private.gate_facts, jsonb, text, text) is
  'Reads the fact `consent`: its type, which requirements of written consent to automated marketing it does not '
  'meet, whether it is revoked for this channel, and how long a relationship lasts.';

-- sql/40_gate/24_read_history.sql

create function private.gate_read_history(inout c private.gate_facts, p_history jsonb)
language plpgsql immutable as $$
declare
  e jsonb;
  v_at timestamptz;
  v_channel text;
  v_direction text;
  v_body text;
  v_start timestamptz;
  v_keyword boolean;
  v_replies jsonb[];
  v_unreadable boolean;
  v_stops jsonb := '[]'::jsonb;
begin
  c.attempt_at := '{}'; c.attempt_channel := '{}'; c.attempt_subject := '{}';
  c.opted_out := false;
  c.history_known := jsonb_typeof(p_history) = 'array';
  if not coalesce(c.history_known, false) then
    c.history_known := false;
    if coalesce(jsonb_typeof(p_history), 'null') <> 'null' then
      c.unreadable := c.unreadable || 'history'::text;
    end if;
    return;
  end if;
  if p_history = '[]' then
    return;
  end if;
  -- An entry that is neither outbound nor inbound counts as both: an attempt, and possibly an opt-out. A date without
  -- a time may be any time of that day, and an entry without a date counts as now.
  select coalesce(array_agg(coalesce(x.at + case when x.day_only then interval '24 hours' else interval '0' end,
    'infinity')) filter (where x.attempt), '{}'),
    coalesce(array_agg(x.channel) filter (where x.attempt), '{}'),
    coalesce(array_agg(private.normalise_spacing(x.subject)) filter (where x.attempt), '{}'),
    coalesce(array_agg(x.h) filter (where not x.quiet), '{}'),
    count(*) filter (where not x.readable) > 0
  into c.attempt_at, c.attempt_channel, c.attempt_subject, v_replies, v_unreadable
  from (
    select h, private.read_instant(h -> 'at') as at, length(h ->> 'at') = 10 as day_only,
      case when h ->> 'channel' in ('email', 'sms', 'voice_manual', 'voice_ai') then h ->> 'channel' end as channel,
      case when jsonb_typeof(h -> 'subject') = 'string' then h ->> 'subject' end as subject,
      jsonb_typeof(h) = 'object' as readable,
      jsonb_typeof(h) = 'object' and h ->> 'direction' is distinct from 'inbound' and h ->> 'channel' is distinct
        from 'email' as attempt,
      jsonb_typeof(h) <> 'object' or h ->> 'direction' is not distinct from 'outbound' as quiet
    from jsonb_array_elements(p_history) h
  ) x;
  if v_unreadable then
    c.unreadable := c.unreadable || 'history'::text;
  end if;
  foreach e in array v_replies loop
    v_at := private.read_instant(e -> 'at');
    v_channel := case when e ->> 'channel' in ('email', 'sms', 'voice_manual', 'voice_ai') then e ->> 'channel' end;
    v_direction := e ->> 'direction';
    if v_direction is distinct from 'outbound' and coalesce(jsonb_typeof(e -> 'body'), 'null') not in ('string',
      'null') then
      c.unreadable := c.unreadable || 'history.body'::text;
    elsif v_direction is distinct from 'outbound' and jsonb_typeof(e -> 'body') = 'string' then
      v_body := e ->> 'body';
      -- The keyword itself, as our own records store it, needs no parsing.
      if v_body = 'STOP' and v_channel = 'sms' then
        v_stops := v_stops || jsonb_build_object('at', coalesce(v_at, 'infinity'), 'keyword', true, 'ends',
          '{sms,voice_ai}'::text[]);
      elsif private.is_opt_out(v_body) then
        v_keyword := coalesce(v_channel = 'sms', false)
          and private.is_stop_keyword(private.normalise_reply(v_body));
        v_stops := v_stops || jsonb_build_object('at', coalesce(v_at, 'infinity'), 'keyword', v_keyword,
          'ends', private.opt_out_reach(v_body, v_channel));
      elsif v_channel = 'sms' and v_at <= c.as_of and private.is_opt_in_keyword(v_body) then
        v_start := greatest(v_start, v_at);
      end if;
    end if;
  end loop;
  if v_stops <> '[]' then
    -- Each opt-out applies until START reverses a keyword, or until a later signed consent reverses any.
    select bool_or((s -> 'ends') ? c.channel
        and not ((s -> 'keyword') = 'true' and coalesce(v_start > (s ->> 'at')::timestamptz, false))
        and not (c.signed_agreement and coalesce(c.consent_at > (s ->> 'at')::timestamptz, false))),
      greatest(c.opted_out_at, max((s ->> 'at')::timestamptz))
    into c.opted_out, c.opted_out_at
    from jsonb_array_elements(v_stops) s;
  end if;
end
$$;
comment on function private.gate_read_history(private.gate_facts, jsonb) is
  'Reads the fact `history`: outbound attempts on the phone channels, and inbound messages that opt out. Entries '
  'without a date count as now, permanently.';

-- sql/40_gate/25_read_facts.sql

create function private.gate_read(p_facts jsonb, p_as_of timestamptz) returns private.gate_facts
language plpgsql stable as $$
declare
  c private.gate_facts;
  v_seller text;
  v_phone text;
  v_area text;
  v_dnc jsonb;
  v_message jsonb;
  v_kind text;
  v_house record;
  v_place record;
  e jsonb;
begin
  c.as_of := p_as_of;
  c.unreadable := '{}';
  c.channel := case when p_facts ->> 'channel' in ('email', 'sms', 'voice_manual', 'voice_ai')
    then p_facts ->> 'channel' end;
  if c.channel is null then
    c.unreadable := c.unreadable || 'channel'::text;
  end if;
  v_seller := private.normalise_spacing(case when jsonb_typeof(p_facts -> 'seller') = 'string'
    then p_facts ->> 'seller' end);

  v_house := private.gate_read_org_rules(p_facts);
  c.house := v_house.house;
  c.unreadable := c.unreadable || v_house.unreadable;

  -- Purpose: marketing unless all facts say otherwise.
  v_message := p_facts -> 'message';
  if coalesce(jsonb_typeof(v_message), 'null') not in ('null', 'object') then
    c.unreadable := c.unreadable || 'message'::text;
    v_message := null;
  end if;
  c.message := case when jsonb_typeof(v_message) = 'object' then v_message else '{}' end;
  c.subject := private.normalise_spacing(case when jsonb_typeof(c.message -> 'subject') = 'string'
    then c.message ->> 'subject' end);
  v_kind := c.message ->> 'message_kind';
  if v_kind not in ('marketing', 'transactional', 'opt_out_confirmation') then
    c.unreadable := c.unreadable || 'message.message_kind'::text;
  end if;
  if p_facts ->> 'purpose' not in ('marketing', 'transactional') then
    c.unreadable := c.unreadable || 'purpose'::text;
  end if;
  c.purpose := case
    when v_kind = 'opt_out_confirmation' then 'confirmation'
    when p_facts ->> 'purpose' = 'transactional' and coalesce(v_kind, 'transactional') = 'transactional'
      and coalesce(c.message -> 'marketing_content', 'null') in ('false', 'null') then 'transactional'
    else 'marketing' end;

  -- Address of the contact point.
  if c.channel = 'email' then
    c.email_state := case
      when coalesce(jsonb_typeof(p_facts -> 'email'), 'null') = 'null' then 'missing'
      when jsonb_typeof(p_facts -> 'email') = 'string' and length(p_facts ->> 'email') <= 254
        and p_facts ->> 'email' ~ '^[^@\s<>(),;:"\\]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,'
          '61}[A-Za-z0-9])?[.])+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$'
        and p_facts ->> 'email' !~ '(^[.]|[.]@|[.][.])' then 'ok'
      else 'invalid' end;
  else
    v_phone := case when jsonb_typeof(p_facts -> 'phone') = 'string' then p_facts ->> 'phone' end;
    c.phone_state := case
      when coalesce(jsonb_typeof(p_facts -> 'phone'), 'null') = 'null' then 'missing'
      when v_phone ~ '^\+1[2-9]\d{9}$' then 'ok'
      when v_phone ~ '^\+[2-9]\d{6,14}$' then 'foreign'
      else 'invalid' end;
    if c.phone_state = 'ok' then
      v_area := substr(v_phone, 3, 3);
    end if;
    if coalesce(jsonb_typeof(p_facts -> 'line_type'), 'null') <> 'null' then
      c.line_type := p_facts ->> 'line_type';
      if c.line_type not in ('mobile', 'landline', 'fixedVoip', 'nonFixedVoip', 'personal', 'tollFree', 'premium',
        'sharedCost', 'uan', 'voicemail', 'pager', 'unknown') then
        c.unreadable := c.unreadable || 'line_type'::text;
        c.line_type := 'unknown';
      end if;
    end if;
    c.line_type := coalesce(c.line_type, 'unknown');
  end if;

  v_place := private.gate_places(p_facts, v_area, c.channel is distinct from 'email');
  c.zones := v_place.zones;
  c.states := v_place.states;
  c.everywhere := v_place.everywhere;
  if c.channel is distinct from 'email' then
    c.unreadable := c.unreadable || v_place.unreadable;
  end if;
  if c.channel <> 'email' and cardinality(c.states) = 1 then
    select case when s.mobile_ban then s.state end, case when s.call_needs_written_consent then s.state end,
      case c.channel when 'sms' then s.internal_list_years_text else s.internal_list_years_call end,
      s.ebr_lifts_state_list, s.capped
    into c.mobile_ban_in, c.written_consent_in, c.list_years, c.ebr_lifts_state_list, c.capped
    from public.state_rules s where s.state = c.states[1];
  elsif c.channel <> 'email' then
    select string_agg(s.state, ', ' order by s.state) filter (where s.mobile_ban),
      string_agg(s.state, ', ' order by s.state) filter (where s.call_needs_written_consent),
      max(case c.channel when 'sms' then s.internal_list_years_text else s.internal_list_years_call end)::int,
      bool_and(s.ebr_lifts_state_list), bool_or(s.capped)
    into c.mobile_ban_in, c.written_consent_in, c.list_years, c.ebr_lifts_state_list, c.capped
    from public.state_rules s where s.state = any (c.states);
  end if;
  if v_area is not null and not v_place.area_found then
    c.phone_state := case
      when v_area ~ '^8(00|33|44|55|66|77|88)$' then 'toll_free'
      when v_area = '900' then 'premium'
      -- Personal, fictional and other United States numbers without a location.
      when v_area ~ '^5(00|2[0-9]|33|44|55|66|77|88)$|^7[01]0$' then 'ok'
      else 'foreign' end;
  end if;

  c := private.gate_read_consent(c, p_facts -> 'consent', v_seller, v_phone);

  -- Lists.
  v_dnc := p_facts -> 'dnc';
  c.dnc_known := coalesce(jsonb_typeof(v_dnc) = 'object', false);
  if not c.dnc_known then
    if coalesce(jsonb_typeof(v_dnc), 'null') <> 'null' then
      c.unreadable := c.unreadable || 'dnc'::text;
    end if;
    v_dnc := '{}';
  end if;
  c.federal_listed := case when jsonb_typeof(v_dnc -> 'federal_listed') = 'boolean'
    then (v_dnc -> 'federal_listed')::boolean end;
  c.state_listed := case when jsonb_typeof(v_dnc -> 'state_listed') = 'boolean'
    then (v_dnc -> 'state_listed')::boolean end;
  c.internal_requested := coalesce(jsonb_typeof(v_dnc -> 'internal_request_at'), 'null') <> 'null';
  if c.internal_requested then
    c.internal_at := coalesce(private.read_instant(v_dnc -> 'internal_request_at'), 'infinity');
  end if;
  c.unsubscribed := coalesce(jsonb_typeof(v_dnc -> 'email_unsubscribed_at'), 'null') <> 'null';
  c.scrub_said := coalesce(jsonb_typeof(v_dnc -> 'scrubbed_at'), 'null') <> 'null';
  c.scrubbed_at := private.read_instant(v_dnc -> 'scrubbed_at');
  c.lookup_failed := coalesce(v_dnc -> 'lookup_error', 'null') not in ('null', 'false', '""');
  c.email_events := '{}';
  if c.channel = 'email' and coalesce(jsonb_typeof(v_dnc -> 'events'), 'null') <> 'null' then
    if jsonb_typeof(v_dnc -> 'events') = 'array' then
      for e in select v from jsonb_array_elements(v_dnc -> 'events') v loop
        c.email_events := c.email_events || coalesce(case jsonb_typeof(e)
          when 'string' then lower(e #>> '{}')
          when 'object' then lower(coalesce(e ->> 'event', e ->> 'type', e ->> 'kind', e ->> 'name'))
            || case when e ? 'event' and lower(e ->> 'type') in ('blocked', 'block', 'soft', 'transient') then ':soft'
              else '' end end,
          'unreadable');
      end loop;
    else
      c.unreadable := c.unreadable || 'dnc.events'::text;
    end if;
  end if;

  -- The latest opt-out of any kind, which a confirmation would confirm.
  c.opted_out_at := greatest(c.revoked_at, c.internal_at);
  c := private.gate_read_history(c, p_facts -> 'history');

  c.emergencies := '{}';
  if jsonb_typeof(p_facts -> 'emergencies') = 'array' then
    if p_facts -> 'emergencies' <> '[]' then
      select array_agg(coalesce(r.state, '?')) into c.emergencies
      from jsonb_array_elements_text(p_facts -> 'emergencies') s
      left join public.state_rules r on r.state = upper(btrim(s)) or upper(r.name) = upper(btrim(s));
      if '?' = any (c.emergencies) and c.channel is distinct from 'email' then
        c.unreadable := c.unreadable || 'emergencies'::text;
      end if;
    end if;
  elsif coalesce(jsonb_typeof(p_facts -> 'emergencies'), 'null') <> 'null' and c.channel is distinct from 'email' then
    c.unreadable := c.unreadable || 'emergencies'::text;
  end if;
  return c;
end
$$;
comment on function private.gate_read(jsonb, timestamptz) is
  'Reads the facts once; never raises, whatever they contain.';

-- sql/40_gate/30_check_contact.sql

create function private.gate_check_contact(c private.gate_facts) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_fact text;
begin
  foreach v_fact in array c.unreadable loop
    r := r || row('fact_unreadable', v_fact || ' cannot be read', 'infinity')::private.gate_refusal;
  end loop;
  if c.as_of is null or c.as_of < '2000-01-02Z' or c.as_of >= '2099-12-01Z' then
    r := r || row('as_of_outside_rules', 'the rules cover the years 2000 to 2099', 'infinity')::private.gate_refusal;
  end if;
  if c.house -> 'deny_channels' ? c.channel then
    r := r || row('house_channel_closed', 'the org does not use this channel', 'infinity')::private.gate_refusal;
  end if;
  if c.channel = 'email' then
    if c.email_state = 'missing' then
      r := r || row('email_missing', 'the e-mail address is missing', 'infinity')::private.gate_refusal;
    elsif c.email_state = 'invalid' then
      r := r || row('email_invalid', 'the e-mail address is invalid', 'infinity')::private.gate_refusal;
    end if;
    return r;
  end if;
  case c.phone_state
    when 'ok' then null;
    when 'missing' then r := r || row('phone_missing', 'the phone number is missing',
      'infinity')::private.gate_refusal;
    when 'foreign' then r := r
      || row('phone_not_us', 'the number is not a United States number, and no rules are known for it',
      'infinity')::private.gate_refusal;
    when 'toll_free' then r := r || row('line_type_barred', 'the number is toll-free: the called party pays',
      'infinity')::private.gate_refusal;
    when 'premium' then r := r || row('line_type_barred', 'the number is a premium number',
      'infinity')::private.gate_refusal;
    else r := r || row('phone_invalid', 'the number is not a valid E.164 number of the United States',
      'infinity')::private.gate_refusal;
  end case;
  if c.line_type in ('tollFree', 'premium', 'sharedCost', 'uan', 'voicemail', 'pager') then
    r := r || row('line_type_barred', 'a ' || c.line_type
      || ' line is not a personal phone, or the called party pays', 'infinity')::private.gate_refusal;
  end if;
  if c.channel = 'sms' and c.line_type = 'landline' then
    r := r || row('landline_cannot_text', 'a landline cannot receive texts', 'infinity')::private.gate_refusal;
  end if;
  return r;
end
$$;
comment on function private.gate_check_contact(private.gate_facts) is
  'Checks unreadable facts, the address itself and the line type.';

-- sql/40_gate/31_check_opt_out.sql

create function private.gate_check_opt_out(c private.gate_facts, t timestamptz) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_years int := coalesce(c.list_years, 10);
  v_ends timestamptz;
begin
  if c.opted_out then
    r := r || row('opted_out', 'a message from the person opts out of this channel', 'infinity')::private.gate_refusal;
  end if;
  if c.revoked then
    r := r || row('consent_revoked', 'consent was revoked' || case when isfinite(c.revoked_at)
      then ' on ' || to_char(c.revoked_at at time zone 'UTC', 'YYYY-MM-DD') else ' at an unknown time' end
      || ' for this channel', 'infinity')::private.gate_refusal;
  end if;
  if c.internal_requested and c.channel is distinct from 'email' then
    v_ends := (c.internal_at at time zone 'UTC' + make_interval(years => v_years)) at time zone 'UTC';
    if t < v_ends or not isfinite(c.internal_at) then
      r := r || row('internal_list', 'the person asked not to be contacted' || case when isfinite(c.internal_at)
          then ' on ' || to_char(c.internal_at at time zone 'UTC', 'YYYY-MM-DD') else ' at an unknown time' end
          || '; honoured for ' || v_years || ' years',
        case when isfinite(c.internal_at) and (c.house -> 'internal_list_ends' = 'true'
          or coalesce(c.signed_agreement and c.consent_at > c.internal_at, false)) then v_ends
            else 'infinity' end)::private.gate_refusal;
    elsif not coalesce(c.house -> 'internal_list_ends' = 'true', false)
      and not coalesce(c.signed_agreement and c.consent_at > c.internal_at, false) then
      r := r || row('internal_list', 'the legal term of the request has ended, but no newer consent allows contact',
        'infinity')::private.gate_refusal;
    end if;
  end if;
  return r;
end
$$;
comment on function private.gate_check_opt_out(private.gate_facts, timestamptz) is
  'Checks the person''s own requests: opt-outs in messages, revoked consent, the internal list. A request outlasts '
  'its legal term until a newer signed consent.';

create function private.gate_check_confirmation(c private.gate_facts) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
begin
  if c.channel is distinct from 'sms' then
    r := r || row('confirmation_by_text_only', 'an opt-out may be confirmed only by text',
      'infinity')::private.gate_refusal;
  end if;
  if c.opted_out_at is null then
    r := r || row('confirmation_without_opt_out', 'no opt-out is on record', 'infinity')::private.gate_refusal;
  elsif not coalesce(c.as_of - c.opted_out_at between interval '0' and interval '5 minutes', false) then
    r := r || row('confirmation_too_late', 'an opt-out must be confirmed within five minutes',
      'infinity')::private.gate_refusal;
  end if;
  if c.message -> 'confirmations_already_sent' is distinct from '0'::jsonb then
    r := r || row('confirmation_already_sent',
      'only one confirmation may be sent, and one may have been sent already', 'infinity')::private.gate_refusal;
  end if;
  if coalesce(c.message -> 'marketing_content', 'null') not in ('false', 'null') then
    r := r || row('confirmation_with_marketing', 'a confirmation must not contain marketing',
      'infinity')::private.gate_refusal;
  end if;
  return r;
end
$$;
comment on function private.gate_check_confirmation(private.gate_facts) is
  'Checks the one text that may confirm an opt-out, the only message allowed after it.';

-- sql/40_gate/32_check_consent.sql

create function private.gate_check_consent(c private.gate_facts) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_fault text;
begin
  if c.channel = 'email' then
    return r;
  end if;
  if c.purpose = 'transactional' then
    if c.channel in ('sms', 'voice_ai') and not c.given_consent then
      foreach v_fault in array c.consent_faults loop
        continue when v_fault in ('consent_not_written', 'consent_unsigned', 'consent_condition_of_purchase',
          'consent_without_automation', 'consent_revoked');
        r := r || private.gate_consent_refusal(v_fault,
          'an automated text or call about a matter requires the person''s consent');
      end loop;
    end if;
    return r;
  end if;
  if c.channel in ('sms', 'voice_ai') and not c.written_consent then
    foreach v_fault in array c.consent_faults loop
      continue when v_fault = 'consent_revoked' and c.revoked;
      r := r || private.gate_consent_refusal(v_fault, case c.channel
        when 'voice_ai' then 'marketing by an artificial voice requires prior express written consent'
        else 'automated marketing texts require prior express written consent' end);
    end loop;
  elsif c.channel = 'voice_manual' and not c.written_for_calls and c.written_consent_in is not null then
    r := r || row('state_written_consent', c.written_consent_in || ' requires written consent for any sales call',
      'infinity')::private.gate_refusal;
  end if;
  if c.mobile_ban_in is not null and not c.signed_agreement and c.line_type in ('mobile', 'nonFixedVoip', 'personal',
    'unknown') then
    r := r || row('state_mobile_ban', c.mobile_ban_in
      || ' prohibits unsolicited sales calls to mobiles, and this line is '
      || case c.line_type when 'mobile' then 'a mobile' else 'not known to be a landline' end,
        'infinity')::private.gate_refusal;
  end if;
  return r;
end
$$;
comment on function private.gate_check_consent(private.gate_facts) is
  'Checks whether this channel requires consent, federally or by state, and whether the consent on record suffices. '
  'Every defect is a reason of its own.';

create function private.gate_consent_refusal(p_fault text, p_why text) returns private.gate_refusal
language plpgsql immutable parallel safe as $$
begin
  return row(p_fault, p_why || case p_fault
    when 'consent_missing' then '; none is on record'
    when 'relationship_is_no_consent' then '; a business relationship does not replace it'
    when 'consent_not_written' then '; the consent on record is oral or implied'
    when 'consent_undated' then '; the date of the consent is unknown'
    when 'consent_in_the_future' then '; the consent is dated in the future'
    when 'consent_for_another_seller' then '; the consent on record does not name this seller'
    when 'consent_without_this_number' then '; it does not cover this number'
    when 'consent_revoked' then '; it was revoked'
    when 'consent_unsigned' then '; it is not signed'
    when 'consent_condition_of_purchase' then '; it is not shown that consent was not a condition of purchase'
    when 'consent_without_automation' then '; it does not disclose automated calls or texts'
    when 'house_consent_stale' then '; it is older than the org accepts'
    else '' end, 'infinity')::private.gate_refusal;
end
$$;
comment on function private.gate_consent_refusal(text, text) is 'Words a defect of the consent as a reason.';

-- sql/40_gate/33_check_dnc.sql

create function private.gate_check_dnc(c private.gate_facts, t timestamptz) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_related boolean := coalesce(t >= c.ebr_from and t <= c.ebr_until, false);
  v_national boolean;
  v_state boolean;
  v_days int := (c.house ->> 'scrub_max_age_days')::int;
begin
  if c.lookup_failed then
    r := r || row('dnc_lookup_failed', 'the do-not-call lookup failed', 'infinity')::private.gate_refusal;
  end if;
  if c.channel = 'email' then
    return r;
  end if;
  if c.purpose <> 'marketing' then
    return r;
  end if;
  if not c.dnc_known then
    return r || row('dnc_unknown', 'the do-not-call status of the number is unknown',
      'infinity')::private.gate_refusal;
  end if;
  -- A signed agreement that names seller and number lifts the registries; a relationship lifts the national registry,
  -- and a state list only where that was confirmed.
  v_national := c.signed_agreement or v_related;
  v_state := c.signed_agreement or (v_related and coalesce(c.ebr_lifts_state_list, false));
  if not v_national then
    if c.federal_listed is null then
      r := r || row('dnc_federal_unknown', 'it is unknown whether the number is on the national registry',
        'infinity')::private.gate_refusal;
    elsif c.federal_listed then
      r := r || row('dnc_federal', 'the number is on the national registry', 'infinity')::private.gate_refusal;
    end if;
    if c.scrubbed_at is null then
      r := r || row(case when c.scrub_said then 'dnc_scrub_unreadable' else 'dnc_never_scrubbed' end,
        'the number was never checked against a dated copy of the registry', 'infinity')::private.gate_refusal;
    elsif c.scrubbed_at > c.as_of then
      r := r || row('dnc_scrub_unreadable', 'the registry copy is dated in the future',
        'infinity')::private.gate_refusal;
    elsif (c.scrubbed_at at time zone 'UTC' + make_interval(days => v_days)) at time zone 'UTC' < t then
      r := r || row('dnc_scrub_stale', 'the registry copy is older than ' || v_days || ' days',
        'infinity')::private.gate_refusal;
    end if;
    if c.consent_type in ('ebr_purchase', 'ebr_inquiry') and r <> '{}' then
      r := r || row('relationship_ended', case when c.ebr_until is null
        then 'the relationship has no readable date, or is with another seller'
        else 'the relationship ended on ' || to_char(c.ebr_until at time zone 'UTC', 'YYYY-MM-DD') end,
          'infinity')::private.gate_refusal;
    end if;
  end if;
  if not v_state then
    if c.state_listed is null then
      r := r || row('dnc_state_unknown', 'it is unknown whether the number is on a state list',
        'infinity')::private.gate_refusal;
    elsif c.state_listed then
      r := r || row('dnc_state', 'the number is on a state list', 'infinity')::private.gate_refusal;
    end if;
  end if;
  return r;
end
$$;
comment on function private.gate_check_dnc(private.gate_facts, timestamptz) is
  'Checks the national and state do-not-call lists, the age of the copy, and exemptions.';

-- sql/40_gate/34_check_email.sql

create function private.gate_check_email(c private.gate_facts) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_event text;
begin
  if c.unsubscribed and (c.purpose = 'marketing' or c.house -> 'unsubscribe_ends_transactional' = 'true') then
    r := r || row('email_unsubscribed', 'the person unsubscribed; the law allows ten business days, we stop at once',
      'infinity')::private.gate_refusal;
  end if;
  foreach v_event in array c.email_events loop
    if v_event in ('spamreport', 'spam_report', 'spam', 'complaint', 'complained', 'abuse') then
      r := r || row('email_spam_report', 'the person reported an e-mail as spam', 'infinity')::private.gate_refusal;
    elsif v_event in ('bounce', 'bounced', 'hard_bounce', 'hardbounce', 'hard', 'dropped', 'failed', 'invalid',
      'permanent_fail') then
      r := r || row('email_bounced', 'the address bounced', 'infinity')::private.gate_refusal;
    elsif v_event in ('unsubscribe', 'unsubscribed', 'group_unsubscribe', 'list_unsubscribe') then
      if c.purpose = 'marketing' or c.house -> 'unsubscribe_ends_transactional' = 'true' then
        r := r || row('email_unsubscribed', 'the mail provider has an unsubscribe on record',
          'infinity')::private.gate_refusal;
      end if;
    elsif v_event not in ('processed', 'delivered', 'deferred', 'open', 'opened', 'click', 'clicked', 'blocked',
      'block',
      'soft_bounce', 'bounce:soft', 'blocked:soft', 'group_resubscribe', 'sent', 'queued', 'accepted') then
      r := r || row('email_event_unknown', 'an e-mail event of unknown meaning is on record',
        'infinity')::private.gate_refusal;
    end if;
  end loop;
  if c.message -> 'from_authenticated' = 'false' then
    r := r || row('email_unauthenticated', 'the sending domain is not authenticated (SPF, DKIM, DMARC)',
      'infinity')::private.gate_refusal;
  end if;
  if c.purpose <> 'marketing' then
    return r;
  end if;
  if not c.dnc_known then
    r := r || row('email_lists_unknown', 'it is unknown whether the person unsubscribed',
      'infinity')::private.gate_refusal;
  end if;
  if c.message -> 'from_authenticated' is distinct from 'true' and c.message -> 'from_authenticated' is distinct
    from 'false' then
    r := r || row('email_unauthenticated',
      'it is unknown whether the sending domain is authenticated (SPF, DKIM, DMARC)',
      'infinity')::private.gate_refusal;
  end if;
  if c.message -> 'postal_address_in_body' is distinct from 'true' then
    r := r || row('email_without_postal_address', 'a marketing e-mail must contain a postal address',
      'infinity')::private.gate_refusal;
  end if;
  if c.message -> 'unsubscribe_link' is distinct from 'true' then
    r := r || row('email_without_unsubscribe', 'a marketing e-mail must contain a way to unsubscribe',
      'infinity')::private.gate_refusal;
  end if;
  if c.message -> 'list_unsubscribe_post' is distinct from 'true'
    and not coalesce(jsonb_typeof(c.message -> 'daily_volume_to_gmail') = 'number'
      and (c.message ->> 'daily_volume_to_gmail')::numeric between 0 and 5000, false) then
    r := r || row('email_without_one_click',
      'more than 5,000 e-mails a day, or an unknown number, require one-click unsubscribe (RFC 8058)',
      'infinity')::private.gate_refusal;
  end if;
  return r;
end
$$;
comment on function private.gate_check_email(private.gate_facts) is
  'Checks CAN-SPAM and the requirements of mailbox providers. E-mail has no calling hours.';

-- sql/40_gate/35_check_hours.sql

create function private.gate_classes(p_channel text) returns text[]
language sql immutable parallel safe as $$
  select case p_channel when 'voice_manual' then array['voice'] when 'voice_ai' then array['voice', 'voice_automated']
    else array['sms'] end
$$;
comment on function private.gate_classes(text) is 'Classes of calling laws that apply to a channel.';

create function private.daylight_saving(p_zone text, t timestamptz) returns interval
language sql immutable parallel safe as $$
  -- The standard offset is the smaller of winter and summer.
  select (t at time zone p_zone) - (t at time zone 'UTC') - least(
    (timestamptz '2026-01-15 12:00Z' at time zone p_zone) - timestamp '2026-01-15 12:00',
    (timestamptz '2026-07-15 12:00Z' at time zone p_zone) - timestamp '2026-07-15 12:00')
$$;
comment on function private.daylight_saving(text, timestamptz) is 'How far the wall clock is ahead of standard time.';

create function private.gate_check_hours(c private.gate_facts, t timestamptz) returns private.gate_refusal[]
language plpgsql stable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v record;
  v_states text[] := c.states || 'US'::text;
  v_classes text[] := private.gate_classes(c.channel);
  v_house jsonb := c.house -> 'calling_hours';
  v_zone text;
  v_wall timestamp;
  v_group text;
  v_day date;
  v_time time;
begin
  foreach v_zone in array c.zones loop
    v_wall := t at time zone v_zone;
    v_day := v_wall::date;
    v_time := v_wall::time;
    v_group := case extract(isodow from v_day) when 6 then 'sat' when 7 then 'sun' else 'mon_fri' end;
    for v in
      select w.state, w.weekday_group, w.start_local, w.end_local
      from public.calling_windows w
      where w.binding and w.state = any (v_states) and w.weekday_group in (v_group, 'holiday')
        and w.channel_class = any (v_classes)
        and (w.start_local is null or v_time < w.start_local or v_time >= w.end_local
          or (w.also_standard_time and (v_wall - private.daylight_saving(v_zone, t))::time < w.start_local))
        and w.effective @> v_day
        and (w.weekday_group <> 'holiday' or exists (
          select from public.holiday_dates h where h.state = w.state and h.on_date = v_day))
        -- Where the location is unknown, each law applies in the zones of its own state.
        and (not c.everywhere or w.state = 'US'
          or exists (select from public.state_rules s where s.state = w.state and v_zone = any (s.zones)))
      order by w.state, w.weekday_group
    loop
      r := r || row(
        case when v.state = 'US' then 'federal_hours' when v.start_local is not null then 'state_hours'
          when v.weekday_group = 'holiday' then 'state_holiday' else 'state_day_closed' end,
        case when v.state = 'US' then 'federal' else v.state end || ' hours are '
          || coalesce(to_char(v.start_local, 'HH24:MI') || ' to ' || to_char(v.end_local, 'HH24:MI'), 'closed')
          || case v.weekday_group when 'holiday' then ' on this holiday' when 'sun' then ' on Sundays' when 'sat'
            then ' on Saturdays' else '' end
          || '; it is ' || to_char(v_wall, 'Dy HH24:MI:SS') || ' in ' || v_zone, '-infinity')::private.gate_refusal;
    end loop;
    if v_house is not null and (v_time < (v_house ->> 'start')::time or v_time >= (v_house ->> 'end')::time
      or coalesce(v_house -> 'closed' ? lower(to_char(v_wall, 'dy')), false)) then
      r := r || row('house_hours', 'the org''s hours are ' || (v_house ->> 'start') || ' to ' || (v_house ->> 'end')
        || '; it is ' || to_char(v_wall, 'Dy HH24:MI:SS') || ' in ' || v_zone, '-infinity')::private.gate_refusal;
    end if;
  end loop;
  return r;
end
$$;
comment on function private.gate_check_hours(private.gate_facts, timestamptz) is
  'Checks calling hours, federal, state and the org''s own: every law of every state that the person could be in, in '
  'every time zone that they could be in. Start inclusive, end exclusive, to the second.';

create function private.gate_hours_open_at(c private.gate_facts, p_from timestamptz) returns timestamptz
language plpgsql stable as $$
declare
  t timestamptz := p_from;
  v_next timestamptz;
  v_open timestamptz;
  v_states text[] := c.states || 'US'::text;
  v_classes text[] := private.gate_classes(c.channel);
  v_house jsonb := c.house -> 'calling_hours';
  v_zone text;
  v_day date;
  v_span record;
begin
  -- Each round: when does every zone open, at or after t? The latest of them is the next t.
  for i in 1..40 loop
    v_next := t;
    foreach v_zone in array c.zones loop
      v_open := null;
      for n in 0..10 loop
        v_day := (t at time zone v_zone)::date + n;
        select max(case when w.also_standard_time
            then w.start_local + private.daylight_saving(v_zone, (v_day + time '12:00') at time zone v_zone)
            else w.start_local end) as opens,
          min(w.end_local) as closes, bool_or(w.start_local is null) as closed
        into v_span
        from public.calling_windows w
        where w.binding and w.state = any (v_states) and w.channel_class = any (v_classes)
          and w.weekday_group in (case extract(isodow from v_day) when 6 then 'sat' when 7 then 'sun'
            else 'mon_fri' end, 'holiday')
          and w.effective @> v_day
          and (w.weekday_group <> 'holiday' or exists (
            select from public.holiday_dates h where h.state = w.state and h.on_date = v_day))
          and (not c.everywhere or w.state = 'US'
            or exists (select from public.state_rules s where s.state = w.state and v_zone = any (s.zones)));
        continue when v_span.closed or coalesce(v_house -> 'closed' ? lower(to_char(v_day, 'dy')), false);
        v_span.opens := greatest(v_span.opens, (v_house ->> 'start')::time);
        v_span.closes := least(v_span.closes, (v_house ->> 'end')::time);
        continue when v_span.opens >= v_span.closes or (v_day + v_span.closes) at time zone v_zone <= t;
        v_open := greatest((v_day + v_span.opens) at time zone v_zone, t);
        exit;
      end loop;
      if v_open is null then
        return null;
      end if;
      v_next := greatest(v_next, v_open);
    end loop;
    if v_next = t then
      return t;
    elsif v_next > p_from + interval '40 days' then
      return null;
    end if;
    t := v_next;
  end loop;
  return null;
end
$$;
comment on function private.gate_hours_open_at(private.gate_facts, timestamptz) is
  'The first instant from p_from on at which the hours allow contact in every zone, or null when there is none '
  'within weeks.';

-- sql/40_gate/36_check_caps.sql

create function private.gate_cap_refusal(c private.gate_facts, t timestamptz, p_rule text, p_cap int, p_hours int,
  p_same_subject boolean, p_automated boolean, p_who text) returns private.gate_refusal
language plpgsql immutable as $$
declare
  v_count bigint;
  v_ends_at timestamptz;
begin
  if cardinality(c.attempt_at) < p_cap then
    return null;
  end if;
  -- p_hours null: ever. Attempts in the future, or without a date, count.
  select count(*), (array_agg(a.at order by a.at))[greatest(count(*) - p_cap + 1, 1)] into v_count, v_ends_at
  from unnest(c.attempt_at, c.attempt_channel, c.attempt_subject) a(at, channel, subject)
  where (p_hours is null or a.at > t - make_interval(hours => p_hours))
    and (not p_automated or coalesce(a.channel, 'voice_ai') = 'voice_ai')
    and (not p_same_subject or a.subject is null or c.subject is null or a.subject = c.subject);
  if v_count < p_cap then
    return null;
  end if;
  return row(p_rule, p_who || ' allows ' || p_cap || ' attempts'
      || case when p_hours is null then '' else ' in ' || p_hours || ' hours' end
      || case when p_same_subject then ' on one subject' else '' end || '; there were ' || v_count,
    case when p_hours is null or p_cap = 0 or v_ends_at is null then 'infinity'
      else v_ends_at + make_interval(hours => p_hours) end)::private.gate_refusal;
end
$$;
comment on function private.gate_cap_refusal(private.gate_facts, timestamptz, text, int, int, boolean, boolean,
  text) is
  'Checks one cap against the attempts on record: null below the cap; otherwise a reason that ends when the oldest '
  'excess attempt is p_hours old.';

create function private.gate_check_caps(c private.gate_facts, t timestamptz) returns private.gate_refusal[]
language plpgsql stable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v record;
  v_one private.gate_refusal;
begin
  if c.capped then
    for v in
      select l.state, l.cap_count, l.cap_hours, l.cap_same_subject,
        l.channel_classes = '{voice_automated}' as automated
      from public.calling_laws l
      where l.cap_count is not null and l.state = any (c.states)
        and l.channel_classes && private.gate_classes(c.channel)
        and (l.effective_from is null or (t at time zone c.zones[1])::date >= l.effective_from)
        and (l.effective_to is null or (t at time zone c.zones[1])::date <= l.effective_to)
      order by l.state
    loop
      if not c.history_known then
        r := r || row('history_unknown', v.state || ' limits the number of attempts, and the history is unknown',
          'infinity')::private.gate_refusal;
      else
        v_one := private.gate_cap_refusal(c, t, 'state_cap', v.cap_count, v.cap_hours, v.cap_same_subject,
          v.automated, v.state);
        if v_one.rule is not null then
          r := r || v_one;
        end if;
      end if;
    end loop;
  end if;
  if cardinality(c.attempt_at) > 0 or c.house ->> 'max_attempts_24h' = '0'
    or c.house ?| '{max_attempts_7d,max_attempts_total}' then
    v_one := private.gate_cap_refusal(c, t, 'house_cap', (c.house ->> 'max_attempts_24h')::int, 24, false, false,
      'the org');
    if v_one.rule is not null then
      r := r || v_one;
    end if;
    if c.house ? 'max_attempts_7d' then
      v_one := private.gate_cap_refusal(c, t, 'house_cap', (c.house ->> 'max_attempts_7d')::int, 168, false, false,
        'the org');
      if v_one.rule is not null then
        r := r || v_one;
      end if;
    end if;
    if c.house ? 'max_attempts_total' then
      v_one := private.gate_cap_refusal(c, t, 'house_cap', (c.house ->> 'max_attempts_total')::int, null, false,
        false, 'the org');
      if v_one.rule is not null then
        r := r || v_one;
      end if;
    end if;
  end if;
  return r;
end
$$;
comment on function private.gate_check_caps(private.gate_facts, timestamptz) is
  'Checks the caps of the states that the person could be in, and the org''s own. Calls and texts count together; '
  'inbound contacts and e-mail do not.';

-- sql/40_gate/37_check_states.sql

create function private.gate_check_states(c private.gate_facts) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_state text;
begin
  foreach v_state in array c.emergencies loop
    if v_state = any (c.states) then
      r := r || row('emergency', 'an emergency is declared in ' || v_state, 'infinity')::private.gate_refusal;
    end if;
  end loop;
  if c.house ? 'deny_states' then
    for v_state in select s from jsonb_array_elements_text(c.house -> 'deny_states') s loop
      if upper(v_state) = any (c.states) then
        r := r || row('house_state_closed', 'the org does not contact people in ' || v_state,
          'infinity')::private.gate_refusal;
      end if;
    end loop;
  end if;
  return r;
end
$$;
comment on function private.gate_check_states(private.gate_facts) is
  'Checks declared emergencies and states that the org excludes.';

-- sql/40_gate/40_gate_evaluate.sql

create function private.gate_timed_refusals(c private.gate_facts, t timestamptz,
  p_hours boolean) returns private.gate_refusal[]
language plpgsql stable as $$
declare
  r private.gate_refusal[];
begin
  r := private.gate_check_opt_out(c, t) || private.gate_check_dnc(c, t);
  if c.channel = 'email' then
    return r;
  end if;
  if p_hours and (c.purpose = 'marketing' or c.house -> 'hours_for_transactional' = 'true') then
    r := r || private.gate_check_hours(c, t);
  end if;
  if c.purpose = 'marketing' then
    r := r || private.gate_check_caps(c, t);
  end if;
  return private.gate_without_waived(c, r);
end
$$;
comment on function private.gate_timed_refusals(private.gate_facts, timestamptz, boolean) is
  'The reasons that change with time, at instant t; p_hours false omits calling hours that are known to be open.';

create function private.gate_without_waived(c private.gate_facts,
  r private.gate_refusal[]) returns private.gate_refusal[]
language plpgsql stable as $$
begin
  if c.house ? 'waive' and r <> '{}' then
    return array(select x::private.gate_refusal from unnest(r) x
      where not (c.house -> 'waive' ? x.rule
        and exists (select from public.gate_rules g where g.rule = x.rule and g.waivable)));
  end if;
  return r;
end
$$;
comment on function private.gate_without_waived(private.gate_facts, private.gate_refusal[]) is
  'Removes the reasons that the org has waived on the advice of counsel, where the rule is waivable.';

create function private.gate_refusals(c private.gate_facts) returns private.gate_refusal[]
language plpgsql stable as $$
declare
  r private.gate_refusal[];
begin
  r := private.gate_check_contact(c);
  if c.as_of is null or c.channel is null then
    return r;
  end if;
  if c.purpose = 'confirmation' then
    return r || private.gate_check_confirmation(c);
  end if;
  if c.channel = 'email' then
    r := r || private.gate_check_email(c);
  else
    r := r || private.gate_check_consent(c);
    if c.purpose = 'marketing' then
      r := r || private.gate_check_states(c);
    end if;
  end if;
  return private.gate_without_waived(c, r) || private.gate_timed_refusals(c, c.as_of, true);
end
$$;
comment on function private.gate_refusals(private.gate_facts) is 'Every reason for a refusal.';

create function private.gate_next_allowed(c private.gate_facts, p_refusals private.gate_refusal[]) returns timestamptz
language plpgsql stable as $$
declare
  r private.gate_refusal[] := p_refusals;
  t timestamptz := c.as_of;
  v_least timestamptz;
  v_most timestamptz;
  x private.gate_refusal;
begin
  -- Every reason names the first instant at which it could end, so the answer cannot be earlier than the latest of
  -- them. Reasons that time does not end are infinite; the others are checked again at each candidate.
  for i in 1..60 loop
    v_least := 'infinity';
    v_most := '-infinity';
    foreach x in array r loop
      v_least := least(v_least, x.ends_at);
      v_most := greatest(v_most, x.ends_at);
    end loop;
    if v_most = 'infinity' then
      return null;
    end if;
    t := greatest(t, v_most);
    if c.purpose = 'marketing' and not (c.house ? 'waive') then
      t := private.gate_hours_open_at(c, t);
    elsif v_least = '-infinity' then
      t := coalesce(private.gate_hours_open_at(c, greatest(t, c.as_of)), 'infinity');
    end if;
    if t is null or t = 'infinity' then
      return null;
    end if;
    r := private.gate_timed_refusals(c, t, c.purpose <> 'marketing' or c.house ? 'waive');
    if r = '{}' then
      return t;
    end if;
  end loop;
  return null;
end
$$;
comment on function private.gate_next_allowed(private.gate_facts, private.gate_refusal[]) is
  'The first instant at which time alone would allow the contact, or null. Jumps from one ending reason to the next '
  'instead of stepping through minutes.';

create function private.gate_rule_version() returns text
language plpgsql stable as $$
begin
  return (select s.version from public.rule_sets s order by s.released_on desc, s.revision desc limit 1);
end
$$;
comment on function private.gate_rule_version() is 'Version of the rule data in force, such as 2026-11-21.1.';

-- Its queries are the same for every contact: planning them anew for each array would cost more than running them.
create function public.gate_evaluate(facts jsonb, as_of timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  c private.gate_facts;
  r private.gate_refusal[];
  v_next timestamptz;
  v_reasons jsonb := '[]'::jsonb;
begin
  if jsonb_typeof(facts) is distinct from 'object' or as_of is null or not isfinite(as_of) then
    return jsonb_build_object('allow', false, 'reasons', jsonb_build_array(
        case when jsonb_typeof(facts) is distinct from 'object'
          then jsonb_build_object('rule', 'facts_unreadable', 'detail', 'the facts are not a JSON object')
          else jsonb_build_object('rule', 'as_of_outside_rules', 'detail', 'the instant is missing or infinite') end),
      'next_allowed_at', null, 'zones', '[]'::jsonb, 'states', '[]'::jsonb, 'rule_version',
        private.gate_rule_version());
  end if;
  c := private.gate_read(facts, as_of);
  r := private.gate_refusals(c);
  if r = '{}' then
    v_next := as_of;
  else
    select jsonb_agg(jsonb_build_object('rule', x.rule, 'detail', x.detail) order by x.n) into v_reasons
    from (select rule, detail, min(n) as n from unnest(r) with ordinality u(rule, detail, ends_at, n) group by 1, 2) x;
    v_next := private.gate_next_allowed(c, r);
  end if;
  return jsonb_build_object(
    'allow', r = '{}',
    'reasons', v_reasons,
    'next_allowed_at', to_char(v_next at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS'
      || case when extract(microseconds from v_next)::bigint % 1000000 = 0 then '"Z"' else '.US"Z"' end),
    'zones', to_jsonb(c.zones), 'states', to_jsonb(c.states), 'rule_version', private.gate_rule_version());
exception when data_exception then
  -- A value out of range counts as an unreadable fact.
  return jsonb_build_object('allow', false,
    'reasons', jsonb_build_array(jsonb_build_object('rule', 'facts_unreadable', 'detail',
      'a fact has an impossible value')),
    'next_allowed_at', null, 'zones', '[]'::jsonb, 'states', '[]'::jsonb, 'rule_version', private.gate_rule_version());
end
$$;
comment on function public.gate_evaluate(jsonb, timestamptz) is
  'Whether this contact may be made at this instant. Input: the facts (listed in docs/gate.md), times in ISO 8601 '
  'UTC. Output: {allow, reasons: [{rule, detail}], next_allowed_at, zones, states, rule_version}. Reads only its '
  'arguments and the rule tables and never raises; unknown or unreadable facts refuse where they matter.';

revoke execute on function public.gate_evaluate(jsonb, timestamptz) from public, anon;
grant execute on function public.gate_evaluate(jsonb, timestamptz) to authenticated, service_role, pipeline_writer;

-- sql/40_gate/41_gate_grants.sql

-- The gate runs as its caller, so the caller needs these functions. None of them writes.
grant execute on function
  private.read_instant(jsonb), private.normalise_spacing(text), private.normalise_reply(text),
    private.is_stop_keyword(text),
  private.is_opt_out(text), private.opt_out_phrases(text), private.opt_out_exceptions(),
    private.is_opt_in_keyword(text), private.opt_out_reach(text, text),
  private.gate_add_address(text, text, text[], text[]), private.gate_places(jsonb, text, boolean),
  private.gate_read_org_rules(jsonb), private.gate_read_consent(private.gate_facts, jsonb, text, text),
  private.gate_read_history(private.gate_facts, jsonb), private.gate_read(jsonb, timestamptz),
  private.gate_check_contact(private.gate_facts), private.gate_check_opt_out(private.gate_facts, timestamptz),
  private.gate_check_confirmation(private.gate_facts), private.gate_check_consent(private.gate_facts),
  private.gate_consent_refusal(text, text), private.gate_check_dnc(private.gate_facts, timestamptz),
  private.gate_check_email(private.gate_facts), private.gate_classes(text), private.daylight_saving(text, timestamptz),
  private.gate_check_hours(private.gate_facts, timestamptz),
    private.gate_hours_open_at(private.gate_facts, timestamptz),
  private.gate_cap_refusal(private.gate_facts, timestamptz, text, int, int, boolean, boolean, text),
  private.gate_check_caps(private.gate_facts, timestamptz), private.gate_check_states(private.gate_facts),
  private.gate_refusals(private.gate_facts),
  private.gate_timed_refusals(private.gate_facts, timestamptz, boolean),
  private.gate_without_waived(private.gate_facts, private.gate_refusal[]),
  private.gate_next_allowed(private.gate_facts, private.gate_refusal[]), private.gate_rule_version(),
  private.us_holiday_dates(int), private.easter_sunday(int)
to authenticated, service_role, pipeline_writer;

-- sql/40_gate/50_dnc_lists.sql

-- Do-not-call lists: the national registry by area code, state lists, known litigators, and an org's earlier lists.
-- Tens of millions of numbers, looked up one at a time: a number is stored as eight bytes of a keyed hash, and the
-- hashes of a list are grouped into 4096 rows by their first twelve bits. That takes a tenth of the space of a row
-- per number with its index; a lookup is one index probe and a scan of some dozens of integers. There are only a few
-- billion phone numbers, so an unkeyed hash would be as good as the number itself.

create type private.dnc_kind as enum ('national', 'state', 'litigator', 'internal');
comment on type private.dnc_kind is
  'national: the federal registry, one list per area code; state: a state''s own; litigator: people known to sue; '
  'internal: a list that the org kept before.';

create table private.dnc_lists (
  id integer generated always as identity primary key,
  kind private.dnc_kind not null,
  area_code smallint,
  state text,
  org_id uuid references public.orgs (id) on delete cascade,
  name text not null default '',
  version text not null,
  obtained_at timestamptz not null,
  numbers bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint dnc_list_is_kept_once unique nulls not distinct (kind, area_code, state, org_id, name),
  constraint national_list_is_of_an_area_code check ((kind = 'national') = (area_code is not null)),
  constraint state_list_is_of_a_state check ((kind = 'state') = (state is not null)),
  constraint internal_list_is_of_an_org check ((kind = 'internal') = (org_id is not null)),
  constraint dnc_area_code_is_one check (area_code between 200 and 999),
  constraint dnc_state_is_a_usps_code check (state ~ '^[A-Z]{2}$'),
  constraint dnc_list_has_a_version check (length(btrim(version)) > 0)
);
comment on table private.dnc_lists is
  'One row per list in its current version. Shared by all orgs of the database, except internal lists; whether an '
  'org may use a copy is between the org and the registry (docs/decisions.md).';
comment on column private.dnc_lists.obtained_at is
  'When the copy was obtained from its publisher; the 31 days count from here.';
comment on column private.dnc_lists.numbers is 'Current size of the list.';
create index dnc_lists_org_idx on private.dnc_lists (org_id) where org_id is not null;
create trigger _100_set_updated_at before update on private.dnc_lists
  for each row execute function private.set_updated_at();

create table private.dnc_loads (
  id bigint generated always as identity primary key,
  list_id integer not null,
  kind private.dnc_kind not null,
  area_code smallint,
  state text,
  org_id uuid,
  version text not null,
  obtained_at timestamptz not null,
  change boolean not null,
  source text not null,
  received bigint not null,
  added bigint not null,
  removed bigint not null,
  numbers bigint not null,
  loaded_at timestamptz not null,
  constraint dnc_load_counts_are_not_negative check (least(received, added, removed, numbers) >= 0)
);
comment on table private.dnc_loads is
  'Every file that was loaded: the process record that the safe harbour requires. Outlives its list.';
comment on column private.dnc_loads.change is
  'Whether it was a change file (additions and deletions) rather than a whole list.';
comment on column private.dnc_loads.source is 'Name of the file.';
comment on column private.dnc_loads.received is 'Numbers in the file that belong to this list.';
create index dnc_loads_list_idx on private.dnc_loads (list_id, id);
create trigger _100_append_only before update or delete or truncate on private.dnc_loads
  for each statement execute function private.refuse_change();

create table private.dnc_numbers (
  list_id integer not null references private.dnc_lists (id) on delete cascade,
  bucket smallint not null,
  hashes bigint[] not null,
  primary key (list_id, bucket),
  constraint dnc_bucket_range check (bucket between 0 and 4095),
  constraint dnc_bucket_holds_numbers check (cardinality(hashes) > 0)
);
comment on table private.dnc_numbers is
  'The numbers of the lists: the first 64 bits of a keyed SHA-256 of the ten digits under private.dnc_key(), grouped '
  'by their first twelve bits.';
-- Hashes do not compress, and an uncompressed row is read in one piece.
alter table private.dnc_numbers alter column hashes set storage external;
alter table private.dnc_numbers set (toast_tuple_target = 8160);

create table private.dnc_keys (
  id smallint primary key default 1,
  wrapped_key bytea not null,
  created_at timestamptz not null default now(),
  constraint there_is_one_dnc_key check (id = 1)
);
comment on table private.dnc_keys is
  'The key of the hashed numbers, wrapped by the wrapping key in Vault. It never changes, because all lists would '
  'have to be loaded again.';

create table private.dnc_list_states (
  state text primary key,
  source text not null,
  verification public.rule_verification not null,
  reviewed_on date not null,
  notes text not null default '',
  constraint dnc_list_state_is_a_usps_code check (state ~ '^[A-Z]{2}$')
);
comment on table private.dnc_list_states is
  'States with a do-not-call list of their own beside the national registry. The status of a number there is '
  'unknown, so that it is not contacted, until that state''s list is loaded and current.';
insert into private.dnc_list_states (state, source, verification, reviewed_on, notes)
select s, 'state telemarketing law of ' || s, 'from_memory', date '2026-11-21',
  'To be confirmed with the state before the first campaign; delete the row where counsel finds that the state has no '
    'list.'
from unnest('{CO,FL,IN,LA,MA,MO,OK,PA,TN,TX,WY}'::text[]) s
on conflict (state) do nothing;

alter table private.dnc_lists enable row level security;
alter table private.dnc_loads enable row level security;
alter table private.dnc_numbers enable row level security;
alter table private.dnc_keys enable row level security;
alter table private.dnc_list_states enable row level security;

-- sql/40_gate/51_load_dnc.sql

-- Only the owner of the database loads lists (the command line first copies the file into pg_temp.dnc_input), not
-- members or the pipeline.

create function private.dnc_key() returns bytea
language sql stable security definer set search_path = '' as $$
  select decode(private.decrypt_value(k.wrapped_key, private.wrapping_key()), 'hex') from private.dnc_keys k
$$;
comment on function private.dnc_key() is
  'The key of the hashed numbers; null until a first list is loaded. Definer: only the owner may read Vault and keys.';
revoke execute on function private.dnc_key() from pipeline_writer;

-- Inlined, because it runs once per number. Key and number have a fixed length and half of the digest is discarded,
-- so the plain prefix construction is a sound keyed hash, at a third of the cost of pgcrypto's HMAC.
create function private.dnc_hash(p_number bigint, p_key bytea) returns bigint
language sql immutable parallel safe as $$
  select ('x' || encode(substr(sha256(p_key || int8send(p_number)), 1, 8), 'hex'))::bit(64)::bigint
$$;
comment on function private.dnc_hash(bigint, bytea) is
  'Hashes ten digits to the first 64 bits of SHA-256 over key and number: one false match in some hundred billion '
  'lookups at 50 million numbers.';

create function private.dnc_bucket(p_hash bigint) returns smallint
language sql immutable parallel safe as $$ select ((p_hash >> 52) & 4095)::smallint $$;
comment on function private.dnc_bucket(bigint) is 'First twelve bits of a hash.';

create table private.dnc_input (
  number bigint primary key,
  gone boolean not null default false,
  line integer
);
comment on table private.dnc_input is
  'Template of the temporary table of the same name that a load is copied into; always empty.';
alter table private.dnc_input enable row level security;

create function private.merge_dnc_file(
  p_kind private.dnc_kind, p_version text, p_obtained_at timestamptz,
  p_area_code smallint default null, p_state text default null, p_org_id uuid default null, p_name text default '',
  p_change boolean default false, p_accept_shrink boolean default false, p_as_of timestamptz default now()
) returns table (list_id integer, area_code smallint, received bigint, added bigint, removed bigint, numbers bigint)
language plpgsql volatile set search_path = pg_temp, private set work_mem = '256MB' set jit = off as $$
#variable_conflict use_column
declare
  v_key bytea;
  v_code smallint;
  v_codes smallint[];
  v_list private.dnc_lists;
  v_lists integer[] := '{}'::integer[];
  v_before bigint[] := '{}'::bigint[];
begin
  -- One load at a time, so that the ids of loads become visible in order (private.phone_scrubs compares with the
  -- last).
  perform pg_advisory_xact_lock(hashtextextended('sluice load dnc', 0));
  if p_obtained_at > p_as_of then
    raise exception 'obtained_at is in the future (%)', p_obtained_at using errcode = 'SL411';
  end if;
  insert into private.dnc_keys (wrapped_key)
  select private.encrypt_value(encode(extensions.gen_random_bytes(32), 'hex'), private.wrapping_key())
  where not exists (select from private.dnc_keys)
  on conflict do nothing;
  v_key := private.dnc_key();

  if p_kind = 'national' then
    select array_agg(c order by c) into v_codes
    from (select distinct (number / 10000000)::smallint as c from dnc_input) x;
    if p_area_code is not null and v_codes <> array[p_area_code] then
      raise exception 'the file contains area codes %, expected only %', v_codes, p_area_code using errcode = 'SL412';
    end if;
  else
    v_codes := array[null::smallint];
  end if;
  if not exists (select from dnc_input) then
    raise exception 'the file contains no numbers; an empty list is not accepted' using errcode = 'SL412';
  end if;

  foreach v_code in array v_codes loop
    select * into v_list from private.dnc_lists l
    where l.kind = p_kind and l.area_code is not distinct from v_code and l.state is not distinct from p_state
      and l.org_id is not distinct from p_org_id and l.name = p_name
    for update;
    if not found and p_change then
      raise exception 'no list to apply the change file to (area code %)', v_code using errcode = 'SL413';
    elsif found and v_list.obtained_at > p_obtained_at then
      raise exception 'a newer copy of the list is on record, obtained at %', v_list.obtained_at
        using errcode = 'SL414';
    elsif not found then
      insert into private.dnc_lists (kind, area_code, state, org_id, name, version, obtained_at)
      values (p_kind, v_code, p_state, p_org_id, p_name, p_version, p_obtained_at)
      returning * into v_list;
    end if;

    v_lists := v_lists || v_list.id;
    v_before := v_before || v_list.numbers;
  end loop;

  if p_change then
    return query
      -- The last line about a number counts.
      with lines as (
        select d.number, d.gone, d.line, case when p_kind = 'national' then d.number / 10000000 else 0 end as code
        from dnc_input d
      ), changes as (
        select distinct on (d.number) l.id as list_id, private.dnc_hash(d.number, v_key) as h, d.gone
        from lines d join private.dnc_lists l on l.id = any (v_lists) and coalesce(l.area_code, 0) = d.code
        order by d.number, d.line desc
      ), touched as (
        select c.list_id, private.dnc_bucket(c.h) as bucket, count(*) as received,
          coalesce(array_agg(c.h) filter (where not c.gone), '{}') as plus,
          coalesce(array_agg(c.h) filter (where c.gone), '{}') as minus
        from changes c group by 1, 2
      ), merged as (
        select t.list_id, t.bucket, t.received, coalesce(o.hashes, '{}') as old, array(
            select h from unnest(o.hashes) h where not h = any (t.minus) union select unnest(t.plus)) as new
        from touched t left join private.dnc_numbers o on o.list_id = t.list_id and o.bucket = t.bucket
      ), kept as (
        insert into private.dnc_numbers as n (list_id, bucket, hashes)
        select x.list_id, x.bucket, x.new from merged x where cardinality(x.new) > 0
        on conflict (list_id, bucket) do update set hashes = excluded.hashes
      ), emptied as (
        delete from private.dnc_numbers n using merged x
        where n.list_id = x.list_id and n.bucket = x.bucket and cardinality(x.new) = 0
      ), counted as (
        select x.list_id, sum(x.received)::bigint as received,
          sum((select count(*) from unnest(x.new) h where not h = any (x.old)))::bigint as added,
          sum((select count(*) from unnest(x.old) h where not h = any (x.new)))::bigint as removed
        from merged x group by 1
      ), updated as (
        update private.dnc_lists l
        set version = p_version, obtained_at = p_obtained_at, numbers = l.numbers + c.added - c.removed
        from counted c where l.id = c.list_id
        returning l.*
      )
      select l.id, l.area_code, c.received, c.added, c.removed, l.numbers
      from updated l join counted c on c.list_id = l.id order by l.id;
  else
    delete from private.dnc_numbers n where n.list_id = any (v_lists);
    insert into private.dnc_numbers (list_id, bucket, hashes)
    select x.id, private.dnc_bucket(x.h), array_agg(distinct x.h)
    from (
      select l.id, private.dnc_hash(d.number, v_key) as h
      from dnc_input d
      join private.dnc_lists l on l.id = any (v_lists)
        and coalesce(l.area_code, 0) = case when p_kind = 'national' then d.number / 10000000 else 0 end
      offset 0
    ) x
    group by 1, 2;
    return query
      with received as (
        select case when p_kind = 'national' then d.number / 10000000 else 0 end as code, count(*) as received
        from dnc_input d group by 1
      ), counted as (
        select n.list_id, sum(cardinality(n.hashes)) as numbers
        from private.dnc_numbers n where n.list_id = any (v_lists) group by 1
      ), updated as (
        update private.dnc_lists l set version = p_version, obtained_at = p_obtained_at, numbers = c.numbers
        from counted c where l.id = c.list_id
        returning l.*
      )
      -- Not compared number by number: added and removed are the net difference.
      select l.id, l.area_code, r.received, greatest(l.numbers - b.numbers, 0), greatest(b.numbers - l.numbers, 0),
        l.numbers
      from updated l
      join unnest(v_lists, v_before) b (id, numbers) on b.id = l.id
      join received r on r.code = coalesce(l.area_code, 0)
      order by l.id;
    -- A truncated file would unlist every number it lost.
    select l.* into v_list
    from private.dnc_lists l join unnest(v_lists, v_before) b (id, numbers) on b.id = l.id
    where l.numbers < b.numbers * 0.8 limit 1;
    if found and not p_accept_shrink then
      raise exception 'list % would shrink by more than a fifth, to % numbers', v_list.id, v_list.numbers
        using errcode = 'SL415';
    end if;
  end if;
end
$$;
comment on function private.merge_dnc_file(private.dnc_kind, text, timestamptz, smallint, text, uuid, text, boolean,
  boolean, timestamptz) is
  'Merges a file for load_dnc, without recording the load.';

create function private.load_dnc(
  p_kind private.dnc_kind, p_version text, p_obtained_at timestamptz, p_source text,
  p_area_code smallint default null, p_state text default null, p_org_id uuid default null, p_name text default '',
  p_change boolean default false, p_accept_shrink boolean default false, p_as_of timestamptz default now()
) returns setof private.dnc_loads
language sql volatile set search_path = '' as $$
  insert into private.dnc_loads (list_id, kind, area_code, state, org_id, version, obtained_at, change, source,
    received, added, removed, numbers, loaded_at)
  select m.list_id, p_kind, m.area_code, p_state, p_org_id, p_version, p_obtained_at, p_change, p_source,
    m.received, m.added, m.removed, m.numbers, p_as_of
  from private.merge_dnc_file(p_kind, p_version, p_obtained_at, p_area_code, p_state, p_org_id, p_name,
    p_change, p_accept_shrink, p_as_of) m
  returning *
$$;
comment on function private.load_dnc(private.dnc_kind, text, timestamptz, text, smallint, text, uuid, text, boolean,
  boolean, timestamptz) is
  'Loads pg_temp.dnc_input (number bigint: ten digits, gone boolean, line integer) as a whole list or, with '
  'p_change, as additions and deletions; a national file without p_area_code becomes one list per area code. Returns '
  'the recorded loads, one per list. For a whole list, added and removed are net. Raises SL411 to SL415.';
revoke execute on function
  private.merge_dnc_file(private.dnc_kind, text, timestamptz, smallint, text, uuid, text, boolean, boolean,
    timestamptz),
  private.load_dnc(private.dnc_kind, text, timestamptz, text, smallint, text, uuid, text, boolean, boolean,
    timestamptz)
  from pipeline_writer;

-- sql/40_gate/52_look_up_dnc.sql

create type private.dnc_result as (
  federal_listed boolean, registry_obtained_at timestamptz, states_listed text[], litigator boolean,
    internal_at timestamptz,
  list_ids integer[], load_id bigint);
comment on type private.dnc_result is
  'The status of one number. federal_listed is null when no copy of its area code was ever loaded; list_ids are the '
  'lists that contain it; load_id is the last load that was considered.';

create function private.look_up_dnc(p_phone text, p_org_id uuid) returns private.dnc_result
language plpgsql volatile security definer set search_path = '' as $$
declare
  f private.dnc_result;
  v_hash bigint;
  v_area smallint;
begin
  select max(l.id) into f.load_id from private.dnc_loads l;
  f.load_id := coalesce(f.load_id, 0);
  f.states_listed := '{}';
  f.litigator := false;
  f.list_ids := '{}';
  if p_phone is null or p_phone !~ '^\+1[2-9][0-9]{9}$' or f.load_id = 0 then
    return f;
  end if;
  v_hash := private.dnc_hash(substr(p_phone, 3)::bigint, private.dnc_key());
  v_area := substr(p_phone, 3, 3)::smallint;
  select bool_or(x.listed) filter (where x.kind = 'national'),
    max(x.obtained_at) filter (where x.kind = 'national'),
    coalesce(array_agg(x.state order by x.state) filter (where x.listed and x.kind = 'state'), '{}'),
    coalesce(bool_or(x.listed) filter (where x.kind = 'litigator'), false),
    max(x.obtained_at) filter (where x.listed and x.kind = 'internal'),
    coalesce(array_agg(x.id order by x.id) filter (where x.listed), '{}')
  into f.federal_listed, f.registry_obtained_at, f.states_listed, f.litigator, f.internal_at, f.list_ids
  from (
    select l.id, l.kind, l.state, l.obtained_at, coalesce((
      select v_hash = any (n.hashes) from private.dnc_numbers n
      where n.list_id = l.id and n.bucket = private.dnc_bucket(v_hash)), false) as listed
    from private.dnc_lists l
    where (l.kind = 'national' and l.area_code = v_area and l.state is null and l.org_id is null)
      or l.kind in ('state', 'litigator') or (l.kind = 'internal' and l.org_id = p_org_id)
  ) x;
  return f;
end
$$;
comment on function private.look_up_dnc(text, uuid) is
  'Looks up an E.164 number in every list. Definer: only the owner may read lists and their key; the caller learns '
  'only about a number that it knows.';

create function private.is_on_state_dnc_list(p_states text[], p_listed text[], p_as_of timestamptz,
  p_max_days integer default 31)
returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select case
      when cardinality(p_listed) > 0 then true
      when exists (
        select from private.dnc_list_states o
        where o.state = any (p_states) and not exists (
          select from private.dnc_lists l
          where l.kind = 'state' and l.state = o.state and l.obtained_at <= p_as_of
            and l.obtained_at > p_as_of - make_interval(days => p_max_days))) then null
      else false end);
end
$$;
comment on function private.is_on_state_dnc_list(text[], text[], timestamptz, integer) is
  'The fact dnc.state_listed: true on any state''s list; null (unknown) when the person could be in a state with a '
  'list of its own of which there is no copy, or none newer than p_max_days; otherwise false. Definer: only the '
  'owner may read the lists.';
revoke execute on function private.look_up_dnc(text, uuid),
  private.is_on_state_dnc_list(text[], text[], timestamptz, integer)
  from pipeline_writer;

-- sql/40_gate/53_scrub_dnc.sql

-- The do-not-call status of every phone of every org, kept by value with the copy it came from: the input of
-- decisions, and the record of each lookup.

create table private.phone_scrubs (
  org_id uuid not null references public.orgs (id) on delete cascade,
  value_bidx bytea not null,
  federal_listed boolean,
  registry_obtained_at timestamptz,
  states_listed text[] not null default '{}',
  litigator boolean not null default false,
  internal_at timestamptz,
  list_ids integer[] not null default '{}',
  load_id bigint not null,
  scrubbed_at timestamptz not null,
  primary key (org_id, value_bidx)
);
comment on table private.phone_scrubs is
  'Do-not-call status per phone. A status older than the last load is looked up again by the next decision or by '
  'scrub_dnc.';
comment on column private.phone_scrubs.federal_listed is
  'Null when no copy of the number''s area code was ever loaded.';
comment on column private.phone_scrubs.registry_obtained_at is
  'When the copy of the registry that was used was obtained; the 31 days count from here.';
comment on column private.phone_scrubs.load_id is
  'The last load (private.dnc_loads) that the status takes into account.';
comment on column private.phone_scrubs.scrubbed_at is 'When the lists were looked up.';
create index phone_scrubs_load_idx on private.phone_scrubs (load_id);
alter table private.phone_scrubs enable row level security;

create function private.scrub_phone(p_org_id uuid, p_value_bidx bytea, p_phone text, p_as_of timestamptz,
  p_store boolean default true)
returns private.phone_scrubs
language plpgsql volatile security definer set search_path = '' as $$
declare
  s private.phone_scrubs;
  f private.dnc_result;
begin
  select * into s from private.phone_scrubs x where x.org_id = p_org_id and x.value_bidx = p_value_bidx;
  if found and s.load_id = coalesce((select max(l.id) from private.dnc_loads l), 0) then
    return s;
  end if;
  f := private.look_up_dnc(p_phone, p_org_id);
  s.org_id := p_org_id;
  s.value_bidx := p_value_bidx;
  s.federal_listed := f.federal_listed;
  s.registry_obtained_at := f.registry_obtained_at;
  s.states_listed := f.states_listed;
  s.litigator := f.litigator;
  s.internal_at := f.internal_at;
  s.list_ids := f.list_ids;
  s.load_id := f.load_id;
  s.scrubbed_at := p_as_of;
  if p_store then
    insert into private.phone_scrubs as x select s.*
    on conflict (org_id, value_bidx) do update set federal_listed = excluded.federal_listed,
      registry_obtained_at = excluded.registry_obtained_at, states_listed = excluded.states_listed,
      litigator = excluded.litigator, internal_at = excluded.internal_at, list_ids = excluded.list_ids,
      load_id = excluded.load_id, scrubbed_at = excluded.scrubbed_at
    where x.load_id <= excluded.load_id;
  end if;
  return s;
end
$$;
comment on function private.scrub_phone(uuid, bytea, text, timestamptz, boolean) is
  'The status of a phone: the stored one if no list was loaded since, otherwise looked up and (with p_store) stored. '
  'Definer: only the owner may access lists and statuses.';
revoke execute on function private.scrub_phone(uuid, bytea, text, timestamptz, boolean) from pipeline_writer;

create function private.scrub_dnc(p_as_of timestamptz default now(), p_limit integer default 10000) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_load constant bigint := coalesce((select max(l.id) from private.dnc_loads l), 0);
  v_done integer;
begin
  -- Statuses of phones that no lead has any more.
  delete from private.phone_scrubs s
  where s.load_id < v_load and not exists (
    select from public.contact_points c where c.org_id = s.org_id and c.value_bidx = s.value_bidx);
  with due as (
    -- Phones without a status first, then those with the oldest status.
    (select distinct c.org_id, c.value_bidx, 0::bigint as load_id
     from public.contact_points c
     where c.kind = 'phone' and c.invalid_at is null and not exists (
       select from private.phone_scrubs s where s.org_id = c.org_id and s.value_bidx = c.value_bidx)
     limit p_limit)
    union all
    (select s.org_id, s.value_bidx, s.load_id from private.phone_scrubs s
     where s.load_id < v_load order by s.load_id limit p_limit)
    order by load_id limit p_limit
  ), keys as materialized (
    select k.org_id, k.id, private.org_key(k.org_id, k.id) as key from private.org_keys k
    where k.purpose = 'data' and k.org_id in (select d.org_id from due d)
  ), done as (
    select private.scrub_phone(d.org_id, d.value_bidx, private.decrypt_value(c.value_cipher, k.key), p_as_of) as s
    from due d
    cross join lateral (
      select c.value_cipher, c.key_id from public.contact_points c
      where c.org_id = d.org_id and c.value_bidx = d.value_bidx limit 1) c
    join keys k on k.org_id = d.org_id and k.id = c.key_id
  )
  select count(*) into v_done from done where (s).org_id is not null;
  return jsonb_build_object(
    'scrubbed', v_done,
    'national_copies_due', (select coalesce(jsonb_agg(l.area_code order by l.area_code), '[]') from private.dnc_lists l
      where l.kind = 'national' and l.obtained_at < p_as_of - interval '25 days'),
    'state_copies_due', (select coalesce(jsonb_agg(l.state order by l.state), '[]') from private.dnc_lists l
      where l.kind = 'state' and l.obtained_at < p_as_of - interval '25 days'));
end
$$;
comment on function private.scrub_dnc(timestamptz, integer) is
  'Updates the status of up to p_limit phones to the last load; repeat until scrubbed is 0. Returns the copies older '
  'than 25 days, which must be obtained again before day 31: a scrub does not make an old copy newer. Definer: only '
  'the owner may access keys, lists and statuses.';

-- sql/40_gate/60_gate_decisions.sql

-- Every decision with its facts and outcome: the evidence for a legal inquiry years later.

create table public.gate_decisions (
  org_id uuid not null,
  id bigint generated always as identity,
  decided_at timestamptz not null default now(),
  lead_id uuid not null,
  contact_point_id bigint not null,
  value_bidx bytea,
  channel text not null,
  purpose text not null,
  campaign_id uuid,
  as_of timestamptz not null,
  allow boolean not null,
  rules text[] not null,
  reasons jsonb not null,
  next_allowed_at timestamptz,
  zones text[] not null,
  states text[] not null,
  rule_version text not null,
  facts jsonb not null,
  primary key (org_id, decided_at, id),
  constraint decision_has_reasons_or_allows check (allow = (cardinality(rules) = 0)),
  constraint decision_facts_are_an_object check (jsonb_typeof(facts) = 'object')
) partition by range (decided_at);
comment on table public.gate_decisions is
  'Every answer of gate_decide: append-only, kept five years, written by gate_decide alone. Without contact values: '
  'the facts identify the contact point by id and blind index. Partitioned by month.';
comment on column public.gate_decisions.decided_at is
  'When it was decided and stored; as_of is the instant that it applies to.';
comment on column public.gate_decisions.facts is
  'The facts given to gate_evaluate, without phone and e-mail; area_code is kept, because zones and states follow '
  'from it.';
comment on column public.gate_decisions.rules is 'Rule ids of the reasons; see gate_rules and decision_rules.';
create index gate_decisions_lead_idx on public.gate_decisions (org_id, lead_id, decided_at desc);
create index gate_decisions_id_idx on public.gate_decisions (org_id, id);

create table private.gate_decisions_other partition of public.gate_decisions default;
comment on table private.gate_decisions_other is
  'Default partition for months without one, so that no decision is lost.';
alter table private.gate_decisions_other enable row level security;

-- A row trigger is copied to every partition, a statement trigger is not.
create trigger _100_append_only before update or delete on public.gate_decisions
  for each row execute function private.refuse_change();
create trigger _100_refuse_truncate before truncate on public.gate_decisions
  for each statement execute function private.refuse_change();

alter table public.gate_decisions enable row level security;
revoke all on public.gate_decisions from anon, authenticated, service_role;
grant select on public.gate_decisions to authenticated, service_role, pipeline_writer;
create policy select_members on public.gate_decisions for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
      or private.sees_record_of(org_id, lead_id)));
create policy select_writer on public.gate_decisions for select to pipeline_writer using (true);

create function private.ensure_decision_partitions(p_as_of timestamptz default now(), p_months integer default 3)
returns integer
language sql volatile security definer set search_path = '' as $$
  select private.ensure_month_partitions('gate_decisions', 'decided_at', this.month,
    this.month + make_interval(months => p_months), false)
  from (select date_trunc('month', p_as_of at time zone 'UTC') as month) this
$$;
comment on function private.ensure_decision_partitions(timestamptz, integer) is
  'Creates the monthly partitions up to p_months ahead; returns how many were missing. A month with rows in the '
  'default partition stays there. Definer: only the owner may create partitions.';

create function private.drop_expired_decisions(p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_name text;
  v_dropped integer := 0;
begin
  for v_name in
    select c.relname from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.gate_decisions'::regclass and c.relname ~ '^gate_decisions_\d{4}_\d{2}$'
      -- The whole month is older than five years.
      and to_date(right(c.relname, 7),
        'YYYY_MM') + interval '1 month' <= (p_as_of at time zone 'UTC') - interval '5 years'
    order by 1
  loop
    execute format('drop table private.%I', v_name);
    v_dropped := v_dropped + 1;
  end loop;
  return v_dropped;
end
$$;
comment on function private.drop_expired_decisions(timestamptz) is
  'Drops the months whose decisions are all older than five years (16 CFR 310.5); returns how many. Decisions are '
  'not deleted in any other way. Definer: only the owner may drop partitions.';
revoke execute on function private.ensure_decision_partitions(timestamptz, integer),
  private.drop_expired_decisions(timestamptz)
  from pipeline_writer;

-- sql/40_gate/61_contact_attempts.sql

create table public.contact_attempts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  value_bidx bytea not null,
  channel text not null,
  direction text not null,
  at timestamptz not null,
  subject text,
  campaign_id uuid,
  lead_id uuid,
  decision_id bigint,
  keyword text,
  primary key (org_id, id),
  constraint attempt_channel_is_known check (channel in ('email', 'sms', 'voice_manual', 'voice_ai')),
  constraint attempt_direction_is_known check (direction in ('outbound', 'inbound')),
  constraint only_the_person_uses_keywords check (keyword is null or direction = 'inbound'),
  constraint keyword_is_known check (keyword in ('stop', 'opt_out', 'start'))
);
comment on table public.contact_attempts is
  'Every contact with a phone or e-mail, by value: the basis of the caps, across leads and campaigns. Outreach '
  'inserts the row in the transaction of its claim, before it sends. Insert-only; no message texts.';
comment on column public.contact_attempts.subject is
  'The subject matter: some states count by it; null counts as the same as any.';
comment on column public.contact_attempts.keyword is
  'The request of an inbound message: stop (the keyword, which START reverses), opt_out (in words, which START does '
  'not reverse), start.';
create index contact_attempts_value_idx on public.contact_attempts (org_id, value_bidx, at desc);
create index contact_attempts_lead_idx on public.contact_attempts (org_id, lead_id, at desc);
create index contact_attempts_day_idx on public.contact_attempts (org_id, at) where direction = 'outbound';
create trigger _100_append_only before update or delete on public.contact_attempts
  for each row execute function private.refuse_change_while_org_exists();
create trigger _100_refuse_truncate before truncate on public.contact_attempts
  for each statement execute function private.refuse_change();

alter table public.contact_attempts enable row level security;
revoke all on public.contact_attempts from anon, authenticated, service_role;
grant select (org_id, id, channel, direction, at, subject, campaign_id, lead_id, decision_id, keyword)
  on public.contact_attempts to authenticated;
grant select, insert on public.contact_attempts to pipeline_writer, service_role;
create policy select_members on public.contact_attempts for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
      or private.sees_record_of(org_id, lead_id)));
create policy select_writer on public.contact_attempts for select to pipeline_writer using (true);
create policy insert_writer on public.contact_attempts for insert to pipeline_writer with check (true);

-- sql/40_gate/62_emergencies.sql

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

-- sql/40_gate/63_decision_rules.sql

create table public.decision_rules (
  rule text primary key,
  title text not null,
  source text not null,
  constraint decision_rule_is_snake_case check (rule ~ '^[a-z][a-z0-9_]*$')
);
comment on table public.decision_rules is
  'Reasons that gate_decide adds to those of gate_evaluate (gate_rules), because they need the database.';
insert into public.decision_rules (rule, title, source) values
  ('suppressed', 'The org never contacts this phone or e-mail',
    'the org''s list; 47 CFR 64.1200(d); 15 U.S.C. 7704(a)(4)'),
  ('contact_invalid', 'The phone or e-mail is known not to reach the person',
    'verification, or the person who answered'),
  ('contact_of_other_kind', 'Phone channels need a phone, e-mail needs an e-mail address', 'policy'),
  ('known_litigator', 'The number is on a litigator list', 'policy'),
  ('lead_opted_out', 'The lead is opted out or invalid', 'policy'),
  ('house_lead_cap', 'The org''s own daily limit per lead is reached', 'settings of the org: lead_attempts_24h'),
  ('house_org_cap', 'The org''s own daily limit is reached', 'settings of the org: org_attempts_24h')
on conflict (rule) do nothing;
alter table public.decision_rules enable row level security;
revoke all on public.decision_rules from anon, authenticated;
grant select on public.decision_rules to authenticated, pipeline_writer;
create policy select_everybody on public.decision_rules for select to authenticated, pipeline_writer using (true);

alter table public.orgs add constraint daily_limits_are_numbers check (
  settings ->> 'lead_attempts_24h' ~ '^[0-9]{1,6}$' and settings ->> 'org_attempts_24h' ~ '^[0-9]{1,6}$'
  and length(btrim(settings ->> 'seller')) > 0);

-- sql/40_gate/70_collect_facts.sql

-- Collects the facts of gate_evaluate from the tables, for one contact or for all of a claim, in one statement whose
-- plan is cached. Phone and e-mail are decrypted into the facts only for the duration of the call;
-- private.redact_facts removes them before anything is stored or shown.

create function private.line_type_of(p_codes text[]) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_code text;
  v_one text;
  v_type text;
begin
  foreach v_code in array p_codes loop
    v_one := case when v_code = 'PS07' then 'mobile' when v_code = 'PS08' then 'landline' when v_code = 'PS09'
      then 'nonFixedVoip'
      when v_code = any ('{mobile,landline,fixedVoip,nonFixedVoip,personal,tollFree,premium,sharedCost,uan,voicemail,'
        'pager}') then v_code end;
    if v_one <> v_type then
      return 'unknown';
    end if;
    v_type := coalesce(v_one, v_type);
  end loop;
  return coalesce(v_type, 'unknown');
end
$$;
comment on function private.line_type_of(text[]) is
  'Line type from the verification codes of a phone; unknown for none and for contradictory codes. A VoIP line of '
  'unknown kind counts as non-fixed.';

create function private.org_of_lead(p_lead_id uuid) returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    -- One probe per org: an index of leads by id alone would slow down every import.
    select o.id from public.orgs o
    where exists (select from public.leads l where l.org_id = o.id and l.id = p_lead_id) limit 1);
end
$$;
comment on function private.org_of_lead(uuid) is
  'The org of a lead; null when the lead does not exist. Definer: reads across orgs.';
revoke execute on function private.org_of_lead(uuid) from pipeline_writer;

create type private.contact_facts as (
  n integer, lead_id uuid, contact_point_id bigint, value_bidx bytea, kind public.contact_kind, channel text,
    purpose text,
  message jsonb, campaign_id uuid, invalid_at timestamptz, campaign_status public.campaign_status, litigator boolean,
  suppressions jsonb, facts jsonb);
comment on type private.contact_facts is
  'The records about the nth requested contact: the facts for gate_evaluate, and the data for check_decision_rules.';

create function private.collect_contact_facts(
  p_org_id uuid, p_requests jsonb, p_as_of timestamptz, p_store boolean default true, p_outbound boolean default true
) returns setof private.contact_facts
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_org public.orgs;
  v_key integer;
  v_secret text;
  v_load bigint;
  v_emergencies jsonb;
  v_house jsonb;
begin
  select x.* into v_org from public.orgs x where x.id = p_org_id;
  v_key := private.active_key_id(p_org_id, 'data');
  v_secret := private.org_key(p_org_id, v_key);
  v_load := coalesce((select max(l.id) from private.dnc_loads l), 0);
  v_emergencies := (select coalesce(jsonb_agg(distinct e.state), '[]') from public.emergencies e
    where e.declared_at <= p_as_of and (e.ended_at is null or e.ended_at > p_as_of));
  v_house := case when v_org.settings ? 'consent_months'
    then jsonb_build_object('house', jsonb_build_object('consent_max_age_months',
      (v_org.settings ->> 'consent_months')::integer)) else '{}' end;
  return query
  with recursive asked as materialized (
    select r.n::integer as n, (r.x ->> 'lead_id')::uuid as lead_id,
      (r.x ->> 'contact_point_id')::bigint as contact_point_id,
      r.x ->> 'channel' as channel, r.x ->> 'purpose' as purpose,
        coalesce(nullif(r.x -> 'message', 'null'), '{}') as message,
      (r.x ->> 'campaign_id')::uuid as campaign_id
    from jsonb_array_elements(p_requests) with ordinality r (x, n)
  ),
  family (lead_id, id) as (
    select a.lead_id, a.lead_id from asked a
    union
    select f.lead_id, m.merged_id
    from family f
    join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.id and m.undone_at is null
  ),
  families as (select f.lead_id, array_agg(f.id) as ids from family f group by f.lead_id)
  select a.n, a.lead_id, a.contact_point_id, c.value_bidx, c.kind, a.channel, a.purpose, a.message, a.campaign_id,
    c.invalid_at, l.campaign_status, coalesce((s.s).litigator, false), held.why,
    jsonb_build_object(
      'org_id', p_org_id, 'channel', a.channel, 'purpose', a.purpose, 'seller',
        coalesce(v_org.settings ->> 'seller', v_org.name),
      'state', l.situs_state, 'postal_code', l.situs_zip,
      'addresses', case when l.mailing_state is null and l.mailing_zip is null then '[]'
        else jsonb_build_array(jsonb_build_object('state', l.mailing_state, 'postal_code', l.mailing_zip)) end,
      'phone', case when c.kind = 'phone' then v.value end, 'email', case when c.kind = 'email' then v.value end,
      'line_type', case when c.kind = 'phone' then private.line_type_of(c.codes) end,
      'consent', given.consent,
      'dnc', case when c.kind = 'phone' then jsonb_build_object(
          'federal_listed', (s.s).federal_listed, 'scrubbed_at', (s.s).registry_obtained_at,
          'state_listed', private.is_on_state_dnc_list(array[l.situs_state, l.mailing_state] || z.states,
            (s.s).states_listed, p_as_of),
          'states_listed', (s.s).states_listed, 'list_ids', (s.s).list_ids, 'load_id', (s.s).load_id, 'looked_up_at',
            (s.s).scrubbed_at,
          'internal_request_at', greatest(held.requested_at, (s.s).internal_at)) else '{}' end
        || jsonb_build_object('lookup_error', null, 'events', held.events,
          'email_unsubscribed_at', case when c.kind = 'email' then held.requested_at end),
      'history', history.contacts,
      'message', case when a.message = '{}' then a.message else (
        select coalesce(jsonb_object_agg(m.key, m.value), '{}') from jsonb_each(a.message) m
        where m.key in ('subject', 'message_kind', 'marketing_content', 'confirmations_already_sent',
          'postal_address_in_body',
          'unsubscribe_link', 'list_unsubscribe_post', 'from_authenticated', 'daily_volume_to_gmail')) end,
      'emergencies', v_emergencies) || v_house
  from asked a
  join families fam on fam.lead_id = a.lead_id
  join public.leads l on l.org_id = p_org_id and l.id = a.lead_id
  join public.contact_points c on c.org_id = p_org_id and c.lead_id = a.lead_id and c.id = a.contact_point_id
  cross join lateral (
    select private.decrypt_value(c.value_cipher, case when c.key_id = v_key then v_secret
      else private.org_key(p_org_id, c.key_id) end) as value
    offset 0) v
  left join public.area_code_zones z on c.kind = 'phone' and z.area_code = substr(v.value, 3, 3)
  left join private.phone_scrubs known on known.org_id = p_org_id and known.value_bidx = c.value_bidx
    and known.load_id = v_load
  cross join lateral (
    select case when c.kind <> 'phone' then null when known.load_id is not null then known
      else private.scrub_phone(p_org_id, c.value_bidx, v.value, p_as_of, p_store) end as s
    offset 0) s
  -- The active suppressions: the person's latest request, reports of mail providers, and the reason for each.
  cross join lateral (
    select max(h.created_at) filter (where h.reason not in ('bounce', 'complaint', 'litigator')) as requested_at,
      coalesce(jsonb_agg(distinct case h.reason when 'complaint' then 'spamreport' else 'bounce' end)
        filter (where h.kind = 'email' and h.reason in ('bounce', 'complaint')), '[]') as events,
      coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'reason', h.reason, 'source', h.source, 'at', h.created_at)
        order by h.created_at), '[]') as why
    from public.suppressions h
    where h.org_id = p_org_id and h.value_bidx = c.value_bidx and (h.channel is null or h.channel = a.channel)
      and not exists (select from public.suppression_lifts x
        where x.org_id = h.org_id and x.suppression_id = h.id and x.channel = a.channel)) held
  -- The best grant on record and the latest revocation that covers the channel. An unproven consent counts only where
  -- nothing was ever revoked; the typed name of a signature is not included.
  cross join lateral (
    with events as materialized (
      select e.id, e.action, e.type, e.is_unproven, e.is_keyword, e.occurred_at, e.upload_id, e.seller, e.value_bidx,
        e.automated_disclosed, e.not_condition_of_purchase, e.signature, e.method
      from public.consents e
      where e.org_id = p_org_id and e.value_bidx = c.value_bidx and a.channel = any (e.channels)
        and e.occurred_at <= p_as_of
      union all
      -- A row without a value applies to every contact of its lead.
      select e.id, e.action, e.type, e.is_unproven, e.is_keyword, e.occurred_at, e.upload_id, e.seller, e.value_bidx,
        e.automated_disclosed, e.not_condition_of_purchase, e.signature, e.method
      from public.consents e
      where e.org_id = p_org_id and e.lead_id = any (fam.ids) and e.value_bidx is null and a.channel = any (e.channels)
        and e.occurred_at <= p_as_of
    ),
    -- START reverses the keyword STOP and nothing else.
    revoked as materialized (
      select r.* from events r
      where r.action = 'revoke' and not (r.is_keyword and exists (
        select from events g where g.action = 'grant' and g.is_keyword and not g.is_unproven
          and g.occurred_at > r.occurred_at))
      order by r.occurred_at desc, r.id desc limit 1
    ),
    granted as (
      select g.* from events g
      where g.action = 'grant'
        and not exists (select from public.uploads u where u.org_id = p_org_id and u.id = g.upload_id
          and u.state = 'undone' and g.is_unproven)
        and not exists (select from revoked r where g.is_unproven or (g.is_keyword and not r.is_keyword))
      order by g.is_unproven, coalesce(g.occurred_at > (select r.occurred_at from revoked r), true) desc,
        array_position('{pewc,pec,ebr_purchase,ebr_inquiry}', g.type), g.occurred_at desc, g.id desc limit 1
    )
    select jsonb_build_object('type', coalesce(g.type, 'none'), 'consent_id', g.id, 'is_unproven', g.is_unproven,
      'obtained_at', g.occurred_at,
      'seller', g.seller, 'phone_covered', g.value_bidx is not null,
      'automated_disclosed', coalesce(g.automated_disclosed, false),
      'not_condition_of_purchase', coalesce(g.not_condition_of_purchase, false),
      'signature', not g.is_unproven and length(btrim(coalesce(g.signature, ''))) > 0,
      'last_transaction_at', case when g.type = 'ebr_purchase' then g.occurred_at end,
      'last_inquiry_at', case when g.type = 'ebr_inquiry' then g.occurred_at end,
      -- The row's channels are its scope, so for this channel it covers everything.
      'revocation_id', r.id, 'revoked_at', r.occurred_at, 'revoked_via', r.method, 'revoked_scope', case
        when r.id is not null then 'all' end) as consent
    from (values (1)) one left join granted g on true left join revoked r on true) given
  -- The last thousand contacts with the value, for whatever lead or campaign. The request of an inbound message is
  -- represented by a standard phrase; its own words are not included.
  cross join lateral (
    select coalesce(jsonb_agg(case when t.subject is null and t.keyword is null
      then jsonb_build_object('channel', t.channel, 'direction', t.direction, 'at', t.at)
      else jsonb_strip_nulls(jsonb_build_object('channel', t.channel, 'direction', t.direction, 'at', t.at, 'subject',
        t.subject,
        'body', case t.keyword when 'stop' then 'STOP' when 'start' then 'START' when 'opt_out'
          then 'please stop texting me' end)) end), '[]') as contacts
    from (
      select y.channel, y.direction, y.at, y.subject, y.keyword from public.contact_attempts y
      where y.org_id = p_org_id and y.value_bidx = c.value_bidx and (p_outbound or y.direction = 'inbound')
      order by y.at desc limit 1000) t) history
  order by a.n;
end
$$;
comment on function private.collect_contact_facts(uuid, jsonb, timestamptz, boolean, boolean) is
  'All records that bear on the contacts [{lead_id, contact_point_id, channel, purpose, message, campaign_id}], in '
  'this order; missing contacts are omitted. Of a message, only facts known to the gate are included. p_store stores '
  'a looked-up do-not-call status, p_outbound false omits our own attempts. Definer: only the owner may read keys, '
  'lists and statuses.';
revoke execute on function private.collect_contact_facts(uuid, jsonb, timestamptz, boolean, boolean)
  from pipeline_writer;

create function private.redact_facts(p_facts jsonb) returns jsonb
language plpgsql stable parallel safe set search_path = '' as $$
begin
  return p_facts - '{phone,email,org_id,channel,purpose}'::text[]
    || case when jsonb_typeof(p_facts -> 'phone') = 'string'
      then jsonb_build_object('area_code', substr(p_facts ->> 'phone', 3, 3)) else '{}' end
    || case when jsonb_typeof(p_facts -> 'email') = 'string'
      then jsonb_build_object('email_domain', split_part(p_facts ->> 'email', '@', 2)) else '{}' end;
end
$$;
comment on function private.redact_facts(jsonb) is
  'Facts as they may be stored: the area code of a phone, the domain of an e-mail; facts with a column of their own '
  'are omitted.';

-- sql/40_gate/71_check_decision_rules.sql

create function private.check_decision_rules(
  k private.contact_facts, p_org_id uuid, p_settings jsonb, p_of_lead integer, p_of_org integer, p_as_of timestamptz,
  out reasons jsonb, out ends_at timestamptz
)
language plpgsql stable security definer set search_path = '' as $$
declare
  w jsonb;
  v_confirmation constant boolean := coalesce(k.message ->> 'message_kind' = 'opt_out_confirmation', false);
  v_cap integer;
  v_count integer;
  v_oldest timestamptz;
begin
  -- ends_at: null while nothing here refuses; infinity when time does not end the refusal.
  reasons := '[]';
  if (k.kind = 'email') <> (k.channel = 'email') then
    reasons := reasons || jsonb_build_object('rule', 'contact_of_other_kind', 'detail',
      format('a %s cannot be contacted by %s', k.kind, k.channel));
  end if;
  if k.invalid_at <= p_as_of then
    reasons := reasons || jsonb_build_object('rule', 'contact_invalid', 'detail',
      format('known since %s not to reach the person', k.invalid_at::date));
  end if;
  if k.campaign_status in ('opted_out', 'invalid') and not v_confirmation then
    reasons := reasons || jsonb_build_object('rule', 'lead_opted_out', 'detail',
      format('the lead is %s', replace(k.campaign_status::text, '_', ' ')));
  end if;
  if k.litigator then
    reasons := reasons || jsonb_build_object('rule', 'known_litigator', 'detail', 'the number is on a litigator list');
  end if;
  if not v_confirmation and k.suppressions <> '[]' then
    for w in select x from jsonb_array_elements(k.suppressions) x loop
      reasons := reasons || jsonb_build_object('rule', 'suppressed', 'detail',
        format('suppressed by the org since %s: %s (%s)',
        (w ->> 'at')::date, w ->> 'reason', w ->> 'source'));
    end loop;
  end if;
  if reasons <> '[]' then
    ends_at := 'infinity';
  end if;
  -- Contacts that the same claim has already been allowed count as made.
  v_cap := (p_settings ->> 'lead_attempts_24h')::integer;
  if v_cap is not null and k.channel <> 'email' and not v_confirmation then
    select p_of_lead + count(*), case when v_cap > p_of_lead
      then (array_agg(a.at order by a.at desc))[v_cap - p_of_lead] when v_cap > 0 then p_as_of end
    into v_count, v_oldest
    from public.contact_attempts a
    where a.org_id = p_org_id and a.lead_id = k.lead_id and a.at > p_as_of - interval '24 hours'
      and a.direction = 'outbound' and a.channel <> 'email';
    if v_count >= v_cap then
      reasons := reasons || jsonb_build_object('rule', 'house_lead_cap', 'detail',
        format('the org allows %s attempts per lead in 24 hours; there were %s', v_cap, v_count));
      ends_at := greatest(ends_at, coalesce(v_oldest + interval '24 hours', 'infinity'));
    end if;
  end if;
  v_cap := (p_settings ->> 'org_attempts_24h')::integer;
  if v_cap is not null and not v_confirmation then
    select p_of_org + count(*), case when v_cap > p_of_org then min(x.at) when v_cap > 0
      then p_as_of end into v_count, v_oldest
    from (select a.at from public.contact_attempts a
      where a.org_id = p_org_id and a.direction = 'outbound' and a.at > p_as_of - interval '24 hours'
      order by a.at desc limit greatest(v_cap - p_of_org, 0)) x;
    if v_count >= v_cap then
      reasons := reasons || jsonb_build_object('rule', 'house_org_cap', 'detail',
        format('the org allows %s contacts in 24 hours and has made them', v_cap));
      ends_at := greatest(ends_at, coalesce(v_oldest + interval '24 hours', 'infinity'));
    end if;
  end if;
end
$$;
comment on function private.check_decision_rules(private.contact_facts, uuid, jsonb, integer, integer, timestamptz) is
  'Reasons that need the database: suppressions, an invalid contact, a litigator, limits per lead and org '
  '(p_of_lead, p_of_org: contacts that the same claim was already allowed). A suppression does not stop the one text '
  'that confirms an opt-out. Definer: counts attempts that the caller may not see.';
revoke execute on function private.check_decision_rules(private.contact_facts, uuid, jsonb, integer, integer,
  timestamptz) from pipeline_writer;

-- sql/40_gate/72_decide_contacts.sql

create function private.decide_contacts(
  p_org_id uuid, p_requests jsonb, p_as_of timestamptz, p_store text, p_outbound boolean default true
) returns table (n integer, answer jsonb)
-- One plan for one contact and for many: planning anew for each array would cost more than running it.
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan set jit = off
  as $$
declare
  k private.contact_facts;
  g jsonb;
  w record;
  d public.gate_decisions;
  v_settings jsonb;
  v_facts jsonb;
  v_new public.gate_decisions[] := '{}'::public.gate_decisions[];
  v_clock constant timestamptz := clock_timestamp();
  v_seen integer := 0;
  -- Contacts that this call has allowed so far.
  v_values bytea[] := '{}'::bytea[];
  v_leads uuid[] := '{}'::uuid[];
  v_channels text[] := '{}'::text[];
  v_subjects text[] := '{}'::text[];
  v_of_lead integer := 0;
begin
  select o.settings into v_settings from public.orgs o where o.id = p_org_id;
  if not found then
    perform private.raise_missing_contact(p_org_id, p_requests);
  end if;
  for k in select * from private.collect_contact_facts(p_org_id, p_requests, p_as_of, p_store <> 'never',
    p_outbound) loop
    v_seen := v_seen + 1;
    v_facts := k.facts;
    if k.value_bidx = any (v_values) then
      v_facts := v_facts || jsonb_build_object('history', (
        select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('channel', x.channel, 'direction', 'outbound', 'at',
          p_as_of, 'subject', x.subject)))
        from unnest(v_values, v_channels, v_subjects) x (value_bidx, channel, subject)
          where x.value_bidx = k.value_bidx) || (v_facts -> 'history'));
    end if;
    if v_settings ? 'lead_attempts_24h' then
      v_of_lead := (select count(*) from unnest(v_leads, v_channels) x (lead_id, channel) where x.lead_id = k.lead_id
        and x.channel <> 'email');
    end if;
    g := public.gate_evaluate(v_facts, p_as_of);
    w := private.check_decision_rules(k, p_org_id, v_settings, v_of_lead, cardinality(v_values), p_as_of);
    d.reasons := (g -> 'reasons') || w.reasons;
    d.allow := d.reasons = '[]';
    d.next_allowed_at := case
      when w.ends_at is null then (g ->> 'next_allowed_at')::timestamptz
      when w.ends_at = 'infinity' or (g ->> 'next_allowed_at') is null then null
      -- One of our own limits may end while the hours are closed.
      else (public.gate_evaluate(v_facts, greatest(w.ends_at,
        (g ->> 'next_allowed_at')::timestamptz)) ->> 'next_allowed_at')::timestamptz end;
    d.id := null;
    if p_store = 'always' or (p_store = 'refusals' and not d.allow) then
      d.org_id := p_org_id; d.decided_at := v_clock; d.lead_id := k.lead_id; d.contact_point_id := k.contact_point_id;
      d.id := nextval('public.gate_decisions_id_seq');
      d.value_bidx := k.value_bidx; d.channel := k.channel; d.purpose := k.purpose; d.campaign_id := k.campaign_id;
        d.as_of := p_as_of;
      d.rules := case when d.allow then '{}' else array(select distinct x ->> 'rule'
        from jsonb_array_elements(d.reasons) x) end;
      d.zones := array(select jsonb_array_elements_text(g -> 'zones'));
      d.states := array(select jsonb_array_elements_text(g -> 'states'));
      d.rule_version := g ->> 'rule_version';
      d.facts := private.redact_facts(v_facts);
      v_new := v_new || d;
    elsif p_store = 'never' then
      g := g || jsonb_build_object('facts', private.redact_facts(v_facts));
    end if;
    if d.allow and p_store = 'always' then
      v_values := v_values || k.value_bidx;
      v_leads := v_leads || k.lead_id;
      v_channels := v_channels || k.channel;
      v_subjects := v_subjects || (k.message ->> 'subject');
    end if;
    n := k.n;
    answer := g || jsonb_build_object('allow', d.allow, 'reasons', d.reasons, 'decision_id', d.id,
      'next_allowed_at', to_char(d.next_allowed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'));
    return next;
  end loop;
  if v_seen < jsonb_array_length(p_requests) then
    perform private.raise_missing_contact(p_org_id, p_requests);
  end if;
  insert into public.gate_decisions (org_id, id, decided_at, lead_id, contact_point_id, value_bidx, channel, purpose,
    campaign_id, as_of, allow,
    rules, reasons, next_allowed_at, zones, states, rule_version, facts)
  overriding system value
  select x.org_id, x.id, x.decided_at, x.lead_id, x.contact_point_id, x.value_bidx, x.channel, x.purpose,
    x.campaign_id, x.as_of, x.allow,
    x.rules, x.reasons, x.next_allowed_at, x.zones, x.states, x.rule_version, x.facts
  from unnest(v_new) x;
end
$$;
comment on function private.decide_contacts(uuid, jsonb, timestamptz, text, boolean) is
  'Collects, evaluates and stores decisions (p_store: always, refusals or never). For each request of '
  'collect_contact_facts: the answer of gate_evaluate with the reasons of check_decision_rules, and decision_id; '
  'with never also the facts, without contact values. With always, contacts that earlier requests of the same call '
  'were allowed count as made. Definer: only the owner may access facts and decisions. Raises SL421, SL422.';

create function private.raise_missing_contact(p_org_id uuid, p_requests jsonb) returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  r jsonb;
begin
  for r in select x from jsonb_array_elements(p_requests) x loop
    if not exists (select from public.leads l where l.org_id = p_org_id and l.id = (r ->> 'lead_id')::uuid) then
      raise exception 'lead % not found', r ->> 'lead_id' using errcode = 'SL421';
    elsif not exists (select from public.contact_points c where c.org_id = p_org_id
      and c.lead_id = (r ->> 'lead_id')::uuid
      and c.id = (r ->> 'contact_point_id')::bigint) then
      raise exception 'contact point % of lead % not found', r ->> 'lead_id', r ->> 'contact_point_id'
        using errcode = 'SL422';
    end if;
  end loop;
end
$$;
comment on function private.raise_missing_contact(uuid, jsonb) is
  'Raises for the first request with an unknown lead (SL421) or contact point (SL422). Definer: looks them up '
  'without the policies.';
revoke execute on function private.decide_contacts(uuid, jsonb, timestamptz, text, boolean),
  private.raise_missing_contact(uuid, jsonb)
  from pipeline_writer;

-- sql/40_gate/73_lock_contacts.sql

-- Values and leads of a batch are locked in one order, so that two batches never deadlock.
create function private.lock_contact_values(p_org_id uuid, p_lead_ids uuid[], p_values bytea[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_settings jsonb;
begin
  select o.settings into v_settings from public.orgs o where o.id = p_org_id;
  -- From wide to narrow: the org, leads by id, values by blind index, always in this order.
  if v_settings ? 'org_attempts_24h' then
    perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 3));
  end if;
  if v_settings ? 'lead_attempts_24h' then
    perform pg_advisory_xact_lock(hashtextextended(l.id::text, 3))
    from (select distinct x as id from unnest(p_lead_ids) x order by 1) l;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text || encode(v.bidx, 'hex'), 3))
  from (select distinct x as bidx from unnest(p_values) x order by 1) v;
end
$$;
comment on function private.lock_contact_values(uuid, uuid[], bytea[]) is
  'Locks the values of a batch (and its leads and org, where they have limits of their own) until the end of the '
  'transaction, in the order of leads and of blind indexes.';

create function private.lock_contact_points(p_org_id uuid, p_lead_ids uuid[],
  p_contact_point_ids bigint[]) returns void
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  -- A caller with one snapshot for its whole transaction would wait for the lock and still not see what the previous
  -- holder wrote.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'decisions require isolation level read committed, not %', current_setting('transaction_isolation')
      using errcode = 'SL423';
  end if;
  perform private.lock_contact_values(p_org_id, p_lead_ids, array(
    select c.value_bidx from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = any (p_lead_ids) and c.id = any (p_contact_point_ids)));
end
$$;
comment on function private.lock_contact_points(uuid, uuid[], bigint[]) is
  'Locks the values of contact points (and leads and org, where they have limits of their own) until the end of the '
  'transaction. Raises SL423 outside read committed. Definer: reads values without the policies.';
revoke execute on function private.lock_contact_points(uuid, uuid[], bigint[]) from pipeline_writer;

create function private.try_lock_contact_values(p_org_id uuid, p_lead_id uuid, p_values bytea[]) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_bidx bytea;
begin
  if exists (select from public.orgs o where o.id = p_org_id and o.settings ? 'lead_attempts_24h')
    and not pg_try_advisory_xact_lock(hashtextextended(p_lead_id::text, 3)) then
    return false;
  end if;
  foreach v_bidx in array p_values loop
    if not pg_try_advisory_xact_lock(hashtextextended(p_org_id::text || encode(v_bidx, 'hex'), 3)) then
      return false;
    end if;
  end loop;
  return true;
end
$$;
comment on function private.try_lock_contact_values(uuid, uuid, bytea[]) is
  'Locks one lead''s values if they are free; returns false without waiting otherwise. A transaction that already '
  'has such locks must not wait for more.';

-- sql/40_gate/74_gate_decide.sql

create function private.gate_decide_many(p_org_id uuid, p_requests jsonb, p_as_of timestamptz default now())
returns table (n integer, answer jsonb)
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.lock_contact_points(p_org_id, array_agg((x ->> 'lead_id')::uuid),
    array_agg((x ->> 'contact_point_id')::bigint))
  from jsonb_array_elements(p_requests) x;
  -- A separate statement: its snapshot is taken after locking and includes what the previous holders wrote.
  return query select j.n, j.answer from private.decide_contacts(p_org_id, p_requests, p_as_of, 'always') j;
end
$$;
comment on function private.gate_decide_many(uuid, jsonb, timestamptz) is
  'gate_decide for a whole claim of one org, [{lead_id, contact_point_id, channel, purpose, message, campaign_id}]: '
  'the nth answer belongs to the nth request, and contacts that earlier requests were allowed count as made. Much '
  'cheaper than one at a time. Definer: as gate_decide. Raises SL421, SL422, SL423.';

create function public.gate_decide(
  p_lead_id uuid, p_contact_point_id bigint, p_channel text, p_purpose text, p_as_of timestamptz default now(),
  p_message jsonb default '{}', p_campaign_id uuid default null
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_org constant uuid := private.org_of_lead(p_lead_id);
begin
  perform private.lock_contact_points(v_org, array[p_lead_id], array[p_contact_point_id]);
  return (select j.answer from private.decide_contacts(v_org,
    jsonb_build_array(jsonb_build_object('lead_id', p_lead_id,
    'contact_point_id', p_contact_point_id, 'channel', p_channel, 'purpose', p_purpose, 'message', p_message,
      'campaign_id', p_campaign_id)),
    p_as_of, 'always') j);
end
$$;
comment on function public.gate_decide(uuid, bigint, text, text, timestamptz, jsonb, uuid) is
  'Decides whether a contact may be made, stores the decision and returns it with decision_id. p_message: facts '
  'about the message (subject, message_kind, postal_address_in_body …). Call it in the transaction that claims the '
  'message and insert contact_attempts there: the value stays locked until the end, so that two claims cannot exceed '
  'a cap together. Call gate_still_allows just before sending. Definer: only the owner may access keys, lists and '
  'decisions. Raises SL421 (lead not found), SL422 (contact point not found), SL423 (isolation level).';

create function public.gate_still_allows(p_org_id uuid, p_decision_id bigint,
  p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  d public.gate_decisions;
begin
  select x.* into d from public.gate_decisions x where x.org_id = p_org_id and x.id = p_decision_id;
  if not found or not d.allow then
    return false;
  end if;
  perform private.lock_contact_points(d.org_id, array[d.lead_id], array[d.contact_point_id]);
  return (select (j.answer -> 'allow')::boolean from private.decide_contacts(d.org_id,
    jsonb_build_array(jsonb_build_object('lead_id', d.lead_id,
    'contact_point_id', d.contact_point_id, 'channel', d.channel, 'purpose', d.purpose, 'message',
      d.facts -> 'message', 'campaign_id', d.campaign_id)),
    p_as_of, 'refusals', false) j);
exception when sqlstate 'SL421' or sqlstate 'SL422' then
  -- The lead or its contact point was deleted.
  return false;
end
$$;
comment on function public.gate_still_allows(uuid, bigint, timestamptz) is
  'Checks again between the claim and the provider request: false when anything changed since the decision (a STOP, '
  'a closed window, an erasure); stores the refusal. Our own attempts do not count, since the claim has recorded its '
  'own. Definer: as gate_decide.';

create function public.gate_preview(
  p_lead_id uuid, p_contact_point_id bigint, p_channel text, p_purpose text default 'marketing',
    p_as_of timestamptz default now(),
  p_message jsonb default '{}'
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_org constant uuid := private.org_of_lead(p_lead_id);
begin
  if not private.is_trusted_caller() and not coalesce(private.sees_lead(v_org, p_lead_id), false) then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL421';
  end if;
  return (select j.answer from private.decide_contacts(v_org,
    jsonb_build_array(jsonb_build_object('lead_id', p_lead_id,
    'contact_point_id', p_contact_point_id, 'channel', p_channel, 'purpose', p_purpose, 'message', p_message)),
      p_as_of, 'never') j);
end
$$;
comment on function public.gate_preview(uuid, bigint, text, text, timestamptz, jsonb) is
  'The answer that gate_decide would give at an instant, past or future, from the current records; stores nothing. '
  'For callers who may see the lead. Definer: as gate_decide. Raises SL421, SL422.';

revoke execute on function public.gate_decide(uuid, bigint, text, text, timestamptz, jsonb, uuid),
  public.gate_still_allows(uuid, bigint, timestamptz), public.gate_preview(uuid, bigint, text, text, timestamptz,
    jsonb) from public, anon, authenticated;
grant execute on function public.gate_decide(uuid, bigint, text, text, timestamptz, jsonb, uuid),
  public.gate_still_allows(uuid, bigint, timestamptz) to pipeline_writer, service_role;
grant execute on function public.gate_preview(uuid, bigint, text, text, timestamptz, jsonb) to authenticated,
  service_role, pipeline_writer;

-- sql/40_gate/80_why_not_contacted.sql

-- Answers "why was this person (not) contacted": decisions in words, with their evidence.

create function private.describe_reason(p_reasons jsonb) returns text
language sql stable set search_path = '' as $$
  select coalesce(string_agg(r.detail || ' [' || r.rule || ', ' || r.source || ']', '; ' order by r.n),
    'no reason to refuse')
  from (
    select x.n, x.reason ->> 'detail' as detail, x.reason ->> 'rule' as rule,
      coalesce(g.source, d.source, 'unknown rule') as source
    from jsonb_array_elements(p_reasons) with ordinality x (reason, n)
    left join public.gate_rules g on g.rule = x.reason ->> 'rule'
    left join public.decision_rules d on d.rule = x.reason ->> 'rule'
  ) r
$$;
comment on function private.describe_reason(jsonb) is
  'Reasons as one sentence: the detail, the rule, and the law or policy behind it.';

create function private.describe_time(p_at text) returns text
language sql stable parallel safe set search_path = '' as $$
  select to_char(p_at::timestamptz at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
$$;
comment on function private.describe_time(text) is 'Formats an instant of the facts for people; null stays null.';

create function private.describe_evidence(p_facts jsonb, p_channel text) returns text
language sql stable set search_path = '' as $$
  select concat_ws('; ',
    case when c ->> 'type' = 'none' then 'no consent on record'
      else format('consent %s (%s%s) of %s for %s', c ->> 'consent_id', c ->> 'type', case
        when c -> 'is_unproven' = 'true' then ', unproven' else '' end,
        private.describe_time(c ->> 'obtained_at'), coalesce(c ->> 'seller', 'no seller named')) end,
    case when c ->> 'revoked_at' is not null then format('revoked by %s on %s (record %s)', c ->> 'revoked_via',
      private.describe_time(c ->> 'revoked_at'), c ->> 'revocation_id') end,
    case when p_channel <> 'email' then coalesce(
      format('registry copy of %s%s, looked up %s', private.describe_time(d ->> 'scrubbed_at'),
        case d ->> 'federal_listed' when 'true' then ' lists the number' when 'false' then ' does not list the number'
          else '' end,
        private.describe_time(d ->> 'looked_up_at')), 'no registry copy for the area code') end,
    case when d -> 'states_listed' <> '[]' then 'on the state list of '
      || (select string_agg(s, ', ') from jsonb_array_elements_text(d -> 'states_listed') s) end,
    case when d ->> 'internal_request_at' is not null then 'asked us to stop on '
      || private.describe_time(d ->> 'internal_request_at') end,
    case when d ->> 'email_unsubscribed_at' is not null then 'unsubscribed on '
      || private.describe_time(d ->> 'email_unsubscribed_at') end,
    case jsonb_array_length(h) when 0 then 'never contacted before'
      else format('%s contacts on record, the last on %s', jsonb_array_length(h),
        private.describe_time(h -> 0 ->> 'at')) end)
  from (select p_facts -> 'consent' as c, p_facts -> 'dnc' as d, p_facts -> 'history' as h) f
$$;
comment on function private.describe_evidence(jsonb, text) is
  'The evidence of a decision in words: consent and revocation, registry copy, requests, number of contacts.';
grant execute on function private.describe_reason(jsonb), private.describe_time(text),
  private.describe_evidence(jsonb, text)
  to authenticated, service_role;

create view public.why_not_contacted with (security_invoker = true) as
select d.org_id, d.lead_id, d.decided_at, d.as_of, d.channel, d.purpose, c.masked as contact,
  case when d.allow then 'allowed' else 'refused' end as verdict,
  private.describe_reason(d.reasons) as why,
  private.describe_evidence(d.facts, d.channel) as evidence,
  d.next_allowed_at, array_to_string(d.zones, ', ') as zones, array_to_string(d.states, ', ') as states,
  d.rules, d.rule_version, d.campaign_id, d.contact_point_id, d.id as decision_id
from public.gate_decisions d
left join public.contact_points c on c.org_id = d.org_id and c.id = d.contact_point_id;
comment on view public.why_not_contacted is
  'Every decision in words, with its evidence, for the leads that the caller may see: where lead_id = … order by '
  'decided_at desc. next_allowed_at: when time alone would allow it; null: something else has to change.';
revoke all on public.why_not_contacted from anon, authenticated;
grant select on public.why_not_contacted to authenticated, service_role;

-- sql/40_gate/81_contact_outlook.sql

create function private.compliant_mail_facts() returns jsonb
language sql immutable parallel safe as $$
  select '{"postal_address_in_body": true, "unsubscribe_link": true, "list_unsubscribe_post": true, '
    '"from_authenticated": true}'::jsonb
$$;
comment on function private.compliant_mail_facts() is 'Message facts of an e-mail that meets all legal requirements.';

create function private.outlook_of(p_answer jsonb, p_time_zone text, p_date date) returns text
language sql stable parallel safe as $$
  select case when (p_answer -> 'allow')::boolean then 'now' when p_answer ->> 'next_allowed_at' is null then 'never'
    when ((p_answer ->> 'next_allowed_at')::timestamptz at time zone p_time_zone)::date = p_date then 'later today'
      else 'later' end
$$;
comment on function private.outlook_of(jsonb, text, date) is
  'now, later today, later or never, for a date in the org''s time zone, from an answer of the gate.';
revoke execute on function private.compliant_mail_facts(), private.outlook_of(jsonb, text, date) from pipeline_writer;

create function public.contact_outlook(
  p_lead_ids uuid[], p_channels text[] default '{sms,voice_manual,voice_ai,email}', p_purpose text default 'marketing',
  p_as_of timestamptz default now()
) returns table (org_id uuid, lead_id uuid, contact_point_id bigint, contact text, channel text, outlook text,
  why text,
  evidence text, rules text[], next_allowed_at timestamptz)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  o record;
  v_asked jsonb;
begin
  for o in
    select x.id, x.time_zone from public.orgs x
    where exists (select from public.leads l where l.org_id = x.id and l.id = any (p_lead_ids))
  loop
    -- Assumes an e-mail that meets the legal requirements; an actual one is checked when it is written.
    select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'contact_point_id', c.id, 'masked', c.masked, 'channel',
      ch.channel,
        'purpose', p_purpose, 'message', private.compliant_mail_facts()) order by c.lead_id, c.kind, c.position, c.id,
          ch.n)
    into v_asked
    from (select l.lead_id from (select distinct i.lead_id from unnest(p_lead_ids) i (lead_id)) l
      where private.is_trusted_caller() or private.sees_lead(o.id, l.lead_id) offset 0) i
    join public.contact_points c on c.org_id = o.id and c.lead_id = i.lead_id
    join unnest(p_channels) with ordinality ch (channel, n) on (c.kind = 'email') = (ch.channel = 'email');
    continue when v_asked is null;
    return query
      select o.id, (a.x ->> 'lead_id')::uuid, (a.x ->> 'contact_point_id')::bigint, a.x ->> 'masked',
        a.x ->> 'channel',
        private.outlook_of(j.answer, o.time_zone, (p_as_of at time zone o.time_zone)::date),
        private.describe_reason(j.answer -> 'reasons'), private.describe_evidence(j.answer -> 'facts',
          a.x ->> 'channel'),
        array(select distinct r ->> 'rule' from jsonb_array_elements(j.answer -> 'reasons') r),
          (j.answer ->> 'next_allowed_at')::timestamptz
      from private.decide_contacts(o.id, v_asked, p_as_of, 'never') j
      join jsonb_array_elements(v_asked) with ordinality a (x, n) on a.n = j.n
      order by a.n;
  end loop;
end
$$;
comment on function public.contact_outlook(uuid[], text[], text, timestamptz) is
  'Whether each contact point can be contacted on each channel: now, later today, later or never, with the reasons, '
  'at an instant. Stores nothing; omits leads that the caller may not see. Definer: as gate_preview.';
revoke execute on function public.contact_outlook(uuid[], text[], text, timestamptz) from public, anon;
grant execute on function public.contact_outlook(uuid[], text[], text, timestamptz) to authenticated, service_role,
  pipeline_writer;

create view public.lead_outlook with (security_invoker = true) as
select l.org_id, l.id as lead_id, l.assigned_broker_id, l.owner_full, l.situs_city, l.situs_state, l.lead_score,
  l.campaign_status,
  o.contact, o.channel, o.outlook, o.why, o.next_allowed_at, o.contact_point_id, o.rules
from public.leads l
cross join lateral public.contact_outlook(array[l.id]) o;
comment on view public.lead_outlook is
  'A broker''s day: which leads can be contacted now, later today, later or never, on which channel, and why. '
  'Evaluated live, so restrict it to few leads: where lead_id in (…), or assigned_broker_id = … limit 100.';
revoke all on public.lead_outlook from anon, authenticated;
grant select on public.lead_outlook to authenticated, service_role;
