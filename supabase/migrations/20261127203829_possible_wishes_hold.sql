-- possible wishes hold: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE TABLE "private"."possible_wishes" (
  "org_id"     uuid                     NOT NULL,
  "value_bidx" bytea                    NOT NULL,
  "lead_id"    uuid                     NOT NULL,
  "at"         timestamp with time zone NOT NULL,
  CONSTRAINT "possible_wishes_pkey" PRIMARY KEY (org_id, value_bidx, lead_id)
);

ALTER TABLE "private"."possible_wishes"
  ENABLE ROW LEVEL SECURITY;

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
  if v_leads is null then
    perform private.apply_latest_keyword(p_org_id, v_value, v_channel, v_keyword, v_at);
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
  if v_request = 'none' and (coalesce((p_event #>> '{reading,possible}')::boolean, false)
    or coalesce((p_event #>> '{reading,unread}')::boolean, false)) then
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
  v_since timestamptz;
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
  -- A person who calls, answers or asks for help is not held up. The task ends it, so time alone does not: ask again.
  if k.channel <> 'voice_manual' and not v_confirmation
    and coalesce(k.message ->> 'sent_as', '') not in ('manual', 'help') then
    v_since := private.possible_wish_since(p_org_id, k.lead_id);
    if v_since is not null then
      reasons := reasons || jsonb_build_object('rule', 'possible_wish', 'detail', format(
        'a message of %s may ask us to stop; a person has to look at it', v_since::date));
      ends_at := greatest(ends_at, p_as_of + interval '4 hours');
    end if;
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
  v_reassigned boolean;
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
  v_reassigned := exists (select from public.reassigned_checks r where r.org_id = p_org_id);
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
      'reassigned', case when v_reassigned and c.kind = 'phone' then private.reassigned_answer(p_org_id, c.value_bidx,
        p_as_of) end,
      'message', case when a.message = '{}' then a.message else (
        select coalesce(jsonb_object_agg(m.key, m.value), '{}') from jsonb_each(a.message) m
        where m.key in ('subject', 'message_kind', 'sent_as', 'marketing_content', 'confirmations_already_sent',
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
      'signature', not g.is_unproven and private.is_typed_signature(g.signature),
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

CREATE OR REPLACE FUNCTION private.create_task (
  p_org_id  uuid,
  p_lead_id uuid,
  p_kind    text,
  p_detail  jsonb,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into public.tasks (org_id, lead_id, kind, detail, created_at)
  values (p_org_id, p_lead_id, p_kind, p_detail, p_as_of)
  on conflict (org_id, lead_id, kind) where done_at is null do update
    set detail = tasks.detail || jsonb_strip_nulls(jsonb_build_object('possible_wish', excluded.detail ->
      'possible_wish', 'unread', excluded.detail -> 'unread', 'read_by', excluded.detail -> 'read_by'))
    where excluded.detail ?| '{possible_wish,unread,read_by}'
$function$;

CREATE OR REPLACE FUNCTION private.hold_for_possible_wish (
  p_org_id     uuid,
  p_value_bidx bytea,
  p_lead_ids   uuid[],
  p_at         timestamp with time zone
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into private.possible_wishes (org_id, value_bidx, lead_id, at)
  select p_org_id, p_value_bidx, x, p_at from unnest(p_lead_ids) x
  on conflict do nothing
$function$;

CREATE OR REPLACE FUNCTION private.message_facts (
  p_channel       text,
  p_kind          text,
  p_purpose       text,
  p_matter        text,
  p_sender        public.senders,
  p_confirmations integer        DEFAULT NULL::integer
)
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select jsonb_strip_nulls(jsonb_build_object(
    'subject', p_matter,
    -- A person wrote it, or asked for it: a possible wish that waits does not hold it up.
    'sent_as', case when p_kind in ('manual', 'help') then p_kind end,
    'message_kind', case when p_kind = 'confirmation' then 'opt_out_confirmation' else p_purpose end,
    'marketing_content', p_purpose = 'marketing',
    'confirmations_already_sent', p_confirmations))
    -- A template without these cannot be saved, and no message without them is sent (private.check_rendered).
    || case when p_channel = 'email' then jsonb_build_object(
      'postal_address_in_body', length(btrim(coalesce((p_sender).postal_address, ''))) > 0,
      'unsubscribe_link', true, 'list_unsubscribe_post', true,
      'from_authenticated', (p_sender).authenticated_at is not null) else '{}' end
$function$;

CREATE OR REPLACE FUNCTION private.opt_out_exceptions()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
      '(?<!\S)(?:(?:(?:reply|text|send|type|say|texting|replying|word)(?: with)?(?: the word)? st'
      'op (?:to|2|for)(?: \w+)*)|(?:what (?:does|happens|do you mean|is)(?: \w+){0,6} (?:stop|uns'
      'ubscribe|opt out|cancel)(?: \w+)*)|(?:(?:did|have|had) i (?:ever )?(?:say|said|ask|asked|t'
      'ell|told)(?: \w+)*)|(?:(?:did not|never|do not) (?:say|said|ask|asked|tell|told|mean|meant'
      '|want|wish|try|remember)(?: you| them)?(?: to)? (?:stop|quit|unsubscribe|unsubscribing|opt'
      ' out|opting out|cancel)(?: \w+)*)|(?:(?:unsubscribed|opted out|stopped)(?: me| it)? by (?:'
      'mistake|accident|error))|(?:(?:accidentally|mistakenly) (?:unsubscribed|opted out|texted s'
      'top|sent stop|replied stop|typed stop|said stop))|(?:(?:texted|sent|replied|typed|said|wro'
      'te) stop (?:by|on) (?:mistake|accident))|(?:(?:users|people|customers|clients|subscribers|'
      'folks|they|others)(?: can| to| could| may)? (?:unsubscribe|opt out))|(?:(?:let|lets|lettin'
      'g|able) (?:me|us|to) (?:unsubscribe|opt out)(?: \w+){0,4})|(?:unsubscrib\w* from (?:their|'
      'his|her|its|my|our|the(?! (?:\w+ )?(?:list|lists|emails?|mailings?|texts?|newsletter)(?!\S'
      '))|cable|mls|netflix|that)(?: \w+){0,3})|(?:if i (?:want|wanted|would like|wished|say|said'
      '|text|reply|send|type|was|were|did not)(?: \w+)* (?:stop|unsubscribe|opt out)(?: \w+)*)|(?'
      ':i (?:would|will|d)(?: have)? (?:tell|told|say|said|ask|asked|let)(?: you)?(?: know)?(?: w'
      'hen| if)?(?: to)? stop(?: \w+)*)|(?:(?:did|have|do|will) you(?: \w+)? (?:lose|lost|delete|'
      'deleted|forget|forgot|block|blocked)(?: \w+){0,3})|(?:do not (?:reply|respond) to this (?:'
      '\w+ )?(?:email|message|mailbox|address)(?: \w+){0,2})|(?:do not (?:text|texts|texting|mess'
      'ages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam'
      '|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telepho'
      'ne|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|'
      'annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|'
      'hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|di'
      'sturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|r'
      'eply|replying|respond|responding) (?:my|the) \w+ about (?:this|it|that))|(?:(?:on|to) (?:t'
      'he |a )?do not call (?:list|registry)(?: ,)? but (?:\w+ ?)*)|(?:no (?:need|reason) to (?:s'
      'top|quit|unsubscribe|remove)(?: \w+){0,2})|(?:(?:did|was|were) (?:i|we)(?: \w+){0,2}? (?:u'
      'nsubscribed|removed|opted out|deleted|blocked)(?: \w+)*)|(?:(?:my|the|his|her|our) \w+ (?:'
      'is|was|are|keeps|has been|have been)(?: \w+)? (?:harassing|harassed|bothering|calling|text'
      'ing)(?: \w+){0,2})|(?:(?:stop|quit|refrain from|avoid)(?: \w+ing)(?: me| us| here| on)? (?'
      ':before|(?!(?:after (?:all|(?:this|that|today|tonight|now)(?: (?:texts?|messages?|calls?|e'
      'mails?|one|point|conversation))?(?= ,|$))))after|until|till|past) \w+)|(?:do not (?:text|t'
      'exts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail'
      '|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phon'
      'e|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|wri'
      'te|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|ad'
      'vertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communi'
      'cating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|tal'
      'k to|talking to|reply|replying|respond|responding)(?: me)?(?: now)? , (?:i am|we are) (?:d'
      'riving|at work|busy|working|sleeping|cooking|in (?:a|the|class|church|court|school|surgery'
      '|meetings?|traffic|bed)|on the|with (?:a|my))(?: \w+)*)|(?:(?:not|never) (?:put |been |be '
      '|listed )?(?:on|in) (?:the|any|a|your|that) (?:\w+ )?do not (?:call|contact)(?: \w+)?)|(?:'
      '(?<!if |rather |prefer |wish |that |it |appreciated )you (?:did|have|had)(?: not| never) ('
      '?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|email'
      'ing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ring'
      'ing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching'
      ' out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|mark'
      'eting|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate'
      '|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stal'
      'king|talk to|talking to|reply|replying|respond|responding)(?: \w+){0,3})|(?:(?<!if you )(?'
      ':do not|never|can not|could not|(?<!you )will not|would not|did not|does not|doesnt|not go'
      'ing to|rather not|please not)(?: ever| just| even| really)* (?:stop|quit|cease)(?: (?:text'
      '|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|ma'
      'il|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|ph'
      'one|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|w'
      'rite|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|'
      'advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|commu'
      'nicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|t'
      'alk to|talking to|reply|replying|respond|responding))?(?: me)?(?: \w+ing(?: \w+)?)?)|(?:(?'
      ':do not|please not|never|not) (?:lose|delete|forget|block|erase|remove|take|unsubscribe|le'
      'ave me|drop)(?: \w+){0,4})|(?:(?:an|no|any|the) opt out(?: \w+)?)|(?:stop it ,? ?(?:really'
      '|lol|haha|ha|no way|(?:i|you) (?:am |are )?(?:love|like|blush|kidding|making|killing))(?: '
      '\w+)*)|(?:(?:you|they) will not stop(?: \w+)* (?:haha|lol|lmao))|(?:stop ,? ?(?:wait|hold '
      'on|let me|right there|you are breaking|look at (?!my (?:number|name)))(?: \w+)*)|(?:(?:can'
      '|could|will|would|does|do|has|did) (?:he|she|it|they|this thing)(?: ever| just)* (?:stop|q'
      'uit)(?: \w+)*)|(?:(?<!do )(?:not|is not|am not|are not) (?:a )?(?:spam|harassment|harassin'
      'g|harass)(?: \w+)*)|(?:why (?:do|does|did|have|can|could|would|will) not (?:you|they|anyon'
      'e|someone|he|she) (?!(?:just |please |even )*(?:stop|quit|leave|go |lose|remove|take))\w+('
      '?: \w+)*)|(?:(?:did not|never|have not|not|had not|has not) (?:unsubscribe\w*|opt(?:ed)? o'
      'ut))|(?:(?<!(?:do|can|could|should|would|must|may|how|that) )(?:i|we|he|she|they(?! (?:nee'
      'd|have|got|must|better|should))|who|tenants?|neighbou?rs?|(?:my|his|her|their|our) (?:\w+ '
      ')?(?!says|said|told|wants|asked|says|and|will|lips|god)\w+|the (?!texts|calls|messages|ema'
      'ils|spam|messaging|texting|calling)\w+)(?: (?:will|would|can|could|did|do|does|have|has|ha'
      'd|just|also|finally|once|ever|already|recently|need|needs|got|want|wants|tried|try|trying|'
      'am|are|is|going|must|should|may|might|better|to|then|really|even|all))* (?:stop|stops|stop'
      'ped|quit|quits|cease)(?! getting| receiving| these| all| your| (?:the|this) (?:service|pro'
      'gram|subscription|campaign|(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|r'
      'obocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newslett'
      'ers?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| inform'
      'ation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspon'
      'dence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sale'
      's calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone'
      ' calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?'
      '|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| detail'
      's| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|'
      'correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marke'
      'ting|sales calls))*)))(?: \w+ing)?(?: \w+)?)|(?:(?:told|asked|ordered|made|got|helped|forc'
      'ed|advised|let) (?:me|us)(?: to)? (?:stop|quit|cease)(?: \w+){0,4})|(?:(?:he|she|they|(?:m'
      'y|our|his|her|the) (?:neighbou?r|friend|brother|sister|agent|boss|buddy|cousin|uncle|aunt|'
      'son|daughter|tenant|lawyer|realtor)s?) (?:just |already |had |has |have )?(?:told|asked|te'
      'lls|asks|wants|wanted|begged|said|says)(?! you| that you| me to (?:ask|tell) you)(?: (?:hi'
      's|her|their|the|my|our) \w+| him| her| them| to| it| that| \w+){0,3}? (?:to )?(?:stop|quit'
      '|leave|remove|unsubscribe|opt out|never)(?: (?!so )\w+){0,4})|(?:(?:why|when|how come)(?: '
      '\w+)? (?:did|have|had|do|has|does)(?: not)? (?:you|they|he|she|it|the \w+|everyone)(?! not'
      ')(?: ever| already| just)? (?:stop|quit|stopped)(?: \w+)*)|(?:(?:how come|why) (?:you|they'
      ') (?:stopped|quit|stop)(?: \w+)*)|(?:(?:stop|stops|stopping|stopped) (?:me|us|you|him|her|'
      'them) from)|(?:(?:nothing|what|who) (?:is |will |would |can |could )?(?:to |going to )?sto'
      'ps?(?: me| us| you)?)|(?:(?:bus|next|last|first|second|third|fourth|pit|full|non|truck|one'
      '|quick|rest|train|metro|short|final|every|each|two|three) stops?(?: \w+)?)|(?:stop (?:by|i'
      'n|over|off|sign|signs|light|lights|loss|watch|gap|work|and (?:talk|see|chat|think|look|vis'
      'it|say)|at(?! once))(?: \w+)*)|(?:(?:end|ends|ending) (?:of|in|on|at|unit|date|up|table|us'
      'er|result))|(?:(?:remove|take|get|delete|drop|pull)(?: (?:me|my name|us|him|her|it|my \w+)'
      ')? (?:(?:off|out|off of|out of|from|of)|outta)(?: of)? (?:the |my |our |that |his |her |th'
      'is )?(?:\w+ ){0,2}?(?:street|foreclosure|mess|probate|debt|deed|title|loan|mortgage|lease|'
      'waiting list|waitlist|contract|will|insurance|policy|account|bill|market|mls|house|propert'
      'y|listing|trust))|(?:(?:the|an|our|any) (?:opt out|cancellation) (?:period|clause|date|dea'
      'dline|fee|option|window|form))|(?:(?:opt|opting|opted) out of (?:the|my|our|a|an|that|his|'
      'her)(?! (?:(?:text|texting|sms|email|marketing|call|calling|mailing|contact) )?(?:(?:list|'
      'lists|database|records|system|files|rolodex|contacts|rotation|mailer|mailing list|call lis'
      't|calling list|contact list|phone list|text list|marketing list|mailings|newsletter|outrea'
      'ch|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|sequence)|(?:(?:tex'
      'ts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|m'
      'ailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|s'
      'olicitations?|contact(?! info| number| details| information| person)|communications?|stuff'
      '|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaig'
      'ns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor)'
      ')? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|ma'
      'ilings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|'
      'notices|solicitations?|contact(?! info| number| details| information| person)|communicatio'
      'ns?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitche'
      's|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|(?:text|texts|t'
      'exting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|maili'
      'ng|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phon'
      'ing|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|wri'
      'ting|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertis'
      'ing|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating'
      '|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|t'
      'alking to|reply|replying|respond|responding)|service|program|campaign))(?: \w+)+)|(?:(?:(?'
      ':i|we) |just |already |have |recently )+(?:unsubscribed|opted out) (?:from|of) (?!your|thi'
      's|these|those|that|all|every|everything|you|it|any|the|texts?|emails?|calls?|messages?|sms'
      '|marketing|future|here|notifications|alerts|updates)\w+(?: \w+)?(?! and you| but you| yet '
      'you)|^unsubscribed from (?!your|this|these|those|that|all|every|everything|you|it|any|the|'
      'texts?|emails?|calls?|messages?|sms|marketing|future|here|notifications|alerts|updates)\w+'
      '(?: \w+)?)|(?:if (?:i|we)(?: \w+){1,7} (?:how|can|could|do|would|will|may|is|am|are|where)'
      '(?: \w+){0,5}? (?:stop|opt out|unsubscribe|cancel|quit|be removed|get off|block)(?: \w+)*)'
      '|(?:(?:can|could|may|will|how|is there|am|would)(?: \w+){0,8}? (?:stop|opt out|unsubscribe'
      '|cancel|quit|end|be removed|get off)(?: (?!house|please)\w+){0,4}? (?:later|later on|whene'
      'ver|any time|anytime|if (?:i|we)|in case|after)(?! (?:get|keep|am|receive))(?: \w+)*)|(?:('
      '?<!times )(?:do|would|should|must|did) (?:i|we)(?: really| just| also)? (?:have to|need to'
      '|got to|still need to)? ?(?:text|reply|send|type|say|write|answer|respond)(?: back| with| '
      'you| the word)*(?: stop| unsubscribe| opt out| quit| end| cancel)+(?: \w+)*)|(?:(?:opt|opt'
      'ing|opted) out of (?!(?:your|this|these|those|that|all|every\w*|it|any|future|further|the|'
      'here|you|being|getting|receiving|\w+ (?:(?:list|lists|database|records|system|files|rolode'
      'x|contacts|rotation|mailer|mailing list|call list|calling list|contact list|phone list|tex'
      't list|marketing list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|te'
      'xts|texting|messages|program|sequence)|(?:(?:texts?|text messages?|messages?|sms|calls?|ph'
      'one calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotio'
      'ns?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| det'
      'ails| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garba'
      'ge|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|ma'
      'rketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|'
      'calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?'
      '|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| nu'
      'mber| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|j'
      'unk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adver'
      'tising|marketing|sales calls))*)|(?:text|texts|texting|messages?|messaging|calls?|calling|'
      'contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|hara'
      'ss|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciti'
      'ng|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|roboc'
      'all|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me'
      ' up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|'
      'hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|respondin'
      'g)))(?: |$))(?!(?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?'
      '|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|aler'
      'ts|notifications?|notices|solicitations?|contact(?! info| number| details| information| pe'
      'rson)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|out'
      'reach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)('
      '?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|r'
      'obocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newslett'
      'ers?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| inform'
      'ation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspon'
      'dence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sale'
      's calls))*)|(?:list|lists|database|records|system|files|rolodex|contacts|rotation|mailer|m'
      'ailing list|call list|calling list|contact list|phone list|text list|marketing list|mailin'
      'gs|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program'
      '|sequence)|(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|e'
      'mails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|buggi'
      'ng|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach '
      'out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telema'
      'rketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up'
      '|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visitin'
      'g|stalk|stalking|talk to|talking to|reply|replying|respond|responding))(?: |$))\w+(?: (?!a'
      'nd you|please)\w+){0,3})|(?:(?:did not|never|was not)(?: \w+){0,2}? (?:mean|meant|meaning|'
      'trying|intend)(?: (?:to|for|that|it))?(?: \w+){0,3}? (?:stop|unsubscribe|opt out|quit)(?: '
      '\w+)*)|(?:(?:accidentally|mistakenly|by accident) (?:hit|press|pressed|clicked|tapped|send'
      '|sent|texted) (?:stop|unsubscribe)(?: \w+)*|(?:sent|texted|replied) stop to the wrong \w+('
      '?: \w+)*)|(?:(?:am|is|are|just|,|^) ?not (?:unsubscribing|opting out|opting you out|tellin'
      'g you to|asking you to|saying to|saying)(?: \w+)*)|(?:(?:which|what) word(?: (?!make)\w+){'
      '0,3}? (?:ends?|stops?|cancels?)(?: \w+)*|(?:[a-z]+ ){0,12}?(?:, )?in case (?:i|we)(?: \w+)'
      '{0,8}|how (?:easy|hard|difficult)(?: \w+){0,4}? (?:unsubscribe|opt out|cancel|stop)(?: \w+'
      ')*)|(?:(?:do|are|does|is) (?:you|your \w+) (?:honou?r|respect|follow|check|comply|use|on t'
      'he up)(?: \w+){0,5}? (?:do not call|dnc|opt outs?)(?: list| registry)?|(?:tcpa|fcc|ftc|gdp'
      'r|ccpa) (?:compliant|approved|registered|licensed|certified))|(?:(?:your|the|it) ?(?:text|'
      'message|email|sms)? (?:says|said|say)(?: to)?(?: reply| text| send| type)? (?:stop|unsubsc'
      'ribe)(?: (?!so |stop)\w+)*)|(?:unsubscribe (?:fee|charge|cost|penalty)|quit (?:my|his|her|'
      'your|the) (?:\w+ )?job|stop it ,? ?(?:that is|you are|this is) (?:hilarious|funny|too \w+|'
      'crazy|amazing|so \w+)(?: \w+)*)|(?:no more (?:(?:(?:texts?|text messages?|messages?|sms|ca'
      'lls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|p'
      'romotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| numb'
      'er| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|jun'
      'k|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adverti'
      'sing|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|message'
      's?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|'
      'promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! i'
      'nfo| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|non'
      'sense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements'
      '?|advertising|marketing|sales calls))*)) from (?:realtor|zillow|redfin|(?:that|the|those) '
      '(?:other|bank|last)|my ex|banks?|lenders|investors|agents|realtors|wholesalers|collectors)'
      '(?: \w+){0,3})|(?:(?:yelled|screamed|hollered|shouted)(?: \w+){1,5}? at (?:the|a|some|them'
      '|him)(?: \w+){0,2}|(?:almost|nearly|was going to|was about to|usually|normally)(?: \w+){0,'
      '3}? (?:block|blocked|report|reported|marked|unsubscribed|tell you|say|hang up|stopped)(?: '
      '\w+)*)|(?:if (?:this|it) (?:is|turns out)(?: \w+){0,4}? (?:scam|fake|spam|joke)(?: ,)?(?: '
      '\w+)*)|(?:not (?:text|email|send|mail|message)(?: me| us)? (?:the |a |any |big |more |thos'
      'e )*(?:pics|pictures|photos|videos|files?|attachments?|pdfs?|contracts?|documents?|docs|bi'
      'g \w+))|(?:(?:take|remove) (?:my (?:wife|husband|son|daughter|mother|mom|dad|brother|siste'
      'r)|him|her)(?: s number| s)? (?:off|from) the (?:thread|group|chain|email|conversation))|('
      '?:(?:need|needs|got|have|received|get)(?: a| the| that)? cease and desist (?:letter|order|'
      'notice)?(?: ?\w+)*|cease and desist(?: \w+){0,2} from (?:the|my|our) (?:hoa|city|county|to'
      'wn|neighbou?r)(?: \w+)*)|(?:(?:describe|explain|document|share|about) your (?:opt out|unsu'
      'bscribe|removal|cancellation) (?:procedure|process|policy|method|options?|instructions))|('
      '?:(?:opt out|cancellation) (?:deadline|clause|period|date|fee|form for)(?: \w+)*)|(?:(?:ta'
      'ke|get|remove|keep|put|delete) (?:me|us|my \w+) (?:off|from|out of|on) (?:of )?(?:their|hi'
      's|her|zillow|redfin|the other)(?: \w+){0,2})|(?:(?:told|asked|begged|instructed|ordered) ('
      '?:the |that |an? |another |my |our |your )?(?:\w+ ){0,2}?(?:bank|banks|company|companies|l'
      'ender|lenders|roofer|wholesalers?|flippers?|collectors?|telemarketers?|county|city|hoa|plu'
      'mber|surveyor|buyers?|agency|brokerage|investors?|realtors?|zillow|redfin|opendoor|trulia|'
      'ex|neighbou?rs?|contractor|mortgage company|insurance)(?: \w+){0,2}? (?:to |not to |never '
      '|leave |stop |quit |get |go )(?: ?\w+)*)|(?:told (?:the|that|those|all the) (?:\w+ )?(?:gu'
      'ys?|fella|ones?|others|folks)(?: \w+){0,2}? (?:to )?(?:get lost|take a hike|buzz off|kick '
      'rocks|pound sand|shove it|take me off their \w+|stop ,? but you)(?: \w+)*)|(?:(?:the|some|'
      'my|an) (?:last|other|previous|old|different) (?:company|companies|firm|lender|bank|agent|r'
      'ealtor|investor|outfit|place|people|investors)(?: \w+){0,3}? (?:i|we)(?: have)? (?:told|as'
      'ked)(?: \w+){0,9})|(?:(?:neighbou?r|brother|sister|friend|mother|mom|father|dad|son|daught'
      'er|cousin|uncle|aunt|tenant|husband|wife|roommate|ex)s?(?: \w+){0,2}? (?:told|asked|tells|'
      'asks|wants|wanted|said|say|tell|ask|does not want|hates?)(?: \w+){0,10}?(?: ,)? but (?:i|w'
      'e)(?: am| are| would| will| do| want| like| \w+){0,3}(?: \w+)*)|(?:(?:stop|quit) (?:(?:tex'
      't|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|m'
      'ail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|p'
      'hone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|'
      'write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing'
      '|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|comm'
      'unicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|'
      'talk to|talking to|reply|replying|respond|responding))(?: me| us| my phone| here)?(?: (?:s'
      'o|that|this|too))? (?:early|late)(?: \w+)*)|(?:(?:stop|quit) (?:(?:text|texts|texting|mess'
      'ages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam'
      '|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telepho'
      'ne|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|'
      'annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|'
      'hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|di'
      'sturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|r'
      'eply|replying|respond|responding))(?: me| us| my phone| here)?(?: at| during| around| in t'
      'he middle of)? (?:midnight|night|nights|dinner|dinner time|dinnertime|lunch|noon|work hour'
      's|\d+(?: (?:am|pm|oclock|o clock))?)(?: time)?(?= ,|$| and (?:call|text|try))(?= ,? ?(?:an'
      'd )?(?:call|text|try|day|after|any|morning|evening|afternoon|it is|weekend|\d)))|(?:(?:the'
      '|that) (?:number|email|address) (?:ending|that ends|i gave|starting|with)(?: \w+){0,4})|(?'
      ':(?:alarm|it|he|she|they|dog|tenants?|phone|rain|the \w+(?: \w+)?|my \w+) no stop(?: \w+)*'
      ')|(?:not (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|ema'
      'ils?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging'
      '|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach ou'
      't|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemark'
      'eting|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|c'
      'ommunicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|'
      'stalk|stalking|talk to|talking to|reply|replying|respond|responding) that (?:number|phone|'
      'email|address)(?: \w+)*)|(?:(?:he|she|they|my (?:wife|husband|mother|mom|dad|brother|siste'
      'r|son|daughter)) (?:is|are|was)(?: already)? on the do not call list(?: not \w+)?|(?:i|we)'
      ' used to be on (?:the|a) do not call list(?: \w+)*|is there an? do not call list(?: \w+)*)'
      '|(?:send(?:ing)?(?: me| us| any| the| your| more){0,2} (?:mail|letters?|packages?|checks?|'
      'paperwork|documents|papers) to (?:the|my|our|that|this|her|his)(?: \w+){0,2}? (?:property|'
      'house|address|place|home|office|work|unit|rental|ex)(?= ,? ?(?:send|use|mail it|it (?:is|g'
      'oes)|that is|my (?:new|mailing)))(?: \w+)*)|(?:(?:what|why|how come)(?: \w+)? (?:made|make'
      's|would|did) (?:you|him|her|them|it)(?: \w+)? (?:stop|quit)(?: \w+)*)|(?:(?:^|(?<=, ))(?:i'
      ' am |i was )?not (?:saying|asking|telling)(?: you)?(?: to)? (?:stop|quit|never)(?: \w+)*)|'
      '(?:do not (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|em'
      'ails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|buggin'
      'g|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach o'
      'ut|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemar'
      'keting|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|'
      'communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting'
      '|stalk|stalking|talk to|talking to|reply|replying|respond|responding) (?:me|us) (?:mrs|mr|'
      'ms|miss|sir|maam|honey|sweetie|dear|names|crazy|cheap|stupid|late|a (?!second|third|dozen)'
      '\w+)(?: \w+)*|do not call me \w+ ?, ?(?:it is|call me|my name is|everyone calls|my friends'
      ' call))|(?:^(?:ok |oh |omg |wow |haha |aw )*stop(?: it)? ,? ?(?:no way|omg|shut up|are you'
      ' serious|for real|you had me|you flatter|you are (?:too|so)|some more)(?: \w+)*)|(?:(?:^|('
      '?<=, ))(?:i )?(?:do not|would not) mind (?:you |the |your |getting |a )?(?:\w+ ?)*)|(?:(?:'
      '(?:it|you|they|that|texts|calls) do|does|did|will|would) not bother (?:me|us)(?: (?!again|'
      'any more)\w+)?|(?:what|which) lists? (?:did|do|was|were|am|are|is|have)(?!.*(?:get off|off'
      ' it|off of it|removed|take me off))(?: \w+)*)|(?:not (?:text|texts|texting|messages?|messa'
      'ging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|b'
      'other|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephon'
      'ing|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pe'
      'ster|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|'
      'hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm'
      '|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replyi'
      'ng|respond|responding) (?:the|my|our) (?:tenants?|agent|listing agent|realtor|group|renter'
      's?)(?: \w+)?|(?:refrain from|avoid|stop) (?:text|texts|texting|messages?|messaging|calls?|'
      'calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bother'
      'ing|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|'
      'soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pesteri'
      'ng|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hi'
      'tting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pingin'
      'g|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|r'
      'esponding) (?:the|my|our) tenants?(?: \w+)*)|(?:(?:take|get|pull) (?:me|us) out (?:to|by|f'
      'or)(?: \w+)*|(?:talk|talking|speak) to (?:a|the|my|our|an|his|her) \w+|^(?:you are |it is '
      '|that is )?not bothering (?:me|us)(?= ,|$)|sorry(?: \w+){0,3}? (?:marked|blocked|unsubscri'
      'bed|reported)(?: \w+)*|(?:blocked|marked|reported)(?: \w+){0,3} by (?:accident|mistake)(?:'
      ' \w+)*)|(?:(?:take|put|have|got) me (?:off|on) (?:speaker|hold|mute|the (?:hook|phone))(?:'
      ' \w+)?)|(?:(?:stop|quit)(?: \w+ing)(?: \w+){0,4}? (?:my|the|that|an) (?:old|previous|forme'
      'r|wrong) (?:\w+ )?(?:address|number|phone|email|house|place|box))|(?:(?:the|a|an|at|near|w'
      'hich|where|every)(?: (?!hint|time|times|love|god|number|people|person)\w+){0,3} stop(?= ,|'
      '$))|(?:(?:there (?:are|is|were)|(?:have|had|got|get|see|saw|received)) no more(?: \w+)?)|('
      '?:(?<!(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails'
      '?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ri'
      'ng|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|r'
      'eaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketi'
      'ng|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|comm'
      'unicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|sta'
      'lk|stalking|talk to|talking to|reply|replying|respond|responding) )(?<!(?:text|texts|texti'
      'ng|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|s'
      'ms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|'
      'telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing'
      '|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|'
      'hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|dis'
      'turb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talki'
      'ng to|reply|replying|respond|responding) (?:me|us) on )(?:my|the|that|this|his|her|their) '
      '(?:old|other|previous|former|first|second|work|office|home|business|ex) (?:wife |husband )'
      '?(?:number|phone|email|address|line|cell|one))|(?:(?:i|we|he|she|they|nobody|no one|my \w+'
      '|the (?!national|federal|state|internal)\w+|somebody|someone) (?:do|did|does|can|could|wil'
      'l|would|have|has|had|may|might|am|are|was|were|is)(?: not| never)(?: really| even| usually'
      '| always| often| just| able to| want to| trying to| wanting to)* (?:(?:(?:text|texts|texti'
      'ng|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|s'
      'ms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|'
      'telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing'
      '|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|'
      'hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|dis'
      'turb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talki'
      'ng to|reply|replying|respond|responding)|ask|asking|trouble|troubling|hassle|hassling|badg'
      'er|badgering|follow up|following up|approach|approaching|pursue|inquire|inquiring|come bac'
      'k|coming back|come|check in|checking in|knock|show up))(?<!ask(?= (?:for (?:this|these|any'
      '|your|them)|you to)))(?: \w+)?)|(?:(?:is|are|was) this (?:a )?(?:spam|scam)(?: \w+)?)|(?:('
      '?:sexual|tenant|tenants) harassment)|(?:(?:do not|never) (?:even )?(?:(?:text|texts|textin'
      'g|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sm'
      's|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|t'
      'elephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|'
      'annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|h'
      'it up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|dist'
      'urb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talkin'
      'g to|reply|replying|respond|responding)|bother)(?: me| us)?(?: back)? (?:if|unless) (?:you'
      ' (?:can|do|are|will|have)|it is|it was|the|there)(?: \w+)*)|(?:(?:hard|difficult|tough|sad'
      '|impossible|strange|weird) to (?:stop|quit|leave|let go)(?: \w+){0,4}|call(?:ing)? it home'
      ')|(?:(?:hate|sad|sorry|shame|pity)(?: \w+){0,3}? (?:for )?(?:you|it|these|this|them|they) '
      '(?:to |if )?stop(?: \w+){0,3}|(?:no|not|never) stopping (?:this|the|me|us|that|him|her|it)'
      '(?: \w+)?)|(?:^(?:do|does) (?:the|these|your) \w+ (?:stop|end) (?:after|once|when|if)(?: \'
      'w+)*|off (?:the|your|a) list of (?!people|numbers|contacts|those)(?: ?\w+){0,3})|(?:(?:(?:'
      '(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|maili'
      'ngs?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|not'
      'ices|solicitations?|contact(?! info| number| details| information| person)|communications?'
      '|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|c'
      'ampaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|an'
      'd|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mai'
      'ls?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notificat'
      'ions?|notices|solicitations?|contact(?! info| number| details| information| person)|commun'
      'ications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|'
      'pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|mail|noti'
      'ces) from (?:the|my|that) (?:county|bank|city|hoa|lender|irs|court|state|mortgage|town|oth'
      'er)(?: \w+){0,2}|(?:spam|email|send|text)(?: (?:me|us|my|email|inbox|phone|with|any|the|mo'
      're))* (?:listings|houses|homes|properties) (?:over|above|under|below|outside|that|which|in'
      '|with)(?: \w+)*)|(?:(?:remove|delete|drop) (?!me|us|my|this|our|the)\w+ and (?:add|put|use'
      ')(?: \w+)*)|(?:cut the (?:crap|bs|bull|bullshit|nonsense|small talk|chit chat|chase)(?! ou'
      't))|(?:(?:hoa|city|county|town|village|neighbou?rs?|board|they|he|she|lender|bank) (?:\w+ '
      ')?(?:sent|served|gave|mailed|slapped|issued)(?: \w+){0,2} (?:a |an |the |with a )cease and'
      ' desist(?: \w+)*)|(?:stop (?:notice|work order|payment|payments? on|gap|order)(?: \w+)*|(?'
      ':erase|delete|forget|scratch|disregard) that last (?:number|one|text|message|part|bit))|(?'
      ':^(?:hey |ok )*(?:kids|boys|girls|you two|buddy|max|tyler|mom|dad|honey) (?:cut it out|sto'
      'p it|quit it|knock it off|stop)(?: \w+)*)|(?:(?:auto ?correct|spell ?check|(?:my|the|this)'
      ' (?:phone|keyboard|kid|son|daughter|cat|dog|toddler))(?: \w+)? (?:said|wrote|typed|put|sen'
      't|hit|pressed|changed (?:it|that) to|made it)(?: say)? (?:stop|quit|unsubscribe|cancel)(?:'
      ' \w+)*)|(?:(?:nobody|no one|none of us|who) (?:said|told you|asked you|says)(?: to| anythi'
      'ng about)? (?:stop|quit)(?:ping)?(?: \w+)*)|(?:(?:do not|no) (?:need|have) to (?:call|text'
      '|email|write|reply|respond|answer)(?: me| us)?(?: back)?(?= ,|$))|(?:(?:take|get) (?:this|'
      'the|my|our|that) (?:\w+ )?(?:house|place|property|land|lot|dump|money pit|mortgage|headach'
      'e) off (?:me|us|my hands|our hands)|get me (?:out of|outta) (?:this|my|the) (?:\w+ )?(?:ho'
      'use|mortgage|loan|lease|timeshare|contract|rate|place|city|town|state))|(?:(?:stop|quit) ('
      '?:what ?ever|what) you (?:are|were) doing(?: \w+)*|stop (?:being|apologizing|worrying|twis'
      'ting|stressing|guessing|dreaming)(?: \w+){0,3})|(?:(?:leave|take) (?:it|this|that|the \w+)'
      ' off(?: the (?:market|list price|record))|can you stop (?:a|the|my|our) (?:foreclosure|auc'
      'tion|sale|eviction)(?: \w+)*)|(?:(?:no|not) (?:\w+ )?(?:contact|call|calls)(?: me)? (?:unl'
      'ess|except) (?!you)(?:\w+ ){0,8}?(?:offer|cash|serious|price|over|least|buyer|buying|close'
      ')(?: \w+)*)|(?:if you are not the (?:right|intended) \w+)|(?:do not disturb(?: \w+ \w+ on|'
      ' mode| while driving)?(?= turned| is| on| mode| while| while driving|$)))(?!\S)'
$function$;

CREATE OR REPLACE FUNCTION private.opt_out_phrases()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
      '(?<!\S)(?:(?:(?:stop|quit|cease|discontinue|halt|refrain|knock off|enough|desist|stopping)'
      '(?: and desist)?(?: (?:all|with|the|these|those|this|that|your|any|more|further|sending|ge'
      'tting|receiving|making|giving|leaving|fucking|damn|stupid|unwanted|unsolicited|constant|an'
      'noying|me|us|my|of|trying|to|from|it|please|both|doing|way|every|already|now))* (?:(?:text'
      '|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|ma'
      'il|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|ph'
      'one|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|w'
      'rite|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|'
      'advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|commu'
      'nicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|t'
      'alk to|talking to|reply|replying|respond|responding)|(?:texts?|text messages?|messages?|sm'
      's|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promo'
      's?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| '
      'number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense'
      '|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adv'
      'ertising|marketing|sales calls))(?:(?: ,| or| and| nor| me| us| my| all| the)* (?:(?:texti'
      'ng|messaging|calling|contacting|emailing|mailing|spamming|bothering|harassing|phoning|writ'
      'ing|texts|calls|emails|messages|phone calls|text messages|mailings|letters|visiting|visits'
      ')))*(?: (?:me|us|myself|my (?:(?:cell|personal|mobile|private|poor|elderly|damn|fucking) )'
      '?(?:phone|number|cell|line|mobile|inbox|email|address|(?:wife|husband|mother|mom|mum|fathe'
      'r|dad|son|daughter|parents|kids|sister|brother|grandma|grandmother|grandpa|family|house|ho'
      'me|office|work|landline))(?: number| phone)?|mine|this (?:(?:cell|phone|mobile) )?(?:numbe'
      'r|phone|line|address|email|account|cell|person|house)|here|any more|again|at all|ever|it a'
      'gain|him any more|her any more|him again|her again))?)|(?:(?:stop|quit|cease)(?: please)? '
      '(?:sending|messing|bothering|hitting|trying to reach|reaching|doing (?:this|that)|with (?:'
      'this|these|all|it)(?= ,|$| now| please| already| and| or))(?: \w+){0,3})|(?:(?:stop|quit|c'
      'ease) (?!lowball|low ball|insult|teas|kidd|giv|tell|confus|rush|mak|sell|interrupt|play|sh'
      'ow|ask|laugh|driv|quot|offer)\w+ing (?:me|us)(?: up)?(?: \w+){0,2})|(?:(?:stop|quit|cease)'
      ' (?:getting|receiving)(?: (?:these|those|them|any of (?:this|these))|(?: \w+){0,3} (?:(?:t'
      'exts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?'
      '|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices'
      '|solicitations?|contact(?! info| number| details| information| person)|communications?|stu'
      'ff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campa'
      'igns?|updates|advertisements?|advertising|marketing|sales calls))))|(?:(?:stop|quit|cease|'
      'enough|no more|end)(?: sending| making| giving| all)*(?: (?:with|w|of|the|your|all|these|t'
      'his|me|us|any|more))* (?:offers|promotions?|promos?|deals|pitch(?:es)?|advertising|bs|stuf'
      'f|cold calls|questions about (?:my|the|our) (?:house|home|property))(?= ,|$| (?:please|jus'
      't|kindly|now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanent'
      'ly|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|h'
      'ello|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for the last time|se'
      'riously)))|(?:^(?:(?:please|just|kindly|now|already|immediately|today|thanks|thank you|thx'
      '|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|f'
      'or good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i said'
      '|i mean it|for the last time|seriously) )*end (?:this|it)(?: (?:please|just|kindly|now|alr'
      'eady|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|r'
      'ight now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes'
      '|yeah|and|but|well|look|listen|again|i said|i mean it|for the last time|seriously))*$)|(?:'
      '(?:stop|quit) (?:it|this|that|these|them|me|us|everything)(?= ,|$| please| now| already| t'
      'hanks| thank| immediately| at once| or))|(?:(?:end|cancel|terminate|discontinue)(?: all| t'
      'he| these| this| my| your| any)* (?:texts?|text messages?|messages?|sms|emails?|subscripti'
      'ons?(?! to)|notifications|alerts|spam))|(?:(?:these|those|the|all|your|this|get|make|want)'
      '(?: \w+)? ?(?:texts?|texting|messages?|messaging|calls|calling|emails?|emailing|spam|haras'
      'sment|this|it)(?: all| please| just| really)*(?: to| must| should| needs to| need to| has '
      'to| have to| better| got to)?(?: be)? (?:stop|stopped|end|ended|cease)(?! (?:at|on|in|by)('
      '?: |$)))|(?:(?:this|it|that|you|these|they|enough) (?:to|must|should|needs to|need to|has '
      'to|have to|better|got to|have got to) stop(?: it| this| that| now| please| already)*(?= ,|'
      '$| and| or))|(?:make (?:it|this|them|these) stop)|(?:(?:stop|quit|cease) (?:wasting|cloggi'
      'ng|filling|flooding|cluttering|polluting|jamming)(?: up)? (?:my|our|this) (?:inbox|mailbox'
      '|voicemail|phone|email|line))|(?:(?:do not|never)(?: ever| please| you)? send(?: me| us)?('
      '?: any)? more(?= ,|$| please| thanks| ever))|(?:(?:if|wish|rather|hope) you (?:would |coul'
      'd |all )?(?:just |please )?(?:stopped|stop|quit)(?= ,|$| (?:(?:text|texts|texting|messages'
      '?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spa'
      'mming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|t'
      'elephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|anno'
      'ying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitt'
      'ing up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|distur'
      'bing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply'
      '|replying|respond|responding))| sending| this| these| it)(?: \w+){0,2})|(?:(?!(?:the|a|an|'
      'to|it|they|he|she|we|i|not|would|will|could|should|must|might|may|can|that|which|who|and|o'
      'r|ever|never|does|do|did|you|this|these|if) )\w+ stop(?: (?:(?:please|just|kindly|now|alre'
      'ady|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|ri'
      'ght now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|'
      'yeah|and|but|well|look|listen|again|i said|i mean it|for the last time|seriously)|(?:dear|'
      'sir|maam|madam|friend|buddy|pal|honey|hun|man|bro|dude|people|folks|guys|sweetie|mister|mi'
      'ss|fam)))*(?= ,|$))|(?:(?:times?|now|so|and|no|me|you) stop(?= ,|$))|(?:you(?: have)?(?: a'
      'll)? (?:been|were|are|got) told(?: \w+){0,2}? (?:to (?:stop|quit|leave)|not to)(?: \w+){0,'
      '3})|(?:(?:asked|requested|request|want|wanted|wish|like|need|asking|demand|begged|prefer|h'
      'ope)(?: you)? (?:to be|being|be) (?:(?:removed|deleted|erased|scrubbed|dropped|struck|purg'
      'ed|taken (?:off|out|down)|unsubscribed|opted out)|left alone|off)(?! as )(?! (?:from |off '
      ')?(?:the|my) (?:deed|title|loan|mortgage|lease))(?: \w+){0,4})|(?:(?:cut|knock) it (?:out|'
      'off)(?: \w+){0,3}|give it a rest|enough is enough)|(?:wrong (?:number|person|phone)(?: so)'
      '?(?: please| just)? stop(?: \w+){0,2})|(?:(?:for|sake|christ|hell|god|jesus|enough) (?:(?:'
      'please|just) )?stop(?= ,|$))|(?:(?:(?:tell|telling|told|ask|asking|asked|want|wanted|need|'
      'beg|begging|warn|warned|warning|like|requested|instructed|demanding|demand) (?:you|your \w'
      '+|them|him|her)(?: \w+){0,3}? to|(?:wish|hope|demand|insist|ask|request|prefer)(?: that)? '
      'you(?: would| will)?|said to|said|saying|typed|texted you|texted|wrote|replied|repeating|s'
      'ay|asked|asking) (?:(?:please|just) )?(?:stop|quit|cease|desist|unsubscribe|opt out|leave '
      'me alone|remove me|not to (?:(?:text|texts|texting|messages?|messaging|calls?|calling|cont'
      'acts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|h'
      'arassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|s'
      'olicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|'
      'robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|'
      'blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|houn'
      'ding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)))'
      '(?= ,|$| (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|ema'
      'ils?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging'
      '|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach ou'
      't|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemark'
      'eting|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|c'
      'ommunicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|'
      'stalk|stalking|talk to|talking to|reply|replying|respond|responding)| it| this| me| you| a'
      'lready| again| please| now| before| twice| and| three| \w+ times))|(?:(?:please )?(?:can|c'
      'ould|would|will|can not|why do not|when will|how about) you(?: please| just| kindly| all| '
      'ever| not)* (?:stop|quit)(?: it| this| that| now| please| already| (?:(?:please|just|kindl'
      'y|now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at o'
      'nce|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no'
      '|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for the last time|seriously'
      ')))*(?= ,|$))|(?:^(?:please )?(?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone ca'
      'lls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|ne'
      'wsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| '
      'information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|cor'
      'respondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketin'
      'g|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?'
      '|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promo'
      'tions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| '
      'details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|ga'
      'rbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising'
      '|marketing|sales calls))*)) (?:need|needs|must|have|has|should|got)(?: to)? (?:stop|end|ce'
      'ase)(?= ,|$)|(?:can|could) (?:we|you) not (?:do )?(?:the |this |these )?(?:(?:text|texts|t'
      'exting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|maili'
      'ng|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phon'
      'ing|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|wri'
      'ting|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertis'
      'ing|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating'
      '|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|t'
      'alking to|reply|replying|respond|responding)|(?:texts?|text messages?|messages?|sms|calls?'
      '|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promo'
      'tions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| '
      'details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|ga'
      'rbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising'
      '|marketing|sales calls))(?: thing)?(?: any more)?)|(?:(?:stop|quit) (?:hmu|hittin|textin|c'
      'allin)(?: \w+)?|(?:1|one) more time(?: to)? (?:(?:text|texts|texting|messages?|messaging|c'
      'alls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|'
      'bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|so'
      'licit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|p'
      'estering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me'
      ' up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|'
      'pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|res'
      'pond|responding))(?: me| us)?|(?:^|(?<=you |yall |y all |just |need to |gotta ))fall back('
      '?= ,|$| off| fr)|no one (?:from|at|in) your (?:\w+ ){1,2}?(?:text|texts|texting|messages?|'
      'messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamm'
      'ing|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|tel'
      'ephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoyi'
      'ng|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hittin'
      'g up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbi'
      'ng|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|r'
      'eplying|respond|responding)(?: \w+)? (?:(?:again|any more|ever|ever again|further|any furt'
      'her|in (?:the )?future|going forward|from now on|at all)))|(?:(?:let|make|lets make|let us'
      ' make)(?: (?:this|it|these|them|that))+(?: \w+)?(?: be)? (?:the|your|our)(?: very)? last(?'
      '! (?:offer|number|price|time i))(?: (?:texts?|text messages?|messages?|sms|calls?|phone ca'
      'lls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|ne'
      'wsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| '
      'information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|cor'
      'respondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketin'
      'g|sales calls))?)|(?:(?:end|cancel|stop|turn off|switch off|shut off|close)(?: all| the| t'
      'hese| this| my| your| any)* (?:campaigns?|drips?|automations?|automated \w+|blasts?)(?= ,|'
      '$| to (?:me|us)|(?:me|us|myself|my (?:(?:cell|personal|mobile|private|poor|elderly|damn|fu'
      'cking) )?(?:phone|number|cell|line|mobile|inbox|email|address|(?:wife|husband|mother|mom|m'
      'um|father|dad|son|daughter|parents|kids|sister|brother|grandma|grandmother|grandpa|family|'
      'house|home|office|work|landline))(?: number| phone)?|mine|this (?:(?:cell|phone|mobile) )?'
      '(?:number|phone|line|address|email|account|cell|person|house)|here|any more|again|at all|e'
      'ver|it again|him any more|her any more|him again|her again))|(?:please |kindly |just )(?:e'
      'nd|stop|kill|cancel) (?:these|those)(?= ,|$))|(?:(?:close|switch off|turn off|shut off|blo'
      'ck|disable) (?:the|these|this|those|all|your)(?: \w+)? (?:messages?|sms|texts|notification'
      's|calls))|(?:(?:so|to|please|kindly|would|will|could|can|must) (?:\w+ ){0,4}?discontinue(?'
      '= ,|$))|(?:(?:your|radio|total|complete) silence(?: \w+){0,3}? (?:appreciated|please|from '
      'now on|is|golden)|(?:offer|thing) i want(?: from you)? is (?:your )?silence|radio silence|'
      'go (?:silent|quiet|dark)(?: on| with) (?:me|us|this|my))|(?:when hell freezes over|until t'
      'hen ,? ?(?:do not|leave me|stop|quit)(?= ,|$)|goodbye forever|bye forever|darken my (?:doo'
      'r|phone|inbox|screen))|(?:(?:day|moment|hour) you (?:stop|quit)(?= ,|$)|get rid of (?:you|'
      'these (?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mai'
      'ls?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notificat'
      'ions?|notices|solicitations?|contact(?! info| number| details| information| person)|commun'
      'ications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|'
      'pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?:'
      ' (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|em'
      'ails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|'
      'notifications?|notices|solicitations?|contact(?! info| number| details| information| perso'
      'n)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outrea'
      'ch|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|'
      'your (?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mail'
      's?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notificati'
      'ons?|notices|solicitations?|contact(?! info| number| details| information| person)|communi'
      'cations?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|p'
      'itches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: '
      '(?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|ema'
      'ils?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|n'
      'otifications?|notices|solicitations?|contact(?! info| number| details| information| person'
      ')|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreac'
      'h|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|a'
      'll these (?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|'
      'mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifi'
      'cations?|notices|solicitations?|contact(?! info| number| details| information| person)|com'
      'munications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pit'
      'ch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?'
      '(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?'
      '|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|aler'
      'ts|notifications?|notices|solicitations?|contact(?! info| number| details| information| pe'
      'rson)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|out'
      'reach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))'
      '*))(?= ,|$)(?: \w+)?)|(?:keep (?:it|this|that) up and(?: \w+){1,8}|give it up already|^stf'
      'u(?= ,|$)|^(?:yes |yeah |yep |ok )?(?:, )?i want (?:this |these |it |them |you )?to (?:sto'
      'p|end)(?= ,|$))|(?:no (?:reason|need|point)(?: for you)?(?: to| in)? (?:keep|keeping|conti'
      'nue|continuing)(?: on| to)? (?:(?:text|texts|texting|messages?|messaging|calls?|calling|co'
      'ntacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass'
      '|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting'
      '|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocal'
      'l|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me u'
      'p|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|ho'
      'unding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)'
      ')(?: (?:me|us))?)|(?:(?:way|how)(?: for \w+)? to not (?:get|receive|have|see)(?: any)?(?: '
      'of)? (?:this|these|them|your|(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?'
      '|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsle'
      'tters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| info'
      'rmation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corresp'
      'ondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sa'
      'les calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|pho'
      'ne calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotion'
      's?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| deta'
      'ils| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbag'
      'e|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|mar'
      'keting|sales calls))*))|(?:clicked|tried|used|hit|pressed)(?: \w+){0,3} (?:unsubscribe|opt'
      ' out)(?! \w* ?(?:by|on) (?:mistake|accident))(?: \w+){0,2})|(?:still (?:receiving|getting)'
      '(?: (?:your|these|those|the|all|more))+ (?:(?:(?:texts?|text messages?|messages?|sms|calls'
      '?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|prom'
      'otions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number|'
      ' details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|g'
      'arbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertisin'
      'g|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|'
      'sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|pro'
      'mos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info'
      '| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsen'
      'se|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|a'
      'dvertising|marketing|sales calls))*))(?! (?:from|about) (?:the|my) (?:bank|lender|county|h'
      'oa)))|(?:(?:texted|replied|sent|typed|said) (?:you )?(?:stop|unsubscribe) (?:yesterday|ear'
      'lier|before|this (?:morning|week|month)|and (?:got|am|i am|i got|it|nothing|still|you|yet)'
      ')(?: \w+){0,3})|(?:(?:i )?(?:did not|never) (?:sign up|signed up|subscribe|subscribed|opt '
      'in|opted in)(?= ,|$))|(?:why (?:do|are|would|must) (?:you|y all|yall)(?: still| always| ev'
      'en)? (?:keep|insist on|continue|continuing|still)(?: on| to)? (?:(?:text|texts|texting|mes'
      'sages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spa'
      'm|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|teleph'
      'one|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy'
      '|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up'
      '|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|d'
      'isturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|'
      'reply|replying|respond|responding)|sending)(?= ,|$| me| us| after| when| my))|(?:(?:no lon'
      'ger) (?:wish|want|care|need) to (?:receive|get|be on|hear)(?: \w+){0,6}?(?= ,|$))|(?:not w'
      'ant (?:you|anyone|y all|them) to (?:have|keep|use|know) (?:it|my (?:\w+ )?(?:number|info|i'
      'nformation|cell|phone|email|address))(?= ,|$)|want (?:off|out|off of|out of) (?:of )?(?:th'
      'is|it|here|the list)(?= ,|$))|(?:not want (?:anything|any \w+|things|stuff|more)(?: \w+){0'
      ',4}? sent (?:to me|here|to us)|(?:number|info|you) (?:, )?(?:so )?please (?:erase|delete|r'
      'emove)(?= ,|$)|my number (?:, )?(?:and )?(?:take|get) it (?:out|off|down)(?= ,|$))|(?:(?:r'
      'ather|wish|prefer|hope) you (?:lost|forgot|deleted|removed|erased) (?:my|our|this)(?: \w+)'
      '?|cancel (?:my|this) (?:phone )?(?:number|contact)(?= ,|$))|(?:(?:asks|requests|wishes|wan'
      'ts|asking|requesting) (?:to be|not to be|being) (?:(?:removed|deleted|erased|scrubbed|drop'
      'ped|struck|purged|taken (?:off|out|down)|unsubscribed|opted out)|(?:contacted|called|texte'
      'd|messaged|emailed|solicited|bothered|harassed|mailed|reached)|left alone)(?! (?:from |off'
      ' )?(?:the|my) (?:deed|title|loan|mortgage|lease))(?: \w+){0,4})|(?:(?:about|for) (?:being|'
      'getting) (?:removed|taken off|deleted|unsubscribed)(?! (?:from |off )?(?:the|my) (?:deed|t'
      'itle|loan|mortgage|lease))(?: \w+){0,3})|(?:not (?:disturb|trouble|bother|pester|annoy|ups'
      'et|harass) (?:an?|this|these|the) (?:\w+ )?(?:old|poor|elderly|sick|busy|widow|lady|man|wo'
      'man|people|person|senior|family|household|home)(?: \w+){0,3})|(?:(?:please|and) (?:do not|'
      'stop|never) (?:(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacti'
      'ng|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|b'
      'ugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|re'
      'ach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|te'
      'lemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowin'
      'g up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|vis'
      'iting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)) (?:her|him|the'
      'm)(?: again| any more| ever)?$|that you not (?:text|texts|texting|messages?|messaging|call'
      's?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bot'
      'hering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solic'
      'it|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pest'
      'ering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up'
      '|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pin'
      'ging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respon'
      'd|responding) (?:her|him|them|me|us)(?: \w+)?)|(?:(?:leave|let) (?:to )?(?:me|us) (?:in )?'
      '(?:quiet|calm|tranquil|tranquility)(?= ,|$)|finish (?:to send|sending|receiving|with (?:th'
      'is|these|the|your) (?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls'
      '?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|ale'
      'rts|notifications?|notices|solicitations?|contact(?! info| number| details| information| p'
      'erson)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|ou'
      'treach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)'
      '(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|'
      'robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newslet'
      'ters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| infor'
      'mation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspo'
      'ndence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sal'
      'es calls))*))(?: \w+){0,2}|^no (?:want (?:, )?)?no send(?:ing)?(?= ,|$)|^no send(?= ,|$))|'
      '(?:not (?:make|push|do|give|put|throw)(?: me)? (?:the |any |more )?(?:spam|messages?|sms|a'
      'dvertising)(?: (?:to|on|for|in) (?:me|us|my \w+|this \w+))?(?= ,|$)|not spam(?: to| on)? ('
      '?:me|us|my \w+|this \w+))|(?:(?:possible|way|able)(?: for (?:me|us|my number))? to (?:be|g'
      'et) (?:(?:removed|deleted|erased|scrubbed|dropped|struck|purged|taken (?:off|out|down)|uns'
      'ubscribed|opted out))(?: from \w+)?(?= ,|$)|(?:this|that|let this)(?: \w+)? be (?:your|the'
      '|our) (?:final|last) (?:contact|message|text|call|attempt|communication)(?= ,|$))|(?:(?:^|'
      '(?<=, |and |but ))(?:texts|texting|calls|calling|emails|messages) (?:are|is) not(?: ok| ok'
      'ay| fine| good| welcome| allowed| cool| acceptable)?(?= ,|$)|^not by (?:phone|text|email|s'
      'ms|mail)(?= ,|$))|(?:(?<=(?:up|now|bye|goodbye|phone|away) )do not (?:text|texts|texting|m'
      'essages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|s'
      'pam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|tele'
      'phone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|ann'
      'oy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit '
      'up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb'
      '|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking t'
      'o|reply|replying|respond|responding) back(?= ,|$))|(?:(?:do not|please not|not to|no longe'
      'r|stop and do not|(?:^|(?<=please |and |just |to |, |that you |or |about you |again ))neve'
      'r)(?: (?:ever|you|be|dare|even|want you to|try to|please|bother to|think of|again|any of y'
      'ou))* (?:(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|ema'
      'ils?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging'
      '|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach ou'
      't|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemark'
      'eting|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|c'
      'ommunicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|'
      'stalk|stalking|talk to|talking to|reply|replying|respond|responding)(?:(?: ,| or| nor| and'
      ')+ (?:to )?(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|e'
      'mails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|buggi'
      'ng|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach '
      'out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telema'
      'rketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up'
      '|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visitin'
      'g|stalk|stalking|talk to|talking to|reply|replying|respond|responding))*)(?: to| with| on|'
      ' at| back)? (?:(?:me|us|myself|my (?:(?:cell|personal|mobile|private|poor|elderly|damn|fuc'
      'king) )?(?:phone|number|cell|line|mobile|inbox|email|address|(?:wife|husband|mother|mom|mu'
      'm|father|dad|son|daughter|parents|kids|sister|brother|grandma|grandmother|grandpa|family|h'
      'ouse|home|office|work|landline))(?: number| phone)?|mine|this (?:(?:cell|phone|mobile) )?('
      '?:number|phone|line|address|email|account|cell|person|house)|here|any more|again|at all|ev'
      'er|it again|him any more|her any more|him again|her again))(?! (?:the|a|an) (?!same|damn|f'
      'uck)\w+)(?! (?:\w+ ){0,2}?(?:(?:before|(?!(?:after (?:all|(?:this|that|today|tonight|now)('
      '?: (?:texts?|messages?|calls?|emails?|one|point|conversation))?(?= ,|$))))after|until|till'
      '|til|between|while|yet|later|unless|(?<!after )(?:today|tonight|now)|tomorrow|right now|at'
      ' (?:work|night|home|this (?:time|hour|number))|during|on (?:the )?(?:mon|tues|wednes|thurs'
      '|fri|satur|sun|week)\w*|this (?:morning|afternoon|evening|week|weekend|early|late|month)|('
      '?:so|too|that) (?:early|late)|first|if|in the (?:morning|evening|afternoon|middle)|when|pa'
      'st|late|early|next week|back until))(?: |$)))|(?:(?:^|(?<=please |and |just |, |hey |so |n'
      'umber |ok |but ))(?:do not|never)(?: ever| please)* (?:(?:text|texts|texting|messages?|mes'
      'saging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming'
      '|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|teleph'
      'oning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|'
      'pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting u'
      'p|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|'
      'dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|repl'
      'ying|respond|responding)(?:(?: ,| or| nor| and)+ (?:to )?(?:text|texts|texting|messages?|m'
      'essaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spammi'
      'ng|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|tele'
      'phoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoyin'
      'g|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting'
      ' up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbin'
      'g|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|re'
      'plying|respond|responding))*)(?: (?:please|again|any more|thanks|thank you|ever|period|bac'
      'k|dear|sir))*(?= ,|$| (?:just |only |please )*(?:text|call|email|message) (?:me|us)(?: |$)'
      '| (?:just|i|because|we) (?!(?:am|are) (?:at|in|on|driving|busy|sleeping|working))))|(?:(?:'
      'do not|never|stop)(?: ever| please)? (?:send|sending|give|forward|mail|shoot|leave)(?: me|'
      ' us| my \w+| this \w+| out)?(?: any| more| any more| another| these| this| your| further| '
      'the| a)* (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|email'
      's?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|not'
      'ifications?|notices|solicitations?|contact(?! info| number| details| information| person)|'
      'communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|'
      'pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: '
      ',)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocal'
      'ls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|a'
      'lerts|notifications?|notices|solicitations?|contact(?! info| number| details| information|'
      ' person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|'
      'outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales call'
      's))*)|any more|anything|again|these))|(?:(?:do|does|did|would) (?:not|rather not)(?: ever|'
      ' really)? (?:wish|want|care|need|like|consent|agree|appreciate|permit|authori[sz]e|give yo'
      'u permission|approve)(?: (?:to|for|you|be|receive|receiving|get|getting|have|having|see|an'
      'y|more|any more|further|these|those|your|the|all|of|such|from|anything|in|a|being|sending|'
      'me|us|fucking|damn|stupid))* (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone cal'
      'ls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|new'
      'sletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| i'
      'nformation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corr'
      'espondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing'
      '|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|'
      'phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promot'
      'ions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| d'
      'etails| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|gar'
      'bage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|'
      'marketing|sales calls))*)|(?:text|texts|texting|messages?|messaging|calls?|calling|contact'
      's?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|hara'
      'ssing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|soli'
      'citation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|rob'
      'ocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blo'
      'w up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|houndin'
      'g|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)|(?:c'
      'ontacted|called|texted|messaged|emailed|solicited|bothered|harassed|mailed|reached)|any mo'
      're from you|on (?:your|this|the|any) (?:\w+ )?(?:(?:list|lists|database|records|system|fil'
      'es|rolodex|contacts|rotation|mailer|mailing list|call list|calling list|contact list|phone'
      ' list|text list|marketing list|mailings|newsletter|outreach|campaigns?|directory|dialer|cr'
      'm|drip|texts|texting|messages|program|sequence))|hear from you)(?! (?:\w+ ){0,2}?(?:(?:bef'
      'ore|(?!(?:after (?:all|(?:this|that|today|tonight|now)(?: (?:texts?|messages?|calls?|email'
      's?|one|point|conversation))?(?= ,|$))))after|until|till|til|between|while|yet|later|unless'
      '|(?<!after )(?:today|tonight|now)|tomorrow|right now|at (?:work|night|home|this (?:time|ho'
      'ur|number))|during|on (?:the )?(?:mon|tues|wednes|thurs|fri|satur|sun|week)\w*|this (?:mor'
      'ning|afternoon|evening|week|weekend|early|late|month)|(?:so|too|that) (?:early|late)|first'
      '|if|in the (?:morning|evening|afternoon|middle)|when|past|late|early|next week|back until)'
      ')(?: |$)))|(?:(?:no longer|never)(?: ever)? (?:wish|want|care|need|consent|agree)(?: (?:to'
      '|for|you|be|receive|get|any|more|further|these|your|the|all|of|such|from))*(?: (?:(?:(?:te'
      'xts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|'
      'mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|'
      'solicitations?|contact(?! info| number| details| information| person)|communications?|stuf'
      'f|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campai'
      'gns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor'
      '))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|m'
      'ailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?'
      '|notices|solicitations?|contact(?! info| number| details| information| person)|communicati'
      'ons?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitch'
      'es|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|(?:text|texts|'
      'texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mail'
      'ing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|pho'
      'ning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|wr'
      'iting|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|adverti'
      'sing|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicatin'
      'g|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|'
      'talking to|reply|replying|respond|responding)|(?:contacted|called|texted|messaged|emailed|'
      'solicited|bothered|harassed|mailed|reached)|hear from you|these|this|on \w+ list)))|(?:(?:'
      'do not|never|no longer) (?:want|wish|need|care)(?: to)? (?:(?:receive|get|see) (?:these|th'
      'is|them|those|anything|any more|your)|hear(?: anything| any more| any)? from|hear from (?:'
      'you|any of you)|hear it)(?: \w+)?)|(?:(?:^|(?<=please |just |ok |and |, |but |thanks |than'
      'k you ))no more(?: of (?:this|these|it|that)|(?: (?:please|just|kindly|now|already|immedia'
      'tely|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|right now|sir'
      '|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|bu'
      't|well|look|listen|again|i said|i mean it|for the last time|seriously)| (?:dear|sir|maam|m'
      'adam|friend|buddy|pal|honey|hun|man|bro|dude|people|folks|guys|sweetie|mister|miss|fam)))*'
      '(?= ,|$))|(?:no (?:more|further|additional)(?: of)?(?: these| your| this| the| unsolicited'
      '| stupid| fucking)* (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|roboc'
      'alls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?'
      '|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| informatio'
      'n| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondenc'
      'e|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales ca'
      'lls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone cal'
      'ls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|new'
      'sletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| i'
      'nformation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corr'
      'espondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing'
      '|sales calls))*)|this|these|(?:text|texts|texting|messages?|messaging|calls?|calling|conta'
      'cts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|ha'
      'rassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|so'
      'licitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|r'
      'obocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|b'
      'low up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hound'
      'ing|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding))(?'
      ': please)?)|(?:(?:^|(?<=please |, ))no (?:texts?|sms|texting|calls?|calling|messages?|mess'
      'aging|emails?|emailing|spam|soliciting|solicitations?|solicitors|contact)(?:(?:(?: or| and'
      ')(?: no)?|(?: ,)? no) (?:texts?|sms|calls?|messages?|emails?))*(?: please| thanks| thank y'
      'ou| any more| ever| period)*(?= ,|$))|(?:if you(?: ever)? (?:text|texts|texting|messages?|'
      'messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamm'
      'ing|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|tel'
      'ephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoyi'
      'ng|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hittin'
      'g up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbi'
      'ng|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|r'
      'eplying|respond|responding)(?: me| us| this number| here)?(?: again| any more| one more))|'
      '(?:if you (?:(?:do not|will not) (?:stop|quit|leave|remove|take)|(?:keep|continue)(?: on)?'
      ' (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|ema'
      'iling|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ri'
      'nging|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reachi'
      'ng out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|ma'
      'rketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communica'
      'te|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|st'
      'alking|talk to|talking to|reply|replying|respond|responding))(?: \w+){0,3})|(?:(?:not|neve'
      'r|no longer)(?: (?:ever|please|be|bother|try|to|even|dare|have to|need to|(?:(?:text|texts'
      '|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mai'
      'ling|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|ph'
      'oning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|w'
      'riting|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advert'
      'ising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicati'
      'ng|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to'
      '|talking to|reply|replying|respond|responding)(?:(?: ,| or| nor| and)+ (?:to )?(?:text|tex'
      'ts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|m'
      'ailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|'
      'phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write'
      '|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|adve'
      'rtising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communica'
      'ting|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk '
      'to|talking to|reply|replying|respond|responding))*)))*? (?:(?:(?:text|texts|texting|messag'
      'es?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|s'
      'pamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone'
      '|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|an'
      'noying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hi'
      'tting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|dist'
      'urbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|rep'
      'ly|replying|respond|responding)|ask|asking|trouble|troubling|hassle|hassling|badger|badger'
      'ing|follow up|following up|approach|approaching|pursue|inquire|inquiring|come back|coming '
      'back|come|check in|checking in|knock|show up))(?: (?!not|but|and|then|if|him|her|them|the|'
      'at \d|during|before|while)\w+){0,5}? (?:(?:again|any more|ever|ever again|further|any furt'
      'her|in (?:the )?future|going forward|from now on|at all)))|(?:(?:not|never)(?: \w+)? bothe'
      'r(?: \w+)? (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|e'
      'mails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|buggi'
      'ng|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach '
      'out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telema'
      'rketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up'
      '|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visitin'
      'g|stalk|stalking|talk to|talking to|reply|replying|respond|responding)(?: \w+)?)|(?:(?:rat'
      'her|prefer|appreciate it|grateful|appreciated|wish|happy|glad|kind|better)(?: it)?(?: if| '
      'that)? you(?: would| could| did| do| to)? not (?:text|texts|texting|messages?|messaging|ca'
      'lls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|b'
      'othering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|sol'
      'icit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pe'
      'stering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me '
      'up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|p'
      'inging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|resp'
      'ond|responding)(?: \w+){0,2})|(?:(?:stop|quit|cease) (?:asking|inquiring|begging|pressurin'
      'g|pushing|nagging|trying to (?:buy|sell|reach|get|call|contact|convince|purchase))(?! for '
      '| less| so low)(?: \w+){0,3})|(?:(?:prefer|rather|like|want|wish|choose|care|appreciate)(?'
      ': (?:to|it|if|you|i|we|would|you would))* not(?: \w+){0,2}? (?:get|getting|receive|receivi'
      'ng|hear|hearing|see|be|have)(?: (?:any|more|any more|such|of))* (?:these|this|those|it|fro'
      'm you|anything|(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|em'
      'ails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|'
      'notifications?|notices|solicitations?|contact(?! info| number| details| information| perso'
      'n)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outrea'
      'ch|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:('
      '?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robo'
      'calls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters'
      '?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| informati'
      'on| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corresponden'
      'ce|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales c'
      'alls))*)|(?:contacted|called|texted|messaged|emailed|solicited|bothered|harassed|mailed|re'
      'ached)|on (?:your|this|the) (?:\w+ )?(?:(?:list|lists|database|records|system|files|rolode'
      'x|contacts|rotation|mailer|mailing list|call list|calling list|contact list|phone list|tex'
      't list|marketing list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|te'
      'xts|texting|messages|program|sequence)))(?: \w+){0,2})|(?:(?:not|never)(?: ever)? (?:use|k'
      'eep|store|save|dial)(?: to)? (?:my (?:number|phone|info|information|data|details|cell|emai'
      'l|contact)|this (?:number|phone|email|address|line)|it again)(?: (?:again|for \w+|any more'
      '|ever))?(?= ,|$))|(?:no (?:contact|call|solicit\w*|soliciting|solicitation|text|marketing)'
      ' (?:policy|order|rule|list|request))|(?:no further(?: \w+)? (?:(?:(?:texts?|text messages?'
      '|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|sp'
      'am|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|cont'
      'act(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|'
      'shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advert'
      'isements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text '
      'messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|l'
      'etters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitati'
      'ons?|contact(?! info| number| details| information| person)|communications?|stuff|crap|bul'
      'lshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updat'
      'es|advertisements?|advertising|marketing|sales calls))*)|(?:text|texts|texting|messages?|m'
      'essaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spammi'
      'ng|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|tele'
      'phoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoyin'
      'g|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting'
      ' up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbin'
      'g|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|re'
      'plying|respond|responding)))|(?:no (?:need|reason|point)(?: in| for you)?(?: to)? (?:(?:te'
      'xt|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|'
      'mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|'
      'phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out'
      '|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketin'
      'g|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|com'
      'municating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking'
      '|talk to|talking to|reply|replying|respond|responding)(?:(?: ,| or| nor| and)+ (?:to )?(?:'
      'text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailin'
      'g|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringin'
      'g|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching o'
      'ut|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|market'
      'ing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|c'
      'ommunicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalki'
      'ng|talk to|talking to|reply|replying|respond|responding))*)(?: (?:me|us|back|to))* (?:(?:a'
      'gain|any more|ever|ever again|further|any further|in (?:the )?future|going forward|from no'
      'w on|at all)))|(?:(?:this|that|it|let this|make this)(?: \w+){0,2}? (?:be|is|was) (?:the|y'
      'our) last (?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?'
      '|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notif'
      'ications?|notices|solicitations?|contact(?! info| number| details| information| person)|co'
      'mmunications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pi'
      'tch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)|time (?:'
      'you (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|'
      'emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring'
      '|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|rea'
      'ching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing'
      '|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|commun'
      'icate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk'
      '|stalking|talk to|talking to|reply|replying|respond|responding)|(?:i|we) (?:hear|get)))(?!'
      ' i)(?: \w+){0,3})|(?:(?:this|these|those|they|it|your(?: \w+)?|(?:(?:texts?|text messages?'
      '|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|sp'
      'am|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|cont'
      'act(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|'
      'shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advert'
      'isements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text '
      'messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|l'
      'etters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitati'
      'ons?|contact(?! info| number| details| information| person)|communications?|stuff|crap|bul'
      'lshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updat'
      'es|advertisements?|advertising|marketing|sales calls))*))(?: \w+)? (?:is|are) (?:unwanted|'
      'not wanted|not welcome|unwelcome|unsolicited and unwanted)(?: \w+)?)|(?:(?:do|does|will|ca'
      'n) not (?:accept|take|welcome|want|do|respond to|allow|permit)(?: any| these| your| kind| '
      'kinds| type| types| of| such| unsolicited| cold| sales| marketing)* (?:solicitations?|soli'
      'citing|solicitors|telemarketers|(?:sales|cold|marketing|unsolicited|solicitation) (?:calls'
      '?|texts?|emails?|messages?))(?: \w+){0,3})|(?:not (?:accepting|taking|open to)(?: any)? (?'
      ':solicitations?|solicitors|sales calls)|(?:on|in) (?:the )?dnc)|(?:(?:your|my) (?:last|fin'
      'al) warning|^(?:last|final) warning|\d+ per (?:text|call|message|violation)|preserve (?:al'
      'l |your |any )*(?:records|evidence|documents|logs)|^(?:i will )?see you in court|(?:on|to|'
      'in) (?:my|the|our) block(?:ed)? list)|(?:(?:so|please|kindly) (?:please |just |kindly )*qu'
      'it(?= ,|$))|(?:(?:sent|replied|texted|typed|said|wrote|responded|answered|messaged|put)(?:'
      ' back| you| with)? (?:(?:stop|unsubscribe|quit)(?= to (?!by|come))|(?:stop|unsubscribe|qui'
      't|no)(?= (?:\d|like|already|twice|three|four|five|several|many|every|each|multiple|times|l'
      'ast|days|weeks|before))))|(?:(?:left|leave|be|remain|live)(?: \w+){0,2} in peace|consider '
      '(?:this|the|our) (?:\w+ )?(?:closed|over|finished|done))|(?:(?:please|kindly|must|now|and|'
      'immediately|hereby) (?:cease|desist)(?= ,|$)|(?:cease|desist|stop) (?:at once|immediately|'
      'right now|this instant))|(?:(?:delete|erase|remove|purge|destroy|wipe|deletion of|removal '
      'of)(?: all| any| every)?(?: of)? (?:my|our)(?: \w+)? (?:data|information|info|details|reco'
      'rds?)|(?:record|trace)s? of (?:me|us)|right to be forgotten|(?:ccpa|gdpr) (?:request|delet'
      'ion|opt out)|under (?:the )?(?:ccpa|gdpr))|(?:not (?:text|call|dial|ring) it(?= ,|$)|leave'
      ' (?:her|him|them) (?:alone|be)(?= ,|$| please)(?! , (?:talk|call|text|deal|just)))|(?:(?:('
      '?:^|(?<=, |argh |ugh |omg ))enough of (?:this|these|your|you)(?: (?:(?:texts?|text message'
      's?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|'
      'spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|co'
      'ntact(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|b'
      's|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|adve'
      'rtisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|tex'
      't messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?'
      '|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicita'
      'tions?|contact(?! info| number| details| information| person)|communications?|stuff|crap|b'
      'ullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|upd'
      'ates|advertisements?|advertising|marketing|sales calls))*)| crap)?|(?<=argh |ugh )enough)('
      '?: (?:bye|please|now|already))*(?= ,|$)|had (?:it|enough)(?: (?:with|of) (?:you|your|these'
      '|this)(?: (?:people|(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocall'
      's?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|al'
      'erts|notifications?|notices|solicitations?|contact(?! info| number| details| information| '
      'person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|o'
      'utreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls'
      ')(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?'
      '|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsle'
      'tters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| info'
      'rmation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corresp'
      'ondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sa'
      'les calls))*)))?)?(?: (?:bye|now|already|please))?(?= ,|$))|(?:(?:tired|sick|fed up|weary)'
      '(?: and tired)? (?:of|with) (?:this|you)(?= ,|$| (?:text|texts|texting|messages?|messaging'
      '|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bothe'
      'r|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|'
      'solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester'
      '|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit '
      'me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|pin'
      'g|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|r'
      'espond|responding)))|(?:(?:this|it) (?:is|feels like|is like|amounts to) (?:pure |basicall'
      'y )?(?:stalking|an invasion)|(?:reported|marked|flagged)(?: \w+)? as (?:spam|junk))|(?:tak'
      'e (?:your|this|that|the) (?:\w+ )?(?:and|n) (?:shove|stick|stuff)(?: it)?|take (?:your|the'
      'se|this) (?:\w+) elsewhere)|(?:(?:find|pick|get|choose|bug|bother) (?:another|a different|'
      'a new) (?:sucker|victim|target|mark|fool|idiot|house|number|person|family)(?= ,|$| to)|^(?'
      ':(?:please|just|kindly|now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|for'
      'ever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|th'
      'en|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for th'
      'e last time|seriously) )*(?:go )?(?:pick on|talk to|pester|bother|annoy|harass|bug) (?:som'
      'eone|somebody|anyone|some one) else(?= , not| ,|$))|(?:not(?: going to)? (?:tell|ask|say|w'
      'arn|repeat)(?: you| it| this| myself| that)* (?:again|twice)|make me (?:tell|ask|say|warn|'
      'repeat)(?: you| it| this| myself)* again)|(?:(?:block|blocking|blocked) (?:every|all|each|'
      'any)(?: \w+){0,2}? (?:numbers?|phones?|texts?|one of you)|stop using (?:new|different|othe'
      'r|fake) numbers|waste (?:your|any) (?:time|breath)(?= ,|$| on me| with me| texting| callin'
      'g))|(?:(?:no|any) (?:further|more|other|additional) attempts?)|(?:^(?:just |please )*stay '
      '(?:the hell )?away(?= ,|$)|(?:keep|stay) (?:the hell |far )?away from (?:me|us|my (?!dog|p'
      'ool|house|tenants)\w+))|(?:not (?:ever )?come (?:back|around|here|by|near|to my)(?: \w+){0'
      ',3}? (?:again|any more|no more|ever)|not ever come back)|(?:(?:i|we) (?:get|receive|hear) '
      'no more(?: of (?:this|these)| from you)?(?= ,|$)|see (?:to it )?that (?:it|this|these|they'
      ') stops?|confirm (?:my )?(?:removal|opt out|unsubscrib\w+)(?! of))|(?:(?:no longer|not) (?'
      ':wish|want|care) to (?:receive|get)(?= ,|$)|(?:why|how come|why am i|why are we|not sure w'
      'hy)(?: \w+){0,3}? still on (?:here|this|your|the \w*))|(?:(?:any|all) (?:further|future|ad'
      'ditional|subsequent) (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robo'
      'calls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters'
      '?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| informati'
      'on| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corresponden'
      'ce|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales c'
      'alls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone ca'
      'lls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|ne'
      'wsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| '
      'information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|cor'
      'respondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketin'
      'g|sales calls))*)|(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|conta'
      'cting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bu'
      'g|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation'
      '|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling'
      '|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blo'
      'wing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|'
      'visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding))(?: \w+){0,6'
      '}? (?:will|shall|must|constitutes?|is|are|may)(?: be)? (?!welcome|answered|sent|great|fine'
      '|ok|good|appreciated|at|in|on|by)\w+)|(?:(?:end|cease|terminate|discontinue)(?: all| any| '
      'this| our| your)+ (?:contact|communications?|conversation|outreach|correspondence)(?= ,|$)'
      ')|(?:^dnc(?: please| list| thanks| me)*$)|(?:(?:revocation|withdrawal) of(?: my| all| any|'
      ' prior| express)* consent(?: \w+){0,4}|(?:opt out|unsubscribe|removal|stop|dnc|do not call'
      '|do not contact) (?:request|notice|notification))|(?:(?:did not|never|not|no one|have not|'
      'had not)(?: \w+)? (?:sign up|signed up|subscribe|subscribed|opt in|opted in|opt into|regis'
      'ter|registered|enroll|enrolled|ask|asked|request|requested|agree|agreed|consent|consented|'
      'authori[sz]ed?)(?: for| to| receive| get| be on)*(?: (?:this|these|that|it)(?= ,|$)|(?: th'
      'is| these| your| any| the)* (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone call'
      's?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|news'
      'letters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| in'
      'formation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corre'
      'spondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|'
      'sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|p'
      'hone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promoti'
      'ons?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| de'
      'tails| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garb'
      'age|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|m'
      'arketing|sales calls))*)|(?:list|lists|database|records|system|files|rolodex|contacts|rota'
      'tion|mailer|mailing list|call list|calling list|contact list|phone list|text list|marketin'
      'g list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|mes'
      'sages|program|sequence))(?: \w+)?))|(?:forget (?:you|about|that you|i|we)(?: \w+){0,3}? (?'
      ':number|me|us|exist|contact|phone))|(?:^stop(?= (?:(?:now |it |this )?or (?:else|i|we|my)|'
      'i|we|wrong|not|no|do not|never|please|this (?:is not|number)|my name)(?: |$))(?!.*(?:lol|h'
      'aha|laugh)))|(?:(?:done with|done getting|done receiving|(?:tired|sick|fed up|had enough|a'
      'nnoyed)(?: with| of| and tired| by)+)(?: (?:getting|receiving|having|being|hearing from))*'
      ' (?:(?:these|this|your|all these|all this|your stupid|the constant) (?:(?:(?:texts?|text m'
      'essages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|le'
      'tters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitatio'
      'ns?|contact(?! info| number| details| information| person)|communications?|stuff|crap|bull'
      'shit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|update'
      's|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:text'
      's?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|ma'
      'ilers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|so'
      'licitations?|contact(?! info| number| details| information| person)|communications?|stuff|'
      'crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaign'
      's?|updates|advertisements?|advertising|marketing|sales calls))*))|(?:contacted|called|text'
      'ed|messaged|emailed|solicited|bothered|harassed|mailed|reached)(?: by you)?|you (?:text|te'
      'xts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|'
      'mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone'
      '|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|writ'
      'e|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|adv'
      'ertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communic'
      'ating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk'
      ' to|talking to|reply|replying|respond|responding) me))|(?:(?:will|going to|am|are)(?: \w+)'
      '? (?:call|calling|contact|contacting|notify|notifying) (?:the )?(?:police|cops|fcc|ftc|att'
      'orney general))|(?:^(?:(?:please|just|kindly|now|already|immediately|today|thanks|thank yo'
      'u|thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucking'
      '|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i'
      ' said|i mean it|for the last time|seriously) )*(?:i am |we are )?(?:so )?done (?:with (?:y'
      'ou|this|it|all this|all of this|these)|talking)(?: to you| guys)?(?= ,|$))|(?:^(?:please |'
      'just |now |so |then )*(?:take|get) (?:it|this|me|us) off(?= ,|$| please| now| thanks))|(?:'
      '(?:can|could|would|will|should|must|may|ask that|ask|prefer|rather) (?:you|y all)(?: \w+)?'
      '? not(?: be)? (?:(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contac'
      'ting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug'
      '|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|'
      'reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|'
      'telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blow'
      'ing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|v'
      'isiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)(?:(?: ,| or| '
      'nor| and)+ (?:to )?(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|cont'
      'acting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|b'
      'ug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitatio'
      'n|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocallin'
      'g|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|bl'
      'owing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit'
      '|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding))*)(?= ,|$| '
      '(?:me|us|myself|my (?:(?:cell|personal|mobile|private|poor|elderly|damn|fucking) )?(?:phon'
      'e|number|cell|line|mobile|inbox|email|address|(?:wife|husband|mother|mom|mum|father|dad|so'
      'n|daughter|parents|kids|sister|brother|grandma|grandmother|grandpa|family|house|home|offic'
      'e|work|landline))(?: number| phone)?|mine|this (?:(?:cell|phone|mobile) )?(?:number|phone|'
      'line|address|email|account|cell|person|house)|here|any more|again|at all|ever|it again|him'
      ' any more|her any more|him again|her again)| (?:again|any more|ever|ever again|further|any'
      ' further|in (?:the )?future|going forward|from now on|at all))|^(?:can|could|would|will) y'
      'ou(?: please)? not$)|(?:(?:not|no longer) interested in (?:receiving|getting|hearing|these'
      '|your|any more|any further)(?: \w+){0,2}? (?:(?:(?:texts?|text messages?|messages?|sms|cal'
      'ls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|pr'
      'omotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| numbe'
      'r| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk'
      '|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertis'
      'ing|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages'
      '?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|p'
      'romos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! in'
      'fo| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nons'
      'ense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?'
      '|advertising|marketing|sales calls))*)|from you|(?:text|texts|texting|messages?|messaging|'
      'calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother'
      '|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|s'
      'olicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|'
      'pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit m'
      'e up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping'
      '|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|re'
      'spond|responding)))|(?:(?:consent|permission)(?: to \w+| for \w+)? (?:is|has been|was|here'
      'by|is hereby) (?:withdrawn|revoked|rescinded|cancel\w+))|(?:(?:take (?:a|the)|(?<!i |we )g'
      'et the) hint)|(?:^(?:(?:please|just|kindly|now|already|immediately|today|thanks|thank you|'
      'thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|t'
      'y|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i s'
      'aid|i mean it|for the last time|seriously) |and )*(?:git|git lost|kick rocks|pound sand|be'
      'at it|scram|shoo|bite me|shove it|get bent|go away|go kick rocks|take a (?:long walk|flyin'
      'g leap)|(?:go )?jump (?:in|off) a \w+|mind your (?:own )?(?:business|damn business)|get a '
      'life|get a (?:real )?job|suck it|eat it|stick it|up yours|rot in hell)(?:(?: (?:(?:please|'
      'just|kindly|now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|perman'
      'ently|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|h'
      'i|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for the last time'
      '|seriously)|(?:dear|sir|maam|madam|friend|buddy|pal|honey|hun|man|bro|dude|people|folks|gu'
      'ys|sweetie|mister|miss|fam)|scammers?|creeps?|loser|jerk|spammers?|off a short pier))* ?)('
      '?= ,|$| and))|(?:kiss my (?:a|butt|behind|as|rear)|go fly a kite|go pound sand|stay the he'
      'll away|(?:leave|let) (?:me|us)(?: \w+){0,2} in peace)|(?:(?:stop|end|quit) (?:the|this|al'
      'l this) (?:madness|nonsense|insanity|bs|crap|bullshit|spam|harassment|noise))|(?:(?:^|(?<='
      ', |and |but ))(?:unwanted|unwelcome) (?:(?:(?:texts?|text messages?|messages?|sms|calls?|p'
      'hone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promoti'
      'ons?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| de'
      'tails| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garb'
      'age|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|m'
      'arketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms'
      '|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos'
      '?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| n'
      'umber| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|'
      'junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adve'
      'rtising|marketing|sales calls))*))|(?:(?:texts?|text messages?|messages?|sms|calls?|phone '
      'calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|'
      'newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details'
      '| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|c'
      'orrespondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|market'
      'ing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|call'
      's?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|pro'
      'motions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number'
      '| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|'
      'garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertisi'
      'ng|marketing|sales calls))*) not welcome|not welcome here)|(?:(?:block|blocked|blocking)(?'
      ': \w+){0,3}? (?:your|you|this|these)(?: other)? (?:numbers?|phones?|texts?))|(?:(?:mark|li'
      'st|flag|put|set|register|note|classify) (?:(?:me|us|my (?:full |home |cell |mobile |phone '
      '|email |contact |personal |own |whole )*(?:name|number|numbers|phone|cell|info|information'
      '|email|address|contact|contacts|details|data|family|line|records?|wife|husband|mother|mom|'
      'father|dad|house|property)|this (?:phone |cell |email |mobile )?(?:number|phone|email|cont'
      'act|line|address|cell|cellphone|mobile)|our (?:name|names|number|numbers|phone|info|inform'
      'ation|email|address|contact|data|details|house|property)))(?: down)?(?: as| on| to)? (?:a '
      ')?(?:do not (?:call|contact|text)|dnc|no contact|opted out|opt out))|(?:(?:no|zero) (?:des'
      'ire|wish|intention|interest|need)(?: to| in| of)* (?:hear|hearing|receive|receiving|get|ge'
      'tting|be|being|have|having)(?: \w+){0,2}? (?:from you|(?:(?:texts?|text messages?|messages'
      '?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|p'
      'romos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! in'
      'fo| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nons'
      'ense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?'
      '|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?'
      '|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|sp'
      'am|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|cont'
      'act(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|'
      'shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advert'
      'isements?|advertising|marketing|sales calls))*)|(?:contacted|called|texted|messaged|emaile'
      'd|solicited|bothered|harassed|mailed|reached))(?: \w+){0,2})|(?:you (?:do not|did not|neve'
      'r) (?:have|had|get|got) (?:my |our )?(?:consent|permission)(?: \w+){0,4}|i (?:do not|did n'
      'ot|never) (?:give|gave) (?:you )?(?:my |any )?(?:consent|permission)(?= ,|$))|(?:(?:how|wh'
      'at|where|is there|who)(?: \w+){0,7}? (?:get|be|become|being|getting) (?:(?:me |us )?(?:off'
      '|out)(?: of)? (?:this|these|those|your|whatever|the(?: \w+)? (?:(?:list|lists|database|rec'
      'ords|system|files|rolodex|contacts|rotation|mailer|mailing list|call list|calling list|con'
      'tact list|phone list|text list|marketing list|mailings|newsletter|outreach|campaigns?|dire'
      'ctory|dialer|crm|drip|texts|texting|messages|program|sequence)))|(?:removed|deleted|erased'
      '|scrubbed|dropped|struck|purged|taken (?:off|out|down)|unsubscribed|opted out))(?! (?:\w+ '
      '){0,2}?(?:house|deed|loan|mortgage|lease|contract|deal))(?: \w+){0,4})|(?:(?:(?:me|us|my ('
      '?:full |home |cell |mobile |phone |email |contact |personal |own |whole )*(?:name|number|n'
      'umbers|phone|cell|info|information|email|address|contact|contacts|details|data|family|line'
      '|records?|wife|husband|mother|mom|father|dad|house|property)|this (?:phone |cell |email |m'
      'obile )?(?:number|phone|email|contact|line|address|cell|cellphone|mobile)|our (?:name|name'
      's|number|numbers|phone|info|information|email|address|contact|data|details|house|property)'
      '))(?: \w+){0,2}? (?:be|is|are|get|gets|been|was|were|being) (?:(?:removed|deleted|erased|s'
      'crubbed|dropped|struck|purged|taken (?:off|out|down)|unsubscribed|opted out))(?! (?:from|o'
      'ff) the)(?: from \w+(?: \w+)?)?)|(?:(?:want|like|confirm|asked|see|know)(?: \w+){0,2}? (?:'
      'i|we) (?:am|are|was|have been|be|get) (?:(?:removed|deleted|erased|scrubbed|dropped|struck'
      '|purged|taken (?:off|out|down)|unsubscribed|opted out))(?: \w+){0,3})|(?:(?:stop|end|cance'
      'l|discontinue|terminate) (?:the|this|your) (?:service|program|subscription|campaign|drip))'
      '|(?:(?:stopall|stop all|seize all|cease all)(?: \w+){0,2})|(?:(?:(?:how|where|what)(?: (?:'
      'do|can|could|would|should|must|am|the|hell|fuck|heck|else))* (?:i|we|one|you|to)|is there|'
      'how to)(?: \w+){0,4}? (?:opt out|unsubscribe|(?:stop|end|cancel|turn off|block|prevent|avo'
      'id)(?: all| getting| receiving| the| you from)* (?:this|these|those|it|your|you|(?:(?:text'
      's?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|ma'
      'ilers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|so'
      'licitations?|contact(?! info| number| details| information| person)|communications?|stuff|'
      'crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaign'
      's?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))'
      '? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mai'
      'lings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|n'
      'otices|solicitations?|contact(?! info| number| details| information| person)|communication'
      's?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches'
      '|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*))(?: \w+){0,2}|ma'
      'ke (?:it|this|these|them|the (?:texts?|text messages?|messages?|sms|calls?|phone calls?|ro'
      'bocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newslette'
      'rs?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| informa'
      'tion| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspond'
      'ence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales'
      ' calls)|these (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails'
      '?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|noti'
      'fications?|notices|solicitations?|contact(?! info| number| details| information| person)|c'
      'ommunications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|p'
      'itch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)) stop))'
      '|(?:(?:request|requesting|requested|ask for|want|demand|demanding)(?: my| an?| immediate)*'
      ' removal(?! of (?:the|a|my))(?: \w+){0,4}|removal (?:please|from (?:your|this|the|all))(?:'
      ' \w+){0,2})|(?:(?:take|get|pull|took|keep|leave) (?:(?:me|us|my (?:full |home |cell |mobil'
      'e |phone |email |contact |personal |own |whole )*(?:name|number|numbers|phone|cell|info|in'
      'formation|email|address|contact|contacts|details|data|family|line|records?|wife|husband|mo'
      'ther|mom|father|dad|house|property)|this (?:phone |cell |email |mobile )?(?:number|phone|e'
      'mail|contact|line|address|cell|cellphone|mobile)|our (?:name|names|number|numbers|phone|in'
      'fo|information|email|address|contact|data|details|house|property))) (?:(?:off|out|off of|o'
      'ut of|from|of))(?: \w+){0,5}? (?:(?:list|lists|database|records|system|files|rolodex|conta'
      'cts|rotation|mailer|mailing list|call list|calling list|contact list|phone list|text list|'
      'marketing list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|tex'
      'ting|messages|program|sequence)))|(?:(?:take|get|pull|tak) (?:(?:me|us|my (?:full |home |c'
      'ell |mobile |phone |email |contact |personal |own |whole )*(?:name|number|numbers|phone|ce'
      'll|info|information|email|address|contact|contacts|details|data|family|line|records?|wife|'
      'husband|mother|mom|father|dad|house|property)|this (?:phone |cell |email |mobile )?(?:numb'
      'er|phone|email|contact|line|address|cell|cellphone|mobile)|our (?:name|names|number|number'
      's|phone|info|information|email|address|contact|data|details|house|property))) (?:off|out|o'
      'ff of here|off this|off of this|off your|off the|out of here|down from)(?: \w+)?)|(?:(?:re'
      'move|delete|drop|scrub|scratch|erase|strike|unlist|block|purge|exclude|clear|suppress|unen'
      'roll|deregister)(?: all)?(?: of)? (?:(?:me|us|my (?:full |home |cell |mobile |phone |email'
      ' |contact |personal |own |whole )*(?:name|number|numbers|phone|cell|info|information|email'
      '|address|contact|contacts|details|data|family|line|records?|wife|husband|mother|mom|father'
      '|dad|house|property)|this (?:phone |cell |email |mobile )?(?:number|phone|email|contact|li'
      'ne|address|cell|cellphone|mobile)|our (?:name|names|number|numbers|phone|info|information|'
      'email|address|contact|data|details|house|property)))(?= ,|$| (?:off|out|off of|out of|from'
      '|of)| please| now| immediately| thank| thanks| and| permanently| asap| right| of| already|'
      ' dear| thx)(?: (?:(?:off|out|off of|out of|from|of))(?: \w+){0,4}? (?:(?:list|lists|databa'
      'se|records|system|files|rolodex|contacts|rotation|mailer|mailing list|call list|calling li'
      'st|contact list|phone list|text list|marketing list|mailings|newsletter|outreach|campaigns'
      '?|directory|dialer|crm|drip|texts|texting|messages|program|sequence)))?)|(?:(?:remove|remo'
      'ved|taken off|deleted|struck|off|out)(?: from| of)* (?:your|this|ya|whatever|any|all|every'
      ')(?: \w+){0,2}? (?:(?:list|lists|database|records|system|files|rolodex|contacts|rotation|m'
      'ailer|mailing list|call list|calling list|contact list|phone list|text list|marketing list'
      '|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|'
      'program|sequence))(?: you have)?)|(?:(?:remove|delete|strike|take)(?: (?!the |a )\w+){1,6}'
      '? (?:from|off)(?: of)? (?:your|this|ya)(?: \w+)? (?:(?:list|lists|database|records|system|'
      'files|rolodex|contacts|rotation|mailer|mailing list|call list|calling list|contact list|ph'
      'one list|text list|marketing list|mailings|newsletter|outreach|campaigns?|directory|dialer'
      '|crm|drip|texts|texting|messages|program|sequence)))|(?:(?:want|get|be|please|i am|am)(?: '
      'to be)? (?:off|out|removed|taken off)(?: from| of)* (?:the|that)(?: \w+)? (?:(?:list|lists'
      '|database|records|system|files|rolodex|contacts|rotation|mailer|mailing list|call list|cal'
      'ling list|contact list|phone list|text list|marketing list|mailings|newsletter|outreach|ca'
      'mpaigns?|directory|dialer|crm|drip|texts|texting|messages|program|sequence)))|(?:(?:^|(?<='
      ', ))(?:(?:please|just|kindly|now|already|immediately|today|thanks|thank you|thx|ok|okay|as'
      'ap|forever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|tho'
      'ugh|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|'
      'for the last time|seriously) )*(?:take|remove|get|delete|cut)? ?(?:(?:me|us|my (?:full |ho'
      'me |cell |mobile |phone |email |contact |personal |own |whole )*(?:name|number|numbers|pho'
      'ne|cell|info|information|email|address|contact|contacts|details|data|family|line|records?|'
      'wife|husband|mother|mom|father|dad|house|property)|this (?:phone |cell |email |mobile )?(?'
      ':number|phone|email|contact|line|address|cell|cellphone|mobile)|our (?:name|names|number|n'
      'umbers|phone|info|information|email|address|contact|data|details|house|property)))? ?(?:of'
      'f|from|out of)(?: of| from)? (?:the |your |this |that |any |all )?(?:\w+ )?(?:(?:list|list'
      's|database|records|system|files|rolodex|contacts|rotation|mailer|mailing list|call list|ca'
      'lling list|contact list|phone list|text list|marketing list|mailings|newsletter|outreach|c'
      'ampaigns?|directory|dialer|crm|drip|texts|texting|messages|program|sequence)|these (?:(?:t'
      'exts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?'
      '|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices'
      '|solicitations?|contact(?! info| number| details| information| person)|communications?|stu'
      'ff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campa'
      'igns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|no'
      'r))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|'
      'mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications'
      '?|notices|solicitations?|contact(?! info| number| details| information| person)|communicat'
      'ions?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitc'
      'hes|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|this (?:texts'
      '?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mai'
      'lers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|sol'
      'icitations?|contact(?! info| number| details| information| person)|communications?|stuff|c'
      'rap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns'
      '?|updates|advertisements?|advertising|marketing|sales calls))(?: (?:please|just|kindly|now'
      '|already|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at once|a'
      'll|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope'
      '|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for the last time|seriously))*(?'
      '= ,|$))|(?:(?:take|get|remove|cut) (?:(?:me|us|my (?:full |home |cell |mobile |phone |emai'
      'l |contact |personal |own |whole )*(?:name|number|numbers|phone|cell|info|information|emai'
      'l|address|contact|contacts|details|data|family|line|records?|wife|husband|mother|mom|fathe'
      'r|dad|house|property)|this (?:phone |cell |email |mobile )?(?:number|phone|email|contact|l'
      'ine|address|cell|cellphone|mobile)|our (?:name|names|number|numbers|phone|info|information'
      '|email|address|contact|data|details|house|property))) (?:off|from|out)(?: of| from)* (?:th'
      'is|these|your|that)(?: \w+){0,2} (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone'
      ' calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?'
      '|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| detail'
      's| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|'
      'correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marke'
      'ting|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|cal'
      'ls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|pr'
      'omotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| numbe'
      'r| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk'
      '|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertis'
      'ing|marketing|sales calls))*)|thing|program|system|campaign))|(?:(?:put|place|add)(?: \w+)'
      '{0,3} (?:on|to) (?:your |the |a )?(?:internal )?(?:do not call|do not contact|dnc|no call|'
      'no contact)(?: list| registry)?)|(?:(?:(?:on|to) (?:the |a |your )?(?:national |federal |s'
      'tate )?|(?:^|(?<=, )))do not (?:call|contact|text|solicit)(?: list| registry| register)?(?'
      '= ,|$| and| for| since))|(?:(?:dnc|do not call) (?:list|registry))|(?:(?:lose|loose|forget'
      '|delete|block|erase|trash) (?:my|this|the|our) (?:number|phone|phone number|contact|digits'
      '|info|contact info|information)(?! (?:, )?(?:use|and use|i gave|it is|, here)))|(?:(?:unsu'
      'bscrib(?:e|ed|ing)|opt(?:ed|ing)?(?: me| us| my \w+| this \w+)? out|optout|optedout)(?: me'
      '| us)?(?: from(?: \w+){0,3})?(?! (?:newsletter|by mistake)))|(?:(?:revok\w*|withdraw\w*|re'
      'scind\w*|cancel\w*)(?: my| all| any| the| prior| express| written| and all)* (?:consent|pe'
      'rmission|authori[sz]ation|opt in)(?: \w+){0,6})|(?:(?:do not|never|did not|no)(?: have| gi'
      've| gave| get| got| had)?(?: you| anyone)?(?: my| any)? (?:consent|permission|authori[sz]a'
      'tion)(?: to| for)(?: be)? (?:(?:text|texts|texting|messages?|messaging|calls?|calling|cont'
      'acts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|h'
      'arassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|s'
      'olicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|'
      'robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|'
      'blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|houn'
      'ding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding))('
      '?: me)?)|(?:(?:leave|let) (?:me|us|my family|my wife|my husband|my mother|my mom|my dad|my'
      ' parents|this number)(?: \w+){0,2}? (?:alone|be(?= ,|$| please| now)))|(?:(?:^|(?<=please '
      '|just |and |, |now |so |fuck |bot |robot |scammers? |spammers? |creeps? |people ))go away('
      '?= ,|$| and| now| please))|(?:(?:fuck|piss|buzz|bugger|screw|sod|jog|bog|bug)(?: right| th'
      'e fuck)? off|back off(?= ,|$| now| please| or)|get lost(?! in)|get bent|cease and desist|f'
      'uck (?:you|yourself|yourselves|u)|go to hell|drop dead|go fuck \w+|screw you|eat shit|take'
      ' a hike|kiss my ass)|(?:(?:harass(?:ing|ed)? (?:me|us|my \w+)|(?:this|it|you|that) (?:is|a'
      're)(?: \w+){0,2} harass(?:ing|ment)|you are harassing)(?! free)(?: \w+)?)|(?:(?:(?:will|go'
      'ing to|i|am|be|to|have|and|we)(?: just| already| also| now| be)* )(?:report|reporting|repo'
      'rted|sue|suing)(?: all of)? (?:you|your|this (?:number|as|text|call|message)|u)(?: \w+)?)|'
      '(?:^(?:(?:this |your )?number (?:is )?|you are |you have been |you are being |getting |con'
      'sider yourself )?(?:blocked|blocking|reported|reporting|harassment)(?: and (?:blocked|repo'
      'rted|blocking|reporting))?(?= ,|$))|(?:(?:block|blocked|blocking)(?: all of)? (?:you|your '
      'number|this number|your \w+)(?: now)?)|(?:(?:next|one more|another|any more|any further|an'
      'y other|any future|any additional|further|future|more)(?: \w+)? ?(?:(?:texts?|text message'
      's?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|'
      'spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|co'
      'ntact(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|b'
      's|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|adve'
      'rtisements?|advertising|marketing|sales calls))(?: \w+){0,5}? (?:and|i|we|you|gets?|will|i'
      's|goes|constitutes?|are|means)(?: \w+){0,8}? (?:lawyer|attorney|sue|report\w*|block\w*|pol'
      'ice|ftc|fcc|legal|court|harassment|complaint|cops|violations?|tcpa|lawsuit|litigation|dama'
      'ges|fined?))|(?:(?:(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|cont'
      'acting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|b'
      'ug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitatio'
      'n|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocallin'
      'g|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|bl'
      'owing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit'
      '|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)) (?:me|us|t'
      'his number|here)(?: one more time| again| ever again| any more) (?:and|or)(?: \w+){0,8}? ('
      '?:lawyer|attorney|sue|report\w*|block\w*|police|ftc|fcc|legal|court|harassment|complaint|c'
      'ops|regret)))(?!\S)'
$function$;

CREATE OR REPLACE FUNCTION private.possible_wish_since (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS timestamp WITH time zone
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select min(x.at) from (
    select w.at
    from public.contact_points c
    join private.possible_wishes w on w.org_id = c.org_id and w.value_bidx = c.value_bidx
    where c.org_id = p_org_id and c.lead_id = p_lead_id
    union all
    select w.at from private.possible_wishes w where w.org_id = p_org_id and w.lead_id = p_lead_id) x
$function$;

CREATE OR REPLACE FUNCTION private.tg_replies__wish_read_by_a_person()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.record_opt_out(new.org_id, new.value_bidx, case new.channel when 'email' then 'email'
    else 'phone' end::public.contact_kind, new.channel, 'reply by ' || new.channel || ', read by a person',
    private.decrypt_value(new.text_cipher, private.org_key(new.org_id, new.key_id)), p_as_of => new.at);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_tasks__release_wishes()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  delete from private.possible_wishes w
  where w.org_id = new.org_id and (w.lead_id = new.lead_id or w.value_bidx in (
    select c.value_bidx from public.contact_points c where c.org_id = new.org_id and c.lead_id = new.lead_id
    union all
    select x.value_bidx from private.possible_wishes x where x.org_id = new.org_id and x.lead_id = new.lead_id));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.wishes_of_languages()
  RETURNS TABLE (
    language     text,
    first_letter integer,
    last_letter  integer,
    wishes       text,
    except_for   text
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  values
    ('Spanish', 0, 127,
      '(?<!\S)(?:(?:(?:ya )?no (?:me|nos) (?:vuelva[ns]? a |sigan? |este[ns]? )?(?:(?:llam|mand|e'
      'nvi|contact|text|molest|marqu|habl|busqu|busc|fastid|hostig|acos)(?!(?:o|a|aron|aste|aba|a'
      'ban|ado|an nadie)(?:\s|$))|escrib(?!(?:o|io|ieron|iste|e|ia|ian)(?:\s|$)))[a-z]*)|(?:(?:nu'
      'nca|jamas) (?:mas )?(?:me|nos) (?:vuelva[ns]? a )?(?:llam|mand|envi|escrib|contact|text|mo'
      'lest|marqu|habl)[a-z]*)|(?:no (?:se |me |nos )?(?:llam|mand|envi|escrib|contact|text|moles'
      't|marqu|habl|busqu|insist|comuni)[a-z]*(?: \w+){0,4}? (?:mas|nunca|jamas|otra vez|de nuevo'
      '))|(?:no (?:llam|mand|envi|escrib|contact|text|molest|marc|habl)(?:ar|er|ir)(?:me|nos))|(?'
      ':(?:ya )?no (?:mas )?(?:mas )?(?:textos|mensajes|llamadas|correos)(?= |$)|(?:no quiero|no '
      'deseo|prefiero|pido) que (?:se |me |nos |ya |no )*(?:comuni|contact|llam|escrib|mand|envi|'
      'text|molest)[a-z]*)|(?:(?:ya )?no se (?:comuni|contact|pong)[a-z]*(?: \w+){0,3}? (?:conmig'
      'o|con nosotros|con migo)|no (?:llame|llamen|escriba|escriban|mande|manden|textee|texteen|u'
      'se|usen) (?:mas )?a (?:este|mi) (?:numero|telefono|celular)|(?:que )?no insist(?:a|an))|(?'
      ':(?:que )?(?:me|nos) (?:quit|borr|saqu|elimin|remuev|retir|tach)(?:e|en|a|an)(?: \w+){0,4}'
      '|(?:dej|dejen)(?:e|en|a)?(?:me|nos) (?:tranquil[oa]s?|ya))|(?:si (?:me |nos )?(?:sig|vuelv'
      '|continu)[a-z]*(?: a)? (?:llam|mand|envi|escrib|text|molest)[a-z]*|(?:los|lo|las|la) voy a'
      ' (?:demandar|reportar|denunciar)|(?:reportar|demandar|denunciar)(?:los|lo|las|la))|(?:(?:p'
      'arele|parenle|parale|paren|pare|bajenle|bajele) (?:ya )?(?:con|a) (?:los|las|sus|tus|tanto'
      '|tantos) (?:mensajes?|llamadas?|textos?))|(?:(?:revoco|retiro|cancelo) (?:mi|el|todo|cualq'
      'uier) (?:consentimiento|permiso|autorizacion)|ces(?:e|en|ar) (?:todo|toda|cualquier|el|la|'
      'de|inmediatamente|sus)(?: \w+){0,2} (?:contacto|comunicacion|llamadas|mensajes))|(?:no (?:'
      'sig|segu|continu)[a-z]* (?:llam|mand|envi|escrib|contact|text|molest|marc)[a-z]*)|(?:basta'
      '(?: ya)? de (?:mensaj|llamad|text|corre|molest|llamar|escrib|mandar)[a-z]*)|(?:(?:solicito'
      '|quiero|pido|deseo|quisiera)(?: \w+)? baja)|(?:(?:de )?no (?:llamar|escribir|mandar|enviar'
      '|contactar|molestar|textear)(?: mas)?$|(?:parele|parenle|parale|bajenle) ?(?:ya)?$)|(?:no '
      '(?:autorizo|permito|doy permiso|quiero|deseo|acepto)(?: (?:que|me|nos|sigan?|para|a|de|ser'
      '|mas|recibir))* (?:llam|mand|envi|escrib|contact|text|molest|marqu)[a-z]*)|(?:no (?:quiero'
      '|deseo|queremos)(?: (?:recibir|saber|tener|oir))* nada (?:mas )?de (?:ustedes|usted|ti|ud|'
      'uds|su))|(?:no (?:vuelva[ns]?|vuelvas|volver) a (?:llam|mand|envi|escrib|contact|text|mole'
      'st|marc|habl|comunic)[a-z]*)|(?:(?:dej|par|ces)(?:e|en|a|ar|ad|es) de (?:estar )?(?:ching|'
      'llam|mand|envi|escrib|contact|text|molest|marc|hostig|acos|fastid|chingar|joder)[a-z]*)|(?'
      ':(?:dej|dejen)(?:e|en|a)?(?:me|nos)(?: ya)? en paz|(?:me|nos) (?:deje|dejen|dejas) en paz)'
      '|(?:(?:quit|borr|saqu|sac|elimin|remuev|retir|bloque|tach|desuscrib)(?:e|en|a|an)(?:me|nos'
      '))|(?:(?:quit|borr|elimin|saqu|remuev|retir|tach)[a-z]* (?:mi|este|nuestro|mis) (?:numero|'
      'telefono|nombre|correo|celular|contacto|datos))|(?:(?:ya )?no (?:quiero|deseo|queremos)(?:'
      ' (?:recibir|mas|sus|estos|que|ningun|ninguna|tener|de))* (?:mensaj|llamad|text|corre|comun'
      'icac|me llam|me mand|me escrib|me contact|contact)[a-z]*)|(?:(?:no|ni un|ni una) mas (?:me'
      'nsajes?|llamadas?|textos?|correos?))|(?:(?:cancelar|cancele|cancelen)(?: la| mi| los| esto'
      's)* (?:suscripcion|mensajes|llamadas))|(?:(?:dar|den|deme|denme|darme)(?: me)? de baja)|(?'
      ':(?:vayase|vete|vayanse|largate|larguense)(?: (?:al|a la) \w+)?|chinga tu madre|no (?:este'
      '|esten|estes) (?:molestando|llamando|mandando|chingando))|(?:no (?:me )?(?:llame|llamen|ma'
      'nden|mande|envien|envie|escriban|escriba|moleste|molesten)(?: mas)?$)|(?:(?:fuera|salir) d'
      'e (?:su|la|esta) lista))(?!\S)',
      '(?<!\S)(?:(?:no (?:dej[ae]n?|dejes|dejo|para|pare|paren|paro) de)|(?:antes de)|(?:cartas?)'
      '|(?:antes del)|(?:hasta)|(?:despues de)|(?:hoy)|(?:ahorita)|(?:por la (?:noche|manana|tard'
      'e))|(?:en la (?:noche|manana|tarde))|(?:tan (?:temprano|tarde))|(?:muy (?:temprano|tarde))'
      '|(?:mientras)|(?:al trabajo)|(?:a mi trabajo)|(?:los (?:domingos|sabados|lunes|fines))|(?:'
      'el (?:domingo|sabado|lunes)))(?!\S)'),
    ('French', 0, 127,
      '(?<!\S)(?:(?:ne (?:m|me|nous|le|plus)(?: plus| jamais)? ?(?:ecri|contact|appel|envo|text|d'
      'erang|telephon|harcel|sollicit|rappel|importun|joind|jamais)[a-z]*(?: \w+){0,3}? (?:plus|p'
      'as|jamais|rien))|(?:n(?:e)?(?: (?:m|me|nous))? ?(?:ecri|contact|appel|envo|text|derang|tel'
      'ephon|harcel|sollicit|rappel|importun)[a-z]*(?: \w+){0,2} (?:plus|pas|jamais))|(?:ne plus '
      '(?:jamais )?(?:recevoir|etre|avoir)(?: \w+){0,3}? (?:messages?|sms|appels?|mails?|courriel'
      's?|textos?|contact[a-z]*|sollicit[a-z]*|derang[a-z]*))|(?:ne plus (?:m|me|nous)(?: \w+)? ('
      '?:contacter|ecrire|envoyer|appeler|texter|deranger))|(?:(?:arretez|arrete|arreter|cessez|c'
      'esse|stop)(?: de| d)(?: (?:me|m|nous))? ?(?:contact|ecri|envoy|appel|text|harcel|derang|te'
      'lephon|spam|importun)[a-z]*)|(?:(?:arretez|arrete|cessez)(?: avec)?(?: (?:ca|tout|les|ces|'
      'vos|le|maintenant|immediatement))*(?: (?:messages|textos|appels|courriels|sms|mails))?$)|('
      '?:(?:cesser|cessez|arreter|arretez|veuillez cesser|stoppez) (?:vos|tous? (?:vos|ces|contac'
      't)|ces|les|tout) ?(?:appels|messages|contact|textos|sms|courriels|mails|sollicitations)?|('
      '?:je )?(?:retire|revoque) mon consentement)|(?:stop (?:aux|a tous les|a vos|les) (?:messag'
      'es|appels|sms|textos|mails|courriels)|(?:de |d )?(?:cesser|arreter) (?:de (?:me |m |nous )'
      '?)?(?:contact|ecri|envoy|appel|text|harcel|derang|telephon|sollicit)[a-z]*)|(?:(?:laissez|'
      'foutez|fichez|laisse|fous)(?: moi| nous)(?: donc)? (?:tranquilles?|la paix|en paix))|(?:(?'
      ':retirez|enlevez|supprimez|rayez|otez|effacez|retirer|enlever|supprimer)(?: moi| mon (?:nu'
      'mero|nom|adresse|contact)| mes \w+| nous)(?: \w+){0,4})|(?:(?:me|nous) (?:retirer|enlever|'
      'supprimer|desinscrire|desabonner|rayer|effacer)(?: \w+){0,4})|(?:je (?:ne )?(?:veux|souhai'
      'te|desire) (?:plus|pas)(?: (?:recevoir|etre|avoir|de|d|vos|aucun|que))*(?: (?:messages?|ap'
      'pels?|textos?|contacte|contactee|sms|courriels?|vous \w+|derange|mails?)))|(?:(?:plus|pas)'
      ' (?:de|d|aucun) (?:messages?|textos?|appels?|sms|courriels?|mails?|emails?))|(?:(?:desinsc'
      'ri|desabonn)[a-z]* (?:moi|nous|mon))|(?:foutez le camp|allez vous faire|va te faire|fichez'
      ' le camp|degage[z]?))(?!\S)',
      '(?<!\S)(?:(?:avant)|(?:ce soir)|(?:aujourd hui)|(?:maintenant je)|(?:tout de suite)|(?:apr'
      'es \d+)|(?:le (?:matin|soir|dimanche|week end|samedi))|(?:jusqu a)|(?:si (?:tot|tard))|(?:'
      'trop (?:tot|tard))|(?:au travail)|(?:pendant))(?!\S)'),
    ('Portuguese', 0, 127,
      '(?<!\S)(?:(?:(?:pare|parem|para|parar|deixe|deixem) de (?:me |nos )?(?:mand|envi|lig|escre'
      'v|contat|contact|perturb|incomod|ench|cham|import|mensag)[a-z]*(?: \w+)?)|(?:(?:por favor '
      ')?nao (?:me |nos )?(?:ligue|liguem|mande|mandem|envie|enviem|escreva|escrevam|contate|cont'
      'atem|contacte|contactem|incomode|incomodem|perturbe|perturbem|chame|mandar|enviar|ligar)(?'
      ': \w+){0,3})|(?:(?:revogo|retiro) (?:meu|o) consentimento|(?:cessem?|parem?|encerrem?) (?:'
      'todo|qualquer|as|os|o|com os|com as)(?: \w+)? ?(?:contato|mensagens|ligacoes))|(?:nao entr'
      '(?:e|em) (?:mais )?em contato(?: \w+){0,2}|nao (?:me |nos )?(?:procure|procurem|contactar|'
      'contatar)(?: mais)?|(?:quero|gostaria de) sair (?:da|desta|dessa|de) \w+)|(?:nao quero (?:'
      'mais |receber |ser |nenhum\w? )+(?:mensag|lig|contat|receber|e ?mail|sms|cham|incomod|pert'
      'urb)[a-z]*)|(?:nao quero (?:mais )?(?:receber )?(?:mais )?(?:isso|isto|nada)(?: \w+){0,2})'
      '|(?:me (?:tir|remov|retir|exclu|apag|delet|bloque)[a-z]*(?: \w+){0,4})|(?:nao (?:desejo|go'
      'staria de) (?:mais )?(?:receber|ser)(?: \w+){1,3})|(?:me (?:tirar|tire|tirem|tira|remova|r'
      'emovam|retire|retirem|exclua|excluam|apague|delete)(?: \w+){0,4})|(?:(?:tire|tirem|remova|'
      'removam|retire|exclua|apague|delete|tira)(?: (?:me|o|do|da))*(?: meu (?:nome|numero|telefo'
      'ne|contato|email)|(?<=me))(?: \w+){0,4})|(?:(?:me )?(?:deixe|deixa|deixem)(?: me| nos)? em'
      ' paz|vai se (?:foder|ferrar)|va se \w+|va embora|some daqui)|(?:(?:chega de|sem|nada de|na'
      'o mande|sem mais)(?: mais)? (?:mensagens|mensagem|ligacoes|mandar|emails?))|(?:(?:tir|remo'
      'v|retir|exclu|apag|delet)[a-z]* (?:o |a |os )?(?:meus?|est[ea]|ess[ea]) (?:nome|numero|tel'
      'efone|contato|email|e mail|dados|celular))|(?:(?:cancel|encerr)[a-z]*(?: a| as| os| o| min'
      'ha| esta| essa)* (?:inscricao|assinatura|mensagens|cadastro|mensagem)|descadastr[a-z]*)|(?'
      ':(?:sair|saia|fora) (?:da|desta|dessa) lista))(?!\S)',
      '(?<!\S)(?:(?:antes)|(?:depois das?)|(?:ate)|(?:hoje)|(?:agora nao)|(?:amanha)|(?:de (?:man'
      'ha|noite))|(?:a noite)|(?:no trabalho)|(?:tao (?:cedo|tarde)))(?!\S)'),
    ('Haitian Creole', 0, 127,
      '(?<!\S)(?:(?:(?:sispann|rete|kanpe) (?:ekri|rele|voye|teks|texte|deranje|kontakte|nwi|anme'
      'de)(?: \w+){0,3})|(?:pa (?:janm )?(?:rele|ekri|kontakte|deranje|teks|texte|text|anmede|che'
      'che)(?: \w+)? ?(?:m|mwen|nou)?(?: anko)?)|(?:pa (?:janm )?voye (?:mesaj|teks|text|anyen|im'
      'el)(?: \w+){0,3})|(?:kite (?:m|mwen|nou) (?:trankil|anrepo|an pe|an repo))|(?:retire (?:m|'
      'mwen|non m|non mwen|nimewo m|nimewo mwen|nimewo sa)(?: \w+){0,3})|(?:(?:efase|wete|elimine'
      '|siye|retire)(?: \w+)? (?:m|mwen|nimewo|non)(?: \w+){0,3})|(?:(?:mwen|m|nou) pa vle (?:res'
      'evwa|mesaj|ou rele|ou ekri|okenn|teks|apel)(?: \w+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:anvan)|(?:apre)|(?:jodi a)|(?:aswe)|(?:kounye a)|(?:maten)|(?:nan travay))(?!'
      '\S)'),
    ('Chinese', 19968, 40959,
      '(?:(?:别|別|不要|请勿|請勿|勿|不许|不許|停止|禁止|不准|不必|不用|不想|不愿)(?:再|继续|繼續|总|老|一直|你们|你們)*(?:给|給|向|跟|对|對|和|'
      '与)?(?:我|我们|我們|本人|这个号码|這個號碼)?(?:再)?(?:发(?!现|烧|展|脾气|呆|生|视频|表)|發(?!現|生|燒|展)|打(?!游戏|遊戲|钱|錢|球|车'
      '|車|工|印|算|开|開|架|牌|扰(?:你|您|人家|他|她)|擾(?:你|您|人家|他|她))|联系|聯繫|聯絡|联络|骚扰|騷擾|传|傳|寄|致电|致電|烦(?!你|您|他|'
      '她)|煩(?!你|您|他|她)|接收|接到|收到|收|来电|來電|推送|推销|推銷))|(?:(?:取消|退出|退)(?:订|訂|订阅|訂閱))|(?:(?:把我|将我|將我|把我'
      '的)?(?:从|從|在)?.{0,8}(?:名单|名單|列表|名册).{0,4}(?:删|刪|移|去掉|除))|(?:(?:删除|刪除|移除|删掉|刪掉|去掉|拉黑)(?:我|我的'
      '|这个|這個))|(?:^(?:你|你们|你們|都|给我|快|请)*(?:滚|滾)(?:开|開|蛋|远点|吧)*$|(?<!不要|别|別)(?:走开|走開)|别烦|別煩)',
      '(?:之前)|(?:以前)|(?:点前)|(?:點前)|(?:上班)|(?:现在)|(?:現在)|(?:今天)|(?:晚上)|(?:早上)|(?:半夜)|(?:点以后)|(?:不要'
      '停止)|(?:别停)|(?:不要停)'),
    ('Korean', 44032, 55295,
      '(?:(?:연락|전화|문자|메시지|메세지|메일|이메일|카톡|광고).{0,10}?(?:하지|보내지|주지|걸지|오지|넣지) ?(?:마|말|않))|(?:(?:보내지|연'
      '락하지|전화하지|문자하지|괴롭히지|귀찮게 하지|하지) ?(?:마|말아))|(?:그만 ?(?:좀 )?(?:보내|연락|전화|하세|해|두|문자|괴롭))|(?:(?:명단'
      '|목록|리스트|명부).{0,6}(?:빼|삭제|제외|지워))|(?:(?:번호|연락처|정보).{0,6}(?:삭제|지워|빼|제거))|(?:(?:문자|전화|연락|메시지|'
      '메일).{0,6}(?:그만|중단|중지|싫))|(?:다시는.{0,12}(?:마|말)|그만 ?해 ?주)|(?:수신 ?거부|꺼져|받고 싶지 ?않|더 ?이상 .{0,14'
      '}(?:마|말|싫|원하지)|원하지 ?않.{0,6}(?:문자|연락|전화))',
      '(?:전에)|(?:이전에)|(?:이후에)|(?:밤에)|(?:지금은)|(?:오늘은)|(?:주말에)|(?:까지는)|(?:아침에)|(?:저녁에)|(?:늦게)'),
    ('Vietnamese', 0, 127,
      '(?<!\S)(?:(?:(?:dung|ngung|ngung|dung|khong duoc|thoi|khong can|cam|cham dut)(?: \w+){0,3}'
      '? (?:nhan|goi|gui|lien lac|lien he|lam phien|quay ray|dien)(?: \w+){0,6})|(?:(?:xoa|xoa|bo'
      '|go|loai)(?: \w+){0,2}? (?:ten|so)(?: \w+){0,2}? (?:toi|tui|minh|nay|khoi|di)(?: \w+){0,4}'
      ')|(?:(?:xoa|xoa|bo|go|loai) (?:toi|tui|minh)(?: \w+){0,5})|(?:khong (?:goi|nhan|gui|lien l'
      'ac)(?: \w+){0,3} nua)|(?:khong muon (?:nhan|bi|nghe|lien lac|duoc)(?: \w+){0,5})|(?:de (?:'
      'cho )?(?:toi|tui|chung toi) yen|bien di|cut di))(?!\S)',
      '(?<!\S)(?:(?:truoc)|(?:sau)|(?:hom nay)|(?:bay gio)|(?:luc)|(?:buoi (?:toi|sang))|(?:khi)|'
      '(?:den khi))(?!\S)'),
    ('Tagalog', 0, 127,
      '(?<!\S)(?:(?:(?:huwag|wag|huag|h wag)(?: \w+){0,5}? (?:mag ?te?xt|magte?xt|tumawag|tawagan'
      '|tawag|mag ?message|magmessage|kontakin|kokontakin|i ?text|itext|istorbohin|guluhin|magpad'
      'ala|padalhan|mag ?email|magemail|text|contact|contactin|manggulo|mangulit|kulitin|abalahin'
      '|mag ?txt|kumontak|mang ?istorbo)(?: \w+){0,3})|(?:(?:itigil|tigilan|ihinto|tumigil|humint'
      'o|pakitigil|paki tigil)(?: \w+){0,4}? (?:pag ?\w+|text\w*|tawag|mensahe|ako|kami|message\w'
      '*|pagpapadala|pangungulit)(?: \w+)?)|(?:(?:alisin|tanggalin|burahin|i ?delete|paki ?alis|p'
      'aki ?tanggal)(?: \w+){0,3}? (?:ako|numero|pangalan|number)(?: \w+){0,4})|(?:(?:ayoko|ayaw '
      'ko|ayaw namin)(?: \w+){0,3}? (?:makatanggap|tumanggap|text|tawag|message|mensahe)\w*(?: \w'
      '+)?)|(?:(?:tantanan|lubayan|layuan)(?: \w+){0,2}))(?!\S)',
      '(?<!\S)(?:(?:bago)|(?:hanggang)|(?:mamaya)|(?:ngayon)|(?:bukas)|(?:pagkatapos)|(?:gabi)|(?'
      ':umaga))(?!\S)'),
    ('Russian', 1024, 1327,
      '(?<!\S)(?:(?:(?:больше |никогда )*не (?:надо |нужно |смеите |смеи )?(?:мне |нам |сюда |мен'
      'я |больше |никогда )*(?:пишите|пиши|звоните|звони|беспокоите|беспокои|присылаите|присылать'
      '|писать|звонить|шлите|отправляите|отправлять|тревожьте|связываитесь|беспокоить|посылаите)('
      '?: [а-я]+){0,4})|(?:(?:прекратите|перестаньте|хватит|кончаите|прекрати|перестань|довольно)'
      '(?: [а-я]+)? (?:писать|звонить|присылать|слать|отправлять|беспокоить|спамить|эти|ваши|расс'
      'ылку)(?: [а-я]+)?)|(?:(?:удалите|уберите|исключите|вычеркните|сотрите|удали)(?: пожалуиста'
      ')? (?:меня|мои|мои|номер|этот номер|наш)(?: [а-я]+){0,4})|(?:отпишите (?:меня|нас)|хочу от'
      'писаться|(?:оставьте|оставь) (?:меня|нас) в покое)|(?:(?:bolshe )?ne (?:nado |nuzhno )?(?:'
      'mne )?(?:pishi|zvoni|pisat|zvonit|bespoko|prisyla)[a-z]*|otstan[a-z]*|udalite (?:menya|moy'
      '|nomer))|(?:отстаньте|отвалите|отвяжитесь|отвали|отстань|идите (?:на|к|в)|пошел на|пошли в'
      'ы|пошли на)|(?:не (?:хочу|желаю|хотим)(?: больше)? (?:получать|ваших|слышать|ваши|чтобы вы'
      ')(?: [а-я]+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:до)|(?:после)|(?:сегодня)|(?:сеичас(?! же))|(?:утром)|(?:вечером)|(?:раньше)|'
      '(?:на работу)|(?:пока)|(?:ночью)|(?:так (?:рано|поздно)))(?!\S)'),
    ('Armenian', 1328, 1423,
      '(?<!\S)(?:(?:հանգիստ (?:թողեք|թող|թողե՛ք)(?: ինձ| մեզ)?)|(?:(?:(?:այլեւս|էլ|երբեք) )?(?:ին'
      'ձ )?մի (?:գրեք|գրիր|գրե՛ք|զանգեք|զանգիր|զանգահարեք|ուղարկեք|ուղարկիր|անհանգստացրեք|խանգարե'
      'ք|կապվեք)(?: [^ ]+){0,3})|(?:մի (?:գր|զանգ|ուղարկ|անհանգստ|խանգար|կապվ|նամակ)[^ ]*(?: [^ ]'
      '+){0,3})|(?:(?:այլեւս|էլ|երբեք)(?: ինձ)? չ(?:գր|զանգ|ուղարկ|կապվ|անհանգ)[^ ]*(?: [^ ]+){0,'
      '3})|(?:(?:ջնջեք|հանեք|հեռացրեք) (?:իմ |այս )?(?:համար|անուն)[^ ]*(?: [^ ]+){0,2})|(?:(?:այ'
      'լեւս|էլ) (?:չգրեք|չզանգեք|չուղարկեք|չեմ ուզում)(?: [^ ]+){0,3})|(?:(?:դադարեցրեք|դադարեք|վ'
      'երջ տվեք|կանգնեցրեք)(?: [^ ]+){1,3})|(?:(?:հանեք|ջնջեք|հեռացրեք) (?:ինձ|իմ|համարս|անունս)('
      '?: [^ ]+){0,4}|(?:ինձ|համարս|անունս) (?:հանեք|ջնջեք|հեռացրեք)(?: [^ ]+){0,3})|(?:(?:խնդրու'
      'մ եմ|խնդրեմ)(?: [^ ]+){0,2} չ(?:զանգ|գր|ուղարկ|անհանգստ|կապվ)[^ ]*(?: [^ ]+){0,3})|(?:չեմ '
      'ուզում (?:ստանալ|նամակ|հաղորդագրություն)[^ ]*(?: [^ ]+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:մինչեւ)|(?:հետո)|(?:այսօր)|(?:առավոտյան)|(?:երեկոյան)|(?:հիմա չ)|(?:ժամից))(?'
      '!\S)'),
    ('Arabic', 1536, 1791,
      '(?<!\S)(?:(?:(?:لا|لن|ما) (?:تتصل|تتصلوا|تتصلی|تراسل|تراسلنی|تراسلونی|ترسل|ترسلوا|ترسلی|تک'
      'لم|تکلمنی|تکلمونی|تزعج|تزعجنی|تزعجونی|تتواصل|تتواصلوا|تبعث|تبعثوا|تبعتوا|ترسلو)[^ ]*(?: [^'
      ' ]+){0,4})|(?:(?:لا|ما|بلا) ت(?:تصل|رسل|راسل|بعث|بعت|کلم|تواصل|زعج|دق|رن|کتب|عاود|حکی)[^ ]'
      '*(?: [^ ]+){0,4})|(?:(?:ما|لا|مش|مو) ?(?:بدی|بدنا|عایز|عاوز|ابی|ابی|ابغی|ابغی|ابغا|حابب|نب'
      'غی)(?: [^ ]+){0,2}? (?:رسا|اتصال|مکالم|رسال|تتصل|ترسل)[^ ]*(?: [^ ]+){0,2})|(?:(?:بطل|بطلو'
      'ا|بلاش|کفایه|بس)(?: [^ ]+)? (?:رسا|اتصال|تتصل|تبعت|ترسل|ازعاج|ازعاج)[^ ]*)|(?:عدم (?:الاتص'
      'ال|الارسال|الارسال|التواصل|الازعاج|الازعاج|مراسل|ازعاج|ازعاج)[^ ]*(?: [^ ]+){0,2})|(?:لا ('
      '?:ارید|ارید|اود|ارغب|نرید)(?: فی| ای| ای| المزید من| تلقی| استلام| استقبال)* (?:رسایل|الرس'
      'ایل|رسایلکم|اتصال|اتصالات|اتصالاتکم|مکالمات|تلقی|استلام|استقبال|التواصل)[^ ]*(?: [^ ]+){0,'
      '3})|(?:(?:توقف|توقفوا|کف|کفوا|اوقفوا|اوقف|یرجی التوقف|التوقف|وقف|وقفوا)(?: عن| من)? (?:ارس'
      'ال|ارسال|الارسال|الاتصال|اتصال|مراسلتی|مراسله|الرسایل|هذه|ازعاجی|ازعاجی|التواصل)[^ ]*(?: ['
      '^ ]+){0,2})|(?:(?:احذف|احذفوا|ازل|ازیلوا|ازیلوا|اشطب|امسح|امسحوا|شیلوا|ازاله|حذف) (?:رقمی|'
      'اسمی|بیاناتی|هذا الرقم)[^ ]*(?: [^ ]+){0,3}|احذفونی|احذفنی|ازیلونی|ازیلونی|شیلونی)|(?:(?:ا'
      'ترکنی|اترکونی|دعنی|دعونی|سیبنی|سیبونی|خلینی|خلونی)(?: و?شانی| فی حالی| بحالی| لوحدی)))(?!\'
      'S)',
      '(?<!\S)(?:(?:قبل)|(?:بعد(?! (?:الان|الیوم|هذا|ذلک)))|(?:الیوم)|(?:لا [^ ]+(?: [^ ]+)? الان'
      ')|(?:مساء)|(?:صباحا)|(?:فی (?:الصباح|المساء))|(?:اللیل)|(?:حتی)|(?:اثناء))(?!\S)'),
    ('Persian', 1536, 1791,
      '(?<!\S)(?:(?:(?:پیام|پیامک|اس ام اس|تماس|زنگ|مسیج|ایمیل)(?: [^ ]+){0,4}? (?:ندهید|ندید|نده'
      '|نفرستید|نفرست|نفرستین|نگیرید|نگیر|نگیرین|نزنید|نزن|نزنین|نکنید))|(?:(?:دیگر|دیگه|لطفا|هرگ'
      'ز)(?: [^ ]+){0,5}? (?:ندهید|ندید|نفرستید|نگیرید|نزنید|مزاحم نشوید|مزاحم نشید|نفرستین|ننویس'
      'ید|نزنین))|(?:(?:منو|مرا|ما را|مارو|اسمم|شمارم|شماره ?ام)(?: [^ ]+){0,4} (?:پاک|حذف|خارج|ب'
      'ردار)[^ ]*(?: [^ ]+){0,2})|(?:مزاحم(?: [^ ]+)? (?:نشوید|نشید|نشو|نشین)|مزاحمت(?: [^ ]+)? ('
      '?:نکنید|نکن)|دست از سر(?:م| من| ما) بردار[^ ]*|ولم کن[^ ]*|راحتم بگذار[^ ]*)|(?:(?:شماره|ا'
      'سم|نام|من)(?: [^ ]+){0,5}? (?:پاک|حذف|خط|بردارید)(?: [^ ]+){0,2}|حذفم کنید|پاکم کنید)|(?:('
      '?:نمی ?خواهم|نمی ?خوام)(?: [^ ]+){0,3} (?:پیام|تماس|پیامک)[^ ]*(?: [^ ]+){0,2}))(?!\S)',
      '(?<!\S)(?:(?:قبل از)|(?:بعد از)|(?:امروز)|(?:الان)|(?:شب)|(?:صبح)|(?:تا ساعت)|(?:عصر))(?!\'
      'S)'),
    ('German', 0, 127,
      '(?<!\S)(?:(?:keine?(?: \w+)? (?:nachrichten|sms|anrufe|emails?|mails?|e mails?|werbung|tex'
      'te|kontaktaufnahme)(?: \w+){0,3})|(?:(?:nicht|nie|niemals)(?: mehr| wieder| weiter)+ (?:an'
      'rufen|schreiben|kontaktieren|melden|anschreiben|texten|storen|belastigen|kontaktiert|anger'
      'ufen))|(?:(?:rufen|schreiben|kontaktieren|texten|senden|schicken|melden|belastigen)(?: \w+'
      ')? (?:mich|mir|uns|hier)(?: \w+){0,3}? (?:nicht|nie|keine|niemals)(?: \w+){0,3})|(?:(?:hor'
      'en|hor|hoert|hort)(?: sie)?(?: bitte| endlich| damit| sofort)* auf(?: \w+)?)|(?:(?:loschen'
      '|streichen|entfernen|nehmen|losche|losch)(?: sie)?(?: bitte)? (?:mich|meinen?|uns)(?: \w+)'
      '{0,6})|(?:(?:lassen sie|lass|lasst)(?: bitte)? (?:mich|uns)(?: bitte| endlich)* in (?:ruhe'
      '|frieden)|verpiss(?:t)? (?:dich|euch)|hau ab)|(?:(?:widerspreche|widerrufe|untersage)(?: \'
      'w+){0,5} (?:kontaktaufnahme|werbung|kontakt|einwilligung|nutzung|zusendung|anrufe?|nachric'
      'hten)|(?:unterlassen|stoppen|beenden) sie(?: \w+){0,4} (?:anrufe|nachrichten|kontakt\w*|ma'
      'ils?|belastigung|werbung)|(?:nehmen|streichen|loschen)(?: sie)?(?: \w+){0,2} aus (?:ihrem|'
      'ihrer|dem|der) (?:verteiler|liste|datenbank))|(?:(?:melden sie mich|mich|ich mochte mich)('
      '?: bitte)? (?:ab|abmelden|austragen)))(?!\S)',
      '(?<!\S)(?:(?:vor)|(?:bis)|(?:heute)|(?:gerade)|(?:abends)|(?:morgens)|(?:am (?:sonntag|woc'
      'henende|abend|morgen))|(?:bei der arbeit)|(?:nach \d+))(?!\S)'),
    ('Italian', 0, 127,
      '(?<!\S)(?:(?:non (?:mi|ci) (?:chiam|scriv|contatt|mand|disturb|invi|telefon|cerc)[a-z]*(?:'
      ' \w+){0,2})|(?:(?:smett|fin|piant)[a-z]* di (?:chiam|scriv|contatt|mand|disturb|invi|telef'
      'on)[a-z]*)|(?:(?:toglietemi|cancellatemi|rimuovetemi|eliminatemi|lasciatemi in pace|lascia'
      'mi in pace)(?: \w+){0,4})|(?:non (?:chiam|scriv|contatt|mand|disturb|invi|telefon)[a-z]*(?'
      ':mi|ci)(?: \w+){0,2}|non (?:chiam|scriv|contatt|mand|disturb|invi|telefon)[a-z]* (?:piu|ma'
      'i))|(?:non voglio (?:piu )?(?:ricevere|essere|messaggi)(?: \w+){0,3}|basta (?:messaggi|chi'
      'amate|telefonate|mail)))(?!\S)',
      '(?<!\S)(?:(?:prima)|(?:dopo)|(?:oggi)|(?:adesso)|(?:stasera)|(?:fino))(?!\S)'),
    ('Japanese', 12352, 12543,
      '(?:(?:連絡|電話|メール|メッセージ|sms|送信|テキスト).{0,12}(?:しないで|送らないで|かけないで|やめて|止めて|不要|いりません|要りません))|(?:('
      '?:配信|送信|連絡|勧誘)を?(?:停止|中止|ストップ)|登録.{0,4}(?:解除|削除)|(?:番号|連絡先|情報).{0,4}(?:削除|消し))|(?:もう.{0,12'
      '}(?:ないで|やめて|いりません)|送らないで|リストから.{0,8}(?:外|削除|消)|放っておいて|ほっといて)',
      '(?:前に)|(?:までは)|(?:今日は)|(?:今は)|(?:夜は)|(?:朝は)'),
    ('Polish', 0, 127,
      '(?<!\S)(?:(?:(?:prosze )?(?:wiecej |juz )?(?:do mnie |mi )?nie (?:dzwo|pis|wysyla|przysyla'
      '|kontakt|neka|niepoko|przeszkadza|zawraca)\w*(?: \w+){0,3})|(?:(?:przesta|skoncz)\w*(?: \w'
      '+){0,2} (?:dzwoni|pisa|wysyla|neka)\w*)|(?:(?:usu|wykresl|skresl|wypis)\w*(?: \w+)? (?:mni'
      'e|moj|ten|moje)(?: \w+){0,4})|(?:(?:dajcie|daj|zostaw|zostawcie)(?: mi| mnie)+ (?:spokoj|w'
      ' spokoju)|odczep(?:cie)? sie|nie (?:chce|zycze sobie)(?: \w+){0,3} (?:wiadomosci|telefonow'
      '|sms\w*|kontaktu)))(?!\S)',
      '(?<!\S)(?:(?:przed)|(?:do \d+)|(?:dzisiaj)|(?:dzis)|(?:wieczorem)|(?:rano)|(?:w pracy)|(?:'
      'jeszcze))(?!\S)'),
    ('Hindi', 2304, 2431,
      '(?<!\S)(?:(?:(?:फोन|फ़ोन|कॉल|मैसेज|मेसेज|संदेश|संपर्क|एसएमएस|परेशान|तंग)(?: [^ ]+){0,2} (?'
      ':मत|न|ना|नहीं) (?:कर|कीज|भेज|दी|दो|लगा)[^ ]*)|(?:(?:मत|न) (?:फोन|फ़ोन|कॉल|मैसेज|संपर्क) (?'
      ':कर|भेज)[^ ]*|(?:मैसेज|मेसेज|फोन|फ़ोन|कॉल)(?: [^ ]+){0,2} बंद (?:कर|कीजि)[^ ]*)|(?:(?:मेरा'
      '|मेरे|मुझे|हमें|यह)(?: [^ ]+){0,4} (?:हटा|डिलीट|निकाल|मिटा)[^ ]*(?: [^ ]+)?)|(?:(?:mujhe|h'
      'umko|hame|dobara)(?: \w+){0,3} (?:mat|na) (?:kar|bhej)\w*|(?:call|phone|message|msg) (?:ma'
      't|na) (?:karo|karna|kare|karein|kijiye|bhejo)))(?!\S)',
      '(?<!\S)(?:(?:अभी)|(?:आज)|(?:सुबह)|(?:रात)|(?:शाम)|(?:से पहले)|(?:के बाद))(?!\S)'),
    ('Ukrainian', 1024, 1327,
      '(?<!\S)(?:(?:(?:більше |ніколи )*не (?:треба |потрібно )?(?:мені |нам |сюди |мене |більше '
      ')*(?:пиш|дзвон|телефону|турбу|надсила|присила|писа|зв.язу|чіпа)[^ ]*(?: [^ ]+){0,4})|(?:(?'
      ':припиніть|перестаньте|досить|годі)(?: [^ ]+)? (?:писа|дзвон|телефону|надсила|турбува|спам'
      '|ці|ваші)[^ ]*)|(?:(?:видаліть|приберіть|викресліть|виключіть|зітріть)(?: [^ ]+){0,2} (?:м'
      'ене|міи|моі|номер|цеи)(?: [^ ]+){0,4}|(?:видаліть|приберіть|викресліть) (?:мене|міи)(?: [^'
      ' ]+){0,4})|(?:залиште (?:мене|нас) (?:в спокоі|у спокоі)|відчепіться|не (?:хочу|бажаю)(?: '
      'більше)? (?:отримувати|чути)(?: [^ ]+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:до)|(?:після)|(?:сьогодні)|(?:зараз)|(?:вранці)|(?:ввечері)|(?:поки)|(?:вночі'
      '))(?!\S)'),
    ('Hebrew', 1424, 1535,
      '(?<!\S)(?:(?:(?:תורידו|הורידו|תסירו|הסירו|תמחקו|מחקו|להסיר|תוציאו|הוציאו)(?: [^ ]+){0,3})|'
      '(?:(?:אל|לא) (?:תתקשר|תכתב|תשלח|תפנ|תטריד|תסמס|תיצר|תצלצל|להתקשר|לשלוח|לפנות)[^ ]*(?: [^ ]'
      '+){0,4})|(?:(?:תפסיקו|הפסיקו|תפסיק|די) (?:להתקשר|לשלוח|לכתוב|להטריד|לפנות|עם)[^ ]*(?: [^ ]'
      '+){0,3})|(?:(?:תעזבו|עזבו|תעזוב|עזוב|תניחו|הניחו) (?:אותי|אותנו|לי|לנו)(?: [^ ]+){0,2}|לא '
      '(?:רוצה|מעוניין|מעוניינת) (?:לקבל|יותר|שתתקשרו|שתשלחו)(?: [^ ]+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:לפני)|(?:אחרי)|(?:היום)|(?:בבוקר)|(?:בערב)|(?:עד)|(?:מחר))(?!\S)')
$function$;

CREATE OR REPLACE FUNCTION private.wrong_number_exceptions()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
      '(?<!\S)(?:(?:(?:not|is not|am not|are not|never) (?:a |the |an )?wrong \w+)|(?:(?:gave|wro'
      'te|typed|put|sent|listed|have|has|had|used|left|entered|dialed) (?:you |them |him |her |do'
      'wn )?(?:a |the |my |an )?wrong (?:number|email|address|phone)(?= ,|$| by| in| on| earlier|'
      ' before| last| it| use)(?<!you(?: \w+)? (?:have|had|got|used|dialed|put|sent) (?:a |the |a'
      'n )?wrong (?:number|email|address|phone))(?<!you (?:have|had|got|used) wrong (?:number|ema'
      'il)))|(?:(?:is this|do i have|did i (?:get|dial|text|call)|am i|have i) (?:got )?(?:the |a'
      ' )?wrong \w+)|(?:(?:he|she|they|husband|wife|mom|son|daughter|kid)(?: \w+){0,4}? (?:said|t'
      'old you|thought|says)(?: it was| it is| you had)?(?: the| a)? wrong \w+(?: \w+)*)|(?:(?:se'
      'nt|mailed|emailed|addressed|delivered) (?:the|my|our|a|it) ?\w* to (?:the|a) wrong (?:emai'
      'l|address|number|house))|(?:wrong (?:number|address) (?:of|for|on|in) (?!me|this|here)\w+('
      '?: \w+)*))(?!\S)'
$function$;

CREATE OR REPLACE FUNCTION private.wrong_number_phrases()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
      '(?<!\S)(?:(?:wrong (?:number|person|guy|phone|gal|lady|man|girl|dude|woman|chick|fella|hou'
      'se(?! number| , (?:ours|mine|my|i|we) )|family|human|party|email|email address|individual|'
      'contact|one)(?! of| to))|(?:no longer (?:his|hers?|their|\w+ s) (?:number|phone|email|cell'
      '))|(?:this is not (?:him|her|them)(?= ,|$| sorry| any more))|(?:(?:not|never)(?: been)? my'
      ' name(?: \w+)?|my name (?:is |s )?not (?!on|in|yet|listed|the)\w+)|(?:not who you (?:are )'
      '?(?:look|looking|think|want|need|trying)(?: \w+){0,2}|not the (?:home ?owner|owner|person|'
      'guy|lady|man|woman) you (?:want|need|are looking|are trying|think)(?: \w+){0,2}|(?:have|ha'
      's|got) (?:an|the|his|her) old number(?: for \w+)?(?= ,|$))|(?:this is \w+ s (?:cell|phone|'
      'number|line|email)(?: ,)? not \w+(?: s)?)|(?:not the (?:person|one|guy|lady|owner) (?:you|'
      'whom|that you) (?:are )?(?:look|looking|trying|want|wanted|need)(?: \w+){0,2})|(?:not the '
      '(?:right|correct) (?:number|person|guy|phone|email|contact|party|address)(?! for (?:this|t'
      'hat) (?:office|department)))|(?:(?:you|must|may|might|have|think you)(?: \w+){0,2} (?:misd'
      'ial(?:l?ed)?|dialed wrong|called wrong))|(?:(?:has|have|had) not had this (?:number|phone)'
      '(?: \w+){0,3}|(?:phone|number|cell|line) is (?:mine|my own|my phone)(?: now)? ,? ?not (?:h'
      'is|hers?|theirs)|my (?:phone|number|cell)(?: now)? ,? ?not (?:his|hers?|theirs))|(?:you (?'
      ':have )?(?:got|reached|have) me ,? ?not (?:him|her|them)|does not (?:use|have) this (?:pho'
      'ne|number|email|cell)(?: any more)?(?! (?:much|often|a lot)))|(?:this is not (?:the )?(?!a'
      ' |an |about |my |your |it |that |this |our |their |his |her |what |good )(?:\w+ )?\w+ s (?'
      ':phone|number|cell|email))|(?:(?:is not|not) (?:his|her|their|that person) (?:phone|number'
      '|cell|email)(?: any more)?)|(?:no one(?: here)?(?: (?:by|with|of)(?: that| this| the)? ?(?'
      ':name)?| (?:named|called)(?! me| us| back| you| yet| today) \w+)(?: \w+)?(?: here| lives h'
      'ere| at this number)?)|(?:there is no (?!way|one|problem|need|reason|rush|mortgage|hoa)\w+'
      '(?: \w+)? (?:here|at this number|living here))|(?:(?:does|do) not (?:live here|have this ('
      '?:number|phone|email)|own this (?:number|phone)|use this (?:number|phone|email))(?: any mo'
      're)?(?! (?:, )?but))|(?:(?:mean|meant|want|wanted|trying|looking|intended)(?: to \w+)?(?: '
      'for)? (?:somebody|someone) else)|(?:(?:no longer|not) (?:has|have|at|uses|reachable at|usi'
      'ng) this (?:number|phone|email)(?: any more)?)|(?:(?:mistake|mistook|mistaken)(?: \w+){0,2'
      '} (?:number|person)|false number|number (?:is )?wrong|(?:not|am not) (?:this|that) (?:pers'
      'on|man|woman|guy|lady|one)(?! any)|number (?:is )?new (?:for|to) (?:me|us)|new number (?:f'
      'or|to) (?:me|us)|here is not (?:mr|mrs|ms|miss|the) \w+)|(?:(?:changed|switched|got a new)'
      ' (?:his|her|their) (?:(?:phone |cell )?number|phone)(?: \w+){0,4})|(?:(?:number|phone)(?: '
      '\w+){0,8}? (?:you have|you have for \w+|you called|you texted|listed)(?: \w+){0,3}? (?:bel'
      'ongs to|is) (?:my ex|somebody|someone|another|a different)(?: \w+)?)|(?:(?:i|we)(?: have)?'
      ' (?:just )?(?:got|have had|had|received) this (?:telephone |cell )?(?:number|phone)(?: new'
      ')?(?: \w+){0,3})|(?:(?:changed|new) (?:phone )?numbers? (?:from|belongs|now belongs)(?: \w'
      '+)?)|(?:(?:number|phone) (?:now )?(?:belongs to|has been reassigned|was reassigned|is no l'
      'onger|is not) (?!working|in service|right|good|a good|available|charged|mine to)(?:\w+)?)|'
      '(?:you (?:have|got|reached|dialed|called|texted|want|are texting|are calling|contacted)(?:'
      ' got| the| a)* (?:wrong|different) (?:number|person|guy|phone|party|email|house|address)))'
      '(?!\S)'
$function$;

CREATE OR REPLACE FUNCTION public.erase_lead (
  p_org_id  uuid,
  p_lead_id uuid,
  p_reason  text,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_leads uuid[];
  v_values bytea[];
  v_pattern text;
  v_erased jsonb := '{}'::jsonb;
  v_kept jsonb;
  v_rows integer;
  v_answers integer;
begin
  p_as_of := private.caller_clock(p_as_of);
  if not exists (select from public.leads x where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))) then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL426';
  end if;
  perform set_config('sluice.actor', 'system', true);
  v_leads := private.with_merged(p_org_id, array[p_lead_id]);
  v_pattern := private.person_pattern(p_org_id, v_leads);
  -- A person who asked for erasure must not be contacted when a list contains the number again.
  perform private.suppress_value(c.org_id, c.value_bidx, c.kind, null, 'erasure', 'request to erase', p_as_of)
  from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  v_values := array(select c.value_bidx from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id);
  delete from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  -- What was bought about the person. The property's own facts are public record.
  delete from public.lead_facts f where f.org_id = p_org_id and f.lead_id = any (v_leads)
    and (f.value is null or f.contact_point_id is not null);
  delete from private.fact_renewals r where r.org_id = p_org_id and r.lead_id = any (v_leads);
  delete from private.possible_wishes w where w.org_id = p_org_id and w.lead_id = any (v_leads);
  v_answers := private.forget_answers(p_org_id, v_leads);
  v_erased := v_erased || jsonb_build_object('contacts', cardinality(v_values), 'answers', v_answers);
  -- The property is public record, and decisions and consents refer to it; the owner's data is erased.
  update public.leads l set owner_1_first = null, owner_1_last = null, owner_2_first = null, owner_2_last = null,
    owner_full = null,
    mailing_street = null, mailing_unit = null, mailing_city = null, mailing_state = null, mailing_zip = null,
    attributes = '{}', melissa_payload = null, campaign_status = 'opted_out', vapi_call_id = null,
      assigned_broker_id = null,
    phone_verified = false, email_verified = false, phone_verification_codes = '{}', email_verification_codes = '{}',
      phone_bidx = null,
    edited_fields = array(select distinct f
      from unnest(l.edited_fields || '{owner_1,owner_2,owner_full,mailing,attributes}'::text[]) f order by 1)
  where l.org_id = p_org_id and l.id = p_lead_id;
  v_erased := v_erased || jsonb_build_object('changes', private.forget_history(p_org_id, v_leads, 'erased', p_as_of));
  -- Rows that wait for an answer: those that name the lead, and those with a phone or e-mail of the person.
  with erased as (
    update public.lead_conflicts c set row_keys = '{}', identity = null, building = null, contacts = '{}',
      state = 'dismissed', closed_at = coalesce(c.closed_at, p_as_of), resolution = 'erased'
    where c.org_id = p_org_id and (v_leads && c.lead_ids or c.lead_id = any (v_leads) or c.contacts && v_values)
    returning c.id
  )
  delete from private.conflict_rows x using erased e where x.org_id = p_org_id and x.conflict_id = e.id;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('conflict_rows', v_rows);
  delete from public.conflict_answers a where a.org_id = p_org_id and a.lead_id = any (v_leads);
  -- Messages are kept by their ids; texts and the provider's references to them are erased.
  update public.messages m set text_cipher = null, key_id = null, in_reply_to = null, error_detail = null
  where m.org_id = p_org_id and m.lead_id = p_lead_id;
  update public.replies r set text_cipher = null, key_id = null, draft_cipher = null, draft_key_id = null
  where r.org_id = p_org_id and r.lead_id = p_lead_id and num_nonnulls(r.text_cipher, r.draft_cipher) > 0;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('replies', v_rows);
  update public.calls k set transcript_cipher = null, key_id = null
  where k.org_id = p_org_id and k.lead_id = p_lead_id and k.transcript_cipher is not null;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('transcripts', v_rows);
  v_erased := v_erased || jsonb_build_object('links', private.erase_links(p_org_id, v_leads),
    'webhook_bodies', private.erase_deliveries(p_org_id, v_leads, v_values, p_as_of),
    'errors', case when v_pattern is null then 0 else private.redact_errors(p_org_id, v_pattern) end);
  v_kept := jsonb_build_object(
    'suppressions', cardinality(v_values),
    'messages', (select count(*) from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id),
    'consents', (select count(*) from public.consents c where c.org_id = p_org_id and c.lead_id = p_lead_id),
    'decisions', (select count(*) from public.gate_decisions d where d.org_id = p_org_id and d.lead_id = p_lead_id),
    'contact_attempts', (select count(*) from public.contact_attempts a where a.org_id = p_org_id
      and a.lead_id = p_lead_id),
    'erased', v_erased, 'stays', private.what_stays(p_org_id, v_leads, v_values, p_as_of));
  insert into public.erasures (org_id, lead_id, reason, erased_at, erased_by, kept)
  values (p_org_id, p_lead_id, p_reason, p_as_of, auth.uid(), v_kept);
  perform set_config('sluice.actor', v_actor, true);
  return v_kept;
end
$function$;

ALTER TABLE "private"."possible_wishes"
  ADD CONSTRAINT "possible_wish_is_of_a_lead" FOREIGN KEY (org_id, lead_id) REFERENCES public.leads(org_id, id) ON DELETE CASCADE;

ALTER TABLE "private"."possible_wishes"
  ADD CONSTRAINT "possible_wishes_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

CREATE INDEX possible_wishes_lead_idx ON private.possible_wishes USING btree (org_id, lead_id);

CREATE TRIGGER _310_wish_read_by_a_person
  AFTER UPDATE OF label ON public.replies
  FOR EACH ROW
  WHEN (((new.label = 'opt_out'::public.reply_label) AND (new.labelled_by = 'person'::text) AND (new.request <> 'opt_out'::text) AND (old.label IS DISTINCT FROM new.label)))
  EXECUTE FUNCTION private.tg_replies__wish_read_by_a_person();

CREATE TRIGGER _300_release_wishes
  AFTER UPDATE OF done_at ON public.tasks
  FOR EACH ROW
  WHEN (((new.kind = 'answer_reply'::text) AND (old.done_at IS NULL) AND (new.done_at IS NOT NULL)))
  EXECUTE FUNCTION private.tg_tasks__release_wishes();

CREATE POLICY "insert_writer" ON "private"."possible_wishes"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."possible_wishes"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

COMMENT ON COLUMN "private"."possible_wishes"."lead_id" IS 'The lead with the task to look at it.';

COMMENT ON FUNCTION "private"."check_decision_rules"(private.contact_facts, uuid, jsonb, integer, integer, timestamp with time zone) IS 'Reasons that need the database: suppressions, an invalid contact, a litigator, a possible wish that no person has looked at, a value that several leads share, limits per lead and org (p_of_lead, p_of_org: contacts that the same claim was already allowed). A suppression does not stop the one text that confirms an opt-out. Definer: counts attempts that the caller may not see.';

COMMENT ON FUNCTION "private"."create_task"(uuid, uuid, text, jsonb, timestamp with time zone) IS 'Creates a task for a lead''s broker. If one of its kind is open, that one says, too, that a message may be a wish.';

COMMENT ON FUNCTION "private"."hold_for_possible_wish"(uuid, bytea, uuid[], timestamp with time zone) IS 'Nothing automatic is sent to the leads, or to others with the value, until the task answer_reply of one is done.';

COMMENT ON FUNCTION "private"."possible_wish_since"(uuid, uuid) IS 'Since when a possible wish of the lead, or from one of its contacts, waits for a person; null if none does. A wish on one contact may reach the others.';

COMMENT ON FUNCTION "private"."tg_replies__wish_read_by_a_person"() IS 'Trigger: the label opt_out of a person is an opt-out, with the reach of the words. Another label later does not lift it. Definer: members may not write suppressions.';

COMMENT ON FUNCTION "private"."tg_tasks__release_wishes"() IS 'Trigger: whoever finishes the task has looked at the message, and what it did not end may be sent again. Definer: members may not write the table.';

COMMENT ON TABLE "private"."possible_wishes" IS 'Phones and e-mails, by blind index, from which a possible wish to be left alone arrived that no person has looked at.';

REVOKE ALL ON FUNCTION "private"."hold_for_possible_wish"(uuid, bytea, uuid[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."hold_for_possible_wish"(uuid, bytea, uuid[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."possible_wish_since"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."possible_wish_since"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_replies__wish_read_by_a_person"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_replies__wish_read_by_a_person"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_tasks__release_wishes"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_tasks__release_wishes"() TO "pipeline_writer";

GRANT INSERT, SELECT ON TABLE "private"."possible_wishes" TO "pipeline_writer";

-- Reference data, queues and cron jobs.

insert into public.decision_rules (rule, title, source) values
  ('possible_wish', 'The person may have asked to be left alone, and nobody has looked at the message', 'policy')
on conflict (rule) do update set title = excluded.title, source = excluded.source;
