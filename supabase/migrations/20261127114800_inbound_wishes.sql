-- inbound wishes: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."apply_webhook_events"(uuid, bigint[], jsonb, timestamp WITH time zone);

DROP FUNCTION "private"."fail_inbox"(uuid, text, timestamp WITH time zone);

CREATE TABLE "private"."unread_contacts" (
  "org_id"      uuid                     NOT NULL,
  "value_bidx"  bytea                    NOT NULL,
  "inbox_id"    bigint                   NOT NULL,
  "received_at" timestamp with time zone NOT NULL,
  CONSTRAINT "unread_contacts_pkey" PRIMARY KEY (org_id, value_bidx, inbox_id)
);

ALTER TABLE "private"."unread_contacts"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."state_rules"
  ADD COLUMN "consent_lifts_mobile_ban" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."state_rules"
  ADD COLUMN "zip_over_area_code" boolean NOT NULL DEFAULT false;

ALTER TYPE "private"."gate_facts" ADD ATTRIBUTE "unread" boolean CASCADE;

ALTER TYPE "private"."gate_facts" ADD ATTRIBUTE "unsolicited_ban_in" text CASCADE;

CREATE OR REPLACE FUNCTION private.apply_booking_event (
  p_org_id   uuid,
  p_provider text,
  p_event    jsonb,
  p_now      timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    lead_id uuid,
    outcome public.event_outcome
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_at constant timestamptz := (p_event ->> 'at')::timestamptz;
  v_uid constant text := p_event ->> 'uid';
  v_previous constant text := p_event ->> 'previous_uid';
  v_action constant text := p_event ->> 'action';
  v_starts constant timestamptz := (p_event ->> 'starts_at')::timestamptz;
  v_ends constant timestamptz := (p_event ->> 'ends_at')::timestamptz;
  v_message public.messages;
  v_lead uuid;
  v_booking public.bookings;
begin
  -- A calendar has few bookings: serialising them keeps chains of moves simple.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice bookings %s', p_org_id), 0));
  select m.* into v_message from public.messages m where m.org_id = p_org_id
    and m.id = (p_event ->> 'message_id')::uuid;
  select coalesce(
    (select l.id from public.leads l where l.org_id = p_org_id and l.id = (p_event ->> 'lead_id')::uuid),
    v_message.lead_id,
    (select b.lead_id from public.bookings b where b.org_id = p_org_id and b.provider = p_provider
      and b.uid in (v_uid, v_previous)
      and b.lead_id is not null order by b.uid = v_uid desc limit 1),
    (select b.lead_id from public.bookings b where b.org_id = p_org_id and b.provider = p_provider
      and b.moved_to_uid = v_uid
      and b.lead_id is not null limit 1),
    (select f.lead_id from unnest(array[p_event ->> 'email', p_event ->> 'phone']
        || array(select x from jsonb_array_elements_text(coalesce(p_event -> 'guests', '[]')) x))
        with ordinality v (value, nth)
      cross join lateral private.find_leads_by_contact(p_org_id, private.known_contact_index(p_org_id, v.value)) with
        ordinality f (lead_id, point, campaign, place)
      where v.value is not null order by v.nth, f.place limit 1))
  into v_lead;
  insert into public.bookings as b (org_id, provider, uid, lead_id, message_id, starts_at, ends_at, made_at,
    cancelled_at)
  values (p_org_id, p_provider, v_uid, v_lead, v_message.id, v_starts, greatest(v_starts, v_ends),
    case when v_action in ('made', 'moved') then v_at end, case when v_action = 'cancelled' then v_at end)
  on conflict on constraint booking_is_kept_once do update set
    lead_id = coalesce(b.lead_id, excluded.lead_id), message_id = coalesce(b.message_id, excluded.message_id),
    starts_at = coalesce(b.starts_at, excluded.starts_at), ends_at = coalesce(b.ends_at, excluded.ends_at),
    made_at = least(b.made_at, excluded.made_at), cancelled_at = least(b.cancelled_at, excluded.cancelled_at)
  returning b.* into v_booking;
  if v_previous is not null and v_previous <> v_uid then
    insert into public.bookings as b (org_id, provider, uid, lead_id, moved_at, moved_to_uid)
    values (p_org_id, p_provider, v_previous, v_lead, v_at, v_uid)
    on conflict on constraint booking_is_kept_once do update set lead_id = coalesce(b.lead_id, excluded.lead_id),
      moved_to_uid = case when b.moved_at <= excluded.moved_at then b.moved_to_uid else excluded.moved_to_uid end,
      moved_at = least(b.moved_at, excluded.moved_at);
  end if;
  if v_booking.lead_id is null then
    return query select null::uuid, 'unmatched'::public.event_outcome;
    return;
  end if;
  perform private.settle_bookings(p_org_id, v_booking.lead_id, v_at, p_now);
  perform private.announce(p_org_id, case when v_action = 'made' then 'booking.made' else 'booking.changed' end,
    jsonb_strip_nulls(jsonb_build_object('booking_id', v_booking.id, 'lead_id', l.id, 'broker_id',
      l.assigned_broker_id,
      'campaign_id', l.campaign_id, 'change', v_action, 'starts_at', v_starts)), p_now)
  from public.leads l where l.org_id = p_org_id and l.id = v_booking.lead_id;
  return query select v_booking.lead_id, 'applied'::public.event_outcome;
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_inbox_message_event (
  p_org_id     uuid,
  p_message_id uuid,
  p_event_id   bigint,
  p_kind       text,
  p_at         timestamp with time zone,
  p_detail     jsonb
)
  RETURNS public.event_outcome
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_delivered timestamptz;
  v_outcome public.event_outcome;
begin
  if p_kind = 'clicked' and p_detail ->> 'machine' = 'false' then
    -- Lock first: either we see the delivery report, or the transaction that records it sees this click waiting.
    perform private.lock_messages(p_org_id, array[p_message_id]);
    select m.delivered_at into v_delivered from public.messages m where m.org_id = p_org_id and m.id = p_message_id;
    if v_delivered is null then
      return 'waiting'::public.event_outcome;
    end if;
    p_detail := p_detail || jsonb_build_object('machine', private.is_scanned(p_org_id, p_message_id, p_at,
      p_detail ->> 'link', v_delivered));
  end if;
  v_outcome := case private.apply_message_event(p_org_id, p_message_id, p_kind, p_at, p_detail)
    when 'unknown' then 'unmatched' when 'ignored' then 'ignored' else 'applied' end::public.event_outcome;
  if p_kind = 'clicked' and p_detail ->> 'link' is not null then
    perform private.settle_clicks(p_org_id, p_message_id);
  end if;
  if p_kind = 'delivered' then
    perform private.apply_inbox_message_event(p_org_id, p_message_id, e.id, 'clicked', e.at, e.detail)
    from public.webhook_events e
    where e.org_id = p_org_id and e.message_id = p_message_id and e.outcome = 'waiting' and e.id <> p_event_id;
    update public.webhook_events e set outcome = 'applied'
    where e.org_id = p_org_id and e.message_id = p_message_id and e.outcome = 'waiting' and e.id <> p_event_id;
  end if;
  return v_outcome;
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_message_event (
  p_org_id     uuid,
  p_message_id uuid,
  p_kind       text,
  p_at         timestamp with time zone,
  p_detail     jsonb                    DEFAULT '{}'::jsonb
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  SET jit TO 'off'
  AS $function$
declare
  o public.messages;
  m public.messages;
  v_machine constant boolean := coalesce(p_detail ->> 'machine' = 'true', false);
  v_gone constant boolean := p_kind in ('sent', 'delivered', 'deferred', 'opened', 'clicked', 'soft_bounced',
    'bounced', 'complained', 'unsubscribed');
  v_kind public.contact_kind;
begin
  perform private.lock_messages(p_org_id, array[p_message_id]);
  select x.* into o from public.messages x where x.org_id = p_org_id and x.id = p_message_id;
  if not found then
    return 'unknown';
  elsif o.state = 'cancelled' then
    return 'cancelled';
  end if;
  m := o;
  case p_kind
    when 'sent' then null;
    when 'delivered' then m.delivered_at := least(m.delivered_at, p_at);
    when 'deferred' then m.deferred_at := least(m.deferred_at, p_at);
    when 'opened' then
      if v_machine then m.machine_opened_at := least(m.machine_opened_at, p_at); else m.opened_at
        := least(m.opened_at, p_at); end if;
    when 'clicked' then
      if v_machine then m.machine_clicked_at := least(m.machine_clicked_at, p_at); else m.clicked_at
        := least(m.clicked_at, p_at); end if;
    when 'soft_bounced' then m.soft_bounced_at := least(m.soft_bounced_at, p_at);
    when 'bounced' then m.bounced_at := least(m.bounced_at, p_at);
    when 'complained' then m.complained_at := least(m.complained_at, p_at);
    when 'unsubscribed' then m.unsubscribed_at := least(m.unsubscribed_at, p_at);
    when 'failed' then m.failed_at := least(m.failed_at, p_at);
    else return 'ignored';
  end case;
  if v_gone then
    m.sent_at := least(m.sent_at, p_at);
  end if;
  m.provider_id := coalesce(m.provider_id, p_detail ->> 'provider_id');
  m.cost_usd := greatest(m.cost_usd, (p_detail ->> 'cost_usd')::numeric);
  if p_kind in ('failed', 'bounced', 'soft_bounced') then
    m.error_code := coalesce(m.error_code, p_detail ->> 'code');
    m.error_detail := coalesce(m.error_detail, private.redact_contacts(p_detail ->> 'detail'));
  end if;
  -- The strongest evidence decides.
  m.state := case
    when m.bounced_at is not null then 'bounced'
    when m.delivered_at is not null then 'delivered'
    when m.failed_at is not null then 'failed'
    when m.sent_at is not null then 'sent'
    else m.state end;
  if m.state not in ('sending', 'unconfirmed') then
    m.lease_token := null; m.lease_until := null;
  end if;
  if m.state <> 'retrying' then
    m.retry_at := null;
  end if;
  if m is distinct from o then
    update public.messages x set state = m.state, sent_at = m.sent_at, delivered_at = m.delivered_at,
      deferred_at = m.deferred_at,
      opened_at = m.opened_at, clicked_at = m.clicked_at, machine_opened_at = m.machine_opened_at,
        machine_clicked_at = m.machine_clicked_at,
      failed_at = m.failed_at, soft_bounced_at = m.soft_bounced_at, bounced_at = m.bounced_at,
        complained_at = m.complained_at,
      unsubscribed_at = m.unsubscribed_at, provider_id = m.provider_id, cost_usd = m.cost_usd,
        error_code = m.error_code,
      error_detail = m.error_detail, lease_token = m.lease_token, lease_until = m.lease_until, retry_at = m.retry_at
    where x.org_id = p_org_id and x.id = p_message_id;
    if o.sent_at is null and m.sent_at is not null then
      perform private.record_sent(p_org_id, array[p_message_id], p_at);
    elsif o.state in ('sending', 'retrying', 'unconfirmed') and m.state = 'failed' then
      perform private.record_failed(p_org_id, array[p_message_id], p_at);
    elsif o.sent_at is not null and m.cost_usd is distinct from o.cost_usd then
      insert into private.provider_spend as d (org_id, sender_id, local_date, spent_usd)
      select g.id, o.sender_id, coalesce(o.reserved_on, (o.sent_at at time zone g.time_zone)::date),
        m.cost_usd - coalesce(o.cost_usd, o.reserved_usd, 0)
      from public.orgs g where g.id = p_org_id
      on conflict (org_id, sender_id, local_date) do update set spent_usd = d.spent_usd + excluded.spent_usd;
    end if;
  end if;
  v_kind := case m.channel when 'email' then 'email' else 'phone' end::public.contact_kind;
  if p_detail ->> 'contact' = 'cannot_text'
    or (m.channel = 'sms' and private.soft_bounces_add_up(p_org_id, m.value_bidx, m.channel, p_kind, p_at)) then
    perform private.record_contact_feedback(p_org_id, m.value_bidx, v_kind, 'cannot_text', m.channel,
      m.provider || coalesce(' ' || m.error_code, ''), p_at);
  elsif p_kind = 'bounced' or p_detail ->> 'contact' = 'invalid'
    or private.soft_bounces_add_up(p_org_id, m.value_bidx, m.channel, p_kind, p_at) then
    perform private.record_contact_feedback(p_org_id, m.value_bidx, v_kind, 'invalid', m.channel,
      m.provider || coalesce(' ' || m.error_code, ''), p_at);
  elsif p_kind in ('complained', 'unsubscribed') or p_detail ->> 'contact' = 'unsubscribed' then
    perform private.stop_runs(p_org_id, m.lead_id, case p_kind when 'complained' then p_kind else 'unsubscribed' end,
      p_at);
    perform private.record_contact_feedback(p_org_id, m.value_bidx, v_kind, case p_kind when 'complained' then p_kind
      else 'unsubscribed' end,
      m.channel, m.provider, p_at);
    -- A lead that is not opted out by this has at least completed the campaign.
    perform private.complete_leads(p_org_id, array[m.lead_id]);
  end if;
  return m.state::text;
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_reply_event (
  p_org_id   uuid,
  p_provider text,
  p_event    jsonb,
  p_now      timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    lead_id uuid,
    outcome public.event_outcome
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_at constant timestamptz := (p_event ->> 'at')::timestamptz;
  v_channel constant text := p_event ->> 'channel';
  v_kind constant public.contact_kind := case v_channel when 'email' then 'email'
    else 'phone' end::public.contact_kind;
  v_value constant bytea := coalesce(decode(p_event ->> 'value_bidx', 'hex'), private.known_contact_index(p_org_id,
    p_event ->> 'from'));
  v_key constant integer := private.active_key_id(p_org_id, 'data');
  v_text constant text := coalesce(p_event ->> 'text', '');
  v_label public.reply_label;
  v_message public.messages;
  v_leads uuid[];
  v_points bigint[];
  v_campaign uuid;
  v_answer jsonb;
  v_request text;
  v_keyword text;
  v_meant uuid;
  v_replies bigint[];
begin
  -- Serialised per number: the last of STOP and START decides.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice reply %s %s', p_org_id, encode(v_value, 'hex')), 0));
  select m.* into v_message from public.messages m
  where m.org_id = p_org_id and m.id = private.find_message(p_org_id,
    -- A reply may arrive through another provider than the one that sent the message.
    coalesce((select min(s.provider) from public.senders s where s.org_id = p_org_id and s.channel = v_channel),
      p_provider),
    case when v_channel = 'sms' then null else p_event ->> 'provider_id' end, (p_event ->> 'message_id')::uuid);
  if v_message.id is null and p_event ? 'references' and v_channel = 'email' then
    select m.* into v_message from public.messages m
    where m.org_id = p_org_id and m.channel = 'email' and m.provider_id in (
      select x from jsonb_array_elements_text(p_event -> 'references') x)
    order by m.created_at desc limit 1;
  end if;
  if p_event ? 'automatic' then
    -- Not written by a person: it neither counts as a reply nor stops anything.
    if p_event ->> 'automatic' = 'closed' then
      perform private.record_contact_feedback(p_org_id, x, 'email', 'invalid', 'email', 'automatic answer', v_at)
      from (select v_value union select v_message.value_bidx where v_message.channel = 'email') c (x)
      where v_channel = 'email';
      return query select v_message.lead_id, 'applied'::public.event_outcome;
    else
      return query select v_message.lead_id, 'ignored'::public.event_outcome;
    end if;
    return;
  end if;
  select array_agg(f.lead_id), array_agg(f.contact_point_id), (array_agg(f.campaign_id))[1] into v_leads, v_points,
    v_campaign
  from private.find_leads_by_contact(p_org_id, v_value, v_message.id) f;

  -- A wrong number is about the message that it answers, otherwise about the lead contacted last.
  v_meant := coalesce(v_message.lead_id, (select a.lead_id from public.contact_attempts a
    where a.org_id = p_org_id and a.value_bidx = v_value and a.direction = 'outbound' and a.at <= v_at
      and a.lead_id = any (v_leads)
    order by a.at desc, a.id desc limit 1), v_leads[1]);
  v_answer := private.record_reply_opt_out(p_org_id, v_value, v_kind, v_channel, v_text, p_event ->> 'opt_out_type',
    coalesce((p_event ->> 'model_says_opt_out')::boolean, false), p_event -> 'reading', v_meant, v_at);
  v_request := v_answer ->> 'kind';
  if v_request in ('opt_out', 'wrong_contact') and v_message.value_bidx <> v_value then
    -- The person answered from another address than the one we wrote to.
    perform private.record_reply_opt_out(p_org_id, v_message.value_bidx, case v_message.channel when 'email'
      then 'email' else 'phone' end::public.contact_kind, v_message.channel, v_text, null,
      v_request = 'opt_out', p_event -> 'reading', v_message.lead_id, v_at);
  end if;
  -- The gate reads the request as one about the whole channel; a narrower one is kept as suppressions alone.
  v_keyword := case when v_answer ->> 'keyword' <> 'opt_out' or v_answer -> 'channels' @> to_jsonb(
    private.opt_out_reach('', v_channel)) then v_answer ->> 'keyword' end;
  insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, campaign_id, lead_id, keyword)
  select p_org_id, v_value, v_channel, 'inbound', v_at, v_campaign, v_leads[1], v_keyword
  where not private.has_attempt(p_org_id, v_value, v_channel, v_at);
  if v_leads is null then
    perform private.apply_latest_keyword(p_org_id, v_value, v_channel, v_keyword, v_at);
    return query select null::uuid, 'unmatched'::public.event_outcome;
    return;
  end if;

  v_label := case v_request when 'opt_out' then 'opt_out' when 'wrong_contact' then 'wrong_person'
    else (p_event ->> 'label') end::public.reply_label;
  with kept as (
    insert into public.replies (org_id, lead_id, contact_point_id, value_bidx, channel, provider, event_key, at,
      request,
      text_cipher, key_id, message_id, campaign_id, label, labelled_by, labelled_at)
    select p_org_id, f.lead_id, f.contact_point_id, v_value, v_channel, p_provider, p_event ->> 'key', v_at, v_request,
      private.encrypt_value(nullif(v_text, ''), private.org_key(p_org_id, v_key)), case when v_text <> ''
        then v_key end,
      case when v_message.lead_id = f.lead_id then v_message.id end, l.campaign_id,
      v_label, case when v_label is not null then 'rules' end, case when v_label is not null then p_now end
    from unnest(v_leads, v_points) f (lead_id, contact_point_id)
    join public.leads l on l.org_id = p_org_id and l.id = f.lead_id
    on conflict on constraint reply_is_kept_once_per_lead do nothing
    returning id
  )
  select array_agg(k.id) into v_replies from kept k;
  -- START and HELP are commands to the system, not replies to our message; after a wrong number, the lead's next
  -- number is used.
  if v_request in ('none', 'opt_out') then
    perform private.mark_leads_replied(p_org_id, v_leads, v_at, jsonb_build_object('channel', v_channel, 'request',
      v_request));
  end if;
  perform private.apply_latest_keyword(p_org_id, v_value, v_channel, v_keyword, v_at);
  -- A lead that ended one channel and stays in work waits for a person, like one that only answered.
  perform private.create_task(p_org_id, l.id, 'answer_reply', jsonb_strip_nulls(jsonb_build_object('channel', v_channel,
    'request', nullif(v_request, 'none'), 'unread', nullif((p_event #>> '{reading,unread}')::boolean, false))), v_at)
  from public.leads l
  where l.org_id = p_org_id and l.id = any (v_leads)
    and (v_request = 'none'
      or (v_request = 'opt_out' and v_answer ->> 'keyword' <> 'stop' and l.campaign_status <> 'opted_out'));
  if v_answer #>> '{confirmation,text}' is not null and (v_answer #>> '{confirmation,not_after}')::timestamptz >=
    p_now and v_points[1] is not null then
    perform private.queue_text_answer(p_org_id, v_leads[1], v_points[1], 'confirmation',
      v_answer #>> '{confirmation,text}', p_event ->> 'key', p_now);
  elsif v_request = 'help' and v_answer ->> 'answer' is not null and v_points[1] is not null then
    perform private.queue_text_answer(p_org_id, v_leads[1], v_points[1], 'help', v_answer ->> 'answer',
      p_event ->> 'key', p_now);
  end if;
  perform private.announce(p_org_id, 'reply.received', jsonb_strip_nulls(jsonb_build_object('reply_id', r.id,
    'lead_id', r.lead_id,
      'broker_id', l.assigned_broker_id, 'campaign_id', r.campaign_id, 'message_id', r.message_id, 'channel',
        r.channel, 'request', r.request,
      'label', r.label, 'at', r.at)), p_now)
  from public.replies r
  join public.leads l on l.org_id = r.org_id and l.id = r.lead_id
  where r.org_id = p_org_id and r.id = any (v_replies);
  -- A model may read what the rules could not.
  perform private.send_job('triage', jsonb_build_object('reply_id', v_replies[1]::text, 'org_id', p_org_id),
    p_org_id::text || v_replies[1])
  where v_request = 'none' and v_label is null and v_text <> '' and v_replies is not null
    and coalesce((p_event ->> 'triage')::boolean, false);
  return query select x, 'applied'::public.event_outcome from unnest(v_leads[1:1]) x;
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_webhook_events (
  p_org_id    uuid,
  p_inbox_ids bigint[],
  p_events    jsonb,
  p_now       timestamp with time zone DEFAULT now(),
  p_close     boolean                  DEFAULT true
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_new jsonb;
  v record;
  v_lead uuid;
  v_message uuid;
  v_outcome public.event_outcome;
  v_counts jsonb;
begin
  -- The worker that locks them processes them; a second worker finds nothing left to do.
  perform from public.webhook_inbox i
  where i.org_id = p_org_id and i.id = any (p_inbox_ids) and i.state = 'received' order by i.id for update;
  with given as (
    select distinct on (e ->> 'provider', e ->> 'key') e
    from jsonb_array_elements(p_events) e
    join public.webhook_inbox i on i.org_id = p_org_id and i.id = (e ->> 'inbox_id')::bigint and i.state = 'received'
    order by e ->> 'provider', e ->> 'key', (e ->> 'inbox_id')::bigint
  ), noted as (
    insert into public.webhook_events as n (org_id, inbox_id, provider, event_key, kind, name, at, outcome,
      message_id, lead_id, detail)
    select p_org_id, (g.e ->> 'inbox_id')::bigint, g.e ->> 'provider', g.e ->> 'key', g.e ->> 'type', g.e ->> 'name',
      (g.e ->> 'at')::timestamptz,
      'ignored', m.id, m.lead_id, coalesce(g.e -> 'detail', '{}')
    from given g
    left join lateral (select private.find_message(p_org_id, g.e ->> 'provider', g.e ->> 'provider_id',
      (g.e ->> 'message_id')::uuid) as id
      where g.e ->> 'type' = 'message') f on true
    left join public.messages m on m.org_id = p_org_id and m.id = f.id
    order by g.e ->> 'provider', g.e ->> 'key'
    on conflict on constraint event_counts_once do update
      -- An unmatched event is matched again when it is repeated or replayed.
      set inbox_id = excluded.inbox_id, outcome = 'ignored', message_id = excluded.message_id,
        lead_id = excluded.lead_id
      where n.outcome = 'unmatched'
    returning n.id, n.provider, n.event_key, n.message_id, n.lead_id
  )
  select jsonb_agg(jsonb_build_object('id', n.id, 'found', n.message_id, 'lead', n.lead_id, 'e', g.e)) into v_new
  from noted n join given g on g.e ->> 'provider' = n.provider and g.e ->> 'key' = n.event_key;

  -- By lead and message: two workers with events in common wait for each other and do not deadlock.
  for v in
    select (n ->> 'id')::bigint as id, (n ->> 'found')::uuid as message_id, n -> 'e' as e
    from jsonb_array_elements(v_new) n
    order by n ->> 'lead', n ->> 'found', (n #>> '{e,at}')::timestamptz, n ->> 'id'
  loop
    v_lead := null; v_message := null; v_outcome := 'ignored';
    case v.e ->> 'type'
      when 'message' then
        v_message := v.message_id;
        v_outcome := case when v_message is null then 'unmatched' else private.apply_inbox_message_event(p_org_id,
          v_message, v.id, v.e ->> 'kind',
          (v.e ->> 'at')::timestamptz, coalesce(v.e -> 'detail', '{}')
            || jsonb_strip_nulls(jsonb_build_object('provider_id', v.e ->> 'provider_id'))) end;
      when 'reply' then
        select t.lead_id, t.outcome into v_lead, v_outcome from private.apply_reply_event(p_org_id,
          v.e ->> 'provider', v.e, p_now) t;
      when 'call' then
        select t.lead_id, t.message_id, t.outcome into v_lead, v_message, v_outcome
        from private.apply_call_event(p_org_id, v.e ->> 'provider', v.e, p_now) t;
      when 'booking' then
        select t.lead_id, t.outcome into v_lead, v_outcome from private.apply_booking_event(p_org_id,
          v.e ->> 'provider', v.e, p_now) t;
      when 'opt_out' then
        perform private.record_opt_out(p_org_id, private.contact_index(p_org_id, x.value), x.kind, v.e ->> 'channel',
          'webhook',
          v.e ->> 'person_text', 'opt_out', p_provider_confirms => true, p_as_of => (v.e ->> 'at')::timestamptz)
        from (values (v.e ->> 'phone', 'phone'::public.contact_kind), (v.e ->> 'email', 'email')) x (value, kind)
        where x.value is not null;
        v_outcome := 'applied';
      else null;
    end case;
    update public.webhook_events e set outcome = v_outcome, lead_id = coalesce(v_lead, e.lead_id),
      message_id = coalesce(v_message, e.message_id)
    where e.org_id = p_org_id and e.id = v.id
      and (e.outcome, e.lead_id, e.message_id) is distinct from (v_outcome, coalesce(v_lead, e.lead_id),
        coalesce(v_message, e.message_id));
  end loop;

  with closed as (
    update public.webhook_inbox i set processed_at = p_now, error = null,
      state = case when exists (select from public.webhook_events e
        where e.org_id = i.org_id and e.inbox_id = i.id and e.outcome = 'unmatched') then 'unmatched'
          else 'done' end::public.inbox_state
    where p_close and i.org_id = p_org_id and i.id = any (p_inbox_ids) and i.state = 'received'
    returning i.state
  )
  select jsonb_build_object('deliveries', count(*), 'unmatched', count(*) filter (where c.state = 'unmatched'),
    'events', coalesce(jsonb_array_length(v_new), 0)) into v_counts from closed c;
  return v_counts;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_decision_rules (
  k          private.contact_facts,
  p_org_id   uuid,
  p_settings jsonb,
  p_of_lead  integer,
  p_of_org   integer,
  p_as_of    timestamp with time zone,
  OUT        reasons jsonb,
  OUT        ends_at timestamp with time zone
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  w jsonb;
  v_confirmation constant boolean := coalesce(k.message ->> 'message_kind' = 'opt_out_confirmation', false);
  v_cap integer;
  v_count integer;
  v_oldest timestamptz;
begin
  -- ends_at: null while nothing here refuses; infinity when time does not end the refusal.
  reasons := '[]';
  if (k.kind = 'email') <> (k.channel = 'email') then
    reasons := reasons || jsonb_build_object('rule', 'contact_of_other_kind', 'detail',
      format('a %s cannot be contacted by %s', k.kind, k.channel));
  end if;
  if k.invalid_at <= p_as_of then
    reasons := reasons || jsonb_build_object('rule', 'contact_invalid', 'detail',
      format('known since %s not to reach the person', k.invalid_at::date));
  end if;
  if k.campaign_status in ('opted_out', 'invalid') and not v_confirmation then
    reasons := reasons || jsonb_build_object('rule', 'lead_opted_out', 'detail',
      format('the lead is %s', replace(k.campaign_status::text, '_', ' ')));
  end if;
  if k.litigator then
    reasons := reasons || jsonb_build_object('rule', 'known_litigator', 'detail', 'the number is on a litigator list');
  end if;
  if not v_confirmation and k.suppressions <> '[]' then
    for w in select x from jsonb_array_elements(k.suppressions) x loop
      reasons := reasons || jsonb_build_object('rule', 'suppressed', 'detail',
        format('suppressed by the org since %s: %s (%s)',
        (w ->> 'at')::date, w ->> 'reason', w ->> 'source'));
    end loop;
  end if;
  if reasons <> '[]' then
    ends_at := 'infinity';
  end if;
  -- Two leads with one phone or e-mail get one contact in 24 hours between them. The facts contain all contacts with
  -- the value, for whatever lead, and those that the same claim has already been allowed.
  if k.purpose = 'marketing' and not v_confirmation then
    select max(h.at) into v_oldest
    from jsonb_to_recordset(k.facts -> 'history') h (direction text, at timestamptz)
    where h.direction = 'outbound' and h.at > p_as_of - interval '24 hours';
    if exists (select from public.contact_points o join public.leads l on l.org_id = o.org_id and l.id = o.lead_id
      where v_oldest is not null and o.org_id = p_org_id and o.value_bidx = k.value_bidx and o.lead_id <> k.lead_id
        and l.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked'))
    then
      reasons := reasons || jsonb_build_object('rule', 'value_shared_today', 'detail', format(
        'another lead has the same %s, and it was contacted at %s',
        k.kind, to_char(v_oldest at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')));
      ends_at := greatest(ends_at, v_oldest + interval '24 hours');
    end if;
  end if;
  -- Contacts that the same claim has already been allowed count as made.
  v_cap := (p_settings ->> 'lead_attempts_24h')::integer;
  if v_cap is not null and k.channel <> 'email' and not v_confirmation then
    select p_of_lead + count(*), case when v_cap > p_of_lead
      then (array_agg(a.at order by a.at desc))[v_cap - p_of_lead] when v_cap > 0 then p_as_of end
    into v_count, v_oldest
    from public.contact_attempts a
    where a.org_id = p_org_id and a.lead_id = k.lead_id and a.at > p_as_of - interval '24 hours'
      and a.direction = 'outbound' and a.channel <> 'email';
    if v_count >= v_cap then
      reasons := reasons || jsonb_build_object('rule', 'house_lead_cap', 'detail',
        format('the org allows %s attempts per lead in 24 hours; there were %s', v_cap, v_count));
      ends_at := greatest(ends_at, coalesce(v_oldest + interval '24 hours', 'infinity'));
    end if;
  end if;
  v_cap := (p_settings ->> 'org_attempts_24h')::integer;
  if v_cap is not null and not v_confirmation then
    select p_of_org + count(*), case when v_cap > p_of_org then min(x.at) when v_cap > 0
      then p_as_of end into v_count, v_oldest
    from (select a.at from public.contact_attempts a
      where a.org_id = p_org_id and a.direction = 'outbound' and a.at > p_as_of - interval '24 hours'
      order by a.at desc limit greatest(v_cap - p_of_org, 0)) x;
    if v_count >= v_cap then
      reasons := reasons || jsonb_build_object('rule', 'house_org_cap', 'detail',
        format('the org allows %s contacts in 24 hours and has made them', v_cap));
      ends_at := greatest(ends_at, coalesce(v_oldest + interval '24 hours', 'infinity'));
    end if;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.collect_contact_facts (
  p_org_id   uuid,
  p_requests jsonb,
  p_as_of    timestamp with time zone,
  p_store    boolean                  DEFAULT true,
  p_outbound boolean                  DEFAULT true
)
  RETURNS SETOF private.contact_facts
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_org public.orgs;
  v_key integer;
  v_secret text;
  v_load bigint;
  v_emergencies jsonb;
  v_house jsonb;
begin
  select x.* into v_org from public.orgs x where x.id = p_org_id;
  v_key := private.active_key_id(p_org_id, 'data');
  v_secret := private.org_key(p_org_id, v_key);
  v_load := coalesce((select max(l.id) from private.dnc_loads l), 0);
  v_emergencies := (select coalesce(jsonb_agg(distinct e.state), '[]') from public.emergencies e
    where e.declared_at <= p_as_of and (e.ended_at is null or e.ended_at > p_as_of));
  v_house := case when v_org.settings ? 'consent_months'
    then jsonb_build_object('house', jsonb_build_object('consent_max_age_months',
      (v_org.settings ->> 'consent_months')::integer)) else '{}' end;
  return query
  with recursive asked as materialized (
    select r.n::integer as n, (r.x ->> 'lead_id')::uuid as lead_id,
      (r.x ->> 'contact_point_id')::bigint as contact_point_id,
      r.x ->> 'channel' as channel, r.x ->> 'purpose' as purpose,
        coalesce(nullif(r.x -> 'message', 'null'), '{}') as message,
      (r.x ->> 'campaign_id')::uuid as campaign_id
    from jsonb_array_elements(p_requests) with ordinality r (x, n)
  ),
  family (lead_id, id) as (
    select a.lead_id, a.lead_id from asked a
    union
    select f.lead_id, m.merged_id
    from family f
    join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.id and m.undone_at is null
  ),
  families as (select f.lead_id, array_agg(f.id) as ids from family f group by f.lead_id)
  select a.n, a.lead_id, a.contact_point_id, c.value_bidx, c.kind, a.channel, a.purpose, a.message, a.campaign_id,
    c.invalid_at, l.campaign_status, coalesce((s.s).litigator, false), held.why,
    jsonb_build_object(
      'org_id', p_org_id, 'channel', a.channel, 'purpose', a.purpose, 'seller',
        coalesce(v_org.settings ->> 'seller', v_org.name),
      'state', l.situs_state, 'postal_code', l.situs_zip,
      'addresses', case when l.mailing_state is null and l.mailing_zip is null then '[]'
        else jsonb_build_array(jsonb_build_object('state', l.mailing_state, 'postal_code', l.mailing_zip)) end,
      'phone', case when c.kind = 'phone' then v.value end, 'email', case when c.kind = 'email' then v.value end,
      'line_type', case when c.kind = 'phone' then private.line_type_of(c.codes) end,
      'consent', given.consent,
      'dnc', case when c.kind = 'phone' then jsonb_build_object(
          'federal_listed', (s.s).federal_listed, 'scrubbed_at', (s.s).registry_obtained_at,
          'state_listed', private.is_on_state_dnc_list(array[l.situs_state, l.mailing_state] || z.states,
            (s.s).states_listed, p_as_of),
          'states_listed', (s.s).states_listed, 'list_ids', (s.s).list_ids, 'load_id', (s.s).load_id, 'looked_up_at',
            (s.s).scrubbed_at,
          'internal_request_at', greatest(held.requested_at, (s.s).internal_at)) else '{}' end
        || jsonb_build_object('lookup_error', null, 'events', held.events,
          'email_unsubscribed_at', case when c.kind = 'email' then held.requested_at end),
      'history', history.contacts,
      'unread_since', private.unread_since(p_org_id, a.lead_id),
      'message', case when a.message = '{}' then a.message else (
        select coalesce(jsonb_object_agg(m.key, m.value), '{}') from jsonb_each(a.message) m
        where m.key in ('subject', 'message_kind', 'marketing_content', 'confirmations_already_sent',
          'postal_address_in_body',
          'unsubscribe_link', 'list_unsubscribe_post', 'from_authenticated', 'daily_volume_to_gmail')) end,
      'emergencies', v_emergencies) || v_house
  from asked a
  join families fam on fam.lead_id = a.lead_id
  join public.leads l on l.org_id = p_org_id and l.id = a.lead_id
  join public.contact_points c on c.org_id = p_org_id and c.lead_id = a.lead_id and c.id = a.contact_point_id
  cross join lateral (
    select private.decrypt_value(c.value_cipher, case when c.key_id = v_key then v_secret
      else private.org_key(p_org_id, c.key_id) end) as value
    offset 0) v
  left join public.area_code_zones z on c.kind = 'phone' and z.area_code = substr(v.value, 3, 3)
  left join private.phone_scrubs known on known.org_id = p_org_id and known.value_bidx = c.value_bidx
    and known.load_id = v_load
  cross join lateral (
    select case when c.kind <> 'phone' then null when known.load_id is not null then known
      else private.scrub_phone(p_org_id, c.value_bidx, v.value, p_as_of, p_store) end as s
    offset 0) s
  -- The active suppressions: the person's latest request, reports of mail providers, and the reason for each.
  cross join lateral (
    select max(h.created_at) filter (where h.reason not in ('bounce', 'complaint', 'litigator')) as requested_at,
      coalesce(jsonb_agg(distinct case h.reason when 'complaint' then 'spamreport' else 'bounce' end)
        filter (where h.kind = 'email' and h.reason in ('bounce', 'complaint')), '[]') as events,
      coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'reason', h.reason, 'source', h.source, 'at', h.created_at)
        order by h.created_at), '[]') as why
    from public.suppressions h
    where h.org_id = p_org_id and h.value_bidx = c.value_bidx and (h.channel is null or h.channel = a.channel)
      and not exists (select from public.suppression_lifts x
        where x.org_id = h.org_id and x.suppression_id = h.id and x.channel = a.channel)) held
  -- The best grant on record and the latest revocation that covers the channel. An unproven consent counts only where
  -- nothing was ever revoked; the typed name of a signature is not included.
  cross join lateral (
    with events as materialized (
      select e.id, e.action, e.type, e.is_unproven, e.is_keyword, e.occurred_at, e.upload_id, e.seller, e.value_bidx,
        e.automated_disclosed, e.not_condition_of_purchase, e.signature, e.method
      from public.consents e
      where e.org_id = p_org_id and e.value_bidx = c.value_bidx and a.channel = any (e.channels)
        and e.occurred_at <= p_as_of
      union all
      -- A row without a value applies to every contact of its lead.
      select e.id, e.action, e.type, e.is_unproven, e.is_keyword, e.occurred_at, e.upload_id, e.seller, e.value_bidx,
        e.automated_disclosed, e.not_condition_of_purchase, e.signature, e.method
      from public.consents e
      where e.org_id = p_org_id and e.lead_id = any (fam.ids) and e.value_bidx is null and a.channel = any (e.channels)
        and e.occurred_at <= p_as_of
    ),
    -- START reverses the keyword STOP and nothing else.
    revoked as materialized (
      select r.* from events r
      where r.action = 'revoke' and not (r.is_keyword and exists (
        select from events g where g.action = 'grant' and g.is_keyword and not g.is_unproven
          and g.occurred_at > r.occurred_at))
      order by r.occurred_at desc, r.id desc limit 1
    ),
    granted as (
      select g.* from events g
      where g.action = 'grant'
        and not exists (select from public.uploads u where u.org_id = p_org_id and u.id = g.upload_id
          and u.state = 'undone' and g.is_unproven)
        and not exists (select from revoked r where g.is_unproven or (g.is_keyword and not r.is_keyword))
      order by g.is_unproven, coalesce(g.occurred_at > (select r.occurred_at from revoked r), true) desc,
        array_position('{pewc,pec,ebr_purchase,ebr_inquiry}', g.type), g.occurred_at desc, g.id desc limit 1
    )
    select jsonb_build_object('type', coalesce(g.type, 'none'), 'consent_id', g.id, 'is_unproven', g.is_unproven,
      'obtained_at', g.occurred_at,
      'seller', g.seller, 'phone_covered', g.value_bidx is not null,
      'automated_disclosed', coalesce(g.automated_disclosed, false),
      'not_condition_of_purchase', coalesce(g.not_condition_of_purchase, false),
      'signature', not g.is_unproven and length(btrim(coalesce(g.signature, ''))) > 0,
      'last_transaction_at', case when g.type = 'ebr_purchase' then g.occurred_at end,
      'last_inquiry_at', case when g.type = 'ebr_inquiry' then g.occurred_at end,
      -- The row's channels are its scope, so for this channel it covers everything.
      'revocation_id', r.id, 'revoked_at', r.occurred_at, 'revoked_via', r.method, 'revoked_scope', case
        when r.id is not null then 'all' end) as consent
    from (values (1)) one left join granted g on true left join revoked r on true) given
  -- The last thousand contacts with the value, for whatever lead or campaign. The request of an inbound message is
  -- represented by a standard phrase; its own words are not included.
  cross join lateral (
    select coalesce(jsonb_agg(case when t.subject is null and t.keyword is null
      then jsonb_build_object('channel', t.channel, 'direction', t.direction, 'at', t.at)
      else jsonb_strip_nulls(jsonb_build_object('channel', t.channel, 'direction', t.direction, 'at', t.at, 'subject',
        t.subject,
        'body', case t.keyword when 'stop' then 'STOP' when 'start' then 'START' when 'opt_out'
          then 'please stop texting me' end)) end), '[]') as contacts
    from (
      select y.channel, y.direction, y.at, y.subject, y.keyword from public.contact_attempts y
      where y.org_id = p_org_id and y.value_bidx = c.value_bidx and (p_outbound or y.direction = 'inbound')
      order by y.at desc limit 1000) t) history
  order by a.n;
end
$function$;

CREATE OR REPLACE FUNCTION private.decide_contacts (
  p_org_id   uuid,
  p_requests jsonb,
  p_as_of    timestamp with time zone,
  p_store    text,
  p_outbound boolean                  DEFAULT true
)
  RETURNS TABLE (
    n      integer,
    answer jsonb
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  SET jit TO 'off'
  AS $function$
declare
  k private.contact_facts;
  g jsonb;
  w record;
  d public.gate_decisions;
  v_settings jsonb;
  v_facts jsonb;
  v_new public.gate_decisions[] := '{}'::public.gate_decisions[];
  v_clock constant timestamptz := clock_timestamp();
  v_seen integer := 0;
  -- Contacts that this call has allowed so far.
  v_values bytea[] := '{}'::bytea[];
  v_leads uuid[] := '{}'::uuid[];
  v_channels text[] := '{}'::text[];
  v_subjects text[] := '{}'::text[];
  v_of_lead integer := 0;
begin
  select o.settings into v_settings from public.orgs o where o.id = p_org_id;
  if not found then
    perform private.raise_missing_contact(p_org_id, p_requests);
  end if;
  for k in select * from private.collect_contact_facts(p_org_id, p_requests, p_as_of, p_store <> 'never',
    p_outbound) loop
    v_seen := v_seen + 1;
    v_facts := k.facts;
    if k.value_bidx = any (v_values) then
      v_facts := v_facts || jsonb_build_object('history', (
        select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('channel', x.channel, 'direction', 'outbound', 'at',
          p_as_of, 'subject', x.subject)))
        from unnest(v_values, v_channels, v_subjects) x (value_bidx, channel, subject)
          where x.value_bidx = k.value_bidx) || (v_facts -> 'history'));
    end if;
    if v_settings ? 'lead_attempts_24h' then
      v_of_lead := (select count(*) from unnest(v_leads, v_channels) x (lead_id, channel) where x.lead_id = k.lead_id
        and x.channel <> 'email');
    end if;
    g := public.gate_evaluate(v_facts, p_as_of);
    k.facts := v_facts;
    w := private.check_decision_rules(k, p_org_id, v_settings, v_of_lead, cardinality(v_values), p_as_of);
    d.reasons := (g -> 'reasons') || w.reasons;
    d.allow := d.reasons = '[]';
    d.next_allowed_at := case
      when w.ends_at is null then (g ->> 'next_allowed_at')::timestamptz
      when w.ends_at = 'infinity' or (g ->> 'next_allowed_at') is null then null
      -- One of our own limits may end while the hours are closed.
      else (public.gate_evaluate(v_facts, greatest(w.ends_at,
        (g ->> 'next_allowed_at')::timestamptz)) ->> 'next_allowed_at')::timestamptz end;
    d.id := null;
    if p_store = 'always' or (p_store = 'refusals' and not d.allow) then
      d.org_id := p_org_id; d.decided_at := v_clock; d.lead_id := k.lead_id; d.contact_point_id := k.contact_point_id;
      d.id := nextval('public.gate_decisions_id_seq');
      d.value_bidx := k.value_bidx; d.channel := k.channel; d.purpose := k.purpose; d.campaign_id := k.campaign_id;
        d.as_of := p_as_of;
      d.rules := case when d.allow then '{}' else array(select distinct x ->> 'rule'
        from jsonb_array_elements(d.reasons) x) end;
      d.zones := array(select jsonb_array_elements_text(g -> 'zones'));
      d.states := array(select jsonb_array_elements_text(g -> 'states'));
      d.rule_version := g ->> 'rule_version';
      d.facts := private.redact_facts(v_facts);
      v_new := v_new || d;
    elsif p_store = 'never' then
      g := g || jsonb_build_object('facts', private.redact_facts(v_facts));
    end if;
    if d.allow and p_store = 'always' then
      v_values := v_values || k.value_bidx;
      v_leads := v_leads || k.lead_id;
      v_channels := v_channels || k.channel;
      v_subjects := v_subjects || (k.message ->> 'subject');
    end if;
    n := k.n;
    answer := g || jsonb_build_object('allow', d.allow, 'reasons', d.reasons, 'decision_id', d.id,
      'next_allowed_at', to_char(d.next_allowed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'));
    return next;
  end loop;
  if v_seen < jsonb_array_length(p_requests) then
    perform private.raise_missing_contact(p_org_id, p_requests);
  end if;
  insert into public.gate_decisions (org_id, id, decided_at, lead_id, contact_point_id, value_bidx, channel, purpose,
    campaign_id, as_of, allow,
    rules, reasons, next_allowed_at, zones, states, rule_version, facts)
  overriding system value
  select x.org_id, x.id, x.decided_at, x.lead_id, x.contact_point_id, x.value_bidx, x.channel, x.purpose,
    x.campaign_id, x.as_of, x.allow,
    x.rules, x.reasons, x.next_allowed_at, x.zones, x.states, x.rule_version, x.facts
  from unnest(v_new) x;
end
$function$;

CREATE OR REPLACE FUNCTION private.fail_delivery (
  p_org_id   uuid,
  p_inbox_id bigint,
  p_error    text,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v public.webhook_inbox;
begin
  update public.webhook_inbox i set state = 'dead', processed_at = p_as_of, error = left(p_error, 500)
  where i.org_id = p_org_id and i.id = p_inbox_id and i.state = 'received'
  returning i.* into v;
  if found then
    perform private.record_dead_letter(v.org_id, 'process-inbox', jsonb_build_object('inbox_id', v.id),
      format('delivery from %s could not be processed', v.provider), p_error, v.correlation_id, p_as_of);
  end if;
  return found;
end
$function$;

CREATE OR REPLACE FUNCTION private.fail_inbox (
  p_batch_id uuid,
  p_error    text,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  select count(*) filter (where private.fail_delivery(i.org_id, i.id, p_error, p_as_of))::integer
  from public.webhook_inbox i where i.batch_id = p_batch_id and i.state = 'received'
$function$;

CREATE OR REPLACE FUNCTION private.gate_check_consent (
  c private.gate_facts
)
  RETURNS private.gate_refusal[]
  LANGUAGE plpgsql
  IMMUTABLE
  AS $function$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_fault text;
  -- Only unsolicited calls are banned: in some states a signed agreement, in others express consent solicits them.
  v_ban constant text := nullif(concat_ws(', ', case when not c.signed_agreement then c.mobile_ban_in end,
    case when not (c.given_consent and c.consent_type in ('pec', 'pewc')) then c.unsolicited_ban_in end), '');
begin
  if c.channel = 'email' then
    return r;
  end if;
  if c.purpose = 'transactional' then
    if c.channel in ('sms', 'voice_ai') and not c.given_consent then
      foreach v_fault in array c.consent_faults loop
        continue when v_fault in ('consent_not_written', 'consent_unsigned', 'consent_condition_of_purchase',
          'consent_without_automation', 'consent_revoked');
        r := r || private.gate_consent_refusal(v_fault,
          'an automated text or call about a matter requires the person''s consent');
      end loop;
    end if;
    return r;
  end if;
  if c.channel in ('sms', 'voice_ai') and not c.written_consent then
    foreach v_fault in array c.consent_faults loop
      continue when v_fault = 'consent_revoked' and c.revoked;
      r := r || private.gate_consent_refusal(v_fault, case c.channel
        when 'voice_ai' then 'marketing by an artificial voice requires prior express written consent'
        else 'automated marketing texts require prior express written consent' end);
    end loop;
  elsif c.channel = 'voice_manual' and not c.written_for_calls and c.written_consent_in is not null then
    r := r || row('state_written_consent', c.written_consent_in || ' requires written consent for any sales call',
      'infinity')::private.gate_refusal;
  end if;
  if v_ban is not null and c.line_type in ('mobile', 'nonFixedVoip', 'personal',
    'unknown') then
    r := r || row('state_mobile_ban', v_ban
      || ' prohibits unsolicited sales calls to mobiles, and this line is '
      || case c.line_type when 'mobile' then 'a mobile' else 'not known to be a landline' end,
        'infinity')::private.gate_refusal;
  end if;
  return r;
end
$function$;

CREATE OR REPLACE FUNCTION private.gate_check_hours (
  c private.gate_facts,
  t timestamp with time zone
)
  RETURNS private.gate_refusal[]
  LANGUAGE plpgsql
  STABLE
  AS $function$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v record;
  v_states text[] := c.states || 'US'::text;
  v_classes text[] := private.gate_classes(c.channel);
  v_house jsonb := c.house -> 'calling_hours';
  v_zone text;
  v_wall timestamp;
  v_group text;
  v_day date;
  v_time time;
begin
  foreach v_zone in array c.zones loop
    v_wall := t at time zone v_zone;
    v_day := v_wall::date;
    v_time := v_wall::time;
    v_group := case extract(isodow from v_day) when 6 then 'sat' when 7 then 'sun' else 'mon_fri' end;
    for v in
      select w.state, w.weekday_group, w.start_local, w.end_local
      from public.calling_windows w
      where w.binding and w.state = any (v_states) and w.weekday_group in (v_group, 'holiday')
        and w.channel_class = any (v_classes)
        and (w.start_local is null or v_time < w.start_local or v_time >= w.end_local
          or (w.also_standard_time and (v_wall - private.daylight_saving(v_zone, t))::time < w.start_local))
        and w.effective @> v_day
        and (w.weekday_group <> 'holiday' or exists (
          select from public.holiday_dates h where h.state = w.state and h.on_date = v_day))
        -- Where the location is unknown, each law applies in the zones of its own state.
        and (not c.everywhere or w.state = 'US'
          or exists (select from public.state_rules s where s.state = w.state and v_zone = any (s.zones)))
      order by w.state, w.weekday_group
    loop
      r := r || row(
        case when v.state = 'US' then 'federal_hours' when v.start_local is not null then 'state_hours'
          when v.weekday_group = 'holiday' then 'state_holiday' else 'state_day_closed' end,
        case when v.state = 'US' then 'federal' else v.state end || ' hours are '
          || coalesce(to_char(v.start_local, case extract(second from v.start_local) when 0 then 'HH24:MI'
            else 'HH24:MI:SS' end) || ' to ' || to_char(v.end_local, 'HH24:MI'), 'closed')
          || case v.weekday_group when 'holiday' then ' on this holiday' when 'sun' then ' on Sundays' when 'sat'
            then ' on Saturdays' else '' end
          || '; it is ' || to_char(v_wall, 'Dy HH24:MI:SS') || ' in ' || v_zone, '-infinity')::private.gate_refusal;
    end loop;
    if v_house is not null and (v_time < (v_house ->> 'start')::time or v_time >= (v_house ->> 'end')::time
      or coalesce(v_house -> 'closed' ? lower(to_char(v_wall, 'dy')), false)) then
      r := r || row('house_hours', 'the org''s hours are ' || (v_house ->> 'start') || ' to ' || (v_house ->> 'end')
        || '; it is ' || to_char(v_wall, 'Dy HH24:MI:SS') || ' in ' || v_zone, '-infinity')::private.gate_refusal;
    end if;
  end loop;
  return r;
end
$function$;

CREATE OR REPLACE FUNCTION private.gate_check_opt_out (
  c private.gate_facts,
  t timestamp with time zone
)
  RETURNS private.gate_refusal[]
  LANGUAGE plpgsql
  IMMUTABLE
  AS $function$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_years int := coalesce(c.list_years, 10);
  v_ends timestamptz;
begin
  if c.opted_out then
    r := r || row('opted_out', 'a message from the person opts out of this channel', 'infinity')::private.gate_refusal;
  end if;
  -- Usually a matter of seconds; time alone does not end it, but asking again may.
  if c.unread and t < c.as_of + interval '5 minutes' then
    r := r || row('message_unread', 'a message from the person is not processed yet',
      c.as_of + interval '5 minutes')::private.gate_refusal;
  end if;
  if c.revoked then
    r := r || row('consent_revoked', 'consent was revoked' || case when isfinite(c.revoked_at)
      then ' on ' || to_char(c.revoked_at at time zone 'UTC', 'YYYY-MM-DD') else ' at an unknown time' end
      || ' for this channel', 'infinity')::private.gate_refusal;
  end if;
  -- A newer signed consent ends the request, within its legal term, too.
  if c.internal_requested and c.channel is distinct from 'email'
    and not coalesce(c.signed_agreement and c.consent_at > c.internal_at, false) then
    v_ends := (c.internal_at at time zone 'UTC' + make_interval(years => v_years)) at time zone 'UTC';
    if t < v_ends or not isfinite(c.internal_at) then
      r := r || row('internal_list', 'the person asked not to be contacted' || case when isfinite(c.internal_at)
          then ' on ' || to_char(c.internal_at at time zone 'UTC', 'YYYY-MM-DD') else ' at an unknown time' end
          || '; honoured for ' || v_years || ' years',
        case when isfinite(c.internal_at) and c.house -> 'internal_list_ends' = 'true' then v_ends
          else 'infinity' end)::private.gate_refusal;
    elsif not coalesce(c.house -> 'internal_list_ends' = 'true', false) then
      r := r || row('internal_list', 'the legal term of the request has ended, but no newer consent allows contact',
        'infinity')::private.gate_refusal;
    end if;
  end if;
  return r;
end
$function$;

CREATE OR REPLACE FUNCTION private.gate_places (
  p_facts     jsonb,
  p_area_code text,
  p_phone     boolean,
  OUT         zones text[],
  OUT         states text[],
  OUT         everywhere boolean,
  OUT         unreadable text[],
  OUT         area_found boolean
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  AS $function$
declare
  v_more jsonb;
  v_address jsonb;
  v_state text;
  v_zip text;
  v_zip_zones text[] := '{}'::text[];
  v_found record;
begin
  zones := '{}'; states := '{}'; everywhere := false; unreadable := '{}';
  v_more := case when jsonb_typeof(p_facts -> 'addresses') = 'array' then p_facts -> 'addresses' end;
  -- The facts themselves are the first address.
  for i in -1 .. coalesce(jsonb_array_length(v_more), 0) - 1 loop
    v_address := case when i < 0 then p_facts else v_more -> i end;
    v_state := null;
    v_zip := null;
    if jsonb_typeof(v_address) <> 'object' then
      unreadable := unreadable || 'addresses'::text;
      continue;
    end if;
    if coalesce(jsonb_typeof(v_address -> 'state'), 'null') <> 'null' then
      if jsonb_typeof(v_address -> 'state') = 'string' then
        v_state := nullif(upper(btrim(v_address ->> 'state')), '');
        if length(v_state) > 2 then
          select coalesce(max(r.state), v_state) into v_state from public.state_rules r where upper(r.name) = v_state;
        end if;
      else
        unreadable := unreadable || 'state'::text;
      end if;
    end if;
    if coalesce(jsonb_typeof(v_address -> 'postal_code'), 'null') <> 'null' then
      if jsonb_typeof(v_address -> 'postal_code') = 'string' then
        v_zip := nullif(btrim(v_address ->> 'postal_code'), '');
      end if;
      if (v_zip is null and jsonb_typeof(v_address -> 'postal_code') <> 'string')
        or v_zip !~ '^\d{5}([- ]?\d{4})?$' then
        unreadable := unreadable || 'postal_code'::text;
        v_zip := null;
      end if;
    end if;
    if v_state is not null or v_zip is not null then
      v_found := private.gate_add_address(v_state, v_zip, zones, states);
      -- The last zones of an address with a ZIP are those of its ZIP, unless its state contradicts it.
      if v_zip is not null and v_found.known and not v_found.everywhere then
        v_zip_zones := v_zip_zones || v_found.zones[cardinality(zones) + 1:];
      end if;
      zones := v_found.zones;
      states := v_found.states;
      everywhere := everywhere or v_found.everywhere;
      if not v_found.known then
        unreadable := unreadable || 'state'::text;
      end if;
    end if;
  end loop;
  if coalesce(jsonb_typeof(p_facts -> 'addresses'), 'null') not in ('null', 'array') then
    unreadable := unreadable || 'addresses'::text;
  end if;
  if p_area_code is not null then
    select a.zones, a.states into v_found from public.area_code_zones a where a.area_code = p_area_code;
    area_found := found;
    if found then
      if not (v_zip_zones && v_found.zones and cardinality(v_found.zones) > 1
        and exists (select from public.state_rules r where r.state = any (v_found.states) and r.zip_over_area_code))
      then
        zones := zones || v_found.zones;
      end if;
      states := states || v_found.states;
    end if;
  end if;
  if p_phone and (everywhere or zones = '{}') then
    everywhere := true;
    select array_agg(distinct z order by z) into zones
    from public.state_rules r cross join lateral unnest(r.zones) z;
    select array_agg(r.state order by r.state) into states from public.state_rules r;
  else
    everywhere := false;
    if zones[1] = all (zones) then
      zones := zones[1:1];
    else
      zones := array(select distinct z from unnest(zones) z order by z);
    end if;
    if states[1] = all (states) then
      states := states[1:1];
    else
      states := array(select distinct s from unnest(states) s order by s);
    end if;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.gate_read (
  p_facts jsonb,
  p_as_of timestamp with time zone
)
  RETURNS private.gate_facts
  LANGUAGE plpgsql
  STABLE
  AS $function$
declare
  c private.gate_facts;
  v_seller text;
  v_phone text;
  v_area text;
  v_dnc jsonb;
  v_message jsonb;
  v_kind text;
  v_house record;
  v_place record;
  e jsonb;
begin
  c.as_of := p_as_of;
  c.unreadable := '{}';
  c.channel := case when p_facts ->> 'channel' in ('email', 'sms', 'voice_manual', 'voice_ai')
    then p_facts ->> 'channel' end;
  if c.channel is null then
    c.unreadable := c.unreadable || 'channel'::text;
  end if;
  v_seller := private.normalise_spacing(case when jsonb_typeof(p_facts -> 'seller') = 'string'
    then p_facts ->> 'seller' end);

  v_house := private.gate_read_org_rules(p_facts);
  c.house := v_house.house;
  c.unreadable := c.unreadable || v_house.unreadable;

  -- Purpose: marketing unless all facts say otherwise.
  v_message := p_facts -> 'message';
  if coalesce(jsonb_typeof(v_message), 'null') not in ('null', 'object') then
    c.unreadable := c.unreadable || 'message'::text;
    v_message := null;
  end if;
  c.message := case when jsonb_typeof(v_message) = 'object' then v_message else '{}' end;
  c.subject := private.normalise_spacing(case when jsonb_typeof(c.message -> 'subject') = 'string'
    then c.message ->> 'subject' end);
  v_kind := c.message ->> 'message_kind';
  if v_kind not in ('marketing', 'transactional', 'opt_out_confirmation') then
    c.unreadable := c.unreadable || 'message.message_kind'::text;
  end if;
  if p_facts ->> 'purpose' not in ('marketing', 'transactional') then
    c.unreadable := c.unreadable || 'purpose'::text;
  end if;
  c.purpose := case
    when v_kind = 'opt_out_confirmation' then 'confirmation'
    when p_facts ->> 'purpose' = 'transactional' and coalesce(v_kind, 'transactional') = 'transactional'
      and coalesce(c.message -> 'marketing_content', 'null') in ('false', 'null') then 'transactional'
    else 'marketing' end;

  -- Address of the contact point.
  if c.channel = 'email' then
    c.email_state := case
      when coalesce(jsonb_typeof(p_facts -> 'email'), 'null') = 'null' then 'missing'
      when jsonb_typeof(p_facts -> 'email') = 'string' and length(p_facts ->> 'email') <= 254
        and p_facts ->> 'email' ~ '^[^@\s<>(),;:"\\]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,'
          '61}[A-Za-z0-9])?[.])+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$'
        and p_facts ->> 'email' !~ '(^[.]|[.]@|[.][.])' then 'ok'
      else 'invalid' end;
  else
    v_phone := case when jsonb_typeof(p_facts -> 'phone') = 'string' then p_facts ->> 'phone' end;
    c.phone_state := case
      when coalesce(jsonb_typeof(p_facts -> 'phone'), 'null') = 'null' then 'missing'
      when v_phone ~ '^\+1[2-9]\d{9}$' then 'ok'
      when v_phone ~ '^\+[2-9]\d{6,14}$' then 'foreign'
      else 'invalid' end;
    if c.phone_state = 'ok' then
      v_area := substr(v_phone, 3, 3);
    end if;
    if coalesce(jsonb_typeof(p_facts -> 'line_type'), 'null') <> 'null' then
      c.line_type := p_facts ->> 'line_type';
      if c.line_type not in ('mobile', 'landline', 'fixedVoip', 'nonFixedVoip', 'personal', 'tollFree', 'premium',
        'sharedCost', 'uan', 'voicemail', 'pager', 'unknown') then
        c.unreadable := c.unreadable || 'line_type'::text;
        c.line_type := 'unknown';
      end if;
    end if;
    c.line_type := coalesce(c.line_type, 'unknown');
  end if;

  v_place := private.gate_places(p_facts, v_area, c.channel is distinct from 'email');
  c.zones := v_place.zones;
  c.states := v_place.states;
  c.everywhere := v_place.everywhere;
  if c.channel is distinct from 'email' then
    c.unreadable := c.unreadable || v_place.unreadable;
  end if;
  if c.channel <> 'email' and cardinality(c.states) = 1 then
    select case when s.mobile_ban and not s.consent_lifts_mobile_ban then s.state end,
      case when s.mobile_ban and s.consent_lifts_mobile_ban then s.state end, case when s.call_needs_written_consent then s.state end,
      case c.channel when 'sms' then s.internal_list_years_text else s.internal_list_years_call end,
      s.ebr_lifts_state_list, s.capped
    into c.mobile_ban_in, c.unsolicited_ban_in, c.written_consent_in, c.list_years, c.ebr_lifts_state_list, c.capped
    from public.state_rules s where s.state = c.states[1];
  elsif c.channel <> 'email' then
    select string_agg(s.state, ', ' order by s.state) filter (where s.mobile_ban and not s.consent_lifts_mobile_ban),
      string_agg(s.state, ', ' order by s.state) filter (where s.mobile_ban and s.consent_lifts_mobile_ban),
      string_agg(s.state, ', ' order by s.state) filter (where s.call_needs_written_consent),
      max(case c.channel when 'sms' then s.internal_list_years_text else s.internal_list_years_call end)::int,
      bool_and(s.ebr_lifts_state_list), bool_or(s.capped)
    into c.mobile_ban_in, c.unsolicited_ban_in, c.written_consent_in, c.list_years, c.ebr_lifts_state_list, c.capped
    from public.state_rules s where s.state = any (c.states);
  end if;
  if v_area is not null and not v_place.area_found then
    c.phone_state := case
      when v_area ~ '^8(00|33|44|55|66|77|88)$' then 'toll_free'
      when v_area = '900' then 'premium'
      -- Personal, fictional and other United States numbers without a location.
      when v_area ~ '^5(00|2[0-9]|33|44|55|66|77|88)$|^7[01]0$' then 'ok'
      else 'foreign' end;
  end if;

  c := private.gate_read_consent(c, p_facts -> 'consent', v_seller, v_phone);

  -- Lists.
  v_dnc := p_facts -> 'dnc';
  c.dnc_known := coalesce(jsonb_typeof(v_dnc) = 'object', false);
  if not c.dnc_known then
    if coalesce(jsonb_typeof(v_dnc), 'null') <> 'null' then
      c.unreadable := c.unreadable || 'dnc'::text;
    end if;
    v_dnc := '{}';
  end if;
  c.federal_listed := case when jsonb_typeof(v_dnc -> 'federal_listed') = 'boolean'
    then (v_dnc -> 'federal_listed')::boolean end;
  c.state_listed := case when jsonb_typeof(v_dnc -> 'state_listed') = 'boolean'
    then (v_dnc -> 'state_listed')::boolean end;
  c.internal_requested := coalesce(jsonb_typeof(v_dnc -> 'internal_request_at'), 'null') <> 'null';
  if c.internal_requested then
    c.internal_at := coalesce(private.read_instant(v_dnc -> 'internal_request_at'), 'infinity');
  end if;
  c.unsubscribed := coalesce(jsonb_typeof(v_dnc -> 'email_unsubscribed_at'), 'null') <> 'null';
  c.scrub_said := coalesce(jsonb_typeof(v_dnc -> 'scrubbed_at'), 'null') <> 'null';
  c.scrubbed_at := private.read_instant(v_dnc -> 'scrubbed_at');
  c.lookup_failed := coalesce(v_dnc -> 'lookup_error', 'null') not in ('null', 'false', '""');
  c.email_events := '{}';
  if c.channel = 'email' and coalesce(jsonb_typeof(v_dnc -> 'events'), 'null') <> 'null' then
    if jsonb_typeof(v_dnc -> 'events') = 'array' then
      for e in select v from jsonb_array_elements(v_dnc -> 'events') v loop
        c.email_events := c.email_events || coalesce(case jsonb_typeof(e)
          when 'string' then lower(e #>> '{}')
          when 'object' then lower(coalesce(e ->> 'event', e ->> 'type', e ->> 'kind', e ->> 'name'))
            || case when e ? 'event' and lower(e ->> 'type') in ('blocked', 'block', 'soft', 'transient') then ':soft'
              else '' end end,
          'unreadable');
      end loop;
    else
      c.unreadable := c.unreadable || 'dnc.events'::text;
    end if;
  end if;

  -- Anything but null: even an unreadable time says that a message waits.
  c.unread := coalesce(jsonb_typeof(p_facts -> 'unread_since'), 'null') <> 'null';

  -- The latest opt-out of any kind, which a confirmation would confirm.
  c.opted_out_at := greatest(c.revoked_at, c.internal_at);
  c := private.gate_read_history(c, p_facts -> 'history');

  c.emergencies := '{}';
  if jsonb_typeof(p_facts -> 'emergencies') = 'array' then
    if p_facts -> 'emergencies' <> '[]' then
      select array_agg(coalesce(r.state, '?')) into c.emergencies
      from jsonb_array_elements_text(p_facts -> 'emergencies') s
      left join public.state_rules r on r.state = upper(btrim(s)) or upper(r.name) = upper(btrim(s));
      if '?' = any (c.emergencies) and c.channel is distinct from 'email' then
        c.unreadable := c.unreadable || 'emergencies'::text;
      end if;
    end if;
  elsif coalesce(jsonb_typeof(p_facts -> 'emergencies'), 'null') <> 'null' and c.channel is distinct from 'email' then
    c.unreadable := c.unreadable || 'emergencies'::text;
  end if;
  return c;
end
$function$;

CREATE OR REPLACE FUNCTION private.honour_wish (
  p_org_id   uuid,
  p_provider text,
  p_event    jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_at constant timestamptz := (p_event ->> 'at')::timestamptz;
  v_message public.messages;
  v_words constant text := coalesce(p_event ->> 'text', p_event ->> 'person_text');
  v record;
begin
  select m.* into v_message from public.messages m
  where m.org_id = p_org_id and m.id = private.find_message(p_org_id, p_provider, p_event ->> 'provider_id',
    (p_event ->> 'message_id')::uuid);
  if p_event ->> 'type' = 'opt_out' then
    for v in select x.value, x.kind
      from (values (p_event ->> 'phone', 'phone'::public.contact_kind), (p_event ->> 'email', 'email')) x (value, kind)
      where x.value is not null
    loop
      perform private.record_opt_out(p_org_id, private.contact_index(p_org_id, v.value), v.kind,
        p_event ->> 'channel', 'webhook', p_event ->> 'person_text', 'opt_out', p_provider_confirms => true,
        p_as_of => v_at);
    end loop;
  elsif p_event ->> 'type' in ('reply', 'call') and v_words <> ''
    and p_event #>> '{reading,request}' is distinct from 'opt_in' and not private.is_opt_in_keyword(v_words) then
    for v in select distinct x.value_bidx,
        case when p_event ->> 'channel' = 'email' then 'email' else 'phone' end::public.contact_kind as kind,
        coalesce(p_event ->> 'channel', 'voice_ai') as channel
      from (values (private.contact_index(p_org_id, p_event ->> 'from')), (v_message.value_bidx)) x (value_bidx)
      where x.value_bidx is not null
    loop
      perform private.record_reply_opt_out(p_org_id, v.value_bidx, v.kind, v.channel, v_words,
        case when p_event ->> 'opt_out_type' = 'STOP' then 'STOP' end, false, p_event -> 'reading', v_message.lead_id,
        v_at);
    end loop;
  elsif p_event ->> 'type' = 'message' and p_event ->> 'kind' in ('unsubscribed', 'complained')
    and v_message.id is not null then
    perform private.record_contact_feedback(p_org_id, v_message.value_bidx, case v_message.channel when 'email'
      then 'email' else 'phone' end::public.contact_kind, p_event ->> 'kind', v_message.channel, v_message.provider,
      v_at);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_scanned (
  p_org_id       uuid,
  p_message_id   uuid,
  p_at           timestamp with time zone,
  p_link         text,
  p_delivered_at timestamp with time zone
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select p_at < p_delivered_at + interval '10 seconds'
    or (p_at < p_delivered_at + interval '10 minutes' and exists (
      select from public.webhook_events e
      where e.org_id = p_org_id and e.message_id = p_message_id and e.detail ->> 'link' <> p_link
        and e.at between p_at - interval '10 seconds' and p_at + interval '10 seconds'))
$function$;

CREATE OR REPLACE FUNCTION private.known_contact_index (
  p_org_id uuid,
  p_value  text
)
  RETURNS bytea
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_value constant bytea := private.contact_index(p_org_id, p_value);
  v_plain bytea;
begin
  if p_value !~ '^[^@+]+[+][^@]*@' or exists (select from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = v_value) then
    return v_value;
  end if;
  v_plain := private.contact_index(p_org_id, regexp_replace(p_value, '[+][^@]*@', '@'));
  return case when exists (select from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = v_plain) then v_plain else v_value end;
end
$function$;

CREATE OR REPLACE FUNCTION private.receive_webhooks (
  p_batch_id uuid,
  p_rows     jsonb,
  p_bodies   bytea
)
  RETURNS TABLE (
    nth    integer,
    is_new boolean
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.record_contact_feedback (
  p_org_id     uuid,
  p_value_bidx bytea,
  p_kind       public.contact_kind,
  p_what       text,
  p_channel    text,
  p_source     text,
  p_as_of      timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_leads uuid[];
begin
  perform set_config('sluice.actor', 'system', true);
  if p_what = 'invalid' then
    if p_kind = 'email' then
      perform private.suppress_value(p_org_id, p_value_bidx, p_kind, 'email', 'bounce', p_source, p_as_of);
    end if;
    with lost as (
      update public.contact_points c set invalid_at = p_as_of, verified = false
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx and c.invalid_at is null
      returning c.lead_id
    )
    select array_agg(distinct x.lead_id order by x.lead_id) into v_leads from lost x;
    if v_leads is not null then
      perform private.refresh_verification(p_org_id, v_leads);
      update public.leads l set campaign_status = 'invalid'
      where l.org_id = p_org_id and l.id = any (v_leads) and l.campaign_status in ('new', 'queued', 'active',
        'paused', 'completed')
        and not private.lead_has_contact(l.org_id, l.id);
    end if;
  elsif p_what = 'cannot_text' then
    -- A landline, for example: calls still reach the person.
    perform private.suppress_value(p_org_id, p_value_bidx, p_kind, 'sms', 'bounce', p_source, p_as_of);
  elsif p_what = 'complained' then
    -- A suppression for a complaint is permanent; nothing lifts it.
    if not exists (select from public.suppressions s where s.org_id = p_org_id and s.value_bidx = p_value_bidx
      and s.reason = 'complaint') then
      perform private.record_opt_out(p_org_id, p_value_bidx, p_kind, p_channel, p_source, null, 'complaint',
        private.channels_for_kind(p_kind), p_as_of => p_as_of);
    end if;
  elsif p_what = 'unsubscribed' and not private.is_suppressed(p_org_id, p_value_bidx, p_channel) then
    perform private.record_opt_out(p_org_id, p_value_bidx, p_kind, p_channel, p_source, null,
      case when p_channel = 'sms' then 'stop_keyword' else 'unsubscribe' end,
      case when p_channel = 'email' then '{email}'::text[] end, p_scope => case when p_channel = 'email'
        then 'channels' end, p_provider_confirms => true, p_as_of => p_as_of);
  end if;
  perform set_config('sluice.actor', v_actor, true);
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_clicks (
  p_org_id     uuid,
  p_message_id uuid
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  update public.messages m set clicked_at = c.by_people, machine_clicked_at = c.by_machines
  from (
    select min(x.at) filter (where not x.machine) as by_people, min(x.at) filter (where x.machine) as by_machines
    from (
      select e.at, coalesce(e.detail ->> 'machine' = 'true', false) or private.is_scanned(o.org_id, o.id, e.at, e.detail ->> 'link',
        o.delivered_at) as machine
      from public.messages o
      join public.webhook_events e on e.org_id = o.org_id and e.message_id = o.id and e.detail ? 'link'
      where o.org_id = p_org_id and o.id = p_message_id and (o.delivered_at is not null or e.detail -> 'machine' = 'true')
    ) x) c
  where m.org_id = p_org_id and m.id = p_message_id
    and (m.clicked_at, m.machine_clicked_at) is distinct from (c.by_people, c.by_machines)
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
  where m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid and x ->> 'result' = 'accepted'
    and m.state in ('sent', 'delivered', 'failed', 'bounced') and m.requested_at is not null;

  with outcome as (
    select m.id, x, case when x ->> 'result' = 'retry' and m.attempts >= 6 and x -> 'called' is distinct from 'false'
      then 'refused' else x ->> 'result' end as becomes
    from jsonb_array_elements(p_outcomes) x
    join public.messages m on m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid
    where m.state in ('sending', 'unconfirmed') and m.lease_token = p_lease_token and m.requested_at is not null
      and x ->> 'result' in ('accepted', 'refused', 'retry', 'unknown')
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

CREATE OR REPLACE FUNCTION private.soft_bounces_add_up (
  p_org_id     uuid,
  p_value_bidx bytea,
  p_channel    text,
  p_kind       text,
  p_at         timestamp with time zone
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_settings jsonb;
begin
  if p_kind <> 'soft_bounced' then
    return false;
  end if;
  select o.settings into v_settings from public.orgs o where o.id = p_org_id;
  return (
    select count(*) >= coalesce((v_settings ->> 'soft_bounces')::integer, 5)
    from public.contact_points c
    join public.messages m on m.org_id = c.org_id and m.lead_id = c.lead_id and m.value_bidx = c.value_bidx
    where c.org_id = p_org_id and c.value_bidx = p_value_bidx and m.channel = p_channel
      and m.soft_bounced_at <= p_at
      and m.soft_bounced_at > p_at - make_interval(days => coalesce((v_settings ->> 'soft_bounce_days')::integer, 30))
      -- A delivery proves that the address works.
      and not exists (
        select from public.contact_points d
        join public.messages s on s.org_id = d.org_id and s.lead_id = d.lead_id and s.value_bidx = d.value_bidx
        where d.org_id = p_org_id and d.value_bidx = p_value_bidx and s.channel = p_channel
          and s.delivered_at >= m.soft_bounced_at));
end
$function$;

CREATE OR REPLACE FUNCTION private.template_errors (
  p_channel text,
  p_subject text,
  p_text    text,
  p_html    text
)
  RETURNS text[]
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_faults text[] := '{}'::text[];
  v_part record;
  v_name text;
  v_seen text;
begin
  for v_part in select * from (values ('subject', p_subject), ('text', p_text), ('html', p_html)) p (part, body)
    where p.body is not null loop
    for v_name in select btrim(x[1], '- ') from regexp_matches(v_part.body, '\{\{(.*?)\}\}', 'g') x loop
      if not coalesce(btrim(split_part(v_name, '|', 1)) = any (private.template_variables()), false) then
        v_faults := v_faults || format('%s: unknown variable %s', v_part.part,
          left(btrim(split_part(v_name, '|', 1)), 60));
      end if;
      if exists (select from unnest(string_to_array(v_name, '|')) with ordinality f (words, n) where f.n > 1
        and btrim(split_part(f.words, ':', 1)) not in ('default', 'capitalize', 'upcase', 'downcase', 'strip',
          'escape', 'escape_once', 'truncate',
          'truncatewords', 'replace', 'remove', 'append', 'prepend', 'url_encode', 'first', 'split',
            'newline_to_br')) then
        v_faults := v_faults || format('%s: unknown filter in %s', v_part.part, left(v_name, 60));
      -- A trust has no first name, a parcel no street: "Hi ," and "About" must not be sent.
      elsif btrim(split_part(v_name, '|', 1)) = any (private.template_variables()) and btrim(split_part(v_name, '|', 1)) ~ '^(lead|property|broker)[.]|^sender[.]phone$'
        and v_name !~ '[|]\s*default\s*:\s*("[^"]*[^"[:space:]][^"]*"|''[^'']*[^''[:space:]][^'']*'')'
        and not exists (select from regexp_matches(v_part.body, '\{%-?\s*(?:if|elsif)\M(.*?)%\}', 'g') t
          where t[1] ~ ('\m' || replace(btrim(split_part(v_name, '|', 1)), '.', '[.]') || '\M'))
      then
        v_faults := v_faults || format('%s: %s may be empty: write {{ %s | default: "…" }}', v_part.part,
          btrim(split_part(v_name, '|', 1)), btrim(split_part(v_name, '|', 1)));
      end if;
    end loop;
    for v_name in select btrim(x[1], '- ') from regexp_matches(v_part.body, '\{%(.*?)%\}', 'g') x loop
      if v_name !~ '^(if|elsif|unless)\M|^(else|endif|endunless|comment|endcomment)$' then
        v_faults := v_faults || format('%s: unknown tag %s', v_part.part, left(v_name, 60));
      elsif v_name ~ '^(if|elsif|unless)\M' and exists (
        select from regexp_matches(regexp_replace(v_name, '"[^"]*"|''[^'']*''', '', 'g'), '[a-z_]+(?:\.[a-z_]+)*',
          'g') w
        where w[1] not in ('if', 'elsif', 'unless', 'and', 'or', 'contains', 'blank', 'empty', 'nil', 'true', 'false')
          and w[1] <> all (private.template_variables())) then
        v_faults := v_faults || format('%s: unknown variable in %s', v_part.part, left(v_name, 60));
      end if;
    end loop;
    if regexp_count(v_part.body, '\{\{') <> regexp_count(v_part.body, '\}\}')
      or regexp_count(v_part.body, '\{%') <> regexp_count(v_part.body, '%\}')
      or regexp_count(v_part.body, '\{%-?\s*(if|unless)\M') <> regexp_count(v_part.body,
        '\{%-?\s*end(if|unless)\M') then
      v_faults := v_faults || format('%s: a brace or a condition is not closed', v_part.part);
    end if;
    continue when v_part.part = 'subject';
    v_seen := private.unconditional_text(v_part.body);
    if p_channel = 'email' then
      if v_seen !~ '\{\{-?\s*sender\.postal_address\M' then
        v_faults := v_faults || format('%s: {{ sender.postal_address }} is missing', v_part.part);
      end if;
      if v_seen !~ '\{\{-?\s*unsubscribe_url\M' then
        v_faults := v_faults || format('%s: {{ unsubscribe_url }} is missing', v_part.part);
      end if;
    else
      if v_seen !~ '\{\{-?\s*sender\.name\M' then
        v_faults := v_faults || format('%s: {{ sender.name }} is missing', v_part.part);
      end if;
      if not private.mentions_opt_out(p_channel, v_seen) then
        v_faults := v_faults || format('%s: how to opt out is missing', v_part.part);
      end if;
    end if;
  end loop;
  return v_faults;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_consents__stop_mails()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_ended record;
begin
  perform set_config('sluice.actor', 'system', true);
  for v_ended in
    select r.org_id, r.lead_id, max(n.occurred_at) as at
    from new_rows n
    join public.contact_points c on c.org_id = n.org_id and c.value_bidx = n.value_bidx
    join public.sequence_runs r on r.org_id = c.org_id and r.lead_id = c.lead_id and r.state in ('active', 'paused')
    where n.action = 'revoke' and n.kind = 'email' and 'email' = any (n.channels)
    group by 1, 2 order by 1, 2
  loop
    perform private.stop_runs(v_ended.org_id, v_ended.lead_id, 'unsubscribed', v_ended.at);
    perform private.complete_leads(v_ended.org_id, array[v_ended.lead_id]);
  end loop;
  perform set_config('sluice.actor', v_actor, true);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_webhook_inbox__forget_unread()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  delete from private.unread_contacts u using new_rows n
  where n.state in ('done', 'unmatched') and u.org_id = n.org_id and u.inbox_id = n.id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.unread_since (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS timestamp WITH time zone
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select min(u.received_at)
  from public.contact_points c
  join private.unread_contacts u on u.org_id = c.org_id and u.value_bidx = c.value_bidx
  where c.org_id = p_org_id and c.lead_id = p_lead_id
$function$;

CREATE OR REPLACE FUNCTION private.unsubscribe (
  p_token  text,
  p_source text,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v record;
begin
  select * into v from private.read_unsubscribe_token(p_token);
  if not found then
    return false;
  end if;
  if not exists (
    select from public.suppressions s
    where s.org_id = v.org_id and s.value_bidx = v.value_bidx and s.reason = 'unsubscribe'
      and not exists (select from public.suppression_lifts l where l.org_id = s.org_id and l.suppression_id = s.id))
  then
    -- The sequence goes to a person: every address of it is unsubscribed.
    perform private.record_opt_out(v.org_id, v.value_bidx, 'email', 'email', p_source, null, 'unsubscribe', '{email}',
      p_scope => 'channels', p_as_of => p_as_of);
  end if;
  return true;
end
$function$;

ALTER TABLE "private"."unread_contacts"
  ADD CONSTRAINT "unread_contact_is_of_a_delivery" FOREIGN KEY (org_id, inbox_id) REFERENCES public.webhook_inbox(org_id, id) ON DELETE CASCADE;

ALTER TABLE "private"."unread_contacts"
  ADD CONSTRAINT "unread_contacts_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

-- A small table.
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE "public"."orgs" ADD CONSTRAINT "soft_bounce_limits_are_numbers" CHECK (((settings ->> 'soft_bounces'::text) ~ '^[1-9][0-9]{0,2}$'::text) AND ((settings ->> 'soft_bounce_days'::text) ~ '^[1-9][0-9]{0,2}$'::text));

CREATE INDEX unread_contacts_inbox_idx ON private.unread_contacts USING btree (org_id, inbox_id);

CREATE TRIGGER _300_stop_mails
  AFTER INSERT ON public.consents REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_consents__stop_mails();

CREATE TRIGGER _100_forget_unread
  AFTER UPDATE ON public.webhook_inbox REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_webhook_inbox__forget_unread();

CREATE POLICY "delete_writer" ON "private"."unread_contacts"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "private"."unread_contacts"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."unread_contacts"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

COMMENT ON COLUMN "public"."state_rules"."consent_lifts_mobile_ban" IS 'Express consent makes the call solicited, so that the ban does not reach it; otherwise a signed agreement is required.';

COMMENT ON COLUMN "public"."state_rules"."zip_over_area_code" IS 'Where a ZIP of the person lies in a zone of the area code, the area code adds no further zone.';

COMMENT ON FUNCTION "private"."apply_booking_event"(uuid, text, jsonb, timestamp with time zone) IS 'Applies a booking that was made, moved or cancelled {uid, previous_uid, action, starts_at, ends_at, lead_id, message_id, email, phone}: stores it, finds its lead (by our ids in its metadata, by related bookings, by e-mail or phone of booker and guests), updates the lead, and notifies broker and subscribers. Returns the lead, or unmatched.';

COMMENT ON FUNCTION "private"."apply_webhook_events"(uuid, bigint[], jsonb, timestamp with time zone, boolean) IS 'Processes deliveries of one org: p_events are the events read from them [{inbox_id, provider, key, type, name, at, …}]. Each event is applied once, in whichever delivery it arrives; the deliveries become done or unmatched, unless p_close is false. Returns {deliveries, unmatched, events}.';

COMMENT ON FUNCTION "private"."check_decision_rules"(private.contact_facts, uuid, jsonb, integer, integer, timestamp with time zone) IS 'Reasons that need the database: suppressions, an invalid contact, a litigator, a value that several leads share, limits per lead and org (p_of_lead, p_of_org: contacts that the same claim was already allowed). A suppression does not stop the one text that confirms an opt-out. Definer: counts attempts that the caller may not see.';

COMMENT ON FUNCTION "private"."fail_delivery"(uuid, bigint, text, timestamp with time zone) IS 'Gives up on a delivery: dead, with a dead letter. False if it was processed meanwhile.';

COMMENT ON FUNCTION "private"."fail_inbox"(uuid, text, timestamp with time zone) IS 'Gives up on the remaining deliveries of a batch: dead, with a dead letter each. Returns how many.';

COMMENT ON FUNCTION "private"."gate_check_opt_out"(private.gate_facts, timestamp with time zone) IS 'Checks the person''s own requests: opt-outs in messages, revoked consent, the internal list. A newer signed consent ends a request; without one it outlasts its legal term.';

COMMENT ON FUNCTION "private"."gate_places"(jsonb, text, boolean) IS 'Every time zone and state that the person could be in, from the address (and further `addresses`) and from the area code, unless a ZIP lies in one of its zones and the state lets the ZIP decide. Everywhere when neither is known.';

COMMENT ON FUNCTION "private"."honour_wish"(uuid, text, jsonb) IS 'Carries out only what a person asked for in an event whose effects could not be recorded as a whole. Repeating it has no effect.';

COMMENT ON FUNCTION "private"."is_scanned"(uuid, uuid, timestamp with time zone, text, timestamp with time zone) IS 'Whether a click is a scanner''s: within ten seconds of the delivery, or within ten minutes and with another link of the same message clicked within ten seconds. People do not open all links at once.';

COMMENT ON FUNCTION "private"."known_contact_index"(uuid, text) IS 'Blind index of a value; of a plus address that nobody has, of the address without its tag where a lead has that.';

COMMENT ON FUNCTION "private"."receive_webhooks"(uuid, jsonb, bytea) IS 'Stores deliveries [{nth, org_id, provider, kind, content_key (hex), events, unread: {values, messages}, params, content_type, correlation_id, received_at, body_at, body_bytes}] with their bodies, cut from p_bodies and encrypted, and sends one job for the new ones. The contacts in unread wait in private.unread_contacts. Returns (nth, is_new) for each delivery that is stored now; no row for an unknown org.';

COMMENT ON FUNCTION "private"."record_contact_feedback"(uuid, bytea, public.contact_kind, text, text, text, timestamp with time zone) IS 'Records what a provider reports about a contact: invalid (marks the value wherever it occurs; suppresses an e-mail as bounced; a lead without contacts left becomes invalid), cannot_text (ends texts only), complained or unsubscribed (an opt-out by the person). Repeating it has no effect.';

COMMENT ON FUNCTION "private"."settle_clicks"(uuid, uuid) IS 'Sets the clicks of a message from all of its events: a later click may show that an earlier one was a scanner''s.';

COMMENT ON FUNCTION "private"."settle_messages"(uuid, uuid, jsonb, timestamp with time zone) IS 'Records the outcomes of provider requests, for messages leased with the token: [{message_id, result, provider_id, cost_usd, code, detail, retry_after_seconds, contact, called}]. accepted: sent, and the run moves on; refused: failed; retry: again later, up to six requests, then failed with a dead letter; unknown: unconfirmed. contact: invalid, cannot_text or unsubscribed. called: false if no request was sent, which counts neither as an attempt nor against the provider''s health. Returns the number settled; repeating it settles none. May fail with 40P01; repeat it then.';

COMMENT ON FUNCTION "private"."soft_bounces_add_up"(uuid, bytea, text, text, timestamp with time zone) IS 'Whether a soft bounce is the last that a value may have: soft_bounces (5) messages in soft_bounce_days (30) of the org''s settings, since the last delivery to it.';

COMMENT ON FUNCTION "private"."template_errors"(text, text, text, text) IS 'The reasons why a template cannot be saved: unknown variables, filters or tags, a variable that may be empty and has no default, and identification or opt-out that not every reader would see. Empty when it is valid.';

COMMENT ON FUNCTION "private"."tg_consents__stop_mails"() IS 'Trigger: whoever ends e-mail gets no further step of a sequence, on any address, whether a link, a reply or the provider reports it. Definer: not every role that writes consents may write runs.';

COMMENT ON FUNCTION "private"."tg_webhook_inbox__forget_unread"() IS 'Trigger: the contacts of a processed delivery may be contacted again, unless it ended that. Those of a dead delivery may not: nobody knows what the person wished for. Definer: whoever processes a delivery.';

COMMENT ON FUNCTION "private"."unread_since"(uuid, uuid) IS 'When the oldest unprocessed message from any contact of the lead was received; null if there is none. A wish on one contact may reach the others.';

COMMENT ON FUNCTION "private"."unsubscribe"(text, text, timestamp with time zone) IS 'Unsubscribes the e-mail address of a link, and the other addresses of the person, at once; repeating it changes nothing. False when the signature is invalid.';

COMMENT ON TABLE "private"."unread_contacts" IS 'Phones and e-mails, by blind index, of deliveries that are not processed: the person may have opted out.';

REVOKE ALL ON FUNCTION "private"."apply_webhook_events"(uuid, bigint[], jsonb, timestamp WITH time zone, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."apply_webhook_events"(uuid, bigint[], jsonb, timestamp WITH time zone, boolean) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."fail_delivery"(uuid, bigint, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fail_delivery"(uuid, bigint, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."fail_inbox"(uuid, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fail_inbox"(uuid, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."honour_wish"(uuid, text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."honour_wish"(uuid, text, jsonb) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_scanned"(uuid, uuid, timestamp WITH time zone, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_scanned"(uuid, uuid, timestamp WITH time zone, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."known_contact_index"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."known_contact_index"(uuid, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."settle_clicks"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."settle_clicks"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."soft_bounces_add_up"(uuid, bytea, text, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."soft_bounces_add_up"(uuid, bytea, text, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_consents__stop_mails"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_consents__stop_mails"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_webhook_inbox__forget_unread"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_webhook_inbox__forget_unread"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."unread_since"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."unread_since"(uuid, uuid) TO "pipeline_writer";

GRANT DELETE, INSERT, SELECT ON TABLE "private"."unread_contacts" TO "pipeline_writer";

-- Reference data, queues and cron jobs.

insert into public.calling_laws (law, state, channel_classes, cap_count, cap_hours, cap_same_subject, reaches_texts, restates_federal, also_standard_time, source, verification, effective_from, effective_to, reviewed_on, notes) values
  ('TX.hours', 'TX', '{voice,sms}', null, null, 'false', 'unclear', 'false', 'false', 'Tex. Bus. & Com. Code 301.051(b)(2)', 'quoted_by_third_party', null, null, '2026-11-21', 'Literally after 9 a.m. and, on Sundays, after noon: the hours open a second later. Residential numbers, consumer goods. Whether the section reaches texts is contested.')
on conflict (law) do update set notes = excluded.notes;

insert into public.calling_windows (law, state, channel_class, weekday_group, start_local, end_local, effective, also_standard_time, binding) values
  ('TX.hours', 'TX', 'voice', 'mon_fri', '09:00:01', '21:00:00', '(,)', 'false', 'true'),
  ('TX.hours', 'TX', 'voice', 'sat', '09:00:01', '21:00:00', '(,)', 'false', 'true'),
  ('TX.hours', 'TX', 'voice', 'sun', '12:00:01', '21:00:00', '(,)', 'false', 'true'),
  ('TX.hours', 'TX', 'sms', 'mon_fri', '09:00:01', '21:00:00', '(,)', 'false', 'true'),
  ('TX.hours', 'TX', 'sms', 'sat', '09:00:01', '21:00:00', '(,)', 'false', 'true'),
  ('TX.hours', 'TX', 'sms', 'sun', '12:00:01', '21:00:00', '(,)', 'false', 'true')
on conflict (channel_class, law, weekday_group) do update set start_local = excluded.start_local;

insert into public.decision_rules (rule, title, source) values
  ('value_shared_today', 'Another lead in work has the same phone or e-mail: one contact in 24 hours between them', 'policy')
on conflict (rule) do update set title = excluded.title, source = excluded.source;

insert into public.gate_rules (rule, concern, title, channels, is_temporary, waivable, source, verification, effective_from, effective_to, reviewed_on, notes) values
  ('message_unread', 'opt_out', 'A message from the person is not processed yet', '{email,sms,voice_manual,voice_ai}', 'true', 'false', 'policy: a wish counts from its receipt', 'house_policy', null, null, '2026-11-21', 'The message may opt out. It is usually processed within seconds; while it waits, ask again later.')
on conflict (rule) do update set concern = excluded.concern, title = excluded.title, channels = excluded.channels, is_temporary = excluded.is_temporary, waivable = excluded.waivable, source = excluded.source, verification = excluded.verification, effective_from = excluded.effective_from, effective_to = excluded.effective_to, reviewed_on = excluded.reviewed_on, notes = excluded.notes;

insert into public.rule_sets (released_on, revision, data_hash, reviewed_by, notes) values
  ('2026-11-27', '1', 'a4b02f8b4c304195e95ed3f95fdb16199df0e146070e71a3b8b885b6fda427b0', 'Sluice maintainers, not counsel', 'Unread messages; Arizona''s ban reaches unsolicited calls only; Texas opens after nine and after noon; in Alaska a ZIP outweighs the area code.')
on conflict (released_on, revision) do update set data_hash = excluded.data_hash, reviewed_by = excluded.reviewed_by, notes = excluded.notes;

insert into public.state_rules (state, name, zones, mobile_ban, consent_lifts_mobile_ban, zip_over_area_code, call_needs_written_consent, automated_needs_written_consent, area_code_presumed, emergency_ban, internal_list_years_call, internal_list_years_text, ebr_lifts_state_list, capped, registration, source, verification, effective_from, effective_to, reviewed_on, notes) values
  ('AZ', 'Arizona', '{America/Phoenix,America/Denver}', 'true', 'true', 'false', 'false', 'false', 'false', 'false', '5', '5', 'false', 'false', '', 'A.R.S. 44-1278(B)(3)', 'quoted_by_third_party', null, null, '2026-11-21', 'Unsolicited sales calls to mobiles are unlawful at any hour. Express consent that names seller and number makes a call solicited; a relationship alone does not.')
on conflict (state) do update set consent_lifts_mobile_ban = excluded.consent_lifts_mobile_ban, notes = excluded.notes;

insert into public.state_rules (state, name, zones, mobile_ban, consent_lifts_mobile_ban, zip_over_area_code, call_needs_written_consent, automated_needs_written_consent, area_code_presumed, emergency_ban, internal_list_years_call, internal_list_years_text, ebr_lifts_state_list, capped, registration, source, verification, effective_from, effective_to, reviewed_on, notes) values
  ('AK', 'Alaska', '{America/Anchorage,America/Adak}', 'false', 'false', 'true', 'false', 'false', 'false', 'false', '5', '5', 'false', 'false', 'Register 30 days before a campaign (AS 45.63.010).', '', 'federal_default', null, null, '2026-11-21', 'Area code 907 has two zones: all of Alaska but the western Aleutians keeps Alaska time.')
on conflict (state) do update set zip_over_area_code = excluded.zip_over_area_code, notes = excluded.notes;
