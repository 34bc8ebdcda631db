-- Leads that could be contacted, as of the last refresh. Only nominations: whatever uses them checks each lead live.

create materialized view public.mv_contactable_leads as
-- Like private.is_suppressed: a suppression on all channels of a phone ends when consents have lifted each of them.
with held as materialized (
  select s.org_id, s.value_bidx, s.channel is null and l.n = 0 as wholly
  from public.suppressions s
  cross join lateral (
    select count(*) as n from public.suppression_lifts l where l.org_id = s.org_id and l.suppression_id = s.id) l
  where l.n < case when s.channel is null and s.kind = 'phone' then 3 else 1 end
)
select l.org_id, l.id as lead_id,
  -- Where the org's rules score its leads, the score of a list does not count.
  coalesce(s.score, case when o.scored then 0 else l.lead_score end)::smallint as lead_score, l.situs_state,
  l.source_id
from public.leads l
join (select x.id, private.has_scores(x.id) as scored from public.orgs x offset 0) o on o.id = l.org_id
left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
where l.campaign_status = 'new' and l.phone_verified
  and (l.consent or l.consented_at is null)
  and exists (
    select from public.contact_points c
    where c.org_id = l.org_id and c.lead_id = l.id
      and c.kind = 'phone' and c.verified and c.invalid_at is null
      and not exists (
        select from held s where s.org_id = c.org_id and s.value_bidx = c.value_bidx))
  and not exists (
    select from held s
    join public.contact_points c on c.org_id = s.org_id and c.value_bidx = s.value_bidx
    where s.wholly and c.org_id = l.org_id and c.lead_id = l.id)
  and not exists (
    select from public.leads o
    join public.campaigns k on k.org_id = o.org_id and k.id = o.campaign_id and k.state in ('running', 'paused')
    where o.org_id = l.org_id and o.phone_bidx = l.phone_bidx
      and o.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked'));
comment on materialized view public.mv_contactable_leads is
  'Leads with a verified phone and no suppression, revoked consent or running campaign, as of the last refresh. Not '
  'exposed; contactable_leads is.';
create unique index mv_contactable_leads_key on public.mv_contactable_leads (org_id, lead_id);
create index mv_contactable_leads_score_idx on public.mv_contactable_leads (org_id, lead_score desc, lead_id);
revoke all on public.mv_contactable_leads from anon, authenticated;
grant select on public.mv_contactable_leads to pipeline_writer;

create function public.refresh_contactable_leads(p_as_of timestamptz default now(), p_force boolean default false)
returns boolean
language plpgsql volatile security definer set search_path = ''
-- A refresh sorts the whole view and joins it with itself: more memory speeds it up, JIT compilation does not.
set work_mem = '32MB' set jit = off as $$
declare
  v_began constant timestamptz := clock_timestamp();
  v_filled constant boolean := (
    select c.relispopulated from pg_catalog.pg_class c where c.oid = 'public.mv_contactable_leads'::regclass);
  v_error text;
begin
  if not p_force and not private.start_daily_run('refresh_contactable_leads', '05:30', p_as_of) then
    return false;
  end if;
  begin
    if v_filled then
      refresh materialized view concurrently public.mv_contactable_leads;
    else
      refresh materialized view public.mv_contactable_leads;
    end if;
    analyze public.mv_contactable_leads;
  -- A forced refresh raises its error; the daily one records it and retries, and feeds continue with yesterday's
  -- nominations, since they check each lead live.
  exception when query_canceled or others then
    if p_force then
      raise;
    end if;
    get stacked diagnostics v_error = message_text;
    raise warning 'refresh of mv_contactable_leads failed: % (%)', v_error, sqlstate;
    perform private.finish_daily_run('refresh_contactable_leads', p_as_of, v_began, '{}', v_error);
    return false;
  end;
  if not p_force then
    perform private.finish_daily_run('refresh_contactable_leads', p_as_of, v_began,
      jsonb_build_object('seconds', round(extract(epoch from clock_timestamp() - v_began), 3), 'concurrently',
        v_filled));
  end if;
  return true;
end
$$;
comment on function public.refresh_contactable_leads(timestamptz, boolean) is
  'Refreshes mv_contactable_leads without blocking readers, once per date in Los Angeles from 05:30 on; true when it '
  'did. p_force refreshes at any time and does not record a daily run. Definer: only the owner may refresh.';
revoke execute on function public.refresh_contactable_leads(timestamptz, boolean) from public, anon, authenticated;
grant execute on function public.refresh_contactable_leads(timestamptz, boolean) to pipeline_writer, service_role;
