-- The page of one lead. Every function answers with nothing for a lead that the caller may not see.

create function public.desk_lead(p_org_id uuid, p_lead_id uuid)
returns table (org_id uuid, lead_id uuid, owner_full text, owner_1_first text, owner_1_last text, owner_2_first text,
  owner_2_last text, address text, situs_house_number text, situs_street text, situs_unit text, situs_city text,
  situs_state text, situs_zip text, county_fips text, county text, apn text, mailing_street text, mailing_unit text,
  mailing_city text, mailing_state text, mailing_zip text, time_zone text, local_time timestamp,
  status public.lead_status, campaign_status public.campaign_status, campaign_id uuid, campaign text, broker_id uuid,
  broker text, lead_score smallint, tier text, confidence smallint, scored_at timestamptz, attributes jsonb,
  edited_fields text[], contacts jsonb, facts jsonb, score jsonb, run jsonb, open_tasks bigint, open_replies bigint,
  source text, upload_id uuid, created_at timestamptz, updated_at timestamptz, may jsonb)
language sql stable set search_path = '' as $$
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
      'consent', a.acts, 'reveal', true, 'merge', a.admin, 'export', private.may_export(l.org_id), 'erase', a.admin)
  from public.leads l
  cross join lateral (select l.org_id = any (private.my_org_ids('{owner,admin}')) as admin,
    l.org_id = any (private.my_org_ids('{owner,admin}')) or (l.assigned_broker_id = any (private.my_broker_ids())
      and l.org_id = any (private.my_org_ids('{broker}'))) as acts) a
  left join public.us_counties y on y.fips = l.county_fips
  left join public.campaigns c on c.org_id = l.org_id and c.id = l.campaign_id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
  where l.org_id = p_org_id and l.id = p_lead_id
$$;
comment on function public.desk_lead(uuid, uuid) is
  'A lead: its facts, contacts (masked), what providers say about the property, the score rule by rule, the latest '
  'sequence run, and what the caller may do with it. No row for a lead that the caller may not see.';

create function public.desk_outlook(p_org_id uuid, p_lead_id uuid)
returns table (contact_point_id bigint, contact text, contact_kind public.contact_kind, channel text, outlook text,
  next_at timestamptz, reasons jsonb, evidence text)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_asked jsonb;
  v_zone text;
begin
  if not private.is_trusted_caller() and not private.sees_lead(p_org_id, p_lead_id) then
    return;
  end if;
  select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'contact_point_id', c.id, 'channel', h.channel,
    'purpose', 'marketing', 'message', private.compliant_mail_facts()) order by c.kind, c.position, c.id, h.n)
  into v_asked
  from public.contact_points c
  join unnest('{voice_manual,sms,voice_ai,email}'::text[]) with ordinality h (channel, n)
    on (c.kind = 'email') = (h.channel = 'email')
  where c.org_id = p_org_id and c.lead_id = p_lead_id;
  if v_asked is null then
    return;
  end if;
  select o.time_zone into v_zone from public.orgs o where o.id = p_org_id;
  return query
  select c.id, c.masked, c.kind, a.x ->> 'channel',
    private.outlook_of(j.answer, v_zone, (now() at time zone v_zone)::date),
    (j.answer ->> 'next_allowed_at')::timestamptz, private.explain_reasons(j.answer -> 'reasons'),
    private.describe_evidence(j.answer -> 'facts', a.x ->> 'channel')
  from private.decide_contacts(p_org_id, v_asked, now(), 'never') j
  join jsonb_array_elements(v_asked) with ordinality a (x, n) on a.n = j.n
  join public.contact_points c on c.org_id = p_org_id and c.lead_id = p_lead_id
    and c.id = (a.x ->> 'contact_point_id')::bigint
  order by j.n;
end
$$;
comment on function public.desk_outlook(uuid, uuid) is
  'Of each contact point on each channel: now, later today, later or never, with the reasons, their law and the '
  'evidence. Stores nothing. Definer: as gate_preview.';

create function public.desk_why(p_org_id uuid, p_lead_id uuid, p_limit integer default 20, p_cursor text default null)
returns table (decided_at timestamptz, decision_id bigint, as_of timestamptz, channel text, purpose text,
  contact text,
  verdict text, reasons jsonb, evidence text, next_allowed_at timestamptz, rule_version text, campaign text,
  cursor text)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_limit constant integer := private.page_size(p_limit);
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
  v_at constant timestamptz := (v_after ->> 0)::timestamptz;
  v_id constant bigint := (v_after ->> 1)::bigint;
begin
  return query
  select d.decided_at, d.id, d.as_of, d.channel, d.purpose, c.masked,
    case when d.allow then 'allowed' else 'refused' end, private.explain_reasons(d.reasons),
    private.describe_evidence(d.facts, d.channel), d.next_allowed_at, d.rule_version, k.name,
    jsonb_build_array(d.decided_at, d.id)::text
  from (
    select x.* from public.gate_decisions x
    where x.org_id = p_org_id and x.lead_id = p_lead_id and (v_at is null or x.decided_at <= v_at)
      and (v_at is null or (x.decided_at, x.id) < (v_at, v_id))
    order by x.decided_at desc, x.id desc limit v_limit) d
  left join public.contact_points c on c.org_id = d.org_id and c.id = d.contact_point_id
  left join public.campaigns k on k.org_id = d.org_id and k.id = d.campaign_id
  order by d.decided_at desc, d.id desc;
end
$$;
comment on function public.desk_why(uuid, uuid, integer, text) is
  'Why a lead was or was not contacted: its decisions, the latest first, with reasons, law and evidence. Raises '
    'SL801.';

create function public.desk_lead_matches(p_org_id uuid, p_lead_id uuid)
returns table (kind text, id bigint, at timestamptz, reasons text[], probability double precision,
  other_lead_ids uuid[], upload_id uuid)
language sql stable set search_path = '' as $$
  (select 'conflict', c.id, c.created_at, array[c.reason], null::double precision,
    array_remove(c.lead_ids, p_lead_id), c.upload_id
  from public.lead_conflicts c
  where c.org_id = p_org_id and c.state = 'open' and p_lead_id = any (c.lead_ids)
  order by c.id limit 100)
  union all
  (select 'candidate', m.id, m.found_at, m.reasons, m.probability,
    array[case when m.left_id = p_lead_id then m.right_id else m.left_id end], null
  from public.match_candidates m
  where m.org_id = p_org_id and m.state = 'open' and (m.left_id = p_lead_id or m.right_id = p_lead_id)
  order by m.probability desc, m.id limit 100)
$$;
comment on function public.desk_lead_matches(uuid, uuid) is
  'Open conflicts and match candidates of a lead; list_conflicts and list_match_candidates show their values, '
  'close_conflict and answer_candidates answer them. For whoever sees the whole org.';
revoke execute on function public.desk_lead(uuid, uuid), public.desk_outlook(uuid, uuid),
  public.desk_why(uuid, uuid, integer, text), public.desk_lead_matches(uuid, uuid) from public, anon;
grant execute on function public.desk_lead(uuid, uuid), public.desk_outlook(uuid, uuid),
  public.desk_why(uuid, uuid, integer, text), public.desk_lead_matches(uuid, uuid) to authenticated;
