-- Written by hand: leads of before have the codes of all their contacts. Those with several contacts of a kind get the
-- codes of the best one, as the pipeline would write them.

set lock_timeout = '5s';
-- Many leads: once, with time.
set statement_timeout = '30min';

do $$
begin
  perform set_config('sluice.actor', 'system', true);
  perform private.refresh_verification(x.org_id, x.leads)
  from (
    select l.org_id, array_agg(l.id) as leads
    from public.leads l
    where (l.email_verification_codes <> '{}' or l.phone_verification_codes <> '{}')
      and exists (
        select from public.contact_points c
        where c.org_id = l.org_id and c.lead_id = l.id
        group by c.kind having count(*) > 1)
    group by l.org_id
  ) x;
  perform set_config('sluice.actor', '', true);
end
$$;
