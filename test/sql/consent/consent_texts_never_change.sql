begin;
\ir ../support/cast.sql
\ir ../support/consent_links.sql
select no_plan();

select throws_ok('update public.consent_texts set body = body || ''!''', 'SL002', null, 'a text cannot be changed');
select throws_ok('delete from public.consent_texts', 'SL002', null, 'a text cannot be deleted');
select is(cast_.run(who, format($$ insert into public.consent_texts (org_id, version, seller, title, body,
  channels) values
  (%L, 3, 'Org A', 'T', 'Org A may call.', '{voice_manual}') $$, :org)), answer, who || ' writes a text: ' || answer)
from (values ('broker', '42501 new row violates row-level security policy for table "consent_texts"'),
  ('rival', '42501 new row violates row-level security policy for table "consent_texts"'),
    ('admin', 'rows 1')) x (who, answer);

select * from finish();
rollback;
