-- A materialized view has no row-level security. This view, in a schema that the API does not expose, restricts it to
-- the orgs of the caller: ids and scores only, and no security barrier, which would prevent the planner from looking
-- up single leads. The policies of leads decide what is visible of each, since contactable_leads reads with the
-- caller's rights.
create view private.nominated_leads as
select n.org_id, n.lead_id, n.lead_score
from public.mv_contactable_leads n
where n.org_id = any ((select private.my_org_ids())::uuid[]) or (select private.is_trusted_caller());
comment on view private.nominated_leads is
  'Ids and scores of the contactable leads of the caller''s orgs. Deliberately runs with its owner''s rights.';
revoke all on private.nominated_leads from anon, authenticated;
grant select on private.nominated_leads to authenticated, service_role;
grant execute on function private.is_trusted_caller() to authenticated, service_role;

create view public.contactable_leads with (security_invoker = true) as
select l.org_id, l.id as lead_id, n.lead_score, l.status, l.assigned_broker_id,
  l.owner_full, l.owner_1_first, l.owner_1_last,
  l.situs_house_number, l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip, l.time_zone,
  l.email_verified, l.phone_verified, l.source_id, l.created_at
from public.leads l
join private.nominated_leads n on n.org_id = l.org_id and n.lead_id = l.id
where l.campaign_status = 'new' and l.phone_verified;
comment on view public.contactable_leads is
  'Leads that a feed could take next and that the caller may see: nominated by the last refresh, and still new and '
  'verified now. Fast with the org named: where org_id = … order by lead_score desc, lead_id limit 100. '
  'lead_score is that of the last refresh: of the org''s rules, where it has any, else of the lists.';
revoke all on public.contactable_leads from anon, authenticated;
grant select on public.contactable_leads to authenticated, service_role;
