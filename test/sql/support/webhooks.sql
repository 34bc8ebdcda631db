-- Deliveries to org A and their events; after support/cast.sql.
create function cast_.org() returns uuid language sql as $$ select 'a0000000-0000-4000-8000-000000000000'::uuid $$;
create function cast_.receive(p_key text, p_body text, p_org uuid default cast_.org(), p_at timestamptz default
  '2026-11-23T18:00Z') returns text
language sql as $$
  select string_agg(case when r.is_new then 'new' else 'again' end, ' ' order by r.nth)
    from private.receive_webhooks(gen_random_uuid(),
    jsonb_build_array(jsonb_build_object('nth', 1, 'org_id', p_org, 'provider', 'twilio', 'kind', 'sms',
      'content_key', encode(sha256(p_key::bytea), 'hex'), 'events', 1, 'params', '{}'::jsonb, 'content_type',
        'text/plain',
      'correlation_id', gen_random_uuid(), 'received_at', p_at, 'body_at', 0, 'body_bytes', octet_length(p_body))),
        p_body::bytea) r
$$;
grant usage on schema cast_ to pipeline_writer;
grant execute on all functions in schema cast_ to pipeline_writer;
create function cast_.take(p_events jsonb) returns jsonb language sql as $$
  select private.apply_webhook_events(cast_.org(), array[(select i.id from public.webhook_inbox i
    where i.org_id = cast_.org())],
    (select jsonb_agg(e || jsonb_build_object('inbox_id', i.id)) from jsonb_array_elements(p_events) e,
      public.webhook_inbox i where i.org_id = cast_.org()),
    '2026-11-23T19:00Z')
$$;
