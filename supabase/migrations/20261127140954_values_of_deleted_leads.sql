-- values of deleted leads: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP TRIGGER "_100_delete_texts" ON "public"."erasures";

DROP FUNCTION "private"."tg_erasures__delete_texts"();

CREATE OR REPLACE FUNCTION private.erase_deliveries (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_values   bytea[],
  p_as_of    timestamp with time zone
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_count integer;
  v_rows integer;
begin
  update public.webhook_inbox i set body_cipher = null, key_id = null
  where i.org_id = p_org_id and i.body_cipher is not null and i.state in ('done', 'unmatched')
    and exists (
      select from public.webhook_events e
      left join public.messages m on m.org_id = e.org_id and m.id = e.message_id
      where e.org_id = i.org_id and e.inbox_id = i.id and (e.lead_id = any (p_lead_ids)
        or m.lead_id = any (p_lead_ids)));
  get diagnostics v_count = row_count;
  -- A dead one of nobody else. What is not processed yet may be about others, too.
  update public.webhook_inbox i set state = 'unmatched', processed_at = coalesce(i.processed_at, p_as_of),
    body_cipher = null, key_id = null, error = 'erased'
  where i.org_id = p_org_id and i.state = 'dead' and i.events = 1
    and exists (select from private.unread_contacts u
      where u.org_id = i.org_id and u.inbox_id = i.id and u.value_bidx = any (p_values))
    and not exists (select from private.unread_contacts u
      where u.org_id = i.org_id and u.inbox_id = i.id and u.value_bidx <> all (p_values));
  get diagnostics v_rows = row_count;
  return v_count + v_rows;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_history (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_mark     text,
  p_as_of    timestamp with time zone
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.person_pattern (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with rows as (
    select to_jsonb(l) as r from public.leads l where l.org_id = p_org_id and l.id = any (p_lead_ids)
    union all
    select m.merged_row from public.lead_merges m where m.org_id = p_org_id and m.merged_id = any (p_lead_ids)
  ), words as (
    -- Short names are words of other sentences, too.
    select '\m' || regexp_replace(btrim(w.word), '([^[:alnum:] ])', '\\\1', 'g') || '\M' as word
    from rows cross join unnest(array[r ->> 'owner_1_last', r ->> 'owner_2_last', r ->> 'owner_full']) w (word)
    where length(btrim(w.word)) >= 4
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
  -- The rows that became no lead are in them, too.
  delete from public.upload_rejects r
  using public.uploads u join public.orgs o on o.id = u.org_id
  where r.upload_id = u.id and u.state in ('completed', 'undone', 'failed')
    and coalesce(u.completed_at, u.received_at)
      < p_as_of - make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30));
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

CREATE OR REPLACE FUNCTION private.purge_webhook_bodies (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_count integer;
begin
  update public.webhook_inbox i set body_cipher = null, key_id = null
  from public.orgs o
  where o.id = i.org_id and i.body_cipher is not null and i.state in ('done', 'unmatched')
    and i.processed_at < p_as_of - make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30));
  get diagnostics v_count = row_count;
  -- Nobody may read them, and no lead can be found for them any more.
  update public.calls c set transcript_cipher = null, key_id = null
  from public.orgs o
  where o.id = c.org_id and c.lead_id is null and c.transcript_cipher is not null
    and c.at < p_as_of - make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30));
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.redact_errors (
  p_org_id  uuid,
  p_pattern text
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  t record;
  v_rows integer;
  v_count integer := 0;
begin
  -- Errors quote what they failed on. Every column of that kind, also of later releases.
  for t in
    select c.relname as name, a.attname as col
    from pg_catalog.pg_class c
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname in ('error', 'last_error', 'error_detail')
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
$function$;

CREATE OR REPLACE FUNCTION private.tg_lead_changes__append_only()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if (tg_op, current_setting('sluice.erasing', true)) in (('UPDATE', 'yes'), ('DELETE', 'org'))
    and current_user = (select r.rolname from pg_catalog.pg_class c join pg_catalog.pg_roles r on r.oid = c.relowner
      where c.oid = tg_relid) then
    return null;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'SL002';
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_leads__forget()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
    perform private.forget_history(v.org_id, private.with_merged(v.org_id, v.ids), 'deleted', now());
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_orgs__delete_history()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_was constant text := coalesce(current_setting('sluice.erasing', true), '');
begin
  perform set_config('sluice.erasing', 'org', true);
  delete from public.lead_changes h where h.org_id = old.id;
  delete from public.pipeline_events e where e.org_id = old.id;
  perform set_config('sluice.erasing', v_was, true), set_config('sluice.deleting_org', '', true);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_orgs__delete_staging()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform set_config('sluice.deleting_org', old.id::text, true);
  delete from private.leads_staging_contacts c using public.upload_parts p
  where p.org_id = old.id and c.part_id = p.id;
  delete from public.leads_staging s where s.org_id = old.id;
  return old;
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
    select 2, 'consents, opt-outs and links with their evidence: texts, signatures, words, masked contacts',
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

CREATE OR REPLACE FUNCTION private.with_merged (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS uuid[]
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with recursive found (id) as (
    select unnest(p_lead_ids)
    union
    select m.merged_id from found f
    join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.id and m.undone_at is null
  )
  select coalesce(array_agg(f.id), '{}') from found f
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
  v_erased := v_erased || jsonb_build_object(
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

CREATE TRIGGER _600_forget
  AFTER DELETE ON public.leads REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_leads__forget();

CREATE TRIGGER _050_delete_staging
  BEFORE DELETE ON public.orgs
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_orgs__delete_staging();

CREATE TRIGGER _900_delete_history
  AFTER DELETE ON public.orgs
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_orgs__delete_history();

COMMENT ON FUNCTION "private"."erase_deliveries"(uuid, uuid[], bytea[], timestamp with time zone) IS 'Empties the bodies of processed webhook deliveries with an event of the leads, and of dead deliveries that concern the values only; returns how many. Definer: members may not write the inbox.';

COMMENT ON FUNCTION "private"."forget_history"(uuid, uuid[], text, timestamp with time zone) IS 'Replaces the values in the history of leads, in their merges and splits by the mark (erased or deleted); returns how many changes. Their merges cannot be undone any more. Definer: the history belongs to the owner.';

COMMENT ON FUNCTION "private"."person_pattern"(uuid, uuid[]) IS 'Regular expression for the names, phones and e-mails of leads in any spelling; null if they have none.';

COMMENT ON FUNCTION "private"."purge_expired"(timestamp with time zone) IS 'Deletes stored bytes and rejected rows of finished uploads, bodies of processed webhooks and transcripts of calls without a lead after the org''s raw_days (30), closes the dead letters that would need them, and deletes replay guards after 400 days, idle rate counters, long expired secrets and grants; returns the counts. Definer: these tables belong to the owner.';

COMMENT ON FUNCTION "private"."purge_webhook_bodies"(timestamp with time zone) IS 'Empties the bodies of deliveries that were processed longer ago than the org''s raw_days (30); returns how many. Likewise transcripts of calls without a lead. The events stay. Definer: retention belongs to the owner.';

COMMENT ON FUNCTION "private"."redact_errors"(uuid, text) IS 'Replaces what the pattern finds in the error columns of the org and in the output of jobs; returns how many rows. Definer: the tables of the queue and of uploads belong to the owner.';

COMMENT ON FUNCTION "private"."tg_lead_changes__append_only"() IS 'Trigger: raises SL002, except for private.forget_history and the deletion of an org, which run as the owner of the table and set sluice.erasing.';

COMMENT ON FUNCTION "private"."tg_leads__forget"() IS 'Trigger: a deleted lead, and what was merged into it, leaves no values in the history. Definer: the history belongs to the owner.';

COMMENT ON FUNCTION "private"."tg_orgs__delete_history"() IS 'Trigger: deletes the history and the events of a deleted org. Definer: as tg_orgs__delete_staging.';

COMMENT ON FUNCTION "private"."tg_orgs__delete_staging"() IS 'Trigger: deletes the staging rows of a deleted org. Definer: a role that may delete the org may lack rights on them.';

COMMENT ON FUNCTION "private"."what_stays"(uuid, uuid[], bytea[], timestamp with time zone) IS 'What an erasure leaves, how many, until when and why: [{what, count, until, why}]. Definer: counts regardless of policies.';

COMMENT ON FUNCTION "private"."with_merged"(uuid, uuid[]) IS 'The leads and all that were merged into them, also by way of others.';

COMMENT ON FUNCTION "public"."erase_lead"(uuid, uuid, text, timestamp with time zone) IS 'Erases the person behind a lead and what was merged into it: contacts, names, mailing address, list columns, their values in histories and merges, texts of messages, replies and calls, rows in conflict, bodies of webhooks, errors that quote them. Returns counts of what the law requires to be kept, {erased: {…: how many}} and {stays: [{what, count, until, why}]}. For owners, admins and the service. Definer: history belongs to the owner. Raises SL426.';

REVOKE ALL ON FUNCTION "private"."erase_deliveries"(uuid, uuid[], bytea[], timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."forget_history"(uuid, uuid[], text, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."person_pattern"(uuid, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."redact_errors"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tg_leads__forget"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_leads__forget"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_orgs__delete_history"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_orgs__delete_history"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_orgs__delete_staging"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_orgs__delete_staging"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."what_stays"(uuid, uuid[], bytea[], timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."with_merged"(uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."with_merged"(uuid, uuid[]) TO "pipeline_writer";

-- Rights that default privileges would change.

revoke execute on function private.erase_deliveries(uuid,uuid[],bytea[],timestamp with time zone) from pipeline_writer;
revoke execute on function private.forget_history(uuid,uuid[],text,timestamp with time zone) from pipeline_writer;
revoke execute on function private.person_pattern(uuid,uuid[]) from pipeline_writer;
revoke execute on function private.redact_errors(uuid,text) from pipeline_writer;
revoke execute on function private.what_stays(uuid,uuid[],bytea[],timestamp with time zone) from pipeline_writer;

-- Data: what was deleted and erased before.
do $$
declare
  v record;
begin
  perform set_config('sluice.erasing', 'org', true);
  delete from public.lead_changes h where not exists (select from public.orgs o where o.id = h.org_id);
  perform set_config('sluice.erasing', 'yes', true);
  update public.lead_changes h
  set changes = (select jsonb_object_agg(k, '"deleted"'::jsonb) from jsonb_object_keys(h.changes) k)
  where h.action = 'deleted' and exists (
    select from jsonb_each(h.changes) c where c.value not in ('"deleted"', '"erased"'));
  perform set_config('sluice.erasing', '', true);
  -- Leads that are gone, unless they were merged into one that exists.
  for v in
    select c.org_id, array_agg(c.id) as ids
    from (
      select h.org_id, h.lead_id as id from public.lead_changes h where h.action = 'updated' and h.changes is not null
      union
      select m.org_id, unnest(array[m.survivor_id, m.merged_id]) from public.lead_merges m
    ) c
    where not exists (select from public.leads l where l.org_id = c.org_id and l.id = c.id)
      and private.current_lead(c.org_id, c.id) is null
    group by c.org_id
  loop
    perform private.forget_history(v.org_id, v.ids, 'deleted', now());
  end loop;
  for v in select e.org_id, array_agg(distinct e.lead_id) as ids from public.erasures e group by e.org_id loop
    perform private.forget_history(v.org_id, private.with_merged(v.org_id, v.ids), 'erased', now());
  end loop;
end
$$;
