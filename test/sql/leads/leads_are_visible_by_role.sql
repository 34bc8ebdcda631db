begin;
\ir ../support/cast.sql
select no_plan();

-- Adds a row for each lead in all tables that members read.
set local sluice.actor = 'upload';
insert into public.lead_addresses (org_id, addr_hash, lead_id)
select l.org_id, extensions.digest(l.id::text, 'sha256'), l.id from public.leads l;
insert into public.lead_merges (org_id, survivor_id, merged_id, merged_row, reason)
select l.org_id, l.id, gen_random_uuid(), '{}', 'test' from public.leads l;
insert into public.consent_tokens (org_id, lead_id, nonce_hash, expires_at)
select l.org_id, l.id, extensions.digest(l.id::text, 'sha256'), now() + interval '1 day' from public.leads l;
insert into public.pipeline_events (org_id, lead_id, kind)
select l.org_id, l.id, 'fed' from public.leads l;
insert into public.lead_conflicts (org_id, upload_id, part, line, reason, lead_ids, row_keys)
select l.org_id, l.created_upload_id, 1, row_number() over (), 'key_contradicts', array[l.id], '{}'
from public.leads l;

select is(cast_.leads(who), answer, format('%s sees leads: %s', who, answer))
from (values ('owner', 'a1 a2 a3'), ('admin', 'a1 a2 a3'), ('viewer', 'a1 a2 a3'), ('broker', 'a1'),
  ('colleague', 'a2'),
  ('rival', 'b1'), ('stranger', 'none'), ('service_role', 'a1 a2 a3 b1'), ('pipeline_writer', 'a1 a2 a3 b1'),
  ('anon', '42501 permission denied for table leads')) x (who, answer);

-- Rows of a lead are visible to everyone who sees the lead.
select is(cast_.leads(who, 'public.' || t, 'lead_id'), answer, format('%s sees %s: %s', who, t, answer))
from unnest(array['lead_addresses', 'contact_points', 'lead_changes', 'pipeline_events']) t
cross join (values ('owner', 'a1 a2 a3'), ('admin', 'a1 a2 a3'), ('viewer', 'a1 a2 a3'), ('broker', 'a1'),
  ('colleague', 'a2'),
  ('rival', 'b1'), ('stranger', 'none'), ('service_role', 'a1 a2 a3 b1'), ('pipeline_writer', 'a1 a2 a3 b1'),
  ('anon', '42501 permission denied for table ')) x (who, a)
cross join lateral (select case when who = 'anon' then a || t else a end) y (answer);

-- Rows about two leads are not visible to the broker of one of them.
select is(cast_.leads(who, 'public.lead_merges', 'survivor_id'), answer, format('%s sees merges: %s', who, answer))
from (values ('owner', 'a1 a2 a3'), ('admin', 'a1 a2 a3'), ('viewer', 'a1 a2 a3'), ('broker', 'none'), ('rival', 'b1'),
  ('anon', '42501 permission denied for table lead_merges')) x (who, answer);
select is(cast_.leads(who, 'public.lead_conflicts k cross join unnest(k.lead_ids) u (lead)', 'lead'), answer,
  format('%s sees conflicts: %s', who, answer))
from (values ('owner', 'a1 a2 a3'), ('admin', 'a1 a2 a3'), ('viewer', 'a1 a2 a3'), ('broker', 'none'), ('rival', 'b1'),
  ('anon', '42501 permission denied for table lead_conflicts')) x (who, answer);

-- No member can read bytes that only the pipeline needs.
select is(cast_.run('owner', 'select identity from public.lead_conflicts'),
  '42501 permission denied for table lead_conflicts', 'what identifies the row of a conflict is hidden');
select is(cast_.run('owner', 'select reason, row_keys from public.lead_conflicts'), 'rows 3',
  'the reason of a conflict is visible');
select is(cast_.run('owner', format('select %s from public.contact_points', c)),
  '42501 permission denied for table contact_points', c || ' of a contact point is hidden')
from unnest(array['value_cipher', 'value_bidx', 'key_id']) c;
select is(cast_.run('owner', 'select kind, masked, verified from public.contact_points'), 'rows 4',
  'the masked value is visible');
select is(cast_.run(who, 'select * from public.consent_tokens'), '42501 permission denied for table consent_tokens',
  who || ' cannot read consent tokens')
from unnest(array['anon', 'owner', 'broker']) who;
select is(cast_.run('pipeline_writer', 'select * from public.consent_tokens'), 'rows 4',
  'the writer can read consent tokens');

-- A reassigned lead disappears with all its rows for the old broker and appears for the new one.
update public.leads set assigned_broker_id = 'a0000000-0000-4000-8000-0000000000b2'
  where id = 'a0000000-0000-4000-8000-0000000001ea';
select is(cast_.leads('broker', 'public.' || t, c), 'none', 'after reassignment the broker sees no rows of ' || t)
from (values ('leads', 'id'), ('contact_points', 'lead_id'), ('lead_changes', 'lead_id'),
  ('pipeline_events', 'lead_id')) x (t, c);
select is(cast_.leads('colleague', 'public.' || t, c), 'a1 a2',
  'after reassignment the colleague sees both leads in ' || t)
from (values ('leads', 'id'), ('contact_points', 'lead_id'), ('lead_changes', 'lead_id'),
  ('pipeline_events', 'lead_id')) x (t, c);

-- All signed-in users can read the code map.
select cmp_ok(cast_.ask('viewer', 'select count(*) from public.verification_code_map')::integer, '>', 100,
  'members can read the code map');
select is(cast_.run('anon', 'select * from public.verification_code_map'),
  '42501 permission denied for table verification_code_map', 'anon cannot read the code map');
select is(cast_.run('owner', 'update public.verification_code_map set is_verified = true'),
  '42501 permission denied for table verification_code_map', 'members cannot change the code map');

select * from finish();
rollback;
