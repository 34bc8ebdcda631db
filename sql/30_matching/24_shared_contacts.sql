-- A phone or e-mail that leads of different owners have (a household, an office, a list seller's own number) is shared:
-- whoever answers there is not greeted by the name of one of them. This is derived whenever it is needed and never
-- stored, so that no import, merge, undo or edit can leave it wrong.

create function private.has_other_given(a private.parsed_name, b private.parsed_name) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select exists (
    select from generate_series(1, length(a.roles)) i
    cross join lateral (
      select substr(a.roles, i, 1) as role, a.words[i] as word,
        -- A given name and its other forms.
        a.words[i : i + length(substring(substr(a.roles, i + 1) from '^x*'))] as forms
    ) g
    where g.role in ('g', 'e') and not g.forms && b.words
      or g.role = 'i' and not exists (select from unnest(b.words) w where starts_with(w, g.word)))
$$;
comment on function private.has_other_given(private.parsed_name, private.parsed_name) is
  'Whether the first name has a given name or initial that the second does not have.';

create function private.has_several_owners(p_org_id uuid, p_value_bidx bytea) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  v record;
  v_owner private.parsed_name;
  v_greeting private.parsed_name;
  v_owners private.parsed_name[] := '{}'::private.parsed_name[];
  v_greetings private.parsed_name[] := '{}'::private.parsed_name[];
begin
  -- Most are on one lead.
  if (select count(*) from (select from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = p_value_bidx limit 2) two) < 2 then
    return false;
  end if;
  for v in
    select distinct
      private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full,
        l.situs_street) as owner,
      private.owner_text(l.owner_1_first, l.owner_1_last, null, null, l.owner_full, l.situs_street) as greeting
    from (
      select c.lead_id from public.contact_points c
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx
      limit 1000
    ) c
    join public.leads l on l.org_id = p_org_id and l.id = c.lead_id
    where num_nonnulls(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full) > 0
    order by 1, 2
    limit 21
  loop
    v_owner := private.parse_name_text(private.name_letters(v.owner));
    -- CURRENT OWNER is nobody.
    continue when private.names_agree(v_owner, v_owner) is null;
    v_greeting := private.parse_name_text(private.name_letters(v.greeting));
    for i in 1 .. cardinality(v_owners) loop
      -- Husband and wife agree, but answer the same phone.
      if not private.names_agree(v_owners[i], v_owner) or private.is_another(v_greetings[i], v_greeting) then
        return true;
      end if;
    end loop;
    v_owners := v_owners || v_owner;
    v_greetings := v_greetings || v_greeting;
  end loop;
  return cardinality(v_owners) > 20;
end
$$;
comment on function private.has_several_owners(uuid, bytea) is
  'Whether leads with different owners have this phone or e-mail: their names share nothing, or they have different '
  'given names. One owner with several properties does not share it. More than 20 spellings are several owners.';

create function private.is_another(a private.parsed_name, b private.parsed_name) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select not private.names_agree(a, b) or private.has_other_given(a, b) and private.has_other_given(b, a)
$$;
comment on function private.is_another(private.parsed_name, private.parsed_name) is
  'Whether two names are those of different people, also of one household. Null or false when one says nothing.';

create table private.contacts_of_others (
  org_id uuid not null references public.orgs (id) on delete cascade,
  contact_point_id bigint not null,
  is_nameless boolean not null default false,
  primary key (org_id, contact_point_id)
);
comment on table private.contacts_of_others is
  'Contact points whose row named another person than their lead does: a list with a row for each owner of a property. '
  'Ids of contact points are never used again, so there is no foreign key, which would slow down every deletion.';
comment on column private.contacts_of_others.is_nameless is
  'The row named nobody: it is the lead''s as long as no other owner is known at its address.';
alter table private.contacts_of_others enable row level security;
grant select, insert on private.contacts_of_others to pipeline_writer;
create policy select_writer on private.contacts_of_others for select to pipeline_writer using (true);
create policy insert_writer on private.contacts_of_others for insert to pipeline_writer with check (true);

create function private.note_contacts_of_others(p_org_id uuid, p_upload_id uuid, p_row_no bigint) returns void
language sql volatile set search_path = pg_temp, private set work_mem = '64MB' set enable_nestloop = off as $$
  with rows as materialized (
    select r.part_id, r.line_number, r.lead_id, r.owner
    from resolve_rows r
    join resolve_leads n using (component)
    cross join lateral (
      select private.owner_text(x.owner_1_first, x.owner_1_last, null, null, x.owner_full,
        x.situs_street) as greeting
      from public.leads x where x.org_id = p_org_id and x.id = r.lead_id
      offset 0
    ) l
    where (r.component_size > 1 or not n.is_new) and (p_row_no is null or r.row_no = p_row_no)
      and case when r.owner is null then l.greeting is not null
        else r.owner <> l.greeting and private.is_another(private.parse_name_text(private.name_letters(r.owner)),
          private.parse_name_text(private.name_letters(l.greeting))) end
    offset 0
  ), points as materialized (
    select p.id, k.lead_id, c.value_bidx, bool_and(k.owner is null) as is_nameless
    from rows k
    cross join lateral (
      select x.value_bidx from private.leads_staging_contacts x
      where x.part_id = k.part_id and x.line_number = k.line_number
      offset 0
    ) c
    cross join lateral (
      select x.id, x.created_upload_id from public.contact_points x
      where x.org_id = p_org_id and x.lead_id = k.lead_id and x.value_bidx = c.value_bidx
      offset 0
    ) p
    where k.owner is not null or p.created_upload_id = p_upload_id
    group by p.id, k.lead_id, c.value_bidx
  )
  insert into private.contacts_of_others (org_id, contact_point_id, is_nameless)
  select p_org_id, p.id, p.is_nameless from points p where not p.is_nameless
  union all
  -- Nobody is named, neither by this row nor by another one that brings the contact.
  select p_org_id, p.id, true
  from (select * from points x where x.is_nameless) p
  where p_row_no is not null or not exists (
    select from resolve_rows y
    cross join lateral (
      select z.value_bidx from private.leads_staging_contacts z
      where z.part_id = y.part_id and z.line_number = y.line_number
      offset 0
    ) z
    where y.owner is not null and y.lead_id = p.lead_id and z.value_bidx = p.value_bidx)
  on conflict do nothing
$$;
comment on function private.note_contacts_of_others(uuid, uuid, bigint) is
  'Fills contacts_of_others from the rows of a resolve that name another person than their lead does now, or nobody.';

-- A row without a name belongs to the only owner at its address. If another one becomes known there later, it may have
-- been theirs: no order of uploads greets one by the name of the other.
-- PL/pgSQL: an SQL function would be planned at every call.
create function private.came_without_name(p_org_id uuid, p_contact_point_id bigint) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from private.contacts_of_others o
        where o.org_id = p_org_id and o.contact_point_id = p_contact_point_id and o.is_nameless)
      or exists (
        select
        from public.contact_points c
        join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
        cross join lateral (
          -- The lead had no name then: a later upload has filled it.
          select from public.lead_changes h
          where h.org_id = c.org_id and h.lead_id = c.lead_id and h.action = 'updated' and h.actor = 'upload'
            and h.changed_at > c.created_at and h.changes ?| '{owner_1_first,owner_1_last,owner_full}'
            and num_nonnulls(
              case when h.changes ? 'owner_1_first' then h.changes -> 'owner_1_first' ->> 0 else l.owner_1_first end,
              case when h.changes ? 'owner_1_last' then h.changes -> 'owner_1_last' ->> 0 else l.owner_1_last end,
              case when h.changes ? 'owner_full' then h.changes -> 'owner_full' ->> 0 else l.owner_full end) = 0
          union all
          select from public.lead_merges m
          where m.org_id = c.org_id and m.survivor_id = c.lead_id and m.undone_at is null
            and c.id = any (m.merged_contacts)
            and num_nonnulls(m.merged_row ->> 'owner_1_first', m.merged_row ->> 'owner_1_last',
              m.merged_row ->> 'owner_full') = 0
        ) w
        where c.org_id = p_org_id and c.id = p_contact_point_id and not l.edited_fields && '{owner_1,owner_full}');
end
$$;
comment on function private.came_without_name(uuid, bigint) is
  'Whether this contact point came with a row or a lead that named nobody.';

create function private.is_one_of_several_owners(p_org_id uuid, p_lead_id uuid) returns boolean
language sql stable set search_path = '' set enable_sort = off as $$
  select exists (
    select
    from public.leads l
    cross join lateral private.leads_in_street(p_org_id, l.situs_house_number, private.street_stem(l.situs_street)) x
    where l.org_id = p_org_id and l.id = p_lead_id and x.id <> l.id
      and (l.situs_unit is null or x.situs_unit is not distinct from l.situs_unit)
      and not private.addresses_contradict(l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip,
        x.situs_street, x.situs_unit, x.situs_city, x.situs_state, x.situs_zip)
      and not private.owners_agree(
        private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full,
          l.situs_street),
        private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full,
          x.situs_street)))
$$;
comment on function private.is_one_of_several_owners(uuid, uuid) is
  'Whether another owner is known at a lead''s address, or in its building where its unit is not known.';

-- A list that knows a new owner, or another person at the address, replaces the lead's name and not its contacts.
-- PL/pgSQL: an SQL function would be planned at every call.
create function private.came_with_another_name(p_org_id uuid, p_contact_point_id bigint) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  -- Most contacts are not marked, and no list or merge has changed their lead since: all that follows needs one of these.
  if not exists (select from private.contacts_of_others o
      where o.org_id = p_org_id and o.contact_point_id = p_contact_point_id)
    and not exists (
      select from public.contact_points c
      where c.org_id = p_org_id and c.id = p_contact_point_id and (
        exists (select from public.lead_changes h
          where h.org_id = c.org_id and h.lead_id = c.lead_id and h.action = 'updated' and h.actor = 'upload'
            and h.changed_at > c.created_at and h.changes ?| '{owner_1_first,owner_1_last,owner_full}')
        or exists (select from public.lead_merges m
          where m.org_id = c.org_id and m.survivor_id = c.lead_id and m.undone_at is null)))
  then
    return false;
  end if;
  return exists (
      select
      from public.contact_points c
      join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
      cross join lateral (
        -- The names that lists have replaced since. What a person corrected is right for all contacts.
        select coalesce(h.changes -> 'owner_1_first' ->> 0, l.owner_1_first) as owner_1_first,
          coalesce(h.changes -> 'owner_1_last' ->> 0, l.owner_1_last) as owner_1_last,
          coalesce(h.changes -> 'owner_full' ->> 0, l.owner_full) as owner_full
        from public.lead_changes h
        where h.org_id = c.org_id and h.lead_id = c.lead_id and h.action = 'updated' and h.actor = 'upload'
          and not l.edited_fields && '{owner_1,owner_full}' and h.changed_at > c.created_at
          and h.changes ?| '{owner_1_first,owner_1_last,owner_full}'
        union all
        select m.merged_row ->> 'owner_1_first', m.merged_row ->> 'owner_1_last', m.merged_row ->> 'owner_full'
        from public.lead_merges m
        where m.org_id = c.org_id and m.survivor_id = c.lead_id and m.undone_at is null
          and c.id = any (m.merged_contacts)
      ) o
      cross join lateral (
        select private.parse_name_text(private.name_letters(private.owner_text(o.owner_1_first, o.owner_1_last, null,
            null, o.owner_full))) as then_name,
          private.parse_name_text(private.name_letters(private.owner_text(l.owner_1_first, l.owner_1_last, null, null,
            l.owner_full))) as now_name
        offset 0
      ) n
      where c.org_id = p_org_id and c.id = p_contact_point_id
        and private.is_another(n.then_name, n.now_name))
      or exists (select from private.contacts_of_others o
        where o.org_id = p_org_id and o.contact_point_id = p_contact_point_id and not o.is_nameless)
      or private.came_without_name(p_org_id, p_contact_point_id) and private.is_one_of_several_owners(p_org_id,
        (select c.lead_id from public.contact_points c where c.org_id = p_org_id and c.id = p_contact_point_id));
end
$$;
comment on function private.came_with_another_name(uuid, bigint) is
  'Whether this contact point came with another person''s name than its lead has: today''s name is not that of whoever '
  'answers there.';

create function public.shared_contacts(p_lead_ids uuid[])
returns table (lead_id uuid, id bigint, kind public.contact_kind, masked text, leads bigint, several_owners boolean)
language sql stable security definer set search_path = '' as $$
  select c.lead_id, c.id, c.kind, c.masked, o.leads, private.has_several_owners(c.org_id, c.value_bidx)
  from public.contact_points c
  cross join lateral (
    select count(*) as leads from public.contact_points x
    where x.org_id = c.org_id and x.value_bidx = c.value_bidx and x.lead_id <> c.lead_id
  ) o
  where c.lead_id = any (p_lead_ids) and o.leads > 0
    and (private.is_trusted_caller() or private.sees_lead(c.org_id, c.lead_id))
  order by c.lead_id, c.kind, c.position, c.id
$$;
comment on function public.shared_contacts(uuid[]) is
  'The phones and e-mails of leads that other leads of the org have, too: how many others (leads), and whether their '
  'owners differ (several_owners): then no message greets by name. Leads that the caller may not see return no rows. '
  'Definer: counts leads that the caller may not see.';
revoke execute on function public.shared_contacts(uuid[]) from public, anon;
grant execute on function public.shared_contacts(uuid[]) to authenticated, service_role;
