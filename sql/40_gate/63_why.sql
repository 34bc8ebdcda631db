-- "Why was this person (not) contacted": decisions in words, with the evidence behind them.

create function private.describe_reason(p_reasons jsonb) returns text
language sql stable set search_path = '' as $$
  select coalesce(string_agg(r.detail || ' [' || r.rule || ', ' || r.source || ']', '; ' order by r.n), 'nothing speaks against it')
  from (
    select x.n, x.reason ->> 'detail' as detail, x.reason ->> 'rule' as rule, coalesce(g.source, d.source, 'unknown rule') as source
    from jsonb_array_elements(p_reasons) with ordinality x (reason, n)
    left join public.gate_rules g on g.rule = x.reason ->> 'rule'
    left join public.decision_rules d on d.rule = x.reason ->> 'rule'
  ) r
$$;
comment on function private.describe_reason(jsonb) is 'Reasons as one sentence: what, which rule, and the law or policy behind it.';

create function private.describe_time(p_at text) returns text
language sql stable parallel safe set search_path = '' as $$
  select to_char(p_at::timestamptz at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
$$;
comment on function private.describe_time(text) is 'An instant of the facts as people read it; null stays null.';

create function private.describe_evidence(p_facts jsonb, p_channel text) returns text
language sql stable set search_path = '' as $$
  select concat_ws('; ',
    case when c ->> 'type' = 'none' then 'no consent on record'
      else format('consent %s (%s%s) of %s for %s', c ->> 'consent_id', c ->> 'type', case when c -> 'is_unproven' = 'true' then ', claimed by the list' else '' end,
        private.describe_time(c ->> 'obtained_at'), coalesce(c ->> 'seller', 'no seller named')) end,
    case when c ->> 'revoked_at' is not null then format('revoked by %s on %s (record %s)', c ->> 'revoked_via', private.describe_time(c ->> 'revoked_at'), c ->> 'revocation_id') end,
    case when p_channel <> 'email' then coalesce(
      format('registry copy of %s%s, asked %s', private.describe_time(d ->> 'scrubbed_at'),
        case d ->> 'federal_listed' when 'true' then ' lists the number' when 'false' then ' does not list the number' else '' end,
        private.describe_time(d ->> 'looked_up_at')), 'no registry copy for the area code') end,
    case when d -> 'states_listed' <> '[]' then 'on the state list of ' || (select string_agg(s, ', ') from jsonb_array_elements_text(d -> 'states_listed') s) end,
    case when d ->> 'internal_request_at' is not null then 'asked us to stop on ' || private.describe_time(d ->> 'internal_request_at') end,
    case when d ->> 'email_unsubscribed_at' is not null then 'unsubscribed on ' || private.describe_time(d ->> 'email_unsubscribed_at') end,
    case jsonb_array_length(h) when 0 then 'never contacted before'
      else format('%s contacts on record, the last on %s', jsonb_array_length(h), private.describe_time(h -> 0 ->> 'at')) end)
  from (select p_facts -> 'consent' as c, p_facts -> 'dnc' as d, p_facts -> 'history' as h) f
$$;
comment on function private.describe_evidence(jsonb, text) is
  'What a decision rests on, in words: which consent and revocation, which registry copy, which requests, how many contacts.';
grant execute on function private.describe_reason(jsonb), private.describe_time(text), private.describe_evidence(jsonb, text)
  to authenticated, service_role;

create view public.why_not_contacted with (security_invoker = true) as
select d.org_id, d.lead_id, d.decided_at, d.as_of, d.channel, d.purpose, c.masked as contact,
  case when d.allow then 'allowed' else 'refused' end as verdict,
  private.describe_reason(d.reasons) as why,
  private.describe_evidence(d.facts, d.channel) as evidence,
  d.next_allowed_at, array_to_string(d.zones, ', ') as zones, array_to_string(d.states, ', ') as states,
  d.rules, d.rule_version, d.campaign_id, d.contact_point_id, d.id as decision_id
from public.gate_decisions d
left join public.contact_points c on c.org_id = d.org_id and c.id = d.contact_point_id;
comment on view public.why_not_contacted is
  'Every decision in words, with the evidence behind it, of the leads one may see: where lead_id = … order by decided_at desc. next_allowed_at: when time alone would permit it; empty: something has to change.';
revoke all on public.why_not_contacted from anon, authenticated;
grant select on public.why_not_contacted to authenticated, service_role;

create function private.compliant_mail_facts() returns jsonb
language sql immutable parallel safe as $$
  select '{"postal_address_in_body": true, "unsubscribe_link": true, "list_unsubscribe_post": true, "from_authenticated": true}'::jsonb
$$;
comment on function private.compliant_mail_facts() is 'The facts of a mail that carries what the law asks of it.';

create function private.outlook_of(p_answer jsonb, p_time_zone text, p_date date) returns text
language sql stable parallel safe as $$
  select case when (p_answer -> 'allow')::boolean then 'now' when p_answer ->> 'next_allowed_at' is null then 'never'
    when ((p_answer ->> 'next_allowed_at')::timestamptz at time zone p_time_zone)::date = p_date then 'later today' else 'later' end
$$;
comment on function private.outlook_of(jsonb, text, date) is 'now, later today, later or never, on a date of the org, from an answer of the gate.';
revoke execute on function private.compliant_mail_facts(), private.outlook_of(jsonb, text, date) from pipeline_writer;

create function public.contact_outlook(
  p_lead_ids uuid[], p_channels text[] default '{sms,voice_manual,voice_ai,email}', p_purpose text default 'marketing',
  p_as_of timestamptz default now()
) returns table (org_id uuid, lead_id uuid, contact_point_id bigint, contact text, channel text, outlook text, why text,
  evidence text, rules text[], next_allowed_at timestamptz)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  o record;
  v_asked jsonb;
begin
  for o in
    select x.id, x.time_zone from public.orgs x
    where exists (select from public.leads l where l.org_id = x.id and l.id = any (p_lead_ids))
  loop
    -- A mail is taken to carry what the law asks of it: whether this one does is known when it is written.
    select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'contact_point_id', c.id, 'masked', c.masked, 'channel', ch.channel,
        'purpose', p_purpose, 'message', private.compliant_mail_facts()) order by c.lead_id, c.kind, c.position, c.id, ch.n)
    into v_asked
    from (select l.lead_id from (select distinct i.lead_id from unnest(p_lead_ids) i (lead_id)) l
      where private.is_trusted_caller() or private.sees_lead(o.id, l.lead_id) offset 0) i
    join public.contact_points c on c.org_id = o.id and c.lead_id = i.lead_id
    join unnest(p_channels) with ordinality ch (channel, n) on (c.kind = 'email') = (ch.channel = 'email');
    continue when v_asked is null;
    return query
      select o.id, (a.x ->> 'lead_id')::uuid, (a.x ->> 'contact_point_id')::bigint, a.x ->> 'masked', a.x ->> 'channel',
        private.outlook_of(j.answer, o.time_zone, (p_as_of at time zone o.time_zone)::date),
        private.describe_reason(j.answer -> 'reasons'), private.describe_evidence(j.answer -> 'facts', a.x ->> 'channel'),
        array(select distinct r ->> 'rule' from jsonb_array_elements(j.answer -> 'reasons') r), (j.answer ->> 'next_allowed_at')::timestamptz
      from private.decide_contacts(o.id, v_asked, p_as_of, 'never') j
      join jsonb_array_elements(v_asked) with ordinality a (x, n) on a.n = j.n
      order by a.n;
  end loop;
end
$$;
comment on function public.contact_outlook(uuid[], text[], text, timestamptz) is
  'Contactable now, later today, later, or never as things stand, and why, per contact point and channel, at an instant; stores nothing. Leads that the caller may not see give nothing. Definer: as gate_preview.';
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
