-- house number once: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.canned_values (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select jsonb_build_object('lead.first_name', private.proper_name(l.owner_1_first),
    'lead.last_name', private.proper_name(l.owner_1_last), 'lead.full_name',
      private.proper_name(coalesce(l.owner_full,
      nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), ''))),
    'property.street', private.street_line(l.situs_house_number, l.situs_street, null), 'property.city',
      l.situs_city,
    'property.state', l.situs_state, 'property.zip', l.situs_zip, 'broker.name', b.name, 'org.name', o.name)
  from public.leads l
  join public.orgs o on o.id = l.org_id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  where l.org_id = p_org_id and l.id = p_lead_id and private.sees_lead(p_org_id, p_lead_id)
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
  v_whole constant uuid[] := private.my_org_ids('{owner,admin,viewer}');
  v_mine constant uuid[] := private.my_org_ids();
  v_own constant uuid[] := private.my_broker_ids();
  v_looked integer := 0;
  v_given integer := 0;
  v_next jsonb;
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
  -- The gate answers for few leads at a time; a page looks at forty at most, found once.
  v_next := (select jsonb_agg(to_jsonb(n))
    from private.next_of_day(v_org, v_brokers, p_show in ('never', 'all'), v_after, 40, p_as_of) n);
  while v_looked < 40 and v_given < v_limit loop
    v_n := least(greatest(v_limit, 20), 40 - v_looked);
    select jsonb_agg(x.v order by x.n), count(*) into v_chunk, v_n
    from jsonb_array_elements(v_next) with ordinality x (v, n)
    where x.n > v_looked and x.n <= v_looked + v_n;
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
      private.street_line(l.situs_house_number, l.situs_street, l.situs_unit), l.situs_city, l.situs_state,
      l.situs_zip, k.score, l.status, l.campaign_status, l.campaign_id, c.name, k.outlook, k.next_at,
      coalesce(l.time_zone, k.zone), p_as_of at time zone coalesce(l.time_zone, k.zone), k.contact_point_id,
        k.contact,
      k.label, k.reasons, k.task_id, k.task_kind, k.due_at, k.reply_id, k.reply_label, k.reply_at,
      (select max(a.at) from public.contact_attempts a where a.org_id = l.org_id and a.lead_id = l.id
        and a.channel = 'voice_manual' and a.direction = 'outbound'),
      jsonb_build_array(k.section, k.score, k.lead_id)::text
    from kept k
    join public.leads l on l.org_id = v_org and l.id = k.lead_id
      and ((select private.is_trusted_caller()) or l.org_id = any (v_whole)
        or (l.assigned_broker_id = any (v_own) and l.org_id = any (v_mine)))
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

CREATE OR REPLACE FUNCTION private.street_line (
  p_house_number text,
  p_street       text,
  p_unit         text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select nullif(concat_ws(' ',
    case when not starts_with(lower(coalesce(p_street, '')), lower(p_house_number) || ' ') then p_house_number end,
    p_street, p_unit), '')
$function$;

CREATE OR REPLACE FUNCTION public.desk_lead (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS TABLE (
    org_id             uuid,
    lead_id            uuid,
    owner_full         text,
    owner_1_first      text,
    owner_1_last       text,
    owner_2_first      text,
    owner_2_last       text,
    address            text,
    situs_house_number text,
    situs_street       text,
    situs_unit         text,
    situs_city         text,
    situs_state        text,
    situs_zip          text,
    county_fips        text,
    county             text,
    apn                text,
    mailing_street     text,
    mailing_unit       text,
    mailing_city       text,
    mailing_state      text,
    mailing_zip        text,
    time_zone          text,
    local_time         timestamp without time zone,
    status             public.lead_status,
    campaign_status    public.campaign_status,
    campaign_id        uuid,
    campaign           text,
    broker_id          uuid,
    broker             text,
    lead_score         smallint,
    tier               text,
    confidence         smallint,
    scored_at          timestamp with time zone,
    attributes         jsonb,
    edited_fields      text[],
    contacts           jsonb,
    facts              jsonb,
    score              jsonb,
    run                jsonb,
    open_tasks         bigint,
    open_replies       bigint,
    source             text,
    upload_id          uuid,
    created_at         timestamp with time zone,
    updated_at         timestamp with time zone,
    may                jsonb
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select l.org_id, l.id, coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')),
    l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last,
    private.street_line(l.situs_house_number, l.situs_street, l.situs_unit), l.situs_house_number,
    l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip, l.county_fips, y.name, l.apn,
    l.mailing_street, l.mailing_unit, l.mailing_city, l.mailing_state, l.mailing_zip, l.time_zone,
    now() at time zone l.time_zone, l.status, l.campaign_status, l.campaign_id, c.name, l.assigned_broker_id, b.name,
    coalesce(s.score, l.lead_score), s.tier, s.confidence, s.scored_at, l.attributes, l.edited_fields,
    (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind, 'masked', p.masked, 'label', p.label,
        'verified', p.verified, 'codes', p.codes, 'invalid_at', p.invalid_at, 'position', p.position)
        order by p.kind, p.position, p.id), '[]')
      from public.contact_points p where p.org_id = l.org_id and p.lead_id = l.id),
    (select coalesce(jsonb_agg(jsonb_build_object('provider', f.provider, 'name', f.name, 'as_of', f.as_of,
        'entry', f.entry, 'amount_usd', f.amount_usd, 'details', f.details, 'obtained_at', f.obtained_at,
        'expires_at', f.expires_at) order by f.as_of desc, f.name, f.id), '[]')
      from public.property_facts f where f.org_id = l.org_id and f.lead_id = l.id),
    (select coalesce(jsonb_agg(to_jsonb(e) order by abs(e.points) desc, e.rule), '[]')
      from public.explain_score(l.org_id, l.id) e),
    (select jsonb_build_object('state', r.state, 'step', r.next_step, 'channel', r.next_channel, 'next_at', r.next_at,
        'sent', r.sent_count, 'refusal', r.refusal, 'campaign', k.name)
      from public.sequence_runs r left join public.campaigns k on k.org_id = r.org_id and k.id = r.campaign_id
      where r.org_id = l.org_id and r.lead_id = l.id order by r.state in ('active', 'paused') desc, r.started_at desc
      limit 1),
    (select count(*) from public.tasks t where t.org_id = l.org_id and t.lead_id = l.id and t.done_at is null),
    (select count(*) from public.replies r where r.org_id = l.org_id and r.lead_id = l.id and r.answered_at is null),
    (select u.name from public.sources u where u.org_id = l.org_id and u.id = l.source_id), l.created_upload_id,
    l.created_at, l.updated_at,
    jsonb_build_object('edit', a.acts, 'call', a.acts, 'answer', a.acts, 'task', a.acts, 'control', a.acts,
      'consent', a.acts, 'reveal', true, 'merge', a.admin, 'export', a.admin, 'erase', a.admin)
  from public.leads l
  cross join lateral (select l.org_id = any (private.my_org_ids('{owner,admin}')) as admin,
    l.org_id = any (private.my_org_ids('{owner,admin}')) or (l.assigned_broker_id = any (private.my_broker_ids())
      and l.org_id = any (private.my_org_ids('{broker}'))) as acts) a
  left join public.us_counties y on y.fips = l.county_fips
  left join public.campaigns c on c.org_id = l.org_id and c.id = l.campaign_id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
  where l.org_id = p_org_id and l.id = p_lead_id
$function$;

CREATE OR REPLACE FUNCTION public.desk_search (
  p_query  text    DEFAULT ''::text,
  p_filter jsonb   DEFAULT '{}'::jsonb,
  p_org_id uuid    DEFAULT NULL::uuid,
  p_limit  integer DEFAULT 20,
  p_cursor text    DEFAULT NULL::text
)
  RETURNS TABLE (
    org_id          uuid,
    lead_id         uuid,
    owner_full      text,
    address         text,
    situs_city      text,
    situs_state     text,
    situs_zip       text,
    county_fips     text,
    lead_score      smallint,
    status          public.lead_status,
    campaign_status public.campaign_status,
    broker_id       uuid,
    broker          text,
    matched         text,
    cursor          text
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_org constant uuid := coalesce(p_org_id, (private.my_org_ids())[1]);
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
begin
  perform private.check_desk_filter(p_filter);
  return query
  select l.org_id, l.id, coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')),
    private.street_line(l.situs_house_number, l.situs_street, l.situs_unit), l.situs_city, l.situs_state,
    l.situs_zip, l.county_fips, coalesce(s.score, l.lead_score), l.status, l.campaign_status, l.assigned_broker_id,
    b.name, private.search_kind(p_query), jsonb_build_array(f.place, l.id)::text
  from private.find_for_desk(v_org, p_query, coalesce(p_filter, '{}'), v_after, private.page_size(p_limit))
    with ordinality f (lead_id, place, n)
  join public.leads l on l.org_id = v_org and l.id = f.lead_id and private.sees_lead(v_org, f.lead_id)
  left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  order by f.n;
end
$function$;

COMMENT ON FUNCTION "private"."street_line"(text, text, text) IS 'The street line of a property for people: lists bring the street with its house number, hands without; it is shown once.';

REVOKE ALL ON FUNCTION "private"."street_line"(text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."street_line"(text, text, text) TO "authenticated", "pipeline_writer";
