-- "Why was this person (not) contacted": decisions in words, with the evidence behind them.

create function private.reason_words(p_reasons jsonb) returns text
language sql stable set search_path = '' as $$
  select coalesce(string_agg(r.detail || ' [' || r.rule || ', ' || r.source || ']', '; ' order by r.n), 'nothing speaks against it')
  from (
    select x.n, x.reason ->> 'detail' as detail, x.reason ->> 'rule' as rule, coalesce(g.source, d.source, 'unknown rule') as source
    from jsonb_array_elements(p_reasons) with ordinality x (reason, n)
    left join public.gate_rules g on g.rule = x.reason ->> 'rule'
    left join public.decision_rules d on d.rule = x.reason ->> 'rule'
  ) r
$$;
comment on function private.reason_words(jsonb) is 'Reasons as one sentence: what, which rule, and the law or policy behind it.';

create function private.day_words(p_at text) returns text
language sql stable parallel safe set search_path = '' as $$
  select to_char(p_at::timestamptz at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
$$;
comment on function private.day_words(text) is 'An instant of the facts as people read it; null stays null.';

create function private.evidence_words(p_facts jsonb, p_channel text) returns text
language sql stable set search_path = '' as $$
  select concat_ws('; ',
    case when c ->> 'type' = 'none' then 'no consent on record'
      else format('consent %s (%s%s) of %s for %s', c ->> 'consent_id', c ->> 'type', case when c -> 'is_claim' = 'true' then ', claimed by the list' else '' end,
        private.day_words(c ->> 'obtained_at'), coalesce(c ->> 'seller', 'no seller named')) end,
    case when c ->> 'revoked_at' is not null then format('revoked by %s on %s (record %s)', c ->> 'revoked_via', private.day_words(c ->> 'revoked_at'), c ->> 'revocation_id') end,
    case when p_channel <> 'email' then coalesce(
      format('registry copy of %s%s, asked %s', private.day_words(d ->> 'scrubbed_at'),
        case d ->> 'federal_listed' when 'true' then ' lists the number' when 'false' then ' does not list the number' else '' end,
        private.day_words(d ->> 'looked_up_at')), 'no registry copy for the area code') end,
    case when d -> 'states_listed' <> '[]' then 'on the state list of ' || (select string_agg(s, ', ') from jsonb_array_elements_text(d -> 'states_listed') s) end,
    case when d ->> 'internal_request_at' is not null then 'asked us to stop on ' || private.day_words(d ->> 'internal_request_at') end,
    case when d ->> 'email_unsubscribed_at' is not null then 'unsubscribed on ' || private.day_words(d ->> 'email_unsubscribed_at') end,
    case jsonb_array_length(h) when 0 then 'never contacted before'
      else format('%s contacts on record, the last on %s', jsonb_array_length(h), private.day_words(h -> 0 ->> 'at')) end)
  from (select p_facts -> 'consent' as c, p_facts -> 'dnc' as d, p_facts -> 'history' as h) f
$$;
comment on function private.evidence_words(jsonb, text) is
  'What a decision rests on, in words: which consent and revocation, which registry copy, which requests, how many contacts.';
grant execute on function private.reason_words(jsonb), private.day_words(text), private.evidence_words(jsonb, text)
  to authenticated, service_role;

create view public.why_not_contacted with (security_invoker = true) as
select d.org_id, d.lead_id, d.decided_at, d.as_of, d.channel, d.purpose, c.masked as contact,
  case when d.allow then 'allowed' else 'refused' end as verdict,
  private.reason_words(d.reasons) as why,
  private.evidence_words(d.facts, d.channel) as evidence,
  d.next_allowed_at, array_to_string(d.zones, ', ') as zones, array_to_string(d.states, ', ') as states,
  d.rules, d.rule_version, d.campaign_id, d.contact_point_id, d.id as decision_id
from public.gate_decisions d
left join public.contact_points c on c.org_id = d.org_id and c.id = d.contact_point_id;
comment on view public.why_not_contacted is
  'Every decision in words, with the evidence behind it, of the leads one may see: where lead_id = … order by decided_at desc. next_allowed_at: when time alone would permit it; empty: something has to change.';
revoke all on public.why_not_contacted from anon, authenticated;
grant select on public.why_not_contacted to authenticated, service_role;

create function public.contact_outlook(
  p_lead_ids uuid[], p_channels text[] default '{sms,voice_manual,voice_ai,email}', p_purpose text default 'marketing',
  p_as_of timestamptz default now()
) returns table (org_id uuid, lead_id uuid, contact_point_id bigint, contact text, channel text, outlook text, why text,
  evidence text, rules text[], next_allowed_at timestamptz)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v record;
  j jsonb;
  v_next timestamptz;
begin
  for v in
    select c.org_id, c.lead_id, c.id, c.masked, ch as channel, o.time_zone
    from unnest(p_lead_ids) i (lead_id)
    cross join public.orgs o
    join public.contact_points c on c.org_id = o.id and c.lead_id = i.lead_id
    cross join unnest(p_channels) ch
    where (c.kind = 'email') = (ch = 'email')
      and (private.is_trusted_desk() or private.sees_lead(c.org_id, c.lead_id))
    order by c.lead_id, c.kind, c.position, c.id, array_position(p_channels, ch)
  loop
    -- A mail is taken to carry what the law asks of it: whether this one does is known when it is written.
    j := private.judge_contact(v.lead_id, v.id, v.channel, p_purpose, p_as_of,
      '{"postal_address_in_body": true, "unsubscribe_link": true, "list_unsubscribe_post": true, "from_authenticated": true}', null, 'never');
    v_next := (j ->> 'next_allowed_at')::timestamptz;
    return query select v.org_id, v.lead_id, v.id, v.masked, v.channel,
      case when (j -> 'allow')::boolean then 'now' when v_next is null then 'never'
        when (v_next at time zone v.time_zone)::date = (p_as_of at time zone v.time_zone)::date then 'later today' else 'later' end,
      private.reason_words(j -> 'reasons'), private.evidence_words(j -> 'facts', v.channel),
      array(select distinct r ->> 'rule' from jsonb_array_elements(j -> 'reasons') r), v_next;
  end loop;
end
$$;
comment on function public.contact_outlook(uuid[], text[], text, timestamptz) is
  'Contactable now, later today, later, or never as things stand, and why, per contact point and channel, at an instant; stores nothing. Leads that the caller may not see give nothing. About a millisecond per row. Definer: as gate_preview.';
revoke execute on function public.contact_outlook(uuid[], text[], text, timestamptz) from public, anon;
grant execute on function public.contact_outlook(uuid[], text[], text, timestamptz) to authenticated, service_role, pipeline_writer;

create view public.lead_outlook with (security_invoker = true) as
select l.org_id, l.id as lead_id, l.assigned_broker_id, l.owner_full, l.situs_city, l.situs_state, l.lead_score, l.campaign_status,
  o.contact, o.channel, o.outlook, o.why, o.next_allowed_at, o.contact_point_id, o.rules
from public.leads l
cross join lateral public.contact_outlook(array[l.id]) o;
comment on view public.lead_outlook is
  'The brokers'' day: who can be contacted now, later today, later or never, on which channel, and why. Live, so name few leads: where lead_id in (…), or assigned_broker_id = … limit 100.';
revoke all on public.lead_outlook from anon, authenticated;
grant select on public.lead_outlook to authenticated, service_role;

create function public.gate_forecast(
  p_campaign_id uuid, p_date date, p_channels text[] default '{sms,voice_manual,voice_ai,email}', p_sample integer default 500,
  p_at time default '10:00'
) returns table (channel text, outlook text, rule text, leads bigint, share numeric, sampled integer, candidates bigint)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  k public.campaigns;
  v_as_of timestamptz;
  v_zone text;
  v_leads uuid[];
  v_all bigint;
begin
  select c.* into k from public.orgs o join public.campaigns c on c.org_id = o.id and c.id = p_campaign_id
  where private.is_trusted_desk() or o.id = any (private.my_org_ids('{owner,admin,viewer}'));
  if not found then
    raise exception 'there is no campaign %', p_campaign_id using errcode = 'SL424';
  end if;
  select o.time_zone, (p_date + p_at) at time zone o.time_zone into v_zone, v_as_of from public.orgs o where o.id = k.org_id;
  -- Ids are random, so the first of them are a fair sample, and always the same one.
  select (array_agg(x.id order by x.id))[:p_sample], count(*) into v_leads, v_all
  from (
    select l.id from public.leads l
    join public.mv_contactable_leads n on n.org_id = l.org_id and n.lead_id = l.id
    where l.org_id = k.org_id and l.campaign_status = 'new' and l.phone_verified and l.lead_score >= k.min_score
      and (cardinality(k.states) = 0 or l.situs_state = any (k.states))
      and (cardinality(k.source_ids) = 0 or l.source_id = any (k.source_ids))
  ) x;
  return query
    with contact as (
      -- The one that outreach would take: the best of its kind.
      select distinct on (c.lead_id, ch) c.lead_id, c.id, ch as channel
      from unnest(v_leads) i (id)
      join public.contact_points c on c.org_id = k.org_id and c.lead_id = i.id and c.invalid_at is null
      join unnest(p_channels) ch on (ch = 'email') = (c.kind = 'email')
      order by c.lead_id, ch, c.verified desc, c.position, c.id
    ), judged as materialized (
      select ch as channel, case when x.id is not null then
        private.judge_contact(x.lead_id, x.id, x.channel, 'marketing', v_as_of,
          '{"postal_address_in_body": true, "unsubscribe_link": true, "list_unsubscribe_post": true, "from_authenticated": true}', null, 'never') end as j
      from unnest(v_leads) i (id) cross join unnest(p_channels) ch
      left join contact x on x.lead_id = i.id and x.channel = ch
    ), verdicts as (
      select v.channel,
        case when (v.j -> 'allow')::boolean then 'now' when v.j ->> 'next_allowed_at' is null then 'never'
          when ((v.j ->> 'next_allowed_at')::timestamptz at time zone v_zone)::date = p_date then 'later today' else 'later' end as outlook,
        case when v.j is null then '{no_contact}' else array(select distinct r ->> 'rule' from jsonb_array_elements(v.j -> 'reasons') r) end as rules
      from judged v
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
  'Before launch: of the leads that the campaign could feed, how many could be contacted on a date at p_at (org''s time) per channel, and how many each rule refuses; a lead with two reasons counts under both. Judges p_sample leads and scales up to all candidates; share is the part of the sample. Rows without rule are the totals; no_contact: the lead has no contact of the kind. About a millisecond per lead and channel. Definer: as gate_preview, for owners, admins and viewers. Raises SL424.';
revoke execute on function public.gate_forecast(uuid, date, text[], integer, time) from public, anon;
grant execute on function public.gate_forecast(uuid, date, text[], integer, time) to authenticated, service_role;
