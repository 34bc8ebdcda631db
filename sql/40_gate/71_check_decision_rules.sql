create function private.check_decision_rules(
  k private.contact_facts, p_org_id uuid, p_settings jsonb, p_of_lead integer, p_of_org integer, p_as_of timestamptz,
  out reasons jsonb, out ends_at timestamptz
)
language plpgsql stable security definer set search_path = '' as $$
declare
  w jsonb;
  v_confirmation constant boolean := coalesce(k.message ->> 'message_kind' = 'opt_out_confirmation', false);
  v_cap integer;
  v_count integer;
  v_oldest timestamptz;
begin
  -- ends_at: null while nothing here refuses; infinity when time does not end the refusal.
  reasons := '[]';
  if (k.kind = 'email') <> (k.channel = 'email') then
    reasons := reasons || jsonb_build_object('rule', 'contact_of_other_kind', 'detail',
      format('a %s cannot be contacted by %s', k.kind, k.channel));
  end if;
  if k.invalid_at <= p_as_of then
    reasons := reasons || jsonb_build_object('rule', 'contact_invalid', 'detail',
      format('known since %s not to reach the person', k.invalid_at::date));
  end if;
  if k.campaign_status in ('opted_out', 'invalid') and not v_confirmation then
    reasons := reasons || jsonb_build_object('rule', 'lead_opted_out', 'detail',
      format('the lead is %s', replace(k.campaign_status::text, '_', ' ')));
  end if;
  if k.litigator then
    reasons := reasons || jsonb_build_object('rule', 'known_litigator', 'detail', 'the number is on a litigator list');
  end if;
  if not v_confirmation and k.suppressions <> '[]' then
    for w in select x from jsonb_array_elements(k.suppressions) x loop
      reasons := reasons || jsonb_build_object('rule', 'suppressed', 'detail',
        format('suppressed by the org since %s: %s (%s)',
        (w ->> 'at')::date, w ->> 'reason', w ->> 'source'));
    end loop;
  end if;
  if reasons <> '[]' then
    ends_at := 'infinity';
  end if;
  -- A person who calls, answers or asks for help is not held up. The task ends it, so time alone does not: ask again.
  if k.channel <> 'voice_manual' and not v_confirmation
    and coalesce(k.message ->> 'sent_as', '') not in ('manual', 'help') then
    if k.wish_since is not null then
      reasons := reasons || jsonb_build_object('rule', 'possible_wish', 'detail', format(
        'a message of %s may ask us to stop; a person has to look at it', k.wish_since::date));
      ends_at := greatest(ends_at, p_as_of + interval '4 hours');
    end if;
  end if;
  -- Two leads with one phone or e-mail get one contact in 24 hours between them. The facts contain all contacts with
  -- the value, for whatever lead, and those that the same claim has already been allowed.
  if k.purpose = 'marketing' and not v_confirmation and k.facts -> 'history' <> '[]' then
    select max(h.at) into v_oldest
    from jsonb_to_recordset(k.facts -> 'history') h (direction text, at timestamptz)
    where h.direction = 'outbound' and h.at > p_as_of - interval '24 hours';
    if exists (select from public.contact_points o join public.leads l on l.org_id = o.org_id and l.id = o.lead_id
      where v_oldest is not null and o.org_id = p_org_id and o.value_bidx = k.value_bidx and o.lead_id <> k.lead_id
        and l.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked'))
    then
      reasons := reasons || jsonb_build_object('rule', 'value_shared_today', 'detail', format(
        'another lead has the same %s, and it was contacted at %s',
        k.kind, to_char(v_oldest at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')));
      ends_at := greatest(ends_at, v_oldest + interval '24 hours');
    end if;
  end if;
  -- Contacts that the same claim has already been allowed count as made.
  v_cap := (p_settings ->> 'lead_attempts_24h')::integer;
  if v_cap is not null and k.channel <> 'email' and not v_confirmation then
    select p_of_lead + count(*), case when v_cap > p_of_lead
      then (array_agg(a.at order by a.at desc))[v_cap - p_of_lead] when v_cap > 0 then p_as_of end
    into v_count, v_oldest
    from public.contact_attempts a
    where a.org_id = p_org_id and a.lead_id = k.lead_id and a.at > p_as_of - interval '24 hours'
      and a.direction = 'outbound' and a.channel <> 'email';
    if v_count >= v_cap then
      reasons := reasons || jsonb_build_object('rule', 'house_lead_cap', 'detail',
        format('the org allows %s attempts per lead in 24 hours; there were %s', v_cap, v_count));
      ends_at := greatest(ends_at, coalesce(v_oldest + interval '24 hours', 'infinity'));
    end if;
  end if;
  v_cap := (p_settings ->> 'org_attempts_24h')::integer;
  if v_cap is not null and not v_confirmation then
    select p_of_org + count(*), case when v_cap > p_of_org then min(x.at) when v_cap > 0
      then p_as_of end into v_count, v_oldest
    from (select a.at from public.contact_attempts a
      where a.org_id = p_org_id and a.direction = 'outbound' and a.at > p_as_of - interval '24 hours'
      order by a.at desc limit greatest(v_cap - p_of_org, 0)) x;
    if v_count >= v_cap then
      reasons := reasons || jsonb_build_object('rule', 'house_org_cap', 'detail',
        format('the org allows %s contacts in 24 hours and has made them', v_cap));
      ends_at := greatest(ends_at, coalesce(v_oldest + interval '24 hours', 'infinity'));
    end if;
  end if;
end
$$;
comment on function private.check_decision_rules(private.contact_facts, uuid, jsonb, integer, integer, timestamptz) is
  'Reasons that need the database: suppressions, an invalid contact, a litigator, a possible wish that no person has '
  'looked at, a value that several leads share, limits per lead and org (p_of_lead, p_of_org: contacts that the same '
  'claim was already allowed). A suppression does not stop the one text that confirms an opt-out. Definer: '
  'counts attempts that the caller may not see.';
revoke execute on function private.check_decision_rules(private.contact_facts, uuid, jsonb, integer, integer,
  timestamptz) from pipeline_writer;
