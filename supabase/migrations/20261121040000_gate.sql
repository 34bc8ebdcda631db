-- Built from sql/40_gate by `npm run db:build`; edit there.

-- sql/40_gate/01_rule_sets.sql

-- Rules are data: every row says where it comes from, how well that was verified and when it was last
-- reviewed. Not legal advice; docs/compliance.md says so to people.

create type public.rule_verification as enum (
  'primary_text_seen', 'quoted_by_third_party', 'secondary_only', 'federal_default', 'from_memory', 'house_policy');
comment on type public.rule_verification is
  'How well a rule was verified, best first: the official text itself was seen; quoted with the official page named; told by secondary sources; no stricter rule found; from memory; our own policy.';

create table public.rule_sets (
  released_on date not null,
  revision smallint not null default 1,
  version text not null generated always as (
    lpad(extract(year from released_on)::int::text, 4, '0') || '-' || lpad(extract(month from released_on)::int::text, 2, '0')
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
  'private.gate_data_hash() at release: a test compares it with the tables, so data cannot change without a new version.';

create table public.gate_rules (
  rule text primary key,
  concern text not null,
  title text not null,
  channels text[] not null default '{email,sms,voice_manual,voice_ai}',
  heals boolean not null default false,
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
  'Every reason that gate_evaluate can give, by its stable id: what it means, which law or policy is behind it and how well that is verified.';
comment on column public.gate_rules.heals is 'Time alone can end this refusal, so it may carry a next_allowed_at.';
comment on column public.gate_rules.waivable is
  'An org may waive it, with the name of the counsel who said so: our own policies, and readings that are contested.';

alter table public.rule_sets enable row level security;
alter table public.gate_rules enable row level security;
grant select on public.rule_sets, public.gate_rules to authenticated, service_role, pipeline_writer;
create policy select_everybody on public.rule_sets for select to authenticated, pipeline_writer using (true);
create policy select_everybody on public.gate_rules for select to authenticated, pipeline_writer using (true);

-- sql/40_gate/02_calling_windows.sql

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
  constraint calling_law_classes_are_known check (channel_classes <@ '{voice,sms,voice_automated,email}' and channel_classes <> '{}'),
  constraint cap_has_a_period check ((cap_count is null) = (cap_hours is null)),
  constraint reaches_texts_is_said check (reaches_texts in ('yes', 'no', 'unclear')),
  constraint calling_law_starts_before_it_ends check (effective_to >= effective_from)
);
create index calling_laws_caps_idx on public.calling_laws (state) where cap_count is not null;
comment on table public.calling_laws is
  'Laws on calling hours and frequency, one row per law and period in force. US is the federal floor that applies everywhere; ALL is e-mail.';
comment on column public.calling_laws.channel_classes is
  'voice: every call; voice_automated: in addition for AI and other artificial voices; sms: texts, also where the law was not confirmed to reach them (reaches_texts).';
comment on column public.calling_laws.cap_hours is 'Period of the cap in hours; attempts on every phone channel of its classes count.';
comment on column public.calling_laws.cap_same_subject is 'The cap counts attempts on the same subject matter; an unknown subject counts as the same.';
comment on column public.calling_laws.restates_federal is 'No stricter state rule was found: kept as a record, not evaluated beside the federal row.';
comment on column public.calling_laws.also_standard_time is 'The text says standard time: the hours must hold on the wall clock and in standard time.';

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
  'Hours of each law by channel class and weekday group, local time of the called party: start inclusive, end exclusive, both null: closed. Made from calling_laws by its seed.';
comment on column public.calling_windows.binding is 'False where the law only restates the federal hours: a record, not evaluated.';
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
  constraint holiday_kind_is_known check (kind in ('fixed', 'nth_weekday', 'last_weekday', 'easter', 'election_day', 'nearest_monday')),
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
  'Legal holidays by state, movable ones as rules. Only states whose calling law closes on holidays matter (AL, LA, PA, RI, UT; NE for automated calls). US is the federal list.';
comment on column public.holidays.day is 'Day of the month; for easter the days from Easter Sunday (-2 is Good Friday, -47 Mardi Gras).';
comment on column public.holidays.weekday is 'ISO weekday, 1 is Monday.';
comment on column public.holidays.plus_days is 'Days after the nth weekday: the day after Thanksgiving is the fourth Thursday plus one.';
comment on column public.holidays.observed is
  'Where the day off moves when the date is a weekend; both the date and the day off count. nearest_monday holidays move always.';

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
  'private.us_holiday_dates() of 2000 to 2099, so that a decision is one index probe. Outside these years the gate refuses.';

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
  'Zones and states that a ZIP can lie in. A five-digit row wins over its three-digit prefix, whose row is the union of its ZIPs and answers for ZIPs that are not listed.';
comment on column public.zip_zones.reason is 'Why the zones differ from what the packages say (scripts/gate/corrections.ts).';

create table public.area_code_zones (
  area_code text primary key,
  zones text[] not null,
  states text[] not null,
  reason text,
  constraint area_code_has_three_digits check (area_code ~ '^[2-9][0-9]{2}$'),
  constraint area_code_has_a_zone check (zones <> '{}' and states <> '{}')
);
comment on table public.area_code_zones is
  'Zones and states of the geographic US area codes. Others (toll-free, personal, Canada, Caribbean) are not here.';
comment on column public.area_code_zones.reason is 'Why the zones differ from what the package says (scripts/gate/corrections.ts).';

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
  'An org''s own rules on top of the law. They can only tighten; the two keys that loosen (waive: rule ids marked waivable in gate_rules; internal_list_ends: an internal request ends with its legal term) need the name of the counsel who said so.';
comment on column public.org_gate_rules.value is
  'calling_hours {"start":"09:00","end":"20:00","closed":["sat","sun"]}; max_attempts_* and *_age_* a number; deny_states ["FL"], deny_channels ["voice_ai"], waive ["rule"]; the rest true or false.';

create trigger _100_set_updated_at before update on public.org_gate_rules
  for each row execute function private.set_updated_at();

alter table public.org_gate_rules enable row level security;
grant select on public.org_gate_rules to authenticated, pipeline_writer;
grant all on public.org_gate_rules to service_role;
create policy select_members on public.org_gate_rules for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy select_writer on public.org_gate_rules for select to pipeline_writer using (true);

-- sql/40_gate/07_data_hash.sql

create function private.gate_data_hash() returns text
language sql stable set search_path = '' set datestyle = 'ISO' as $$
  select encode(sha256(convert_to(string_agg(line, E'\n' order by line collate "C"), 'UTF8')), 'hex')
  from (
    select 'law ' || x::text as line from public.calling_laws x
    union all select 'window ' || x::text from public.calling_windows x
    union all select 'holiday ' || x::text from public.holidays x
    union all select 'state ' || x::text from public.state_rules x
    union all select 'rule ' || x::text from public.gate_rules x
    union all select 'zip ' || x::text from public.zip_zones x
    union all select 'area ' || x::text from public.area_code_zones x
  ) all_rules
$$;
comment on function private.gate_data_hash() is
  'SHA-256 of every row of the rule data. A release stores it in rule_sets; when they differ, the data was changed without a new version.';

-- sql/40_gate/10_gate_types.sql

create type private.gate_refusal as (rule text, detail text, heals_at timestamptz);
comment on type private.gate_refusal is
  'One reason against. heals_at: when this reason alone would end; infinity: time does not end it; -infinity: when the hours open next.';

-- The facts as read: whatever could not be read is null here and named in `unreadable`.
create type private.gate_case as (
  channel text,
  purpose text,                 -- marketing, transactional or confirmation
  as_of timestamptz,
  line_type text,
  phone_state text,             -- ok, missing, invalid, foreign, toll_free, premium; null for e-mail
  email_state text,             -- ok, missing, invalid; null for phones
  zones text[],
  states text[],
  everywhere boolean,           -- nothing says where the person is
  unreadable text[],
  -- what the rules of these states say together
  mobile_ban_in text,
  written_consent_in text,
  list_years int,
  ebr_lifts_state_list boolean,
  capped boolean,
  -- consent
  consent_type text,
  consent_faults text[],        -- rule ids: what is missing for written consent to automated marketing
  consent_at timestamptz,
  written_consent boolean,      -- PEWC, complete
  written_for_calls boolean,    -- the same without the words on automated calls
  signed_agreement boolean,     -- signed, names seller and number: lifts the registries
  given_consent boolean,        -- prior express consent at least
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
  -- house rules
  house jsonb
);
comment on type private.gate_case is 'What gate_evaluate knows about one contact, read once and checked by the functions gate_check_*.';

create function private.read_odd_instant(p_text text) returns timestamptz
language plpgsql stable parallel safe set search_path = '' as $$
begin
  if p_text !~ '^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.]\d{1,9})?)?(Z|z|[+-]\d\d(:?\d\d)?)?)?$' then
    return null;
  end if;
  -- Times are UTC by contract: what names no offset is UTC, and the session's zone never matters.
  if length(p_text) = 10 then
    p_text := p_text || 'T00:00:00Z';
  elsif p_text !~ '(Z|z|[+-]\d\d(:?\d\d)?)$' or p_text !~ ':\d\d' or length(p_text) < 17 then
    p_text := p_text || 'Z';
  end if;
  return p_text::timestamptz;
exception when datetime_field_overflow or invalid_datetime_format or invalid_parameter_value then
  return null;
end
$$;
comment on function private.read_odd_instant(text) is
  'ISO 8601 to an instant, or null when it is no readable time. A date alone is its first instant; without an offset it is UTC.';

-- Inlined: it is asked several times a decision. What the pattern lets through is a time in any calendar, so that
-- nothing has to be caught.
create function private.read_instant(p_value jsonb) returns timestamptz
language sql stable parallel safe as $$
  select case when pg_catalog.jsonb_typeof(p_value) operator(pg_catalog.=) 'string' then
    case when (p_value operator(pg_catalog.#>>) '{}')
        operator(pg_catalog.~) '^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d([.]\d{1,6})?(Z|[+]00:00)$'
      then (p_value operator(pg_catalog.#>>) '{}')::pg_catalog.timestamptz
      else private.read_odd_instant(p_value operator(pg_catalog.#>>) '{}') end end
$$;
comment on function private.read_instant(jsonb) is 'A time in the facts as read_odd_instant reads it, the usual form at once.';

create function private.same_words(p_text text) returns text
language sql immutable parallel safe as $$
  select nullif(btrim(regexp_replace(lower(p_text), '\s+', ' ', 'g')), '')
$$;
comment on function private.same_words(text) is 'Lower case with single blanks, to compare names of sellers and subjects; empty is null.';

-- sql/40_gate/11_opt_out.sql

-- What people write to make it stop. Rules only; whatever else judges replies may add an opt-out, never
-- remove one. Every pattern has its counter-example in the tests.

create function private.plain_reply(p_body text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select btrim(regexp_replace(regexp_replace(translate(lower(
    regexp_replace(regexp_replace(normalize(left(p_body, 4000), nfkc),
      -- What is quoted below a reply is ours, not theirs.
      '(^|\n)>[^\n]*', '', 'g'),
      '(\nOn [^\n]{5,200} wrote:|\n-{2,} ?Original Message|\nFrom: ).*$', '', 'i')),
    'áàâéèêíîóôúüñç’‘`´', 'aaaeeeiioouunc'''''''''),
    -- Sentence ends become a bar, everything else that is no letter, digit or bar a blank.
    '\s*[.!?;,:\n\r]+\s*|\s+[-–—]+\s+', ' | ', 'g'), '[^a-z0-9|]+', ' ', 'g'), ' |')
$$;
comment on function private.plain_reply(text) is
  'A reply in plain words: NFKC, lower case, no accents, quotes or emoji; sentences parted by a bar; quoted mail cut off.';

create function private.is_stop_keyword(p_words text) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select btrim(regexp_replace(regexp_replace(p_words,
      '\m(please|pls|plz|pleas|plse|ok|okay|now|just|thanks|thank you|thx|ty|hi|hello|hey|immediately|asap|already|today|kindly|i said|reply|text|txt|sir|maam|ma am|bro|dude|yo|fucking|freaking|right|para siempre|por favor|favor|gracias)\M', ' ', 'g'),
      '\s+', ' ', 'g'))
    ~ ('^((s ?t ?[o0] ?p+|stpo|sotp|tsop|stoop|stop ?all|stop (it|this|that|me|everything|pl?ea?se?|all)( all)?|stop ?(2|to) ?(end|stop|quit|cancel)|'
      || 'unsub|un ?subs?c?r?i?b?e?d?|unsu[a-z]{4,9}e?|unsubscribe (me|us|all|this|from all|now)|cancel( all| me| this| it)?|end( all| this| it)?|quit( it| this)?|i quit|'
      || '(i )?(hereby )?revoke( all| consent| my consent)?|discontinue|cease|desist|(yeah|yea|yes|no|nope) stop|opt ?out( all| me)?|opt (me|us) out|optout|'
      || 'remove|remove (me|us)|arret|alto|basta|parar|pare|paren|detener|cancelar|baja|desuscribir(me)?|no mas)( |$))+$')
$$;
comment on function private.is_stop_keyword(text) is
  'Plain words that are nothing but an opt-out keyword, with courtesy words and repetition.';

create function private.opt_out_phrases(p_kind text) returns text
language sql immutable parallel safe set search_path = '' as $$
  -- One alternative a line; {verb} and {thing} stand for the two word lists below. Three expressions, because
  -- most replies need only one of them.
  select '(' || replace(replace(replace(btrim(case p_kind when 'stop' then $re$
\m(stop|quit|cease|discontinue|halt|refrain from|knock off|enough with)\M( and desist)?( from)?( all| with| w| the| these| those| this| that| your| ur| any| more| further| sending| getting| receiving| making| fucking| freaking| damn| stupid| unwanted| me| us| my| of)* ({verb}|{thing})\M
\m(stop|quit|cease) (sending|getting|receiving|messing|doing this|doing that|with (this|these|the))\M
\m(end|cancel|terminate|discontinue)( all| the| these| this| my| your| any)* (texts?|text messages?|messages?|msgs?|sms|emails?|subscriptions?|notifications|alerts)\M
\m(these|those|the|all|your|this|ur|get|make)( [a-z]+)? ?\m(text|texts|texting|messages?|messaging|msgs?|calls|calling|emails?|spam|harassment|this|it)\M( all| please| just| really)*( to| must| should| needs to| need to| has to| have to| better| gotta)? (be )?stop(ped)?\M
\m(this|it|you|y all|you guys|you people|u) (to|must|should|needs to|need to|has to|have to|better|gotta) stop( it| this| that| now| please| already)*$
^(please )?(can|could|would|will|wont|won t) (you|u|y all)( guys| people)?( please| pls| just| kindly| all)* stop( it| this| that| now| please| already)*$
\mmake it stop\M
\m(god|sake|christ|hell) (please |just )?stop$
\mi want (this|it|them|you) to (stop|end)\M
$re$ when 'not' then $re$
\m(do not|don t|dont|do nt|dnt|no longer|please not|not to)( ever| you ever)?( want you to| you dare)? {verb}( (or|and|nor) {verb})*( to| with)? (me|us|my|mine|this|here|him|her|any ?more|again|at all|ever)\M(?!( phone| number| cell)? (before|after|until|till|between|while|yet|later|unless|today|tonight|tomorrow|right|at work|during|on (mon|tues|wednes|thurs|fri|satur|sun)day|this (morning|afternoon|evening|week)|back until|first))
(^|please |and |just |to )never {verb} (me|us|this|my|here|again)\M
\m(do not|don t|dont)( ever)? (send|give|forward|mail|shoot)( me| us| my [a-z]+)?( any| anymore| more| another| these| this| your| further| the| a)* ({thing}|any ?more|anything|again)\M
\m(do not|don t|dont|no longer|never)( ever)?( wish| want| care| need| like| consent| agree)( to| for)?( be| receive| get| receiving| getting| have)?( any| more| further| these| your| the| any more| anymore| your [a-z]+)* ({thing}|contacted|called|texted|messaged|emailed|bothered|solicited|on (your|this|the|any) list|hear from you|you (to )?{verb})\M
\m(do not|don t|dont) want (to )?hear\M
^(please |just )*(do not|don t|dont) {verb}( please)?$
^(please |just )*no more( please| thanks| thank you)?$
\mno longer (wish|want|care|need) (to )?(receive|get|be contacted|hear)\M
\mif you {verb} (me )?(again|any ?more)\M
\m(do not|don t|dont) want to be (contacted|called|texted|bothered|on)\M
\mno (more|further|additional)( of)?( these| your| this| the| unsolicited)* ({thing}|this|these|{verb})\M
^no (texts?|calls?|messages?|emails?|spam|soliciting|solicitations?|solicitors)( please| plz| pls| thanks| thank you)?$
\mdo not (call|contact|text|disturb|solicit)( list| registry| register)?$
\m(on|to) (the |a |your )?(national |federal |state )?do not (call|contact|text)\M
\mdnc (list|registry)\M
\mno me (llame|llamen|mande|manden|envie|envien|escriba|escriban|contacte|contacten|texte|texteen|moleste|molesten)\M
\mno (quiero|deseo) (recibir )?(mas )?(mensajes|llamadas|textos|correos)\M
\mno mas (mensajes|llamadas|textos)\M
$re$ else $re$
\m(take|get|pull) (me|us|my (name|number|phone|phone number|cell|info|information|email|email address|contact|contact info|details|data)|this (number|phone|email|contact|line|address)) (off|out of|from)\M
\m(remove|delete|drop|scrub|erase|strike|unlist|block) (me|us|my (name|number|phone|phone number|cell|info|information|email|email address|contact|contact info|details|data)|this (number|phone|email|contact|line|address))\M( off| out| from| please| now| immediately|$| of| thank)
\m(remove|removed|taken off|off|from) (from )?(your|this|the|ur|all|any|ya)( [a-z]+)? (list|lists|database|records|system)\M
\m(lose|forget|delete|block) (my|this|the) (number|phone|contact)\M
\m(unsub[a-z]*|un subscribe|opt(ed|ing)?( me| us| my number)? ?out|optout)\M
\m(revok|withdraw|rescind|cancel)[a-z]* (my |all |any |the )*(prior |express |written )*(consent|permission|authorization|authorisation|opt in)\M
\m(leave|let) (me|us|my family) (alone|be)\M
^(please |just )*go away\M
\m((fuck|piss|buzz|back|bugger|eff) off|get lost|cease and desist)\M
\mwrong (number|person|guy|phone)\M
^wrong stop$
\mharass(ment|ing)\M
\mnot (the )?(right|correct) (number|person)\M
\m(report|reporting|reported|sue|suing) (you|this|u)\M
\mblock(ed|ing)? (you|u|this number)\M
\mdejen? de (llamar|mandar|enviar|escribir|contactar|molestar|textear)
\m(quite|quiten|borre|borren|saque|saquen|elimine|eliminen)me\M
$re$ end, E'\n'), E'\n', '|'),
    '{verb}', '(text|txt|messag|msg|call|contact|email|e mail|mail|sms|spam|bother|harass|bug|ring|phone|solicit|reach out|writ|annoy|pester|robocall|telemarket|market|advertis|hit up|hitting up|blowing up|communicat|disturb)[a-z]*'),
    '{thing}', '(text|texts|text messages?|txts?|messages?|msgs?|sms|calls?|phone calls?|emails?|e mails?|mails?|mailings?|spam|ads?|promos?|promotions?|offers|newsletters?|alerts|notifications|solicitations?|contact|communications?|stuff|crap|bullshit|shit|nonsense)')
    || ')'
$$;
comment on function private.opt_out_phrases(text) is
  'Regular expressions over the plain words of a sentence, the ways people ask to be left alone: stop (with a word like stop), not (with a no), else the others.';

create function private.opt_out_opposites() returns text
language sql immutable parallel safe set search_path = '' as $$
  select '(' || replace(btrim($re$
\m(reply|text|txt|send|type) stop (to|2)( opt out| unsubscribe| end| cancel| stop| quit| be removed| opt out of [a-z ]+)?\M
\m(do not|don t|dont|never|can t|cannot|can not|could not|couldn t|won t|wouldn t|didn t|did not|doesn t|why did you|when did you|did you|did they|i ll|i will|i had to|i have to|i d rather not) (ever )?(stop|quit)\M( (texting|calling|messaging|emailing|contacting|sending|getting|receiving)[a-z ]*)?
(?<!(do|can|could|should|would|may|must) )\mi (ever )?(stop|quit)\M
\m(never|didn t|did not) (say|said|ask|asked|tell|told)( you| them)?( to)? (stop|quit)[a-z ]*
\mwhy (do not|don t|dont) (you|we|u)\M[a-z ]*
\m(did not|didn t|do not want to|don t want to|dont want to|never) (unsubscribe|opt out|optout)\M
\m(unsubscribed|opted out) by (mistake|accident|error)\M
\maccidentally (unsubscribed|opted out)\M
\m(bus|next|last|first|pit|full|non|truck|one|quick) stops?\M
\mstop (by|at|in|over|sign|signs|light|off|loss)\M
\m(remove|take|get|delete) (me|my name|us|him|her) (off|from) (of )?(the |my |our |that )?(deed|title|loan|mortgage|lease|waiting list|contract|will)\M
\m(the|an|our) opt out (period|clause|date|deadline|fee|option|window)\M
\mopt(ing|ed)? out of (the |my |our )?(hoa|escrow|insurance|contingency|inspection|deal|contract|purchase|sale)\M
$re$, E'\n'), E'\n', '|') || ')'
$$;
comment on function private.opt_out_opposites() is
  'What has the words but says something else, or is our own footer sent back: taken out before the phrases are looked for.';

create function private.is_opt_out(body text) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_words text;
  v_part text;
  v_stop boolean;
  v_not boolean;
  v_other boolean;
begin
  if body is null or body = '' then
    return false;
  end if;
  v_words := private.plain_reply(body);
  if v_words = '' then
    -- No word at all: a stop sign, a raised hand or worse says enough.
    return body ~ '[🛑⛔🚫✋🖕❌]';
  end if;
  if length(v_words) < 60 and private.is_stop_keyword(replace(v_words, '|', ' ')) then
    return true;
  end if;
  v_stop := v_words ~ '(stop|quit|end|cease|halt|discontin|terminat|cancel|refrain|knock|enough)';
  v_not := v_words ~ '(no |not|n t|dont|do nt|dnt|never|dnc|if you)';
  v_other := v_words ~ '(remov|tak|get|delet|drop|scrub|eras|strik|pull|unlist|block|off|lose|forget|uns|un s|opt|revok|withdr|rescin|leave|let |away|lost|ceas|wrong|harass|not|report|su|deje|quite|borre|saque|elimin|pare|basta|alto|from|cancel)';
  if not (v_stop or v_not or v_other) then
    return false;
  end if;
  if v_words ~ '(stop|quit|unsub|opt)|deed|title|loan|mortgage|lease|contract|will|waiting|why' then
    v_words := regexp_replace(v_words, private.opt_out_opposites(), ' # ', 'g');
  end if;
  foreach v_part in array string_to_array(v_words, '|') loop
    v_part := btrim(v_part);
    continue when v_part = '';
    -- A sentence that is nothing but the word. Cancel and end may answer another question.
    if (v_stop and v_part ~ private.opt_out_phrases('stop'))
      or (v_not and v_part ~ private.opt_out_phrases('not'))
      or (v_other and v_part ~ private.opt_out_phrases('other'))
      or (length(v_part) < 60 and v_part !~ '\m(cancel|end)\M' and private.is_stop_keyword(v_part)) then
      return true;
    end if;
  end loop;
  return false;
end
$$;
comment on function private.is_opt_out(text) is
  'Does a reply ask to stop? Keywords of carriers and the FCC, their misspellings, and sentences a reasonable person reads so; "I cannot get my device to stop, can you help?" is no.';

create function private.is_opt_in_keyword(p_body text) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select replace(private.plain_reply(p_body), ' |', '') ~ '^(please )?(start|unstop)( please)?$'
$$;
comment on function private.is_opt_in_keyword(text) is
  'START or UNSTOP and nothing else: takes back what the keyword STOP ended. YES is too ambiguous to count.';

create function private.opt_out_reach(p_body text, p_channel text) returns text[]
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_words text := private.plain_reply(p_body);
  v_all constant text[] := '{email,sms,voice_manual,voice_ai}'::text[];
  v_reach text[];
begin
  if v_words ~ '\m(stop ?all|contact|contacting|alone|everything|list|lists|database|communications?|cease and desist|go away|sue|lose|delete|wrong)\M' then
    return v_all;
  end if;
  v_reach := case p_channel
    when 'sms' then '{sms,voice_ai}'
    when 'voice_manual' then '{sms,voice_manual,voice_ai}'
    when 'voice_ai' then '{sms,voice_manual,voice_ai}'
    when 'email' then '{email}'
    else v_all end;
  if v_words ~ '\m(call|calls|calling|phone|ring|do not call|dnc)\M' then
    v_reach := v_reach || '{voice_manual,voice_ai}'::text[];
  end if;
  if v_words ~ '\m(text|texts|texting|txt|messages|messaging|sms)\M' and p_channel <> 'email' then
    v_reach := v_reach || '{sms,voice_ai}'::text[];
  end if;
  if v_words ~ '\m(email|emails|emailing|mail|newsletters?)\M' then
    v_reach := v_reach || '{email}'::text[];
  end if;
  return v_reach;
end
$$;
comment on function private.opt_out_reach(text, text) is
  'Channels that an opt-out ends: a text ends texts and automated calls, a call all phone channels, a mail e-mail; what its words name comes on top, and "all", "contact" or "list" end everything.';

-- sql/40_gate/12_places.sql

create function private.gate_add_address(p_state text, p_zip text, inout zones text[], inout states text[], out everywhere boolean, out known boolean)
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
      -- A ZIP may reach over a state line; the address itself says on which side it is.
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
  -- Only the state is known, or it contradicts the ZIP: the person may be anywhere in it.
  select r.zones into v_state_zones from public.state_rules r where r.state = p_state;
  known := found;
  if found then
    zones := zones || v_state_zones;
    states := states || p_state;
  end if;
end
$$;
comment on function private.gate_add_address(text, text, text[], text[]) is
  'Adds the zones and states of one address; known is false for a state that does not exist. A ZIP that nobody knows, without a state, may be anywhere.';

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
      if (v_zip is null and jsonb_typeof(v_address -> 'postal_code') <> 'string') or v_zip !~ '^\d{5}([- ]?\d{4})?$' then
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
  'Every zone and state the person could be in: of the address (and of further `addresses`), and of the area code. Where nothing says, everywhere.';

-- sql/40_gate/13_read_house.sql

create function private.gate_read_house(p_facts jsonb, out house jsonb, out unreadable text[])
language plpgsql stable as $$
declare
  v_key text;
  v_value jsonb;
  v_org uuid;
begin
  -- Six attempts a day on all phone channels together stop a runaway campaign; laws and orgs ask for less.
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
      if v_key in ('max_attempts_24h', 'max_attempts_7d', 'max_attempts_total', 'consent_max_age_months', 'scrub_max_age_days')
        and v_value::text ~ '^[0-9]{1,4}$' then
        house := house || jsonb_build_object(v_key, least((house ->> v_key)::int, v_value::text::int));
      elsif v_key in ('hours_for_transactional', 'unsubscribe_ends_transactional') and jsonb_typeof(v_value) = 'boolean' then
        house := house || jsonb_build_object(v_key, (house -> v_key) is not distinct from 'true'::jsonb or v_value = 'true');
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
comment on function private.gate_read_house(jsonb) is
  'House rules: the defaults, the org''s rows when the facts carry org_id, and limits in the fact `house`, each of which can only tighten.';

-- sql/40_gate/14_read_facts.sql

create function private.gate_read_consent(inout c private.gate_case, p_consent jsonb, p_seller text, p_phone text)
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
  c.consent_type := case when v_type in ('none', 'pec', 'pewc', 'ebr_purchase', 'ebr_inquiry') then v_type else 'none' end;
  v_seller := coalesce(p_seller = private.same_words(
    case when jsonb_typeof(p_consent -> 'seller') = 'string' then p_consent ->> 'seller' end), false);
  -- A flag, or the number itself.
  v_phone := coalesce(p_consent -> 'phone_covered' = 'true' or p_consent ->> 'phone_covered' = p_phone, false);
  v_signed := coalesce(p_consent -> 'signature' = 'true', false)
    or (coalesce(jsonb_typeof(p_consent -> 'signature') = 'string', false)
      and lower(btrim(p_consent ->> 'signature')) not in ('', 'false', 'none', 'no', 'null', 'missing', 'unsigned', 'unknown', 'n/a', 'oral', 'verbal')
      and lower(p_consent ->> 'signature') !~ 'pre.?(checked|ticked|selected)');

  -- Revocation first: what nobody can date has happened.
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
      -- Any reasonable means: a mail or a form can end texts and automated calls, too.
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
        + case c.consent_type when 'ebr_purchase' then interval '18 months' else interval '3 months' end) at time zone 'UTC';
      -- For a message about the matter, having given this number in the course of it is consent.
      c.given_consent := v_phone and c.ebr_until >= c.as_of;
    end if;
    if not v_seller then c.consent_faults := c.consent_faults || 'consent_for_another_seller'::text; end if;
    if c.revoked then c.consent_faults := c.consent_faults || 'consent_revoked'::text; end if;
  elsif c.revoked then
    c.consent_faults := '{consent_missing,consent_revoked}';
  end if;
end
$$;
comment on function private.gate_read_consent(private.gate_case, jsonb, text, text) is
  'Reads the fact `consent`: what kind it is, what it lacks as written consent to automated marketing, whether it is revoked for this channel, how long a relationship lasts.';

create function private.gate_read_history(inout c private.gate_case, p_history jsonb)
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
  -- What is neither outbound nor inbound counts as both: an attempt, and maybe an opt-out. A date alone may be any
  -- time of that day, and what cannot be dated counts as now.
  select coalesce(array_agg(coalesce(x.at + case when x.day_only then interval '24 hours' else interval '0' end, 'infinity')) filter (where x.attempt), '{}'),
    coalesce(array_agg(x.channel) filter (where x.attempt), '{}'),
    coalesce(array_agg(private.same_words(x.subject)) filter (where x.attempt), '{}'),
    coalesce(array_agg(x.h) filter (where not x.quiet), '{}'),
    count(*) filter (where not x.readable) > 0
  into c.attempt_at, c.attempt_channel, c.attempt_subject, v_replies, v_unreadable
  from (
    select h, private.read_instant(h -> 'at') as at, length(h ->> 'at') = 10 as day_only,
      case when h ->> 'channel' in ('email', 'sms', 'voice_manual', 'voice_ai') then h ->> 'channel' end as channel,
      case when jsonb_typeof(h -> 'subject') = 'string' then h ->> 'subject' end as subject,
      jsonb_typeof(h) = 'object' as readable,
      jsonb_typeof(h) = 'object' and h ->> 'direction' is distinct from 'inbound' and h ->> 'channel' is distinct from 'email' as attempt,
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
    if v_direction is distinct from 'outbound' and coalesce(jsonb_typeof(e -> 'body'), 'null') not in ('string', 'null') then
      c.unreadable := c.unreadable || 'history.body'::text;
    elsif v_direction is distinct from 'outbound' and jsonb_typeof(e -> 'body') = 'string' then
      v_body := e ->> 'body';
      -- The keyword itself, as our own record has it, needs no reading.
      if v_body = 'STOP' and v_channel = 'sms' then
        v_stops := v_stops || jsonb_build_object('at', coalesce(v_at, 'infinity'), 'keyword', true, 'ends', '{sms,voice_ai}'::text[]);
      elsif private.is_opt_out(v_body) then
        v_keyword := coalesce(v_channel = 'sms', false)
          and private.is_stop_keyword(replace(private.plain_reply(v_body), '|', ' '));
        v_stops := v_stops || jsonb_build_object('at', coalesce(v_at, 'infinity'), 'keyword', v_keyword,
          'ends', private.opt_out_reach(v_body, v_channel));
      elsif v_channel = 'sms' and v_at <= c.as_of and private.is_opt_in_keyword(v_body) then
        v_start := greatest(v_start, v_at);
      end if;
    end if;
  end loop;
  if v_stops <> '[]' then
    -- Each stands until START takes back a keyword, or a later signed consent takes back any.
    select bool_or((s -> 'ends') ? c.channel
        and not ((s -> 'keyword') = 'true' and coalesce(v_start > (s ->> 'at')::timestamptz, false))
        and not (c.signed_agreement and coalesce(c.consent_at > (s ->> 'at')::timestamptz, false))),
      greatest(c.opted_out_at, max((s ->> 'at')::timestamptz))
    into c.opted_out, c.opted_out_at
    from jsonb_array_elements(v_stops) s;
  end if;
end
$$;
comment on function private.gate_read_history(private.gate_case, jsonb) is
  'Reads the fact `history`: outbound attempts on the phone channels, and inbound messages that opt out. What cannot be dated counts as now and for good.';

create function private.gate_read(p_facts jsonb, p_as_of timestamptz) returns private.gate_case
language plpgsql stable as $$
declare
  c private.gate_case;
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
  c.channel := case when p_facts ->> 'channel' in ('email', 'sms', 'voice_manual', 'voice_ai') then p_facts ->> 'channel' end;
  if c.channel is null then
    c.unreadable := c.unreadable || 'channel'::text;
  end if;
  v_seller := private.same_words(case when jsonb_typeof(p_facts -> 'seller') = 'string' then p_facts ->> 'seller' end);

  v_house := private.gate_read_house(p_facts);
  c.house := v_house.house;
  c.unreadable := c.unreadable || v_house.unreadable;

  -- Purpose: marketing unless everything says otherwise.
  v_message := p_facts -> 'message';
  if coalesce(jsonb_typeof(v_message), 'null') not in ('null', 'object') then
    c.unreadable := c.unreadable || 'message'::text;
    v_message := null;
  end if;
  c.message := case when jsonb_typeof(v_message) = 'object' then v_message else '{}' end;
  c.subject := private.same_words(case when jsonb_typeof(c.message -> 'subject') = 'string' then c.message ->> 'subject' end);
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
        and p_facts ->> 'email' ~ '^[^@\s<>(),;:"\\]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?[.])+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$'
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
      -- Personal, fictional and other numbers of the United States without a place.
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
  c.federal_listed := case when jsonb_typeof(v_dnc -> 'federal_listed') = 'boolean' then (v_dnc -> 'federal_listed')::boolean end;
  c.state_listed := case when jsonb_typeof(v_dnc -> 'state_listed') = 'boolean' then (v_dnc -> 'state_listed')::boolean end;
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
            || case when e ? 'event' and lower(e ->> 'type') in ('blocked', 'block', 'soft', 'transient') then ':soft' else '' end end,
          'unreadable');
      end loop;
    else
      c.unreadable := c.unreadable || 'dnc.events'::text;
    end if;
  end if;

  -- The latest opt-out of any kind: what a confirmation confirms.
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
comment on function private.gate_read(jsonb, timestamptz) is 'Reads the facts once; never raises, whatever they hold.';

-- sql/40_gate/20_check_contact.sql

create function private.gate_check_contact(c private.gate_case) returns private.gate_refusal[]
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
      r := r || row('email_missing', 'there is no e-mail address', 'infinity')::private.gate_refusal;
    elsif c.email_state = 'invalid' then
      r := r || row('email_invalid', 'the e-mail address is not valid', 'infinity')::private.gate_refusal;
    end if;
    return r;
  end if;
  case c.phone_state
    when 'ok' then null;
    when 'missing' then r := r || row('phone_missing', 'there is no phone number', 'infinity')::private.gate_refusal;
    when 'foreign' then r := r || row('phone_not_us', 'the number is not a United States number; no rules are known for it', 'infinity')::private.gate_refusal;
    when 'toll_free' then r := r || row('line_type_barred', 'the number is toll-free: the called party pays', 'infinity')::private.gate_refusal;
    when 'premium' then r := r || row('line_type_barred', 'the number is a premium number', 'infinity')::private.gate_refusal;
    else r := r || row('phone_invalid', 'the number is no E.164 number of the United States', 'infinity')::private.gate_refusal;
  end case;
  if c.line_type in ('tollFree', 'premium', 'sharedCost', 'uan', 'voicemail', 'pager') then
    r := r || row('line_type_barred', 'a ' || c.line_type || ' line is no person''s phone, or the called party pays', 'infinity')::private.gate_refusal;
  end if;
  if c.channel = 'sms' and c.line_type = 'landline' then
    r := r || row('landline_cannot_text', 'a landline cannot receive texts', 'infinity')::private.gate_refusal;
  end if;
  return r;
end
$$;
comment on function private.gate_check_contact(private.gate_case) is
  'Unreadable facts, the address itself, and what kind of line it is.';

-- sql/40_gate/21_check_opt_out.sql

create function private.gate_check_opt_out(c private.gate_case, t timestamptz) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_years int := coalesce(c.list_years, 10);
  v_ends timestamptz;
begin
  if c.opted_out then
    r := r || row('opted_out', 'a message from the person asks to stop this channel', 'infinity')::private.gate_refusal;
  end if;
  if c.revoked then
    r := r || row('consent_revoked', 'consent was revoked' || case when isfinite(c.revoked_at)
      then ' on ' || to_char(c.revoked_at at time zone 'UTC', 'YYYY-MM-DD') else ' at an unknown time' end
      || ' and that reaches this channel', 'infinity')::private.gate_refusal;
  end if;
  if c.internal_requested and c.channel is distinct from 'email' then
    v_ends := (c.internal_at at time zone 'UTC' + make_interval(years => v_years)) at time zone 'UTC';
    if t < v_ends or not isfinite(c.internal_at) then
      r := r || row('internal_list', 'the person asked not to be contacted' || case when isfinite(c.internal_at)
          then ' on ' || to_char(c.internal_at at time zone 'UTC', 'YYYY-MM-DD') else ' at an unknown time' end
          || '; honoured for ' || v_years || ' years',
        case when isfinite(c.internal_at) and (c.house -> 'internal_list_ends' = 'true'
          or coalesce(c.signed_agreement and c.consent_at > c.internal_at, false)) then v_ends else 'infinity' end)::private.gate_refusal;
    elsif not coalesce(c.house -> 'internal_list_ends' = 'true', false)
      and not coalesce(c.signed_agreement and c.consent_at > c.internal_at, false) then
      r := r || row('internal_list', 'the legal term of the request is over, but nothing newer than it invites contact', 'infinity')::private.gate_refusal;
    end if;
  end if;
  return r;
end
$$;
comment on function private.gate_check_opt_out(private.gate_case, timestamptz) is
  'What the person said to us: opt-outs in messages, revoked consent, the internal list. After its term a request still stands until a newer signed consent.';

create function private.gate_check_confirmation(c private.gate_case) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
begin
  if c.channel is distinct from 'sms' then
    r := r || row('confirmation_by_text_only', 'an opt-out is confirmed by text', 'infinity')::private.gate_refusal;
  end if;
  if c.opted_out_at is null then
    r := r || row('confirmation_without_opt_out', 'no opt-out is on record', 'infinity')::private.gate_refusal;
  elsif not coalesce(c.as_of - c.opted_out_at between interval '0' and interval '5 minutes', false) then
    r := r || row('confirmation_too_late', 'an opt-out is confirmed within five minutes', 'infinity')::private.gate_refusal;
  end if;
  if c.message -> 'confirmations_already_sent' is distinct from '0'::jsonb then
    r := r || row('confirmation_already_sent', 'one confirmation may be sent, and none is proven unsent', 'infinity')::private.gate_refusal;
  end if;
  if coalesce(c.message -> 'marketing_content', 'null') not in ('false', 'null') then
    r := r || row('confirmation_with_marketing', 'a confirmation carries no marketing', 'infinity')::private.gate_refusal;
  end if;
  return r;
end
$$;
comment on function private.gate_check_confirmation(private.gate_case) is
  'The one text that confirms an opt-out: the only one allowed after it.';

-- sql/40_gate/22_check_consent.sql

create function private.gate_check_consent(c private.gate_case) returns private.gate_refusal[]
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
        continue when v_fault in ('consent_not_written', 'consent_unsigned', 'consent_condition_of_purchase', 'consent_without_automation', 'consent_revoked');
        r := r || private.gate_consent_refusal(v_fault, 'an automated text or call about a matter needs the person''s consent to it');
      end loop;
    end if;
    return r;
  end if;
  if c.channel in ('sms', 'voice_ai') and not c.written_consent then
    foreach v_fault in array c.consent_faults loop
      continue when v_fault = 'consent_revoked' and c.revoked;
      r := r || private.gate_consent_refusal(v_fault, case c.channel
        when 'voice_ai' then 'marketing by an artificial voice needs prior express written consent'
        else 'automated marketing texts need prior express written consent' end);
    end loop;
  elsif c.channel = 'voice_manual' and not c.written_for_calls and c.written_consent_in is not null then
    r := r || row('state_written_consent', c.written_consent_in || ' wants written consent for any sales call', 'infinity')::private.gate_refusal;
  end if;
  if c.mobile_ban_in is not null and not c.signed_agreement and c.line_type in ('mobile', 'nonFixedVoip', 'personal', 'unknown') then
    r := r || row('state_mobile_ban', c.mobile_ban_in || ' bars unsolicited sales calls to mobiles, and this line is '
      || case c.line_type when 'mobile' then 'one' else 'not known to be none' end, 'infinity')::private.gate_refusal;
  end if;
  return r;
end
$$;
comment on function private.gate_check_consent(private.gate_case) is
  'Does this channel need consent, federal or by state, and does the consent on record reach? Every fault of it is a reason of its own.';

create function private.gate_consent_refusal(p_fault text, p_why text) returns private.gate_refusal
language plpgsql immutable parallel safe as $$
begin
  return row(p_fault, p_why || case p_fault
    when 'consent_missing' then '; there is none'
    when 'relationship_is_no_consent' then '; a business relationship does not replace it'
    when 'consent_not_written' then '; what is on record is oral or implied'
    when 'consent_undated' then '; nobody knows when it was given'
    when 'consent_in_the_future' then '; its date lies in the future'
    when 'consent_for_another_seller' then '; the one on record does not name this seller'
    when 'consent_without_this_number' then '; it does not cover this number'
    when 'consent_revoked' then '; it was revoked'
    when 'consent_unsigned' then '; it is not signed'
    when 'consent_condition_of_purchase' then '; it is not shown that it was no condition of a purchase'
    when 'consent_without_automation' then '; it does not say that calls or texts are automated'
    when 'house_consent_stale' then '; it is older than the org accepts'
    else '' end, 'infinity')::private.gate_refusal;
end
$$;
comment on function private.gate_consent_refusal(text, text) is 'A fault of the consent as a reason, in words.';

-- sql/40_gate/23_check_dnc.sql

create function private.gate_check_dnc(c private.gate_case, t timestamptz) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_related boolean := coalesce(t >= c.ebr_from and t <= c.ebr_until, false);
  v_national boolean;
  v_state boolean;
  v_days int := (c.house ->> 'scrub_max_age_days')::int;
begin
  if c.lookup_failed then
    r := r || row('dnc_lookup_failed', 'the lists could not be looked up', 'infinity')::private.gate_refusal;
  end if;
  if c.channel = 'email' then
    return r;
  end if;
  if c.purpose <> 'marketing' then
    return r;
  end if;
  if not c.dnc_known then
    return r || row('dnc_unknown', 'nothing is known about do-not-call lists', 'infinity')::private.gate_refusal;
  end if;
  -- A signed agreement that names seller and number lifts the registries; a relationship lifts the national
  -- one, and a state's own only where that was confirmed.
  v_national := c.signed_agreement or v_related;
  v_state := c.signed_agreement or (v_related and coalesce(c.ebr_lifts_state_list, false));
  if not v_national then
    if c.federal_listed is null then
      r := r || row('dnc_federal_unknown', 'it is not known whether the national registry lists the number', 'infinity')::private.gate_refusal;
    elsif c.federal_listed then
      r := r || row('dnc_federal', 'the national registry lists the number', 'infinity')::private.gate_refusal;
    end if;
    if c.scrubbed_at is null then
      r := r || row(case when c.scrub_said then 'dnc_scrub_unreadable' else 'dnc_never_scrubbed' end,
        'the number was never checked against a dated copy of the registry', 'infinity')::private.gate_refusal;
    elsif c.scrubbed_at > c.as_of then
      r := r || row('dnc_scrub_unreadable', 'the registry copy is dated in the future', 'infinity')::private.gate_refusal;
    elsif (c.scrubbed_at at time zone 'UTC' + make_interval(days => v_days)) at time zone 'UTC' < t then
      r := r || row('dnc_scrub_stale', 'the registry copy is older than ' || v_days || ' days', 'infinity')::private.gate_refusal;
    end if;
    if c.consent_type in ('ebr_purchase', 'ebr_inquiry') and r <> '{}' then
      r := r || row('relationship_ended', case when c.ebr_until is null then 'the relationship has no readable date, or is with another seller'
        else 'the relationship ended on ' || to_char(c.ebr_until at time zone 'UTC', 'YYYY-MM-DD') end, 'infinity')::private.gate_refusal;
    end if;
  end if;
  if not v_state then
    if c.state_listed is null then
      r := r || row('dnc_state_unknown', 'it is not known whether a state list has the number', 'infinity')::private.gate_refusal;
    elsif c.state_listed then
      r := r || row('dnc_state', 'a state list has the number', 'infinity')::private.gate_refusal;
    end if;
  end if;
  return r;
end
$$;
comment on function private.gate_check_dnc(private.gate_case, timestamptz) is
  'National and state do-not-call lists, the age of the copy, and what lifts them.';

-- sql/40_gate/24_check_email.sql

create function private.gate_check_email(c private.gate_case) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_event text;
begin
  if c.unsubscribed and (c.purpose = 'marketing' or c.house -> 'unsubscribe_ends_transactional' = 'true') then
    r := r || row('email_unsubscribed', 'the person unsubscribed; the law gives ten business days, we take none', 'infinity')::private.gate_refusal;
  end if;
  foreach v_event in array c.email_events loop
    if v_event in ('spamreport', 'spam_report', 'spam', 'complaint', 'complained', 'abuse') then
      r := r || row('email_spam_report', 'the person reported a mail as spam', 'infinity')::private.gate_refusal;
    elsif v_event in ('bounce', 'bounced', 'hard_bounce', 'hardbounce', 'hard', 'dropped', 'failed', 'invalid', 'permanent_fail') then
      r := r || row('email_bounced', 'the address bounced', 'infinity')::private.gate_refusal;
    elsif v_event in ('unsubscribe', 'unsubscribed', 'group_unsubscribe', 'list_unsubscribe') then
      if c.purpose = 'marketing' or c.house -> 'unsubscribe_ends_transactional' = 'true' then
        r := r || row('email_unsubscribed', 'the mail provider has an unsubscribe on record', 'infinity')::private.gate_refusal;
      end if;
    elsif v_event not in ('processed', 'delivered', 'deferred', 'open', 'opened', 'click', 'clicked', 'blocked', 'block',
      'soft_bounce', 'bounce:soft', 'blocked:soft', 'group_resubscribe', 'sent', 'queued', 'accepted') then
      r := r || row('email_event_unknown', 'an event of unknown meaning is on record', 'infinity')::private.gate_refusal;
    end if;
  end loop;
  if c.message -> 'from_authenticated' = 'false' then
    r := r || row('email_unauthenticated', 'the sending domain is not authenticated (SPF, DKIM, DMARC)', 'infinity')::private.gate_refusal;
  end if;
  if c.purpose <> 'marketing' then
    return r;
  end if;
  if not c.dnc_known then
    r := r || row('email_lists_unknown', 'it is not known whether the person unsubscribed', 'infinity')::private.gate_refusal;
  end if;
  if c.message -> 'from_authenticated' is distinct from 'true' and c.message -> 'from_authenticated' is distinct from 'false' then
    r := r || row('email_unauthenticated', 'it is not known whether the sending domain is authenticated (SPF, DKIM, DMARC)', 'infinity')::private.gate_refusal;
  end if;
  if c.message -> 'postal_address_in_body' is distinct from 'true' then
    r := r || row('email_without_postal_address', 'a marketing mail carries a postal address', 'infinity')::private.gate_refusal;
  end if;
  if c.message -> 'unsubscribe_link' is distinct from 'true' then
    r := r || row('email_without_unsubscribe', 'a marketing mail carries a way to unsubscribe', 'infinity')::private.gate_refusal;
  end if;
  if c.message -> 'list_unsubscribe_post' is distinct from 'true'
    and not coalesce(jsonb_typeof(c.message -> 'daily_volume_to_gmail') = 'number'
      and (c.message ->> 'daily_volume_to_gmail')::numeric between 0 and 5000, false) then
    r := r || row('email_without_one_click', 'over 5,000 mails a day, or an unknown number, need one-click unsubscribe (RFC 8058)', 'infinity')::private.gate_refusal;
  end if;
  return r;
end
$$;
comment on function private.gate_check_email(private.gate_case) is
  'CAN-SPAM and what mailbox providers ask of senders. E-mail has no calling hours.';

-- sql/40_gate/25_check_hours.sql

create function private.gate_classes(p_channel text) returns text[]
language sql immutable parallel safe as $$
  select case p_channel when 'voice_manual' then array['voice'] when 'voice_ai' then array['voice', 'voice_automated'] else array['sms'] end
$$;
comment on function private.gate_classes(text) is 'Classes of calling laws that bind a channel.';

create function private.daylight_saving(p_zone text, t timestamptz) returns interval
language sql immutable parallel safe as $$
  -- The standard offset is the smaller of winter and summer.
  select (t at time zone p_zone) - (t at time zone 'UTC') - least(
    (timestamptz '2026-01-15 12:00Z' at time zone p_zone) - timestamp '2026-01-15 12:00',
    (timestamptz '2026-07-15 12:00Z' at time zone p_zone) - timestamp '2026-07-15 12:00')
$$;
comment on function private.daylight_saving(text, timestamptz) is 'How far the wall clock is ahead of standard time.';

create function private.gate_check_hours(c private.gate_case, t timestamptz) returns private.gate_refusal[]
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
        -- Where nothing is known, each law counts in the zones of its own state.
        and (not c.everywhere or w.state = 'US'
          or exists (select from public.state_rules s where s.state = w.state and v_zone = any (s.zones)))
      order by w.state, w.weekday_group
    loop
      r := r || row(
        case when v.state = 'US' then 'federal_hours' when v.start_local is not null then 'state_hours'
          when v.weekday_group = 'holiday' then 'state_holiday' else 'state_day_closed' end,
        case when v.state = 'US' then 'federal' else v.state end || ' hours are '
          || coalesce(to_char(v.start_local, 'HH24:MI') || ' to ' || to_char(v.end_local, 'HH24:MI'), 'closed')
          || case v.weekday_group when 'holiday' then ' on this holiday' when 'sun' then ' on Sundays' when 'sat' then ' on Saturdays' else '' end
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
comment on function private.gate_check_hours(private.gate_case, timestamptz) is
  'Calling hours, federal, state and the org''s own: every law of every state the person could be in, on the clock of every zone they could be in. Openings are inclusive, closings exclusive, to the second.';

create function private.gate_hours_open_at(c private.gate_case, p_from timestamptz) returns timestamptz
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
          and w.weekday_group in (case extract(isodow from v_day) when 6 then 'sat' when 7 then 'sun' else 'mon_fri' end, 'holiday')
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
comment on function private.gate_hours_open_at(private.gate_case, timestamptz) is
  'The first instant from p_from on at which the hours allow it in every zone, or null when there is none within weeks.';

-- sql/40_gate/26_check_caps.sql

create function private.gate_cap_refusal(c private.gate_case, t timestamptz, p_rule text, p_cap int, p_hours int,
  p_same_subject boolean, p_automated boolean, p_who text) returns private.gate_refusal
language plpgsql immutable as $$
declare
  v_count bigint;
  v_heals timestamptz;
begin
  if cardinality(c.attempt_at) < p_cap then
    return null;
  end if;
  -- p_hours null: ever. Attempts of the future, or without a date, count.
  select count(*), (array_agg(a.at order by a.at))[greatest(count(*) - p_cap + 1, 1)] into v_count, v_heals
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
    case when p_hours is null or p_cap = 0 or v_heals is null then 'infinity'
      else v_heals + make_interval(hours => p_hours) end)::private.gate_refusal;
end
$$;
comment on function private.gate_cap_refusal(private.gate_case, timestamptz, text, int, int, boolean, boolean, text) is
  'One cap against the attempts on record: null while it has room; else the reason, which ends when the oldest attempt too many is p_hours old.';

create function private.gate_check_caps(c private.gate_case, t timestamptz) returns private.gate_refusal[]
language plpgsql stable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v record;
  v_one private.gate_refusal;
begin
  if c.capped then
    for v in
      select l.state, l.cap_count, l.cap_hours, l.cap_same_subject, l.channel_classes = '{voice_automated}' as automated
      from public.calling_laws l
      where l.cap_count is not null and l.state = any (c.states)
        and l.channel_classes && private.gate_classes(c.channel)
        and (l.effective_from is null or (t at time zone c.zones[1])::date >= l.effective_from)
        and (l.effective_to is null or (t at time zone c.zones[1])::date <= l.effective_to)
      order by l.state
    loop
      if not c.history_known then
        r := r || row('history_unknown', v.state || ' counts attempts, and nothing is known about them', 'infinity')::private.gate_refusal;
      else
        v_one := private.gate_cap_refusal(c, t, 'state_cap', v.cap_count, v.cap_hours, v.cap_same_subject, v.automated, v.state);
        if v_one.rule is not null then
          r := r || v_one;
        end if;
      end if;
    end loop;
  end if;
  if cardinality(c.attempt_at) > 0 or c.house ->> 'max_attempts_24h' = '0' or c.house ?| '{max_attempts_7d,max_attempts_total}' then
    v_one := private.gate_cap_refusal(c, t, 'house_cap', (c.house ->> 'max_attempts_24h')::int, 24, false, false, 'the house');
    if v_one.rule is not null then
      r := r || v_one;
    end if;
    if c.house ? 'max_attempts_7d' then
      v_one := private.gate_cap_refusal(c, t, 'house_cap', (c.house ->> 'max_attempts_7d')::int, 168, false, false, 'the house');
      if v_one.rule is not null then
        r := r || v_one;
      end if;
    end if;
    if c.house ? 'max_attempts_total' then
      v_one := private.gate_cap_refusal(c, t, 'house_cap', (c.house ->> 'max_attempts_total')::int, null, false, false, 'the house');
      if v_one.rule is not null then
        r := r || v_one;
      end if;
    end if;
  end if;
  return r;
end
$$;
comment on function private.gate_check_caps(private.gate_case, timestamptz) is
  'How often: caps of the states the person could be in, and the house''s. Calls and texts count together, inbound and e-mail do not.';

create function private.gate_check_states(c private.gate_case) returns private.gate_refusal[]
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
        r := r || row('house_state_closed', 'the org does not contact people in ' || v_state, 'infinity')::private.gate_refusal;
      end if;
    end loop;
  end if;
  return r;
end
$$;
comment on function private.gate_check_states(private.gate_case) is 'Declared emergencies, and states that the org leaves out.';

-- sql/40_gate/30_gate_evaluate.sql

create function private.gate_timed_refusals(c private.gate_case, t timestamptz, p_hours boolean) returns private.gate_refusal[]
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
comment on function private.gate_timed_refusals(private.gate_case, timestamptz, boolean) is
  'The reasons that come and go with time, at instant t; p_hours false leaves out calling hours that are known to be open.';

create function private.gate_without_waived(c private.gate_case, r private.gate_refusal[]) returns private.gate_refusal[]
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
comment on function private.gate_without_waived(private.gate_case, private.gate_refusal[]) is
  'Leaves out what the org has waived on advice of counsel, as far as it can be waived.';

create function private.gate_refusals(c private.gate_case) returns private.gate_refusal[]
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
comment on function private.gate_refusals(private.gate_case) is 'Every reason against the contact.';

create function private.gate_next_allowed(c private.gate_case, p_refusals private.gate_refusal[]) returns timestamptz
language plpgsql stable as $$
declare
  r private.gate_refusal[] := p_refusals;
  t timestamptz := c.as_of;
  v_least timestamptz;
  v_most timestamptz;
  x private.gate_refusal;
begin
  -- Every reason names the first instant at which it could end, so the answer cannot lie before the latest.
  -- Reasons that time does not end say infinity; what is left is looked at again at each candidate.
  for i in 1..60 loop
    v_least := 'infinity';
    v_most := '-infinity';
    foreach x in array r loop
      v_least := least(v_least, x.heals_at);
      v_most := greatest(v_most, x.heals_at);
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
comment on function private.gate_next_allowed(private.gate_case, private.gate_refusal[]) is
  'The first instant at which time alone would permit it, or null. Jumps from one ending reason to the next, never by minutes.';

create function private.gate_rule_version() returns text
language plpgsql stable as $$
begin
  return (select s.version from public.rule_sets s order by s.released_on desc, s.revision desc limit 1);
end
$$;
comment on function private.gate_rule_version() is 'Version of the rule data in force, such as 2026-11-21.1.';

-- Its queries are the same for every case, so planning them anew for each array would cost more than running them.
create function public.gate_evaluate(facts jsonb, as_of timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  c private.gate_case;
  r private.gate_refusal[];
  v_next timestamptz;
  v_reasons jsonb := '[]'::jsonb;
begin
  if jsonb_typeof(facts) is distinct from 'object' or as_of is null or not isfinite(as_of) then
    return jsonb_build_object('allow', false, 'reasons', jsonb_build_array(
        case when jsonb_typeof(facts) is distinct from 'object'
          then jsonb_build_object('rule', 'facts_unreadable', 'detail', 'the facts are no object')
          else jsonb_build_object('rule', 'as_of_outside_rules', 'detail', 'there is no instant to decide for') end),
      'next_allowed_at', null, 'zones', '[]'::jsonb, 'states', '[]'::jsonb, 'rule_version', private.gate_rule_version());
  end if;
  c := private.gate_read(facts, as_of);
  r := private.gate_refusals(c);
  if r = '{}' then
    v_next := as_of;
  else
    select jsonb_agg(jsonb_build_object('rule', x.rule, 'detail', x.detail) order by x.n) into v_reasons
    from (select rule, detail, min(n) as n from unnest(r) with ordinality u(rule, detail, heals_at, n) group by 1, 2) x;
    v_next := private.gate_next_allowed(c, r);
  end if;
  return jsonb_build_object(
    'allow', r = '{}',
    'reasons', v_reasons,
    'next_allowed_at', to_char(v_next at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS'
      || case when extract(microseconds from v_next)::bigint % 1000000 = 0 then '"Z"' else '.US"Z"' end),
    'zones', to_jsonb(c.zones), 'states', to_jsonb(c.states), 'rule_version', private.gate_rule_version());
exception when data_exception then
  -- A value out of every range is one more fact that cannot be read.
  return jsonb_build_object('allow', false,
    'reasons', jsonb_build_array(jsonb_build_object('rule', 'facts_unreadable', 'detail', 'a fact has an impossible value')),
    'next_allowed_at', null, 'zones', '[]'::jsonb, 'states', '[]'::jsonb, 'rule_version', private.gate_rule_version());
end
$$;
comment on function public.gate_evaluate(jsonb, timestamptz) is
  'May this contact be made at this instant? In: the facts (docs/compliance.md lists them), times ISO 8601 UTC. Out: {allow, reasons: [{rule, detail}], next_allowed_at, zones, states, rule_version}. Reads only its arguments and the rule tables, never raises; what is unknown or unreadable refuses where it matters.';

revoke execute on function public.gate_evaluate(jsonb, timestamptz) from public, anon;
grant execute on function public.gate_evaluate(jsonb, timestamptz) to authenticated, service_role, pipeline_writer;

-- sql/40_gate/90_grants.sql

-- The gate runs as its caller; these are what it calls. None writes.
grant execute on function
  private.read_instant(jsonb), private.same_words(text), private.plain_reply(text), private.is_stop_keyword(text),
  private.is_opt_out(text), private.opt_out_phrases(text), private.opt_out_opposites(), private.is_opt_in_keyword(text), private.opt_out_reach(text, text),
  private.gate_add_address(text, text, text[], text[]), private.gate_places(jsonb, text, boolean),
  private.gate_read_house(jsonb), private.gate_read_consent(private.gate_case, jsonb, text, text),
  private.gate_read_history(private.gate_case, jsonb), private.gate_read(jsonb, timestamptz),
  private.gate_check_contact(private.gate_case), private.gate_check_opt_out(private.gate_case, timestamptz),
  private.gate_check_confirmation(private.gate_case), private.gate_check_consent(private.gate_case),
  private.gate_consent_refusal(text, text), private.gate_check_dnc(private.gate_case, timestamptz),
  private.gate_check_email(private.gate_case), private.gate_classes(text), private.daylight_saving(text, timestamptz),
  private.gate_check_hours(private.gate_case, timestamptz), private.gate_hours_open_at(private.gate_case, timestamptz),
  private.gate_cap_refusal(private.gate_case, timestamptz, text, int, int, boolean, boolean, text),
  private.gate_check_caps(private.gate_case, timestamptz), private.gate_check_states(private.gate_case),
  private.gate_refusals(private.gate_case),
  private.gate_timed_refusals(private.gate_case, timestamptz, boolean),
  private.gate_without_waived(private.gate_case, private.gate_refusal[]),
  private.gate_next_allowed(private.gate_case, private.gate_refusal[]), private.gate_rule_version(),
  private.us_holiday_dates(int), private.easter_sunday(int)
to authenticated, service_role, pipeline_writer;
