-- Opt-outs in step with the providers: what people told the provider comes in, what they told us goes out. The
-- worker calls the provider; what to ask for, and what has been told, is kept here.

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
  'How far each list of a provider''s account has been read. Its entries are taken for every org that sends with the account.';
comment on column private.opt_out_pulls.since is 'Entries older than this are taken; null: none yet.';
comment on column private.opt_out_pulls.next_offset is 'Where a reading that was stopped goes on; 0 between readings.';
comment on column private.opt_out_pulls.orgs is 'The orgs that have all entries up to since. One that is new here is a reason to read everything again.';

create table private.opt_out_pushes (
  org_id uuid not null references public.orgs (id) on delete cascade,
  suppression_id bigint not null,
  provider text not null,
  account text not null,
  pushed_at timestamptz not null,
  refusal text,
  primary key (org_id, suppression_id, provider, account)
);
comment on table private.opt_out_pushes is 'Which suppression a provider has been told, and what it said against it. A suppression whose value no lead has waits for one.';
alter table private.opt_out_pulls enable row level security;
alter table private.opt_out_pushes enable row level security;

create function private.opt_out_accounts() returns table (provider text, account text)
language sql stable security definer set search_path = '' as $$
  select distinct s.provider, s.account from public.senders s where s.channel in ('email', 'sms') order by 1, 2
$$;
comment on function private.opt_out_accounts() is 'The accounts that orgs write with. Definer: asks across orgs.';

create function private.orgs_of_account(p_provider text, p_account text) returns uuid[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(distinct s.org_id order by s.org_id), '{}') from public.senders s
  where s.provider = p_provider and s.account = p_account and s.channel in ('email', 'sms')
$$;
comment on function private.orgs_of_account(text, text) is 'Orgs with a sender of the account. Definer: asks across orgs.';

create function private.start_opt_out_sync(p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  -- A worker that died in it: the next one takes over.
  update private.daily_runs r set state = 'failed', finished_at = p_as_of, retry_after = p_as_of, error = 'abandoned'
  where r.task = 'opt_out_sync' and r.state = 'running' and r.started_at < p_as_of - interval '1 hour';
  return private.start_daily_run('opt_out_sync', '02:00', p_as_of);
end
$$;
comment on function private.start_opt_out_sync(timestamptz) is
  'Whether the caller is to synchronise opt-outs now: once a day from two o''clock in Los Angeles, by one worker. Definer: the ledger is nobody''s to edit.';

create function private.finish_opt_out_sync(p_detail jsonb, p_error text, p_as_of timestamptz default now()) returns void
language sql volatile security definer set search_path = '' as $$
  select private.finish_daily_run('opt_out_sync', p_as_of, clock_timestamp(), p_detail, p_error)
$$;
comment on function private.finish_opt_out_sync(jsonb, text, timestamptz) is 'Closes what start_opt_out_sync opened; with an error it is tried again. Definer: as above.';

create function private.begin_opt_out_pull(p_provider text, p_account text, p_list text, p_as_of timestamptz default now())
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
  -- A day twice: the provider's clock and the time it takes to list an entry are not ours.
  returning p.since - interval '1 day', p.next_offset;
end
$$;
comment on function private.begin_opt_out_pull(text, text, text, timestamptz) is
  'From when and where on to read a list of a provider; no row when no org sends with the account. Definer: reading is kept across orgs.';

create function private.store_pulled_opt_outs(p_provider text, p_account text, p_list text, p_entries jsonb, p_next_offset integer) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_reason constant text := case p_list when 'unsubscribes' then 'unsubscribe' when 'spam_reports' then 'complaint' else 'bounce' end;
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
      cross join lateral (select private.normalise_email(e ->> 'email') as email) n
      where n.email is not null
    ) x
    where not exists (select from public.suppressions s
        where s.org_id = o.id and s.value_bidx = x.bidx and s.reason = v_reason and s.created_at >= x.at)
      -- Nor what stands already, nor what a newer consent outranks.
      and not exists (select from public.suppressions s
        where s.org_id = o.id and s.value_bidx = x.bidx and s.reason = v_reason
          and not exists (select from public.suppression_lifts l where l.org_id = s.org_id and l.suppression_id = s.id))
      and (v_reason <> 'unsubscribe' or not exists (select from public.consents c
        where c.org_id = o.id and c.value_bidx = x.bidx and c.action = 'grant' and not c.is_unproven and c.occurred_at > x.at))
    order by o.id, x.bidx, x.at desc
  loop
    if v_reason = 'unsubscribe' then
      perform private.record_opt_out(v.org_id, v.bidx, 'email', 'email', v_source, null, v_reason, '{email}', true, v.at);
    else
      perform private.suppress_value(v.org_id, v.bidx, 'email', 'email', v_reason, v_source, v.at);
    end if;
    v_count := v_count + 1;
  end loop;
  update private.opt_out_pulls p set entries = p.entries + jsonb_array_length(p_entries), next_offset = coalesce(p_next_offset, 0),
    since = case when p_next_offset is null then p.began_at else p.since end
  where p.provider = p_provider and p.account = p_account and p.list = p_list;
  return v_count;
end
$$;
comment on function private.store_pulled_opt_outs(text, text, text, jsonb, integer) is
  'Takes a page of a provider''s list [{email, created (seconds)}]: unsubscribes as revocations, spam reports as complaints, the others as bounces, for every org that sends with the account; returns how many were news. p_next_offset null: it was the last page. Definer: reading is kept across orgs.';

create function private.opt_outs_to_push(p_provider text, p_account text, p_limit integer)
returns table (org_id uuid, suppression_id bigint, value text, opted_out_at timestamptz, sender text)
language plpgsql volatile security definer set search_path = '' as $$
begin
  return query
  with due as materialized (
    select s.org_id, s.id, s.created_at, c.lead_id, c.value_cipher, c.key_id, f.sender
    from (
      select x.org_id, min(coalesce(x.messaging_service_sid, x.address)) as sender
      from public.senders x where x.provider = p_provider and x.account = p_account and x.channel in ('email', 'sms') group by x.org_id) f
    join public.suppressions s on s.org_id = f.org_id
      and s.kind = case p_provider when 'sendgrid' then 'email' else 'phone' end::public.contact_kind
      and coalesce(s.channel, 'sms') in ('email', 'sms')
      -- What a provider told us it knows; a bounce or a lawsuit is not what the person asked for.
      and s.reason not in ('bounce', 'complaint', 'litigator') and s.source not like p_provider || ' %'
      and not exists (select from private.opt_out_pushes p where p.org_id = s.org_id and p.suppression_id = s.id
        and p.provider = p_provider and p.account = p_account)
      and private.is_suppressed(s.org_id, s.value_bidx, case p_provider when 'sendgrid' then 'email' else 'sms' end)
    cross join lateral (
      select c.lead_id, c.value_cipher, c.key_id from public.contact_points c
      where c.org_id = s.org_id and c.value_bidx = s.value_bidx order by c.id limit 1) c
    order by s.org_id, s.id limit p_limit
  ),
  looked as (
    insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown)
    select d.org_id, d.lead_id, null, session_user, count(*)::smallint from due d group by d.org_id, d.lead_id
  )
  select d.org_id, d.id, private.decrypt_value(d.value_cipher, private.org_key(d.org_id, d.key_id)), d.created_at, d.sender
  from due d;
end
$$;
comment on function private.opt_outs_to_push(text, text, integer) is
  'Opt-outs that stand and that a provider (sendgrid, twilio) has not been told, with the value in plain and the org''s sender; each look is logged. Definer: keys are the owner''s.';

create function private.record_pushed_opt_outs(p_provider text, p_account text, p_pushed jsonb, p_as_of timestamptz default now()) returns integer
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
  'Notes [{org_id, suppression_id, refusal}] as told to the provider. Definer: the list is nobody''s to edit.';
revoke execute on function private.opt_out_accounts(), private.orgs_of_account(text, text), private.start_opt_out_sync(timestamptz), private.finish_opt_out_sync(jsonb, text, timestamptz),
  private.begin_opt_out_pull(text, text, text, timestamptz), private.store_pulled_opt_outs(text, text, text, jsonb, integer),
  private.opt_outs_to_push(text, text, integer), private.record_pushed_opt_outs(text, text, jsonb, timestamptz) from public;
grant execute on function private.opt_out_accounts(), private.start_opt_out_sync(timestamptz), private.finish_opt_out_sync(jsonb, text, timestamptz),
  private.begin_opt_out_pull(text, text, text, timestamptz), private.store_pulled_opt_outs(text, text, text, jsonb, integer),
  private.opt_outs_to_push(text, text, integer), private.record_pushed_opt_outs(text, text, jsonb, timestamptz) to pipeline_writer;
