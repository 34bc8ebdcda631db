-- export right: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP TRIGGER "_800_audit" ON "public"."members";

DROP FUNCTION "private"."log_rejects_access"(uuid, uuid);

ALTER TABLE "public"."members"
  ADD COLUMN "may_export" boolean NOT NULL DEFAULT false;

CREATE OR REPLACE FUNCTION private.log_rejects_access (
  p_upload_id uuid,
  p_user_id   uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if p_user_id is not null and not exists (
    select from public.uploads u join public.members m on m.org_id = u.org_id and m.user_id = p_user_id
    where u.id = p_upload_id and (m.role = 'owner' or m.role = 'admin' and m.may_export)) then
    raise exception 'exporting rejected rows takes a permission that an owner gives' using errcode = 'SL139';
  end if;
  insert into private.pii_access_log (org_id, upload_id, user_id, db_role, values_shown, subject, reason)
  select u.org_id, u.id, p_user_id, session_user,
    least((select count(*) from public.upload_rejects r where r.upload_id = u.id), 32767), 'rejects',
    'download of rejected rows'
  from public.uploads u where u.id = p_upload_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.may_export (
  p_org_id uuid
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select private.is_trusted_caller()
    or p_org_id = any (private.my_org_ids('{owner,admin}')) and exists (
      select from public.members m where m.org_id = p_org_id and m.user_id = auth.uid()
        and (m.role = 'owner' or m.may_export))
$function$;

CREATE OR REPLACE FUNCTION private.may_reveal (
  p_org_id  uuid,
  p_lead_id uuid,
  p_subject text
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select private.is_trusted_caller() and exists (
      select from public.leads l where l.org_id = p_org_id and l.id = p_lead_id)
    or private.sees_lead(p_org_id, p_lead_id)
      and (p_subject <> 'person' or private.may_export(p_org_id))
$function$;

CREATE OR REPLACE FUNCTION private.tg_members__end_export()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  new.may_export := false;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.desk_lead (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS TABLE (
    org_id             uuid,
    lead_id            uuid,
    owner_full         text,
    owner_1_first      text,
    owner_1_last       text,
    owner_2_first      text,
    owner_2_last       text,
    address            text,
    situs_house_number text,
    situs_street       text,
    situs_unit         text,
    situs_city         text,
    situs_state        text,
    situs_zip          text,
    county_fips        text,
    county             text,
    apn                text,
    mailing_street     text,
    mailing_unit       text,
    mailing_city       text,
    mailing_state      text,
    mailing_zip        text,
    time_zone          text,
    local_time         timestamp without time zone,
    status             public.lead_status,
    campaign_status    public.campaign_status,
    campaign_id        uuid,
    campaign           text,
    broker_id          uuid,
    broker             text,
    lead_score         smallint,
    tier               text,
    confidence         smallint,
    scored_at          timestamp with time zone,
    attributes         jsonb,
    edited_fields      text[],
    contacts           jsonb,
    facts              jsonb,
    score              jsonb,
    run                jsonb,
    open_tasks         bigint,
    open_replies       bigint,
    source             text,
    upload_id          uuid,
    created_at         timestamp with time zone,
    updated_at         timestamp with time zone,
    may                jsonb
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select l.org_id, l.id, coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')),
    l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last,
    private.street_line(l.situs_house_number, l.situs_street, l.situs_unit), l.situs_house_number,
    l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip, l.county_fips, y.name, l.apn,
    l.mailing_street, l.mailing_unit, l.mailing_city, l.mailing_state, l.mailing_zip, l.time_zone,
    now() at time zone l.time_zone, l.status, l.campaign_status, l.campaign_id, c.name, l.assigned_broker_id, b.name,
    coalesce(s.score, l.lead_score), s.tier, s.confidence, s.scored_at, l.attributes, l.edited_fields,
    (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind, 'masked', p.masked, 'label', p.label,
        'verified', p.verified, 'codes', p.codes, 'invalid_at', p.invalid_at, 'position', p.position)
        order by p.kind, p.position, p.id), '[]')
      from public.contact_points p where p.org_id = l.org_id and p.lead_id = l.id),
    (select coalesce(jsonb_agg(jsonb_build_object('provider', f.provider, 'name', f.name, 'as_of', f.as_of,
        'entry', f.entry, 'amount_usd', f.amount_usd, 'details', f.details, 'obtained_at', f.obtained_at,
        'expires_at', f.expires_at) order by f.as_of desc, f.name, f.id), '[]')
      from public.property_facts f where f.org_id = l.org_id and f.lead_id = l.id),
    (select coalesce(jsonb_agg(to_jsonb(e) order by abs(e.points) desc, e.rule), '[]')
      from public.explain_score(l.org_id, l.id) e),
    (select jsonb_build_object('state', r.state, 'step', r.next_step, 'channel', r.next_channel, 'next_at', r.next_at,
        'sent', r.sent_count, 'refusal', r.refusal, 'campaign', k.name)
      from public.sequence_runs r left join public.campaigns k on k.org_id = r.org_id and k.id = r.campaign_id
      where r.org_id = l.org_id and r.lead_id = l.id order by r.state in ('active', 'paused') desc, r.started_at desc
      limit 1),
    (select count(*) from public.tasks t where t.org_id = l.org_id and t.lead_id = l.id and t.done_at is null),
    (select count(*) from public.replies r where r.org_id = l.org_id and r.lead_id = l.id and r.answered_at is null),
    (select u.name from public.sources u where u.org_id = l.org_id and u.id = l.source_id), l.created_upload_id,
    l.created_at, l.updated_at,
    jsonb_build_object('edit', a.acts, 'call', a.acts, 'answer', a.acts, 'task', a.acts, 'control', a.acts,
      'consent', a.acts, 'reveal', true, 'merge', a.admin, 'export', private.may_export(l.org_id), 'erase', a.admin)
  from public.leads l
  cross join lateral (select l.org_id = any (private.my_org_ids('{owner,admin}')) as admin,
    l.org_id = any (private.my_org_ids('{owner,admin}')) or (l.assigned_broker_id = any (private.my_broker_ids())
      and l.org_id = any (private.my_org_ids('{broker}'))) as acts) a
  left join public.us_counties y on y.fips = l.county_fips
  left join public.campaigns c on c.org_id = l.org_id and c.id = l.campaign_id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
  where l.org_id = p_org_id and l.id = p_lead_id
$function$;

CREATE OR REPLACE FUNCTION public.set_member_export (
  p_org_id  uuid,
  p_user_id uuid,
  p_may     boolean
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner}');
  update public.members m set may_export = coalesce(p_may, false)
  where m.org_id = p_org_id and m.user_id = p_user_id and m.role = 'admin';
  if not found then
    raise exception 'admin not found' using errcode = 'SL115';
  end if;
end
$function$;

REVOKE ALL ON FUNCTION "public"."set_member_export"(uuid, uuid, boolean) FROM PUBLIC, "anon";

CREATE TRIGGER _200_end_export
  BEFORE UPDATE OF ROLE ON public.members
  FOR EACH ROW
  WHEN ((old.role IS DISTINCT FROM new.role))
  EXECUTE FUNCTION private.tg_members__end_export();

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE OF ROLE, may_export ON public.members
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('member', 'user_id', 'role', 'may_export');

COMMENT ON COLUMN "public"."members"."may_export" IS 'Whether an admin may export plain values (private.may_export); owners always may. Ends when the role changes.';

COMMENT ON FUNCTION "private"."log_rejects_access"(uuid, uuid) IS 'Logs a download of rejected rows by a member, or by the source that uploaded them (null); the endpoint commits it before it reads the rows. Raises SL139 (the member may not export). Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "private"."may_export"(uuid) IS 'Whether the caller may export plain values of the org: the service, owners, and admins whom an owner let; no API key.';

COMMENT ON FUNCTION "private"."may_reveal"(uuid, uuid, text) IS 'Whether the caller may read the plain values of the lead; the whole record (person) takes the right to export. Definer: reads leads for callers that the policies do not know.';

COMMENT ON FUNCTION "private"."tg_members__end_export"() IS 'Trigger: the right to export ends with the role.';

COMMENT ON FUNCTION "public"."set_member_export"(uuid, uuid, boolean) IS 'Lets an admin export plain values, or ends it. For owners and the service. Raises SL111 and SL115. Definer: no role but the owner''s may write the right.';

REVOKE ALL ON FUNCTION "private"."log_rejects_access"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."log_rejects_access"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."may_export"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."may_export"(uuid) TO "authenticated", "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_members__end_export"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_members__end_export"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."set_member_export"(uuid, uuid, boolean) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."set_member_export"(uuid, uuid, boolean) TO "service_role";

-- By hand: admins who could export until now still can. Owners take it away with set_member_export.
update public.members set may_export = true where role = 'admin';
