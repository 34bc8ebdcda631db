-- Asking the gate about messages outside of a step, and again just before the provider request.

create function private.recheck_decisions(p_org_id uuid, p_decision_ids bigint[], p_as_of timestamptz default now())
returns table (decision_id bigint, allow boolean, rules text[], next_allowed_at timestamptz)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_ids bigint[];
  v_requests jsonb;
begin
  perform private.lock_contact_points(p_org_id, array_agg(d.lead_id), array_agg(d.contact_point_id))
  from public.gate_decisions d where d.org_id = p_org_id and d.id = any (p_decision_ids);
  select array_agg(d.id order by d.id), jsonb_agg(jsonb_build_object('lead_id', d.lead_id, 'contact_point_id',
    d.contact_point_id, 'channel', d.channel,
    'purpose', d.purpose, 'message', d.facts -> 'message', 'campaign_id', d.campaign_id) order by d.id)
  into v_ids, v_requests
  from public.gate_decisions d
  join public.contact_points c on c.org_id = d.org_id and c.lead_id = d.lead_id and c.id = d.contact_point_id
  where d.org_id = p_org_id and d.id = any (p_decision_ids) and d.allow;
  return query
  select i.id, coalesce((j.answer -> 'allow')::boolean, false),
    -- No answer: the lead or its contact was deleted.
    case when j.n is null then '{contact_gone}' else array(select distinct r ->> 'rule'
      from jsonb_array_elements(j.answer -> 'reasons') r order by 1) end,
    (j.answer ->> 'next_allowed_at')::timestamptz
  from unnest(p_decision_ids) i (id)
  left join unnest(v_ids) with ordinality v (id, n) on v.id = i.id
  left join private.decide_contacts(p_org_id, coalesce(v_requests, '[]'), p_as_of, 'refusals', false) j on j.n = v.n;
end
$$;
comment on function private.recheck_decisions(uuid, bigint[], timestamptz) is
  'public.gate_still_allows for a batch: whether each decision still holds, the rules against it now, and when it '
  'would be allowed again. Ignores our own attempts; stores refusals. Definer: facts and decisions belong to the '
  'owner.';

create function private.count_confirmations(p_org_id uuid, p_value_bidx bytea, p_but uuid, p_as_of timestamptz)
  returns integer
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*)::integer from public.messages m
    where m.org_id = p_org_id and m.value_bidx = p_value_bidx and m.kind = 'confirmation' and m.id <> p_but
      and m.state not in ('cancelled', 'failed') and m.created_at > p_as_of - interval '5 minutes');
end
$$;
comment on function private.count_confirmations(uuid, bytea, uuid, timestamptz) is
  'Opt-out confirmations that the value got, or may have got, within the five minutes in which one may be sent; '
  'p_but is the one in question.';

create function private.decide_message(p_message public.messages, p_sender public.senders, p_as_of timestamptz)
  returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  m constant public.messages := p_message;
  g jsonb;
begin
  perform private.lock_contact_values(m.org_id, array[m.lead_id], array[m.value_bidx]);
  g := public.gate_decide(m.lead_id, m.contact_point_id, m.channel, m.purpose, p_as_of,
    private.message_facts(m.channel, m.kind, m.purpose, null, p_sender, private.count_confirmations(m.org_id,
      m.value_bidx, m.id, p_as_of)), m.campaign_id);
  if g -> 'allow' = 'true' then
    insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, campaign_id, lead_id, decision_id)
    values (m.org_id, m.value_bidx, m.channel, 'outbound', p_as_of, m.campaign_id, m.lead_id,
      (g ->> 'decision_id')::bigint);
    update public.messages x set decision_id = (g ->> 'decision_id')::bigint where x.org_id = m.org_id and x.id = m.id;
    return true;
  end if;
  update public.messages x set
    refused = (select jsonb_agg(r -> 'rule') from jsonb_array_elements(g -> 'reasons') r),
    -- A confirmation may not wait.
    state = case when m.kind = 'confirmation' or (g ->> 'next_allowed_at') is null then 'cancelled'
      else 'retrying' end::public.message_state,
    cancelled_at = case when m.kind = 'confirmation' or (g ->> 'next_allowed_at') is null then p_as_of end,
    retry_at = case when m.kind <> 'confirmation' then (g ->> 'next_allowed_at')::timestamptz end
  where x.org_id = m.org_id and x.id = m.id;
  return false;
exception when sqlstate 'SL421' or sqlstate 'SL422' then
  update public.messages x set refused = '["contact_gone"]', state = 'cancelled', cancelled_at = p_as_of,
    retry_at = null
  where x.org_id = m.org_id and x.id = m.id;
  return false;
end
$$;
comment on function private.decide_message(public.messages, public.senders, timestamptz) is
  'Asks the gate about a message that is not part of a sequence. Allowed: records the decision and the contact '
  'attempt. Refused: the message waits for the time that is allowed, or is cancelled with the rules.';
