-- requests planned once: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."came_with_another_name"(uuid, bigint);

DROP FUNCTION "private"."came_without_name"(uuid, bigint);

DROP FUNCTION "private"."unsubscribe_signature"(uuid, bytea);

CREATE OR REPLACE FUNCTION private.advance_runs (
  p_org_id  uuid,
  p_run_ids uuid[],
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_drawn constant uuid[] := array(
    select r.id from public.sequence_runs r join public.sequences q on q.org_id = r.org_id and q.id = r.sequence_id
    where r.org_id = p_org_id and r.id = any (p_run_ids) and q.first_step is not null order by r.id);
  v_ended uuid[];
  v_count integer;
begin
  with next as materialized (
    select r.id, r.sent_count > 0 as said, o.time_zone, o.holidays, (
      select s from public.sequence_steps s
      where s.org_id = r.org_id and s.sequence_id = r.sequence_id and s.step > r.next_step order by s.step limit 1) as
        s
    from public.sequence_runs r
    join public.orgs o on o.id = r.org_id
    where r.org_id = p_org_id and r.id = any (p_run_ids) and r.id <> all (v_drawn)
  ), moved as (
    update public.sequence_runs r set
      message_id = null, refusal = null,
      next_step = coalesce((n.s).step, r.next_step), next_channel = coalesce((n.s).channel, r.next_channel),
      next_at = case when (n.s).step is not null then private.step_due_at(n.s, r.lead_id, p_as_of, n.time_zone,
        n.holidays) end,
      state = case when (n.s).step is not null then r.state when n.said then 'completed' else 'stopped' end,
      paused_at = case when (n.s).step is not null then r.paused_at end, paused_by = case when (n.s).step is not null
        then r.paused_by end,
      ended_at = case when (n.s).step is null then p_as_of end,
      end_reason = case when (n.s).step is null then case when n.said then 'completed'
        else 'nothing_could_be_sent' end end
    from next n
    -- By the ids: where statistics are old, the join alone is planned as a scan of all live runs.
    where r.org_id = p_org_id and r.id = any (p_run_ids) and r.id = n.id and r.state in ('active', 'paused')
    returning r.lead_id, r.ended_at
  )
  select count(*), array_agg(m.lead_id) filter (where m.ended_at is not null) into v_count, v_ended from moved m;
  perform private.complete_leads(p_org_id, v_ended) where v_ended is not null;
  perform private.walk_run(p_org_id, x, 'next', p_as_of) from unnest(v_drawn) x;
  return v_count + cardinality(v_drawn);
end
$function$;

CREATE OR REPLACE FUNCTION private.build_requests (
  p_org_id      uuid,
  p_message_ids uuid[]
)
  RETURNS TABLE (
    message_id uuid,
    request    jsonb
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.came_with_another_name (
  p_org_id           uuid,
  p_contact_point_id bigint
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return exists (
      select
      from public.contact_points c
      join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
      cross join lateral (
        -- The names that lists have replaced since. What a person corrected is right for all contacts.
        select coalesce(h.changes -> 'owner_1_first' ->> 0, l.owner_1_first) as owner_1_first,
          coalesce(h.changes -> 'owner_1_last' ->> 0, l.owner_1_last) as owner_1_last,
          coalesce(h.changes -> 'owner_full' ->> 0, l.owner_full) as owner_full
        from public.lead_changes h
        where h.org_id = c.org_id and h.lead_id = c.lead_id and h.action = 'updated' and h.actor = 'upload'
          and not l.edited_fields && '{owner_1,owner_full}' and h.changed_at > c.created_at
          and h.changes ?| '{owner_1_first,owner_1_last,owner_full}'
        union all
        select m.merged_row ->> 'owner_1_first', m.merged_row ->> 'owner_1_last', m.merged_row ->> 'owner_full'
        from public.lead_merges m
        where m.org_id = c.org_id and m.survivor_id = c.lead_id and m.undone_at is null
          and c.id = any (m.merged_contacts)
      ) o
      cross join lateral (
        select private.parse_name_text(private.name_letters(private.owner_text(o.owner_1_first, o.owner_1_last, null,
            null, o.owner_full))) as then_name,
          private.parse_name_text(private.name_letters(private.owner_text(l.owner_1_first, l.owner_1_last, null, null,
            l.owner_full))) as now_name
        offset 0
      ) n
      where c.org_id = p_org_id and c.id = p_contact_point_id
        and private.is_another(n.then_name, n.now_name))
      or exists (select from private.contacts_of_others o
        where o.org_id = p_org_id and o.contact_point_id = p_contact_point_id and not o.is_nameless)
      or private.came_without_name(p_org_id, p_contact_point_id) and private.is_one_of_several_owners(p_org_id,
        (select c.lead_id from public.contact_points c where c.org_id = p_org_id and c.id = p_contact_point_id));
end
$function$;

CREATE OR REPLACE FUNCTION private.came_without_name (
  p_org_id           uuid,
  p_contact_point_id bigint
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return exists (select from private.contacts_of_others o
        where o.org_id = p_org_id and o.contact_point_id = p_contact_point_id and o.is_nameless)
      or exists (
        select
        from public.contact_points c
        join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
        cross join lateral (
          -- The lead had no name then: a later upload has filled it.
          select from public.lead_changes h
          where h.org_id = c.org_id and h.lead_id = c.lead_id and h.action = 'updated' and h.actor = 'upload'
            and h.changed_at > c.created_at and h.changes ?| '{owner_1_first,owner_1_last,owner_full}'
            and num_nonnulls(
              case when h.changes ? 'owner_1_first' then h.changes -> 'owner_1_first' ->> 0 else l.owner_1_first end,
              case when h.changes ? 'owner_1_last' then h.changes -> 'owner_1_last' ->> 0 else l.owner_1_last end,
              case when h.changes ? 'owner_full' then h.changes -> 'owner_full' ->> 0 else l.owner_full end) = 0
          union all
          select from public.lead_merges m
          where m.org_id = c.org_id and m.survivor_id = c.lead_id and m.undone_at is null
            and c.id = any (m.merged_contacts)
            and num_nonnulls(m.merged_row ->> 'owner_1_first', m.merged_row ->> 'owner_1_last',
              m.merged_row ->> 'owner_full') = 0
        ) w
        where c.org_id = p_org_id and c.id = p_contact_point_id and not l.edited_fields && '{owner_1,owner_full}');
end
$function$;

CREATE OR REPLACE FUNCTION private.load_due_steps (
  p_org_id  uuid,
  p_run_ids uuid[]
)
  RETURNS SETOF private.due_step
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query
  select r.id, r.lead_id, r.campaign_id, r.sequence_id, r.next_step, s.channel, s.purpose, s.sender_id, s.send_from,
    s.send_until,
    s.delay_kind = 'business', r.correlation_id, v.variant, v.template_id, v.matter,
    -- By this run, or by that of a lead merged into this one. The offset and the limit make it one probe of the index
    -- of leads per run; an exists would be planned as a scan of the whole ledger, and all conditions in one query as a
    -- scan of the step where statistics are old.
    (select m.id
      from (select x.* from public.messages x where x.org_id = r.org_id and x.lead_id = r.lead_id offset 0) m
      where m.campaign_id = r.campaign_id and m.step = r.next_step and m.channel = s.channel and m.kind = 'sequence'
        and m.state <> 'cancelled' limit 1) is not null,
    k.points, k.bidx, k.mailboxes
  from (select x.* from public.sequence_runs x where x.org_id = p_org_id and x.id = any (p_run_ids) offset 0) r
  join public.sequence_steps s on s.org_id = r.org_id and s.sequence_id = r.sequence_id and s.step = r.next_step
  left join lateral (
    select x.variant, x.template_id, x.matter from (
      select w.variant, w.template_id, t.matter, sum(w.share) over (order by w.variant) as upto, sum(w.share) over
        () as total
      from public.step_variants w join public.templates t on t.org_id = w.org_id and t.id = w.template_id
        and t.channel = s.channel
      where w.org_id = s.org_id and w.sequence_id = s.sequence_id and w.step = s.step) x
    where x.upto > x.total * private.hash_fraction(s.sequence_id::text || s.step || r.lead_id) order by x.variant
      limit 1) v on true
  left join lateral (
    select array_agg(c.id order by c.n) as points, array_agg(c.value_bidx order by c.n) as bidx,
      array_agg(case when s.channel = 'email' then split_part(c.masked, '@', 2) end order by c.n) as mailboxes
    from (
      select p.id, p.value_bidx, p.masked,
        row_number() over (order by p.verified desc, s.channel = 'sms' and private.line_type_of(p.codes) = 'landline',
          private.contact_order(p)) as n
      from public.contact_points p
      where p.org_id = r.org_id and p.lead_id = r.lead_id and p.invalid_at is null
        and (p.kind = 'email') = (s.channel = 'email')) c
    where c.n <= 5) k on true
  order by r.next_at, r.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.read_unsubscribe_token (
  p_token text
)
  RETURNS TABLE (
    org_id     uuid,
    value_bidx bytea
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_bytes bytea;
begin
  if p_token !~ '^[A-Za-z0-9_-]{66}$' then
    return;
  end if;
  v_bytes := decode(translate(p_token, '-_', '+/') || '==', 'base64');
  org_id := encode(substr(v_bytes, 2, 16), 'hex')::uuid;
  value_bidx := substr(v_bytes, 18, 16);
  if octet_length(v_bytes) <> 49 or get_byte(v_bytes, 0) <> 1
    or not exists (select from public.orgs o where o.id = read_unsubscribe_token.org_id)
    -- Each token has one spelling: the spare bits of its last character are zero.
    or translate(encode(v_bytes, 'base64'), E'+/=\n', '-_') <> p_token
    -- Compared as digests, so that timing does not reveal how much of a guess is right.
    or sha256(substr(v_bytes, 34)) <> sha256(private.unsubscribe_signature(private.unsubscribe_key(org_id),
      substr(v_bytes, 1, 33)))
  then
    return;
  end if;
  return next;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_messages (
  p_org_id      uuid,
  p_lease_token uuid,
  p_outcomes    jsonb,
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  SET jit TO 'off'
  AS $function$
declare
  v_ids constant uuid[] := array(select (x ->> 'message_id')::uuid from jsonb_array_elements(p_outcomes) x);
  v_sent uuid[];
  v_failed uuid[];
  v_given_up uuid[];
  v_count integer;
  v_settled jsonb;
begin
  perform private.lock_messages(p_org_id, v_ids);
  -- Where a webhook has settled the message already, only the id and the cost are missing.
  update public.messages m set provider_id = coalesce(m.provider_id, x ->> 'provider_id'),
    cost_usd = coalesce(m.cost_usd, (x ->> 'cost_usd')::numeric)
  from jsonb_array_elements(p_outcomes) x
  where m.org_id = p_org_id and m.id = any (v_ids) and m.id = (x ->> 'message_id')::uuid
    and x ->> 'result' = 'accepted' and m.state in ('sent', 'delivered', 'failed', 'bounced') and m.requested_at is not null;

  with outcome as (
    select m.id, x, case when x ->> 'result' = 'retry' and m.attempts >= 6 and x -> 'called' is distinct from 'false'
      then 'refused' else x ->> 'result' end as becomes
    from jsonb_array_elements(p_outcomes) x
    join public.messages m on m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid
    -- By the ids: where statistics are old, the join alone is planned as a scan of the org's ledger.
    where m.id = any (v_ids) and m.state in ('sending', 'unconfirmed') and m.lease_token = p_lease_token
      and m.requested_at is not null and x ->> 'result' in ('accepted', 'refused', 'retry', 'unknown')
  ), settled as (
    update public.messages m set
      state = (case o.becomes when 'accepted' then 'sent' when 'refused' then 'failed' when 'retry' then 'retrying'
        else 'unconfirmed' end)::public.message_state,
      sent_at = case when o.becomes = 'accepted' then p_as_of end, failed_at = case when o.becomes = 'refused'
        then p_as_of end,
      retry_at = case when o.becomes = 'retry' then p_as_of + private.retry_delay(m.attempts,
        (o.x ->> 'retry_after_seconds')::double precision) end,
      requested_at = case when o.becomes <> 'retry' then m.requested_at end,
      attempts = m.attempts - case when o.becomes = 'retry' and o.x -> 'called' = 'false' then 1 else 0 end,
      lease_token = case when o.becomes = 'unknown' then m.lease_token end, lease_until = case when
        o.becomes = 'unknown' then m.lease_until end,
      provider_id = coalesce(o.x ->> 'provider_id', m.provider_id), cost_usd = coalesce((o.x ->> 'cost_usd')::numeric,
        m.cost_usd),
      error_code = case when o.becomes <> 'accepted' then o.x ->> 'code' end,
      error_detail = case when o.becomes <> 'accepted' then private.redact_contacts(o.x ->> 'detail') end
    from outcome o where m.org_id = p_org_id and m.id = o.id
    returning m.id, m.state, o.x
  )
  select array_agg(s.id) filter (where s.state = 'sent'), array_agg(s.id) filter (where s.state = 'failed'),
    array_agg(s.id) filter (where s.state = 'failed' and s.x ->> 'result' = 'retry'), count(*), jsonb_agg(s.x)
  into v_sent, v_failed, v_given_up, v_count, v_settled from settled s;
  if v_count = 0 then
    return 0;
  end if;

  perform private.record_sent(p_org_id, v_sent, p_as_of) where v_sent is not null;
  perform private.record_failed(p_org_id, v_failed, p_as_of) where v_failed is not null;
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
  perform private.record_request_outcomes(p_org_id, c.provider, c.account, c.answered, c.failed, c.retry_after,
    p_as_of)
  from (
    select m.provider, s.account, count(*) filter (where x ->> 'result' in ('accepted', 'refused'))::integer as
      answered,
      count(*) filter (where x ->> 'result' in ('retry', 'unknown'))::integer as failed,
      make_interval(secs => max((x ->> 'retry_after_seconds')::double precision)) as retry_after
    from jsonb_array_elements(v_settled) x
    join public.messages m on m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid
    join public.senders s on s.org_id = m.org_id and s.id = m.sender_id
    where x -> 'called' is distinct from 'false'
    group by 1, 2 order by 1, 2) c;
  perform private.record_contact_feedback(p_org_id, m.value_bidx, case m.channel when 'email' then 'email'
    else 'phone' end::public.contact_kind,
    x ->> 'contact', m.channel, m.provider || coalesce(' ' || (x ->> 'code'), ''), p_as_of)
  from jsonb_array_elements(v_settled) x
  join public.messages m on m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid
  where x ->> 'contact' in ('invalid', 'cannot_text', 'unsubscribed')
  order by m.value_bidx, m.id;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.unsubscribe_key (
  p_org_id uuid
)
  RETURNS bytea
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return extensions.hmac('sluice unsubscribe 1'::bytea, private.blind_key(p_org_id), 'sha256');
end
$function$;

CREATE OR REPLACE FUNCTION private.unsubscribe_signature (
  p_key     bytea,
  p_payload bytea
)
  RETURNS bytea
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select substr(extensions.hmac(p_payload, p_key, 'sha256'), 1, 16)
$function$;

CREATE OR REPLACE FUNCTION private.unsubscribe_token (
  p_org_id     uuid,
  p_value_bidx bytea
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select private.unsubscribe_token(p_org_id, p_value_bidx, private.unsubscribe_key(p_org_id))
$function$;

CREATE OR REPLACE FUNCTION private.unsubscribe_token (
  p_org_id     uuid,
  p_value_bidx bytea,
  p_key        bytea
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_payload constant bytea := '\x01'::bytea || decode(replace(p_org_id::text, '-', ''), 'hex') || p_value_bidx;
begin
  return translate(encode(v_payload || private.unsubscribe_signature(p_key, v_payload), 'base64'), E'+/=\n', '-_');
end
$function$;

COMMENT ON FUNCTION "private"."came_with_another_name"(uuid, bigint) IS 'Whether this contact point came with another person''s name than its lead has: today''s name is not that of whoever answers there.';

COMMENT ON FUNCTION "private"."came_without_name"(uuid, bigint) IS 'Whether this contact point came with a row or a lead that named nobody.';

COMMENT ON FUNCTION "private"."unsubscribe_key"(uuid) IS 'The key of an org''s unsubscribe links, derived from its permanent key. A batch asks once: unwrapping costs more than signing.';

COMMENT ON FUNCTION "private"."unsubscribe_signature"(bytea, bytea) IS 'First 128 bits of HMAC-SHA-256 under a key of private.unsubscribe_key.';

COMMENT ON FUNCTION "private"."unsubscribe_token"(uuid, bytea) IS 'The token of one link.';

COMMENT ON FUNCTION "private"."unsubscribe_token"(uuid, bytea, bytea) IS 'The token of a List-Unsubscribe link: version, org, blind index and signature, base64url, 66 characters. p_key: of private.unsubscribe_key.';

REVOKE ALL ON FUNCTION "private"."came_with_another_name"(uuid, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."came_with_another_name"(uuid, bigint) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."came_without_name"(uuid, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."came_without_name"(uuid, bigint) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."unsubscribe_key"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."unsubscribe_key"(uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."unsubscribe_signature"(bytea, bytea) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."unsubscribe_signature"(bytea, bytea) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."unsubscribe_token"(uuid, bytea, bytea) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."unsubscribe_token"(uuid, bytea, bytea) TO "pipeline_writer";
