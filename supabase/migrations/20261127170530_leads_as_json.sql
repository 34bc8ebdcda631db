-- leads as json: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE TABLE "private"."submitted_rows" (
  "org_id"    uuid    NOT NULL,
  "upload_id" uuid    NOT NULL,
  "line"      integer NOT NULL,
  "verdict"   text    NOT NULL,
  "lead_id"   uuid,
  CONSTRAINT "submitted_rows_pkey" PRIMARY KEY (upload_id, line),
  CONSTRAINT "submitted_verdict_is_known" CHECK ((verdict = ANY (ARRAY['created'::text, 'updated'::text, 'unchanged'::text, 'merged'::text, 'conflict'::text])))
);

ALTER TABLE "private"."submitted_rows"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."uploads"
  ADD COLUMN "kind" text NOT NULL DEFAULT 'file'::text
    CONSTRAINT "upload_kind_is_known" CHECK (kind IN ('file', 'api', 'pull'));

CREATE OR REPLACE FUNCTION private.count_verdicts (
  p_upload public.uploads,
  p_phase  smallint,
  p_slice  integer,
  p_as_of  timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_restarted constant boolean := (select x.restarts > 0 from resolve_progress x
    where x.org_id = p_upload.org_id and x.upload_id = p_upload.id);
begin
  -- A resolve that began again finds the leads that it has written before.
  if v_restarted then
    update resolve_rows r set verdict = 'created'
    where r.verdict in ('unchanged', 'updated') and r.row_no = r.component
      and (select l.created_upload_id from public.leads l
        where l.org_id = p_upload.org_id and l.id = r.lead_id) = p_upload.id;
    update resolve_rows r set verdict = 'updated'
    where r.verdict = 'unchanged' and r.row_no = r.component
      and (select true from public.lead_changes c where c.org_id = p_upload.org_id and c.lead_id = r.lead_id
        and c.upload_id = p_upload.id limit 1);
  end if;
  -- A row that matches a lead created by this same upload is a repeat. One look-up by key for each such row: without
  -- statistics, a join would scan the leads for every row.
  update resolve_rows r set verdict = 'merged'
  where r.verdict in ('unchanged', 'updated')
    and (select l.created_upload_id from public.leads l
      where l.org_id = p_upload.org_id and l.id = r.lead_id) = p_upload.id;
  insert into public.lead_joins (org_id, lead_id, upload_id, part, line, evidence, joined_at)
  select p_upload.org_id, r.lead_id, p_upload.id, r.row_no >> 32, r.line_number, r.evidence, p_as_of
  from resolve_rows r
  where r.evidence is not null and r.verdict in ('updated', 'merged')
    and not (v_restarted and exists (select from public.lead_joins j where j.org_id = p_upload.org_id
      and j.upload_id = p_upload.id and j.part = r.row_no >> 32 and j.line = r.line_number));
  if p_upload.kind = 'api' then
    insert into submitted_rows as w (org_id, upload_id, line, verdict, lead_id)
    select p_upload.org_id, p_upload.id, r.line_number, r.verdict, r.lead_id
    from resolve_rows r
    where r.verdict in ('created', 'updated', 'unchanged', 'merged', 'conflict')
    on conflict (upload_id, line) do update set verdict = excluded.verdict, lead_id = excluded.lead_id;
  end if;

  insert into resolve_slices as s (org_id, upload_id, phase, slice, counts, applied_at)
  select p_upload.org_id, p_upload.id, p_phase, p_slice, coalesce(jsonb_agg(to_jsonb(v)), '[]'), p_as_of
  from (
    select r.part_id, count(*) filter (where r.verdict = 'created') as created,
      count(*) filter (where r.verdict = 'updated') as updated,
      count(*) filter (where r.verdict = 'unchanged') as unchanged,
      count(*) filter (where r.verdict = 'merged') as merged,
      count(*) filter (where r.verdict = 'conflict') as conflict
    from resolve_rows r group by r.part_id
  ) v
  on conflict (org_id, upload_id, phase, slice) do update set counts = excluded.counts;
end
$function$;

CREATE OR REPLACE FUNCTION private.submission_rows (
  p_upload_id uuid,
  p_after     integer,
  p_limit     integer
)
  RETURNS TABLE (
    line    integer,
    verdict text,
    lead_id uuid,
    code    text,
    detail  text
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select x.line, x.verdict, x.lead_id, x.code, x.detail
  from (
    select r.line, r.verdict, r.lead_id, null as code, null as detail
    from private.submitted_rows r
    where r.upload_id = p_upload_id and r.line > p_after
      and not exists (select from public.upload_rejects j where j.upload_id = r.upload_id and j.line = r.line)
    union all
    select j.line, 'rejected', null, j.code, j.detail
    from public.upload_rejects j where j.upload_id = p_upload_id and j.line > p_after
  ) x
  order by x.line
  limit p_limit
$function$;

CREATE OR REPLACE FUNCTION private.submit_leads (
  p_source_id      uuid,
  p_webhook_id     text,
  p_sha256         bytea,
  p_bytes          bigint,
  p_correlation_id uuid,
  p_as_of          timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    outcome          text,
    upload_id        uuid,
    part_id          uuid,
    stored_upload_id uuid
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  a record;
begin
  select * into a from private.accept_part(p_source_id, p_webhook_id, p_sha256, p_bytes, null, null, null, null, false,
    null, p_correlation_id, p_as_of);
  if a.outcome = 'accepted' then
    update public.uploads u set kind = 'api' where u.id = a.own_upload_id;
  end if;
  -- The answer of a repeated submission is that of the first one.
  return query select a.outcome, a.upload_id, a.part_id, coalesce(a.own_upload_id, p.upload_id)
  from (select 1) one left join public.upload_parts p on p.id = a.part_id;
end
$function$;

CREATE OR REPLACE FUNCTION public.source_leads_access (
  p_source_id uuid,
  OUT         secret text,
  OUT         api_key text
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_secret text;
begin
  select private.decrypt_value(x.secret, private.org_key(x.org_id, x.key_id)) into v_secret
  from public.sources s
  join private.source_secrets x on x.org_id = s.org_id and x.source_id = s.id
  where s.id = p_source_id
    and (private.is_trusted_caller() or s.org_id = any (private.my_org_ids('{owner,admin}')))
    and (x.expires_at is null or x.expires_at > now())
  order by x.created_at desc, x.id desc
  limit 1;
  if v_secret is null then
    raise exception 'source or its secret not found' using errcode = 'SL201';
  end if;
  secret := private.derive_secret(v_secret, 'sluice leads');
  api_key := 'slk_' || translate(rtrim(regexp_replace(private.derive_secret(v_secret, 'sluice leads key'),
    '^whsec_', ''), '='), '+/', '-_');
end
$function$;

REVOKE ALL ON FUNCTION "public"."source_leads_access"(uuid) FROM PUBLIC, "anon";

ALTER TABLE "private"."submitted_rows"
  ADD CONSTRAINT "submitted_row_belongs_to_its_upload" FOREIGN KEY (org_id, upload_id) REFERENCES public.uploads(org_id, id) ON DELETE CASCADE;

CREATE INDEX submitted_rows_org_idx ON private.submitted_rows USING btree (org_id, upload_id);

CREATE POLICY "insert_writer" ON "private"."submitted_rows"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."submitted_rows"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "private"."submitted_rows"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

COMMENT ON COLUMN "private"."submitted_rows"."lead_id" IS 'The lead at the time; it may have been merged or deleted since. Null for a conflict.';

COMMENT ON COLUMN "public"."uploads"."kind" IS 'How it arrived: file (a signed file), api (leads posted as JSON) or pull (fetched by schedule).';

COMMENT ON FUNCTION "private"."count_verdicts"(public.uploads, smallint, integer, timestamp with time zone) IS 'The final verdicts of the rows in resolve_rows, why they joined their leads, and how many there are of each. Leads that were posted as JSON are answered with them.';

COMMENT ON FUNCTION "private"."submission_rows"(uuid, integer, integer) IS 'Verdicts of a submission after a line, in order: the verdict with its lead, or rejected with code and detail.';

COMMENT ON FUNCTION "private"."submit_leads"(uuid, text, bytea, bigint, uuid, timestamp with time zone) IS 'Registers leads that were posted as JSON, as an upload of one part: see private.accept_part. stored_upload_id is the id of the upload that has the content. Definer: like accept_part.';

COMMENT ON FUNCTION "public"."source_leads_access"(uuid) IS 'The secret that signs requests to the leads endpoint, and the API key that may be sent instead. Both are derived from the newest secret of the source, are valid for that endpoint only, and change when the secret is rotated. For owners and admins, or the service. Definer: secrets are not readable. Raises SL201.';

COMMENT ON TABLE "private"."submitted_rows" IS 'What became of each lead of a submission, by its line in the stored content. Rejected ones are in upload_rejects.';

COMMENT ON TABLE "public"."uploads" IS 'One delivery of leads: a file in one part or several, leads posted as JSON, or a scheduled pull.';

REVOKE ALL ON FUNCTION "private"."submission_rows"(uuid, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."submission_rows"(uuid, integer, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."submit_leads"(uuid, text, bytea, bigint, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."submit_leads"(uuid, text, bytea, bigint, uuid, timestamp WITH time zone) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."source_leads_access"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."source_leads_access"(uuid) TO "service_role";

GRANT INSERT, SELECT, UPDATE ON TABLE "private"."submitted_rows" TO "pipeline_writer";
