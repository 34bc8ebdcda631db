-- Copies of a person outside of their lead: the history of leads, merged leads, errors that quote a value. What is
-- erased or deleted leaves the names of fields, never a value.

-- The history is append-only, except that an erasure or a deletion removes its contents.
drop trigger _100_append_only on public.lead_changes;
create function private.tg_lead_changes__append_only() returns trigger
language plpgsql set search_path = '' as $$
begin
  if (tg_op, current_setting('sluice.erasing', true)) in (('UPDATE', 'yes'), ('DELETE', 'org'))
    and current_user = (select r.rolname from pg_catalog.pg_class c join pg_catalog.pg_roles r on r.oid = c.relowner
      where c.oid = tg_relid) then
    return null;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'SL002';
end
$$;
comment on function private.tg_lead_changes__append_only() is
  'Trigger: raises SL002, except for private.forget_history and the deletion of an org, which run as the owner of the '
  'table and set sluice.erasing.';
create trigger _100_append_only before update or delete or truncate on public.lead_changes
  for each statement execute function private.tg_lead_changes__append_only();

create function private.with_merged(p_org_id uuid, p_lead_ids uuid[]) returns uuid[]
language sql stable set search_path = '' as $$
  with recursive found (id) as (
    select unnest(p_lead_ids)
    union
    select m.merged_id from found f
    join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.id and m.undone_at is null
  )
  select coalesce(array_agg(f.id), '{}') from found f
$$;
comment on function private.with_merged(uuid, uuid[]) is
  'The leads and all that were merged into them, also by way of others.';

create function private.forget_history(p_org_id uuid, p_lead_ids uuid[], p_mark text, p_as_of timestamptz)
  returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_was constant text := coalesce(current_setting('sluice.erasing', true), '');
  v_count integer;
begin
  perform set_config('sluice.erasing', 'yes', true);
  update public.lead_changes h
  set changes = (select jsonb_object_agg(k, to_jsonb(p_mark)) from jsonb_object_keys(h.changes) k)
  from unnest(p_lead_ids) x (id)
  where h.org_id = p_org_id and h.lead_id = x.id and h.changes is not null
    and (h.action = 'updated' or p_mark <> 'deleted');
  get diagnostics v_count = row_count;
  -- What a merge that was undone took over from them, and what a split gave to them: the other lead is of somebody
  -- else, and its history keeps the rest.
  update public.lead_changes h
  set changes = (
    select jsonb_object_agg(c.key, case when exists (
        select from public.lead_merges m
        where m.org_id = p_org_id and m.survivor_id = h.lead_id and m.merged_id = any (p_lead_ids)
          and m.undone_at is not null and c.key ~ '^(owner_|mailing_|attributes$|melissa)'
          and m.merged_row -> c.key <> 'null' and c.value @> jsonb_build_array(m.merged_row -> c.key))
        or exists (
        select from public.lead_splits s
        where s.org_id = p_org_id and s.lead_id = h.lead_id and s.new_lead_id = any (p_lead_ids)
          and c.key ~ '^(owner_|mailing_)' and s.changes -> c.key -> 0 <> 'null'
          and c.value @> jsonb_build_array(s.changes -> c.key -> 0))
      then to_jsonb(p_mark) else c.value end)
    from jsonb_each(h.changes) c)
  where h.org_id = p_org_id and h.action = 'updated' and h.changes is not null
    and h.lead_id in (
      select m.survivor_id from public.lead_merges m
      where m.org_id = p_org_id and m.merged_id = any (p_lead_ids) and m.undone_at is not null
      union all
      select s.lead_id from public.lead_splits s where s.org_id = p_org_id and s.new_lead_id = any (p_lead_ids));
  update public.lead_splits s
  set changes = (select coalesce(jsonb_object_agg(k, to_jsonb(p_mark)), '{}') from jsonb_object_keys(s.changes) k),
    reason = null
  where s.org_id = p_org_id and (s.lead_id = any (p_lead_ids) or s.new_lead_id = any (p_lead_ids));
  update public.lead_merges m
  set merged_row = jsonb_build_object('id', m.merged_id, p_mark || '_at', p_as_of), survivor_changes = null
  where m.org_id = p_org_id and (m.survivor_id = any (p_lead_ids) or m.merged_id = any (p_lead_ids));
  perform set_config('sluice.erasing', v_was, true);
  return v_count;
end
$$;
comment on function private.forget_history(uuid, uuid[], text, timestamptz) is
  'Replaces the values in the history of leads, in their merges and splits by the mark (erased or deleted); returns '
  'how many changes. Their merges cannot be undone any more. Definer: the history belongs to the owner.';
revoke execute on function private.forget_history(uuid, uuid[], text, timestamptz) from pipeline_writer;

create function private.tg_leads__forget() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v record;
begin
  for v in
    select o.org_id, array_agg(o.id) as ids from old_rows o
    -- The history goes with the org. A lead that is being merged lives on in another.
    where o.org_id::text is distinct from current_setting('sluice.deleting_org', true)
      and not exists (select from public.lead_merges m
        where m.org_id = o.org_id and m.merged_id = o.id and m.undone_at is null)
    group by o.org_id
  loop
    perform private.forget_history(v.org_id, private.with_merged(v.org_id, v.ids), 'deleted', now()),
      private.forget_answers(v.org_id, private.with_merged(v.org_id, v.ids));
  end loop;
  return null;
end
$$;
comment on function private.tg_leads__forget() is
  'Trigger: a deleted lead, and what was merged into it, leaves no values in the history. Definer: the history '
  'belongs to the owner.';
create trigger _600_forget after delete on public.leads
  referencing old table as old_rows for each statement execute function private.tg_leads__forget();

-- Rows of an org without a foreign key to it. gate_decisions and pii_access_log stay: they hold ids and keyed hashes
-- only, and prove what was done.
create function private.tg_orgs__delete_staging() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform set_config('sluice.deleting_org', old.id::text, true);
  delete from private.leads_staging_contacts c using public.upload_parts p
  where p.org_id = old.id and c.part_id = p.id;
  delete from private.leads_staging_raw r using public.upload_parts p where p.org_id = old.id and r.part_id = p.id;
  delete from public.leads_staging s where s.org_id = old.id;
  delete from private.resolve_plan r using public.uploads u where u.org_id = old.id and r.upload_id = u.id;
  return old;
end
$$;
comment on function private.tg_orgs__delete_staging() is
  'Trigger: deletes the staging rows and plans of a deleted org. Definer: a role that may delete the org may lack '
  'rights on them.';
create trigger _050_delete_staging before delete on public.orgs
  for each row execute function private.tg_orgs__delete_staging();

create function private.tg_orgs__delete_history() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_was constant text := coalesce(current_setting('sluice.erasing', true), '');
begin
  perform set_config('sluice.erasing', 'org', true);
  delete from public.lead_changes h where h.org_id = old.id;
  delete from public.pipeline_events e where e.org_id = old.id;
  delete from public.provider_calls c where c.org_id = old.id;
  perform set_config('sluice.erasing', v_was, true), set_config('sluice.deleting_org', '', true);
  return null;
end
$$;
comment on function private.tg_orgs__delete_history() is
  'Trigger: deletes the history and the events of a deleted org. Definer: as tg_orgs__delete_staging.';
create trigger _900_delete_history after delete on public.orgs
  for each row execute function private.tg_orgs__delete_history();

create function private.person_pattern(p_org_id uuid, p_lead_ids uuid[]) returns text
language sql stable set search_path = '' as $$
  with rows as (
    select to_jsonb(l) as r from public.leads l where l.org_id = p_org_id and l.id = any (p_lead_ids)
    union all
    select m.merged_row from public.lead_merges m where m.org_id = p_org_id and m.merged_id = any (p_lead_ids)
  ), words as (
    -- Short names are words of other sentences, too.
    select '\m' || regexp_replace(n.name, '([^[:alnum:] ])', '\\\1', 'g') || '\M' as word
    from rows cross join unnest(array[r ->> 'owner_1_last', r ->> 'owner_2_last', r ->> 'owner_full']) w (word)
    -- A word does not end with a dot.
    cross join lateral regexp_replace(w.word, '^[^[:alnum:]]+|[^[:alnum:]]+$', '', 'g') n (name)
    where length(n.name) >= 4
    union
    select case c.kind
      when 'phone' then regexp_replace(right(v.value, 10), '^(\d{3})(\d{3})(\d{4})$',
        '(\\+?1[^0-9]{0,2})?\1[^0-9]{0,3}\2[^0-9]{0,2}\3')
      else regexp_replace(v.value, '([^[:alnum:]])', '\\\1', 'g') end
    from public.contact_points c
    cross join lateral (
      select private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)) as value offset 0) v
    where c.org_id = p_org_id and c.lead_id = any (p_lead_ids)
  )
  select string_agg(w.word, '|' order by length(w.word) desc, w.word) from words w
$$;
comment on function private.person_pattern(uuid, uuid[]) is
  'Regular expression for the names, phones and e-mails of leads in any spelling; null if they have none.';
revoke execute on function private.person_pattern(uuid, uuid[]) from pipeline_writer;

create function private.redact_errors(p_org_id uuid, p_pattern text) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  t record;
  v_rows integer;
  v_count integer := 0;
begin
  -- Errors quote what they failed on. Every column of that kind, also of later releases.
  for t in
    select c.relname as name, a.attname as col
    from pg_catalog.pg_class c
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname in ('error', 'last_error', 'error_detail',
        'resolution_reason')
      and a.atttypid = 'text'::regtype
    join pg_catalog.pg_attribute o on o.attrelid = c.oid and o.attname = 'org_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      -- Records of proof have codes only.
      and not exists (select from pg_catalog.pg_trigger g where g.tgrelid = c.oid and g.tgname = '_100_append_only')
    order by c.relname
  loop
    execute format('update public.%1$I t set %2$I = regexp_replace(t.%2$I, $2, ''[erased]'', ''gi'') '
      'where t.org_id = $1 and t.%2$I ~* $2', t.name, t.col)
    using p_org_id, p_pattern;
    get diagnostics v_rows = row_count;
    v_count := v_count + v_rows;
  end loop;
  update pgboss.job j set output = '{"message": "[erased]"}'
  where j.output::text ~* p_pattern;
  get diagnostics v_rows = row_count;
  return v_count + v_rows;
end
$$;
comment on function private.redact_errors(uuid, text) is
  'Replaces what the pattern finds in the error columns of the org and in the output of jobs; returns how many rows. '
  'Definer: the tables of the queue and of uploads belong to the owner.';
revoke execute on function private.redact_errors(uuid, text) from pipeline_writer;
