-- answer many conflicts: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "public"."close_conflicts"(uuid, public.conflict_answer, uuid, text, text, text, text, text, bigint, boolean, integer, timestamp WITH time zone);

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

CREATE OR REPLACE FUNCTION public.close_conflicts (
  p_org_id    uuid,
  p_answer    public.conflict_answer,
  p_upload_id uuid                     DEFAULT NULL::uuid,
  p_reason    text                     DEFAULT NULL::text,
  p_street    text                     DEFAULT NULL::text,
  p_city      text                     DEFAULT NULL::text,
  p_state     text                     DEFAULT NULL::text,
  p_zip       text                     DEFAULT NULL::text,
  p_rule_id   bigint                   DEFAULT NULL::bigint,
  p_preview   boolean                  DEFAULT true,
  p_limit     integer                  DEFAULT 200,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  k public.lead_conflicts;
  v_buildings bytea[];
  v_open integer;
  v_unclear integer;
  v_closed integer := 0;
begin
  if private.may_answer_conflicts(p_org_id) is not true then
    raise exception 'org not found' using errcode = 'SL302';
  end if;
  if p_street is not null then
    v_buildings := private.buildings_of(p_street, p_city, p_state, p_zip);
  end if;
  if num_nonnulls(p_upload_id, p_reason, v_buildings, p_rule_id) = 0 then
    raise exception 'name an upload, a reason, a building or a rule' using errcode = 'SL305';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  select count(*), count(*) filter (where p_answer = 'same' and cardinality(c.lead_ids) <> 1)
  into v_open, v_unclear
  from private.conflicts_like(p_org_id, p_upload_id, p_reason, v_buildings, p_rule_id) c;
  if not p_preview then
    for k in
      select c.* from private.conflicts_like(p_org_id, p_upload_id, p_reason, v_buildings, p_rule_id) c
      where p_answer <> 'same' or cardinality(c.lead_ids) = 1
        and exists (select from public.leads l where l.org_id = p_org_id and l.id = c.lead_ids[1])
      order by c.id
      limit p_limit
    loop
      perform private.settle_conflict(k, p_answer, case when p_answer = 'same' then k.lead_ids[1] end, null,
        p_rule_id, p_as_of);
      v_closed := v_closed + 1;
    end loop;
  end if;
  return jsonb_build_object('open', v_open, 'unclear', v_unclear, 'closed', v_closed,
    'left', v_open - v_unclear - v_closed);
end
$function$;

REVOKE ALL
  ON FUNCTION "public"."close_conflicts"(uuid, public.conflict_answer, uuid, text, text, text, text, text, bigint, boolean, integer, timestamp WITH time zone)
  FROM PUBLIC, "anon";

COMMENT ON FUNCTION "public"."add_conflict_rule"(uuid, text, text, text, text, text, text, boolean, timestamp with time zone) IS 'Makes all conflicting rows of a building (an address without its unit, in a county if p_county_fips is given) leads of their own, from now on and for up to 200 open conflicts. Returns {rule_id, open, closed, left}; a preview counts only. Raises SL302 (org), SL305 (unreadable address). For owners, admins and the service. Definer: like close_conflict.';

COMMENT ON FUNCTION "public"."close_conflicts"(uuid, public.conflict_answer, uuid, text, text, text, text, text, bigint, boolean, integer, timestamp
  with time zone) IS 'Gives one answer to all open conflicts of an upload, with a reason, at a building (an address, without its unit) or of a rule; several conditions must all hold. Returns {open: how many fit, unclear: how many of them the answer same does not decide because they name several leads, closed, left}. A preview closes none; otherwise at most p_limit at a time. Raises SL302 (org), SL305 (no condition, or unreadable address). For owners, admins and the service. Definer: like close_conflict.';

GRANT EXECUTE
  ON FUNCTION "public"."close_conflicts"(uuid, public.conflict_answer, uuid, text, text, text, text, text, bigint, boolean, integer, timestamp WITH time zone)
  TO "authenticated", "pipeline_writer";

REVOKE ALL
  ON FUNCTION "public"."close_conflicts"(uuid, public.conflict_answer, uuid, text, text, text, text, text, bigint, boolean, integer, timestamp WITH time zone)
  FROM "postgres";

GRANT EXECUTE
  ON FUNCTION "public"."close_conflicts"(uuid, public.conflict_answer, uuid, text, text, text, text, text, bigint, boolean, integer, timestamp WITH time zone)
  TO "postgres";

GRANT EXECUTE
  ON FUNCTION "public"."close_conflicts"(uuid, public.conflict_answer, uuid, text, text, text, text, text, bigint, boolean, integer, timestamp WITH time zone)
  TO "service_role";
