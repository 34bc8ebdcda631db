-- Requirements of a text when it is saved.
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
  ('email', 'Hi {{ lead.first_name }}, {{ sender.postal_address }} {{ unsubscribe_url }}',
    'text: lead.first_name may be empty: write {{ lead.first_name | default: "…" }}'),
  ('email', 'About {{ property.street | default: " " }} {{ sender.postal_address }} {{ unsubscribe_url }}',
    'text: property.street may be empty: write {{ property.street | default: "…" }}'),
  ('email', '{{ org.name }} {{ sender.postal_address }} {{ unsubscribe_url }}', 'none'),
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
  ('voice_ai', 'This is {{ sender.name }}. Say stop calling and I will.', 'none'),
  ('voice_ai', 'This is {{ sender.name }}. Say "do not call me" at any time to opt out.', 'none'),
  ('voice_ai', 'This is {{ sender.name }}. How are you?', 'text: how to opt out is missing'),
  ('voice_ai', 'Hello. You can opt out at any time.', 'text: {{ sender.name }} is missing')) t (channel, body, faults);
select is(cast_.faults('email', :'mail', '<p>{{ sender.postal_address }}</p><a href="{{ unsubscribe_url }}">x</a>'),
  'none', 'HTML with address and link is valid');
select is(cast_.faults('email', :'mail', '<p>hello</p>'),
  'html: {{ sender.postal_address }} is missing; html: {{ unsubscribe_url }} is missing',
    'HTML needs address and link, too');
select is(cast_.faults('email', :'mail', '<!-- {{ sender.postal_address }} --><a href="{{ unsubscribe_url }}">x</a>'),
  'html: {{ sender.postal_address }} is missing', 'an address in an HTML comment does not count');
select is(cast_.faults('email', :'mail', null, '{{ lead.shoe_size }}'), 'subject: unknown variable lead.shoe_size',
  'subjects know the same variables');

select * from finish();
rollback;
