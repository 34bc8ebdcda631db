-- Facts that have expired are asked for again by runs of their own, of providers for which the org has a budget.

create function private.open_renewals(p_as_of timestamptz default now(), p_limit integer default 5000) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v record;
  v_run uuid;
  v_count integer := 0;
begin
  -- Nobody asks again about a contact that is gone, wrong or suppressed since, or a person who opted out.
  delete from private.fact_renewals r
  where r.next_at <= p_as_of and r.contact_point_id is not null and not exists (
    select from public.contact_points c join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
    where c.org_id = r.org_id and c.id = r.contact_point_id and c.lead_id = r.lead_id and c.invalid_at is null
      and l.campaign_status <> 'opted_out'
      and not exists (select from public.suppressions s
        where s.org_id = c.org_id and s.value_bidx = c.value_bidx and s.channel is null
          and not exists (select from public.suppression_lifts x
            where x.org_id = s.org_id and x.suppression_id = s.id)));
  for v in
    with due as materialized (
      select r.org_id, r.id, r.lead_id, p.check_name as provider, k.kind
      from private.fact_renewals r
      -- A look into the provider's database is not renewed by the dearer question.
      cross join lateral (
        select r.provider || case when r.level = 'express' then '_express' else '' end as check_name offset 0) p
      left join public.contact_points c on c.org_id = r.org_id and c.id = r.contact_point_id
      join public.enrichment_kinds k on k.renews = r.name and k.contact_kind is not distinct from c.kind
      where r.next_at <= p_as_of
        and exists (select from public.provider_budgets b where b.org_id = r.org_id and b.provider = r.provider)
        -- One at a time: what a budget refuses waits in the run.
        and not exists (select from public.enrichment_runs x
          where x.org_id = r.org_id and x.kind = k.kind and x.provider = p.check_name and x.options ? 'renewal'
            and x.state in ('planning', 'running', 'paused'))
      order by r.next_at limit p_limit for update of r skip locked
    ), taken as (
      -- Where the run ends without an answer, somebody asks again in a week.
      update private.fact_renewals r set next_at = p_as_of + interval '7 days' from due d
      where r.org_id = d.org_id and r.id = d.id
    )
    select u.org_id, u.provider, u.kind, array_agg(distinct u.lead_id) as leads from due u group by 1, 2, 3
  loop
    v_run := public.plan_enrichment(v.org_id, v.kind, jsonb_build_object('lead_ids', to_jsonb(v.leads)), v.provider,
      p_as_of => p_as_of);
    -- No caller can plan one: it starts without a person's confirmation.
    update public.enrichment_runs x set options = '{"renewal": true}' where x.org_id = v.org_id and x.id = v_run;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.open_renewals(timestamptz, integer) is
  'Opens runs that ask again for facts which have expired: one for each org, kind and provider that has a budget. '
  'Returns how many. Definer: runs are written by functions only.';
grant execute on function private.open_renewals(timestamptz, integer) to pipeline_writer;
