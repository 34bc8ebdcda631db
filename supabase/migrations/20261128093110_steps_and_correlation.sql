-- steps and correlation: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."announce"(uuid, text, jsonb, timestamp WITH time zone);

DROP FUNCTION "private"."cost_period"(uuid, text, date, date);

DROP FUNCTION "private"."notification_to_send"(uuid);

CREATE TABLE "private"."duration_sums" (
  "org_id"    uuid                       NOT NULL,
  "split"     text                       NOT NULL,
  "grain"     text                       NOT NULL,
  "starts_on" date                       NOT NULL,
  "kind"      public.pipeline_event_kind NOT NULL,
  "broker_id" uuid,
  "key"       uuid,
  "bucket"    smallint                   NOT NULL,
  "timed"     bigint                     NOT NULL,
  "seconds"   double precision           NOT NULL,
  CONSTRAINT "duration_bucket_is_known" CHECK (((bucket >= 0) AND (bucket <= 11))),
  CONSTRAINT "duration_grain_is_known" CHECK ((grain = ANY (ARRAY['day'::text, 'month'::text]))),
  CONSTRAINT "duration_split_is_known" CHECK ((split = ANY (ARRAY['org'::text, 'source'::text, 'campaign'::text, 'broker'::text, 'broker_source'::text, 'broker_campaign'::text]))),
  CONSTRAINT "duration_sum_is_kept_once" UNIQUE NULLS NOT DISTINCT (org_id, split, grain, starts_on, kind, broker_id, key, bucket)
);

ALTER TABLE "private"."duration_sums"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."call_deltas"
  ADD COLUMN "send_429" bigint NOT NULL DEFAULT 0;

ALTER TABLE "private"."call_deltas"
  ADD COLUMN "send_5xx" bigint NOT NULL DEFAULT 0;

ALTER TABLE "private"."call_deltas"
  ADD COLUMN "data_429" bigint NOT NULL DEFAULT 0;

ALTER TABLE "private"."call_deltas"
  ADD COLUMN "data_5xx" bigint NOT NULL DEFAULT 0;

ALTER TABLE "private"."cost_sums"
  ADD COLUMN "send_429" bigint NOT NULL DEFAULT 0;

ALTER TABLE "private"."cost_sums"
  ADD COLUMN "send_5xx" bigint NOT NULL DEFAULT 0;

ALTER TABLE "private"."cost_sums"
  ADD COLUMN "data_429" bigint NOT NULL DEFAULT 0;

ALTER TABLE "private"."cost_sums"
  ADD COLUMN "data_5xx" bigint NOT NULL DEFAULT 0;

ALTER TABLE "private"."pipeline_deltas"
  ADD COLUMN "bucket" smallint;

ALTER TABLE "private"."pipeline_deltas"
  ADD COLUMN "timed" bigint NOT NULL DEFAULT 0;

ALTER TABLE "private"."pipeline_deltas"
  ADD COLUMN "seconds" double precision NOT NULL DEFAULT 0;

ALTER TABLE "public"."notifications"
  ADD COLUMN "correlation_id" uuid;

ALTER TABLE "private"."call_deltas"
  ALTER COLUMN "data_usd" SET DEFAULT 0;

CREATE OR REPLACE FUNCTION private.announce (
  p_org_id         uuid,
  p_event          text,
  p_data           jsonb,
  p_as_of          timestamp with time zone DEFAULT now(),
  p_correlation_id uuid                     DEFAULT NULL::uuid
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_ids uuid[];
begin
  with told as (
    insert into public.notifications (org_id, id, subscription_id, event, data, correlation_id, announced_at)
    select s.org_id, md5(concat_ws(' ', s.id, p_event, p_data::text))::uuid, s.id, p_event, p_data, p_correlation_id,
      p_as_of
    from public.subscriptions s
    where s.org_id = p_org_id and s.active and p_event = any (s.events)
    on conflict do nothing
    returning id
  )
  select array_agg(t.id) into v_ids from told t;
  perform private.send_job('notify', jsonb_build_object('notification_id', x), x::text) from unnest(v_ids) x;
  return coalesce(cardinality(v_ids), 0);
end
$function$;

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
      'campaign_id', l.campaign_id, 'change', v_action, 'starts_at', v_starts)), p_now,
    private.lead_correlation(l.org_id, l.id))
  from public.leads l where l.org_id = p_org_id and l.id = v_booking.lead_id;
  return query select v_booking.lead_id, 'applied'::public.event_outcome;
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
  v_by text;
  v_meant uuid;
  v_replies bigint[];
  v_is_possible boolean;
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
  -- START lifts a wish, so it counts from the provider that carries the texts. Whoever signs for a source of the org (a
  -- list vendor may) can add opt-outs and lift none: its START is a reply.
  v_answer := case when p_provider = 'generic' and (p_event #>> '{reading,request}' = 'opt_in'
      or private.is_opt_in_keyword(v_text)) then '{"kind": "none"}'
    else private.record_reply_opt_out(p_org_id, v_value, v_kind, v_channel, v_text, p_event ->> 'opt_out_type',
      coalesce((p_event ->> 'model_says_opt_out')::boolean, false), p_event -> 'reading', v_meant, v_at) end;
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
  v_is_possible := v_request = 'none' and (coalesce((p_event #>> '{reading,possible}')::boolean, false)
    or coalesce((p_event #>> '{reading,unread}')::boolean, false));
  if v_leads is null then
    perform private.apply_latest_keyword(p_org_id, v_value, v_channel, v_keyword, v_at);
    if v_is_possible and v_value is not null then
      perform private.hold_unknown(p_org_id, v_value, (p_event ->> 'inbox_id')::bigint, v_at);
    end if;
    return query select null::uuid, 'unmatched'::public.event_outcome;
    return;
  end if;

  v_label := case v_request when 'opt_out' then 'opt_out' when 'wrong_contact' then 'wrong_person'
    else (p_event ->> 'label') end::public.reply_label;
  v_by := coalesce(v_answer ->> 'by', 'rules');
  with kept as (
    insert into public.replies (org_id, lead_id, contact_point_id, value_bidx, channel, provider, event_key, at,
      request,
      text_cipher, key_id, message_id, campaign_id, label, labelled_by, labelled_at)
    select p_org_id, f.lead_id, f.contact_point_id, v_value, v_channel, p_provider, p_event ->> 'key', v_at, v_request,
      private.encrypt_value(nullif(v_text, ''), private.org_key(p_org_id, v_key)), case when v_text <> ''
        then v_key end,
      case when v_message.lead_id = f.lead_id then v_message.id end, l.campaign_id,
      v_label, case when v_label is not null then v_by end, case when v_label is not null then p_now end
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
  perform private.stop_drawn_runs(p_org_id, v_meant, 'wrong_contact', v_at) where v_request = 'wrong_contact';
  perform private.apply_latest_keyword(p_org_id, v_value, v_channel, v_keyword, v_at);
  -- A lead that ended one channel and stays in work waits for a person, like one that only answered. A person also looks
  -- at each wish that the learned reader added, and at those that it finds likely but did not carry out.
  perform private.create_task(p_org_id, l.id, 'answer_reply', jsonb_strip_nulls(jsonb_build_object('channel', v_channel,
    'request', nullif(v_request, 'none'), 'read_by', nullif(v_by, 'rules'),
    'possible_wish', case when v_request = 'none' then nullif((p_event #>> '{reading,possible}')::boolean, false) end,
    'unread', nullif((p_event #>> '{reading,unread}')::boolean, false))), v_at)
  from public.leads l
  where l.org_id = p_org_id and l.id = any (v_leads)
    and (v_request = 'none'
      or (v_request = 'opt_out' and v_answer ->> 'keyword' <> 'stop'
        and (l.campaign_status <> 'opted_out' or v_by = 'learned')));
  if v_is_possible then
    perform private.hold_for_possible_wish(p_org_id, v_value, v_leads, v_at);
  end if;
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
      'label', r.label, 'at', r.at)), p_now, private.lead_correlation(r.org_id, r.lead_id))
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

CREATE OR REPLACE FUNCTION private.cost_period (
  p_org_id uuid,
  p_by     text,
  p_from   date,
  p_until  date
)
  RETURNS TABLE (
    day          date,
    key          uuid,
    messages_usd numeric,
    data_usd     numeric,
    send_429     bigint,
    send_5xx     bigint,
    data_429     bigint,
    data_5xx     bigint
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_split constant text := case when p_by in ('day', 'period') then 'org' else p_by end;
  v_first date;
  v_end date;
begin
  select m.first_on, m.end_before into v_first, v_end from private.whole_months(p_from, p_until, p_by = 'day') m;
  return query
  select x.starts_on, x.key, x.messages_usd, x.data_usd, x.send_429, x.send_5xx, x.data_429, x.data_5xx
  from private.cost_sums x
  where x.org_id = p_org_id and x.split = v_split and x.grain = 'month'
    and x.starts_on >= v_first and x.starts_on < v_end
  union all
  select x.starts_on, x.key, x.messages_usd, x.data_usd, x.send_429, x.send_5xx, x.data_429, x.data_5xx
  from private.cost_sums x
  where x.org_id = p_org_id and x.split = v_split and x.grain = 'day'
    and x.starts_on >= p_from and x.starts_on < least(v_first, p_until + 1)
  union all
  select x.starts_on, x.key, x.messages_usd, x.data_usd, x.send_429, x.send_5xx, x.data_429, x.data_5xx
  from private.cost_sums x
  where x.org_id = p_org_id and x.split = v_split and x.grain = 'day'
    and x.starts_on >= greatest(v_first, v_end) and x.starts_on <= p_until
  union all
  select d.day, case p_by when 'source' then d.source_id when 'campaign' then d.campaign_id
    when 'broker' then d.broker_id end, d.cost_usd, 0, 0, 0, 0, 0
  from private.message_deltas d where d.org_id = p_org_id and d.day between p_from and p_until and d.cost_usd <> 0
  union all
  select d.day, case p_by when 'source' then d.source_id when 'campaign' then d.campaign_id
    when 'broker' then d.broker_id end, 0, d.data_usd, d.send_429, d.send_5xx, d.data_429, d.data_5xx
  from private.call_deltas d where d.org_id = p_org_id and d.day between p_from and p_until;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_requests (
  p_org_id   uuid,
  p_requests jsonb
)
  RETURNS void
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  insert into private.metric_deltas (org_id, metric, labels, value)
  select p_org_id, m.metric, m.labels, sum(m.value)
  from jsonb_array_elements(p_requests) x
  cross join lateral private.request_counts(x ->> 'provider', 'send',
    private.request_status(x ->> 'result', x ->> 'code'), (x ->> 'duration_ms')::double precision) m
  where x ->> 'provider' ~ '^[a-z0-9_]{1,40}$'
  group by 2, 3;
  insert into private.call_deltas (org_id, day, source_id, campaign_id, broker_id, send_429, send_5xx)
  select m.org_id, (coalesce(nullif(current_setting('sluice.as_of', true), '')::timestamptz, now())
      at time zone o.time_zone)::date, l.source_id, m.campaign_id, l.assigned_broker_id,
    count(*) filter (where r.status = '429'), count(*) filter (where r.status = '5xx')
  from (
    select (x ->> 'message_id')::uuid as message_id, private.request_status(x ->> 'result', x ->> 'code') as status
    from jsonb_array_elements(p_requests) x offset 0) r
  join public.messages m on m.org_id = p_org_id and m.id = r.message_id
  join public.orgs o on o.id = m.org_id
  left join public.leads l on l.org_id = m.org_id and l.id = m.lead_id
  where r.status in ('429', '5xx')
  group by 1, 2, 3, 4, 5
$function$;

CREATE OR REPLACE FUNCTION private.duration_period (
  p_org_id  uuid,
  p_by      text,
  p_brokers uuid[],
  p_from    date,
  p_until   date
)
  RETURNS TABLE (
    day     date,
    kind    public.pipeline_event_kind,
    key     uuid,
    bucket  smallint,
    timed   bigint,
    seconds double precision
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_split constant text := case
    when p_brokers is null then case when p_by in ('day', 'period') then 'org' else p_by end
    when p_by in ('source', 'campaign') then 'broker_' || p_by else 'broker' end;
  v_first date;
  v_end date;
begin
  select m.first_on, m.end_before into v_first, v_end from private.whole_months(p_from, p_until, p_by = 'day') m;
  return query
  select s.starts_on, s.kind, case v_split when 'broker' then s.broker_id else s.key end, s.bucket, s.timed, s.seconds
  from (values ('month', v_first, v_end), ('day', p_from, least(v_first, p_until + 1)),
    ('day', greatest(v_first, v_end), p_until + 1)) g (grain, starts_on, end_before)
  cross join lateral (
    select x.* from private.duration_sums x
    where p_brokers is null and x.org_id = p_org_id and x.split = v_split and x.grain = g.grain
      and x.starts_on >= g.starts_on and x.starts_on < g.end_before
    union all
    select x.* from private.duration_sums x
    where x.org_id = p_org_id and x.split = v_split and x.broker_id = any (p_brokers) and x.grain = g.grain
      and x.starts_on >= g.starts_on and x.starts_on < g.end_before) s;
  return query
  select d.day, d.kind, case p_by when 'source' then d.source_id when 'campaign' then d.campaign_id
    when 'broker' then d.broker_id end, d.bucket, d.timed, d.seconds
  from private.pipeline_deltas d
  where d.org_id = p_org_id and d.day between p_from and p_until and d.bucket is not null
    and (p_brokers is null or d.broker_id = any (p_brokers));
end
$function$;

CREATE OR REPLACE FUNCTION private.find_followed (
  p_id uuid
)
  RETURNS TABLE (
    org_id    uuid,
    upload_id uuid,
    lead_id   uuid
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  return query
  select u.org_id, u.id, null::uuid from public.uploads u where p_id in (u.id, u.correlation_id)
  union all
  -- One probe per org.
  select o.id, null, x.lead_id
  from public.orgs o
  cross join lateral (
    select l.id as lead_id from public.leads l where l.org_id = o.id and l.id = p_id
    union all
    select m.lead_id from public.messages m where m.org_id = o.id and m.id = p_id
    union all
    select b.lead_id from public.bookings b where b.org_id = o.id and b.id = p_id
    union all
    select r.lead_id from public.sequence_runs r where r.org_id = o.id and r.id = p_id) x;
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_calls (
  p_limit integer DEFAULT 300000
)
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_count bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('sluice fold calls', 0)) then
    return 0;
  end if;
  with gone as (
    delete from private.call_deltas d
    where (d.org_id, d.id) in (select x.org_id, x.id from private.call_deltas x order by x.id limit p_limit)
    returning d.*
  ), costs as (
    insert into private.cost_sums as p (org_id, split, grain, starts_on, key, data_usd, send_429, send_5xx, data_429,
      data_5xx)
    select g.org_id, s.split, d.grain, d.starts_on, s.key, sum(g.data_usd), sum(g.send_429), sum(g.send_5xx),
      sum(g.data_429), sum(g.data_5xx)
    from gone g
    cross join lateral (values ('org', null), ('source', g.source_id), ('campaign', g.campaign_id),
      ('broker', g.broker_id)) s (split, key)
    cross join lateral (values ('day', g.day), ('month', date_trunc('month', g.day)::date)) d (grain, starts_on)
    group by 1, 2, 3, 4, 5
    on conflict on constraint cost_sum_is_kept_once do update
      set data_usd = p.data_usd + excluded.data_usd, send_429 = p.send_429 + excluded.send_429,
        send_5xx = p.send_5xx + excluded.send_5xx, data_429 = p.data_429 + excluded.data_429,
        data_5xx = p.data_5xx + excluded.data_5xx
  )
  select count(*) into v_count from gone;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_pipeline (
  p_limit integer DEFAULT 300000
)
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_count bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('sluice fold pipeline', 0)) then
    return 0;
  end if;
  with gone as (
    delete from private.pipeline_deltas d
    where (d.org_id, d.id) in (select x.org_id, x.id from private.pipeline_deltas x order by x.id limit p_limit)
    returning d.*
  ), few as materialized (
    select g.org_id, g.day, g.kind, g.source_id, g.campaign_id, g.broker_id, g.fed_week, g.bucket,
      sum(g.quantity) as quantity, sum(g.leads) as leads, sum(g.timed) as timed, sum(g.seconds) as seconds
    from gone g group by 1, 2, 3, 4, 5, 6, 7, 8
  ), daily as (
    insert into private.pipeline_daily as p (org_id, day, kind, source_id, campaign_id, broker_id, quantity, leads)
    select f.org_id, f.day, f.kind, f.source_id, f.campaign_id, f.broker_id, sum(f.quantity), sum(f.leads) from few f
    group by 1, 2, 3, 4, 5, 6
    on conflict on constraint funnel_day_is_kept_once do update
      set quantity = p.quantity + excluded.quantity, leads = p.leads + excluded.leads
  ), funnel as (
    insert into private.funnel_sums as p (org_id, split, grain, starts_on, kind, broker_id, key, quantity, leads)
    select f.org_id, s.split, g.grain, g.starts_on, f.kind, s.broker_id, s.key, sum(f.quantity), sum(f.leads)
    from few f
    cross join lateral private.funnel_splits(f.source_id, f.campaign_id, f.broker_id) s
    cross join lateral (values ('day', f.day), ('month', date_trunc('month', f.day)::date)) g (grain, starts_on)
    group by 1, 2, 3, 4, 5, 6, 7
    on conflict on constraint funnel_sum_is_kept_once do update
      set quantity = p.quantity + excluded.quantity, leads = p.leads + excluded.leads
  ), durations as (
    insert into private.duration_sums as p (org_id, split, grain, starts_on, kind, broker_id, key, bucket, timed,
      seconds)
    select f.org_id, s.split, g.grain, g.starts_on, f.kind, s.broker_id, s.key, f.bucket, sum(f.timed), sum(f.seconds)
    from few f
    cross join lateral private.funnel_splits(f.source_id, f.campaign_id, f.broker_id) s
    cross join lateral (values ('day', f.day), ('month', date_trunc('month', f.day)::date)) g (grain, starts_on)
    where f.bucket is not null
    group by 1, 2, 3, 4, 5, 6, 7, 8
    on conflict on constraint duration_sum_is_kept_once do update
      set timed = p.timed + excluded.timed, seconds = p.seconds + excluded.seconds
  ), cohorts as (
    insert into private.cohort_sums as p (org_id, split, broker_id, key, fed_week, kind, weeks_after, leads)
    select f.org_id, s.split, s.broker_id, s.key, f.fed_week, f.kind, (f.day - f.fed_week) / 7, sum(f.leads)
    from few f cross join lateral private.funnel_splits(f.source_id, f.campaign_id, f.broker_id) s
    where f.fed_week is not null and f.kind >= 'fed' and f.leads <> 0
      and s.split not in ('source', 'broker_source')
    group by 1, 2, 3, 4, 5, 6, 7
    on conflict on constraint cohort_sum_is_kept_once do update set leads = p.leads + excluded.leads
  )
  select count(*) into v_count from gone;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.follow_lead (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS TABLE (
    at             timestamp with time zone,
    kind           text,
    id             text,
    correlation_id uuid,
    detail         jsonb
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  return query
  select x.at, x.kind, x.id, x.correlation_id, jsonb_strip_nulls(x.detail)
  from (
    select u.received_at, 'upload', u.id::text, u.correlation_id, jsonb_build_object('state', u.state)
    from public.leads l join public.uploads u on u.id = l.created_upload_id
    where l.org_id = p_org_id and l.id = p_lead_id
    union all
    select e.at, 'event', e.id::text, e.correlation_id, jsonb_build_object('step', e.kind, 'message_id',
      e.detail -> 'message_id', 'campaign_id', e.detail -> 'campaign_id')
    from public.pipeline_events e where e.org_id = p_org_id and e.lead_id = p_lead_id
    union all
    select r.started_at, 'run', r.id::text, r.correlation_id, jsonb_build_object('state', r.state, 'reason',
      r.end_reason, 'campaign_id', r.campaign_id)
    from public.sequence_runs r where r.org_id = p_org_id and r.lead_id = p_lead_id
    union all
    select c.at, 'provider_call', c.id::text, c.correlation_id, jsonb_build_object('provider', c.provider, 'endpoint',
      c.endpoint, 'outcome', c.outcome, 'ms', c.duration_ms)
    from public.provider_calls c where c.org_id = p_org_id and c.lead_id = p_lead_id
    union all
    select coalesce(m.claimed_at, m.created_at), 'message', m.id::text, m.correlation_id, jsonb_build_object('channel',
      m.channel, 'kind', m.kind, 'state', m.state, 'step', m.step, 'error_code', m.error_code)
    from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id
    union all
    select d.created_at, 'dead_letter', d.id::text, d.correlation_id, jsonb_build_object('source', d.source, 'reason',
      d.reason)
    from public.messages m
    join public.pipeline_dlq d on d.org_id = m.org_id and d.payload ->> 'message_id' = m.id::text
    where m.org_id = p_org_id and m.lead_id = p_lead_id
    union all
    -- The request that brought it has an id of its own: the provider's, or one made at the endpoint.
    select w.at, 'webhook_event', w.id::text, i.correlation_id, jsonb_build_object('provider', w.provider, 'event',
      w.kind, 'outcome', w.outcome, 'message_id', w.message_id)
    from public.webhook_events w left join public.webhook_inbox i on i.org_id = w.org_id and i.id = w.inbox_id
    where w.org_id = p_org_id and w.lead_id = p_lead_id
    union all
    select r.at, 'reply', r.id::text, private.lead_correlation(r.org_id, r.lead_id), jsonb_build_object('channel',
      r.channel, 'request', r.request, 'label', r.label, 'message_id', r.message_id)
    from public.replies r where r.org_id = p_org_id and r.lead_id = p_lead_id
    union all
    select coalesce(b.made_at, b.moved_at, b.cancelled_at), 'booking', b.id::text,
      private.lead_correlation(b.org_id, b.lead_id), jsonb_build_object('state', b.state, 'message_id', b.message_id)
    from public.bookings b where b.org_id = p_org_id and b.lead_id = p_lead_id
  ) x (at, kind, id, correlation_id, detail)
  order by x.at, x.kind, x.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.follow_upload (
  p_org_id    uuid,
  p_upload_id uuid,
  p_limit     integer DEFAULT 20
)
  RETURNS TABLE (
    at             timestamp with time zone,
    kind           text,
    id             text,
    correlation_id uuid,
    detail         jsonb
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  return query
  select x.at, x.kind, x.id, x.correlation_id, jsonb_strip_nulls(x.detail)
  from (
    select u.received_at, 'upload', u.id::text, u.correlation_id, jsonb_build_object('state', u.state, 'parts',
      u.parts_expected, 'dry_run', nullif(u.dry_run, false))
    from public.uploads u where u.org_id = p_org_id and u.id = p_upload_id
    union all
    select e.at, 'event', e.id::text, e.correlation_id, jsonb_build_object('step', e.kind, 'quantity', e.quantity,
      'part', e.detail -> 'part', 'seconds', round(extract(epoch from e.duration), 3))
    from public.uploads u
    join public.pipeline_events e on e.org_id = u.org_id and e.at >= u.received_at and e.lead_id is null
      and e.kind in ('uploaded', 'staged', 'deduped', 'verified') and e.detail ->> 'upload_id' = u.id::text
    where u.org_id = p_org_id and u.id = p_upload_id
    union all
    select d.created_at, 'dead_letter', d.id::text, d.correlation_id, jsonb_build_object('source', d.source, 'reason',
      d.reason)
    from public.uploads u join public.pipeline_dlq d on d.org_id = u.org_id and d.correlation_id = u.correlation_id
    where u.org_id = p_org_id and u.id = p_upload_id
    union all
    (select l.created_at, 'lead', l.id::text, u.correlation_id, jsonb_build_object('campaign_status', l.campaign_status)
    from public.uploads u
    join public.leads l on l.org_id = u.org_id and l.source_id = u.source_id and l.created_upload_id = u.id
    where u.org_id = p_org_id and u.id = p_upload_id
    order by l.campaign_status = 'new', l.id limit p_limit)
  ) x (at, kind, id, correlation_id, detail)
  order by x.at, x.kind = 'lead', x.kind = 'event', x.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.funnel_period (
  p_org_id      uuid,
  p_by          text,
  p_brokers     uuid[],
  p_from        date,
  p_until       date,
  p_campaign_id uuid   DEFAULT NULL::uuid
)
  RETURNS TABLE (
    day      date,
    kind     public.pipeline_event_kind,
    key      uuid,
    quantity bigint,
    leads    bigint
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  -- By day of a campaign, its own rows say it.
  v_by constant text := case when p_campaign_id is not null and p_by = 'day' then 'campaign' else p_by end;
  v_split constant text := case
    when p_brokers is null then case when v_by in ('day', 'period') then 'org' else v_by end
    when v_by in ('source', 'campaign') then 'broker_' || v_by else 'broker' end;
  v_first date;
  v_end date;
begin
  select m.first_on, m.end_before into v_first, v_end from private.whole_months(p_from, p_until, p_by = 'day') m;
  if p_brokers is null then
    return query
    select s.starts_on, s.kind, case v_split when 'broker' then s.broker_id else s.key end, s.quantity, s.leads
    from private.funnel_sums s
    where s.org_id = p_org_id and s.split = v_split and s.grain = 'month' and s.starts_on >= v_first
      and s.starts_on < v_end and (p_campaign_id is null or s.key = p_campaign_id)
    union all
    select s.starts_on, s.kind, case v_split when 'broker' then s.broker_id else s.key end, s.quantity, s.leads
    from private.funnel_sums s
    where s.org_id = p_org_id and s.split = v_split and s.grain = 'day' and s.starts_on >= p_from
      and s.starts_on < least(v_first, p_until + 1) and (p_campaign_id is null or s.key = p_campaign_id)
    union all
    select s.starts_on, s.kind, case v_split when 'broker' then s.broker_id else s.key end, s.quantity, s.leads
    from private.funnel_sums s
    where s.org_id = p_org_id and s.split = v_split and s.grain = 'day' and s.starts_on >= greatest(v_first, v_end)
      and s.starts_on <= p_until and (p_campaign_id is null or s.key = p_campaign_id);
  else
    return query
    select s.starts_on, s.kind, case v_split when 'broker' then s.broker_id else s.key end, s.quantity, s.leads
    from private.funnel_sums s
    where s.org_id = p_org_id and s.split = v_split and s.broker_id = any (p_brokers)
      and (s.grain = 'month' and s.starts_on >= v_first and s.starts_on < v_end
        or s.grain = 'day' and (s.starts_on >= p_from and s.starts_on < least(v_first, p_until + 1)
          or s.starts_on >= greatest(v_first, v_end) and s.starts_on <= p_until))
      and (p_campaign_id is null or s.key = p_campaign_id);
  end if;
  return query
  select d.day, d.kind, case v_by when 'source' then d.source_id when 'campaign' then d.campaign_id
    when 'broker' then d.broker_id end, d.quantity, d.leads
  from private.pipeline_deltas d
  where d.org_id = p_org_id and d.day between p_from and p_until
    and (p_brokers is null or d.broker_id = any (p_brokers))
    and (p_campaign_id is null or d.campaign_id = p_campaign_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.label_reply (
  p_org_id     uuid,
  p_reply_id   bigint,
  p_label      public.reply_label,
  p_draft      text,
  p_correction integer                  DEFAULT 0,
  p_as_of      timestamp with time zone DEFAULT now()
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_key constant integer := private.active_key_id(p_org_id, 'data');
  r public.replies;
begin
  update private.triage_usage u set tokens = greatest(0, u.tokens + p_correction)
  from public.orgs o
  where o.id = p_org_id and u.org_id = o.id and u.local_date = (p_as_of at time zone o.time_zone)::date
    and p_correction <> 0;
  select x.* into r from public.replies x where x.org_id = p_org_id and x.id = p_reply_id and x.label is null for
    update;
  if not found then
    return false;
  end if;
  update public.replies x set label = p_label, labelled_by = 'model', labelled_at = p_as_of,
    request = case when p_label = 'opt_out' then 'opt_out' else x.request end,
    draft_cipher = case when p_label <> 'opt_out' then private.encrypt_value(nullif(p_draft, ''),
      private.org_key(p_org_id, v_key)) end,
    draft_key_id = case when p_label <> 'opt_out' and nullif(p_draft, '') is not null then v_key end
  where x.org_id = p_org_id and x.provider = r.provider and x.event_key = r.event_key and x.label is null;
  perform private.record_reply_opt_out(p_org_id, r.value_bidx, case r.channel when 'email' then 'email'
    else 'phone' end::public.contact_kind,
    r.channel, private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id)), null, true, p_as_of => r.at)
      where p_label = 'opt_out';
  perform private.announce(p_org_id, 'reply.labelled', jsonb_strip_nulls(jsonb_build_object('reply_id', x.id,
    'lead_id', x.lead_id,
      'broker_id', l.assigned_broker_id, 'channel', x.channel, 'label', x.label, 'has_draft',
        x.draft_cipher is not null)), p_as_of, private.lead_correlation(x.org_id, x.lead_id))
  from public.replies x
  join public.leads l on l.org_id = x.org_id and l.id = x.lead_id
  where x.org_id = p_org_id and x.provider = r.provider and x.event_key = r.event_key;
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.lead_correlation (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return coalesce(
    (select u.correlation_id from public.leads l join public.uploads u on u.id = l.created_upload_id
      where l.org_id = p_org_id and l.id = p_lead_id),
    (select r.correlation_id from public.sequence_runs r where r.org_id = p_org_id and r.lead_id = p_lead_id
      order by r.started_at desc limit 1));
end
$function$;

CREATE OR REPLACE FUNCTION private.mark_leads_replied (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_at       timestamp with time zone,
  p_detail   jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
begin
  perform set_config('sluice.actor', 'system', true);
  perform private.stop_runs(p_org_id, x, 'reply', p_at) from unnest(p_lead_ids) x
  where p_detail ->> 'request' is distinct from 'none' or not private.follow_reply(p_org_id, x, p_at);
  update public.leads l set last_reply_at = greatest(l.last_reply_at, p_at),
    campaign_status = case when l.campaign_status in ('new', 'queued', 'active', 'paused', 'completed') then 'replied'
      else l.campaign_status end
  where l.org_id = p_org_id and l.id = any (p_lead_ids)
    and (l.last_reply_at is null or l.last_reply_at < p_at or l.campaign_status in ('new', 'queued', 'active',
      'paused', 'completed'));
  -- The funnel shows how far a lead has come, not how often it wrote: once per campaign.
  insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
  select p_org_id, l.id, 'replied', p_at, private.lead_correlation(l.org_id, l.id), p_detail || jsonb_strip_nulls(jsonb_build_object('campaign_id',
    l.campaign_id))
  from public.leads l
  where l.org_id = p_org_id and l.id = any (p_lead_ids)
    and not exists (select from public.pipeline_events e
      where e.org_id = p_org_id and e.lead_id = l.id and e.kind = 'replied'
        and e.detail ->> 'campaign_id' is not distinct from l.campaign_id::text);
  perform set_config('sluice.actor', v_actor, true);
end
$function$;

CREATE OR REPLACE FUNCTION private.notification_to_send (
  p_notification_id uuid
)
  RETURNS TABLE (
    org_id         uuid,
    url            text,
    secret         text,
    event          text,
    data           jsonb,
    announced_at   timestamp with time zone,
    correlation_id uuid
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select n.org_id, s.url, private.decrypt_value(s.secret_cipher, private.org_key(s.org_id, s.key_id)), n.event,
    n.data, n.announced_at, n.correlation_id
  from public.notifications n
  join public.subscriptions s on s.org_id = n.org_id and s.id = n.subscription_id
  where n.id = p_notification_id and n.state <> 'sent' and s.active
$function$;

CREATE OR REPLACE FUNCTION private.queue_message (
  p_org_id           uuid,
  p_lead_id          uuid,
  p_contact_point_id bigint,
  p_channel          text,
  p_kind             text,
  p_text             text,
  p_in_reply_to      text                     DEFAULT NULL::text,
  p_as_of            timestamp with time zone DEFAULT now()
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.record_verification (
  p_org_id           uuid,
  p_contact_point_id bigint,
  p_provider         text,
  p_codes            text[],
  p_correlation_id   uuid                     DEFAULT NULL::uuid,
  p_level            text                     DEFAULT ''::text,
  p_as_of            timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  c public.contact_points;
  v record;
  v_verdict text;
begin
  -- The lead first, as everywhere.
  select x.* into c from public.contact_points x where x.org_id = p_org_id and x.id = p_contact_point_id;
  perform from public.leads l where l.org_id = p_org_id and l.id = c.lead_id for no key update;
  select x.* into c from public.contact_points x
  where x.org_id = p_org_id and x.id = p_contact_point_id and x.lead_id = c.lead_id for no key update;
  if not found then
    return null;
  end if;
  select array_agg(m.code order by m.code) as known,
    coalesce(bool_or(m.is_verified) and not bool_or(m.is_invalid or m.is_uncertain), false) as verified,
    coalesce(bool_or(m.is_invalid), false) as invalid, coalesce(bool_or(m.is_uncertain), false) as uncertain
  into v
  from (
    -- What a code means at this level, or else at any.
    select distinct on (x.code) x.* from public.verification_code_map x
    where x.provider = p_provider and x.channel = c.kind::text and x.code = any (p_codes)
      and x.level in ('', p_level)
    order by x.code, x.level desc) m;
  -- A code that is not listed verifies nothing, and takes nothing away.
  v_verdict := case when v.known is null then 'unknown' when v.invalid then 'invalid' when v.verified then 'verified'
    when v.uncertain then 'uncertain' else 'unknown' end;
  perform set_config('sluice.actor', 'system', true);
  if v_verdict in ('verified', 'invalid', 'uncertain') then
    update public.contact_points x set codes = v.known, verified = v_verdict = 'verified'
    where x.org_id = p_org_id and x.id = c.id
      and (x.codes, x.verified) is distinct from (v.known, v_verdict = 'verified');
    perform private.refresh_verification(p_org_id, array[c.lead_id]);
  elsif c.kind = 'phone' and private.line_type_of(coalesce(v.known, '{}')) <> 'unknown' then
    -- What kind of line it is, not whether it works: in place of what this provider said about the line before.
    update public.contact_points x set codes = n.codes
    from (
      select array_agg(k.code order by k.code) as codes
      from (
        select unnest(v.known) as code
        union
        select o.code from unnest(c.codes) o (code)
        where not exists (select from public.verification_code_map m
          where m.provider = p_provider and m.channel = 'phone' and m.code = o.code
            and not (m.is_verified or m.is_invalid or m.is_uncertain))) k) n
    where x.org_id = p_org_id and x.id = c.id and x.codes is distinct from n.codes;
    perform private.refresh_verification(p_org_id, array[c.lead_id]);
  end if;
  perform private.record_facts(p_org_id, p_provider, jsonb_build_array(jsonb_build_object('lead_id', c.lead_id,
    'contact_point_id', c.id, 'name', 'verification', 'value', jsonb_build_object('verdict', v_verdict, 'codes',
    to_jsonb(p_codes)) || case when p_level = '' then '{}' else jsonb_build_object('level', p_level) end, 'obtained_at', p_as_of)), p_as_of);
  -- Codes that are not listed are counted, never guessed.
  insert into public.provider_drift as d (org_id, provider, endpoint, path, problem, first_at, last_at)
  select distinct p_org_id, p_provider, 'verification', x.code, 'unknown code', p_as_of, p_as_of
  from unnest(p_codes) x (code)
  where x.code ~ '^[A-Za-z0-9_.-]{1,60}$' and not exists (select from public.verification_code_map m
    where m.provider = p_provider and m.channel = c.kind::text and m.code = x.code 
      and m.level in ('', p_level))
  on conflict (org_id, provider, endpoint, path, problem) do update set times = d.times + 1,
    last_at = greatest(d.last_at, excluded.last_at);
  if v_verdict = 'verified' and not c.verified then
    insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
    values (p_org_id, c.lead_id, 'verified', p_as_of,
      coalesce(private.lead_correlation(p_org_id, c.lead_id), p_correlation_id),
      jsonb_build_object('provider', p_provider, 'contact_point_id', c.id));
  end if;
  perform set_config('sluice.actor', v_actor, true);
  return v_verdict;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_bookings (
  p_org_id  uuid,
  p_lead_id uuid,
  p_at      timestamp with time zone,
  p_now     timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_lead public.leads;
  v_open boolean;
  v_made boolean;
begin
  select l.* into v_lead from public.leads l where l.org_id = p_org_id and l.id = p_lead_id for no key update;
  select bool_or(b.state = 'made'), bool_or(b.made_at is not null) into v_open, v_made
  from public.bookings b where b.org_id = p_org_id and b.lead_id = p_lead_id;
  perform set_config('sluice.actor', 'system', true);
  perform private.stop_runs(p_org_id, p_lead_id, 'booking', p_at);
  if v_open and v_lead.campaign_status in ('new', 'queued', 'active', 'replied', 'paused', 'completed') then
    update public.leads l set campaign_status = 'booked' where l.org_id = p_org_id and l.id = p_lead_id;
  elsif not v_open and v_lead.campaign_status in ('new', 'queued', 'active', 'paused', 'booked', 'completed') then
    update public.leads l set campaign_status = 'replied', last_reply_at = coalesce(l.last_reply_at, p_at)
    where l.org_id = p_org_id and l.id = p_lead_id;
  end if;
  insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
  select p_org_id, p_lead_id, 'booked', p_at, private.lead_correlation(p_org_id, p_lead_id), jsonb_strip_nulls(jsonb_build_object('campaign_id', v_lead.campaign_id))
  where v_made and not exists (select from public.pipeline_events e
    where e.org_id = p_org_id and e.lead_id = p_lead_id and e.kind = 'booked'
      and e.detail ->> 'campaign_id' is not distinct from v_lead.campaign_id::text);
  if v_open then
    perform private.create_task(p_org_id, p_lead_id, 'prepare_booking', '{}', p_at);
    update public.tasks t set done_at = p_now
    where t.org_id = p_org_id and t.lead_id = p_lead_id and t.kind = 'follow_up_cancelled' and t.done_at is null;
  else
    perform private.create_task(p_org_id, p_lead_id, 'follow_up_cancelled', '{}', p_at);
    update public.tasks t set done_at = p_now
    where t.org_id = p_org_id and t.lead_id = p_lead_id and t.kind = 'prepare_booking' and t.done_at is null;
  end if;
  perform set_config('sluice.actor', v_actor, true);
end
$function$;

CREATE OR REPLACE FUNCTION private.step_bounds()
  RETURNS double precision[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select array[1, 10, 60, 600, 3600, 21600, 86400, 259200, 604800, 1209600, 2592000]::double precision[]
$function$;

CREATE OR REPLACE FUNCTION private.tg_campaign_feeds__announce()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.announce(new.org_id, 'feed.done', jsonb_build_object('campaign_id', new.campaign_id, 'local_date',
    new.local_date,
    'fed', new.fed_count, 'unassigned', new.unassigned_count, 'late', new.late), coalesce(new.finished_at, now()), new.correlation_id);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_deals__count()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_was public.deal_stages;
  v_is public.deal_stages;
  v_kind public.pipeline_event_kind;
  v_campaign uuid;
begin
  select s.* into v_is from public.deal_stages s where s.org_id = new.org_id and s.id = new.stage_id;
  if tg_op = 'UPDATE' then
    select s.* into v_was from public.deal_stages s where s.org_id = old.org_id and s.id = old.stage_id;
    -- An appointment stays one when its deal moves on.
    delete from public.pipeline_events e
    where e.org_id = old.org_id and e.lead_id = old.lead_id and e.detail ->> 'deal_id' = old.id::text
      and (e.kind = 'closed' and v_is.outcome <> 'won'
        or e.kind = 'booked' and v_is.outcome = 'open' and v_is.position < (select min(s.position)
          from public.deal_stages s where s.org_id = old.org_id and s.outcome = 'booked'));
  end if;
  v_kind := case v_is.outcome when 'booked' then 'booked' when 'won' then 'closed' end;
  if v_kind is not null and v_was.outcome is distinct from v_is.outcome and new.lead_id is not null then
    select l.campaign_id into v_campaign from public.leads l where l.org_id = new.org_id and l.id = new.lead_id;
    insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
    select new.org_id, new.lead_id, v_kind, now(), private.lead_correlation(new.org_id, new.lead_id),
      jsonb_strip_nulls(jsonb_build_object('campaign_id', v_campaign, 'deal_id', new.id))
    where not exists (select from public.pipeline_events e
      where e.org_id = new.org_id and e.lead_id = new.lead_id and e.kind = v_kind
        and e.detail ->> 'campaign_id' is not distinct from v_campaign::text);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_pipeline_dlq__announce()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- It was announced when it failed first, and is again when a person has to look.
  if new.replays > 0 and new.retry_after is not null then
    return null;
  end if;
  -- An alarm concerns every org.
  if new.org_id is null and new.source in ('schedule', 'worker') then
    perform private.announce(o.id, 'dead_letter.filed',
      jsonb_build_object('dead_letter_id', new.id, 'source', new.source), new.created_at,
      new.correlation_id)
    from public.orgs o;
  end if;
  -- An announcement of a failed notification would fail, too.
  if new.org_id is not null and new.source <> 'notify' then
    perform private.announce(new.org_id, 'dead_letter.filed',
      jsonb_build_object('dead_letter_id', new.id, 'source', new.source), new.created_at,
      new.correlation_id);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_pipeline_events__count()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_sign constant integer := case tg_op when 'DELETE' then -1 else 1 end;
begin
  insert into private.pipeline_deltas (org_id, day, kind, source_id, campaign_id, broker_id, fed_week, bucket, quantity,
    leads, timed, seconds)
  select n.org_id, (n.at at time zone o.time_zone)::date, n.kind, coalesce(l.source_id, u.source_id), c.campaign_id,
    l.assigned_broker_id,
    case when n.kind = 'fed' then date_trunc('week', n.at at time zone o.time_zone)::date
      when n.kind > 'fed' then date_trunc('week', l.added_to_campaign_at at time zone o.time_zone)::date end,
    width_bucket(t.seconds, private.step_bounds()), v_sign * sum(n.quantity), v_sign * count(*) filter (where f.first),
    v_sign * coalesce(sum(n.quantity) filter (where t.seconds is not null), 0),
    v_sign * coalesce(sum(n.quantity * t.seconds), 0)
  from changed n
  -- The counts go with the org.
  join public.orgs o on o.id = n.org_id and o.id::text is distinct from current_setting('sluice.deleting_org', true)
  left join public.leads l on l.org_id = n.org_id and l.id = n.lead_id
  left join public.uploads u on u.org_id = n.org_id
    and u.id = case when n.lead_id is null then (n.detail ->> 'upload_id')::uuid end
  cross join lateral (select coalesce((n.detail ->> 'campaign_id')::uuid,
    case when n.kind >= 'fed' then l.campaign_id end) as campaign_id) c
  cross join lateral (select n.lead_id is not null and (n.kind <> 'sent' or not exists (
    select from public.pipeline_events e
    where e.org_id = n.org_id and e.lead_id = n.lead_id and e.kind = 'sent' and (e.at, e.id) < (n.at, n.id)
      and e.detail ->> 'campaign_id' is not distinct from n.detail ->> 'campaign_id')) as first offset 0) f
  -- Of a part: the work itself. Of a lead: since it came, and after the feed, since the feed.
  cross join lateral (select case when x.took < interval '0' then 0
      else extract(epoch from x.took) end::double precision as seconds
    from (select case
      when n.lead_id is null then n.duration
      when not f.first then null
      when n.duration is not null then n.duration
      when n.kind <= 'fed' then n.at - l.created_at
      when c.campaign_id = l.campaign_id then n.at - l.added_to_campaign_at end as took) x
    offset 0) t
  group by 1, 2, 3, 4, 5, 6, 7, 8;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_provider_calls__count()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.call_deltas (org_id, day, source_id, campaign_id, broker_id, data_usd, data_429, data_5xx)
  select n.org_id, (n.at at time zone o.time_zone)::date, l.source_id, l.campaign_id, l.assigned_broker_id,
    sum(n.cost_usd), count(*) filter (where s.status = '429'), count(*) filter (where s.status = '5xx')
  from changed n
  cross join lateral (select case when not n.cached then private.request_status(n.outcome::text, n.code) end
    as status) s
  join public.orgs o on o.id = n.org_id
  left join public.leads l on l.org_id = n.org_id and l.id = n.lead_id
  where n.cost_usd > 0 or s.status in ('429', '5xx')
  group by 1, 2, 3, 4, 5;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.feed_campaign (
  p_org_id      uuid,
  p_campaign_id uuid,
  p_local_date  date,
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS SETOF public.campaign_feeds
  LANGUAGE plpgsql
  SET search_path TO ''
  SET cursor_tuple_fraction TO '0.0001'
  SET jit TO 'off'
  AS $function$
declare
  v_campaign public.campaigns;
  v_feed public.campaign_feeds;
  v_began constant timestamptz := clock_timestamp();
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_more boolean := true;
  v_candidate uuid;
  v_batch uuid[];
  v_lead record;
  v_leads uuid[] := '{}'::uuid[];
  v_scores smallint[] := '{}'::smallint[];
  v_brokers uuid[];
  v_unassigned integer;
  v_correlations uuid[];
  v_busy_phones bytea[] := '{}'::bytea[];
  v_left_out jsonb := '{}'::jsonb;
  v_scored constant boolean := private.has_scores(p_org_id);
  v_candidates refcursor;
begin
  if not pg_try_advisory_xact_lock(
    hashtextextended(format('sluice feed %s %s %s', p_org_id, p_campaign_id, p_local_date), 0))
  then
    return;
  end if;
  -- Feeds of one org wait for each other: each cannot see the uncommitted rows of the other, and both would take a
  -- phone that two leads share.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice feed %s', p_org_id), 0));
  select c.* into v_campaign from public.campaigns c
  where c.org_id = p_org_id and c.id = p_campaign_id for share;
  if v_campaign.state is distinct from 'running' then
    raise exception 'campaign % is not running', p_campaign_id using errcode = 'SL503';
  end if;

  insert into public.campaign_feeds as f (org_id, campaign_id, local_date, planned, started_at, late)
  select p_org_id, p_campaign_id, p_local_date, v_campaign.daily_limit, p_as_of,
    p_as_of > private.feed_due_at(p_local_date, o.time_zone) + interval '5 minutes'
  from public.orgs o where o.id = p_org_id
  on conflict (org_id, campaign_id, local_date) do update
    set state = 'running', planned = excluded.planned, started_at = excluded.started_at, late = excluded.late,
      finished_at = null, retry_after = null, attempts = f.attempts + 1, detail = '{}'
    where f.state = 'failed'
  returning f.* into v_feed;
  if not found then
    return;
  end if;
  perform set_config('sluice.actor', 'system', true);

  -- The view nominates; status, score and filters are current. Best first; leads locked by another session are
  -- skipped. Where the org's rules score its leads, the order is that of the refresh: the night's scores are in the
  -- view, in the order of an index, without the leads that were fed before.
  if v_scored then
    open v_candidates no scroll for
      select l.id
      from public.mv_contactable_leads n
      join public.leads l on l.org_id = n.org_id and l.id = n.lead_id
      left join public.lead_scores s on s.org_id = n.org_id and s.lead_id = n.lead_id
      where n.org_id = p_org_id and l.campaign_status = 'new' and l.phone_verified
        and coalesce(s.score, 0) >= v_campaign.min_score
        and (cardinality(v_campaign.states) = 0 or l.situs_state = any (v_campaign.states))
        and (cardinality(v_campaign.source_ids) = 0 or l.source_id = any (v_campaign.source_ids))
      order by n.lead_score desc, n.lead_id
      for no key update of l skip locked;
  else
    open v_candidates no scroll for
      select l.id
      from public.leads l
      join public.mv_contactable_leads n on n.org_id = l.org_id and n.lead_id = l.id
      where l.org_id = p_org_id and l.campaign_status = 'new' and l.phone_verified
        and l.lead_score >= v_campaign.min_score
        and (cardinality(v_campaign.states) = 0 or l.situs_state = any (v_campaign.states))
        and (cardinality(v_campaign.source_ids) = 0 or l.source_id = any (v_campaign.source_ids))
      order by l.lead_score desc, l.id
      for no key update of l skip locked;
  end if;
  while v_more and cardinality(v_leads) < v_campaign.daily_limit loop
    v_batch := '{}'::uuid[];
    while v_more and cardinality(v_batch) < v_campaign.daily_limit - cardinality(v_leads) loop
      fetch v_candidates into v_candidate;
      v_more := found;
      if v_more then
        v_batch := v_batch || v_candidate;
      end if;
    end loop;
    for v_lead in select * from private.check_candidates(p_org_id, v_batch) loop
      if v_lead.refusal is null and v_lead.phones && v_busy_phones then
        v_lead.refusal := 'phone_in_campaign';
      end if;
      if v_lead.refusal is null then
        v_leads := v_leads || v_lead.lead_id;
        v_scores := v_scores || v_lead.lead_score;
        v_busy_phones := v_busy_phones || v_lead.phones;
      else
        v_left_out := v_left_out
          || jsonb_build_object(v_lead.refusal, coalesce((v_left_out ->> v_lead.refusal)::integer, 0) + 1);
      end if;
    end loop;
  end loop;
  close v_candidates;

  if v_campaign.assign_brokers then
    v_brokers := private.assign_brokers(p_org_id, v_leads, p_as_of);
  end if;
  with fed as (
    update public.leads l
    set campaign_id = p_campaign_id, campaign_status = 'queued', added_to_campaign_at = p_as_of,
      current_sequence_step = 0, assigned_broker_id = coalesce(l.assigned_broker_id, f.broker_id)
    from unnest(v_leads, v_brokers) f (lead_id, broker_id)
    where l.org_id = p_org_id and l.id = f.lead_id
    returning l.assigned_broker_id
  )
  select count(*) into v_unassigned from fed where fed.assigned_broker_id is null;
  -- What happens to a lead goes on under the id of its upload.
  select array_agg(coalesce((select u.correlation_id from public.leads l
    join public.uploads u on u.id = l.created_upload_id where l.org_id = p_org_id and l.id = f.lead_id),
    v_feed.correlation_id) order by f.place)
  into v_correlations from unnest(v_leads) with ordinality f (lead_id, place);
  insert into public.sequence_runs (org_id, campaign_id, lead_id, sequence_id, next_step, next_channel, next_at,
    correlation_id, started_at)
  select p_org_id, p_campaign_id, f.lead_id, (n.s).sequence_id, (n.s).step, (n.s).channel,
    private.step_due_at(n.s, f.lead_id, p_as_of, o.time_zone, o.holidays, true), f.correlation_id, p_as_of
  from unnest(v_leads, v_correlations) f (lead_id, correlation_id)
  join public.orgs o on o.id = p_org_id
  cross join lateral (
    select x as s from public.sequence_steps x
    join public.sequences q on q.org_id = x.org_id and q.id = x.sequence_id
    where x.org_id = p_org_id and x.sequence_id = v_campaign.sequence_id and x.step = coalesce(q.first_step, x.step)
    order by x.step limit 1) n
  on conflict do nothing;
  insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
  select p_org_id, f.lead_id, 'fed', p_as_of, f.correlation_id,
    jsonb_build_object('campaign_id', p_campaign_id, 'place', f.place)
  from unnest(v_leads, v_correlations) with ordinality f (lead_id, correlation_id, place);

  insert into public.lead_score_snapshots (org_id, lead_id, fed_at, version, score, points)
  select s.org_id, s.lead_id, p_as_of, s.version, s.rule_score, s.points
  from unnest(v_leads) f (lead_id)
  join public.lead_scores s on s.org_id = p_org_id and s.lead_id = f.lead_id
  on conflict (org_id, lead_id, fed_at) do nothing;

  update public.campaign_feeds f
  set state = 'done', fed_count = cardinality(v_leads),
    unassigned_count = v_unassigned,
    finished_at = p_as_of + (clock_timestamp() - v_began),
    detail = jsonb_strip_nulls(jsonb_build_object(
      'left_out', v_left_out, 'from_score', v_scores[1], 'to_score', v_scores[cardinality(v_scores)]))
  where f.org_id = p_org_id and f.campaign_id = p_campaign_id and f.local_date = p_local_date
  returning f.* into v_feed;
  perform set_config('sluice.actor', v_actor, true);
  return next v_feed;
end
$function$;

CREATE OR REPLACE FUNCTION public.funnel_steps (
  p_org_id uuid,
  p_from   date,
  p_until  date,
  p_by     text    DEFAULT 'period'::text,
  p_limit  integer DEFAULT 2000
)
  RETURNS TABLE (
    key            text,
    label          text,
    kind           public.pipeline_event_kind,
    reached        bigint,
    dropped        bigint,
    kept           numeric,
    timed          bigint,
    median_seconds numeric,
    p90_seconds    numeric,
    mean_seconds   numeric,
    answers_429    bigint,
    answers_5xx    bigint,
    cost_usd       numeric,
    cost_per_lead  numeric
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_brokers uuid[];
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}'), private.check_period(p_from, p_until);
  if p_by is null or p_by not in ('period', 'day', 'source', 'campaign', 'broker') then
    raise exception 'the funnel is counted by day, source, campaign or broker, or for the period' using
      errcode = 'SL831';
  end if;
  v_brokers := private.counted_brokers(p_org_id);
  return query
  with counted as materialized (
    -- Before the feed rows count, and after it leads.
    select case p_by when 'day' then c.day::text when 'period' then null else c.key::text end as key, c.kind,
      sum(case when c.kind < 'fed' then c.quantity else c.leads end)::bigint as reached
    from private.funnel_period(p_org_id, p_by, v_brokers, p_from, p_until) c
    group by 1, 2
  ), costs as materialized (
    select case p_by when 'day' then c.day::text when 'period' then null else c.key::text end as key,
      sum(c.messages_usd) as messages_usd, sum(c.data_usd) as data_usd, sum(c.send_429)::bigint as send_429,
      sum(c.send_5xx)::bigint as send_5xx, sum(c.data_429)::bigint as data_429, sum(c.data_5xx)::bigint as data_5xx
    from private.cost_period(p_org_id, p_by, p_from, p_until) c
    -- Brokers see no costs.
    where v_brokers is null
    group by 1
  ), buckets as materialized (
    select case p_by when 'day' then d.day::text when 'period' then null else d.key::text end as key, d.kind, d.bucket,
      sum(d.timed) as timed, sum(d.seconds) as seconds
    from private.duration_period(p_org_id, p_by, v_brokers, p_from, p_until) d
    group by 1, 2, 3
    having sum(d.timed) > 0
  ), placed as (
    select b.*, sum(b.timed) over w as up_to, sum(b.timed) over (partition by b.key, b.kind) as total,
      case b.bucket when 0 then 0 else g.bounds[b.bucket] end as low,
      coalesce(g.bounds[b.bucket + 1], 2 * g.bounds[b.bucket]) as high
    from buckets b cross join (select private.step_bounds() as bounds) g
    window w as (partition by b.key, b.kind order by b.bucket)
  ), times as (
    select p.key, p.kind, sum(p.timed)::bigint as timed, (sum(p.seconds) / sum(p.timed))::numeric as mean,
      min(p.low + (p.high - p.low) * (0.5 * p.total - (p.up_to - p.timed)) / p.timed::double precision)
        filter (where p.up_to >= 0.5 * p.total and p.up_to - p.timed < 0.5 * p.total) as median,
      min(p.low + (p.high - p.low) * (0.9 * p.total - (p.up_to - p.timed)) / p.timed::double precision)
        filter (where p.up_to >= 0.9 * p.total and p.up_to - p.timed < 0.9 * p.total) as p90
    from placed p group by 1, 2
  ), steps as (
    select k.key, s.kind, coalesce(c.reached, 0) as reached,
      -- Verification is optional, and a booking needs no reply.
      (select coalesce(sum(b.reached), 0) from counted b where b.key is not distinct from k.key and b.kind = case s.kind
        when 'staged' then 'uploaded' when 'deduped' then 'staged' when 'verified' then 'deduped'
        when 'fed' then 'deduped'
        when 'sent' then 'fed' when 'replied' then 'sent' when 'booked' then 'sent' when 'closed' then 'booked'
        end::public.pipeline_event_kind) as before
    from (select x.key from counted x union select x.key from costs x) k
    cross join unnest(enum_range(null::public.pipeline_event_kind)) s (kind)
    left join counted c on c.key is not distinct from k.key and c.kind = s.kind
  )
  select s.key, case p_by when 'day' then s.key when 'period' then 'all'
      when 'source' then (select x.name from public.sources x where x.org_id = p_org_id and x.id::text = s.key)
      when 'campaign' then (select x.name from public.campaigns x where x.org_id = p_org_id and x.id::text = s.key)
      else (select x.name from public.brokers x where x.org_id = p_org_id and x.id::text = s.key) end,
    s.kind, s.reached, case when s.before > 0 then greatest(s.before - s.reached, 0)::bigint end,
    case when s.before > 0 then round(s.reached / s.before, 4) end, coalesce(t.timed, 0),
    round(t.median::numeric, 1), round(t.p90::numeric, 1), round(t.mean, 1),
    case when v_brokers is null then case s.kind when 'sent' then coalesce(c.send_429, 0)
      when 'verified' then coalesce(c.data_429, 0) end end,
    case when v_brokers is null then case s.kind when 'sent' then coalesce(c.send_5xx, 0)
      when 'verified' then coalesce(c.data_5xx, 0) end end,
    case when v_brokers is null then case s.kind when 'sent' then coalesce(c.messages_usd, 0)
      when 'verified' then coalesce(c.data_usd, 0) end end,
    case when s.kind >= 'verified' then round((c.data_usd + case when s.kind > 'fed' then c.messages_usd else 0 end)
      / nullif(s.reached, 0), 4) end
  from steps s
  left join costs c on c.key is not distinct from s.key
  left join times t on t.key is not distinct from s.key and t.kind = s.kind
  where s.reached <> 0 or t.timed > 0
    or s.kind = 'sent' and (c.messages_usd > 0 or c.send_429 > 0 or c.send_5xx > 0)
    or s.kind = 'verified' and (c.data_usd > 0 or c.data_429 > 0 or c.data_5xx > 0)
  order by s.key nulls last, s.kind
  limit least(greatest(coalesce(p_limit, 2000), 1), 10000);
end
$function$;

REVOKE ALL ON FUNCTION "public"."funnel_steps"(uuid, date, date, text, integer) FROM PUBLIC, "anon";

ALTER TABLE "private"."duration_sums"
  ADD CONSTRAINT "duration_sums_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

CREATE INDEX duration_sums_key_idx ON private.duration_sums USING btree (org_id, split, broker_id, key, grain, starts_on);

COMMENT ON COLUMN "private"."pipeline_deltas"."bucket" IS 'How long the step took, by private.step_bounds; null where that is unknown. timed counts what took so long, and seconds adds it up.';

COMMENT ON COLUMN "public"."campaign_feeds"."correlation_id" IS 'Also in the fed events and runs of leads that came with no upload.';

COMMENT ON COLUMN "public"."notifications"."correlation_id" IS 'Of the lead, feed or dead letter that it is about; the request names it in traceparent.';

COMMENT ON FUNCTION "private"."announce"(uuid, text, jsonb, timestamp with time zone, uuid) IS 'Notifies the subscribers of an event of the org; p_data holds ids only. p_correlation_id: of the lead, feed or dead letter. Runs in the caller''s transaction, so that no notification exists without its fact. A repeated notification is sent once; returns the number of new ones. Definer: many roles write feeds and dead letters.';

COMMENT ON FUNCTION "private"."cost_period"(uuid, text, date, date) IS 'Costs of a period by day, source, campaign or broker, or all at once (period), in USD, and requests answered with 429 or 5xx; rows repeat and are to be summed. For functions with the rights of the owner.';

COMMENT ON FUNCTION "private"."count_requests"(uuid, jsonb) IS 'Counts requests that sent messages: [{message_id, provider, result, code, duration_ms}]. Definer: nobody else writes the counts.';

COMMENT ON FUNCTION "private"."duration_period"(uuid, text, uuid[], date, date) IS 'How long the steps of a period took by day, source, campaign or broker, or all at once (period); rows repeat and are to be summed. p_brokers: of their leads alone. For functions with the rights of the owner.';

COMMENT ON FUNCTION "private"."find_followed"(uuid) IS 'What an id means: the upload with that id or correlation id, or else the lead with it, or of the message, booking or run. No row if nothing has it.';

COMMENT ON FUNCTION "private"."follow_lead"(uuid, uuid) IS 'What happened to a lead: its upload, events, runs, calls to data providers, messages, dead letters, deliveries from providers, replies and bookings.';

COMMENT ON FUNCTION "private"."follow_upload"(uuid, uuid, integer) IS 'What happened to an upload: itself, the steps of its parts, dead letters, and p_limit of the leads that it made, those in work first.';

COMMENT ON FUNCTION "private"."funnel_period"(uuid, text, uuid[], date, date, uuid) IS 'The funnel of a period by day, source, campaign or broker, or all at once (period); rows repeat and are to be summed. p_brokers: of their leads alone. p_campaign_id: with day or campaign. For functions with the rights of the owner.';

COMMENT ON FUNCTION "private"."lead_correlation"(uuid, uuid) IS 'The correlation id of what happens to a lead: that of the upload that made it; otherwise that of its last run; null if it has neither.';

COMMENT ON FUNCTION "private"."notification_to_send"(uuid) IS 'URL, secret and content of a notification; no row if it was sent or its subscription has ended. Definer: secrets are encrypted under the owner''s keys.';

COMMENT ON FUNCTION "private"."step_bounds"() IS 'Bounds of the durations of steps, in seconds: from a second to 30 days. Bucket n lies between bounds n and n + 1.';

COMMENT ON FUNCTION "private"."tg_provider_calls__count"() IS 'Trigger: adds what data calls cost, and how often a provider was overloaded, to the source, campaign and broker of their lead. Definer: nobody else writes the counts.';

COMMENT ON FUNCTION "public"."funnel_steps"(uuid, date, date, text, integer) IS 'The steps of a period (both dates included, in the time zone of the org) for all of it (period) or by day, source, campaign or broker. reached: rows before the feed, leads from it on. dropped and kept: against the step before, as counted in the same period (verified and fed against deduped, booked against sent). Seconds: of staged and deduped the work on a part, of verified and fed since the lead came, later since its feed; median and p90 are estimates within private.step_bounds. answers_429 and answers_5xx: of providers, to messages (sent) and data calls (verified). cost_usd: of the step itself; cost_per_lead: of all steps so far, by the leads that reached this one. A broker counts own leads only, and sees no costs. Raises SL111 and SL831. Definer: the counts belong to the owner.';

COMMENT ON TABLE "private"."call_deltas" IS 'Costs of data calls, and requests answered with 429 or 5xx, that are not in cost_sums yet.';

COMMENT ON TABLE "private"."cost_sums" IS 'Messages sent, what messages and data calls cost, and requests for them that a provider answered with 429 or 5xx, by source, campaign and broker of the lead at the time.';

COMMENT ON TABLE "private"."duration_sums" IS 'How long the steps of the funnel took: what took as long as a bucket of private.step_bounds; split as funnel_sums.';

REVOKE ALL ON FUNCTION "private"."announce"(uuid, text, jsonb, timestamp WITH time zone, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."announce"(uuid, text, jsonb, timestamp WITH time zone, uuid) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."announce"(uuid, text, jsonb, timestamp WITH time zone, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "private"."cost_period"(uuid, text, date, date) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."duration_period"(uuid, text, uuid[], date, date) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."find_followed"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."follow_lead"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."follow_upload"(uuid, uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lead_correlation"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lead_correlation"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."notification_to_send"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."notification_to_send"(uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."step_bounds"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."step_bounds"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."funnel_steps"(uuid, date, date, text, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."funnel_steps"(uuid, date, date, text, integer) TO "service_role";

-- Rights that default privileges would change.

revoke execute on function private.cost_period(uuid,text,date,date) from pipeline_writer;
revoke execute on function private.duration_period(uuid,text,uuid[],date,date) from pipeline_writer;
revoke execute on function private.find_followed(uuid) from pipeline_writer;
revoke execute on function private.follow_lead(uuid,uuid) from pipeline_writer;
revoke execute on function private.follow_upload(uuid,uuid,integer) from pipeline_writer;
