-- plans of deleted orgs: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

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
  delete from private.resolve_plan r using public.uploads u where u.org_id = old.id and r.upload_id = u.id;
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

COMMENT ON FUNCTION "private"."tg_orgs__delete_staging"() IS 'Trigger: deletes the staging rows and plans of a deleted org. Definer: a role that may delete the org may lack rights on them.';
