create function public.gate_forecast(
  p_campaign_id uuid, p_date date, p_channels text[] default '{sms,voice_manual,voice_ai,email}',
    p_sample integer default 500,
  p_at time default '10:00'
) returns table (channel text, outlook text, rule text, leads bigint, share numeric, sampled integer,
  candidates bigint)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  k public.campaigns;
  v_as_of timestamptz;
  v_zone text;
  v_leads uuid[];
  v_nominated integer;
  v_all bigint;
  v_asked jsonb;
begin
  select c.* into k from public.orgs o join public.campaigns c on c.org_id = o.id and c.id = p_campaign_id
  where private.is_trusted_caller() or o.id = any (private.my_org_ids('{owner,admin,viewer}'));
  if not found then
    raise exception 'campaign % not found', p_campaign_id using errcode = 'SL424';
  end if;
  select o.time_zone, (p_date + p_at) at time zone o.time_zone into v_zone, v_as_of from public.orgs o
    where o.id = k.org_id;
  -- Among the leads that the last refresh nominated; ids grow with time, so ordering by their hash gives a fair and
  -- stable sample.
  select count(*) into v_all from private.campaign_candidates(k);
  v_leads := array(select c.lead_id from private.campaign_candidates(k) c order by uuid_hash_extended(c.lead_id, 0),
    c.lead_id limit p_sample);
  -- Leads that have changed since the refresh are excluded from both numbers.
  v_nominated := cardinality(v_leads);
  v_leads := array(select l.id from public.leads l
    where l.org_id = k.org_id and l.id = any (v_leads) and l.campaign_status = 'new' and l.phone_verified
      order by l.id);
  v_all := round(v_all::numeric * cardinality(v_leads) / greatest(v_nominated, 1));
  select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'contact_point_id', c.id, 'channel', c.channel, 'purpose',
    'marketing',
    'message', private.compliant_mail_facts()))
  into v_asked
  from (
    -- The contact point that outreach would use: the best of its kind.
    select distinct on (c.lead_id, ch) c.lead_id, c.id, ch as channel
    from unnest(v_leads) i (id)
    join public.contact_points c on c.org_id = k.org_id and c.lead_id = i.id and c.invalid_at is null
    join unnest(p_channels) ch on (ch = 'email') = (c.kind = 'email')
    order by c.lead_id, ch, private.contact_order(c)
  ) c;
  return query
    with judged as materialized (
      select (a.x ->> 'lead_id')::uuid as lead_id, a.x ->> 'channel' as channel, j.answer
      from private.decide_contacts(k.org_id, coalesce(v_asked, '[]'), v_as_of, 'never') j
      join jsonb_array_elements(v_asked) with ordinality a (x, n) on a.n = j.n
    ), verdicts as (
      select ch as channel,
        case when j.answer is null then 'never' else private.outlook_of(j.answer, v_zone, p_date) end as outlook,
        case when j.answer is null then '{no_contact}' else array(select distinct r ->> 'rule'
          from jsonb_array_elements(j.answer -> 'reasons') r) end as rules
      from unnest(v_leads) i (id) cross join unnest(p_channels) ch
      left join judged j on j.lead_id = i.id and j.channel = ch
    ), counted as (
      select v.channel, v.outlook, null::text as rule, count(*) as n from verdicts v group by 1, 2
      union all
      select v.channel, v.outlook, r, count(*) from verdicts v cross join unnest(v.rules) r group by 1, 2, 3
    )
    select c.channel, c.outlook, c.rule, round(c.n * v_all::numeric / cardinality(v_leads))::bigint,
      round(c.n::numeric / cardinality(v_leads), 4), cardinality(v_leads), v_all
    from counted c
    order by array_position(p_channels, c.channel), c.rule is not null, c.n desc, c.outlook, c.rule;
end
$$;
comment on function public.gate_forecast(uuid, date, text[], integer, time) is
  'Forecast before launch: how many of the leads that the campaign could feed could be contacted on a date at p_at '
  '(org''s time), per channel, and how many each rule refuses; a lead with two reasons counts under both. Evaluates '
  'p_sample leads and extrapolates to all candidates; share is the fraction of the sample. Rows without rule are the '
  'totals; no_contact: the lead has no contact point of the kind. Definer: as gate_preview, for owners, admins and '
  'viewers. Raises SL424.';
revoke execute on function public.gate_forecast(uuid, date, text[], integer, time) from public, anon;
grant execute on function public.gate_forecast(uuid, date, text[], integer, time) to authenticated, service_role;
