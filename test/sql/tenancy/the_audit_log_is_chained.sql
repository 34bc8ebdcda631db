-- Whoever changes the audit log, even the owner of its tables with the triggers switched off, is found.
begin;
\ir ../support/cast.sql
select no_plan();
\set org '''a0000000-0000-4000-8000-000000000000'''
\set rival '''b0000000-0000-4000-8000-000000000000'''

-- At commit, that is: now.
set constraints all immediate;
select private.record_audit(o, 'test.first', n::text, jsonb_build_object('n', n))
from (values (:org::uuid), (:rival::uuid)) x (o), generate_series(1, 10) n \g /dev/null
create temp table links as select l.* from private.audit_links l;
select is((select count(*) from private.audit_events e where not exists (select from links l
  where (l.org_id, l.event_id) = (e.org_id, e.id))), 0::bigint, 'every event has a link');
select results_eq('select org_id, count(*) = max(seq) and min(seq) = 1 from links group by 1 order by 1',
  format('values (%L::uuid, true), (%L::uuid, true)', :org, :rival), 'each org has a chain of its own, without gaps');
select is(private.audit_faults(o), null, 'no fault in an untouched log') from unnest(array[:org, :rival]::uuid[]) o;

-- Many in one statement.
insert into private.audit_events (org_id, actor, action, subject)
select :org, 'system', 'test.many', 'test' from generate_series(1, 500);
select is(private.audit_faults(:org), null, 'five hundred events of a statement are chained');
select is((public.verify_audit(:org) ->> 'entries')::bigint, (select count(*) from private.audit_events
  where org_id = :org), 'verify counts them');
select public.audit_head(:org) as anchor \gset
select :'anchor'::jsonb ->> 'seq' as seq, :'anchor'::jsonb ->> 'hash' as hash \gset

-- Nobody but the owner of the tables changes a link, and not by accident.
select matches(cast_.run(who, statement), answer, format('%s: %s', who, statement))
from unnest('{owner,service_role,pipeline_writer,anon}'::text[]) who,
  (values ('update private.audit_links set hash = hash where true'), ('delete from private.audit_heads where true'),
    ('select * from private.audit_links')) s (statement),
  (values ('^42501 permission denied')) a (answer);
select throws_ok(statement, 'SL002', table_name || ' is append-only', statement)
from (values ('audit_links', 'update private.audit_links set seq = seq + 1 where seq = 7'),
  ('audit_links', 'delete from private.audit_links where seq = 7'),
  ('audit_links', 'truncate private.audit_links'),
  ('audit_events', 'update private.audit_events set at = at where true'),
  ('audit_events', 'delete from private.audit_events where true')) x (table_name, statement);

-- The owner with the triggers off. Every column of an event counts, also one of a later release.
create function pg_temp.tamper(p_sql text) returns text language plpgsql as $$
declare
  v_found jsonb;
begin
  execute p_sql;
  v_found := public.verify_audit('a0000000-0000-4000-8000-000000000000');
  raise exception using errcode = 'P0099', message = coalesce(v_found #>> '{faults,0,fault}', 'not found');
exception when sqlstate 'P0099' then
  return sqlerrm;
end
$$;
alter table private.audit_events disable trigger user;
alter table private.audit_links disable trigger user;
select l.event_id as victim from links l where l.org_id = :org and l.seq = 5 \gset
select is(pg_temp.tamper(format('update private.audit_events e set %I = %s where id = %s', a.attname, case
    when a.attname = 'actor' then $$ case actor when 'system' then 'member' else 'system' end $$
    else case a.atttypid
      when 'uuid'::regtype then format('%L::uuid', :rival)
      when 'int8'::regtype then 'default'
      when 'timestamptz'::regtype then 'at + interval ''1 microsecond'''
      when 'jsonb'::regtype then '''{"n": 11}'''
      when 'inet'::regtype then '''203.0.113.1'''
      else '''other''' end end, :victim)),
  case when a.attname in ('org_id', 'id') then 'the event was deleted'
    else 'the event, its place or its link was changed' end, format('a change of %s is found', a.attname))
from pg_attribute a where a.attrelid = 'private.audit_events'::regclass and a.attnum > 0 and not a.attisdropped;
select is(pg_temp.tamper(statement), answer, what)
from (values
  ('a deleted event is found', format('delete from private.audit_events where id = %s', :victim),
    'the event was deleted'),
  ('an event deleted with its link is found', format('with e as (delete from private.audit_events where id = %s)
    delete from private.audit_links where event_id = %1$s', :victim), 'links before this one are missing'),
  ('two events in another order are found', format('with d as (delete from private.audit_links where org_id = %L
      and seq in (5, 6) returning *) insert into private.audit_links
    select org_id, 11 - seq, event_id, hash from (select * from d order by seq) s', :org),
    'the event, its place or its link was changed'),
  ('an event added without a link is found', format('insert into private.audit_events (org_id, actor, action, subject)
    values (%L, ''member'', ''x.y'', ''x'')', :org), 'the event was added without a link'),
  ('a deleted chain is found', format('delete from private.audit_links where org_id = %L', :org),
    'the end of the chain was cut off or replaced'),
  ('a cut end is found by the head', format('with e as (delete from private.audit_events where org_id = %L and id >
      (select event_id from private.audit_links where org_id = %1$L and seq = 5)) delete from private.audit_links
      where org_id = %1$L and seq > 5', :org),
    'the end of the chain was cut off or replaced')) x (what, statement, answer);

-- Cut off with the head put back, or written again from the fifth event on: only a head that was kept elsewhere tells.
select is(public.verify_audit(:org, :seq, upper(:'hash')) ->> 'ok', 'true', 'the head that was kept is in the chain');
savepoint cut;
with e as (delete from private.audit_events where org_id = :org and id in (select event_id from private.audit_links
    where org_id = :org and seq > 5)),
  l as (delete from private.audit_links where org_id = :org and seq > 5)
update private.audit_heads h set seq = 5, hash = k.hash from links k
where h.org_id = :org and k.org_id = h.org_id and k.seq = 5;
select is(public.verify_audit(:org) ->> 'ok', 'true', 'a cut chain looks whole by itself');
select is(public.verify_audit(:org, :seq, :'hash') #>> '{faults,0,fault}',
  'the anchor is missing: the end of the chain was cut off', 'against the kept head it does not');
rollback to cut;
update private.audit_events set detail = '{"n": 0}' where id = :victim;
delete from private.audit_links where org_id = :org and seq >= 5;
update private.audit_heads h set seq = 4, hash = k.hash from links k
where h.org_id = :org and k.org_id = h.org_id and k.seq = 4;
select private.link_audit_events(:org);
select is(public.verify_audit(:org) ->> 'ok', 'true', 'a chain that was written again looks whole by itself');
select is(public.verify_audit(:org, :seq, :'hash') #>> '{faults,0,fault}',
  'the anchor differs: the chain was rewritten', 'against the kept head it does not');
rollback to cut;
alter table private.audit_events enable trigger user;
alter table private.audit_links enable trigger user;
select is(public.verify_audit(:rival) ->> 'ok', 'true', 'the other org has nothing to do with it');

-- Who asks.
select is(cast_.ask(who, format('select public.%s(%L) is not null', f, :org)), answer, format('%s: %s', who, f))
from unnest('{audit_head,verify_audit}'::text[]) f, (values ('owner', 'true'), ('admin', 'true'),
  ('service_role', 'true'),
  ('broker', 'SL111 org not found, or your role does not allow this: it takes owner or admin'),
  ('viewer', 'SL111 org not found, or your role does not allow this: it takes owner or admin'),
  ('stranger', 'SL111 org not found, or your role does not allow this: it takes owner or admin'),
  ('rival', 'SL111 org not found, or your role does not allow this: it takes owner or admin')) x (who, answer);
select throws_ok(format('select public.verify_audit(%L, 1)', :org), 'SL138', 'an anchor is a number and a hash',
  'half an anchor is refused');

-- Erasing a person does not touch the chain, and the org takes its chain along.
select isnt(cast_.ask('owner', format('select public.erase_lead(%L, %L, ''asked on the phone'')', :org,
  cast_.lead('a1'))), null, 'a person is erased');
select is(private.audit_faults(:org), null, 'the chain survives the erasure of a person');
select is((select count(*) from private.audit_events where action = 'erasure.created'), 1::bigint,
  'and has an event of it');
delete from public.orgs where id = :rival;
select is((select count(*) from private.audit_links where org_id = :rival), 0::bigint, 'an org takes its chain along');

select * from finish();
rollback;
