-- lift valid contacts: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.lift_suppressions (
  p_org_id     uuid,
  p_consent_id bigint,
  p_as_of      timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  c public.consents;
  v_count integer;
begin
  select x.* into strict c from public.consents x where x.org_id = p_org_id and x.id = p_consent_id;
  if c.value_bidx is null then
    return 0;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text || encode(c.value_bidx, 'hex'), 2));
  insert into public.suppression_lifts (org_id, suppression_id, channel, consent_id, lifted_at)
  select s.org_id, s.id, ch, c.id, p_as_of
  from public.suppressions s cross join unnest(c.channels) ch
  where s.org_id = p_org_id and s.value_bidx = c.value_bidx and private.can_lift_suppression(s, c, ch)
  on conflict do nothing;
  get diagnostics v_count = row_count;
  if v_count > 0 then
    perform set_config('sluice.actor', 'system', true);
    update public.leads l set campaign_status = 'new'
    where l.campaign_status = 'opted_out'
      and (l.org_id, l.id) in (select p.org_id, p.lead_id from public.contact_points p where p.org_id = p_org_id
        and p.value_bidx = c.value_bidx)
      and not exists (
        select from public.contact_points p
        where p.org_id = l.org_id and p.lead_id = l.id and p.invalid_at is null
          and private.is_suppressed(p.org_id, p.value_bidx));
    perform set_config('sluice.actor', v_actor, true);
  end if;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_leads__stay_opted_out()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if new.campaign_status <> 'new'
    or exists (select from public.contact_points p
      where p.org_id = new.org_id and p.lead_id = new.id and p.invalid_at is null
        and private.is_suppressed(p.org_id, p.value_bidx))
    or not exists (
      select from public.contact_points p
      join public.suppressions s on s.org_id = p.org_id and s.value_bidx = p.value_bidx
      join public.suppression_lifts l on l.org_id = s.org_id and l.suppression_id = s.id
      where p.org_id = new.org_id and p.lead_id = new.id)
  then
    raise exception 'a lead that opted out can be reopened only by a new consent' using errcode = 'SL403';
  end if;
  return new;
end
$function$;

COMMENT ON FUNCTION "private"."lift_suppressions"(uuid, bigint, timestamp with time zone) IS 'Lifts the suppressions that a consent outranks; returns how many (suppression, channel) pairs. A lead whose valid contacts are all free again can be fed again. Definer: the caller may not edit campaign states.';
