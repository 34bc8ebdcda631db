begin;
\ir ../support/cast.sql
select no_plan();
\set org 'a0000000-0000-4000-8000-000000000000'
update auth.users set email_confirmed_at = now() where email ~ '^(owner|broker|viewer|rival)@';
insert into public.senders (org_id, id, channel, provider, name, address, postal_address, cost_usd)
values (:'org', 'a0000000-0000-4000-8000-0000000000e1', 'email', 'sendgrid', 'Acme', 'hello@example.com',
  '1 Main St, Los Angeles, CA 90001', 0.001),
  (:'org', 'a0000000-0000-4000-8000-0000000000e2', 'sms', 'twilio', 'Acme', '+12135550190', null, 0.01);
create function pg_temp.try(p_who text, p_channel text, p_lead text default 'a1', p_text text default null)
returns text language sql as $$
  select coalesce(x::jsonb #>> '{request,to}', x)
  from cast_.ask(p_who, format('select public.begin_test_message(%L, %L, p_draft => %L)',
    'a0000000-0000-4000-8000-000000000000', cast_.lead(p_lead), jsonb_build_object('channel', p_channel,
      'subject', case p_channel when 'email' then 'S' end, 'text', coalesce(p_text, case p_channel when 'email'
        then 'Hi. {{ sender.postal_address }} {{ unsubscribe_url }}' else 'Hi, {{ sender.name }}. Reply STOP to end'
        end)))) y, lateral (select case when y ~ '^[{]' then y else to_jsonb(y)::text end as x) z
$$;
select is(replace(pg_temp.try(who, channel, lead), '"', ''), answer, format('%s tries %s with %s', who, channel, lead))
from (values
  ('owner', 'email', 'a1', 'owner@example.com'),
  ('broker', 'email', 'a1', 'broker@example.com'),
  ('broker', 'email', 'a2', 'SL524 lead not found'),
  ('owner', 'email', 'b1', 'SL524 lead not found'),
  ('viewer', 'email', 'a1',
    'SL111 org not found, or your role does not allow this: it takes owner or admin or broker'),
  ('rival', 'email', 'a1',
    'SL111 org not found, or your role does not allow this: it takes owner or admin or broker'),
  ('admin', 'email', 'a1', 'SL844 your account has no confirmed e-mail address'),
  ('owner', 'sms', 'a1', 'SL844 your account has no confirmed phone number'),
  ('owner', 'voice_ai', 'a1', 'SL844 only e-mails and texts can be sent to oneself')) x (who, channel, lead, answer);
select matches(cast_.ask('anon', format('select public.begin_test_message(%L, %L)', :'org', cast_.lead('a1'))),
  '^42501', 'anon tries nothing');
update auth.users set phone = '12135550155', phone_confirmed_at = now() where email = 'owner@example.com';
select is(replace(pg_temp.try('owner', 'sms'), '"', ''), '+12135550155', 'a confirmed phone is one''s own');
select is(replace(pg_temp.try('owner', 'sms', 'a1', 'Hi {{ lead.first_name }}'), '"', ''),
  'SL844 the text has problems: correct them first', 'a text that could not be saved is not sent');

-- Marked, settled once, and no contact of anybody.
select id as test from private.test_messages where channel = 'sms' \gset
select ok(private.settle_test_message(:'org', :'test', 'sent', 'SM1', null, 0.02), 'a test is settled');
select ok(not private.settle_test_message(:'org', :'test', 'failed', null, 'x', 1), 'once');
select is((select spent_usd from private.provider_spend where sender_id = 'a0000000-0000-4000-8000-0000000000e2'),
  0.02, 'its cost is the sender''s');
select is((select count(*) from public.messages) + (select count(*) from public.contact_attempts), 0::bigint,
  'no message and no attempt comes of it');
select is((select count(*) from private.audit_events where action = 'template.tested'), 3::bigint,
  'each is in the audit log');
update public.senders set daily_budget_usd = 0.02 where channel = 'sms';
select is(replace(pg_temp.try('owner', 'sms'), '"', ''), 'SL844 the budget of the sender is used up for today',
  'the budget counts');
update public.senders set state = 'paused' where channel = 'sms';
select is(replace(pg_temp.try('owner', 'sms'), '"', ''), 'SL844 the org has no active sender for this channel',
  'a paused sender sends no tests');

-- A refusal of the own address ends it, and there is a limit.
insert into private.test_messages (org_id, user_id, channel, sender_id)
select :'org', 'a0000000-0000-4000-8000-000000000003', 'email', 'a0000000-0000-4000-8000-0000000000e1'
from generate_series(1, 8);
select is(replace(pg_temp.try('broker', 'email'), '"', ''), 'broker@example.com', 'the tenth within an hour');
select is(replace(pg_temp.try('broker', 'email'), '"', ''),
  'SL845 ten tests an hour, and a hundred a day for the org, are the most: try again later', 'the eleventh');
insert into public.suppressions (org_id, value_bidx, kind, channel, reason, source)
values (:'org', private.blind_index('owner@example.com', private.blind_key(:'org')), 'email', 'email', 'unsubscribe',
  'test');
select is(replace(pg_temp.try('owner', 'email'), '"', ''),
  'SL844 your own address has opted out of messages of this org', 'an unsubscribe of one''s own counts');

select * from finish();
rollback;
