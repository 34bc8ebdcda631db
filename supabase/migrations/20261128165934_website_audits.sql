-- website audits: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE TABLE "public"."website_audit_parts" (
  "org_id"      uuid                     NOT NULL,
  "audit_id"    uuid                     NOT NULL,
  "part"        text                     NOT NULL,
  "result"      jsonb,
  "error"       text,
  "took_ms"     integer                  NOT NULL,
  "recorded_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "audit_part_has_a_result_or_an_error" CHECK (((result IS NULL) <> (error IS NULL))),
  CONSTRAINT "audit_part_is_an_object" CHECK ((jsonb_typeof(result) = 'object'::text)),
  CONSTRAINT "audit_part_is_known" CHECK ((part = ANY (ARRAY['page'::text, 'links'::text, 'browser'::text, 'lighthouse'::text]))),
  CONSTRAINT "website_audit_parts_pkey" PRIMARY KEY (org_id, audit_id, part)
);

ALTER TABLE "public"."website_audit_parts"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."website_audit_parts" FROM "anon";

CREATE TABLE "public"."website_audits" (
  "org_id" uuid NOT NULL,
  "id"     uuid NOT NULL DEFAULT gen_random_uuid(),
  "domain" text NOT NULL,
  "url"    text NOT NULL,
  CONSTRAINT "audited_domain_is_in_lower_case" CHECK (((domain = lower(domain)) AND ((length(domain) >= 1) AND (length(domain) <= 253)))),
  CONSTRAINT "website_audits_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "public"."website_audits"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."website_audits" FROM "anon";

CREATE TABLE "public"."website_findings" (
  "org_id"       uuid         NOT NULL,
  "audit_id"     uuid         NOT NULL,
  "rule"         text         NOT NULL,
  "rule_version" integer      NOT NULL,
  "position"     smallint     NOT NULL,
  "category"     text         NOT NULL,
  "title"        text         NOT NULL,
  "cost"         text         NOT NULL,
  "impact"       numeric(4,2) NOT NULL,
  "confidence"   numeric(3,2) NOT NULL,
  "effort"       smallint     NOT NULL,
  "priority"     numeric(5,2) NOT NULL,
  "evidence"     jsonb        NOT NULL,
  CONSTRAINT "finding_has_evidence" CHECK (((evidence ? 'url'::text) AND (evidence ? 'value'::text) AND (evidence ? 'threshold'::text))),
  CONSTRAINT "finding_confidence_is_a_share" CHECK (((confidence >= (0)::numeric) AND (confidence <= (1)::numeric))),
  CONSTRAINT "finding_effort_is_up_to_5" CHECK (((effort >= 1) AND (effort <= 5))),
  CONSTRAINT "finding_impact_is_up_to_10" CHECK (((impact >= (0)::numeric) AND (impact <= (10)::numeric))),
  CONSTRAINT "website_findings_pkey" PRIMARY KEY (org_id, audit_id, RULE)
);

ALTER TABLE "public"."website_findings"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."website_findings" FROM "anon";

CREATE TABLE "public"."website_report_links" (
  "org_id"     uuid                     NOT NULL,
  "id"         uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "report_id"  uuid                     NOT NULL,
  "path"       text                     NOT NULL,
  "created_at" timestamp with time zone NOT NULL DEFAULT now(),
  "expires_at" timestamp with time zone NOT NULL,
  "revoked_at" timestamp with time zone,
  CONSTRAINT "report_link_expires" CHECK ((expires_at > created_at)),
  CONSTRAINT "report_link_is_in_its_folder" CHECK ((path = ((((org_id)::text || '/links/'::text) || (id)::text) || '.pdf'::text))),
  CONSTRAINT "website_report_links_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "public"."website_report_links"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."website_report_links" FROM "anon";

CREATE TABLE "public"."website_reports" (
  "org_id"           uuid                     NOT NULL,
  "id"               uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "audit_id"         uuid                     NOT NULL,
  "html_sha256"      text                     NOT NULL,
  "html_path"        text                     NOT NULL,
  "pdf_path"         text,
  "template_version" integer                  NOT NULL,
  "created_at"       timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "report_files_are_in_its_folder" CHECK (((html_path ~~ ((org_id)::text || '/%'::text)) AND (pdf_path ~~ ((org_id)::text || '/%'::text)))),
  CONSTRAINT "report_hash_is_sha256" CHECK ((html_sha256 ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT "report_is_made_once" UNIQUE (org_id, audit_id, html_sha256),
  CONSTRAINT "website_reports_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "public"."website_reports"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."website_reports" FROM "anon";

CREATE TYPE "public"."website_audit_state" AS ENUM (
  'queued',
  'running',
  'done',
  'failed'
);

ALTER TABLE "public"."website_audits"
  ADD COLUMN "state" public.website_audit_state NOT NULL DEFAULT 'queued'::public.website_audit_state;

ALTER TABLE "public"."website_audits"
  ADD COLUMN "requested_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."website_audits"
  ADD COLUMN "requested_by" uuid;

ALTER TABLE "public"."website_audits"
  ADD COLUMN "attempts" smallint NOT NULL DEFAULT 0;

ALTER TABLE "public"."website_audits"
  ADD COLUMN "started_at" timestamp WITH time zone;

ALTER TABLE "public"."website_audits"
  ADD COLUMN "lease_until" timestamp WITH time zone;

ALTER TABLE "public"."website_audits"
  ADD COLUMN "finished_at" timestamp WITH time zone;

ALTER TABLE "public"."website_audits"
  ADD COLUMN "fresh_until" timestamp WITH time zone;

ALTER TABLE "public"."website_audits"
  ADD COLUMN "found_url" text;

ALTER TABLE "public"."website_audits"
  ADD COLUMN "code" text;

ALTER TABLE "public"."website_audits"
  ADD COLUMN "reason" text;

ALTER TABLE "public"."website_audits"
  ADD COLUMN "took_ms" integer;

ALTER TABLE "public"."website_audits"
  ADD COLUMN "peak_mib" integer;

CREATE OR REPLACE FUNCTION private.add_report_link (
  p_org_id    uuid,
  p_report_id uuid,
  p_days      integer                  DEFAULT 30,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_id constant uuid := gen_random_uuid();
  v_pdf constant text := (select r.pdf_path from public.website_reports r
    where r.org_id = p_org_id and r.id = p_report_id);
begin
  if v_pdf is null or not coalesce(p_days between 1 and 366, false) then
    raise exception 'report not found, or not from 1 to 366 days' using errcode = 'SL718';
  end if;
  insert into public.website_report_links (org_id, id, report_id, path, created_at, expires_at)
  values (p_org_id, v_id, p_report_id, p_org_id::text || '/links/' || v_id::text || '.pdf', p_as_of,
    p_as_of + make_interval(days => p_days));
  return (select jsonb_build_object('id', l.id, 'pdf_path', v_pdf, 'path', l.path, 'expires_at', l.expires_at)
    from public.website_report_links l where l.org_id = p_org_id and l.id = v_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.claim_website_audit (
  p_lease interval                 DEFAULT '00:10:00'::interval,
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    org_id  uuid,
    id      uuid,
    url     text,
    attempt smallint
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  a public.website_audits;
begin
  -- One after the other, so that two claims do not choose the same domain.
  perform pg_advisory_xact_lock(hashtext('claim_website_audit'));
  for a in
    select x.* from public.website_audits x
    where x.state = 'running' and x.lease_until <= p_as_of and x.attempts >= 3
      and x.org_id = any (private.orgs_with_pack('prospects'))
    for update skip locked
  loop
    perform private.end_website_audit(a.org_id, a.id, a.attempts, null, 'stopped',
      'the audit was stopped three times', '[]', null, null, p_as_of);
  end loop;
  return query
  update public.website_audits w set state = 'running', attempts = w.attempts + 1::smallint, started_at = p_as_of,
    lease_until = p_as_of + p_lease
  where (w.org_id, w.id) = (
    select x.org_id, x.id from public.website_audits x
    where (x.state = 'queued' or x.state = 'running' and x.lease_until <= p_as_of and x.attempts < 3)
      and x.org_id = any (private.orgs_with_pack('prospects'))
      -- Two orgs may ask about one site: it is asked once at a time.
      and not exists (select from public.website_audits y
        where y.domain = x.domain and y.state = 'running' and y.lease_until > p_as_of)
    order by x.requested_at, x.id limit 1 for update skip locked)
  returning w.org_id, w.id, w.url, w.attempts;
end
$function$;

CREATE OR REPLACE FUNCTION private.end_website_audit (
  p_org_id    uuid,
  p_audit_id  uuid,
  p_attempt   smallint,
  p_found_url text,
  p_code      text,
  p_reason    text,
  p_findings  jsonb,
  p_took_ms   integer,
  p_peak_mib  integer,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  update public.website_audits a set
    state = case when p_reason is null then 'done' else 'failed' end::public.website_audit_state,
    lease_until = null, finished_at = p_as_of, found_url = p_found_url, code = p_code, reason = p_reason,
    took_ms = p_took_ms, peak_mib = p_peak_mib,
    -- A site that is down today may be up tomorrow.
    fresh_until = p_as_of + case when p_reason is null then interval '30 days' else interval '1 day' end
  where a.org_id = p_org_id and a.id = p_audit_id and a.state = 'running' and a.attempts = p_attempt;
  if not found then
    return false;
  end if;
  insert into public.website_findings (org_id, audit_id, rule, rule_version, position, category, title, cost, impact,
    confidence, effort, priority, evidence)
  select p_org_id, p_audit_id, f.rule, f."ruleVersion", e.n, f.category, f.title, f.cost, f.impact, f.confidence,
    f.effort, f.priority, f.evidence
  from jsonb_array_elements(p_findings) with ordinality e (finding, n)
  cross join lateral jsonb_to_record(e.finding) f (rule text, "ruleVersion" integer, category text, title text,
    cost text, impact numeric, confidence numeric, effort smallint, priority numeric, evidence jsonb);
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_website_part (
  p_org_id   uuid,
  p_audit_id uuid,
  p_attempt  smallint,
  p_part     text,
  p_result   jsonb,
  p_error    text,
  p_took_ms  integer,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform from public.website_audits a
  where a.org_id = p_org_id and a.id = p_audit_id and a.state = 'running' and a.attempts = p_attempt
  for share;
  if not found then
    return false;
  end if;
  insert into public.website_audit_parts as x (org_id, audit_id, part, result, error, took_ms, recorded_at)
  values (p_org_id, p_audit_id, p_part, p_result, p_error, p_took_ms, p_as_of)
  on conflict (org_id, audit_id, part) do update
    set result = excluded.result, error = excluded.error, took_ms = excluded.took_ms, recorded_at = excluded.recorded_at
    -- A part that an earlier attempt finished is better than none.
    where excluded.result is not null or x.result is null;
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_website_report (
  p_org_id           uuid,
  p_audit_id         uuid,
  p_html_sha256      text,
  p_html_path        text,
  p_pdf_path         text,
  p_template_version integer,
  p_as_of            timestamp with time zone DEFAULT now()
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_id uuid;
begin
  insert into public.website_reports as r (org_id, audit_id, html_sha256, html_path, pdf_path, template_version,
    created_at)
  values (p_org_id, p_audit_id, p_html_sha256, p_html_path, p_pdf_path, p_template_version, p_as_of)
  on conflict (org_id, audit_id, html_sha256) do update set pdf_path = coalesce(r.pdf_path, excluded.pdf_path)
  returning r.id into v_id;
  return v_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.revoke_report_links (
  p_org_id    uuid,
  p_report_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS text[]
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  with revoked as (
    update public.website_report_links l set revoked_at = p_as_of
    where l.org_id = p_org_id and l.report_id = p_report_id and l.revoked_at is null
    returning l.path
  )
  select coalesce(array_agg(r.path order by r.path), '{}') from revoked r
$function$;

CREATE OR REPLACE FUNCTION private.website_files (
  p_org_id uuid,
  p_domain text
)
  RETURNS text[]
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (select coalesce(array_agg(x.path order by x.path), '{}')
    from public.website_audits a
    join public.website_reports r on r.org_id = a.org_id and r.audit_id = a.id
    cross join lateral (values (r.html_path), (r.pdf_path)
      union all select l.path from public.website_report_links l
      where l.org_id = r.org_id and l.report_id = r.id and l.revoked_at is null) x (path)
    where a.org_id = p_org_id and a.domain = lower(p_domain) and x.path is not null);
end
$function$;

CREATE OR REPLACE FUNCTION public.forget_website (
  p_org_id uuid,
  p_domain text
)
  RETURNS text[]
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_paths text[];
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  v_paths := private.website_files(p_org_id, p_domain);
  delete from public.website_audits a where a.org_id = p_org_id and a.domain = lower(p_domain);
  return v_paths;
end
$function$;

REVOKE ALL ON FUNCTION "public"."forget_website"(uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.request_website_audit (
  p_org_id uuid,
  p_url    text,
  p_again  boolean                  DEFAULT false,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_domain text;
  a public.website_audits;
begin
  p_as_of := private.caller_clock(p_as_of);
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.require_pack(p_org_id, 'prospects');
  v_domain := lower(substring(p_url from '^https?://([^/?]+)'));
  if v_domain is null then
    raise exception 'the address must begin with https:// or http://' using errcode = 'SL717';
  end if;
  select x.* into a from public.website_audits x
  where x.org_id = p_org_id and x.domain = v_domain and (x.state in ('queued', 'running')
    or not coalesce(p_again, false) and x.fresh_until > p_as_of)
  order by x.state in ('queued', 'running') desc, x.finished_at desc limit 1;
  if a.id is not null then
    return jsonb_build_object('id', a.id, 'domain', v_domain, 'state', a.state, 'kept', true);
  end if;
  insert into public.website_audits (org_id, domain, url, requested_at, requested_by)
  values (p_org_id, v_domain, p_url, p_as_of, (select auth.uid()))
  on conflict do nothing
  returning * into a;
  if a.id is null then
    select x.* into a from public.website_audits x
    where x.org_id = p_org_id and x.domain = v_domain and x.state in ('queued', 'running');
    return jsonb_build_object('id', a.id, 'domain', v_domain, 'state', a.state, 'kept', true);
  end if;
  -- A report compares with the audit before; older ones go, but for those that have a report.
  delete from public.website_audits x
  where x.org_id = p_org_id and x.domain = v_domain and x.state in ('done', 'failed')
    and x.id not in (select y.id from public.website_audits y
      where y.org_id = p_org_id and y.domain = v_domain and y.finished_at is not null
      order by y.finished_at desc limit 5)
    and not exists (select from public.website_reports r where r.org_id = x.org_id and r.audit_id = x.id);
  return jsonb_build_object('id', a.id, 'domain', v_domain, 'state', a.state, 'kept', false);
end
$function$;

REVOKE ALL ON FUNCTION "public"."request_website_audit"(uuid, text, boolean, timestamp WITH time zone) FROM PUBLIC, "anon";

ALTER TABLE "public"."website_audit_parts"
  ADD CONSTRAINT "website_audit_parts_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."website_audits"
  ADD CONSTRAINT "audit_is_attempted_a_few_times" CHECK (((attempts >= 0) AND (attempts <= 3)));

ALTER TABLE "public"."website_audits"
  ADD CONSTRAINT "audited_url_is_short" CHECK (((length(url) <= 2000) AND (length(found_url) <= 2000)));

ALTER TABLE "public"."website_audits"
  ADD CONSTRAINT "failed_audit_has_a_reason" CHECK ((((state = 'failed'::public.website_audit_state) = (reason IS NOT NULL)) AND ((code IS NULL) = (reason IS NULL))));

ALTER TABLE "public"."website_audits"
  ADD CONSTRAINT "finished_audit_has_its_times" CHECK ((((state = ANY (ARRAY['done'::public.website_audit_state, 'failed'::public.website_audit_state])) = (finished_at IS
    NOT NULL)) AND ((finished_at IS NULL) = (fresh_until IS NULL))));

ALTER TABLE "public"."website_audits"
  ADD CONSTRAINT "running_audit_has_a_lease" CHECK (((state = 'running'::public.website_audit_state) = (lease_until IS NOT NULL)));

ALTER TABLE "public"."website_audits"
  ADD CONSTRAINT "waiting_audit_has_not_started" CHECK (((state = 'queued'::public.website_audit_state) = (started_at IS NULL)));

ALTER TABLE "public"."website_audits"
  ADD CONSTRAINT "website_audits_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."website_audit_parts"
  ADD CONSTRAINT "part_is_of_an_audit_of_its_org" FOREIGN KEY (org_id, audit_id) REFERENCES public.website_audits(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."website_findings"
  ADD CONSTRAINT "finding_is_of_an_audit_of_its_org" FOREIGN KEY (org_id, audit_id) REFERENCES public.website_audits(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."website_findings"
  ADD CONSTRAINT "website_findings_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."website_report_links"
  ADD CONSTRAINT "website_report_links_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."website_reports"
  ADD CONSTRAINT "report_is_of_an_audit_of_its_org" FOREIGN KEY (org_id, audit_id) REFERENCES public.website_audits(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."website_reports"
  ADD CONSTRAINT "website_reports_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."website_report_links"
  ADD CONSTRAINT "report_link_is_of_a_report_of_its_org" FOREIGN KEY (org_id, report_id) REFERENCES public.website_reports(org_id, id) ON DELETE CASCADE;

CREATE INDEX website_audits_domain_idx ON public.website_audits USING btree (org_id, DOMAIN, finished_at DESC);

CREATE UNIQUE INDEX website_audits_open_key ON public.website_audits USING btree (org_id, DOMAIN)
  WHERE (state = ANY (ARRAY['queued'::public.website_audit_state, 'running'::public.website_audit_state]));

CREATE INDEX website_audits_waiting_idx ON public.website_audits USING btree (requested_at)
  WHERE (state = ANY (ARRAY['queued'::public.website_audit_state, 'running'::public.website_audit_state]));

CREATE INDEX website_report_links_report_idx ON public.website_report_links USING btree (org_id, report_id);

CREATE OR REPLACE FUNCTION private.tg_website_audits__check_url ()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  -- Sites without TLS are audited, too; the form of the address is otherwise that of all URLs that people give.
  v_problem constant text := private.url_problem(
    regexp_replace(new.url, '^http://(?!127[.]0[.]0[.]1|localhost|\[)', 'https://'), private.loopback_urls_allowed());
begin
  if v_problem is not null then
    raise exception 'the address %', v_problem using errcode = 'SL717';
  end if;
  return new;
end
$function$;

CREATE TRIGGER _010_require_pack
  BEFORE INSERT OR UPDATE ON public.website_audit_parts
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_require_pack('prospects');

CREATE TRIGGER _010_require_pack
  BEFORE INSERT OR UPDATE ON public.website_audits
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_require_pack('prospects');

CREATE TRIGGER _100_check_url
  BEFORE INSERT OR UPDATE OF url ON public.website_audits
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_website_audits__check_url();

CREATE TRIGGER _010_require_pack
  BEFORE INSERT OR UPDATE ON public.website_findings
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_require_pack('prospects');

CREATE TRIGGER _010_require_pack
  BEFORE INSERT OR UPDATE ON public.website_report_links
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_require_pack('prospects');

CREATE TRIGGER _010_require_pack
  BEFORE INSERT OR UPDATE ON public.website_reports
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_require_pack('prospects');

CREATE POLICY "select_members" ON "public"."website_audit_parts"
  FOR SELECT
  TO "authenticated"
  USING (((org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) AND (org_id = ANY (( SELECT private.orgs_with_pack('prospects'::text) AS orgs_with_pack)::uuid[]))));

CREATE POLICY "select_writer" ON "public"."website_audit_parts"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_members" ON "public"."website_audits"
  FOR SELECT
  TO "authenticated"
  USING (((org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) AND (org_id = ANY (( SELECT private.orgs_with_pack('prospects'::text) AS orgs_with_pack)::uuid[]))));

CREATE POLICY "select_writer" ON "public"."website_audits"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_members" ON "public"."website_findings"
  FOR SELECT
  TO "authenticated"
  USING (((org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) AND (org_id = ANY (( SELECT private.orgs_with_pack('prospects'::text) AS orgs_with_pack)::uuid[]))));

CREATE POLICY "select_writer" ON "public"."website_findings"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_admins" ON "public"."website_report_links"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])) AND (org_id = ANY (( SELECT
    private.orgs_with_pack('prospects'::text) AS orgs_with_pack)::uuid[]))));

CREATE POLICY "select_writer" ON "public"."website_report_links"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_members" ON "public"."website_reports"
  FOR SELECT
  TO "authenticated"
  USING (((org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) AND (org_id = ANY (( SELECT private.orgs_with_pack('prospects'::text) AS orgs_with_pack)::uuid[]))));

CREATE POLICY "select_writer" ON "public"."website_reports"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "website_reports_select" ON "storage"."objects"
  FOR SELECT
  TO "authenticated"
  USING
    (((bucket_id = 'website-reports'::text) AND (split_part(name, '/'::text, 2) <> 'links'::text) AND (split_part(name, '/'::text, 1) = ANY ((( SELECT private.my_org_ids() AS
    my_org_ids))::text[])) AND (split_part(name, '/'::text, 1) = ANY ((( SELECT private.orgs_with_pack('prospects'::text) AS orgs_with_pack))::text[]))));

COMMENT ON COLUMN "public"."website_audit_parts"."result" IS '{measures: {name: {value, url, details}}, technologies, source, notes}. A measure that is missing was not measured.';

COMMENT ON COLUMN "public"."website_audits"."attempts" IS 'Workers that took it; one that dies lets its lease run out.';

COMMENT ON COLUMN "public"."website_audits"."code" IS 'Why it failed: dns, refused, reset, timeout, tls, redirects, not_public, robots, status, not_html, empty, stopped or failed; reason says it in words.';

COMMENT ON COLUMN "public"."website_audits"."found_url" IS 'Where the first page was found, after redirects.';

COMMENT ON COLUMN "public"."website_audits"."fresh_until" IS 'Until then a request for the domain is answered with this audit.';

COMMENT ON COLUMN "public"."website_audits"."peak_mib" IS 'Most memory of its processes together.';

COMMENT ON COLUMN "public"."website_findings"."cost" IS 'What it costs the business, in plain words.';

COMMENT ON COLUMN "public"."website_findings"."evidence" IS '{url, measure, value, threshold, details}.';

COMMENT ON COLUMN "public"."website_findings"."position" IS 'From 1, in the order of priority.';

COMMENT ON COLUMN "public"."website_report_links"."path" IS 'The copy; deleted when the link is revoked.';

COMMENT ON COLUMN "public"."website_reports"."html_path" IS 'In the bucket website-reports: ORG/AUDIT/SHA256.html.';

COMMENT ON COLUMN "public"."website_reports"."pdf_path" IS 'Null where no browser was there to print it.';

COMMENT ON FUNCTION "private"."add_report_link"(uuid, uuid, integer, timestamp with time zone) IS 'Notes a link to a report for p_days: {id, pdf_path, path, expires_at}; the caller copies the file and signs the address. Raises SL141 and SL718. Definer: nobody else writes links.';

COMMENT ON FUNCTION "private"."claim_website_audit"(interval, timestamp with time zone) IS 'The audit that waits longest, for p_lease; none while its domain is being audited. One that three workers took and did not finish fails. Definer: nobody else writes audits.';

COMMENT ON FUNCTION "private"."end_website_audit"(uuid, uuid, smallint, text, text, text, jsonb, integer, integer, timestamp with time zone) IS 'Ends a running audit with its findings, or with the reason for which the site could not be audited; false where another worker has it. Definer: nobody else writes audits.';

COMMENT ON FUNCTION "private"."record_website_part"(uuid, uuid, smallint, text, jsonb, text, integer, timestamp with time zone) IS 'Keeps what a part of a running audit measured, or why it failed; false where another worker has the audit. Definer: nobody else writes audits.';

COMMENT ON FUNCTION "private"."record_website_report"(uuid, uuid, text, text, text, integer, timestamp with time zone) IS 'Records a report whose files are stored, once for the same bytes, and returns its id. Definer: nobody else writes reports.';

COMMENT ON FUNCTION "private"."revoke_report_links"(uuid, uuid, timestamp with time zone) IS 'Notes that the links of a report are revoked, and returns the copies that the caller has deleted. Raises SL141. Definer: nobody else writes links.';

COMMENT ON FUNCTION "private"."website_files"(uuid, text) IS 'The paths of everything that the bucket has of a domain: reports and the copies of their links.';

COMMENT ON FUNCTION "public"."forget_website"(uuid, text) IS 'Deletes every audit, finding, report and link of a domain, and returns the paths of its files in the bucket, which the caller deletes. For owners, admins and the service, also while the pack is off. Raises SL111. Definer: nobody else deletes audits.';

COMMENT ON FUNCTION "private"."tg_website_audits__check_url"() IS 'Trigger: the address has the form of a public one. Raises SL717. Definer: reads the switch of development machines.';

COMMENT ON FUNCTION "public"."request_website_audit"(uuid, text, boolean, timestamp with time zone) IS 'Asks for an audit of the website at an address: {id, domain, state, kept}. kept: an audit of the domain is waiting, running or still fresh, and no other is made, unless p_again. For owners, admins and the service. Raises SL111, SL141, and SL717 for an address that is not a public one. Definer: nobody else writes audits.';

COMMENT ON TABLE "public"."website_audit_parts" IS 'What each part of an audit measured, kept as soon as it is done. No contact values: only whether there are any.';

COMMENT ON TABLE "public"."website_audits" IS 'Audits of websites. Requested through request_website_audit, run by the audit worker.';

COMMENT ON TABLE "public"."website_findings" IS 'Faults of a website, the most worthwhile first: priority is impact × confidence ÷ effort.';

COMMENT ON TABLE "public"."website_report_links" IS 'Links to reports. Each has a copy of the PDF of its own in the bucket, and is a signed address of it: it ends with its time, or with the copy.';

COMMENT ON TABLE "public"."website_reports" IS 'Reports of audits. The same facts give the same bytes, so that a report is stored once.';

COMMENT ON TYPE "public"."website_audit_state" IS 'In the order of life; failed: the first page could not be read, and the audit says why. See sql/STATES.md.';

REVOKE ALL ON FUNCTION "private"."add_report_link"(uuid, uuid, integer, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."add_report_link"(uuid, uuid, integer, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."claim_website_audit"(interval, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_website_audit"(interval, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."end_website_audit"(uuid, uuid, smallint, text, text, text, jsonb, integer, integer, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."end_website_audit"(uuid, uuid, smallint, text, text, text, jsonb, integer, integer, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."record_website_part"(uuid, uuid, smallint, text, jsonb, text, integer, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_website_part"(uuid, uuid, smallint, text, jsonb, text, integer, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."record_website_report"(uuid, uuid, text, text, text, integer, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_website_report"(uuid, uuid, text, text, text, integer, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."revoke_report_links"(uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."revoke_report_links"(uuid, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_website_audits__check_url"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_website_audits__check_url"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."website_files"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."website_files"(uuid, text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."forget_website"(uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."forget_website"(uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."request_website_audit"(uuid, text, boolean, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."request_website_audit"(uuid, text, boolean, timestamp WITH time zone) TO "service_role";

REVOKE ALL ON TABLE "public"."website_audit_parts" FROM "authenticated";

GRANT SELECT ON TABLE "public"."website_audit_parts" TO "authenticated";

GRANT SELECT ON TABLE "public"."website_audit_parts" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."website_audit_parts" FROM "service_role";

GRANT SELECT ON TABLE "public"."website_audit_parts" TO "service_role";

REVOKE ALL ON TABLE "public"."website_audits" FROM "authenticated";

GRANT SELECT ON TABLE "public"."website_audits" TO "authenticated";

GRANT SELECT ON TABLE "public"."website_audits" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."website_audits" FROM "service_role";

GRANT SELECT ON TABLE "public"."website_audits" TO "service_role";

REVOKE ALL ON TABLE "public"."website_findings" FROM "authenticated";

GRANT SELECT ON TABLE "public"."website_findings" TO "authenticated";

GRANT SELECT ON TABLE "public"."website_findings" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."website_findings" FROM "service_role";

GRANT SELECT ON TABLE "public"."website_findings" TO "service_role";

REVOKE ALL ON TABLE "public"."website_report_links" FROM "authenticated";

GRANT SELECT ON TABLE "public"."website_report_links" TO "authenticated";

GRANT SELECT ON TABLE "public"."website_report_links" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."website_report_links" FROM "service_role";

GRANT SELECT ON TABLE "public"."website_report_links" TO "service_role";

REVOKE ALL ON TABLE "public"."website_reports" FROM "authenticated";

GRANT SELECT ON TABLE "public"."website_reports" TO "authenticated";

GRANT SELECT ON TABLE "public"."website_reports" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."website_reports" FROM "service_role";

GRANT SELECT ON TABLE "public"."website_reports" TO "service_role";

-- Reference data, queues and cron jobs.

insert into public.pack_parts (pack, kind, name, meaning) values
  ('prospects', 'table', 'public.website_audits', 'audits of websites, which are also the queue of the audit worker'),
  ('prospects', 'table', 'public.website_audit_parts', 'what each part of an audit measured'),
  ('prospects', 'table', 'public.website_findings', 'faults of a website with their evidence'),
  ('prospects', 'table', 'public.website_reports', 'reports of audits, whose files are in Storage'),
  ('prospects', 'table', 'public.website_report_links', 'links to reports, which expire and can be revoked')
on conflict (kind, name, pack) do update set meaning = excluded.meaning;

insert into public.pack_parts (pack, kind, name, meaning) values
  ('prospects', 'domain', '84_audits', 'audits of websites, their findings and reports')
on conflict (kind, name, pack) do update set meaning = excluded.meaning;

-- The service writes the bucket; members read the files of their orgs.
do $$
begin
  if to_regclass('storage.objects') is null or to_regclass('storage.buckets') is null then
    return;
  end if;
  insert into storage.buckets (id, name, public, file_size_limit)
  values ('website-reports', 'website-reports', false, 10485760)
  on conflict (id) do nothing;
  drop policy if exists website_reports_select on storage.objects;
  create policy website_reports_select on storage.objects for select to authenticated
    using (bucket_id = 'website-reports' and split_part(name, '/', 2) <> 'links'
      and split_part(name, '/', 1) = any ((select private.my_org_ids())::text[])
      and split_part(name, '/', 1) = any ((select private.orgs_with_pack('prospects'))::text[]));
end
$$;
