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
revoke all on public.holidays, public.holiday_dates from service_role;
grant select on public.holidays, public.holiday_dates to authenticated, service_role, pipeline_writer;
create policy select_everybody on public.holidays for select to authenticated, pipeline_writer using (true);
create policy select_everybody on public.holiday_dates for select to authenticated, pipeline_writer using (true);
