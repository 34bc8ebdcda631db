begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

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

select * from finish();
rollback;
