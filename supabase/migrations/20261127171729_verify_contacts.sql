-- verify contacts: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.contacts_to_verify (
  p_org_id   uuid,
  p_provider text,
  p_kind     public.contact_kind,
  p_lead_ids uuid[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    contact_point_id bigint,
    lead_id          uuid,
    value            text
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  return query
  with due as materialized (
    select c.id, c.lead_id, c.value_cipher, c.key_id, c.position from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = any (p_lead_ids) and c.kind = p_kind and c.invalid_at is null
      -- Nothing is bought about somebody who is never contacted.
      and not exists (select from public.suppressions s
        where s.org_id = c.org_id and s.value_bidx = c.value_bidx and s.channel is null
          and not exists (select from public.suppression_lifts l
            where l.org_id = s.org_id and l.suppression_id = s.id))
      and not exists (select from public.lead_facts f
        where f.org_id = c.org_id and f.lead_id = c.lead_id and f.contact_point_id = c.id and f.provider = p_provider
          and f.name = 'verification' and f.expires_at > p_as_of)
  ), looked as (
    insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown, subject, reason)
    select p_org_id, d.lead_id, null, session_user, count(*)::smallint, 'contacts', 'verification by ' || p_provider
    from due d group by d.lead_id
  )
  select d.id, d.lead_id, private.decrypt_value(d.value_cipher, private.org_key(p_org_id, d.key_id))
  from due d order by array_position(p_lead_ids, d.lead_id), d.position, d.id;
end
$function$;

COMMENT ON FUNCTION "private"."contacts_to_verify"(uuid, text, public.contact_kind, uuid[], timestamp with time zone) IS 'Contacts of the leads in plain text, in the order of the leads, that the provider has not verified within the lifetime of a verification; without wrong and suppressed ones. Every access is logged. Definer: keys belong to the owner.';

REVOKE ALL ON FUNCTION "private"."contacts_to_verify"(uuid, text, public.contact_kind, uuid[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."contacts_to_verify"(uuid, text, public.contact_kind, uuid[], timestamp WITH time zone) TO "pipeline_writer";

-- Reference data, queues and cron jobs.

insert into private.provider_settings (provider, name) values
  ('zerobounce', 'ZEROBOUNCE_API_KEY')
on conflict (name, provider) do nothing;
