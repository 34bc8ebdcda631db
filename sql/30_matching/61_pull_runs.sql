-- The life of a run: due, claimed by a worker, part after part, ended or held.

create function private.open_due_pulls(p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer;
begin
  insert into public.pull_runs (org_id, source_id, due_at, opened_at)
  select p.org_id, p.source_id, d.due_at, p_as_of
  from public.pulls p
  join public.sources s on s.id = p.source_id and s.active
  cross join lateral (
    -- The latest time that is due; those that were missed before it are not made up for.
    select max((x.day::date + t.at) at time zone p.time_zone) as due_at
    from generate_series((p_as_of at time zone p.time_zone)::date - 1, (p_as_of at time zone p.time_zone)::date,
      interval '1 day') x (day)
    cross join unnest(p.at_times) t (at)
    where extract(isodow from x.day)::smallint = any (p.weekdays)
      and (x.day::date + t.at) at time zone p.time_zone <= p_as_of
      and (x.day::date + t.at) at time zone p.time_zone >= p.created_at
  ) d
  where p.active and d.due_at is not null
    -- One run of a source at a time; a held one waits for a person.
    and not exists (select from public.pull_runs r
      where r.source_id = p.source_id and r.state in ('due', 'running', 'held'))
  on conflict (source_id, due_at) do nothing;
  get diagnostics v_count = row_count;
  -- Nobody fetches it: no worker runs, or none that can fetch its kind.
  perform private.record_dead_letter(r.org_id, 'pull', jsonb_build_object('run_id', r.id), 'no worker fetches the pull',
    'due since ' || r.due_at, null, p_as_of)
  from public.pull_runs r
  where r.state = 'due' and r.opened_at < p_as_of - interval '1 hour'
    and not exists (select from public.pipeline_dlq d
      where d.source = 'pull' and d.payload = jsonb_build_object('run_id', r.id) and d.resolved_at is null);
  return v_count;
end
$$;
comment on function private.open_due_pulls(timestamptz) is
  'Adds a run for each active pull that is due by its local time and has none for that time; returns how many. A run '
  'that no worker began within an hour is a dead letter. Definer: the ledger belongs to the owner.';

create function private.claim_pull_run(p_kinds text[], p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.pull_runs;
  p public.pulls;
begin
  perform private.open_due_pulls(p_as_of);
  loop
    select x.* into r from public.pull_runs x join public.pulls q on q.source_id = x.source_id
    where x.state in ('due', 'running') and coalesce(x.lease_until, '-infinity') <= p_as_of and q.kind = any (p_kinds)
    order by x.due_at limit 1 for update of x skip locked;
    if not found then
      return null;
    end if;
    exit when r.claims < 8;
    perform private.fail_pull_run(r.id, 'cut off 8 times before the next part was stored', true, p_as_of);
  end loop;
  perform private.resolve_dead_letter('pull', jsonb_build_object('run_id', r.id), p_as_of);
  update public.pull_runs x
  set state = 'running', attempts = x.attempts + 1, claims = x.claims + 1,
    lease_until = p_as_of + interval '5 minutes', started_at = coalesce(x.started_at, p_as_of)
  where x.id = r.id returning * into r;
  select * into strict p from public.pulls x where x.source_id = r.source_id;
  return jsonb_build_object('run_id', r.id, 'org_id', r.org_id, 'source_id', r.source_id, 'attempts', r.attempts,
    'position', r.position, 'parts', r.parts, 'kind', p.kind, 'url', p.url, 'options', p.options,
    'since', p.cursor_value,
    'token', case when p.token_cipher is not null
      then private.decrypt_value(p.token_cipher, private.org_key(p.org_id, p.key_id)) end);
end
$$;
comment on function private.claim_pull_run(text[], timestamptz) is
  'The next run of these kinds for a worker, with where to continue and its token in plain text; null when none is '
  'due. A lease of five minutes, which each part extends. A run that was cut off 8 times without storing a part fails. '
  'Definer: only the owner reads keys.';

create function private.pause_pull_run(p_run_id uuid, p_parts integer) returns void
language sql volatile security definer set search_path = '' as $$
  update public.pull_runs r
  set lease_until = null, attempts = greatest(r.attempts - 1, 0)
  where r.id = p_run_id and r.state = 'running' and r.parts = p_parts
$$;
comment on function private.pause_pull_run(uuid, integer) is
  'A worker that has stored so many parts stops; another one continues at once, and this counts as no attempt. '
  'Definer: the ledger belongs to the owner.';

create function private.accept_pull_part(
  p_run_id uuid, p_part integer, p_sha256 bytea, p_bytes bigint, p_rows bigint, p_position jsonb,
  p_as_of timestamptz default now()
) returns table (outcome text, part_id uuid)
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.pull_runs;
  a record;
begin
  select x.* into r from public.pull_runs x where x.id = p_run_id for update;
  if r.state is distinct from 'running' or r.parts <> p_part - 1 then
    return query select 'lost', null::uuid;
    return;
  end if;
  select * into a from private.accept_part(r.source_id, concat_ws(' ', 'pull', r.id, p_part), p_sha256, p_bytes, null,
    r.id, p_part, null, false, null, r.id, p_as_of);
  update public.uploads u set kind = 'pull' where u.id = a.own_upload_id;
  update public.pull_runs x
  set parts = p_part, claims = 0, rows = x.rows + p_rows, position = p_position, upload_id = a.own_upload_id,
    new_parts = x.new_parts + (a.outcome = 'accepted')::integer, lease_until = p_as_of + interval '5 minutes'
  where x.id = r.id;
  return query select a.outcome, a.part_id;
end
$$;
comment on function private.accept_pull_part(uuid, integer, bytea, bigint, bigint, jsonb, timestamptz) is
  'Registers the next part of a run, and where the one after it begins. outcome: accepted (store the bytes now), '
  'duplicate (known content), or lost: another worker has the run. Definer: like accept_part.';

create function private.let_pull_through(p_run_id uuid, p_as_of timestamptz) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.pull_runs;
begin
  select x.* into strict r from public.pull_runs x where x.id = p_run_id;
  if r.upload_id is not null then
    update public.uploads u set parts_expected = r.parts, state = 'processing' where u.id = r.upload_id;
    perform private.send_job('resolve-upload', jsonb_build_object('upload_id', r.upload_id), r.upload_id::text);
  end if;
  update public.pull_runs x
  set state = case when x.new_parts > 0 then 'completed' else 'unchanged' end, ended_at = p_as_of, lease_until = null
  where x.id = p_run_id;
  update public.pulls p set cursor_value = to_char((r.started_at - interval '1 hour') at time zone 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS')
  where p.source_id = r.source_id;
  perform private.resolve_dead_letter('pull', jsonb_build_object('run_id', r.id), p_as_of);
end
$$;
comment on function private.let_pull_through(uuid, timestamptz) is
  'Resolves what a run has fetched. The next run with since_field begins an hour before this one started. Definer: the '
  'ledger belongs to the owner.';
revoke execute on function private.let_pull_through(uuid, timestamptz) from pipeline_writer;

create function private.finish_pull_run(p_run_id uuid, p_as_of timestamptz default now()) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.pull_runs;
  p public.pulls;
  v_before bigint;
begin
  select x.* into r from public.pull_runs x where x.id = p_run_id and x.state = 'running' for update;
  if not found then
    return 'lost';
  end if;
  select * into strict p from public.pulls x where x.source_id = r.source_id;
  if p.options ->> 'since_field' is null then
    select x.rows into v_before from public.pull_runs x
    where x.source_id = r.source_id and x.state in ('completed', 'unchanged')
    order by x.due_at desc limit 1;
  end if;
  if r.rows < v_before * (1 - p.most_lost) then
    update public.pull_runs x set state = 'held', lease_until = null,
      error = format('%s rows, after %s in the last good run', r.rows, v_before)
    where x.id = r.id;
    perform private.record_dead_letter(r.org_id, 'pull', jsonb_build_object('run_id', r.id),
      'a pull lost rows and waits for a person', format('%s rows, after %s', r.rows, v_before), null, p_as_of);
    return 'held';
  end if;
  perform private.let_pull_through(r.id, p_as_of);
  return (select x.state from public.pull_runs x where x.id = r.id);
end
$$;
comment on function private.finish_pull_run(uuid, timestamptz) is
  'Ends a run: completed, unchanged (every part was known), or held where it lost too many rows; lost where another '
  'worker has it. Definer: the ledger belongs to the owner.';

create function private.fail_pull_run(
  p_run_id uuid, p_error text, p_for_good boolean, p_as_of timestamptz default now()
) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.pull_runs;
  v_ends boolean;
begin
  select x.* into r from public.pull_runs x where x.id = p_run_id and x.state = 'running' for update;
  if not found then
    return 'lost';
  end if;
  v_ends := p_for_good or r.attempts >= 5;
  update public.pull_runs x
  set error = left(p_error, 2000), state = case when v_ends then 'failed' else 'running' end,
    ended_at = case when v_ends then p_as_of end,
    lease_until = case when not v_ends then p_as_of + interval '1 minute' * 2 ^ r.attempts end
  where x.id = r.id;
  if v_ends then
    perform private.record_dead_letter(r.org_id, 'pull', jsonb_build_object('run_id', r.id), 'a pull failed', p_error,
      null, p_as_of);
    return 'failed';
  end if;
  return 'retry';
end
$$;
comment on function private.fail_pull_run(uuid, text, boolean, timestamptz) is
  'Records a failure: retried after 2, 4, 8 and 16 minutes from where it was, then failed with a dead letter. '
  'p_for_good: another attempt would not help. Definer: the ledger belongs to the owner.';
grant execute on function private.open_due_pulls(timestamptz), private.claim_pull_run(text[], timestamptz),
  private.pause_pull_run(uuid, integer),
  private.accept_pull_part(uuid, integer, bytea, bigint, bigint, jsonb, timestamptz),
  private.finish_pull_run(uuid, timestamptz), private.fail_pull_run(uuid, text, boolean, timestamptz)
  to pipeline_writer;
