-- places by statement: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP TRIGGER "_700_move_place" ON "public"."leads";

CREATE OR REPLACE FUNCTION private.tg_leads__move_place()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.place_deltas (org_id, situs_zip, county_fips, situs_state, campaign_status, leads)
  select v.org_id, v.situs_zip, v.county_fips, v.situs_state, v.campaign_status, sum(v.leads)
  from (
    select o.org_id, o.situs_zip, o.county_fips, o.situs_state, o.campaign_status, -1 as leads from old_rows o
    where o.situs_zip is not null
    union all
    select n.org_id, n.situs_zip, n.county_fips, n.situs_state, n.campaign_status, 1 from new_rows n
    where n.situs_zip is not null) v
  group by 1, 2, 3, 4, 5
  having sum(v.leads) <> 0;
  return null;
end
$function$;

CREATE TRIGGER _700_move_place
  AFTER UPDATE ON public.leads REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_leads__move_place();

COMMENT ON FUNCTION "private"."tg_leads__move_place"() IS 'Trigger: leads count where they are now. Definer: nobody else writes the counts.';
