-- What people do with pulls: run one now, release or drop one that is held, store its token.

create function private.pull_for_admin(p_source_id uuid) returns public.pulls
language plpgsql stable security definer set search_path = '' as $$
declare
  p public.pulls;
begin
  select x.* into p from public.pulls x
  where x.source_id = p_source_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')));
  if not found then
    raise exception 'pull not found' using errcode = 'SL210';
  end if;
  return p;
end
$$;
comment on function private.pull_for_admin(uuid) is
  'The pull, where the caller is an owner, an admin or the service. Raises SL210. Definer: reads for its callers.';
revoke execute on function private.pull_for_admin(uuid) from pipeline_writer;

create function private.drop_pull_run(p_run_id uuid, p_as_of timestamptz) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_upload uuid;
  v_parts uuid[];
begin
  select x.upload_id into strict v_upload from public.pull_runs x where x.id = p_run_id for update;
  -- Parts before their upload, as staging locks them.
  v_parts := array(select x.id from public.upload_parts x where x.upload_id = v_upload order by x.part for update);
  perform private.clear_staging(v_parts);
  delete from public.uploads u where u.id = v_upload and u.state = 'receiving';
  update public.pull_runs x set state = 'dropped', ended_at = p_as_of, lease_until = null where x.id = p_run_id;
  perform private.resolve_dead_letter('pull', jsonb_build_object('run_id', p_run_id), p_as_of);
end
$$;
comment on function private.drop_pull_run(uuid, timestamptz) is
  'Ends a run, and removes what it has fetched. Definer: the ledger belongs to the owner.';
revoke execute on function private.drop_pull_run(uuid, timestamptz) from pipeline_writer;

-- Another list: neither the place in it where a run stopped nor the time of the last one means anything there.
create function private.tg_pulls__start_over() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.cursor_value := null;
  perform private.drop_pull_run(r.id, now()) from public.pull_runs r
  where r.source_id = new.source_id and r.parts > 0 and (r.state = 'running' or r.state = 'failed'
    and not exists (select from public.pull_runs x where x.source_id = r.source_id and x.due_at > r.due_at));
  return new;
end
$$;
comment on function private.tg_pulls__start_over() is
  'Trigger: a pull whose kind, URL or options changed fetches the whole list, and a run that was in the middle of the '
  'other one is dropped. Definer: the ledger belongs to the owner.';
create trigger _300_start_over before update of kind, url, options on public.pulls
  for each row when (old.kind is distinct from new.kind or old.url is distinct from new.url
    or old.options is distinct from new.options)
  execute function private.tg_pulls__start_over();

create function public.run_pull(p_source_id uuid, p_as_of timestamptz default now()) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  p public.pulls := private.pull_for_admin(p_source_id);
  v_id uuid;
begin
  p_as_of := private.caller_clock(p_as_of);
  -- A run that failed continues where it was.
  update public.pull_runs r
  set state = 'running', attempts = 0, claims = 0, lease_until = null, ended_at = null, error = null
  where r.id = (select x.id from public.pull_runs x where x.source_id = p.source_id order by x.due_at desc limit 1)
    and r.state = 'failed'
  returning r.id into v_id;
  if v_id is not null then
    perform private.resolve_dead_letter('pull', jsonb_build_object('run_id', v_id), p_as_of);
    return v_id;
  end if;
  if exists (select from public.pull_runs r
    where r.source_id = p.source_id and r.state in ('due', 'running', 'held')) then
    raise exception 'the pull runs already, or is held' using errcode = 'SL211';
  end if;
  insert into public.pull_runs (org_id, source_id, due_at, opened_at)
  values (p.org_id, p.source_id, p_as_of, p_as_of) returning id into v_id;
  return v_id;
end
$$;
comment on function public.run_pull(uuid, timestamptz) is
  'Makes a pull due now and returns the id of its run; one that failed continues where it was. Raises SL211 while it '
  'runs or is held, and SL210. For owners, admins and the service. Definer: the ledger belongs to the owner.';

create function public.decide_pull(p_source_id uuid, p_release boolean, p_as_of timestamptz default now()) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  p public.pulls := private.pull_for_admin(p_source_id);
  r public.pull_runs;
begin
  p_as_of := private.caller_clock(p_as_of);
  select x.* into r from public.pull_runs x where x.source_id = p.source_id and x.state = 'held' for update;
  if not found then
    raise exception 'no run of the pull is held' using errcode = 'SL212';
  end if;
  if p_release then
    perform private.let_pull_through(r.id, p_as_of);
  else
    perform private.drop_pull_run(r.id, p_as_of);
  end if;
  return (select x.state from public.pull_runs x where x.id = r.id);
end
$$;
comment on function public.decide_pull(uuid, boolean, timestamptz) is
  'Releases the held run of a pull, so that its rows become leads, or drops it with what it fetched; returns its state. '
  'Raises SL212 where none is held, and SL210. For owners, admins and the service. Definer: the ledger belongs to the '
  'owner.';

create function public.set_pull_token(p_source_id uuid, p_token text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  p public.pulls := private.pull_for_admin(p_source_id);
  v_key integer;
begin
  if p_token is not null then
    v_key := private.active_key_id(p.org_id, 'data');
  end if;
  update public.pulls x
  set key_id = v_key, token_cipher = case when p_token is not null
    then private.encrypt_value(p_token, private.org_key(p.org_id, v_key)) end
  where x.source_id = p.source_id;
end
$$;
comment on function public.set_pull_token(uuid, text) is
  'Stores the token that the server of a pull asks for, encrypted; null removes it. Raises SL210. For owners, admins and '
  'the service. Definer: tokens are not readable.';
revoke execute on function public.run_pull(uuid, timestamptz), public.decide_pull(uuid, boolean, timestamptz),
  public.set_pull_token(uuid, text) from public, anon;
grant execute on function public.run_pull(uuid, timestamptz), public.decide_pull(uuid, boolean, timestamptz),
  public.set_pull_token(uuid, text) to authenticated, service_role;
