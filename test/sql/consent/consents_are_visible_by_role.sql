begin;
\ir ../support/cast.sql
select no_plan();

set local sluice.actor = 'system';
insert into public.consents (org_id, lead_id, action, type, channels, method, occurred_at)
select l.org_id, l.id, 'grant', 'pec', '{sms}', 'test', now() from public.leads l
  where l.id in (cast_.lead('a1'), cast_.lead('a2'), cast_.lead('b1'));
set local sluice.actor = '';

select is(cast_.leads(who, 'public.consents', 'lead_id'), answer, format('%s sees the consents of %s', who, answer))
from (values ('owner', 'a1 a2'), ('admin', 'a1 a2'), ('viewer', 'a1 a2'), ('broker', 'a1'), ('colleague', 'a2'),
  ('rival', 'b1'),
  ('stranger', 'none'), ('anon', '42501 permission denied for table consents'),
    ('pipeline_writer', 'a1 a2 b1')) x (who, answer);
select is(cast_.run('owner', 'select text_cipher from public.consents'), '42501 permission denied for table consents',
  'the person''s words are not exposed by the API');
select is(cast_.run(who, format($$ insert into public.consents (org_id, lead_id, action, type, channels, method,
  occurred_at)
    values ('a0000000-0000-4000-8000-000000000000', %L, 'grant', 'pec', '{sms}', 'test', now()) $$,
      cast_.lead('a1'))), answer, who || ' records a consent: ' || answer)
from (values ('owner', '42501 permission denied for table consents'),
  ('broker', '42501 permission denied for table consents'), ('pipeline_writer', 'rows 1')) x (who, answer);
select lives_ok($$ delete from public.orgs where id = 'a0000000-0000-4000-8000-000000000000' $$,
  'an org can be deleted');
select is((select count(*) from public.consents), 1::bigint, 'only the consents of the other org remain');

select * from finish();
rollback;
