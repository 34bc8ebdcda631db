-- Synchronising opt-outs with providers, in both directions. The worker sends the requests; this file keeps track of
-- what has been read and reported.

create table private.opt_out_pulls (
  provider text not null,
  account text not null,
  list text not null,
  since timestamptz,
  began_at timestamptz not null,
  next_offset integer not null default 0,
  orgs uuid[] not null,
  entries bigint not null default 0,
  primary key (provider, account, list),
  constraint pull_offset_is_not_negative check (next_offset >= 0)
);
comment on table private.opt_out_pulls is
  'How far each list of a provider''s account has been read. Entries apply to every org that sends with the account.';
comment on column private.opt_out_pulls.since is 'Entries older than this have been read; null: none yet.';
comment on column private.opt_out_pulls.next_offset is 'Where an interrupted read continues; 0 between reads.';
comment on column private.opt_out_pulls.orgs is
  'The orgs that have all entries up to since. A new org causes a full read.';

create table private.opt_out_pushes (
  org_id uuid not null references public.orgs (id) on delete cascade,
  suppression_id bigint not null,
  provider text not null,
  account text not null,
  pushed_at timestamptz not null,
  refusal text,
  primary key (org_id, suppression_id, provider, account)
);
comment on table private.opt_out_pushes is
  'Suppressions that were reported to a provider, and its refusals. A suppression whose value belongs to no lead '
  'yet is reported once a lead has it.';
alter table private.opt_out_pulls enable row level security;
alter table private.opt_out_pushes enable row level security;

create function private.opt_out_accounts() returns table (provider text, account text)
language sql stable security definer set search_path = '' as $$
  select distinct s.provider, s.account from public.senders s where s.channel in ('email', 'sms') order by 1, 2
$$;
comment on function private.opt_out_accounts() is
  'The provider accounts with which orgs send e-mails and texts. Definer: reads across orgs.';

create function private.orgs_of_account(p_provider text, p_account text) returns uuid[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(distinct s.org_id order by s.org_id), '{}') from public.senders s
  where s.provider = p_provider and s.account = p_account and s.channel in ('email', 'sms')
$$;
comment on function private.orgs_of_account(text, text) is
  'Orgs with a sender of the account. Definer: reads across orgs.';

create function private.start_opt_out_sync(p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  -- The worker that started it has died: the next one takes over.
  update private.daily_runs r set state = 'failed', finished_at = p_as_of, retry_after = p_as_of, error = 'abandoned'
  where r.task = 'opt_out_sync' and r.state = 'running' and r.started_at < p_as_of - interval '1 hour';
  return private.start_daily_run('opt_out_sync', '02:00', p_as_of);
end
$$;
comment on function private.start_opt_out_sync(timestamptz) is
  'Whether the caller should synchronise opt-outs now: once a day from 02:00 in Los Angeles, by one worker. '
  'Definer: no role may edit the ledger of daily tasks.';

create function private.finish_opt_out_sync(p_detail jsonb, p_error text, p_as_of timestamptz default now()) returns
  void
language sql volatile security definer set search_path = '' as $$
  select private.finish_daily_run('opt_out_sync', p_as_of, clock_timestamp(), p_detail, p_error)
$$;
comment on function private.finish_opt_out_sync(jsonb, text, timestamptz) is
  'Finishes what start_opt_out_sync started; after an error it is retried. Definer: as above.';

create function private.begin_opt_out_pull(p_provider text, p_account text, p_list text, p_as_of timestamptz default
  now())
returns table (since timestamptz, next_offset integer)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_orgs constant uuid[] := private.orgs_of_account(p_provider, p_account);
begin
  if v_orgs = '{}' then
    return;
  end if;
  return query
  insert into private.opt_out_pulls as p (provider, account, list, began_at, orgs)
  values (p_provider, p_account, p_list, p_as_of, v_orgs)
  on conflict (provider, account, list) do update set
    since = case when v_orgs <@ p.orgs then p.since end,
    next_offset = case when v_orgs <@ p.orgs then p.next_offset else 0 end,
    began_at = case when v_orgs <@ p.orgs and p.next_offset > 0 then p.began_at else p_as_of end,
    orgs = v_orgs
  -- One day of overlap: the provider's clock may differ, and listing an entry takes time.
  returning p.since - interval '1 day', p.next_offset;
end
$$;
comment on function private.begin_opt_out_pull(text, text, text, timestamptz) is
  'From which time and offset to read a provider''s list; no row if no org sends with the account. Definer: reads '
  'are tracked across orgs.';

create function private.store_pulled_opt_outs(p_provider text, p_account text, p_list text, p_entries jsonb,
  p_next_offset integer) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_reason constant text := case p_list when 'unsubscribes' then 'unsubscribe' when 'spam_reports' then 'complaint'
    else 'bounce' end;
  v_source constant text := p_provider || ' ' || p_list;
  v_count integer := 0;
  v record;
begin
  for v in
    select distinct on (o.id, x.bidx) o.id as org_id, x.bidx, x.at
    from unnest(private.orgs_of_account(p_provider, p_account)) o (id)
    cross join lateral (
      select private.blind_index(n.email, k.key) as bidx, to_timestamp((e ->> 'created')::bigint) as at
      from (select private.blind_key(o.id) as key) k
      cross join jsonb_array_elements(p_entries) e
      cross join lateral (select private.read_email(e ->> 'email') as email) n
      where n.email is not null
    ) x
    where not exists (select from public.suppressions s
        where s.org_id = o.id and s.value_bidx = x.bidx and s.reason = v_reason and s.created_at >= x.at)
      -- Nor existing suppressions, nor those that a newer consent outranks.
      and not exists (select from public.suppressions s
        where s.org_id = o.id and s.value_bidx = x.bidx and s.reason = v_reason
          and not exists (select from public.suppression_lifts l where l.org_id = s.org_id
            and l.suppression_id = s.id))
      and (v_reason <> 'unsubscribe' or not exists (select from public.consents c
        where c.org_id = o.id and c.value_bidx = x.bidx and c.action = 'grant' and not c.is_unproven
          and c.occurred_at > x.at))
    order by o.id, x.bidx, x.at desc
  loop
    if v_reason = 'unsubscribe' then
      perform private.record_opt_out(v.org_id, v.bidx, 'email', 'email', v_source, null, v_reason, '{email}',
        p_provider_confirms => true, p_as_of => v.at);
    else
      perform private.suppress_value(v.org_id, v.bidx, 'email', 'email', v_reason, v_source, v.at);
    end if;
    v_count := v_count + 1;
  end loop;
  update private.opt_out_pulls p set entries = p.entries + jsonb_array_length(p_entries),
    next_offset = coalesce(p_next_offset, 0),
    since = case when p_next_offset is null then p.began_at else p.since end
  where p.provider = p_provider and p.account = p_account and p.list = p_list;
  return v_count;
end
$$;
comment on function private.store_pulled_opt_outs(text, text, text, jsonb, integer) is
  'Stores a page of a provider''s list [{email, created (seconds)}] for every org that sends with the account: '
  'unsubscribes as revocations, spam reports as complaints, the others as bounces. Returns how many were new. '
  'p_next_offset null: the last page. Definer: reads are tracked across orgs.';

create function private.opt_outs_to_push(p_provider text, p_account text, p_limit integer)
returns table (org_id uuid, suppression_id bigint, value text, opted_out_at timestamptz, sender text)
language plpgsql volatile security definer set search_path = '' as $$
begin
  return query
  with due as materialized (
    select s.org_id, s.id, s.created_at, c.lead_id, c.value_cipher, c.key_id, f.sender
    from (
      select x.org_id, x.channel, min(coalesce(x.messaging_service_sid, x.address)) as sender
      from public.senders x where x.provider = p_provider and x.account = p_account and x.channel in ('email', 'sms')
      group by x.org_id, x.channel) f
    join public.suppressions s on s.org_id = f.org_id
      and s.kind = case f.channel when 'email' then 'email' else 'phone' end::public.contact_kind
      and coalesce(s.channel, 'sms') in ('email', 'sms')
      -- The provider knows what it reported itself; a bounce or a litigator is not the person's own request.
      and s.reason not in ('bounce', 'complaint', 'litigator') and s.source not like p_provider || ' %'
      and not exists (select from private.opt_out_pushes p where p.org_id = s.org_id and p.suppression_id = s.id
        and p.provider = p_provider and p.account = p_account)
      and private.is_suppressed(s.org_id, s.value_bidx, f.channel)
    cross join lateral (
      select c.lead_id, c.value_cipher, c.key_id from public.contact_points c
      where c.org_id = s.org_id and c.value_bidx = s.value_bidx order by c.id limit 1) c
    order by s.org_id, s.id limit p_limit
  ),
  looked as (
    insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown)
    select d.org_id, d.lead_id, null, session_user, count(*)::smallint from due d group by d.org_id, d.lead_id
  )
  select d.org_id, d.id, private.decrypt_value(d.value_cipher, private.org_key(d.org_id, d.key_id)), d.created_at,
    d.sender
  from due d;
end
$$;
comment on function private.opt_outs_to_push(text, text, integer) is
  'Suppressions that were not yet reported to a provider, with the value in plain text and the '
  'org''s sender; every access is logged. Definer: keys belong to the owner.';

create function private.record_pushed_opt_outs(p_provider text, p_account text, p_pushed jsonb, p_as_of timestamptz
  default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer;
begin
  insert into private.opt_out_pushes (org_id, suppression_id, provider, account, pushed_at, refusal)
  select (x ->> 'org_id')::uuid, (x ->> 'suppression_id')::bigint, p_provider, p_account, p_as_of, x ->> 'refusal'
  from jsonb_array_elements(p_pushed) x
  on conflict do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.record_pushed_opt_outs(text, text, jsonb, timestamptz) is
  'Records [{org_id, suppression_id, refusal}] as reported to the provider. Definer: no role may edit the list.';
revoke execute on function private.opt_out_accounts(), private.orgs_of_account(text, text),
  private.start_opt_out_sync(timestamptz), private.finish_opt_out_sync(jsonb, text, timestamptz),
  private.begin_opt_out_pull(text, text, text, timestamptz), private.store_pulled_opt_outs(text, text, text, jsonb,
    integer),
  private.opt_outs_to_push(text, text, integer), private.record_pushed_opt_outs(text, text, jsonb, timestamptz)
    from public;
grant execute on function private.opt_out_accounts(), private.start_opt_out_sync(timestamptz),
  private.finish_opt_out_sync(jsonb, text, timestamptz),
  private.begin_opt_out_pull(text, text, text, timestamptz), private.store_pulled_opt_outs(text, text, text, jsonb,
    integer),
  private.opt_outs_to_push(text, text, integer), private.record_pushed_opt_outs(text, text, jsonb, timestamptz)
    to pipeline_writer;
