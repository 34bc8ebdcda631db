create function private.gate_check_dnc(c private.gate_facts, t timestamptz) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_related boolean := coalesce(t >= c.ebr_from and t <= c.ebr_until, false);
  v_national boolean;
  v_state boolean;
  v_days int := (c.house ->> 'scrub_max_age_days')::int;
begin
  if c.lookup_failed then
    r := r || row('dnc_lookup_failed', 'the do-not-call lookup failed', 'infinity')::private.gate_refusal;
  end if;
  if c.channel = 'email' then
    return r;
  end if;
  if c.purpose <> 'marketing' then
    return r;
  end if;
  if not c.dnc_known then
    return r || row('dnc_unknown', 'the do-not-call status of the number is unknown',
      'infinity')::private.gate_refusal;
  end if;
  -- A signed agreement that names seller and number lifts the registries; a relationship lifts the national registry,
  -- and a state list only where that was confirmed.
  v_national := c.signed_agreement or v_related;
  v_state := c.signed_agreement or (v_related and coalesce(c.ebr_lifts_state_list, false));
  if not v_national then
    if c.federal_listed is null then
      r := r || row('dnc_federal_unknown', 'it is unknown whether the number is on the national registry',
        'infinity')::private.gate_refusal;
    elsif c.federal_listed then
      r := r || row('dnc_federal', 'the number is on the national registry', 'infinity')::private.gate_refusal;
    end if;
    if c.scrubbed_at is null then
      r := r || row(case when c.scrub_said then 'dnc_scrub_unreadable' else 'dnc_never_scrubbed' end,
        'the number was never checked against a dated copy of the registry', 'infinity')::private.gate_refusal;
    elsif c.scrubbed_at > c.as_of then
      r := r || row('dnc_scrub_unreadable', 'the registry copy is dated in the future',
        'infinity')::private.gate_refusal;
    elsif (c.scrubbed_at at time zone 'UTC' + make_interval(days => v_days)) at time zone 'UTC' < t then
      r := r || row('dnc_scrub_stale', 'the registry copy is older than ' || v_days || ' days',
        'infinity')::private.gate_refusal;
    end if;
    if c.consent_type in ('ebr_purchase', 'ebr_inquiry') and r <> '{}' then
      r := r || row('relationship_ended', case when c.ebr_until is null
        then 'the relationship has no readable date, or is with another seller'
        else 'the relationship ended on ' || to_char(c.ebr_until at time zone 'UTC', 'YYYY-MM-DD') end,
          'infinity')::private.gate_refusal;
    end if;
  end if;
  if not v_state then
    if c.state_listed is null then
      r := r || row('dnc_state_unknown', 'it is unknown whether the number is on a state list',
        'infinity')::private.gate_refusal;
    elsif c.state_listed then
      r := r || row('dnc_state', 'the number is on a state list', 'infinity')::private.gate_refusal;
    end if;
  end if;
  return r;
end
$$;
comment on function private.gate_check_dnc(private.gate_facts, timestamptz) is
  'Checks the national and state do-not-call lists, the age of the copy, and exemptions.';
