create function private.queue_message(
  p_org_id uuid, p_lead_id uuid, p_contact_point_id bigint, p_channel text, p_kind text, p_text text,
    p_in_reply_to text default null,
  p_as_of timestamptz default now()
) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  m public.messages;
  s public.senders;
  v_key constant integer := private.active_key_id(p_org_id, 'data');
begin
  if p_kind is null or p_kind not in ('confirmation', 'help', 'manual') or length(btrim(coalesce(p_text, ''))) = 0 then
    raise exception 'only a confirmation, an answer to HELP or a manual message, with a text, can be queued' using
      errcode = 'SL532';
  end if;
  select c.org_id, c.id, c.value_bidx into m.org_id, m.contact_point_id, m.value_bidx from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = p_lead_id and c.id = p_contact_point_id;
  -- The sender that wrote to the person last, otherwise one chosen by hash.
  select x.* into s from public.senders x
  where x.org_id = p_org_id and x.channel = p_channel and x.state = 'active'
  order by (
      select max(y.created_at) from public.messages y
      where y.org_id = p_org_id and y.lead_id = p_lead_id and y.channel = p_channel and y.sender_id = x.id) desc nulls
        last,
    private.hash_fraction(p_lead_id::text || x.id) limit 1;
  if m.org_id is null or s.id is null then
    raise exception 'contact point not found, or no active sender for %', p_channel using errcode = 'SL533';
  end if;
  -- One answer of a kind per message.
  perform pg_advisory_xact_lock(hashtextextended('sluice answer ' || p_org_id || coalesce(p_in_reply_to,
    gen_random_uuid()::text), 0));
  select x.id into m.id from public.messages x
  where x.org_id = p_org_id and x.value_bidx = m.value_bidx and x.kind = p_kind and x.kind <> 'sequence'
    and x.in_reply_to = p_in_reply_to
  order by x.created_at limit 1;
  if found then
    return m.id;
  end if;
  insert into public.messages as x (org_id, lead_id, campaign_id, channel, kind, purpose, text_cipher, key_id,
    in_reply_to, contact_point_id, value_bidx,
    sender_id, provider, state, retry_at, created_at, correlation_id, reserved_usd, reserved_on)
  select p_org_id, p_lead_id, l.campaign_id, p_channel, p_kind,
    case when p_kind = 'manual' and p_in_reply_to is null then 'marketing' else 'transactional' end,
    private.encrypt_value(p_text, private.org_key(p_org_id, v_key)), v_key, p_in_reply_to, m.contact_point_id,
      m.value_bidx,
    s.id, s.provider, 'retrying', p_as_of, p_as_of,
    coalesce(private.lead_correlation(l.org_id, l.id), gen_random_uuid()), nullif(s.cost_usd, 0), case when s.cost_usd > 0
      then (p_as_of at time zone o.time_zone)::date end
  from public.leads l join public.orgs o on o.id = l.org_id
  where l.org_id = p_org_id and l.id = p_lead_id
  returning x.* into m;
  perform private.decide_message(m, s, p_as_of);
  insert into private.provider_spend as d (org_id, sender_id, local_date, reserved_usd)
  select x.org_id, x.sender_id, x.reserved_on, x.reserved_usd from public.messages x
  where x.org_id = m.org_id and x.id = m.id and x.state <> 'cancelled' and x.reserved_usd is not null
  on conflict (org_id, sender_id, local_date) do update set reserved_usd = d.reserved_usd + excluded.reserved_usd;
  return m.id;
end
$$;
comment on function private.queue_message(uuid, uuid, bigint, text, text, text, text, timestamptz) is
  'Queues a text in the ledger: the confirmation of an opt-out, the answer to HELP, or a broker''s own text '
  '(transactional if it answers a message, otherwise marketing). Asks the gate at once: if allowed, the next claim '
  'takes it; outside of the permitted hours it waits; if refused, it is cancelled with the rules. One answer of a '
  'kind is queued per p_in_reply_to. Returns the id. Raises SL532 (kind or text), SL533 (no contact or no sender).';
