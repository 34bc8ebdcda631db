create function private.gate_decide_many(p_org_id uuid, p_requests jsonb, p_as_of timestamptz default now())
returns table (n integer, answer jsonb)
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.lock_contact_points(p_org_id, array_agg((x ->> 'lead_id')::uuid),
    array_agg((x ->> 'contact_point_id')::bigint))
  from jsonb_array_elements(p_requests) x;
  -- A separate statement: its snapshot is taken after locking and includes what the previous holders wrote.
  return query select j.n, j.answer from private.decide_contacts(p_org_id, p_requests, p_as_of, 'always') j;
end
$$;
comment on function private.gate_decide_many(uuid, jsonb, timestamptz) is
  'gate_decide for a whole claim of one org, [{lead_id, contact_point_id, channel, purpose, message, campaign_id}]: '
  'the nth answer belongs to the nth request, and contacts that earlier requests were allowed count as made. Much '
  'cheaper than one at a time. Definer: as gate_decide. Raises SL421, SL422, SL423.';

create function public.gate_decide(
  p_lead_id uuid, p_contact_point_id bigint, p_channel text, p_purpose text, p_as_of timestamptz default now(),
  p_message jsonb default '{}', p_campaign_id uuid default null
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_org constant uuid := private.org_of_lead(p_lead_id);
begin
  perform private.lock_contact_points(v_org, array[p_lead_id], array[p_contact_point_id]);
  return (select j.answer from private.decide_contacts(v_org,
    jsonb_build_array(jsonb_build_object('lead_id', p_lead_id,
    'contact_point_id', p_contact_point_id, 'channel', p_channel, 'purpose', p_purpose, 'message', p_message,
      'campaign_id', p_campaign_id)),
    p_as_of, 'always') j);
end
$$;
comment on function public.gate_decide(uuid, bigint, text, text, timestamptz, jsonb, uuid) is
  'Decides whether a contact may be made, stores the decision and returns it with decision_id. p_message: facts '
  'about the message (subject, message_kind, postal_address_in_body …). Call it in the transaction that claims the '
  'message and insert contact_attempts there: the value stays locked until the end, so that two claims cannot exceed '
  'a cap together. Call gate_still_allows just before sending. Definer: only the owner may access keys, lists and '
  'decisions. Raises SL421 (lead not found), SL422 (contact point not found), SL423 (isolation level).';

create function public.gate_still_allows(p_org_id uuid, p_decision_id bigint,
  p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  d public.gate_decisions;
begin
  select x.* into d from public.gate_decisions x where x.org_id = p_org_id and x.id = p_decision_id;
  if not found or not d.allow then
    return false;
  end if;
  perform private.lock_contact_points(d.org_id, array[d.lead_id], array[d.contact_point_id]);
  return (select (j.answer -> 'allow')::boolean from private.decide_contacts(d.org_id,
    jsonb_build_array(jsonb_build_object('lead_id', d.lead_id,
    'contact_point_id', d.contact_point_id, 'channel', d.channel, 'purpose', d.purpose, 'message',
      d.facts -> 'message', 'campaign_id', d.campaign_id)),
    p_as_of, 'refusals', false) j);
exception when sqlstate 'SL421' or sqlstate 'SL422' then
  -- The lead or its contact point was deleted.
  return false;
end
$$;
comment on function public.gate_still_allows(uuid, bigint, timestamptz) is
  'Checks again between the claim and the provider request: false when anything changed since the decision (a STOP, '
  'a closed window, an erasure); stores the refusal. Our own attempts do not count, since the claim has recorded its '
  'own. Definer: as gate_decide.';

create function public.gate_preview(
  p_lead_id uuid, p_contact_point_id bigint, p_channel text, p_purpose text default 'marketing',
    p_as_of timestamptz default now(),
  p_message jsonb default '{}'
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_org constant uuid := private.org_of_lead(p_lead_id);
begin
  if not private.is_trusted_caller() and not coalesce(private.sees_lead(v_org, p_lead_id), false) then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL421';
  end if;
  return (select j.answer from private.decide_contacts(v_org,
    jsonb_build_array(jsonb_build_object('lead_id', p_lead_id,
    'contact_point_id', p_contact_point_id, 'channel', p_channel, 'purpose', p_purpose, 'message', p_message)),
      p_as_of, 'never') j);
end
$$;
comment on function public.gate_preview(uuid, bigint, text, text, timestamptz, jsonb) is
  'The answer that gate_decide would give at an instant, past or future, from the current records; stores nothing. '
  'For callers who may see the lead. Definer: as gate_decide. Raises SL421, SL422.';

revoke execute on function public.gate_decide(uuid, bigint, text, text, timestamptz, jsonb, uuid),
  public.gate_still_allows(uuid, bigint, timestamptz), public.gate_preview(uuid, bigint, text, text, timestamptz,
    jsonb) from public, anon, authenticated;
grant execute on function public.gate_decide(uuid, bigint, text, text, timestamptz, jsonb, uuid),
  public.gate_still_allows(uuid, bigint, timestamptz) to pipeline_writer, service_role;
grant execute on function public.gate_preview(uuid, bigint, text, text, timestamptz, jsonb) to authenticated,
  service_role, pipeline_writer;
