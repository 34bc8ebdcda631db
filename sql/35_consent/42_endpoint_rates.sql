-- Request counts of the public endpoints, per caller and minute.

create table private.endpoint_rates (
  endpoint text not null,
  caller bytea not null,
  minute timestamptz not null,
  requests integer not null,
  primary key (endpoint, caller),
  constraint endpoint_caller_is_a_hash check (octet_length(caller) = 32)
);
comment on table private.endpoint_rates is
  'Requests of each caller (SHA-256 of endpoint and address) in the current minute.';
alter table private.endpoint_rates enable row level security;

create function private.count_endpoint_request(p_endpoint text, p_caller text, p_limit integer,
  p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_requests integer;
begin
  insert into private.endpoint_rates as r (endpoint, caller, minute, requests)
  values (p_endpoint, sha256(convert_to(p_endpoint || ' ' || p_caller, 'UTF8')), date_trunc('minute', p_as_of), 1)
  on conflict (endpoint, caller) do update
    set minute = excluded.minute,
      requests = case when r.minute = excluded.minute then r.requests + 1 else 1 end
  returning r.requests into v_requests;
  -- Occasionally removes idle counters.
  if random() < 0.001 then
    delete from private.endpoint_rates r where r.minute < p_as_of - interval '1 hour';
  end if;
  return v_requests <= p_limit;
end
$$;
comment on function private.count_endpoint_request(text, text, integer, timestamptz) is
  'Counts a request; true while the caller is within its limit per minute. Definer: only the owner may write the '
  'counters.';
revoke execute on function private.count_endpoint_request(text, text, integer, timestamptz) from public;
grant execute on function private.count_endpoint_request(text, text, integer, timestamptz) to pipeline_writer;
