create function private.gate_check_contact(c private.gate_facts) returns private.gate_refusal[]
language plpgsql immutable as $$
declare
  r private.gate_refusal[] := '{}'::private.gate_refusal[];
  v_fact text;
begin
  foreach v_fact in array c.unreadable loop
    r := r || row('fact_unreadable', v_fact || ' cannot be read', 'infinity')::private.gate_refusal;
  end loop;
  if c.as_of is null or c.as_of < '2000-01-02Z' or c.as_of >= '2099-12-01Z' then
    r := r || row('as_of_outside_rules', 'the rules cover the years 2000 to 2099', 'infinity')::private.gate_refusal;
  end if;
  if c.house -> 'deny_channels' ? c.channel then
    r := r || row('house_channel_closed', 'the org does not use this channel', 'infinity')::private.gate_refusal;
  end if;
  if c.channel = 'email' then
    if c.email_state = 'missing' then
      r := r || row('email_missing', 'the e-mail address is missing', 'infinity')::private.gate_refusal;
    elsif c.email_state = 'invalid' then
      r := r || row('email_invalid', 'the e-mail address is invalid', 'infinity')::private.gate_refusal;
    end if;
    return r;
  end if;
  case c.phone_state
    when 'ok' then null;
    when 'missing' then r := r || row('phone_missing', 'the phone number is missing',
      'infinity')::private.gate_refusal;
    when 'foreign' then r := r
      || row('phone_not_us', 'the number is not a United States number, and no rules are known for it',
      'infinity')::private.gate_refusal;
    when 'toll_free' then r := r || row('line_type_barred', 'the number is toll-free: the called party pays',
      'infinity')::private.gate_refusal;
    when 'premium' then r := r || row('line_type_barred', 'the number is a premium number',
      'infinity')::private.gate_refusal;
    else r := r || row('phone_invalid', 'the number is not a valid E.164 number of the United States',
      'infinity')::private.gate_refusal;
  end case;
  if c.line_type in ('tollFree', 'premium', 'sharedCost', 'uan', 'voicemail', 'pager') then
    r := r || row('line_type_barred', 'a ' || c.line_type
      || ' line is not a personal phone, or the called party pays', 'infinity')::private.gate_refusal;
  end if;
  if c.channel = 'sms' and c.line_type = 'landline' then
    r := r || row('landline_cannot_text', 'a landline cannot receive texts', 'infinity')::private.gate_refusal;
  end if;
  return r;
end
$$;
comment on function private.gate_check_contact(private.gate_facts) is
  'Checks unreadable facts, the address itself and the line type.';
