-- The webhook endpoint: stores the deliveries of many requests in one statement, with one job for all of them.

create function private.receive_webhooks(p_batch_id uuid, p_rows jsonb, p_bodies bytea) returns table (nth integer,
  is_new boolean)
language plpgsql volatile set search_path = '' as $$
declare
  v_new integer;
begin
  return query
  with given as (
    select r.nth, r.org_id, r.provider, r.kind, decode(r.content_key, 'hex') as content_key, r.events, r.unread, r.params,
      r.content_type,
      r.correlation_id, r.received_at, r.body_at, r.body_bytes
    from jsonb_to_recordset(p_rows) r (nth integer, org_id uuid, provider text, kind text, content_key text,
      events integer, unread jsonb,
      params jsonb, content_type text, correlation_id uuid, received_at timestamptz, body_at integer,
        body_bytes integer)
  ), keys as materialized (
    -- Unwrapping a key costs as much as encrypting a body: do it once per org, not per row.
    select o.org_id, k.key_id, private.org_key(o.org_id, k.key_id) as key
    from (select distinct g.org_id from given g) o
    cross join lateral (select private.active_key_id(o.org_id, 'data') as key_id) k
    where k.key_id is not null
  ), firsts as (
    -- The same content twice in one statement: only the first is stored.
    select distinct on (g.org_id, g.provider, g.kind, g.content_key) g.*,
      count(*) over (partition by g.org_id, g.provider, g.kind, g.content_key) as deliveries,
      max(g.received_at) over (partition by g.org_id, g.provider, g.kind, g.content_key) as last_received_at
    from given g
    order by g.org_id, g.provider, g.kind, g.content_key, g.nth
  ), stored as (
    insert into public.webhook_inbox as i (org_id, provider, kind, content_key, deliveries, events, params,
      content_type,
      body_cipher, key_id, batch_id, correlation_id, received_at, last_received_at)
    select f.org_id, f.provider, f.kind, f.content_key, f.deliveries, f.events, f.params, f.content_type,
      private.encrypt_bytes(substr(p_bodies, f.body_at + 1, f.body_bytes), k.key), k.key_id, p_batch_id,
        f.correlation_id, f.received_at, f.last_received_at
    from firsts f join keys k on k.org_id = f.org_id
    -- In a fixed order: two statements with the same contents wait for each other and do not deadlock.
    order by f.org_id, f.provider, f.kind, f.content_key
    on conflict on constraint delivery_is_stored_once do update
      set deliveries = i.deliveries + excluded.deliveries,
        last_received_at = greatest(i.last_received_at, excluded.last_received_at)
    returning i.org_id, i.id, i.provider, i.kind, i.content_key, i.batch_id = p_batch_id as is_new
  ), blind as materialized (
    select o.org_id, private.blind_key(o.org_id) as key
    from (select distinct f.org_id from firsts f where f.unread -> 'values' <> '[]') o
  ), unread as (
    -- From the commit on, the gate refuses these contacts until the delivery is processed.
    insert into private.unread_contacts (org_id, value_bidx, inbox_id, received_at)
    select distinct s.org_id, v.value_bidx, s.id, f.received_at
    from stored s
    join firsts f on f.org_id = s.org_id and f.provider = s.provider and f.kind = s.kind
      and f.content_key = s.content_key
    cross join lateral (
      select private.blind_index(x.value, b.key) as value_bidx
      from blind b cross join jsonb_array_elements_text(f.unread -> 'values') x (value)
      where b.org_id = f.org_id
      union
      -- The person may answer from another address than the one that we wrote to.
      select m.value_bidx
      from jsonb_to_recordset(f.unread -> 'messages') x (message_id uuid, provider_id text)
      join public.messages m on m.org_id = f.org_id and m.id = x.message_id
      union
      select m.value_bidx
      from jsonb_to_recordset(f.unread -> 'messages') x (message_id uuid, provider_id text)
      join public.messages m on m.org_id = f.org_id and m.provider = f.provider and m.provider_id = x.provider_id
    ) v
    where s.is_new and v.value_bidx is not null
    on conflict do nothing
  )
  select g.nth, s.is_new
  from stored s
  join given g on g.org_id = s.org_id and g.provider = s.provider and g.kind = s.kind
    and g.content_key = s.content_key;
  select count(*) into v_new from public.webhook_inbox i where i.batch_id = p_batch_id and i.state = 'received';
  if v_new > 0 then
    perform private.send_job('process-inbox', jsonb_build_object('batch_id', p_batch_id), p_batch_id::text);
  end if;
end
$$;
comment on function private.receive_webhooks(uuid, jsonb, bytea) is
  'Stores deliveries [{nth, org_id, provider, kind, content_key (hex), events, unread: {values, messages}, params, '
  'content_type, correlation_id, received_at, body_at, body_bytes}] with their bodies, cut from p_bodies and '
  'encrypted, and sends one job for the new ones. The contacts in unread wait in private.unread_contacts. Returns (nth, is_new) for each delivery that is stored now; no row for an '
  'unknown org.';
