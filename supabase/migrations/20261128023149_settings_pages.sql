-- settings pages: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

REVOKE ALL ("org_id") ON TABLE "public"."members" FROM "authenticated";

REVOKE ALL ("user_id") ON TABLE "public"."members" FROM "authenticated";

DROP POLICY "insert_admins" ON "public"."members";

DROP FUNCTION "public"."list_members"(uuid);

CREATE OR REPLACE FUNCTION private.check_sender_values (
  p_values jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
declare
  v_wrong text;
begin
  perform private.check_setting_names(p_values, '{account,name,address,reply_to,domain,postal_address,phone,'
    'messaging_service_sid,phone_number_id,assistant_id,authenticated,per_minute,per_day,daily_budget_usd,cost_usd,'
    'channel,provider}');
  select string_agg(e.key, ', ' order by e.key) into v_wrong from jsonb_each_text(p_values) e
  where case
    when e.key in ('per_minute', 'per_day') then e.value !~ '^[0-9]{1,7}$'
    when e.key in ('daily_budget_usd', 'cost_usd') then e.value !~ '^[0-9]{1,7}([.][0-9]{1,4})?$'
    when e.key = 'reply_to' then e.value !~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$'
    when e.key = 'authenticated' then e.value not in ('true', 'false')
    else length(e.value) > 300 or e.value ~ '[[:cntrl:]]' and e.key <> 'postal_address' end;
  if v_wrong is not null then
    perform private.refuse_setting('not valid: ' || v_wrong);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_setting_names (
  p_values jsonb,
  p_known  text[]
)
  RETURNS void
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
declare
  v_wrong text;
begin
  if jsonb_typeof(p_values) is distinct from 'object' then
    perform private.refuse_setting('the values are an object');
  end if;
  select string_agg(k, ', ' order by k) into v_wrong from jsonb_object_keys(p_values) k where k <> all (p_known);
  if v_wrong is not null then
    perform private.refuse_setting('unknown settings: ' || v_wrong);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.org_rule_kinds()
  RETURNS TABLE (
    key      text,
    title    text,
    hint     text,
    kind     text,
    standard text
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  values
    ('calling_hours', 'Calling hours', 'Calls and texts only within these hours of the person, and not on closed days.',
      'hours', 'those of the law'),
    ('max_attempts_24h', 'Attempts in 24 hours', 'All phone channels together.', 'number', '6'),
    ('max_attempts_7d', 'Attempts in 7 days', 'All phone channels together.', 'number', 'none'),
    ('max_attempts_total', 'Attempts altogether', 'All phone channels together.', 'number', 'none'),
    ('consent_max_age_months', 'Oldest consent, in months', 'Older ones count as none.', 'number', 'those of the law'),
    ('scrub_max_age_days', 'Oldest do-not-call scrub, in days', '0 to 31.', 'number', '31'),
    ('reassigned_check_days', 'Days that an answer about a reassigned number counts',
      '1 to 31; 30 or less. Setting it switches the questions on, which cost money.', 'number', 'not asked'),
    ('deny_states', 'States without outreach', 'Codes like FL.', 'states', 'none'),
    ('deny_channels', 'Channels without outreach', 'email, sms, voice_manual, voice_ai.', 'channels', 'none'),
    ('hours_for_transactional', 'Calling hours for messages about a matter, too', '', 'switch', 'no'),
    ('unsubscribe_ends_transactional', 'An unsubscribe ends e-mails about a matter, too', '', 'switch', 'no'),
    ('internal_list_ends', 'A request not to be called ends with its legal term',
      'Five years, ten for texts to Virginia. Loosens: it needs the name of counsel.', 'switch', 'no'),
    ('waive', 'Waived reasons', 'Only reasons that are marked as waivable. Loosens: it needs the name of counsel.',
      'rules', 'none')
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
    ('trace_order', 'Skip traces', 'Which provider is asked first', 'cost_per_hit or position.',
      '^(cost_per_hit|position)$', 'cost_per_hit'),
    ('trace_wants', 'Skip traces', 'What a trace looks for', 'phone, email or either.', '^(phone|email|either)$',
      'phone')
$function$;

CREATE OR REPLACE FUNCTION private.refuse_setting (
  p_problem text
)
  RETURNS void
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  raise exception '%', p_problem using errcode = 'SL841';
end
$function$;

CREATE OR REPLACE FUNCTION private.row_version (
  p_updated_at timestamp with time zone
)
  RETURNS text
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select to_char(p_updated_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS')
$function$;

CREATE OR REPLACE FUNCTION public.list_broker_loads (
  p_org_id uuid
)
  RETURNS TABLE (
    broker_id       uuid,
    name            text,
    has_login       boolean,
    active          boolean,
    capacity        integer,
    licensed_states text[],
    open_leads      bigint
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}');
  return query
  select b.id, b.name, b.user_id is not null, b.active, b.capacity, b.licensed_states, (
    select count(*) from public.leads l
    where l.org_id = b.org_id and l.assigned_broker_id = b.id
      and l.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked'))
  from public.brokers b where b.org_id = p_org_id
  order by b.name, b.id limit 500;
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_broker_loads"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_law (
  p_org_id   uuid,
  p_waivable boolean DEFAULT NULL::boolean,
  p_limit    integer DEFAULT 50,
  p_after    text    DEFAULT NULL::text
)
  RETURNS TABLE (
    rule           text,
    concern        text,
    title          text,
    channels       text[],
    waivable       boolean,
    waived         boolean,
    law            text,
    citation       text,
    url            text,
    words          text,
    verification   public.rule_verification,
    effective_from date,
    reviewed_on    date,
    cursor         text
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_after, 2);
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  select g.rule, g.concern, g.title, g.channels, g.waivable, coalesce(w.value ? g.rule, false), l.law, g.source, l.url,
    nullif(g.notes, ''), g.verification, g.effective_from, g.reviewed_on,
    jsonb_build_array(g.concern, g.rule)::text
  from public.gate_rules g
  cross join lateral private.law_of(g.source) l
  left join public.org_gate_rules w on w.org_id = p_org_id and w.key = 'waive'
  where (p_waivable is null or g.waivable = p_waivable)
    and (v_after is null or (g.concern, g.rule) > (v_after ->> 0, v_after ->> 1))
  order by g.concern, g.rule limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_law"(uuid, boolean, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_members (
  p_org_id uuid
)
  RETURNS TABLE (
    user_id           uuid,
    email             text,
    role              public.member_role,
    joined_at         timestamp with time zone,
    is_me             boolean,
    broker_id         uuid,
    broker_name       text,
    licensed_states   text[],
    capacity          integer,
    broker_active     boolean,
    has_second_factor boolean
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_manages constant boolean := private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'));
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  select m.user_id,
    case when v_manages or m.user_id = auth.uid() then u.email::text end,
    m.role, m.created_at, m.user_id is not distinct from auth.uid(), b.id, b.name, b.licensed_states, b.capacity,
    b.active, case when v_manages then exists (select from auth.mfa_factors f
      where f.user_id = m.user_id and f.status = 'verified') end
  from public.members m
  left join auth.users u on u.id = m.user_id
  left join public.brokers b on b.org_id = m.org_id and b.user_id = m.user_id
  where m.org_id = p_org_id
  order by m.role, m.created_at, m.user_id;
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_members"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_org_rules (
  p_org_id uuid
)
  RETURNS TABLE (
    key         text,
    title       text,
    hint        text,
    kind        text,
    standard    text,
    loosens     boolean,
    value       jsonb,
    reason      text,
    counsel     text,
    reviewed_on date,
    updated_at  timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}');
  return query
  select k.key, k.title, k.hint, k.kind, k.standard, k.key in ('waive', 'internal_list_ends'), r.value, r.reason,
    r.counsel, r.reviewed_on, r.updated_at
  from private.org_rule_kinds() with ordinality k (key, title, hint, kind, standard, n)
  left join public.org_gate_rules r on r.org_id = p_org_id and r.key = k.key
  order by k.n;
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_org_rules"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_provider_settings (
  p_org_id uuid
)
  RETURNS TABLE (
    provider        text,
    setting_names   text[],
    accounts        jsonb,
    default_account boolean,
    day_limit_usd   numeric,
    month_limit_usd numeric,
    day_spent_usd   numeric,
    month_spent_usd numeric,
    month_refused   integer
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_today date;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  select (now() at time zone o.time_zone)::date into v_today from public.orgs o where o.id = p_org_id;
  return query
  select p.provider, p.names, (
      select coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'settings', a.setting_names,
        'in_environment', a.settings_cipher is null, 'updated_at', a.updated_at) order by a.name), '[]')
      from private.provider_accounts a where a.org_id = p_org_id and a.provider = p.provider),
    private.account_problem(p_org_id, p.provider, 'default') is null,
    (select b.limit_usd from public.provider_budgets b
      where b.org_id = p_org_id and b.provider = p.provider and b.period = 'day'),
    (select b.limit_usd from public.provider_budgets b
      where b.org_id = p_org_id and b.provider = p.provider and b.period = 'month'),
    coalesce(d.spent_usd + d.reserved_usd, 0), coalesce(m.spent_usd + m.reserved_usd, 0), coalesce(m.refused, 0)
  from (
    select n.provider, array_agg(n.name order by n.name) filter (where n.name is not null) as names
    from (
      select s.provider, s.name from private.provider_settings s
      union all select b.provider, null from public.provider_budgets b where b.org_id = p_org_id
    ) n group by n.provider) p
  left join private.call_spend d on d.org_id = p_org_id and d.provider = p.provider and d.period = 'day'
    and d.starts_on = v_today
  left join private.call_spend m on m.org_id = p_org_id and m.provider = p.provider and m.period = 'month'
    and m.starts_on = date_trunc('month', v_today)::date
  order by p.provider limit 200;
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_provider_settings"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_senders (
  p_org_id uuid,
  p_limit  integer DEFAULT 50,
  p_after  text    DEFAULT NULL::text
)
  RETURNS TABLE (
    id                    uuid,
    channel               text,
    provider              text,
    account               text,
    account_problem       text,
    name                  text,
    address               text,
    reply_to              text,
    domain                text,
    postal_address        text,
    phone                 text,
    messaging_service_sid text,
    phone_number_id       text,
    assistant_id          text,
    authenticated_at      timestamp with time zone,
    per_minute            integer,
    per_day               integer,
    daily_budget_usd      numeric,
    cost_usd              numeric,
    state                 public.sender_state,
    paused_at             timestamp with time zone,
    version               text,
    steps                 bigint,
    sent_today            bigint,
    spent_today_usd       numeric,
    cursor                text
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_after, 2);
  v_today date;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  select (now() at time zone o.time_zone)::date into v_today from public.orgs o where o.id = p_org_id;
  return query
  select s.id, s.channel, s.provider, s.account, private.account_problem(s.org_id, s.provider, s.account), s.name,
    s.address, s.reply_to, s.domain, s.postal_address, s.phone, s.messaging_service_sid, s.phone_number_id,
    s.assistant_id, s.authenticated_at, s.per_minute, s.per_day, s.daily_budget_usd, s.cost_usd, s.state, s.paused_at,
    private.row_version(s.updated_at), (
      select count(*) from public.sequence_steps x where x.org_id = s.org_id and x.sender_id = s.id),
    coalesce(d.messages, 0)::bigint, coalesce(d.spent_usd + d.reserved_usd, 0), jsonb_build_array(s.name, s.id)::text
  from public.senders s
  left join private.provider_spend d on d.org_id = s.org_id and d.sender_id = s.id and d.local_date = v_today
  where s.org_id = p_org_id
    and (v_after is null or (s.name, s.id) > (v_after ->> 0, (v_after ->> 1)::uuid))
  order by s.name, s.id limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_senders"(uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_source_settings (
  p_org_id uuid,
  p_limit  integer DEFAULT 50,
  p_after  text    DEFAULT NULL::text
)
  RETURNS TABLE (
    id               uuid,
    key              text,
    name             text,
    active           boolean,
    trust            smallint,
    preset           text,
    default_state    text,
    default_city     text,
    default_county   text,
    max_part_bytes   integer,
    parts_per_minute integer,
    version          text,
    secrets          jsonb,
    last_upload_at   timestamp with time zone,
    cursor           text
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_after, 2);
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return query
  select s.id, s.key, s.name, s.active, s.trust, s.preset, s.default_state, s.default_city, s.default_county,
    s.max_part_bytes, s.parts_per_minute, private.row_version(s.updated_at), (
      select coalesce(jsonb_agg(jsonb_build_object('made_at', x.created_at, 'ends_at', x.expires_at)
        order by x.created_at desc, x.id desc), '[]')
      from private.source_secrets x
      where x.org_id = s.org_id and x.source_id = s.id and (x.expires_at is null or x.expires_at > now())),
    (select max(u.received_at) from public.uploads u where u.org_id = s.org_id and u.source_id = s.id),
    jsonb_build_array(s.name, s.id)::text
  from public.sources s
  where s.org_id = p_org_id
    and (v_after is null or (s.name, s.id) > (v_after ->> 0, (v_after ->> 1)::uuid))
  order by s.name, s.id limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_source_settings"(uuid, integer, text) FROM PUBLIC, "anon";

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
        'value', o.settings ->> k.key, 'standard', k.standard) order by k.n)
      from private.org_setting_kinds() with ordinality k (key, area, title, hint, pattern, standard, n)))
    from public.orgs o where o.id = p_org_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."org_settings"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.remove_org_rule (
  p_org_id uuid,
  p_key    text
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  delete from public.org_gate_rules r where r.org_id = p_org_id and r.key = p_key;
  return found;
end
$function$;

REVOKE ALL ON FUNCTION "public"."remove_org_rule"(uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.save_org_rule (
  p_org_id  uuid,
  p_key     text,
  p_value   jsonb,
  p_reason  text,
  p_counsel text  DEFAULT NULL::text
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_loosens constant boolean := p_key in ('waive', 'internal_list_ends');
  v_wrong text;
begin
  perform private.require_role(p_org_id, case when v_loosens then '{owner}'::public.member_role[] else '{owner,admin}' end);
  if p_key is null or not exists (select from private.org_rule_kinds() k where k.key = p_key) then
    perform private.refuse_setting('unknown rule of the org');
  elsif length(btrim(coalesce(p_reason, ''))) not between 3 and 500 then
    perform private.refuse_setting('say why, in 3 to 500 characters');
  elsif v_loosens and length(btrim(coalesce(p_counsel, ''))) not between 3 and 200 then
    perform private.refuse_setting('what loosens a rule names the counsel who approved it');
  end if;
  v_wrong := case
    when p_key in ('deny_states', 'deny_channels', 'waive') and (jsonb_typeof(p_value) is distinct from 'array'
      or exists (select from jsonb_array_elements(p_value) e where jsonb_typeof(e) <> 'string'))
      then 'the value is a list'
    when p_key in ('deny_states', 'deny_channels', 'waive') and jsonb_array_length(p_value) = 0
      then 'the list is empty: remove the rule instead'
    when p_key = 'deny_states' then (select 'unknown states: ' || string_agg(s, ', ')
      from jsonb_array_elements_text(p_value) s
      where not exists (select from public.us_states u where u.code = s))
    when p_key = 'deny_channels' then (select 'unknown channels: ' || string_agg(c, ', ')
      from jsonb_array_elements_text(p_value) c where c not in ('email', 'sms', 'voice_manual', 'voice_ai'))
    when p_key = 'waive' then (select 'no reasons that can be waived: ' || string_agg(w, ', ')
      from jsonb_array_elements_text(p_value) w
      where not exists (select from public.gate_rules g where g.rule = w and g.waivable))
    when p_key = 'calling_hours' and (jsonb_typeof(p_value) is distinct from 'object'
      or exists (select from jsonb_object_keys(p_value) k where k not in ('start', 'end', 'closed'))
      or jsonb_typeof(coalesce(p_value -> 'closed', '[]')) <> 'array'
      or exists (select from jsonb_array_elements_text(case jsonb_typeof(p_value -> 'closed') when 'array'
        then p_value -> 'closed' else '[]' end) d where d not in ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')))
      then 'hours have a start, an end and closed days like sat'
  end;
  if v_wrong is not null then
    perform private.refuse_setting(v_wrong);
  end if;
  begin
    insert into public.org_gate_rules as r (org_id, key, value, reason, counsel, reviewed_on)
    select p_org_id, p_key, p_value, btrim(p_reason), nullif(btrim(p_counsel), ''),
      (now() at time zone o.time_zone)::date
    from public.orgs o where o.id = p_org_id
    on conflict (org_id, key) do update set value = excluded.value, reason = excluded.reason,
      counsel = excluded.counsel, reviewed_on = excluded.reviewed_on;
  exception when check_violation or not_null_violation then
    perform private.refuse_setting('the value does not fit this rule');
  end;
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_org_rule"(uuid, text, jsonb, text, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.save_org_settings (
  p_org_id  uuid,
  p_version text,
  p_values  jsonb
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  o public.orgs;
  v_wrong text;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.check_setting_names(p_values, '{name,time_zone,holidays,settings}');
  perform private.check_setting_names(coalesce(p_values -> 'settings', '{}'),
    array(select k.key from private.org_setting_kinds() k));
  select x.* into o from public.orgs x where x.id = p_org_id for no key update;
  if private.row_version(o.updated_at) is distinct from p_version then
    raise exception 'somebody changed these settings meanwhile: look at them again' using errcode = 'SL842';
  end if;
  select string_agg(format('%s: %s', k.title, case when k.hint = '' then 'not valid' else k.hint end), '; ')
  into v_wrong
  from jsonb_each_text(coalesce(p_values -> 'settings', '{}')) s join private.org_setting_kinds() k on k.key = s.key
  where s.value !~ k.pattern;
  if v_wrong is not null then
    perform private.refuse_setting('not valid: ' || v_wrong);
  elsif p_values ? 'name' and length(btrim(coalesce(p_values ->> 'name', ''))) not between 1 and 200 then
    perform private.refuse_setting('an org has a name of 1 to 200 characters');
  elsif p_values ? 'holidays' and (jsonb_typeof(p_values -> 'holidays') <> 'array'
    or jsonb_array_length(p_values -> 'holidays') > 400
    or exists (select from jsonb_array_elements_text(p_values -> 'holidays') d
      where d !~ '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$')) then
    perform private.refuse_setting('holidays are at most 400 dates like 2026-12-25');
  end if;
  update public.orgs x set
    name = case when p_values ? 'name' then btrim(p_values ->> 'name') else x.name end,
    time_zone = coalesce(p_values ->> 'time_zone', x.time_zone),
    holidays = case when p_values ? 'holidays' then array(
      select distinct d::date from jsonb_array_elements_text(p_values -> 'holidays') d order by 1)
      else x.holidays end,
    settings = (x.settings - array(select jsonb_object_keys(coalesce(p_values -> 'settings', '{}'))))
      || coalesce((select jsonb_object_agg(s.key,
        case when s.value ~ '^(0|[1-9][0-9]*)([.][0-9]+)?$' then s.value::jsonb else to_jsonb(s.value) end)
        from jsonb_each_text(p_values -> 'settings') s where s.value is not null), '{}')
  where x.id = p_org_id
  returning x.updated_at into o.updated_at;
  return private.row_version(o.updated_at);
exception when datetime_field_overflow then
  perform private.refuse_setting('holidays are at most 400 dates like 2026-12-25');
  return null;
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_org_settings"(uuid, text, jsonb) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.save_provider_budget (
  p_org_id    uuid,
  p_provider  text,
  p_period    text,
  p_limit_usd numeric
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  if p_period is null or p_period not in ('day', 'month') or coalesce(p_provider, '') !~ '^[a-z0-9_]{1,40}$' then
    perform private.refuse_setting('a budget names a provider, and day or month');
  elsif p_limit_usd is null then
    delete from public.provider_budgets b where b.org_id = p_org_id and b.provider = p_provider
      and b.period = p_period;
  elsif not (p_limit_usd >= 0 and p_limit_usd < 1000000) then
    perform private.refuse_setting('a budget is 0 to 999999 USD');
  else
    insert into public.provider_budgets as b (org_id, provider, period, limit_usd)
    values (p_org_id, p_provider, p_period, p_limit_usd)
    on conflict (org_id, provider, period) do update set limit_usd = excluded.limit_usd
      where b.limit_usd <> excluded.limit_usd;
  end if;
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_provider_budget"(uuid, text, text, numeric) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.save_sender (
  p_org_id    uuid,
  p_sender_id uuid,
  p_version   text,
  p_values    jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  s public.senders;
  v_new constant boolean := p_sender_id is null;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.check_sender_values(p_values);
  if v_new then
    s.account := 'default'; s.cost_usd := 0; s.state := 'active'; s.channel := p_values ->> 'channel';
    s.provider := p_values ->> 'provider';
    if s.channel = 'email' and not p_values ? 'postal_address' then
      select o.settings ->> 'postal_address' into s.postal_address from public.orgs o where o.id = p_org_id;
    end if;
  else
    select x.* into s from public.senders x where x.org_id = p_org_id and x.id = p_sender_id for no key update;
    if not found then
      raise exception 'sender not found' using errcode = 'SL843';
    elsif private.row_version(s.updated_at) is distinct from p_version then
      raise exception 'somebody changed this sender meanwhile: look at it again' using errcode = 'SL842';
    elsif coalesce(p_values ->> 'channel', s.channel) <> s.channel
      or coalesce(p_values ->> 'provider', s.provider) <> s.provider then
      perform private.refuse_setting('channel and provider of a sender never change: add another sender');
    end if;
  end if;
  s := jsonb_populate_record(s, p_values - array['authenticated', 'channel', 'provider']);
  s.account := coalesce(nullif(btrim(s.account), ''), 'default');
  s.name := btrim(s.name);
  s.cost_usd := coalesce(s.cost_usd, 0);
  if p_values ? 'authenticated' then
    s.authenticated_at := case when (p_values ->> 'authenticated')::boolean then now() end;
  end if;
  begin
    if v_new then
      insert into public.senders (org_id, channel, provider, account, name, address, reply_to, domain, postal_address,
        phone, messaging_service_sid, phone_number_id, assistant_id, authenticated_at, per_minute, per_day,
        daily_budget_usd, cost_usd)
      values (p_org_id, s.channel, s.provider, s.account, s.name, s.address, s.reply_to, s.domain, s.postal_address,
        s.phone, s.messaging_service_sid, s.phone_number_id, s.assistant_id, s.authenticated_at, s.per_minute,
        s.per_day, s.daily_budget_usd, s.cost_usd)
      returning * into s;
    else
      update public.senders x set account = s.account, name = s.name, address = s.address, reply_to = s.reply_to,
        domain = s.domain, postal_address = s.postal_address, phone = s.phone,
        messaging_service_sid = s.messaging_service_sid, phone_number_id = s.phone_number_id,
        assistant_id = s.assistant_id, authenticated_at = s.authenticated_at, per_minute = s.per_minute,
        per_day = s.per_day, daily_budget_usd = s.daily_budget_usd, cost_usd = s.cost_usd
      where x.org_id = p_org_id and x.id = p_sender_id
      returning x.* into s;
    end if;
  exception when check_violation or not_null_violation then
    perform private.refuse_setting(case
      when sqlerrm ~ 'sender_address_fits' then 'the address is an e-mail address, or a number like +12135550100'
      when sqlerrm ~ 'postal_address' then 'an e-mail sender names its postal address'
      when sqlerrm ~ 'provider_fits' then 'this provider does not send on this channel'
      when sqlerrm ~ 'has_a_name|"name"' then 'a sender has a name of 1 to 200 characters'
      else 'a sender has a channel, a provider, a name and an address' end);
  end;
  return jsonb_build_object('id', s.id, 'version', private.row_version(s.updated_at));
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_sender"(uuid, uuid, text, jsonb) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.save_source (
  p_org_id    uuid,
  p_source_id uuid,
  p_version   text,
  p_values    jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  s public.sources;
  v_new constant boolean := p_source_id is null;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.check_setting_names(p_values, '{key,name,active,trust,preset,default_state,default_city,'
    'default_county,max_part_bytes,parts_per_minute}');
  if v_new then
    s.active := true; s.trust := 50; s.max_part_bytes := 33554432; s.parts_per_minute := 120;
    s.key := p_values ->> 'key';
  else
    select x.* into s from public.sources x where x.org_id = p_org_id and x.id = p_source_id for no key update;
    if not found then
      raise exception 'source not found' using errcode = 'SL843';
    elsif private.row_version(s.updated_at) is distinct from p_version then
      raise exception 'somebody changed this source meanwhile: look at it again' using errcode = 'SL842';
    elsif coalesce(p_values ->> 'key', s.key) <> s.key then
      perform private.refuse_setting('the key of a source never changes: uploads name it');
    end if;
  end if;
  if exists (select from jsonb_each_text(p_values) e where case
    when e.key in ('trust', 'max_part_bytes', 'parts_per_minute') then coalesce(e.value, '') !~ '^[0-9]{1,8}$'
    when e.key = 'active' then coalesce(e.value, '') not in ('true', 'false')
    else length(e.value) > 200 end) then
    perform private.refuse_setting('trust, bytes and requests are whole numbers; texts have at most 200 characters');
  end if;
  s := jsonb_populate_record(s, p_values - 'key');
  s.name := btrim(s.name);
  if length(coalesce(s.name, '')) not between 1 and 200 then
    perform private.refuse_setting('a source has a name of 1 to 200 characters');
  end if;
  begin
    if v_new then
      insert into public.sources (org_id, key, name, active, trust, preset, default_state, default_city,
        default_county, max_part_bytes, parts_per_minute)
      values (p_org_id, s.key, s.name, s.active, s.trust, s.preset, s.default_state, s.default_city, s.default_county,
        s.max_part_bytes, s.parts_per_minute)
      returning * into s;
    else
      update public.sources x set name = s.name, active = s.active, trust = s.trust, preset = s.preset,
        default_state = s.default_state, default_city = s.default_city, default_county = s.default_county,
        max_part_bytes = s.max_part_bytes, parts_per_minute = s.parts_per_minute
      where x.org_id = p_org_id and x.id = p_source_id
      returning x.* into s;
    end if;
  exception
    when unique_violation then
      perform private.refuse_setting('this key is taken: choose another');
    when check_violation or not_null_violation then
      perform private.refuse_setting(case
        when sqlerrm ~ 'key' then 'a key has 3 to 63 small letters, digits, - and _'
        when sqlerrm ~ 'trust' then 'trust is 0 to 100'
        when sqlerrm ~ 'part_size' then 'the largest part is 1024 to 33554432 bytes'
        when sqlerrm ~ 'part_rate' then 'requests a minute are at least one'
        else 'the state is a code like CA' end);
  end;
  return jsonb_build_object('id', s.id, 'version', private.row_version(s.updated_at));
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_source"(uuid, uuid, text, jsonb) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.set_sender_state (
  p_org_id    uuid,
  p_sender_id uuid,
  p_state     public.sender_state
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  update public.senders s set state = p_state where s.org_id = p_org_id and s.id = p_sender_id;
  if not found then
    raise exception 'sender not found' using errcode = 'SL843';
  end if;
end
$function$;

REVOKE ALL ON FUNCTION "public"."set_sender_state"(uuid, uuid, public.sender_state) FROM PUBLIC, "anon";

COMMENT ON FUNCTION "private"."check_sender_values"(jsonb) IS 'Raises SL841 for values that no sender has.';

COMMENT ON FUNCTION "private"."check_setting_names"(jsonb, text[]) IS 'Raises SL841 for names that do not exist.';

COMMENT ON FUNCTION "private"."org_rule_kinds"() IS 'What an org can set for the gate, with what counts otherwise.';

COMMENT ON FUNCTION "private"."org_setting_kinds"() IS 'The settings of an org that its owners and admins may change: meaning, form, and what counts without one.';

COMMENT ON FUNCTION "private"."refuse_setting"(text) IS 'Raises SL841 with the sentence.';

COMMENT ON FUNCTION "private"."row_version"(timestamp with time zone) IS 'The version of a row that was read.';

COMMENT ON FUNCTION "public"."list_broker_loads"(uuid) IS 'Brokers of an org by name, those without a login, too, with the open leads that count towards their capacity. For owners, admins, viewers and the service. Raises SL111. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."list_law"(uuid, boolean, integer, text) IS 'The reasons that the gate can give, by concern, with law, citation and its address, and whether the org waives them. For members and the service. Raises SL111 and SL801. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."list_members"(uuid) IS 'Members of an org with their broker records. E-mail addresses and whether there is a second factor are for owners, admins and the service; others see their own address. Raises SL111. Definer: both are in tables of Supabase Auth.';

COMMENT ON FUNCTION "public"."list_org_rules"(uuid) IS 'Everything that an org can set for the gate, with its present value and who approved it. For owners, admins, viewers and the service. Raises SL111. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."list_provider_settings"(uuid) IS 'Providers with the names of the settings that an account can store, the accounts of the org (names of settings, never values), whether it may use the project''s account, its budgets, and what data calls cost today and this month. For owners, admins and the service. Raises SL111. Definer: accounts and costs belong to the owner.';

COMMENT ON FUNCTION "public"."list_senders"(uuid, integer, text) IS 'Senders of an org by name, with the steps that name them and what they cost today. account_problem: why it cannot send. For owners, admins and the service. Raises SL111 and SL801. Definer: costs belong to the owner.';

COMMENT ON FUNCTION "public"."list_source_settings"(uuid, integer, text) IS 'Sources of an org by name, with when their valid secrets were made and end, never the secrets. For owners, admins and the service. Raises SL111 and SL801. Definer: secrets belong to the owner.';

COMMENT ON FUNCTION "public"."org_settings"(uuid) IS 'Name, time zone and holidays of an org, their version, and its settings: [{key, area, title, hint, value, standard}]; standard: what counts without a value. For owners, admins and the service. Raises SL111. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."remove_org_rule"(uuid, text) IS 'Ends a rule of the org: the law alone counts again. Returns whether there was one. For owners, admins and the service. Raises SL111. Definer: members may not write rules.';

COMMENT ON FUNCTION "public"."save_org_rule"(uuid, text, jsonb, text, text) IS 'Sets a rule of the org with its reason, reviewed today; what loosens (waive, internal_list_ends) names counsel and is for owners. Otherwise for owners, admins and the service. Raises SL111 and SL841. Definer: members may not write rules.';

COMMENT ON FUNCTION "public"."save_org_settings"(uuid, text, jsonb) IS 'Changes an org: p_values {name, time_zone, holidays, settings: {key: value}}, a null value ends a setting. p_version: of the settings that were read. Returns the new one. For owners, admins and the service. Raises SL111, SL841 (unknown or not valid), SL842 (changed meanwhile) and SL101. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."save_provider_budget"(uuid, text, text, numeric) IS 'Sets what data calls to a provider may cost in a day or month, in USD; null ends the budget, after which only calls without a cost are made. For owners, admins and the service. Raises SL111 and SL841. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."save_sender"(uuid, uuid, text, jsonb) IS 'Adds a sender (without p_sender_id) or changes one: p_values are columns of the sender, null ends a value; authenticated: whether SPF, DKIM and DMARC of the domain pass today. p_version: of the sender that was read. Returns {id, version}. For owners, admins and the service. Raises SL111, SL841 (not valid), SL842 (changed meanwhile), SL843 (not found) and SL541 (account). Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."save_source"(uuid, uuid, text, jsonb) IS 'Adds a source (without p_source_id; it has no secret yet) or changes one: p_values {key, name, active, trust, preset, default_state, default_city, default_county, max_part_bytes, parts_per_minute}. p_version: of the source that was read. Returns {id, version}. For owners, admins and the service. Raises SL111, SL841 (not valid), SL842 (changed meanwhile) and SL843 (not found). Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."set_sender_state"(uuid, uuid, public.sender_state) IS 'Pauses a sender or lets it send again. For owners, admins and the service. Raises SL111 and SL843. Definer: one check for all callers.';

REVOKE ALL ON FUNCTION "private"."check_sender_values"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_setting_names"(jsonb, text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."org_rule_kinds"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."org_setting_kinds"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refuse_setting"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."row_version"(timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_broker_loads"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_broker_loads"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_law"(uuid, boolean, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_law"(uuid, boolean, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_members"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_members"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_org_rules"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_org_rules"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_provider_settings"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_provider_settings"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_senders"(uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_senders"(uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_source_settings"(uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_source_settings"(uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."org_settings"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."org_settings"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."remove_org_rule"(uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."remove_org_rule"(uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_org_rule"(uuid, text, jsonb, text, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_org_rule"(uuid, text, jsonb, text, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_org_settings"(uuid, text, jsonb) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_org_settings"(uuid, text, jsonb) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_provider_budget"(uuid, text, text, numeric) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_provider_budget"(uuid, text, text, numeric) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_sender"(uuid, uuid, text, jsonb) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_sender"(uuid, uuid, text, jsonb) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_source"(uuid, uuid, text, jsonb) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_source"(uuid, uuid, text, jsonb) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."set_sender_state"(uuid, uuid, public.sender_state) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."set_sender_state"(uuid, uuid, public.sender_state) TO "service_role";

REVOKE ALL ("role") ON TABLE "public"."members" FROM "authenticated";

GRANT UPDATE ("role") ON TABLE "public"."members" TO "authenticated";

-- Rights that default privileges would change.

revoke execute on function private.check_sender_values(jsonb) from pipeline_writer;
revoke execute on function private.check_setting_names(jsonb,text[]) from pipeline_writer;
revoke execute on function private.org_rule_kinds() from pipeline_writer;
revoke execute on function private.org_setting_kinds() from pipeline_writer;
revoke execute on function private.refuse_setting(text) from pipeline_writer;
revoke execute on function private.row_version(timestamp with time zone) from pipeline_writer;
