begin;
\ir ../support/cast.sql
select no_plan();

set local sluice.actor = 'system';
insert into public.consents (org_id, lead_id, action, type, channels, method, occurred_at)
select l.org_id, l.id, 'grant', 'pec', '{sms}', 'test', now() from public.leads l
  where l.id in (cast_.lead('a1'), cast_.lead('a2'), cast_.lead('b1'));
set local sluice.actor = '';

select is(cast_.run(who, 'update public.consents set ip = null'), answer, who || ' cannot change consents')
from (values ('project_owner', 'SL002 consents is append-only'), ('pipeline_writer',
  '42501 permission denied for table consents'),
  ('service_role', '42501 permission denied for table consents'),
    ('owner', '42501 permission denied for table consents')) x (who, answer);
select is(cast_.run(who, 'delete from public.consents'), answer, who || ' cannot delete consents')
from (values ('project_owner', 'SL002 consents is append-only'), ('pipeline_writer',
  '42501 permission denied for table consents'),
  ('owner', '42501 permission denied for table consents')) x (who, answer);
select throws_ok('truncate public.consents cascade', 'SL002', null, 'the table cannot be truncated');

select * from finish();
rollback;
