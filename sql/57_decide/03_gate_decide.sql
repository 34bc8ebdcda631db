create function private.own_refusals(
  p_lead public.leads, p_contact public.contact_points, p_channel text, p_confirmation boolean, p_own jsonb, p_as_of timestamptz,
  out reasons jsonb, out heals_at timestamptz
)
language plpgsql stable security definer set search_path = '' as $$
declare
  w jsonb;
  v_cap integer;
  v_count integer;
  v_oldest timestamptz;
begin
  -- heals_at: null as long as nothing here refuses; infinity when time does not end it.
  reasons := '[]';
  if (p_contact.kind = 'email') <> (p_channel = 'email') then
    reasons := reasons || jsonb_build_object('rule', 'contact_of_other_kind', 'detail', format('a %s cannot be contacted by %s', p_contact.kind, p_channel));
  end if;
  if p_contact.invalid_at <= p_as_of then
    reasons := reasons || jsonb_build_object('rule', 'contact_invalid', 'detail', format('known since %s not to reach the person', p_contact.invalid_at::date));
  end if;
  if p_lead.campaign_status in ('opted_out', 'invalid') and not p_confirmation then
    reasons := reasons || jsonb_build_object('rule', 'lead_opted_out', 'detail', format('the lead is %s', replace(p_lead.campaign_status::text, '_', ' ')));
  end if;
  if p_own -> 'litigator' = 'true' then
    reasons := reasons || jsonb_build_object('rule', 'known_litigator', 'detail', 'a litigator list has the number');
  end if;
  if not p_confirmation then
    for w in select x from jsonb_array_elements(p_own -> 'suppressions') x loop
      reasons := reasons || jsonb_build_object('rule', 'suppressed', 'detail', format('on the list of the org since %s: %s (%s)',
        (w ->> 'at')::date, w ->> 'reason', w ->> 'source'));
    end loop;
  end if;
  if reasons <> '[]' then
    heals_at := 'infinity';
  end if;
  v_cap := (p_own ->> 'lead_cap')::integer;
  if v_cap is not null and p_channel <> 'email' and not p_confirmation then
    select count(*), (array_agg(a.at order by a.at desc))[v_cap] into v_count, v_oldest
    from public.contact_attempts a
    where a.org_id = p_lead.org_id and a.lead_id = p_lead.id and a.at > p_as_of - interval '24 hours'
      and a.direction = 'outbound' and a.channel <> 'email';
    if v_count >= v_cap then
      reasons := reasons || jsonb_build_object('rule', 'house_lead_cap', 'detail', format('the org allows %s attempts per lead in 24 hours; there were %s', v_cap, v_count));
      heals_at := greatest(heals_at, coalesce(v_oldest + interval '24 hours', 'infinity'));
    end if;
  end if;
  v_cap := (p_own ->> 'org_cap')::integer;
  if v_cap is not null and not p_confirmation then
    select count(*), min(x.at) into v_count, v_oldest
    from (select a.at from public.contact_attempts a
      where a.org_id = p_lead.org_id and a.direction = 'outbound' and a.at > p_as_of - interval '24 hours'
      order by a.at desc limit v_cap) x;
    if v_count >= v_cap then
      reasons := reasons || jsonb_build_object('rule', 'house_org_cap', 'detail', format('the org allows %s contacts in 24 hours, and has made them', v_cap));
      heals_at := greatest(heals_at, coalesce(v_oldest + interval '24 hours', 'infinity'));
    end if;
  end if;
end
$$;
comment on function private.own_refusals(public.leads, public.contact_points, text, boolean, jsonb, timestamptz) is
  'What the database knows beyond the facts: suppressions, a dead contact, a litigator, limits per lead and org. p_confirmation: the one text that confirms an opt-out, which a suppression does not stop. Definer: counts attempts that the caller need not see.';
revoke execute on function private.own_refusals(public.leads, public.contact_points, text, boolean, jsonb, timestamptz) from pipeline_writer;

create function private.judge_contact(
  p_lead_id uuid, p_contact_point_id bigint, p_channel text, p_purpose text, p_as_of timestamptz, p_message jsonb,
  p_campaign_id uuid, p_store text, p_outbound boolean default true
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  k record;
  g jsonb;
  w record;
  v_reasons jsonb;
  v_next timestamptz;
  v_allow boolean;
  v_id bigint;
  v_clock constant timestamptz := clock_timestamp();
begin
  k := private.collect_facts(p_lead_id, p_contact_point_id, p_channel, p_purpose, p_as_of, coalesce(p_message, '{}'),
    p_store <> 'never', p_outbound);
  g := public.gate_evaluate(k.facts, p_as_of);
  w := private.own_refusals(k.lead, k.contact, p_channel, coalesce(p_message ->> 'message_kind' = 'opt_out_confirmation', false), k.own, p_as_of);
  v_reasons := (g -> 'reasons') || w.reasons;
  v_allow := v_reasons = '[]';
  v_next := case
    when w.heals_at is null then (g ->> 'next_allowed_at')::timestamptz
    when w.heals_at = 'infinity' or (g ->> 'next_allowed_at') is null then null
    -- A limit of our own ends while the hours may be closed.
    else (public.gate_evaluate(k.facts, greatest(w.heals_at, (g ->> 'next_allowed_at')::timestamptz)) ->> 'next_allowed_at')::timestamptz end;
  if p_store = 'always' or (p_store = 'refusals' and not v_allow) then
    insert into public.gate_decisions (org_id, decided_at, lead_id, contact_point_id, value_bidx, channel, purpose, campaign_id, as_of, allow,
      rules, reasons, next_allowed_at, zones, states, rule_version, facts)
    values ((k.lead).org_id, v_clock, p_lead_id, p_contact_point_id, (k.contact).value_bidx, p_channel, p_purpose, p_campaign_id, p_as_of, v_allow,
      array(select distinct x ->> 'rule' from jsonb_array_elements(v_reasons) x), v_reasons, v_next,
      array(select jsonb_array_elements_text(g -> 'zones')), array(select jsonb_array_elements_text(g -> 'states')), g ->> 'rule_version',
      private.facts_without_values(k.facts))
    returning id into v_id;
  end if;
  if p_store = 'never' then
    g := g || jsonb_build_object('facts', private.facts_without_values(k.facts));
  end if;
  return g || jsonb_build_object('allow', v_allow, 'reasons', v_reasons, 'decision_id', v_id,
    'next_allowed_at', to_char(v_next at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'));
end
$$;
comment on function private.judge_contact(uuid, bigint, text, text, timestamptz, jsonb, uuid, text, boolean) is
  'Collects, evaluates, and stores: always, refusals or never. The answer of gate_evaluate with the reasons that only the database knows, and decision_id; with p_store never also the facts, less contact values. Definer: facts and decisions are the owner''s.';
revoke execute on function private.judge_contact(uuid, bigint, text, text, timestamptz, jsonb, uuid, text, boolean) from pipeline_writer;

create function private.lock_contact(p_org_id uuid, p_lead_id uuid, p_contact_point_id bigint) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_settings jsonb;
begin
  -- A caller that reads one snapshot for its whole transaction would wait for the lock and still not see what
  -- the holder wrote.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'decisions need read committed, not %', current_setting('transaction_isolation') using errcode = 'SL423';
  end if;
  select o.settings into v_settings from public.orgs o where o.id = p_org_id;
  -- From wide to narrow, always in this order.
  if v_settings ? 'org_attempts_24h' then
    perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 3));
  end if;
  if v_settings ? 'lead_attempts_24h' then
    perform pg_advisory_xact_lock(hashtextextended(p_lead_id::text, 3));
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text || encode(c.value_bidx, 'hex'), 3))
  from public.contact_points c where c.org_id = p_org_id and c.id = p_contact_point_id;
end
$$;
comment on function private.lock_contact(uuid, uuid, bigint) is
  'Holds the value of a contact point (and lead and org, where they have limits of their own) until the end of the transaction. Raises SL423 outside read committed. Definer: asks for values without the policies.';
revoke execute on function private.lock_contact(uuid, uuid, bigint) from pipeline_writer;

create function public.gate_decide(
  p_lead_id uuid, p_contact_point_id bigint, p_channel text, p_purpose text, p_as_of timestamptz default now(),
  p_message jsonb default '{}', p_campaign_id uuid default null
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.lock_contact(private.org_of_lead(p_lead_id), p_lead_id, p_contact_point_id);
  -- A statement of its own: its snapshot is taken when the lock is held, and sees what the last holder did.
  return private.judge_contact(p_lead_id, p_contact_point_id, p_channel, p_purpose, p_as_of, p_message, p_campaign_id, 'always');
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
  perform private.lock_contact(d.org_id, d.lead_id, d.contact_point_id);
  return (private.judge_contact(d.lead_id, d.contact_point_id, d.channel, d.purpose, p_as_of, d.facts -> 'message', d.campaign_id,
    'refusals', false) -> 'allow')::boolean;
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
begin
  if not private.is_trusted_desk() and not coalesce(private.sees_lead(private.org_of_lead(p_lead_id), p_lead_id), false) then
    raise exception 'there is no lead %', p_lead_id using errcode = 'SL421';
  end if;
  return private.judge_contact(p_lead_id, p_contact_point_id, p_channel, p_purpose, p_as_of, p_message, null, 'never');
end
$$;
comment on function public.gate_preview(uuid, bigint, text, text, timestamptz, jsonb) is
  'What gate_decide would answer at an instant, past or future, on what is on record now; stores nothing. For those who may see the lead. Definer: as gate_decide. Raises SL421, SL422.';

revoke execute on function public.gate_decide(uuid, bigint, text, text, timestamptz, jsonb, uuid),
  public.gate_still_allows(uuid, bigint, timestamptz), public.gate_preview(uuid, bigint, text, text, timestamptz, jsonb) from public, anon, authenticated;
grant execute on function public.gate_decide(uuid, bigint, text, text, timestamptz, jsonb, uuid),
  public.gate_still_allows(uuid, bigint, timestamptz) to pipeline_writer, service_role;
grant execute on function public.gate_preview(uuid, bigint, text, text, timestamptz, jsonb) to authenticated, service_role, pipeline_writer;
