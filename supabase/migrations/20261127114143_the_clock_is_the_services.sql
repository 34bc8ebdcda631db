-- the clock is the services: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.caller_clock (
  p_as_of timestamp with time zone
)
  RETURNS timestamp WITH time zone
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select case when private.is_trusted_caller() then p_as_of else now() end
$function$;

CREATE OR REPLACE FUNCTION private.member_clock()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_old constant jsonb := case when tg_op = 'UPDATE' then to_jsonb(old) else '{}' end;
  v_new constant jsonb := to_jsonb(new);
  v_set jsonb := '{}';
  v_column text;
begin
  if current_user not in ('anon', 'authenticated') then
    return new;
  end if;
  foreach v_column in array tg_argv loop
    if v_new -> v_column is distinct from coalesce(v_old -> v_column, 'null') and v_new -> v_column <> 'null' then
      v_set := v_set || jsonb_build_object(v_column, now());
    end if;
  end loop;
  return jsonb_populate_record(new, v_set);
end
$function$;

CREATE OR REPLACE FUNCTION public.add_conflict_rule (
  p_org_id      uuid,
  p_street      text,
  p_city        text                     DEFAULT NULL::text,
  p_state       text                     DEFAULT NULL::text,
  p_zip         text                     DEFAULT NULL::text,
  p_county_fips text                     DEFAULT NULL::text,
  p_note        text                     DEFAULT NULL::text,
  p_preview     boolean                  DEFAULT false,
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_buildings bytea[];
  v_rule bigint;
  v_open integer;
begin
  p_as_of := private.caller_clock(p_as_of);
  if private.may_answer_conflicts(p_org_id) is not true then
    raise exception 'org not found' using errcode = 'SL302';
  end if;
  v_buildings := private.buildings_of(p_street, p_city, p_state, p_zip);
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  if p_preview then
    select count(*) into v_open from private.conflicts_like(p_org_id, null, null, v_buildings, null) c
    where p_county_fips is null or c.row_keys ->> 'county_fips' = p_county_fips;
    return jsonb_build_object('rule_id', null, 'open', v_open, 'closed', 0, 'left', v_open);
  end if;
  insert into public.conflict_rules (org_id, address, buildings, county_fips, note, created_at, created_by)
  values (p_org_id, concat_ws(', ', p_street, p_city, concat_ws(' ', p_state, p_zip)), v_buildings, p_county_fips,
    p_note, p_as_of, auth.uid())
  returning id into v_rule;
  return jsonb_build_object('rule_id', v_rule) || public.close_conflicts(p_org_id, 'own', p_rule_id => v_rule,
    p_preview => false, p_as_of => p_as_of) - 'unclear';
end
$function$;

CREATE OR REPLACE FUNCTION public.close_conflict (
  p_org_id      uuid,
  p_conflict_id bigint,
  p_lead_id     uuid                     DEFAULT NULL::uuid,
  p_resolution  text                     DEFAULT NULL::text,
  p_answer      public.conflict_answer   DEFAULT NULL::public.conflict_answer,
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS public.conflict_state
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k public.lead_conflicts;
  v_answer constant public.conflict_answer := coalesce(p_answer,
    case when p_lead_id is null then 'dismiss' else 'same' end::public.conflict_answer);
  v_state public.conflict_state;
begin
  p_as_of := private.caller_clock(p_as_of);
  -- The lock of a resolve, taken first: a resolve reads answers and opens conflicts.
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  select c.* into k from public.lead_conflicts c
  where c.org_id = p_org_id and c.id = p_conflict_id and c.state = 'open' and private.may_answer_conflicts(c.org_id)
  for update;
  if not found then
    raise exception 'open conflict not found' using errcode = 'SL302';
  end if;
  if (v_answer = 'same') <> (p_lead_id is not null) then
    raise exception 'name a lead for the answer same, and only for it' using errcode = 'SL304';
  end if;
  if p_lead_id is not null and not exists (
      select from public.leads l where l.org_id = p_org_id and l.id = p_lead_id) then
    raise exception 'lead not found' using errcode = 'SL303';
  end if;
  perform private.settle_conflict(k, v_answer, p_lead_id, p_resolution, null, p_as_of);
  select c.state into v_state from public.lead_conflicts c where c.org_id = p_org_id and c.id = p_conflict_id;
  return v_state;
end
$function$;

CREATE OR REPLACE FUNCTION public.close_conflicts (
  p_org_id    uuid,
  p_answer    public.conflict_answer,
  p_upload_id uuid                     DEFAULT NULL::uuid,
  p_reason    text                     DEFAULT NULL::text,
  p_street    text                     DEFAULT NULL::text,
  p_city      text                     DEFAULT NULL::text,
  p_state     text                     DEFAULT NULL::text,
  p_zip       text                     DEFAULT NULL::text,
  p_rule_id   bigint                   DEFAULT NULL::bigint,
  p_preview   boolean                  DEFAULT true,
  p_limit     integer                  DEFAULT 200,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k public.lead_conflicts;
  v_buildings bytea[];
  v_open integer;
  v_unclear integer;
  v_closed integer := 0;
begin
  p_as_of := private.caller_clock(p_as_of);
  if private.may_answer_conflicts(p_org_id) is not true then
    raise exception 'org not found' using errcode = 'SL302';
  end if;
  if p_street is not null then
    v_buildings := private.buildings_of(p_street, p_city, p_state, p_zip);
  end if;
  if num_nonnulls(p_upload_id, p_reason, v_buildings, p_rule_id) = 0 then
    raise exception 'name an upload, a reason, a building or a rule' using errcode = 'SL305';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  select count(*), count(*) filter (where p_answer = 'same' and cardinality(c.lead_ids) <> 1)
  into v_open, v_unclear
  from private.conflicts_like(p_org_id, p_upload_id, p_reason, v_buildings, p_rule_id) c;
  if not p_preview then
    for k in
      select c.* from private.conflicts_like(p_org_id, p_upload_id, p_reason, v_buildings, p_rule_id) c
      where p_answer <> 'same' or cardinality(c.lead_ids) = 1
        and exists (select from public.leads l where l.org_id = p_org_id and l.id = c.lead_ids[1])
      order by c.id
      limit p_limit
    loop
      perform private.settle_conflict(k, p_answer, case when p_answer = 'same' then k.lead_ids[1] end, null,
        p_rule_id, p_as_of);
      v_closed := v_closed + 1;
    end loop;
  end if;
  return jsonb_build_object('open', v_open, 'unclear', v_unclear, 'closed', v_closed,
    'left', v_open - v_unclear - v_closed);
end
$function$;

CREATE OR REPLACE FUNCTION public.control_campaign (
  p_org_id      uuid,
  p_campaign_id uuid,
  p_action      text,
  p_reason      text                     DEFAULT NULL::text,
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
begin
  p_as_of := private.caller_clock(p_as_of);
  perform from public.campaigns x
  where x.org_id = p_org_id and x.id = p_campaign_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}'))) for no key update;
  if not found then
    raise exception 'campaign % not found', p_campaign_id using errcode = 'SL512';
  elsif p_action is null or p_action not in ('pause', 'resume', 'stop') then
    raise exception 'unknown action %: use pause, resume or stop', p_action using errcode = 'SL513';
  end if;
  perform set_config('sluice.as_of', p_as_of::text, true);
  -- Repeating an action has no effect.
  update public.campaigns x set state = w.state
  from (select case p_action when 'pause' then 'paused' when 'resume' then 'running'
    else 'finished' end::public.campaign_state as state) w
  where x.org_id = p_org_id and x.id = p_campaign_id and x.state <> w.state;
  if found and p_action = 'stop' and p_reason is not null then
    update public.sequence_runs r set end_reason = p_reason
    where r.org_id = p_org_id and r.campaign_id = p_campaign_id and r.state = 'stopped' and r.ended_at = p_as_of
      and r.end_reason = 'campaign_finished';
  end if;
  perform set_config('sluice.as_of', v_clock, true);
  return (select jsonb_build_object('campaign_id', x.id, 'state', x.state,
      'runs', (select coalesce(jsonb_object_agg(s.state, s.count), '{}') from (select r.state, count(*)
        from public.sequence_runs r
        where r.org_id = p_org_id and r.campaign_id = p_campaign_id group by 1) s))
    from public.campaigns x where x.org_id = p_org_id and x.id = p_campaign_id);
end
$function$;

CREATE OR REPLACE FUNCTION public.control_lead (
  p_org_id  uuid,
  p_lead_id uuid,
  p_action  text,
  p_reason  text                     DEFAULT NULL::text,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  r public.sequence_runs;
begin
  p_as_of := private.caller_clock(p_as_of);
  if p_action is null or p_action not in ('pause', 'resume', 'skip', 'stop') then
    raise exception 'unknown action %: use pause, resume, skip or stop', p_action using errcode = 'SL513';
  end if;
  perform from public.leads x
  where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}'))
      or (x.org_id = any (private.my_org_ids('{broker}')) and x.assigned_broker_id = any (private.my_broker_ids())))
  for no key update;
  if not found then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL511';
  end if;
  select x.* into r from public.sequence_runs x
  where x.org_id = p_org_id and x.lead_id = p_lead_id and x.state in ('active', 'paused') for no key update;
  if not found then
    raise exception 'lead % has no active sequence run', p_lead_id using errcode = 'SL513';
  end if;
  perform set_config('sluice.actor', 'system', true);
  case p_action
    when 'pause' then
      perform private.pause_runs(p_org_id, array[r.id], 'lead', p_as_of);
      update public.sequence_runs x set paused_by = 'lead' where x.org_id = p_org_id and x.id = r.id
        and x.paused_by = 'campaign';
      update public.leads x set campaign_status = 'paused'
      where x.org_id = p_org_id and x.id = p_lead_id and x.campaign_status in ('queued', 'active');
    when 'resume' then
      perform private.resume_runs(p_org_id, array[r.id], 'lead', p_as_of);
      update public.leads x set campaign_status = case when r.sent_count > 0 then 'active'
        else 'queued' end::public.campaign_status
      where x.org_id = p_org_id and x.id = p_lead_id and x.campaign_status = 'paused';
      -- The run stays paused while its campaign is.
      perform private.pause_runs(p_org_id, array[r.id], 'campaign', p_as_of)
      from public.campaigns c where c.org_id = p_org_id and c.id = r.campaign_id and c.state = 'paused';
    when 'skip' then
      perform private.cancel_waiting(p_org_id, array[r.id], 'skipped', p_as_of);
      perform private.skip_steps(p_org_id, jsonb_build_array(jsonb_build_object('run_id', r.id, 'step', r.next_step,
        'channel', r.next_channel,
        'at', p_as_of, 'rules', array['skipped_by_person'], 'reason', p_reason, 'by', auth.uid())), p_as_of);
    when 'stop' then
      perform private.stop_runs(p_org_id, p_lead_id, coalesce(p_reason, 'stopped_by_person'), p_as_of);
      perform private.complete_leads(p_org_id, array[p_lead_id]);
  end case;
  perform set_config('sluice.actor', v_actor, true);
  select x.* into r from public.sequence_runs x where x.org_id = p_org_id and x.id = r.id;
  return jsonb_build_object('run_id', r.id, 'state', r.state, 'next_step', r.next_step, 'next_at', r.next_at,
    'message_id', r.message_id);
end
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
  v_contacts integer;
  v_values bytea[];
  v_kept jsonb;
begin
  p_as_of := private.caller_clock(p_as_of);
  if not exists (select from public.leads x where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))) then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL426';
  end if;
  perform set_config('sluice.actor', 'system', true), set_config('sluice.erasing', 'yes', true);
  -- A person who asked for erasure must not be contacted when a list contains the number again.
  perform private.suppress_value(c.org_id, c.value_bidx, c.kind, null, 'erasure', 'request to erase', p_as_of)
  from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  v_values := array(select c.value_bidx from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id);
  delete from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  get diagnostics v_contacts = row_count;
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
  update public.lead_changes h
  set changes = (select jsonb_object_agg(k, '"erased"'::jsonb) from jsonb_object_keys(h.changes) k)
  where h.org_id = p_org_id and h.changes is not null and (h.lead_id = p_lead_id
    or h.lead_id in (select m.merged_id from public.lead_merges m where m.org_id = p_org_id
      and m.survivor_id = p_lead_id));
  update public.lead_merges m set merged_row = jsonb_build_object('id', m.merged_id, 'erased_at', p_as_of)
  where m.org_id = p_org_id and p_lead_id in (m.survivor_id, m.merged_id);
  -- Rows that wait for an answer: those that name the lead, and those with a phone or e-mail of the person.
  with erased as (
    update public.lead_conflicts c set row_keys = '{}', identity = null, building = null, contacts = '{}',
      state = 'dismissed', closed_at = coalesce(c.closed_at, p_as_of), resolution = 'erased'
    where c.org_id = p_org_id and (p_lead_id = any (c.lead_ids) or c.lead_id = p_lead_id or c.contacts && v_values)
    returning c.id
  )
  delete from private.conflict_rows x using erased e where x.org_id = p_org_id and x.conflict_id = e.id;
  delete from public.conflict_answers a where a.org_id = p_org_id and a.lead_id = p_lead_id;
  -- Messages are kept by their ids; texts and the provider's references to them are erased.
  update public.messages m set text_cipher = null, key_id = null, in_reply_to = null, error_detail = null
  where m.org_id = p_org_id and m.lead_id = p_lead_id;
  v_kept := jsonb_build_object(
    'suppressions', v_contacts,
    'messages', (select count(*) from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id),
    'consents', (select count(*) from public.consents c where c.org_id = p_org_id and c.lead_id = p_lead_id),
    'decisions', (select count(*) from public.gate_decisions d where d.org_id = p_org_id and d.lead_id = p_lead_id),
    'contact_attempts', (select count(*) from public.contact_attempts a where a.org_id = p_org_id
      and a.lead_id = p_lead_id),
    'why', 'suppressions as hashes, so that the person is not contacted again; consents, decisions, messages and '
      'contact attempts for five years (16 CFR 310.5)',
    'uploaded_files', 'stored files that list the person are deleted after the org''s raw_days');
  insert into public.erasures (org_id, lead_id, reason, erased_at, erased_by, kept)
  values (p_org_id, p_lead_id, p_reason, p_as_of, auth.uid(), v_kept);
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.erasing', '', true);
  return v_kept;
end
$function$;

CREATE OR REPLACE FUNCTION public.record_consent (
  p_org_id           uuid,
  p_lead_id          uuid,
  p_contact_point_id bigint,
  p_consent          jsonb,
  p_as_of            timestamp with time zone DEFAULT now()
)
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  c public.contact_points;
  v_fault text;
  v_id bigint;
  v_at timestamptz;
begin
  p_as_of := private.caller_clock(p_as_of);
  select x.* into c from public.contact_points x
  where x.org_id = p_org_id and x.lead_id = p_lead_id and x.id = p_contact_point_id
    and private.may_act_for_lead(p_org_id, p_lead_id);
  if not found then
    raise exception 'contact % of lead % not found', p_contact_point_id, p_lead_id using errcode = 'SL405';
  end if;
  v_fault := private.consent_error(p_consent, c.kind, p_as_of);
  if v_fault is not null then
    raise exception 'invalid consent: %', v_fault using errcode = 'SL404';
  end if;
  v_at := private.read_instant(p_consent -> 'occurred_at');
  -- Recording the same document twice returns one consent.
  select x.id into v_id from public.consents x
  where x.org_id = p_org_id and x.value_bidx = c.value_bidx and x.action = 'grant' and x.occurred_at = v_at
    and x.method = p_consent ->> 'method' and x.evidence = btrim(p_consent ->> 'evidence');
  if found then
    return v_id;
  end if;
  insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, masked, action, type, channels,
    purpose,
    shown_text, text_sha256, language, seller, automated_disclosed, not_condition_of_purchase, method, signature,
      evidence, evidence_sha256,
    occurred_at, time_zone, recorded_by, recorded_by_user, recorded_at)
  select p_org_id, p_lead_id, c.id, c.value_bidx, c.kind, c.masked, 'grant', p_consent ->> 'type',
    array(select distinct jsonb_array_elements_text(p_consent -> 'channels') order by 1),
      coalesce(p_consent ->> 'purpose', 'marketing'),
    t.body, sha256(convert_to(t.body, 'UTF8')), p_consent ->> 'language', p_consent ->> 'seller',
    (p_consent -> 'automated_disclosed')::boolean, (p_consent -> 'not_condition_of_purchase')::boolean,
    p_consent ->> 'method', nullif(btrim(p_consent ->> 'signature'), ''), btrim(p_consent ->> 'evidence'),
    decode(p_consent ->> 'evidence_sha256', 'hex'), v_at,
    (select z.name from pg_catalog.pg_timezone_names z where z.name = p_consent ->> 'time_zone'), 'member',
      auth.uid(), p_as_of
  from (select nullif(btrim(p_consent ->> 'text'), '') as body) t
  returning id into v_id;
  -- A broker's entry does not lift suppressions; owners and admins have seen the document.
  if p_consent ->> 'type' in ('pec', 'pewc') and (private.is_trusted_caller() or p_org_id
    = any (private.my_org_ids('{owner,admin}'))) then
    perform private.lift_suppressions(p_org_id, v_id, p_as_of);
  end if;
  return v_id;
end
$function$;

CREATE OR REPLACE FUNCTION public.replay_inbox (
  p_org_id   uuid,
  p_inbox_id bigint,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_batch constant uuid := gen_random_uuid();
begin
  p_as_of := private.caller_clock(p_as_of);
  if not (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'))) then
    raise exception 'replayable delivery not found' using errcode = 'SL603';
  end if;
  update public.webhook_inbox i set state = 'received', processed_at = null, error = null, batch_id = v_batch
  where i.org_id = p_org_id and i.id = p_inbox_id and i.state in ('dead', 'unmatched') and i.body_cipher is not null;
  if not found then
    raise exception 'replayable delivery not found' using errcode = 'SL603';
  end if;
  perform private.resolve_dead_letter('process-inbox', jsonb_build_object('inbox_id', p_inbox_id), p_as_of);
  perform private.send_job('process-inbox', jsonb_build_object('batch_id', v_batch), v_batch::text);
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION public.replay_notification (
  p_org_id          uuid,
  p_notification_id uuid,
  p_as_of           timestamp with time zone DEFAULT now()
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  p_as_of := private.caller_clock(p_as_of);
  if not (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'))) then
    raise exception 'failed notification not found' using errcode = 'SL604';
  end if;
  update public.notifications n set state = 'pending', failed_at = null
  where n.org_id = p_org_id and n.id = p_notification_id and n.state = 'failed';
  if not found then
    raise exception 'failed notification not found' using errcode = 'SL604';
  end if;
  perform private.resolve_dead_letter('notify', jsonb_build_object('notification_id', p_notification_id), p_as_of);
  perform private.send_job('notify', jsonb_build_object('notification_id', p_notification_id),
    p_notification_id::text);
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION public.rerun_upload (
  p_upload_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  u public.uploads;
  v_answer text;
  v_id uuid := gen_random_uuid();
  v_first uuid;
begin
  p_as_of := private.caller_clock(p_as_of);
  -- A rerun is read again as the upload that it read.
  select x.* into u from public.uploads x
  where x.id = (select coalesce(y.rerun_of_upload_id, y.id) from public.uploads y where y.id = p_upload_id)
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))
  for update;
  if not found then
    raise exception 'upload not found' using errcode = 'SL203';
  end if;
  v_answer := private.rerun_answer(u);
  if v_answer <> 'ready' then
    raise exception 'upload % cannot be read again: %', u.id, case v_answer
      when 'current' then 'its last run was read with the settings that the source has now'
      when 'running' then 'it is not finished'
      when 'failed' then 'it failed, so replay it'
      when 'not_stored' then 'its bytes are no longer stored'
      when 'undone' then 'it was undone'
      else 'it was a dry run' end using errcode = 'SL208';
  end if;

  insert into public.uploads (id, org_id, source_id, state, filename, parts_expected, correlation_id, received_at,
    rerun_of_upload_id, observed_at, read_with)
  select v_id, u.org_id, u.source_id, 'processing', u.filename, u.parts_expected, gen_random_uuid(), p_as_of,
    u.id, u.received_at, private.read_settings(s)
  from public.sources s where s.id = u.source_id;
  insert into public.upload_parts (org_id, upload_id, part, bytes, sha256, content_encoding, key_id, received_at,
    stored_part_id)
  select p.org_id, v_id, p.part, p.bytes, p.sha256, b.content_encoding, private.active_key_id(p.org_id, 'data'), p_as_of,
    b.id
  from public.upload_parts p
  join public.upload_parts b on b.id = private.stored_part(p)
  where p.upload_id = u.id;
  -- Its rejects are read again, too: replaying the old ones would read them twice.
  update public.pipeline_dlq d
  set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the upload was read again'), 2000)
  where d.org_id = u.org_id and d.resolved_at is null and d.source in ('rejects', 'stage-part')
    and d.payload ->> 'part_id' in (
      select p.id::text from public.upload_parts p join public.uploads x on x.id = p.upload_id
      where x.org_id = u.org_id and u.id in (x.id, x.rerun_of_upload_id) and x.id <> v_id);
  -- The other parts are queued when part 1 has given the header.
  select p.id into strict v_first from public.upload_parts p where p.upload_id = v_id and p.part = 1;
  perform private.send_job('stage-part', jsonb_build_object('part_id', v_first), v_first::text);
  return v_id;
end
$function$;

CREATE OR REPLACE FUNCTION public.undo_upload (
  p_upload_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  u public.uploads;
  v_rerun uuid;
  v_kept jsonb;
  v_more jsonb;
  v_reverted integer;
  v_unmerged integer;
  v_deleted integer;
begin
  p_as_of := private.caller_clock(p_as_of);
  select x.* into u from public.uploads x
  where x.id = p_upload_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')));
  if not found then
    raise exception 'upload not found' using errcode = 'SL203';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(u.org_id::text, 1));
  select x.* into strict u from public.uploads x where x.id = p_upload_id for update;
  if u.state not in ('completed', 'failed') or exists (
      select from public.upload_parts p where p.upload_id = u.id and p.state in ('received', 'staging', 'staged')) then
    raise exception 'upload % is %: only a finished upload can be undone', u.id, u.state using errcode = 'SL206';
  end if;
  select r.id into v_rerun from public.uploads r
  where r.org_id = u.org_id and r.rerun_of_upload_id = u.id and r.state not in ('undone', 'failed')
  order by r.received_at desc limit 1;
  if found then
    raise exception 'upload % was read again: undo upload % first', u.id, v_rerun using errcode = 'SL209',
      detail = v_rerun;
  end if;
  perform set_config('sluice.actor', 'system', true);

  delete from public.lead_addresses a where a.org_id = u.org_id and a.created_upload_id = u.id;
  select coalesce(jsonb_agg(jsonb_build_object('lead_id', r.lead_id, 'reason', r.reason))
    filter (where r.reason is not null), '[]'),
    count(*) filter (where r.reverted)
  into v_kept, v_reverted
  from private.revert_changes(u.org_id, u.id) r;
  v_unmerged := private.unmerge_leads(u.org_id, u.id, p_as_of);

  with gone as (
    delete from public.contact_points c using public.leads l
    where l.org_id = u.org_id and l.id = c.lead_id and c.org_id = u.org_id and c.created_upload_id = u.id
      and l.created_upload_id is distinct from u.id and l.campaign_status = 'new'
    returning c.lead_id
  )
  select v_reverted + count(distinct g.lead_id) filter (where g.lead_id not in (
      select x.lead_id from public.lead_changes x where x.org_id = u.org_id and x.upload_id = u.id
        and x.action = 'updated'))
  into v_reverted from gone g;
  perform private.refresh_verification(u.org_id, array(
    select distinct x.lead_id from public.lead_changes x where x.org_id = u.org_id and x.upload_id = u.id
      and x.action = 'updated'));

  select coalesce(jsonb_agg(jsonb_build_object('lead_id', l.id, 'reason', k.reason)), '[]') into v_more
  from public.leads l cross join lateral (select private.reason_to_keep(l, u.id) as reason) k
  where l.org_id = u.org_id and l.source_id = u.source_id and l.created_upload_id = u.id and k.reason is not null;
  with gone as (
    delete from public.leads l
    where l.org_id = u.org_id and l.source_id = u.source_id and l.created_upload_id = u.id
      and private.reason_to_keep(l, u.id) is null
    returning l.id
  )
  select count(*) into v_deleted from gone;

  perform private.withdraw_conflict_rows(u.org_id, u.id, 'the upload was undone', p_as_of);
  update public.pipeline_dlq d
  set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the upload was undone'), 2000)
  where d.org_id = u.org_id and d.resolved_at is null and d.source in ('rejects', 'stage-part', 'resolve-upload')
    and (d.payload ->> 'upload_id' = u.id::text or d.payload ->> 'part_id' in (
      select p.id::text from public.upload_parts p where p.upload_id = u.id));
  delete from public.ingest_replay_guard g where g.upload_id = u.id;
  -- Uploads that skipped parts because this one had them read them after all.
  perform private.unskip_part(p.id) from public.upload_parts p
  join public.uploads x on x.id = p.upload_id and x.state <> 'undone'
  where p.org_id = u.org_id and p.duplicate_of_upload_id = u.id and p.state = 'duplicate'
  order by p.upload_id, p.part;
  update public.uploads x set state = 'undone', undone_at = p_as_of, completed_at = coalesce(x.completed_at, p_as_of)
  where x.id = u.id;
  return jsonb_build_object(
    'undone', jsonb_build_object('deleted', v_deleted, 'reverted', v_reverted, 'unmerged', v_unmerged),
    'kept', v_kept || v_more);
end
$function$;

CREATE TRIGGER _150_member_clock
  BEFORE UPDATE ON public.replies
  FOR EACH ROW
  EXECUTE FUNCTION private.member_clock('labelled_at', 'answered_at');

CREATE TRIGGER _150_member_clock
  BEFORE INSERT OR UPDATE ON public.senders
  FOR EACH ROW
  EXECUTE FUNCTION private.member_clock('authenticated_at');

CREATE TRIGGER _150_member_clock
  BEFORE UPDATE ON public.subscriptions
  FOR EACH ROW
  EXECUTE FUNCTION private.member_clock('ended_at');

CREATE TRIGGER _150_member_clock
  BEFORE UPDATE ON public.tasks
  FOR EACH ROW
  EXECUTE FUNCTION private.member_clock('done_at');

COMMENT ON FUNCTION "private"."caller_clock"(timestamp with time zone) IS 'The time of a record: p_as_of for the service and the pipeline, the real time for members and everybody else.';

COMMENT ON FUNCTION "private"."member_clock"() IS 'Trigger: times that a member writes are the real time, whatever the value; the arguments name the columns.';

REVOKE ALL ON FUNCTION "private"."caller_clock"(timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."caller_clock"(timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."member_clock"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."member_clock"() TO "pipeline_writer";
