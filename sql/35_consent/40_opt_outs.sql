-- An opt-out from any source: suppressed, revoked and removed from the campaigns in one transaction, for every lead
-- with the value.

create function private.record_opt_out(
  p_org_id uuid, p_value_bidx bytea, p_kind public.contact_kind, p_channel text, p_source text,
  p_words text default null, p_reason text default 'opt_out', p_reach text[] default null,
  p_keeps text[] default '{}', p_scope text default null,
  p_provider_confirms boolean default false, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_phone constant text[] := '{sms,voice_manual,voice_ai}'::text[];
  v_reach text[] := coalesce(p_reach, private.opt_out_reach(p_words, p_channel));
  -- Words that the reader did not read end everything for good where they reach everything.
  v_scope constant text := coalesce(p_scope, case when p_reach is null and p_reason <> 'stop_keyword'
    and cardinality(v_reach) >= 4 and v_reach @> '{email,sms,voice_manual,voice_ai}' then 'person' else 'contact' end);
  v_key constant integer := private.active_key_id(p_org_id, 'data');
  v_leads constant uuid[] := array(select c.lead_id from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = p_value_bidx order by c.lead_id);
  v_values bytea[] := '{}'::bytea[];
  v_confirm boolean := false;
  v_seller text;
  v record;
begin
  if p_scope is null and p_channel is not null and not p_channel = any (v_reach) then
    v_reach := v_reach || p_channel;
  end if;
  perform set_config('sluice.actor', 'system', true);
  -- The value itself, and the other contacts of its leads where the opt-out reaches further.
  for v in
    select x.value_bidx, x.kind, x.masked, x.lead_id, x.contact_point_id,
      array(select ch from unnest(private.channels_for_kind(x.kind)) ch where ch = any (v_reach)) as channels
    from (
      select p_value_bidx as value_bidx, p_kind as kind, c.masked, c.lead_id, c.id as contact_point_id
      from (select) one
      left join lateral (
        select c.masked, c.lead_id, c.id from public.contact_points c
        where c.org_id = p_org_id and c.value_bidx = p_value_bidx order by c.id desc limit 1) c on true
      union all
      select distinct on (o.value_bidx) o.value_bidx, o.kind, o.masked, o.lead_id, o.id
      from public.contact_points o
      where o.org_id = p_org_id and o.lead_id = any (v_leads) and o.value_bidx <> p_value_bidx
        and case v_scope when 'contact' then o.kind <> p_kind
          else not private.is_shared_contact(p_org_id, o.value_bidx, o.lead_id, p_as_of) end
    ) x
    where private.channels_for_kind(x.kind) && v_reach
    order by x.value_bidx
  loop
    v_values := v_values || v.value_bidx;
    if v.value_bidx = p_value_bidx then
      v_confirm := p_channel = 'sms' and not p_provider_confirms and 'sms' = any (v_reach)
        and not private.is_suppressed(p_org_id, v.value_bidx, 'sms');
    end if;
    -- An opt-out from all channels also ends the campaigns; one from e-mail alone does not.
    if v.channels @> private.channels_for_kind(v.kind) and v_reach && v_phone and p_keeps = '{}' then
      perform private.suppress_value(p_org_id, v.value_bidx, v.kind, null, p_reason, p_source, p_as_of);
    else
      perform private.suppress_value(p_org_id, v.value_bidx, v.kind, ch, p_reason, p_source, p_as_of)
        from unnest(v.channels) ch;
    end if;
    -- A repeated webhook records the same revocation once.
    insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, masked, action, channels,
      revoked_scope,
      method, is_keyword, text_cipher, key_id, confirm_before, occurred_at, recorded_by, recorded_at)
    select p_org_id, v.lead_id, v.contact_point_id, v.value_bidx, v.kind, v.masked, 'revoke', v.channels,
      case when v_scope = 'person' then 'person' when cardinality(v_reach) = 4 then 'all' else 'channel' end,
      p_source, p_reason = 'stop_keyword',
      private.encrypt_value(p_words, private.org_key(p_org_id, v_key)), case when p_words is not null then v_key end,
      case when v_confirm and v.value_bidx = p_value_bidx then p_as_of + interval '5 minutes' end,
      p_as_of, 'person', p_as_of
    where not exists (
      select from public.consents c
      where c.org_id = p_org_id and c.value_bidx = v.value_bidx and c.action = 'revoke'
        and c.occurred_at = p_as_of and c.method = p_source and c.channels = v.channels);
  end loop;
  -- For the lead itself, so that it also applies to contacts that are imported later.
  if v_scope <> 'contact' then
    insert into public.consents (org_id, lead_id, action, channels, revoked_scope, method, occurred_at, recorded_by,
      recorded_at)
    select p_org_id, l.id, 'revoke', v_reach, case v_scope when 'person' then 'person' else 'channel' end, p_source,
      p_as_of, 'person', p_as_of
    from public.leads l
    where l.org_id = p_org_id and l.id = any (v_leads)
      and not exists (select from public.consents c
        where c.org_id = p_org_id and c.lead_id = l.id and c.value_bidx is null and c.action = 'revoke'
          and c.occurred_at = p_as_of and c.method = p_source and c.channels = v_reach);
  end if;
  -- A lead stays in work where a channel is left: one that the person asked for, or after the end of e-mail a phone.
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  update public.leads l set campaign_status = 'opted_out'
  where l.campaign_status <> 'opted_out' and l.org_id = p_org_id
    and (l.id = any (v_leads) or l.id in (select c.lead_id from public.contact_points c
      where c.org_id = p_org_id and c.value_bidx = any (v_values)))
    and not exists (
      select from public.contact_points c
      where c.org_id = l.org_id and c.lead_id = l.id and c.invalid_at is null
        and case when p_keeps <> '{}' then exists (select from unnest(p_keeps) ch
            where ch = any (private.channels_for_kind(c.kind))
              and not private.is_suppressed(c.org_id, c.value_bidx, ch))
          when v_reach = '{email}' then c.kind = 'phone' and not private.is_suppressed(c.org_id, c.value_bidx)
          else false end);
  if v_scope = 'person' then
    perform private.refuse_contacts(p_org_id, v_leads, p_as_of);
  end if;
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.as_of', v_clock, true);
  select o.name into v_seller from public.orgs o where o.id = p_org_id;
  return jsonb_build_object('channels', to_jsonb(array(select distinct unnest(v_reach) order by 1)),
    'confirmation', case when v_confirm then jsonb_build_object(
      'text', format('%s: You are unsubscribed and will receive no more messages. Reply START to resubscribe.',
        v_seller),
      'not_after', p_as_of + interval '5 minutes') end);
end
$$;
comment on function private.record_opt_out(uuid, bytea, public.contact_kind, text, text, text, text, text[], text[],
  text, boolean, timestamptz) is
  'Records an opt-out of a value that arrived on a channel, in the person''s words where known: suppresses it, '
  'records the revocation and opts out its leads, except where p_keeps names a channel that the person asked for and '
  'the lead still has. The reach follows from the words unless given. p_scope: contact (this value), channels (the '
  'reach, on every contact point of the person), person (everything, also contact points that become known later). '
  'Returns {channels, confirmation: {text, not_after} or null}: one text, for a new opt-out by SMS that the provider '
  'does not confirm itself. Definer: the caller may not edit campaign states and history.';
revoke execute on function private.record_opt_out(uuid, bytea, public.contact_kind, text, text, text, text, text[],
  text[], text, boolean, timestamptz) from public;
grant execute on function private.record_opt_out(uuid, bytea, public.contact_kind, text, text, text, text, text[],
  text[], text, boolean, timestamptz) to pipeline_writer;

create function private.record_opt_in(p_org_id uuid, p_value_bidx bytea, p_source text,
  p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_channels text[];
  v_consent bigint;
  v_lifted integer := 0;
begin
  v_channels := array(
    select distinct ch
    from public.suppressions s
    cross join lateral unnest(case when s.channel is null then private.channels_for_kind(s.kind)
      else array[s.channel] end) ch
    where s.org_id = p_org_id and s.value_bidx = p_value_bidx and s.kind = 'phone'
      and s.reason = 'stop_keyword' and s.created_at < p_as_of
      and not exists (select from public.suppression_lifts l where l.org_id = s.org_id and l.suppression_id = s.id
        and l.channel = ch)
    order by ch);
  if cardinality(v_channels) > 0 then
    insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, masked, action, type, purpose,
      channels,
      seller, method, is_keyword, occurred_at, recorded_by, recorded_at)
    select o.id, c.lead_id, c.id, p_value_bidx, 'phone', c.masked, 'grant', 'pec', 'marketing', v_channels,
      o.name, p_source, true, p_as_of, 'person', p_as_of
    from public.orgs o
    left join lateral (
      select c.lead_id, c.id, c.masked from public.contact_points c
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx order by c.id desc limit 1) c on true
    where o.id = p_org_id
    returning id into v_consent;
    v_lifted := private.lift_suppressions(p_org_id, v_consent, p_as_of);
  end if;
  return jsonb_build_object('lifted', v_lifted, 'channels', to_jsonb(v_channels),
    'still_suppressed', private.is_suppressed(p_org_id, p_value_bidx, 'sms'));
end
$$;
comment on function private.record_opt_in(uuid, bytea, text, timestamptz) is
  'START: lifts what the keyword STOP suppressed and nothing else, as a new row in public.consents. Returns {lifted, '
  'channels, still_suppressed}. Definer: as record_opt_out.';
revoke execute on function private.record_opt_in(uuid, bytea, text, timestamptz) from public;
grant execute on function private.record_opt_in(uuid, bytea, text, timestamptz) to pipeline_writer;

