-- drawn sequences: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

REVOKE ALL ("channel") ON TABLE "public"."sequence_steps" FROM "authenticated";

REVOKE ALL ("delay_kind") ON TABLE "public"."sequence_steps" FROM "authenticated";

REVOKE ALL ("delay") ON TABLE "public"."sequence_steps" FROM "authenticated";

REVOKE ALL ("purpose") ON TABLE "public"."sequence_steps" FROM "authenticated";

REVOKE ALL ("send_from") ON TABLE "public"."sequence_steps" FROM "authenticated";

REVOKE ALL ("send_until") ON TABLE "public"."sequence_steps" FROM "authenticated";

REVOKE ALL ("sender_id") ON TABLE "public"."sequence_steps" FROM "authenticated";

REVOKE ALL ("id") ON TABLE "public"."sequences" FROM "authenticated";

REVOKE ALL ("name") ON TABLE "public"."sequences" FROM "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."sequences" FROM "authenticated";

REVOKE ALL ("share") ON TABLE "public"."step_variants" FROM "authenticated";

REVOKE ALL ("template_id") ON TABLE "public"."step_variants" FROM "authenticated";

DROP POLICY "delete_admins" ON "public"."sequence_steps";

DROP POLICY "insert_admins" ON "public"."sequence_steps";

DROP POLICY "update_admins" ON "public"."sequence_steps";

DROP POLICY "insert_admins" ON "public"."sequences";

DROP POLICY "update_admins" ON "public"."sequences";

DROP POLICY "delete_admins" ON "public"."step_variants";

DROP POLICY "insert_admins" ON "public"."step_variants";

DROP POLICY "update_admins" ON "public"."step_variants";

DROP TRIGGER "_800_audit" ON "public"."sequence_steps";

ALTER TABLE "public"."tasks"
  DROP CONSTRAINT "task_kind_is_known";

DROP FUNCTION "private"."step_due_at"(public.sequence_steps, uuid, timestamp WITH time zone, text, date[]);

DROP FUNCTION "public"."save_sequence"(uuid, text, jsonb, integer);

DROP FUNCTION "public"."show_sequence"(uuid, uuid);

CREATE TABLE "public"."sequence_edges" (
  "org_id"      uuid     NOT NULL,
  "sequence_id" uuid     NOT NULL,
  "step"        smallint NOT NULL,
  "outcome"     text     NOT NULL,
  "to_step"     smallint NOT NULL,
  "delay"       interval NOT NULL DEFAULT '00:00:00'::interval,
  "delay_kind"  text     NOT NULL DEFAULT 'business'::text,
  CONSTRAINT "edge_delay_is_a_year_at_most"
    CHECK (((delay >= '00:00:00'::interval) AND (delay <= '365 days'::interval) AND (EXTRACT(year FROM delay) = (0)::numeric) AND (EXTRACT(month FROM delay) = (0)::numeric))),
  CONSTRAINT "edge_delay_kind_is_known" CHECK ((delay_kind = ANY (ARRAY['calendar'::text, 'business'::text]))),
  CONSTRAINT "edge_leads_elsewhere" CHECK ((to_step <> step)),
  CONSTRAINT "edge_outcome_is_known" CHECK ((outcome = ANY (ARRAY['next'::text, 'yes'::text, 'no'::text]))),
  CONSTRAINT "sequence_edges_pkey" PRIMARY KEY (org_id, sequence_id, step, outcome)
);

ALTER TABLE "public"."sequence_edges"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."sequence_edges" FROM "anon";

ALTER TABLE "public"."sequence_runs"
  ADD COLUMN "branch_since" timestamp WITH time zone;

ALTER TABLE "public"."sequence_runs"
  ADD COLUMN "branch_until" timestamp WITH time zone;

ALTER TABLE "public"."sequence_runs"
  ADD COLUMN "replied_at" timestamp WITH time zone;

ALTER TABLE "public"."sequence_steps"
  ADD COLUMN "node" text;

ALTER TABLE "public"."sequence_steps"
  ADD COLUMN "kind" text NOT NULL DEFAULT 'send'::text;

ALTER TABLE "public"."sequence_steps"
  ADD COLUMN "event" text;

ALTER TABLE "public"."sequence_steps"
  ADD COLUMN "within" interval;

ALTER TABLE "public"."sequence_steps"
  ADD COLUMN "note" text;

ALTER TABLE "public"."sequences"
  ADD COLUMN "first_step" smallint;

ALTER TABLE "public"."sequence_steps"
  -- squawk-ignore ban-drop-not-null
  ALTER COLUMN "channel" DROP NOT NULL;

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
    where r.org_id = p_org_id and r.id = n.id and r.state in ('active', 'paused')
    returning r.lead_id, r.ended_at
  )
  select count(*), array_agg(m.lead_id) filter (where m.ended_at is not null) into v_count, v_ended from moved m;
  perform private.complete_leads(p_org_id, v_ended) where v_ended is not null;
  perform private.walk_run(p_org_id, x, 'next', p_as_of) from unnest(v_drawn) x;
  return v_count + cardinality(v_drawn);
end
$function$;

CREATE OR REPLACE FUNCTION private.after_delay (
  p_after     timestamp with time zone,
  p_delay     interval,
  p_business  boolean,
  p_time_zone text,
  p_holidays  date[]
)
  RETURNS timestamp WITH time zone
  LANGUAGE plpgsql
  STABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_local constant timestamp := p_after at time zone p_time_zone;
  v_day date := v_local::date;
  v_days integer := extract(day from p_delay);
begin
  if p_business then
    for i in 1..least(366 + 7 * v_days, 10000) loop
      exit when v_days <= 0;
      v_day := v_day + 1;
      v_days := v_days - private.is_business_day(v_day, p_holidays)::integer;
    end loop;
  else
    v_day := v_day + v_days;
  end if;
  -- Days by the calendar, so that a day of a clock change counts as one day; hours as elapsed time.
  return ((v_day + v_local::time) at time zone p_time_zone) + make_interval(hours => extract(hour
      from p_delay)::integer,
    mins => extract(minute from p_delay)::integer, secs => extract(second from p_delay)::double precision);
end
$function$;

CREATE OR REPLACE FUNCTION private.answer_branch (
  p_run   public.sequence_runs,
  p_step  public.sequence_steps,
  p_as_of timestamp with time zone,
  OUT     answer text,
  OUT     next_at timestamp with time zone
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_clicked timestamptz;
begin
  if p_step.event in ('clicked', 'no_answer') then
    select min(m.clicked_at) into v_clicked from public.messages m
    where m.org_id = p_run.org_id and m.run_id = p_run.id and m.clicked_at > p_run.branch_since
      and m.clicked_at <= p_run.branch_until;
  end if;
  if (p_step.event in ('replied', 'no_answer') and p_run.replied_at <= p_run.branch_until)
    or v_clicked <= p_as_of - interval '1 minute' then
    answer := case p_step.event when 'no_answer' then 'no' else 'yes' end;
  elsif v_clicked is not null then
    next_at := v_clicked + interval '1 minute';
  elsif p_as_of >= p_run.branch_until then
    answer := case p_step.event when 'no_answer' then 'yes' else 'no' end;
  else
    next_at := p_run.branch_until;
  end if;
end
$function$;

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
    perform private.stop_drawn_runs(p_org_id, p_lead_id, 'wrong_contact', p_at);
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

CREATE OR REPLACE FUNCTION private.awaits_reply (
  p_org_id      uuid,
  p_sequence_id uuid,
  p_step        smallint
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with recursive ahead as (
    select s.step, s.kind, s.event, true as is_first from public.sequence_steps s
    where s.org_id = p_org_id and s.sequence_id = p_sequence_id and s.step = p_step
    union
    select t.step, t.kind, t.event, false
    from ahead a
    join public.sequence_edges e on e.org_id = p_org_id and e.sequence_id = p_sequence_id and e.step = a.step
    join public.sequence_steps t on t.org_id = e.org_id and t.sequence_id = e.sequence_id and t.step = e.to_step
    where a.is_first or a.kind = 'branch'
  )
  select exists (select from ahead a where a.kind = 'branch' and a.event in ('replied', 'no_answer'))
$function$;

CREATE OR REPLACE FUNCTION private.campaign_state_hash (
  k public.campaigns
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select encode(sha256(convert_to(jsonb_build_object(
    'campaign', jsonb_build_object('id', k.id, 'daily_limit', k.daily_limit, 'states', k.states,
      'source_ids', k.source_ids, 'min_score', k.min_score, 'starts_on', k.starts_on, 'ends_on', k.ends_on,
      'assign_brokers', k.assign_brokers, 'sequence_id', k.sequence_id),
    'steps', (select jsonb_agg(to_jsonb(s) order by s.step) from public.sequence_steps s
      where s.org_id = k.org_id and s.sequence_id = k.sequence_id),
    'variants', (select jsonb_agg(to_jsonb(v) order by v.step, v.variant) from public.step_variants v
      where v.org_id = k.org_id and v.sequence_id = k.sequence_id),
    'edges', (select jsonb_agg(to_jsonb(e) order by e.step, e.outcome) from public.sequence_edges e
      where e.org_id = k.org_id and e.sequence_id = k.sequence_id),
    'senders', (select jsonb_agg(jsonb_build_array(s.id, s.channel, s.state, s.address) order by s.id)
      from public.senders s where s.org_id = k.org_id),
    'rules', (select jsonb_agg(jsonb_build_array(r.key, r.value) order by r.key) from public.org_gate_rules r
      where r.org_id = k.org_id),
    'law', (select r.version from public.rule_sets r order by r.released_on desc, r.revision desc limit 1))::text,
    'UTF8')), 'hex')
$function$;

CREATE OR REPLACE FUNCTION private.drawn_edges (
  p_steps jsonb
)
  RETURNS TABLE (
    node       text,
    outcome    text,
    to_node    text,
    delay      text,
    delay_kind text
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select s.x ->> 'node', o.outcome, s.x -> o.outcome ->> 'to', coalesce(s.x -> o.outcome ->> 'delay', '0'),
    coalesce(s.x -> o.outcome ->> 'delay_kind', 'business')
  from jsonb_array_elements(p_steps) s (x), unnest('{next,yes,no}'::text[]) o (outcome)
  where s.x -> o.outcome <> 'null'
$function$;

CREATE OR REPLACE FUNCTION private.drawn_problem (
  p_steps jsonb
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_problem text;
begin
  select format('node %s: %s', coalesce(to_json(n.node)::text, '?'), n.problem) into v_problem from (
    select s.n, s.x ->> 'node' as node, case
      when length(btrim(coalesce(s.x ->> 'node', ''))) not between 1 and 100 then 'it has no name'
      when count(*) over (partition by s.x ->> 'node') > 1 then 'two nodes have this name'
      when coalesce(s.x ->> 'kind', 'send') not in ('send', 'branch', 'hand_over') then 'unknown kind'
      when s.n = 1 and coalesce(s.x ->> 'kind', 'send') <> 'send' then 'a sequence begins with a message'
      when exists (select from private.drawn_edges(jsonb_build_array(s.x)) e where (coalesce(s.x ->> 'kind', 'send'),
          e.outcome) not in (('send', 'next'), ('branch', 'yes'), ('branch', 'no'))) then 'it has an unknown output'
      when exists (select from private.drawn_edges(jsonb_build_array(s.x)) e where e.to_node is null or not exists (
          select from jsonb_array_elements(p_steps) t where t ->> 'node' = e.to_node)) then 'it leads nowhere'
      when s.x ->> 'kind' = 'branch' and (select count(*) from private.drawn_edges(jsonb_build_array(s.x))) <> 2
        then 'an output is not connected'
      end as problem
    from jsonb_array_elements(p_steps) with ordinality s (x, n)) n
  where n.problem is not null order by n.n limit 1;
  if v_problem is not null then
    return v_problem;
  end if;
  with recursive walk as (
    select p_steps -> 0 ->> 'node' as node, 1 as depth
    union
    select e.to_node, w.depth + 1 from walk w join private.drawn_edges(p_steps) e on e.node = w.node
    where w.depth <= jsonb_array_length(p_steps)
  ), reached as (
    select w.node, max(w.depth) as depth from walk w group by 1
  )
  select format('node %s: %s', to_json(s.x ->> 'node'), case when r.node is null then 'nothing leads to it'
    else 'it is part of a loop' end) into v_problem
  from jsonb_array_elements(p_steps) with ordinality s (x, n) left join reached r on r.node = s.x ->> 'node'
  where r.node is null or r.depth > jsonb_array_length(p_steps)
  order by s.n limit 1;
  return v_problem;
end
$function$;

CREATE OR REPLACE FUNCTION private.end_run (
  p_org_id uuid,
  p_run_id uuid,
  p_reason text,
  p_as_of  timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_lead uuid;
begin
  update public.sequence_runs r set ended_at = p_as_of,
    state = case when p_reason in ('completed', 'handed_over') then 'completed'
      else 'stopped' end::public.sequence_run_state,
    end_reason = p_reason, next_at = null, message_id = null, refusal = null, paused_at = null, paused_by = null,
    branch_until = null
  where r.org_id = p_org_id and r.id = p_run_id and r.state in ('active', 'paused')
  returning r.lead_id into v_lead;
  perform private.complete_leads(p_org_id, array[v_lead]) where v_lead is not null;
end
$function$;

CREATE OR REPLACE FUNCTION private.follow_reply (
  p_org_id  uuid,
  p_lead_id uuid,
  p_at      timestamp with time zone
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform from public.leads l where l.org_id = p_org_id and l.id = p_lead_id for no key update;
  update public.sequence_runs r set replied_at = least(r.replied_at, p_at),
    next_at = case when r.branch_until is not null then least(r.next_at, p_at) else r.next_at end
  from public.sequences q
  where r.org_id = p_org_id and r.lead_id = p_lead_id and r.state in ('active', 'paused')
    and q.org_id = r.org_id and q.id = r.sequence_id and q.first_step is not null
    -- A message that was not requested yet would follow the reply.
    and (r.next_channel = 'branch' or exists (select from public.messages m
      where m.org_id = r.org_id and m.id = r.message_id and m.requested_at is not null))
    and private.awaits_reply(r.org_id, r.sequence_id, r.next_step);
  return found;
end
$function$;

CREATE OR REPLACE FUNCTION private.forecast_campaign_at (
  p_org_id      uuid,
  p_campaign_id uuid,
  p_date        date,
  p_as_of       timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k constant public.campaigns := private.campaign_for_admin(p_org_id, p_campaign_id);
  v_date constant date := coalesce(p_date, (select (p_as_of at time zone o.time_zone)::date + 1 from public.orgs o
    where o.id = p_org_id));
  v_hash constant text := private.campaign_state_hash(k);
  v_result jsonb;
begin
  if v_date < (p_as_of at time zone 'UTC')::date - 1 or v_date > (p_as_of at time zone 'UTC')::date + 366 then
    raise exception 'a forecast is for a day of the coming year' using errcode = 'SL506';
  end if;
  -- Channels of the sequence; without one, all.
  select jsonb_build_object(
    'candidates', coalesce(max(f.candidates), 0), 'sampled', coalesce(max(f.sampled), 0),
    'channels', coalesce(jsonb_agg(jsonb_build_object('channel', f.channel, 'outlook', f.outlook, 'leads', f.leads,
      'share', f.share) order by f.channel, f.leads desc, f.outlook) filter (where f.rule is null), '[]'),
    'reasons', coalesce(jsonb_agg(jsonb_build_object('channel', f.channel, 'outlook', f.outlook, 'rule', f.rule,
      'leads', f.leads, 'share', f.share) order by f.channel, f.leads desc, f.rule) filter (where f.rule is not null),
      '[]'))
  into v_result
  from public.gate_forecast(k.id, v_date, coalesce((select array_agg(distinct s.channel) from public.sequence_steps s
    where s.org_id = k.org_id and s.sequence_id = k.sequence_id and s.kind = 'send'), '{sms,voice_manual,voice_ai,email}')) f;
  insert into public.campaign_forecasts (org_id, campaign_id, hash, for_date, made_at, made_by, result)
  values (p_org_id, p_campaign_id, v_hash, v_date, p_as_of, auth.uid(), v_result);
  return v_result || jsonb_build_object('hash', v_hash, 'made_at', p_as_of, 'date', v_date);
end
$function$;

CREATE OR REPLACE FUNCTION private.launch_campaign_at (
  p_org_id      uuid,
  p_campaign_id uuid,
  p_hash        text,
  p_as_of       timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k public.campaigns := private.campaign_for_admin(p_org_id, p_campaign_id);
begin
  if k.state <> 'draft' then
    raise exception 'a % campaign cannot be launched', k.state using errcode = 'SL501';
  elsif p_hash is distinct from private.campaign_state_hash(k) or not private.has_forecast(k, p_as_of) then
    raise exception 'the campaign, its texts, senders or rules changed since the forecast, or it is older than a day: '
      'look at a new one' using errcode = 'SL504';
  elsif k.sequence_id is not null and exists (select from public.sequence_steps s
    where s.org_id = k.org_id and s.sequence_id = k.sequence_id and s.kind = 'send'
      and not exists (select from public.step_variants v
      where v.org_id = s.org_id and v.sequence_id = s.sequence_id and v.step = s.step and v.share > 0)) then
    raise exception 'a step of the sequence has no text' using errcode = 'SL504';
  end if;
  update public.campaigns c set state = 'running' where c.org_id = p_org_id and c.id = p_campaign_id returning * into k;
  return jsonb_build_object('campaign_id', k.id, 'state', k.state, 'version', k.version);
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
  insert into public.pipeline_events (org_id, lead_id, kind, at, detail)
  select p_org_id, l.id, 'replied', p_at, p_detail || jsonb_strip_nulls(jsonb_build_object('campaign_id',
    l.campaign_id))
  from public.leads l
  where l.org_id = p_org_id and l.id = any (p_lead_ids)
    and not exists (select from public.pipeline_events e
      where e.org_id = p_org_id and e.lead_id = l.id and e.kind = 'replied'
        and e.detail ->> 'campaign_id' is not distinct from l.campaign_id::text);
  perform set_config('sluice.actor', v_actor, true);
end
$function$;

CREATE OR REPLACE FUNCTION private.resume_runs (
  p_org_id  uuid,
  p_run_ids uuid[],
  p_by      text,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_count integer;
begin
  update public.sequence_runs r set state = 'active', paused_at = null, paused_by = null,
    -- Steps that became due meanwhile are spread over the coming hours.
    next_at = case
      when r.next_at is null then null
      when r.next_at > p_as_of or s.kind <> 'send' then r.next_at
      else private.fit_to_window(p_as_of, s.send_from, s.send_until, s.delay_kind = 'business', o.time_zone,
        o.holidays,
        private.hash_fraction(r.lead_id::text || s.sequence_id || s.step), case when p_by = 'campaign'
          then interval '1 day' end) end
  from public.orgs o, public.sequence_steps s
  where r.org_id = p_org_id and r.id = any (p_run_ids) and r.state = 'paused' and r.paused_by = p_by
    and o.id = r.org_id
    and s.org_id = r.org_id and s.sequence_id = r.sequence_id and s.step = r.next_step;
  get diagnostics v_count = row_count;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.sequence_content (
  p_org_id      uuid,
  p_sequence_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_build_object('first', q.first_step,
    'steps', (select jsonb_agg(to_jsonb(s) - 'sequence_id' order by s.step) from public.sequence_steps s
      where s.org_id = q.org_id and s.sequence_id = q.id),
    'edges', (select jsonb_agg(to_jsonb(e) - 'sequence_id' order by e.step, e.outcome) from public.sequence_edges e
      where e.org_id = q.org_id and e.sequence_id = q.id),
    'texts', (select jsonb_agg(to_jsonb(v) - 'sequence_id' order by v.step, v.variant) from public.step_variants v
      where v.org_id = q.org_id and v.sequence_id = q.id))
  from public.sequences q where q.org_id = p_org_id and q.id = p_sequence_id
$function$;

CREATE OR REPLACE FUNCTION private.step_due_at (
  p_step      public.sequence_steps,
  p_lead_id   uuid,
  p_after     timestamp with time zone,
  p_time_zone text,
  p_holidays  date[],
  p_is_first  boolean                  DEFAULT NULL::boolean
)
  RETURNS timestamp WITH time zone
  LANGUAGE plpgsql
  STABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  return private.fit_to_window(
    private.after_delay(p_after, p_step.delay, p_step.delay_kind = 'business', p_time_zone, p_holidays),
    p_step.send_from, p_step.send_until, p_step.delay_kind = 'business', p_time_zone, p_holidays,
    private.hash_fraction(p_lead_id::text || p_step.sequence_id || p_step.step),
    -- All leads of a feed start together; later steps keep their distance.
    case when coalesce(p_is_first, p_step.step = 1) then interval '1 day' end);
end
$function$;

CREATE OR REPLACE FUNCTION private.step_name (
  s public.sequence_steps
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select coalesce(s.node, 'Step ' || s.step)
$function$;

CREATE OR REPLACE FUNCTION private.stop_drawn_runs (
  p_org_id  uuid,
  p_lead_id uuid,
  p_reason  text,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if exists (select from public.sequence_runs r join public.sequences q on q.org_id = r.org_id and q.id = r.sequence_id
    where r.org_id = p_org_id and r.lead_id = p_lead_id and r.state in ('active', 'paused')
      and q.first_step is not null)
  then
    perform private.stop_runs(p_org_id, p_lead_id, p_reason, p_as_of);
    perform private.complete_leads(p_org_id, array[p_lead_id]);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.task_words (
  p_kind   text,
  p_detail jsonb
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select case p_kind
    when 'answer_reply' then case when p_detail ? 'possible_wish' then 'Read the message: it may ask us to stop'
      when p_detail ? 'unread' then 'Read the message: it is in a language that is not read automatically'
      when p_detail ->> 'read_by' = 'learned' then 'Check the wish that was read from the message'
      when p_detail ->> 'channel' in ('voice_ai', 'voice_manual') then 'Answer what was said on the phone'
      else 'Answer the message' end
    when 'call_back' then 'Call back'
    when 'prepare_booking' then 'Prepare the appointment'
    when 'follow_up_cancelled' then 'Follow up on the cancelled appointment'
    when 'follow_up' then 'Follow up'
    when 'to_do' then 'To do'
    when 'hand_over' then coalesce('Take over: ' || (p_detail ->> 'note'), 'Take over from the sequence')
    when 'review_call' then 'Review a call that the rules would not have allowed'
    else p_kind end
$function$;

CREATE OR REPLACE FUNCTION private.tg_leads__stop_runs()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET enable_seqscan TO 'off'
  AS $function$
begin
  -- Most leads that a list marks were never in a campaign. A reply that a branch takes care of ends nothing.
  if exists (select from public.sequence_runs r where r.org_id = new.org_id and r.lead_id = new.id)
    and not (new.campaign_status = 'replied' and exists (select from public.sequence_runs r
      where r.org_id = new.org_id and r.lead_id = new.id and r.state in ('active', 'paused')
        and r.replied_at is not null))
  then
    perform private.stop_runs(new.org_id, new.id, new.campaign_status::text,
      coalesce(nullif(current_setting('sluice.as_of', true), '')::timestamptz, now()));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_messages__wake_branch()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  update public.sequence_runs r set next_at = least(r.next_at, new.clicked_at + interval '1 minute')
  where r.org_id = new.org_id and r.id = new.run_id and r.state in ('active', 'paused') and r.next_channel = 'branch'
    and r.branch_until is not null and new.clicked_at > r.branch_since;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_sequence_runs__hand_over()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.create_task(new.org_id, new.lead_id, 'hand_over', jsonb_strip_nulls(jsonb_build_object(
    'sequence_id', s.sequence_id, 'step', s.step, 'node', s.node, 'note', s.note)), new.ended_at)
  from public.sequence_steps s
  where s.org_id = new.org_id and s.sequence_id = new.sequence_id and s.step = new.next_step;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_sequence_steps__update_runs()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  update public.sequence_runs r set next_channel = coalesce(new.channel, new.kind)
  where r.org_id = new.org_id and r.sequence_id = new.sequence_id and r.next_step = new.step
    and r.state in ('active', 'paused') and r.next_channel <> coalesce(new.channel, new.kind);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_step_variants__check_channel()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if exists (
    select from public.sequence_steps s
    join public.templates t on t.org_id = s.org_id and t.id = new.template_id
    where s.org_id = new.org_id and s.sequence_id = new.sequence_id and s.step = new.step
      and (t.channel is distinct from s.channel or (t.purpose = 'marketing' and s.purpose <> 'marketing')))
  then
    raise exception 'the template is for another channel, or is marketing in a transactional step'
      using errcode = 'SL522';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.tick (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_done jsonb := '{}'::jsonb;
  v_task record;
  v_feeds jsonb;
begin
  -- Each task, the refresh and each feed is a subtransaction: a failure is recorded and rolls back nothing else.
  for v_task in select * from private.daily_tasks() loop
    if private.run_daily_task(v_task.task, p_as_of) then
      v_done := v_done || jsonb_build_object(v_task.task, true);
    end if;
  end loop;
  -- First the nominations, then the feeds that take from them, also after an outage that covered both times.
  if public.refresh_contactable_leads(p_as_of) then
    v_done := v_done || '{"refresh": true}'::jsonb;
  end if;
  select jsonb_agg(jsonb_build_object('campaign_id', f.campaign_id, 'local_date', f.local_date, 'state', f.state,
    'fed', f.fed_count, 'unassigned', f.unassigned_count, 'late', f.late))
  into v_feeds from public.feed_campaigns(p_as_of) f;
  if v_feeds is not null then
    v_done := v_done || jsonb_build_object('feeds', v_feeds);
  end if;
  begin
    perform private.open_due_pulls(p_as_of);
  exception when others then
    raise warning 'opening due pulls failed: % (%)', sqlerrm, sqlstate;
  end;
  begin
    perform private.walk_due_runs(p_as_of);
  exception when others then
    raise warning 'walking due runs failed: % (%)', sqlerrm, sqlstate;
  end;
  begin
    perform private.sweep_facts(p_as_of);
  exception when others then
    raise warning 'sweeping facts failed: % (%)', sqlerrm, sqlstate;
  end;
  begin
    perform private.announce_closed_days(p_as_of);
  exception when others then
    raise warning 'announcing the end of the day failed: % (%)', sqlerrm, sqlstate;
  end;
  return v_done;
end
$function$;

CREATE OR REPLACE FUNCTION private.walk_due_runs (
  p_as_of  timestamp with time zone DEFAULT now(),
  p_org_id uuid                     DEFAULT NULL::uuid,
  p_limit  integer                  DEFAULT 2000
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_source record;
  v_run record;
  v_count integer := 0;
begin
  for v_source in
    select c.org_id, c.id as campaign_id, k.channel
    from public.campaigns c
    cross join unnest('{branch,hand_over}'::text[]) k (channel)
    where c.state = 'running' and (p_org_id is null or c.org_id = p_org_id)
      and (select r.next_at from public.sequence_runs r where r.org_id = c.org_id and r.campaign_id = c.id
        and r.next_channel = k.channel and r.state = 'active' and r.next_at <= p_as_of
        order by r.next_at limit 1) is not null
    order by c.org_id, c.id, k.channel
  loop
    for v_run in
      select r.id from public.sequence_runs r
      join public.leads l on l.org_id = r.org_id and l.id = r.lead_id
      where r.org_id = v_source.org_id and r.campaign_id = v_source.campaign_id
        and r.next_channel = v_source.channel and r.state = 'active' and r.next_at <= p_as_of
      order by r.next_at, r.id limit p_limit - v_count
      for no key update of r, l skip locked
    loop
      perform private.walk_run(v_source.org_id, v_run.id, null, p_as_of);
      v_count := v_count + 1;
    end loop;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.walk_run (
  p_org_id  uuid,
  p_run_id  uuid,
  p_outcome text                     DEFAULT NULL::text,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  r public.sequence_runs;
  s public.sequence_steps;
  e public.sequence_edges;
  o record;
  v_answer record;
  v_outcome text := p_outcome;
begin
  select x.* into r from public.sequence_runs x
  where x.org_id = p_org_id and x.id = p_run_id and x.state in ('active', 'paused');
  if not found then
    return;
  end if;
  select x.time_zone, x.holidays into o from public.orgs x where x.id = p_org_id;
  select x.* into s from public.sequence_steps x
  where x.org_id = p_org_id and x.sequence_id = r.sequence_id and x.step = r.next_step;
  if v_outcome = 'next' and s.kind = 'send' then
    r.branch_since := p_as_of;
  elsif v_outcome = 'next' and s.kind = 'branch' then
    -- Skipped: as if nothing happened.
    v_outcome := case s.event when 'no_answer' then 'yes' else 'no' end;
  end if;
  loop
    if v_outcome is null and s.kind = 'hand_over' then
      update public.sequence_runs x set next_step = r.next_step, next_channel = r.next_channel,
        branch_since = r.branch_since
      where x.org_id = p_org_id and x.id = p_run_id;
      perform private.end_run(p_org_id, p_run_id, 'handed_over', p_as_of);
      return;
    elsif v_outcome is null then
      -- The time begins when the lead arrived, however late this looks.
      r.branch_until := coalesce(r.branch_until, private.after_delay(r.next_at, s.within, false, o.time_zone,
        o.holidays));
      v_answer := private.answer_branch(r, s, p_as_of);
      v_outcome := v_answer.answer;
      r.next_at := coalesce(v_answer.next_at, r.next_at);
      exit when v_outcome is null;
      if (s.event, v_outcome) in (('replied', 'yes'), ('no_answer', 'no')) then
        r.replied_at := null;
      end if;
    end if;
    select x.* into e from public.sequence_edges x
    where x.org_id = p_org_id and x.sequence_id = r.sequence_id and x.step = s.step and x.outcome = v_outcome;
    if not found then
      perform private.end_run(p_org_id, p_run_id, case when r.sent_count > 0 then 'completed'
        else 'nothing_could_be_sent' end, p_as_of);
      return;
    end if;
    select x.* into s from public.sequence_steps x
    where x.org_id = p_org_id and x.sequence_id = r.sequence_id and x.step = e.to_step;
    if s.kind = 'send' and r.replied_at is not null then
      -- A person waits for an answer, and no branch has taken care of it.
      perform private.end_run(p_org_id, p_run_id, 'reply', p_as_of);
      return;
    end if;
    r.message_id := null;
    r.refusal := null;
    r.branch_until := null;
    r.next_step := s.step;
    r.next_channel := coalesce(s.channel, s.kind);
    s.delay := e.delay;
    s.delay_kind := e.delay_kind;
    r.next_at := case when s.kind = 'send'
      then private.step_due_at(s, r.lead_id, p_as_of, o.time_zone, o.holidays, false)
      else private.after_delay(p_as_of, s.delay, s.delay_kind = 'business', o.time_zone, o.holidays) end;
    exit when s.kind = 'send' or r.next_at > p_as_of;
    v_outcome := null;
  end loop;
  update public.sequence_runs x set message_id = r.message_id, refusal = r.refusal, next_step = r.next_step,
    next_channel = r.next_channel, next_at = r.next_at, branch_since = r.branch_since,
    branch_until = r.branch_until, replied_at = r.replied_at
  where x.org_id = p_org_id and x.id = p_run_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.write_edges (
  p_org_id      uuid,
  p_sequence_id uuid,
  p_steps       jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  insert into public.sequence_edges (org_id, sequence_id, step, outcome, to_step, delay, delay_kind)
  select p_org_id, p_sequence_id, f.step, e.outcome, t.step, e.delay::interval, e.delay_kind
  from private.drawn_edges(p_steps) e
  join public.sequence_steps f on f.org_id = p_org_id and f.sequence_id = p_sequence_id and f.node = e.node
  join public.sequence_steps t on t.org_id = p_org_id and t.sequence_id = p_sequence_id and t.node = e.to_node;
  update public.sequences q set first_step = f.step
  from public.sequence_steps f
  where q.org_id = p_org_id and q.id = p_sequence_id and f.org_id = q.org_id and f.sequence_id = q.id
    and f.node = p_steps -> 0 ->> 'node';
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
  insert into public.sequence_runs (org_id, campaign_id, lead_id, sequence_id, next_step, next_channel, next_at,
    correlation_id, started_at)
  select p_org_id, p_campaign_id, f.lead_id, (n.s).sequence_id, (n.s).step, (n.s).channel,
    private.step_due_at(n.s, f.lead_id, p_as_of, o.time_zone, o.holidays, true), v_feed.correlation_id, p_as_of
  from unnest(v_leads) f (lead_id)
  join public.orgs o on o.id = p_org_id
  cross join lateral (
    select x as s from public.sequence_steps x
    join public.sequences q on q.org_id = x.org_id and q.id = x.sequence_id
    where x.org_id = p_org_id and x.sequence_id = v_campaign.sequence_id and x.step = coalesce(q.first_step, x.step)
    order by x.step limit 1) n
  on conflict do nothing;
  insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
  select p_org_id, f.lead_id, 'fed', p_as_of, v_feed.correlation_id,
    jsonb_build_object('campaign_id', p_campaign_id, 'place', f.place)
  from unnest(v_leads) with ordinality f (lead_id, place);

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

CREATE OR REPLACE FUNCTION public.move_runs (
  p_org_id      uuid,
  p_sequence_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  q public.sequences;
  v_moved integer;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  select x.* into q from public.sequences x where x.org_id = p_org_id and x.id = p_sequence_id;
  if not found then
    raise exception 'sequence not found' using errcode = 'SL526';
  end if;
  -- Leads before runs: the common lock order.
  perform from public.leads l
  where l.org_id = p_org_id and l.id in (select r.lead_id from public.sequence_runs r join public.sequences x
    on x.org_id = r.org_id and x.id = r.sequence_id
    where r.org_id = p_org_id and x.name = q.name and x.id <> q.id and r.state in ('active', 'paused'))
  order by l.id for no key update;
  update public.sequence_runs r set sequence_id = q.id, next_step = s.step, next_channel = coalesce(s.channel, s.kind)
  from public.sequence_steps s, public.sequences x, public.sequence_steps o
  where r.org_id = p_org_id and r.state in ('active', 'paused') and r.message_id is null
    and x.org_id = r.org_id and x.id = r.sequence_id and x.name = q.name and x.id <> q.id
    and o.org_id = r.org_id and o.sequence_id = r.sequence_id and o.step = r.next_step
    and s.org_id = r.org_id and s.sequence_id = q.id and s.kind = o.kind
    and private.step_name(s) = private.step_name(o);
  get diagnostics v_moved = row_count;
  perform private.record_audit(p_org_id, 'sequence.moved', q.id::text, jsonb_build_object('name', q.name, 'version',
    q.version, 'leads', v_moved));
  return jsonb_build_object('moved', v_moved, 'stayed', (
    select count(*) from public.sequence_runs r join public.sequences x on x.org_id = r.org_id and x.id = r.sequence_id
    where r.org_id = p_org_id and x.name = q.name and x.id <> q.id and r.state in ('active', 'paused')));
end
$function$;

CREATE OR REPLACE FUNCTION public.save_sequence (
  p_org_id  uuid,
  p_name    text,
  p_steps   jsonb,
  p_version integer DEFAULT NULL::integer,
  p_dry_run boolean DEFAULT false
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  q public.sequences;
  v_latest public.sequences;
  v_step jsonb;
  v_nth integer := 0;
  v_name text := 'step 0';
  v_number integer;
  v_highest integer;
  v_drawn boolean;
  v_campaigns integer;
  v_problem text;
  v_answer jsonb;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform pg_advisory_xact_lock(hashtextextended('sluice sequence ' || p_org_id || btrim(p_name), 0));
  select x.* into v_latest from public.sequences x where x.org_id = p_org_id and x.name = btrim(p_name)
  order by x.version desc limit 1;
  if p_version is distinct from v_latest.version then
    raise exception 'the sequence has version % already: read it again', coalesce(v_latest.version, 0)
      using errcode = 'SL525', detail = coalesce(v_latest.version, 0)::text;
  elsif jsonb_typeof(p_steps) is distinct from 'array' or jsonb_array_length(p_steps) not between 1 and 50 then
    raise exception 'a sequence has 1 to 50 steps' using errcode = 'SL526';
  end if;
  select bool_or(s.x ->> 'node' is not null) into v_drawn from jsonb_array_elements(p_steps) s (x);
  v_problem := case when v_drawn then private.drawn_problem(p_steps)
    when v_latest.first_step is not null then 'the sequence is drawn: its steps have names'
    when exists (select from jsonb_array_elements(p_steps) s where coalesce(s ->> 'kind', 'send') <> 'send')
      then 'only a drawn sequence has branches and hand-overs' end;
  if v_problem is not null then
    raise exception '%', v_problem using errcode = 'SL526';
  end if;
  select coalesce(max(s.step), 0) into v_highest
  from public.sequences x join public.sequence_steps s on s.org_id = x.org_id and s.sequence_id = x.id
  where x.org_id = p_org_id and x.name = btrim(p_name);
  insert into public.sequences (org_id, name, version) values (p_org_id, btrim(p_name), coalesce(v_latest.version, 0) + 1)
  returning * into q;
  for v_step in select s from jsonb_array_elements(p_steps) s loop
    v_nth := v_nth + 1;
    v_name := 'step ' || v_nth;
    v_number := v_nth;
    if v_drawn then
      v_name := format('node %s', v_step -> 'node');
      -- A node keeps its number in all versions, so that no lead gets its message twice.
      select s.step into v_number
      from public.sequences x join public.sequence_steps s on s.org_id = x.org_id and s.sequence_id = x.id
      where x.org_id = p_org_id and x.name = q.name and private.step_name(s) = v_step ->> 'node'
      order by x.version desc limit 1;
      if not found then
        v_highest := v_highest + 1;
        v_number := v_highest;
      end if;
    end if;
    insert into public.sequence_steps (org_id, sequence_id, step, channel, delay, delay_kind, send_from, send_until,
      purpose, sender_id, node, kind, event, within, note)
    values (p_org_id, q.id, v_number, v_step ->> 'channel', coalesce((v_step ->> 'delay')::interval, '0'),
      coalesce(v_step ->> 'delay_kind', 'business'), coalesce((v_step ->> 'send_from')::time, '09:00'),
      coalesce((v_step ->> 'send_until')::time, '17:00'), coalesce(v_step ->> 'purpose', 'marketing'),
      (v_step ->> 'sender_id')::uuid, v_step ->> 'node', coalesce(v_step ->> 'kind', 'send'), v_step ->> 'event',
      (v_step ->> 'within')::interval, nullif(btrim(v_step ->> 'note'), ''));
    insert into public.step_variants (org_id, sequence_id, step, variant, template_id, share)
    select p_org_id, q.id, v_number, coalesce(v.x ->> 'variant', chr(96 + v.n::integer)),
      (v.x ->> 'template_id')::uuid, coalesce((v.x ->> 'share')::integer, 1)
    from jsonb_array_elements(v_step -> 'variants') with ordinality v (x, n);
    if coalesce(v_step ->> 'kind', 'send') = 'send' and not exists (select from public.step_variants v
      where v.org_id = p_org_id and v.sequence_id = q.id and v.step = v_number and v.share > 0) then
      raise exception '% has no text', v_name using errcode = 'SL526';
    end if;
  end loop;
  if v_drawn then
    perform private.write_edges(p_org_id, q.id, p_steps);
  end if;
  update public.campaigns k set sequence_id = q.id
  where k.org_id = p_org_id and k.state <> 'finished' and k.sequence_id in (select x.id from public.sequences x
    where x.org_id = p_org_id and x.name = q.name and x.id <> q.id);
  get diagnostics v_campaigns = row_count;
  v_answer := jsonb_build_object('sequence_id', q.id, 'version', q.version, 'campaigns', v_campaigns,
    'leads_on_older', (
      select count(*) from public.sequence_runs r join public.sequences x on x.org_id = r.org_id
        and x.id = r.sequence_id
      where r.org_id = p_org_id and x.name = q.name and x.id <> q.id and r.state in ('active', 'paused')),
    -- They feed their next leads into this version, and nobody has looked at a forecast of it.
    'running', (select coalesce(jsonb_agg(jsonb_build_object('campaign_id', k.id, 'name', k.name) order by k.name), '[]')
      from public.campaigns k where k.org_id = p_org_id and k.sequence_id = q.id and k.state = 'running'));
  if p_dry_run or (v_drawn
    and private.sequence_content(p_org_id, q.id) = private.sequence_content(p_org_id, v_latest.id))
  then
    raise transaction_rollback;
  end if;
  return v_answer;
exception
  -- Undoes what was written, here only.
  when transaction_rollback then
    return v_answer || case when p_dry_run then '{"sequence_id": null, "dry_run": true}'
      else jsonb_build_object('sequence_id', v_latest.id, 'version', v_latest.version, 'unchanged', true, 'campaigns', 0)
    end;
  when check_violation or not_null_violation or foreign_key_violation or unique_violation or invalid_text_representation
    or datetime_field_overflow or invalid_datetime_format or invalid_parameter_value or numeric_value_out_of_range then
    raise exception '% is not valid: %', v_name, sqlerrm using errcode = 'SL526';
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_sequence"(uuid, text, jsonb, integer, boolean) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.sequence_versions (
  p_org_id      uuid,
  p_sequence_id uuid,
  p_limit       integer DEFAULT 50
)
  RETURNS TABLE (
    id         uuid,
    name       text,
    version    integer,
    drawn      boolean,
    leads      bigint,
    running    jsonb,
    created_at timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  select q.id, q.name, q.version, q.first_step is not null,
    (select count(*) from public.sequence_runs r where r.org_id = q.org_id and r.sequence_id = q.id
      and r.state in ('active', 'paused')),
    (select coalesce(jsonb_agg(jsonb_build_object('campaign_id', k.id, 'name', k.name) order by k.name), '[]')
      from public.campaigns k where k.org_id = q.org_id and k.sequence_id = q.id and k.state = 'running'), q.created_at
  from public.sequences x join public.sequences q on q.org_id = x.org_id and q.name = x.name
  where x.org_id = p_org_id and x.id = p_sequence_id
  order by q.version desc limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."sequence_versions"(uuid, uuid, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.show_sequence (
  p_org_id      uuid,
  p_sequence_id uuid
)
  RETURNS TABLE (
    step       smallint,
    channel    text,
    delay      interval,
    delay_kind text,
    send_from  time without time zone,
    send_until time without time zone,
    purpose    text,
    sender_id  uuid,
    sender     text,
    variants   jsonb,
    waiting    bigint,
    in_flight  bigint,
    paused     bigint,
    node       text,
    kind       text,
    event      text,
    within     interval,
    note       text,
    edges      jsonb,
    is_first   boolean
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  with runs as (
    select r.next_step, count(*) filter (where r.state = 'active' and r.message_id is null) as waiting,
      count(*) filter (where r.message_id is not null) as in_flight,
      count(*) filter (where r.state = 'paused' and r.message_id is null) as paused
    from public.sequence_runs r
    where r.org_id = p_org_id and r.sequence_id = p_sequence_id and r.state in ('active', 'paused') group by 1
  )
  select s.step, s.channel, s.delay, s.delay_kind, s.send_from, s.send_until, s.purpose, s.sender_id, n.name,
    coalesce((select jsonb_agg(jsonb_build_object('variant', v.variant, 'share', v.share, 'template_id', v.template_id,
        'template', t.name, 'version', t.version, 'newest', not exists (select from public.templates x
          where x.org_id = t.org_id and x.name = t.name and x.version > t.version)) order by v.variant)
      from public.step_variants v join public.templates t on t.org_id = v.org_id and t.id = v.template_id
      where v.org_id = s.org_id and v.sequence_id = s.sequence_id and v.step = s.step), '[]'),
    coalesce(r.waiting, 0), coalesce(r.in_flight, 0), coalesce(r.paused, 0), s.node, s.kind, s.event, s.within, s.note,
    coalesce((select jsonb_object_agg(e.outcome, jsonb_build_object('to', t.node, 'delay', e.delay, 'delay_kind',
        e.delay_kind))
      from public.sequence_edges e join public.sequence_steps t on t.org_id = e.org_id
        and t.sequence_id = e.sequence_id and t.step = e.to_step
      where e.org_id = s.org_id and e.sequence_id = s.sequence_id and e.step = s.step), '{}'),
    s.step = coalesce(q.first_step, (select min(x.step) from public.sequence_steps x where x.org_id = s.org_id
      and x.sequence_id = s.sequence_id))
  from public.sequence_steps s
  join public.sequences q on q.org_id = s.org_id and q.id = s.sequence_id
  left join public.senders n on n.org_id = s.org_id and n.id = s.sender_id
  left join runs r on r.next_step = s.step
  where s.org_id = p_org_id and s.sequence_id = p_sequence_id
  order by s.step;
end
$function$;

REVOKE ALL ON FUNCTION "public"."show_sequence"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.template_steps (
  p_org_id      uuid,
  p_template_id uuid
)
  RETURNS TABLE (
    sequence_id      uuid,
    sequence         text,
    sequence_version integer,
    step             smallint,
    variant          text,
    template_id      uuid,
    version          integer,
    share            integer,
    waiting          bigint,
    campaigns        text[]
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  select v.sequence_id, q.name, q.version, v.step, v.variant, o.id, o.version, v.share,
    (select count(*) from public.sequence_runs r where r.org_id = v.org_id and r.sequence_id = v.sequence_id
      and r.state in ('active', 'paused') and case when q.first_step is null then r.next_step <= v.step
        else not exists (select from public.messages m where m.org_id = r.org_id and m.run_id = r.id and m.step = v.step
          and m.state <> 'cancelled') end),
    array(select k.name from public.campaigns k where k.org_id = v.org_id and k.sequence_id = v.sequence_id
      and k.state <> 'finished' order by k.name)
  from public.templates t
  join public.templates o on o.org_id = t.org_id and o.name = t.name and o.id <> t.id
  join public.step_variants v on v.org_id = o.org_id and v.template_id = o.id
  join public.sequences q on q.org_id = v.org_id and q.id = v.sequence_id
  where t.org_id = p_org_id and t.id = p_template_id
  order by q.name, q.version, v.step, v.variant;
end
$function$;

ALTER TABLE "public"."sequence_edges"
  ADD CONSTRAINT "edge_begins_at_a_step" FOREIGN KEY (org_id, sequence_id, step) REFERENCES public.sequence_steps(org_id, sequence_id, step) ON DELETE CASCADE;

ALTER TABLE "public"."sequence_edges"
  ADD CONSTRAINT "edge_ends_at_a_step" FOREIGN KEY (org_id, sequence_id, to_step) REFERENCES public.sequence_steps(org_id, sequence_id, step) ON DELETE CASCADE;

ALTER TABLE "public"."sequence_steps"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "branch_decides_within_a_year"
    CHECK (((within >= '00:00:00'::interval) AND (within <= '365 days'::interval) AND (EXTRACT(year FROM within) = (0)::numeric) AND (EXTRACT(month FROM within) = (0)::numeric)));

ALTER TABLE "public"."sequence_steps"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "only_branches_have_an_event" CHECK ((((kind = 'branch'::text) = (num_nulls(event, within) = 0)) AND (num_nulls(event, within) <> 1)));

ALTER TABLE "public"."sequence_steps"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "only_hand_overs_have_a_note" CHECK ((((note IS NULL) OR (kind = 'hand_over'::text)) AND (length(note) <= 500)));

ALTER TABLE "public"."sequence_steps"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "only_send_steps_have_a_channel" CHECK (((kind = 'send'::text) = (channel IS NOT NULL)));

ALTER TABLE "public"."sequence_steps"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "step_event_is_known" CHECK ((event = ANY (ARRAY['replied'::text, 'clicked'::text, 'no_answer'::text])));

ALTER TABLE "public"."sequence_steps"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "step_kind_is_known" CHECK ((kind = ANY (ARRAY['send'::text, 'branch'::text, 'hand_over'::text])));

ALTER TABLE "public"."sequence_steps"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "step_node_has_a_name" CHECK (((length(btrim(node)) >= 1) AND (length(btrim(node)) <= 100)));

ALTER TABLE "public"."sequence_steps"
  -- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint
  ADD CONSTRAINT "step_node_is_unique" UNIQUE (org_id, sequence_id, node);

ALTER TABLE "public"."tasks"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "task_kind_is_known"
    CHECK
    ((kind = ANY (ARRAY['answer_reply'::text, 'call_back'::text, 'prepare_booking'::text, 'follow_up_cancelled'::text, 'follow_up'::text, 'to_do'::text, 'review_call'::text,
    'hand_over'::text])));

CREATE INDEX sequence_edges_to_idx ON public.sequence_edges USING btree (org_id, sequence_id, to_step);

CREATE TRIGGER _300_wake_branch
  AFTER UPDATE OF clicked_at ON public.messages
  FOR EACH ROW
  WHEN (((new.run_id IS NOT NULL) AND (new.clicked_at IS NOT NULL) AND (old.clicked_at IS DISTINCT FROM new.clicked_at)))
  EXECUTE FUNCTION private.tg_messages__wake_branch();

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE ON public.sequence_edges
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('sequence_edge', 'sequence_id,step,outcome', 'to_step', 'delay', 'delay_kind');

CREATE TRIGGER _300_hand_over
  AFTER UPDATE OF ended_at ON public.sequence_runs
  FOR EACH ROW
  WHEN (((old.ended_at IS NULL) AND (new.end_reason = 'handed_over'::text)))
  EXECUTE FUNCTION private.tg_sequence_runs__hand_over();

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE ON public.sequence_steps
  FOR EACH ROW
  EXECUTE FUNCTION
    private.tg_audit_row('sequence_step', 'sequence_id,step', 'channel', 'delay', 'delay_kind', 'send_from', 'send_until', 'purpose', 'sender_id', 'node', 'kind', 'event',
    'within', 'note');

CREATE POLICY "select_members" ON "public"."sequence_edges"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."sequence_edges"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

COMMENT ON COLUMN "public"."sequence_edges"."delay" IS 'Between the two steps, counted as in sequence_steps.delay_kind.';

COMMENT ON COLUMN "public"."sequence_edges"."outcome" IS 'next: after a message was sent or skipped; yes, no: the answer of a branch.';

COMMENT ON COLUMN "public"."sequence_runs"."branch_since" IS 'Of a drawn sequence: when the last message was sent or skipped. A branch counts what the person did since.';

COMMENT ON COLUMN "public"."sequence_runs"."branch_until" IS 'When the branch at next_step stops waiting for its event; null before it begins to, and elsewhere.';

COMMENT ON COLUMN "public"."sequence_runs"."next_channel" IS 'Channel of next_step, so that due steps can be found by channel; branch or hand_over where it sends nothing.';

COMMENT ON COLUMN "public"."sequence_runs"."replied_at" IS 'A reply that a branch has not followed yet. Where none does before the next message, the run ends.';

COMMENT ON COLUMN "public"."sequence_steps"."delay" IS 'After the previous step was sent; for step 1, after the feed. Days and shorter units, no months. In a drawn sequence, of the first step only; the others wait for the delay of the edge that leads to them.';

COMMENT ON COLUMN "public"."sequence_steps"."event" IS 'What the person did since the last message. replied; clicked: a person, not a scanner; no_answer: neither.';

COMMENT ON COLUMN "public"."sequence_steps"."kind" IS 'send: a message; branch: yes or no, by event; hand_over: the broker gets a task, and the run ends.';

COMMENT ON COLUMN "public"."sequence_steps"."node" IS 'The name in a drawn sequence; null in a list.';

COMMENT ON COLUMN "public"."sequence_steps"."note" IS 'What the broker reads in the task of a hand-over. No personal data.';

COMMENT ON COLUMN "public"."sequence_steps"."step" IS 'In a list, the order. In a drawn sequence, the number that the node of this name has in all versions.';

COMMENT ON COLUMN "public"."sequence_steps"."within" IS 'How long a branch waits for the event. The answer is yes as soon as it happens, otherwise no after this time; for no_answer the other way round.';

COMMENT ON COLUMN "public"."sequences"."first_step" IS 'Where leads begin in a drawn sequence, whose steps follow sequence_edges; null: a list, in the order of its steps.';

COMMENT ON COLUMN "public"."tasks"."kind" IS 'answer_reply: the person wrote or spoke; call_back: the person called; prepare_booking: an appointment was booked; follow_up_cancelled: an appointment was cancelled; follow_up, to_do: a member''s own; review_call: a call was recorded that the gate would not have allowed; hand_over: a drawn sequence ended at a hand-over.';

COMMENT ON FUNCTION "private"."after_delay"(timestamp with time zone, interval, boolean, text, date[]) IS 'The instant after a delay of days, business days if p_business, and shorter units in the time zone.';

COMMENT ON FUNCTION "private"."answer_branch"(public.sequence_runs, public.sequence_steps, timestamp with time zone) IS 'yes or no, or when to look again. A click counts a minute later: one that follows may show that it was a scanner''s.';

COMMENT ON FUNCTION "private"."awaits_reply"(uuid, uuid, smallint) IS 'Whether a branch on a reply is at this step, or comes before the next message after it.';

COMMENT ON FUNCTION "private"."drawn_edges"(jsonb) IS 'The edges of the nodes that save_sequence gets.';

COMMENT ON FUNCTION "private"."drawn_problem"(jsonb) IS 'Why nodes and edges are not a sequence that ends: names, outputs, loops, nodes that nothing leads to. Null: they are.';

COMMENT ON FUNCTION "private"."end_run"(uuid, uuid, text, timestamp with time zone) IS 'Ends one run: completed for the reasons completed and handed_over, otherwise stopped. Its lead is completed.';

COMMENT ON FUNCTION "private"."follow_reply"(uuid, uuid, timestamp with time zone) IS 'Whether a branch of the lead''s drawn sequence takes care of a reply before the next message; notes it there. Otherwise a reply ends the run.';

COMMENT ON FUNCTION "private"."mark_leads_replied"(uuid, uuid[], timestamp with time zone, jsonb) IS 'Records that a person replied: stops active runs, unless a branch of a drawn sequence follows the reply (never a request to stop), sets the lead to replied (unless booked, opted out or invalid), and counts it in the funnel once per campaign. Repeating it has no effect.';

COMMENT ON FUNCTION "private"."sequence_content"(uuid, uuid) IS 'Steps, edges and texts of a version, to tell whether two are the same.';

COMMENT ON FUNCTION "private"."step_due_at"(public.sequence_steps, uuid, timestamp with time zone, text, date[], boolean) IS 'When a step is due for a lead whose previous step was sent at p_after (for the first step: that was fed then; p_is_first, by default step 1). Depends on its arguments alone.';

COMMENT ON FUNCTION "private"."step_name"(public.sequence_steps) IS 'The name of a step: of its node, or Step and its number in a list.';

COMMENT ON FUNCTION "private"."stop_drawn_runs"(uuid, uuid, text, timestamp with time zone) IS 'Ends the run of a lead in a drawn sequence after a wrong number: its branches would read silence as no answer. A list goes on with the next number.';

COMMENT ON FUNCTION "private"."tg_messages__wake_branch"() IS 'Trigger: makes a run due that waits at a branch when a person clicks. Whoever writes messages writes runs.';

COMMENT ON FUNCTION "private"."tg_sequence_runs__hand_over"() IS 'Trigger: a run that ends at a hand-over makes a task for the lead''s broker, in the same transaction. Definer: not every role that ends runs may write tasks.';

COMMENT ON FUNCTION "private"."walk_due_runs"(timestamp with time zone, uuid, integer) IS 'Walks the runs that are due at a branch or a hand-over, p_limit at most, and returns how many. Runs that others have locked wait for the next call. Definer: a job of the schedule, and it writes runs.';

COMMENT ON FUNCTION "private"."walk_run"(uuid, uuid, text, timestamp with time zone) IS 'Moves a run of a drawn sequence on until it waits or ends. p_outcome next: its step was sent or skipped; null: it waits at a branch or a hand-over and is due. Call it with lead and run locked. Edges lead forward, so it ends.';

COMMENT ON FUNCTION "private"."write_edges"(uuid, uuid, jsonb) IS 'Writes the edges of a new version and where it begins. For save_sequence, whose definer owns the tables.';

COMMENT ON FUNCTION "public"."move_runs"(uuid, uuid) IS 'Moves the leads of older versions of a sequence to this one, each to the node with the name, in a list to the step with the number, where it waits: {moved, stayed}. A lead stays while its message is in flight, and where the new version has no such step of its kind. The time of the next step stays. For owners, admins and the service. Raises SL111 and SL526. Definer: members may not write runs.';

COMMENT ON FUNCTION "public"."save_sequence"(uuid, text, jsonb, integer, boolean) IS 'Saves a sequence as its next version: {sequence_id, version, campaigns, leads_on_older, running}. p_steps in order: [{channel, delay, delay_kind, send_from, send_until, purpose, sender_id, variants: [{variant, template_id, share}]}]. Steps with a node are a drawn sequence, the first node first: {node, kind, event, within, note, next|yes|no: {to, delay, delay_kind}}; the same as the last version is not saved again (unchanged). p_version: the version that was read, null for a new name. p_dry_run: nothing is saved. Campaigns that ran an older version feed into this one; those in running do so without another forecast. Leads that are in an older one stay there (move_runs). For owners, admins and the service. Raises SL111, SL522, SL525 (there is another version) and SL526 (a step is not valid). Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."sequence_versions"(uuid, uuid, integer) IS 'All versions of the sequence that this version is one of, the newest first, with the leads in each and the running campaigns that feed into it. Raises SL111. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."show_sequence"(uuid, uuid) IS 'The steps of a version of a sequence with their texts ([{variant, share, template_id, template, version, newest}]), and how many leads wait before each, are in flight, or paused. Of a drawn sequence with node, kind, event, within, note, and edges {next|yes|no: {to, delay, delay_kind}}. Raises SL111. Definer: one check for all callers.';

COMMENT ON TABLE "public"."sequence_edges" IS 'What follows a step of a drawn sequence. After a step without an edge, the sequence ends.';

COMMENT ON TABLE "public"."sequence_steps" IS 'One touch: its channel, its delay after the previous step, and its hours. In a drawn sequence also a branch, which decides by what the person did, or a hand-over to the broker, which ends it.';

COMMENT ON TABLE "public"."tasks" IS 'The next steps for a lead''s broker: of the pipeline, one open task per lead and kind. detail holds ids and codes only. Of answer_reply: channel, request, unread (in a language that the reader does not read), possible_wish (perhaps a wish to be left alone; nothing ended), read_by learned (a wish that the learned reader added). Of hand_over: sequence_id, step, node, and the note of the sequence.';

REVOKE ALL ON FUNCTION "private"."after_delay"(timestamp WITH time zone, interval, boolean, text, date[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."after_delay"(timestamp WITH time zone, interval, boolean, text, date[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."answer_branch"(public.sequence_runs, public.sequence_steps, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."answer_branch"(public.sequence_runs, public.sequence_steps, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."awaits_reply"(uuid, uuid, smallint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."awaits_reply"(uuid, uuid, smallint) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."drawn_edges"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."drawn_edges"(jsonb) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."drawn_problem"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."drawn_problem"(jsonb) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."end_run"(uuid, uuid, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."end_run"(uuid, uuid, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."follow_reply"(uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."follow_reply"(uuid, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."sequence_content"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."sequence_content"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."step_due_at"(public.sequence_steps, uuid, timestamp WITH time zone, text, date[], boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."step_due_at"(public.sequence_steps, uuid, timestamp WITH time zone, text, date[], boolean) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."step_name"(public.sequence_steps) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."step_name"(public.sequence_steps) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."step_name"(public.sequence_steps) TO "service_role";

REVOKE ALL ON FUNCTION "private"."stop_drawn_runs"(uuid, uuid, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."stop_drawn_runs"(uuid, uuid, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_messages__wake_branch"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_messages__wake_branch"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_sequence_runs__hand_over"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_sequence_runs__hand_over"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."walk_due_runs"(timestamp WITH time zone, uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."walk_run"(uuid, uuid, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."walk_run"(uuid, uuid, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."write_edges"(uuid, uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."save_sequence"(uuid, text, jsonb, integer, boolean) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_sequence"(uuid, text, jsonb, integer, boolean) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."sequence_versions"(uuid, uuid, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."sequence_versions"(uuid, uuid, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."show_sequence"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."show_sequence"(uuid, uuid) TO "service_role";

REVOKE ALL ON TABLE "public"."sequence_edges" FROM "authenticated";

GRANT SELECT ON TABLE "public"."sequence_edges" TO "authenticated";

GRANT SELECT ON TABLE "public"."sequence_edges" TO "pipeline_writer";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."sequence_edges" TO "service_role";

REVOKE ALL ON TABLE "public"."sequence_steps" FROM "authenticated";

GRANT SELECT ON TABLE "public"."sequence_steps" TO "authenticated";

REVOKE ALL ON TABLE "public"."step_variants" FROM "authenticated";

GRANT SELECT ON TABLE "public"."step_variants" TO "authenticated";

-- Rights that default privileges would change.

revoke execute on function private.walk_due_runs(timestamp with time zone,uuid,integer) from pipeline_writer;
revoke execute on function private.write_edges(uuid,uuid,jsonb) from pipeline_writer;

-- Reference data, queues and cron jobs.

do $cron$
begin
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    raise notice 'no pg_cron in this database: its jobs stay as they are';
    return;
  end if;
  perform cron.schedule('sluice-branches', '* * * * *', 'set statement_timeout = ''1min''; select private.walk_due_runs()');
end
$cron$;
