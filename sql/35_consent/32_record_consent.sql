-- Consent given on paper or orally, and business relationships: a member records the evidence under their own name.

create function private.may_act_for_lead(p_org_id uuid, p_lead_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.leads l
    where l.org_id = p_org_id and l.id = p_lead_id
      and (private.is_trusted_caller() or l.org_id = any (private.my_org_ids('{owner,admin}'))
        or (l.assigned_broker_id = any (private.my_broker_ids()) and l.org_id = any (private.my_org_ids()))))
$$;
comment on function private.may_act_for_lead(uuid, uuid) is
  'Whether the caller may act for the lead: owners and admins, its assigned broker, the service. Definer: reads '
  'leads without the policies.';
revoke execute on function private.may_act_for_lead(uuid, uuid) from public, pipeline_writer;

create function private.consent_error(p_consent jsonb, p_kind public.contact_kind, p_as_of timestamptz) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_method constant text := p_consent ->> 'method';
  v_type constant text := p_consent ->> 'type';
  v_at timestamptz;
begin
  if jsonb_typeof(p_consent) is distinct from 'object' then
    return 'the value is not a JSON object';
  elsif p_consent - '{method,type,channels,purpose,occurred_at,text,language,seller,signature,automated_disclosed,'
    'not_condition_of_purchase,evidence,evidence_sha256,time_zone}'::text[] <> '{}' then
    return 'unknown field';
  elsif exists (select from jsonb_each(p_consent) f where jsonb_typeof(f.value) <> case
    when f.key = 'channels' then 'array' when f.key in ('automated_disclosed', 'not_condition_of_purchase')
      then 'boolean' else 'string' end
    and jsonb_typeof(f.value) <> 'null') then
    return 'a field has a value of the wrong type';
  elsif v_method is null or v_method not in ('paper', 'spoken', 'purchase', 'inquiry') then
    return 'method must be paper, spoken, purchase or inquiry';
  elsif v_type is null or not v_type = any (case v_method when 'paper' then '{pec,pewc}' when 'spoken' then '{pec}'
    when 'purchase' then '{ebr_purchase}' else '{ebr_inquiry}' end::text[]) then
    return format('type does not match method: %s', case v_method when 'paper' then 'for paper it is pec or pewc'
      when 'spoken' then 'for spoken it is pec'
      else format('it must be ebr_%s', v_method) end);
  elsif coalesce(p_consent -> 'channels', '[]') in ('[]', 'null')
    or not private.channels_for_kind(p_kind) @> array(select jsonb_array_elements_text(p_consent -> 'channels')) then
    return format('channels must be among those of this contact: %s',
      array_to_string(private.channels_for_kind(p_kind), ', '));
  elsif p_consent ->> 'purpose' not in ('marketing', 'transactional') then
    return 'purpose must be marketing or transactional';
  end if;
  v_at := private.read_instant(p_consent -> 'occurred_at');
  if v_at is null or not isfinite(v_at) then
    return 'occurred_at is not a valid time';
  elsif v_at > p_as_of then
    return 'occurred_at is in the future';
  elsif length(btrim(coalesce(p_consent ->> 'evidence', ''))) < 3 then
    return 'evidence is required: where the paper, the recording or the record is kept';
  elsif p_consent ->> 'evidence_sha256' !~ '^[0-9a-f]{64}$' then
    return 'evidence_sha256 must be 64 hexadecimal digits';
  elsif length(btrim(coalesce(p_consent ->> 'seller', ''))) = 0 then
    return 'seller is required: who may contact the person';
  end if;
  if v_method in ('paper', 'spoken') then
    if length(btrim(coalesce(p_consent ->> 'text', ''))) = 0
      or position(p_consent ->> 'seller' in p_consent ->> 'text') = 0 then
      return 'text is required: the words that were agreed to, naming the seller';
    end if;
  end if;
  if v_method = 'paper' and length(btrim(coalesce(p_consent ->> 'signature', ''))) = 0 then
    return 'signature is required: the name that was signed';
  elsif v_type = 'pewc' and (p_consent -> 'automated_disclosed' is distinct from 'true'
    or p_consent -> 'not_condition_of_purchase' is distinct from 'true') then
    return 'written consent requires automated_disclosed and not_condition_of_purchase';
  end if;
  return null;
end
$$;
comment on function private.consent_error(jsonb, public.contact_kind, timestamptz) is
  'The first reason why a consent cannot be recorded; null when it is valid.';

create function public.record_consent(
  p_org_id uuid, p_lead_id uuid, p_contact_point_id bigint, p_consent jsonb, p_as_of timestamptz default now()
) returns bigint
language plpgsql volatile security definer set search_path = '' as $$
declare
  c public.contact_points;
  v_fault text;
  v_id bigint;
  v_at timestamptz;
  v_channels text[];
begin
  p_as_of := private.caller_clock(p_as_of);
  select x.* into c from public.contact_points x
  where x.org_id = p_org_id and x.lead_id = p_lead_id and x.id = p_contact_point_id
    and private.may_act_for_lead(p_org_id, p_lead_id);
  if not found then
    raise exception 'contact % of lead % not found', p_contact_point_id, p_lead_id using errcode = 'SL405';
  end if;
  v_fault := private.consent_error(p_consent, c.kind, p_as_of);
  if v_fault is not null then
    raise exception 'invalid consent: %', v_fault using errcode = 'SL404';
  end if;
  v_at := private.read_instant(p_consent -> 'occurred_at');
  v_channels := array(select distinct jsonb_array_elements_text(p_consent -> 'channels') order by 1);
  -- Recording the same document twice returns one consent. An admin who records what a broker has recorded lifts what it
  -- outranks: so it must be the same in all that counts, or a broker could add channels that the admin never saw.
  select x.id into v_id from public.consents x
  where x.org_id = p_org_id and x.value_bidx = c.value_bidx and x.action = 'grant' and x.occurred_at = v_at
    and x.method = p_consent ->> 'method' and x.evidence = btrim(p_consent ->> 'evidence')
    and x.type = p_consent ->> 'type' and x.purpose = coalesce(p_consent ->> 'purpose', 'marketing')
    and x.channels <@ v_channels and x.channels @> v_channels and x.seller is not distinct from p_consent ->> 'seller'
    and x.shown_text is not distinct from nullif(btrim(p_consent ->> 'text'), '')
    and x.signature is not distinct from nullif(btrim(p_consent ->> 'signature'), '')
    and x.automated_disclosed is not distinct from (p_consent -> 'automated_disclosed')::boolean
    and x.not_condition_of_purchase is not distinct from (p_consent -> 'not_condition_of_purchase')::boolean;
  if not found then
    insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, masked, action, type, channels,
      purpose,
      shown_text, text_sha256, language, seller, automated_disclosed, not_condition_of_purchase, method, signature,
        evidence, evidence_sha256,
      occurred_at, time_zone, recorded_by, recorded_by_user, recorded_at)
    select p_org_id, p_lead_id, c.id, c.value_bidx, c.kind, c.masked, 'grant', p_consent ->> 'type',
      v_channels, coalesce(p_consent ->> 'purpose', 'marketing'),
      t.body, sha256(convert_to(t.body, 'UTF8')), p_consent ->> 'language', p_consent ->> 'seller',
      (p_consent -> 'automated_disclosed')::boolean, (p_consent -> 'not_condition_of_purchase')::boolean,
      p_consent ->> 'method', nullif(btrim(p_consent ->> 'signature'), ''), btrim(p_consent ->> 'evidence'),
      decode(p_consent ->> 'evidence_sha256', 'hex'), v_at,
      (select z.name from pg_catalog.pg_timezone_names z where z.name = p_consent ->> 'time_zone'), 'member',
        auth.uid(), p_as_of
    from (select nullif(btrim(p_consent ->> 'text'), '') as body) t
    returning id into v_id;
  end if;
  -- A broker's entry does not lift suppressions; owners and admins have seen the document.
  if p_consent ->> 'type' in ('pec', 'pewc') and (private.is_trusted_caller() or p_org_id
    = any (private.my_org_ids('{owner,admin}'))) then
    perform private.lift_suppressions(p_org_id, v_id, p_as_of);
  end if;
  return v_id;
end
$$;
comment on function public.record_consent(uuid, uuid, bigint, jsonb, timestamptz) is
  'Records a consent that was given outside the form, for one phone or e-mail of a lead that the caller may act for: '
  '{method: paper | spoken | purchase | inquiry, type: pec | pewc | ebr_purchase | ebr_inquiry, channels, '
  'occurred_at, seller, text, signature, automated_disclosed, not_condition_of_purchase, evidence, evidence_sha256, '
  'purpose, language, time_zone}. Returns its id; recording it again returns the same id. Lifts suppressions only '
  'when an owner, an admin or the service records it. Definer: no role writes consents directly. Raises SL404 (the '
  'reason), SL405 (contact not found).';

revoke execute on function private.consent_error(jsonb, public.contact_kind, timestamptz) from pipeline_writer;
revoke execute on function public.record_consent(uuid, uuid, bigint, jsonb, timestamptz) from public, anon;
grant execute on function public.record_consent(uuid, uuid, bigint, jsonb, timestamptz) to authenticated, service_role;

alter table public.orgs add constraint consent_page_is_https check (settings ->> 'consent_page' ~ '^https://[^#]+$');

create function private.check_link_lifetime(p_ttl interval) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if p_ttl is null or p_ttl < interval '1 minute' or p_ttl > interval '90 days' then
    raise exception 'the lifetime of a link must be between one minute and 90 days' using errcode = 'SL401';
  end if;
end
$$;
comment on function private.check_link_lifetime(interval) is 'Raises SL401 unless it is one minute to 90 days.';

-- Whoever sees the nonce can submit the form. A broker never does (send_consent_link sends it to the contact).
create function public.issue_consent_link(
  p_org_id uuid, p_lead_id uuid, p_channels text[], p_text_version integer default null,
  p_ttl interval default '14 days', p_reason text default null
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_service constant boolean := private.is_trusted_caller();
  v_nonce text;
begin
  if not private.may_act_for_lead(p_org_id, p_lead_id) then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL405';
  elsif not v_service and not p_org_id = any (private.my_org_ids('{owner,admin}')) then
    raise exception 'links are handed over by owners and admins only: use send_consent_link' using errcode = 'SL406';
  elsif not v_service and length(btrim(coalesce(p_reason, ''))) < 3 then
    raise exception 'reason is required: why the link is handed over and not sent to the contact' using
      errcode = 'SL406';
  end if;
  perform private.check_link_lifetime(p_ttl);
  v_nonce := private.issue_consent_token(p_org_id, p_lead_id, p_channels, p_text_version, p_ttl,
    case when v_service then 'service' else 'handed_over' end, p_reason, null, now());
  return (select jsonb_build_object('nonce', v_nonce, 'url', (o.settings ->> 'consent_page') || '#' || v_nonce,
    'expires_at', now() + p_ttl)
    from public.orgs o where o.id = p_org_id);
end
$$;
comment on function public.issue_consent_link(uuid, uuid, text[], integer, interval, text) is
  'Creates a link to the consent form and shows it to an owner, an admin (both with a reason, which is stored) or the '
  'service: {nonce, url, expires_at}; the nonce cannot be retrieved again. url requires consent_page in the org''s '
  'settings (the https address that serves pages/consent). Definer: no role writes tokens directly. Raises SL401 '
  '(invalid text, contacts or lifetime), SL405 (lead not found), SL406 (not an owner or admin, or no reason).';
revoke execute on function public.issue_consent_link(uuid, uuid, text[], integer, interval, text) from public, anon;
grant execute on function public.issue_consent_link(uuid, uuid, text[], integer, interval, text) to authenticated,
  service_role;
