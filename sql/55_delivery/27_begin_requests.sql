create function private.proper_name(p_name text) returns text
language sql immutable parallel safe as $$
  select case when p_name = upper(p_name) or p_name = lower(p_name) then initcap(lower(p_name)) else p_name end
$$;
comment on function private.proper_name(text) is 'JOHN becomes John; a name in mixed case stays as it is.';

create function private.build_requests(p_org_id uuid, p_message_ids uuid[]) returns table (message_id uuid,
  request jsonb)
language plpgsql stable set search_path = '' as $$
begin
  return query
  with keys as materialized (
    select k.id, private.org_key(p_org_id, k.id) as key
    from (
      select c.key_id as id from public.messages m join public.contact_points c on c.org_id = m.org_id
        and c.id = m.contact_point_id
      where m.org_id = p_org_id and m.id = any (p_message_ids)
      union
      select m.key_id from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids)
        and m.key_id is not null) k
  ), unsubscribe as materialized (
    select private.unsubscribe_key(p_org_id) as key
  )
  select m.id, jsonb_build_object(
    'provider', m.provider, 'channel', m.channel, 'to', private.decrypt_value(c.value_cipher, ck.key), 'kind', m.kind,
      'purpose', m.purpose,
    'sender', jsonb_build_object('id', s.id, 'account', s.account, 'address', s.address, 'name', s.name, 'reply_to',
      s.reply_to,
      'messaging_service_sid', s.messaging_service_sid, 'phone_number_id', s.phone_number_id, 'assistant_id',
        s.assistant_id),
    'template', case when t.id is not null then jsonb_build_object('id', t.id, 'name', t.name, 'version', t.version,
      'subject', t.subject,
        'text', t.text_body, 'html', t.html_body)
      else jsonb_build_object('subject', case when m.channel = 'email' then '{{ sender.name }}' end, 'html', null,
        -- A text written by a person is not a template.
        'text', '{% raw %}' || replace(private.decrypt_value(m.text_cipher, mk.key), '{%', '{ %') || '{% endraw %}'
          || case when m.channel = 'email'
            then E'\n\n{{ sender.name }}\n{{ sender.postal_address }}\nUnsubscribe: {{ unsubscribe_url }}'
            else '' end) end,
    'variables', jsonb_build_object(
      -- A phone or e-mail of several owners is not greeted by the name of one, nor a former owner's by the new name.
      'lead', jsonb_build_object('first_name', case when not w.shared then private.proper_name(l.owner_1_first) end,
        'last_name', case when not w.shared then private.proper_name(l.owner_1_last) end,
        'full_name', case when not w.shared then private.proper_name(coalesce(nullif(concat_ws(' ', l.owner_1_first,
          l.owner_1_last), ''), l.owner_full)) end),
      -- An imported street line may include its house number.
      'property', jsonb_build_object('street',
        nullif(concat_ws(' ', case when not starts_with(l.situs_street, l.situs_house_number || ' ')
        then l.situs_house_number end,
          private.proper_name(l.situs_street), l.situs_unit), ''),
        'city', private.proper_name(l.situs_city), 'state', l.situs_state, 'zip', l.situs_zip),
      'sender', jsonb_build_object('name', s.name, 'postal_address', s.postal_address, 'phone',
        coalesce(s.phone, case when s.channel <> 'email' then s.address end)),
      'broker', jsonb_build_object('name', b.name), 'org', jsonb_build_object('name', o.name)),
    'unsubscribe_token', case when m.channel = 'email' then private.unsubscribe_token(m.org_id, m.value_bidx,
      u.key) end,
    'idempotency_key', m.id, 'correlation_id', m.correlation_id, 'campaign_id', m.campaign_id, 'lead_id', m.lead_id,
      'step', m.step,
    'attempt', m.attempts, 'categories', array_remove(array[m.kind, case when t.id is not null then t.name end,
      m.variant], null))
  from public.messages m
  join public.leads l on l.org_id = m.org_id and l.id = m.lead_id
  join public.contact_points c on c.org_id = m.org_id and c.id = m.contact_point_id
  cross join lateral (
    select private.has_several_owners(c.org_id, c.value_bidx)
      or private.came_with_another_name(c.org_id, c.id) as shared
    offset 0
  ) w
  join keys ck on ck.id = c.key_id
  join public.senders s on s.org_id = m.org_id and s.id = m.sender_id
  join public.orgs o on o.id = m.org_id
  left join public.templates t on t.org_id = m.org_id and t.id = m.template_id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  left join keys mk on mk.id = m.key_id
  cross join unsubscribe u
  where m.org_id = p_org_id and m.id = any (p_message_ids);
end
$$;
comment on function private.build_requests(uuid, uuid[]) is
  'Everything a provider request needs, with contact values in plain text: only for the worker that owns the '
  'lease; never store or log it.';

create function private.begin_requests(
  p_org_id uuid, p_message_ids uuid[], p_lease_token uuid, p_as_of timestamptz default now()
) returns table (message_id uuid, request jsonb)
language plpgsql volatile set search_path = '' set jit = off as $$
#variable_conflict use_column
declare
  v_held uuid[];
  v_go uuid[];
  v_stop jsonb;
begin
  perform from public.sequence_runs r
  where r.org_id = p_org_id and r.id in (select x.run_id from public.messages x where x.org_id = p_org_id
    and x.id = any (p_message_ids))
  order by r.id for no key update;
  v_held := array(
    select x.id from public.messages x
    where x.org_id = p_org_id and x.id = any (p_message_ids) and x.state = 'sending' and x.lease_token = p_lease_token
      and x.lease_until > p_as_of and x.requested_at is null
    order by x.id for no key update);
  perform private.lock_contact_values(p_org_id, array_agg(x.lead_id), array_agg(x.value_bidx))
  from public.messages x where x.org_id = p_org_id and x.id = any (v_held);

  v_stop := coalesce((
    select jsonb_agg(jsonb_build_object('id', x.id, 'run_id', x.run_id, 'refused', array['not_running'], 'next_at',
      p_as_of))
    from public.messages x
    join public.sequence_runs r on r.org_id = x.org_id and r.id = x.run_id
    join public.campaigns k on k.org_id = x.org_id and k.id = x.campaign_id
    where x.org_id = p_org_id and x.id = any (v_held) and x.kind = 'sequence' and (r.state <> 'active'
      or k.state <> 'running')), '[]');
  select array_agg(x.id) filter (where a.allow), v_stop || coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'run_id',
    x.run_id, 'refused', a.rules,
      'next_at', greatest(p_as_of, a.next_allowed_at))) filter (where not a.allow), '[]')
  into v_go, v_stop
  from private.recheck_decisions(p_org_id, array(select x.decision_id from public.messages x
    where x.org_id = p_org_id and x.id = any (v_held) and not exists (select from jsonb_array_elements(v_stop) s
      where s ->> 'id' = x.id::text)), p_as_of) a
  join public.messages x on x.org_id = p_org_id and x.id = any (v_held) and x.decision_id = a.decision_id;

  if v_stop <> '[]' then
    update public.messages x set state = 'cancelled', cancelled_at = p_as_of, refused = s.x -> 'refused',
      lease_token = null, lease_until = null
    from jsonb_array_elements(v_stop) s (x) where x.org_id = p_org_id and x.id = (s.x ->> 'id')::uuid;
    -- The step is due again: the next claim asks the gate anew and tries other contacts.
    update public.sequence_runs r set message_id = null, next_at = (s.x ->> 'next_at')::timestamptz,
      refusal = jsonb_build_object('at', p_as_of, 'step', r.next_step, 'channel', r.next_channel, 'rules',
        s.x -> 'refused')
    from jsonb_array_elements(v_stop) s (x)
    where r.org_id = p_org_id and r.id = (s.x ->> 'run_id')::uuid and r.message_id = (s.x ->> 'id')::uuid
      and r.state in ('active', 'paused');
    perform private.record_costs(p_org_id, array(select (s.x ->> 'id')::uuid from jsonb_array_elements(v_stop) s (x)),
      p_as_of);
  end if;
  update public.messages x set requested_at = p_as_of, attempts = x.attempts + 1 where x.org_id = p_org_id
    and x.id = any (v_go);
  return query
    select c.message_id, c.request from private.build_requests(p_org_id, v_go) c
    union all
    select (s.x ->> 'id')::uuid, jsonb_build_object('cancelled', s.x -> 'refused') from jsonb_array_elements(v_stop) s
      (x);
end
$$;
comment on function private.begin_requests(uuid, uuid[], uuid, timestamptz) is
  'Asks the gate once more and marks messages as requested; commit before sending the requests. Returns one row '
  'each: the request, or {"cancelled": [rules]}. Messages whose lease is lost, or that were requested already, '
  'give no row. Contains personal data: only for the worker that sends.';

create function private.record_costs(p_org_id uuid, p_message_ids uuid[], p_as_of timestamptz default now()) returns
  void
language plpgsql volatile set search_path = '' as $$
begin
  insert into private.provider_spend as d (org_id, sender_id, local_date, reserved_usd, spent_usd, messages)
  select m.org_id, m.sender_id, coalesce(m.reserved_on, (p_as_of at time zone o.time_zone)::date),
    -coalesce(sum(m.reserved_usd), 0),
    coalesce(sum(coalesce(m.cost_usd, m.reserved_usd)) filter (where m.sent_at is not null), 0),
      count(*) filter (where m.sent_at is not null)
  from public.messages m join public.orgs o on o.id = m.org_id
  where m.org_id = p_org_id and m.id = any (p_message_ids) and (m.reserved_usd is not null or m.sent_at is not null)
  group by 1, 2, 3 order by 1, 2, 3
  on conflict (org_id, sender_id, local_date) do update set reserved_usd = d.reserved_usd + excluded.reserved_usd,
    spent_usd = d.spent_usd + excluded.spent_usd, messages = d.messages + excluded.messages;
end
$$;
comment on function private.record_costs(uuid, uuid[], timestamptz) is
  'Releases the reserved cost of messages, and books the actual cost of those that were sent: as the provider '
  'reported it, otherwise as expected. Call it once per message, when it is sent or given up.';
