begin;
\ir ../support/cast.sql
\ir ../support/opt_outs.sql
select no_plan();
select cast_.add_contact(cast_.lead('a2'), 'phone', '+12135550101') \g /dev/null
select is(cast_.reply(1, 'Never contact me again', now(), p_reading => '{"request": "opt_out", "keyword": false,
  "ends": ["email", "sms", "voice_ai", "voice_manual"], "keeps": [], "scope": "person", "never": true}') ->> 'kind',
  'opt_out', 'somebody refuses on a phone that two owners have');
insert into public.leads (org_id, id, situs_street, owner_1_first, owner_1_last)
select 'a0000000-0000-4000-8000-000000000000', cast_.lead(l), l || ' Main St', f, n
from (values ('a5', 'Ann', 'Ames'), ('a6', 'Bob', 'Bell'), ('a7', 'Dora', 'Dunn')) x (l, f, n);
select cast_.add_contact(cast_.lead(l), 'phone', p), cast_.add_contact(cast_.lead(l), 'phone', '+12135550101')
from (values ('a5', '+12135550150'), ('a6', '+12135550160'), ('a7', '+12135550170')) x (l, p) \g /dev/null
select is(cast_.held(p), answer, format('the other phone of a new lead of %s: %s', n, answer))
from (values ('+12135550150', 'email sms voice_ai voice_manual', 'Ames'),
  ('+12135550160', 'email sms voice_ai voice_manual', 'Bell'),
  ('+12135550170', 'free', 'a third owner')) x (p, answer, n);
select * from finish();
rollback;
