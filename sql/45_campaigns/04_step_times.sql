-- When a step is due: a business or calendar delay after the previous step, within the hours of the step in the time
-- zone of the org, spread over those hours.

create function private.hash_fraction(p_key text) returns double precision
language sql immutable parallel safe as $$
  select ('x' || left(md5(p_key), 8))::bit(32)::bigint / 4294967296.0::double precision
$$;
comment on function private.hash_fraction(text) is
  'A number from 0 (inclusive) to 1 (exclusive) derived from the key alone, evenly distributed: the same on every '
  'machine.';

create function private.is_business_day(p_day date, p_holidays date[]) returns boolean
language sql immutable parallel safe as $$
  select extract(isodow from p_day) < 6 and not p_day = any (p_holidays)
$$;
comment on function private.is_business_day(date, date[]) is
  'Monday to Friday except the org''s holidays: the days of the feed.';

create function private.fit_to_window(
  p_at timestamptz, p_from time, p_until time, p_business boolean, p_time_zone text, p_holidays date[],
    p_share double precision,
  p_spread interval default null
) returns timestamptz
language plpgsql stable parallel safe set search_path = '' as $$
declare
  v_local constant timestamp := p_at at time zone p_time_zone;
  v_day date := v_local::date;
  v_time time := v_local::time;
  v_room interval;
begin
  if v_time >= p_until then
    v_day := v_day + 1;
    v_time := p_from;
    v_room := p_until - p_from;
  elsif v_time < p_from then
    v_time := p_from;
    v_room := p_until - p_from;
  end if;
  -- A year of holidays is an error in the calendar: due on a holiday is better than never.
  for i in 1..366 loop
    exit when not p_business or private.is_business_day(v_day, p_holidays);
    v_day := v_day + 1;
    v_time := p_from;
    v_room := p_until - p_from;
  end loop;
  v_room := coalesce(v_room, case when p_spread is not null then least(p_spread, p_until - v_time) end, '0');
  -- Never before p_at, which a repeated hour (end of daylight saving) could cause.
  return greatest(p_at, (v_day + v_time + p_share * v_room) at time zone p_time_zone);
end
$$;
comment on function private.fit_to_window(timestamptz, time, time, boolean, text, date[], double precision,
  interval) is
  'The instant itself if it is in the window (up to p_spread later, by p_share), otherwise a point in the next '
  'window, by p_share of its length, so that steps which would fall on the same minute are spread over the day.';

create function private.after_delay(
  p_after timestamptz, p_delay interval, p_business boolean, p_time_zone text, p_holidays date[]
) returns timestamptz
language plpgsql stable parallel safe set search_path = '' as $$
declare
  v_local constant timestamp := p_after at time zone p_time_zone;
  v_day date := v_local::date;
  v_days integer := extract(day from p_delay);
begin
  if p_business then
    for i in 1..least(366 + 7 * v_days, 10000) loop
      exit when v_days <= 0;
      v_day := v_day + 1;
      v_days := v_days - private.is_business_day(v_day, p_holidays)::integer;
    end loop;
  else
    v_day := v_day + v_days;
  end if;
  -- Days by the calendar, so that a day of a clock change counts as one day; hours as elapsed time.
  return ((v_day + v_local::time) at time zone p_time_zone) + make_interval(hours => extract(hour
      from p_delay)::integer,
    mins => extract(minute from p_delay)::integer, secs => extract(second from p_delay)::double precision);
end
$$;
comment on function private.after_delay(timestamptz, interval, boolean, text, date[]) is
  'The instant after a delay of days, business days if p_business, and shorter units in the time zone.';

create function private.step_due_at(
  p_step public.sequence_steps, p_lead_id uuid, p_after timestamptz, p_time_zone text, p_holidays date[],
  p_is_first boolean default null
) returns timestamptz
language plpgsql stable parallel safe set search_path = '' as $$
begin
  return private.fit_to_window(
    private.after_delay(p_after, p_step.delay, p_step.delay_kind = 'business', p_time_zone, p_holidays),
    p_step.send_from, p_step.send_until, p_step.delay_kind = 'business', p_time_zone, p_holidays,
    private.hash_fraction(p_lead_id::text || p_step.sequence_id || p_step.step),
    -- All leads of a feed start together; later steps keep their distance.
    case when coalesce(p_is_first, p_step.step = 1) then interval '1 day' end);
end
$$;
comment on function private.step_due_at(public.sequence_steps, uuid, timestamptz, text, date[], boolean) is
  'When a step is due for a lead whose previous step was sent at p_after (for the first step: that was fed then; '
  'p_is_first, by default step 1). Depends on its arguments alone.';
