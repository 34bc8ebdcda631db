-- A verification decides whether a contact point works. verification_code_map judges the provider's codes, and nothing
-- else does.

create function private.record_verification(p_org_id uuid, p_contact_point_id bigint, p_provider text, p_codes text[],
  p_correlation_id uuid default null, p_level text default '', p_as_of timestamptz default now()) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  c public.contact_points;
  v record;
  v_verdict text;
begin
  -- The lead first, as everywhere.
  select x.* into c from public.contact_points x where x.org_id = p_org_id and x.id = p_contact_point_id;
  perform from public.leads l where l.org_id = p_org_id and l.id = c.lead_id for no key update;
  select x.* into c from public.contact_points x
  where x.org_id = p_org_id and x.id = p_contact_point_id and x.lead_id = c.lead_id for no key update;
  if not found then
    return null;
  end if;
  select array_agg(m.code order by m.code) as known,
    coalesce(bool_or(m.is_verified) and not bool_or(m.is_invalid or m.is_uncertain), false) as verified,
    coalesce(bool_or(m.is_invalid), false) as invalid, coalesce(bool_or(m.is_uncertain), false) as uncertain
  into v
  from (
    -- What a code means at this level, or else at any.
    select distinct on (x.code) x.* from public.verification_code_map x
    where x.provider = p_provider and x.channel = c.kind::text and x.code = any (p_codes)
      and x.level in ('', p_level)
    order by x.code, x.level desc) m;
  -- A code that is not listed verifies nothing, and takes nothing away.
  v_verdict := case when v.known is null then 'unknown' when v.invalid then 'invalid' when v.verified then 'verified'
    when v.uncertain then 'uncertain' else 'unknown' end;
  perform set_config('sluice.actor', 'system', true);
  if v_verdict in ('verified', 'invalid', 'uncertain') then
    update public.contact_points x set codes = v.known, verified = v_verdict = 'verified'
    where x.org_id = p_org_id and x.id = c.id
      and (x.codes, x.verified) is distinct from (v.known, v_verdict = 'verified');
    perform private.refresh_verification(p_org_id, array[c.lead_id]);
  elsif c.kind = 'phone' and private.line_type_of(coalesce(v.known, '{}')) <> 'unknown' then
    -- What kind of line it is, not whether it works: in place of what this provider said about the line before.
    update public.contact_points x set codes = n.codes
    from (
      select array_agg(k.code order by k.code) as codes
      from (
        select unnest(v.known) as code
        union
        select o.code from unnest(c.codes) o (code)
        where not exists (select from public.verification_code_map m
          where m.provider = p_provider and m.channel = 'phone' and m.code = o.code
            and not (m.is_verified or m.is_invalid or m.is_uncertain))) k) n
    where x.org_id = p_org_id and x.id = c.id and x.codes is distinct from n.codes;
    perform private.refresh_verification(p_org_id, array[c.lead_id]);
  end if;
  perform private.record_facts(p_org_id, p_provider, jsonb_build_array(jsonb_build_object('lead_id', c.lead_id,
    'contact_point_id', c.id, 'name', 'verification', 'value', jsonb_build_object('verdict', v_verdict, 'codes',
    to_jsonb(p_codes)) || case when p_level = '' then '{}' else jsonb_build_object('level', p_level) end, 'obtained_at', p_as_of)), p_as_of);
  -- Codes that are not listed are counted, never guessed.
  insert into public.provider_drift as d (org_id, provider, endpoint, path, problem, first_at, last_at)
  select distinct p_org_id, p_provider, 'verification', x.code, 'unknown code', p_as_of, p_as_of
  from unnest(p_codes) x (code)
  where x.code ~ '^[A-Za-z0-9_.-]{1,60}$' and not exists (select from public.verification_code_map m
    where m.provider = p_provider and m.channel = c.kind::text and m.code = x.code 
      and m.level in ('', p_level))
  on conflict (org_id, provider, endpoint, path, problem) do update set times = d.times + 1,
    last_at = greatest(d.last_at, excluded.last_at);
  if v_verdict = 'verified' and not c.verified then
    insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
    values (p_org_id, c.lead_id, 'verified', p_as_of,
      coalesce(private.lead_correlation(p_org_id, c.lead_id), p_correlation_id),
      jsonb_build_object('provider', p_provider, 'contact_point_id', c.id));
  end if;
  perform set_config('sluice.actor', v_actor, true);
  return v_verdict;
end
$$;
comment on function private.record_verification(uuid, bigint, text, text[], uuid, text, timestamptz) is
  'Records the result codes of a verification of a contact point, at a level such as express: verified, invalid, uncertain or unknown, as '
  'verification_code_map has them; null: the contact point is gone. A later bad result takes "verified" away; a line '
  'type alone joins the codes, and changes nothing else. Definer: '
  'judging needs no right to edit contacts.';
revoke execute on function private.record_verification(uuid, bigint, text, text[], uuid, text, timestamptz) from public;
grant execute on function private.record_verification(uuid, bigint, text, text[], uuid, text, timestamptz)
  to pipeline_writer;
