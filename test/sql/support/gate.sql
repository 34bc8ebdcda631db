-- Facts for the gate: for each channel an allowed contact, which each test changes in one point.
create schema gate_;
set local search_path = public, extensions;

create function gate_.merge(p_base jsonb, p_patch jsonb) returns jsonb language plpgsql immutable as $$
declare
  v_key text;
  v_value jsonb;
begin
  -- Objects merge; the text "absent" takes a key out.
  for v_key, v_value in select * from jsonb_each(p_patch) loop
    if v_value = '"absent"' then
      p_base := p_base - v_key;
    elsif jsonb_typeof(v_value) = 'object' and jsonb_typeof(p_base -> v_key) = 'object' then
      p_base := jsonb_set(p_base, array[v_key], gate_.merge(p_base -> v_key, v_value));
    else
      p_base := p_base || jsonb_build_object(v_key, v_value);
    end if;
  end loop;
  return p_base;
end
$$;

-- sms, voice_ai: written consent. call: hand-dialled, no consent, scrubbed. mail. text_matter, ai_matter,
-- call_matter, mail_matter: transactional. confirm: the confirmation of an opt-out at 17:59 UTC.
create function gate_.base(p_kind text) returns jsonb language sql immutable as $$
  select gate_.merge(gate_.merge('{
    "channel": "sms", "purpose": "marketing", "seller": "Acme Realty", "state": "OH", "postal_code": "43215",
    "phone": "+16145550123", "line_type": "mobile", "email": "jo@example.com",
    "consent": {"type": "pewc", "obtained_at": "2024-06-01T12:00:00Z", "seller": "Acme Realty", "phone_covered": true,
      "automated_disclosed": true, "not_condition_of_purchase": true, "signature": "typed name",
      "last_transaction_at": null,
      "last_inquiry_at": null, "revoked_at": null, "revoked_via": null, "revoked_scope": null},
    "dnc": {"federal_listed": false, "state_listed": false, "internal_request_at": null, "email_unsubscribed_at": null,
      "scrubbed_at": "2026-11-10T00:00:00Z", "lookup_error": null, "events": []},
    "history": [],
    "message": {"subject": "1 Main St", "message_kind": "marketing", "marketing_content": true,
      "confirmations_already_sent": 0,
      "postal_address_in_body": true, "unsubscribe_link": true, "list_unsubscribe_post": true,
      "from_authenticated": true,
      "daily_volume_to_gmail": 6000},
    "emergencies": []}'::jsonb,
    case
      when p_kind = 'sms' then '{}'
      when p_kind = 'voice_ai' then '{"channel": "voice_ai"}'
      when p_kind = 'call'
        then '{"channel": "voice_manual", "line_type": "landline", "consent": {"type": "none", "obtained_at": null, '
        '"seller": null,
        "phone_covered": null, "automated_disclosed": null, "not_condition_of_purchase": null, "signature": null}}'
      when p_kind = 'signed_call' then '{"channel": "voice_manual"}'
      when p_kind = 'mail' then '{"channel": "email", "consent": {"type": "none"}}'
      when p_kind = 'confirm'
        then '{"purpose": "transactional", "message": {"message_kind": "opt_out_confirmation", "marketing_content": '
        'false},
        "history": [{"channel": "sms", "direction": "inbound",
          "at": "2026-11-18T17:59:00Z", "subject": null, "body": "STOP"}]}'
      else '{}' end::jsonb),
    case when p_kind like '%_matter' then jsonb_build_object('purpose', 'transactional',
        'channel', case p_kind when 'text_matter' then 'sms' when 'ai_matter' then 'voice_ai' when 'call_matter'
          then 'voice_manual' else 'email' end,
        'consent', '{"type": "pec", "signature": false, "automated_disclosed": false}'::jsonb,
        'message', '{"message_kind": "transactional", "marketing_content": false}'::jsonb)
      else '{}' end)
$$;

-- 'yes', or the refusing rules in alphabetical order, then the time when time alone would allow it.
create function gate_.verdict(p_answer jsonb) returns text language sql immutable as $$
  select case when (p_answer -> 'allow')::boolean and p_answer -> 'reasons' = '[]' then 'yes'
    else (select string_agg(distinct r ->> 'rule', ' ' order by r ->> 'rule')
      from jsonb_array_elements(p_answer -> 'reasons') r)
      || ' @ ' || coalesce(p_answer ->> 'next_allowed_at', 'never') end
$$;

-- An expected value without a time is compared without it.
create function gate_.try(p_kind text, p_patch jsonb, p_at timestamptz, p_wanted text, p_description text) returns text
language sql as $$
  select is(case when p_wanted ~ ' @ ' or v = 'yes' then v else split_part(v, ' @ ', 1) end, p_wanted, p_description)
  from gate_.verdict(public.gate_evaluate(gate_.merge(gate_.base(p_kind), p_patch), p_at)) v
$$;
