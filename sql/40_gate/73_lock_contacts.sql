-- Values and leads of a batch are locked in one order, so that two batches never deadlock.
create function private.lock_contact_values(p_org_id uuid, p_lead_ids uuid[], p_values bytea[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_settings jsonb;
begin
  select o.settings into v_settings from public.orgs o where o.id = p_org_id;
  -- From wide to narrow: the org, leads by id, values by blind index, always in this order.
  if v_settings ? 'org_attempts_24h' then
    perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 3));
  end if;
  if v_settings ? 'lead_attempts_24h' then
    perform pg_advisory_xact_lock(hashtextextended(l.id::text, 3))
    from (select distinct x as id from unnest(p_lead_ids) x order by 1) l;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text || encode(v.bidx, 'hex'), 3))
  from (select distinct x as bidx from unnest(p_values) x order by 1) v;
end
$$;
comment on function private.lock_contact_values(uuid, uuid[], bytea[]) is
  'Locks the values of a batch (and its leads and org, where they have limits of their own) until the end of the '
  'transaction, in the order of leads and of blind indexes.';

create function private.lock_contact_points(p_org_id uuid, p_lead_ids uuid[],
  p_contact_point_ids bigint[]) returns void
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  -- A caller with one snapshot for its whole transaction would wait for the lock and still not see what the previous
  -- holder wrote.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'decisions require isolation level read committed, not %', current_setting('transaction_isolation')
      using errcode = 'SL423';
  end if;
  perform private.lock_contact_values(p_org_id, p_lead_ids, array(
    select c.value_bidx from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = any (p_lead_ids) and c.id = any (p_contact_point_ids)));
end
$$;
comment on function private.lock_contact_points(uuid, uuid[], bigint[]) is
  'Locks the values of contact points (and leads and org, where they have limits of their own) until the end of the '
  'transaction. Raises SL423 outside read committed. Definer: reads values without the policies.';
revoke execute on function private.lock_contact_points(uuid, uuid[], bigint[]) from pipeline_writer;

create function private.try_lock_contact_values(p_org_id uuid, p_lead_id uuid, p_values bytea[]) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_bidx bytea;
begin
  if exists (select from public.orgs o where o.id = p_org_id and o.settings ? 'lead_attempts_24h')
    and not pg_try_advisory_xact_lock(hashtextextended(p_lead_id::text, 3)) then
    return false;
  end if;
  foreach v_bidx in array p_values loop
    if not pg_try_advisory_xact_lock(hashtextextended(p_org_id::text || encode(v_bidx, 'hex'), 3)) then
      return false;
    end if;
  end loop;
  return true;
end
$$;
comment on function private.try_lock_contact_values(uuid, uuid, bytea[]) is
  'Locks one lead''s values if they are free; returns false without waiting otherwise. A transaction that already '
  'has such locks must not wait for more.';
