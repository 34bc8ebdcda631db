-- The sweep erases what has expired, and notes what is to be asked for again.

create table private.fact_renewals (
  org_id uuid not null,
  id bigint generated always as identity,
  lead_id uuid not null,
  contact_point_id bigint,
  provider text not null,
  name text not null,
  expired_at timestamptz not null,
  next_at timestamptz not null,
  level text not null default '',
  primary key (org_id, id),
  constraint renewal_is_noted_once unique nulls not distinct (org_id, lead_id, contact_point_id, provider, name),
  constraint renewal_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade
);
comment on table private.fact_renewals is
  'Facts that have expired and are to be asked for again. The value is erased already.';
comment on column private.fact_renewals.next_at is
  'When to ask. A worker that asks sets it to the time at which another one may.';
comment on column private.fact_renewals.level is 'The level of the check that has expired: the same is asked for again.';
create index fact_renewals_due_idx on private.fact_renewals (provider, next_at);
alter table private.fact_renewals enable row level security;
grant select, insert, update, delete on private.fact_renewals to pipeline_writer;
create policy select_writer on private.fact_renewals for select to pipeline_writer using (true);
create policy insert_writer on private.fact_renewals for insert to pipeline_writer with check (true);
create policy update_writer on private.fact_renewals for update to pipeline_writer using (true) with check (true);
create policy delete_writer on private.fact_renewals for delete to pipeline_writer using (true);

create function private.sweep_facts(p_as_of timestamptz default now(), p_limit integer default 100000) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_erased integer;
  v_renewed integer;
begin
  with due as materialized (
    select f.org_id, f.id from public.lead_facts f where f.expires_at <= p_as_of
    order by f.expires_at limit p_limit for update skip locked
  ), gone as (
    delete from public.lead_facts f using due d where f.org_id = d.org_id and f.id = d.id
    returning f.*
  ), noted as (
    insert into private.fact_renewals (org_id, lead_id, contact_point_id, provider, name, expired_at, next_at,
      level)
    select g.org_id, g.lead_id, g.contact_point_id, g.provider, g.name, g.expires_at, p_as_of,
      coalesce(g.value ->> 'level', '')
    from gone g join public.data_terms t on t.terms = g.terms and t.at_end = 'renew'
    -- Nobody asks again about a contact that is gone, wrong, or never to be contacted.
    where g.contact_point_id is null or exists (
      select from public.contact_points c
      where c.org_id = g.org_id and c.id = g.contact_point_id and c.lead_id = g.lead_id and c.invalid_at is null
        and not exists (select from public.suppressions s
          where s.org_id = c.org_id and s.value_bidx = c.value_bidx and s.channel is null
            and not exists (select from public.suppression_lifts l
              where l.org_id = s.org_id and l.suppression_id = s.id)))
    on conflict do nothing
    returning 1
  )
  select (select count(*) from gone), (select count(*) from noted) into v_erased, v_renewed;
  delete from public.property_facts f where f.expires_at <= p_as_of;
  return jsonb_build_object('erased', v_erased, 'to_renew', v_renewed, 'answers', private.purge_answers(p_as_of));
end
$$;
comment on function private.sweep_facts(timestamptz, integer) is
  'Erases facts and kept answers whose time is over; of those that are to be asked for again, notes what was asked. '
  'Returns {erased, to_renew, answers}. Definer: retention belongs to the owner.';
revoke execute on function private.sweep_facts(timestamptz, integer) from pipeline_writer;

-- Merges may chain: what came to the merged lead by earlier ones goes back with it, and still knows where it is from.
create function private.leads_within(p_org_id uuid, p_lead_id uuid) returns uuid[]
language sql stable security definer set search_path = '' as $$
  with recursive inside (id) as (
    select p_lead_id
    union
    select m.merged_id from inside i
    join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = i.id and m.undone_at is null
  )
  select array_agg(i.id) from inside i
$$;
comment on function private.leads_within(uuid, uuid) is
  'A lead and those that were merged into it, also by way of others. Definer: as its callers.';
revoke execute on function private.leads_within(uuid, uuid) from public, pipeline_writer;

-- A merge takes the facts along, and an undo gives them back. Of two with one name, the survivor keeps its own.
create function private.tg_lead_merges__move_facts() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.undone_at is null then
    update public.lead_facts f set lead_id = new.survivor_id, merged_from = coalesce(f.merged_from, f.lead_id)
    where f.org_id = new.org_id and f.lead_id = new.merged_id
      and not exists (select from public.lead_facts s where s.org_id = f.org_id and s.lead_id = new.survivor_id
        and s.provider = f.provider and s.name = f.name
        and s.contact_point_id is not distinct from f.contact_point_id);
  else
    update public.lead_facts f set lead_id = new.merged_id, merged_from = nullif(f.merged_from, new.merged_id)
    where f.org_id = new.org_id and f.lead_id = new.survivor_id
      and f.merged_from = any (private.leads_within(new.org_id, new.merged_id));
  end if;
  return null;
end
$$;
comment on function private.tg_lead_merges__move_facts() is
  'Trigger: facts follow the lead into a merge and back. Definer: resolving an import grants no rights on facts.';
create trigger _200_move_facts after insert on public.lead_merges
  for each row execute function private.tg_lead_merges__move_facts();
create trigger _210_restore_facts after update of undone_at on public.lead_merges
  for each row when (old.undone_at is null and new.undone_at is not null)
  execute function private.tg_lead_merges__move_facts();
