-- greet by the name of the row: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE TABLE "private"."contacts_of_others" (
  "org_id"           uuid   NOT NULL,
  "contact_point_id" bigint NOT NULL,
  CONSTRAINT "contacts_of_others_pkey" PRIMARY KEY (org_id, contact_point_id)
);

ALTER TABLE "private"."contacts_of_others"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION private.apply_contacts (
  p_org_id    uuid,
  p_upload_id uuid,
  p_row_no    bigint
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  -- One key for all parts, unless it was rotated between them.
  v_key integer := (select case when min(p.key_id) = max(p.key_id) then min(p.key_id) end
    from public.upload_parts p where p.upload_id = p_upload_id);
  v_added uuid[];
  v_judged uuid[];
begin
  with added as (
    insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, label,
      position, verified, codes, invalid_at, created_upload_id)
    select p_org_id, r.lead_id, c.kind, c.value_bidx, c.value_cipher,
      coalesce(v_key, (select p.key_id from public.upload_parts p where p.id = r.part_id)), c.masked, c.label,
      c.position, c.verified, c.codes, case when c.invalid then now() end, p_upload_id
    from resolve_rows r
    join resolve_leads n using (component)
    cross join lateral (
      select x.* from private.leads_staging_contacts x
      where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) c
    where p_row_no is null or r.row_no = p_row_no
    on conflict (org_id, lead_id, value_bidx) do nothing
    returning lead_id
  )
  select array_agg(distinct a.lead_id) into v_added
  from added a where exists (select from resolve_leads n where n.lead_id = a.lead_id and not n.is_new);

  perform private.note_contacts_of_others(p_org_id, p_row_no);

  -- A later verification result of a contact point replaces the earlier one.
  with judged as (
    update public.contact_points p
    set codes = c.codes, verified = c.verified,
      invalid_at = case when c.invalid then coalesce(p.invalid_at, now()) end
    from (
      select distinct on (r.lead_id, s.value_bidx) r.lead_id, s.*
      from resolve_rows r
      join resolve_leads n using (component)
      cross join lateral (
        select x.* from private.leads_staging_contacts x
        where x.part_id = r.part_id and x.line_number = r.line_number
        offset 0
      ) s
      where (r.component_size > 1 or not n.is_new) and (p_row_no is null or r.row_no = p_row_no) and s.codes <> '{}'
      order by r.lead_id, s.value_bidx, r.row_no desc
    ) c
    where p.org_id = p_org_id and p.lead_id = c.lead_id and p.value_bidx = c.value_bidx and p.codes <> c.codes
    returning p.lead_id
  )
  select array_agg(distinct j.lead_id) into v_judged from judged j;

  v_added := v_added || v_judged;
  if v_added is not null then
    perform private.refresh_verification(p_org_id, v_added);
  end if;
  return v_added;
end
$function$;

CREATE OR REPLACE FUNCTION private.came_with_another_name (
  p_org_id           uuid,
  p_contact_point_id bigint
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select exists (
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
      where o.org_id = p_org_id and o.contact_point_id = p_contact_point_id)
$function$;

CREATE OR REPLACE FUNCTION private.has_several_owners (
  p_org_id     uuid,
  p_value_bidx bytea
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v record;
  v_owner private.parsed_name;
  v_greeting private.parsed_name;
  v_owners private.parsed_name[] := '{}'::private.parsed_name[];
  v_greetings private.parsed_name[] := '{}'::private.parsed_name[];
begin
  for v in
    select distinct
      private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full) as owner,
      private.owner_text(l.owner_1_first, l.owner_1_last, null, null, l.owner_full) as greeting
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
$function$;

CREATE OR REPLACE FUNCTION private.is_another (
  a private.parsed_name,
  b private.parsed_name
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select not private.names_agree(a, b) or private.has_other_given(a, b) and private.has_other_given(b, a)
$function$;

CREATE OR REPLACE FUNCTION private.note_contacts_of_others (
  p_org_id uuid,
  p_row_no bigint
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  insert into private.contacts_of_others (org_id, contact_point_id)
  select distinct p_org_id, p.id
  from (
    select r.part_id, r.line_number, r.lead_id, r.owner, l.greeting
    from resolve_rows r
    join resolve_leads n using (component)
    cross join lateral (
      select private.owner_text(x.owner_1_first, x.owner_1_last, null, null, x.owner_full) as greeting
      from public.leads x where x.org_id = p_org_id and x.id = r.lead_id
      offset 0
    ) l
    where (r.component_size > 1 or not n.is_new) and r.owner is not null and (p_row_no is null or r.row_no = p_row_no)
      and r.owner <> l.greeting and private.is_another(private.parse_name_text(private.name_letters(r.owner)),
        private.parse_name_text(private.name_letters(l.greeting)))
    offset 0
  ) k
  cross join lateral (
    select x.value_bidx from private.leads_staging_contacts x
    where x.part_id = k.part_id and x.line_number = k.line_number
    offset 0
  ) c
  cross join lateral (
    select x.id from public.contact_points x
    where x.org_id = p_org_id and x.lead_id = k.lead_id and x.value_bidx = c.value_bidx
    offset 0
  ) p
  on conflict do nothing
$function$;

ALTER TABLE "private"."contacts_of_others"
  ADD CONSTRAINT "contacts_of_others_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

CREATE POLICY "insert_writer" ON "private"."contacts_of_others"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."contacts_of_others"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

COMMENT ON FUNCTION "private"."came_with_another_name"(uuid, bigint) IS 'Whether this contact point came with another person''s name than its lead has: today''s name is not that of whoever answers there.';

COMMENT ON FUNCTION "private"."is_another"(private.parsed_name, private.parsed_name) IS 'Whether two names are those of different people, also of one household. Null or false when one says nothing.';

COMMENT ON FUNCTION "private"."note_contacts_of_others"(uuid, bigint) IS 'Fills contacts_of_others from the rows of a resolve that name another person than their lead does now.';

COMMENT ON TABLE "private"."contacts_of_others" IS 'Contact points whose row named another person than their lead does: a list with a row for each owner of a property. Ids of contact points are never used again, so there is no foreign key, which would slow down every deletion.';

REVOKE ALL ON FUNCTION "private"."is_another"(private.parsed_name, private.parsed_name) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_another"(private.parsed_name, private.parsed_name) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."note_contacts_of_others"(uuid, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."note_contacts_of_others"(uuid, bigint) TO "pipeline_writer";

GRANT INSERT, SELECT ON TABLE "private"."contacts_of_others" TO "pipeline_writer";
