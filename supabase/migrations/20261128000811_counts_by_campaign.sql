-- counts by campaign: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.message_counts (
  p_org_id uuid,
  p_from   date,
  p_until  date
)
  RETURNS SETOF private.message_daily
  LANGUAGE sql
  STABLE
  AS $function$
  select d.* from private.message_daily d where d.org_id = p_org_id and d.day between p_from and p_until
  union all
  select d.org_id, d.day, d.campaign_id, d.sequence_id, d.step, d.channel, d.variant, d.template_id, d.sent,
    d.delivered, d.opened, d.clicked, d.bounced, d.failed, d.unsubscribed, d.cost_usd
  from private.message_deltas d where d.org_id = p_org_id and d.day between p_from and p_until
$function$;

CREATE OR REPLACE FUNCTION private.pipeline_counts (
  p_org_id uuid,
  p_from   date,
  p_until  date
)
  RETURNS TABLE (
    day         date,
    kind        public.pipeline_event_kind,
    source_id   uuid,
    campaign_id uuid,
    broker_id   uuid,
    fed_week    date,
    quantity    bigint,
    leads       bigint
  )
  LANGUAGE sql
  STABLE
  AS $function$
  select d.day, d.kind, d.source_id, d.campaign_id, d.broker_id, d.fed_week, d.quantity, d.leads
  from private.pipeline_daily d where d.org_id = p_org_id and d.day between p_from and p_until
  union all
  select d.day, d.kind, d.source_id, d.campaign_id, d.broker_id, d.fed_week, d.quantity, d.leads
  from private.pipeline_deltas d where d.org_id = p_org_id and d.day between p_from and p_until
$function$;

CREATE OR REPLACE FUNCTION public.campaign_funnel (
  p_org_id      uuid,
  p_campaign_id uuid
)
  RETURNS TABLE (
    kind     public.pipeline_event_kind,
    leads    bigint,
    quantity bigint,
    first_on date,
    last_on  date
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
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  v_brokers := private.counted_brokers(p_org_id);
  return query
  with counted as (
    select c.kind, sum(c.leads)::bigint as leads, sum(c.quantity)::bigint as quantity, min(c.day) as first_on,
      max(c.day) as last_on
    from private.pipeline_counts(p_org_id, '-infinity', 'infinity') c
    where c.campaign_id = p_campaign_id and (v_brokers is null or c.broker_id = any (v_brokers))
    group by c.kind
  )
  select k.kind, coalesce(c.leads, 0), coalesce(c.quantity, 0), c.first_on, c.last_on
  from unnest(enum_range('fed'::public.pipeline_event_kind, null)) k (kind)
  left join counted c on c.kind = k.kind
  order by k.kind;
end
$function$;

CREATE OR REPLACE FUNCTION public.list_campaigns (
  p_org_id    uuid,
  p_limit     integer                  DEFAULT 50,
  p_before    timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_before_id uuid                     DEFAULT NULL::uuid
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
    where c.org_id = p_org_id and (p_before is null or (c.created_at, c.id)
      < (p_before, coalesce(p_before_id, '00000000-0000-0000-0000-000000000000')))
    order by c.created_at desc, c.id desc limit private.page_size(p_limit));
  return query
  with counted as (
    select e.campaign_id, sum(e.leads) filter (where e.kind = 'fed') as fed,
      sum(e.leads) filter (where e.kind = 'sent') as sent, sum(e.leads) filter (where e.kind = 'replied') as replied,
      sum(e.leads) filter (where e.kind = 'booked') as booked
    from private.pipeline_counts(p_org_id, '-infinity', 'infinity') e
    where e.campaign_id = any (v_ids) and e.kind >= 'fed' and (v_brokers is null or e.broker_id = any (v_brokers))
    group by e.campaign_id
  ), spent as (
    select m.campaign_id, sum(m.cost_usd) as usd from private.message_counts(p_org_id, '-infinity', 'infinity') m
    where v_brokers is null and m.campaign_id = any (v_ids) group by m.campaign_id
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

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX message_daily_campaign_idx ON private.message_daily USING btree (org_id, campaign_id, day);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX pipeline_daily_campaign_idx ON private.pipeline_daily USING btree (org_id, campaign_id, kind);

COMMENT ON FUNCTION "private"."message_counts"(uuid, date, date) IS 'Counts of an org by day, both dates included; rows repeat and are to be summed. Inlined, so that filters reach the indexes; for functions with the rights of the owner.';

COMMENT ON FUNCTION "private"."pipeline_counts"(uuid, date, date) IS 'Counts of an org by day, both dates included; rows repeat and are to be summed. Inlined, so that filters reach the indexes; for functions with the rights of the owner.';
