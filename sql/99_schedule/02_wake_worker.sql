-- A Supabase project alone is enough: the worker's functions run there in bounded batches, and the database wakes
-- them. Where worker/main.ts runs elsewhere, leave the two secrets unset.

do $$
begin
  if to_regnamespace('net') is null
    and exists (select from pg_catalog.pg_available_extensions where name = 'pg_net')
  then
    create extension pg_net with schema extensions;
  end if;
end
$$;

create table private.worker_wakes (
  request_id bigint primary key,
  requested_at timestamptz not null,
  answered_at timestamptz,
  error text,
  constraint error_is_an_answer check (error is null or answered_at is not null)
);
comment on table private.worker_wakes is
  'Requests that wake the worker, and how they ended; kept for a day. pg_net forgets its answers after hours.';
comment on column private.worker_wakes.error is 'Why the worker was not woken; null when it was.';
create index worker_wakes_requested_idx on private.worker_wakes (requested_at);
alter table private.worker_wakes enable row level security;

create function private.wake_worker() returns bigint
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_url text;
  v_key text;
  v_request bigint;
begin
  if to_regnamespace('net') is null then
    return null;
  end if;
  select max(s.decrypted_secret) filter (where s.name = 'sluice_functions_url'),
    max(s.decrypted_secret) filter (where s.name = 'sluice_service_key')
  into v_url, v_key
  from vault.decrypted_secrets s where s.name in ('sluice_functions_url', 'sluice_service_key');
  if coalesce(v_url, '') = '' or coalesce(v_key, '') = '' then
    return null;
  end if;
  execute 'select net.http_post(url := $1, body := ''{}'', headers := $2, timeout_milliseconds := 55000)'
  into v_request
  using rtrim(v_url, '/') || '/worker',
    jsonb_build_object('Content-Type', 'application/json', 'apikey', v_key)
      -- A legacy key is a JWT, which functions deployed with verify_jwt expect here; a secret key would be refused.
      || case when v_key like 'eyJ%' then jsonb_build_object('Authorization', 'Bearer ' || v_key) else '{}' end;
  -- After a crash pg_net may count from 1 again.
  insert into private.worker_wakes (request_id, requested_at) values (v_request, now())
  on conflict (request_id) do update set requested_at = excluded.requested_at, answered_at = null, error = null;
  return v_request;
end
$$;
comment on function private.wake_worker() is
  'Wakes the worker function through pg_net, if Vault has sluice_functions_url '
  '(https://PROJECT.supabase.co/functions/v1) and sluice_service_key (a secret API key); returns the id of the '
  'request, null if nothing is configured. Definer: Vault belongs to the owner.';
revoke execute on function private.wake_worker() from pipeline_writer;

create function private.check_worker(p_as_of timestamptz default now()) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_error text;
begin
  if to_regclass('net._http_response') is not null then
    execute $sql$
      update private.worker_wakes w
      set answered_at = r.created,
        error = case when r.status_code between 200 and 299 then null
          when r.status_code is not null then 'HTTP ' || r.status_code
          when r.timed_out then 'timeout'
          else coalesce(left(r.error_msg, 500), 'no answer') end
      from net._http_response r
      where r.id = w.request_id and r.created >= w.requested_at and w.answered_at is null
    $sql$;
  end if;
  update private.worker_wakes w set answered_at = p_as_of, error = 'no answer'
  where w.answered_at is null and w.requested_at < p_as_of - interval '3 minutes';
  delete from private.worker_wakes w where w.requested_at < p_as_of - interval '1 day';

  -- One failure may be a restart; three in a row are not.
  select case when count(x.error) = 3 then (array_agg(x.error order by x.requested_at desc))[1] end into v_error
  from (
    select w.error, w.requested_at from private.worker_wakes w where w.answered_at is not null
    order by w.requested_at desc limit 3) x;
  if v_error is null then
    if not exists (
      select from (
        select w.error from private.worker_wakes w where w.answered_at is not null
        order by w.requested_at desc limit 1) x
      where x.error is not null)
    then
      perform private.resolve_dead_letter('worker', '{"request": "wake"}', p_as_of);
    end if;
  elsif not exists (
    select from public.pipeline_dlq d
    where d.source = 'worker' and d.payload = '{"request": "wake"}' and d.resolved_at is null)
  then
    raise warning 'the worker cannot be woken: %', v_error;
    perform private.record_dead_letter(null, 'worker', '{"request": "wake"}', 'worker_unreachable', v_error, null,
      p_as_of);
  end if;
  return v_error;
end
$$;
comment on function private.check_worker(timestamptz) is
  'Reads pg_net''s answers to wake_worker. After three failures in a row it files a dead letter and writes a warning '
  'to the database''s log, and the first success closes it. Returns the error, null if the worker can be woken.';
revoke execute on function private.check_worker(timestamptz) from pipeline_writer;
