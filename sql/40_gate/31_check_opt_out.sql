create function private.gate_check_opt_out(c private.gate_facts, t timestamptz) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_years int := coalesce(c.list_years, 10);
  v_ends timestamptz;
begin
  if c.opted_out then
    r := r || row('opted_out', 'a message from the person opts out of this channel', 'infinity')::private.gate_refusal;
  end if;
  -- Usually a matter of seconds; time alone does not end it, but asking again may.
  if c.unread and t < c.as_of + interval '5 minutes' then
    r := r || row('message_unread', 'a message from the person is not processed yet',
      c.as_of + interval '5 minutes')::private.gate_refusal;
  end if;
  if c.revoked then
    r := r || row('consent_revoked', 'consent was revoked' || case when isfinite(c.revoked_at)
      then ' on ' || to_char(c.revoked_at at time zone 'UTC', 'YYYY-MM-DD') else ' at an unknown time' end
      || ' for this channel', 'infinity')::private.gate_refusal;
  end if;
  -- A newer signed consent ends the request, within its legal term, too.
  if c.internal_requested and c.channel is distinct from 'email'
    and not coalesce(c.signed_agreement and c.consent_at > c.internal_at, false) then
    v_ends := (c.internal_at at time zone 'UTC' + make_interval(years => v_years)) at time zone 'UTC';
    if t < v_ends or not isfinite(c.internal_at) then
      r := r || row('internal_list', 'the person asked not to be contacted' || case when isfinite(c.internal_at)
          then ' on ' || to_char(c.internal_at at time zone 'UTC', 'YYYY-MM-DD') else ' at an unknown time' end
          || '; honoured for ' || v_years || ' years',
        case when isfinite(c.internal_at) and c.house -> 'internal_list_ends' = 'true' then v_ends
          else 'infinity' end)::private.gate_refusal;
    elsif not coalesce(c.house -> 'internal_list_ends' = 'true', false) then
      r := r || row('internal_list', 'the legal term of the request has ended, but no newer consent allows contact',
        'infinity')::private.gate_refusal;
    end if;
  end if;
  return r;
end
$$;
comment on function private.gate_check_opt_out(private.gate_facts, timestamptz) is
  'Checks the person''s own requests: opt-outs in messages, revoked consent, the internal list. A newer signed '
  'consent ends a request; without one it outlasts its legal term.';

create function private.gate_check_confirmation(c private.gate_facts) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
begin
  if c.channel is distinct from 'sms' then
    r := r || row('confirmation_by_text_only', 'an opt-out may be confirmed only by text',
      'infinity')::private.gate_refusal;
  end if;
  if c.opted_out_at is null then
    r := r || row('confirmation_without_opt_out', 'no opt-out is on record', 'infinity')::private.gate_refusal;
  elsif not coalesce(c.as_of - c.opted_out_at between interval '0' and interval '5 minutes', false) then
    r := r || row('confirmation_too_late', 'an opt-out must be confirmed within five minutes',
      'infinity')::private.gate_refusal;
  end if;
  if c.message -> 'confirmations_already_sent' is distinct from '0'::jsonb then
    r := r || row('confirmation_already_sent',
      'only one confirmation may be sent, and one may have been sent already', 'infinity')::private.gate_refusal;
  end if;
  if coalesce(c.message -> 'marketing_content', 'null') not in ('false', 'null') then
    r := r || row('confirmation_with_marketing', 'a confirmation must not contain marketing',
      'infinity')::private.gate_refusal;
  end if;
  return r;
end
$$;
comment on function private.gate_check_confirmation(private.gate_facts) is
  'Checks the one text that may confirm an opt-out, the only message allowed after it.';
