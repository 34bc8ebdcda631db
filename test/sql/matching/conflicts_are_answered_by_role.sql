begin;
\ir ../support/cast.sql
select no_plan();
\set org '\'a0000000-0000-4000-8000-000000000000\''

-- Conflicts of org A: a row with the MAK of one lead and the parcel of another, by different owners.
create function pg_temp.conflict(p_owner text) returns bigint language plpgsql as $$
declare
  v record;
begin
  select * into v from private.accept_part('a0000000-0000-4000-8000-00000000005c', gen_random_uuid()::text,
    sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 1, null, null, null, null, false, null, gen_random_uuid());
  perform private.open_stage();
  insert into pg_temp.stage_in (line_no, mak, fips, apn, street, city, state, zip, owner_1_last, phones, attributes,
    warnings, raw)
  values (2, '1000000001', '06037', 'A2', '1 Main St', 'Los Angeles', 'CA', '90001', p_owner,
    '[{"v": "213-555-0199"}]', '{}', '{}', '["1 Main St"]');
  perform private.stage_rows(v.part_id);
  update public.upload_parts set state = 'staged', staged_at = now() where id = v.part_id;
  perform private.resolve_upload(v.upload_id);
  perform set_config('sluice.actor', '', true), set_config('sluice.upload_id', '', true);
  return (select max(id) from public.lead_conflicts);
end
$$;
create temporary table c as select who, pg_temp.conflict(who) as id
from unnest(array['owner', 'admin', 'service_role', 'pipeline_writer', 'project_owner', 'left']) who;
grant select on c to public;

-- Reading.
select is(cast_.ask(who, 'select count(*) from public.lead_conflicts'), n, format('%s sees %s conflicts', who, n))
from (values ('owner', '6'), ('admin', '6'), ('viewer', '6'), ('broker', '0'), ('rival', '0'), ('stranger', '0'),
  ('anon', '42501 permission denied for table lead_conflicts')) x (who, n);
select is(left(cast_.ask('owner', 'select identity from public.lead_conflicts'), 5), '42501',
  'nobody reads what identifies a row');
select is(left(cast_.ask(who, 'select count(*) from private.conflict_rows'), 5), '42501',
  format('%s cannot read stored rows', who))
from unnest(array['owner', 'anon', 'service_role']) who;
select is(cast_.ask(who, format('select count(*) from public.list_conflicts(%L)', :org)), n,
  format('list_conflicts: %s gets %s', who, n))
from (values ('owner', '6'), ('admin', '6'), ('service_role', '6'), ('viewer', 'SL302 org not found'),
  ('broker', 'SL302 org not found'), ('rival', 'SL302 org not found'), ('stranger', 'SL302 org not found'),
  ('anon', '42501 permission denied for function list_conflicts')) x (who, n);
select is(cast_.ask('owner', format($q$ select concat_ws('; ', x.owner, x.address, x.contacts, x.rows,
  x.leads -> 0 ->> 'owner', x.leads -> 1 ->> 'mak') from public.list_conflicts(%L) x where owner = 'left' $q$,
  :org)),
  'left; 1 Main St, Los Angeles, CA 90001; {***-***-0199}; 1; Ames; 1000000002',
  'the row is shown beside its leads, contacts masked');

-- Answering.
select is(cast_.run(who, format('select public.close_conflict(%L, %s, p_answer => %L)', :org,
  (select id from c where c.who = 'left'), 'own')), answer, format('close_conflict: %s gets %s', who, answer))
from (values ('viewer', 'SL302 open conflict not found'), ('broker', 'SL302 open conflict not found'),
  ('rival', 'SL302 open conflict not found'), ('stranger', 'SL302 open conflict not found'),
  ('anon', '42501 permission denied for function close_conflict')) x (who, answer);
select is(cast_.ask(c.who, format('select public.close_conflict(%L, %s, p_answer => %L)', :org, c.id, 'own')),
  'resolved', format('close_conflict: %s may', c.who))
from c where c.who <> 'left';
select is((select count(*) from public.leads where owner_1_last in ('owner', 'admin', 'service_role',
  'pipeline_writer', 'project_owner')), 5::bigint, 'each made a lead');
select is((select array_agg(distinct actor) from public.lead_changes h join public.conflict_answers a
  on a.lead_id = h.lead_id), array['upload'], 'in the name of the upload');
select is((select closed_by from public.lead_conflicts where id = (select id from c where who = 'admin')),
  'a0000000-0000-4000-8000-000000000002', 'the conflict names the person');
select is(cast_.run('rival', format('select public.close_conflict(%L, %s)', 'b0000000-0000-4000-8000-000000000000',
  (select id from c where who = 'left'))), 'SL302 open conflict not found', 'not by the id of another org');

-- In bulk, by rule, and forgetting.
select is(cast_.ask(who, format(q, :org)), answer, format('%s: %s gets %s', left(q, 40), who, answer))
from (values
  ('owner', '1'), ('admin', '1'), ('service_role', '1'), ('viewer', 'SL302 org not found'),
  ('broker', 'SL302 org not found'), ('rival', 'SL302 org not found'), ('stranger', 'SL302 org not found'),
  ('anon', '42501 permission denied for function %s')) x (who, a)
cross join (values
  ('select public.close_conflicts(%L, ''own'', p_reason => ''keys_point_to_different_leads'') ->> ''open''',
    'close_conflicts'),
  ('select public.add_conflict_rule(%L, ''1 Main St'', p_zip => ''90001'', p_preview => true) ->> ''open''',
    'add_conflict_rule')) y (q, f)
cross join lateral (select replace(a, '%s', f)) z (answer);
select public.add_conflict_rule(:org, '99 Main St', p_zip => '90001') \g /dev/null
select is(cast_.ask(who, 'select count(*) from public.conflict_rules'), n, format('%s sees %s rules', who, n))
from (values ('owner', '1'), ('admin', '1'), ('viewer', '1'), ('broker', '0'), ('rival', '0'),
  ('anon', '42501 permission denied for table conflict_rules')) x (who, n);
select is(cast_.ask(who, 'select count(*) from public.conflict_answers'), n, format('%s sees %s answers', who, n))
from (values ('owner', '5'), ('admin', '5'), ('viewer', '5'), ('broker', '0'), ('rival', '0'),
  ('anon', '42501 permission denied for table conflict_answers')) x (who, n);
select is(left(cast_.run(who, format('%s public.%s', command, t)), 5), '42501',
  format('%s may not %s %s', who, command, t))
from unnest(array['owner', 'viewer', 'anon']) who, unnest(array['conflict_rules', 'conflict_answers',
  'lead_conflicts']) t, unnest(array['delete from', 'truncate']) command;
select is(cast_.ask(who, format('select public.remove_conflict_rule(%L, %s)', :org, (select id
  from public.conflict_rules))), answer, format('remove_conflict_rule: %s gets %s', who, answer))
from (values ('viewer', 'false'), ('broker', 'false'), ('rival', 'false'),
  ('anon', '42501 permission denied for function remove_conflict_rule'), ('admin', 'true')) x (who, answer);
select is(cast_.ask(who, format('select public.forget_conflict_answer(%L, %s)', :org, (select id from c
  where c.who = 'owner'))), answer, format('forget_conflict_answer: %s gets %s', who, answer))
from (values ('viewer', 'false'), ('broker', 'false'), ('rival', 'false'),
  ('anon', '42501 permission denied for function forget_conflict_answer'), ('owner', 'true')) x (who, answer);

select * from finish();
rollback;
