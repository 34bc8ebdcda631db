-- Requirements of a text when it is rendered.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

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
  ('email', 'Hi. https://example.com/u?u=x&y=1', null, 'text: postal address', 'an e-mail without the postal address'),
  ('email', 'Hi. 1 Main St, Los Angeles, CA 90001. https://example.com/u', null, 'text: unsubscribe link',
    'an e-mail with another unsubscribe link'),
  ('email', 'Hi {{ lead.first_name }}. 1 Main St, Los Angeles, CA 90001. https://example.com/u?u=x&y=1', null,
    'text: unrendered Liquid', 'an e-mail that was not rendered'),
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
  ('sms', 'hello. Reply STOP to end.', null, 'text: name of the sender', 'a text without the name of the sender'),
  ('sms', 'Org A: hello.', null, 'text: how to opt out', 'a text without a way to opt out'),
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
