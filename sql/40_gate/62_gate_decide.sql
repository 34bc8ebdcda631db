create function private.check_decision_rules(
  k private.contact_facts, p_org_id uuid, p_settings jsonb, p_of_lead integer, p_of_org integer, p_as_of timestamptz,
  out reasons jsonb, out heals_at timestamptz
)
language plpgsql stable security definer set search_path = '' as $$
declare
  w jsonb;
  v_confirmation constant boolean := coalesce(k.message ->> 'message_kind' = 'opt_out_confirmation', false);
  v_cap integer;
  v_count integer;
  v_oldest timestamptz;
begin
  -- heals_at: null as long as nothing here refuses; infinity when time does not end it.
  reasons := '[]';
  if (k.kind = 'email') <> (k.channel = 'email') then
    reasons := reasons || jsonb_build_object('rule', 'contact_of_other_kind', 'detail', format('a %s cannot be contacted by %s', k.kind, k.channel));
  end if;
  if k.invalid_at <= p_as_of then
    reasons := reasons || jsonb_build_object('rule', 'contact_invalid', 'detail', format('known since %s not to reach the person', k.invalid_at::date));
  end if;
  if k.campaign_status in ('opted_out', 'invalid') and not v_confirmation then
    reasons := reasons || jsonb_build_object('rule', 'lead_opted_out', 'detail', format('the lead is %s', replace(k.campaign_status::text, '_', ' ')));
  end if;
  if k.litigator then
    reasons := reasons || jsonb_build_object('rule', 'known_litigator', 'detail', 'a litigator list has the number');
  end if;
  if not v_confirmation and k.suppressions <> '[]' then
    for w in select x from jsonb_array_elements(k.suppressions) x loop
      reasons := reasons || jsonb_build_object('rule', 'suppressed', 'detail', format('on the list of the org since %s: %s (%s)',
        (w ->> 'at')::date, w ->> 'reason', w ->> 'source'));
    end loop;
  end if;
  if reasons <> '[]' then
    heals_at := 'infinity';
  end if;
  -- Contacts that the same claim has just been allowed are as good as made.
  v_cap := (p_settings ->> 'lead_attempts_24h')::integer;
  if v_cap is not null and k.channel <> 'email' and not v_confirmation then
    select p_of_lead + count(*), case when v_cap > p_of_lead then (array_agg(a.at order by a.at desc))[v_cap - p_of_lead] when v_cap > 0 then p_as_of end
    into v_count, v_oldest
    from public.contact_attempts a
    where a.org_id = p_org_id and a.lead_id = k.lead_id and a.at > p_as_of - interval '24 hours'
      and a.direction = 'outbound' and a.channel <> 'email';
    if v_count >= v_cap then
      reasons := reasons || jsonb_build_object('rule', 'house_lead_cap', 'detail', format('the org allows %s attempts per lead in 24 hours; there were %s', v_cap, v_count));
      heals_at := greatest(heals_at, coalesce(v_oldest + interval '24 hours', 'infinity'));
    end if;
  end if;
  v_cap := (p_settings ->> 'org_attempts_24h')::integer;
  if v_cap is not null and not v_confirmation then
    select p_of_org + count(*), case when v_cap > p_of_org then min(x.at) when v_cap > 0 then p_as_of end into v_count, v_oldest
    from (select a.at from public.contact_attempts a
      where a.org_id = p_org_id and a.direction = 'outbound' and a.at > p_as_of - interval '24 hours'
      order by a.at desc limit greatest(v_cap - p_of_org, 0)) x;
    if v_count >= v_cap then
      reasons := reasons || jsonb_build_object('rule', 'house_org_cap', 'detail', format('the org allows %s contacts in 24 hours, and has made them', v_cap));
      heals_at := greatest(heals_at, coalesce(v_oldest + interval '24 hours', 'infinity'));
    end if;
  end if;
end
$$;
comment on function private.check_decision_rules(private.contact_facts, uuid, jsonb, integer, integer, timestamptz) is
  'What the database knows beyond the facts: suppressions, a dead contact, a litigator, limits per lead and org (p_of_lead, p_of_org: contacts that the same claim was allowed already). The one text that confirms an opt-out is not stopped by a suppression. Definer: counts attempts that the caller need not see.';
revoke execute on function private.check_decision_rules(private.contact_facts, uuid, jsonb, integer, integer, timestamptz) from pipeline_writer;

create function private.decide_contacts(
  p_org_id uuid, p_requests jsonb, p_as_of timestamptz, p_store text, p_outbound boolean default true
) returns table (n integer, answer jsonb)
-- One plan for one contact and for many: planning anew for each array would cost more than running it.
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  k private.contact_facts;
  g jsonb;
  w record;
  d public.gate_decisions;
  v_settings jsonb;
  v_facts jsonb;
  v_new public.gate_decisions[] := '{}'::public.gate_decisions[];
  v_clock constant timestamptz := clock_timestamp();
  v_seen integer := 0;
  -- What this call has allowed so far.
  v_values bytea[] := '{}'::bytea[];
  v_leads uuid[] := '{}'::uuid[];
  v_channels text[] := '{}'::text[];
  v_subjects text[] := '{}'::text[];
  v_of_lead integer := 0;
begin
  select o.settings into v_settings from public.orgs o where o.id = p_org_id;
  if not found then
    perform private.raise_missing_contact(p_org_id, p_requests);
  end if;
  for k in select * from private.collect_contact_facts(p_org_id, p_requests, p_as_of, p_store <> 'never', p_outbound) loop
    v_seen := v_seen + 1;
    v_facts := k.facts;
    if k.value_bidx = any (v_values) then
      v_facts := v_facts || jsonb_build_object('history', (
        select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('channel', x.channel, 'direction', 'outbound', 'at', p_as_of, 'subject', x.subject)))
        from unnest(v_values, v_channels, v_subjects) x (value_bidx, channel, subject) where x.value_bidx = k.value_bidx) || (v_facts -> 'history'));
    end if;
    if v_settings ? 'lead_attempts_24h' then
      v_of_lead := (select count(*) from unnest(v_leads, v_channels) x (lead_id, channel) where x.lead_id = k.lead_id and x.channel <> 'email');
    end if;
    g := public.gate_evaluate(v_facts, p_as_of);
    w := private.check_decision_rules(k, p_org_id, v_settings, v_of_lead, cardinality(v_values), p_as_of);
    d.reasons := (g -> 'reasons') || w.reasons;
    d.allow := d.reasons = '[]';
    d.next_allowed_at := case
      when w.heals_at is null then (g ->> 'next_allowed_at')::timestamptz
      when w.heals_at = 'infinity' or (g ->> 'next_allowed_at') is null then null
      -- A limit of our own ends while the hours may be closed.
      else (public.gate_evaluate(v_facts, greatest(w.heals_at, (g ->> 'next_allowed_at')::timestamptz)) ->> 'next_allowed_at')::timestamptz end;
    d.id := null;
    if p_store = 'always' or (p_store = 'refusals' and not d.allow) then
      d.org_id := p_org_id; d.decided_at := v_clock; d.lead_id := k.lead_id; d.contact_point_id := k.contact_point_id;
      d.id := nextval('public.gate_decisions_id_seq');
      d.value_bidx := k.value_bidx; d.channel := k.channel; d.purpose := k.purpose; d.campaign_id := k.campaign_id; d.as_of := p_as_of;
      d.rules := case when d.allow then '{}' else array(select distinct x ->> 'rule' from jsonb_array_elements(d.reasons) x) end;
      d.zones := array(select jsonb_array_elements_text(g -> 'zones'));
      d.states := array(select jsonb_array_elements_text(g -> 'states'));
      d.rule_version := g ->> 'rule_version';
      d.facts := private.redact_facts(v_facts);
      v_new := v_new || d;
    elsif p_store = 'never' then
      g := g || jsonb_build_object('facts', private.redact_facts(v_facts));
    end if;
    if d.allow and p_store = 'always' then
      v_values := v_values || k.value_bidx;
      v_leads := v_leads || k.lead_id;
      v_channels := v_channels || k.channel;
      v_subjects := v_subjects || (k.message ->> 'subject');
    end if;
    n := k.n;
    answer := g || jsonb_build_object('allow', d.allow, 'reasons', d.reasons, 'decision_id', d.id,
      'next_allowed_at', to_char(d.next_allowed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'));
    return next;
  end loop;
  if v_seen < jsonb_array_length(p_requests) then
    perform private.raise_missing_contact(p_org_id, p_requests);
  end if;
  insert into public.gate_decisions (org_id, id, decided_at, lead_id, contact_point_id, value_bidx, channel, purpose, campaign_id, as_of, allow,
    rules, reasons, next_allowed_at, zones, states, rule_version, facts)
  overriding system value
  select x.org_id, x.id, x.decided_at, x.lead_id, x.contact_point_id, x.value_bidx, x.channel, x.purpose, x.campaign_id, x.as_of, x.allow,
    x.rules, x.reasons, x.next_allowed_at, x.zones, x.states, x.rule_version, x.facts
  from unnest(v_new) x;
end
$$;
comment on function private.decide_contacts(uuid, jsonb, timestamptz, text, boolean) is
  'Collects, evaluates, and stores: always, refusals or never. For each request of collect_contact_facts the answer of gate_evaluate with the reasons that only the database knows, and decision_id; with p_store never also the facts, less contact values. With always, what an earlier request of the same call was allowed counts as made. Definer: facts and decisions are the owner''s. Raises SL421, SL422.';

create function private.raise_missing_contact(p_org_id uuid, p_requests jsonb) returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  r jsonb;
begin
  for r in select x from jsonb_array_elements(p_requests) x loop
    if not exists (select from public.leads l where l.org_id = p_org_id and l.id = (r ->> 'lead_id')::uuid) then
      raise exception 'there is no lead %', r ->> 'lead_id' using errcode = 'SL421';
    elsif not exists (select from public.contact_points c where c.org_id = p_org_id and c.lead_id = (r ->> 'lead_id')::uuid
      and c.id = (r ->> 'contact_point_id')::bigint) then
      raise exception 'lead % has no contact point %', r ->> 'lead_id', r ->> 'contact_point_id' using errcode = 'SL422';
    end if;
  end loop;
end
$$;
comment on function private.raise_missing_contact(uuid, jsonb) is
  'Says which of the requests names a lead (SL421) or a contact point (SL422) that is not there. Definer: asks without the policies.';
revoke execute on function private.decide_contacts(uuid, jsonb, timestamptz, text, boolean), private.raise_missing_contact(uuid, jsonb)
  from pipeline_writer;

-- Values and leads of a batch, each in one order, so that two batches never wait for each other in a circle.
create function private.lock_contact_values(p_org_id uuid, p_lead_ids uuid[], p_values bytea[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_settings jsonb;
begin
  select o.settings into v_settings from public.orgs o where o.id = p_org_id;
  -- From wide to narrow, leads by id and values by blind index, always in this order.
  if v_settings ? 'org_attempts_24h' then
    perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 3));
  end if;
  if v_settings ? 'lead_attempts_24h' then
    perform pg_advisory_xact_lock(hashtextextended(l.id::text, 3))
    from (select distinct x as id from unnest(p_lead_ids) x order by 1) l;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text || encode(v.bidx, 'hex'), 3))
  from (select distinct x as bidx from unnest(p_values) x order by 1) v;
end
$$;
comment on function private.lock_contact_values(uuid, uuid[], bytea[]) is
  'Holds the values of a batch (and its leads and org, where they have limits of their own) until the end of the transaction, in the order of leads and of blind indexes.';

create function private.lock_contact_points(p_org_id uuid, p_lead_ids uuid[], p_contact_point_ids bigint[]) returns void
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  -- A caller that reads one snapshot for its whole transaction would wait for the lock and still not see what
  -- the holder wrote.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'decisions need read committed, not %', current_setting('transaction_isolation') using errcode = 'SL423';
  end if;
  perform private.lock_contact_values(p_org_id, p_lead_ids, array(
    select c.value_bidx from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = any (p_lead_ids) and c.id = any (p_contact_point_ids)));
end
$$;
comment on function private.lock_contact_points(uuid, uuid[], bigint[]) is
  'Holds the values of contact points (and leads and org, where they have limits of their own) until the end of the transaction. Raises SL423 outside read committed. Definer: asks for values without the policies.';
revoke execute on function private.lock_contact_points(uuid, uuid[], bigint[]) from pipeline_writer;

create function private.gate_decide_many(p_org_id uuid, p_requests jsonb, p_as_of timestamptz default now())
returns table (n integer, answer jsonb)
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.lock_contact_points(p_org_id, array_agg((x ->> 'lead_id')::uuid), array_agg((x ->> 'contact_point_id')::bigint))
  from jsonb_array_elements(p_requests) x;
  -- A statement of its own: its snapshot is taken when the locks are held, and sees what their last holders did.
  return query select j.n, j.answer from private.decide_contacts(p_org_id, p_requests, p_as_of, 'always') j;
end
$$;
comment on function private.gate_decide_many(uuid, jsonb, timestamptz) is
  'gate_decide for a whole claim of one org, [{lead_id, contact_point_id, channel, purpose, message, campaign_id}]: the nth answer is that of the nth request, and what an earlier one was allowed counts as made. Much cheaper than one by one. Definer: as gate_decide. Raises SL421, SL422, SL423.';

create function public.gate_decide(
  p_lead_id uuid, p_contact_point_id bigint, p_channel text, p_purpose text, p_as_of timestamptz default now(),
  p_message jsonb default '{}', p_campaign_id uuid default null
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_org constant uuid := private.org_of_lead(p_lead_id);
begin
  perform private.lock_contact_points(v_org, array[p_lead_id], array[p_contact_point_id]);
  return (select j.answer from private.decide_contacts(v_org, jsonb_build_array(jsonb_build_object('lead_id', p_lead_id,
    'contact_point_id', p_contact_point_id, 'channel', p_channel, 'purpose', p_purpose, 'message', p_message, 'campaign_id', p_campaign_id)),
    p_as_of, 'always') j);
end
$$;
comment on function public.gate_decide(uuid, bigint, text, text, timestamptz, jsonb, uuid) is
  'Decides whether a contact may be made, stores the decision and returns it with decision_id. p_message: the facts of the message (subject, message_kind, postal_address_in_body …). Call it in the transaction that claims the message and write contact_attempts there: the value stays locked until its end, so that two claims cannot pass a cap together. Ask gate_still_allows just before sending. Definer: keys, lists and decisions are the owner''s. Raises SL421 (no such lead), SL422 (no such contact), SL423 (isolation).';

create function public.gate_still_allows(p_org_id uuid, p_decision_id bigint, p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  d public.gate_decisions;
begin
  select x.* into d from public.gate_decisions x where x.org_id = p_org_id and x.id = p_decision_id;
  if not found or not d.allow then
    return false;
  end if;
  perform private.lock_contact_points(d.org_id, array[d.lead_id], array[d.contact_point_id]);
  return (select (j.answer -> 'allow')::boolean from private.decide_contacts(d.org_id, jsonb_build_array(jsonb_build_object('lead_id', d.lead_id,
    'contact_point_id', d.contact_point_id, 'channel', d.channel, 'purpose', d.purpose, 'message', d.facts -> 'message', 'campaign_id', d.campaign_id)),
    p_as_of, 'refusals', false) j);
exception when sqlstate 'SL421' or sqlstate 'SL422' then
  -- The lead or its contact is gone.
  return false;
end
$$;
comment on function public.gate_still_allows(uuid, bigint, timestamptz) is
  'Asks again between claim and provider call: false when anything came up since the decision (a STOP, a closed window, an erasure), and stores why. Our own attempts do not count, since the claim has made its own. Definer: as gate_decide.';

create function public.gate_preview(
  p_lead_id uuid, p_contact_point_id bigint, p_channel text, p_purpose text default 'marketing', p_as_of timestamptz default now(),
  p_message jsonb default '{}'
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_org constant uuid := private.org_of_lead(p_lead_id);
begin
  if not private.is_trusted_caller() and not coalesce(private.sees_lead(v_org, p_lead_id), false) then
    raise exception 'there is no lead %', p_lead_id using errcode = 'SL421';
  end if;
  return (select j.answer from private.decide_contacts(v_org, jsonb_build_array(jsonb_build_object('lead_id', p_lead_id,
    'contact_point_id', p_contact_point_id, 'channel', p_channel, 'purpose', p_purpose, 'message', p_message)), p_as_of, 'never') j);
end
$$;
comment on function public.gate_preview(uuid, bigint, text, text, timestamptz, jsonb) is
  'What gate_decide would answer at an instant, past or future, on what is on record now; stores nothing. For those who may see the lead. Definer: as gate_decide. Raises SL421, SL422.';

revoke execute on function public.gate_decide(uuid, bigint, text, text, timestamptz, jsonb, uuid),
  public.gate_still_allows(uuid, bigint, timestamptz), public.gate_preview(uuid, bigint, text, text, timestamptz, jsonb) from public, anon, authenticated;
grant execute on function public.gate_decide(uuid, bigint, text, text, timestamptz, jsonb, uuid),
  public.gate_still_allows(uuid, bigint, timestamptz) to pipeline_writer, service_role;
grant execute on function public.gate_preview(uuid, bigint, text, text, timestamptz, jsonb) to authenticated, service_role, pipeline_writer;
