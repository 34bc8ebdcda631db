-- answers for former names: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.remember_former_owner (
  k          public.lead_conflicts,
  p_row_keys text,
  p_before   public.leads,
  p_as_of    timestamp with time zone
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  with places as materialized (
    select p_before.addr_hash as addr_hash where p_before.addr_hash is not null
    union
    select a.addr_hash from public.lead_addresses a where a.org_id = k.org_id and a.lead_id = p_before.id
  ), former as materialized (
    select private.owner_text(p_before.owner_1_first, p_before.owner_1_last, p_before.owner_2_first,
      p_before.owner_2_last, p_before.owner_full, p_before.situs_street) as owner
  ), rival as materialized (
    -- Another lead that the name alone may mean.
    select exists (
      select from public.leads l, former f
      where l.org_id = k.org_id and l.id <> p_before.id
        and (l.id = any (k.lead_ids) or l.addr_hash in (select addr_hash from places) or l.id in (
          select a.lead_id from public.lead_addresses a
          where a.org_id = k.org_id and a.addr_hash in (select addr_hash from places)))
        and private.owners_agree(f.owner, private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first,
          l.owner_2_last, l.owner_full, l.situs_street))) as there_is
  ), keys as (
    select p_row_keys as keys, false as is_own
    union
    select private.row_keys(m.mak, p.fips, p.apn, h.addr_hash, null, null),
      num_nonnulls(m.mak, p.apn) > 0
    from (values (p_before.mak), (null)) m (mak)
    cross join (values (p_before.county_fips, coalesce(p_before.apn_segments, p_before.apn)), (null, null)) p (fips, apn)
    cross join (select addr_hash from places union all select null) h
    where num_nonnulls(m.mak, p.apn, h.addr_hash) > 0
  ), names as (
    select private.owner_print(p_before.owner_1_first, p_before.owner_1_last, p_before.owner_2_first,
      p_before.owner_2_last, p_before.owner_full) as owner
    union
    select private.owner_print(null, null, null, null, p_before.owner_full)
  )
  insert into public.conflict_answers (org_id, identity, row_keys, answer, lead_id, conflict_id, answered_at,
    answered_by)
  select k.org_id, private.row_identity(x.keys, n.owner, b.key), x.keys, 'same', p_before.id, k.id, p_as_of, auth.uid()
  from public.leads l
  cross join keys x
  cross join names n
  cross join rival r
  cross join (select private.blind_key(k.org_id) as key) b
  where l.org_id = k.org_id and l.id = p_before.id and n.owner <> '' and (x.is_own or not r.there_is)
    and n.owner <> private.owner_print(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full)
  -- What a person said about the very row counts more.
  on conflict (org_id, identity) do nothing
$function$;

CREATE OR REPLACE FUNCTION private.settle_conflict (
  k            public.lead_conflicts,
  p_answer     public.conflict_answer,
  p_lead_id    uuid,
  p_resolution text,
  p_rule_id    bigint,
  p_as_of      timestamp with time zone
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_row private.conflict_rows;
  v_before public.leads;
  v_upload public.uploads;
  v_trust smallint;
  v_part uuid;
  v_keys text;
  v_lead uuid := p_lead_id;
  v_is_new boolean;
  v_verdict text;
begin
  if to_regclass('pg_temp.resolve_rows') is null then
    perform private.open_resolve_scratch();
  end if;
  select l.* into v_before from public.leads l where l.org_id = k.org_id and l.id = p_lead_id;
  for v_row in
    select x.* from private.conflict_rows x
    where x.org_id = k.org_id and x.conflict_id = k.id
    order by x.created_at, x.upload_id, x.part, x.line
  loop
    v_part := private.restage_conflict_row(v_row);
    v_keys := coalesce(v_keys, (private.identity_of_row(k.org_id, v_part, v_row.line)).row_keys);
    if p_answer <> 'dismiss' then
      select u.* into strict v_upload from public.uploads u where u.org_id = k.org_id and u.id = v_row.upload_id;
      select s.trust into strict v_trust from public.sources s where s.id = v_upload.source_id;
      perform set_config('sluice.actor', 'upload', true),
        set_config('sluice.upload_id', v_row.upload_id::text, true);
      -- Emptied row by row: a truncated table is a new one, with new plans.
      delete from resolve_rows where true;
      delete from resolve_leads where true;
      v_is_new := v_lead is null;
      v_lead := coalesce(v_lead, gen_random_uuid());
      insert into resolve_rows (row_no, part_id, line_number, kind, component, component_size, lead_id, verdict)
      values (v_row.line, v_part, v_row.line, 2, v_row.line, 1, v_lead,
        case when v_is_new then 'created' else 'unchanged' end);
      if v_is_new then
        perform private.free_keys(k.org_id, v_part, v_row.line, v_lead);
      else
        perform private.take_keys(v_part, v_row.line);
      end if;
      perform private.fold_rows();
      -- The row is as old as its upload: the answer says whose it is, not that it is news.
      perform private.apply_leads(k.org_id, v_row.upload_id, v_upload.source_id, v_trust,
        coalesce(v_upload.observed_at, v_upload.received_at));
      -- A trigger ends contact with people whom the list marks so (35_consent).
      update public.leads_staging s set lead_id = v_lead
      where s.part_id = v_part and s.line_number = v_row.line and s.do_not_contact;
      select case when r.verdict <> 'created' and l.created_upload_id = v_row.upload_id then 'merged' else r.verdict end
      into v_verdict
      from resolve_rows r
      join public.leads l on l.org_id = k.org_id and l.id = r.lead_id
      where r.line_number = v_row.line;
      insert into public.lead_joins (org_id, lead_id, upload_id, part, line, evidence, joined_at)
      select k.org_id, r.lead_id, v_row.upload_id, v_row.part, v_row.line, r.evidence, p_as_of
      from resolve_rows r where r.line_number = v_row.line and r.evidence is not null;
      update public.upload_parts p
      set conflict = p.conflict - 1,
        created = p.created + (v_verdict = 'created')::integer,
        updated = p.updated + (v_verdict = 'updated')::integer,
        unchanged = p.unchanged + (v_verdict = 'unchanged')::integer,
        merged = p.merged + (v_verdict = 'merged')::integer
      where p.id = v_part;
    end if;
    delete from public.leads_staging s where s.part_id = v_part and s.line_number = v_row.line;
    delete from private.leads_staging_contacts c where c.part_id = v_part and c.line_number = v_row.line;
  end loop;
  if v_keys is not null and k.identity is not null then
    perform private.remember_answer(k.org_id, k.identity, v_keys, p_answer, v_lead, k.lead_ids, k.id, p_rule_id,
      p_as_of);
    if v_before.id is not null then
      perform private.remember_former_owner(k, v_keys, v_before, p_as_of);
    end if;
  end if;
  delete from private.conflict_rows x where x.org_id = k.org_id and x.conflict_id = k.id;
  update public.lead_conflicts c
  set state = case p_answer when 'dismiss' then 'dismissed' else 'resolved' end::public.conflict_state,
    closed_at = p_as_of, closed_by = auth.uid(), answer = p_answer, lead_id = v_lead,
    resolution = coalesce(p_resolution, case p_answer
      when 'dismiss' then 'dismissed'
      when 'own' then 'made a lead of its own: ' || v_lead
      else 'row assigned to lead ' || v_lead end)
  where c.org_id = k.org_id and c.id = k.id;
  return v_lead;
end
$function$;

CREATE OR REPLACE FUNCTION public.forget_conflict_answer (
  p_org_id      uuid,
  p_conflict_id bigint
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  delete from public.conflict_answers a
  where a.org_id = p_org_id and private.may_answer_conflicts(a.org_id)
    and (a.identity = (select c.identity from public.lead_conflicts c
      where c.org_id = p_org_id and c.id = p_conflict_id) or a.conflict_id = p_conflict_id);
  return found;
end
$function$;

COMMENT ON FUNCTION "private"."remember_former_owner"(public.lead_conflicts, text, public.leads, timestamp with time zone) IS 'After an answer that gave a lead another owner: rows that name the former one (p_before) with the keys of the row or of the lead are still that lead''s, unless they have no MAK and parcel and another lead there may be meant.';

REVOKE ALL ON FUNCTION "private"."remember_former_owner"(public.lead_conflicts, text, public.leads, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."remember_former_owner"(public.lead_conflicts, text, public.leads, timestamp WITH time zone) TO "pipeline_writer";
