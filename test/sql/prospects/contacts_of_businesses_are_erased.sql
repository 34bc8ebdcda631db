begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();
insert into public.org_packs (org_id, pack) values (cast_.org(), 'prospects');
select private.record_business(cast_.org(), 'website', '{"name": "Quillmarker Painting", "phones": ["2135550177"],
  "emails": ["info@example.com"]}', 'https://example.com/', now()) \g /dev/null
-- Also while the pack is off.
delete from public.org_packs;
select is(cast_.run('project_owner', 'update public.business_contacts set value_cipher = value_cipher || ''\x00'''),
  'rows 2', 'a rotation of keys reaches them');
select is(cast_.run('project_owner', 'update public.business_contacts set masked = ''x'''),
  'SL141 the pack prospects is off', 'any other change is refused');
update public.business_contacts set value_cipher = substr(value_cipher, 1, length(value_cipher) - 1);
select is(private.person_in_packs(cast_.org(), '(213) 555-0177', null, now()) #>> '{prospects,contacts,0,value}',
  '+12135550177', 'a person sees what is on record');
select is(private.person_in_packs(cast_.org('b'), '(213) 555-0177', null, now()) #>> '{prospects,contacts}', '[]',
  'of that org only');
select is(private.erase_person(cast_.org(), '{}', '(213) 555-0177', null, 'request', '{}', now())
  #>> '{packs,prospects,contacts,contacts}', '1', 'an erasure says what packs erased');
select results_eq($$ select kind::text from public.business_contacts $$, $$ values ('email') $$,
  'the phone is gone, and nothing else');
delete from public.orgs where id = cast_.org();
select is((select count(*) from public.businesses where org_id = cast_.org()), 0::bigint,
  'a deleted org takes its businesses along');

select * from finish();
rollback;
