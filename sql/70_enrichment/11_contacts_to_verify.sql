create function private.due_contacts(p_org_id uuid, p_provider text, p_kind public.contact_kind, p_lead_ids uuid[],
  p_renewals boolean default false, p_as_of timestamptz default now()) returns setof public.contact_points
language sql stable set search_path = '' as $$
  select c.* from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = any (p_lead_ids) and c.kind = p_kind and c.invalid_at is null
    -- Nothing is bought about somebody who is never contacted, or who opted out since the run was planned.
    and exists (select from public.leads l
      where l.org_id = c.org_id and l.id = c.lead_id and l.campaign_status <> 'opted_out')
    and not exists (select from public.suppressions s
      where s.org_id = c.org_id and s.value_bidx = c.value_bidx
        and (s.channel is null or c.kind = 'email' and s.channel = 'email')
        and not exists (select from public.suppression_lifts l
          where l.org_id = s.org_id and l.suppression_id = s.id))
    and not exists (select from public.lead_facts f
      where f.org_id = c.org_id and f.lead_id = c.lead_id and f.contact_point_id = c.id and f.provider = p_provider
        and f.name = 'verification' and f.expires_at > p_as_of)
    and (not p_renewals or exists (select from private.fact_renewals r
      where r.org_id = c.org_id and r.lead_id = c.lead_id and r.contact_point_id = c.id and r.provider = p_provider
        and r.name = 'verification'))
$$;
comment on function private.due_contacts(uuid, text, public.contact_kind, uuid[], boolean, timestamptz) is
  'Contacts of the leads that the provider has not verified within the lifetime of a verification; without wrong and '
  'suppressed ones, and those of people who opted out. p_renewals: only those whose verification has expired.';

create function private.contacts_to_verify(p_org_id uuid, p_provider text, p_kind public.contact_kind,
  p_lead_ids uuid[], p_renewals boolean default false, p_as_of timestamptz default now())
returns table (contact_point_id bigint, lead_id uuid, value text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
begin
  return query
  with due as materialized (
    select c.id, c.lead_id, c.value_cipher, c.key_id, c.position
    from private.due_contacts(p_org_id, p_provider, p_kind, p_lead_ids, p_renewals, p_as_of) c
  ), looked as (
    insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown, subject, reason)
    select p_org_id, d.lead_id, null, session_user, count(*)::smallint, 'contacts', 'verification by ' || p_provider
    from due d group by d.lead_id
  )
  select d.id, d.lead_id, private.decrypt_value(d.value_cipher, private.org_key(p_org_id, d.key_id))
  from due d order by array_position(p_lead_ids, d.lead_id), d.position, d.id;
end
$$;
comment on function private.contacts_to_verify(uuid, text, public.contact_kind, uuid[], boolean, timestamptz) is
  'The due contacts of the leads in plain text, in the order of the leads. Every access is logged. Definer: keys '
  'belong to the owner.';
revoke execute on function private.contacts_to_verify(uuid, text, public.contact_kind, uuid[], boolean, timestamptz)
  from public;
grant execute on function private.contacts_to_verify(uuid, text, public.contact_kind, uuid[], boolean, timestamptz)
  to pipeline_writer;

create function private.estimate_verification(p_org_id uuid, p_provider text, p_endpoint text,
  p_kind public.contact_kind, p_lead_ids uuid[], p_renewals boolean default false, p_as_of timestamptz default now())
returns table (lead_id uuid, asks integer, cached integer)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_blind constant bytea := private.blind_key(p_org_id);
begin
  return query
  select l.id, count(q.input)::integer, count(a.input_bidx)::integer
  from unnest(p_lead_ids) l (id)
  left join lateral (
    select private.input_bidx(p_provider, p_endpoint,
      private.decrypt_value(c.value_cipher, private.org_key(p_org_id, c.key_id)), v_blind) as input
    from private.due_contacts(p_org_id, p_provider, p_kind, array[l.id], p_renewals, p_as_of) c) q on true
  left join private.provider_answers a on a.org_id = p_org_id and a.provider = p_provider
    and a.endpoint = p_endpoint and a.input_bidx = q.input and a.expires_at > p_as_of
  group by l.id;
end
$$;
comment on function private.estimate_verification(uuid, text, text, public.contact_kind, uuid[], boolean, timestamptz) is
  'How many questions about each lead a verification would ask, and how many of them the cache answers. No value '
  'leaves the database. Definer: keys belong to the owner.';
revoke execute on function private.estimate_verification(uuid, text, text, public.contact_kind, uuid[], boolean, timestamptz)
  from public;
grant execute on function private.estimate_verification(uuid, text, text, public.contact_kind, uuid[], boolean, timestamptz)
  to pipeline_writer;
