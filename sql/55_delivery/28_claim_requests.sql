-- Claiming by whoever sends at once: one transaction asks the gate, writes the ledger and marks the messages as
-- requested. What the gate has decided here it need not be asked again: nothing lies between the decision and the
-- request that did not lie between the second question of begin_requests and the request.

create function private.claim_requests(
  p_limit integer, p_channel text default null, p_as_of timestamptz default now(), p_org_id uuid default null
) returns table (id uuid, org_id uuid, lead_id uuid, campaign_id uuid, step smallint, channel text,
  state public.message_state, lease_token uuid, lease_until timestamptz, request jsonb)
language plpgsql volatile set search_path = '' set jit = off as $$
#variable_conflict use_column
declare
  v_claimed constant public.messages[] := array(
    select m from private.claim_messages(p_limit, p_channel, p_as_of, p_org_id, true) m);
begin
  return query
  select c.id, c.org_id, c.lead_id, c.campaign_id, c.step, c.channel, c.state, c.lease_token, c.lease_until, b.request
  from unnest(v_claimed) c
  left join (
    select r.message_id, r.request
    from (select x.org_id, array_agg(x.id) as ids from unnest(v_claimed) x where x.requested_at is not null
      group by x.org_id) o
    cross join lateral private.build_requests(o.org_id, o.ids) r) b on b.message_id = c.id;
end
$$;
comment on function private.claim_requests(integer, text, timestamptz, uuid) is
  'public.claim_due_steps for a process that sends at once: the messages of steps are requested, with what the gate '
  'has just decided. Commit before sending the requests. The request of a retry is null: its decision is older, so '
  'private.begin_requests comes next. Contains personal data: only for the worker that sends. Raises SL423 outside of '
  'read committed.';
