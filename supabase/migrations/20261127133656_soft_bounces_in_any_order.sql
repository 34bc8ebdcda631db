-- soft bounces in any order: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.soft_bounces_add_up (
  p_org_id     uuid,
  p_value_bidx bytea,
  p_channel    text,
  p_kind       text,
  p_at         timestamp with time zone
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_settings jsonb;
  v_most integer;
  v_window interval;
begin
  if p_kind <> 'soft_bounced' then
    return false;
  end if;
  select o.settings into v_settings from public.orgs o where o.id = p_org_id;
  v_most := coalesce((v_settings ->> 'soft_bounces')::integer, 5);
  v_window := make_interval(days => coalesce((v_settings ->> 'soft_bounce_days')::integer, 30));
  -- Reports come in any order: this bounce may be the last of a row, or the one that was missing in it.
  return exists (
    with bounces as materialized (
      select m.soft_bounced_at as at
      from public.contact_points c
      join public.messages m on m.org_id = c.org_id and m.lead_id = c.lead_id and m.value_bidx = c.value_bidx
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx and m.channel = p_channel
        and m.soft_bounced_at > p_at - v_window and m.soft_bounced_at < p_at + v_window
    ), deliveries as materialized (
      select m.delivered_at as at
      from public.contact_points c
      join public.messages m on m.org_id = c.org_id and m.lead_id = c.lead_id and m.value_bidx = c.value_bidx
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx and m.channel = p_channel
        and m.delivered_at > p_at - v_window and m.delivered_at < p_at + v_window
    )
    select from bounces last
    where last.at >= p_at and (
      select count(*) from bounces b
      where b.at <= last.at and b.at > last.at - v_window
        -- A delivery proves that the address works.
        and not exists (select from deliveries d where d.at between b.at and last.at)) >= v_most);
end
$function$;

COMMENT ON FUNCTION "private"."soft_bounces_add_up"(uuid, bytea, text, text, timestamp with time zone) IS 'Whether a soft bounce belongs to more than a value may have: soft_bounces (5) messages in soft_bounce_days (30) of the org''s settings, without a delivery in between; in whichever order they are reported.';
