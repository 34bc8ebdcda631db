-- feed probes and my leads: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP VIEW "public"."my_leads";

CREATE OR REPLACE FUNCTION private.check_candidates (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS TABLE (
    lead_id    uuid,
    lead_score smallint,
    refusal    text,
    phones     bytea[]
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return query
  with contacts as materialized (
    select i.n, l.id, l.lead_score as score, not l.consent and l.consented_at is not null as revoked,
      c.value_bidx, c.verified, coalesce(c.kind = 'phone' and c.invalid_at is null, false) as reachable
    from unnest(p_lead_ids) with ordinality i (id, n)
    join public.leads l on l.org_id = p_org_id and l.id = i.id
    left join public.contact_points c on c.org_id = p_org_id and c.lead_id = i.id
  ),
  -- Each value once: one owner of many properties has one phone. Subqueries that stay subqueries (offset 0) instead
  -- of joins to leads and campaigns: each is one index probe, whatever the statistics about leads in progress say. They
  -- start from the contact points: a search of leads in progress by phone would be made in leads_in_work_idx, which
  -- statistics call empty, and read all of them for each phone.
  facts as materialized (
    select v.value_bidx,
      -- Most values were never suppressed: one probe tells, and saves the call.
      exists (select from public.suppressions s where s.org_id = p_org_id and s.value_bidx = v.value_bidx offset 0)
        and private.is_suppressed(p_org_id, v.value_bidx) as held,
      v.reachable and exists (
        select from public.contact_points q
        where q.org_id = p_org_id and q.value_bidx = v.value_bidx
          and exists (
            select from public.leads o
            where o.org_id = q.org_id and o.id = q.lead_id
              -- The best phone of a lead in progress counts, valid or not.
              and (q.invalid_at is null or o.phone_bidx = q.value_bidx)
              and o.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')
              and (select k.state from public.campaigns k where k.org_id = o.org_id
                and k.id = o.campaign_id) in ('running', 'paused')
            offset 0)
        offset 0) as taken
    from (select c.value_bidx, bool_or(c.reachable) as reachable from contacts c group by c.value_bidx) v
    where v.value_bidx is not null
  )
  select c.id, c.score,
    case
      when c.revoked then 'consent_revoked'
      when not bool_or(c.reachable and c.verified) then 'no_verified_phone'
      when not bool_or(c.reachable and c.verified and not f.held)
        or bool_or(case when f.held then private.is_suppressed(p_org_id, c.value_bidx, 'all') end) then 'suppressed'
      when bool_or(c.reachable and f.taken) then 'phone_in_campaign'
    end,
    array_agg(c.value_bidx) filter (where c.reachable)
  from contacts c
  left join facts f on f.value_bidx = c.value_bidx
  group by c.n, c.id, c.score, c.revoked
  order by c.n;
end
$function$;

CREATE OR REPLACE FUNCTION private.my_broker_ids()
  RETURNS uuid[]
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return (
    select coalesce(array_agg(b.id order by b.id), '{}')
    from public.brokers b
    join public.members m on m.org_id = b.org_id and m.user_id = b.user_id
    where b.user_id = (select auth.uid()) and b.active
      and m.role in ('owner', 'admin', 'broker'));
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
  WHERE ((l.org_id = ANY (( SELECT
                CASE
                    WHEN (cardinality(private.my_broker_ids()) > 1) THEN private.my_org_ids()
                    ELSE '{}'::uuid[]
                END AS "case")::uuid[])) AND (l.assigned_broker_id = ANY (( SELECT (private.my_broker_ids())[2:] AS my_broker_ids)::uuid[])))
  ORDER BY l.lead_score DESC, l.id);

REVOKE ALL ON TABLE "public"."my_leads" FROM "anon";

COMMENT ON VIEW "public"."my_leads" IS 'The leads assigned to the caller, whatever their role. For a broker''s list, order by lead_score desc, lead_id.';

REVOKE ALL ON TABLE "public"."my_leads" FROM "authenticated";

GRANT SELECT ON TABLE "public"."my_leads" TO "authenticated";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."my_leads" TO "service_role";
