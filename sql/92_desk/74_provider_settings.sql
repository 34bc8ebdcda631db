-- The page Settings, section Providers: accounts (keys go in, never out) and what data calls may cost.

create function public.list_provider_settings(p_org_id uuid)
returns table (provider text, setting_names text[], accounts jsonb, default_account boolean, day_limit_usd numeric,
  month_limit_usd numeric, day_spent_usd numeric, month_spent_usd numeric, month_refused integer)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_today date;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  select (now() at time zone o.time_zone)::date into v_today from public.orgs o where o.id = p_org_id;
  return query
  select p.provider, p.names, (
      select coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'settings', a.setting_names,
        'in_environment', a.settings_cipher is null, 'updated_at', a.updated_at) order by a.name), '[]')
      from private.provider_accounts a where a.org_id = p_org_id and a.provider = p.provider),
    private.account_problem(p_org_id, p.provider, 'default') is null,
    (select b.limit_usd from public.provider_budgets b
      where b.org_id = p_org_id and b.provider = p.provider and b.period = 'day'),
    (select b.limit_usd from public.provider_budgets b
      where b.org_id = p_org_id and b.provider = p.provider and b.period = 'month'),
    coalesce(d.spent_usd + d.reserved_usd, 0), coalesce(m.spent_usd + m.reserved_usd, 0), coalesce(m.refused, 0)
  from (
    select n.provider, array_agg(n.name order by n.name) filter (where n.name is not null) as names
    from (
      select s.provider, s.name from private.provider_settings s
      union all select b.provider, null from public.provider_budgets b where b.org_id = p_org_id
    ) n group by n.provider) p
  left join private.call_spend d on d.org_id = p_org_id and d.provider = p.provider and d.period = 'day'
    and d.starts_on = v_today
  left join private.call_spend m on m.org_id = p_org_id and m.provider = p.provider and m.period = 'month'
    and m.starts_on = date_trunc('month', v_today)::date
  order by p.provider limit 200;
end
$$;
comment on function public.list_provider_settings(uuid) is
  'Providers with the names of the settings that an account can store, the accounts of the org (names of settings, never '
  'values), whether it may use the project''s account, its budgets, and what data calls cost today and this month. For '
  'owners, admins and the service. Raises SL111. Definer: accounts and costs belong to the owner.';

create function public.save_provider_budget(p_org_id uuid, p_provider text, p_period text, p_limit_usd numeric)
  returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  if p_period is null or p_period not in ('day', 'month') or coalesce(p_provider, '') !~ '^[a-z0-9_]{1,40}$' then
    perform private.refuse_setting('a budget names a provider, and day or month');
  elsif p_limit_usd is null then
    delete from public.provider_budgets b where b.org_id = p_org_id and b.provider = p_provider
      and b.period = p_period;
  elsif not (p_limit_usd >= 0 and p_limit_usd < 1000000) then
    perform private.refuse_setting('a budget is 0 to 999999 USD');
  else
    insert into public.provider_budgets as b (org_id, provider, period, limit_usd)
    values (p_org_id, p_provider, p_period, p_limit_usd)
    on conflict (org_id, provider, period) do update set limit_usd = excluded.limit_usd
      where b.limit_usd <> excluded.limit_usd;
  end if;
end
$$;
comment on function public.save_provider_budget(uuid, text, text, numeric) is
  'Sets what data calls to a provider may cost in a day or month, in USD; null ends the budget, after which only calls '
  'without a cost are made. For owners, admins and the service. Raises SL111 and SL841. Definer: one check for all '
  'callers.';

revoke execute on function public.list_provider_settings(uuid),
  public.save_provider_budget(uuid, text, text, numeric) from public, anon;
grant execute on function public.list_provider_settings(uuid),
  public.save_provider_budget(uuid, text, text, numeric) to authenticated, service_role;
