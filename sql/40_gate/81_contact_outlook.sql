create function private.compliant_mail_facts() returns jsonb
language sql immutable parallel safe as $$
  select '{"postal_address_in_body": true, "unsubscribe_link": true, "list_unsubscribe_post": true, '
    '"from_authenticated": true}'::jsonb
$$;
comment on function private.compliant_mail_facts() is 'Message facts of an e-mail that meets all legal requirements.';

create function private.outlook_of(p_answer jsonb, p_time_zone text, p_date date) returns text
language sql stable parallel safe as $$
  select case when (p_answer -> 'allow')::boolean then 'now' when p_answer ->> 'next_allowed_at' is null then 'never'
    when ((p_answer ->> 'next_allowed_at')::timestamptz at time zone p_time_zone)::date = p_date then 'later today'
      else 'later' end
$$;
comment on function private.outlook_of(jsonb, text, date) is
  'now, later today, later or never, for a date in the org''s time zone, from an answer of the gate.';
revoke execute on function private.compliant_mail_facts(), private.outlook_of(jsonb, text, date) from pipeline_writer;

create function public.contact_outlook(
  p_lead_ids uuid[], p_channels text[] default '{sms,voice_manual,voice_ai,email}', p_purpose text default 'marketing',
  p_as_of timestamptz default now()
) returns table (org_id uuid, lead_id uuid, contact_point_id bigint, contact text, channel text, outlook text,
  why text,
  evidence text, rules text[], next_allowed_at timestamptz)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  o record;
  v_asked jsonb;
begin
  for o in
    select x.id, x.time_zone from public.orgs x
    where exists (select from public.leads l where l.org_id = x.id and l.id = any (p_lead_ids))
  loop
    -- Assumes an e-mail that meets the legal requirements; an actual one is checked when it is written.
    select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'contact_point_id', c.id, 'masked', c.masked, 'channel',
      ch.channel,
        'purpose', p_purpose, 'message', private.compliant_mail_facts()) order by c.lead_id, c.kind, c.position, c.id,
          ch.n)
    into v_asked
    from (select l.lead_id from (select distinct i.lead_id from unnest(p_lead_ids) i (lead_id)) l
      where private.is_trusted_caller() or private.sees_lead(o.id, l.lead_id) offset 0) i
    join public.contact_points c on c.org_id = o.id and c.lead_id = i.lead_id
    join unnest(p_channels) with ordinality ch (channel, n) on (c.kind = 'email') = (ch.channel = 'email');
    continue when v_asked is null;
    return query
      select o.id, (a.x ->> 'lead_id')::uuid, (a.x ->> 'contact_point_id')::bigint, a.x ->> 'masked',
        a.x ->> 'channel',
        private.outlook_of(j.answer, o.time_zone, (p_as_of at time zone o.time_zone)::date),
        private.describe_reason(j.answer -> 'reasons'), private.describe_evidence(j.answer -> 'facts',
          a.x ->> 'channel'),
        array(select distinct r ->> 'rule' from jsonb_array_elements(j.answer -> 'reasons') r),
          (j.answer ->> 'next_allowed_at')::timestamptz
      from private.decide_contacts(o.id, v_asked, p_as_of, 'never') j
      join jsonb_array_elements(v_asked) with ordinality a (x, n) on a.n = j.n
      order by a.n;
  end loop;
end
$$;
comment on function public.contact_outlook(uuid[], text[], text, timestamptz) is
  'Whether each contact point can be contacted on each channel: now, later today, later or never, with the reasons, '
  'at an instant. Stores nothing; omits leads that the caller may not see. Definer: as gate_preview.';
revoke execute on function public.contact_outlook(uuid[], text[], text, timestamptz) from public, anon;
grant execute on function public.contact_outlook(uuid[], text[], text, timestamptz) to authenticated, service_role,
  pipeline_writer;

create view public.lead_outlook with (security_invoker = true) as
select l.org_id, l.id as lead_id, l.assigned_broker_id, l.owner_full, l.situs_city, l.situs_state,
  coalesce((select s.score from public.lead_scores s where s.org_id = l.org_id and s.lead_id = l.id), l.lead_score)
    as lead_score,
  l.campaign_status,
  o.contact, o.channel, o.outlook, o.why, o.next_allowed_at, o.contact_point_id, o.rules
from public.leads l
cross join lateral public.contact_outlook(array[l.id]) o;
comment on view public.lead_outlook is
  'A broker''s day: which leads can be contacted now, later today, later or never, on which channel, and why. '
  'Evaluated live, so restrict it to few leads: where lead_id in (…), or assigned_broker_id = … limit 100.';
revoke all on public.lead_outlook from anon, authenticated;
grant select on public.lead_outlook to authenticated, service_role;
