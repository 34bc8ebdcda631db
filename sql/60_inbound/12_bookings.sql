create type public.booking_state as enum ('announced', 'made', 'moved', 'cancelled');
comment on type public.booking_state is
  'In the order of life; announced: known only from a later event so far. See sql/STATES.md.';

create table public.bookings (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  provider text not null,
  uid text not null,
  lead_id uuid,
  message_id uuid,
  state public.booking_state not null generated always as (case
    when cancelled_at is not null then 'cancelled'::public.booking_state
    when moved_at is not null then 'moved'
    when made_at is not null then 'made'
    else 'announced' end) stored,
  starts_at timestamptz,
  ends_at timestamptz,
  made_at timestamptz,
  moved_at timestamptz,
  moved_to_uid text,
  cancelled_at timestamptz,
  merged_from uuid,
  primary key (org_id, id),
  constraint booking_is_kept_once unique (org_id, provider, uid),
  constraint booking_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade,
  constraint booking_ends_after_it_starts check (ends_at >= starts_at),
  constraint moved_booking_says_where check ((moved_at is null) = (moved_to_uid is null))
);
comment on table public.bookings is
  'Appointments by the calendar''s own uid: moving one creates a new one, which the old one refers to. The state '
  'follows from the timestamps, in whatever order events arrive.';
create index bookings_lead_idx on public.bookings (org_id, lead_id, starts_at);
create index bookings_merged_idx on public.bookings (org_id, merged_from) where merged_from is not null;
alter table public.bookings enable row level security;
revoke all on public.bookings from anon, authenticated, service_role;
grant select on public.bookings to authenticated, service_role;
grant select, insert, update on public.bookings to pipeline_writer;
create policy select_members on public.bookings for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]) or private.sees_lead(org_id,
      lead_id)));
create policy select_writer on public.bookings for select to pipeline_writer using (true);
create policy insert_writer on public.bookings for insert to pipeline_writer with check (true);
create policy update_writer on public.bookings for update to pipeline_writer using (true) with check (true);

-- Records of a lead move with it in a merge, and return when the merge is undone.
create function private.tg_lead_merges__move_replies() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    update public.replies r set lead_id = new.survivor_id, merged_from = coalesce(r.merged_from, new.merged_id)
    where r.org_id = new.org_id and r.lead_id = new.merged_id
      and not exists (select from public.replies o where o.org_id = r.org_id and o.provider = r.provider
        and o.event_key = r.event_key and o.lead_id = new.survivor_id);
    update public.calls c set lead_id = new.survivor_id, merged_from = coalesce(c.merged_from, new.merged_id)
    where c.org_id = new.org_id and c.lead_id = new.merged_id;
    update public.bookings b set lead_id = new.survivor_id, merged_from = coalesce(b.merged_from, new.merged_id)
    where b.org_id = new.org_id and b.lead_id = new.merged_id;
    -- Where both have an open task of a kind, the survivor's says what the other said of a possible wish.
    update public.tasks t set detail = t.detail || private.wish_in_detail(x.detail)
    from public.tasks x
    where t.org_id = new.org_id and t.lead_id = new.survivor_id and t.done_at is null and x.org_id = t.org_id
      and x.lead_id = new.merged_id and x.kind = t.kind and x.done_at is null
      and t.created_by is null and x.created_by is null
      and x.detail ?| '{possible_wish,unread,read_by}';
    insert into private.possible_wishes (org_id, value_bidx, lead_id, at)
    select w.org_id, w.value_bidx, new.survivor_id, w.at from private.possible_wishes w
    where w.org_id = new.org_id and w.lead_id = new.merged_id
    on conflict do nothing;
    delete from private.possible_wishes w where w.org_id = new.org_id and w.lead_id = new.merged_id;
    update public.tasks t set lead_id = new.survivor_id, merged_from = coalesce(t.merged_from, new.merged_id)
    where t.org_id = new.org_id and t.lead_id = new.merged_id
      and (t.done_at is not null or t.created_by is not null or not exists (
        select from public.tasks o where o.org_id = t.org_id and o.lead_id = new.survivor_id and o.kind = t.kind
          and o.done_at is null and o.created_by is null));
  elsif old.undone_at is null and new.undone_at is not null then
    update public.replies r set lead_id = new.merged_id, merged_from = null
    where r.org_id = new.org_id and r.merged_from = new.merged_id;
    update public.calls c set lead_id = new.merged_id, merged_from = null
    where c.org_id = new.org_id and c.merged_from = new.merged_id;
    update public.bookings b set lead_id = new.merged_id, merged_from = null
    where b.org_id = new.org_id and b.merged_from = new.merged_id;
    update public.tasks t set lead_id = new.merged_id, merged_from = null
    where t.org_id = new.org_id and t.merged_from = new.merged_id;
    -- Whose wish it was may be unclear now: both wait for the person who looks.
    insert into private.possible_wishes (org_id, value_bidx, lead_id, at)
    select w.org_id, w.value_bidx, new.merged_id, w.at from private.possible_wishes w
    where w.org_id = new.org_id and w.lead_id = new.survivor_id
    on conflict do nothing;
  end if;
  return null;
end
$$;
comment on function private.tg_lead_merges__move_replies() is
  'Trigger: replies, phone calls, bookings and tasks move with a merged lead and return when the merge is undone; so '
  'does the hold for a possible wish. Definer: roles that merge leads may not write these tables.';
create trigger _300_move_replies after insert or update of undone_at on public.lead_merges
  for each row execute function private.tg_lead_merges__move_replies();
