begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

\set mail '{{ sender.postal_address }} {{ unsubscribe_url }}'

create function cast_.save(p_sql text) returns text language plpgsql as $$
begin
  execute 'insert into public.templates (org_id, name, channel, purpose, subject, text_body, html_body) values ('
    || p_sql || ')';
  return 'saved';
exception when others then
  return sqlstate;
end
$$;
select is(cast_.save(format('%L, ''t'', ''sms'', ''marketing'', null, ''{{ sender.name }}. Reply STOP to end.'', '
  'null', cast_.org())), 'saved', 'a valid text is saved');
select is(cast_.save(format('%L, ''t'', ''sms'', ''marketing'', null, ''Hi'', null', cast_.org())), 'SL521',
  'an invalid text is not saved');
select is(cast_.save(format('%L, ''m'', ''email'', ''marketing'', null, %L, null', cast_.org(), :'mail')), '23514',
  'an e-mail needs a subject');
select is(cast_.save(format('%L, ''m'', ''email'', ''marketing'', ''Hi'', %L, null', cast_.org(), :'mail')), 'saved',
  'an e-mail with a subject is saved');
select is(cast_.save(format('%L, ''t'', ''sms'', ''marketing'', null, ''{{ sender.name }}. Reply STOP to quit.'', '
  'null', cast_.org())), 'saved', 'a text can be saved again under its name');
select is((select string_agg(version::text, ' ' order by version) from public.templates where name = 't'), '1 2',
  'a text saved again is the next version');
select throws_ok($$ update public.templates set text_body = 'x' $$, 'SL002', null, 'a version never changes');
select throws_ok($$ insert into public.step_variants (org_id, sequence_id, step, variant, template_id)
  values (cast_.org(), 'a0000000-0000-4000-8000-0000000000c1', 1, 'z', 'a0000000-0000-4000-8000-0000000000d2') $$,
  'SL522', null,
  'a text template cannot be used for an e-mail step');
select lives_ok($$ insert into public.step_variants (org_id, sequence_id, step, variant, template_id)
  values (cast_.org(), 'a0000000-0000-4000-8000-0000000000c1', 2, 'z', 'a0000000-0000-4000-8000-0000000000d2') $$,
  'a text template can be used for a text step');

select * from finish();
rollback;
