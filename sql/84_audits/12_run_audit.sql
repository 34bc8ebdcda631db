-- What the audit worker calls. A worker takes an audit with a lease; if it dies, another one takes the audit when the
-- lease has run out, and what the first still says counts no more.

create function private.claim_website_audit(
  p_lease interval default '10 minutes', p_as_of timestamptz default now()
) returns table (org_id uuid, id uuid, url text, attempt smallint)
language plpgsql volatile security definer set search_path = '' as $$
declare
  a public.website_audits;
begin
  -- One after the other, so that two claims do not choose the same domain.
  perform pg_advisory_xact_lock(hashtext('claim_website_audit'));
  for a in
    select x.* from public.website_audits x
    where x.state = 'running' and x.lease_until <= p_as_of and x.attempts >= 3
      and x.org_id = any (private.orgs_with_pack('prospects'))
    for update skip locked
  loop
    perform private.end_website_audit(a.org_id, a.id, a.attempts, null, 'stopped',
      'the audit was stopped three times', '[]', null, null, p_as_of);
  end loop;
  return query
  update public.website_audits w set state = 'running', attempts = w.attempts + 1::smallint, started_at = p_as_of,
    lease_until = p_as_of + p_lease
  where (w.org_id, w.id) = (
    select x.org_id, x.id from public.website_audits x
    where (x.state = 'queued' or x.state = 'running' and x.lease_until <= p_as_of and x.attempts < 3)
      and x.org_id = any (private.orgs_with_pack('prospects'))
      -- Two orgs may ask about one site: it is asked once at a time.
      and not exists (select from public.website_audits y
        where y.domain = x.domain and y.state = 'running' and y.lease_until > p_as_of)
    order by x.requested_at, x.id limit 1 for update skip locked)
  returning w.org_id, w.id, w.url, w.attempts;
end
$$;
comment on function private.claim_website_audit(interval, timestamptz) is
  'The audit that waits longest, for p_lease; none while its domain is being audited. One that three workers took and '
  'did not finish fails. Definer: nobody else writes audits.';

create function private.record_website_part(
  p_org_id uuid, p_audit_id uuid, p_attempt smallint, p_part text, p_result jsonb, p_error text, p_took_ms integer,
  p_as_of timestamptz default now()
) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform from public.website_audits a
  where a.org_id = p_org_id and a.id = p_audit_id and a.state = 'running' and a.attempts = p_attempt
  for share;
  if not found then
    return false;
  end if;
  insert into public.website_audit_parts as x (org_id, audit_id, part, result, error, took_ms, recorded_at)
  values (p_org_id, p_audit_id, p_part, p_result, p_error, p_took_ms, p_as_of)
  on conflict (org_id, audit_id, part) do update
    set result = excluded.result, error = excluded.error, took_ms = excluded.took_ms, recorded_at = excluded.recorded_at
    -- A part that an earlier attempt finished is better than none.
    where excluded.result is not null or x.result is null;
  return true;
end
$$;
comment on function private.record_website_part(uuid, uuid, smallint, text, jsonb, text, integer, timestamptz) is
  'Keeps what a part of a running audit measured, or why it failed; false where another worker has the audit. Definer: '
  'nobody else writes audits.';

create function private.end_website_audit(
  p_org_id uuid, p_audit_id uuid, p_attempt smallint, p_found_url text, p_code text, p_reason text, p_findings jsonb,
  p_took_ms integer, p_peak_mib integer, p_as_of timestamptz default now()
) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  update public.website_audits a set
    state = case when p_reason is null then 'done' else 'failed' end::public.website_audit_state,
    lease_until = null, finished_at = p_as_of, found_url = p_found_url, code = p_code, reason = p_reason,
    took_ms = p_took_ms, peak_mib = p_peak_mib,
    -- A site that is down today may be up tomorrow.
    fresh_until = p_as_of + case when p_reason is null then interval '30 days' else interval '1 day' end
  where a.org_id = p_org_id and a.id = p_audit_id and a.state = 'running' and a.attempts = p_attempt;
  if not found then
    return false;
  end if;
  insert into public.website_findings (org_id, audit_id, rule, rule_version, position, category, title, cost, impact,
    confidence, effort, priority, evidence)
  select p_org_id, p_audit_id, f.rule, f."ruleVersion", e.n, f.category, f.title, f.cost, f.impact, f.confidence,
    f.effort, f.priority, f.evidence
  from jsonb_array_elements(p_findings) with ordinality e (finding, n)
  cross join lateral jsonb_to_record(e.finding) f (rule text, "ruleVersion" integer, category text, title text,
    cost text, impact numeric, confidence numeric, effort smallint, priority numeric, evidence jsonb);
  return true;
end
$$;
comment on function private.end_website_audit(uuid, uuid, smallint, text, text, text, jsonb, integer, integer,
  timestamptz) is
  'Ends a running audit with its findings, or with the reason for which the site could not be audited; false where '
  'another worker has it. Definer: nobody else writes audits.';
grant execute on function private.claim_website_audit(interval, timestamptz),
  private.record_website_part(uuid, uuid, smallint, text, jsonb, text, integer, timestamptz),
  private.end_website_audit(uuid, uuid, smallint, text, text, text, jsonb, integer, integer, timestamptz)
  to pipeline_writer;
