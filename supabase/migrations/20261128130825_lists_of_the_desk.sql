-- lists of the desk: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "public"."deal_board"(uuid, uuid);

DROP FUNCTION "public"."desk_inbox"(text, uuid, boolean, text, text, integer, text);

DROP FUNCTION "public"."list_campaigns"(uuid, integer, timestamp WITH time zone, uuid);

DROP FUNCTION "public"."list_deals"(uuid, uuid, uuid, uuid, integer, timestamp WITH time zone, uuid);

DROP FUNCTION "public"."list_templates"(uuid, integer, text);

CREATE OR REPLACE FUNCTION private.inbox_items (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_state    text,
  p_mine     boolean,
  p_label    text,
  p_channel  text,
  p_at       timestamp with time zone,
  p_item     text,
  p_id       bigint,
  p_limit    integer
)
  RETURNS TABLE (
    item    text,
    id      bigint,
    lead_id uuid,
    at      timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
#variable_conflict use_column
begin
  return query
  (select 'reply', r.id, r.lead_id, r.at from public.replies r
    where r.org_id = p_org_id and (p_lead_ids is null or r.lead_id = any (p_lead_ids))
      and (p_state = 'all' or private.inbox_state(private.reply_done_at(r.at, r.request, r.answered_at),
        r.assigned_to) = p_state)
      and (not p_mine or r.assigned_to = (select auth.uid())) and (p_label is null or r.label::text = p_label)
      and (p_channel is null or r.channel = p_channel)
      and (p_at is null or r.at < p_at or (r.at = p_at and (p_item = 'reply' and r.id < p_id)))
    order by r.at desc, r.id desc limit p_limit)
  union all
  (select 'call', k.id, k.lead_id, k.at from public.calls k
    where k.org_id = p_org_id and (p_lead_ids is null or k.lead_id = any (p_lead_ids)) and k.lead_id is not null
      and k.provider <> 'hand' and (k.direction = 'inbound' or k.answered) and p_label is null
      and (p_state = 'all' or private.inbox_state(k.done_at, k.assigned_to) = p_state)
      and (not p_mine or k.assigned_to = (select auth.uid()))
      and (p_channel is null or p_channel = case k.direction when 'inbound' then 'voice_manual' else 'voice_ai' end)
      and (p_at is null or k.at < p_at or (k.at = p_at and (p_item = 'reply' or k.id < p_id)))
      and not exists (select from public.replies r where r.org_id = k.org_id and r.lead_id = k.lead_id
        and r.provider = k.provider and r.at = k.at and r.channel = 'voice_ai')
    order by k.at desc, k.id desc limit p_limit);
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
    ('deny_channels', 'Channels without outreach', 'Nobody is contacted there.', 'channels', 'none'),
    ('hours_for_transactional', 'Calling hours for messages about a matter, too', '', 'switch', 'no'),
    ('unsubscribe_ends_transactional', 'An unsubscribe ends e-mails about a matter, too', '', 'switch', 'no'),
    ('internal_list_ends', 'A request not to be called ends with its legal term',
      'Five years, ten for texts to Virginia. Loosens: it needs the name of counsel.', 'switch', 'no'),
    ('waive', 'Waived reasons', 'Only reasons that are marked as waivable. Loosens: it needs the name of counsel.',
      'rules', 'none')
$function$;

CREATE OR REPLACE FUNCTION private.reply_done_at (
  p_at          timestamp with time zone,
  p_request     text,
  p_answered_at timestamp with time zone
)
  RETURNS timestamp WITH time zone
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select case when p_answered_at is null and p_request = 'opt_out' then p_at else p_answered_at end
$function$;

CREATE OR REPLACE FUNCTION public.deal_board (
  p_org_id    uuid,
  p_broker_id uuid    DEFAULT NULL::uuid,
  p_all       boolean DEFAULT false
)
  RETURNS TABLE (
    stage_id       uuid,
    stage          text,
    "position"     smallint,
    outcome        text,
    active         boolean,
    version        integer,
    deals          bigint,
    price_usd      numeric,
    commission_usd numeric
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select s.id, s.name, s.position, s.outcome, s.active, s.version, count(d.id), coalesce(sum(d.price_usd), 0),
    coalesce(sum(d.commission_usd), 0)
  from public.deal_stages s
  left join public.deals d on d.org_id = s.org_id and d.stage_id = s.id
    and (p_broker_id is null or d.broker_id = p_broker_id)
  where s.org_id = p_org_id
  group by s.id, s.name, s.position, s.outcome, s.active, s.version
  having p_all or s.active or count(d.id) > 0
  order by s.position, s.name
$function$;

REVOKE ALL ON FUNCTION "public"."deal_board"(uuid, uuid, boolean) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.desk_inbox (
  p_state   text    DEFAULT 'open'::text,
  p_org_id  uuid    DEFAULT NULL::uuid,
  p_mine    boolean DEFAULT false,
  p_label   text    DEFAULT NULL::text,
  p_channel text    DEFAULT NULL::text,
  p_limit   integer DEFAULT 50,
  p_cursor  text    DEFAULT NULL::text,
  p_item    text    DEFAULT NULL::text,
  p_id      bigint  DEFAULT NULL::bigint
)
  RETURNS TABLE (
    org_id           uuid,
    item             text,
    id               bigint,
    lead_id          uuid,
    owner_full       text,
    at               timestamp with time zone,
    channel          text,
    direction        text,
    request          text,
    label            public.reply_label,
    labelled_by      text,
    state            text,
    assigned_to      uuid,
    assigned_name    text,
    done_at          timestamp with time zone,
    has_text         boolean,
    has_draft        boolean,
    call_id          bigint,
    has_transcript   boolean,
    seconds          integer,
    contact_point_id bigint,
    contact          text,
    campaign         text,
    possible_wish    boolean,
    cursor           text
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_limit constant integer := private.page_size(p_limit);
  v_after constant jsonb := private.read_cursor(p_cursor, 3);
  v_at constant timestamptz := (v_after ->> 0)::timestamptz;
  v_item constant text := v_after ->> 1;
  v_id constant bigint := (v_after ->> 2)::bigint;
  v_whole constant uuid[] := private.whole_orgs(p_org_id);
begin
  if p_state is null or p_state not in ('open', 'assigned', 'done', 'all') then
    raise exception 'unknown state %: use open, assigned, done or all', p_state using errcode = 'SL802';
  end if;
  return query
  with found as (
    select o.id as org_id, i.* from unnest(v_whole) o (id)
    cross join lateral private.inbox_items(o.id, null, p_state, p_mine, p_label, p_channel, v_at, v_item, v_id,
      v_limit) i
    where p_id is null
    union
    select i.* from private.own_inbox_items(p_org_id, p_state, p_mine, p_label, p_channel, v_at, v_item, v_id,
      v_limit) i
    where not i.org_id = any (v_whole) and p_id is null
    union
    select r.org_id, 'reply', r.id, r.lead_id, r.at from public.replies r
    where p_item = 'reply' and r.org_id = p_org_id and r.id = p_id
    union
    select k.org_id, 'call', k.id, k.lead_id, k.at from public.calls k
    where p_item = 'call' and k.org_id = p_org_id and k.id = p_id
  ), page as (
    select f.* from found f order by f.at desc, f.item desc, f.id desc limit v_limit
  )
  select p.org_id, p.item, p.id, p.lead_id,
    coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')), p.at,
    coalesce(r.channel, case k.direction when 'inbound' then 'voice_manual' else 'voice_ai' end),
    coalesce(k.direction, 'inbound'), r.request, r.label, r.labelled_by,
    private.inbox_state(
      case p.item when 'reply' then private.reply_done_at(r.at, r.request, r.answered_at) else k.done_at end,
      case p.item when 'reply' then r.assigned_to else k.assigned_to end),
    case p.item when 'reply' then r.assigned_to else k.assigned_to end,
    private.member_name(p.org_id, case p.item when 'reply' then r.assigned_to else k.assigned_to end),
    case p.item when 'reply' then r.answered_at else k.done_at end, coalesce(r.has_text, false),
    coalesce(r.has_draft, false), k.id, coalesce(k.has_transcript, false), k.seconds, r.contact_point_id, c.masked,
    g.name, exists (select from public.tasks t where t.org_id = p.org_id and t.lead_id = p.lead_id
      and t.kind = 'answer_reply' and t.done_at is null and t.detail ?| '{possible_wish,unread,read_by}'),
    jsonb_build_array(p.at, p.item, p.id)::text
  from page p
  join public.leads l on l.org_id = p.org_id and l.id = p.lead_id
  left join public.replies r on p.item = 'reply' and r.org_id = p.org_id and r.id = p.id
  left join lateral (
    select x.id, x.direction, x.seconds, x.has_transcript, x.assigned_to, x.done_at from public.calls x
    where x.org_id = p.org_id and case p.item when 'call' then x.id = p.id
      else r.channel = 'voice_ai' and x.lead_id = p.lead_id and x.provider = r.provider and x.at = r.at end
    limit 1) k on true
  left join public.contact_points c on c.org_id = p.org_id and c.id = r.contact_point_id
  left join public.campaigns g on g.org_id = p.org_id and g.id = r.campaign_id
  order by p.at desc, p.item desc, p.id desc;
end
$function$;

REVOKE ALL ON FUNCTION "public"."desk_inbox"(text, uuid, boolean, text, text, integer, text, text, bigint) FROM PUBLIC, "anon";

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
    select coalesce(case p_by when 'day' then c.day::text when 'period' then null else c.key::text end, '') as key,
      c.kind, sum(case when c.kind < 'fed' then c.quantity else c.leads end)::bigint as reached
    from private.funnel_period(p_org_id, p_by, v_brokers, p_from, p_until) c
    group by 1, 2
  ), costs as materialized (
    select coalesce(case p_by when 'day' then c.day::text when 'period' then null else c.key::text end, '') as key,
      sum(c.messages_usd) as messages_usd, sum(c.data_usd) as data_usd, sum(c.send_429)::bigint as send_429,
      sum(c.send_5xx)::bigint as send_5xx, sum(c.data_429)::bigint as data_429, sum(c.data_5xx)::bigint as data_5xx
    from private.cost_period(p_org_id, p_by, p_from, p_until) c
    -- Brokers see no costs.
    where v_brokers is null
    group by 1
  ), buckets as materialized (
    select coalesce(case p_by when 'day' then d.day::text when 'period' then null else d.key::text end, '') as key,
      d.kind, d.bucket, sum(d.timed) as timed, sum(d.seconds) as seconds
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
    select k.key, s.kind, coalesce(c.reached, 0) as reached, coalesce(b.reached, 0) as before
    from (select x.key from counted x union select x.key from costs x) k
    -- Verification is optional, and a booking needs no reply.
    cross join (values ('uploaded', null), ('staged', 'uploaded'), ('deduped', 'staged'), ('verified', 'deduped'),
      ('fed', 'deduped'), ('sent', 'fed'), ('replied', 'sent'), ('booked', 'sent'),
      ('closed', 'booked')) n (step, after)
    cross join lateral (select n.step::public.pipeline_event_kind as kind,
      n.after::public.pipeline_event_kind as after) s
    left join counted c on c.key = k.key and c.kind = s.kind
    left join counted b on b.key = k.key and b.kind = s.after
  )
  select nullif(s.key, ''), case p_by when 'day' then s.key when 'period' then 'all'
      when 'source' then (select x.name from public.sources x where x.org_id = p_org_id and x.id::text = s.key)
      when 'campaign' then (select x.name from public.campaigns x where x.org_id = p_org_id and x.id::text = s.key)
      else (select x.name from public.brokers x where x.org_id = p_org_id and x.id::text = s.key) end,
    s.kind, s.reached, case when s.before > 0 then greatest(s.before - s.reached, 0)::bigint end,
    case when s.before > 0 then round(s.reached::numeric / s.before, 4) end, coalesce(t.timed, 0),
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
  left join costs c on c.key = s.key
  left join times t on t.key = s.key and t.kind = s.kind
  where s.reached <> 0 or t.timed > 0
    or s.kind = 'sent' and (c.messages_usd > 0 or c.send_429 > 0 or c.send_5xx > 0)
    or s.kind = 'verified' and (c.data_usd > 0 or c.data_429 > 0 or c.data_5xx > 0)
  order by nullif(s.key, '') nulls last, s.kind
  limit least(greatest(coalesce(p_limit, 2000), 1), 10000);
end
$function$;

CREATE OR REPLACE FUNCTION public.list_campaigns (
  p_org_id      uuid,
  p_limit       integer                  DEFAULT 50,
  p_before      timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_before_id   uuid                     DEFAULT NULL::uuid,
  p_campaign_id uuid                     DEFAULT NULL::uuid
)
  RETURNS TABLE (
    id             uuid,
    name           text,
    state          public.campaign_state,
    version        integer,
    daily_limit    integer,
    states         text[],
    source_ids     uuid[],
    min_score      smallint,
    starts_on      date,
    ends_on        date,
    assign_brokers boolean,
    sequence_id    uuid,
    sequence       text,
    created_at     timestamp with time zone,
    started_at     timestamp with time zone,
    finished_at    timestamp with time zone,
    fed            bigint,
    sent           bigint,
    replied        bigint,
    booked         bigint,
    spent_usd      numeric
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_brokers uuid[];
  v_ids uuid[];
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  v_brokers := private.counted_brokers(p_org_id);
  v_ids := array(
    select c.id from public.campaigns c
    where c.org_id = p_org_id and (p_campaign_id is null or c.id = p_campaign_id)
      and (p_before is null or (c.created_at, c.id)
        < (p_before, coalesce(p_before_id, '00000000-0000-0000-0000-000000000000')))
    order by c.created_at desc, c.id desc limit private.page_size(p_limit));
  return query
  with counted as (
    select e.campaign_id, sum(e.leads) filter (where e.kind = 'fed') as fed,
      sum(e.leads) filter (where e.kind = 'sent') as sent, sum(e.leads) filter (where e.kind = 'replied') as replied,
      sum(e.leads) filter (where e.kind = 'booked') as booked
    from (
      select f.key as campaign_id, f.kind, f.leads from private.funnel_sums f
      where v_brokers is null and f.org_id = p_org_id and f.split = 'campaign' and f.broker_id is null
        and f.key = any (v_ids) and f.grain = 'month'
      union all
      select f.key, f.kind, f.leads from private.funnel_sums f
      where f.org_id = p_org_id and f.split = 'broker_campaign' and f.broker_id = any (v_brokers)
        and f.key = any (v_ids) and f.grain = 'month'
      union all
      select d.campaign_id, d.kind, d.leads from private.pipeline_deltas d
      where d.org_id = p_org_id and d.campaign_id = any (v_ids)
        and (v_brokers is null or d.broker_id = any (v_brokers))) e
    group by e.campaign_id
  ), spent as (
    select m.campaign_id, sum(m.usd) as usd
    from (
      select c.key as campaign_id, c.messages_usd as usd from private.cost_sums c
      where c.org_id = p_org_id and c.split = 'campaign' and c.key = any (v_ids) and c.grain = 'month'
      union all
      select d.campaign_id, d.cost_usd from private.message_deltas d
      where d.org_id = p_org_id and d.campaign_id = any (v_ids)) m
    where v_brokers is null group by m.campaign_id
  )
  select p.id, p.name, p.state, p.version, p.daily_limit, p.states, p.source_ids, p.min_score, p.starts_on, p.ends_on,
    p.assign_brokers, p.sequence_id, s.name, p.created_at, p.started_at, p.finished_at, coalesce(n.fed, 0)::bigint,
    coalesce(n.sent, 0)::bigint, coalesce(n.replied, 0)::bigint, coalesce(n.booked, 0)::bigint,
    case when v_brokers is null then coalesce(x.usd, 0) end
  from public.campaigns p
  left join public.sequences s on s.org_id = p.org_id and s.id = p.sequence_id
  left join counted n on n.campaign_id = p.id
  left join spent x on x.campaign_id = p.id
  where p.org_id = p_org_id and p.id = any (v_ids)
  order by p.created_at desc, p.id desc;
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_campaigns"(uuid, integer, timestamp WITH time zone, uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_deals (
  p_org_id    uuid,
  p_stage_id  uuid                     DEFAULT NULL::uuid,
  p_broker_id uuid                     DEFAULT NULL::uuid,
  p_lead_id   uuid                     DEFAULT NULL::uuid,
  p_limit     integer                  DEFAULT 50,
  p_before    timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_before_id uuid                     DEFAULT NULL::uuid,
  p_deal_id   uuid                     DEFAULT NULL::uuid,
  p_kind      text                     DEFAULT NULL::text
)
  RETURNS TABLE (
    id                uuid,
    lead_id           uuid,
    kind              text,
    title             text,
    stage_id          uuid,
    stage             text,
    outcome           text,
    stage_since       timestamp with time zone,
    broker_id         uuid,
    broker            text,
    price_usd         numeric,
    commission_usd    numeric,
    expected_close_on date,
    closed_on         date,
    lost_reason       text,
    address           text,
    updated_at        timestamp with time zone,
    version           integer
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select d.id, d.lead_id, d.kind, d.title, d.stage_id, s.name, s.outcome, d.stage_since, d.broker_id, b.name,
    d.price_usd, d.commission_usd, d.expected_close_on, d.closed_on, d.lost_reason,
    nullif(concat_ws(', ', l.situs_street, l.situs_city, l.situs_state), ''), d.updated_at, d.version
  from public.deals d
  join public.deal_stages s on s.org_id = d.org_id and s.id = d.stage_id
  left join public.brokers b on b.org_id = d.org_id and b.id = d.broker_id
  left join public.leads l on l.org_id = d.org_id and l.id = d.lead_id
  where d.org_id = p_org_id and (p_stage_id is null or d.stage_id = p_stage_id)
    and (p_broker_id is null or d.broker_id = p_broker_id) and (p_lead_id is null or d.lead_id = p_lead_id)
    and (p_deal_id is null or d.id = p_deal_id) and (p_kind is null or d.kind = p_kind)
    and (p_before is null or (d.updated_at, d.id)
      < (p_before, coalesce(p_before_id, '00000000-0000-0000-0000-000000000000')))
  order by d.updated_at desc, d.id desc limit least(greatest(coalesce(p_limit, 50), 1), 200)
$function$;

REVOKE ALL ON FUNCTION "public"."list_deals"(uuid, uuid, uuid, uuid, integer, timestamp WITH time zone, uuid, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_templates (
  p_org_id     uuid,
  p_limit      integer DEFAULT 50,
  p_after_name text    DEFAULT NULL::text,
  p_name       text    DEFAULT NULL::text
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
      and (p_name is null or t.name = p_name)
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

REVOKE ALL ON FUNCTION "public"."list_templates"(uuid, integer, text, text) FROM PUBLIC, "anon";

COMMENT ON FUNCTION "private"."reply_done_at"(timestamp with time zone, text, timestamp with time zone) IS 'When a reply was dealt with. Nobody has to answer an opt-out, which is in force when it comes.';

COMMENT ON FUNCTION "public"."deal_board"(uuid, uuid, boolean) IS 'The stages of an org in order (p_all: also empty ones that are switched off), with the number of deals that the caller may see and the sums of their price and commission in USD.';

COMMENT ON FUNCTION "public"."desk_inbox"(text, uuid, boolean, text, text, integer, text, text, bigint) IS 'Replies, calls that came in, and calls that somebody answered, the latest first: open (nobody''s), assigned, done or all; p_mine: assigned to the caller; p_item (reply or call) and p_id: this one alone. An opt-out is done when it comes: it is in force, and nobody may answer it. Texts, drafts and transcripts are shown by request_reveal (subject replies with id, subject transcripts with call_id). possible_wish: somebody has to look at a message of the lead. Raises SL801, SL802.';

COMMENT ON FUNCTION "public"."list_campaigns"(uuid, integer, timestamp with time zone, uuid, uuid) IS 'Campaigns of an org, newest first, with leads fed, reached, replied, booked and the cost of their messages in USD. p_before and p_before_id: of the last row of the page before; p_campaign_id: this one alone. A broker counts own leads only and sees no cost. Raises SL111. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "public"."list_deals"(uuid, uuid, uuid, uuid, integer, timestamp with time zone, uuid, uuid, text) IS 'Deals that the caller may see, last changed first; p_before and p_before_id: updated_at and id of the last row of the page before; p_deal_id: this one alone. Brokers see their own. Amounts in USD.';

COMMENT ON FUNCTION "public"."list_templates"(uuid, integer, text, text) IS 'The newest version of each template by name, with the number of variants of steps that use it, and of those that use an older one. p_after_name: of the last row of the page before; p_name: this one alone. Raises SL111. Definer: one check for all callers.';

REVOKE ALL ON FUNCTION "private"."reply_done_at"(timestamp WITH time zone, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reply_done_at"(timestamp WITH time zone, text, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."deal_board"(uuid, uuid, boolean) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."deal_board"(uuid, uuid, boolean) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_inbox"(text, uuid, boolean, text, text, integer, text, text, bigint) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_inbox"(text, uuid, boolean, text, text, integer, text, text, bigint) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_campaigns"(uuid, integer, timestamp WITH time zone, uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_campaigns"(uuid, integer, timestamp WITH time zone, uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_deals"(uuid, uuid, uuid, uuid, integer, timestamp WITH time zone, uuid, uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_deals"(uuid, uuid, uuid, uuid, integer, timestamp WITH time zone, uuid, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_templates"(uuid, integer, text, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_templates"(uuid, integer, text, text) TO "service_role";

-- Rights that default privileges would change.

revoke execute on function private.reply_done_at(timestamp with time zone,text,timestamp with time zone) from pipeline_writer;
