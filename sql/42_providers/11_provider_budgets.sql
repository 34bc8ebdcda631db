-- What data calls may cost. The cost is reserved before the call and settled after it; a call that would break a budget
-- is not made.

create table public.provider_budgets (
  org_id uuid not null references public.orgs (id) on delete cascade,
  provider text not null,
  period text not null,
  limit_usd numeric(14, 6) not null,
  updated_at timestamptz not null default now(),
  primary key (org_id, provider, period),
  constraint budget_period_is_known check (period in ('day', 'month')),
  constraint budget_names_its_provider check (provider ~ '^[a-z0-9_]{1,40}$'),
  -- NaN is above every amount.
  constraint budget_is_not_negative check (limit_usd >= 0 and limit_usd <> 'NaN')
);
comment on table public.provider_budgets is
  'The most that data calls to a provider may cost on a local date, or in a calendar month, of the org. Without a '
  'budget, only calls without a cost are made.';
create trigger _100_set_updated_at before update on public.provider_budgets
  for each row execute function private.set_updated_at();

create table private.call_spend (
  org_id uuid not null references public.orgs (id) on delete cascade,
  provider text not null,
  period text not null,
  starts_on date not null,
  spent_usd numeric(14, 6) not null default 0,
  reserved_usd numeric(14, 6) not null default 0,
  refused integer not null default 0,
  refused_usd numeric(14, 6) not null default 0,
  primary key (org_id, provider, period, starts_on),
  constraint spend_period_is_known check (period in ('day', 'month')),
  constraint spend_is_not_negative check (spent_usd >= 0 and reserved_usd >= 0 and refused >= 0 and refused_usd >= 0)
);
comment on table private.call_spend is
  'What data calls to a provider have cost. reserved_usd: calls whose answer is not known yet, which count as spent. '
  'refused: calls that a budget prevented, with the cost that they would have had.';

alter table public.provider_budgets enable row level security;
revoke all on public.provider_budgets from anon, authenticated;
grant select, insert, update, delete on public.provider_budgets to service_role;
grant select, delete, insert (org_id, provider, period, limit_usd), update (limit_usd)
  on public.provider_budgets to authenticated;
grant select on public.provider_budgets to pipeline_writer;
create policy select_members on public.provider_budgets for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy insert_admins on public.provider_budgets for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy update_admins on public.provider_budgets for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]))
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy delete_admins on public.provider_budgets for delete to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.provider_budgets for select to pipeline_writer using (true);
alter table private.call_spend enable row level security;
grant select, insert, update on private.call_spend to pipeline_writer;
create policy select_writer on private.call_spend for select to pipeline_writer using (true);
create policy insert_writer on private.call_spend for insert to pipeline_writer with check (true);
create policy update_writer on private.call_spend for update to pipeline_writer using (true) with check (true);

create function private.book_spend(p_org_id uuid, p_provider text, p_day date, p_spent numeric, p_reserved numeric,
  p_refused integer default 0, p_refused_usd numeric default 0) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into private.call_spend as s (org_id, provider, period, starts_on, spent_usd, reserved_usd, refused,
    refused_usd)
  select p_org_id, p_provider, x.period, x.starts_on, p_spent, greatest(p_reserved, 0), p_refused, p_refused_usd
  from (values ('day', p_day), ('month', date_trunc('month', p_day)::date)) x (period, starts_on)
  where (p_spent, p_reserved, p_refused) <> (0, 0, 0)
  on conflict (org_id, provider, period, starts_on) do update set spent_usd = s.spent_usd + excluded.spent_usd,
    reserved_usd = s.reserved_usd + p_reserved, refused = s.refused + excluded.refused,
    refused_usd = s.refused_usd + excluded.refused_usd;
end
$$;
comment on function private.book_spend(uuid, text, date, numeric, numeric, integer, numeric) is
  'Adds to the cost of a date and of its month; p_reserved is negative when a reservation ends.';
