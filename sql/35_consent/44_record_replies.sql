-- What a person wrote or said, applied: the reader's verdict is data, and the keyword rule stands whatever it says.

create function private.record_reply_opt_out(
  p_org_id uuid, p_value_bidx bytea, p_kind public.contact_kind, p_channel text, p_body text,
  p_provider_type text default null, p_model_says_opt_out boolean default false, p_reading jsonb default null,
  p_lead_id uuid default null, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_words constant text := private.normalise_reply(p_body);
  v_provider constant text := upper(coalesce(p_provider_type, ''));
  v_wish constant jsonb := case when p_reading ->> 'request' = 'opt_out' then p_reading end;
  -- A wish that no rule reads is on record as one that the learned reader added.
  v_learned boolean;
  -- Whatever the reader says, a keyword is one.
  v_bare constant boolean := coalesce(private.is_stop_keyword(v_words) or private.is_stop_in_a_language(p_body), false)
    or coalesce((v_wish ->> 'keyword')::boolean, false);
  v_keyword boolean;
  v_opt_out boolean;
  v_wrong constant boolean := coalesce((p_reading ->> 'wrong_contact')::boolean, false);
  v_started jsonb;
begin
  v_keyword := coalesce(p_channel = 'sms' and (v_provider = 'STOP' or v_bare), false);
  v_opt_out := v_keyword or v_provider = 'STOP' or v_wish is not null
    or v_bare or (p_reading is null and private.is_opt_out(p_body));
  v_learned := coalesce(v_opt_out and not v_keyword and not v_bare and v_provider <> 'STOP'
    and v_wish ->> 'by' = 'learned', false);
  if v_wrong then
    perform private.record_wrong_contact(p_org_id, p_value_bidx, p_kind, p_lead_id, 'reply by ' || p_channel, p_as_of);
  end if;
  -- The model may add opt-outs but cannot remove any.
  if v_opt_out or coalesce(p_model_says_opt_out, false) then
    return jsonb_build_object('kind', 'opt_out', 'keyword', case when v_keyword then 'stop' else 'opt_out' end,
      'keeps', coalesce(v_wish -> 'keeps', '[]'))
      || case when v_learned then '{"by": "learned"}' else '{}' end::jsonb
      || private.record_opt_out(p_org_id, p_value_bidx, p_kind, p_channel,
      'reply by ' || p_channel || case when v_learned then ', read by the learned reader' else '' end, p_body,
      -- A keyword with further words is not a keyword.
      case when v_keyword and (coalesce(v_words, '') = '' or v_bare) then 'stop_keyword' else 'opt_out' end,
      private.read_channels(v_wish -> 'ends'), coalesce(private.read_channels(v_wish -> 'keeps'), '{}'),
      case when v_wish is null then null when v_wish -> 'never' = 'true' then 'person'
        when v_wish ->> 'scope' = 'person' then 'channels' else 'contact' end,
      v_provider = 'STOP', p_as_of);
  elsif p_channel = 'sms' and (v_provider = 'START' or private.is_opt_in_keyword(p_body)
    or p_reading ->> 'request' = 'opt_in') then
    v_started := private.record_opt_in(p_org_id, p_value_bidx, 'reply START', p_as_of);
    -- YES from somebody who had not stopped is a reply like any other, whatever the provider makes of it; nor does it
    -- answer a STOP that was sent earlier and arrives later.
    return case when v_started ->> 'lifted' = '0' and not private.is_opt_in_keyword(p_body)
        and p_reading ->> 'request' is distinct from 'opt_in' then jsonb_build_object('kind', 'none')
      else jsonb_build_object('kind', 'opt_in', 'keyword', 'start') end || v_started;
  elsif v_wrong then
    return jsonb_build_object('kind', 'wrong_contact');
  elsif p_channel = 'sms' and (v_provider = 'HELP' or p_reading ->> 'request' = 'help'
    or replace(v_words, ' |', '') ~ '^(help|info|ayuda)( please)?$') then
    return jsonb_build_object('kind', 'help', 'answer', case when v_provider <> 'HELP' then (
      select format('%s: for help, write to %s. Reply STOP to end messages.', o.name,
        coalesce(o.settings ->> 'help_contact', 'your broker'))
      from public.orgs o where o.id = p_org_id) end);
  end if;
  return jsonb_build_object('kind', 'none');
end
$$;
comment on function private.record_reply_opt_out(uuid, bytea, public.contact_kind, text, text, text, boolean, jsonb,
  uuid, timestamptz) is
  'Applies what a reply or the transcript of a call asks for: {kind: opt_out, keyword: stop or opt_out, channels, '
  'keeps, confirmation, by: learned where the learned reader added it} | {kind: opt_in, keyword: start, lifted, …} | '
  '{kind: help, answer} | {kind: wrong_contact} | '
  '{kind: none}. p_reading is the verdict of the reader (edge-functions/_shared/inbound/reader); without one the '
  'rules in SQL read the words. p_provider_type is Twilio''s OptOutType; when it is set, the provider has already '
  'answered. p_lead_id: the lead that was meant, for a wrong number.';

create function private.read_channels(p_channels jsonb) returns text[]
language sql immutable parallel safe set search_path = '' as $$
  select array_agg(c order by c) from jsonb_array_elements_text(p_channels) c
  where c in ('email', 'sms', 'voice_manual', 'voice_ai')
$$;
comment on function private.read_channels(jsonb) is 'A JSON array of channels as text[]; null for none.';
