-- records confirmed by an admin: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.record_consent (
  p_org_id           uuid,
  p_lead_id          uuid,
  p_contact_point_id bigint,
  p_consent          jsonb,
  p_as_of            timestamp with time zone DEFAULT now()
)
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;
