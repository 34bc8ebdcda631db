-- A member launches a campaign only after a forecast of its present state. The trigger asks, so that the direct update of
-- a campaign asks, too. The service and operators launch without one.

create table public.campaign_forecasts (
  org_id uuid not null,
  id bigint generated always as identity,
  campaign_id uuid not null,
  hash text not null,
  for_date date not null,
  made_at timestamptz not null,
  made_by uuid,
  result jsonb not null,
  primary key (org_id, id),
  constraint forecast_is_of_a_campaign_of_its_org foreign key (org_id, campaign_id)
    references public.campaigns (org_id, id) on delete cascade,
  constraint forecast_result_is_an_object check (jsonb_typeof(result) = 'object')
);
comment on table public.campaign_forecasts is
  'Forecasts that somebody looked at: how many leads could be contacted by channel, and what refuses the others.';
comment on column public.campaign_forecasts.hash is 'Of what decides what the campaign does; see campaign_state_hash.';
comment on column public.campaign_forecasts.result is
  '{candidates, sampled, channels: [{channel, outlook, leads, share}], reasons: [{channel, rule, outlook, leads, '
  'share}]}.';
create index campaign_forecasts_campaign_idx on public.campaign_forecasts (org_id, campaign_id, made_at);
alter table public.campaign_forecasts enable row level security;
revoke all on public.campaign_forecasts from anon, authenticated, service_role;
grant select on public.campaign_forecasts to authenticated, service_role;
create policy select_viewers on public.campaign_forecasts for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));

create function private.campaign_state_hash(k public.campaigns) returns text
language sql stable security definer set search_path = '' as $$
  select encode(sha256(convert_to(jsonb_build_object(
    'campaign', jsonb_build_object('id', k.id, 'daily_limit', k.daily_limit, 'states', k.states,
      'source_ids', k.source_ids, 'min_score', k.min_score, 'starts_on', k.starts_on, 'ends_on', k.ends_on,
      'assign_brokers', k.assign_brokers, 'sequence_id', k.sequence_id),
    'steps', (select jsonb_agg(to_jsonb(s) order by s.step) from public.sequence_steps s
      where s.org_id = k.org_id and s.sequence_id = k.sequence_id),
    'variants', (select jsonb_agg(to_jsonb(v) order by v.step, v.variant) from public.step_variants v
      where v.org_id = k.org_id and v.sequence_id = k.sequence_id),
    'edges', (select jsonb_agg(to_jsonb(e) order by e.step, e.outcome) from public.sequence_edges e
      where e.org_id = k.org_id and e.sequence_id = k.sequence_id),
    'senders', (select jsonb_agg(jsonb_build_array(s.id, s.channel, s.state, s.address) order by s.id)
      from public.senders s where s.org_id = k.org_id),
    'rules', (select jsonb_agg(jsonb_build_array(r.key, r.value) order by r.key) from public.org_gate_rules r
      where r.org_id = k.org_id),
    'law', (select r.version from public.rule_sets r order by r.released_on desc, r.revision desc limit 1))::text,
    'UTF8')), 'hex')
$$;
comment on function private.campaign_state_hash(public.campaigns) is
  'SHA-256 of the settings, steps, texts, senders and rules that decide what a campaign does. Definer: one answer for '
  'all callers.';
revoke execute on function private.campaign_state_hash(public.campaigns) from pipeline_writer;

create function private.has_forecast(k public.campaigns, p_as_of timestamptz) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from public.campaign_forecasts f
    where f.org_id = k.org_id and f.campaign_id = k.id and f.made_at > p_as_of - interval '24 hours'
      and f.made_at <= p_as_of and f.hash = private.campaign_state_hash(k))
$$;
comment on function private.has_forecast(public.campaigns, timestamptz) is
  'Whether the present state of a campaign was forecast within 24 hours. Definer: one answer for all callers.';
revoke execute on function private.has_forecast(public.campaigns, timestamptz) from pipeline_writer;

create function private.tg_campaigns__need_forecast() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if (auth.uid() is not null or auth.jwt() ? 'api_key') and not private.has_forecast(new, now()) then
    raise exception 'look at a forecast of the campaign as it is now, then launch it' using errcode = 'SL504';
  end if;
  return new;
end
$$;
comment on function private.tg_campaigns__need_forecast() is
  'Trigger: a member or API key launches a campaign only after a forecast of the same state within 24 hours. Raises SL504. Definer: '
  'reads forecasts and steps without the policies.';
create trigger _300_need_forecast before insert on public.campaigns
  for each row when (new.state = 'running') execute function private.tg_campaigns__need_forecast();
create trigger _310_need_forecast_to_start before update of state on public.campaigns
  for each row when (old.state = 'draft' and new.state = 'running')
  execute function private.tg_campaigns__need_forecast();

create function private.campaign_for_admin(p_org_id uuid, p_campaign_id uuid) returns public.campaigns
language plpgsql volatile security definer set search_path = '' as $$
declare
  k public.campaigns;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  select c.* into k from public.campaigns c where c.org_id = p_org_id and c.id = p_campaign_id for no key update;
  if not found then
    raise exception 'campaign not found' using errcode = 'SL512';
  end if;
  return k;
end
$$;
comment on function private.campaign_for_admin(uuid, uuid) is
  'A campaign, locked, for owners, admins and the service. Raises SL111 and SL512. Definer: as its callers.';
revoke execute on function private.campaign_for_admin(uuid, uuid) from pipeline_writer;

create function private.forecast_campaign_at(p_org_id uuid, p_campaign_id uuid, p_date date, p_as_of timestamptz)
  returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  k constant public.campaigns := private.campaign_for_admin(p_org_id, p_campaign_id);
  v_date constant date := coalesce(p_date, (select (p_as_of at time zone o.time_zone)::date + 1 from public.orgs o
    where o.id = p_org_id));
  v_hash constant text := private.campaign_state_hash(k);
  v_result jsonb;
begin
  if v_date < (p_as_of at time zone 'UTC')::date - 1 or v_date > (p_as_of at time zone 'UTC')::date + 366 then
    raise exception 'a forecast is for a day of the coming year' using errcode = 'SL506';
  end if;
  -- Channels of the sequence; without one, all.
  select jsonb_build_object(
    'candidates', coalesce(max(f.candidates), 0), 'sampled', coalesce(max(f.sampled), 0),
    'channels', coalesce(jsonb_agg(jsonb_build_object('channel', f.channel, 'outlook', f.outlook, 'leads', f.leads,
      'share', f.share) order by f.channel, f.leads desc, f.outlook) filter (where f.rule is null), '[]'),
    'reasons', coalesce(jsonb_agg(jsonb_build_object('channel', f.channel, 'outlook', f.outlook, 'rule', f.rule,
      'leads', f.leads, 'share', f.share) order by f.channel, f.leads desc, f.rule) filter (where f.rule is not null),
      '[]'))
  into v_result
  from public.gate_forecast(k.id, v_date, coalesce((select array_agg(distinct s.channel) from public.sequence_steps s
    where s.org_id = k.org_id and s.sequence_id = k.sequence_id and s.kind = 'send'), '{sms,voice_manual,voice_ai,email}')) f;
  insert into public.campaign_forecasts (org_id, campaign_id, hash, for_date, made_at, made_by, result)
  values (p_org_id, p_campaign_id, v_hash, v_date, p_as_of, auth.uid(), v_result);
  return v_result || jsonb_build_object('hash', v_hash, 'made_at', p_as_of, 'date', v_date);
end
$$;
comment on function private.forecast_campaign_at(uuid, uuid, date, timestamptz) is
  'forecast_campaign at p_as_of. Definer: members may not write forecasts.';
revoke execute on function private.forecast_campaign_at(uuid, uuid, date, timestamptz) from pipeline_writer;

create function public.forecast_campaign(p_org_id uuid, p_campaign_id uuid, p_date date default null) returns jsonb
language sql volatile security definer set search_path = '' as $$
  select private.forecast_campaign_at(p_org_id, p_campaign_id, p_date, now())
$$;
comment on function public.forecast_campaign(uuid, uuid, date) is
  'Forecasts a campaign for a day (tomorrow by default) on the channels of its sequence, and remembers it for the '
  'launch: {hash, made_at, date, candidates, sampled, channels: [{channel, outlook, leads, share}], reasons: [{channel, '
  'rule, outlook, leads, share}]}. For owners, admins and the service. Raises SL111, SL506 and SL512. Definer: members '
  'may not write forecasts.';

create function private.launch_campaign_at(p_org_id uuid, p_campaign_id uuid, p_hash text, p_as_of timestamptz)
  returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  k public.campaigns := private.campaign_for_admin(p_org_id, p_campaign_id);
begin
  if k.state <> 'draft' then
    raise exception 'a % campaign cannot be launched', k.state using errcode = 'SL501';
  elsif p_hash is distinct from private.campaign_state_hash(k) or not private.has_forecast(k, p_as_of) then
    raise exception 'the campaign, its texts, senders or rules changed since the forecast, or it is older than a day: '
      'look at a new one' using errcode = 'SL504';
  elsif k.sequence_id is not null and exists (select from public.sequence_steps s
    where s.org_id = k.org_id and s.sequence_id = k.sequence_id and s.kind = 'send'
      and not exists (select from public.step_variants v
      where v.org_id = s.org_id and v.sequence_id = s.sequence_id and v.step = s.step and v.share > 0)) then
    raise exception 'a step of the sequence has no text' using errcode = 'SL504';
  end if;
  update public.campaigns c set state = 'running' where c.org_id = p_org_id and c.id = p_campaign_id returning * into k;
  return jsonb_build_object('campaign_id', k.id, 'state', k.state, 'version', k.version);
end
$$;
comment on function private.launch_campaign_at(uuid, uuid, text, timestamptz) is
  'launch_campaign at p_as_of. Definer: locks the campaign for all callers alike.';
revoke execute on function private.launch_campaign_at(uuid, uuid, text, timestamptz) from pipeline_writer;

create function public.launch_campaign(p_org_id uuid, p_campaign_id uuid, p_hash text) returns jsonb
language sql volatile security definer set search_path = '' as $$
  select private.launch_campaign_at(p_org_id, p_campaign_id, p_hash, now())
$$;
comment on function public.launch_campaign(uuid, uuid, text) is
  'Starts a draft: {campaign_id, state, version}. p_hash: of a forecast within 24 hours, which must be that of the '
  'present state, so that what was shown is what starts. For owners, admins and the service. Raises SL111, SL501, SL504 '
  'and SL512. Definer: as launch_campaign_at.';

create function public.save_campaign(p_org_id uuid, p_campaign_id uuid, p_settings jsonb,
  p_version integer default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  k public.campaigns;
  v_wrong text;
  v_allowed text[] := array['name', 'daily_limit', 'states', 'source_ids', 'min_score', 'starts_on', 'ends_on',
    'assign_brokers', 'sequence_id'];
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  if p_campaign_id is not null then
    k := private.campaign_for_admin(p_org_id, p_campaign_id);
    if k.version is distinct from p_version then
      raise exception 'somebody changed the campaign meanwhile: it has version %', k.version using errcode = 'SL505',
        detail = k.version::text;
    elsif k.state = 'finished' then
      raise exception 'a finished campaign does not change' using errcode = 'SL506';
    elsif k.state <> 'draft' then
      v_allowed := array['name', 'daily_limit', 'ends_on'];
    end if;
  end if;
  if jsonb_typeof(p_settings) is distinct from 'object' then
    raise exception 'the settings are an object' using errcode = 'SL506';
  end if;
  select string_agg(x, ', ' order by x) into v_wrong from jsonb_object_keys(p_settings) x where x <> all (v_allowed);
  if v_wrong is not null then
    raise exception 'not a setting of a % campaign: %', coalesce(k.state, 'draft'), v_wrong using errcode = 'SL506';
  end if;
  if p_campaign_id is null then
    k := jsonb_populate_record(k, '{"name": "", "daily_limit": 250, "states": [], "source_ids": [], "min_score": 0,
      "assign_brokers": true}' || p_settings);
  else
    k := jsonb_populate_record(k, p_settings);
  end if;
  if exists (select from unnest(k.source_ids) s where not exists (select from public.sources x
    where x.org_id = p_org_id and x.id = s)) then
    raise exception 'source not found' using errcode = 'SL506';
  end if;
  if p_campaign_id is null then
    insert into public.campaigns (org_id, name, daily_limit, states, source_ids, min_score, starts_on, ends_on,
      assign_brokers, sequence_id)
    values (p_org_id, k.name, k.daily_limit, k.states, k.source_ids, k.min_score, k.starts_on, k.ends_on,
      k.assign_brokers, k.sequence_id)
    returning * into k;
  else
    update public.campaigns c set name = k.name, daily_limit = k.daily_limit, states = k.states,
      source_ids = k.source_ids, min_score = k.min_score, starts_on = k.starts_on, ends_on = k.ends_on,
      assign_brokers = k.assign_brokers, sequence_id = k.sequence_id
    where c.org_id = p_org_id and c.id = p_campaign_id returning * into k;
  end if;
  return jsonb_build_object('id', k.id, 'version', k.version, 'state', k.state);
exception
  when invalid_text_representation or datetime_field_overflow or invalid_datetime_format or numeric_value_out_of_range
    or invalid_parameter_value or null_value_not_allowed or not_null_violation or check_violation or foreign_key_violation then
    raise exception 'a setting is not valid: %', sqlerrm using errcode = 'SL506';
end
$$;
comment on function public.save_campaign(uuid, uuid, jsonb, integer) is
  'Makes a draft (without p_campaign_id) or changes a campaign: {id, version, state}. p_settings: name, daily_limit, '
  'states, source_ids, min_score, starts_on, ends_on, assign_brokers, sequence_id; what it does not name stays. A campaign '
  'that was launched changes name, daily_limit and ends_on only. p_version: as it was read. For owners, admins and the '
  'service. Raises SL111, SL505 (changed meanwhile; detail is the version), SL506 and SL512. Definer: one check for all '
  'callers.';

revoke execute on function public.forecast_campaign(uuid, uuid, date), public.launch_campaign(uuid, uuid, text),
  public.save_campaign(uuid, uuid, jsonb, integer) from public, anon;
grant execute on function public.forecast_campaign(uuid, uuid, date), public.launch_campaign(uuid, uuid, text),
  public.save_campaign(uuid, uuid, jsonb, integer) to authenticated, service_role;
