-- refuse listed leads at once: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP TRIGGER "_100_refuse_leads" ON "public"."leads_staging";

CREATE OR REPLACE FUNCTION private.tg_leads_staging__refuse_leads()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v record;
begin
  -- All leads of a slice at once: one by one they would cost a look-up of refusals each.
  for v in
    select u, array_agg(distinct n.lead_id) as leads
    from new_rows n join public.uploads u on u.org_id = n.org_id and u.id = n.upload_id
    where n.do_not_contact and n.lead_id is not null
    group by u.org_id, u.id
  loop
    perform private.refuse_listed_leads(v.u, v.leads, now());
  end loop;
  return null;
end
$function$;

CREATE TRIGGER _100_refuse_leads
  AFTER UPDATE ON public.leads_staging REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_leads_staging__refuse_leads();

COMMENT ON FUNCTION "private"."tg_leads_staging__refuse_leads"() IS 'Trigger: rows that the list marks as not to be contacted have become leads, or were added to some. Definer: as refuse_listed_leads.';
