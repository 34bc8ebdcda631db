-- The page Settings, section Senders. A sender is paused, never deleted: messages refer to it.

create function public.list_senders(p_org_id uuid, p_limit integer default 50, p_after text default null)
returns table (id uuid, channel text, provider text, account text, account_problem text, name text, address text,
  reply_to text, domain text, postal_address text, phone text, messaging_service_sid text, phone_number_id text,
  assistant_id text, authenticated_at timestamptz, per_minute integer, per_day integer, daily_budget_usd numeric,
  cost_usd numeric, state public.sender_state, paused_at timestamptz, version text, steps bigint,
  sent_today bigint, spent_today_usd numeric, cursor text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_after, 2);
  v_today date;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  select (now() at time zone o.time_zone)::date into v_today from public.orgs o where o.id = p_org_id;
  return query
  select s.id, s.channel, s.provider, s.account, private.account_problem(s.org_id, s.provider, s.account), s.name,
    s.address, s.reply_to, s.domain, s.postal_address, s.phone, s.messaging_service_sid, s.phone_number_id,
    s.assistant_id, s.authenticated_at, s.per_minute, s.per_day, s.daily_budget_usd, s.cost_usd, s.state, s.paused_at,
    private.row_version(s.updated_at), (
      select count(*) from public.sequence_steps x where x.org_id = s.org_id and x.sender_id = s.id),
    coalesce(d.messages, 0)::bigint, coalesce(d.spent_usd + d.reserved_usd, 0), jsonb_build_array(s.name, s.id)::text
  from public.senders s
  left join private.provider_spend d on d.org_id = s.org_id and d.sender_id = s.id and d.local_date = v_today
  where s.org_id = p_org_id
    and (v_after is null or (s.name, s.id) > (v_after ->> 0, (v_after ->> 1)::uuid))
  order by s.name, s.id limit private.page_size(p_limit);
end
$$;
comment on function public.list_senders(uuid, integer, text) is
  'Senders of an org by name, with the steps that name them and what they cost today. account_problem: why it cannot '
  'send. For owners, admins and the service. Raises SL111 and SL801. Definer: costs belong to the owner.';

create function private.check_sender_values(p_values jsonb) returns void
language plpgsql immutable set search_path = '' as $$
declare
  v_wrong text;
begin
  perform private.check_setting_names(p_values, '{account,name,address,reply_to,domain,postal_address,phone,'
    'messaging_service_sid,phone_number_id,assistant_id,authenticated,per_minute,per_day,daily_budget_usd,cost_usd,'
    'channel,provider}');
  select string_agg(e.key, ', ' order by e.key) into v_wrong from jsonb_each_text(p_values) e
  where case
    when e.key in ('per_minute', 'per_day') then e.value !~ '^[0-9]{1,7}$'
    when e.key in ('daily_budget_usd', 'cost_usd') then e.value !~ '^[0-9]{1,7}([.][0-9]{1,4})?$'
    when e.key = 'reply_to' then e.value !~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$'
    when e.key = 'authenticated' then e.value not in ('true', 'false')
    else length(e.value) > 300 or e.value ~ '[[:cntrl:]]' and e.key <> 'postal_address' end;
  if v_wrong is not null then
    perform private.refuse_setting('not valid: ' || v_wrong);
  end if;
end
$$;
comment on function private.check_sender_values(jsonb) is 'Raises SL841 for values that no sender has.';
revoke execute on function private.check_sender_values(jsonb) from pipeline_writer;

create function public.save_sender(p_org_id uuid, p_sender_id uuid, p_version text, p_values jsonb)
  returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  s public.senders;
  v_new constant boolean := p_sender_id is null;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.check_sender_values(p_values);
  if v_new then
    s.account := 'default'; s.cost_usd := 0; s.state := 'active'; s.channel := p_values ->> 'channel';
    s.provider := p_values ->> 'provider';
    if s.channel = 'email' and not p_values ? 'postal_address' then
      select o.settings ->> 'postal_address' into s.postal_address from public.orgs o where o.id = p_org_id;
    end if;
  else
    select x.* into s from public.senders x where x.org_id = p_org_id and x.id = p_sender_id for no key update;
    if not found then
      raise exception 'sender not found' using errcode = 'SL843';
    elsif private.row_version(s.updated_at) is distinct from p_version then
      raise exception 'somebody changed this sender meanwhile: look at it again' using errcode = 'SL842';
    elsif coalesce(p_values ->> 'channel', s.channel) <> s.channel
      or coalesce(p_values ->> 'provider', s.provider) <> s.provider then
      perform private.refuse_setting('channel and provider of a sender never change: add another sender');
    end if;
  end if;
  s := jsonb_populate_record(s, p_values - array['authenticated', 'channel', 'provider']);
  s.account := coalesce(nullif(btrim(s.account), ''), 'default');
  s.name := btrim(s.name);
  s.cost_usd := coalesce(s.cost_usd, 0);
  if p_values ? 'authenticated' then
    s.authenticated_at := case when (p_values ->> 'authenticated')::boolean then now() end;
  end if;
  begin
    if v_new then
      insert into public.senders (org_id, channel, provider, account, name, address, reply_to, domain, postal_address,
        phone, messaging_service_sid, phone_number_id, assistant_id, authenticated_at, per_minute, per_day,
        daily_budget_usd, cost_usd)
      values (p_org_id, s.channel, s.provider, s.account, s.name, s.address, s.reply_to, s.domain, s.postal_address,
        s.phone, s.messaging_service_sid, s.phone_number_id, s.assistant_id, s.authenticated_at, s.per_minute,
        s.per_day, s.daily_budget_usd, s.cost_usd)
      returning * into s;
    else
      update public.senders x set account = s.account, name = s.name, address = s.address, reply_to = s.reply_to,
        domain = s.domain, postal_address = s.postal_address, phone = s.phone,
        messaging_service_sid = s.messaging_service_sid, phone_number_id = s.phone_number_id,
        assistant_id = s.assistant_id, authenticated_at = s.authenticated_at, per_minute = s.per_minute,
        per_day = s.per_day, daily_budget_usd = s.daily_budget_usd, cost_usd = s.cost_usd
      where x.org_id = p_org_id and x.id = p_sender_id
      returning x.* into s;
    end if;
  exception when check_violation or not_null_violation then
    perform private.refuse_setting(case
      when sqlerrm ~ 'sender_address_fits' then 'the address is an e-mail address, or a number like +12135550100'
      when sqlerrm ~ 'postal_address' then 'an e-mail sender names its postal address'
      when sqlerrm ~ 'provider_fits' then 'this provider does not send on this channel'
      when sqlerrm ~ 'has_a_name|"name"' then 'a sender has a name of 1 to 200 characters'
      else 'a sender has a channel, a provider, a name and an address' end);
  end;
  return jsonb_build_object('id', s.id, 'version', private.row_version(s.updated_at));
end
$$;
comment on function public.save_sender(uuid, uuid, text, jsonb) is
  'Adds a sender (without p_sender_id) or changes one: p_values are columns of the sender, null ends a value; '
  'authenticated: whether SPF, DKIM and DMARC of the domain pass today. p_version: of the sender that was read. '
  'Returns {id, version}. For owners, admins and the service. Raises SL111, SL841 (not valid), SL842 (changed '
  'meanwhile), SL843 (not found) and SL541 (account). Definer: one check for all callers.';

create function public.set_sender_state(p_org_id uuid, p_sender_id uuid, p_state public.sender_state) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  update public.senders s set state = p_state where s.org_id = p_org_id and s.id = p_sender_id;
  if not found then
    raise exception 'sender not found' using errcode = 'SL843';
  end if;
end
$$;
comment on function public.set_sender_state(uuid, uuid, public.sender_state) is
  'Pauses a sender or lets it send again. For owners, admins and the service. Raises SL111 and SL843. Definer: one '
  'check for all callers.';

revoke execute on function public.list_senders(uuid, integer, text),
  public.save_sender(uuid, uuid, text, jsonb),
  public.set_sender_state(uuid, uuid, public.sender_state) from public, anon;
grant execute on function public.list_senders(uuid, integer, text),
  public.save_sender(uuid, uuid, text, jsonb),
  public.set_sender_state(uuid, uuid, public.sender_state) to authenticated, service_role;
