-- My day: whom to call now, later or never, and why.

create function private.call_outlook(p_org_id uuid, p_lead_ids uuid[], p_as_of timestamptz)
returns table (lead_id uuid, contact_point_id bigint, contact text, label text, outlook text, next_at timestamptz,
  reasons jsonb, zone text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_asked jsonb;
  v_zone text;
begin
  select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'contact_point_id', c.id, 'channel', 'voice_manual',
    'purpose', 'marketing') order by c.lead_id, c.position, c.id) into v_asked
  from (select l.id from public.leads l
    where l.org_id = p_org_id and l.id = any (p_lead_ids) and ((select private.is_trusted_caller())
      -- As private.sees_lead, but the caller is looked up once.
      or l.org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
      or (l.assigned_broker_id = any ((select private.my_broker_ids())::uuid[])
        and l.org_id = any ((select private.my_org_ids())::uuid[]))) offset 0) i
  join lateral (select c.* from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = i.id and c.kind = 'phone'
    order by c.invalid_at is not null, c.position, c.id limit 4) c on true;
  if v_asked is null then
    return;
  end if;
  select o.time_zone into v_zone from public.orgs o where o.id = p_org_id;
  return query
  with answered as materialized (
    select distinct on (c.lead_id) c.lead_id, c.id, c.masked, c.label, y.outlook,
      (j.answer ->> 'next_allowed_at')::timestamptz as next_at, coalesce(j.answer -> 'reasons', '[]') as reasons,
      j.answer -> 'zones' ->> 0 as zone
    from private.decide_contacts(p_org_id, v_asked, p_as_of, 'never') j
    join jsonb_array_elements(v_asked) with ordinality a (x, n) on a.n = j.n
    join public.contact_points c on c.org_id = p_org_id and c.lead_id = (a.x ->> 'lead_id')::uuid
      and c.id = (a.x ->> 'contact_point_id')::bigint
    cross join lateral (select private.outlook_of(j.answer, v_zone, (p_as_of at time zone v_zone)::date) as outlook) y
    order by c.lead_id, array_position('{now,later today,later,never}', y.outlook), (j.answer ->> 'next_allowed_at'),
      c.position, c.id
  ), explained as materialized (
    -- Most leads of a page share their reasons.
    select r.reasons, private.explain_reasons(r.reasons) as words
    from (select distinct a.reasons from answered a) r
  )
  select a.lead_id, a.id, a.masked, a.label, a.outlook, a.next_at, e.words, a.zone
  from answered a join explained e on e.reasons = a.reasons
  order by a.lead_id;
end
$$;
comment on function private.call_outlook(uuid, uuid[], timestamptz) is
  'Of each lead the phone that can be dialled by hand first: now, later today, later or never, with the reasons. '
  'Leads that the caller may not see and those without a phone are left out. Definer: as gate_preview.';
revoke execute on function private.call_outlook(uuid, uuid[], timestamptz) from pipeline_writer;

-- The few leads of a broker that ever answered.
create index leads_broker_replied_idx on public.leads (org_id, assigned_broker_id, id)
  where last_reply_at is not null;

-- What presses: a person waits for an answer, a task is due, or the lead came in today. Few, and found from there.
create function private.pressing_leads(p_org_id uuid, p_broker_ids uuid[], p_as_of timestamptz)
returns table (lead_id uuid, section integer, reply_id bigint, reply_label public.reply_label, reply_at timestamptz,
  task_id uuid, task_kind text, due_at timestamptz)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  -- A value, so that the planner sees which partitions of events are asked.
  v_began constant timestamptz := (
    select date_trunc('day', p_as_of at time zone o.time_zone) at time zone o.time_zone
    from public.orgs o where o.id = p_org_id);
begin
  return query
  with waiting as (
    select distinct on (r.lead_id) r.lead_id, r.id, r.label, r.at
    from public.leads l
    join public.replies r on r.org_id = l.org_id and r.lead_id = l.id
    where l.org_id = p_org_id and l.assigned_broker_id = any (p_broker_ids) and l.last_reply_at is not null
      and l.campaign_status not in ('opted_out', 'invalid') and r.answered_at is null
      and r.request in ('none', 'opt_in')
    order by r.lead_id, array_position('{interested,question}', r.label::text) nulls last, r.at desc
  ), due as (
    select distinct on (t.lead_id) t.lead_id, t.id, t.kind, coalesce(t.due_at, t.created_at) as at
    from public.leads l
    join public.tasks t on t.org_id = l.org_id and t.lead_id = l.id and t.done_at is null
    where l.org_id = p_org_id and l.assigned_broker_id = any (p_broker_ids)
      and coalesce(t.due_at, t.created_at) <= p_as_of and t.kind not in ('answer_reply', 'review_call')
    order by t.lead_id, coalesce(t.due_at, t.created_at)
  ), fed as (
    select distinct e.lead_id from public.pipeline_events e
    -- From the events: few are of today, and a broker can have many leads.
    where e.org_id = p_org_id and e.kind = 'fed' and e.at >= v_began and e.at <= p_as_of
      and exists (select from public.leads l where l.org_id = e.org_id and l.id = e.lead_id
        and l.assigned_broker_id = any (p_broker_ids) offset 0)
  )
  select i.lead_id, case when w.label in ('interested', 'question') then 1 when w.id is not null then 2
    when d.id is not null then 3 else 4 end, w.id, w.label, w.at, d.id, d.kind, d.at
  from (select lead_id from waiting union select lead_id from due union select lead_id from fed) i
  left join waiting w on w.lead_id = i.lead_id
  left join due d on d.lead_id = i.lead_id;
end
$$;
comment on function private.pressing_leads(uuid, uuid[], timestamptz) is
  'Leads that come before the others: 1 a reply of somebody interested or with a question, 2 another reply, 3 a task '
  'that is due, 4 fed today.';
revoke execute on function private.pressing_leads(uuid, uuid[], timestamptz) from pipeline_writer;

-- The next leads of a day in order: what presses, then by score. An org without rules of its own has its leads in the
-- order of an index.
create function private.next_of_day(p_org_id uuid, p_broker_ids uuid[], p_all boolean, p_after jsonb, p_limit integer,
  p_as_of timestamptz)
returns table (lead_id uuid, section integer, score smallint, reply_id bigint, reply_label public.reply_label,
  reply_at timestamptz, task_id uuid, task_kind text, due_at timestamptz)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_section constant integer := coalesce((p_after ->> 0)::integer, 0);
  v_score constant integer := coalesce((p_after ->> 1)::integer, 101);
  v_id constant uuid := coalesce((p_after ->> 2)::uuid, '00000000-0000-0000-0000-000000000000');
  v_scored constant boolean := private.has_scores(p_org_id);
  v_rows jsonb;
  v_pressing uuid[];
  v_found integer := 0;
begin
  select coalesce(jsonb_agg(p), '[]'), coalesce(array_agg(p.lead_id), '{}') into v_rows, v_pressing
  from private.pressing_leads(p_org_id, p_broker_ids, p_as_of) p;
  if v_section < 5 and v_pressing <> '{}' then
    return query
    select p.lead_id, p.section, coalesce(s.score, l.lead_score), p.reply_id, p.reply_label, p.reply_at, p.task_id,
      p.task_kind, p.due_at
    from jsonb_to_recordset(v_rows) p (lead_id uuid, section integer, reply_id bigint,
      reply_label public.reply_label, reply_at timestamptz, task_id uuid, task_kind text, due_at timestamptz)
    join public.leads l on l.org_id = p_org_id and l.id = p.lead_id
    left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
    where (p_all or l.campaign_status not in ('opted_out', 'invalid'))
      and (p.section, -coalesce(s.score, l.lead_score), l.id) > (v_section, -v_score, v_id)
    order by p.section, coalesce(s.score, l.lead_score) desc, l.id
    limit p_limit;
    get diagnostics v_found = row_count;
  end if;
  if v_found >= p_limit then
    return;
  elsif cardinality(p_broker_ids) = 1 and not v_scored then
    return query
    select l.id, 5, l.lead_score, null::bigint, null::public.reply_label, null::timestamptz, null::uuid, null::text,
      null::timestamptz
    from public.leads l
    where l.org_id = p_org_id and l.assigned_broker_id = p_broker_ids[1]
      and l.lead_score <= (case when v_section = 5 then v_score else 101 end)
      and (v_section < 5 or l.lead_score < v_score or l.id > v_id)
      and (p_all or l.campaign_status not in ('opted_out', 'invalid'))
      and not l.id = any (v_pressing)
    order by l.lead_score desc, l.id
    limit p_limit - v_found;
  else
    return query
    select l.id, 5, coalesce(s.score, l.lead_score), null::bigint, null::public.reply_label, null::timestamptz,
      null::uuid, null::text, null::timestamptz
    from public.leads l
    left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
    where l.org_id = p_org_id and l.assigned_broker_id = any (p_broker_ids)
      and (v_section < 5 or (-coalesce(s.score, l.lead_score), l.id) > (-v_score, v_id))
      and (p_all or l.campaign_status not in ('opted_out', 'invalid'))
      and not l.id = any (v_pressing)
    order by coalesce(s.score, l.lead_score) desc, l.id
    limit p_limit - v_found;
  end if;
end
$$;
comment on function private.next_of_day(uuid, uuid[], boolean, jsonb, integer, timestamptz) is
  'The next leads of brokers after [section, score, lead_id] in the order of a day; section 5: by score alone. '
  'p_all: also leads that are opted out or invalid.';
revoke execute on function private.next_of_day(uuid, uuid[], boolean, jsonb, integer, timestamptz)
  from pipeline_writer;

create function private.desk_day_at(p_show text, p_org_id uuid, p_broker_id uuid, p_limit integer, p_cursor text,
  p_as_of timestamptz)
returns table (org_id uuid, lead_id uuid, section text, owner_full text, address text, situs_city text,
  situs_state text, situs_zip text, lead_score smallint, status public.lead_status,
  campaign_status public.campaign_status, campaign_id uuid, campaign text, outlook text, next_at timestamptz,
  time_zone text, local_time timestamp, contact_point_id bigint, contact text, contact_label text, reasons jsonb,
  task_id uuid, task_kind text, due_at timestamptz, reply_id bigint, reply_label public.reply_label,
  reply_at timestamptz, last_call_at timestamptz, cursor text)
language plpgsql volatile set search_path = '' as $$
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
$$;
comment on function private.desk_day_at(text, uuid, uuid, integer, text, timestamptz)
  is 'public.desk_day at an instant.';
revoke execute on function private.desk_day_at(text, uuid, uuid, integer, text, timestamptz) from pipeline_writer;

create function public.desk_day(p_show text default 'now', p_org_id uuid default null, p_broker_id uuid default null,
  p_limit integer default 25, p_cursor text default null)
returns table (org_id uuid, lead_id uuid, section text, owner_full text, address text, situs_city text,
  situs_state text, situs_zip text, lead_score smallint, status public.lead_status,
  campaign_status public.campaign_status, campaign_id uuid, campaign text, outlook text, next_at timestamptz,
  time_zone text, local_time timestamp, contact_point_id bigint, contact text, contact_label text, reasons jsonb,
  task_id uuid, task_kind text, due_at timestamptz, reply_id bigint, reply_label public.reply_label,
  reply_at timestamptz, last_call_at timestamptz, cursor text)
language sql volatile security definer set search_path = '' as $$
  select * from private.desk_day_at(p_show, p_org_id, p_broker_id, p_limit, p_cursor, now())
$$;
comment on function public.desk_day(text, uuid, uuid, integer, text) is
  'Whom to call by hand: now, later (today or later), never, or all of them in order: replies that wait (interested '
  'and questions first), tasks that are due, leads fed today, then by score. The gate is asked live for the best '
  'phone of each lead; reasons has the law behind every refusal: [{rule, words, detail, law, citation, url, text}]. '
  'p_org_id: for who is a broker in several orgs; p_broker_id: the day of another broker, for owners, admins and '
  'viewers. At most 40 rows a page; a last row without a lead has the cursor to go on where forty leads were looked '
  'at. Raises SL801, SL802. Definer: the gate decrypts; only leads that sees_lead shows come back.';
revoke execute on function public.desk_day(text, uuid, uuid, integer, text) from public, anon;
grant execute on function public.desk_day(text, uuid, uuid, integer, text) to authenticated;
