-- A number may have been given to somebody else since its owner agreed. 47 CFR 64.1200(m) protects a caller who asked
-- the register of reassigned numbers and was told "no" for the date of the consent.

create function private.gate_check_reassigned(c private.gate_facts, t timestamptz) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_days constant int := (c.house ->> 'reassigned_check_days')::int;
  v_given constant timestamptz := coalesce(c.consent_at, c.ebr_from);
  v_answers boolean;
begin
  -- Whoever has the number now may agree, too: a consent after the answer is that person's.
  if c.reassigned_answer = 'yes' and not coalesce(c.given_consent and c.consent_at > c.reassigned_at, false) then
    return r || row('number_reassigned', 'the number was given to somebody else after ' || coalesce(
      to_char(c.reassigned_since, 'YYYY-MM-DD'), 'the consent'), 'infinity')::private.gate_refusal;
  end if;
  if v_days is null or c.channel is null or c.channel not in ('sms', 'voice_ai')
    or coalesce(v_given >= c.as_of - interval '90 days', true) then
    return r;
  end if;
  -- Recent, and about a date no later than the consent: a later one says nothing about the time in between.
  v_answers := coalesce(c.reassigned_since <= (v_given at time zone 'UTC')::date and c.reassigned_at <= c.as_of
    and c.reassigned_at > c.as_of - make_interval(days => v_days), false);
  if v_answers and c.reassigned_answer = 'no_data_available' then
    r := r || row('reassigned_unknown', 'the register cannot say whether the number was reassigned since '
      || to_char(v_given at time zone 'UTC', 'YYYY-MM-DD'), 'infinity')::private.gate_refusal;
  elsif not (v_answers and coalesce(c.reassigned_answer = 'no', false)) and t < c.as_of + interval '5 minutes' then
    -- The worker asks; until it has an answer, ask again later.
    r := r || row('reassigned_unchecked', case when c.reassigned_failed
        then 'the question whether the number was reassigned was not answered'
        else 'it was not asked whether the number was reassigned since '
          || to_char(v_given at time zone 'UTC', 'YYYY-MM-DD') end,
      c.as_of + interval '5 minutes')::private.gate_refusal;
  end if;
  return r;
end
$$;
comment on function private.gate_check_reassigned(private.gate_facts, timestamptz) is
  'Checks that the number still belongs to the person who agreed: where the org asks (reassigned_check_days), texts '
  'and automated calls on a consent older than 90 days require a recent "no". A "yes" refuses all calls and texts.';
