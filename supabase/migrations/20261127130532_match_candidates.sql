-- match candidates: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE TABLE "public"."match_candidates" (
  "org_id"        uuid             NOT NULL,
  "id"            bigint           GENERATED ALWAYS AS IDENTITY NOT NULL,
  "left_id"       uuid             NOT NULL,
  "right_id"      uuid             NOT NULL,
  "origin"        text             NOT NULL,
  "levels"        smallint[],
  "weight"        double precision NOT NULL,
  "probability"   double precision NOT NULL,
  "reasons"       text[]           NOT NULL DEFAULT '{}'::text[],
  "model_version" integer,
  CONSTRAINT "left_lead_has_the_smaller_id" CHECK ((left_id < right_id)),
  CONSTRAINT "match_candidates_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "origin_is_known" CHECK ((origin = ANY (ARRAY['finder'::text, 'upload'::text, 'split'::text, 'person'::text]))),
  CONSTRAINT "pair_is_listed_once" UNIQUE (org_id, left_id, right_id),
  CONSTRAINT "probability_is_between_0_and_1" CHECK (((probability >= (0)::double precision) AND (probability <= (1)::double precision)))
);

ALTER TABLE "public"."match_candidates"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."match_candidates" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."match_candidates_id_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."match_candidates_id_seq" FROM "authenticated";

CREATE TYPE "public"."candidate_state" AS ENUM (
  'open',
  'same',
  'different',
  'merged',
  'stale'
);

ALTER TABLE "public"."match_candidates"
  ADD COLUMN "state" public.candidate_state NOT NULL DEFAULT 'open'::public.candidate_state;

ALTER TABLE "public"."match_candidates"
  ADD COLUMN "found_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."match_candidates"
  ADD COLUMN "compared_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."match_candidates"
  ADD COLUMN "skipped_at" timestamp WITH time zone;

ALTER TABLE "public"."match_candidates"
  ADD COLUMN "decided_at" timestamp WITH time zone;

ALTER TABLE "public"."match_candidates"
  ADD COLUMN "decided_by" uuid;

ALTER TABLE "public"."match_candidates"
  ADD COLUMN "merge_id" bigint;

ALTER TABLE "public"."match_candidates"
  ADD COLUMN "was_different" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."match_candidates"
  ADD COLUMN "inherited_from" bigint;

ALTER TABLE "public"."match_candidates"
  ADD COLUMN "left_print" bytea;

ALTER TABLE "public"."match_candidates"
  ADD COLUMN "right_print" bytea;

CREATE OR REPLACE FUNCTION private.are_different (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select exists (
    select from public.match_candidates c
    where c.org_id = p_org_id and c.state = 'different' and c.left_id = any (p_lead_ids)
      and c.right_id = any (p_lead_ids))
    -- Leads that were deleted since and came again with other ids.
    or exists (select from public.match_candidates c where c.org_id = p_org_id and c.state = 'different'
        and c.left_print is not null)
      and exists (
        select from (
          select i.id, private.print_lead(p_org_id, i.id) as print from unnest(p_lead_ids) i (id) offset 0) a
        join public.match_candidates c on c.org_id = p_org_id and c.state = 'different' and c.left_print = a.print
        join (
          select i.id, private.print_lead(p_org_id, i.id) as print from unnest(p_lead_ids) i (id) offset 0) b
          on b.print = c.right_print and b.id <> a.id)
$function$;

CREATE OR REPLACE FUNCTION private.print_lead (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS bytea
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select private.row_identity(
    private.row_keys(l.mak, l.county_fips, coalesce(l.apn_segments, l.apn), l.addr_hash, c.phone, c.email),
    private.owner_print(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full),
    private.blind_key(p_org_id))
  from public.leads l
  cross join lateral (
    select (array_agg(x.value_bidx order by x.position, x.id) filter (where x.kind = 'phone'))[1] as phone,
      (array_agg(x.value_bidx order by x.position, x.id) filter (where x.kind = 'email'))[1] as email
    from public.contact_points x where x.org_id = p_org_id and x.lead_id = l.id) c
  where l.org_id = p_org_id and l.id = p_lead_id
$function$;

CREATE OR REPLACE FUNCTION private.probability_of (
  p_weight double precision
)
  RETURNS double precision
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select 1 / (1 + power(2::double precision, -greatest(-60, least(60, p_weight))))
$function$;

CREATE OR REPLACE FUNCTION private.resolve_row (
  p_org_id    uuid,
  p_upload_id uuid,
  p_row_no    bigint,
  p_as_of     timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  r private.resolve_rows;
  v_leads uuid[];
  v_reason text;
  v_conflict record;
  v_verdict text := 'unchanged';
begin
  select * into strict r from resolve_rows x where x.row_no = p_row_no;
  v_reason := r.reason;
  if v_reason is not null then
    v_leads := private.leads_at_place(p_org_id, r);
  elsif r.answer is not null then
    v_leads := array_remove(array[private.current_lead(p_org_id, r.by_mak)], null);
  elsif r.kind = 3 then
    v_leads := array_remove(array[r.by_place, r.by_email], null);
    -- A phone decides before an e-mail: together they only unite persons, and none that somebody called different.
    if cardinality(v_leads) = 2 and (not private.are_one_person(p_org_id, v_leads)
      or private.are_different(p_org_id, v_leads)) then
      v_leads := v_leads[1:1];
    end if;
  else
    select array_agg(distinct f.id) into v_leads from (
      select l.id from public.leads l where l.org_id = p_org_id and l.mak = r.mak
      union all
      select l.id from public.leads l
      where l.org_id = p_org_id and l.county_fips = left(r.parcel, 5)
        and coalesce(l.apn_segments, l.apn) = substr(r.parcel, 6) and l.apn is not null
      union all
      select r.by_parcel where r.by_parcel is not null
      union all
      select r.by_place where r.by_place is not null
    ) f;
    if cardinality(v_leads) > 0 and (private.keys_contradict(p_org_id, v_leads, r.mak, r.parcel)
      or private.is_elsewhere(p_org_id, v_leads, r)
      or cardinality(v_leads) > 1 and private.are_different(p_org_id, v_leads)) then
      v_reason := case when cardinality(v_leads) = 1 then 'key_contradicts' else 'keys_point_to_different_leads' end;
    end if;
  end if;

  if cardinality(v_leads) > 0 then
    v_leads := private.survivor_of(p_org_id, v_leads);
  end if;
  if v_reason is not null then
    v_conflict := private.open_conflict(p_org_id, r.part_id, r.line_number, v_reason, coalesce(v_leads, '{}'),
      p_as_of);
    if v_conflict.verdict = 'known' then
      v_leads := array[v_conflict.lead_id];
      perform private.take_keys(r.part_id, r.line_number);
    elsif v_conflict.verdict = 'own' then
      v_leads := '{}';
      r.answer := 'own';
    else
      update resolve_rows x set verdict = v_conflict.verdict, reason = v_reason where x.row_no = p_row_no;
      return;
    end if;
  end if;

  if coalesce(cardinality(v_leads), 0) = 0 then
    v_leads := array[gen_random_uuid()];
    v_verdict := 'created';
    if r.answer = 'own' then
      perform private.make_own(p_org_id, r.part_id, r.line_number, v_leads[1]);
    end if;
  elsif cardinality(v_leads) > 1 then
    perform private.unite_leads(p_org_id, p_upload_id, v_leads, r, p_as_of);
    v_verdict := 'merged';
  end if;
  update resolve_rows x
  set lead_id = v_leads[1], verdict = v_verdict, component = p_row_no, component_size = 1
  where x.row_no = p_row_no;
  -- Rows linked to this one, and to no lead yet, follow it.
  if v_reason is null then
    update resolve_rows x set by_place = v_leads[1]
    where x.component = r.component and x.lead_id is null and x.reason is null and x.kind > 1
      and coalesce(x.by_mak, x.by_place, x.by_email) is null;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.suggest_match (
  p_org_id  uuid,
  p_left    uuid,
  p_right   uuid,
  p_reasons text[],
  p_weight  double precision         DEFAULT 0,
  p_origin  text                     DEFAULT 'upload'::text,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS bigint
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into public.match_candidates as c (org_id, left_id, right_id, origin, weight, probability, reasons, found_at,
    compared_at)
  select p_org_id, a.id, b.id, p_origin, p_weight, private.probability_of(p_weight), p_reasons, p_as_of, p_as_of
  from public.leads a join public.leads b on b.org_id = a.org_id and b.id = greatest(p_left, p_right)
  where a.org_id = p_org_id and a.id = least(p_left, p_right) and a.id <> b.id
    -- Two properties are never one.
    and (a.mak <> b.mak or private.parcel_key(a.county_fips, a.apn, a.apn_segments)
      <> private.parcel_key(b.county_fips, b.apn, b.apn_segments)) is not true
    and not private.are_different(p_org_id, array[a.id, b.id])
  on conflict (org_id, left_id, right_id) do update
  set weight = greatest(c.weight, excluded.weight), probability = greatest(c.probability, excluded.probability),
    reasons = (select array_agg(r order by o) from (
      select r, min(o) as o from unnest(c.reasons || excluded.reasons) with ordinality t (r, o) group by r) x),
    compared_at = excluded.compared_at, state = 'open', decided_at = null, merge_id = null
  where c.state in ('open', 'stale')
  returning id
$function$;

CREATE OR REPLACE FUNCTION private.tg_lead_merges__follow_candidates()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if not exists (select from public.match_candidates c where c.org_id = new.org_id) then
    return null;
  end if;
  update public.match_candidates c
  set state = 'merged', merge_id = new.id, decided_at = new.merged_at, was_different = c.state = 'different'
  where c.org_id = new.org_id and c.left_id = least(new.survivor_id, new.merged_id)
    and c.right_id = greatest(new.survivor_id, new.merged_id);
  -- The survivor is different from whatever the merged lead is different from, and its open pairs stay open.
  insert into public.match_candidates as c (org_id, left_id, right_id, origin, levels, weight, probability, reasons,
    model_version, state, found_at, compared_at, skipped_at, decided_at, decided_by, inherited_from)
  select o.org_id, least(x.other_id, new.survivor_id), greatest(x.other_id, new.survivor_id), o.origin, o.levels,
    o.weight, o.probability, o.reasons, o.model_version, o.state, o.found_at, o.compared_at, o.skipped_at,
    o.decided_at, o.decided_by, new.id
  from public.match_candidates o
  cross join lateral (
    select case o.left_id when new.merged_id then o.right_id else o.left_id end as other_id) x
  where o.org_id = new.org_id and new.merged_id in (o.left_id, o.right_id) and o.state in ('open', 'different')
    and x.other_id <> new.survivor_id
  on conflict (org_id, left_id, right_id) do update
  set state = 'different', decided_at = excluded.decided_at, decided_by = excluded.decided_by,
    inherited_from = excluded.inherited_from
  where excluded.state = 'different' and c.state in ('open', 'stale');
  update public.match_candidates o set state = 'stale', decided_at = new.merged_at, merge_id = new.id
  where o.org_id = new.org_id and new.merged_id in (o.left_id, o.right_id) and o.state = 'open';
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_lead_merges__return_candidates()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  delete from public.match_candidates c
  where c.org_id = new.org_id and c.inherited_from = new.id and c.state in ('open', 'different', 'stale');
  update public.match_candidates c
  set state = case when c.state = 'stale' or c.state = 'same' and not c.was_different then 'open'
      else 'different' end::public.candidate_state,
    decided_at = case when c.state = 'stale' or c.state = 'same' and not c.was_different then null
      else new.undone_at end,
    decided_by = case when c.state <> 'stale' and (c.state = 'merged' or c.was_different) then auth.uid() end,
    merge_id = null, was_different = false
  where c.org_id = new.org_id and c.merge_id = new.id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_leads__end_candidates()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if exists (select from public.match_candidates) then
    update public.match_candidates c set state = 'stale', decided_at = now()
    from gone g where c.org_id = g.org_id and c.left_id = g.id and c.state = 'open';
    update public.match_candidates c set state = 'stale', decided_at = now()
    from gone g where c.org_id = g.org_id and c.right_id = g.id and c.state = 'open';
  end if;
  return null;
end
$function$;

ALTER TABLE "public"."match_candidates"
  ADD CONSTRAINT "decided_candidate_has_its_time" CHECK (((state = 'open'::public.candidate_state) = (decided_at IS NULL)));

ALTER TABLE "public"."match_candidates"
  ADD CONSTRAINT "match_candidates_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."match_candidates"
  ADD CONSTRAINT "merged_pair_names_its_merge" CHECK (((state <> ALL (ARRAY['same'::public.candidate_state, 'merged'::public.candidate_state])) OR (merge_id IS NOT NULL)));

ALTER TABLE "public"."orgs"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "merge_probability_is_at_least_0_9" CHECK (((settings ->> 'merge_probability'::text) ~ '^(0[.]9[0-9]{0,8}|1([.]0{1,8})?)$'::text));

CREATE INDEX match_candidates_inherited_idx ON public.match_candidates USING btree (org_id, inherited_from)
  WHERE (inherited_from IS NOT NULL);

CREATE INDEX match_candidates_merge_idx ON public.match_candidates USING btree (org_id, merge_id)
  WHERE (merge_id IS NOT NULL);

CREATE INDEX match_candidates_open_idx ON public.match_candidates USING btree (org_id, probability)
  WHERE (state = 'open'::public.candidate_state);

CREATE INDEX match_candidates_prints_idx ON public.match_candidates USING btree (org_id, left_print)
  WHERE ((state = 'different'::public.candidate_state) AND (left_print IS NOT NULL));

CREATE INDEX match_candidates_right_idx ON public.match_candidates USING btree (org_id, right_id);

CREATE TRIGGER _100_return_candidates
  AFTER UPDATE OF undone_at ON public.lead_merges
  FOR EACH ROW
  WHEN (((old.undone_at IS NULL) AND (new.undone_at IS NOT NULL)))
  EXECUTE FUNCTION private.tg_lead_merges__return_candidates();

CREATE TRIGGER _200_follow_candidates
  AFTER INSERT ON public.lead_merges
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_lead_merges__follow_candidates();

CREATE TRIGGER _600_end_candidates
  AFTER DELETE ON public.leads REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_leads__end_candidates();

CREATE POLICY "delete_writer" ON "public"."match_candidates"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "public"."match_candidates"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."match_candidates"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."match_candidates"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "public"."match_candidates"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

COMMENT ON COLUMN "public"."match_candidates"."compared_at" IS 'When weight and reasons were determined last.';

COMMENT ON COLUMN "public"."match_candidates"."decided_at" IS 'When the pair left the state open.';

COMMENT ON COLUMN "public"."match_candidates"."decided_by" IS 'The member who answered; null for the system and the service.';

COMMENT ON COLUMN "public"."match_candidates"."found_at" IS 'When the pair was found first.';

COMMENT ON COLUMN "public"."match_candidates"."inherited_from" IS 'The pair of a lead that was merged into this one, by that merge; undoing the merge removes it.';

COMMENT ON COLUMN "public"."match_candidates"."left_id" IS 'The lead with the smaller id, so that a pair is one row.';

COMMENT ON COLUMN "public"."match_candidates"."left_print" IS 'different: keyed hash of the lead''s keys and owner, so that the answer also holds when the lead was deleted and comes again. Likewise right_print.';

COMMENT ON COLUMN "public"."match_candidates"."levels" IS 'How closely each comparison agrees (private.match_phrases); null when the finder did not compare the pair.';

COMMENT ON COLUMN "public"."match_candidates"."merge_id" IS 'same, merged: the merge in lead_merges. stale: the merge that ended one of the leads.';

COMMENT ON COLUMN "public"."match_candidates"."model_version" IS 'The version of the org''s model (match_models) that gave the probability; null when none did.';

COMMENT ON COLUMN "public"."match_candidates"."origin" IS 'finder: the search compared the leads. upload: a row fits both. split: a person split the lead. person: a person named the pair.';

COMMENT ON COLUMN "public"."match_candidates"."probability" IS 'Probability that the leads are one, from 0 to 1.';

COMMENT ON COLUMN "public"."match_candidates"."reasons" IS 'Why, in words, the strongest first. Contains no values.';

COMMENT ON COLUMN "public"."match_candidates"."skipped_at" IS 'A person skipped the pair: it is listed after the others.';

COMMENT ON COLUMN "public"."match_candidates"."was_different" IS 'same, merged: a person had said different before; undoing the merge brings that back.';

COMMENT ON COLUMN "public"."match_candidates"."weight" IS 'log2 of the odds that the leads are one.';

COMMENT ON COLUMN "public"."orgs"."settings" IS 'Settings of the org. raw_days: number of days for which the bytes of finished uploads are kept (default 30). consent_months: number of months after which a consent expires (default: never). consent_page: https address that serves pages/consent. seller: the seller that consents must name (default: the name of the org). lead_attempts_24h, org_attempts_24h: limits on contacts per lead and for the org. help_contact: the address that the answer to HELP names. merge_probability: leads that are one with at least this probability (0.9 to 1) are merged without an answer (default: never).';

COMMENT ON FUNCTION "private"."are_different"(uuid, uuid[]) IS 'Whether a person has said that two of these leads are different.';

COMMENT ON FUNCTION "private"."print_lead"(uuid, uuid) IS 'Keyed hash of a lead''s keys and owner, as private.row_identity makes it for rows. Null when the lead is gone.';

COMMENT ON FUNCTION "private"."probability_of"(double precision) IS 'The probability that belongs to a weight (log2 of odds).';

COMMENT ON FUNCTION "private"."suggest_match"(uuid, uuid, uuid, text[], double precision, text, timestamp with time zone) IS 'Offers two leads to a person as candidates, and returns the id; null when the pair was decided before, a lead is gone, or both have a MAK or parcel and they differ. p_reasons: in words, without values. p_weight: log2 of the odds that they are one (0: even). An open pair keeps the higher weight and gets the further reasons.';

COMMENT ON FUNCTION "private"."tg_lead_merges__follow_candidates"() IS 'Trigger: closes the pair that was merged; the other pairs of the merged lead become those of the survivor.';

COMMENT ON FUNCTION "private"."tg_lead_merges__return_candidates"() IS 'Trigger: undoing a merge that a person had asked for opens the pair again; undoing any other merge says that the leads are different.';

COMMENT ON FUNCTION "private"."tg_leads__end_candidates"() IS 'Trigger: open pairs of deleted leads become stale. Definer: whoever may delete leads has no rights on answers.';

COMMENT ON TABLE "public"."match_candidates" IS 'Pairs of leads that may be one person, business or property, and what was decided. A pair has one row for ever; public.list_match_candidates shows the values of both leads. Leads may be gone: there is no foreign key.';

COMMENT ON TYPE "public"."candidate_state" IS 'open: waits for an answer. same: a person said so, and the leads were merged. different: a person said so; it holds for later uploads. merged: the leads were merged otherwise. stale: a lead is gone, or they no longer look alike.';

REVOKE ALL ON FUNCTION "private"."are_different"(uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_different"(uuid, uuid[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."print_lead"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."print_lead"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."probability_of"(double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."probability_of"(double precision) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."suggest_match"(uuid, uuid, uuid, text[], double precision, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."suggest_match"(uuid, uuid, uuid, text[], double precision, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_lead_merges__follow_candidates"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_lead_merges__follow_candidates"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_lead_merges__return_candidates"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_lead_merges__return_candidates"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_leads__end_candidates"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_leads__end_candidates"() TO "pipeline_writer";

REVOKE ALL ON SEQUENCE "public"."match_candidates_id_seq" FROM "service_role";

GRANT SELECT, UPDATE, USAGE ON SEQUENCE "public"."match_candidates_id_seq" TO "service_role";

REVOKE ALL ON TABLE "public"."match_candidates" FROM "authenticated";

REVOKE ALL ("compared_at") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("compared_at") ON TABLE "public"."match_candidates" TO "authenticated";

REVOKE ALL ("decided_at") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("decided_at") ON TABLE "public"."match_candidates" TO "authenticated";

REVOKE ALL ("decided_by") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("decided_by") ON TABLE "public"."match_candidates" TO "authenticated";

REVOKE ALL ("found_at") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("found_at") ON TABLE "public"."match_candidates" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."match_candidates" TO "authenticated";

REVOKE ALL ("left_id") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("left_id") ON TABLE "public"."match_candidates" TO "authenticated";

REVOKE ALL ("levels") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("levels") ON TABLE "public"."match_candidates" TO "authenticated";

REVOKE ALL ("merge_id") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("merge_id") ON TABLE "public"."match_candidates" TO "authenticated";

REVOKE ALL ("model_version") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("model_version") ON TABLE "public"."match_candidates" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("org_id") ON TABLE "public"."match_candidates" TO "authenticated";

REVOKE ALL ("origin") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("origin") ON TABLE "public"."match_candidates" TO "authenticated";

REVOKE ALL ("probability") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("probability") ON TABLE "public"."match_candidates" TO "authenticated";

REVOKE ALL ("reasons") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("reasons") ON TABLE "public"."match_candidates" TO "authenticated";

REVOKE ALL ("right_id") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("right_id") ON TABLE "public"."match_candidates" TO "authenticated";

REVOKE ALL ("skipped_at") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("skipped_at") ON TABLE "public"."match_candidates" TO "authenticated";

REVOKE ALL ("state") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("state") ON TABLE "public"."match_candidates" TO "authenticated";

REVOKE ALL ("weight") ON TABLE "public"."match_candidates" FROM "authenticated";

GRANT SELECT ("weight") ON TABLE "public"."match_candidates" TO "authenticated";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "public"."match_candidates" TO "pipeline_writer";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."match_candidates" TO "service_role";
