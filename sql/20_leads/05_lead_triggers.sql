-- Rules that apply to every writer of a lead: Studio, the API, a function, psql. The pipeline sets `sluice.actor`
-- (upload or system) for its transaction, and so do functions that act for a signed-in user (undo_upload,
-- close_conflict: they write as their owner). A member's direct write is always a member's edit, whatever the setting
-- says; without the setting the writer is a person in a direct database session.

create function private.fact_of_column(p_column text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select case
    when p_column like 'owner\_1\_%' then 'owner_1'
    when p_column like 'owner\_2\_%' then 'owner_2'
    when p_column like 'mailing\_%' then 'mailing'
    when p_column like 'situs\_%' then 'situs'
    else p_column
  end
$$;
comment on function private.fact_of_column(text) is 'The fact that a column of leads belongs to.';

create function private.current_actor() returns text
language sql stable set search_path = '' as $$
  select case
    when current_user in ('anon', 'authenticated') then 'member'
    else coalesce(nullif(current_setting('sluice.actor', true), ''), 'member')
  end
$$;
comment on function private.current_actor() is
  'upload, system or member: the author of the writes in this transaction.';

create function private.tg_leads__derive_keys() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  a record;
begin
  new.mak := private.normalise_mak(new.mak);
  if tg_op = 'INSERT' or new.apn is distinct from old.apn then
    new.apn_segments := private.parcel_segments(new.apn);
  end if;
  new.apn := private.normalise_apn(new.apn);
  if new.apn is null then
    new.apn_segments := null;
  end if;
  select * into a from private.parse_address(new.situs_street, new.situs_unit, new.situs_city, new.situs_state,
    new.situs_zip);
  if tg_op = 'UPDATE' and old.addr_hash is not null
    and (new.situs_street, new.situs_unit, new.situs_city, new.situs_state, new.situs_zip) is not distinct from
      (old.situs_street, old.situs_unit, old.situs_city, old.situs_state, old.situs_zip) then
    -- The key of a lead of its own (30_matching/20_open_conflict.sql) is not that of its address.
    new.addr_hash := old.addr_hash;
    new.addr_hash_version := old.addr_hash_version;
  else
    new.addr_hash := a.addr_hash;
    new.addr_hash_version := case when a.addr_hash is not null then private.address_hash_version() end;
  end if;
  if a.addr_hash is not null then
    new.situs_house_number := a.situs_house_number;
    new.situs_street := coalesce(a.situs_street, new.situs_street);
    new.situs_unit := coalesce(a.situs_unit, new.situs_unit);
    new.situs_city := coalesce(a.situs_city, new.situs_city);
    new.situs_state := coalesce(a.situs_state, new.situs_state);
    new.situs_zip := coalesce(a.situs_zip, new.situs_zip);
  end if;
  new.county_fips := private.county_fips(new.county_fips, null, new.situs_state, new.situs_zip);
  return new;
end
$$;
comment on function private.tg_leads__derive_keys() is
  'Trigger: identity keys of a lead written by hand go through the same normalisers as imported ones. Definer: '
  'members may not call the normalisers.';
create trigger _300_derive_keys before insert on public.leads
  for each row when (coalesce(current_setting('sluice.actor', true), '') = ''
    or current_user in ('anon', 'authenticated')) execute function private.tg_leads__derive_keys();
create trigger _300_derive_keys_on_update
  before update of mak, apn, apn_segments, county_fips, addr_hash, situs_street, situs_unit, situs_city, situs_state,
    situs_zip on public.leads
  for each row when (coalesce(current_setting('sluice.actor', true), '') = ''
    or current_user in ('anon', 'authenticated')) execute function private.tg_leads__derive_keys();

create function private.tg_leads__note_edits() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.edited_fields := array(
    select distinct f from (
      select unnest(old.edited_fields) as f
      union all
      select private.fact_of_column(n.key)
      from jsonb_each(to_jsonb(new)) n
      join jsonb_each(to_jsonb(old)) o using (key)
      where n.value <> o.value
        and n.key ~ '^(owner_|mailing_|situs_|attributes$|lead_score$|consent)'
    ) e order by f);
  return new;
end
$$;
comment on function private.tg_leads__note_edits() is
  'Trigger: records which facts a person edited, so that no import overwrites them. Definer: members may not call '
  'fact_of_column.';
create trigger _400_note_edits before update on public.leads
  for each row when (coalesce(current_setting('sluice.actor', true), '') = ''
    or current_user in ('anon', 'authenticated')) execute function private.tg_leads__note_edits();

-- One statement-level trigger per command: a bulk write costs one insert into the history. The plan is cached for the
-- session and made for the few rows of the first statement; a nested loop over old and new rows would be quadratic in
-- a later bulk update. With the penalty for nested loops, the plan would look expensive enough for JIT compilation.
-- An update of many rows is first asked which columns changed in any of them, and only those are compared in each: to
-- turn both rows into jsonb and compare every field costs several times as much. These statements name the columns that
-- the table has, and are planned each time, which does not pay for a few rows.
create function private.tg_leads__record_changes() returns trigger
language plpgsql security definer set search_path = '' set enable_nestloop = off set jit = off as $$
declare
  v_upload uuid := nullif(current_setting('sluice.upload_id', true), '')::uuid;
  v_actor text := private.current_actor();
  v_user uuid := auth.uid();
  v_changed text[];
begin
  if v_actor <> 'upload' then
    v_upload := null;
  end if;
  if tg_op = 'INSERT' then
    insert into public.lead_changes (org_id, lead_id, action, upload_id, actor_id, actor)
    select n.org_id, n.id, 'created', v_upload, v_user, v_actor from new_rows n;
  elsif tg_op = 'DELETE' then
    insert into public.lead_changes (org_id, lead_id, action, changes, upload_id, actor_id, actor)
    -- The names of the fields only: a deleted lead leaves no copy of its owner.
    select o.org_id, o.id, 'deleted', (select jsonb_object_agg(f.key, '"deleted"'::jsonb)
      from jsonb_each(jsonb_strip_nulls(to_jsonb(o))) f), v_upload, v_user, v_actor from old_rows o;
  elsif (select count(*) from (select from new_rows limit 21) n) > 20 then
    execute (
      select format('select array_remove(array[%s], null) from new_rows n join old_rows o '
        'on o.org_id = n.org_id and o.id = n.id',
        string_agg(format('case when bool_or(n.%1$I is distinct from o.%1$I) then %1$L end', a.attname), ', '))
      from pg_catalog.pg_attribute a
      where a.attrelid = tg_relid and a.attnum > 0 and not a.attisdropped
        and a.attname not in ('updated_at', 'field_sources', 'edited_fields')
    ) into v_changed;
    if cardinality(v_changed) > 0 then
      execute (
        select format('insert into public.lead_changes (org_id, lead_id, action, changes, upload_id, actor_id, actor) '
          'select n.org_id, n.id, ''updated'', d.changes, $1, $2, $3 from new_rows n '
          'join old_rows o on o.org_id = n.org_id and o.id = n.id '
          'cross join lateral (select jsonb_object_agg(x.key, x.change) as changes '
          'from (values %s) x (key, change) where x.change is not null) d where d.changes is not null',
          string_agg(format('(%1$L, case when n.%1$I is distinct from o.%1$I '
            'then jsonb_build_array(o.%1$I, n.%1$I) end)', c), ', '))
        from unnest(v_changed) c
      ) using v_upload, v_user, v_actor;
    end if;
  else
    insert into public.lead_changes (org_id, lead_id, action, changes, upload_id, actor_id, actor)
    select p.org_id, p.id, 'updated', d.changes, v_upload, v_user, v_actor
    from (
      select n.org_id, n.id, to_jsonb(o) as was, to_jsonb(n) - '{updated_at,field_sources,edited_fields}'::text[] as is
      from new_rows n
      join old_rows o on o.org_id = n.org_id and o.id = n.id
      offset 0
    ) p
    cross join lateral (
      select jsonb_object_agg(x.key, jsonb_build_array(p.was -> x.key, x.value)) as changes
      from jsonb_each(p.is) x
      where x.value <> p.was -> x.key
    ) d
    where d.changes is not null;
  end if;
  return null;
end
$$;
comment on function private.tg_leads__record_changes() is
  'Trigger: records every creation, change and deletion of a lead in lead_changes. Definer: callers may not write '
  'the history.';
create trigger _500_record_inserts after insert on public.leads
  referencing new table as new_rows for each statement execute function private.tg_leads__record_changes();
create trigger _500_record_updates after update on public.leads
  referencing old table as old_rows new table as new_rows for each statement
    execute function private.tg_leads__record_changes();
create trigger _500_record_deletes after delete on public.leads
  referencing old table as old_rows for each statement execute function private.tg_leads__record_changes();

create trigger _100_append_only before update or delete or truncate on public.lead_changes
  for each statement execute function private.refuse_change();
