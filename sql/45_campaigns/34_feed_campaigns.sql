create function private.record_feed_failure(
  p_org_id uuid, p_campaign_id uuid, p_local_date date, p_as_of timestamptz, p_code text, p_error text
) returns setof public.campaign_feeds
language plpgsql volatile set search_path = '' as $$
declare
  v_feed public.campaign_feeds;
begin
  insert into public.campaign_feeds as f
    (org_id, campaign_id, local_date, state, planned, started_at, finished_at, retry_after, detail)
  select p_org_id, p_campaign_id, p_local_date, 'failed', c.daily_limit, p_as_of, p_as_of,
    p_as_of + interval '1 minute', jsonb_build_object('error', p_code)
  from public.campaigns c where c.org_id = p_org_id and c.id = p_campaign_id
  on conflict (org_id, campaign_id, local_date) do update
    set attempts = f.attempts + 1, started_at = excluded.started_at, finished_at = excluded.finished_at,
      retry_after = p_as_of + least(interval '1 minute' * 2 ^ f.attempts, interval '1 hour'), detail = excluded.detail
    where f.state = 'failed'
  returning f.* into v_feed;
  if found then
    perform private.record_dead_letter(p_org_id, 'feed',
      jsonb_build_object('campaign_id', p_campaign_id, 'local_date', p_local_date), p_code, p_error,
      v_feed.correlation_id, p_as_of);
    return next v_feed;
  end if;
end
$$;
comment on function private.record_feed_failure(uuid, uuid, date, timestamptz, text, text) is
  'Records a failed feed in campaign_feeds and as a dead letter; the delay until the next attempt doubles from a '
  'minute to an hour.';

create function public.feed_campaigns(p_as_of timestamptz default now()) returns setof public.campaign_feeds
language plpgsql volatile set search_path = '' as $$
declare
  v_due record;
  v_error text;
begin
  for v_due in select * from private.due_feeds(p_as_of) loop
    begin
      return query select * from public.feed_campaign(v_due.org_id, v_due.campaign_id, v_due.local_date, p_as_of);
      if found then
        update public.pipeline_dlq d set resolved_at = p_as_of
        where d.source = 'feed' and d.resolved_at is null
          and d.payload = jsonb_build_object('campaign_id', v_due.campaign_id, 'local_date', v_due.local_date);
      end if;
    -- An error in one campaign must not stop the others. "others" does not include the cancel that ends a statement at
    -- its timeout.
    exception when query_canceled or others then
      get stacked diagnostics v_error = message_text;
      raise warning 'feed of campaign % failed: % (%)', v_due.campaign_id, v_error, sqlstate;
      return query select * from private.record_feed_failure(
        v_due.org_id, v_due.campaign_id, v_due.local_date, p_as_of, sqlstate, v_error);
      -- The time is used up: the next call feeds the others, and this campaign last.
      exit when sqlstate = '57014';
    end;
  end loop;
end
$$;
comment on function public.feed_campaigns(timestamptz) is
  'Feeds every due campaign and returns the rows in campaign_feeds. It may be called at any rate: each campaign is '
  'fed once per local date. A timeout fails the campaign that it stops, and ends the call.';
revoke execute on function public.feed_campaigns(timestamptz) from public, anon, authenticated;
grant execute on function public.feed_campaigns(timestamptz) to pipeline_writer, service_role;

-- The service role calls the two public functions through the API and needs the functions that they call.
grant execute on function private.feed_due_at(date, text), private.open_feeds(timestamptz),
  private.due_feeds(timestamptz), private.record_feed_failure(uuid, uuid, date, timestamptz, text, text), private.check_candidates(uuid, uuid[]),
  private.assign_brokers(uuid, uuid[], text[], timestamptz), private.is_suppressed(uuid, bytea, text) to service_role;
