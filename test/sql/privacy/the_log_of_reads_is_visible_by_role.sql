begin;
\ir ../support/cast.sql
\ir ../support/reveal.sql
update public.members set may_export = true where role = 'admin';
select no_plan();
grant usage on schema cast_ to authenticated;
grant select on cast_.people to authenticated;

select cast_.request(who, 'contacts', array(select l.id from public.leads l), null, org) from (values
  ('owner', 'a0000000-0000-4000-8000-000000000000'::uuid), ('broker', 'a0000000-0000-4000-8000-000000000000'),
  ('colleague', 'a0000000-0000-4000-8000-000000000000'), ('service_role', 'a0000000-0000-4000-8000-000000000000'),
  ('rival', 'b0000000-0000-4000-8000-000000000000')) x (who, org) \g /dev/null
select private.log_rejects_access('a0000000-0000-4000-8000-00000000000d', 'a0000000-0000-4000-8000-000000000002')
  \g /dev/null

select is(cast_.ask(who, $$ select coalesce(string_agg(x.n, ' ' order by x.n), 'none') from (
  select coalesce(p.who, 'service') || ':' || count(*) as n from public.reveal_log l left join cast_.people p
    on p.user_id = l.user_id group by p.who) x $$), sees, who || ' reads in the log: ' || sees)
from (values
  ('owner', 'admin:1 broker:1 colleague:1 owner:3 service:3'),
  ('admin', 'admin:1 broker:1 colleague:1 owner:3 service:3'),
  ('broker', 'broker:1'), ('colleague', 'colleague:1'), ('viewer', 'none'), ('rival', 'rival:1'),
  ('stranger', 'none')) x (who, sees);
select is(cast_.ask('owner', $$ select string_agg(concat_ws(' ', l.subject, l.values_shown, l.reason), ' | '
  order by l.id) from public.reveal_log l where l.user_id = 'a0000000-0000-4000-8000-000000000003'
  or l.upload_id is not null $$), 'contacts 2 for a test | rejects 0 download of rejected rows', 'what and why');
select is(cast_.run(who, 'select * from public.reveal_log'), '42501 permission denied for view reveal_log',
  who || ' may not read the log') from unnest('{anon,service_role,pipeline_writer}'::text[]) who;

-- Whoever leaves the org reads nothing of it any more, also no reads of their own.
delete from public.members where user_id = 'a0000000-0000-4000-8000-000000000003';
select is(cast_.ask('broker', 'select count(*) from public.reveal_log'), '0', 'a former member reads nothing');
select is((select count(*) from private.pii_access_log where user_id = 'a0000000-0000-4000-8000-000000000003'),
  1::bigint, 'what they read stays in the log');

select * from finish();
rollback;
