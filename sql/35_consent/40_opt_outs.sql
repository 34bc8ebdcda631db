-- An opt-out from any source: suppressed, revoked and removed from the campaigns in one transaction, for every lead
-- with the value.

create function private.record_opt_out(
  p_org_id uuid, p_value_bidx bytea, p_kind public.contact_kind, p_channel text, p_source text,
  p_words text default null, p_reason text default 'opt_out', p_reach text[] default null,
  p_provider_confirms boolean default false, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_reach text[] := coalesce(p_reach, private.opt_out_reach(p_words, p_channel));
  v_key constant integer := private.active_key_id(p_org_id, 'data');
  v_values bytea[] := '{}'::bytea[];
  v_confirm boolean := false;
  v_seller text;
  v record;
begin
  if p_channel is not null and not p_channel = any (v_reach) then
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
      from public.contact_points c
      join public.contact_points o on o.org_id = c.org_id and o.lead_id = c.lead_id and o.kind <> p_kind
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx
    ) x
    where private.channels_for_kind(x.kind) && v_reach
    order by x.value_bidx
  loop
    v_values := v_values || v.value_bidx;
    if v.kind = p_kind then
      v_confirm := p_channel = 'sms' and not p_provider_confirms
        and not private.is_suppressed(p_org_id, v.value_bidx, 'sms');
    end if;
    -- An opt-out from all channels also ends the campaigns; one from e-mail alone does not.
    if v.channels @> private.channels_for_kind(v.kind) and v_reach && '{sms,voice_manual,voice_ai}' then
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
      case when cardinality(v_reach) = 4 then 'all' else 'channel' end, p_source, p_reason = 'stop_keyword',
      private.encrypt_value(p_words, private.org_key(p_org_id, v_key)), case when p_words is not null then v_key end,
      case when v_confirm and v.kind = p_kind then p_as_of + interval '5 minutes' end,
      p_as_of, 'person', p_as_of
    where not exists (
      select from public.consents c
      where c.org_id = p_org_id and c.value_bidx = v.value_bidx and c.action = 'revoke'
        and c.occurred_at = p_as_of and c.method = p_source and c.channels = v.channels);
  end loop;
  -- Leads that only unsubscribed from e-mail may still be called if they have a phone that is not suppressed.
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  update public.leads l set campaign_status = 'opted_out'
  where l.campaign_status <> 'opted_out'
    and (l.org_id, l.id) in (select c.org_id, c.lead_id from public.contact_points c
      where c.org_id = p_org_id and c.value_bidx = any (v_values))
    and (v_reach <> '{email}' or not exists (
      select from public.contact_points c
      where c.org_id = l.org_id and c.lead_id = l.id and c.kind = 'phone' and c.invalid_at is null
        and not private.is_suppressed(c.org_id, c.value_bidx)));
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.as_of', v_clock, true);
  select o.name into v_seller from public.orgs o where o.id = p_org_id;
  return jsonb_build_object('channels', to_jsonb(array(select distinct unnest(v_reach) order by 1)),
    'confirmation', case when v_confirm then jsonb_build_object(
      'text', format('%s: You are unsubscribed and will receive no more messages. Reply START to resubscribe.',
        v_seller),
      'not_after', p_as_of + interval '5 minutes') end);
end
$$;
comment on function private.record_opt_out(uuid, bytea, public.contact_kind, text, text, text, text, text[], boolean,
  timestamptz) is
  'Records an opt-out of a value that arrived on a channel, in the person''s words where known: suppresses it, '
  'records the revocation and opts out its leads. The reach follows from the words unless given. Returns {channels, '
  'confirmation: {text, not_after} or null}: one text, for a new opt-out by SMS that the provider does not confirm '
  'itself. Definer: the caller may not edit campaign states and history.';
revoke execute on function private.record_opt_out(uuid, bytea, public.contact_kind, text, text, text, text, text[],
  boolean, timestamptz) from public;
grant execute on function private.record_opt_out(uuid, bytea, public.contact_kind, text, text, text, text, text[],
  boolean, timestamptz) to pipeline_writer;

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

create function private.record_reply_opt_out(
  p_org_id uuid, p_value_bidx bytea, p_kind public.contact_kind, p_channel text, p_body text,
  p_provider_type text default null, p_model_says_opt_out boolean default false, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_words constant text := private.normalise_reply(p_body);
  v_provider constant text := upper(coalesce(p_provider_type, ''));
  v_keyword boolean;
  v_opt_out boolean;
begin
  v_keyword := coalesce(p_channel = 'sms' and (v_provider = 'STOP' or private.is_stop_keyword(v_words)), false);
  v_opt_out := v_keyword or v_provider = 'STOP' or private.is_opt_out(p_body);
  -- The model may add opt-outs but cannot remove any.
  if v_opt_out or coalesce(p_model_says_opt_out, false) then
    return jsonb_build_object('kind', 'opt_out', 'keyword', case when v_keyword then 'stop' else 'opt_out' end)
      || private.record_opt_out(p_org_id, p_value_bidx, p_kind, p_channel,
      'reply by ' || p_channel, p_body,
      -- A keyword with further words is not a keyword.
      case when v_keyword and (coalesce(v_words, '') = '' or private.is_stop_keyword(v_words)) then 'stop_keyword'
        else 'opt_out' end,
      null, v_provider = 'STOP', p_as_of);
  elsif p_channel = 'sms' and (v_provider = 'START' or private.is_opt_in_keyword(p_body)) then
    return jsonb_build_object('kind', 'opt_in', 'keyword', 'start')
      || private.record_opt_in(p_org_id, p_value_bidx, 'reply START', p_as_of);
  elsif p_channel = 'sms' and (v_provider = 'HELP' or replace(v_words, ' |',
    '') ~ '^(help|info|ayuda)( please)?$') then
    return jsonb_build_object('kind', 'help', 'answer', case when v_provider <> 'HELP' then (
      select format('%s: for help, write to %s. Reply STOP to end messages.', o.name,
        coalesce(o.settings ->> 'help_contact', 'your broker'))
      from public.orgs o where o.id = p_org_id) end);
  end if;
  return jsonb_build_object('kind', 'none');
end
$$;
comment on function private.record_reply_opt_out(uuid, bytea, public.contact_kind, text, text, text, boolean,
  timestamptz) is
  'Interprets a reply or the transcript of a call and applies it: {kind: opt_out, keyword: stop or opt_out, '
  'channels, confirmation} | {kind: opt_in, keyword: start, lifted, …} | {kind: help, answer} | {kind: none}. '
  'p_provider_type is Twilio''s OptOutType; when it is set, the provider has already answered.';
