-- A link that reaches the contact itself and is shown to nobody else: who receives it has the phone or mailbox.

create function public.send_consent_link(
  p_org_id uuid, p_lead_id uuid, p_contact_point_id bigint, p_channels text[], p_text_version integer default null,
  p_ttl interval default '14 days'
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  c public.contact_points;
  m public.messages;
  t public.consent_texts;
  v_page constant text := (select o.settings ->> 'consent_page' from public.orgs o where o.id = p_org_id);
  v_nonce text;
  v_message uuid;
begin
  select x.* into c from public.contact_points x
  where x.org_id = p_org_id and x.lead_id = p_lead_id and x.id = p_contact_point_id
    and private.may_act_for_lead(p_org_id, p_lead_id);
  if not found then
    raise exception 'contact % of lead % not found', p_contact_point_id, p_lead_id using errcode = 'SL405';
  elsif v_page is null then
    raise exception 'the org has no consent page: set consent_page in its settings' using errcode = 'SL401';
  end if;
  perform private.check_link_lifetime(p_ttl);
  v_nonce := private.issue_consent_token(p_org_id, p_lead_id, p_channels, p_text_version, p_ttl, 'sent', null,
    c.value_bidx, now());
  select x.* into strict t from public.consent_tokens k
    join public.consent_texts x on x.org_id = k.org_id and x.version = k.text_version
  where k.nonce_hash = sha256(convert_to(v_nonce, 'UTF8'));
  v_message := private.queue_message(p_org_id, p_lead_id, c.id,
    case c.kind when 'email' then 'email' else 'sms' end, 'manual',
    t.seller || ': ' || t.title || E'\n' || v_page || '#' || v_nonce, null, now());
  select x.* into strict m from public.messages x where x.org_id = p_org_id and x.id = v_message;
  return jsonb_build_object('message_id', m.id, 'state', m.state, 'refused', m.refused, 'expires_at', now() + p_ttl);
end
$$;
comment on function public.send_consent_link(uuid, uuid, bigint, text[], integer, interval) is
  'Sends a link to the consent form to a contact of a lead that the caller may act for, by e-mail or text, if the gate '
  'allows it; the link is shown to nobody else: {message_id, state, refused, expires_at}. state is cancelled when the '
  'gate refused. What the contact agrees to lifts suppressions of that contact only. Definer: members may not queue '
  'messages. Raises SL401 (text, contacts, lifetime or page), SL405 (contact not found), SL533 (no sender).';
revoke execute on function public.send_consent_link(uuid, uuid, bigint, text[], integer, interval) from public, anon;
grant execute on function public.send_consent_link(uuid, uuid, bigint, text[], integer, interval) to authenticated,
  service_role;
