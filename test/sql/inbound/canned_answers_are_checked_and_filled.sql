-- Canned answers belong to an org, are checked when saved, and are filled with the words of a lead.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/hand_calls.sql
select plan(24);
create function cast_.save(p_who text, p_body text, p_name text default 'Hello', p_channel text default null)
  returns text
language sql as $$
  select cast_.run(p_who, format('select public.save_canned_answer(%L, %L, %L, %L)',
    'a0000000-0000-4000-8000-000000000000', p_name, p_body, p_channel))
$$;
select is(cast_.save('broker', 'Hi {{ lead.first_name | default: "there" }}, about {{ property.street | default: '
  '"your house" }}: '
  '{{ broker.name | default: "we" }} of {{ org.name }}.'), 'rows 1', 'a broker keeps an answer');
select is(cast_.save(who, 'Hi', who), 'rows 1', who || ' does') from unnest('{owner,admin}'::text[]) who;
select is(cast_.save(who, 'Hi', who), 'SL616 you may not keep answers of this org', who || ' does not')
from unnest('{viewer,rival,former,stranger}'::text[]) who;
select is(cast_.save('broker', 'Hi'), 'SL617 an answer of this name exists: choose another name, or change that one',
  'a name is used once');
select is(cast_.save('broker', body, 'x'), 'SL617 invalid answer: ' || fault, 'refused: ' || fault)
from (values ('', 'the text is missing'), ('Hi {{ lead.first_name }}',
    'lead.first_name may be empty: write {{ lead.first_name | default: "…" }}'),
  ('Hi {{ lead.phone | default: "x" }}', 'unknown placeholder lead.phone'),
  ('Hi {{ lead.first_name', 'a brace is not closed, or a condition is used'),
  ('{% if x %}Hi', 'a brace is not closed, or a condition is used'),
  ('{{ LEAD }}', '{{ LEAD }}: write {{ name }} or {{ name | default: "…" }}'),
  (repeat('x', 1601), 'the text is longer than 1600 characters')) x (body, fault);
select is(cast_.save('broker', 'Hi', 'x', 'fax'), 'SL617 invalid answer: the channel is sms, email or empty',
  'an unknown channel is refused');
select is(cast_.leads('colleague', 'public.canned_answers', 'org_id'), 'a0', 'everybody in the org sees them');
select is(cast_.leads('rival', 'public.canned_answers', 'org_id'), 'none', 'nobody else');

select is(cast_.ask('broker', format('select filled from public.desk_canned_answers(%L, %L) where name = ''Hello''',
  'a0000000-0000-4000-8000-000000000000', cast_.lead('a1'))),
  'Hi there, about 1 Main St: Broker of Org A.', 'filled with the words of the lead, or the default');
update public.leads set owner_1_first = '{{ org.name }}' where id = cast_.lead('a1');
select is(cast_.ask('broker', format('select filled from public.desk_canned_answers(%L, %L) where name = ''Hello''',
  'a0000000-0000-4000-8000-000000000000', cast_.lead('a1'))) like '%Org A, about%', false,
  'a value that looks like a placeholder is not filled again');
select is(cast_.ask('broker', format('select count(filled) from public.desk_canned_answers(%L, %L) where name '
  '= ''Hello'' '
  'and filled ~ ''2 Main''', 'a0000000-0000-4000-8000-000000000000', cast_.lead('a2'))), '0',
  'nothing of a lead that the caller may not see');

select id as answer from public.canned_answers where name = 'owner' \gset
select is(cast_.run('broker', format('select public.drop_canned_answer(%L, %L)',
  'a0000000-0000-4000-8000-000000000000',
  :'answer')), 'SL616 answer not found, or you may not delete it', 'a broker deletes own ones only');
select is(cast_.run('admin', format('select public.drop_canned_answer(%L, %L)',
  'a0000000-0000-4000-8000-000000000000',
  :'answer')), 'rows 1', 'an admin any');
select is(cast_.run('broker', $$ insert into public.canned_answers (org_id, name, body)
  values ('a0000000-0000-4000-8000-000000000000', 'y', '{{') $$) like '42501%', true, 'nothing is kept unchecked');

select * from finish();
rollback;
