-- rights of the service key: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

REVOKE ALL ON TABLE "public"."consent_tokens" FROM "service_role";

DROP TRIGGER "_300_check_account" ON "public"."senders";

CREATE OR REPLACE FUNCTION private.tg_senders__check_account()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_problem constant text := private.account_problem(new.org_id, new.provider, new.account);
begin
  if v_problem is not null then
    raise exception 'account % %', new.account, v_problem using errcode = 'SL541';
  end if;
  -- Of an account that several orgs use: what one sends from, the others cannot. Two at once wait for each other.
  perform pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'sluice senders', new.provider, new.account), 0));
  if exists (select from public.senders x
    where x.org_id <> new.org_id and x.provider = new.provider and x.account = new.account
      and (lower(x.address) = lower(new.address) or x.messaging_service_sid = new.messaging_service_sid
        or x.phone_number_id = new.phone_number_id or x.assistant_id = new.assistant_id)) then
    raise exception 'account % has a sender of another org with this address, number or assistant', new.account
      using errcode = 'SL541';
  end if;
  return new;
end
$function$;

CREATE TRIGGER _300_check_account
  BEFORE INSERT OR UPDATE OF account, PROVIDER, address, messaging_service_sid, phone_number_id, assistant_id ON public.senders
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_senders__check_account();

COMMENT ON FUNCTION "private"."tg_senders__check_account"() IS 'Trigger: a sender uses an account of its org, or the project''s where the org has none, and there no address, number, messaging service or assistant of another org. Raises SL541. Definer: members have no rights on accounts, and see no senders of others.';

REVOKE ALL ON TABLE "public"."area_code_zones" FROM "service_role";

GRANT SELECT ON TABLE "public"."area_code_zones" TO "service_role";

REVOKE ALL ON TABLE "public"."calling_laws" FROM "service_role";

GRANT SELECT ON TABLE "public"."calling_laws" TO "service_role";

REVOKE ALL ON TABLE "public"."calling_windows" FROM "service_role";

GRANT SELECT ON TABLE "public"."calling_windows" TO "service_role";

REVOKE ALL ON TABLE "public"."contact_points" FROM "service_role";

GRANT SELECT ON TABLE "public"."contact_points" TO "service_role";

REVOKE ALL ON TABLE "public"."gate_rules" FROM "service_role";

GRANT SELECT ON TABLE "public"."gate_rules" TO "service_role";

REVOKE ALL ON TABLE "public"."holiday_dates" FROM "service_role";

GRANT SELECT ON TABLE "public"."holiday_dates" TO "service_role";

REVOKE ALL ON TABLE "public"."holidays" FROM "service_role";

GRANT SELECT ON TABLE "public"."holidays" TO "service_role";

REVOKE ALL ON TABLE "public"."lead_changes" FROM "service_role";

GRANT SELECT ON TABLE "public"."lead_changes" TO "service_role";

REVOKE ALL ON TABLE "public"."lead_joins" FROM "service_role";

GRANT SELECT ON TABLE "public"."lead_joins" TO "service_role";

REVOKE ALL ON TABLE "public"."lead_merges" FROM "service_role";

GRANT SELECT ON TABLE "public"."lead_merges" TO "service_role";

REVOKE ALL ON TABLE "public"."mapping_targets" FROM "service_role";

GRANT SELECT ON TABLE "public"."mapping_targets" TO "service_role";

REVOKE ALL ON TABLE "public"."rule_sets" FROM "service_role";

GRANT SELECT ON TABLE "public"."rule_sets" TO "service_role";

REVOKE ALL ON TABLE "public"."state_rules" FROM "service_role";

GRANT SELECT ON TABLE "public"."state_rules" TO "service_role";

REVOKE ALL ON TABLE "public"."us_counties" FROM "service_role";

GRANT SELECT ON TABLE "public"."us_counties" TO "service_role";

REVOKE ALL ON TABLE "public"."us_states" FROM "service_role";

GRANT SELECT ON TABLE "public"."us_states" TO "service_role";

REVOKE ALL ON TABLE "public"."verification_code_map" FROM "service_role";

GRANT SELECT ON TABLE "public"."verification_code_map" TO "service_role";

REVOKE ALL ON TABLE "public"."zip_counties" FROM "service_role";

GRANT SELECT ON TABLE "public"."zip_counties" TO "service_role";

REVOKE ALL ON TABLE "public"."zip_zones" FROM "service_role";

GRANT SELECT ON TABLE "public"."zip_zones" TO "service_role";
