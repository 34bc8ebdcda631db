begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

insert into public.templates (org_id, id, name, channel, subject, text_body) values
  (cast_.org(), 'a0000000-0000-4000-8000-0000000000d9', 'hello', 'email', 'Another subject',
    '{{ sender.postal_address }} {{ unsubscribe_url }}');
insert into public.step_variants (org_id, sequence_id, step, variant, template_id, share) values
  (cast_.org(), 'a0000000-0000-4000-8000-0000000000c1', 1, 'b', 'a0000000-0000-4000-8000-0000000000d9', 3);
select cast_.runner(n) from generate_series(1, 400) n \g /dev/null
create temp table arms as select p.lead_id, p.variant, p.template_id
  from private.load_due_steps(cast_.org(), array(select id from public.sequence_runs)) p;
select ok((select count(*) filter (where variant = 'a') between 70 and 130
  and count(*) filter (where variant = 'b') between 270 and 330 from arms), 'shares of one to three are met');
select is((select count(*)::integer from arms a join private.load_due_steps(cast_.org(),
  array(select id from public.sequence_runs)) p using (lead_id, variant, template_id)), 400,
  'each lead always gets the same variant');
select is((select string_agg(distinct variant || ' ' || template_id, ', ' order by variant || ' ' || template_id)
  from arms),
  'a a0000000-0000-4000-8000-0000000000d1, b a0000000-0000-4000-8000-0000000000d9',
    'each variant has its own template');
update public.step_variants set share = 0 where variant = 'a' and step = 1;
select is((select string_agg(distinct p.variant, ',') from private.load_due_steps(cast_.org(),
  array(select id from public.sequence_runs)) p), 'b', 'a variant with share 0 is not assigned');
select is(cast_.claim(5), '1 2 3 4 5', 'five are claimed');
select is((select string_agg(distinct variant || ' ' || template_id, ',') from public.messages),
  'b a0000000-0000-4000-8000-0000000000d9', 'the message records its variant');

select * from finish();
rollback;
