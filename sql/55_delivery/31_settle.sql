create function private.lock_messages(p_org_id uuid, p_message_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform from public.leads l
  where l.org_id = p_org_id and l.id in (select m.lead_id from public.messages m where m.org_id = p_org_id
    and m.id = any (p_message_ids))
  order by l.id for no key update;
  perform from public.sequence_runs r
  where r.org_id = p_org_id and r.id in (select m.run_id from public.messages m where m.org_id = p_org_id
    and m.id = any (p_message_ids))
  order by r.id for no key update;
  perform from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids) order by m.id for no key
    update;
end
$$;
comment on function private.lock_messages(uuid, uuid[]) is
  'Locks messages with their leads and runs, in the common lock order.';

create function private.retry_delay(p_attempts integer, p_retry_after double precision default null) returns interval
language sql volatile parallel safe as $$
  -- Full jitter: requests that failed together are not retried together.
  select make_interval(secs => greatest(coalesce(p_retry_after, 0), 1) + random() * least(3600,
    15 * 2 ^ least(p_attempts, 10)))
$$;
comment on function private.retry_delay(integer, double precision) is
  'Delay after a number of attempts: random, up to 15 s doubled per attempt and one hour at most, added to the '
  'delay in seconds that the provider asked for.';

create function private.settle_messages(
  p_org_id uuid, p_lease_token uuid, p_outcomes jsonb, p_as_of timestamptz default now()
) returns integer
language plpgsql volatile set search_path = '' set jit = off as $$
declare
  v_ids constant uuid[] := array(select (x ->> 'message_id')::uuid from jsonb_array_elements(p_outcomes) x);
  v_of constant jsonb := (select jsonb_object_agg((x ->> 'message_id')::uuid, x)
    from jsonb_array_elements(p_outcomes) x);
  v_sent uuid[];
  v_failed uuid[];
  v_given_up uuid[];
  v_count integer;
  v_settled uuid[];
begin
  perform private.lock_messages(p_org_id, v_ids);
  -- Where a webhook has settled the message already, only the id and the cost are missing.
  update public.messages m set provider_id = coalesce(m.provider_id, v_of -> m.id::text ->> 'provider_id'),
    cost_usd = coalesce(m.cost_usd, (v_of -> m.id::text ->> 'cost_usd')::numeric)
  where m.org_id = p_org_id and m.id = any (v_ids) and v_of -> m.id::text ->> 'result' = 'accepted'
    and m.state in ('sent', 'delivered', 'failed', 'bounced') and m.requested_at is not null;

  -- By the ids, and without a join: where statistics are old, a join is planned as a scan of the org's ledger.
  with settled as (
    update public.messages m set
      (state, sent_at, failed_at, retry_at, requested_at, attempts, lease_token, lease_until, provider_id, cost_usd,
        error_code, error_detail) = (
        select (case o.becomes when 'accepted' then 'sent' when 'refused' then 'failed' when 'retry' then 'retrying'
            else 'unconfirmed' end)::public.message_state,
          case when o.becomes = 'accepted' then p_as_of end, case when o.becomes = 'refused' then p_as_of end,
          case when o.becomes = 'retry' then p_as_of + private.retry_delay(m.attempts,
            (g.x ->> 'retry_after_seconds')::double precision) end,
          case when o.becomes <> 'retry' then m.requested_at end,
          m.attempts - case when o.becomes = 'retry' and g.x -> 'called' = 'false' then 1 else 0 end,
          case when o.becomes = 'unknown' then m.lease_token end,
          case when o.becomes = 'unknown' then m.lease_until end,
          coalesce(g.x ->> 'provider_id', m.provider_id), coalesce((g.x ->> 'cost_usd')::numeric, m.cost_usd),
          case when o.becomes <> 'accepted' then g.x ->> 'code' end,
          case when o.becomes <> 'accepted' then private.redact_contacts(g.x ->> 'detail') end
        from (select v_of -> m.id::text as x) g
        cross join lateral (select case when g.x ->> 'result' = 'retry' and m.attempts >= 6
          and g.x -> 'called' is distinct from 'false' then 'refused' else g.x ->> 'result' end as becomes) o)
    where m.org_id = p_org_id and m.id = any (v_ids) and m.state in ('sending', 'unconfirmed')
      and m.lease_token = p_lease_token and m.requested_at is not null
      and v_of -> m.id::text ->> 'result' in ('accepted', 'refused', 'retry', 'unknown')
    returning m.id, m.state, v_of -> m.id::text as x
  )
  select array_agg(s.id) filter (where s.state = 'sent'), array_agg(s.id) filter (where s.state = 'failed'),
    array_agg(s.id) filter (where s.state = 'failed' and s.x ->> 'result' = 'retry'), count(*), array_agg(s.id)
  into v_sent, v_failed, v_given_up, v_count, v_settled from settled s;
  if v_count = 0 then
    return 0;
  end if;

  perform private.record_sent(p_org_id, v_sent, p_as_of) where v_sent is not null;
  if v_failed is not null then
    perform private.record_failed(p_org_id, v_failed, p_as_of);
    perform private.record_dead_letter(p_org_id, 'message_failed', jsonb_build_object('message_id', m.id),
      coalesce(m.error_code, 'retries_used_up'),
      m.error_detail, m.correlation_id, p_as_of)
    from public.messages m where m.org_id = p_org_id and m.id = any (v_given_up);
    -- One for each template, which counts its messages.
    perform private.record_dead_letter(p_org_id, 'template_invalid', jsonb_build_object('template_id', m.template_id),
      m.error_code, m.error_detail, m.correlation_id, p_as_of)
    from public.messages m
    where m.org_id = p_org_id and m.id = any (v_failed) and m.template_id is not null
      and m.error_code in ('template_error', 'template_unlawful')
    order by m.template_id, m.id;
  end if;
  perform private.record_request_outcomes(p_org_id, c.provider, c.account, c.answered, c.failed, c.retry_after,
    p_as_of)
  from (
    select m.provider, s.account, count(*) filter (where x ->> 'result' in ('accepted', 'refused'))::integer as
      answered,
      count(*) filter (where x ->> 'result' in ('retry', 'unknown'))::integer as failed,
      make_interval(secs => max((x ->> 'retry_after_seconds')::double precision)) as retry_after
    from public.messages m
    join public.senders s on s.org_id = m.org_id and s.id = m.sender_id
    cross join lateral (select v_of -> m.id::text as x) o
    where m.org_id = p_org_id and m.id = any (v_settled) and x -> 'called' is distinct from 'false'
    group by 1, 2 order by 1, 2) c;
  if exists (select from jsonb_array_elements(p_outcomes) x where x ? 'contact') then
    perform private.record_contact_feedback(p_org_id, m.value_bidx, case m.channel when 'email' then 'email'
      else 'phone' end::public.contact_kind,
      x ->> 'contact', m.channel, m.provider || coalesce(' ' || (x ->> 'code'), ''), p_as_of)
    from public.messages m
    cross join lateral (select v_of -> m.id::text as x) o
    where m.org_id = p_org_id and m.id = any (v_settled) and x ->> 'contact' in ('invalid', 'cannot_text', 'unsubscribed')
    order by m.value_bidx, m.id;
  end if;
  return v_count;
end
$$;
comment on function private.settle_messages(uuid, uuid, jsonb, timestamptz) is
  'Records the outcomes of provider requests, for messages leased with the token: [{message_id, result, '
  'provider_id, cost_usd, code, detail, retry_after_seconds, contact, called}]. accepted: sent, and the run moves '
  'on; refused: failed; retry: again later, up to six requests, then failed with a dead letter; unknown: '
  'unconfirmed. A message whose template cannot be rendered leaves a dead letter of the template. contact: invalid, '
  'cannot_text or unsubscribed. called: false if no request was sent, which counts neither as an '
  'attempt nor against the provider''s health. Returns the number settled; repeating it settles none. May fail '
  'with 40P01; repeat it then.';
