-- The waterfall of skip traces: which providers an org asks, in which order, until one has a good answer.

create table public.trace_steps (
  org_id uuid not null references public.orgs (id) on delete cascade,
  provider text not null,
  position smallint not null default 1,
  price_usd numeric(8, 4),
  expected_hit_rate numeric(4, 3) not null default 0.5,
  active boolean not null default true,
  updated_at timestamptz not null default now(),
  primary key (org_id, provider),
  constraint trace_step_names_its_provider check (provider ~ '^[a-z0-9_]{1,40}$'),
  constraint trace_price_is_not_negative check (price_usd >= 0 and price_usd <> 'NaN'),
  constraint hit_rate_is_a_share check (expected_hit_rate > 0 and expected_hit_rate <= 1)
);
comment on table public.trace_steps is
  'The org''s steps of the waterfall. Without steps, every provider of skip traces with keys that needs none is one.';
comment on column public.trace_steps.position is 'Order of the steps where the org''s trace_order is position.';
comment on column public.trace_steps.price_usd is
  'What a lead costs by the org''s contract; null: the price in the settings of the account.';
comment on column public.trace_steps.expected_hit_rate is
  'Share of leads that get an accepted contact; measured answers correct it as they come.';
create trigger _100_set_updated_at before update on public.trace_steps
  for each row execute function private.set_updated_at();
alter table public.trace_steps enable row level security;
revoke all on public.trace_steps from anon, authenticated;
grant select, insert, update, delete on public.trace_steps to service_role;
grant select, delete, insert (org_id, provider, position, price_usd, expected_hit_rate, active),
  update (position, price_usd, expected_hit_rate, active) on public.trace_steps to authenticated;
grant select on public.trace_steps to pipeline_writer;
create policy select_members on public.trace_steps for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy insert_admins on public.trace_steps for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy update_admins on public.trace_steps for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]))
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy delete_admins on public.trace_steps for delete to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.trace_steps for select to pipeline_writer using (true);

create function private.trace_plan(p_org_id uuid, p_prices jsonb)
returns table (provider text, price_usd numeric, hit_rate numeric, place bigint)
language sql stable security definer set search_path = '' as $$
  with steps as (
    select p.key as provider, coalesce(s.price_usd, p.value::numeric) as price_usd, s.position,
      coalesce(s.expected_hit_rate, 0.5) as expected
    from jsonb_each_text(p_prices) p
    left join public.trace_steps s on s.org_id = p_org_id and s.provider = p.key
    where coalesce(s.active, not exists (select from public.trace_steps x where x.org_id = p_org_id))
  ), measured as (
    select f.provider, count(*) as asked, count(*) filter (where f.value ->> 'result' = 'found') as found
    from public.lead_facts f where f.org_id = p_org_id and f.name = 'trace' group by f.provider
  ), rates as (
    -- The expectation counts like twenty answers.
    select t.*, (t.expected * 20 + coalesce(m.found, 0)) / (20 + coalesce(m.asked, 0)) as hit_rate
    from steps t left join measured m on m.provider = t.provider
  )
  select r.provider, r.price_usd, round(r.hit_rate, 3),
    row_number() over (order by case when o.settings ->> 'trace_order' = 'position' then r.position end nulls last,
      r.price_usd / r.hit_rate, r.provider)
  from rates r join public.orgs o on o.id = p_org_id
  order by 4
$$;
comment on function private.trace_plan(uuid, jsonb) is
  'The steps of the org''s waterfall in order, by expected cost per hit or by position: of the providers in p_prices '
  '({provider: dollars}), which are those with keys. Definer: reads the facts of the whole org.';
revoke execute on function private.trace_plan(uuid, jsonb) from public;
grant execute on function private.trace_plan(uuid, jsonb) to pipeline_writer;

create table private.trace_claims (
  org_id uuid not null,
  lead_id uuid not null,
  lease_until timestamptz not null,
  primary key (org_id, lead_id),
  constraint trace_claim_is_of_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade
);
comment on table private.trace_claims is
  'Leads that a worker takes through the waterfall, so that no other one pays for the same lead elsewhere.';
alter table private.trace_claims enable row level security;
grant select, insert, update, delete on private.trace_claims to pipeline_writer;
create policy select_writer on private.trace_claims for select to pipeline_writer using (true);
create policy insert_writer on private.trace_claims for insert to pipeline_writer with check (true);
create policy update_writer on private.trace_claims for update to pipeline_writer using (true) with check (true);
create policy delete_writer on private.trace_claims for delete to pipeline_writer using (true);

create function private.claim_traces(p_org_id uuid, p_lead_ids uuid[], p_as_of timestamptz default now())
returns uuid[]
language sql volatile set search_path = '' as $$
  with claimed as (
    insert into private.trace_claims as t (org_id, lead_id, lease_until)
    select l.org_id, l.id, p_as_of + interval '10 minutes' from public.leads l
    where l.org_id = p_org_id and l.id = any (p_lead_ids) order by l.id
    on conflict (org_id, lead_id) do update set lease_until = excluded.lease_until where t.lease_until <= p_as_of
    returning t.lead_id
  )
  select coalesce(array_agg(c.lead_id), '{}') from claimed c
$$;
comment on function private.claim_traces(uuid, uuid[], timestamptz) is
  'Claims leads for ten minutes; returns those that nobody else has.';

create function private.release_traces(p_org_id uuid, p_lead_ids uuid[]) returns void
language sql volatile set search_path = '' as $$
  delete from private.trace_claims t where t.org_id = p_org_id and t.lead_id = any (p_lead_ids)
$$;
comment on function private.release_traces(uuid, uuid[]) is 'Ends claims of claim_traces.';
