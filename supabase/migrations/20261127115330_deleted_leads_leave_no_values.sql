-- deleted leads leave no values: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

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

COMMENT ON COLUMN "public"."lead_changes"."changes" IS '{"field": [old, new]} for an update; the names of the fields that had a value for a deletion; null for a creation.';
