-- Answers "why was this person (not) contacted": decisions in words, with their evidence.

create function private.describe_reason(p_reasons jsonb) returns text
language sql stable set search_path = '' as $$
  select coalesce(string_agg(r.detail || ' [' || r.rule || ', ' || r.source || ']', '; ' order by r.n),
    'no reason to refuse')
  from (
    select x.n, x.reason ->> 'detail' as detail, x.reason ->> 'rule' as rule,
      coalesce(g.source, d.source, 'unknown rule') as source
    from jsonb_array_elements(p_reasons) with ordinality x (reason, n)
    left join public.gate_rules g on g.rule = x.reason ->> 'rule'
    left join public.decision_rules d on d.rule = x.reason ->> 'rule'
  ) r
$$;
comment on function private.describe_reason(jsonb) is
  'Reasons as one sentence: the detail, the rule, and the law or policy behind it.';

-- Names and addresses follow from the citation; the text of the rule is in gate_rules.
create function private.law_of(p_source text, out law text, out url text)
language sql immutable parallel safe set search_path = '' as $$
  select case
      when p_source ~ '47 (CFR 64[.]|U[.]S[.]C[.] 227)|CG Docket|FCC' then 'Telephone Consumer Protection Act'
      when p_source ~ '16 CFR 310' then 'Telemarketing Sales Rule'
      when p_source ~ '15 U[.]S[.]C[.] 77' then 'CAN-SPAM Act'
      when p_source ~ '(CFR|U[.]S[.]C[.])' then 'Federal law'
      when p_source ~ '^calling_laws' then 'Federal and state calling hours'
      when p_source ~* '^(policy|settings of the org|the org''s list|verification)' then 'Our own policy'
      when p_source ~ '(CTIA|T-Mobile|Gmail|Google|Yahoo)' then 'Rules of carriers and mailbox providers'
      else 'State law' end,
    coalesce(
      'https://www.ecfr.gov/current/title-' || c[1] || '/section-' || c[2],
      'https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title' || u[1] || '-section' || u[2])
  from (select regexp_match(p_source, '([0-9]+) CFR ([0-9]+[.][0-9]+)') as c,
    regexp_match(p_source, '([0-9]+) U[.]S[.]C[.] ([0-9]+[a-z]?)') as u) x
$$;
comment on function private.law_of(text) is
  'Name and address of the law in a citation; the address is null where it cites no federal code.';

create function private.explain_reasons(p_reasons jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('rule', r.rule, 'words', coalesce(g.title, d.title, r.detail),
    'detail', r.detail, 'law', w.law, 'citation', coalesce(g.source, d.source), 'url', w.url, 'text', nullif(g.notes,
      ''),
    'verification', g.verification, 'reviewed_on', g.reviewed_on) order by r.n), '[]')
  from (
    select x.n, x.reason ->> 'detail' as detail, x.reason ->> 'rule' as rule
    from jsonb_array_elements(p_reasons) with ordinality x (reason, n)
  ) r
  left join public.gate_rules g on g.rule = r.rule
  left join public.decision_rules d on d.rule = r.rule
  cross join lateral private.law_of(coalesce(g.source, d.source, 'policy')) w
$$;
comment on function private.explain_reasons(jsonb) is
  'Reasons of the gate for people: [{rule, words, detail, law, citation, url, text, verification, reviewed_on}].';

create function private.describe_time(p_at text) returns text
language sql stable parallel safe set search_path = '' as $$
  select to_char(p_at::timestamptz at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
$$;
comment on function private.describe_time(text) is 'Formats an instant of the facts for people; null stays null.';

create function private.describe_evidence(p_facts jsonb, p_channel text) returns text
language sql stable set search_path = '' as $$
  select concat_ws('; ',
    case when c ->> 'type' = 'none' then 'no consent on record'
      else format('consent %s (%s%s) of %s for %s', c ->> 'consent_id', c ->> 'type', case
        when c -> 'is_unproven' = 'true' then ', unproven' else '' end,
        private.describe_time(c ->> 'obtained_at'), coalesce(c ->> 'seller', 'no seller named')) end,
    case when c ->> 'revoked_at' is not null then format('revoked by %s on %s (record %s)', c ->> 'revoked_via',
      private.describe_time(c ->> 'revoked_at'), c ->> 'revocation_id') end,
    case when p_channel <> 'email' then coalesce(
      format('registry copy of %s%s, looked up %s', private.describe_time(d ->> 'scrubbed_at'),
        case d ->> 'federal_listed' when 'true' then ' lists the number' when 'false' then ' does not list the number'
          else '' end,
        private.describe_time(d ->> 'looked_up_at')), 'no registry copy for the area code') end,
    case when d -> 'states_listed' <> '[]' then 'on the state list of '
      || (select string_agg(s, ', ') from jsonb_array_elements_text(d -> 'states_listed') s) end,
    case when d ->> 'internal_request_at' is not null then 'asked us to stop on '
      || private.describe_time(d ->> 'internal_request_at') end,
    case when d ->> 'email_unsubscribed_at' is not null then 'unsubscribed on '
      || private.describe_time(d ->> 'email_unsubscribed_at') end,
    case jsonb_array_length(h) when 0 then 'never contacted before'
      else format('%s contacts on record, the last on %s', jsonb_array_length(h),
        private.describe_time(h -> 0 ->> 'at')) end)
  from (select p_facts -> 'consent' as c, p_facts -> 'dnc' as d, p_facts -> 'history' as h) f
$$;
comment on function private.describe_evidence(jsonb, text) is
  'The evidence of a decision in words: consent and revocation, registry copy, requests, number of contacts.';
grant execute on function private.describe_reason(jsonb), private.law_of(text), private.explain_reasons(jsonb),
  private.describe_time(text),
  private.describe_evidence(jsonb, text)
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
  'Every decision in words, with its evidence, for the leads that the caller may see: where lead_id = … order by '
  'decided_at desc. next_allowed_at: when time alone would allow it; null: something else has to change.';
revoke all on public.why_not_contacted from anon, authenticated;
grant select on public.why_not_contacted to authenticated, service_role;
