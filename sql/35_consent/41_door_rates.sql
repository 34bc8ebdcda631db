-- How often the doors that anybody may knock at are knocked at.

create table private.door_rates (
  door text not null,
  caller bytea not null,
  minute timestamptz not null,
  requests integer not null,
  primary key (door, caller),
  constraint door_caller_is_a_hash check (octet_length(caller) = 32)
);
comment on table private.door_rates is 'Requests of each caller (SHA-256 of door and address) in the current minute.';
alter table private.door_rates enable row level security;

create function private.take_door_rate(p_door text, p_caller text, p_limit integer, p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_requests integer;
begin
  insert into private.door_rates as r (door, caller, minute, requests)
  values (p_door, sha256(convert_to(p_door || ' ' || p_caller, 'UTF8')), date_trunc('minute', p_as_of), 1)
  on conflict (door, caller) do update
    set minute = excluded.minute,
      requests = case when r.minute = excluded.minute then r.requests + 1 else 1 end
  returning r.requests into v_requests;
  -- Now and then the idle ones go.
  if random() < 0.001 then
    delete from private.door_rates r where r.minute < p_as_of - interval '1 hour';
  end if;
  return v_requests <= p_limit;
end
$$;
comment on function private.take_door_rate(text, text, integer, timestamptz) is
  'Counts a request; whether the caller is within its limit a minute. Definer: the counters are the owner''s.';
revoke execute on function private.take_door_rate(text, text, integer, timestamptz) from public;
grant execute on function private.take_door_rate(text, text, integer, timestamptz) to pipeline_writer;
