-- my leads of one broker: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

DROP VIEW "public"."my_leads";

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
  WHERE ((l.org_id = ( SELECT b.org_id
           FROM public.brokers b
          WHERE ((b.org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) AND (b.user_id = ( SELECT auth.uid() AS uid)) AND (b.id = ( SELECT (private.my_broker_ids())[1] AS my_broker_ids)))
         LIMIT 1)) AND (l.assigned_broker_id = ( SELECT (private.my_broker_ids())[1] AS my_broker_ids)))
  ORDER BY l.lead_score DESC, l.id)
UNION ALL
( SELECT l.org_id,
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
  WHERE (( SELECT (cardinality(private.my_broker_ids()) > 1)) AND (l.org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) AND (l.assigned_broker_id = ANY (( SELECT (private.my_broker_ids())[2:] AS my_broker_ids)::uuid[])))
  ORDER BY l.lead_score DESC, l.id);

REVOKE ALL ON TABLE "public"."my_leads" FROM "anon";

COMMENT ON VIEW "public"."my_leads" IS 'The leads assigned to the caller, whatever their role. For a broker''s list, order by lead_score desc, lead_id.';

REVOKE ALL ON TABLE "public"."my_leads" FROM "authenticated";

GRANT SELECT ON TABLE "public"."my_leads" TO "authenticated";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."my_leads" TO "service_role";
