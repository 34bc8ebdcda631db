-- Deals: what a lead becomes when there is business to do. Members change them through functions only, which know the
-- version that was read; a trigger writes every change to deal_events.

create table public.deal_stages (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  position smallint not null,
  outcome text not null default 'open',
  active boolean not null default true,
  version integer not null default 1,
  primary key (org_id, id),
  constraint stage_name_is_unique unique (org_id, name),
  constraint stage_has_a_name check (length(btrim(name)) between 1 and 60),
  constraint stage_position_counts_from_one check (position between 1 and 1000),
  constraint stage_outcome_is_known check (outcome in ('open', 'booked', 'won', 'lost'))
);
comment on table public.deal_stages is 'The stages of the pipeline of an org, in the order of position.';
comment on column public.deal_stages.outcome is
  'open; booked: an appointment was agreed (the funnel counts it); won: closed, the funnel counts it; lost.';
create trigger _110_count_version before update on public.deal_stages
  for each row execute function private.count_version();
alter table public.deal_stages enable row level security;
revoke all on public.deal_stages from anon, authenticated, service_role;
grant select on public.deal_stages to authenticated, service_role, pipeline_writer;
create policy select_members on public.deal_stages for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy select_writer on public.deal_stages for select to pipeline_writer using (true);

create function private.add_deal_stages(p_org_id uuid) returns void
language sql volatile security definer set search_path = '' as $$
  insert into public.deal_stages (org_id, name, position, outcome)
  select p_org_id, s.name, s.position, s.outcome
  from (values ('Interested', 1, 'open'), ('Appointment', 2, 'booked'), ('Offer made', 3, 'open'),
    ('Under contract', 4, 'open'), ('Closed', 5, 'won'), ('Lost', 6, 'lost')) s (name, position, outcome)
  where not exists (select from public.deal_stages d where d.org_id = p_org_id)
$$;
comment on function private.add_deal_stages(uuid) is
  'Gives an org without stages the usual ones. Definer: members may not write stages.';
revoke execute on function private.add_deal_stages(uuid) from pipeline_writer;

create function private.tg_orgs__add_deal_stages() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.add_deal_stages(new.id);
  return null;
end
$$;
comment on function private.tg_orgs__add_deal_stages() is
  'Trigger: a new org has the usual stages. Definer: who makes orgs may lack rights on stages.';
create trigger _200_add_deal_stages after insert on public.orgs
  for each row execute function private.tg_orgs__add_deal_stages();

create table public.deals (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  lead_id uuid,
  merged_from uuid,
  kind text not null default 'listing',
  title text not null,
  stage_id uuid not null,
  stage_since timestamptz not null default now(),
  broker_id uuid,
  price_usd numeric(14, 2),
  commission_usd numeric(14, 2),
  expected_close_on date,
  closed_on date,
  lost_reason text,
  note text,
  purchase_usd numeric(14, 2),
  arv_usd numeric(14, 2),
  repairs_usd numeric(14, 2),
  holding_usd_per_day numeric(12, 2),
  bought_on date,
  sold_on date,
  sale_usd numeric(14, 2),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (org_id, id),
  constraint deal_is_of_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete set null (lead_id),
  constraint deal_is_in_a_stage_of_its_org foreign key (org_id, stage_id)
    references public.deal_stages (org_id, id) on delete cascade,
  constraint deal_has_a_broker_of_its_org foreign key (org_id, broker_id)
    references public.brokers (org_id, id) on delete set null (broker_id),
  constraint deal_kind_is_known check (kind in ('listing', 'purchase', 'referral', 'wholesale', 'flip')),
  constraint deal_has_a_title check (length(btrim(title)) between 1 and 200),
  constraint deal_texts_are_short check (length(coalesce(note, '')) <= 4000 and length(coalesce(lost_reason, '')) <= 400),
  constraint deal_amounts_are_not_negative check (price_usd >= 0 and purchase_usd >= 0 and arv_usd >= 0
    and repairs_usd >= 0 and holding_usd_per_day >= 0 and sale_usd >= 0),
  constraint deal_amounts_are_numbers check (coalesce('NaN' <> all (array[price_usd, commission_usd, purchase_usd,
    arv_usd, repairs_usd, holding_usd_per_day, sale_usd]), true)),
  constraint commission_is_not_above_the_price check (commission_usd >= 0 and commission_usd <= price_usd),
  constraint only_a_flip_has_its_figures check (kind = 'flip' or num_nonnulls(purchase_usd, arv_usd, repairs_usd,
    holding_usd_per_day, bought_on, sold_on, sale_usd) = 0),
  constraint flip_is_sold_after_it_was_bought check (sold_on >= bought_on)
);
comment on table public.deals is 'Business with a lead. Amounts in USD. Changed through open_deal and change_deal.';
comment on column public.deals.lead_id is 'Null once the lead was deleted or merged away without a survivor.';
comment on column public.deals.merged_from is 'Its lead before that lead was merged into lead_id.';
comment on column public.deals.commission_usd is 'What the org earns.';
comment on column public.deals.closed_on is 'Set when a stage won or lost is entered, empty in all others.';
comment on column public.deals.arv_usd is 'Of a flip: value after repair.';
comment on column public.deals.repairs_usd is 'Of a flip: estimated cost of all repairs; the budget lines have the parts.';
comment on column public.deals.holding_usd_per_day is 'Of a flip: interest, taxes, insurance and utilities for a day.';
create index deals_stage_idx on public.deals (org_id, stage_id, updated_at, id);
create index deals_broker_idx on public.deals (org_id, broker_id, updated_at, id);
create index deals_lead_idx on public.deals (org_id, lead_id);
create index deals_merged_idx on public.deals (org_id, merged_from) where merged_from is not null;
create index deals_updated_idx on public.deals (org_id, updated_at, id);
create trigger _100_set_updated_at before update on public.deals
  for each row execute function private.set_updated_at();
create trigger _110_count_version before update on public.deals
  for each row execute function private.count_version();

alter table public.deals enable row level security;
revoke all on public.deals from anon, authenticated, service_role;
grant select on public.deals to authenticated, service_role;
create policy select_members on public.deals for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
    or (broker_id = any ((select private.my_broker_ids())::uuid[])
      and org_id = any ((select private.my_org_ids())::uuid[])));

create table public.deal_events (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  deal_id uuid not null,
  at timestamptz not null default now(),
  user_id uuid,
  actor text not null,
  action text not null,
  changes jsonb not null default '{}',
  primary key (org_id, id),
  constraint event_is_of_a_deal_of_its_org foreign key (org_id, deal_id)
    references public.deals (org_id, id) on delete cascade,
  constraint deal_actor_is_known check (actor in ('member', 'key', 'service', 'system', 'operator'))
);
comment on table public.deal_events is 'Every change of a deal and of what belongs to it. Append-only; triggers write it.';
comment on column public.deal_events.action is 'opened, changed, or part.created, part.changed, part.removed.';
comment on column public.deal_events.changes is
  '{column: [before, after]}; of texts, which an erasure may empty, only that they changed: {column: true}.';
create index deal_events_deal_idx on public.deal_events (org_id, deal_id, id);
create trigger _100_append_only before update or delete on public.deal_events
  for each row execute function private.refuse_change_while_org_exists();
create trigger _100_refuse_truncate before truncate on public.deal_events
  for each statement execute function private.refuse_change();
alter table public.deal_events enable row level security;
revoke all on public.deal_events from anon, authenticated, service_role;
grant select on public.deal_events to authenticated, service_role;
create policy select_members on public.deal_events for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
    or (org_id = any ((select private.my_org_ids())::uuid[]) and exists (select from public.deals d
      where d.org_id = deal_events.org_id and d.id = deal_events.deal_id)));

create function private.tg_deals__record() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_texts constant text[] := '{title,note,lost_reason,label,name,path}';
  v_old constant jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
  v_new constant jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
  v_row constant jsonb := case when tg_op = 'DELETE' then v_old else v_new end;
  v_part constant text := tg_argv[0];
  v_changes jsonb;
begin
  select coalesce(jsonb_object_agg(k, case when k = any (v_texts) then 'true'
    else jsonb_build_array(v_old -> k, v_new -> k) end), '{}')
  into v_changes
  from jsonb_object_keys(v_row) k
  where k not in ('org_id', 'id', 'deal_id', 'created_at', 'updated_at', 'version', 'stage_since')
    and v_old -> k is distinct from v_new -> k
    and (coalesce(v_old -> k, 'null') <> 'null' or coalesce(v_new -> k, 'null') <> 'null');
  if tg_op <> 'UPDATE' or v_changes <> '{}' then
    insert into public.deal_events (org_id, deal_id, user_id, actor, action, changes)
    select d.org_id, d.id, auth.uid(), private.audit_actor(), case
        when v_part = 'deal' then case tg_op when 'INSERT' then 'opened' else 'changed' end
        else v_part || case tg_op when 'INSERT' then '.created' when 'UPDATE' then '.changed' else '.removed' end end,
      v_changes || case when v_part = 'deal' then '{}' else jsonb_build_object('id', v_row -> 'id') end
    -- What goes with a deleted deal or org is no event.
    from public.deals d join public.orgs o on o.id = d.org_id
    where d.org_id = (v_row ->> 'org_id')::uuid and d.id = coalesce(v_row ->> 'deal_id', v_row ->> 'id')::uuid;
  end if;
  return null;
end
$$;
comment on function private.tg_deals__record() is
  'Trigger: writes what changed to deal_events; the argument names the part. Definer: nobody else writes events.';
create trigger _200_record after insert or update on public.deals
  for each row execute function private.tg_deals__record('deal');

create function private.tg_deals__check_stage() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_outcome constant text := (select s.outcome from public.deal_stages s
    where s.org_id = new.org_id and s.id = new.stage_id);
begin
  if tg_op = 'INSERT' or new.stage_id <> old.stage_id then
    new.stage_since := now();
  end if;
  if v_outcome in ('won', 'lost') then
    new.closed_on := coalesce(new.closed_on, (select (now() at time zone o.time_zone)::date from public.orgs o
      where o.id = new.org_id));
  else
    new.closed_on := null;
  end if;
  if v_outcome <> 'lost' then
    new.lost_reason := null;
  elsif length(btrim(coalesce(new.lost_reason, ''))) = 0 then
    raise exception 'say why the deal was lost' using errcode = 'SL823';
  end if;
  return new;
end
$$;
comment on function private.tg_deals__check_stage() is
  'Trigger: a closed deal has its date, a lost one its reason (SL823), any other neither. Definer: reads stages without '
  'the policies.';
create trigger _050_check_stage before insert or update on public.deals
  for each row execute function private.tg_deals__check_stage();

-- The funnel goes on: a deal that is booked or won is an event of its lead, once per campaign. A deal that goes back
-- takes back the event that it made.
create function private.tg_deals__count() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_was public.deal_stages;
  v_is public.deal_stages;
  v_kind public.pipeline_event_kind;
  v_campaign uuid;
begin
  select s.* into v_is from public.deal_stages s where s.org_id = new.org_id and s.id = new.stage_id;
  if tg_op = 'UPDATE' then
    select s.* into v_was from public.deal_stages s where s.org_id = old.org_id and s.id = old.stage_id;
    -- An appointment stays one when its deal moves on.
    delete from public.pipeline_events e
    where e.org_id = old.org_id and e.lead_id = old.lead_id and e.detail ->> 'deal_id' = old.id::text
      and (e.kind = 'closed' and v_is.outcome <> 'won'
        or e.kind = 'booked' and v_is.outcome = 'open' and v_is.position < (select min(s.position)
          from public.deal_stages s where s.org_id = old.org_id and s.outcome = 'booked'));
  end if;
  v_kind := case v_is.outcome when 'booked' then 'booked' when 'won' then 'closed' end;
  if v_kind is not null and v_was.outcome is distinct from v_is.outcome and new.lead_id is not null then
    select l.campaign_id into v_campaign from public.leads l where l.org_id = new.org_id and l.id = new.lead_id;
    insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
    select new.org_id, new.lead_id, v_kind, now(), private.lead_correlation(new.org_id, new.lead_id),
      jsonb_strip_nulls(jsonb_build_object('campaign_id', v_campaign, 'deal_id', new.id))
    where not exists (select from public.pipeline_events e
      where e.org_id = new.org_id and e.lead_id = new.lead_id and e.kind = v_kind
        and e.detail ->> 'campaign_id' is not distinct from v_campaign::text);
  end if;
  return null;
end
$$;
comment on function private.tg_deals__count() is
  'Trigger: a booked or won deal is an event of the funnel; one that goes back takes its event back. Definer: members '
  'may not write events.';
create trigger _300_count after insert or update of stage_id on public.deals
  for each row execute function private.tg_deals__count();

create function private.tg_lead_merges__move_deals() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    update public.deals d set lead_id = new.survivor_id, merged_from = coalesce(d.merged_from, new.merged_id)
    where d.org_id = new.org_id and d.lead_id = new.merged_id;
  elsif old.undone_at is null and new.undone_at is not null then
    update public.deals d set lead_id = new.merged_id, merged_from = null
    where d.org_id = new.org_id and d.merged_from = new.merged_id;
  end if;
  return null;
end
$$;
comment on function private.tg_lead_merges__move_deals() is
  'Trigger: deals move with a merged lead and return when the merge is undone. Definer: roles that merge leads may not '
  'write deals.';
create trigger _320_move_deals after insert or update of undone_at on public.lead_merges
  for each row execute function private.tg_lead_merges__move_deals();
