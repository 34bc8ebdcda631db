begin;
\ir ../support/gate.sql
select no_plan();

-- Wednesday 2026-11-18, Saturday 21, Sunday 22: refused one second before opening, allowed at opening and one second
-- before closing, refused at closing. A closed day is refused at noon.
create table gate_.spans (kind text, state text, zip text, area text, zone text, day date, opens time, closes time);
insert into gate_.spans
select k.kind, s.state, s.zip, s.area, s.zone, d.day, split_part(span, '-', 1)::time, split_part(span, '-', 2)::time
from (values
  -- state, ZIP, area code, zone, weekday, Saturday, Sunday
  ('OH', '43215', '614', 'America/New_York', '08:00-21:00', '08:00-21:00', '08:00-21:00'),
  ('CA', '90012', '213', 'America/Los_Angeles', '08:00-21:00', '08:00-21:00', '08:00-21:00'),
  ('NY', '10001', '212', 'America/New_York', '08:00-21:00', '08:00-21:00', '08:00-21:00'),
  ('VA', '23219', '804', 'America/New_York', '08:00-21:00', '08:00-21:00', '08:00-21:00'),
  ('HI', '96813', '808', 'Pacific/Honolulu', '08:00-21:00', '08:00-21:00', '08:00-21:00'),
  ('PR', '00907', '787', 'America/Puerto_Rico', '08:00-21:00', '08:00-21:00', '08:00-21:00'),
  ('GU', '96910', '671', 'Pacific/Guam', '08:00-21:00', '08:00-21:00', '08:00-21:00'),
  ('AS', '96799', '684', 'Pacific/Pago_Pago', '08:00-21:00', '08:00-21:00', '08:00-21:00'),
  ('AZ', '85004', '602', 'America/Phoenix', '08:00-21:00', '08:00-21:00', '08:00-21:00'),
  ('AL', '36104', '334', 'America/Chicago', '08:00-20:00', '08:00-20:00', null),
  ('CT', '06103', '860', 'America/New_York', '09:00-20:00', '09:00-20:00', '09:00-20:00'),
  ('FL', '33131', '305', 'America/New_York', '08:00-20:00', '08:00-20:00', '08:00-20:00'),
  ('KY', '40202', '502', 'America/New_York', '10:00-21:00', '10:00-21:00', '10:00-21:00'),
  ('LA', '70112', '504', 'America/Chicago', '08:00-20:00', '08:00-20:00', null),
  ('MA', '02108', '617', 'America/New_York', '08:00-20:00', '08:00-20:00', '08:00-20:00'),
  ('MD', '21201', '410', 'America/New_York', '08:00-20:00', '08:00-20:00', '08:00-20:00'),
  ('MI', '48226', '313', 'America/Detroit', '09:00-21:00', '09:00-21:00', '09:00-21:00'),
  ('MN', '55401', '612', 'America/Chicago', '09:00-21:00', '09:00-21:00', '09:00-21:00'),
  ('MS', '39201', '601', 'America/Chicago', '08:00-20:00', '08:00-20:00', null),
  ('NM', '87102', '505', 'America/Denver', '09:00-21:00', '09:00-21:00', '09:00-21:00'),
  ('NV', '89101', '702', 'America/Los_Angeles', '09:00-20:00', '09:00-20:00', '09:00-20:00'),
  ('OK', '73102', '405', 'America/Chicago', '08:00-20:00', '08:00-20:00', '08:00-20:00'),
  ('OR', '97204', '503', 'America/Los_Angeles', '08:00-20:00', '08:00-20:00', '08:00-20:00'),
  ('PA', '19103', '215', 'America/New_York', '09:00-19:00', '09:00-19:00', null),
  ('RI', '02903', '401', 'America/New_York', '09:00-18:00', '10:00-17:00', null),
  ('SD', '57104', null, 'America/Chicago', '09:00-21:00', '09:00-21:00', null),
  ('TX', '77002', '713', 'America/Chicago', '09:00:01-21:00', '09:00:01-21:00', '12:00:01-21:00'),
  ('UT', '84101', '801', 'America/Denver', '08:00-21:00', '08:00-21:00', null),
  ('WA', '98101', '206', 'America/Los_Angeles', '08:00-20:00', '08:00-20:00', '08:00-20:00'),
  ('WY', '82001', '307', 'America/Denver', '08:00-20:00', '08:00-20:00', '08:00-20:00')
) s(state, zip, area, zone, mon_fri, sat, sun)
cross join lateral (values (date '2026-11-18', s.mon_fri), ('2026-11-21', s.sat), ('2026-11-22', s.sun)) d(day, span)
cross join (values ('sms'), ('signed_call')) k(kind);
-- AI voices: the laws on announcing devices apply in addition.
insert into gate_.spans
select 'voice_ai', s.state, s.zip, s.area, s.zone, d.day, split_part(span, '-', 1)::time,
  split_part(span, '-', 2)::time
from (values
  ('OH', '43215', '614', 'America/New_York', '08:00-21:00', '08:00-21:00', '08:00-21:00'),
  ('CA', '90012', '213', 'America/Los_Angeles', '09:00-21:00', '09:00-21:00', '09:00-21:00'),
  ('GA', '30303', '404', 'America/New_York', '08:00-21:00', '08:00-21:00', '08:00-21:00'),
  ('IL', '60602', '312', 'America/Chicago', '09:00-21:00', '09:00-21:00', '09:00-21:00'),
  ('IN', '46204', '317', 'America/Indiana/Indianapolis', '09:00-20:00', '09:00-20:00', '09:00-20:00'),
  ('KY', '40202', '502', 'America/New_York', '10:00-21:00', '10:00-21:00', '10:00-21:00'),
  ('ME', '04101', '207', 'America/New_York', '09:00-17:00', null, null),
  ('NE', '68102', '402', 'America/Chicago', '08:00-21:00', '08:00-21:00', '13:00-21:00'),
  ('SD', '57104', null, 'America/Chicago', '09:00-21:00', null, null)
) s(state, zip, area, zone, mon_fri, sat, sun)
cross join lateral (values (date '2026-11-18', s.mon_fri), ('2026-11-21', s.sat), ('2026-11-22', s.sun)) d(day, span);

-- A number without an address, where the area code covers two zones.
create function gate_.place(p gate_.spans) returns jsonb language sql as $$
  select jsonb_build_object('state', p.state, 'postal_code', p.zip, 'phone', '+1' || coalesce(p.area, '500')
    || '5550123')
$$;
select is(public.gate_evaluate(gate_.merge(gate_.base(s.kind), gate_.place(s)),
  (s.day + e.at) at time zone s.zone) -> 'allow',
  to_jsonb(e.allowed), format('%s %s %s %s: %s', s.kind, s.state, to_char(s.day, 'Dy'), e.at, e.allowed))
from gate_.spans s
cross join lateral (values (s.opens - interval '1 second', false), (s.opens, true),
  (s.closes - interval '1 second', true), (s.closes, false))
  e(at, allowed)
where s.opens is not null;

select gate_.try(s.kind, gate_.place(s), (s.day + time '12:00') at time zone s.zone, 'state_day_closed',
  format('%s %s %s is closed', s.kind, s.state, to_char(s.day, 'Dy')))
from gate_.spans s where s.opens is null;

-- Both verdicts come from the same row: no state is closed all day.
select ok(count(*) filter (where opens is not null) > 0, state || ' ' || kind || ' opens on some day') from gate_.spans
  group by state, kind;

select * from finish();
rollback;
