begin;
\ir ../support/cast.sql
select plan(16);

create temp table dnc_input (number bigint not null, gone boolean not null default false, line integer);
create function cast_.load(p_number bigint, p_obtained timestamptz, p_kind private.dnc_kind default 'national',
  p_state text default null)
returns bigint language plpgsql as $$
begin
  delete from pg_temp.dnc_input;
  insert into pg_temp.dnc_input (number) values (p_number);
  return (select count(*) from private.load_dnc(p_kind, 'v1', p_obtained, 'test.txt', p_state => p_state,
    p_as_of => p_obtained + interval '1 hour'));
end
$$;
create function cast_.status(p_phone text) returns text language sql as $$
  select coalesce(s.federal_listed::text, 'unknown') || ' ' || coalesce(s.registry_obtained_at::date::text, 'never')
    || ' ' || s.scrubbed_at::date
  from private.phone_scrubs s
  where s.org_id = 'a0000000-0000-4000-8000-000000000000'
    and s.value_bidx = private.blind_index(p_phone, private.blind_key('a0000000-0000-4000-8000-000000000000'))
$$;

select is((private.scrub_dnc('2026-11-01T09:00Z'))::text,
  '{"scrubbed": 4, "state_copies_due": [], "national_copies_due": []}', 'every phone of every org gets a status');
select is(cast_.status('+12135550101'), 'unknown never 2026-11-01',
  'without a copy of the registry the status is unknown');
select is((private.scrub_dnc('2026-11-01T09:00Z') ->> 'scrubbed')::int, 0, 'a current status is not looked up again');

select is(cast_.load(2135550101, '2026-11-02T00:00Z'), 1::bigint, 'a copy arrives');
select is((private.scrub_dnc('2026-11-03T09:00Z', 3) ->> 'scrubbed')::int, 3,
  'a new copy makes every status due; a run does no more than its limit');
select is((private.scrub_dnc('2026-11-03T09:00Z', 3) ->> 'scrubbed')::int, 1, 'the next run does the rest');
select is(cast_.status('+12135550101'), 'true 2026-11-02 2026-11-03',
  'the status has the result, the date of the copy and of the scrub');
select is(cast_.status('+12135550102'), 'false 2026-11-02 2026-11-03', 'an unlisted number has a status, too');

select is(private.scrub_dnc('2026-11-27T09:00Z') -> 'national_copies_due', '[213]'::jsonb,
  'a copy that is 25 days old is reported as due');
select is(private.scrub_dnc('2026-11-26T09:00Z') -> 'national_copies_due', '[]'::jsonb, 'a newer copy is not due');

select is(private.is_on_state_dnc_list('{CA}', '{}', '2026-11-03Z'), false,
  'a state without a list of its own lists no number');
select is(private.is_on_state_dnc_list('{CA,FL}', '{}', '2026-11-03Z'), null,
  'the status is unknown in a state whose list was never loaded');
select lives_ok($$ select cast_.load(3055550109, '2026-11-02T00:00Z', 'state', 'FL') $$, 'a state copy arrives');
select is(private.is_on_state_dnc_list('{CA,FL}', '{}', '2026-11-03Z'), false,
  'the status is known with a current copy');
select is(private.is_on_state_dnc_list('{CA,FL}', '{}', '2026-12-03T00:00:01Z'), null,
  'a copy older than 31 days gives an unknown status');
select is(private.is_on_state_dnc_list('{CA}', '{FL}', '2026-12-13Z'), true,
  'a number on any state''s list is listed');

select * from finish();
rollback;
