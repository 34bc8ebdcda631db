-- broker work: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."inbox_items"(uuid, uuid, text, boolean, text, text, timestamp WITH time zone, text, bigint, integer);

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
      and (p_state = 'all' or private.inbox_state(r.answered_at, r.assigned_to) = p_state)
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

CREATE OR REPLACE FUNCTION private.own_inbox_items (
  p_org_id  uuid,
  p_state   text,
  p_mine    boolean,
  p_label   text,
  p_channel text,
  p_at      timestamp with time zone,
  p_item    text,
  p_id      bigint,
  p_limit   integer
)
  RETURNS TABLE (
    org_id  uuid,
    item    text,
    id      bigint,
    lead_id uuid,
    at      timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
#variable_conflict use_column
declare
  v_orgs constant uuid[] := array(select x from unnest(private.my_org_ids()) x
    where p_org_id is null or x = p_org_id);
  v_brokers constant uuid[] := private.my_broker_ids();
begin
  if v_orgs = '{}' or v_brokers = '{}' then
    return;
  end if;
  return query
  select o.org_id, i.* from (
    select l.org_id, array_agg(l.id) as lead_ids from public.leads l
    where l.org_id = any (v_orgs) and l.assigned_broker_id = any (v_brokers) and l.last_reply_at is not null
    group by l.org_id) o
  cross join lateral private.inbox_items(o.org_id, o.lead_ids, p_state, p_mine, p_label, p_channel, p_at, p_item,
    p_id, private.page_size(p_limit)) i;
end
$function$;

CREATE OR REPLACE FUNCTION private.own_task_ids (
  p_list   text,
  p_org_id uuid,
  p_limit  integer,
  p_at     timestamp with time zone,
  p_number bigint
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  v_orgs constant uuid[] := array(select x from unnest(private.my_org_ids()) x
    where p_org_id is null or x = p_org_id);
  v_brokers constant uuid[] := private.my_broker_ids();
  v_limit constant integer := private.page_size(p_limit);
begin
  if v_orgs = '{}' or v_brokers = '{}' then
    return '{}'::uuid[];
  elsif p_list = 'done' then
    return array(select t.id from public.leads l join public.tasks t on t.org_id = l.org_id and t.lead_id = l.id
      where l.org_id = any (v_orgs) and l.assigned_broker_id = any (v_brokers)
        and t.done_at is not null and (p_at is null or (t.done_at, t.number) < (p_at, p_number))
      order by t.done_at desc, t.number desc limit v_limit);
  end if;
  return array(select t.id from public.leads l join public.tasks t on t.org_id = l.org_id and t.lead_id = l.id
    where l.org_id = any (v_orgs) and l.assigned_broker_id = any (v_brokers) and t.done_at is null
      and (p_list = 'team' or (t.assigned_to is null and t.kind <> 'review_call'))
      and (p_list <> 'due' or coalesce(t.due_at, t.created_at) <= now())
      and (p_at is null or (coalesce(t.due_at, t.created_at), t.number) > (p_at, p_number))
    order by coalesce(t.due_at, t.created_at), t.number limit v_limit);
end
$function$;

CREATE OR REPLACE FUNCTION public.desk_inbox (
  p_state   text    DEFAULT 'open'::text,
  p_org_id  uuid    DEFAULT NULL::uuid,
  p_mine    boolean DEFAULT false,
  p_label   text    DEFAULT NULL::text,
  p_channel text    DEFAULT NULL::text,
  p_limit   integer DEFAULT 50,
  p_cursor  text    DEFAULT NULL::text
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
    union
    select i.* from private.own_inbox_items(p_org_id, p_state, p_mine, p_label, p_channel, v_at, v_item, v_id,
      v_limit) i
    where not i.org_id = any (v_whole)
  ), page as (
    select f.* from found f order by f.at desc, f.item desc, f.id desc limit v_limit
  )
  select p.org_id, p.item, p.id, p.lead_id,
    coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')), p.at,
    coalesce(r.channel, case k.direction when 'inbound' then 'voice_manual' else 'voice_ai' end),
    coalesce(k.direction, 'inbound'), r.request, r.label, r.labelled_by,
    private.inbox_state(case p.item when 'reply' then r.answered_at else k.done_at end,
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

CREATE OR REPLACE FUNCTION public.desk_tasks (
  p_list   text    DEFAULT 'mine'::text,
  p_org_id uuid    DEFAULT NULL::uuid,
  p_limit  integer DEFAULT 50,
  p_cursor text    DEFAULT NULL::text
)
  RETURNS TABLE (
    org_id        uuid,
    task_id       uuid,
    number        bigint,
    lead_id       uuid,
    owner_full    text,
    kind          text,
    words         text,
    due_at        timestamp with time zone,
    overdue       boolean,
    assigned_to   uuid,
    assigned_name text,
    created_by    uuid,
    created_at    timestamp with time zone,
    done_at       timestamp with time zone,
    done_by       uuid,
    done_by_name  text,
    has_note      boolean,
    detail        jsonb,
    lead_score    smallint,
    cursor        text
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_limit constant integer := private.page_size(p_limit);
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
  v_at constant timestamptz := (v_after ->> 0)::timestamptz;
  v_number constant bigint := (v_after ->> 1)::bigint;
  v_me constant uuid := auth.uid();
  v_orgs constant uuid[] := private.my_org_ids();
  v_whole constant uuid[] := private.whole_orgs(p_org_id);
  v_ids uuid[];
begin
  if p_list is null or p_list not in ('mine', 'due', 'team', 'done') then
    raise exception 'unknown list %: use mine, due, team or done', p_list using errcode = 'SL802';
  end if;
  -- Found from the caller's leads and assignments; of a whole org in the order of an index.
  if p_list in ('mine', 'due') then
    v_ids := array(
      select x.id from (
        select t.id, coalesce(t.due_at, t.created_at) as at, t.number from public.tasks t
        where t.org_id = any (v_orgs) and t.assigned_to = v_me and t.done_at is null
          and (p_org_id is null or t.org_id = p_org_id)
          and (p_list = 'mine' or coalesce(t.due_at, t.created_at) <= now())
          and (v_after is null or (coalesce(t.due_at, t.created_at), t.number) > (v_at, v_number))
        union all
        select t.id, coalesce(t.due_at, t.created_at), t.number
        from unnest(private.own_task_ids(p_list, p_org_id, v_limit, v_at, v_number)) i (id)
        join public.tasks t on t.org_id = any (v_orgs) and t.id = i.id) x
      order by x.at, x.number limit v_limit);
  elsif v_whole <> '{}' and p_list = 'team' then
    v_ids := array(select x.id from unnest(v_whole) o (id) cross join lateral (
        select t.id, coalesce(t.due_at, t.created_at) as at, t.number from public.tasks t
        where t.org_id = o.id and t.done_at is null
          and (v_after is null or (coalesce(t.due_at, t.created_at), t.number) > (v_at, v_number))
        order by coalesce(t.due_at, t.created_at), t.number limit v_limit) x
      order by x.at, x.number limit v_limit);
  elsif v_whole <> '{}' then
    v_ids := array(select x.id from unnest(v_whole) o (id) cross join lateral (
        select t.id, t.done_at as at, t.number from public.tasks t
        where t.org_id = o.id and t.done_at is not null
          and (v_after is null or (t.done_at, t.number) < (v_at, v_number))
        order by t.done_at desc, t.number desc limit v_limit) x
      order by x.at desc, x.number desc limit v_limit);
  else
    v_ids := private.own_task_ids(p_list, p_org_id, v_limit, v_at, v_number);
  end if;
  return query
  select t.org_id, t.id, t.number, t.lead_id,
    coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')), t.kind,
    private.task_words(t.kind, t.detail), t.due_at, t.done_at is null and t.due_at < now(), t.assigned_to,
    private.member_name(t.org_id, t.assigned_to), t.created_by, t.created_at, t.done_at, t.done_by,
    private.member_name(t.org_id, t.done_by), t.has_note, t.detail, coalesce(s.score, l.lead_score),
    jsonb_build_array(case when p_list = 'done' then t.done_at else coalesce(t.due_at, t.created_at) end,
      t.number)::text
  from unnest(v_ids) with ordinality i (id, n)
  join public.tasks t on t.org_id = any (v_orgs) and t.id = i.id
  join public.leads l on l.org_id = t.org_id and l.id = t.lead_id
  left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
  order by i.n;
end
$function$;

COMMENT ON FUNCTION "private"."inbox_items"(uuid, uuid[], text, boolean, text, text, timestamp with time zone, text, bigint, integer) IS 'Items of the inbox of an org, or of some of its leads, behind a position; replies before calls of the same instant.';

COMMENT ON FUNCTION "private"."own_inbox_items"(uuid, text, boolean, text, text, timestamp with time zone, text, bigint, integer) IS 'Items of the inbox about leads of the caller''s brokers in orgs of which the caller is a member. Definer: it checks the leads of one caller at once, and returns ids and times alone.';

COMMENT ON FUNCTION "private"."own_task_ids"(text, uuid, integer, timestamp with time zone, bigint) IS 'A page of the tasks about leads of the caller''s brokers in orgs of which the caller is a member: nobody''s (mine, due), open (team) or done. Definer: it checks the leads of one caller at once, and returns ids alone.';

REVOKE ALL ON FUNCTION "private"."inbox_items"(uuid, uuid[], text, boolean, text, text, timestamp WITH time zone, text, bigint, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."inbox_items"(uuid, uuid[], text, boolean, text, text, timestamp WITH time zone, text, bigint, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."own_inbox_items"(uuid, text, boolean, text, text, timestamp WITH time zone, text, bigint, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."own_inbox_items"(uuid, text, boolean, text, text, timestamp WITH time zone, text, bigint, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."own_task_ids"(text, uuid, integer, timestamp WITH time zone, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."own_task_ids"(text, uuid, integer, timestamp WITH time zone, bigint) TO "authenticated";

-- Rights that default privileges would change.

revoke execute on function private.inbox_items(uuid,uuid[],text,boolean,text,text,timestamp with time zone,text,bigint,integer) from pipeline_writer;
revoke execute on function private.own_inbox_items(uuid,text,boolean,text,text,timestamp with time zone,text,bigint,integer) from pipeline_writer;
revoke execute on function private.own_task_ids(text,uuid,integer,timestamp with time zone,bigint) from pipeline_writer;
