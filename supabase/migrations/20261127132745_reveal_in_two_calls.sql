-- reveal in two calls: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP VIEW "public"."contact_points_revealed";

DROP FUNCTION "public"."export_person"(uuid, uuid);

DROP FUNCTION "public"."read_replies"(uuid[]);

DROP FUNCTION "public"."read_transcript"(uuid, bigint);

DROP FUNCTION "public"."reveal_contact_points"(uuid[]);

CREATE TABLE "private"."reveal_grants" (
  "id"          uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "org_id"      uuid                     NOT NULL,
  "subject"     text                     NOT NULL,
  "lead_ids"    uuid[]                   NOT NULL,
  "item_ids"    bigint[]                 NOT NULL,
  "user_id"     uuid,
  "session_id"  text,
  "granted_at"  timestamp with time zone NOT NULL,
  "granted_xid" xid8                     NOT NULL DEFAULT pg_current_xact_id(),
  "expires_at"  timestamp with time zone NOT NULL,
  "uses_left"   smallint                 NOT NULL DEFAULT 3,
  CONSTRAINT "grant_has_a_limit" CHECK (((cardinality(lead_ids) <= 100) AND (cardinality(item_ids) <= 500) AND (uses_left >= 0))),
  CONSTRAINT "reveal_grants_pkey" PRIMARY KEY (id),
  CONSTRAINT "reveal_subject_is_known" CHECK ((subject = ANY (ARRAY['contacts'::text, 'replies'::text, 'transcripts'::text, 'person'::text])))
);

ALTER TABLE "private"."reveal_grants"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."pii_access_log"
  ADD COLUMN "subject" text;

ALTER TABLE "private"."pii_access_log"
  ADD COLUMN "upload_id" uuid;

ALTER TABLE "private"."pii_access_log"
  ADD COLUMN "grant_id" uuid;

ALTER TABLE "private"."pii_access_log"
  ADD COLUMN "reason" text;

-- Downloads of rejects concern an upload; only functions of this schema use the table.
ALTER TABLE "private"."pii_access_log"
  -- squawk-ignore ban-drop-not-null
  ALTER COLUMN "lead_id" DROP NOT NULL;

CREATE OR REPLACE FUNCTION private.log_rejects_access (
  p_upload_id uuid,
  p_user_id   uuid
)
  RETURNS void
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  insert into private.pii_access_log (org_id, upload_id, user_id, db_role, values_shown, subject, reason)
  select u.org_id, u.id, p_user_id, session_user,
    least((select count(*) from public.upload_rejects r where r.upload_id = u.id), 32767), 'rejects',
    'download of rejected rows'
  from public.uploads u where u.id = p_upload_id
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
      and (p_subject <> 'person' or p_org_id = any (private.my_org_ids('{owner,admin}')))
$function$;

CREATE OR REPLACE FUNCTION private.person_record (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  l public.leads;
  v_contacts jsonb;
  v_values bytea[];
begin
  select x.* into strict l from public.leads x where x.org_id = p_org_id and x.id = p_lead_id;
  select coalesce(jsonb_agg(to_jsonb(c) - '{org_id,value_bidx,value_cipher,key_id}'::text[]
      || jsonb_build_object('value', private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)))
        order by c.kind, c.position), '[]'),
    array_agg(c.value_bidx)
  into v_contacts, v_values from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  return jsonb_build_object(
    'exported_at', now(), 'lead', jsonb_strip_nulls(to_jsonb(l) - '{org_id,phone_bidx,addr_hash}'::text[]),
      'contacts', v_contacts,
    'suppressions', (select coalesce(jsonb_agg(to_jsonb(s) - '{org_id,value_bidx}'::text[] order by s.created_at),
      '[]')
      from public.suppressions s where s.org_id = p_org_id and s.value_bidx = any (v_values)),
    'consents_of_the_same_contacts',
      (select coalesce(jsonb_agg(to_jsonb(c) - '{org_id,value_bidx,text_sha256,text_cipher,key_id}'::text[]
      order by c.occurred_at), '[]')
      from public.consents c where c.org_id = p_org_id and c.value_bidx = any (v_values) and c.lead_id is distinct
        from p_lead_id),
    'opt_out_texts', (select coalesce(jsonb_agg(jsonb_build_object('consent_id', c.id, 'text',
      private.decrypt_value(c.text_cipher, private.org_key(c.org_id, c.key_id)))), '[]')
      from public.consents c where c.org_id = p_org_id and (c.lead_id = p_lead_id or c.value_bidx = any (v_values))
        and c.text_cipher is not null),
    -- The nonce of a link to a consent form is for its receiver only.
    'message_texts', (select coalesce(jsonb_agg(jsonb_build_object('message_id', m.id, 'text',
      regexp_replace(private.decrypt_value(m.text_cipher, private.org_key(m.org_id, m.key_id)),
        '#[A-Za-z0-9_-]{43}', '#...', 'g')) order by m.created_at), '[]')
      from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id and m.text_cipher is not null),
    'reply_texts', (select coalesce(jsonb_agg(jsonb_build_object('reply_id', r.id, 'text',
      private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id))) order by r.at, r.id), '[]')
      from public.replies r where r.org_id = p_org_id and r.lead_id = p_lead_id and r.text_cipher is not null),
    'call_transcripts', (select coalesce(jsonb_agg(jsonb_build_object('call_id', k.id, 'text',
      private.decrypt_value(k.transcript_cipher, private.org_key(k.org_id, k.key_id))) order by k.at, k.id), '[]')
      from public.calls k where k.org_id = p_org_id and k.lead_id = p_lead_id and k.transcript_cipher is not null),
    'rows_in_conflict', (select coalesce(jsonb_agg(jsonb_build_object('conflict_id', k.id, 'upload_id', x.upload_id,
      'part', x.part, 'line', x.line, 'row', private.conflict_row_content(x) -> 'raw')
        order by k.id, x.created_at), '[]')
      from public.lead_conflicts k join private.conflict_rows x on x.org_id = k.org_id and x.conflict_id = k.id
      where k.org_id = p_org_id and k.contacts && v_values),
    'do_not_call_status', (select coalesce(jsonb_agg(to_jsonb(s) - '{org_id,value_bidx}'::text[]), '[]')
      from private.phone_scrubs s where s.org_id = p_org_id and s.value_bidx = any (v_values)),
    'merged_with', (select coalesce(jsonb_agg(m.merged_row - '{org_id,phone_bidx,addr_hash,contact_points}'::text[]),
      '[]')
      from public.lead_merges m where m.org_id = p_org_id and m.survivor_id = p_lead_id),
    'records', private.rows_about_lead(p_org_id, p_lead_id));
end
$function$;

CREATE OR REPLACE FUNCTION private.purge_expired (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_chunks integer;
  v_guards integer;
  v_rates integer;
begin
  with gone as (
    delete from private.upload_part_chunks c
    using public.upload_parts p
    join public.uploads u on u.id = p.upload_id
    join public.orgs o on o.id = u.org_id
    where c.part_id = p.id
      and u.state in ('completed', 'undone', 'failed')
      and coalesce(u.completed_at, u.received_at)
        < p_as_of - make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30))
      -- A rerun may still be reading them.
      and not exists (select from public.upload_parts r join public.uploads x on x.id = r.upload_id
        where r.org_id = p.org_id and r.stored_part_id = p.id and x.state in ('receiving', 'processing'))
    returning c.part_id
  ), closed as (
    -- Their dead letters cannot be replayed any more.
    update public.pipeline_dlq d
    set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the stored bytes have expired'), 2000)
    where d.resolved_at is null and d.source in ('rejects', 'stage-part')
      and d.payload ->> 'part_id' in (
        select g.part_id::text from gone g
        union all
        select r.id::text from gone g join public.upload_parts r on r.stored_part_id = g.part_id)
  )
  select count(*) into v_chunks from gone;
  delete from public.ingest_replay_guard g where g.received_at < p_as_of - interval '400 days';
  get diagnostics v_guards = row_count;
  delete from private.source_rates r where r.minute < p_as_of - interval '1 day';
  get diagnostics v_rates = row_count;
  delete from private.source_secrets s where s.expires_at < p_as_of - interval '30 days';
  delete from private.reveal_grants g where g.expires_at < p_as_of - interval '1 day';
  return jsonb_build_object('chunks', v_chunks, 'guards', v_guards, 'rates', v_rates, 'webhooks',
    private.purge_webhook_bodies(p_as_of));
end
$function$;

CREATE OR REPLACE FUNCTION private.session_id()
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select auth.jwt() ->> 'session_id'
$function$;

CREATE OR REPLACE FUNCTION public.redeem_reveal (
  p_grant_id uuid,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  g private.reveal_grants;
begin
  p_as_of := private.caller_clock(p_as_of);
  select x.* into g from private.reveal_grants x
  where x.id = p_grant_id and x.expires_at > p_as_of and x.uses_left > 0
    and x.session_id is not distinct from private.session_id()
    and case when x.user_id is null then private.is_trusted_caller() else x.user_id = auth.uid() end
  for update;
  if not found then
    raise exception 'grant not found' using errcode = 'SL428';
  end if;
  if g.granted_xid = pg_current_xact_id() then
    raise exception 'a grant is redeemed in a later transaction' using errcode = 'SL429';
  end if;
  update private.reveal_grants x set uses_left = x.uses_left - 1 where x.id = g.id;
  -- Rights may have ended since.
  g.lead_ids := array(select x.id from unnest(g.lead_ids) x (id) where private.may_reveal(g.org_id, x.id, g.subject));
  if g.subject = 'person' then
    if cardinality(g.lead_ids) <> 1 then
      raise exception 'lead not found' using errcode = 'SL425';
    end if;
    return jsonb_build_object('subject', g.subject, 'record', private.person_record(g.org_id, g.lead_ids[1]));
  end if;
  return jsonb_build_object('subject', g.subject, 'values', coalesce(case g.subject
    when 'contacts' then (
      select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'id', c.id, 'kind', c.kind,
        'value', private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)), 'label', c.label,
        'verified', c.verified, 'position', c.position) order by c.lead_id, c.kind, c.position, c.id)
      from public.contact_points c
      where c.org_id = g.org_id and c.lead_id = any (g.lead_ids) and c.id = any (g.item_ids))
    when 'replies' then (
      select jsonb_agg(jsonb_build_object('lead_id', r.lead_id, 'id', r.id, 'channel', r.channel, 'at', r.at,
        'body', case when r.text_cipher is not null then
          private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id)) end,
        'draft', case when r.draft_cipher is not null then
          private.decrypt_value(r.draft_cipher, private.org_key(r.org_id, r.draft_key_id)) end)
        order by r.lead_id, r.at, r.id)
      from public.replies r
      where r.org_id = g.org_id and r.lead_id = any (g.lead_ids) and r.id = any (g.item_ids))
    when 'transcripts' then (
      select jsonb_agg(jsonb_build_object('lead_id', k.lead_id, 'id', k.id, 'direction', k.direction, 'at', k.at,
        'body', private.decrypt_value(k.transcript_cipher, private.org_key(k.org_id, k.key_id)))
        order by k.lead_id, k.at, k.id)
      from public.calls k
      where k.org_id = g.org_id and k.lead_id = any (g.lead_ids) and k.id = any (g.item_ids)
        and k.transcript_cipher is not null)
    end, '[]'));
end
$function$;

REVOKE ALL ON FUNCTION "public"."redeem_reveal"(uuid, timestamp WITH time zone) FROM PUBLIC, "anon";

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

REVOKE ALL ON FUNCTION "public"."request_reveal"(uuid, text, uuid[], text, bigint[], timestamp WITH time zone) FROM PUBLIC, "anon";

-- A log of reads by hand: small. All its rows have a lead and no upload.
ALTER TABLE "private"."pii_access_log"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "access_is_to_a_lead_or_an_upload" CHECK ((num_nonnulls(lead_id, upload_id) = 1));

ALTER TABLE "private"."reveal_grants"
  ADD CONSTRAINT "reveal_grants_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

CREATE INDEX reveal_grants_expiry_idx ON private.reveal_grants USING btree (expires_at);

CREATE INDEX reveal_grants_org_idx ON private.reveal_grants USING btree (org_id);

COMMENT ON COLUMN "private"."pii_access_log"."subject" IS 'contacts, replies, transcripts, person or rejects; null: contacts in an export of suppressions.';

COMMENT ON COLUMN "private"."pii_access_log"."values_shown" IS 'Number of values that the caller may read.';

COMMENT ON COLUMN "private"."reveal_grants"."granted_xid" IS 'The transaction of the grant: public.redeem_reveal refuses to work in it.';

COMMENT ON COLUMN "private"."reveal_grants"."item_ids" IS 'The contact points, replies or calls; those that came later are not covered. Empty for subject person.';

COMMENT ON COLUMN "private"."reveal_grants"."session_id" IS 'The session_id of the caller''s access token; null for callers without one.';

COMMENT ON FUNCTION "private"."log_rejects_access"(uuid, uuid) IS 'Logs a download of rejected rows by a member, or by the source that uploaded them (null); the endpoint commits it before it reads the rows. Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "private"."may_reveal"(uuid, uuid, text) IS 'Whether the caller may read the plain values of the lead; the whole record (person) is for owners, admins and the service. Definer: reads leads for callers that the policies do not know.';

COMMENT ON FUNCTION "private"."person_record"(uuid, uuid) IS 'Everything on record about a lead as JSON: fields, contacts in plain text, consents, decisions, contact attempts, changes, messages and all other rows that refer to it. For public.redeem_reveal.';

COMMENT ON FUNCTION "private"."purge_expired"(timestamp with time zone) IS 'Deletes stored bytes of finished uploads and bodies of processed webhooks after the org''s raw_days (30), closes the dead letters that would need them, and deletes replay guards after 400 days, idle rate counters, long expired secrets and grants; returns the counts. Definer: these tables belong to the owner.';

COMMENT ON FUNCTION "private"."rows_about_lead"(uuid, uuid) IS 'Every row of every exposed table that refers to the lead, by table. Definer: reads across policies for person_record.';

COMMENT ON FUNCTION "private"."session_id"() IS 'The session of the caller''s access token, if it names one.';

COMMENT ON FUNCTION "public"."redeem_reveal"(uuid, timestamp with time zone) IS 'Second of two calls that show plain values: {subject, values: [{lead_id, id, ...}]}, for the subject person {subject, record}. Leads that the caller may not see any more are left out. Raises SL428 (no such grant for this caller and session, expired or used up), SL429 (requested in the same transaction) and SL425. Definer: keys and grants belong to the owner.';

COMMENT ON FUNCTION "public"."request_reveal"(uuid, text, uuid[], text, bigint[], timestamp with time zone) IS 'First of two calls that show plain values: logs who asks, for which leads and why, and grants the subject (contacts, replies with their drafts, transcripts; person: the whole record of one lead, for owners, admins and the service). p_item_ids narrows it to some contact points, replies or calls. Returns {grant_id, subject, values: how many, expires_at}; grant_id is null when there is nothing that the caller may see. Commit before redeem_reveal. Raises SL425 (person: lead not found) and SL427 (subject, reason, or more than 100 leads or 500 values). Definer: the log and the grants belong to the owner.';

COMMENT ON TABLE "private"."pii_access_log" IS 'Log of who was granted the plain values of which lead or upload, what for, and when. Written before any value is returned; see public.request_reveal. Ids only, and the reason as the member wrote it.';

COMMENT ON TABLE "private"."reveal_grants" IS 'Permissions to read plain values: bound to a caller and a session, three times, for five minutes. Ids only.';

COMMENT ON TABLE "public"."calls" IS 'Phone calls that ended: outcome, length, cost. The transcript is encrypted; public.redeem_reveal shows it.';

COMMENT ON TABLE "public"."contact_points" IS 'One phone or e-mail of a lead: encrypted (value_cipher, key_id), found by value_bidx, shown by public.redeem_reveal.';

COMMENT ON TABLE "public"."replies" IS 'Replies that people wrote or spoke, one row per lead that the sender belongs to. Texts are encrypted; public.redeem_reveal shows them.';

REVOKE ALL ON FUNCTION "private"."log_rejects_access"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."log_rejects_access"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."may_reveal"(uuid, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."person_record"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."session_id"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."session_id"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."redeem_reveal"(uuid, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."redeem_reveal"(uuid, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."request_reveal"(uuid, text, uuid[], text, bigint[], timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."request_reveal"(uuid, text, uuid[], text, bigint[], timestamp WITH time zone) TO "service_role";

-- Rights that default privileges would change.

revoke execute on function private.may_reveal(uuid,uuid,text) from pipeline_writer;
revoke execute on function private.person_record(uuid,uuid) from pipeline_writer;
