-- Contact values in plain text, for members who may see the lead, with a log entry for every read.

create function public.reveal_contact_points(p_lead_ids uuid[])
returns table (org_id uuid, lead_id uuid, id bigint, kind public.contact_kind, value text, label text,
  verified boolean, "position" smallint)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
begin
  insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown)
  select c.org_id, c.lead_id, auth.uid(), session_user, count(*)
  from public.contact_points c
  where c.lead_id = any (p_lead_ids) and (private.is_trusted_caller() or private.sees_lead(c.org_id, c.lead_id))
  group by c.org_id, c.lead_id;
  return query
    select c.org_id, c.lead_id, c.id, c.kind,
      private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)),
      c.label, c.verified, c.position
    from public.contact_points c
    where c.lead_id = any (p_lead_ids) and (private.is_trusted_caller() or private.sees_lead(c.org_id, c.lead_id))
    order by c.lead_id, c.kind, c.position, c.id;
end
$$;
comment on function public.reveal_contact_points(uuid[]) is
  'Phones and e-mails of leads in plain text. Leads that the caller may not see return no rows. Logs every call in '
  'private.pii_access_log. Definer: callers have no rights on keys and log.';

revoke execute on function public.reveal_contact_points(uuid[]) from public, anon;
grant execute on function public.reveal_contact_points(uuid[]) to authenticated, service_role;

-- lead_id is the lead's own column, so that a filter on it applies before anything is decrypted and logged.
create view public.contact_points_revealed with (security_invoker = true) as
select l.org_id, l.id as lead_id, r.id, r.kind, r.value, r.label, r.verified, r.position
from public.leads l
cross join lateral public.reveal_contact_points(array[l.id]) r;
comment on view public.contact_points_revealed is
  'Phones and e-mails in plain text for the leads that the caller may see; logs each read. Filter by lead (where '
  'lead_id in (...)).';
revoke all on public.contact_points_revealed from anon, authenticated;
grant select on public.contact_points_revealed to authenticated, service_role;
