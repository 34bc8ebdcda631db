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
