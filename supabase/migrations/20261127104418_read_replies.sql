-- read replies: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

ALTER TABLE "public"."consents"
  DROP CONSTRAINT "revocation_scope_is_known";

ALTER TABLE "public"."replies"
  DROP CONSTRAINT "reply_request_is_known";

DROP FUNCTION "private"."record_opt_out"(uuid, bytea, public.contact_kind, text, text, text, text, text[], boolean, timestamp WITH time zone);

DROP FUNCTION "private"."record_reply_opt_out"(uuid, bytea, public.contact_kind, text, text, text, boolean, timestamp WITH time zone);

CREATE TABLE "public"."wrong_contacts" (
  "org_id"     uuid                     NOT NULL,
  "value_bidx" bytea                    NOT NULL,
  "lead_id"    uuid                     NOT NULL,
  "kind"       public.contact_kind      NOT NULL,
  "source"     text                     NOT NULL,
  "at"         timestamp with time zone NOT NULL,
  CONSTRAINT "wrong_contact_says_its_source" CHECK ((length(btrim(source)) > 0)),
  CONSTRAINT "wrong_contacts_pkey" PRIMARY KEY (org_id, value_bidx, lead_id)
);

ALTER TABLE "public"."wrong_contacts"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."wrong_contacts" FROM "anon";

CREATE OR REPLACE FUNCTION private.apply_latest_keyword (
  p_org_id     uuid,
  p_value_bidx bytea,
  p_channel    text,
  p_keyword    text,
  p_at         timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_later timestamptz;
begin
  select max(a.at) into v_later from public.contact_attempts a
  where a.org_id = p_org_id and a.value_bidx = p_value_bidx and a.at > p_at
    and a.keyword = case p_keyword when 'stop' then 'start' when 'start' then 'stop' end;
  if v_later is null then
    return;
  elsif p_keyword = 'stop' then
    perform private.record_opt_in(p_org_id, p_value_bidx, 'reply START', v_later);
  else
    perform private.record_opt_out(p_org_id, p_value_bidx, 'phone', p_channel, 'reply by ' || p_channel, null,
      'stop_keyword', p_provider_confirms => true, p_as_of => v_later);
  end if;
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
  v_value constant bytea := coalesce(decode(p_event ->> 'value_bidx', 'hex'), private.contact_index(p_org_id,
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
  p_now       timestamp with time zone DEFAULT now()
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
    where i.org_id = p_org_id and i.id = any (p_inbox_ids) and i.state = 'received'
    returning i.state
  )
  select jsonb_build_object('deliveries', count(*), 'unmatched', count(*) filter (where c.state = 'unmatched'),
    'events', coalesce(jsonb_array_length(v_new), 0)) into v_counts from closed c;
  return v_counts;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_opt_out (
  body text
)
  RETURNS boolean
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_words text;
  v_part text;
  v_stop boolean;
  v_not boolean;
  v_other boolean;
begin
  if body is null or body = '' then
    return false;
  end if;
  v_words := private.normalise_reply(body);
  if private.is_stop_keyword(v_words) or private.is_stop_in_a_language(body) then
    return true;
  end if;
  if v_words = '' then
    -- No words at all: a stop sign or a raised hand counts as an opt-out.
    return body ~ '[🛑⛔🚫✋🖕❌🙅🤚🖐✖]';
  end if;
  v_stop := v_words ~ '(stop|quit|end|cease|halt|discontin|terminat|cancel|refrain|knock|enough)';
  v_not := v_words ~ '(no |not|n t|dont|do nt|dnt|never|dnc|if you)';
  v_other := v_words ~ '(remov|tak|get|delet|drop|scrub|eras|strik|pull|unlist|block|off|lose|forget|uns|un '
    's|opt|revok|withdr|rescin|leave|let '
    '|away|lost|ceas|wrong|harass|not|report|su|deje|quite|borre|saque|elimin|pare|basta|alto|from|cancel)';
  if not (v_stop or v_not or v_other) then
    return false;
  end if;
  if v_words ~ '(stop|quit|unsub|opt)|deed|title|loan|mortgage|lease|contract|will|waiting|why' then
    v_words := regexp_replace(v_words, private.opt_out_exceptions(), ' # ', 'g');
  end if;
  foreach v_part in array string_to_array(v_words, '|') loop
    v_part := btrim(v_part);
    continue when v_part = '';
    -- A sentence that consists of the keyword alone. Not cancel and end: they may answer another question.
    if (v_stop and v_part ~ private.opt_out_phrases('stop'))
      or (v_not and v_part ~ private.opt_out_phrases('not'))
      or (v_other and v_part ~ private.opt_out_phrases('other'))
      or (v_part !~ '\m(cancel|end)\M' and private.is_stop_keyword(v_part)) then
      return true;
    end if;
  end loop;
  return false;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_shared_contact (
  p_org_id     uuid,
  p_value_bidx bytea,
  p_lead_id    uuid
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select exists (
    select from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = p_value_bidx and c.lead_id <> p_lead_id and c.invalid_at is null
      and private.names_agree(private.owner_name(p_org_id, c.lead_id), private.owner_name(p_org_id, p_lead_id))
        is false)
$function$;

CREATE OR REPLACE FUNCTION private.is_stop_in_a_language (
  p_body text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select length(p_body) < 60 and btrim(regexp_replace(translate(normalize(regexp_replace(
      normalize(lower(left(p_body, 60)), nfkd), '[\u0300-\u036f\u0640\u064b-\u065f\u0670\u200b-\u200f]', '', 'g'), nfkc),
      -- Whatever the collation of the database.
      'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖĐđييىكة',
      'абвгдежзииклмнопрстуфхцчшщъыьэюяաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆddیییکه'),
      '[][[:space:].,!?;:"''()…。！？；،؟«»„“”‘’՜՛*_-]+', ' ', 'g')) = any (private.stop_words_of_languages())
$function$;

CREATE OR REPLACE FUNCTION private.is_wrong_contact (
  p_org_id     uuid,
  p_value_bidx bytea,
  p_lead_id    uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return exists (
    with recursive family (id) as (
      select p_lead_id
      union
      select m.merged_id from family f
      join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.id and m.undone_at is null
    )
    select from public.wrong_contacts w
    where w.org_id = p_org_id and w.value_bidx = p_value_bidx
      and (w.lead_id in (select f.id from family f) or coalesce(private.names_agree(
        private.owner_name(p_org_id, w.lead_id), private.owner_name(p_org_id, p_lead_id)), false)));
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
        x.draft_cipher is not null)), p_as_of)
  from public.replies x
  join public.leads l on l.org_id = x.org_id and l.id = x.lead_id
  where x.org_id = p_org_id and x.provider = r.provider and x.event_key = r.event_key;
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.normalise_reply (
  p_body text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select btrim(regexp_replace(regexp_replace(translate(lower(
    regexp_replace(regexp_replace(normalize(left(p_body, 4000), nfkc),
      -- Quoted text below a reply is ours, not theirs.
      '(^|\n)>[^\n]*', '', 'g'),
      '(\nOn [^\n]{5,200}(\n[^\n]{0,200})? wrote:|\n-{2,} ?Original Message|\n[*]?(From|Von|De|Da|Fra|Från|Van|От|差出人'
      '|보낸 ?사람|발신|发件人|寄件者) ?[:：]|\n[^\n]*(19|20)\d\d[^\n]*@[^\n]*> ?[:：]?\n|\n--\n|\n[^\n]*(confidential|priv'
      'ileged|intended recipient|by mistake please|are not the right person|our newsletter)).*$', '', 'i')),
    'áàâéèêíîóôúüñç’‘`´', 'aaaeeeiioouunc'''''''''),
    -- Ends of sentences become a bar; anything else but a letter, a digit or a bar becomes a space.
    '\s*[.!?;,:\n\r]+\s*|\s+[-–—]+\s+', ' | ', 'g'), '[^a-z0-9|]+', ' ', 'g'), ' |')
$function$;

CREATE OR REPLACE FUNCTION private.opt_out_exceptions()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select '(' || replace(btrim($re$
\m(reply|text|txt|send|type) stop (to|2)( opt out| unsubscribe| end| cancel| stop| quit| be removed| opt out of [a-z ]+)?\M
\m(do not|don t|dont|never|can t|cannot|can not|could not|couldn t|won t|wouldn t|didn t|did not|doesn t|why did you|when did you|did you|did they|i ll|i will|i had to|i have to|i d rather not) (ever )?(stop|quit)\M( (texting|calling|messaging|emailing|contacting|sending|getting|receiving)[a-z ]*)?
(?<!(do|can|could|should|would|may|must) )\mi (ever )?(stop|quit)\M
\m(never|didn t|did not) (say|said|ask|asked|tell|told)( you| them)?( to)? (stop|quit)[a-z ]*
\mwhy (do not|don t|dont) (you|we|u)\M[a-z ]*
\m(did not|didn t|do not want to|don t want to|dont want to|never|mean to) (unsubscribe|opt out|optout)\M
\m(do not|don t|dont|never) (lose|delete|forget|block|remove)\M[a-z ]*
\mlet me be (?!$)
\m(unsubscribed|opted out) by (mistake|accident|error)\M
\maccidentally (unsubscribed|opted out)\M
\m(bus|next|last|first|pit|full|non|truck|one|quick) stops?\M
\mstop (by|at|in|over|sign|signs|light|off|loss)\M
\m(remove|take|get|delete) (me|my name|us|him|her) (off|from) (of )?(the |my |our |that )?(deed|title|loan|mortgage|lease|waiting list|contract|will)\M
\m(the|an|our) opt out (period|clause|date|deadline|fee|option|window)\M
\mopt(ing|ed)? out of (the |my |our )?(hoa|escrow|insurance|contingency|inspection|deal|contract|purchase|sale)\M
$re$, E'\n'), E'\n', '|') || ')'
$function$;

CREATE OR REPLACE FUNCTION private.opt_out_phrases (
  p_kind text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  -- One alternative per line; {verb} and {thing} stand for the two word lists below. Three expressions, because most
  -- replies need only one of them.
  select '(' || replace(replace(replace(btrim(case p_kind when 'stop' then $re$
\m(stop|quit|cease|discontinue|halt|refrain from|knock off|enough with)\M( and desist)?( from)?( all| with| w| the| these| those| this| that| your| ur| any| more| further| sending| getting| receiving| making| fucking| freaking| damn| stupid| unwanted| me| us| my| of)* ({verb}|{thing})\M
\m(stop|quit|cease) (sending|getting|receiving|messing|doing this|doing that|with (this|these|the))\M
\m(end|cancel|terminate|discontinue)( all| the| these| this| my| your| any)* (texts?|text messages?|messages?|msgs?|sms|emails?|subscriptions?|notifications|alerts)\M
\m(these|those|the|all|your|this|ur|get|make)( [a-z]+)? ?\m(text|texts|texting|messages?|messaging|msgs?|calls|calling|emails?|spam|harassment|this|it)\M( all| please| just| really)*( to| must| should| needs to| need to| has to| have to| better| gotta)? (be )?stop(ped)?\M
\m(this|it|you|y all|you guys|you people|u) (to|must|should|needs to|need to|has to|have to|better|gotta) stop( it| this| that| now| please| already)*$
^(please )?(can|could|would|will|wont|won t) (you|u|y all)( guys| people)?( please| pls| just| kindly| all)* stop(
  it| this| that| now| please| already)*$
\mmake it stop\M
\m(god|sake|christ|hell) (please |just )?stop$
\mi want (this|it|them|you) to (stop|end)\M
$re$ when 'not' then $re$
\m(do not|don t|dont|do nt|dnt|no longer|please not|not to)( ever| you ever)?( want you to| you dare)? {verb}( (or|and|nor) {verb})*( to| with)? (me|us|my|mine|this|here|him|her|any ?more|again|at all|ever)\M(?!( phone| number| cell)? (before|after|until|till|between|while|yet|later|unless|today|tonight|tomorrow|right|at work|during|on (mon|tues|wednes|thurs|fri|satur|sun)day|this (morning|afternoon|evening|week)|back until|first))
(^|please |and |just |to )never {verb} (me|us|this|my|here|again)\M
\m(do not|don t|dont)( ever)? (send|give|forward|mail|shoot)( me| us| my [a-z]+)?( any| anymore| more| another| these| this| your| further| the| a)* ({thing}|any ?more|anything|again)\M
\m(do not|don t|dont|no longer|never)( ever)?( wish| want| care| need| like| consent| agree)( to| for)?( be| receive| get| receiving| getting| have)?( any| more| further| these| your| the| any more| anymore| your [a-z]+)* ({thing}|contacted|called|texted|messaged|emailed|bothered|solicited|on (your|this|the|any) list|hear from you|you (to )?{verb})\M
\m(do not|don t|dont) want (to )?hear\M
^(please |just )*(do not|don t|dont) {verb}( please)?$
^(please |just |pls |plz )*no more( please| thanks| thank you)?$
\mno longer (wish|want|care|need) (to )?(receive|get|be contacted|hear)\M
\mif you {verb} (me )?(again|any ?more)\M
\m(do not|don t|dont) want to be (contacted|called|texted|bothered|on)\M
\mno (more|further|additional)( of)?( these| your| this| the| unsolicited)* ({thing}|this|these|{verb})\M
^no (texts?|calls?|messages?|emails?|spam|soliciting|solicitations?|solicitors)( please| plz| pls| thanks| thank you)?$
\mdo not (call|contact|text|disturb|solicit)( list| registry| register)?$
\m(on|to) (the |a |your )?(national |federal |state )?do not (call|contact|text)\M
\mdnc (list|registry)\M
\mno me (llame|llamen|mande|manden|envie|envien|escriba|escriban|contacte|contacten|texte|texteen|moleste|molesten)\M
\mno (quiero|deseo) (recibir )?(mas )?(mensajes|llamadas|textos|correos)\M
\mno mas (mensajes|llamadas|textos)\M
$re$ else $re$
\m(take|get|pull) (me|us|my (name|number|phone|phone number|cell|info|information|email|email address|contact|contact info|details|data)|this (number|phone|email|contact|line|address)) (off|out of|from)\M
\m(remove|delete|drop|scrub|erase|strike|unlist|block) (me|us|my (name|number|phone|phone number|cell|info|information|email|email address|contact|contact info|details|data)|this (number|phone|email|contact|line|address))\M( off| out| from| please| now| immediately|$| of| thank)
\m(remove|removed|taken off|off|from) (from )?(your|this|the|ur|all|any|ya)( [a-z]+)? (list|lists|database|records|system)\M
\m(lose|forget|delete|block) (my|this|the) (number|phone|contact)\M
\m(unsub[a-z]*|un subscribe|opt(ed|ing)?( me| us| my number)? ?out|optout)\M
\m(revok|withdraw|rescind|cancel)[a-z]* (my |all |any |the )*(prior |express |written )*(consent|permission|authorization|authorisation|opt in)\M
\m(leave|let) (me|us|my family) (alone|be)\M
^(please |just )*go away\M
\m((fuck|piss|buzz|back|bugger|eff) off|get lost|cease and desist)\M
\mwrong (number|person|guy|phone)\M
^wrong stop$
\mharass(ment|ing)\M
\mnot (the )?(right|correct) (number|person)\M
\m(report|reporting|reported|sue|suing) (you|this|u)\M
\mblock(ed|ing)? (you|u|this number)\M
\mdejen? de (llamar|mandar|enviar|escribir|contactar|molestar|textear)
\m(quite|quiten|borre|borren|saque|saquen|elimine|eliminen)me\M
$re$ end, E'\n'), E'\n', '|'),
    '{verb}', '(text|txt|messag|msg|call|contact|email|e '
      'mail|mail|sms|spam|bother|harass|bug|ring|phone|solicit|reach '
      'out|writ|annoy|pester|robocall|telemarket|market|advertis|hit up|hitting up|blowing '
      'up|communicat|disturb)[a-z]*'),
    '{thing}', '(text|texts|text messages?|txts?|messages?|msgs?|sms|calls?|phone calls?|emails?|e '
      'mails?|mails?|mailings?|spam|ads?|promos?|promotions?|offers|newsletters?|alerts|notifications|solicitations?|contact|communications?|stuff|crap|bullshit|shit|nonsense)')
    || ')'
$function$;

CREATE OR REPLACE FUNCTION private.opt_out_reach (
  p_body    text,
  p_channel text
)
  RETURNS text[]
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_words text := private.normalise_reply(p_body);
  v_all constant text[] := '{email,sms,voice_manual,voice_ai}'::text[];
  v_reach text[];
begin
  if v_words ~ '\m(stop ?all|contact|contacting|alone|everything|list|lists|database|communications?|cease and '
    'desist|go away|sue|lose|delete)\M' then
    return v_all;
  end if;
  v_reach := case p_channel
    when 'sms' then '{sms,voice_ai}'
    when 'voice_manual' then '{sms,voice_manual,voice_ai}'
    when 'voice_ai' then '{sms,voice_manual,voice_ai}'
    when 'email' then '{email}'
    else v_all end;
  if v_words ~ '\m(call|calls|calling|phone|ring|do not call|dnc)\M' then
    v_reach := v_reach || '{voice_manual,voice_ai}'::text[];
  end if;
  if v_words ~ '\m(text|texts|texting|txt|messages|messaging|sms)\M' and p_channel <> 'email' then
    v_reach := v_reach || '{sms,voice_ai}'::text[];
  end if;
  if v_words ~ '\m(email|emails|emailing|mail|newsletters?)\M' then
    v_reach := v_reach || '{email}'::text[];
  end if;
  return v_reach;
end
$function$;

CREATE OR REPLACE FUNCTION private.owner_name (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(nullif(btrim(l.owner_full), ''), nullif(btrim(concat_ws(' ', l.owner_1_first, l.owner_1_last)), ''))
  from public.leads l where l.org_id = p_org_id and l.id = p_lead_id
$function$;

CREATE OR REPLACE FUNCTION private.read_channels (
  p_channels jsonb
)
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select array_agg(c order by c) from jsonb_array_elements_text(p_channels) c
  where c in ('email', 'sms', 'voice_manual', 'voice_ai')
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
      case when p_channel = 'email' then '{email}'::text[] end, p_provider_confirms => true, p_as_of => p_as_of);
  end if;
  perform set_config('sluice.actor', v_actor, true);
end
$function$;

CREATE OR REPLACE FUNCTION private.record_opt_out (
  p_org_id            uuid,
  p_value_bidx        bytea,
  p_kind              public.contact_kind,
  p_channel           text,
  p_source            text,
  p_words             text                     DEFAULT NULL::text,
  p_reason            text                     DEFAULT 'opt_out'::text,
  p_reach             text[]                   DEFAULT NULL::text[],
  p_keeps             text[]                   DEFAULT '{}'::text[],
  p_scope             text                     DEFAULT NULL::text,
  p_provider_confirms boolean                  DEFAULT false,
  p_as_of             timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_phone constant text[] := '{sms,voice_manual,voice_ai}'::text[];
  v_reach text[] := coalesce(p_reach, private.opt_out_reach(p_words, p_channel));
  -- Words that the reader did not read end everything for good where they reach everything.
  v_scope constant text := coalesce(p_scope, case when p_reach is null and p_reason <> 'stop_keyword'
    and cardinality(v_reach) >= 4 and v_reach @> '{email,sms,voice_manual,voice_ai}' then 'person' else 'contact' end);
  v_key constant integer := private.active_key_id(p_org_id, 'data');
  v_leads constant uuid[] := array(select c.lead_id from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = p_value_bidx order by c.lead_id);
  v_values bytea[] := '{}'::bytea[];
  v_confirm boolean := false;
  v_seller text;
  v record;
begin
  if p_scope is null and p_channel is not null and not p_channel = any (v_reach) then
    v_reach := v_reach || p_channel;
  end if;
  perform set_config('sluice.actor', 'system', true);
  -- The value itself, and the other contacts of its leads where the opt-out reaches further.
  for v in
    select x.value_bidx, x.kind, x.masked, x.lead_id, x.contact_point_id,
      array(select ch from unnest(private.channels_for_kind(x.kind)) ch where ch = any (v_reach)) as channels
    from (
      select p_value_bidx as value_bidx, p_kind as kind, c.masked, c.lead_id, c.id as contact_point_id
      from (select) one
      left join lateral (
        select c.masked, c.lead_id, c.id from public.contact_points c
        where c.org_id = p_org_id and c.value_bidx = p_value_bidx order by c.id desc limit 1) c on true
      union all
      select distinct on (o.value_bidx) o.value_bidx, o.kind, o.masked, o.lead_id, o.id
      from public.contact_points o
      where o.org_id = p_org_id and o.lead_id = any (v_leads) and o.value_bidx <> p_value_bidx
        and case v_scope when 'contact' then o.kind <> p_kind
          else not private.is_shared_contact(p_org_id, o.value_bidx, o.lead_id) end
    ) x
    where private.channels_for_kind(x.kind) && v_reach
    order by x.value_bidx
  loop
    v_values := v_values || v.value_bidx;
    if v.value_bidx = p_value_bidx then
      v_confirm := p_channel = 'sms' and not p_provider_confirms and 'sms' = any (v_reach)
        and not private.is_suppressed(p_org_id, v.value_bidx, 'sms');
    end if;
    -- An opt-out from all channels also ends the campaigns; one from e-mail alone does not.
    if v.channels @> private.channels_for_kind(v.kind) and v_reach && v_phone and p_keeps = '{}' then
      perform private.suppress_value(p_org_id, v.value_bidx, v.kind, null, p_reason, p_source, p_as_of);
    else
      perform private.suppress_value(p_org_id, v.value_bidx, v.kind, ch, p_reason, p_source, p_as_of)
        from unnest(v.channels) ch;
    end if;
    -- A repeated webhook records the same revocation once.
    insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, masked, action, channels,
      revoked_scope,
      method, is_keyword, text_cipher, key_id, confirm_before, occurred_at, recorded_by, recorded_at)
    select p_org_id, v.lead_id, v.contact_point_id, v.value_bidx, v.kind, v.masked, 'revoke', v.channels,
      case when v_scope = 'person' then 'person' when cardinality(v_reach) = 4 then 'all' else 'channel' end,
      p_source, p_reason = 'stop_keyword',
      private.encrypt_value(p_words, private.org_key(p_org_id, v_key)), case when p_words is not null then v_key end,
      case when v_confirm and v.value_bidx = p_value_bidx then p_as_of + interval '5 minutes' end,
      p_as_of, 'person', p_as_of
    where not exists (
      select from public.consents c
      where c.org_id = p_org_id and c.value_bidx = v.value_bidx and c.action = 'revoke'
        and c.occurred_at = p_as_of and c.method = p_source and c.channels = v.channels);
  end loop;
  -- For the lead itself, so that it also applies to contacts that are imported later.
  if v_scope <> 'contact' then
    insert into public.consents (org_id, lead_id, action, channels, revoked_scope, method, occurred_at, recorded_by,
      recorded_at)
    select p_org_id, l.id, 'revoke', v_reach, case v_scope when 'person' then 'person' else 'channel' end, p_source,
      p_as_of, 'person', p_as_of
    from public.leads l
    where l.org_id = p_org_id and l.id = any (v_leads)
      and not exists (select from public.consents c
        where c.org_id = p_org_id and c.lead_id = l.id and c.value_bidx is null and c.action = 'revoke'
          and c.occurred_at = p_as_of and c.method = p_source and c.channels = v_reach);
  end if;
  -- A lead stays in work where a channel is left: one that the person asked for, or after the end of e-mail a phone.
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  update public.leads l set campaign_status = 'opted_out'
  where l.campaign_status <> 'opted_out' and l.org_id = p_org_id
    and (l.id = any (v_leads) or l.id in (select c.lead_id from public.contact_points c
      where c.org_id = p_org_id and c.value_bidx = any (v_values)))
    and not exists (
      select from public.contact_points c
      where c.org_id = l.org_id and c.lead_id = l.id and c.invalid_at is null
        and case when p_keeps <> '{}' then exists (select from unnest(p_keeps) ch
            where ch = any (private.channels_for_kind(c.kind))
              and not private.is_suppressed(c.org_id, c.value_bidx, ch))
          when v_reach = '{email}' then c.kind = 'phone' and not private.is_suppressed(c.org_id, c.value_bidx)
          else false end);
  if v_scope = 'person' then
    perform private.refuse_contacts(p_org_id, v_leads, p_as_of);
  end if;
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.as_of', v_clock, true);
  select o.name into v_seller from public.orgs o where o.id = p_org_id;
  return jsonb_build_object('channels', to_jsonb(array(select distinct unnest(v_reach) order by 1)),
    'confirmation', case when v_confirm then jsonb_build_object(
      'text', format('%s: You are unsubscribed and will receive no more messages. Reply START to resubscribe.',
        v_seller),
      'not_after', p_as_of + interval '5 minutes') end);
end
$function$;

CREATE OR REPLACE FUNCTION private.record_reply_opt_out (
  p_org_id             uuid,
  p_value_bidx         bytea,
  p_kind               public.contact_kind,
  p_channel            text,
  p_body               text,
  p_provider_type      text                     DEFAULT NULL::text,
  p_model_says_opt_out boolean                  DEFAULT false,
  p_reading            jsonb                    DEFAULT NULL::jsonb,
  p_lead_id            uuid                     DEFAULT NULL::uuid,
  p_as_of              timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_words constant text := private.normalise_reply(p_body);
  v_provider constant text := upper(coalesce(p_provider_type, ''));
  v_wish constant jsonb := case when p_reading ->> 'request' = 'opt_out' then p_reading end;
  -- Whatever the reader says, a keyword is one.
  v_bare constant boolean := coalesce(private.is_stop_keyword(v_words) or private.is_stop_in_a_language(p_body), false)
    or coalesce((v_wish ->> 'keyword')::boolean, false);
  v_keyword boolean;
  v_opt_out boolean;
  v_wrong constant boolean := coalesce((p_reading ->> 'wrong_contact')::boolean, false);
  v_started jsonb;
begin
  v_keyword := coalesce(p_channel = 'sms' and (v_provider = 'STOP' or v_bare), false);
  v_opt_out := v_keyword or v_provider = 'STOP' or v_wish is not null
    or v_bare or (p_reading is null and private.is_opt_out(p_body));
  if v_wrong then
    perform private.record_wrong_contact(p_org_id, p_value_bidx, p_kind, p_lead_id, 'reply by ' || p_channel, p_as_of);
  end if;
  -- The model may add opt-outs but cannot remove any.
  if v_opt_out or coalesce(p_model_says_opt_out, false) then
    return jsonb_build_object('kind', 'opt_out', 'keyword', case when v_keyword then 'stop' else 'opt_out' end,
      'keeps', coalesce(v_wish -> 'keeps', '[]'))
      || private.record_opt_out(p_org_id, p_value_bidx, p_kind, p_channel,
      'reply by ' || p_channel, p_body,
      -- A keyword with further words is not a keyword.
      case when v_keyword and (coalesce(v_words, '') = '' or v_bare) then 'stop_keyword' else 'opt_out' end,
      private.read_channels(v_wish -> 'ends'), coalesce(private.read_channels(v_wish -> 'keeps'), '{}'),
      case when v_wish is null then null when v_wish -> 'never' = 'true' then 'person'
        when v_wish ->> 'scope' = 'person' then 'channels' else 'contact' end,
      v_provider = 'STOP', p_as_of);
  elsif p_channel = 'sms' and (v_provider = 'START' or private.is_opt_in_keyword(p_body)
    or p_reading ->> 'request' = 'opt_in') then
    v_started := private.record_opt_in(p_org_id, p_value_bidx, 'reply START', p_as_of);
    -- YES from somebody who never stopped is a reply like any other, whatever the provider makes of it.
    return jsonb_build_object('kind', case when v_started ->> 'lifted' = '0' and not private.is_opt_in_keyword(p_body)
        and p_reading ->> 'request' is distinct from 'opt_in' then 'none' else 'opt_in' end, 'keyword', 'start')
      || v_started;
  elsif v_wrong then
    return jsonb_build_object('kind', 'wrong_contact');
  elsif p_channel = 'sms' and (v_provider = 'HELP' or p_reading ->> 'request' = 'help'
    or replace(v_words, ' |', '') ~ '^(help|info|ayuda)( please)?$') then
    return jsonb_build_object('kind', 'help', 'answer', case when v_provider <> 'HELP' then (
      select format('%s: for help, write to %s. Reply STOP to end messages.', o.name,
        coalesce(o.settings ->> 'help_contact', 'your broker'))
      from public.orgs o where o.id = p_org_id) end);
  end if;
  return jsonb_build_object('kind', 'none');
end
$function$;

CREATE OR REPLACE FUNCTION private.record_wrong_contact (
  p_org_id     uuid,
  p_value_bidx bytea,
  p_kind       public.contact_kind,
  p_lead_id    uuid,
  p_source     text,
  p_as_of      timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_lead constant uuid := coalesce(
    (select c.lead_id from public.contact_points c
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx and c.lead_id = p_lead_id),
    (select min(c.lead_id::text)::uuid from public.contact_points c
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx));
  v_leads uuid[];
begin
  if v_lead is null then
    return 0;
  end if;
  perform set_config('sluice.actor', 'system', true);
  insert into public.wrong_contacts (org_id, value_bidx, lead_id, kind, source, at)
  values (p_org_id, p_value_bidx, v_lead, p_kind, p_source, p_as_of)
  on conflict do nothing;
  with lost as (
    update public.contact_points c set invalid_at = p_as_of, verified = false
    where c.org_id = p_org_id and c.value_bidx = p_value_bidx and c.invalid_at is null
      and private.is_wrong_contact(p_org_id, p_value_bidx, c.lead_id)
    returning c.lead_id
  )
  select array_agg(distinct x.lead_id order by x.lead_id) into v_leads from lost x;
  if v_leads is not null then
    perform private.refresh_verification(p_org_id, v_leads);
    update public.leads l set campaign_status = 'invalid'
    where l.org_id = p_org_id and l.id = any (v_leads)
      and l.campaign_status in ('new', 'queued', 'active', 'paused', 'completed')
      and not exists (select from public.contact_points c
        where c.org_id = p_org_id and c.lead_id = l.id and c.invalid_at is null);
  end if;
  -- Nobody we know is reached there, unless a lead of another owner has it too.
  if not exists (select from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = p_value_bidx and c.invalid_at is null) then
    perform private.suppress_value(p_org_id, p_value_bidx, p_kind, ch, 'wrong_contact', p_source, p_as_of)
    from unnest(private.channels_for_kind(p_kind)) ch;
  end if;
  perform set_config('sluice.actor', v_actor, true);
  return coalesce(cardinality(v_leads), 0);
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_contacts (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_refused uuid[];
begin
  -- Most orgs and imports have none.
  if not exists (select from public.consents c where c.org_id = p_org_id and c.revoked_scope = 'person') then
    return;
  end if;
  with recursive family (lead_id, member_id) as (
    select i.id, i.id from unnest(p_lead_ids) i (id)
    union
    select f.lead_id, m.merged_id
    from family f
    join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.member_id and m.undone_at is null
  ),
  refusals as (
    select f.lead_id, c.value_bidx from family f
    join public.consents c on c.org_id = p_org_id and c.lead_id = f.member_id and c.revoked_scope = 'person'
    where c.value_bidx is not null
    union
    -- A new lead of the same person: one of its contacts refused, and the names do not contradict.
    select p.lead_id, c.value_bidx from public.contact_points p
    join public.consents c on c.org_id = p.org_id and c.value_bidx = p.value_bidx and c.revoked_scope = 'person'
    where p.org_id = p_org_id and p.lead_id = any (p_lead_ids)
      and private.names_agree(private.owner_name(p_org_id, c.lead_id), private.owner_name(p_org_id, p.lead_id))
        is not false
  )
  -- A consent that came later has lifted it.
  select array_agg(distinct r.lead_id) into v_refused from refusals r
  where private.is_suppressed(p_org_id, r.value_bidx, 'all');
  if v_refused is null then
    return;
  end if;
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  perform private.suppress_value(p_org_id, c.value_bidx, c.kind, null, 'opt_out', 'refusal', p_as_of)
  from (select distinct on (o.value_bidx) o.value_bidx, o.kind, o.lead_id from public.contact_points o
    where o.org_id = p_org_id and o.lead_id = any (v_refused) order by o.value_bidx, o.lead_id) c
  where not private.is_suppressed(p_org_id, c.value_bidx, 'all')
    and not private.is_shared_contact(p_org_id, c.value_bidx, c.lead_id);
  update public.leads l set campaign_status = 'opted_out'
  where l.org_id = p_org_id and l.id = any (v_refused) and l.campaign_status <> 'opted_out';
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.as_of', v_clock, true);
end
$function$;

CREATE OR REPLACE FUNCTION private.stop_words_of_languages()
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select array[
    'abbestellen', 'abmelden', 'abmeldung', 'alisin', 'alto', 'anile', 'annuler', 'annulla', 'annullare',
    'arret', 'arrete', 'arreter', 'arretez', 'assez', 'aufhoren', 'austragen', 'ayaw ko na', 'ayoko na',
    'baja', 'basta', 'borrar', 'borrarme', 'ca suffit', 'cancela', 'cancelar', 'cancele', 'cancella',
    'cancellami', 'cese', 'cesser', 'cessez', 'chega', 'dar de baja', 'darme de baja', 'desabonnement',
    'desabonner', 'descadastrar', 'descadastre', 'descadastro', 'desinscription', 'desinscrire',
    'desuscribir', 'desuscribirme', 'detener', 'detenga', 'detenganlo', 'detenganse', 'detengase',
    'detente', 'dezabone', 'disiscrivi', 'disiscrivimi', 'dung', 'dung lai', 'eliminar', 'eliminarme',
    'encerrar', 'estope', 'excluir', 'ferma', 'fermare', 'fermati', 'halt', 'hinto', 'huminto', 'huy',
    'huy bo', 'huy dang ky', 'ihinto', 'itigil', 'itigil na', 'kanpe', 'kundigen', 'loschen',
    'me desabonner', 'me desinscrire', 'nao mais', 'ngung', 'no mas', 'no molestar', 'para', 'parar',
    'pare', 'parem', 'paren', 'quitar', 'remover', 'resilier', 'rete', 'retire m', 'retire mwen',
    'rimuovi', 'rimuovimi', 'sair', 'salir', 'schluss', 'se desabonner', 'sispann', 'smettere',
    'smettetela', 'smettila', 'supprimer', 'tama na', 'tanggalin', 'td', 'terminar', 'thoat', 'tigil',
    'tigil na', 'tigilan', 'tumigil', 'you basta', 'you no', 'you no mas', 'довольно', 'остановите',
    'остановить', 'отказ', 'отмена', 'отменить', 'отписаться', 'отписка', 'отпишись', 'отпишите',
    'прекратите', 'прекратить', 'стоп', 'удалите', 'удалить', 'хватит', 'բավական', 'բավական է', 'դադար',
    'դադարեցնել', 'դադարեցրեք', 'դադարեք', 'կանգ', 'կանգնել', 'կանգնեցրեք', 'կանգնեք', 'հանեք', 'հերիք',
    'հերիք է', 'չեղարկել', 'ստոպ', 'վերջ', 'الغ', 'الغاء', 'الغاء الاشتراک', 'انصراف', 'اوقف', 'اوقفوا',
    'ایست', 'ایقاف', 'بس', 'بس است', 'بسه', 'تمامش کنید', 'توقف', 'توقفوا', 'خلاص', 'قطع', 'قف', 'لغو',
    'لغو 11', 'لغو اشتراک', 'لغو عضویت', 'لغو11', 'متوقف کنید', 'نه دیگر', 'وقف', 'کفایه', 'کفی', 'やめて',
    'やめてください', 'ストップ', '中止', '停', '停止', '停止发送', '停止接收', '停止發送', '删除', '別發了', '刪除', '别发了', '取消', '取消訂閱',
    '取消订阅', '够了', '夠了', '拒收', '止めて', '止めてください', '登録解除', '移除', '終止', '結束', '终止', '结束', '解除', '退会', '退出',
    '退訂', '退订', '配信停止', '거부', '구독 취소', '구독취소', '그만', '그만하세요', '그만해', '그만해요', '멈춰', '멈춰 주세요', '멈춰요', '삭제',
    '수신 거부', '수신거부', '스탑', '스톱', '정지', '중단', '중지', '차단', '취소', '해지'
  ]::text[]
$function$;

CREATE OR REPLACE FUNCTION private.store_pulled_opt_outs (
  p_provider    text,
  p_account     text,
  p_list        text,
  p_entries     jsonb,
  p_next_offset integer
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_reason constant text := case p_list when 'unsubscribes' then 'unsubscribe' when 'spam_reports' then 'complaint'
    else 'bounce' end;
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
      -- Nor existing suppressions, nor those that a newer consent outranks.
      and not exists (select from public.suppressions s
        where s.org_id = o.id and s.value_bidx = x.bidx and s.reason = v_reason
          and not exists (select from public.suppression_lifts l where l.org_id = s.org_id
            and l.suppression_id = s.id))
      and (v_reason <> 'unsubscribe' or not exists (select from public.consents c
        where c.org_id = o.id and c.value_bidx = x.bidx and c.action = 'grant' and not c.is_unproven
          and c.occurred_at > x.at))
    order by o.id, x.bidx, x.at desc
  loop
    if v_reason = 'unsubscribe' then
      perform private.record_opt_out(v.org_id, v.bidx, 'email', 'email', v_source, null, v_reason, '{email}',
        p_provider_confirms => true, p_as_of => v.at);
    else
      perform private.suppress_value(v.org_id, v.bidx, 'email', 'email', v_reason, v_source, v.at);
    end if;
    v_count := v_count + 1;
  end loop;
  update private.opt_out_pulls p set entries = p.entries + jsonb_array_length(p_entries),
    next_offset = coalesce(p_next_offset, 0),
    since = case when p_next_offset is null then p.began_at else p.since end
  where p.provider = p_provider and p.account = p_account and p.list = p_list;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_contact_points__keep_wrong()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if private.is_wrong_contact(new.org_id, new.value_bidx, new.lead_id) then
    new.invalid_at := old.invalid_at;
    new.verified := false;
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_contact_points__refuse()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_org uuid;
begin
  for v_org in
    select o.org_id from (select distinct n.org_id from new_rows n) o
    where exists (select from public.consents c where c.org_id = o.org_id and c.revoked_scope = 'person')
  loop
    perform private.refuse_contacts(v_org, array(select distinct n.lead_id from new_rows n where n.org_id = v_org));
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_contact_points__stay_wrong()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  update public.contact_points c set invalid_at = now(), verified = false
  from new_rows n
  where c.org_id = n.org_id and c.id = n.id and c.invalid_at is null
    and exists (select from public.wrong_contacts w where w.org_id = n.org_id and w.value_bidx = n.value_bidx)
    and private.is_wrong_contact(n.org_id, n.value_bidx, n.lead_id);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_lead_merges__refuse()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.refuse_contacts(new.org_id, array[new.survivor_id], new.merged_at);
  return null;
end
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
    perform private.record_opt_out(v.org_id, v.value_bidx, 'email', 'email', p_source, null, 'unsubscribe', '{email}',
      p_as_of => p_as_of);
  end if;
  return true;
end
$function$;

ALTER TABLE "public"."consents"
  -- Wider than the one before: every row meets it.
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "revocation_scope_is_known" CHECK ((revoked_scope = ANY (ARRAY['person'::text, 'all'::text, 'channel'::text, 'matter'::text])));

ALTER TABLE "public"."replies"
  -- Wider than the one before: every row meets it.
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "reply_request_is_known" CHECK ((request = ANY (ARRAY['none'::text, 'opt_out'::text, 'opt_in'::text, 'help'::text, 'wrong_contact'::text])));

ALTER TABLE "public"."wrong_contacts"
  ADD CONSTRAINT "wrong_contacts_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX consents_refusals_idx ON public.consents USING btree (org_id, value_bidx)
  WHERE (revoked_scope = 'person'::text);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX consents_refusals_lead_idx ON public.consents USING btree (org_id, lead_id)
  WHERE (revoked_scope = 'person'::text);

CREATE INDEX wrong_contacts_lead_idx ON public.wrong_contacts USING btree (org_id, lead_id);

CREATE TRIGGER _150_keep_wrong
  BEFORE UPDATE OF invalid_at ON public.contact_points
  FOR EACH ROW
  WHEN (((old.invalid_at IS NOT NULL) AND (new.invalid_at IS NULL)))
  EXECUTE FUNCTION private.tg_contact_points__keep_wrong();

CREATE TRIGGER _250_refuse
  AFTER INSERT ON public.contact_points REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_contact_points__refuse();

CREATE TRIGGER _260_stay_wrong
  AFTER INSERT ON public.contact_points REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_contact_points__stay_wrong();

CREATE TRIGGER _150_refuse
  AFTER INSERT ON public.lead_merges
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_lead_merges__refuse();

CREATE TRIGGER _100_append_only
  BEFORE DELETE OR UPDATE ON public.wrong_contacts
  FOR EACH ROW
  EXECUTE FUNCTION private.refuse_change_while_org_exists();

CREATE TRIGGER _100_refuse_truncate
  BEFORE TRUNCATE ON public.wrong_contacts
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.refuse_change();

CREATE POLICY "insert_writer" ON "public"."wrong_contacts"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."wrong_contacts"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) AND ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS
    my_org_ids)::uuid[])) OR private.sees_record_of(org_id, lead_id))));

CREATE POLICY "select_writer" ON "public"."wrong_contacts"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

COMMENT ON COLUMN "public"."consents"."revoked_scope" IS 'person: everything, on every contact point of the person, also those that become known later; all: everything on this one; channel: the listed channels; matter: one subject matter only.';

COMMENT ON COLUMN "public"."replies"."request" IS 'The request in the text, which was carried out at once: opt_out, opt_in (START), help, wrong_contact (wrong number) or none.';

COMMENT ON COLUMN "public"."wrong_contacts"."lead_id" IS 'The lead at the time; it may have been merged or deleted since.';

COMMENT ON FUNCTION "private"."apply_reply_event"(uuid, text, jsonb, timestamp with time zone) IS 'Applies a reply {key, at, channel, from or value_bidx, text, message_id, provider_id, opt_out_type, label, reading}: carries out opt-out, START, HELP and wrong number, stores the text for each of its leads, stops their sequences, marks them as replied, and notifies broker and subscribers. Returns the first lead, or unmatched: the opt-out of an unknown value takes effect all the same.';

COMMENT ON FUNCTION "private"."is_shared_contact"(uuid, bytea, uuid) IS 'Whether a phone or e-mail of a lead is also that of a lead with another owner (an office phone): a wish from elsewhere does not end it for everybody.';

COMMENT ON FUNCTION "private"."is_stop_in_a_language"(text) IS 'Whether a reply consists of a STOP keyword of a language besides English, in whatever case and punctuation.';

COMMENT ON FUNCTION "private"."is_wrong_contact"(uuid, bytea, uuid) IS 'Whether a value was called wrong for the lead, for one merged into it, or for another lead of the same owner.';

COMMENT ON FUNCTION "private"."owner_name"(uuid, uuid) IS 'The name of a lead''s owner as lists have it; null if unknown.';

COMMENT ON FUNCTION "private"."read_channels"(jsonb) IS 'A JSON array of channels as text[]; null for none.';

COMMENT ON FUNCTION "private"."record_opt_out"(uuid, bytea, public.contact_kind, text, text, text, text, text[], text[], text, boolean, timestamp
  with time zone) IS 'Records an opt-out of a value that arrived on a channel, in the person''s words where known: suppresses it, records the revocation and opts out its leads, except where p_keeps names a channel that the person asked for and the lead still has. The reach follows from the words unless given. p_scope: contact (this value), channels (the reach, on every contact point of the person), person (everything, also contact points that become known later). Returns {channels, confirmation: {text, not_after} or null}: one text, for a new opt-out by SMS that the provider does not confirm itself. Definer: the caller may not edit campaign states and history.';

COMMENT ON FUNCTION "private"."record_reply_opt_out"(uuid, bytea, public.contact_kind, text, text, text, boolean, jsonb, uuid, timestamp
  with time zone) IS 'Applies what a reply or the transcript of a call asks for: {kind: opt_out, keyword: stop or opt_out, channels, keeps, confirmation} | {kind: opt_in, keyword: start, lifted, …} | {kind: help, answer} | {kind: wrong_contact} | {kind: none}. p_reading is the verdict of the reader (edge-functions/_shared/inbound/reader); without one the rules in SQL read the words. p_provider_type is Twilio''s OptOutType; when it is set, the provider has already answered. p_lead_id: the lead that was meant, for a wrong number.';

COMMENT ON FUNCTION "private"."record_wrong_contact"(uuid, bytea, public.contact_kind, uuid, text, timestamp with time zone) IS 'Records that a phone or e-mail is not the owner''s: it becomes invalid for the leads of that owner, and suppressed where no lead of another owner has it. A lead without any contact left becomes invalid. Returns how many leads lost it. Definer: the caller may not edit campaign states.';

COMMENT ON FUNCTION "private"."refuse_contacts"(uuid, uuid[], timestamp with time zone) IS 'Applies refusals ("never contact me") to the contact points that leads have now: those of leads that refused, and of leads with a contact that refused and no contradicting owner. Suppresses what is not shared with another owner, and opts the leads out. Definer: imports and merges may not edit campaign states.';

COMMENT ON FUNCTION "private"."stop_words_of_languages"() IS 'STOP keywords of languages besides English: lower case, without accents.';

COMMENT ON FUNCTION "private"."tg_contact_points__keep_wrong"() IS 'Trigger: no verification makes a contact valid that was called wrong. Definer: as stay_wrong.';

COMMENT ON FUNCTION "private"."tg_contact_points__refuse"() IS 'Trigger: a new contact point of a person who refused everything is suppressed. Definer: as refuse_contacts.';

COMMENT ON FUNCTION "private"."tg_contact_points__stay_wrong"() IS 'Trigger: a contact that was called wrong is invalid when a list has it again for the same owner. Definer: reads wrong_contacts without the policies.';

COMMENT ON FUNCTION "private"."tg_lead_merges__refuse"() IS 'Trigger: a merge unites refusals. Definer: as refuse_contacts.';

COMMENT ON TABLE "public"."wrong_contacts" IS 'Phones and e-mails that are not those of the lead''s owner, as the person reached there said. Insert-only.';

REVOKE ALL ON FUNCTION "private"."is_shared_contact"(uuid, bytea, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_shared_contact"(uuid, bytea, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_stop_in_a_language"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_stop_in_a_language"(text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_wrong_contact"(uuid, bytea, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_wrong_contact"(uuid, bytea, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."owner_name"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."owner_name"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."read_channels"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."read_channels"(jsonb) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."record_opt_out"(uuid, bytea, public.contact_kind, text, text, text, text, text[], text[], text, boolean, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE
  ON FUNCTION "private"."record_opt_out"(uuid, bytea, public.contact_kind, text, text, text, text, text[], text[], text, boolean, timestamp WITH time zone)
  TO "pipeline_writer";

GRANT EXECUTE
  ON FUNCTION "private"."record_opt_out"(uuid, bytea, public.contact_kind, text, text, text, text, text[], text[], text, boolean, timestamp WITH time zone)
  TO "postgres";

REVOKE ALL ON FUNCTION "private"."record_reply_opt_out"(uuid, bytea, public.contact_kind, text, text, text, boolean, jsonb, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_reply_opt_out"(uuid, bytea, public.contact_kind, text, text, text, boolean, jsonb, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."record_wrong_contact"(uuid, bytea, public.contact_kind, uuid, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_wrong_contact"(uuid, bytea, public.contact_kind, uuid, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."refuse_contacts"(uuid, uuid[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_contacts"(uuid, uuid[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."stop_words_of_languages"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."stop_words_of_languages"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_contact_points__keep_wrong"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_contact_points__keep_wrong"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_contact_points__refuse"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_contact_points__refuse"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_contact_points__stay_wrong"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_contact_points__stay_wrong"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_lead_merges__refuse"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_lead_merges__refuse"() TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."wrong_contacts" FROM "authenticated";

REVOKE ALL ("at") ON TABLE "public"."wrong_contacts" FROM "authenticated";

GRANT SELECT ("at") ON TABLE "public"."wrong_contacts" TO "authenticated";

REVOKE ALL ("kind") ON TABLE "public"."wrong_contacts" FROM "authenticated";

GRANT SELECT ("kind") ON TABLE "public"."wrong_contacts" TO "authenticated";

REVOKE ALL ("lead_id") ON TABLE "public"."wrong_contacts" FROM "authenticated";

GRANT SELECT ("lead_id") ON TABLE "public"."wrong_contacts" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."wrong_contacts" FROM "authenticated";

GRANT SELECT ("org_id") ON TABLE "public"."wrong_contacts" TO "authenticated";

REVOKE ALL ("source") ON TABLE "public"."wrong_contacts" FROM "authenticated";

GRANT SELECT ("source") ON TABLE "public"."wrong_contacts" TO "authenticated";

GRANT INSERT, SELECT ON TABLE "public"."wrong_contacts" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."wrong_contacts" FROM "service_role";

REVOKE ALL ("at") ON TABLE "public"."wrong_contacts" FROM "service_role";

GRANT SELECT ("at") ON TABLE "public"."wrong_contacts" TO "service_role";

REVOKE ALL ("kind") ON TABLE "public"."wrong_contacts" FROM "service_role";

GRANT SELECT ("kind") ON TABLE "public"."wrong_contacts" TO "service_role";

REVOKE ALL ("lead_id") ON TABLE "public"."wrong_contacts" FROM "service_role";

GRANT SELECT ("lead_id") ON TABLE "public"."wrong_contacts" TO "service_role";

REVOKE ALL ("org_id") ON TABLE "public"."wrong_contacts" FROM "service_role";

GRANT SELECT ("org_id") ON TABLE "public"."wrong_contacts" TO "service_role";

REVOKE ALL ("source") ON TABLE "public"."wrong_contacts" FROM "service_role";

GRANT SELECT ("source") ON TABLE "public"."wrong_contacts" TO "service_role";
