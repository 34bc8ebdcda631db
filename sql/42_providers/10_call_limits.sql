-- Limits on data calls per account of a provider: a token bucket whose state is one instant, shared by all workers. Calls
-- are granted in bulk, each with the time to wait, so that one statement grants fifty.

create table private.call_limits (
  provider text not null,
  account text not null,
  name text not null,
  next_at timestamptz not null,
  primary key (provider, account, name)
);
comment on table private.call_limits is
  'State of the limits of accounts at providers. Without org_id: the limit is the account''s, and orgs may share the '
  'project''s account.';
comment on column private.call_limits.name is
  'Name of the limit, such as second or minute; pause: no call before next_at, because the provider asked for it.';
comment on column private.call_limits.next_at is 'When the bucket is full again; the next call moves it on.';

alter table private.call_limits enable row level security;
grant select, insert, update, delete on private.call_limits to pipeline_writer;
create policy select_writer on private.call_limits for select to pipeline_writer using (true);
create policy insert_writer on private.call_limits for insert to pipeline_writer with check (true);
create policy update_writer on private.call_limits for update to pipeline_writer using (true) with check (true);
create policy delete_writer on private.call_limits for delete to pipeline_writer using (true);

-- A bucket of b calls that gains r a second lets at most b + r * T through in a window that is T long and open at one
-- end. With r = (limit + 1 - b) / T, no such window has more than the limit. Of r, 3 % are left for calls that begin
-- late.
create function private.take_calls(p_provider text, p_account text, p_limits jsonb, p_wanted integer,
  p_horizon interval default interval '1 second', p_as_of timestamptz default now())
returns table (waits interval[], next_at timestamptz)
language plpgsql volatile set search_path = '' as $$
declare
  v_names text[];
  v_steps interval[];
  v_room interval[];
  v_next timestamptz[];
  v_pause timestamptz;
  v_at timestamptz;
begin
  loop
    -- Locked in one order, so that two workers never wait for each other.
    select array_agg(l.name order by l.name) filter (where l.step is not null),
      array_agg(l.step order by l.name) filter (where l.step is not null),
      array_agg(l.step * (l.burst - 1) order by l.name) filter (where l.step is not null),
      array_agg(l.next_at order by l.name) filter (where l.step is not null),
      min(l.next_at) filter (where l.name = 'pause')
    into v_names, v_steps, v_room, v_next, v_pause
    from (
      select x.name, x.next_at, j.burst,
        -- Rounded up to the microsecond, which is what an instant can hold.
        make_interval(secs => ceil(j.seconds * 1e6 / 0.97 / (j.calls + 1 - j.burst)) / 1e6) as step
      from private.call_limits x
      left join (
        select l ->> 'name' as name, (l ->> 'calls')::integer as calls, (l ->> 'seconds')::double precision as seconds,
          least(coalesce((l ->> 'burst')::integer, 1), (l ->> 'calls')::integer) as burst
        from jsonb_array_elements(p_limits) l) j on j.name = x.name
      where x.provider = p_provider and x.account = p_account
      order by x.name for update of x) l;
    exit when coalesce(cardinality(v_names), 0) = jsonb_array_length(p_limits);
    insert into private.call_limits as x (provider, account, name, next_at)
    select distinct p_provider, p_account, l ->> 'name', p_as_of from jsonb_array_elements(p_limits) l
    order by l ->> 'name'
    on conflict do nothing;
  end loop;
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
$$;
comment on function private.take_calls(text, text, jsonb, integer, interval, timestamptz) is
  'Takes up to p_wanted calls from all limits [{name, calls, seconds, burst?}] of an account. Returns how long each '
  'granted call has to wait, and when the first that was not granted may be asked for again: calls that would wait '
  'longer than p_horizon are not granted. At most `calls` in any `seconds`; burst: how many at once (1).';

create function private.pause_calls(p_provider text, p_account text, p_until timestamptz) returns void
language sql volatile set search_path = '' as $$
  insert into private.call_limits as x (provider, account, name, next_at)
  values (p_provider, p_account, 'pause', p_until)
  on conflict (provider, account, name) do update set next_at = excluded.next_at
    where x.next_at < excluded.next_at
$$;
comment on function private.pause_calls(text, text, timestamptz) is
  'No call with the account before then: its provider asked to slow down.';
