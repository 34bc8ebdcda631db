-- Later reports from providers. Each kind of report fills its timestamp once, and the state follows from the
-- timestamps: the same reports in any order and number leave the same row.

create function private.find_message(p_org_id uuid, p_provider text, p_provider_id text, p_message_id uuid default
  null) returns uuid
language plpgsql stable set search_path = '' as $$
declare
  v_id uuid;
begin
  if p_message_id is not null then
    select m.id into v_id from public.messages m where m.org_id = p_org_id and m.id = p_message_id;
  end if;
  if v_id is null and p_provider_id is not null then
    select m.id into v_id from public.messages m
    where m.org_id = p_org_id and m.provider = p_provider
      and m.provider_id = p_provider_id;
  end if;
  return v_id;
end
$$;
comment on function private.find_message(uuid, text, text, uuid) is
  'The message that a provider refers to: by our own id if the report carries it, otherwise by the provider''s id. '
  'Null if the org has no such message.';

create function private.soft_bounces_add_up(p_org_id uuid, p_value_bidx bytea, p_channel text, p_kind text,
  p_at timestamptz) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  v_settings jsonb;
  v_most integer;
  v_window interval;
begin
  if p_kind <> 'soft_bounced' then
    return false;
  end if;
  select o.settings into v_settings from public.orgs o where o.id = p_org_id;
  v_most := coalesce((v_settings ->> 'soft_bounces')::integer, 5);
  v_window := make_interval(days => coalesce((v_settings ->> 'soft_bounce_days')::integer, 30));
  -- Reports come in any order: this bounce may be the last of a row, or the one that was missing in it.
  return exists (
    with bounces as materialized (
      select m.soft_bounced_at as at
      from public.contact_points c
      join public.messages m on m.org_id = c.org_id and m.lead_id = c.lead_id and m.value_bidx = c.value_bidx
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx and m.channel = p_channel
        and m.soft_bounced_at > p_at - v_window and m.soft_bounced_at < p_at + v_window
    ), deliveries as materialized (
      select m.delivered_at as at
      from public.contact_points c
      join public.messages m on m.org_id = c.org_id and m.lead_id = c.lead_id and m.value_bidx = c.value_bidx
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx and m.channel = p_channel
        and m.delivered_at > p_at - v_window and m.delivered_at < p_at + v_window
    )
    select from bounces last
    where last.at >= p_at and (
      select count(*) from bounces b
      where b.at <= last.at and b.at > last.at - v_window
        -- A delivery proves that the address works.
        and not exists (select from deliveries d where d.at between b.at and last.at)) >= v_most);
end
$$;
comment on function private.soft_bounces_add_up(uuid, bytea, text, text, timestamptz) is
  'Whether a soft bounce belongs to more than a value may have: soft_bounces (5) messages in soft_bounce_days (30) of '
  'the org''s settings, without a delivery in between; in whichever order they are reported.';

alter table public.orgs add constraint soft_bounce_limits_are_numbers check (
  settings ->> 'soft_bounces' ~ '^[1-9][0-9]{0,2}$' and settings ->> 'soft_bounce_days' ~ '^[1-9][0-9]{0,2}$');

create function private.apply_message_event(
  p_org_id uuid, p_message_id uuid, p_kind text, p_at timestamptz, p_detail jsonb default '{}'
) returns text
language plpgsql volatile set search_path = '' set jit = off as $$
declare
  o public.messages;
  m public.messages;
  v_machine constant boolean := coalesce(p_detail ->> 'machine' = 'true', false);
  v_gone constant boolean := p_kind in ('sent', 'delivered', 'deferred', 'opened', 'clicked', 'soft_bounced',
    'bounced', 'complained', 'unsubscribed');
  v_kind public.contact_kind;
begin
  perform private.lock_messages(p_org_id, array[p_message_id]);
  select x.* into o from public.messages x where x.org_id = p_org_id and x.id = p_message_id;
  if not found then
    return 'unknown';
  elsif o.state = 'cancelled' then
    return 'cancelled';
  end if;
  m := o;
  case p_kind
    when 'sent' then null;
    when 'delivered' then m.delivered_at := least(m.delivered_at, p_at);
    when 'deferred' then m.deferred_at := least(m.deferred_at, p_at);
    when 'opened' then
      if v_machine then m.machine_opened_at := least(m.machine_opened_at, p_at); else m.opened_at
        := least(m.opened_at, p_at); end if;
    when 'clicked' then
      if v_machine then m.machine_clicked_at := least(m.machine_clicked_at, p_at); else m.clicked_at
        := least(m.clicked_at, p_at); end if;
    when 'soft_bounced' then m.soft_bounced_at := least(m.soft_bounced_at, p_at);
    when 'bounced' then m.bounced_at := least(m.bounced_at, p_at);
    when 'complained' then m.complained_at := least(m.complained_at, p_at);
    when 'unsubscribed' then m.unsubscribed_at := least(m.unsubscribed_at, p_at);
    when 'failed' then m.failed_at := least(m.failed_at, p_at);
    else return 'ignored';
  end case;
  if v_gone then
    m.sent_at := least(m.sent_at, p_at);
  end if;
  m.provider_id := coalesce(m.provider_id, p_detail ->> 'provider_id');
  m.cost_usd := greatest(m.cost_usd, (p_detail ->> 'cost_usd')::numeric);
  if p_kind in ('failed', 'bounced', 'soft_bounced') then
    m.error_code := coalesce(m.error_code, p_detail ->> 'code');
    m.error_detail := coalesce(m.error_detail, private.redact_contacts(p_detail ->> 'detail'));
  end if;
  -- The strongest evidence decides.
  m.state := case
    when m.bounced_at is not null then 'bounced'
    when m.delivered_at is not null then 'delivered'
    when m.failed_at is not null then 'failed'
    when m.sent_at is not null then 'sent'
    else m.state end;
  if m.state not in ('sending', 'unconfirmed') then
    m.lease_token := null; m.lease_until := null;
  end if;
  if m.state <> 'retrying' then
    m.retry_at := null;
  end if;
  if m is distinct from o then
    update public.messages x set state = m.state, sent_at = m.sent_at, delivered_at = m.delivered_at,
      deferred_at = m.deferred_at,
      opened_at = m.opened_at, clicked_at = m.clicked_at, machine_opened_at = m.machine_opened_at,
        machine_clicked_at = m.machine_clicked_at,
      failed_at = m.failed_at, soft_bounced_at = m.soft_bounced_at, bounced_at = m.bounced_at,
        complained_at = m.complained_at,
      unsubscribed_at = m.unsubscribed_at, provider_id = m.provider_id, cost_usd = m.cost_usd,
        error_code = m.error_code,
      error_detail = m.error_detail, lease_token = m.lease_token, lease_until = m.lease_until, retry_at = m.retry_at
    where x.org_id = p_org_id and x.id = p_message_id;
    if o.sent_at is null and m.sent_at is not null then
      perform private.record_sent(p_org_id, array[p_message_id], p_at);
    elsif o.state in ('sending', 'retrying', 'unconfirmed') and m.state = 'failed' then
      perform private.record_failed(p_org_id, array[p_message_id], p_at);
    elsif o.sent_at is not null and m.cost_usd is distinct from o.cost_usd then
      insert into private.provider_spend as d (org_id, sender_id, local_date, spent_usd)
      select g.id, o.sender_id, coalesce(o.reserved_on, (o.sent_at at time zone g.time_zone)::date),
        m.cost_usd - coalesce(o.cost_usd, o.reserved_usd, 0)
      from public.orgs g where g.id = p_org_id
      on conflict (org_id, sender_id, local_date) do update set spent_usd = d.spent_usd + excluded.spent_usd;
    end if;
  end if;
  v_kind := case m.channel when 'email' then 'email' else 'phone' end::public.contact_kind;
  if p_detail ->> 'contact' = 'cannot_text'
    or (m.channel = 'sms' and private.soft_bounces_add_up(p_org_id, m.value_bidx, m.channel, p_kind, p_at)) then
    perform private.record_contact_feedback(p_org_id, m.value_bidx, v_kind, 'cannot_text', m.channel,
      m.provider || coalesce(' ' || m.error_code, ''), p_at);
  elsif p_kind = 'bounced' or p_detail ->> 'contact' = 'invalid'
    or private.soft_bounces_add_up(p_org_id, m.value_bidx, m.channel, p_kind, p_at) then
    perform private.record_contact_feedback(p_org_id, m.value_bidx, v_kind, 'invalid', m.channel,
      m.provider || coalesce(' ' || m.error_code, ''), p_at);
  elsif p_kind in ('complained', 'unsubscribed') or p_detail ->> 'contact' = 'unsubscribed' then
    perform private.stop_runs(p_org_id, m.lead_id, case p_kind when 'complained' then p_kind else 'unsubscribed' end,
      p_at);
    perform private.record_contact_feedback(p_org_id, m.value_bidx, v_kind, case p_kind when 'complained' then p_kind
      else 'unsubscribed' end,
      m.channel, m.provider, p_at);
    -- A lead that is not opted out by this has at least completed the campaign.
    perform private.complete_leads(p_org_id, array[m.lead_id]);
  end if;
  return m.state::text;
end
$$;
comment on function private.apply_message_event(uuid, uuid, text, timestamptz, jsonb) is
  'Applies a provider''s report: sent, delivered, deferred, opened, clicked, soft_bounced, bounced, complained, '
  'unsubscribed or failed; p_detail is {machine, provider_id, cost_usd, code, detail, contact}. Any order and '
  'number of reports gives the same result. A report that only a sent message can get proves that it was sent. '
  'Returns the state; unknown for a missing message, ignored for any other kind.';
