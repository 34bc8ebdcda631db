-- Finding the leads of an incoming phone number or e-mail address.

create function private.find_leads_by_contact(p_org_id uuid, p_value_bidx bytea, p_message_id uuid default null)
returns table (lead_id uuid, contact_point_id bigint, campaign_id uuid)
language sql stable set search_path = '' as $$
  with known as (
    select l.id, c.id as contact_point_id, l.campaign_id,
      l.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked') as in_work,
      l.id = m.lead_id as is_meant
    from public.contact_points c
    join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
    left join public.messages m on m.org_id = p_org_id and m.id = p_message_id
    where c.org_id = p_org_id and c.value_bidx = p_value_bidx
    union
    -- The person answers from another address than the one we wrote to.
    select l.id, null, l.campaign_id, true, true
    from public.messages m
    join public.leads l on l.org_id = m.org_id and l.id = m.lead_id
    where m.org_id = p_org_id and m.id = p_message_id
      and not exists (select from public.contact_points c
        where c.org_id = m.org_id and c.lead_id = m.lead_id and c.value_bidx = p_value_bidx)
  ), best as (
    select k.*, case when k.is_meant then 0 when k.in_work then 0 when a.lead_id is not null then 1 else 2 end as place
    from known k
    left join lateral (
      select x.lead_id from public.contact_attempts x
      where x.org_id = p_org_id and x.value_bidx = p_value_bidx and x.direction = 'outbound'
      order by x.at desc, x.id desc limit 1) a on a.lead_id = k.id
  )
  select b.id, min(b.contact_point_id), b.campaign_id
  from best b
  where b.place = (select min(x.place) from best x)
  group by b.id, b.campaign_id, b.is_meant
  order by coalesce(b.is_meant, false) desc, b.id
  limit 20
$$;
comment on function private.find_leads_by_contact(uuid, bytea, uuid) is
  'Leads that a phone number or e-mail address belongs to, the lead of p_message_id first: leads in work; '
  'otherwise the one contacted last; otherwise all that have the value.';

create function private.contact_index(p_org_id uuid, p_value text) returns bytea
language sql stable set search_path = '' as $$
  select private.blind_index(p_value, private.blind_key(p_org_id))
$$;
comment on function private.contact_index(uuid, text) is
  'Blind index of a normalised phone number or e-mail address under the org''s key.';

create function private.known_contact_index(p_org_id uuid, p_value text) returns bytea
language plpgsql stable set search_path = '' as $$
declare
  v_value constant bytea := private.contact_index(p_org_id, p_value);
  v_plain bytea;
begin
  if p_value !~ '^[^@+]+[+][^@]*@' or exists (select from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = v_value) then
    return v_value;
  end if;
  v_plain := private.contact_index(p_org_id, regexp_replace(p_value, '[+][^@]*@', '@'));
  return case when exists (select from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = v_plain) then v_plain else v_value end;
end
$$;
comment on function private.known_contact_index(uuid, text) is
  'Blind index of a value; of a plus address that nobody has, of the address without its tag where a lead has that.';

create function private.mark_leads_replied(p_org_id uuid, p_lead_ids uuid[], p_at timestamptz, p_detail jsonb) returns
  void
language plpgsql volatile set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
begin
  perform set_config('sluice.actor', 'system', true);
  perform private.stop_runs(p_org_id, x, 'reply', p_at) from unnest(p_lead_ids) x
  where p_detail ->> 'request' is distinct from 'none' or not private.follow_reply(p_org_id, x, p_at);
  update public.leads l set last_reply_at = greatest(l.last_reply_at, p_at),
    campaign_status = case when l.campaign_status in ('new', 'queued', 'active', 'paused', 'completed') then 'replied'
      else l.campaign_status end
  where l.org_id = p_org_id and l.id = any (p_lead_ids)
    and (l.last_reply_at is null or l.last_reply_at < p_at or l.campaign_status in ('new', 'queued', 'active',
      'paused', 'completed'));
  -- The funnel shows how far a lead has come, not how often it wrote: once per campaign.
  insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
  select p_org_id, l.id, 'replied', p_at, private.lead_correlation(l.org_id, l.id), p_detail || jsonb_strip_nulls(jsonb_build_object('campaign_id',
    l.campaign_id))
  from public.leads l
  where l.org_id = p_org_id and l.id = any (p_lead_ids)
    and not exists (select from public.pipeline_events e
      where e.org_id = p_org_id and e.lead_id = l.id and e.kind = 'replied'
        and e.detail ->> 'campaign_id' is not distinct from l.campaign_id::text);
  perform set_config('sluice.actor', v_actor, true);
end
$$;
comment on function private.mark_leads_replied(uuid, uuid[], timestamptz, jsonb) is
  'Records that a person replied: stops active runs, unless a branch of a drawn sequence follows the reply (never a '
  'request to stop), sets the lead to replied (unless booked, opted out or '
  'invalid), and counts it in the funnel once per campaign. Repeating it has no effect.';
