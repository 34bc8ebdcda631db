-- act as and hand edits: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

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
  return query execute format('select l.%1$I, count(*) from public.leads l where l.situs_zip is not null '
    'and l.%1$I is not null and %2$s group by 1 order by 2 desc, 1 limit $1', v_column, v_where) using p_limit;
end
$function$;

CREATE OR REPLACE FUNCTION private.counted_brokers (
  p_org_id uuid
)
  RETURNS uuid[]
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select case when private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin,viewer}'))
    then null
    else private.my_broker_ids() end
$function$;

CREATE OR REPLACE FUNCTION private.desk_condition (
  p_org_id uuid,
  p_filter jsonb
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_column text;
  -- What the policies of leads say, for the planner: whoever does not see the org sees the leads of own brokers.
  v_where text := format('l.org_id = %L', p_org_id)
    || case when p_org_id = any (private.my_org_ids('{owner,admin,viewer}')) then ''
      else format(' and l.assigned_broker_id = any (%L)', private.my_broker_ids()) end;
begin
  -- Literals, so that the planner sees which index of few rows fits.
  foreach v_column in array '{status,campaign_status,county_fips,situs_zip,situs_state,campaign_id}'::text[] loop
    if p_filter ? v_column then
      v_where := v_where || format(' and l.%I = %L', v_column, p_filter ->> v_column);
    end if;
  end loop;
  if p_filter ? 'broker_id' then
    v_where := v_where || format(' and l.assigned_broker_id = %L', p_filter ->> 'broker_id');
  end if;
  if p_filter ? 'min_score' then
    v_where := v_where || format(' and coalesce((select s.score from public.lead_scores s where s.org_id = l.org_id '
      'and s.lead_id = l.id), l.lead_score) >= %L', p_filter ->> 'min_score');
  end if;
  return v_where;
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
  v_rows jsonb;
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
    v_sql := format('select l.id, l.situs_zip from public.leads l where l.situs_zip = left($5, 5) and %s and l.id > '
      '$6 '
      'order by l.id limit $7', v_where);
    v_prefix := v_query;
  elsif v_kind = 'address' then
    v_words := regexp_split_to_array(upper(regexp_replace(v_query, '[^0-9A-Za-z ]', ' ', 'g')), '\s+');
    v_prefix := '%' || array_to_string(v_words[2:], '%') || '%';
    v_sql := format('select l.id, l.situs_street from public.leads l where l.situs_house_number = $8 '
      'and l.addr_hash is not null and upper(concat_ws('' '', l.situs_street, l.situs_unit, l.situs_city, '
        'l.situs_state, '
      'l.situs_zip)) like $5 and %s and (l.situs_street, l.id) > ($9, $6) order by l.situs_street, l.id limit $7',
        v_where);
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
  return query execute v_sql using p_org_id, null::text, null::text, v_found, v_prefix, v_id, p_limit,
    case v_kind when 'address' then v_words[1] when 'name' then case when cardinality(v_words) > 1 then
      -- "Jo Ames" is listed under Ames.
      private.escape_like(v_words[cardinality(v_words)]) || '% '
        || private.escape_like(array_to_string(v_words[:cardinality(v_words) - 1], ' ')) || '%' end end, v_place;
  if v_kind in ('phone', 'email') then
    perform private.log_lookup(p_org_id, array(select l.id from public.leads l
      where l.org_id = p_org_id and l.id = any (v_found) and (v_whole or l.assigned_broker_id = any (v_brokers))));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_audit_lifts()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v record;
begin
  for v in
    select n.org_id, n.channel, count(*) as lifts, (array_agg(n.suppression_id order by n.suppression_id))[1:20]
      as ids
    from new_rows n group by 1, 2
  loop
    perform private.record_audit(v.org_id, 'suppression.lifted', v.ids[1]::text,
      jsonb_build_object('channel', v.channel, 'lifts', v.lifts, 'first_suppressions', v.ids));
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_refuse_hand_edits()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_context text;
begin
  get diagnostics v_context = pg_context;
  -- Lines of the stack: a statement typed by hand has this function alone.
  if current_user = 'pipeline_writer' or coalesce(auth.role(), '') = 'service_role'
    or (select count(*) from regexp_matches(v_context, '(^|\n)(PL/pgSQL|SQL) function', 'g')) > 1
    or v_context ~ 'SQL statement' then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  raise exception '% of % is not written by hand: %', case tg_op when 'INSERT' then 'a row' when 'DELETE' then 'a row'
    else tg_argv[0] end, tg_table_name, tg_argv[1] using errcode = 'SL311',
    hint = 'For a repair: set local sluice.repair = ''why'' in the same transaction.';
end
$function$;

CREATE OR REPLACE FUNCTION public.act_as (
  p_email text
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_user uuid;
  v_as text;
begin
  if not private.is_trusted_caller() or coalesce(auth.role(), '') <> '' then
    raise exception 'only a direct session of the database''s owner acts as a member' using errcode = '42501';
  end if;
  select u.id, string_agg(m.role || ' of ' || o.name, ', ' order by o.name) into v_user, v_as
  from auth.users u
  join public.members m on m.user_id = u.id
  join public.orgs o on o.id = m.org_id
  where lower(u.email) = lower(btrim(p_email))
  group by u.id;
  if v_user is null then
    raise exception 'no member has the e-mail address %', p_email using errcode = 'SL131',
      hint = 'Put the e-mail address of a member into act_as(…) at the top.';
  end if;
  perform set_config('request.jwt.claims', jsonb_build_object('sub', v_user, 'role', 'authenticated')::text, true),
    set_config('role', 'authenticated', true);
  return v_as;
end
$function$;

REVOKE ALL ON FUNCTION "public"."act_as"(text) FROM PUBLIC, "anon", "authenticated", "service_role";

CREATE OR REPLACE FUNCTION public.answer_times (
  p_org_id uuid,
  p_from   date,
  p_until  date
)
  RETURNS TABLE (
    broker_id         uuid,
    broker            text,
    replies           bigint,
    answered          bigint,
    median_minutes    numeric,
    p90_minutes       numeric,
    waiting           bigint,
    oldest_waiting_at timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_brokers uuid[];
  v_from timestamptz;
  v_until timestamptz;
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}'), private.check_period(p_from, p_until);
  v_brokers := private.counted_brokers(p_org_id);
  select p_from::timestamp at time zone o.time_zone, (p_until + 1)::timestamp at time zone o.time_zone
  into v_from, v_until from public.orgs o where o.id = p_org_id;
  return query
  select l.assigned_broker_id, max(b.name), count(*), count(t.done_at),
    round((percentile_cont(0.5) within group (order by extract(epoch from t.done_at - t.created_at)) / 60)::numeric,
      1),
    round((percentile_cont(0.9) within group (order by extract(epoch from t.done_at - t.created_at)) / 60)::numeric,
      1),
    count(*) filter (where t.done_at is null), min(t.created_at) filter (where t.done_at is null)
  from public.tasks t
  join public.leads l on l.org_id = t.org_id and l.id = t.lead_id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  where t.org_id = p_org_id and t.kind = 'answer_reply' and t.created_at >= v_from and t.created_at < v_until
    and (v_brokers is null or l.assigned_broker_id = any (v_brokers))
  group by l.assigned_broker_id
  order by 2 nulls last;
end
$function$;

CREATE OR REPLACE FUNCTION public.desk_calls (
  p_org_id  uuid    DEFAULT NULL::uuid,
  p_mine    boolean DEFAULT true,
  p_lead_id uuid    DEFAULT NULL::uuid,
  p_limit   integer DEFAULT 50,
  p_cursor  text    DEFAULT NULL::text
)
  RETURNS TABLE (
    org_id         uuid,
    call_id        bigint,
    lead_id        uuid,
    owner_full     text,
    at             timestamp with time zone,
    ended_at       timestamp with time zone,
    seconds        integer,
    direction      text,
    provider       text,
    answered       boolean,
    outcome        public.hand_call_outcome,
    contact        text,
    called_by      uuid,
    called_by_name text,
    against_gate   boolean,
    reasons        jsonb,
    has_notes      boolean,
    cursor         text
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
  v_id constant bigint := (v_after ->> 1)::bigint;
  v_orgs constant uuid[] := case when p_org_id is null then private.my_org_ids() else array[p_org_id] end;
  v_whole constant uuid[] := private.whole_orgs(p_org_id);
  v_brokers constant uuid[] := private.my_broker_ids();
  v_ids bigint[];
begin
  if p_lead_id is not null then
    v_ids := array(select k.id from public.calls k
      where k.org_id = any (v_orgs) and k.lead_id = p_lead_id and (v_after is null or (k.at, k.id) < (v_at, v_id))
      order by k.at desc, k.id desc limit v_limit);
  elsif p_mine then
    v_ids := array(select k.id from public.calls k
      where k.org_id = any (v_orgs) and k.provider = 'hand' and k.called_by = auth.uid()
        and (v_after is null or (k.at, k.id) < (v_at, v_id))
      order by k.at desc, k.id desc limit v_limit);
  elsif v_whole <> '{}' then
    v_ids := array(select x.id from unnest(v_whole) o (id) cross join lateral (
        select k.id, k.at from public.calls k
        where k.org_id = o.id and k.lead_id is not null and (v_after is null or (k.at, k.id) < (v_at, v_id))
        order by k.at desc, k.id desc limit v_limit) x
      order by x.at desc, x.id desc limit v_limit);
  else
    v_ids := array(select k.id from public.leads l join public.calls k on k.org_id = l.org_id and k.lead_id = l.id
      where l.assigned_broker_id = any (v_brokers) and l.org_id = any (v_orgs)
        and (v_after is null or (k.at, k.id) < (v_at, v_id))
      order by k.at desc, k.id desc limit v_limit);
  end if;
  return query
  select k.org_id, k.id, k.lead_id,
    coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')), k.at, k.ended_at, k.seconds,
    k.direction, k.provider, k.answered, k.outcome, c.masked, k.called_by, private.member_name(k.org_id, k.called_by),
    k.recorded_against_gate, coalesce(private.explain_reasons(d.reasons), '[]'), k.has_transcript,
    jsonb_build_array(k.at, k.id)::text
  from unnest(v_ids) with ordinality i (id, n)
  join public.calls k on k.org_id = any (v_orgs) and k.id = i.id
  left join public.leads l on l.org_id = k.org_id and l.id = k.lead_id
  left join public.contact_points c on c.org_id = k.org_id and c.id = k.contact_point_id
  left join public.gate_decisions d on k.recorded_against_gate and d.org_id = k.org_id and d.id = k.decision_id
  order by i.n;
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
  v_brokers constant uuid[] := private.my_broker_ids();
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
        union all
        select t.id, coalesce(t.due_at, t.created_at), t.number
        from public.leads l join public.tasks t on t.org_id = l.org_id and t.lead_id = l.id
        where l.assigned_broker_id = any (v_brokers) and t.assigned_to is null and t.done_at is null
          and t.kind <> 'review_call') x
      join public.tasks y on y.id = x.id and y.org_id = any (v_orgs)
      where (p_org_id is null or y.org_id = p_org_id) and (p_list = 'mine' or x.at <= now())
        and (v_after is null or (x.at, x.number) > (v_at, v_number))
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
  elsif p_list = 'team' then
    v_ids := array(select t.id from public.leads l join public.tasks t on t.org_id = l.org_id and t.lead_id = l.id
      where l.assigned_broker_id = any (v_brokers) and (p_org_id is null or l.org_id = p_org_id) and t.done_at is null
        and (v_after is null or (coalesce(t.due_at, t.created_at), t.number) > (v_at, v_number))
      order by coalesce(t.due_at, t.created_at), t.number limit v_limit);
  else
    v_ids := array(select t.id from public.leads l join public.tasks t on t.org_id = l.org_id and t.lead_id = l.id
      where l.assigned_broker_id = any (v_brokers) and (p_org_id is null or l.org_id = p_org_id)
        and t.done_at is not null and (v_after is null or (t.done_at, t.number) < (v_at, v_number))
      order by t.done_at desc, t.number desc limit v_limit);
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

CREATE TRIGGER _050_consent_by_hand
  BEFORE INSERT ON public.consents
  FOR EACH ROW
  WHEN (((COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) AND (COALESCE(current_setting('sluice.repair'::text, true), ''::text) = ''::text)))
  EXECUTE FUNCTION private.tg_refuse_hand_edits('a consent', 'it needs its evidence; use record_consent');

CREATE TRIGGER _050_contact_by_hand
  BEFORE INSERT ON public.contact_points
  FOR EACH ROW
  WHEN (((COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) AND (COALESCE(current_setting('sluice.repair'::text, true), ''::text) = ''::text)))
  EXECUTE FUNCTION private.tg_refuse_hand_edits('a contact', 'it is encrypted and indexed; import it with a list');

CREATE TRIGGER _050_contact_value_by_hand
  BEFORE UPDATE ON public.contact_points
  FOR EACH ROW
  WHEN
    (((COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) AND (COALESCE(current_setting('sluice.repair'::text, true), ''::text) = ''::text) AND
    ((old.lead_id IS DISTINCT FROM new.lead_id) OR (old.kind IS DISTINCT FROM new.kind) OR (old.value_bidx IS DISTINCT FROM new.value_bidx) OR (old.value_cipher IS DISTINCT FROM
    new.value_cipher) OR (old.key_id IS DISTINCT FROM new.key_id) OR (old.masked IS DISTINCT FROM new.masked) OR (old.verified IS DISTINCT FROM new.verified) OR
    (old.codes IS DISTINCT FROM new.codes) OR (old.invalid_at IS DISTINCT FROM new.invalid_at))))
  EXECUTE FUNCTION private.tg_refuse_hand_edits('a contact', 'its value is encrypted and indexed, and its verification follows from the provider''s answers');

CREATE TRIGGER _050_score_by_hand
  BEFORE INSERT OR DELETE OR UPDATE ON public.lead_scores
  FOR EACH ROW
  WHEN (((COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) AND (COALESCE(current_setting('sluice.repair'::text, true), ''::text) = ''::text)))
  EXECUTE FUNCTION private.tg_refuse_hand_edits('a score', 'it follows from the rules of the org; change the rules');

CREATE TRIGGER _050_identity_by_hand
  BEFORE UPDATE OF mak, apn, apn_segments, county_fips, addr_hash, addr_hash_version, situs_house_number, phone_bidx ON public.leads
  FOR EACH ROW
  WHEN
    (((COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) AND (COALESCE(current_setting('sluice.repair'::text, true), ''::text) = ''::text) AND ((old.mak
    IS DISTINCT FROM new.mak) OR (old.apn IS DISTINCT FROM new.apn) OR (old.apn_segments IS DISTINCT FROM new.apn_segments) OR (old.county_fips IS DISTINCT FROM new.county_fips) OR
    (old.addr_hash IS DISTINCT FROM new.addr_hash) OR (old.addr_hash_version IS DISTINCT FROM new.addr_hash_version) OR
    (old.situs_house_number IS DISTINCT FROM new.situs_house_number) OR (old.phone_bidx IS DISTINCT FROM new.phone_bidx))))
  EXECUTE FUNCTION private.tg_refuse_hand_edits('an identity key', 'it follows from lists and from the address; correct the address, or use merge_leads or split_lead');

CREATE TRIGGER _051_consent_by_hand
  BEFORE UPDATE OF consent, consented_at, consent_method ON public.leads
  FOR EACH ROW
  WHEN
    (((COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) AND (COALESCE(current_setting('sluice.repair'::text, true), ''::text) = ''::text) AND
    ((old.consent IS DISTINCT FROM new.consent) OR (old.consented_at IS DISTINCT FROM new.consented_at) OR (old.consent_method IS DISTINCT FROM new.consent_method))))
  EXECUTE FUNCTION private.tg_refuse_hand_edits('consent', 'it follows from its evidence; use record_consent');

CREATE TRIGGER _052_verification_by_hand
  BEFORE UPDATE OF email_verified, phone_verified, email_verification_codes, phone_verification_codes ON public.leads
  FOR EACH ROW
  WHEN
    (((COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) AND (COALESCE(current_setting('sluice.repair'::text, true), ''::text) = ''::text) AND
    ((old.email_verified IS DISTINCT FROM new.email_verified) OR (old.phone_verified IS DISTINCT FROM new.phone_verified) OR (old.email_verification_codes IS DISTINCT FROM
    new.email_verification_codes) OR (old.phone_verification_codes IS DISTINCT FROM new.phone_verification_codes))))
  EXECUTE FUNCTION private.tg_refuse_hand_edits('verification', 'it follows from the provider''s answers about the contacts; start a verification');

CREATE TRIGGER _053_score_by_hand
  BEFORE UPDATE OF lead_score ON public.leads
  FOR EACH ROW
  WHEN
    (((COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) AND (COALESCE(current_setting('sluice.repair'::text, true), ''::text) = ''::text) AND
    (old.lead_score <> new.lead_score)))
  EXECUTE FUNCTION private.tg_refuse_hand_edits('a score', 'it follows from lists and from the rules of the org');

CREATE TRIGGER _054_campaign_by_hand
  BEFORE UPDATE OF campaign_id, campaign_status, added_to_campaign_at, current_sequence_step, last_reply_at, call_attempt_count ON public.leads
  FOR EACH ROW
  WHEN
    (((COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) AND (COALESCE(current_setting('sluice.repair'::text, true), ''::text) = ''::text) AND
    ((old.campaign_id IS DISTINCT FROM new.campaign_id) OR (old.campaign_status IS DISTINCT FROM new.campaign_status) OR (old.added_to_campaign_at IS DISTINCT FROM
    new.added_to_campaign_at) OR (old.current_sequence_step IS DISTINCT FROM new.current_sequence_step) OR (old.last_reply_at IS DISTINCT FROM new.last_reply_at) OR
    (old.call_attempt_count IS DISTINCT FROM new.call_attempt_count))))
  EXECUTE FUNCTION private.tg_refuse_hand_edits('the state in a campaign', 'it follows from what happened; use control_lead, record_call or control_campaign');

COMMENT ON FUNCTION "private"."desk_condition"(uuid, jsonb) IS 'The condition on leads l of an org: what the caller may see, and the filters.';

COMMENT ON FUNCTION "private"."tg_refuse_hand_edits"() IS 'Trigger: refuses a statement that was typed by hand (SL311); the arguments say what, and the way that exists. Functions, the pipeline and the service pass.';

COMMENT ON FUNCTION "public"."act_as"(text) IS 'First statement of a snippet in Studio: the rest of the transaction runs as the member with this e-mail address, so that row-level security holds and history names them. Returns their roles. For direct sessions of the database''s owner only. Raises SL131 (no such member).';

COMMENT ON FUNCTION "public"."desk_day"(text, uuid, uuid, integer, text) IS 'Whom to call by hand: now, later (today or later), never, or all of them in order: replies that wait (interested and questions first), tasks that are due, leads fed today, then by score. The gate is asked live for the best phone of each lead; reasons has the law behind every refusal: [{rule, words, detail, law, citation, url, text}]. p_org_id: for who is a broker in several orgs; p_broker_id: the day of another broker, for owners, admins and viewers. At most 40 rows a page; a last row without a lead has the cursor to go on where forty leads were looked at. Raises SL801, SL802. Definer: the gate decrypts; only leads that sees_lead shows come back.';

REVOKE ALL ON FUNCTION "private"."desk_condition"(uuid, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tg_refuse_hand_edits"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_refuse_hand_edits"() TO "pipeline_writer";

-- Rights that default privileges would change.

revoke execute on function private.desk_condition(uuid,jsonb) from pipeline_writer;
