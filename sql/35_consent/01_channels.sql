create function private.channels_for_kind(p_kind public.contact_kind) returns text[]
language sql immutable parallel safe set search_path = '' as $$
  select case p_kind when 'phone' then '{sms,voice_manual,voice_ai}'::text[] else '{email}' end
$$;
comment on function private.channels_for_kind(public.contact_kind) is
  'Channels that reach a phone or an e-mail address.';
