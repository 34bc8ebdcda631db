-- Limits on messages per minute and day, in tables that all workers share.

create table public.throttles (
  org_id uuid not null references public.orgs (id) on delete cascade,
  scope text not null,
  key text not null,
  per_minute integer,
  per_day integer,
  primary key (org_id, scope, key),
  constraint throttle_scope_is_known check (scope in ('org', 'campaign', 'domain', 'mailbox')),
  constraint throttle_key_fits_its_scope check (case scope
    when 'org' then key = 'org' when 'campaign' then key ~ '^[0-9a-f-]{36}$' else key = lower(key)
      and key ~ '^[^@\s]+[.][^@\s]+$' end),
  constraint throttle_limits_something check (num_nonnulls(per_minute, per_day) > 0 and per_minute >= 0
    and per_day >= 0)
);
comment on table public.throttles is
  'Maximum messages in any minute and in any 24 hours. Limits of a sender are in senders; a key without a row has no '
  'limit.';
comment on column public.throttles.scope is
  'org (key org), campaign (its id), domain (a sending domain), mailbox (the domain of the recipients, such as '
  'gmail.com).';

create table private.throttle_windows (
  org_id uuid not null references public.orgs (id) on delete cascade,
  scope text not null,
  key text not null,
  span text not null,
  bucket_at timestamptz not null,
  taken integer not null,
  primary key (org_id, scope, key, span, bucket_at),
  constraint window_span_is_known check (span in ('minute', 'day')),
  constraint window_counts_something check (taken > 0)
);
comment on table private.throttle_windows is
  'Sliding windows in buckets of one second (minute) and five minutes (day). A bucket counts until all of it is '
  'outside, so no window ever exceeds its limit.';

alter table public.throttles enable row level security;
revoke all on public.throttles from anon, authenticated;
grant select, insert, delete, update (per_minute, per_day) on public.throttles to authenticated;
grant select on public.throttles to pipeline_writer;
create policy select_members on public.throttles for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy insert_admins on public.throttles for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy update_admins on public.throttles for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]))
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy delete_admins on public.throttles for delete to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.throttles for select to pipeline_writer using (true);
alter table private.throttle_windows enable row level security;
grant select, insert, update, delete on private.throttle_windows to pipeline_writer;
create policy select_writer on private.throttle_windows for select to pipeline_writer using (true);
create policy insert_writer on private.throttle_windows for insert to pipeline_writer with check (true);
create policy update_writer on private.throttle_windows for update to pipeline_writer using (true) with check (true);
create policy delete_writer on private.throttle_windows for delete to pipeline_writer using (true);

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
  'How many more messages the sliding windows of a key allow now; null: no limit. Call it with the lock of '
  'private.lock_limits.';

create function private.consume_throttle(
  p_org_id uuid, p_scope text, p_key text, p_per_minute integer, p_per_day integer, p_count integer,
    p_as_of timestamptz default now()
) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if p_count > 0 and num_nonnulls(p_per_minute, p_per_day) > 0 then
    -- Buckets that no longer count are deleted as the windows slide.
    delete from private.throttle_windows w
    where w.org_id = p_org_id and w.scope = p_scope and w.key = p_key
      and w.bucket_at < p_as_of - case w.span when 'minute' then interval '2 minutes' else interval '25 hours' end;
    insert into private.throttle_windows as w (org_id, scope, key, span, bucket_at, taken)
    select p_org_id, p_scope, p_key, s.span, date_bin(s.width, p_as_of, '2000-01-01Z'), p_count
    from (values ('minute', interval '1 second', p_per_minute), ('day', interval '5 minutes', p_per_day)) s (span,
      width, most)
    where s.most is not null
    on conflict (org_id, scope, key, span, bucket_at) do update set taken = w.taken + excluded.taken;
  end if;
end
$$;
comment on function private.consume_throttle(uuid, text, text, integer, integer, integer, timestamptz) is
  'Counts messages in the windows of a key and deletes buckets that have slid out; without limits it writes nothing.';

create function private.lock_limits(p_org_id uuid, p_channel text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- From wide to narrow: limits of the org, campaigns or domains apply across channels.
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
  'Serialises claims that count against a common limit until they commit; without limits it locks nothing.';
