-- views of scores: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP POLICY "select_members" ON "public"."lead_scores";

DROP VIEW "public"."contactable_leads";

DROP VIEW "private"."nominated_leads";

DROP VIEW "public"."lead_outlook";

DROP VIEW "public"."my_leads";

CREATE OR REPLACE FUNCTION public.my_day (
  p_limit integer                  DEFAULT 100,
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    org_id          uuid,
    lead_id         uuid,
    owner_full      text,
    situs_city      text,
    situs_state     text,
    lead_score      smallint,
    status          public.lead_status,
    campaign_status public.campaign_status,
    outlook         text,
    now_by          text[],
    next_at         timestamp with time zone,
    why             text
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_leads uuid[];
begin
  -- Leads that replied first, then those in work, then the others by score.
  v_leads := array(
    select l.lead_id from public.my_leads l
    where l.campaign_status not in ('opted_out', 'invalid')
    order by l.campaign_status = 'replied' desc, l.campaign_status in ('queued', 'active', 'paused', 'booked') desc,
      l.lead_score desc, l.lead_id
    limit p_limit);
  return query
  with seen as materialized (
    select o.*, array_position('{now,later today,later,never}', o.outlook) as rank
    from public.contact_outlook(v_leads, p_as_of => p_as_of) o
  ),
  summed as (
    select s.lead_id, min(s.rank) as rank,
      array_agg(distinct s.channel) filter (where s.outlook = 'now') as now_by,
      min(s.next_allowed_at) filter (where s.outlook in ('later today', 'later')) as next_at,
      string_agg(s.channel || ' to ' || s.contact || ': ' || s.why, E'\n' order by s.rank, s.channel, s.contact)
        filter (where s.outlook <> 'now') as why
    from seen s group by s.lead_id
  )
  select l.org_id, l.lead_id, l.owner_full, l.situs_city, l.situs_state, l.lead_score, l.status,
    l.campaign_status, coalesce(('{now,later today,later,never}'::text[])[x.rank], 'never'), coalesce(x.now_by, '{}'),
    case when x.rank > 1 then x.next_at end, case when x.rank is null then 'no phone number or e-mail address'
      else x.why end
  from unnest(v_leads) with ordinality i (id, n)
  join public.my_leads l on l.lead_id = i.id
  left join summed x on x.lead_id = l.lead_id
  order by coalesce(x.rank, 4), i.n;
end
$function$;

CREATE VIEW "private"."nominated_leads" AS  SELECT n.org_id,
    n.lead_id,
    n.lead_score
   FROM public.mv_contactable_leads n
  WHERE ((n.org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) OR ( SELECT private.is_trusted_caller() AS is_trusted_caller));

CREATE VIEW "public"."contactable_leads" WITH (security_invoker=true) AS  SELECT l.org_id,
    l.id AS lead_id,
    n.lead_score,
    l.status,
    l.assigned_broker_id,
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
    l.source_id,
    l.created_at
   FROM (public.leads l
     JOIN private.nominated_leads n ON (((n.org_id = l.org_id) AND (n.lead_id = l.id))))
  WHERE ((l.campaign_status = 'new'::public.campaign_status) AND l.phone_verified);

REVOKE ALL ON TABLE "public"."contactable_leads" FROM "anon";

CREATE VIEW "public"."lead_outlook" WITH (security_invoker=true) AS  SELECT l.org_id,
    l.id AS lead_id,
    l.assigned_broker_id,
    l.owner_full,
    l.situs_city,
    l.situs_state,
    COALESCE(( SELECT s.score
           FROM public.lead_scores s
          WHERE ((s.org_id = l.org_id) AND (s.lead_id = l.id))), l.lead_score) AS lead_score,
    l.campaign_status,
    o.contact,
    o.channel,
    o.outlook,
    o.why,
    o.next_allowed_at,
    o.contact_point_id,
    o.rules
   FROM (public.leads l
     CROSS JOIN LATERAL public.contact_outlook(ARRAY[l.id]) o(org_id, lead_id, contact_point_id, contact, channel, outlook, why, evidence, rules, next_allowed_at));

REVOKE ALL ON TABLE "public"."lead_outlook" FROM "anon";

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
         LIMIT 1)) AND (l.assigned_broker_id = ( SELECT (private.my_broker_ids())[1] AS my_broker_ids)) AND (NOT (EXISTS ( SELECT
           FROM public.score_versions v
          WHERE ((v.state = 'active'::public.score_version_state) AND (v.org_id = ( SELECT b.org_id
                   FROM public.brokers b
                  WHERE ((b.org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) AND (b.user_id = ( SELECT auth.uid() AS uid)) AND (b.id = ( SELECT (private.my_broker_ids())[1] AS my_broker_ids)))
                 LIMIT 1)))))))
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
  WHERE ((l.org_id = ( SELECT b.org_id
           FROM public.brokers b
          WHERE ((b.org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) AND (b.user_id = ( SELECT auth.uid() AS uid)) AND (b.id = ( SELECT (private.my_broker_ids())[1] AS my_broker_ids)))
         LIMIT 1)) AND (l.assigned_broker_id = ( SELECT (private.my_broker_ids())[1] AS my_broker_ids)) AND (EXISTS ( SELECT
           FROM public.score_versions v
          WHERE ((v.state = 'active'::public.score_version_state) AND (v.org_id = ( SELECT b.org_id
                   FROM public.brokers b
                  WHERE ((b.org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) AND (b.user_id = ( SELECT auth.uid() AS uid)) AND (b.id = ( SELECT (private.my_broker_ids())[1] AS my_broker_ids)))
                 LIMIT 1))))))
  ORDER BY COALESCE(s.score, l.lead_score) DESC, l.id)
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
  WHERE (( SELECT (cardinality(private.my_broker_ids()) > 1)) AND (l.org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) AND (l.assigned_broker_id = ANY (( SELECT (private.my_broker_ids())[2:] AS my_broker_ids)::uuid[])))
  ORDER BY COALESCE(s.score, l.lead_score) DESC, l.id);

REVOKE ALL ON TABLE "public"."my_leads" FROM "anon";

CREATE POLICY "select_members" ON "public"."lead_scores"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) AND ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS
    my_org_ids)::uuid[])) OR (EXISTS ( SELECT
   FROM public.leads l
  WHERE ((l.org_id = lead_scores.org_id) AND (l.id = lead_scores.lead_id)))))));

COMMENT ON VIEW "private"."nominated_leads" IS 'Ids and scores of the contactable leads of the caller''s orgs. Deliberately runs with its owner''s rights.';

COMMENT ON VIEW "public"."contactable_leads" IS 'Leads that a feed could take next and that the caller may see: nominated by the last refresh, and still new and verified now. Fast with the org named: where org_id = … order by lead_score desc, lead_id limit 100. lead_score is that of the last refresh: of the org''s rules, where it has any, else of the lists.';

COMMENT ON VIEW "public"."lead_outlook" IS 'A broker''s day: which leads can be contacted now, later today, later or never, on which channel, and why. Evaluated live, so restrict it to few leads: where lead_id in (…), or assigned_broker_id = … limit 100.';

COMMENT ON VIEW "public"."my_leads" IS 'The leads assigned to the caller, whatever their role. For a broker''s list, order by lead_score desc, lead_id. lead_score is that of the org''s rules, where it has any, else that of the lists.';

GRANT SELECT ON TABLE "private"."nominated_leads" TO "authenticated", "service_role";

REVOKE ALL ON TABLE "public"."contactable_leads" FROM "authenticated";

GRANT SELECT ON TABLE "public"."contactable_leads" TO "authenticated";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."contactable_leads" TO "service_role";

REVOKE ALL ON TABLE "public"."lead_outlook" FROM "authenticated";

GRANT SELECT ON TABLE "public"."lead_outlook" TO "authenticated";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."lead_outlook" TO "service_role";

REVOKE ALL ON TABLE "public"."my_leads" FROM "authenticated";

GRANT SELECT ON TABLE "public"."my_leads" TO "authenticated";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."my_leads" TO "service_role";
