-- requests of persons on the desk: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "public"."desk_canned_answers"(uuid, uuid, text);

DROP FUNCTION "public"."desk_consents"(uuid, uuid);

DROP FUNCTION "public"."desk_members"(uuid);

DROP FUNCTION "public"."list_broker_loads"(uuid);

DROP FUNCTION "public"."list_pulls"(uuid);

DROP FUNCTION "public"."list_sequences"(uuid, integer, text);

DROP FUNCTION "public"."list_sources"(uuid);

DROP FUNCTION "public"."list_templates"(uuid, integer, text, text);

DROP FUNCTION "public"."sequence_versions"(uuid, uuid, integer);

CREATE OR REPLACE FUNCTION private.consent_would_lift (
  p_consent public.consents
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select p_consent.recorded_by = 'member' and p_consent.type in ('pec', 'pewc') and exists (
    select from public.suppressions s cross join unnest(private.unlifted_channels(s)) ch
    where s.org_id = p_consent.org_id and s.value_bidx = p_consent.value_bidx
      and private.can_lift_suppression(s, p_consent, ch) and not private.was_revoked_since(p_consent, ch))
$function$;

CREATE OR REPLACE FUNCTION private.lead_title (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select concat_ws(', ', private.owner_name(p_org_id, l.id),
    nullif(private.street_line(l.situs_house_number, l.situs_street, l.situs_unit), ''))
  from public.leads l where l.org_id = p_org_id and l.id = p_lead_id
$function$;

CREATE OR REPLACE FUNCTION private.org_setting_choices (
  p_key text
)
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select case p_key
    when 'trace_order' then jsonb '[["cost_per_hit", "the one that costs least for each answer"],
      ["position", "the first in the order of the traces"]]'
    when 'trace_wants' then jsonb '[["phone", "a phone number"], ["email", "an e-mail address"],
      ["either", "a phone number or an e-mail address"]]'
    when 'property_fallback' then jsonb '[["off", "no"], ["on", "yes"]]'
  end
$function$;

CREATE OR REPLACE FUNCTION private.org_setting_kinds()
  RETURNS TABLE (
    key      text,
    area     text,
    title    text,
    hint     text,
    pattern  text,
    standard text
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  values
    ('seller', 'Identity', 'Seller', 'The name that consents must carry.', '^.{1,200}$', 'the name of the org'),
    ('help_contact', 'Identity', 'Contact in the answer to HELP', 'A phone number or an address.', '^.{1,200}$',
      'your broker'),
    ('postal_address', 'Identity', 'Postal address', 'New e-mail senders get it. The law asks for a valid one in '
      'every marketing e-mail (CAN-SPAM Act).', '^.{5,255}$', 'none'),
    ('consent_page', 'Identity', 'Consent page', 'The https address that serves the consent form.',
      '^https://[^#[:space:]]+$', 'none'),
    ('raw_days', 'Retention', 'Days for which the bytes of finished uploads are kept',
      'Rejected rows and bodies of processed webhooks go with them. Afterwards nothing can be replayed.',
      '^[1-9][0-9]{0,3}$', '30'),
    ('events_months', 'Retention', 'Months for which steps of the funnel and deliveries of webhooks are kept',
      '10 or more. The numbers of the funnel stay.', '^[1-9][0-9]{1,2}$', 'always'),
    ('calls_months', 'Retention', 'Months for which calls to data providers are kept',
      '10 or more. The sums of what they cost stay.', '^[1-9][0-9]{1,2}$', 'always'),
    ('decision_years', 'Retention', 'Years for which decisions of the gate are kept',
      'Five or more (16 CFR 310.5).', '^([5-9]|[1-9][0-9])$', '5'),
    ('consent_months', 'Retention', 'Months after which a consent expires', 'Counted from the day it was given.',
      '^[1-9][0-9]{0,2}$', 'never'),
    ('lead_attempts_24h', 'Limits', 'Contacts with a lead in 24 hours', 'All channels together.', '^[1-9][0-9]{0,2}$',
      'none of the org''s own'),
    ('org_attempts_24h', 'Limits', 'Contacts of the org in 24 hours', 'All channels together.', '^[1-9][0-9]{0,5}$',
      'none'),
    ('reveals_per_hour', 'Limits', 'Leads whose plain values a member may see in an hour',
      'Look-ups by phone or e-mail count, too.', '^[1-9][0-9]{0,4}$', '120'),
    ('soft_bounces', 'Limits', 'Soft bounces after which an address counts as invalid', 'A delivery begins anew.',
      '^[1-9][0-9]{0,2}$', '5'),
    ('soft_bounce_days', 'Limits', 'Days within which soft bounces add up', '', '^[1-9][0-9]{0,2}$', '30'),
    ('merge_probability', 'Matching', 'Probability from which two leads are merged without a person',
      '0.9 to 1. Empty: a person answers every candidate.', '^(0[.]9[0-9]{0,8}|1([.]0{1,8})?)$', 'never'),
    ('trace_cap_usd', 'Skip traces', 'Most that traces of a lead may cost in half a year, in USD', '',
      '^[0-9]{1,4}([.][0-9]{1,6})?$', '1'),
    ('trace_order', 'Skip traces', 'Which provider is asked first', '', '^(cost_per_hit|position)$', 'cost_per_hit'),
    ('trace_wants', 'Skip traces', 'What a trace looks for', '', '^(phone|email|either)$', 'phone'),
    ('property_fallback', 'Property data', 'Ask the next provider about properties that the first does not know',
      'The forecast of a run then counts both.', '^(on|off)$', 'off')
$function$;

CREATE OR REPLACE FUNCTION private.pull_problem (
  p_constraint text,
  p_message    text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select case p_constraint
    when 'pull_kind_is_known' then 'a pull is of kind file, socrata, arcgis, s3 or sftp'
    when 'sftp_pull_pins_its_server' then 'SFTP needs a user, and the fingerprint of the server''s key: SHA256: and 43 '
      'characters'
    when 's3_pull_names_its_access_key' then 'S3 needs the id of an access key'
    when 'pull_has_a_time' then 'a pull has one to 24 times a day'
    when 'pull_weekdays_are_iso' then 'choose at least one day of the week'
    when 'pull_loss_is_a_share' then 'the share of rows that may be lost is 0 to 100 %'
    when 'pull_names_its_terms' then 'write under which terms the data is used'
    when 'pull_url_is_public' then p_message
    else 'a value is missing or not valid' end
$function$;

CREATE OR REPLACE FUNCTION private.tell_desk()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_org_id uuid;
  v_told text := coalesce(current_setting('sluice.told', true), '');
  v_this text;
begin
  if to_regprocedure('realtime.send(jsonb, text, text, boolean)') is null then
    return null;
  end if;
  for v_org_id in select distinct n.org_id from new_rows n loop
    v_this := format('%s %s;', tg_argv[0], v_org_id);
    -- The desk hears at the commit, so the first statement of a transaction has told it for all of them.
    continue when strpos(v_told, v_this) > 0;
    begin
      execute 'select realtime.send($1, $2, $3, true)' using '{}'::jsonb, tg_argv[0], 'desk:' || v_org_id;
      v_told := v_told || v_this;
      perform set_config('sluice.told', v_told, true);
    -- A message that is lost costs the time to the next look; a write that is lost costs the lead.
    exception when others then
      raise warning 'the desk is not told of %: %', tg_argv[0], sqlerrm;
    end;
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.unlifted_channels (
  p_suppression public.suppressions
)
  RETURNS text[]
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select array(
    select ch from unnest(case when p_suppression.channel is null then private.channels_for_kind(p_suppression.kind)
      else array[p_suppression.channel] end) ch
    where not exists (select from public.suppression_lifts l
      where l.org_id = p_suppression.org_id and l.suppression_id = p_suppression.id and l.channel = ch))
$function$;

CREATE OR REPLACE FUNCTION public.confirm_consent (
  p_org_id     uuid,
  p_lead_id    uuid,
  p_consent_id bigint
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  if not exists (select from public.consents c join public.contact_points p on p.org_id = c.org_id
      and p.lead_id = p_lead_id and p.value_bidx = c.value_bidx
    where c.org_id = p_org_id and c.id = p_consent_id and c.action = 'grant' and private.consent_would_lift(c)) then
    raise exception 'consent not found, or it lifts no suppression of this lead' using errcode = 'SL408';
  end if;
  perform private.record_audit(p_org_id, 'consent.confirmed', p_consent_id::text,
    jsonb_build_object('lead_id', p_lead_id));
  return private.lift_suppressions(p_org_id, p_consent_id, now());
end
$function$;

REVOKE ALL ON FUNCTION "public"."confirm_consent"(uuid, uuid, bigint) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.consent_wordings (
  p_org_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin,broker}');
  return (
    select jsonb_build_object('seller', coalesce(o.settings ->> 'seller', o.name), 'texts', coalesce((
      select jsonb_agg(jsonb_build_object('version', t.version, 'title', t.title, 'body', t.body, 'language', t.language,
        'channels', t.channels, 'automated_disclosed', t.automated_disclosed,
        'not_condition_of_purchase', t.not_condition_of_purchase) order by t.version desc)
      from (select x.* from public.consent_texts x where x.org_id = o.id and x.seller = coalesce(o.settings ->> 'seller',
        o.name) order by x.version desc limit 20) t), '[]'))
    from public.orgs o where o.id = p_org_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."consent_wordings"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_canned_answers (
  p_org_id  uuid,
  p_lead_id uuid    DEFAULT NULL::uuid,
  p_channel text    DEFAULT NULL::text,
  p_limit   integer DEFAULT 50,
  p_cursor  text    DEFAULT NULL::text
)
  RETURNS TABLE (
    id         uuid,
    name       text,
    channel    text,
    body       text,
    filled     text,
    created_by uuid,
    updated_at timestamp with time zone,
    cursor     text
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
begin
  return query
  select c.id, c.name, c.channel, c.body,
    case when p_lead_id is not null then private.fill_canned(c.body, private.canned_values(p_org_id, p_lead_id)) end,
    c.created_by, c.updated_at, jsonb_build_array(c.name, c.id)::text
  from public.canned_answers c
  where c.org_id = p_org_id and p_org_id = any (private.my_org_ids())
    and (p_channel is null or coalesce(c.channel, p_channel) = p_channel)
    and (v_after is null or (c.name, c.id) > (v_after ->> 0, (v_after ->> 1)::uuid))
  order by c.name, c.id limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."desk_canned_answers"(uuid, uuid, text, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_consents (
  p_org_id  uuid,
  p_lead_id uuid,
  p_limit   integer DEFAULT 50,
  p_cursor  text    DEFAULT NULL::text
)
  RETURNS TABLE (
    at               timestamp with time zone,
    kind             text,
    id               text,
    contact_point_id bigint,
    contact          text,
    channels         text[],
    why              text,
    source           text,
    recorded_by      text,
    is_active        boolean,
    liftable         boolean,
    confirmable      boolean,
    evidence         jsonb,
    cursor           text
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_cursor, 3);
begin
  if not private.is_trusted_caller() and not private.sees_lead(p_org_id, p_lead_id) then
    return;
  end if;
  return query
  with points as (
    select c.id, c.value_bidx, c.masked, c.kind from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id
  ), found as (
    select c.occurred_at as at, case c.action when 'grant' then 'consent' else 'revocation' end as kind,
      c.id::text as id, p.id as contact_point_id, coalesce(p.masked, c.masked) as contact, c.channels,
      case c.action when 'grant' then concat_ws(', ', c.type, c.purpose, case when c.is_unproven then 'unproven' end)
        else 'ends ' || c.revoked_scope end as why,
      c.method as source,
      -- What a person wrote or said came from the person, though a member may have recorded it.
      case when c.recorded_by_user is not null then private.member_name(p_org_id, c.recorded_by_user)
        else c.recorded_by end as recorded_by,
      true as is_active, false as liftable, c.action = 'grant' and private.consent_would_lift(c) as confirmable,
      jsonb_strip_nulls(jsonb_build_object('recorded_at', c.recorded_at, 'wording', c.shown_text,
        'language', c.language, 'seller', c.seller, 'signature', c.signature, 'kept_at', c.evidence,
        'page', c.page_url, 'certificate', c.certificate_id)) as evidence
    from public.consents c
    left join points p on p.value_bidx = c.value_bidx
    where c.org_id = p_org_id and (c.lead_id = p_lead_id or p.id is not null)
    union all
    select s.created_at, 'suppression', s.id::text, p.id, p.masked,
      case when s.channel is null then private.channels_for_kind(s.kind) else array[s.channel] end, s.reason,
      case when s.source like 'member %' then 'member' else s.source end,
      case when s.source ~ '^member [0-9a-f-]{36}$'
        then private.member_name(p_org_id, substr(s.source, 8)::uuid) end,
      private.unlifted_channels(s) <> '{}', s.reason not in ('bounce', 'complaint', 'litigator'), false, '{}'::jsonb
    from points p join public.suppressions s on s.org_id = p_org_id and s.value_bidx = p.value_bidx
    union all
    select l.lifted_at, 'lift', format('%s %s', l.suppression_id, l.channel), p.id, p.masked, array[l.channel],
      'a later consent', 'consent ' || l.consent_id, null, true, false, false, '{}'::jsonb
    from points p
    join public.suppressions s on s.org_id = p_org_id and s.value_bidx = p.value_bidx
    join public.suppression_lifts l on l.org_id = s.org_id and l.suppression_id = s.id
    union all
    select w.at, 'wrong_contact', p.id::text, p.id, p.masked, private.channels_for_kind(w.kind), 'not the owner''s',
      w.source, null, true, false, false, '{}'::jsonb
    from points p join public.wrong_contacts w on w.org_id = p_org_id and w.value_bidx = p.value_bidx
      and w.lead_id = p_lead_id
  )
  select f.*, jsonb_build_array(f.at, f.kind, f.id)::text
  from found f
  where v_after is null or (f.at, f.kind, f.id) < ((v_after ->> 0)::timestamptz, v_after ->> 1, v_after ->> 2)
  order by f.at desc, f.kind desc, f.id desc
  limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."desk_consents"(uuid, uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_members (
  p_org_id uuid,
  p_limit  integer DEFAULT 200,
  p_cursor text    DEFAULT NULL::text
)
  RETURNS TABLE (
    user_id   uuid,
    name      text,
    role      public.member_role,
    broker_id uuid,
    is_me     boolean,
    cursor    text
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
begin
  return query
  select x.user_id, x.name, x.role, x.broker_id, x.user_id = (select auth.uid()),
    jsonb_build_array(x.name, x.user_id)::text
  from (
    select m.user_id, private.member_name(m.org_id, m.user_id) as name, m.role, b.id as broker_id
    from public.members m
    left join public.brokers b on b.org_id = m.org_id and b.user_id = m.user_id
    where m.org_id = p_org_id) x
  where v_after is null or (x.name, x.user_id) > (v_after ->> 0, (v_after ->> 1)::uuid)
  order by x.name, x.user_id limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."desk_members"(uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.erase_leads (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_reason   text,
  p_typed    text,
  p_request  jsonb  DEFAULT '{}'::jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_id uuid;
  v_values bytea[];
  v_word text;
  v_packs jsonb;
  v_leads jsonb := '[]'::jsonb;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.require_aal2();
  if cardinality(p_lead_ids) is distinct from cardinality(array(select distinct x from unnest(p_lead_ids) x))
    or cardinality(p_lead_ids) not between 1 and 100 or length(btrim(coalesce(p_reason, ''))) not between 3 and 500
    or jsonb_typeof(p_request) is distinct from 'object'
    or p_request - '{request_id,received_on,due_on}'::text[] <> '{}' then
    raise exception 'an erasure names 1 to 100 leads, a reason of 3 to 500 characters, and of the request its id and days'
      using errcode = 'SL430';
  end if;
  select coalesce(private.owner_name(p_org_id, l.id), nullif(private.street_line(l.situs_house_number, l.situs_street,
    l.situs_unit), ''), 'erase') into v_word
  from public.leads l where l.org_id = p_org_id and l.id = p_lead_ids[1];
  if not found then
    raise exception 'lead % not found', p_lead_ids[1] using errcode = 'SL426';
  elsif lower(btrim(coalesce(p_typed, ''))) <> lower(btrim(v_word)) then
    raise exception 'to erase, type “%” as it is written here', v_word using errcode = 'SL430';
  end if;
  v_values := array(select distinct c.value_bidx from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = any (p_lead_ids));
  v_packs := private.ask_packs('erase', p_org_id, v_values, now());
  foreach v_id in array p_lead_ids loop
    v_leads := v_leads || (jsonb_build_object('lead_id', v_id)
      || public.erase_lead(p_org_id, v_id, btrim(p_reason)));
  end loop;
  perform private.record_audit(p_org_id, 'person.erased', p_request ->> 'request_id',
    p_request || jsonb_build_object('leads', to_jsonb(p_lead_ids)));
  return jsonb_build_object('leads', v_leads, 'packs', v_packs);
end
$function$;

REVOKE ALL ON FUNCTION "public"."erase_leads"(uuid, uuid[], text, text, jsonb) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.lead_unions (
  p_org_id  uuid,
  p_lead_id uuid,
  p_limit   integer DEFAULT 20,
  p_cursor  text    DEFAULT NULL::text
)
  RETURNS TABLE (
    kind          text,
    id            bigint,
    at            timestamp with time zone,
    by_whom       text,
    reason        text,
    other_lead_id uuid,
    other         text,
    undone_at     timestamp with time zone,
    may_undo      boolean,
    cursor        text
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_cursor, 3);
  v_may constant boolean := private.may_answer_conflicts(p_org_id);
begin
  -- The other lead was never the broker's to see.
  perform private.require_role(p_org_id, '{owner,admin,viewer}');
  return query
  with found as (
    select 'merge' as kind, m.id, m.merged_at as at, m.merged_by as by_user, m.upload_id, m.reason,
      m.merged_id as other_id,
      concat_ws(', ', coalesce(nullif(concat_ws(' ', m.merged_row ->> 'owner_1_first', m.merged_row ->> 'owner_1_last'),
        ''), m.merged_row ->> 'owner_full'), nullif(private.street_line(m.merged_row ->> 'situs_house_number',
        m.merged_row ->> 'situs_street', m.merged_row ->> 'situs_unit'), '')) as other,
      m.undone_at,
      v_may and m.undone_at is null and m.upload_id is null and m.survivor_changes is not null
        -- That would be the split again.
        and m.reason <> 'a split was undone' as may_undo
    from public.lead_merges m where m.org_id = p_org_id and m.survivor_id = p_lead_id
    union all
    select 'split', s.id, s.split_at, s.split_by, null, s.reason, o.id, private.lead_title(p_org_id, o.id), s.undone_at,
      v_may and s.undone_at is null and 2 = (select count(*) from public.leads l
        where l.org_id = p_org_id and l.id in (s.lead_id, s.new_lead_id))
    from public.lead_splits s
    cross join lateral (select case when s.lead_id = p_lead_id then s.new_lead_id else s.lead_id end) o (id)
    where s.org_id = p_org_id and p_lead_id in (s.lead_id, s.new_lead_id)
  )
  select f.kind, f.id, f.at, coalesce(private.member_name(p_org_id, f.by_user),
      case when f.upload_id is not null then 'an upload' else 'Sluice' end),
    f.reason, f.other_id, nullif(f.other, ''), f.undone_at, f.may_undo, jsonb_build_array(f.at, f.kind, f.id)::text
  from found f
  where exists (select from public.leads l where l.org_id = p_org_id and l.id = p_lead_id)
    and (v_after is null or (f.at, f.kind, f.id)
      < ((v_after ->> 0)::timestamptz, v_after ->> 1, (v_after ->> 2)::bigint))
  order by f.at desc, f.kind desc, f.id desc limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."lead_unions"(uuid, uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.leads_of_person (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS TABLE (
    lead_id  uuid,
    name     text,
    address  text,
    found_by text[],
    contacts bigint,
    is_this  boolean
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  l public.leads;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  select x.* into l from public.leads x where x.org_id = p_org_id and x.id = p_lead_id;
  if not found then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL426';
  end if;
  return query
  with found as (
    select l.id, 'this lead'::text as how
    union
    select o.lead_id, o.kind::text from public.contact_points c
    join public.contact_points o on o.org_id = c.org_id and o.value_bidx = c.value_bidx
    where c.org_id = p_org_id and c.lead_id = l.id and o.lead_id <> l.id
    union
    select f.lead_id, x.how from (
      values (private.street_line(l.situs_house_number, l.situs_street, null), l.situs_zip),
        (l.mailing_street, l.mailing_zip)) a (street, zip)
    cross join lateral private.find_person(p_org_id, null, null, private.owner_name(p_org_id, l.id), a.street, a.zip) f
    cross join unnest(f.found_by) x (how)
    where a.street is not null and f.lead_id <> l.id
  )
  select x.id, coalesce(x.owner_full, nullif(concat_ws(' ', x.owner_1_first, x.owner_1_last), '')),
    concat_ws(', ', private.street_line(x.situs_house_number, x.situs_street, x.situs_unit), x.situs_city,
      concat_ws(' ', x.situs_state, x.situs_zip)),
    f.how, (select count(*) from public.contact_points c where c.org_id = x.org_id and c.lead_id = x.id), x.id = l.id
  from (select k.id, array_agg(k.how order by k.how) as how from found k group by k.id) f
  join public.leads x on x.org_id = p_org_id and x.id = f.id
  order by x.id <> l.id, cardinality(f.how) desc, x.id
  limit 100;
end
$function$;

REVOKE ALL ON FUNCTION "public"."leads_of_person"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_broker_loads (
  p_org_id uuid,
  p_limit  integer DEFAULT 200,
  p_cursor text    DEFAULT NULL::text
)
  RETURNS TABLE (
    broker_id       uuid,
    name            text,
    has_login       boolean,
    active          boolean,
    capacity        integer,
    licensed_states text[],
    open_leads      bigint,
    cursor          text
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}');
  return query
  select b.id, b.name, b.user_id is not null, b.active, b.capacity, b.licensed_states, (
    select count(*) from public.leads l
    where l.org_id = b.org_id and l.assigned_broker_id = b.id
      and l.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')),
    jsonb_build_array(b.name, b.id)::text
  from public.brokers b
  where b.org_id = p_org_id and (v_after is null or (b.name, b.id) > (v_after ->> 0, (v_after ->> 1)::uuid))
  order by b.name, b.id limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_broker_loads"(uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_erasures (
  p_org_id  uuid,
  p_lead_id uuid    DEFAULT NULL::uuid,
  p_limit   integer DEFAULT 20,
  p_cursor  text    DEFAULT NULL::text
)
  RETURNS TABLE (
    id        bigint,
    lead_id   uuid,
    erased_at timestamp with time zone,
    erased_by text,
    reason    text,
    kept      jsonb,
    cursor    text
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_after constant bigint := (private.read_cursor(p_cursor, 1) ->> 0)::bigint;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return query
  select e.id, e.lead_id, e.erased_at, private.member_name(e.org_id, e.erased_by), e.reason, e.kept,
    jsonb_build_array(e.id)::text
  from public.erasures e
  where e.org_id = p_org_id and (p_lead_id is null or e.lead_id = p_lead_id)
    and (v_after is null or e.id < v_after)
  order by e.id desc limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_erasures"(uuid, uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_pull_runs (
  p_source_id uuid,
  p_limit     integer DEFAULT 20,
  p_cursor    text    DEFAULT NULL::text
)
  RETURNS TABLE (
    id         uuid,
    state      text,
    due_at     timestamp with time zone,
    started_at timestamp with time zone,
    ended_at   timestamp with time zone,
    rows       bigint,
    parts      integer,
    new_parts  integer,
    attempts   integer,
    upload_id  uuid,
    error      text,
    cursor     text
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
  v_org constant uuid := (select p.org_id from public.pulls p where p.source_id = p_source_id);
begin
  perform private.require_role(v_org, '{owner,admin,viewer}');
  return query
  select r.id, r.state, r.due_at, r.started_at, r.ended_at, r.rows, r.parts, r.new_parts, r.attempts, r.upload_id,
    r.error, jsonb_build_array(r.due_at, r.id)::text
  from public.pull_runs r
  where r.org_id = v_org and r.source_id = p_source_id
    and (v_after is null or (r.due_at, r.id) < ((v_after ->> 0)::timestamptz, (v_after ->> 1)::uuid))
  order by r.due_at desc, r.id desc limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_pull_runs"(uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_pulls (
  p_org_id uuid,
  p_limit  integer DEFAULT 50,
  p_cursor text    DEFAULT NULL::text
)
  RETURNS TABLE (
    source_id uuid,
    source    text,
    kind      text,
    url       text,
    options   jsonb,
    active    boolean,
    at_times  time without time zone[],
    weekdays  smallint[],
    time_zone text,
    most_lost numeric,
    terms     text,
    has_token boolean,
    version   text,
    run_id    uuid,
    run_state text,
    due_at    timestamp with time zone,
    ended_at  timestamp with time zone,
    rows      bigint,
    upload_id uuid,
    error     text,
    cursor    text
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}');
  return query
  select p.source_id, s.name, p.kind, p.url, p.options, p.active, p.at_times, p.weekdays, p.time_zone, p.most_lost,
    p.terms, p.token_cipher is not null, private.row_version(p.updated_at), r.id, r.state, r.due_at, r.ended_at, r.rows,
    r.upload_id, r.error, jsonb_build_array(s.name, p.source_id)::text
  from public.pulls p
  join public.sources s on s.org_id = p.org_id and s.id = p.source_id
  left join lateral (select x.* from public.pull_runs x where x.org_id = p.org_id and x.source_id = p.source_id
    order by x.due_at desc limit 1) r on true
  where p.org_id = p_org_id
    and (v_after is null or (s.name, p.source_id) > (v_after ->> 0, (v_after ->> 1)::uuid))
  order by s.name, p.source_id limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_pulls"(uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_sequences (
  p_org_id     uuid,
  p_limit      integer DEFAULT 50,
  p_after_name text    DEFAULT NULL::text,
  p_search     text    DEFAULT NULL::text
)
  RETURNS TABLE (
    id             uuid,
    name           text,
    version        integer,
    steps          bigint,
    leads          bigint,
    leads_on_older bigint,
    campaigns      text[],
    created_at     timestamp with time zone
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
  with latest as (
    select distinct on (q.name) q.* from public.sequences q
    where q.org_id = p_org_id and (p_after_name is null or q.name > p_after_name)
      and (p_search is null or strpos(lower(q.name), lower(btrim(p_search))) > 0)
    order by q.name, q.version desc limit private.page_size(p_limit)
  )
  select l.id, l.name, l.version,
    (select count(*) from public.sequence_steps s where s.org_id = l.org_id and s.sequence_id = l.id),
    (select count(*) from public.sequence_runs r where r.org_id = l.org_id and r.sequence_id = l.id
      and r.state in ('active', 'paused')),
    (select count(*) from public.sequences o join public.sequence_runs r on r.org_id = o.org_id
        and r.sequence_id = o.id and r.state in ('active', 'paused')
      where o.org_id = l.org_id and o.name = l.name and o.id <> l.id),
    array(select k.name from public.campaigns k where k.org_id = l.org_id and k.sequence_id = l.id
      and k.state <> 'finished' order by k.name), l.created_at
  from latest l order by l.name;
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_sequences"(uuid, integer, text, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_sources (
  p_org_id uuid,
  p_limit  integer DEFAULT 200,
  p_cursor text    DEFAULT NULL::text
)
  RETURNS TABLE (
    source_id uuid,
    key       text,
    name      text,
    cursor    text
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
begin
  return query
  select s.id, s.key, s.name, jsonb_build_array(s.name, s.id)::text from public.sources s
  where s.org_id = p_org_id and (v_after is null or (s.name, s.id) > (v_after ->> 0, (v_after ->> 1)::uuid))
  order by s.name, s.id limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_sources"(uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_templates (
  p_org_id     uuid,
  p_limit      integer DEFAULT 50,
  p_after_name text    DEFAULT NULL::text,
  p_name       text    DEFAULT NULL::text,
  p_search     text    DEFAULT NULL::text,
  p_channel    text    DEFAULT NULL::text
)
  RETURNS TABLE (
    id             uuid,
    name           text,
    version        integer,
    channel        text,
    purpose        text,
    matter         text,
    subject        text,
    text_body      text,
    html_body      text,
    created_at     timestamp with time zone,
    created_by     uuid,
    steps          bigint,
    steps_on_older bigint
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
  with latest as (
    select distinct on (t.name) t.* from public.templates t
    where t.org_id = p_org_id and (p_after_name is null or t.name > p_after_name)
      and (p_name is null or t.name = p_name) and (p_channel is null or t.channel = p_channel)
      and (p_search is null or strpos(lower(t.name), lower(btrim(p_search))) > 0)
    order by t.name, t.version desc limit private.page_size(p_limit)
  )
  select l.id, l.name, l.version, l.channel, l.purpose, l.matter, l.subject, l.text_body, l.html_body, l.created_at,
    l.created_by,
    (select count(*) from public.step_variants v where v.org_id = l.org_id and v.template_id = l.id and v.share > 0),
    (select count(*) from public.templates o join public.step_variants v on v.org_id = o.org_id
        and v.template_id = o.id and v.share > 0
      where o.org_id = l.org_id and o.name = l.name and o.id <> l.id)
  from latest l order by l.name;
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_templates"(uuid, integer, text, text, text, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.org_settings (
  p_org_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return (select jsonb_build_object('name', o.name, 'time_zone', o.time_zone, 'holidays', o.holidays,
    'version', private.row_version(o.updated_at), 'settings', (
      select jsonb_agg(jsonb_build_object('key', k.key, 'area', k.area, 'title', k.title, 'hint', k.hint,
        'value', o.settings ->> k.key, 'standard', k.standard, 'choices', private.org_setting_choices(k.key))
        order by k.n)
      from private.org_setting_kinds() with ordinality k (key, area, title, hint, pattern, standard, n)))
    from public.orgs o where o.id = p_org_id);
end
$function$;

CREATE OR REPLACE FUNCTION public.save_pull (
  p_source_id uuid,
  p_version   text,
  p_values    jsonb,
  p_token     text  DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  p public.pulls;
  v_org constant uuid := (select s.org_id from public.sources s where s.id = p_source_id);
  v_new boolean;
  v_constraint text;
begin
  perform private.require_role(v_org, '{owner,admin}');
  perform private.check_setting_names(p_values,
    '{kind,url,options,at_times,weekdays,time_zone,active,most_lost,terms}');
  select x.* into p from public.pulls x where x.org_id = v_org and x.source_id = p_source_id for no key update;
  v_new := not found;
  if v_new and p_version is not null then
    raise exception 'pull not found' using errcode = 'SL210';
  elsif not v_new and p_version is null then
    perform private.refuse_setting('this source has a pull already: change that one');
  elsif not v_new and private.row_version(p.updated_at) is distinct from p_version then
    raise exception 'somebody changed this pull meanwhile: look at it again' using errcode = 'SL842';
  elsif not v_new and coalesce(p_values ->> 'kind', p.kind) <> p.kind then
    perform private.refuse_setting('the kind of a pull does not change: make another source');
  end if;
  if exists (select from jsonb_each(p_values) e where jsonb_typeof(e.value) <> case
    when e.key in ('at_times', 'weekdays') then 'array' when e.key = 'options' then 'object'
    when e.key = 'active' then 'boolean' when e.key = 'most_lost' then 'number' else 'string' end)
    or exists (select from jsonb_each(coalesce(p_values -> 'options', '{}')) o where jsonb_typeof(o.value) <> 'string'
      or length(o.value #>> '{}') not between 1 and 1000) then
    perform private.refuse_setting('a value has the wrong type, or a text is longer than 1000 characters');
  end if;
  perform private.check_setting_names(coalesce(p_values -> 'options', '{}'), case coalesce(p_values ->> 'kind', p.kind)
    when 'file' then '{entry,sheet}' when 's3' then '{entry,sheet,access_key_id,region,bucket}'
    when 'sftp' then '{entry,sheet,user,host_key}' when 'socrata' then '{where,since_field}'
    when 'arcgis' then '{where,since_field}' else '{}' end::text[]);
  begin
    if v_new then
      insert into public.pulls (org_id, source_id, kind, url, options, at_times, weekdays, time_zone, active, most_lost,
        terms)
      select v_org, p_source_id, coalesce(p_values ->> 'kind', 'file'), p_values ->> 'url',
        coalesce(p_values -> 'options', '{}'),
        case when p_values ? 'at_times' then array(select jsonb_array_elements_text(p_values -> 'at_times')::time)
          else '{05:00}' end,
        case when p_values ? 'weekdays' then array(select jsonb_array_elements_text(p_values -> 'weekdays')::smallint)
          else '{1,2,3,4,5,6,7}' end,
        coalesce(p_values ->> 'time_zone', o.time_zone), coalesce((p_values ->> 'active')::boolean, true),
        coalesce((p_values ->> 'most_lost')::numeric, 0.2), p_values ->> 'terms'
      from public.orgs o where o.id = v_org
      returning * into p;
    else
      update public.pulls x set
        url = coalesce(p_values ->> 'url', x.url), options = coalesce(p_values -> 'options', x.options),
        at_times = case when p_values ? 'at_times'
          then array(select jsonb_array_elements_text(p_values -> 'at_times')::time) else x.at_times end,
        weekdays = case when p_values ? 'weekdays'
          then array(select jsonb_array_elements_text(p_values -> 'weekdays')::smallint) else x.weekdays end,
        time_zone = coalesce(p_values ->> 'time_zone', x.time_zone),
        active = coalesce((p_values ->> 'active')::boolean, x.active),
        most_lost = coalesce((p_values ->> 'most_lost')::numeric, x.most_lost),
        terms = coalesce(p_values ->> 'terms', x.terms)
      where x.org_id = v_org and x.source_id = p_source_id
      returning x.* into p;
    end if;
  exception
    when check_violation or not_null_violation then
      get stacked diagnostics v_constraint = constraint_name;
      perform private.refuse_setting(private.pull_problem(v_constraint, sqlerrm));
    when invalid_datetime_format or datetime_field_overflow or invalid_text_representation or numeric_value_out_of_range
      then
      perform private.refuse_setting('times are like 05:30, and days of the week are 1 (Monday) to 7');
  end;
  -- Of the pull that is now stored: a new server has lost the token of the old one.
  if p_token is not null then
    perform public.set_pull_token(p_source_id, nullif(p_token, ''));
  end if;
  return (select jsonb_build_object('source_id', x.source_id, 'version', private.row_version(x.updated_at),
    'has_token', x.token_cipher is not null)
    from public.pulls x where x.org_id = v_org and x.source_id = p_source_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_pull"(uuid, text, jsonb, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.sequence_versions (
  p_org_id      uuid,
  p_sequence_id uuid,
  p_limit       integer DEFAULT 50,
  p_cursor      text    DEFAULT NULL::text
)
  RETURNS TABLE (
    id         uuid,
    name       text,
    version    integer,
    drawn      boolean,
    leads      bigint,
    running    jsonb,
    created_at timestamp with time zone,
    cursor     text
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_before constant integer := (private.read_cursor(p_cursor, 1) ->> 0)::integer;
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  select q.id, q.name, q.version, q.first_step is not null,
    (select count(*) from public.sequence_runs r where r.org_id = q.org_id and r.sequence_id = q.id
      and r.state in ('active', 'paused')),
    (select coalesce(jsonb_agg(jsonb_build_object('campaign_id', k.id, 'name', k.name) order by k.name), '[]')
      from public.campaigns k where k.org_id = q.org_id and k.sequence_id = q.id and k.state = 'running'), q.created_at,
    jsonb_build_array(q.version)::text
  from public.sequences x join public.sequences q on q.org_id = x.org_id and q.name = x.name
  where x.org_id = p_org_id and x.id = p_sequence_id and (v_before is null or q.version < v_before)
  order by q.version desc limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."sequence_versions"(uuid, uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.stop_contact (
  p_org_id           uuid,
  p_lead_id          uuid,
  p_contact_point_id bigint,
  p_why              text,
  p_channels         text[]                   DEFAULT NULL::text[],
  p_how              text                     DEFAULT NULL::text,
  p_words            text                     DEFAULT NULL::text,
  p_at               timestamp with time zone DEFAULT NULL::timestamp WITH time zone
)
  RETURNS text[]
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_at constant timestamptz := coalesce(p_at, now());
  v_words constant text := nullif(btrim(p_words), '');
  v_all text[];
  v_channels text[];
  v_source text;
  c public.contact_points;
begin
  select x.* into c from public.contact_points x
  where x.org_id = p_org_id and x.lead_id = p_lead_id and x.id = p_contact_point_id
    and private.may_act_for_lead(p_org_id, p_lead_id);
  if not found then
    raise exception 'contact % of lead % not found', p_contact_point_id, p_lead_id using errcode = 'SL405';
  end if;
  v_all := private.channels_for_kind(c.kind);
  v_channels := array(select distinct ch from unnest(coalesce(p_channels, v_all)) ch order by 1);
  if p_why is null or p_why not in ('wish', 'refusal', 'own_decision', 'litigator') then
    raise exception 'why must be wish, refusal, own_decision or litigator' using errcode = 'SL407';
  elsif v_channels = '{}' or not v_all @> v_channels then
    raise exception 'choose channels of this contact: %', array_to_string(v_all, ', ') using errcode = 'SL407';
  elsif not isfinite(v_at) or v_at > now() or v_at < now() - interval '5 years' then
    raise exception 'the time must be in the last five years' using errcode = 'SL407';
  elsif length(v_words) > 4000 then
    raise exception 'the words have at most 4000 characters' using errcode = 'SL407';
  elsif p_why = 'litigator' and not private.is_trusted_caller()
    and not p_org_id = any (private.my_org_ids('{owner,admin}')) then
    raise exception 'only owners and admins enter a litigator: no consent ends it' using errcode = 'SL407';
  end if;
  if p_why in ('wish', 'refusal') then
    if p_how is null or p_how not in ('spoken', 'letter', 'e-mail', 'in person', 'third party') then
      raise exception 'how must be spoken, letter, e-mail, in person or third party' using errcode = 'SL407';
    end if;
    perform private.lock_contact_points(p_org_id, array[p_lead_id], array[c.id]);
    -- A wish ends the channels that were named; a refusal ends everything for the person, whatever becomes known later.
    return array(select jsonb_array_elements_text(private.record_opt_out(p_org_id, c.value_bidx, c.kind, null,
      p_how || ', recorded by a member', v_words, 'opt_out',
      case p_why when 'wish' then v_channels else '{email,sms,voice_manual,voice_ai}'::text[] end,
      -- Where the phone keeps a channel, the lead stays in work on it.
      case when p_why = 'wish' and c.kind = 'phone' then array(select unnest(v_all) except select unnest(v_channels))
        else '{}' end,
      case p_why when 'wish' then 'contact' else 'person' end, p_as_of => v_at) -> 'channels'));
  end if;
  v_source := coalesce('member ' || auth.uid(), 'service');
  if v_channels @> v_all then
    perform private.suppress_value(p_org_id, c.value_bidx, c.kind, null, p_why, v_source, now());
  else
    perform private.suppress_value(p_org_id, c.value_bidx, c.kind, ch, p_why, v_source, now()) from unnest(v_channels) ch;
  end if;
  perform private.record_audit(p_org_id, 'suppression.added', p_lead_id::text, jsonb_build_object('contact_point_id',
    c.id, 'channels', v_channels, 'why', p_why));
  return v_channels;
end
$function$;

REVOKE ALL ON FUNCTION "public"."stop_contact"(uuid, uuid, bigint, text, text[], text, text, timestamp WITH time zone) FROM PUBLIC, "anon";

COMMENT ON FUNCTION "private"."consent_would_lift"(public.consents) IS 'Whether a consent that a member recorded outranks a suppression that is still in force: an owner or admin who has seen the evidence may confirm it.';

COMMENT ON FUNCTION "private"."lead_title"(uuid, uuid) IS 'Owner and address of a lead; null when it is gone.';

COMMENT ON FUNCTION "private"."org_setting_choices"(text) IS 'The values of a setting with their words, [[value, words]]; null for a setting that is typed.';

COMMENT ON FUNCTION "private"."pull_problem"(text, text) IS 'What a violated constraint of pulls means, in words.';

COMMENT ON FUNCTION "private"."tell_desk"() IS 'Trigger: one message of the kind in its argument to the desk of each org whose rows the statement wrote, once in a transaction. Definer: writers have no rights on Realtime.';

COMMENT ON FUNCTION "private"."unlifted_channels"(public.suppressions) IS 'The channels on which no consent has lifted the suppression.';

COMMENT ON FUNCTION "public"."confirm_consent"(uuid, uuid, bigint) IS 'Confirms a consent that a broker recorded: an owner or admin has seen its evidence, so it lifts the suppressions that it outranks. Returns how many (suppression, channel) pairs. Logged with the name. Raises SL111 and SL408 (nothing to lift). Definer: no role writes lifts directly.';

COMMENT ON FUNCTION "public"."consent_wordings"(uuid) IS 'What a consent must name, and the latest texts of the org that do: {seller, texts: [{version, title, body, language, channels, automated_disclosed, not_condition_of_purchase}]}. For owners, admins, brokers and the service. Raises SL111. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."desk_canned_answers"(uuid, uuid, text, integer, text) IS 'The answers that the org keeps ready, for a channel, by name; filled: with the words of the lead, if the caller may see it. Raises SL801. Definer: members may not call proper_name.';

COMMENT ON FUNCTION "public"."desk_consents"(uuid, uuid, integer, text) IS 'What the people of a lead agreed to, revoked and refused, and what was lifted, the latest first, with who recorded it and the evidence {recorded_at, wording, language, seller, signature, kept_at, page, certificate}. is_active: a suppression that no consent has lifted on every channel; liftable: a later consent would lift it; confirmable: an owner or admin who confirms this consent lifts one (confirm_consent). Raises SL801. Definer: brokers may read the suppressions of their own leads only, and the table has no lead.';

COMMENT ON FUNCTION "public"."desk_members"(uuid, integer, text) IS 'The members of an org by name, to hand work to. Raises SL801.';

COMMENT ON FUNCTION "public"."erase_leads"(uuid, uuid[], text, text, jsonb) IS 'Erases the leads of one person (erase_lead), and what packs have of their contacts, in one transaction. p_typed: the owner''s name of the first lead, typed as a confirmation; the address of the property or “erase” where there is none. p_request: {request_id, received_on, due_on} of the person''s request, for the audit log, no values. Returns {leads: [{lead_id, erased, stays, …}], packs}. For owners and admins with two factors, and the service. Raises SL106, SL111, SL426 (lead not found) and SL430 (the message says what is wrong). Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."lead_unions"(uuid, uuid, integer, text) IS 'Leads that were merged into this one, and its splits, the latest first; may_undo: the caller may call undo_merge or undo_split with the id. For owners, admins, viewers and the service. Raises SL111 and SL801. Definer: members may not read the rows of merged leads.';

COMMENT ON FUNCTION "public"."leads_of_person"(uuid, uuid) IS 'The lead, and up to 99 others that may be of the same person: with a phone or e-mail of it, or with its owner''s name at its address or mailing address; found_by says which. For owners, admins and the service. Raises SL111 and SL426. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."list_broker_loads"(uuid, integer, text) IS 'Brokers of an org by name, those without a login, too, with the open leads that count towards their capacity. For owners, admins, viewers and the service. Raises SL111 and SL801. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."list_erasures"(uuid, uuid, integer, text) IS 'Erasures of an org or of one lead, the latest first: when, by whom, why, what was erased and what stays. For owners, admins and the service. Raises SL111 and SL801. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."list_pull_runs"(uuid, integer, text) IS 'Runs of a pull, the latest first: rows, parts and how many of them were new, and why one is held or failed. For owners, admins, viewers and the service. Raises SL111 and SL801. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."list_pulls"(uuid, integer, text) IS 'Scheduled pulls of an org by the name of their source, with their last run; list_pull_runs has the others. For owners, admins, viewers and the service. Raises SL111 and SL801. Definer: tokens are not readable, only whether there is one.';

COMMENT ON FUNCTION "public"."list_sequences"(uuid, integer, text, text) IS 'The newest version of each sequence by name, with its steps, the leads in it and in older versions, and the campaigns that feed into it. p_search: those whose name has these letters. Raises SL111. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."list_sources"(uuid, integer, text) IS 'The sources of an org by name, to upload a list for. Raises SL801.';

COMMENT ON FUNCTION "public"."list_templates"(uuid, integer, text, text, text, text) IS 'The newest version of each template by name, with the number of variants of steps that use it, and of those that use an older one. p_after_name: of the last row of the page before; p_name: this one alone; p_search: those whose name has these letters; p_channel: of this channel. Raises SL111. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."org_settings"(uuid) IS 'Name, time zone and holidays of an org, their version, and its settings: [{key, area, title, hint, value, standard, choices}]; standard: what counts without a value; choices: [[value, words]] where it is chosen. For owners, admins and the service. Raises SL111. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."save_pull"(uuid, text, jsonb, text) IS 'Adds the pull of a source (p_version null) or changes it: p_values {kind, url, options, at_times, weekdays, time_zone, active, most_lost (0 to 1), terms}; active: false pauses it. p_version: of the pull that was read. p_token: for the server, stored encrypted; null keeps it, an empty text removes it, and another server loses it. Returns {source_id, version, has_token}. For owners, admins and the service. Raises SL111, SL210 (not found), SL841 (the message says what is wrong), SL842 (changed meanwhile) and SL101. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."sequence_versions"(uuid, uuid, integer, text) IS 'All versions of the sequence that this version is one of, the newest first, with the leads in each and the running campaigns that feed into it. Raises SL111 and SL801. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."stop_contact"(uuid, uuid, bigint, text, text[], text, text, timestamp with time zone) IS 'Ends contact through one phone or e-mail of a lead. p_why: wish (the person asked, on these channels of this contact), refusal (the person asked never to be contacted again, which holds for every contact, also later ones), own_decision (the org''s own), litigator (for good; owners and admins). p_channels: all of the contact if null. For a wish or refusal: p_how (spoken, letter, e-mail, in person, third party), p_words (stored encrypted) and p_at (now if null, at most five years ago) become a revocation in consents. Returns the channels that ended. For owners, admins and the lead''s broker. Raises SL405 (contact not found) and SL407 (the message says what is wrong). Definer: no role writes opt-outs and suppressions directly.';

REVOKE ALL ON FUNCTION "private"."consent_would_lift"(public.consents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lead_title"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."org_setting_choices"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."pull_problem"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."unlifted_channels"(public.suppressions) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."confirm_consent"(uuid, uuid, bigint) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."confirm_consent"(uuid, uuid, bigint) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."consent_wordings"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."consent_wordings"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_canned_answers"(uuid, uuid, text, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_canned_answers"(uuid, uuid, text, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_consents"(uuid, uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_consents"(uuid, uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_members"(uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_members"(uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."erase_leads"(uuid, uuid[], text, text, jsonb) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."erase_leads"(uuid, uuid[], text, text, jsonb) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."lead_unions"(uuid, uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."lead_unions"(uuid, uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."leads_of_person"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."leads_of_person"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_broker_loads"(uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_broker_loads"(uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_erasures"(uuid, uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_erasures"(uuid, uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_pull_runs"(uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_pull_runs"(uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_pulls"(uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_pulls"(uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_sequences"(uuid, integer, text, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_sequences"(uuid, integer, text, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_sources"(uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_sources"(uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_templates"(uuid, integer, text, text, text, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_templates"(uuid, integer, text, text, text, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_pull"(uuid, text, jsonb, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_pull"(uuid, text, jsonb, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."sequence_versions"(uuid, uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."sequence_versions"(uuid, uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."stop_contact"(uuid, uuid, bigint, text, text[], text, text, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."stop_contact"(uuid, uuid, bigint, text, text[], text, text, timestamp WITH time zone) TO "service_role";

-- Rights that default privileges would change.

revoke execute on function private.consent_would_lift(public.consents) from pipeline_writer;
revoke execute on function private.lead_title(uuid,uuid) from pipeline_writer;
revoke execute on function private.org_setting_choices(text) from pipeline_writer;
revoke execute on function private.pull_problem(text,text) from pipeline_writer;
revoke execute on function private.unlifted_channels(public.suppressions) from pipeline_writer;
