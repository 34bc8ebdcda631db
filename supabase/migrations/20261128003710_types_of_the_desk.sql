-- types of the desk: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.apply_call_wish (
  p_org_id     uuid,
  p_lead_id    uuid,
  p_value_bidx bytea,
  p_wish       text,
  p_notes      text,
  p_at         timestamp with time zone
)
  RETURNS text[]
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if p_wish = 'wrong_number' then
    perform private.record_wrong_contact(p_org_id, p_value_bidx, 'phone', p_lead_id, 'call by a member', p_at);
    return '{wrong_number}'::text[];
  elsif p_wish = 'everything' then
    return array(select jsonb_array_elements_text(private.record_opt_out(p_org_id, p_value_bidx, 'phone',
      'voice_manual', 'call by a member', p_notes, 'opt_out', '{email,sms,voice_manual,voice_ai}',
      p_scope => 'person', p_as_of => p_at) -> 'channels'));
  end if;
  -- Whoever refuses calls only has asked for texts instead.
  return array(select jsonb_array_elements_text(private.record_opt_out(p_org_id, p_value_bidx, 'phone',
    'voice_manual', 'call by a member', p_notes, 'opt_out',
    case p_wish when 'calls' then '{voice_manual,voice_ai}'::text[] else private.opt_out_reach('',
      'voice_manual') end,
    case p_wish when 'calls' then '{sms}' else '{}' end::text[], 'contact', p_as_of => p_at) -> 'channels'));
end
$function$;

CREATE OR REPLACE FUNCTION private.check_desk_filter (
  p_filter jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if jsonb_typeof(coalesce(p_filter, '{}')) <> 'object' or exists (select from jsonb_object_keys(p_filter) k
    where k not in ('status', 'campaign_status', 'county_fips', 'situs_zip', 'situs_state', 'campaign_id',
      'broker_id', 'min_score')) then
    raise exception 'filters are status, campaign_status, county_fips, situs_zip, situs_state, campaign_id, '
      'broker_id and min_score' using errcode = 'SL802';
  end if;
  perform (p_filter ->> 'status')::public.lead_status, (p_filter ->> 'campaign_status')::public.campaign_status,
    (p_filter ->> 'campaign_id')::uuid, (p_filter ->> 'broker_id')::uuid, (p_filter ->> 'min_score')::integer;
exception when invalid_text_representation or numeric_value_out_of_range then
  raise exception 'a filter has a value that does not exist' using errcode = 'SL802';
end
$function$;

CREATE OR REPLACE FUNCTION private.count_for_desk (
  p_org_id uuid,
  p_filter jsonb,
  p_by     text,
  p_limit  integer
)
  RETURNS TABLE (
    place text,
    leads bigint
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  v_column constant text := case p_by when 'zip' then 'situs_zip' else 'county_fips' end;
  v_where text;
begin
  if not p_org_id = any (private.my_org_ids()) then
    return;
  end if;
  v_where := private.desk_condition(p_org_id, p_filter);
  for place, leads in execute format('select l.%1$I, count(*) from public.leads l where l.situs_zip is not null '
    'and l.%1$I is not null and %2$s group by 1 order by 2 desc, 1 limit $1', v_column, v_where) using p_limit
  loop
    return next;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.desk_day_at (
  p_show      text,
  p_org_id    uuid,
  p_broker_id uuid,
  p_limit     integer,
  p_cursor    text,
  p_as_of     timestamp with time zone
)
  RETURNS TABLE (
    org_id           uuid,
    lead_id          uuid,
    section          text,
    owner_full       text,
    address          text,
    situs_city       text,
    situs_state      text,
    situs_zip        text,
    lead_score       smallint,
    status           public.lead_status,
    campaign_status  public.campaign_status,
    campaign_id      uuid,
    campaign         text,
    outlook          text,
    next_at          timestamp with time zone,
    time_zone        text,
    local_time       timestamp without time zone,
    contact_point_id bigint,
    contact          text,
    contact_label    text,
    reasons          jsonb,
    task_id          uuid,
    task_kind        text,
    due_at           timestamp with time zone,
    reply_id         bigint,
    reply_label      public.reply_label,
    reply_at         timestamp with time zone,
    last_call_at     timestamp with time zone,
    cursor           text
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_limit constant integer := least(private.page_size(p_limit), 40);
  v_after jsonb := private.read_cursor(p_cursor, 3);
  v_org uuid := p_org_id;
  v_brokers uuid[];
  v_looked integer := 0;
  v_given integer := 0;
  v_chunk jsonb;
  v_n integer;
begin
  if p_show is null or p_show not in ('now', 'later', 'never', 'all') then
    raise exception 'unknown list %: use now, later, never or all', p_show using errcode = 'SL802';
  end if;
  -- Own leads, or those of a broker in an org where the caller sees every lead.
  if p_broker_id is not null then
    select b.org_id, array[b.id] into v_org, v_brokers from public.brokers b
    where b.id = p_broker_id and b.org_id = any (private.whole_orgs(p_org_id));
  else
    select b.org_id, array_agg(b.id) into v_org, v_brokers from public.brokers b
    where b.id = any (private.my_broker_ids()) and (p_org_id is null or b.org_id = p_org_id)
    group by b.org_id order by b.org_id limit 1;
  end if;
  if v_brokers is null then
    return;
  end if;
  -- The gate answers for few leads at a time; a page looks at forty at most.
  while v_looked < 40 and v_given < v_limit loop
    v_n := least(greatest(v_limit, 20), 40 - v_looked);
    select jsonb_agg(to_jsonb(n)), count(*) into v_chunk, v_n
    from private.next_of_day(v_org, v_brokers, p_show in ('never', 'all'), v_after, v_n, p_as_of) n;
    exit when v_n = 0;
    v_looked := v_looked + v_n;
    return query
    with asked as (
      select x.n, (x.v ->> 'lead_id')::uuid as lead_id, (x.v ->> 'section')::integer as section,
        (x.v ->> 'score')::smallint as score, (x.v ->> 'reply_id')::bigint as reply_id,
        (x.v ->> 'reply_label')::public.reply_label as reply_label, (x.v ->> 'reply_at')::timestamptz as reply_at,
        (x.v ->> 'task_id')::uuid as task_id, x.v ->> 'task_kind' as task_kind,
        (x.v ->> 'due_at')::timestamptz as due_at
      from jsonb_array_elements(v_chunk) with ordinality x (v, n)
    ), answered as (
      select a.*, coalesce(o.outlook, 'never') as outlook, o.contact_point_id, o.contact, o.label, o.next_at,
        coalesce(o.reasons, '[{"rule": "phone_missing", "words": "No phone number", "detail": "no phone number is '
          'known",
          "law": "Our own policy", "citation": "policy", "url": null}]') as reasons, o.zone
      from asked a
      left join private.call_outlook(v_org, array(select x.lead_id from asked x), p_as_of) o on o.lead_id = a.lead_id
    ), kept as (
      select a.*, row_number() over (order by a.n) as nth from answered a
      where p_show = 'all' or a.outlook = p_show or (p_show = 'later' and a.outlook = 'later today')
    )
    select l.org_id, l.id, ('{reply,reply,follow_up,fed_today,score}'::text[])[k.section],
      coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')),
      nullif(concat_ws(' ', l.situs_house_number, l.situs_street, l.situs_unit), ''), l.situs_city, l.situs_state,
      l.situs_zip, k.score, l.status, l.campaign_status, l.campaign_id, c.name, k.outlook, k.next_at,
      coalesce(l.time_zone, k.zone), p_as_of at time zone coalesce(l.time_zone, k.zone), k.contact_point_id,
        k.contact,
      k.label, k.reasons, k.task_id, k.task_kind, k.due_at, k.reply_id, k.reply_label, k.reply_at,
      (select max(a.at) from public.contact_attempts a where a.org_id = l.org_id and a.lead_id = l.id
        and a.channel = 'voice_manual' and a.direction = 'outbound'),
      jsonb_build_array(k.section, k.score, k.lead_id)::text
    from kept k
    join public.leads l on l.org_id = v_org and l.id = k.lead_id
      and (private.is_trusted_caller() or private.sees_lead(v_org, k.lead_id))
    left join public.campaigns c on c.org_id = l.org_id and c.id = l.campaign_id
    where k.nth <= v_limit - v_given
    order by k.n;
    get diagnostics v_n = row_count;
    v_given := v_given + v_n;
    select jsonb_build_array(x -> 'section', x -> 'score', x -> 'lead_id') into v_after
    from (select v_chunk -> -1 as x) y;
  end loop;
  -- Looked at forty without filling the page: where to go on.
  if v_given < v_limit and v_looked >= 40 then
    cursor := v_after::text;
    return next;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_for_desk (
  p_org_id uuid,
  p_query  text,
  p_filter jsonb,
  p_after  jsonb,
  p_limit  integer
)
  RETURNS TABLE (
    lead_id uuid,
    place   text
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  v_query constant text := btrim(coalesce(p_query, ''));
  v_kind constant text := private.search_kind(p_query);
  v_whole constant boolean := p_org_id = any (private.my_org_ids('{owner,admin,viewer}'));
  v_brokers uuid[] := private.my_broker_ids();
  v_place constant text := coalesce(p_after ->> 0, '');
  v_id constant uuid := coalesce((p_after ->> 1)::uuid, '00000000-0000-0000-0000-000000000000');
  v_words text[];
  v_prefix text;
  v_value text;
  v_found uuid[];
  v_where text;
  v_sql text;
begin
  if not p_org_id = any (private.my_org_ids()) then
    return;
  end if;
  v_where := private.desk_condition(p_org_id, p_filter);
  if v_kind in ('phone', 'email') then
    v_value := case v_kind when 'email' then private.normalise_email(v_query)
      else private.normalise_phone(v_query) end;
    v_found := array(select c.lead_id from public.contact_points c
      where v_value is not null and c.org_id = p_org_id and c.value_bidx = private.contact_index(p_org_id, v_value));
    v_sql := format('select l.id, '''' from public.leads l where l.id = any ($4) and %s and l.id > $6 '
      'order by l.id limit $7', v_where);
  elsif v_kind = 'zip' then
    v_sql := format('select l.id, l.situs_zip from public.leads l where l.situs_zip = left($5, 5) and %s '
      'and l.id > $6 order by l.id limit $7', v_where);
    v_prefix := v_query;
  elsif v_kind = 'address' then
    v_words := regexp_split_to_array(upper(regexp_replace(v_query, '[^0-9A-Za-z ]', ' ', 'g')), '\s+');
    v_prefix := '%' || array_to_string(v_words[2:], '%') || '%';
    v_sql := format('select l.id, l.situs_street from public.leads l where l.situs_house_number = $8 '
      'and l.addr_hash is not null and upper(concat_ws('' '', l.situs_street, l.situs_unit, l.situs_city, '
      'l.situs_state, l.situs_zip)) like $5 and %s and (l.situs_street, l.id) > ($9, $6) '
      'order by l.situs_street, l.id limit $7', v_where);
  elsif v_kind = 'name' then
    -- The position is no comparison of rows: that would be where a scan of the index begins.
    v_words := regexp_split_to_array(lower(v_query), '[\s,]+');
    v_prefix := private.escape_like(array_to_string(v_words, ' ')) || '%';
    v_sql := format($q$
      select x.id, x.place from (
        (select l.id, %2$s as place from public.leads l
        where (l.owner_1_last is not null or l.owner_full is not null)
          and %2$s like $5
          and %2$s >= $9 and (%2$s > $9 or l.id > $6) and %1$s
        order by %2$s, l.id limit $7)
        union
        (select l.id, %2$s from public.leads l
        where $8 is not null and (l.owner_1_last is not null or l.owner_full is not null)
          and %2$s like $8
          and %2$s >= $9 and (%2$s > $9 or l.id > $6) and %1$s
        order by %2$s, l.id limit $7)) x
      order by x.place, x.id limit $7$q$, v_where,
      'private.search_name(l.owner_1_last, l.owner_1_first, l.owner_full) collate "C"');
  else
    v_sql := format('select l.id, '''' from public.leads l where %s and l.id > $6 order by l.id limit $7', v_where);
  end if;
  for lead_id, place in execute v_sql using p_org_id, null::text, null::text, v_found, v_prefix, v_id, p_limit,
    case v_kind when 'address' then v_words[1] when 'name' then case when cardinality(v_words) > 1 then
      -- "Jo Ames" is listed under Ames.
      private.escape_like(v_words[cardinality(v_words)]) || '% '
        || private.escape_like(array_to_string(v_words[:cardinality(v_words) - 1], ' ')) || '%' end end, v_place
  loop
    return next;
  end loop;
  if v_kind in ('phone', 'email') then
    perform private.log_lookup(p_org_id, array(select l.id from public.leads l
      where l.org_id = p_org_id and l.id = any (v_found) and (v_whole or l.assigned_broker_id = any (v_brokers))));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_call_at (
  p_org_id           uuid,
  p_lead_id          uuid,
  p_contact_point_id bigint,
  p_outcome          text,
  p_client_key       uuid,
  p_started_at       timestamp with time zone,
  p_ended_at         timestamp with time zone,
  p_notes            text,
  p_wish             text,
  p_follow_up        jsonb,
  p_booking          jsonb,
  p_decision_id      bigint,
  p_task_id          uuid,
  p_as_of            timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_at constant timestamptz := least(coalesce(p_started_at, p_as_of), p_as_of);
  v_notes constant text := nullif(btrim(p_notes), '');
  v_wish text := p_wish;
  v_key integer;
  c public.contact_points;
  k public.calls;
  v_error text;
  v_decision bigint;
  v_allowed boolean;
  v_reasons jsonb := '[]'::jsonb;
  v_campaign uuid;
  v_ended text[] := '{}'::text[];
  v_review uuid;
  v_task uuid;
  v_booking uuid;
  v_doubt boolean := false;
begin
  if p_client_key is null or not private.may_act_for_lead(p_org_id, p_lead_id) then
    raise exception 'phone of the lead not found, or you may not call it' using errcode = 'SL611';
  end if;
  -- The same call, sent twice, waits for the first.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice call %s %s', p_org_id, p_client_key), 0));
  select x.* into k from public.calls x
  where x.org_id = p_org_id and x.provider = 'hand' and x.event_key = p_client_key::text;
  if found then
    if (k.lead_id, k.contact_point_id) is distinct from (p_lead_id, p_contact_point_id) then
      raise exception 'this key was already used for another call' using errcode = 'SL612';
    end if;
    return jsonb_build_object('call_id', k.id, 'repeated', true, 'recorded_against_gate', k.recorded_against_gate);
  end if;
  select x.* into c from public.contact_points x
  where x.org_id = p_org_id and x.lead_id = p_lead_id and x.id = p_contact_point_id and x.kind = 'phone';
  if not found then
    raise exception 'phone of the lead not found, or you may not call it' using errcode = 'SL611';
  end if;
  v_error := private.call_error(p_outcome, coalesce(p_started_at, p_as_of), p_ended_at, p_notes, p_wish, p_follow_up,
    p_booking, p_as_of);
  if v_error is not null then
    raise exception '%', v_error using errcode = 'SL612';
  end if;
  v_wish := coalesce(v_wish, case p_outcome when 'do_not_call' then 'number' when 'wrong_number'
    then 'wrong_number' end);
  perform private.lock_contact_points(p_org_id, array[p_lead_id], array[c.id]);
  -- Before anything that this call changes.
  v_allowed := private.call_covered_by(p_org_id, p_lead_id, c.id, p_decision_id, v_at);
  v_decision := p_decision_id;
  if not v_allowed then
    select (j.answer ->> 'allow')::boolean, (j.answer ->> 'decision_id')::bigint,
      private.explain_reasons(j.answer -> 'reasons') into v_allowed, v_decision, v_reasons
    from private.decide_contacts(p_org_id, jsonb_build_array(jsonb_build_object('lead_id', p_lead_id,
      'contact_point_id', c.id, 'channel', 'voice_manual', 'purpose', 'marketing')), v_at, 'always') j;
  end if;
  select l.campaign_id into v_campaign from public.leads l where l.org_id = p_org_id and l.id = p_lead_id;
  v_key := case when v_notes is not null then private.active_key_id(p_org_id, 'data') end;
  insert into public.calls (org_id, lead_id, provider, event_key, direction, at, ended_at, answered, seconds,
    transcript_cipher, key_id, contact_point_id, outcome, called_by, decision_id, recorded_against_gate, done_at)
  values (p_org_id, p_lead_id, 'hand', p_client_key, 'outbound', v_at, p_ended_at,
    p_outcome not in ('no_answer', 'busy', 'voicemail', 'disconnected'),
    extract(epoch from p_ended_at - v_at)::integer, private.encrypt_value(v_notes, private.org_key(p_org_id, v_key)),
    v_key, c.id, p_outcome::public.hand_call_outcome, auth.uid(), v_decision, not v_allowed, p_as_of)
  returning * into k;
  insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, campaign_id, lead_id, decision_id)
  values (p_org_id, c.value_bidx, 'voice_manual', 'outbound', v_at, v_campaign, p_lead_id, v_decision);
  perform set_config('sluice.actor', 'system', true);
  update public.leads l set call_attempt_count = l.call_attempt_count + 1
  where l.org_id = p_org_id and l.id = p_lead_id;
  perform set_config('sluice.actor', v_actor, true);
  if not v_allowed then
    v_review := private.add_task(p_org_id, p_lead_id, 'review_call', null, null,
      (select m.user_id from public.members m where m.org_id = p_org_id and m.role = 'owner'
        order by m.user_id is not distinct from auth.uid(), m.created_at, m.user_id limit 1), null,
      jsonb_build_object('call_id', k.id, 'rules', (select jsonb_agg(distinct r ->> 'rule')
        from jsonb_array_elements(v_reasons) r)), p_as_of);
  end if;
  if v_wish is not null then
    v_ended := private.apply_call_wish(p_org_id, p_lead_id, c.value_bidx, v_wish, v_notes, v_at);
  elsif private.is_opt_out(v_notes) then
    -- The notes read like a wish that nobody picked: nothing automatic goes out until somebody has looked.
    v_doubt := true;
    perform private.hold_for_possible_wish(p_org_id, c.value_bidx, array[p_lead_id], v_at);
    perform private.create_task(p_org_id, p_lead_id, 'answer_reply',
      '{"channel": "voice_manual", "possible_wish": true}', v_at);
  end if;
  if p_outcome = 'disconnected' then
    perform private.record_contact_feedback(p_org_id, c.value_bidx, 'phone', 'invalid', 'phone', 'call by a member',
      v_at);
  elsif p_outcome in ('talked', 'callback', 'appointment', 'not_interested', 'do_not_call')
    and v_wish is distinct from 'wrong_number' then
    perform private.mark_leads_replied(p_org_id, array[p_lead_id], v_at, jsonb_build_object('channel', 'voice_manual',
      'request', case when v_wish is null then 'none' else 'opt_out' end));
  end if;
  if p_task_id is not null then
    perform private.task_of_worker(p_org_id, p_task_id);
    update public.tasks t set done_at = p_as_of
    where t.org_id = p_org_id and t.id = p_task_id and t.lead_id = p_lead_id and t.done_at is null;
  end if;
  if p_follow_up is not null or p_outcome = 'callback' then
    v_task := private.add_task(p_org_id, p_lead_id, coalesce(p_follow_up ->> 'kind', 'call_back'),
      (p_follow_up ->> 'due_at')::timestamptz, nullif(btrim(p_follow_up ->> 'note'), ''),
      (p_follow_up ->> 'assigned_to')::uuid, null, jsonb_build_object('call_id', k.id), p_as_of);
  end if;
  if p_booking is not null then
    perform private.apply_booking_event(p_org_id, 'hand', jsonb_strip_nulls(jsonb_build_object('action', 'made',
      'uid',
      p_client_key, 'at', v_at, 'starts_at', p_booking -> 'starts_at', 'ends_at', p_booking -> 'ends_at', 'lead_id',
      p_lead_id)), p_as_of);
    select b.id into v_booking from public.bookings b
    where b.org_id = p_org_id and b.provider = 'hand' and b.uid = p_client_key::text;
  end if;
  return jsonb_build_object('call_id', k.id, 'repeated', false, 'recorded_against_gate', k.recorded_against_gate,
    'reasons', v_reasons, 'suppressed', to_jsonb(v_ended), 'possible_wish', v_doubt, 'task_id', v_task,
    'booking_id', v_booking, 'review_task_id', v_review);
end
$function$;

CREATE OR REPLACE FUNCTION public.save_campaign (
  p_org_id      uuid,
  p_campaign_id uuid,
  p_settings    jsonb,
  p_version     integer DEFAULT NULL::integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k public.campaigns;
  v_wrong text;
  v_allowed text[] := array['name', 'daily_limit', 'states', 'source_ids', 'min_score', 'starts_on', 'ends_on',
    'assign_brokers', 'sequence_id'];
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  if p_campaign_id is not null then
    k := private.campaign_for_admin(p_org_id, p_campaign_id);
    if k.version is distinct from p_version then
      raise exception 'somebody changed the campaign meanwhile: it has version %', k.version using errcode = 'SL505',
        detail = k.version::text;
    elsif k.state = 'finished' then
      raise exception 'a finished campaign does not change' using errcode = 'SL506';
    elsif k.state <> 'draft' then
      v_allowed := array['name', 'daily_limit', 'ends_on'];
    end if;
  end if;
  if jsonb_typeof(p_settings) is distinct from 'object' then
    raise exception 'the settings are an object' using errcode = 'SL506';
  end if;
  select string_agg(x, ', ' order by x) into v_wrong from jsonb_object_keys(p_settings) x where x <> all (v_allowed);
  if v_wrong is not null then
    raise exception 'not a setting of a % campaign: %', coalesce(k.state, 'draft'), v_wrong using errcode = 'SL506';
  end if;
  if p_campaign_id is null then
    k := jsonb_populate_record(k, '{"name": "", "daily_limit": 250, "states": [], "source_ids": [], "min_score": 0,
      "assign_brokers": true}' || p_settings);
  else
    k := jsonb_populate_record(k, p_settings);
  end if;
  if exists (select from unnest(k.source_ids) s where not exists (select from public.sources x
    where x.org_id = p_org_id and x.id = s)) then
    raise exception 'source not found' using errcode = 'SL506';
  end if;
  if p_campaign_id is null then
    insert into public.campaigns (org_id, name, daily_limit, states, source_ids, min_score, starts_on, ends_on,
      assign_brokers, sequence_id)
    values (p_org_id, k.name, k.daily_limit, k.states, k.source_ids, k.min_score, k.starts_on, k.ends_on,
      k.assign_brokers, k.sequence_id)
    returning * into k;
  else
    update public.campaigns c set name = k.name, daily_limit = k.daily_limit, states = k.states,
      source_ids = k.source_ids, min_score = k.min_score, starts_on = k.starts_on, ends_on = k.ends_on,
      assign_brokers = k.assign_brokers, sequence_id = k.sequence_id
    where c.org_id = p_org_id and c.id = p_campaign_id returning * into k;
  end if;
  return jsonb_build_object('id', k.id, 'version', k.version, 'state', k.state);
exception
  when invalid_text_representation or datetime_field_overflow or invalid_datetime_format or numeric_value_out_of_range
    or invalid_parameter_value or null_value_not_allowed or not_null_violation or check_violation or foreign_key_violation then
    raise exception 'a setting is not valid: %', sqlerrm using errcode = 'SL506';
end
$function$;
