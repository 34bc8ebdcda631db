-- return calls: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.return_calls (
  p_org_id   uuid,
  p_provider text,
  p_call_ids uuid[]
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  r private.call_reservations;
  v_count integer := 0;
begin
  perform private.lock_calls(p_org_id, p_provider);
  for r in
    delete from private.call_reservations x
    where x.org_id = p_org_id and x.provider = p_provider and x.id = any (p_call_ids) and x.state = 'in_flight'
    returning x.*
  loop
    perform private.book_spend(p_org_id, p_provider, r.local_date, 0, -r.cost_usd);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.take_calls (
  p_provider text,
  p_account  text,
  p_limits   jsonb,
  p_wanted   integer,
  p_horizon  interval                 DEFAULT '00:00:01'::interval,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    waits   interval[],
    next_at timestamp with time zone
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_names text[];
  v_steps interval[];
  v_room interval[];
  v_next timestamptz[];
  v_pause timestamptz;
  v_at timestamptz;
begin
  -- In one order, so that two workers never wait for each other.
  insert into private.call_limits as x (provider, account, name, next_at)
  select p_provider, p_account, l ->> 'name', p_as_of from jsonb_array_elements(p_limits) l order by l ->> 'name'
  on conflict do nothing;
  perform from private.call_limits x where x.provider = p_provider and x.account = p_account
  order by x.name for update;
  select array_agg(l.name order by l.name), array_agg(l.step order by l.name),
    array_agg(l.step * (l.burst - 1) order by l.name), array_agg(x.next_at order by l.name)
  into v_names, v_steps, v_room, v_next
  from (
    select j.name, j.burst,
      -- Rounded up to the microsecond, which is what an instant can hold.
      make_interval(secs => ceil(j.seconds * 1e6 / 0.97 / (j.calls + 1 - j.burst)) / 1e6) as step
    from (
      select l ->> 'name' as name, (l ->> 'calls')::integer as calls, (l ->> 'seconds')::double precision as seconds,
        least(coalesce((l ->> 'burst')::integer, 1), (l ->> 'calls')::integer) as burst
      from jsonb_array_elements(p_limits) l) j) l
  join private.call_limits x on x.provider = p_provider and x.account = p_account and x.name = l.name;
  select x.next_at into v_pause from private.call_limits x
  where x.provider = p_provider and x.account = p_account and x.name = 'pause';
  waits := '{}';
  for i in 1..p_wanted loop
    v_at := greatest(p_as_of, v_pause);
    for b in 1..coalesce(cardinality(v_names), 0) loop
      v_at := greatest(v_at, v_next[b] - v_room[b]);
    end loop;
    if v_at > p_as_of + p_horizon then
      next_at := v_at;
      exit;
    end if;
    for b in 1..coalesce(cardinality(v_names), 0) loop
      v_next[b] := greatest(v_next[b], v_at) + v_steps[b];
    end loop;
    waits := waits || (v_at - p_as_of);
  end loop;
  update private.call_limits x set next_at = v_next[b.n]
  from unnest(v_names) with ordinality b (name, n)
  where x.provider = p_provider and x.account = p_account and x.name = b.name and x.next_at <> v_next[b.n];
  return next;
end
$function$;

COMMENT ON FUNCTION "private"."return_calls"(uuid, text, uuid[]) IS 'Ends reservations of calls that were never made, and releases their cost: their turn has passed, and a late call could exceed a limit. Returns how many.';

COMMENT ON FUNCTION "private"."take_calls"(text, text, jsonb, integer, interval, timestamp with time zone) IS 'Takes up to p_wanted calls from all limits [{name, calls, seconds, burst?}] of an account. Returns how long each granted call has to wait, and when the first that was not granted may be asked for again: calls that would wait longer than p_horizon are not granted. At most `calls` in any `seconds`; burst: how many at once (1).';

REVOKE ALL ON FUNCTION "private"."return_calls"(uuid, text, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."return_calls"(uuid, text, uuid[]) TO "pipeline_writer";
