-- After a crash: a message whose lease expired before the request is due again. After the request its outcome is
-- unknown, and it is never sent again unchecked.

create function private.expire_leases(p_as_of timestamptz default now()) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  update public.messages m set
    state = case when m.requested_at is null then 'retrying' else 'unconfirmed' end::public.message_state,
    retry_at = case when m.requested_at is null then p_as_of end,
    lease_token = case when m.requested_at is not null then m.lease_token end,
    lease_until = case when m.requested_at is not null then m.lease_until end
  where (m.org_id, m.id) in (
    select x.org_id, x.id from public.messages x
    where x.state = 'sending' and x.lease_until <= p_as_of order by x.lease_until limit 1000 for no key update skip
      locked);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.expire_leases(timestamptz) is
  'Ends expired leases: messages not requested yet are due again, the others become unconfirmed. Returns how many, '
  '1000 at most.';

create function private.unconfirmed_messages(p_limit integer default 100, p_as_of timestamptz default now()) returns
  setof public.messages
language plpgsql stable set search_path = '' as $$
begin
  return query
  select m.* from public.messages m
  where m.state = 'unconfirmed' and m.lease_until <= p_as_of
    and not exists (select from public.pipeline_dlq d
      where d.source = 'message_unconfirmed' and d.resolved_at is null
        and d.payload = jsonb_build_object('message_id', m.id))
  order by m.lease_until limit p_limit;
end
$$;
comment on function private.unconfirmed_messages(integer, timestamptz) is
  'Unconfirmed messages, the oldest first, except those waiting for a person. Their lease has expired, so the '
  'worker that sent the request cannot settle them meanwhile.';

create function private.settle_unconfirmed(p_org_id uuid, p_message_id uuid, p_outcome jsonb, p_as_of timestamptz
  default now()) returns text
language plpgsql volatile set search_path = '' set jit = off as $$
declare
  m public.messages;
begin
  perform private.lock_messages(p_org_id, array[p_message_id]);
  select x.* into m from public.messages x where x.org_id = p_org_id and x.id = p_message_id;
  if not found then
    return 'unknown';
  elsif m.state <> 'unconfirmed' then
    return m.state::text;
  end if;
  case p_outcome ->> 'result'
    when 'accepted' then
      update public.messages x set state = 'sent', sent_at = coalesce((p_outcome ->> 'sent_at')::timestamptz,
        m.requested_at), lease_token = null,
        lease_until = null, provider_id = coalesce(p_outcome ->> 'provider_id', x.provider_id),
          cost_usd = coalesce((p_outcome ->> 'cost_usd')::numeric, x.cost_usd)
      where x.org_id = p_org_id and x.id = p_message_id;
      perform private.record_sent(p_org_id, array[p_message_id], p_as_of);
    when 'absent' then
      update public.messages x set state = 'retrying', retry_at = p_as_of, requested_at = null, lease_token = null,
        lease_until = null
      where x.org_id = p_org_id and x.id = p_message_id;
    when 'refused' then
      update public.messages x set state = 'failed', failed_at = p_as_of, lease_token = null, lease_until = null,
        error_code = p_outcome ->> 'code', error_detail = private.redact_contacts(p_outcome ->> 'detail')
      where x.org_id = p_org_id and x.id = p_message_id;
      perform private.record_failed(p_org_id, array[p_message_id], p_as_of);
    else
      perform private.record_dead_letter(p_org_id, 'message_unconfirmed', jsonb_build_object('message_id', m.id),
        'unconfirmed',
        private.redact_contacts(p_outcome ->> 'detail'), m.correlation_id, p_as_of);
      return 'unconfirmed';
  end case;
  perform private.resolve_dead_letter('message_unconfirmed', jsonb_build_object('message_id', p_message_id), p_as_of);
  select x.state::text into m.error_code from public.messages x where x.org_id = p_org_id and x.id = p_message_id;
  return m.error_code;
end
$$;
comment on function private.settle_unconfirmed(uuid, uuid, jsonb, timestamptz) is
  'Records what the provider reports about an unconfirmed message, {result, provider_id, cost_usd, sent_at, code, '
  'detail}: accepted (it has the message), absent (it provably never got it: due again), refused, or anything '
  'else: waits for a person, with a dead letter message_unconfirmed. Returns the state.';
