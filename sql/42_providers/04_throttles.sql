create function private.throttle_capacity(
  p_org_id uuid, p_scope text, p_key text, p_per_minute integer, p_per_day integer, p_as_of timestamptz default now()
) returns integer
language plpgsql stable set search_path = '' as $$
declare
  v_room integer;
begin
  if p_per_minute is not null then
    select p_per_minute - coalesce(sum(w.taken), 0) into v_room from private.throttle_windows w
    where w.org_id = p_org_id and w.scope = p_scope and w.key = p_key and w.span = 'minute'
      and w.bucket_at > p_as_of - interval '61 seconds' and w.bucket_at <= p_as_of;
  end if;
  if p_per_day is not null then
    select least(v_room, p_per_day - coalesce(sum(w.taken), 0)) into v_room from private.throttle_windows w
    where w.org_id = p_org_id and w.scope = p_scope and w.key = p_key and w.span = 'day'
      and w.bucket_at > p_as_of - interval '24 hours 5 minutes' and w.bucket_at <= p_as_of;
  end if;
  return case when num_nonnulls(p_per_minute, p_per_day) > 0 then greatest(v_room, 0) end;
end
$$;
comment on function private.throttle_capacity(uuid, text, text, integer, integer, timestamptz) is
  'How many more messages the sliding windows of a key let out now; null: no limit. Ask with the lock of private.lock_limits held.';

create function private.consume_throttle(
  p_org_id uuid, p_scope text, p_key text, p_per_minute integer, p_per_day integer, p_count integer, p_as_of timestamptz default now()
) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if p_count > 0 and num_nonnulls(p_per_minute, p_per_day) > 0 then
    -- What counts for nothing any more goes as the windows slide.
    delete from private.throttle_windows w
    where w.org_id = p_org_id and w.scope = p_scope and w.key = p_key
      and w.bucket_at < p_as_of - case w.span when 'minute' then interval '2 minutes' else interval '25 hours' end;
    insert into private.throttle_windows as w (org_id, scope, key, span, bucket_at, taken)
    select p_org_id, p_scope, p_key, s.span, date_bin(s.width, p_as_of, '2000-01-01Z'), p_count
    from (values ('minute', interval '1 second', p_per_minute), ('day', interval '5 minutes', p_per_day)) s (span, width, most)
    where s.most is not null
    on conflict (org_id, scope, key, span, bucket_at) do update set taken = w.taken + excluded.taken;
  end if;
end
$$;
comment on function private.consume_throttle(uuid, text, text, integer, integer, integer, timestamptz) is
  'Counts messages against the windows of a key, and drops the buckets that have slid out; without limits it writes nothing.';

create function private.lock_limits(p_org_id uuid, p_channel text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- From wide to narrow: what limits the org, campaigns or domains reaches across channels.
  if exists (select from public.throttles t where t.org_id = p_org_id) then
    perform pg_advisory_xact_lock(hashtextextended('sluice sending ' || p_org_id, 0));
  end if;
  if exists (select from public.senders s where s.org_id = p_org_id and s.channel = p_channel
    and num_nonnulls(s.per_minute, s.per_day, s.daily_budget_usd) > 0) then
    perform pg_advisory_xact_lock(hashtextextended('sluice sending ' || p_org_id || p_channel, 0));
  end if;
end
$$;
comment on function private.lock_limits(uuid, text) is
  'Claims that count against a common limit wait for each other until they commit; where there is none, they do not.';

create function private.try_lock_contact_values(p_org_id uuid, p_lead_id uuid, p_values bytea[]) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_bidx bytea;
begin
  if exists (select from public.orgs o where o.id = p_org_id and o.settings ? 'lead_attempts_24h')
    and not pg_try_advisory_xact_lock(hashtextextended(p_lead_id::text, 3)) then
    return false;
  end if;
  foreach v_bidx in array p_values loop
    if not pg_try_advisory_xact_lock(hashtextextended(p_org_id::text || encode(v_bidx, 'hex'), 3)) then
      return false;
    end if;
  end loop;
  return true;
end
$$;
comment on function private.try_lock_contact_values(uuid, uuid, bytea[]) is
  'Holds one lead''s values where nobody else does; false without waiting otherwise. A transaction that holds some already may not wait for more.';
