create function private.ask_about_reassigned(p_org_id uuid, p_decisions public.gate_decisions[],
  p_as_of timestamptz) returns void
language sql volatile security definer set search_path = '' as $$
  insert into private.reassigned_questions as q (org_id, value_bidx, lead_id, contact_point_id, since, wanted_at,
    next_at)
  select distinct on (d.value_bidx) p_org_id, d.value_bidx, d.lead_id, d.contact_point_id, s.since, p_as_of, p_as_of
  from unnest(p_decisions) d
  cross join lateral (select ((d.facts #>> '{consent,obtained_at}')::timestamptz at time zone 'Pacific/Honolulu')::date
    as since) s
  -- Only where nothing but time stands in the way: an answer costs money.
  where 'reassigned_unchecked' = any (d.rules) and d.next_allowed_at is not null and s.since is not null
  order by d.value_bidx, s.since
  on conflict (org_id, value_bidx) do update
    set lead_id = excluded.lead_id, contact_point_id = excluded.contact_point_id, since = excluded.since,
      wanted_at = excluded.wanted_at
    where (q.lead_id, q.contact_point_id, q.since) is distinct from (excluded.lead_id, excluded.contact_point_id,
      excluded.since)
$$;
comment on function private.ask_about_reassigned(uuid, public.gate_decisions[], timestamptz) is
  'Notes the phones of refused decisions about which the worker has to ask. Definer: only the owner may write the '
  'questions.';
revoke execute on function private.ask_about_reassigned(uuid, public.gate_decisions[], timestamptz)
  from pipeline_writer;
