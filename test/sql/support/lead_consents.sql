-- Consents and revocations of a lead's phone or e-mail, and the lead's own columns; after support/cast.sql.
create function cast_.bidx(p_value text, p_org text default 'a') returns bytea
language sql as $$ select private.blind_index(p_value,
  private.blind_key(format('%s0000000-0000-4000-8000-000000000000', p_org)::uuid)) $$;
create function cast_.grant_to(p_lead text, p_value text, p_channels text[], p_at timestamptz,
  p_action text default 'grant', p_unproven boolean default false) returns bigint
language sql as $$
  insert into public.consents (org_id, lead_id, value_bidx, kind, action, type, channels, revoked_scope, is_unproven,
    method, occurred_at, recorded_by)
  values ('a0000000-0000-4000-8000-000000000000', cast_.lead(p_lead), cast_.bidx(p_value), case when p_value like '%@%'
    then 'email' else 'phone' end::public.contact_kind,
    p_action::public.consent_action, case p_action when 'grant' then 'pec' end, p_channels, case p_action when 'revoke'
      then 'channel' end, p_unproven,
    'test ' || p_action, p_at, 'system')
  returning id
$$;
create function cast_.says(p_lead text) returns text
language sql as $$
  select concat_ws(' ', l.consent, to_char(l.consented_at at time zone 'UTC', 'YYYY-MM-DD'), l.consent_method)
    from public.leads l where l.id = cast_.lead(p_lead)
$$;
