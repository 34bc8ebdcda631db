begin;
\ir ../support/cast.sql
select no_plan();

set local sluice.actor = 'system';
update public.leads set phone_verified = true,
  phone_bidx = (select c.value_bidx from public.contact_points c where c.lead_id = leads.id and c.kind = 'phone');
update public.contact_points set verified = true;
set local sluice.actor = '';
select public.refresh_contactable_leads(p_force => true) \g /dev/null

-- The contactable view shows the nominated leads that the caller may see; its sources are not exposed.
select is(cast_.leads(who, 'public.contactable_leads', 'lead_id'), answer,
  format('%s sees contactable leads: %s', who, answer))
from (values ('owner', 'a1 a2 a3'), ('admin', 'a1 a2 a3'), ('viewer', 'a1 a2 a3'), ('broker', 'a1'),
  ('colleague', 'a2'), ('rival', 'b1'), ('stranger', 'none'),
  ('service_role', 'a1 a2 a3 b1'), ('anon', '42501 permission denied for view contactable_leads')) x (who, answer);
select is(cast_.run(who, 'select * from public.mv_contactable_leads'),
  '42501 permission denied for materialized view mv_contactable_leads', who || ' does not read the materialized view')
from unnest(array['anon', 'broker', 'owner']) who;
select is(cast_.run('pipeline_writer', 'select * from public.mv_contactable_leads'), 'rows 4', 'the feeder reads it');
select is(cast_.run('anon', 'select * from private.nominated_leads'), '42501 permission denied for schema private',
  'anon does not read the view in between');
select is(cast_.leads('owner', 'private.nominated_leads', 'lead_id'), 'a1 a2 a3',
  'the view in between shows an owner only the own org');
select is(cast_.leads('rival', 'private.nominated_leads', 'lead_id'), 'b1',
  'the view in between shows another org only its own leads');
update public.leads set assigned_broker_id = null where id = cast_.lead('a1');
select is(cast_.leads('broker', 'public.contactable_leads', 'lead_id'), 'none',
  'a lead taken from a broker leaves the view at once, without a refresh');

select * from finish();
rollback;
