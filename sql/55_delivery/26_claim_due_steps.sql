create function private.claim_messages(
  p_limit integer, p_channel text, p_as_of timestamptz, p_org_id uuid, p_at_once boolean
) returns setof public.messages
language plpgsql volatile set search_path = '' as $$
declare
  v_token constant uuid := gen_random_uuid();
  v_channels constant text[] := case when p_channel is null then '{email,sms,voice_ai}'::text[] else array[p_channel]
    end;
  v_left integer := least(greatest(p_limit, 0), 500);
  -- The orgs that have waited longest, locked in the order of their ids, so that claims of several orgs cannot
  -- deadlock.
  v_orgs constant uuid[] := array(
    select x from (select o from private.due_orgs(v_channels, p_as_of, p_org_id) o limit greatest(p_limit, 0)) y (x)
      order by x);
  v_claimed uuid[];
begin
  for i in 1..cardinality(v_orgs) loop
    exit when v_left <= 0;
    -- An equal share per org, so that the long queue of one org does not delay the others.
    v_claimed := private.claim_for_org(v_orgs[i], ceil(v_left::numeric / (cardinality(v_orgs) - i + 1))::integer,
      v_channels, v_token, p_as_of, p_at_once);
    v_left := v_left - cardinality(v_claimed);
    return query
      select m.* from unnest(v_claimed) with ordinality c (id, n)
      join public.messages m on m.org_id = v_orgs[i] and m.id = c.id order by c.n;
  end loop;
end
$$;
comment on function private.claim_messages(integer, text, timestamptz, uuid, boolean) is
  'Claims for the orgs that have waited longest, and returns the messages. p_at_once: those of steps are requested as '
  'soon as this is committed, so they are marked as requested.';

create function public.claim_due_steps(
  p_limit integer, p_channel text default null, p_as_of timestamptz default now(), p_org_id uuid default null
) returns setof public.messages
language plpgsql volatile set search_path = '' set jit = off as $$
begin
  return query select m.* from private.claim_messages(p_limit, p_channel, p_as_of, p_org_id, false) m;
end
$$;
comment on function public.claim_due_steps(integer, text, timestamptz, uuid) is
  'Claims up to p_limit (at most 500) due messages: asks the gate, records the contact attempt and the ledger row '
  '(`sending`, leased for two minutes), and returns the rows with one lease token. A refused step waits for the '
  'time that is allowed, tries the next contact, or is skipped with its reasons; steps held back by throttles, '
  'budgets and circuit breakers stay due. Commit before private.begin_requests. Raises SL423 outside of read '
  'committed.';
revoke execute on function public.claim_due_steps(integer, text, timestamptz, uuid) from public, anon, authenticated;
grant execute on function public.claim_due_steps(integer, text, timestamptz, uuid) to pipeline_writer;
