-- The policy on leads already limits brokers to their own leads, but the planner cannot tell that these are a small
-- part of the table, and reads all of it. This view states the filter.
-- Nearly everybody is a broker in one org. There, org and broker are single values, so that the best leads come from
-- the index in order. Whoever is a broker in several orgs, or in one whose rules score its leads (the score that counts
-- is in another table then), has them sorted. What is known of the caller comes from functions, whose plans the session
-- keeps: the plan of the view, made for each query, took longer than the query.

create function private.my_ranked_broker(out org_id uuid, out broker_id uuid)
language plpgsql stable set search_path = '' as $$
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
$$;
comment on function private.my_ranked_broker() is
  'Org and broker row of the signed-in user where it is the only one and the org''s leads rank by the score of their '
  'lists; otherwise both are null.';
revoke execute on function private.my_ranked_broker() from public;
grant execute on function private.my_ranked_broker() to authenticated, service_role;

create view public.my_leads with (security_invoker = true) as
(select l.org_id, l.id as lead_id, l.lead_score, l.status, l.campaign_id,
  l.campaign_status, l.added_to_campaign_at, l.current_sequence_step, l.last_reply_at, l.call_attempt_count,
  l.owner_full, l.owner_1_first, l.owner_1_last,
  l.situs_house_number, l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip, l.time_zone,
  l.email_verified, l.phone_verified, l.consent, l.attributes, l.created_at, l.updated_at
from public.leads l
where l.org_id = (select (private.my_ranked_broker()).org_id)
  and l.assigned_broker_id = (select (private.my_ranked_broker()).broker_id)
order by l.lead_score desc, l.id)
union all
(select l.org_id, l.id as lead_id, coalesce(s.score, l.lead_score) as lead_score, l.status, l.campaign_id,
  l.campaign_status, l.added_to_campaign_at, l.current_sequence_step, l.last_reply_at, l.call_attempt_count,
  l.owner_full, l.owner_1_first, l.owner_1_last,
  l.situs_house_number, l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip, l.time_zone,
  l.email_verified, l.phone_verified, l.consent, l.attributes, l.created_at, l.updated_at
from public.leads l
left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
where (select (private.my_ranked_broker()).broker_id is null)
  and l.org_id = any ((select private.my_org_ids())::uuid[])
  and l.assigned_broker_id = any ((select private.my_broker_ids())::uuid[])
order by coalesce(s.score, l.lead_score) desc, l.id);
comment on view public.my_leads is
  'The leads assigned to the caller, whatever their role. For a broker''s list, order by lead_score desc, lead_id. '
  'lead_score is that of the org''s rules, where it has any, else that of the lists.';
revoke all on public.my_leads from anon, authenticated;
grant select on public.my_leads to authenticated, service_role;
