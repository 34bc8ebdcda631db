-- The map: leads by county and ZIP code, kept counted. A statement on leads adds differences, as in 06_pipeline_daily.

create table private.place_counts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  situs_zip text not null,
  county_fips text,
  situs_state text,
  campaign_status public.campaign_status not null,
  leads bigint not null,
  constraint place_is_counted_once unique nulls not distinct (org_id, situs_zip, county_fips, situs_state,
    campaign_status)
);
comment on table private.place_counts is 'Leads with a ZIP code by place and state of outreach.';
alter table private.place_counts enable row level security;

create table private.place_deltas (
  id bigint generated always as identity,
  like private.place_counts,
  primary key (org_id, id)
);
comment on table private.place_deltas is
  'Counts that are not in place_counts yet. Without a foreign key, whose check costs as much as the row: only triggers '
  'of leads write here, and the statement that they follow has locked the org of its leads.';
alter table private.place_deltas enable row level security;

create function private.tg_orgs__forget_places() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.place_deltas d where d.org_id = old.id;
  return null;
end
$$;
comment on function private.tg_orgs__forget_places() is
  'Trigger: the counts go with the org. Definer: nobody else writes the counts.';
create trigger _700_forget_places after delete on public.orgs
  for each row execute function private.tg_orgs__forget_places();

create function private.tg_leads__count_places() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.place_deltas (org_id, situs_zip, county_fips, situs_state, campaign_status, leads)
  select n.org_id, n.situs_zip, n.county_fips, n.situs_state, n.campaign_status,
    case tg_op when 'DELETE' then -1 else 1 end * count(*)
  from changed n
  where n.situs_zip is not null
    -- The counts go with the org.
    and exists (select from public.orgs o
      where o.id = n.org_id and o.id::text is distinct from current_setting('sluice.deleting_org', true))
  group by 1, 2, 3, 4, 5;
  return null;
end
$$;
comment on function private.tg_leads__count_places() is
  'Trigger: counts the leads of a statement by place, or takes them off. Definer: nobody else writes the counts.';
create trigger _700_count_places after insert on public.leads
  referencing new table as changed for each statement execute function private.tg_leads__count_places();
create trigger _700_count_places_off after delete on public.leads
  referencing old table as changed for each statement execute function private.tg_leads__count_places();

-- By statement: a feed moves hundreds of leads between few places. What a statement leaves where it was cancels out.
create function private.tg_leads__move_place() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.place_deltas (org_id, situs_zip, county_fips, situs_state, campaign_status, leads)
  select v.org_id, v.situs_zip, v.county_fips, v.situs_state, v.campaign_status, sum(v.leads)
  from (
    select o.org_id, o.situs_zip, o.county_fips, o.situs_state, o.campaign_status, -1 as leads from old_rows o
    where o.situs_zip is not null
    union all
    select n.org_id, n.situs_zip, n.county_fips, n.situs_state, n.campaign_status, 1 from new_rows n
    where n.situs_zip is not null) v
  group by 1, 2, 3, 4, 5
  having sum(v.leads) <> 0;
  return null;
end
$$;
comment on function private.tg_leads__move_place() is
  'Trigger: leads count where they are now. Definer: nobody else writes the counts.';
create trigger _700_move_place after update on public.leads
  referencing old table as old_rows new table as new_rows for each statement
  execute function private.tg_leads__move_place();

create function private.fold_places(p_limit integer default 300000) returns bigint
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('sluice fold places', 0)) then
    return 0;
  end if;
  with gone as (
    delete from private.place_deltas d
    where (d.org_id, d.id) in (select x.org_id, x.id from private.place_deltas x order by x.id limit p_limit)
    returning d.*
  ), added as (
    insert into private.place_counts as p (org_id, situs_zip, county_fips, situs_state, campaign_status, leads)
    select g.org_id, g.situs_zip, g.county_fips, g.situs_state, g.campaign_status, sum(g.leads)
    from gone g group by 1, 2, 3, 4, 5
    on conflict on constraint place_is_counted_once do update set leads = p.leads + excluded.leads
  )
  select count(*) into v_count from gone;
  delete from private.place_counts p where p.leads = 0;
  return v_count;
end
$$;
comment on function private.fold_places(integer) is
  'Moves up to p_limit differences into the counts by place; returns how many. Definer: the counts belong to the '
  'owner.';
revoke execute on function private.fold_places(integer) from pipeline_writer;
