-- limits of reveals: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

REVOKE ALL ON TABLE "public"."lead_merges" FROM "authenticated";

ALTER TABLE "private"."pii_access_log"
  DROP CONSTRAINT "access_is_to_a_lead_or_an_upload";

ALTER TABLE "private"."pii_access_log"
  ADD COLUMN "refused" text;

CREATE OR REPLACE FUNCTION private.erase_links (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_was constant text := coalesce(current_setting('sluice.erasing', true), '');
  v_count integer;
  v_rows integer;
begin
  -- An open link could be submitted by whoever has it. A used one is evidence; the consents by it have the contact.
  delete from public.consent_tokens t
  where t.org_id = p_org_id and t.lead_id = any (p_lead_ids) and t.used_at is null;
  get diagnostics v_count = row_count;
  perform set_config('sluice.erasing', 'yes', true);
  update public.consent_tokens t set phone_masked = null, email_masked = null
  where t.org_id = p_org_id and t.lead_id = any (p_lead_ids)
    and num_nonnulls(t.phone_masked, t.email_masked) > 0;
  get diagnostics v_rows = row_count;
  perform set_config('sluice.erasing', v_was, true);
  return v_count + v_rows;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_reveal (
  p_org_id   uuid,
  p_subject  text,
  p_lead_ids uuid[],
  p_reason   text,
  p_as_of    timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_limit integer;
  v_shown integer;
  v_new integer;
  v_retry timestamptz;
begin
  -- Requests of one member wait for each other, so that two at once do not both fit.
  perform pg_advisory_xact_lock(hashtextextended(format('reveal %s %s', p_org_id, auth.uid()), 0));
  select coalesce((o.settings ->> 'reveals_per_hour')::integer, 120) into v_limit
  from public.orgs o where o.id = p_org_id;
  with shown as (
    select a.lead_id, max(a.accessed_at) as at from private.pii_access_log a
    where a.org_id = p_org_id and a.user_id = auth.uid() and a.accessed_at > p_as_of - interval '1 hour'
      and a.lead_id is not null
    group by a.lead_id
  ), counted as (
    select count(*) as n, (select count(*) from unnest(p_lead_ids) x (id) where x.id not in (
      select s.lead_id from shown s)) as wanted
    from shown
  )
  -- Then the leads that were seen longest ago make room for those that are wanted.
  select c.n, c.wanted, case when c.wanted <= v_limit then (
    select s.at + interval '1 hour' from shown s order by s.at offset greatest(c.n + c.wanted - v_limit - 1, 0) limit 1)
    end
  into v_shown, v_new, v_retry from counted c;
  if v_new = 0 or v_shown + v_new <= v_limit then
    return null;
  end if;
  insert into private.pii_access_log (org_id, user_id, db_role, accessed_at, values_shown, subject, reason, refused)
  values (p_org_id, auth.uid(), session_user, p_as_of, 0, p_subject, p_reason, 'hourly_limit');
  -- An exception would undo the log; the API answers with this status and commits.
  perform set_config('response.status', '429', true);
  return jsonb_build_object('grant_id', null, 'subject', p_subject, 'values', 0, 'expires_at', null,
    'code', 'hourly_limit', 'message', format('at most %s leads within an hour: %s were shown, and %s more are wanted',
      v_limit, v_shown, v_new), 'retry_at', v_retry);
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_consent_tokens__keep_evidence()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if tg_op = 'DELETE' then
    if old.used_at is null or pg_catalog.pg_trigger_depth() > 1 then
      return old;
    end if;
  elsif current_setting('sluice.erasing', true) = 'yes'
    and new.phone_masked is null and new.email_masked is null
    and (to_jsonb(new) - '{phone_masked,email_masked}'::text[])
      = (to_jsonb(old) - '{phone_masked,email_masked}'::text[])
    and current_user = (select r.rolname from pg_catalog.pg_class c join pg_catalog.pg_roles r on r.oid = c.relowner
      where c.oid = tg_relid) then
    return new;
  elsif old.used_at is null
    and (to_jsonb(new) - '{used_at,lead_id,submitted_by}'::text[])
      = (to_jsonb(old) - '{used_at,lead_id,submitted_by}'::text[]) then
    return new;
  -- A merge moves the token to the remaining lead.
  elsif to_jsonb(new) - 'lead_id' = to_jsonb(old) - 'lead_id' then
    return new;
  end if;
  raise exception 'consent_tokens is append-only' using errcode = 'SL002';
end
$function$;

CREATE OR REPLACE FUNCTION private.what_stays (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_values   bytea[],
  p_as_of    timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  with org as (
    select make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30)) as raw from public.orgs o
    where o.id = p_org_id
  ), stored as (
    select count(*) as n, max(coalesce(u.completed_at, p_as_of) + o.raw) as until
    from public.uploads u cross join org o
    where u.org_id = p_org_id and (exists (select from public.upload_rejects r where r.upload_id = u.id)
      or exists (select from public.upload_parts p join private.upload_part_chunks c on c.part_id = p.id
        where p.upload_id = u.id))
  ), bodies as (
    select count(*) filter (where i.state in ('done', 'unmatched')) as processed,
      max(i.processed_at + o.raw) filter (where i.state in ('done', 'unmatched')) as until,
      count(*) filter (where i.state in ('received', 'dead') and exists (select from private.unread_contacts u
        where u.org_id = i.org_id and u.inbox_id = i.id and u.value_bidx = any (p_values))) as unread
    from public.webhook_inbox i cross join org o
    where i.org_id = p_org_id and i.body_cipher is not null
  ), counted (nth, what, n, until, why) as (
    select 1, 'suppressions, as keyed hashes',
      (select count(*) from public.suppressions s where s.org_id = p_org_id and s.value_bidx = any (p_values)),
      'the org is deleted', 'the person must not be contacted when a list names them again'
    union all
    select 2, 'consents and opt-outs with their evidence: texts, signatures, words, masked contacts, links used',
      (select count(*) from public.consents c where c.org_id = p_org_id
        and (c.lead_id = any (p_lead_ids) or c.value_bidx = any (p_values))),
      'the org is deleted', 'proof of consent, at least five years (16 CFR 310.5)'
    union all
    select 3, 'decisions of the gate, without contact values',
      (select count(*) from public.gate_decisions d where d.org_id = p_org_id and d.lead_id = any (p_lead_ids)),
      'five years after each', 'proof of what was checked (16 CFR 310.5)'
    union all
    select 4, 'messages and contact attempts, without texts',
      (select count(*) from public.messages m where m.org_id = p_org_id and m.lead_id = any (p_lead_ids))
        + (select count(*) from public.contact_attempts a where a.org_id = p_org_id and a.lead_id = any (p_lead_ids)),
      'the org is deleted', 'records of contacts made (16 CFR 310.5), and limits on further ones'
    union all
    select 12, 'questions to registers of reassigned numbers, as keyed hashes',
      (select count(*) from public.reassigned_checks r where r.org_id = p_org_id
        and (r.lead_id = any (p_lead_ids) or r.value_bidx = any (p_values))),
      'the org is deleted', 'proof that a consent was still of the person'
    union all
    select 5, 'the property: address, parcel, history with the names of fields', cardinality(p_lead_ids),
      'the lead is deleted', 'public record; decisions and consents refer to it'
    union all
    select 6, 'stored uploads and rejected rows of the org, encrypted, which may list the person', s.n, s.until::text,
      'they can be read again until raw_days have passed' from stored s where s.n > 0
    union all
    select 7, 'bodies of other processed webhooks of the org, encrypted', b.processed, b.until::text,
      'no event in them was matched with the person; raw_days' from bodies b where b.processed > 0
    union all
    select 8, 'webhook deliveries of the person that are not processed, encrypted', b.unread,
      'they are processed, then raw_days', 'they may be about others, too' from bodies b where b.unread > 0
    union all
    select 9, 'the logs of reads and of this erasure: ids, and reasons as they were written',
      (select count(*) from private.pii_access_log g where g.org_id = p_org_id and g.lead_id = any (p_lead_ids)) + 1,
      'never', 'who has seen the data'
    union all
    select 10, 'other leads with a phone or e-mail of the person',
      (select count(distinct c.lead_id) from public.contact_points c
        where c.org_id = p_org_id and c.value_bidx = any (p_values)),
      'they are erased', 'they may be of somebody else; erase those that are not'
    union all
    select 11, 'backups of the platform', null, 'they expire', 'outside of the database'
  )
  select jsonb_agg(jsonb_build_object('what', c.what, 'count', c.n, 'until', c.until, 'why', c.why) order by c.nth)
  from counted c where c.n is distinct from 0
$function$;

CREATE OR REPLACE FUNCTION public.erase_lead (
  p_org_id  uuid,
  p_lead_id uuid,
  p_reason  text,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_leads uuid[];
  v_values bytea[];
  v_pattern text;
  v_erased jsonb := '{}'::jsonb;
  v_kept jsonb;
  v_rows integer;
begin
  p_as_of := private.caller_clock(p_as_of);
  if not exists (select from public.leads x where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))) then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL426';
  end if;
  perform set_config('sluice.actor', 'system', true);
  v_leads := private.with_merged(p_org_id, array[p_lead_id]);
  v_pattern := private.person_pattern(p_org_id, v_leads);
  -- A person who asked for erasure must not be contacted when a list contains the number again.
  perform private.suppress_value(c.org_id, c.value_bidx, c.kind, null, 'erasure', 'request to erase', p_as_of)
  from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  v_values := array(select c.value_bidx from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id);
  delete from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  v_erased := v_erased || jsonb_build_object('contacts', cardinality(v_values));
  -- The property is public record, and decisions and consents refer to it; the owner's data is erased.
  update public.leads l set owner_1_first = null, owner_1_last = null, owner_2_first = null, owner_2_last = null,
    owner_full = null,
    mailing_street = null, mailing_unit = null, mailing_city = null, mailing_state = null, mailing_zip = null,
    attributes = '{}', melissa_payload = null, campaign_status = 'opted_out', vapi_call_id = null,
      assigned_broker_id = null,
    phone_verified = false, email_verified = false, phone_verification_codes = '{}', email_verification_codes = '{}',
      phone_bidx = null,
    edited_fields = array(select distinct f
      from unnest(l.edited_fields || '{owner_1,owner_2,owner_full,mailing,attributes}'::text[]) f order by 1)
  where l.org_id = p_org_id and l.id = p_lead_id;
  v_erased := v_erased || jsonb_build_object('changes', private.forget_history(p_org_id, v_leads, 'erased', p_as_of));
  -- Rows that wait for an answer: those that name the lead, and those with a phone or e-mail of the person.
  with erased as (
    update public.lead_conflicts c set row_keys = '{}', identity = null, building = null, contacts = '{}',
      state = 'dismissed', closed_at = coalesce(c.closed_at, p_as_of), resolution = 'erased'
    where c.org_id = p_org_id and (v_leads && c.lead_ids or c.lead_id = any (v_leads) or c.contacts && v_values)
    returning c.id
  )
  delete from private.conflict_rows x using erased e where x.org_id = p_org_id and x.conflict_id = e.id;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('conflict_rows', v_rows);
  delete from public.conflict_answers a where a.org_id = p_org_id and a.lead_id = any (v_leads);
  -- Messages are kept by their ids; texts and the provider's references to them are erased.
  update public.messages m set text_cipher = null, key_id = null, in_reply_to = null, error_detail = null
  where m.org_id = p_org_id and m.lead_id = p_lead_id;
  update public.replies r set text_cipher = null, key_id = null, draft_cipher = null, draft_key_id = null
  where r.org_id = p_org_id and r.lead_id = p_lead_id and num_nonnulls(r.text_cipher, r.draft_cipher) > 0;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('replies', v_rows);
  update public.calls k set transcript_cipher = null, key_id = null
  where k.org_id = p_org_id and k.lead_id = p_lead_id and k.transcript_cipher is not null;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('transcripts', v_rows);
  v_erased := v_erased || jsonb_build_object('links', private.erase_links(p_org_id, v_leads),
    'webhook_bodies', private.erase_deliveries(p_org_id, v_leads, v_values, p_as_of),
    'errors', case when v_pattern is null then 0 else private.redact_errors(p_org_id, v_pattern) end);
  v_kept := jsonb_build_object(
    'suppressions', cardinality(v_values),
    'messages', (select count(*) from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id),
    'consents', (select count(*) from public.consents c where c.org_id = p_org_id and c.lead_id = p_lead_id),
    'decisions', (select count(*) from public.gate_decisions d where d.org_id = p_org_id and d.lead_id = p_lead_id),
    'contact_attempts', (select count(*) from public.contact_attempts a where a.org_id = p_org_id
      and a.lead_id = p_lead_id),
    'erased', v_erased, 'stays', private.what_stays(p_org_id, v_leads, v_values, p_as_of));
  insert into public.erasures (org_id, lead_id, reason, erased_at, erased_by, kept)
  values (p_org_id, p_lead_id, p_reason, p_as_of, auth.uid(), v_kept);
  perform set_config('sluice.actor', v_actor, true);
  return v_kept;
end
$function$;

CREATE OR REPLACE FUNCTION public.request_reveal (
  p_org_id   uuid,
  p_subject  text,
  p_lead_ids uuid[],
  p_reason   text,
  p_item_ids bigint[]                 DEFAULT NULL::bigint[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_id constant uuid := gen_random_uuid();
  v_expires timestamptz;
  v_leads uuid[];
  v_items bigint[];
  v_values integer;
  v_shown uuid[];
  v_refusal jsonb;
begin
  p_as_of := private.caller_clock(p_as_of);
  v_expires := p_as_of + interval '5 minutes';
  if p_subject is null or p_subject not in ('contacts', 'replies', 'transcripts', 'person')
    or length(btrim(coalesce(p_reason, ''))) not between 3 and 500 then
    raise exception 'the subject is contacts, replies, transcripts or person; the reason has 3 to 500 characters'
      using errcode = 'SL427';
  end if;
  v_leads := array(select distinct x.id from unnest(p_lead_ids) x (id)
    where private.may_reveal(p_org_id, x.id, p_subject) order by x.id);
  if p_subject = 'person' and cardinality(v_leads) <> 1 then
    raise exception 'lead not found' using errcode = 'SL425';
  end if;
  v_items := case p_subject
    when 'contacts' then array(select c.id from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = any (v_leads) and (p_item_ids is null or c.id = any (p_item_ids))
      order by c.id)
    when 'replies' then array(select r.id from public.replies r
      where r.org_id = p_org_id and r.lead_id = any (v_leads) and (p_item_ids is null or r.id = any (p_item_ids))
        and num_nonnulls(r.text_cipher, r.draft_cipher) > 0 order by r.id)
    when 'transcripts' then array(select k.id from public.calls k
      where k.org_id = p_org_id and k.lead_id = any (v_leads) and (p_item_ids is null or k.id = any (p_item_ids))
        and k.transcript_cipher is not null order by k.id)
    else '{}' end;
  if cardinality(v_leads) > 100 or cardinality(v_items) > 500 then
    raise exception 'at most 100 leads and 500 values at a time' using errcode = 'SL427';
  end if;
  -- Those that have something to show.
  v_shown := case p_subject
    when 'contacts' then array(select distinct c.lead_id from public.contact_points c
      where c.org_id = p_org_id and c.id = any (v_items))
    when 'replies' then array(select distinct r.lead_id from public.replies r
      where r.org_id = p_org_id and r.id = any (v_items))
    when 'transcripts' then array(select distinct k.lead_id from public.calls k
      where k.org_id = p_org_id and k.id = any (v_items))
    else v_leads end;
  if not private.is_trusted_caller() and cardinality(v_shown) > 0 then
    v_refusal := private.refuse_reveal(p_org_id, p_subject, v_shown, btrim(p_reason), p_as_of);
    if v_refusal is not null then
      return v_refusal;
    end if;
  end if;
  -- The log of every lead that has something to show.
  insert into private.pii_access_log (org_id, lead_id, user_id, db_role, accessed_at, values_shown, subject, grant_id,
    reason)
  select p_org_id, x.lead_id, auth.uid(), session_user, p_as_of, x.n, p_subject, v_id, btrim(p_reason)
  from (
    select c.lead_id, count(*) as n from public.contact_points c
    where p_subject = 'contacts' and c.org_id = p_org_id and c.id = any (v_items) group by c.lead_id
    union all
    select r.lead_id, count(*) from public.replies r
    where p_subject = 'replies' and r.org_id = p_org_id and r.id = any (v_items) group by r.lead_id
    union all
    select k.lead_id, count(*) from public.calls k
    where p_subject = 'transcripts' and k.org_id = p_org_id and k.id = any (v_items) group by k.lead_id
    union all
    select v_leads[1], 1 + (select count(*) from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = v_leads[1])
    where p_subject = 'person') x;
  v_values := case p_subject when 'person' then 1 else cardinality(v_items) end;
  if v_values > 0 then
    insert into private.reveal_grants (id, org_id, subject, lead_ids, item_ids, user_id, session_id, granted_at,
      expires_at)
    values (v_id, p_org_id, p_subject, v_leads, v_items, auth.uid(), private.session_id(), p_as_of, v_expires);
  end if;
  return jsonb_build_object('grant_id', case when v_values > 0 then v_id end, 'subject', p_subject,
    'values', v_values, 'expires_at', case when v_values > 0 then v_expires end);
end
$function$;

ALTER TABLE "private"."pii_access_log"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "access_is_to_a_lead_or_an_upload" CHECK ((num_nonnulls(lead_id, upload_id) =
CASE
    WHEN (refused IS NULL) THEN 1
    ELSE 0
END));

ALTER TABLE "private"."pii_access_log"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "refusal_shows_nothing" CHECK (((refused IS NULL) OR ((values_shown = 0) AND (grant_id IS NULL))));

ALTER TABLE "public"."orgs"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "reveals_per_hour_is_a_number" CHECK (((settings ->> 'reveals_per_hour'::text) ~ '^[0-9]{1,5}$'::text));

CREATE VIEW "public"."reveal_log" WITH (security_invoker=true) AS  SELECT a.org_id,
    a.id,
    a.accessed_at,
    a.user_id,
    a.db_role,
    a.subject,
    a.lead_id,
    a.upload_id,
    a.values_shown,
    a.reason,
    a.refused
   FROM private.pii_access_log a;

REVOKE ALL ON TABLE "public"."reveal_log" FROM "anon", "service_role";

-- A row of the log is one read by a person: the table is small.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX pii_access_log_user_idx ON private.pii_access_log USING btree (org_id, user_id, accessed_at DESC);

CREATE POLICY "select_members" ON "private"."pii_access_log"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])) OR ((user_id = ( SELECT auth.uid() AS uid)) AND (org_id = ANY ((
    SELECT private.my_org_ids() AS my_org_ids)::uuid[])))));

COMMENT ON COLUMN "private"."pii_access_log"."refused" IS 'hourly_limit: nothing was shown, because it would have exceeded reveals_per_hour; null: granted.';

COMMENT ON COLUMN "public"."consent_tokens"."phone_masked" IS 'For the form; empty once the person was erased.';

COMMENT ON COLUMN "public"."lead_merges"."merged_row" IS 'The whole row of the lead that was merged into the survivor, with its contact points as they are stored, for the undo. Members cannot read it.';

COMMENT ON COLUMN "public"."orgs"."settings" IS 'Settings of the org. raw_days: number of days for which the bytes of finished uploads are kept (default 30). consent_months: number of months after which a consent expires (default: never). consent_page: https address that serves pages/consent. seller: the seller that consents must name (default: the name of the org). lead_attempts_24h, org_attempts_24h: limits on contacts per lead and for the org. help_contact: the address that the answer to HELP names. merge_probability: leads that are one with at least this probability (0.9 to 1) are merged without an answer (default: never). reveals_per_hour: the number of leads whose plain values a member may see within an hour (default 120).';

COMMENT ON FUNCTION "private"."erase_links"(uuid, uuid[]) IS 'Deletes the open links of leads to the consent form, and empties the masks of the used ones; returns how many. Definer: no member has rights on links.';

COMMENT ON FUNCTION "private"."refuse_reveal"(uuid, text, uuid[], text, timestamp with time zone) IS 'Null, or the answer of request_reveal to a member who would see more leads within an hour than reveals_per_hour allows; it is logged. Leads that were shown within the hour count once. Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "private"."tg_consent_tokens__keep_evidence"() IS 'Trigger: a token may be used once and is otherwise immutable; used tokens are deleted only with their org (SL002). An erasure, which runs as the owner of the table, empties the masks.';

COMMENT ON FUNCTION "public"."request_reveal"(uuid, text, uuid[], text, bigint[], timestamp with time zone) IS 'First of two calls that show plain values: logs who asks, for which leads and why, and grants the subject (contacts, replies with their drafts, transcripts; person: the whole record of one lead, for owners, admins and the service). p_item_ids narrows it to some contact points, replies or calls. Returns {grant_id, subject, values: how many, expires_at}; grant_id is null when there is nothing that the caller may see. A member over the hourly limit (reveals_per_hour in orgs.settings) gets no grant, but status 429 and {grant_id: null, code: hourly_limit, message, retry_at: null if that many leads are never shown within an hour}. Commit before redeem_reveal. Raises SL425 (person: lead not found) and SL427 (subject, reason, or more than 100 leads or 500 values). Definer: the log and the grants belong to the owner.';

COMMENT ON VIEW "public"."reveal_log" IS 'Who was granted the plain values of which lead or upload, when and why. Owners and admins see their org''s, others what they were granted themselves. Order by accessed_at.';

REVOKE ALL ON FUNCTION "private"."erase_links"(uuid, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refuse_reveal"(uuid, text, uuid[], text, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON TABLE "private"."pii_access_log" FROM "authenticated";

GRANT SELECT ON TABLE "private"."pii_access_log" TO "authenticated";

REVOKE ALL ("ended_runs") ON TABLE "public"."lead_merges" FROM "authenticated";

GRANT SELECT ("ended_runs") ON TABLE "public"."lead_merges" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."lead_merges" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."lead_merges" TO "authenticated";

REVOKE ALL ("merged_at") ON TABLE "public"."lead_merges" FROM "authenticated";

GRANT SELECT ("merged_at") ON TABLE "public"."lead_merges" TO "authenticated";

REVOKE ALL ("merged_by") ON TABLE "public"."lead_merges" FROM "authenticated";

GRANT SELECT ("merged_by") ON TABLE "public"."lead_merges" TO "authenticated";

REVOKE ALL ("merged_contacts") ON TABLE "public"."lead_merges" FROM "authenticated";

GRANT SELECT ("merged_contacts") ON TABLE "public"."lead_merges" TO "authenticated";

REVOKE ALL ("merged_id") ON TABLE "public"."lead_merges" FROM "authenticated";

GRANT SELECT ("merged_id") ON TABLE "public"."lead_merges" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."lead_merges" FROM "authenticated";

GRANT SELECT ("org_id") ON TABLE "public"."lead_merges" TO "authenticated";

REVOKE ALL ("reason") ON TABLE "public"."lead_merges" FROM "authenticated";

GRANT SELECT ("reason") ON TABLE "public"."lead_merges" TO "authenticated";

REVOKE ALL ("survivor_changes") ON TABLE "public"."lead_merges" FROM "authenticated";

GRANT SELECT ("survivor_changes") ON TABLE "public"."lead_merges" TO "authenticated";

REVOKE ALL ("survivor_id") ON TABLE "public"."lead_merges" FROM "authenticated";

GRANT SELECT ("survivor_id") ON TABLE "public"."lead_merges" TO "authenticated";

REVOKE ALL ("undone_at") ON TABLE "public"."lead_merges" FROM "authenticated";

GRANT SELECT ("undone_at") ON TABLE "public"."lead_merges" TO "authenticated";

REVOKE ALL ("upload_id") ON TABLE "public"."lead_merges" FROM "authenticated";

GRANT SELECT ("upload_id") ON TABLE "public"."lead_merges" TO "authenticated";

REVOKE ALL ON TABLE "public"."reveal_log" FROM "authenticated";

GRANT SELECT ON TABLE "public"."reveal_log" TO "authenticated";

-- Rights that default privileges would change.

revoke execute on function private.erase_links(uuid,uuid[]) from pipeline_writer;
revoke execute on function private.refuse_reveal(uuid,text,uuid[],text,timestamp with time zone) from pipeline_writer;
