-- faster feed and my leads: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP VIEW "public"."my_leads";

DROP FUNCTION "private"."active_key_id"(uuid, private.key_purpose);

DROP FUNCTION "private"."blind_key"(uuid);

CREATE OR REPLACE FUNCTION private.active_key_id (
  p_org_id  uuid,
  p_purpose private.key_purpose
)
  RETURNS integer
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return (
    select k.id from private.org_keys k
    where k.org_id = p_org_id and k.purpose = p_purpose and k.retired_at is null);
end
$function$;

CREATE OR REPLACE FUNCTION private.blind_key (
  p_org_id uuid
)
  RETURNS bytea
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return decode(private.org_key(p_org_id, private.active_key_id(p_org_id, 'blind')), 'hex');
end
$function$;

CREATE OR REPLACE FUNCTION private.key_fingerprint (
  p_key text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select left(encode(extensions.hmac('sluice wrapping key', p_key, 'sha256'), 'hex'), 16)
$function$;

CREATE OR REPLACE FUNCTION private.my_ranked_broker (
  OUT org_id uuid,
  OUT broker_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_ids constant uuid[] := private.my_broker_ids();
begin
  if cardinality(v_ids) = 1 then
    select b.org_id, b.id into org_id, broker_id
    from public.brokers b
    where b.user_id = (select auth.uid()) and b.id = v_ids[1]
      and not exists (select from public.score_versions v where v.org_id = b.org_id and v.state = 'active');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_leads__record_changes()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET enable_nestloop TO 'off'
  SET jit TO 'off'
  AS $function$
declare
  v_upload uuid := nullif(current_setting('sluice.upload_id', true), '')::uuid;
  v_actor text := private.current_actor();
  v_user uuid := auth.uid();
  v_changed text[];
begin
  if v_actor <> 'upload' then
    v_upload := null;
  end if;
  if tg_op = 'INSERT' then
    insert into public.lead_changes (org_id, lead_id, action, upload_id, actor_id, actor)
    select n.org_id, n.id, 'created', v_upload, v_user, v_actor from new_rows n;
  elsif tg_op = 'DELETE' then
    insert into public.lead_changes (org_id, lead_id, action, changes, upload_id, actor_id, actor)
    -- The names of the fields only: a deleted lead leaves no copy of its owner.
    select o.org_id, o.id, 'deleted', (select jsonb_object_agg(f.key, '"deleted"'::jsonb)
      from jsonb_each(jsonb_strip_nulls(to_jsonb(o))) f), v_upload, v_user, v_actor from old_rows o;
  elsif (select count(*) from (select from new_rows limit 21) n) > 20 then
    execute (
      select format('select array_remove(array[%s], null) from new_rows n join old_rows o '
        'on o.org_id = n.org_id and o.id = n.id',
        string_agg(format('case when bool_or(n.%1$I is distinct from o.%1$I) then %1$L end', a.attname), ', '))
      from pg_catalog.pg_attribute a
      where a.attrelid = tg_relid and a.attnum > 0 and not a.attisdropped
        and a.attname not in ('updated_at', 'field_sources', 'edited_fields')
    ) into v_changed;
    if cardinality(v_changed) > 0 then
      execute (
        select format('insert into public.lead_changes (org_id, lead_id, action, changes, upload_id, actor_id, actor) '
          'select n.org_id, n.id, ''updated'', d.changes, $1, $2, $3 from new_rows n '
          'join old_rows o on o.org_id = n.org_id and o.id = n.id '
          'cross join lateral (select jsonb_object_agg(x.key, x.change) as changes '
          'from (values %s) x (key, change) where x.change is not null) d where d.changes is not null',
          string_agg(format('(%1$L, case when n.%1$I is distinct from o.%1$I '
            'then jsonb_build_array(o.%1$I, n.%1$I) end)', c), ', '))
        from unnest(v_changed) c
      ) using v_upload, v_user, v_actor;
    end if;
  else
    insert into public.lead_changes (org_id, lead_id, action, changes, upload_id, actor_id, actor)
    select p.org_id, p.id, 'updated', d.changes, v_upload, v_user, v_actor
    from (
      select n.org_id, n.id, to_jsonb(o) as was, to_jsonb(n) - '{updated_at,field_sources,edited_fields}'::text[] as is
      from new_rows n
      join old_rows o on o.org_id = n.org_id and o.id = n.id
      offset 0
    ) p
    cross join lateral (
      select jsonb_object_agg(x.key, jsonb_build_array(p.was -> x.key, x.value)) as changes
      from jsonb_each(p.is) x
      where x.value <> p.was -> x.key
    ) d
    where d.changes is not null;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.unwrap_key (
  p_wrapped      bytea,
  p_wrapped_with text
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_key text;
begin
  -- Each secret is decrypted once (offset 0), not once for each mention.
  select s.secret into v_key
  from (
    select x.decrypted_secret as secret from vault.decrypted_secrets x
    where x.name in ('sluice_wrapping_key', 'sluice_wrapping_key_next') offset 0) s
  where length(s.secret) >= 32 and private.key_fingerprint(s.secret) = p_wrapped_with
  limit 1;
  if v_key is null then
    perform private.wrapping_key();
    raise exception 'wrapping key % not found: Vault has another sluice_wrapping_key', p_wrapped_with
      using errcode = 'SL001';
  end if;
  return extensions.pgp_sym_decrypt(p_wrapped, v_key);
end
$function$;

CREATE VIEW "public"."my_leads" WITH (security_invoker=true) AS ( SELECT l.org_id,
    l.id AS lead_id,
    l.lead_score,
    l.status,
    l.campaign_id,
    l.campaign_status,
    l.added_to_campaign_at,
    l.current_sequence_step,
    l.last_reply_at,
    l.call_attempt_count,
    l.owner_full,
    l.owner_1_first,
    l.owner_1_last,
    l.situs_house_number,
    l.situs_street,
    l.situs_unit,
    l.situs_city,
    l.situs_state,
    l.situs_zip,
    l.time_zone,
    l.email_verified,
    l.phone_verified,
    l.consent,
    l.attributes,
    l.created_at,
    l.updated_at
   FROM public.leads l
  WHERE ((l.org_id = ( SELECT (private.my_ranked_broker()).org_id AS org_id)) AND (l.assigned_broker_id = ( SELECT (private.my_ranked_broker()).broker_id AS broker_id)))
  ORDER BY l.lead_score DESC, l.id)
UNION ALL
( SELECT l.org_id,
    l.id AS lead_id,
    COALESCE(s.score, l.lead_score) AS lead_score,
    l.status,
    l.campaign_id,
    l.campaign_status,
    l.added_to_campaign_at,
    l.current_sequence_step,
    l.last_reply_at,
    l.call_attempt_count,
    l.owner_full,
    l.owner_1_first,
    l.owner_1_last,
    l.situs_house_number,
    l.situs_street,
    l.situs_unit,
    l.situs_city,
    l.situs_state,
    l.situs_zip,
    l.time_zone,
    l.email_verified,
    l.phone_verified,
    l.consent,
    l.attributes,
    l.created_at,
    l.updated_at
   FROM (public.leads l
     LEFT JOIN public.lead_scores s ON (((s.org_id = l.org_id) AND (s.lead_id = l.id))))
  WHERE (( SELECT ((private.my_ranked_broker()).broker_id IS NULL)) AND (l.org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) AND (l.assigned_broker_id = ANY (( SELECT private.my_broker_ids() AS my_broker_ids)::uuid[])))
  ORDER BY COALESCE(s.score, l.lead_score) DESC, l.id);

REVOKE ALL ON TABLE "public"."my_leads" FROM "anon";

COMMENT ON FUNCTION "private"."active_key_id"(uuid, private.key_purpose) IS 'Id of the key that encrypts new values. Definer: only the owner reads the table of keys.';

COMMENT ON FUNCTION "private"."blind_key"(uuid) IS 'Key of the org''s blind index. Definer: only the owner reads Vault and wrapped keys.';

COMMENT ON FUNCTION "private"."my_ranked_broker"() IS 'Org and broker row of the signed-in user where it is the only one and the org''s leads rank by the score of their lists; otherwise both are null.';

COMMENT ON VIEW "public"."my_leads" IS 'The leads assigned to the caller, whatever their role. For a broker''s list, order by lead_score desc, lead_id. lead_score is that of the org''s rules, where it has any, else that of the lists.';

REVOKE ALL ON FUNCTION "private"."active_key_id"(uuid, private.key_purpose) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."active_key_id"(uuid, private.key_purpose) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."active_key_id"(uuid, private.key_purpose) TO "service_role";

REVOKE ALL ON FUNCTION "private"."blind_key"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."blind_key"(uuid) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."blind_key"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "private"."my_ranked_broker"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."my_ranked_broker"() TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."my_ranked_broker"() TO "service_role";

REVOKE ALL ON TABLE "public"."my_leads" FROM "authenticated";

GRANT SELECT ON TABLE "public"."my_leads" TO "authenticated";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."my_leads" TO "service_role";
