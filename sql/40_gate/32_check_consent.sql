create function private.gate_check_consent(c private.gate_facts) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_fault text;
  -- Only unsolicited calls are banned: in some states a signed agreement, in others express consent solicits them.
  v_ban constant text := nullif(concat_ws(', ', case when not c.signed_agreement then c.mobile_ban_in end,
    case when not (c.given_consent and c.consent_type in ('pec', 'pewc')) then c.unsolicited_ban_in end), '');
begin
  if c.channel = 'email' then
    return r;
  end if;
  if c.purpose = 'transactional' then
    if c.channel in ('sms', 'voice_ai') and not c.given_consent then
      foreach v_fault in array c.consent_faults loop
        continue when v_fault in ('consent_not_written', 'consent_unsigned', 'consent_condition_of_purchase',
          'consent_without_automation', 'consent_revoked');
        r := r || private.gate_consent_refusal(v_fault,
          'an automated text or call about a matter requires the person''s consent');
      end loop;
    end if;
    return r;
  end if;
  if c.channel in ('sms', 'voice_ai') and not c.written_consent then
    foreach v_fault in array c.consent_faults loop
      continue when v_fault = 'consent_revoked' and c.revoked;
      r := r || private.gate_consent_refusal(v_fault, case c.channel
        when 'voice_ai' then 'marketing by an artificial voice requires prior express written consent'
        else 'automated marketing texts require prior express written consent' end);
    end loop;
  elsif c.channel = 'voice_manual' and not c.written_for_calls and c.written_consent_in is not null then
    r := r || row('state_written_consent', c.written_consent_in || ' requires written consent for any sales call',
      'infinity')::private.gate_refusal;
  end if;
  if v_ban is not null and c.line_type in ('mobile', 'nonFixedVoip', 'personal',
    'unknown') then
    r := r || row('state_mobile_ban', v_ban
      || ' prohibits unsolicited sales calls to mobiles, and this line is '
      || case c.line_type when 'mobile' then 'a mobile' else 'not known to be a landline' end,
        'infinity')::private.gate_refusal;
  end if;
  return r;
end
$$;
comment on function private.gate_check_consent(private.gate_facts) is
  'Checks whether this channel requires consent, federally or by state, and whether the consent on record suffices. '
  'Every defect is a reason of its own.';

create function private.gate_consent_refusal(p_fault text, p_why text) returns private.gate_refusal
language plpgsql immutable parallel safe as $$
begin
  return row(p_fault, p_why || case p_fault
    when 'consent_missing' then '; none is on record'
    when 'relationship_is_no_consent' then '; a business relationship does not replace it'
    when 'consent_not_written' then '; the consent on record is oral or implied'
    when 'consent_undated' then '; the date of the consent is unknown'
    when 'consent_in_the_future' then '; the consent is dated in the future'
    when 'consent_for_another_seller' then '; the consent on record does not name this seller'
    when 'consent_without_this_number' then '; it does not cover this number'
    when 'consent_revoked' then '; it was revoked'
    when 'consent_unsigned' then '; it is not signed'
    when 'consent_condition_of_purchase' then '; it is not shown that consent was not a condition of purchase'
    when 'consent_without_automation' then '; it does not disclose automated calls or texts'
    when 'house_consent_stale' then '; it is older than the org accepts'
    else '' end, 'infinity')::private.gate_refusal;
end
$$;
comment on function private.gate_consent_refusal(text, text) is 'Words a defect of the consent as a reason.';
