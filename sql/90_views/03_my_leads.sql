-- The policy on leads already limits brokers to their own leads, but the planner cannot tell that these are a small
-- part of the table, and reads all of it. This view states the filter.
-- Nearly everybody is a broker in one org: for that one, org and broker are single values, so that the best leads can
-- come from the index in order. Other orgs follow in a branch that is usually empty.
-- lead_score is the score that counts. Where rules score the org's leads, it comes from another table and the broker's
-- leads are sorted; elsewhere it comes in order.
create view public.my_leads with (security_invoker = true) as
(select l.org_id, l.id as lead_id, l.lead_score, l.status, l.campaign_id, l.campaign_status, l.added_to_campaign_at,
  l.current_sequence_step, l.last_reply_at, l.call_attempt_count,
  l.owner_full, l.owner_1_first, l.owner_1_last,
  l.situs_house_number, l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip, l.time_zone,
  l.email_verified, l.phone_verified, l.consent, l.attributes, l.created_at, l.updated_at
from public.leads l
where l.org_id = (
    select b.org_id from public.brokers b
    where b.org_id = any ((select private.my_org_ids())::uuid[]) and b.user_id = (select auth.uid())
      and b.id = (select (private.my_broker_ids())[1])
    limit 1)
  and l.assigned_broker_id = (select (private.my_broker_ids())[1])
  and not exists (
    select from public.score_versions v
    where v.state = 'active' and v.org_id = (
      select b.org_id from public.brokers b
      where b.org_id = any ((select private.my_org_ids())::uuid[]) and b.user_id = (select auth.uid())
        and b.id = (select (private.my_broker_ids())[1])
      limit 1))
order by l.lead_score desc, l.id)
union all
(select l.org_id, l.id as lead_id, coalesce(s.score, l.lead_score) as lead_score, l.status, l.campaign_id,
  l.campaign_status, l.added_to_campaign_at, l.current_sequence_step, l.last_reply_at, l.call_attempt_count,
  l.owner_full, l.owner_1_first, l.owner_1_last,
  l.situs_house_number, l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip, l.time_zone,
  l.email_verified, l.phone_verified, l.consent, l.attributes, l.created_at, l.updated_at
from public.leads l
left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
where l.org_id = (
    select b.org_id from public.brokers b
    where b.org_id = any ((select private.my_org_ids())::uuid[]) and b.user_id = (select auth.uid())
      and b.id = (select (private.my_broker_ids())[1])
    limit 1)
  and l.assigned_broker_id = (select (private.my_broker_ids())[1])
  and exists (
    select from public.score_versions v
    where v.state = 'active' and v.org_id = (
      select b.org_id from public.brokers b
      where b.org_id = any ((select private.my_org_ids())::uuid[]) and b.user_id = (select auth.uid())
        and b.id = (select (private.my_broker_ids())[1])
      limit 1))
order by coalesce(s.score, l.lead_score) desc, l.id)
union all
(select l.org_id, l.id as lead_id, coalesce(s.score, l.lead_score) as lead_score, l.status, l.campaign_id,
  l.campaign_status, l.added_to_campaign_at, l.current_sequence_step, l.last_reply_at, l.call_attempt_count,
  l.owner_full, l.owner_1_first, l.owner_1_last,
  l.situs_house_number, l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip, l.time_zone,
  l.email_verified, l.phone_verified, l.consent, l.attributes, l.created_at, l.updated_at
from public.leads l
left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
-- Most people are one broker: then nothing of this is read.
where (select cardinality(private.my_broker_ids()) > 1) and l.org_id = any ((select private.my_org_ids())::uuid[])
  and l.assigned_broker_id = any ((select (private.my_broker_ids())[2:])::uuid[])
order by coalesce(s.score, l.lead_score) desc, l.id);
comment on view public.my_leads is
  'The leads assigned to the caller, whatever their role. For a broker''s list, order by lead_score desc, lead_id. '
  'lead_score is that of the org''s rules, where it has any, else that of the lists.';
revoke all on public.my_leads from anon, authenticated;
grant select on public.my_leads to authenticated, service_role;
