-- Campaigns and leads for feeds; after support/cast.sql. Org A is in Los Angeles, its campaign is running.
create function cast_.org(p_name text default 'a') returns uuid
language sql immutable as $$ select format('%s0000000-0000-4000-8000-000000000000', p_name)::uuid $$;

create function cast_.campaign(p_name text default 'a') returns uuid
language sql immutable as $$ select format('%s0000000-0000-4000-8000-0000000000ca', p_name)::uuid $$;

insert into public.campaigns (org_id, id, name, state) values
  (cast_.org('a'), cast_.campaign('a'), 'Campaign A', 'running'),
  (cast_.org('b'), cast_.campaign('b'), 'Campaign B', 'running');

-- Leads are addressed by a number; phones are 555-01nn.
create function cast_.nth(p_n integer) returns uuid
language sql immutable as $$ select ('f0000000-0000-4000-8000-' || lpad(p_n::text, 12, '0'))::uuid $$;

create function cast_.phone_of(p_n integer) returns text
language sql immutable as $$ select '+1' || (201 + p_n / 100) || '55501' || lpad((p_n % 100)::text, 2, '0') $$;

create function cast_.phone_bidx(p_n integer, p_org text default 'a') returns bytea
language sql as $$ select private.blind_index(cast_.phone_of(p_n), private.blind_key(cast_.org(p_org))) $$;

create function cast_.verify(p_lead_id uuid) returns void
language plpgsql as $$
begin
  perform set_config('sluice.actor', 'system', true);
  update public.contact_points c set verified = true where c.lead_id = p_lead_id and c.kind = 'phone';
  perform private.refresh_verification(l.org_id, array[l.id]) from public.leads l where l.id = p_lead_id;
  perform set_config('sluice.actor', '', true);
end
$$;

-- A lead with a verified phone of its own, or with p_phone.
create function cast_.feedable(
  p_n integer, p_score integer default 50, p_phone integer default null, p_state text default 'CA',
    p_org text default 'a'
) returns uuid
language plpgsql as $$
begin
  perform set_config('sluice.actor', 'upload', true);
  insert into public.leads (org_id, id, situs_state, lead_score, source_id)
  values (cast_.org(p_org), cast_.nth(p_n), p_state, p_score,
    format('%s0000000-0000-4000-8000-00000000005c', p_org)::uuid);
  perform cast_.add_contact(cast_.nth(p_n), 'phone', cast_.phone_of(coalesce(p_phone, p_n)));
  perform cast_.verify(cast_.nth(p_n));
  return cast_.nth(p_n);
end
$$;

create function cast_.nominate() returns boolean
language sql as $$ select public.refresh_contactable_leads(p_force => true) $$;

-- Feeds a campaign at six and returns the fed leads in order: `1 2 3`.
create function cast_.feed(p_date date default '2026-11-23', p_name text default 'a') returns text
language plpgsql as $$
declare
  v_feed public.campaign_feeds;
begin
  select f.* into v_feed from public.feed_campaign(cast_.org(p_name), cast_.campaign(p_name), p_date,
    (p_date + time '06:00') at time zone 'America/Los_Angeles') f;
  if v_feed.campaign_id is null then
    return 'nothing to do';
  end if;
  return (
    select coalesce(string_agg(right(e.lead_id::text, 12)::integer::text, ' '
      order by (e.detail ->> 'place')::integer), 'none')
    from public.pipeline_events e where e.correlation_id = v_feed.correlation_id);
end
$$;

-- The refusals of the last feed, with reasons.
create function cast_.left_out() returns jsonb
language sql as $$
  select f.detail -> 'left_out' from public.campaign_feeds f
  where f.campaign_id = cast_.campaign() order by f.local_date desc limit 1
$$;

-- Resets to before the feed with another lead prepared: every case starts from here.
create function cast_.as_new() returns void
language plpgsql as $$
begin
  perform set_config('sluice.actor', 'system', true);
  delete from public.campaign_feeds;
  update public.leads set campaign_status = 'new', campaign_id = null, added_to_campaign_at = null;
  perform set_config('sluice.actor', '', true);
end
$$;
