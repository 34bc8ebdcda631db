-- Requirements of a text when it is saved, and when it is rendered.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();
create function cast_.faults(p_channel text, p_text text, p_html text default null,
  p_subject text default null) returns text language sql as $$
  select coalesce(nullif(array_to_string(private.template_errors(p_channel,
    coalesce(p_subject, case when p_channel = 'email' then 'Hello' end), p_text, p_html), '; '), ''), 'none')
$$;
\set mail '{{ sender.postal_address }} {{ unsubscribe_url }}'

select is(cast_.faults(channel, body), faults, channel || ': ' || body) from (values
  ('email', 'Hi. {{ sender.postal_address }} {{ unsubscribe_url }}', 'none'),
  ('email', 'Hi. {{sender.postal_address}} {{-unsubscribe_url-}}', 'none'),
  ('email', 'Hi. {{ unsubscribe_url }}', 'text: {{ sender.postal_address }} is missing'),
  ('email', 'Hi. {{ sender.postal_address }}', 'text: {{ unsubscribe_url }} is missing'),
  ('email', 'Hi. {{ sender.postal_address }} {% if lead.first_name %}{{ unsubscribe_url }}{% endif %}',
    'text: {{ unsubscribe_url }} is missing'),
  ('email', '{% if lead.first_name %}{% if broker.name %}a{% endif %}{{ unsubscribe_url }}{% endif %}{{ '
    'sender.postal_address }}', 'text: {{ unsubscribe_url }} is missing'),
  ('email', '{% if lead.first_name %}{{ unsubscribe_url }}{% if broker.name %}a{% endif %}b{% endif %}{{ '
    'sender.postal_address }}', 'text: {{ unsubscribe_url }} is missing'),
  ('email', '{%- if lead.first_name -%}a{%- endif -%}{{ unsubscribe_url }}{% if broker.name %}b{% endif %}{{ '
    'sender.postal_address }}', 'none'),
  ('email', '{% comment %}a{% endcomment %}{{ unsubscribe_url }}{% comment %}b{% endcomment %}{{ '
    'sender.postal_address }}', 'none'),
  ('email', '{% if lead.first_name %}{% if broker.name %}a{% endif %}{% endif %}{{ unsubscribe_url }}{{ '
    'sender.postal_address }}', 'none'),
  ('email', '{% unless lead.first_name %}{{ unsubscribe_url }}{% endunless %} {{ sender.postal_address }}',
    'text: {{ unsubscribe_url }} is missing'),
  ('email', '{% comment %}{{ unsubscribe_url }}{% endcomment %} {{ sender.postal_address }}',
    'text: {{ unsubscribe_url }} is missing'),
  ('email', '{% if lead.first_name %}Hi {{ lead.first_name }}{% else %}Hi{% endif %} {{ sender.postal_address }} {{ '
    'unsubscribe_url }}', 'none'),
  ('email', '{{ lead.nickname }} {{ sender.postal_address }} {{ unsubscribe_url }}',
    'text: unknown variable lead.nickname'),
  ('email', '{{ lead.first_name | default: "there" | upcase }} {{ sender.postal_address }} {{ unsubscribe_url }}',
    'none'),
  ('email', '{{ lead.first_name | shout }} {{ sender.postal_address }} {{ unsubscribe_url }}',
    'text: unknown filter in lead.first_name | shout'),
  ('email', '{% include "x" %} {{ sender.postal_address }} {{ unsubscribe_url }}', 'text: unknown tag include "x"'),
  ('email', '{% if lead.age > 3 %}a{% endif %} {{ sender.postal_address }} {{ unsubscribe_url }}',
    'text: unknown variable in if lead.age > 3'),
  ('email', '{% if property.state == "CA" %}a{% endif %} {{ sender.postal_address }} {{ unsubscribe_url }}', 'none'),
  ('email', '{% if lead.first_name %} {{ sender.postal_address }} {{ unsubscribe_url }}',
    'text: a brace or a condition is not closed'),
  ('sms', '{{ sender.name }}: hello. Reply STOP to end.', 'none'),
  ('sms', '{{ sender.name }}: hello. Text STOP to opt out.', 'none'),
  ('sms', '{{ sender.name }}: hello. STOP to end', 'none'),
  ('sms', '{{ sender.name }}: hello. STOP2END', 'text: how to opt out is missing'),
  ('sms', '{{ sender.name }}: hello.', 'text: how to opt out is missing'),
  ('sms', '{{ sender.name }}: we never stop. Bus stop ahead.', 'text: how to opt out is missing'),
  ('sms', '{{ sender.name }}: hi.{% if lead.first_name %} Reply STOP to end.{% endif %}',
    'text: how to opt out is missing'),
  ('sms', 'Hello. Reply STOP to end.', 'text: {{ sender.name }} is missing'),
  ('voice_ai', 'This is {{ sender.name }}. Just tell me to stop calling and I will.', 'none'),
  ('voice_ai', 'This is {{ sender.name }}. Say "do not call me" at any time to opt out.', 'none'),
  ('voice_ai', 'This is {{ sender.name }}. How are you?', 'text: how to opt out is missing'),
  ('voice_ai', 'Hello. You can opt out at any time.', 'text: {{ sender.name }} is missing')) t (channel, body, faults);
select is(cast_.faults('email', :'mail', '<p>{{ sender.postal_address }}</p><a href="{{ unsubscribe_url }}">x</a>'),
  'none', 'HTML with both');
select is(cast_.faults('email', :'mail', '<p>hello</p>'),
  'html: {{ sender.postal_address }} is missing; html: {{ unsubscribe_url }} is missing', 'HTML needs both, too');
select is(cast_.faults('email', :'mail', '<!-- {{ sender.postal_address }} --><a href="{{ unsubscribe_url }}">x</a>'),
  'html: {{ sender.postal_address }} is missing', 'where a reader sees them');
select is(cast_.faults('email', :'mail', null, '{{ lead.shoe_size }}'), 'subject: unknown variable lead.shoe_size',
  'subjects know the same variables');

-- Saving.
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
  'an invalid one is not');
select is(cast_.save(format('%L, ''m'', ''email'', ''marketing'', null, %L, null', cast_.org(), :'mail')), '23514',
  'an e-mail needs a subject');
select is(cast_.save(format('%L, ''m'', ''email'', ''marketing'', ''Hi'', %L, null', cast_.org(), :'mail')), 'saved',
  'and here it has one');
select is(cast_.save(format('%L, ''t'', ''sms'', ''marketing'', null, ''{{ sender.name }}. Reply STOP to quit.'', '
  'null', cast_.org())), 'saved', 'the same name again');
select is((select string_agg(version::text, ' ' order by version) from public.templates where name = 't'), '1 2',
  'is the next version');
select throws_ok($$ update public.templates set text_body = 'x' $$, 'SL002', null, 'a version never changes');
select throws_ok($$ insert into public.step_variants (org_id, sequence_id, step, variant, template_id)
  values (cast_.org(), 'a0000000-0000-4000-8000-0000000000c1', 1, 'z', 'a0000000-0000-4000-8000-0000000000d2') $$,
  'SL522', null,
  'a text template cannot be used for an e-mail step');
select lives_ok($$ insert into public.step_variants (org_id, sequence_id, step, variant, template_id)
  values (cast_.org(), 'a0000000-0000-4000-8000-0000000000c1', 2, 'z', 'a0000000-0000-4000-8000-0000000000d2') $$,
  'but for a text step');
select throws_ok($$ insert into public.sequence_steps (org_id, sequence_id, step, channel, delay)
  values (cast_.org(), 'a0000000-0000-4000-8000-0000000000c1', 9, 'email', '1 month') $$, '23514', null,
  'a delay in months is refused');
select throws_ok($$ insert into public.senders (org_id, channel, provider, name, address)
  values (cast_.org(), 'email', 'sendgrid', 'A', 'a@example.com') $$, '23514', null,
  'an e-mail sender needs a postal address');
select throws_ok($$ insert into public.senders (org_id, channel, provider, name, address)
  values (cast_.org(), 'sms', 'sendgrid', 'A', '+12135550150') $$, '23514', null,
  'an e-mail provider cannot send texts');
select is((select domain from public.senders where id = cast_.sender('email')), 'mail.example.com',
  'the domain of a sender is derived from its address');

-- Rendered.
select '{"name": "Org A", "postal_address": "1 Main St, Los Angeles, CA 90001", '
  '"unsubscribe_url": "https://example.com/u?u=x&y=1"}' as sender \gset
create function cast_.lacks(p_channel text, p_text text, p_html text default null,
  p_sender jsonb default null) returns text language sql as $$
  select coalesce(nullif(array_to_string(private.check_rendered(p_channel, 'marketing', case when p_channel = 'email'
    then 'Hello' end, p_text, p_html, p_sender), '; '), ''), 'nothing')
$$;
select is(cast_.lacks(channel, body, html, :'sender'), lacks, why) from (values
  ('email', 'Hi. 1 Main St, Los Angeles, CA 90001. https://example.com/u?u=x&y=1', null, 'nothing',
    'a complete e-mail'),
  ('email', E'Hi. 1 main st,\n  Los Angeles, CA 90001. https://example.com/u?u=x&y=1', null, 'nothing',
    'line breaks and case do not matter'),
  ('email', 'Hi. https://example.com/u?u=x&y=1', null, 'text: postal address', 'without the postal address'),
  ('email', 'Hi. 1 Main St, Los Angeles, CA 90001. https://example.com/u', null, 'text: unsubscribe link',
    'with another unsubscribe link'),
  ('email', 'Hi {{ lead.first_name }}. 1 Main St, Los Angeles, CA 90001. https://example.com/u?u=x&y=1', null,
    'text: unrendered Liquid', 'not rendered'),
  ('email', '1 Main St, Los Angeles, CA 90001. https://example.com/u?u=x&y=1',
    '<p>1 Main St,<br>Los Angeles, CA 90001</p><a href="https://example.com/u?u=x&amp;y=1">x</a>', 'nothing',
    'HTML with entities and breaks'),
  ('email', '1 Main St, Los Angeles, CA 90001. https://example.com/u?u=x&y=1',
    '<!-- 1 Main St, Los Angeles, CA 90001 --><a href="https://example.com/u?u=x&amp;y=1">x</a>',
    'html: postal address', 'HTML that hides the address'),
  ('email', '1 Main St, Los Angeles, CA 90001. https://example.com/u?u=x&y=1',
    '<!-- a --><p>1 Main St, Los Angeles, CA 90001</p><a href="https://example.com/u?u=x&amp;y=1">x</a><!-- b -->',
    'nothing', 'HTML with the address in a comment'),
  ('email', '', null, 'text; text: postal address; text: unsubscribe link', 'an empty text'),
  ('sms', 'Org A: hello. Reply STOP to end.', null, 'nothing', 'a text'),
  ('sms', 'hello. Reply STOP to end.', null, 'text: name of the sender', 'without the name of the sender'),
  ('sms', 'Org A: hello.', null, 'text: how to opt out', 'without a way to opt out'),
  ('voice_ai', 'This is Org A. Say stop calling at any time.', null, 'nothing', 'a call')) t (channel, body, html,
    lacks, why);
select is(cast_.lacks('email', 'Hi. https://example.com/u?u=x&y=1', null, :'sender'::jsonb - 'postal_address'),
  'text: postal address', 'a sender without an address');
select is(cast_.lacks('sms', 'hello. Reply STOP to end.', null, '{"name": ""}'), 'text: name of the sender',
  'a sender without a name');
select is(private.check_rendered('email', 'x', null, 'a', null, '{}'),
  '{purpose,subject,"text: postal address","text: unsubscribe link"}', 'every missing part is reported');
select * from finish();
rollback;
